/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcgaps.h"

typedef struct {
  KvsSampleKind kind;
  guint64 first;
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

void
gst_kvs_image_src_gaps_push (GstKvsImageSrcGaps *self, const KvsSample *sample)
{
  Run *run = g_queue_peek_tail (&self->runs);

  if (run == NULL || run->kind != sample->kind) {
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
  sample = kvs_sample_new (run->first++, run->kind);
  if (--run->count == 0)
    g_free (g_queue_pop_head (&self->runs));
  return sample;
}

void
gst_kvs_image_src_gaps_clear (GstKvsImageSrcGaps *self)
{
  g_queue_clear_full (&self->runs, g_free);
}
