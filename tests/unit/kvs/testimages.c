/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testimages.h"

#include "testcall.h"
#include "testpage.h"

#include <json-glib/json-glib.h>
#include <string.h>

void
test_images_set_up (TestImages *self, gconstpointer user_data)
{
  self->server = test_service_new ();
  self->endpoint = test_service_get_uri (self->server);
  self->clock = fake_clock_new (TEST_PAGE_START * 1000);
  self->client = test_client_new ();
  aws_client_set_clock (self->client, AWS_CLOCK (self->clock));
  self->cache = kvs_endpoint_cache_new ();
  self->pacer = kvs_pacer_new (AWS_CLOCK (self->clock));
  self->stats = kvs_stats_new ();
  self->query.stream_name = (char *)"door";
  self->query.jpeg_quality = 80;
  self->query.page_size = 100;
  self->events = g_string_new (NULL);
}

void
test_images_tear_down (TestImages *self, gconstpointer user_data)
{
  g_clear_pointer (&self->service, kvs_image_service_free);
  test_service_free (self->server);
  g_uri_unref (self->endpoint);
  g_object_unref (self->clock);
  g_object_unref (self->client);
  kvs_endpoint_cache_free (self->cache);
  g_object_unref (self->pacer);
  kvs_stats_free (self->stats);
  g_string_free (self->events, TRUE);
}

static void
event_cb (const KvsEvent *event, gpointer user_data)
{
  TestImages *self = user_data;
  static const char *const names[] = {
      [KVS_EVENT_CONNECTED] = "opened",
      [KVS_EVENT_OUTAGE] = "outage",
      [KVS_EVENT_RECOVERED] = "recovered",
      [KVS_EVENT_FRACTIONS_CUT] = "cut",
  };

  g_assert_cmpint (event->error != NULL, ==, event->kind == KVS_EVENT_OUTAGE);
  g_string_append_printf (
      self->events, "%s%s", self->events->len > 0 ? " " : "", names[event->kind]);
  if (event->kind == KVS_EVENT_RECOVERED)
    g_string_append_printf (
        self->events, "(%u, %" G_GINT64_FORMAT ")", event->attempts, event->duration_us / 1000);
}

void
test_images_open (TestImages *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->service, kvs_image_service_free);
  self->service = kvs_image_service_new (
      self->client, self->endpoint, &self->query, TEST_PAGE_START, self->stats);
  kvs_image_service_set_endpoint_cache (self->service, self->cache);
  kvs_image_service_set_pacer (self->service, self->pacer);
  kvs_image_service_set_event_func (self->service, event_cb, self);
  if (self->is_endless)
    kvs_image_service_set_endless (self->service);
  g_assert_true (kvs_image_service_open (self->service, NULL, &error));
  g_assert_no_error (error);
}

void
test_images_open_located (TestImages *self)
{
  test_service_add_endpoint (self->server, "");
  test_images_open (self);
}

void
test_images_add_page (TestImages *self, const char *entries, const char *next_token)
{
  g_autofree char *body = test_page_new (entries, next_token);

  test_service_add (self->server, "200 OK", "", body);
}

void
test_images_add_error (TestImages *self, const char *status, const char *code, const char *message)
{
  g_autofree char *headers = g_strdup_printf ("x-amzn-ErrorType: %s\r\n", code);
  g_autofree char *body = g_strdup_printf ("{\"Message\":\"%s\"}", message);

  test_service_add (self->server, status, headers, body);
}

void
test_images_add_errors (TestImages *self, const char *status, guint n)
{
  for (guint i = 0; i < n; i++)
    test_service_add (self->server, status, "", "");
}

gint64
test_images_get_elapsed_us (TestImages *self)
{
  return aws_clock_get_real_time (AWS_CLOCK (self->clock)) - TEST_PAGE_START * 1000;
}

static gint64
get_offset_ms (JsonObject *object, const char *name)
{
  gdouble seconds = json_object_get_double_member (object, name);

  return (gint64)(seconds * 1000 + 0.5) - TEST_PAGE_START;
}

static void
describe_images (GString *text, JsonObject *object)
{
  gint64 interval_ms = json_object_get_int_member (object, "SamplingInterval");

  g_string_append_printf (text, "%" G_GINT64_FORMAT "..%" G_GINT64_FORMAT,
      get_offset_ms (object, "StartTimestamp"), get_offset_ms (object, "EndTimestamp"));
  if (interval_ms != TEST_PAGE_INTERVAL)
    g_string_append_printf (text, "+%" G_GINT64_FORMAT, interval_ms);
  g_string_append_printf (
      text, "/%" G_GINT64_FORMAT, json_object_get_int_member (object, "MaxResults"));
  if (json_object_has_member (object, "NextToken"))
    g_string_append_printf (text, "@%s", json_object_get_string_member (object, "NextToken"));
}

static void
describe_request (GString *text, const char *request)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  if (text->len > 0)
    g_string_append_c (text, ' ');
  if (g_str_has_prefix (request, "/getDataEndpoint ")) {
    g_string_append (text, "endpoint");
    return;
  }
  g_assert_true (g_str_has_prefix (request, "/getImages "));
  g_assert_true (json_parser_load_from_data (parser, strchr (request, ' ') + 1, -1, NULL));
  describe_images (text, json_node_get_object (json_parser_get_root (parser)));
}

void
test_images_assert_asked (TestImages *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_requests = test_service_count_requests (self->server);

  for (guint i = 0; i < n_requests; i++) {
    g_autofree char *request = test_service_get_request (self->server, i);

    describe_request (text, request);
  }
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpuint (test_service_count_answers (self->server), ==, 0);
}

void
test_images_assert_count (TestImages *self, KvsStatsCounter counter, guint64 expected)
{
  g_assert_cmpuint (kvs_stats_get (self->stats, counter), ==, expected);
}
