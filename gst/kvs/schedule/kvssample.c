/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssample.h"

KvsSample *
kvs_sample_new (guint64 number, KvsSampleKind kind)
{
  KvsSample *self = g_new0 (KvsSample, 1);

  self->number = number;
  self->kind = kind;
  return self;
}

void
kvs_sample_free (KvsSample *self)
{
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self);
}

gsize
kvs_sample_get_size (const KvsSample *self)
{
  return self->image ? g_bytes_get_size (self->image) : 0;
}

const char *
kvs_sample_kind_get_name (KvsSampleKind kind)
{
  static const char *const names[] = {
      [KVS_SAMPLE_STILL] = "STILL",
      [KVS_SAMPLE_NO_MEDIA] = "NO_MEDIA",
      [KVS_SAMPLE_MEDIA_ERROR] = "MEDIA_ERROR",
      [KVS_SAMPLE_BAD_IMAGE] = "BAD_IMAGE",
  };

  return names[kind];
}

gboolean
kvs_sample_is_error (const KvsSample *self)
{
  return self->kind == KVS_SAMPLE_MEDIA_ERROR || self->kind == KVS_SAMPLE_BAD_IMAGE;
}

void
kvs_sample_count (const KvsSample *self, KvsStats *stats)
{
  static const KvsStatsCounter counters[] = {
      [KVS_SAMPLE_STILL] = KVS_STATS_IMAGES,
      [KVS_SAMPLE_NO_MEDIA] = KVS_STATS_GAPS_NO_MEDIA,
      [KVS_SAMPLE_MEDIA_ERROR] = KVS_STATS_GAPS_MEDIA_ERROR,
      [KVS_SAMPLE_BAD_IMAGE] = KVS_STATS_GAPS_MEDIA_ERROR,
  };

  kvs_stats_add (stats, KVS_STATS_SAMPLES, 1);
  kvs_stats_add (stats, counters[self->kind], 1);
}
