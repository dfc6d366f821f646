/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An expiration that cannot be read is an error: if it counted as "never", the credentials would be
 * kept until the service rejects them. */
#include "awscredentialsdocument.h"

#include "awserror.h"

#define US_PER_MS 1000

gboolean
aws_credentials_document_parse_expiration (const char *text, gint64 *expiration_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  if (time == NULL)
    return FALSE;
  *expiration_us = g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time);
  return TRUE;
}

static gboolean
is_missing (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ||
         g_strcmp0 (aws_json_get_string (object, name), "") == 0;
}

/* The string @name of @object. One that is missing is %NULL, which is an error if it is @needed. */
static gboolean
get_text (JsonObject *object, const char *name, gboolean needed, const char **text, GError **error)
{
  *text = NULL;
  if (is_missing (object, name)) {
    if (needed)
      g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "%s is missing", name);
    return !needed;
  }
  *text = aws_json_get_string (object, name);
  if (*text == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, "%s is not a string", name);
  return *text != NULL;
}

static gboolean
get_expiration_in_ms (JsonObject *object, const char *name, gint64 *expiration_us)
{
  gint64 ms;

  if (!aws_json_get_int (object, name, &ms) || ms < 0 || ms > G_MAXINT64 / US_PER_MS)
    return FALSE;
  *expiration_us = ms * US_PER_MS;
  return TRUE;
}

static gboolean
get_expiration (
    const AwsCredentialsDocument *self, JsonObject *object, gint64 *expiration_us, GError **error)
{
  const char *text;

  *expiration_us = AWS_CREDENTIALS_FOREVER;
  if (!self->needs_expiration && is_missing (object, self->expiration))
    return TRUE;

  if (self->expiration_in_ms && !is_missing (object, self->expiration)) {
    if (get_expiration_in_ms (object, self->expiration, expiration_us))
      return TRUE;
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s is not a number of milliseconds since 1970", self->expiration);
    return FALSE;
  }

  if (!get_text (object, self->expiration, TRUE, &text, error))
    return FALSE;
  if (!aws_credentials_document_parse_expiration (text, expiration_us)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY,
        "%s is not a time with a zone, such as 2026-11-20T08:00:00Z", self->expiration);
    return FALSE;
  }
  return TRUE;
}

AwsCredentials *
aws_credentials_document_read (
    const AwsCredentialsDocument *self, JsonObject *object, GError **error)
{
  const char *access_key, *secret_key, *session_token;
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  gint64 expiration_us;

  if (!get_text (object, self->access_key, TRUE, &access_key, error) ||
      !get_text (object, self->secret_key, TRUE, &secret_key, error) ||
      !get_text (object, self->session_token, self->needs_session_token, &session_token, error) ||
      !get_expiration (self, object, &expiration_us, error))
    return NULL;

  credentials =
      aws_credentials_new_expiring (access_key, secret_key, session_token, expiration_us, &cause);
  if (credentials == NULL)
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_BAD_REPLY, cause->message);
  return credentials;
}
