/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of an index that is cut off anywhere, and of what is appended to it. */
#include "stillsindex.h"

#include "testfolder.h"

#include <string.h>

#define N_ENTRIES 5
#define START_MS G_GINT64_CONSTANT (1795161600000)

static StillsEntry
make_entry (guint64 index)
{
  StillsEntry entry = {.index = index,
      .time_ms = START_MS + (gint64)index * 1000,
      .timestamp_ms = STILLS_ENTRY_NONE,
      .offset = STILLS_ENTRY_NONE,
      .bytes = 10,
      .width = 2,
      .height = 2};

  if (index % 2)
    entry.reason = (char *)"NO_MEDIA";
  else
    entry.file = (char *)"file";
  return entry;
}

static char *
make_text (StillsIndexFormat format)
{
  GString *text = g_string_new (format == STILLS_INDEX_CSV ? STILLS_ENTRY_CSV_HEADER : "");

  for (guint64 i = 0; i < N_ENTRIES; i++) {
    StillsEntry entry = make_entry (i);
    g_autofree char *line = stills_entry_write (&entry, format);

    g_string_append (text, line);
  }
  return g_string_free (text, FALSE);
}

static gboolean
count_cb (const StillsEntry *entry, gpointer user_data)
{
  guint64 *n = user_data;

  g_assert_cmpuint (entry->index, ==, *n);
  (*n)++;
  return TRUE;
}

static gboolean
believe_two_cb (const StillsEntry *entry, gpointer user_data)
{
  return entry->index < 2;
}

/* Wherever it is cut off, appending the lost entries makes the whole index again. */
static void
assert_mended (const char *folder, const char *text, gsize size, StillsIndexFormat format)
{
  g_autofree char *path = g_build_filename (folder, "index", NULL);
  g_autofree char *mended = NULL;
  g_autoptr (StillsIndex) index = NULL;
  guint64 next = 0;

  g_assert_true (
      g_file_set_contents_full (path, text, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0666, NULL));
  index = stills_index_open (path, format, count_cb, &next, NULL);
  g_assert_nonnull (index);
  for (; next < N_ENTRIES; next++) {
    StillsEntry entry = make_entry (next);

    g_assert_true (stills_index_append (index, &entry, NULL));
  }
  mended = test_folder_read (folder, "index");
  g_assert_cmpstr (mended, ==, text);
}

static void
test_torn (void)
{
  g_autofree char *folder = test_folder_make ();

  for (StillsIndexFormat format = STILLS_INDEX_JSONL; format <= STILLS_INDEX_CSV; format++) {
    g_autofree char *text = make_text (format);

    for (gsize size = 0; size <= strlen (text); size++)
      assert_mended (folder, text, size, format);
  }
  test_folder_remove (folder);
}

static void
test_not_believed (void)
{
  g_autofree char *text = make_text (STILLS_INDEX_JSONL);
  gsize size = stills_index_scan (text, strlen (text), STILLS_INDEX_JSONL, believe_two_cb, NULL);

  g_assert_true (g_str_has_prefix (text + size, "{\"index\":2,"));
}

static void
test_number_missing (void)
{
  g_autofree char *text = make_text (STILLS_INDEX_JSONL);
  guint64 next = 0;
  gsize size;

  memcpy (strstr (text, "\"index\":3"), "\"index\":4", 9);
  size = stills_index_scan (text, strlen (text), STILLS_INDEX_JSONL, count_cb, &next);
  g_assert_cmpuint (next, ==, 3);
  g_assert_true (g_str_has_prefix (text + size, "{\"index\":4,"));
}

static void
test_csv_without_header (void)
{
  guint64 next = 0;

  g_assert_cmpuint (stills_index_scan ("0,2026-11-20T08:00:00Z,,,,,,,NO_MEDIA\n", 38,
                        STILLS_INDEX_CSV, count_cb, &next),
      ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsindex/torn", test_torn);
  g_test_add_func ("/stillsindex/not-believed", test_not_believed);
  g_test_add_func ("/stillsindex/number-missing", test_number_missing);
  g_test_add_func ("/stillsindex/csv-without-header", test_csv_without_header);
  return g_test_run ();
}
