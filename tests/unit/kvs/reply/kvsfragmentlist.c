/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what a list of fragments says about the media of a period. */
#include "kvsfragmentlist.h"

#define FROM 100000
#define UNTIL 200000

/* Makes a list of "start+length …", with "?" for an unknown length. */
static KvsFragmentList *
make_list (gint64 from_ms, gint64 until_ms, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", 0);
  g_autoptr (GArray) fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++) {
    char *end;
    KvsFragment fragment = {g_ascii_strtoll (words[i], &end, 10), KVS_FRAGMENT_UNKNOWN_LENGTH};

    g_assert_cmpint (*end, ==, '+');
    if (end[1] != '?')
      fragment.length_ms = g_ascii_strtoll (end + 1, NULL, 10);
    g_array_append_val (fragments, fragment);
  }
  return kvs_fragment_list_new (
      from_ms, until_ms, (const KvsFragment *)(gconstpointer)fragments->data, fragments->len);
}

static char *
describe (KvsFragmentList *list)
{
  GString *text = g_string_new (NULL);
  guint n_fragments;
  const KvsFragment *fragments = kvs_fragment_list_get_fragments (list, &n_fragments);

  for (guint i = 0; i < n_fragments; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT, i > 0 ? " " : "",
        fragments[i].start_ms, fragments[i].length_ms);
  return g_string_free (text, FALSE);
}

static void
test_order (void)
{
  static const struct {
    const char *given, *kept;
    gint64 longest_ms;
  } rows[] = {
      {"", "", 0},
      {"100000+2000", "100000+2000", 2000},
      {"104000+2000 100000+1000 102000+1500", "100000+1000 102000+1500 104000+2000", 2000},
      /* Fragments that begin at the same time are one. */
      {"100000+2000 100000+2000", "100000+2000", 2000},
      {"100000+2000 100000+3000 100000+1000", "100000+3000", 3000},
      {"100000+2000 100000+?", "100000+2000", 2000},
      {"100000+? 100000+? 103000+2000", "100000+3000 103000+2000", 3000},
      /* A fragment inside another one adds no time. */
      {"100000+9000 101000+2000 109000+1", "100000+9000 109000+1", 9000},
      {"100000+9000 101000+8000", "100000+9000", 9000},
      {"100000+9000 101000+8001", "100000+9000 101000+8001", 9000},
      {"100000+0 100001+0", "100000+0 100001+0", 0},
      /* A fragment that overlaps another one does. */
      {"100000+10000 101000+10000 102000+10000", "100000+10000 101000+10000 102000+10000", 10000},
      /* Unknown lengths */
      {"100000+?", "100000+20000", 20000},
      {"100000+? 102000+? 150000+?", "100000+2000 102000+20000 150000+20000", 20000},
      {"100000+? 119999+1000 120000+2000", "100000+19999 119999+1000 120000+2000", 19999},
      /* Longer than is documented */
      {"100000+60000 130000+1000", "100000+60000", 60000},
      /* The time outside of the list stays unknown. */
      {"80000+20000 100000+5 200000+7 300000+9", "80000+20000 100000+5 200000+7 300000+9", 20000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, rows[i].given);
    g_autofree char *kept = describe (list);

    g_assert_cmpstr (kept, ==, rows[i].kept);
    g_assert_cmpint (kvs_fragment_list_get_longest_ms (list), ==, rows[i].longest_ms);
  }
}

static void
test_covers (void)
{
  g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, "90000+200000");
  g_autoptr (KvsFragmentList) empty = make_list (FROM, FROM, "");

  g_assert_cmpint (kvs_fragment_list_get_from_ms (list), ==, FROM);
  g_assert_cmpint (kvs_fragment_list_get_until_ms (list), ==, UNTIL);
  g_assert_false (kvs_fragment_list_covers (list, FROM - 1));
  g_assert_true (kvs_fragment_list_covers (list, FROM));
  g_assert_true (kvs_fragment_list_covers (list, UNTIL - 1));
  g_assert_false (kvs_fragment_list_covers (list, UNTIL));
  g_assert_false (kvs_fragment_list_covers (empty, FROM));
}

/* Two stretches of media with a gap between, and one fragment that begins before the list. */
#define MEDIA "95000+8000 103000+2000 105000+2000 150000+10000 160000+4000"

static void
test_find_start (void)
{
  static const struct {
    gint64 ms, margin_ms, start_ms;
  } rows[] = {
      {94999, 0, -1},
      {95000, 0, 95000},
      {100000, 0, 95000},
      {102999, 0, 95000},
      {103000, 0, 103000},
      {105000, 0, 105000},
      {106999, 0, 105000},
      {107000, 0, 105000},
      {107001, 0, -1},
      {107001, 1, 105000},
      {109000, 2000, 105000},
      {109001, 2000, -1},
      {149999, 2000, -1},
      {150000, 2000, 150000},
      {159999, 0, 150000},
      {164001, 0, -1},
      {G_MAXINT32, 1000, -1},
  };
  g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, MEDIA);
  g_autoptr (KvsFragmentList) empty = make_list (FROM, UNTIL, "");
  g_autoptr (KvsFragmentList) nested = make_list (FROM, UNTIL, "100000+9000 101000+2000");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (
        kvs_fragment_list_find_start (list, rows[i].ms, rows[i].margin_ms), ==, rows[i].start_ms);
  g_assert_cmpint (kvs_fragment_list_find_start (empty, FROM, 1000000), ==, -1);
  g_assert_cmpint (kvs_fragment_list_find_start (nested, 108000, 0), ==, 100000);
}

static void
test_has_media (void)
{
  static const struct {
    gint64 from_ms, to_ms, margin_ms;
    gboolean has_media;
  } rows[] = {
      {100000, 100000, 0, TRUE},
      {107000, 149999, 0, TRUE}, /* the end of a fragment counts as media */
      {107001, 149999, 0, FALSE},
      {107001, 150000, 0, TRUE},
      {107001, 107001, 0, FALSE},
      {107001, 107001, 1, TRUE},
      {109001, 147999, 2000, FALSE},
      {109000, 147999, 2000, TRUE},
      {109001, 148000, 2000, TRUE},
      {120000, 130000, 2000, FALSE},
      {100000, 199999, 0, TRUE},
      {164001, 199999, 0, FALSE},
      {164001, 199999, 1, TRUE},
      {0, 94999, 0, FALSE},
      {0, 94999, 1, TRUE},
  };
  g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, MEDIA);
  g_autoptr (KvsFragmentList) empty = make_list (FROM, UNTIL, "");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (
        kvs_fragment_list_has_media (list, rows[i].from_ms, rows[i].to_ms, rows[i].margin_ms), ==,
        rows[i].has_media);
  g_assert_false (kvs_fragment_list_has_media (empty, 0, G_MAXINT32, 1000));
}

static void
test_next_and_previous_media (void)
{
  static const struct {
    gint64 ms, margin_ms, next_ms, previous_ms;
  } rows[] = {
      {100000, 0, 100000, 100000},
      {107000, 0, 107000, 107000},
      {107001, 0, 150000, 107000},
      {107001, 1, 107001, 107001},
      {120000, 0, 150000, 107000},
      {120000, 2000, 148000, 109000},
      {149999, 0, 150000, 107000},
      {150000, 0, 150000, 150000},
      {164000, 0, 164000, 164000},
      {164001, 0, UNTIL, 164000},
      {199999, 0, UNTIL, 164000},
      {199999, 40000, 199999, 199999},
      /* Outside of the list nothing is known. */
      {99999, 0, 99999, 99999},
      {UNTIL, 0, UNTIL, UNTIL},
      {300000, 0, 300000, 300000},
  };
  g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, MEDIA);
  g_autoptr (KvsFragmentList) empty = make_list (FROM, UNTIL, "");
  g_autoptr (KvsFragmentList) around = make_list (FROM, UNTIL, "95000+5 200000+5");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (
        kvs_fragment_list_next_media (list, rows[i].ms, rows[i].margin_ms), ==, rows[i].next_ms);
    g_assert_cmpint (kvs_fragment_list_previous_media (list, rows[i].ms, rows[i].margin_ms), ==,
        rows[i].previous_ms);
  }
  g_assert_cmpint (kvs_fragment_list_next_media (empty, FROM, 1000), ==, UNTIL);
  g_assert_cmpint (kvs_fragment_list_previous_media (empty, UNTIL - 1, 1000), ==, FROM - 1);
  /* Fragments outside of the covered time reach into it by their margin only. */
  g_assert_cmpint (kvs_fragment_list_next_media (around, 150000, 0), ==, UNTIL);
  g_assert_cmpint (kvs_fragment_list_next_media (around, 150000, 1000), ==, UNTIL - 1000);
  g_assert_cmpint (kvs_fragment_list_previous_media (around, 150000, 0), ==, FROM - 1);
  g_assert_cmpint (kvs_fragment_list_previous_media (around, 150000, 5000), ==, FROM + 5);
}

/* The results of the functions, computed by looking at every fragment. */
static gboolean
has_media_by_scan (const GArray *fragments, gint64 from_ms, gint64 to_ms, gint64 margin_ms)
{
  for (guint i = 0; i < fragments->len; i++) {
    const KvsFragment *fragment = &g_array_index (fragments, KvsFragment, i);

    if (fragment->start_ms - margin_ms <= to_ms &&
        fragment->start_ms + fragment->length_ms + margin_ms >= from_ms)
      return TRUE;
  }
  return FALSE;
}

static gint64
scan_media (const GArray *fragments, gint64 ms, gint64 margin_ms, gint64 step)
{
  while (ms >= 1000 && ms < 1200 && !has_media_by_scan (fragments, ms, ms, margin_ms))
    ms += step;
  return ms;
}

static void
test_random (void)
{
  for (guint i = 0; i < 300; i++) {
    g_autoptr (GArray) fragments = g_array_new (FALSE, FALSE, sizeof (KvsFragment));
    g_autoptr (KvsFragmentList) list = NULL;
    gint n_fragments = g_test_rand_int_range (0, 12);

    for (gint j = 0; j < n_fragments; j++) {
      const KvsFragment fragment = {
          g_test_rand_int_range (900, 1300), g_test_rand_int_range (0, 40)};

      g_array_append_val (fragments, fragment);
    }
    list = kvs_fragment_list_new (
        1000, 1200, (const KvsFragment *)(gconstpointer)fragments->data, fragments->len);
    for (gint64 ms = 990; ms < 1210; ms++) {
      gint64 margin_ms = g_test_rand_int_range (0, 10);
      gint64 to_ms = ms + g_test_rand_int_range (0, 30);
      gint64 start_ms = kvs_fragment_list_find_start (list, ms, margin_ms);

      g_assert_cmpint (kvs_fragment_list_has_media (list, ms, to_ms, margin_ms), ==,
          has_media_by_scan (fragments, ms, to_ms, margin_ms));
      g_assert_cmpint (kvs_fragment_list_next_media (list, ms, margin_ms), ==,
          scan_media (fragments, ms, margin_ms, 1));
      g_assert_cmpint (kvs_fragment_list_previous_media (list, ms, margin_ms), ==,
          scan_media (fragments, ms, margin_ms, -1));
      if (has_media_by_scan (fragments, ms, ms, 0))
        g_assert_cmpint (start_ms, >=, 900);
      g_assert_cmpint (start_ms, <=, ms);
    }
  }
}

static void
test_ref (void)
{
  g_autoptr (KvsFragmentList) list = make_list (FROM, UNTIL, MEDIA);
  KvsFragmentList *same = kvs_fragment_list_ref (list);

  g_assert_true (same == list);
  kvs_fragment_list_unref (same);
  g_assert_true (kvs_fragment_list_covers (list, FROM));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsfragmentlist/order", test_order);
  g_test_add_func ("/kvsfragmentlist/covers", test_covers);
  g_test_add_func ("/kvsfragmentlist/find-start", test_find_start);
  g_test_add_func ("/kvsfragmentlist/has-media", test_has_media);
  g_test_add_func ("/kvsfragmentlist/next-and-previous-media", test_next_and_previous_media);
  g_test_add_func ("/kvsfragmentlist/random", test_random);
  g_test_add_func ("/kvsfragmentlist/ref", test_ref);
  return g_test_run ();
}
