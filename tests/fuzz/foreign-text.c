/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text of a server, and any secret of the request: a message has nothing of the secret. */
#include "fuzz.h"

#include <awsforeigntext.h>

#include <string.h>

#define MAX_LINE 1024

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *secret = fuzz_take_line (input);
  g_autoptr (GBytes) rest = fuzz_take_rest (input);
  const char *const secrets[] = {secret, FUZZ_SECRET, NULL};
  gsize length;
  const char *text = g_bytes_get_data (rest, &length);
  g_autofree char *terminated = g_strndup (length > 0 ? text : "", length);
  g_autofree char *clean = aws_foreign_text_clean (length > 0 ? text : "", (gssize)length, secrets);
  g_autofree char *again = aws_foreign_text_clean (clean, -1, secrets);
  g_autofree char *name = aws_foreign_text_check_name (g_strdup (terminated), secrets);

  fuzz_check_message (clean);
  g_assert_cmpuint (strlen (clean), <=, MAX_LINE + strlen ("…"));
  g_assert_cmpstr (clean, ==, again);
  g_assert_null (strstr (clean, FUZZ_SECRET));
  if (strlen (secret) >= 16 && g_str_is_ascii (secret))
    g_assert_null (strstr (clean, secret));
  g_assert_false (aws_foreign_text_has_secret (clean, secrets));
  if (name != NULL)
    g_assert_null (strstr (name, FUZZ_SECRET));
}
