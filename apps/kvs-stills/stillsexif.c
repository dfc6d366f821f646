/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsexif.h"

#include "stillserror.h"

#include <string.h>

/* Types of TIFF 6.0, section 2. */
enum {
  TYPE_ASCII = 2,
  TYPE_LONG = 4,
  TYPE_UNDEFINED = 7,
};

/* Tags of TIFF 6.0 and Exif 2.31. In a directory they have to be in the order of their numbers. */
enum {
  TAG_IMAGE_DESCRIPTION = 0x010e,
  TAG_EXIF_DIRECTORY = 0x8769,
  TAG_EXIF_VERSION = 0x9000,
  TAG_DATE_TIME_ORIGINAL = 0x9003,
  TAG_OFFSET_TIME_ORIGINAL = 0x9011,
  TAG_SUBSEC_TIME_ORIGINAL = 0x9291,
};

#define HEADER_SIZE 8
#define ENTRY_SIZE 12
#define DIRECTORY_SIZE(n) (2 + (n)*ENTRY_SIZE + 4)

static void
put16 (GByteArray *array, guint16 value)
{
  const guint8 bytes[] = {(guint8)(value >> 8), (guint8)value};

  g_byte_array_append (array, bytes, sizeof bytes);
}

static void
put32 (GByteArray *array, guint32 value)
{
  put16 (array, (guint16)(value >> 16));
  put16 (array, (guint16)value);
}

/* An entry of a directory. What is longer than four bytes goes to @values, which are at @values_at. */
static void
put_entry (GByteArray *directory, GByteArray *values, guint32 values_at, guint16 tag, guint16 type,
    const void *data, guint32 size)
{
  guint8 field[4] = {0};

  put16 (directory, tag);
  put16 (directory, type);
  put32 (directory, size);
  if (size > sizeof field) {
    put32 (directory, values_at + values->len);
    g_byte_array_append (values, data, size);
    if (values->len % 2 != 0)
      g_byte_array_append (values, (const guint8 *)"", 1);
    return;
  }
  memcpy (field, data, size);
  g_byte_array_append (directory, field, sizeof field);
}

static void
put_text (
    GByteArray *directory, GByteArray *values, guint32 values_at, guint16 tag, const char *text)
{
  put_entry (directory, values, values_at, tag, TYPE_ASCII, text, (guint32)strlen (text) + 1);
}

/* A directory with its values behind it, at @at of the TIFF file. */
static void
put_directory (GByteArray *tiff, GByteArray *directory, GByteArray *values, guint16 n)
{
  put16 (tiff, n);
  g_byte_array_append (tiff, directory->data, directory->len);
  put32 (tiff, 0);
  g_byte_array_append (tiff, values->data, values->len);
}

static void
put_first_directory (GByteArray *tiff, const char *stream)
{
  const guint32 values_at = HEADER_SIZE + DIRECTORY_SIZE (2);
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (GByteArray) values = g_byte_array_new ();

  put_text (directory, values, values_at, TAG_IMAGE_DESCRIPTION, stream);
  put16 (directory, TAG_EXIF_DIRECTORY);
  put16 (directory, TYPE_LONG);
  put32 (directory, 1);
  put32 (directory, values_at + values->len);
  put_directory (tiff, directory, values, 2);
}

static void
put_exif_directory (GByteArray *tiff, gint64 ms)
{
  const guint32 values_at = tiff->len + DIRECTORY_SIZE (4);
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *time = g_date_time_format (second, "%Y:%m:%d %H:%M:%S");
  g_autofree char *subsec = g_strdup_printf ("%03d", (gint)(ms % 1000));
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (GByteArray) values = g_byte_array_new ();

  put_entry (directory, values, values_at, TAG_EXIF_VERSION, TYPE_UNDEFINED, "0231", 4);
  put_text (directory, values, values_at, TAG_DATE_TIME_ORIGINAL, time);
  put_text (directory, values, values_at, TAG_OFFSET_TIME_ORIGINAL, "+00:00");
  put_text (directory, values, values_at, TAG_SUBSEC_TIME_ORIGINAL, subsec);
  put_directory (tiff, directory, values, 4);
}

static GByteArray *
make_tiff (const char *stream, gint64 ms)
{
  GByteArray *tiff = g_byte_array_new ();

  g_byte_array_append (tiff, (const guint8 *)"MM\0*", 4);
  put32 (tiff, HEADER_SIZE);
  put_first_directory (tiff, stream);
  put_exif_directory (tiff, ms);
  return tiff;
}

/* Where the segment goes: behind SOI, and behind JFIF's APP0 if that comes next. */
static gsize
find_place (const guint8 *jpeg, gsize size)
{
  if (size > 11 && jpeg[2] == 0xff && jpeg[3] == 0xe0 && memcmp (jpeg + 6, "JFIF", 5) == 0) {
    gsize end = 4 + ((gsize)jpeg[4] << 8 | jpeg[5]);

    if (end < size)
      return end;
  }
  return 2;
}

gboolean
stills_exif_check_format (const char *format, GError **error)
{
  return g_str_equal (format, "jpeg") ||
         stills_error_refuse (error, "--exif is for JPEG only. Leave it out, or --format=png.");
}

GByteArray *
stills_exif_add (const guint8 *jpeg, gsize size, const char *stream, gint64 ms)
{
  static const guint8 signature[] = {'E', 'x', 'i', 'f', 0, 0};
  g_autoptr (GByteArray) tiff = make_tiff (stream, ms);
  gsize place = MIN (find_place (jpeg, size), size);
  GByteArray *result = g_byte_array_sized_new ((guint)size + tiff->len + 10);

  g_byte_array_append (result, jpeg, (guint)place);
  put16 (result, 0xffe1);
  put16 (result, (guint16)(2 + sizeof signature + tiff->len));
  g_byte_array_append (result, signature, sizeof signature);
  g_byte_array_append (result, tiff->data, tiff->len);
  g_byte_array_append (result, jpeg + place, (guint)(size - place));
  return result;
}
