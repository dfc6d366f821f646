/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What leaves the source pad, in which order. */
#pragma once

#include "gstkvsimagesrcrun.h"

G_BEGIN_DECLS

/**
 * GstKvsImageSrcFlow:
 *
 * Makes caps, buffers and events of the samples of a run. Used by the streaming thread, and elsewhere only
 * while nothing streams.
 */
typedef struct _GstKvsImageSrcFlow GstKvsImageSrcFlow;

/**
 * gst_kvs_image_src_flow_new:
 * @src: the element, whose pad it is; it must outlive the flow.
 * @stats: what to count in; it must outlive the flow.
 *
 * Returns: (transfer full): a flow without a run.
 */
GstKvsImageSrcFlow *gst_kvs_image_src_flow_new (GstBaseSrc *src, KvsStats *stats);

/**
 * gst_kvs_image_src_flow_free:
 * @self: (transfer full): a flow.
 */
void gst_kvs_image_src_flow_free (GstKvsImageSrcFlow *self);

/**
 * gst_kvs_image_src_flow_begin:
 * @self: a flow.
 * @run: (nullable): the run whose samples leave from now on; it must outlive its use here.
 *
 * Forgets what there was of another run.
 */
void gst_kvs_image_src_flow_begin (GstKvsImageSrcFlow *self, GstKvsImageSrcRun *run);

/**
 * gst_kvs_image_src_flow_seek:
 * @self: a flow.
 *
 * Forgets the samples that have not left, because others have been sought; a SEGMENT is due.
 */
void gst_kvs_image_src_flow_seek (GstKvsImageSrcFlow *self);

/**
 * gst_kvs_image_src_flow_rewind:
 * @self: a flow.
 *
 * Corrects what the base class has counted of num-buffers: only stills that have left count.
 */
void gst_kvs_image_src_flow_rewind (GstKvsImageSrcFlow *self);

/**
 * gst_kvs_image_src_flow_create:
 * @self: a flow.
 * @buffer: (out) (transfer full): what the base class is to push.
 *
 * Waits for the next sample, and settles the caps. The sample is not given away with @buffer, but when
 * its push has returned OK: a buffer that gets lost on the way is made again.
 *
 * Returns: %GST_FLOW_OK, %GST_FLOW_EOS, %GST_FLOW_FLUSHING, %GST_FLOW_NOT_NEGOTIATED or %GST_FLOW_ERROR.
 */
GstFlowReturn gst_kvs_image_src_flow_create (GstKvsImageSrcFlow *self, GstBuffer **buffer);

G_END_DECLS
