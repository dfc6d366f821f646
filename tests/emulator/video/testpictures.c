/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A still is identified by comparing it with the expected test card. */
#include "testpictures.h"

#include "emulatortestcard.h"

#include <glib/gstdio.h>
#include <gst/app/app.h>
#include <gst/video/video.h>
#include <string.h>

#define CARD_WIDTH 320
#define CARD_HEIGHT 240

/* How far apart two values of a pixel must be not to come from encoding, and how many such pixels
 * in a million still make no letter. */
#define DIFFERENT_VALUE 96
#define MAX_DIFFERENT_PPM 500

static GstElement *
launch (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  return gst_object_ref_sink (pipeline);
}

GstSample *
test_pictures_decode (GBytes *still)
{
  g_autoptr (GstElement) pipeline = launch ("appsrc name=source ! decodebin ! videoconvert ! "
                                            "appsink name=sink caps=video/x-raw,format=RGB");
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  GstSample *picture;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (source), gst_buffer_new_wrapped_bytes (still));
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  picture = gst_app_sink_pull_sample (GST_APP_SINK (sink));
  g_assert_nonnull (picture);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return picture;
}

static GstVideoInfo
get_info (GstSample *picture)
{
  GstVideoInfo info;

  g_assert_true (gst_video_info_from_caps (&info, gst_sample_get_caps (picture)));
  return info;
}

void
test_pictures_assert_kind (GBytes *still, EmulatorFormat format, guint width, guint height)
{
  const char *magic = format == EMULATOR_FORMAT_JPEG ? "\xff\xd8\xff" : "\x89PNG";
  g_autoptr (GstSample) picture = test_pictures_decode (still);
  GstVideoInfo info = get_info (picture);
  gsize size;
  gconstpointer data = g_bytes_get_data (still, &size);

  g_assert_cmpuint (size, >, strlen (magic));
  g_assert_cmpmem (data, strlen (magic), magic, strlen (magic));
  g_assert_cmpint (GST_VIDEO_INFO_WIDTH (&info), ==, width);
  g_assert_cmpint (GST_VIDEO_INFO_HEIGHT (&info), ==, height);
}

static guint
count_different_pixels (GstSample *picture, GstSample *other)
{
  GstVideoInfo info = get_info (picture), other_info = get_info (other);
  GstVideoFrame a, b;
  guint n = 0;

  g_assert_true (gst_video_frame_map (&a, &info, gst_sample_get_buffer (picture), GST_MAP_READ));
  g_assert_true (
      gst_video_frame_map (&b, &other_info, gst_sample_get_buffer (other), GST_MAP_READ));
  for (gint y = 0; y < info.height; y++) {
    const guint8 *row_a = GST_VIDEO_FRAME_PLANE_DATA (&a, 0);
    const guint8 *row_b = GST_VIDEO_FRAME_PLANE_DATA (&b, 0);

    row_a += (gsize)y * GST_VIDEO_FRAME_PLANE_STRIDE (&a, 0);
    row_b += (gsize)y * GST_VIDEO_FRAME_PLANE_STRIDE (&b, 0);
    /* Green is nearest to luma, which is coded with the most care. */
    for (gint x = 0; x < info.width; x++)
      n += ABS (row_a[3 * x + 1] - row_b[3 * x + 1]) > DIFFERENT_VALUE;
  }
  gst_video_frame_unmap (&b);
  gst_video_frame_unmap (&a);
  return n;
}

gboolean
test_pictures_shows_time (GBytes *still, gint64 unix_ms)
{
  g_autoptr (GstSample) picture = test_pictures_decode (still);
  GstVideoInfo info = get_info (picture);
  g_autoptr (GstSample) card = emulator_test_card_new_with_time (info.width, info.height, unix_ms);
  guint64 n = count_different_pixels (picture, card);

  return n * 1000000 <= (guint64)info.width * info.height * MAX_DIFFERENT_PPM;
}

static void
push_card (GstAppSrc *source, gint64 time_ms)
{
  g_autoptr (GstSample) card = emulator_test_card_new_with_time (CARD_WIDTH, CARD_HEIGHT, time_ms);
  GstBuffer *buffer = gst_buffer_copy (gst_sample_get_buffer (card));
  g_autoptr (GstSample) timed = NULL;

  GST_BUFFER_PTS (buffer) = time_ms * GST_MSECOND;
  timed = gst_sample_new (buffer, gst_sample_get_caps (card), NULL, NULL);
  gst_buffer_unref (buffer);
  g_assert_cmpint (gst_app_src_push_sample (source, timed), ==, GST_FLOW_OK);
}

static void
wait_for_end (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
}

static char *
reserve_path (void)
{
  g_autoptr (GError) error = NULL;
  char *path;
  gint file = g_file_open_tmp ("emulatorvideo-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (file, NULL);
  return path;
}

char *
test_pictures_write_video (const char *encoding, const gint64 *times_ms, guint n_frames)
{
  g_autofree char *description =
      g_strdup_printf ("appsrc name=source format=time ! videoconvert ! video/x-raw,format=I420 ! "
                       "%s ! filesink name=sink",
          encoding);
  g_autoptr (GstElement) pipeline = launch (description);
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  char *path = reserve_path ();

  g_object_set (sink, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < n_frames; i++)
    push_card (GST_APP_SRC (source), times_ms[i]);
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  wait_for_end (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return path;
}

void
test_pictures_remove (char *path)
{
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_free (path);
}
