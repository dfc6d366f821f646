/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsfragments.h"

/* How many of the last leading gaps count: cameras change the length of their fragments. */
#define MAX_GAPS 16

struct _KvsFragments {
  guint max_lookback_ms;
  gint64 gaps_ms[MAX_GAPS];
  guint64 n_gaps;
  gint64 latest_ms;
};

KvsFragments *
kvs_fragments_new (guint max_lookback_ms)
{
  KvsFragments *self = g_new0 (KvsFragments, 1);

  self->max_lookback_ms = max_lookback_ms;
  self->latest_ms = -1;
  return self;
}

void
kvs_fragments_free (KvsFragments *self)
{
  g_free (self);
}

guint
kvs_fragments_get_max_lookback_ms (KvsFragments *self)
{
  return self->max_lookback_ms;
}

void
kvs_fragments_note_leading_gap (KvsFragments *self, gint64 missing_ms)
{
  self->gaps_ms[self->n_gaps++ % MAX_GAPS] = missing_ms;
}

gboolean
kvs_fragments_is_known (KvsFragments *self)
{
  return self->n_gaps > 0 || self->max_lookback_ms == 0;
}

/* A request begins anywhere in a fragment, so the longest of n leading gaps is n / (n + 1) of a fragment on
 * average. */
gint64
kvs_fragments_get_lookback_ms (KvsFragments *self)
{
  gint64 n = (gint64)MIN (self->n_gaps, MAX_GAPS);
  gint64 longest_ms = 0;

  if (!kvs_fragments_is_known (self))
    return self->max_lookback_ms;
  for (gint64 i = 0; i < n; i++)
    longest_ms = MAX (longest_ms, self->gaps_ms[i]);
  if (n > 0)
    longest_ms = longest_ms * (n + 1) / n;
  return CLAMP (longest_ms, MIN (1, self->max_lookback_ms), self->max_lookback_ms);
}

void
kvs_fragments_note_media (KvsFragments *self, gint64 time_ms)
{
  self->latest_ms = MAX (self->latest_ms, time_ms);
}

gint64
kvs_fragments_get_latest_ms (KvsFragments *self)
{
  return self->latest_ms;
}
