/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ListFragmentsInput of the service model of 2017-09-30. */
#include "emulatorfragmentquery.h"

#include "emulatorerror.h"
#include "emulatormember.h"
#include "emulatormodel.h"

#define DEFAULT_MAX_RESULTS 100
/* Far from any time, and still not at the end of what can be counted with. */
#define FAR_MS (G_MAXINT64 / 4)

static const EmulatorMember range_members[] = {
    {.name = "StartTimestamp", .type = EMULATOR_MEMBER_TIMESTAMP, .required = TRUE},
    {.name = "EndTimestamp", .type = EMULATOR_MEMBER_TIMESTAMP, .required = TRUE},
};

static const EmulatorMember selector_members[] = {
    {.name = "FragmentSelectorType",
        .type = EMULATOR_MEMBER_STRING,
        .required = TRUE,
        .values = EMULATOR_SELECTOR_VALUES},
    {.name = "TimestampRange",
        .type = EMULATOR_MEMBER_STRUCTURE,
        .required = TRUE,
        .members = range_members,
        .n_members = G_N_ELEMENTS (range_members)},
};

static const EmulatorMember members[] = {
    EMULATOR_STREAM_MEMBERS,
    {.name = "MaxResults", .type = EMULATOR_MEMBER_LONG, .min = 1, .max = 1000},
    EMULATOR_TOKEN_MEMBER,
    {.name = "FragmentSelector",
        .type = EMULATOR_MEMBER_STRUCTURE,
        .members = selector_members,
        .n_members = G_N_ELEMENTS (selector_members)},
};

static gboolean
read_selector (JsonObject *request, EmulatorFragmentQuery *query, GError **error)
{
  JsonNode *node = emulator_member_get (request, "FragmentSelector");
  JsonObject *selector, *range;

  query->start_ms = -FAR_MS;
  query->end_ms = FAR_MS;
  if (node == NULL)
    return TRUE;
  selector = json_node_get_object (node);
  range = json_node_get_object (emulator_member_get (selector, "TimestampRange"));
  query->producer_time = g_str_equal (
      emulator_member_get_string (selector, "FragmentSelectorType"), "PRODUCER_TIMESTAMP");
  query->start_ms = emulator_member_get_time (range, "StartTimestamp");
  query->end_ms = emulator_member_get_time (range, "EndTimestamp");
  if (query->start_ms <= query->end_ms)
    return TRUE;
  g_set_error_literal (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "StartTimestamp must not be after EndTimestamp.");
  return FALSE;
}

gboolean
emulator_fragment_query_parse (JsonObject *request, EmulatorFragmentQuery *query, GError **error)
{
  if (!emulator_members_check (members, G_N_ELEMENTS (members), request, error))
    return FALSE;

  query->stream_name = emulator_member_get_string (request, "StreamName");
  query->stream_arn = emulator_member_get_string (request, "StreamARN");
  query->max_results =
      (guint)emulator_member_get_integer (request, "MaxResults", DEFAULT_MAX_RESULTS);
  query->next_token = emulator_member_get_string (request, "NextToken");
  return read_selector (request, query, error);
}

char *
emulator_fragment_query_describe (const EmulatorFragmentQuery *query)
{
  return g_strdup_printf ("%s %s %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %u",
      query->stream_name, query->stream_arn, query->producer_time, query->start_ms, query->end_ms,
      query->max_results);
}
