/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which token is sent for which role, and the errors if there is none or it is rejected. */
#include "awswebidentitysource.h"

#include "fakeclock.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testhome.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROLE_ARN "arn:aws:iam::123456789012:role/name"
#define TOKEN "eyJhbGciOiJSUzI1NiJ9.payload.signature"
#define REPLY                                                                                      \
  "<R><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"               \
  "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"                    \
  "<Expiration>2009-02-14T00:31:30Z</Expiration></Credentials>"                                    \
  "</AssumeRoleWithWebIdentityResult></R>"
#define FAULT(code, message)                                                                       \
  "<ErrorResponse><Error><Code>" code "</Code><Message>" message "</Message></Error>"              \
  "<RequestId>id-1</RequestId></ErrorResponse>"

typedef struct {
  TestHome home;
  char *token_file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_home_init (&fixture->home);
  fixture->token_file = g_build_filename (fixture->home.path, "token", NULL);
  g_setenv ("AWS_REGION", "eu-central-1", TRUE);
  g_setenv ("AWS_WEB_IDENTITY_TOKEN_FILE", fixture->token_file, TRUE);
  g_setenv ("AWS_ROLE_ARN", ROLE_ARN, TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->token_file);
  test_home_clear (&fixture->home);
}

static AwsCredentialSource *
make_source (void)
{
  g_autoptr (FakeClock) clock = fake_clock_new (1234567890123456);
  g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (clock));

  return aws_web_identity_source_new_from_environment (config);
}

static void
assert_gives (AwsCredentialSource *source)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "ASIA");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
}

/* Asserts how a fetch fails, with `<file>` in place of the token's file. */
static void
assert_fails (Fixture *fixture, ScriptServer *server, AwsError code, const char *message)
{
  g_autoptr (AwsCredentialSource) source = make_source ();
  g_autoptr (GString) expected = g_string_new (message);
  g_autoptr (GError) error = NULL;

  g_string_replace (expected, "<file>", fixture->token_file, 0);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_null (strstr (error->message, TOKEN));
  script_server_assert_failure (server, error, code, expected->str);
}

static void
test_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsCredentialSource) source = make_source ();

  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "web-identity");
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

static void
test_home (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server G_GNUC_UNUSED =
      script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsCredentialSource) source = NULL;

  test_home_write (fixture->token_file, TOKEN, -1);
  g_setenv ("AWS_WEB_IDENTITY_TOKEN_FILE", "~/token", TRUE);
  source = make_source ();
  assert_gives (source);
}

/* The token is the one that is in the file at that time, without a newline at its end. */
static void
test_token (Fixture *fixture, gconstpointer data)
{
  static const char *const tokens[] = {"first", "second\n", "third\r\n"};
  static const char *const sent[] = {"first", "second", "third"};
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsCredentialSource) source = make_source ();

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autofree char *form = g_strdup_printf (
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%%3Aaws%%3Aiam%%3A"
        "%%3A123456789012%%3Arole%%2Fname&RoleSessionName=kvsimagesrc-1234567890123"
        "&WebIdentityToken=%s",
        sent[i]);

    test_home_write (fixture->token_file, tokens[i], -1);
    assert_gives (source);
    g_assert_cmpstr (script_server_get_body (server, i), ==, form);
    g_assert_null (strstr (script_server_get (server, i), "Authorization"));
  }
}

static void
test_session_name (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsCredentialSource) source = NULL;

  g_setenv ("AWS_ROLE_SESSION_NAME", "me", TRUE);
  test_home_write (fixture->token_file, TOKEN, -1);
  source = make_source ();
  assert_gives (source);
  g_assert_nonnull (strstr (script_server_get_body (server, 0), "&RoleSessionName=me&"));
}

static void
test_explicit (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  static const AwsStsRole role = {"arn:aws:iam::1:role/x", "me", NULL, 900};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsConfig) config = test_environment_make_config (NULL);
  g_autofree char *other = g_build_filename (fixture->home.path, "other", NULL);
  g_autoptr (AwsCredentialSource) source = aws_web_identity_source_new (config, other, &role);

  test_home_write (other, TOKEN, -1);
  assert_gives (source);
  g_assert_cmpstr (script_server_get_body (server, 0), ==,
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
      "&RoleSessionName=me&DurationSeconds=900&WebIdentityToken=" TOKEN);
}

static void
test_environment (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);

  g_setenv ("AWS_ROLE_ARN", "", TRUE);
  assert_fails (fixture, server, AWS_ERROR_SETTINGS,
      "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN, the role that the token is for, is not");
  g_setenv ("AWS_WEB_IDENTITY_TOKEN_FILE", " ", TRUE);
  assert_fails (
      fixture, server, AWS_ERROR_NO_CREDENTIALS, "AWS_WEB_IDENTITY_TOKEN_FILE is not set");
}

static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
#define NOT_ONE                                                                                     \
  "The file <file> holds something other than one web identity token: there is a space, a control " \
  "character or one outside ASCII in it"
  static const struct {
    const char *text;
    gssize size;
    const char *message;
  } rows[] = {
      {"", 0, "The file <file>, which is to hold a web identity token, is empty"},
      {"\n", 1, "The file <file>, which is to hold a web identity token, is empty"},
      {"\r\n", 2, "The file <file>, which is to hold a web identity token, is empty"},
      {TOKEN "\n\n", -1, NOT_ONE},
      {TOKEN "\r\nX-Header: x", -1, NOT_ONE},
      {" " TOKEN, -1, NOT_ONE},
      {"a\0b", 3, NOT_ONE},
      {"t\xc3\xb6ken", -1, NOT_ONE},
  };
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, 'a');

  assert_fails (fixture, server, AWS_ERROR_SETTINGS,
      "The file <file> cannot be read: No such file or directory");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    test_home_write (fixture->token_file, rows[i].text, rows[i].size);
    assert_fails (fixture, server, AWS_ERROR_SETTINGS, rows[i].message);
  }
  test_home_write (fixture->token_file, huge, -1);
  assert_fails (fixture, server, AWS_ERROR_SETTINGS,
      "The file <file> has more than the 65536 bytes that it may have");
  g_assert_cmpuint (script_server_count (server), ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const struct {
    ScriptReply reply;
    guint n_attempts;
    AwsError code;
    const char *message;
  } rows[] = {
      {{"403 Forbidden", NULL, FAULT ("AccessDenied", "Not you, " TOKEN)}, 1,
          AWS_ERROR_NOT_AUTHORIZED,
          "The role " ROLE_ARN
          " cannot be assumed with the token in <file>, which its trust policy has "
          "to allow: HOST answered 403 AccessDenied: Not you, …; allow it in the policies of the "
          "identity (request id-1)"},
      {{"400 Bad Request", NULL, FAULT ("ExpiredTokenException", "Token expired")}, 1,
          AWS_ERROR_NOT_AUTHORIZED,
          "The role " ROLE_ARN
          " cannot be assumed with the token in <file>, which has expired and has "
          "to be renewed by the program that writes the file: HOST answered 400 ExpiredTokenException: Token "
          "expired; the credentials have expired, get new ones (request id-1)"},
      {{"400 Bad Request", NULL, FAULT ("InvalidIdentityToken", "No such provider")}, 1,
          AWS_ERROR_INVALID_REQUEST,
          "The role " ROLE_ARN " cannot be assumed with the token in <file>: HOST answered 400 "
          "InvalidIdentityToken: No such provider (request id-1)"},
      {{"400 Bad Request", NULL, FAULT ("IDPCommunicationError", "No answer")}, 3, AWS_ERROR_SERVER,
          "The role " ROLE_ARN
          " cannot be assumed with the token in <file>: after 3 attempts: HOST "
          "answered 400 IDPCommunicationError: No answer; try again later (request id-1)"},
  };

  g_setenv ("AWS_MAX_ATTEMPTS", "3", TRUE);
  test_home_write (fixture->token_file, TOKEN, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScriptServer) server =
        script_server_new_for ("AWS_ENDPOINT_URL_STS", &rows[i].reply, 1);

    assert_fails (fixture, server, rows[i].code, rows[i].message);
    g_assert_cmpuint (script_server_count (server), ==, rows[i].n_attempts);
  }
}

static void
test_no_region (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf (
      "The role " ROLE_ARN " cannot be assumed with the token in %s: no region is set, and no "
      "endpoint that could be used without one; set aws-region, AWS_REGION or the region of the profile "
      "“default”",
      fixture->token_file);

  g_unsetenv ("AWS_REGION");
  g_unsetenv ("AWS_ENDPOINT_URL_STS");
  test_home_write (fixture->token_file, TOKEN, -1);
  source = make_source ();
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
}

#define ADD(name, test)                                                                            \
  g_test_add ("/awswebidentitysource/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("name", test_name);
  ADD ("token", test_token);
  ADD ("session-name", test_session_name);
  ADD ("explicit", test_explicit);
  ADD ("environment", test_environment);
  ADD ("bad-file", test_bad_file);
  ADD ("home", test_home);
  ADD ("refused", test_refused);
  ADD ("no-region", test_no_region);
  return g_test_run ();
}
