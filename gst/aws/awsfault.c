/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing in a failed reply can be relied on: it may be cut off, written by a proxy, or neither
 * JSON nor text. So every part of it is optional, and what is not understood is left out. */
#include "awsfault.h"

#include "awsjson.h"

#include <string.h>

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

/* The first of the NULL-terminated @names that @object has a string for. */
static const char *
get_string (JsonObject *object, const char *const *names)
{
  const char *text = NULL;

  for (; *names != NULL && text == NULL; names++)
    text = aws_json_get_string (object, *names);
  return text;
}

static void
read_json (AwsFault *self, const char *text, gsize length)
{
  static const char *const code_names[] = {"code", "Code", "__type", NULL};
  static const char *const message_names[] = {"message", "Message", NULL};
  g_autoptr (JsonObject) object = aws_json_parse_object (text, length);
  const char *message;

  if (object == NULL)
    return;
  if (self->code == NULL)
    self->code = clean_code (get_string (object, code_names));
  message = get_string (object, message_names);
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
