/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsservice.h"

/* From botocore's service models: serviceId, endpointPrefix and signingName. */
static const struct {
  const char *name;
  const char *id;
  const char *host_prefix;
  const char *signing_name;
} services[] = {
    [AWS_SERVICE_KINESIS_VIDEO] = {"kinesisvideo", "kinesis_video", "kinesisvideo", "kinesisvideo"},
    [AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA] = {"kinesis-video-archived-media",
        "kinesis_video_archived_media", "kinesisvideo", "kinesisvideo"},
    [AWS_SERVICE_STS] = {"sts", "sts", "sts", "sts"},
    [AWS_SERVICE_SSO] = {"sso", "sso", "portal.sso", "awsssoportal"},
    [AWS_SERVICE_SSO_OIDC] = {"ssooidc", "sso_oidc", "oidc", "sso-oauth"},
};

gboolean
aws_service_find (const char *name, AwsService *service)
{
  for (gsize i = 0; i < G_N_ELEMENTS (services); i++) {
    if (g_str_equal (services[i].name, name)) {
      *service = (AwsService)i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
aws_service_get_id (AwsService service)
{
  return services[service].id;
}

const char *
aws_service_get_host_prefix (AwsService service)
{
  return services[service].host_prefix;
}

const char *
aws_service_get_signing_name (AwsService service)
{
  return services[service].signing_name;
}
