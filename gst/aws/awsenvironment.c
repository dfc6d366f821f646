/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shell scripts pass on variables that they did not fill in, so an empty one must not count as a
 * choice. */
#include "awsenvironment.h"

#include <string.h>

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
