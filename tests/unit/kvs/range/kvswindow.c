/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples a request covers, under all interpretations of its two times. */
#include "kvswindow.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* How many samples a request can cover from one time on, and where it then ends, in ms behind the
 * start. */
static void
test_longest (void)
{
  static const struct {
    gint64 start_ms;
    gint64 interval_ms;
    guint count;
    gint64 end_ms;
  } cases[] = {
      {NOVEMBER, 200, 1500, 300000},
      {NOVEMBER, 1000, 300, 300000},
      {NOVEMBER, 3000, 100, 298000},
      {NOVEMBER, 7300, 42, 300000},
      {NOVEMBER, 60000, 5, 241000},
      {NOVEMBER, 299000, 2, 300000},
      {NOVEMBER, 299999, 2, 300000},
      {NOVEMBER, 300000, 1, 1000},
      {NOVEMBER, 4294967295, 1, 1000},
      {NOVEMBER + 200, 200, 1499, 299800},
      {NOVEMBER + 250, 200, 1499, 299750},
      {NOVEMBER + 500, 3000, 100, 297500},
      {NOVEMBER + 500, 7500, 40, 293500},
      {NOVEMBER + 999, 1000, 300, 299001},
      {NOVEMBER + 999, 299000, 2, 299001},
      {NOVEMBER + 999, 299001, 1, 1},
      {NOVEMBER + 1, 299999, 1, 999},
      {0, 200, 1500, 300000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    guint count = kvs_window_get_max_count (cases[i].start_ms, cases[i].interval_ms);
    KvsWindow window;

    g_assert_cmpuint (count, ==, cases[i].count);
    kvs_window_init (&window, cases[i].start_ms, cases[i].interval_ms, count);
    g_assert_cmpint (window.start_ms, ==, cases[i].start_ms);
    g_assert_cmpint (window.interval_ms, ==, cases[i].interval_ms);
    g_assert_cmpuint (window.count, ==, count);
    g_assert_cmpint (window.end_ms - window.start_ms, ==, cases[i].end_ms);
  }
}

static void
test_end (void)
{
  static const struct {
    gint64 start_ms;
    gint64 interval_ms;
    guint count;
    gint64 end_ms;
  } cases[] = {
      {0, 200, 1, 1000},
      {0, 200, 5, 1000},
      {0, 200, 6, 2000},
      {1, 200, 1, 1000},
      {999, 200, 1, 1000},
      {1000, 200, 1, 2000},
      {250, 250, 3, 1000},
      {250, 250, 4, 2000},
      {0, 999, 2, 1000},
      {0, 1000, 2, 2000},
      {0, 3000, 2, 4000},
      {999, 3000, 2, 4000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsWindow window;

    kvs_window_init (&window, NOVEMBER + cases[i].start_ms, cases[i].interval_ms, cases[i].count);
    g_assert_cmpint (window.end_ms, ==, NOVEMBER + cases[i].end_ms);
  }
}

static void
test_times (void)
{
  KvsWindow window;

  kvs_window_init (&window, NOVEMBER + 250, 7300, 3);
  g_assert_cmpint (kvs_window_get_time (&window, 0), ==, NOVEMBER + 250);
  g_assert_cmpint (kvs_window_get_time (&window, 2), ==, NOVEMBER + 14850);
  g_assert_cmpint (kvs_window_get_time (&window, 3), ==, NOVEMBER + 22150);
  g_assert_cmpint (kvs_window_get_time (&window, -1), ==, NOVEMBER - 7050);
  kvs_window_init (&window, 0, G_MAXUINT32, 1);
  g_assert_cmpint (kvs_window_get_time (&window, 1000000), ==, 1000000 * (gint64)G_MAXUINT32);
}

/* A pair begins on a whole second, not later than is asked for, and not before the epoch. */
static void
test_pair (void)
{
  static const struct {
    gint64 time_ms;
    gint64 lookback_ms;
    gint64 start_ms;
    gint64 end_ms;
  } cases[] = {
      {NOVEMBER, 20000, NOVEMBER - 20000, NOVEMBER + 1000},
      {NOVEMBER + 1, 20000, NOVEMBER - 20000, NOVEMBER + 1000},
      {NOVEMBER + 421, 20000, NOVEMBER - 20000, NOVEMBER + 1000},
      {NOVEMBER + 999, 20000, NOVEMBER - 20000, NOVEMBER + 1000},
      {NOVEMBER, 20001, NOVEMBER - 21000, NOVEMBER + 1000},
      {NOVEMBER, 1, NOVEMBER - 1000, NOVEMBER + 1000},
      {NOVEMBER, 0, NOVEMBER - 1000, NOVEMBER + 1000},
      {NOVEMBER + 199, 0, NOVEMBER - 1000, NOVEMBER + 1000},
      {NOVEMBER + 200, 0, NOVEMBER, NOVEMBER + 1000},
      {NOVEMBER + 200, 200, NOVEMBER, NOVEMBER + 1000},
      {NOVEMBER + 200, 201, NOVEMBER - 1000, NOVEMBER + 1000},
      {NOVEMBER, 60000, NOVEMBER - 60000, NOVEMBER + 1000},
      {NOVEMBER + 999, 299000, NOVEMBER - 299000, NOVEMBER + 1000},
      {5000, 20000, 0, 6000},
      {200, 20000, 0, 1000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsWindow window;

    kvs_window_init_pair (&window, cases[i].time_ms, cases[i].lookback_ms);
    g_assert_cmpint (window.start_ms, ==, cases[i].start_ms);
    g_assert_cmpuint (window.count, ==, 2);
    g_assert_cmpint (kvs_window_get_time (&window, 1), ==, cases[i].time_ms);
    g_assert_cmpint (window.end_ms, ==, cases[i].end_ms);
  }
}

static gint64
cut_to_second (gint64 ms)
{
  return ms - ms % 1000;
}

/* A window must be right whether or not the service cuts its times to whole seconds, and whether or
 * not its end is part of it. */
static void
assert_safe (const KvsWindow *window)
{
  gint64 last_ms = kvs_window_get_time (window, window->count - 1);

  g_assert_cmpuint (window->count, >, 0);
  g_assert_cmpint (window->interval_ms, >=, KVS_MIN_SAMPLING_INTERVAL_MS);
  g_assert_cmpint (window->end_ms - cut_to_second (window->start_ms), <=, KVS_MAX_RANGE_MS);
  g_assert_cmpint (window->end_ms, ==, cut_to_second (window->end_ms));
  g_assert_cmpint (window->end_ms, >, last_ms);
  g_assert_cmpint (window->end_ms, <=, last_ms + 1000);
}

static gint64
pick_interval (void)
{
  static const gint64 usual[] = {200, 250, 333, 500, 1000, 1001, 3000, 7300, 60000, 4294967295};

  if (g_test_rand_bit ())
    return usual[g_test_rand_int_range (0, G_N_ELEMENTS (usual))];
  return g_test_rand_int_range (200, 400000);
}

static void
test_random_windows (void)
{
  for (guint i = 0; i < 20000; i++) {
    gint64 start_ms = NOVEMBER + g_test_rand_int_range (0, 100000);
    gint64 interval_ms = pick_interval ();
    guint most = kvs_window_get_max_count (start_ms, interval_ms);
    KvsWindow window;

    kvs_window_init (&window, start_ms, interval_ms, most);
    assert_safe (&window);
    /* One more would be too many. */
    g_assert_cmpint (cut_to_second (kvs_window_get_time (&window, most)) + 1000, >,
        cut_to_second (start_ms) + KVS_MAX_RANGE_MS);
    kvs_window_init (
        &window, start_ms, interval_ms, (guint)g_test_rand_int_range (1, (gint)most + 1));
    assert_safe (&window);
  }
}

static void
test_random_pairs (void)
{
  for (guint i = 0; i < 20000; i++) {
    gint64 time_ms = NOVEMBER + g_test_rand_int_range (0, 100000);
    gint64 lookback_ms = g_test_rand_int_range (0, 60001);
    KvsWindow window;

    kvs_window_init_pair (&window, time_ms, lookback_ms);
    assert_safe (&window);
    g_assert_cmpint (window.start_ms, ==, cut_to_second (window.start_ms));
    g_assert_cmpint (window.start_ms, <=, time_ms - lookback_ms);
    g_assert_cmpint (kvs_window_get_time (&window, 1), ==, time_ms);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvswindow/longest", test_longest);
  g_test_add_func ("/kvswindow/end", test_end);
  g_test_add_func ("/kvswindow/times", test_times);
  g_test_add_func ("/kvswindow/pair", test_pair);
  g_test_add_func ("/kvswindow/random-windows", test_random_windows);
  g_test_add_func ("/kvswindow/random-pairs", test_random_pairs);
  return g_test_run ();
}
