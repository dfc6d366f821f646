/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
#include "jsonnodes.h"

#include <math.h>
#include <string.h>

/* Whole numbers beyond this are not exact in a double, and some of them not in an integer of json-glib. */
#define MAX_EXACT 9007199254740992.0

static gboolean are_same (JsonNode *a, JsonNode *b);

static gboolean
has_surrogates (const char *text, gsize length)
{
  g_autofree char *lower = g_ascii_strdown (text, (gssize)length);

  return memmem (lower, length, "\\ud", 3) != NULL;
}

JsonNode *
json_nodes_parse (const char *text, gsize length)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;

  if (has_surrogates (text, length))
    return NULL;
  json_parser_load_from_data (parser, text, (gssize)length, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static gboolean
are_same_numbers (double a, double b)
{
  return a == b || fabs (a) > MAX_EXACT || fabs (b) > MAX_EXACT;
}

static gboolean
are_same_arrays (JsonArray *a, JsonArray *b)
{
  guint length = json_array_get_length (a);
  gboolean same = json_array_get_length (b) == length;

  for (guint i = 0; same && i < length; i++)
    same = are_same (json_array_get_element (a, i), json_array_get_element (b, i));
  return same;
}

gboolean
json_nodes_are_same_object (JsonObject *a, JsonObject *b)
{
  gboolean same = json_object_get_size (a) == json_object_get_size (b);
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, a);
  while (same && json_object_iter_next (&iter, &name, &node))
    same = json_object_has_member (b, name) && are_same (node, json_object_get_member (b, name));
  return same;
}

static gboolean
are_same_values (JsonNode *a, JsonNode *b)
{
  GType type = json_node_get_value_type (a);

  if (type == G_TYPE_STRING || type == G_TYPE_BOOLEAN)
    return json_node_equal (a, b);
  return are_same_numbers (json_node_get_double (a), json_node_get_double (b));
}

static gboolean
are_same (JsonNode *a, JsonNode *b)
{
  if (json_node_get_node_type (a) != json_node_get_node_type (b))
    return FALSE;
  switch (json_node_get_node_type (a)) {
    case JSON_NODE_OBJECT:
      return json_nodes_are_same_object (json_node_get_object (a), json_node_get_object (b));
    case JSON_NODE_ARRAY:
      return are_same_arrays (json_node_get_array (a), json_node_get_array (b));
    case JSON_NODE_VALUE:
      return are_same_values (a, b);
    case JSON_NODE_NULL:
    default:
      return TRUE;
  }
}
