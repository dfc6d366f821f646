/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the credentials of instances against a metadata service that does everything right, and
 * everything wrong, and on a machine that has none. */
#include "awsimdssource.h"

#include "awserror.h"
#include "fakeclock.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testfetch.h"

#include <string.h>

#define ENDPOINT "AWS_EC2_METADATA_SERVICE_ENDPOINT"
#define SECRET "wJalrXUtnFEMI"
#define TOKEN "AQAEAsecret-token=="

#define PUT_LINE "PUT /latest/api/token HTTP/1.1\r\n"
#define ROLE_LINE "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n"
#define KEYS_LINE "GET /latest/meta-data/iam/security-credentials/a-role HTTP/1.1\r\n"

#define TOKEN_REPLY                                                                                \
  {                                                                                                \
    "200 OK", "X-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", TOKEN                             \
  }
#define ROLE_REPLY                                                                                 \
  {                                                                                                \
    "200 OK", NULL, "a-role"                                                                       \
  }
#define KEYS_REPLY                                                                                 \
  {                                                                                                \
    "200 OK", NULL,                                                                                \
        "{\n  \"Code\" : \"Success\",\n  \"LastUpdated\" : \"2026-11-20T08:00:00Z\",\n"            \
        "  \"Type\" : \"AWS-HMAC\",\n  \"AccessKeyId\" : \"AKID\",\n"                              \
        "  \"SecretAccessKey\" : \"" SECRET "\",\n  \"Token\" : \"token\",\n"                      \
        "  \"Expiration\" : \"2100-01-01T00:00:00Z\"\n}"                                           \
  }

typedef struct {
  ScriptServer *server;
  FakeClock *clock;
  AwsCredentialSource *source;
  char *host;
} Fixture;

/* With one further variable, unless @variable is NULL. */
static void
fixture_init (Fixture *fixture, const ScriptReply *replies, gsize n_replies, const char *variable,
    const char *value)
{
  g_autoptr (AwsConfig) config = NULL;
  g_autofree char *url = NULL;

  fixture->server = script_server_new (replies, n_replies, NULL);
  fixture->clock = fake_clock_new (0);
  fixture->host = g_strdup_printf ("127.0.0.1:%u", script_server_get_port (fixture->server));
  url = script_server_make_url (fixture->server, "");
  test_environment_set ((const char *const[]){ENDPOINT, url, variable, value, NULL});
  config = test_environment_make_config (AWS_CLOCK (fixture->clock));
  fixture->source = aws_imds_source_new (config);
}

static void
fixture_clear (Fixture *fixture)
{
  g_object_unref (fixture->source);
  g_object_unref (fixture->clock);
  script_server_free (fixture->server);
  g_free (fixture->host);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static void
assert_gives (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credential_source_fetch (fixture->source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 4102444800000000);
}

/* %s in @format stands for the server. */
static void
assert_fails (Fixture *fixture, int code, const char *format)
{
  g_auto (GStrv) parts = g_strsplit (format, "%s", -1);
  g_autofree char *message = g_strjoinv (fixture->host, parts);
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (fixture->source, NULL, &error));
  g_assert_error (error, AWS_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (strstr (error->message, SECRET));
  g_assert_null (strstr (error->message, TOKEN));
}

static void
assert_request (Fixture *fixture, guint index, const char *line, const char *header)
{
  const char *request = script_server_get (fixture->server, index);

  g_assert_true (g_str_has_prefix (request, line));
  if (header != NULL)
    g_assert_nonnull (strstr (request, header));
}

#define TOKEN_HEADER "\r\nx-aws-ec2-metadata-token: " TOKEN "\r\n"

static void
test_name (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, 1, NULL, NULL);
  g_assert_cmpstr (aws_credential_source_get_name (fixture.source), ==, "imds");
  g_assert_true (aws_credential_source_is_statically_stable (fixture.source));
}

static void
test_requests (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, 3, NULL, NULL);
  assert_gives (&fixture);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 3);
  assert_request (&fixture, 0, PUT_LINE, "\r\nx-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
  assert_request (&fixture, 0, PUT_LINE, "\r\nContent-Length: 0\r\n");
  assert_request (&fixture, 1, ROLE_LINE, TOKEN_HEADER);
  assert_request (&fixture, 2, KEYS_LINE, TOKEN_HEADER);
}

static void
test_token_kept (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY, ROLE_REPLY, KEYS_REPLY,
      TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), NULL, NULL);
  assert_gives (&fixture);
  fake_clock_advance (fixture.clock, (gint64)(21600 - 121) * G_USEC_PER_SEC);
  assert_gives (&fixture);
  assert_request (&fixture, 3, ROLE_LINE, TOKEN_HEADER);
  fake_clock_advance (fixture.clock, 1 * G_USEC_PER_SEC);
  assert_gives (&fixture);
  assert_request (&fixture, 5, PUT_LINE, NULL);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 8);
}

static void
test_token_forgotten (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, {"401 Unauthorized", NULL, NULL},
      TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), NULL, NULL);
  assert_gives (&fixture);
  assert_request (&fixture, 3, PUT_LINE, NULL);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 6);
}

static void
test_token_refused (void)
{
  static const ScriptReply replies[] = {
      TOKEN_REPLY, {"401 Unauthorized", NULL, NULL}, TOKEN_REPLY, {"401 Unauthorized", NULL, NULL}};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), NULL, NULL);
  assert_fails (&fixture, AWS_ERROR_NOT_AUTHORIZED,
      "No credentials of the instance: %s answered 401 Unauthorized; check the credentials and "
      "what they may do");
  g_assert_cmpuint (script_server_count (fixture.server), ==, 4);
}

#define AFTER "No credentials of the instance: after 3 attempts: "
#define NO_V2 ", so it is not an instance metadata service of version 2, or it is disabled"
#define NO_ROLE "%s says that the instance has no role; attach an instance profile"

/* Replies to one attempt, and what they lead to when each attempt gets them. */
static void
test_bad_replies (void)
{
  static const struct {
    ScriptReply replies[3];
    gsize n_replies;
    int code;
    guint requests;
    const char *message;
  } rows[] = {
      {{{"400 Bad Request", NULL, NULL}}, 1, AWS_ERROR_NOT_AUTHORIZED, 1,
          "No credentials of the instance: %s answered 400 Bad Request"},
      {{{"403 Forbidden", NULL, NULL}}, 1, AWS_ERROR_NO_CREDENTIALS, 1,
          "%s answered 403 Forbidden; check the credentials and what they may do" NO_V2},
      {{{"404 Not Found", NULL, NULL}}, 1, AWS_ERROR_NO_CREDENTIALS, 1,
          "%s answered 404 Not Found; check the endpoint" NO_V2},
      {{{"405 Method Not Allowed", NULL, NULL}}, 1, AWS_ERROR_NO_CREDENTIALS, 1,
          "%s answered 405 Method Not Allowed" NO_V2},
      {{{"302 Found", "Location: http://example.com/\r\n", NULL}}, 1, AWS_ERROR_REDIRECT, 1,
          "No credentials of the instance: %s answered 302 Found to example.com; redirects are not "
          "followed, check the endpoint"},
      {{{"500 Internal Server Error", NULL, NULL}}, 1, AWS_ERROR_SERVER, 3,
          AFTER "%s answered 500 Internal Server Error; try again later"},
      {{{"200 OK", NULL, ""}}, 1, AWS_ERROR_BAD_REPLY, 3,
          AFTER "%s sent something other than a session token"},
      {{{"200 OK", NULL, "a\r\nX: y"}}, 1, AWS_ERROR_BAD_REPLY, 3,
          AFTER "%s sent something other than a session token"},
      {{TOKEN_REPLY, {"404 Not Found", NULL, NULL}}, 2, AWS_ERROR_NO_CREDENTIALS, 2, NO_ROLE},
      {{TOKEN_REPLY, {"200 OK", NULL, " \n"}}, 2, AWS_ERROR_NO_CREDENTIALS, 2, NO_ROLE},
      {{TOKEN_REPLY, {"200 OK", NULL, "../../user-data"}}, 2, AWS_ERROR_BAD_REPLY, 4,
          AFTER "%s sent something other than the name of a role"},
      {{TOKEN_REPLY, {"200 OK", NULL, ".."}}, 2, AWS_ERROR_BAD_REPLY, 4,
          AFTER "%s sent something other than the name of a role"},
      {{TOKEN_REPLY, {"200 OK", NULL, "a?b"}}, 2, AWS_ERROR_BAD_REPLY, 4,
          AFTER "%s sent something other than the name of a role"},
      {{TOKEN_REPLY, {"200 OK", NULL, "a\nb"}}, 2, AWS_ERROR_BAD_REPLY, 4,
          AFTER "%s sent something other than the name of a role"},
      {{TOKEN_REPLY, ROLE_REPLY, {"404 Not Found", NULL, NULL}}, 3, AWS_ERROR_NOT_AUTHORIZED, 3,
          "No credentials of the instance: %s answered 404 Not Found; check the endpoint"},
      {{TOKEN_REPLY, ROLE_REPLY,
           {"200 OK", NULL,
               "{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"EC2 cannot assume the role "
               "a-role.\"}"}},
          3, AWS_ERROR_NOT_AUTHORIZED, 3,
          "No credentials of the instance: %s has no credentials of the instance's role: "
          "AssumeRoleUnauthorizedAccess; check the role and its trust policy"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Fixture) fixture = {NULL};

    g_test_message ("%s", rows[i].message);
    fixture_init (&fixture, rows[i].replies, rows[i].n_replies, NULL, NULL);
    assert_fails (&fixture, rows[i].code, rows[i].message);
    g_assert_cmpuint (script_server_count (fixture.server), ==, rows[i].requests);
  }
}

/* With a token at hand, an attempt is two requests. */
static void
assert_bad_credentials (const char *body, const char *format)
{
  const ScriptReply bad = {"200 OK", NULL, body};
  const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, bad, ROLE_REPLY, bad, ROLE_REPLY, bad};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), NULL, NULL);
  assert_fails (&fixture, AWS_ERROR_BAD_REPLY, format);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 7);
}

static void
test_bad_credentials (void)
{
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, ' ');

  assert_bad_credentials ("", AFTER "%s sent something other than a JSON object with credentials");
  assert_bad_credentials ("{\"Code\":\"Success\",\"AccessKeyId\":\"AKID\"}",
      AFTER "%s sent credentials that cannot be used: SecretAccessKey is missing");
  assert_bad_credentials ("{\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"" SECRET
                          "\",\"Token\":\"t\"}",
      AFTER "%s sent credentials that cannot be used: Expiration is missing");
  assert_bad_credentials ("{\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"" SECRET
                          "\",\"Token\":\"t\",\"Expiration\":\"later\"}",
      AFTER
      "%s sent credentials that cannot be used: Expiration is not a time with a zone, such as "
      "2026-11-20T08:00:00Z");
  assert_bad_credentials (huge, AFTER "%s sent more than the 65536 bytes that were expected");
}

static void
test_recovers (void)
{
  static const ScriptReply replies[] = {{"503 Service Unavailable", NULL, NULL}, TOKEN_REPLY,
      {"500 Internal Server Error", NULL, NULL}, ROLE_REPLY, KEYS_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), NULL, NULL);
  assert_gives (&fixture);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 5);
}

static void
test_number_of_attempts (void)
{
  static const ScriptReply replies[] = {{"500 Internal Server Error", NULL, NULL}};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, 1, "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1");
  assert_fails (&fixture, AWS_ERROR_SERVER,
      "No credentials of the instance: %s answered 500 Internal Server Error; try again later");
  g_assert_cmpuint (script_server_count (fixture.server), ==, 1);
}

#define SILENT                                                                                     \
  "no answer from %s within 1 s, as outside of EC2; in a container on EC2, the instance's "        \
  "HttpPutResponseHopLimit has to be 2"

static void
test_silent (void)
{
  static const ScriptReply replies[] = {{NULL}};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, 1, NULL, NULL);
  assert_fails (&fixture, AWS_ERROR_NO_CREDENTIALS, SILENT);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 1);
}

/* If a service has given credentials before, silence means that it is in trouble. */
static void
test_silent_later (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY, {NULL}};
  g_auto (Fixture) fixture = {NULL};
  g_autoptr (GError) error = NULL;

  fixture_init (
      &fixture, replies, G_N_ELEMENTS (replies), "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "2");
  assert_gives (&fixture);
  g_assert_null (aws_credential_source_fetch (fixture.source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT);
  g_assert_cmpuint (script_server_count (fixture.server), ==, 5);
}

static void
test_refused (void)
{
  static const ScriptReply replies[] = {{NULL}};
  g_auto (Fixture) fixture = {NULL};
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture, replies, 1, NULL, NULL);
  script_server_free (fixture.server);
  fixture.server = script_server_new (replies, 1, NULL);
  g_assert_null (aws_credential_source_fetch (fixture.source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS);
  g_assert_true (g_str_has_prefix (error->message, fixture.host));
}

static void
test_no_v1 (void)
{
  static const ScriptReply replies[] = {{"404 Not Found", NULL, NULL}, ROLE_REPLY, KEYS_REPLY};
  static const char *const values[] = {"true", "", "no"};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_auto (Fixture) fixture = {NULL};

    fixture_init (
        &fixture, replies, G_N_ELEMENTS (replies), "AWS_EC2_METADATA_V1_DISABLED", values[i]);
    assert_fails (
        &fixture, AWS_ERROR_NO_CREDENTIALS, "%s answered 404 Not Found; check the endpoint" NO_V2);
    g_assert_cmpuint (script_server_count (fixture.server), ==, 1);
  }
}

static void
test_v1 (void)
{
  static const char *const statuses[] = {
      "403 Forbidden", "404 Not Found", "405 Method Not Allowed"};

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++) {
    const ScriptReply replies[] = {{statuses[i], NULL, NULL}, ROLE_REPLY, KEYS_REPLY};
    g_auto (Fixture) fixture = {NULL};

    fixture_init (
        &fixture, replies, G_N_ELEMENTS (replies), "AWS_EC2_METADATA_V1_DISABLED", "False");
    assert_gives (&fixture);
    g_assert_null (strstr (script_server_get (fixture.server, 1), "x-aws-ec2-metadata-token"));
  }
}

/* A token that fails for another reason does not allow version 1 either. */
static void
test_no_v1_after_400 (void)
{
  static const ScriptReply replies[] = {{"400 Bad Request", NULL, NULL}, ROLE_REPLY, KEYS_REPLY};
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, replies, G_N_ELEMENTS (replies), "AWS_EC2_METADATA_V1_DISABLED", "false");
  assert_fails (&fixture, AWS_ERROR_NOT_AUTHORIZED,
      "No credentials of the instance: %s answered 400 Bad Request");
}

static void
test_disabled (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY};
  static const char *const values[] = {"true", "TRUE", "false"};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_auto (Fixture) fixture = {NULL};

    fixture_init (
        &fixture, replies, G_N_ELEMENTS (replies), "AWS_EC2_METADATA_DISABLED", values[i]);
    if (i < 2)
      assert_fails (&fixture, AWS_ERROR_NO_CREDENTIALS, "AWS_EC2_METADATA_DISABLED is true");
    else
      assert_gives (&fixture);
  }
}

static void
test_bad_settings (void)
{
  static const struct {
    const char *variable;
    const char *value;
    const char *message;
  } rows[] = {
      {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv5",
          "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, or ec2_metadata_service_endpoint_mode of the "
          "profile, is 'IPv5', which cannot be used: it is IPv4 or IPv6"},
      {"AWS_METADATA_SERVICE_TIMEOUT", "0",
          "AWS_METADATA_SERVICE_TIMEOUT, or metadata_service_timeout of the profile, is '0', which "
          "cannot be used: it is a whole number from 1 to 3600"},
      {"AWS_METADATA_SERVICE_NUM_ATTEMPTS", "many",
          "AWS_METADATA_SERVICE_NUM_ATTEMPTS, or metadata_service_num_attempts of the profile, is "
          "'many', which cannot be used: it is a whole number from 1 to 100"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *const variables[] = {rows[i].variable, rows[i].value, NULL};
    g_autoptr (AwsConfig) config = NULL;
    g_autoptr (AwsCredentialSource) source = NULL;
    g_autoptr (GError) error = NULL;

    test_environment_set (variables);
    config = test_environment_make_config (NULL);
    source = aws_imds_source_new (config);
    g_assert_null (aws_credential_source_fetch (source, NULL, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

static void
test_bad_endpoint (void)
{
  const char *const variables[] = {ENDPOINT, "169.254.169.254", NULL};
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (GError) error = NULL;

  test_environment_set (variables);
  config = test_environment_make_config (NULL);
  source = aws_imds_source_new (config);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, ENDPOINT ", or ec2_metadata_service_endpoint "
                                                            "of the profile: "));
}

/* Also with a base path, and with a mode that does not count then. */
static void
test_endpoint_with_path (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, ROLE_REPLY, KEYS_REPLY};
  g_autoptr (ScriptServer) server = script_server_new (replies, 3, NULL);
  g_autofree char *url = script_server_make_url (server, "/base/");
  const char *const variables[] = {
      ENDPOINT, url, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6", NULL};
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (AwsCredentials) credentials = NULL;

  test_environment_set (variables);
  config = test_environment_make_config (NULL);
  source = aws_imds_source_new (config);
  credentials = aws_credential_source_fetch (source, NULL, NULL);
  g_assert_nonnull (credentials);
  g_assert_true (
      g_str_has_prefix (script_server_get (server, 0), "PUT /base/latest/api/token HTTP/1.1\r\n"));
}

static void
test_cancel (void)
{
  static const ScriptReply replies[] = {TOKEN_REPLY, {NULL}};
  g_auto (Fixture) fixture = {NULL};
  TestFetch *fetch;

  fixture_init (&fixture, replies, 2, "AWS_METADATA_SERVICE_TIMEOUT", "1000");
  fetch = test_fetch_new (fixture.source);
  script_server_wait (fixture.server, 2);
  test_fetch_assert_cancels (fetch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsimdssource/name", test_name);
  g_test_add_func ("/awsimdssource/requests", test_requests);
  g_test_add_func ("/awsimdssource/token-kept", test_token_kept);
  g_test_add_func ("/awsimdssource/token-forgotten", test_token_forgotten);
  g_test_add_func ("/awsimdssource/token-refused", test_token_refused);
  g_test_add_func ("/awsimdssource/bad-replies", test_bad_replies);
  g_test_add_func ("/awsimdssource/bad-credentials", test_bad_credentials);
  g_test_add_func ("/awsimdssource/recovers", test_recovers);
  g_test_add_func ("/awsimdssource/number-of-attempts", test_number_of_attempts);
  g_test_add_func ("/awsimdssource/silent", test_silent);
  g_test_add_func ("/awsimdssource/silent-later", test_silent_later);
  g_test_add_func ("/awsimdssource/refused", test_refused);
  g_test_add_func ("/awsimdssource/no-v1", test_no_v1);
  g_test_add_func ("/awsimdssource/v1", test_v1);
  g_test_add_func ("/awsimdssource/no-v1-after-400", test_no_v1_after_400);
  g_test_add_func ("/awsimdssource/disabled", test_disabled);
  g_test_add_func ("/awsimdssource/bad-settings", test_bad_settings);
  g_test_add_func ("/awsimdssource/bad-endpoint", test_bad_endpoint);
  g_test_add_func ("/awsimdssource/endpoint-with-path", test_endpoint_with_path);
  g_test_add_func ("/awsimdssource/cancel", test_cancel);
  return g_test_run ();
}
