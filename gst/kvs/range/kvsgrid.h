/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The samples of a range in a traversal. */
#pragma once

#include "kvsrange.h"
#include "kvstraversal.h"

G_BEGIN_DECLS

/**
 * KvsGrid:
 * @number: the number in the range of the earliest sample.
 * @stride: from each sample's number to the next.
 * @start_ms: the time of the earliest sample, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 * @count: how many samples there are, %G_MAXUINT64 for no end.
 * @is_reverse: whether the last one is read first.
 *
 * The samples in the order of time; each has an index from 0 on.
 */
typedef struct {
  guint64 number;
  guint stride;
  gint64 start_ms;
  gint64 interval_ms;
  guint64 count;
  gboolean is_reverse;
} KvsGrid;

/**
 * kvs_grid_init:
 * @self: (out): the grid.
 * @range: the range.
 * @traversal: which samples of it.
 */
void kvs_grid_init (KvsGrid *self, const KvsRange *range, const KvsTraversal *traversal);

/**
 * kvs_grid_get_time:
 * @index: one of its samples.
 *
 * Returns: its time, in ms since the epoch.
 */
gint64 kvs_grid_get_time (const KvsGrid *self, guint64 index);

/**
 * kvs_grid_get_number:
 * @index: one of its samples.
 *
 * Returns: its number in the range.
 */
guint64 kvs_grid_get_number (const KvsGrid *self, guint64 index);

/**
 * kvs_grid_count_until:
 * @time_ms: a time, in ms since the epoch.
 *
 * Returns: how many of its samples are not later than @time_ms.
 */
guint64 kvs_grid_count_until (const KvsGrid *self, gint64 time_ms);

G_END_DECLS
