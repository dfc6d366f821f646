/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The entries of one GetImages reply, as they come in from the network. */
#pragma once

#include "kvsentry.h"
#include "kvsstats.h"

#include <awsreply.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsEntryStream:
 * Used by one thread.
 */
typedef struct _KvsEntryStream KvsEntryStream;

/**
 * kvs_entry_stream_new:
 * @reply: a reply to GetImages of which nothing was read.
 * @image_size: about how many bytes an image has, as a hint.
 * @stats: where to count the bytes that are received.
 *
 * Returns: (transfer full): its entries.
 */
KvsEntryStream *kvs_entry_stream_new (AwsReply *reply, gsize image_size, KvsStats *stats);

void kvs_entry_stream_free (KvsEntryStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsEntryStream, kvs_entry_stream_free)

/**
 * kvs_entry_stream_set_limit:
 * @max_image_memory: how many bytes of memory an image may take while it arrives. There is no limit at first.
 */
void kvs_entry_stream_set_limit (KvsEntryStream *self, gsize max_image_memory);

/**
 * kvs_entry_stream_get_excess:
 * Returns: how many bytes of memory the image takes that is arriving, if they are more than the limit, or 0.
 */
gsize kvs_entry_stream_get_excess (KvsEntryStream *self);

/**
 * kvs_entry_stream_next:
 * @entry: (out) (transfer full) (nullable): the next entry, or %NULL when there are no more, or when an image that is
 * arriving takes more than the limit.
 * @error: an error of aws_reply_read(), %AWS_ERROR_CUT_OFF, or %AWS_ERROR_BAD_REPLY with what came
 * instead. It comes after the entries that were complete before it.
 *
 * Waits for the next entry.
 *
 * Returns: %FALSE after an error.
 */
gboolean kvs_entry_stream_next (
    KvsEntryStream *self, GCancellable *cancellable, KvsEntry **entry, GError **error);

/**
 * kvs_entry_stream_get_next_token:
 * @self: entries that have been read to their end.
 *
 * Returns: (nullable): the NextToken, or %NULL on the last page.
 */
const char *kvs_entry_stream_get_next_token (KvsEntryStream *self);

G_END_DECLS
