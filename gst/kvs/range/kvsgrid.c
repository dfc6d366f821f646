/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsgrid.h"

static guint64
count_samples (guint64 begin, guint64 end, guint stride)
{
  if (end <= begin)
    return 0;
  return end == G_MAXUINT64 ? G_MAXUINT64 : (end - begin - 1) / stride + 1;
}

void
kvs_grid_init (KvsGrid *self, const KvsRange *range, const KvsTraversal *traversal)
{
  guint64 end = MIN (traversal->end, kvs_range_get_n_samples (range));
  guint64 n_visited = count_samples (traversal->begin, end, traversal->stride);
  guint64 count = n_visited;

  if (traversal->max_samples > 0)
    count = MIN (count, traversal->max_samples);
  self->stride = traversal->stride;
  self->is_reverse = traversal->is_reverse;
  self->count = count;
  self->number = traversal->begin;
  if (self->is_reverse && count > 0)
    self->number += (n_visited - count) * self->stride;
  self->start_ms = kvs_range_get_time (range, self->number);
  self->interval_ms = (gint64)range->interval_ms * self->stride;
}

gint64
kvs_grid_get_time (const KvsGrid *self, guint64 index)
{
  return self->start_ms + (gint64)index * self->interval_ms;
}

guint64
kvs_grid_get_number (const KvsGrid *self, guint64 index)
{
  return self->number + index * self->stride;
}

guint64
kvs_grid_count_until (const KvsGrid *self, gint64 time_ms)
{
  if (time_ms < self->start_ms)
    return 0;
  return MIN ((guint64)((time_ms - self->start_ms) / self->interval_ms) + 1, self->count);
}
