/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which names are accepted as regions, and the partition of each. */
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
test_partition (void)
{
  static const struct {
    const char *region;
    const char *id;
  } rows[] = {
      {"us-west-2", "aws"},
      {"mx-central-1", "aws"},
      {"aws-global", "aws"},
      {"mars-north-1", "aws"},
      {"x", "aws"},
      {"cn-north-1", "aws-cn"},
      {"cn-future-99", "aws-cn"},
      {"aws-cn-global", "aws-cn"},
      {"cn-north", "aws"},
      {"cn-north-1\n", "aws"},
      {"xcn-north-1", "aws"},
      {"us-gov-west-1", "aws-us-gov"},
      {"aws-us-gov-global", "aws-us-gov"},
      {"eusc-de-east-1", "aws-eusc"},
      {"eusc-fr-east-1", "aws"},
      {"aws-eusc-global", "aws"},
      {"us-iso-east-1", "aws-iso"},
      {"aws-iso-global", "aws-iso"},
      {"us-isob-east-1", "aws-iso-b"},
      {"aws-iso-b-global", "aws-iso-b"},
      {"eu-isoe-west-1", "aws-iso-e"},
      {"aws-iso-e-global", "aws-iso-e"},
      {"us-isof-south-1", "aws-iso-f"},
      {"aws-iso-f-global", "aws-iso-f"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (aws_region_get_partition (rows[i].region)->id, ==, rows[i].id);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsregion/valid", test_valid);
  g_test_add_func ("/awsregion/invalid", test_invalid);
  g_test_add_func ("/awsregion/partition", test_partition);
  return g_test_run ();
}
