/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests when GetDataEndpoint is called for a stream, and when the cached reply is used, also with many
 * callers at once. */
#include "kvsendpointcache.h"

#include "testservice.h"

#include <awssourcechain.h>
#include <fakeclock.h>
#include <testcall.h>

#define NOW_MS (1795161600 * G_GINT64_CONSTANT (1000)) /* 2026-11-20T08:00:00Z */
#define MINUTE_US (60 * (gint64)G_USEC_PER_SEC)

/* A cache and a service that answers GetDataEndpoint. */
typedef struct {
  TestService *service;
  GUri *endpoint;
  FakeClock *clock;
  AwsClient *client;
  KvsEndpointCache *cache;
  KvsStats *stats;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  const double random = 0;

  self->service = test_service_new ();
  self->endpoint = test_service_get_uri (self->service);
  self->clock = fake_clock_new (NOW_MS * 1000);
  fake_clock_set_randoms (self->clock, &random, 1);
  self->client = test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (self->clock));
  self->cache = kvs_endpoint_cache_new ();
  self->stats = kvs_stats_new ();
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  test_service_free (self->service);
  g_uri_unref (self->endpoint);
  g_object_unref (self->clock);
  g_object_unref (self->client);
  kvs_endpoint_cache_free (self->cache);
  kvs_stats_free (self->stats);
}

static KvsLocation *
get_api (Fixture *self, AwsClient *client, const KvsQuery *query, KvsApi api, gboolean *is_cached)
{
  g_autoptr (GError) error = NULL;
  KvsLocation *location = kvs_endpoint_cache_get (
      self->cache, client, self->endpoint, query, api, is_cached, self->stats, NULL, &error);

  g_assert_no_error (error);
  return location;
}

static KvsLocation *
get_as (Fixture *self, AwsClient *client, const KvsQuery *query, gboolean *is_cached)
{
  return get_api (self, client, query, KVS_API_GET_IMAGES, is_cached);
}

static const KvsQuery door = {.stream_name = (char *)"door"};

static KvsLocation *
get (Fixture *self, gboolean *is_cached)
{
  return get_as (self, self->client, &door, is_cached);
}

/* Asserts whether the endpoint of @query for @client has to be requested. */
static void
assert_asked (Fixture *self, AwsClient *client, const KvsQuery *query, gboolean is_asked)
{
  guint before = test_service_count_requests (self->service);
  g_autoptr (KvsLocation) location = NULL;
  gboolean is_cached;

  if (is_asked)
    test_service_add_endpoint (self->service, "");
  location = get_as (self, client, query, &is_cached);
  g_assert_cmpint (is_cached, ==, !is_asked);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, before + (is_asked ? 1 : 0));
}

static void
test_once (Fixture *self, gconstpointer user_data)
{
  g_autoptr (KvsLocation) first = NULL, second = NULL;
  g_autofree char *request = NULL, *url = NULL;
  gboolean is_cached;

  test_service_add (self->service, "200 OK", "", "{\"DataEndpoint\":\"http://data:8080/base\"}");
  first = get (self, &is_cached);
  g_assert_false (is_cached);
  url = g_uri_to_string (first->uri);
  g_assert_cmpstr (url, ==, "http://data:8080/base");
  second = get (self, &is_cached);
  g_assert_true (is_cached);
  g_assert_true (second == first);
  request = test_service_get_request (self->service, 0);
  g_assert_cmpstr (
      request, ==, "/getDataEndpoint {\"StreamName\":\"door\",\"APIName\":\"GET_IMAGES\"}");
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_REQUESTS), ==, 1);
}

static void
test_key (Fixture *self, gconstpointer user_data)
{
  static const KvsQuery gate = {.stream_name = (char *)"gate"};
  static const KvsQuery arn = {
      .stream_arn = (char *)"arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/1"};
  static const KvsQuery other_arn = {
      .stream_arn = (char *)"arn:aws:kinesisvideo:us-west-2:210987654321:stream/door/1"};
  g_autoptr (AwsClient) same =
      test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (self->clock));
  g_autoptr (AwsClient) elsewhere =
      test_client_new_with_clock ("AKID", "us-east-1", AWS_CLOCK (self->clock));
  g_autoptr (AwsClient) other_client =
      test_client_new_with_clock ("AKOTHER", "us-west-2", AWS_CLOCK (self->clock));
  g_autoptr (GUri) endpoint = g_steal_pointer (&self->endpoint);

  self->endpoint = g_uri_ref (endpoint);
  assert_asked (self, self->client, &door, TRUE);
  assert_asked (self, same, &door, FALSE);
  assert_asked (self, self->client, &gate, TRUE);
  assert_asked (self, self->client, &arn, TRUE);
  assert_asked (self, self->client, &other_arn, TRUE);
  assert_asked (self, elsewhere, &door, TRUE);
  assert_asked (self, other_client, &door, TRUE);

  g_uri_unref (self->endpoint);
  self->endpoint = g_uri_parse_relative (endpoint, "/base", G_URI_FLAGS_NONE, NULL);
  assert_asked (self, self->client, &door, TRUE);
  assert_asked (self, self->client, &door, FALSE);
}

/* Each API has its own data endpoint. */
static void
test_apis (Fixture *self, gconstpointer user_data)
{
  g_autoptr (KvsLocation) images = NULL, fragments = NULL, again = NULL, images_again = NULL;
  g_autofree char *request = NULL, *url = NULL;
  gboolean is_cached;

  test_service_add (self->service, "200 OK", "", "{\"DataEndpoint\":\"http://images\"}");
  test_service_add (self->service, "200 OK", "", "{\"DataEndpoint\":\"http://fragments\"}");
  test_service_add_endpoint (self->service, "");
  images = get (self, &is_cached);
  fragments = get_api (self, self->client, &door, KVS_API_LIST_FRAGMENTS, &is_cached);
  g_assert_false (is_cached);
  url = g_uri_to_string (fragments->uri);
  g_assert_cmpstr (url, ==, "http://fragments/");
  request = test_service_get_request (self->service, 1);
  g_assert_cmpstr (
      request, ==, "/getDataEndpoint {\"StreamName\":\"door\",\"APIName\":\"LIST_FRAGMENTS\"}");

  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, &door, KVS_API_LIST_FRAGMENTS, images);
  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, &door, KVS_API_LIST_FRAGMENTS, fragments);
  images_again = get (self, &is_cached);
  g_assert_true (is_cached);
  g_assert_true (images_again == images);
  again = get_api (self, self->client, &door, KVS_API_LIST_FRAGMENTS, &is_cached);
  g_assert_false (is_cached);
  g_assert_true (again != fragments);
}

static void
test_age (Fixture *self, gconstpointer user_data)
{
  assert_asked (self, self->client, &door, TRUE);
  fake_clock_advance (self->clock, 40 * MINUTE_US - 1);
  assert_asked (self, self->client, &door, FALSE);
  fake_clock_advance (self->clock, 1);
  assert_asked (self, self->client, &door, TRUE);
}

/* Old entries are dropped for new ones; their endpoints are requested again. */
static void
test_many_streams (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < 50; i++) {
    g_autofree char *name = g_strdup_printf ("stream-%u", i % 10);
    const KvsQuery query = {.stream_name = name};

    assert_asked (self, self->client, &query, TRUE);
    fake_clock_advance (self->clock, 5 * MINUTE_US);
  }
}

/* With another time of day, the offset to the service's clock is another one. */
static void
test_clock_is_set (Fixture *self, gconstpointer user_data)
{
  g_autoptr (FakeClock) later = fake_clock_new ((NOW_MS + 2000) * 1000);
  g_autoptr (FakeClock) slightly_later = fake_clock_new ((NOW_MS + 1999) * 1000);
  g_autoptr (AwsClient) client =
      test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (later));
  g_autoptr (AwsClient) drifted_client =
      test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (slightly_later));

  assert_asked (self, self->client, &door, TRUE);
  assert_asked (self, drifted_client, &door, FALSE);
  assert_asked (self, client, &door, TRUE);
}

static void
test_forget (Fixture *self, gconstpointer user_data)
{
  g_autoptr (KvsLocation) first = NULL, second = NULL, third = NULL;
  gboolean is_cached;

  test_service_add_endpoint (self->service, "");
  test_service_add_endpoint (self->service, "");
  first = get (self, &is_cached);
  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, &door, KVS_API_GET_IMAGES, first);
  second = get (self, &is_cached);
  g_assert_false (is_cached);
  g_assert_true (second != first);

  /* A caller that reports the old one later gets the new one. */
  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, &door, KVS_API_GET_IMAGES, first);
  third = get (self, &is_cached);
  g_assert_true (is_cached);
  g_assert_true (third == second);
}

static void
assert_offset (Fixture *self, const char *date, gint64 expected_ms)
{
  g_autoptr (KvsLocation) asked = NULL, cached = NULL;
  gboolean is_cached;

  test_service_add_endpoint (self->service, date);
  asked = get (self, &is_cached);
  g_assert_false (is_cached);
  g_assert_cmpint (asked->clock_offset_ms, ==, expected_ms);
  fake_clock_advance (self->clock, MINUTE_US);
  cached = get (self, &is_cached);
  g_assert_true (is_cached);
  g_assert_cmpint (cached->clock_offset_ms, ==, expected_ms);
  kvs_endpoint_cache_forget (
      self->cache, self->client, self->endpoint, &door, KVS_API_GET_IMAGES, cached);
}

/* A Date has whole seconds: a clock that may be right is left alone. */
static void
test_clock_offset (Fixture *self, gconstpointer user_data)
{
  assert_offset (self, "", 0);
  assert_offset (self, "Date: today\r\n", 0);
  assert_offset (self, "Date: Fri, 20 Nov 2026 08:02:00 GMT\r\n", 0);
  assert_offset (self, "Date: Fri, 20 Nov 2026 08:02:59 GMT\r\n", -1);
  assert_offset (self, "Date: Fri, 20 Nov 2026 08:04:01 GMT\r\n", 1000);
  assert_offset (self, "Date: Fri, 20 Nov 2026 09:05:00 GMT\r\n", 3600000);
}

static gint64
get_elapsed_us (Fixture *self)
{
  return aws_clock_get_real_time (AWS_CLOCK (self->clock)) - NOW_MS * 1000;
}

/* However often callers ask for a new endpoint, at most four requests a second are sent for a stream. */
static void
test_pace (Fixture *self, gconstpointer user_data)
{
  static const KvsQuery gate = {.stream_name = (char *)"gate"};

  for (guint i = 0; i < 12; i++) {
    g_autoptr (KvsLocation) location = NULL;
    gboolean is_cached;

    test_service_add_endpoint (self->service, "");
    location = get (self, &is_cached);
    g_assert_cmpint (get_elapsed_us (self), ==, i / 4 * G_USEC_PER_SEC);
    kvs_endpoint_cache_forget (
        self->cache, self->client, self->endpoint, &door, KVS_API_GET_IMAGES, location);
    /* Old streams are dropped for a new one, but not while the time of their last request matters. */
    if (i == 6)
      assert_asked (self, self->client, &gate, TRUE);
  }
}

/* The service's limit counts the requests for all APIs of a stream. */
static void
test_pace_of_apis (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < 12; i++) {
    KvsApi api = i % 3 == 0 ? KVS_API_LIST_FRAGMENTS : KVS_API_GET_IMAGES;
    g_autoptr (KvsLocation) location = NULL;
    gboolean is_cached;

    test_service_add_endpoint (self->service, "");
    location = get_api (self, self->client, &door, api, &is_cached);
    g_assert_false (is_cached);
    g_assert_cmpint (get_elapsed_us (self), ==, i / 4 * G_USEC_PER_SEC);
    kvs_endpoint_cache_forget (self->cache, self->client, self->endpoint, &door, api, location);
  }
}

static void
test_pace_of_failures (Fixture *self, gconstpointer user_data)
{
  g_autoptr (KvsLocation) location = NULL;
  gboolean is_cached;

  aws_client_set_max_attempts (self->client, 10);
  for (guint i = 0; i < 8; i++)
    test_service_add (self->service, "500 Internal Server Error", "", "");
  test_service_add_endpoint (self->service, "");
  location = get (self, &is_cached);
  g_assert_cmpint (get_elapsed_us (self), ==, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_REQUESTS), ==, 9);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_RETRIES), ==, 8);
}

static GError *
assert_fails (Fixture *self, AwsError code)
{
  GError *error = NULL;
  gboolean is_cached;

  g_assert_null (kvs_endpoint_cache_get (self->cache, self->client, self->endpoint, &door,
      KVS_API_GET_IMAGES, &is_cached, self->stats, NULL, &error));
  g_assert_error (error, AWS_ERROR, (gint)code);
  return error;
}

/* A malformed reply may be transient; a failure is not cached. */
static void
test_failures (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) senseless = NULL, unknown = NULL;

  for (guint i = 0; i < AWS_DEFAULT_MAX_ATTEMPTS; i++)
    test_service_add (self->service, "200 OK", "", i % 2 == 0 ? "{}" : "{\"DataEndpoint\":\"x\"}");
  senseless = assert_fails (self, AWS_ERROR_BAD_REPLY);
  g_assert_cmpuint (test_service_count_answers (self->service), ==, 0);

  test_service_add (
      self->service, "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}");
  unknown = assert_fails (self, AWS_ERROR_NOT_FOUND);
  g_assert_cmpuint (test_service_count_answers (self->service), ==, 0);
  assert_asked (self, self->client, &door, TRUE);
}

/* A thread that asks for the endpoint of a stream. */
typedef struct {
  Fixture *fixture;
  AwsClient *client;
  KvsApi api;
  GCancellable *cancellable;
  GThread *thread;
  KvsLocation *location;
  GError *error;
} Asker;

static gpointer
ask (gpointer user_data)
{
  Asker *self = user_data;
  gboolean is_cached;

  self->location =
      kvs_endpoint_cache_get (self->fixture->cache, self->client, self->fixture->endpoint, &door,
          self->api, &is_cached, self->fixture->stats, self->cancellable, &self->error);
  return NULL;
}

static void
asker_start (Asker *self, Fixture *fixture)
{
  self->fixture = fixture;
  self->client = test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (fixture->clock));
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("asker", ask, self);
}

/* Waits until the cancellable is watched, which is directly before the cache is called. */
static void
asker_wait (Asker *self)
{
  guint cancelled = g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE);

  while (!g_signal_has_handler_pending (self->cancellable, cancelled, 0, TRUE))
    g_thread_yield ();
}

static void
asker_clear (Asker *self)
{
  g_clear_pointer (&self->thread, g_thread_join);
  g_clear_object (&self->client);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->location, kvs_location_unref);
  g_clear_error (&self->error);
}

static void
add_held_endpoint (Fixture *self)
{
  test_service_add_held (self->service, "{\"DataEndpoint\":\"http://held\"}", 0);
}

static void
test_hundred_at_once (Fixture *self, gconstpointer user_data)
{
  Asker askers[100] = {0};
  KvsLocation *location;

  add_held_endpoint (self);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    asker_start (&askers[i], self);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    asker_wait (&askers[i]);
  test_service_release (self->service);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    g_clear_pointer (&askers[i].thread, g_thread_join);

  location = askers[0].location;
  g_assert_nonnull (location);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++) {
    g_assert_true (askers[i].location == location);
    asker_clear (&askers[i]);
  }
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 1);
}

/* One thread sends the request and another one waits for it, until the service holds its reply. */
static void
start_two (Fixture *self, Asker *first, Asker *second)
{
  asker_start (first, self);
  test_service_wait_until_held (self->service);
  asker_start (second, self);
  asker_wait (second);
}

/* The call for one API neither delays nor answers the call for another one. */
static void
test_apis_at_once (Fixture *self, gconstpointer user_data)
{
  Asker images = {0}, fragments = {.api = KVS_API_LIST_FRAGMENTS};

  add_held_endpoint (self);
  test_service_match (self->service, "GET_IMAGES");
  test_service_add_endpoint (self->service, "");
  test_service_match (self->service, "LIST_FRAGMENTS");
  asker_start (&images, self);
  test_service_wait_until_held (self->service);
  asker_start (&fragments, self);
  g_clear_pointer (&fragments.thread, g_thread_join);
  g_assert_no_error (fragments.error);
  test_service_release (self->service);
  g_clear_pointer (&images.thread, g_thread_join);
  g_assert_no_error (images.error);
  g_assert_true (images.location != fragments.location);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 2);
  asker_clear (&images);
  asker_clear (&fragments);
}

static void
test_waiter_is_cancelled (Fixture *self, gconstpointer user_data)
{
  Asker first = {0}, second = {0};

  add_held_endpoint (self);
  start_two (self, &first, &second);
  g_cancellable_cancel (second.cancellable);
  g_clear_pointer (&second.thread, g_thread_join);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  test_service_release (self->service);
  g_clear_pointer (&first.thread, g_thread_join);
  g_assert_no_error (first.error);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 1);
  asker_clear (&first);
  asker_clear (&second);
}

static void
test_asker_is_cancelled (Fixture *self, gconstpointer user_data)
{
  Asker first = {0}, second = {0};

  test_service_add_silence (self->service);
  test_service_add_endpoint (self->service, "");
  start_two (self, &first, &second);
  g_cancellable_cancel (first.cancellable);
  g_clear_pointer (&first.thread, g_thread_join);
  g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_clear_pointer (&second.thread, g_thread_join);
  g_assert_no_error (second.error);
  g_assert_nonnull (second.location);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 2);
  asker_clear (&first);
  asker_clear (&second);
}

/* A caller that is cancelled already sends no request. */
static void
test_cancelled_before (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_cached;

  g_cancellable_cancel (cancellable);
  g_assert_null (kvs_endpoint_cache_get (self->cache, self->client, self->endpoint, &door,
      KVS_API_GET_IMAGES, &is_cached, self->stats, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 0);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_REQUESTS), ==, 0);
}

/* A caller without credentials gets its error at once, however often it asks: it sends nothing that has to be
 * paced. */
static void
test_no_credentials (Fixture *self, gconstpointer user_data)
{
  g_autoptr (AwsCredentialSource) source = AWS_CREDENTIAL_SOURCE (aws_source_chain_new ());
  g_autoptr (AwsCredentialsProvider) provider =
      aws_credentials_provider_new (source, "no-keys", AWS_CLOCK (self->clock));
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  g_autoptr (AwsClient) client = aws_client_new (http, provider, "us-west-2");

  aws_client_set_clock (client, AWS_CLOCK (self->clock));
  for (guint i = 0; i < 100; i++) {
    g_autoptr (GError) error = NULL;
    gboolean is_cached;

    g_assert_null (kvs_endpoint_cache_get (self->cache, client, self->endpoint, &door,
        KVS_API_GET_IMAGES, &is_cached, self->stats, NULL, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS);
  }
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 0);
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 0);
}

/* Two threads ask for a stream that turns out to be unknown. Returns whether one reply was enough, as it is
 * if the second thread came to wait in time. */
static gboolean
share_failure (Fixture *self)
{
  Asker first = {0}, second = {0};
  guint n_requests = test_service_count_requests (self->service);

  test_service_add (
      self->service, "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}");
  test_service_add (
      self->service, "404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}");
  asker_start (&first, self);
  asker_start (&second, self);
  g_clear_pointer (&first.thread, g_thread_join);
  g_clear_pointer (&second.thread, g_thread_join);
  g_assert_error (first.error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_error (second.error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  asker_clear (&first);
  asker_clear (&second);
  return test_service_count_requests (self->service) == n_requests + 1;
}

static void
test_failure_is_shared (Fixture *self, gconstpointer user_data)
{
  guint tries = 1;

  while (!share_failure (self)) {
    g_assert_cmpuint (tries, <, 100);
    tries++;
  }
}

static void
test_default (Fixture *self, gconstpointer user_data)
{
  g_assert_true (kvs_endpoint_cache_get_default () == kvs_endpoint_cache_get_default ());
}

#define ADD(name, function)                                                                        \
  g_test_add ("/kvsendpointcache/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("once", test_once);
  ADD ("key", test_key);
  ADD ("apis", test_apis);
  ADD ("apis-at-once", test_apis_at_once);
  ADD ("pace-of-apis", test_pace_of_apis);
  ADD ("age", test_age);
  ADD ("many-streams", test_many_streams);
  ADD ("clock-is-set", test_clock_is_set);
  ADD ("forget", test_forget);
  ADD ("clock-offset", test_clock_offset);
  ADD ("pace", test_pace);
  ADD ("pace-of-failures", test_pace_of_failures);
  ADD ("failures", test_failures);
  ADD ("hundred-at-once", test_hundred_at_once);
  ADD ("waiter-is-cancelled", test_waiter_is_cancelled);
  ADD ("asker-is-cancelled", test_asker_is_cancelled);
  ADD ("cancelled-before", test_cancelled_before);
  ADD ("no-credentials", test_no_credentials);
  ADD ("failure-is-shared", test_failure_is_shared);
  ADD ("default", test_default);
  return g_test_run ();
}
