/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any file as a credential-path. */
#include "fuzzfile.h"

#include <awscredentialfilesource.h>

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (AwsCredentialSource) source =
      aws_credential_file_source_new (fuzz_file_write (input), NULL);
  GError *error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  fuzz_check_secret_error (credentials != NULL, error);
}
