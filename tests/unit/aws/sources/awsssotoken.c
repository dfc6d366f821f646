/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which file has a token, how it is read, and what is left of it when a new one is written; how a
 * token is renewed, and that nothing that is sent comes back in a message. */
#include "awsssotoken.h"

#include "awserror.h"
#include "awsjson.h"
#include "fakeclock.h"
#include "scriptserver.h"
#include "testhome.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define WHOLE                                                                                      \
  "{\"startUrl\":\"https://example.awsapps.com/start\",\"region\":\"eu-west-1\","                  \
  "\"accessToken\":\"access\",\"expiresAt\":\"2009-02-13T23:31:30Z\",\"clientId\":\"id\","         \
  "\"clientSecret\":\"secret\",\"registrationExpiresAt\":\"2009-02-14T23:31:30Z\","                \
  "\"refreshToken\":\"refresh\"}"

#define EXPIRATION_US G_GINT64_CONSTANT (1234567890000000)
#define DAY_US (24 * 3600 * (gint64)G_USEC_PER_SEC)

typedef struct {
  TestHome home;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_home_init (&fixture->home);
  fixture->path = g_build_filename (fixture->home.path, "token.json", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->path);
  test_home_clear (&fixture->home);
}

static AwsSsoToken *
read_token (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  AwsSsoToken *token;

  test_home_write (fixture->path, text, -1);
  token = aws_sso_token_read (fixture->path, &error);
  g_assert_no_error (error);
  return token;
}

static void
test_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = aws_sso_token_make_path ("my-sso");
  g_autofree char *expected = g_build_filename (
      fixture->home.path, ".aws/sso/cache", "0ad374308c5a4e22f723adf10145eafad7c4031c.json", NULL);

  g_assert_cmpstr (path, ==, expected);
}

static void
test_whole (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AwsSsoToken) token = read_token (fixture, WHOLE);

  g_assert_cmpstr (token->access_token, ==, "access");
  g_assert_cmpint (token->expiration_us, ==, EXPIRATION_US);
  g_assert_cmpstr (token->refresh_token, ==, "refresh");
  g_assert_cmpstr (token->client_id, ==, "id");
  g_assert_cmpstr (token->client_secret, ==, "secret");
  g_assert_cmpint (token->registration_expiration_us, ==, EXPIRATION_US + DAY_US);
}

/* As the command line has written it once, and as others might. */
static void
test_forms (Fixture *fixture, gconstpointer data)
{
#define ODD_MEMBERS "\"refreshToken\":null,\"clientId\":7,\"registrationExpiresAt\":\"soon\""
  static const char *const texts[] = {
      "{\"accessToken\":\"access\",\"expiresAt\":\"2009-02-13T23:31:30UTC\"}",
      "{\"ACCESSTOKEN\":\"access\",\"expiresat\":\"2009-02-14T00:31:30+01:00\"}",
      "{\"accessToken\":\"access\",\"expiresAt\":\"2009-02-13T23:31:30Z\"," ODD_MEMBERS "}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (AwsSsoToken) token = read_token (fixture, texts[i]);

    g_assert_cmpstr (token->access_token, ==, "access");
    g_assert_cmpint (token->expiration_us, ==, EXPIRATION_US);
    g_assert_null (token->refresh_token);
    g_assert_null (token->client_id);
    g_assert_cmpint (token->registration_expiration_us, ==, 0);
  }
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *message)
{
  g_autoptr (GString) expected = g_string_new (message);
  g_autoptr (GError) error = NULL;

  g_string_replace (expected, "<file>", fixture->path, 0);
  g_assert_null (aws_sso_token_read (fixture->path, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, expected->str);
}

static void
test_no_token (Fixture *fixture, gconstpointer data)
{
#define NO_ACCESS "The file <file> holds no SSO token: accessToken is missing, or not a token"
#define NO_TIME                                                                                    \
  "The file <file> holds no SSO token: expiresAt is missing, or not a time with a zone"
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"", "The file <file> holds no SSO token: it is not a JSON object"},
      {"[]", "The file <file> holds no SSO token: it is not a JSON object"},
      {"{\"accessToken\":\"a", "The file <file> holds no SSO token: it is not a JSON object"},
      {"{}", NO_ACCESS},
      {"{\"accessToken\":\"\",\"expiresAt\":\"2009-02-13T23:31:30Z\"}", NO_ACCESS},
      {"{\"accessToken\":7,\"expiresAt\":\"2009-02-13T23:31:30Z\"}", NO_ACCESS},
      {"{\"accessToken\":\"a\\r\\nb\",\"expiresAt\":\"2009-02-13T23:31:30Z\"}", NO_ACCESS},
      {"{\"accessToken\":\"a b\",\"expiresAt\":\"2009-02-13T23:31:30Z\"}", NO_ACCESS},
      {"{\"accessToken\":\"a\"}", NO_TIME},
      {"{\"accessToken\":\"a\",\"expiresAt\":1234567890}", NO_TIME},
      {"{\"accessToken\":\"a\",\"expiresAt\":\"2009-02-13T23:31:30\"}", NO_TIME},
      {"{\"accessToken\":\"a\",\"expiresAt\":\"UTC\"}", NO_TIME},
  };
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, ' ');

  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "There is no SSO token in the file <file>");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    test_home_write (fixture->path, rows[i].text, -1);
    assert_fails (fixture, AWS_ERROR_SETTINGS, rows[i].message);
  }
  test_home_write (fixture->path, huge, -1);
  assert_fails (fixture, AWS_ERROR_SETTINGS,
      "The file <file> has more than the 65536 bytes that it may have");
}

static void
test_can_renew (Fixture *fixture, gconstpointer data)
{
  static const char *const members[] = {
      "refreshToken", "clientId", "clientSecret", "registrationExpiresAt"};
  g_autoptr (AwsSsoToken) whole = read_token (fixture, WHOLE);

  g_assert_true (aws_sso_token_can_renew (whole, EXPIRATION_US));
  g_assert_true (aws_sso_token_can_renew (whole, EXPIRATION_US + DAY_US - 1));
  g_assert_false (aws_sso_token_can_renew (whole, EXPIRATION_US + DAY_US));

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++) {
    g_autoptr (GString) text = g_string_new (WHOLE);
    g_autoptr (AwsSsoToken) token = NULL;

    g_string_replace (text, members[i], "other", 0);
    token = read_token (fixture, text->str);
    g_assert_false (aws_sso_token_can_renew (token, EXPIRATION_US));
  }
}

static JsonObject *
read_object (Fixture *fixture)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  gsize length;

  g_file_get_contents (fixture->path, &text, &length, &error);
  g_assert_no_error (error);
  object = aws_json_parse_object (text, length);
  g_assert_nonnull (object);
  return object;
}

/* Only what is new changes, under the names that are there; the file is another one, for its owner
 * alone. */
static void
test_write (Fixture *fixture, gconstpointer data)
{
  AwsSsoToken token = {.access_token = (char *)"new \"token\"",
      .expiration_us = EXPIRATION_US + DAY_US,
      .refresh_token = (char *)"next"};
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (GError) error = NULL;
  struct stat before, after;

  test_home_write (fixture->path,
      "{\"accesstoken\":\"old\",\"other\":{\"a\":[1]},\"clientSecret\":\"secret\"}", -1);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  g_assert_cmpint (g_stat (fixture->path, &before), ==, 0);
  g_assert_true (aws_sso_token_write (&token, fixture->path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (fixture->path, &after), ==, 0);

  g_assert_cmpuint (after.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (after.st_ino, !=, before.st_ino);
  object = read_object (fixture);
  g_assert_cmpuint (json_object_get_size (object), ==, 5);
  g_assert_cmpstr (aws_json_get_string (object, "accesstoken"), ==, "new \"token\"");
  g_assert_cmpstr (aws_json_get_string (object, "expiresAt"), ==, "2009-02-14T23:31:30Z");
  g_assert_cmpstr (aws_json_get_string (object, "refreshToken"), ==, "next");
  g_assert_cmpstr (aws_json_get_string (object, "clientSecret"), ==, "secret");
  g_assert_nonnull (aws_json_get_object (object, "other"));
}

/* After a logout, the user stays logged out. */
static void
test_write_nowhere (Fixture *fixture, gconstpointer data)
{
  AwsSsoToken token = {.access_token = (char *)"new", .expiration_us = EXPIRATION_US};
  g_autoptr (GError) error = NULL;

  g_assert_false (aws_sso_token_write (&token, fixture->path, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static AwsClient *
make_client (void)
{
  const AwsHttpOptions options = {.completion_timeout_ms = 1000};
  g_autoptr (AwsHttp) http = aws_http_new (&options, NULL);
  g_autoptr (FakeClock) clock = fake_clock_new (EXPIRATION_US);
  AwsClient *client = aws_client_new (http, NULL, NULL);

  aws_client_set_clock (client, AWS_CLOCK (clock));
  aws_client_set_max_attempts (client, 3);
  return client;
}

static AwsSsoToken *
renew (ScriptServer *server, GError **error)
{
  const AwsSsoToken token = {.access_token = (char *)"old",
      .expiration_us = EXPIRATION_US,
      .refresh_token = (char *)"refresh \"me\"",
      .client_id = (char *)"client",
      .client_secret = (char *)"client-secret",
      .registration_expiration_us = EXPIRATION_US + 1};
  g_autoptr (AwsClient) client = make_client ();
  g_autofree char *url = script_server_make_url (server, "/base/");
  g_autoptr (GUri) endpoint = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  return aws_sso_token_renew (client, endpoint, &token, NULL, error);
}

static void
assert_renews (ScriptServer *server, const char *refresh_token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsSsoToken) token = renew (server, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (token->access_token, ==, "new");
  g_assert_cmpint (token->expiration_us, ==, EXPIRATION_US + 3600 * (gint64)G_USEC_PER_SEC);
  g_assert_cmpstr (token->refresh_token, ==, refresh_token);
  g_assert_cmpstr (token->client_id, ==, "client");
  g_assert_cmpstr (token->client_secret, ==, "client-secret");
  g_assert_cmpint (token->registration_expiration_us, ==, EXPIRATION_US + 1);
}

static void
test_renews (void)
{
  static const ScriptReply replies[] = {
      {"200 OK", NULL,
          "{\"tokenType\":\"Bearer\",\"accessToken\":\"new\",\"expiresIn\":3600,"
          "\"refreshToken\":\"next\"}"},
      {"200 OK", NULL, "{\"accessToken\":\"new\",\"expiresIn\":3600}"},
  };
  g_autoptr (ScriptServer) server = script_server_new (replies, G_N_ELEMENTS (replies), NULL);
  const char *request;

  assert_renews (server, "next");
  assert_renews (server, "refresh \"me\"");

  request = script_server_get (server, 0);
  g_assert_true (g_str_has_prefix (request, "POST /base/token HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (request, "\r\nContent-Type: application/json\r\n"));
  g_assert_null (strstr (request, "Authorization"));
  g_assert_cmpstr (script_server_get_body (server, 0), ==,
      "{\"clientId\":\"client\",\"clientSecret\":\"client-secret\",\"grantType\":\"refresh_token\","
      "\"refreshToken\":\"refresh \\\"me\\\"\"}");
}

static void
test_renewal_fails (void)
{
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, ' ');
  const struct {
    ScriptReply reply;
    guint n_attempts;
    AwsError code;
    const char *message;
  } rows[] = {
      {{"400 Bad Request", "x-amzn-ErrorType: InvalidGrantException\r\n",
           "{\"error\":\"invalid_grant\",\"message\":\"client-secret\"}"},
          1, AWS_ERROR_INVALID_REQUEST, "HOST answered 400 InvalidGrantException"},
      {{"401 Unauthorized", "x-amzn-RequestId: id-1\r\n", "client-secret"}, 1,
          AWS_ERROR_NOT_AUTHORIZED, "HOST answered 401 Unauthorized"},
      {{"302 Found", "Location: http://127.0.0.2/\r\n", NULL}, 1, AWS_ERROR_REDIRECT,
          "HOST answered 302 Found"},
      {{"500 Internal Server Error", NULL, "client-secret"}, 3, AWS_ERROR_SERVER,
          "HOST answered 500 Internal Server Error"},
      {{"200 OK", NULL, "client-secret"}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no token"},
      {{"200 OK", NULL, "{\"accessToken\":\"new\"}"}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no token"},
      {{"200 OK", NULL, "{\"accessToken\":\"new\",\"expiresIn\":\"1\"}"}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no token"},
      {{"200 OK", NULL, "{\"accessToken\":\"new\",\"expiresIn\":-1}"}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no token"},
      {{"200 OK", NULL, "{\"accessToken\":\"a\\nb\",\"expiresIn\":1}"}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST gave no token"},
      {{"200 OK", NULL, huge}, 3, AWS_ERROR_BAD_REPLY,
          "after 3 attempts: HOST sent more than the 65536 bytes that were expected"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScriptServer) server = script_server_new (&rows[i].reply, 1, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (renew (server, &error));
    script_server_assert_failure (server, error, rows[i].code, rows[i].message);
    g_assert_cmpuint (script_server_count (server), ==, rows[i].n_attempts);
  }
}

#define ADD(name, test) g_test_add ("/awsssotoken/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("path", test_path);
  ADD ("whole", test_whole);
  ADD ("forms", test_forms);
  ADD ("no-token", test_no_token);
  ADD ("can-renew", test_can_renew);
  ADD ("write", test_write);
  ADD ("write-nowhere", test_write_nowhere);
  g_test_add_func ("/awsssotoken/renews", test_renews);
  g_test_add_func ("/awsssotoken/renewal-fails", test_renewal_fails);
  return g_test_run ();
}
