/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The stream and the parameters of GetImages that stay the same over a whole range. */
#pragma once

#include "kvsimage.h"

#include <glib-object.h>

G_BEGIN_DECLS

/** KvsImageSelector: the ImageSelectorType of GetImages, which is whose clock the timestamps are
 * on. */
typedef enum {
  KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP,
  KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
} KvsImageSelector;

/**
 * kvs_image_selector_get_name:
 * @selector: whose clock.
 *
 * Returns: what users call it.
 */
const char *kvs_image_selector_get_name (KvsImageSelector selector);

/** The largest WidthPixels and HeightPixels (API reference, GetImages). */
#define KVS_MAX_WIDTH 3840
#define KVS_MAX_HEIGHT 2160

/** The JPEGQuality that the service takes when none is given (API reference, GetImages,
 * FormatConfig). */
#define KVS_DEFAULT_JPEG_QUALITY 80

/** The largest MaxResults (service model), and the largest page that the service gives (API
 * reference, GetImages). */
#define KVS_MAX_RESULTS 100
#define KVS_MAX_PAGE 25

/**
 * KvsQuery:
 * @stream_name: (nullable): the stream by its name,
 * @stream_arn: (nullable): or by its ARN; exactly one of the two.
 * @selector: whose clock.
 * @format: what the images are encoded as.
 * @jpeg_quality: 1 to 100, for JPEG only.
 * @width, @height: what the images are stretched to, or both 0 for the size of the stream.
 * @page_size: MaxResults, 1 to %KVS_MAX_RESULTS.
 */
typedef struct {
  char *stream_name;
  char *stream_arn;
  KvsImageSelector selector;
  KvsImageFormat format;
  guint jpeg_quality;
  guint width;
  guint height;
  guint page_size;
} KvsQuery;

KvsQuery *kvs_query_copy (const KvsQuery *self);

void kvs_query_free (KvsQuery *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsQuery, kvs_query_free)

G_END_DECLS
