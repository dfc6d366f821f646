/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Manifests: a task a line, as JSON, each of them a range of one stream. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * StillsTask:
 * @stream: the name or the ARN of a stream.
 * @start_ms: the start of the range, in ms since the epoch.
 * @end_ms: its end.
 */
typedef struct {
  char *stream;
  gint64 start_ms;
  gint64 end_ms;
} StillsTask;

void stills_task_clear (StillsTask *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StillsTask, stills_task_clear)

/** (transfer full): the line of a task, with the end of the line. */
char *stills_manifest_write_line (guint64 number, const StillsTask *task);

/**
 * stills_manifest_read_task:
 * @path: the file of a manifest.
 * @number: which task, from 0 on.
 * @task: (out): the task.
 * @n_tasks: (out): how many there are.
 */
gboolean stills_manifest_read_task (
    const char *path, guint64 number, StillsTask *task, guint64 *n_tasks, GError **error);

/**
 * stills_manifest_find_number:
 * @option: (nullable): the number on the command line.
 * @number: (out): it, or that which the environment has: SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX,
 *     JOB_COMPLETION_INDEX.
 */
gboolean stills_manifest_find_number (const char *option, guint64 *number, GError **error);

/**
 * stills_manifest_get_jitter:
 * @n_tasks: how many tasks may start at once.
 *
 * Returns: for how long, in ms, their starts are to be spread, so that they stay at a third of the 300 calls of
 *     GetDataEndpoint that an account has a second.
 */
gint64 stills_manifest_get_jitter (guint64 n_tasks);

G_END_DECLS
