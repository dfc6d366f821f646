/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>

#define MAX_MESSAGE 8192

/* The functions that libFuzzer calls. */
int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

static gboolean
is_field (const GLogField *field, const char *key, const char *value)
{
  return g_str_equal (field->key, key) && value != NULL && field->length < 0 &&
         g_str_equal (field->value, value);
}

/* A warning of a library is a finding: its input was not checked. */
static GLogWriterOutput
log_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  gboolean is_ours = FALSE;

  if ((level & G_LOG_LEVEL_MASK) > G_LOG_LEVEL_WARNING)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++) {
    is_ours |=
        is_field (&fields[i], "GLIB_DOMAIN", "aws") || is_field (&fields[i], "GLIB_DOMAIN", "kvs");
    if (g_str_equal (fields[i].key, "MESSAGE"))
      fprintf (stderr, "logged: %s\n", (const char *)fields[i].value);
  }
  if (!is_ours || (level & G_LOG_LEVEL_MASK) < G_LOG_LEVEL_WARNING)
    abort ();
  return G_LOG_WRITER_HANDLED;
}

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  g_log_set_writer_func (log_cb, NULL, NULL);
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  FuzzInput input = {(const char *)data, size};

  fuzz_run (&input);
  return 0;
}

guint
fuzz_take_number (FuzzInput *self, guint max)
{
  guint number = 0;

  for (guint bytes = max > 255 ? 2 : 1; bytes > 0 && self->size > 0; bytes--) {
    number = number << 8 | (guint8)*self->data++;
    self->size--;
  }
  return number % (max + 1);
}

char *
fuzz_take_line (FuzzInput *self)
{
  gsize length = 0;
  char *line;

  while (length < self->size && self->data[length] != '\n' && self->data[length] != '\0')
    length++;
  line = g_strndup (self->data, length);
  length += length < self->size;
  self->data += length;
  self->size -= length;
  return line;
}

GBytes *
fuzz_take_rest (FuzzInput *self)
{
  GBytes *rest = g_bytes_new_take (g_memdup2 (self->data, self->size), self->size);

  self->data += self->size;
  self->size = 0;
  return rest;
}

static gboolean
feed_piece (gpointer parser, FuzzFeedFunc feed, const char *text, gsize length)
{
  g_autofree char *piece = g_memdup2 (text, length);

  return feed (parser, piece, length);
}

gboolean
fuzz_feed (gpointer parser, FuzzFeedFunc feed, const char *text, gsize length, gsize piece_size)
{
  guint32 chance = 1;

  while (length > 0) {
    gsize size;

    chance = chance * 1664525 + 1013904223 + (guint8)*text;
    size = MIN (piece_size > 0 ? piece_size : (chance >> 24) % 31 + 1, length);
    if (!feed_piece (parser, feed, text, size))
      return FALSE;
    text += size;
    length -= size;
  }
  return TRUE;
}

static int
get_digit (char c)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const char *found = memchr (alphabet, c, sizeof alphabet - 1);

  return found != NULL ? (int)(found - alphabet) : -1;
}

GBytes *
fuzz_decode_base64 (const char *text, gsize length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint32 bits = 0;
  gsize n = length;

  while (n > 0 && length - n < 2 && text[n - 1] == '=')
    n--;
  if (length == 0 || length % 4 != 0)
    return NULL;
  for (gsize i = 0; i < n; i++) {
    int digit = get_digit (text[i]);
    guint8 byte;

    if (digit < 0)
      return NULL;
    bits = bits << 6 | (guint32)digit;
    byte = (guint8)(bits >> (6 - 2 * (i % 4)));
    if (i % 4 > 0)
      g_byte_array_append (bytes, &byte, 1);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

void
fuzz_check_message (const char *message)
{
  g_assert_nonnull (message);
  g_assert_true (g_utf8_validate (message, -1, NULL));
  g_assert_cmpuint (strlen (message), <=, MAX_MESSAGE);
  for (const char *c = message; *c != '\0'; c = g_utf8_next_char (c))
    g_assert_false (g_unichar_iscntrl (g_utf8_get_char (c)));
}

void
fuzz_check_error (gboolean is_good, GError *error)
{
  g_assert_true (is_good == (error == NULL));
  if (error == NULL)
    return;
  fuzz_check_message (error->message);
  g_error_free (error);
}

void
fuzz_check_secret_error (gboolean is_good, GError *error)
{
  if (error != NULL)
    g_assert_null (strstr (error->message, FUZZ_SECRET));
  fuzz_check_error (is_good, error);
}
