/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The samples that one request asks for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest time from StartTimestamp to EndTimestamp (API reference, GetImages, EndTimestamp).
 */
#define KVS_MAX_RANGE_MS 300000

/** The shortest SamplingInterval (API reference, GetImages; service quotas). */
#define KVS_MIN_SAMPLING_INTERVAL_MS 200

/** The longest SamplingInterval: its type has 32 bits and a sign (service model). A longer one makes no
 * difference to a request, which covers a single sample from %KVS_MAX_RANGE_MS on. */
#define KVS_MAX_SAMPLING_INTERVAL_MS G_MAXINT32

/**
 * KvsWindow:
 * @start_ms: the time of the first sample, in ms since the epoch: StartTimestamp.
 * @interval_ms: from each sample to the next, at least %KVS_MIN_SAMPLING_INTERVAL_MS.
 * @count: how many samples there are, at least 1.
 * @end_ms: the EndTimestamp, in ms since the epoch.
 *
 * The samples are at start + index × interval, with indexes from 0 to count − 1.
 */
typedef struct {
  gint64 start_ms;
  gint64 interval_ms;
  guint count;
  gint64 end_ms;
} KvsWindow;

/**
 * kvs_window_get_max_count:
 * @start_ms: the time of the first sample, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 *
 * Returns: how many samples one request can cover from @start_ms on, at least 1.
 */
guint kvs_window_get_max_count (gint64 start_ms, gint64 interval_ms);

/**
 * kvs_window_init:
 * @self: (out): the window.
 * @start_ms: the time of the first sample, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 * @count: how many samples there are, at most kvs_window_get_max_count().
 *
 * Whether EndTimestamp is itself part of a request is not documented, nor whether fractions of a second
 * in it count. So it is the first whole second after the last sample.
 */
void kvs_window_init (KvsWindow *self, gint64 start_ms, gint64 interval_ms, guint count);

/**
 * kvs_window_init_pair:
 * @self: (out): the window.
 * @time_ms: the time of the sample that is wanted, in ms since the epoch.
 * @lookback_ms: how long before it to begin, in ms, at least.
 *
 * Makes a window of two samples, the second of which is at @time_ms. It begins on a whole second, so that
 * a service that cuts fractions off has nothing to cut.
 */
void kvs_window_init_pair (KvsWindow *self, gint64 time_ms, gint64 lookback_ms);

/**
 * kvs_window_get_time:
 * @index: an index, which may lie outside of the window.
 *
 * Returns: the time of its sample, in ms since the epoch.
 */
gint64 kvs_window_get_time (const KvsWindow *self, gint64 index);

G_END_DECLS
