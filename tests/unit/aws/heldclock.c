/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "heldclock.h"

/* How long a test waits for what has to come. */
#define TIMEOUT_US (20 * G_USEC_PER_SEC)

struct _HeldClock {
  AwsClock parent_instance;

  GMutex lock; /* guards all below */
  GCond changed;
  gint64 now_us;
  GArray *dues; /* of the times that threads wait for */
};

G_DEFINE_FINAL_TYPE (HeldClock, held_clock, AWS_TYPE_CLOCK)

static void
held_clock_finalize (GObject *object)
{
  HeldClock *self = HELD_CLOCK (object);

  g_array_unref (self->dues);
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

/* Called with the lock held. */
static void
remove_due (HeldClock *self, gint64 monotonic_us)
{
  guint i = 0;

  while (g_array_index (self->dues, gint64, i) != monotonic_us)
    i++;
  g_array_remove_index_fast (self->dues, i);
}

static gboolean
held_clock_wait_until (
    AwsClock *clock, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  HeldClock *self = HELD_CLOCK (clock);
  gulong handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  g_mutex_lock (&self->lock);
  g_array_append_val (self->dues, monotonic_us);
  g_cond_broadcast (&self->changed);
  while (self->now_us < monotonic_us && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait (&self->changed, &self->lock);
  remove_due (self, monotonic_us);
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
  self->dues = g_array_new (FALSE, FALSE, sizeof (gint64));
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

  while (self->dues->len == 0)
    g_cond_wait (&self->changed, &self->lock);
}

/* Called with the lock held. */
static gboolean
is_awaited (HeldClock *self, gint64 due_us)
{
  for (guint i = 0; i < self->dues->len; i++) {
    if (g_array_index (self->dues, gint64, i) <= due_us)
      return TRUE;
  }
  return FALSE;
}

gboolean
held_clock_await_due (HeldClock *self, gint64 duration_us)
{
  const gint64 end_us = g_get_monotonic_time () + TIMEOUT_US;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gboolean has_time = TRUE;

  while (has_time && !is_awaited (self, self->now_us + duration_us))
    has_time = g_cond_wait_until (&self->changed, &self->lock, end_us);
  return has_time;
}
