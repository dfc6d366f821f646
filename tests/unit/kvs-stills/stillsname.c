/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the names that are made from streams and times. */
#include "stillsname.h"

#include <string.h>

/* 2026-11-20T08:00:00Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600000)

static void
assert_name (char *name, const char *expected)
{
  g_assert_cmpstr (name, ==, expected);
  g_free (name);
}

static void
test_times (void)
{
  assert_name (stills_name_time (NOVEMBER), "2026-11-20T08:00:00.000Z");
  assert_name (stills_name_time (NOVEMBER + 7), "2026-11-20T08:00:00.007Z");
  assert_name (stills_name_time (NOVEMBER - 1), "2026-11-20T07:59:59.999Z");
  assert_name (stills_name_time (0), "1970-01-01T00:00:00.000Z");
  assert_name (stills_name_time (G_GINT64_CONSTANT (253402300799999)), "9999-12-31T23:59:59.999Z");
}

static void
test_stills (void)
{
  assert_name (
      stills_name_still (NOVEMBER + 250, "jpg"), "date=2026-11-20/20261120T080000.250Z.jpg");
  assert_name (
      stills_name_still (NOVEMBER - 28800001, "png"), "date=2026-11-19/20261119T235959.999Z.png");
}

/* WebDataset takes everything behind the first dot for the extension. */
static void
test_samples_have_no_dot (void)
{
  assert_name (stills_name_sample (NOVEMBER + 50), "20261120T080000050Z");
}

static void
test_tasks (void)
{
  g_autofree char *key = stills_name_key (NOVEMBER);

  g_assert_cmpstr (key, ==, "20261120T080000.000Z");
  assert_name (stills_name_stream ("front-door"), "stream=front-door");
  assert_name (stills_name_index (NULL, "jsonl"), "index.jsonl");
  assert_name (stills_name_index (key, "csv"), "index-20261120T080000.000Z.csv");
  assert_name (stills_name_shard (NULL, 0), "shard-000000.tar");
  assert_name (stills_name_shard (key, 1234567), "shard-20261120T080000.000Z-1234567.tar");
}

/* Whatever name a stream has, it can be a folder, and is another one than that of other streams. */
static void
test_long_names (void)
{
  g_autofree char *longest = g_strnfill (256, 'a');
  g_autofree char *other = g_strnfill (255, 'a');
  g_autofree char *just_fits = g_strnfill (230, 'a');
  g_autofree char *short_name = stills_name_shorten (longest);
  g_autofree char *other_short_name = stills_name_shorten (other);

  assert_name (stills_name_shorten (just_fits), just_fits);
  g_assert_cmpuint (strlen (short_name), ==, 230);
  g_assert_cmpuint (strlen (other_short_name), ==, 230);
  g_assert_cmpstr (short_name, !=, other_short_name);
  g_assert_true (g_str_has_suffix (short_name, "~02d7160d77e18c64"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsname/times", test_times);
  g_test_add_func ("/stillsname/stills", test_stills);
  g_test_add_func ("/stillsname/samples-have-no-dot", test_samples_have_no_dot);
  g_test_add_func ("/stillsname/tasks", test_tasks);
  g_test_add_func ("/stillsname/long-names", test_long_names);
  return g_test_run ();
}
