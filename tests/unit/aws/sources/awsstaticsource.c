/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that the given credentials are returned, under the name of the place they come from. */
#include "awsstaticsource.h"

static void
test_gives (void)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new ("AKID", "secret", "token", NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "properties");

  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AwsCredentials) given = aws_credential_source_fetch (source, NULL, &error);

    g_assert_no_error (error);
    g_assert_true (given == credentials);
  }
}

static void
test_name (void)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new ("AKID", "secret", NULL, NULL);
  g_autoptr (AwsCredentialSource) properties = aws_static_source_new (credentials, "properties");
  g_autoptr (AwsCredentialSource) profile = aws_static_source_new (credentials, "profile");

  g_assert_cmpstr (aws_credential_source_get_name (properties), ==, "properties");
  g_assert_cmpstr (aws_credential_source_get_name (profile), ==, "profile");
  g_assert_false (aws_credential_source_is_statically_stable (profile));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsstaticsource/gives", test_gives);
  g_test_add_func ("/awsstaticsource/name", test_name);
  return g_test_run ();
}
