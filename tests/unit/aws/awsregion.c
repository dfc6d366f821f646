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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsregion/valid", test_valid);
  g_test_add_func ("/awsregion/invalid", test_invalid);
  return g_test_run ();
}
