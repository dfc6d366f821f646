/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsindex.h"

#include "stillserror.h"
#include "stillsfile.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct _StillsIndex {
  char *path;
  StillsIndexFormat format;
  gint fd;
  gsize size;
};

/* The size of the line that @text begins with, its end included; 0 if it has none. */
static gsize
get_line_size (const char *text, gsize size)
{
  const char *end = size ? memchr (text, '\n', size) : NULL;

  return end ? (gsize)(end - text) + 1 : 0;
}

static gsize
get_header_size (const char *text, gsize size, StillsIndexFormat format)
{
  const gsize length = strlen (STILLS_ENTRY_CSV_HEADER);

  return format == STILLS_INDEX_CSV && size >= length &&
                 memcmp (text, STILLS_ENTRY_CSV_HEADER, length) == 0
             ? length
             : 0;
}

static gboolean
scan_line (const char *line, gsize size, StillsIndexFormat format, guint64 *next,
    StillsEntryFunc func, gpointer user_data)
{
  g_autofree char *text = g_strndup (line, size - 1);
  g_auto (StillsEntry) entry = {0};

  if (!stills_entry_read (&entry, text, format) || (*next != G_MAXUINT64 && entry.index != *next) ||
      !func (&entry, user_data))
    return FALSE;
  *next = entry.index + 1;
  return TRUE;
}

gsize
stills_index_scan (const char *text, gsize size, StillsIndexFormat format, StillsEntryFunc func,
    gpointer user_data)
{
  gsize done;
  guint64 next = G_MAXUINT64;
  gsize line_size;

  /* An empty file is mapped to no memory at all. */
  if (size == 0)
    return 0;
  done = get_header_size (text, size, format);
  if (format == STILLS_INDEX_CSV && done == 0)
    return 0;
  while ((line_size = get_line_size (text + done, size - done)) > 0 &&
         scan_line (text + done, line_size, format, &next, func, user_data))
    done += line_size;
  return done;
}

static gsize
scan_file (const char *path, StillsIndexFormat format, StillsEntryFunc func, gpointer user_data,
    GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  return file ? stills_index_scan (g_mapped_file_get_contents (file),
                    g_mapped_file_get_length (file), format, func, user_data)
              : 0;
}

gboolean
stills_index_read (const char *path, StillsEntryFunc func, gpointer user_data, GError **error)
{
  StillsIndexFormat format =
      g_str_has_suffix (path, ".csv") ? STILLS_INDEX_CSV : STILLS_INDEX_JSONL;
  g_autoptr (GError) cause = NULL;

  scan_file (path, format, func, user_data, &cause);
  if (cause == NULL)
    return TRUE;
  g_set_error (
      error, STILLS_ERROR, STILLS_EXIT_USAGE, "%s cannot be read: %s.", path, cause->message);
  return FALSE;
}

static gboolean
cut (StillsIndex *self, GError **error)
{
  return ftruncate (self->fd, (off_t)self->size) == 0 ||
         stills_file_set_error (error, self->path, errno);
}

static gboolean
append_text (StillsIndex *self, const char *text, GError **error)
{
  gsize size = strlen (text);

  if (!stills_file_write (self->fd, self->path, text, size, error)) {
    cut (self, NULL);
    return FALSE;
  }
  self->size += size;
  return TRUE;
}

StillsIndex *
stills_index_open (const char *path, StillsIndexFormat format, StillsEntryFunc func,
    gpointer user_data, GError **error)
{
  g_autoptr (StillsIndex) self = g_new0 (StillsIndex, 1);
  g_autofree char *folder = g_path_get_dirname (path);

  self->path = g_strdup (path);
  self->format = format;
  self->fd = -1;
  if (!stills_file_make_folder (folder, error))
    return NULL;
  self->fd = g_open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (self->fd < 0) {
    stills_file_set_error (error, path, errno);
    return NULL;
  }
  self->size = scan_file (path, format, func, user_data, NULL);
  if (!cut (self, error))
    return NULL;
  if (self->size == 0 && format == STILLS_INDEX_CSV &&
      !append_text (self, STILLS_ENTRY_CSV_HEADER, error))
    return NULL;
  return g_steal_pointer (&self);
}

gboolean
stills_index_append (StillsIndex *self, const StillsEntry *entry, GError **error)
{
  g_autofree char *line = stills_entry_write (entry, self->format);

  return append_text (self, line, error);
}

void
stills_index_close (StillsIndex *self)
{
  if (self->fd >= 0)
    close (self->fd);
  g_free (self->path);
  g_free (self);
}
