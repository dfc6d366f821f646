/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsrange.h"

#include "kvserror.h"

gboolean
kvs_range_spec_resolve (const KvsRangeSpec *spec, gint64 now_ms, KvsRange *range, GError **error)
{
  gint64 start_ms = kvs_timestamp_resolve (&spec->start, now_ms);
  gint64 end_ms = kvs_timestamp_resolve (&spec->end, now_ms);

  if (MIN (end_ms, now_ms) <= start_ms) {
    g_autofree char *start = kvs_timestamp_format (start_ms);
    g_autofree char *end = kvs_timestamp_format (end_ms);
    g_autofree char *now = kvs_timestamp_format (now_ms);

    g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
        "the range is empty: it starts at %s and ends at %s, and it is %s now", start, end, now);
    return FALSE;
  }

  if (spec->align)
    start_ms -= start_ms % spec->interval_ms;
  range->start_ms = start_ms;
  range->end_ms = MIN (end_ms, now_ms);
  range->interval_ms = spec->interval_ms;
  return TRUE;
}

guint64
kvs_range_get_n_samples (const KvsRange *range)
{
  return (guint64)(range->end_ms - range->start_ms - 1) / range->interval_ms + 1;
}

gint64
kvs_range_get_time (const KvsRange *range, guint64 sample)
{
  return range->start_ms + (gint64)(sample * range->interval_ms);
}

/* How far behind its last sample a window ends. */
static guint
get_slack_ms (const KvsRange *range)
{
  return MIN (range->interval_ms - 1, 1000);
}

/* Shortens a window to where the next one can begin on a whole second, if the grid has such a
 * place. */
static guint64
end_on_second (const KvsRange *range, guint64 first, guint64 count)
{
  for (guint64 n = count; n > 0; n--) {
    if (kvs_range_get_time (range, first + n) % 1000 == 0)
      return n;
  }
  return count;
}

KvsWindow
kvs_range_get_window (const KvsRange *range, guint64 first)
{
  guint64 left = kvs_range_get_n_samples (range) - first;
  gint64 room_ms = KVS_MAX_RANGE_MS - kvs_range_get_time (range, first) % 1000;
  guint64 fitting = (guint64)(room_ms - get_slack_ms (range)) / range->interval_ms + 1;

  if (left > fitting)
    left = end_on_second (range, first, fitting);
  return (KvsWindow){.first = first, .count = (guint)left};
}

gint64
kvs_range_get_window_end (const KvsRange *range, const KvsWindow *window)
{
  gint64 first_ms = kvs_range_get_time (range, window->first);
  gint64 last_ms = kvs_range_get_time (range, window->first + window->count - 1);

  return MAX (last_ms + get_slack_ms (range), first_ms + 1000);
}
