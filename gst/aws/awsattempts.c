/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsattempts.h"

#include "awserror.h"

/* What the standard mode of AWS's SDKs has settled on. */
#define BASE_DELAY_US G_USEC_PER_SEC
#define MAX_DELAY_US (20 * G_USEC_PER_SEC)
#define RETRY_COST 5
#define TIMEOUT_RETRY_COST 10
#define FIRST_SUCCESS_REFUND 1

/* Twice this often, and the delay is beyond its limit. */
#define MAX_DOUBLINGS 6

struct _AwsAttempts {
  guint max;
  AwsRetryBudget *budget;
  AwsClock *clock;

  guint number;
  guint paid; /* for the last retry */
  char *id;
};

AwsAttempts *
aws_attempts_new (guint max_attempts, AwsRetryBudget *budget, AwsClock *clock)
{
  AwsAttempts *self = g_new0 (AwsAttempts, 1);

  self->max = max_attempts;
  self->budget = budget != NULL && max_attempts != 0 ? g_object_ref (budget) : NULL;
  self->clock = g_object_ref (clock);
  self->number = 1;
  self->id = g_uuid_string_random ();
  return self;
}

void
aws_attempts_free (AwsAttempts *self)
{
  g_clear_object (&self->budget);
  g_object_unref (self->clock);
  g_free (self->id);
  g_free (self);
}

static gboolean
is_worth_it (const GError *failure)
{
  AwsErrorClass error_class = aws_error_get_class (failure);

  return error_class == AWS_ERROR_CLASS_TRANSIENT || error_class == AWS_ERROR_CLASS_THROTTLING;
}

static gboolean
pay (AwsAttempts *self, const GError *failure)
{
  guint cost =
      g_error_matches (failure, AWS_ERROR, AWS_ERROR_TIMEOUT) ? TIMEOUT_RETRY_COST : RETRY_COST;

  if (self->budget == NULL)
    return TRUE;
  if (!aws_retry_budget_take (self->budget, cost))
    return FALSE;
  self->paid = cost;
  return TRUE;
}

static gint64
get_delay (AwsAttempts *self, const GError *failure)
{
  gint64 limit = MIN (BASE_DELAY_US << MIN (self->number - 1, MAX_DOUBLINGS), MAX_DELAY_US);
  gint64 hint_ms = aws_error_get_retry_after_ms (failure);

  if (hint_ms >= 0)
    return MIN (hint_ms, MAX_DELAY_US / 1000) * 1000;
  return (gint64)(aws_clock_get_random (self->clock) * (double)limit);
}

/* Says of the last failure, where there were others before it, how often it was tried. */
static void
give_up (AwsAttempts *self, const GError *failure, GError **error)
{
  g_propagate_error (error, g_error_copy (failure));
  if (self->number > 1)
    g_prefix_error (error, "after %u attempts: ", self->number);
}

gboolean
aws_attempts_again (
    AwsAttempts *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  if (!is_worth_it (failure) || self->number == self->max || !pay (self, failure)) {
    give_up (self, failure, error);
    return FALSE;
  }
  if (!aws_clock_wait (self->clock, get_delay (self, failure), cancellable, error))
    return FALSE;
  self->number++;
  return TRUE;
}

void
aws_attempts_succeed (AwsAttempts *self)
{
  if (self->budget != NULL)
    aws_retry_budget_give (self->budget, self->paid > 0 ? self->paid : FIRST_SUCCESS_REFUND);
  self->paid = 0;
  self->number = 1;
  g_free (self->id);
  self->id = g_uuid_string_random ();
}

guint
aws_attempts_get_number (AwsAttempts *self)
{
  return self->number;
}

guint
aws_attempts_get_max (AwsAttempts *self)
{
  return self->max;
}

const char *
aws_attempts_get_id (AwsAttempts *self)
{
  return self->id;
}
