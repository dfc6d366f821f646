/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsstate.h"

#include "stillserror.h"
#include "stillsfile.h"
#include "stillsname.h"

#include <awsjson.h>
#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FOLDER ".kvs-stills"

struct _StillsState {
  char *output;
  char *folder;
  gint lock_fd;
  JsonObject *task;
};

static JsonObject *
read_object (const char *path)
{
  g_autofree char *text = NULL;
  gsize size;

  return g_file_get_contents (path, &text, &size, NULL) ? aws_json_parse_object (text, size) : NULL;
}

static gboolean
write_object (const char *path, JsonObject *object, GError **error)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);
  g_autofree char *json = json_to_string (root, TRUE);
  g_autofree char *text = g_strconcat (json, "\n", NULL);

  return stills_file_replace (path, text, strlen (text), TRUE, error);
}

static char *
get_task_path (StillsState *self)
{
  return g_build_filename (self->folder, "task.json", NULL);
}

static char *
get_stream_path (StillsState *self, const char *stream)
{
  g_autofree char *name = stills_name_stream (stream);
  g_autofree char *file = g_strconcat (name, ".json", NULL);

  return g_build_filename (self->folder, file, NULL);
}

/* The lock goes with the process, however that ends. */
static gboolean
lock (StillsState *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "lock", NULL);

  self->lock_fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (self->lock_fd < 0)
    return stills_file_set_error (error, path, errno);
  if (flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  if (errno != EWOULDBLOCK)
    return stills_file_set_error (error, path, errno);
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_AGAIN,
      "Another kvs-stills is at work on this task in %s. Try again when it has ended.",
      self->output);
  return FALSE;
}

/* What is kept of the task, or NULL if that is nothing, or not what was written. */
static JsonObject *
read_task (StillsState *self)
{
  g_autofree char *path = get_task_path (self);
  g_autoptr (JsonObject) task = read_object (path);
  gint64 start_ms;

  return task && aws_json_get_object (task, "settings") &&
                 aws_json_get_int (task, "start-ms", &start_ms)
             ? g_steal_pointer (&task)
             : NULL;
}

StillsState *
stills_state_open (const char *output, const char *key, GError **error)
{
  g_autoptr (StillsState) self = g_new0 (StillsState, 1);

  self->output = g_strdup (output);
  self->folder = g_build_filename (output, FOLDER, key, NULL);
  self->lock_fd = -1;
  if (!stills_file_make_folder (self->folder, error) || !lock (self, error))
    return NULL;
  self->task = read_task (self);
  return g_steal_pointer (&self);
}

void
stills_state_close (StillsState *self)
{
  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_clear_pointer (&self->task, json_object_unref);
  g_free (self->folder);
  g_free (self->output);
  g_free (self);
}

static gboolean
check_setting (StillsState *self, JsonObject *settings, const char *name, GError **error)
{
  JsonObject *kept = aws_json_get_object (self->task, "settings");
  const char *there = aws_json_get_string (kept, name);
  const char *asked = aws_json_get_string (settings, name);

  if (g_strcmp0 (there, asked) == 0)
    return TRUE;
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
      "%s has the output of another task: %s was '%s' there, and is '%s' now. Choose another folder "
      "with --output.",
      self->output, name, there ? there : "", asked);
  return FALSE;
}

gboolean
stills_state_check (StillsState *self, JsonObject *settings, GError **error)
{
  g_autoptr (GList) names = NULL;

  if (self->task == NULL)
    return TRUE;
  names = json_object_get_members (settings);
  for (GList *l = names; l; l = l->next) {
    if (!check_setting (self, settings, l->data, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
stills_state_get_range (StillsState *self, StillsRange *range)
{
  if (self->task == NULL)
    return FALSE;
  range->end_ms = STILLS_RANGE_NO_END;
  aws_json_get_int (self->task, "start-ms", &range->start_ms);
  aws_json_get_int (self->task, "end-ms", &range->end_ms);
  return TRUE;
}

gboolean
stills_state_keep_range (
    StillsState *self, JsonObject *settings, const StillsRange *range, GError **error)
{
  g_autoptr (JsonObject) task = json_object_new ();
  g_autofree char *path = get_task_path (self);

  json_object_set_object_member (task, "settings", json_object_ref (settings));
  json_object_set_int_member (task, "start-ms", range->start_ms);
  if (range->end_ms != STILLS_RANGE_NO_END)
    json_object_set_int_member (task, "end-ms", range->end_ms);
  if (!write_object (path, task, error))
    return FALSE;
  g_clear_pointer (&self->task, json_object_unref);
  self->task = g_steal_pointer (&task);
  return TRUE;
}

static gboolean
read_total (JsonObject *object, const char *name, guint64 *total)
{
  gint64 number;

  if (!aws_json_get_int (object, name, &number) || number < 0)
    return FALSE;
  *total = (guint64)number;
  return TRUE;
}

gboolean
stills_state_is_complete (StillsState *self, const char *stream, StillsTotals *totals)
{
  g_autofree char *path = get_stream_path (self, stream);
  g_autoptr (JsonObject) object = read_object (path);

  return object && read_total (object, "samples", &totals->samples) &&
         read_total (object, "stills", &totals->stills) &&
         read_total (object, "gaps", &totals->gaps) && read_total (object, "bytes", &totals->bytes);
}

gboolean
stills_state_set_complete (
    StillsState *self, const char *stream, const StillsTotals *totals, GError **error)
{
  g_autofree char *path = get_stream_path (self, stream);
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_int_member (object, "samples", (gint64)totals->samples);
  json_object_set_int_member (object, "stills", (gint64)totals->stills);
  json_object_set_int_member (object, "gaps", (gint64)totals->gaps);
  json_object_set_int_member (object, "bytes", (gint64)totals->bytes);
  return write_object (path, object, error);
}
