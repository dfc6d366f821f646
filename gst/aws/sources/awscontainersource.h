/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of a container: ECS, EKS Pod Identity, Greengrass. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_CONTAINER_SOURCE (aws_container_source_get_type ())

/**
 * AwsContainerSource:
 * A source, `container`, that asks a server which the environment names:
 *
 * - `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` is a path at http://169.254.170.2, and takes precedence over
 * - `AWS_CONTAINER_CREDENTIALS_FULL_URI`, whose scheme is https, or http where the host is
 *   `localhost`, a loopback address, 169.254.170.2, 169.254.170.23 or [fd00:ec2::23]; an address has
 *   to be written out, because name servers decide what a name stands for.
 *
 * The token of `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`, else of `AWS_CONTAINER_AUTHORIZATION_TOKEN`,
 * goes into the header `Authorization` as it is. The file is read for each fetch, and is the token to
 * the last byte: one that ends in a newline is an error. It is read only if it may be sent to that
 * server.
 *
 * No proxy takes part, and no redirect is followed. Credentials without an expiration do not
 * expire.
 */
G_DECLARE_FINAL_TYPE (AwsContainerSource, aws_container_source, AWS, CONTAINER_SOURCE, GObject)

/**
 * aws_container_source_new:
 * @config: the environment, the authorities and the time
 *
 * A fetch fails with %AWS_ERROR_NO_CREDENTIALS where neither URI is set, with %AWS_ERROR_SETTINGS
 * where the URI or the token cannot be used, and with an error of aws_credentials_server_fetch().
 *
 * Returns: (transfer full): a source that has not asked yet
 */
AwsCredentialSource *aws_container_source_new (AwsConfig *config);

/**
 * aws_container_source_set_timeout:
 * @timeout_ms: how long one attempt may take, instead of 5 s
 *
 * Sets the timeout of the following fetches.
 */
void aws_container_source_set_timeout (AwsContainerSource *self, guint timeout_ms);

/**
 * aws_container_source_find_uri:
 * @config: the environment
 * @error: %AWS_ERROR_NO_CREDENTIALS where neither URI is set, %AWS_ERROR_SETTINGS where it is not one
 *     that may be asked; it names the variable
 *
 * Returns: (transfer full) (nullable): the URI of the server
 */
GUri *aws_container_source_find_uri (AwsConfig *config, GError **error);

G_END_DECLS
