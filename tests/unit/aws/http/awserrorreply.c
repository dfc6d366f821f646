/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which error a reply becomes, and what its message says and does not say. */
#include "awserrorreply.h"

#include "awserror.h"

#include <string.h>

#define HOST "kinesisvideo.us-west-2.amazonaws.com"

static const char *const secrets[] = {"SECRETTOKEN", "secret/KEY+", "", NULL};

static GError *
make_error (guint status, const char *name, const char *value, const char *body)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
  const AwsErrorReply reply = {
      .status = status, .headers = headers, .body = bytes, .host = HOST, .secrets = secrets};

  soup_message_headers_append (headers, "x-amzn-RequestId", "id-1");
  if (name != NULL)
    soup_message_headers_append (headers, name, value);
  return aws_error_reply_to_error (&reply);
}

static void
test_status (void)
{
  static const struct {
    guint status;
    AwsError code;
  } rows[] = {
      {201, AWS_ERROR_BAD_REPLY},
      {204, AWS_ERROR_BAD_REPLY},
      {301, AWS_ERROR_REDIRECT},
      {307, AWS_ERROR_REDIRECT},
      {400, AWS_ERROR_INVALID_REQUEST},
      {401, AWS_ERROR_NOT_AUTHORIZED},
      {403, AWS_ERROR_NOT_AUTHORIZED},
      {404, AWS_ERROR_BAD_REPLY},
      {405, AWS_ERROR_INVALID_REQUEST},
      {407, AWS_ERROR_CONNECT},
      {413, AWS_ERROR_INVALID_REQUEST},
      {429, AWS_ERROR_THROTTLED},
      {500, AWS_ERROR_SERVER},
      {501, AWS_ERROR_SERVER},
      {503, AWS_ERROR_SERVER},
      {599, AWS_ERROR_SERVER},
      {999, AWS_ERROR_BAD_REPLY},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = make_error (rows[i].status, NULL, NULL, "");

    g_assert_error (error, AWS_ERROR, (int)rows[i].code);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, rows[i].status);
    g_assert_null (aws_error_get_code (error));
    g_assert_cmpstr (aws_error_get_request_id (error), ==, "id-1");
  }
}

static void
test_code (void)
{
  static const struct {
    guint status;
    const char *name;
    AwsError code;
  } rows[] = {
      {400, "InvalidArgumentException", AWS_ERROR_INVALID_REQUEST},
      {400, "ValidationException", AWS_ERROR_INVALID_REQUEST},
      {400, "NoDataRetentionException", AWS_ERROR_INVALID_REQUEST},
      {400, "ClientLimitExceededException", AWS_ERROR_THROTTLED},
      {400, "LimitExceededException", AWS_ERROR_THROTTLED},
      {400, "Throttling", AWS_ERROR_THROTTLED},
      {400, "ThrottlingException", AWS_ERROR_THROTTLED},
      {400, "ThrottledException", AWS_ERROR_THROTTLED},
      {400, "RequestThrottledException", AWS_ERROR_THROTTLED},
      {400, "RequestThrottled", AWS_ERROR_THROTTLED},
      {400, "TooManyRequestsException", AWS_ERROR_THROTTLED},
      {400, "ProvisionedThroughputExceededException", AWS_ERROR_THROTTLED},
      {400, "TransactionInProgressException", AWS_ERROR_THROTTLED},
      {503, "RequestLimitExceeded", AWS_ERROR_THROTTLED},
      {509, "BandwidthLimitExceeded", AWS_ERROR_THROTTLED},
      {503, "SlowDown", AWS_ERROR_THROTTLED},
      {400, "PriorRequestNotComplete", AWS_ERROR_THROTTLED},
      {503, "EC2ThrottledException", AWS_ERROR_THROTTLED},
      {400, "AccessDenied", AWS_ERROR_NOT_AUTHORIZED},
      {400, "AccessDeniedException", AWS_ERROR_NOT_AUTHORIZED},
      {400, "ExpiredToken", AWS_ERROR_NOT_AUTHORIZED},
      {400, "ExpiredTokenException", AWS_ERROR_NOT_AUTHORIZED},
      {400, "InvalidToken", AWS_ERROR_NOT_AUTHORIZED},
      {400, "InvalidSignatureException", AWS_ERROR_NOT_AUTHORIZED},
      {400, "SignatureDoesNotMatch", AWS_ERROR_NOT_AUTHORIZED},
      {400, "RequestExpired", AWS_ERROR_NOT_AUTHORIZED},
      {400, "IncompleteSignature", AWS_ERROR_NOT_AUTHORIZED},
      {400, "IncompleteSignatureException", AWS_ERROR_NOT_AUTHORIZED},
      {400, "UnrecognizedClient", AWS_ERROR_NOT_AUTHORIZED},
      {400, "UnrecognizedClientException", AWS_ERROR_NOT_AUTHORIZED},
      {400, "MissingAuthenticationToken", AWS_ERROR_NOT_AUTHORIZED},
      {400, "MissingAuthenticationTokenException", AWS_ERROR_NOT_AUTHORIZED},
      {401, "NotAuthorizedException", AWS_ERROR_NOT_AUTHORIZED},
      {404, "ResourceNotFoundException", AWS_ERROR_NOT_FOUND},
      {404, "UnknownOperationException", AWS_ERROR_INVALID_REQUEST},
      {400, "ResourceNotFoundException", AWS_ERROR_NOT_FOUND},
      {400, "RequestTimeout", AWS_ERROR_TIMEOUT},
      {408, "RequestTimeoutException", AWS_ERROR_TIMEOUT},
      {500, "InternalFailure", AWS_ERROR_SERVER},
      {503, "ServiceUnavailable", AWS_ERROR_SERVER},
      {500, "SomethingNew", AWS_ERROR_SERVER},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = make_error (rows[i].status, "X-Amzn-Errortype", rows[i].name, "{}");

    g_test_message ("%s", rows[i].name);
    g_assert_error (error, AWS_ERROR, (int)rows[i].code);
    g_assert_cmpstr (aws_error_get_code (error), ==, rows[i].name);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, rows[i].status);
  }
}

static void
assert_message (
    guint status, const char *name, const char *value, const char *body, const char *message)
{
  g_autoptr (GError) error = make_error (status, name, value, body);

  g_assert_cmpstr (error->message, ==, message);
}

static void
test_words (void)
{
  assert_message (404, "x-amzn-ErrorType", "ResourceNotFoundException",
      "{\"Message\":\"The requested stream is not found or not active.\"}",
      HOST " answered 404 ResourceNotFoundException: The requested stream is not found or not "
           "active (request id-1)");
  assert_message (400, "x-amzn-ErrorType", "NoDataRetentionException", "{}",
      HOST " answered 400 NoDataRetentionException; turn on data retention for the stream (request "
           "id-1)");
  assert_message (400, "x-amzn-ErrorType", "AccessDeniedException", "{}",
      HOST
      " answered 400 AccessDeniedException; allow it in the policies of the identity (request id-1)");
  assert_message (401, NULL, NULL, "",
      HOST " answered 401 Unauthorized; check the credentials and what they may do (request id-1)");
  assert_message (404, NULL, NULL, "",
      HOST " answered 404 Not Found without an AWS error; something else may have answered in the "
           "service's place: check the proxy and the endpoint-url (request id-1)");
  assert_message (503, NULL, NULL, "",
      HOST " answered 503 Service Unavailable; try again later (request id-1)");
  assert_message (429, NULL, NULL, "",
      HOST
      " answered 429 Too Many Requests; ask for less at a time, or have the quota raised (request "
      "id-1)");
  assert_message (403, "x-amzn-ErrorType", "RequestExpired", "{\"message\":\"Too late.\"}",
      HOST " answered 403 RequestExpired: Too late; check the system clock (request id-1)");
  assert_message (403, "x-amzn-ErrorType", "UnrecognizedClientException", "{}",
      HOST " answered 403 UnrecognizedClientException; check the access key, the session token and "
           "the region (request id-1)");
  assert_message (502, NULL, NULL, "<html><head><title>502 Bad Gateway</title></head><body><hr>",
      HOST " answered 502 Bad Gateway: 502 Bad Gateway; try again later (request id-1)");
  assert_message (203, NULL, NULL, "{\"SecretAccessKey\":\"x\"}",
      HOST " answered 203 Non-Authoritative Information (request id-1)");
  assert_message (407, NULL, NULL, "",
      HOST " answered 407 Proxy Authentication Required; the proxy asks for a user and a password "
           "(request id-1)");
}

static void
assert_words (const char *message, const char *words)
{
  g_autofree char *body = g_strdup_printf ("{\"message\":\"%s\"}", message);
  g_autofree char *expected =
      g_strdup_printf (HOST " answered 400 Bad Request%s (request id-1)", words);

  assert_message (400, NULL, NULL, body, expected);
}

/* A message is one short line. */
static void
test_one_line (void)
{
  assert_words ("", "");
  assert_words (" \\n ", "");
  assert_words (" a\\tb\\r\\nc ", ": a b c");
  assert_words ("a\\nb\\n\\nThe Canonical String was\\nx", ": a b");
  assert_words ("a\\r\\n \\r\\nThe Canonical String was", ": a");
  assert_words ("\\u001b[31mred", ": \\x1b[31mred");
  assert_words ("gr\\u00fc\\u00dfe", ": grüße");
}

static void
test_redirect (void)
{
  assert_message (307, "Location", "https://user:secret@other.example:8443/x?secret", "<html>",
      HOST " answered 307 Temporary Redirect to other.example; redirects are not followed, check "
           "the endpoint (request id-1)");
  assert_message (301, "Location", "/elsewhere?secret", "secret",
      HOST " answered 301 Moved Permanently; redirects are not followed, check the endpoint "
           "(request id-1)");
  assert_message (302, NULL, NULL, "secret",
      HOST " answered 302 Found; redirects are not followed, check the endpoint (request id-1)");
}

static void
test_secret (void)
{
  g_autofree char *padding = g_strnfill (1020, 'x');
  g_autofree char *body =
      g_strdup_printf ("{\"message\":\"%sSECRETTOKEN and SECRETTOKEN\"}", padding);
  g_autoptr (GError) error = make_error (403, NULL, NULL, body);
  g_autoptr (GError) other = make_error (403, NULL, NULL, "x-amz-security-token:SECRETTOKEN");

  g_assert_null (strstr (error->message, "SECR"));
  g_assert_nonnull (strstr (other->message, "x-amz-security-token:…"));
  g_assert_null (strstr (other->message, "SECR"));
}

/* If the secret key is set as the access key id, the service quotes it in its message. */
static void
test_swapped (void)
{
  assert_message (403, "x-amzn-ErrorType", "InvalidAccessKeyId",
      "{\"message\":\"The key 'secret/KEY+' does not exist.\"}",
      HOST
      " answered 403 InvalidAccessKeyId: The key '…' does not exist; check the access key, the "
      "session token and the region (request id-1)");
  assert_message (400, NULL, NULL, "<html><title>No key=secret%2fKEY%2B, secret\\/KEY+</title>",
      HOST " answered 400 Bad Request: No key=…, … (request id-1)");
  assert_message (500, "x-amzn-ErrorType", "SECRETTOKEN", "{\"code\":\"SECRETTOKEN\"}",
      HOST " answered 500 Internal Server Error; try again later (request id-1)");
  assert_message (302, "Location", "https://SECRETTOKEN.example/", "",
      HOST " answered 302 Found to ….example; redirects are not followed, check the "
           "endpoint (request id-1)");
  assert_message (302, "Location", "https://secrettoken.example/", "",
      HOST " answered 302 Found to ….example; redirects are not followed, check the "
           "endpoint (request id-1)");
}

/* No character that a terminal would act on gets into the message. */
static void
test_escape_in_location (void)
{
  static const char *const locations[] = {"https://a\x1b[31m/", "https://a%1b[31m/",
      "https://a%1b%5b31m.example/", "https://\xc2\x9bm/"};

  for (gsize i = 0; i < G_N_ELEMENTS (locations); i++) {
    g_autoptr (GError) error = make_error (302, "Location", locations[i], "");

    g_test_message ("%s", error->message);
    g_assert_null (strchr (error->message, '\x1b'));
    g_assert_null (strstr (error->message, "\xc2\x9b"));
  }
}

/* A reply that was not written by AWS is no evidence about the credentials or the stream. */
static void
test_page (void)
{
  static const char *const bodies[] = {"", "no", "<html><title>Blocked</title></html>",
      "<!DOCTYPE html>\n<HTML><BODY><code>ResourceNotFoundException</code></BODY></HTML>",
      "{\"error\": 404}", "[]", "{\"code\":\"404\"}"};
  static const guint statuses[] = {400, 401, 403, 404, 405, 413, 451};
  g_autoptr (SoupMessageHeaders) none = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  for (gsize i = 0; i < G_N_ELEMENTS (bodies) * G_N_ELEMENTS (statuses); i++) {
    const char *body = bodies[i / G_N_ELEMENTS (statuses)];
    guint status = statuses[i % G_N_ELEMENTS (statuses)];
    g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));
    const AwsErrorReply reply = {.status = status, .headers = none, .body = bytes, .host = HOST};
    g_autoptr (GError) error = aws_error_reply_to_error (&reply);

    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, status);
    g_assert_null (aws_error_get_code (error));
    g_assert_nonnull (strstr (error->message, " without an AWS error"));
    g_assert_nonnull (strstr (error->message, "endpoint-url"));
  }
}

/* Error replies that AWS sends without a code. */
static void
test_untyped (void)
{
  static const struct {
    guint status;
    const char *body;
    AwsError code;
    AwsErrorClass error_class;
  } rows[] = {
      {403, "{\"message\":\"Forbidden\"}", AWS_ERROR_NOT_AUTHORIZED, AWS_ERROR_CLASS_FINAL},
      {404, "{\"code\":\"NOT_FOUND\",\"message\":\"no route\"}", AWS_ERROR_BAD_REPLY,
          AWS_ERROR_CLASS_TRANSIENT},
      {404, "{\"message\":\"Not Found\"}", AWS_ERROR_BAD_REPLY, AWS_ERROR_CLASS_TRANSIENT},
      {400, "<Error><Message>no</Message></Error>", AWS_ERROR_INVALID_REQUEST,
          AWS_ERROR_CLASS_FINAL},
      {503, "<html><title>503</title></html>", AWS_ERROR_SERVER, AWS_ERROR_CLASS_TRANSIENT},
      {504, "", AWS_ERROR_SERVER, AWS_ERROR_CLASS_TRANSIENT},
      {429, "", AWS_ERROR_THROTTLED, AWS_ERROR_CLASS_THROTTLING},
      {407, "<html>", AWS_ERROR_CONNECT, AWS_ERROR_CLASS_FINAL},
  };
  g_autoptr (SoupMessageHeaders) none = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new (rows[i].body, strlen (rows[i].body));
    const AwsErrorReply reply = {
        .status = rows[i].status, .headers = none, .body = bytes, .host = HOST};
    g_autoptr (GError) error = aws_error_reply_to_error (&reply);

    g_assert_error (error, AWS_ERROR, (int)rows[i].code);
    g_assert_cmpint (aws_error_get_class (error), ==, rows[i].error_class);
  }
}

/* Servers of credentials send no error codes, and are mostly asked without a proxy. */
static void
test_credentials_server (void)
{
  g_autoptr (SoupMessageHeaders) none = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GBytes) page = g_bytes_new_static ("<html>no</html>", 15);
  g_autoptr (GBytes) keys = g_bytes_new_static ("{\"SecretAccessKey\":\"hidden\"}", 28);
  AwsErrorReply reply = {.status = 404,
      .headers = none,
      .body = page,
      .host = HOST,
      .purpose = AWS_REQUEST_TO_CREDENTIALS_SERVER,
      .is_direct = TRUE};
  g_autoptr (GError) direct = aws_error_reply_to_error (&reply);
  g_autoptr (GError) by_proxy = NULL;
  g_autoptr (GError) confidential = NULL;

  g_assert_error (direct, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_cmpint (aws_error_get_class (direct), ==, AWS_ERROR_CLASS_FINAL);
  reply.is_direct = FALSE;
  by_proxy = aws_error_reply_to_error (&reply);
  g_assert_error (by_proxy, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  reply.body = keys;
  reply.status = 500;
  confidential = aws_error_reply_to_error (&reply);
  g_assert_error (confidential, AWS_ERROR, AWS_ERROR_SERVER);
  g_assert_null (strstr (confidential->message, "hidden"));
}

/* A server of credentials knows neither streams nor parameters of GetImages. */
static void
test_credentials_server_with_codes (void)
{
  static const char *const codes[] = {"ResourceNotFoundException", "NoDataRetentionException"};

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (SoupMessageHeaders) headers =
        soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
    const AwsErrorReply reply = {.status = 404,
        .headers = headers,
        .host = HOST,
        .purpose = AWS_REQUEST_TO_CREDENTIALS_SERVER,
        .is_direct = TRUE};
    g_autoptr (GError) error = NULL;

    soup_message_headers_append (headers, "x-amzn-ErrorType", codes[i]);
    error = aws_error_reply_to_error (&reply);
    g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
    g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_FINAL);
    g_assert_null (aws_error_get_code (error));
    g_assert_nonnull (strstr (error->message, codes[i]));
  }
}

/* Parts of the request that the page of a proxy may repeat. */
static void
test_authorization (void)
{
  assert_message (502, NULL, NULL,
      "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s/aws4_request, "
      "SignedHeaders=host, Signature=0123abc",
      HOST " answered 502 Bad Gateway: Authorization: AWS4-HMAC-SHA256 Credential: …, "
           "SignedHeaders=host, Signature: …; try again later (request id-1)");
  assert_message (502, NULL, NULL, "Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==",
      HOST
      " answered 502 Bad Gateway: Proxy-Authorization: Basic …; try again later (request id-1)");
}

static void
assert_retry_after (const char *name, const char *value, gint64 ms)
{
  g_autoptr (GError) error = make_error (503, name, value, "");

  g_assert_cmpint (aws_error_get_retry_after_ms (error), ==, ms);
}

static void
test_retry_after (void)
{
  g_autoptr (SoupMessageHeaders) both = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const AwsErrorReply reply = {.status = 503, .headers = both, .host = HOST};
  g_autoptr (GError) error = NULL;

  assert_retry_after ("x-amz-retry-after", "1500", 1500);
  assert_retry_after ("X-Amz-Retry-After", "0", 0);
  assert_retry_after ("x-amz-retry-after", "9223372036854775807", G_MAXINT64);
  assert_retry_after ("x-amz-retry-after", "9223372036854775808", -1);
  assert_retry_after ("x-amz-retry-after", "-1", -1);
  assert_retry_after ("x-amz-retry-after", "1.5", -1);
  assert_retry_after ("x-amz-retry-after", "soon", -1);
  assert_retry_after ("x-amz-retry-after", "", -1);
  assert_retry_after ("Retry-After", "3", 3000);
  assert_retry_after ("Retry-After", "9223372036854775807", -1);
  assert_retry_after ("Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", -1);
  assert_retry_after ("X-Other", "3", -1);

  soup_message_headers_append (both, "Retry-After", "3");
  soup_message_headers_append (both, "x-amz-retry-after", "20");
  error = aws_error_reply_to_error (&reply);
  g_assert_cmpint (aws_error_get_retry_after_ms (error), ==, 20);
}

static void
assert_class (guint status, const char *code, AwsErrorClass expected)
{
  g_autoptr (GError) error = make_error (status, "X-Amzn-Errortype", code, "{}");

  g_test_message ("%u %s", status, code);
  g_assert_cmpint (aws_error_get_class (error), ==, expected);
}

static void
test_class_of_code (void)
{
  static const char *const throttling[] = {"Throttling", "ThrottlingException",
      "ThrottledException", "RequestThrottledException", "RequestThrottled",
      "TooManyRequestsException", "ProvisionedThroughputExceededException",
      "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
      "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
      "ClientLimitExceededException"};
  static const char *const transient[] = {
      "RequestTimeout", "RequestTimeoutException", "IDPCommunicationError"};
  static const char *const skew[] = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture",
      "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"};
  static const char *const auth[] = {"ExpiredToken", "ExpiredTokenException",
      "UnrecognizedClientException", "InvalidClientTokenId", "InvalidToken", "InvalidAccessKeyId"};
  static const char *const final[] = {"AccessDeniedException", "NotAuthorizedException",
      "ResourceNotFoundException", "InvalidArgumentException", "NoDataRetentionException",
      "MissingAuthenticationTokenException", "IncompleteSignatureException", "ValidationException",
      "throttling", "slowdown", "Internal"};

  for (gsize i = 0; i < G_N_ELEMENTS (throttling); i++)
    assert_class (400, throttling[i], AWS_ERROR_CLASS_THROTTLING);
  for (gsize i = 0; i < G_N_ELEMENTS (transient); i++)
    assert_class (400, transient[i], AWS_ERROR_CLASS_TRANSIENT);
  for (gsize i = 0; i < G_N_ELEMENTS (skew); i++)
    assert_class (403, skew[i], AWS_ERROR_CLASS_SKEW);
  for (gsize i = 0; i < G_N_ELEMENTS (auth); i++)
    assert_class (403, auth[i], AWS_ERROR_CLASS_AUTH);
  for (gsize i = 0; i < G_N_ELEMENTS (final); i++) {
    assert_class (400, final[i], AWS_ERROR_CLASS_FINAL);
    assert_class (503, final[i], AWS_ERROR_CLASS_TRANSIENT);
  }
  assert_class (503, "SlowDown", AWS_ERROR_CLASS_THROTTLING);
  assert_class (429, "SomethingNew", AWS_ERROR_CLASS_THROTTLING);
}

static void
test_class_of_status (void)
{
  for (guint status = 201; status < 1000; status++) {
    g_autoptr (GError) error = make_error (status, NULL, NULL, "");
    AwsErrorClass expected = AWS_ERROR_CLASS_FINAL;

    if (status == 500 || status == 502 || status == 503 || status == 504 || status < 300 ||
        status == 404 || status >= 600)
      expected = AWS_ERROR_CLASS_TRANSIENT;
    if (status == 429)
      expected = AWS_ERROR_CLASS_THROTTLING;
    g_assert_cmpint (aws_error_get_class (error), ==, expected);
  }
}

static void
test_long (void)
{
  g_autofree char *text = g_strnfill (5000, 'x');
  g_autoptr (GError) error = NULL;

  memcpy (text + 1022, "€", 3);
  error = make_error (500, NULL, NULL, text);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), <, 1200);
  g_assert_true (g_str_has_suffix (error->message, "x…; try again later (request id-1)"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awserrorreply/status", test_status);
  g_test_add_func ("/awserrorreply/code", test_code);
  g_test_add_func ("/awserrorreply/words", test_words);
  g_test_add_func ("/awserrorreply/one-line", test_one_line);
  g_test_add_func ("/awserrorreply/redirect", test_redirect);
  g_test_add_func ("/awserrorreply/secret", test_secret);
  g_test_add_func ("/awserrorreply/escape-in-location", test_escape_in_location);
  g_test_add_func ("/awserrorreply/swapped", test_swapped);
  g_test_add_func ("/awserrorreply/page", test_page);
  g_test_add_func ("/awserrorreply/untyped", test_untyped);
  g_test_add_func ("/awserrorreply/credentials-server", test_credentials_server);
  g_test_add_func (
      "/awserrorreply/credentials-server-with-codes", test_credentials_server_with_codes);
  g_test_add_func ("/awserrorreply/authorization", test_authorization);
  g_test_add_func ("/awserrorreply/retry-after", test_retry_after);
  g_test_add_func ("/awserrorreply/class-of-code", test_class_of_code);
  g_test_add_func ("/awserrorreply/class-of-status", test_class_of_status);
  g_test_add_func ("/awserrorreply/long", test_long);
  return g_test_run ();
}
