/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that lines of the libraries reach GStreamer's debug log, and that a line of a disabled level is not
 * even formatted. */
#include "gstkvsimagesrclog.h"

#include <fakeclock.h>
#include <kvspacer.h>

#include <string.h>

typedef struct {
  GstElement *element;
  AwsLogSink *sink;
  GPtrArray *lines; /* "category level object function: text" */
} Fixture;

#ifndef GST_DISABLE_GST_DEBUG

static gboolean
is_ours (GstDebugCategory *category)
{
  const char *name = gst_debug_category_get_name (category);

  return g_str_equal (name, "aws") || g_str_equal (name, "kvs");
}

static void
log_cb (GstDebugCategory *category, GstDebugLevel level, const char *file, const char *function,
    gint line, GObject *object, GstDebugMessage *message, gpointer user_data)
{
  Fixture *self = user_data;
  const char *level_name = gst_debug_level_get_name (level);

  if (!is_ours (category))
    return;
  g_assert_cmpint (line, >, 0);
  g_assert_true (
      g_str_has_suffix (file, "gstkvsimagesrclog.c") || g_str_has_suffix (file, "kvspacer.c"));
  g_ptr_array_add (
      self->lines, g_strdup_printf ("%s %.*s %s %s: %s", gst_debug_category_get_name (category),
                       (int)strcspn (level_name, " "), level_name,
                       object != NULL ? GST_OBJECT_NAME (object) : "none", function,
                       gst_debug_message_get (message)));
}

static void
set_up (Fixture *self, gconstpointer user_data)
{
  self->element = gst_object_ref_sink (gst_bin_new ("source"));
  self->sink = gst_kvs_image_src_log_sink_new (self->element);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  gst_debug_add_log_function (log_cb, self, NULL);
  aws_log_set_sink (self->sink);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  aws_log_set_sink (NULL);
  gst_debug_remove_log_function (log_cb);
  gst_debug_set_threshold_from_string ("", TRUE);
  g_clear_pointer (&self->sink, aws_log_sink_unref);
  g_clear_object (&self->element);
  g_ptr_array_unref (self->lines);
}

/* Asserts what was logged since the last time. */
static void
assert_lines (Fixture *self, const char *expected)
{
  g_autofree char *text = NULL;

  g_ptr_array_add (self->lines, NULL);
  text = g_strjoinv ("\n", (GStrv)self->lines->pdata);
  g_assert_cmpstr (text, ==, expected);
  g_ptr_array_set_size (self->lines, 0);
}

static void
log_all (void)
{
  aws_log_warning ("a %d", 1);
  aws_log_info ("b");
  aws_log_debug ("c");
  aws_log_log ("d");
  aws_log_trace ("e");
}

static void
test_levels (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("aws:TRACE", TRUE);
  log_all ();
  assert_lines (self, "aws WARN source log_all: a 1\n"
                      "aws INFO source log_all: b\n"
                      "aws DEBUG source log_all: c\n"
                      "aws LOG source log_all: d\n"
                      "aws TRACE source log_all: e");
}

static const char *
fail_if_formatted (void)
{
  g_assert_not_reached ();
}

/* Each category has a threshold of its own. */
static void
test_thresholds (Fixture *self, gconstpointer user_data)
{
  static const struct {
    const char *threshold;
    guint n_lines;
  } rows[] = {
      {"aws:NONE", 0},
      {"aws:ERROR", 0},
      {"aws:WARNING", 1},
      {"aws:FIXME", 1},
      {"aws:INFO", 2},
      {"aws:DEBUG", 3},
      {"aws:LOG", 4},
      {"aws:TRACE", 5},
      {"kvs:TRACE,aws:NONE", 0},
      {"*:TRACE,aws:INFO", 2},
      {"*:NONE,aw*:LOG", 4},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    gst_debug_set_threshold_from_string (rows[i].threshold, TRUE);
    log_all ();
    g_assert_cmpuint (self->lines->len, ==, rows[i].n_lines);
    g_ptr_array_set_size (self->lines, 0);
  }
}

static void
test_not_formatted (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("*:NONE", TRUE);
  aws_log_warning ("%s", fail_if_formatted ());
  gst_debug_set_threshold_from_string ("*:TRACE,aws:NONE", TRUE);
  aws_log_warning ("%s", fail_if_formatted ());
  gst_debug_set_threshold_from_string ("*:TRACE,aws:DEBUG", TRUE);
  aws_log_log ("%s", fail_if_formatted ());
  aws_log_trace ("%s", fail_if_formatted ());
  assert_lines (self, "");
}

/* Makes gst/kvs write a line: the pacer waits for the quota. */
static void
wait_for_quota (void)
{
  g_autoptr (FakeClock) clock = fake_clock_new (0);
  g_autoptr (KvsPacer) pacer = kvs_pacer_new (AWS_CLOCK (clock));

  while (fake_clock_count_waits (clock) == 0)
    g_assert_true (kvs_pacer_wait (pacer, 100, 0, NULL, NULL));
}

static void
test_kvs (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("aws:TRACE,kvs:INFO", TRUE);
  wait_for_quota ();
  assert_lines (self, "");
  gst_debug_set_threshold_from_string ("aws:NONE,kvs:DEBUG", TRUE);
  wait_for_quota ();
  assert_lines (self,
      "kvs DEBUG source wait_until_covered: GetImages waits 103 ms for the quota of "
      "the stream");
}

/* A line is written as text, even if it looks like a format. */
static void
test_percent (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("aws:DEBUG", TRUE);
  aws_log_debug ("%s", "100 %s %n");
  assert_lines (self, "aws DEBUG source test_percent: 100 %s %n");
}

/* Another element has lines of its own, in the same categories. */
static void
test_two_elements (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GstElement) other = gst_object_ref_sink (gst_bin_new ("other"));
  g_autoptr (AwsLogSink) sink = gst_kvs_image_src_log_sink_new (other);

  gst_debug_set_threshold_from_string ("aws:DEBUG", TRUE);
  aws_log_set_sink (sink);
  aws_log_debug ("a");
  aws_log_set_sink (self->sink);
  aws_log_debug ("b");
  assert_lines (self, "aws DEBUG other test_two_elements: a\n"
                      "aws DEBUG source test_two_elements: b");
}

/* A sink does not keep the element, and logs without it. */
static void
test_element_is_gone (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("aws:DEBUG", TRUE);
  aws_log_debug ("a");
  g_assert_cmpint (G_OBJECT (self->element)->ref_count, ==, 1);
  g_object_add_weak_pointer (G_OBJECT (self->element), (gpointer *)&self->element);
  g_object_unref (self->element);
  g_assert_null (self->element);
  aws_log_debug ("b");
  assert_lines (self, "aws DEBUG source test_element_is_gone: a\n"
                      "aws DEBUG none test_element_is_gone: b");
}

/* The element may live longer than its sink. */
static void
test_sink_is_gone (Fixture *self, gconstpointer user_data)
{
  gst_debug_set_threshold_from_string ("aws:DEBUG", TRUE);
  aws_log_set_sink (NULL);
  g_clear_pointer (&self->sink, aws_log_sink_unref);
  aws_log_debug ("nowhere");
  assert_lines (self, "");
  g_assert_cmpint (G_OBJECT (self->element)->ref_count, ==, 1);
}

#define N_THREADS 4
#define N_LINES 500

static gpointer
log_often (gpointer user_data)
{
  aws_log_set_sink (user_data);
  for (guint i = 0; i < N_LINES; i++)
    aws_log_debug ("%u", i);
  aws_log_set_sink (NULL);
  return NULL;
}

static void
count_cb (GstDebugCategory *category, GstDebugLevel level, const char *file, const char *function,
    gint line, GObject *object, GstDebugMessage *message, gpointer user_data)
{
  if (is_ours (category))
    g_atomic_int_inc ((gint *)user_data);
}

/* The element may be freed while threads log. */
static void
test_threads (Fixture *self, gconstpointer user_data)
{
  GThread *threads[N_THREADS];
  gint n_lines = 0;

  gst_debug_remove_log_function (log_cb);
  gst_debug_add_log_function (count_cb, &n_lines, NULL);
  gst_debug_set_threshold_from_string ("aws:DEBUG", TRUE);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("log", log_often, self->sink);
  g_clear_object (&self->element);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  gst_debug_remove_log_function (count_cb);
  g_assert_cmpint (n_lines, ==, N_THREADS * N_LINES);
}

#endif

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#ifndef GST_DISABLE_GST_DEBUG
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_set_active (TRUE);
#define ADD(name, test) g_test_add ("/log/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("levels", test_levels);
  ADD ("thresholds", test_thresholds);
  ADD ("not-formatted", test_not_formatted);
  ADD ("kvs", test_kvs);
  ADD ("percent", test_percent);
  ADD ("two-elements", test_two_elements);
  ADD ("element-is-gone", test_element_is_gone);
  ADD ("sink-is-gone", test_sink_is_gone);
  ADD ("threads", test_threads);
#endif
  return g_test_run ();
}
