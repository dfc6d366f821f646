/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls a time range out of a stream: give it a range, get each sample once, in order. */
#pragma once

#include "kvsendpointcache.h"
#include "kvsquery.h"
#include "kvsrange.h"
#include "kvssample.h"
#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

#define KVS_TYPE_READER (kvs_reader_get_type ())

/**
 * KvsReader:
 *
 * A run through a range. One thread of its own asks and receives; the samples wait in a bounded
 * queue until they are pulled. A reader runs once.
 */
G_DECLARE_FINAL_TYPE (KvsReader, kvs_reader, KVS, READER, GObject)

/**
 * kvs_reader_new:
 * @client: who asks.
 * @endpoint: where GetDataEndpoint is answered; when it is http, the data endpoint may be http as
 * well.
 * @query: what is asked for.
 * @spec: from when to when.
 * @now_ms: what "now" is by the local clock, in ms since the epoch. It is corrected by the Date of
 * the reply that says where GetImages is answered.
 * @max_samples: the most samples to give, 0 for all of the range.
 * @stats: what to count in; it must outlive the reader.
 *
 * Returns: (transfer full): a reader that has not begun.
 */
KvsReader *kvs_reader_new (AwsClient *client, GUri *endpoint, const KvsQuery *query,
    const KvsRangeSpec *spec, gint64 now_ms, guint64 max_samples, KvsStats *stats);

/**
 * kvs_reader_set_endpoint_cache:
 * @self: a reader that has not begun.
 * @cache: who knows where GetImages is answered; it must outlive the reader. The process's unless set.
 */
void kvs_reader_set_endpoint_cache (KvsReader *self, KvsEndpointCache *cache);

/**
 * kvs_reader_set_images_endpoint:
 * @self: a reader that has not begun.
 * @endpoint: where GetImages is answered.
 *
 * Spares asking GetDataEndpoint, which then cannot correct what "now" is either.
 */
void kvs_reader_set_images_endpoint (KvsReader *self, GUri *endpoint);

/**
 * kvs_reader_start:
 * @self: a reader that has not begun.
 *
 * Begins to ask, and does not wait for anything.
 */
void kvs_reader_start (KvsReader *self);

/**
 * kvs_reader_stop:
 * @self: a reader that has begun.
 *
 * Ends a request in flight and what waits for it, and returns within milliseconds. No other thread
 * may be in kvs_reader_pull().
 */
void kvs_reader_stop (KvsReader *self);

/**
 * kvs_reader_set_flushing:
 * @self: a reader.
 * @flushing: whether kvs_reader_pull() is to return at once.
 *
 * The reader goes on asking meanwhile, and loses nothing.
 */
void kvs_reader_set_flushing (KvsReader *self, gboolean flushing);

/**
 * kvs_reader_pull:
 * @self: a reader that has begun.
 * @error: %G_IO_ERROR_CANCELLED while flushing; %AWS_ERROR or %KVS_ERROR for what ended the run. An
 * error stays.
 *
 * Waits for the next sample.
 *
 * Returns: (transfer full) (nullable): the sample, or %NULL without an error at the end of the
 * range.
 */
KvsSample *kvs_reader_pull (KvsReader *self, GError **error);

/**
 * kvs_reader_get_range:
 * @self: a reader.
 * @range: (out): the range as it was resolved.
 *
 * Returns: whether the range is known, which it is once kvs_reader_pull() gave a sample.
 */
gboolean kvs_reader_get_range (KvsReader *self, KvsRange *range);

/**
 * kvs_reader_get_held_bytes:
 * @self: a reader.
 *
 * Returns: how many bytes of images wait to be pulled.
 */
gsize kvs_reader_get_held_bytes (KvsReader *self);

/**
 * kvs_reader_get_refusal:
 * @self: a reader at the end of its range.
 *
 * The service answers 404 for a range without media as well as for an unknown stream, and
 * InvalidArgumentException for one outside of the retention period. Both count as samples without
 * media, which is right in the middle of a range; but when it is all there was, the user should
 * know.
 *
 * Returns: (transfer none) (nullable): the first such answer, when the run found no image at all.
 */
const GError *kvs_reader_get_refusal (KvsReader *self);

G_END_DECLS
