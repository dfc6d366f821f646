/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awscredentialsserver.h"

#include "awsendpoint.h"
#include "awssecret.h"

/* As much as any reason takes. */
#define MAX_FAILURE_SIZE (64 * 1024)

/* RFC 6585, section 4; newer than libsoup's list. */
#define STATUS_TOO_MANY_REQUESTS 429

/* Reads up to @max_size bytes to memory that never grows, so that no copy is left behind. */
static GBytes *
read_body (AwsReply *reply, gsize max_size, GCancellable *cancellable, GError **error)
{
  guint8 *buffer = g_malloc (max_size);
  gsize used = 0;
  gssize n;

  do {
    n = aws_reply_read (reply, buffer + used, max_size - used, cancellable, error);
    used += (gsize)MAX (n, 0);
  } while (n > 0 && used < max_size);

  if (n < 0) {
    g_bytes_unref (aws_secret_bytes_new_take (buffer, used));
    return NULL;
  }
  return aws_secret_bytes_new_take (buffer, used);
}

static gboolean
is_refusal (guint status)
{
  return SOUP_STATUS_IS_CLIENT_ERROR (status) && status != STATUS_TOO_MANY_REQUESTS;
}

static GError *
make_failure (AwsReply *reply, GUri *uri, const char *secret, GCancellable *cancellable)
{
  g_autofree char *host = aws_endpoint_get_authority (uri);
  g_autoptr (GBytes) body = read_body (reply, MAX_FAILURE_SIZE, cancellable, NULL);
  guint status = aws_reply_get_status (reply);
  GError *failure =
      aws_error_new_for_reply (status, aws_reply_get_headers (reply), body, host, secret);

  if (is_refusal (status))
    failure->code = AWS_ERROR_NOT_AUTHORIZED;
  return failure;
}

GBytes *
aws_credentials_server_ask (AwsHttp *http, const AwsRequest *request, gsize max_size,
    const char *secret, GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsReply) reply = aws_http_send (http, request, cancellable, error);
  g_autoptr (GBytes) body = NULL;

  if (reply == NULL)
    return NULL;
  if (aws_reply_get_status (reply) != SOUP_STATUS_OK) {
    GError *failure = make_failure (reply, request->uri, secret, cancellable);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      g_error_free (failure);
    else
      g_propagate_error (error, failure);
    return NULL;
  }

  /* One byte too many tells a body that is too large. */
  body = read_body (reply, max_size + 1, cancellable, error);
  if (body != NULL && g_bytes_get_size (body) > max_size) {
    g_propagate_error (
        error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY,
                   "sent more than the %" G_GSIZE_FORMAT " bytes that were expected", max_size));
    return NULL;
  }
  return g_steal_pointer (&body);
}

AwsCredentials *
aws_credentials_server_read (GUri *uri, GBytes *body, const AwsCredentialsDocument *document,
    const char *member, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (JsonObject) reply = aws_json_parse_object (text, size);
  g_autofree char *host = aws_endpoint_get_authority (uri);
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  JsonObject *object = reply;

  if (reply == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s sent something else than a JSON object with credentials", host);
    return NULL;
  }
  if (member != NULL)
    object = aws_json_get_object (reply, member);
  if (object == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s sent credentials that cannot be used: %s is missing", host, member);
    return NULL;
  }
  credentials = aws_credentials_document_read (document, object, &cause);
  if (credentials == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s sent credentials that cannot be used: %s", host, cause->message);
  return credentials;
}
