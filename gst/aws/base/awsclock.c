/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsclock.h"

typedef struct {
  GMutex lock; /* only for the waits on woken */
  GCond woken;
} Sleep;

G_DEFINE_TYPE (AwsClock, aws_clock, G_TYPE_OBJECT)

static gint64
aws_clock_real_get_real_time (AwsClock *self)
{
  return g_get_real_time ();
}

static gint64
aws_clock_real_get_monotonic_time (AwsClock *self)
{
  return g_get_monotonic_time ();
}

static void
cancelled_cb (GCancellable *cancellable, Sleep *sleep)
{
  g_mutex_lock (&sleep->lock);
  g_cond_signal (&sleep->woken);
  g_mutex_unlock (&sleep->lock);
}

static gboolean
aws_clock_real_wait_until (
    AwsClock *self, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  Sleep sleep;
  gboolean waiting = TRUE;
  gulong handler = 0;

  g_mutex_init (&sleep.lock);
  g_cond_init (&sleep.woken);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), &sleep, NULL);

  g_mutex_lock (&sleep.lock);
  while (waiting && !g_cancellable_is_cancelled (cancellable))
    waiting = g_cond_wait_until (&sleep.woken, &sleep.lock, monotonic_us);
  g_mutex_unlock (&sleep.lock);

  g_cancellable_disconnect (cancellable, handler);
  g_mutex_clear (&sleep.lock);
  g_cond_clear (&sleep.woken);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static double
aws_clock_real_get_random (AwsClock *self)
{
  return g_random_double ();
}

static void
aws_clock_class_init (AwsClockClass *klass)
{
  klass->get_real_time = aws_clock_real_get_real_time;
  klass->get_monotonic_time = aws_clock_real_get_monotonic_time;
  klass->wait_until = aws_clock_real_wait_until;
  klass->get_random = aws_clock_real_get_random;
}

static void
aws_clock_init (AwsClock *self)
{
}

AwsClock *
aws_clock_get_default (void)
{
  static gsize once;
  static AwsClock *clock;

  if (g_once_init_enter (&once)) {
    clock = g_object_new (AWS_TYPE_CLOCK, NULL);
    g_once_init_leave (&once, 1);
  }
  return clock;
}

gint64
aws_clock_get_real_time (AwsClock *self)
{
  return AWS_CLOCK_GET_CLASS (self)->get_real_time (self);
}

gint64
aws_clock_get_monotonic_time (AwsClock *self)
{
  return AWS_CLOCK_GET_CLASS (self)->get_monotonic_time (self);
}

gboolean
aws_clock_wait_until (
    AwsClock *self, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  return AWS_CLOCK_GET_CLASS (self)->wait_until (self, monotonic_us, cancellable, error);
}

gboolean
aws_clock_wait (AwsClock *self, gint64 duration_us, GCancellable *cancellable, GError **error)
{
  return aws_clock_wait_until (
      self, aws_clock_get_monotonic_time (self) + duration_us, cancellable, error);
}

double
aws_clock_get_random (AwsClock *self)
{
  return AWS_CLOCK_GET_CLASS (self)->get_random (self);
}
