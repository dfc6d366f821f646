/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsssotoken.h"

#include "awscredentialsdocument.h"
#include "awsendpoint.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awsjson.h"
#include "awssecret.h"
#include "awssecretfile.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>

/* Many times what such a file has. */
#define MAX_FILE_SIZE (64 * 1024)

/* Many times what a reply has. */
#define MAX_REPLY_SIZE (64 * 1024)

/* The time zone as the first versions of AWS's command line wrote it. */
#define OLD_ZONE "UTC"

char *
aws_sso_token_make_path (const char *name)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA1, name, -1);
  g_autofree char *path = g_strdup_printf ("~/.aws/sso/cache/%s.json", hash);

  return aws_environment_expand_home (path);
}

gboolean
aws_sso_token_is_header (const char *access_token)
{
  if (access_token == NULL || access_token[0] == '\0')
    return FALSE;
  for (const char *c = access_token; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c))
      return FALSE;
  }
  return TRUE;
}

/* The actual name of the member @name in @object, whose case may differ; NULL if it is missing. */
static const char *
find_name (JsonObject *object, const char *name)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *item = names; item != NULL; item = item->next) {
    if (g_ascii_strcasecmp (item->data, name) == 0)
      return item->data;
  }
  return NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  const char *actual = find_name (object, name);

  return actual != NULL ? aws_json_get_string (object, actual) : NULL;
}

static gboolean
get_time (JsonObject *object, const char *name, gint64 *time_us)
{
  const char *text = get_string (object, name);
  g_autofree char *modern = NULL;

  if (text != NULL && g_str_has_suffix (text, OLD_ZONE))
    modern = g_strdup_printf ("%.*sZ", (int)(strlen (text) - strlen (OLD_ZONE)), text);
  return text != NULL &&
         aws_credentials_document_parse_expiration (modern != NULL ? modern : text, time_us);
}

static AwsSsoToken *
make_token (JsonObject *object, const char *path, GError **error)
{
  const char *access_token = get_string (object, "accessToken");
  const char *wrong = NULL;
  AwsSsoToken *self;
  gint64 expiration_us;

  if (!aws_sso_token_is_header (access_token))
    wrong = "accessToken is missing, or not a token";
  else if (!get_time (object, "expiresAt", &expiration_us))
    wrong = "expiresAt is missing, or not a time with a zone";
  if (wrong != NULL) {
    g_set_error (
        error, AWS_ERROR, AWS_ERROR_SETTINGS, "The file %s holds no SSO token: %s", path, wrong);
    return NULL;
  }

  self = g_new0 (AwsSsoToken, 1);
  self->access_token = g_strdup (access_token);
  self->expiration_us = expiration_us;
  self->refresh_token = g_strdup (get_string (object, "refreshToken"));
  self->client_id = g_strdup (get_string (object, "clientId"));
  self->client_secret = g_strdup (get_string (object, "clientSecret"));
  if (!get_time (object, "registrationExpiresAt", &self->registration_expiration_us))
    self->registration_expiration_us = 0;
  return self;
}

static JsonObject *
read_object (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  JsonObject *object;
  const char *text;
  gsize size;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (
        error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED, "There is no SSO token in the file %s", path);
    return NULL;
  }
  bytes = aws_secret_file_read (path, MAX_FILE_SIZE, NULL, error);
  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &size);
  object = aws_json_parse_object (text, size);
  if (object == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The file %s holds no SSO token: it is not a JSON object", path);
  return object;
}

AwsSsoToken *
aws_sso_token_read (const char *path, GError **error)
{
  g_autoptr (JsonObject) object = read_object (path, error);

  return object != NULL ? make_token (object, path, error) : NULL;
}

static void
set_string (JsonObject *object, const char *name, const char *value)
{
  const char *actual = find_name (object, name);
  g_autofree char *copy = g_strdup (actual != NULL ? actual : name);

  if (value != NULL)
    json_object_set_string_member (object, copy, value);
}

/* To be freed with aws_secret_free(). */
static char *
format_object (JsonObject *object)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (root, object);
  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

/* Newer versions of GLib give the new file the mode of the old one. */
static gboolean
take_from_others (const char *path, GError **error)
{
  if (g_chmod (path, 0600) == 0)
    return TRUE;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno),
      "%s cannot be restricted to its owner: %s", path, g_strerror (errno));
  return FALSE;
}

gboolean
aws_sso_token_write (const AwsSsoToken *self, const char *path, GError **error)
{
  g_autoptr (JsonObject) object = read_object (path, error);
  g_autoptr (GDateTime) expiration =
      g_date_time_new_from_unix_utc (self->expiration_us / G_USEC_PER_SEC);
  g_autofree char *expires_at = g_date_time_format (expiration, "%Y-%m-%dT%H:%M:%SZ");
  gboolean is_written;
  char *text;

  if (object == NULL || !take_from_others (path, error))
    return FALSE;
  set_string (object, "accessToken", self->access_token);
  set_string (object, "expiresAt", expires_at);
  set_string (object, "refreshToken", self->refresh_token);
  text = format_object (object);
  is_written = g_file_set_contents_full (
      path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
  aws_secret_free (text);
  return is_written;
}

gboolean
aws_sso_token_can_renew (const AwsSsoToken *self, gint64 now_us)
{
  return self->refresh_token != NULL && self->client_id != NULL && self->client_secret != NULL &&
         self->registration_expiration_us > now_us;
}

/* The token that is being renewed, and the time. */
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

/* How long the token of @reply is valid, in seconds; 0 if there is none. */
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
read_reply (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
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

/* Reduces the message of a rejected request to what cannot be secret: host, status and code. */
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
aws_sso_token_renew (AwsClient *client, GUri *endpoint, const AwsSsoToken *token,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (GUri) uri = aws_endpoint_with_operation (endpoint, "/token");
  g_autoptr (GBytes) body = make_body (token);
  const char *const secrets[] = {
      token->client_secret, token->refresh_token, token->access_token, NULL};
  const AwsRequest request = {.method = "POST",
      .uri = uri,
      .content_type = "application/json",
      .body = body,
      .secrets = secrets,
      .purpose = AWS_REQUEST_FOR_CREDENTIALS};
  Renewal renewal = {token, aws_client_get_clock (client)};
  GError *failure = NULL;
  AwsSsoToken *renewed =
      aws_client_call (client, &request, read_reply, &renewal, cancellable, &failure);

  if (failure != NULL) {
    drop_words (failure, uri);
    g_propagate_error (error, failure);
  }
  return renewed;
}

void
aws_sso_token_free (AwsSsoToken *self)
{
  aws_secret_free (self->access_token);
  aws_secret_free (self->refresh_token);
  aws_secret_free (self->client_id);
  aws_secret_free (self->client_secret);
  g_free (self);
}
