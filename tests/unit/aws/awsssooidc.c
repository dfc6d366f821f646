/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how a token is renewed, and that nothing that is sent comes back in a message. */
#include "awsssooidc.h"

#include "fakeclock.h"
#include "scriptserver.h"

#include <string.h>

#define NOW_US G_GINT64_CONSTANT (1234567890000000)

static AwsClient *
make_client (void)
{
  const AwsHttpOptions options = {.completion_timeout_ms = 1000};
  g_autoptr (AwsHttp) http = aws_http_new (&options, NULL);
  g_autoptr (FakeClock) clock = fake_clock_new (NOW_US);
  AwsClient *client = aws_client_new (http, NULL, NULL);

  aws_client_set_clock (client, AWS_CLOCK (clock));
  aws_client_set_max_attempts (client, 3);
  return client;
}

static AwsSsoToken *
renew (ScriptServer *server, GError **error)
{
  const AwsSsoToken token = {.access_token = (char *)"old",
      .expiration_us = NOW_US,
      .refresh_token = (char *)"refresh \"me\"",
      .client_id = (char *)"client",
      .client_secret = (char *)"client-secret",
      .registration_expiration_us = NOW_US + 1};
  g_autoptr (AwsClient) client = make_client ();
  g_autofree char *url = script_server_make_url (server, "/base/");
  g_autoptr (GUri) endpoint = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  return aws_sso_oidc_renew (client, endpoint, &token, NULL, error);
}

static void
assert_renews (ScriptServer *server, const char *refresh_token)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsSsoToken) token = renew (server, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (token->access_token, ==, "new");
  g_assert_cmpint (token->expiration_us, ==, NOW_US + 3600 * (gint64)G_USEC_PER_SEC);
  g_assert_cmpstr (token->refresh_token, ==, refresh_token);
  g_assert_cmpstr (token->client_id, ==, "client");
  g_assert_cmpstr (token->client_secret, ==, "client-secret");
  g_assert_cmpint (token->registration_expiration_us, ==, NOW_US + 1);
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
test_fails (void)
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
      {{"401 Unauthorized", NULL, "client-secret"}, 1, AWS_ERROR_NOT_AUTHORIZED,
          "HOST answered 401 Unauthorized"},
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsssooidc/renews", test_renews);
  g_test_add_func ("/awsssooidc/fails", test_fails);
  return g_test_run ();
}
