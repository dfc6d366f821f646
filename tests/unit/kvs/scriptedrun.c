/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "scriptedrun.h"

#include "testcall.h"

#include <fakeclock.h>
#include <json-glib/json-glib.h>
#include <string.h>

ScriptedRun *
scripted_run_new_unlocated (guint n_samples)
{
  ScriptedRun *run = g_new0 (ScriptedRun, 1);

  run->service = test_service_new ();
  run->cache = kvs_endpoint_cache_new ();
  run->clock = AWS_CLOCK (fake_clock_new (TEST_PAGE_START * 1000));
  run->max_attempts = AWS_DEFAULT_MAX_ATTEMPTS;
  run->stats = kvs_stats_new ();
  run->query.stream_name = (char *)"door";
  run->query.jpeg_quality = 80;
  run->query.page_size = 100;
  run->spec.start.ms = TEST_PAGE_START;
  run->spec.has_end = TRUE;
  run->spec.end.ms = TEST_PAGE_START + (gint64)n_samples * TEST_PAGE_INTERVAL;
  run->spec.interval_ms = TEST_PAGE_INTERVAL;
  run->now_ms = TEST_PAGE_START + 86400000;
  run->options.max_requests = 1;
  run->traversal = KVS_TRAVERSAL_ALL;
  return run;
}

ScriptedRun *
scripted_run_new (guint n_samples)
{
  ScriptedRun *run = scripted_run_new_unlocated (n_samples);

  test_service_add_endpoint (run->service, "");
  return run;
}

static void
scripted_run_end (ScriptedRun *run)
{
  if (run->reader)
    kvs_reader_stop (run->reader);
  g_clear_object (&run->reader);
}

void
scripted_run_free (ScriptedRun *run)
{
  scripted_run_end (run);
  test_service_free (run->service);
  kvs_endpoint_cache_free (run->cache);
  g_object_unref (run->clock);
  kvs_stats_free (run->stats);
  g_free (run);
}

void
scripted_run_add_page (ScriptedRun *run, const char *entries, const char *next_token)
{
  g_autofree char *body = test_page_new (entries, next_token);

  test_service_add (run->service, "200 OK", "", body);
}

void
scripted_run_prepare_at (ScriptedRun *run, GUri *endpoint)
{
  g_autoptr (AwsClient) client = test_client_new ();
  g_autoptr (KvsPacer) pacer = kvs_pacer_new (run->clock);

  scripted_run_end (run);
  aws_client_set_clock (client, run->clock);
  aws_client_set_max_attempts (client, run->max_attempts);
  run->reader = kvs_reader_new (
      client, endpoint, &run->query, &run->spec, run->now_ms, &run->options, run->stats);
  kvs_reader_set_endpoint_cache (run->reader, run->cache);
  kvs_reader_set_pacer (run->reader, pacer);
  kvs_reader_seek (run->reader, &run->traversal);
}

void
scripted_run_prepare (ScriptedRun *run)
{
  g_autoptr (GUri) endpoint = test_service_get_uri (run->service);

  scripted_run_prepare_at (run, endpoint);
}

void
scripted_run_start (ScriptedRun *run)
{
  scripted_run_prepare (run);
  kvs_reader_start (run->reader);
}

/* Writes down @sample as the letter of its kind (the one of BAD_IMAGE is b) and its number, and the
 * number of its image where that is another one. */
static void
describe_sample (GString *text, const KvsSample *sample)
{
  static const char letters[] = {
      [KVS_SAMPLE_STILL] = 's',
      [KVS_SAMPLE_NO_MEDIA] = 'n',
      [KVS_SAMPLE_MEDIA_ERROR] = 'm',
      [KVS_SAMPLE_BAD_IMAGE] = 'b',
  };
  guint64 image_number = sample->info.height - 1;

  g_string_append_printf (text, "%s%c%" G_GUINT64_FORMAT, text->len > 0 ? " " : "",
      letters[sample->kind], sample->number);
  g_assert_cmpint (sample->image != NULL, ==, sample->kind == KVS_SAMPLE_STILL);
  if (sample->kind == KVS_SAMPLE_STILL && image_number != sample->number)
    g_string_append_printf (text, "=%" G_GUINT64_FORMAT, image_number);
}

char *
scripted_run_pull (ScriptedRun *run, guint max, GError **error)
{
  GString *text = g_string_new (NULL);
  KvsSample *next;

  for (guint i = 0; i < max && (next = kvs_reader_pull (run->reader, error)); i++) {
    g_autoptr (KvsSample) sample = next;

    describe_sample (text, sample);
  }
  return g_string_free (text, FALSE);
}

void
scripted_run_assert_pulls (ScriptedRun *run, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *samples = scripted_run_pull (run, G_MAXUINT, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (samples, ==, expected);
  g_assert_cmpuint (test_service_count_answers (run->service), ==, 0);
}

void
scripted_run_assert_gives (ScriptedRun *run, const char *expected)
{
  scripted_run_start (run);
  scripted_run_assert_pulls (run, expected);
}

GError *
scripted_run_assert_fails (ScriptedRun *run, const char *expected)
{
  GError *error = NULL;
  g_autoptr (GError) again = NULL;
  g_autofree char *samples = NULL;

  scripted_run_start (run);
  samples = scripted_run_pull (run, G_MAXUINT, &error);
  g_assert_nonnull (error);
  g_assert_cmpstr (samples, ==, expected);
  g_assert_cmpuint (test_service_count_answers (run->service), ==, 0);
  g_assert_null (kvs_reader_pull (run->reader, &again));
  g_assert_error (again, error->domain, error->code);
  return error;
}

void
scripted_run_assert_message (ScriptedRun *run, const GError *error, const char *message)
{
  g_autofree char *expected =
      g_strdup_printf ("%s %s", test_service_get_host (run->service), message);

  g_assert_cmpstr (error->message, ==, expected);
}

static gint64
get_offset_ms (JsonObject *object, const char *name)
{
  gdouble seconds = json_object_get_double_member (object, name);

  return (gint64)(seconds * 1000 + 0.5) - TEST_PAGE_START;
}

/* Writes down a request to GetImages as "start..end:interval/MaxResults@NextToken", the times in ms from
 * sample 0, and the interval only where it is not that of the range. */
static void
describe_request (GString *text, const char *request)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  const char *body = strchr (request, ' ') + 1;
  JsonObject *object;
  gint64 interval_ms;

  g_assert_true (g_str_has_prefix (request, "/getImages "));
  g_assert_true (json_parser_load_from_data (parser, body, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  g_string_append_printf (text, "%s%" G_GINT64_FORMAT "..%" G_GINT64_FORMAT,
      text->len > 0 ? " " : "", get_offset_ms (object, "StartTimestamp"),
      get_offset_ms (object, "EndTimestamp"));
  interval_ms = json_object_get_int_member_with_default (object, "SamplingInterval", 0);
  if (interval_ms != TEST_PAGE_INTERVAL)
    g_string_append_printf (text, ":%" G_GINT64_FORMAT, interval_ms);
  g_string_append_printf (
      text, "/%" G_GINT64_FORMAT, json_object_get_int_member (object, "MaxResults"));
  if (json_object_has_member (object, "NextToken"))
    g_string_append_printf (text, "@%s", json_object_get_string_member (object, "NextToken"));
}

void
scripted_run_assert_asked (ScriptedRun *run, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_requests = test_service_count_requests (run->service);

  for (guint i = 1; i < n_requests; i++) {
    g_autofree char *request = test_service_get_request (run->service, i);

    describe_request (text, request);
  }
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpuint (kvs_stats_get (run->stats, KVS_STATS_REQUESTS), ==, n_requests);
}

guint64
scripted_run_get_wasted (ScriptedRun *run)
{
  return kvs_stats_get (run->stats, KVS_STATS_IMAGES_WASTED);
}

char *
scripted_run_list (char kind, guint first, guint last)
{
  GString *list = g_string_new (NULL);

  for (guint i = first; i < last; i++)
    g_string_append_printf (list, "%s%c%u", i > first ? " " : "", kind, i);
  return g_string_free (list, FALSE);
}

void
scripted_run_add_stills (ScriptedRun *run, guint first, guint last, const char *next_token)
{
  g_autofree char *entries = scripted_run_list ('s', first, last);

  scripted_run_add_page (run, entries, next_token);
}

void
scripted_run_assert_gives_stills (ScriptedRun *run, guint first, guint last)
{
  g_autofree char *expected = scripted_run_list ('s', first, last);

  scripted_run_assert_gives (run, expected);
}

void
scripted_run_assert_calls (ScriptedRun *run, const char *expected)
{
  g_autoptr (GString) calls = g_string_new (NULL);

  for (guint i = 0; i < test_service_count_requests (run->service); i++) {
    g_autofree char *request = test_service_get_request (run->service, i);

    g_string_append_c (calls, g_str_has_prefix (request, "/getImages ") ? 'I' : 'E');
  }
  g_assert_cmpstr (calls->str, ==, expected);
}

void
scripted_run_start_until_held (ScriptedRun *run)
{
  scripted_run_start (run);
  test_service_wait_until_held (run->service);
}

char *
scripted_run_match_start (guint first)
{
  return g_strdup_printf ("\"StartTimestamp\":%" G_GINT64_FORMAT ",",
      (TEST_PAGE_START + (gint64)first * TEST_PAGE_INTERVAL) / 1000);
}

char *
scripted_run_answer_with (char kind, const char *body)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *token = NULL;
  GString *entries = g_string_new (NULL);
  gint64 interval_ms, end_ms, time_ms, n_left;
  JsonObject *object;
  char *page;

  g_assert_true (json_parser_load_from_data (parser, body, -1, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  interval_ms = json_object_get_int_member (object, "SamplingInterval");
  end_ms = get_offset_ms (object, "EndTimestamp");
  time_ms = get_offset_ms (object, "StartTimestamp");
  n_left = json_object_get_int_member (object, "MaxResults");
  if (json_object_has_member (object, "NextToken"))
    time_ms = TEST_PAGE_INTERVAL *
              g_ascii_strtoll (json_object_get_string_member (object, "NextToken"), NULL, 10);
  for (; n_left > 0 && time_ms < end_ms; n_left--, time_ms += interval_ms)
    g_string_append_printf (entries, "%s%c%" G_GINT64_FORMAT, entries->len > 0 ? " " : "", kind,
        time_ms / TEST_PAGE_INTERVAL);
  if (time_ms < end_ms)
    token = g_strdup_printf ("%" G_GINT64_FORMAT, time_ms / TEST_PAGE_INTERVAL);
  page = test_page_new (entries->str, token);
  g_string_free (entries, TRUE);
  return page;
}

char *
scripted_run_answer (const char *body)
{
  return scripted_run_answer_with ('s', body);
}
