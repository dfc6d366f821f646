/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* json-glib's own parser accepts comments, single quotes, several documents in a row and more,
 * aborts the process on half a surrogate pair, and recurses. So AwsJsonParser reads the document,
 * and json-glib's objects only hold it. */
#include "awsjson.h"

#include "awserror.h"
#include "awsjsonparser.h"
#include "awssecret.h"

#include <math.h>
#include <string.h>

/* The part of a document that has been read. Its texts pass through memory that is as large as the
 * document from the start, so that it need not grow and leave copies of secrets behind. */
typedef struct {
  JsonNode *root;
  GPtrArray *open;  /* JsonNode, all objects and arrays that have begun and not ended */
  JsonNode *string; /* that is arriving, and its text so far: */
  char *text;
  gsize length;
} Document;

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, what);
  return FALSE;
}

static JsonNode *
new_object (void)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, json_object_new ());
  return node;
}

static JsonNode *
new_array (void)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, json_array_new ());
  return node;
}

/* A whole number that fits into an integer becomes an integer; any other number becomes a
 * double. */
static JsonNode *
new_number (const char *number)
{
  JsonNode *node = json_node_alloc ();
  gint64 integer;

  if (g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, &integer, NULL))
    return json_node_init_int (node, integer);
  return json_node_init_double (node, g_ascii_strtod (number, NULL));
}

static JsonNode *
new_node (AwsJsonType type, const char *number)
{
  switch (type) {
    case AWS_JSON_OBJECT:
      return new_object ();
    case AWS_JSON_ARRAY:
      return new_array ();
    case AWS_JSON_STRING:
      return json_node_init_string (json_node_alloc (), "");
    case AWS_JSON_NUMBER:
      return new_number (number);
    case AWS_JSON_TRUE:
    case AWS_JSON_FALSE:
      return json_node_init_boolean (json_node_alloc (), type == AWS_JSON_TRUE);
    case AWS_JSON_NULL:
    default:
      return json_node_init_null (json_node_alloc ());
  }
}

/* Puts @node where it belongs, which takes it over. */
static void
add_node (Document *self, const char *key, JsonNode *node)
{
  JsonNode *parent =
      self->open->len > 0 ? g_ptr_array_index (self->open, self->open->len - 1) : NULL;

  if (parent == NULL)
    self->root = node;
  else if (JSON_NODE_HOLDS_OBJECT (parent))
    json_object_set_member (json_node_get_object (parent), key, node);
  else
    json_array_add_element (json_node_get_array (parent), node);
}

/* Whether the object that is open has the member @key already. */
static gboolean
has_member (Document *self, const char *key)
{
  JsonNode *parent = g_ptr_array_index (self->open, self->open->len - 1);

  return json_object_has_member (json_node_get_object (parent), key);
}

static gboolean
value_cb (gpointer user_data, const char *key, AwsJsonType type, const char *number, GError **error)
{
  Document *self = user_data;
  JsonNode *node;

  if (self->open->len == 0 && type != AWS_JSON_OBJECT)
    return refuse (error, "not an object");
  if (key != NULL && has_member (self, key))
    return refuse (error, "a member twice");
  /* It could not be written again. */
  if (number != NULL && !isfinite (g_ascii_strtod (number, NULL)))
    return refuse (error, "a number beyond all bounds");
  node = new_node (type, number);
  add_node (self, key, node);
  if (type == AWS_JSON_OBJECT || type == AWS_JSON_ARRAY)
    g_ptr_array_add (self->open, node);
  self->string = node;
  self->length = 0;
  return TRUE;
}

/* An escape is longer than the character that it stands for, even where that replaces half a pair. */
static gboolean
string_cb (gpointer user_data, const char *text, gsize length, GError **error)
{
  Document *self = user_data;

  memcpy (self->text + self->length, text, length);
  self->length += length;
  return TRUE;
}

static gboolean
end_cb (gpointer user_data, AwsJsonType type, GError **error)
{
  Document *self = user_data;

  if (type == AWS_JSON_STRING) {
    self->text[self->length] = '\0';
    json_node_set_string (self->string, self->text);
    return TRUE;
  }
  g_ptr_array_set_size (self->open, (gint)self->open->len - 1);
  return TRUE;
}

static gboolean
read_document (Document *self, const char *text, gsize length)
{
  static const AwsJsonHandler handler = {value_cb, string_cb, end_cb};
  g_autoptr (AwsJsonParser) parser = aws_json_parser_new (&handler, self);

  return aws_json_parser_feed (parser, text, length, NULL) && aws_json_parser_end (parser, NULL);
}

JsonObject *
aws_json_parse_object (const char *text, gsize length)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GBytes) memory G_GNUC_UNUSED = NULL;
  Document document = {NULL};
  gboolean is_good;

  if (!g_utf8_validate_len (text, length, NULL))
    return NULL;
  document.open = g_ptr_array_new ();
  document.text = g_malloc (length + 1);
  memory = aws_secret_bytes_new_take (document.text, length + 1);
  is_good = read_document (&document, text, length);
  root = document.root;
  g_ptr_array_unref (document.open);
  return is_good ? json_node_dup_object (root) : NULL;
}

/* The value of the member @name, if it is one of @type. */
static JsonNode *
find_value (JsonObject *object, const char *name, GType type)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == type
             ? node
             : NULL;
}

const char *
aws_json_get_string (JsonObject *object, const char *name)
{
  JsonNode *node = find_value (object, name, G_TYPE_STRING);

  return node != NULL ? json_node_get_string (node) : NULL;
}

gboolean
aws_json_get_int (JsonObject *object, const char *name, gint64 *value)
{
  JsonNode *node = find_value (object, name, G_TYPE_INT64);

  if (node == NULL)
    return FALSE;
  *value = json_node_get_int (node);
  return TRUE;
}

JsonObject *
aws_json_get_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}
