/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how long tasks are. */
#include "kvsplan.h"

#define UNLIMITED 1000000

/* Page, lookback, window, requests in flight, samples held, first, reverse. */
typedef struct {
  KvsPlan plan;
  guint64 n_left;
  guint length;
} Case;

static void
assert_lengths (const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    g_test_message ("case %u", i);
    g_assert_cmpuint (
        kvs_plan_choose_length (&cases[i].plan, cases[i].n_left), ==, cases[i].length);
  }
}

/* The first request is for the first sample alone, unless its page has space for others besides the lookback
 * samples. */
static void
test_first (void)
{
  static const Case cases[] = {
      {{25, 100, 1500, 4, UNLIMITED, TRUE, FALSE}, 18000, 1},
      {{25, 25, 1500, 4, UNLIMITED, TRUE, FALSE}, 18000, 1},
      {{25, 24, 1500, 4, UNLIMITED, TRUE, FALSE}, 4000, 476},
      {{25, 7, 100, 4, UNLIMITED, TRUE, FALSE}, 1200, 93},
      {{25, 0, 100, 4, UNLIMITED, TRUE, FALSE}, 200, 25},
      {{25, 0, 100, 4, UNLIMITED, TRUE, FALSE}, 7, 7},
      {{25, 100, 1500, 4, UNLIMITED, TRUE, TRUE}, 18000, 1},
      {{25, 7, 100, 4, UNLIMITED, TRUE, TRUE}, 1200, 18},
      {{25, 24, 1500, 4, UNLIMITED, TRUE, TRUE}, 1200, 1},
      {{25, 0, 100, 4, UNLIMITED, TRUE, TRUE}, 1200, 25},
      {{1, 1, 300, 4, UNLIMITED, TRUE, FALSE}, 1200, 1},
      {{1, 0, 300, 4, UNLIMITED, TRUE, FALSE}, 8, 1},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* A request is twenty times as long as its lookback, in whole pages, within the limit of the service. */
static void
test_in_the_middle (void)
{
  static const Case cases[] = {
      {{25, 0, 1500, 4, UNLIMITED, FALSE, FALSE}, 200, 25},
      {{25, 1, 1500, 4, UNLIMITED, FALSE, FALSE}, 200, 24},
      {{25, 2, 1500, 4, UNLIMITED, FALSE, FALSE}, 320, 48},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 1600, 190},
      {{25, 50, 1500, 4, UNLIMITED, FALSE, FALSE}, 8000, 950},
      {{25, 100, 1500, 4, UNLIMITED, FALSE, FALSE}, 18000, 1400},
      {{25, 7, 100, 4, UNLIMITED, FALSE, FALSE}, 1200, 93},
      {{25, 7, 110, 4, UNLIMITED, FALSE, FALSE}, 1200, 93},
      {{10, 7, 110, 4, UNLIMITED, FALSE, FALSE}, 1200, 103},
      {{25, 1, 5, 4, UNLIMITED, FALSE, FALSE}, 1000, 4},
      {{25, 4, 5, 4, UNLIMITED, FALSE, FALSE}, 1000, 1},
      {{25, 25, 40, 4, UNLIMITED, FALSE, FALSE}, 1000, 15},
      {{1, 1, 300, 4, UNLIMITED, FALSE, FALSE}, 160, 19},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* Half of the samples that remain for each thread. */
static void
test_much_left (void)
{
  static const Case cases[] = {
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 18000, 1490},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 4800, 590},
      {{25, 2, 1500, 4, UNLIMITED, FALSE, FALSE}, 1200, 148},
      {{25, 0, 1500, 16, UNLIMITED, FALSE, FALSE}, 1600, 50},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* If a request cannot even cover its lookback samples, it is made for one sample, in another way. */
static void
test_window_too_short (void)
{
  static const Case cases[] = {
      {{25, 1, 1, 4, UNLIMITED, FALSE, FALSE}, 1000, 1},
      {{25, 20, 20, 4, UNLIMITED, FALSE, FALSE}, 1000, 1},
      {{25, 21, 20, 4, UNLIMITED, FALSE, TRUE}, 1000, 1},
      {{25, 0, 1, 4, UNLIMITED, FALSE, FALSE}, 1000, 1},
      {{25, 1, 2, 4, UNLIMITED, FALSE, FALSE}, 1000, 1},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* Each thread gets its share of the remaining samples, but a share is at least worth its lookback samples. */
static void
test_shares (void)
{
  static const Case cases[] = {
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 400, 115},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 200, 65},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 100, 40},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, FALSE}, 30, 30},
      {{25, 10, 1500, 16, UNLIMITED, FALSE, FALSE}, 200, 40},
      {{25, 100, 1500, 16, UNLIMITED, FALSE, FALSE}, 1000, 200},
      {{25, 0, 1500, 16, UNLIMITED, FALSE, FALSE}, 100, 25},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* With one thread, a request is as long as it may be. */
static void
test_alone (void)
{
  static const Case cases[] = {
      {{25, 0, 1500, 1, UNLIMITED, FALSE, FALSE}, 18000, 1500},
      {{25, 10, 1500, 1, UNLIMITED, FALSE, FALSE}, 18000, 1490},
      {{25, 10, 1500, 1, UNLIMITED, FALSE, FALSE}, 300, 300},
      {{100, 0, 300, 1, UNLIMITED, FALSE, FALSE}, 700, 300},
      {{25, 10, 1500, 1, UNLIMITED, FALSE, TRUE}, 18000, 40},
      {{25, 10, 1500, 1, UNLIMITED, TRUE, FALSE}, 18000, 1490},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* Images that a request receives in vain so that others come first have to be held. */
static void
test_held (void)
{
  static const Case cases[] = {
      {{25, 10, 1500, 4, 400, FALSE, FALSE}, 18000, 115},
      {{25, 10, 1500, 4, 100, FALSE, FALSE}, 18000, 40},
      {{25, 10, 1500, 4, 1, FALSE, FALSE}, 18000, 15},
      {{1, 10, 1500, 4, 1, FALSE, FALSE}, 18000, 1},
      {{2, 0, 1500, 4, 4, FALSE, FALSE}, 18000, 2},
      /* The next image to arrive is the next one to be pulled. */
      {{25, 10, 1500, 1, 100, FALSE, FALSE}, 18000, 1490},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

/* All images of a task are held before the first is pulled, so the task is shorter. */
static void
test_reverse (void)
{
  static const Case cases[] = {
      {{25, 0, 1500, 4, UNLIMITED, FALSE, TRUE}, 18000, 25},
      {{25, 10, 1500, 4, UNLIMITED, FALSE, TRUE}, 18000, 40},
      {{25, 100, 1500, 4, UNLIMITED, FALSE, TRUE}, 18000, 300},
      {{25, 7, 100, 4, UNLIMITED, FALSE, TRUE}, 1200, 43},
      {{25, 7, 100, 4, UNLIMITED, FALSE, TRUE}, 3, 3},
      {{15, 20, 300, 1, 30, FALSE, TRUE}, 300, 30},
      {{15, 20, 300, 4, 30, FALSE, TRUE}, 300, 7},
      {{1, 20, 300, 4, 1, FALSE, TRUE}, 300, 1},
  };

  assert_lengths (cases, G_N_ELEMENTS (cases));
}

static KvsPlan
make_random_plan (void)
{
  return (KvsPlan){
      .page = (guint)g_test_rand_int_range (1, 26),
      .lookback = (guint)g_test_rand_int_range (0, g_test_rand_bit () ? 5 : 325),
      .window = (guint)g_test_rand_int_range (1, 1501),
      .n_parallel = (guint)g_test_rand_int_range (1, 33),
      .n_held = (guint64)g_test_rand_int_range (1, g_test_rand_bit () ? 50 : 100000),
      .is_first = g_test_rand_bit (),
      .is_reverse = g_test_rand_bit (),
  };
}

/* In every case a task is within a request and within the remaining samples, and not empty. Unless it has to
 * be shorter, it ends with a page, or in reverse holds no more than is allowed. */
static void
test_random_plans (void)
{
  for (guint i = 0; i < 100000; i++) {
    KvsPlan plan = make_random_plan ();
    guint64 n_left = (guint64)g_test_rand_int_range (1, g_test_rand_bit () ? 50 : 20000);
    guint length = kvs_plan_choose_length (&plan, n_left);

    g_assert_cmpuint (length, >=, 1);
    g_assert_cmpuint (length, <=, n_left);
    if (length > 1)
      g_assert_cmpuint (plan.lookback + length, <=, plan.window);
    if (plan.is_reverse)
      g_assert_cmpuint (length, <=, MAX (plan.n_held / plan.n_parallel, 1));
    else if (length > 1 && length < n_left && plan.window > plan.page &&
             plan.window - plan.window % plan.page > plan.lookback)
      g_assert_cmpuint ((plan.lookback + length) % plan.page, ==, 0);
  }
}

/* More samples than any range has, and no limit of held bytes. */
static void
test_huge_numbers (void)
{
  const KvsPlan plan = {25, 10, 1500, 4, G_MAXUINT64 / 2, FALSE, FALSE};
  const KvsPlan alone = {25, 10, 1500, 1, G_MAXUINT64 / 2, FALSE, FALSE};

  g_assert_cmpuint (kvs_plan_choose_length (&plan, G_MAXUINT64 / 2), ==, 1490);
  g_assert_cmpuint (kvs_plan_choose_length (&alone, G_MAXUINT64 / 2), ==, 1490);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsplan/first", test_first);
  g_test_add_func ("/kvsplan/in-the-middle", test_in_the_middle);
  g_test_add_func ("/kvsplan/much-left", test_much_left);
  g_test_add_func ("/kvsplan/window-too-short", test_window_too_short);
  g_test_add_func ("/kvsplan/shares", test_shares);
  g_test_add_func ("/kvsplan/alone", test_alone);
  g_test_add_func ("/kvsplan/held", test_held);
  g_test_add_func ("/kvsplan/reverse", test_reverse);
  g_test_add_func ("/kvsplan/random-plans", test_random_plans);
  g_test_add_func ("/kvsplan/huge-numbers", test_huge_numbers);
  return g_test_run ();
}
