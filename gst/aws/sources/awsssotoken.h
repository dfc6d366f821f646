/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What `aws sso login` leaves behind: the token of IAM Identity Center, in a file that all of AWS's
 * tools share. IAM Identity Center's OpenID Connect renews it without a browser. */
#pragma once

#include "awsclient.h"

G_BEGIN_DECLS

/**
 * AwsSsoToken:
 * @access_token: the token, which can be a header's value
 * @expiration_us: until when it is valid, in microseconds since the epoch
 * @refresh_token: (nullable): what a new one is obtained with
 * @client_id: (nullable): the client that was registered at the login, which may do that
 * @client_secret: (nullable): its secret
 * @registration_expiration_us: until when it is registered, in microseconds since the epoch; 0 where
 *     that is not known
 *
 * A token, and what it can be renewed with as far as that is there. All of it is secret.
 */
typedef struct {
  char *access_token;
  gint64 expiration_us;
  char *refresh_token;
  char *client_id;
  char *client_secret;
  gint64 registration_expiration_us;
} AwsSsoToken;

/**
 * aws_sso_token_make_path:
 * @name: the name of a section `[sso-session NAME]`, or the start URL of a profile without one
 *
 * Reads the environment for the user's home.
 *
 * Returns: (transfer full): the name of the file with the token: `~/.aws/sso/cache/`, the SHA-1 of
 *     @name, and `.json`
 */
char *aws_sso_token_make_path (const char *name);

/**
 * aws_sso_token_read:
 * @path: the name of the file
 * @error: %AWS_ERROR_NOT_AUTHORIZED where there is no such file, %AWS_ERROR_SETTINGS where it cannot be
 *     read or holds no token; it names the file, and has no full stop
 *
 * Reads the file as it is now. Whether the token has expired is not looked at. As in other SDKs, the
 * case of the members' names does not matter. The parser's copies of the text are freed but not wiped.
 *
 * Returns: (transfer full) (nullable): the token
 */
AwsSsoToken *aws_sso_token_read (const char *path, GError **error);

/**
 * aws_sso_token_write:
 * @path: the name of a file that holds an older one
 * @error: why it could not be written
 *
 * Puts the parts of @self in place of those in the file, and keeps everything else in it. The file is
 * replaced in one step, so that no program ever reads half of it, and only its owner can read it.
 *
 * Returns: whether it is written
 */
gboolean aws_sso_token_write (const AwsSsoToken *self, const char *path, GError **error);

/**
 * aws_sso_token_is_header:
 * @access_token: (nullable): a token from outside
 *
 * Returns: whether it can be a header's value: visible ASCII characters, at least one
 */
gboolean aws_sso_token_is_header (const char *access_token);

/**
 * aws_sso_token_can_renew:
 * @now_us: the time, in microseconds since the epoch
 *
 * Returns: whether there is everything that it can be renewed with
 */
gboolean aws_sso_token_can_renew (const AwsSsoToken *self, gint64 now_us);

/**
 * aws_sso_token_renew:
 * @client: a client without credentials: the token is the identity
 * @endpoint: where the service is
 * @token: a token that aws_sso_token_can_renew()
 * @error: an error of aws_client_call(), without the service's own words, which might repeat one of
 *     the secrets that are sent; %AWS_ERROR_BAD_REPLY where the reply has no token
 *
 * CreateToken with the grant `refresh_token`, with the retries of @client. What the reply does not have
 * stays as it is in @token.
 *
 * Returns: (transfer full) (nullable): the new token
 */
AwsSsoToken *aws_sso_token_renew (AwsClient *client, GUri *endpoint, const AwsSsoToken *token,
    GCancellable *cancellable, GError **error);

/**
 * aws_sso_token_free:
 * Wipes and frees @self.
 */
void aws_sso_token_free (AwsSsoToken *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsSsoToken, aws_sso_token_free)

G_END_DECLS
