/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a line reaches the sink of its thread, and that a line of a disabled level is not even
 * formatted. */
#include "awslog.h"

#include <string.h>

typedef struct {
  AwsLogLevel threshold;
  GString *lines;
  gboolean is_destroyed;
} Recording;

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  Recording *self = user_data;

  return level <= self->threshold;
}

static void
write_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
  Recording *self = user_data;

  g_assert_cmpstr (strrchr (file, '/') + 1, ==, "awslog.c");
  g_assert_cmpint (line, >, 0);
  g_string_append_printf (self->lines, "%s %d %s: %s\n", topic, (int)level, function, message);
}

static void
destroy_cb (gpointer user_data)
{
  Recording *self = user_data;

  self->is_destroyed = TRUE;
}

static const char *
fail_if_formatted (void)
{
  g_assert_not_reached ();
}

static void
test_levels (void)
{
  Recording recording = {.threshold = AWS_LOG_LEVEL_DEBUG, .lines = g_string_new (NULL)};
  AwsLogSink *sink = aws_log_sink_new (is_enabled_cb, write_cb, &recording, destroy_cb);

  aws_log_info ("nowhere %s", fail_if_formatted ());
  g_assert_null (aws_log_set_sink (sink));
  g_assert_true (aws_log_get_sink () == sink);
  aws_log_warning ("a %d", 1);
  aws_log_info ("b");
  aws_log_debug ("c");
  aws_log_log ("d %s", fail_if_formatted ());
  aws_log_trace ("e %s", fail_if_formatted ());
  g_assert_true (aws_log_set_sink (NULL) == sink);
  aws_log_warning ("nowhere");
  g_assert_cmpstr (recording.lines->str, ==,
      "aws 0 test_levels: a 1\naws 1 test_levels: b\naws 2 test_levels: c\n");

  aws_log_sink_unref (aws_log_sink_ref (sink));
  g_assert_false (recording.is_destroyed);
  aws_log_sink_unref (sink);
  g_assert_true (recording.is_destroyed);
  g_string_free (recording.lines, TRUE);
}

static gpointer
thread_cb (gpointer user_data)
{
  g_assert_null (aws_log_get_sink ());
  aws_log_set_sink (user_data);
  aws_log_info ("from a thread");
  return NULL;
}

static void
test_threads (void)
{
  Recording here = {.threshold = AWS_LOG_LEVEL_TRACE, .lines = g_string_new (NULL)};
  Recording there = {.threshold = AWS_LOG_LEVEL_TRACE, .lines = g_string_new (NULL)};
  g_autoptr (AwsLogSink) sink = aws_log_sink_new (is_enabled_cb, write_cb, &here, NULL);
  g_autoptr (AwsLogSink) other = aws_log_sink_new (is_enabled_cb, write_cb, &there, NULL);

  aws_log_set_sink (sink);
  g_thread_join (g_thread_new ("test", thread_cb, other));
  aws_log_log ("from here");
  aws_log_set_sink (NULL);
  g_assert_cmpstr (here.lines->str, ==, "aws 3 test_threads: from here\n");
  g_assert_cmpstr (there.lines->str, ==, "aws 1 thread_cb: from a thread\n");
  g_string_free (here.lines, TRUE);
  g_string_free (there.lines, TRUE);
}

static GString *said;

static GLogWriterOutput
write_message_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields && level == G_LOG_LEVEL_MESSAGE; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (said, "%s\n", (const char *)fields[i].value);
  }
  return G_LOG_WRITER_HANDLED;
}

static void
test_once (void)
{
  said = g_string_new (NULL);
  g_log_set_writer_func (write_message_cb, NULL, NULL);
  for (int i = 0; i < 3; i++) {
    aws_log_message_once ("%d of %d", i % 2, 2);
    aws_log_message_readable ("/a file");
  }
  g_assert_cmpstr (said->str, ==,
      "0 of 2\n/a file can be read by other users; run 'chmod 600' on it to protect its secrets\n1 of 2\n");
  g_string_free (said, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awslog/levels", test_levels);
  g_test_add_func ("/awslog/threads", test_threads);
  g_test_add_func ("/awslog/once", test_once);
  return g_test_run ();
}
