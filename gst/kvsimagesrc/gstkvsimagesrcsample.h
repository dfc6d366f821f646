/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What leaves the pad for a sample: a buffer for a still, a GAP event for a gap. */
#pragma once

#include <kvssample.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcGrid:
 * @start_ms: time of sample 0, in ms since the epoch.
 * @interval: from each sample to the next, in ns.
 * @stride: how many samples each that leaves stands for.
 *
 * What the times of samples are made of.
 */
typedef struct {
  gint64 start_ms;
  GstClockTime interval;
  guint stride;
} GstKvsImageSrcGrid;

/**
 * gst_kvs_image_src_sample_get_unix_time:
 * @number: number of a sample.
 * @grid: the grid.
 *
 * Returns: the time of the sample on the grid, in ns since the epoch.
 */
GstClockTime gst_kvs_image_src_sample_get_unix_time (
    guint64 number, const GstKvsImageSrcGrid *grid);

/**
 * gst_kvs_image_src_sample_make_still:
 * @sample: a still.
 * @grid: the grid.
 *
 * Returns: (transfer full): a buffer around its image, with a #GstReferenceTimestampMeta for the
 * service's own time of it.
 */
GstBuffer *gst_kvs_image_src_sample_make_still (
    const KvsSample *sample, const GstKvsImageSrcGrid *grid);

/**
 * gst_kvs_image_src_sample_make_carrier:
 * @sample: a gap.
 * @grid: the grid.
 *
 * Returns: (transfer full): an empty buffer with the times of the gap, which carries its GAP event.
 */
GstBuffer *gst_kvs_image_src_sample_make_carrier (
    const KvsSample *sample, const GstKvsImageSrcGrid *grid);

/**
 * gst_kvs_image_src_sample_take_gap:
 * @buffer: a buffer of a sample.
 *
 * Returns: (transfer full) (nullable): the GAP event that @buffer carries.
 */
GstEvent *gst_kvs_image_src_sample_take_gap (GstBuffer *buffer);

G_END_DECLS
