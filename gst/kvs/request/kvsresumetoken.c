/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A token is a word for its format and version, a dot, and the fields in URL-safe base64, one a
 * line. The first field is a checksum of the others, because tokens are copied by hand and cut off
 * by logs. */
#include "kvsresumetoken.h"

#include "kvserror.h"
#include "kvsrange.h"
#include "kvsstream.h"

#include <string.h>

#define PREFIX "kvsimagesrc1."

/* Enough of a checksum to detect a typing error. */
#define CHECKSUM_LENGTH 8

enum {
  FIELD_CHECKSUM,
  FIELD_SAMPLE,
  FIELD_INTERVAL,
  FIELD_START,
  FIELD_END,
  FIELD_SELECTOR,
  FIELD_STREAM,
  N_FIELDS
};

void
kvs_resume_token_free (KvsResumeToken *self)
{
  g_free (self->stream);
  g_free (self);
}

static char *
make_checksum (const char *text)
{
  g_autofree char *checksum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strndup (checksum, CHECKSUM_LENGTH);
}

/* Exchanges the two characters of base64 that mean something in a URL. */
static void
exchange (char *text, const char *from, const char *to)
{
  for (char *c = text; *c != '\0'; c++) {
    const char *found = strchr (from, *c);

    if (found)
      *c = to[found - from];
  }
}

char *
kvs_resume_token_write (const KvsResumeToken *self)
{
  g_autofree char *fields = g_strdup_printf (
      "%" G_GUINT64_FORMAT "\n%u\n%" G_GINT64_FORMAT "\n%" G_GINT64_FORMAT "\n%d\n%s", self->sample,
      self->interval_ms, self->start_ms, self->end_ms, (int)self->selector, self->stream);
  g_autofree char *checksum = make_checksum (fields);
  g_autofree char *text = g_strdup_printf ("%s\n%s", checksum, fields);
  g_autofree char *encoded = g_base64_encode ((const guchar *)text, strlen (text));

  exchange (encoded, "+/", "-_");
  encoded[strcspn (encoded, "=")] = '\0';
  return g_strconcat (PREFIX, encoded, NULL);
}

gboolean
kvs_resume_token_is_text (const char *text)
{
  return strchr (text, '.') != NULL;
}

/* The fields of @text, or NULL where it is none of ours, or not whole. */
static char **
read_fields (const char *text)
{
  g_autofree char *encoded = NULL;
  g_autofree char *decoded = NULL;
  g_autofree char *checksum = NULL;
  g_auto (GStrv) fields = NULL;
  gsize size;

  if (!g_str_has_prefix (text, PREFIX))
    return NULL;
  encoded = g_strconcat (text + strlen (PREFIX), "===", NULL);
  encoded[strlen (encoded) - 3 + (4 - (strlen (encoded) - 3) % 4) % 4] = '\0';
  exchange (encoded, "-_", "+/");
  decoded = (char *)g_base64_decode (encoded, &size);
  decoded = g_realloc (decoded, size + 1);
  decoded[size] = '\0';
  fields = g_strsplit (decoded, "\n", N_FIELDS);
  if (g_strv_length (fields) < N_FIELDS)
    return NULL;
  checksum = make_checksum (decoded + strlen (fields[FIELD_CHECKSUM]) + 1);
  return g_str_equal (checksum, fields[FIELD_CHECKSUM]) ? g_steal_pointer (&fields) : NULL;
}

static gboolean
read_number (const char *field, gint64 min, gint64 max, gint64 *number)
{
  return g_ascii_string_to_signed (field, 10, min, max, number, NULL);
}

KvsResumeToken *
kvs_resume_token_read (const char *text, GError **error)
{
  g_auto (GStrv) fields = read_fields (text);
  gint64 sample, interval_ms, start_ms, end_ms, selector;
  KvsResumeToken *self;

  if (fields == NULL || !read_number (fields[FIELD_SAMPLE], 0, G_MAXINT64, &sample) ||
      !read_number (
          fields[FIELD_INTERVAL], KVS_MIN_SAMPLING_INTERVAL_MS, G_MAXUINT, &interval_ms) ||
      !read_number (fields[FIELD_START], 0, G_MAXINT64, &start_ms) ||
      !read_number (fields[FIELD_END], 0, G_MAXINT64, &end_ms) ||
      !read_number (fields[FIELD_SELECTOR], KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP,
          KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP, &selector) ||
      !kvs_stream_name_check (fields[FIELD_STREAM], NULL)) {
    g_set_error_literal (error, KVS_ERROR, KVS_ERROR_INVALID,
        "it is neither a whole next-token of kvsimagesrc nor a NextToken of the service; was it copied "
        "to its end?");
    return NULL;
  }

  self = g_new0 (KvsResumeToken, 1);
  self->stream = g_strdup (fields[FIELD_STREAM]);
  self->selector = (KvsImageSelector)selector;
  self->start_ms = start_ms;
  self->end_ms = end_ms;
  self->interval_ms = (guint)interval_ms;
  self->sample = (guint64)sample;
  return self;
}
