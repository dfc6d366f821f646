/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetImagesInput of the service model of 2023-12-28, and the rules of its documentation that the
 * model cannot express. */
#include "emulatorquery.h"

#include "emulatorerror.h"
#include "emulatormember.h"
#include "emulatormodel.h"

#define DEFAULT_INTERVAL_MS 3000
#define MIN_INTERVAL_MS 200
#define MAX_RANGE_MS (300 * 1000)
#define DEFAULT_QUALITY 80
#define MAX_QUALITY 100
#define DEFAULT_MAX_RESULTS 25
#define QUALITY_KEY "JPEGQuality"
#define CHOICES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const EmulatorMember members[] = {
    EMULATOR_STREAM_MEMBERS,
    {.name = "ImageSelectorType",
        .type = EMULATOR_MEMBER_STRING,
        .required = TRUE,
        .values = EMULATOR_SELECTOR_VALUES},
    {.name = "StartTimestamp", .type = EMULATOR_MEMBER_TIMESTAMP, .required = TRUE},
    {.name = "EndTimestamp", .type = EMULATOR_MEMBER_TIMESTAMP, .required = TRUE},
    {.name = "SamplingInterval", .type = EMULATOR_MEMBER_INTEGER},
    {.name = "Format",
        .type = EMULATOR_MEMBER_STRING,
        .required = TRUE,
        .values = CHOICES ("JPEG", "PNG")},
    {.name = "FormatConfig", .type = EMULATOR_MEMBER_MAP, .min = 1, .max = 1},
    {.name = "WidthPixels", .type = EMULATOR_MEMBER_INTEGER, .min = 1, .max = 3840},
    {.name = "HeightPixels", .type = EMULATOR_MEMBER_INTEGER, .min = 1, .max = 2160},
    {.name = "MaxResults", .type = EMULATOR_MEMBER_LONG, .min = 1, .max = 100},
    EMULATOR_TOKEN_MEMBER,
};

static gboolean
refuse (GError **error, const char *message)
{
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT, message);
  return FALSE;
}

static gint64
floor_to_second (gint64 unix_ms)
{
  return unix_ms - unix_ms % 1000;
}

static gboolean
read_range (
    JsonObject *request, const EmulatorSettings *settings, EmulatorQuery *query, GError **error)
{
  query->start_ms = emulator_member_get_time (request, "StartTimestamp");
  query->end_ms = emulator_member_get_time (request, "EndTimestamp");
  query->interval_ms =
      emulator_member_get_integer (request, "SamplingInterval", DEFAULT_INTERVAL_MS);
  if (settings->start_fraction == EMULATOR_FRACTION_CUT) {
    query->start_ms = floor_to_second (query->start_ms);
    query->end_ms = floor_to_second (query->end_ms);
  }
  if (query->start_ms >= query->end_ms)
    return refuse (error, "StartTimestamp must be before EndTimestamp.");
  if (query->end_ms - query->start_ms > MAX_RANGE_MS)
    return refuse (error, "EndTimestamp must not be more than 300 seconds above StartTimestamp.");
  if (query->interval_ms < MIN_INTERVAL_MS)
    return refuse (error, "SamplingInterval must be at least 200 milliseconds.");
  return TRUE;
}

static gboolean
read_quality (JsonObject *request, EmulatorQuery *query, GError **error)
{
  JsonNode *config = emulator_member_get (request, "FormatConfig");
  const char *text;
  guint64 quality;

  query->quality = DEFAULT_QUALITY;
  if (config == NULL)
    return TRUE;
  if (query->format != EMULATOR_FORMAT_JPEG)
    return refuse (error, "FormatConfig is not supported for this Format.");
  if (!json_object_has_member (json_node_get_object (config), QUALITY_KEY))
    return refuse (error, "1 validation error detected: Value at 'formatConfig' failed to satisfy "
                          "constraint: Map keys must satisfy constraint: [Member must satisfy enum "
                          "value set: [" QUALITY_KEY "]]");
  text = json_object_get_string_member (json_node_get_object (config), QUALITY_KEY);
  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_QUALITY, &quality, NULL))
    return refuse (error, QUALITY_KEY " must be a whole number from 1 to 100.");
  query->quality = (guint)quality;
  return TRUE;
}

static gboolean
read_picture (JsonObject *request, EmulatorQuery *query, GError **error)
{
  gboolean is_png = g_str_equal (emulator_member_get_string (request, "Format"), "PNG");

  query->format = is_png ? EMULATOR_FORMAT_PNG : EMULATOR_FORMAT_JPEG;
  query->width = (guint)emulator_member_get_integer (request, "WidthPixels", 0);
  query->height = (guint)emulator_member_get_integer (request, "HeightPixels", 0);
  if ((query->width == 0) != (query->height == 0))
    return refuse (error, "Height and width for the images need to be provided or none.");
  return read_quality (request, query, error);
}

gboolean
emulator_query_parse (
    JsonObject *request, const EmulatorSettings *settings, EmulatorQuery *query, GError **error)
{
  if (!emulator_members_check (members, G_N_ELEMENTS (members), request, error))
    return FALSE;

  query->stream_name = emulator_member_get_string (request, "StreamName");
  query->stream_arn = emulator_member_get_string (request, "StreamARN");
  query->producer_time =
      g_str_equal (emulator_member_get_string (request, "ImageSelectorType"), "PRODUCER_TIMESTAMP");
  query->max_results =
      (guint)emulator_member_get_integer (request, "MaxResults", DEFAULT_MAX_RESULTS);
  query->next_token = emulator_member_get_string (request, "NextToken");
  return read_range (request, settings, query, error) && read_picture (request, query, error);
}

guint
emulator_query_count (const EmulatorQuery *query, const EmulatorSettings *settings)
{
  gint64 range_ms = query->end_ms - query->start_ms;

  if (settings->end == EMULATOR_END_EXCLUSIVE)
    range_ms -= 1;
  return (guint)(range_ms / query->interval_ms) + 1;
}

gint64
emulator_query_get_time (const EmulatorQuery *query, int sample)
{
  return query->start_ms + sample * query->interval_ms;
}

char *
emulator_query_describe (const EmulatorQuery *query)
{
  return g_strdup_printf ("%s %s %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                          " %d %u %u %u %u",
      query->stream_name, query->stream_arn, query->producer_time, query->start_ms, query->end_ms,
      query->interval_ms, query->format, query->quality, query->width, query->height,
      query->max_results);
}
