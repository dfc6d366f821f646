/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsstream.h"

#include "kvserror.h"

#include <string.h>

static gboolean
matches (const char *pattern, const char *text)
{
  return g_regex_match_simple (pattern, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

gboolean
kvs_stream_name_check (const char *name, GError **error)
{
  if (strlen (name) <= KVS_MAX_STREAM_NAME && matches ("^[a-zA-Z0-9_.-]+$", name))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "a stream's name has 1 to %d letters, digits, dots, dashes and underscores",
      KVS_MAX_STREAM_NAME);
  return FALSE;
}

gboolean
kvs_stream_arn_check (const char *arn, GError **error)
{
  if (strlen (arn) <= KVS_MAX_STREAM_ARN &&
      matches (
          "^arn:[a-z0-9-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:stream/[a-zA-Z0-9_.-]+/[0-9]+$", arn))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "a stream's ARN is of the form arn:aws:kinesisvideo:REGION:ACCOUNT:stream/NAME/CREATION-TIME");
  return FALSE;
}

char *
kvs_stream_arn_get_region (const char *arn)
{
  g_auto (GStrv) parts = g_strsplit (arn, ":", -1);

  return g_strdup (parts[3]);
}

char *
kvs_stream_arn_get_name (const char *arn)
{
  g_auto (GStrv) parts = g_strsplit (arn, "/", -1);

  return g_strdup (parts[1]);
}
