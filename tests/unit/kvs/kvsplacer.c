/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which moment each entry of a request's pages is for, under all readings of their TimeStamps. */
#include "kvsplacer.h"

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static KvsEntry *
make_entry (const KvsWindow *window, const char *text)
{
  KvsEntry *entry = g_new0 (KvsEntry, 1);
  char *rest;
  gint64 place = g_ascii_strtoll (text + 1, &rest, 10);
  gint64 offset_ms = g_ascii_strtoll (rest, NULL, 10);

  entry->has_image = *text == 's';
  if (entry->has_image)
    entry->image = g_bytes_new (text, strlen (text));
  else
    entry->error = g_strdup (*text == 'n' ? "NO_MEDIA" : "MEDIA_ERROR");
  entry->has_time = rest != text + 1;
  if (entry->has_time)
    entry->time_ms = kvs_window_get_time (window, place) + offset_ms;
  return entry;
}

/* Writes down which entry is for which place. */
static void
pop_all (KvsPlacer *placer, GHashTable *names, GString *text)
{
  KvsEntry *next;
  gint place;

  while ((next = kvs_placer_pop (placer, &place))) {
    g_autoptr (KvsEntry) entry = next;

    g_string_append_printf (text, "%s@%d ", (char *)g_hash_table_lookup (names, entry), place);
  }
}

/* Places the entries of some pages, and writes down what comes out when. The entries of a page are in a
 * list such as "s0 n1 m2+40": `s` is an image, `n` NO_MEDIA and `m` MEDIA_ERROR; the number is the moment
 * of the window that the TimeStamp is, and what follows the ms that it is later or earlier. An entry
 * without a number has no TimeStamp. Pages end with a bar, the last one with two where no page follows. */
static char *
place (const KvsWindow *window, const char *pages, gboolean *is_cut)
{
  g_autoptr (KvsPlacer) placer = kvs_placer_new (window);
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL);
  g_auto (GStrv) words = g_strsplit (pages, " ", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] == '|') {
      kvs_placer_end_page (placer, words[i][1] == '|');
      g_string_append_printf (text, "%s ", words[i]);
    } else {
      KvsEntry *entry = make_entry (window, words[i]);

      g_hash_table_insert (names, entry, words[i]);
      kvs_placer_push (placer, entry);
    }
    pop_all (placer, names, text);
  }
  g_string_append_printf (
      text, "next %u%s", kvs_placer_get_next (placer), kvs_placer_is_lost (placer) ? " lost" : "");
  if (is_cut != NULL)
    *is_cut = kvs_placer_is_cut (placer);
  return g_string_free (text, FALSE);
}

static void
assert_places_in (const KvsWindow *window, const char *pages, const char *expected)
{
  g_autofree char *places = place (window, pages, NULL);

  g_assert_cmpstr (places, ==, expected);
}

/* A window of @count moments, one second apart. */
static void
assert_places (guint count, const char *pages, const char *expected)
{
  KvsWindow window;

  kvs_window_init (&window, NOVEMBER, 1000, count);
  assert_places_in (&window, pages, expected);
}

typedef struct {
  guint count;
  const char *pages;
  const char *expected;
} Case;

static void
assert_cases (const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    assert_places (cases[i].count, cases[i].pages, cases[i].expected);
}

/* What is sorted, and has the moments for its TimeStamps, is placed as it arrives. */
static void
test_exact (void)
{
  static const Case cases[] = {
      {3, "s0", "s0@0 next 1"},
      {3, "s0 s1 s2", "s0@0 s1@1 s2@2 next 3"},
      {3, "s0 s1 s2 ||", "s0@0 s1@1 s2@2 || next 3"},
      {3, "s0 n1 m2 ||", "s0@0 n1@1 m2@2 || next 3"},
      {3, "n0 n1 n2 ||", "n0@0 n1@1 n2@2 || next 3"},
      {4, "s0 s1 | s2 s3 ||", "s0@0 s1@1 | s2@2 s3@3 || next 4"},
      {4, "s0 | s1 | s2 | s3 |", "s0@0 | s1@1 | s2@2 | s3@3 | next 4"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_nothing (void)
{
  static const Case cases[] = {
      {3, "||", "|| next 0"},
      {3, "| ||", "| || next 0"},
      {3, "| s0 | | s1 s2 ||", "| s0@0 | | s1@1 s2@2 || next 3"},
      {3, "s0 | ||", "s0@0 | || next 1"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Times of frames, which may be older or newer than the moment, are held until their page is
 * complete. */
static void
test_frame_times (void)
{
  static const Case cases[] = {
      {3, "s0-40 s1-40 s2-40", "next 0"},
      {3, "s0-40 s1-40 s2-40 ||", "|| s0-40@0 s1-40@1 s2-40@2 next 3"},
      {3, "s0-999 s1-999 s2-999 ||", "|| s0-999@0 s1-999@1 s2-999@2 next 3"},
      {3, "s0+40 s1+40 s2+40 ||", "|| s0+40@0 s1+40@1 s2+40@2 next 3"},
      {3, "s0+600 s1+600 s2+600 ||", "|| s0+600@0 s1+600@1 s2+600@2 next 3"},
      {3, "s0 s1-40 s2 ||", "s0@0 || s1-40@1 s2@2 next 3"},
      {3, "s0-40 n1 s2-40 ||", "|| s0-40@0 n1@1 s2-40@2 next 3"},
      {3, "n0 n1 s2-40 ||", "n0@0 n1@1 || s2-40@2 next 3"},
      {4, "s0-40 s1-40 | s2-40 s3-40 ||", "| s0-40@0 s1-40@1 || s2-40@2 s3-40@3 next 4"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A frame that is still shown at the next moment comes once more. */
static void
test_same_frame (void)
{
  static const Case cases[] = {
      {4, "s0 s0 s0 s3 ||", "s0@0 || s0@1 s0@2 s3@3 next 4"},
      {4, "s-3 s-3 s-3 s-3 ||", "|| s-3@0 s-3@1 s-3@2 s-3@3 next 4"},
      {4, "s0-5 s0-5 s2-5 s2-5 ||", "|| s0-5@0 s0-5@1 s2-5@2 s2-5@3 next 4"},
      {4, "s0 s0 | s0 s3 ||", "s0@0 | s0@1 || s0@2 s3@3 next 4"},
      {4, "s1+5 s1+5 s3+5 s3+5 ||", "|| s1+5@0 s1+5@1 s3+5@2 s3+5@3 next 4"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* One frame a second, and five moments: each frame comes five times. */
static void
test_slow_frames (void)
{
  static const Case cases[] = {
      {6, "s0-5 s0-5 s0-5 s0-5 s0-5 s5-5 ||",
          "|| s0-5@0 s0-5@1 s0-5@2 s0-5@3 s0-5@4 s5-5@5 next 6"},
      {7, "s-3 s-3 s2 s2 s2 s2 s2 ||", "|| s-3@0 s-3@1 s2@2 s2@3 s2@4 s2@5 s2@6 next 7"},
      {8, "s-3 s-3 s2 s2 s2 | s2 s2 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 s2@4 || s2@5 s2@6 s7@7 next 8"},
      {8, "s-3 s-3 s2 s2 s2 | s2 s2 s2 s7 ||",
          "| s-3@0 s-3@1 s2@2 s2@3 s2@4 || s2@5 s2@6 s2@-1 s7@7 next 8"},
      {6, "s-3 s-3 s2 s2 | s2 n5 ||", "| s-3@0 s-3@1 s2@2 s2@3 || s2@4 n5@5 next 6"},
      {6, "s-3 s-3 s2 s2 | s2 s2 n5 ||", "| s-3@0 s-3@1 s2@2 s2@3 || s2@4 s2@-1 n5@5 next 6"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsWindow window;

    kvs_window_init (&window, NOVEMBER, 200, cases[i].count);
    assert_places_in (&window, cases[i].pages, cases[i].expected);
  }
}

/* Nothing tells whether a page that shows only the last frame again repeats it or is of the next moments,
 * so it is left out, and the pages behind it are for nothing that is known. Nor does what comes behind a
 * hole. */
static void
test_page_of_the_last_frame (void)
{
  static const Case cases[] = {
      {6, "s0 s1 | s1 |", "s0@0 s1@1 | | s1@-1 next 2 lost"},
      {6, "s0 s1 | s1 ||", "s0@0 s1@1 | || s1@-1 next 2 lost"},
      {6, "s0-5 s0-5 | s0-5 s0-5 |", "| s0-5@0 s0-5@1 | s0-5@-1 s0-5@-1 next 2 lost"},
      {6, "s0 s1 | s0 s1 |", "s0@0 s1@1 | | s0@-1 s1@-1 next 2 lost"},
      {6, "s0-5 s1-5 | s0-5 s1-5 |", "| s0-5@0 s1-5@1 | s0-5@-1 s1-5@-1 next 2 lost"},
      {6, "s0 s1 s1 | s0 s1 s1 |", "s0@0 s1@1 | s1@2 | s0@-1 s1@-1 s1@-1 next 3 lost"},
      {6, "s0 n1 | s0 n1 |", "s0@0 n1@1 | n1@-1 | s0@-1 next 2 lost"},
      {6, "s0-5 | s0-5 | s0-5 |", "| s0-5@0 | s0-5@-1 | s0-5@-1 next 1 lost"},
      {4, "s0-5 s0-5 | s0-5 s0-5 ||", "| s0-5@0 s0-5@1 || s0-5@2 s0-5@3 next 4"},
      {9, "s0 s1 | s1 s1 s5 |", "s0@0 s1@1 | | s1@-1 s1@-1 s5@5 next 6"},
      {9, "s0-5 s1-5 | s1-5 s1-5 s5-5 |", "| s0-5@0 s1-5@1 | s1-5@-1 s1-5@-1 s5-5@5 next 6"},
      {9, "s0 s1 | s1 s1 s4 |", "s0@0 s1@1 | | s1@2 s1@3 s4@4 next 5"},
      {6, "s0 n1 | s2-500 s2-500 |", "s0@0 n1@1 | | s2-500@2 s2-500@3 next 4"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A first page that has only a frame from before the window may begin earlier by an entry, which then is left
 * out; but not if it has one entry only, which is what was asked for. */
static void
test_page_of_an_old_frame (void)
{
  static const Case cases[] = {
      {6, "s-3 s-3 s-3 |", "| s-3@-1 s-3@0 s-3@1 next 2 lost"},
      {6, "s-1 s-1 |", "| s-1@-1 s-1@0 next 1 lost"},
      {6, "s-1+1 s-1+1 |", "| s-1+1@0 s-1+1@1 next 2"},
      {6, "s-3 |", "| s-3@0 next 1 lost"},
      {1, "s-3 ||", "|| s-3@0 next 1"},
      {3, "s-3 s-3 s-3 ||", "|| s-3@0 s-3@1 s-3@2 next 3"},
      {3, "s-3 s-3 s-3 s-3 ||", "|| s-3@-1 s-3@0 s-3@1 s-3@2 next 3 lost"},
      {6, "s-3 s-3 ||", "|| s-3@-1 s-3@0 next 1 lost"},
      {6, "s-3 s-3 n2 |", "| s-3@0 s-3@1 n2@2 next 3"},
      {6, "s-3 s-3 s4 |", "| s-3@-1 s-3@0 s4@4 next 5"},
      {6, "s-3 s4 |", "| s-3@0 s4@4 next 5"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Entries that are older than what has a place already, as that was known at once. */
static void
test_older_than_placed (void)
{
  static const Case cases[] = {
      {6, "s0 s1 | s2 s3 s1 |", "s0@0 s1@1 | s2@2 s3@3 | s1@-1 next 4"},
      {6, "s0 | n1 s0 |", "s0@0 | n1@1 | s0@-1 next 2"},
      {6, "s0 m1 | n2 m1 |", "s0@0 m1@1 | n2@2 m1@-1 | next 3"},
      {6, "s0-40 s1-40 | s2 s1-40 |", "| s0-40@0 s1-40@1 s2@2 | s1-40@-1 next 3"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A page may begin with what the one before it has ended with. */
static void
test_repeats (void)
{
  static const Case cases[] = {
      {4, "s0 s1 | s1 s2 s3 ||", "s0@0 s1@1 | || s1@-1 s2@2 s3@3 next 4"},
      {4, "s0 n1 | n1 s2 s3 ||", "s0@0 n1@1 | n1@-1 s2@2 s3@3 || next 4"},
      {4, "s0 m1 | m1 s2 s3 ||", "s0@0 m1@1 | m1@-1 s2@2 s3@3 || next 4"},
      {4, "s0 s1 | s0 s1 s2 s3 ||", "s0@0 s1@1 | || s0@-1 s1@-1 s2@2 s3@3 next 4"},
      {4, "s0 n1 | s0 n1 s2 s3 ||", "s0@0 n1@1 | n1@-1 || s0@-1 s2@2 s3@3 next 4"},
      {4, "s0-40 s1-40 | s1-40 s2-40 s3-40 ||",
          "| s0-40@0 s1-40@1 || s1-40@-1 s2-40@2 s3-40@3 next 4"},
      {4, "s0+40 s1+40 | s1+40 s2+40 s3+40 ||",
          "| s0+40@0 s1+40@1 || s1+40@-1 s2+40@2 s3+40@3 next 4"},
      {4, "s0 s1 | s1 n2 s3 ||", "s0@0 s1@1 | || s1@-1 n2@2 s3@3 next 4"},
      {4, "s0 s1 | s1 n3 ||", "s0@0 s1@1 | || s1@2 n3@3 next 4"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Entries from outside of the window are for nothing. */
static void
test_outside (void)
{
  static const Case cases[] = {
      {3, "s-2 s-1 s0 s1 s2 ||", "|| s-2@-1 s-1@-1 s0@0 s1@1 s2@2 next 3"},
      {3, "n-2 n-1 s0 s1 s2 ||", "n-2@-1 n-1@-1 s0@0 s1@1 s2@2 || next 3"},
      {3, "s0 s1 s2 s3 n4 ||", "s0@0 s1@1 s2@2 s3@-1 || n4@-1 next 3"},
      {3, "s-1-40 s0-40 s1-40 s2-40 s3-40 ||",
          "|| s-1-40@-1 s0-40@0 s1-40@1 s2-40@2 s3-40@-1 next 3"},
      {3, "s-1 s0 n1 s2 s3 ||", "|| s-1@-1 s0@0 n1@1 s2@2 s3@-1 next 3"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_unsorted (void)
{
  static const Case cases[] = {
      {4, "s3 s2 s1 s0", "next 0"},
      {4, "s3 s2 s1 s0 ||", "|| s0@0 s1@1 s2@2 s3@3 next 4"},
      {4, "s3-40 s2-40 s1-40 s0-40 ||", "|| s0-40@0 s1-40@1 s2-40@2 s3-40@3 next 4"},
      {4, "s2 n1 s0 m3 ||", "|| s0@0 n1@1 s2@2 m3@3 next 4"},
      {4, "n2 n3 n0 n1 ||", "|| n0@0 n1@1 n2@2 n3@3 next 4"},
      {4, "s0 s2 s1 s3 ||", "s0@0 || s1@1 s2@2 s3@3 next 4"},
      {4, "s1 s0 | s3 s2 ||", "| s0@0 s1@1 || s2@2 s3@3 next 4"},
      {4, "s1 s0 | s3 s2 s1 ||", "| s0@0 s1@1 || s1@-1 s2@2 s3@3 next 4"},
      {3, "s3 s1 s-1 s2 s0 ||", "|| s-1@-1 s0@0 s1@1 s2@2 s3@-1 next 3"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Entries that the service leaves out are found by those behind them. */
static void
test_holes (void)
{
  static const Case cases[] = {
      {5, "s0 s2 s4 ||", "s0@0 || s2@2 s4@4 next 5"},
      {5, "s0 s2 | s4 ||", "s0@0 | s2@2 || s4@4 next 5"},
      {5, "s2 s3 | s4 ||", "| s2@2 s3@3 s4@4 || next 5"},
      {5, "s4 ||", "|| s4@4 next 5"},
      {5, "s0 n2 m4 ||", "s0@0 || n2@2 m4@4 next 5"},
      {5, "s0 s2-40 s4-40 ||", "s0@0 || s2-40@2 s4-40@4 next 5"},
      {5, "s0-250 s2-250 ||", "|| s0-250@0 s2-250@2 next 3"},
      {5, "s0-40 s1-40 | s3-40 s4-40 ||", "| s0-40@0 s1-40@1 || s3-40@3 s4-40@4 next 5"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* TimeStamps leap over what is left out, also on a page that others follow. Frames that are always late do
 * not leap, nor does one that is alone on the first page. */
static void
test_leaps (void)
{
  static const Case cases[] = {
      {6, "s0-40 s1-40 s4-40 |", "| s0-40@0 s1-40@1 s4-40@4 next 5"},
      {6, "s0-40 n1 s4-40 |", "| s0-40@0 n1@1 s4-40@4 next 5"},
      {6, "s0+10 s4-40 |", "| s0+10@0 s4-40@4 next 5"},
      {6, "s0-40 s2+20 |", "| s0-40@0 s2+20@-1 next 1 lost"},
      {6, "s0-300 s2+600 |", "| s0-300@0 s2+600@-1 next 1 lost"},
      {6, "s2+900 s3+900 s4+900 |", "| s2+900@0 s3+900@1 s4+900@2 next 3"},
      {6, "s4-40 |", "| s4-40@4 next 5"},
      {6, "s2+600 |", "| s2+600@-1 next 0 lost"},
      {6, "s0+600 |", "| s0+600@0 next 1"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Where entries are missing and it is not clear which, what comes behind them is for nothing. */
static void
test_unclear_holes (void)
{
  static const Case cases[] = {
      {5, "s0+40 s1+40 s3+40 s4+40 ||", "|| s0+40@0 s1+40@1 s3+40@-1 s4+40@-1 next 2"},
      {5, "s0+600 s2+600 ||", "|| s0+600@0 s2+600@-1 next 1"},
      {5, "s0-300 s1-300 s4-300 |", "| s0-300@0 s1-300@1 s4-300@-1 next 2 lost"},
      {5, "s0-300 s1-300 | s4-300 ||", "| s0-300@0 s1-300@1 || s4-300@-1 next 2"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* Where all others are earlier than their moments, the last one may be from behind the window. */
static void
test_suspicious_last (void)
{
  static const Case cases[] = {
      {3, "s0-800 s1-800 s2+200 ||", "|| s0-800@0 s1-800@1 s2+200@-1 next 2"},
      {3, "s0-800 s1-800 s2 ||", "|| s0-800@0 s1-800@1 s2@2 next 3"},
      {3, "s0-5 s1+5 s2+5 ||", "|| s0-5@0 s1+5@1 s2+5@2 next 3"},
      {3, "s0 s1 s2+200 ||", "s0@0 s1@1 || s2+200@2 next 3"},
      {4, "s0-800 s1-800 s2+200 |", "| s0-800@0 s1-800@1 s2+200@2 next 3"},
      {1, "s0+200 ||", "|| s0+200@0 next 1"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* A page that ends early leaves the rest open. */
static void
test_short_pages (void)
{
  static const Case cases[] = {
      {5, "s0 s1 ||", "s0@0 s1@1 || next 2"},
      {5, "s0-40 s1-40 ||", "|| s0-40@0 s1-40@1 next 2"},
      {5, "s0+40 s1+40 ||", "|| s0+40@0 s1+40@1 next 2"},
      {5, "s0 s1 | s2 ||", "s0@0 s1@1 | s2@2 || next 3"},
      {5, "n0 ||", "n0@0 || next 1"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_no_times (void)
{
  static const Case cases[] = {
      {3, "s s s ||", "s@0 s@1 s@2 || next 3"},
      {3, "s n m ||", "s@0 n@1 m@2 || next 3"},
      {3, "s0 s s2 ||", "s0@0 s@1 s2@2 || next 3"},
      {3, "s0-40 s s2-40 ||", "|| s0-40@0 s@1 s2-40@2 next 3"},
      {3, "s1-40 s2 ||", "|| s1-40@1 s2@2 next 3"},
      {3, "s s | s ||", "s@0 s@1 | s@2 || next 3"},
      {2, "s n s ||", "s@0 n@1 s@-1 || next 2"},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

/* What an entry carries comes out as it went in, but for a TimeStamp that it has not. */
static void
test_entry (void)
{
  KvsWindow window;
  g_autoptr (KvsPlacer) placer = NULL;
  g_autoptr (KvsEntry) first = NULL, second = NULL;
  KvsEntry *pushed;
  gint place;

  kvs_window_init (&window, NOVEMBER, 1000, 2);
  placer = kvs_placer_new (&window);
  g_assert_null (kvs_placer_pop (placer, &place));
  pushed = make_entry (&window, "s0-40");
  kvs_placer_push (placer, pushed);
  kvs_placer_push (placer, make_entry (&window, "n"));
  kvs_placer_end_page (placer, TRUE);
  first = kvs_placer_pop (placer, &place);
  g_assert_true (first == pushed);
  g_assert_true (first->has_time);
  g_assert_cmpint (first->time_ms, ==, NOVEMBER - 40);
  second = kvs_placer_pop (placer, &place);
  g_assert_false (second->has_time);
  g_assert_cmpstr (second->error, ==, "NO_MEDIA");
  g_assert_null (kvs_placer_pop (placer, &place));
}

/* What waits is counted. */
static void
test_bytes (void)
{
  KvsWindow window;
  g_autoptr (KvsPlacer) placer = NULL;
  gint place;

  kvs_window_init (&window, NOVEMBER, 1000, 2);
  placer = kvs_placer_new (&window);
  kvs_placer_push (placer, make_entry (&window, "s0-40"));
  kvs_placer_push (placer, make_entry (&window, "n"));
  g_assert_cmpuint (kvs_placer_get_bytes (placer), ==, 5);
  kvs_placer_push (placer, make_entry (&window, "s1"));
  g_assert_cmpuint (kvs_placer_get_bytes (placer), ==, 7);
  kvs_placer_end_page (placer, TRUE);
  g_assert_cmpuint (kvs_placer_get_bytes (placer), ==, 7);
  kvs_entry_free (kvs_placer_pop (placer, &place));
  g_assert_cmpuint (kvs_placer_get_bytes (placer), ==, 2);
}

/* A service that cuts the fraction of a second off the start answers for earlier moments. Two different
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
      {500, 1000, "s0-500 s1-500 ||", "|| s0-500@0 s1-500@1 next 2", TRUE},
      {500, 1000, "s0-500 | s1-500 ||", "| s0-500@0 || s1-500@1 next 2", TRUE},
      {500, 1000, "n0-500 n1-500 s2-500 ||", "|| n0-500@0 n1-500@1 s2-500@2 next 3", TRUE},
      {250, 1000, "s0-250 s1-250 ||", "|| s0-250@0 s1-250@1 next 2", TRUE},
      {500, 300, "s0-500 s1-500 s2-500 ||", "|| s0-500@-1 s1-500@0 s2-500@1 next 2", TRUE},
      {500, 1000, "s0-500 ||", "|| s0-500@0 next 1", FALSE},
      {500, 1000, "s0-500 s0-500 ||", "|| s0-500@0 s0-500@1 next 2", FALSE},
      {500, 1000, "s0-500 s1 ||", "|| s0-500@0 s1@1 next 2", FALSE},
      {500, 1000, "s0-500 s1-500 | s2-510 ||", "| s0-500@0 s1-500@1 || s2-510@2 next 3", FALSE},
      {500, 1000, "s0-510 s1-510 ||", "|| s0-510@0 s1-510@1 next 2", FALSE},
      {500, 1000, "s0 s1 ||", "s0@0 s1@1 || next 2", FALSE},
      {500, 500, "s-1 s0 s1 ||", "|| s-1@-1 s0@0 s1@1 next 2", FALSE},
      {0, 1000, "s0 s1 ||", "s0@0 s1@1 || next 2", FALSE},
      {0, 1000, "s0-500 s1-500 ||", "|| s0-500@0 s1-500@1 next 2", FALSE},
      {500, 1000, "s s ||", "s@0 s@1 || next 2", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    KvsWindow window;
    g_autofree char *places = NULL;
    gboolean is_cut;

    kvs_window_init (&window, NOVEMBER + cases[i].fraction_ms, cases[i].interval_ms, 4);
    places = place (&window, cases[i].pages, &is_cut);
    g_assert_cmpstr (places, ==, cases[i].expected);
    g_assert_cmpint (is_cut, ==, cases[i].is_cut);
  }
}

/* Which frame is shown at a moment. */
typedef enum {
  READING_GRID, /* any; its TimeStamp is the moment */
  READING_BEFORE,
  READING_AFTER,
  READING_NEAREST,
  N_READINGS,
} Reading;

/* A service of which everything is chosen at random: frames in regular steps, with gaps between them. */
typedef struct {
  KvsWindow window;
  gint64 period_ms;
  gint64 phase_ms;
  gboolean has_gaps;
  Reading reading;
  guint page;
  gboolean repeats;
  gboolean has_before;
  gboolean has_after;
  gint order; /* 0 sorted, 1 the other way round, 2 shuffled */
} Service;

static gint64
pick (const gint64 *numbers, guint n)
{
  return numbers[g_test_rand_int_range (0, (gint)n)];
}

static void
service_init (Service *self)
{
  static const gint64 periods[] = {40, 100, 200, 500, 1000, 2000};
  static const gint64 intervals[] = {200, 333, 1000, 3000};
  gint64 interval_ms = pick (intervals, G_N_ELEMENTS (intervals));

  kvs_window_init (&self->window, NOVEMBER + g_test_rand_int_range (0, 2000), interval_ms,
      (guint)g_test_rand_int_range (1, 30));
  self->period_ms = pick (periods, G_N_ELEMENTS (periods));
  self->phase_ms = g_test_rand_int_range (0, (gint)self->period_ms);
  self->has_gaps = g_test_rand_bit ();
  self->reading = (Reading)g_test_rand_int_range (0, N_READINGS);
  self->page = (guint)g_test_rand_int_range (1, g_test_rand_bit () ? 4 : 12);
  self->repeats = g_test_rand_bit ();
  self->has_before = g_test_rand_int_range (0, 4) == 0;
  self->has_after = g_test_rand_int_range (0, 4) == 0;
  self->order = g_test_rand_int_range (0, 3);
}

static gint64
cut (const Service *self, gint64 time_ms)
{
  return time_ms - (time_ms + self->phase_ms) % self->period_ms;
}

/* The time of the frame that is shown at a moment, or −1. */
static gint64
get_frame (const Service *self, gint64 place)
{
  gint64 time_ms = kvs_window_get_time (&self->window, place);
  gint64 frame_ms = cut (self, time_ms);

  if (self->reading == READING_AFTER)
    frame_ms = cut (self, time_ms + self->period_ms - 1);
  else if (self->reading == READING_NEAREST)
    frame_ms = cut (self, time_ms + self->period_ms / 2);
  return self->has_gaps && frame_ms / 5000 % 2 == 0 ? -1 : frame_ms;
}

/* Whether the first page has a TimeStamp that is later than its moment. */
static gboolean
is_late_at_first (const Service *self)
{
  for (guint i = 0; i < MIN (self->page, self->window.count); i++) {
    if (get_frame (self, i) > kvs_window_get_time (&self->window, i))
      return TRUE;
  }
  return FALSE;
}

/* Whether it can be told what is what. Where TimeStamps may be later than their moments, that must be by
 * less than half of the distance between moments; nothing tells an entry from before the window then; and
 * a repeat is only known for one where that was seen before. */
static gboolean
service_is_clear (const Service *self)
{
  if (self->reading == READING_GRID || self->reading == READING_BEFORE)
    return TRUE;
  return 2 * self->period_ms <= self->window.interval_ms && !self->has_before &&
         (!self->repeats || is_late_at_first (self));
}

/* Makes the entry for a moment; what is on the image is the time of its frame. */
static KvsEntry *
make_reply (const Service *self, gint64 place)
{
  gint64 frame_ms = get_frame (self, place);
  KvsEntry *entry = g_new0 (KvsEntry, 1);

  entry->has_time = TRUE;
  entry->time_ms = kvs_window_get_time (&self->window, place);
  if (frame_ms < 0) {
    entry->error = g_strdup ("NO_MEDIA");
    return entry;
  }
  entry->has_image = TRUE;
  entry->image = g_bytes_new (&frame_ms, sizeof frame_ms);
  if (self->reading != READING_GRID)
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

static void
push_page (const Service *self, KvsPlacer *placer, gint64 first, gint64 end)
{
  guint n = (guint)(end - first);
  g_autofree gint64 *places = g_new (gint64, n);

  for (guint i = 0; i < n; i++)
    places[i] = self->order == 1 ? end - 1 - i : first + i;
  if (self->order == 2)
    shuffle (places, n);
  for (guint i = 0; i < n; i++)
    kvs_placer_push (placer, make_reply (self, places[i]));
}

/* Asserts that what has a place is what is shown there. Returns how many have one. */
static guint
assert_right (const Service *self, KvsPlacer *placer, gint *last_place)
{
  guint n = 0;
  KvsEntry *next;
  gint place;

  while ((next = kvs_placer_pop (placer, &place))) {
    g_autoptr (KvsEntry) entry = next;
    gint64 frame_ms = get_frame (self, place);

    if (place < 0)
      continue;
    g_assert_cmpint (place, >, *last_place);
    g_assert_cmpint (place, <, self->window.count);
    g_assert_cmpint (entry->has_image, ==, frame_ms >= 0);
    if (entry->has_image)
      g_assert_cmpmem (g_bytes_get_data (entry->image, NULL), g_bytes_get_size (entry->image),
          &frame_ms, sizeof frame_ms);
    *last_place = place;
    n++;
  }
  return n;
}

/* Nothing may be in a wrong place. All has to have one unless there is a page that tells nothing, or the last
 * one is the first that is later than its moment. */
static void
check_service (const Service *self)
{
  g_autoptr (KvsPlacer) placer = kvs_placer_new (&self->window);
  gint64 count = self->window.count;
  gint last_place = -1;
  guint n = 0;

  for (gint64 first = 0; first < count && !kvs_placer_is_lost (placer); first += self->page) {
    gint64 end = MIN (first + self->page, count);
    gboolean has_one_more = first == 0 ? self->has_before : self->repeats;

    push_page (self, placer, first - (has_one_more ? 1 : 0),
        end + (end == count && self->has_after ? 1 : 0));
    kvs_placer_end_page (placer, end == count);
    n += assert_right (self, placer, &last_place);
  }
  if (self->reading == READING_NEAREST && !kvs_placer_is_lost (placer))
    g_assert_cmpuint (n, >=, count - 1);
  else if (!kvs_placer_is_lost (placer))
    g_assert_cmpuint (n, ==, count);
  if (self->reading == READING_GRID)
    g_assert_false (kvs_placer_is_lost (placer));
}

static void
test_random_services (void)
{
  for (guint i = 0; i < 50000; i++) {
    Service self;

    service_init (&self);
    if (service_is_clear (&self))
      check_service (&self);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsplacer/exact", test_exact);
  g_test_add_func ("/kvsplacer/nothing", test_nothing);
  g_test_add_func ("/kvsplacer/frame-times", test_frame_times);
  g_test_add_func ("/kvsplacer/same-frame", test_same_frame);
  g_test_add_func ("/kvsplacer/slow-frames", test_slow_frames);
  g_test_add_func ("/kvsplacer/page-of-the-last-frame", test_page_of_the_last_frame);
  g_test_add_func ("/kvsplacer/page-of-an-old-frame", test_page_of_an_old_frame);
  g_test_add_func ("/kvsplacer/older-than-placed", test_older_than_placed);
  g_test_add_func ("/kvsplacer/repeats", test_repeats);
  g_test_add_func ("/kvsplacer/outside", test_outside);
  g_test_add_func ("/kvsplacer/unsorted", test_unsorted);
  g_test_add_func ("/kvsplacer/holes", test_holes);
  g_test_add_func ("/kvsplacer/leaps", test_leaps);
  g_test_add_func ("/kvsplacer/unclear-holes", test_unclear_holes);
  g_test_add_func ("/kvsplacer/suspicious-last", test_suspicious_last);
  g_test_add_func ("/kvsplacer/short-pages", test_short_pages);
  g_test_add_func ("/kvsplacer/no-times", test_no_times);
  g_test_add_func ("/kvsplacer/entry", test_entry);
  g_test_add_func ("/kvsplacer/bytes", test_bytes);
  g_test_add_func ("/kvsplacer/cut", test_cut);
  g_test_add_func ("/kvsplacer/random-services", test_random_services);
  return g_test_run ();
}
