/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awserror.h"

#include "awserrorcode.h"

#include <libsoup/soup.h>

typedef struct {
  guint http_status;
  char *code;
  char *request_id;
  gint64 retry_after_ms;
} AwsErrorPrivate;

static void
aws_error_private_init (AwsErrorPrivate *priv)
{
  priv->retry_after_ms = -1;
}

static void
aws_error_private_copy (const AwsErrorPrivate *source, AwsErrorPrivate *target)
{
  target->http_status = source->http_status;
  target->code = g_strdup (source->code);
  target->request_id = g_strdup (source->request_id);
  target->retry_after_ms = source->retry_after_ms;
}

static void
aws_error_private_clear (AwsErrorPrivate *priv)
{
  g_free (priv->code);
  g_free (priv->request_id);
}

/* Clang cannot know that GLib aligns what the macro casts. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR (AwsError, aws_error)
#pragma GCC diagnostic pop

/* The private part of an error of any domain, or NULL. */
static AwsErrorPrivate *
peek_private (const GError *error)
{
  return error != NULL && error->domain == AWS_ERROR ? aws_error_get_private (error) : NULL;
}

void
aws_error_set_reply (GError *error, guint http_status, const char *code, const char *request_id)
{
  AwsErrorPrivate *priv = peek_private (error);
  g_autofree char *message = NULL;

  if (priv == NULL)
    return;

  priv->http_status = http_status;
  priv->code = g_strdup (code);
  priv->request_id = g_strdup (request_id);
  if (request_id != NULL) {
    message = error->message;
    error->message = g_strdup_printf ("%s (request %s)", message, request_id);
  }
}

void
aws_error_set_retry_after_ms (GError *error, gint64 ms)
{
  AwsErrorPrivate *priv = peek_private (error);

  if (priv != NULL)
    priv->retry_after_ms = ms;
}

guint
aws_error_get_http_status (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->http_status : 0;
}

const char *
aws_error_get_code (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->code : NULL;
}

const char *
aws_error_get_request_id (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->request_id : NULL;
}

static AwsErrorClass
get_class_of_status (guint status)
{
  switch (status) {
    case SOUP_STATUS_INTERNAL_SERVER_ERROR:
    case SOUP_STATUS_BAD_GATEWAY:
    case SOUP_STATUS_SERVICE_UNAVAILABLE:
    case SOUP_STATUS_GATEWAY_TIMEOUT:
      return AWS_ERROR_CLASS_TRANSIENT;
    case AWS_STATUS_TOO_MANY_REQUESTS:
      return AWS_ERROR_CLASS_THROTTLING;
    default:
      return AWS_ERROR_CLASS_FINAL;
  }
}

static gboolean
is_about_status (const AwsErrorPrivate *priv)
{
  return priv->http_status != 0 && priv->http_status != SOUP_STATUS_OK;
}

AwsErrorClass
aws_error_get_class (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);
  const AwsErrorCode *known;

  if (priv == NULL)
    return AWS_ERROR_CLASS_FINAL;
  known = aws_error_code_find (priv->code);
  if (known != NULL && known->error_class != AWS_ERROR_CLASS_FINAL)
    return known->error_class;
  if (error->code == AWS_ERROR_BAD_REPLY)
    return AWS_ERROR_CLASS_TRANSIENT;
  if (is_about_status (priv))
    return get_class_of_status (priv->http_status);

  switch (error->code) {
    case AWS_ERROR_HOST_NOT_FOUND:
    case AWS_ERROR_CONNECT:
    case AWS_ERROR_TIMEOUT:
    case AWS_ERROR_CUT_OFF:
      return AWS_ERROR_CLASS_TRANSIENT;
    default:
      return AWS_ERROR_CLASS_FINAL;
  }
}

gint64
aws_error_get_retry_after_ms (const GError *error)
{
  const AwsErrorPrivate *priv = peek_private (error);

  return priv != NULL ? priv->retry_after_ms : -1;
}
