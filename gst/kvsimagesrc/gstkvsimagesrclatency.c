/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrclatency.h"

/* The longest usual time from a request to its reply. */
#define ANSWER_TIME GST_SECOND

/* A difference of clocks that is not worth a LATENCY message. */
#define TOLERANCE (20 * GST_MSECOND)

static gboolean
raise_to (GstKvsImageSrcLatency *self, GstClockTimeDiff latency)
{
  if (latency <= (GstClockTimeDiff)self->min)
    return FALSE;
  self->min = (GstClockTime)latency;
  return TRUE;
}

gboolean
gst_kvs_image_src_latency_expect (
    GstKvsImageSrcLatency *self, GstClockTime availability_delay, GstClockTimeDiff head_start)
{
  GstClockTimeDiff expected = (GstClockTimeDiff)(availability_delay + ANSWER_TIME) - head_start;

  if (self->min > 0 && expected <= (GstClockTimeDiff)(self->min + TOLERANCE))
    return FALSE;
  return raise_to (self, expected);
}

void
gst_kvs_image_src_latency_start (GstKvsImageSrcLatency *self, GstClockTimeDiff running_time)
{
  if (self->has_start)
    return;
  self->has_start = TRUE;
  self->start = MAX (running_time, 0);
}

void
gst_kvs_image_src_latency_stop (GstKvsImageSrcLatency *self)
{
  self->has_start = FALSE;
}

/* The running time at which a still is expected that is due at 0. An application that adds the element to a running
 * pipeline may shift the pad by what the pipeline has run already, and by more to have time in hand. */
static GstClockTimeDiff
get_origin (const GstKvsImageSrcLatency *self, GstClockTimeDiff pad_offset)
{
  return pad_offset > 0 ? MAX (pad_offset, self->start) : self->start + pad_offset;
}

gboolean
gst_kvs_image_src_latency_observe (GstKvsImageSrcLatency *self, GstClockTimeDiff now,
    GstClockTimeDiff waited, GstClockTimeDiff due, GstClockTimeDiff pad_offset)
{
  const GstClockTimeDiff second = GST_SECOND;
  GstClockTimeDiff lateness;

  if (!self->has_start)
    return FALSE;
  /* A flush may have the pipeline begin anew a little later. */
  if (now < self->start)
    self->start = 0;
  lateness = now - waited - due - get_origin (self, pad_offset);
  if (lateness <= MAX ((GstClockTimeDiff)ANSWER_TIME, (GstClockTimeDiff)self->min))
    return FALSE;
  return raise_to (self, (lateness + second - 1) / second * second);
}
