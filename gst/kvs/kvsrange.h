/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grid of samples that a time range and an interval make, and its division into windows that
 * one request covers. */
#pragma once

#include "kvstimestamp.h"

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
 * KvsRange:
 * @start_ms: time of sample 0, in ms since the epoch.
 * @end_ms: the end of the range, which is not part of it, in ms since the epoch.
 * @interval_ms: from each sample to the next, at least %KVS_MIN_SAMPLING_INTERVAL_MS.
 *
 * The samples are start + k × interval < end.
 */
typedef struct {
  gint64 start_ms;
  gint64 end_ms;
  guint interval_ms;
} KvsRange;

/**
 * KvsRangeSpec:
 * @start: start of the range.
 * @end: its end.
 * @interval_ms: see #KvsRange.
 * @align: whether to move the start down to a whole multiple of the interval since the epoch.
 *
 * A range as it was asked for, before "now" is known.
 */
typedef struct {
  KvsTimestamp start;
  KvsTimestamp end;
  guint interval_ms;
  gboolean align;
} KvsRangeSpec;

/**
 * KvsWindow:
 * @first: the first sample of the window.
 * @count: how many samples it has, at least 1.
 *
 * The part of a range that one chain of pages is to cover.
 */
typedef struct {
  guint64 first;
  guint count;
} KvsWindow;

/**
 * kvs_range_spec_resolve:
 * @spec: what was asked for.
 * @now_ms: what "now" is, in ms since the epoch.
 * @range: (out): the grid.
 * @error: %KVS_ERROR_INVALID when the end is not after the start; it says both.
 *
 * An end after now is cut to now, because nothing can be there yet.
 *
 * Returns: whether there is such a range.
 */
gboolean kvs_range_spec_resolve (
    const KvsRangeSpec *spec, gint64 now_ms, KvsRange *range, GError **error);

/**
 * kvs_range_get_n_samples:
 * @range: a range.
 *
 * Returns: ceil((end − start) / interval).
 */
guint64 kvs_range_get_n_samples (const KvsRange *range);

/**
 * kvs_range_get_time:
 * @range: a range.
 * @sample: number of a sample.
 *
 * Returns: the sample's time in ms since the epoch.
 */
gint64 kvs_range_get_time (const KvsRange *range, guint64 sample);

/**
 * kvs_range_get_window:
 * @range: a range.
 * @first: the first sample of the window, one of the range.
 *
 * A window fits into %KVS_MAX_RANGE_MS also when the service cuts its start down to a whole second,
 * and where the grid allows it ends so that the next one begins on a whole second, which cannot be
 * cut. Whether fractions of a StartTimestamp count is not documented.
 *
 * Returns: the longest such window from @first on.
 */
KvsWindow kvs_range_get_window (const KvsRange *range, guint64 first);

/**
 * kvs_range_get_window_end:
 * @range: a range.
 * @window: a window of it.
 *
 * Whether EndTimestamp is itself part of a request is not documented. So the end of a request lies
 * behind the last sample of its window, but not as far as the next one; a whole second behind where
 * there is room, so that it also does not fall back on the last sample when the service cuts it
 * down to whole seconds. It is at least a second behind the first sample, even at the price of a few
 * samples too many, because then it does not fall back on the start.
 *
 * Returns: the EndTimestamp for @window, in ms since the epoch.
 */
gint64 kvs_range_get_window_end (const KvsRange *range, const KvsWindow *window);

G_END_DECLS
