/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcgaps.h"

/* Gaps of one kind that are equally far apart, in either direction. */
typedef struct {
  KvsSampleKind kind;
  guint64 first;
  gint64 step;
  guint64 count;
} Run;

struct _GstKvsImageSrcGaps {
  GQueue runs;
};

GstKvsImageSrcGaps *
gst_kvs_image_src_gaps_new (void)
{
  GstKvsImageSrcGaps *self = g_new0 (GstKvsImageSrcGaps, 1);

  g_queue_init (&self->runs);
  return self;
}

void
gst_kvs_image_src_gaps_free (GstKvsImageSrcGaps *self)
{
  gst_kvs_image_src_gaps_clear (self);
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
gst_kvs_image_src_gaps_push (GstKvsImageSrcGaps *self, const KvsSample *sample)
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
gst_kvs_image_src_gaps_pop (GstKvsImageSrcGaps *self)
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
gst_kvs_image_src_gaps_prepend (GstKvsImageSrcGaps *self, GstKvsImageSrcGaps *earlier)
{
  gpointer run;

  while ((run = g_queue_pop_tail (&earlier->runs)))
    g_queue_push_head (&self->runs, run);
}

gboolean
gst_kvs_image_src_gaps_is_empty (const GstKvsImageSrcGaps *self)
{
  return self->runs.length == 0;
}

void
gst_kvs_image_src_gaps_clear (GstKvsImageSrcGaps *self)
{
  g_queue_clear_full (&self->runs, g_free);
}
