/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counters of what a session has requested, received and delivered so far. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * KvsStatsCounter:
 * @KVS_STATS_REQUESTS: requests sent, GetDataEndpoint included.
 * @KVS_STATS_RETRIES: those of them that asked again after a failure.
 * @KVS_STATS_THROTTLES: those of them that the service throttled.
 * @KVS_STATS_SAMPLES: samples delivered: stills and gaps.
 * @KVS_STATS_IMAGES: stills delivered.
 * @KVS_STATS_GAPS_NO_MEDIA: gaps delivered because there is no media.
 * @KVS_STATS_GAPS_MEDIA_ERROR: gaps delivered because no image could be had from the media.
 * @KVS_STATS_IMAGES_RECOVERED: stills that came because a request began before their sample.
 * @KVS_STATS_IMAGES_WASTED: images received that were no sample.
 * @KVS_STATS_BYTES_RECEIVED: bytes of reply bodies received.
 * @KVS_STATS_IMAGE_BYTES: bytes of decoded images received.
 */
typedef enum {
  KVS_STATS_REQUESTS,
  KVS_STATS_RETRIES,
  KVS_STATS_THROTTLES,
  KVS_STATS_SAMPLES,
  KVS_STATS_IMAGES,
  KVS_STATS_GAPS_NO_MEDIA,
  KVS_STATS_GAPS_MEDIA_ERROR,
  KVS_STATS_IMAGES_RECOVERED,
  KVS_STATS_IMAGES_WASTED,
  KVS_STATS_BYTES_RECEIVED,
  KVS_STATS_IMAGE_BYTES,
  KVS_STATS_N_COUNTERS,
} KvsStatsCounter;

/**
 * KvsStats:
 * Counters that several threads may add to and read.
 */
typedef struct _KvsStats KvsStats;

KvsStats *kvs_stats_new (void);

void kvs_stats_free (KvsStats *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsStats, kvs_stats_free)

void kvs_stats_reset (KvsStats *self);

void kvs_stats_add (KvsStats *self, KvsStatsCounter counter, guint64 n);

/**
 * kvs_stats_add_request_time:
 * @time_ns: how long it took from sending a request to the beginning of its reply, in ns.
 */
void kvs_stats_add_request_time (KvsStats *self, guint64 time_ns);

guint64 kvs_stats_get (KvsStats *self, KvsStatsCounter counter);

/**
 * kvs_stats_counter_get_name:
 * @counter: a counter.
 *
 * Returns: what users call it.
 */
const char *kvs_stats_counter_get_name (KvsStatsCounter counter);

/**
 * kvs_stats_describe:
 * @self: counters.
 *
 * Returns: (transfer full): the totals, for a line of a log.
 */
char *kvs_stats_describe (KvsStats *self);

/**
 * kvs_stats_get_request_times:
 * @mean_ns: (out): the mean of the times that were added, in ns; 0 without any.
 * @max_ns: (out): the longest of them, in ns; 0 without any.
 */
void kvs_stats_get_request_times (KvsStats *self, guint64 *mean_ns, guint64 *max_ns);

G_END_DECLS
