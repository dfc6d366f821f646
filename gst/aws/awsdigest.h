/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A name for something that is made of several parts, secrets among them, and gives none of them
 * away. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsDigest:
 *
 * A SHA-256 in the making.
 */
typedef struct _AwsDigest AwsDigest;

/**
 * aws_digest_new:
 *
 * Returns: (transfer full): a digest of nothing
 */
AwsDigest *aws_digest_new (void);

/**
 * aws_digest_free:
 * @self: (transfer full): a digest
 *
 * Wipes and frees @self.
 */
void aws_digest_free (AwsDigest *self);

/**
 * aws_digest_add:
 * @self: a digest
 * @data: (nullable): the next part; %NULL differs from all others, also from an empty one
 * @size: its bytes
 *
 * Adds a part, with its length ahead, so that parts cannot run into one another.
 */
void aws_digest_add (AwsDigest *self, gconstpointer data, gsize size);

/**
 * aws_digest_add_string:
 * @self: a digest
 * @text: (nullable): the next part
 *
 * As aws_digest_add().
 */
void aws_digest_add_string (AwsDigest *self, const char *text);

/**
 * aws_digest_add_number:
 * @self: a digest
 * @number: the next part
 *
 * As aws_digest_add().
 */
void aws_digest_add_number (AwsDigest *self, guint64 number);

/**
 * aws_digest_finish:
 * @self: a digest, which takes no more parts after this
 *
 * Returns: (transfer full): the digest of all parts, as 64 hexadecimal digits
 */
char *aws_digest_finish (AwsDigest *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsDigest, aws_digest_free)

G_END_DECLS
