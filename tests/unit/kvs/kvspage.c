/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests in which order, and how soon, the entries of a page come out. */
#include "kvspage.h"

#include <string.h>

#define START G_GINT64_CONSTANT (1795161600000)

/* The entry that is called @name; @offset is its TimeStamp in ms behind the first sample, or "-". */
static KvsEntry *
make_entry (char name, const char *offset)
{
  KvsEntry *entry = g_new0 (KvsEntry, 1);

  entry->error = g_strdup_printf ("%c", name);
  entry->has_time = !g_str_equal (offset, "-");
  if (entry->has_time)
    entry->time_ms = START + g_ascii_strtoll (offset, NULL, 10);
  return entry;
}

static void
pop_all (KvsPage *page, GString *order)
{
  KvsEntry *next;

  while ((next = kvs_page_pop (page))) {
    g_autoptr (KvsEntry) entry = next;

    g_string_append (order, entry->error);
  }
}

/* Pushes entries called a, b, c, … with the TimeStamps of @offsets. What comes out is written down
 * as their names, with a dot for each push and "|" for the end of the page. */
static char *
run_page (const char *offsets, guint interval_ms)
{
  g_autoptr (KvsPage) page = kvs_page_new (START, interval_ms);
  g_auto (GStrv) list = g_strsplit (offsets, " ", -1);
  GString *order = g_string_new (NULL);

  for (guint i = 0; list[i] && *list[i]; i++) {
    g_string_append_c (order, '.');
    kvs_page_push (page, make_entry ((char)('a' + i), list[i]));
    pop_all (page, order);
  }
  g_string_append_c (order, '|');
  kvs_page_end (page);
  pop_all (page, order);
  return g_string_free (order, FALSE);
}

static void
test_order (void)
{
  static const struct {
    const char *offsets;
    const char *order;
  } cases[] = {
      {"", "|"},
      /* Grid times, and none at all: each is there at once */
      {"0 1000 2000 3000", ".a.b.c.d|"},
      {"- - - -", ".a.b.c.d|"},
      {"0 - 2000 -", ".a.b.c.d|"},
      /* Times of frames: before, after, the nearest, and the same frame twice */
      {"-40 960 1960", ".a.b.c|"},
      {"40 1040 2040", ".a.b.c|"},
      {"-500 1500 2500", ".a.b.c|"},
      {"-3000 -3000 -3000 3000", ".a.b.c.d|"},
      {"0 0 0 3000 3000", ".a.b.c.d.e|"},
      /* Late frames: held, but in order */
      {"600 1600 2600", "...|abc"},
      {"0 1600 2000 3000", ".a...|bcd"},
      /* Descending and shuffled */
      {"3000 2000 1000 0", "....|dcba"},
      {"2000 0 1000", "...|bca"},
      {"0 2000 1000 3000", ".a...|cbd"},
      {"1000 0", "..|ba"},
      {"2000 - 1000", "...|cab"},
      {"2000 - 1000 -", "....|cdab"},
      {"3000 3000 1000", "...|cab"},
      {"3000 3000 3000 0", "....|dabc"},
      /* Repeats at the front */
      {"-2000 -1000 0", ".a.b.c|"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *order = run_page (cases[i].offsets, 1000);

    g_test_message ("%s", cases[i].offsets);
    g_assert_cmpstr (order, ==, cases[i].order);
  }
}

static void
test_limit (void)
{
  g_autofree char *at = run_page ("100", 200);
  g_autofree char *above = run_page ("101", 200);
  g_autofree char *at_odd = run_page ("100", 201);
  g_autofree char *above_odd = run_page ("101", 201);

  g_assert_cmpstr (at, ==, ".a|");
  g_assert_cmpstr (above, ==, ".|a");
  g_assert_cmpstr (at_odd, ==, ".a|");
  g_assert_cmpstr (above_odd, ==, ".|a");
}

static void
test_large_interval (void)
{
  g_autofree char *order = run_page ("0 4294967295 8589934590", 4294967295u);
  g_autofree char *reversed = run_page ("8589934590 4294967295 0", 4294967295u);

  g_assert_cmpstr (order, ==, ".a.b.c|");
  g_assert_cmpstr (reversed, ==, "...|cba");
}

/* A shuffled page of grid times comes out sorted. */
static void
test_shuffled (void)
{
  for (guint i = 0; i < 500; i++) {
    g_autoptr (KvsPage) page = kvs_page_new (START, 200);
    gint64 times[25];
    gint64 expected_ms = START;
    KvsEntry *next;

    for (gint k = 0; k < 25; k++) {
      gint other = g_test_rand_int_range (0, k + 1);

      times[k] = times[other];
      times[other] = START + k * 200;
    }
    for (gint k = 0; k < 25; k++) {
      KvsEntry *entry = make_entry ('a', "0");

      entry->time_ms = times[k];
      kvs_page_push (page, entry);
    }
    kvs_page_end (page);
    while ((next = kvs_page_pop (page))) {
      g_autoptr (KvsEntry) entry = next;

      g_assert_cmpint (entry->time_ms, ==, expected_ms);
      expected_ms += 200;
    }
    g_assert_cmpint (expected_ms, ==, START + 25 * 200);
  }
}

static void
test_freed_with_entries (void)
{
  g_autoptr (KvsPage) page = kvs_page_new (START, 1000);

  kvs_page_push (page, make_entry ('a', "0"));
  kvs_page_push (page, make_entry ('b', "9000"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvspage/order", test_order);
  g_test_add_func ("/kvspage/limit", test_limit);
  g_test_add_func ("/kvspage/large-interval", test_large_interval);
  g_test_add_func ("/kvspage/shuffled", test_shuffled);
  g_test_add_func ("/kvspage/freed-with-entries", test_freed_with_entries);
  return g_test_run ();
}
