/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The value of the property stats. */
#pragma once

#include <kvsstats.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_stats_new:
 * @stats: what was counted.
 * @held_bytes: the bytes of images that are held ahead of downstream.
 *
 * Returns: (transfer full): the structure `application/x-kvsimagesrc-stats`, all of whose fields are
 * uint64.
 */
GstStructure *gst_kvs_image_src_stats_new (KvsStats *stats, guint64 held_bytes);

G_END_DECLS
