/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what stands for the user's home. */
#include "awshome.h"

static void
assert_expands (const char *path, const char *expected)
{
  g_autofree char *expanded = aws_home_expand (path);

  g_assert_cmpstr (expanded, ==, expected);
}

static void
test_home (void)
{
  g_setenv ("HOME", "/home/me", TRUE);
  assert_expands ("~", "/home/me");
  assert_expands ("~/", "/home/me/");
  assert_expands ("~/.aws/config", "/home/me/.aws/config");
}

static void
test_others (void)
{
  static const char *const paths[] = {"", "/a/~/b", "a~", "~me", "~me/a", "./~/a", "$HOME/a"};

  g_setenv ("HOME", "/home/me", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    assert_expands (paths[i], paths[i]);
}

static void
test_no_home (void)
{
  g_autofree char *expected = g_strconcat (g_get_home_dir (), "/a", NULL);

  g_unsetenv ("HOME");
  assert_expands ("~/a", expected);
  g_setenv ("HOME", " ", TRUE);
  assert_expands ("~/a", expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awshome/no-home", test_no_home);
  g_test_add_func ("/awshome/home", test_home);
  g_test_add_func ("/awshome/others", test_others);
  return g_test_run ();
}
