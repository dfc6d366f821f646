/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attempts of one call: how many, and what is waited in between. From the standard retry mode of
 * AWS's SDKs. */
#pragma once

#include "awsclock.h"
#include "awserror.h"
#include "awsretrybudget.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** The attempts of a call, the first one included, where nobody has set them. */
#define AWS_DEFAULT_MAX_ATTEMPTS 5

/**
 * AwsAttempts:
 *
 * Belongs to one call, and is used by one thread at a time.
 */
typedef struct _AwsAttempts AwsAttempts;

/**
 * aws_attempts_new:
 * @max_attempts: how often to try in all, at least 1; 0 is for ever, with the same waits, and costs
 *     no tokens
 * @budget: (nullable): what retries are paid from; %NULL is free
 * @clock: the time
 *
 * Returns: (transfer full): the first attempt of a call
 */
AwsAttempts *aws_attempts_new (guint max_attempts, AwsRetryBudget *budget, AwsClock *clock);

/**
 * aws_attempts_set_timeout:
 * @self: attempts
 * @timeout_us: how long the call may take from now on, in microseconds; 0 is as long as it likes
 *
 * Sets when to give up whatever the number of attempts is: no attempt begins after that, and none is
 * waited for that would. An attempt that has begun is not ended.
 */
void aws_attempts_set_timeout (AwsAttempts *self, gint64 timeout_us);

/**
 * aws_attempts_set_endless:
 * @self: attempts
 *
 * Has no attempt be the last one any more, as if there had been 0 for @max_attempts, and no time run out.
 */
void aws_attempts_set_endless (AwsAttempts *self);

/**
 * aws_attempts_free:
 * @self: (transfer full): attempts
 *
 * Frees @self.
 */
void aws_attempts_free (AwsAttempts *self);

/**
 * aws_attempts_again:
 * @self: attempts
 * @failure: what ended the attempt
 * @cancellable: (nullable): ends the wait at once from another thread
 * @error: a copy of @failure where there is no further attempt, which says how many there were if
 *     there were several, and what there is none left of if it is time or tokens; or
 *     %G_IO_ERROR_CANCELLED
 *
 * Decides by aws_error_get_class() whether @failure is worth another attempt. If so, pays for it and
 * waits: a random part of 1 s, doubled with each retry up to 20 s, or as long as the service asks
 * for, 20 s at most. A retry costs 5 tokens, after a timeout 10.
 *
 * Returns: whether to try again, now
 */
gboolean aws_attempts_again (
    AwsAttempts *self, const GError *failure, GCancellable *cancellable, GError **error);

/**
 * aws_attempts_succeed:
 * @self: attempts
 *
 * Notes that the call succeeded, which gives tokens back: those of the last retry, or 1 where there
 * was none. @self stands for a new call's first attempt afterwards, with as much time.
 */
void aws_attempts_succeed (AwsAttempts *self);

/**
 * aws_attempts_lose:
 * @self: attempts
 * @duration_us: how long it took, in microseconds
 *
 * Notes that an attempt ended before anything was sent, for want of credentials. A call that has lost
 * 20 s to that is not tried again, unless there is no end of its attempts.
 */
void aws_attempts_lose (AwsAttempts *self, gint64 duration_us);

/**
 * aws_attempts_remedy:
 * @self: attempts
 * @error_class: %AWS_ERROR_CLASS_AUTH or %AWS_ERROR_CLASS_SKEW
 *
 * Asks whether the cause of an error may be removed, and the request sent again at once: each cause
 * once in a call, or once in an attempt where there is no end of them.
 *
 * Returns: whether it is the first time
 */
gboolean aws_attempts_remedy (AwsAttempts *self, AwsErrorClass error_class);

/**
 * aws_attempts_get_number:
 * @self: attempts
 *
 * Returns: the number of the attempt, from 1
 */
guint aws_attempts_get_number (AwsAttempts *self);

/**
 * aws_attempts_get_max:
 * @self: attempts
 *
 * Returns: how many there may be, 0 for any number
 */
guint aws_attempts_get_max (AwsAttempts *self);

/**
 * aws_attempts_get_id:
 * @self: attempts
 *
 * Returns: (transfer none): a UUID that is the same for all attempts of the call
 */
const char *aws_attempts_get_id (AwsAttempts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsAttempts, aws_attempts_free)

G_END_DECLS
