/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nearly all watched calls end in time, thousands of them. So the end of a call does not wake the
 * thread: the thread looks again when that call would have expired. */
#include "awswatchdog.h"

typedef struct {
  GCancellable *cancellable;
  gint64 monotonic_us;
} Watch;

struct _AwsWatchdog {
  GObject parent_instance;

  AwsClock *clock;

  GMutex lock; /* guards all below */
  GArray *watches;
  GThread *thread; /* to be joined, whether it still runs or not */
  gboolean runs;
  GCancellable *wake; /* ends the thread's wait; NULL while it does not wait */
  gint64 waits_until_us;
};

G_DEFINE_FINAL_TYPE (AwsWatchdog, aws_watchdog, G_TYPE_OBJECT)

static void
aws_watchdog_finalize (GObject *object)
{
  AwsWatchdog *self = AWS_WATCHDOG (object);

  /* The lock is released first, because the thread needs it to end. */
  g_mutex_lock (&self->lock);
  if (self->wake != NULL)
    g_cancellable_cancel (self->wake);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->thread, g_thread_join);

  g_array_unref (self->watches);
  g_object_unref (self->clock);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_watchdog_parent_class)->finalize (object);
}

static void
aws_watchdog_class_init (AwsWatchdogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_watchdog_finalize;
}

static void
clear_watch (gpointer data)
{
  Watch *watch = data;

  g_object_unref (watch->cancellable);
}

static void
aws_watchdog_init (AwsWatchdog *self)
{
  g_mutex_init (&self->lock);
  self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));
  g_array_set_clear_func (self->watches, clear_watch);
}

AwsWatchdog *
aws_watchdog_new (AwsClock *clock)
{
  AwsWatchdog *self = g_object_new (AWS_TYPE_WATCHDOG, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

AwsClock *
aws_watchdog_get_clock (AwsWatchdog *self)
{
  return self->clock;
}

/* Removes the watches that are due, and tells when the next of the others will be. Called with the
 * lock held. */
static GPtrArray *
take_due (AwsWatchdog *self, gint64 *next_us)
{
  gint64 now_us = aws_clock_get_monotonic_time (self->clock);
  GPtrArray *due = g_ptr_array_new_with_free_func (g_object_unref);

  *next_us = G_MAXINT64;
  for (guint i = self->watches->len; i-- > 0;) {
    const Watch *watch = &g_array_index (self->watches, Watch, i);

    if (watch->monotonic_us <= now_us) {
      g_ptr_array_add (due, g_object_ref (watch->cancellable));
      g_array_remove_index_fast (self->watches, i);
    } else {
      *next_us = MIN (*next_us, watch->monotonic_us);
    }
  }
  return due;
}

/* Waits for @monotonic_us or for a watch that ends earlier. Called with the lock held, and without it
 * while it waits. */
static void
wait_until (AwsWatchdog *self, gint64 monotonic_us)
{
  g_autoptr (GCancellable) wake = g_cancellable_new ();

  self->wake = wake;
  self->waits_until_us = monotonic_us;
  g_mutex_unlock (&self->lock);
  aws_clock_wait_until (self->clock, monotonic_us, wake, NULL);
  g_mutex_lock (&self->lock);
  self->wake = NULL;
}

/* Handlers of a cancellation may take any lock, so none is held then. */
static gpointer
run (gpointer data)
{
  AwsWatchdog *self = data;

  g_mutex_lock (&self->lock);
  while (self->watches->len > 0) {
    gint64 next_us;
    g_autoptr (GPtrArray) due = take_due (self, &next_us);

    if (due->len == 0) {
      wait_until (self, next_us);
      continue;
    }
    g_mutex_unlock (&self->lock);
    for (guint i = 0; i < due->len; i++)
      g_cancellable_cancel (due->pdata[i]);
    g_mutex_lock (&self->lock);
  }
  self->runs = FALSE;
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* The thread works for all users of the watchdog and may outlive the one that starts it, so it uses
 * no sink of the debug log; nothing that it calls logs. Called with the lock held; a thread that
 * has ended does not need it any more. */
static void
start_thread (AwsWatchdog *self)
{
  g_clear_pointer (&self->thread, g_thread_join);
  self->runs = TRUE;
  self->thread = g_thread_new ("aws-watchdog", run, self);
}

void
aws_watchdog_watch (AwsWatchdog *self, GCancellable *cancellable, gint64 monotonic_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  const Watch watch = {g_object_ref (cancellable), monotonic_us};

  g_array_append_val (self->watches, watch);
  if (!self->runs)
    start_thread (self);
  else if (self->wake != NULL && monotonic_us < self->waits_until_us)
    g_cancellable_cancel (self->wake);
}

gboolean
aws_watchdog_unwatch (AwsWatchdog *self, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->watches->len; i++) {
    if (g_array_index (self->watches, Watch, i).cancellable == cancellable) {
      g_array_remove_index_fast (self->watches, i);
      return TRUE;
    }
  }
  return FALSE;
}
