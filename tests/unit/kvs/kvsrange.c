/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples a range has, and which window of them each request asks for. */
#include "kvsrange.h"

#include "kvserror.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static KvsRange
resolve (const char *start, const char *end, guint interval_ms, gboolean align)
{
  KvsRangeSpec spec = {.interval_ms = interval_ms, .align = align};
  KvsRange range;

  g_assert_true (kvs_timestamp_parse (start, &spec.start, NULL));
  g_assert_true (kvs_timestamp_parse (end, &spec.end, NULL));
  g_assert_true (kvs_range_spec_resolve (&spec, NOVEMBER, &range, NULL));
  g_assert_cmpuint (range.interval_ms, ==, interval_ms);
  return range;
}

static void
test_resolve (void)
{
  static const struct {
    const char *start;
    const char *end;
    guint interval_ms;
    gboolean align;
    gint64 start_ms;
    gint64 end_ms;
    guint64 n_samples;
  } cases[] = {
      {"1000", "1010", 3000, FALSE, 1000000, 1010000, 4},
      {"1000", "1009", 3000, FALSE, 1000000, 1009000, 3},
      {"1000", "1009.001", 3000, FALSE, 1000000, 1009001, 4},
      {"1000", "1000.001", 3000, FALSE, 1000000, 1000001, 1},
      {"1000.25", "1001", 200, FALSE, 1000250, 1001000, 4},
      {"1000", "1010", 3000, TRUE, 999000, 1010000, 4},
      {"999", "1010", 3000, TRUE, 999000, 1010000, 4},
      {"1001.999", "1002", 3000, TRUE, 999000, 1002000, 1},
      {"1000.999", "1002", 200, TRUE, 1000800, 1002000, 6},
      {"0", "1", 200, TRUE, 0, 1000, 5},
      {"1", "3", 4294967295u, TRUE, 0, 3000, 1},
      {"now-10s", "now", 3000, FALSE, NOVEMBER - 10000, NOVEMBER, 4},
      {"now-10s", "now-4s", 3000, FALSE, NOVEMBER - 10000, NOVEMBER - 4000, 2},
      {"now-10s", "9999-12-31T23:59:59Z", 3000, FALSE, NOVEMBER - 10000, NOVEMBER, 4},
      {"now-1ms", "now", 200, FALSE, NOVEMBER - 1, NOVEMBER, 1},
      {"now-30000d", "now", 200, FALSE, 0, NOVEMBER, NOVEMBER / 200},
      {"0", "now", 4294967295u, FALSE, 0, NOVEMBER, 418},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsRange range = resolve (cases[i].start, cases[i].end, cases[i].interval_ms, cases[i].align);

    g_assert_cmpint (range.start_ms, ==, cases[i].start_ms);
    g_assert_cmpint (range.end_ms, ==, cases[i].end_ms);
    g_assert_cmpuint (kvs_range_get_n_samples (&range), ==, cases[i].n_samples);
  }
}

static void
assert_empty (const char *start, const char *end, gboolean align, const char *message)
{
  KvsRangeSpec spec = {.interval_ms = 3000, .align = align};
  g_autoptr (GError) error = NULL;
  KvsRange range;

  g_assert_true (kvs_timestamp_parse (start, &spec.start, NULL));
  g_assert_true (kvs_timestamp_parse (end, &spec.end, NULL));
  g_assert_false (kvs_range_spec_resolve (&spec, NOVEMBER, &range, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_empty (void)
{
#define NOW ", and it is 2026-11-20T08:00:00Z now"
  assert_empty ("10", "10", FALSE,
      "the range is empty: it starts at 1970-01-01T00:00:10Z and ends at "
      "1970-01-01T00:00:10Z" NOW);
  assert_empty ("10", "9.5", TRUE,
      "the range is empty: it starts at 1970-01-01T00:00:10Z and ends at "
      "1970-01-01T00:00:09.500Z" NOW);
  assert_empty ("now", "now", FALSE,
      "the range is empty: it starts at 2026-11-20T08:00:00Z and ends at "
      "2026-11-20T08:00:00Z" NOW);
  assert_empty ("2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z", TRUE,
      "the range is empty: it starts at 2026-11-20T09:00:00Z and ends at "
      "2026-11-20T10:00:00Z" NOW);
}

static void
test_times (void)
{
  const KvsRange range = {NOVEMBER + 250, NOVEMBER + 1000000, 7300};
  const KvsRange sparse = {0, KVS_TIMESTAMP_MAX_MS, 4294967295u};

  g_assert_cmpint (kvs_range_get_time (&range, 0), ==, NOVEMBER + 250);
  g_assert_cmpint (kvs_range_get_time (&range, 1), ==, NOVEMBER + 7550);
  g_assert_cmpint (kvs_range_get_time (&range, 100), ==, NOVEMBER + 730250);
  g_assert_cmpuint (kvs_range_get_n_samples (&sparse), ==, 59000);
  g_assert_cmpint (kvs_range_get_time (&sparse, 58999), ==, 58999 * G_GINT64_CONSTANT (4294967295));
}

/* The windows of a long range, each as where it begins, how many samples it has and where it ends
 * in ms behind the start of the range. */
static void
test_windows (void)
{
  static const struct {
    gint64 start_ms;
    guint interval_ms;
    guint64 n_samples;
    const char *windows;
  } cases[] = {
      {NOVEMBER, 200, 4000, "0+1500..299999 1500+1500..599999 3000+1000..799999 "},
      {NOVEMBER, 1000, 700, "0+300..299999 300+300..599999 600+100..699999 "},
      {NOVEMBER, 3000, 250, "0+100..298000 100+100..598000 200+50..748000 "},
      {NOVEMBER, 7300, 100, "0+40..285700 40+40..577700 80+20..723700 "},
      {NOVEMBER, 60000, 12, "0+5..241000 5+5..541000 10+2..661000 "},
      {NOVEMBER, 299000, 3, "0+2..300000 2+1..599000 "},
      {NOVEMBER, 299001, 3, "0+1..1000 1+1..300001 2+1..599002 "},
      {NOVEMBER, 300000, 2, "0+1..1000 1+1..301000 "},
      {NOVEMBER, 4294967295u, 2, "0+1..1000 1+1..4294968295 "},
      {NOVEMBER + 250, 200, 3000, "0+1498..299599 1498+1495..598599 2993+7..599999 "},
      {NOVEMBER + 200, 200, 3000, "0+1499..299799 1499+1500..599799 2999+1..600800 "},
      {NOVEMBER + 500, 3000, 120, "0+100..298000 100+20..358000 "},
      {NOVEMBER + 999, 1000, 400, "0+299..298999 299+101..399999 "},
      {NOVEMBER + 500, 7500, 60, "0+39..286000 39+21..443500 "},
      {NOVEMBER, 200, 1, "0+1..1000 "},
      {NOVEMBER, 200, 4, "0+4..1000 "},
      {NOVEMBER, 200, 5, "0+5..1000 "},
      {NOVEMBER, 200, 6, "0+6..1199 "},
      {NOVEMBER, 999, 2, "0+2..1997 "},
      {NOVEMBER, 3000, 1, "0+1..1000 "},
      {NOVEMBER, 3000, 2, "0+2..4000 "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsRange range = {cases[i].start_ms, 0, cases[i].interval_ms};
    g_autoptr (GString) windows = g_string_new (NULL);
    KvsWindow window;

    range.end_ms = kvs_range_get_time (&range, cases[i].n_samples);
    for (guint64 first = 0; first < cases[i].n_samples; first += window.count) {
      window = kvs_range_get_window (&range, first);
      g_assert_cmpuint (window.first, ==, first);
      g_string_append_printf (windows, "%" G_GUINT64_FORMAT "+%u..%" G_GINT64_FORMAT " ",
          window.first, window.count, kvs_range_get_window_end (&range, &window) - range.start_ms);
    }
    g_test_message ("start %" G_GINT64_FORMAT ", interval %u", range.start_ms, range.interval_ms);
    g_assert_cmpstr (windows->str, ==, cases[i].windows);
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
assert_safe (const KvsRange *range, const KvsWindow *window)
{
  gint64 start_ms = kvs_range_get_time (range, window->first);
  gint64 last_ms = kvs_range_get_time (range, window->first + window->count - 1);
  gint64 next_ms = last_ms + range->interval_ms;
  gint64 end_ms = kvs_range_get_window_end (range, window);

  g_assert_cmpint (end_ms - cut_to_second (start_ms), <=, KVS_MAX_RANGE_MS);
  g_assert_cmpint (cut_to_second (end_ms), >, cut_to_second (start_ms));
  g_assert_cmpint (end_ms, >, last_ms);
  if (end_ms != start_ms + 1000)
    g_assert_cmpint (end_ms, <, next_ms);
  if (range->interval_ms > 1000)
    g_assert_cmpint (cut_to_second (end_ms), >, last_ms);
}

/* A window that another one follows ends where that can begin on a whole second, if anywhere. */
static void
assert_next_on_second (const KvsRange *range, const KvsWindow *window)
{
  if (kvs_range_get_time (range, window->first + window->count) % 1000 == 0)
    return;
  for (guint n = 1; n <= window->count; n++)
    g_assert_cmpint (kvs_range_get_time (range, window->first + n) % 1000, !=, 0);
}

static guint
pick_interval (void)
{
  static const guint usual[] = {200, 250, 333, 500, 1000, 1001, 3000, 7300, 60000, 4294967295u};

  if (g_test_rand_bit ())
    return usual[g_test_rand_int_range (0, G_N_ELEMENTS (usual))];
  return (guint)g_test_rand_int_range (200, 400000);
}

static void
check_random_range (void)
{
  KvsRange range = {.interval_ms = pick_interval ()};
  guint64 n_samples, next = 0;

  range.start_ms = NOVEMBER + g_test_rand_int_range (0, 100000);
  range.end_ms = range.start_ms + 1 + g_test_rand_int_range (0, 3600000);
  n_samples = kvs_range_get_n_samples (&range);
  g_assert_cmpint (kvs_range_get_time (&range, n_samples - 1), <, range.end_ms);
  g_assert_cmpint (kvs_range_get_time (&range, n_samples), >=, range.end_ms);
  while (next < n_samples) {
    KvsWindow window = kvs_range_get_window (&range, next);

    g_assert_cmpuint (window.first, ==, next);
    g_assert_cmpuint (window.count, >, 0);
    next += window.count;
    g_assert_cmpuint (next, <=, n_samples);
    assert_safe (&range, &window);
    if (next < n_samples)
      assert_next_on_second (&range, &window);
  }
}

static void
test_random_ranges (void)
{
  for (guint i = 0; i < 5000; i++)
    check_random_range ();
}

/* A reader asks again for what is missing, from anywhere in a window. */
static void
test_shorter_windows (void)
{
  for (guint i = 0; i < 5000; i++) {
    KvsRange range = {.start_ms = NOVEMBER + g_test_rand_int_range (0, 2000),
        .end_ms = NOVEMBER + 10000000,
        .interval_ms = pick_interval ()};
    guint64 n_samples = kvs_range_get_n_samples (&range);
    KvsWindow window =
        kvs_range_get_window (&range, (guint64)g_test_rand_double_range (0, (gdouble)n_samples));
    guint skipped = (guint)g_test_rand_int_range (0, (gint)window.count);

    window.first += skipped;
    window.count -= skipped;
    assert_safe (&range, &window);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsrange/resolve", test_resolve);
  g_test_add_func ("/kvsrange/empty", test_empty);
  g_test_add_func ("/kvsrange/times", test_times);
  g_test_add_func ("/kvsrange/windows", test_windows);
  g_test_add_func ("/kvsrange/random-ranges", test_random_ranges);
  g_test_add_func ("/kvsrange/shorter-windows", test_shorter_windows);
  return g_test_run ();
}
