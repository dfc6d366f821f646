/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shell scripts pass on variables that they did not fill in, so an empty one must not count as a
 * choice. */
#include "awsenvironment.h"

#include <string.h>

const char *
aws_environment_get (const char *name)
{
  const char *value = g_getenv (name);

  if (value == NULL || value[strspn (value, " \t\r\n")] == '\0')
    return NULL;
  return value;
}
