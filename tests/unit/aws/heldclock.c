/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heldclock.h"

struct _HeldClock {
  AwsClock parent_instance;

  GMutex lock; /* guards all below */
  GCond changed;
  gint64 now_us;
  guint n_waiting; /* threads */
};

G_DEFINE_FINAL_TYPE (HeldClock, held_clock, AWS_TYPE_CLOCK)

static void
held_clock_finalize (GObject *object)
{
  HeldClock *self = HELD_CLOCK (object);

  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);

  G_OBJECT_CLASS (held_clock_parent_class)->finalize (object);
}

static gint64
held_clock_get_time (AwsClock *clock)
{
  HeldClock *self = HELD_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->now_us;
}

static void
cancelled_cb (GCancellable *cancellable, HeldClock *self)
{
  held_clock_advance (self, 0);
}

static gboolean
held_clock_wait_until (
    AwsClock *clock, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  HeldClock *self = HELD_CLOCK (clock);
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  g_mutex_lock (&self->lock);
  self->n_waiting++;
  g_cond_broadcast (&self->changed);
  while (self->now_us < monotonic_us && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  self->n_waiting--;
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
held_clock_class_init (HeldClockClass *klass)
{
  AwsClockClass *clock_class = AWS_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = held_clock_finalize;
  clock_class->get_real_time = held_clock_get_time;
  clock_class->get_monotonic_time = held_clock_get_time;
  clock_class->wait_until = held_clock_wait_until;
}

static void
held_clock_init (HeldClock *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

HeldClock *
held_clock_new (void)
{
  return g_object_new (HELD_TYPE_CLOCK, NULL);
}

void
held_clock_advance (HeldClock *self, gint64 duration_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->now_us += duration_us;
  g_cond_broadcast (&self->changed);
}

void
held_clock_await_waiting (HeldClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (self->n_waiting == 0)
    g_cond_wait (&self->changed, &self->lock);
}
