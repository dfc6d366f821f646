/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* for memmem() */
#include "still.h"

#include <gio/gio.h>
#include <openssl/evp.h>
#include <string.h>

#define MAX_TAIL_LENGTH (STILL_MIN_TAIL_LENGTH + 2)
/* EVP_EncodeBlock() ends its text with a NUL. */
#define MAX_TEXT_LENGTH (4 * STILL_HEAD_LENGTH / 3 + 1)

G_STATIC_ASSERT (STILL_HEAD_LENGTH % 3 == 0);
G_STATIC_ASSERT (MAX_TAIL_LENGTH <= STILL_HEAD_LENGTH);

/* A part of the picture that has a mark. */
typedef struct {
  guint8 bytes[STILL_HEAD_LENGTH];
  gsize length;
  gsize mark_offset;
} Part;

struct _Still {
  Part head;
  Part tail;
  char *middle; /* base64 */
  gsize middle_length;
};

static gboolean
read_part (Part *part, const char *bytes, gsize length)
{
  const char *mark = memmem (bytes, length, STILL_MARK, STILL_MARK_LENGTH);

  if (mark == NULL)
    return FALSE;
  memcpy (part->bytes, bytes, length);
  part->length = length;
  part->mark_offset = mark - bytes;
  return TRUE;
}

static gsize
get_text_length (gsize n_bytes)
{
  return (n_bytes + 2) / 3 * 4;
}

static gboolean
read_template (Still *self, const char *bytes, gsize length)
{
  gsize middle;

  if (length < STILL_HEAD_LENGTH + MAX_TAIL_LENGTH)
    return FALSE;
  middle = (length - STILL_HEAD_LENGTH - STILL_MIN_TAIL_LENGTH) / 3 * 3;
  self->middle = g_base64_encode ((const guint8 *)bytes + STILL_HEAD_LENGTH, middle);
  self->middle_length = get_text_length (middle);
  return read_part (&self->head, bytes, STILL_HEAD_LENGTH) &&
         read_part (
             &self->tail, bytes + STILL_HEAD_LENGTH + middle, length - STILL_HEAD_LENGTH - middle);
}

Still *
still_new (const char *file, GError **error)
{
  g_autoptr (Still) self = g_new0 (Still, 1);
  g_autofree char *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (file, &bytes, &length, error))
    return NULL;
  if (read_template (self, bytes, length))
    return g_steal_pointer (&self);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "%s has no mark in its first %d bytes, or none in its last %d", file, STILL_HEAD_LENGTH,
      STILL_MIN_TAIL_LENGTH);
  return NULL;
}

void
still_free (Still *self)
{
  g_free (self->middle);
  g_free (self);
}

gsize
still_get_text_length (const Still *self)
{
  return get_text_length (self->head.length) + self->middle_length +
         get_text_length (self->tail.length);
}

static void
write_part (const Part *part, const char *mark, StillFunc write, gpointer data)
{
  guint8 bytes[STILL_HEAD_LENGTH];
  guint8 text[MAX_TEXT_LENGTH];

  memcpy (bytes, part->bytes, part->length);
  memcpy (bytes + part->mark_offset, mark, STILL_MARK_LENGTH);
  write (data, (const char *)text, EVP_EncodeBlock (text, bytes, (int)part->length));
}

void
still_write (const Still *self, const char *stream, gint64 time_ms, StillFunc write, gpointer data)
{
  char mark[STILL_MARK_LENGTH + 1];

  g_snprintf (mark, sizeof mark, "%016" G_GINT64_FORMAT "%-16.16s", time_ms, stream);
  write_part (&self->head, mark, write, data);
  write (data, self->middle, self->middle_length);
  write_part (&self->tail, mark, write, data);
}
