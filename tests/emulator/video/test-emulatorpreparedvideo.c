/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes prepared stills apart, segment by segment and chunk by chunk, and decodes them. */
#include "emulatorpreparedvideo.h"
#include "testpictures.h"

#include <string.h>
#include <zlib.h>

#define NOON_MS G_GINT64_CONSTANT (1795161600000)

static GBytes *
render (const char *source, gint64 unix_ms, EmulatorFormat format, guint width, guint height)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EmulatorVideo) video = emulator_video_new (source, 0, 0, 0, &error);
  GBytes *still = NULL;

  g_assert_no_error (error);
  still = emulator_video_render (video, 0, unix_ms, format, 80, width, height, &error);
  g_assert_no_error (error);
  return still;
}

static guint32
read_number (const guint8 *data, guint n_bytes)
{
  guint32 number = 0;

  for (guint i = 0; i < n_bytes; i++)
    number = number << 8 | data[i];
  return number;
}

static void
test_jpeg_comment (void)
{
  static const char text[] = "time=1795161600250";
  g_autoptr (GBytes) still = render ("prepared", NOON_MS + 250, EMULATOR_FORMAT_JPEG, 0, 0);
  const guint8 *data = g_bytes_get_data (still, NULL);

  g_assert_cmphex (read_number (data, 2), ==, 0xffd8);
  g_assert_cmphex (read_number (data + 2, 2), ==, 0xfffe);
  g_assert_cmpuint (read_number (data + 4, 2), ==, 2 + strlen (text));
  g_assert_cmpmem (data + 6, strlen (text), text, strlen (text));
}

static void
test_png_comment (void)
{
  static const char text[] = "tEXtComment\0time=1795161600250";
  g_autoptr (GBytes) still = render ("prepared", NOON_MS + 250, EMULATOR_FORMAT_PNG, 0, 0);
  const guint8 *chunk = (const guint8 *)g_bytes_get_data (still, NULL) + 8 + 12 + 13;

  g_assert_cmpuint (read_number (chunk, 4), ==, sizeof text - 1 - strlen ("tEXt"));
  g_assert_cmpmem (chunk + 4, sizeof text - 1, text, sizeof text - 1);
}

static void
test_png_chunks (void)
{
  g_autoptr (GBytes) still = render ("prepared:200000", NOON_MS, EMULATOR_FORMAT_PNG, 0, 0);
  gsize size, offset = 8;
  const guint8 *data = g_bytes_get_data (still, &size);

  while (offset < size) {
    const guint8 *chunk = data + offset;
    guint32 length;

    g_assert_cmpuint (size - offset, >=, 12);
    length = read_number (chunk, 4);
    g_assert_cmpuint (size - offset - 12, >=, length);
    g_assert_cmphex (read_number (chunk + 8 + length, 4), ==, crc32 (0, chunk + 4, 4 + length));
    offset += 12 + length;
  }
  g_assert_cmpmem (data + size - 8, 4, "IEND", 4);
}

static void
test_size_in_bytes (void)
{
  static const struct {
    const char *source;
    gsize size;
  } cases[] = {
      {"prepared", 8192},
      {"prepared:9001", 9001},
      {"prepared:65536", 65536},
      {"prepared:200000", 200000},
      {"prepared:4718592", 4718592},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint format = EMULATOR_FORMAT_JPEG; format <= EMULATOR_FORMAT_PNG; format++) {
      g_autoptr (GBytes) still = render (cases[i].source, NOON_MS, format, 0, 0);

      g_assert_cmpuint (g_bytes_get_size (still), ==, cases[i].size);
      test_pictures_assert_kind (still, format, 320, 240);
    }
  }
}

static void
test_larger_than_asked (void)
{
  g_autoptr (GBytes) bare = render ("prepared:0", NOON_MS, EMULATOR_FORMAT_JPEG, 0, 0);
  g_autoptr (GBytes) small = render ("prepared:100", NOON_MS, EMULATOR_FORMAT_JPEG, 0, 0);

  g_assert_cmpuint (g_bytes_get_size (bare), <, 8192);
  g_assert_true (g_bytes_equal (bare, small));
}

static void
test_picture_size (void)
{
  g_autoptr (GBytes) jpeg = render ("prepared", NOON_MS, EMULATOR_FORMAT_JPEG, 1, 1);
  g_autoptr (GBytes) png = render ("prepared", NOON_MS, EMULATOR_FORMAT_PNG, 3840, 2160);

  test_pictures_assert_kind (jpeg, EMULATOR_FORMAT_JPEG, 1, 1);
  test_pictures_assert_kind (png, EMULATOR_FORMAT_PNG, 3840, 2160);
}

static void
test_each_differs (void)
{
  g_autoptr (EmulatorVideo) video = emulator_video_new ("prepared", 0, 0, 0, NULL);
  g_autoptr (GHashTable) stills =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

  for (gint64 ms = 0; ms < 200 * 1000; ms += 200) {
    g_hash_table_add (stills,
        emulator_video_render (video, ms, NOON_MS + ms, EMULATOR_FORMAT_JPEG, 80, 0, 0, NULL));
  }
  g_assert_cmpuint (g_hash_table_size (stills), ==, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/emulator/prepared-video/jpeg-comment", test_jpeg_comment);
  g_test_add_func ("/emulator/prepared-video/png-comment", test_png_comment);
  g_test_add_func ("/emulator/prepared-video/png-chunks", test_png_chunks);
  g_test_add_func ("/emulator/prepared-video/size-in-bytes", test_size_in_bytes);
  g_test_add_func ("/emulator/prepared-video/larger-than-asked", test_larger_than_asked);
  g_test_add_func ("/emulator/prepared-video/picture-size", test_picture_size);
  g_test_add_func ("/emulator/prepared-video/each-differs", test_each_differs);
  return g_test_run ();
}
