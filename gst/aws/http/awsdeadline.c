/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsdeadline.h"

#include "awserror.h"

#define US_PER_MS 1000

/* Calls get a cancellable of the deadline, and not the caller's, which only the caller may cancel. From enter
 * to leave the watchdog watches it: while connecting, for the earlier of the two limits, else for the
 * completion timeout. Once the watchdog has cancelled a call, the deadline has expired for good, and every
 * later call is cancelled at once.
 *
 * A reply is read in thousands of calls, so these are kept from one call to the next: the cancellable; the
 * connection to the caller's cancellable, as long as that is the same; and the file descriptor for polling,
 * which would otherwise be made for each poll. */
struct _AwsDeadline {
  AwsWatchdog *watchdog;
  AwsClock *clock;
  guint connection_timeout_ms;
  guint completion_timeout_ms;

  gint64 left_us;  /* of the completion timeout */
  gint64 since_us; /* when it was counted last */
  gboolean is_connecting;
  gboolean has_expired;
  gboolean has_expired_connecting;

  GCancellable *cancellable; /* NULL before the first call */
  gboolean has_poll;
  GCancellable *outer;
  gulong outer_handler;

  gint64 connection_end_us; /* of the call */
  gint64 completion_end_us;
};

AwsDeadline *
aws_deadline_new (AwsWatchdog *watchdog, guint connection_timeout_ms, guint completion_timeout_ms)
{
  AwsDeadline *self = g_new0 (AwsDeadline, 1);

  self->watchdog = g_object_ref (watchdog);
  self->clock = aws_watchdog_get_clock (watchdog);
  self->connection_timeout_ms = connection_timeout_ms;
  self->completion_timeout_ms = completion_timeout_ms;
  self->left_us = (gint64)completion_timeout_ms * US_PER_MS;
  return self;
}

static void
drop_cancellable (AwsDeadline *self)
{
  g_cancellable_disconnect (self->outer, self->outer_handler);
  self->outer_handler = 0;
  g_clear_object (&self->outer);
  if (self->has_poll)
    g_cancellable_release_fd (self->cancellable);
  self->has_poll = FALSE;
  g_clear_object (&self->cancellable);
}

void
aws_deadline_free (AwsDeadline *self)
{
  drop_cancellable (self);
  g_object_unref (self->watchdog);
  g_free (self);
}

static void
watch (AwsDeadline *self)
{
  gint64 end_us = self->completion_end_us;

  if (self->is_connecting)
    end_us = MIN (end_us, self->connection_end_us);
  aws_watchdog_watch (self->watchdog, self->cancellable, end_us);
}

/* Returns whether the deadline had not passed yet. */
static gboolean
unwatch (AwsDeadline *self)
{
  if (!self->has_expired && !aws_watchdog_unwatch (self->watchdog, self->cancellable)) {
    self->has_expired = TRUE;
    self->has_expired_connecting =
        self->is_connecting && self->connection_end_us < self->completion_end_us;
  }
  return !self->has_expired;
}

static void
outer_cancelled_cb (GCancellable *outer, GCancellable *cancellable)
{
  g_cancellable_cancel (cancellable);
}

static void
make_cancellable (AwsDeadline *self, GCancellable *outer)
{
  GPollFD poll;

  self->cancellable = g_cancellable_new ();
  self->has_poll = g_cancellable_make_pollfd (self->cancellable, &poll);
  if (outer == NULL)
    return;
  self->outer = g_object_ref (outer);
  self->outer_handler =
      g_cancellable_connect (outer, G_CALLBACK (outer_cancelled_cb), self->cancellable, NULL);
}

GCancellable *
aws_deadline_enter (AwsDeadline *self, GCancellable *cancellable)
{
  if (self->cancellable == NULL || self->outer != cancellable) {
    drop_cancellable (self);
    make_cancellable (self, cancellable);
  }
  self->completion_end_us = aws_clock_get_monotonic_time (self->clock) + self->left_us;
  /* If the call does not block, the watchdog may not have run yet. */
  self->has_expired |= self->left_us <= 0;
  if (self->has_expired)
    g_cancellable_cancel (self->cancellable);
  else
    watch (self);
  return self->cancellable;
}

void
aws_deadline_begin_connecting (AwsDeadline *self)
{
  gboolean is_in_time;

  if (self->is_connecting)
    return;
  is_in_time = unwatch (self);
  self->is_connecting = TRUE;
  self->connection_end_us =
      aws_clock_get_monotonic_time (self->clock) + (gint64)self->connection_timeout_ms * US_PER_MS;
  if (is_in_time)
    watch (self);
}

void
aws_deadline_end_connecting (AwsDeadline *self)
{
  gboolean is_in_time;

  if (!self->is_connecting)
    return;
  is_in_time = unwatch (self);
  self->is_connecting = FALSE;
  if (is_in_time)
    watch (self);
}

gboolean
aws_deadline_is_connecting (AwsDeadline *self)
{
  return self->is_connecting;
}

gboolean
aws_deadline_leave (AwsDeadline *self)
{
  gboolean is_cancelled = g_cancellable_is_cancelled (self->outer);

  unwatch (self);
  self->since_us = aws_clock_get_monotonic_time (self->clock);
  self->left_us = self->completion_end_us - self->since_us;
  return self->has_expired && !is_cancelled;
}

void
aws_deadline_catch_up (AwsDeadline *self)
{
  gint64 now_us = aws_clock_get_monotonic_time (self->clock);

  self->left_us -= now_us - self->since_us;
  self->since_us = now_us;
}

static char *
describe_duration (guint ms)
{
  return ms % 1000 == 0 ? g_strdup_printf ("%u s", ms / 1000) : g_strdup_printf ("%u ms", ms);
}

GError *
aws_deadline_new_error (AwsDeadline *self, const char *host)
{
  g_autofree char *duration = describe_duration (
      self->has_expired_connecting ? self->connection_timeout_ms : self->completion_timeout_ms);

  if (self->has_expired_connecting)
    return g_error_new (AWS_ERROR, AWS_ERROR_TIMEOUT,
        "%s did not accept a connection within %s; check the network, the proxy and the "
        "connection timeout",
        host, duration);
  return g_error_new (AWS_ERROR, AWS_ERROR_TIMEOUT,
      "%s did not answer completely within %s; check the network and the completion timeout", host,
      duration);
}
