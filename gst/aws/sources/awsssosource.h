/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of IAM Identity Center, for a profile whose user has logged in at a browser. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

/** How long before it expires a token is renewed. */
#define AWS_SSO_RENEWAL_WINDOW_S (5 * 60)

/** How long after an attempt to renew a token there is no other one. */
#define AWS_SSO_RENEWAL_PAUSE_S 30

#define AWS_TYPE_SSO_SOURCE (aws_sso_source_get_type ())

/**
 * AwsSsoSource:
 * A source, `sso`, of a profile with `sso_account_id` and `sso_role_name`. Which IAM Identity Center
 * that is about, the section that its `sso_session` names says with `sso_region` and `sso_start_url`;
 * in profiles of the older form, the profile itself does.
 *
 * The token of `aws sso login` is read from its file for each fetch. One of a session is renewed
 * %AWS_SSO_RENEWAL_WINDOW_S before it expires, if the file has what that takes, and goes back to the
 * file. A token that can still be used is, also where it could not be renewed.
 */
G_DECLARE_FINAL_TYPE (AwsSsoSource, aws_sso_source, AWS, SSO_SOURCE, GObject)

/**
 * aws_sso_source_new:
 * @config: the shared files, the endpoints, the transport and the time
 * @profile: the name of the profile
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where the profile or its session is not whole, with
 * %AWS_ERROR_NOT_AUTHORIZED and the command to log in with where there is no good token or it is
 * refused, and with an error of aws_client_call().
 *
 * Reads the environment for the user's home, here and never again.
 *
 * Returns: (transfer full): a source that has not read or asked yet
 */
AwsCredentialSource *aws_sso_source_new (AwsConfig *config, const char *profile);

G_END_DECLS
