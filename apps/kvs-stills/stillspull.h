/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One stream of a task: the pipeline that pulls it, from where its output ends to the end of the range. */
#pragma once

#include "stillsoutput.h"
#include "stillssettings.h"
#include "stillsstate.h"

G_BEGIN_DECLS

/** StillsPull: a stream of a task. */
typedef struct _StillsPull StillsPull;

/**
 * StillsPullFuncs:
 * @keep_range: called in the thread that pulls, when the range of the task is resolved, before the first sample.
 * @range_kept: the same in the main thread, afterwards.
 * @warn: there is something that the user should know; in the main thread.
 * @done: all is there, or @error says why not; in the main thread. The pull does nothing any more.
 *
 * What a pull tells its task.
 */
typedef struct {
  gboolean (*keep_range) (const StillsRange *range, gpointer user_data, GError **error);
  void (*range_kept) (gpointer user_data);
  void (*warn) (StillsPull *pull, const char *text, gpointer user_data);
  void (*done) (StillsPull *pull, const GError *error, gpointer user_data);
} StillsPullFuncs;

/**
 * stills_pull_new:
 * @settings: what to pull; it must outlive the pull.
 * @layout: how its output looks; it must outlive the pull.
 * @stream: its name or its ARN.
 * @funcs: what to call; it must outlive the pull.
 */
StillsPull *stills_pull_new (StillsSettings *settings, const StillsLayout *layout,
    const char *stream, const StillsPullFuncs *funcs, gpointer user_data);
void stills_pull_free (StillsPull *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsPull, stills_pull_free)

/**
 * stills_pull_start:
 * @range: (nullable): the range of the task, if it is known; else what the settings say, which
 *     StillsPullFuncs.keep_range() is told.
 *
 * Starts pulling. StillsPullFuncs.done() is called later, after a failure, too.
 */
void stills_pull_start (StillsPull *self, const StillsRange *range);

/** Finishes the still at hand and ends pulling. StillsPullFuncs.done() is not called any more. */
void stills_pull_stop (StillsPull *self);

/** The name of the stream. */
const char *stills_pull_get_name (StillsPull *self);

/** What there is so far, also of earlier runs. */
void stills_pull_get_totals (StillsPull *self, StillsTotals *totals);

/** Sets what there is of a stream that needs not be pulled. */
void stills_pull_set_totals (StillsPull *self, const StillsTotals *totals);

/** What there was when this run began. */
void stills_pull_get_earlier (StillsPull *self, StillsTotals *totals);

/** How many samples there will be; 0 if that is not known. */
guint64 stills_pull_get_n_expected (StillsPull *self);

/** The stats of the element, (transfer full) (nullable): %NULL if it has never run. */
GstStructure *stills_pull_get_stats (StillsPull *self);

G_END_DECLS
