/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The credentials: what the caller has set itself, else what AWS's tools would find on this machine. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsprovider.h"
#include "awsiotsource.h"

G_BEGIN_DECLS

/**
 * AwsIdentityOptions:
 * @access_key: (nullable): an access key id, with @secret_key
 * @secret_key: (nullable): its secret, with @access_key
 * @session_token: (nullable): the session token of temporary keys, with both of them
 * @credential_path: (nullable): a file as of aws_credential_file_source_new()
 * @iot: (nullable): a device with a certificate
 * @role_arn: (nullable): the ARN of a role to assume with the identity
 * @external_id: (nullable): what the trust policy of that role may ask for
 *
 * What the caller has set itself. Keys that are set may not be empty; other values that are empty or
 * blank count as unset.
 */
typedef struct {
  const char *access_key;
  const char *secret_key;
  const char *session_token;
  const char *credential_path;
  const AwsIotOptions *iot;
  const char *role_arn;
  const char *external_id;
} AwsIdentityOptions;

/**
 * aws_identity_new_source:
 * @config: the configuration, and with it the profile that the caller has set itself
 * @options: (nullable): what the caller has set itself
 * @error: %AWS_ERROR_SETTINGS if two identities are set, or half of one, or one that is malformed; it
 *     has kvssink's names of the options
 *
 * Takes the one identity that the caller has set itself, and nothing else. Without one, it is the first
 * that is there of: the keys in the environment; the web identity in the environment; the selected
 * profile; the container's; the instance's. That is the order of AWS's SDKs, but that some of them put
 * the profile ahead of the web identity. A role is assumed with that identity.
 *
 * Returns: (transfer full) (nullable): a source of the credentials
 */
AwsCredentialSource *aws_identity_new_source (
    AwsConfig *config, const AwsIdentityOptions *options, GError **error);

/**
 * aws_identity_get_provider:
 * @config: the configuration, and with it the profile that the caller has set itself
 * @options: (nullable): what the caller has set itself
 * @error: as of aws_identity_new_source()
 *
 * Gives the provider of what aws_identity_new_source() makes. As long as it lives, all callers with the
 * same configuration and options get the same one, so that many clients of a process ask once. No other
 * caller gets it.
 *
 * Returns: (transfer full) (nullable): the provider
 */
AwsCredentialsProvider *aws_identity_get_provider (
    AwsConfig *config, const AwsIdentityOptions *options, GError **error);

G_END_DECLS
