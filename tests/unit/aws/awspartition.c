/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which partition a region belongs to. */
#include "awspartition.h"

static void
test_find (void)
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
    g_assert_cmpstr (aws_partition_find (rows[i].region)->id, ==, rows[i].id);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awspartition/find", test_find);
  return g_test_run ();
}
