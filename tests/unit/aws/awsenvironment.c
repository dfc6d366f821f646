/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what counts as set. */
#include "awsenvironment.h"

static void
test_set (void)
{
  g_setenv ("AWS_TEST", " a value ", TRUE);
  g_assert_cmpstr (aws_environment_get ("AWS_TEST"), ==, " a value ");
}

static void
test_unset (void)
{
  static const char *const nothings[] = {"", " ", "\t \r\n"};

  g_unsetenv ("AWS_TEST");
  g_assert_null (aws_environment_get ("AWS_TEST"));
  g_assert_true (aws_environment_is_blank (NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (nothings); i++) {
    g_setenv ("AWS_TEST", nothings[i], TRUE);
    g_assert_null (aws_environment_get ("AWS_TEST"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsenvironment/set", test_set);
  g_test_add_func ("/awsenvironment/unset", test_unset);
  return g_test_run ();
}
