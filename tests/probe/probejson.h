/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Questions and answers of the probe as JSON. json-glib's strings end at the first NUL, so that a NUL
 * in a question is read as U+FFFF, which is no character and which no rule accepts in its place. */
#pragma once

#include "awsjson.h"

G_BEGIN_DECLS

/** What `\u0000` in a string is read as. */
#define PROBE_JSON_NUL "\xEF\xBF\xBF"

/**
 * ProbeJsonFunc:
 * @question: a question
 *
 * Answers one question.
 *
 * Returns: (transfer full): the answer
 */
typedef JsonObject *(*ProbeJsonFunc) (JsonObject *question);

/**
 * probe_json_answer:
 * @input: an object, or an array of objects
 * @func: answers one of them
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the answer or the array of answers, as a line without its end;
 *     %NULL where @input is neither
 */
char *probe_json_answer (GBytes *input, ProbeJsonFunc func, GError **error);

/**
 * probe_json_parse:
 * @input: a JSON text
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): what it says, or %NULL where it is not JSON
 */
JsonNode *probe_json_parse (GBytes *input, GError **error);

/**
 * probe_json_parse_object:
 * @input: a JSON text
 * @error: return location for an error
 *
 * Returns: (transfer full) (nullable): the object, or %NULL where it is none
 */
JsonObject *probe_json_parse_object (GBytes *input, GError **error);

/**
 * probe_json_get_bytes:
 * @object: an object
 * @name: the name of a member
 *
 * Returns: (transfer full) (nullable): the bytes of the string, NUL as itself; %NULL when there is
 *     none
 */
GBytes *probe_json_get_bytes (JsonObject *object, const char *name);

/**
 * probe_json_set_string:
 * @object: an object
 * @name: the name of a member
 * @value: (nullable): its value, or %NULL for `null`
 *
 * Sets a member of an answer.
 */
void probe_json_set_string (JsonObject *object, const char *name, const char *value);

/**
 * probe_json_print:
 * @object: (transfer full): an answer
 *
 * Returns: (transfer full): @object as a line, without its end
 */
char *probe_json_print (JsonObject *object);

G_END_DECLS
