/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The caps of the element: what an image's header says, in the words of jpegparse and pngparse. */
#pragma once

#include <kvsimage.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/** The caps of the pad template. */
#define GST_KVS_IMAGE_SRC_CAPS                                                                     \
  "image/jpeg, parsed = (boolean) true, width = (int) [ 1, MAX ], height = (int) [ 1, MAX ], "     \
  "framerate = (fraction) 0/1, pixel-aspect-ratio = (fraction) 1/1; "                              \
  "image/png, parsed = (boolean) true, width = (int) [ 1, MAX ], height = (int) [ 1, MAX ], "      \
  "framerate = (fraction) 0/1, pixel-aspect-ratio = (fraction) 1/1"

/**
 * gst_kvs_image_src_caps_new:
 * @format: the format of the image.
 * @info: what its header says.
 *
 * Returns: (transfer full): the caps of the image; for JPEG with `sof-marker`, `colorspace` and
 * `sampling`.
 */
GstCaps *gst_kvs_image_src_caps_new (KvsImageFormat format, const KvsImageInfo *info);

/**
 * gst_kvs_image_src_caps_new_without_image:
 * @format: the format that was asked for.
 * @width, @height: the size that was asked for, or both 0.
 *
 * Returns: (transfer full): the caps that are known without an image; without a size when none was
 * asked for.
 */
GstCaps *gst_kvs_image_src_caps_new_without_image (
    KvsImageFormat format, guint width, guint height);

/**
 * gst_kvs_image_src_caps_new_possible:
 * @format: the format that is asked for.
 * @width, @height: the size that is asked for, or both 0.
 *
 * Returns: (transfer full): all caps that images can have.
 */
GstCaps *gst_kvs_image_src_caps_new_possible (KvsImageFormat format, guint width, guint height);

G_END_DECLS
