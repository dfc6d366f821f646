/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the entries of a request tell for its next page. */
#include "kvspagehistory.h"

#include "testentry.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* A bar ends a page; the others are entries for samples 0, 1, 2 and so on; a `-` is a sample without an entry. */
static KvsPageHistory
make_history (gint64 start_ms, gint64 interval_ms, guint max_results, const char *texts)
{
  g_auto (GStrv) words = g_strsplit (texts, " ", -1);
  KvsPageHistory history;
  KvsWindow window;
  guint index = 0;

  kvs_window_init (&window, start_ms, interval_ms, 4);
  kvs_page_history_init (&history, &window, max_results);
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '|') {
      kvs_page_history_end_page (&history);
    } else if (*words[i] == '-') {
      index++;
    } else {
      g_autoptr (KvsEntry) entry = test_entry_new (&window, words[i]);

      kvs_page_history_add (&history, entry, index++);
    }
  }
  return history;
}

/* Each sense by a letter, a capital if it cuts the start. */
static char *
list_senses (const KvsPageHistory *history)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < history->n_senses; i++) {
    const char *letters = history->senses[i].cut_ms > 0 ? "SLNX" : "slnx";

    g_string_append_c (text, letters[history->senses[i].meaning]);
  }
  return g_string_free (text, FALSE);
}

static void
test_senses (void)
{
  static const struct {
    gint64 fraction_ms;
    gint64 interval_ms;
    const char *entries;
    const char *senses;
    gboolean is_sampled;
  } cases[] = {
      {0, 1000, "n0", "slnx", FALSE},
      {300, 1000, "n0", "slnxSLNX", FALSE},
      {400, 200, "n0", "slnx", FALSE},
      {0, 1000, "s0", "slnx", FALSE},
      {0, 1000, "s0 s1", "slnx", TRUE},
      {0, 1000, "s0 - s2", "slnx", FALSE},
      {0, 1000, "s0-40 s1-40", "ln", FALSE},
      {0, 1000, "s0+40 s1+40", "nx", FALSE},
      {0, 1000, "s0-40 s1+40", "n", FALSE},
      {300, 1000, "s0-300 s1-300", "lnSLNX", FALSE},
      {0, 1000, "s s", "slnx", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsPageHistory history =
        make_history (NOVEMBER + cases[i].fraction_ms, cases[i].interval_ms, 4, cases[i].entries);
    g_autofree char *senses = list_senses (&history);

    g_assert_cmpstr (senses, ==, cases[i].senses);
    g_assert_cmpint (history.is_sampled, ==, cases[i].is_sampled);
  }
}

static void
test_times (void)
{
  KvsPageHistory history = make_history (NOVEMBER, 1000, 4, "s0-40 s1+60 - n3");

  g_assert_cmpuint (history.next, ==, 4);
  g_assert_cmpint (history.last_image.index, ==, 1);
  g_assert_cmpint (history.last_image.time_ms, ==, NOVEMBER + 1060);
  g_assert_cmpint (history.distance_ms, ==, 60);
  g_assert_cmpint (history.spacing_ms, ==, 1100);
  g_assert_cmpint (history.last_gap_ms, ==, NOVEMBER + 3000);

  history = make_history (NOVEMBER, 1000, 4, "s0 - s2 m3");
  g_assert_cmpint (history.spacing_ms, ==, 0);
  g_assert_cmpint (history.last_gap_ms, ==, G_MININT64);

  history = make_history (NOVEMBER, 1000, 4, "m0 n");
  g_assert_cmpint (history.last_image.index, ==, KVS_NO_INDEX);
}

static void
test_pages (void)
{
  static const struct {
    guint max_results;
    const char *entries;
    guint page_begin;
    guint page_size;
    guint n_wanted;
    gboolean has_seam;
  } cases[] = {
      {3, "n0", 0, 3, 2, FALSE},
      {100, "n0", 0, 25, 3, FALSE},
      {3, "s0 s1 |", 2, 2, 2, TRUE},
      {3, "s0 n1 |", 2, 2, 2, FALSE},
      {3, "s0 s |", 2, 2, 2, FALSE},
      {1, "s0 | s1 | s2 |", 3, 1, 1, TRUE},
      {1, "s0 - - s3 |", 4, 4, 0, TRUE},
      {3, "s0 s1 | |", 2, 2, 2, TRUE},
      {2, "s0 | s1", 1, 1, 1, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsPageHistory history = make_history (NOVEMBER, 1000, cases[i].max_results, cases[i].entries);

    g_assert_cmpuint (history.page_begin, ==, cases[i].page_begin);
    g_assert_cmpuint (history.page_size, ==, cases[i].page_size);
    g_assert_cmpuint (
        kvs_page_history_count_wanted (&history, cases[i].max_results), ==, cases[i].n_wanted);
    g_assert_cmpint (history.has_seam, ==, cases[i].has_seam);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvspagehistory/senses", test_senses);
  g_test_add_func ("/kvspagehistory/times", test_times);
  g_test_add_func ("/kvspagehistory/pages", test_pages);
  return g_test_run ();
}
