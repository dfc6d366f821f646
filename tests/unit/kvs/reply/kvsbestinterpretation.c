/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which interpretation of a page is taken, and which pages are unreadable. */
#include "kvsbestinterpretation.h"

#include "testentry.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

/* A page of a request for four samples; the index of each entry, in the order of arrival, or NULL where the page is
 * unreadable. */
typedef struct {
  const char *entries;
  gboolean is_last;
  gboolean must_be_read;
  const char *indexes;
} Case;

static char *
find_indexes (const KvsPageHistory *history, const KvsHeldPage *page, gboolean must_be_read)
{
  g_auto (KvsInterpretation) best;
  GString *text;

  kvs_interpretation_init (&best, history, page);
  if (!kvs_best_interpretation_find (&best, must_be_read))
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < page->entries->len; i++)
    g_string_append_printf (text, i > 0 ? " %d" : "%d", kvs_interpretation_get_index (&best, i));
  return g_string_free (text, FALSE);
}

static void
assert_case (const KvsPageHistory *history, const Case *self)
{
  g_auto (KvsHeldPage) page;
  g_autofree char *indexes = NULL;

  kvs_held_page_init (&page);
  test_entry_push_all (&page, &history->window, self->entries);
  kvs_held_page_complete (&page, self->is_last);
  indexes = find_indexes (history, &page, self->must_be_read);
  if (g_strcmp0 (indexes, self->indexes) != 0) {
    g_test_message ("%s: %s and not %s", self->entries, indexes, self->indexes);
    g_test_fail ();
  }
}

static void
init_history (KvsPageHistory *history, guint max_results)
{
  KvsWindow window;

  kvs_window_init (&window, NOVEMBER, 1000, 4);
  kvs_page_history_init (history, &window, max_results);
}

static void
test_first_page (void)
{
  static const Case cases[] = {
      {"s3 s2 s1 s0", TRUE, FALSE, "3 2 1 0"},
      {"s0-900 s0-100 s2+800 s2+900", TRUE, FALSE, "0 1 2 3"},
      {"s-9 s-9 s-9 s-9", FALSE, FALSE, "0 1 2 3"},
      {"s3+10 s2-999 s1+600 s0-20", TRUE, FALSE,
          "3 1 2 0"}, /* no sense fits, but their number does */
      {"s-1 s0 s1 s2 s3", TRUE, FALSE, "-1 0 1 2 3"},
      {"s1 s0", TRUE, FALSE, "1 0"},
      {"s0-40 s1-40", TRUE, FALSE, NULL}, /* two may be missing */
      {"s0-40 s1-40", TRUE, TRUE, "0 1"},
      {"s3", TRUE, FALSE, "3"},
      {"s3", FALSE, FALSE, NULL},
      {"s2", TRUE, FALSE, NULL},
  };
  KvsPageHistory history;

  init_history (&history, 4);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_case (&history, &cases[i]);
}

/* Behind a page of one, with its sample's own time. */
static void
test_given_again (void)
{
  static const Case cases[] = {
      {"s0", FALSE, FALSE, NULL},
      {"s0", FALSE, TRUE, NULL},
      {"s1", FALSE, FALSE, "1"},
      {"s1-40", FALSE, FALSE, "1"},
      {"s0 s1", FALSE, FALSE, "-1 1"},
  };
  KvsEntry entry = {.has_image = TRUE, .has_time = TRUE, .time_ms = NOVEMBER};
  KvsPageHistory history;

  init_history (&history, 1);
  kvs_page_history_add (&history, &entry, 0);
  kvs_page_history_end_page (&history);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_case (&history, &cases[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsbestinterpretation/first-page", test_first_page);
  g_test_add_func ("/kvsbestinterpretation/given-again", test_given_again);
  return g_test_run ();
}
