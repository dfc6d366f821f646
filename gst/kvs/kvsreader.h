/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls a time range out of a stream: each sample once, in order. */
#pragma once

#include "kvsendpointcache.h"
#include "kvsimageservice.h"
#include "kvspacer.h"
#include "kvsquery.h"
#include "kvsrange.h"
#include "kvssample.h"
#include "kvsstats.h"
#include "kvstraversal.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/** The most requests that a reader has in flight. */
#define KVS_READER_MAX_REQUESTS 32

#define KVS_TYPE_READER (kvs_reader_get_type ())

/**
 * KvsReader:
 * Reads a range. Threads of its own send requests and receive; the samples wait in a bounded queue until they are
 * pulled. The debug log lines of its threads go to the sink of the thread that starts it.
 */
G_DECLARE_FINAL_TYPE (KvsReader, kvs_reader, KVS, READER, GObject)

/**
 * KvsReaderOptions:
 * @availability_delay_ms: how long after its own time a sample is first asked for.
 * @availability_timeout_ms: until how long after its own time a sample without media is asked for again
 * before it counts as a gap.
 * @lookback_ms: how far before a sample to look, at most, when a request begins with a gap; 0 is never.
 * @use_list_fragments: whether ListFragments may be asked where there is media.
 * @max_requests: how many requests may be in flight, 1 to %KVS_READER_MAX_REQUESTS.
 * @max_bytes: the most bytes of images that are held; one image always is. 0 is no limit.
 *
 * How a range is read.
 */
typedef struct {
  guint availability_delay_ms;
  guint availability_timeout_ms;
  guint lookback_ms;
  gboolean use_list_fragments;
  guint max_requests;
  guint64 max_bytes;
} KvsReaderOptions;

/**
 * kvs_reader_new:
 * @client: signs and sends.
 * @endpoint: where GetDataEndpoint is answered; when it is http, the data endpoint may be http as
 * well.
 * @query: the stream and the images.
 * @spec: from when to when.
 * @now_ms: what "now" is by the local clock, in ms since the epoch. It is corrected by the Date of
 * the reply that says where GetImages is answered.
 * @options: how it is read.
 * @stats: what to count in; it must outlive the reader.
 *
 * Returns: (transfer full): a reader of the whole range that has not begun.
 */
KvsReader *kvs_reader_new (AwsClient *client, GUri *endpoint, const KvsQuery *query,
    const KvsRangeSpec *spec, gint64 now_ms, const KvsReaderOptions *options, KvsStats *stats);

/**
 * kvs_reader_set_endpoint_cache:
 * @self: a reader that has not begun.
 * @cache: the cache of data endpoints; it must outlive the reader. The process's unless set.
 */
void kvs_reader_set_endpoint_cache (KvsReader *self, KvsEndpointCache *cache);

/**
 * kvs_reader_set_images_endpoint:
 * @self: a reader that has not begun.
 * @endpoint: where GetImages is answered.
 *
 * GetDataEndpoint is not called then, so that its Date does not correct "now".
 */
void kvs_reader_set_images_endpoint (KvsReader *self, GUri *endpoint);

/**
 * kvs_reader_set_service_token:
 * @self: a reader that has not begun, of an absolute range of at most %KVS_MAX_RANGE_MS.
 * @token: a NextToken of the service for just this range.
 *
 * Has the range be read from where the token leads to, unless kvs_reader_seek() follows.
 */
void kvs_reader_set_service_token (KvsReader *self, const char *token);

/**
 * kvs_reader_set_pacer:
 * @self: a reader that has not begun.
 * @pacer: the quota of the requests; the process's for the stream and identity unless set.
 */
void kvs_reader_set_pacer (KvsReader *self, KvsPacer *pacer);

/**
 * kvs_reader_set_event_func:
 * @self: a reader that has not begun.
 */
void kvs_reader_set_event_func (KvsReader *self, KvsEventFunc func, gpointer user_data);

/**
 * kvs_reader_start:
 * @self: a reader that has not begun.
 *
 * Starts the reader. Does not block.
 */
void kvs_reader_start (KvsReader *self);

/**
 * kvs_reader_seek:
 * @self: a reader, whether it has begun or not.
 * @traversal: which samples come from now on.
 *
 * Drops the held samples and ends the requests in flight; waits for nothing. An error is forgotten. The facts
 * about the stream are kept.
 */
void kvs_reader_seek (KvsReader *self, const KvsTraversal *traversal);

/**
 * kvs_reader_stop:
 * @self: a reader that has begun.
 *
 * Ends all requests in flight and what waits for them, and returns within milliseconds. No other
 * thread may be in kvs_reader_pull().
 */
void kvs_reader_stop (KvsReader *self);

/**
 * kvs_reader_set_flushing:
 * @flushing: whether kvs_reader_pull() is to return at once.
 *
 * The reader goes on sending requests meanwhile, and loses nothing.
 */
void kvs_reader_set_flushing (KvsReader *self, gboolean flushing);

/**
 * kvs_reader_pull:
 * @self: a reader that has begun.
 * @error: %G_IO_ERROR_CANCELLED while flushing; %AWS_ERROR or %KVS_ERROR for what ended the reading. An
 * error stays until kvs_reader_seek().
 *
 * Waits for the next sample.
 *
 * Returns: (transfer full) (nullable): the sample, or %NULL without an error at the end of the
 * range.
 */
KvsSample *kvs_reader_pull (KvsReader *self, GError **error);

/**
 * kvs_reader_get_range:
 * @range: (out): the range as it was resolved.
 *
 * Returns: whether the range is known, which it is once kvs_reader_pull() gave a sample or
 * %KVS_EVENT_CONNECTED was sent.
 */
gboolean kvs_reader_get_range (KvsReader *self, KvsRange *range);

/**
 * kvs_reader_get_held_bytes:
 * Returns: how many bytes of images wait to be pulled.
 */
guint64 kvs_reader_get_held_bytes (KvsReader *self);

/**
 * kvs_reader_has_found_nothing:
 * Returns: whether there were samples since the reader began, but no still among them.
 */
gboolean kvs_reader_has_found_nothing (KvsReader *self);

/**
 * kvs_reader_get_rejection:
 * @self: a reader at the end of its range.
 *
 * Windows that the service rejects because they have no media count as samples without media.
 *
 * Returns: (transfer full) (nullable): the rejection of the earliest samples, when no still was found at all.
 */
GError *kvs_reader_get_rejection (KvsReader *self);

/**
 * kvs_reader_get_now:
 * Returns: what time it is by the service's clock, as far as it is known, in ms since the epoch.
 */
gint64 kvs_reader_get_now (KvsReader *self);

G_END_DECLS
