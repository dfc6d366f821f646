/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a task keeps in .kvs-stills/ beside its output, so that it can be stopped and continued: what it was asked
 * for, the range that this has turned out to be, and which streams are complete. How far the others are, their
 * indexes say. */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/** The end of a range that has none. */
#define STILLS_RANGE_NO_END G_MAXINT64

/**
 * StillsRange:
 * @start_ms: the time of sample 0, in ms since the epoch.
 * @end_ms: the end, which is not part of it, or %STILLS_RANGE_NO_END.
 *
 * The range of a task, resolved: without now.
 */
typedef struct {
  gint64 start_ms;
  gint64 end_ms;
} StillsRange;

/**
 * StillsTotals:
 * @samples: stills and gaps.
 * @stills: samples with a still.
 * @gaps: samples without.
 * @bytes: the size of all stills.
 */
typedef struct {
  guint64 samples;
  guint64 stills;
  guint64 gaps;
  guint64 bytes;
} StillsTotals;

/** StillsState: the state of a task. It is locked as long as it is open. */
typedef struct _StillsState StillsState;

/**
 * stills_state_open:
 * @output: the folder of the output.
 * @key: (nullable): what tells the task from others with the same output.
 * @error: %STILLS_EXIT_AGAIN if another process is at work on the task; %STILLS_EXIT_OUTPUT.
 */
StillsState *stills_state_open (const char *output, const char *key, GError **error);
void stills_state_close (StillsState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsState, stills_state_close)

/**
 * stills_state_check:
 * @settings: what the command line asks for.
 * @error: %STILLS_EXIT_USAGE if the state is of a task that asks for something else. It names the first difference.
 */
gboolean stills_state_check (StillsState *self, JsonObject *settings, GError **error);

/** Whether the range of the task is known already, and which it is. */
gboolean stills_state_get_range (StillsState *self, StillsRange *range);

/** Keeps the range that @settings have turned out to mean. */
gboolean stills_state_keep_range (
    StillsState *self, JsonObject *settings, const StillsRange *range, GError **error);

/** Whether a stream is complete, and what it has. */
gboolean stills_state_is_complete (StillsState *self, const char *stream, StillsTotals *totals);

/** Keeps that a stream is complete. All of its output has to be on the disk. */
gboolean stills_state_set_complete (
    StillsState *self, const char *stream, const StillsTotals *totals, GError **error);

G_END_DECLS
