/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seeks of the element, and what it answers to queries meanwhile, against the emulator. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "testenvironment.h"
#include "testsource.h"

#include <stopwatch.h>

#include <gst/check/gstcheck.h>
#include <gst/check/gstconsistencychecker.h>

/* Twenty samples, or 200. */
#define MINUTE "2026-11-20T08:01:00Z"
#define TEN_MINUTES "2026-11-20T08:10:00Z"
#define TEN_HOURS "2026-11-20T18:00:00Z"

#define NONE GST_CLOCK_TIME_NONE
#define FLUSH GST_SEEK_FLAG_FLUSH
#define FLUSHED "flush-start\nflush-stop\nsegment\n"

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

/* A range that has prerolled with its first still. */
static Recording *
preroll (const char *end)
{
  return recording_start (test_source_new (emulator, end), NULL, GST_STATE_PAUSED);
}

static void
seek (Recording *recording, gdouble rate, GstSeekFlags flags, GstClockTime start, GstClockTime stop)
{
  g_assert_true (gst_element_seek (recording->pipeline, rate, GST_FORMAT_TIME, flags,
      GST_SEEK_TYPE_SET, (gint64)start, GST_SEEK_TYPE_SET, (gint64)stop));
}

/* Seeks in PAUSED, and plays from there to the end. */
static Recording *
play_from (const char *end, gdouble rate, GstSeekFlags flags, GstClockTime start, GstClockTime stop)
{
  Recording *recording = preroll (end);

  recording_forget (recording);
  seek (recording, rate, flags | FLUSH, start, stop);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_null (recording->error);
  return recording;
}

static void
assert_segment (Recording *recording, GstClockTime start, GstClockTime stop)
{
  g_assert_cmpuint (recording->segments->len, ==, 1);
  g_assert_cmpuint (recording->segment.start, ==, start);
  g_assert_cmpuint (recording->segment.time, ==, start);
  g_assert_cmpuint (recording->segment.stop, ==, stop);
  g_assert_cmpuint (recording->segment.base, ==, 0);
  g_assert_cmpuint (recording->segment.duration, ==, 60 * GST_SECOND);
}

static void
assert_durations (Recording *recording, GstClockTime duration)
{
  for (guint i = 0; i < recording->buffers->len; i++) {
    GstBuffer *buffer = g_ptr_array_index (recording->buffers, i);

    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, duration);
    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, GST_BUFFER_OFFSET (buffer) * 3 * GST_SECOND);
  }
}

GST_START_TEST (test_accurate)
{
  g_autoptr (Recording) recording = play_from (MINUTE, 1, 0, 52 * GST_SECOND, NONE);

  recording_assert_lines (recording, FLUSHED "still 17 discont\nstill 18\nstill 19\neos");
  assert_segment (recording, 52 * GST_SECOND, NONE);
  assert_durations (recording, 3 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (test_key_units)
{
  static const struct {
    GstSeekFlags flags;
    GstClockTime start;
  } rows[] = {
      {GST_SEEK_FLAG_KEY_UNIT, 51},
      {GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_BEFORE, 51},
      {GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_AFTER, 54},
      {GST_SEEK_FLAG_KEY_UNIT | GST_SEEK_FLAG_SNAP_NEAREST, 54},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Recording) recording = play_from (MINUTE, 1, rows[i].flags, 53 * GST_SECOND, NONE);
    GstBuffer *first = g_ptr_array_index (recording->buffers, 0);

    assert_segment (recording, rows[i].start * GST_SECOND, NONE);
    g_assert_cmpuint (GST_BUFFER_PTS (first), ==, rows[i].start * GST_SECOND);
  }
}
GST_END_TEST

GST_START_TEST (test_stop)
{
  g_autoptr (Recording) recording = play_from (MINUTE, 1, 0, 6 * GST_SECOND, 15 * GST_SECOND);

  recording_assert_lines (recording, FLUSHED "still 2 discont\nstill 3\nstill 4\neos");
  assert_segment (recording, 6 * GST_SECOND, 15 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (test_trick_mode)
{
  g_autoptr (Recording) recording = NULL;
  GstClockTime timestamp, duration;

  test_source_set_stream (emulator, "gap=24+12");
  recording = play_from (MINUTE, 4, GST_SEEK_FLAG_TRICKMODE, 0, NONE);
  recording_assert_lines (
      recording, FLUSHED "still 0 discont\nstill 4\ngap 8 NO_MEDIA\nstill 12\nstill 16\neos");
  assert_segment (recording, 0, NONE);
  g_assert_cmpfloat (recording->segment.rate, ==, 4);
  assert_durations (recording, 12 * GST_SECOND);
  gst_event_parse_gap (g_ptr_array_index (recording->gaps, 0), &timestamp, &duration);
  g_assert_cmpuint (timestamp, ==, 24 * GST_SECOND);
  g_assert_cmpuint (duration, ==, 12 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (test_trick_mode_key_units)
{
  g_autoptr (Recording) recording =
      play_from (MINUTE, 4, GST_SEEK_FLAG_TRICKMODE_KEY_UNITS, 0, NONE);

  recording_assert_lines (
      recording, FLUSHED "still 0 discont\nstill 4\nstill 8\nstill 12\nstill 16\neos");
  g_assert_true (recording->segment.flags & GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS);
  assert_durations (recording, 12 * GST_SECOND);
}
GST_END_TEST

/* Both places are counted from the end. */
GST_START_TEST (test_from_the_end)
{
  g_autoptr (Recording) recording = preroll (MINUTE);

  recording_forget (recording);
  g_assert_true (gst_element_seek (recording->pipeline, 1, GST_FORMAT_TIME, FLUSH,
      GST_SEEK_TYPE_END, -12 * (gint64)GST_SECOND, GST_SEEK_TYPE_END, -6 * (gint64)GST_SECOND));
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  recording_assert_lines (recording, FLUSHED "still 16 discont\nstill 17\neos");
  assert_segment (recording, 48 * GST_SECOND, 54 * GST_SECOND);
}
GST_END_TEST

/* A rate alone leaves nothing out. */
GST_START_TEST (test_rates)
{
  static const gdouble rates[] = {0.1, 0.5, 2, 16, 100};

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    g_autoptr (Recording) recording = play_from (MINUTE, rates[i], 0, 0, NONE);

    g_assert_cmpuint (recording->buffers->len, ==, 20);
    g_assert_cmpfloat (recording->segment.rate, ==, rates[i]);
    assert_durations (recording, 3 * GST_SECOND);
  }
}
GST_END_TEST

GST_START_TEST (test_reverse)
{
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=6+3");
  recording = play_from (MINUTE, -1, 0, 0, 13 * GST_SECOND);
  recording_assert_lines (recording, FLUSHED "still 4 discont\nstill 3 discont\ngap 2 NO_MEDIA\n"
                                             "still 1 discont\nstill 0 discont\neos");
  assert_segment (recording, 0, 13 * GST_SECOND);
}
GST_END_TEST

/* The stills are those of forward playback, the last one first, and SEGMENT says where the end is. */
GST_START_TEST (test_reverse_from_the_end)
{
  g_autoptr (Recording) recording = play_from (MINUTE, -4, GST_SEEK_FLAG_TRICKMODE, 0, NONE);

  recording_assert_lines (recording, FLUSHED
      "still 16 discont\nstill 12 discont\nstill 8 discont\nstill 4 discont\nstill 0 discont\neos");
  assert_segment (recording, 0, 60 * GST_SECOND);
  assert_durations (recording, 12 * GST_SECOND);
}
GST_END_TEST

/* A seek in READY, when not even the range is known, is the only SEGMENT. */
GST_START_TEST (test_before_the_range_is_known)
{
  static const struct {
    gdouble rate;
    guint first;
    GstClockTime start, stop;
  } rows[] = {
      {1, 17, 52 * GST_SECOND, NONE},
      {-1, 19, 0, 60 * GST_SECOND},
      {-10, 10, 0, 60 * GST_SECOND},
      {-7, 14, 0, 60 * GST_SECOND},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Recording) recording =
        recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);

    g_assert_true (gst_element_seek (recording->source, rows[i].rate, GST_FORMAT_TIME,
        FLUSH | GST_SEEK_FLAG_TRICKMODE, GST_SEEK_TYPE_SET, (gint64)rows[i].start,
        GST_SEEK_TYPE_SET, -1));
    recording_set_state (recording, GST_STATE_PLAYING);
    recording_finish (recording);
    g_assert_null (recording->error);
    assert_segment (recording, rows[i].start, rows[i].stop);
    g_assert_cmpuint (
        GST_BUFFER_OFFSET (g_ptr_array_index (recording->buffers, 0)), ==, rows[i].first);
  }
}
GST_END_TEST

/* One that cannot be performed when the session begins is dropped: here its end is before its start. */
GST_START_TEST (test_dropped_in_ready)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);

  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_END,
      -(gint64)(10 * GST_SECOND), GST_SEEK_TYPE_SET, 10 * GST_SECOND));
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_null (recording->error);
  assert_segment (recording, 0, NONE);
  g_assert_cmpuint (recording->buffers->len, ==, 20);
}
GST_END_TEST

/* In READY the interval may still change to which a seek is snapped. */
GST_START_TEST (test_snapped_in_ready)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);

  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME,
      FLUSH | GST_SEEK_FLAG_KEY_UNIT, GST_SEEK_TYPE_SET, 49 * GST_SECOND, GST_SEEK_TYPE_NONE, -1));
  g_object_set (recording->source, "sampling-interval", 5000, NULL);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  assert_segment (recording, 45 * GST_SECOND, NONE);
  g_assert_cmpuint (recording->buffers->len, ==, 3);
}
GST_END_TEST

/* The first start fails, and its seek is forgotten. */
static void
fail_to_start (Recording *recording)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);

  g_object_set (recording->source, "start-timestamp", "yesterday", NULL);
  g_assert_cmpint (
      gst_element_set_state (recording->pipeline, GST_STATE_PAUSED), ==, GST_STATE_CHANGE_FAILURE);
  gst_element_set_state (recording->pipeline, GST_STATE_READY);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  g_object_set (recording->source, "start-timestamp", TEST_SOURCE_START, NULL);
}

/* It is kept as it was given, also after a start that fails. */
GST_START_TEST (test_kept_in_ready)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);

  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME,
      FLUSH | GST_SEEK_FLAG_KEY_UNIT, GST_SEEK_TYPE_SET, 50 * GST_SECOND, GST_SEEK_TYPE_NONE, -1));
  fail_to_start (recording);
  g_object_set (recording->source, "sampling-interval", 5000, NULL);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  assert_segment (recording, 50 * GST_SECOND, NONE);
  g_assert_cmpuint (recording->buffers->len, ==, 2);
}
GST_END_TEST

/* Seeks on the pad as soon as an error is posted. */
static GstBusSyncReply
seek_on_error_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Recording *recording = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    g_assert_false (
        gst_pad_send_event (recording->pad, gst_event_new_seek (1, GST_FORMAT_TIME, FLUSH,
                                                GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1)));
  return GST_BUS_PASS;
}

/* The pad is active before the session begins; there may be no session, or one that has ended. */
GST_START_TEST (test_without_a_run)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);
  g_autoptr (GstBus) bus = gst_element_get_bus (recording->pipeline);

  gst_bus_set_sync_handler (bus, seek_on_error_cb, recording, NULL);
  fail_to_start (recording);
  gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpuint (recording->buffers->len, ==, 20);
  g_assert_cmpuint (recording->segments->len, ==, 1);
}
GST_END_TEST

/* The first request never gets its answer; the seek does not wait for it. */
GST_START_TEST (test_during_a_request)
{
  g_autoptr (Recording) recording = NULL;

  test_source_configure (emulator, "fault", "GetImages:1:stall=headers");
  recording = recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 1, RECORDING_TIMEOUT_US));
  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET,
      54 * GST_SECOND, GST_SEEK_TYPE_NONE, -1));
  recording_finish (recording);
  recording_assert_lines (recording,
      "stream-start\nflush-start\nflush-stop\ncaps image/jpeg 320x240\n"
      "segment\ntag\nstill 18 discont\nstill 19\neos");
}
GST_END_TEST

/* Gaps wait for their caps, and the seek is to a position behind them. */
GST_START_TEST (test_from_held_gaps)
{
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=0+30");
  test_source_configure (emulator, "fault", "GetImages:2:stall=headers");
  recording = recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);
  g_object_set (recording->source, "page-size", 5, NULL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 2, RECORDING_TIMEOUT_US));
  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET,
      27 * GST_SECOND, GST_SEEK_TYPE_SET, 33 * GST_SECOND));
  recording_finish (recording);
  recording_assert_lines (recording,
      "stream-start\nflush-start\nflush-stop\ncaps image/jpeg 320x240\n"
      "segment\ntag\ngap 9 NO_MEDIA\nstill 10 discont\neos");
}
GST_END_TEST

GST_START_TEST (test_beyond_the_end)
{
  g_autoptr (Recording) recording = play_from (MINUTE, 1, 0, 600 * GST_SECOND, NONE);

  recording_assert_lines (recording, FLUSHED "eos");
  assert_segment (recording, 60 * GST_SECOND, NONE);
}
GST_END_TEST

/* Caps of a range without a still have no size. Later gaps wait for one, as at the beginning. */
GST_START_TEST (test_beyond_the_end_from_the_beginning)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);

  test_source_set_stream (emulator, "gap=0+5");
  g_assert_true (gst_element_seek (recording->source, 1, GST_FORMAT_TIME, 0, GST_SEEK_TYPE_SET,
      600 * GST_SECOND, GST_SEEK_TYPE_NONE, -1));
  recording_set_state (recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  seek (recording, 1, FLUSH, 0, 9 * GST_SECOND);
  recording_finish (recording);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 0x0\nsegment\ntag\neos\nflush-start\nflush-stop\n"
      "caps image/jpeg 320x240\nsegment\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\nstill 2 discont\neos");
}
GST_END_TEST

GST_START_TEST (test_after_eos)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_PLAYING);

  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  recording_forget (recording);
  seek (recording, 1, FLUSH, 600 * GST_SECOND, NONE);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  seek (recording, 1, FLUSH, 57 * GST_SECOND, NONE);
  recording_finish (recording);
  recording_assert_lines (recording, FLUSHED "eos\n" FLUSHED "still 19 discont\neos");
}
GST_END_TEST

GST_START_TEST (test_many)
{
  g_autoptr (Recording) recording = preroll (TEN_MINUTES);

  recording_forget (recording);
  for (guint i = 0; i < 200; i++)
    seek (recording, 1, FLUSH, (i * 37 % 600) * GST_SECOND, NONE);
  seek (recording, 1, FLUSH, 597 * GST_SECOND, NONE);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpuint (
      GST_BUFFER_OFFSET (g_ptr_array_index (recording->buffers, recording->buffers->len - 1)), ==,
      199);
  g_assert_null (recording->error);
}
GST_END_TEST

/* The second one, without a flush, begins where the first one ends: nothing is dropped, and running time
 * goes on. */
GST_START_TEST (test_segments)
{
  g_autoptr (Recording) recording = preroll (MINUTE);
  const GstSeekFlags flags = GST_SEEK_FLAG_SEGMENT;

  recording_forget (recording);
  seek (recording, 1, flags | FLUSH, 0, 6 * GST_SECOND);
  recording_set_state (recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_SEGMENT_DONE);
  seek (recording, 1, flags, 30 * GST_SECOND, 36 * GST_SECOND);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_SEGMENT_DONE);
  seek (recording, -1, 0, 30 * GST_SECOND, 36 * GST_SECOND);
  recording_finish (recording);
  recording_assert_lines (recording, FLUSHED
      "still 0 discont\nstill 1\nsegment-done\nsegment\nstill 10 discont\nstill 11\nsegment-done\n"
      "segment\nstill 11 discont\nstill 10 discont\neos");
  for (guint i = 0; i < 3; i++) {
    const GstSegment *segment;

    gst_event_parse_segment (g_ptr_array_index (recording->segments, i), &segment);
    g_assert_cmpuint (segment->base, ==, i * 6 * GST_SECOND);
  }
}
GST_END_TEST

/* While it plays: the samples before the seek stay valid, and running time continues without a gap. The range is long
 * enough not to end before the seek: behind EOS it would be refused. */
GST_START_TEST (test_without_flush)
{
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GArray) offsets = NULL;
  guint n = 0;

  test_source_set_stream (emulator, "duration=36000");
  recording = recording_start (test_source_new (emulator, TEN_HOURS), NULL, GST_STATE_PLAYING);
  recording_wait_for_stills (recording, 10);
  g_assert_true (gst_element_seek (recording->pipeline, 1, GST_FORMAT_TIME, 0, GST_SEEK_TYPE_SET,
      35994 * GST_SECOND, GST_SEEK_TYPE_SET, -1));
  recording_finish (recording);
  g_assert_cmpuint (recording->gaps->len, ==, 0);
  offsets = recording_get_offsets (recording);
  while (n < offsets->len && g_array_index (offsets, guint64, n) == n)
    n++;
  g_assert_cmpuint (n, <, 11998);
  g_assert_cmpuint (offsets->len, ==, n + 2);
  g_assert_cmpuint (g_array_index (offsets, guint64, n), ==, 11998);
  g_assert_cmpuint (g_array_index (offsets, guint64, n + 1), ==, 11999);
  g_assert_cmpuint (recording->segment.base, ==, n * 3 * GST_SECOND);
}
GST_END_TEST

/* Only the direction changes, at the current position. */
GST_START_TEST (test_turn)
{
  g_autoptr (Recording) recording = preroll (MINUTE);

  seek (recording, 1, FLUSH, 12 * GST_SECOND, NONE);
  recording_set_state (recording, GST_STATE_PAUSED);
  recording_forget (recording);
  g_assert_true (gst_element_seek (
      recording->source, -1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  recording_assert_lines (recording, FLUSHED
      "still 4 discont\nstill 3 discont\nstill 2 discont\nstill 1 discont\nstill 0 discont\neos");
  g_assert_cmpuint (recording->segment.stop, ==, 15 * GST_SECOND);
  g_assert_cmpuint (recording->segment.offset, ==, 0);
}
GST_END_TEST

GST_START_TEST (test_refused)
{
  g_autoptr (Recording) recording = preroll (MINUTE);

  g_assert_false (gst_element_seek (
      recording->source, 1, GST_FORMAT_BYTES, FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
  g_assert_false (gst_element_seek (
      recording->source, 1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET, 6, GST_SEEK_TYPE_SET, 5));
  g_assert_false (gst_element_seek (recording->source, 2, GST_FORMAT_TIME,
      GST_SEEK_FLAG_INSTANT_RATE_CHANGE, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1));
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpuint (recording->buffers->len, ==, 20);
  g_assert_cmpuint (recording->segments->len, ==, 1);
}
GST_END_TEST

/* The stop of the last seek stays where it is. A seek behind it does nothing at all. */
GST_START_TEST (test_behind_the_stop)
{
  g_autoptr (Recording) recording = preroll (MINUTE);

  seek (recording, 1, FLUSH, 0, 30 * GST_SECOND);
  recording_set_state (recording, GST_STATE_PAUSED);
  g_assert_false (gst_element_seek (recording->source, 1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET,
      40 * GST_SECOND, GST_SEEK_TYPE_NONE, -1));
  g_assert_false (gst_pad_send_event (
      recording->pad, gst_event_new_seek (1, GST_FORMAT_TIME, FLUSH, GST_SEEK_TYPE_SET,
                          40 * GST_SECOND, GST_SEEK_TYPE_END, -30 * (gint64)GST_SECOND)));
  recording_forget (recording);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_null (recording->error);
  g_assert_cmpuint (recording->segment.stop, ==, 30 * GST_SECOND);
  recording_assert_lines (recording, "still 1\nstill 2\nstill 3\nstill 4\nstill 5\nstill 6\n"
                                     "still 7\nstill 8\nstill 9\neos");
}
GST_END_TEST

/* A pipeline that is asked for its position, and then seeks somewhere else first, in another thread. */
typedef struct {
  GstPipeline parent_instance;

  GstEvent *seek; /* NULL once it was sent */
} SeekingPipeline;

typedef GstPipelineClass SeekingPipelineClass;

static GType seeking_pipeline_get_type (void);

G_DEFINE_TYPE (SeekingPipeline, seeking_pipeline, GST_TYPE_PIPELINE)

static gpointer
seek_elsewhere (gpointer data)
{
  SeekingPipeline *self = data;
  GstElement *element = GST_ELEMENT (self);

  g_assert_true (gst_element_send_event (element, g_steal_pointer (&self->seek)));
  gst_element_get_state (element, NULL, NULL, GST_CLOCK_TIME_NONE);
  return NULL;
}

static gboolean
seeking_pipeline_query (GstElement *element, GstQuery *query)
{
  SeekingPipeline *self = (SeekingPipeline *)element;

  if (self->seek != NULL && GST_QUERY_TYPE (query) == GST_QUERY_POSITION)
    g_thread_join (g_thread_new ("other-seek", seek_elsewhere, self));
  return GST_ELEMENT_CLASS (seeking_pipeline_parent_class)->query (element, query);
}

static void
seeking_pipeline_class_init (SeekingPipelineClass *klass)
{
  GST_ELEMENT_CLASS (klass)->query = seeking_pipeline_query;
}

static void
seeking_pipeline_init (SeekingPipeline *self)
{
}

/* Another seek comes after it was found that the first one can be done, so that it cannot be done any more. As it has
 * flushed then, SEGMENT has to come again. */
GST_START_TEST (test_overtaken)
{
  static const struct {
    gdouble rate;
    GstSeekType start_type;
    gint64 start;
    GstSeekType stop_type;
    gint64 stop;
    gint64 first, last; /* of the other seek */
  } rows[] = {
      {1, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_SET, 5, 30, 60},
      {2, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_END, -51, 12, 30},
      {-1, GST_SEEK_TYPE_SET, 30, GST_SEEK_TYPE_NONE, -1, 0, 20},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstElement *source = test_source_new (emulator, MINUTE);
    GstElement *sink = gst_element_factory_make ("fakesink", NULL);
    g_autoptr (GstElement) pipeline =
        gst_object_ref_sink (g_object_new (seeking_pipeline_get_type (), NULL));
    g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
    GstStreamConsistency *checker = gst_consistency_checker_new (pad);
    g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
    g_autoptr (GstMessage) message = NULL;

    gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
    g_assert_true (gst_element_link (source, sink));
    gst_element_set_state (pipeline, GST_STATE_PAUSED);
    gst_element_get_state (pipeline, NULL, NULL, GST_CLOCK_TIME_NONE);
    ((SeekingPipeline *)pipeline)->seek = gst_event_new_seek (1, GST_FORMAT_TIME, FLUSH,
        GST_SEEK_TYPE_SET, rows[i].first * (gint64)GST_SECOND, GST_SEEK_TYPE_SET,
        rows[i].last * (gint64)GST_SECOND);
    g_assert_false (gst_element_seek (source, rows[i].rate, GST_FORMAT_TIME, FLUSH,
        rows[i].start_type, rows[i].start * (gint64)GST_SECOND, rows[i].stop_type,
        rows[i].stop * (gint64)GST_SECOND));
    gst_element_set_state (pipeline, GST_STATE_PLAYING);
    message = gst_bus_timed_pop_filtered (bus, RECORDING_TIMEOUT_US * GST_USECOND,
        GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
    g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
    gst_element_set_state (pipeline, GST_STATE_NULL);
    gst_consistency_checker_free (checker);
  }
}
GST_END_TEST

/* max-items and num-buffers count over the whole session. */
GST_START_TEST (test_limits)
{
  static const char *const limits[] = {"max-items", "num-buffers"};

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    GstElement *source = test_source_new (emulator, MINUTE);
    g_autoptr (Recording) recording = NULL;

    gst_util_set_object_arg (G_OBJECT (source), limits[i], "5");
    recording = recording_start (source, NULL, GST_STATE_PAUSED);
    recording_forget (recording);
    seek (recording, 1, FLUSH | GST_SEEK_FLAG_SEGMENT, 0, 9 * GST_SECOND);
    recording_set_state (recording, GST_STATE_PLAYING);
    g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_SEGMENT_DONE);
    seek (recording, 1, FLUSH, 30 * GST_SECOND, NONE);
    g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
    g_assert_cmpuint (recording->buffers->len, ==, 5);
    recording_forget (recording);
    seek (recording, 1, FLUSH, 0, NONE);
    recording_finish (recording);
    g_assert_cmpuint (recording->buffers->len, ==, 0);
  }
}
GST_END_TEST

static gint64
query_position (Recording *recording)
{
  gint64 position;

  g_assert_true (gst_element_query_position (recording->source, GST_FORMAT_TIME, &position));
  return position;
}

static void
assert_seekable (Recording *recording, gint64 expected_end)
{
  g_autoptr (GstQuery) query = gst_query_new_seeking (GST_FORMAT_TIME);
  gboolean is_seekable;
  gint64 start, end;

  g_assert_true (gst_element_query (recording->source, query));
  gst_query_parse_seeking (query, NULL, &is_seekable, &start, &end);
  g_assert_true (is_seekable);
  g_assert_cmpint (start, ==, 0);
  g_assert_cmpint (end, ==, expected_end);
}

GST_START_TEST (test_queries)
{
  g_autoptr (Recording) recording =
      recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_READY);
  g_autoptr (GstQuery) latency = gst_query_new_latency ();
  g_autoptr (GstQuery) segment = gst_query_new_segment (GST_FORMAT_TIME);
  g_autoptr (GstQuery) uri = gst_query_new_uri ();
  g_autofree char *expected_uri = NULL;
  g_autofree char *answered_uri = NULL;
  gboolean is_live;
  gint64 start, stop, duration;
  gdouble rate;

  assert_seekable (recording, -1);
  g_assert_true (gst_element_query_duration (recording->source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, -1);
  recording_set_state (recording, GST_STATE_PAUSED);
  assert_seekable (recording, 60 * GST_SECOND);
  g_assert_true (gst_element_query_duration (recording->source, GST_FORMAT_TIME, &duration));
  g_assert_cmpint (duration, ==, 60 * GST_SECOND);
  seek (recording, -2, FLUSH, 6 * GST_SECOND, 20 * GST_SECOND);
  recording_set_state (recording, GST_STATE_PAUSED);
  /* The beginning of the still that is shown, as playback comes to it at its end. */
  g_assert_cmpint (query_position (recording), ==, 18 * GST_SECOND);

  g_assert_true (gst_element_query (recording->source, segment));
  gst_query_parse_segment (segment, &rate, NULL, &start, &stop);
  g_assert_cmpfloat (rate, ==, -2);
  g_assert_cmpint (start, ==, 6 * GST_SECOND);
  g_assert_cmpint (stop, ==, 20 * GST_SECOND);

  g_assert_true (gst_element_query (recording->source, latency));
  gst_query_parse_latency (latency, &is_live, NULL, NULL);
  g_assert_false (is_live);

  g_assert_true (gst_element_query (recording->source, uri));
  gst_query_parse_uri (uri, &answered_uri);
  expected_uri = gst_uri_handler_get_uri (GST_URI_HANDLER (recording->source));
  g_assert_cmpstr (answered_uri, ==, expected_uri);

  seek (recording, 1, FLUSH, 0, NONE);
  recording_set_state (recording, GST_STATE_PLAYING);
  g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
  g_assert_cmpint (query_position (recording), ==, 60 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (test_scheduling)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
  g_autoptr (GstQuery) query = gst_query_new_scheduling ();
  GstSchedulingFlags flags;

  g_assert_true (gst_element_query (source, query));
  gst_query_parse_scheduling (query, &flags, NULL, NULL, NULL);
  g_assert_true (flags & GST_SCHEDULING_FLAG_SEQUENTIAL);
  g_assert_true (flags & GST_SCHEDULING_FLAG_BANDWIDTH_LIMITED);
  g_assert_true (gst_query_has_scheduling_mode (query, GST_PAD_MODE_PUSH));
  g_assert_false (gst_query_has_scheduling_mode (query, GST_PAD_MODE_PULL));
}
GST_END_TEST

static gint
compare (gconstpointer a, gconstpointer b)
{
  const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return (first > second) - (first < second);
}

/* The delay is meant to be random, so there is no condition to wait for. */
GST_START_TEST (test_random)
{
  const guint32 seed = g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GstBus) bus = NULL;

  g_print ("seed %u\n", seed);
  test_source_configure (emulator, "fault", "GetImages:*:latency=0ms+10ms");
  recording = recording_start (test_source_new (emulator, TEN_MINUTES), NULL, GST_STATE_PLAYING);
  bus = gst_element_get_bus (recording->pipeline);
  for (guint i = 0; i < 1000; i++) {
    gboolean is_reverse = g_rand_int_range (chance, 0, 4) == 0;
    GstClockTime place = (GstClockTime)g_rand_int_range (chance, 1, 600000) * GST_MSECOND;
    Stopwatch stopwatch;
    gint64 took_us;

    g_usleep ((gulong)g_rand_int_range (chance, 0, 12000));
    stopwatch = stopwatch_start ();
    g_assert_true (gst_element_seek (recording->pipeline, is_reverse ? -1 : 1, GST_FORMAT_TIME,
        FLUSH, GST_SEEK_TYPE_SET, is_reverse ? 0 : (gint64)place, GST_SEEK_TYPE_SET,
        is_reverse ? (gint64)place : -1));
    took_us = stopwatch_get_us (&stopwatch);
    g_array_append_val (times, took_us);
  }
  g_array_sort (times, compare);
  g_print ("of 1000 seeks, half took %" G_GINT64_FORMAT " us at most, 99 %% %" G_GINT64_FORMAT
           " us, and all %" G_GINT64_FORMAT " us\n",
      g_array_index (times, gint64, 499), g_array_index (times, gint64, 989),
      g_array_index (times, gint64, 999));
  g_assert_cmpint (g_array_index (times, gint64, 989), <, 20 * 1000);

  recording_set_state (recording, GST_STATE_PAUSED);
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  recording_forget (recording);
  seek (recording, 1, FLUSH, 597 * GST_SECOND, NONE);
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  recording_assert_lines (recording, FLUSHED "still 199 discont\neos");
}
GST_END_TEST

static Suite *
kvs_image_src_seeks_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-seeks");
  TCase *seeks = tcase_create ("seeks");
  TCase *random = tcase_create ("random");

  test_environment_clear ();
  tcase_add_checked_fixture (seeks, set_up, tear_down);
  suite_add_tcase (suite, seeks);
  tcase_add_test (seeks, test_accurate);
  tcase_add_test (seeks, test_key_units);
  tcase_add_test (seeks, test_stop);
  tcase_add_test (seeks, test_trick_mode);
  tcase_add_test (seeks, test_trick_mode_key_units);
  tcase_add_test (seeks, test_from_the_end);
  tcase_add_test (seeks, test_rates);
  tcase_add_test (seeks, test_reverse);
  tcase_add_test (seeks, test_reverse_from_the_end);
  tcase_add_test (seeks, test_before_the_range_is_known);
  tcase_add_test (seeks, test_dropped_in_ready);
  tcase_add_test (seeks, test_snapped_in_ready);
  tcase_add_test (seeks, test_kept_in_ready);
  tcase_add_test (seeks, test_without_a_run);
  tcase_add_test (seeks, test_during_a_request);
  tcase_add_test (seeks, test_from_held_gaps);
  tcase_add_test (seeks, test_beyond_the_end);
  tcase_add_test (seeks, test_beyond_the_end_from_the_beginning);
  tcase_add_test (seeks, test_after_eos);
  tcase_add_test (seeks, test_many);
  tcase_add_test (seeks, test_segments);
  tcase_add_test (seeks, test_without_flush);
  tcase_add_test (seeks, test_turn);
  tcase_add_test (seeks, test_refused);
  tcase_add_test (seeks, test_behind_the_stop);
  tcase_add_test (seeks, test_overtaken);
  tcase_add_test (seeks, test_limits);
  tcase_add_test (seeks, test_queries);
  tcase_add_test (seeks, test_scheduling);

  tcase_add_checked_fixture (random, set_up, tear_down);
  tcase_set_timeout (random, 100);
  suite_add_tcase (suite, random);
  tcase_add_test (random, test_random);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_seeks)
