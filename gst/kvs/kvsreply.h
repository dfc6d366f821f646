/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A GetImages reply, read as it arrives: each entry is there as soon as its last byte is, and
 * nothing but the image that is arriving is held. */
#pragma once

#include "kvsentry.h"

#include <glib.h>

G_BEGIN_DECLS

/** The most bytes of one image; the service's own limit is 6,291,456 characters of base64 (service
 * model). */
#define KVS_REPLY_MAX_IMAGE_BYTES (64 * 1024 * 1024)

/** The longest NextToken that is taken; the service's own limit is 4,096 characters (service
 * model). */
#define KVS_REPLY_MAX_NEXT_TOKEN (64 * 1024)

typedef struct _KvsReply KvsReply;

/**
 * kvs_reply_new:
 * @image_size: about how many bytes an image has, as a hint that saves growing; any number is
 * right.
 *
 * Returns: (transfer full): a reply of which nothing has arrived.
 */
KvsReply *kvs_reply_new (gsize image_size);

/**
 * kvs_reply_free:
 * @self: (transfer full): a reply.
 */
void kvs_reply_free (KvsReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsReply, kvs_reply_free)

/**
 * kvs_reply_feed:
 * @self: a reply.
 * @text: the next piece of its body.
 * @length: how many bytes @text has.
 * @error: %KVS_ERROR_BAD_REPLY, with what came instead of a GetImages reply.
 *
 * What is accepted is more than the API reference shows, because no raw reply is documented:
 * members in any order, unknown, absent, null and empty ones, numbers in any form of JSON and as
 * strings.
 *
 * Returns: whether it is a GetImages reply so far. Nothing may be fed after an error, but entries
 * that were complete before it can still be popped.
 */
gboolean kvs_reply_feed (KvsReply *self, const char *text, gsize length, GError **error);

/**
 * kvs_reply_pop:
 * @self: a reply.
 *
 * Returns: (transfer full) (nullable): the next entry that is complete, or %NULL when there is none
 * yet.
 */
KvsEntry *kvs_reply_pop (KvsReply *self);

/**
 * kvs_reply_end:
 * @self: a reply.
 * @error: %KVS_ERROR_CUT_OFF when the body is not complete, %KVS_ERROR_BAD_REPLY when there were no
 * Images in it.
 *
 * Returns: whether what was fed is a whole GetImages reply.
 */
gboolean kvs_reply_end (KvsReply *self, GError **error);

/**
 * kvs_reply_get_next_token:
 * @self: a reply that has ended.
 *
 * Returns: (nullable): the NextToken, or %NULL on the last page.
 */
const char *kvs_reply_get_next_token (KvsReply *self);

G_END_DECLS
