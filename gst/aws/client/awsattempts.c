/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsattempts.h"

#include "awslog.h"

/* The values of the standard retry mode of AWS's SDKs. */
#define BASE_DELAY_US G_USEC_PER_SEC
#define MAX_DELAY_US (20 * G_USEC_PER_SEC)
#define RETRY_COST 5
#define TIMEOUT_RETRY_COST 10
#define FIRST_SUCCESS_REFUND 1

/* The least delay before the second retry, doubled with each further retry, even if the service
 * asks for none: otherwise requests would follow each other without pause. */
#define MIN_DELAY_US (G_USEC_PER_SEC / 10)
#define MAX_MIN_DELAY_US G_USEC_PER_SEC

/* After this many doublings the delay is beyond its limit. */
#define MAX_DOUBLINGS 6

/* How long a call may fail to get credentials: each attempt asks their source several times, which
 * may take minutes. */
#define MAX_LOST_US (20 * G_USEC_PER_SEC)

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

struct _AwsAttempts {
  guint max;
  AwsRetryBudget *budget;
  AwsClock *clock;

  guint number;
  guint paid;     /* for the last retry */
  guint remedied; /* a bit for each AwsErrorClass */
  char *id;

  gint64 lost_us;    /* without credentials */
  gboolean is_lost;  /* the last attempt had none */
  gint64 timeout_us; /* 0 is none */
  gint64 begin_us;   /* of timeout_us, on the monotonic clock */
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
aws_attempts_set_timeout (AwsAttempts *self, gint64 timeout_us)
{
  self->timeout_us = timeout_us;
  self->begin_us = aws_clock_get_monotonic_time (self->clock);
}

void
aws_attempts_set_endless (AwsAttempts *self)
{
  self->max = 0;
  self->timeout_us = 0;
  g_clear_object (&self->budget);
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
get_min_delay (AwsAttempts *self)
{
  if (self->number == 1)
    return 0;
  return MIN (MIN_DELAY_US << MIN (self->number - 2, MAX_DOUBLINGS), MAX_MIN_DELAY_US);
}

static gint64
get_delay (AwsAttempts *self, const GError *failure)
{
  gint64 limit = MIN (BASE_DELAY_US << MIN (self->number - 1, MAX_DOUBLINGS), MAX_DELAY_US);
  gint64 hint_ms = aws_error_get_retry_after_ms (failure);

  if (hint_ms >= 0)
    return MAX (MIN (hint_ms, MAX_DELAY_US / 1000) * 1000, get_min_delay (self));
  return (gint64)(aws_clock_get_random (self->clock) * (double)limit);
}

static gboolean
has_time (AwsAttempts *self, gint64 delay_us)
{
  if (self->max != 0 && self->lost_us >= MAX_LOST_US)
    return FALSE;
  return self->timeout_us == 0 ||
         aws_clock_get_monotonic_time (self->clock) + delay_us < self->begin_us + self->timeout_us;
}

/* Copies the last failure to @error, with the number of attempts if there were several, and with what was
 * @missing for another attempt. */
static gboolean
give_up (AwsAttempts *self, const GError *failure, const char *missing, GError **error)
{
  if (self->number > 1)
    aws_log_warning (
        "Failed for good after %u attempts%s: %s", self->number, missing, failure->message);
  g_propagate_error (error, g_error_copy (failure));
  if (self->number > 1)
    g_prefix_error (error, "after %u attempts%s: ", self->number, missing);
  else if (*missing != '\0')
    g_prefix_error (error, "after the first attempt%s: ", missing);
  return FALSE;
}

static void
log_retry (AwsAttempts *self, const GError *failure, gint64 delay_us)
{
  if (self->max != 0)
    aws_log_debug ("Retry in %" G_GINT64_FORMAT " ms, attempt %u of %u: %s", delay_us / 1000,
        self->number + 1, self->max, failure->message);
  else
    aws_log_debug ("Retry in %" G_GINT64_FORMAT " ms, attempt %u: %s", delay_us / 1000,
        self->number + 1, failure->message);
}

gboolean
aws_attempts_again (
    AwsAttempts *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  gint64 delay_us;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_error_copy (failure));
    return FALSE;
  }
  if (!is_worth_it (failure)) {
    aws_log_debug ("No retry, which would not help: %s", failure->message);
    return give_up (self, failure, "", error);
  }
  if (self->number == self->max) {
    aws_log_debug ("No retry, all %u attempts are used up: %s", self->max, failure->message);
    return give_up (self, failure, "", error);
  }

  delay_us = get_delay (self, failure);
  if (!has_time (self, delay_us)) {
    aws_log_debug ("No retry, no time is left for it: %s", failure->message);
    return give_up (self, failure, ", and no time is left for another", error);
  }
  if (!pay (self, failure)) {
    aws_log_debug ("No retry, the retry budget is empty: %s", failure->message);
    return give_up (self, failure, ", and the retry budget is used up", error);
  }
  log_retry (self, failure, delay_us);

  if (!aws_clock_wait (self->clock, delay_us, cancellable, error))
    return FALSE;
  self->number++;
  self->is_lost = FALSE;
  if (self->max == 0)
    self->remedied = 0;
  return TRUE;
}

void
aws_attempts_succeed (AwsAttempts *self)
{
  if (self->budget != NULL)
    aws_retry_budget_give (self->budget, self->paid > 0 ? self->paid : FIRST_SUCCESS_REFUND);
  self->paid = 0;
  self->remedied = 0;
  self->number = 1;
  self->lost_us = 0;
  self->is_lost = FALSE;
  self->begin_us = aws_clock_get_monotonic_time (self->clock);
  g_free (self->id);
  self->id = g_uuid_string_random ();
}

void
aws_attempts_lose (AwsAttempts *self, gint64 duration_us)
{
  self->lost_us += duration_us;
  self->is_lost = TRUE;
}

gboolean
aws_attempts_is_lost (AwsAttempts *self)
{
  return self->is_lost;
}

gboolean
aws_attempts_remedy (AwsAttempts *self, AwsErrorClass error_class)
{
  guint bit = 1U << error_class;
  gboolean is_first = (self->remedied & bit) == 0;

  self->remedied |= bit;
  return is_first;
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
