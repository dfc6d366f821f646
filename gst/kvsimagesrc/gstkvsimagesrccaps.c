/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrccaps.h"

GstCaps *
gst_kvs_image_src_caps_new_without_image (KvsImageFormat format, guint width, guint height)
{
  GstCaps *caps = gst_caps_new_simple (format == KVS_IMAGE_FORMAT_JPEG ? "image/jpeg" : "image/png",
      "parsed", G_TYPE_BOOLEAN, TRUE, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);

  if (width > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, (gint)width, "height", G_TYPE_INT, (gint)height,
        "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  return caps;
}

GstCaps *
gst_kvs_image_src_caps_new (KvsImageFormat format, const KvsImageInfo *info)
{
  GstCaps *caps = gst_kvs_image_src_caps_new_without_image (format, info->width, info->height);
  const char *colorspace = kvs_jpeg_get_colorspace (&info->jpeg);
  const char *sampling = kvs_jpeg_get_sampling (&info->jpeg);

  if (format != KVS_IMAGE_FORMAT_JPEG)
    return caps;
  gst_caps_set_simple (caps, "sof-marker", G_TYPE_INT, (gint)info->jpeg.sof, NULL);
  if (colorspace)
    gst_caps_set_simple (caps, "colorspace", G_TYPE_STRING, colorspace, NULL);
  if (sampling)
    gst_caps_set_simple (caps, "sampling", G_TYPE_STRING, sampling, NULL);
  return caps;
}

GstCaps *
gst_kvs_image_src_caps_new_possible (KvsImageFormat format, guint width, guint height)
{
  GstCaps *caps = gst_kvs_image_src_caps_new_without_image (format, width, height);

  if (width == 0)
    gst_caps_set_simple (caps, "width", GST_TYPE_INT_RANGE, 1, G_MAXINT, "height",
        GST_TYPE_INT_RANGE, 1, G_MAXINT, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  return caps;
}
