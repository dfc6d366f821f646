/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the calls that are sent, and the statistics of them. */
#include "kvscall.h"

#include "awserrorreply.h"
#include "testcall.h"
#include "testservice.h"

#include <fakeclock.h>

#define NOW_US (1795161600 * (gint64)G_USEC_PER_SEC)

static AwsReply *
send (
    AwsClient *client, TestService *service, AwsAttempts *attempts, KvsStats *stats, GError **error)
{
  g_autoptr (GUri) uri = test_service_get_uri (service);
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);

  return kvs_call_send (client, uri, body, attempts, stats, NULL, error);
}

static void
test_send (void)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (client);
  g_autoptr (KvsStats) stats = kvs_stats_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = NULL;
  g_autofree char *request = NULL;
  guint64 mean_ns, max_ns;

  test_service_add (service, "200 OK", "", "{}");
  reply = send (client, service, attempts, stats, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (aws_reply_get_status (reply), ==, 200);
  request = test_service_get_request (service, 0);
  g_assert_cmpstr (request, ==, "/ {\"a\":1}");
  g_assert_cmpuint (kvs_stats_get (stats, KVS_STATS_REQUESTS), ==, 1);
  kvs_stats_get_request_times (stats, &mean_ns, &max_ns);
  g_assert_cmpuint (max_ns, >, 0);
}

static void
test_send_fails (void)
{
  g_autoptr (TestService) service = test_service_new ();
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (client);
  g_autoptr (KvsStats) stats = kvs_stats_new ();
  g_autoptr (GError) error = NULL;

  test_service_add (
      service, "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}");
  g_assert_null (send (client, service, attempts, stats, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_cmpuint (kvs_stats_get (stats, KVS_STATS_REQUESTS), ==, 1);
}

static void
test_again (void)
{
  static const struct {
    guint status;
    gboolean is_worth_it;
    guint n_retries;
    guint n_throttles;
  } rows[] = {
      {500, TRUE, 1, 0},
      {429, TRUE, 2, 1},
      {404, FALSE, 2, 1},
      {429, FALSE, 2, 2},
  };
  g_autoptr (FakeClock) clock = fake_clock_new (NOW_US);
  g_autoptr (AwsAttempts) attempts = aws_attempts_new (3, NULL, AWS_CLOCK (clock));
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (KvsStats) stats = kvs_stats_new ();

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const AwsErrorReply reply = {.status = rows[i].status, .headers = headers, .host = "host"};
    g_autoptr (GError) failure = aws_error_reply_to_error (&reply);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (
        kvs_call_again (attempts, failure, stats, NULL, &error), ==, rows[i].is_worth_it);
    g_assert_cmpint (error == NULL, ==, rows[i].is_worth_it);
    g_assert_cmpuint (kvs_stats_get (stats, KVS_STATS_RETRIES), ==, rows[i].n_retries);
    g_assert_cmpuint (kvs_stats_get (stats, KVS_STATS_THROTTLES), ==, rows[i].n_throttles);
  }
}

static void
assert_keys (
    AwsClient *client, AwsClient *other, const char *url, const char *stream, gboolean equal)
{
  g_autoptr (GUri) endpoint = g_uri_parse ("https://host/", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) other_endpoint = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *key = kvs_call_make_key (client, endpoint, "door");
  g_autofree char *other_key = kvs_call_make_key (other, other_endpoint, stream);

  g_assert_cmpint (g_str_equal (key, other_key), ==, equal);
}

static void
test_key (void)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (AwsClient) same = test_client_new ();
  g_autoptr (AwsClient) elsewhere = test_client_new_full ("eu-west-1", TEST_TOKEN, 0);
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  g_autoptr (AwsClient) unsigned_client = aws_client_new (http, NULL, NULL);

  assert_keys (client, client, "https://host/", "door", TRUE);
  assert_keys (client, client, "https://host/a", "door", FALSE);
  assert_keys (client, client, "https://host/", "yard", FALSE);
  assert_keys (client, same, "https://host/", "door", TRUE);
  assert_keys (client, elsewhere, "https://host/", "door", FALSE);
  assert_keys (client, unsigned_client, "https://host/", "door", FALSE);
  assert_keys (unsigned_client, unsigned_client, "https://host/", "door", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvscall/send", test_send);
  g_test_add_func ("/kvscall/send-fails", test_send_fails);
  g_test_add_func ("/kvscall/again", test_again);
  g_test_add_func ("/kvscall/key", test_key);
  return g_test_run ();
}
