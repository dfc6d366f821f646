/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Following what is live: in real time, so that it is done with small intervals. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "testenvironment.h"
#include "testsource.h"

#include <stopwatch.h>

#include <gst/check/gstcheck.h>

#define INTERVAL_MS 200
#define INTERVAL (INTERVAL_MS * GST_MSECOND)
#define DELAY_MS 100

static Emulator *emulator;

/* A stream that began an hour ago, and goes on. */
static void
set_up (void)
{
  emulator = test_source_emulator_new ();
  test_source_configure (emulator, "stream", "door=prepared:512,live=true");
}

static void
tear_down (void)
{
  g_clear_object (&emulator);
}

/* An element that follows the stream, from @start on. */
static GstElement *
make_source (const char *start)
{
  GstElement *source = test_source_new (emulator, NULL);

  g_object_set (source, "start-timestamp", start, "follow", TRUE, "sampling-interval", INTERVAL_MS,
      "availability-delay", DELAY_MS, NULL);
  return source;
}

static void
assert_each_once (Recording *recording, guint64 first, guint n)
{
  g_autoptr (GArray) offsets = recording_get_offsets (recording);

  for (guint i = 0; i < MIN (offsets->len, n); i++)
    g_assert_cmpuint (g_array_index (offsets, guint64, i), ==, first + i);
  g_assert_cmpuint (offsets->len, ==, n);
}

static void
set_playing (Recording *recording)
{
  g_assert_cmpint (gst_element_set_state (recording->pipeline, GST_STATE_PAUSED), ==,
      GST_STATE_CHANGE_NO_PREROLL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
}

static gboolean
query_latency (Recording *recording, GstClockTime *min)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  GstClockTime max;
  gboolean is_live;

  g_assert_true (gst_element_query (recording->source, query));
  gst_query_parse_latency (query, &is_live, min, &max);
  g_assert_cmpuint (max, ==, GST_CLOCK_TIME_NONE);
  return is_live;
}

static gint64
query_live_edge (Recording *recording)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean is_seekable;
  gint64 start, end;

  g_assert_true (gst_element_query (recording->source, query));
  gst_query_parse_seeking (query, NULL, &is_seekable, &start, &end);
  g_assert_true (is_seekable);
  g_assert_cmpint (start, ==, 0);
  return end;
}

/* The past at once, and then what comes. */
GST_START_TEST (test_past_and_present)
{
  GstElement *source = make_source ("now-2s");
  g_autoptr (Recording) recording = NULL;
  gint64 began_us = g_get_monotonic_time ();
  gint64 duration, age;
  guint64 start_time;
  GstClockTime min;

  g_object_set (source, "max-items", (guint64)15, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  recording_wait_for_stills (recording, 1);
  g_assert_true (gst_element_query_duration (source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, -1);
  g_assert_cmpint (query_live_edge (recording), >=, 2 * GST_SECOND);
  g_object_get (source, "start-time", &start_time, NULL);
  age = g_get_real_time () * (gint64)GST_USECOND - (gint64)start_time;
  /* The service's clock shows whole seconds. */
  g_assert_cmpint (ABS (query_live_edge (recording) - age), <, 2 * GST_SECOND);
  g_assert_true (query_latency (recording, &min));
  g_assert_cmpuint (min, ==, 0);
  recording_finish (recording);
  assert_each_once (recording, 0, 15);
  /* The last one is 2.8 s behind the start, which was 2 s ago. */
  g_assert_cmpint (g_get_monotonic_time () - began_us, >, 800000);
  g_assert_cmpuint (recording->segment.start, ==, 0);
  g_assert_cmpuint (recording->segment.duration, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (recording->segment.stop, ==, GST_CLOCK_TIME_NONE);
}
GST_END_TEST

/* An end in the future is waited for. */
GST_START_TEST (test_until)
{
  GstElement *source = make_source ("now-1s");
  g_autofree char *end = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / 1000000 + 2);
  g_autoptr (Recording) recording = NULL;
  guint64 start_time, end_time;

  g_object_set (source, "end-timestamp", end, NULL);
  recording = recording_new (source, NULL);
  g_assert_null (recording->error);
  g_object_get (source, "start-time", &start_time, "end-time", &end_time, NULL);
  assert_each_once (recording, 0, (guint)((end_time - start_time + INTERVAL - 1) / INTERVAL));
  g_assert_cmpuint (recording->duration, ==, recording->buffers->len * INTERVAL);
}
GST_END_TEST

/* Without a start it is now, and a still comes the delay and a second later at most. */
GST_START_TEST (test_latency)
{
  static const struct {
    const char *start;
    GstClockTime min;
  } rows[] = {
      {NULL, (DELAY_MS + 1000) * GST_MSECOND},
      {"now", (DELAY_MS + 1000) * GST_MSECOND},
      {"now-400ms", (DELAY_MS + 600) * GST_MSECOND},
      {"now-1h", 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Recording) recording =
        recording_start (make_source (rows[i].start), NULL, GST_STATE_READY);
    GstClockTime min;

    set_playing (recording);
    g_assert_true (query_latency (recording, &min));
    /* Between both readings of the clock it may tick. */
    g_assert_cmpint (ABS (GST_CLOCK_DIFF (min, rows[i].min)), <=, (gint64)(5 * GST_MSECOND));
  }
}
GST_END_TEST

static guint
count_messages (Recording *recording, GstMessageType type)
{
  guint n = 0;

  for (guint i = 0; i < recording->messages->len; i++)
    n += GST_MESSAGE_TYPE (g_ptr_array_index (recording->messages, i)) == type;
  return n;
}

GST_START_TEST (test_late_stills)
{
  GstElement *source = make_source (NULL);
  g_autoptr (Recording) recording = NULL;
  GstClockTime min;

  test_source_configure (emulator, "fault", "GetImages:3:latency=1500ms");
  g_object_set (source, "max-items", (guint64)15, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  g_assert_true (query_latency (recording, &min));
  g_assert_cmpuint (min, ==, 2 * GST_SECOND);
  g_assert_cmpuint (count_messages (recording, GST_MESSAGE_LATENCY), ==, 1);
  assert_each_once (recording, 0, 15);
}
GST_END_TEST

/* After a seek back to the start stills have more time, but who has made room for the latency keeps it. */
GST_START_TEST (test_latency_after_a_seek)
{
  GstElement *source = make_source (NULL);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  GstClockTime before, after;

  set_playing (recording);
  recording_wait_for_stills (recording, 5);
  g_assert_true (query_latency (recording, &before));
  g_assert_cmpuint (before, >=, GST_SECOND);
  g_assert_true (
      gst_element_seek_simple (recording->pipeline, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, 0));
  recording_wait_for_stills (recording, 10);
  g_assert_true (query_latency (recording, &after));
  g_assert_cmpuint (after, >=, before);
  recording_stop (recording);
}
GST_END_TEST

/* A pause at any moment loses nothing. */
GST_START_TEST (test_pauses)
{
  const guint32 seed = g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  GstElement *source = make_source ("now-2s");
  g_autoptr (Recording) recording = NULL;

  g_print ("seed %u\n", seed);
  g_object_set (source, "page-size", 3, "max-items", (guint64)25, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  for (guint i = 0; i < 200; i++) {
    g_usleep ((gulong)g_rand_int_range (chance, 0, 8000));
    gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
    if (g_rand_boolean (chance))
      g_usleep ((gulong)g_rand_int_range (chance, 0, 8000));
    gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  }
  recording_finish (recording);
  assert_each_once (recording, 0, 25);
}
GST_END_TEST

GST_START_TEST (test_seeks)
{
  GstElement *source = make_source ("now-60s");
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GArray) backwards = NULL;
  guint64 n;

  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  recording_wait_for_stills (recording, 10);
  /* Backwards from what is live to the start. */
  g_assert_true (gst_element_seek (recording->pipeline, -20, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_TRICKMODE, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, -1));
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  backwards = recording_get_offsets (recording);
  n = recording->segment.stop / INTERVAL;
  g_assert_cmpuint (n, >=, 300);
  g_assert_cmpuint (recording->segment.stop, ==, n * INTERVAL);
  g_assert_cmpuint (backwards->len, ==, (n + 19) / 20);
  for (guint i = 0; i < backwards->len; i++)
    g_assert_cmpuint (g_array_index (backwards, guint64, i), ==, n - 1 - i * 20);

  /* A part of the past, with an end. */
  g_assert_true (gst_element_seek (recording->pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 10 * GST_SECOND, GST_SEEK_TYPE_SET, 11 * GST_SECOND));
  recording_finish (recording);
  assert_each_once (recording, 50, 5);
}
GST_END_TEST

/* Not even the start is known yet. */
GST_START_TEST (test_reverse_from_the_beginning)
{
  GstElement *source = make_source ("now-10s");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  guint64 n;

  g_assert_true (gst_element_seek (source, -1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, -1));
  set_playing (recording);
  recording_finish (recording);
  n = recording->buffers->len;
  g_assert_cmpuint (n, ==, 50);
  g_assert_cmpuint (recording->segment.stop, ==, n * INTERVAL);
  g_assert_cmpuint (GST_BUFFER_OFFSET (g_ptr_array_index (recording->buffers, 0)), ==, n - 1);
}
GST_END_TEST

/* What waits for a sample that is still to come ends at once. */
GST_START_TEST (test_stop)
{
  GstElement *source = make_source (NULL);
  g_autoptr (Recording) recording = NULL;
  Stopwatch stopwatch;

  g_object_set (source, "sampling-interval", 3600000, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  recording_wait_for_stills (recording, 1);
  stopwatch = stopwatch_start ();
  recording_stop (recording);
  g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
}
GST_END_TEST

/* The token of a range without an end leads to what has come since. */
GST_START_TEST (test_resume)
{
  GstElement *source = make_source ("now-2s");
  GstElement *resumed = make_source (NULL);
  g_autoptr (Recording) first = NULL;
  g_autoptr (Recording) second = NULL;
  g_autofree char *token = NULL;

  g_object_set (source, "max-items", (guint64)4, NULL);
  first = recording_new (source, NULL);
  g_object_get (source, "next-token", &token, NULL);
  g_object_set (resumed, "starting-token", token, "max-items", (guint64)8, NULL);
  second = recording_new (resumed, NULL);
  assert_each_once (first, 0, 4);
  assert_each_once (second, 4, 8);
}
GST_END_TEST

/* Reads the bus until a message of this type from the source. */
static GstMessage *
wait_for_message (Recording *recording, GstMessageType type)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, type))) {
    if (GST_MESSAGE_SRC (message) == GST_OBJECT (recording->source))
      return message;
    gst_message_unref (message);
  }
  g_error ("there is no %s after a minute", gst_message_type_get_name (type));
}

/* While nobody answers it asks on, says so once, and once that it is over. */
static void
assert_survives (const char *fault, gint code, guint status)
{
  GstElement *source = make_source (NULL);
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GstMessage) warning = NULL;
  g_autoptr (GstMessage) recovered = NULL;
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  guint64 duration;
  guint attempts, http_status = 0;

  g_object_set (source, "max-items", (guint64)25, "max-attempts", 1, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  recording_wait_for_stills (recording, 3);
  test_source_configure (emulator, "fault", fault);
  warning = wait_for_message (recording, GST_MESSAGE_WARNING);
  test_source_configure (emulator, "fault", "none");
  recovered = wait_for_message (recording, GST_MESSAGE_ELEMENT);
  recording_finish (recording);
  assert_each_once (recording, 0, 25);
  g_assert_cmpuint (recording->warnings->len, ==, 0);

  gst_message_parse_warning (warning, &error, NULL);
  g_assert_error (error, GST_RESOURCE_ERROR, code);
  gst_message_parse_warning_details (warning, &details);
  g_assert_true (gst_structure_has_field_typed (details, "next-token", G_TYPE_STRING));
  gst_structure_get_uint (details, "http-status-code", &http_status);
  g_assert_cmpuint (http_status, ==, status);
  g_assert_true (gst_message_has_name (recovered, "kvsimagesrc-recovered"));
  g_assert_true (gst_structure_get (gst_message_get_structure (recovered), "duration",
      G_TYPE_UINT64, &duration, "attempts", G_TYPE_UINT, &attempts, NULL));
  g_assert_cmpuint (duration, >, 0);
  g_assert_cmpuint (attempts, >=, 2);
}

GST_START_TEST (test_outages)
{
  assert_survives ("GetImages:*:status=503,code=ServiceUnavailable", GST_RESOURCE_ERROR_READ, 503);
  assert_survives ("GetImages:*:reset=before", GST_RESOURCE_ERROR_READ, 0);
  assert_survives ("GetImages:*:garbage=json", GST_RESOURCE_ERROR_READ, 200);
}
GST_END_TEST

static Suite *
kvs_image_src_follow_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-follow");
  TCase *follow = tcase_create ("follow");

  test_environment_clear ();
  tcase_add_checked_fixture (follow, set_up, tear_down);
  tcase_set_timeout (follow, 60);
  suite_add_tcase (suite, follow);
  tcase_add_test (follow, test_past_and_present);
  tcase_add_test (follow, test_until);
  tcase_add_test (follow, test_latency);
  tcase_add_test (follow, test_late_stills);
  tcase_add_test (follow, test_latency_after_a_seek);
  tcase_add_test (follow, test_pauses);
  tcase_add_test (follow, test_seeks);
  tcase_add_test (follow, test_reverse_from_the_beginning);
  tcase_add_test (follow, test_stop);
  tcase_add_test (follow, test_resume);
  tcase_add_test (follow, test_outages);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_follow)
