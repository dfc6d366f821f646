/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsmanifest.h"

#include "stillserror.h"
#include "stillsfile.h"
#include "stillsname.h"

#include <awsenvironment.h>
#include <awsjson.h>
#include <kvsstream.h>
#include <kvstimestamp.h>

#include <string.h>

#define STARTS_PER_SECOND 100

void
stills_task_clear (StillsTask *self)
{
  g_clear_pointer (&self->stream, g_free);
}

char *
stills_manifest_write_line (guint64 number, const StillsTask *task)
{
  g_autofree char *start = stills_name_time (task->start_ms);
  g_autofree char *end = stills_name_time (task->end_ms);

  return g_strdup_printf ("{\"task\":%" G_GUINT64_FORMAT
                          ",\"stream\":\"%s\",\"start\":\"%s\",\"end\":\"%s\"}\n",
      number, task->stream, start, end);
}

static gboolean
read_time (JsonObject *object, const char *name, gint64 *ms)
{
  const char *text = aws_json_get_string (object, name);
  KvsTimestamp timestamp;

  if (text == NULL || !kvs_timestamp_parse (text, &timestamp, NULL) || timestamp.relative)
    return FALSE;
  *ms = timestamp.ms;
  return TRUE;
}

static gboolean
read_line (const char *line, StillsTask *task)
{
  g_autoptr (JsonObject) object = aws_json_parse_object (line, strlen (line));

  task->stream = object ? g_strdup (aws_json_get_string (object, "stream")) : NULL;
  return task->stream &&
         (kvs_stream_name_check (task->stream, NULL) ||
             kvs_stream_arn_check (task->stream, NULL)) &&
         read_time (object, "start", &task->start_ms) && read_time (object, "end", &task->end_ms) &&
         task->start_ms < task->end_ms;
}

/* The line of the number, and how many there are; empty ones do not count. */
static const char *
find_line (char **lines, guint64 number, guint64 *n_tasks)
{
  const char *found = NULL;

  *n_tasks = 0;
  for (guint i = 0; lines[i]; i++) {
    if (*lines[i] == '\0')
      continue;
    if ((*n_tasks)++ == number)
      found = lines[i];
  }
  return found;
}

static gboolean
set_error (GError **error, const char *path, const char *what)
{
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE, "The manifest %s %s.", path, what);
  return FALSE;
}

gboolean
stills_manifest_read_task (
    const char *path, guint64 number, StillsTask *task, guint64 *n_tasks, GError **error)
{
  g_autofree char *what = NULL;
  g_autoptr (GError) cause = NULL;
  g_auto (GStrv) lines = stills_file_read_lines (path, &cause);
  const char *line;

  if (lines == NULL) {
    what = g_strdup_printf ("cannot be read: %s", cause->message);
    return set_error (error, path, what);
  }
  line = find_line (lines, number, n_tasks);
  if (line == NULL) {
    what = g_strdup_printf ("has no task %" G_GUINT64_FORMAT ": it has %" G_GUINT64_FORMAT
                            ", and the first one is 0",
        number, *n_tasks);
    return set_error (error, path, what);
  }
  if (read_line (line, task))
    return TRUE;
  what = g_strdup_printf (
      "has no stream, start and end, as plan writes them, in its task %" G_GUINT64_FORMAT, number);
  return set_error (error, path, what);
}

gboolean
stills_manifest_find_number (const char *option, guint64 *number, GError **error)
{
  static const char *const names[] = {
      "SLURM_ARRAY_TASK_ID", "AWS_BATCH_JOB_ARRAY_INDEX", "JOB_COMPLETION_INDEX"};
  const char *name = "--task";
  const char *text = option;

  /* Shell scripts export variables that they did not set. */
  for (guint i = 0; i < G_N_ELEMENTS (names) && text == NULL; i++) {
    name = names[i];
    text = aws_environment_get (name);
  }
  if (text == NULL)
    return stills_error_refuse (error,
        "Which task of the manifest is meant? Give --task N, or run it in an array job, which sets "
        "SLURM_ARRAY_TASK_ID, AWS_BATCH_JOB_ARRAY_INDEX or JOB_COMPLETION_INDEX.");
  if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, number, NULL))
    return TRUE;
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
      "%s is '%s', which cannot be used: accepted is a number from 0 on.", name, text);
  return FALSE;
}

gint64
stills_manifest_get_jitter (guint64 n_tasks)
{
  return (gint64)(n_tasks * 1000 / STARTS_PER_SECOND);
}
