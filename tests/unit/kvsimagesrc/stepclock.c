/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stepclock.h"

struct _StepClock {
  GstClock parent;

  GMutex lock; /* guards all below, and the status of the entries */
  GCond changed;
  GstClockTime now;
  GList *entries; /* those that a thread waits for */
  gboolean is_woken;
};

G_DEFINE_TYPE (StepClock, step_clock, GST_TYPE_CLOCK)

static GstClockTime
step_clock_get_internal_time (GstClock *clock)
{
  StepClock *self = STEP_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->now;
}

static guint64
step_clock_get_resolution (GstClock *clock)
{
  return 1;
}

static gboolean
is_to_come (StepClock *self, GstClockEntry *entry)
{
  return GST_CLOCK_ENTRY_STATUS (entry) != GST_CLOCK_UNSCHEDULED &&
         GST_CLOCK_ENTRY_TIME (entry) > self->now;
}

static GstClockReturn
step_clock_wait_for_entry (GstClock *clock, GstClockEntry *entry, GstClockTimeDiff *jitter)
{
  StepClock *self = STEP_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gboolean is_late = GST_CLOCK_ENTRY_TIME (entry) < self->now;

  if (jitter)
    *jitter = GST_CLOCK_DIFF (GST_CLOCK_ENTRY_TIME (entry), self->now);
  self->entries = g_list_prepend (self->entries, entry);
  g_cond_broadcast (&self->changed);
  while (is_to_come (self, entry))
    g_cond_wait (&self->changed, &self->lock);
  self->entries = g_list_remove (self->entries, entry);
  if (GST_CLOCK_ENTRY_STATUS (entry) == GST_CLOCK_UNSCHEDULED)
    return GST_CLOCK_UNSCHEDULED;
  return is_late ? GST_CLOCK_EARLY : GST_CLOCK_OK;
}

static void
step_clock_unschedule (GstClock *clock, GstClockEntry *entry)
{
  StepClock *self = STEP_CLOCK (clock);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  GST_CLOCK_ENTRY_STATUS (entry) = GST_CLOCK_UNSCHEDULED;
  g_cond_broadcast (&self->changed);
}

static void
step_clock_finalize (GObject *object)
{
  StepClock *self = STEP_CLOCK (object);

  g_assert_null (self->entries);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (step_clock_parent_class)->finalize (object);
}

static void
step_clock_class_init (StepClockClass *klass)
{
  GstClockClass *clock_class = GST_CLOCK_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = step_clock_finalize;
  clock_class->get_internal_time = step_clock_get_internal_time;
  clock_class->get_resolution = step_clock_get_resolution;
  clock_class->wait = step_clock_wait_for_entry;
  clock_class->unschedule = step_clock_unschedule;
}

static void
step_clock_init (StepClock *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->now = GST_SECOND;
}

StepClock *
step_clock_new (void)
{
  return gst_object_ref_sink (g_object_new (STEP_TYPE_CLOCK, NULL));
}

/* The next time that a thread waits for, or GST_CLOCK_TIME_NONE. Called with the lock. */
static GstClockTime
find_next_locked (StepClock *self)
{
  GstClockTime next = GST_CLOCK_TIME_NONE;

  for (GList *i = self->entries; i != NULL; i = i->next) {
    GstClockEntry *entry = i->data;

    if (is_to_come (self, entry))
      next = MIN (next, GST_CLOCK_ENTRY_TIME (entry));
  }
  return next;
}

gboolean
step_clock_wait (StepClock *self, gint64 end_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (!self->is_woken && find_next_locked (self) == GST_CLOCK_TIME_NONE) {
    if (!g_cond_wait_until (&self->changed, &self->lock, end_us))
      return FALSE;
  }
  self->is_woken = FALSE;
  return TRUE;
}

void
step_clock_wake (StepClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_woken = TRUE;
  g_cond_broadcast (&self->changed);
}

/* Called with the lock. */
static void
set_now_locked (StepClock *self, GstClockTime now)
{
  self->now = now;
  g_cond_broadcast (&self->changed);
}

void
step_clock_step (StepClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GstClockTime next = find_next_locked (self);

  if (next != GST_CLOCK_TIME_NONE)
    set_now_locked (self, next);
}

void
step_clock_advance (StepClock *self, GstClockTime duration)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  set_now_locked (self, self->now + duration);
}
