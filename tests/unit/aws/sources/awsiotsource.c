/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the credentials of devices against a server of mutual TLS that does everything right, and
 * everything wrong. */
#include "awsiotsource.h"

#include "awserror.h"
#include "fakeclock.h"
#include "rawserver.h"
#include "testcertificate.h"
#include "testenvironment.h"
#include "testfetch.h"

#include <glib/gstdio.h>
#include <string.h>

/* Handshakes take long under AddressSanitizer. */
#define TIMEOUT_MS 60000
#define SECRET "wJalrXUtnFEMI"
#define KEYS                                                                                       \
  "\"accessKeyId\":\"AKID\",\"secretAccessKey\":\"" SECRET "\",\"sessionToken\":\"token\""
#define GOOD "{\"credentials\":{" KEYS ",\"expiration\":\"2100-01-01T00:00:00Z\"}}"

/* Keys and certificates are made once: of the server, of the device, and of another authority. */
static GTlsCertificate *server_certificate;
static GTlsCertificate *device_certificate;
static GTlsCertificate *other_certificate;
static char *folder;

static char *
write_file (const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (folder, name, NULL);

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
  return path;
}

static char *
write_property (const char *name, GTlsCertificate *certificate, const char *property)
{
  g_autofree char *pem = NULL;

  g_object_get (certificate, property, &pem, NULL);
  g_assert_nonnull (pem);
  return write_file (name, pem);
}

/* The behaviour of a server, and the last request to it. */
typedef struct {
  const char *status;
  const char *headers;
  const char *body;
  gboolean stalls;

  RawServer *server;
  FakeClock *clock;
  char *endpoint;
  char *cert_path;
  char *key_path;
  char *ca_path;
  AwsIotOptions options;

  GMutex lock; /* guards what follows */
  char *request;
  guint n_requests;
} Fixture;

static gboolean
accept_device_cb (GTlsConnection *connection, GTlsCertificate *certificate,
    GTlsCertificateFlags errors, gpointer user_data)
{
  return g_tls_certificate_is_same (certificate, device_certificate);
}

static void
note_request (Fixture *fixture, char *request)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&fixture->lock);

  g_free (fixture->request);
  fixture->request = request;
  fixture->n_requests++;
}

static void
serve_cb (RawConnection *connection, gpointer user_data)
{
  Fixture *fixture = user_data;
  char *request;

  g_object_set (connection->stream, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
  g_signal_connect (connection->stream, "accept-certificate", G_CALLBACK (accept_device_cb), NULL);
  while ((request = raw_connection_read_request (connection)) != NULL) {
    note_request (fixture, request);
    raw_server_mark (connection->server);
    if (fixture->stalls)
      raw_connection_stall (connection);
    else
      raw_connection_answer (connection, fixture->status, fixture->headers, fixture->body);
  }
}

static void
fixture_init_with_certificate (Fixture *fixture, const char *status, const char *headers,
    const char *body, GTlsCertificate *certificate)
{
  fixture->status = status;
  fixture->headers = headers != NULL ? headers : "";
  fixture->body = body != NULL ? body : "";
  fixture->server = raw_server_new (serve_cb, fixture, certificate);
  fixture->clock = fake_clock_new (0);
  fixture->endpoint = g_strdup_printf ("127.0.0.1:%u", raw_server_get_port (fixture->server));
  fixture->cert_path = write_property ("device.crt", device_certificate, "certificate-pem");
  fixture->key_path = write_property ("device.key", device_certificate, "private-key-pem");
  fixture->ca_path = write_property ("ca.crt", certificate, "certificate-pem");
  fixture->options = (AwsIotOptions){.endpoint = fixture->endpoint,
      .cert_path = fixture->cert_path,
      .key_path = fixture->key_path,
      .ca_path = fixture->ca_path,
      .role_alias = "camera-role-alias",
      .thing_name = "camera-1",
      .connection_timeout_ms = TIMEOUT_MS,
      .completion_timeout_ms = TIMEOUT_MS};
  g_mutex_init (&fixture->lock);
}

static void
fixture_init (Fixture *fixture, const char *status, const char *headers, const char *body)
{
  fixture_init_with_certificate (fixture, status, headers, body, server_certificate);
}

static void
fixture_clear (Fixture *fixture)
{
  raw_server_free (fixture->server);
  g_object_unref (fixture->clock);
  g_free (fixture->endpoint);
  g_free (fixture->cert_path);
  g_free (fixture->key_path);
  g_free (fixture->ca_path);
  g_free (fixture->request);
  g_mutex_clear (&fixture->lock);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static AwsCredentials *
fetch (Fixture *fixture, GError **error)
{
  g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (fixture->clock));
  g_autoptr (AwsCredentialSource) source = aws_iot_source_new (config, &fixture->options, error);

  return source != NULL ? aws_credential_source_fetch (source, NULL, error) : NULL;
}

static void
assert_gives (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = fetch (fixture, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 4102444800000000);
}

static void
assert_fails (Fixture *fixture, int code, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fetch (fixture, &error));
  g_assert_error (error, AWS_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (strstr (error->message, SECRET));
}

static void
test_name (void)
{
  const AwsIotOptions options = {.endpoint = "x.credentials.iot.eu-central-1.amazonaws.com",
      .cert_path = "a",
      .key_path = "b",
      .role_alias = "c",
      .thing_name = "d"};
  g_autoptr (AwsConfig) config = test_environment_make_config (NULL);
  g_autoptr (AwsCredentialSource) source = aws_iot_source_new (config, &options, NULL);

  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "iot");
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

#define NO_HOST                                                                                    \
  "The endpoint of iot-certificate is not a host; 'aws iot describe-endpoint --endpoint-type "     \
  "iot:CredentialProvider' tells it"
#define CONTROL(name)                                                                              \
  "The " name " of iot-certificate holds a line break or another control character"

static void
test_bad_options (void)
{
  static const struct {
    AwsIotOptions options;
    const char *message;
  } rows[] = {
      {{NULL, "a", "b", NULL, "c", "d"}, "iot-certificate has no endpoint"},
      {{"h", "", "b", NULL, "c", "d"}, "iot-certificate has no cert-path"},
      {{"h", "a", NULL, NULL, "c", "d"}, "iot-certificate has no key-path"},
      {{"h", "a", "b", NULL, NULL, "d"}, "iot-certificate has no role-aliases"},
      {{"h", "a", "b", NULL, "c", ""}, "iot-certificate has no iot-thing-name"},
      {{"h\r\n", "a", "b", NULL, "c", "d"}, CONTROL ("endpoint")},
      {{"h", "a", "b", NULL, "c\nX: y", "d"}, CONTROL ("role-aliases")},
      {{"h", "a", "b", NULL, "c", "d\r\nX: y"}, CONTROL ("iot-thing-name")},
      {{"h", "a", "b", NULL, "..", "d"},
          "The role-aliases of iot-certificate is not the name of a role alias"},
      {{"http://h", "a", "b", NULL, "c", "d"}, NO_HOST},
      {{"https://h/path", "a", "b", NULL, "c", "d"}, NO_HOST},
      {{"user@h", "a", "b", NULL, "c", "d"}, NO_HOST},
      {{"h:port", "a", "b", NULL, "c", "d"}, NO_HOST},
      {{"a b", "a", "b", NULL, "c", "d"}, NO_HOST},
  };

  g_autoptr (AwsConfig) config = test_environment_make_config (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].message);
    g_assert_null (aws_iot_source_new (config, &rows[i].options, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

/* An error names the file, and no request is sent. */
static void
test_bad_files (void)
{
  static const struct {
    const char *text;
    gboolean is_key;
    const char *message;
  } rows[] = {
      {NULL, FALSE, " cannot be read: No such file or directory"},
      {NULL, TRUE, " cannot be read: No such file or directory"},
      {"", FALSE, " has no certificate that can be used: "},
      {"hello", FALSE, " has no certificate that can be used: "},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", FALSE,
          " has no certificate that can be used: "},
      {"", TRUE, " has no private key in the PEM format"},
      {"hello", TRUE, " has no private key in the PEM format"},
      {"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", TRUE,
          " has no private key that can be used: "},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Fixture) fixture = {NULL};
    g_autofree char *path = NULL;
    g_autofree char *message = NULL;
    g_autoptr (GError) error = NULL;

    fixture_init (&fixture, "200 OK", NULL, GOOD);
    path = rows[i].text != NULL ? write_file ("bad.pem", rows[i].text)
                                : g_build_filename (folder, "none.pem", NULL);
    if (rows[i].is_key)
      fixture.options.key_path = path;
    else
      fixture.options.cert_path = path;
    message = g_strdup_printf ("The file %s%s", path, rows[i].message);
    g_assert_null (fetch (&fixture, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, message));
    g_assert_cmpuint (raw_server_count_connections (fixture.server), ==, 0);
  }
}

static void
test_request (void)
{
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  assert_gives (&fixture);
  g_assert_true (g_str_has_prefix (
      fixture.request, "GET /role-aliases/camera-role-alias/credentials HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (fixture.request, "\r\nx-amzn-iot-thingname: camera-1\r\n"));
  g_assert_null (strstr (fixture.request, "Authorization"));
  g_assert_cmpuint (fixture.n_requests, ==, 1);
}

static void
test_names (void)
{
  static const struct {
    const char *alias;
    const char *line;
  } rows[] = {
      {"a_b=c,d@e-1", "GET /role-aliases/a_b=c,d@e-1/credentials HTTP/1.1\r\n"},
      {"a b/../c?d#e%20", "GET /role-aliases/a%20b%2F..%2Fc%3Fd%23e%2520/credentials HTTP/1.1\r\n"},
      {"\xc3\xbc", "GET /role-aliases/%C3%BC/credentials HTTP/1.1\r\n"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Fixture) fixture = {NULL};

    fixture_init (&fixture, "200 OK", NULL, GOOD);
    fixture.options.role_alias = rows[i].alias;
    assert_gives (&fixture);
    g_assert_true (g_str_has_prefix (fixture.request, rows[i].line));
  }
}

#define CHECK_NAMES                                                                                \
  "; check the role alias, the name of the thing, that the certificate is attached to it and "     \
  "active, and that its policy allows iot:AssumeRoleWithCertificate"

static void
test_bad_replies (void)
{
  static const struct {
    const char *status;
    const char *headers;
    const char *body;
    int code;
    guint attempts;
    const char *message;
  } rows[] = {
      {"403 Forbidden", NULL, "{\"message\":\"Access Denied\"}", AWS_ERROR_NOT_AUTHORIZED, 1,
          "%s answered 403 Forbidden: Access Denied; check the credentials and what they may "
          "do" CHECK_NAMES},
      {"404 Not Found", NULL, "{\"message\":\"Role alias does not exist\"}",
          AWS_ERROR_NOT_AUTHORIZED, 1,
          "%s answered 404 Not Found: Role alias does not exist; check the endpoint" CHECK_NAMES},
      {"302 Found", "Location: https://example.com/\r\n", NULL, AWS_ERROR_REDIRECT, 1,
          "%s answered 302 Found to example.com; redirects are not followed, check the endpoint"},
      {"429 Too Many Requests", NULL, NULL, AWS_ERROR_THROTTLED, 3,
          "after 3 attempts: %s answered 429 Too Many Requests; ask for less at a time, or "
          "have the quota raised"},
      {"500 Internal Server Error", NULL, NULL, AWS_ERROR_SERVER, 3,
          "after 3 attempts: %s answered 500 Internal Server Error; try again later"},
      {"200 OK", NULL, NULL, AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent something other than a JSON object with credentials"},
      {"200 OK", NULL, "{" KEYS ",\"expiration\":\"2100-01-01T00:00:00Z\"}", AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: credentials is missing"},
      {"200 OK", NULL, "{\"credentials\":{" KEYS "}}", AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: expiration is missing"},
      {"200 OK", NULL, "{\"credentials\":{" KEYS ",\"expiration\":\"never\"}}", AWS_ERROR_BAD_REPLY,
          3,
          "after 3 attempts: %s sent credentials that cannot be used: expiration is not a time with "
          "a zone, such as 2026-11-20T08:00:00Z"},
      {"200 OK", NULL,
          "{\"credentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"" SECRET
          "\",\"sessionToken\":\"a\\r\\nb\",\"expiration\":\"2100-01-01T00:00:00Z\"}}",
          AWS_ERROR_BAD_REPLY, 3,
          "after 3 attempts: %s sent credentials that cannot be used: The session token holds a "
          "space, a control character or one outside ASCII; check that it was copied completely and without anything else"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Fixture) fixture = {NULL};
    g_auto (GStrv) parts = g_strsplit (rows[i].message, "%s", 2);
    g_autofree char *message = NULL;

    g_test_message ("%s", rows[i].message);
    fixture_init (&fixture, rows[i].status, rows[i].headers, rows[i].body);
    message =
        g_strconcat ("No credentials of AWS IoT: ", parts[0], fixture.endpoint, parts[1], NULL);
    assert_fails (&fixture, rows[i].code, message);
    g_assert_cmpuint (fixture.n_requests, ==, rows[i].attempts);
  }
}

static void
test_huge (void)
{
  g_autofree char *body = g_strnfill (10 * 1024 + 1, ' ');
  g_auto (Fixture) fixture = {NULL};
  g_autofree char *message = NULL;

  fixture_init (&fixture, "200 OK", NULL, body);
  message = g_strdup_printf ("No credentials of AWS IoT: after 3 attempts: %s sent more than the "
                             "10240 bytes that were expected",
      fixture.endpoint);
  assert_fails (&fixture, AWS_ERROR_BAD_REPLY, message);
}

static void
test_slow (void)
{
  g_auto (Fixture) fixture = {NULL};
  g_autoptr (GError) error = NULL;

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  fixture.stalls = TRUE;
  fixture.options.completion_timeout_ms = 500;
  g_assert_null (fetch (&fixture, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT);
  g_assert_true (
      g_str_has_prefix (error->message, "No credentials of AWS IoT: after 3 attempts: "));
}

static void
test_relative_files (void)
{
  g_autofree char *before = g_get_current_dir ();
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  g_assert_cmpint (g_chdir (folder), ==, 0);
  fixture.options.cert_path = "device.crt";
  fixture.options.key_path = "./device.key";
  fixture.options.ca_path = "ca.crt";
  assert_gives (&fixture);
  g_assert_cmpint (g_chdir (before), ==, 0);
}

/* The fetch fails at once and for good, and the error names the files. */
static void
assert_no_trust (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fetch (fixture, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_TLS);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_suffix (
      error->message, "; check the endpoint, and the files of ca-path, cert-path and key-path"));
  g_assert_cmpuint (raw_server_count_connections (fixture->server), ==, 1);
  g_assert_null (fixture->request);
}

typedef struct {
  Fixture *fixture;
  GTlsCertificate *certificate;
  char *connect; /* the last request to the proxy */
} Tunnel;

/* A proxy that, for simplicity, is the server at the other end of its tunnels as well. */
static void
serve_tunnel_cb (RawConnection *connection, gpointer user_data)
{
  Tunnel *tunnel = user_data;
  RawConnection inner = *connection;

  g_free (tunnel->connect);
  tunnel->connect = raw_connection_read_request (connection);
  raw_connection_write (connection, "HTTP/1.1 200 Connection established\r\n\r\n");
  inner.stream = g_tls_server_connection_new (connection->stream, tunnel->certificate, NULL);
  serve_cb (&inner, tunnel->fixture);
  g_object_unref (inner.stream);
}

/* The server behind the proxy still learns who the device is, and the proxy does not. */
static void
test_proxy (void)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:iot.example");
  g_auto (Fixture) fixture = {NULL};
  Tunnel tunnel = {&fixture, certificate, NULL};
  RawServer *proxy = raw_server_new (serve_tunnel_cb, &tunnel, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", raw_server_get_port (proxy));

  fixture_init_with_certificate (&fixture, "200 OK", NULL, GOOD, certificate);
  fixture.options.endpoint = "iot.example";
  g_setenv ("https_proxy", url, TRUE);
  assert_gives (&fixture);
  g_unsetenv ("https_proxy");
  raw_server_free (proxy);
  g_assert_true (g_str_has_prefix (tunnel.connect, "CONNECT iot.example:443 HTTP/1."));
  g_assert_null (strstr (tunnel.connect, "camera"));
  g_assert_nonnull (strstr (fixture.request, "x-amzn-iot-thingname: camera-1\r\n"));
  g_free (tunnel.connect);
}

/* A server on this network is not asked through a proxy elsewhere. */
static void
test_no_proxy (void)
{
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  g_setenv ("https_proxy", "http://proxy.invalid", TRUE);
  assert_gives (&fixture);
  g_unsetenv ("https_proxy");
}

static void
test_other_authority (void)
{
  g_auto (Fixture) fixture = {NULL};
  g_autofree char *path = write_property ("other.crt", other_certificate, "certificate-pem");

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  fixture.options.ca_path = path;
  assert_no_trust (&fixture);
}

static void
test_system_authorities (void)
{
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  fixture.options.ca_path = NULL;
  assert_no_trust (&fixture);
}

static void
test_other_host (void)
{
  g_auto (Fixture) fixture = {NULL};
  g_autofree char *endpoint = NULL;

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  endpoint = g_strdup_printf ("localhost:%u", raw_server_get_port (fixture.server));
  fixture.options.endpoint = endpoint;
  assert_no_trust (&fixture);
}

static void
test_expired_server (void)
{
  g_autoptr (GTlsCertificate) expired = test_certificate_new_expired ("IP:127.0.0.1");
  g_auto (Fixture) fixture = {NULL};

  fixture_init_with_certificate (&fixture, "200 OK", NULL, GOOD, expired);
  assert_no_trust (&fixture);
}

/* A server of TLS 1.3 may refuse the device only after the client takes the handshake for done, so
 * it is either of these; what counts is that there is no answer and no credentials. */
static void
test_unknown_device (void)
{
  g_auto (Fixture) fixture = {NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *cert_path = write_property ("other.crt", other_certificate, "certificate-pem");
  g_autofree char *key_path = write_property ("other.key", other_certificate, "private-key-pem");

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  fixture.options.cert_path = cert_path;
  fixture.options.key_path = key_path;
  g_assert_null (fetch (&fixture, &error));
  g_test_message ("%s", error->message);
  g_assert_true (g_error_matches (error, AWS_ERROR, AWS_ERROR_TLS) ||
                 g_error_matches (error, AWS_ERROR, AWS_ERROR_CUT_OFF));
  g_assert_nonnull (strstr (error->message, "cert-path"));
  g_assert_null (fixture.request);
}

static void
test_mode_is_fine (void)
{
  g_auto (Fixture) fixture = {NULL};

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  g_assert_cmpint (g_chmod (fixture.key_path, 0644), ==, 0);
  assert_gives (&fixture);
}

static void
test_cancel (void)
{
  g_auto (Fixture) fixture = {NULL};
  g_autoptr (AwsConfig) config = test_environment_make_config (NULL);
  g_autoptr (AwsCredentialSource) source = NULL;
  TestFetch *fetch;

  fixture_init (&fixture, "200 OK", NULL, GOOD);
  fixture.stalls = TRUE;
  source = aws_iot_source_new (config, &fixture.options, NULL);
  fetch = test_fetch_new (source);
  raw_server_wait (fixture.server, 1);
  test_fetch_assert_cancels (fetch);
}

static void
remove_folder (void)
{
  static const char *const names[] = {
      "ca.crt", "device.crt", "device.key", "other.crt", "other.key", "bad.pem"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);

    g_remove (path);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  test_environment_clear ();
  folder = g_dir_make_tmp ("iotsource-XXXXXX", NULL);
  server_certificate = test_certificate_new ("IP:127.0.0.1");
  device_certificate = test_certificate_new ("DNS:device");
  other_certificate = test_certificate_new ("IP:127.0.0.1");

  g_test_add_func ("/awsiotsource/name", test_name);
  g_test_add_func ("/awsiotsource/bad-options", test_bad_options);
  g_test_add_func ("/awsiotsource/bad-files", test_bad_files);
  g_test_add_func ("/awsiotsource/request", test_request);
  g_test_add_func ("/awsiotsource/names", test_names);
  g_test_add_func ("/awsiotsource/bad-replies", test_bad_replies);
  g_test_add_func ("/awsiotsource/huge", test_huge);
  g_test_add_func ("/awsiotsource/slow", test_slow);
  g_test_add_func ("/awsiotsource/relative-files", test_relative_files);
  g_test_add_func ("/awsiotsource/proxy", test_proxy);
  g_test_add_func ("/awsiotsource/no-proxy", test_no_proxy);
  g_test_add_func ("/awsiotsource/other-authority", test_other_authority);
  g_test_add_func ("/awsiotsource/system-authorities", test_system_authorities);
  g_test_add_func ("/awsiotsource/other-host", test_other_host);
  g_test_add_func ("/awsiotsource/expired-server", test_expired_server);
  g_test_add_func ("/awsiotsource/unknown-device", test_unknown_device);
  g_test_add_func ("/awsiotsource/mode-is-fine", test_mode_is_fine);
  g_test_add_func ("/awsiotsource/cancel", test_cancel);
  result = g_test_run ();

  g_object_unref (server_certificate);
  g_object_unref (device_certificate);
  g_object_unref (other_certificate);
  remove_folder ();
  return result;
}
