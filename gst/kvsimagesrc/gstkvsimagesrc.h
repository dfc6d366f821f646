/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The element: a live or recorded camera's stills as a GStreamer source. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_KVS_IMAGE_SRC (gst_kvs_image_src_get_type ())

/**
 * GstKvsImageSrc:
 *
 * The `kvsimagesrc` element.
 */
G_DECLARE_FINAL_TYPE (GstKvsImageSrc, gst_kvs_image_src, GST, KVS_IMAGE_SRC, GstElement)

GST_ELEMENT_REGISTER_DECLARE (kvsimagesrc);

G_END_DECLS
