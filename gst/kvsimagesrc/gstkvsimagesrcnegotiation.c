/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcnegotiation.h"

/* An element may take an event with caps and only then find out that it can do nothing with them. */
static gboolean
is_wanted (GstBaseSrc *src, GstCaps *caps)
{
  g_autoptr (GstCaps) common = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (src), caps);

  return !gst_caps_is_empty (common);
}

GstFlowReturn
gst_kvs_image_src_negotiation_set_caps (GstBaseSrc *src, GstCaps *caps)
{
  if (is_wanted (src, caps) && gst_base_src_set_caps (src, caps))
    return GST_FLOW_OK;
  return GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (src)) ? GST_FLOW_FLUSHING : GST_FLOW_NOT_NEGOTIATED;
}

/* Not only the next element must do with them: one that passes caps on, as videorate does, accepts
 * what a muxer behind it then refuses. */
gboolean
gst_kvs_image_src_negotiation_takes (GstBaseSrc *src, GstCaps *caps)
{
  GstPad *pad = GST_BASE_SRC_PAD (src);
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (pad, NULL);

  return gst_caps_is_subset (caps, taken) && gst_pad_peer_query_accept_caps (pad, caps);
}
