/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which identity is used, which settings contradict each other, and which elements share a provider. */
#include "awsidentity.h"

#include "awserror.h"
#include "scriptserver.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *home;
  char *credential_file;
} Fixture;

/* The configuration of the machine that runs the test must not count. */
static void
clear_environment (const char *home)
{
  g_auto (GStrv) names = g_listenv ();

  for (gsize i = 0; names[i] != NULL; i++) {
    if (g_str_has_prefix (names[i], "AWS_"))
      g_unsetenv (names[i]);
  }
  g_setenv ("HOME", home, TRUE);
  g_setenv ("AWS_EC2_METADATA_DISABLED", "true", TRUE);
}

static char *
write_file (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
  return path;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autofree char *aws = NULL;
  g_autofree char *config = NULL;

  fixture->home = g_dir_make_tmp ("awsidentity-XXXXXX", NULL);
  g_assert_nonnull (fixture->home);
  clear_environment (fixture->home);
  fixture->credential_file =
      write_file (fixture->home, "credential-file", "CREDENTIALS AKIDFILE secret");
  aws = g_build_filename (fixture->home, ".aws", NULL);
  g_assert_cmpint (g_mkdir (aws, 0700), ==, 0);
  config = write_file (aws, "credentials",
      "[camera]\naws_access_key_id = AKIDCAMERA\naws_secret_access_key = secret\n"
      "[empty]\nregion = eu-central-1\n");
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_all (child);
  }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  remove_all (fixture->home);
  g_free (fixture->home);
  g_free (fixture->credential_file);
}

static AwsConfig *
make_config (const char *profile)
{
  const AwsConfigOptions options = {.profile = profile};
  g_autoptr (GError) error = NULL;
  AwsConfig *config = aws_config_new (&options, &error);

  g_assert_no_error (error);
  return config;
}

static void
assert_gives (const AwsIdentityOptions *options, const char *access_key, const char *name)
{
  g_autoptr (AwsConfig) config = make_config (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentialSource) source = aws_identity_new_source (config, options, &error);
  g_autoptr (AwsCredentials) credentials = NULL;

  g_assert_no_error (error);
  credentials = aws_credential_source_fetch (source, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, access_key);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, name);
}

static void
set_environment_keys (void)
{
  g_setenv ("AWS_ACCESS_KEY_ID", "AKIDENV", TRUE);
  g_setenv ("AWS_SECRET_ACCESS_KEY", "secret", TRUE);
  g_setenv ("AWS_SESSION_TOKEN", "token", TRUE);
}

/* Makes the shared files appear to belong to another user. */
static void
hide_files (Fixture *fixture, gboolean hide)
{
  g_autofree char *aws = g_build_filename (fixture->home, ".aws", NULL);

  if (getuid () == 0)
    g_assert_cmpint (seteuid (hide ? 65534 : 0), ==, 0);
  else
    g_assert_cmpint (g_chmod (aws, hide ? 0 : 0700), ==, 0);
}

static void
assert_gives_nothing (AwsError code, const char *words)
{
  g_autoptr (AwsConfig) config = make_config (NULL);
  g_autoptr (AwsCredentialSource) source = aws_identity_new_source (config, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, words));
}

/* The home folder of another user is ignored. */
static void
test_files_of_another_user (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};

  hide_files (fixture, TRUE);
  assert_gives (&keys, "AKIDPROP", "properties");
  assert_gives_nothing (AWS_ERROR_NO_CREDENTIALS, "/.aws/config cannot be read: ");
  set_environment_keys ();
  assert_gives (NULL, "AKIDENV", "env");
  hide_files (fixture, FALSE);
}

/* A file that exists, or that a setting names, may be meant to give credentials, so an error is reported. */
static void
test_unusable_file (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};

  g_setenv ("AWS_CONFIG_FILE", fixture->home, TRUE);
  assert_gives (&keys, "AKIDPROP", "properties");
  assert_gives_nothing (AWS_ERROR_SETTINGS,
      " cannot be read: it is not a regular file; make it readable, or set AWS_CONFIG_FILE to "
      "another file or to /dev/null");
  g_setenv ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x", TRUE);
  assert_gives_nothing (AWS_ERROR_SETTINGS, " cannot be read: it is not a regular file; ");
  set_environment_keys ();
  assert_gives (NULL, "AKIDENV", "env");
}

static void
test_order (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};
  const AwsIdentityOptions file = {.credential_path = fixture->credential_file};
  const AwsIdentityOptions blank = {.credential_path = " "};

  set_environment_keys ();
  assert_gives (&keys, "AKIDPROP", "properties");
  assert_gives (&file, "AKIDFILE", "credential-path");
  assert_gives (&blank, "AKIDENV", "env");
  assert_gives (NULL, "AKIDENV", "env");
}

static GError *
assert_fails (AwsError code, const char *name)
{
  g_autoptr (AwsConfig) config = make_config (NULL);
  g_autoptr (AwsCredentialSource) source = aws_identity_new_source (config, NULL, NULL);
  GError *error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, name);
  return error;
}

static void
assert_profile_gives (const char *profile, const char *access_key)
{
  g_autoptr (AwsConfig) config = make_config (profile);
  g_autoptr (AwsCredentialSource) source = aws_identity_new_source (config, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, access_key);
}

static GError *
assert_profile_fails (const char *profile)
{
  g_autoptr (AwsConfig) config = make_config (profile);
  g_autoptr (AwsCredentialSource) source = aws_identity_new_source (config, NULL, NULL);
  GError *error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS);
  return error;
}

static void
test_none (Fixture *fixture, gconstpointer unused)
{
  static const char *const names[] = {"env", "web-identity", "profile", "container", "imds"};
  g_autoptr (GError) error = assert_fails (AWS_ERROR_NO_CREDENTIALS, "none");
  const char *rest = error->message;

  g_assert_true (g_str_has_prefix (rest, "No credentials found: "));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *entry = g_strdup_printf (" %s: ", names[i]);

    rest = strstr (rest, entry);
    g_assert_nonnull (rest);
  }
}

/* If a configured source fails, the next source is not used instead. */
static void
test_failure_ends (Fixture *fixture, gconstpointer unused)
{
  g_setenv ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/", TRUE);
  g_error_free (assert_fails (AWS_ERROR_SETTINGS, "container"));
  g_setenv ("AWS_ACCESS_KEY_ID", "AKIDENV", TRUE);
  g_error_free (assert_fails (AWS_ERROR_SETTINGS, "env"));
}

/* If a profile is set, only the profile is used. A profile that the environment names has its place in the
 * default order. */
static void
test_profile (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/", TRUE);
  g_setenv ("AWS_PROFILE", "camera", TRUE);
  assert_gives (NULL, "AKIDCAMERA", "profile");
  set_environment_keys ();
  assert_gives (NULL, "AKIDENV", "env");
  assert_profile_gives ("camera", "AKIDCAMERA");

  error = assert_profile_fails ("empty");
  g_assert_true (g_str_has_prefix (error->message, "No credentials found: profile: "));
  g_assert_null (strstr (error->message, "env: "));
}

/* An incomplete identity is never completed with parts of another one. */
static void
test_not_mixed (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (AwsCredentials) credentials = NULL;

  set_environment_keys ();
  config = make_config (NULL);
  source = aws_identity_new_source (config, &keys, NULL);
  credentials = aws_credential_source_fetch (source, NULL, NULL);
  g_assert_null (aws_credentials_get_session_token (credentials));
}

static void
assert_refused (const char *profile, const AwsIdentityOptions *options, const char *message)
{
  g_autoptr (AwsConfig) config = make_config (profile);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) same = NULL;

  g_assert_null (aws_identity_new_source (config, options, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (aws_identity_get_provider (config, options, &same));
  g_assert_cmpstr (same->message, ==, message);
}

static void
test_half_set (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    AwsIdentityOptions options;
    const char *missing;
  } cases[] = {
      {{.access_key = "AKIDPROP"}, "secret-key"},
      {{.access_key = "AKIDPROP", .secret_key = ""}, "secret-key"},
      {{.access_key = "AKIDPROP", .session_token = "token"}, "secret-key"},
      {{.secret_key = "secret"}, "access-key"},
      {{.access_key = " ", .secret_key = "secret"}, "access-key"},
      {{.session_token = "token"}, "access-key"},
  };

  set_environment_keys ();
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *message = g_strdup_printf (
        "Incomplete credentials: %s is not set, or empty; access-key and secret-key go together, and "
        "session-token only with them",
        cases[i].missing);

    assert_refused (NULL, &cases[i].options, message);
  }
}

/* A device that never fetches credentials in this test. */
static const AwsIotOptions device = {.endpoint = "iot.example",
    .cert_path = "/nonexistent/cert.pem",
    .key_path = "/nonexistent/key.pem",
    .role_alias = "alias",
    .thing_name = "camera"};

static void
test_iot (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions options = {.iot = &device};
  const AwsIotOptions half = {.endpoint = "iot.example"};
  const AwsIdentityOptions half_set = {.iot = &half};
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) half_error = NULL;

  set_environment_keys ();
  config = make_config (NULL);
  source = aws_identity_new_source (config, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "iot");
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_null (aws_identity_new_source (config, &half_set, &half_error));
  g_assert_error (half_error, AWS_ERROR, AWS_ERROR_SETTINGS);
}

static void
test_contradictions (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};
  const AwsIdentityOptions token = {.session_token = "token"};
  const AwsIdentityOptions file = {.credential_path = fixture->credential_file};
  const AwsIdentityOptions iot_and_keys = {
      .access_key = "AKIDPROP", .secret_key = "secret", .iot = &device};
  const AwsIdentityOptions both = {.access_key = "AKIDPROP",
      .secret_key = "secret",
      .credential_path = fixture->credential_file};

  assert_refused ("camera", &keys,
      "access-key and profile are both set, and each of them sets the credentials: set one of them");
  assert_refused ("camera", &token,
      "session-token and profile are both set, and each of them sets the credentials: set one of them");
  assert_refused ("camera", &file,
      "credential-path and profile are both set, and each of them sets the credentials: set one of them");
  assert_refused (NULL, &iot_and_keys,
      "iot-certificate and access-key are both set, and each of them sets the credentials: set one of "
      "them");
  assert_refused (NULL, &both,
      "access-key and credential-path are both set, and each of them sets the credentials: set one of "
      "them");
}

static AwsCredentialsProvider *
get_provider (const AwsIdentityOptions *options)
{
  g_autoptr (AwsConfig) config = make_config (NULL);
  g_autoptr (GError) error = NULL;
  AwsCredentialsProvider *provider = aws_identity_get_provider (config, options, &error);

  g_assert_no_error (error);
  return provider;
}

static void
test_shared (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions keys = {.access_key = "AKIDPROP", .secret_key = "secret"};
  AwsIotOptions other_device = device;
  const AwsIdentityOptions others[] = {
      {.iot = &other_device},
      {.access_key = "AKIDPROP", .secret_key = "secret2"},
      {.access_key = "AKIDPROPs", .secret_key = "ecret"},
      {.access_key = "AKIDPROP", .secret_key = "secret", .session_token = "token"},
      {.credential_path = fixture->credential_file},
      {.access_key = "AKIDPROP", .secret_key = "secret", .role_arn = "r"},
      {.access_key = "AKIDPROP", .secret_key = "secret", .role_arn = "r", .external_id = "x"},
      {NULL},
  };
  const AwsIdentityOptions of_device = {.iot = &device};
  g_autoptr (AwsCredentialsProvider) first = get_provider (&keys);
  g_autoptr (AwsCredentialsProvider) second = get_provider (&keys);
  g_autoptr (AwsCredentialsProvider) third = get_provider (&of_device);

  g_assert_true (first == second);
  other_device.thing_name = "camera2";
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (AwsCredentialsProvider) other = get_provider (&others[i]);

    g_assert_true (other != first);
    g_assert_true (other != third);
    g_assert_cmpstr (
        aws_credentials_provider_get_id (other), !=, aws_credentials_provider_get_id (first));
  }
}

static void
test_shared_while_alive (Fixture *fixture, gconstpointer unused)
{
  AwsCredentialsProvider *first = get_provider (NULL);
  g_autofree char *id = g_strdup (aws_credentials_provider_get_id (first));
  g_autoptr (AwsCredentialsProvider) second = NULL;

  g_assert_finalize_object (first);
  second = get_provider (NULL);
  g_assert_cmpstr (aws_credentials_provider_get_id (second), ==, id);
}

/* The environment is a part of the identity. */
static void
test_environment_changes (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentialsProvider) before = get_provider (NULL);
  g_autoptr (AwsCredentialsProvider) after = NULL;

  set_environment_keys ();
  after = get_provider (NULL);
  g_assert_true (before != after);
}

static void
test_external_id_alone (Fixture *fixture, gconstpointer unused)
{
  const AwsIdentityOptions options = {.external_id = "1234"};

  assert_refused (NULL, &options,
      "external-id is set, but role-arn is not: an external id is a part of assuming a role");
}

/* A role is assumed with the identity that is set, or else with the default one. */
static void
check_role (const AwsIdentityOptions *options, const char *base)
{
  static const ScriptReply reply = {"200 OK", NULL,
      "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>"
      "<SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken>"
      "<Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
      "</AssumeRoleResponse>"};
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);
  g_autofree char *url = script_server_make_url (server, "/");
  g_autofree char *credential = g_strdup_printf ("Credential=%s/", base);
  const char *request;

  g_setenv ("AWS_ENDPOINT_URL_STS", url, TRUE);
  g_setenv ("AWS_REGION", "eu-central-1", TRUE);
  assert_gives (options, "AKIDROLE", "assume-role");
  g_assert_cmpuint (script_server_count (server), ==, 1);
  request = script_server_get (server, 0);
  g_assert_nonnull (strstr (request, credential));
  g_assert_nonnull (strstr (request, "camera-role"));
  g_assert_cmpint (strstr (request, "ExternalId=1234") != NULL, ==, options->external_id != NULL);
}

static void
test_role (Fixture *fixture, gconstpointer unused)
{
  const char *role = "arn:aws:iam::123456789012:role/camera-role";
  const AwsIdentityOptions of_keys = {
      .access_key = "AKIDPROP", .secret_key = "secret", .role_arn = role, .external_id = "1234"};
  const AwsIdentityOptions of_file = {
      .credential_path = fixture->credential_file, .role_arn = role};
  const AwsIdentityOptions of_environment = {.role_arn = role};

  set_environment_keys ();
  check_role (&of_keys, "AKIDPROP");
  check_role (&of_file, "AKIDFILE");
  check_role (&of_environment, "AKIDENV");
}

/* One of the users of the provider, in a thread of its own. */
static gpointer
use (gpointer unused)
{
  g_autoptr (AwsCredentialsProvider) provider = get_provider (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credentials_provider_get (provider, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKIDCONTAINER");
  return NULL;
}

static void
test_one_fetch (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply reply = {"200 OK", NULL,
      "{\"AccessKeyId\":\"AKIDCONTAINER\",\"SecretAccessKey\":\"secret\",\"Token\":\"token\","
      "\"Expiration\":\"2100-01-01T00:00:00Z\"}"};
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);
  g_autofree char *url = script_server_make_url (server, "/");
  g_autoptr (AwsCredentialsProvider) provider = NULL;
  GThread *threads[100];

  g_setenv ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, TRUE);
  provider = get_provider (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("user", use, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (script_server_count (server), ==, 1);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *full_path = g_strconcat ("/awsidentity/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("order", test_order);
  add ("none", test_none);
  add ("files-of-another-user", test_files_of_another_user);
  add ("unusable-file", test_unusable_file);
  add ("failure-ends", test_failure_ends);
  add ("profile", test_profile);
  add ("not-mixed", test_not_mixed);
  add ("half-set", test_half_set);
  add ("iot", test_iot);
  add ("contradictions", test_contradictions);
  add ("external-id-alone", test_external_id_alone);
  add ("role", test_role);
  add ("shared/all", test_shared);
  add ("shared/while-alive", test_shared_while_alive);
  add ("shared/one-fetch", test_one_fetch);
  add ("shared/environment-changes", test_environment_changes);
  return g_test_run ();
}
