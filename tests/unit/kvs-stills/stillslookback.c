/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the search for the newest media, with a stream that has some at certain times. */
#include "stillslookback.h"

#define NOW G_GINT64_CONSTANT (1795161600000)
#define DAY G_GINT64_CONSTANT (86400000)

/* A stream has fragments of two seconds from @start_ms to @end_ms, and a list takes so many of them. */
static StillsFound
list (const StillsLookback *lookback, gint64 start_ms, gint64 end_ms, gint64 most)
{
  gint64 from_ms = MAX (lookback->from_ms, start_ms);
  gint64 until_ms = MIN (lookback->until_ms, end_ms);

  if (from_ms >= until_ms)
    return STILLS_FOUND_NOTHING;
  return (until_ms - from_ms) / 2000 > most ? STILLS_FOUND_TOO_MANY : STILLS_FOUND_SOME;
}

/* Whether the last listed range has the end of the media, and few lists were needed. */
static void
assert_found (gint64 start_ms, gint64 end_ms)
{
  StillsLookback lookback;
  StillsFound found;
  guint n = 0;

  stills_lookback_init (&lookback, NOW);
  do {
    g_assert_cmpint (lookback.from_ms, <, lookback.until_ms);
    found = list (&lookback, start_ms, end_ms, 1000);
    n++;
  } while (stills_lookback_go_on (&lookback, found));
  g_assert_cmpint (found, ==, STILLS_FOUND_SOME);
  g_assert_cmpint (lookback.until_ms, >=, MIN (end_ms, NOW));
  g_assert_cmpint (lookback.from_ms, <, end_ms);
  g_assert_cmpuint (n, <, 60);
}

static void
test_found (void)
{
  static const gint64 ages[] = {
      1000, 59999, 60000, 61000, 3600000, DAY, 20 * DAY, 31 * DAY, 400 * DAY, 3650 * DAY};
  static const gint64 lengths[] = {2000, 30000, 3600000, DAY, 300 * DAY};

  for (guint i = 0; i < G_N_ELEMENTS (ages); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (lengths); j++)
      assert_found (NOW - ages[i] - lengths[j], NOW - ages[i]);
  }
}

static void
test_nothing (void)
{
  StillsLookback lookback;
  gint64 until_ms = NOW;
  guint n = 0;

  stills_lookback_init (&lookback, NOW);
  do {
    g_assert_cmpint (lookback.until_ms, ==, until_ms);
    until_ms = lookback.from_ms;
    n++;
  } while (stills_lookback_go_on (&lookback, STILLS_FOUND_NOTHING));
  g_assert_cmpuint (n, <, 10);
  g_assert_cmpint (until_ms, <=, NOW - 3650 * DAY);
}

/* The search ends, however many fragments there are. */
static void
test_always_too_many (void)
{
  StillsLookback lookback;
  guint n = 0;

  stills_lookback_init (&lookback, NOW);
  while (stills_lookback_go_on (&lookback, STILLS_FOUND_TOO_MANY))
    g_assert_cmpuint (n++, <, 60);
}

/* The ranges follow each other without a hole, and each can be narrowed to a second. */
static void
test_steps (void)
{
  gint64 until_ms = 0;
  StillsStep step;
  guint i;

  for (i = 0; stills_lookback_get_step (i, &step); i++) {
    gint64 interval_ms = step.interval_ms, finer_ms;

    g_assert_cmpint (step.until_ms, ==, until_ms);
    until_ms = step.age_ms;
    while ((finer_ms = stills_lookback_refine (interval_ms)) > 0) {
      g_assert_cmpint (finer_ms, <, interval_ms);
      interval_ms = finer_ms;
    }
    g_assert_cmpint (interval_ms, ==, 1000);
  }
  g_assert_cmpint (until_ms, >=, 3650 * DAY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillslookback/found", test_found);
  g_test_add_func ("/stillslookback/nothing", test_nothing);
  g_test_add_func ("/stillslookback/always-too-many", test_always_too_many);
  g_test_add_func ("/stillslookback/steps", test_steps);
  return g_test_run ();
}
