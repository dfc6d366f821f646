/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How far a task is: the numbers, and the lines that show them. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * StillsProgress:
 * @streams: how many there are.
 * @streams_complete: how many of them are complete.
 * @samples: stills and gaps so far.
 * @expected: how many there will be; 0 if that is not known.
 * @stills: samples with a still.
 * @gaps: samples without.
 * @bytes: the size of all stills.
 * @new_samples: samples that this run has added.
 * @new_stills: stills that this run has added.
 * @new_bytes: the size of these.
 * @seconds: how long this run has taken so far.
 */
typedef struct {
  guint streams;
  guint streams_complete;
  guint64 samples;
  guint64 expected;
  guint64 stills;
  guint64 gaps;
  guint64 bytes;
  guint64 new_samples;
  guint64 new_stills;
  guint64 new_bytes;
  gdouble seconds;
} StillsProgress;

/**
 * stills_progress_get_seconds_left:
 *
 * Returns: how long it will take at the speed so far, in seconds; a negative number if that is not known.
 */
gdouble stills_progress_get_seconds_left (const StillsProgress *self);

/**
 * stills_progress_format_line:
 * @columns: how wide the line may be; 0 for a line in a log, which has no bar.
 *
 * Returns: (transfer full): done, stills and MB a second, gaps and the time left.
 */
char *stills_progress_format_line (const StillsProgress *self, guint columns);

/** (transfer full): all of it for programs, with "event" as the first member. */
JsonObject *stills_progress_describe (const StillsProgress *self, const char *event);

/** (transfer full): a size as people read it: 512 bytes, 3.4 kB, 1.2 GB. */
char *stills_progress_format_bytes (guint64 bytes);

G_END_DECLS
