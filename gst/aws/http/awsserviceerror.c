/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error reply may be cut off, written by a proxy, or neither JSON nor text. So every part of it is
 * optional, and unknown forms are ignored. */
#include "awsserviceerror.h"

#include "awsjson.h"

#include <string.h>

/* How many bytes are shown of a body of unknown form. */
#define MAX_QUOTE_LENGTH 1024

#define MAX_NAME_LENGTH 128

/* @text if it has the form of a name; a text from outside may not. */
static char *
check_name (const char *text)
{
  gsize length = strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.:=+/-");

  return length > 0 && length <= MAX_NAME_LENGTH && text[length] == '\0' ? g_strdup (text) : NULL;
}

/* "com.amazonaws#FooException:http://…" is FooException. */
static char *
clean_code (const char *text)
{
  g_autofree char *code = NULL;
  char *hash;

  if (text == NULL)
    return NULL;

  code = g_strndup (text, strcspn (text, ":"));
  hash = strchr (code, '#');
  return check_name (g_strstrip (hash != NULL ? hash + 1 : code));
}

/* The beginning of a body of unknown form. */
static char *
quote_body (const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize)MIN (length, MAX_QUOTE_LENGTH));

  return g_strdup (g_strstrip (valid));
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

/* Returns whether it is an object with at least one of the known members. */
static gboolean
read_json (AwsServiceError *self, const char *text, gsize length)
{
  static const char *const code_names[] = {"code", "Code", "__type", NULL};
  static const char *const message_names[] = {"message", "Message", NULL};
  g_autoptr (JsonObject) object = aws_json_parse_object (text, length);

  if (object == NULL)
    return FALSE;
  if (self->code == NULL)
    self->code = clean_code (get_string (object, code_names));
  self->message = g_strdup (get_string (object, message_names));
  return self->code != NULL || self->message != NULL || json_object_get_size (object) == 0;
}

static void
start_element_cb (GMarkupParseContext *context, const char *name, const char **attribute_names,
    const char **attribute_values, gpointer user_data, GError **error)
{
  AwsServiceError *self = user_data;

  if (g_ascii_strcasecmp (name, "html") == 0)
    self->is_page = TRUE;
  if (!self->is_page && self->code == NULL && g_str_has_suffix (name, "Exception"))
    self->code = clean_code (name);
}

static void
text_cb (GMarkupParseContext *context, const char *text, gsize length, gpointer user_data,
    GError **error)
{
  AwsServiceError *self = user_data;
  const char *name = g_markup_parse_context_get_element (context);
  g_autofree char *value = g_strstrip (g_strndup (text, length));

  /* CDATA may also be outside of the root element. */
  if (name == NULL || *value == '\0')
    return;
  if (self->is_page) {
    if (g_ascii_strcasecmp (name, "title") == 0 && self->message == NULL)
      self->message = g_steal_pointer (&value);
    return;
  }
  if (g_ascii_strcasecmp (name, "Code") == 0 && self->code == NULL)
    self->code = clean_code (value);
  else if (g_ascii_strcasecmp (name, "RequestId") == 0 && self->request_id == NULL)
    self->request_id = check_name (value);
  else if (g_ascii_strcasecmp (name, "Message") == 0 && self->message == NULL)
    self->message = g_steal_pointer (&value);
}

/* A service's XML has elements Code, Message and RequestId, or one that is named like the error;
 * a gateway's HTML has a title. Returns whether any of these was there. */
static gboolean
read_markup (AwsServiceError *self, const char *text, gsize length)
{
  const GMarkupParser parser = {.start_element = start_element_cb, .text = text_cb};
  g_autoptr (GMarkupParseContext) context =
      g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, self, NULL);

  /* HTML is seldom XML, and a body may be cut off: what could be read until then is good. */
  g_markup_parse_context_parse (context, text, (gssize)length, NULL);
  return self->code != NULL || self->message != NULL;
}

static void
read_body (AwsServiceError *self, GBytes *body)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  gboolean understood = FALSE;

  for (; length > 0 && g_ascii_isspace (*text); length--)
    text++;
  if (length == 0)
    return;

  if (*text == '{')
    understood = read_json (self, text, length);
  else if (*text == '<')
    understood = read_markup (self, text, length);
  if (!understood) {
    self->message = quote_body (text, length);
    self->is_quote = TRUE;
  }
}

AwsServiceError *
aws_service_error_new (SoupMessageHeaders *headers, GBytes *body)
{
  AwsServiceError *self = g_new0 (AwsServiceError, 1);
  const char *type = soup_message_headers_get_one (headers, "X-Amzn-Errortype");

  if (type == NULL)
    type = soup_message_headers_get_one (headers, "X-Amz-Errortype");
  self->code = clean_code (type);
  self->request_id = aws_service_error_find_request_id (headers);
  if (body != NULL)
    read_body (self, body);
  return self;
}

void
aws_service_error_free (AwsServiceError *self)
{
  g_free (self->code);
  g_free (self->message);
  g_free (self->request_id);
  g_free (self);
}

char *
aws_service_error_find_request_id (SoupMessageHeaders *headers)
{
  static const char *const names[] = {"x-amzn-RequestId", "x-amz-request-id", "x-amz-requestid"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const char *request_id = soup_message_headers_get_one (headers, names[i]);

    if (request_id != NULL)
      return check_name (request_id);
  }
  return NULL;
}
