/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The emulator over its socket: authentication, faults on request, start and end, and the log. */
#include "testclient.h"

#include <glib/gstdio.h>
#include <string.h>

#define LONG_US (20 * G_USEC_PER_SEC)

static void
assert_good (TestClient *client)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, NULL);
  g_autofree char *letters = test_reply_describe (reply);

  g_assert_cmpstr (letters, ==, "iiiiiiiiii");
}

static void
assert_refused (TestClient *client, guint status, const char *error, const char *message)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, NULL);

  test_reply_assert_error (reply, status, error, message);
}

/* Starting and stopping */

static void
test_starts_and_stops (void)
{
  g_autoptr (Emulator) emulator = emulator_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (emulator_get_url (emulator));
  emulator_stop (emulator);
  for (guint i = 0; i < 3; i++) {
    g_assert_true (emulator_start (emulator, &error));
    g_assert_no_error (error);
    g_assert_true (g_str_has_prefix (emulator_get_url (emulator), "http://127.0.0.1:"));
    emulator_stop (emulator);
  }
}

static void
test_port_in_use (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (Emulator) other = emulator_new ();
  const char *port = strrchr (emulator_get_url (client->emulator), ':') + 1;
  g_autoptr (GError) error = NULL;

  g_assert_true (emulator_configure (other, "port", port, NULL));
  g_assert_false (emulator_start (other, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void
test_ipv6 (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("listen", "::1", NULL);

  g_assert_true (g_str_has_prefix (emulator_get_url (client->emulator), "http://[::1]:"));
}

static void
test_bad_options (void)
{
  static const struct {
    const char *name;
    const char *value;
    int code;
    const char *message;
  } cases[] = {
      {"colour", "red", G_OPTION_ERROR_UNKNOWN_OPTION,
          "There is no option --colour; --help lists all"},
      {"port", "65536", G_OPTION_ERROR_BAD_VALUE,
          "--port takes a whole number from 0 to 65535, not '65536'"},
      {"numbers", "roman", G_OPTION_ERROR_BAD_VALUE,
          "--numbers takes exponent|decimal|integer, not 'roman'"},
      {"region", "", G_OPTION_ERROR_BAD_VALUE, "--region takes REGION, not ''"},
      {"now", "soon", G_OPTION_ERROR_BAD_VALUE,
          "--now takes RFC 3339 with a zone, or seconds since the epoch, not 'soon'"},
  };
  g_autoptr (Emulator) emulator = emulator_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (emulator_configure (emulator, cases[i].name, cases[i].value, &error));
    g_assert_error (error, G_OPTION_ERROR, cases[i].code);
    g_assert_cmpstr (error->message, ==, cases[i].message);
  }
}

static void
test_cannot_start (void)
{
  static const char *const options[][2] = {
      {"listen", "localhost"},
      {"tls-certificate", "/dev/null"},
      {"log", "/dev/null/log"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (options); i++) {
    g_autoptr (Emulator) emulator = emulator_new ();
    g_autoptr (GError) error = NULL;

    g_assert_true (emulator_configure (emulator, options[i][0], options[i][1], &error));
    g_assert_false (emulator_start (emulator, &error));
    g_assert_nonnull (error);
    g_assert_null (emulator_get_url (emulator));
  }
}

static gpointer
get_images_in_thread (gpointer data)
{
  return test_client_get_images (data, NULL);
}

/* Clients that are kept waiting, in every way, are dropped when it stops. */
static void
test_stops_at_once (void)
{
  static const char *const effects[] = {
      "stall=before", "stall=headers", "stall=body", "latency=1000s", "byte-latency=1s"};
  g_autoptr (TestClient) client = test_client_new ();
  GThread *threads[G_N_ELEMENTS (effects)];

  for (guint i = 0; i < G_N_ELEMENTS (effects); i++) {
    g_autofree char *rule = g_strconcat ("GetImages:1:", effects[i], NULL);

    test_client_configure (client, "fault", rule);
    threads[i] = g_thread_new ("client", get_images_in_thread, client);
    g_assert_true (emulator_wait_requests (client->emulator, "GetImages", i + 1, LONG_US));
  }
  emulator_stop (client->emulator);
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++) {
    g_autoptr (TestReply) reply = g_thread_join (threads[i]);

    g_assert_nonnull (reply->failure);
  }
}

static void
test_tls (void)
{
  g_autofree char *pem = g_test_build_filename (G_TEST_DIST, "localhost.pem", NULL);
  g_autoptr (TestClient) client = test_client_new_with ("tls-certificate", pem, NULL);
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (pem, NULL);
  g_autoptr (TestReply) endpoint = NULL;

  g_object_set (client->session, "tls-database", database, NULL);
  g_assert_true (g_str_has_prefix (emulator_get_url (client->emulator), "https://127.0.0.1:"));
  assert_good (client);
  endpoint = test_client_send (client, "POST", "/getDataEndpoint",
      "{\"StreamName\":\"camera\",\"APIName\":\"GET_IMAGES\"}", TRUE);
  g_assert_cmpstr (json_object_get_string_member (endpoint->json, "DataEndpoint"), ==,
      emulator_get_url (client->emulator));
}

/* Operations */

static void
test_data_endpoint (void)
{
  static const char request[] = "{\"StreamName\":\"camera\",\"APIName\":\"GET_IMAGES\"}";
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply =
      test_client_send (client, "POST", "/getDataEndpoint", request, TRUE);
  g_autoptr (TestReply) other = test_client_send (client, "POST", "/getDataEndpoint",
      "{\"StreamName\":\"other\",\"APIName\":\"GET_IMAGES\"}", TRUE);
  g_autoptr (TestReply) invalid = test_client_send (
      client, "POST", "/getDataEndpoint", "{\"StreamName\":\"camera\",\"APIName\":\"X\"}", TRUE);

  g_assert_cmpstr (json_object_get_string_member (reply->json, "DataEndpoint"), ==,
      emulator_get_url (client->emulator));
  test_reply_assert_error (
      other, 404, "ResourceNotFoundException", "The requested stream is not found or not active.");
  g_assert_cmpstr (invalid->error, ==, "InvalidArgumentException");
}

static void
test_describe_stream (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply =
      test_client_send (client, "POST", "/describeStream", "{\"StreamName\":\"camera\"}", TRUE);
  g_autofree char *body =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpstr (body, ==,
      "{\"StreamInfo\":{\"CreationTime\":1.7951616E9,\"DataRetentionInHours\":8760,"
      "\"DeviceName\":null,\"IngestionConfiguration\":null,\"KmsKeyId\":null,"
      "\"MediaType\":\"video/h264\",\"Status\":\"ACTIVE\","
      "\"StreamARN\":\"arn:aws:kinesisvideo:us-east-1:123456789012:stream/camera/1795161600000\","
      "\"StreamName\":\"camera\",\"Version\":\"1\"}}");
}

static void
test_unknown_operation (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_send (client, "POST", "/getClip", "{}", TRUE);
  g_autofree char *body =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (body, ==,
      "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},"
      "\"Version\":\"1.0\"}");
}

static void
test_unknown_page (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_send (client, "GET", "/getImages", "", FALSE);
  g_autofree char *body =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpstr (body, ==, "<UnknownOperationException/>\n");
}

static void
test_headers (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_get_images (client, NULL);
  SoupMessageHeaders *headers = soup_message_get_response_headers (reply->message);

  g_assert_cmpstr (
      soup_message_headers_get_one (headers, "Date"), ==, "Fri, 20 Nov 2026 09:00:00 GMT");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "application/json");
  g_assert_true (
      g_uuid_string_is_valid (soup_message_headers_get_one (headers, "x-amzn-RequestId")));
}

/* Authentication */

static void
test_unsigned (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_send (client, "POST", "/getImages", "{}", FALSE);

  test_reply_assert_error (
      reply, 403, "MissingAuthenticationTokenException", "Missing Authentication Token");
}

#define INVALID_TOKEN "The security token included in the request is invalid."

static void
test_keys (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  client->signer.access_key = "AKIDOTHER";
  assert_refused (client, 403, "UnrecognizedClientException", INVALID_TOKEN);
  client->signer.access_key = "AKIDEMULATOR";
  client->signer.secret_key = "other";
  assert_refused (client, 403, "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your "
      "AWS Secret Access Key and signing method. Consult the service documentation for details.");
  test_client_configure (client, "secret-key", "other");
  assert_good (client);
  test_client_configure (client, "region", "eu-west-1");
  assert_refused (client, 403, "InvalidSignatureException",
      "Credential should be scoped to a valid region, not 'us-east-1'.");
}

static void
test_session_token (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  client->signer.session_token = "token";
  assert_refused (client, 403, "UnrecognizedClientException", INVALID_TOKEN);
  test_client_configure (client, "session-token", "token");
  assert_good (client);
  client->signer.session_token = "other";
  assert_refused (client, 403, "UnrecognizedClientException", INVALID_TOKEN);
  client->signer.session_token = NULL;
  assert_refused (client, 403, "UnrecognizedClientException", INVALID_TOKEN);
}

static void
test_skew (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  emulator_set_time (client->emulator, TEST_NOW + 901 * 1000);
  assert_refused (client, 403, "InvalidSignatureException",
      "Signature expired: 20261120T090000Z is now earlier than 20261120T090001Z "
      "(20261120T091501Z - 15 min.)");
  test_client_configure (client, "max-skew", "0");
  assert_good (client);
}

/* Makes @client sign with credentials that are given out as JSON. */
static void
use_container_credentials (TestClient *client, TestReply *reply)
{
  client->signer.access_key = json_object_get_string_member (reply->json, "AccessKeyId");
  client->signer.secret_key = json_object_get_string_member (reply->json, "SecretAccessKey");
  client->signer.session_token = json_object_get_string_member (reply->json, "Token");
}

static void
test_container_credentials (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("credential-lifetime", "600", NULL);
  g_autoptr (TestReply) reply =
      test_client_send (client, "GET", "/credentials/container", "", FALSE);

  g_assert_cmpuint (reply->status, ==, 200);
  g_assert_cmpstr (
      json_object_get_string_member (reply->json, "Expiration"), ==, "2026-11-20T09:10:00Z");
  use_container_credentials (client, reply);
  assert_good (client);
  emulator_set_time (client->emulator, TEST_NOW + 599999);
  assert_good (client);
  emulator_set_time (client->emulator, TEST_NOW + 600000);
  assert_refused (client, 403, "ExpiredTokenException",
      "The security token included in the request is expired");
}

static void
test_container_token (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("container-token", "Bearer x", NULL);
  g_autoptr (TestReply) reply =
      test_client_send (client, "GET", "/credentials/container", "", FALSE);

  g_assert_cmpuint (reply->status, ==, 403);
  g_assert_cmpstr (
      json_object_get_string_member (reply->json, "code"), ==, "AccessDeniedException");
}

static char *
get_element (TestReply *reply, const char *name)
{
  g_autofree char *xml =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));
  g_autofree char *start = g_strdup_printf ("<%s>", name);
  g_autofree char *end = g_strdup_printf ("</%s>", name);
  const char *from = strstr (xml, start), *to = strstr (xml, end);

  g_assert_true (from != NULL && to != NULL);
  from += strlen (start);
  return g_strndup (from, to - from);
}

static void
assert_element (TestReply *reply, const char *name, const char *expected)
{
  g_autofree char *value = get_element (reply, name);

  g_assert_cmpstr (value, ==, expected);
}

#define ROLE "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fviewer&RoleSessionName=me"

static void
test_assume_role (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = NULL;
  g_autofree char *access_key = NULL, *secret_key = NULL, *session_token = NULL;

  client->signer.service = "sts";
  reply =
      test_client_send (client, "POST", "/", "Action=AssumeRole&DurationSeconds=900&" ROLE, TRUE);
  g_assert_cmpuint (reply->status, ==, 200);
  access_key = get_element (reply, "AccessKeyId");
  secret_key = get_element (reply, "SecretAccessKey");
  session_token = get_element (reply, "SessionToken");
  assert_element (reply, "Expiration", "2026-11-20T09:15:00Z");
  assert_element (reply, "Arn", "arn:aws:iam::123456789012:role/viewer/me");
  client->signer.service = "kinesisvideo";
  client->signer.access_key = access_key;
  client->signer.secret_key = secret_key;
  client->signer.session_token = session_token;
  assert_good (client);
}

static void
test_sts_rejections (void)
{
  static const struct {
    const char *form;
    gboolean is_signed;
    guint status;
    const char *code;
  } cases[] = {
      {"Action=AssumeRole&" ROLE, FALSE, 403, "MissingAuthenticationToken"},
      {"Action=AssumeRole&" ROLE, TRUE, 403, "AccessDenied"},
      {"Action=AssumeRole&ExternalId=42&RoleSessionName=me", TRUE, 400, "ValidationError"},
      {"Action=AssumeRole&ExternalId=42&DurationSeconds=899&" ROLE, TRUE, 400, "ValidationError"},
      {"Action=AssumeRoleWithWebIdentity&" ROLE, FALSE, 400, "ValidationError"},
      {"Action=AssumeRoleWithWebIdentity&WebIdentityToken=other&" ROLE, FALSE, 400,
          "InvalidIdentityToken"},
      {"Action=GetCallerIdentity", TRUE, 400, "InvalidAction"},
  };
  g_autoptr (TestClient) client =
      test_client_new_with ("external-id", "42", "web-identity-token", "token", NULL);

  client->signer.service = "sts";
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestReply) reply =
        test_client_send (client, "POST", "/", cases[i].form, cases[i].is_signed);

    g_assert_cmpuint (reply->status, ==, cases[i].status);
    assert_element (reply, "Code", cases[i].code);
  }
}

static void
test_web_identity (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("web-identity-token", "token", NULL);
  g_autoptr (TestReply) reply = test_client_send (
      client, "POST", "/", "Action=AssumeRoleWithWebIdentity&WebIdentityToken=token&" ROLE, FALSE);
  SoupMessageHeaders *headers = soup_message_get_response_headers (reply->message);

  g_assert_cmpuint (reply->status, ==, 200);
  assert_element (reply, "Expiration", "2026-11-20T10:00:00Z");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "text/xml");
}

/* Faults */

static void
test_rejections_on_demand (void)
{
  static const struct {
    const char *effects;
    guint status;
    const char *error;
  } cases[] = {
      {"status=503", 503, "ServiceUnavailable"},
      {"status=500", 500, "InternalFailure"},
      {"status=401", 401, "NotAuthorizedException"},
      {"status=429", 429, "TooManyRequestsException"},
      {"status=400", 400, "InvalidArgumentException"},
      {"code=ThrottlingException", 400, "ThrottlingException"},
      {"code=ClientLimitExceededException", 400, "ClientLimitExceededException"},
      {"code=NotAuthorizedException", 401, "NotAuthorizedException"},
      {"code=InternalFailure", 500, "InternalFailure"},
      {"code=Odd,status=418", 418, "Odd"},
  };
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *rule = g_strconcat ("GetImages:1:", cases[i].effects, NULL);

    test_client_configure (client, "fault", rule);
    assert_refused (client, cases[i].status, cases[i].error, "This fault was asked for.");
    assert_good (client);
  }
}

static void
test_redirect_on_demand (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "*:*:status=307", NULL);
  g_autoptr (TestReply) reply = test_client_get_images (client, NULL);

  g_assert_cmpuint (reply->status, ==, 307);
  g_assert_cmpstr (
      soup_message_headers_get_one (soup_message_get_response_headers (reply->message), "Location"),
      ==, "/redirected");
}

/* The whole reply never comes, however it is cut short and however its length is told. */
static void
test_cut_on_demand (void)
{
  static const char *const effects[] = {"reset=before", "reset=headers", "reset=body",
      "reset=body@0", "cut=before", "cut=headers", "cut=body", "cut=body@100", "garbage=http"};
  static const char *const transfers[] = {"length", "chunked"};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (effects) * G_N_ELEMENTS (transfers); i++) {
    g_autofree char *rule =
        g_strconcat ("GetImages:*:", effects[i / G_N_ELEMENTS (transfers)], NULL);
    g_autoptr (TestReply) reply = NULL;

    test_client_configure (client, "transfer", transfers[i % G_N_ELEMENTS (transfers)]);
    test_client_configure (client, "fault", rule);
    reply = test_client_get_images (client, NULL);
    g_test_message ("%s: %s", rule, reply->failure != NULL ? reply->failure->message : "whole");
    g_assert_true (reply->failure != NULL || reply->json == NULL);
    test_client_configure (client, "fault", "none");
  }
  assert_good (client);
}

static void
test_garbage_on_demand (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      "fault", "GetImages:1:garbage=json", "fault", "GetImages:2:garbage=html,status=502", NULL);
  g_autoptr (TestReply) json = test_client_get_images (client, NULL);
  g_autoptr (TestReply) html = test_client_get_images (client, NULL);

  g_assert_cmpuint (json->status, ==, 200);
  g_assert_null (json->json);
  g_assert_cmpuint (html->status, ==, 502);
  g_assert_cmpstr (soup_message_headers_get_one (
                       soup_message_get_response_headers (html->message), "Content-Type"),
      ==, "text/html");
}

/* The page of a proxy has none of the service's headers. */
static void
test_proxy_page_on_demand (void)
{
  static const char page[] = "<html><body><h1>This is not the service.</h1></body></html>\n";
  g_autoptr (TestClient) client =
      test_client_new_with ("fault", "GetImages:*:garbage=html,status=404", NULL);
  g_autoptr (TestReply) reply = test_client_get_images (client, NULL);
  g_autoptr (JsonArray) log = emulator_get_log (client->emulator);
  JsonObject *entry = json_array_get_object_element (log, 0);
  SoupMessageHeaders *headers = soup_message_get_response_headers (reply->message);

  g_assert_cmpuint (reply->status, ==, 404);
  g_assert_cmpstr (soup_message_headers_get_one (headers, "Content-Type"), ==, "text/html");
  g_assert_null (soup_message_headers_get_one (headers, "x-amzn-ErrorType"));
  g_assert_null (soup_message_headers_get_one (headers, "x-amzn-RequestId"));
  g_assert_cmpmem (
      g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body), page, sizeof page - 1);
  g_assert_cmpint (json_object_get_int_member (entry, "status"), ==, 404);
  g_assert_true (json_object_get_null_member (entry, "error"));
  g_assert_true (json_object_get_null_member (entry, "request-id"));
}

static void
test_latency_on_demand (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "GetImages:1:latency=50ms", NULL);
  gint64 start_us = g_get_monotonic_time ();

  assert_good (client);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 50000);
}

static void
test_byte_latency_on_demand (void)
{
  static const char *const transfers[] = {"length", "chunked"};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (transfers); i++) {
    gint64 start_us = g_get_monotonic_time ();

    test_client_configure (client, "transfer", transfers[i]);
    test_client_configure (client, "fault", "GetImages:1:byte-latency=4us");
    assert_good (client);
    g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 10000 * 4);
  }
}

/* A delayed call does not delay others, of which there may be many. */
static void
test_calls_do_not_wait_for_each_other (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("fault", "GetImages:1-20:stall=before", NULL);
  GThread *threads[20];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("client", get_images_in_thread, client);
  g_assert_true (emulator_wait_requests (client->emulator, "GetImages", 20, LONG_US));
  assert_good (client);
  emulator_stop (client->emulator);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    test_reply_free (g_thread_join (threads[i]));
}

/* Sends an unsigned request on a connection of its own. */
static GSocketConnection *
send_unsigned (TestClient *client, const char *path)
{
  g_autofree char *request =
      g_strdup_printf ("POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", path);
  g_autoptr (GSocketClient) sockets = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_enable_proxy (sockets, FALSE);
  connection = g_socket_client_connect_to_uri (
      sockets, emulator_get_url (client->emulator), 80, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), request,
      strlen (request), NULL, NULL, &error);
  g_assert_no_error (error);
  return connection;
}

static void
send_and_leave (TestClient *client)
{
  g_autoptr (GSocketConnection) connection = send_unsigned (client, "/getImages");

  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
}

/* Reads the error reply of an unsigned request up to its last byte; whether the connection then ends. */
static gboolean
is_closed_after_rejection (TestClient *client, const char *path)
{
  g_autoptr (GSocketConnection) connection = send_unsigned (client, path);
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GString) reply = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  char byte;

  while (!g_str_has_suffix (reply->str, "}")) {
    g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, &error), ==, 1);
    g_assert_no_error (error);
    g_string_append_c (reply, byte);
  }
  if (strstr (reply->str, "\r\nConnection: close\r\n") == NULL)
    return FALSE;
  g_assert_cmpint (g_input_stream_read (input, &byte, 1, NULL, &error), ==, 0);
  g_assert_no_error (error);
  return TRUE;
}

/* Only the error replies of the data plane end their connections, and only when that is asked for. */
static void
test_error_connection (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) good = NULL, on_demand = NULL;

  g_assert_false (is_closed_after_rejection (client, "/getImages"));
  test_client_configure (client, "error-connection", "close");
  g_assert_true (is_closed_after_rejection (client, "/getImages"));
  g_assert_false (is_closed_after_rejection (client, "/describeStream"));
  good = test_client_get_images (client, NULL);
  g_assert_null (soup_message_headers_get_one (
      soup_message_get_response_headers (good->message), "Connection"));
  test_client_configure (client, "fault", "GetImages:*:status=503");
  on_demand = test_client_get_images (client, NULL);
  g_assert_cmpstr (soup_message_headers_get_one (
                       soup_message_get_response_headers (on_demand->message), "Connection"),
      ==, "close");
}

/* If the client is gone, the reply is dropped, in whatever way it is sent. */
static void
test_client_gone (void)
{
  static const char *const effects[] = {"latency=20ms", "latency=20ms,cut=body",
      "latency=20ms,reset=before", "latency=20ms,stall=headers", "latency=20ms,garbage=http",
      "byte-latency=1ms"};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (effects); i++) {
    g_autofree char *rule = g_strconcat ("GetImages:1:", effects[i], NULL);

    test_client_configure (client, "fault", rule);
    send_and_leave (client);
    g_assert_true (emulator_wait_requests (client->emulator, "GetImages", 2 * i + 1, LONG_US));
    test_client_configure (client, "fault", "GetImages:1:latency=50ms");
    assert_good (client);
  }
}

static void
test_quota (void)
{
  static const char message[] =
      "Limit exceeded on number of requests for GetImages API for resource 'camera'";
  g_autoptr (TestClient) client = test_client_new_with ("quota", "on", NULL);
  g_autoptr (TestReply) refused = NULL;

  for (guint i = 0; i < 20; i++)
    assert_good (client);
  assert_refused (client, 400, "ClientLimitExceededException", message);
  emulator_set_time (client->emulator, TEST_NOW + 49);
  assert_refused (client, 400, "ClientLimitExceededException", message);
  emulator_set_time (client->emulator, TEST_NOW + 50);
  assert_good (client);
  assert_refused (client, 400, "ClientLimitExceededException", message);
  refused = test_client_get_images (client, "\"MaxResults\":1");
  g_assert_cmpstr (refused->error, ==, "ClientLimitExceededException");
}

static void
test_metadata_quota (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("quota", "on", NULL);

  for (guint i = 0; i < 25; i++) {
    g_autoptr (TestReply) reply = test_client_get_images (client, "\"MaxResults\":1");

    g_assert_cmpstr (reply->error, ==, i < 24 ? NULL : "ClientLimitExceededException");
  }
}

static void
test_call_quota (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("quota", "on", NULL);

  for (guint i = 0; i < 6; i++) {
    g_autoptr (TestReply) reply = test_client_send (client, "POST", "/getDataEndpoint",
        "{\"StreamName\":\"camera\",\"APIName\":\"GET_IMAGES\"}", TRUE);

    g_assert_cmpstr (reply->error, ==, i < 5 ? NULL : "ClientLimitExceededException");
  }
}

/* An account has 300 calls a second, over all of its streams. */
static void
test_account_quota (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("quota", "on", NULL);
  g_autoptr (TestReply) described = NULL;

  for (guint i = 0; i < 61; i++) {
    g_autofree char *stream = g_strdup_printf ("s%u=prepared", i);

    test_client_configure (client, "stream", stream);
  }
  for (guint i = 0; i < 301; i++) {
    g_autofree char *request =
        g_strdup_printf ("{\"StreamName\":\"s%u\",\"APIName\":\"LIST_FRAGMENTS\"}", i / 5);
    g_autoptr (TestReply) reply =
        test_client_send (client, "POST", "/getDataEndpoint", request, TRUE);

    if (i < 300)
      g_assert_cmpuint (reply->status, ==, 200);
    else
      test_reply_assert_error (reply, 400, "ClientLimitExceededException",
          "Limit exceeded on number of requests for GetDataEndpoint API");
  }
  described = test_client_send (client, "POST", "/describeStream", "{\"StreamName\":\"s0\"}", TRUE);
  g_assert_cmpuint (described->status, ==, 200);
}

/* The log */

static void
test_log (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "GetImages:2:status=503", NULL);
  g_autoptr (TestReply) good = test_client_get_images (client, NULL);
  G_GNUC_UNUSED g_autoptr (TestReply) bad = test_client_get_images (client, NULL);
  g_autoptr (JsonArray) log = emulator_get_log (client->emulator);
  JsonObject *first = json_array_get_object_element (log, 0);
  JsonObject *second = json_array_get_object_element (log, 1);

  g_assert_cmpuint (json_array_get_length (log), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (first, "time"), ==, "2026-11-20T09:00:00.000Z");
  g_assert_cmpstr (json_object_get_string_member (first, "operation"), ==, "GetImages");
  g_assert_cmpstr (json_object_get_string_member (first, "stream"), ==, "camera");
  g_assert_cmpint (json_object_get_int_member (first, "status"), ==, 200);
  g_assert_cmpint (json_object_get_int_member (first, "images"), ==, 10);
  g_assert_cmpint (json_object_get_int_member (first, "gaps"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (first, "in-flight"), ==, 1);
  g_assert_cmpint (
      json_object_get_int_member (first, "bytes"), ==, (gint64)g_bytes_get_size (good->body));
  g_assert_cmpstr (json_object_get_string_member (first, "request-id"), ==,
      soup_message_headers_get_one (
          soup_message_get_response_headers (good->message), "x-amzn-RequestId"));
  g_assert_cmpint (json_object_get_int_member (
                       json_object_get_object_member (first, "parameters"), "SamplingInterval"),
      ==, 3000);
  g_assert_true (json_object_get_null_member (first, "fault"));
  g_assert_cmpstr (json_object_get_string_member (second, "error"), ==, "ServiceUnavailable");
  g_assert_cmpstr (json_object_get_string_member (second, "fault"), ==, "GetImages:2:status=503");
}

static void
test_log_has_no_secrets (void)
{
  static const char *const secrets[] = {
      "emulator-secret-key", "a-session-token", "Signature", "a-web-token", "a-container-token"};
  g_autofree char *path = NULL, *text = NULL;
  g_autoptr (TestClient) client = NULL;
  g_autoptr (TestReply) images = NULL, web = NULL, container = NULL;
  int file = g_file_open_tmp ("emulator-XXXXXX.log", &path, NULL);

  client = test_client_new_with ("log", path, "session-token", "a-session-token", "container-token",
      "a-container-token", NULL);
  client->signer.session_token = "a-session-token";
  images = test_client_get_images (client, NULL);
  web = test_client_send (client, "POST", "/",
      "Action=AssumeRoleWithWebIdentity&WebIdentityToken=a-web-token&" ROLE, FALSE);
  container = test_client_send (client, "GET", "/credentials/container", "", FALSE);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"operation\":\"GetImages\""));
  g_assert_nonnull (strstr (text, "\"operation\":\"AssumeRoleWithWebIdentity\""));
  g_assert_nonnull (strstr (text, "\"operation\":\"ContainerCredentials\""));
  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (text, secrets[i]));
  g_close (file, NULL);
  g_unlink (path);
}

static void
test_counts (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_good (client);
  assert_good (client);
  g_assert_cmpuint (emulator_count_requests (client->emulator, "GetImages"), ==, 2);
  g_assert_cmpuint (emulator_count_requests (client->emulator, "GetDataEndpoint"), ==, 0);
  g_assert_cmpuint (emulator_count_requests (client->emulator, "*"), ==, 2);
  g_assert_true (emulator_wait_requests (client->emulator, "GetImages", 2, 0));
  g_assert_false (emulator_wait_requests (client->emulator, "GetImages", 3, 1000));
}

static void
test_media (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,gap=10+5,audio-only=20+5", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (
      emulator_get_media (client->emulator, "camera", TEST_START), ==, EMULATOR_MEDIA_PICTURE);
  g_assert_cmpint (
      emulator_get_media (client->emulator, "camera", TEST_START + 10000), ==, EMULATOR_MEDIA_NONE);
  g_assert_cmpint (emulator_get_media (client->emulator, "camera", TEST_START + 20000), ==,
      EMULATOR_MEDIA_ERROR);
  g_assert_cmpint (
      emulator_get_media (client->emulator, "other", TEST_START), ==, EMULATOR_MEDIA_NONE);
  g_assert_null (emulator_get_image (
      client->emulator, "camera", TEST_START + 10000, "JPEG", 80, 0, 0, &error));
  g_assert_nonnull (error);
}

static void
test_available (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      "stream", "door=prepared,live=true,lag=2,jitter=3,gap=10+5", "seed", "1", NULL);
  gint64 available_ms = emulator_get_available (client->emulator, "door", TEST_NOW);

  g_assert_cmpint (available_ms, >, TEST_NOW + 2000);
  g_assert_cmpint (available_ms, <=, TEST_NOW + 5001);
  emulator_set_time (client->emulator, available_ms - 1);
  g_assert_cmpint (
      emulator_get_media (client->emulator, "door", TEST_NOW), ==, EMULATOR_MEDIA_NONE);
  emulator_set_time (client->emulator, available_ms);
  g_assert_cmpint (
      emulator_get_media (client->emulator, "door", TEST_NOW), ==, EMULATOR_MEDIA_PICTURE);
  g_assert_cmpint (emulator_get_available (client->emulator, "door", TEST_START + 10000), ==, -1);
  g_assert_cmpint (emulator_get_available (client->emulator, "camera", TEST_START), ==, -1);
  g_assert_cmpint (emulator_get_available (client->emulator, "other", TEST_START), ==, -1);
}

static void
test_streams_come_and_go (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  test_client_configure (client, "stream", "camera=prepared:2000");
  assert_good (client);
  test_client_configure (client, "stream", "none");
  assert_refused (
      client, 404, "ResourceNotFoundException", "The requested stream is not found or not active.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emulator/starts-and-stops", test_starts_and_stops);
  g_test_add_func ("/emulator/port-in-use", test_port_in_use);
  g_test_add_func ("/emulator/ipv6", test_ipv6);
  g_test_add_func ("/emulator/bad-options", test_bad_options);
  g_test_add_func ("/emulator/cannot-start", test_cannot_start);
  g_test_add_func ("/emulator/stops-at-once", test_stops_at_once);
  g_test_add_func ("/emulator/tls", test_tls);
  g_test_add_func ("/emulator/data-endpoint", test_data_endpoint);
  g_test_add_func ("/emulator/describe-stream", test_describe_stream);
  g_test_add_func ("/emulator/unknown-operation", test_unknown_operation);
  g_test_add_func ("/emulator/unknown-page", test_unknown_page);
  g_test_add_func ("/emulator/headers", test_headers);
  g_test_add_func ("/emulator/unsigned", test_unsigned);
  g_test_add_func ("/emulator/keys", test_keys);
  g_test_add_func ("/emulator/session-token", test_session_token);
  g_test_add_func ("/emulator/skew", test_skew);
  g_test_add_func ("/emulator/container-credentials", test_container_credentials);
  g_test_add_func ("/emulator/container-token", test_container_token);
  g_test_add_func ("/emulator/assume-role", test_assume_role);
  g_test_add_func ("/emulator/sts-rejections", test_sts_rejections);
  g_test_add_func ("/emulator/web-identity", test_web_identity);
  g_test_add_func ("/emulator/on-demand/rejections", test_rejections_on_demand);
  g_test_add_func ("/emulator/on-demand/redirect", test_redirect_on_demand);
  g_test_add_func ("/emulator/on-demand/cut", test_cut_on_demand);
  g_test_add_func ("/emulator/on-demand/garbage", test_garbage_on_demand);
  g_test_add_func ("/emulator/on-demand/proxy-page", test_proxy_page_on_demand);
  g_test_add_func ("/emulator/on-demand/latency", test_latency_on_demand);
  g_test_add_func ("/emulator/on-demand/byte-latency", test_byte_latency_on_demand);
  g_test_add_func (
      "/emulator/calls-do-not-wait-for-each-other", test_calls_do_not_wait_for_each_other);
  g_test_add_func ("/emulator/client-gone", test_client_gone);
  g_test_add_func ("/emulator/error-connection", test_error_connection);
  g_test_add_func ("/emulator/quota", test_quota);
  g_test_add_func ("/emulator/metadata-quota", test_metadata_quota);
  g_test_add_func ("/emulator/call-quota", test_call_quota);
  g_test_add_func ("/emulator/account-quota", test_account_quota);
  g_test_add_func ("/emulator/log", test_log);
  g_test_add_func ("/emulator/log-has-no-secrets", test_log_has_no_secrets);
  g_test_add_func ("/emulator/counts", test_counts);
  g_test_add_func ("/emulator/media", test_media);
  g_test_add_func ("/emulator/available", test_available);
  g_test_add_func ("/emulator/streams-come-and-go", test_streams_come_and_go);
  return g_test_run ();
}
