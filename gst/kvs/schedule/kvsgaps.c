/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsgaps.h"

/* Gaps of one kind that are equally far apart, in either direction. */
typedef struct {
  KvsSampleKind kind;
  guint64 first;
  gint64 step;
  guint64 count;
} Run;

struct _KvsGaps {
  GQueue runs;
};

KvsGaps *
kvs_gaps_new (void)
{
  KvsGaps *self = g_new0 (KvsGaps, 1);

  g_queue_init (&self->runs);
  return self;
}

void
kvs_gaps_free (KvsGaps *self)
{
  kvs_gaps_clear (self);
  g_free (self);
}

static gboolean
continues (Run *run, const KvsSample *sample)
{
  if (run == NULL || run->kind != sample->kind)
    return FALSE;
  if (run->count == 1)
    run->step = (gint64)(sample->number - run->first);
  return sample->number == run->first + run->count * (guint64)run->step;
}

void
kvs_gaps_push (KvsGaps *self, const KvsSample *sample)
{
  Run *run = g_queue_peek_tail (&self->runs);

  if (!continues (run, sample)) {
    run = g_new0 (Run, 1);
    run->kind = sample->kind;
    run->first = sample->number;
    g_queue_push_tail (&self->runs, run);
  }
  run->count++;
}

KvsSample *
kvs_gaps_pop (KvsGaps *self)
{
  Run *run = g_queue_peek_head (&self->runs);
  KvsSample *sample;

  if (run == NULL)
    return NULL;
  sample = kvs_sample_new (run->first, run->kind);
  run->first += (guint64)run->step;
  if (--run->count == 0)
    g_free (g_queue_pop_head (&self->runs));
  return sample;
}

void
kvs_gaps_prepend (KvsGaps *self, KvsGaps *earlier)
{
  gpointer run;

  while ((run = g_queue_pop_tail (&earlier->runs)))
    g_queue_push_head (&self->runs, run);
}

gboolean
kvs_gaps_is_empty (const KvsGaps *self)
{
  return self->runs.length == 0;
}

void
kvs_gaps_clear (KvsGaps *self)
{
  g_queue_clear_full (&self->runs, g_free);
}
