/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsimage.h"

#include <string.h>

/* JPEG markers (ITU-T T.81 table B.1; TEM and RSTn stand alone like SOI). */
enum {
  MARKER_TEM = 0x01,
  MARKER_SOF0 = 0xc0,
  MARKER_DHT = 0xc4,
  MARKER_JPG = 0xc8,
  MARKER_DAC = 0xcc,
  MARKER_SOF15 = 0xcf,
  MARKER_RST0 = 0xd0,
  MARKER_SOI = 0xd8,
  MARKER_EOI = 0xd9,
  MARKER_SOS = 0xda,
  MARKER_APP0 = 0xe0,
  MARKER_APP14 = 0xee,
};

typedef struct {
  const guint8 *data;
  gsize size;
} Bytes;

static guint
get_u16 (const guint8 *data)
{
  return (guint)data[0] << 8 | data[1];
}

static guint32
get_u32 (const guint8 *data)
{
  return (guint32)get_u16 (data) << 16 | get_u16 (data + 2);
}

static gboolean
begins_with (Bytes bytes, const void *prefix, gsize length)
{
  return bytes.size >= length && memcmp (bytes.data, prefix, length) == 0;
}

static gboolean
is_frame_header (guint8 marker)
{
  return marker >= MARKER_SOF0 && marker <= MARKER_SOF15 && marker != MARKER_DHT &&
         marker != MARKER_JPG && marker != MARKER_DAC;
}

static gboolean
read_frame_header (guint8 marker, Bytes segment, KvsImageInfo *info)
{
  KvsJpegInfo *jpeg = &info->jpeg;

  if (segment.size < 6 || segment.size < 6 + 3 * (gsize)segment.data[5])
    return FALSE;
  info->height = get_u16 (segment.data + 1);
  info->width = get_u16 (segment.data + 3);
  jpeg->sof = marker - MARKER_SOF0;
  jpeg->n_components = segment.data[5];
  for (guint i = 0; i < MIN (jpeg->n_components, KVS_IMAGE_MAX_COMPONENTS); i++) {
    const guint8 *component = segment.data + 6 + 3 * i;

    jpeg->component[i] = component[0];
    jpeg->horizontal[i] = component[1] >> 4;
    jpeg->vertical[i] = component[1] & 0x0f;
  }
  return info->width > 0 && info->height > 0 && jpeg->n_components > 0;
}

/* The segments that say what the components stand for (JFIF 1.02; Adobe technical note 5116). */
static void
read_application_segment (guint8 marker, Bytes segment, KvsJpegInfo *jpeg)
{
  if (marker == MARKER_APP0 && begins_with (segment, "JFIF", 5))
    jpeg->has_jfif = TRUE;
  if (marker == MARKER_APP14 && begins_with (segment, "Adobe", 5) && segment.size >= 12) {
    jpeg->has_adobe = TRUE;
    jpeg->adobe_transform = segment.data[11];
  }
}

/* Finds the next marker segment at *@offset and moves *@offset behind it. */
static gboolean
next_segment (Bytes image, gsize *offset, guint8 *marker, Bytes *segment)
{
  const guint8 *data = image.data;
  gsize at = *offset, length;

  if (at + 2 > image.size || data[at] != 0xff)
    return FALSE;
  while (at < image.size && data[at] == 0xff) /* any number of fill bytes, T.81 B.1.1.2 */
    at++;
  if (at == image.size)
    return FALSE;
  *marker = data[at++];
  *segment = (Bytes){0};
  *offset = at;
  if (*marker == MARKER_TEM || (*marker >= MARKER_RST0 && *marker <= MARKER_SOI))
    return TRUE;

  if (at + 2 > image.size)
    return FALSE;
  length = get_u16 (data + at);
  if (length < 2 || length > image.size - at)
    return FALSE;
  *segment = (Bytes){data + at + 2, length - 2};
  *offset = at + length;
  return TRUE;
}

static gboolean
read_jpeg (Bytes image, KvsImageInfo *info)
{
  static const guint8 start[] = {0xff, MARKER_SOI, 0xff};
  gsize offset = 2;
  guint8 marker;
  Bytes segment;

  if (!begins_with (image, start, sizeof start))
    return FALSE;
  while (next_segment (image, &offset, &marker, &segment)) {
    if (is_frame_header (marker))
      return read_frame_header (marker, segment, info);
    if (marker == MARKER_SOS || marker == MARKER_EOI)
      return FALSE;
    read_application_segment (marker, segment, &info->jpeg);
  }
  return FALSE;
}

static gboolean
read_png (Bytes image, KvsImageInfo *info)
{
  static const guint8 start[] = {
      0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'};
  const gsize header_size = sizeof start + 13;

  if (image.size < header_size || !begins_with (image, start, sizeof start))
    return FALSE;
  info->width = get_u32 (image.data + 16);
  info->height = get_u32 (image.data + 20);
  return info->width > 0 && info->width <= G_MAXINT32 && info->height > 0 &&
         info->height <= G_MAXINT32;
}

gboolean
kvs_image_read_header (GBytes *image, KvsImageFormat format, KvsImageInfo *info)
{
  Bytes bytes;

  bytes.data = g_bytes_get_data (image, &bytes.size);
  *info = (KvsImageInfo){0};
  return format == KVS_IMAGE_FORMAT_JPEG ? read_jpeg (bytes, info) : read_png (bytes, info);
}

char *
kvs_image_describe_problem (GBytes *image)
{
  KvsImageInfo info;

  if (image == NULL)
    return g_strdup ("the base64 of the first one is malformed");
  if (kvs_image_read_header (image, KVS_IMAGE_FORMAT_JPEG, &info))
    return g_strdup ("the first one is a JPEG; set format=jpeg");
  if (kvs_image_read_header (image, KVS_IMAGE_FORMAT_PNG, &info))
    return g_strdup ("the first one is a PNG; set format=png");
  return g_strdup_printf ("the first one, of %" G_GSIZE_FORMAT
                          " bytes, is neither a JPEG nor a PNG",
      g_bytes_get_size (image));
}

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

static gboolean
is_same_jpeg (const KvsJpegInfo *jpeg, const KvsJpegInfo *other)
{
  return jpeg->sof == other->sof && jpeg->n_components == other->n_components &&
         memcmp (jpeg->component, other->component, sizeof jpeg->component) == 0 &&
         memcmp (jpeg->horizontal, other->horizontal, sizeof jpeg->horizontal) == 0 &&
         memcmp (jpeg->vertical, other->vertical, sizeof jpeg->vertical) == 0 &&
         jpeg->has_jfif == other->has_jfif && jpeg->has_adobe == other->has_adobe &&
         jpeg->adobe_transform == other->adobe_transform;
}

gboolean
kvs_image_info_equal (const KvsImageInfo *info, const KvsImageInfo *other)
{
  return info->width == other->width && info->height == other->height &&
         is_same_jpeg (&info->jpeg, &other->jpeg);
}

const char *
kvs_jpeg_get_colorspace (const KvsJpegInfo *jpeg)
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

const char *
kvs_jpeg_get_sampling (const KvsJpegInfo *jpeg)
{
  if (jpeg->n_components == 1)
    return "GRAYSCALE";
  if (jpeg->n_components != 3)
    return NULL;
  return is_rgb (jpeg) ? "RGB" : get_chroma_sampling (jpeg);
}
