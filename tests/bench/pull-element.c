/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls everything out of a kvsimagesrc and tells what came, with its stats, as one line of JSON. The
 * arguments are the element as gst-launch-1.0 takes it. In C, so that what is measured is the
 * element. */
#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <stdio.h>

#define EXIT_USAGE 2

typedef struct {
  guint64 n_images;
  guint64 next_offset; /* smallest that may come: each sample comes once, in order */
  gboolean is_disordered;
  gint64 start_us; /* when it was to play, the first came and the last, since the epoch */
  gint64 first_us;
  gint64 last_us;
} Arrivals;

static GstPadProbeReturn
buffer_cb (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  Arrivals *arrivals = data;

  arrivals->last_us = g_get_real_time ();
  if (arrivals->n_images++ == 0)
    arrivals->first_us = arrivals->last_us;
  if (GST_BUFFER_OFFSET (buffer) < arrivals->next_offset)
    arrivals->is_disordered = TRUE;
  arrivals->next_offset = GST_BUFFER_OFFSET_END (buffer);
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_pipeline (GstElement *source, Arrivals *arrivals, GError **error)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *sink = gst_element_factory_make_full ("fakesink", "sync", FALSE, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, buffer_cb, arrivals, NULL);
  if (gst_element_link (source, sink))
    return pipeline;
  g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_NEGOTIATION, "It is not a source");
  gst_object_unref (pipeline);
  return NULL;
}

static gboolean
run (GstElement *pipeline, Arrivals *arrivals, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  arrivals->start_us = g_get_real_time ();
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}

static gboolean
add_counter_cb (GQuark field, const GValue *value, gpointer builder)
{
  json_builder_set_member_name (builder, g_quark_to_string (field));
  json_builder_add_int_value (builder, (gint64)g_value_get_uint64 (value));
  return TRUE;
}

static void
add_seconds (JsonBuilder *builder, const char *name, gint64 time_us)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, time_us / 1e6);
}

static char *
describe (const Arrivals *arrivals, const GstStructure *stats)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "images");
  json_builder_add_int_value (builder, (gint64)arrivals->n_images);
  add_seconds (builder, "start", arrivals->start_us);
  add_seconds (builder, "first", arrivals->first_us);
  add_seconds (builder, "last", arrivals->last_us);
  add_seconds (builder, "end", g_get_real_time ());
  json_builder_set_member_name (builder, "stats");
  json_builder_begin_object (builder);
  gst_structure_foreach (stats, add_counter_cb, builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* Returns: (transfer full): what came out of @source, which is floating. */
static char *
pull (GstElement *source, GError **error)
{
  Arrivals arrivals = {0};
  g_autoptr (GstElement) pipeline = make_pipeline (source, &arrivals, error);
  g_autoptr (GstStructure) stats = NULL;
  gboolean complete;

  if (pipeline == NULL)
    return NULL;
  complete = run (pipeline, &arrivals, error);
  g_object_get (source, "stats", &stats, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (!complete)
    return NULL;
  if (!arrivals.is_disordered)
    return describe (&arrivals, stats);
  g_set_error_literal (
      error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, "Stills came twice or out of order");
  return NULL;
}

/* The program that started this one reads its memory and CPU time, and then closes stdin. */
static void
wait_until_measured (void)
{
  while (getchar () != EOF)
    continue;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *description = NULL;
  GstElement *source;

  gst_init (NULL, NULL);
  if (argc < 2) {
    fputs ("usage: pull-element kvsimagesrc [PROPERTY=VALUE...]\n", stderr);
    return EXIT_USAGE;
  }
  source = gst_parse_launchv ((const char **)argv + 1, &error);
  if (error == NULL)
    description = pull (source, &error);
  if (description == NULL) {
    fprintf (stderr, "pull-element: %s\n", error->message);
    return EXIT_FAILURE;
  }
  puts (description);
  fflush (stdout);
  wait_until_measured ();
  return EXIT_SUCCESS;
}
