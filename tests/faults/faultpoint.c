/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "faultpoint.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* How many samples the live edge is reached after. */
#define N_LIVE_BEFORE 5

static const char *const names[FAULT_N_POINTS] = {
    [FAULT_POINT_CREDENTIALS] = "credentials",
    [FAULT_POINT_REFRESH] = "refresh of credentials",
    [FAULT_POINT_ENDPOINT] = "GetDataEndpoint",
    [FAULT_POINT_FIRST_PAGE] = "first page",
    [FAULT_POINT_LATER_PAGE] = "later page",
    [FAULT_POINT_BETWEEN_PAGES] = "between pages",
    [FAULT_POINT_LOOKBACK] = "look-back",
    [FAULT_POINT_LIST_ENDPOINT] = "GetDataEndpoint for ListFragments",
    [FAULT_POINT_LIST] = "ListFragments",
    [FAULT_POINT_LIVE_EDGE] = "live edge",
};

const char *
fault_point_get_name (FaultPoint self)
{
  return names[self];
}

gboolean
fault_point_has_images (FaultPoint self)
{
  return self == FAULT_POINT_FIRST_PAGE || self == FAULT_POINT_LATER_PAGE ||
         self == FAULT_POINT_BETWEEN_PAGES || self == FAULT_POINT_LOOKBACK ||
         self == FAULT_POINT_LIVE_EDGE;
}

static void
set_stream (EmulatedRun *run, const char *options)
{
  g_autofree char *stream = g_strdup_printf (
      "door=prepared:512,start=%" G_GINT64_FORMAT ",%s", EMULATED_RUN_START / 1000 - 600, options);

  emulated_run_configure (run, "stream", stream);
}

/* Pages of ten, of which a range has several, from its start on. */
static void
configure_pages (EmulatedRun *run)
{
  set_stream (run, "duration=3600,gap=630+12,audio-only=660+6");
  emulated_run_configure (run, "first-image", "keep");
  run->query.page_size = 10;
  run->spec.end.ms = run->spec.start.ms + 300 * 1000;
  run->options.lookback_ms = 0;
}

/* The page that begins 20 s before the first sample does not reach it, so that sample is looked for on its own. */
static void
configure_lookback (EmulatedRun *run)
{
  set_stream (run, "duration=3600,fragment=15,frame=0.5");
  run->query.page_size = 20;
  run->spec.start.ms += 7000;
  run->spec.end.ms = run->spec.start.ms + 60 * 1000;
  run->spec.interval_ms = 1000;
}

/* Two hours without media, which are worth a list. */
static void
configure_list (EmulatedRun *run)
{
  set_stream (run, "duration=9000,gap=660+7200");
  run->spec.end.ms = run->spec.start.ms + 7500 * 1000;
  run->spec.interval_ms = 10000;
}

static void
configure_live_edge (EmulatedRun *run)
{
  gint64 now_ms = aws_clock_get_real_time (run->clock) / 1000;
  g_autofree char *stream = g_strdup_printf (
      "door=prepared:512,live=true,lag=1,start=%" G_GINT64_FORMAT, now_ms / 1000 - 600);

  emulated_run_configure (run, "stream", stream);
  run->spec = (KvsRangeSpec){.start.ms = now_ms, .follow = TRUE, .interval_ms = 3000};
}

void
fault_point_configure (FaultPoint self, EmulatedRun *run)
{
  run->options.max_requests = 1;
  switch (self) {
    case FAULT_POINT_LOOKBACK:
      configure_lookback (run);
      break;
    case FAULT_POINT_LIST_ENDPOINT:
    case FAULT_POINT_LIST:
      configure_list (run);
      break;
    case FAULT_POINT_LIVE_EDGE:
      configure_live_edge (run);
      break;
    default:
      configure_pages (run);
      break;
  }
}

/* What a request has been sent with. */

static gboolean
has_path (const AwsRequest *request, const char *path)
{
  return g_str_equal (g_uri_get_path (request->uri), path);
}

gboolean
fault_point_is_get_images (const AwsRequest *request)
{
  return has_path (request, "/getImages");
}

static JsonObject *
read_body (const AwsRequest *request)
{
  gsize size;
  const char *text = g_bytes_get_data (request->body, &size);
  g_autofree char *copy = g_strndup (text, size);
  g_autoptr (JsonNode) node = json_from_string (copy, NULL);

  return json_object_ref (json_node_get_object (node));
}

static gboolean
has_next_token (const AwsRequest *request)
{
  g_autoptr (JsonObject) body = read_body (request);

  return json_object_has_member (body, "NextToken");
}

static gint64
read_start_ms (const AwsRequest *request)
{
  g_autoptr (JsonObject) body = read_body (request);

  return (gint64)(json_object_get_double_member (body, "StartTimestamp") * 1000 + 0.5);
}

static gboolean
is_endpoint_of (const AwsRequest *request, const char *api)
{
  g_autoptr (JsonObject) body = NULL;

  if (!has_path (request, "/getDataEndpoint"))
    return FALSE;
  body = read_body (request);
  return g_str_equal (json_object_get_string_member (body, "APIName"), api);
}

static gboolean
matches_images (
    FaultPoint self, const AwsRequest *request, EmulatedRun *run, guint n_images, guint n_pulled)
{
  switch (self) {
    case FAULT_POINT_FIRST_PAGE:
      return !has_next_token (request) && read_start_ms (request) <= run->spec.start.ms;
    case FAULT_POINT_LATER_PAGE:
      return has_next_token (request);
    case FAULT_POINT_BETWEEN_PAGES:
      return n_images > 0;
    case FAULT_POINT_LOOKBACK:
      return read_start_ms (request) < run->spec.start.ms;
    case FAULT_POINT_LIVE_EDGE:
      return n_pulled >= N_LIVE_BEFORE;
    default:
      return FALSE;
  }
}

gboolean
fault_point_matches (
    FaultPoint self, const AwsRequest *request, EmulatedRun *run, guint n_images, guint n_pulled)
{
  switch (self) {
    case FAULT_POINT_CREDENTIALS:
      return has_path (request, "/credentials/container");
    case FAULT_POINT_REFRESH:
      return has_path (request, "/credentials/container") && n_images > 0;
    case FAULT_POINT_ENDPOINT:
      return is_endpoint_of (request, "GET_IMAGES");
    case FAULT_POINT_LIST_ENDPOINT:
      return is_endpoint_of (request, "LIST_FRAGMENTS");
    case FAULT_POINT_LIST:
      return has_path (request, "/listFragments");
    default:
      return fault_point_is_get_images (request) &&
             matches_images (self, request, run, n_images, n_pulled);
  }
}
