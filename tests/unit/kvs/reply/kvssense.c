/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples an image can be for, in each sense of its TimeStamp. */
#include "kvssense.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* Four samples, a second apart. Times are in ms from the first one on. */
static KvsWindow
make_window (void)
{
  KvsWindow window;

  kvs_window_init (&window, NOVEMBER, 1000, 4);
  return window;
}

static void
test_indexes (void)
{
  static const struct {
    KvsSense sense;
    gint64 time_ms;
    gint64 up_to;
    gint64 from;
    gint64 last;
  } cases[] = {
      {{KVS_MEANING_SAMPLE_TIME, 0}, 0, 0, 0, 0},
      {{KVS_MEANING_SAMPLE_TIME, 0}, 1, 0, 1, 0},
      {{KVS_MEANING_SAMPLE_TIME, 0}, 999, 0, 1, 0},
      {{KVS_MEANING_SAMPLE_TIME, 0}, -1, -1, 0, -1},
      {{KVS_MEANING_SAMPLE_TIME, 0}, -1000, -1, -1, -1},
      {{KVS_MEANING_SAMPLE_TIME, 0}, -1001, -2, -1, -2},
      {{KVS_MEANING_SAMPLE_TIME, 0}, 5001, 5, 6, 5},
      {{KVS_MEANING_SAMPLE_TIME, 300}, -300, 0, 0, 0},
      {{KVS_MEANING_SAMPLE_TIME, 300}, -301, -1, 0, -1},
      {{KVS_MEANING_SAMPLE_TIME, 300}, 701, 1, 2, 1},
      {{KVS_MEANING_NEXT_FRAME, 0}, 1999, 1, 2, 1},
      {{KVS_MEANING_NEAREST_FRAME, 0}, 1499, 1, 2, 1},
      {{KVS_MEANING_NEAREST_FRAME, 0}, 1500, 1, 2, 2},
      {{KVS_MEANING_NEAREST_FRAME, 300}, 1199, 1, 2, 1},
      {{KVS_MEANING_NEAREST_FRAME, 300}, 1200, 1, 2, 2},
  };
  KvsWindow window = make_window ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsSense sense = cases[i].sense;
    gint64 time_ms = NOVEMBER + cases[i].time_ms;

    g_assert_cmpint (kvs_sense_find_index_up_to (sense, &window, time_ms), ==, cases[i].up_to);
    g_assert_cmpint (kvs_sense_find_index_from (sense, &window, time_ms), ==, cases[i].from);
    g_assert_cmpint (kvs_sense_find_last_index (sense, &window, time_ms), ==, cases[i].last);
    g_assert_cmpint (kvs_sense_get_time (sense, &window, cases[i].up_to), <=, time_ms);
    g_assert_cmpint (kvs_sense_get_time (sense, &window, cases[i].from), >=, time_ms);
  }
}

static void
test_exact (void)
{
  g_assert_true (kvs_sense_is_exact ((KvsSense){KVS_MEANING_SAMPLE_TIME, 0}));
  g_assert_false (kvs_sense_is_exact ((KvsSense){KVS_MEANING_SAMPLE_TIME, 1}));
  g_assert_false (kvs_sense_is_exact ((KvsSense){KVS_MEANING_LAST_FRAME, 0}));
  g_assert_false (kvs_sense_is_exact ((KvsSense){KVS_MEANING_NONE, 0}));
}

typedef struct {
  KvsIndexedImage before;
  KvsIndexedImage image;
  gboolean fits;
} Case;

static void
assert_cases (KvsSense sense, gint64 spacing_ms, const Case *cases, guint n_cases)
{
  KvsWindow window = make_window ();

  for (guint i = 0; i < n_cases; i++) {
    KvsIndexedImage before = cases[i].before, image = cases[i].image;

    before.time_ms += NOVEMBER;
    image.time_ms += NOVEMBER;
    if (kvs_sense_fits (sense, &window, spacing_ms, before, image) != cases[i].fits) {
      g_test_message ("meaning %d, case %u", sense.meaning, i);
      g_test_fail ();
    }
  }
}

#define NONE                                                                                       \
  {                                                                                                \
    KVS_NO_INDEX, 0                                                                                \
  }

static void
test_sample_time (void)
{
  static const Case cases[] = {
      {NONE, {0, 0}, TRUE},
      {NONE, {0, 1}, FALSE},
      {NONE, {4, 4500}, FALSE},
      {{0, 0}, {1, 1000}, TRUE},
      {{0, 0}, {3, 3000}, TRUE},
      {{0, 0}, {1, 0}, FALSE},
  };
  static const Case cut_cases[] = {
      {NONE, {0, -300}, TRUE},
      {NONE, {0, 0}, FALSE},
  };

  assert_cases ((KvsSense){KVS_MEANING_SAMPLE_TIME, 0}, 0, cases, G_N_ELEMENTS (cases));
  assert_cases ((KvsSense){KVS_MEANING_SAMPLE_TIME, 300}, 0, cut_cases, G_N_ELEMENTS (cut_cases));
}

static void
test_last_frame (void)
{
  static const Case cases[] = {
      {NONE, {1, 1000}, TRUE}, {NONE, {1, -5000}, TRUE}, {NONE, {1, 1001}, FALSE},
      {NONE, {4, 4500}, TRUE}, /* behind the request */
      {{0, -40}, {1, 960}, TRUE}, {{0, -40}, {1, -40}, TRUE}, {{0, -40}, {1, 1}, TRUE},
      {{0, -40}, {1, 0}, FALSE}, /* sample 0 had shown it, too */
  };

  assert_cases ((KvsSense){KVS_MEANING_LAST_FRAME, 0}, 0, cases, G_N_ELEMENTS (cases));
}

static void
test_nearest_frame (void)
{
  static const Case cases[] = {
      {NONE, {1, -5000}, TRUE},
      {NONE, {1, 5000}, TRUE},
      {{0, 400}, {1, 600}, TRUE},
      {{0, 600}, {1, 700}, TRUE},
      {{0, -600}, {1, 500}, FALSE}, /* nearer to sample 0 */
      {{0, -600}, {2, 500}, TRUE},  /* media may end behind sample 0 */
      {{0, 900}, {1, 1200}, FALSE}, /* 900 is nearer to sample 1 */
      {{0, 600}, {1, 600}, TRUE},
  };

  assert_cases ((KvsSense){KVS_MEANING_NEAREST_FRAME, 0}, 0, cases, G_N_ELEMENTS (cases));
}

static void
test_next_frame (void)
{
  static const Case cases[] = {
      {NONE, {1, 1000}, TRUE},
      {NONE, {1, 5000}, TRUE},
      {NONE, {1, 1}, TRUE}, /* the last one, where media ends */
      {NONE, {1, 0}, FALSE},
      {{0, 0}, {1, 1000}, TRUE},
      {{0, 1000}, {1, 1500}, FALSE}, /* sample 1 had shown 1000 */
      {{0, -1}, {1, 1000}, FALSE},   /* media has not ended */
      {{0, -1}, {2, 2000}, TRUE},
  };
  static const Case spaced_cases[] = {
      {NONE, {1, -1999}, TRUE},
      {NONE, {1, -2000}, FALSE},
  };

  assert_cases ((KvsSense){KVS_MEANING_NEXT_FRAME, 0}, 0, cases, G_N_ELEMENTS (cases));
  assert_cases (
      (KvsSense){KVS_MEANING_NEXT_FRAME, 0}, 3000, spaced_cases, G_N_ELEMENTS (spaced_cases));
}

static void
test_order (void)
{
  static const Case cases[] = {
      {NONE, {3, -5000}, TRUE},
      {{0, 4}, {1, 5}, TRUE},
      {{0, 5}, {1, 5}, TRUE},
      {{0, 5}, {1, 4}, FALSE},
  };

  assert_cases ((KvsSense){KVS_MEANING_NONE, 0}, 0, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvssense/indexes", test_indexes);
  g_test_add_func ("/kvssense/exact", test_exact);
  g_test_add_func ("/kvssense/sample-time", test_sample_time);
  g_test_add_func ("/kvssense/last-frame", test_last_frame);
  g_test_add_func ("/kvssense/nearest-frame", test_nearest_frame);
  g_test_add_func ("/kvssense/next-frame", test_next_frame);
  g_test_add_func ("/kvssense/order", test_order);
  return g_test_run ();
}
