/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reads the header of an image, without decoding the image. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** KvsImageFormat: the Format of GetImages. */
typedef enum {
  KVS_IMAGE_FORMAT_JPEG,
  KVS_IMAGE_FORMAT_PNG,
} KvsImageFormat;

/** The most components of a JPEG frame whose sampling factors are kept: CMYK has four. */
#define KVS_IMAGE_MAX_COMPONENTS 4

/**
 * KvsJpegInfo:
 * @sof: which start-of-frame marker the image has, 0 (baseline) to 15 (ITU-T T.81 table B.1).
 * @n_components: 1 for grey, 3 for YCbCr or RGB, 4 for CMYK or YCCK.
 * @component: their identifiers.
 * @horizontal, @vertical: their sampling factors.
 * @has_jfif: whether there is a JFIF segment, which makes three components YCbCr.
 * @has_adobe: whether there is an Adobe segment, which says what the components are.
 * @adobe_transform: the colour transform in it: 0 none, 1 YCbCr, 2 YCCK.
 */
typedef struct {
  guint8 sof;
  guint8 n_components;
  guint8 component[KVS_IMAGE_MAX_COMPONENTS];
  guint8 horizontal[KVS_IMAGE_MAX_COMPONENTS];
  guint8 vertical[KVS_IMAGE_MAX_COMPONENTS];
  gboolean has_jfif;
  gboolean has_adobe;
  guint8 adobe_transform;
} KvsJpegInfo;

/**
 * KvsImageInfo:
 * @width, @height: size in pixels, at least 1.
 * @jpeg: what only a JPEG has.
 */
typedef struct {
  guint width;
  guint height;
  KvsJpegInfo jpeg;
} KvsImageInfo;

/**
 * kvs_image_read_header:
 * @image: an image.
 * @format: the format that it should be of.
 * @info: (out): what its header says.
 *
 * Reads the JPEG segments up to the frame header (ITU-T T.81 annex B), or the PNG signature and
 * IHDR (PNG specification, sections 5.2 and 11.2.2).
 *
 * Returns: whether @image begins like an image of @format.
 */
gboolean kvs_image_read_header (GBytes *image, KvsImageFormat format, KvsImageInfo *info);

gboolean kvs_image_info_equal (const KvsImageInfo *info, const KvsImageInfo *other);

/**
 * kvs_jpeg_get_colorspace:
 * @jpeg: what the header of a JPEG says.
 *
 * Returns: (nullable): what its components are, in the words of GStreamer's caps: `GRAY`, `sYUV`, `sRGB`, `CMYK` or
 *     `YCCK`.
 */
const char *kvs_jpeg_get_colorspace (const KvsJpegInfo *jpeg);

/**
 * kvs_jpeg_get_sampling:
 * @jpeg: what the header of a JPEG says.
 *
 * Returns: (nullable): how they are sampled, in the words of GStreamer's caps, such as `YCbCr-4:2:0`.
 */
const char *kvs_jpeg_get_sampling (const KvsJpegInfo *jpeg);

/**
 * kvs_image_describe_problem:
 * @image: (nullable): what came as an image, and is none of the format that was asked for; %NULL where its base64
 *     is malformed.
 *
 * Returns: (transfer full): what it is, and what to do if that is known, for people.
 */
char *kvs_image_describe_problem (GBytes *image);

G_END_DECLS
