/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is read from the headers of images, which the test writes byte by byte, and that malformed
 * images are not read beyond their end. */
#include "kvsimage.h"

#include <string.h>

#define SOI 0xff, 0xd8
#define JFIF 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 72, 0, 72, 0, 0
#define ADOBE(transform) 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform
/* With a thumbnail, whose frame header of 1 x 1 is not the image's. */
#define EXIF                                                                                       \
  0xff, 0xe1, 0, 23, 'E', 'x', 'i', 'f', 0, 0, SOI, 0xff, 0xc0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 0x11, 0
#define COMMENT 0xff, 0xfe, 0, 6, 'H', 'e', 'l', 'o'
#define QUANTISATION 0xff, 0xdb, 0, 5, 0, 1, 2
#define HUFFMAN 0xff, 0xc4, 0, 4, 0, 0
#define ARITHMETIC 0xff, 0xcc, 0, 4, 0, 1
#define SCAN 0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0
#define GREY(marker) 0xff, marker, 0, 11, 8, 0x04, 0x38, 0x07, 0x80, 1, 1, 0x11, 0
#define COLOUR(marker, first)                                                                      \
  0xff, marker, 0, 17, 8, 0x00, 0xf0, 0x01, 0x40, 3, 1, first, 0, 2, 0x11, 1, 3, 0x11, 1
#define CMYK                                                                                       \
  0xff, 0xc0, 0, 20, 8, 0x00, 0xf0, 0x01, 0x40, 4, 'C', 0x22, 0, 'M', 0x11, 0, 'Y', 0x11, 0, 'K',  \
      0x22, 0
#define FIVE_COMPONENTS                                                                            \
  0xff, 0xc0, 0, 23, 8, 0, 2, 0, 1, 5, 1, 0x11, 0, 2, 0x12, 0, 3, 0x13, 0, 4, 0x14, 0, 5, 0x15, 0

#define PNG_SIGNATURE 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'
#define IHDR(w3, w0, h3, h0)                                                                       \
  0, 0, 0, 13, 'I', 'H', 'D', 'R', w3, 0, 0, w0, h3, 0, 0, h0, 8, 2, 0, 0, 0

#define BYTES(...) (const guint8[]){__VA_ARGS__}, sizeof ((const guint8[]){__VA_ARGS__})

/* An image in memory of exactly its size, so that a sanitizer sees any read beyond it. */
static GBytes *
make_image (const guint8 *data, gsize size)
{
  return g_bytes_new_take (g_memdup2 (data, size), size);
}

static gboolean
read_header (const guint8 *data, gsize size, KvsImageFormat format, KvsImageInfo *info)
{
  g_autoptr (GBytes) image = make_image (data, size);

  return kvs_image_read_header (image, format, info);
}

static void
assert_same (const KvsImageInfo *info, const KvsImageInfo *expected)
{
  const KvsJpegInfo *a = &info->jpeg, *b = &expected->jpeg;

  g_assert_cmpuint (info->width, ==, expected->width);
  g_assert_cmpuint (info->height, ==, expected->height);
  g_assert_cmpuint (a->sof, ==, b->sof);
  g_assert_cmpuint (a->n_components, ==, b->n_components);
  g_assert_cmpmem (a->component, sizeof a->component, b->component, sizeof b->component);
  g_assert_cmpmem (a->horizontal, sizeof a->horizontal, b->horizontal, sizeof b->horizontal);
  g_assert_cmpmem (a->vertical, sizeof a->vertical, b->vertical, sizeof b->vertical);
  g_assert_cmpint (a->has_jfif, ==, b->has_jfif);
  g_assert_cmpint (a->has_adobe, ==, b->has_adobe);
  g_assert_cmpuint (a->adobe_transform, ==, b->adobe_transform);
}

/* Reads every prefix of the image: up to @header_size nothing is known, and from there on always the same. */
static void
assert_read (const guint8 *data, gsize size, gsize header_size, KvsImageFormat format,
    const KvsImageInfo *expected)
{
  KvsImageFormat other =
      format == KVS_IMAGE_FORMAT_JPEG ? KVS_IMAGE_FORMAT_PNG : KVS_IMAGE_FORMAT_JPEG;
  KvsImageInfo info;

  for (gsize cut = 0; cut <= size; cut++) {
    g_assert_cmpint (read_header (data, cut, format, &info), ==, cut >= header_size);
    if (cut >= header_size)
      assert_same (&info, expected);
    g_assert_false (read_header (data, cut, other, &info));
  }
}

static void
test_jpeg (void)
{
  const struct {
    const guint8 *data;
    gsize size;
    gsize header_size;
    KvsImageInfo info;
  } cases[] = {
      /* Baseline, 4:2:0, as the service makes them */
      {BYTES (SOI, JFIF, QUANTISATION, COLOUR (0xc0, 0x22), HUFFMAN, SCAN), 46,
          {320, 240, {0, 3, {1, 2, 3}, {2, 1, 1}, {2, 1, 1}, TRUE}}},
      {BYTES (SOI, JFIF, COLOUR (0xc0, 0x21), SCAN), 39,
          {320, 240, {0, 3, {1, 2, 3}, {2, 1, 1}, {1, 1, 1}, TRUE}}},
      {BYTES (SOI, JFIF, COLOUR (0xc0, 0x11), SCAN), 39,
          {320, 240, {0, 3, {1, 2, 3}, {1, 1, 1}, {1, 1, 1}, TRUE}}},
      {BYTES (SOI, JFIF, COLOUR (0xc0, 0x41), SCAN), 39,
          {320, 240, {0, 3, {1, 2, 3}, {4, 1, 1}, {1, 1, 1}, TRUE}}},
      {BYTES (SOI, GREY (0xc0)), 15, {1920, 1080, {0, 1, {1}, {1}, {1}}}},
      /* Progressive, arithmetic, lossless */
      {BYTES (SOI, JFIF, COLOUR (0xc2, 0x22)), 39,
          {320, 240, {2, 3, {1, 2, 3}, {2, 1, 1}, {2, 1, 1}, TRUE}}},
      {BYTES (SOI, ARITHMETIC, GREY (0xc9)), 21, {1920, 1080, {9, 1, {1}, {1}, {1}}}},
      {BYTES (SOI, GREY (0xcf)), 15, {1920, 1080, {15, 1, {1}, {1}, {1}}}},
      /* Other segments first, among them one that holds the frame header of a thumbnail */
      {BYTES (SOI, EXIF, JFIF, COMMENT, HUFFMAN, ARITHMETIC, GREY (0xc0), SCAN), 78,
          {1920, 1080, {0, 1, {1}, {1}, {1}, TRUE}}},
      /* Fill bytes, and markers without a segment */
      {BYTES (SOI, 0xff, 0xff, JFIF, 0xff, GREY (0xc0)), 36,
          {1920, 1080, {0, 1, {1}, {1}, {1}, TRUE}}},
      {BYTES (SOI, 0xff, 0x01, 0xff, 0xd0, 0xff, 0xd7, SOI, GREY (0xc0)), 23,
          {1920, 1080, {0, 1, {1}, {1}, {1}}}},
      /* Adobe: CMYK, YCCK, RGB */
      {BYTES (SOI, ADOBE (0), CMYK, SCAN), 40,
          {320, 240, {0, 4, {'C', 'M', 'Y', 'K'}, {2, 1, 1, 2}, {2, 1, 1, 2}, FALSE, TRUE, 0}}},
      {BYTES (SOI, ADOBE (2), CMYK, SCAN), 40,
          {320, 240, {0, 4, {'C', 'M', 'Y', 'K'}, {2, 1, 1, 2}, {2, 1, 1, 2}, FALSE, TRUE, 2}}},
      {BYTES (SOI, ADOBE (0), COLOUR (0xc0, 0x11)), 37,
          {320, 240, {0, 3, {1, 2, 3}, {1, 1, 1}, {1, 1, 1}, FALSE, TRUE, 0}}},
      {BYTES (SOI, JFIF, ADOBE (1), COLOUR (0xc0, 0x11)), 55,
          {320, 240, {0, 3, {1, 2, 3}, {1, 1, 1}, {1, 1, 1}, TRUE, TRUE, 1}}},
      /* Segments that only look like JFIF and Adobe */
      {BYTES (SOI, 0xff, 0xe0, 0, 7, 'J', 'F', 'X', 'X', 0, 0xff, 0xee, 0, 8, 'A', 'd', 'o', 'b',
           'e', 0, GREY (0xc0)),
          34, {1920, 1080, {0, 1, {1}, {1}, {1}}}},
      /* More components than are kept */
      {BYTES (SOI, FIVE_COMPONENTS), 27, {1, 2, {0, 5, {1, 2, 3, 4}, {1, 1, 1, 1}, {1, 2, 3, 4}}}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    assert_read (
        cases[i].data, cases[i].size, cases[i].header_size, KVS_IMAGE_FORMAT_JPEG, &cases[i].info);
  }
}

static void
test_png (void)
{
  const struct {
    const guint8 *data;
    gsize size;
    KvsImageInfo info;
  } cases[] = {
      {BYTES (PNG_SIGNATURE, IHDR (0, 200, 0, 100), 1, 2, 3, 4), {.width = 200, .height = 100}},
      {BYTES (PNG_SIGNATURE, IHDR (0, 1, 0, 1)), {.width = 1, .height = 1}},
      {BYTES (PNG_SIGNATURE, IHDR (0x7f, 255, 0x7f, 1)),
          {.width = 0x7f0000ff, .height = 0x7f000001}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_read (cases[i].data, cases[i].size, 29, KVS_IMAGE_FORMAT_PNG, &cases[i].info);
}

static void
test_no_image (void)
{
  const struct {
    const guint8 *data;
    gsize size;
  } cases[] = {
      {BYTES ('<', 'h', 't', 'm', 'l', '>')},
      {BYTES ('G', 'I', 'F', '8', '9', 'a', 1, 0, 1, 0)},
      {BYTES ('R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P')},
      {BYTES (SOI)},
      {BYTES (SOI, 0xff)},
      {BYTES (SOI, 0xff, 0xff, 0xff, 0xff)},
      {BYTES (SOI, 0xff, 0xd9)},
      {BYTES (SOI, SCAN)},
      {BYTES (SOI, JFIF)},
      {BYTES (SOI, JFIF, 0, GREY (0xc0))},
      {BYTES (0xff, 0xd9, GREY (0xc0))},
      {BYTES (0, SOI, GREY (0xc0))},
      /* A frame header behind the scan, or behind the end, is another image's */
      {BYTES (SOI, SCAN, GREY (0xc0))},
      {BYTES (SOI, 0xff, 0xd9, GREY (0xc0))},
      /* Segments whose length is none, or longer than the image */
      {BYTES (SOI, 0xff, 0xe0, 0, 0, GREY (0xc0))},
      {BYTES (SOI, 0xff, 0xe0, 0, 1, GREY (0xc0))},
      {BYTES (SOI, 0xff, 0xe0, 0xff, 0xff, GREY (0xc0))},
      {BYTES (SOI, 0xff, 0xe0, 0, 15, GREY (0xc0))},
      /* Frame headers without width, height or components, or too short for theirs */
      {BYTES (SOI, 0xff, 0xc0, 0, 11, 8, 0, 16, 0, 0, 1, 1, 0x11, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 16, 1, 1, 0x11, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 8, 8, 0, 16, 0, 16, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 7, 8, 0, 16, 0, 16)},
      {BYTES (SOI, 0xff, 0xc0, 0, 2)},
      {BYTES (SOI, 0xff, 0xc0, 0, 1, 8, 0, 16, 0, 16, 1, 1, 0x11, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 0, 8, 0, 16, 0, 16, 1, 1, 0x11, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 3, 1, 0x11, 0)},
      {BYTES (SOI, 0xff, 0xc0, 0, 11, 8, 0, 16, 0, 16, 255, 1, 0x11, 0)},
      /* PNG with lines ends that were changed, another chunk first, an IHDR of another length, and
       * sizes that are none */
      {BYTES (0x89, 'P', 'N', 'G', '\n', 0x1a, '\n', IHDR (0, 1, 0, 1), 0)},
      {BYTES (
          PNG_SIGNATURE, 0, 0, 0, 13, 'C', 'g', 'B', 'I', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0)},
      {BYTES (
          PNG_SIGNATURE, 0, 0, 0, 14, 'I', 'H', 'D', 'R', 0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0)},
      {BYTES (PNG_SIGNATURE, IHDR (0, 0, 0, 1))},
      {BYTES (PNG_SIGNATURE, IHDR (0, 1, 0, 0))},
      {BYTES (PNG_SIGNATURE, IHDR (0x80, 1, 0, 1))},
      {BYTES (PNG_SIGNATURE, IHDR (0, 1, 0xff, 1))},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsImageInfo info;

    g_test_message ("case %u", i);
    for (gsize cut = 0; cut <= cases[i].size; cut++) {
      g_assert_false (read_header (cases[i].data, cut, KVS_IMAGE_FORMAT_JPEG, &info));
      g_assert_false (read_header (cases[i].data, cut, KVS_IMAGE_FORMAT_PNG, &info));
    }
  }
}

static void
test_empty (void)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  KvsImageInfo info;

  g_assert_false (kvs_image_read_header (empty, KVS_IMAGE_FORMAT_JPEG, &info));
  g_assert_false (kvs_image_read_header (empty, KVS_IMAGE_FORMAT_PNG, &info));
}

/* Nothing of one image is left in the result of the next. */
static void
test_forgets (void)
{
  KvsImageInfo info;

  g_assert_true (read_header (
      BYTES (SOI, JFIF, ADOBE (1), COLOUR (0xc2, 0x22)), KVS_IMAGE_FORMAT_JPEG, &info));
  g_assert_true (read_header (BYTES (SOI, GREY (0xc0)), KVS_IMAGE_FORMAT_JPEG, &info));
  g_assert_false (info.jpeg.has_jfif);
  g_assert_false (info.jpeg.has_adobe);
  g_assert_cmpuint (info.jpeg.component[1], ==, 0);
}

static void
test_soak (void)
{
  static const guint8 good[] = {SOI, JFIF, EXIF, ADOBE (1), HUFFMAN, COLOUR (0xc0, 0x22), SCAN};

  for (guint i = 0; i < 50000; i++) {
    guint8 data[sizeof good];
    KvsImageInfo info;

    memcpy (data, good, sizeof good);
    for (gint n = g_test_rand_int_range (1, 4); n > 0; n--)
      data[g_test_rand_int_range (3, sizeof good)] = (guint8)g_test_rand_int_range (0, 256);
    if (read_header (data, sizeof data, KVS_IMAGE_FORMAT_JPEG, &info))
      g_assert_true (info.width > 0 && info.height > 0 && info.jpeg.n_components > 0);
  }
}

static void
assert_problem (GBytes *given, const char *expected)
{
  g_autoptr (GBytes) image = given;
  g_autofree char *problem = kvs_image_describe_problem (image);

  g_assert_cmpstr (problem, ==, expected);
}

static void
test_problem (void)
{
  assert_problem (NULL, "the base64 of the first one is malformed");
  assert_problem (
      g_bytes_new_static ("<html>", 6), "the first one, of 6 bytes, is neither a JPEG nor a PNG");
  assert_problem (
      g_bytes_new_static ("", 0), "the first one, of 0 bytes, is neither a JPEG nor a PNG");
}

#define INFO(...)                                                                                  \
  {                                                                                                \
    .width = 16, .height = 8, .jpeg = {.n_components = 3, __VA_ARGS__ }                            \
  }

/* Each member counts, and what lies between them does not. */
static void
test_equal (void)
{
  static const KvsImageInfo info = INFO (.has_jfif = TRUE);
  static const KvsImageInfo others[] = {
      {.width = 17, .height = 8, .jpeg = {.n_components = 3, .has_jfif = TRUE}},
      {.width = 16, .height = 9, .jpeg = {.n_components = 3, .has_jfif = TRUE}},
      {.width = 16, .height = 8, .jpeg = {.n_components = 1, .has_jfif = TRUE}},
      INFO (.has_jfif = FALSE),
      INFO (.has_jfif = TRUE, .sof = 2),
      INFO (.has_jfif = TRUE, .component = {0, 0, 1}),
      INFO (.has_jfif = TRUE, .horizontal = {0, 0, 1}),
      INFO (.has_jfif = TRUE, .vertical = {0, 0, 1}),
      INFO (.has_jfif = TRUE, .has_adobe = TRUE),
      INFO (.has_jfif = TRUE, .adobe_transform = 1),
  };
  KvsImageInfo same;

  memset (&same, 0xff, sizeof same);
  same.width = info.width;
  same.height = info.height;
  same.jpeg.sof = info.jpeg.sof;
  same.jpeg.n_components = info.jpeg.n_components;
  memset (same.jpeg.component, 0, sizeof same.jpeg.component);
  memset (same.jpeg.horizontal, 0, sizeof same.jpeg.horizontal);
  memset (same.jpeg.vertical, 0, sizeof same.jpeg.vertical);
  same.jpeg.has_jfif = info.jpeg.has_jfif;
  same.jpeg.has_adobe = info.jpeg.has_adobe;
  same.jpeg.adobe_transform = info.jpeg.adobe_transform;
  g_assert_true (kvs_image_info_equal (&info, &same));
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (kvs_image_info_equal (&info, &others[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsimage/jpeg", test_jpeg);
  g_test_add_func ("/kvsimage/png", test_png);
  g_test_add_func ("/kvsimage/no-image", test_no_image);
  g_test_add_func ("/kvsimage/empty", test_empty);
  g_test_add_func ("/kvsimage/forgets", test_forgets);
  g_test_add_func ("/kvsimage/soak", test_soak);
  g_test_add_func ("/kvsimage/problem", test_problem);
  g_test_add_func ("/kvsimage/equal", test_equal);
  return g_test_run ();
}
