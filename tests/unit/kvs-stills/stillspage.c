/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the page. tests/e2e/test_stills_report.py shows that a browser displays it, and that its numbers
 * are right. */
#include "stillspage.h"

#include "testfolder.h"

#include <string.h>

/* A stream with @n_samples samples, of which each third one is a gap. */
static StillsSurvey *
make_survey (const char *folder, guint n_samples)
{
  g_autofree char *parent = g_build_filename (folder, "stream=door", NULL);
  g_autofree char *path = g_build_filename (parent, "index.jsonl", NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n_samples; i++) {
    StillsEntry entry = {.index = i,
        .time_ms = G_GINT64_CONSTANT (1795161600000) + 1000 * (gint64)i,
        .timestamp_ms = STILLS_ENTRY_NONE,
        .file = (char *)"file",
        .offset = STILLS_ENTRY_NONE,
        .bytes = 7,
        .width = 4,
        .height = 3};
    g_autofree char *line = NULL;

    if (i % 3 == 2)
      entry.reason = (char *)"NO_MEDIA";
    line = stills_entry_write (&entry, STILLS_INDEX_JSONL);
    g_string_append (text, line);
  }
  g_assert_cmpint (g_mkdir_with_parents (parent, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  return stills_survey_read (folder, NULL);
}

static char *
picture_cb (const StillsSurveyStream *stream, const StillsEntry *entry, gpointer user_data)
{
  GString *indexes = user_data;

  g_string_append_printf (indexes, "%" G_GUINT64_FORMAT " ", entry->index);
  return g_strdup ("data:,");
}

static guint
count (const char *text, const char *word)
{
  guint n = 0;

  for (const char *p = strstr (text, word); p; p = strstr (p + 1, word))
    n++;
  return n;
}

static void
assert_pictures (guint n_samples, guint n_pictures, const char *expected)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = make_survey (folder, n_samples);
  g_autoptr (GString) indexes = g_string_new (NULL);
  g_autofree char *page = stills_page_write (survey, "a", n_pictures, picture_cb, indexes);

  g_assert_cmpstr (indexes->str, ==, expected);
  g_assert_cmpuint (count (page, "<img "), ==, count (expected, " "));
  test_folder_remove (folder);
}

/* The pictures are spread over all stills; gaps do not count. */
static void
test_pictures (void)
{
  assert_pictures (12, 24, "0 1 3 4 6 7 9 10 ");
  assert_pictures (12, 4, "0 3 6 9 ");
  assert_pictures (12, 3, "0 3 7 ");
  assert_pictures (12, 1, "0 ");
  assert_pictures (12, 0, "");
}

static void
test_many_gaps (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = make_survey (folder, 300);
  g_autoptr (GString) indexes = g_string_new (NULL);
  g_autofree char *page = stills_page_write (survey, "a", 0, picture_cb, indexes);

  g_assert_cmpuint (count (page, "<rect class=\"NO_MEDIA\""), ==, 100);
  g_assert_cmpuint (count (page, "<tr><td>"), ==, 24);
  g_assert_nonnull (strstr (page, "<span data-field=\"gap-count\">100</span>"));
  test_folder_remove (folder);
}

static void
test_title_is_escaped (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = make_survey (folder, 1);
  g_autoptr (GString) indexes = g_string_new (NULL);
  g_autofree char *page = stills_page_write (survey, "<b>&", 1, picture_cb, indexes);

  g_assert_null (strstr (page, "<b>"));
  g_assert_nonnull (strstr (page, "<h1>&lt;b&gt;&amp;</h1>"));
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillspage/pictures", test_pictures);
  g_test_add_func ("/stillspage/many-gaps", test_many_gaps);
  g_test_add_func ("/stillspage/title-is-escaped", test_title_is_escaped);
  return g_test_run ();
}
