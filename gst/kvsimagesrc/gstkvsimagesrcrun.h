/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run of the element: from READY→PAUSED, which takes over what is set, until it goes back, and then what
 * remains to be known of it. */
#pragma once

#include "gstkvsimagesrcposition.h"
#include "gstkvsimagesrcsample.h"
#include "gstkvsimagesrcsettings.h"

#include <kvsreader.h>
#include <kvsstats.h>

#include <gst/base/gstbasesrc.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcRun:
 *
 * Where the samples come from, and where it is with them. What it posts has the element as its source,
 * and its properties are the ones that are notified.
 */
typedef struct _GstKvsImageSrcRun GstKvsImageSrcRun;

/**
 * gst_kvs_image_src_run_new:
 * @src: the element, which the run is part of.
 * @settings: what is set.
 * @stats: what to count in; it must outlive the run.
 * @error: what is wrong with @settings or with AWS's configuration.
 *
 * Nothing is sent yet.
 *
 * Returns: (transfer full) (nullable): a run.
 */
GstKvsImageSrcRun *gst_kvs_image_src_run_new (
    GstBaseSrc *src, const GstKvsImageSrcSettings *settings, KvsStats *stats, GError **error);

/**
 * gst_kvs_image_src_run_free:
 * @self: (transfer full): a run that has been stopped.
 */
void gst_kvs_image_src_run_free (GstKvsImageSrcRun *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstKvsImageSrcRun, gst_kvs_image_src_run_free)

/**
 * gst_kvs_image_src_run_stop:
 * @self: a run from which nobody pulls.
 *
 * Ends the requests in flight, and tells where the run can be taken up again.
 */
void gst_kvs_image_src_run_stop (GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_ref_reader:
 * @self: a run.
 *
 * Called with the element's object lock held.
 *
 * Returns: (transfer full) (nullable): its reader, until it is stopped.
 */
KvsReader *gst_kvs_image_src_run_ref_reader (GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_get_settings:
 * @self: a run.
 *
 * Returns: (transfer none): what was set when it began.
 */
const GstKvsImageSrcSettings *gst_kvs_image_src_run_get_settings (const GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_seek:
 * @self: a run from which nobody pulls.
 * @segment: (inout): the segment that the base class has made of a seek, or of the beginning; where
 * the samples need it, it is changed.
 * @is_beginning: whether nothing was sought yet, so that a run that is taken up again begins there.
 *
 * Only records what is to be read, and waits for nothing. max-items goes on counting.
 */
void gst_kvs_image_src_run_seek (
    GstKvsImageSrcRun *self, GstSegment *segment, gboolean is_beginning);

/**
 * gst_kvs_image_src_run_pull:
 * @self: a run, in the streaming thread.
 * @sample: (out) (transfer full): the next sample.
 *
 * Waits for it. Sends the first request when it is called for the first time. Takes over the range as
 * soon as it is known, also into the element's segment, and posts the error that ends the run.
 *
 * Returns: %GST_FLOW_OK, %GST_FLOW_EOS behind the last sample, %GST_FLOW_FLUSHING or %GST_FLOW_ERROR.
 */
GstFlowReturn gst_kvs_image_src_run_pull (GstKvsImageSrcRun *self, KvsSample **sample);

/**
 * gst_kvs_image_src_run_leave:
 * @self: a run, in the streaming thread.
 * @number: the sample that has left, which is next in order.
 *
 * Tells about once a page of them where the run can be taken up again.
 */
void gst_kvs_image_src_run_leave (GstKvsImageSrcRun *self, guint64 number);

/**
 * gst_kvs_image_src_run_get_grid:
 * @self: a run that gave a sample, in the streaming thread.
 *
 * Returns: (transfer none): what the times of samples are made of.
 */
const GstKvsImageSrcGrid *gst_kvs_image_src_run_get_grid (const GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_tell_token:
 * @self: a run.
 *
 * Notifies next-token if it is not what it was the last time.
 */
void gst_kvs_image_src_run_tell_token (GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_warn:
 * @self: a run.
 * @domain: the domain of the warning.
 * @code: its code.
 * @text: what it says.
 * @cause: (nullable): what is behind it.
 *
 * Posts a WARNING, with where the run is in its details.
 */
void gst_kvs_image_src_run_warn (
    GstKvsImageSrcRun *self, GQuark domain, gint code, const char *text, const GError *cause);

/**
 * gst_kvs_image_src_run_refuse_caps:
 * @self: a run.
 * @caps: caps that are not taken.
 *
 * Posts the ERROR that ends the run, with where it is in its details.
 */
void gst_kvs_image_src_run_refuse_caps (GstKvsImageSrcRun *self, GstCaps *caps);

/**
 * gst_kvs_image_src_run_get_refusal:
 * @self: a run whose samples have ended.
 *
 * Returns: (transfer full) (nullable): why the service says that there is nothing, when the run found
 * nothing at all.
 */
GError *gst_kvs_image_src_run_get_refusal (GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_get_position:
 * @self: a run.
 *
 * Called with the element's object lock held.
 *
 * Returns: (transfer none): where it is.
 */
const GstKvsImageSrcPosition *gst_kvs_image_src_run_get_position (const GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_is_endless:
 * @self: a run.
 *
 * Returns: whether its range has no end.
 */
gboolean gst_kvs_image_src_run_is_endless (const GstKvsImageSrcRun *self);

/**
 * gst_kvs_image_src_run_get_latency:
 * @self: a run.
 *
 * Called with the element's object lock held.
 *
 * Returns: how much later than its time a still comes while what is live is followed, in ns.
 */
GstClockTime gst_kvs_image_src_run_get_latency (const GstKvsImageSrcRun *self);

G_END_DECLS
