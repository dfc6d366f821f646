/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how a range is resolved, and which samples it has. */
#include "kvsrange.h"

#include "kvserror.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* Resolves a range; without an @end it has none. */
static KvsRange
resolve (const char *start, const char *end, guint interval_ms, gboolean align, gboolean follow)
{
  KvsRangeSpec spec = {
      .has_end = end != NULL, .follow = follow, .interval_ms = interval_ms, .align = align};
  KvsRange range;

  g_assert_true (kvs_timestamp_parse (start, &spec.start, NULL));
  if (end != NULL)
    g_assert_true (kvs_timestamp_parse (end, &spec.end, NULL));
  g_assert_true (kvs_range_spec_resolve (&spec, NOVEMBER, &range, NULL));
  g_assert_cmpuint (range.interval_ms, ==, interval_ms);
  return range;
}

typedef struct {
  const char *start;
  const char *end;
  guint interval_ms;
  gboolean align;
  gint64 start_ms;
  gint64 end_ms;
  guint64 n_samples;
} Case;

static void
assert_cases (const Case *cases, guint n_cases, gboolean follow)
{
  for (guint i = 0; i < n_cases; i++) {
    KvsRange range =
        resolve (cases[i].start, cases[i].end, cases[i].interval_ms, cases[i].align, follow);

    g_assert_cmpint (range.start_ms, ==, cases[i].start_ms);
    g_assert_cmpint (range.end_ms, ==, cases[i].end_ms);
    g_assert_cmpuint (kvs_range_get_n_samples (&range), ==, cases[i].n_samples);
  }
}

static void
test_resolve (void)
{
  static const Case cases[] = {
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

  assert_cases (cases, G_N_ELEMENTS (cases), FALSE);
}

/* A range that follows goes on after now, up to its end if it has one. */
static void
test_resolve_to_follow (void)
{
  static const Case cases[] = {
      {"now-10s", "now", 3000, FALSE, NOVEMBER - 10000, NOVEMBER, 4},
      {"now-10s", "now-4s", 3000, FALSE, NOVEMBER - 10000, NOVEMBER - 4000, 2},
      {"now", "2026-11-20T08:00:10Z", 3000, FALSE, NOVEMBER, NOVEMBER + 10000, 4},
      {"2026-11-20T09:00:00Z", "2026-11-20T09:00:03.001Z", 3000, FALSE, NOVEMBER + 3600000,
          NOVEMBER + 3603001, 2},
      {"now", NULL, 3000, FALSE, NOVEMBER, KVS_RANGE_NO_END, G_MAXUINT64},
      {"now", NULL, 7000, TRUE, NOVEMBER - 1000, KVS_RANGE_NO_END, G_MAXUINT64},
      {"2026-11-20T09:00:00Z", NULL, 200, FALSE, NOVEMBER + 3600000, KVS_RANGE_NO_END, G_MAXUINT64},
  };

  assert_cases (cases, G_N_ELEMENTS (cases), TRUE);
}

/* A producer's clock may be ahead, so an absolute end counts as it is; "now" is the service's. */
static void
test_resolve_producer_time (void)
{
  static const struct {
    const char *start, *end;
    gint64 start_ms, end_ms;
  } rows[] = {
      {"now-10s", "now", NOVEMBER - 10000, NOVEMBER},
      {"now-10s", "now-4s", NOVEMBER - 10000, NOVEMBER - 4000},
      {"2026-11-20T07:00:00Z", "now", NOVEMBER - 3600000, NOVEMBER},
      {"2026-11-20T07:00:00Z", "2026-11-20T07:30:00Z", NOVEMBER - 3600000, NOVEMBER - 1800000},
      {"2026-11-20T07:00:00Z", "2026-11-20T11:00:00Z", NOVEMBER - 3600000, NOVEMBER + 10800000},
      {"2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z", NOVEMBER + 7200000, NOVEMBER + 10800000},
      {"now", "2026-11-20T08:00:01Z", NOVEMBER, NOVEMBER + 1000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsRangeSpec spec = {.has_end = TRUE, .is_producer_time = TRUE, .interval_ms = 3000};
    KvsRange range;

    g_assert_true (kvs_timestamp_parse (rows[i].start, &spec.start, NULL));
    g_assert_true (kvs_timestamp_parse (rows[i].end, &spec.end, NULL));
    g_assert_true (kvs_range_spec_resolve (&spec, NOVEMBER, &range, NULL));
    g_assert_cmpint (range.start_ms, ==, rows[i].start_ms);
    g_assert_cmpint (range.end_ms, ==, rows[i].end_ms);
  }
}

static void
assert_empty (const KvsRangeSpec *kind, const char *start, const char *end, const char *message)
{
  KvsRangeSpec spec = *kind;
  g_autoptr (GError) error = NULL;
  KvsRange range;

  spec.has_end = TRUE;
  spec.interval_ms = 3000;
  g_assert_true (kvs_timestamp_parse (start, &spec.start, NULL));
  g_assert_true (kvs_timestamp_parse (end, &spec.end, NULL));
  g_assert_false (kvs_range_spec_resolve (&spec, NOVEMBER, &range, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_empty (void)
{
  static const KvsRangeSpec plain = {.follow = FALSE}, aligned = {.align = TRUE},
                            following = {.follow = TRUE}, producer = {.is_producer_time = TRUE};

#define EMPTY "the range is empty: start-timestamp is "
#define FUTURE ", which is in the future"
#define NOW ", and it is 2026-11-20T08:00:00Z now"
  assert_empty (
      &plain, "10", "10", EMPTY "1970-01-01T00:00:10Z, end-timestamp is 1970-01-01T00:00:10Z" NOW);
  assert_empty (&aligned, "10", "9.5",
      EMPTY "1970-01-01T00:00:10Z, end-timestamp is 1970-01-01T00:00:09.500Z" NOW);
  assert_empty (&plain, "now", "now",
      EMPTY "2026-11-20T08:00:00Z, end-timestamp is 2026-11-20T08:00:00Z" NOW);
  assert_empty (&aligned, "2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z",
      EMPTY "2026-11-20T09:00:00Z" FUTURE ", end-timestamp is 2026-11-20T10:00:00Z" NOW
            "; only with follow can a range go on after now");
  assert_empty (&plain, "2026-11-20T08:00:00.001Z", "now",
      EMPTY "2026-11-20T08:00:00.001Z" FUTURE ", end-timestamp is 2026-11-20T08:00:00Z" NOW
            "; only with follow can a range go on after now");
  assert_empty (&following, "2026-11-20T09:00:00Z", "2026-11-20T08:30:00Z",
      EMPTY "2026-11-20T09:00:00Z" FUTURE ", end-timestamp is 2026-11-20T08:30:00Z" NOW);
  assert_empty (&producer, "2026-11-20T09:00:00Z", "now",
      EMPTY "2026-11-20T09:00:00Z" FUTURE ", end-timestamp is 2026-11-20T08:00:00Z" NOW
            "; if the producer's clock is ahead, set an absolute end-timestamp as well");
  assert_empty (&producer, "2026-11-20T09:00:00Z", "2026-11-20T08:30:00Z",
      EMPTY "2026-11-20T09:00:00Z" FUTURE ", end-timestamp is 2026-11-20T08:30:00Z" NOW);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsrange/resolve", test_resolve);
  g_test_add_func ("/kvsrange/resolve-to-follow", test_resolve_to_follow);
  g_test_add_func ("/kvsrange/resolve-producer-time", test_resolve_producer_time);
  g_test_add_func ("/kvsrange/empty", test_empty);
  g_test_add_func ("/kvsrange/times", test_times);
  return g_test_run ();
}
