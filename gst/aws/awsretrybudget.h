/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tokens that retries cost: what keeps a service in trouble from being asked still more. From
 * the standard retry mode of AWS's SDKs. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/** How many tokens there are at first, and at most. */
#define AWS_RETRY_BUDGET_TOKENS 500

#define AWS_TYPE_RETRY_BUDGET (aws_retry_budget_get_type ())

/**
 * AwsRetryBudget:
 *
 * Shared by all calls of a client. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (AwsRetryBudget, aws_retry_budget, AWS, RETRY_BUDGET, GObject)

/**
 * aws_retry_budget_new:
 *
 * Returns: (transfer full): a full budget
 */
AwsRetryBudget *aws_retry_budget_new (void);

/**
 * aws_retry_budget_take:
 * @self: a budget
 * @tokens: what a retry costs
 *
 * Returns: whether there were as many tokens; they are gone then
 */
gboolean aws_retry_budget_take (AwsRetryBudget *self, guint tokens);

/**
 * aws_retry_budget_give:
 * @self: a budget
 * @tokens: what a success gives back
 *
 * Gives tokens back, up to %AWS_RETRY_BUDGET_TOKENS in all.
 */
void aws_retry_budget_give (AwsRetryBudget *self, guint tokens);

/**
 * aws_retry_budget_get_tokens:
 * @self: a budget
 *
 * Returns: how many tokens are left
 */
guint aws_retry_budget_get_tokens (AwsRetryBudget *self);

G_END_DECLS
