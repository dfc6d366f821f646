/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file is cut at the place of the comment; the padding is put at the beginning of the second part once
 * for all stills. */
#include "emulatorstilltemplate.h"

#include <string.h>
#include <zlib.h>

/* JPEG, ITU-T T.81 B.1.1: a segment is a marker, then its length without the marker. */
#define JPEG_SOI_SIZE 2
#define JPEG_MARKER_SIZE 2
#define JPEG_LENGTH_SIZE 2
#define JPEG_MAX_COMMENT (G_MAXUINT16 - JPEG_LENGTH_SIZE)
#define JPEG_COM 0xfffe

/* PNG, ISO/IEC 15948: a signature, then chunks of length, type, data and a CRC over the two, the
 * first of them IHDR with 13 bytes. */
#define PNG_CHUNK_OVERHEAD 12
#define PNG_HEAD_SIZE (8 + PNG_CHUNK_OVERHEAD + 13)
#define PNG_TEXT_TYPE "tEXt"
/* The keyword with the zero that ends it. */
#define PNG_KEYWORD "Comment"

/* Space for a time in the padding's sum, so that a file has the size that was asked for. */
#define USUAL_COMMENT_SIZE strlen ("time=1795161600250")
#define PADDING ' '

struct _EmulatorStillTemplate {
  EmulatorFormat format;
  GByteArray *head; /* before the comment */
  GByteArray *tail; /* after it, padding included */
};

static void
append_jpeg_comment (GByteArray *bytes, const guint8 *text, gsize size)
{
  guint16 header[] = {GUINT16_TO_BE (JPEG_COM), GUINT16_TO_BE (size + JPEG_LENGTH_SIZE)};

  g_byte_array_append (bytes, (const guint8 *)header, sizeof header);
  g_byte_array_append (bytes, text, size);
}

static void
append_png_number (GByteArray *bytes, guint32 number)
{
  guint32 big_endian = GUINT32_TO_BE (number);

  g_byte_array_append (bytes, (const guint8 *)&big_endian, sizeof big_endian);
}

static void
append_png_comment (GByteArray *bytes, const guint8 *text, gsize size)
{
  guint type;

  append_png_number (bytes, sizeof PNG_KEYWORD + size);
  type = bytes->len;
  g_byte_array_append (bytes, (const guint8 *)PNG_TEXT_TYPE, strlen (PNG_TEXT_TYPE));
  g_byte_array_append (bytes, (const guint8 *)PNG_KEYWORD, sizeof PNG_KEYWORD);
  g_byte_array_append (bytes, text, size);
  append_png_number (bytes, crc32 (0, bytes->data + type, bytes->len - type));
}

static void
append_comment (EmulatorFormat format, GByteArray *bytes, const guint8 *text, gsize size)
{
  if (format == EMULATOR_FORMAT_JPEG)
    append_jpeg_comment (bytes, text, size);
  else
    append_png_comment (bytes, text, size);
}

static gsize
get_comment_overhead (EmulatorFormat format)
{
  return format == EMULATOR_FORMAT_JPEG ? JPEG_MARKER_SIZE + JPEG_LENGTH_SIZE
                                        : PNG_CHUNK_OVERHEAD + sizeof PNG_KEYWORD;
}

/* Appends comments of @size bytes in all, or nothing if that is too few for one. */
static void
append_padding (EmulatorFormat format, GByteArray *bytes, gsize size)
{
  gsize overhead = get_comment_overhead (format);
  g_autofree guint8 *blank = g_malloc (JPEG_MAX_COMMENT);

  memset (blank, PADDING, JPEG_MAX_COMMENT);
  while (size >= overhead) {
    gsize text = MIN (size - overhead, JPEG_MAX_COMMENT);

    append_comment (format, bytes, blank, text);
    size -= overhead + text;
  }
}

EmulatorStillTemplate *
emulator_still_template_new (EmulatorFormat format, GBytes *still, gsize size)
{
  EmulatorStillTemplate *self = g_new (EmulatorStillTemplate, 1);
  gsize cut = format == EMULATOR_FORMAT_JPEG ? JPEG_SOI_SIZE : PNG_HEAD_SIZE;
  gsize still_size;
  const guint8 *data = g_bytes_get_data (still, &still_size);
  gsize unpadded = still_size + get_comment_overhead (format) + USUAL_COMMENT_SIZE;

  self->format = format;
  self->head = g_byte_array_new ();
  self->tail = g_byte_array_new ();
  g_byte_array_append (self->head, data, cut);
  if (size > unpadded)
    append_padding (format, self->tail, size - unpadded);
  g_byte_array_append (self->tail, data + cut, still_size - cut);
  return self;
}

void
emulator_still_template_free (EmulatorStillTemplate *self)
{
  g_byte_array_unref (self->head);
  g_byte_array_unref (self->tail);
  g_free (self);
}

GBytes *
emulator_still_template_fill (EmulatorStillTemplate *self, const char *comment)
{
  gsize text = strlen (comment);
  GByteArray *still = g_byte_array_sized_new (
      self->head->len + get_comment_overhead (self->format) + text + self->tail->len);

  g_byte_array_append (still, self->head->data, self->head->len);
  append_comment (self->format, still, (const guint8 *)comment, text);
  g_byte_array_append (still, self->tail->data, self->tail->len);
  return g_byte_array_free_to_bytes (still);
}
