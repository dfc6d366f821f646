/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks, with the messages of AWS's request framework. */
#include "emulatormember.h"

#include "emulatorerror.h"

#include <math.h>

/* The last second of the year 9999. */
#define MAX_TIME 253402300799.0
/* Far above what a double is off by near today's ms, far below one ms. */
#define ROUNDING 0.01

JsonNode *
emulator_member_get (JsonObject *request, const char *name)
{
  JsonNode *node = json_object_get_member (request, name);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

const char *
emulator_member_get_string (JsonObject *request, const char *name)
{
  JsonNode *node = emulator_member_get (request, name);

  return node == NULL ? NULL : json_node_get_string (node);
}

gint64
emulator_member_get_integer (JsonObject *request, const char *name, gint64 fallback)
{
  JsonNode *node = emulator_member_get (request, name);

  return node == NULL ? fallback : json_node_get_int (node);
}

gint64
emulator_member_get_time (JsonObject *request, const char *name)
{
  return (gint64)floor (
      json_node_get_double (emulator_member_get (request, name)) * 1000 + ROUNDING);
}

/* Types */

static gboolean
is_map_of_strings (JsonNode *node)
{
  g_autoptr (GList) values = NULL;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  values = json_object_get_values (json_node_get_object (node));
  for (GList *value = values; value != NULL; value = value->next) {
    if (json_node_get_value_type (value->data) != G_TYPE_STRING)
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_of_type (JsonNode *node, EmulatorMemberType type)
{
  GType value_type = json_node_get_value_type (node);
  gboolean is_whole = value_type == G_TYPE_INT64;

  switch (type) {
    case EMULATOR_MEMBER_STRING:
      return value_type == G_TYPE_STRING;
    case EMULATOR_MEMBER_INTEGER:
      return is_whole && json_node_get_int (node) >= G_MININT32 &&
             json_node_get_int (node) <= G_MAXINT32;
    case EMULATOR_MEMBER_LONG:
      return is_whole;
    case EMULATOR_MEMBER_TIMESTAMP:
      return (is_whole || value_type == G_TYPE_DOUBLE) &&
             fabs (json_node_get_double (node)) <= MAX_TIME;
    case EMULATOR_MEMBER_STRUCTURE:
      return JSON_NODE_HOLDS_OBJECT (node);
    case EMULATOR_MEMBER_MAP:
    default:
      return is_map_of_strings (node);
  }
}

static const EmulatorMember *
find_member (const EmulatorMember *members, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++) {
    if (g_str_equal (members[i].name, name))
      return &members[i];
  }
  return NULL;
}

static gboolean check_types (
    const EmulatorMember *members, gsize n, JsonObject *request, GError **error);

static gboolean
check_type (const EmulatorMember *member, JsonNode *node, GError **error)
{
  static const char *const types[] = {"String", "Integer", "Long", "Timestamp", "Map", "Structure"};

  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!is_of_type (node, member->type)) {
    g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_SERIALIZATION,
        "The value of '%s' cannot be converted to %s", member->name, types[member->type]);
    return FALSE;
  }
  return member->type != EMULATOR_MEMBER_STRUCTURE ||
         check_types (member->members, member->n_members, json_node_get_object (node), error);
}

static gboolean
check_types (const EmulatorMember *members, gsize n, JsonObject *request, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init (&iter, request);
  while (json_object_iter_next (&iter, &name, &node)) {
    const EmulatorMember *member = find_member (members, n, name);

    if (member == NULL) {
      g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_SERIALIZATION,
          "The operation has no member '%s'", name);
      return FALSE;
    }
    if (!check_type (member, node, error))
      return FALSE;
  }
  return TRUE;
}

/* Limits */

static gboolean
matches (const char *pattern, const char *text)
{
  g_autofree char *whole = g_strdup_printf ("^(?:%s)$", pattern);

  return g_regex_match_simple (whole, text, G_REGEX_DOLLAR_ENDONLY, 0);
}

static char *
check_range (const EmulatorMember *member, gint64 value, const char *what)
{
  if (member->min == 0 && member->max == 0)
    return NULL;
  if (value < member->min)
    return g_strdup_printf (
        "Member must have %s greater than or equal to %" G_GINT64_FORMAT, what, member->min);
  if (value > member->max)
    return g_strdup_printf (
        "Member must have %s less than or equal to %" G_GINT64_FORMAT, what, member->max);
  return NULL;
}

static char *
check_string (const EmulatorMember *member, const char *text)
{
  char *broken = check_range (member, g_utf8_strlen (text, -1), "length");

  if (broken != NULL)
    return broken;
  if (member->pattern != NULL && !matches (member->pattern, text))
    return g_strdup_printf ("Member must satisfy regular expression pattern: %s", member->pattern);
  if (member->values != NULL && !g_strv_contains (member->values, text)) {
    g_autofree char *values = g_strjoinv (", ", (char **)member->values);

    return g_strdup_printf ("Member must satisfy enum value set: [%s]", values);
  }
  return NULL;
}

/* The limit that the value breaks, in words; NULL when it breaks none. */
static char *
check_limits (const EmulatorMember *member, JsonNode *node)
{
  if (node == NULL)
    return member->required ? g_strdup ("Member must not be null") : NULL;
  switch (member->type) {
    case EMULATOR_MEMBER_STRING:
      return check_string (member, json_node_get_string (node));
    case EMULATOR_MEMBER_INTEGER:
    case EMULATOR_MEMBER_LONG:
      return check_range (member, json_node_get_int (node), "value");
    case EMULATOR_MEMBER_MAP:
      return check_range (member, json_object_get_size (json_node_get_object (node)), "length");
    case EMULATOR_MEMBER_TIMESTAMP:
    case EMULATOR_MEMBER_STRUCTURE:
    default:
      return NULL;
  }
}

static char *
describe_value (JsonNode *node)
{
  g_autofree char *json = NULL;

  if (node == NULL)
    return g_strdup ("null");
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup_printf ("'%s'", json_node_get_string (node));
  json = json_to_string (node, FALSE);
  return g_strdup_printf ("'%s'", json);
}

static void
add_broken (GPtrArray *all, const char *path, JsonNode *node, const char *broken)
{
  g_autofree char *value = describe_value (node);

  g_ptr_array_add (all,
      g_strdup_printf ("Value %s at '%s' failed to satisfy constraint: %s", value, path, broken));
}

/* Adds all that is wrong with the members of a structure, whose own path is @parent. */
static void
add_all_broken (GPtrArray *all, const char *parent, const EmulatorMember *members, gsize n,
    JsonObject *structure)
{
  for (gsize i = 0; i < n; i++) {
    const EmulatorMember *member = &members[i];
    JsonNode *node = emulator_member_get (structure, member->name);
    g_autofree char *broken = check_limits (member, node);
    g_autofree char *path =
        g_strdup_printf ("%s%c%s", parent, g_ascii_tolower (member->name[0]), member->name + 1);

    if (broken != NULL)
      add_broken (all, path, node, broken);
    if (node != NULL && member->type == EMULATOR_MEMBER_STRUCTURE) {
      g_autofree char *inside = g_strconcat (path, ".", NULL);

      add_all_broken (all, inside, member->members, member->n_members, json_node_get_object (node));
    }
  }
}

gboolean
emulator_members_check (const EmulatorMember *members, gsize n, JsonObject *request, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *list = NULL;

  if (!check_types (members, n, request, error))
    return FALSE;
  add_all_broken (all, "", members, n, request);
  if (all->len == 0)
    return TRUE;
  g_ptr_array_add (all, NULL);
  list = g_strjoinv ("; ", (char **)all->pdata);
  g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_INVALID_ARGUMENT,
      "%u validation error%s detected: %s", all->len - 1, all->len == 2 ? "" : "s", list);
  return FALSE;
}
