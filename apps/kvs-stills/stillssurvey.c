/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillssurvey.h"

#include "stillserror.h"
#include "stillsindex.h"

#include <kvstimestamp.h>
#include <string.h>

#define STREAM_PREFIX "stream="

static void
clear_gap (gpointer gap)
{
  g_free (((StillsGap *)gap)->reason);
}

static StillsSurveyStream *
stream_new (const char *folder, const char *name)
{
  StillsSurveyStream *self = g_new0 (StillsSurveyStream, 1);

  self->name = g_strdup (name + strlen (STREAM_PREFIX));
  self->folder = g_build_filename (folder, name, NULL);
  self->entries = g_array_new (FALSE, FALSE, sizeof (StillsEntry));
  g_array_set_clear_func (self->entries, (GDestroyNotify)stills_entry_clear);
  self->gaps = g_array_new (FALSE, FALSE, sizeof (StillsGap));
  g_array_set_clear_func (self->gaps, clear_gap);
  return self;
}

static void
stream_free (gpointer stream)
{
  StillsSurveyStream *self = stream;

  g_array_unref (self->entries);
  g_array_unref (self->gaps);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StillsSurveyStream, stream_free)

static gboolean
add_cb (const StillsEntry *entry, gpointer user_data)
{
  StillsSurveyStream *self = user_data;
  StillsEntry copy = *entry;

  copy.file = g_strdup (entry->file);
  copy.reason = g_strdup (entry->reason);
  g_array_append_val (self->entries, copy);
  return TRUE;
}

static gboolean
is_index (const char *name)
{
  return g_str_has_prefix (name, "index") &&
         (g_str_has_suffix (name, ".jsonl") || g_str_has_suffix (name, ".csv"));
}

/* A stream has an index for each task. */
static gboolean
read_indexes (StillsSurveyStream *self, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);

    if (is_index (name) && !stills_index_read (path, add_cb, self, error))
      return FALSE;
  }
  return TRUE;
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const StillsEntry *first = a, *second = b;

  return (first->time_ms > second->time_ms) - (first->time_ms < second->time_ms);
}

static void
find_interval (StillsSurveyStream *self)
{
  for (guint i = 1; i < self->entries->len; i++) {
    gint64 ms = g_array_index (self->entries, StillsEntry, i).time_ms -
                g_array_index (self->entries, StillsEntry, i - 1).time_ms;

    if (ms > 0 && (self->interval_ms == 0 || ms < self->interval_ms))
      self->interval_ms = ms;
  }
}

/* Where the sample at this time ends, which is not after the last time that can be written. */
static gint64
get_end (const StillsSurveyStream *self, gint64 time_ms)
{
  return MIN (time_ms + self->interval_ms, KVS_TIMESTAMP_MAX_MS);
}

/* A gap goes on if the sample follows the last one of it. */
static void
count_gap (StillsSurveyStream *self, const StillsEntry *entry)
{
  StillsGap *last =
      self->gaps->len ? &g_array_index (self->gaps, StillsGap, self->gaps->len - 1) : NULL;
  StillsGap gap = {entry->time_ms, get_end (self, entry->time_ms), 1, NULL};

  self->totals.gaps++;
  if (last && last->until_ms == entry->time_ms && g_str_equal (last->reason, entry->reason)) {
    last->until_ms = gap.until_ms;
    last->n_samples++;
    return;
  }
  gap.reason = g_strdup (entry->reason);
  g_array_append_val (self->gaps, gap);
}

static void
count (StillsSurveyStream *self)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const StillsEntry *entry = &g_array_index (self->entries, StillsEntry, i);

    self->totals.samples++;
    if (entry->reason) {
      count_gap (self, entry);
    } else {
      self->totals.stills++;
      self->totals.bytes += entry->bytes;
    }
  }
}

static void
add_stream (StillsSurvey *self, StillsSurveyStream *stream)
{
  const StillsEntry *first = &g_array_index (stream->entries, StillsEntry, 0);
  const StillsEntry *last = &g_array_index (stream->entries, StillsEntry, stream->entries->len - 1);

  self->from_ms = self->streams->len ? MIN (self->from_ms, first->time_ms) : first->time_ms;
  self->until_ms = MAX (self->until_ms, get_end (stream, last->time_ms));
  self->totals.samples += stream->totals.samples;
  self->totals.stills += stream->totals.stills;
  self->totals.gaps += stream->totals.gaps;
  self->totals.bytes += stream->totals.bytes;
  g_ptr_array_add (self->streams, stream);
}

static gboolean
read_stream (StillsSurvey *self, const char *folder, const char *name, GError **error)
{
  g_autoptr (StillsSurveyStream) stream = stream_new (folder, name);

  if (!read_indexes (stream, error))
    return FALSE;
  if (stream->entries->len == 0)
    return TRUE;
  g_array_sort (stream->entries, compare_entries);
  find_interval (stream);
  count (stream);
  add_stream (self, g_steal_pointer (&stream));
  return TRUE;
}

static gint
compare_streams (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(StillsSurveyStream *const *)a)->name, (*(StillsSurveyStream *const *)b)->name);
}

StillsSurvey *
stills_survey_read (const char *folder, GError **error)
{
  g_autoptr (StillsSurvey) self = g_new0 (StillsSurvey, 1);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  self->streams = g_ptr_array_new_with_free_func (stream_free);
  while (dir && (name = g_dir_read_name (dir)) != NULL) {
    if (g_str_has_prefix (name, STREAM_PREFIX) && !read_stream (self, folder, name, error))
      return NULL;
  }
  if (self->streams->len == 0) {
    g_set_error (error, STILLS_ERROR, STILLS_EXIT_NOT_FOUND,
        "%s has no output of kvs-stills get: there is no index with a sample in it.", folder);
    return NULL;
  }
  g_ptr_array_sort (self->streams, compare_streams);
  return g_steal_pointer (&self);
}

void
stills_survey_free (StillsSurvey *self)
{
  g_clear_pointer (&self->streams, g_ptr_array_unref);
  g_free (self);
}

/* A shard that is not full yet has a name of its own. */
static GMappedFile *
open_file (const StillsSurveyStream *stream, const char *file)
{
  g_autofree char *path = g_build_filename (stream->folder, file, NULL);
  g_autofree char *part = g_strdup_printf ("%s/.%s.part", stream->folder, file);
  GMappedFile *mapped = g_mapped_file_new (path, FALSE, NULL);

  return mapped ? mapped : g_mapped_file_new (part, FALSE, NULL);
}

GBytes *
stills_survey_load (const StillsSurveyStream *stream, const StillsEntry *entry)
{
  g_autoptr (GMappedFile) file = open_file (stream, entry->file);
  gsize offset = entry->offset == STILLS_ENTRY_NONE ? 0 : (gsize)entry->offset;

  if (file == NULL || offset + entry->bytes > g_mapped_file_get_length (file))
    return NULL;
  return g_bytes_new (g_mapped_file_get_contents (file) + offset, entry->bytes);
}
