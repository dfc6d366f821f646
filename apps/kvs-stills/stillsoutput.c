/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsoutput.h"

#include "stillserror.h"
#include "stillsexif.h"
#include "stillsfile.h"
#include "stillsindex.h"
#include "stillsname.h"
#include "stillstar.h"

#include <glib/gstdio.h>

struct _StillsOutput {
  const StillsLayout *layout;
  char *stream;
  char *folder;
  StillsRange range;
  guint interval_ms;
  StillsIndex *index;
  StillsTar *tar;
  StillsTarPlace place;
  StillsTotals totals;
  guint64 next;
};

static char *
make_folder_name (const StillsLayout *layout, const char *stream)
{
  g_autofree char *name = stills_name_stream (stream);

  return g_build_filename (layout->folder, name, NULL);
}

static char *
make_index_path (const StillsLayout *layout, const char *folder)
{
  g_autofree char *name =
      stills_name_index (layout->key, stills_index_format_get_extension (layout->index_format));

  return g_build_filename (folder, name, NULL);
}

gboolean
stills_output_check_absence (const StillsLayout *layout, const char *stream, GError **error)
{
  g_autofree char *folder = make_folder_name (layout, stream);
  g_autofree char *path = make_index_path (layout, folder);

  if (g_access (path, F_OK) != 0)
    return TRUE;
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
      "%s is there, but nothing says of which task it is. Choose another folder with --output, or "
      "remove it.",
      path);
  return FALSE;
}

static gboolean
has_file (StillsOutput *self, const StillsEntry *entry)
{
  g_autofree char *path = g_build_filename (self->folder, entry->file, NULL);
  GStatBuf status;

  return entry->offset == STILLS_ENTRY_NONE && g_stat (path, &status) == 0 &&
         (guint64)status.st_size == entry->bytes;
}

static gboolean
is_there (StillsOutput *self, const StillsEntry *entry)
{
  const StillsLayout *layout = self->layout;

  if (layout->n_per_shard == 0)
    return has_file (self, entry);
  return stills_tar_pass (self->folder, layout->key, layout->n_per_shard, entry, &self->place);
}

static void
count (StillsOutput *self, const StillsEntry *entry)
{
  self->next = entry->index + 1;
  self->totals.samples++;
  if (entry->reason) {
    self->totals.gaps++;
  } else {
    self->totals.stills++;
    self->totals.bytes += entry->bytes;
  }
}

static gboolean
take_up_cb (const StillsEntry *entry, gpointer user_data)
{
  StillsOutput *self = user_data;

  if (entry->time_ms != self->range.start_ms + (gint64)(entry->index * self->interval_ms) ||
      (entry->reason == NULL && !is_there (self, entry)))
    return FALSE;
  count (self, entry);
  return TRUE;
}

static gboolean
open_all (StillsOutput *self, GError **error)
{
  const StillsLayout *layout = self->layout;
  g_autofree char *path = make_index_path (layout, self->folder);

  self->index = stills_index_open (path, layout->index_format, take_up_cb, self, error);
  if (self->index == NULL)
    return FALSE;
  if (layout->n_per_shard == 0)
    return TRUE;
  self->tar = stills_tar_open (self->folder, layout->key, layout->n_per_shard, &self->place, error);
  return self->tar != NULL;
}

StillsOutput *
stills_output_open (const StillsLayout *layout, const char *stream, const StillsRange *range,
    guint interval_ms, GError **error)
{
  g_autoptr (StillsOutput) self = g_new0 (StillsOutput, 1);

  self->layout = layout;
  self->stream = g_strdup (stream);
  self->folder = make_folder_name (layout, stream);
  self->range = *range;
  self->interval_ms = interval_ms;
  return open_all (self, error) ? g_steal_pointer (&self) : NULL;
}

/* Nothing has come: then the stream may not even exist. */
static void
remove_empty (StillsOutput *self)
{
  g_autofree char *path = make_index_path (self->layout, self->folder);

  if (self->tar)
    stills_tar_end (self->tar, NULL);
  g_unlink (path);
  g_rmdir (self->folder);
}

void
stills_output_close (StillsOutput *self)
{
  if (self->totals.samples == 0)
    remove_empty (self);
  g_clear_pointer (&self->index, stills_index_close);
  g_clear_pointer (&self->tar, stills_tar_close);
  g_free (self->folder);
  g_free (self->stream);
  g_free (self);
}

guint64
stills_output_get_next (StillsOutput *self)
{
  return self->next;
}

const StillsTotals *
stills_output_get_totals (StillsOutput *self)
{
  return &self->totals;
}

static gboolean
write_file (StillsOutput *self, StillsEntry *entry, gconstpointer image, GError **error)
{
  g_autofree char *path = NULL;

  entry->file = stills_name_still (entry->time_ms, self->layout->extension);
  path = g_build_filename (self->folder, entry->file, NULL);
  return stills_file_replace (path, image, entry->bytes, FALSE, error);
}

static gboolean
write_still (StillsOutput *self, StillsEntry *entry, gconstpointer image, GError **error)
{
  return self->tar ? stills_tar_add (
                         self->tar, self->stream, self->layout->extension, entry, image, error)
                   : write_file (self, entry, image, error);
}

/* A shard that is full ends when the index tells of its last still. */
static gboolean
add (StillsOutput *self, StillsEntry *entry, gconstpointer image, GError **error)
{
  if (!write_still (self, entry, image, error) || !stills_index_append (self->index, entry, error))
    return FALSE;
  count (self, entry);
  return self->tar == NULL || stills_tar_end_full (self->tar, error);
}

gboolean
stills_output_add_still (
    StillsOutput *self, StillsEntry *entry, gconstpointer image, GError **error)
{
  g_autoptr (GByteArray) with_exif = NULL;
  gint64 time_ms = entry->timestamp_ms == STILLS_ENTRY_NONE ? entry->time_ms : entry->timestamp_ms;

  if (!self->layout->has_exif)
    return add (self, entry, image, error);
  with_exif = stills_exif_add (image, entry->bytes, self->stream, time_ms);
  entry->bytes = with_exif->len;
  return add (self, entry, with_exif->data, error);
}

/* After a kill there may be a still that is not in the index, and that is a gap now. */
gboolean
stills_output_add_gap (StillsOutput *self, StillsEntry *entry, GError **error)
{
  if (self->tar == NULL) {
    g_autofree char *name = stills_name_still (entry->time_ms, self->layout->extension);
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    stills_file_remove (path);
  }
  if (!stills_index_append (self->index, entry, error))
    return FALSE;
  count (self, entry);
  return TRUE;
}

gboolean
stills_output_end (StillsOutput *self, GError **error)
{
  return (self->tar == NULL || stills_tar_end (self->tar, error)) &&
         stills_file_sync_all (self->folder, error);
}
