/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcstats.h"

GstStructure *
gst_kvs_image_src_stats_new (KvsStats *stats, guint64 held_bytes)
{
  GstStructure *structure = gst_structure_new_empty ("application/x-kvsimagesrc-stats");
  guint64 mean_ns, max_ns;

  for (KvsStatsCounter i = 0; i < KVS_STATS_N_COUNTERS; i++)
    gst_structure_set (
        structure, kvs_stats_counter_get_name (i), G_TYPE_UINT64, kvs_stats_get (stats, i), NULL);
  kvs_stats_get_request_times (stats, &mean_ns, &max_ns);
  gst_structure_set (structure, "request-time-mean", G_TYPE_UINT64, mean_ns, "request-time-max",
      G_TYPE_UINT64, max_ns, "held-bytes", G_TYPE_UINT64, held_bytes, NULL);
  return structure;
}
