/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsthumbnail.h"

#include <gst/gst.h>

/* A picture that cannot be decoded in this time never will be. */
#define TIMEOUT (10 * GST_SECOND)

static GBytes *
copy_buffer (GstBuffer *buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  return g_bytes_new_take (data, size);
}

static GstElement *
make_pipeline (gboolean is_png, guint height, GError **error)
{
  g_autofree char *description = g_strdup_printf (
      "appsrc name=source caps=image/%s ! %s ! videoconvert ! videoscale ! "
      "video/x-raw,width=%d,height=%u,pixel-aspect-ratio=1/1 ! jpegenc quality=80 ! appsink name=sink sync=false",
      is_png ? "png" : "jpeg", is_png ? "pngdec" : "jpegdec", STILLS_THUMBNAIL_WIDTH, height);

  return gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
}

static void
push (GstElement *pipeline, GBytes *image)
{
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (GstBuffer) buffer = gst_buffer_new_wrapped_bytes (image);
  GstFlowReturn flow;

  GST_BUFFER_PTS (buffer) = 0;
  g_signal_emit_by_name (source, "push-buffer", buffer, &flow);
  g_signal_emit_by_name (source, "end-of-stream", &flow);
}

static GBytes *
pull (GstElement *pipeline, GError **error)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstSample) sample = NULL;

  g_signal_emit_by_name (sink, "try-pull-sample", TIMEOUT, &sample);
  if (sample)
    return copy_buffer (gst_sample_get_buffer (sample));
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  if (message)
    gst_message_parse_error (message, error, NULL);
  else
    g_set_error_literal (
        error, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, "The image cannot be decoded");
  return NULL;
}

GBytes *
stills_thumbnail_make (GBytes *image, gboolean is_png, guint width, guint height, GError **error)
{
  guint small_height = MAX (1, (height * STILLS_THUMBNAIL_WIDTH + width / 2) / MAX (width, 1));
  g_autoptr (GstElement) pipeline = NULL;
  GBytes *small;

  if (width <= STILLS_THUMBNAIL_WIDTH)
    return g_bytes_ref (image);
  pipeline = make_pipeline (is_png, small_height, error);
  if (pipeline == NULL)
    return NULL;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  push (pipeline, image);
  small = pull (pipeline, error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return small;
}
