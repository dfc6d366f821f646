/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvswindow.h"

static gint64
cut_to_second (gint64 ms)
{
  return ms - ms % 1000;
}

guint
kvs_window_get_max_count (gint64 start_ms, gint64 interval_ms)
{
  gint64 last_ms = cut_to_second (start_ms) + KVS_MAX_RANGE_MS - 1;

  return (guint)((last_ms - start_ms) / interval_ms) + 1;
}

void
kvs_window_init (KvsWindow *self, gint64 start_ms, gint64 interval_ms, guint count)
{
  gint64 last_ms = start_ms + (count - 1) * interval_ms;

  self->start_ms = start_ms;
  self->interval_ms = interval_ms;
  self->count = count;
  self->end_ms = cut_to_second (last_ms) + 1000;
}

void
kvs_window_init_pair (KvsWindow *self, gint64 time_ms, gint64 lookback_ms)
{
  gint64 distance_ms = MAX (lookback_ms, KVS_MIN_SAMPLING_INTERVAL_MS);
  gint64 start_ms = cut_to_second (MAX (time_ms - distance_ms, 0));

  kvs_window_init (self, start_ms, time_ms - start_ms, 2);
}

gint64
kvs_window_get_time (const KvsWindow *self, gint64 index)
{
  return self->start_ms + index * self->interval_ms;
}
