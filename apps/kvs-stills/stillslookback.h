/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where to look for the newest media of a stream, further and further back. The caller sends the requests
 * and reports what they have found. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StillsFound:
 * @STILLS_FOUND_NOTHING: the range has no fragment.
 * @STILLS_FOUND_SOME: here they are.
 * @STILLS_FOUND_TOO_MANY: there are more of them than a list takes.
 *
 * What a list of the fragments of a range says.
 */
typedef enum {
  STILLS_FOUND_NOTHING,
  STILLS_FOUND_SOME,
  STILLS_FOUND_TOO_MANY,
} StillsFound;

/**
 * StillsLookback:
 * @from_ms: where the range begins whose fragments are to be listed next, in ms since the epoch.
 * @until_ms: its end.
 *
 * The search for the newest fragment: in ranges that grow as long as they are empty, and are cut in half as long as
 * there are too many in them.
 */
typedef struct {
  gint64 from_ms;
  gint64 until_ms;
  gint64 now_ms;
  gint64 lower_ms;
  guint step;
} StillsLookback;

void stills_lookback_init (StillsLookback *self, gint64 now_ms);

/** Takes what was found in the range. Returns whether there is another one to list. */
gboolean stills_lookback_go_on (StillsLookback *self, StillsFound found);

/**
 * StillsStep:
 * @age_ms: how old the oldest sample of the step is.
 * @until_ms: how old the newest one is.
 * @interval_ms: from each sample to the next.
 *
 * A step of the search for the newest still, where fragments cannot be listed.
 */
typedef struct {
  gint64 age_ms;
  gint64 until_ms;
  gint64 interval_ms;
} StillsStep;

/** The step with this number, from 0 on; whether there is one. */
gboolean stills_lookback_get_step (guint number, StillsStep *step);

/** The interval with which to look between a still and the next sample, which had none; 0 if it is close enough. */
gint64 stills_lookback_refine (gint64 interval_ms);

G_END_DECLS
