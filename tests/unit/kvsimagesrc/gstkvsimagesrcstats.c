/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcstats.h"

static guint64
get (const GstStructure *stats, const char *name)
{
  guint64 value = G_MAXUINT64;

  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

static void
test_fields (void)
{
  static const struct {
    const char *name;
    KvsStatsCounter counter;
  } fields[KVS_STATS_N_COUNTERS] = {
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
  g_autoptr (KvsStats) stats = kvs_stats_new ();
  g_autoptr (GstStructure) structure = NULL;

  for (guint i = 0; i < KVS_STATS_N_COUNTERS; i++)
    kvs_stats_add (stats, fields[i].counter, i + 1);
  kvs_stats_add_request_time (stats, 10);
  kvs_stats_add_request_time (stats, 30);
  structure = gst_kvs_image_src_stats_new (stats, 77);
  g_assert_true (gst_structure_has_name (structure, "application/x-kvsimagesrc-stats"));
  for (guint i = 0; i < KVS_STATS_N_COUNTERS; i++)
    g_assert_cmpuint (get (structure, fields[i].name), ==, i + 1);
  g_assert_cmpuint (get (structure, "request-time-mean"), ==, 20);
  g_assert_cmpuint (get (structure, "request-time-max"), ==, 30);
  g_assert_cmpuint (get (structure, "held-bytes"), ==, 77);
  g_assert_cmpint (gst_structure_n_fields (structure), ==, KVS_STATS_N_COUNTERS + 3);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stats/fields", test_fields);
  return g_test_run ();
}
