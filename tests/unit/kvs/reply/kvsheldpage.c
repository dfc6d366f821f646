/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is known of the entries of a page that are held. */
#include "kvsheldpage.h"

#include "testentry.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

typedef struct {
  KvsWindow window;
  KvsHeldPage page;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  kvs_window_init (&self->window, NOVEMBER, 1000, 4);
  kvs_held_page_init (&self->page);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  kvs_held_page_clear (&self->page);
}

/* The numbers of arrival. */
static char *
list_arrivals (GPtrArray *matches)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++) {
    const KvsMatch *match = g_ptr_array_index (matches, i);

    g_string_append_printf (text, "%u ", match->arrival);
  }
  return g_string_free (text, FALSE);
}

static void
test_order (Fixture *self, gconstpointer user_data)
{
  static const struct {
    const char *texts;
    const char *images;
    const char *gaps;
    gboolean is_timed;
    gboolean is_sorted;
  } cases[] = {
      {"s0 s1 s1 s2", "0 1 2 3 ", "", TRUE, TRUE},
      {"s2 n1 s0 m3", "2 0 ", "1 3 ", TRUE, FALSE},
      {"n3 s1 n0 s2", "1 3 ", "0 2 ", TRUE, TRUE},
      {"s1 s0 s2 s0", "1 3 0 2 ", "", TRUE, FALSE},
      {"n1 s0 n", "1 ", "0 2 ", FALSE, TRUE},
      {"n0 n1", "", "0 1 ", TRUE, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (KvsHeldPage) page;
    g_autofree char *images = NULL, *gaps = NULL;

    kvs_held_page_init (&page);
    test_entry_push_all (&page, &self->window, cases[i].texts);
    g_assert_false (page.is_last);
    kvs_held_page_complete (&page, TRUE);
    images = list_arrivals (page.images);
    gaps = list_arrivals (page.gaps);
    g_assert_cmpstr (images, ==, cases[i].images);
    g_assert_cmpstr (gaps, ==, cases[i].gaps);
    g_assert_cmpint (page.is_timed, ==, cases[i].is_timed);
    g_assert_cmpint (page.is_sorted, ==, cases[i].is_sorted);
    g_assert_true (page.is_last);
  }
}

static void
test_same (Fixture *self, gconstpointer user_data)
{
  test_entry_push_all (&self->page, &self->window, "s0 s0 n0 s1 s1 s1");
  kvs_held_page_complete (&self->page, FALSE);
  g_assert_cmpuint (kvs_held_page_count_same (&self->page, 0, 5), ==, 2);
  g_assert_cmpuint (kvs_held_page_count_same (&self->page, 1, 5), ==, 1);
  g_assert_cmpuint (kvs_held_page_count_same (&self->page, 2, 5), ==, 3);
  g_assert_cmpuint (kvs_held_page_count_same (&self->page, 2, 4), ==, 2);
  g_assert_cmpint (kvs_held_page_get_image_time (&self->page, 2), ==, NOVEMBER + 1000);
}

static void
test_last_gap (Fixture *self, gconstpointer user_data)
{
  test_entry_push_all (&self->page, &self->window, "n2 n1 m0 s0");
  g_assert_cmpint (kvs_held_page_find_last_gap (&self->page, NOVEMBER + 3000), ==, NOVEMBER + 2000);
  g_assert_cmpint (kvs_held_page_find_last_gap (&self->page, NOVEMBER + 1999), ==, NOVEMBER + 1000);
  g_assert_cmpint (kvs_held_page_find_last_gap (&self->page, NOVEMBER + 999), ==, G_MININT64);
}

/* The entries of a page that is forgotten belong to the test. */
static void
test_forget (Fixture *self, gconstpointer user_data)
{
  KvsMatch *match;

  test_entry_push_all (&self->page, &self->window, "s");
  match = g_ptr_array_index (self->page.entries, 0);
  kvs_held_page_complete (&self->page, TRUE);
  kvs_held_page_forget (&self->page);
  kvs_match_free (match);
  g_assert_cmpuint (self->page.entries->len + self->page.images->len, ==, 0);
  g_assert_true (self->page.is_timed);
  g_assert_false (self->page.is_last);
}

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/kvsheldpage/order", test_order);
  ADD ("/kvsheldpage/same", test_same);
  ADD ("/kvsheldpage/last-gap", test_last_gap);
  ADD ("/kvsheldpage/forget", test_forget);
  return g_test_run ();
}
