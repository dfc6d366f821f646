/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probejson.h"

#include <gio/gio.h>
#include <string.h>

#define NUL_ESCAPE "\\u0000"
#define NUL_STAND_IN "\\uFFFF"

/* @text with another escape for each NUL; a pair of backslashes begins none. */
static char *
replace_nul_escapes (const char *text, gsize length)
{
  char *result = g_strndup (text, length);
  char *c = result;

  while (*c != '\0') {
    if (g_str_has_prefix (c, NUL_ESCAPE))
      memcpy (c, NUL_STAND_IN, strlen (NUL_STAND_IN));
    c += c[0] == '\\' && c[1] != '\0' ? 2 : 1;
  }
  return result;
}

JsonNode *
probe_json_parse (GBytes *input, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length;
  const char *text = g_bytes_get_data (input, &length);
  g_autofree char *json = NULL;
  JsonNode *root = NULL;

  if (length > 0 && memchr (text, '\0', length) == NULL) {
    json = replace_nul_escapes (text, length);
    if (!json_parser_load_from_data (parser, json, -1, error))
      return NULL;
    root = json_parser_steal_root (parser);
  }
  /* White space alone is nothing that the parser minds. */
  if (root == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the input is not JSON");
  return root;
}

JsonObject *
probe_json_parse_object (GBytes *input, GError **error)
{
  g_autoptr (JsonNode) root = probe_json_parse (input, error);

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the input is not an object");
    return NULL;
  }
  return json_node_dup_object (root);
}

GBytes *
probe_json_get_bytes (JsonObject *object, const char *name)
{
  const char *text = aws_json_get_string (object, name);
  const char *nul;
  GByteArray *bytes;

  if (text == NULL)
    return NULL;
  bytes = g_byte_array_new ();
  while ((nul = strstr (text, PROBE_JSON_NUL)) != NULL) {
    g_byte_array_append (bytes, (const guint8 *)text, (guint)(nul - text));
    g_byte_array_append (bytes, (const guint8 *)"", 1);
    text = nul + strlen (PROBE_JSON_NUL);
  }
  g_byte_array_append (bytes, (const guint8 *)text, (guint)strlen (text));
  return g_byte_array_free_to_bytes (bytes);
}

void
probe_json_set_string (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

char *
probe_json_print (JsonObject *object)
{
  g_autoptr (JsonNode) root = json_node_init_object (json_node_alloc (), object);

  json_object_unref (object);
  return json_to_string (root, FALSE);
}

static gboolean
add_answer (JsonArray *answers, JsonNode *question, ProbeJsonFunc func, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (question)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "the input holds something that is not an object");
    return FALSE;
  }
  json_array_add_object_element (answers, func (json_node_get_object (question)));
  return TRUE;
}

static char *
answer_all (JsonArray *questions, ProbeJsonFunc func, GError **error)
{
  g_autoptr (JsonNode) root = json_node_alloc ();
  g_autoptr (JsonArray) answers = json_array_new ();

  for (guint i = 0; i < json_array_get_length (questions); i++) {
    if (!add_answer (answers, json_array_get_element (questions, i), func, error))
      return NULL;
  }
  json_node_init_array (root, answers);
  return json_to_string (root, FALSE);
}

char *
probe_json_answer (GBytes *input, ProbeJsonFunc func, GError **error)
{
  g_autoptr (JsonNode) root = probe_json_parse (input, error);

  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_ARRAY (root))
    return answer_all (json_node_get_array (root), func, error);
  if (JSON_NODE_HOLDS_OBJECT (root))
    return probe_json_print (func (json_node_get_object (root)));
  g_set_error_literal (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the input is neither an object nor an array");
  return NULL;
}
