/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awscredentialsserver.h"

#include "awsattempts.h"
#include "awsendpoint.h"

/* As in AWS's SDKs for containers, which is also several times what the longest session tokens take. */
#define MAX_ATTEMPTS 3
#define MAX_REPLY_SIZE (10 * 1024)

GBytes *
aws_credentials_server_ask (AwsHttp *http, const AwsRequest *request, gsize max_size,
    GCancellable *cancellable, GError **error)
{
  AwsRequest confidential = *request;
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GError) failure = NULL;

  confidential.purpose = AWS_REQUEST_TO_CREDENTIALS_SERVER;
  reply = aws_http_send (http, &confidential, cancellable, error);
  if (reply == NULL)
    return NULL;
  if (aws_reply_get_status (reply) == SOUP_STATUS_OK)
    return aws_reply_read_secret (reply, max_size, cancellable, error);

  failure = aws_reply_read_failure (reply, cancellable);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
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
        "%s sent something other than a JSON object with credentials", host);
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

static AwsCredentials *
fetch_once (AwsHttp *http, const AwsRequest *request, const AwsCredentialsDocument *document,
    const char *member, AwsAttempts *attempts, GCancellable *cancellable, GError **error)
{
  AwsRequest counted = *request;
  g_autoptr (GBytes) body = NULL;

  counted.attempt = aws_attempts_get_number (attempts);
  counted.max_attempts = aws_attempts_get_max (attempts);
  body = aws_credentials_server_ask (http, &counted, MAX_REPLY_SIZE, cancellable, error);
  return body != NULL ? aws_credentials_server_read (request->uri, body, document, member, error)
                      : NULL;
}

AwsCredentials *
aws_credentials_server_fetch (AwsHttp *http, const AwsRequest *request,
    const AwsCredentialsDocument *document, const char *member, AwsClock *clock,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_attempts_new (MAX_ATTEMPTS, NULL, clock);
  g_autoptr (GError) failure = NULL;

  do {
    AwsCredentials *credentials;

    g_clear_error (&failure);
    credentials = fetch_once (http, request, document, member, attempts, cancellable, &failure);
    if (credentials != NULL)
      return credentials;
  } while (aws_attempts_again (attempts, failure, cancellable, error));
  return NULL;
}
