/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the state of a task that is kept. */
#include "stillsstate.h"

#include "stillserror.h"
#include "testfolder.h"

#include <string.h>

static JsonObject *
make_settings (const char *format)
{
  JsonObject *settings = json_object_new ();

  json_object_set_string_member (settings, "format", format);
  json_object_set_string_member (settings, "streams", "door yard");
  return settings;
}

static void
test_kept (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (JsonObject) settings = make_settings ("jpeg");
  const StillsRange ranges[] = {{1000, 2000}, {1000, STILLS_RANGE_NO_END}};

  for (guint i = 0; i < G_N_ELEMENTS (ranges); i++) {
    g_autoptr (StillsState) state = stills_state_open (folder, i ? "task" : NULL, NULL);
    StillsRange range;

    g_assert_nonnull (state);
    g_assert_false (stills_state_get_range (state, &range));
    g_assert_true (stills_state_check (state, settings, NULL));
    g_assert_true (stills_state_keep_range (state, settings, &ranges[i], NULL));
    g_clear_pointer (&state, stills_state_close);
    state = stills_state_open (folder, i ? "task" : NULL, NULL);
    g_assert_true (stills_state_get_range (state, &range));
    g_assert_cmpint (range.start_ms, ==, ranges[i].start_ms);
    g_assert_cmpint (range.end_ms, ==, ranges[i].end_ms);
    g_assert_true (stills_state_check (state, settings, NULL));
  }
  test_folder_remove (folder);
}

static void
test_other_task (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (JsonObject) jpeg = make_settings ("jpeg");
  g_autoptr (JsonObject) png = make_settings ("png");
  g_autoptr (StillsState) state = stills_state_open (folder, NULL, NULL);
  const StillsRange range = {1, 2};
  g_autoptr (GError) error = NULL;

  g_assert_true (stills_state_keep_range (state, jpeg, &range, NULL));
  g_assert_false (stills_state_check (state, png, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  g_assert_nonnull (strstr (error->message, "format was 'jpeg' there, and is 'png' now"));
  test_folder_remove (folder);
}

static void
test_complete (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsState) state = stills_state_open (folder, NULL, NULL);
  const StillsTotals totals = {.samples = 5, .stills = 3, .gaps = 2, .bytes = 99};
  StillsTotals read = {0};

  g_assert_false (stills_state_is_complete (state, "door", &read));
  g_assert_true (stills_state_set_complete (state, "door", &totals, NULL));
  g_assert_true (stills_state_is_complete (state, "door", &read));
  g_assert_cmpmem (&read, sizeof read, &totals, sizeof totals);
  g_assert_false (stills_state_is_complete (state, "yard", &read));
  test_folder_remove (folder);
}

static void
write_state (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, ".kvs-stills", name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* What is not what was written counts as lost. */
static void
test_damaged (void)
{
  g_autofree char *deep = g_strnfill (200000, '[');
  const char *const texts[] = {deep, "", "{}", "[]", "{\"settings\":5,\"start-ms\":1}",
      "{\"settings\":{},\"start-ms\":\"1\"}", "{\"settings\":null,\"start-ms\":1}",
      "{\"samples\":\"1\"}", "{\"samples\":-1,\"stills\":1,\"gaps\":0,\"bytes\":0}",
      "{\"samples\":1,\"stills\":1.5,\"gaps\":0,\"bytes\":0}"};
  g_autofree char *folder = test_folder_make ();
  StillsRange range;
  StillsTotals totals;

  stills_state_close (stills_state_open (folder, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (StillsState) state = NULL;

    write_state (folder, "task.json", texts[i]);
    write_state (folder, "stream=door.json", texts[i]);
    state = stills_state_open (folder, NULL, NULL);
    g_assert_nonnull (state);
    g_assert_false (stills_state_get_range (state, &range));
    g_assert_false (stills_state_is_complete (state, "door", &totals));
  }
  test_folder_remove (folder);
}

static void
test_locked (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autoptr (StillsState) state G_GNUC_UNUSED = stills_state_open (folder, NULL, NULL);
  g_autoptr (StillsState) other_task = stills_state_open (folder, "task", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (other_task);
  g_assert_null (stills_state_open (folder, NULL, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_AGAIN);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsstate/kept", test_kept);
  g_test_add_func ("/stillsstate/other-task", test_other_task);
  g_test_add_func ("/stillsstate/complete", test_complete);
  g_test_add_func ("/stillsstate/damaged", test_damaged);
  g_test_add_func ("/stillsstate/locked", test_locked);
  return g_test_run ();
}
