/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gaps that wait: at the beginning of a range for the caps that only the first still tells, or for
 * somebody to take them. */
#pragma once

#include <kvssample.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcGaps:
 *
 * Gaps in the order in which they leave. Held as runs, because a whole day may be one gap.
 */
typedef struct _GstKvsImageSrcGaps GstKvsImageSrcGaps;

/**
 * gst_kvs_image_src_gaps_new:
 *
 * Returns: (transfer full): no gaps.
 */
GstKvsImageSrcGaps *gst_kvs_image_src_gaps_new (void);

/**
 * gst_kvs_image_src_gaps_free:
 * @self: (transfer full): gaps.
 */
void gst_kvs_image_src_gaps_free (GstKvsImageSrcGaps *self);

/**
 * gst_kvs_image_src_gaps_push:
 * @self: gaps.
 * @sample: the gap that comes after them.
 */
void gst_kvs_image_src_gaps_push (GstKvsImageSrcGaps *self, const KvsSample *sample);

/**
 * gst_kvs_image_src_gaps_pop:
 * @self: gaps.
 *
 * Returns: (transfer full) (nullable): the first gap, or %NULL without any.
 */
KvsSample *gst_kvs_image_src_gaps_pop (GstKvsImageSrcGaps *self);

/**
 * gst_kvs_image_src_gaps_prepend:
 * @self: gaps.
 * @earlier: the gaps that come before them, which are none afterwards.
 */
void gst_kvs_image_src_gaps_prepend (GstKvsImageSrcGaps *self, GstKvsImageSrcGaps *earlier);

/**
 * gst_kvs_image_src_gaps_is_empty:
 * @self: gaps.
 *
 * Returns: whether there are none.
 */
gboolean gst_kvs_image_src_gaps_is_empty (const GstKvsImageSrcGaps *self);

/**
 * gst_kvs_image_src_gaps_clear:
 * @self: gaps, which are none afterwards.
 *
 * Takes as long as there are runs, however many gaps are in them.
 */
void gst_kvs_image_src_gaps_clear (GstKvsImageSrcGaps *self);

G_END_DECLS
