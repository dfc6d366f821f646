/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The endpoint of a service: the one that is configured, else that of the rules of AWS's partitions. */
#pragma once

#include "awsconfig.h"
#include "awsservice.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * AwsEndpoint:
 * @uri: the endpoint, without an operation's path
 * @signing_region: (nullable): the region that is signed for; %NULL where none is set, which only a
 *     configured endpoint can do without
 * @is_custom: whether it was configured, and not made by AWS's rules
 *
 * The endpoint of a service.
 */
typedef struct {
  GUri *uri;
  char *signing_region;
  gboolean is_custom;
} AwsEndpoint;

/**
 * aws_resolver_resolve:
 * @config: the configuration
 * @region: (nullable): the region, where it is not the configuration's
 * @url: (nullable): an endpoint that the caller has set itself; a blank one counts as unset
 * @error: %AWS_ERROR_SETTINGS, which names the setting, where it is set, and what to do
 *
 * Takes @url, else `AWS_ENDPOINT_URL_` and the service, else `AWS_ENDPOINT_URL`, else that of the
 * profile's `services` section or `endpoint_url`, else AWS's rules for the region, which are
 * those of botocore's endpoint rule sets, for the regional STS. A configured endpoint may be http, and
 * cannot go with FIPS or dual-stack endpoints. `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, or the profile's
 * `ignore_configured_endpoint_urls`, leaves only @url and the rules.
 *
 * Returns: (transfer full) (nullable): the endpoint of @service
 */
AwsEndpoint *aws_resolver_resolve (
    AwsConfig *config, AwsService service, const char *region, const char *url, GError **error);

/**
 * aws_resolver_find_override:
 * @config: the configuration
 * @error: %AWS_ERROR_SETTINGS, where what was configured cannot be used
 *
 * Looks for an endpoint that was configured for @service alone (`AWS_ENDPOINT_URL_…` with its name, or
 * the profile's `services` section), which beats what GetDataEndpoint answers. Sets no error where
 * there is none.
 *
 * Returns: (transfer full) (nullable): that endpoint
 */
GUri *aws_resolver_find_override (AwsConfig *config, AwsService service, GError **error);

void aws_endpoint_free (AwsEndpoint *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsEndpoint, aws_endpoint_free)

G_END_DECLS
