/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls from a hostile server, and writes how that went: a line for each thing that is known of it. A program of its own,
 * so that its memory is that of the element alone.
 *
 *   hostile-client END-MS STOP-MS,... PROPERTY=VALUE...
 *
 * It starts a pipeline and stops it after each of STOP-MS, and once more until it ends, for END-MS at most. */
#include <gst/gst.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

GST_PLUGIN_STATIC_DECLARE (kvsimagesrc);

/* A busy machine can make a stop slower than it is, never faster: the fastest of some attempts counts. */
#define MAX_STOP_US (100 * 1000)
#define MAX_TRIES 8

/* A field of /proc/self/status, in KiB. */
static guint64
read_memory (const char *field)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, field);
  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (field), NULL, 10);
}

static gint64
get_cpu_time_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static GstElement *
make_pipeline (char **properties)
{
  GstElement *pipeline = gst_pipeline_new (NULL);
  GstElement *source = gst_element_factory_make ("kvsimagesrc", NULL);
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  for (char **property = properties; *property != NULL; property++) {
    g_auto (GStrv) parts = g_strsplit (*property, "=", 2);

    gst_util_set_object_arg (G_OBJECT (source), parts[0], parts[1]);
  }
  g_object_set (sink, "sync", FALSE, "enable-last-sample", FALSE, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  g_assert_true (gst_element_link (source, sink));
  return pipeline;
}

/* Stops @pipeline @after_ms after its start. Returns how long that takes, and sets @cpu_us to how much work it is. */
static gint64
stop_once (GstElement *pipeline, guint after_ms, gint64 *cpu_us)
{
  gint64 begin_us;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep (after_ms * 1000);
  begin_us = g_get_monotonic_time ();
  *cpu_us = get_cpu_time_us ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  *cpu_us = get_cpu_time_us () - *cpu_us;
  return g_get_monotonic_time () - begin_us;
}

static void
measure_stops (GstElement *pipeline, const char *list)
{
  g_auto (GStrv) points = g_strsplit (list, ",", -1);

  for (char **point = points; *point != NULL; point++) {
    gint64 best_us = G_MAXINT64, best_cpu_us = 0;

    for (guint i = 0; i < MAX_TRIES && best_us > MAX_STOP_US; i++) {
      gint64 cpu_us;
      gint64 stop_us = stop_once (pipeline, (guint)atoi (*point), &cpu_us);

      if (stop_us < best_us) {
        best_us = stop_us;
        best_cpu_us = cpu_us;
      }
    }
    g_print ("stop %s %.1f %.1f\n", *point, (double)best_us / 1000, (double)best_cpu_us / 1000);
  }
}

static void
print_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  g_print ("end error\nmessage %s\n", error->message);
}

static void
measure_end (GstElement *pipeline, guint64 limit_ms)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = NULL;
  gint64 begin_us = g_get_monotonic_time ();

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  end =
      gst_bus_timed_pop_filtered (bus, limit_ms * GST_MSECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_print ("ms %.1f\n", (double)(g_get_monotonic_time () - begin_us) / 1000);
  if (end == NULL)
    g_print ("end none\n");
  else if (GST_MESSAGE_TYPE (end) == GST_MESSAGE_ERROR)
    print_error (end);
  else
    g_print ("end eos\n");
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GstElement) pipeline = NULL;

  gst_init (NULL, NULL);
  GST_PLUGIN_STATIC_REGISTER (kvsimagesrc);
  g_assert_cmpint (argc, >, 3);
  pipeline = make_pipeline (argv + 3);
  g_print ("base_kib %" G_GUINT64_FORMAT "\n", read_memory ("VmRSS:"));
  measure_stops (pipeline, argv[2]);
  measure_end (pipeline, g_ascii_strtoull (argv[1], NULL, 10));
  g_print ("peak_kib %" G_GUINT64_FORMAT "\n", read_memory ("VmHWM:"));
  return EXIT_SUCCESS;
}
