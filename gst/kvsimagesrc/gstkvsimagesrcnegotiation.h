/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What downstream makes of the caps that images have. */
#pragma once

#include <gst/base/gstbasesrc.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_negotiation_set_caps:
 * @src: a source, in its streaming thread.
 * @caps: its caps from now on.
 *
 * Returns: %GST_FLOW_OK, %GST_FLOW_FLUSHING or %GST_FLOW_NOT_NEGOTIATED.
 */
GstFlowReturn gst_kvs_image_src_negotiation_set_caps (GstBaseSrc *src, GstCaps *caps);

/**
 * gst_kvs_image_src_negotiation_takes:
 * @src: a source.
 * @caps: caps that lack something, such as a size.
 *
 * Returns: whether all that comes behind @src does with @caps as they are.
 */
gboolean gst_kvs_image_src_negotiation_takes (GstBaseSrc *src, GstCaps *caps);

G_END_DECLS
