/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON by hand, compact, members in the order in which they are added. */
#include "emulatorwriter.h"

#include <openssl/evp.h>
#include <string.h>

static void
append_separator (EmulatorWriter *self)
{
  if (strchr ("{[", self->out->str[self->out->len - 1]) == NULL)
    g_string_append_c (self->out, ',');
}

static void
append_name (EmulatorWriter *self, const char *name)
{
  append_separator (self);
  g_string_append_printf (self->out, "\"%s\":", name);
}

void
emulator_writer_init (EmulatorWriter *writer, const EmulatorSettings *settings)
{
  writer->out = g_string_new ("{");
  writer->settings = settings;
}

GBytes *
emulator_writer_finish (EmulatorWriter *writer)
{
  g_string_append_c (writer->out, '}');
  return g_string_free_to_bytes (g_steal_pointer (&writer->out));
}

void
emulator_writer_begin_object (EmulatorWriter *writer, const char *name)
{
  if (name != NULL)
    append_name (writer, name);
  else
    append_separator (writer);
  g_string_append_c (writer->out, '{');
}

void
emulator_writer_end_object (EmulatorWriter *writer)
{
  g_string_append_c (writer->out, '}');
}

void
emulator_writer_begin_list (EmulatorWriter *writer, const char *name)
{
  append_name (writer, name);
  g_string_append_c (writer->out, '[');
}

void
emulator_writer_end_list (EmulatorWriter *writer)
{
  g_string_append_c (writer->out, ']');
}

static void
append_character (EmulatorWriter *self, char c)
{
  if (c == '/' && self->settings->slashes == EMULATOR_SLASHES_ESCAPED)
    g_string_append (self->out, "\\/");
  else if (c == '"' || c == '\\')
    g_string_append_printf (self->out, "\\%c", c);
  else if ((guint8)c < ' ')
    g_string_append_printf (self->out, "\\u%04x", (guint8)c);
  else
    g_string_append_c (self->out, c);
}

static void
append_string (EmulatorWriter *self, const char *text)
{
  g_string_append_c (self->out, '"');
  for (const char *c = text; *c != '\0'; c++)
    append_character (self, *c);
  g_string_append_c (self->out, '"');
}

static void
append_absent (EmulatorWriter *self, const char *name)
{
  if (self->settings->nulls == EMULATOR_NULLS_ABSENT)
    return;
  append_name (self, name);
  g_string_append (self->out, self->settings->nulls == EMULATOR_NULLS_EMPTY ? "\"\"" : "null");
}

void
emulator_writer_add_string (EmulatorWriter *writer, const char *name, const char *text)
{
  if (text == NULL) {
    append_absent (writer, name);
    return;
  }
  append_name (writer, name);
  append_string (writer, text);
}

/* Straight into the document: pages of large images are what a fast client is measured with. */
static void
append_base64 (EmulatorWriter *self, GBytes *bytes)
{
  gsize size, at = self->out->len;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  g_string_set_size (self->out, at + (size + 2) / 3 * 4);
  EVP_EncodeBlock ((guint8 *)self->out->str + at, data, (int)size);
}

void
emulator_writer_add_base64 (EmulatorWriter *writer, const char *name, GBytes *bytes)
{
  append_name (writer, name);
  if (writer->settings->slashes == EMULATOR_SLASHES_ESCAPED) {
    gsize size;
    const guint8 *data = g_bytes_get_data (bytes, &size);
    g_autofree char *text = g_base64_encode (data, size);

    append_string (writer, text);
    return;
  }
  g_string_append_c (writer->out, '"');
  append_base64 (writer, bytes);
  g_string_append_c (writer->out, '"');
}

void
emulator_writer_add_integer (EmulatorWriter *writer, const char *name, gint64 number)
{
  append_name (writer, name);
  g_string_append_printf (writer->out, "%" G_GINT64_FORMAT, number);
}

/* Cuts zeros off the end of a number with decimals, but for the first decimal. */
static void
drop_zeros (GString *out)
{
  while (out->str[out->len - 1] == '0' && out->str[out->len - 2] != '.')
    g_string_truncate (out, out->len - 1);
}

/* As Java writes a double: "1.705489836421E9". */
static void
append_exponent (GString *out, gint64 unix_ms)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, unix_ms);

  g_string_append_printf (out, "%c.%s0", digits[0], digits + 1);
  drop_zeros (out);
  g_string_append_printf (out, "E%d", (int)strlen (digits) - 1 - 3);
}

static void
append_decimal (GString *out, gint64 unix_ms)
{
  g_string_append_printf (out, "%" G_GINT64_FORMAT ".%03d", unix_ms / 1000, (int)(unix_ms % 1000));
  drop_zeros (out);
}

void
emulator_writer_add_time (EmulatorWriter *writer, const char *name, gint64 unix_ms)
{
  append_name (writer, name);
  if (writer->settings->numbers == EMULATOR_NUMBERS_EXPONENT)
    append_exponent (writer->out, unix_ms);
  else if (writer->settings->numbers == EMULATOR_NUMBERS_INTEGER && unix_ms % 1000 == 0)
    g_string_append_printf (writer->out, "%" G_GINT64_FORMAT, unix_ms / 1000);
  else
    append_decimal (writer->out, unix_ms);
}
