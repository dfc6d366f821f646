/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssamplequeue.h"

struct _KvsSampleQueue {
  gsize max_bytes;

  GMutex lock; /* guards all that follows */
  GCond changed;
  GQueue samples;
  gsize bytes;
  gboolean flushing;
  gboolean closed;
  gboolean finished;
  GError *error;
};

KvsSampleQueue *
kvs_sample_queue_new (gsize max_bytes)
{
  KvsSampleQueue *self = g_new0 (KvsSampleQueue, 1);

  self->max_bytes = max_bytes;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->samples);
  return self;
}

void
kvs_sample_queue_free (KvsSampleQueue *self)
{
  g_queue_clear_full (&self->samples, (GDestroyNotify)kvs_sample_free);
  g_clear_error (&self->error);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Called with the lock held. */
static gboolean
has_room (KvsSampleQueue *self, gsize size)
{
  if (self->samples.length == KVS_SAMPLE_QUEUE_MAX_LENGTH)
    return FALSE;
  return size == 0 || self->bytes == 0 || self->bytes + size <= self->max_bytes;
}

gboolean
kvs_sample_queue_push (KvsSampleQueue *self, KvsSample *sample)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gsize size = kvs_sample_get_size (sample);

  while (!self->closed && !has_room (self, size))
    g_cond_wait (&self->changed, &self->lock);
  if (self->closed) {
    kvs_sample_free (sample);
    return FALSE;
  }
  g_queue_push_tail (&self->samples, sample);
  self->bytes += size;
  g_cond_broadcast (&self->changed);
  return TRUE;
}

void
kvs_sample_queue_finish (KvsSampleQueue *self, GError *error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->finished = TRUE;
  self->error = error;
  g_cond_broadcast (&self->changed);
}

KvsSample *
kvs_sample_queue_pop (KvsSampleQueue *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsSample *sample;

  while (!self->flushing && !self->finished && self->samples.length == 0)
    g_cond_wait (&self->changed, &self->lock);
  if (self->flushing) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
    return NULL;
  }
  sample = g_queue_pop_head (&self->samples);
  if (sample == NULL) {
    if (self->error)
      g_propagate_error (error, g_error_copy (self->error));
    return NULL;
  }
  self->bytes -= kvs_sample_get_size (sample);
  g_cond_broadcast (&self->changed);
  return sample;
}

void
kvs_sample_queue_set_flushing (KvsSampleQueue *self, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->flushing = flushing;
  g_cond_broadcast (&self->changed);
}

void
kvs_sample_queue_close (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->closed = TRUE;
  g_cond_broadcast (&self->changed);
}

gsize
kvs_sample_queue_get_bytes (KvsSampleQueue *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->bytes;
}
