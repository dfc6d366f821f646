/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the output of a stream, and of the checks when it is resumed. */
#include "stillsoutput.h"

#include "stillserror.h"
#include "testfolder.h"

#define START_MS G_GINT64_CONSTANT (1795161600000)
#define INTERVAL_MS 1000

static const StillsRange range = {START_MS, START_MS + 10 * INTERVAL_MS};

static StillsOutput *
open_output (const StillsLayout *layout)
{
  g_autoptr (GError) error = NULL;
  StillsOutput *output = stills_output_open (layout, "door", &range, INTERVAL_MS, &error);

  g_assert_no_error (error);
  return output;
}

static void
add (StillsOutput *output, guint64 index, gboolean is_still)
{
  g_auto (StillsEntry) entry = {.index = index,
      .time_ms = START_MS + (gint64)index * INTERVAL_MS,
      .timestamp_ms = STILLS_ENTRY_NONE,
      .offset = STILLS_ENTRY_NONE,
      .bytes = 5,
      .width = 1,
      .height = 1};

  if (is_still) {
    g_assert_true (stills_output_add_still (output, &entry, "image", NULL));
    return;
  }
  entry.reason = g_strdup ("NO_MEDIA");
  g_assert_true (stills_output_add_gap (output, &entry, NULL));
}

static char *
get_still (const char *folder, guint second)
{
  return g_strdup_printf (
      "%s/stream=door/date=2026-11-20/20261120T0800%02u.000Z.jpg", folder, second);
}

static void
assert_next (const StillsLayout *layout, guint64 next, guint64 stills, guint64 gaps)
{
  g_autoptr (StillsOutput) output = open_output (layout);
  const StillsTotals *totals = stills_output_get_totals (output);

  g_assert_cmpuint (stills_output_get_next (output), ==, next);
  g_assert_cmpuint (totals->stills, ==, stills);
  g_assert_cmpuint (totals->gaps, ==, gaps);
  g_assert_cmpuint (totals->samples, ==, stills + gaps);
  g_assert_cmpuint (totals->bytes, ==, 5 * stills);
}

/* Three stills, a gap, and a still. */
static void
write_five (const StillsLayout *layout)
{
  g_autoptr (StillsOutput) output = open_output (layout);

  for (guint64 i = 0; i < 5; i++)
    add (output, i, i != 3);
}

static void
test_taken_up (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layouts[] = {
      {.folder = folder, .extension = "jpg"},
      {.folder = folder, .extension = "jpg", .key = "csv", .index_format = STILLS_INDEX_CSV},
      {.folder = folder, .extension = "jpg", .key = "tar", .n_per_shard = 2},
  };

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++) {
    write_five (&layouts[i]);
    assert_next (&layouts[i], 5, 4, 1);
  }
  test_folder_remove (folder);
}

static void
test_lost_still (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layout = {.folder = folder, .extension = "jpg"};
  g_autofree char *last = get_still (folder, 4);
  g_autofree char *second = get_still (folder, 1);

  write_five (&layout);
  g_assert_cmpint (g_unlink (last), ==, 0);
  assert_next (&layout, 4, 3, 1);
  g_assert_true (g_file_set_contents (second, "imag", -1, NULL));
  assert_next (&layout, 1, 1, 0);
  test_folder_remove (folder);
}

static void
test_other_grid (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layout = {.folder = folder, .extension = "jpg"};
  const StillsRange other = {START_MS + 1, START_MS + 10000};
  g_autoptr (StillsOutput) output = NULL;

  write_five (&layout);
  output = stills_output_open (&layout, "door", &other, INTERVAL_MS, NULL);
  g_assert_cmpuint (stills_output_get_next (output), ==, 0);
  test_folder_remove (folder);
}

/* A still that the index does not list has become a gap. */
static void
test_still_becomes_gap (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layout = {.folder = folder, .extension = "jpg"};
  g_autofree char *still = get_still (folder, 1);
  g_autoptr (StillsOutput) output = open_output (&layout);

  add (output, 0, TRUE);
  g_assert_true (g_file_set_contents (still, "image", -1, NULL));
  add (output, 1, FALSE);
  g_assert_cmpint (g_access (still, 0), !=, 0);
  test_folder_remove (folder);
}

static void
test_empty (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layout = {
      .folder = folder, .extension = "jpg", .n_per_shard = 2, .index_format = STILLS_INDEX_CSV};

  stills_output_close (open_output (&layout));
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
  test_folder_remove (folder);
}

static void
test_absence (void)
{
  g_autofree char *folder = test_folder_make ();
  const StillsLayout layout = {.folder = folder, .extension = "jpg"};
  g_autoptr (GError) error = NULL;

  g_assert_true (stills_output_check_absence (&layout, "door", NULL));
  write_five (&layout);
  g_assert_false (stills_output_check_absence (&layout, "door", &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsoutput/taken-up", test_taken_up);
  g_test_add_func ("/stillsoutput/lost-still", test_lost_still);
  g_test_add_func ("/stillsoutput/other-grid", test_other_grid);
  g_test_add_func ("/stillsoutput/still-becomes-gap", test_still_becomes_gap);
  g_test_add_func ("/stillsoutput/empty", test_empty);
  g_test_add_func ("/stillsoutput/absence", test_absence);
  return g_test_run ();
}
