/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shell scripts export variables that they did not set, so an empty variable does not count as
 * set. */
#include "awsenvironment.h"

#include <pwd.h>
#include <string.h>

/* More than any entry of a user takes. */
#define ENTRY_SIZE (16 * 1024)

gboolean
aws_environment_is_blank (const char *value)
{
  return value == NULL || value[strspn (value, " \t\r\n")] == '\0';
}

const char *
aws_environment_get (const char *name)
{
  const char *value = g_getenv (name);

  return aws_environment_is_blank (value) ? NULL : value;
}

static char *
find_own_home (void)
{
  const char *home = aws_environment_get ("HOME");

  return g_strdup (home != NULL ? home : g_get_home_dir ());
}

/* NULL if there is no such user. */
static char *
find_home_of (const char *user)
{
  g_autofree char *buffer = g_malloc (ENTRY_SIZE);
  struct passwd entry;
  struct passwd *found = NULL;

  if (getpwnam_r (user, &entry, buffer, ENTRY_SIZE, &found) != 0 || found == NULL)
    return NULL;
  return g_strdup (found->pw_dir);
}

char *
aws_environment_expand_home (const char *path)
{
  gsize length = strcspn (path, "/");
  g_autofree char *user = NULL;
  g_autofree char *home = NULL;

  if (path[0] != '~')
    return g_strdup (path);
  user = g_strndup (path + 1, length - 1);
  home = *user == '\0' ? find_own_home () : find_home_of (user);
  return home != NULL ? g_strconcat (home, path + length, NULL) : g_strdup (path);
}
