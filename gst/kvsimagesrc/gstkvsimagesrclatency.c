/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrclatency.h"

/* Within which a sample comes that is asked for. */
#define ANSWER_TIME GST_SECOND

/* What two readings of the clocks may differ by, and nobody need be told of. */
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

gboolean
gst_kvs_image_src_latency_observe (GstKvsImageSrcLatency *self, GstClockTimeDiff lateness)
{
  const GstClockTimeDiff second = GST_SECOND;

  if (lateness <= MAX ((GstClockTimeDiff)ANSWER_TIME, (GstClockTimeDiff)self->min))
    return FALSE;
  return raise_to (self, (lateness + second - 1) / second * second);
}
