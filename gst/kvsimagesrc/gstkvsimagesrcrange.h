/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From when to when a run goes, and where in between it begins. */
#pragma once

#include "gstkvsimagesrcsettings.h"

#include <kvsrange.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcRange:
 * @spec: from when to when.
 * @first: the sample that a run begins with, which is 0 unless one is taken up again.
 * @service_token: (nullable): the NextToken of the service that a run begins with; it belongs to the
 * settings.
 */
typedef struct {
  KvsRangeSpec spec;
  guint64 first;
  const char *service_token;
} GstKvsImageSrcRange;

/**
 * gst_kvs_image_src_range_read:
 * @settings: settings that make a query.
 * @now_ms: what "now" is by the local clock, in ms since the epoch.
 * @range: (out): from when to when.
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted; also when the
 * range is empty whatever the service's clock says.
 *
 * Returns: whether the settings give a range.
 */
gboolean gst_kvs_image_src_range_read (const GstKvsImageSrcSettings *settings, gint64 now_ms,
    GstKvsImageSrcRange *range, GError **error);

G_END_DECLS
