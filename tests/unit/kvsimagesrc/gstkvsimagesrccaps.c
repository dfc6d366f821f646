/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Our caps of an image must be those of jpegparse and pngparse. */
#include "gstkvsimagesrccaps.h"

#include <gst/check/gstharness.h>

/* A JPEG as far as its headers go, with @n components of which each has an identifier and, in
 * hexadecimal, its sampling factors. */
typedef struct {
  const char *name;
  guint8 sof;
  enum {
    PLAIN,
    JFIF,
    ADOBE_0,
    ADOBE_1,
    ADOBE_2,
    EXIF
  } segment;
  guint n;
  guint8 components[4][2];
} Header;

static const Header headers[] = {
    {"grey", 0, JFIF, 1, {{1, 0x11}}},
    {"4:4:4", 0, JFIF, 3, {{1, 0x11}, {2, 0x11}, {3, 0x11}}},
    {"4:2:2", 0, JFIF, 3, {{1, 0x21}, {2, 0x11}, {3, 0x11}}},
    {"4:2:2 doubled", 0, JFIF, 3, {{1, 0x22}, {2, 0x12}, {3, 0x12}}},
    {"4:2:0", 0, JFIF, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"4:4:0", 0, JFIF, 3, {{1, 0x12}, {2, 0x11}, {3, 0x11}}},
    {"4:1:1", 0, JFIF, 3, {{1, 0x41}, {2, 0x11}, {3, 0x11}}},
    {"4:1:0", 0, JFIF, 3, {{1, 0x42}, {2, 0x11}, {3, 0x11}}},
    {"unequal chroma", 0, JFIF, 3, {{1, 0x22}, {2, 0x11}, {3, 0x21}}},
    {"extended", 1, JFIF, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"progressive", 2, JFIF, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"no segment", 0, PLAIN, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"exif only", 0, EXIF, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"RGB by identifier", 0, PLAIN, 3, {{'R', 0x11}, {'G', 0x11}, {'B', 0x11}}},
    {"JFIF beats identifiers", 0, JFIF, 3, {{'R', 0x11}, {'G', 0x11}, {'B', 0x11}}},
    {"RGB by Adobe", 0, ADOBE_0, 3, {{1, 0x11}, {2, 0x11}, {3, 0x11}}},
    {"CMYK by Adobe", 0, ADOBE_0, 4, {{1, 0x11}, {2, 0x11}, {3, 0x11}, {4, 0x11}}},
    {"CMYK", 0, PLAIN, 4, {{1, 0x11}, {2, 0x11}, {3, 0x11}, {4, 0x11}}},
};

/* jpegparse 1.22 looks for the colour transform one byte too far and finds none. */
static const Header transformed_headers[] = {
    {"YCbCr by Adobe", 0, ADOBE_1, 3, {{1, 0x22}, {2, 0x11}, {3, 0x11}}},
    {"YCCK by Adobe", 0, ADOBE_2, 4, {{1, 0x22}, {2, 0x11}, {3, 0x11}, {4, 0x22}}},
};

static void
add (GByteArray *image, const void *data, gsize length)
{
  g_byte_array_append (image, data, (guint)length);
}

static void
add_application_segment (GByteArray *image, const Header *header)
{
  static const guint8 jfif[] = "\xff\xe0\x00\x10JFIF\0\x01\x02\x00\x00\x01\x00\x01\x00\x00";
  static const guint8 exif[] = "\xff\xe1\x00\x10"
                               "Exif\0\0MM\0*\0\0\0\x08";
  guint8 adobe[] = "\xff\xee\x00\x0e"
                   "Adobe\0\x64\0\0\0\0\0";

  adobe[15] = header->segment == ADOBE_2 ? 2 : header->segment == ADOBE_1;
  if (header->segment == JFIF)
    add (image, jfif, 18);
  else if (header->segment == EXIF)
    add (image, exif, 18);
  else if (header->segment != PLAIN)
    add (image, adobe, 16);
}

/* 320 x 240, one scan of nothing much, which no parser decodes. */
static GBytes *
make_jpeg (const Header *header)
{
  GByteArray *image = g_byte_array_new ();
  const guint8 sof[] = {
      0xff, 0xc0 + header->sof, 0, 8 + 3 * header->n, 8, 0, 240, 1, 64, header->n};
  const guint8 sos[] = {0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0xff, 0xd9};

  add (image, "\xff\xd8", 2);
  add_application_segment (image, header);
  add (image, sof, sizeof sof);
  for (guint i = 0; i < header->n; i++) {
    const guint8 component[] = {header->components[i][0], header->components[i][1], 0};

    add (image, component, sizeof component);
  }
  add (image, sos, sizeof sos);
  return g_byte_array_free_to_bytes (image);
}

static GstCaps *
ask_parser (const char *parser, const char *caps, GBytes *image)
{
  GstHarness *harness = gst_harness_new (parser);
  GstCaps *result;

  gst_harness_set_src_caps_str (harness, caps);
  gst_harness_push (harness, gst_buffer_new_wrapped_bytes (image));
  gst_harness_push_event (harness, gst_event_new_eos ());
  result = gst_pad_get_current_caps (harness->sinkpad);
  gst_harness_teardown (harness);
  return result;
}

static GstCaps *
make_caps (GBytes *image, KvsImageFormat format)
{
  KvsImageInfo info;

  g_assert_true (kvs_image_read_header (image, format, &info));
  return gst_kvs_image_src_caps_new (format, &info);
}

static void
assert_same_field (GstCaps *ours, GstCaps *theirs, const char *field)
{
  const GValue *our_value = gst_structure_get_value (gst_caps_get_structure (ours, 0), field);
  const GValue *their_value = gst_structure_get_value (gst_caps_get_structure (theirs, 0), field);
  g_autofree char *our_text = our_value ? gst_value_serialize (our_value) : NULL;
  g_autofree char *their_text = their_value ? gst_value_serialize (their_value) : NULL;

  if (g_strcmp0 (our_text, their_text) != 0)
    g_error ("%s is %s, but should be %s", field, our_text, their_text);
}

static void
test_jpeg (gconstpointer data)
{
  static const char *const fields[] = {
      "width", "height", "sof-marker", "colorspace", "sampling", "parsed"};
  g_autoptr (GBytes) image = make_jpeg (data);
  g_autoptr (GstCaps) ours = make_caps (image, KVS_IMAGE_FORMAT_JPEG);
  g_autoptr (GstCaps) theirs = ask_parser ("jpegparse", "image/jpeg", image);

  g_assert_true (gst_caps_is_fixed (ours));
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    assert_same_field (ours, theirs, fields[i]);
}

static void
test_transformed_jpeg (void)
{
  static const char *const colorspaces[] = {"sYUV", "YCCK"};

  for (guint i = 0; i < G_N_ELEMENTS (transformed_headers); i++) {
    g_autoptr (GBytes) image = make_jpeg (&transformed_headers[i]);
    g_autoptr (GstCaps) caps = make_caps (image, KVS_IMAGE_FORMAT_JPEG);
    const GstStructure *structure = gst_caps_get_structure (caps, 0);

    g_assert_cmpstr (gst_structure_get_string (structure, "colorspace"), ==, colorspaces[i]);
  }
}

static GBytes *
encode (const char *description)
{
  GstHarness *harness = gst_harness_new_parse (description);
  GstBuffer *buffer;
  GstMapInfo map;
  GBytes *image;

  gst_harness_play (harness);
  buffer = gst_harness_pull (harness);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  image = g_bytes_new (map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
  return image;
}

static void
test_png (void)
{
  g_autoptr (GBytes) image =
      encode ("videotestsrc num-buffers=1 ! video/x-raw,width=322,height=241 ! pngenc");
  g_autoptr (GstCaps) ours = make_caps (image, KVS_IMAGE_FORMAT_PNG);
  g_autoptr (GstCaps) theirs = ask_parser ("pngparse", "image/png", image);
  g_autoptr (GstCaps) expected = gst_caps_from_string (
      "image/png, parsed=true, width=322, height=241, framerate=0/1, pixel-aspect-ratio=1/1");

  g_assert_true (gst_caps_is_equal (ours, expected));
  assert_same_field (ours, theirs, "width");
  assert_same_field (ours, theirs, "height");
}

static void
test_real_jpeg (void)
{
  g_autoptr (GBytes) image = encode (
      "videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=322,height=241 ! jpegenc");
  g_autoptr (GstCaps) ours = make_caps (image, KVS_IMAGE_FORMAT_JPEG);
  g_autoptr (GstCaps) expected = gst_caps_from_string (
      "image/jpeg, parsed=true, width=322, height=241, framerate=0/1, pixel-aspect-ratio=1/1, "
      "sof-marker=0, colorspace=sYUV, sampling=YCbCr-4:2:0");

  g_assert_true (gst_caps_is_equal (ours, expected));
}

static void
test_without_image (void)
{
  g_autoptr (GstCaps) sized = gst_kvs_image_src_caps_new_without_image (KVS_IMAGE_FORMAT_PNG, 4, 2);
  g_autoptr (GstCaps) sizeless =
      gst_kvs_image_src_caps_new_without_image (KVS_IMAGE_FORMAT_JPEG, 0, 0);
  g_autofree char *sizeless_text = gst_caps_to_string (sizeless);
  g_autoptr (GstCaps) expected = gst_caps_from_string (
      "image/png, parsed=true, width=4, height=2, framerate=0/1, pixel-aspect-ratio=1/1");

  g_assert_true (gst_caps_is_equal (sized, expected));
  g_assert_cmpstr (sizeless_text, ==, "image/jpeg, parsed=(boolean)true, framerate=(fraction)0/1");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree char *path = g_strdup_printf ("/caps/jpeg/%s", headers[i].name);

    g_test_add_data_func (path, &headers[i], test_jpeg);
  }
  g_test_add_func ("/caps/transformed-jpeg", test_transformed_jpeg);
  g_test_add_func ("/caps/real-jpeg", test_real_jpeg);
  g_test_add_func ("/caps/png", test_png);
  g_test_add_func ("/caps/without-image", test_without_image);
  return g_test_run ();
}
