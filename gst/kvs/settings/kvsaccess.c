/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsaccess.h"

#include "kvserror.h"
#include "kvsstream.h"

#include <awsenvironment.h>
#include <awsidentity.h>
#include <awsregion.h>
#include <awsresolver.h>

static char *
make_user_agent (const KvsSettings *settings)
{
  g_autoptr (GString) user_agent = g_string_new (settings->user_agent);

  g_string_replace (user_agent, "{VERSION}", PACKAGE_VERSION, 0);
  return g_string_free (g_steal_pointer (&user_agent), FALSE);
}

static gboolean
check_region (const KvsSettings *settings, GError **error)
{
  if (aws_environment_is_blank (settings->aws_region) || aws_region_is_valid (settings->aws_region))
    return TRUE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "aws-region is '%s', which cannot be used: a region has letters, digits and dashes, such as "
      "eu-central-1",
      settings->aws_region);
  return FALSE;
}

static AwsConfig *
make_config_for_region (const KvsSettings *settings, const char *region, GError **error)
{
  g_autofree char *user_agent = make_user_agent (settings);
  const AwsConfigOptions options = {
      .profile = settings->profile,
      .region = region,
      .use_fips_endpoint = settings->use_fips_endpoint,
      .use_dualstack_endpoint = settings->use_dualstack_endpoint,
      .max_attempts = settings->max_attempts,
      .connection_timeout_ms = settings->connection_timeout * 1000,
      .completion_timeout_ms = settings->completion_timeout * 1000,
      .proxy = settings->proxy,
      .ca_file = settings->ca_file,
      .user_agent = user_agent,
  };

  return aws_config_new (&options, error);
}

/* The region of an ARN is the last resort, for everything that needs one. */
static AwsConfig *
make_config (const KvsSettings *settings, GError **error)
{
  g_autoptr (AwsConfig) config = NULL;
  g_autofree char *region = NULL;

  if (!check_region (settings, error))
    return NULL;
  config = make_config_for_region (settings, settings->aws_region, error);
  if (config == NULL || aws_config_get_region (config))
    return g_steal_pointer (&config);
  if (settings->stream_arn)
    region = kvs_stream_arn_get_region (settings->stream_arn);
  if (region)
    return make_config_for_region (settings, region, error);
  if (!aws_profiles_check (aws_config_get_profiles (config), error)) {
    g_prefix_error (error, "aws-region is not set, and the file that may have it is no good: ");
    return NULL;
  }
  g_set_error_literal (error, KVS_ERROR, KVS_ERROR_INVALID,
      "aws-region is not set, and neither AWS_REGION nor AWS_DEFAULT_REGION nor the profile nor a "
      "stream-arn says which region the stream is in");
  return NULL;
}

static AwsCredentialsProvider *
make_credentials (
    const KvsSettings *settings, const AwsIotOptions *iot, AwsConfig *config, GError **error)
{
  g_autofree char *stream_name = kvs_settings_get_title (settings);
  AwsIotOptions device = iot ? *iot : (AwsIotOptions){NULL};
  const AwsIdentityOptions options = {
      .access_key = settings->access_key,
      .secret_key = settings->secret_key,
      .session_token = settings->session_token,
      .role_arn = settings->role_arn,
      .external_id = settings->external_id,
      .credential_path = settings->credential_path,
      .iot = iot ? &device : NULL,
  };

  if (device.thing_name == NULL)
    device.thing_name = stream_name;
  return aws_identity_get_provider (config, &options, error);
}

gboolean
kvs_access_init (
    KvsAccess *self, const KvsSettings *settings, const AwsIotOptions *iot, GError **error)
{
  g_autoptr (AwsConfig) config = make_config (settings, error);
  g_autoptr (AwsEndpoint) endpoint = NULL;
  g_autoptr (GUri) images_endpoint = NULL;
  g_autoptr (AwsCredentialsProvider) credentials = NULL;
  g_autoptr (GError) cause = NULL;

  *self = (KvsAccess){NULL};
  if (config == NULL)
    return FALSE;
  endpoint =
      aws_resolver_resolve (config, AWS_SERVICE_KINESIS_VIDEO, NULL, settings->endpoint_url, error);
  if (endpoint == NULL)
    return FALSE;
  images_endpoint =
      aws_resolver_find_override (config, AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA, &cause);
  if (cause) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (!aws_config_check_uri (config, images_endpoint ? images_endpoint : endpoint->uri, error))
    return FALSE;
  credentials = make_credentials (settings, iot, config, error);
  if (credentials == NULL)
    return FALSE;
  self->client = aws_config_new_client (config, credentials, endpoint->signing_region);
  self->endpoint = g_uri_ref (endpoint->uri);
  self->images_endpoint = g_steal_pointer (&images_endpoint);
  return TRUE;
}

void
kvs_access_clear (KvsAccess *self)
{
  g_clear_object (&self->client);
  g_clear_pointer (&self->endpoint, g_uri_unref);
  g_clear_pointer (&self->images_endpoint, g_uri_unref);
}
