/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials of a role for the holder of a token of an identity provider: EKS's service accounts,
 * and others that write such a token to a file. */
#pragma once

#include "awsconfig.h"
#include "awscredentialsource.h"
#include "awssts.h"

G_BEGIN_DECLS

/** The most bytes a token's file may have; the service takes tokens of 20000 characters. */
#define AWS_WEB_IDENTITY_MAX_TOKEN_SIZE (64 * 1024)

#define AWS_TYPE_WEB_IDENTITY_SOURCE (aws_web_identity_source_get_type ())

/**
 * AwsWebIdentitySource:
 * A source, `web-identity`, that gives the Security Token Service a token instead of a signature. The
 * token is read from its file for each fetch, because its writer writes new ones.
 */
G_DECLARE_FINAL_TYPE (
    AwsWebIdentitySource, aws_web_identity_source, AWS, WEB_IDENTITY_SOURCE, GObject)

/**
 * aws_web_identity_source_new:
 * @config: the region, the endpoint, the transport and the time
 * @token_file: the name of the file with the token, which may end in a newline
 * @role: the role; its session name may be %NULL, for one that is made up
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where there is no region, where the file cannot be read or
 * holds anything else than one token, and with an error of aws_sts_assume_role_with_web_identity(),
 * which then begins with the role and the file.
 *
 * Returns: (transfer full): a source that has not read or asked yet
 */
AwsCredentialSource *aws_web_identity_source_new (
    AwsConfig *config, const char *token_file, const AwsStsRole *role);

/**
 * aws_web_identity_source_new_from_environment:
 * @config: the environment, and what aws_web_identity_source_new() takes from it
 *
 * A source of the role `AWS_ROLE_ARN`, as the session `AWS_ROLE_SESSION_NAME` where that is set, with
 * the token in the file `AWS_WEB_IDENTITY_TOKEN_FILE`. A fetch fails with %AWS_ERROR_NO_CREDENTIALS
 * where that file is not set, with %AWS_ERROR_SETTINGS where only the role is not, and as of
 * aws_web_identity_source_new().
 *
 * Returns: (transfer full): a source that has not read or asked yet
 */
AwsCredentialSource *aws_web_identity_source_new_from_environment (AwsConfig *config);

G_END_DECLS
