/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the environment as a source, and that it is read once. awscredentials.c tests each variable. */
#include "awsenvironmentsource.h"

#include "awserror.h"

static void
set_keys (const char *access_key, const char *secret_key)
{
  g_unsetenv ("AWS_SESSION_TOKEN");
  g_unsetenv ("AWS_SECURITY_TOKEN");
  g_unsetenv ("AWS_ACCESS_KEY_ID");
  g_unsetenv ("AWS_SECRET_ACCESS_KEY");
  if (access_key != NULL)
    g_setenv ("AWS_ACCESS_KEY_ID", access_key, TRUE);
  if (secret_key != NULL)
    g_setenv ("AWS_SECRET_ACCESS_KEY", secret_key, TRUE);
}

static void
test_gives (void)
{
  g_autoptr (AwsCredentialSource) source = NULL;

  set_keys ("AKID", "secret");
  source = aws_environment_source_new ();
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "env");
  g_assert_false (aws_credential_source_is_statically_stable (source));

  set_keys ("OTHER", "secret");
  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
    g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, AWS_CREDENTIALS_FOREVER);
  }
}

static void
assert_fails (const char *access_key, const char *secret_key, AwsError code, const char *message)
{
  g_autoptr (AwsCredentialSource) source = NULL;

  set_keys (access_key, secret_key);
  source = aws_environment_source_new ();
  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aws_credential_source_fetch (source, NULL, &error));
    g_assert_error (error, AWS_ERROR, (int)code);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_fails (void)
{
  assert_fails (NULL, " ", AWS_ERROR_NO_CREDENTIALS,
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment");
  assert_fails ("AKID", NULL, AWS_ERROR_SETTINGS,
      "Incomplete credentials: AWS_ACCESS_KEY_ID is set in the environment, but "
      "AWS_SECRET_ACCESS_KEY is not");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsenvironmentsource/gives", test_gives);
  g_test_add_func ("/awsenvironmentsource/fails", test_fails);
  return g_test_run ();
}
