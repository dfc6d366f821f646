/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Security Token Service: the two of its calls that lend a role. */
#pragma once

#include "awsconfig.h"

G_BEGIN_DECLS

/** How long a role may be asked for, in seconds: what AssumeRole takes. */
#define AWS_STS_MIN_DURATION 900
#define AWS_STS_MAX_DURATION 43200

/**
 * AwsStsRole:
 * @role_arn: the ARN of the role
 * @session_name: the name of the session in CloudTrail: 2 to 64 letters, digits and `_+=,.@-`
 * @external_id: (nullable): what the role's trust policy may ask for; not for web identities
 * @duration_s: for how long, from %AWS_STS_MIN_DURATION to %AWS_STS_MAX_DURATION seconds; 0 leaves it
 *     to the service, which gives an hour. A role that was assumed as another role gets no more
 *
 * What to ask for.
 */
typedef struct {
  const char *role_arn;
  const char *session_name;
  const char *external_id;
  guint duration_s;
} AwsStsRole;

/**
 * aws_sts_role_copy:
 * @role: what to ask for; here the session name may be %NULL
 *
 * Copies @role. A missing session name is made of the time, so that sessions can be told apart.
 *
 * Returns: (transfer full): the copy
 */
AwsStsRole *aws_sts_role_copy (const AwsStsRole *role, AwsClock *clock);

void aws_sts_role_free (AwsStsRole *self);

/**
 * AwsSts:
 * @client: the client, signed or unsigned, in the region of @endpoint
 * @endpoint: where the service is
 *
 * The way to the service, all zeros until aws_sts_connect(). It is kept for all calls, because it
 * learns the service's time and has the budget of retries.
 */
typedef struct {
  AwsClient *client;
  GUri *endpoint;
} AwsSts;

/**
 * aws_sts_connect:
 * @self: the way to the service
 * @config: the region, the endpoint, the transport and the time
 * @credentials: (nullable): the credentials; %NULL if a token is the identity
 * @error: %AWS_ERROR_SETTINGS where there is no region, or no endpoint that can be used
 *
 * Finds out where the service is, unless that is known already.
 *
 * Returns: whether it is known now
 */
gboolean aws_sts_connect (
    AwsSts *self, AwsConfig *config, AwsCredentialsProvider *credentials, GError **error);

void aws_sts_clear (AwsSts *self);

/**
 * aws_sts_assume_role:
 * @self: the way to the service
 * @role: what to ask for
 * @error: %AWS_ERROR_SETTINGS where @role cannot be asked for; an error of aws_client_call();
 *     %AWS_ERROR_BAD_REPLY where the reply has no credentials
 *
 * AssumeRole, with the retries of the client.
 *
 * Returns: (transfer full) (nullable): the role's credentials
 */
AwsCredentials *aws_sts_assume_role (
    const AwsSts *self, const AwsStsRole *role, GCancellable *cancellable, GError **error);

/**
 * aws_sts_assume_role_with_web_identity:
 * @self: the way to the service, without credentials: the token is the identity
 * @role: what to ask for
 * @token: the token of an identity provider, which is neither shown nor kept
 * @error: as of aws_sts_assume_role()
 *
 * AssumeRoleWithWebIdentity, with the retries of the client.
 *
 * Returns: (transfer full) (nullable): the role's credentials
 */
AwsCredentials *aws_sts_assume_role_with_web_identity (const AwsSts *self, const AwsStsRole *role,
    const char *token, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsStsRole, aws_sts_role_free)

G_END_DECLS
