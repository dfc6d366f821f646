/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The moments that one request asks for. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The longest time from StartTimestamp to EndTimestamp (API reference, GetImages, EndTimestamp).
 */
#define KVS_MAX_RANGE_MS 300000

/** The shortest SamplingInterval (API reference, GetImages; service quotas). */
#define KVS_MIN_SAMPLING_INTERVAL_MS 200

/** The longest SamplingInterval: its type has 32 bits and a sign (service model). A longer one makes no
 * difference to a request, which covers a single moment from %KVS_MAX_RANGE_MS on. */
#define KVS_MAX_SAMPLING_INTERVAL_MS G_MAXINT32

/**
 * KvsWindow:
 * @start_ms: the first moment, in ms since the epoch, which is the StartTimestamp.
 * @interval_ms: from each moment to the next, at least %KVS_MIN_SAMPLING_INTERVAL_MS.
 * @count: how many moments there are, at least 1.
 * @end_ms: the EndTimestamp, in ms since the epoch.
 *
 * The moments are start + place × interval, with places from 0 to count − 1.
 */
typedef struct {
  gint64 start_ms;
  gint64 interval_ms;
  guint count;
  gint64 end_ms;
} KvsWindow;

/**
 * kvs_window_get_max_count:
 * @start_ms: the first moment, in ms since the epoch.
 * @interval_ms: from each moment to the next.
 *
 * Returns: how many moments one request can cover from @start_ms on, at least 1.
 */
guint kvs_window_get_max_count (gint64 start_ms, gint64 interval_ms);

/**
 * kvs_window_init:
 * @self: (out): the window.
 * @start_ms: the first moment, in ms since the epoch.
 * @interval_ms: from each moment to the next.
 * @count: how many moments there are, at most kvs_window_get_max_count().
 *
 * Whether EndTimestamp is itself part of a request is not documented, nor whether fractions of a second
 * in it count. So it is the first whole second after the last moment.
 */
void kvs_window_init (KvsWindow *self, gint64 start_ms, gint64 interval_ms, guint count);

/**
 * kvs_window_init_pair:
 * @self: (out): the window.
 * @time_ms: the moment that is wanted, in ms since the epoch.
 * @lookback_ms: how long before it to begin, in ms, at least.
 *
 * Makes a window of two moments, the second of which is @time_ms. It begins on a whole second, so that
 * a service that cuts fractions off has nothing to cut.
 */
void kvs_window_init_pair (KvsWindow *self, gint64 time_ms, gint64 lookback_ms);

/**
 * kvs_window_get_time:
 * @self: a window.
 * @place: the number of a moment, which may lie outside of the window.
 *
 * Returns: the moment, in ms since the epoch.
 */
gint64 kvs_window_get_time (const KvsWindow *self, gint64 place);

G_END_DECLS
