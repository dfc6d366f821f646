/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the requests to the Security Token Service, and the result of each kind of reply. */
#include "awssts.h"

#include "awsstaticsource.h"
#include "fakeclock.h"
#include "scriptserver.h"

#include <string.h>

#define ROLE_ARN "arn:aws:iam::123456789012:role/path/name"
#define TOKEN "eyJhbGciOi.JSUzI1NiJ9+/=&x"
#define ESCAPED_TOKEN "eyJhbGciOi.JSUzI1NiJ9+/=&amp;x"
#define REPLY                                                                                      \
  "<R xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>"         \
  "<AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"                       \
  "<SessionToken>token</SessionToken><Expiration>2009-02-13T23:31:30Z</Expiration>"                \
  "</Credentials></AssumeRoleResult></R>"

/* What it says with a status other than 200. */
#define FAULT(code, message)                                                                       \
  "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"  \
  "<Code>" code "</Code><Message>" message "</Message></Error><RequestId>id-1</RequestId>"         \
  "</ErrorResponse>"

static AwsClient *
make_client (gboolean is_signed)
{
  const AwsHttpOptions options = {.completion_timeout_ms = 1000};
  g_autoptr (AwsHttp) http = aws_http_new (&options, NULL);
  g_autoptr (FakeClock) clock = fake_clock_new (1234567890000000);
  g_autoptr (AwsCredentials) credentials = aws_credentials_new ("AKID", "KEY", NULL, NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "test");
  g_autoptr (AwsCredentialsProvider) provider =
      aws_credentials_provider_new (source, "id", AWS_CLOCK (clock));
  AwsClient *client = aws_client_new (http, is_signed ? provider : NULL, "eu-central-1");

  aws_client_set_clock (client, AWS_CLOCK (clock));
  aws_client_set_max_attempts (client, 3);
  return client;
}

static GUri *
make_uri (ScriptServer *server)
{
  g_autofree char *url = script_server_make_url (server, "/");

  return g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
}

static AwsCredentials *
assume_role (
    ScriptServer *server, const AwsStsRole *role, GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsClient) client = make_client (TRUE);
  g_autoptr (GUri) uri = make_uri (server);

  return aws_sts_assume_role (&(const AwsSts){client, uri}, role, cancellable, error);
}

static AwsCredentials *
assume_role_with_web_identity (ScriptServer *server, GError **error)
{
  const AwsStsRole role = {ROLE_ARN, "session", NULL, 0};
  g_autoptr (AwsClient) client = make_client (FALSE);
  g_autoptr (GUri) uri = make_uri (server);

  return aws_sts_assume_role_with_web_identity (
      &(const AwsSts){client, uri}, &role, TOKEN, NULL, error);
}

static void
assert_credentials (AwsCredentials *credentials)
{
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "ASIA");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567890000000);
}

static void
assert_asks (const AwsStsRole *role, const char *form)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = assume_role (server, role, NULL, &error);
  const char *request;

  g_assert_no_error (error);
  assert_credentials (credentials);
  g_assert_cmpuint (script_server_count (server), ==, 1);
  request = script_server_get (server, 0);
  g_assert_true (g_str_has_prefix (request, "POST / HTTP/1.1\r\n"));
  g_assert_nonnull (
      strstr (request, "\r\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\r\n"));
  g_assert_nonnull (strstr (request, "\r\nAuthorization: AWS4-HMAC-SHA256 "
                                     "Credential=AKID/20090213/eu-central-1/sts/aws4_request, "
                                     "SignedHeaders=content-type;host;x-amz-date, Signature="));
  g_assert_cmpstr (script_server_get_body (server, 0), ==, form);
}

static void
test_assume_role (void)
{
  assert_asks (&(AwsStsRole){ROLE_ARN, "a+b=c,d.e@f-g_1", NULL, 0},
      "Action=AssumeRole&Version=2011-06-15"
      "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fname"
      "&RoleSessionName=a%2Bb%3Dc%2Cd.e%40f-g_1");
  assert_asks (&(AwsStsRole){"arn:aws:iam::1:role/x", "session", "a b&\xc3\xbc~", 900},
      "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fx"
      "&RoleSessionName=session&DurationSeconds=900&ExternalId=a%20b%26%C3%BC~");
}

static void
test_web_identity (void)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = assume_role_with_web_identity (server, &error);

  g_assert_no_error (error);
  assert_credentials (credentials);
  g_assert_null (strstr (script_server_get (server, 0), "Authorization"));
  g_assert_null (strstr (script_server_get (server, 0), "X-Amz-Date"));
  g_assert_cmpstr (script_server_get_body (server, 0), ==,
      "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
      "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpath%2Fname"
      "&RoleSessionName=session&WebIdentityToken=eyJhbGciOi.JSUzI1NiJ9%2B%2F%3D%26x");
}

static void
test_bad_role (void)
{
#define BAD_SESSION "it has 2 to 64 letters, digits and _+=,.@-"
  static const struct {
    AwsStsRole role;
    const char *message;
  } rows[] = {
      {{"name", "session", NULL, 0},
          "The role 'name' is not an ARN, such as arn:aws:iam::123456789012:role/name"},
      {{"arn:a b", "session", NULL, 0},
          "The role 'arn:a b' is not an ARN, such as arn:aws:iam::123456789012:role/name"},
      {{ROLE_ARN, "a", NULL, 0}, "The role's session name 'a' cannot be used: " BAD_SESSION},
      {{ROLE_ARN, "a b", NULL, 0}, "The role's session name 'a b' cannot be used: " BAD_SESSION},
      {{ROLE_ARN, "ab\n", NULL, 0}, "The role's session name 'ab\n' cannot be used: " BAD_SESSION},
      {{ROLE_ARN, "session", NULL, 899},
          "Invalid role session duration 899 s: must be 900 to 43200 s"},
      {{ROLE_ARN, "session", NULL, 43201},
          "Invalid role session duration 43201 s: must be 900 to 43200 s"},
  };
  static const ScriptReply reply = {"200 OK", NULL, REPLY};
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (assume_role (server, &rows[i].role, NULL, &error));
    script_server_assert_failure (server, error, AWS_ERROR_SETTINGS, rows[i].message);
  }
  g_assert_cmpuint (script_server_count (server), ==, 0);
}

static void
assert_fails (const ScriptReply *reply, guint n_attempts, AwsError code, const char *message)
{
  g_autoptr (ScriptServer) server = script_server_new (reply, 1, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (assume_role_with_web_identity (server, &error));
  script_server_assert_failure (server, error, code, message);
  g_assert_cmpuint (script_server_count (server), ==, n_attempts);
}

/* A request that the service rejects for good is sent once. */
static void
test_refused (void)
{
  static const struct {
    ScriptReply reply;
    AwsError code;
    const char *message;
  } rows[] = {
      {{"403 Forbidden", "x-amzn-RequestId: id-2\r\n",
           FAULT ("AccessDenied", "Not authorized to perform &lt;that&gt;.")},
          AWS_ERROR_NOT_AUTHORIZED,
          "HOST answered 403 AccessDenied: Not authorized to perform <that>; allow it in the "
          "policies of the identity (request id-2)"},
      {{"400 Bad Request", NULL, FAULT ("ExpiredTokenException", "Token expired")},
          AWS_ERROR_NOT_AUTHORIZED,
          "HOST answered 400 ExpiredTokenException: Token expired; the credentials have expired, get "
          "new ones (request id-1)"},
      {{"400 Bad Request", NULL, FAULT ("ValidationError", "The token " ESCAPED_TOKEN " is odd")},
          AWS_ERROR_INVALID_REQUEST,
          "HOST answered 400 ValidationError: The token … is odd (request id-1)"},
      {{"302 Found", "Location: http://127.0.0.2/\r\n", NULL}, AWS_ERROR_REDIRECT,
          "HOST answered 302 Found to 127.0.0.2; redirects are not followed, check the endpoint"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_fails (&rows[i].reply, 1, rows[i].code, rows[i].message);
}

/* A transient failure is retried as often as the client allows. */
static void
test_retried (void)
{
  static const ScriptReply replies[] = {
      {"400 Bad Request", NULL, FAULT ("IDPCommunicationError", "No answer")},
      {"200 OK", NULL, ""},
      {"200 OK", NULL, REPLY},
  };
  g_autoptr (ScriptServer) server = script_server_new (replies, G_N_ELEMENTS (replies), NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = assume_role_with_web_identity (server, &error);

  g_assert_no_error (error);
  assert_credentials (credentials);
}

static void
test_gives_up (void)
{
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, ' ');
  const struct {
    ScriptReply reply;
    AwsError code;
    const char *message;
  } rows[] = {
      {{"400 Bad Request", NULL, FAULT ("IDPCommunicationError", "No answer")}, AWS_ERROR_SERVER,
          "after 3 attempts: HOST answered 400 IDPCommunicationError: No answer; try again later "
          "(request id-1)"},
      {{"503 Service Unavailable", NULL, "<html><title>Busy</title>"}, AWS_ERROR_SERVER,
          "after 3 attempts: HOST answered 503 Service Unavailable: Busy; try again later"},
      {{"200 OK", NULL, ""}, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no credentials: it is not XML"},
      {{"200 OK", NULL, "<R><S><Credentials/></S></R>"}, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no credentials: AccessKeyId is missing"},
      {{"200 OK", NULL, huge}, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST sent more than the 65536 bytes that were expected"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_fails (&rows[i].reply, 3, rows[i].code, rows[i].message);
}

typedef struct {
  ScriptServer *server;
  GCancellable *cancellable;
} Canceller;

static gpointer
cancel_when_asked (gpointer data)
{
  Canceller *self = data;

  script_server_wait (self->server, 1);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
test_cancel (void)
{
  static const ScriptReply reply = {NULL};
  const AwsStsRole role = {ROLE_ARN, "session", NULL, 0};
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (ScriptServer) server = script_server_new (&reply, 1, NULL);
  Canceller canceller = {server, cancellable};
  GThread *thread = g_thread_new ("cancel", cancel_when_asked, &canceller);
  g_autoptr (GError) error = NULL;

  g_assert_null (assume_role (server, &role, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awssts/assume-role", test_assume_role);
  g_test_add_func ("/awssts/web-identity", test_web_identity);
  g_test_add_func ("/awssts/bad-role", test_bad_role);
  g_test_add_func ("/awssts/refused", test_refused);
  g_test_add_func ("/awssts/retried", test_retried);
  g_test_add_func ("/awssts/gives-up", test_gives_up);
  g_test_add_func ("/awssts/cancel", test_cancel);
  return g_test_run ();
}
