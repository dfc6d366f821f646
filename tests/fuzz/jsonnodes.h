/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What json-glib reads in a text, to compare our own parser with. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * json_nodes_parse:
 * @text: a text that our parser has taken for JSON.
 *
 * Ends the program if json-glib does not take it.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL if json-glib cannot be asked: it ends the process on half
 *     a pair of surrogates.
 */
JsonNode *json_nodes_parse (const char *text, gsize length);

/**
 * json_nodes_are_same_object:
 *
 * Returns: whether the objects hold the same. Numbers that json-glib cannot hold are not compared.
 */
gboolean json_nodes_are_same_object (JsonObject *a, JsonObject *b);

G_END_DECLS
