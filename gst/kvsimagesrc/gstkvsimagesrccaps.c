/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrccaps.h"

/* The colour transforms of an Adobe segment (Adobe technical note 5116; ITU-T T.872 6.5.3). */
enum {
  ADOBE_TRANSFORM_NONE = 0,
  ADOBE_TRANSFORM_YCCK = 2,
};

/* Without a segment that says what they are, the components' identifiers do: 'R', 'G' and 'B' are
 * what they say. */
static gboolean
is_rgb (const KvsJpegInfo *jpeg)
{
  if (jpeg->n_components != 3 || jpeg->has_jfif)
    return FALSE;
  if (jpeg->has_adobe)
    return jpeg->adobe_transform == ADOBE_TRANSFORM_NONE;
  return jpeg->component[0] == 'R' && jpeg->component[1] == 'G' && jpeg->component[2] == 'B';
}

static const char *
get_colorspace (const KvsJpegInfo *jpeg)
{
  switch (jpeg->n_components) {
    case 1:
      return "GRAY";
    case 3:
      return is_rgb (jpeg) ? "sRGB" : "sYUV";
    case 4:
      return jpeg->has_adobe && jpeg->adobe_transform != ADOBE_TRANSFORM_NONE ? "YCCK" : "CMYK";
    default:
      return NULL;
  }
}

/* The chroma components as fractions of the luma one, horizontally and vertically. */
static const char *
get_chroma_sampling (const KvsJpegInfo *jpeg)
{
  static const struct {
    guint8 horizontal, vertical;
    const char *name;
  } names[] = {
      {1, 1, "YCbCr-4:4:4"},
      {2, 1, "YCbCr-4:2:2"},
      {2, 2, "YCbCr-4:2:0"},
      {1, 2, "YCbCr-4:4:0"},
      {4, 1, "YCbCr-4:1:1"},
      {4, 2, "YCbCr-4:1:0"},
  };
  const guint8 *h = jpeg->horizontal, *v = jpeg->vertical;

  if (h[1] != h[2] || v[1] != v[2])
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (h[0] == names[i].horizontal * h[1] && v[0] == names[i].vertical * v[1])
      return names[i].name;
  }
  return NULL;
}

static const char *
get_sampling (const KvsJpegInfo *jpeg)
{
  if (jpeg->n_components == 1)
    return "GRAYSCALE";
  if (jpeg->n_components != 3)
    return NULL;
  return is_rgb (jpeg) ? "RGB" : get_chroma_sampling (jpeg);
}

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
  const char *colorspace = get_colorspace (&info->jpeg);
  const char *sampling = get_sampling (&info->jpeg);

  if (format != KVS_IMAGE_FORMAT_JPEG)
    return caps;
  gst_caps_set_simple (caps, "sof-marker", G_TYPE_INT, (gint)info->jpeg.sof, NULL);
  if (colorspace)
    gst_caps_set_simple (caps, "colorspace", G_TYPE_STRING, colorspace, NULL);
  if (sampling)
    gst_caps_set_simple (caps, "sampling", G_TYPE_STRING, sampling, NULL);
  return caps;
}
