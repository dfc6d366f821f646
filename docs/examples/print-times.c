/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls a range of a stream and prints the time of each still, and where there is none and why:
 *
 *   print-times STREAM START END
 *
 * It shows how a program embeds kvsimagesrc: how it gets stills and gaps in their order, and what
 * it learns of an error. Build it with
 *
 *   cc print-times.c -o print-times $(pkg-config --cflags --libs gstreamer-app-1.0)
 */
#include <gst/app/app.h>

/* As in 2026-11-20T08:00:00.250Z. */
static char *
format_time (GstClockTime unix_ns)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (unix_ns / GST_SECOND);
  g_autofree char *text = g_date_time_format (second, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03uZ", text, (guint)(unix_ns % GST_SECOND / GST_MSECOND));
}

/* A still carries the time that the service gave for it. */
static void
print_still (GstSample *sample)
{
  g_autoptr (GstCaps) clock = gst_caps_new_empty_simple ("timestamp/x-unix");
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, clock);
  g_autofree char *time = format_time (meta->timestamp);

  g_print ("%s  still of %" G_GSIZE_FORMAT " bytes\n", time, gst_buffer_get_size (buffer));
}

/* Where there is no still there is an event that says why. */
static void
print_gap (GstEvent *event)
{
  const GstStructure *gap = gst_event_get_structure (event);
  g_autofree char *time = NULL;
  guint64 unix_ns;

  if (gap == NULL || !gst_structure_get_uint64 (gap, "unix-time", &unix_ns))
    return;
  time = format_time (unix_ns);
  g_print ("%s  %s\n", time, gst_structure_get_string (gap, "reason"));
}

/* Prints what comes, in order, up to the end of the stream or an error. */
static void
print_all (GstAppSink *sink)
{
  GstMiniObject *object;

  while ((object = gst_app_sink_pull_object (sink)) != NULL) {
    if (GST_IS_SAMPLE (object))
      print_still (GST_SAMPLE (object));
    else if (GST_EVENT_TYPE (object) == GST_EVENT_GAP)
      print_gap (GST_EVENT (object));
    gst_mini_object_unref (object);
  }
}

/* The text is for people; the details are for programs, each of them only where it is known. */
static void
print_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  const GstStructure *details = NULL;
  guint status;
  guint64 unix_ns;

  gst_message_parse_error (message, &error, NULL);
  gst_message_parse_error_details (message, &details);
  g_printerr ("%s\n", error->message);
  if (details == NULL)
    return;
  if (gst_structure_get_uint (details, "http-status-code", &status))
    g_printerr ("  status  %u\n", status);
  if (gst_structure_has_field (details, "aws-error-code"))
    g_printerr ("  code    %s\n", gst_structure_get_string (details, "aws-error-code"));
  if (gst_structure_has_field (details, "aws-request-id"))
    g_printerr ("  request %s\n", gst_structure_get_string (details, "aws-request-id"));
  if (gst_structure_get_uint64 (details, "unix-time", &unix_ns)) {
    g_autofree char *time = format_time (unix_ns);

    g_printerr ("  at      %s\n", time);
  }
}

/* Runs the pipeline and returns whether it came to its end. */
static gboolean
run (GstElement *pipeline, GstAppSink *sink)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) error = NULL;

  if (gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    print_all (sink);
  error = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  if (error)
    print_error (error);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return error == NULL;
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElement) pipeline = NULL;
  GstElement *source, *sink;

  gst_init (&argc, &argv);
  if (argc != 4) {
    g_printerr ("Usage: %s STREAM START END\n", argv[0]);
    return 2;
  }
  source = gst_element_factory_make ("kvsimagesrc", NULL);
  sink = gst_element_factory_make ("appsink", NULL);
  if (source == NULL || sink == NULL) {
    g_printerr ("kvsimagesrc or appsink is not installed; is GST_PLUGIN_PATH set?\n");
    return 1;
  }
  g_object_set (
      source, "stream-name", argv[1], "start-timestamp", argv[2], "end-timestamp", argv[3], NULL);
  /* As fast as they come, but no more than a few at a time. */
  g_object_set (sink, "sync", FALSE, "max-buffers", 4, NULL);
  pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_element_link (source, sink);
  return run (pipeline, GST_APP_SINK (sink)) ? 0 : 1;
}
