/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flushes without a seek: the samples go on where they were, behind one SEGMENT. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "takingpad.h"
#include "testenvironment.h"
#include "testsource.h"

#include <gst/check/gstcheck.h>

/* Twenty samples. */
#define MINUTE "2026-11-20T08:01:00Z"

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

/* The still that the preroll held back was not taken, so it comes again. */
GST_START_TEST (test_from_outside)
{
  g_autoptr (Recording) recording = NULL;
  GstElement *source;

  test_source_set_stream (emulator, "gap=3+3");
  source = test_source_new (emulator, MINUTE);
  g_object_set (source, "num-buffers", 3, NULL);
  recording = recording_start (source, NULL, GST_STATE_PAUSED);
  recording_forget (recording);
  g_assert_true (gst_element_send_event (recording->source, gst_event_new_flush_start ()));
  g_assert_true (gst_element_send_event (recording->source, gst_event_new_flush_stop (TRUE)));
  recording_set_state (recording, GST_STATE_PLAYING);
  recording_finish (recording);
  recording_assert_lines (
      recording, FLUSHED "still 0 discont\ngap 1 NO_MEDIA\nstill 2\nstill 3\neos");
}
GST_END_TEST

/* Downstream flushes before anything has come to it. */
GST_START_TEST (test_before_the_segment)
{
  g_autoptr (Recording) recording = NULL;

  test_source_configure (emulator, "fault", "GetImages:1:latency=100ms");
  recording = recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 1, RECORDING_TIMEOUT_US));
  g_assert_true (gst_pad_send_event (recording->pad, gst_event_new_flush_start ()));
  g_assert_true (gst_pad_send_event (recording->pad, gst_event_new_flush_stop (TRUE)));
  recording_finish (recording);
  g_assert_cmpuint (recording->buffers->len, ==, 20);
  g_assert_cmpuint (recording->segments->len, ==, 1);
}
GST_END_TEST

/* Waits until so many samples have been pushed. */
static void
wait_for_samples (GstElement *source, guint64 n)
{
  guint64 samples = 0;

  while (samples < n) {
    g_autoptr (GstStructure) stats = NULL;

    g_usleep (1000);
    g_object_get (source, "stats", &stats, NULL);
    g_assert_true (gst_structure_get_uint64 (stats, "samples", &samples));
  }
}

/* Flushes upstream, as a sink does that is told to, or the pad behind the source. */
static void
flush_from_downstream (Recording *recording, gboolean is_sink)
{
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (recording->pipeline), "sink");
  GstEvent *start = gst_event_new_flush_start ();
  GstEvent *stop = gst_event_new_flush_stop (TRUE);

  if (is_sink) {
    g_assert_true (gst_element_send_event (sink, start));
    g_assert_true (gst_element_send_event (sink, stop));
  } else {
    g_assert_true (gst_pad_send_event (recording->pad, start));
    g_assert_true (gst_pad_send_event (recording->pad, stop));
  }
}

/* While the element waits for the next page; in the second session through the sink. Not every event that
 * flows upstream is recorded. */
GST_START_TEST (test_from_downstream)
{
  GstElement *source = test_source_new (emulator, "2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording =
      recording_start (source, "fakesink name=sink sync=false", GST_STATE_READY);
  g_autofree char *text = NULL;
  const GstSegment *segment;

  test_source_configure (emulator, "fault", "GetImages:2:latency=2s");
  g_object_set (source, "page-size", 2, "max-concurrent-requests", 1, "fragment-lookback", 0, NULL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  wait_for_samples (source, 2);
  flush_from_downstream (recording, __i__ > 0);
  recording_finish (recording);
  text = recording_get_text (recording);
  g_assert_true (g_str_has_prefix (text, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                         "still 0 discont\nstill 1\nflush-start\n"));
  g_assert_true (g_str_has_suffix (text, "\nsegment\nstill 2 discont\nstill 3\neos"));
  g_assert_cmpuint (recording->segments->len, ==, 2);
  gst_event_parse_segment (g_ptr_array_index (recording->segments, 1), &segment);
  g_assert_cmpuint (segment->base, ==, 0);
  g_assert_cmpuint (segment->start, ==, 0);
}
GST_END_TEST

/* A sink that drops gaps, and holds one of them until it is flushed. */
typedef struct {
  GstPad *pad;
  GMutex lock; /* guards all that follows */
  GCond changed;
  gboolean takes_gaps;
  gint64 held; /* which gap it holds, -1 for none */
  gboolean is_holding;
  gboolean is_flushing;
  gboolean is_eos;
  GArray *taken;
} ChoosySink;

static gboolean
hold (ChoosySink *sink)
{
  sink->is_holding = TRUE;
  g_cond_broadcast (&sink->changed);
  while (!sink->is_flushing)
    g_cond_wait (&sink->changed, &sink->lock);
  sink->is_holding = FALSE;
  return FALSE;
}

static gboolean
take_gap (ChoosySink *sink, GstEvent *event)
{
  guint64 offset;

  g_assert_true (gst_structure_get_uint64 (gst_event_get_structure (event), "offset", &offset));
  if ((gint64)offset == sink->held)
    return hold (sink);
  if (sink->takes_gaps)
    g_array_append_val (sink->taken, offset);
  return sink->takes_gaps;
}

static gboolean
event_cb (GstPad *pad, GstObject *parent, GstEvent *given)
{
  ChoosySink *sink = pad->eventdata;
  g_autoptr (GstEvent) event = given;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&sink->lock);

  if (GST_EVENT_TYPE (event) == GST_EVENT_GAP)
    return take_gap (sink, event);
  sink->is_flushing = GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START;
  sink->is_eos = GST_EVENT_TYPE (event) == GST_EVENT_EOS;
  g_cond_broadcast (&sink->changed);
  return TRUE;
}

static GstFlowReturn
chain_cb (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  ChoosySink *sink = pad->chaindata;
  guint64 offset = GST_BUFFER_OFFSET (buffer);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&sink->lock);

  g_array_append_val (sink->taken, offset);
  gst_buffer_unref (buffer);
  return GST_FLOW_OK;
}

static void
choosy_sink_init (ChoosySink *sink, GstElement *source)
{
  g_autoptr (GstPad) source_pad = gst_element_get_static_pad (source, "src");

  sink->taken = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_mutex_init (&sink->lock);
  g_cond_init (&sink->changed);
  sink->pad = test_sink_pad_new (source_pad, chain_cb, event_cb, sink);
}

static void
choosy_sink_clear (ChoosySink *sink)
{
  gst_pad_set_active (sink->pad, FALSE);
  gst_object_unref (sink->pad);
  g_array_unref (sink->taken);
  g_mutex_clear (&sink->lock);
  g_cond_clear (&sink->changed);
}

/* Waits for the gap that is held, and sets how the next ones are treated. */
static void
change_mind (ChoosySink *sink, gboolean takes_gaps, gint64 held)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&sink->lock);

  while (!sink->is_holding)
    g_cond_wait (&sink->changed, &sink->lock);
  sink->takes_gaps = takes_gaps;
  sink->held = held;
}

static void
wait_for_eos (ChoosySink *sink)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&sink->lock);

  while (!sink->is_eos)
    g_cond_wait (&sink->changed, &sink->lock);
}

static void
flush (GstElement *source)
{
  g_assert_true (gst_element_send_event (source, gst_event_new_flush_start ()));
  g_assert_true (gst_element_send_event (source, gst_event_new_flush_stop (TRUE)));
}

/* Gaps that were refused come again, in order, also when the next flush comes in the middle of them. */
GST_START_TEST (test_refused_gaps)
{
  g_autoptr (GstElement) source = test_source_new (emulator, "2026-11-20T08:00:15Z");
  ChoosySink sink = {.held = 2};

  test_source_set_stream (emulator, "gap=0+12");
  g_object_set (source, "width", 64, "height", 32, NULL);
  choosy_sink_init (&sink, source);
  gst_element_set_state (source, GST_STATE_PLAYING);
  change_mind (&sink, FALSE, 1);
  flush (source);
  change_mind (&sink, TRUE, -1);
  flush (source);
  wait_for_eos (&sink);
  gst_element_set_state (source, GST_STATE_NULL);
  g_assert_cmpuint (sink.taken->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_cmpuint (g_array_index (sink.taken, guint64, i), ==, i);
  choosy_sink_clear (&sink);
}
GST_END_TEST

static GstPadProbeReturn
note_eos_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS)
    g_async_queue_push (user_data, info);
  return GST_PAD_PROBE_OK;
}

/* Waits until an EOS is pushed, and returns how many errors there were before it. */
static guint
count_errors (GstElement *pipeline, GAsyncQueue *ends)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message;
  guint n = 0;

  g_assert_nonnull (g_async_queue_timeout_pop (ends, RECORDING_TIMEOUT_US));
  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR))) {
    gst_message_unref (message);
    n++;
  }
  return n;
}

/* EOS is pushed each time, so that downstream does not wait for data that will not come. */
static void
assert_told_once (const char *fault, const char *sink)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *rest = gst_parse_bin_from_description (sink, TRUE, NULL);
  GstElement *source = test_source_new (emulator, MINUTE);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GAsyncQueue) ends = g_async_queue_new ();

  test_source_configure (emulator, "fault", fault);
  gst_bin_add_many (GST_BIN (pipeline), source, rest, NULL);
  g_assert_true (gst_element_link (source, rest));
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, note_eos_cb, ends, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_assert_cmpuint (count_errors (pipeline, ends), ==, 1);
  flush (source);
  g_assert_cmpuint (count_errors (pipeline, ends), ==, 0);
  g_assert_true (
      gst_element_seek_simple (source, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND));
  g_assert_cmpuint (count_errors (pipeline, ends), ==, 1);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

/* The error that has ended the session is not posted again, but a seek begins anew. */
GST_START_TEST (test_after_an_error)
{
  assert_told_once ("GetImages:*:status=400,code=AccessDeniedException", "fakesink");
  assert_told_once ("none", "capsfilter caps=image/jpeg,width=1 ! fakesink");
}
GST_END_TEST

static Suite *
kvs_image_src_flushes_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-flushes");
  TCase *flushes = tcase_create ("flushes");

  test_environment_clear ();
  tcase_add_checked_fixture (flushes, set_up, tear_down);
  suite_add_tcase (suite, flushes);
  tcase_add_test (flushes, test_from_outside);
  tcase_add_test (flushes, test_before_the_segment);
  tcase_add_loop_test (flushes, test_from_downstream, 0, 2);
  tcase_add_test (flushes, test_refused_gaps);
  tcase_add_test (flushes, test_after_an_error);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_flushes)
