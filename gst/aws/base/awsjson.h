/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JSON that came from outside: read without trust in its size, its depth or the types of its
 * members. */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * aws_json_parse_object:
 * @text: (nullable): the text, which need not end in a NUL
 * @length: how many bytes it has
 *
 * Reads a text that is one JSON object. There is no error that says what is wrong: the parser's messages
 * repeat parts of the text, which may be secret. The object's strings are freed but not wiped; no other
 * copies are left.
 *
 * Returns: (transfer full) (nullable): the object, or %NULL when @text is not exactly one JSON object in
 *     UTF-8, has a member twice, or is something that #AwsJsonParser refuses
 */
JsonObject *aws_json_parse_object (const char *text, gsize length);

/**
 * aws_json_get_string:
 * @object: an object
 * @name: the name of a member
 *
 * Returns: (transfer none) (nullable): the string; %NULL when the member is not there, `null`, or
 *     anything but a string
 */
const char *aws_json_get_string (JsonObject *object, const char *name);

/**
 * aws_json_get_int:
 * @object: an object
 * @name: the name of a member
 * @value: (out): the number
 *
 * Returns: whether the member is there and an integer
 */
gboolean aws_json_get_int (JsonObject *object, const char *name, gint64 *value);

/**
 * aws_json_get_object:
 * @object: an object
 * @name: the name of a member
 *
 * Returns: (transfer none) (nullable): the object; %NULL when the member is not there, `null`, or
 *     anything but an object
 */
JsonObject *aws_json_get_object (JsonObject *object, const char *name);

G_END_DECLS
