/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much of a range one request task has. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsPlan:
 * @page: how many samples a page has at most.
 * @lookback: how many samples earlier a request has to begin.
 * @window: how many samples one request can cover from where it begins.
 * @n_parallel: how many requests in flight are of use.
 * @n_held: how many samples may be held in all, by their size.
 * @is_first: whether it is the first task, which downstream waits for.
 * @is_reverse: whether the last sample is wanted first.
 *
 * The facts on which the length of a task depends.
 */
typedef struct {
  guint page;
  guint lookback;
  guint window;
  guint n_parallel;
  guint64 n_held;
  gboolean is_first;
  gboolean is_reverse;
} KvsPlan;

/**
 * kvs_plan_choose_length:
 * @self: what it depends on.
 * @n_left: how many samples are left, at least 1.
 *
 * A request has to begin earlier than its first sample, which costs entries: the longer a task, the less
 * they weigh. The shorter the tasks, the more evenly threads share what is left, and the less has to be
 * held for what comes before it. Whole pages waste no points of the quota.
 *
 * Returns: how many samples to fetch, at least 1.
 */
guint kvs_plan_choose_length (const KvsPlan *self, guint64 n_left);

G_END_DECLS
