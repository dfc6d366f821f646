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
