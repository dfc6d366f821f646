/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An identity: keeps the credentials of a source, and renews them before they expire. */
#pragma once

#include "awsclock.h"
#include "awscredentialsource.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_CREDENTIALS_PROVIDER (aws_credentials_provider_get_type ())

/**
 * AwsCredentialsProvider:
 * May be used from any thread, by any number of clients at once. One refresh is in flight at most,
 * in a thread of the provider's own.
 */
G_DECLARE_FINAL_TYPE (
    AwsCredentialsProvider, aws_credentials_provider, AWS, CREDENTIALS_PROVIDER, GObject)

/**
 * aws_credentials_provider_new:
 * @source: where credentials come from
 * @id: names the identity in the process: two providers of the same identity have the same @id, and
 *     it reveals no secret
 * @clock: (nullable): the time; %NULL is the system's
 *
 * Returns: (transfer full): a provider that has not asked yet
 */
AwsCredentialsProvider *aws_credentials_provider_new (
    AwsCredentialSource *source, const char *id, AwsClock *clock);

/**
 * aws_credentials_provider_get:
 * @clock_offset_us: how far the service's clock is ahead of the local one, for the expiry
 * @cancellable: (nullable): ends the wait of this caller alone, at once
 * @error: an error of aws_credential_source_fetch(); "no credentials" is
 *     %AWS_ERROR_NO_CREDENTIALS
 *
 * Gives credentials that can be used now: those at hand, while they are good for long enough; else
 * it waits for new ones. In an early window before they expire it gives those at hand and has them
 * renewed meanwhile; a failure of that is not reported before they have expired. If the source is
 * aws_credential_source_is_statically_stable(), they are used even after that.
 *
 * Returns: (transfer full) (nullable): the credentials
 */
AwsCredentials *aws_credentials_provider_get (AwsCredentialsProvider *self, gint64 clock_offset_us,
    GCancellable *cancellable, GError **error);

/**
 * aws_credentials_provider_invalidate:
 * @credentials: credentials of @self that the service has refused as expired or unknown
 *
 * Makes the next aws_credentials_provider_get() ask for new ones, unless there are newer ones than
 * @credentials already. If the source has given the same ones again some seconds ago, after they had been
 * rejected, they stay.
 *
 * Returns: whether aws_credentials_provider_get() can give others than @credentials
 */
gboolean aws_credentials_provider_invalidate (
    AwsCredentialsProvider *self, AwsCredentials *credentials);

/**
 * aws_credentials_provider_get_id:
 * Returns: (transfer none): the name of the identity in the process, for the key of a cache
 */
const char *aws_credentials_provider_get_id (AwsCredentialsProvider *self);

G_END_DECLS
