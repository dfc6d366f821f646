/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters of a GetImages request, checked against the model and the documented rules. */
#pragma once

#include "emulatorsettings.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Its strings belong to the request it was read from. */
typedef struct {
  const char *stream_name; /* NULL when the stream is given by its ARN */
  const char *stream_arn;
  gboolean producer_time; /* whether times are on the producer's clock */
  gint64 start_ms;
  gint64 end_ms;
  gint64 interval_ms;
  EmulatorFormat format;
  guint quality;
  guint width, height; /* 0, 0 = as in the stream */
  guint max_results;
  const char *next_token; /* NULL for a first page */
} EmulatorQuery;

/**
 * emulator_query_parse:
 * @request: the body of a GetImages request
 * @settings: whose "start-fraction" is obeyed
 * @query: (out): what it asks for
 * @error: return location for an #EmulatorError
 *
 * Returns: %FALSE with EMULATOR_ERROR_SERIALIZATION or EMULATOR_ERROR_INVALID_ARGUMENT
 */
gboolean emulator_query_parse (
    JsonObject *request, const EmulatorSettings *settings, EmulatorQuery *query, GError **error);

/**
 * emulator_query_count:
 * @settings: whose "end" is obeyed
 *
 * Returns: how many samples the range holds, at least 1
 */
guint emulator_query_count (const EmulatorQuery *query, const EmulatorSettings *settings);

/**
 * emulator_query_get_time:
 * @sample: the number of a sample; outside of the range it is one of the same grid
 *
 * Returns: its time, on the clock of the query
 */
gint64 emulator_query_get_time (const EmulatorQuery *query, int sample);

/**
 * emulator_query_describe:
 *
 * Returns: (transfer full): all that is asked for but the token, as text: the same for two requests
 *   that ask for the same
 */
char *emulator_query_describe (const EmulatorQuery *query);

G_END_DECLS
