/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* IAM Identity Center's OpenID Connect: the one of its calls that renews a token without anybody at a
 * browser. */
#pragma once

#include "awsclient.h"
#include "awsssotoken.h"

G_BEGIN_DECLS

/**
 * aws_sso_oidc_renew:
 * @client: a client without credentials: the token says who asks
 * @endpoint: where the service is
 * @token: a token that aws_sso_token_can_renew()
 * @cancellable: (nullable): ends the call at once from another thread
 * @error: an error of aws_client_call(), without the service's own words, which might repeat one of
 *     the secrets that are sent; %AWS_ERROR_BAD_REPLY where the reply has no token
 *
 * CreateToken with the grant `refresh_token`, with the retries of @client. What the reply does not have
 * stays as it is in @token.
 *
 * Returns: (transfer full) (nullable): the new token
 */
AwsSsoToken *aws_sso_oidc_renew (AwsClient *client, GUri *endpoint, const AwsSsoToken *token,
    GCancellable *cancellable, GError **error);

G_END_DECLS
