/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The log. Entries do not change after they were added, so that threads can share them. */
#include "emulatorlog.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

struct _EmulatorLog {
  GMutex lock; /* guards all that follows */
  GCond added;
  JsonArray *entries;
  FILE *file; /* NULL when there is none */
};

EmulatorLog *
emulator_log_new (void)
{
  EmulatorLog *log = g_new0 (EmulatorLog, 1);

  g_mutex_init (&log->lock);
  g_cond_init (&log->added);
  log->entries = json_array_new ();
  return log;
}

static void
close_file (EmulatorLog *self)
{
  if (self->file != NULL && self->file != stdout)
    fclose (self->file);
  self->file = NULL;
}

void
emulator_log_free (EmulatorLog *log)
{
  close_file (log);
  json_array_unref (log->entries);
  g_cond_clear (&log->added);
  g_mutex_clear (&log->lock);
  g_free (log);
}

gboolean
emulator_log_open (EmulatorLog *log, const char *path, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->lock);

  close_file (log);
  if (path == NULL)
    return TRUE;
  log->file = g_str_equal (path, "-") ? stdout : g_fopen (path, "ae");
  if (log->file != NULL)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
      "The log %s cannot be opened: %s", path, g_strerror (errno));
  return FALSE;
}

/* Called with the lock held. */
static void
write_line (EmulatorLog *self, JsonObject *entry)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), entry);
  g_autofree char *line = json_to_string (node, FALSE);

  fprintf (self->file, "%s\n", line);
  fflush (self->file);
}

void
emulator_log_add (EmulatorLog *log, JsonObject *entry)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->lock);

  if (log->file != NULL)
    write_line (log, entry);
  json_array_add_object_element (log->entries, entry);
  g_cond_broadcast (&log->added);
}

JsonArray *
emulator_log_get_entries (EmulatorLog *log)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->lock);
  JsonArray *copy = json_array_new ();

  for (guint i = 0; i < json_array_get_length (log->entries); i++)
    json_array_add_object_element (
        copy, json_object_ref (json_array_get_object_element (log->entries, i)));
  return copy;
}

/* Called with the lock held. */
static guint
count (EmulatorLog *self, const char *operation)
{
  guint n = 0;

  if (g_str_equal (operation, "*"))
    return json_array_get_length (self->entries);
  for (guint i = 0; i < json_array_get_length (self->entries); i++) {
    JsonObject *entry = json_array_get_object_element (self->entries, i);

    if (g_strcmp0 (
            json_object_get_string_member_with_default (entry, "operation", NULL), operation) == 0)
      n++;
  }
  return n;
}

guint
emulator_log_count (EmulatorLog *log, const char *operation)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->lock);

  return count (log, operation);
}

gboolean
emulator_log_wait (EmulatorLog *log, const char *operation, guint n, gint64 timeout_us)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&log->lock);
  gint64 end_us = g_get_monotonic_time () + timeout_us;

  while (count (log, operation) < n) {
    if (!g_cond_wait_until (&log->added, &log->lock, end_us))
      return count (log, operation) >= n;
  }
  return TRUE;
}
