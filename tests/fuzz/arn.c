/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as the name of a stream and as an ARN: what is taken is what the service model's patterns take. */
#include "fuzz.h"

#include <kvsstream.h>

#include <string.h>

/* botocore, kinesisvideo 2017-09-30; other resources than streams are not ours. */
#define NAME "^[a-zA-Z0-9_.-]+$"
#define ARN "^arn:[a-z\\d-]+:kinesisvideo:[a-z0-9-]+:[0-9]+:stream/[a-zA-Z0-9_.-]+/[0-9]+$"

static gboolean
matches (const char *pattern, const char *text, gsize max)
{
  return strlen (text) <= max &&
         g_regex_match_simple (pattern, text, G_REGEX_RAW | G_REGEX_DOLLAR_ENDONLY, 0);
}

static void
check_parts (const char *arn)
{
  g_autofree char *region = kvs_stream_arn_get_region (arn);
  g_autofree char *name = kvs_stream_arn_get_name (arn);
  g_autofree char *expected = g_strconcat (":kinesisvideo:", region, ":", NULL);

  g_assert_nonnull (strstr (arn, expected));
  g_assert_true (matches (NAME, name, KVS_MAX_STREAM_ARN));
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *text = fuzz_take_line (input);
  GError *error = NULL;
  gboolean is_name = kvs_stream_name_check (text, &error);
  gboolean is_arn;

  fuzz_check_error (is_name, error);
  g_assert_cmpint (is_name, ==, matches (NAME, text, KVS_MAX_STREAM_NAME));
  error = NULL;
  is_arn = kvs_stream_arn_check (text, &error);
  fuzz_check_error (is_arn, error);
  g_assert_cmpint (is_arn, ==, matches (ARN, text, KVS_MAX_STREAM_ARN));
  if (is_arn)
    check_parts (text);
}
