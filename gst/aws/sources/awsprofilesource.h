/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of a profile of AWS's shared files, whatever it says they come from. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_PROFILE_SOURCE (aws_profile_source_get_type ())

/**
 * AwsProfileSource:
 * A source that does what a profile says. Of what a profile may have, this is the order:
 *
 * 1. `aws_access_key_id` and `aws_secret_access_key`, with or without `aws_session_token`; source
 *    `profile`
 * 2. `role_arn` with one of `source_profile`, `credential_source` (`Environment`,
 *    `Ec2InstanceMetadata` or `EcsContainer`, in any case) and `web_identity_token_file`, and with
 *    `role_session_name`, `external_id` and `duration_seconds` where they are set; source
 *    `assume-role` or `web-identity`
 * 3. `sso_account_id` and `sso_role_name`; source `sso`
 * 4. `login_session`; source `login`
 * 5. `credential_process`; source `process`
 *
 * But in the profile that was selected, `role_arn` comes before its own keys: they are there for the
 * role if the profile names itself as `source_profile`. A profile that is reached as the
 * `source_profile` of another has to have credentials, and may be a role in turn, any number of times,
 * if none of them comes twice.
 */
G_DECLARE_FINAL_TYPE (AwsProfileSource, aws_profile_source, AWS, PROFILE_SOURCE, GObject)

/**
 * aws_profile_source_new:
 * @config: the profiles, and all that their sources take from it; the region and the endpoints are
 *     those of the configuration's own profile
 * @profile: the name of the profile
 *
 * A fetch fails with %AWS_ERROR_NO_CREDENTIALS where the profile says nothing of credentials, or is
 * `default` and not there; with %AWS_ERROR_SETTINGS where what it says is not whole, contradicts
 * itself, forms a cycle, or takes a code that a user enters (`mfa_serial`); and as of the source
 * that it comes down to. The environment is read here and never again.
 *
 * Returns: (transfer full): a source that goes by the name of the one it comes down to, or by
 *     `profile` where there is none
 */
AwsCredentialSource *aws_profile_source_new (AwsConfig *config, const char *profile);

G_END_DECLS
