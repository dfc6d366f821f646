/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests calls from several threads at the same time or from the streaming thread: seeks, flushes, pauses,
 * stops, and pads that are blocked or relinked. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "takingpad.h"
#include "testenvironment.h"
#include "testsource.h"

#include <gst/check/gstcheck.h>
#include <gst/check/gstconsistencychecker.h>

#include <string.h>

/* Twenty samples, or 200; with SHORT_MS between them, 300 or 3,000. */
#define MINUTE "2026-11-20T08:01:00Z"
#define TEN_MINUTES "2026-11-20T08:10:00Z"
#define TEN_HOURS "2026-11-20T18:00:00Z"
#define SHORT_MS 200

#define NONE GST_CLOCK_TIME_NONE
#define FLUSH GST_SEEK_FLAG_FLUSH

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

static GstEvent *
make_seek (gdouble rate, GstSeekFlags flags, GstClockTime start, GstClockTime stop)
{
  return gst_event_new_seek (rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, (gint64)start,
      GST_SEEK_TYPE_SET, (gint64)stop);
}

static void
seek (Recording *recording, GstSeekFlags flags, GstClockTime start)
{
  g_assert_true (gst_element_send_event (recording->pipeline, make_seek (1, flags, start, NONE)));
}

static void
clear_bus (Recording *recording)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);

  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
}

static void
assert_range (GArray *offsets, guint64 first, guint n)
{
  for (guint i = 0; i < MIN (offsets->len, n); i++)
    g_assert_cmpuint (g_array_index (offsets, guint64, i), ==, first + i);
  g_assert_cmpuint (offsets->len, ==, n);
}

static void
assert_each_once (Recording *recording, guint64 first, guint n)
{
  g_autoptr (GArray) offsets = recording_get_offsets (recording);

  g_assert_null (recording->error);
  assert_range (offsets, first, n);
}

/* After each FLUSH_STOP, of which there is none without a FLUSH_START, the samples begin behind a SEGMENT. What the
 * consistency checker says of flushes is not asked for on source pads. */
static void
assert_flushes (Recording *recording)
{
  gboolean is_flushing = FALSE, needs_segment = TRUE;

  for (guint i = 0; i < recording->lines->len; i++) {
    const char *line = g_ptr_array_index (recording->lines, i);

    if (g_str_equal (line, "flush-start")) {
      is_flushing = TRUE;
    } else if (g_str_equal (line, "flush-stop")) {
      if (!is_flushing)
        g_error ("line %u: there is nothing that flush-stop ends", i);
      is_flushing = FALSE;
      needs_segment = TRUE;
    } else if (g_str_equal (line, "segment")) {
      needs_segment = FALSE;
    } else if (!is_flushing && needs_segment && g_str_has_prefix (line, "still")) {
      g_error ("line %u: %s without a segment", i, line);
    }
  }
}

/* Waits until EOS is the last event on the pad. After an error the pipeline may post the EOS of the sink once
 * more; its handling of the error is complete once the EOS behind it has been pushed. */
static void
wait_for_eos (Recording *recording)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&recording->lock);
  gint64 end_us = g_get_monotonic_time () + RECORDING_TIMEOUT_US;

  while (!g_str_equal (g_ptr_array_index (recording->lines, recording->lines->len - 1), "eos")) {
    if (!g_cond_wait_until (&recording->changed, &recording->lock, end_us))
      g_error ("EOS does not come");
  }
}

/* Waits for an end that is not EOS. */
static void
wait_for_end (Recording *recording, GstMessageType end)
{
  GstMessageType type;

  do {
    type = recording_wait (recording);
  } while (type == GST_MESSAGE_EOS);
  g_assert_cmpint (type, ==, end);
  g_clear_pointer (&recording->error, gst_message_unref);
}

/* Pauses the pipeline, wherever it is, and plays from a defined place to the end. */
static void
end_with_a_seek (Recording *recording)
{
  g_autofree char *text = NULL;

  gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
  seek (recording, FLUSH, 594 * GST_SECOND);
  recording_set_state (recording, GST_STATE_PAUSED);
  clear_bus (recording);
  recording_set_state (recording, GST_STATE_PLAYING);
  wait_for_eos (recording);
  assert_each_once (recording, 198, 2);
  text = recording_get_text (recording);
  if (!g_str_has_suffix (text, "\nstill 198 discont\nstill 199\neos"))
    g_error ("%s", text + MAX ((gssize)strlen (text) - 200, 0));
  assert_flushes (recording);
}

/* Seeks in threads of their own */

typedef enum {
  BY_PIPELINE,
  BY_SOURCE,
  BY_PAD,
} Way;

typedef struct {
  Recording *recording;
  Way way;
  gboolean flushes; /* whether each of its seeks flushes */
  guint n;          /* how many there are at least */
  gint *n_others;   /* (nullable): how many threads are waited for */
  guint32 seed;
  GThread *thread;
} Seeker;

/* GST_SEEK_TYPE_NONE on both sides changes the rate alone. */
static GstEvent *
make_chance_seek (GRand *chance, gboolean flushes)
{
  static const gdouble rates[] = {1, 1, 1, 4, 0.5, -1, -4};
  gdouble rate = rates[g_rand_int_range (chance, 0, G_N_ELEMENTS (rates))];
  gint64 start = g_rand_int_range (chance, 0, 500000) * (gint64)GST_MSECOND;
  gint64 length = g_rand_int_range (chance, 1, 100000) * (gint64)GST_MSECOND;
  GstSeekFlags flags = flushes || g_rand_boolean (chance) ? FLUSH : 0;

  flags |= g_rand_int_range (chance, 0, 4) == 0 ? GST_SEEK_FLAG_SEGMENT : 0;
  flags |= g_rand_int_range (chance, 0, 4) == 0 ? GST_SEEK_FLAG_TRICKMODE : 0;
  flags |= g_rand_int_range (chance, 0, 4) == 0 ? GST_SEEK_FLAG_KEY_UNIT : 0;
  if (g_rand_int_range (chance, 0, 5) == 0)
    return gst_event_new_seek (
        rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1);
  return gst_event_new_seek (
      rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, start, GST_SEEK_TYPE_SET, start + length);
}

static gboolean
send_by (Recording *recording, Way way, GstEvent *event)
{
  if (way == BY_PAD)
    return gst_pad_send_event (recording->pad, event);
  return gst_element_send_event (way == BY_SOURCE ? recording->source : recording->pipeline, event);
}

/* The delay is meant to be random, so there is no condition to wait for. */
static gpointer
seeker_main (gpointer data)
{
  Seeker *self = data;
  g_autoptr (GRand) chance = g_rand_new_with_seed (self->seed);

  for (guint i = 0; i < self->n || (self->n_others && g_atomic_int_get (self->n_others) > 0); i++) {
    g_usleep (
        (gulong)g_rand_int_range (chance, 0, g_rand_int_range (chance, 0, 8) == 0 ? 20000 : 1000));
    send_by (self->recording, self->way, make_chance_seek (chance, self->flushes));
  }
  return NULL;
}

static void
seeker_start (Seeker *self)
{
  self->seed = g_random_int ();
  g_print ("seed %u\n", self->seed);
  self->thread = g_thread_new ("seeks", seeker_main, self);
}

/* A seek without a flush that is sent to an element holds its state lock while it waits for the stream. A sink whose
 * still was flushed away by another seek keeps the stream waiting until the pipeline, which needs that lock, plays again.
 * So such seeks go to the pad. */
GST_START_TEST (test_seeks_while_playing)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = NULL;
  Seeker seekers[] = {
      {.way = BY_PIPELINE, .flushes = TRUE}, {.way = BY_SOURCE, .flushes = TRUE}, {.way = BY_PAD}};

  test_source_configure (emulator, "fault", "GetImages:p=0.3:latency=0ms+10ms");
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  for (guint i = 0; i < G_N_ELEMENTS (seekers); i++) {
    seekers[i].recording = recording;
    seekers[i].n = 350;
    seeker_start (&seekers[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (seekers); i++)
    g_thread_join (seekers[i].thread);
  end_with_a_seek (recording);
}
GST_END_TEST

/* A seek that does not flush waits until a still has been taken, so here until another seek flushes: one thread has
 * such seeks, and the others go on until it is done. */
GST_START_TEST (test_seeks_while_paused)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_PAUSED);
  gint n_waiting = 1;
  Seeker seekers[] = {
      {.way = BY_PAD, .n = 200},
      {.way = BY_PIPELINE, .n = 400, .flushes = TRUE, .n_others = &n_waiting},
      {.way = BY_PAD, .n = 400, .flushes = TRUE, .n_others = &n_waiting},
  };

  for (guint i = 0; i < G_N_ELEMENTS (seekers); i++) {
    seekers[i].recording = recording;
    seeker_start (&seekers[i]);
  }
  g_thread_join (seekers[0].thread);
  g_atomic_int_set (&n_waiting, 0);
  g_thread_join (seekers[1].thread);
  g_thread_join (seekers[2].thread);
  end_with_a_seek (recording);
}
GST_END_TEST

static void
send_flush (Recording *recording, GRand *chance)
{
  g_assert_true (gst_element_send_event (recording->source, gst_event_new_flush_start ()));
  if (g_rand_boolean (chance))
    g_usleep ((gulong)g_rand_int_range (chance, 0, 500));
  g_assert_true (gst_element_send_event (recording->source, gst_event_new_flush_stop (TRUE)));
}

static gpointer
flusher_main (gpointer data)
{
  Seeker *self = data;
  g_autoptr (GRand) chance = g_rand_new_with_seed (self->seed);

  for (guint i = 0; i < self->n; i++) {
    send_flush (self->recording, chance);
    g_usleep ((gulong)g_rand_int_range (chance, 0, 2000));
  }
  return NULL;
}

/* Flushes through the element, with seeks of two threads in between. Flushes from downstream are left to the test of the
 * gate: GStreamer takes the SEGMENT off a pad to which FLUSH_STOP is sent, whatever streams there since a seek. */
GST_START_TEST (test_flushes_and_seeks)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = NULL;
  Seeker threads[] = {{.way = BY_SOURCE}, {.way = BY_SOURCE, .flushes = TRUE}, {.way = BY_PAD}};

  test_source_configure (emulator, "fault", "GetImages:p=0.3:latency=0ms+10ms");
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    threads[i].recording = recording;
    threads[i].n = 250;
    threads[i].seed = g_random_int ();
    g_print ("seed %u\n", threads[i].seed);
    threads[i].thread = g_thread_new ("flushes", i < 1 ? flusher_main : seeker_main, &threads[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i].thread);
  end_with_a_seek (recording);
}
GST_END_TEST

/* A flush while nothing has been pushed yet must not take STREAM_START with it. */
GST_START_TEST (test_flushes_at_the_beginning)
{
  for (guint i = 0; i < 50; i++) {
    g_autoptr (GstElement) source = test_source_new (emulator, "2026-11-20T08:00:06Z");
    g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
    g_autofree char *text = NULL;

    gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
    g_assert_true (gst_pad_send_event (recording->pad, make_seek (1, FLUSH, 0, NONE)));
    g_assert_true (gst_element_send_event (source, gst_event_new_flush_start ()));
    g_assert_true (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
    recording_set_state (recording, GST_STATE_PLAYING);
    recording_finish (recording);
    assert_each_once (recording, 0, 2);
    text = recording_get_text (recording);
    if (strstr (text, "stream-start") == NULL || strstr (text, "tag") == NULL)
      g_error ("%s", text);
  }
}
GST_END_TEST

/* Pauses */

/* Plays until so many stills have been pushed, and pauses wherever it is then; 500 times. */
static void
pause_often (Recording *recording, guint n_stills_between)
{
  for (guint i = 0; i < 500; i++) {
    recording_wait_for_stills (recording, (i + 1) * n_stills_between);
    gst_element_set_state (recording->pipeline, GST_STATE_PAUSED);
    gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  }
  recording_finish (recording);
}

GST_START_TEST (test_pauses)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = NULL;

  g_object_set (source, "sampling-interval", SHORT_MS, NULL);
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  pause_often (recording, 5);
  assert_each_once (recording, 0, 3000);
}
GST_END_TEST

/* At fifty times the speed a still takes 4 ms. */
GST_START_TEST (test_pauses_of_a_clock)
{
  g_autoptr (GstElement) source = test_source_new (emulator, "2026-11-20T08:02:00Z");
  g_autoptr (Recording) recording = NULL;

  g_object_set (source, "sampling-interval", SHORT_MS, NULL);
  recording = recording_start (source, "fakesink sync=true", GST_STATE_PAUSED);
  g_assert_true (gst_element_send_event (recording->pipeline, make_seek (50, FLUSH, 0, NONE)));
  recording_set_state (recording, GST_STATE_PAUSED);
  recording_forget (recording);
  recording_set_state (recording, GST_STATE_PLAYING);
  pause_often (recording, 1);
  assert_each_once (recording, 1, 599);
}
GST_END_TEST

/* The past is taken at once, so that there is enough to pause in. */
GST_START_TEST (test_pauses_of_what_is_live)
{
  g_autoptr (GstElement) source = test_source_new (emulator, NULL);
  g_autoptr (Recording) recording = NULL;

  test_source_configure (emulator, "stream", "door=prepared:512,live=true");
  g_object_set (source, "start-timestamp", "now-10m", "follow", TRUE, "sampling-interval", SHORT_MS,
      "availability-delay", 100, "max-items", (guint64)2600, NULL);
  recording = recording_start (source, NULL, GST_STATE_PLAYING);
  pause_often (recording, 5);
  assert_each_once (recording, 0, 2600);
}
GST_END_TEST

/* Restarts */

/* How many threads the reader of the source has. A GstTask that is stopped before it has run says that it has ended, and
 * not that it has begun. */
static GstBusSyncReply
count_threads_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  gint *n_threads = user_data;
  const GValue *object;
  GstStreamStatusType type;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_STREAM_STATUS)
    return GST_BUS_PASS;
  object = gst_message_get_stream_status_object (message);
  if (object != NULL && G_VALUE_HOLDS (object, GST_TYPE_TASK))
    return GST_BUS_PASS;
  gst_message_parse_stream_status (message, &type, NULL);
  if (type == GST_STREAM_STATUS_TYPE_ENTER)
    g_atomic_int_inc (n_threads);
  else if (type == GST_STREAM_STATUS_TYPE_LEAVE)
    g_atomic_int_add (n_threads, -1);
  return GST_BUS_PASS;
}

/* The seeking threads never pause, so that their seeks come during each state change, and stills are pushed
 * only now and then. */
GST_START_TEST (test_restarts_and_seeks)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);
  gint n_others = 1, n_threads = 0;
  Seeker seekers[] = {
      {.way = BY_PAD, .n_others = &n_others},
      {.way = BY_PAD, .n_others = &n_others, .flushes = TRUE},
      {.way = BY_SOURCE, .n_others = &n_others, .flushes = TRUE},
  };

  gst_bus_set_sync_handler (bus, count_threads_cb, &n_threads, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (seekers); i++) {
    seekers[i].recording = recording;
    seeker_start (&seekers[i]);
  }
  for (guint i = 0; i < 100; i++) {
    gst_element_set_state (recording->pipeline, i % 3 == 0 ? GST_STATE_PAUSED : GST_STATE_PLAYING);
    g_usleep ((gulong)g_random_int_range (0, 10000));
    gst_element_set_state (recording->pipeline, GST_STATE_READY);
    g_assert_cmpint (g_atomic_int_get (&n_threads), ==, 0);
    g_assert_null (GST_PAD_TASK (recording->pad));
    clear_bus (recording);
    recording_forget (recording);
    gst_consistency_checker_reset (recording->checker);
  }
  g_atomic_int_set (&n_others, 0);
  for (guint i = 0; i < G_N_ELEMENTS (seekers); i++)
    g_thread_join (seekers[i].thread);

  g_assert_true (gst_element_send_event (source, make_seek (1, FLUSH, 594 * GST_SECOND, NONE)));
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_wait (recording);
  assert_each_once (recording, 198, 2);
  gst_element_set_state (recording->pipeline, GST_STATE_READY);
  g_assert_cmpint (n_threads, ==, 0);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
}
GST_END_TEST

/* Blocked pads */

typedef struct {
  GMutex lock; /* guards all that follows */
  GCond changed;
  guint n_passing; /* buffers that pass before */
  guint n_blocked;
} Block;

static void
block_init (Block *self, guint n_passing)
{
  *self = (Block){.n_passing = n_passing};
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

static void
block_clear (Block *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

static GstPadProbeReturn
block_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Block *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->n_passing > 0 && !(info->type & GST_PAD_PROBE_TYPE_IDLE)) {
    self->n_passing -= info->type & GST_PAD_PROBE_TYPE_BUFFER ? 1 : 0;
    return GST_PAD_PROBE_PASS;
  }
  self->n_blocked++;
  g_cond_broadcast (&self->changed);
  return GST_PAD_PROBE_OK;
}

static void
block_wait (Block *self, guint n_blocked)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->n_blocked < n_blocked)
    g_cond_wait (&self->changed, &self->lock);
}

static GstPadProbeReturn
note_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GString *text = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    g_string_append_printf (
        text, "%" G_GUINT64_FORMAT " ", GST_BUFFER_OFFSET (GST_PAD_PROBE_INFO_BUFFER (info)));
  else
    g_string_append_printf (text, "%s ", GST_EVENT_TYPE_NAME (GST_PAD_PROBE_INFO_EVENT (info)));
  return GST_PAD_PROBE_OK;
}

/* Records the data on @pad in @text, which may be read while no data flows. */
static void
note (GstPad *pad, GString *text)
{
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_cb, text, NULL);
}

typedef struct {
  Recording *recording;
  GString *text; /* what has come to the sink */
  Block block;
  gulong probe;
  gboolean is_idle;
} Blocked;

/* Ten minutes, and the pad is blocked in the middle of them: as a buffer comes, or between two. */
static void
blocked_init (Blocked *self, GstElement *source, gboolean is_idle)
{
  g_autoptr (GstPad) peer = NULL;

  self->is_idle = is_idle;
  block_init (&self->block, 5);
  self->text = g_string_new (NULL);
  self->recording = recording_start (source, NULL, GST_STATE_READY);
  peer = gst_pad_get_peer (self->recording->pad);
  note (peer, self->text);
  if (!is_idle)
    self->probe = gst_pad_add_probe (
        self->recording->pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, block_cb, &self->block, NULL);
  gst_element_set_state (self->recording->pipeline, GST_STATE_PLAYING);
  if (is_idle) {
    recording_wait_for_stills (self->recording, 5);
    self->probe = gst_pad_add_probe (
        self->recording->pad, GST_PAD_PROBE_TYPE_IDLE, block_cb, &self->block, NULL);
  }
  block_wait (&self->block, 1);
}

static void
blocked_end (Blocked *self)
{
  gst_pad_remove_probe (self->recording->pad, self->probe);
  self->probe = 0;
}

static void
blocked_clear (Blocked *self)
{
  if (self->probe != 0)
    blocked_end (self);
  recording_free (self->recording);
  g_string_free (self->text, TRUE);
  block_clear (&self->block);
}

/* Each loop of these tests has another kind of probe. */
GST_START_TEST (test_blocked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, __i__ > 0);
  blocked_end (&blocked);
  recording_finish (blocked.recording);
  assert_each_once (blocked.recording, 0, 200);
  blocked_clear (&blocked);
}
GST_END_TEST

/* The second seek finds the pad in the state in which the first one left it. */
GST_START_TEST (test_seeks_while_blocked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, __i__ > 0);
  seek (blocked.recording, FLUSH, 0);
  if (!blocked.is_idle)
    block_wait (&blocked.block, 2);
  seek (blocked.recording, FLUSH, 591 * GST_SECOND);
  blocked_end (&blocked);
  recording_finish (blocked.recording);
  assert_each_once (blocked.recording, 197, 3);
  assert_flushes (blocked.recording);
  blocked_clear (&blocked);
}
GST_END_TEST

static gpointer
seek_without_flush_main (gpointer data)
{
  Recording *recording = data;

  g_assert_true (gst_pad_send_event (recording->pad, make_seek (1, 0, 594 * GST_SECOND, NONE)));
  return NULL;
}

/* The seek waits for the stream, and the blocked data passes before it. */
GST_START_TEST (test_seek_without_flush_while_blocked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (GArray) offsets = NULL;
  GThread *thread;
  Blocked blocked;
  guint n;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, __i__ > 0);
  thread = g_thread_new ("seeks", seek_without_flush_main, blocked.recording);
  blocked_end (&blocked);
  g_thread_join (thread);
  recording_finish (blocked.recording);
  g_assert_null (blocked.recording->error);
  offsets = recording_get_offsets (blocked.recording);
  g_assert_cmpuint (offsets->len, >=, 7);
  n = offsets->len - 2;
  g_assert_cmpuint (g_array_index (offsets, guint64, n), ==, 198);
  g_assert_cmpuint (g_array_index (offsets, guint64, n + 1), ==, 199);
  g_array_set_size (offsets, n);
  assert_range (offsets, 0, n);
  blocked_clear (&blocked);
}
GST_END_TEST

/* EOS is behind what was blocked. */
GST_START_TEST (test_eos_while_blocked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (GArray) offsets = NULL;
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, __i__ > 0);
  g_assert_true (gst_element_send_event (source, gst_event_new_eos ()));
  blocked_end (&blocked);
  recording_finish (blocked.recording);
  g_assert_null (blocked.recording->error);
  offsets = recording_get_offsets (blocked.recording);
  g_assert_cmpuint (offsets->len, >=, 5);
  g_assert_cmpuint (offsets->len, <, 200);
  assert_range (offsets, 0, offsets->len);
  blocked_clear (&blocked);
}
GST_END_TEST

/* No data of the first session gets into the second one. */
GST_START_TEST (test_stop_while_blocked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, __i__ > 0);
  recording_stop (blocked.recording);
  blocked_end (&blocked);
  recording_forget (blocked.recording);
  gst_element_set_state (blocked.recording->pipeline, GST_STATE_PLAYING);
  recording_finish (blocked.recording);
  assert_each_once (blocked.recording, 0, 200);
  blocked_clear (&blocked);
}
GST_END_TEST

/* Relinked pads. An idle probe is of no use for that here: a buffer that the other probes of the pad have seen already
 * finds nothing linked then. */

/* Takes what is behind the source out of the pipeline, and puts something else in its place. What comes there is written
 * to @text, which may be read when nothing streams. */
static void
relink (Recording *recording, const char *description, GString *text)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (recording->pad);
  GstElement *rest = gst_parse_bin_from_description (description, TRUE, NULL);
  g_autoptr (GstElement) old = GST_ELEMENT (gst_pad_get_parent (peer));
  g_autoptr (GstPad) pad = gst_element_get_static_pad (rest, "sink");

  gst_bin_remove (GST_BIN (recording->pipeline), old);
  gst_element_set_state (old, GST_STATE_NULL);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_cb, text, NULL);
  gst_bin_add (GST_BIN (recording->pipeline), rest);
  g_assert_true (gst_element_link (recording->source, rest));
  g_assert_true (gst_element_sync_state_with_parent (rest));
}

/* All ten minutes, in one session. */
static void
assert_all_noted (const char *text)
{
  GString *expected = g_string_new ("stream-start caps segment tag ");

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (expected, "%u ", i);
  g_string_append (expected, "eos ");
  g_assert_cmpstr (text, ==, expected->str);
  g_string_free (expected, TRUE);
}

/* The new sink gets the sticky events, and the first still that the old sink has not taken. */
GST_START_TEST (test_relinked)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *both = NULL;
  const char *again = "stream-start caps segment tag ";
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, FALSE);
  relink (blocked.recording, "capsfilter caps=image/jpeg,width=320 ! fakesink sync=false", text);
  blocked_end (&blocked);
  recording_finish (blocked.recording);
  assert_each_once (blocked.recording, 0, 200);
  g_assert_true (g_str_has_prefix (text->str, again));
  both = g_strconcat (blocked.text->str, text->str + strlen (again), NULL);
  assert_all_noted (both);
  blocked_clear (&blocked);
}
GST_END_TEST

/* A sink that does not take the images is an error, and the session goes on with one that does. */
GST_START_TEST (test_relinked_to_a_rejection)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (GString) refused = g_string_new (NULL);
  g_autoptr (GString) taken = g_string_new (NULL);
  Blocked blocked;

  g_object_set (source, "page-size", 5, NULL);
  blocked_init (&blocked, source, FALSE);
  relink (blocked.recording, "capsfilter caps=image/jpeg,width=64 ! fakesink sync=false", refused);
  blocked_end (&blocked);
  g_assert_cmpint (recording_wait (blocked.recording), ==, GST_MESSAGE_ERROR);
  recording_assert_error (
      blocked.recording, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, "It refuses the size");
  g_clear_pointer (&blocked.recording->error, gst_message_unref);
  relink (blocked.recording, "capsfilter caps=image/jpeg,width=320 ! fakesink sync=false", taken);
  end_with_a_seek (blocked.recording);
  recording_stop (blocked.recording);
  if (!g_str_has_prefix (taken->str, "stream-start caps segment tag 198 199 "))
    g_error ("%s", taken->str);
  blocked_clear (&blocked);
}
GST_END_TEST

/* Elements that are taken out of a playing pipeline */

static void
put_back (Recording *recording, GstElement *source, GstPad *sink_pad)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");

  gst_bin_add (GST_BIN (recording->pipeline), source);
  g_assert_cmpint (gst_pad_link (pad, sink_pad), ==, GST_PAD_LINK_OK);
  g_assert_true (gst_element_sync_state_with_parent (source));
}

static void
take_out (Recording *recording, GstElement *source)
{
  gst_bin_remove (GST_BIN (recording->pipeline), source);
  gst_element_set_state (source, GST_STATE_NULL);
}

/* Also in the middle of a request. It plays from the beginning each time. */
GST_START_TEST (test_taken_out)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_PLAYING);
  g_autoptr (GstPad) sink_pad = gst_pad_get_peer (recording->pad);

  for (guint i = 0; i < 20; i++) {
    guint n_requests = emulator_count_requests (emulator, "GetImages");

    if (i % 2 == 0)
      recording_wait_for_stills (recording, 1 + i % 7);
    take_out (recording, source);
    recording_forget (recording);
    gst_consistency_checker_reset (recording->checker);
    test_source_configure (emulator, "fault", i % 2 == 0 ? "GetImages:*:stall=headers" : "none");
    put_back (recording, source, sink_pad);
    if (i % 2 == 0)
      g_assert_true (
          emulator_wait_requests (emulator, "GetImages", n_requests + 1, RECORDING_TIMEOUT_US));
  }
  recording_finish (recording);
  assert_each_once (recording, 0, 200);
}
GST_END_TEST

/* Another source takes its place, and plays there from its beginning. The first one has so much to play that it does not end
 * before that. */
GST_START_TEST (test_replaced)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_HOURS);
  g_autoptr (GstElement) other = test_source_new (emulator, MINUTE);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_PLAYING);
  g_autoptr (GstPad) sink_pad = gst_pad_get_peer (recording->pad);
  g_autoptr (GString) text = g_string_new (NULL);

  recording_wait_for_stills (recording, 3);
  take_out (recording, source);
  gst_pad_add_probe (sink_pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      note_cb, text, NULL);
  put_back (recording, other, sink_pad);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  gst_element_set_state (recording->pipeline, GST_STATE_NULL);
  g_assert_cmpstr (text->str, ==,
      "stream-start caps segment tag 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 eos ");
}
GST_END_TEST

/* Seeks after an end */

static GstPadProbeReturn
fail_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  gint *until_failure = user_data;

  if (--*until_failure != 0)
    return GST_PAD_PROBE_OK;
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_ERROR;
  return GST_PAD_PROBE_HANDLED;
}

static Recording *
play_ten_minutes (GstElement *source, const char *sink)
{
  return recording_start (source, sink, GST_STATE_PLAYING);
}

/* Without a flush no data passes the pad any more, so a seek without a flush fails. */
GST_START_TEST (test_after_eos)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = play_ten_minutes (source, NULL);

  recording_wait (recording);
  for (guint i = 0; i < 5; i++) {
    g_assert_false (gst_pad_send_event (
        recording->pad, make_seek (1, GST_SEEK_FLAG_SEGMENT, 570 * GST_SECOND, NONE)));
    seek (recording, FLUSH, 570 * GST_SECOND);
    wait_for_eos (recording);
    end_with_a_seek (recording);
  }
}
GST_END_TEST

GST_START_TEST (test_after_segment_done)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = play_ten_minutes (source, NULL);

  recording_wait (recording);
  for (guint i = 0; i < 5; i++) {
    seek (recording, FLUSH | GST_SEEK_FLAG_SEGMENT, 570 * GST_SECOND);
    wait_for_end (recording, GST_MESSAGE_SEGMENT_DONE);
    end_with_a_seek (recording);
  }
}
GST_END_TEST

GST_START_TEST (test_after_a_service_error)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = play_ten_minutes (source, NULL);

  recording_wait (recording);
  for (guint i = 0; i < 5; i++) {
    test_source_configure (emulator, "fault", "GetImages:*:status=400,code=AccessDeniedException");
    seek (recording, FLUSH, 0);
    wait_for_end (recording, GST_MESSAGE_ERROR);
    wait_for_eos (recording);
    test_source_configure (emulator, "fault", "none");
    end_with_a_seek (recording);
  }
}
GST_END_TEST

GST_START_TEST (test_after_refused_caps)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = play_ten_minutes (
      source, "capsfilter name=filter caps=image/jpeg,width=1 ! fakesink sync=false");
  g_autoptr (GstElement) filter = gst_bin_get_by_name (GST_BIN (recording->pipeline), "filter");

  wait_for_end (recording, GST_MESSAGE_ERROR);
  wait_for_eos (recording);
  gst_util_set_object_arg (G_OBJECT (filter), "caps", "image/jpeg");
  end_with_a_seek (recording);
}
GST_END_TEST

GST_START_TEST (test_after_a_flow_error)
{
  g_autoptr (GstElement) source = test_source_new (emulator, TEN_MINUTES);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  gint until_failure = 5;

  gst_pad_add_probe (recording->pad, GST_PAD_PROBE_TYPE_BUFFER, fail_cb, &until_failure, NULL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < 5; i++) {
    wait_for_end (recording, GST_MESSAGE_ERROR);
    wait_for_eos (recording);
    end_with_a_seek (recording);
    until_failure = 5;
    seek (recording, FLUSH, 0);
  }
}
GST_END_TEST

/* Seeks from within the streaming thread */

/* A sink that seeks once, from its chain or event function. */
typedef struct {
  GstPad *pad;
  GstEventType trigger; /* GST_EVENT_UNKNOWN for a buffer */
  guint64 offset;       /* of the sample that is the trigger */
  GstEvent *seek;       /* NULL when it was sent */
  gboolean flushes;     /* flushes instead, without a seek */
  GstFlowReturn ret;    /* what that push returns */

  GMutex lock; /* guards what follows */
  GCond changed;
  GArray *taken;
  guint n_ends;
} SeekingSink;

static void
seeking_sink_note (SeekingSink *self, guint64 offset)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_array_append_val (self->taken, offset);
}

static void
seeking_sink_note_end (SeekingSink *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_ends++;
  g_cond_broadcast (&self->changed);
}

static void
seeking_sink_wait (SeekingSink *self, guint n_ends)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 end_us = g_get_monotonic_time () + RECORDING_TIMEOUT_US;

  while (self->n_ends < n_ends) {
    if (!g_cond_wait_until (&self->changed, &self->lock, end_us))
      g_error ("it does not end");
  }
}

/* Returns whether it was time for that. */
static gboolean
seeking_sink_seek (SeekingSink *self, GstEventType type, guint64 offset)
{
  gboolean is_sample = type == GST_EVENT_UNKNOWN || type == GST_EVENT_GAP;

  if (type != self->trigger || (is_sample && offset != self->offset) ||
      (self->seek == NULL && !self->flushes))
    return FALSE;
  if (self->flushes) {
    self->flushes = FALSE;
    g_assert_true (gst_pad_push_event (self->pad, gst_event_new_flush_start ()));
    g_assert_true (gst_pad_push_event (self->pad, gst_event_new_flush_stop (TRUE)));
  } else {
    g_assert_true (gst_pad_push_event (self->pad, g_steal_pointer (&self->seek)));
  }
  return TRUE;
}

static GstFlowReturn
seeking_sink_chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  SeekingSink *self = pad->chaindata;
  guint64 offset = GST_BUFFER_OFFSET (buffer);
  GstFlowReturn ret;

  gst_buffer_unref (buffer);
  ret = seeking_sink_seek (self, GST_EVENT_UNKNOWN, offset) ? self->ret : GST_FLOW_OK;
  if (ret == GST_FLOW_OK)
    seeking_sink_note (self, offset);
  return ret;
}

static gboolean
seeking_sink_event_cb (GstPad *pad, GstObject *parent, GstEvent *given)
{
  SeekingSink *self = pad->eventdata;
  g_autoptr (GstEvent) event = given;
  guint64 offset = 0;

  if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
    g_assert_true (gst_structure_get_uint64 (gst_event_get_structure (event), "offset", &offset));
    seeking_sink_note (self, offset);
  }
  seeking_sink_seek (self, GST_EVENT_TYPE (event), offset);
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS || GST_EVENT_TYPE (event) == GST_EVENT_SEGMENT_DONE)
    seeking_sink_note_end (self);
  return TRUE;
}

static void
seeking_sink_init (SeekingSink *self, GstPad *source_pad)
{
  self->taken = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->pad = test_sink_pad_new (source_pad, seeking_sink_chain_cb, seeking_sink_event_cb, self);
}

static void
seeking_sink_clear (SeekingSink *self)
{
  gst_pad_set_active (self->pad, FALSE);
  gst_object_unref (self->pad);
  g_array_unref (self->taken);
  gst_clear_event (&self->seek);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

/* Plays a minute, whose third sample is a gap, to a sink that seeks to its end. Returns what it has taken. */
static char *
play_to_seeking_sink (SeekingSink *sink)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  GstStreamConsistency *checker = gst_consistency_checker_new (pad);
  GString *text = g_string_new (NULL);

  seeking_sink_init (sink, pad);
  gst_element_set_state (source, GST_STATE_PLAYING);
  seeking_sink_wait (sink, 1);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_consistency_checker_free (checker);
  for (guint i = 0; i < sink->taken->len; i++)
    g_string_append_printf (
        text, "%" G_GUINT64_FORMAT " ", g_array_index (sink->taken, guint64, i));
  seeking_sink_clear (sink);
  return g_string_free (text, FALSE);
}

#define ALL "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "

/* Samples that were taken before the seek are not pushed again. */
GST_START_TEST (test_seeks_from_downstream)
{
  static const struct {
    GstEventType trigger;
    guint64 offset;
    GstFlowReturn ret;
    const char *expected;
  } rows[] = {
      {GST_EVENT_UNKNOWN, 0, GST_FLOW_OK, "0 18 19 "},
      {GST_EVENT_UNKNOWN, 4, GST_FLOW_OK, "0 1 2 3 4 18 19 "},
      {GST_EVENT_UNKNOWN, 19, GST_FLOW_OK, ALL "18 19 "},
      {GST_EVENT_UNKNOWN, 4, GST_FLOW_FLUSHING, "0 1 2 3 18 19 "},
      {GST_EVENT_GAP, 2, GST_FLOW_OK, "0 1 2 18 19 "},
      {GST_EVENT_STREAM_START, 0, GST_FLOW_OK, "18 19 "},
      {GST_EVENT_CAPS, 0, GST_FLOW_OK, "18 19 "},
      {GST_EVENT_SEGMENT, 0, GST_FLOW_OK, "18 19 "},
      {GST_EVENT_TAG, 0, GST_FLOW_OK, "18 19 "},
  };

  test_source_set_stream (emulator, "gap=6+3");
  for (guint i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    const gboolean flushes = i % 2 == 0;
    SeekingSink sink = {
        .trigger = rows[i / 2].trigger,
        .offset = rows[i / 2].offset,
        .ret = rows[i / 2].ret,
        .seek = make_seek (1, flushes ? FLUSH : 0, 54 * GST_SECOND, NONE),
    };
    g_autofree char *taken = NULL;

    taken = play_to_seeking_sink (&sink);
    if (!g_str_equal (taken, rows[i / 2].expected))
      g_error ("row %u: %s", i, taken);
  }
}
GST_END_TEST

/* The loop of an application that never lets the segments end. */
GST_START_TEST (test_segments_from_downstream)
{
  SeekingSink sink = {
      .trigger = GST_EVENT_SEGMENT_DONE,
      .seek = make_seek (1, GST_SEEK_FLAG_SEGMENT, 54 * GST_SECOND, NONE),
  };
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  GstStreamConsistency *checker = gst_consistency_checker_new (pad);

  seeking_sink_init (&sink, pad);
  g_assert_true (gst_element_send_event (
      source, make_seek (1, FLUSH | GST_SEEK_FLAG_SEGMENT, 0, 6 * GST_SECOND)));
  gst_element_set_state (source, GST_STATE_PLAYING);
  seeking_sink_wait (&sink, 2);
  gst_element_set_state (source, GST_STATE_NULL);
  g_assert_cmpuint (sink.taken->len, ==, 4);
  g_assert_cmpuint (g_array_index (sink.taken, guint64, 1), ==, 1);
  g_assert_cmpuint (g_array_index (sink.taken, guint64, 2), ==, 18);
  gst_consistency_checker_free (checker);
  seeking_sink_clear (&sink);
}
GST_END_TEST

/* Samples that were taken do not come again, and the others do. */
GST_START_TEST (test_flushes_from_downstream)
{
  static const struct {
    GstEventType trigger;
    guint64 offset;
    GstFlowReturn ret;
  } rows[] = {
      {GST_EVENT_UNKNOWN, 4, GST_FLOW_OK},
      {GST_EVENT_UNKNOWN, 4, GST_FLOW_FLUSHING},
      {GST_EVENT_GAP, 2, GST_FLOW_OK},
      {GST_EVENT_SEGMENT, 0, GST_FLOW_OK},
      {GST_EVENT_CAPS, 0, GST_FLOW_OK},
  };

  test_source_set_stream (emulator, "gap=6+3");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    SeekingSink sink = {
        .trigger = rows[i].trigger,
        .offset = rows[i].offset,
        .ret = rows[i].ret,
        .flushes = TRUE,
    };
    g_autofree char *taken = play_to_seeking_sink (&sink);

    if (!g_str_equal (taken, ALL))
      g_error ("row %u: %s", i, taken);
  }
}
GST_END_TEST

/* The application seeks in the handler of a message or notification, in the thread that calls it. The sink
 * does not preroll, because an error would end the state change. */
typedef struct {
  GstPad *pad;
  GstMessageType trigger;
  gint has_sought;
} SeekingBus;

static GstBusSyncReply
seeking_bus_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  SeekingBus *self = user_data;

  if (GST_MESSAGE_TYPE (message) == self->trigger &&
      g_atomic_int_compare_and_exchange (&self->has_sought, FALSE, TRUE))
    g_assert_true (gst_pad_send_event (self->pad, make_seek (1, FLUSH, 54 * GST_SECOND, NONE)));
  return GST_BUS_PASS;
}

GST_START_TEST (test_seeks_from_messages)
{
  static const struct {
    GstMessageType trigger;
    const char *fault;
  } rows[] = {
      {GST_MESSAGE_DURATION_CHANGED, "none"},
      {GST_MESSAGE_WARNING, "none"},
      {GST_MESSAGE_SEGMENT_DONE, "none"},
      {GST_MESSAGE_ERROR, "GetImages:1:status=400,code=AccessDeniedException"},
  };

  test_source_set_stream (emulator, "audio-only=5+6");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
    g_autoptr (Recording) recording =
        recording_start (source, "fakesink sync=false async=false", GST_STATE_READY);
    g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);
    SeekingBus seeking = {.pad = recording->pad, .trigger = rows[i].trigger};
    GstMessageType type;

    test_source_configure (emulator, "fault", "none");
    test_source_configure (emulator, "fault", rows[i].fault);
    if (rows[i].trigger == GST_MESSAGE_SEGMENT_DONE)
      g_assert_true (
          gst_element_send_event (source, make_seek (1, FLUSH | GST_SEEK_FLAG_SEGMENT, 0, NONE)));
    gst_bus_set_sync_handler (bus, seeking_bus_cb, &seeking, NULL);
    gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
    do {
      type = recording_wait (recording);
    } while (type != GST_MESSAGE_EOS);
    recording_stop (recording);
    gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
    g_assert_true (seeking.has_sought);
    g_clear_pointer (&recording->error, gst_message_unref);
    assert_each_once (recording, 18, 2);
    assert_flushes (recording);
  }
}
GST_END_TEST

static Suite *
kvs_image_src_stress_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-stress");
  TCase *stress = tcase_create ("stress");

  test_environment_clear ();
  tcase_add_checked_fixture (stress, set_up, tear_down);
  tcase_set_timeout (stress, 60);
  suite_add_tcase (suite, stress);
  tcase_add_test (stress, test_seeks_while_playing);
  tcase_add_test (stress, test_seeks_while_paused);
  tcase_add_test (stress, test_flushes_and_seeks);
  tcase_add_test (stress, test_flushes_at_the_beginning);
  tcase_add_test (stress, test_pauses);
  tcase_add_test (stress, test_pauses_of_a_clock);
  tcase_add_test (stress, test_pauses_of_what_is_live);
  tcase_add_test (stress, test_restarts_and_seeks);
  tcase_add_loop_test (stress, test_blocked, 0, 2);
  tcase_add_loop_test (stress, test_seeks_while_blocked, 0, 2);
  tcase_add_loop_test (stress, test_seek_without_flush_while_blocked, 0, 2);
  tcase_add_loop_test (stress, test_eos_while_blocked, 0, 2);
  tcase_add_loop_test (stress, test_stop_while_blocked, 0, 2);
  tcase_add_test (stress, test_relinked);
  tcase_add_test (stress, test_relinked_to_a_rejection);
  tcase_add_test (stress, test_taken_out);
  tcase_add_test (stress, test_replaced);
  tcase_add_test (stress, test_after_eos);
  tcase_add_test (stress, test_after_segment_done);
  tcase_add_test (stress, test_after_a_service_error);
  tcase_add_test (stress, test_after_refused_caps);
  tcase_add_test (stress, test_after_a_flow_error);
  tcase_add_test (stress, test_seeks_from_downstream);
  tcase_add_test (stress, test_segments_from_downstream);
  tcase_add_test (stress, test_flushes_from_downstream);
  tcase_add_test (stress, test_seeks_from_messages);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_stress)
