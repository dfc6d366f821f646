/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what a call sends, the result of each kind of reply and of none, and how connections are used. */
#include "awsclient.h"

#include "awssigner.h"
#include "rawserver.h"
#include "testcall.h"

#include <libsoup/soup.h>
#include <string.h>

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

/* Answers every request of a connection with the text that is @user_data. */
static void
serve_text_cb (RawConnection *connection, gpointer user_data)
{
  while (raw_connection_skip_request (connection))
    raw_connection_write (connection, user_data);
}

/* Keeps the last request in the char ** that is @user_data. */
static void
keep_request_cb (RawConnection *connection, gpointer user_data)
{
  char **kept = user_data;
  char *request;

  while ((request = raw_connection_read_request (connection)) != NULL) {
    g_free (*kept);
    *kept = request;
    raw_connection_write (connection, OK_REPLY);
  }
}

static char *
capture_request (AwsClient *client, guint16 *port)
{
  char *request = NULL;
  g_autoptr (RawServer) server = raw_server_new (keep_request_cb, &request, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  test_call_succeeds (client, uri);
  if (port != NULL)
    *port = raw_server_get_port (server);
  return request;
}

/* The value of the only header @name of @request. */
static char *
get_header (const char *request, const char *name)
{
  g_autofree char *begin = g_strdup_printf ("\r\n%s: ", name);
  const char *header = strstr (request, begin);
  const char *value;

  g_assert_nonnull (header);
  value = header + strlen (begin);
  g_assert_null (strstr (value, begin));
  return g_strndup (value, strcspn (value, "\r"));
}

static void
assert_header (const char *request, const char *name, const char *expected)
{
  g_autofree char *value = get_header (request, name);

  g_assert_cmpstr (value, ==, expected);
}

static void
test_request (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  guint16 port;
  g_autofree char *request = capture_request (client, &port);
  g_autofree char *host = g_strdup_printf ("127.0.0.1:%d", port);
  g_autofree char *length = g_strdup_printf ("%zu", strlen (TEST_BODY));
  g_autofree char *head = g_ascii_strdown (request, -1);

  g_assert_true (g_str_has_prefix (request, "POST /call HTTP/1.1\r\n"));
  g_assert_true (g_str_has_suffix (request, "\r\n\r\n" TEST_BODY));
  assert_header (request, "Host", host);
  assert_header (request, "Content-Type", "application/json");
  assert_header (request, "Content-Length", length);
  assert_header (request, "User-Agent", "test/1");
  assert_header (request, "X-Amz-Security-Token", TEST_TOKEN);
  assert_header (request, "Accept-Encoding", "identity");
  g_assert_null (strstr (head, "cookie"));
  g_assert_null (strstr (request, TEST_SECRET_KEY));
}

static gint64
parse_date (const char *date)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (date, utc);

  g_assert_nonnull (parsed);
  return g_date_time_to_unix (parsed);
}

/* The signature covers what has arrived. */
static void
test_signature (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autofree char *sent = capture_request (client, NULL);
  g_autofree char *date = get_header (sent, "X-Amz-Date");
  g_autofree char *host = get_header (sent, "Host");
  const AwsHeader headers[] = {{"Host", host}, {"Content-Type", "application/json"}};
  g_autoptr (GUri) uri = g_uri_parse ("http://elsewhere/call", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static (TEST_BODY, strlen (TEST_BODY));
  const AwsSignerRequest request = {
      .method = "POST", .uri = uri, .headers = headers, .n_headers = 2, .body = body};
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_new (TEST_ACCESS_KEY, TEST_SECRET_KEY, TEST_TOKEN, NULL);
  const AwsSigner signer = {credentials, "us-west-2", "kinesisvideo"};
  g_autoptr (AwsSignature) signature = aws_signer_sign (&signer, &request, parse_date (date), NULL);

  g_assert_cmpint (ABS (g_get_real_time () / G_USEC_PER_SEC - parse_date (date)), <=, 60);
  g_assert_cmpstr (
      signature->signed_headers, ==, "content-type;host;x-amz-date;x-amz-security-token");
  assert_header (sent, "Authorization", signature->authorization);
}

static void
test_no_token (void)
{
  g_autoptr (AwsClient) client = test_client_new_full ("us-west-2", NULL, 0);
  g_autofree char *request = capture_request (client, NULL);

  g_assert_null (strstr (request, "X-Amz-Security-Token"));
  g_assert_nonnull (strstr (request, "SignedHeaders=content-type;host;x-amz-date, "));
}

static void
test_bad_region (void)
{
  g_autoptr (AwsClient) client = test_client_new_full ("a\r\nX: y", NULL, 0);
  g_autoptr (RawServer) server = raw_server_new (serve_text_cb, (gpointer)OK_REPLY, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_SETTINGS);

  g_assert_nonnull (strstr (error->message, " cannot be a region"));
  g_assert_cmpuint (raw_server_count_connections (server), ==, 0);
}

typedef struct {
  const char *status;
  const char *headers;
  const char *body;
  AwsError code;
  const char *aws_code;
  const char *words;
} Failure;

static void
serve_failure_cb (RawConnection *connection, gpointer user_data)
{
  const Failure *failure = user_data;

  while (raw_connection_skip_request (connection))
    raw_connection_answer (connection, failure->status, failure->headers, failure->body);
}

/* There is one attempt, and the connection is kept. */
static void
test_failures (void)
{
  static const Failure rows[] = {
      {"404 Not Found",
          "x-amzn-ErrorType: ResourceNotFoundException:http://x/\r\nx-amzn-RequestId: id-1\r\n",
          "{\"Message\":\"Hm\"}", AWS_ERROR_NOT_FOUND, "ResourceNotFoundException",
          " answered 404 ResourceNotFoundException: Hm (request id-1)"},
      {"403 Forbidden", "",
          "<AccessDeniedException>\n  <Message>Hm</Message>\n</AccessDeniedException>",
          AWS_ERROR_NOT_AUTHORIZED, "AccessDeniedException",
          " answered 403 AccessDeniedException: Hm; allow it in the policies of the identity"},
      {"502 Bad Gateway", "", "<html><head><title>Hm</title></head><hr>", AWS_ERROR_SERVER, NULL,
          " answered 502 Bad Gateway: Hm; try again later"},
      {"503 Service Unavailable", "", "", AWS_ERROR_SERVER, NULL,
          " answered 503 Service Unavailable; try again later"},
      {"400 Bad Request", "x-amzn-ErrorType: ClientLimitExceededException\r\n", "{}",
          AWS_ERROR_THROTTLED, "ClientLimitExceededException",
          " answered 400 ClientLimitExceededException; ask for less at a time, or have the quota "
          "raised"},
      {"206 Partial Content", "", "{}", AWS_ERROR_BAD_REPLY, NULL, " answered 206 Partial Content"},
      {"401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\nx-amzn-RequestId: id-1\r\n", "",
          AWS_ERROR_NOT_AUTHORIZED, NULL,
          " answered 401 Unauthorized; check the credentials and what they may do"},
      {"301 Moved Permanently", "Location: http://127.0.0.2/x?secret\r\n", "", AWS_ERROR_REDIRECT,
          NULL, " answered 301 Moved Permanently to 127.0.0.2; "},
      {"307 Temporary Redirect", "Location: /other\r\n", "", AWS_ERROR_REDIRECT, NULL,
          " answered 307 Temporary Redirect; "},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsClient) client = test_client_new ();
    g_autoptr (RawServer) server = raw_server_new (serve_failure_cb, (gpointer)&rows[i], NULL);
    g_autoptr (GUri) uri = raw_server_get_uri (server);

    for (int call = 0; call < 2; call++) {
      g_autoptr (GError) error = test_call_fails (client, uri, rows[i].code);

      g_assert_nonnull (strstr (error->message, rows[i].words));
      g_assert_cmpuint (
          aws_error_get_http_status (error), ==, g_ascii_strtoull (rows[i].status, NULL, 10));
      g_assert_cmpstr (aws_error_get_code (error), ==, rows[i].aws_code);
    }
    g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
  }
}

/* A service that rejects a signature quotes the request in its message. */
static void
echo_request_cb (RawConnection *connection, gpointer user_data)
{
  g_autofree char *request = raw_connection_read_request (connection);
  g_autofree char *token = get_header (request, "X-Amz-Security-Token");
  g_autofree char *body = g_strdup_printf (
      "{\"message\":\"It does not match: token %s.\\n\\nThe Canonical String should have been\\n"
      "'POST\\n%s'\"}",
      token, TEST_ACCESS_KEY);

  raw_connection_answer (
      connection, "403 Forbidden", "x-amzn-ErrorType: InvalidSignatureException\r\n", body);
}

static void
test_echo (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (echo_request_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_NOT_AUTHORIZED);

  g_assert_nonnull (strstr (error->message,
      " answered 403 InvalidSignatureException: It does not match: token …; check the secret key, "
      "the region and the system clock"));
}

/* Sends a longer body than an error message may show. */
static void
serve_endless_failure_cb (RawConnection *connection, gpointer user_data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 500 Oops\r\nContent-Length: 9999999999\r\n\r\n");
  for (int i = 0; i < 64; i++)
    raw_connection_write (connection, text);
}

static void
test_endless_failure (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_endless_failure_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_SERVER);

  g_assert_cmpuint (strlen (error->message), <, 1200);
}

/* Sends the beginning of an error reply, and nothing more. */
static void
serve_half_failure_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 503 Oops\r\nx-amzn-ErrorType: SlowDown\r\n"
                                    "Content-Length: 100\r\n\r\n{\"message\":");
}

static void
test_half_failure (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_half_failure_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_THROTTLED);

  g_assert_cmpstr (aws_error_get_code (error), ==, "SlowDown");
}

/* A client that has never sent a request. */
static void
test_unused (void)
{
  g_autoptr (AwsClient) client = test_client_new ();

  g_assert_true (AWS_IS_CLIENT (client));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsclient/request", test_request);
  g_test_add_func ("/awsclient/signature", test_signature);
  g_test_add_func ("/awsclient/no-token", test_no_token);
  g_test_add_func ("/awsclient/bad-region", test_bad_region);
  g_test_add_func ("/awsclient/failures", test_failures);
  g_test_add_func ("/awsclient/echo", test_echo);
  g_test_add_func ("/awsclient/endless-failure", test_endless_failure);
  g_test_add_func ("/awsclient/half-failure", test_half_failure);
  g_test_add_func ("/awsclient/unused", test_unused);
  return g_test_run ();
}
