/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcgate.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKvsImageSrcGate, gst_kvs_image_src_gate_free)

static void
test_flushes (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_SHUT);
  g_assert_true (gst_kvs_image_src_gate_is_shut (gate));
  g_assert_false (gst_kvs_image_src_gate_start (gate));
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_true (gst_kvs_image_src_gate_start (gate));
}

/* Of several seeks at the same time, the last one ends the flush downstream. */
static void
test_nested_flushes (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  gst_kvs_image_src_gate_begin_flush (gate, FALSE);
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  g_assert_false (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_SHUT);
  g_assert_false (gst_kvs_image_src_gate_end_flush (gate, FALSE));
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
}

static gpointer
wait_main (gpointer data)
{
  return GINT_TO_POINTER (gst_kvs_image_src_gate_wait (data));
}

static gpointer
flush_main (gpointer data)
{
  gst_kvs_image_src_gate_begin_flush (data, TRUE);
  return GINT_TO_POINTER (gst_kvs_image_src_gate_end_flush (data, TRUE));
}

/* While the FLUSH_STOP of a flush is on its way, the FLUSH_START of another one has to wait, unless it is sent from
 * within the FLUSH_STOP; and so does the streaming thread. */
static void
test_flush_behind_a_flush (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);
  GThread *thread;

  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  g_assert_true (gst_kvs_image_src_gate_is_shut (gate));
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  g_assert_true (gst_kvs_image_src_gate_start (gate));
  thread = g_thread_new ("flushes", flush_main, gate);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  thread = g_thread_new ("waits", wait_main, gate);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
}

/* A flush from downstream does not end one that is sent downstream. */
static void
test_both_outer_flushes (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_begin_outer_flush (gate, FALSE);
  g_assert_false (gst_kvs_image_src_gate_end_outer_flush (gate, FALSE));
  g_assert_false (gst_kvs_image_src_gate_wait_for_flush (gate));
  g_assert_true (gst_kvs_image_src_gate_end_outer_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_true (gst_kvs_image_src_gate_wait_for_flush (gate));
}

/* Its FLUSH_STOP may never arrive; that of a seek ends it then. */
static void
test_outer_flush_without_an_end (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  gst_kvs_image_src_gate_begin_outer_flush (gate, FALSE);
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
  g_assert_false (gst_kvs_image_src_gate_end_outer_flush (gate, FALSE));
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
}

/* An application may send one FLUSH_START too many, or a FLUSH_STOP without any. */
static void
test_outer_flushes (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  g_assert_true (gst_kvs_image_src_gate_end_outer_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  gst_kvs_image_src_gate_end_outer_flush (gate, TRUE);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_SHUT);
  g_assert_true (gst_kvs_image_src_gate_end_flush (gate, TRUE));
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
}

/* A thread that waits for PLAYING is woken by PLAYING, by a flush and by an EOS. */
static void
test_live (void)
{
  for (guint i = 0; i < 3; i++) {
    static const GstKvsImageSrcPass passes[] = {
        GST_KVS_IMAGE_SRC_PASS_OPEN, GST_KVS_IMAGE_SRC_PASS_SHUT, GST_KVS_IMAGE_SRC_PASS_EOS};
    g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (TRUE);
    GThread *thread = g_thread_new ("waits", wait_main, gate);

    if (i == 0)
      gst_kvs_image_src_gate_set_playing (gate, TRUE);
    else if (i == 1)
      gst_kvs_image_src_gate_begin_flush (gate, FALSE);
    else
      gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ());
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, passes[i]);
  }
}

static void
test_eos (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);
  g_autoptr (GstEvent) eos = gst_event_new_eos ();
  g_autoptr (GstEvent) taken = NULL;

  g_assert_true (gst_kvs_image_src_gate_start (gate));
  g_assert_false (gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ()));
  g_assert_false (gst_kvs_image_src_gate_request_eos (gate, gst_event_ref (eos)));
  g_assert_true (gst_kvs_image_src_gate_is_shut (gate));
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_EOS);
  taken = gst_kvs_image_src_gate_take_eos (gate);
  g_assert_true (taken == eos);
  g_assert_null (gst_kvs_image_src_gate_take_eos (gate));
  g_assert_false (gst_kvs_image_src_gate_is_shut (gate));
}

/* A flush throws away the EOS that comes before it, and not the one that comes while it is under way. */
static void
test_flushed_eos (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ());
  gst_kvs_image_src_gate_begin_flush (gate, FALSE);
  gst_kvs_image_src_gate_end_flush (gate, FALSE);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_EOS);
  gst_kvs_image_src_gate_begin_flush (gate, TRUE);
  gst_kvs_image_src_gate_end_flush (gate, TRUE);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);

  gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ());
  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ());
  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_end_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_EOS);
  gst_kvs_image_src_gate_begin_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_end_outer_flush (gate, TRUE);
  gst_kvs_image_src_gate_note_flush_stop (gate);
  g_assert_cmpint (gst_kvs_image_src_gate_wait (gate), ==, GST_KVS_IMAGE_SRC_PASS_OPEN);
}

/* The loop must not pause if there is an EOS to push, and an EOS must start a loop that has paused. */
static void
test_rest (void)
{
  g_autoptr (GstKvsImageSrcGate) gate = gst_kvs_image_src_gate_new (FALSE);

  g_assert_true (gst_kvs_image_src_gate_start (gate));
  gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ());
  g_assert_false (gst_kvs_image_src_gate_rest (gate));
  gst_event_unref (gst_kvs_image_src_gate_take_eos (gate));
  g_assert_true (gst_kvs_image_src_gate_rest (gate));
  g_assert_true (gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ()));

  /* The end of a flush wakes it. */
  gst_kvs_image_src_gate_begin_flush (gate, FALSE);
  g_assert_true (gst_kvs_image_src_gate_rest (gate));
  g_assert_false (gst_kvs_image_src_gate_request_eos (gate, gst_event_new_eos ()));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gate/flushes", test_flushes);
  g_test_add_func ("/gate/nested-flushes", test_nested_flushes);
  g_test_add_func ("/gate/flush-behind-a-flush", test_flush_behind_a_flush);
  g_test_add_func ("/gate/outer-flushes", test_outer_flushes);
  g_test_add_func ("/gate/both-outer-flushes", test_both_outer_flushes);
  g_test_add_func ("/gate/outer-flush-without-an-end", test_outer_flush_without_an_end);
  g_test_add_func ("/gate/live", test_live);
  g_test_add_func ("/gate/eos", test_eos);
  g_test_add_func ("/gate/flushed-eos", test_flushed_eos);
  g_test_add_func ("/gate/rest", test_rest);
  return g_test_run ();
}
