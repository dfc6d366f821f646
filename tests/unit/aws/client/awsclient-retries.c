/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what a call sends when it is retried, and which server's clock it trusts. */
#include "awsclient.h"

#include "scriptserver.h"
#include "testcall.h"
#include "testsource.h"

#include <fakeclock.h>
#include <string.h>

#define START_S G_GINT64_CONSTANT (1795161600) /* 20261120T080000Z */
#define START_US (START_S * G_USEC_PER_SEC)
#define START_DATE "20261120T080000Z"
#define MINUTE_S 60
#define HOUR_US G_TIME_SPAN_HOUR

typedef struct {
  FakeClock *clock;
  TestSource *source;
  AwsCredentialsProvider *provider;
  AwsClient *client;
  ScriptServer *server;
  GPtrArray *texts; /* of the replies */
} Fixture;

static AwsClient *
make_client (Fixture *fixture, const AwsHttpOptions *options)
{
  g_autoptr (AwsHttp) http = aws_http_new (options, NULL);
  AwsClient *client = aws_client_new (http, fixture->provider, "eu-central-1");

  aws_client_set_clock (client, AWS_CLOCK (fixture->clock));
  aws_client_set_max_attempts (client, 3);
  return client;
}

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->clock = fake_clock_new (START_US);
  fake_clock_set_random (fixture->clock, 0.5);
  fixture->source = test_source_new ("test");
  test_source_give (fixture->source, "A", START_US + 100 * HOUR_US);
  fixture->provider = aws_credentials_provider_new (
      AWS_CREDENTIAL_SOURCE (fixture->source), "id", AWS_CLOCK (fixture->clock));
  fixture->client = make_client (fixture, NULL);
  fixture->texts = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->provider);
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->clock);
  g_clear_pointer (&fixture->server, script_server_free);
  g_ptr_array_unref (fixture->texts);
}

static void
serve (Fixture *fixture, const ScriptReply *replies, gsize n_replies)
{
  g_clear_pointer (&fixture->server, script_server_free);
  fixture->server = script_server_new (replies, n_replies, NULL);
}

static gpointer
read_object (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  g_autoptr (GBytes) body = aws_reply_read_all (reply, 100, cancellable, error);

  if (body == NULL)
    return NULL;
  if (g_bytes_get_size (body) != 2) {
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY, "sent no object"));
    return NULL;
  }
  return g_object_ref (reply);
}

static AwsReply *
call_with (
    Fixture *fixture, AwsClient *client, const char *url, GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const AwsRequest request = {.method = "GET", .uri = uri, .service = "kinesisvideo"};

  return aws_client_call (client, &request, read_object, NULL, cancellable, error);
}

static AwsReply *
call (Fixture *fixture, GCancellable *cancellable, GError **error)
{
  g_autofree char *url = script_server_make_url (fixture->server, "/call");

  return call_with (fixture, fixture->client, url, cancellable, error);
}

static void
assert_succeeds (Fixture *fixture, guint requests)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = call (fixture, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
  g_assert_cmpuint (script_server_count (fixture->server), ==, requests);
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *text, guint requests)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call (fixture, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_cmpuint (script_server_count (fixture->server), ==, requests);
}

/* The value of a header of the request @index, as it was sent. */
static char *
get_header (Fixture *fixture, guint index, const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("(?im)^%s: *(.*?)\\r$", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_regex_match (regex, script_server_get (fixture->server, index), 0, &match);
  return g_match_info_fetch (match, 1);
}

static void
assert_header (Fixture *fixture, guint index, const char *name, const char *expected)
{
  g_autofree char *value = get_header (fixture, index, name);

  g_assert_cmpstr (value, ==, expected);
}

static const ScriptReply ok = {"200 OK", "", "{}"};
static const ScriptReply unavailable = {"503 Service Unavailable", "x-amzn-RequestId: r\r\n", ""};

static void
test_headers (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {unavailable, unavailable, ok};
  g_autofree char *id = NULL;
  g_autofree char *authorization = NULL;

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_succeeds (fixture, 3);
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 2);
  g_assert_cmpint (fake_clock_get_wait (fixture->clock, 0), ==, G_USEC_PER_SEC / 2);
  g_assert_cmpint (fake_clock_get_wait (fixture->clock, 1), ==, G_USEC_PER_SEC);

  id = get_header (fixture, 0, "amz-sdk-invocation-id");
  g_assert_true (g_uuid_string_is_valid (id));
  assert_header (fixture, 1, "amz-sdk-invocation-id", id);
  assert_header (fixture, 2, "amz-sdk-invocation-id", id);
  assert_header (fixture, 0, "amz-sdk-request", "attempt=1; max=3");
  assert_header (fixture, 1, "amz-sdk-request", "attempt=2; max=3");
  assert_header (fixture, 2, "amz-sdk-request", "attempt=3; max=3");
  assert_header (fixture, 0, "X-Amz-Date", START_DATE);
  assert_header (fixture, 2, "X-Amz-Date", "20261120T080001Z");

  authorization = get_header (fixture, 2, "Authorization");
  g_assert_nonnull (strstr (authorization, "SignedHeaders=host;x-amz-date,"));
}

static void
test_exhausted (Fixture *fixture, gconstpointer unused)
{
  serve (fixture, &unavailable, 1);
  assert_fails (fixture, AWS_ERROR_SERVER, "after 3 attempts: 127.0.0.1:", 3);
  assert_fails (fixture, AWS_ERROR_SERVER,
      " answered 503 Service Unavailable; try again later (request r)", 6);
}

static void
test_kvs_throttling (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {
      {"400 Bad Request", "x-amzn-ErrorType: ClientLimitExceededException\r\n",
          "{\"Message\":\"Rate exceeded\"}"},
      {"429 Too Many Requests", "", ""},
      ok,
  };

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_succeeds (fixture, 3);
}

/* A malformed body is retried, and so is a connection that ends without a reply. */
static void
test_body (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {{"200 OK", "", "<html>"}, {""}, ok};

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_succeeds (fixture, 3);
}

static void
test_final (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {
      {"404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}"}, ok};

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_fails (fixture, AWS_ERROR_NOT_FOUND, " answered 404 ResourceNotFoundException", 1);
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 0);
}

/* A page that another server wrote in the service's place is retried: it may be gone soon. */
static void
test_page (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {
      {"404 Not Found", "", "<html><title>No such page</title></html>"},
      {"403 Forbidden", "Server: squid\r\n", "<html><title>Blocked</title></html>"},
      ok,
  };

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_succeeds (fixture, 3);
  serve (fixture, replies, 1);
  assert_fails (fixture, AWS_ERROR_BAD_REPLY, " answered 404 Not Found without an AWS error", 3);
}

static void
test_timeout (Fixture *fixture, gconstpointer unused)
{
  aws_client_set_call_timeout (fixture->client, 1000);
  serve (fixture, &unavailable, 1);
  assert_fails (
      fixture, AWS_ERROR_SERVER, "after 2 attempts, and no time is left for another: ", 2);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancelled_while_waiting (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fake_clock_set_wait_func (fixture->clock, cancel_cb, cancellable);
  serve (fixture, &unavailable, 1);
  g_assert_null (call (fixture, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (script_server_count (fixture->server), ==, 1);
}

/* An error reply about the time of the request, by a server whose clock is ahead. */
static ScriptReply
refuse_time (Fixture *fixture, const char *code, gint64 ahead_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (START_S + ahead_s);
  g_autofree char *date = soup_date_time_to_string (time, SOUP_DATE_HTTP);
  char *headers = g_strdup_printf ("x-amzn-ErrorType: %s\r\nDate: %s\r\n", code, date);

  g_ptr_array_add (fixture->texts, headers);
  return (ScriptReply){"403 Forbidden", headers, "{\"message\":\"Signature expired\"}"};
}

static void
test_skew (Fixture *fixture, gconstpointer unused)
{
  static const char *const codes[] = {"RequestTimeTooSkewed", "RequestExpired",
      "RequestInTheFuture", "InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"};

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++) {
    const ScriptReply replies[] = {refuse_time (fixture, codes[i], 10 * MINUTE_S), ok};

    g_clear_object (&fixture->client);
    fixture->client = make_client (fixture, NULL);
    serve (fixture, replies, G_N_ELEMENTS (replies));
    assert_succeeds (fixture, 2);
    assert_header (fixture, 0, "X-Amz-Date", START_DATE);
    assert_header (fixture, 1, "X-Amz-Date", "20261120T081000Z");
    assert_header (fixture, 1, "amz-sdk-request", "attempt=1; max=3");
    g_assert_cmpint (
        aws_client_get_clock_offset (fixture->client), ==, 10 * MINUTE_S * G_USEC_PER_SEC);

    assert_succeeds (fixture, 3);
    assert_header (fixture, 2, "X-Amz-Date", "20261120T081000Z");
  }
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 0);
}

static void
test_skew_limits (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    gint64 ahead_s;
    guint requests;
  } rows[] = {
      {0, 1},
      {4 * MINUTE_S - 1, 1},
      {-4 * MINUTE_S + 1, 1},
      {4 * MINUTE_S, 2},
      {-4 * MINUTE_S, 2},
      {-START_S, 2},
      {10 * 365 * 24 * 60 * MINUTE_S, 2},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const ScriptReply replies[] = {
        refuse_time (fixture, "RequestTimeTooSkewed", rows[i].ahead_s), ok};

    g_test_message ("row %zu", i);
    /* By the server's clock, these credentials would have expired. */
    test_source_give (fixture->source, "A", G_MAXINT64);
    g_clear_object (&fixture->client);
    fixture->client = make_client (fixture, NULL);
    serve (fixture, replies, G_N_ELEMENTS (replies));
    if (rows[i].requests == 2)
      assert_succeeds (fixture, 2);
    else
      assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "check the system clock", 1);
  }
}

/* If a server rejects the corrected time as well, later attempts of the call do not correct it again. */
static void
test_skew_once (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {
      refuse_time (fixture, "RequestTimeTooSkewed", 10 * MINUTE_S),
      refuse_time (fixture, "RequestTimeTooSkewed", 20 * MINUTE_S),
  };
  const ScriptReply later[] = {
      refuse_time (fixture, "RequestTimeTooSkewed", 30 * MINUTE_S),
      unavailable,
      refuse_time (fixture, "RequestTimeTooSkewed", 40 * MINUTE_S),
  };

  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "check the system clock", 2);
  serve (fixture, later, G_N_ELEMENTS (later));
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "after 2 attempts: ", 3);
}

static void
test_skew_without_date (Fixture *fixture, gconstpointer unused)
{
  static const ScriptReply replies[] = {
      {"403 Forbidden", "x-amzn-ErrorType: RequestTimeTooSkewed\r\n", "{}"},
      {"403 Forbidden", "x-amzn-ErrorType: RequestTimeTooSkewed\r\nDate: today\r\n", "{}"},
      {"403 Forbidden", "Date: Fri, 20 Nov 2020 08:00:00 GMT\r\n", "{\"message\":\"Go away\"}"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++) {
    serve (fixture, &replies[i], 1);
    assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, " answered 403 ", 1);
  }
  g_assert_cmpint (aws_client_get_clock_offset (fixture->client), ==, 0);
}

/* The Date of a reply over http is not trusted, because a proxy or another server may have set it. */
static void
test_skew_over_http (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {refuse_time (fixture, "RequestTimeTooSkewed", 10 * MINUTE_S), ok};
  g_autofree char *proxy = NULL;
  g_autoptr (GProxyResolver) proxies = NULL;
  g_autoptr (AwsClient) client = NULL;
  g_autoptr (GError) error = NULL;
  AwsHttpOptions options = {NULL};

  serve (fixture, replies, G_N_ELEMENTS (replies));
  proxy = script_server_make_url (fixture->server, "");
  proxies = g_simple_proxy_resolver_new (proxy, NULL);
  options.proxies = proxies;
  client = make_client (fixture, &options);

  g_assert_null (call_with (fixture, client, "http://service.example/", NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_cmpuint (script_server_count (fixture->server), ==, 1);
  g_assert_cmpint (aws_client_get_clock_offset (client), ==, 0);
}

/* By the service's clock the credentials have expired, so they are renewed before they are used again. */
static void
test_skew_and_expiry (Fixture *fixture, gconstpointer unused)
{
  const ScriptReply replies[] = {
      refuse_time (fixture, "RequestTimeTooSkewed", 101 * 60 * MINUTE_S), ok};
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  test_source_give (fixture->source, "B", START_US + 200 * HOUR_US);
  serve (fixture, replies, G_N_ELEMENTS (replies));
  assert_succeeds (fixture, 2);
  first = get_header (fixture, 0, "Authorization");
  second = get_header (fixture, 1, "Authorization");
  g_assert_nonnull (strstr (first, "Credential=A/20261120/"));
  g_assert_nonnull (strstr (second, "Credential=B/20261124/"));
}

#define CALLERS 4

/* Waits for all requests that are signed with the wrong time, and rejects them. */
static void
refuse_together_cb (RawConnection *connection, gpointer user_data)
{
  const ScriptReply *rejection = user_data;
  g_autofree char *request = NULL;

  while ((request = raw_connection_read_request (connection)) != NULL) {
    if (strstr (request, "X-Amz-Date: " START_DATE) != NULL) {
      raw_server_mark (connection->server);
      raw_server_wait (connection->server, CALLERS);
      raw_connection_answer (connection, rejection->status, rejection->headers, rejection->body);
    } else {
      raw_connection_answer (connection, "200 OK", "", "{}");
    }
    g_clear_pointer (&request, g_free);
  }
}

/* If another call has just corrected the clock, this call need not correct it. */
static void
test_skew_together (Fixture *fixture, gconstpointer unused)
{
  ScriptReply rejection = refuse_time (fixture, "RequestTimeTooSkewed", 10 * MINUTE_S);
  g_autoptr (RawServer) server = raw_server_new (refuse_together_cb, &rejection, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  TestThread *threads[CALLERS];

  for (int i = 0; i < CALLERS; i++)
    threads[i] = test_thread_new (fixture->client, uri);
  for (int i = 0; i < CALLERS; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) body = test_thread_end (threads[i], &error);

    g_assert_no_error (error);
    g_assert_nonnull (body);
  }
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *full_path = g_strconcat ("/awsclient-retries/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("headers", test_headers);
  add ("exhausted", test_exhausted);
  add ("kvs-throttling", test_kvs_throttling);
  add ("body", test_body);
  add ("final", test_final);
  add ("page", test_page);
  add ("timeout", test_timeout);
  add ("cancelled-while-waiting", test_cancelled_while_waiting);
  add ("skew", test_skew);
  add ("skew-limits", test_skew_limits);
  add ("skew-once", test_skew_once);
  add ("skew-without-date", test_skew_without_date);
  add ("skew-over-http", test_skew_over_http);
  add ("skew-and-expiry", test_skew_and_expiry);
  add ("skew-together", test_skew_together);
  return g_test_run ();
}
