/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is sent, how long it may take, the error of each kind of failure, and how connections and
 * proxies are used. TLS is tested in awshttp-tls.c. */
#include "awshttp.h"

#include "heldclock.h"
#include "rawserver.h"
#include "testcall.h"

#include <libsoup/soup.h>
#include <pthread.h>
#include <string.h>

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define S G_USEC_PER_SEC

static AwsHttp *
make_http (const AwsHttpOptions *options)
{
  g_autoptr (GError) error = NULL;
  AwsHttp *http = aws_http_new (options, &error);

  g_assert_no_error (error);
  return http;
}

static AwsReply *
send_post (AwsHttp *http, GUri *uri, GCancellable *cancellable, GError **error)
{
  static const AwsHeader headers[] = {{"X-Test", "a b"}, {"x-test", ""}};
  g_autoptr (GBytes) body = g_bytes_new_static ("body", 4);
  const AwsRequest request = {.method = "POST",
      .uri = uri,
      .content_type = "text/plain",
      .body = body,
      .headers = headers,
      .n_headers = G_N_ELEMENTS (headers)};

  return aws_http_send (http, &request, cancellable, error);
}

static void
assert_reply (AwsReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = aws_reply_read_all (reply, 100, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "{}", 2);
}

/* Returns aws_reply_get_setup_time() of the reply. */
static gint64
send_succeeds (AwsHttp *http, GUri *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = send_post (http, uri, NULL, &error);

  g_assert_no_error (error);
  assert_reply (reply);
  return aws_reply_get_setup_time (reply);
}

static GError *
send_fails (AwsHttp *http, GUri *uri, AwsError code)
{
  GError *error = NULL;

  g_assert_null (send_post (http, uri, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  return error;
}

/* Answers every request of a connection with the text that is @user_data. */
static void
serve_text_cb (RawConnection *connection, gpointer user_data)
{
  while (raw_connection_skip_request (connection))
    raw_connection_write (connection, user_data);
}

static void
serve_text_once_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, user_data);
}

static void
test_refused (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  RawServer *server = raw_server_new (serve_text_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = NULL;

  raw_server_free (server);
  error = send_fails (http, uri, AWS_ERROR_CONNECT);
  g_assert_nonnull (strstr (error->message, " cannot be reached; check the endpoint, "));
}

static void
test_host_not_found (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (GUri) uri = g_uri_parse ("http://nowhere.invalid/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_HOST_NOT_FOUND);

  g_assert_true (g_str_has_prefix (error->message, "nowhere.invalid has no address; "));
}

typedef struct {
  const char *text;
  gboolean reset;
} Ending;

/* Sends the beginning of a reply, then closes or resets the connection. */
static void
serve_ending_cb (RawConnection *connection, gpointer user_data)
{
  const Ending *ending = user_data;

  raw_connection_skip_request (connection);
  raw_connection_write (connection, ending->text);
  if (ending->reset)
    raw_connection_reset (connection);
}

static void
test_endings (void)
{
  static const struct {
    Ending ending;
    AwsError code;
  } rows[] = {
      {{"", FALSE}, AWS_ERROR_CUT_OFF},
      {{"", TRUE}, AWS_ERROR_CUT_OFF},
      {{"HTTP/1.1 200 OK\r\nContent-Le", FALSE}, AWS_ERROR_BAD_REPLY},
      {{"HTTP/1.1 200 OK\r\nContent-Le", TRUE}, AWS_ERROR_CUT_OFF},
      {{"SSH-2.0-OpenSSH_9.2\r\n\r\n", FALSE}, AWS_ERROR_BAD_REPLY},
      {{"220 mail.example ESMTP\r\n\r\n", FALSE}, AWS_ERROR_BAD_REPLY},
      {{"HTTP/1.1 banana\r\n\r\n", FALSE}, AWS_ERROR_BAD_REPLY},
      {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: banana\r\n\r\n", FALSE}, AWS_ERROR_BAD_REPLY},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsHttp) http = make_http (NULL);
    g_autoptr (RawServer) server =
        raw_server_new (serve_ending_cb, (gpointer)&rows[i].ending, NULL);
    g_autoptr (GUri) uri = raw_server_get_uri (server);
    g_autoptr (GError) error = NULL;

    g_test_message ("row %zu", i);
    error = send_fails (http, uri, rows[i].code);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
    g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
  }
}

static void
serve_endless_header_cb (RawConnection *connection, gpointer user_data)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');

  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nX: ");
  raw_connection_write (connection, text);
}

static void
test_endless_header (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_endless_header_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = NULL;

  g_assert_null (send_post (http, uri, NULL, &error));
  g_assert_true (error->domain == AWS_ERROR);
}

static void
test_keep_alive (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_text_cb, (gpointer)OK_REPLY, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  g_assert_cmpint (send_succeeds (http, uri), >, 0);
  for (int i = 0; i < 5; i++)
    g_assert_cmpint (send_succeeds (http, uri), ==, 0);
  g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
}

#define N_THREADS 8

typedef struct {
  AwsHttp *http;
  GUri *uri;
  pthread_barrier_t barrier;
} Crowd;

static gpointer
send_at_once (gpointer data)
{
  Crowd *crowd = data;

  pthread_barrier_wait (&crowd->barrier);
  send_succeeds (crowd->http, crowd->uri);
  return NULL;
}

/* All threads ask at once for the addresses of a host that is not in the cache. */
static void
test_first_requests_at_once (void)
{
  g_autoptr (RawServer) server = raw_server_new (serve_text_cb, (gpointer)OK_REPLY, NULL);
  Crowd crowd = {.uri = raw_server_get_uri (server)};

  pthread_barrier_init (&crowd.barrier, NULL, N_THREADS);
  for (int round = 0; round < 100; round++) {
    GThread *threads[N_THREADS];

    crowd.http = make_http (NULL);
    for (int i = 0; i < N_THREADS; i++)
      threads[i] = g_thread_new (NULL, send_at_once, &crowd);
    for (int i = 0; i < N_THREADS; i++)
      g_thread_join (threads[i]);
    g_object_unref (crowd.http);
  }
  pthread_barrier_destroy (&crowd.barrier);
  g_uri_unref (crowd.uri);
}

/* Serves one request, and closes the connection after the test's mark. */
static void
serve_one_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, OK_REPLY);
  raw_server_wait (connection->server, 1);
}

static void
test_idle_connection_closed (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_one_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  send_succeeds (http, uri);
  raw_server_mark (server);
  raw_server_wait_closed (server, 1);
  send_succeeds (http, uri);
  g_assert_cmpuint (raw_server_count_connections (server), ==, 2);
}

/* Serves one request, and closes the connection when a second one comes. */
static void
serve_one_of_two_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, OK_REPLY);
  raw_connection_skip_request (connection);
}

/* A GET may be sent again. A POST is left to AwsClient, which counts attempts. */
static void
test_connection_closed (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_one_of_two_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  const AwsRequest get = {.method = "GET", .uri = uri};
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  send_succeeds (http, uri);
  g_error_free (send_fails (http, uri, AWS_ERROR_CUT_OFF));
  g_assert_cmpuint (raw_server_count_connections (server), ==, 1);

  send_succeeds (http, uri);
  reply = aws_http_send (http, &get, NULL, &error);
  g_assert_no_error (error);
  assert_reply (reply);
  g_assert_cmpuint (raw_server_count_connections (server), ==, 3);
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
    raw_connection_write (
        connection, "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\n{}");
  }
}

static int
compare_lines_cb (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/* The lines of @text, sorted: the order of headers has no meaning. */
static char *
sort_lines (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);

  qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines_cb);
  return g_strjoinv ("\n", lines);
}

/* A request has what its caller has set and the headers that HTTP requires, and nothing else. */
static void
test_request (void)
{
  const AwsHttpOptions options = {.user_agent = "test/1"};
  g_autoptr (AwsHttp) http = make_http (&options);
  g_autofree char *request = NULL;
  g_autoptr (RawServer) server = raw_server_new (keep_request_cb, &request, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autofree char *expected = g_strdup_printf ("\n"
                                               "Accept-Encoding: identity\n"
                                               "Connection: Keep-Alive\n"
                                               "Content-Length: 4\n"
                                               "Content-Type: text/plain\n"
                                               "Host: 127.0.0.1:%d\n"
                                               "POST /call HTTP/1.1\n"
                                               "User-Agent: test/1\n"
                                               "X-Test: a b\n"
                                               "body\n"
                                               "x-test: ",
      raw_server_get_port (server));

  for (int i = 0; i < 2; i++) {
    g_autofree char *sorted = NULL;

    send_succeeds (http, uri);
    sorted = sort_lines (request);
    g_assert_cmpstr (sorted, ==, expected);
  }
}

/* Asserts that @request is not sent, and that the error says @words. */
static void
assert_refused (const AwsRequest *request, const char *words)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_text_cb, (gpointer)OK_REPLY, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  AwsRequest complete = *request;
  g_autoptr (GError) error = NULL;

  complete.method = "GET";
  complete.uri = uri;
  g_assert_null (aws_http_send (http, &complete, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_null (strstr (error->message, "secret"));
  g_assert_cmpuint (raw_server_count_connections (server), ==, 0);
}

static void
test_bad_headers (void)
{
  static const char *const values[] = {
      "secret\r\nX: y", "secret\n", "\rsecret", "secret\t", "secret\x7f"};
  static const char *const names[] = {"", "secret: x", "secret\r\nX", "se cret", "s\303\251cret"};
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  const AwsRequest bad_type = {.content_type = "text/secret\r\nX: y", .body = body};

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    const AwsHeader header = {"X-Test", values[i]};
    const AwsRequest request = {.headers = &header, .n_headers = 1};

    assert_refused (&request, "The value of the header X-Test holds a control character");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const AwsHeader header = {names[i], "x"};
    const AwsRequest request = {.headers = &header, .n_headers = 1};

    assert_refused (&request, "The name of a header is not one that can be sent");
  }
  assert_refused (&bad_type, "The value of the header Content-Type holds a control character");
}

static void
test_bad_user_agent (void)
{
  const AwsHttpOptions options = {.user_agent = "test/1\r\nX: y"};
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_http_new (&options, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (
      error->message, "user-agent is 'test/1\\r\\nX: y', which cannot be used: "));
}

/* Any status is a reply: no redirect is followed, and no 401 is answered. */
static void
test_statuses (void)
{
  static const struct {
    const char *reply;
    guint status;
  } rows[] = {
      {"HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 301},
      {"HTTP/1.1 303 See Other\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 303},
      {"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n", 401},
      {"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
          407},
      {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", 500},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsHttp) http = make_http (NULL);
    g_autoptr (RawServer) server = raw_server_new (serve_text_cb, (gpointer)rows[i].reply, NULL);
    g_autoptr (GUri) uri = raw_server_get_uri (server);
    g_autoptr (GError) error = NULL;
    g_autoptr (AwsReply) reply = send_post (http, uri, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (aws_reply_get_status (reply), ==, rows[i].status);
    g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
  }
}

/* A malformed Content-Length is an error, whatever libsoup makes of it, without a warning of GObject. The bytes
 * that follow on the connection are never read as the next reply. */
static void
test_bad_lengths (void)
{
  static const char *const lengths[] = {"-5", "-1", "+2", "2x", "0x2", "2,3", "2, 2", "1e1", "",
      "99999999999999999999", "9223372036854775808", "18446744073709551614",
      "2\r\nContent-Length: 3", "-5\r\nTransfer-Encoding: chunked"};

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree char *text =
        g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n{}", lengths[i]);
    g_autoptr (AwsHttp) http = make_http (NULL);
    g_autoptr (RawServer) server = raw_server_new (serve_text_cb, text, NULL);
    g_autoptr (GUri) uri = raw_server_get_uri (server);

    g_test_message ("%s", lengths[i]);
    for (guint n_connections = 1; n_connections <= 2; n_connections++) {
      g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_BAD_REPLY);

      /* From 3.8 on libsoup refuses some of these itself, in words of its own. */
      if (!soup_check_version (3, 8, 0))
        g_assert_true (g_str_has_suffix (
            error->message, " sent a Content-Length that is none; check the endpoint"));
      g_assert_cmpuint (raw_server_count_connections (server), ==, n_connections);
    }
  }
}

static AwsReply *
send_for_encoding (const char *status, const char *encoding, GError **error)
{
  g_autofree char *text = g_strdup_printf (
      "HTTP/1.1 %s\r\nContent-Encoding: %s\r\nContent-Length: 2\r\n\r\n{}", status, encoding);
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_text_cb, text, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  AwsReply *reply = send_post (http, uri, NULL, error);

  g_test_message ("%s: %s", status, encoding);
  if (reply != NULL)
    assert_reply (reply);
  return reply;
}

/* A middlebox may compress a reply all the same. That it did so is the error, and not what its bytes look like. */
static void
test_compressed (void)
{
  static const char *const compressions[] = {"gzip", "GZIP", "x-gzip", "deflate", "br", "zstd",
      "compress", "identity, gzip", "utf-8,br", "aws-chunked\r\nContent-Encoding: gzip"};
  static const char *const others[] = {"identity", "Identity", "", "utf-8", "none", "aws-chunked"};

  for (gsize i = 0; i < G_N_ELEMENTS (compressions); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) none = NULL;
    g_autoptr (AwsReply) failure G_GNUC_UNUSED =
        send_for_encoding ("503 No", compressions[i], &none);

    g_assert_no_error (none);
    g_assert_null (send_for_encoding ("200 OK", compressions[i], &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_nonnull (strstr (error->message, " compressed its reply, which was not asked for"));
  }
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AwsReply) reply G_GNUC_UNUSED = send_for_encoding ("200 OK", others[i], &error);

    g_assert_no_error (error);
  }
}

typedef struct {
  HeldClock *clock;
  AwsHttp *http;
  RawServer *server;
  GUri *uri;
} TimeFixture;

/* 5 s to connect and 60 s for the attempt, on a clock that the test moves. */
static void
set_up_time (TimeFixture *fixture, RawServerFunc function)
{
  fixture->clock = held_clock_new ();
  fixture->http = make_http (&(const AwsHttpOptions){.connection_timeout_ms = 5000,
      .completion_timeout_ms = 60000,
      .clock = AWS_CLOCK (fixture->clock)});
  fixture->server = raw_server_new (function, fixture, NULL);
  fixture->uri = raw_server_get_uri (fixture->server);
}

static void
tear_down_time (TimeFixture *fixture)
{
  g_object_unref (fixture->http);
  raw_server_free (fixture->server);
  g_uri_unref (fixture->uri);
  g_object_unref (fixture->clock);
}

static void
serve_after_minute_cb (RawConnection *connection, gpointer user_data)
{
  TimeFixture *fixture = user_data;

  raw_connection_skip_request (connection);
  held_clock_advance (fixture->clock, 60 * S);
  raw_connection_stall (connection);
}

static void
test_timeout (void)
{
  TimeFixture fixture;
  g_autoptr (GError) error = NULL;

  set_up_time (&fixture, serve_after_minute_cb);
  error = send_fails (fixture.http, fixture.uri, AWS_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, " did not answer completely within 60 s"));
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
  tear_down_time (&fixture);
}

/* Each byte comes in time, but the whole reply does not. */
static void
drip_header_cb (RawConnection *connection, gpointer user_data)
{
  TimeFixture *fixture = user_data;

  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nX: ");
  for (int i = 0; i < 60; i++) {
    raw_connection_write (connection, "x");
    held_clock_advance (fixture->clock, 1 * S);
  }
  raw_connection_stall (connection);
}

static void
test_dripping_header (void)
{
  TimeFixture fixture;
  g_autoptr (GError) error = NULL;

  set_up_time (&fixture, drip_header_cb);
  error = send_fails (fixture.http, fixture.uri, AWS_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (error->message, " did not answer completely within 60 s"));
  tear_down_time (&fixture);
}

/* Sends a byte a second until the client closes the connection. */
static void
drip_body_cb (RawConnection *connection, gpointer user_data)
{
  TimeFixture *fixture = user_data;

  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
  while (g_socket_condition_check (connection->socket, G_IO_IN) == 0) {
    raw_connection_write (connection, "x");
    held_clock_advance (fixture->clock, 1 * S);
  }
}

static void
test_dripping_body (void)
{
  TimeFixture fixture;
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  set_up_time (&fixture, drip_body_cb);
  reply = send_post (fixture.http, fixture.uri, NULL, &error);
  if (reply != NULL)
    body = aws_reply_read_all (reply, G_MAXSIZE, NULL, &error);
  g_assert_null (body);
  g_assert_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT);
  g_clear_object (&reply);
  tear_down_time (&fixture);
}

static void
serve_halves_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{");
  raw_server_wait (connection->server, 1);
  raw_connection_write (connection, "}");
  raw_connection_stall (connection);
}

/* The time between two reads of the caller does not count. */
static void
test_pause (void)
{
  TimeFixture fixture;
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  set_up_time (&fixture, serve_halves_cb);
  reply = send_post (fixture.http, fixture.uri, NULL, &error);
  g_assert_no_error (error);
  held_clock_advance (fixture.clock, 1000 * S);
  g_assert_cmpint (aws_reply_read (reply, &byte, 1, NULL, &error), ==, 1);
  held_clock_advance (fixture.clock, 1000 * S);
  raw_server_mark (fixture.server);
  body = aws_reply_read_all (reply, 1, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&reply);
  tear_down_time (&fixture);
}

/* The time to connect does not limit the wait for a reply, on a new connection or a kept one. */
static void
serve_after_ten_cb (RawConnection *connection, gpointer user_data)
{
  TimeFixture *fixture = user_data;

  while (raw_connection_skip_request (connection)) {
    held_clock_advance (fixture->clock, 10 * S);
    raw_connection_write (connection, OK_REPLY);
  }
}

static void
test_slow_answer (void)
{
  TimeFixture fixture;

  set_up_time (&fixture, serve_after_ten_cb);
  send_succeeds (fixture.http, fixture.uri);
  send_succeeds (fixture.http, fixture.uri);
  g_assert_cmpuint (raw_server_count_connections (fixture.server), ==, 1);
  tear_down_time (&fixture);
}

/* A proxy that takes longer than it may to connect. */
static void
stall_tunnel_cb (RawConnection *connection, gpointer user_data)
{
  TimeFixture *fixture = user_data;

  raw_connection_skip_request (connection);
  held_clock_advance (fixture->clock, 5 * S);
  raw_connection_stall (connection);
}

static void
test_connection_timeout (void)
{
  TimeFixture fixture;
  g_autofree char *proxy = NULL;
  g_autoptr (GUri) uri = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GProxyResolver) proxies = NULL;
  g_autoptr (AwsHttp) http = NULL;
  g_autoptr (GError) error = NULL;

  set_up_time (&fixture, stall_tunnel_cb);
  proxy = g_strdup_printf ("127.0.0.1:%d", raw_server_get_port (fixture.server));
  proxies = aws_proxy_new (proxy, NULL);
  http =
      make_http (&(const AwsHttpOptions){.proxies = proxies, .clock = AWS_CLOCK (fixture.clock)});
  error = send_fails (http, uri, AWS_ERROR_TIMEOUT);
  g_assert_cmpstr (error->message, ==,
      "service.example did not accept a connection within 5 s; check the network, the proxy and "
      "the connection timeout");
  tear_down_time (&fixture);
}

static AwsHttp *
make_http_with_proxy (RawServer *server, const char *user)
{
  g_autofree char *url = g_strdup_printf ("%s127.0.0.1:%d", user, raw_server_get_port (server));
  g_autoptr (GError) error = NULL;
  g_autoptr (GProxyResolver) proxies = aws_proxy_new (url, &error);
  const AwsHttpOptions options = {.proxies = proxies};

  g_assert_no_error (error);
  return make_http (&options);
}

/* A request for http goes to the proxy as it is, with the proxy's user. A server that is reached directly is
 * not told that user. */
static void
test_proxy (void)
{
  g_autofree char *request = NULL;
  g_autofree char *direct_request = NULL;
  g_autoptr (RawServer) server = raw_server_new (keep_request_cb, &request, NULL);
  g_autoptr (RawServer) direct = raw_server_new (keep_request_cb, &direct_request, NULL);
  g_autoptr (GUri) uri = g_uri_parse ("http://service.example/call", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) direct_uri = raw_server_get_uri (direct);
  g_autoptr (AwsHttp) http = make_http_with_proxy (server, "user:secret@");
  g_autoptr (AwsHttp) anonymous = make_http_with_proxy (server, "");

  send_succeeds (http, uri);
  send_succeeds (http, uri);
  g_assert_true (g_str_has_prefix (request, "POST http://service.example/call HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (request, "\r\nHost: service.example\r\n"));
  g_assert_nonnull (strstr (request, "\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
  g_assert_cmpuint (raw_server_count_connections (server), ==, 1);

  send_succeeds (http, direct_uri);
  g_assert_null (strstr (direct_request, "Proxy-"));
  send_succeeds (anonymous, uri);
  g_assert_null (strstr (request, "Proxy-"));
}

static void
assert_no_user (const GError *error)
{
  g_assert_null (strstr (error->message, "user:"));
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_proxy_unreachable (void)
{
  RawServer *server = raw_server_new (serve_text_cb, NULL, NULL);
  g_autoptr (AwsHttp) http = make_http_with_proxy (server, "user:secret@");
  g_autoptr (AwsHttp) socks = make_http_with_proxy (server, "socks5://user:secret@");
  g_autoptr (GUri) uri = g_uri_parse ("http://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) https = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  AwsHttp *both[] = {http, socks};

  raw_server_free (server);
  for (gsize i = 0; i < G_N_ELEMENTS (both); i++) {
    g_autoptr (GError) error = send_fails (both[i], uri, AWS_ERROR_CONNECT);
    g_autoptr (GError) https_error = send_fails (both[i], https, AWS_ERROR_CONNECT);

    g_assert_nonnull (
        strstr (error->message, "service.example cannot be reached; check the endpoint, "));
    assert_no_user (error);
    assert_no_user (https_error);
  }
}

static void
test_proxy_not_found (void)
{
  g_autoptr (GProxyResolver) proxies = aws_proxy_new ("http://user:secret@proxy.invalid", NULL);
  const AwsHttpOptions options = {.proxies = proxies};
  g_autoptr (AwsHttp) http = make_http (&options);
  g_autoptr (GUri) uri = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_CONNECT);

  g_assert_true (
      g_str_has_prefix (error->message, "The proxy for service.example has no address; "));
  assert_no_user (error);
}

/* A proxy's reply to CONNECT is no reply of the service. */
static void
test_proxy_refuses (void)
{
  static const struct {
    const char *reply;
    guint status;
    AwsErrorClass error_class;
    const char *message;
  } rows[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
       "Content-Length: 4\r\n\r\nuser",
          407, AWS_ERROR_CLASS_FINAL,
          "The proxy for service.example answered 407 Proxy Authentication Required instead of "
          "connecting to it; check the user and the password in the URL of the proxy"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: -5\r\n\r\nuser", 403, AWS_ERROR_CLASS_FINAL,
          "The proxy for service.example answered 403 Forbidden instead of connecting to it"},
      {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", 403, AWS_ERROR_CLASS_FINAL,
          "The proxy for service.example answered 403 Forbidden instead of connecting to it"},
      {"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n", 503,
          AWS_ERROR_CLASS_TRANSIENT,
          "The proxy for service.example answered 503 Service Unavailable instead of connecting to "
          "it"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (RawServer) server =
        raw_server_new (serve_text_once_cb, (gpointer)rows[i].reply, NULL);
    g_autoptr (AwsHttp) http = make_http_with_proxy (server, "user:secret@");
    g_autoptr (GUri) uri = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
    g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_CONNECT);

    g_assert_cmpstr (error->message, ==, rows[i].message);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, rows[i].status);
    g_assert_cmpint (aws_error_get_class (error), ==, rows[i].error_class);
    g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
  }
}

/* Reads exactly @size bytes. */
static void
read_bytes (RawConnection *connection, void *buffer, gsize size)
{
  g_assert_true (g_input_stream_read_all (
      g_io_stream_get_input_stream (connection->stream), buffer, size, NULL, NULL, NULL));
}

static char *
read_counted (RawConnection *connection)
{
  guint8 size;
  char *text;

  read_bytes (connection, &size, 1);
  text = g_malloc0 (size + 1u);
  read_bytes (connection, text, size);
  return text;
}

static void
write_bytes (RawConnection *connection, const void *bytes, gsize size)
{
  g_output_stream_write_all (
      g_io_stream_get_output_stream (connection->stream), bytes, size, NULL, NULL, NULL);
}

/* A SOCKS server (RFC 1928, 1929) that is also the server behind it. */
static void
serve_socks_cb (RawConnection *connection, gpointer user_data)
{
  guint8 head[4];
  g_autofree char *methods = NULL;
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  g_autofree char *host = NULL;

  read_bytes (connection, head, 1);
  methods = read_counted (connection);
  write_bytes (connection, "\5\2", 2);
  read_bytes (connection, head, 1);
  user = read_counted (connection);
  password = read_counted (connection);
  g_assert_cmpstr (user, ==, "user");
  g_assert_cmpstr (password, ==, "s@:%");
  write_bytes (connection, "\1\0", 2);
  read_bytes (connection, head, 4);
  host = read_counted (connection);
  g_assert_cmpstr (host, ==, "service.example");
  read_bytes (connection, head, 2);
  write_bytes (connection, "\5\0\0\1\0\0\0\0\0\0", 10);
  keep_request_cb (connection, user_data);
}

static void
test_socks (void)
{
  g_autofree char *request = NULL;
  g_autoptr (RawServer) server = raw_server_new (serve_socks_cb, &request, NULL);
  g_autoptr (AwsHttp) http = make_http_with_proxy (server, "socks5://user:s%40%3A%25@");
  g_autoptr (GUri) uri = g_uri_parse ("http://service.example/call", SOUP_HTTP_URI_FLAGS, NULL);

  send_succeeds (http, uri);
  g_assert_true (g_str_has_prefix (request, "POST /call HTTP/1.1\r\n"));
  g_assert_null (strstr (request, "Proxy-"));
}

#define CALLERS 8

/* Answers once as many requests have arrived as there are callers. */
static void
serve_together_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_server_mark (connection->server);
  raw_server_wait (connection->server, CALLERS);
  raw_connection_write (connection, OK_REPLY);
}

static void
test_concurrent (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);
  g_autoptr (AwsClient) client = aws_client_new (http, NULL, NULL);
  g_autoptr (RawServer) server = raw_server_new (serve_together_cb, NULL, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  TestThread *threads[CALLERS];

  for (int i = 0; i < CALLERS; i++)
    threads[i] = test_thread_new (client, uri);
  for (int i = 0; i < CALLERS; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) body = test_thread_end (threads[i], &error);

    g_assert_no_error (error);
    g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "{}", 2);
  }
}

/* An AwsHttp that has never sent a request. */
static void
test_unused (void)
{
  g_autoptr (AwsHttp) http = make_http (NULL);

  g_assert_true (AWS_IS_HTTP (http));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awshttp/request", test_request);
  g_test_add_func ("/awshttp/bad-headers", test_bad_headers);
  g_test_add_func ("/awshttp/bad-user-agent", test_bad_user_agent);
  g_test_add_func ("/awshttp/statuses", test_statuses);
  g_test_add_func ("/awshttp/bad-lengths", test_bad_lengths);
  g_test_add_func ("/awshttp/compressed", test_compressed);
  g_test_add_func ("/awshttp/refused", test_refused);
  g_test_add_func ("/awshttp/host-not-found", test_host_not_found);
  g_test_add_func ("/awshttp/endings", test_endings);
  g_test_add_func ("/awshttp/endless-header", test_endless_header);
  g_test_add_func ("/awshttp/keep-alive", test_keep_alive);
  g_test_add_func ("/awshttp/first-requests-at-once", test_first_requests_at_once);
  g_test_add_func ("/awshttp/idle-connection-closed", test_idle_connection_closed);
  g_test_add_func ("/awshttp/connection-closed", test_connection_closed);
  g_test_add_func ("/awshttp/timeout", test_timeout);
  g_test_add_func ("/awshttp/dripping-header", test_dripping_header);
  g_test_add_func ("/awshttp/dripping-body", test_dripping_body);
  g_test_add_func ("/awshttp/pause", test_pause);
  g_test_add_func ("/awshttp/slow-answer", test_slow_answer);
  g_test_add_func ("/awshttp/connection-timeout", test_connection_timeout);
  g_test_add_func ("/awshttp/proxy", test_proxy);
  g_test_add_func ("/awshttp/proxy-unreachable", test_proxy_unreachable);
  g_test_add_func ("/awshttp/proxy-not-found", test_proxy_not_found);
  g_test_add_func ("/awshttp/proxy-refuses", test_proxy_refuses);
  g_test_add_func ("/awshttp/socks", test_socks);
  g_test_add_func ("/awshttp/concurrent", test_concurrent);
  g_test_add_func ("/awshttp/unused", test_unused);
  return g_test_run ();
}
