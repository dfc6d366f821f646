/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which values count as set, and which folder is the user's home. */
#include "awsenvironment.h"

#include <pwd.h>
#include <unistd.h>

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

static void
assert_expands (const char *path, const char *expected)
{
  g_autofree char *expanded = aws_environment_expand_home (path);

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
  static const char *const paths[] = {
      "", "/a/~/b", "a~", "~no such user", "~no-such-user/a", "./~/a", "$HOME/a"};

  g_setenv ("HOME", "/home/me", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    assert_expands (paths[i], paths[i]);
}

/* The home of the user that runs the test, whatever HOME says. */
static void
test_user (void)
{
  const struct passwd *entry = getpwuid (getuid ());
  g_autofree char *name = g_strdup (entry->pw_name);
  g_autofree char *home = g_strdup (entry->pw_dir);
  g_autofree char *alone = g_strconcat ("~", name, NULL);
  g_autofree char *path = g_strconcat ("~", name, "/a b/~", NULL);
  g_autofree char *expected = g_strconcat (home, "/a b/~", NULL);

  g_setenv ("HOME", "/home/me", TRUE);
  assert_expands (alone, home);
  assert_expands (path, expected);
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
  g_test_add_func ("/awsenvironment/set", test_set);
  g_test_add_func ("/awsenvironment/unset", test_unset);
  g_test_add_func ("/awsenvironment/no-home", test_no_home);
  g_test_add_func ("/awsenvironment/home", test_home);
  g_test_add_func ("/awsenvironment/other-paths", test_others);
  g_test_add_func ("/awsenvironment/home-of-user", test_user);
  return g_test_run ();
}
