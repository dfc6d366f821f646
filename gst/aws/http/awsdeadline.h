/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long one attempt of a request may take: to connect, and as a whole. */
#pragma once

#include "awswatchdog.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AwsDeadline:
 * The time of one attempt. It runs only while a caller is in a call for it, between
 * aws_deadline_enter() and aws_deadline_leave(): the server is not responsible for the time in which the caller
 * does not read. The time that the caller needs for the received bytes counts, too: aws_deadline_catch_up() adds
 * it. Used by one thread at a time.
 */
typedef struct _AwsDeadline AwsDeadline;

/**
 * aws_deadline_new:
 * @watchdog: what ends the calls
 * @connection_timeout_ms: how long connecting may take, each time it is needed
 * @completion_timeout_ms: how long all calls may take together, connecting included
 *
 * Returns: (transfer full): a deadline whose time has not started yet
 */
AwsDeadline *aws_deadline_new (
    AwsWatchdog *watchdog, guint connection_timeout_ms, guint completion_timeout_ms);

/**
 * aws_deadline_free:
 * @self: (transfer full): a deadline that no call is in progress for
 */
void aws_deadline_free (AwsDeadline *self);

/**
 * aws_deadline_enter:
 * @cancellable: (nullable): the caller's own
 *
 * Starts the time.
 *
 * Returns: (transfer none): the cancellable for the call: it is cancelled when the time is up, and
 *     when @cancellable is. Valid until aws_deadline_leave()
 */
GCancellable *aws_deadline_enter (AwsDeadline *self, GCancellable *cancellable);

/**
 * aws_deadline_begin_connecting:
 * @self: a deadline that was entered
 *
 * Limits the time until aws_deadline_end_connecting(). Has no effect if called again meanwhile.
 */
void aws_deadline_begin_connecting (AwsDeadline *self);

void aws_deadline_end_connecting (AwsDeadline *self);

/**
 * aws_deadline_is_connecting:
 * Returns: whether connecting has begun and not ended
 */
gboolean aws_deadline_is_connecting (AwsDeadline *self);

/**
 * aws_deadline_leave:
 * @self: a deadline that was entered
 *
 * Stops the time.
 *
 * Returns: whether the time is up, so that a call that has failed has to be reported with
 *     aws_deadline_new_error(); %FALSE where the caller has cancelled
 */
gboolean aws_deadline_leave (AwsDeadline *self);

/**
 * aws_deadline_catch_up:
 * @self: a deadline that was left
 *
 * Counts the time since aws_deadline_leave(), or since the last call of this function, as if it had
 * not been stopped.
 */
void aws_deadline_catch_up (AwsDeadline *self);

/**
 * aws_deadline_new_error:
 * @self: a deadline that has passed
 * @host: the host that was asked, for the message
 *
 * Returns: (transfer full): %AWS_ERROR_TIMEOUT, which says what took too long, and the limit
 */
GError *aws_deadline_new_error (AwsDeadline *self, const char *host);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsDeadline, aws_deadline_free)

G_END_DECLS
