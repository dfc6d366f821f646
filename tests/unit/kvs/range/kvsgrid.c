/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples of a range a traversal goes through. */
#include "kvsgrid.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* Ten samples, three seconds apart. */
static const KvsRange ten = {NOVEMBER, NOVEMBER + 30000, 3000};

static const KvsRange endless = {NOVEMBER, KVS_RANGE_NO_END, 3000};

/* The number of the sample that is read after @n others. */
static guint64
get_number (const KvsGrid *grid, guint64 n)
{
  return grid->number + (grid->is_reverse ? grid->count - 1 - n : n) * grid->stride;
}

static void
assert_numbers (const KvsTraversal *traversal, const char *expected)
{
  g_autoptr (GString) numbers = g_string_new (NULL);
  KvsGrid grid;

  kvs_grid_init (&grid, &ten, traversal);
  g_assert_cmpint (grid.is_reverse, ==, traversal->is_reverse);
  for (guint64 i = 0; i < grid.count; i++)
    g_string_append_printf (numbers, "%" G_GUINT64_FORMAT " ", get_number (&grid, i));
  g_assert_cmpstr (numbers->str, ==, expected);

  /* The times are those of the numbers. */
  for (guint64 i = 0; i < grid.count; i++) {
    guint64 number = grid.number + i * grid.stride;

    g_assert_cmpint (kvs_grid_get_time (&grid, i), ==, kvs_range_get_time (&ten, number));
  }
}

static void
test_forward (void)
{
  static const struct {
    KvsTraversal traversal;
    const char *numbers;
  } cases[] = {
      {{0, G_MAXUINT64, 1, FALSE, 0}, "0 1 2 3 4 5 6 7 8 9 "},
      {{0, 10, 1, FALSE, 0}, "0 1 2 3 4 5 6 7 8 9 "},
      {{0, 11, 1, FALSE, 0}, "0 1 2 3 4 5 6 7 8 9 "},
      {{3, 7, 1, FALSE, 0}, "3 4 5 6 "},
      {{9, G_MAXUINT64, 1, FALSE, 0}, "9 "},
      {{10, G_MAXUINT64, 1, FALSE, 0}, ""},
      {{1000, G_MAXUINT64, 1, FALSE, 0}, ""},
      {{4, 4, 1, FALSE, 0}, ""},
      {{5, 4, 1, FALSE, 0}, ""},
      {{0, G_MAXUINT64, 2, FALSE, 0}, "0 2 4 6 8 "},
      {{1, G_MAXUINT64, 2, FALSE, 0}, "1 3 5 7 9 "},
      {{0, G_MAXUINT64, 3, FALSE, 0}, "0 3 6 9 "},
      {{1, 7, 3, FALSE, 0}, "1 4 "},
      {{1, 8, 3, FALSE, 0}, "1 4 7 "},
      {{2, G_MAXUINT64, G_MAXUINT, FALSE, 0}, "2 "},
      {{0, G_MAXUINT64, 1, FALSE, 4}, "0 1 2 3 "},
      {{2, G_MAXUINT64, 2, FALSE, 3}, "2 4 6 "},
      {{8, G_MAXUINT64, 1, FALSE, 4}, "8 9 "},
      {{0, G_MAXUINT64, 1, FALSE, G_MAXUINT64}, "0 1 2 3 4 5 6 7 8 9 "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_numbers (&cases[i].traversal, cases[i].numbers);
}

static void
test_reverse (void)
{
  static const struct {
    KvsTraversal traversal;
    const char *numbers;
  } cases[] = {
      {{0, G_MAXUINT64, 1, TRUE, 0}, "9 8 7 6 5 4 3 2 1 0 "},
      {{0, 10, 1, TRUE, 0}, "9 8 7 6 5 4 3 2 1 0 "},
      {{0, 9, 1, TRUE, 0}, "8 7 6 5 4 3 2 1 0 "},
      {{3, 7, 1, TRUE, 0}, "6 5 4 3 "},
      {{0, 1, 1, TRUE, 0}, "0 "},
      {{0, 0, 1, TRUE, 0}, ""},
      {{10, G_MAXUINT64, 1, TRUE, 0}, ""},
      {{0, G_MAXUINT64, 2, TRUE, 0}, "8 6 4 2 0 "},
      {{0, 9, 2, TRUE, 0}, "8 6 4 2 0 "},
      {{1, 9, 2, TRUE, 0}, "7 5 3 1 "},
      {{0, G_MAXUINT64, 7, TRUE, 0}, "7 0 "},
      {{2, 9, 3, TRUE, 0}, "8 5 2 "},
      {{0, 5, 100, TRUE, 0}, "0 "},
      {{0, G_MAXUINT64, 1, TRUE, 3}, "9 8 7 "},
      {{0, G_MAXUINT64, 3, TRUE, 2}, "9 6 "},
      {{0, 2, 1, TRUE, 3}, "1 0 "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_numbers (&cases[i].traversal, cases[i].numbers);
}

static void
test_all (void)
{
  KvsGrid grid;

  kvs_grid_init (&grid, &ten, &KVS_TRAVERSAL_ALL);
  g_assert_cmpuint (grid.number, ==, 0);
  g_assert_cmpuint (grid.stride, ==, 1);
  g_assert_cmpint (grid.start_ms, ==, NOVEMBER);
  g_assert_cmpint (grid.interval_ms, ==, 3000);
  g_assert_cmpuint (grid.count, ==, 10);
  g_assert_false (grid.is_reverse);
}

static void
test_endless (void)
{
  static const struct {
    KvsTraversal traversal;
    guint64 number;
    guint64 count;
  } cases[] = {
      {{0, G_MAXUINT64, 1, FALSE, 0}, 0, G_MAXUINT64},
      {{1000, G_MAXUINT64, 3, FALSE, 0}, 1000, G_MAXUINT64},
      {{1000, G_MAXUINT64, 3, FALSE, 20}, 1000, 20},
      {{1000, 1010, 3, FALSE, 20}, 1000, 4},
      {{1000, 1010, 3, TRUE, 0}, 1000, 4},
      {{1000, 1010, 4, TRUE, 0}, 1000, 3},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsGrid grid;

    kvs_grid_init (&grid, &endless, &cases[i].traversal);
    g_assert_cmpuint (grid.number, ==, cases[i].number);
    g_assert_cmpuint (grid.count, ==, cases[i].count);
    g_assert_cmpint (grid.start_ms, ==, NOVEMBER + 3000 * (gint64)cases[i].number);
  }
}

/* The longest steps that there are: an interval of seven weeks, and as many of them as a stride can
 * have. */
static void
test_long_steps (void)
{
  const KvsRange range = {NOVEMBER, KVS_RANGE_NO_END, G_MAXUINT32};
  const KvsTraversal traversal = {0, G_MAXUINT64, 1000000, FALSE, 0};
  KvsGrid grid;

  kvs_grid_init (&grid, &range, &traversal);
  g_assert_cmpint (grid.interval_ms, ==, (gint64)G_MAXUINT32 * 1000000);
  g_assert_cmpint (kvs_grid_get_time (&grid, 2), ==, NOVEMBER + 2000000 * (gint64)G_MAXUINT32);
}

static void
test_count_until (void)
{
  static const struct {
    gint64 time_ms;
    guint64 in_range;
    guint64 endless;
  } cases[] = {
      {G_MININT32, 0, 0},
      {NOVEMBER - 1, 0, 0},
      {NOVEMBER, 1, 1},
      {NOVEMBER + 2999, 1, 1},
      {NOVEMBER + 3000, 2, 2},
      {NOVEMBER + 27000, 10, 10},
      {NOVEMBER + 30000, 10, 11},
      {NOVEMBER + 3000000, 10, 1001},
  };
  KvsGrid grid, endless_grid;

  kvs_grid_init (&grid, &ten, &KVS_TRAVERSAL_ALL);
  kvs_grid_init (&endless_grid, &endless, &KVS_TRAVERSAL_ALL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_cmpuint (kvs_grid_count_until (&grid, cases[i].time_ms), ==, cases[i].in_range);
    g_assert_cmpuint (kvs_grid_count_until (&endless_grid, cases[i].time_ms), ==, cases[i].endless);
  }
}

/* The stride counts from the earliest sample, also if that is read last. */
static void
test_count_until_in_steps (void)
{
  const KvsTraversal forward = {1, 9, 3, FALSE, 0}, reverse = {1, 9, 3, TRUE, 2};
  KvsGrid grid;

  kvs_grid_init (&grid, &ten, &forward);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 2999), ==, 0);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 3000), ==, 1);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 11999), ==, 1);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 12000), ==, 2);

  kvs_grid_init (&grid, &ten, &reverse); /* 7 and 4 */
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 11999), ==, 0);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 12000), ==, 1);
  g_assert_cmpuint (kvs_grid_count_until (&grid, NOVEMBER + 21000), ==, 2);
}

/* A random traversal, computed as the documentation says. */
static void
check_random_traversal (void)
{
  const KvsTraversal traversal = {
      .begin = (guint64)g_test_rand_int_range (0, 13),
      .end = (guint64)g_test_rand_int_range (0, 13),
      .stride = (guint)g_test_rand_int_range (1, 6),
      .is_reverse = g_test_rand_bit (),
      .max_samples = (guint64)g_test_rand_int_range (0, 5),
  };
  gint64 end = MIN (10, (gint64)traversal.end), begin = (gint64)traversal.begin;
  gint64 stride = traversal.is_reverse ? -(gint64)traversal.stride : (gint64)traversal.stride;
  gint64 last = end > begin ? end - 1 - (end - 1 - begin) % traversal.stride : end;
  gint64 number = traversal.is_reverse ? last : begin;
  g_autoptr (GString) numbers = g_string_new (NULL);

  for (guint64 n = 0; number >= (gint64)traversal.begin && number < end &&
                      (traversal.max_samples == 0 || n < traversal.max_samples);
       n++) {
    g_string_append_printf (numbers, "%" G_GINT64_FORMAT " ", number);
    number += stride;
  }
  assert_numbers (&traversal, numbers->str);
}

static void
test_random_traversals (void)
{
  for (guint i = 0; i < 5000; i++)
    check_random_traversal ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsgrid/forward", test_forward);
  g_test_add_func ("/kvsgrid/reverse", test_reverse);
  g_test_add_func ("/kvsgrid/all", test_all);
  g_test_add_func ("/kvsgrid/endless", test_endless);
  g_test_add_func ("/kvsgrid/long-steps", test_long_steps);
  g_test_add_func ("/kvsgrid/count-until", test_count_until);
  g_test_add_func ("/kvsgrid/count-until-in-steps", test_count_until_in_steps);
  g_test_add_func ("/kvsgrid/random-traversals", test_random_traversals);
  return g_test_run ();
}
