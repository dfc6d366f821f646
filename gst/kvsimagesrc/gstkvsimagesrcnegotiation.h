/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks downstream whether it accepts the caps of images. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_negotiation_wants:
 * @pad: the source pad.
 * @caps: its caps from now on.
 *
 * An element may accept a CAPS event and fail afterwards, so it is asked first.
 *
 * Returns: whether downstream accepts @caps.
 */
gboolean gst_kvs_image_src_negotiation_wants (GstPad *pad, GstCaps *caps);

/**
 * gst_kvs_image_src_negotiation_takes_incomplete:
 * @pad: the source pad.
 * @caps: caps that lack something, such as a size.
 *
 * Returns: whether all elements downstream accept @caps as they are.
 */
gboolean gst_kvs_image_src_negotiation_takes_incomplete (GstPad *pad, GstCaps *caps);

/**
 * gst_kvs_image_src_negotiation_describe_rejection:
 * @pad: the source pad.
 * @caps: caps that were refused.
 *
 * Returns: (transfer full): for people: which element refuses @caps, what of them, what it takes, and what to do.
 */
char *gst_kvs_image_src_negotiation_describe_rejection (GstPad *pad, GstCaps *caps);

G_END_DECLS
