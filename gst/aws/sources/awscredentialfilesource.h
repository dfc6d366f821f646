/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials in a file of one line that another program renews: `credential-path` of kvssink. */
#pragma once

#include "awsclock.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

#define AWS_TYPE_CREDENTIAL_FILE_SOURCE (aws_credential_file_source_get_type ())

/**
 * AwsCredentialFileSource:
 * A source, `credential-path`, that reads a file for each fetch. As kvssink has it, the file holds
 * words with white space in between, in one of these forms:
 *
 * - `CREDENTIALS ACCESS_KEY SECRET_KEY`
 * - `CREDENTIALS ACCESS_KEY SECRET_KEY SESSION_TOKEN`
 * - `CREDENTIALS ACCESS_KEY EXPIRATION SECRET_KEY`
 * - `CREDENTIALS ACCESS_KEY EXPIRATION SECRET_KEY SESSION_TOKEN`
 *
 * EXPIRATION is a time of ISO 8601 with a zone, and no secret key can be taken for one. Credentials
 * without it do not expire, but the file is read again once the service refuses them. That the file
 * can be read by others is noted once in the log.
 */
G_DECLARE_FINAL_TYPE (
    AwsCredentialFileSource, aws_credential_file_source, AWS, CREDENTIAL_FILE_SOURCE, GObject)

/**
 * aws_credential_file_source_new:
 * @path: the name of the file
 * @clock: (nullable): the time that expirations are compared with; %NULL is the system's
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where the file cannot be read or has another form, and with
 * %AWS_ERROR_NOT_AUTHORIZED where its credentials have expired. The errors name the file, and never
 * what it holds.
 *
 * Returns: (transfer full): a source that has not read anything yet
 */
AwsCredentialSource *aws_credential_file_source_new (const char *path, AwsClock *clock);

G_END_DECLS
