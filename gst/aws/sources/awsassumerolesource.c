/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsassumerolesource.h"

#include "awslog.h"

struct _AwsAssumeRoleSource {
  GObject parent_instance;

  AwsConfig *config;
  AwsCredentialsProvider *base;
  AwsStsRole *role;
  AwsSts sts;
};

static void aws_assume_role_source_source_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsAssumeRoleSource, aws_assume_role_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_assume_role_source_source_init))

static void
aws_assume_role_source_finalize (GObject *object)
{
  AwsAssumeRoleSource *self = AWS_ASSUME_ROLE_SOURCE (object);

  g_clear_object (&self->config);
  g_clear_object (&self->base);
  g_clear_pointer (&self->role, aws_sts_role_free);
  aws_sts_clear (&self->sts);

  G_OBJECT_CLASS (aws_assume_role_source_parent_class)->finalize (object);
}

static void
aws_assume_role_source_class_init (AwsAssumeRoleSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_assume_role_source_finalize;
}

/* Checked before the call: the call would repeat the retries that the base has already made. */
static gboolean
check_base (AwsAssumeRoleSource *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credentials_provider_get (
      self->base, aws_client_get_clock_offset (self->sts.client), cancellable, &failure);

  if (credentials != NULL)
    return TRUE;
  if (g_error_matches (failure, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS))
    g_set_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
        "there are no credentials to do that with: %s", failure->message);
  else
    g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static AwsCredentials *
ask (AwsAssumeRoleSource *self, GCancellable *cancellable, GError **error)
{
  if (!aws_sts_connect (&self->sts, self->config, self->base, error) ||
      !check_base (self, cancellable, error))
    return NULL;
  aws_log_debug ("Assuming the role %s", self->role->role_arn);
  return aws_sts_assume_role (&self->sts, self->role, cancellable, error);
}

static AwsCredentials *
aws_assume_role_source_fetch (
    AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsAssumeRoleSource *self = AWS_ASSUME_ROLE_SOURCE (source);
  GError *failure = NULL;
  AwsCredentials *credentials = ask (self, cancellable, &failure);

  if (failure != NULL)
    g_propagate_prefixed_error (
        error, failure, "The role %s cannot be assumed: ", self->role->role_arn);
  return credentials;
}

static const char *
aws_assume_role_source_get_name (AwsCredentialSource *source)
{
  return "assume-role";
}

static void
aws_assume_role_source_source_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_assume_role_source_fetch;
  iface->get_name = aws_assume_role_source_get_name;
}

static void
aws_assume_role_source_init (AwsAssumeRoleSource *self)
{
}

AwsCredentialSource *
aws_assume_role_source_new (AwsConfig *config, AwsCredentialSource *base, const AwsStsRole *role)
{
  AwsAssumeRoleSource *self = g_object_new (AWS_TYPE_ASSUME_ROLE_SOURCE, NULL);
  AwsClock *clock = aws_config_get_clock (config);
  /* No client shares this provider, so its name has to be unique. */
  g_autofree char *id = g_uuid_string_random ();

  self->config = g_object_ref (config);
  self->base = aws_credentials_provider_new (base, id, clock);
  self->role = aws_sts_role_copy (role, clock);
  return AWS_CREDENTIAL_SOURCE (self);
}
