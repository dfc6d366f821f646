/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fakeclock.h"

/* The monotonic time and the time of day begin at different numbers, so that a test fails if they are mixed
 * up. */
#define MONOTONIC_BEGINNING_US G_USEC_PER_SEC

struct _FakeClock {
  AwsClock parent_instance;

  GMutex lock; /* guards all below */
  gint64 real_time_us;
  gint64 monotonic_us;
  GArray *randoms;
  guint next_random;
  GArray *waits;
  FakeClockWaitFunc wait_func;
  gpointer wait_data;
};

G_DEFINE_FINAL_TYPE (FakeClock, fake_clock, AWS_TYPE_CLOCK)

static gint64
fake_clock_get_real_time (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->real_time_us;
}

static gint64
fake_clock_get_monotonic_time (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->monotonic_us;
}

static void
note_wait (FakeClock *self, gint64 monotonic_us, FakeClockWaitFunc *func, gpointer *data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 duration_us = monotonic_us - self->monotonic_us;

  g_array_append_val (self->waits, duration_us);
  *func = self->wait_func;
  *data = self->wait_data;
}

static void
move_to (FakeClock *self, gint64 monotonic_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (monotonic_us <= self->monotonic_us)
    return;
  self->real_time_us += monotonic_us - self->monotonic_us;
  self->monotonic_us = monotonic_us;
}

static gboolean
fake_clock_wait_until (
    AwsClock *clock, gint64 monotonic_us, GCancellable *cancellable, GError **error)
{
  FakeClock *self = FAKE_CLOCK (clock);
  FakeClockWaitFunc func;
  gpointer data;

  note_wait (self, monotonic_us, &func, &data);
  if (func != NULL)
    func (self, data);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  move_to (self, monotonic_us);
  return TRUE;
}

static double
fake_clock_get_random (AwsClock *clock)
{
  FakeClock *self = FAKE_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_array_index (self->randoms, double, self->next_random++ % self->randoms->len);
}

static void
fake_clock_finalize (GObject *object)
{
  FakeClock *self = FAKE_CLOCK (object);

  g_array_unref (self->randoms);
  g_array_unref (self->waits);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (fake_clock_parent_class)->finalize (object);
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
  self->randoms = g_array_new (FALSE, FALSE, sizeof (double));
  self->waits = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->monotonic_us = MONOTONIC_BEGINNING_US;
  fake_clock_set_random (self, 0);
}

FakeClock *
fake_clock_new (gint64 real_time_us)
{
  FakeClock *self = g_object_new (FAKE_TYPE_CLOCK, NULL);

  self->real_time_us = real_time_us;
  return self;
}

void
fake_clock_advance (FakeClock *self, gint64 duration_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->real_time_us += duration_us;
  self->monotonic_us += duration_us;
}

void
fake_clock_set_real_time (FakeClock *self, gint64 real_time_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->real_time_us = real_time_us;
}

void
fake_clock_set_random (FakeClock *self, double random)
{
  fake_clock_set_randoms (self, &random, 1);
}

void
fake_clock_set_randoms (FakeClock *self, const double *randoms, gsize n_randoms)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_array_set_size (self->randoms, 0);
  g_array_append_vals (self->randoms, randoms, (guint)n_randoms);
  self->next_random = 0;
}

void
fake_clock_set_wait_func (FakeClock *self, FakeClockWaitFunc func, gpointer user_data)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->wait_func = func;
  self->wait_data = user_data;
}

guint
fake_clock_count_waits (FakeClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->waits->len;
}

gint64
fake_clock_get_wait (FakeClock *self, guint index)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_assert_cmpuint (index, <, self->waits->len);
  return g_array_index (self->waits, gint64, index);
}
