/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples the entries of a page are for under a hypothesis. */
#include "kvsinterpretation.h"

#include "testentry.h"

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

#define SAMPLE_TIME                                                                                \
  {                                                                                                \
    KVS_MEANING_SAMPLE_TIME, 0                                                                     \
  }
#define LAST_FRAME                                                                                 \
  {                                                                                                \
    KVS_MEANING_LAST_FRAME, 0                                                                      \
  }
#define NEAREST_FRAME                                                                              \
  {                                                                                                \
    KVS_MEANING_NEAREST_FRAME, 0                                                                   \
  }
#define NEXT_FRAME                                                                                 \
  {                                                                                                \
    KVS_MEANING_NEXT_FRAME, 0                                                                      \
  }
#define ORDER                                                                                      \
  {                                                                                                \
    KVS_MEANING_NONE, 0                                                                            \
  }

/* A page behind @n_before entries with their samples' own times; the index of each entry, in the order of arrival, or
 * NULL if the page does not fit. */
typedef struct {
  guint n_before;
  const char *entries;
  gboolean is_last;
  KvsHypothesis hypothesis;
  const char *indexes;
  gboolean is_closed;
} Case;

static char *
read_indexes (KvsInterpretation *interpretation, KvsHypothesis hypothesis)
{
  GString *text;

  if (!kvs_interpretation_read (interpretation, hypothesis))
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < interpretation->page->entries->len; i++)
    g_string_append_printf (
        text, i > 0 ? " %d" : "%d", kvs_interpretation_get_index (interpretation, i));
  return g_string_free (text, FALSE);
}

static void
add_page_before (KvsPageHistory *history, guint n)
{
  for (guint i = 0; i < n; i++) {
    KvsEntry entry = {
        .has_image = TRUE, .has_time = TRUE, .time_ms = kvs_window_get_time (&history->window, i)};

    kvs_page_history_add (history, &entry, i);
  }
  kvs_page_history_end_page (history);
}

static void
assert_case (const Case *self)
{
  g_auto (KvsInterpretation) interpretation;
  g_auto (KvsHeldPage) page;
  g_autofree char *indexes = NULL;
  KvsPageHistory history;
  KvsWindow window;

  kvs_window_init (&window, NOVEMBER, 1000, 4);
  kvs_page_history_init (&history, &window, 4);
  add_page_before (&history, self->n_before);
  kvs_held_page_init (&page);
  test_entry_push_all (&page, &window, self->entries);
  kvs_held_page_complete (&page, self->is_last);
  kvs_interpretation_init (&interpretation, &history, &page);
  indexes = read_indexes (&interpretation, self->hypothesis);
  if (g_strcmp0 (indexes, self->indexes) != 0) {
    g_test_message ("%s: %s and not %s", self->entries, indexes, self->indexes);
    g_test_fail ();
  }
  if (self->indexes == NULL)
    return;
  g_assert_cmpint (kvs_interpretation_is_closed (&interpretation), ==, self->is_closed);
  g_assert_cmpint (kvs_interpretation_get_seam (&interpretation), ==,
      self->hypothesis.has_before ? KVS_SEAM_REPEATED : KVS_SEAM_CLEAN);
}

static void
assert_cases (const Case *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    assert_case (&cases[i]);
}

static void
test_senses (void)
{
  static const Case cases[] = {
      {0, "s0-40 s1-40 s2-40 s3-40", TRUE, {LAST_FRAME}, "0 1 2 3", TRUE},
      {0, "s0-40 s1-40 s2-40 s3-40", TRUE, {NEAREST_FRAME}, "0 1 2 3", TRUE},
      {0, "s0-40 s1-40 s2-40 s3-40", TRUE, {ORDER}, "0 1 2 3", TRUE},
      {0, "s0-40 s1-40 s2-40 s3-40", TRUE, {NEXT_FRAME}, NULL, FALSE},
      {0, "s0-40 s1-40 s2-40 s3-40", TRUE, {SAMPLE_TIME}, NULL, FALSE},
      {0, "s0+40 s1+40 s2+40 s3+40", TRUE, {NEXT_FRAME}, "0 1 2 3", TRUE},
      {0, "s0+40 s1+40 s2+40 s3+40", TRUE, {LAST_FRAME}, NULL, FALSE},
      {0, "s3-40 s2-40 s1-40 s0-40", TRUE, {LAST_FRAME}, "3 2 1 0", TRUE},
      {0, "s-9 s-9 s2-9 s2-9", TRUE, {LAST_FRAME}, "0 1 2 3", TRUE},
      {2, "s2 s3", TRUE, {SAMPLE_TIME}, "2 3", TRUE},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_gaps (void)
{
  static const Case cases[] = {
      {0, "s0-40 n1 s2-40 s3-40", TRUE, {LAST_FRAME}, "0 1 2 3", TRUE},
      {0, "m0 s0-40 s2-40 s3-40", TRUE, {LAST_FRAME}, "0 1 2 3", TRUE},
      {0, "n0 s0-40 s2-40 s3-40", TRUE, {LAST_FRAME}, NULL, FALSE},
      {0, "s0-40 n1+10 s2-40 s3-40", TRUE, {LAST_FRAME}, NULL, FALSE},
      {0, "n1 n1", TRUE, {LAST_FRAME}, NULL, FALSE},
      {2, "n0", TRUE, {LAST_FRAME}, NULL, FALSE},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_surplus (void)
{
  static const Case cases[] = {
      {0, "s-1-40 s0-40 s1-40 s2-40 s3-40", TRUE, {LAST_FRAME, .has_before = TRUE}, "-1 0 1 2 3",
          TRUE},
      {0, "s-1-40 s0-40 s1-40 s2-40 s3-40", TRUE, {LAST_FRAME}, NULL, FALSE},
      {2, "s1 s2 s3", TRUE, {SAMPLE_TIME, .has_before = TRUE}, "-1 2 3", TRUE},
      {2, "s1+5 s2 s3", TRUE, {SAMPLE_TIME, .has_before = TRUE}, NULL, FALSE},
      {0, "s0+40 s1+40 s2+40 s3+40 s4+40", TRUE, {NEXT_FRAME, .has_behind = TRUE}, "0 1 2 3 -1",
          TRUE},
      {0, "s0+40 s1+40 s2+40 s3+40 s4+40", FALSE, {NEXT_FRAME, .has_behind = TRUE}, NULL, FALSE},
      {0, "s0", TRUE, {SAMPLE_TIME, .has_before = TRUE, .has_behind = TRUE}, NULL, FALSE},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

static void
test_missing (void)
{
  static const Case cases[] = {
      {0, "s0 s3", TRUE, {SAMPLE_TIME}, "0 3", FALSE},
      {0, "s0-40 s3-40", TRUE, {LAST_FRAME}, "0 3", FALSE},
      {0, "s0-40 s1-40", TRUE, {LAST_FRAME}, "0 1", TRUE},
      {2, "s3", TRUE, {SAMPLE_TIME}, "3", FALSE},
  };

  assert_cases (cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsinterpretation/senses", test_senses);
  g_test_add_func ("/kvsinterpretation/gaps", test_gaps);
  g_test_add_func ("/kvsinterpretation/surplus", test_surplus);
  g_test_add_func ("/kvsinterpretation/missing", test_missing);
  return g_test_run ();
}
