/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing in a failed reply can be relied on: it may be cut off, written by a proxy, or neither
 * JSON nor text. So every part of it is optional, and what is not understood is left out. */
#include "awsfault.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* Deeper than any error; json-glib's parser recurses, and would run out of stack on "[[[[…". */
#define MAX_JSON_DEPTH 32

/* @text if it can be a name, which need not be the case if it came from outside. */
static char *
check_name (const char *text)
{
  return g_regex_match_simple ("^[\\w.:=+/-]{1,128}$", text, G_REGEX_DOLLAR_ENDONLY, 0)
             ? g_strdup (text)
             : NULL;
}

/* "com.amazonaws#FooException:http://…" is FooException. */
static char *
clean_code (const char *text)
{
  g_autofree char *code = NULL;
  const char *hash;

  if (text == NULL)
    return NULL;

  code = g_strndup (text, strcspn (text, ":"));
  hash = strchr (code, '#');
  if (hash != NULL)
    memmove (code, hash + 1, strlen (hash));
  return check_name (g_strstrip (code));
}

static gboolean
is_end_of_paragraph (const char *text)
{
  return text[0] == '\n' && text[1 + strspn (text + 1, " \t\r")] == '\n';
}

/* The first paragraph of @text as one line. A complaint about a signature goes on with the request
 * as the service understood it, session token included. */
static char *
clean_message (const char *text, gssize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  GString *line = g_string_new (NULL);
  gboolean space = FALSE;

  for (const char *c = g_strstrip (valid); *c != '\0' && !is_end_of_paragraph (c);
       c = g_utf8_next_char (c)) {
    gunichar character = g_utf8_get_char (c);

    if (g_unichar_isspace (character) || !g_unichar_isprint (character)) {
      space = TRUE;
      continue;
    }
    if (space && line->len > 0)
      g_string_append_c (line, ' ');
    space = FALSE;
    g_string_append_unichar (line, character);
  }
  return g_string_free (line, line->len == 0);
}

static gboolean
is_shallow_json (const char *text, gsize length)
{
  gsize depth = 0;
  gboolean in_string = FALSE;

  for (gsize i = 0; i < length && depth <= MAX_JSON_DEPTH; i++) {
    if (text[i] == '\\')
      i++;
    else if (text[i] == '"')
      in_string = !in_string;
    else if (!in_string && (text[i] == '{' || text[i] == '['))
      depth++;
    else if (!in_string && (text[i] == '}' || text[i] == ']') && depth > 0)
      depth--;
  }
  return depth <= MAX_JSON_DEPTH;
}

/* The first of the NULL-terminated @names that @object has a string for. */
static const char *
get_string_member (JsonObject *object, const char *const *names)
{
  for (; *names != NULL; names++) {
    JsonNode *node = json_object_get_member (object, *names);

    if (node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_string (node) != NULL)
      return json_node_get_string (node);
  }
  return NULL;
}

static void
read_json (AwsFault *self, const char *text, gsize length)
{
  static const char *const code_names[] = {"code", "Code", "__type", NULL};
  static const char *const message_names[] = {"message", "Message", NULL};
  g_autoptr (JsonParser) parser = json_parser_new ();
  const char *message;
  JsonNode *root;
  JsonObject *object;

  if (!is_shallow_json (text, length) || !json_parser_load_from_data (parser, text, length, NULL))
    return;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;

  object = json_node_get_object (root);
  if (self->code == NULL)
    self->code = clean_code (get_string_member (object, code_names));
  message = get_string_member (object, message_names);
  if (message != NULL)
    self->message = clean_message (message, -1);
}

static void
start_element_cb (GMarkupParseContext *context, const char *name, const char **attribute_names,
    const char **attribute_values, gpointer user_data, GError **error)
{
  AwsFault *self = user_data;

  if (self->code == NULL && g_str_has_suffix (name, "Exception"))
    self->code = clean_code (name);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
    GError **error)
{
  AwsFault *self = user_data;
  const char *name = g_markup_parse_context_get_element (context);
  g_autofree char *value = clean_message (text, length);

  if (g_ascii_strcasecmp (name, "Code") == 0 && self->code == NULL)
    self->code = clean_code (value);
  else if (g_ascii_strcasecmp (name, "RequestId") == 0 && self->request_id == NULL)
    self->request_id = value != NULL ? check_name (value) : NULL;
  else if ((g_ascii_strcasecmp (name, "Message") == 0 || g_ascii_strcasecmp (name, "title") == 0) &&
           self->message == NULL)
    self->message = g_steal_pointer (&value);
}

/* A service's XML has elements Code, Message and RequestId, or one that is named like the error;
 * a gateway's HTML has a title. */
static void
read_markup (AwsFault *self, const char *text, gsize length)
{
  const GMarkupParser parser = {.start_element = start_element_cb, .text = text_cb};
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, self, NULL);

  /* HTML is seldom XML, and a body may be cut off: what could be read until then is good. */
  g_markup_parse_context_parse (context, text, length, NULL);
}

static void
read_body (AwsFault *self, GBytes *body)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);

  for (; length > 0 && g_ascii_isspace (*text); length--)
    text++;
  if (length == 0)
    return;

  if (strchr ("{[\"", *text) != NULL)
    read_json (self, text, length);
  else if (*text == '<')
    read_markup (self, text, length);
  else
    self->message = clean_message (text, length);
}

AwsFault *
aws_fault_new (SoupMessageHeaders *headers, GBytes *body)
{
  AwsFault *self = g_new0 (AwsFault, 1);
  const char *type = soup_message_headers_get_one (headers, "X-Amzn-Errortype");

  if (type == NULL)
    type = soup_message_headers_get_one (headers, "X-Amz-Errortype");
  self->code = clean_code (type);
  self->request_id = aws_fault_find_request_id (headers);
  if (body != NULL)
    read_body (self, body);
  return self;
}

void
aws_fault_free (AwsFault *self)
{
  g_free (self->code);
  g_free (self->message);
  g_free (self->request_id);
  g_free (self);
}

char *
aws_fault_find_request_id (SoupMessageHeaders *headers)
{
  static const char *const names[] = {"x-amzn-RequestId", "x-amz-request-id", "x-amz-requestid"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *request_id = soup_message_headers_get_one (headers, names[i]);

    if (request_id != NULL)
      return check_name (request_id);
  }
  return NULL;
}
