/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests with which credentials, where and when a role is assumed, and the errors if it cannot be. */
#include "awsassumerolesource.h"

#include "fakeclock.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testhome.h"
#include "testsource.h"

#include <string.h>

#define NOW_US G_GINT64_CONSTANT (1234567890123456)
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define ROLE_ARN "arn:aws:iam::123456789012:role/name"
#define CANNOT "The role " ROLE_ARN " cannot be assumed: "
#define REPLY                                                                                      \
  "<R><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>"                              \
  "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"                    \
  "<Expiration>2009-02-14T00:31:30Z</Expiration></Credentials></AssumeRoleResult></R>"
#define DENIED                                                                                     \
  "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not you</Message></Error>"              \
  "<RequestId>id-1</RequestId></ErrorResponse>"

typedef struct {
  TestHome home;
  FakeClock *clock;
  TestSource *base;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_home_init (&fixture->home);
  g_setenv ("AWS_REGION", "eu-central-1", TRUE);
  fixture->clock = fake_clock_new (NOW_US);
  fixture->base = test_source_new ("base");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->base);
  g_object_unref (fixture->clock);
  test_home_clear (&fixture->home);
}

static AwsCredentialSource *
make_source (Fixture *fixture, const AwsStsRole *role)
{
  g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (fixture->clock));

  return aws_assume_role_source_new (config, AWS_CREDENTIAL_SOURCE (fixture->base), role);
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

static void
assert_signed_by (ScriptServer *server, guint index, const char *access_key)
{
  g_autofree char *credential = g_strdup_printf (" Credential=%s/", access_key);

  g_assert_nonnull (strstr (script_server_get (server, index), credential));
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsCredentialSource) source =
      make_source (fixture, &(AwsStsRole){.role_arn = ROLE_ARN});

  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "assume-role");
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

/* The generated session name stays the same, and all settings are sent. */
static void
test_asks (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsCredentialSource) plain =
      make_source (fixture, &(AwsStsRole){.role_arn = ROLE_ARN});
  g_autoptr (AwsCredentialSource) full =
      make_source (fixture, &(AwsStsRole){ROLE_ARN, "me", "them", 3600});

  test_source_give (fixture->base, "AKID", AWS_CREDENTIALS_FOREVER);
  assert_gives (plain);
  fake_clock_advance (fixture->clock, HOUR_US);
  assert_gives (plain);
  assert_gives (full);

  g_assert_nonnull (
      strstr (script_server_get (server, 0), " Credential=AKID/20090213/eu-central-1/sts/"));
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (script_server_get_body (server, i), ==,
        "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole"
        "%2Fname&RoleSessionName=kvsimagesrc-1234567890123");
  g_assert_cmpstr (script_server_get_body (server, 2), ==,
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fname"
      "&RoleSessionName=me&DurationSeconds=3600&ExternalId=them");
}

/* The base credentials are kept, and renewed when they expire or are rejected. */
static void
test_base (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply replies[] = {
      {"200 OK", NULL, REPLY},
      {"200 OK", NULL, REPLY},
      {"200 OK", NULL, REPLY},
      {"403 Forbidden", NULL,
          "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>"},
      {"200 OK", NULL, REPLY},
  };
  g_autoptr (ScriptServer) server =
      script_server_new_for ("AWS_ENDPOINT_URL_STS", replies, G_N_ELEMENTS (replies));
  g_autoptr (AwsCredentialSource) source =
      make_source (fixture, &(AwsStsRole){.role_arn = ROLE_ARN});

  test_source_give (fixture->base, "FIRST", NOW_US + HOUR_US);
  test_source_give (fixture->base, "SECOND", NOW_US + 3 * HOUR_US);
  test_source_give (fixture->base, "THIRD", NOW_US + 3 * HOUR_US);
  assert_gives (source);
  assert_gives (source);
  fake_clock_advance (fixture->clock, HOUR_US);
  assert_gives (source);
  assert_gives (source);

  assert_signed_by (server, 0, "FIRST");
  assert_signed_by (server, 1, "FIRST");
  assert_signed_by (server, 2, "SECOND");
  assert_signed_by (server, 3, "SECOND");
  assert_signed_by (server, 4, "THIRD");
}

static GError *
fetch_fails (Fixture *fixture, const char *role_arn)
{
  g_autoptr (AwsCredentialSource) source =
      make_source (fixture, &(AwsStsRole){.role_arn = role_arn});
  GError *error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  return error;
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *message)
{
  g_autoptr (GError) error = fetch_fails (fixture, ROLE_ARN);

  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, message);
}

/* If the base has no credentials, no other identity is used instead. */
static void
test_base_fails (Fixture *fixture, gconstpointer data)
{
  test_source_fail (fixture->base, AWS_ERROR_NO_CREDENTIALS, "BASE is not set");
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED,
      CANNOT "there are no credentials to do that with: BASE is not set");
  g_assert_cmpuint (test_source_get_n_asked (fixture->base), ==, 1);

  test_source_fail (fixture->base, AWS_ERROR_TIMEOUT, "The base is slow");
  assert_fails (fixture, AWS_ERROR_TIMEOUT, CANNOT "The base is slow");
  g_assert_cmpuint (test_source_get_n_asked (fixture->base), ==, 2);
}

static void
test_no_region (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = NULL;

  g_unsetenv ("AWS_REGION");
  assert_fails (fixture, AWS_ERROR_SETTINGS,
      CANNOT
      "no region is set, and no endpoint that could be used without one; set aws-region, AWS_REGION "
      "or the region of the profile “default”");
  server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  assert_fails (fixture, AWS_ERROR_SETTINGS,
      CANNOT
      "there is no region to sign for; set aws-region, AWS_REGION or the region of the profile "
      "“default”");
  g_assert_cmpuint (test_source_get_n_asked (fixture->base), ==, 0);
}

static void
test_bad_role (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (GError) error = NULL;

  test_source_give (fixture->base, "AKID", AWS_CREDENTIALS_FOREVER);
  error = fetch_fails (fixture, "name");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==,
      "The role name cannot be assumed: The role 'name' is not an ARN, such as "
      "arn:aws:iam::123456789012:role/name");
  g_assert_cmpuint (script_server_count (server), ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"403 Forbidden", NULL, DENIED};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (GError) error = NULL;

  test_source_give (fixture->base, "AKID", AWS_CREDENTIALS_FOREVER);
  error = fetch_fails (fixture, ROLE_ARN);
  script_server_assert_failure (server, error, AWS_ERROR_NOT_AUTHORIZED,
      CANNOT
      "HOST answered 403 AccessDenied: Not you; allow it in the policies of the identity (request "
      "id-1)");
  g_assert_cmpstr (aws_error_get_code (error), ==, "AccessDenied");
  g_assert_cmpstr (aws_error_get_request_id (error), ==, "id-1");
}

/* A fetch has the configured number of attempts, and its failure does not affect the next fetch. */
static void
test_retries (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply replies[] = {
      {"503 Service Unavailable", NULL, ""},
      {"503 Service Unavailable", NULL, ""},
      {"503 Service Unavailable", NULL, ""},
      {"200 OK", NULL, REPLY},
  };
  g_autoptr (ScriptServer) server =
      script_server_new_for ("AWS_ENDPOINT_URL_STS", replies, G_N_ELEMENTS (replies));
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("AWS_MAX_ATTEMPTS", "3", TRUE);
  source = make_source (fixture, &(AwsStsRole){.role_arn = ROLE_ARN});
  test_source_give (fixture->base, "AKID", AWS_CREDENTIALS_FOREVER);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  script_server_assert_failure (server, error, AWS_ERROR_SERVER,
      CANNOT "after 3 attempts: HOST answered 503 Service Unavailable; try again later");
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
  assert_gives (source);
}

/* A role that is assumed with the credentials of another role. */
static void
test_chain (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (fixture->clock));
  g_autoptr (AwsCredentialSource) inner =
      make_source (fixture, &(AwsStsRole){.role_arn = ROLE_ARN});
  g_autoptr (AwsCredentialSource) outer =
      aws_assume_role_source_new (config, inner, &(AwsStsRole){.role_arn = ROLE_ARN "2"});

  test_source_give (fixture->base, "AKID", AWS_CREDENTIALS_FOREVER);
  assert_gives (outer);
  g_assert_cmpuint (script_server_count (server), ==, 2);
  assert_signed_by (server, 0, "AKID");
  assert_signed_by (server, 1, "ASIA");
  g_assert_nonnull (strstr (script_server_get (server, 1), "\r\nX-Amz-Security-Token: token\r\n"));
}

#define ADD(name, test)                                                                            \
  g_test_add ("/awsassumerolesource/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("names", test_names);
  ADD ("asks", test_asks);
  ADD ("base", test_base);
  ADD ("base-fails", test_base_fails);
  ADD ("no-region", test_no_region);
  ADD ("bad-role", test_bad_role);
  ADD ("refused", test_refused);
  ADD ("retries", test_retries);
  ADD ("chain", test_chain);
  return g_test_run ();
}
