/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awscredentialsource.h"

G_DEFINE_INTERFACE (AwsCredentialSource, aws_credential_source, G_TYPE_OBJECT)

static void
aws_credential_source_default_init (AwsCredentialSourceInterface *iface)
{
}

AwsCredentials *
aws_credential_source_fetch (AwsCredentialSource *self, GCancellable *cancellable, GError **error)
{
  return AWS_CREDENTIAL_SOURCE_GET_IFACE (self)->fetch (self, cancellable, error);
}

const char *
aws_credential_source_get_name (AwsCredentialSource *self)
{
  return AWS_CREDENTIAL_SOURCE_GET_IFACE (self)->get_name (self);
}

gboolean
aws_credential_source_is_statically_stable (AwsCredentialSource *self)
{
  AwsCredentialSourceInterface *iface = AWS_CREDENTIAL_SOURCE_GET_IFACE (self);

  return iface->is_statically_stable != NULL && iface->is_statically_stable (self);
}
