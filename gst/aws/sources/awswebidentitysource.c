/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awswebidentitysource.h"

#include "awsenvironment.h"
#include "awssecret.h"
#include "awssecretfile.h"

#include <string.h>

struct _AwsWebIdentitySource {
  GObject parent_instance;

  AwsConfig *config;
  char *token_file;
  AwsStsRole *role;
  GError *failure; /* what is wrong with the environment, or NULL; then the above are set */
  AwsSts sts;
};

static void aws_web_identity_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsWebIdentitySource, aws_web_identity_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_web_identity_source_source_init))

static void
aws_web_identity_source_finalize (GObject *object)
{
  AwsWebIdentitySource *self = AWS_WEB_IDENTITY_SOURCE (object);

  g_clear_object (&self->config);
  g_free (self->token_file);
  g_clear_pointer (&self->role, aws_sts_role_free);
  g_clear_error (&self->failure);
  aws_sts_clear (&self->sts);

  G_OBJECT_CLASS (aws_web_identity_source_parent_class)->finalize (object);
}

static void
aws_web_identity_source_class_init (AwsWebIdentitySourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_web_identity_source_finalize;
}

/* The length of @text without the newline that editors and scripts append. */
static gsize
measure_line (const char *text, gsize size)
{
  if (size > 0 && text[size - 1] == '\n')
    size--;
  if (size > 0 && text[size - 1] == '\r')
    size--;
  return size;
}

static gboolean
is_token (const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++) {
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  }
  return TRUE;
}

/* The token as it is in the file now, to be freed with aws_secret_free(). */
static char *
read_token (AwsWebIdentitySource *self, GError **error)
{
  g_autoptr (GBytes) bytes =
      aws_secret_file_read (self->token_file, AWS_WEB_IDENTITY_MAX_TOKEN_SIZE, NULL, error);
  const char *text;
  gsize size;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &size);
  size = measure_line (text, size);
  if (size == 0) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The file %s, which is to hold a web identity token, is empty", self->token_file);
    return NULL;
  }
  if (!is_token (text, size)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The file %s holds something other than one web identity token: there is a space, a control "
        "character or one outside ASCII in it",
        self->token_file);
    return NULL;
  }
  return g_strndup (text, size);
}

/* Advice for an error that a retry does not cure. */
static const char *
get_advice (const GError *failure)
{
  const char *code = aws_error_get_code (failure);

  if (g_strcmp0 (code, "AccessDenied") == 0)
    return ", which its trust policy has to allow";
  if (g_strcmp0 (code, "ExpiredTokenException") == 0)
    return ", which has expired and has to be renewed by the program that writes the file";
  return "";
}

static AwsCredentials *
ask (AwsWebIdentitySource *self, const char *token, GCancellable *cancellable, GError **error)
{
  GError *failure = NULL;
  AwsCredentials *credentials = NULL;

  if (aws_sts_connect (&self->sts, self->config, NULL, &failure))
    credentials = aws_sts_assume_role_with_web_identity (
        &self->sts, self->role, token, cancellable, &failure);
  if (failure != NULL) {
    const char *advice = get_advice (failure);

    g_propagate_prefixed_error (error, failure,
        "The role %s cannot be assumed with the token in %s%s: ", self->role->role_arn,
        self->token_file, advice);
  }
  return credentials;
}

static AwsCredentials *
aws_web_identity_source_fetch (
    AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsWebIdentitySource *self = AWS_WEB_IDENTITY_SOURCE (source);
  AwsCredentials *credentials;
  char *token;

  if (self->failure != NULL) {
    g_propagate_error (error, g_error_copy (self->failure));
    return NULL;
  }
  token = read_token (self, error);
  if (token == NULL)
    return NULL;
  credentials = ask (self, token, cancellable, error);
  aws_secret_free (token);
  return credentials;
}

static const char *
aws_web_identity_source_get_name (AwsCredentialSource *source)
{
  return "web-identity";
}

static void
aws_web_identity_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_web_identity_source_fetch;
  iface->get_name = aws_web_identity_source_get_name;
}

static void
aws_web_identity_source_init (AwsWebIdentitySource *self)
{
}

AwsCredentialSource *
aws_web_identity_source_new (AwsConfig *config, const char *token_file, const AwsStsRole *role)
{
  AwsWebIdentitySource *self = g_object_new (AWS_TYPE_WEB_IDENTITY_SOURCE, NULL);

  self->config = g_object_ref (config);
  self->token_file = aws_environment_expand_home (token_file);
  self->role = aws_sts_role_copy (role, aws_config_get_clock (config));
  return AWS_CREDENTIAL_SOURCE (self);
}

static AwsCredentialSource *
new_failing (GError *failure)
{
  AwsWebIdentitySource *self = g_object_new (AWS_TYPE_WEB_IDENTITY_SOURCE, NULL);

  self->failure = failure;
  return AWS_CREDENTIAL_SOURCE (self);
}

AwsCredentialSource *
aws_web_identity_source_new_from_environment (AwsConfig *config)
{
  const char *token_file = aws_config_get (config, "AWS_WEB_IDENTITY_TOKEN_FILE", NULL);
  const AwsStsRole role = {
      .role_arn = aws_config_get (config, "AWS_ROLE_ARN", NULL),
      .session_name = aws_config_get (config, "AWS_ROLE_SESSION_NAME", NULL),
  };

  if (token_file == NULL)
    return new_failing (g_error_new_literal (
        AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, "AWS_WEB_IDENTITY_TOKEN_FILE is not set"));
  if (role.role_arn == NULL)
    return new_failing (g_error_new_literal (AWS_ERROR, AWS_ERROR_SETTINGS,
        "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN, the role that the token is for, is "
        "not"));
  return aws_web_identity_source_new (config, token_file, &role);
}
