/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials: an access key, its secret and, for temporary credentials, a session token. They are
 * kept in this one type so that there is one place that wipes them. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define AWS_TYPE_CREDENTIALS (aws_credentials_get_type ())

/**
 * AwsCredentials:
 * An immutable, ref-counted set of credentials. May be used from any thread.
 */
typedef struct _AwsCredentials AwsCredentials;

GType aws_credentials_get_type (void) G_GNUC_CONST;

/**
 * aws_credentials_new:
 * @access_key: the access key id
 * @secret_key: the secret access key
 * @session_token: (nullable): the session token of temporary credentials
 *
 * Copies the three. None may be empty or hold anything but visible ASCII characters: all of them
 * become parts of headers.
 *
 * Returns: (transfer full) (nullable): the credentials, or %NULL with %AWS_ERROR_SETTINGS, which
 *     names the part that is wrong and never its value
 */
AwsCredentials *aws_credentials_new (
    const char *access_key, const char *secret_key, const char *session_token, GError **error);

/** The expiration of credentials that do not expire. */
#define AWS_CREDENTIALS_FOREVER G_MAXINT64

/**
 * aws_credentials_new_expiring:
 * @access_key: the access key id
 * @secret_key: the secret access key
 * @session_token: (nullable): the session token
 * @expiration_us: until when they are valid, in microseconds since the epoch, or
 *     %AWS_CREDENTIALS_FOREVER
 *
 * As aws_credentials_new(), for credentials that expire.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_credentials_new_expiring (const char *access_key, const char *secret_key,
    const char *session_token, gint64 expiration_us, GError **error);

/**
 * aws_credentials_new_from_environment:
 * Takes `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or in place of the
 * last its old name `AWS_SECURITY_TOKEN`. A variable that is empty or blank counts as unset.
 *
 * Returns: (transfer full) (nullable): the credentials, or %NULL with %AWS_ERROR_NO_CREDENTIALS
 *     and a sentence's end when neither key is set, or with %AWS_ERROR_SETTINGS when only one is or one is malformed
 */
AwsCredentials *aws_credentials_new_from_environment (GError **error);

AwsCredentials *aws_credentials_ref (AwsCredentials *self);

/**
 * aws_credentials_unref:
 * Drops a reference. The last one wipes the memory.
 */
void aws_credentials_unref (AwsCredentials *self);

/**
 * aws_credentials_equal:
 * Returns: whether a service could not tell @a from @b: their keys and tokens are the same, whatever
 *     their expirations are
 */
gboolean aws_credentials_equal (AwsCredentials *a, AwsCredentials *b);

const char *aws_credentials_get_access_key (AwsCredentials *self);

/**
 * aws_credentials_get_secret_key:
 * Returns: (transfer none): the secret access key; do not copy it to memory that is not wiped
 */
const char *aws_credentials_get_secret_key (AwsCredentials *self);

/**
 * aws_credentials_get_session_token:
 * Returns: (transfer none) (nullable): the session token; do not copy it to memory that is not
 *     wiped
 */
const char *aws_credentials_get_session_token (AwsCredentials *self);

/**
 * aws_credentials_get_expiration:
 * Returns: until when they are valid, in microseconds since the epoch, or %AWS_CREDENTIALS_FOREVER
 */
gint64 aws_credentials_get_expiration (AwsCredentials *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsCredentials, aws_credentials_unref)

G_END_DECLS
