/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how ListFragments is asked, page after page. */
#include "kvslistfragments.h"

#include "kvserror.h"
#include "kvsrequest.h"

#include "testcall.h"
#include "testservice.h"

#include <awslog.h>
#include <fakeclock.h>

#include <string.h>

#define FROM 100000
#define UNTIL 200000

static char *
describe (KvsFragmentList *list)
{
  GString *text = g_string_new (NULL);
  guint n_fragments;
  const KvsFragment *fragments = kvs_fragment_list_get_fragments (list, &n_fragments);

  for (guint i = 0; i < n_fragments; i++)
    g_string_append_printf (text, "%s%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT, i > 0 ? " " : "",
        fragments[i].start_ms, fragments[i].length_ms);
  return g_string_free (text, FALSE);
}

/* A service that lists fragments, and what asks it. */
typedef struct {
  TestService *service;
  GUri *endpoint;
  FakeClock *clock;
  AwsClient *client;
  KvsPacer *pacer;
  KvsStats *stats;
  KvsQuery query;
  GCancellable *cancellable;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  self->service = test_service_new ();
  self->endpoint = test_service_get_uri (self->service);
  self->clock = fake_clock_new (UNTIL * G_GINT64_CONSTANT (1000));
  self->client = test_client_new ();
  aws_client_set_clock (self->client, AWS_CLOCK (self->clock));
  self->pacer = kvs_pacer_new (AWS_CLOCK (self->clock));
  self->stats = kvs_stats_new ();
  self->query = (KvsQuery){.stream_name = (char *)"door"};
  self->cancellable = g_cancellable_new ();
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  test_service_free (self->service);
  g_uri_unref (self->endpoint);
  g_object_unref (self->clock);
  g_object_unref (self->client);
  g_object_unref (self->pacer);
  kvs_stats_free (self->stats);
  g_object_unref (self->cancellable);
}

static KvsFragmentList *
fetch (Fixture *self, gint64 from_ms, gint64 until_ms, guint max_pages, GError **error)
{
  return kvs_list_fragments (self->client, self->pacer, self->endpoint, &self->query, from_ms,
      until_ms, max_pages, self->stats, self->cancellable, error);
}

/* Adds a page of fragments of one second that begin at these seconds. */
static void
add_page (Fixture *self, const char *seconds, const char *next_token)
{
  g_auto (GStrv) words = g_strsplit (seconds, " ", 0);
  g_autoptr (GString) body = g_string_new ("{\"Fragments\":[");

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    g_string_append_printf (body,
        "%s{\"FragmentLengthInMilliseconds\":1000,\"ProducerTimestamp\":7%s,"
        "\"ServerTimestamp\":%s}",
        i > 0 ? "," : "", words[i], words[i]);
  g_string_append (body, "]");
  if (next_token != NULL)
    g_string_append_printf (body, ",\"NextToken\":\"%s\"", next_token);
  g_string_append (body, "}");
  test_service_add (self->service, "200 OK", "x-amzn-RequestId: list-1\r\n", body->str);
}

static void
assert_request (Fixture *self, guint number, const char *expected)
{
  g_autofree char *request = test_service_get_request (self->service, number);

  g_assert_cmpstr (request, ==, expected);
}

#define BEGIN "/listFragments {\"StreamName\":\"door\",\"MaxResults\":"
#define SELECTOR(type, start, end)                                                                 \
  "\"FragmentSelector\":{\"FragmentSelectorType\":\"" type                                         \
  "\",\"TimestampRange\":{\"StartTimestamp\":" start ",\"EndTimestamp\":" end "}}}"
#define SERVER_SELECTOR(start, end) SELECTOR ("SERVER_TIMESTAMP", start, end)

static void
assert_fetches (Fixture *self, gint64 from_ms, gint64 until_ms, const char *fragments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsFragmentList) list = fetch (self, from_ms, until_ms, 5, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = describe (list);
  g_assert_cmpstr (text, ==, fragments);
  g_assert_cmpint (kvs_fragment_list_get_from_ms (list), ==, from_ms);
  g_assert_cmpint (kvs_fragment_list_get_until_ms (list), ==, until_ms);
  g_assert_cmpuint (test_service_count_answers (self->service), ==, 0);
}

/* The requests are for whole seconds, from 20 s before the first time on. */
static void
test_one_page (Fixture *self, gconstpointer user_data)
{
  add_page (self, "105 90 104", NULL);
  assert_fetches (self, FROM, UNTIL, "90000+1000 104000+1000 105000+1000");
  assert_request (self, 0, BEGIN "605," SERVER_SELECTOR ("80", "200"));
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_REQUESTS), ==, 1);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_RETRIES), ==, 0);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_BYTES_RECEIVED), >, 200);

  add_page (self, "", NULL);
  assert_fetches (self, FROM + 999, FROM + 1001, "");
  assert_request (self, 1, BEGIN "115," SERVER_SELECTOR ("80", "102"));
  add_page (self, "0", NULL);
  assert_fetches (self, 19999, 3600001, "0+1000");
  assert_request (self, 2, BEGIN "1000," SERVER_SELECTOR ("0", "3601"));
}

static void
test_producer (Fixture *self, gconstpointer user_data)
{
  self->query.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
  self->query.stream_name = NULL;
  self->query.stream_arn =
      (char *)"arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/1700000000000";
  add_page (self, "105", NULL);
  assert_fetches (self, 7100000, 7200000, "7105000+1000");
  assert_request (self, 0,
      "/listFragments {\"StreamARN\":\"arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/"
      "1700000000000\",\"MaxResults\":605," SELECTOR ("PRODUCER_TIMESTAMP", "7080", "7200"));
}

static void
test_pages (Fixture *self, gconstpointer user_data)
{
  add_page (self, "150 103", "A/b+c==");
  add_page (self, "", "B");
  add_page (self, "101 103 199", NULL);
  assert_fetches (self, FROM, UNTIL, "101000+1000 103000+1000 150000+1000 199000+1000");
  assert_request (self, 0, BEGIN "605," SERVER_SELECTOR ("80", "200"));
  assert_request (self, 1, BEGIN "605,\"NextToken\":\"A/b+c==\"," SERVER_SELECTOR ("80", "200"));
  assert_request (self, 2, BEGIN "605,\"NextToken\":\"B\"," SERVER_SELECTOR ("80", "200"));
}

static void
assert_fails (Fixture *self, guint max_pages, GQuark domain, gint code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fetch (self, FROM, UNTIL, max_pages, &error));
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  g_assert_cmpuint (test_service_count_answers (self->service), ==, 0);
}

static void
test_repeated_token (Fixture *self, gconstpointer user_data)
{
  add_page (self, "101", "A");
  add_page (self, "102", "A");
  assert_fails (
      self, 9, KVS_ERROR, KVS_ERROR_BAD_REPLY, "page 2 has the NextToken of an earlier one");

  /* In a circle */
  add_page (self, "101", "A");
  add_page (self, "102", "B");
  add_page (self, "103", "A");
  assert_fails (
      self, 9, KVS_ERROR, KVS_ERROR_BAD_REPLY, "page 3 has the NextToken of an earlier one");
}

static void
test_too_many (Fixture *self, gconstpointer user_data)
{
  add_page (self, "101", "A");
  assert_fails (self, 1, KVS_ERROR, KVS_ERROR_TOO_MANY, "more fragments than 1 pages");
  add_page (self, "101", "A");
  add_page (self, "102", "B");
  assert_fails (self, 2, KVS_ERROR, KVS_ERROR_TOO_MANY, "more fragments than 2 pages");
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 3);
}

/* A transient failure is retried, with the token of its page. */
static void
test_retries (Fixture *self, gconstpointer user_data)
{
  test_service_add (self->service, "500 Internal Server Error", "", "");
  add_page (self, "101", "A");
  test_service_add (self->service, "200 OK", "", "{\"Fragments\":[{}]}");
  test_service_add (self->service, "200 OK", "", "{}");
  test_service_add_cut (self->service, "{\"Fragments\":[]}", 12, FALSE);
  add_page (self, "102", NULL);
  assert_fetches (self, FROM, UNTIL, "101000+1000 102000+1000");
  for (guint i = 2; i < 6; i++)
    assert_request (self, i, BEGIN "605,\"NextToken\":\"A\"," SERVER_SELECTOR ("80", "200"));
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_REQUESTS), ==, 6);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_RETRIES), ==, 4);
}

static void
test_failures (Fixture *self, gconstpointer user_data)
{
  test_service_add (self->service, "403 Forbidden",
      "x-amzn-ErrorType: AccessDeniedException:http://x\r\n", "{\"Message\":\"no\"}");
  assert_fails (self, 9, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED, "");
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 1);

  test_service_add (self->service, "404 Not Found",
      "x-amzn-ErrorType: ResourceNotFoundException:http://x\r\n", "{\"Message\":\"no\"}");
  assert_fails (self, 9, AWS_ERROR, AWS_ERROR_NOT_FOUND, "");

  aws_client_set_max_attempts (self->client, 2);
  for (guint i = 0; i < 2; i++)
    test_service_add (self->service, "200 OK", "x-amzn-RequestId: list-2\r\n", "{\"Images\":[]}");
  assert_fails (self, 9, AWS_ERROR, AWS_ERROR_BAD_REPLY,
      "gave a reply to ListFragments that cannot be used: it has no Fragments");
}

/* The pacer learns that the service throttles. */
static void
test_throttled (Fixture *self, gconstpointer user_data)
{
  test_service_add (self->service, "400 Bad Request",
      "x-amzn-ErrorType: ClientLimitExceededException:http://x\r\n", "{\"Message\":\"no\"}");
  add_page (self, "101", NULL);
  g_assert_cmpfloat (kvs_pacer_get_images_per_second (self->pacer), ==, 490);
  assert_fetches (self, FROM, UNTIL, "101000+1000");
  g_assert_cmpfloat (kvs_pacer_get_images_per_second (self->pacer), <, 400);
  g_assert_cmpuint (kvs_stats_get (self->stats, KVS_STATS_THROTTLES), ==, 1);
}

/* Each page is paid for. */
static void
test_pace (Fixture *self, gconstpointer user_data)
{
  gint64 begin_us = aws_clock_get_monotonic_time (AWS_CLOCK (self->clock));

  for (guint i = 0; i < 10; i++) {
    g_autoptr (KvsFragmentList) list = NULL;

    add_page (self, "", NULL);
    list = fetch (self, 20000, 3600000, 1, NULL);
    g_assert_nonnull (list);
  }
  g_assert_cmpfloat_with_epsilon (
      (double)(aws_clock_get_monotonic_time (AWS_CLOCK (self->clock)) - begin_us),
      1000 / 9800.0 * G_USEC_PER_SEC, 2);
}

static gpointer
cancel_when_held (gpointer user_data)
{
  Fixture *self = user_data;

  test_service_wait_until_held (self->service);
  g_cancellable_cancel (self->cancellable);
  return NULL;
}

static void
test_cancel (Fixture *self, gconstpointer user_data)
{
  GThread *thread = g_thread_new ("canceller", cancel_when_held, self);

  test_service_add_held (self->service, "{\"Fragments\":[]}", 10);
  assert_fails (self, 9, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_thread_join (thread);
  assert_fails (self, 9, G_IO_ERROR, G_IO_ERROR_CANCELLED, "");
  g_assert_cmpuint (test_service_count_requests (self->service), ==, 1);
}

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  return g_str_equal (topic, "kvs") && level == AWS_LOG_LEVEL_DEBUG;
}

static void
write_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
  g_string_append_printf (user_data, "%s\n", message);
}

static void
assert_line (const GString *lines, const char *pattern)
{
  if (!g_pattern_match_simple (pattern, lines->str))
    g_error ("'%s' is not in '%s'", pattern, lines->str);
}

static void
test_log (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (AwsLogSink) sink = aws_log_sink_new (is_enabled_cb, write_cb, lines, NULL);

  test_service_add (self->service, "500 Internal Server Error", "", "");
  add_page (self, "150 103", "A");
  add_page (self, "101", NULL);
  aws_log_set_sink (sink);
  assert_fetches (self, FROM, UNTIL, "101000+1000 103000+1000 150000+1000");
  aws_log_set_sink (NULL);
  assert_line (lines, "*ListFragments page 1, attempt 1: 80000 ms to 200000 ms, 605 at most\n*");
  assert_line (lines, "*ListFragments page 1 failed: *\n*");
  assert_line (lines, "*ListFragments page 1, attempt 2: *");
  assert_line (
      lines, "*ListFragments page 1: 2 fragments and a NextToken, * ms, request list-1\n*");
  assert_line (lines, "*ListFragments page 2: 1 fragments, * ms, request list-1\n*");
  assert_line (lines,
      "*ListFragments found 3 fragments from 100000 ms to 200000 ms, the longest of 1000 ms\n");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/kvslistfragments/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-page", test_one_page);
  ADD ("producer", test_producer);
  ADD ("pages", test_pages);
  ADD ("repeated-token", test_repeated_token);
  ADD ("too-many", test_too_many);
  ADD ("retries", test_retries);
  ADD ("failures", test_failures);
  ADD ("throttled", test_throttled);
  ADD ("pace", test_pace);
  ADD ("cancel", test_cancel);
  ADD ("log", test_log);
  return g_test_run ();
}
