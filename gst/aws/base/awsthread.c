/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsthread.h"

#include "awslog.h"

typedef struct {
  GThreadFunc func;
  gpointer data;
  AwsLogSink *sink; /* NULL if there is none */
} Start;

static gpointer
run (gpointer data)
{
  Start *start = data;
  gpointer result;

  aws_log_set_sink (start->sink);
  result = start->func (start->data);
  aws_log_set_sink (NULL);
  g_clear_pointer (&start->sink, aws_log_sink_unref);
  g_free (start);
  return result;
}

GThread *
aws_thread_new (const char *name, GThreadFunc func, gpointer data)
{
  AwsLogSink *sink = aws_log_get_sink ();
  Start *start = g_new0 (Start, 1);

  start->func = func;
  start->data = data;
  start->sink = sink != NULL ? aws_log_sink_ref (sink) : NULL;
  return g_thread_new (name, run, start);
}
