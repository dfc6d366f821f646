/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is sent over TLS: who is trusted, what is said of those who are not, how the client proves
 * itself, and what comes of proxies in between. */
#include "awshttp.h"

#include "rawserver.h"
#include "testcall.h"
#include "testcertificate.h"

#include <libsoup/soup.h>
#include <stopwatch.h>
#include <string.h>

#define ROUNDS 10

static GTlsCertificate *trusted;

static void
serve_ok_cb (RawConnection *connection, gpointer user_data)
{
  while (raw_connection_skip_request (connection))
    raw_connection_answer (connection, "200 OK", "", "{}");
}

static void
test_trusted (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (int i = 0; i < 5; i++)
    test_call_succeeds (client, uri);
  g_assert_cmpuint (raw_server_count_connections (server), ==, 1);
}

/* Refuses the first request as made at the wrong time. */
static void
refuse_time_cb (RawConnection *connection, gpointer user_data)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) later = g_date_time_add_minutes (now, 10);
  g_autofree char *date = soup_date_time_to_string (later, SOUP_DATE_HTTP);
  g_autofree char *headers =
      g_strdup_printf ("x-amzn-ErrorType: RequestTimeTooSkewed\r\nDate: %s\r\n", date);

  raw_connection_skip_request (connection);
  raw_connection_answer (connection, "403 Forbidden", headers, "{}");
  serve_ok_cb (connection, NULL);
}

/* Who is trusted is believed what time it is. */
static void
test_trusted_date (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (refuse_time_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  test_call_succeeds (client, uri);
  g_assert_cmpint (aws_client_get_clock_offset (client), >, 5 * G_TIME_SPAN_MINUTE);
}

static void
assert_not_trusted (GTlsCertificate *certificate)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, certificate);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_TLS);

  g_assert_nonnull (strstr (error->message, " offers no TLS connection that can be trusted ("));
}

static void
test_unknown_authority (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("IP:127.0.0.1");

  assert_not_trusted (certificate);
}

static void
test_other_host (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:example.com");

  test_certificate_trust (certificate);
  assert_not_trusted (certificate);
  test_certificate_trust (trusted);
}

static GUri *
get_https_uri (RawServer *server)
{
  return g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, "127.0.0.1", raw_server_get_port (server),
      "/call", NULL, NULL);
}

static void
test_no_tls (void)
{
  g_autoptr (AwsClient) client = test_client_new_full ("us-west-2", TEST_TOKEN, 1000);
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, NULL);
  g_autoptr (GUri) uri = get_https_uri (server);
  g_autoptr (GError) error = NULL;

  g_assert_null (test_call (client, uri, NULL, &error));
  g_assert_true (error->domain == AWS_ERROR);
  test_assert_no_secret (error->message);
}

static void
serve_text_and_end_cb (RawConnection *connection, gpointer user_data)
{
  char byte;

  g_input_stream_read (g_io_stream_get_input_stream (connection->stream), &byte, 1, NULL, NULL);
  raw_connection_write (connection, user_data);
}

static void
test_handshake_cut_off (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_text_and_end_cb, (gpointer) "", NULL);
  g_autoptr (GUri) uri = get_https_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_CUT_OFF);

  g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
}

static void
test_handshake_garbage (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server =
      raw_server_new (serve_text_and_end_cb, (gpointer) "HTTP/1.1 400 Bad Request\r\n\r\n", NULL);
  g_autoptr (GUri) uri = get_https_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_TLS);

  g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
}

static void
serve_cut_off_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  g_socket_close (connection->socket, NULL);
}

static void
test_body_cut_off (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_cut_off_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (AwsReply) reply = test_call (client, uri, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_reply_read_all (reply, 100, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
}

static void
serve_handshake_cb (RawConnection *connection, gpointer user_data)
{
  char byte;

  g_input_stream_read (g_io_stream_get_input_stream (connection->stream), &byte, 1, NULL, NULL);
  raw_server_mark (connection->server);
  raw_connection_stall (connection);
}

static void
test_cancel_in_handshake (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_handshake_cb, NULL, NULL);
  g_autoptr (GUri) uri = get_https_uri (server);

  for (guint i = 1; i <= ROUNDS; i++) {
    TestThread *thread = test_thread_new (client, uri);

    raw_server_wait (server, i);
    test_thread_assert_cancels (thread);
  }
}

static void
serve_half_body_cb (RawConnection *connection, gpointer user_data)
{
  raw_connection_skip_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabc");
  raw_connection_stall (connection);
}

static void
test_cancel_in_body (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_half_body_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (guint i = 1; i <= ROUNDS; i++) {
    TestThread *thread = test_thread_new (client, uri);

    test_thread_wait_for_body (thread);
    test_thread_assert_cancels (thread);
  }
}

static void
test_drop_in_body (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_half_body_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (guint i = 1; i <= ROUNDS; i++) {
    AwsReply *reply = test_call (client, uri, NULL, NULL);
    Stopwatch stopwatch = stopwatch_start ();

    g_object_unref (reply);
    g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
  }
}

/* A server of HTTP/2, in a thread of its own. */
typedef struct {
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SoupServer *server;
  GUri *uri;
  guint requests;
  gboolean is_http2;
} Http2Server;

/* Answers with "{}" at /call, and with the beginning of a body that does not go on at /stall. */
static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
    gpointer user_data)
{
  Http2Server *self = user_data;
  SoupMessageBody *body = soup_server_message_get_response_body (message);

  self->requests++;
  self->is_http2 = soup_server_message_get_http_version (message) == SOUP_HTTP_2_0;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  if (g_str_equal (path, "/stall")) {
    soup_message_headers_set_content_length (
        soup_server_message_get_response_headers (message), 1000);
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "abc", 3);
  } else {
    soup_message_body_append (body, SOUP_MEMORY_STATIC, "{}", 2);
  }
}

static gpointer
run_server (gpointer data)
{
  Http2Server *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static Http2Server *
http2_server_new (void)
{
  Http2Server *self = g_new0 (Http2Server, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  g_main_context_push_thread_default (self->context);
  self->server = soup_server_new ("tls-certificate", trusted, NULL);
  soup_server_add_handler (self->server, NULL, answer_cb, self, NULL);
  soup_server_listen_local (
      self->server, 0, SOUP_SERVER_LISTEN_HTTPS | SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->uri = g_uri_ref (uris->data);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  g_main_context_pop_thread_default (self->context);
  self->thread = g_thread_new ("http2", run_server, self);
  return self;
}

static void
http2_server_free (Http2Server *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_uri_unref (self->uri);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Http2Server, http2_server_free)

static GUri *
http2_server_get_uri (Http2Server *self, const char *path)
{
  return g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, "127.0.0.1", g_uri_get_port (self->uri),
      path, NULL, NULL);
}

/* Servers choose the version during the handshake, and this one would choose HTTP/2. */
static void
test_no_http2 (void)
{
  g_autoptr (Http2Server) server = http2_server_new ();
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) uri = http2_server_get_uri (server, "/call");

  for (int i = 0; i < 5; i++)
    test_call_succeeds (client, uri);
  g_assert_false (server->is_http2);
  g_assert_cmpuint (server->requests, ==, 5);
}

typedef struct {
  AwsClient *client;
  GUri *call;
  GUri *stall;
} Mixture;

/* Calls, drops replies and cancels calls, in turn. */
static gpointer
mix_calls (gpointer data)
{
  Mixture *mixture = data;

  for (int i = 0; i < 20; i++) {
    g_autoptr (GError) error = NULL;
    AwsReply *reply = test_call (mixture->client, mixture->stall, NULL, &error);
    TestThread *thread = test_thread_new (mixture->client, mixture->stall);

    g_assert_no_error (error);
    g_object_unref (reply);
    test_thread_wait_for_body (thread);
    test_thread_assert_cancels (thread);
    test_call_succeeds (mixture->client, mixture->call);
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (Http2Server) server = http2_server_new ();
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (GUri) call = http2_server_get_uri (server, "/call");
  g_autoptr (GUri) stall = http2_server_get_uri (server, "/stall");
  Mixture mixture = {client, call, stall};
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("mix", mix_calls, &mixture);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  /* libsoup's server speaks HTTP/2 only when it is told to. */
  g_setenv ("SOUP_SERVER_HTTP2", "1", TRUE);
  trusted = test_certificate_new ("IP:127.0.0.1");
  test_certificate_trust (trusted);

  g_test_add_func ("/awshttp-tls/trusted", test_trusted);
  g_test_add_func ("/awshttp-tls/trusted-date", test_trusted_date);
  g_test_add_func ("/awshttp-tls/unknown-authority", test_unknown_authority);
  g_test_add_func ("/awshttp-tls/other-host", test_other_host);
  g_test_add_func ("/awshttp-tls/no-tls", test_no_tls);
  g_test_add_func ("/awshttp-tls/handshake-cut-off", test_handshake_cut_off);
  g_test_add_func ("/awshttp-tls/handshake-garbage", test_handshake_garbage);
  g_test_add_func ("/awshttp-tls/body-cut-off", test_body_cut_off);
  g_test_add_func ("/awshttp-tls/cancel-in-handshake", test_cancel_in_handshake);
  g_test_add_func ("/awshttp-tls/cancel-in-body", test_cancel_in_body);
  g_test_add_func ("/awshttp-tls/drop-in-body", test_drop_in_body);
  g_test_add_func ("/awshttp-tls/no-http2", test_no_http2);
  g_test_add_func ("/awshttp-tls/threads", test_threads);
  result = g_test_run ();

  test_certificate_trust (NULL);
  g_object_unref (trusted);
  return result;
}
