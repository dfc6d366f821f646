/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsloginsource.h"

#include "awscredentialsdocument.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awssecretfile.h"

/* Many times what such a file has. */
#define MAX_FILE_SIZE (64 * 1024)

struct _AwsLoginSource {
  GObject parent_instance;

  AwsClock *clock;
  char *path;
  char *profile;
};

static void aws_login_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsLoginSource, aws_login_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_login_source_source_init))

static void
aws_login_source_finalize (GObject *object)
{
  AwsLoginSource *self = AWS_LOGIN_SOURCE (object);

  g_clear_object (&self->clock);
  g_free (self->path);
  g_free (self->profile);

  G_OBJECT_CLASS (aws_login_source_parent_class)->finalize (object);
}

static void
aws_login_source_class_init (AwsLoginSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_login_source_finalize;
}

static void
set_error (AwsLoginSource *self, AwsError code, const char *what, GError **error)
{
  g_set_error (error, AWS_ERROR, (int)code, "%s in the file %s; run aws login --profile %s", what,
      self->path, self->profile);
}

static AwsCredentials *
read_document (AwsLoginSource *self, JsonObject *object, GError **error)
{
  static const AwsCredentialsDocument document = {
      .access_key = "accessKeyId",
      .secret_key = "secretAccessKey",
      .session_token = "sessionToken",
      .expiration = "expiresAt",
      .needs_session_token = TRUE,
      .needs_expiration = TRUE,
  };
  JsonObject *token = object != NULL ? aws_json_get_object (object, "accessToken") : NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *what = NULL;
  AwsCredentials *credentials;

  if (token == NULL) {
    set_error (self, AWS_ERROR_SETTINGS, "There is something other than credentials", error);
    return NULL;
  }
  credentials = aws_credentials_document_read (&document, token, &cause);
  if (credentials == NULL) {
    what = g_strdup_printf ("There are credentials that cannot be used (%s)", cause->message);
    set_error (self, AWS_ERROR_SETTINGS, what, error);
  }
  return credentials;
}

static AwsCredentials *
read_credentials (AwsLoginSource *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (JsonObject) object = NULL;
  const char *text;
  gsize size;

  if (!g_file_test (self->path, G_FILE_TEST_EXISTS)) {
    set_error (self, AWS_ERROR_NOT_AUTHORIZED, "There are no credentials", error);
    return NULL;
  }
  bytes = aws_secret_file_read (self->path, MAX_FILE_SIZE, NULL, error);
  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &size);
  object = aws_json_parse_object (text, size);
  return read_document (self, object, error);
}

static AwsCredentials *
aws_login_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsLoginSource *self = AWS_LOGIN_SOURCE (source);
  g_autoptr (AwsCredentials) credentials = read_credentials (self, error);

  if (credentials == NULL)
    return NULL;
  if (aws_credentials_get_expiration (credentials) <= aws_clock_get_real_time (self->clock)) {
    set_error (self, AWS_ERROR_NOT_AUTHORIZED, "There are expired credentials", error);
    return NULL;
  }
  return g_steal_pointer (&credentials);
}

static const char *
aws_login_source_get_name (AwsCredentialSource *source)
{
  return "login";
}

static void
aws_login_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_login_source_fetch;
  iface->get_name = aws_login_source_get_name;
}

static void
aws_login_source_init (AwsLoginSource *self)
{
}

static char *
make_path (AwsConfig *config, const char *session)
{
  const char *configured = aws_config_get (config, "AWS_LOGIN_CACHE_DIRECTORY", NULL);
  g_autofree char *folder =
      aws_environment_expand_home (configured != NULL ? configured : "~/.aws/login/cache");
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, session, -1);
  g_autofree char *name = g_strconcat (hash, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

AwsCredentialSource *
aws_login_source_new (AwsConfig *config, const char *session, const char *profile)
{
  AwsLoginSource *self = g_object_new (AWS_TYPE_LOGIN_SOURCE, NULL);

  self->clock = g_object_ref (aws_config_get_clock (config));
  self->path = make_path (config, session);
  self->profile = g_strdup (profile);
  return AWS_CREDENTIAL_SOURCE (self);
}
