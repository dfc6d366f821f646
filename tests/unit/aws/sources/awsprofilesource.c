/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which credentials a profile names: which of its keys count, through how many other profiles, and the
 * errors if there are none. */
#include "awsprofilesource.h"

#include "fakeclock.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testhome.h"

#include <string.h>

#define ARN "arn:aws:iam::123456789012:role/"
#define REPLY(n)                                                                                   \
  "<R><AssumeRoleResult><Credentials><AccessKeyId>ASIA" n "</AccessKeyId>"                         \
  "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"                    \
  "<Expiration>2009-02-14T00:31:30Z</Expiration></Credentials></AssumeRoleResult></R>"
#define KEYS(n)                                                                                    \
  "aws_access_key_id = " n "\n"                                                                    \
  "aws_secret_access_key = secret\n"
#define WAYS "neither keys nor role_arn, sso_account_id, login_session or credential_process"

/* In place of the names of the shared files, in a message that is expected. */
#define CONFIG "<config>"
#define CREDENTIALS "<credentials>"

typedef struct {
  TestHome home;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_home_init (&fixture->home);
  g_setenv ("AWS_REGION", "eu-central-1", TRUE);
  g_setenv ("AWS_EC2_METADATA_DISABLED", "true", TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_home_clear (&fixture->home);
}

/* The source of the profile `a`, or of `default` where there is none of that name. */
static AwsCredentialSource *
make_source (Fixture *fixture, const char *text)
{
  g_autoptr (FakeClock) clock = fake_clock_new (1234567890123456);
  g_autoptr (AwsConfig) config = NULL;

  test_home_write (fixture->home.config, text, -1);
  config = test_environment_make_config (AWS_CLOCK (clock));
  return aws_profile_source_new (config, strstr (text, "[profile a]") != NULL ? "a" : "default");
}

static void
assert_gives (AwsCredentialSource *source, const char *access_key, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, access_key);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, name);
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

static void
assert_signed_by (ScriptServer *server, guint index, const char *access_key)
{
  g_autofree char *credential = g_strdup_printf (" Credential=%s/", access_key);

  g_assert_nonnull (strstr (script_server_get (server, index), credential));
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsCredentialSource) source = make_source (fixture,
      "[default]\n" KEYS (
          "AKID") "aws_session_token = token\n"
                  "sso_account_id = 1\ncredential_process = false\nweb_identity_token_file = x\n");
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, NULL);

  assert_gives (source, "AKID", "profile");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
}

static void
assert_token (Fixture *fixture, const char *keys, const char *token)
{
  g_autofree char *text = g_strconcat ("[default]\n" KEYS ("AKID"), keys, NULL);
  g_autoptr (AwsCredentialSource) source = make_source (fixture, text);
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, NULL);

  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, token);
}

/* The older name comes first, as in botocore. */
static void
test_security_token (Fixture *fixture, gconstpointer data)
{
  assert_token (fixture, "aws_security_token = old\n", "old");
  assert_token (fixture, "aws_session_token = new\naws_security_token = old\n", "old");
  assert_token (fixture, "aws_session_token = new\naws_security_token =\n", "new");
}

/* The credentials that sign AssumeRole, for the role of the profile `a`. */
static void
test_base (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *signer;
  } rows[] = {
      {"[profile a]\nrole_arn = " ARN "a\nsource_profile = b\n[profile b]\n" KEYS ("AKIDB"),
          "AKIDB"},
      {"[profile a]\nrole_arn = " ARN "a\nsource_profile = b\n" KEYS ("AKIDA") //
          "[profile b]\n" KEYS ("AKIDB"),
          "AKIDB"},
      {"[profile a]\nrole_arn = " ARN "a\nsource_profile = a\n" KEYS ("AKIDA"), "AKIDA"},
      {"[profile a]\nrole_arn = " ARN "a\nsource_profile = b\n[profile b]\nrole_arn = " ARN "b\n"
       "source_profile = a\n" KEYS ("AKIDB"),
          "AKIDB"},
      {"[profile a]\nrole_arn = " ARN "a\nsource_profile = default\n[default]\n" KEYS ("AKIDD"),
          "AKIDD"},
      {"[profile a]\nrole_arn = " ARN "a\ncredential_source = eNVIRONMENT\n" KEYS ("AKIDA"),
          "AKIDE"},
  };
  static const ScriptReply reply = {"200 OK", NULL, REPLY ("1")};

  g_setenv ("AWS_ACCESS_KEY_ID", "AKIDE", TRUE);
  g_setenv ("AWS_SECRET_ACCESS_KEY", "secret", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
    g_autoptr (AwsCredentialSource) source = make_source (fixture, rows[i].text);

    g_test_message ("%s", rows[i].text);
    assert_gives (source, "ASIA1", "assume-role");
    g_assert_cmpuint (script_server_count (server), ==, 1);
    assert_signed_by (server, 0, rows[i].signer);
  }
}

static void
test_process_as_base (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY ("1")};
  g_autoptr (ScriptServer) server = script_server_new_for ("AWS_ENDPOINT_URL_STS", &reply, 1);
  g_autoptr (AwsCredentialSource) source = make_source (fixture,
      "[profile a]\nrole_arn = " ARN "a\nsource_profile = b\n"
      "[profile b]\ncredential_process = echo "
      "'{\"Version\":1,\"AccessKeyId\":\"AKIDP\",\"SecretAccessKey\":\"x\"}'\n");

  assert_gives (source, "ASIA1", "assume-role");
  assert_signed_by (server, 0, "AKIDP");
}

/* Each role is asked for with the credentials of the one before it, and as its profile has it. */
static void
test_hops (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply replies[] = {
      {"200 OK", NULL, REPLY ("1")},
      {"200 OK", NULL, REPLY ("2")},
      {"200 OK", NULL, REPLY ("3")},
  };
  static const char *const forms[] = {
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fc"
      "&RoleSessionName=session-c",
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fb"
      "&RoleSessionName=kvsimagesrc-1234567890123&ExternalId=external-b",
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa"
      "&RoleSessionName=session-a&DurationSeconds=3600&ExternalId=external-a",
  };
  g_autoptr (ScriptServer) server =
      script_server_new_for ("AWS_ENDPOINT_URL_STS", replies, G_N_ELEMENTS (replies));
  g_autoptr (AwsCredentialSource) source = make_source (fixture,
      "[profile a]\nrole_arn = " ARN "a\nsource_profile = b\nrole_session_name = session-a\n"
      "external_id = external-a\nduration_seconds = 3600\n"
      "[profile b]\nrole_arn = " ARN "b\nsource_profile = c\nexternal_id = external-b\n"
      "[profile c]\nrole_arn = " ARN "c\nsource_profile = d\nrole_session_name = session-c\n"
      "[profile d]\n" KEYS ("AKIDD"));

  assert_gives (source, "ASIA3", "assume-role");
  assert_signed_by (server, 0, "AKIDD");
  assert_signed_by (server, 1, "ASIA1");
  assert_signed_by (server, 2, "ASIA2");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    g_assert_cmpstr (script_server_get_body (server, i), ==, forms[i]);
}

static void
test_web_identity (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply replies[] = {
      {"200 OK", NULL, REPLY ("1")},
      {"200 OK", NULL, REPLY ("2")},
  };
  g_autoptr (ScriptServer) server =
      script_server_new_for ("AWS_ENDPOINT_URL_STS", replies, G_N_ELEMENTS (replies));
  g_autofree char *token_file = g_build_filename (fixture->home.path, "token", NULL);
  g_autofree char *text = g_strdup_printf (
      "[profile a]\nrole_arn = " ARN "a\nsource_profile = b\n"
      "[profile b]\nrole_arn = " ARN "b\nweb_identity_token_file = %s\nduration_seconds = 900\n"
      "role_session_name = me\nmfa_serial = x\nsso_account_id = 1\n",
      token_file);
  g_autoptr (AwsCredentialSource) source = make_source (fixture, text);

  test_home_write (token_file, "eyJ", -1);
  assert_gives (source, "ASIA2", "assume-role");
  g_assert_cmpstr (script_server_get_body (server, 0), ==,
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A"
      "%3A123456789012%3Arole%2Fb&RoleSessionName=me&DurationSeconds=900&WebIdentityToken=eyJ");
  assert_signed_by (server, 1, "ASIA1");
}

/* The kind of source that a profile has, without a fetch. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
#define SSO "sso_account_id = 1\nsso_role_name = x\nsso_region = eu-west-1\nsso_start_url = u\n"
  static const struct {
    const char *text;
    const char *name;
  } rows[] = {
      {"", "profile"},
      {"[default]\n" KEYS ("A"), "profile"},
      {"[default]\nrole_arn = " ARN "a\nweb_identity_token_file = /x\n" KEYS ("A"), "web-identity"},
      {"[default]\nrole_arn = " ARN "a\ncredential_source = Ec2InstanceMetadata\n" SSO,
          "assume-role"},
      {"[default]\n" SSO "login_session = x\ncredential_process = x\n", "sso"},
      {"[default]\nsso_role_name = x\ncredential_process = x\n", "sso"},
      {"[default]\nlogin_session = x\ncredential_process = x\nsso_session = x\n", "login"},
      {"[default]\ncredential_process = x\nsso_session = x\n", "process"},
      {"[default]\nsso_session = x\n", "sso"},
      {"[default]\nsso_start_url = x\n", "sso"},
      {"[default]\nsso_region = x\n", "profile"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsCredentialSource) source = make_source (fixture, rows[i].text);

    g_test_message ("%s", rows[i].text);
    g_assert_cmpstr (aws_credential_source_get_name (source), ==, rows[i].name);
  }
}

static void
assert_fails (Fixture *fixture, const char *text, AwsError code, const char *message)
{
  g_autoptr (AwsCredentialSource) source = make_source (fixture, text);
  g_autoptr (GString) expected = g_string_new (message);
  g_autoptr (GError) error = NULL;

  g_string_replace (expected, CONFIG, fixture->home.config, 0);
  g_string_replace (expected, CREDENTIALS, fixture->home.credentials, 0);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, expected->str);
}

static void
test_not_configured (Fixture *fixture, gconstpointer data)
{
  assert_fails (fixture, "", AWS_ERROR_NO_CREDENTIALS, "the profile “default” does not exist");
  assert_fails (
      fixture, "[default]\n", AWS_ERROR_NO_CREDENTIALS, "the profile “default” has " WAYS);
  assert_fails (fixture,
      "[profile a]\nregion = eu-west-1\nsource_profile = b\naws_session_token = x\nexternal_id = x\n",
      AWS_ERROR_NO_CREDENTIALS, "the profile “a” has " WAYS);
}

static void
test_not_whole (Fixture *fixture, gconstpointer data)
{
#define ROLE "[profile a]\nrole_arn = " ARN "a\n"
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"[profile a]\naws_access_key_id = A\n",
          "Incomplete credentials: the profile “a” has aws_access_key_id, but not "
          "aws_secret_access_key"},
      {"[profile a]\naws_secret_access_key = s\ncredential_process = x\n",
          "Incomplete credentials: the profile “a” has aws_secret_access_key, but not "
          "aws_access_key_id"},
      {"[profile a]\naws_access_key_id = A B\naws_secret_access_key = s\n",
          "The profile “a” has keys that cannot be used: The access key holds a space, a control "
          "character or one outside ASCII; check that it was copied completely and without anything else"},
      {ROLE "source_profile = b\n[profile b]\naws_access_key_id = A\nrole_arn = x\n",
          "Incomplete credentials: the profile “b” has aws_access_key_id, but not "
          "aws_secret_access_key"},
      {ROLE "source_profile = a\naws_secret_access_key = s\n",
          "Incomplete credentials: the profile “a” has aws_secret_access_key, but not "
          "aws_access_key_id"},
      {ROLE KEYS ("A"), "The profile “a” has role_arn, but nothing to assume the role with; add "
                        "source_profile, credential_source or web_identity_token_file"},
      {ROLE "source_profile = b\ncredential_source = Environment\n[profile b]\n" KEYS ("B"),
          "The profile “a” has both source_profile and credential_source, and its role can only be "
          "assumed with one of them; remove the other"},
      {ROLE "source_profile = b\nweb_identity_token_file = /x\n[profile b]\n" KEYS ("B"),
          "The profile “a” has both source_profile and web_identity_token_file, and its role can only "
          "be assumed with one of them; remove the other"},
      {ROLE "credential_source = Imds\n",
          "credential_source of the profile “a” is “Imds”, which cannot be used: it is Environment, "
          "Ec2InstanceMetadata or EcsContainer"},
      {ROLE "source_profile = b\n",
          "The profile “a” names “b” as source_profile, and there is no such profile: neither "
          "[profile b] in " CONFIG " nor [b] in " CREDENTIALS},
      {ROLE "source_profile = b\n[profile b]\nregion = eu-west-1\n",
          "The profile “b”, which the profile “a” names as source_profile, has " WAYS},
      {ROLE "source_profile = a\n",
          "The profile “a” names itself as source_profile, which takes keys of its own; add "
          "aws_access_key_id and aws_secret_access_key, or name another profile"},
      {ROLE "source_profile = b\nmfa_serial = arn\n[profile b]\n" KEYS ("B"),
          "The profile “a” has mfa_serial, and no user can enter a code here; use a profile "
          "whose role does without, or temporary credentials that were obtained with a code"},
      {ROLE "source_profile = b\nduration_seconds = 899\n[profile b]\n" KEYS ("B"),
          "duration_seconds of the profile “a” is “899”, which cannot be used: it is a whole number, "
          "900 to 43200"},
      {ROLE "credential_source = Environment\nduration_seconds = 1h\n",
          "duration_seconds of the profile “a” is “1h”, which cannot be used: it is a whole number, "
          "900 to 43200"},
      {"[profile a]\nweb_identity_token_file = /x\n",
          "The profile “a” has web_identity_token_file, but not role_arn, the role that the token is "
          "for"},
      {"[profile a]\nsso_session = s\n",
          "The profile “a” in " CONFIG " has some of the settings for IAM Identity Center, but not "
          "sso_account_id"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_fails (fixture, rows[i].text, AWS_ERROR_SETTINGS, rows[i].message);
}

static void
test_circle (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {ROLE "source_profile = b\n[profile b]\nrole_arn = " ARN "b\nsource_profile = a\n",
          "The profiles' source_profile form a cycle: a → b → a"},
      {ROLE "source_profile = b\n" KEYS ("A") //
          "[profile b]\nrole_arn = " ARN "b\nsource_profile = a\n",
          "The profiles' source_profile form a cycle: a → b → a"},
      {ROLE "source_profile = b\n[profile b]\nrole_arn = " ARN "b\nsource_profile = c\n"
            "[profile c]\nrole_arn = " ARN "c\nsource_profile = b\n",
          "The profiles' source_profile form a cycle: a → b → c → b"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_fails (fixture, rows[i].text, AWS_ERROR_SETTINGS, rows[i].message);
}

/* If the role's base is missing, no other credentials are used instead. */
static void
test_base_not_configured (Fixture *fixture, gconstpointer data)
{
#define CANNOT "The role " ARN "a cannot be assumed: there are no credentials to do that with: "
  assert_fails (fixture, ROLE "credential_source = Environment\n", AWS_ERROR_NOT_AUTHORIZED,
      CANNOT "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment");
  assert_fails (fixture, ROLE "credential_source = EcsContainer\n", AWS_ERROR_NOT_AUTHORIZED,
      CANNOT
      "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI "
      "is set");
}

static void
test_imds_as_base (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsCredentialSource) source =
      make_source (fixture, ROLE "credential_source = ec2instancemetadata\n");
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_nonnull (strstr (error->message, "AWS_EC2_METADATA_DISABLED"));
}

#define ADD(name, test)                                                                            \
  g_test_add ("/awsprofilesource/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keys", test_keys);
  ADD ("security-token", test_security_token);
  ADD ("base", test_base);
  ADD ("process-as-base", test_process_as_base);
  ADD ("hops", test_hops);
  ADD ("web-identity", test_web_identity);
  ADD ("names", test_names);
  ADD ("not-configured", test_not_configured);
  ADD ("not-whole", test_not_whole);
  ADD ("circle", test_circle);
  ADD ("base-not-configured", test_base_not_configured);
  ADD ("imds-as-base", test_imds_as_base);
  return g_test_run ();
}
