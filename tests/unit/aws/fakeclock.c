/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fakeclock.h"

/* The two kinds of time must not be taken for each other. */
#define MONOTONIC_BEGINNING_US G_USEC_PER_SEC

struct _FakeClock {
  AwsClock parent_instance;

  GMutex lock; /* guards all below */
  gint64 real_us;
  gint64 monotonic_us;
  double random;
};

G_DEFINE_FINAL_TYPE (FakeClock, fake_clock, AWS_TYPE_CLOCK)

static void
fake_clock_finalize (GObject *object)
{
  g_mutex_clear (&FAKE_CLOCK (object)->lock);

  G_OBJECT_CLASS (fake_clock_parent_class)->finalize (object);
}

static gint64
fake_clock_get_real_time (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->real_us;
}

static gint64
fake_clock_get_monotonic_time (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->monotonic_us;
}

static gboolean
fake_clock_wait_until (
    AwsClock *clock, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  fake_clock_advance (
      FAKE_CLOCK (clock), MAX (0, monotonic_us - aws_clock_get_monotonic_time (clock)));
  return TRUE;
}

static double
fake_clock_get_random (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->random;
}

static void
fake_clock_class_init (FakeClockClass *klass)
{
  AwsClockClass *clock_class = AWS_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = fake_clock_finalize;
  clock_class->get_real_time = fake_clock_get_real_time;
  clock_class->get_monotonic_time = fake_clock_get_monotonic_time;
  clock_class->wait_until = fake_clock_wait_until;
  clock_class->get_random = fake_clock_get_random;
}

static void
fake_clock_init (FakeClock *self)
{
  g_mutex_init (&self->lock);
  self->monotonic_us = MONOTONIC_BEGINNING_US;
}

FakeClock *
fake_clock_new (gint64 real_us)
{
  FakeClock *self = g_object_new (FAKE_TYPE_CLOCK, NULL);

  self->real_us = real_us;
  return self;
}

void
fake_clock_advance (FakeClock *self, gint64 duration_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->real_us += duration_us;
  self->monotonic_us += duration_us;
}

void
fake_clock_set_random (FakeClock *self, double random)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->random = random;
}
