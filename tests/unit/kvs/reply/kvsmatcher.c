/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which sample each entry of a request's pages is for, under all meanings of their TimeStamps. */
#include "kvsmatcher.h"

#include "testentry.h"

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define N_SERVICES 100000

/* How often an unreadable page is asked for again. */
#define MAX_ATTEMPTS 3

/* Writes down which entry is for which sample. */
static void
pop_all (KvsMatcher *matcher, GHashTable *names, GString *text)
{
  KvsEntry *next;
  gint index;

  while ((next = kvs_matcher_pop (matcher, &index))) {
    g_autoptr (KvsEntry) entry = next;

    g_string_append_printf (text, "%s@%d ", (char *)g_hash_table_lookup (names, entry), index);
  }
}

/* Matches the entries of some pages, and writes down what comes out when. The entries of a page are in a list such
 * as "s0 n1 m2+40". Pages end with a bar, the last one with two where no page follows. With a `~` in front it is not
 * known where the first one begins. */
static char *
match_pages (const KvsWindow *window, guint max_results, const char *pages, gboolean *is_cut)
{
  g_autoptr (KvsMatcher) matcher = kvs_matcher_new (window, max_results);
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL);
  g_auto (GStrv) words = g_strsplit (pages, " ", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '~') {
      kvs_matcher_find_start (matcher);
    } else if (*words[i] == '|') {
      kvs_matcher_end_page (matcher, words[i][1] == '|');
      g_string_append_printf (text, "%s ", words[i]);
    } else {
      KvsEntry *entry = test_entry_new (window, words[i]);

      g_hash_table_insert (names, entry, words[i]);
      kvs_matcher_push (matcher, entry);
    }
    pop_all (matcher, names, text);
  }
  g_string_append_printf (text, "next %u%s", kvs_matcher_get_next (matcher),
      kvs_matcher_is_unreadable (matcher) ? " unreadable" : "");
  if (is_cut != NULL)
    *is_cut = kvs_matcher_is_cut (matcher);
  return g_string_free (text, FALSE);
}

typedef struct {
  guint count;
  guint max_results;
  const char *pages;
  const char *expected;
} Case;

/* Samples are @interval_ms apart, from @start_ms on. */
static void
assert_cases_from (gint64 start_ms, gint64 interval_ms, const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++) {
    KvsWindow window;
    g_autofree char *matched = NULL;

    kvs_window_init (&window, start_ms, interval_ms, cases[i].count);
    matched = match_pages (&window, cases[i].max_results, cases[i].pages, NULL);
    if (!g_str_equal (matched, cases[i].expected)) {
      g_test_message ("%s: %s and not %s", cases[i].pages, matched, cases[i].expected);
      g_test_fail ();
    }
  }
}

static void
assert_cases (gint64 interval_ms, const Case *cases, guint n_cases)
{
  assert_cases_from (NOVEMBER, interval_ms, cases, n_cases);
}

/* Entries that are sorted and have the times of their samples are matched as they arrive. */
static void
test_own_times (void)
{
  static const Case cases[] = {
      {3, 3, "s0", "s0@0 next 1"},
      {3, 3, "s0 s1 s2 ||", "s0@0 s1@1 s2@2 || next 3"},
      {3, 3, "s0 n1 m2 ||", "s0@0 n1@1 m2@2 || next 3"},
      {3, 3, "n0 n1 n2 ||", "n0@0 n1@1 n2@2 || next 3"},
      {4, 2, "s0 s1 | s2 s3 ||", "s0@0 s1@1 | s2@2 s3@3 || next 4"},
      {4, 1, "s0 | s1 | s2 | s3 ||", "s0@0 | s1@1 | s2@2 | s3@3 || next 4"},
      {3, 3, "||", "|| next 0"},
      {3, 3, "| s0 | | s1 s2 ||", "| s0@0 | | s1@1 s2@2 || next 3"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* How many entries of one kind a page may have until it is full. */
static void
assert_full_after (guint max_results, gboolean is_adrift, const char *entry, guint expected)
{
  g_autoptr (KvsMatcher) matcher = NULL;
  KvsWindow window;
  guint n = 0;

  kvs_window_init (&window, NOVEMBER, 1000, 10);
  matcher = kvs_matcher_new (&window, max_results);
  if (is_adrift)
    kvs_matcher_find_start (matcher);
  for (; !kvs_matcher_is_full (matcher) && n < 1000; n++)
    kvs_matcher_push (matcher, test_entry_new (&window, entry));
  g_assert_cmpuint (n, ==, expected);
  kvs_matcher_end_page (matcher, TRUE);
  g_assert_false (kvs_matcher_is_full (matcher));
}

/* Matching as entries arrive ends with the last sample; the number of entries that are held or surplus is
 * bounded. */
static void
test_full (void)
{
  assert_full_after (2, FALSE, "n0+500", 6);
  assert_full_after (2, FALSE, "s0+500", 6);
  assert_full_after (2, FALSE, "s0", 7);
  assert_full_after (2, FALSE, "s", 16);
  assert_full_after (100, FALSE, "n-5", 104);
  assert_full_after (2, TRUE, "s0", 104);
}

/* Without TimeStamps there is only the order. */
static void
test_no_times (void)
{
  static const Case cases[] = {
      {3, 3, "s s s ||", "s@0 s@1 s@2 || next 3"},
      {3, 3, "s n m ||", "s@0 n@1 m@2 || next 3"},
      {3, 3, "s0 s s2 ||", "s0@0 s@1 s2@2 || next 3"},
      {3, 3, "s0-40 s s2-40 ||", "|| s0-40@0 s@1 s2-40@2 next 3"},
      {3, 2, "s s | s ||", "s@0 s@1 | s@2 || next 3"},
      {2, 2, "s n s ||", "s@0 n@1 || s@-1 next 2"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* A page with as many entries as it was asked for is read in its order, whatever frames its TimeStamps name. */
static void
test_full_pages (void)
{
  static const Case cases[] = {
      {4, 4, "s0-900 s0-100 s2+800 s2+900 ||", "|| s0-900@0 s0-100@1 s2+800@2 s2+900@3 next 4"},
      {6, 3, "s0-300 s2-300 s3+300 | s4 s5 s5+9 ||",
          "| s0-300@0 s2-300@1 s3+300@2 || s4@3 s5@4 s5+9@5 next 6"},
      {3, 3, "s0-40 s1-40 s2-40", "next 0"},
      {3, 3, "s0-40 s1-40 s2-40 ||", "|| s0-40@0 s1-40@1 s2-40@2 next 3"},
      {3, 3, "s0+40 s1+40 s2+40 ||", "|| s0+40@0 s1+40@1 s2+40@2 next 3"},
      {3, 3, "s0-999 s1-999 s2-999 ||", "|| s0-999@0 s1-999@1 s2-999@2 next 3"},
      {3, 3, "s0+600 s1+600 s2+600 ||", "|| s0+600@0 s1+600@1 s2+600@2 next 3"},
      {3, 3, "s0-400 s1+400 s2-400 ||", "|| s0-400@0 s1+400@1 s2-400@2 next 3"},
      {4, 4, "s0 s0 s0 s3 ||", "s0@0 || s0@1 s0@2 s3@3 next 4"},
      {4, 4, "s-9 s-9 s-9 s-9 ||", "|| s-9@0 s-9@1 s-9@2 s-9@3 next 4"},
      {4, 4, "s9 s9 s9 s9 ||", "|| s9@0 s9@1 s9@2 s9@3 next 4"},
      {4, 2, "s-9 s-9 | s-9 s-9 ||", "| s-9@0 s-9@1 || s-9@2 s-9@3 next 4"},
      {1, 1, "s-9 ||", "|| s-9@0 next 1"},
      {4, 1, "s1+5 | s1+5 | s3+5 | s3+5 ||", "| s1+5@0 | s1+5@1 | s3+5@2 || s3+5@3 next 4"},
      {4, 2, "s0-300 s1+600 | s2-300 s3+600 ||", "| s0-300@0 s1+600@1 || s2-300@2 s3+600@3 next 4"},
      {4, 2, "s0-40 s1-40 | s2-40 s3-40 ||", "| s0-40@0 s1-40@1 || s2-40@2 s3-40@3 next 4"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* A gap is for the sample of its TimeStamp, also where it is later than the frame behind it. */
static void
test_gaps (void)
{
  static const Case cases[] = {
      {3, 3, "s0-40 n1 s2-40 ||", "|| s0-40@0 n1@1 s2-40@2 next 3"},
      {3, 3, "s-3 m1 s-3 ||", "|| s-3@0 m1@1 s-3@2 next 3"},
      {4, 4, "n0 n1 s-3 s-3 ||", "n0@0 n1@1 || s-3@2 s-3@3 next 4"},
      {4, 2, "s-3 m1 | m2 s-3 ||", "| s-3@0 m1@1 m2@2 || s-3@3 next 4"},
      {4, 4, "s9 m1 s9 s9 ||", "|| s9@0 m1@1 s9@2 s9@3 next 4"},
      {3, 3, "s-3 m1+10 s-3 ||", "|| s-3@-1 m1+10@-1 s-3@-1 next 0 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* Five samples a frame. */
static void
test_slow_frames (void)
{
  static const Case cases[] = {
      {6, 6, "s0-5 s0-5 s0-5 s0-5 s0-5 s5-5 ||",
          "|| s0-5@0 s0-5@1 s0-5@2 s0-5@3 s0-5@4 s5-5@5 next 6"},
      {8, 5, "s-3 s-3 s2 s2 s2 | s2 s2 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 s2@4 || s2@5 s2@6 s7@7 next 8"},
      {8, 5, "s-3 s-3 s2 s2 s2 | s2 s2 s2 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 s2@4 || s2@-1 s2@5 s2@6 s7@7 next 8"},
      {8, 4, "s-3 s-3 s2 s2 | s2 s2 n6 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 || s2@4 s2@5 n6@6 s7@7 next 8"},
      {8, 4, "s-3 s-3 s2 s2 | s2 s2 s2 n6 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 || s2@-1 s2@4 s2@5 n6@6 s7@7 next 8"},
  };

  assert_cases (200, cases, G_N_ELEMENTS (cases));
}

/* A frame is nearest to a sample that another frame is nearer to. Its image is for the sample before that. */
static void
test_uneven_frames (void)
{
  static const Case cases[] = {
      {3, 3, "s-1-172 s0+1828 s1-39 s2+828 ||", "|| s-1-172@-1 s0+1828@0 s1-39@1 s2+828@2 next 3"},
      {3, 3, "s2+828 s1-39 s0+1828 s-1-172 ||", "|| s-1-172@-1 s0+1828@0 s1-39@1 s2+828@2 next 3"},
  };
  /* If the service cuts the fraction off, the same page may have the last frames up to each sample, and end with one
   * from behind the request. */
  static const Case cut_cases[] = {
      {3, 3, "s2+828 s1-39 s0+1828 s-1-172 ||",
          "|| s2+828@-1 s1-39@-1 s0+1828@-1 s-1-172@-1 next 0 unreadable"},
  };

  assert_cases (3000, cases, G_N_ELEMENTS (cases));
  assert_cases_from (NOVEMBER + 137, 3000, cut_cases, G_N_ELEMENTS (cut_cases));
}

/* Entries that a page repeats from the page before are surplus. */
static void
test_seams (void)
{
  static const Case cases[] = {
      {4, 2, "s0 s1 | s1 s2 s3 ||", "s0@0 s1@1 | || s1@-1 s2@2 s3@3 next 4"},
      {4, 2, "s0 n1 | n1 s2 s3 ||", "s0@0 n1@1 | || n1@-1 s2@2 s3@3 next 4"},
      {4, 2, "s0-40 s1-40 | s1-40 s2-40 s3-40 ||",
          "| s0-40@0 s1-40@1 || s1-40@-1 s2-40@2 s3-40@3 next 4"},
      {4, 2, "s0+40 s1+40 | s1+40 s2+40 s3+40 ||",
          "| s0+40@0 s1+40@1 || s1+40@-1 s2+40@2 s3+40@3 next 4"},
      {6, 2, "s-9 s-9 | s-9 s-9 s-9 | s-9 s-9 s-9 ||",
          "| s-9@0 s-9@1 | s-9@-1 s-9@2 s-9@3 || s-9@-1 s-9@4 s-9@5 next 6"},
      {5, 2, "s-9 s-9 | s-9 s-9 | s-9 ||", "| s-9@0 s-9@1 | s-9@2 s-9@3 || s-9@4 next 5"},
      {4, 2, "s0 s1 | s3 s2 s1 ||", "s0@0 s1@1 | || s1@-1 s2@2 s3@3 next 4"},
      {4, 2, "s0 s1 | s2 s1 s3 ||", "s0@0 s1@1 | s2@2 || s1@-1 s3@3 next 4"},
      {9, 5, "s0 s1 | s1 s2 s3 |", "s0@0 s1@1 | | s1@-1 s2@2 s3@3 next 4"},
      {6, 5, "s0 s1 | s1 |", "s0@0 s1@1 | | s1@-1 next 2"},
      /* The frame of 4 is not the nearest one, but the first two pages have repeated nothing. */
      {9, 2, "s0-343 s1+323 | s2-677 s3-9 | s4-1009 s5-240 |",
          "| s0-343@0 s1+323@1 | s2-677@2 s3-9@3 | s4-1009@4 s5-240@5 next 6"},
      {9, 5, "s-9 s-9 | s-9 s-9 s-9 | s-9 s-9 s-9 ||",
          "| s-9@-1 s-9@-1 | s-9@-1 s-9@-1 s-9@-1 || s-9@-1 s-9@-1 s-9@-1 next 0 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* Entries from outside of the request are surplus. */
static void
test_outside (void)
{
  static const Case cases[] = {
      {3, 3, "s-1 s0 s1 s2 ||", "|| s-1@-1 s0@0 s1@1 s2@2 next 3"},
      {3, 3, "s0 s1 s2 s3 ||", "s0@0 s1@1 s2@2 || s3@-1 next 3"},
      {3, 3, "n-1 s0 s1 s2 n3 ||", "|| n-1@-1 n3@-1 s0@0 s1@1 s2@2 next 3"},
      {3, 3, "s-1-40 s0-40 s1-40 s2-40 s3-40 ||",
          "|| s-1-40@-1 s3-40@-1 s0-40@0 s1-40@1 s2-40@2 next 3"},
      {3, 3, "s-1+40 s0+40 s1+40 s2+40 s3+40 ||",
          "|| s-1+40@-1 s3+40@-1 s0+40@0 s1+40@1 s2+40@2 next 3"},
      {4, 3, "s-9 s-9 s-9 s-9 | s-9 ||", "| s-9@-1 s-9@0 s-9@1 s-9@2 || s-9@3 next 4"},
      {3, 3, "s-2 s-1 s0 s1 s2 ||", "|| s-2@-1 s-1@-1 s0@-1 s1@-1 s2@-1 next 0 unreadable"},
      {3, 3, "s-9 s-9 s-9 s-9 ||", "|| s-9@-1 s-9@0 s-9@1 s-9@2 next 3"},
      {3, 3, "s0-40 s1-40 s2-40 s3-40 ||",
          "|| s0-40@-1 s1-40@-1 s2-40@-1 s3-40@-1 next 0 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* If the first samples are gaps, an image may be from before the request although the sample next to its frame is one of
 * these. Here frames are two samples long, and are the next ones with an image from before, or the nearest ones
 * without. */
static void
test_outside_gaps (void)
{
  static const Case cases[] = {
      {34, 21, "m0 s6+197 s5+697 m2 s4+197 s3+697 s1+697 s-1+697 ||",
          "m0@0 || s6+197@-1 s5+697@-1 m2@-1 s4+197@-1 s3+697@-1 s1+697@-1 s-1+697@-1 next 1 "
          "unreadable"},
      {34, 21, "s6+197 m0 s5+697 m2 s4+197 s3+697 s1+697 s-1+697 ||",
          "|| s6+197@-1 m0@-1 s5+697@-1 m2@-1 s4+197@-1 s3+697@-1 s1+697@-1 s-1+697@-1 next 0 "
          "unreadable"},
  };

  assert_cases (500, cases, G_N_ELEMENTS (cases));
}

/* If TimeStamps descend, they tell the order. */
static void
test_order (void)
{
  static const Case cases[] = {
      {4, 4, "s3 s2 s1 s0", "next 0"},
      {4, 4, "s3 s2 s1 s0 ||", "|| s0@0 s1@1 s2@2 s3@3 next 4"},
      {4, 4, "s3-40 s2-40 s1-40 s0-40 ||", "|| s0-40@0 s1-40@1 s2-40@2 s3-40@3 next 4"},
      {4, 4, "s2 n1 s0 m3 ||", "|| s0@0 n1@1 s2@2 m3@3 next 4"},
      {4, 4, "n2 n3 n0 n1 ||", "|| n0@0 n1@1 n2@2 n3@3 next 4"},
      {4, 4, "s0 s2 s1 s3 ||", "s0@0 || s1@1 s2@2 s3@3 next 4"},
      {4, 2, "s1 s0 | s3 s2 ||", "| s0@0 s1@1 || s2@2 s3@3 next 4"},
      {3, 3, "s3 s1 s-1 s2 s0 ||", "|| s3@-1 s-1@-1 s0@0 s1@1 s2@2 next 3"},
      {4, 4, "s3+10 s2-999 s1+600 s0-20 ||", "|| s0-20@0 s2-999@1 s1+600@2 s3+10@3 next 4"},
      {4, 2, "s1-40 s0-40 | s0-40 s1-40 |",
          "| s0-40@0 s1-40@1 | s0-40@-1 s1-40@-1 next 2 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* A page that is short goes on where the one before has ended, and leaves the rest open. */
static void
test_short_pages (void)
{
  static const Case cases[] = {
      {5, 5, "s0 s1 ||", "s0@0 s1@1 || next 2"},
      {5, 5, "n0 ||", "n0@0 || next 1"},
      {5, 5, "s0+40 s1+40 ||", "|| s0+40@0 s1+40@1 next 2"},
      {5, 3, "s0-40 s1-40 s2-40 | s3-40 ||", "| s0-40@0 s1-40@1 s2-40@2 || s3-40@3 next 4"},
      {5, 5, "s0 s1 | s2 s3 | s4 ||", "s0@0 s1@1 | s2@2 s3@3 | s4@4 || next 5"},
      {5, 5, "s0-40 s1-40 ||", "|| s0-40@-1 s1-40@-1 next 0 unreadable"},
      {5, 5, "s-9 s-9 ||", "|| s-9@-1 s-9@-1 next 0 unreadable"},
      {6, 3, "s-9 s-9 s-9 | s-9 s-9 ||", "| s-9@0 s-9@1 s-9@2 || s-9@-1 s-9@-1 next 3 unreadable"},
      {6, 3, "s-9 s-9 s-9 | s0+5 s3+5 ||",
          "| s-9@0 s-9@1 s-9@2 || s0+5@-1 s3+5@-1 next 3 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* Entries that are left out are found by those behind them. */
static void
test_holes (void)
{
  static const Case cases[] = {
      {5, 5, "s0 s1 s4 ||", "s0@0 s1@1 || s4@4 next 5"},
      {5, 5, "s0 n2 m4 ||", "s0@0 || n2@2 m4@4 next 5"},
      {5, 5, "s0-40 s1-40 n2 s4-40 ||", "|| s0-40@-1 s1-40@-1 n2@-1 s4-40@-1 next 0 unreadable"},
      {5, 3, "s0 s1 s2 | s4 ||", "s0@0 s1@1 s2@2 | || s4@4 next 5"},
      {5, 5, "s2 s3 s4 ||", "|| s2@2 s3@3 s4@4 next 5"},
      {5, 3, "s0-40 s1-40 s2-40 | s4-40 ||",
          "| s0-40@0 s1-40@1 s2-40@2 || s4-40@-1 next 3 unreadable"},
      {5, 5, "s4 ||", "|| s4@4 next 5"},
      {5, 5, "s3 ||", "|| s3@-1 next 0 unreadable"},
      /* A single sample with look-back, of which the service leaves out the sample before. */
      {2, 2, "s1 ||", "|| s1@1 next 2"},
      {2, 2, "s1-40 ||", "|| s1-40@-1 next 0 unreadable"},
      /* Two frames may come at times of samples by chance, and 7 is the next one behind 3; but not behind 4, too. */
      {9, 2, "s0 s1 | s2 s7 |", "s0@0 s1@1 | s2@2 | s7@-1 next 3 unreadable"},
      {9, 3, "s0 s1 s2 | s3 s7 s8 |", "s0@0 s1@1 s2@2 | s3@3 | s7@7 s8@8 next 9"},
      {5, 5, "s0 s2 ||", "s0@0 || s2@-1 next 1 unreadable"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* The first page may begin anywhere. */
static void
test_unknown_start (void)
{
  static const Case cases[] = {
      {6, 3, "~ s2 s3 s4 | s5 ||", "| s2@2 s3@3 s4@4 s5@5 || next 6"},
      {6, 3, "~ s2-40 s3-40 s4-40 | s5-40 ||", "| s2-40@2 s3-40@3 s4-40@4 || s5-40@5 next 6"},
      {6, 3, "~ s2+40 s3+40 s4+40 | s5+40 ||", "| s2+40@2 s3+40@3 s4+40@4 || s5+40@5 next 6"},
      {6, 3, "~ n2 s3 s4 ||", "|| n2@2 s3@3 s4@4 next 5"},
      {9, 4, "~ s2-5 s2-5 s4-5 s4-5 |", "| s2-5@2 s2-5@3 s4-5@4 s4-5@5 next 6"},
      {6, 3, "~ s s s |", "| s@0 s@1 s@2 next 3"},
      {6, 3, "~ | s2 s3 s4 |", "| | s2@2 s3@3 s4@4 next 5"},
      {6, 3, "~ s9 ||", "|| s9@-1 next 6"},
      {6, 3, "~ s-9 s-9 s-9 |", "| s-9@0 s-9@1 s-9@2 next 3"},
  };

  assert_cases (1000, cases, G_N_ELEMENTS (cases));
}

/* The data of an entry comes out unchanged, and images that wait are counted. */
static void
test_entry (void)
{
  KvsWindow window;
  g_autoptr (KvsMatcher) matcher = NULL;
  g_autoptr (KvsEntry) first = NULL, second = NULL;
  KvsEntry *pushed;
  gint index;

  kvs_window_init (&window, NOVEMBER, 1000, 2);
  matcher = kvs_matcher_new (&window, 2);
  g_assert_null (kvs_matcher_pop (matcher, &index));
  pushed = test_entry_new (&window, "s0-40");
  kvs_matcher_push (matcher, pushed);
  kvs_matcher_push (matcher, test_entry_new (&window, "n1"));
  g_assert_cmpuint (kvs_matcher_count_held (matcher), ==, 1);
  kvs_matcher_end_page (matcher, TRUE);
  g_assert_cmpuint (kvs_matcher_count_held (matcher), ==, 0);
  first = kvs_matcher_pop (matcher, &index);
  g_assert_true (first == pushed);
  g_assert_cmpint (first->time_ms, ==, NOVEMBER - 40);
  second = kvs_matcher_pop (matcher, &index);
  g_assert_cmpstr (second->error, ==, "NO_MEDIA");
  g_assert_null (kvs_matcher_pop (matcher, &index));
}

/* A service that cuts the fraction of a second off the start answers for earlier samples. Two different
 * TimeStamps tell so, unless any other says something else. */
static void
test_cut (void)
{
  static const struct {
    gint64 fraction_ms;
    gint64 interval_ms;
    const char *pages;
    const char *expected;
    gboolean is_cut;
  } cases[] = {
      {500, 1000, "s0-500 s1-500 s2-500 s3-500 ||", "|| s0-500@0 s1-500@1 s2-500@2 s3-500@3 next 4",
          TRUE},
      {500, 1000, "s0-500 s1-500 ||", "|| s0-500@-1 s1-500@-1 next 0 unreadable", TRUE},
      {500, 1000, "n0-500 n1-500 s2-500 s3-500 ||", "|| n0-500@0 n1-500@1 s2-500@2 s3-500@3 next 4",
          TRUE},
      {250, 1000, "s0-250 m1-250 s2-250 | s3-250 ||",
          "| s0-250@0 m1-250@1 s2-250@2 || s3-250@3 next 4", TRUE},
      {500, 1000, "s0-600 n1-500 s2-600 s3-600 ||", "|| s0-600@0 n1-500@1 s2-600@2 s3-600@3 next 4",
          FALSE},
      {500, 1000, "s0-500 s0-500 s2-600 s3-500 ||", "|| s0-500@0 s0-500@1 s2-600@2 s3-500@3 next 4",
          FALSE},
      {500, 500, "s-1 s0 s1 s2 s3 ||", "|| s-1@-1 s0@0 s1@1 s2@2 s3@3 next 4", FALSE},
      {500, 1000, "s0 s1 ||", "s0@0 s1@1 || next 2", FALSE},
      {0, 1000, "s0 s1 ||", "s0@0 s1@1 || next 2", FALSE},
      {500, 1000, "s s ||", "s@0 s@1 || next 2", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsWindow window;
    g_autofree char *matched = NULL;
    gboolean is_cut;

    kvs_window_init (&window, NOVEMBER + cases[i].fraction_ms, cases[i].interval_ms, 4);
    matched = match_pages (&window, 4, cases[i].pages, &is_cut);
    g_assert_cmpstr (matched, ==, cases[i].expected);
    g_assert_cmpint (is_cut, ==, cases[i].is_cut);
  }
}

/* Frames come at just the times of samples, and a service that cuts the start by nearly an interval lists for each
 * sample the frame of the one before. That shows only where an entry has the cut time. */
static void
test_cut_by_nearly_an_interval (void)
{
  static const Case cases[] = {
      {31, 3, "s-1 s0 s1 | s2 s3 s4 | m6-978 s6 s7 |",
          "| s-1@-1 s0@0 s1@1 s2@2 s3@3 s4@4 | | m6-978@-1 s6@-1 s7@-1 next 5 unreadable"},
      {31, 3, "s-1 s0 s1 | s2 s3 s4 | m6-978 m7-978 s7 |",
          "| s-1@-1 s0@0 s1@1 s2@2 s3@3 s4@4 | | m6-978@-1 m7-978@-1 s7@-1 next 5 unreadable"},
      {9, 3, "s-1 s0 s1 | s2 s3 s4 | m6-978 s6 s7 ||",
          "| s-1@-1 s0@0 s1@1 s2@2 s3@3 s4@4 | || m6-978@-1 s6@-1 s7@-1 next 5 unreadable"},
      {31, 3, "s-1 s0 s1 | s2 s3 s4 | s5 m7-978 s7 |",
          "| s-1@-1 s0@0 s1@1 s2@2 s3@3 s4@4 | s5@5 | m7-978@-1 s7@-1 next 6 unreadable"},
      {31, 3, "s-1 s0 s1 | s2 s3 s4 | s5 m6-978 s7 |",
          "| s-1@-1 s0@0 s1@1 s2@2 s3@3 s4@4 | s5@5 | m6-978@6 s7@7 next 8"},
  };

  assert_cases_from (NOVEMBER + 978, 1000, cases, G_N_ELEMENTS (cases));
}

/* A range ends before its last sample, and the sample behind the range comes in its place. By the pages so far the frames
 * may be the next ones as well, if the start is cut; but frames are never that far apart. */
static void
test_behind_an_early_end (void)
{
  static const Case cases[] = {
      {7, 4, "s0-190 s1-57 s2-257 s3-124 | s4-324 s5-191 s6+608 ||",
          "| s0-190@0 s1-57@1 s2-257@2 s3-124@3 || s4-324@-1 s5-191@-1 s6+608@-1 next 4 unreadable"},
      {7, 4, "s0-190 s1-57 s2-257 s3-124 | s4-324 s5-191 s6-58 ||",
          "| s0-190@0 s1-57@1 s2-257@2 s3-124@3 || s4-324@4 s5-191@5 s6-58@6 next 7"},
  };

  assert_cases_from (NOVEMBER + 337, 200, cases, G_N_ELEMENTS (cases));
}

/* Which frame a sample shows, and what the TimeStamp of its image is. */
typedef enum {
  SAMPLE_TIME, /* any frame; the time of the sample */
  LAST_FRAME,
  NEAREST_FRAME,
  NEXT_FRAME,
  N_MEANINGS,
} Meaning;

typedef enum {
  CLEAN,
  SEAM,
  BEFORE,
  AFTER,
  BEFORE_AND_AFTER,
  DESCENDING,
  SHUFFLED,
  CAPPED,
  CAPPED_SEAM,
  CAPPED_BEFORE,
  EARLY_END,
  LEFT_OUT,
  LEFT_OUT_FRAMES,
  CUT_START,
  MIXED,
  N_KINDS,
} Kind;

static const char *const kind_names[] = {"clean", "seam", "before", "after", "before and after",
    "descending", "shuffled", "capped", "capped seam", "capped before", "early end", "left out",
    "left out, times of frames", "cut start", "mixed"};

/* How many services of each kind may at most have an unreadable page, in percent. */
static const guint most_unreadable[] = {2, 3, 7, 7, 7, 2, 2, 17, 17, 27, 11, 13, 60, 1, 16};

/* A service of which everything is chosen at random: frames in regular steps, with gaps between them. */
typedef struct {
  KvsWindow window;
  guint max_results;
  Meaning meaning;
  gint64 length_ms; /* of a frame */
  gint64 phase_ms;
  gint64 media_ms; /* how long there is media, and then none; 0 is always */
  gint64 media_phase_ms;
  guint32 bad_samples; /* of each 32, those that are a MEDIA_ERROR */
  guint n_bad_first;   /* the first ones are gaps */
  gint64 first;        /* the sample of the first request that this one begins at */
  guint page;          /* samples of a page */
  guint n_samples;     /* how many the service answers for */
  gint64 cut_ms;
  gboolean has_seams;
  gboolean has_before;
  gboolean has_after;
  gboolean leaves_out;
  Kind order; /* DESCENDING, SHUFFLED or another one, which is sorted */
} Service;

static gint64
pick (const gint64 *numbers, guint n)
{
  return numbers[g_test_rand_int_range (0, (gint)n)];
}

static gboolean
is_one_in (gint n)
{
  return g_test_rand_int_range (0, n) == 0;
}

static void
service_init_frames (Service *self, gint64 interval_ms)
{
  static const gint64 lengths_ms[] = {40, 100, 200, 333, 500, 1000, 2000, 5000, 20000};
  gint64 length_ms = pick (lengths_ms, G_N_ELEMENTS (lengths_ms));

  self->meaning = (Meaning)g_test_rand_int_range (0, N_MEANINGS);
  self->length_ms = is_one_in (4) ? g_test_rand_int_range (40, 20001) : length_ms;
  self->phase_ms = is_one_in (3) ? 0 : g_test_rand_int_range (0, (gint)self->length_ms);
  if (is_one_in (2))
    self->media_ms = (MAX (self->length_ms, interval_ms) + 1) * g_test_rand_int_range (1, 8);
  self->media_phase_ms = g_test_rand_int_range (0, 600000);
  if (is_one_in (4))
    self->bad_samples = (guint32)(g_test_rand_int () & g_test_rand_int () & g_test_rand_int ());
  if (is_one_in (4))
    self->n_bad_first = (guint)g_test_rand_int_range (1, 6);
}

static gboolean
has (Kind kind, Kind wanted)
{
  return kind == wanted || (kind == MIXED && is_one_in (3));
}

static void
service_init_window (Service *self, Kind kind)
{
  static const gint64 intervals_ms[] = {200, 333, 500, 1000, 2000, 3000, 10000, 60000};
  gint64 interval_ms = pick (intervals_ms, G_N_ELEMENTS (intervals_ms));
  gint64 start_ms = NOVEMBER;

  if (is_one_in (4))
    interval_ms = g_test_rand_int_range (200, 60001);
  if (has (kind, CUT_START))
    self->cut_ms = g_test_rand_int_range (1, 1000);
  else if (is_one_in (2))
    start_ms += g_test_rand_int_range (0, 20000);
  kvs_window_init (
      &self->window, start_ms + self->cut_ms, interval_ms, (guint)g_test_rand_int_range (1, 40));
}

static void
service_init (Service *self, Kind kind)
{
  guint count;

  *self = (Service){.order = kind == MIXED ? (Kind)g_test_rand_int_range (0, N_KINDS) : kind};
  service_init_window (self, kind);
  service_init_frames (self, self->window.interval_ms);
  count = self->window.count;
  self->max_results = (guint)g_test_rand_int_range (1, is_one_in (2) ? 5 : 26);
  self->page = self->max_results;
  if (has (kind, CAPPED) || kind == CAPPED_SEAM || kind == CAPPED_BEFORE)
    self->page = (guint)g_test_rand_int_range (1, (gint)self->max_results + 1);
  self->n_samples =
      has (kind, EARLY_END) ? (guint)g_test_rand_int_range (1, (gint)count + 1) : count;
  self->has_seams = has (kind, SEAM) || kind == CAPPED_SEAM;
  self->has_before = has (kind, BEFORE) || kind == CAPPED_BEFORE || kind == BEFORE_AND_AFTER;
  self->has_after = self->n_samples == count && (has (kind, AFTER) || kind == BEFORE_AND_AFTER);
  self->leaves_out = kind == LEFT_OUT || kind == LEFT_OUT_FRAMES;
  if (kind == LEFT_OUT)
    self->meaning = SAMPLE_TIME;
}

static gint64
get_time (const Service *self, gint64 index)
{
  return kvs_window_get_time (&self->window, index) - self->cut_ms;
}

static gint64
find_frame (const Service *self, gint64 time_ms)
{
  return time_ms - (time_ms + self->phase_ms) % self->length_ms;
}

/* The time of the frame that is shown at @time_ms, or -1. */
static gint64
get_frame (const Service *self, gint64 time_ms)
{
  gint64 frame_ms = find_frame (self, time_ms);

  if (self->meaning == NEXT_FRAME)
    frame_ms = find_frame (self, time_ms + self->length_ms - 1);
  else if (self->meaning == NEAREST_FRAME)
    frame_ms = find_frame (self, time_ms + self->length_ms / 2);
  if (self->media_ms > 0 && (frame_ms + self->media_phase_ms) / self->media_ms % 2 == 0)
    return -1;
  return frame_ms;
}

static gboolean
is_bad (const Service *self, gint64 index)
{
  gint64 number = self->first + index;

  return (number >= 0 && number < self->n_bad_first) || self->bad_samples >> (number & 31) & 1;
}

/* The frame that the image for @index shows, or -1. */
static gint64
get_shown (const Service *self, gint64 index)
{
  return is_bad (self, index) ? -1 : get_frame (self, get_time (self, index));
}

/* Makes the entry for a sample; what is on the image is the time of its frame. */
static KvsEntry *
make_reply (const Service *self, gint64 index)
{
  gint64 frame_ms = get_shown (self, index);
  KvsEntry *entry = g_new0 (KvsEntry, 1);

  entry->has_time = TRUE;
  entry->time_ms = get_time (self, index);
  if (frame_ms < 0) {
    entry->error = g_strdup (is_bad (self, index) ? "MEDIA_ERROR" : "NO_MEDIA");
    return entry;
  }
  entry->has_image = TRUE;
  entry->image = g_bytes_new (&frame_ms, sizeof frame_ms);
  if (self->meaning != SAMPLE_TIME)
    entry->time_ms = frame_ms;
  return entry;
}

static void
shuffle (gint64 *numbers, guint n)
{
  for (guint i = n; i > 1; i--) {
    guint other = (guint)g_test_rand_int_range (0, (gint)i);
    gint64 last = numbers[i - 1];

    numbers[i - 1] = numbers[other];
    numbers[other] = last;
  }
}

/* Returns how many entries the page has. */
static guint
push_page (const Service *self, KvsMatcher *matcher, gint64 first, gint64 end)
{
  guint n = (guint)(end - first), n_pushed = 0;
  g_autofree gint64 *indexes = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    indexes[i] = self->order == DESCENDING ? end - 1 - i : first + i;
  if (self->order == SHUFFLED)
    shuffle (indexes, n);
  for (guint i = 0; i < n; i++) {
    if (!self->leaves_out || get_shown (self, indexes[i]) >= 0) {
      kvs_matcher_push (matcher, make_reply (self, indexes[i]));
      n_pushed++;
    }
  }
  return n_pushed;
}

static char *
describe (const Service *self)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text,
      "start %" G_GINT64_FORMAT " interval %" G_GINT64_FORMAT " count %u max %u page %u samples %u "
      "meaning %d length %" G_GINT64_FORMAT " cut %" G_GINT64_FORMAT " seams %d before %d after %d "
      "order %s;",
      self->window.start_ms - NOVEMBER, self->window.interval_ms, self->window.count,
      self->max_results, self->page, self->n_samples, self->meaning, self->length_ms, self->cut_ms,
      self->has_seams, self->has_before, self->has_after, kind_names[self->order]);
  for (gint64 i = -1; i <= self->window.count; i++) {
    gint64 frame_ms = get_shown (self, i);

    g_string_append_printf (text, " %" G_GINT64_FORMAT ":", i);
    if (frame_ms < 0)
      g_string_append (text, "n");
    else
      g_string_append_printf (text, "%+" G_GINT64_FORMAT,
          (self->meaning == SAMPLE_TIME ? 0 : frame_ms - kvs_window_get_time (&self->window, i)));
  }
  return g_string_free (text, FALSE);
}

/* Whether @entry is what the service has for @index; where it cuts the start, also if it is right for the time that
 * was asked for. */
static gboolean
is_right (const Service *self, const KvsEntry *entry, gint index)
{
  gint64 frames_ms[] = {get_shown (self, index), get_frame (self, get_time (self, index)),
      get_frame (self, kvs_window_get_time (&self->window, index))};

  for (guint i = 0; i < G_N_ELEMENTS (frames_ms); i++) {
    if (i == 2 && self->cut_ms == 0)
      break;
    if (!entry->has_image && frames_ms[i] < 0)
      return TRUE;
    if (entry->has_image &&
        memcmp (g_bytes_get_data (entry->image, NULL), &frames_ms[i], sizeof *frames_ms) == 0)
      return TRUE;
  }
  return FALSE;
}

typedef struct {
  guint n;
  guint n_unreadable;
  guint n_misread;
  guint n_lost; /* also unreadable when asked for again in another form */
} Result;

/* Returns how many entries have an index. */
static guint
pop_entries (const Service *self, KvsMatcher *matcher, gint *last_index, gboolean *is_wrong)
{
  guint n = 0;
  KvsEntry *next;
  gint index;

  while ((next = kvs_matcher_pop (matcher, &index))) {
    g_autoptr (KvsEntry) entry = next;

    if (index < 0)
      continue;
    g_assert_cmpint (index, >, *last_index);
    g_assert_cmpint (index, <, self->window.count);
    *is_wrong |= !is_right (self, entry, index);
    *last_index = index;
    n++;
  }
  return n;
}

/* How many entries of the indexes from @first to before @end the service lists. */
static guint
count_listed (const Service *self, guint first, guint end)
{
  guint n = 0;

  for (guint i = first; i < end; i++)
    n += !self->leaves_out || get_shown (self, i) >= 0 ? 1 : 0;
  return n;
}

/* Whether a page is full by chance: it lacks one entry and has one that is surplus, or follows pages that
 * lack an entry. */
static gboolean
is_full_by_chance (const Service *self)
{
  guint n_samples = self->n_samples;
  guint last = (n_samples - 1) / self->page * self->page;

  if (self->has_before &&
      MIN (self->page, n_samples) + 1 == MIN (self->max_results, self->window.count))
    return TRUE;
  if (self->has_seams && last > 0 && n_samples < self->window.count &&
      (n_samples - last + 1 == self->page || n_samples + 1 == self->window.count))
    return TRUE;
  for (guint first = 0; first < n_samples; first += self->page) {
    if (count_listed (self, 0, first) < first &&
        count_listed (self, first, MIN (first + self->page, n_samples)) == self->max_results)
      return TRUE;
  }
  return FALSE;
}

/* Whether two samples are far apart and have frames that are not near to them. */
static gboolean
is_sparse_and_slow (const Service *self)
{
  return self->window.count <= 2 && self->window.interval_ms >= 10000 &&
         2 * (self->length_ms + self->cut_ms) > self->window.interval_ms;
}

/* Whether the start is cut by so much that the next frame of each sample is also the last one before an earlier
 * sample. TimeStamps cannot tell which it is then. The still that is taken is the nearer one. */
static gboolean
is_next_the_last_of_an_earlier_one (const Service *self)
{
  if (self->meaning != NEXT_FRAME || self->cut_ms < self->window.interval_ms)
    return FALSE;
  for (gint64 i = 0; i < self->n_samples; i++) {
    if (get_shown (self, i) > kvs_window_get_time (&self->window, i - 1))
      return FALSE;
  }
  return TRUE;
}

/* Whether it can be told what is what. A start that can be put on a whole second is, so that there is nothing to
 * cut. */
static gboolean
is_clear (const Service *self)
{
  return (self->cut_ms == 0 || self->cut_ms % self->window.interval_ms != 0) &&
         !is_full_by_chance (self) && !is_sparse_and_slow (self) &&
         !is_next_the_last_of_an_earlier_one (self);
}

/* What is left of the request when the page that begins at @next and has @n entries is asked for again, with two
 * entries less. */
static Service
ask_again (const Service *self, guint next, guint n)
{
  Service again = *self;

  kvs_window_init (&again.window, kvs_window_get_time (&self->window, next),
      self->window.interval_ms, self->window.count - next);
  again.first += next;
  again.n_samples -= next;
  again.max_results = MAX (n, 3) - 2;
  again.page = MIN (self->page, again.max_results);
  if (self->cut_ms > 0)
    again.cut_ms = again.window.start_ms % 1000;
  return again;
}

/* Reads all pages. Nothing may be in a wrong index, and all has to have one unless a page is unreadable. Then that
 * is asked for again, @n_attempts times at most. Where the start is cut, and frames come at the very times that were
 * asked for, the first image is rightly taken for surplus, and the last sample is left. */
static void
read_service (const Service *self, Kind kind, guint n_attempts, Result *result)
{
  g_autoptr (KvsMatcher) matcher = kvs_matcher_new (&self->window, self->max_results);
  gint64 count = self->n_samples;
  gint last_index = -1;
  guint n = 0, n_entries = 0;
  gint n_missing;
  gboolean is_wrong = FALSE;

  for (gint64 first = 0; first < count && !kvs_matcher_is_unreadable (matcher);
       first += self->page) {
    gint64 end = MIN (first + self->page, count);
    gboolean has_one_more = first == 0 ? self->has_before : self->has_seams;

    n_entries = push_page (self, matcher, first - (has_one_more ? 1 : 0),
        end + (end == count && self->has_after ? 1 : 0));
    kvs_matcher_end_page (matcher, end == count);
    n += pop_entries (self, matcher, &last_index, &is_wrong);
  }
  n_missing = (gint)count_listed (self, 0, self->n_samples) - (gint)n;
  is_wrong |= !kvs_matcher_is_unreadable (matcher) &&
              (n_missing < 0 || n_missing > (self->cut_ms > 0 ? 1 : 0));
  result->n_misread += is_wrong ? 1 : 0;
  if (is_wrong && kind != LEFT_OUT_FRAMES) {
    g_autofree char *text = describe (self);

    g_error ("%s: %s", kind_names[kind], text);
  }
  if (is_wrong || !kvs_matcher_is_unreadable (matcher))
    return;
  if (n_attempts == MAX_ATTEMPTS)
    result->n_unreadable++;
  if (n_attempts == 0) {
    result->n_lost++;
  } else {
    Service again = ask_again (self, kvs_matcher_get_next (matcher), n_entries);

    if (is_clear (&again))
      read_service (&again, kind, n_attempts - 1, result);
  }
}

static void
test_random_services (void)
{
  Result results[N_KINDS] = {0};

  for (guint i = 0; i < N_SERVICES; i++) {
    Kind kind = (Kind)(i % N_KINDS);
    Service self;

    service_init (&self, kind);
    if (is_clear (&self)) {
      results[kind].n++;
      read_service (&self, kind, MAX_ATTEMPTS, &results[kind]);
    }
  }
  for (guint i = 0; i < N_KINDS; i++)
    g_test_message ("%s: %u services, %u unreadable, %u also when asked for again, %u misread",
        kind_names[i], results[i].n, results[i].n_unreadable, results[i].n_lost,
        results[i].n_misread);
  g_assert_cmpuint (results[CLEAN].n_unreadable, <=, results[CLEAN].n / 50);
  g_assert_cmpuint (results[CLEAN].n_lost, <=, results[CLEAN].n / 500);
  for (guint i = 0; i < N_KINDS; i++)
    g_assert_cmpuint (results[i].n_unreadable, <=, results[i].n * most_unreadable[i] / 100);
  g_assert_cmpuint (results[LEFT_OUT_FRAMES].n_misread, <=, results[LEFT_OUT_FRAMES].n / 12);
}

/* Two samples that a sample is asked for with, when nothing else has told: they are always read. */
static void
test_pairs (void)
{
  static const gint64 lengths_ms[] = {40, 333, 1000, 5000};
  static const Kind orders[] = {CLEAN, DESCENDING, SHUFFLED};
  Result result = {0};

  for (guint i = 0; i < N_SERVICES / 4; i++) {
    Service self = {.meaning = (Meaning)(i % N_MEANINGS),
        .max_results = 1 + i / 4 % 2,
        .has_before = i / 8 % 2,
        .has_after = i / 16 % 2,
        .has_seams = i / 32 % 2,
        .order = orders[i / 64 % 3],
        .length_ms = pick (lengths_ms, G_N_ELEMENTS (lengths_ms)),
        .n_samples = 2};

    kvs_window_init (&self.window, NOVEMBER, 20000 + g_test_rand_int_range (0, 1000), 2);
    self.page = self.max_results;
    self.phase_ms = g_test_rand_int_range (0, (gint)self.length_ms);
    self.media_ms = is_one_in (2) ? 0 : g_test_rand_int_range (6000, 60000);
    self.media_phase_ms = g_test_rand_int_range (0, 60000);
    read_service (&self, self.order, 0, &result);
  }
  g_assert_cmpuint (result.n_lost, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsmatcher/own-times", test_own_times);
  g_test_add_func ("/kvsmatcher/full", test_full);
  g_test_add_func ("/kvsmatcher/no-times", test_no_times);
  g_test_add_func ("/kvsmatcher/full-pages", test_full_pages);
  g_test_add_func ("/kvsmatcher/gaps", test_gaps);
  g_test_add_func ("/kvsmatcher/slow-frames", test_slow_frames);
  g_test_add_func ("/kvsmatcher/uneven-frames", test_uneven_frames);
  g_test_add_func ("/kvsmatcher/seams", test_seams);
  g_test_add_func ("/kvsmatcher/outside", test_outside);
  g_test_add_func ("/kvsmatcher/outside-gaps", test_outside_gaps);
  g_test_add_func ("/kvsmatcher/order", test_order);
  g_test_add_func ("/kvsmatcher/short-pages", test_short_pages);
  g_test_add_func ("/kvsmatcher/holes", test_holes);
  g_test_add_func ("/kvsmatcher/behind-an-early-end", test_behind_an_early_end);
  g_test_add_func ("/kvsmatcher/unknown-start", test_unknown_start);
  g_test_add_func ("/kvsmatcher/entry", test_entry);
  g_test_add_func ("/kvsmatcher/cut", test_cut);
  g_test_add_func ("/kvsmatcher/cut-by-nearly-an-interval", test_cut_by_nearly_an_interval);
  g_test_add_func ("/kvsmatcher/pairs", test_pairs);
  g_test_add_func ("/kvsmatcher/random-services", test_random_services);
  return g_test_run ();
}
