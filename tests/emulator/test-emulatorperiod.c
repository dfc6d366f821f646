/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the arithmetic of periods and their parts. */
#include "emulatorperiod.h"

/* 10..15, 20..24 and from 30 on without an end. */
static GArray *
make_periods (void)
{
  static const EmulatorPeriod periods[] = {{10, 15}, {20, 24}, {30, G_MAXINT64}};
  GArray *array = g_array_new (FALSE, FALSE, sizeof (EmulatorPeriod));

  return g_array_append_vals (array, periods, G_N_ELEMENTS (periods));
}

static void
test_find (void)
{
  g_autoptr (GArray) periods = make_periods ();

  g_assert_null (emulator_periods_find (periods, 9));
  g_assert_cmpint (emulator_periods_find (periods, 10)->from_ms, ==, 10);
  g_assert_cmpint (emulator_periods_find (periods, 14)->from_ms, ==, 10);
  g_assert_null (emulator_periods_find (periods, 15));
  g_assert_cmpint (emulator_periods_find (periods, 23)->from_ms, ==, 20);
  g_assert_cmpint (emulator_periods_find (periods, G_MAXINT64 - 1)->from_ms, ==, 30);
}

static void
test_part_of_a_time (void)
{
  static const EmulatorPeriod period = {10, 15};
  EmulatorPeriod first = emulator_period_get_part (&period, 2, 11);
  EmulatorPeriod last = emulator_period_get_part (&period, 2, 14);

  g_assert_cmpint (first.from_ms, ==, 10);
  g_assert_cmpint (first.to_ms, ==, 12);
  g_assert_cmpint (last.from_ms, ==, 14);
  g_assert_cmpint (last.to_ms, ==, 15);
}

static void
test_count_parts (void)
{
  static const gint64 cases[][2] = {
      {0, 0}, {10, 0}, {11, 1}, {12, 1}, {13, 2}, {15, 3}, {20, 3}, {21, 4}, {24, 5}, {31, 6}};
  g_autoptr (GArray) periods = make_periods ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (emulator_periods_count_parts (periods, 2, cases[i][0]), ==, cases[i][1]);
  g_assert_cmpint (emulator_periods_count_parts (periods, G_MAXINT64 / 2, 1000), ==, 3);
}

static void
test_numbered_parts (void)
{
  static const EmulatorPeriod expected[] = {
      {10, 12}, {12, 14}, {14, 15}, {20, 22}, {22, 24}, {30, 32}, {32, 34}};
  g_autoptr (GArray) periods = make_periods ();

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    EmulatorPeriod part = emulator_periods_get_part (periods, 2, i);

    g_assert_cmpint (part.from_ms, ==, expected[i].from_ms);
    g_assert_cmpint (part.to_ms, ==, expected[i].to_ms);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/period/find", test_find);
  g_test_add_func ("/period/part-of-a-time", test_part_of_a_time);
  g_test_add_func ("/period/count-parts", test_count_parts);
  g_test_add_func ("/period/numbered-parts", test_numbered_parts);
  return g_test_run ();
}
