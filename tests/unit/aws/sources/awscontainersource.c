/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the credentials of containers against servers that behave well and badly, and that the token is sent
 * only where it may be. */
#include "awscontainersource.h"

#include "awserror.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testfetch.h"

#include <fakeclock.h>
#include <glib/gstdio.h>
#include <string.h>

#define RELATIVE "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
#define FULL "AWS_CONTAINER_CREDENTIALS_FULL_URI"
#define TOKEN "AWS_CONTAINER_AUTHORIZATION_TOKEN"
#define TOKEN_FILE "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"

#define SECRET "wJalrXUtnFEMI"
#define AUTHORIZATION "eyJhbGciOiJSUzI1NiJ9.secret"
#define KEYS                                                                                       \
  "\"RoleArn\":\"arn:aws:iam::123456789012:role/x\",\"AccessKeyId\":\"AKID\","                     \
  "\"SecretAccessKey\":\"" SECRET "\",\"Token\":\"token\""
#define GOOD "{" KEYS ",\"Expiration\":\"2100-01-01T00:00:00Z\"}"

static AwsCredentialSource *
make_source (const char *const *variables)
{
  g_autoptr (FakeClock) clock = fake_clock_new (0);
  g_autoptr (AwsConfig) config = NULL;

  test_environment_set (variables);
  config = test_environment_make_config (AWS_CLOCK (clock));
  return aws_container_source_new (config);
}

/* A source that asks @server, with a token unless that is NULL. */
static AwsCredentialSource *
make_source_for (ScriptServer *server, const char *token)
{
  g_autofree char *url = script_server_make_url (server, "/v1/credentials?id=1");
  const char *const variables[] = {FULL, url, token != NULL ? TOKEN : NULL, token, NULL};

  return make_source (variables);
}

static void
assert_fails (AwsCredentialSource *source, int code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (strstr (error->message, SECRET));
  g_assert_null (strstr (error->message, AUTHORIZATION));
}

static void
test_name (void)
{
  const char *const variables[] = {NULL};
  g_autoptr (AwsCredentialSource) source = make_source (variables);

  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "container");
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

static void
test_not_configured (void)
{
  const char *const variables[] = {RELATIVE, "", FULL, " ", TOKEN, AUTHORIZATION, NULL};
  g_autoptr (AwsCredentialSource) source = make_source (variables);

  assert_fails (source, AWS_ERROR_NO_CREDENTIALS,
      "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is "
      "set");
}

static void
test_uri (void)
{
  static const struct {
    const char *relative;
    const char *full;
    const char *uri;
  } rows[] = {
      {"/v2/credentials/x?y=z", "", "http://169.254.170.2/v2/credentials/x?y=z"},
      {"/a", "http://127.0.0.1/b", "http://169.254.170.2/a"},
      {"/a", "ftp://example.com/", "http://169.254.170.2/a"},
      {"//example.com/a", "", "http://169.254.170.2//example.com/a"},
      {"", "http://127.0.0.1/b", "http://127.0.0.1/b"},
      {"", "http://127.255.1.2:80/b", "http://127.255.1.2/b"},
      {"", "http://[::1]:81/b", "http://[::1]:81/b"},
      {"", "http://localhost/b", "http://localhost/b"},
      {"", "http://LocalHost:8080/b", "http://LocalHost:8080/b"},
      {"", "http://169.254.170.2/b", "http://169.254.170.2/b"},
      {"", "http://169.254.170.23/v1/credentials", "http://169.254.170.23/v1/credentials"},
      {"", "http://[fd00:ec2::23]/v1/credentials", "http://[fd00:ec2::23]/v1/credentials"},
      {"", "http://[FD00:0EC2:0::0023]/b", "http://[FD00:0EC2:0::0023]/b"},
      {"", "HTTP://127.0.0.1/b", "http://127.0.0.1/b"},
      {"", "https://example.com/b?c=d", "https://example.com/b?c=d"},
      {"", "https://10.0.0.1:8443/b", "https://10.0.0.1:8443/b"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *const variables[] = {RELATIVE, rows[i].relative, FULL, rows[i].full, NULL};
    g_autoptr (AwsConfig) config = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GUri) uri = NULL;
    g_autofree char *text = NULL;

    g_test_message ("%s %s", rows[i].relative, rows[i].full);
    test_environment_set (variables);
    config = test_environment_make_config (NULL);
    uri = aws_container_source_find_uri (config, &error);
    g_assert_no_error (error);
    text = g_uri_to_string (uri);
    g_assert_cmpstr (text, ==, rows[i].uri);
  }
}

#define NO_PATH RELATIVE " is not the path of a URI, with a slash first"
#define NO_URI FULL " is not an absolute URI"
#define NO_HOST FULL " has no host, or a user's name before it"
#define NOT_CLOSE(host)                                                                            \
  FULL " asks " host " over http, which is good enough only for localhost, a loopback address, "   \
       "169.254.170.2, 169.254.170.23 and [fd00:ec2::23]; use https"
#define SCHEME(scheme) FULL " has the scheme " scheme "; it must be https, or http close by"

/* Whether the source was tried can be seen by a token file that cannot be read. */
static void
test_bad_uri (void)
{
  static const struct {
    const char *relative;
    const char *full;
    const char *message;
  } rows[] = {
      {"a", "", NO_PATH},
      {"@example.com/a", "http://127.0.0.1/", NO_PATH},
      {".example.com/a", "", NO_PATH},
      {":80@example.com/a", "", NO_PATH},
      {"/a b", "", NO_PATH},
      {"/a\r\nX: y", "", NO_PATH},
      {"", "/a", NO_URI},
      {"", "example.com", NO_URI},
      {"", "http://127.0.0.1/a\nb", NO_URI},
      {"", "http://127.0.0.1:port/", NO_URI},
      {"", "http:///a", NO_HOST},
      {"", "http:a", NO_HOST},
      {"", "http://127.0.0.1@example.com/", NO_HOST},
      {"", "http://user:" SECRET "@127.0.0.1/", NO_HOST},
      {"", "http://example.com/", NOT_CLOSE ("example.com")},
      {"", "http://localhost.example.com/", NOT_CLOSE ("localhost.example.com")},
      {"", "http://localhost./", NOT_CLOSE ("localhost.")},
      {"", "http://127.0.0.1.nip.io/", NOT_CLOSE ("127.0.0.1.nip.io")},
      {"", "http://10.0.0.1/", NOT_CLOSE ("10.0.0.1")},
      {"", "http://0.0.0.0/", NOT_CLOSE ("0.0.0.0")},
      {"", "http://169.254.169.254/", NOT_CLOSE ("169.254.169.254")},
      {"", "http://169.254.170.3/", NOT_CLOSE ("169.254.170.3")},
      {"", "http://127.1/", NOT_CLOSE ("127.1")},
      {"", "http://2130706433/", NOT_CLOSE ("2130706433")},
      {"", "http://[fd00:ec2::24]/", NOT_CLOSE ("fd00:ec2::24")},
      {"", "http://[::ffff:127.0.0.1]/", NOT_CLOSE ("::ffff:127.0.0.1")},
      {"", "ftp://localhost/", SCHEME ("ftp")},
      {"", "file://localhost/etc/passwd", SCHEME ("file")},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *const variables[] = {
        RELATIVE, rows[i].relative, FULL, rows[i].full, TOKEN_FILE, "/nonexistent/token", NULL};
    g_autoptr (AwsCredentialSource) source = make_source (variables);

    g_test_message ("%s %s", rows[i].relative, rows[i].full);
    assert_fails (source, AWS_ERROR_SETTINGS, rows[i].message);
  }
}

static void
test_request (void)
{
  static const ScriptReply replies[] = {{"200 OK", NULL, GOOD}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, AUTHORIZATION);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);
  const char *request;

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 4102444800000000);

  g_assert_cmpuint (script_server_count (server), ==, 1);
  request = script_server_get (server, 0);
  g_assert_true (g_str_has_prefix (request, "GET /v1/credentials?id=1 HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (request, "\r\nAccept: application/json\r\n"));
  g_assert_nonnull (strstr (request, "\r\nAuthorization: " AUTHORIZATION "\r\n"));
}

static void
test_static (void)
{
  static const ScriptReply replies[] = {{"200 OK", NULL, "{" KEYS "}"}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, AWS_CREDENTIALS_FOREVER);
  g_assert_null (strstr (script_server_get (server, 0), "Authorization"));
}

/* The file takes precedence over the variable, and is read for each fetch. */
static void
test_token_file (void)
{
  static const ScriptReply replies[] = {{"200 OK", NULL, GOOD}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autofree char *url = script_server_make_url (server, "/");
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "token-XXXXXX", NULL);
  const char *const variables[] = {FULL, url, TOKEN_FILE, path, TOKEN, "other", NULL};
  g_autoptr (AwsCredentialSource) source = NULL;

  g_close (g_mkstemp (path), NULL);
  source = make_source (variables);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *token = g_strdup_printf ("Bearer token-%u", i);
    g_autofree char *header = g_strdup_printf ("\r\nAuthorization: %s\r\n", token);
    g_autoptr (AwsCredentials) credentials = NULL;

    g_assert_true (g_file_set_contents (path, token, -1, NULL));
    credentials = aws_credential_source_fetch (source, NULL, NULL);
    g_assert_nonnull (credentials);
    g_assert_nonnull (strstr (script_server_get (server, i), header));
  }
  g_remove (path);
}

#define BAD_CHARACTER                                                                              \
  " holds a line break or another character that cannot be sent in a header; it must stand there " \
  "alone, without a newline at its end"

static void
test_bad_token (void)
{
  static const struct {
    const char *text;
    gssize length;
    const char *message;
  } rows[] = {
      {"", -1, "The token of " TOKEN_FILE " is empty"},
      {AUTHORIZATION "\n", -1, "The token of " TOKEN_FILE BAD_CHARACTER},
      {AUTHORIZATION "\r\nX: y", -1, "The token of " TOKEN_FILE BAD_CHARACTER},
      {"\xef\xbb\xbf" AUTHORIZATION, -1, "The token of " TOKEN_FILE BAD_CHARACTER},
      {"a\0b", 3, "The token of " TOKEN_FILE BAD_CHARACTER},
  };
  static const ScriptReply replies[] = {{"200 OK", NULL, GOOD}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autofree char *url = script_server_make_url (server, "/");
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "token-XXXXXX", NULL);
  g_autofree char *missing = NULL;
  const char *const variables[] = {FULL, url, TOKEN_FILE, path, NULL};
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (AwsCredentialSource) of_variable = make_source_for (server, AUTHORIZATION "\r\nX: y");

  g_close (g_mkstemp (path), NULL);
  source = make_source (variables);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_true (g_file_set_contents (path, rows[i].text, rows[i].length, NULL));
    assert_fails (source, AWS_ERROR_SETTINGS, rows[i].message);
  }
  g_remove (path);
  missing =
      g_strdup_printf (TOKEN_FILE ": The file %s cannot be read: No such file or directory", path);
  assert_fails (source, AWS_ERROR_SETTINGS, missing);
  assert_fails (of_variable, AWS_ERROR_SETTINGS, "The token of " TOKEN BAD_CHARACTER);
  g_assert_cmpuint (script_server_count (server), ==, 0);
}

/* The result if all attempts get the same reply. %s stands for the server. */
static void
test_bad_replies (void)
{
  static const struct {
    ScriptReply reply;
    int code;
    guint attempts;
    const char *message;
  } rows[] = {
      {{"400 Bad Request", NULL, "{\"code\":\"InvalidRequest\",\"message\":\"No.\"}"},
          AWS_ERROR_NOT_AUTHORIZED, 1, "%s answered 400 InvalidRequest: No"},
      {{"401 Unauthorized", NULL, "{\"code\":\"x\",\"message\":\"bad token " AUTHORIZATION "\"}"},
          AWS_ERROR_NOT_AUTHORIZED, 1,
          "%s answered 401 x: bad token …; check the credentials and what they may do"},
      {{"404 Not Found", NULL, NULL}, AWS_ERROR_NOT_AUTHORIZED, 1,
          "%s answered 404 Not Found; check the endpoint"},
      {{"302 Found", "Location: http://example.com/\r\n", NULL}, AWS_ERROR_REDIRECT, 1,
          "%s answered 302 Found to example.com; redirects are not followed, check the endpoint"},
      {{"501 Not Implemented", NULL, NULL}, AWS_ERROR_SERVER, 1,
          "%s answered 501 Not Implemented; try again later"},
      {{"429 Too Many Requests", NULL, NULL}, AWS_ERROR_THROTTLED, 3,
          "after 3 attempts: %s answered 429 Too Many Requests; ask for less at a time, or have "
          "the quota raised"},
      {{"500 Internal Server Error", NULL, "{\"code\":\"E\",\"message\":\"m\"}"}, AWS_ERROR_SERVER,
          3, "after 3 attempts: %s answered 500 E: m; try again later"},
      {{"503 Service Unavailable", NULL, "<html><title>t</title></html>"}, AWS_ERROR_SERVER, 3,
          "after 3 attempts: %s answered 503 Service Unavailable: t; try again later"},
      {{"200 OK", NULL, NULL}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "[" GOOD "]"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, GOOD GOOD}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{'AccessKeyId':'AKID'}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{" KEYS ",\"a\":0x10}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{" KEYS ",\"a\":01}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{\"AccessKeyId\":\"AK\\u0000ID\"}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{\"AccessKeyId\":\"AKID\"}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: SecretAccessKey is missing"},
      {{"200 OK", NULL, "{\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"" SECRET "\"}"},
          AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: Token is missing"},
      {{"200 OK", NULL, "{" KEYS ",\"Expiration\":1}"}, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: Expiration is not a string"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScriptServer) server = script_server_new (&rows[i].reply, 1, NULL);
    g_autoptr (AwsCredentialSource) source = make_source_for (server, AUTHORIZATION);
    g_autofree char *host = g_strdup_printf ("127.0.0.1:%u", script_server_get_port (server));
    g_auto (GStrv) parts = g_strsplit (rows[i].message, "%s", 2);
    g_autofree char *message =
        g_strconcat ("No credentials of the container: ", parts[0], host, parts[1], NULL);

    g_test_message ("%s", rows[i].message);
    assert_fails (source, rows[i].code, message);
    g_assert_cmpuint (script_server_count (server), ==, rows[i].attempts);
  }
}

static void
test_huge (void)
{
  g_autofree char *spaces = g_strnfill (10 * 1024 + 1 - strlen (GOOD), ' ');
  g_autofree char *body = g_strconcat (GOOD, spaces, NULL);
  const ScriptReply replies[] = {{"200 OK", NULL, body}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  g_autofree char *message = g_strdup_printf (
      "No credentials of the container: after 3 attempts: 127.0.0.1:%u sent more than the 10240 "
      "bytes that were expected",
      script_server_get_port (server));
  g_autoptr (AwsCredentials) credentials = NULL;

  assert_fails (source, AWS_ERROR_BAD_REPLY, message);
  body[10 * 1024] = '\0';
  credentials = aws_credential_source_fetch (source, NULL, NULL);
  g_assert_nonnull (credentials);
}

static void
test_recovers (void)
{
  static const ScriptReply replies[] = {
      {"500 Internal Server Error", NULL, NULL}, {"", NULL, NULL}, {"200 OK", NULL, GOOD}};
  g_autoptr (ScriptServer) server = script_server_new (replies, G_N_ELEMENTS (replies), NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
  g_assert_cmpuint (script_server_count (server), ==, 3);
}

static void
test_slow (void)
{
  static const ScriptReply replies[] = {{NULL}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  g_autoptr (GError) error = NULL;

  aws_container_source_set_timeout (AWS_CONTAINER_SOURCE (source), 50);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT);
  g_assert_cmpuint (script_server_count (server), ==, 3);
}

static void
test_refused (void)
{
  static const ScriptReply replies[] = {{NULL}};
  ScriptServer *server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  g_autoptr (GError) error = NULL;

  script_server_free (server);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_CONNECT);
}

static void
test_cancel (void)
{
  static const ScriptReply replies[] = {{NULL}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autoptr (AwsCredentialSource) source = make_source_for (server, NULL);
  TestFetch *fetch = test_fetch_new (source);

  script_server_wait (server, 1);
  test_fetch_assert_cancels (fetch);
}

/* A proxy for all hosts is not used for this server. */
static void
test_no_proxy (void)
{
  static const ScriptReply replies[] = {{"200 OK", NULL, GOOD}};
  g_autoptr (ScriptServer) server = script_server_new (replies, 1, NULL);
  g_autofree char *url = script_server_make_url (server, "/");
  const char *const variables[] = {FULL, url, "http_proxy", "http://127.0.0.1:9", "HTTP_PROXY",
      "http://127.0.0.1:9", "ALL_PROXY", "http://127.0.0.1:9", NULL};
  g_autoptr (AwsCredentialSource) source = make_source (variables);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awscontainersource/name", test_name);
  g_test_add_func ("/awscontainersource/not-configured", test_not_configured);
  g_test_add_func ("/awscontainersource/uri", test_uri);
  g_test_add_func ("/awscontainersource/bad-uri", test_bad_uri);
  g_test_add_func ("/awscontainersource/request", test_request);
  g_test_add_func ("/awscontainersource/static", test_static);
  g_test_add_func ("/awscontainersource/token-file", test_token_file);
  g_test_add_func ("/awscontainersource/bad-token", test_bad_token);
  g_test_add_func ("/awscontainersource/bad-replies", test_bad_replies);
  g_test_add_func ("/awscontainersource/huge", test_huge);
  g_test_add_func ("/awscontainersource/recovers", test_recovers);
  g_test_add_func ("/awscontainersource/slow", test_slow);
  g_test_add_func ("/awscontainersource/refused", test_refused);
  g_test_add_func ("/awscontainersource/cancel", test_cancel);
  g_test_add_func ("/awscontainersource/no-proxy", test_no_proxy);
  return g_test_run ();
}
