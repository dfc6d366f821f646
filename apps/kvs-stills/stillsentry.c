/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsentry.h"

#include "stillsname.h"

#include <awsjson.h>
#include <kvstimestamp.h>
#include <string.h>

/* The largest size that a JPEG can have. */
#define MAX_PIXELS G_MAXUINT16

enum {
  FIELD_INDEX,
  FIELD_TIME,
  FIELD_TIMESTAMP,
  FIELD_FILE,
  FIELD_OFFSET,
  FIELD_BYTES,
  FIELD_WIDTH,
  FIELD_HEIGHT,
  FIELD_REASON,
  N_FIELDS
};

void
stills_entry_clear (StillsEntry *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->reason, g_free);
}

/* The time that the service gave, where it gave one. */
static void
append_timestamp (GString *text, const StillsEntry *self)
{
  if (self->timestamp_ms != STILLS_ENTRY_NONE) {
    g_autofree char *timestamp = stills_name_time (self->timestamp_ms);

    g_string_append_printf (text, ",\"timestamp\":\"%s\"", timestamp);
  }
}

static char *
write_jsonl (const StillsEntry *self)
{
  g_autofree char *time = stills_name_time (self->time_ms);
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, "{\"index\":%" G_GUINT64_FORMAT ",\"time\":\"%s\"", self->index, time);
  if (self->reason) {
    g_string_append_printf (text, ",\"reason\":\"%s\"}\n", self->reason);
    return g_string_free (text, FALSE);
  }
  append_timestamp (text, self);
  g_string_append_printf (text, ",\"file\":\"%s\"", self->file);
  if (self->offset != STILLS_ENTRY_NONE)
    g_string_append_printf (text, ",\"offset\":%" G_GINT64_FORMAT, self->offset);
  g_string_append_printf (text, ",\"bytes\":%" G_GUINT64_FORMAT ",\"width\":%u,\"height\":%u}\n",
      self->bytes, self->width, self->height);
  return g_string_free (text, FALSE);
}

static char *
write_csv (const StillsEntry *self)
{
  g_autofree char *time = stills_name_time (self->time_ms);
  g_autofree char *timestamp = NULL;
  g_autofree char *offset = NULL;

  if (self->reason)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ",%s,,,,,,,%s\n", self->index, time, self->reason);
  if (self->timestamp_ms != STILLS_ENTRY_NONE)
    timestamp = stills_name_time (self->timestamp_ms);
  if (self->offset != STILLS_ENTRY_NONE)
    offset = g_strdup_printf ("%" G_GINT64_FORMAT, self->offset);
  return g_strdup_printf ("%" G_GUINT64_FORMAT ",%s,%s,%s,%s,%" G_GUINT64_FORMAT ",%u,%u,\n",
      self->index, time, timestamp ? timestamp : "", self->file, offset ? offset : "", self->bytes,
      self->width, self->height);
}

char *
stills_entry_write (const StillsEntry *self, StillsIndexFormat format)
{
  return format == STILLS_INDEX_CSV ? write_csv (self) : write_jsonl (self);
}

char *
stills_entry_write_sample (const StillsEntry *self, const char *stream)
{
  g_autofree char *time = stills_name_time (self->time_ms);
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
      "{\"stream\":\"%s\",\"index\":%" G_GUINT64_FORMAT ",\"time\":\"%s\"", stream, self->index,
      time);
  append_timestamp (text, self);
  g_string_append_printf (text, ",\"width\":%u,\"height\":%u}", self->width, self->height);
  return g_string_free (text, FALSE);
}

/* The value of a member as text, "" where it is not there, or neither a text nor a whole number. */
static char *
get_member (JsonObject *object, const char *name)
{
  const char *text = aws_json_get_string (object, name);
  gint64 number;

  if (aws_json_get_int (object, name, &number))
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return g_strdup (text ? text : "");
}

static char **
split_jsonl (const char *line)
{
  static const char *names[N_FIELDS] = {
      "index", "time", "timestamp", "file", "offset", "bytes", "width", "height", "reason"};
  g_autoptr (JsonObject) object = aws_json_parse_object (line, strlen (line));
  char **fields;

  if (object == NULL)
    return NULL;
  fields = g_new0 (char *, N_FIELDS + 1);
  for (guint i = 0; i < N_FIELDS; i++)
    fields[i] = get_member (object, names[i]);
  return fields;
}

static char **
split_csv (const char *line)
{
  g_auto (GStrv) fields = g_strsplit (line, ",", -1);

  return g_strv_length (fields) == N_FIELDS ? g_steal_pointer (&fields) : NULL;
}

static gboolean
read_number (const char *text, guint64 max, guint64 *number)
{
  return g_ascii_string_to_unsigned (text, 10, 0, max, number, NULL);
}

/* A file within the folder of the stream: an index from elsewhere must not have others read. */
static gboolean
is_file (const char *text)
{
  return *text != '\0' && *text != '/' && strstr (text, "..") == NULL;
}

/* A name such as NO_MEDIA, which can be a part of any page. */
static gboolean
is_reason (const char *text)
{
  return text[strspn (text, G_CSET_A_2_Z "_")] == '\0';
}

static gboolean
read_time (const char *text, gint64 *ms)
{
  KvsTimestamp timestamp;

  if (!kvs_timestamp_parse (text, &timestamp, NULL) || timestamp.relative)
    return FALSE;
  *ms = timestamp.ms;
  return TRUE;
}

/* A number that need not be there. */
static gboolean
read_optional (const char *text, gboolean is_time, gint64 *value)
{
  *value = STILLS_ENTRY_NONE;
  if (*text == '\0')
    return TRUE;
  return is_time ? read_time (text, value) : read_number (text, G_MAXINT64, (guint64 *)value);
}

static gboolean
read_still (StillsEntry *self, char **fields)
{
  guint64 width, height;

  if (!is_file (fields[FIELD_FILE]) ||
      !read_number (fields[FIELD_BYTES], G_MAXINT64, &self->bytes) ||
      !read_number (fields[FIELD_WIDTH], MAX_PIXELS, &width) ||
      !read_number (fields[FIELD_HEIGHT], MAX_PIXELS, &height) ||
      !read_optional (fields[FIELD_TIMESTAMP], TRUE, &self->timestamp_ms) ||
      !read_optional (fields[FIELD_OFFSET], FALSE, &self->offset))
    return FALSE;
  self->width = (guint)width;
  self->height = (guint)height;
  self->file = g_strdup (fields[FIELD_FILE]);
  return TRUE;
}

gboolean
stills_entry_read (StillsEntry *self, const char *line, StillsIndexFormat format)
{
  g_auto (GStrv) fields = format == STILLS_INDEX_CSV ? split_csv (line) : split_jsonl (line);

  *self = (StillsEntry){.timestamp_ms = STILLS_ENTRY_NONE, .offset = STILLS_ENTRY_NONE};
  if (fields == NULL || !read_number (fields[FIELD_INDEX], G_MAXINT64, &self->index) ||
      !read_time (fields[FIELD_TIME], &self->time_ms) || !is_reason (fields[FIELD_REASON]))
    return FALSE;
  if (*fields[FIELD_REASON] == '\0')
    return read_still (self, fields);
  self->reason = g_strdup (fields[FIELD_REASON]);
  return TRUE;
}

const char *
stills_index_format_get_extension (StillsIndexFormat format)
{
  return format == STILLS_INDEX_CSV ? "csv" : "jsonl";
}
