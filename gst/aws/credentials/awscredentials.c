/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Everything here ends up in a header of a request or in its signature, so characters that could
 * end a header are rejected here. */
#include "awscredentials.h"

#include "awsenvironment.h"
#include "awserror.h"
#include "awssecret.h"

struct _AwsCredentials {
  char *access_key;
  char *secret_key;
  char *session_token;
  gint64 expiration_us;
};

G_DEFINE_BOXED_TYPE (AwsCredentials, aws_credentials, aws_credentials_ref, aws_credentials_unref)

static void
aws_credentials_clear (gpointer data)
{
  AwsCredentials *self = data;

  aws_secret_free (self->access_key);
  aws_secret_free (self->secret_key);
  aws_secret_free (self->session_token);
}

static gboolean
check_part (const char *name, const char *value, GError **error)
{
  if (value == NULL || value[0] == '\0') {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "The %s is empty", name);
    return FALSE;
  }

  for (const char *c = value; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c)) {
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
          "The %s holds a space, a control character or one outside ASCII; check that it was copied "
          "completely and without anything else",
          name);
      return FALSE;
    }
  }
  return TRUE;
}

AwsCredentials *
aws_credentials_new (
    const char *access_key, const char *secret_key, const char *session_token, GError **error)
{
  return aws_credentials_new_expiring (
      access_key, secret_key, session_token, AWS_CREDENTIALS_FOREVER, error);
}

AwsCredentials *
aws_credentials_new_expiring (const char *access_key, const char *secret_key,
    const char *session_token, gint64 expiration_us, GError **error)
{
  AwsCredentials *self;

  if (!check_part ("access key", access_key, error) ||
      !check_part ("secret key", secret_key, error) ||
      (session_token != NULL && !check_part ("session token", session_token, error)))
    return NULL;

  self = g_atomic_rc_box_new0 (AwsCredentials);
  self->access_key = g_strdup (access_key);
  self->secret_key = g_strdup (secret_key);
  self->session_token = g_strdup (session_token);
  self->expiration_us = expiration_us;
  return self;
}

AwsCredentials *
aws_credentials_new_from_environment (GError **error)
{
  const char *access_key = aws_environment_get ("AWS_ACCESS_KEY_ID");
  const char *secret_key = aws_environment_get ("AWS_SECRET_ACCESS_KEY");
  const char *session_token = aws_environment_get ("AWS_SESSION_TOKEN");

  if (access_key == NULL && secret_key == NULL) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS,
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set in the environment");
    return NULL;
  }
  if (access_key == NULL || secret_key == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "Incomplete credentials: %s is set in the environment, but %s is not",
        access_key != NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
        access_key != NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    return NULL;
  }
  if (session_token == NULL)
    session_token = aws_environment_get ("AWS_SECURITY_TOKEN");
  return aws_credentials_new (access_key, secret_key, session_token, error);
}

AwsCredentials *
aws_credentials_ref (AwsCredentials *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
aws_credentials_unref (AwsCredentials *self)
{
  g_atomic_rc_box_release_full (self, aws_credentials_clear);
}

gboolean
aws_credentials_equal (AwsCredentials *a, AwsCredentials *b)
{
  return g_str_equal (a->access_key, b->access_key) && g_str_equal (a->secret_key, b->secret_key) &&
         g_strcmp0 (a->session_token, b->session_token) == 0;
}

const char *
aws_credentials_get_access_key (AwsCredentials *self)
{
  return self->access_key;
}

const char *
aws_credentials_get_secret_key (AwsCredentials *self)
{
  return self->secret_key;
}

const char *
aws_credentials_get_session_token (AwsCredentials *self)
{
  return self->session_token;
}

gint64
aws_credentials_get_expiration (AwsCredentials *self)
{
  return self->expiration_us;
}
