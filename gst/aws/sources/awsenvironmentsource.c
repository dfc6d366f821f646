/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsenvironmentsource.h"

struct _AwsEnvironmentSource {
  GObject parent_instance;

  AwsCredentials *credentials; /* or NULL, and failure */
  GError *failure;
};

static void aws_environment_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsEnvironmentSource, aws_environment_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_environment_source_source_init))

static void
aws_environment_source_finalize (GObject *object)
{
  AwsEnvironmentSource *self = AWS_ENVIRONMENT_SOURCE (object);

  g_clear_pointer (&self->credentials, aws_credentials_unref);
  g_clear_error (&self->failure);

  G_OBJECT_CLASS (aws_environment_source_parent_class)->finalize (object);
}

static void
aws_environment_source_class_init (AwsEnvironmentSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_environment_source_finalize;
}

static AwsCredentials *
aws_environment_source_fetch (
    AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsEnvironmentSource *self = AWS_ENVIRONMENT_SOURCE (source);

  if (self->credentials == NULL) {
    g_propagate_error (error, g_error_copy (self->failure));
    return NULL;
  }
  return aws_credentials_ref (self->credentials);
}

static const char *
aws_environment_source_get_name (AwsCredentialSource *source)
{
  return "env";
}

static void
aws_environment_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_environment_source_fetch;
  iface->get_name = aws_environment_source_get_name;
}

static void
aws_environment_source_init (AwsEnvironmentSource *self)
{
}

AwsCredentialSource *
aws_environment_source_new (void)
{
  AwsEnvironmentSource *self = g_object_new (AWS_TYPE_ENVIRONMENT_SOURCE, NULL);

  self->credentials = aws_credentials_new_from_environment (&self->failure);
  return AWS_CREDENTIAL_SOURCE (self);
}
