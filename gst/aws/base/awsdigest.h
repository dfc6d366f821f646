/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A digest of several parts, secrets among them, from which the parts cannot be recovered. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsDigest:
 * A SHA-256 that is being computed.
 */
typedef struct _AwsDigest AwsDigest;

AwsDigest *aws_digest_new (void);

/**
 * aws_digest_free:
 * Wipes and frees @self.
 */
void aws_digest_free (AwsDigest *self);

/**
 * aws_digest_add:
 * @data: (nullable): the next part; %NULL differs from all others, also from an empty one
 * @size: its bytes
 *
 * Adds a part, with its length ahead, so that parts cannot run into one another.
 */
void aws_digest_add (AwsDigest *self, gconstpointer data, gsize size);

void aws_digest_add_string (AwsDigest *self, const char *text);

void aws_digest_add_number (AwsDigest *self, guint64 number);

/**
 * aws_digest_finish:
 * @self: a digest, which takes no more parts after this
 *
 * Returns: (transfer full): the digest of all parts, as 64 hexadecimal digits
 */
char *aws_digest_finish (AwsDigest *self);

/**
 * aws_digest_write_hex:
 * @hex: (out caller-allocates): two lower-case digits for each byte, and a NUL
 */
void aws_digest_write_hex (const guint8 *bytes, gsize size, char *hex);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsDigest, aws_digest_free)

G_END_DECLS
