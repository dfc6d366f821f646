/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a thread logs to the sink of the thread that started it, and lets go of that sink when it ends. */
#include "awsthread.h"

#include "awslog.h"

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  return TRUE;
}

static void
write_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
}

static void
destroy_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static gpointer
get_sink (gpointer data)
{
  return aws_log_get_sink ();
}

static void
test_sink (void)
{
  gboolean is_destroyed = FALSE;
  AwsLogSink *sink = aws_log_sink_new (is_enabled_cb, write_cb, &is_destroyed, destroy_cb);
  GThread *thread;

  aws_log_set_sink (sink);
  thread = aws_thread_new ("test", get_sink, NULL);
  aws_log_set_sink (NULL);
  aws_log_sink_unref (sink);
  g_assert_true (g_thread_join (thread) == sink);
  g_assert_true (is_destroyed);
}

static void
test_no_sink (void)
{
  g_assert_null (g_thread_join (aws_thread_new ("test", get_sink, NULL)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsthread/sink", test_sink);
  g_test_add_func ("/awsthread/no-sink", test_no_sink);
  return g_test_run ();
}
