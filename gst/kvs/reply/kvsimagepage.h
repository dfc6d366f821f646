/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A GetImages reply, read as it arrives: each entry is there as soon as its last byte is, and
 * nothing but the image that is arriving is held. */
#pragma once

#include "kvsentry.h"
#include "kvslistreply.h"

#include <glib.h>

G_BEGIN_DECLS

/** The most bytes of one image; the service's own limit is 6,291,456 characters of base64 (service
 * model). */
#define KVS_IMAGE_PAGE_MAX_IMAGE_BYTES (16 * 1024 * 1024)

typedef struct _KvsImagePage KvsImagePage;

/**
 * kvs_image_page_new:
 * @image_size: about how many bytes an image has, as a hint that saves growing; any number is
 * right.
 *
 * Returns: (transfer full): a reply of which nothing has arrived.
 */
KvsImagePage *kvs_image_page_new (gsize image_size);

void kvs_image_page_free (KvsImagePage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsImagePage, kvs_image_page_free)

/**
 * kvs_image_page_feed:
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
gboolean kvs_image_page_feed (KvsImagePage *self, const char *text, gsize length, GError **error);

/**
 * kvs_image_page_pop:
 * Returns: (transfer full) (nullable): the next entry that is complete, or %NULL when there is none
 * yet.
 */
KvsEntry *kvs_image_page_pop (KvsImagePage *self);

/**
 * kvs_image_page_get_unfinished_memory:
 * Returns: how many bytes of memory the image takes that is arriving.
 */
gsize kvs_image_page_get_unfinished_memory (KvsImagePage *self);

/**
 * kvs_image_page_end:
 * @error: %KVS_ERROR_CUT_OFF when the body is not complete, %KVS_ERROR_BAD_REPLY when there were no
 * Images in it.
 *
 * Returns: whether what was fed is a whole GetImages reply.
 */
gboolean kvs_image_page_end (KvsImagePage *self, GError **error);

/**
 * kvs_image_page_get_next_token:
 * @self: a reply that has ended.
 *
 * Returns: (nullable): the NextToken, or %NULL on the last page.
 */
const char *kvs_image_page_get_next_token (KvsImagePage *self);

G_END_DECLS
