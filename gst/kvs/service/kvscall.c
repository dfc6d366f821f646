/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvscall.h"

#include "kvsrequest.h"

char *
kvs_call_make_key (AwsClient *client, GUri *endpoint, const char *stream)
{
  AwsCredentialsProvider *credentials = aws_client_get_credentials (client);
  const char *region = aws_client_get_region (client);
  g_autofree char *url = g_uri_to_string (endpoint);

  return g_strjoin ("\n", url, region != NULL ? region : "", stream,
      credentials != NULL ? aws_credentials_provider_get_id (credentials) : "", NULL);
}

AwsReply *
kvs_call_send (AwsClient *client, GUri *uri, GBytes *body, AwsAttempts *attempts, KvsStats *stats,
    GCancellable *cancellable, GError **error)
{
  gint64 sent_us = g_get_monotonic_time ();
  const AwsRequest request = {.method = "POST",
      .uri = uri,
      .service = KVS_SIGNING_NAME,
      .content_type = "application/json",
      .body = body};
  AwsReply *reply;

  kvs_stats_add (stats, KVS_STATS_REQUESTS, 1);
  reply = aws_client_send (client, &request, attempts, cancellable, error);
  if (reply)
    kvs_stats_add_request_time (stats, (guint64)(g_get_monotonic_time () - sent_us) * 1000);
  return reply;
}

gboolean
kvs_call_again (AwsAttempts *attempts, const GError *failure, KvsStats *stats,
    GCancellable *cancellable, GError **error)
{
  if (aws_error_get_class (failure) == AWS_ERROR_CLASS_THROTTLING)
    kvs_stats_add (stats, KVS_STATS_THROTTLES, 1);
  if (!aws_attempts_again (attempts, failure, cancellable, error))
    return FALSE;
  kvs_stats_add (stats, KVS_STATS_RETRIES, 1);
  return TRUE;
}
