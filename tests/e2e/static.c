/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A program that links the plugin statically: it runs the pipeline of its command line. */
#include <gst/gst.h>

GST_PLUGIN_STATIC_DECLARE (kvsimagesrc);

/* Runs a pipeline to its end. Returns what ended it: EOS or ERROR. */
static GstMessageType
run (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  end = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return GST_MESSAGE_TYPE (end);
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GError) error = NULL;

  gst_init (NULL, NULL);
  GST_PLUGIN_STATIC_REGISTER (kvsimagesrc);
  pipeline = gst_parse_launchv ((const char **)argv + 1, &error);
  g_assert_no_error (error);
  return run (pipeline) != GST_MESSAGE_EOS;
}
