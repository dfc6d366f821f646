/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The services that are called here, and the names they have in different places. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsService:
 * @AWS_SERVICE_KINESIS_VIDEO: Kinesis Video Streams, control plane
 * @AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA: Kinesis Video Streams, archived media
 * @AWS_SERVICE_STS: Security Token Service
 * @AWS_SERVICE_SSO: IAM Identity Center's portal
 * @AWS_SERVICE_SSO_OIDC: IAM Identity Center's OpenID Connect
 *
 * A service.
 */
typedef enum {
  AWS_SERVICE_KINESIS_VIDEO,
  AWS_SERVICE_KINESIS_VIDEO_ARCHIVED_MEDIA,
  AWS_SERVICE_STS,
  AWS_SERVICE_SSO,
  AWS_SERVICE_SSO_OIDC,
} AwsService;

/**
 * aws_service_find:
 * @name: the service's name: `kinesisvideo`, `kinesis-video-archived-media`, `sts`, `sso` or
 *     `ssooidc`
 * @service: (out): the service
 *
 * Returns: whether there is one of that name
 */
gboolean aws_service_find (const char *name, AwsService *service);

/**
 * aws_service_get_id:
 * Returns: (transfer none): its service id in the form that the shared files use as a key, such as
 *     `kinesis_video`; in upper case it is the end of `AWS_ENDPOINT_URL_…`
 */
const char *aws_service_get_id (AwsService service);

/**
 * aws_service_get_host_prefix:
 * Returns: (transfer none): the beginning of its hosts' names, such as `portal.sso`
 */
const char *aws_service_get_host_prefix (AwsService service);

/**
 * aws_service_get_signing_name:
 * Returns: (transfer none): the name that is signed for
 */
const char *aws_service_get_signing_name (AwsService service);

G_END_DECLS
