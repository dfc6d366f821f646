/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parameters of a ListFragments request, checked against the model. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Its strings belong to the request it was read from. */
typedef struct {
  const char *stream_name; /* NULL when the stream is given by its ARN */
  const char *stream_arn;
  gboolean producer_time; /* whether times are on the producer's clock */
  gint64 start_ms;        /* the whole of time without a FragmentSelector */
  gint64 end_ms;          /* inclusive */
  guint max_results;
  const char *next_token; /* NULL for a first page */
} EmulatorFragmentQuery;

/**
 * emulator_fragment_query_parse:
 * @request: the body of a ListFragments request
 * @query: (out): what it asks for
 * @error: return location for an #EmulatorError
 *
 * Returns: %FALSE with EMULATOR_ERROR_SERIALIZATION or EMULATOR_ERROR_INVALID_ARGUMENT
 */
gboolean emulator_fragment_query_parse (
    JsonObject *request, EmulatorFragmentQuery *query, GError **error);

/**
 * emulator_fragment_query_describe:
 *
 * Returns: (transfer full): all that is asked for but the token, as text: the same for two requests
 *   that ask for the same
 */
char *emulator_fragment_query_describe (const EmulatorFragmentQuery *query);

G_END_DECLS
