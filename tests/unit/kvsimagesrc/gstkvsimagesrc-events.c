/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events from outside, and the messages and answers to queries that an application sees around them. */
#define _GNU_SOURCE
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "stepclock.h"
#include "testenvironment.h"
#include "testsource.h"

#include <stopwatch.h>

#include <gst/check/gstcheck.h>

#include <pthread.h>
#include <string.h>

/* Twenty samples. */
#define MINUTE "2026-11-20T08:01:00Z"
#define TEN_MINUTES "2026-11-20T08:10:00Z"

#define FLUSH GST_SEEK_FLAG_FLUSH
#define FLUSHED "flush-start\nflush-stop\nsegment\n"
#define NEVER_ANSWERED "GetImages:*:stall=before"

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

/* The events around a recording that the recording itself does not have. */
typedef struct {
  Recording *recording;

  GMutex lock; /* guards all that follows */
  GCond changed;
  GPtrArray *events;   /* that passed the pad */
  GPtrArray *messages; /* of whichever object, from READY on */
  char *told_token;    /* as it was notified last */
  gint64 held;         /* the still whose push waits, or -1 */
  gboolean is_holding;
  char *thread_name; /* of the streaming thread */
} Watch;

static void
check_token (Watch *watch)
{
  g_autofree char *token = NULL;

  g_object_get (watch->recording->source, "next-token", &token, NULL);
  g_assert_cmpstr (watch->told_token, ==, token);
}

static void
note_event (Watch *watch, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    check_token (watch);
  g_ptr_array_add (watch->events, gst_event_ref (event));
}

static void
note_buffer (Watch *watch, GstBuffer *buffer)
{
  char name[16];

  g_assert_cmpint (pthread_getname_np (pthread_self (), name, sizeof (name)), ==, 0);
  g_free (watch->thread_name);
  watch->thread_name = g_strdup (name);
  watch->is_holding = (gint64)GST_BUFFER_OFFSET (buffer) == watch->held;
  g_cond_broadcast (&watch->changed);
  while (watch->is_holding && watch->held >= 0)
    g_cond_wait (&watch->changed, &watch->lock);
  watch->is_holding = FALSE;
}

static GstPadProbeReturn
watch_pad_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    note_buffer (watch, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    note_event (watch, GST_PAD_PROBE_INFO_EVENT (info));
  g_cond_broadcast (&watch->changed);
  return GST_PAD_PROBE_OK;
}

static GstBusSyncReply
watch_bus_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  g_ptr_array_add (watch->messages, gst_message_ref (message));
  g_cond_broadcast (&watch->changed);
  return GST_BUS_PASS;
}

static void
watch_token_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  g_free (watch->told_token);
  g_object_get (object, "next-token", &watch->told_token, NULL);
}

/* A recording in READY. */
static Watch *
watch_new (GstElement *source, const char *sink)
{
  Watch *watch = g_new0 (Watch, 1);
  g_autoptr (GstBus) bus = NULL;

  watch->recording = recording_start (source, sink, GST_STATE_READY);
  watch->held = -1;
  g_mutex_init (&watch->lock);
  g_cond_init (&watch->changed);
  watch->events = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_event_unref);
  watch->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_message_unref);
  gst_pad_add_probe (watch->recording->pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
          GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      watch_pad_cb, watch, NULL);
  g_signal_connect (source, "notify::next-token", G_CALLBACK (watch_token_cb), watch);
  bus = gst_element_get_bus (watch->recording->pipeline);
  gst_bus_set_sync_handler (bus, watch_bus_cb, watch, NULL);
  return watch;
}

static void
watch_free (Watch *watch)
{
  recording_free (watch->recording);
  g_ptr_array_unref (watch->events);
  g_ptr_array_unref (watch->messages);
  g_free (watch->told_token);
  g_free (watch->thread_name);
  g_mutex_clear (&watch->lock);
  g_cond_clear (&watch->changed);
  g_free (watch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Watch, watch_free)

static guint
count_events_locked (Watch *watch, GstEventType type)
{
  guint n = 0;

  for (guint i = 0; i < watch->events->len; i++)
    n += GST_EVENT_TYPE (g_ptr_array_index (watch->events, i)) == type;
  return n;
}

static guint
count_events (Watch *watch, GstEventType type)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  return count_events_locked (watch, type);
}

/* Waits for the @n-th event of this type, and returns the last one. */
static GstEvent *
wait_for_event (Watch *watch, GstEventType type, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);
  gint64 end_us = g_get_monotonic_time () + RECORDING_TIMEOUT_US;
  GstEvent *last = NULL;

  while (count_events_locked (watch, type) < n) {
    if (!g_cond_wait_until (&watch->changed, &watch->lock, end_us))
      g_error ("there is no %s", gst_event_type_get_name (type));
  }
  for (guint i = 0; i < watch->events->len; i++) {
    GstEvent *event = g_ptr_array_index (watch->events, i);

    last = GST_EVENT_TYPE (event) == type ? event : last;
  }
  return last;
}

static GstMessage *
find_message (Watch *watch, GstMessageType type)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);
  GstMessage *last = NULL;

  for (guint i = 0; i < watch->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (watch->messages, i);

    last = GST_MESSAGE_TYPE (message) == type ? message : last;
  }
  return last;
}

/* Makes the push of a still wait. */
static void
hold (Watch *watch, gint64 number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  watch->held = number;
}

static void
wait_for_hold (Watch *watch)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  while (!watch->is_holding)
    g_cond_wait (&watch->changed, &watch->lock);
}

static void
release (Watch *watch)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);

  watch->held = -1;
  g_cond_broadcast (&watch->changed);
}

/* The stream answers only the request for its first page of two samples. */
static GstElement *
make_source_of_two (void)
{
  GstElement *source = test_source_new (emulator, MINUTE);

  test_source_configure (emulator, "fault", "GetImages:2-:stall=before");
  g_object_set (source, "page-size", 2, "max-concurrent-requests", 1, "fragment-lookback", 0,
      "use-list-fragments", FALSE, NULL);
  return source;
}

/* A stream that goes on, from a minute ago. */
static GstElement *
make_live_source (guint availability_delay)
{
  GstElement *source = test_source_new (emulator, NULL);

  test_source_configure (emulator, "stream", "door=prepared:512,live=true");
  g_object_set (source, "start-timestamp", "now-60s", "follow", TRUE, "availability-delay",
      availability_delay, NULL);
  return source;
}

/* EOS from outside */

typedef enum {
  TO_ELEMENT,
  TO_PIPELINE,
  N_TARGETS,
} Target;

/* Sends EOS without waiting for anything. Returns its sequence number. */
static guint32
send_eos (Watch *watch, guint target)
{
  GstEvent *eos = gst_event_new_eos ();
  guint32 seqnum = gst_event_get_seqnum (eos);
  Stopwatch stopwatch = stopwatch_start ();

  g_assert_true (gst_element_send_event (
      target == TO_PIPELINE ? watch->recording->pipeline : watch->recording->source, eos));
  g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
  return seqnum;
}

/* Waits until the EOS with this sequence number has come to the end of the pipeline. */
static void
assert_ends (Watch *watch, guint32 seqnum)
{
  GstEvent *eos = wait_for_event (watch, GST_EVENT_EOS, 1);

  g_assert_cmpuint (gst_event_get_seqnum (eos), ==, seqnum);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  g_assert_null (watch->recording->error);
  g_assert_cmpuint (count_events (watch, GST_EVENT_EOS), ==, 1);
}

static void
seek_to (Watch *watch, GstClockTime start)
{
  g_assert_true (gst_element_seek (watch->recording->pipeline, 1, GST_FORMAT_TIME, FLUSH,
      GST_SEEK_TYPE_SET, (gint64)start, GST_SEEK_TYPE_SET, (gint64)(start + 6 * GST_SECOND)));
}

/* Two stills, and the seek's EOS. */
static void
assert_plays_again (Watch *watch)
{
  g_autofree char *text = NULL;

  test_source_configure (emulator, "fault", "none");
  recording_forget (watch->recording);
  seek_to (watch, 30 * GST_SECOND);
  recording_finish (watch->recording);
  g_assert_null (watch->recording->error);
  g_assert_cmpuint (watch->recording->segments->len, ==, 1);
  text = recording_get_text (watch->recording);
  if (!g_str_has_suffix (text, "\nstill 10 discont\nstill 11\neos"))
    g_error ("%s", text);
}

static void
end_and_play_again (Watch *watch, guint target, const char *expected)
{
  assert_ends (watch, send_eos (watch, target));
  recording_assert_lines (watch->recording, expected);
  assert_plays_again (watch);
}

GST_START_TEST (test_eos_while_a_still_is_pushed)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  guint32 seqnum;

  hold (watch, 1);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  wait_for_hold (watch);
  seqnum = send_eos (watch, (guint)__i__);
  release (watch);
  assert_ends (watch, seqnum);
  recording_assert_lines (watch->recording, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                            "still 0 discont\nstill 1\neos");
  assert_plays_again (watch);
}
GST_END_TEST

GST_START_TEST (test_eos_while_a_page_is_awaited)
{
  g_autoptr (Watch) watch = watch_new (make_source_of_two (), NULL);
  g_autofree char *token = NULL;

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 2, RECORDING_TIMEOUT_US));
  recording_wait_for_stills (watch->recording, 2);
  assert_ends (watch, send_eos (watch, (guint)__i__));
  g_object_get (watch->recording->source, "next-token", &token, NULL);
  g_assert_nonnull (token);
  recording_assert_lines (watch->recording, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                            "still 0 discont\nstill 1\neos");
  assert_plays_again (watch);
}
GST_END_TEST

GST_START_TEST (test_eos_before_the_first_reply)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  gboolean is_playing = __i__ >= N_TARGETS;

  test_source_configure (emulator, "fault", NEVER_ANSWERED);
  gst_element_set_state (
      watch->recording->pipeline, is_playing ? GST_STATE_PLAYING : GST_STATE_PAUSED);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 1, RECORDING_TIMEOUT_US));
  end_and_play_again (watch, (guint)__i__ % N_TARGETS, "stream-start\nsegment\ntag\neos");
}
GST_END_TEST

/* The sink holds the first still, so that EOS can be pushed only in PLAYING. */
GST_START_TEST (test_eos_after_preroll)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  guint32 seqnum;

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  seqnum = send_eos (watch, (guint)__i__);
  g_assert_cmpuint (count_events (watch, GST_EVENT_EOS), ==, 0);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  assert_ends (watch, seqnum);
  recording_assert_lines (watch->recording, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                            "still 0 discont\neos");
  assert_plays_again (watch);
}
GST_END_TEST

/* A flush drops the data before the sink, and with it an EOS that has not been pushed. The result must not
 * depend on whether the streaming thread has pushed it before the flush. */
GST_START_TEST (test_eos_that_a_flush_overtakes)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  send_eos (watch, (guint)__i__ % N_TARGETS);
  recording_forget (watch->recording);
  if (__i__ >= N_TARGETS) {
    GstElement *source = watch->recording->source;

    g_object_set (source, "num-buffers", 2, NULL);
    g_assert_true (gst_element_send_event (source, gst_event_new_flush_start ()));
    g_assert_true (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
  } else {
    seek_to (watch, 0);
  }
  recording_set_state (watch->recording, GST_STATE_PAUSED);
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  recording_finish (watch->recording);
  g_assert_cmpuint (watch->recording->buffers->len, ==, __i__ >= N_TARGETS ? 20 : 2);
}
GST_END_TEST

GST_START_TEST (test_eos_while_live_in_paused)
{
  g_autoptr (Watch) watch = watch_new (make_live_source (100), NULL);

  g_assert_cmpint (gst_element_set_state (watch->recording->pipeline, GST_STATE_PAUSED), ==,
      GST_STATE_CHANGE_NO_PREROLL);
  end_and_play_again (watch, (guint)__i__, "stream-start\nsegment\ntag\neos");
}
GST_END_TEST

/* There is no request within the next nine minutes. */
GST_START_TEST (test_eos_before_the_first_live_still)
{
  g_autoptr (Watch) watch = watch_new (make_live_source (600000), NULL);

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PAUSED);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  wait_for_event (watch, GST_EVENT_STREAM_START, 1);
  assert_ends (watch, send_eos (watch, (guint)__i__));
  recording_assert_lines (watch->recording, "stream-start\nsegment\ntag\neos");
}
GST_END_TEST

GST_START_TEST (test_eos_after_segment_done)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  g_assert_true (gst_element_seek (watch->recording->pipeline, 1, GST_FORMAT_TIME,
      FLUSH | GST_SEEK_FLAG_SEGMENT, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, 6 * GST_SECOND));
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_SEGMENT_DONE);
  wait_for_event (watch, GST_EVENT_SEGMENT_DONE, 1);
  recording_forget (watch->recording);
  end_and_play_again (watch, (guint)__i__, "eos");
}
GST_END_TEST

/* There is nothing to end. */
GST_START_TEST (test_eos_after_eos)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  send_eos (watch, (guint)__i__);
  send_eos (watch, (guint)__i__);
  assert_plays_again (watch);
  g_assert_cmpuint (count_events (watch, GST_EVENT_EOS), ==, 2);
}
GST_END_TEST

GST_START_TEST (test_eos_after_an_error)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  test_source_configure (emulator, "fault", "GetImages:*:status=400,code=AccessDeniedException");
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_ERROR);
  wait_for_event (watch, GST_EVENT_EOS, 1);
  send_eos (watch, (guint)__i__);
  test_source_configure (emulator, "fault", "none");
  recording_forget (watch->recording);
  seek_to (watch, 30 * GST_SECOND);
  /* The error has ended the state change of the pipeline. */
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  wait_for_event (watch, GST_EVENT_EOS, 2);
  g_assert_cmpuint (watch->recording->buffers->len, ==, 2);
}
GST_END_TEST

/* It comes behind the flush, and without another still. */
GST_START_TEST (test_eos_during_a_flush)
{
  g_autoptr (Watch) watch = watch_new (make_source_of_two (), NULL);
  GstElement *source = watch->recording->source;
  guint32 seqnum;

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  recording_wait_for_stills (watch->recording, 2);
  g_assert_true (gst_element_send_event (source, gst_event_new_flush_start ()));
  seqnum = send_eos (watch, (guint)__i__);
  g_assert_cmpuint (count_events (watch, GST_EVENT_EOS), ==, 0);
  g_assert_true (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
  assert_ends (watch, seqnum);
  g_assert_cmpuint (watch->recording->buffers->len, ==, 2);
  assert_plays_again (watch);
}
GST_END_TEST

/* Without a session there is no stream to end. */
GST_START_TEST (test_eos_without_a_session)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  GstElement *source = watch->recording->source;

  g_assert_false (gst_element_send_event (source, gst_event_new_eos ()));
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  recording_finish (watch->recording);
  g_assert_cmpuint (watch->recording->buffers->len, ==, 20);
  g_assert_false (gst_element_send_event (source, gst_event_new_eos ()));
}
GST_END_TEST

/* Each EOS at another time, and a seek behind each: no EOS is lost, and none ends the range of a seek. */
GST_START_TEST (test_eos_at_any_time)
{
  const guint32 seed = g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, TEN_MINUTES), NULL);

  g_print ("seed %u\n", seed);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 100; i++) {
    g_usleep ((gulong)g_rand_int_range (chance, 0, 5000));
    send_eos (watch, i % N_TARGETS);
    if (g_rand_boolean (chance))
      g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    seek_to (watch, (GstClockTime)g_rand_int_range (chance, 0, 590) * GST_SECOND);
  }
  g_assert_cmpint (gst_element_get_state (
                       watch->recording->pipeline, NULL, NULL, RECORDING_TIMEOUT_US * GST_USECOND),
      ==, GST_STATE_CHANGE_SUCCESS);
  recording_forget (watch->recording);
  seek_to (watch, 30 * GST_SECOND);
  wait_for_event (watch, GST_EVENT_EOS, 1);
  recording_stop (watch->recording);
  g_assert_null (watch->recording->error);
}
GST_END_TEST

/* PROGRESS */

static void
assert_progress (Watch *watch, const char *expected)
{
  g_autofree char *progress = NULL;

  recording_stop (watch->recording);
  progress = recording_get_progress (watch->recording);
  g_assert_cmpstr (progress, ==, expected);
}

/* Plays until the first request is out. */
static Watch *
open_with (const char *fault)
{
  Watch *watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  test_source_configure (emulator, "fault", fault);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 1, RECORDING_TIMEOUT_US));
  return watch;
}

/* PROGRESS ends before the EOS, because an application may wait for the end of all progress before it goes on
 * to PLAYING. The end of the request is not reported later. */
GST_START_TEST (test_progress_of_eos)
{
  static const char *const faults[] = {NEVER_ANSWERED, "GetImages:*:latency=300ms",
      "GetImages:*:latency=300ms,status=400,code=AccessDeniedException"};

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (Watch) watch = NULL;

    g_clear_object (&emulator);
    emulator = test_source_emulator_new ();
    watch = open_with (faults[i]);
    assert_ends (watch, send_eos (watch, i % N_TARGETS));
    assert_progress (watch, "start canceled ");
  }
}
GST_END_TEST

static void
flush_from_outside (Watch *watch)
{
  GstElement *source = watch->recording->source;

  g_assert_true (gst_element_send_event (source, gst_event_new_flush_start ()));
  g_assert_true (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
}

GST_START_TEST (test_progress_of_flushes)
{
  g_autoptr (Watch) watch = open_with (NEVER_ANSWERED);

  flush_from_outside (watch);
  flush_from_outside (watch);
  assert_progress (watch, "start canceled ");
}
GST_END_TEST

/* The flush is never ended. */
GST_START_TEST (test_progress_of_a_stop_while_flushing)
{
  g_autoptr (Watch) watch = open_with (NEVER_ANSWERED);

  g_assert_true (gst_element_send_event (watch->recording->source, gst_event_new_flush_start ()));
  assert_progress (watch, "start canceled ");
}
GST_END_TEST

/* Whether or not the seek cancels the first request, the first reply counts. */
GST_START_TEST (test_progress_of_seeks)
{
  g_autoptr (Watch) stopped = open_with (NEVER_ANSWERED);
  g_autoptr (Watch) played = NULL;
  g_autoptr (Watch) failed = NULL;
  guint n;

  seek_to (stopped, 30 * GST_SECOND);
  assert_progress (stopped, "start canceled ");

  n = emulator_count_requests (emulator, "GetImages");
  played = open_with (NEVER_ANSWERED);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", n + 1, RECORDING_TIMEOUT_US));
  test_source_configure (emulator, "fault", "none");
  seek_to (played, 30 * GST_SECOND);
  g_assert_cmpint (recording_wait (played->recording), ==, GST_MESSAGE_EOS);
  seek_to (played, 0);
  g_assert_cmpint (recording_wait (played->recording), ==, GST_MESSAGE_EOS);
  assert_progress (played, "start complete ");

  n = emulator_count_requests (emulator, "GetImages");
  failed = open_with (NEVER_ANSWERED);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", n + 1, RECORDING_TIMEOUT_US));
  test_source_configure (emulator, "fault", "none");
  test_source_configure (emulator, "fault", "GetImages:*:status=400,code=AccessDeniedException");
  seek_to (failed, 30 * GST_SECOND);
  g_assert_cmpint (recording_wait (failed->recording), ==, GST_MESSAGE_ERROR);
  assert_progress (failed, "start error ERROR ");
}
GST_END_TEST

/* Downstream fails, or wants no more data. */
GST_START_TEST (test_progress_of_downstream)
{
  g_autoptr (Watch) refused = watch_new (
      test_source_new (emulator, MINUTE), "capsfilter caps=image/jpeg,width=1 ! fakesink");
  g_autoptr (Watch) limited =
      watch_new (test_source_new (emulator, MINUTE), "identity eos-after=1 ! fakesink");

  gst_element_set_state (refused->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (refused->recording), ==, GST_MESSAGE_ERROR);
  assert_progress (refused, "start complete ERROR ");
  gst_element_set_state (limited->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (limited->recording), ==, GST_MESSAGE_EOS);
  assert_progress (limited, "start complete ");
}
GST_END_TEST

/* Each time it is a session of its own. */
GST_START_TEST (test_progress_of_restarts)
{
  g_autoptr (Watch) watch = open_with (NEVER_ANSWERED);

  recording_set_state (watch->recording, GST_STATE_READY);
  test_source_configure (emulator, "fault", "none");
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  assert_progress (watch, "start canceled start complete ");
}
GST_END_TEST

/* Sequence numbers, and what names a stream */

static void
assert_event_seqnum (Watch *watch, GstEventType type, guint32 expected)
{
  GstEvent *event = wait_for_event (watch, type, 1);

  if (gst_event_get_seqnum (event) != expected)
    g_error ("%s has seqnum %u instead of %u", gst_event_type_get_name (type),
        gst_event_get_seqnum (event), expected);
}

static void
assert_message_seqnum (Watch *watch, GstMessageType type, guint32 expected)
{
  GstMessage *message = find_message (watch, type);

  g_assert_nonnull (message);
  if (gst_message_get_seqnum (message) != expected)
    g_error ("%s has seqnum %u instead of %u", gst_message_type_get_name (type),
        gst_message_get_seqnum (message), expected);
}

GST_START_TEST (test_seqnums_without_a_seek)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  guint32 first, second;

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  first = gst_event_get_seqnum (wait_for_event (watch, GST_EVENT_SEGMENT, 1));
  g_assert_cmpuint (first, !=, GST_SEQNUM_INVALID);
  assert_event_seqnum (watch, GST_EVENT_EOS, first);
  assert_message_seqnum (watch, GST_MESSAGE_EOS, first);

  recording_set_state (watch->recording, GST_STATE_READY);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  second = gst_event_get_seqnum (wait_for_event (watch, GST_EVENT_SEGMENT, 2));
  g_assert_cmpuint (second, !=, first);
  assert_event_seqnum (watch, GST_EVENT_EOS, second);
}
GST_END_TEST

/* Sends a seek to the element, or to its pad, and returns its seqnum. */
static guint32
send_seek (Watch *watch, gboolean to_pad, gdouble rate, GstSeekFlags flags)
{
  GstEvent *seek = gst_event_new_seek (rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
      6 * GST_SECOND, GST_SEEK_TYPE_SET, 12 * GST_SECOND);
  guint32 seqnum = gst_event_get_seqnum (seek);

  if (to_pad)
    g_assert_true (gst_pad_send_event (watch->recording->pad, seek));
  else
    g_assert_true (gst_element_send_event (watch->recording->source, seek));
  return seqnum;
}

GST_START_TEST (test_seqnums_of_seeks)
{
  const gdouble rate = __i__ % 2 ? -1 : 1;
  const gboolean to_pad = __i__ / 2 > 0;
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  guint32 seqnum;

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  seqnum = send_seek (watch, to_pad, rate, FLUSH | GST_SEEK_FLAG_SEGMENT);
  assert_event_seqnum (watch, GST_EVENT_FLUSH_START, seqnum);
  assert_event_seqnum (watch, GST_EVENT_FLUSH_STOP, seqnum);
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_SEGMENT_DONE);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT, seqnum);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT_DONE, seqnum);
  assert_message_seqnum (watch, GST_MESSAGE_SEGMENT_DONE, seqnum);

  /* Without a flush, and to the end. */
  seqnum = send_seek (watch, to_pad, rate, 0);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  g_assert_cmpuint (count_events (watch, GST_EVENT_FLUSH_START), ==, 1);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT, seqnum);
  assert_event_seqnum (watch, GST_EVENT_EOS, seqnum);
  assert_message_seqnum (watch, GST_MESSAGE_EOS, seqnum);
}
GST_END_TEST

GST_START_TEST (test_seqnum_of_a_seek_in_ready)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  guint32 seqnum = send_seek (watch, FALSE, 1, FLUSH | GST_SEEK_FLAG_SEGMENT);

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_SEGMENT_DONE);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT, seqnum);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT_DONE, seqnum);
  assert_message_seqnum (watch, GST_MESSAGE_SEGMENT_DONE, seqnum);
}
GST_END_TEST

/* The events that a bin takes for its own SEGMENT_START. */
GST_START_TEST (test_seqnum_of_segment_start)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
  g_autoptr (GstBus) bus = gst_bus_new ();

  gst_element_set_bus (source, bus);
  for (guint i = 0; i < 2; i++) {
    GstEvent *seek = gst_event_new_seek (1, GST_FORMAT_TIME, FLUSH | GST_SEEK_FLAG_SEGMENT,
        GST_SEEK_TYPE_SET, 6 * GST_SECOND, GST_SEEK_TYPE_SET, 12 * GST_SECOND);
    guint32 seqnum = gst_event_get_seqnum (seek);
    g_autoptr (GstMessage) message = NULL;
    gint64 position;

    g_assert_true (gst_element_send_event (source, seek));
    gst_element_set_state (source, GST_STATE_PAUSED);
    message = gst_bus_timed_pop_filtered (
        bus, RECORDING_TIMEOUT_US * GST_USECOND, GST_MESSAGE_SEGMENT_START);
    g_assert_nonnull (message);
    g_assert_cmpuint (gst_message_get_seqnum (message), ==, seqnum);
    gst_message_parse_segment_start (message, NULL, &position);
    g_assert_cmpint (position, ==, 6 * GST_SECOND);
  }
  gst_element_set_state (source, GST_STATE_NULL);
  gst_element_set_bus (source, NULL);
}
GST_END_TEST

/* A flush from outside keeps its own seqnum. It is not a seek, so the SEGMENT and the EOS behind it have the
 * seqnum of the start. */
GST_START_TEST (test_seqnums_of_a_flush)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (TRUE);
  guint32 seqnum = gst_event_get_seqnum (start);
  guint32 first;

  gst_event_set_seqnum (stop, seqnum);
  recording_set_state (watch->recording, GST_STATE_PAUSED);
  first = gst_event_get_seqnum (wait_for_event (watch, GST_EVENT_SEGMENT, 1));
  g_assert_true (gst_element_send_event (watch->recording->source, start));
  g_assert_true (gst_element_send_event (watch->recording->source, stop));
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  assert_event_seqnum (watch, GST_EVENT_FLUSH_START, seqnum);
  assert_event_seqnum (watch, GST_EVENT_FLUSH_STOP, seqnum);
  assert_event_seqnum (watch, GST_EVENT_SEGMENT, first);
  assert_event_seqnum (watch, GST_EVENT_EOS, first);
}
GST_END_TEST

/* The stream-id is the same each time, and each start has its own group-id. */
GST_START_TEST (test_group_ids)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  g_autofree char *first_id = NULL;
  guint groups[3];

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++) {
    GstEvent *event;
    const char *id;

    gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    seek_to (watch, 0);
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    event = wait_for_event (watch, GST_EVENT_STREAM_START, i + 1);
    g_assert_true (gst_event_parse_group_id (event, &groups[i]));
    g_assert_cmpuint (groups[i], !=, GST_GROUP_ID_INVALID);
    gst_event_parse_stream_start (event, &id);
    if (first_id == NULL)
      first_id = g_strdup (id);
    g_assert_cmpstr (id, ==, first_id);
    recording_set_state (watch->recording, GST_STATE_READY);
  }
  g_assert_cmpuint (groups[0], !=, groups[1]);
  g_assert_cmpuint (groups[1], !=, groups[2]);
  g_assert_cmpuint (count_events (watch, GST_EVENT_STREAM_START), ==, G_N_ELEMENTS (groups));
}
GST_END_TEST

/* STREAM_STATUS */

typedef struct {
  guint n_created, n_entered, n_left;
} Threads;

/* Counts the messages about the streaming task, or those about other threads. */
static Threads
count_threads (Watch *watch, gboolean of_task)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&watch->lock);
  GstElement *source = watch->recording->source;
  Threads threads = {0};

  for (guint i = 0; i < watch->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (watch->messages, i);
    const GValue *object;
    GstStreamStatusType type;
    GstElement *owner;

    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STREAM_STATUS)
      continue;
    gst_message_parse_stream_status (message, &type, &owner);
    if (owner != source)
      continue;
    object = gst_message_get_stream_status_object (message);
    g_assert_nonnull (object);
    g_assert_true (
        G_VALUE_HOLDS (object, GST_TYPE_G_THREAD) || G_VALUE_HOLDS (object, GST_TYPE_TASK));
    if (G_VALUE_HOLDS (object, GST_TYPE_TASK) != of_task)
      continue;
    threads.n_created += type == GST_STREAM_STATUS_TYPE_CREATE;
    threads.n_entered += type == GST_STREAM_STATUS_TYPE_ENTER;
    threads.n_left += type == GST_STREAM_STATUS_TYPE_LEAVE;
  }
  return threads;
}

GST_START_TEST (test_stream_status)
{
  GstElement *source = test_source_new (emulator, MINUTE);
  g_autoptr (Watch) watch = NULL;
  Threads task, readers;

  gst_object_set_name (GST_OBJECT (source), "gate");
  g_object_set (source, "page-size", 2, NULL);
  watch = watch_new (source, NULL);
  for (guint i = 1; i <= 3; i++) {
    gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    g_assert_cmpstr (watch->thread_name, ==, "gate:src");
    recording_stop (watch->recording);
    task = count_threads (watch, TRUE);
    g_assert_cmpuint (task.n_created, ==, i);
    g_assert_cmpuint (task.n_entered, ==, i);
    g_assert_cmpuint (task.n_left, ==, i);
    readers = count_threads (watch, FALSE);
    g_assert_cmpuint (readers.n_entered, >=, i);
    g_assert_cmpuint (readers.n_left, ==, readers.n_entered);
    g_assert_cmpuint (readers.n_created, ==, 0);
  }
}
GST_END_TEST

/* A stop while requests are unanswered, after a failure, and of elements that have sent none. */
GST_START_TEST (test_stream_status_of_stops)
{
  static const char *const faults[] = {
      NEVER_ANSWERED, "GetImages:*:status=400,code=AccessDeniedException"};
  g_autoptr (Watch) live = watch_new (make_live_source (100), NULL);
  Threads task, readers;

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (Watch) watch = NULL;

    g_clear_object (&emulator);
    emulator = test_source_emulator_new ();
    watch = open_with (faults[i]);
    recording_stop (watch->recording);
    task = count_threads (watch, TRUE);
    g_assert_cmpuint (task.n_entered, ==, 1);
    g_assert_cmpuint (task.n_left, ==, 1);
    readers = count_threads (watch, FALSE);
    g_assert_cmpuint (readers.n_entered, >=, 1);
    g_assert_cmpuint (readers.n_left, ==, readers.n_entered);
  }

  gst_element_set_state (live->recording->pipeline, GST_STATE_PAUSED);
  wait_for_event (live, GST_EVENT_STREAM_START, 1);
  recording_stop (live->recording);
  task = count_threads (live, TRUE);
  g_assert_cmpuint (task.n_entered, ==, 1);
  g_assert_cmpuint (task.n_left, ==, 1);
  readers = count_threads (live, FALSE);
  g_assert_cmpuint (readers.n_entered, ==, 0);
}
GST_END_TEST

/* Queries */

typedef struct {
  gint64 position, duration, seekable_end;
} Answers;

static void
assert_time_answers (GstElement *source, const Answers *expected)
{
  g_autoptr (GstQuery) seeking = gst_query_new_seeking (GST_FORMAT_TIME);
  gint64 position, duration, start, end;
  gboolean is_seekable;
  GstFormat format;

  g_assert_true (gst_element_query_position (source, GST_FORMAT_TIME, &position));
  g_assert_cmpint (position, ==, expected->position);
  g_assert_true (gst_element_query_duration (source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, expected->duration);
  g_assert_true (gst_element_query (source, seeking));
  gst_query_parse_seeking (seeking, &format, &is_seekable, &start, &end);
  g_assert_cmpint (format, ==, GST_FORMAT_TIME);
  g_assert_true (is_seekable);
  g_assert_cmpint (start, ==, 0);
  g_assert_cmpint (end, ==, expected->seekable_end);
}

static void
assert_other_formats (GstElement *source)
{
  static const GstFormat formats[] = {
      GST_FORMAT_BYTES, GST_FORMAT_DEFAULT, GST_FORMAT_BUFFERS, GST_FORMAT_PERCENT};

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GstQuery) seeking = gst_query_new_seeking (formats[i]);
    g_autoptr (GstQuery) same = gst_query_new_convert (formats[i], 7, formats[i]);
    g_autoptr (GstQuery) to_time = gst_query_new_convert (formats[i], 7, GST_FORMAT_TIME);
    g_autoptr (GstQuery) from_time = gst_query_new_convert (GST_FORMAT_TIME, 7, formats[i]);
    gboolean is_seekable;
    GstFormat format;
    gint64 value;

    g_assert_false (gst_element_query_position (source, formats[i], &value));
    g_assert_false (gst_element_query_duration (source, formats[i], &value));
    g_assert_true (gst_element_query (source, seeking));
    gst_query_parse_seeking (seeking, &format, &is_seekable, NULL, NULL);
    g_assert_cmpint (format, ==, formats[i]);
    g_assert_false (is_seekable);
    g_assert_true (gst_element_query (source, same));
    gst_query_parse_convert (same, NULL, NULL, NULL, &value);
    g_assert_cmpint (value, ==, 7);
    g_assert_false (gst_element_query (source, to_time));
    g_assert_false (gst_element_query (source, from_time));
  }
}

static void
assert_formats (GstElement *source)
{
  g_autoptr (GstQuery) formats = gst_query_new_formats ();
  GstFormat format;
  guint n;

  g_assert_true (gst_element_query (source, formats));
  gst_query_parse_n_formats (formats, &n);
  g_assert_cmpuint (n, ==, 1);
  gst_query_parse_nth_format (formats, 0, &format);
  g_assert_cmpint (format, ==, GST_FORMAT_TIME);
}

static void
assert_scheduling (GstElement *source)
{
  g_autoptr (GstQuery) scheduling = gst_query_new_scheduling ();

  g_assert_true (gst_element_query (source, scheduling));
  g_assert_true (gst_query_has_scheduling_mode (scheduling, GST_PAD_MODE_PUSH));
  g_assert_false (gst_query_has_scheduling_mode (scheduling, GST_PAD_MODE_PULL));
}

static void
assert_not_live (GstElement *source)
{
  g_autoptr (GstQuery) latency = gst_query_new_latency ();
  GstClockTime min, max;
  gboolean is_live;

  g_assert_true (gst_element_query (source, latency));
  gst_query_parse_latency (latency, &is_live, &min, &max);
  g_assert_false (is_live);
  g_assert_cmpuint (min, ==, 0);
  g_assert_cmpuint (max, ==, GST_CLOCK_TIME_NONE);
}

static void
assert_uri (GstElement *source)
{
  g_autofree char *expected = gst_uri_handler_get_uri (GST_URI_HANDLER (source));
  g_autoptr (GstQuery) query = gst_query_new_uri ();
  g_autofree char *uri = NULL;

  g_assert_nonnull (expected);
  g_assert_true (gst_element_query (source, query));
  gst_query_parse_uri (query, &uri);
  g_assert_cmpstr (uri, ==, expected);
}

static void
assert_segment (GstElement *source, gint64 expected_stop)
{
  g_autoptr (GstQuery) query = gst_query_new_segment (GST_FORMAT_TIME);
  GstFormat format;
  gint64 start, stop;
  gdouble rate;

  g_assert_true (gst_element_query (source, query));
  gst_query_parse_segment (query, &rate, &format, &start, &stop);
  g_assert_cmpfloat (rate, ==, 1);
  g_assert_cmpint (format, ==, GST_FORMAT_TIME);
  g_assert_cmpint (start, ==, 0);
  g_assert_cmpint (stop, ==, expected_stop);
}

static void
assert_answers (GstElement *source, gint64 position, gint64 end)
{
  const Answers expected = {.position = position, .duration = end, .seekable_end = end};

  assert_time_answers (source, &expected);
  assert_segment (source, end);
  assert_other_formats (source);
  assert_formats (source);
  assert_scheduling (source);
  assert_not_live (source);
  assert_uri (source);
}

/* The values of a session stay readable until the next session. */
GST_START_TEST (test_queries)
{
  const gint64 minute = 60 * GST_SECOND;
  GstElement *source = test_source_new (emulator, MINUTE);
  g_autoptr (Watch) watch = NULL;

  assert_answers (source, 0, -1);
  watch = watch_new (source, NULL);
  assert_answers (source, 0, -1);
  recording_set_state (watch->recording, GST_STATE_PAUSED);
  assert_answers (source, 3 * GST_SECOND, minute);
  hold (watch, 4);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  wait_for_hold (watch);
  assert_answers (source, 15 * GST_SECOND, minute);
  release (watch);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  assert_answers (source, minute, minute);
  recording_set_state (watch->recording, GST_STATE_PAUSED);
  assert_answers (source, minute, minute);
  recording_set_state (watch->recording, GST_STATE_READY);
  assert_answers (source, minute, minute);
  recording_set_state (watch->recording, GST_STATE_NULL);
  assert_answers (source, minute, minute);

  /* The next session begins without them. */
  test_source_configure (emulator, "fault", NEVER_ANSWERED);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PAUSED);
  wait_for_event (watch, GST_EVENT_STREAM_START, 2);
  assert_answers (source, 0, -1);
}
GST_END_TEST

static void
assert_caps (GstElement *source, const char *filter, const char *expected)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GstCaps) filter_caps = filter ? gst_caps_from_string (filter) : NULL;
  g_autoptr (GstCaps) expected_caps = gst_caps_from_string (expected);
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, filter_caps);
  g_autofree char *text = gst_caps_to_string (caps);

  if (!gst_caps_is_strictly_equal (caps, expected_caps))
    g_error ("%s instead of %s", text, expected);
}

static void
assert_all_caps (GstElement *source, const char *size)
{
  static const char *const formats[] = {"jpeg", "png"};

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autofree char *format = g_strdup_printf ("image/%s", formats[i]);
    g_autofree char *other = g_strdup_printf ("image/%s", formats[1 - i]);
    g_autofree char *unparsed = g_strdup_printf ("image/%s,parsed=false", formats[i]);
    g_autofree char *both = g_strdup_printf ("%s;%s", other, format);
    g_autofree char *expected =
        g_strdup_printf ("image/%s,parsed=(boolean)true,framerate=(fraction)0/1,%s,"
                         "pixel-aspect-ratio=(fraction)1/1",
            formats[i], size);

    gst_util_set_object_arg (G_OBJECT (source), "format", formats[i]);
    assert_caps (source, NULL, expected);
    assert_caps (source, "ANY", expected);
    assert_caps (source, "EMPTY", "EMPTY");
    assert_caps (source, format, expected);
    assert_caps (source, both, expected);
    assert_caps (source, other, "EMPTY");
    assert_caps (source, unparsed, "EMPTY");
    assert_caps (source, "video/x-raw", "EMPTY");
  }
}

GST_START_TEST (test_caps_query)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);

  assert_all_caps (source, "width=(int)[1,MAX],height=(int)[1,MAX]");
  assert_caps (source, "image/png,width=7",
      "image/png,parsed=(boolean)true,framerate=(fraction)0/1,width=7,height=(int)[1,MAX],"
      "pixel-aspect-ratio=(fraction)1/1");
  g_object_set (source, "width", 64, "height", 32, NULL);
  assert_all_caps (source, "width=64,height=32");
  assert_caps (source, "image/png,width=7", "EMPTY");
}
GST_END_TEST

/* The caps that are sent are among those that the pad declares. */
GST_START_TEST (test_caps_query_in_states)
{
  GstElement *source = test_source_new (emulator, MINUTE);
  g_autoptr (Watch) watch = watch_new (source, NULL);
  g_autoptr (GstCaps) current = NULL;
  g_autoptr (GstCaps) possible = NULL;

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  current = gst_pad_get_current_caps (watch->recording->pad);
  possible = gst_pad_query_caps (watch->recording->pad, NULL);
  g_assert_true (gst_caps_is_subset (current, possible));
  g_assert_true (gst_pad_query_accept_caps (watch->recording->pad, current));
  recording_stop (watch->recording);
  assert_all_caps (source, "width=(int)[1,MAX],height=(int)[1,MAX]");
}
GST_END_TEST

/* Without a URI, the query is not answered. */
GST_START_TEST (test_uri_query_without_a_stream)
{
  g_autoptr (GstElement) source = gst_object_ref_sink (g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL));
  g_autoptr (GstQuery) query = gst_query_new_uri ();
  g_autofree char *uri = NULL;

  if (gst_element_query (source, query))
    gst_query_parse_uri (query, &uri);
  g_assert_null (uri);
}
GST_END_TEST

/* What an application sends downstream */

static GstEvent *
make_custom (GstEventType type, const char *name)
{
  return gst_event_new_custom (type, gst_structure_new_empty (name));
}

static GstEvent *
make_tags (const char *comment)
{
  return gst_event_new_tag (gst_tag_list_new (GST_TAG_COMMENT, comment, NULL));
}

static void
send (Watch *watch, GstEvent *event)
{
  g_assert_true (gst_element_send_event (watch->recording->source, event));
}

/* They come between the stills where they were sent, in their order, and all of them. */
GST_START_TEST (test_serialized_events)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, "2026-11-20T08:00:12Z"), NULL);
  g_autofree char *comment = NULL;

  hold (watch, 1);
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  wait_for_hold (watch);
  send (watch, make_tags ("first"));
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM, "second"));
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, "third"));
  send (watch, make_tags ("fourth"));
  g_assert_cmpuint (count_events (watch, GST_EVENT_CUSTOM_DOWNSTREAM), ==, 0);
  release (watch);
  recording_finish (watch->recording);
  recording_assert_lines (watch->recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\ntag\n"
      "custom-downstream\ncustom-downstream-sticky\ntag\nstill 2\nstill 3\neos");
  g_assert_true (gst_tag_list_get_string (watch->recording->tags, GST_TAG_COMMENT, &comment));
  g_assert_cmpstr (comment, ==, "fourth");
}
GST_END_TEST

/* In PAUSED before the first reply they wait behind SEGMENT. */
GST_START_TEST (test_serialized_events_before_the_first_still)
{
  g_autoptr (Watch) watch = NULL;

  watch = open_with ("GetImages:1:latency=300ms");
  g_object_set (watch->recording->source, "num-buffers", 1, NULL);
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM, "waits"));
  g_assert_cmpuint (count_events (watch, GST_EVENT_CUSTOM_DOWNSTREAM), ==, 0);
  hold (watch, 1);
  wait_for_hold (watch);
  recording_assert_lines (watch->recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ncustom-downstream\ntag\nstill 0 discont\n"
      "still 1");
  release (watch);
  recording_stop (watch->recording);
}
GST_END_TEST

/* Behind the last still they come ahead of EOS, also of one from outside, and each of them once. */
GST_START_TEST (test_serialized_events_before_eos)
{
  g_autoptr (Watch) watch = watch_new (make_source_of_two (), NULL);

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  recording_wait_for_stills (watch->recording, 2);
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM, "last"));
  assert_ends (watch, send_eos (watch, TO_ELEMENT));
  recording_assert_lines (watch->recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\n"
      "custom-downstream\neos");
}
GST_END_TEST

/* Like a seek in READY, they wait for the next session, and only for that one. */
GST_START_TEST (test_serialized_events_in_ready)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, "2026-11-20T08:00:03Z"), NULL);

  send (watch, make_tags ("early"));
  for (guint i = 0; i < 2; i++) {
    recording_forget (watch->recording);
    gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    recording_assert_lines (watch->recording,
        i == 0 ? "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\ntag\nstill 0 discont\neos"
               : "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\neos");
    recording_set_state (watch->recording, GST_STATE_READY);
  }
}
GST_END_TEST

GST_START_TEST (test_oob_event)
{
  g_autoptr (Watch) watch = watch_new (make_source_of_two (), NULL);

  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  recording_wait_for_stills (watch->recording, 2);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 2, RECORDING_TIMEOUT_US));
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM, "later"));
  send (watch, make_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB, "at-once"));
  g_assert_cmpuint (count_events (watch, GST_EVENT_CUSTOM_DOWNSTREAM_OOB), ==, 1);
  g_assert_cmpuint (count_events (watch, GST_EVENT_CUSTOM_DOWNSTREAM), ==, 0);
  recording_stop (watch->recording);
}
GST_END_TEST

/* Only the element itself sends these events. */
GST_START_TEST (test_refused_events)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("image/png");
  GstElement *source = watch->recording->source;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  recording_set_state (watch->recording, GST_STATE_PAUSED);
  g_assert_false (gst_element_send_event (source, gst_event_new_stream_start ("other")));
  g_assert_false (gst_element_send_event (source, gst_event_new_caps (caps)));
  g_assert_false (gst_element_send_event (source, gst_event_new_segment (&segment)));
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  recording_finish (watch->recording);
  g_assert_cmpuint (watch->recording->segments->len, ==, 1);
  g_assert_cmpuint (watch->recording->caps->len, ==, 1);
  g_assert_cmpuint (count_events (watch, GST_EVENT_STREAM_START), ==, 1);
  g_assert_cmpuint (watch->recording->buffers->len, ==, 20);
}
GST_END_TEST

static GstEvent *
make_key_press (void)
{
  return gst_event_new_navigation (gst_structure_new ("application/x-gst-navigation", "event",
      G_TYPE_STRING, "key-press", "key", G_TYPE_STRING, "Left", NULL));
}

/* To the pad as from downstream, and to the element as from an application. */
GST_START_TEST (test_upstream_events)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  for (guint i = 0; i < 2; i++) {
    GstEvent *taken[] = {
        gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, 20 * GST_MSECOND, 0),
        gst_event_new_latency (GST_SECOND),
        gst_event_new_reconfigure (),
    };
    GstEvent *untaken[] = {
        make_key_press (),
        gst_event_new_step (GST_FORMAT_BUFFERS, 1, 1, TRUE, FALSE),
        make_custom (GST_EVENT_CUSTOM_UPSTREAM, "whatever"),
    };

    for (guint j = 0; j < G_N_ELEMENTS (taken); j++)
      g_assert_true (i == 0 ? gst_pad_send_event (watch->recording->pad, taken[j])
                            : gst_element_send_event (watch->recording->source, taken[j]));
    for (guint j = 0; j < G_N_ELEMENTS (untaken); j++)
      g_assert_false (i == 0 ? gst_pad_send_event (watch->recording->pad, untaken[j])
                             : gst_element_send_event (watch->recording->source, untaken[j]));
  }
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  recording_finish (watch->recording);
  g_assert_cmpuint (watch->recording->buffers->len, ==, 20);
  g_assert_cmpuint (watch->recording->segments->len, ==, 1);
}
GST_END_TEST

/* Seeks that keep the place */

#define LONG_INTERVAL (60 * GST_SECOND)

static gint64
query_position (GstElement *element)
{
  gint64 position;

  g_assert_true (gst_element_query_position (element, GST_FORMAT_TIME, &position));
  return position;
}

/* Waits until the sink waits for the next still. */
static void
wait_for_clock (StepClock *clock)
{
  g_assert_true (step_clock_wait (clock, g_get_monotonic_time () + RECORDING_TIMEOUT_US));
}

/* A still a minute, a second and a half after @n of them have been shown. */
static Watch *
watch_long_stills (StepClock *clock, guint n)
{
  GstElement *source = test_source_new (emulator, TEN_MINUTES);
  Watch *watch;

  g_object_set (source, "sampling-interval", 60000, NULL);
  watch = watch_new (source, "fakesink sync=true");
  gst_pipeline_use_clock (GST_PIPELINE (watch->recording->pipeline), GST_CLOCK (clock));
  recording_set_state (watch->recording, GST_STATE_PLAYING);
  for (guint i = 1; i < n; i++) {
    wait_for_clock (clock);
    step_clock_step (clock);
    recording_wait_for_stills (watch->recording, i + 2);
  }
  wait_for_clock (clock);
  step_clock_advance (clock, 1500 * GST_MSECOND);
  return watch;
}

/* Seeks while the sink waits, so that nothing is pushed, and returns the position once the still is shown. */
static gint64
change_rate (Watch *watch, StepClock *clock, gdouble rate, GstSeekType start_type,
    GstSeekType stop_type, gint64 stop)
{
  Recording *recording = watch->recording;

  if (clock != NULL)
    wait_for_clock (clock);
  recording_forget (recording);
  g_assert_true (gst_element_seek (
      recording->pipeline, rate, GST_FORMAT_TIME, FLUSH, start_type, 0, stop_type, stop));
  g_assert_cmpint (
      gst_element_get_state (recording->pipeline, NULL, NULL, RECORDING_TIMEOUT_US * GST_USECOND),
      ==, GST_STATE_CHANGE_SUCCESS);
  recording_wait_for_stills (recording, 1);
  return query_position (recording->pipeline);
}

static guint64
get_offset (Watch *watch, guint i)
{
  return GST_BUFFER_OFFSET (g_ptr_array_index (watch->recording->buffers, i));
}

static void
assert_near (gint64 position, gint64 expected)
{
  g_assert_cmpint (ABS (position - expected), <=, (gint64)(100 * GST_MSECOND));
}

GST_START_TEST (test_keeps_place_forward)
{
  static const gdouble rates[] = {2, 0.5, 1, 30};

  for (guint n = 1; n <= 2; n++) {
    for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
      g_autoptr (StepClock) clock = step_clock_new ();
      g_autoptr (Watch) watch = watch_long_stills (clock, n);
      const gint64 begin = (gint64)((n - 1) * LONG_INTERVAL);
      const gint64 place = begin + 1500 * (gint64)GST_MSECOND;

      assert_near (query_position (watch->recording->pipeline), place);
      assert_near (
          change_rate (watch, clock, rates[i], GST_SEEK_TYPE_NONE, GST_SEEK_TYPE_NONE, -1), place);
      recording_wait_for_stills (watch->recording, 2);
      wait_for_clock (clock);
      assert_near (query_position (watch->recording->pipeline), place);
      g_assert_cmpuint (get_offset (watch, 0), ==, n - 1);
      g_assert_cmpuint (get_offset (watch, 1), ==, n);
      g_assert_cmpint ((gint64)watch->recording->segment.start, ==, place);
      g_assert_cmpfloat (watch->recording->segment.rate, ==, rates[i]);

      /* It goes on from there: halfway to the next still, and to it. */
      step_clock_advance (clock, (GstClockTime)(20 * (gdouble)GST_SECOND / rates[i]));
      assert_near (query_position (watch->recording->pipeline), place + 20 * (gint64)GST_SECOND);
      wait_for_clock (clock);
      step_clock_step (clock);
      assert_near (query_position (watch->recording->pipeline), begin + (gint64)LONG_INTERVAL);
      recording_stop (watch->recording);
    }
  }
}
GST_END_TEST

/* The rest of the way back is in the still that is shown, if it is the first. */
GST_START_TEST (test_keeps_place_in_reverse)
{
  for (guint n = 1; n <= 2; n++) {
    g_autoptr (StepClock) clock = step_clock_new ();
    g_autoptr (Watch) watch = watch_long_stills (clock, n);
    const gint64 place = (gint64)((n - 1) * LONG_INTERVAL + 1500 * GST_MSECOND);

    assert_near (change_rate (watch, clock, -1, n == 1 ? GST_SEEK_TYPE_SET : GST_SEEK_TYPE_NONE,
                     GST_SEEK_TYPE_NONE, -1),
        place);
    g_assert_cmpuint (get_offset (watch, 0), ==, n - 1);
    g_assert_cmpint ((gint64)watch->recording->segment.stop, ==, place);
    g_assert_cmpuint (watch->recording->segment.start, ==, 0);
    for (guint i = 0; i < n; i++) {
      wait_for_clock (clock);
      g_assert_cmpint (query_position (watch->recording->pipeline), <=, place);
      step_clock_step (clock);
    }
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    g_assert_cmpuint (watch->recording->buffers->len, ==, n);
    g_assert_cmpint (query_position (watch->recording->pipeline), ==, 0);
    recording_stop (watch->recording);
  }
}
GST_END_TEST

/* Forward and back again shows the same still. */
GST_START_TEST (test_keeps_place_there_and_back)
{
  g_autoptr (StepClock) clock = step_clock_new ();
  g_autoptr (Watch) watch = watch_long_stills (clock, 1);
  const gint64 place = 1500 * (gint64)GST_MSECOND;

  for (guint i = 0; i < 5; i++) {
    assert_near (change_rate (watch, clock, -1, GST_SEEK_TYPE_SET, GST_SEEK_TYPE_NONE, -1), place);
    g_assert_cmpuint (get_offset (watch, 0), ==, 0);
    assert_near (change_rate (watch, clock, 1, GST_SEEK_TYPE_NONE, GST_SEEK_TYPE_SET, -1), place);
    g_assert_cmpuint (get_offset (watch, 0), ==, 0);
  }
  recording_stop (watch->recording);
}
GST_END_TEST

/* The new stop may even be within the still that is shown. */
GST_START_TEST (test_keeps_place_with_another_stop)
{
  static const gint64 stops[] = {150 * GST_SECOND, 60 * GST_SECOND, 2 * GST_SECOND, -1};

  for (guint i = 0; i < G_N_ELEMENTS (stops); i++) {
    g_autoptr (StepClock) clock = step_clock_new ();
    g_autoptr (Watch) watch = watch_long_stills (clock, 1);
    const gint64 place = 1500 * (gint64)GST_MSECOND;
    guint n_stills = stops[i] < 0 ? 10 : (guint)((stops[i] - 1) / (gint64)LONG_INTERVAL + 1);

    assert_near (
        change_rate (watch, clock, 1, GST_SEEK_TYPE_NONE, GST_SEEK_TYPE_SET, stops[i]), place);
    g_assert_cmpuint (get_offset (watch, 0), ==, 0);
    g_assert_cmpint ((gint64)watch->recording->segment.start, ==, place);
    g_assert_cmpint ((gint64)watch->recording->segment.stop, ==, stops[i]);
    for (guint j = 0; j < n_stills; j++) {
      wait_for_clock (clock);
      step_clock_step (clock);
      if (j + 1 < n_stills)
        recording_wait_for_stills (watch->recording, j + 2);
    }
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    g_assert_cmpuint (watch->recording->buffers->len, ==, n_stills);
    recording_stop (watch->recording);
  }
}
GST_END_TEST

/* In PAUSED the clock does not run. */
GST_START_TEST (test_keeps_place_in_paused)
{
  g_autoptr (StepClock) clock = step_clock_new ();
  g_autoptr (Watch) watch = watch_long_stills (clock, 2);
  const gint64 place = (gint64)(LONG_INTERVAL + 1500 * GST_MSECOND);

  recording_set_state (watch->recording, GST_STATE_PAUSED);
  step_clock_advance (clock, 1000 * GST_SECOND);
  assert_near (change_rate (watch, NULL, 3, GST_SEEK_TYPE_NONE, GST_SEEK_TYPE_NONE, -1), place);
  g_assert_cmpuint (get_offset (watch, 0), ==, 1);
  assert_near (change_rate (watch, NULL, -3, GST_SEEK_TYPE_NONE, GST_SEEK_TYPE_NONE, -1), place);
  g_assert_cmpuint (get_offset (watch, 0), ==, 1);
  recording_stop (watch->recording);
}
GST_END_TEST

/* Trick modes */

typedef struct {
  GstElement *source;
  gint64 first, last, min, max;
  guint n;
} Positions;

/* The position of the element while a still is pushed. */
static GstPadProbeReturn
note_position_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Positions *positions = user_data;
  gint64 position = query_position (positions->source);

  if (positions->n++ == 0)
    positions->first = positions->min = positions->max = position;
  positions->last = position;
  positions->min = MIN (positions->min, position);
  positions->max = MAX (positions->max, position);
  return GST_PAD_PROBE_OK;
}

/* Plays @seconds with a still each second. */
static Watch *
play_trick_mode (guint seconds, gdouble rate, Positions *positions)
{
  g_autofree char *end = g_strdup_printf ("2026-11-20T08:00:%02uZ", seconds);
  GstElement *source = test_source_new (emulator, end);
  Watch *watch;

  *positions = (Positions){.source = source};
  g_object_set (source, "sampling-interval", 1000, NULL);
  watch = watch_new (source, NULL);
  gst_pad_add_probe (
      watch->recording->pad, GST_PAD_PROBE_TYPE_BUFFER, note_position_cb, positions, NULL);
  g_assert_true (gst_element_seek (source, rate, GST_FORMAT_TIME, FLUSH | GST_SEEK_FLAG_TRICKMODE,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, -1));
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  return watch;
}

/* The durations of the stills cover the whole range, one behind the other. */
static void
assert_covers (Watch *watch, GstClockTime end)
{
  const GPtrArray *stills = watch->recording->buffers;
  const gboolean is_reverse = watch->recording->segment.rate < 0;
  GstClockTime covered = 0;

  for (guint i = 0; i < stills->len; i++) {
    GstBuffer *buffer = g_ptr_array_index (stills, is_reverse ? stills->len - 1 - i : i);

    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, covered);
    covered += GST_BUFFER_DURATION (buffer);
  }
  g_assert_cmpuint (covered, ==, end);
}

GST_START_TEST (test_trick_modes)
{
  static const struct {
    guint seconds;
    gdouble rate;
    guint n;
  } rows[] = {
      {40, 3, 14},
      {40, 7, 6},
      {40, 1, 40},
      {40, 100, 1},
      {40, 2.5, 14},
      {42, -7, 6},
      {40, -7, 6},
      {41, -7, 6},
      {43, -7, 7},
      {40, -3, 14},
      {40, -100, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const gint64 end = rows[i].seconds * (gint64)GST_SECOND;
    Positions positions;
    g_autoptr (Watch) watch = play_trick_mode (rows[i].seconds, rows[i].rate, &positions);

    g_assert_null (watch->recording->error);
    g_assert_cmpuint (watch->recording->buffers->len, ==, rows[i].n);
    assert_covers (watch, (GstClockTime)end);
    g_assert_cmpint (positions.max, <=, end);
    g_assert_cmpint (positions.min, >=, 0);
    g_assert_cmpint (positions.last, ==, rows[i].rate > 0 ? end : 0);
    g_assert_cmpint (query_position (watch->recording->source), ==, rows[i].rate > 0 ? end : 0);
    recording_stop (watch->recording);
  }
}
GST_END_TEST

/* In part of the range, which neither begins nor ends on the grid of the stride. */
GST_START_TEST (test_trick_modes_of_a_part)
{
  static const gdouble rates[] = {3, -3, 7, -7, 20, -20};

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
    const GPtrArray *stills = watch->recording->buffers;
    GstBuffer *first, *last;
    guint stride = (guint)ABS (rates[i]);

    g_object_set (watch->recording->source, "sampling-interval", 1000, NULL);
    g_assert_true (gst_element_seek (watch->recording->source, rates[i], GST_FORMAT_TIME,
        FLUSH | GST_SEEK_FLAG_TRICKMODE, GST_SEEK_TYPE_SET, 5 * GST_SECOND, GST_SEEK_TYPE_SET,
        31 * GST_SECOND));
    gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
    g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
    first = g_ptr_array_index (stills, rates[i] > 0 ? 0 : stills->len - 1);
    last = g_ptr_array_index (stills, rates[i] > 0 ? stills->len - 1 : 0);
    g_assert_cmpuint (stills->len, ==, (26 + stride - 1) / stride);
    g_assert_cmpuint (GST_BUFFER_PTS (first), ==, 5 * GST_SECOND);
    g_assert_cmpuint (GST_BUFFER_PTS (last) + GST_BUFFER_DURATION (last), ==, 31 * GST_SECOND);
    recording_stop (watch->recording);
  }
}
GST_END_TEST

/* Ranges without any still */

static guint
count_not_found (Watch *watch)
{
  const GPtrArray *warnings = watch->recording->warnings;
  guint n = 0;

  for (guint i = 0; i < warnings->len; i++) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_warning (g_ptr_array_index (warnings, i), &error, NULL);
    if (g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND)) {
      g_assert_nonnull (strstr (error->message, TEST_SOURCE_START));
      n++;
    }
  }
  return n;
}

static void
assert_warns_once (void)
{
  g_autoptr (Watch) watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  Recording *recording = watch->recording;

  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  g_assert_cmpuint (recording->gaps->len, ==, 20);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (gst_element_seek (recording->pipeline, i == 1 ? -1 : 1, GST_FORMAT_TIME,
        FLUSH | (i == 2 ? GST_SEEK_FLAG_SEGMENT : 0), GST_SEEK_TYPE_SET,
        (gint64)(i * 3 * GST_SECOND), GST_SEEK_TYPE_SET, 30 * GST_SECOND));
    g_assert_cmpint (
        recording_wait (recording), ==, i == 2 ? GST_MESSAGE_SEGMENT_DONE : GST_MESSAGE_EOS);
  }
  g_assert_cmpuint (recording->buffers->len, ==, 0);
  g_assert_null (recording->error);
  g_assert_cmpuint (count_not_found (watch), ==, 1);

  /* The next session may report it again. */
  recording_set_state (recording, GST_STATE_READY);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpuint (count_not_found (watch), ==, 2);
}

GST_START_TEST (test_no_still)
{
  static const char *const ranges[] = {"entries", "list", "404", "400"};

  test_source_set_stream (emulator, "gap=0+600");
  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    test_source_configure (emulator, "empty-range", ranges[i]);
    assert_warns_once ();
  }
}
GST_END_TEST

GST_START_TEST (test_no_still_is_refused)
{
  static const char *const faults[] = {
      "GetImages:*:status=404,code=ResourceNotFoundException",
      "GetImages:*:status=400,code=InvalidArgumentException",
      "ListFragments:*:status=400,code=AccessDeniedException",
  };

  test_source_set_stream (emulator, "gap=0+600");
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    test_source_configure (emulator, "fault", "none");
    test_source_configure (emulator, "fault", faults[i]);
    assert_warns_once ();
  }
}
GST_END_TEST

/* A range that was not read to its end is not reported as without stills. */
GST_START_TEST (test_no_still_in_a_part)
{
  static const struct {
    gdouble rate;
    GstSeekFlags flags;
    guint64 max_items;
    GstClockTime start, stop;
    const char *words;
  } rows[] = {
      {1, 0, 0, 6, 12, "from 2026-11-20T08:00:06Z to 2026-11-20T08:00:12Z."},
      {-1, 0, 0, 6, 12, "from 2026-11-20T08:00:06Z to 2026-11-20T08:00:12Z."},
      {1, 0, 2, 6, 60, "from 2026-11-20T08:00:06Z to 2026-11-20T08:00:12Z."},
      {-1, 0, 2, 0, 15, "from 2026-11-20T08:00:09Z to 2026-11-20T08:00:15Z."},
      {4, GST_SEEK_FLAG_TRICKMODE, 1, 0, 60, "from 2026-11-20T08:00:00Z to 2026-11-20T08:00:12Z."},
      {1, 0, 0, 30, 60, "from 2026-11-20T08:00:30Z to 2026-11-20T08:01:00Z."},
      {1, 0, 100, 0, 60, "from 2026-11-20T08:00:00Z to 2026-11-20T08:01:00Z."},
  };

  test_source_set_stream (emulator, "gap=0+600");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstElement *source = test_source_new (emulator, MINUTE);
    g_autoptr (Watch) watch = watch_new (source, NULL);
    g_autoptr (GError) error = NULL;

    g_object_set (source, "max-items", rows[i].max_items, NULL);
    g_assert_true (gst_element_seek (source, rows[i].rate, GST_FORMAT_TIME, FLUSH | rows[i].flags,
        GST_SEEK_TYPE_SET, (gint64)(rows[i].start * GST_SECOND), GST_SEEK_TYPE_SET,
        (gint64)(rows[i].stop * GST_SECOND)));
    gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
    recording_finish (watch->recording);
    g_assert_cmpuint (watch->recording->warnings->len, ==, 1);
    gst_message_parse_warning (g_ptr_array_index (watch->recording->warnings, 0), &error, NULL);
    if (strstr (error->message, rows[i].words) == NULL)
      g_error ("row %u: %s", i, error->message);
  }
}
GST_END_TEST

/* Media without any image means no still, too. */
GST_START_TEST (test_no_still_but_media)
{
  test_source_set_stream (emulator, "audio-only=0+600");
  assert_warns_once ();
}
GST_END_TEST

/* A seek leaves the gap before its end is reported. */
GST_START_TEST (test_a_still_after_a_seek)
{
  g_autoptr (Watch) watch = NULL;

  test_source_set_stream (emulator, "gap=0+30");
  watch = watch_new (test_source_new (emulator, MINUTE), NULL);
  g_assert_true (gst_element_seek (watch->recording->source, 1, GST_FORMAT_TIME, FLUSH,
      GST_SEEK_TYPE_SET, 24 * GST_SECOND, GST_SEEK_TYPE_SET, 36 * GST_SECOND));
  gst_element_set_state (watch->recording->pipeline, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (watch->recording), ==, GST_MESSAGE_EOS);
  seek_to (watch, 0);
  recording_finish (watch->recording);
  g_assert_cmpuint (count_not_found (watch), ==, 0);
}
GST_END_TEST

static void
add_eos_tests (TCase *eos)
{
  tcase_add_loop_test (eos, test_eos_while_a_still_is_pushed, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_while_a_page_is_awaited, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_before_the_first_reply, 0, 2 * N_TARGETS);
  tcase_add_loop_test (eos, test_eos_after_preroll, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_that_a_flush_overtakes, 0, 2 * N_TARGETS);
  tcase_add_loop_test (eos, test_eos_while_live_in_paused, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_before_the_first_live_still, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_after_segment_done, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_after_eos, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_after_an_error, 0, N_TARGETS);
  tcase_add_loop_test (eos, test_eos_during_a_flush, 0, N_TARGETS);
  tcase_add_test (eos, test_eos_without_a_session);
  tcase_add_test (eos, test_eos_at_any_time);
}

static void
add_message_tests (TCase *messages)
{
  tcase_add_test (messages, test_progress_of_eos);
  tcase_add_test (messages, test_progress_of_flushes);
  tcase_add_test (messages, test_progress_of_a_stop_while_flushing);
  tcase_add_test (messages, test_progress_of_seeks);
  tcase_add_test (messages, test_progress_of_downstream);
  tcase_add_test (messages, test_progress_of_restarts);
  tcase_add_test (messages, test_seqnums_without_a_seek);
  tcase_add_loop_test (messages, test_seqnums_of_seeks, 0, 4);
  tcase_add_test (messages, test_seqnum_of_a_seek_in_ready);
  tcase_add_test (messages, test_seqnum_of_segment_start);
  tcase_add_test (messages, test_seqnums_of_a_flush);
  tcase_add_test (messages, test_group_ids);
  tcase_add_test (messages, test_stream_status);
  tcase_add_test (messages, test_stream_status_of_stops);
  tcase_add_test (messages, test_no_still);
  tcase_add_test (messages, test_no_still_is_refused);
  tcase_add_test (messages, test_no_still_in_a_part);
  tcase_add_test (messages, test_no_still_but_media);
  tcase_add_test (messages, test_a_still_after_a_seek);
}

static void
add_query_tests (TCase *queries)
{
  tcase_add_test (queries, test_queries);
  tcase_add_test (queries, test_caps_query);
  tcase_add_test (queries, test_caps_query_in_states);
  tcase_add_test (queries, test_uri_query_without_a_stream);
}

static void
add_sent_tests (TCase *sent)
{
  tcase_add_test (sent, test_serialized_events);
  tcase_add_test (sent, test_serialized_events_before_the_first_still);
  tcase_add_test (sent, test_serialized_events_before_eos);
  tcase_add_test (sent, test_serialized_events_in_ready);
  tcase_add_test (sent, test_oob_event);
  tcase_add_test (sent, test_refused_events);
  tcase_add_test (sent, test_upstream_events);
}

static void
add_place_tests (TCase *places)
{
  tcase_add_test (places, test_keeps_place_forward);
  tcase_add_test (places, test_keeps_place_in_reverse);
  tcase_add_test (places, test_keeps_place_there_and_back);
  tcase_add_test (places, test_keeps_place_with_another_stop);
  tcase_add_test (places, test_keeps_place_in_paused);
  tcase_add_test (places, test_trick_modes);
  tcase_add_test (places, test_trick_modes_of_a_part);
}

static Suite *
kvs_image_src_events_suite (void)
{
  static const struct {
    const char *name;
    void (*add) (TCase *tcase);
  } cases[] = {
      {"eos", add_eos_tests},
      {"messages", add_message_tests},
      {"queries", add_query_tests},
      {"sent", add_sent_tests},
      {"places", add_place_tests},
  };
  Suite *suite = suite_create ("kvsimagesrc-events");

  test_environment_clear ();
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    TCase *tcase = tcase_create (cases[i].name);

    tcase_add_checked_fixture (tcase, set_up, tear_down);
    tcase_set_timeout (tcase, 60);
    suite_add_tcase (suite, tcase);
    cases[i].add (tcase);
  }
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_events)
