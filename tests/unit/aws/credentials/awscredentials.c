/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which values are accepted as credentials, and that errors name what is wrong but not its value. */
#include "awscredentials.h"

#include "awserror.h"

#include <string.h>

#define ACCESS_KEY "AKIDEXAMPLE"
#define SECRET_KEY "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN "IQoJb3JpZ2luX2VjEXAMPLETOKEN=="

static void
test_getters (void)
{
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_new (ACCESS_KEY, SECRET_KEY, TOKEN, NULL);
  g_autoptr (AwsCredentials) other = aws_credentials_ref (credentials);

  g_assert_true (other == credentials);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, ACCESS_KEY);
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET_KEY);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, TOKEN);
}

static void
test_no_token (void)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new (ACCESS_KEY, SECRET_KEY, NULL, NULL);

  g_assert_null (aws_credentials_get_session_token (credentials));
}

static void
assert_equal (AwsCredentials *credentials, const char *access_key, const char *secret_key,
    const char *token, gboolean expected)
{
  g_autoptr (AwsCredentials) other =
      aws_credentials_new_expiring (access_key, secret_key, token, 1, NULL);

  g_assert_cmpint (aws_credentials_equal (credentials, other), ==, expected);
  g_assert_cmpint (aws_credentials_equal (other, credentials), ==, expected);
}

static void
test_equal (void)
{
  g_autoptr (AwsCredentials) whole = aws_credentials_new (ACCESS_KEY, SECRET_KEY, TOKEN, NULL);
  g_autoptr (AwsCredentials) pair = aws_credentials_new (ACCESS_KEY, SECRET_KEY, NULL, NULL);

  assert_equal (whole, ACCESS_KEY, SECRET_KEY, TOKEN, TRUE);
  assert_equal (whole, ACCESS_KEY "2", SECRET_KEY, TOKEN, FALSE);
  assert_equal (whole, ACCESS_KEY, SECRET_KEY "2", TOKEN, FALSE);
  assert_equal (whole, ACCESS_KEY, SECRET_KEY, TOKEN "2", FALSE);
  assert_equal (whole, ACCESS_KEY, SECRET_KEY, NULL, FALSE);
  assert_equal (pair, ACCESS_KEY, SECRET_KEY, NULL, TRUE);
}

static void
test_boxed (void)
{
  GValue value = G_VALUE_INIT;
  AwsCredentials *credentials = aws_credentials_new (ACCESS_KEY, SECRET_KEY, NULL, NULL);

  g_value_init (&value, AWS_TYPE_CREDENTIALS);
  g_value_set_boxed (&value, credentials);
  aws_credentials_unref (credentials);
  credentials = g_value_get_boxed (&value);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, ACCESS_KEY);
  g_value_unset (&value);
}

static void
assert_refused (const char *access_key, const char *secret_key, const char *token,
    const char *bad_value, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credentials_new (access_key, secret_key, token, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, message));
  if (bad_value != NULL && strlen (bad_value) > 1)
    g_assert_null (strstr (error->message, bad_value));
}

static void
test_malformed (void)
{
  static const char *const values[] = {"", " ", "\t", "SECRET\r\nX: y", "SECRET\n", "\rSECRET",
      " SECRET", "SECRET ", "SEC RET", "SEC\x01RET", "SEC\x7fRET", "SEC\xc3\xa9RET"};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    assert_refused (values[i], SECRET_KEY, NULL, values[i], "The access key ");
    assert_refused (ACCESS_KEY, values[i], NULL, values[i], "The secret key ");
    assert_refused (ACCESS_KEY, SECRET_KEY, values[i], values[i], "The session token ");
  }
  assert_refused (NULL, SECRET_KEY, NULL, NULL, "The access key ");
  assert_refused (ACCESS_KEY, NULL, NULL, NULL, "The secret key ");
}

/* Sets the four variables; NULL unsets. */
static void
set_environment (
    const char *access_key, const char *secret_key, const char *token, const char *old_token)
{
  static const char *const names[] = {
      "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"};
  const char *const values[] = {access_key, secret_key, token, old_token};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (values[i] != NULL)
      g_setenv (names[i], values[i], TRUE);
    else
      g_unsetenv (names[i]);
  }
}

static void
assert_environment_gives_token (const char *token, const char *old_token, const char *expected)
{
  g_autoptr (AwsCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  set_environment (ACCESS_KEY, SECRET_KEY, token, old_token);
  credentials = aws_credentials_new_from_environment (&error);
  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, ACCESS_KEY);
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET_KEY);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, expected);
}

static void
test_environment (void)
{
  assert_environment_gives_token (NULL, NULL, NULL);
  assert_environment_gives_token (TOKEN, NULL, TOKEN);
  assert_environment_gives_token (TOKEN, "old", TOKEN);
  assert_environment_gives_token (NULL, "old", "old");
  assert_environment_gives_token ("", "old", "old");
  assert_environment_gives_token (" ", "", NULL);
}

static void
assert_environment_refused (const char *access_key, const char *secret_key, const char *token,
    AwsError code, const char *message)
{
  g_autoptr (GError) error = NULL;

  set_environment (access_key, secret_key, token, NULL);
  g_assert_null (aws_credentials_new_from_environment (&error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_environment_refused (void)
{
  static const char nothing[] = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the "
                                "environment";
  static const char no_secret[] = "Incomplete credentials: AWS_ACCESS_KEY_ID is set in the "
                                  "environment, but AWS_SECRET_ACCESS_KEY is not";
  static const char no_key[] = "Incomplete credentials: AWS_SECRET_ACCESS_KEY is set in the "
                               "environment, but AWS_ACCESS_KEY_ID is not";
  static const char not_whole[] =
      "The secret key holds a space, a control character or one "
      "outside ASCII; check that it was copied completely and without anything else";

  assert_environment_refused (NULL, NULL, NULL, AWS_ERROR_NO_CREDENTIALS, nothing);
  assert_environment_refused ("", " ", TOKEN, AWS_ERROR_NO_CREDENTIALS, nothing);
  assert_environment_refused (ACCESS_KEY, NULL, NULL, AWS_ERROR_SETTINGS, no_secret);
  assert_environment_refused (ACCESS_KEY, " ", TOKEN, AWS_ERROR_SETTINGS, no_secret);
  assert_environment_refused (NULL, SECRET_KEY, NULL, AWS_ERROR_SETTINGS, no_key);
  assert_environment_refused (ACCESS_KEY, "a b", NULL, AWS_ERROR_SETTINGS, not_whole);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awscredentials/getters", test_getters);
  g_test_add_func ("/awscredentials/no-token", test_no_token);
  g_test_add_func ("/awscredentials/equal", test_equal);
  g_test_add_func ("/awscredentials/boxed", test_boxed);
  g_test_add_func ("/awscredentials/malformed", test_malformed);
  g_test_add_func ("/awscredentials/environment", test_environment);
  g_test_add_func ("/awscredentials/environment-refused", test_environment_refused);
  return g_test_run ();
}
