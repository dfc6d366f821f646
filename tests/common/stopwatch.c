/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stopwatch.h"

#include <string.h>

static gint64
get_waited_us (void)
{
  g_autofree char *text = NULL;
  const char *total;

  g_file_get_contents ("/proc/pressure/cpu", &text, NULL, NULL);
  total = text ? strstr (text, "total=") : NULL;
  return total ? g_ascii_strtoll (total + strlen ("total="), NULL, 10) : 0;
}

Stopwatch
stopwatch_start (void)
{
  return (Stopwatch){.waited_us = get_waited_us (), .began_us = g_get_monotonic_time ()};
}

gint64
stopwatch_get_us (const Stopwatch *self)
{
  gint64 took_us = g_get_monotonic_time () - self->began_us;

  return took_us - (get_waited_us () - self->waited_us);
}
