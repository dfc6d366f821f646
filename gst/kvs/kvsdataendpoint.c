/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsdataendpoint.h"

#include <awsendpoint.h>

#include <json-glib/json-glib.h>

/* The service answers about a hundred bytes. json-glib's parser recurses, so this also bounds the
 * stack that a malicious reply takes. */
#define MAX_REPLY_SIZE 4096

static char *
get_member (GBytes *body)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  JsonNode *root, *member;
  JsonObject *object;

  if (size == 0 || !json_parser_load_from_data (parser, text, (gssize)size, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return NULL;
  object = json_node_get_object (root);
  member = json_object_get_member (object, "DataEndpoint");
  if (member == NULL || json_node_get_value_type (member) != G_TYPE_STRING)
    return NULL;
  return json_node_dup_string (member);
}

GUri *
kvs_data_endpoint_read (
    AwsReply *reply, gboolean allow_http, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) body = aws_reply_read_all (reply, MAX_REPLY_SIZE, cancellable, error);
  g_autoptr (GError) cause = NULL;
  g_autofree char *url = NULL;
  GUri *endpoint;

  if (body == NULL)
    return NULL;
  url = get_member (body);
  if (url == NULL) {
    g_propagate_error (error,
        aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
            "gave a reply to GetDataEndpoint that has no DataEndpoint; is it the endpoint of Kinesis "
            "Video Streams?"));
    return NULL;
  }
  endpoint = aws_endpoint_parse (url, allow_http, &cause);
  if (endpoint == NULL)
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
                                  "gave a DataEndpoint that cannot be used: %s", cause->message));
  return endpoint;
}
