/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that reserved and held bytes are added up, and stay within the budget. */
#include "kvsbudget.h"

static void
assert_budget (const KvsBudget *budget, guint64 held, guint64 reserved)
{
  g_assert_cmpuint (budget->held, ==, held);
  g_assert_cmpuint (budget->reserved, ==, reserved);
}

/* A budget whose largest image so far has 10 bytes, and which holds @held bytes. */
static KvsBudget
make_budget (guint64 max_bytes, guint64 held)
{
  KvsBudget budget;

  kvs_budget_init (&budget, max_bytes);
  budget.largest = 10;
  budget.held = held;
  return budget;
}

static void
test_init (void)
{
  KvsBudget budget = make_budget (100, 50);

  kvs_budget_init (&budget, 1000);
  assert_budget (&budget, 0, 0);
  g_assert_cmpuint (budget.max_bytes, ==, 1000);
  g_assert_cmpuint (budget.largest, ==, 0);
  g_assert_cmpuint (kvs_budget_get_image_bytes (&budget), ==, KVS_BUDGET_LIKELY_IMAGE_BYTES);
}

static void
test_max_images (void)
{
  static const struct {
    guint64 max_bytes;
    gsize largest;
    guint64 n_images;
  } rows[] = {
      {4 * KVS_BUDGET_LIKELY_IMAGE_BYTES, 0, 4},
      {4 * KVS_BUDGET_LIKELY_IMAGE_BYTES, KVS_BUDGET_LIKELY_IMAGE_BYTES / 2, 8},
      {4 * KVS_BUDGET_LIKELY_IMAGE_BYTES, 1, 4 * KVS_BUDGET_LIKELY_IMAGE_BYTES},
      {100, 30, 3},
      {100, 50, 2},
      {100, 51, 1},
      {100, 100, 1},
      /* An image that is larger than the budget is held alone. */
      {100, 101, 1},
      {1, 0, 1},
      {0, 1, G_MAXUINT64},
      {0, 10, G_MAXUINT64 / 10},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget;

    kvs_budget_init (&budget, rows[i].max_bytes);
    budget.largest = rows[i].largest;
    g_assert_cmpuint (kvs_budget_get_max_images (&budget), ==, rows[i].n_images);
  }
}

/* With a budget of 100 bytes and images of 10. What is not granted changes nothing. */
static void
test_reserve (void)
{
  static const struct {
    guint64 held;
    guint64 reserved; /* by other requests */
    guint64 reservation;
    guint n_images;
    gboolean keeps_spare;
    gboolean is_granted;
  } rows[] = {
      {0, 0, 0, 0, FALSE, TRUE},
      {100, 0, 0, 0, FALSE, TRUE},
      {0, 0, 0, 10, FALSE, TRUE},
      {0, 0, 0, 11, FALSE, FALSE},
      {1, 0, 0, 10, FALSE, FALSE},
      {0, 1, 0, 10, FALSE, FALSE},
      {30, 30, 0, 4, FALSE, TRUE},
      {30, 31, 0, 4, FALSE, FALSE},
      /* As much stays free. */
      {0, 0, 0, 5, TRUE, TRUE},
      {1, 0, 0, 5, TRUE, FALSE},
      {0, 1, 0, 5, TRUE, FALSE},
      {0, 0, 0, 6, TRUE, FALSE},
      {30, 30, 0, 2, TRUE, TRUE},
      {30, 31, 0, 2, TRUE, FALSE},
      /* Only the difference is added to what the request has. */
      {0, 0, 60, 10, FALSE, TRUE},
      {10, 0, 60, 9, FALSE, TRUE},
      {11, 0, 60, 9, FALSE, FALSE},
      {0, 0, 40, 5, TRUE, TRUE},
      {1, 0, 40, 5, TRUE, FALSE},
      {20, 0, 25, 4, TRUE, TRUE},
      {21, 0, 25, 4, TRUE, FALSE},
      /* Bytes that are reserved already need no further space. */
      {500, 0, 60, 6, FALSE, TRUE},
      {500, 0, 60, 6, TRUE, TRUE},
      {500, 0, 60, 1, TRUE, TRUE},
      {500, 0, 60, 7, FALSE, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget = make_budget (100, rows[i].held);
    guint64 reservation = rows[i].reservation;
    guint64 expected = reservation;

    budget.reserved = rows[i].reserved + reservation;
    if (rows[i].is_granted)
      expected = MAX (expected, (guint64)rows[i].n_images * 10);
    g_assert_cmpint (
        kvs_budget_reserve (&budget, &reservation, rows[i].n_images, rows[i].keeps_spare), ==,
        rows[i].is_granted);
    g_assert_cmpuint (reservation, ==, expected);
    assert_budget (&budget, rows[i].held, rows[i].reserved + expected);
  }
}

/* A reservation is for images of the size that is expected at that time. */
static void
test_reserve_as_images_grow (void)
{
  KvsBudget budget = make_budget (100, 0);
  guint64 first = 0, second = 0;

  g_assert_true (kvs_budget_reserve (&budget, &first, 2, TRUE));
  g_assert_true (kvs_budget_reserve (&budget, &second, 2, TRUE));
  kvs_budget_hold (&budget, &first, 20);
  assert_budget (&budget, 20, 20);
  g_assert_true (kvs_budget_reserve (&budget, &second, 2, TRUE));
  g_assert_cmpuint (second, ==, 40);
  g_assert_true (kvs_budget_reserve (&budget, &first, 1, TRUE));
  g_assert_cmpuint (first, ==, 20);
  g_assert_false (kvs_budget_reserve (&budget, &second, 3, TRUE));
  g_assert_cmpuint (second, ==, 40);
  g_assert_true (kvs_budget_reserve (&budget, &first, 2, FALSE));
  assert_budget (&budget, 20, 80);
  g_assert_false (kvs_budget_reserve (&budget, &first, 3, FALSE));
}

/* The first image is expected to be large. */
static void
test_reserve_before_an_image (void)
{
  KvsBudget budget;
  guint64 reservation = 0;

  kvs_budget_init (&budget, 3 * KVS_BUDGET_LIKELY_IMAGE_BYTES);
  g_assert_false (kvs_budget_reserve (&budget, &reservation, 4, FALSE));
  g_assert_true (kvs_budget_reserve (&budget, &reservation, 3, FALSE));
  g_assert_cmpuint (reservation, ==, 3 * KVS_BUDGET_LIKELY_IMAGE_BYTES);
  kvs_budget_hold (&budget, &reservation, 10);
  kvs_budget_cancel (&budget, &reservation);
  assert_budget (&budget, 10, 0);
  g_assert_cmpuint (kvs_budget_get_image_bytes (&budget), ==, 10);
}

/* Held bytes use up the reservation first. */
static void
test_hold (void)
{
  static const struct {
    guint64 reservation;
    gsize bytes;
    guint64 left;
    gsize largest;
  } rows[] = {
      {0, 0, 0, 10},
      {0, 7, 0, 10},
      {30, 10, 20, 10},
      {30, 30, 0, 30},
      {30, 31, 0, 31},
      {30, 500, 0, 500},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget = make_budget (100, 5);
    guint64 reservation = rows[i].reservation;

    budget.reserved = 20 + reservation;
    kvs_budget_hold (&budget, &reservation, rows[i].bytes);
    g_assert_cmpuint (reservation, ==, rows[i].left);
    assert_budget (&budget, 5 + rows[i].bytes, 20 + rows[i].left);
    g_assert_cmpuint (kvs_budget_get_image_bytes (&budget), ==, rows[i].largest);
  }
}

/* With a budget of 100 bytes. */
static void
test_has_space (void)
{
  static const struct {
    guint64 held;
    guint64 reserved; /* by other requests */
    guint64 reservation;
    gsize bytes;
    gboolean has_space;
  } rows[] = {
      {0, 0, 0, 0, TRUE},
      {0, 0, 0, 100, TRUE},
      {0, 0, 0, 101, FALSE},
      {1, 0, 0, 100, FALSE},
      {0, 1, 0, 100, FALSE},
      {40, 40, 0, 20, TRUE},
      {40, 40, 0, 21, FALSE},
      /* A reservation keeps its space, whatever else is held. */
      {500, 0, 20, 20, TRUE},
      {500, 0, 20, 21, FALSE},
      /* Beyond the reservation, only the difference needs space. */
      {40, 30, 20, 30, TRUE},
      {40, 30, 20, 31, FALSE},
      /* Bytes that are held beyond the budget leave no space. */
      {500, 0, 0, 1, FALSE},
      {500, 0, 0, 0, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget = make_budget (100, rows[i].held);

    budget.reserved = rows[i].reserved + rows[i].reservation;
    g_assert_cmpint (
        kvs_budget_has_space (&budget, rows[i].reservation, rows[i].bytes), ==, rows[i].has_space);
  }
}

/* An image that is arriving may turn out to be larger than what was reserved. */
static void
test_extend (void)
{
  KvsBudget budget;
  guint64 reservation = 0;

  kvs_budget_init (&budget, 100);
  g_assert_true (kvs_budget_reserve (&budget, &reservation, 0, FALSE));
  kvs_budget_extend (&budget, &reservation, 60);
  g_assert_cmpuint (reservation, ==, 60);
  g_assert_cmpuint (budget.reserved, ==, 60);
  kvs_budget_extend (&budget, &reservation, 50);
  g_assert_cmpuint (reservation, ==, 60);
  g_assert_false (kvs_budget_has_space (&budget, 0, 41));
  kvs_budget_extend (&budget, &reservation, 200);
  g_assert_cmpuint (budget.reserved, ==, 200);
  kvs_budget_hold (&budget, &reservation, 200);
  g_assert_cmpuint (reservation, ==, 0);
  g_assert_cmpuint (budget.reserved, ==, 0);
  g_assert_cmpuint (budget.held, ==, 200);
}

/* Bytes that are cancelled or freed can be reserved by others. */
static void
test_cancel_and_release (void)
{
  KvsBudget budget = make_budget (100, 0);
  guint64 first = 0, second = 0;

  g_assert_true (kvs_budget_reserve (&budget, &first, 6, FALSE));
  g_assert_true (kvs_budget_reserve (&budget, &second, 4, FALSE));
  kvs_budget_hold (&budget, &first, 10);
  assert_budget (&budget, 10, 90);
  kvs_budget_cancel (&budget, &first);
  g_assert_cmpuint (first, ==, 0);
  assert_budget (&budget, 10, 40);
  kvs_budget_cancel (&budget, &first);
  assert_budget (&budget, 10, 40);
  g_assert_false (kvs_budget_reserve (&budget, &first, 6, FALSE));
  kvs_budget_release (&budget, 10);
  assert_budget (&budget, 0, 40);
  g_assert_true (kvs_budget_reserve (&budget, &first, 6, FALSE));
  assert_budget (&budget, 0, 100);
}

static void
test_no_limit (void)
{
  KvsBudget budget;
  guint64 reservation = 0;

  kvs_budget_init (&budget, 0);
  g_assert_cmpuint (budget.max_bytes, ==, G_MAXUINT64);
  budget.held = (guint64)1 << 60;
  g_assert_true (kvs_budget_reserve (&budget, &reservation, G_MAXUINT, TRUE));
  g_assert_cmpuint (reservation, ==, (guint64)G_MAXUINT * KVS_BUDGET_LIKELY_IMAGE_BYTES);
  g_assert_true (kvs_budget_has_space (&budget, 0, G_MAXSSIZE));
}

/* Whatever changes what is held or reserved changes the sum of all. */
static void
test_share (void)
{
  KvsBudget one = make_budget (100, 0), other = make_budget (100, 0);
  guint64 reservation = 0, other_reservation = 0;
  gsize all = 0;

  kvs_budget_share (&one, &all);
  kvs_budget_share (&other, &all);
  g_assert_true (kvs_budget_reserve (&one, &reservation, 2, FALSE));
  g_assert_true (kvs_budget_reserve (&other, &other_reservation, 3, FALSE));
  g_assert_cmpuint (all, ==, 50);
  kvs_budget_hold (&one, &reservation, 15);
  g_assert_cmpuint (all, ==, 50);
  kvs_budget_hold (&one, &reservation, 15);
  g_assert_cmpuint (all, ==, 60);
  kvs_budget_release (&one, 15);
  g_assert_cmpuint (all, ==, 45);
  kvs_budget_cancel (&other, &other_reservation);
  g_assert_cmpuint (all, ==, 15);
  kvs_budget_hold (&other, &other_reservation, 7);
  kvs_budget_clear (&one);
  g_assert_cmpuint (all, ==, 7);
  assert_budget (&one, 0, 0);
  g_assert_cmpuint (one.largest, ==, 15);
  kvs_budget_clear (&other);
  g_assert_cmpuint (all, ==, 0);
}

static void
test_go_ahead (void)
{
  static const struct {
    guint64 max_bytes;
    guint64 limit;
  } rows[] = {{1, KVS_BUDGET_ALL_BYTES}, {2 * KVS_BUDGET_ALL_BYTES, KVS_BUDGET_ALL_BYTES},
      {6 * KVS_BUDGET_ALL_BYTES, 3 * KVS_BUDGET_ALL_BYTES}, {0, G_MAXUINT64 / 2}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget = make_budget (rows[i].max_bytes, 0);
    gsize all = 1000;

    g_assert_true (kvs_budget_may_go_ahead (&budget, G_MAXUINT64));
    kvs_budget_share (&budget, &all);
    g_assert_true (kvs_budget_may_go_ahead (&budget, rows[i].limit - 1000));
    g_assert_false (kvs_budget_may_go_ahead (&budget, rows[i].limit - 999));
    all = 0;
    g_assert_true (kvs_budget_may_go_ahead (&budget, rows[i].limit));
  }
}

static void
test_max_images_ahead (void)
{
  static const struct {
    guint64 max_bytes;
    gboolean is_shared;
    guint64 images; /* of 1 MiB */
  } rows[] = {{8 << 20, FALSE, 8}, {8 << 20, TRUE, 8}, {32 << 20, FALSE, 32}, {32 << 20, TRUE, 16},
      {64 << 20, TRUE, 32}, {1, TRUE, 1}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    KvsBudget budget = make_budget (rows[i].max_bytes, 0);
    gsize all = 0;

    budget.largest = 1 << 20;
    if (rows[i].is_shared)
      kvs_budget_share (&budget, &all);
    g_assert_cmpuint (kvs_budget_get_max_images_ahead (&budget), ==, rows[i].images);
    budget.largest = 0;
    g_assert_cmpuint (
        kvs_budget_get_max_images_ahead (&budget), ==, kvs_budget_get_max_images (&budget));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsbudget/init", test_init);
  g_test_add_func ("/kvsbudget/max-images", test_max_images);
  g_test_add_func ("/kvsbudget/reserve", test_reserve);
  g_test_add_func ("/kvsbudget/reserve-as-images-grow", test_reserve_as_images_grow);
  g_test_add_func ("/kvsbudget/reserve-before-an-image", test_reserve_before_an_image);
  g_test_add_func ("/kvsbudget/hold", test_hold);
  g_test_add_func ("/kvsbudget/has-space", test_has_space);
  g_test_add_func ("/kvsbudget/extend", test_extend);
  g_test_add_func ("/kvsbudget/cancel-and-release", test_cancel_and_release);
  g_test_add_func ("/kvsbudget/no-limit", test_no_limit);
  g_test_add_func ("/kvsbudget/share", test_share);
  g_test_add_func ("/kvsbudget/go-ahead", test_go_ahead);
  g_test_add_func ("/kvsbudget/max-images-ahead", test_max_images_ahead);
  return g_test_run ();
}
