/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsretrybudget.h"

struct _AwsRetryBudget {
  GObject parent_instance;

  GMutex lock; /* guards tokens */
  guint tokens;
};

G_DEFINE_FINAL_TYPE (AwsRetryBudget, aws_retry_budget, G_TYPE_OBJECT)

static void
aws_retry_budget_finalize (GObject *object)
{
  g_mutex_clear (&AWS_RETRY_BUDGET (object)->lock);

  G_OBJECT_CLASS (aws_retry_budget_parent_class)->finalize (object);
}

static void
aws_retry_budget_class_init (AwsRetryBudgetClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_retry_budget_finalize;
}

static void
aws_retry_budget_init (AwsRetryBudget *self)
{
  g_mutex_init (&self->lock);
  self->tokens = AWS_RETRY_BUDGET_TOKENS;
}

AwsRetryBudget *
aws_retry_budget_new (void)
{
  return g_object_new (AWS_TYPE_RETRY_BUDGET, NULL);
}

gboolean
aws_retry_budget_take (AwsRetryBudget *self, guint tokens)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->tokens < tokens)
    return FALSE;
  self->tokens -= tokens;
  return TRUE;
}

void
aws_retry_budget_give (AwsRetryBudget *self, guint tokens)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->tokens = MIN (self->tokens + tokens, AWS_RETRY_BUDGET_TOKENS);
}

guint
aws_retry_budget_get_tokens (AwsRetryBudget *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->tokens;
}
