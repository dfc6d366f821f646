/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Replies of each protocol. */
#include "emulatorreply.h"

#include "emulatortime.h"

#include <json-glib/json-glib.h>
#include <string.h>

static GBytes *
take_text (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

/* The words that are observed when an operation is sent to a host that does not have it. */
static GBytes *
make_unknown_operation (void)
{
  return take_text (g_strdup ("{\"Output\":{\"__type\":\"com.amazon.coral.service#"
                              "UnknownOperationException\"},\"Version\":\"1.0\"}"));
}

static GBytes *
make_json_error (const char *name, const char *message)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  if (name != NULL)
    json_object_set_string_member (object, "code", name);
  json_object_set_string_member (object, name != NULL ? "message" : "Message", message);
  json_node_set_object (node, object);
  return take_text (json_to_string (node, FALSE));
}

static GBytes *
make_xml_error (const char *name, const char *message, guint status, const char *request_id)
{
  return take_text (g_markup_printf_escaped (
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
      "  <Error>\n"
      "    <Type>%s</Type>\n"
      "    <Code>%s</Code>\n"
      "    <Message>%s</Message>\n"
      "  </Error>\n"
      "  <RequestId>%s</RequestId>\n"
      "</ErrorResponse>\n",
      status < 500 ? "Sender" : "Receiver", name, message, request_id));
}

EmulatorReply *
emulator_reply_new (EmulatorProtocol protocol, GBytes *body, gint64 now_ms)
{
  EmulatorReply *reply = g_new0 (EmulatorReply, 1);

  reply->status = 200;
  reply->content_type = protocol == EMULATOR_PROTOCOL_QUERY ? "text/xml" : "application/json";
  reply->body = body != NULL ? g_bytes_ref (body) : NULL;
  reply->request_id = g_uuid_string_random ();
  reply->date = emulator_time_format_http (now_ms);
  return reply;
}

EmulatorReply *
emulator_reply_new_named_error (
    EmulatorProtocol protocol, guint status, const char *name, const char *message, gint64 now_ms)
{
  EmulatorReply *reply = emulator_reply_new (protocol, NULL, now_ms);

  reply->status = status;
  reply->error = g_strdup (name);
  if (protocol == EMULATOR_PROTOCOL_QUERY)
    reply->body = make_xml_error (name, message, status, reply->request_id);
  else
    reply->body = make_json_error (protocol == EMULATOR_PROTOCOL_CONTAINER ? name : NULL, message);
  return reply;
}

/* What a browser gets: only a POST is one of the service's own calls. */
static EmulatorReply *
make_unknown_page (const GError *rejection, gint64 now_ms)
{
  g_autoptr (GBytes) body = take_text (g_strdup ("<UnknownOperationException/>\n"));
  EmulatorReply *reply = emulator_reply_new (EMULATOR_PROTOCOL_QUERY, body, now_ms);

  reply->status = emulator_error_get_status (rejection->code);
  reply->error = g_strdup (emulator_error_get_name (rejection->code, EMULATOR_PROTOCOL_QUERY));
  return reply;
}

EmulatorReply *
emulator_reply_new_error (EmulatorProtocol protocol, const GError *rejection, gint64 now_ms)
{
  g_autoptr (GBytes) body = NULL;

  if (g_error_matches (rejection, EMULATOR_ERROR, EMULATOR_ERROR_UNKNOWN_PAGE))
    return make_unknown_page (rejection, now_ms);
  if (!g_error_matches (rejection, EMULATOR_ERROR, EMULATOR_ERROR_UNKNOWN_OPERATION))
    return emulator_reply_new_named_error (protocol, emulator_error_get_status (rejection->code),
        emulator_error_get_name (rejection->code, protocol), rejection->message, now_ms);
  body = make_unknown_operation ();
  return emulator_reply_new (protocol, body, now_ms);
}

void
emulator_reply_free (EmulatorReply *reply)
{
  g_bytes_unref (reply->body);
  g_free (reply->error);
  g_free (reply->request_id);
  g_free (reply->date);
  g_free (reply);
}
