/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as a reply of STS. */
#include "fuzz.h"

#include <awsstsdocument.h>

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (GBytes) rest = fuzz_take_rest (input);
  GError *error = NULL;
  gsize length;
  const char *text = g_bytes_get_data (rest, &length);
  g_autoptr (AwsCredentials) credentials =
      aws_sts_document_read (length > 0 ? text : "", length, &error);

  if (credentials != NULL) {
    g_assert_nonnull (aws_credentials_get_session_token (credentials));
    g_assert_cmpint (aws_credentials_get_expiration (credentials), <, AWS_CREDENTIALS_FOREVER);
  }
  fuzz_check_secret_error (credentials != NULL, error);
}
