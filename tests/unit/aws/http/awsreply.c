/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how the body of a reply is read: whole, cut off, or not at all. */
#include "awsreply.h"

#include "awssessionpool.h"
#include "rawserver.h"
#include "testcall.h"

#include <stopwatch.h>
#include <string.h>

typedef struct {
  const char *reply;
  gboolean reset;
} Script;

/* Gives the same reply to every request. Then the connection is closed, or reset after the test's mark. */
static void
serve_script_cb (RawConnection *connection, gpointer user_data)
{
  const Script *script = user_data;

  raw_connection_skip_request (connection);
  raw_connection_write (connection, script->reply);
  if (script->reset) {
    raw_server_wait (connection->server, 1);
    raw_connection_reset (connection);
  }
}

typedef struct {
  Script script;
  RawServer *server;
  AwsClient *client;
  AwsReply *reply;
} Fixture;

static void
set_up (Fixture *fixture, const char *text)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GError) error = NULL;

  fixture->script.reply = text;
  fixture->server = raw_server_new (serve_script_cb, &fixture->script, NULL);
  fixture->client = test_client_new ();
  uri = raw_server_get_uri (fixture->server);
  fixture->reply = test_call (fixture->client, uri, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->reply);
  g_object_unref (fixture->client);
  raw_server_free (fixture->server);
}

static void
assert_read (AwsReply *reply, gsize count, const char *expected)
{
  char buffer[64];
  g_autoptr (GError) error = NULL;
  gssize size = aws_reply_read (reply, buffer, count, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (buffer, size, expected, strlen (expected));
}

static void
assert_read_fails (AwsReply *reply, AwsError code, const char *message)
{
  char buffer[64];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (aws_reply_read (reply, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, message));
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 200);
}

static void
test_read (void)
{
  Fixture fixture = {0};

  set_up (&fixture, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef");
  assert_read (fixture.reply, 2, "ab");
  assert_read (fixture.reply, 3, "cde");
  assert_read (fixture.reply, 64, "f");
  assert_read (fixture.reply, 64, "");
  assert_read (fixture.reply, 64, "");
  tear_down (&fixture);
}

typedef GBytes *(*ReadAllFunc) (
    AwsReply *reply, gsize max, GCancellable *cancellable, GError **error);

static void
assert_body_by (ReadAllFunc read_all, const char *reply, const char *expected)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;

  set_up (&fixture, reply);
  body = read_all (fixture.reply, 6, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (
      g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, strlen (expected));
  tear_down (&fixture);
}

static void
assert_body (const char *reply, const char *expected)
{
  assert_body_by (aws_reply_read_all, reply, expected);
  assert_body_by (aws_reply_read_secret, reply, expected);
}

static void
test_read_all (void)
{
  assert_body ("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef", "abcdef");
  assert_body ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "");
  assert_body ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
               "3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n",
      "abcd");
  assert_body ("HTTP/1.0 200 OK\r\n\r\nabc", "abc");
  assert_body ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "a");
}

static void
assert_read_all_fails (ReadAllFunc read_all, const char *reply, AwsError code, const char *message)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;

  set_up (&fixture, reply);
  g_assert_null (read_all (fixture.reply, 5, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, message));
  tear_down (&fixture);
}

static void
test_too_long (void)
{
  static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef";
  static const char message[] = " sent more than the 5 bytes that were expected";

  /* A piece ends exactly at the limit. */
  static const char in_pieces[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "2\r\nab\r\n3\r\ncde\r\n1\r\nf\r\n0\r\n\r\n";

  assert_read_all_fails (aws_reply_read_all, reply, AWS_ERROR_BAD_REPLY, message);
  assert_read_all_fails (aws_reply_read_secret, reply, AWS_ERROR_BAD_REPLY, message);
  assert_read_all_fails (aws_reply_read_all, in_pieces, AWS_ERROR_BAD_REPLY, message);
  assert_read_all_fails (aws_reply_read_secret, in_pieces, AWS_ERROR_BAD_REPLY, message);
}

static void
assert_cut_off (const char *reply, const char *message)
{
  Fixture fixture = {0};

  set_up (&fixture, reply);
  assert_read (fixture.reply, 64, "abc");
  assert_read_fails (fixture.reply, AWS_ERROR_CUT_OFF, message);
  assert_read_fails (fixture.reply, AWS_ERROR_CUT_OFF, " ended the connection ");
  tear_down (&fixture);
}

static void
test_cut_off (void)
{
  assert_cut_off ("HTTP/1.1 200 OK\r\nx-amzn-RequestId: id-1\r\nContent-Length: 6\r\n\r\nabc",
      " ended the connection too early; check the network, or try again later (");
  assert_cut_off ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc",
      " ended the connection 3 bytes too early");
  assert_cut_off (
      "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nabc", " ended the connection 3 bytes too early");
}

static void
test_read_all_cut_off (void)
{
  static const char reply[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc";

  assert_read_all_fails (aws_reply_read_all, reply, AWS_ERROR_CUT_OFF, " ended the connection ");
  assert_read_all_fails (aws_reply_read_secret, reply, AWS_ERROR_CUT_OFF, " ended the connection ");
}

static void
assert_failure (const char *text, const char *message)
{
  const Script script = {text};
  g_autoptr (RawServer) server = raw_server_new (serve_script_cb, (gpointer)&script, NULL);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  const char *const secrets[] = {"SECRET", NULL};
  const AwsRequest request = {.method = "GET", .uri = uri, .secrets = secrets};
  g_autoptr (AwsReply) reply = aws_http_send (http, &request, NULL, NULL);
  g_autoptr (GError) error = aws_reply_read_failure (reply, NULL);
  g_autofree char *expected =
      g_strdup_printf ("127.0.0.1:%u answered %s", raw_server_get_port (server), message);

  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_cmpstr (error->message, ==, expected);
}

/* If the body of an error reply is cut off, the error has the part that was read. */
static void
test_read_failure (void)
{
  assert_failure ("HTTP/1.1 403 Forbidden\r\nContent-Length: 24\r\n\r\n"
                  "{\"message\":\"not SECRET\"}",
      "403 Forbidden: not …; check the credentials and what they may do");
  assert_failure (
      "HTTP/1.1 403 Forbidden\r\nx-amzn-RequestId: id-1\r\nContent-Length: 99\r\n\r\nno",
      "403 Forbidden: no; check the credentials and what they may do (request id-1)");
  assert_failure (
      "HTTP/1.1 401 Unauthorized\r\nx-amzn-RequestId: id-1\r\nContent-Length: 0\r\n\r\n",
      "401 Unauthorized; check the credentials and what they may do (request id-1)");
}

/* A compressed body has no message. The status and the headers say what has failed. */
static void
test_compressed_failure (void)
{
  assert_failure ("HTTP/1.1 403 Forbidden\r\nx-amzn-RequestId: id-1\r\nContent-Encoding: gzip\r\n"
                  "Content-Length: 4\r\n\r\n\x1f\x8b#z",
      "403 Forbidden; check the credentials and what they may do (request id-1)");
  assert_failure ("HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: AccessDeniedException\r\n"
                  "Content-Encoding: br\r\nContent-Length: 4\r\n\r\n\x0b\x02#z",
      "403 AccessDeniedException; allow it in the policies of the identity");
  assert_failure ("HTTP/1.1 403 Forbidden\r\nx-amzn-RequestId: id-1\r\nContent-Encoding: utf-8\r\n"
                  "Content-Length: 2\r\n\r\nno",
      "403 Forbidden: no; check the credentials and what they may do (request id-1)");
}

static void
test_reset (void)
{
  Fixture fixture = {.script.reset = TRUE};

  set_up (&fixture, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  assert_read (fixture.reply, 64, "abc");
  raw_server_mark (fixture.server);
  assert_read_fails (fixture.reply, AWS_ERROR_CUT_OFF, " ended the connection too early");
  tear_down (&fixture);
}

/* libsoup before 3.6.5 takes this for the end of the body. Therefore the documentation tells callers to check
 * that the body is complete. */
static void
test_chunked_cut_off (void)
{
  static const char *const replies[] = {
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabc",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nnot a size\r\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (replies); i++) {
    Fixture fixture = {0};
    char buffer[64];
    g_autoptr (GError) error = NULL;

    set_up (&fixture, replies[i]);
    assert_read (fixture.reply, 64, "abc");
    if (aws_reply_read (fixture.reply, buffer, sizeof buffer, NULL, &error) != 0)
      g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
    tear_down (&fixture);
  }
}

static void
test_headers (void)
{
  Fixture fixture = {0};

  set_up (&fixture, "HTTP/1.1 200 OK\r\nDate: Sun, 30 Aug 2015 12:36:00 GMT\r\n"
                    "x-amzn-RequestId: id-1\r\n"
                    "Content-Type: application/json; charset=utf-8\r\nContent-Length: 0\r\n\r\n");
  g_assert_cmpint (aws_reply_get_date (fixture.reply), ==, 1440938160);
  g_assert_cmpstr (aws_reply_get_request_id (fixture.reply), ==, "id-1");
  g_assert_cmpstr (aws_reply_get_content_type (fixture.reply), ==, "application/json");
  tear_down (&fixture);
}

/* The request id is in every error and in the log. */
static void
test_secret_request_id (void)
{
  static const char *const ids[] = {TEST_SECRET_KEY, "K7MDENG/bPxRfiCYEXAMPLEKEY", TEST_ACCESS_KEY};

  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *reply = g_strdup_printf (
        "HTTP/1.1 200 OK\r\nx-amzn-RequestId: %s\r\nContent-Length: 9\r\n\r\n", ids[i]);
    g_autoptr (GError) error = NULL;
    Fixture fixture = {0};
    char buffer[8];

    set_up (&fixture, reply);
    g_assert_null (aws_reply_get_request_id (fixture.reply));
    g_assert_cmpint (aws_reply_read (fixture.reply, buffer, sizeof buffer, NULL, &error), <, 0);
    g_assert_null (strstr (error->message, "EXAMPLE"));
    g_assert_true (aws_reply_has_secret (fixture.reply, ids[i]));
    g_assert_false (aws_reply_has_secret (fixture.reply, "EXAMPLE"));
    tear_down (&fixture);
  }
}

static void
test_date (void)
{
  static const struct {
    const char *text;
    gint64 expected;
  } rows[] = {
      {"Sun, 30 Aug 2015 12:36:00 GMT", 1440938160},
      {"Sunday, 30-Aug-15 12:36:00 GMT", 1440938160},
      {"Sun Aug 30 12:36:00 2015", 1440938160},
      {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
      {"Fri, 31 Dec 2399 23:59:59 GMT", 13569465599},
      {"Wed, 31 Dec 1969 23:59:58 GMT", -1},
      {"Sat, 20 Nov 1926 08:00:00 GMT", -1},
      {"Friday, 20-Nov--6 08:00:00 GMT", -1},
      {"Fri, 20 Nov 99999 08:00:00 GMT", -1},
      {"Fri, 20 Nov", -1},
      {"", -1},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *reply =
        g_strdup_printf ("HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Length: 0\r\n\r\n", rows[i].text);
    Fixture fixture = {0};

    set_up (&fixture, reply);
    g_assert_cmpint (aws_reply_get_date (fixture.reply), ==, rows[i].expected);
    tear_down (&fixture);
  }
}

static void
test_no_headers (void)
{
  Fixture fixture = {0};

  set_up (&fixture, "HTTP/1.1 200 OK\r\nDate: some day\r\nContent-Length: 0\r\n\r\n");
  g_assert_cmpint (aws_reply_get_date (fixture.reply), ==, -1);
  g_assert_null (aws_reply_get_request_id (fixture.reply));
  g_assert_null (aws_reply_get_content_type (fixture.reply));
  tear_down (&fixture);
}

static void
test_new_error (void)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = NULL;

  set_up (&fixture, "HTTP/1.1 200 OK\r\nx-amzn-RequestId: id-1\r\nContent-Length: 0\r\n\r\n");
  error = aws_reply_new_error (
      fixture.reply, AWS_ERROR_BAD_REPLY, "sent %d %s", 2, "stills\r\nfor \x1b" TEST_SECRET_KEY);
  expected = g_strdup_printf (
      "127.0.0.1:%d sent 2 stills for \\x1b… (request id-1)", raw_server_get_port (fixture.server));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 200);
  g_assert_cmpstr (aws_error_get_request_id (error), ==, "id-1");
  tear_down (&fixture);
}

static void
serve_stalled_body_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, user_data);
  raw_connection_stall (connection);
}

/* Drops a reply in another thread that has its own main context. */
static gpointer
drop_in_thread (gpointer reply)
{
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_object_unref (reply);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
test_drop (gconstpointer head)
{
  g_autoptr (RawServer) server = raw_server_new (serve_stalled_body_cb, (gpointer)head, NULL);
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (int i = 0; i < 4; i++) {
    g_autoptr (GError) error = NULL;
    AwsReply *reply = test_call (client, uri, NULL, &error);
    Stopwatch stopwatch;

    g_assert_no_error (error);
    if (i > 0)
      assert_read (reply, 64, "abc");
    stopwatch = stopwatch_start ();
    if (i < 2)
      g_object_unref (reply);
    else
      g_thread_join (g_thread_new ("drop", drop_in_thread, reply));
    g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
  }
  g_assert_cmpuint (raw_server_count_connections (server), ==, 4);
}

/* The client may be freed before its replies. */
static void
test_outlives_client (void)
{
  Fixture fixture = {0};

  set_up (&fixture, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");
  g_clear_object (&fixture.client);
  assert_read (fixture.reply, 64, "abc");
  assert_read (fixture.reply, 64, "");
  g_clear_object (&fixture.reply);
  raw_server_free (fixture.server);
}

typedef struct {
  AwsSessionPool *pool;
  GUri *uri;
  guint n_made;
  gboolean is_context_freed;
} Ending;

static SoupSession *
make_session_cb (GUri *uri, gpointer user_data)
{
  Ending *ending = user_data;

  ending->n_made++;
  return soup_session_new ();
}

static AwsPooledSession *
take_session (Ending *ending)
{
  return aws_session_pool_take (ending->pool, ending->uri, make_session_cb, ending);
}

/* While its main context is being freed, no other request can have the session. */
static void
context_freed_cb (gpointer user_data)
{
  Ending *ending = user_data;

  ending->is_context_freed = TRUE;
  aws_pooled_session_give_back (take_session (ending));
  g_assert_cmpuint (ending->n_made, ==, 2);
}

static gboolean
never_cb (gpointer user_data)
{
  g_assert_not_reached ();
}

static GMainContext *
make_watched_context (Ending *ending)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  GMainContext *context = g_main_context_new ();

  g_source_set_callback (source, never_cb, ending, context_freed_cb);
  g_source_attach (source, context);
  return context;
}

/* The connection of a session has a timer in the main context of the request that has opened it. */
static void
test_order_of_end (void)
{
  static const AwsRequest request = {.method = "POST"};
  g_autoptr (SoupMessage) message = soup_message_new ("POST", "http://a.example/");
  g_autoptr (AwsSessionPool) pool = aws_session_pool_new ();
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (aws_clock_get_default ());
  Ending ending = {.pool = pool, .uri = soup_message_get_uri (message)};
  AwsReply *reply = aws_reply_new (&request, take_session (&ending), g_object_ref (message),
      g_memory_input_stream_new (), make_watched_context (&ending),
      aws_deadline_new (watchdog, 5000, 60000), FALSE, 0);

  g_object_unref (reply);
  g_assert_true (ending.is_context_freed);
  aws_pooled_session_give_back (take_session (&ending));
  g_assert_cmpuint (ending.n_made, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsreply/read", test_read);
  g_test_add_func ("/awsreply/read-all", test_read_all);
  g_test_add_func ("/awsreply/too-long", test_too_long);
  g_test_add_func ("/awsreply/cut-off", test_cut_off);
  g_test_add_func ("/awsreply/read-all-cut-off", test_read_all_cut_off);
  g_test_add_func ("/awsreply/read-failure", test_read_failure);
  g_test_add_func ("/awsreply/compressed-failure", test_compressed_failure);
  g_test_add_func ("/awsreply/reset", test_reset);
  g_test_add_func ("/awsreply/chunked-cut-off", test_chunked_cut_off);
  g_test_add_func ("/awsreply/headers", test_headers);
  g_test_add_func ("/awsreply/date", test_date);
  g_test_add_func ("/awsreply/secret-request-id", test_secret_request_id);
  g_test_add_func ("/awsreply/no-headers", test_no_headers);
  g_test_add_func ("/awsreply/new-error", test_new_error);
  g_test_add_data_func (
      "/awsreply/drop/with-length", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc", test_drop);
  g_test_add_data_func ("/awsreply/drop/chunked",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", test_drop);
  g_test_add_data_func ("/awsreply/drop/until-end", "HTTP/1.0 200 OK\r\n\r\nabc", test_drop);
  g_test_add_func ("/awsreply/outlives-client", test_outlives_client);
  g_test_add_func ("/awsreply/order-of-end", test_order_of_end);
  return g_test_run ();
}
