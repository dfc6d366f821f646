/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvstimestamp.h"

#include "kvserror.h"

#include <string.h>

#define DAY_MS G_GINT64_CONSTANT (86400000)

/* The most decimals of a second: nanoseconds, which is what programs print. */
#define MAX_DECIMALS 9

/* Reads exactly @n digits and moves @text behind them. */
static gboolean
read_digits (const char **text, guint n, gint *value)
{
  const char *p = *text;

  *value = 0;
  for (guint i = 0; i < n; i++, p++) {
    if (!g_ascii_isdigit (*p))
      return FALSE;
    *value = *value * 10 + (*p - '0');
  }
  *text = p;
  return TRUE;
}

static gboolean
read_char (const char **text, const char *accepted)
{
  if (**text == '\0' || strchr (accepted, **text) == NULL)
    return FALSE;
  (*text)++;
  return TRUE;
}

/* Reads ".25" or ",25" as 250 ms. Decimals after the third are cut. */
static gboolean
read_fraction (const char **text, gint64 *ms, GError **error)
{
  gint64 unit = 100;
  guint n_decimals = 0;

  *ms = 0;
  if (!read_char (text, ".,"))
    return TRUE;
  for (; g_ascii_isdigit (**text); (*text)++, n_decimals++, unit /= 10)
    *ms += (**text - '0') * unit;
  if (n_decimals >= 1 && n_decimals <= MAX_DECIMALS)
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      n_decimals == 0 ? "there are no digits after the decimal point; give one to %d"
                      : "there are too many digits after the decimal point; give one to %d",
      MAX_DECIMALS);
  return FALSE;
}

/* Reads the offset from UTC: "Z", "+01:00", "+0100" or "+01". */
static gboolean
read_zone (const char **text, gint64 *offset_ms)
{
  gint sign, hours, minutes = 0;

  *offset_ms = 0;
  if (read_char (text, "Zz"))
    return TRUE;
  sign = **text == '-' ? -1 : 1;
  if (!read_char (text, "+-") || !read_digits (text, 2, &hours))
    return FALSE;
  if (**text != '\0') {
    read_char (text, ":");
    if (!read_digits (text, 2, &minutes))
      return FALSE;
  }
  *offset_ms = sign * (hours * 60 + minutes) * G_GINT64_CONSTANT (60000);
  return hours <= 23 && minutes <= 59;
}

static gboolean
set_absolute (KvsTimestamp *timestamp, gint64 ms, GError **error)
{
  if (ms < 0 || ms > KVS_TIMESTAMP_MAX_MS) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID, "it is not between the years 1970 and 9999");
    return FALSE;
  }
  timestamp->relative = FALSE;
  timestamp->ms = ms;
  return TRUE;
}

static gboolean
reject_date (GError **error)
{
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID, "there is no such date and time");
  return FALSE;
}

/* Makes a time of what the clock shows in a zone. A leap second, hh:mm:60, is the last one of a day of
 * UTC (RFC 3339 section 5.7), and has the number of the second after it. */
static gboolean
set_date (KvsTimestamp *timestamp, GDateTime *clock, gboolean is_leap, gint64 fraction_ms,
    gint64 offset_ms, GError **error)
{
  gint64 ms;

  if (clock == NULL)
    return reject_date (error);
  ms = g_date_time_to_unix (clock) * 1000 - offset_ms;
  if (is_leap && (ms + 1000) % DAY_MS != 0)
    return reject_date (error);
  return set_absolute (timestamp, ms + (is_leap ? 1000 : 0) + fraction_ms, error);
}

/* The grammar of RFC 3339 section 5.6, which allows lower case, a space for the T, and leap seconds;
 * and what ISO 8601 has beyond it: a comma for the point, and a zone without its colon or its minutes.
 */
static gboolean
parse_rfc3339 (const char *text, KvsTimestamp *timestamp, GError **error)
{
  const char *p = text;
  gint year, month, day, hour, minute, second;
  gint64 fraction_ms, offset_ms;
  g_autoptr (GDateTime) clock = NULL;

  if (!read_digits (&p, 4, &year) || !read_char (&p, "-") || !read_digits (&p, 2, &month) ||
      !read_char (&p, "-") || !read_digits (&p, 2, &day) || !read_char (&p, "Tt ") ||
      !read_digits (&p, 2, &hour) || !read_char (&p, ":") || !read_digits (&p, 2, &minute) ||
      !read_char (&p, ":") || !read_digits (&p, 2, &second)) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
        "it is not of the form YYYY-MM-DDThh:mm:ss with a zone");
    return FALSE;
  }
  if (!read_fraction (&p, &fraction_ms, error))
    return FALSE;
  if (!read_zone (&p, &offset_ms) || *p != '\0') {
    g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
        "its zone is missing or malformed; end it with Z for UTC, or with an offset such as +01:00, "
        "+0100 or +01");
    return FALSE;
  }
  clock = g_date_time_new_utc (year, month, day, hour, minute, MIN (second, 59));
  if (second > 60)
    return reject_date (error);
  return set_date (timestamp, clock, second == 60, fraction_ms, offset_ms, error);
}

static gboolean
parse_epoch (const char *text, KvsTimestamp *timestamp, GError **error)
{
  const char *p = text;
  gint64 seconds = 0, fraction_ms;

  for (; g_ascii_isdigit (*p); p++) {
    if (seconds <= KVS_TIMESTAMP_MAX_MS / 1000)
      seconds = seconds * 10 + (*p - '0');
  }
  if (!read_fraction (&p, &fraction_ms, error))
    return FALSE;
  if (*p != '\0') {
    g_set_error (
        error, KVS_ERROR, KVS_ERROR_INVALID, "it is neither a date nor a number of seconds");
    return FALSE;
  }
  if (seconds > KVS_TIMESTAMP_MAX_MS / 1000) {
    g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
        "it is after the year 9999; give seconds since the epoch, not milliseconds");
    return FALSE;
  }
  return set_absolute (timestamp, seconds * 1000 + fraction_ms, error);
}

/* Reads one "<number><unit>" of a duration; @last is the position in the list of the unit before it,
 * which must have been a larger one. */
static gboolean
read_duration_part (const char **text, gint *last, gint64 *ms)
{
  static const struct {
    const char *name;
    gint64 ms;
  } units[] = {{"d", DAY_MS}, {"h", 3600000}, {"ms", 1}, {"m", 60000}, {"s", 1000}};
  static const gint order[] = {0, 1, 4, 2, 3};
  char *end;
  guint64 number;

  if (!g_ascii_isdigit (**text))
    return FALSE;
  number = g_ascii_strtoull (*text, &end, 10);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    if (!g_str_has_prefix (end, units[i].name))
      continue;
    if (order[i] <= *last || number > (guint64)(KVS_TIMESTAMP_MAX_MS / units[i].ms))
      return FALSE;
    *last = order[i];
    *ms = (gint64)number * units[i].ms;
    *text = end + strlen (units[i].name);
    return TRUE;
  }
  return FALSE;
}

/* Reads what follows "now". */
static gboolean
parse_relative (const char *text, KvsTimestamp *timestamp, GError **error)
{
  const char *p = text;
  gint last = -1;
  gint64 total = 0, part;

  timestamp->relative = TRUE;
  timestamp->ms = 0;
  if (*p == '\0')
    return TRUE;
  if (!read_char (&p, "-"))
    goto malformed;
  do {
    if (!read_duration_part (&p, &last, &part))
      goto malformed;
    total += part;
  } while (*p != '\0');
  timestamp->ms = -MIN (total, KVS_TIMESTAMP_MAX_MS);
  return TRUE;

malformed:
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "only a minus and a duration such as 90s, 1h30m or 2d can follow now");
  return FALSE;
}

gboolean
kvs_timestamp_parse (const char *text, KvsTimestamp *timestamp, GError **error)
{
  if (g_str_has_prefix (text, "now"))
    return parse_relative (text + strlen ("now"), timestamp, error);
  if (g_ascii_isdigit (*text) && strpbrk (text, "-:") == NULL)
    return parse_epoch (text, timestamp, error);
  return parse_rfc3339 (text, timestamp, error);
}

gint64
kvs_timestamp_resolve (const KvsTimestamp *timestamp, gint64 now_ms)
{
  return timestamp->relative ? MAX (now_ms + timestamp->ms, 0) : timestamp->ms;
}

char *
kvs_timestamp_format (gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *seconds = utc ? g_date_time_format (utc, "%Y-%m-%dT%H:%M:%S") : NULL;

  if (seconds == NULL)
    return g_strdup_printf ("%" G_GINT64_FORMAT " ms", ms);
  if (ms % 1000 == 0)
    return g_strdup_printf ("%sZ", seconds);
  return g_strdup_printf ("%s.%03dZ", seconds, (gint)(ms % 1000));
}
