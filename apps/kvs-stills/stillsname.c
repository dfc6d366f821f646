/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsname.h"

#include <string.h>

#define MAX_NAME 230
#define DIGEST_LENGTH 16

/* A time in UTC, as a format of GDateTime with %s in the place of the milliseconds. */
static char *
format (gint64 ms, const char *before, const char *after)
{
  g_autoptr (GDateTime) second = g_date_time_new_from_unix_utc (ms / 1000);
  g_autofree char *text = g_date_time_format (second, before);

  return g_strdup_printf ("%s%03d%s", text, (gint)(ms % 1000), after);
}

char *
stills_name_time (gint64 ms)
{
  return format (ms, "%Y-%m-%dT%H:%M:%S.", "Z");
}

char *
stills_name_still (gint64 ms, const char *extension)
{
  g_autofree char *stem = format (ms, "date=%Y-%m-%d/%Y%m%dT%H%M%S.", "Z");

  return g_strconcat (stem, ".", extension, NULL);
}

char *
stills_name_sample (gint64 ms)
{
  return format (ms, "%Y%m%dT%H%M%S", "Z");
}

char *
stills_name_shorten (const char *stream)
{
  g_autofree char *digest = NULL;

  if (strlen (stream) <= MAX_NAME)
    return g_strdup (stream);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, stream, -1);
  return g_strdup_printf ("%.*s~%.*s", MAX_NAME - 1 - DIGEST_LENGTH, stream, DIGEST_LENGTH, digest);
}

char *
stills_name_stream (const char *stream)
{
  g_autofree char *name = stills_name_shorten (stream);

  return g_strconcat ("stream=", name, NULL);
}

char *
stills_name_index (const char *key, const char *extension)
{
  return g_strconcat ("index", key ? "-" : "", key ? key : "", ".", extension, NULL);
}

char *
stills_name_shard (const char *key, guint number)
{
  return g_strdup_printf ("shard-%s%s%06u.tar", key ? key : "", key ? "-" : "", number);
}

char *
stills_name_key (gint64 start_ms)
{
  return format (start_ms, "%Y%m%dT%H%M%S.", "Z");
}
