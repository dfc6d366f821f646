/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "probe.h"
#include "probejson.h"

#include "awserrorreply.h"
#include "awserror.h"
#include "awsserviceerror.h"

#include <string.h>

static const char *
name_class (AwsErrorClass error_class)
{
  switch (error_class) {
    case AWS_ERROR_CLASS_TRANSIENT:
      return "transient";
    case AWS_ERROR_CLASS_THROTTLING:
      return "throttling";
    case AWS_ERROR_CLASS_AUTH:
      return "auth";
    case AWS_ERROR_CLASS_SKEW:
      return "skew";
    default:
      return "final";
  }
}

/* libsoup cannot receive a header that is malformed, so it is left out. */
static void
add_header_cb (JsonObject *object, const char *name, JsonNode *value, gpointer user_data)
{
  const char *text = aws_json_get_string (object, name);

  if (text != NULL && *name != '\0' && strpbrk (name, " \t\r\n:") == NULL &&
      strpbrk (text, "\r\n") == NULL)
    soup_message_headers_append (user_data, name, text);
}

static SoupMessageHeaders *
read_headers (JsonObject *question)
{
  SoupMessageHeaders *headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  JsonNode *node = json_object_get_member (question, "headers");

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    json_object_foreach_member (json_node_get_object (node), add_header_cb, headers);
  return headers;
}

char *
probe_error (GBytes *input, GError **error)
{
  g_autoptr (JsonObject) question = probe_json_parse_object (input, error);
  g_autoptr (SoupMessageHeaders) headers = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (AwsServiceError) service_error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *status_text = NULL;
  AwsErrorReply reply = {.host = "the service"};
  JsonObject *answer;

  if (question == NULL)
    return NULL;

  headers = read_headers (question);
  body = probe_json_get_bytes (question, "body");
  reply.status = (guint)json_object_get_int_member_with_default (question, "status", 0);
  reply.headers = headers;
  reply.body = body;
  status_text = g_strdup_printf ("%u", reply.status);
  service_error = aws_service_error_new (headers, body);
  failure = aws_error_reply_to_error (&reply);

  answer = json_object_new ();
  probe_json_set_string (
      answer, "code", service_error->code != NULL ? service_error->code : status_text);
  probe_json_set_string (answer, "message", service_error->message);
  probe_json_set_string (answer, "request_id", service_error->request_id);
  probe_json_set_string (answer, "class", name_class (aws_error_get_class (failure)));
  return probe_json_print (answer);
}
