/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsserviceclock.h"

struct _KvsServiceClock {
  AwsClock *clock;
  GMutex lock;       /* guards all below */
  gint64 offset_us;  /* the service's time, less the monotonic one */
  gboolean is_known; /* FALSE while it is the local time of day */
  guint n_stale;     /* how many Dates on end counted as old */
};

/* Called with the lock held. */
static void
set_offset (KvsServiceClock *self, gint64 offset_us)
{
  self->offset_us = offset_us;
  self->is_known = TRUE;
  self->n_stale = 0;
}

KvsServiceClock *
kvs_service_clock_new (AwsClock *clock, gint64 real_ms)
{
  KvsServiceClock *self = g_new0 (KvsServiceClock, 1);

  self->clock = g_object_ref (clock);
  g_mutex_init (&self->lock);
  self->offset_us = real_ms * 1000 - aws_clock_get_monotonic_time (clock);
  return self;
}

void
kvs_service_clock_free (KvsServiceClock *self)
{
  g_object_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
kvs_service_clock_set (KvsServiceClock *self, gint64 now_ms)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  set_offset (self, now_ms * 1000 - aws_clock_get_monotonic_time (self->clock));
}

void
kvs_service_clock_observe (KvsServiceClock *self, gint64 date_s, gint64 sent_us, gint64 received_us)
{
  gint64 earliest_us = date_s * G_USEC_PER_SEC;
  gint64 latest_us = earliest_us + G_USEC_PER_SEC - 1 + (received_us - sent_us);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 estimate_us = received_us + self->offset_us;

  if (date_s < 0)
    return;
  if (self->is_known && estimate_us - latest_us > KVS_SERVICE_CLOCK_STALE_US &&
      ++self->n_stale < KVS_SERVICE_CLOCK_MAX_STALE)
    return;
  set_offset (self, CLAMP (estimate_us, earliest_us, latest_us) - received_us);
}

gint64
kvs_service_clock_get_now_ms (KvsServiceClock *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return (aws_clock_get_monotonic_time (self->clock) + self->offset_us) / 1000;
}

gint64
kvs_service_clock_to_monotonic_us (KvsServiceClock *self, gint64 service_ms)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return service_ms * 1000 - self->offset_us;
}
