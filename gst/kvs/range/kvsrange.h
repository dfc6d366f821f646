/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The grid of samples that a time range and an interval make. */
#pragma once

#include "kvstimestamp.h"
#include "kvswindow.h"

#include <glib.h>

G_BEGIN_DECLS

/** The end of a range that has none. */
#define KVS_RANGE_NO_END G_MAXINT64

/**
 * KvsRange:
 * @start_ms: time of sample 0, in ms since the epoch.
 * @end_ms: the end of the range, which is not part of it, in ms since the epoch; or
 * %KVS_RANGE_NO_END.
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
 * @has_end: whether @end counts; without it the range has no end, which takes @follow.
 * @follow: whether what lies after "now" is part of the range.
 * @is_producer_time: whether the times are on the producer's clock, which may be ahead of the service's.
 * @interval_ms: see #KvsRange.
 * @align: whether to move the start down to a whole multiple of the interval since the epoch.
 *
 * A range as it was asked for, before "now" is known.
 */
typedef struct {
  KvsTimestamp start;
  KvsTimestamp end;
  gboolean has_end;
  gboolean follow;
  gboolean is_producer_time;
  guint interval_ms;
  gboolean align;
} KvsRangeSpec;

/**
 * kvs_range_spec_resolve:
 * @spec: what was asked for.
 * @now_ms: what "now" is, in ms since the epoch.
 * @range: (out): the grid.
 * @error: %KVS_ERROR_INVALID when the end is not after the start. It names both properties, their times,
 * "now", and whether the start is in the future.
 *
 * An end after now is cut to now, because nothing can be there yet. It is not cut if the range follows,
 * or if it is an absolute time of the producer's clock.
 *
 * Returns: whether there is such a range.
 */
gboolean kvs_range_spec_resolve (
    const KvsRangeSpec *spec, gint64 now_ms, KvsRange *range, GError **error);

/**
 * kvs_range_get_n_samples:
 * Returns: ceil((end − start) / interval), or %G_MAXUINT64 for a range without an end.
 */
guint64 kvs_range_get_n_samples (const KvsRange *range);

/** The time of a sample in ms since the epoch. */
gint64 kvs_range_get_time (const KvsRange *range, guint64 sample);

G_END_DECLS
