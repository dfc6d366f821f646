/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what can be a region, and where it is looked for. */
#include "awsregion.h"

#define LONGEST "a23456789-123456789-123456789-123456789-123456789-123456789-123"

static void
test_valid (void)
{
  static const char *const regions[] = {
      "us-east-1", "eusc-de-east-1", "mars", "1a", "US-WEST-2", "aws-global", LONGEST};

  for (gsize i = 0; i < G_N_ELEMENTS (regions); i++)
    g_assert_true (aws_region_is_valid (regions[i]));
}

static void
test_invalid (void)
{
  static const char *const regions[] = {NULL, "", " ", "1", "123", "-a", "a-", "us_east_1",
      "us.east", "us-east-1 ", "us-east-1\n", "us-east-1\r\nHost: x", "x.example.com#", "münchen",
      "\xff", LONGEST "4"};

  for (gsize i = 0; i < G_N_ELEMENTS (regions); i++)
    g_assert_false (aws_region_is_valid (regions[i]));
}

static void
assert_environment_gives (const char *region, const char *default_region, const char *expected)
{
  g_autofree char *found = NULL;

  g_setenv ("AWS_REGION", region, TRUE);
  g_setenv ("AWS_DEFAULT_REGION", default_region, TRUE);
  found = aws_region_from_environment ();
  g_assert_cmpstr (found, ==, expected);
}

static void
test_environment (void)
{
  assert_environment_gives ("a", "b", "a");
  assert_environment_gives ("", "b", "b");
  assert_environment_gives (" ", "b", "b");
  assert_environment_gives ("a", "", "a");
  assert_environment_gives ("", "", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsregion/valid", test_valid);
  g_test_add_func ("/awsregion/invalid", test_invalid);
  g_test_add_func ("/awsregion/environment", test_environment);
  return g_test_run ();
}
