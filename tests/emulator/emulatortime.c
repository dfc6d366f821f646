/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The clock, and times as text. */
#include "emulatortime.h"

#include <libsoup/soup.h>
#include <string.h>

#define FOLLOW_THE_MACHINE (-1)

struct _EmulatorClock {
  GMutex lock; /* guards frozen_ms */
  gint64 frozen_ms;
};

EmulatorClock *
emulator_clock_new (void)
{
  EmulatorClock *clock = g_new0 (EmulatorClock, 1);

  g_mutex_init (&clock->lock);
  clock->frozen_ms = FOLLOW_THE_MACHINE;
  return clock;
}

void
emulator_clock_free (EmulatorClock *clock)
{
  g_mutex_clear (&clock->lock);
  g_free (clock);
}

gint64
emulator_clock_get_now (EmulatorClock *clock)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&clock->lock);

  if (clock->frozen_ms != FOLLOW_THE_MACHINE)
    return clock->frozen_ms;
  return g_get_real_time () / 1000;
}

void
emulator_clock_set (EmulatorClock *clock, gint64 unix_ms)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&clock->lock);

  clock->frozen_ms = unix_ms;
}

static gint64
to_unix_ms (GDateTime *time)
{
  return g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
}

/* Read as integers: a time in seconds with decimals has no exact binary fraction. */
static gboolean
parse_epoch (const char *text, gint64 *unix_ms)
{
  g_auto (GStrv) parts = NULL;
  guint64 seconds, fraction = 0;

  if (!g_regex_match_simple ("^[0-9]{1,11}(\\.[0-9]{1,3})?$", text, 0, 0))
    return FALSE;
  parts = g_strsplit (text, ".", 2);
  seconds = g_ascii_strtoull (parts[0], NULL, 10);
  if (parts[1] != NULL) {
    g_autofree char *padded =
        g_strdup_printf ("%s%.*s", parts[1], 3 - (int)strlen (parts[1]), "00");

    fraction = g_ascii_strtoull (padded, NULL, 10);
  }
  *unix_ms = (gint64)(seconds * 1000 + fraction);
  return TRUE;
}

gboolean
emulator_time_parse (const char *text, gint64 *unix_ms)
{
  g_autoptr (GDateTime) time = NULL;

  if (parse_epoch (text, unix_ms))
    return TRUE;
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL)
    return FALSE;
  *unix_ms = to_unix_ms (time);
  return TRUE;
}

gboolean
emulator_time_parse_basic (const char *text, gint64 *unix_ms)
{
  g_autoptr (GDateTime) time = NULL;

  if (text == NULL || !g_regex_match_simple ("^[0-9]{8}T[0-9]{6}Z$", text, 0, 0))
    return FALSE;
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL)
    return FALSE;
  *unix_ms = to_unix_ms (time);
  return TRUE;
}

static char *
format_utc (gint64 unix_ms, const char *format)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_ms / 1000);

  return g_date_time_format (time, format);
}

char *
emulator_time_format (gint64 unix_ms)
{
  g_autofree char *seconds = format_utc (unix_ms, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf ("%s.%03dZ", seconds, (int)(unix_ms % 1000));
}

char *
emulator_time_format_seconds (gint64 unix_ms)
{
  return format_utc (unix_ms, "%Y-%m-%dT%H:%M:%SZ");
}

char *
emulator_time_format_basic (gint64 unix_ms)
{
  return format_utc (unix_ms, "%Y%m%dT%H%M%SZ");
}

char *
emulator_time_format_http (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (unix_ms / 1000);

  return soup_date_time_to_string (time, SOUP_DATE_HTTP);
}
