/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsprint.h"

#include "stillsfile.h"

#include <errno.h>
#include <stdio.h>

/* Of the first write that has failed, 0 if none has. */
static gint failure;

void
stills_print (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  if ((vprintf (format, arguments) < 0 || fflush (stdout) != 0) && failure == 0)
    failure = errno;
  va_end (arguments);
}

gboolean
stills_print_end (GError **error)
{
  return failure == 0 || stills_file_set_error (error, "The standard output", failure);
}
