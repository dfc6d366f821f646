/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is pushed for a sample: a buffer for a still, a GAP event for a gap. */
#pragma once

#include <kvssample.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_sample_make_still:
 * @sample: a still.
 * @pts, @duration: its times in the stream, in ns.
 *
 * The buffer shares the memory of the image with @sample, which is kept for the case that the push is flushed.
 * Otherwise downstream has the memory for itself, and may write to it.
 *
 * Returns: (transfer full): a buffer around its image, with a #GstReferenceTimestampMeta for the
 *     service's own time of it.
 */
GstBuffer *gst_kvs_image_src_sample_make_still (
    const KvsSample *sample, GstClockTime pts, GstClockTime duration);

/**
 * gst_kvs_image_src_sample_make_gap:
 * @sample: a gap.
 * @pts, @duration: its times in the stream, in ns.
 * @unix_time: its time on the grid, in ns since the epoch.
 *
 * Returns: (transfer full): a GAP event.
 */
GstEvent *gst_kvs_image_src_sample_make_gap (
    const KvsSample *sample, GstClockTime pts, GstClockTime duration, GstClockTime unix_time);

G_END_DECLS
