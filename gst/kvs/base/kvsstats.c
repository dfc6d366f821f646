/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsstats.h"

struct _KvsStats {
  GMutex lock; /* guards all that follows */
  guint64 counters[KVS_STATS_N_COUNTERS];
  guint64 n_times;
  guint64 total_ns;
  guint64 max_ns;
};

KvsStats *
kvs_stats_new (void)
{
  KvsStats *self = g_new0 (KvsStats, 1);

  g_mutex_init (&self->lock);
  return self;
}

void
kvs_stats_free (KvsStats *self)
{
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
kvs_stats_reset (KvsStats *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < KVS_STATS_N_COUNTERS; i++)
    self->counters[i] = 0;
  self->n_times = self->total_ns = self->max_ns = 0;
}

void
kvs_stats_add (KvsStats *self, KvsStatsCounter counter, guint64 n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->counters[counter] += n;
}

void
kvs_stats_add_request_time (KvsStats *self, guint64 time_ns)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_times++;
  self->total_ns += time_ns;
  self->max_ns = MAX (self->max_ns, time_ns);
}

guint64
kvs_stats_get (KvsStats *self, KvsStatsCounter counter)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->counters[counter];
}

void
kvs_stats_get_request_times (KvsStats *self, guint64 *mean_ns, guint64 *max_ns)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  *mean_ns = self->n_times > 0 ? self->total_ns / self->n_times : 0;
  *max_ns = self->max_ns;
}

const char *
kvs_stats_counter_get_name (KvsStatsCounter counter)
{
  static const char *const names[] = {
      [KVS_STATS_REQUESTS] = "requests",
      [KVS_STATS_RETRIES] = "retries",
      [KVS_STATS_THROTTLES] = "throttles",
      [KVS_STATS_SAMPLES] = "samples",
      [KVS_STATS_IMAGES] = "images",
      [KVS_STATS_GAPS_NO_MEDIA] = "gaps-no-media",
      [KVS_STATS_GAPS_MEDIA_ERROR] = "gaps-media-error",
      [KVS_STATS_IMAGES_RECOVERED] = "images-recovered",
      [KVS_STATS_IMAGES_WASTED] = "images-wasted",
      [KVS_STATS_BYTES_RECEIVED] = "bytes-received",
      [KVS_STATS_IMAGE_BYTES] = "image-bytes",
  };

  return names[counter];
}

char *
kvs_stats_describe (KvsStats *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  const guint64 *n = self->counters;

  return g_strdup_printf ("%" G_GUINT64_FORMAT " samples, %" G_GUINT64_FORMAT
                          " stills, %" G_GUINT64_FORMAT " gaps, %" G_GUINT64_FORMAT
                          " requests, %" G_GUINT64_FORMAT " retries, %" G_GUINT64_FORMAT " bytes",
      n[KVS_STATS_SAMPLES], n[KVS_STATS_IMAGES],
      n[KVS_STATS_GAPS_NO_MEDIA] + n[KVS_STATS_GAPS_MEDIA_ERROR], n[KVS_STATS_REQUESTS],
      n[KVS_STATS_RETRIES], n[KVS_STATS_BYTES_RECEIVED]);
}
