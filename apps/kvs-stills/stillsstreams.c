/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsstreams.h"

#include "stillserror.h"
#include "stillsfile.h"

#include <kvsstream.h>

#include <string.h>

StillsStreams *
stills_streams_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

char *
stills_streams_get_name (const char *stream)
{
  return g_str_has_prefix (stream, "arn:") ? kvs_stream_arn_get_name (stream) : g_strdup (stream);
}

static gboolean
check (const char *stream, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (g_str_has_prefix (stream, "arn:") ? kvs_stream_arn_check (stream, &cause)
                                        : kvs_stream_name_check (stream, &cause))
    return TRUE;
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE, "'%s' cannot be a stream: %s.", stream,
      cause->message);
  return FALSE;
}

static gboolean
has_name (StillsStreams *self, const char *name)
{
  for (guint i = 0; i < self->len; i++) {
    g_autofree char *other = stills_streams_get_name (g_ptr_array_index (self, i));

    if (g_str_equal (name, other))
      return TRUE;
  }
  return FALSE;
}

gboolean
stills_streams_add (StillsStreams *self, const char *stream, GError **error)
{
  g_autofree char *name = NULL;

  if (!check (stream, error))
    return FALSE;
  name = stills_streams_get_name (stream);
  if (has_name (self, name)) {
    g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
        "The stream %s is given twice. Give it once, as both would be written to the same folder.",
        name);
    return FALSE;
  }
  g_ptr_array_add (self, g_strdup (stream));
  return TRUE;
}

gboolean
stills_streams_add_file (StillsStreams *self, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_auto (GStrv) lines = stills_file_read_lines (path, &cause);

  if (lines == NULL) {
    g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
        "The list of streams %s cannot be read: %s.", path, cause->message);
    return FALSE;
  }
  for (guint i = 0; lines[i]; i++) {
    const char *line = lines[i];

    if (*line != '\0' && *line != '#' && !stills_streams_add (self, line, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
stills_streams_add_all (StillsStreams *self, char **streams, const char *path, GError **error)
{
  for (guint i = 0; streams && streams[i]; i++) {
    if (!stills_streams_add (self, streams[i], error))
      return FALSE;
  }
  return path == NULL || stills_streams_add_file (self, path, error);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

char *
stills_streams_describe (StillsStreams *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->len; i++)
    g_ptr_array_add (names, stills_streams_get_name (g_ptr_array_index (self, i)));
  g_ptr_array_sort (names, compare);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **)names->pdata);
}
