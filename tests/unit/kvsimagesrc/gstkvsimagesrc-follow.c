/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of follow, in real time and therefore with short intervals. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "testenvironment.h"
#include "testsource.h"

#include <stopwatch.h>

#include <gst/check/gstcheck.h>
#include <gst/check/gsttestclock.h>

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

/* The past at once, and then each new sample. */
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
    /* The second may change between the two calls. */
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

/* After a seek back to the start stills have more time, but the latency of a pipeline never falls. */
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

/* A pause at any time loses nothing. */
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
  /* Backwards from the live edge to the start. */
  g_assert_true (gst_element_seek (recording->pipeline, -20, GST_FORMAT_TIME,
      GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_TRICKMODE, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, -1));
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  backwards = recording_get_offsets (recording);
  n = recording->segment.stop / INTERVAL;
  g_assert_cmpuint (n, >=, 300);
  g_assert_cmpuint (recording->segment.stop, ==, n * INTERVAL);
  g_assert_cmpuint (backwards->len, ==, (n + 19) / 20);
  for (guint i = 0; i < backwards->len; i++)
    g_assert_cmpuint (g_array_index (backwards, guint64, i), ==, (backwards->len - 1 - i) * 20);

  /* A part of the past, with an end. */
  g_assert_true (gst_element_seek (recording->pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 10 * GST_SECOND, GST_SEEK_TYPE_SET, 11 * GST_SECOND));
  recording_finish (recording);
  assert_each_once (recording, 50, 5);
}
GST_END_TEST

/* The start is not known yet. */
GST_START_TEST (test_reverse_from_the_beginning)
{
  GstElement *source = make_source ("now-10s");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  gint64 begin_us = g_get_monotonic_time ();
  gint64 taken_ms;
  guint64 n;

  g_assert_true (gst_element_seek (source, -1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, -1));
  set_playing (recording);
  recording_finish (recording);
  taken_ms = (g_get_monotonic_time () - begin_us) / 1000;
  n = recording->buffers->len;
  /* A slow machine delivers live samples later. */
  g_assert_cmpuint (n, >=, 50);
  g_assert_cmpuint (n, <=, (10000 - DELAY_MS + taken_ms) / INTERVAL_MS + 1);
  g_assert_cmpuint (recording->segment.stop, ==, n * INTERVAL);
  g_assert_cmpuint (GST_BUFFER_OFFSET (g_ptr_array_index (recording->buffers, 0)), ==, n - 1);
}
GST_END_TEST

/* A wait for a future sample ends at once. */
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

/* The token of a range without an end is resumed with the samples since then. */
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

/* While the service is unreachable, the element retries; it reports the outage once, and its end once. */
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

/* A pipeline that has been running for a while, and an element that is added to it. Its clock stands still, so that
 * nothing is late on a machine that is. */
typedef struct {
  GstElement *pipeline;
  GstTestClock *clock;
  GstElement *source;
  GMutex lock; /* guards all that follows */
  GCond changed;
  guint n_stills;
  guint until_leap;  /* how many stills come before the clock leaps; 0 = it does not */
  guint n_latencies; /* messages of the source */
} Running;

#define RUNNING_FOR (1000 * GST_SECOND)
#define LEAP (10 * GST_SECOND)

static GstPadProbeReturn
count_still_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Running *running = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&running->lock);

  running->n_stills++;
  if (running->n_stills == running->until_leap)
    gst_test_clock_advance_time (running->clock, LEAP);
  g_cond_broadcast (&running->changed);
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
count_latency_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Running *running = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&running->lock);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_error ("an error of %s", GST_MESSAGE_SRC_NAME (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY &&
      GST_MESSAGE_SRC (message) == GST_OBJECT (running->source))
    running->n_latencies++;
  return GST_BUS_PASS;
}

/* Has the pipeline believe that it has been running for so much longer. */
static void
age_pipeline (Running *running)
{
  gst_element_set_base_time (
      running->pipeline, gst_element_get_base_time (running->pipeline) - RUNNING_FOR);
  if (running->source)
    gst_element_set_base_time (running->source, gst_element_get_base_time (running->pipeline));
}

static void
running_init (Running *running)
{
  g_autoptr (GstBus) bus = NULL;

  g_mutex_init (&running->lock);
  g_cond_init (&running->changed);
  running->pipeline = gst_pipeline_new (NULL);
  running->clock = GST_TEST_CLOCK (gst_test_clock_new_with_start_time (10 * RUNNING_FOR));
  gst_pipeline_use_clock (GST_PIPELINE (running->pipeline), GST_CLOCK (running->clock));
  bus = gst_element_get_bus (running->pipeline);
  gst_bus_set_sync_handler (bus, count_latency_cb, running, NULL);
  gst_element_set_state (running->pipeline, GST_STATE_PLAYING);
  age_pipeline (running);
}

static void
running_clear (Running *running)
{
  gst_element_set_state (running->pipeline, GST_STATE_NULL);
  gst_object_unref (running->pipeline);
  gst_object_unref (running->clock);
  g_mutex_clear (&running->lock);
  g_cond_clear (&running->changed);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Running, running_clear)

static void
start_added (Running *running)
{
  g_mutex_lock (&running->lock);
  running->n_stills = running->n_latencies = 0;
  g_mutex_unlock (&running->lock);
  g_assert_true (gst_element_sync_state_with_parent (running->source));
}

static void
add_source (Running *running, GstElement *source, gint64 pad_offset)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  running->source = source;
  g_object_set (sink, "async", FALSE, NULL);
  gst_pad_set_offset (pad, pad_offset);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, count_still_cb, running, NULL);
  gst_bin_add_many (GST_BIN (running->pipeline), source, sink, NULL);
  g_assert_true (gst_element_link (source, sink));
  g_assert_true (gst_element_sync_state_with_parent (sink));
  start_added (running);
}

static void
wait_for_added (Running *running, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&running->lock);
  gint64 end_us = g_get_monotonic_time () + RECORDING_TIMEOUT_US;

  while (running->n_stills < n) {
    if (!g_cond_wait_until (&running->changed, &running->lock, end_us))
      g_error ("only %u of %u stills came", running->n_stills, n);
  }
}

static void
assert_added_latency (Running *running, GstClockTime expected, guint n_messages)
{
  g_autoptr (GstQuery) query = gst_query_new_latency ();
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;
  GstClockTime min;

  g_assert_true (gst_element_query (running->source, query));
  gst_query_parse_latency (query, NULL, &min, NULL);
  /* The clock may tick between two calls. */
  g_assert_cmpint (ABS (GST_CLOCK_DIFF (expected, min)), <=, (gint64)(20 * GST_MSECOND));
  locker = g_mutex_locker_new (&running->lock);
  g_assert_cmpuint (running->n_latencies, ==, n_messages);
}

static const gint64 pad_offsets[] = {
    0, RUNNING_FOR, RUNNING_FOR + GST_SECOND, -(gint64)GST_SECOND / 2};

/* The running time of the pipeline does not tell how late a still is. */
GST_START_TEST (test_added)
{
  g_auto (Running) running = {NULL};

  running_init (&running);
  add_source (&running, make_source (NULL), pad_offsets[__i__]);
  wait_for_added (&running, 8);
  assert_added_latency (&running, (DELAY_MS + 1000) * GST_MSECOND, 0);
}
GST_END_TEST

/* The still behind the leap is due a second after the start. With time in hand or without, the next second counts. */
GST_START_TEST (test_added_and_late)
{
  static const GstClockTime expected[] = {
      9 * GST_SECOND, 9 * GST_SECOND, 8 * GST_SECOND, 10 * GST_SECOND};
  g_auto (Running) running = {.until_leap = 5};

  running_init (&running);
  add_source (&running, make_source (NULL), pad_offsets[__i__]);
  wait_for_added (&running, 10);
  assert_added_latency (&running, expected[__i__], 1);
}
GST_END_TEST

/* Each start has its own origin of lateness, whatever caused it and however old the pipeline is then. */
GST_START_TEST (test_added_and_restarted)
{
  static const GstState states[] = {GST_STATE_READY, GST_STATE_NULL, GST_STATE_PAUSED};
  g_auto (Running) running = {NULL};

  running_init (&running);
  add_source (&running, make_source (NULL), __i__ % 2 ? (gint64)RUNNING_FOR : 0);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    wait_for_added (&running, 4);
    gst_element_set_state (running.source, states[i]);
    if (states[i] < GST_STATE_PAUSED)
      age_pipeline (&running);
    start_added (&running);
    wait_for_added (&running, 4);
    assert_added_latency (&running, (DELAY_MS + 1000) * GST_MSECOND, 0);
  }
}
GST_END_TEST

/* After a flush, lateness counts anew as well. */
GST_START_TEST (test_added_and_sought)
{
  g_auto (Running) running = {NULL};
  const gint64 back = 2 * GST_SECOND;

  running_init (&running);
  add_source (&running, make_source ("now-10s"), 0);
  wait_for_added (&running, 4);
  g_assert_true (gst_element_seek (running.source, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_END, -back, GST_SEEK_TYPE_NONE, -1));
  g_mutex_lock (&running.lock);
  running.n_stills = 0;
  g_mutex_unlock (&running.lock);
  wait_for_added (&running, 15);
  assert_added_latency (&running, 0, 0);
}
GST_END_TEST

/* The place of the last SEGMENT, and what has been pushed since. */
static void
seek_from_the_edge (Recording *recording, gdouble rate, gint64 start, gint64 stop)
{
  g_assert_true (gst_element_seek (recording->pipeline, rate, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_END, start, GST_SEEK_TYPE_END, stop));
}

GST_START_TEST (test_end_is_the_live_edge)
{
  const gint64 second = GST_SECOND;
  GstElement *source = make_source ("now-60s");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  gint64 before, after;

  set_playing (recording);
  recording_wait_for_stills (recording, 10);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GArray) offsets = NULL;
    guint n;

    before = query_live_edge (recording);
    seek_from_the_edge (recording, i == 0 ? 1 : -1, -10 * second, -5 * second);
    after = query_live_edge (recording);
    g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
    g_assert_cmpint ((gint64)recording->segment.start, >=, before - 10 * second);
    g_assert_cmpint ((gint64)recording->segment.start, <=, after - 10 * second);
    /* Both positions count from the same edge. */
    g_assert_cmpuint (recording->segment.stop - recording->segment.start, ==, 5 * GST_SECOND);
    offsets = recording_get_offsets (recording);
    n = offsets->len;
    g_assert_cmpuint (n, >=, 25);
    g_assert_cmpuint (n, <=, 26);
    g_assert_cmpuint (g_array_index (offsets, guint64, i == 0 ? 0 : n - 1), ==,
        recording->segment.start / INTERVAL);
  }
  recording_stop (recording);
}
GST_END_TEST

/* Backwards from the edge itself: from the last sample that may be asked for. */
GST_START_TEST (test_reverse_from_the_edge)
{
  GstElement *source = make_source ("now-20s");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  g_autoptr (GArray) offsets = NULL;
  gint64 before, after;
  guint64 stop;

  set_playing (recording);
  recording_wait_for_stills (recording, 10);
  before = query_live_edge (recording);
  g_assert_true (gst_element_seek (recording->pipeline, -1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_END, 0));
  after = query_live_edge (recording);
  recording_finish (recording);
  g_assert_null (recording->error);
  offsets = recording_get_offsets (recording);
  g_assert_cmpuint (offsets->len, >=, (guint)(before - DELAY_MS * (gint64)GST_MSECOND) / INTERVAL);
  for (guint i = 0; i < offsets->len; i++)
    g_assert_cmpuint (g_array_index (offsets, guint64, i), ==, offsets->len - 1 - i);
  g_assert_cmpuint (recording->segment.start, ==, 0);
  stop = recording->segment.stop;
  /* The edge may lie within the last sample's time. */
  if (stop != offsets->len * INTERVAL) {
    g_assert_cmpuint (stop, >=, before);
    g_assert_cmpuint (stop, <=, after);
    g_assert_cmpuint (stop / INTERVAL, ==, offsets->len - 1);
  }
}
GST_END_TEST

/* The seek changes nothing: no flush, no SEGMENT, and each still once. */
GST_START_TEST (test_refused_seeks)
{
  const gint64 hour = 3600 * (gint64)GST_SECOND;
  const struct {
    gdouble rate;
    GstSeekType start_type;
    gint64 start;
    GstSeekType stop_type;
    gint64 stop;
  } rows[] = {
      {1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_NONE, -1},
      {1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_SET, -1},
      {1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_SET, 2 * hour},
      {1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_END, 0},
      {-1, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, hour},
      {-1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_SET, 2 * hour},
      {-1, GST_SEEK_TYPE_SET, hour, GST_SEEK_TYPE_NONE, -1},
      {1, GST_SEEK_TYPE_SET, 2 * (gint64)GST_SECOND, GST_SEEK_TYPE_SET, (gint64)GST_SECOND},
  };
  GstElement *source = make_source ("now-10s");
  g_autoptr (Recording) recording = NULL;
  GstSeekFlags flags = __i__ == 0 ? GST_SEEK_FLAG_FLUSH : 0;

  g_object_set (source, "max-items", (guint64)60, NULL);
  recording = recording_start (source, NULL, GST_STATE_READY);
  set_playing (recording);
  recording_wait_for_stills (recording, 5);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_false (gst_element_seek (source, rows[i].rate, GST_FORMAT_TIME, flags,
        rows[i].start_type, rows[i].start, rows[i].stop_type, rows[i].stop));
  recording_finish (recording);
  g_assert_null (recording->error);
  assert_each_once (recording, 0, 60);
  g_assert_cmpuint (recording->segments->len, ==, 1);
}
GST_END_TEST

/* A stop in the future is waited for. */
GST_START_TEST (test_stop_behind_the_edge)
{
  GstElement *source = make_source ("now-10s");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  g_autoptr (GArray) offsets = NULL;
  gint64 stop;

  set_playing (recording);
  recording_wait_for_stills (recording, 5);
  stop = query_live_edge (recording) / (gint64)INTERVAL * (gint64)INTERVAL + (gint64)GST_SECOND;
  g_assert_true (gst_element_seek (recording->pipeline, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, 8 * (gint64)GST_SECOND, GST_SEEK_TYPE_SET, stop));
  recording_finish (recording);
  offsets = recording_get_offsets (recording);
  g_assert_cmpuint (g_array_index (offsets, guint64, 0), ==, 40);
  g_assert_cmpuint (
      g_array_index (offsets, guint64, offsets->len - 1), ==, (guint64)stop / INTERVAL - 1);
}
GST_END_TEST

static void
assert_endless (Recording *recording)
{
  g_autoptr (GstQuery) seeking = gst_query_new_seeking (GST_FORMAT_TIME);
  g_autoptr (GstQuery) formats = gst_query_new_formats ();
  gboolean is_seekable;
  GstFormat format;
  gint64 duration;
  guint n;

  g_assert_true (gst_element_query_duration (recording->source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, -1);
  g_assert_true (gst_element_query (recording->source, seeking));
  gst_query_parse_seeking (seeking, &format, &is_seekable, NULL, NULL);
  g_assert_cmpint (format, ==, GST_FORMAT_TIME);
  g_assert_true (is_seekable);
  g_assert_true (gst_element_query (recording->source, formats));
  gst_query_parse_n_formats (formats, &n);
  g_assert_cmpuint (n, ==, 1);
  gst_query_parse_nth_format (formats, 0, &format);
  g_assert_cmpint (format, ==, GST_FORMAT_TIME);
}

/* There is no duration in any state, nor after a seek, and the live edge moves. */
GST_START_TEST (test_queries_without_an_end)
{
  g_autoptr (Recording) recording =
      recording_start (make_source ("now-10s"), NULL, GST_STATE_READY);
  gint64 edge;

  assert_endless (recording);
  gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
  assert_endless (recording);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_wait_for_stills (recording, 5);
  assert_endless (recording);
  edge = query_live_edge (recording);
  seek_from_the_edge (recording, -1, -2 * (gint64)GST_SECOND, 0);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  assert_endless (recording);
  g_assert_cmpint (query_live_edge (recording), >=, edge);
  g_assert_cmpuint (recording->segment.duration, ==, GST_CLOCK_TIME_NONE);
  gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
  assert_endless (recording);
  recording_stop (recording);
  assert_endless (recording);
}
GST_END_TEST

/* An end that is further away than GStreamer can count, as an application may set it for none. */
GST_START_TEST (test_end_in_the_year_9999)
{
  const gint64 longest = G_MAXINT64 / INTERVAL * INTERVAL;
  GstElement *source = make_source ("now-2s");
  g_autoptr (Recording) recording = NULL;
  guint64 end_time;
  gint64 duration;

  g_object_set (source, "end-timestamp", "9999-12-31T23:59:59Z", NULL);
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  recording_wait_for_stills (recording, 5);
  g_assert_true (gst_element_query_duration (source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, longest);
  g_assert_cmpint (query_live_edge (recording), ==, longest);
  g_object_get (source, "end-time", &end_time, NULL);
  g_assert_cmpuint (end_time, ==, GST_CLOCK_TIME_NONE);
  recording_set_state (recording, GST_STATE_PAUSED);
  g_assert_true (gst_element_seek_simple (
      source, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, (gint64)(5 * INTERVAL)));
  recording_forget (recording);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_wait_for_stills (recording, 1);
  recording_stop (recording);
  g_assert_cmpuint (recording->segment.start, ==, 5 * INTERVAL);
}
GST_END_TEST

/* What has yet to begin is as late as that, or as late as GStreamer can count. */
GST_START_TEST (test_start_in_the_future)
{
  static const struct {
    const char *start;
    guint64 years;
  } rows[] = {
      {"2096-12-31T00:00:00Z", 30}, {"2700-01-01T00:00:00Z", 73}, {"9999-12-31T00:00:00Z", 73}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstElement *source = make_source (rows[i].start);
    g_autoptr (Recording) recording = NULL;
    GstClockTime latency;

    g_object_set (source, "end-timestamp", "9999-12-31T23:59:59Z", NULL);
    recording = recording_start (source, NULL, GST_STATE_PAUSED);
    g_assert_true (query_latency (recording, &latency));
    g_assert_cmpuint (latency, >=, rows[i].years * 365 * 86400 * GST_SECOND);
    g_assert_true (gst_element_seek_simple (
        source, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, G_MAXINT64 - (gint64)INTERVAL));
    g_assert_true (query_latency (recording, &latency));
    g_assert_cmpuint (latency, >=, rows[i].years * 365 * 86400 * GST_SECOND);
    recording_stop (recording);
  }
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
  tcase_add_loop_test (follow, test_added, 0, G_N_ELEMENTS (pad_offsets));
  tcase_add_loop_test (follow, test_added_and_late, 0, G_N_ELEMENTS (pad_offsets));
  tcase_add_loop_test (follow, test_added_and_restarted, 0, 2);
  tcase_add_test (follow, test_added_and_sought);
  tcase_add_test (follow, test_end_is_the_live_edge);
  tcase_add_test (follow, test_reverse_from_the_edge);
  tcase_add_loop_test (follow, test_refused_seeks, 0, 2);
  tcase_add_test (follow, test_stop_behind_the_edge);
  tcase_add_test (follow, test_queries_without_an_end);
  tcase_add_test (follow, test_end_in_the_year_9999);
  tcase_add_test (follow, test_start_in_the_future);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_follow)
