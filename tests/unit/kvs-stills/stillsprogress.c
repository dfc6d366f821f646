/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the lines that show the progress of a task. */
#include "stillsprogress.h"

#include "stillsjson.h"

#include <string.h>

static const StillsProgress half = {
    .streams = 2,
    .samples = 600,
    .expected = 1200,
    .stills = 588,
    .gaps = 12,
    .bytes = 24000000,
    .new_samples = 100,
    .new_stills = 90,
    .new_bytes = 4000000,
    .seconds = 10,
};

static void
assert_line (const StillsProgress *progress, guint columns, const char *expected)
{
  g_autofree char *line = stills_progress_format_line (progress, columns);

  g_assert_cmpstr (line, ==, expected);
  g_assert_true (columns == 0 || strlen (line) <= columns);
}

static void
test_lines (void)
{
  const StillsProgress endless = {.samples = 3, .stills = 2, .gaps = 1};

  assert_line (&half, 0, "50 %  600/1200  9.0 stills/s  0.40 MB/s  12 gaps  1:00 min left");
  assert_line (&endless, 0, "3 samples  0.0 stills/s  0.00 MB/s  1 gap");
  assert_line (&endless, 100, "3 samples  0.0 stills/s  0.00 MB/s  1 gap");
}

static void
test_bars (void)
{
  assert_line (
      &half, 79, "[######      ]  50 %  600/1200  9.0 stills/s  0.40 MB/s  12 gaps  1:00 min left");
  assert_line (&half, 60, "50 %  600/1200  9.0 stills/s  0.40 MB/s  12 gaps  1:00 min l");
  assert_line (&half, 10, "50 %  600/");
}

static void
test_time_left (void)
{
  StillsProgress progress = half;

  g_assert_cmpfloat (stills_progress_get_seconds_left (&progress), ==, 60);
  progress.samples = 1300;
  g_assert_cmpfloat (stills_progress_get_seconds_left (&progress), ==, 0);
  progress.new_samples = 0;
  g_assert_cmpfloat (stills_progress_get_seconds_left (&progress), <, 0);
  progress = half;
  progress.expected = 0;
  g_assert_cmpfloat (stills_progress_get_seconds_left (&progress), <, 0);
}

static void
test_json (void)
{
  g_autoptr (JsonObject) described = stills_progress_describe (&half, "progress");
  g_autofree char *text = stills_json_format (described);
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (root);

  g_assert_null (strchr (text, '\n'));
  g_assert_true (g_str_has_prefix (text, "{\"event\":\"progress\","));
  g_assert_cmpint (json_object_get_int_member (object, "expected"), ==, 1200);
  g_assert_cmpint (json_object_get_int_member (object, "gaps"), ==, 12);
  g_assert_cmpfloat (json_object_get_double_member (object, "stills-per-second"), ==, 9);
  g_assert_cmpfloat (json_object_get_double_member (object, "seconds-left"), ==, 60);
}

static void
assert_bytes (guint64 bytes, const char *expected)
{
  g_autofree char *text = stills_progress_format_bytes (bytes);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_bytes (void)
{
  assert_bytes (0, "0 bytes");
  assert_bytes (999, "999 bytes");
  assert_bytes (1000, "1.0 kB");
  assert_bytes (1234567890, "1.2 GB");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsprogress/lines", test_lines);
  g_test_add_func ("/stillsprogress/bars", test_bars);
  g_test_add_func ("/stillsprogress/time-left", test_time_left);
  g_test_add_func ("/stillsprogress/json", test_json);
  g_test_add_func ("/stillsprogress/bytes", test_bytes);
  return g_test_run ();
}
