/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcstats.h"

GstStructure *
gst_kvs_image_src_stats_new (KvsStats *stats, guint64 held_bytes)
{
  static const struct {
    const char *name;
    KvsStatsCounter counter;
  } fields[] = {
      {"requests", KVS_STATS_REQUESTS},
      {"retries", KVS_STATS_RETRIES},
      {"throttles", KVS_STATS_THROTTLES},
      {"samples", KVS_STATS_SAMPLES},
      {"images", KVS_STATS_IMAGES},
      {"gaps-no-media", KVS_STATS_GAPS_NO_MEDIA},
      {"gaps-media-error", KVS_STATS_GAPS_MEDIA_ERROR},
      {"images-recovered", KVS_STATS_IMAGES_RECOVERED},
      {"images-wasted", KVS_STATS_IMAGES_WASTED},
      {"bytes-received", KVS_STATS_BYTES_RECEIVED},
      {"image-bytes", KVS_STATS_IMAGE_BYTES},
  };
  GstStructure *structure = gst_structure_new_empty ("application/x-kvsimagesrc-stats");
  guint64 mean_ns, max_ns;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gst_structure_set (
        structure, fields[i].name, G_TYPE_UINT64, kvs_stats_get (stats, fields[i].counter), NULL);
  kvs_stats_get_request_times (stats, &mean_ns, &max_ns);
  gst_structure_set (structure, "request-time-mean", G_TYPE_UINT64, mean_ns, "request-time-max",
      G_TYPE_UINT64, max_ns, "held-bytes", G_TYPE_UINT64, held_bytes, NULL);
  return structure;
}
