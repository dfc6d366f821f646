/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how many lookback samples follow from the leading gaps so far, and until when there is media. */
#include "kvsfragments.h"

/* The longest lookback until a leading gap is known, then a bit more than the longest leading gap. */
static void
test_lookback (void)
{
  static const struct {
    gint64 missing_ms;
    gint64 lookback_ms;
  } gaps[] = {
      {3000, 6000},
      {1000, 4500},
      {0, 4000},
      {5000, 6250},
      {200, 6000},
  };
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (20000);

  g_assert_cmpuint (kvs_fragments_get_max_lookback_ms (fragments), ==, 20000);
  g_assert_false (kvs_fragments_is_known (fragments));
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 20000);
  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++) {
    kvs_fragments_note_leading_gap (fragments, gaps[i].missing_ms);
    g_assert_true (kvs_fragments_is_known (fragments));
    g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, gaps[i].lookback_ms);
  }
  g_assert_cmpuint (kvs_fragments_get_max_lookback_ms (fragments), ==, 20000);
}

static void
test_never_further_than_allowed (void)
{
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (5000);

  kvs_fragments_note_leading_gap (fragments, 3000);
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 5000);
  kvs_fragments_note_leading_gap (fragments, 40000);
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 5000);
}

/* A request may have begun with its fragment by chance, so the next request has lookback samples as well. */
static void
test_nothing_missing (void)
{
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (20000);

  for (guint i = 0; i < 20; i++) {
    kvs_fragments_note_leading_gap (fragments, 0);
    g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 1);
  }
}

static void
test_never (void)
{
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (0);

  g_assert_cmpuint (kvs_fragments_get_max_lookback_ms (fragments), ==, 0);
  g_assert_true (kvs_fragments_is_known (fragments));
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 0);
  kvs_fragments_note_leading_gap (fragments, 3000);
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 0);
}

/* A long leading gap is forgotten after sixteen more. */
static void
test_only_the_last_gaps_count (void)
{
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (20000);

  kvs_fragments_note_leading_gap (fragments, 8000);
  for (guint i = 0; i < 15; i++) {
    kvs_fragments_note_leading_gap (fragments, 800);
    g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 8000 * (i + 3) / (i + 2));
  }
  for (guint i = 0; i < 40; i++) {
    kvs_fragments_note_leading_gap (fragments, 800);
    g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 850);
  }
  kvs_fragments_note_leading_gap (fragments, 1600);
  g_assert_cmpint (kvs_fragments_get_lookback_ms (fragments), ==, 1700);
}

static void
test_latest_media (void)
{
  g_autoptr (KvsFragments) fragments = kvs_fragments_new (20000);

  g_assert_cmpint (kvs_fragments_get_latest_ms (fragments), ==, -1);
  kvs_fragments_note_media (fragments, 0);
  g_assert_cmpint (kvs_fragments_get_latest_ms (fragments), ==, 0);
  kvs_fragments_note_media (fragments, 5000);
  kvs_fragments_note_media (fragments, 3000);
  g_assert_cmpint (kvs_fragments_get_latest_ms (fragments), ==, 5000);
  g_assert_false (kvs_fragments_is_known (fragments));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsfragments/lookback", test_lookback);
  g_test_add_func ("/kvsfragments/never-further-than-allowed", test_never_further_than_allowed);
  g_test_add_func ("/kvsfragments/nothing-missing", test_nothing_missing);
  g_test_add_func ("/kvsfragments/never", test_never);
  g_test_add_func ("/kvsfragments/only-the-last-gaps-count", test_only_the_last_gaps_count);
  g_test_add_func ("/kvsfragments/latest-media", test_latest_media);
  return g_test_run ();
}
