/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsrequest.h"

#include <json-glib/json-glib.h>

/* The text is put together by hand, because json-glib writes a time as the 17 digits of a double. */

static const char *const selectors[] = {
    [KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP] = "SERVER_TIMESTAMP",
    [KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP] = "PRODUCER_TIMESTAMP",
};

static void
add_key (GString *body, const char *key)
{
  g_string_append_printf (body, "%s\"%s\":", g_str_has_suffix (body->str, "{") ? "" : ",", key);
}

static void
add_string (GString *body, const char *key, const char *value)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), value);
  g_autofree char *json = json_to_string (node, FALSE);

  add_key (body, key);
  g_string_append (body, json);
}

/* A value that has nothing in it to be escaped. */
static void
add_name (GString *body, const char *key, const char *value)
{
  add_key (body, key);
  g_string_append_printf (body, "\"%s\"", value);
}

static void
add_number (GString *body, const char *key, guint value)
{
  add_key (body, key);
  g_string_append_printf (body, "%u", value);
}

/* Seconds with up to three decimals, as plain digits (smithy, epoch-seconds) in any locale. */
static void
add_time (GString *body, const char *key, gint64 ms)
{
  add_key (body, key);
  g_string_append_printf (body, "%" G_GINT64_FORMAT, ms / 1000);
  if (ms % 1000 != 0)
    g_string_append_printf (body, ".%03d", (gint)(ms % 1000));
}

static void
add_stream (GString *body, const KvsQuery *query)
{
  if (query->stream_arn)
    add_string (body, "StreamARN", query->stream_arn);
  else
    add_string (body, "StreamName", query->stream_name);
}

/* The quality is a string on the wire: FormatConfig maps keys to strings (service model). */
static void
add_format (GString *body, const KvsQuery *query)
{
  if (query->format == KVS_IMAGE_FORMAT_PNG) {
    add_name (body, "Format", "PNG");
    return;
  }
  add_name (body, "Format", "JPEG");
  if (query->jpeg_quality == 0)
    return;
  add_key (body, "FormatConfig");
  g_string_append_printf (body, "{\"JPEGQuality\":\"%u\"}", query->jpeg_quality);
}

static GBytes *
finish (GString *body)
{
  g_string_append_c (body, '}');
  return g_string_free_to_bytes (body);
}

GBytes *
kvs_request_new_get_data_endpoint (const KvsQuery *query, const char *api_name)
{
  GString *body = g_string_new ("{");

  add_stream (body, query);
  add_string (body, "APIName", api_name);
  return finish (body);
}

GBytes *
kvs_request_new_get_images (
    const KvsQuery *query, const KvsWindow *window, guint max_results, const char *next_token)
{
  GString *body = g_string_new ("{");

  add_stream (body, query);
  add_name (body, "ImageSelectorType", selectors[query->selector]);
  add_time (body, "StartTimestamp", window->start_ms);
  add_time (body, "EndTimestamp", window->end_ms);
  if (window->interval_ms > 0)
    add_number (
        body, "SamplingInterval", (guint)MIN (window->interval_ms, KVS_MAX_SAMPLING_INTERVAL_MS));
  add_format (body, query);
  if (query->width > 0) {
    add_number (body, "WidthPixels", query->width);
    add_number (body, "HeightPixels", query->height);
  }
  add_number (body, "MaxResults", max_results);
  if (next_token)
    add_string (body, "NextToken", next_token);
  return finish (body);
}

GBytes *
kvs_request_new_list_fragments (const KvsQuery *query, gint64 start_ms, gint64 end_ms,
    guint max_results, const char *next_token)
{
  GString *body = g_string_new ("{");

  add_stream (body, query);
  add_number (body, "MaxResults", max_results);
  if (next_token)
    add_string (body, "NextToken", next_token);
  add_key (body, "FragmentSelector");
  g_string_append_c (body, '{');
  add_name (body, "FragmentSelectorType", selectors[query->selector]);
  add_key (body, "TimestampRange");
  g_string_append_c (body, '{');
  add_time (body, "StartTimestamp", start_ms);
  add_time (body, "EndTimestamp", end_ms);
  g_string_append (body, "}}");
  return finish (body);
}
