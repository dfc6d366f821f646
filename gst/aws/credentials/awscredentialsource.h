/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interface of a place that credentials come from. Each kind of place is a class; so is a chain of them. */
#pragma once

#include "awscredentials.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** How long after its begin a call for credentials to one of AWS's services is still tried again, in
 * ms, because a caller waits for them. */
#define AWS_CREDENTIAL_SOURCE_CALL_TIMEOUT_MS (30 * 1000)

#define AWS_TYPE_CREDENTIAL_SOURCE (aws_credential_source_get_type ())

/**
 * AwsCredentialSource:
 * A place that credentials come from. It does not keep them: #AwsCredentialsProvider does, and asks
 * again before they expire. A source is asked by one thread at a time.
 */
G_DECLARE_INTERFACE (AwsCredentialSource, aws_credential_source, AWS, CREDENTIAL_SOURCE, GObject)

/**
 * AwsCredentialSourceInterface:
 * @parent_iface: the parent
 * @fetch: as aws_credential_source_fetch()
 * @get_name: as aws_credential_source_get_name()
 * @is_statically_stable: (nullable): as aws_credential_source_is_statically_stable(); none is %FALSE
 *
 * The virtual functions of a source.
 */
struct _AwsCredentialSourceInterface {
  GTypeInterface parent_iface;

  AwsCredentials *(*fetch) (AwsCredentialSource *self, GCancellable *cancellable, GError **error);
  const char *(*get_name) (AwsCredentialSource *self);
  gboolean (*is_statically_stable) (AwsCredentialSource *self);
};

/**
 * aws_credential_source_fetch:
 * @error: %AWS_ERROR_NO_CREDENTIALS where the source is not configured, with the reason as a
 *     sentence's end ("AWS_ACCESS_KEY_ID is not set"); any other error of %AWS_ERROR where it is
 *     configured and fails, as a whole sentence; %G_IO_ERROR_CANCELLED
 *
 * Asks for credentials, with the retries of the source.
 *
 * Returns: (transfer full) (nullable): new credentials
 */
AwsCredentials *aws_credential_source_fetch (
    AwsCredentialSource *self, GCancellable *cancellable, GError **error);

/**
 * aws_credential_source_get_name:
 * Returns: (transfer none): a short name for messages and for the probe: `properties`, `env`,
 *     `web-identity`, `profile`, `assume-role`, `process`, `sso`, `login`, `container`, `imds`,
 *     `iot`, `credential-path`; of a chain, the name of the source that gave or refused credentials
 *     last; of a profile, `profile` if it has keys itself, and else the name of the source that it becomes
 */
const char *aws_credential_source_get_name (AwsCredentialSource *self);

/**
 * aws_credential_source_is_statically_stable:
 * Returns: whether expired credentials of this source are better than none, as those of an instance
 *     whose metadata service is in trouble
 */
gboolean aws_credential_source_is_statically_stable (AwsCredentialSource *self);

G_END_DECLS
