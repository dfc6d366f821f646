/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of small pictures of stills. */
#include "stillsthumbnail.h"

#include <kvsimage.h>

#include <gst/gst.h>

static GBytes *
make_image (const char *encoder, guint width, guint height)
{
  g_autofree char *description = g_strdup_printf (
      "videotestsrc num-buffers=1 ! video/x-raw,width=%u,height=%u ! videoconvert ! %s ! appsink name=sink "
      "sync=false",
      width, height, encoder);
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstSample) sample = NULL;
  GstBuffer *buffer;
  gpointer data;
  gsize size;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_signal_emit_by_name (sink, "pull-sample", &sample);
  buffer = gst_sample_get_buffer (sample);
  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_bytes_new_take (data, size);
}

static void
assert_size (const char *encoder, gboolean is_png, guint width, guint height, guint small_height)
{
  g_autoptr (GBytes) image = make_image (encoder, width, height);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) small = stills_thumbnail_make (image, is_png, width, height, &error);
  KvsImageInfo info;

  g_assert_no_error (error);
  g_assert_true (kvs_image_read_header (small, KVS_IMAGE_FORMAT_JPEG, &info));
  g_assert_cmpuint (info.width, ==, STILLS_THUMBNAIL_WIDTH);
  g_assert_cmpuint (info.height, ==, small_height);
}

static void
test_sizes (void)
{
  assert_size ("jpegenc", FALSE, 640, 360, 117);
  assert_size ("jpegenc", FALSE, 768, 576, 156);
  assert_size ("pngenc", TRUE, 640, 480, 156);
  assert_size ("jpegenc", FALSE, 3840, 16, 1);
}

static void
test_small_already (void)
{
  g_autoptr (GBytes) image = make_image ("jpegenc", 64, 48);
  g_autoptr (GBytes) small = stills_thumbnail_make (image, FALSE, 64, 48, NULL);

  g_assert_true (small == image);
}

static void
test_no_image (void)
{
  g_autoptr (GBytes) image = g_bytes_new_static ("no image", 8);
  g_autoptr (GError) error = NULL;

  g_assert_null (stills_thumbnail_make (image, FALSE, 640, 480, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsthumbnail/sizes", test_sizes);
  g_test_add_func ("/stillsthumbnail/small-already", test_small_already);
  g_test_add_func ("/stillsthumbnail/no-image", test_no_image);
  return g_test_run ();
}
