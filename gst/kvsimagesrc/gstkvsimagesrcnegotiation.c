/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcnegotiation.h"

/* Without this the base class would only say "not-negotiated". */
static gboolean
check_peer (GstBaseSrc *src, GstCaps *caps)
{
  g_autoptr (GstCaps) common = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (src), caps);

  if (!gst_caps_is_empty (common) || GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (src)))
    return TRUE;
  GST_ELEMENT_ERROR (src, STREAM, FORMAT,
      ("What comes behind kvsimagesrc does not take these images; set format to what it takes, or "
       "decode them first."),
      ("the caps %" GST_PTR_FORMAT " are refused", caps));
  return FALSE;
}

GstFlowReturn
gst_kvs_image_src_negotiation_set_caps (GstBaseSrc *src, GstCaps *caps)
{
  if (check_peer (src, caps) && gst_base_src_set_caps (src, caps))
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
