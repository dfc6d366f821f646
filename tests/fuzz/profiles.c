/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any two shared files, with a line `----` in between: errors name a line and show nothing of it, and what can be read
 * is text. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <awsprofiles.h>

#include <string.h>

#define SEPARATOR "\n----\n"

static GBytes *
copy (const char *text, gsize length)
{
  return g_bytes_new_take (g_memdup2 (text, length), length);
}

static void
check_value (const char *value)
{
  if (value == NULL)
    return;
  g_assert_cmpuint (strlen (value), >, 0);
  g_assert_true (g_utf8_validate (value, -1, NULL));
}

static void
check_profiles (AwsProfiles *profiles)
{
  static const char *const names[] = {"default", "door", "a"};
  static const char *const keys[] = {"region", "aws_secret_access_key", "services", "s3"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (keys); j++) {
      const char *value = aws_profiles_get (profiles, names[i], keys[j]);

      g_assert_true (value == NULL || aws_profiles_has (profiles, names[i]));
      check_value (value);
      check_value (aws_profiles_get_of_sso_session (profiles, names[i], keys[j]));
      check_value (aws_profiles_get_of_services (profiles, names[i], keys[j], "endpoint_url"));
    }
  }
  g_assert_cmpuint (strlen (aws_profiles_get_digest (profiles)), ==, 64);
}

void
fuzz_run (FuzzInput *input)
{
  const char *separator = memmem (input->data, input->size, SEPARATOR, strlen (SEPARATOR));
  gsize length = separator != NULL ? (gsize)(separator - input->data) : input->size;
  gsize skipped = separator != NULL ? length + strlen (SEPARATOR) : length;
  g_autoptr (GBytes) config = copy (input->data, length);
  g_autoptr (GBytes) credentials = copy (input->data + skipped, input->size - skipped);
  g_autoptr (AwsProfiles) profiles = NULL;
  GError *error = NULL;
  guint line = 0;

  profiles = aws_profiles_parse (config, credentials, &line, &error);
  if (profiles != NULL)
    check_profiles (profiles);
  else
    g_assert_cmpuint (line, >, 0);
  fuzz_check_secret_error (profiles != NULL, error);
}
