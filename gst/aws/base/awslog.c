/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awslog.h"

struct _AwsLogSink {
  AwsLogIsEnabledFunc is_enabled;
  AwsLogWriteFunc write;
  gpointer user_data;
  GDestroyNotify destroy;
};

/* One per thread. A line of a disabled level costs only this check. */
static __thread AwsLogSink *current;

AwsLogSink *
aws_log_sink_new (AwsLogIsEnabledFunc is_enabled, AwsLogWriteFunc write, gpointer user_data,
    GDestroyNotify destroy)
{
  AwsLogSink *self = g_atomic_rc_box_new0 (AwsLogSink);

  self->is_enabled = is_enabled;
  self->write = write;
  self->user_data = user_data;
  self->destroy = destroy;
  return self;
}

AwsLogSink *
aws_log_sink_ref (AwsLogSink *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
sink_clear (gpointer data)
{
  AwsLogSink *self = data;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
}

void
aws_log_sink_unref (AwsLogSink *self)
{
  g_atomic_rc_box_release_full (self, sink_clear);
}

AwsLogSink *
aws_log_set_sink (AwsLogSink *sink)
{
  AwsLogSink *before = current;

  current = sink;
  return before;
}

AwsLogSink *
aws_log_get_sink (void)
{
  return current;
}

gboolean
aws_log_is_enabled (const char *topic, AwsLogLevel level)
{
  return current != NULL && current->is_enabled (topic, level, current->user_data);
}

void
aws_log_write (const char *topic, AwsLogLevel level, const char *file, const char *function,
    int line, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  current->write (topic, level, file, function, line, message, current->user_data);
}

/* Whether @text was not written before; remembers it. */
static gboolean
is_new (const char *text)
{
  static GMutex lock; /* guards said */
  static GHashTable *said;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&lock);

  if (said == NULL)
    said = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return g_hash_table_add (said, g_strdup (text));
}

void
aws_log_message_once (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (is_new (text))
    g_message ("%s", text);
}

void
aws_log_message_readable (const char *path)
{
  aws_log_message_once (
      "%s can be read by other users; run 'chmod 600' on it to protect its secrets", path);
}
