/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests TLS: which certificates are trusted, the errors of those that are not, client certificates, and
 * proxies. */
#include "awshttp.h"

#include "rawserver.h"
#include "testcall.h"
#include "testcertificate.h"

#include <glib/gstdio.h>
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

/* Rejects the first request because of its time. */
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

/* The Date of a server whose certificate is trusted is believed. */
static void
test_trusted_date (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (refuse_time_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  test_call_succeeds (client, uri);
  g_assert_cmpint (aws_client_get_clock_offset (client), >, 5 * G_TIME_SPAN_MINUTE);
}

/* Asserts that the default authorities do not trust @certificate, and what the error says. */
static void
assert_not_trusted (GTlsCertificate *certificate, const char *words)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, certificate);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GError) error = test_call_fails (client, uri, AWS_ERROR_TLS);

  g_assert_nonnull (strstr (error->message, " presented a certificate that "));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_unknown_authority (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("IP:127.0.0.1");

  assert_not_trusted (certificate, " is signed by an unknown authority ");
}

static void
test_other_host (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:example.com");

  test_certificate_trust (certificate);
  assert_not_trusted (certificate, " is for another host ");
  test_certificate_trust (trusted);
}

static void
test_dates (void)
{
  g_autoptr (GTlsCertificate) expired = test_certificate_new_expired ("IP:127.0.0.1");
  g_autoptr (GTlsCertificate) future = test_certificate_new_future ("IP:127.0.0.1");

  test_certificate_trust (expired);
  assert_not_trusted (expired, " has expired ");
  test_certificate_trust (future);
  assert_not_trusted (future, " is not valid yet ");
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

static AwsReply *
send_get (AwsHttp *http, GUri *uri, GError **error)
{
  const AwsRequest request = {.method = "GET", .uri = uri};

  return aws_http_send (http, &request, NULL, error);
}

static void
send_succeeds (AwsHttp *http, GUri *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = send_get (http, uri, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (aws_reply_get_status (reply), ==, 200);
  g_bytes_unref (aws_reply_read_all (reply, G_MAXINT, NULL, &error));
  g_assert_no_error (error);
}

static GError *
send_fails (AwsHttp *http, GUri *uri, AwsError code)
{
  GError *error = NULL;

  g_assert_null (send_get (http, uri, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  return error;
}

static char *
write_file (const char *text)
{
  char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("awshttp-tls-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static char *
write_certificate (GTlsCertificate *certificate)
{
  g_autofree char *pem = NULL;

  g_object_get (certificate, "certificate-pem", &pem, NULL);
  return write_file (pem);
}

static void
remove_file (char *path)
{
  g_remove (path);
  g_free (path);
}

static AwsHttp *
make_http (const AwsHttpOptions *options)
{
  g_autoptr (GError) error = NULL;
  AwsHttp *http = aws_http_new (options, &error);

  g_assert_no_error (error);
  return http;
}

/* In a process of its own, since GIO chooses its TLS module once. */
static void
test_no_module (void)
{
  if (g_test_subprocess ()) {
    g_autoptr (AwsHttp) http = make_http (&(const AwsHttpOptions){.ca_file = "/etc/hostname"});
    g_autoptr (GUri) uri = g_uri_parse ("https://127.0.0.1:1/", SOUP_HTTP_URI_FLAGS, NULL);
    g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_TLS);

    g_assert_cmpstr (error->message, ==,
        "127.0.0.1:1 needs TLS, and GLib has no TLS here; install glib-networking");
    return;
  }
  g_setenv ("GIO_USE_TLS", "dummy", TRUE);
  g_test_trap_subprocess (NULL, 0, 0);
  g_unsetenv ("GIO_USE_TLS");
  g_test_trap_assert_passed ();
}

/* The authorities of the file are trusted, and no others. */
static void
test_ca_file (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("IP:127.0.0.1");
  char *path = write_certificate (certificate);
  g_autofree char *expected = NULL;
  g_autoptr (AwsHttp) http =
      make_http (&(const AwsHttpOptions){.ca_name = "AWS_CA_BUNDLE", .ca_file = path});
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, certificate);
  g_autoptr (RawServer) other = raw_server_new (serve_ok_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (GUri) other_uri = raw_server_get_uri (other);
  g_autoptr (GError) error = NULL;

  send_succeeds (http, uri);
  error = send_fails (http, other_uri, AWS_ERROR_TLS);
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_FINAL);
  expected = g_strdup_printf (" (trusted authorities: those of AWS_CA_BUNDLE '%s'); ", path);
  g_assert_nonnull (strstr (error->message, expected));
  remove_file (path);
}

static void
assert_ca_file_refused (const char *path, const char *words)
{
  const AwsHttpOptions options = {.ca_name = "ca-file", .ca_file = path};
  g_autoptr (AwsHttp) http = make_http (&options);
  g_autoptr (RawServer) secure = raw_server_new (serve_ok_cb, NULL, trusted);
  g_autoptr (RawServer) plain = raw_server_new (serve_ok_cb, NULL, NULL);
  g_autoptr (GUri) secure_uri = raw_server_get_uri (secure);
  g_autoptr (GUri) plain_uri = raw_server_get_uri (plain);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;

  /* It does not matter for http. */
  send_succeeds (http, plain_uri);
  g_assert_false (aws_http_check_ca_file (http, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  failure = send_fails (http, secure_uri, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (failure->message, ==, error->message);
  g_assert_cmpuint (raw_server_count_connections (secure), ==, 0);
  g_assert_true (g_str_has_prefix (error->message, "ca-file is '"));
  g_assert_nonnull (strstr (error->message, path));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_bad_ca_file (void)
{
  static const char *const texts[] = {
      "", "\n", "no certificate", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"};

  assert_ca_file_refused ("/nowhere/ca.pem", "No such file or directory; it has to be a PEM file");
  assert_ca_file_refused (g_get_tmp_dir (), " is not a file");
  assert_ca_file_refused ("/dev/zero", " is not a file");
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    char *path = write_file (texts[i]);

    assert_ca_file_refused (path, "it has no certificate in it; ");
    remove_file (path);
  }
}

/* An invalid file is noticed when it is needed, and no certificate is trusted meanwhile. */
static void
test_broken_ca_file (void)
{
  char *path = write_file ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  g_autoptr (AwsHttp) http = make_http (&(const AwsHttpOptions){.ca_file = path});
  g_autoptr (RawServer) server = raw_server_new (serve_ok_cb, NULL, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);

  for (int i = 0; i < 2; i++) {
    g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_SETTINGS);

    g_assert_nonnull (strstr (error->message, path));
  }
  g_assert_cmpuint (raw_server_count_connections (server), ==, 0);
  remove_file (path);
}

static gboolean
accept_certificate_cb (GTlsConnection *connection, GTlsCertificate *certificate,
    GTlsCertificateFlags errors, gpointer expected)
{
  return expected != NULL && g_tls_certificate_is_same (certificate, expected);
}

typedef struct {
  GTlsAuthenticationMode mode;
  GTlsCertificate *expected;
} ClientCheck;

/* Answers one request of a client whose certificate is requested as @user_data says. */
static void
serve_mutual_cb (RawConnection *connection, gpointer user_data)
{
  const ClientCheck *check = user_data;

  g_object_set (connection->stream, "authentication-mode", check->mode, NULL);
  g_signal_connect (connection->stream, "accept-certificate", G_CALLBACK (accept_certificate_cb),
      check->expected);
  if (raw_connection_skip_request (connection))
    raw_connection_answer (connection, "200 OK", "Connection: close\r\n", "{}");
}

/* The client certificate is sent on each connection, not only on the first. */
static void
test_client_certificate (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:device");
  ClientCheck check = {G_TLS_AUTHENTICATION_REQUIRED, certificate};
  g_autoptr (RawServer) server = raw_server_new (serve_mutual_cb, &check, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (AwsHttp) http = make_http (&(const AwsHttpOptions){.client_certificate = certificate});

  send_succeeds (http, uri);
  send_succeeds (http, uri);
  g_assert_cmpuint (raw_server_count_connections (server), ==, 2);
}

static void
test_wrong_client_certificate (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:device");
  g_autoptr (GTlsCertificate) other = test_certificate_new ("DNS:device");
  ClientCheck check = {G_TLS_AUTHENTICATION_REQUIRED, certificate};
  g_autoptr (RawServer) server = raw_server_new (serve_mutual_cb, &check, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (AwsHttp) http = make_http (&(const AwsHttpOptions){.client_certificate = other});
  g_autoptr (AwsHttp) none = make_http (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) none_error = NULL;

  g_assert_null (send_get (http, uri, &error));
  g_assert_true (error->domain == AWS_ERROR);
  g_assert_null (send_get (none, uri, &none_error));
  g_assert_true (none_error->domain == AWS_ERROR);
  g_test_message (
      "%d %s; %d %s", error->code, error->message, none_error->code, none_error->message);
}

/* A server may request a client certificate without requiring it. */
static void
test_no_client_certificate (void)
{
  ClientCheck check = {G_TLS_AUTHENTICATION_REQUESTED, NULL};
  g_autoptr (RawServer) server = raw_server_new (serve_mutual_cb, &check, trusted);
  g_autoptr (GUri) uri = raw_server_get_uri (server);
  g_autoptr (AwsHttp) http = make_http (NULL);

  send_succeeds (http, uri);
}

typedef struct {
  GTlsCertificate *certificate;
  char *connect; /* the last request to the proxy */
  char *request; /* the last request through it */
} Tunnel;

/* A proxy that, for simplicity, is the server at the other end of its tunnels as well. */
static void
serve_tunnel_cb (RawConnection *connection, gpointer user_data)
{
  Tunnel *tunnel = user_data;
  RawConnection inner = *connection;
  char *request;

  g_free (tunnel->connect);
  tunnel->connect = raw_connection_read_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 Connection established\r\n\r\n");
  inner.stream = g_tls_server_connection_new (connection->stream, tunnel->certificate, NULL);
  while ((request = raw_connection_read_request (&inner)) != NULL) {
    g_free (tunnel->request);
    tunnel->request = request;
    raw_connection_answer (&inner, "200 OK", "", "{}");
  }
  g_object_unref (inner.stream);
}

static AwsHttp *
make_http_with_proxy (RawServer *proxy, const char *user, const char *ca_file)
{
  g_autofree char *url = g_strdup_printf ("%s127.0.0.1:%d", user, raw_server_get_port (proxy));
  g_autoptr (GProxyResolver) proxies = aws_proxy_new (url, NULL);

  return make_http (&(const AwsHttpOptions){.proxies = proxies, .ca_file = ca_file});
}

/* The proxy learns the host and its own user, and nothing else; the server learns nothing about the proxy. */
static void
test_tunnel (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:service.example");
  char *path = write_certificate (certificate);
  Tunnel tunnel = {certificate, NULL, NULL};
  g_autoptr (RawServer) proxy = raw_server_new (serve_tunnel_cb, &tunnel, NULL);
  g_autoptr (AwsHttp) http = make_http_with_proxy (proxy, "user:secret@", path);
  g_autoptr (AwsHttp) anonymous = make_http_with_proxy (proxy, "http://", path);
  g_autoptr (GUri) uri = g_uri_parse ("https://service.example/call", SOUP_HTTP_URI_FLAGS, NULL);

  for (int i = 0; i < 3; i++) {
    send_succeeds (http, uri);
    g_assert_true (g_str_has_prefix (tunnel.connect, "CONNECT service.example:443 HTTP/1."));
    g_assert_nonnull (
        strstr (tunnel.connect, "\r\nProxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n"));
    g_assert_true (g_str_has_prefix (tunnel.request, "GET /call HTTP/1.1\r\n"));
    g_assert_null (strstr (tunnel.request, "Proxy-"));
  }
  g_assert_cmpuint (raw_server_count_connections (proxy), ==, 1);

  send_succeeds (anonymous, uri);
  g_assert_null (strstr (tunnel.connect, "Proxy-Authorization"));

  g_free (tunnel.connect);
  g_free (tunnel.request);
  remove_file (path);
}

/* A proxy cannot pose as the server whose name it was told. */
static void
test_tunnel_not_trusted (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:proxy.example");
  char *path = write_certificate (certificate);
  Tunnel tunnel = {certificate, NULL, NULL};
  g_autoptr (RawServer) proxy = raw_server_new (serve_tunnel_cb, &tunnel, NULL);
  g_autoptr (AwsHttp) http = make_http_with_proxy (proxy, "", path);
  g_autoptr (GUri) uri = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = send_fails (http, uri, AWS_ERROR_TLS);

  g_assert_true (g_str_has_prefix (
      error->message, "service.example presented a certificate that is for another host "));
  g_assert_null (tunnel.request);
  g_free (tunnel.connect);
  remove_file (path);
}

/* The server of the openssl command, which does not use GnuTLS. */
typedef struct {
  GSubprocess *process;
  char *key_path;
  GUri *uri;
} OpensslServer;

/* Reads on until the server says where it listens. */
static guint
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream) output =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = NULL;

  while ((line = g_data_input_stream_read_line (output, NULL, NULL, NULL)) != NULL) {
    if (g_str_has_prefix (line, "ACCEPT "))
      return (guint)g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
    g_clear_pointer (&line, g_free);
  }
  g_assert_not_reached ();
}

static OpensslServer *
openssl_server_new (const char *const *options)
{
  OpensslServer *self = g_new0 (OpensslServer, 1);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autofree char *key = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *pem = NULL;
  g_autoptr (GError) error = NULL;

  g_object_get (trusted, "private-key-pem", &key, "certificate-pem", &certificate, NULL);
  pem = g_strconcat (key, certificate, NULL);
  self->key_path = write_file (pem);
  for (const char *const *word = (const char *const[]){"openssl", "s_server", "-accept",
           "127.0.0.1:0", "-www", "-cert", self->key_path, "-key", self->key_path, NULL};
       *word != NULL; word++)
    g_ptr_array_add (arguments, (gpointer)*word);
  for (; *options != NULL; options++)
    g_ptr_array_add (arguments, (gpointer)*options);
  g_ptr_array_add (arguments, NULL);
  self->process = g_subprocess_newv ((const char *const *)arguments->pdata,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
  self->uri = g_uri_build (SOUP_HTTP_URI_FLAGS, "https", NULL, "127.0.0.1",
      (int)read_port (self->process), "/", NULL, NULL);
  return self;
}

static void
openssl_server_free (OpensslServer *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  remove_file (self->key_path);
  g_uri_unref (self->uri);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (OpensslServer, openssl_server_free)

static void
test_versions (void)
{
  static const struct {
    const char *options[6];
    gboolean is_good;
  } rows[] = {
      {{"-tls1_3"}, TRUE},
      {{"-tls1_2"}, TRUE},
      {{"-tls1_1", "-cipher", "ALL:@SECLEVEL=0"}, FALSE},
      {{"-tls1", "-cipher", "ALL:@SECLEVEL=0"}, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (OpensslServer) server = openssl_server_new (rows[i].options);
    g_autoptr (AwsHttp) http = make_http (NULL);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].options[0]);
    if (rows[i].is_good) {
      send_succeeds (http, server->uri);
      continue;
    }
    error = send_fails (http, server->uri, AWS_ERROR_TLS);
    g_assert_nonnull (strstr (error->message, " offers nothing newer than TLS 1.1; "));
    g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_FINAL);
  }
}

static void
test_openssl_client_certificate (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:device");
  g_autoptr (GTlsCertificate) other = test_certificate_new ("DNS:device");
  char *path = write_certificate (certificate);
  g_autoptr (OpensslServer) server = openssl_server_new (
      (const char *const[]){"-Verify", "1", "-verify_return_error", "-CAfile", path, NULL});
  g_autoptr (AwsHttp) http = make_http (&(const AwsHttpOptions){.client_certificate = certificate});
  g_autoptr (AwsHttp) wrong = make_http (&(const AwsHttpOptions){.client_certificate = other});
  g_autoptr (AwsHttp) none = make_http (NULL);
  AwsHttp *strangers[] = {wrong, none};

  send_succeeds (http, server->uri);
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++) {
    g_autoptr (GError) error = send_fails (strangers[i], server->uri, AWS_ERROR_TLS);

    g_test_message ("%s", error->message);
  }
  remove_file (path);
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

/* Answers with "{}" at /call. At /stall it sends the beginning of a body, and nothing more. */
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

/* The server chooses the version of HTTP during the handshake, and this server would choose HTTP/2. */
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
  if (!g_test_subprocess ()) {
    trusted = test_certificate_new ("IP:127.0.0.1");
    test_certificate_trust (trusted);
  }

  g_test_add_func ("/awshttp-tls/trusted", test_trusted);
  g_test_add_func ("/awshttp-tls/trusted-date", test_trusted_date);
  g_test_add_func ("/awshttp-tls/unknown-authority", test_unknown_authority);
  g_test_add_func ("/awshttp-tls/other-host", test_other_host);
  g_test_add_func ("/awshttp-tls/dates", test_dates);
  g_test_add_func ("/awshttp-tls/no-module", test_no_module);
  g_test_add_func ("/awshttp-tls/no-tls", test_no_tls);
  g_test_add_func ("/awshttp-tls/handshake-cut-off", test_handshake_cut_off);
  g_test_add_func ("/awshttp-tls/handshake-garbage", test_handshake_garbage);
  g_test_add_func ("/awshttp-tls/body-cut-off", test_body_cut_off);
  g_test_add_func ("/awshttp-tls/cancel-in-handshake", test_cancel_in_handshake);
  g_test_add_func ("/awshttp-tls/cancel-in-body", test_cancel_in_body);
  g_test_add_func ("/awshttp-tls/drop-in-body", test_drop_in_body);
  g_test_add_func ("/awshttp-tls/ca-file", test_ca_file);
  g_test_add_func ("/awshttp-tls/bad-ca-file", test_bad_ca_file);
  g_test_add_func ("/awshttp-tls/broken-ca-file", test_broken_ca_file);
  g_test_add_func ("/awshttp-tls/client-certificate", test_client_certificate);
  g_test_add_func ("/awshttp-tls/wrong-client-certificate", test_wrong_client_certificate);
  g_test_add_func ("/awshttp-tls/no-client-certificate", test_no_client_certificate);
  g_test_add_func ("/awshttp-tls/tunnel", test_tunnel);
  g_test_add_func ("/awshttp-tls/tunnel-not-trusted", test_tunnel_not_trusted);
  g_test_add_func ("/awshttp-tls/versions", test_versions);
  g_test_add_func ("/awshttp-tls/openssl-client-certificate", test_openssl_client_certificate);
  g_test_add_func ("/awshttp-tls/no-http2", test_no_http2);
  g_test_add_func ("/awshttp-tls/threads", test_threads);
  result = g_test_run ();

  if (trusted != NULL)
    test_certificate_trust (NULL);
  g_clear_object (&trusted);
  return result;
}
