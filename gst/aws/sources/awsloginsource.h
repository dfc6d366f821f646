/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials in the cache of `aws login`. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_LOGIN_SOURCE (aws_login_source_get_type ())

/**
 * AwsLoginSource:
 * A source, `login`, of a profile with `login_session`. It reads the credentials from their file in
 * `AWS_LOGIN_CACHE_DIRECTORY`, else `~/.aws/login/cache`, for each fetch. They are good for minutes and
 * it does not renew them, which takes proofs of possession of a key: AWS's own tools do, whenever they
 * run.
 */
G_DECLARE_FINAL_TYPE (AwsLoginSource, aws_login_source, AWS, LOGIN_SOURCE, GObject)

/**
 * aws_login_source_new:
 * @config: the environment and the time
 * @session: the value of `login_session`
 * @profile: the name of the profile, for the command to log in with
 *
 * A fetch fails with %AWS_ERROR_NOT_AUTHORIZED and that command where there are no credentials or they
 * have expired, and with %AWS_ERROR_SETTINGS where the file cannot be read or used.
 *
 * Reads the environment for the user's home, here and never again.
 *
 * Returns: (transfer full): a source that has not read anything yet
 */
AwsCredentialSource *aws_login_source_new (
    AwsConfig *config, const char *session, const char *profile);

G_END_DECLS
