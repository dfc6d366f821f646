/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsfragments.h"

/* So many of the last heads count: cameras change the length of their fragments. */
#define MAX_HEADS 16

struct _KvsFragments {
  guint max_lookback_ms;

  GMutex lock; /* guards what follows */
  gint64 heads_ms[MAX_HEADS];
  guint64 n_heads;
  gint64 latest_ms;
};

KvsFragments *
kvs_fragments_new (guint max_lookback_ms)
{
  KvsFragments *self = g_new0 (KvsFragments, 1);

  g_mutex_init (&self->lock);
  self->max_lookback_ms = max_lookback_ms;
  self->latest_ms = -1;
  return self;
}

void
kvs_fragments_free (KvsFragments *self)
{
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint
kvs_fragments_get_max_lookback_ms (KvsFragments *self)
{
  return self->max_lookback_ms;
}

void
kvs_fragments_note_head (KvsFragments *self, gint64 missing_ms)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->heads_ms[self->n_heads++ % MAX_HEADS] = missing_ms;
}

/* Called with the lock held. */
static gboolean
is_known (KvsFragments *self)
{
  return self->n_heads > 0 || self->max_lookback_ms == 0;
}

gboolean
kvs_fragments_is_known (KvsFragments *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return is_known (self);
}

/* A request begins anywhere in a fragment, so the longest of n heads is n / (n + 1) of a fragment on
 * average. */
gint64
kvs_fragments_get_lookback_ms (KvsFragments *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 n = (gint64)MIN (self->n_heads, MAX_HEADS);
  gint64 longest_ms = 0;

  if (!is_known (self))
    return self->max_lookback_ms;
  for (gint64 i = 0; i < n; i++)
    longest_ms = MAX (longest_ms, self->heads_ms[i]);
  if (n > 0)
    longest_ms = longest_ms * (n + 1) / n;
  return CLAMP (longest_ms, MIN (1, self->max_lookback_ms), self->max_lookback_ms);
}

void
kvs_fragments_note_media (KvsFragments *self, gint64 time_ms)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->latest_ms = MAX (self->latest_ms, time_ms);
}

gint64
kvs_fragments_get_latest_ms (KvsFragments *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->latest_ms;
}
