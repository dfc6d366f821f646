/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsstaticsource.h"

struct _AwsStaticSource {
  GObject parent_instance;

  AwsCredentials *credentials;
  char *name;
};

static void aws_static_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsStaticSource, aws_static_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_static_source_source_init))

static void
aws_static_source_finalize (GObject *object)
{
  AwsStaticSource *self = AWS_STATIC_SOURCE (object);

  aws_credentials_unref (self->credentials);
  g_free (self->name);

  G_OBJECT_CLASS (aws_static_source_parent_class)->finalize (object);
}

static void
aws_static_source_class_init (AwsStaticSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_static_source_finalize;
}

static AwsCredentials *
aws_static_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  return aws_credentials_ref (AWS_STATIC_SOURCE (source)->credentials);
}

static const char *
aws_static_source_get_name (AwsCredentialSource *source)
{
  return AWS_STATIC_SOURCE (source)->name;
}

static void
aws_static_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_static_source_fetch;
  iface->get_name = aws_static_source_get_name;
}

static void
aws_static_source_init (AwsStaticSource *self)
{
}

AwsCredentialSource *
aws_static_source_new (AwsCredentials *credentials, const char *name)
{
  AwsStaticSource *self = g_object_new (AWS_TYPE_STATIC_SOURCE, NULL);

  self->credentials = aws_credentials_ref (credentials);
  self->name = g_strdup (name);
  return AWS_CREDENTIAL_SOURCE (self);
}
