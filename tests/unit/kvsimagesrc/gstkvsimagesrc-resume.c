/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sessions that end early and are resumed, and what next-token says meanwhile. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "takingpad.h"
#include "testenvironment.h"
#include "testsource.h"

#include <kvsresumetoken.h>

#include <gst/check/gstcheck.h>

/* Forty samples: stills, gaps of both kinds, and gaps at the beginning. */
#define TWO_MINUTES "2026-11-20T08:02:00Z"
#define N_SAMPLES 40
#define HOLES "gap=0+9,gap=45+12,audio-only=70+8,gap=111+9"

static Emulator *emulator;

static void
set_up (void)
{
  emulator = test_source_emulator_new ();
}

static void
tear_down (void)
{
  g_clear_object (&emulator);
}

static char *
get_token (GstElement *source)
{
  char *token;

  g_object_get (source, "next-token", &token, NULL);
  return token;
}

/* The sample that the token of @source is for, -1 for no token. */
static gint64
get_sample (GstElement *source)
{
  g_autofree char *text = get_token (source);
  g_autoptr (KvsResumeToken) token = text ? kvs_resume_token_read (text, NULL) : NULL;

  g_assert_cmpint (text != NULL, ==, token != NULL);
  return token ? (gint64)token->sample : -1;
}

/* How a session ends early. */
typedef enum {
  END_BY_COUNT,
  END_BY_BUFFERS,
  END_BY_ERROR,
  END_BY_EOS,
  END_BY_STOP,
  N_ENDS
} End;

static void
prepare (GstElement *source, End end, guint n)
{
  guint64 max_items = end == END_BY_COUNT ? n : 0;
  gint num_buffers = end == END_BY_BUFFERS ? (gint)n : -1;

  g_object_set (source, "max-items", max_items, "num-buffers", num_buffers, NULL);
}

/* Plays @source until it ends as asked after about @n samples, and adds those that were taken to @offsets. */
static void
play_part (GstElement *source, End end, guint n, GRand *chance, GArray *offsets)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (TakingPad) taking = taking_pad_new (pad);

  prepare (source, end, n);
  if (end == END_BY_ERROR)
    taking_pad_refuse (taking, n);
  gst_element_set_state (source, GST_STATE_PLAYING);
  if (end == END_BY_EOS || end == END_BY_STOP) {
    taking_pad_wait (taking, n);
    g_usleep ((gulong)g_rand_int_range (chance, 0, 300));
  }
  if (end == END_BY_EOS)
    gst_element_send_event (source, gst_event_new_eos ());
  if (end != END_BY_STOP)
    taking_pad_wait (taking, G_MAXUINT);
  gst_element_set_state (source, GST_STATE_NULL);
  g_array_append_vals (offsets, taking->offsets->data, taking->offsets->len);
}

static void
assert_each_once (GArray *offsets, guint n_samples)
{
  for (guint i = 0; i < MIN (offsets->len, n_samples); i++)
    g_assert_cmpuint (g_array_index (offsets, guint64, i), ==, i);
  g_assert_cmpuint (offsets->len, ==, n_samples);
}

/* Resumes one range again and again until it is complete. Returns the number of sessions. */
static guint
play_in_parts (GRand *chance)
{
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autofree char *token = NULL;
  guint n_parts = 0;

  do {
    g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
    End end = (End)g_rand_int_range (chance, 0, N_ENDS);
    guint n = (guint)g_rand_int_range (chance, 1, 12);

    g_object_set (source, "starting-token", token, NULL);
    if (token && g_rand_boolean (chance))
      g_object_set (source, "start-timestamp", NULL, "end-timestamp", NULL, NULL);
    play_part (source, end, n, chance, offsets);
    g_free (token);
    token = get_token (source);
    n_parts++;
  } while (token);
  assert_each_once (offsets, N_SAMPLES);
  return n_parts;
}

/* The delay is meant to be random, so there is no condition to wait for. */
GST_START_TEST (test_parts)
{
  const guint32 seed = g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  guint n_parts = 0;

  g_print ("seed %u\n", seed);
  test_source_set_stream (emulator, HOLES);
  while (n_parts < 250)
    n_parts += play_in_parts (chance);
}
GST_END_TEST

/* identity ends the session as elements do that fail, with an error of its own. */
GST_START_TEST (test_error_downstream)
{
  for (guint n = 1; n < 20; n++) {
    g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
    g_autofree char *sink = g_strdup_printf ("identity error-after=%u ! fakesink sync=false", n);
    g_autoptr (Recording) recording = recording_new (source, sink);

    g_assert_nonnull (recording->error);
    g_assert_cmpint (get_sample (source), ==, (gint64)n - 1);
  }
}
GST_END_TEST

GST_START_TEST (test_token)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) recording = NULL;
  g_autofree char *text = NULL;
  g_autoptr (KvsResumeToken) token = NULL;

  g_object_set (source, "max-items", (guint64)7, NULL);
  g_assert_cmpint (get_sample (source), ==, -1);
  recording = recording_start (source, NULL, GST_STATE_PAUSED);
  /* The still that waits for PLAYING was not taken yet. */
  g_assert_cmpint (get_sample (source), ==, 0);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);

  text = get_token (source);
  token = kvs_resume_token_read (text, NULL);
  g_assert_cmpstr (token->stream, ==, "door");
  g_assert_cmpint (token->selector, ==, KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP);
  g_assert_cmpint (token->start_ms, ==, TEST_SOURCE_START_MS);
  g_assert_cmpint (token->end_ms, ==, TEST_SOURCE_START_MS + 120000);
  g_assert_cmpuint (token->interval_ms, ==, 3000);
  g_assert_cmpuint (token->sample, ==, 7);
}
GST_END_TEST

/* A resumed session has the same range: times, offsets and DURATION. */
GST_START_TEST (test_resumed)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (GstElement) resumed = test_source_new (emulator, NULL);
  g_autoptr (Recording) first = NULL;
  g_autoptr (Recording) second = NULL;
  g_autofree char *token = NULL;
  GstBuffer *buffer;

  g_object_set (source, "max-items", (guint64)38, NULL);
  first = recording_new (source, NULL);
  token = get_token (source);
  g_object_set (resumed, "starting-token", token, "start-timestamp", NULL, NULL);
  second = recording_new (resumed, NULL);
  recording_assert_lines (second, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                  "still 38 discont\nstill 39\neos");
  buffer = g_ptr_array_index (second->buffers, 0);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 114 * GST_SECOND);
  g_assert_cmpuint (second->segment.start, ==, 0);
  g_assert_cmpuint (second->segment.duration, ==, 120 * GST_SECOND);
  g_assert_cmpint (get_sample (resumed), ==, -1);
}
GST_END_TEST

/* A token of a complete session gives nothing more. The caps are those that are known without an image. */
GST_START_TEST (test_resumed_at_the_end)
{
  static const struct {
    guint width, height;
    const char *sink;
    const char *lines;
  } rows[] = {
      {0, 0, NULL, "stream-start\ncaps image/jpeg 0x0\nsegment\ntag\neos"},
      {64, 32, NULL, "stream-start\ncaps image/jpeg 64x32\nsegment\ntag\neos"},
      {0, 0, "appsink caps=image/jpeg,width=640,height=480 sync=false",
          "stream-start\nsegment\ntag\neos"},
  };
  const KvsResumeToken token = {.stream = (char *)"door",
      .start_ms = TEST_SOURCE_START_MS,
      .end_ms = TEST_SOURCE_START_MS + 120000,
      .interval_ms = 3000,
      .sample = N_SAMPLES};
  g_autofree char *text = kvs_resume_token_write (&token);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstElement) source = test_source_new (emulator, NULL);
    g_autoptr (Recording) recording = NULL;

    g_object_set (source, "starting-token", text, "start-timestamp", NULL, "width", rows[i].width,
        "height", rows[i].height, NULL);
    recording = recording_new (source, rows[i].sink);
    g_assert_null (recording->error);
    recording_assert_lines (recording, rows[i].lines);
    g_assert_cmpint (get_sample (source), ==, -1);
  }
}
GST_END_TEST

GST_START_TEST (test_refused)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (GstElement) other = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) first = NULL;
  g_autoptr (Recording) second = NULL;
  g_autofree char *token = NULL;

  g_object_set (source, "max-items", (guint64)7, NULL);
  first = recording_new (source, NULL);
  token = get_token (source);
  g_object_set (other, "starting-token", token, "sampling-interval", 1000, NULL);
  second = recording_new (other, NULL);
  recording_assert_error (
      second, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "sampling-interval is '1000'");
  g_assert_cmpint (get_sample (other), ==, -1);
}
GST_END_TEST

/* The token stays after a session until the next one. */
GST_START_TEST (test_stays)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) recording = NULL;

  g_object_set (source, "max-items", (guint64)7, NULL);
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpint (get_sample (source), ==, 7);
  gst_element_set_state (recording->pipeline, GST_STATE_READY);
  g_assert_cmpint (get_sample (source), ==, 7);
  test_source_configure (emulator, "fault", "*:*:stall=before");
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (get_sample (source), ==, -1);
}
GST_END_TEST

/* A session that makes no progress is resumed where it began. */
GST_START_TEST (test_nowhere)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (GstElement) resumed = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) first = NULL;
  g_autoptr (Recording) second = NULL;
  g_autofree char *token = NULL;
  g_autofree char *same_token = NULL;
  const GstStructure *details;

  g_object_set (source, "max-items", (guint64)7, NULL);
  first = recording_new (source, NULL);
  token = get_token (source);
  test_source_configure (emulator, "fault", "*:*:status=400,code=AccessDeniedException");
  g_object_set (resumed, "starting-token", token, NULL);
  second = recording_new (resumed, NULL);
  gst_message_parse_error_details (second->error, &details);
  same_token = get_token (resumed);
  g_assert_cmpstr (same_token, ==, token);
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, token);
}
GST_END_TEST

GST_START_TEST (test_error_details)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) recording = NULL;
  g_autofree char *token = NULL;
  const GstStructure *details;

  test_source_configure (emulator, "fault", "GetImages:2-:status=400,code=AccessDeniedException");
  g_object_set (source, "max-concurrent-requests", 1, "fragment-lookback", 0, NULL);
  recording = recording_new (source, NULL);
  token = get_token (source);
  gst_message_parse_error_details (recording->error, &details);
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, token);
  g_assert_cmpint (get_sample (source), ==, 20);
}
GST_END_TEST

/* The sample of a service's token is unknown as long as the token is rejected. */
GST_START_TEST (test_refused_service_token)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
  g_autoptr (Recording) recording = NULL;
  const GstStructure *details;

  g_object_set (source, "starting-token", "AAAB", NULL);
  recording = recording_new (source, NULL);
  recording_assert_error (
      recording, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "InvalidArgumentException");
  gst_message_parse_error_details (recording->error, &details);
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, "AAAB");
  g_assert_false (gst_structure_has_field (details, "offset"));
  g_assert_false (gst_structure_has_field (details, "unix-time"));
}
GST_END_TEST

/* The token names the position of the traversal, in either direction, and is resumed forwards from there. */
GST_START_TEST (test_seeks)
{
  static const struct {
    gdouble rate;
    gint64 start, stop, sample;
  } rows[] = {
      {1, 30, -1, -1},
      {1, 30, 60, 20},
      {1, 120, -1, -1},
      {4, 30, 60, 22},
      {-1, 0, 60, -1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstElement) source = test_source_new (emulator, TWO_MINUTES);
    g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_PAUSED);
    gint64 stop = rows[i].stop < 0 ? -1 : rows[i].stop * (gint64)GST_SECOND;

    g_assert_true (gst_element_seek (source, rows[i].rate, GST_FORMAT_TIME,
        GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_TRICKMODE, GST_SEEK_TYPE_SET,
        rows[i].start * (gint64)GST_SECOND, GST_SEEK_TYPE_SET, stop));
    recording_set_state (recording, GST_STATE_PLAYING);
    recording_finish (recording);
    g_assert_cmpint (get_sample (source), ==, rows[i].sample);
  }
}
GST_END_TEST

/* The notifications of the token, a line each: "told" with the sample that it is for, and how the session
 * ended. */
typedef struct {
  GstElement *source;
  GMutex lock; /* guards lines */
  GString *lines;
} Telling;

static void
add_line (Telling *telling, const char *what)
{
  gint64 sample = get_sample (telling->source);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&telling->lock);

  g_string_append_printf (telling->lines, "%s %" G_GINT64_FORMAT "\n", what, sample);
}

static void
notify_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  add_line (user_data, "told");
}

static GstPadProbeReturn
event_probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    add_line (user_data, "eos");
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
message_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Telling *telling = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR &&
      GST_MESSAGE_SRC (message) == GST_OBJECT (telling->source))
    add_line (telling, "error");
  return GST_BUS_PASS;
}

/* The notifications while @source plays, in a pipeline with @sink. */
static char *
listen (GstElement *source, const char *sink)
{
  Telling telling = {.source = source, .lines = g_string_new (NULL)};
  g_autoptr (Recording) recording = recording_start (source, sink, GST_STATE_READY);
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);

  g_mutex_init (&telling.lock);
  gst_bus_set_sync_handler (bus, message_cb, &telling, NULL);
  g_signal_connect (source, "notify::next-token", G_CALLBACK (notify_cb), &telling);
  gst_pad_add_probe (
      recording->pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, event_probe_cb, &telling, NULL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_finish (recording);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  g_signal_handlers_disconnect_by_data (source, &telling);
  g_mutex_clear (&telling.lock);
  return g_string_free (telling.lines, FALSE);
}

/* Once a page, and before the end. */
GST_START_TEST (test_telling)
{
  g_autoptr (GstElement) whole = test_source_new (emulator, "2026-11-20T08:04:00Z");
  g_autoptr (GstElement) part = test_source_new (emulator, "2026-11-20T08:04:00Z");
  g_autoptr (GstElement) failing = test_source_new (emulator, "2026-11-20T08:04:00Z");
  g_autoptr (GstElement) failed = test_source_new (emulator, "2026-11-20T08:04:00Z");
  g_autofree char *of_whole = listen (whole, NULL);
  g_autofree char *of_part = NULL;
  g_autofree char *of_failing = NULL;
  g_autofree char *of_failed = NULL;

  g_assert_cmpstr (of_whole, ==, "told 25\ntold 50\ntold 75\ntold -1\neos -1\n");
  g_object_set (part, "max-items", (guint64)30, NULL);
  of_part = listen (part, NULL);
  g_assert_cmpstr (of_part, ==, "told 25\ntold 30\neos 30\n");
  of_failing = listen (failing, "identity error-after=3 ! fakesink sync=false");
  /* Whether there are other messages depends on how fast it is stopped. */
  g_assert_true (g_str_has_prefix (of_failing, "told 2\nerror 2\n"));
  test_source_configure (emulator, "fault", "GetImages:*:status=400,code=AccessDeniedException");
  of_failed = listen (failed, NULL);
  g_assert_true (g_str_has_prefix (of_failed, "told 0\nerror 0\n"));
}
GST_END_TEST

static Suite *
kvs_image_src_resume_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-resume");
  TCase *resume = tcase_create ("resume");
  TCase *random = tcase_create ("random");

  test_environment_clear ();
  tcase_add_checked_fixture (resume, set_up, tear_down);
  suite_add_tcase (suite, resume);
  tcase_add_test (resume, test_token);
  tcase_add_test (resume, test_error_downstream);
  tcase_add_test (resume, test_resumed);
  tcase_add_test (resume, test_resumed_at_the_end);
  tcase_add_test (resume, test_refused);
  tcase_add_test (resume, test_stays);
  tcase_add_test (resume, test_nowhere);
  tcase_add_test (resume, test_error_details);
  tcase_add_test (resume, test_refused_service_token);
  tcase_add_test (resume, test_seeks);
  tcase_add_test (resume, test_telling);

  tcase_add_checked_fixture (random, set_up, tear_down);
  tcase_set_timeout (random, 100);
  suite_add_tcase (suite, random);
  tcase_add_test (random, test_parts);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_resume)
