/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillslookback.h"

#define SECOND G_GINT64_CONSTANT (1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Media is kept for ten years at most (CreateStream, DataRetentionInHours). */
#define LONGEST_RETENTION (3660 * DAY)

static const gint64 ages[] = {MINUTE, HOUR, DAY, 30 * DAY, LONGEST_RETENTION};

/* Each step asks for about a hundred samples. */
static const StillsStep steps[] = {
    {5 * MINUTE, 0, 5 * SECOND},
    {HOUR, 5 * MINUTE, MINUTE},
    {DAY, HOUR, 15 * MINUTE},
    {30 * DAY, DAY, 6 * HOUR},
    {365 * DAY, 30 * DAY, 3 * DAY},
    {LONGEST_RETENTION, 365 * DAY, 30 * DAY},
};

/* No lower end of a range is known that has fragments. */
#define NONE G_MININT64

void
stills_lookback_init (StillsLookback *self, gint64 now_ms)
{
  *self = (StillsLookback){
      .from_ms = now_ms - ages[0], .until_ms = now_ms, .now_ms = now_ms, .lower_ms = NONE};
}

/* The rest of a range that has too many, or the next longer one. */
static gboolean
go_back (StillsLookback *self)
{
  self->until_ms = self->from_ms;
  if (self->lower_ms != NONE) {
    self->from_ms = self->lower_ms;
    return self->from_ms < self->until_ms;
  }
  if (++self->step == G_N_ELEMENTS (ages))
    return FALSE;
  self->from_ms = MAX (self->now_ms - ages[self->step], 0);
  return self->from_ms < self->until_ms;
}

static gboolean
cut_in_half (StillsLookback *self)
{
  gint64 middle_ms = self->from_ms + (self->until_ms - self->from_ms) / 2;

  if (middle_ms <= self->from_ms)
    return FALSE;
  self->lower_ms = self->from_ms;
  self->from_ms = middle_ms;
  return TRUE;
}

gboolean
stills_lookback_go_on (StillsLookback *self, StillsFound found)
{
  switch (found) {
    case STILLS_FOUND_NOTHING:
      return go_back (self);
    case STILLS_FOUND_TOO_MANY:
      return cut_in_half (self);
    default:
      return FALSE;
  }
}

gboolean
stills_lookback_get_step (guint number, StillsStep *step)
{
  if (number >= G_N_ELEMENTS (steps))
    return FALSE;
  *step = steps[number];
  return TRUE;
}

gint64
stills_lookback_refine (gint64 interval_ms)
{
  static const gint64 finer[] = {3 * DAY, 6 * HOUR, 15 * MINUTE, MINUTE, 5 * SECOND, SECOND};

  for (guint i = 0; i < G_N_ELEMENTS (finer); i++) {
    if (finer[i] < interval_ms)
      return finer[i];
  }
  return 0;
}
