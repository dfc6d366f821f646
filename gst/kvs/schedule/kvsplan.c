/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsplan.h"

/* A task is this many times as long as what it begins earlier: so that costs a twentieth; in reverse,
 * where all of it is held before any is pushed, a fourth. */
#define LENGTH_PER_LOOKBACK 20
#define REVERSE_LENGTH_PER_LOOKBACK 4

/* Tasks get shorter as less is left, so that all threads come to an end at about the same time. */
#define TASKS_PER_SHARE 2

/* Shares of what is left are not shorter than this many times what they begin earlier. */
#define MIN_LENGTH_PER_LOOKBACK 2

static guint64
round_up (guint64 n, guint64 unit)
{
  return (n + unit - 1) / unit * unit;
}

/* The first sample alone arrives with one reply, whatever precedes it; but so do all samples on the same
 * page. */
static gboolean
is_first_alone (const KvsPlan *self)
{
  return self->is_first && self->lookback + 1 > self->page;
}

/* How many samples may be held of one task. */
static guint64
get_fair_part (const KvsPlan *self)
{
  return MAX (self->n_held / self->n_parallel, 1);
}

static guint64
choose_entries (const KvsPlan *self, guint64 n_left)
{
  guint64 per_lookback = self->is_reverse ? REVERSE_LENGTH_PER_LOOKBACK : LENGTH_PER_LOOKBACK;
  guint64 share = n_left / self->n_parallel;
  guint64 wanted = MAX (self->page, per_lookback * self->lookback);

  if (self->is_first && self->is_reverse)
    return self->page;
  /* With one thread, images arrive in the order in which they are pulled. But only the first images show how
   * large they are. */
  if (self->n_parallel == 1 && !self->is_first && !self->is_reverse)
    return self->window;
  if (!self->is_reverse)
    wanted = MAX (wanted, share / (self->n_parallel > 1 ? TASKS_PER_SHARE : 1));
  wanted =
      MIN (wanted, MAX (share, (guint64)MIN_LENGTH_PER_LOOKBACK * self->lookback) + self->lookback);
  wanted = MIN (wanted, get_fair_part (self) + self->lookback);
  return round_up (MAX (wanted, self->lookback + 1), self->page);
}

guint
kvs_plan_choose_length (const KvsPlan *self, guint64 n_left)
{
  guint64 entries, most;

  if (is_first_alone (self) || self->window <= self->lookback)
    return 1;
  most = self->window;
  if (most > self->page)
    most -= most % self->page;
  if (most <= self->lookback)
    most = self->window;
  entries = MIN (choose_entries (self, n_left), most);
  /* In reverse all of it is held, whatever the length of pages. */
  if (self->is_reverse)
    n_left = MIN (n_left, get_fair_part (self));
  return (guint)MIN (entries - self->lookback, n_left);
}
