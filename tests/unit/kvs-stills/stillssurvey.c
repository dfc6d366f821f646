/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the sums over the indexes of an output. */
#include "stillssurvey.h"

#include "stillserror.h"
#include "testfolder.h"

#include <kvstimestamp.h>

#define GAP(i, reason)                                                                             \
  "{\"index\":" #i ",\"time\":\"2026-11-20T08:00:0" #i ".000Z\",\"reason\":\"" reason "\"}\n"
#define STILL(i)                                                                                   \
  "{\"index\":" #i ",\"time\":\"2026-11-20T08:00:0" #i                                             \
  ".000Z\",\"file\":\"still\",\"bytes\":5,\"width\":4,\"height\":3}\n"
#define START_MS G_GINT64_CONSTANT (1795161600000)

static void
write_file (const char *folder, const char *stream, const char *name, const char *text)
{
  g_autofree char *parent = g_build_filename (folder, stream, NULL);
  g_autofree char *path = g_build_filename (parent, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
test_totals (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = NULL;
  const StillsSurveyStream *stream;
  const StillsGap *gaps;

  write_file (folder, "stream=yard", "index.jsonl",
      STILL (0) GAP (1, "NO_MEDIA") GAP (2, "NO_MEDIA") GAP (3, "MEDIA_ERROR")
          STILL (4) "{\"index\":5");
  write_file (folder, "stream=door", "index.jsonl", STILL (2) STILL (3));
  write_file (folder, "stream=empty", "index.jsonl", "");
  survey = stills_survey_read (folder, NULL);
  g_assert_nonnull (survey);
  g_assert_cmpuint (survey->streams->len, ==, 2);
  g_assert_cmpuint (survey->totals.samples, ==, 7);
  g_assert_cmpuint (survey->totals.stills, ==, 4);
  g_assert_cmpuint (survey->totals.gaps, ==, 3);
  g_assert_cmpuint (survey->totals.bytes, ==, 20);
  g_assert_cmpint (survey->from_ms, ==, START_MS);
  g_assert_cmpint (survey->until_ms, ==, START_MS + 5000);

  stream = g_ptr_array_index (survey->streams, 1);
  gaps = (const StillsGap *)(void *)stream->gaps->data;
  g_assert_cmpstr (stream->name, ==, "yard");
  g_assert_cmpint (stream->interval_ms, ==, 1000);
  g_assert_cmpuint (stream->gaps->len, ==, 2);
  g_assert_cmpuint (gaps[0].n_samples, ==, 2);
  g_assert_cmpint (gaps[0].from_ms, ==, START_MS + 1000);
  g_assert_cmpint (gaps[0].until_ms, ==, START_MS + 3000);
  g_assert_cmpstr (gaps[1].reason, ==, "MEDIA_ERROR");
  test_folder_remove (folder);
}

/* The tasks of a manifest, in whatever order their indexes are found. */
static void
test_several_indexes (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = NULL;
  const StillsSurveyStream *stream;

  write_file (folder, "stream=door", "index-b.jsonl", GAP (2, "NO_MEDIA") STILL (3));
  write_file (folder, "stream=door", "index-a.jsonl", STILL (0) GAP (1, "NO_MEDIA"));
  survey = stills_survey_read (folder, NULL);
  stream = g_ptr_array_index (survey->streams, 0);
  g_assert_cmpuint (stream->totals.samples, ==, 4);
  g_assert_cmpuint (stream->gaps->len, ==, 1);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (
        g_array_index (stream->entries, StillsEntry, i).time_ms, ==, START_MS + 1000 * (gint64)i);
  test_folder_remove (folder);
}

/* The last sample ends with the last time that there is. */
static void
test_end_of_time (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsSurvey) survey = NULL;
  const StillsSurveyStream *stream;

  write_file (folder, "stream=door", "index.jsonl",
      GAP (0,
          "NO_MEDIA") "{\"index\":1,\"time\":\"9999-12-31T23:59:59.999Z\",\"reason\":\"NO_MEDIA\"}\n");
  survey = stills_survey_read (folder, NULL);
  stream = g_ptr_array_index (survey->streams, 0);
  g_assert_cmpint (survey->until_ms, ==, KVS_TIMESTAMP_MAX_MS);
  for (guint i = 0; i < stream->gaps->len; i++)
    g_assert_cmpint (g_array_index (stream->gaps, StillsGap, i).until_ms, <=, KVS_TIMESTAMP_MAX_MS);
  test_folder_remove (folder);
}

static void
test_nothing (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (GError) error = NULL;

  g_assert_null (stills_survey_read (folder, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_NOT_FOUND);
  test_folder_remove (folder);
}

static void
test_load (void)
{
  g_autofree char *folder = test_folder_make ();
  StillsSurveyStream stream = {.folder = folder};
  StillsEntry entry = {.file = (char *)"still", .offset = STILLS_ENTRY_NONE, .bytes = 5};
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) part = NULL;

  write_file (folder, ".", "still", "image");
  write_file (folder, ".", ".shard.part", "...image...");
  whole = stills_survey_load (&stream, &entry);
  g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), "image", 5);
  entry.file = (char *)"shard";
  entry.offset = 3;
  part = stills_survey_load (&stream, &entry);
  g_assert_true (g_bytes_equal (part, whole));
  entry.offset = 7;
  g_assert_null (stills_survey_load (&stream, &entry));
  entry.file = (char *)"none";
  g_assert_null (stills_survey_load (&stream, &entry));
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillssurvey/totals", test_totals);
  g_test_add_func ("/stillssurvey/several-indexes", test_several_indexes);
  g_test_add_func ("/stillssurvey/end-of-time", test_end_of_time);
  g_test_add_func ("/stillssurvey/nothing", test_nothing);
  g_test_add_func ("/stillssurvey/load", test_load);
  return g_test_run ();
}
