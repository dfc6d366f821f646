/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which replies to GetDataEndpoint are accepted, and the errors of the others. */
#include "kvsdataendpoint.h"

#include "scriptserver.h"
#include "testcall.h"
#include "testservice.h"

#include <string.h>

#define REQUEST_ID "x-amzn-RequestId: endpoint-1\r\n"

static GUri *
read_endpoint (TestService *service, const char *body, gboolean allow_http, GError **error)
{
  g_autoptr (AwsReply) reply = NULL;

  test_service_add (service, "200 OK", REQUEST_ID, body);
  reply = test_service_call (service);
  return kvs_data_endpoint_read (reply, allow_http, NULL, error);
}

static void
assert_read (const char *body, gboolean allow_http, const char *expected)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) endpoint = read_endpoint (service, body, allow_http, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_uri_to_string (endpoint);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_read (void)
{
  assert_read ("{\"DataEndpoint\":\"https://b-54c7cb80.kinesisvideo.us-east-2.amazonaws.com\"}",
      FALSE, "https://b-54c7cb80.kinesisvideo.us-east-2.amazonaws.com/");
  assert_read (" { \"X\" : [ 1 ] , \"DataEndpoint\" : \"https:\\/\\/host:8443\\/base\" } \n", FALSE,
      "https://host:8443/base");
  assert_read ("{\"DataEndpoint\":\"https://host\"}", TRUE, "https://host/");
  assert_read ("{\"DataEndpoint\":\"http://127.0.0.1:8080\"}", TRUE, "http://127.0.0.1:8080/");
}

static void
assert_refused (const char *body, gboolean allow_http, const char *message)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = g_strdup_printf (
      "%s gave a %s (request endpoint-1)", test_service_get_host (service), message);

  g_assert_null (read_endpoint (service, body, allow_http, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 200);
  g_assert_cmpstr (aws_error_get_request_id (error), ==, "endpoint-1");
}

static void
test_no_endpoint (void)
{
  static const char *const bodies[] = {"", " ", "{}", "[]", "null", "17", "\"https://host\"",
      "<html/>", "{\"DataEndpoint\":", "{\"DataEndpoint\":null}", "{\"DataEndpoint\":17}",
      "{\"DataEndpoint\":{}}", "{\"DataEndpoint\":[\"https://host\"]}",
      "{\"dataEndpoint\":\"https://host\"}", "{\"X\":{\"DataEndpoint\":\"https://host\"}}"};

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_test_message ("%s", bodies[i]);
    assert_refused (bodies[i], TRUE,
        "reply to GetDataEndpoint that has no DataEndpoint; is it the endpoint of Kinesis Video "
        "Streams?");
  }
}

static void
test_bad_endpoint (void)
{
  assert_refused ("{\"DataEndpoint\":\"http://host\"}", FALSE,
      "DataEndpoint that cannot be used: http is not safe here, it has to be https: “http://host”");
  assert_refused ("{\"DataEndpoint\":\"\"}", FALSE,
      "DataEndpoint that cannot be used: it is not an absolute URL such as https://host:port/path: "
      "“”");
}

static void
test_deep (void)
{
  g_autofree char *brackets = g_strnfill (4096, '[');

  assert_refused (brackets, TRUE,
      "reply to GetDataEndpoint that has no DataEndpoint; is it the endpoint of Kinesis Video "
      "Streams?");
}

static void
test_too_long (void)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autofree char *brackets = g_strnfill (4097, '[');
  g_autofree char *expected =
      g_strdup_printf ("%s sent more than the 4096 bytes that were expected (request endpoint-1)",
          test_service_get_host (service));
  g_autoptr (GError) error = NULL;

  g_assert_null (read_endpoint (service, brackets, TRUE, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_cut_off (void)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  test_service_add_cut (service, "{\"DataEndpoint\":\"https://host\"}", 20, FALSE);
  reply = test_service_call (service);
  g_assert_null (kvs_data_endpoint_read (reply, TRUE, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
}

static void
test_cancelled (void)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  test_service_add_held (service, "{\"DataEndpoint\":\"https://host\"}", 20);
  reply = test_service_call (service);
  g_cancellable_cancel (cancellable);
  g_assert_null (kvs_data_endpoint_read (reply, TRUE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The host is shown with every failure of a request to it. */
static void
test_secret (void)
{
  g_autoptr (ScriptServer) server = NULL;
  static const ScriptReply reply = {
      .status = "200 OK", .body = "{\"DataEndpoint\":\"https://akiaiosfodnn7example.example\"}"};
  g_autoptr (AwsClient) client = test_client_new ();
  g_autofree char *url = NULL;
  g_autoptr (GUri) uri = NULL;
  g_autoptr (AwsReply) call = NULL;
  g_autoptr (GError) error = NULL;

  server = script_server_new (&reply, 1, NULL);
  url = script_server_make_url (server, "/");
  uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  call = test_call (client, uri, NULL, NULL);
  g_assert_null (kvs_data_endpoint_read (call, FALSE, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_null (strstr (error->message, "akia"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsdataendpoint/read", test_read);
  g_test_add_func ("/kvsdataendpoint/no-endpoint", test_no_endpoint);
  g_test_add_func ("/kvsdataendpoint/bad-endpoint", test_bad_endpoint);
  g_test_add_func ("/kvsdataendpoint/secret", test_secret);
  g_test_add_func ("/kvsdataendpoint/deep", test_deep);
  g_test_add_func ("/kvsdataendpoint/too-long", test_too_long);
  g_test_add_func ("/kvsdataendpoint/cut-off", test_cut_off);
  g_test_add_func ("/kvsdataendpoint/cancelled", test_cancelled);
  return g_test_run ();
}
