/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much later than their time stills come, while what is live is followed. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcLatency:
 * @min: the least latency, in ns, which only grows during a run.
 *
 * All zeros is none.
 */
typedef struct {
  GstClockTime min;
} GstKvsImageSrcLatency;

/**
 * gst_kvs_image_src_latency_expect:
 * @self: the latency.
 * @availability_delay: how long after its own time a sample is first asked for, in ns.
 * @head_start: how long before the running time of its first sample is reached that sample was, in ns;
 * what lies that far in the past is not late.
 *
 * Takes in what is known before anything has come: a sample comes within a second after it is asked for.
 *
 * Returns: whether the latency has grown.
 */
gboolean gst_kvs_image_src_latency_expect (
    GstKvsImageSrcLatency *self, GstClockTime availability_delay, GstClockTimeDiff head_start);

/**
 * gst_kvs_image_src_latency_observe:
 * @self: the latency.
 * @lateness: how much later than its running time a still has come, in ns; negative when it was
 * earlier.
 *
 * Grows in whole seconds, as each time the whole pipeline has to take it in. A second is nothing: it is
 * how long the first still of the past takes.
 *
 * Returns: whether the latency has grown.
 */
gboolean gst_kvs_image_src_latency_observe (GstKvsImageSrcLatency *self, GstClockTimeDiff lateness);

G_END_DECLS
