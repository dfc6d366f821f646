/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests when, where and how often GetImages is called, and which events are sent on the way. */
#include "kvsimageservice.h"

#include "testimages.h"
#include "testpage.h"
#include "testsource.h"

#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

#define SERVER_ERROR "500 Internal Server Error"
#define TOO_MANY "429 Too Many Requests"

static const KvsWindow window = {.start_ms = TEST_PAGE_START,
    .interval_ms = TEST_PAGE_INTERVAL,
    .count = 2,
    .end_ms = TEST_PAGE_START + 2 * TEST_PAGE_INTERVAL};

/* Sends one request, and reads the page to its end. */
static gboolean
try (KvsImageCall *call, GCancellable *cancellable, GError **error)
{
  g_autoptr (KvsEntryStream) entries =
      kvs_image_call_send (call, &window, 2, NULL, 0, 0, cancellable, error);
  KvsEntry *entry = NULL;

  if (entries == NULL)
    return FALSE;
  do {
    g_clear_pointer (&entry, kvs_entry_free);
    if (!kvs_entry_stream_next (entries, cancellable, &entry, error))
      return FALSE;
  } while (entry != NULL);
  return TRUE;
}

/* Sends requests until there is a page, or until the failure is final. */
static gboolean
run (KvsImageCall *call, GError **error)
{
  for (;;) {
    g_autoptr (GError) failure = NULL;

    if (try (call, NULL, &failure)) {
      kvs_image_call_succeed (call, 0);
      return TRUE;
    }
    if (!kvs_image_call_again (call, failure, NULL, error))
      return FALSE;
  }
}

static void
assert_succeeds (TestImages *images)
{
  g_autoptr (KvsImageCall) call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (run (call, &error));
  g_assert_no_error (error);
}

static void
add_not_found (TestImages *images)
{
  test_images_add_error (images, "404 Not Found", "ResourceNotFoundException", "gone");
}

/* Returns whether the failure is a rejection. */
static gboolean
assert_fails (TestImages *images, AwsError code)
{
  g_autoptr (KvsImageCall) call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (run (call, &error));
  g_assert_error (error, AWS_ERROR, (gint)code);
  return kvs_image_call_is_rejection (call, error);
}

/* Has a good reply come. */
static void
open_for_good (TestImages *images)
{
  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
}

static void
test_attempts (TestImages *images, gconstpointer user_data)
{
  fake_clock_set_random (images->clock, 0.5);
  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, 2);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint 0..2000/2 0..2000/2 0..2000/2");
  test_images_assert_count (images, KVS_STATS_REQUESTS, 4);
  test_images_assert_count (images, KVS_STATS_RETRIES, 2);
  test_images_assert_count (images, KVS_STATS_THROTTLES, 0);
  g_assert_cmpuint (fake_clock_count_waits (images->clock), ==, 2);
  g_assert_cmpint (test_images_get_elapsed_us (images), ==, 1500000);
}

/* After a good reply, a call can be used again like a new one. */
static void
test_attempts_after_success (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) call = NULL;

  test_images_open_located (images);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS - 1);
    test_images_add_page (images, "", NULL);
    g_assert_true (run (call, &error));
    g_assert_no_error (error);
  }
}

static void
test_no_more_attempts (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  g_assert_false (assert_fails (images, AWS_ERROR_SERVER));
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  g_assert_cmpstr (images->events->str, ==, "");
}

static void
test_opened (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) call = NULL;
  g_autoptr (KvsEntryStream) entries = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, 1);
  test_images_add_page (images, "s0 s1", NULL);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_assert_false (try (call, NULL, NULL));
  entries = kvs_image_call_send (call, &window, 2, NULL, 0, 0, NULL, NULL);
  g_assert_nonnull (entries);
  g_assert_cmpstr (images->events->str, ==, "");
  kvs_image_call_begin_reply (call);
  g_assert_cmpstr (images->events->str, ==, "opened");
  kvs_image_call_succeed (call, 0);
  test_images_add_page (images, "", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (images->events->str, ==, "opened");
}

/* A page without entries is a good reply as well. */
static void
test_opened_by_nothing (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (images->events->str, ==, "opened");
}

static void
refuse (TestImages *images)
{
  g_autoptr (KvsImageCall) call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_autoptr (GError) error = NULL;

  add_not_found (images);
  g_assert_false (run (call, &error));
  g_assert_true (kvs_image_call_is_rejection (call, error));
  kvs_image_call_accept_rejection (call);
}

/* An error reply is not a good reply, but shows that the service is reachable. */
static void
test_not_opened_by_rejection (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  test_images_open_located (images);
  refuse (images);
  g_assert_cmpstr (images->events->str, ==, "");
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (images->events->str, ==, "outage opened recovered(5, 0)");
}

static void
test_outage (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  fake_clock_set_random (images->clock, 0.5);
  open_for_good (images);
  test_images_add_errors (images, SERVER_ERROR, 1);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (images->events->str, ==, "opened");

  /* Of three waits, from 0.5 s on. */
  fake_clock_advance (images->clock, MINUTE_US);
  test_images_add_errors (images, SERVER_ERROR, 3);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (images->events->str, ==, "opened outage recovered(3, 3500)");

  test_images_add_errors (images, SERVER_ERROR, 2);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpstr (
      images->events->str, ==, "opened outage recovered(3, 3500) outage recovered(2, 1500)");
}

/* Several calls that fail have one outage. */
static void
test_outage_of_several_calls (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) first = NULL, second = NULL;
  g_autoptr (GError) failure = NULL;

  images->is_endless = TRUE;
  open_for_good (images);
  first = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  second = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  test_images_add_errors (images, SERVER_ERROR, 1);
  g_assert_false (try (first, NULL, &failure));
  for (guint i = 0; i < 3; i++) {
    g_assert_true (kvs_image_call_again (first, failure, NULL, NULL));
    g_assert_true (kvs_image_call_again (second, failure, NULL, NULL));
  }
  g_assert_cmpstr (images->events->str, ==, "opened outage");
  fake_clock_advance (images->clock, 1000);
  kvs_image_call_begin_reply (second);
  g_assert_cmpstr (images->events->str, ==, "opened outage recovered(6, 1)");
  kvs_image_call_succeed (second, 0);
  kvs_image_call_succeed (first, 0);
  g_assert_cmpstr (images->events->str, ==, "opened outage recovered(6, 1)");
}

static void
test_outage_of_throttles (TestImages *images, gconstpointer user_data)
{
  gint64 begin_us;
  g_autofree char *expected = NULL;

  images->is_endless = TRUE;
  open_for_good (images);
  test_images_add_errors (images, TOO_MANY, 4);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_count (images, KVS_STATS_THROTTLES, 4);
  g_assert_cmpstr (images->events->str, ==, "opened");

  fake_clock_advance (images->clock, MINUTE_US);
  begin_us = test_images_get_elapsed_us (images);
  test_images_add_errors (images, TOO_MANY, 5);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  expected = g_strdup_printf ("opened outage recovered(5, %" G_GINT64_FORMAT ")",
      (test_images_get_elapsed_us (images) - begin_us) / 1000);
  g_assert_cmpstr (images->events->str, ==, expected);
}

static void
test_outage_ends_with_rejection (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  open_for_good (images);
  test_images_add_errors (images, SERVER_ERROR, 2);
  refuse (images);
  g_assert_cmpstr (images->events->str, ==, "opened outage recovered(2, 0)");
}

/* A failure that a retry cannot mend is no outage. */
static void
test_no_outage (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  open_for_good (images);
  for (guint i = 0; i < 3; i++) {
    test_images_add_error (images, "403 Forbidden", "AccessDeniedException", "no");
    g_assert_false (assert_fails (images, AWS_ERROR_NOT_AUTHORIZED));
  }
  g_assert_cmpstr (images->events->str, ==, "opened");
}

static void
test_endless (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  assert_fails (images, AWS_ERROR_SERVER);

  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_add_errors (images, SERVER_ERROR, 40);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
}

/* A call that began before the service has answered, and goes on afterwards. */
static void
test_endless_within_a_call (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) call = NULL;
  g_autoptr (GError) error = NULL;

  images->is_endless = TRUE;
  test_images_open_located (images);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_add_errors (images, SERVER_ERROR, 40);
  test_images_add_page (images, "s0 s1", NULL);
  g_assert_true (run (call, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
}

/* Unless it is endless, a service stops retrying, and reports no outage. */
static void
test_not_endless (TestImages *images, gconstpointer user_data)
{
  open_for_good (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  assert_fails (images, AWS_ERROR_SERVER);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  g_assert_cmpstr (images->events->str, ==, "opened");
}

/* Has the cache know where the stream was, which may be nowhere. */
static void
fill_cache (TestImages *images, const char *data_endpoint)
{
  g_autofree char *body = g_strdup_printf ("{\"DataEndpoint\":\"%s\"}", data_endpoint);
  g_autoptr (KvsLocation) location = NULL;
  gboolean is_cached;

  test_service_add (images->server, "200 OK", "", body);
  location = kvs_endpoint_cache_get (images->cache, images->client, images->endpoint,
      &images->query, KVS_API_GET_IMAGES, &is_cached, images->stats, NULL, NULL);
  g_assert_nonnull (location);
}

/* A port that no server listens on, as long as the socket exists. */
static GSocket *
reserve_port (char **url)
{
  g_autoptr (GInetAddress) host = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (host, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  GSocket *socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
  bound = g_socket_get_local_address (socket, NULL);
  *url = g_strdup_printf (
      "http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  return socket;
}

/* If the cached endpoint does not answer, a new one is requested at once. */
static void
test_no_server (TestImages *images, gconstpointer user_data)
{
  g_autofree char *url = NULL;
  g_autoptr (GSocket) socket G_GNUC_UNUSED = reserve_port (&url);

  fill_cache (images, url);
  test_images_open (images);
  test_service_add_endpoint (images->server, "");
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint endpoint 0..2000/2");
  test_images_assert_count (images, KVS_STATS_RETRIES, 1);
  g_assert_cmpuint (fake_clock_count_waits (images->clock), ==, 0);
}

static void
fill_cache_with_server (TestImages *images)
{
  g_autofree char *url = g_strdup_printf ("http://%s", test_service_get_host (images->server));

  fill_cache (images, url);
  test_images_open (images);
}

static void
test_not_found_there (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  add_not_found (images);
  test_service_add_endpoint (images->server, "");
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint 0..2000/2 endpoint 0..2000/2");
}

static void
test_not_authorized_there (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  test_images_add_error (images, "401 Unauthorized", "NotAuthorizedException", "no");
  test_service_add_endpoint (images->server, "");
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint 0..2000/2 endpoint 0..2000/2");
}

/* A failure at an endpoint that has just been requested has another cause. */
static void
test_asked_anew_once (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  add_not_found (images);
  test_service_add_endpoint (images->server, "");
  add_not_found (images);
  g_assert_true (assert_fails (images, AWS_ERROR_NOT_FOUND));
  add_not_found (images);
  g_assert_true (assert_fails (images, AWS_ERROR_NOT_FOUND));
  test_images_assert_asked (images, "endpoint 0..2000/2 endpoint 0..2000/2 0..2000/2");
}

static void
test_other_failures_there (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  test_images_add_error (images, "403 Forbidden", "AccessDeniedException", "no");
  assert_fails (images, AWS_ERROR_NOT_AUTHORIZED);
  test_images_add_errors (images, SERVER_ERROR, 1);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint 0..2000/2 0..2000/2 0..2000/2");
}

static void
test_endpoint_that_is_not_new (TestImages *images, gconstpointer user_data)
{
  open_for_good (images);
  fake_clock_advance (images->clock, MINUTE_US - 1);
  refuse (images);
  fake_clock_advance (images->clock, 1);
  add_not_found (images);
  test_service_add_endpoint (images->server, "");
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  test_images_assert_asked (images, "endpoint 0..2000/2 0..2000/2 0..2000/2 endpoint 0..2000/2");
}

/* All calls in flight use the endpoint that the first of them has found. */
static void
test_several_calls_there (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) first = NULL, second = NULL;
  g_autoptr (GError) first_failure = NULL, second_failure = NULL, error = NULL;

  fill_cache_with_server (images);
  add_not_found (images);
  add_not_found (images);
  first = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  second = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_assert_false (try (first, NULL, &first_failure));
  g_assert_false (try (second, NULL, &second_failure));
  test_service_add_endpoint (images->server, "");
  g_assert_true (kvs_image_call_again (first, first_failure, NULL, NULL));
  g_assert_true (kvs_image_call_again (second, second_failure, NULL, NULL));

  test_images_add_page (images, "s0 s1", NULL);
  g_assert_true (run (first, &error));
  add_not_found (images);
  g_assert_false (run (second, &error));
  g_assert_true (kvs_image_call_is_rejection (second, error));
  test_images_assert_asked (images, "endpoint 0..2000/2 0..2000/2 endpoint 0..2000/2 0..2000/2");
}

/* A stream that no longer exists is not a window without media. */
static void
assert_stream_is_gone (TestImages *images)
{
  g_autoptr (KvsImageCall) call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_autoptr (GError) error = NULL;

  add_not_found (images);
  add_not_found (images);
  g_assert_false (run (call, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "no such stream in this region"));
  g_assert_false (kvs_image_call_is_rejection (call, error));
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
}

static void
test_stream_is_gone (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  assert_stream_is_gone (images);
}

static void
test_stream_is_gone_endless (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  open_for_good (images);
  fake_clock_advance (images->clock, 40 * MINUTE_US);
  assert_stream_is_gone (images);
}

/* A client whose credentials expire after an hour. */
static AwsClient *
make_expiring_client (TestImages *images, TestSource *source)
{
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  g_autoptr (AwsCredentialsProvider) provider = aws_credentials_provider_new (
      AWS_CREDENTIAL_SOURCE (source), "id", AWS_CLOCK (images->clock));
  AwsClient *client = aws_client_new (http, provider, "us-west-2");

  test_source_give (source, "AKID", TEST_PAGE_START * 1000 + G_TIME_SPAN_HOUR);
  aws_client_set_clock (client, AWS_CLOCK (images->clock));
  return client;
}

/* The error of a source of credentials is no answer of the service: the data endpoint is not requested again, and the window is
 * not taken for one without images. */
static void
test_no_credentials (TestImages *images, gconstpointer user_data)
{
  static const struct {
    AwsError error;
    const char *code;
  } rows[] = {{AWS_ERROR_NOT_FOUND, "ResourceNotFoundException"},
      {AWS_ERROR_INVALID_REQUEST, "InvalidArgumentException"},
      {AWS_ERROR_NOT_AUTHORIZED, "NotAuthorizedException"}};
  g_autoptr (TestSource) source = test_source_new ("test");

  g_object_unref (images->client);
  images->client = make_expiring_client (images, source);
  test_images_open_located (images);
  fake_clock_advance (images->clock, 2 * G_TIME_SPAN_HOUR);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GError *failure = g_error_new_literal (AWS_ERROR, (gint)rows[i].error, "no");

    aws_error_set_reply (failure, 400, rows[i].code, NULL);
    test_source_take_back (source);
    test_source_fail_with (source, failure);
    g_assert_false (assert_fails (images, rows[i].error));
  }
  test_images_assert_asked (images, "endpoint");
}

/* If the endpoint cannot be requested, a call with a limit of attempts ends. */
static void
test_lost (TestImages *images, gconstpointer user_data)
{
  fill_cache_with_server (images);
  add_not_found (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  g_assert_false (assert_fails (images, AWS_ERROR_SERVER));
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
}

static void
test_lost_endless (TestImages *images, gconstpointer user_data)
{
  images->is_endless = TRUE;
  open_for_good (images);
  fake_clock_advance (images->clock, 40 * MINUTE_US);
  for (guint i = 0; i < 3; i++) {
    add_not_found (images);
    test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  }
  add_not_found (images);
  test_service_add_endpoint (images->server, "");
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  g_assert_true (g_str_has_prefix (images->events->str, "opened outage recovered(3, "));
}

static void
test_configured_endpoint (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  images->service = kvs_image_service_new (
      images->client, images->endpoint, &images->query, TEST_PAGE_START, images->stats);
  kvs_image_service_set_endpoint_cache (images->service, images->cache);
  kvs_image_service_set_images_endpoint (images->service, images->endpoint);
  g_assert_true (kvs_image_service_open (images->service, NULL, &error));
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  refuse (images);
  test_images_assert_asked (images, "0..2000/2 0..2000/2");
}

static void
test_open_fails (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  images->service = kvs_image_service_new (
      images->client, images->endpoint, &images->query, TEST_PAGE_START, images->stats);
  kvs_image_service_set_endpoint_cache (images->service, images->cache);
  add_not_found (images);
  g_assert_false (kvs_image_service_open (images->service, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (
      error->message, "no such stream in this region; check its name and the region: "));
}

/* Five pages of 100 cost more than the token bucket has. */
static void
test_pace (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsImageCall) call = NULL;

  test_images_open_located (images);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  for (guint i = 0; i < 5; i++) {
    g_autoptr (KvsEntryStream) entries = NULL;

    test_images_add_page (images, "", NULL);
    entries = kvs_image_call_send (call, &window, 100, NULL, 0, 0, NULL, NULL);
    g_assert_nonnull (entries);
    g_assert_cmpuint (fake_clock_count_waits (images->clock), ==, i < 4 ? 0 : 1);
  }
}

/* Sends a request whose reply takes @reply_ms. */
static void
send_for (TestImages *images, KvsImageCall *call, gint64 reply_ms)
{
  g_autoptr (KvsEntryStream) entries = NULL;

  test_images_add_page (images, "", NULL);
  entries = kvs_image_call_send (call, &window, 100, NULL, 0, 0, NULL, NULL);
  g_assert_nonnull (entries);
  fake_clock_advance (images->clock, reply_ms * (G_USEC_PER_SEC / 1000));
  kvs_image_call_succeed (call, 0);
}

/* How long the first request takes that has to wait for the quota, where more images are expected. */
static gint64
measure_wait_ms (TestImages *images, gint64 reply_ms)
{
  g_autoptr (KvsImageCall) call = NULL;
  g_autoptr (KvsPacer) pacer = kvs_pacer_new (AWS_CLOCK (images->clock));
  gint64 begin_us;

  g_set_object (&images->pacer, pacer);
  test_images_open_located (images);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  kvs_image_service_expect (images->service, 1000);
  for (guint i = 0; i < 4; i++)
    send_for (images, call, reply_ms);
  begin_us = test_images_get_elapsed_us (images);
  send_for (images, call, 0);
  return (test_images_get_elapsed_us (images) - begin_us) / 1000;
}

/* Where replies come at once, those that have to wait for the quota wait for several at a time; where they do not, it
 * would be a loss. */
static void
test_expect (TestImages *images, gconstpointer user_data)
{
  const gint64 quick_ms = measure_wait_ms (images, 10), slow_ms = measure_wait_ms (images, 25);

  /* 50 of 490 images a second come in meanwhile. */
  g_assert_cmpint (quick_ms, ==, 102 - 4 * 10 + 600);
  g_assert_cmpint (slow_ms, ==, 102 - 4 * 25);
}

static void
test_pace_after_throttle (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  g_assert_cmpfloat_with_epsilon (kvs_pacer_get_images_per_second (images->pacer), 490, 0.01);
  test_images_add_errors (images, TOO_MANY, 1);
  test_images_add_page (images, "s0 s1", NULL);
  assert_succeeds (images);
  /* Before the second attempt the points for it had to come in. */
  g_assert_cmpint (test_images_get_elapsed_us (images), >, 0);
  g_assert_cmpfloat_with_epsilon (kvs_pacer_get_images_per_second (images->pacer), 343, 5);
  test_images_assert_count (images, KVS_STATS_THROTTLES, 1);
  test_images_assert_count (images, KVS_STATS_RETRIES, 1);
}

/* A cancelled call sends nothing more. */
static void
test_cancel (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KvsImageCall) call = NULL;
  g_autoptr (GError) failure = NULL, error = NULL, sent = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, 1);
  call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);
  g_assert_false (try (call, cancellable, &failure));
  g_cancellable_cancel (cancellable);
  g_assert_false (kvs_image_call_again (call, failure, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (kvs_image_call_is_rejection (call, error));
  g_assert_false (try (call, cancellable, &sent));
  g_assert_error (sent, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_images_assert_asked (images, "endpoint 0..2000/2");
}

static void
test_rejections (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *status;
    const char *code;
    const char *message;
    AwsError error;
    gboolean is_rejection;
  } cases[] = {
      {"404 Not Found", "ResourceNotFoundException", "gone", AWS_ERROR_NOT_FOUND, TRUE},
      {"400 Bad Request", "InvalidArgumentException", "outside of the stream Retention period.",
          AWS_ERROR_INVALID_REQUEST, TRUE},
      {"400 Bad Request", "InvalidArgumentException", "not within retention",
          AWS_ERROR_INVALID_REQUEST, TRUE},
      {"400 Bad Request", "InvalidArgumentException", "any text", AWS_ERROR_INVALID_REQUEST, TRUE},
      {"400 Bad Request", "NoDataRetentionException", "no retention", AWS_ERROR_INVALID_REQUEST,
          FALSE},
      {"403 Forbidden", "AccessDeniedException", "retention", AWS_ERROR_NOT_AUTHORIZED, FALSE},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    test_images_add_error (images, cases[i].status, cases[i].code, cases[i].message);
    g_assert_cmpint (assert_fails (images, cases[i].error), ==, cases[i].is_rejection);
  }
}

static gint64
get_service_offset_ms (TestImages *images)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (images->service);

  return kvs_service_clock_get_now_ms (clock) - TEST_PAGE_START;
}

static void
test_service_time (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s0", NULL);

  test_service_add_endpoint (images->server, "Date: Fri, 20 Nov 2026 08:00:10 GMT\r\n");
  test_images_open (images);
  g_assert_cmpint (get_service_offset_ms (images), >=, 10000);
  g_assert_cmpint (get_service_offset_ms (images), <, 11000);
  test_service_add (images->server, "200 OK", "Date: Fri, 20 Nov 2026 08:00:20 GMT\r\n", page);
  assert_succeeds (images);
  g_assert_cmpint (get_service_offset_ms (images), >=, 20000);
  g_assert_cmpint (get_service_offset_ms (images), <, 21000);

  /* Another service has the offset from the cache. */
  test_images_open (images);
  g_assert_cmpint (get_service_offset_ms (images), >=, 10000);
  g_assert_cmpint (get_service_offset_ms (images), <, 11000);
}

/* Asks for a page that takes @reply_time_us to come. */
static void
take_time (TestImages *images, gint64 reply_time_us)
{
  g_autoptr (KvsImageCall) call = kvs_image_call_new (images->service, KVS_IMAGE_CALL_FULL);

  test_images_add_page (images, "", NULL);
  g_assert_true (try (call, NULL, NULL));
  fake_clock_advance (images->clock, reply_time_us);
  kvs_image_call_succeed (call, 0);
}

/* The sum of the points that arrive while a reply is in flight and of those in the bucket. The last reply
 * counts a fifth. */
static void
test_images_at_once (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  g_assert_cmpfloat (kvs_image_service_get_images_at_once (images->service), ==, 0);
  take_time (images, 2 * G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (
      kvs_image_service_get_images_at_once (images->service), 2 * 490 + 450, 0.1);
  take_time (images, G_USEC_PER_SEC);
  g_assert_cmpfloat_with_epsilon (
      kvs_image_service_get_images_at_once (images->service), 1.8 * 490 + 450, 0.1);
}

/* One request after the other uses up the bucket, too, where replies come at once. */
static void
test_images_at_once_of_quick_replies (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  take_time (images, G_USEC_PER_SEC / 100);
  g_assert_cmpfloat_with_epsilon (
      kvs_image_service_get_images_at_once (images->service), 0.01 * 490, 0.1);
}

#define ENDPOINT_US (20 * G_USEC_PER_SEC / 1000)

static TestImages *slow_images;

static char *
answer_slowly (const char *body)
{
  g_autofree char *url = g_uri_to_string (slow_images->endpoint);

  fake_clock_advance (slow_images->clock, ENDPOINT_US);
  return g_strdup_printf ("{\"DataEndpoint\":\"%s\"}", url);
}

/* GetDataEndpoint takes a time. */
static void
open_slowly (TestImages *images)
{
  slow_images = images;
  test_service_set_func (images->server, answer_slowly);
  test_images_open (images);
}

static gint64
get_endpoint_time (TestImages *images)
{
  gboolean is_cached;
  g_autoptr (KvsLocation) location = kvs_endpoint_cache_get (images->cache, images->client,
      images->endpoint, &images->query, KVS_API_GET_IMAGES, &is_cached, images->stats, NULL, NULL);

  g_assert_true (is_cached);
  return location->reply_time_us;
}

/* GetDataEndpoint was answered at once, which counts for 50 ms. Its time is without that of connecting, which is real here,
 * and so may be all of it. */
static void
test_guess (TestImages *images, gconstpointer user_data)
{
  gint64 opened_us, endpoint_us;

  open_slowly (images);
  opened_us = aws_clock_get_monotonic_time (AWS_CLOCK (images->clock));
  endpoint_us = get_endpoint_time (images);
  g_assert_cmpint (endpoint_us, >=, 0);
  g_assert_cmpint (endpoint_us, <, ENDPOINT_US);
  g_assert_cmpint (kvs_image_service_get_guess_end (images->service), ==,
      endpoint_us > 0 ? opened_us + 50 * 1000 : G_MAXINT64);
  fake_clock_advance (images->clock, 50 * 1000);
  g_assert_cmpint (kvs_image_service_get_guess_end (images->service), ==, G_MAXINT64);
}

static void
test_no_guess (TestImages *images, gconstpointer user_data)
{
  open_slowly (images);
  take_time (images, G_USEC_PER_SEC / 100);
  g_assert_cmpint (kvs_image_service_get_guess_end (images->service), ==, G_MAXINT64);
}

static void
test_tell_cut (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  kvs_image_service_send_event (images->service, KVS_EVENT_FRACTIONS_CUT);
  kvs_image_service_send_event (images->service, KVS_EVENT_FRACTIONS_CUT);
  g_assert_cmpstr (images->events->str, ==, "cut");
}

#define N_THREADS 8
#define N_CALLS 20

static gpointer
run_often (gpointer user_data)
{
  KvsImageService *service = user_data;

  for (guint i = 0; i < N_CALLS; i++) {
    g_autoptr (KvsImageCall) call = kvs_image_call_new (service, KVS_IMAGE_CALL_FULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (run (call, &error));
    g_assert_no_error (error);
    kvs_image_service_get_images_at_once (service);
  }
  return NULL;
}

/* The images of each of many concurrent calls are counted, and taken by one of them. */
static void
test_many_threads (TestImages *images, gconstpointer user_data)
{
  GThread *threads[N_THREADS];
  guint n_failures = 0;

  images->is_endless = TRUE;
  open_for_good (images);
  kvs_image_service_set_event_func (images->service, NULL, NULL);
  for (guint i = 0; i < N_THREADS * N_CALLS; i++) {
    if (i % 10 < 3) {
      test_images_add_errors (images, SERVER_ERROR, 1);
      n_failures++;
    }
    test_images_add_page (images, "s0 s1", NULL);
  }
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("asker", run_often, images->service);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  test_images_assert_count (images, KVS_STATS_RETRIES, n_failures);
  test_images_assert_count (images, KVS_STATS_REQUESTS, 2 + N_THREADS * N_CALLS + n_failures);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/kvsimageservice/" name, TestImages, NULL, test_images_set_up, function,            \
      test_images_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("attempts", test_attempts);
  ADD ("attempts-after-success", test_attempts_after_success);
  ADD ("no-more-attempts", test_no_more_attempts);
  ADD ("opened", test_opened);
  ADD ("opened-by-nothing", test_opened_by_nothing);
  ADD ("not-opened-by-rejection", test_not_opened_by_rejection);
  ADD ("outage", test_outage);
  ADD ("outage-of-several-calls", test_outage_of_several_calls);
  ADD ("outage-of-throttles", test_outage_of_throttles);
  ADD ("outage-ends-with-rejection", test_outage_ends_with_rejection);
  ADD ("no-outage", test_no_outage);
  ADD ("endless", test_endless);
  ADD ("endless-within-a-call", test_endless_within_a_call);
  ADD ("not-endless", test_not_endless);
  ADD ("no-server", test_no_server);
  ADD ("not-found-there", test_not_found_there);
  ADD ("not-authorized-there", test_not_authorized_there);
  ADD ("asked-anew-once", test_asked_anew_once);
  ADD ("other-failures-there", test_other_failures_there);
  ADD ("endpoint-that-is-not-new", test_endpoint_that_is_not_new);
  ADD ("several-calls-there", test_several_calls_there);
  ADD ("stream-is-gone", test_stream_is_gone);
  ADD ("stream-is-gone-endless", test_stream_is_gone_endless);
  ADD ("no-credentials", test_no_credentials);
  ADD ("lost", test_lost);
  ADD ("lost-endless", test_lost_endless);
  ADD ("configured-endpoint", test_configured_endpoint);
  ADD ("open-fails", test_open_fails);
  ADD ("pace", test_pace);
  ADD ("expect", test_expect);
  ADD ("pace-after-throttle", test_pace_after_throttle);
  ADD ("cancel", test_cancel);
  ADD ("rejections", test_rejections);
  ADD ("service-time", test_service_time);
  ADD ("images-at-once", test_images_at_once);
  ADD ("images-at-once-of-quick-replies", test_images_at_once_of_quick_replies);
  ADD ("guess", test_guess);
  ADD ("no-guess-after-a-reply", test_no_guess);
  ADD ("tell-cut", test_tell_cut);
  ADD ("many-threads", test_many_threads);
  return g_test_run ();
}
