/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsssooidc.h"

#include "awsendpoint.h"
#include "awsjson.h"
#include "awssecret.h"

#include <string.h>

/* Many times what a reply has. */
#define MAX_REPLY_SIZE (64 * 1024)

/* What a reply is read with: the token that is renewed, and the time. */
typedef struct {
  const AwsSsoToken *token;
  AwsClock *clock;
} Renewal;

static GBytes *
make_body (const AwsSsoToken *token)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  char *text;
  gsize size;

  json_object_set_string_member (object, "clientId", token->client_id);
  json_object_set_string_member (object, "clientSecret", token->client_secret);
  json_object_set_string_member (object, "grantType", "refresh_token");
  json_object_set_string_member (object, "refreshToken", token->refresh_token);
  json_node_set_object (root, object);
  json_generator_set_root (generator, root);
  text = json_generator_to_data (generator, &size);
  return aws_secret_bytes_new_take (text, size);
}

/* How long the token of @reply is good, in seconds, or 0 if it is none. */
static gint64
get_lifetime (JsonObject *reply)
{
  gint64 lifetime_s;

  if (reply == NULL || !aws_sso_token_is_header (aws_json_get_string (reply, "accessToken")) ||
      !aws_json_get_int (reply, "expiresIn", &lifetime_s))
    return 0;
  return CLAMP (lifetime_s, 0, G_MAXINT32);
}

static gpointer
read_token (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  const Renewal *renewal = user_data;
  g_autoptr (GBytes) body = aws_reply_read_secret (reply, MAX_REPLY_SIZE, cancellable, error);
  g_autoptr (JsonObject) object = NULL;
  const char *refresh_token;
  AwsSsoToken *token;
  gint64 lifetime_s;

  if (body == NULL)
    return NULL;
  object = aws_json_parse_object (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  lifetime_s = get_lifetime (object);
  if (lifetime_s == 0) {
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY, "gave no token"));
    return NULL;
  }

  refresh_token = aws_json_get_string (object, "refreshToken");
  token = g_new0 (AwsSsoToken, 1);
  token->access_token = g_strdup (aws_json_get_string (object, "accessToken"));
  token->expiration_us = aws_clock_get_real_time (renewal->clock) + lifetime_s * G_USEC_PER_SEC;
  token->refresh_token =
      g_strdup (refresh_token != NULL ? refresh_token : renewal->token->refresh_token);
  token->client_id = g_strdup (renewal->token->client_id);
  token->client_secret = g_strdup (renewal->token->client_secret);
  token->registration_expiration_us = renewal->token->registration_expiration_us;
  return token;
}

/* Leaves of a refusal what cannot be secret: who, status and code. */
static void
drop_words (GError *failure, GUri *uri)
{
  guint status = aws_error_get_http_status (failure);
  const char *code = aws_error_get_code (failure);
  g_autofree char *host = aws_endpoint_get_authority (uri);

  if (status == 0 || status == SOUP_STATUS_OK)
    return;
  g_free (failure->message);
  failure->message = g_strdup_printf (
      "%s answered %u %s", host, status, code != NULL ? code : soup_status_get_phrase (status));
}

AwsSsoToken *
aws_sso_oidc_renew (AwsClient *client, GUri *endpoint, const AwsSsoToken *token,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = aws_endpoint_with_operation (endpoint, "/token");
  g_autoptr (GBytes) body = make_body (token);
  const AwsRequest request = {
      .method = "POST", .uri = uri, .content_type = "application/json", .body = body};
  Renewal renewal = {token, aws_client_get_clock (client)};
  GError *failure = NULL;
  AwsSsoToken *renewed =
      aws_client_call (client, &request, read_token, &renewal, cancellable, &failure);

  if (failure != NULL) {
    drop_words (failure, uri);
    g_propagate_error (error, failure);
  }
  return renewed;
}
