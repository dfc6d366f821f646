/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsrange.h"

#include "kvserror.h"

/* Whether the range ends "now" at the latest. Nothing after now is there yet, but an absolute time of a
 * producer may be ahead of the service's now. */
static gboolean
ends_by_now (const KvsRangeSpec *spec)
{
  return !spec->follow && !(spec->is_producer_time && !spec->end.relative);
}

static gint64
resolve_end (const KvsRangeSpec *spec, gint64 now_ms)
{
  gint64 end_ms;

  if (!spec->has_end)
    return KVS_RANGE_NO_END;
  end_ms = kvs_timestamp_resolve (&spec->end, now_ms);
  return ends_by_now (spec) ? MIN (end_ms, now_ms) : end_ms;
}

/* Advice for a range that starts in the future. */
static const char *
get_advice (const KvsRangeSpec *spec)
{
  if (spec->is_producer_time)
    return "; if the producer's clock is ahead, set an absolute end-timestamp as well";
  return "; only with follow can a range go on after now";
}

static void
reject_empty (const KvsRangeSpec *spec, gint64 now_ms, gint64 start_ms, GError **error)
{
  gint64 end_ms = kvs_timestamp_resolve (&spec->end, now_ms);
  g_autofree char *start = kvs_timestamp_format (start_ms);
  g_autofree char *end = kvs_timestamp_format (end_ms);
  g_autofree char *now = kvs_timestamp_format (now_ms);

  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "the range is empty: start-timestamp is %s%s, end-timestamp is %s, and it is %s now%s", start,
      start_ms > now_ms ? ", which is in the future" : "", end, now,
      start_ms > now_ms && ends_by_now (spec) ? get_advice (spec) : "");
}

gboolean
kvs_range_spec_resolve (const KvsRangeSpec *spec, gint64 now_ms, KvsRange *range, GError **error)
{
  gint64 start_ms = kvs_timestamp_resolve (&spec->start, now_ms);
  gint64 end_ms = resolve_end (spec, now_ms);

  if (end_ms <= start_ms) {
    reject_empty (spec, now_ms, start_ms, error);
    return FALSE;
  }
  if (spec->align)
    start_ms -= start_ms % spec->interval_ms;
  range->start_ms = start_ms;
  range->end_ms = end_ms;
  range->interval_ms = spec->interval_ms;
  return TRUE;
}

guint64
kvs_range_get_n_samples (const KvsRange *range)
{
  if (range->end_ms == KVS_RANGE_NO_END)
    return G_MAXUINT64;
  return (guint64)(range->end_ms - range->start_ms - 1) / range->interval_ms + 1;
}

gint64
kvs_range_get_time (const KvsRange *range, guint64 sample)
{
  return range->start_ms + (gint64)(sample * range->interval_ms);
}
