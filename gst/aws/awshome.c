/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awshome.h"

#include "awsenvironment.h"

char *
aws_home_expand (const char *path)
{
  const char *home = aws_environment_get ("HOME");

  if (path[0] != '~' || (path[1] != '\0' && path[1] != '/'))
    return g_strdup (path);
  return g_strconcat (home != NULL ? home : g_get_home_dir (), path + 1, NULL);
}
