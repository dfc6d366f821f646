/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of manifests: a written manifest can be read, and a malformed one is rejected with the reason. */
#include "stillsmanifest.h"

#include "stillserror.h"
#include "testfolder.h"

#include <string.h>

#define START_MS G_GINT64_CONSTANT (1795161600000)

static gboolean
read_task (const char *text, guint64 number, StillsTask *task, guint64 *n, GError **error)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "manifest.jsonl", NULL);
  gboolean is_read;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  is_read = stills_manifest_read_task (path, number, task, n, error);
  test_folder_remove (folder);
  return is_read;
}

static void
test_round_trip (void)
{
  const StillsTask tasks[] = {{(char *)"door", START_MS, START_MS + 1},
      {(char *)"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/yard/1", START_MS + 1,
          START_MS + 2}};
  g_autofree char *first = stills_manifest_write_line (0, &tasks[0]);
  g_autofree char *second = stills_manifest_write_line (1, &tasks[1]);
  g_autofree char *text = g_strconcat (first, "\n", second, NULL);

  g_assert_cmpstr (first, ==,
      "{\"task\":0,\"stream\":\"door\",\"start\":\"2026-11-20T08:00:00.000Z\",\"end\":\"2026-11-20T08:00:"
      "00.001Z\"}\n");
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++) {
    g_auto (StillsTask) task = {0};
    guint64 n;

    g_assert_true (read_task (text, i, &task, &n, NULL));
    g_assert_cmpuint (n, ==, 2);
    g_assert_cmpstr (task.stream, ==, tasks[i].stream);
    g_assert_cmpint (task.start_ms, ==, tasks[i].start_ms);
    g_assert_cmpint (task.end_ms, ==, tasks[i].end_ms);
  }
}

static void
assert_refused (const char *text, guint64 number, const char *what)
{
  g_auto (StillsTask) task = {0};
  g_autoptr (GError) error = NULL;
  guint64 n;

  g_assert_false (read_task (text, number, &task, &n, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_refused (void)
{
  assert_refused ("", 0, "it has 0");
  assert_refused ("{}\n{}\n", 2, "it has 2");
  assert_refused ("{}\n", 0, "no stream, start and end");
  assert_refused ("nonsense\n", 0, "no stream, start and end");
  assert_refused ("{\"stream\":\"../x\",\"start\":\"1000\",\"end\":\"2000\"}\n", 0, "no stream");
  assert_refused ("{\"stream\":\"x\",\"start\":\"now-1h\",\"end\":\"2000\"}\n", 0, "no stream");
  assert_refused ("{\"stream\":\"x\",\"start\":\"2000\",\"end\":\"2000\"}\n", 0, "no stream");
}

/* Lines that are JSON, but not as plan writes them. */
static void
test_members_of_other_kinds (void)
{
  g_autofree char *deep = g_strnfill (200000, '[');
  const char *const lines[] = {deep, "null", "\"door\"",
      "{\"stream\":5,\"start\":\"1\",\"end\":\"2\"}",
      "{\"stream\":true,\"start\":\"1\",\"end\":\"2\"}",
      "{\"stream\":{\"name\":\"door\"},\"start\":\"1\",\"end\":\"2\"}",
      "{\"stream\":\"\\ud800\",\"start\":\"1\",\"end\":\"2\"}",
      "{\"stream\":\"door\",\"start\":1,\"end\":2}",
      "{\"stream\":\"door\",\"start\":\"1\",\"end\":null}"};

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    assert_refused (lines[i], 0, "no stream, start and end");
}

static void
test_numbers (void)
{
  static const char *const names[] = {
      "JOB_COMPLETION_INDEX", "AWS_BATCH_JOB_ARRAY_INDEX", "SLURM_ARRAY_TASK_ID"};
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) malformed = NULL;
  guint64 number;

  g_assert_false (stills_manifest_find_number (NULL, &number, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *text = g_strdup_printf ("%u", i + 5);

    g_setenv (names[i], text, TRUE);
    g_assert_true (stills_manifest_find_number (NULL, &number, NULL));
    g_assert_cmpuint (number, ==, i + 5);
  }
  g_setenv ("SLURM_ARRAY_TASK_ID", "", TRUE);
  g_setenv ("AWS_BATCH_JOB_ARRAY_INDEX", " ", TRUE);
  g_assert_true (stills_manifest_find_number (NULL, &number, NULL));
  g_assert_cmpuint (number, ==, 5);
  g_assert_true (stills_manifest_find_number ("0", &number, NULL));
  g_assert_cmpuint (number, ==, 0);
  g_assert_false (stills_manifest_find_number ("-1", &number, &malformed));
  g_assert_nonnull (strstr (malformed->message, "--task is '-1'"));
}

/* However many tasks start at once, they stay under the 300 calls a second of an account. */
static void
test_jitter (void)
{
  g_assert_cmpint (stills_manifest_get_jitter (0), ==, 0);
  for (guint64 n = 1; n < 100000; n *= 10)
    g_assert_cmpuint (n * 1000 / (guint64)stills_manifest_get_jitter (n), <, 300);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsmanifest/round-trip", test_round_trip);
  g_test_add_func ("/stillsmanifest/refused", test_refused);
  g_test_add_func ("/stillsmanifest/members-of-other-kinds", test_members_of_other_kinds);
  g_test_add_func ("/stillsmanifest/numbers", test_numbers);
  g_test_add_func ("/stillsmanifest/jitter", test_jitter);
  return g_test_run ();
}
