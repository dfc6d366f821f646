/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Credentials that a program prints: `credential_process` of a profile. */
#pragma once

#include "awsclock.h"
#include "awscredentialsource.h"

G_BEGIN_DECLS

/** How long the program may take. */
#define AWS_PROCESS_SOURCE_TIMEOUT_MS (60 * 1000)

/** The most that the program may print, in bytes. */
#define AWS_PROCESS_SOURCE_MAX_OUTPUT (64 * 1024)

#define AWS_TYPE_PROCESS_SOURCE (aws_process_source_get_type ())

/**
 * AwsProcessSource:
 * A source, `process`, that runs a command for each fetch and reads credentials from its output:
 * `{"Version":1,"AccessKeyId":…,"SecretAccessKey":…,"SessionToken":…,"Expiration":…}`, the last two
 * where there are any.
 *
 * The command is split into words as a shell does it, but no shell takes part: variables, `~`, pipes
 * and redirections mean nothing. The program has this process's environment, nothing to read, and a
 * process group of its own, which is killed at once when the fetch is cancelled or takes too long, and when
 * something in it keeps the standard output for more than a second after the program has ended.
 * What it writes to its standard error is thrown away, since it may be secret.
 *
 * Neither the command nor anything it prints is ever shown: arguments may be secrets, too.
 */
G_DECLARE_FINAL_TYPE (AwsProcessSource, aws_process_source, AWS, PROCESS_SOURCE, GObject)

/**
 * aws_process_source_new:
 * @command: a program and its arguments
 * @clock: (nullable): the time that expirations are compared with; %NULL is the system's
 *
 * A fetch fails with %AWS_ERROR_SETTINGS where the command cannot be run or prints anything else than
 * credentials, with %AWS_ERROR_NOT_AUTHORIZED where it fails or prints expired ones, and with
 * %AWS_ERROR_TIMEOUT.
 *
 * Returns: (transfer full): a source that has not run anything yet
 */
AwsCredentialSource *aws_process_source_new (const char *command, AwsClock *clock);

/**
 * aws_process_source_set_timeout:
 * @timeout_ms: how long the program may take, instead of %AWS_PROCESS_SOURCE_TIMEOUT_MS; by the
 *     system's clock, which is the program's own
 *
 * Sets the timeout of the following fetches.
 */
void aws_process_source_set_timeout (AwsProcessSource *self, guint timeout_ms);

G_END_DECLS
