/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any output of a credential_process. Each input takes a process, so there are few of them. */
#include "fuzzfile.h"

#include <awsprocesssource.h>

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *command = g_strconcat ("/bin/cat ", fuzz_file_write (input), NULL);
  g_autoptr (AwsCredentialSource) source = aws_process_source_new (command, NULL);
  GError *error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  fuzz_check_secret_error (credentials != NULL, error);
}
