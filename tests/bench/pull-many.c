/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs many kvsimagesrc in one process, each with a pipeline and a stream of its own, and tells as one
 * line of JSON what came of each and how evenly. */
#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <stdlib.h>

#define EXIT_USAGE 2

typedef struct _Run Run;

typedef struct {
  Run *run;
  GstElement *pipeline;
  guint n_stills;      /* the streaming thread's and the one's that takes stock, atomic */
  GChecksum *checksum; /* of all stills, if wanted */
  gint64 end_us;
} Camera;

struct _Run {
  Camera *cameras;
  guint n_cameras;
  gint64 start_us;
  guint n_stills; /* of all cameras, atomic */
  guint half;
  /* Taken by the thread that brings the still in the middle. */
  guint fewest;
  guint most;
  guint n_threads;
};

static guint n_cameras, n_expected;
static gboolean wants_digest;
static const GOptionEntry entries[] = {
    {"elements", 0, 0, G_OPTION_ARG_INT, &n_cameras, "How many elements", "NUMBER"},
    {"stills", 0, 0, G_OPTION_ARG_INT, &n_expected, "How many stills each has to give", "NUMBER"},
    {"digest", 0, 0, G_OPTION_ARG_NONE, &wants_digest, "Tell the SHA-256 of each element's stills",
        NULL},
    {NULL}};

static guint
count_threads (void)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = g_strstr_len (status, -1, "\nThreads:");
  return line == NULL ? 0 : (guint)g_ascii_strtoull (line + strlen ("\nThreads:"), NULL, 10);
}

static void
take_stock (Run *run)
{
  run->fewest = G_MAXUINT;
  for (guint i = 0; i < run->n_cameras; i++) {
    guint n = (guint)g_atomic_int_get (&run->cameras[i].n_stills);

    run->fewest = MIN (run->fewest, n);
    run->most = MAX (run->most, n);
  }
  run->n_threads = count_threads ();
}

static void
add_to_checksum (GChecksum *checksum, GstBuffer *buffer)
{
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  g_checksum_update (checksum, map.data, (gssize)map.size);
  gst_buffer_unmap (buffer, &map);
}

static void
count_still (Camera *camera, GstBuffer *buffer)
{
  Run *run = camera->run;

  if (camera->checksum != NULL)
    add_to_checksum (camera->checksum, buffer);
  g_atomic_int_inc (&camera->n_stills);
  if ((guint)g_atomic_int_add (&run->n_stills, 1) + 1 == run->half)
    take_stock (run);
}

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Camera *camera = data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    count_still (camera, GST_PAD_PROBE_INFO_BUFFER (info));
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    camera->end_us = g_get_monotonic_time ();
  return GST_PAD_PROBE_OK;
}

static void
watch (Camera *camera, GstElement *source)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, probe_cb, camera, NULL);
}

static gboolean
set_up_camera (Run *run, guint i, char **description, GError **error)
{
  Camera *camera = &run->cameras[i];
  GstElement *source = gst_parse_launchv ((const char **)description, error);
  GstElement *sink;
  g_autofree char *name = g_strdup_printf ("camera-%03u", i);

  if (source == NULL)
    return FALSE;
  sink = gst_element_factory_make_full ("fakesink", "sync", FALSE, NULL);
  g_object_set (source, "stream-name", name, NULL);
  camera->run = run;
  camera->pipeline = gst_pipeline_new (NULL);
  if (wants_digest)
    camera->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  watch (camera, source);
  gst_bin_add_many (GST_BIN (camera->pipeline), source, sink, NULL);
  return gst_element_link (source, sink);
}

static gboolean
wait_for_end (Camera *camera, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (camera->pipeline);
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, error, NULL);
    return FALSE;
  }
  if (camera->n_stills == n_expected)
    return TRUE;
  g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED, "%u stills came instead of %u",
      camera->n_stills, n_expected);
  return FALSE;
}

static gboolean
perform (Run *run, GError **error)
{
  run->start_us = g_get_monotonic_time ();
  for (guint i = 0; i < run->n_cameras; i++)
    gst_element_set_state (run->cameras[i].pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < run->n_cameras; i++) {
    if (!wait_for_end (&run->cameras[i], error))
      return FALSE;
  }
  for (guint i = 0; i < run->n_cameras; i++)
    gst_element_set_state (run->cameras[i].pipeline, GST_STATE_NULL);
  return TRUE;
}

static void
add_number (JsonBuilder *builder, const char *name, guint number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
add_ends (JsonBuilder *builder, const Run *run)
{
  json_builder_set_member_name (builder, "ends");
  json_builder_begin_array (builder);
  for (guint i = 0; i < run->n_cameras; i++)
    json_builder_add_double_value (builder, (run->cameras[i].end_us - run->start_us) / 1e6);
  json_builder_end_array (builder);
}

static void
add_digests (JsonBuilder *builder, const Run *run)
{
  json_builder_set_member_name (builder, "digests");
  json_builder_begin_array (builder);
  for (guint i = 0; i < run->n_cameras; i++)
    json_builder_add_string_value (builder, g_checksum_get_string (run->cameras[i].checksum));
  json_builder_end_array (builder);
}

static void
print (const Run *run)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  add_number (builder, "stills", run->n_stills);
  add_number (builder, "fewest", run->fewest);
  add_number (builder, "most", run->most);
  add_number (builder, "threads", run->n_threads);
  add_ends (builder, run);
  if (wants_digest)
    add_digests (builder, run);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  puts (text);
}

static void
clear (Run *run)
{
  for (guint i = 0; i < run->n_cameras; i++) {
    g_clear_pointer (&run->cameras[i].checksum, g_checksum_free);
    g_clear_pointer (&run->cameras[i].pipeline, gst_object_unref);
  }
  g_free (run->cameras);
}

static gboolean
run_all (char **description, GError **error)
{
  Run run = {.cameras = g_new0 (Camera, n_cameras), .n_cameras = n_cameras};
  gboolean done = TRUE;

  run.half = MAX (1, n_cameras * n_expected / 2);
  for (guint i = 0; done && i < n_cameras; i++)
    done = set_up_camera (&run, i, description, error);
  done = done && perform (&run, error);
  if (done) {
    print (&run);
    clear (&run);
  }
  return done;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context =
      g_option_context_new ("kvsimagesrc [PROPERTY=VALUE...]: all but stream-name");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error) || n_cameras == 0 || argc < 2) {
    g_printerr (
        "usage: pull-many --elements=NUMBER --stills=NUMBER kvsimagesrc [PROPERTY=VALUE...]\n");
    return EXIT_USAGE;
  }
  gst_init (NULL, NULL);
  if (run_all (argv + 1, &error))
    return EXIT_SUCCESS;
  g_printerr ("pull-many: %s\n", error == NULL ? "It is not a source" : error->message);
  return EXIT_FAILURE;
}
