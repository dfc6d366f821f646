/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attempts of one call: how many there are, the waits between them, and the tokens that retries cost,
 * which limit the load on a service that fails. This is the standard retry mode of AWS's SDKs. */
#pragma once

#include "awsclock.h"
#include "awserror.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/** The attempts of a call, the first one included, if they are not set. */
#define AWS_DEFAULT_MAX_ATTEMPTS 5

/** How many tokens there are at first, and at most. */
#define AWS_RETRY_BUDGET_TOKENS 500

#define AWS_TYPE_RETRY_BUDGET (aws_retry_budget_get_type ())

/**
 * AwsRetryBudget:
 * Shared by all calls of a client. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (AwsRetryBudget, aws_retry_budget, AWS, RETRY_BUDGET, GObject)

AwsRetryBudget *aws_retry_budget_new (void);

/**
 * aws_retry_budget_take:
 * @tokens: the cost of a retry
 *
 * Returns: whether there were enough tokens; if so, they are taken
 */
gboolean aws_retry_budget_take (AwsRetryBudget *self, guint tokens);

/**
 * aws_retry_budget_give:
 * @tokens: what a success gives back
 *
 * Gives tokens back, up to %AWS_RETRY_BUDGET_TOKENS in all.
 */
void aws_retry_budget_give (AwsRetryBudget *self, guint tokens);

guint aws_retry_budget_get_tokens (AwsRetryBudget *self);

/**
 * AwsAttempts:
 * Belongs to one call, and is used by one thread at a time.
 */
typedef struct _AwsAttempts AwsAttempts;

/**
 * aws_attempts_new:
 * @max_attempts: how often to try in all, at least 1; 0 is no limit, with the same waits, and costs
 *     no tokens
 * @budget: (nullable): the token bucket that pays for retries; %NULL is no limit
 *
 * Returns: (transfer full): the first attempt of a call
 */
AwsAttempts *aws_attempts_new (guint max_attempts, AwsRetryBudget *budget, AwsClock *clock);

/**
 * aws_attempts_set_timeout:
 * @timeout_us: how long the call may take from now on, in microseconds; 0 is no limit
 *
 * Limits the time for all attempts: no attempt begins after that. An attempt that has begun is not
 * ended.
 */
void aws_attempts_set_timeout (AwsAttempts *self, gint64 timeout_us);

/**
 * aws_attempts_set_endless:
 * Removes the limits of attempts and time, as if @max_attempts had been 0.
 */
void aws_attempts_set_endless (AwsAttempts *self);

void aws_attempts_free (AwsAttempts *self);

/**
 * aws_attempts_again:
 * @failure: what ended the attempt
 * @error: a copy of @failure if there is no further attempt, with the number of attempts if there
 *     were several, and with the reason if time or tokens ran out; or %G_IO_ERROR_CANCELLED
 *
 * Decides by aws_error_get_class() whether @failure is worth another attempt. If so, pays for it and
 * waits: a random part of 1 s, doubled with each retry up to 20 s, or as long as the service asks
 * for, 20 s at most, and not less than 0.1 s from the second retry on, doubled up to 1 s. A retry costs
 * 5 tokens, after a timeout 10.
 *
 * Returns: whether to try again, now
 */
gboolean aws_attempts_again (
    AwsAttempts *self, const GError *failure, GCancellable *cancellable, GError **error);

/**
 * aws_attempts_succeed:
 * Records that the call succeeded, which gives tokens back: those of the last retry, or 1 where
 * there was none. @self stands for a new call's first attempt afterwards, with as much time.
 */
void aws_attempts_succeed (AwsAttempts *self);

/**
 * aws_attempts_lose:
 * @duration_us: how long it took, in microseconds
 *
 * Records that an attempt ended before anything was sent, because there were no credentials. A call
 * that has lost 20 s to that is not retried, unless its attempts are unlimited.
 */
void aws_attempts_lose (AwsAttempts *self, gint64 duration_us);

/**
 * aws_attempts_is_lost:
 * Returns: whether the last attempt has ended so, with an error that is no answer of the service
 */
gboolean aws_attempts_is_lost (AwsAttempts *self);

/**
 * aws_attempts_remedy:
 * @error_class: %AWS_ERROR_CLASS_AUTH or %AWS_ERROR_CLASS_SKEW
 *
 * Asks whether the cause of an error may be removed and the request sent again at once: each cause
 * once in a call, or once in an attempt if attempts are unlimited.
 *
 * Returns: whether it is the first time
 */
gboolean aws_attempts_remedy (AwsAttempts *self, AwsErrorClass error_class);

/**
 * aws_attempts_get_number:
 * Returns: the number of the attempt, from 1
 */
guint aws_attempts_get_number (AwsAttempts *self);

/**
 * aws_attempts_get_max:
 * Returns: how many there may be, 0 for any number
 */
guint aws_attempts_get_max (AwsAttempts *self);

/**
 * aws_attempts_get_id:
 * Returns: (transfer none): a UUID that is the same for all attempts of the call
 */
const char *aws_attempts_get_id (AwsAttempts *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AwsAttempts, aws_attempts_free)

G_END_DECLS
