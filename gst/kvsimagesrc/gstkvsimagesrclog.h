/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes the lines of the libraries to GStreamer's debug log. */
#pragma once

#include <awslog.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_log_sink_new:
 * @element: the object of each line; it may be gone before the sink.
 *
 * Lines of `gst/aws` go to the category `aws`, and those of `gst/kvs` to `kvs`.
 *
 * Returns: (transfer full): a sink.
 */
AwsLogSink *gst_kvs_image_src_log_sink_new (GstElement *element);

G_END_DECLS
