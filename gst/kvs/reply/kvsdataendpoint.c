/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsdataendpoint.h"

#include <awsendpoint.h>
#include <awsjson.h>

/* The service answers about a hundred bytes. */
#define MAX_REPLY_SIZE 4096

static char *
get_member (GBytes *body)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (JsonObject) object = aws_json_parse_object (text, size);

  return object != NULL ? g_strdup (aws_json_get_string (object, "DataEndpoint")) : NULL;
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
  /* Messages name the host. */
  if (aws_reply_has_secret (reply, url)) {
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
                                  "gave a DataEndpoint that repeats a secret of the request"));
    return NULL;
  }
  endpoint = aws_endpoint_parse (url, allow_http, &cause);
  if (endpoint == NULL)
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
                                  "gave a DataEndpoint that cannot be used: %s", cause->message));
  return endpoint;
}
