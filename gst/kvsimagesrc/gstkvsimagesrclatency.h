/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The latency of a live session: how much later than their time stills arrive. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcLatency:
 * @min: the least latency, in ns, which only grows during a session.
 * @has_start: whether @start is known.
 * @start: the running time of the pipeline when the element began to play, in ns.
 *
 * All zeros is none.
 */
typedef struct {
  GstClockTime min;
  gboolean has_start;
  GstClockTimeDiff start;
} GstKvsImageSrcLatency;

/**
 * gst_kvs_image_src_latency_expect:
 * @self: the latency.
 * @availability_delay: how long after its own time a sample is first asked for, in ns.
 * @head_start: how long before the running time of its first sample is reached that sample was, in ns;
 * what lies that far in the past is not late.
 *
 * Sets the latency before the first still: a sample arrives within a second after it is first requested.
 *
 * Returns: whether the latency has grown.
 */
gboolean gst_kvs_image_src_latency_expect (
    GstKvsImageSrcLatency *self, GstClockTime availability_delay, GstClockTimeDiff head_start);

/**
 * gst_kvs_image_src_latency_start:
 * @self: the latency.
 * @running_time: the running time of the pipeline now, in ns.
 *
 * Lateness counts from now on, unless it does already. An element that is added to a pipeline which runs already
 * begins then, and not when the pipeline did.
 */
void gst_kvs_image_src_latency_start (GstKvsImageSrcLatency *self, GstClockTimeDiff running_time);

/**
 * gst_kvs_image_src_latency_stop:
 * @self: the latency.
 *
 * Lateness does not count until gst_kvs_image_src_latency_start().
 */
void gst_kvs_image_src_latency_stop (GstKvsImageSrcLatency *self);

/**
 * gst_kvs_image_src_latency_observe:
 * @self: the latency.
 * @now: the running time of the pipeline now, in ns.
 * @waited: how long ago the still came, in ns.
 * @due: the running time of the still in its segment, in ns.
 * @pad_offset: the offset of the source pad, in ns.
 *
 * Grows in whole seconds, as each time the whole pipeline has to take it in. A second is nothing: it is how long
 * the first still of the past takes.
 *
 * Returns: whether the latency has grown.
 */
gboolean gst_kvs_image_src_latency_observe (GstKvsImageSrcLatency *self, GstClockTimeDiff now,
    GstClockTimeDiff waited, GstClockTimeDiff due, GstClockTimeDiff pad_offset);

G_END_DECLS
