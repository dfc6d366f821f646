/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that no count is lost if several threads count. */
#include "kvsstats.h"

static void
test_counters (void)
{
  g_autoptr (KvsStats) stats = kvs_stats_new ();

  for (guint i = 0; i < KVS_STATS_N_COUNTERS; i++) {
    g_assert_cmpuint (kvs_stats_get (stats, i), ==, 0);
    kvs_stats_add (stats, i, i + 1);
    kvs_stats_add (stats, i, G_GUINT64_CONSTANT (1) << 40);
  }
  for (guint i = 0; i < KVS_STATS_N_COUNTERS; i++)
    g_assert_cmpuint (kvs_stats_get (stats, i), ==, (G_GUINT64_CONSTANT (1) << 40) + i + 1);
}

static void
assert_times (KvsStats *stats, guint64 expected_mean_ns, guint64 expected_max_ns)
{
  guint64 mean_ns, max_ns;

  kvs_stats_get_request_times (stats, &mean_ns, &max_ns);
  g_assert_cmpuint (mean_ns, ==, expected_mean_ns);
  g_assert_cmpuint (max_ns, ==, expected_max_ns);
}

static void
test_request_times (void)
{
  g_autoptr (KvsStats) stats = kvs_stats_new ();

  assert_times (stats, 0, 0);
  kvs_stats_add_request_time (stats, 10);
  assert_times (stats, 10, 10);
  kvs_stats_add_request_time (stats, 31);
  kvs_stats_add_request_time (stats, 1);
  assert_times (stats, 14, 31);
}

static void
test_reset (void)
{
  g_autoptr (KvsStats) stats = kvs_stats_new ();

  kvs_stats_add (stats, KVS_STATS_REQUESTS, 5);
  kvs_stats_add_request_time (stats, 10);
  kvs_stats_reset (stats);
  g_assert_cmpuint (kvs_stats_get (stats, KVS_STATS_REQUESTS), ==, 0);
  assert_times (stats, 0, 0);
  kvs_stats_add_request_time (stats, 4);
  assert_times (stats, 4, 4);
}

#define N_ROUNDS 20000

static gpointer
count (gpointer stats)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    kvs_stats_add (stats, KVS_STATS_SAMPLES, 1);
    kvs_stats_add_request_time (stats, 3);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (KvsStats) stats = kvs_stats_new ();
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("counter", count, stats);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (
      kvs_stats_get (stats, KVS_STATS_SAMPLES), ==, G_N_ELEMENTS (threads) * N_ROUNDS);
  assert_times (stats, 3, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsstats/counters", test_counters);
  g_test_add_func ("/kvsstats/request-times", test_request_times);
  g_test_add_func ("/kvsstats/reset", test_reset);
  g_test_add_func ("/kvsstats/threads", test_threads);
  return g_test_run ();
}
