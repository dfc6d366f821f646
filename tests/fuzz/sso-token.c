/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any file as the token file of `aws sso login`. */
#include "fuzzfile.h"

#include <awsssotoken.h>

void
fuzz_run (FuzzInput *input)
{
  GError *error = NULL;
  g_autoptr (AwsSsoToken) token = aws_sso_token_read (fuzz_file_write (input), &error);

  if (token != NULL)
    g_assert_true (aws_sso_token_is_header (token->access_token));
  fuzz_check_secret_error (token != NULL, error);
}
