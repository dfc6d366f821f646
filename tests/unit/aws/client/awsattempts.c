/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which failures are retried, after which delay, at which cost and for how long, with the numbers of
 * the standard retry mode. */
#include "awsattempts.h"

#include "awserrorreply.h"
#include "awserror.h"

#include <fakeclock.h>
#include <libsoup/soup.h>
#include <string.h>

#define MS G_GINT64_CONSTANT (1000)
#define NEARLY_ONE 0.999999

typedef struct {
  FakeClock *clock;
  AwsRetryBudget *budget;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  fixture->clock = fake_clock_new (0);
  fixture->budget = aws_retry_budget_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->clock);
  g_assert_finalize_object (fixture->budget);
}

static AwsAttempts *
begin (Fixture *fixture, guint max)
{
  return aws_attempts_new (max, fixture->budget, AWS_CLOCK (fixture->clock));
}

/* An error of a reply without a body. */
static GError *
make_reply_error (guint status, const char *name, const char *value)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  const AwsErrorReply reply = {.status = status, .headers = headers, .host = "host"};

  if (name != NULL)
    soup_message_headers_append (headers, name, value);
  return aws_error_reply_to_error (&reply);
}

static void
assert_tries_again (AwsAttempts *attempts, const GError *failure)
{
  g_autoptr (GError) error = NULL;
  gboolean again = aws_attempts_again (attempts, failure, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (again);
}

static void
assert_gives_up (AwsAttempts *attempts, const GError *failure, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aws_attempts_again (attempts, failure, NULL, &error));
  g_assert_true (error->domain == failure->domain);
  g_assert_cmpint (error->code, ==, failure->code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpint (aws_error_get_http_status (error), ==, aws_error_get_http_status (failure));
}

static gint64
get_last_wait (Fixture *fixture)
{
  return fake_clock_get_wait (fixture->clock, fake_clock_count_waits (fixture->clock) - 1);
}

static void
test_delays (Fixture *fixture, gconstpointer unused)
{
  static const double randoms[] = {0, 0.25, 0.5, NEARLY_ONE};
  static const int limits_s[] = {1, 2, 4, 8, 16, 20, 20, 20};
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (randoms); i++) {
    g_autoptr (AwsAttempts) attempts = begin (fixture, 0);

    fake_clock_set_random (fixture->clock, randoms[i]);
    for (int retry = 0; retry < 1000; retry++) {
      int limit_s = limits_s[MIN (retry, (int)G_N_ELEMENTS (limits_s) - 1)];

      g_assert_cmpuint (aws_attempts_get_number (attempts), ==, retry + 1);
      assert_tries_again (attempts, failure);
      g_assert_cmpint (
          get_last_wait (fixture), ==, (gint64)(randoms[i] * limit_s * G_USEC_PER_SEC));
    }
  }
}

static void
assert_hint (Fixture *fixture, const char *name, const char *value, gint64 wait_us)
{
  g_autoptr (AwsAttempts) attempts = begin (fixture, 0);
  g_autoptr (GError) failure = make_reply_error (503, name, value);

  fake_clock_set_random (fixture->clock, 0.5);
  assert_tries_again (attempts, failure);
  g_assert_cmpint (get_last_wait (fixture), ==, wait_us);
}

static void
test_hints (Fixture *fixture, gconstpointer unused)
{
  assert_hint (fixture, "x-amz-retry-after", "0", 0);
  assert_hint (fixture, "x-amz-retry-after", "1", 1 * MS);
  assert_hint (fixture, "x-amz-retry-after", "1500", 1500 * MS);
  assert_hint (fixture, "x-amz-retry-after", "20000", 20000 * MS);
  assert_hint (fixture, "x-amz-retry-after", "20001", 20000 * MS);
  assert_hint (fixture, "x-amz-retry-after", "9223372036854775807", 20000 * MS);
  assert_hint (fixture, "x-amz-retry-after", "-5", 500 * MS);
  assert_hint (fixture, "x-amz-retry-after", "soon", 500 * MS);
  assert_hint (fixture, "Retry-After", "7", 7000 * MS);
  assert_hint (fixture, "Retry-After", "3600", 20000 * MS);
}

/* If the service asks for a pause of 0 s again and again, the client pauses nevertheless. */
static void
test_least_delays (Fixture *fixture, gconstpointer unused)
{
  static const struct {
    const char *name;
    const char *value;
    gint64 least_us;
  } rows[] = {
      {"Retry-After", "0", 0},
      {"x-amz-retry-after", "0", 0},
      {"x-amz-retry-after", "300", 300 * MS},
      {"Retry-After", "7", 7000 * MS},
  };
  static const gint64 expected_us[] = {0, 100 * MS, 200 * MS, 400 * MS, 800 * MS, 1000 * MS};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsAttempts) attempts = begin (fixture, 0);
    g_autoptr (GError) failure = make_reply_error (500, rows[i].name, rows[i].value);

    fake_clock_set_random (fixture->clock, 0);
    for (gsize retry = 0; retry < 1000; retry++) {
      gint64 wait_us = expected_us[MIN (retry, G_N_ELEMENTS (expected_us) - 1)];

      assert_tries_again (attempts, failure);
      g_assert_cmpint (get_last_wait (fixture), ==, MAX (wait_us, rows[i].least_us));
    }
  }
}

static void
test_number (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);

  for (guint max = 1; max <= 5; max++) {
    g_autoptr (AwsAttempts) attempts = begin (fixture, max);
    g_autofree char *message =
        max > 1
            ? g_strdup_printf (
                  "after %u attempts: host answered 503 Service Unavailable; try again later", max)
            : g_strdup ("host answered 503 Service Unavailable; try again later");
    g_autofree char *id = g_strdup (aws_attempts_get_id (attempts));

    g_assert_cmpuint (aws_attempts_get_max (attempts), ==, max);
    for (guint i = 1; i < max; i++)
      assert_tries_again (attempts, failure);
    g_assert_cmpuint (aws_attempts_get_number (attempts), ==, max);
    g_assert_cmpstr (aws_attempts_get_id (attempts), ==, id);
    assert_gives_up (attempts, failure, message);
  }
}

static void
test_final (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) refused = make_reply_error (400, "X-Amzn-Errortype", "NoStream");
  g_autoptr (GError) expired = make_reply_error (403, "X-Amzn-Errortype", "ExpiredTokenException");
  g_autoptr (GError) skewed = make_reply_error (403, "X-Amzn-Errortype", "RequestTimeTooSkewed");
  g_autoptr (GError) transient = make_reply_error (500, NULL, NULL);
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "text");
  g_autoptr (AwsAttempts) attempts = begin (fixture, 5);

  assert_gives_up (attempts, refused, "host answered 400 NoStream");
  assert_gives_up (attempts, foreign, "text");
  assert_gives_up (attempts, expired,
      "host answered 403 ExpiredTokenException; the credentials have expired, get new ones");
  assert_gives_up (
      attempts, skewed, "host answered 403 RequestTimeTooSkewed; check the system clock");
  assert_tries_again (attempts, transient);
  assert_gives_up (attempts, refused, "after 2 attempts: host answered 400 NoStream");
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 495);
}

static void
test_budget (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (GError) throttled = make_reply_error (429, NULL, NULL);
  g_autoptr (GError) timeout = g_error_new_literal (AWS_ERROR, AWS_ERROR_TIMEOUT, "slow");
  g_autoptr (AwsAttempts) attempts = begin (fixture, 5);

  assert_tries_again (attempts, failure);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 495);
  assert_tries_again (attempts, throttled);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 490);
  assert_tries_again (attempts, timeout);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 480);
  aws_attempts_succeed (attempts);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 490);
  aws_attempts_succeed (attempts);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 491);
  assert_tries_again (attempts, failure);
  aws_attempts_succeed (attempts);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 491);
}

static void
test_budget_empty (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (GError) timeout = g_error_new_literal (AWS_ERROR, AWS_ERROR_TIMEOUT, "slow");
  g_autoptr (AwsAttempts) first = begin (fixture, 5);
  g_autoptr (AwsAttempts) second = begin (fixture, 5);
  guint waits;

  aws_retry_budget_take (fixture->budget, 491);
  waits = fake_clock_count_waits (fixture->clock);
  assert_gives_up (
      first, timeout, "after the first attempt, and the retry budget is used up: slow");
  assert_tries_again (first, failure);
  assert_gives_up (second, failure,
      "after the first attempt, and the retry budget is used up: host answered 503 Service "
      "Unavailable; try again later");
  assert_gives_up (first, failure,
      "after 2 attempts, and the retry budget is used up: host answered 503 Service "
      "Unavailable; try again later");
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, waits + 1);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 4);

  aws_attempts_succeed (first);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 9);
  assert_tries_again (second, failure);
}

/* Retries without limit take no tokens from other calls. */
static void
test_endless (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (AwsAttempts) attempts = begin (fixture, 0);

  aws_retry_budget_take (fixture->budget, 500);
  for (int i = 0; i < 200; i++)
    assert_tries_again (attempts, failure);
  g_assert_cmpuint (aws_attempts_get_number (attempts), ==, 201);
  aws_attempts_succeed (attempts);
  g_assert_cmpuint (aws_retry_budget_get_tokens (fixture->budget), ==, 0);
}

/* aws_attempts_set_endless() removes the limits of number, time and tokens. */
static void
test_set_endless (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (AwsAttempts) attempts = begin (fixture, 3);

  aws_attempts_set_timeout (attempts, 4000 * MS);
  assert_tries_again (attempts, failure);
  aws_retry_budget_take (fixture->budget, aws_retry_budget_get_tokens (fixture->budget));
  aws_attempts_set_endless (attempts);
  for (int i = 0; i < 40; i++)
    assert_tries_again (attempts, failure);
  g_assert_cmpuint (aws_attempts_get_max (attempts), ==, 0);
}

static void
test_succeed (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (AwsAttempts) attempts = begin (fixture, 3);
  g_autofree char *id = g_strdup (aws_attempts_get_id (attempts));

  fake_clock_set_random (fixture->clock, 0.5);
  assert_tries_again (attempts, failure);
  assert_tries_again (attempts, failure);
  aws_attempts_succeed (attempts);
  g_assert_cmpuint (aws_attempts_get_number (attempts), ==, 1);
  g_assert_cmpstr (aws_attempts_get_id (attempts), !=, id);
  g_assert_true (g_uuid_string_is_valid (aws_attempts_get_id (attempts)));
  assert_tries_again (attempts, failure);
  g_assert_cmpint (get_last_wait (fixture), ==, 500 * MS);
}

static void
test_timeout (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (AwsAttempts) attempts = begin (fixture, 0);

  fake_clock_set_random (fixture->clock, 0.5);
  aws_attempts_set_timeout (attempts, 4000 * MS);
  assert_tries_again (attempts, failure); /* 0.5 s */
  assert_tries_again (attempts, failure); /* 1.5 s */
  assert_tries_again (attempts, failure); /* 3.5 s */
  assert_gives_up (attempts, failure,
      "after 4 attempts, and no time is left for another: host answered 503 Service Unavailable; "
      "try again later");
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 3);

  /* A new call has the full time again. */
  aws_attempts_succeed (attempts);
  fake_clock_advance (fixture->clock, 3499 * MS);
  assert_tries_again (attempts, failure);
  aws_attempts_succeed (attempts);
  fake_clock_advance (fixture->clock, 3500 * MS);
  assert_gives_up (attempts, failure,
      "after the first attempt, and no time is left for another: host answered 503 Service "
      "Unavailable; try again later");
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
assert_cancelled (AwsAttempts *attempts, const GError *failure, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (aws_attempts_again (attempts, failure, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (strstr (error->message, "attempt"));
}

static void
test_lose (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = g_error_new (AWS_ERROR, AWS_ERROR_CONNECT, "f");
  g_autoptr (AwsAttempts) attempts = begin (fixture, 9);
  g_autoptr (AwsAttempts) endless = begin (fixture, 0);

  aws_attempts_lose (attempts, 12 * G_USEC_PER_SEC);
  g_assert_true (aws_attempts_is_lost (attempts));
  assert_tries_again (attempts, failure);
  g_assert_false (aws_attempts_is_lost (attempts));
  aws_attempts_succeed (attempts);
  aws_attempts_lose (attempts, 12 * G_USEC_PER_SEC);
  assert_tries_again (attempts, failure);
  aws_attempts_lose (attempts, 8 * G_USEC_PER_SEC);
  assert_gives_up (attempts, failure, "after 2 attempts, and no time is left for another: f");
  g_assert_true (aws_attempts_is_lost (attempts));
  aws_attempts_succeed (attempts);
  g_assert_false (aws_attempts_is_lost (attempts));

  aws_attempts_lose (endless, G_TIME_SPAN_DAY);
  assert_tries_again (endless, failure);
}

static void
test_cancelled (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (GError) final = make_reply_error (400, NULL, NULL);
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AwsAttempts) attempts = begin (fixture, 0);

  assert_tries_again (attempts, failure);
  assert_cancelled (attempts, cancelled, NULL);
  fake_clock_set_wait_func (fixture->clock, cancel_cb, cancellable);
  assert_cancelled (attempts, failure, cancellable);
  g_assert_cmpuint (aws_attempts_get_number (attempts), ==, 2);
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 2);
  assert_cancelled (attempts, failure, cancellable);
  assert_cancelled (attempts, final, cancellable);
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 2);
}

typedef struct {
  GCancellable *cancellable;
  GError *error;
} RealWait;

static gpointer
try_for_ever_cb (gpointer user_data)
{
  RealWait *wait = user_data;
  g_autoptr (AwsAttempts) attempts = aws_attempts_new (0, NULL, aws_clock_get_default ());
  g_autoptr (GError) failure = make_reply_error (503, "x-amz-retry-after", "20000");

  while (aws_attempts_again (attempts, failure, wait->cancellable, &wait->error))
    ;
  return NULL;
}

/* With the system's clock, a wait of 20 s ends when it is cancelled. */
static void
test_cancelled_really (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  RealWait wait = {cancellable, NULL};
  GThread *thread = g_thread_new ("attempts", try_for_ever_cb, &wait);
  gint64 begin_us = g_get_monotonic_time ();

  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_error (wait.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 10000 * MS);
  g_error_free (wait.error);
}

static void
test_remedy (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) failure = make_reply_error (503, NULL, NULL);
  g_autoptr (AwsAttempts) attempts = begin (fixture, 5);
  g_autoptr (AwsAttempts) endless = begin (fixture, 0);

  g_assert_true (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_AUTH));
  g_assert_false (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_AUTH));
  g_assert_true (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_SKEW));
  assert_tries_again (attempts, failure);
  g_assert_false (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_AUTH));
  g_assert_false (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_SKEW));
  aws_attempts_succeed (attempts);
  g_assert_true (aws_attempts_remedy (attempts, AWS_ERROR_CLASS_AUTH));

  g_assert_true (aws_attempts_remedy (endless, AWS_ERROR_CLASS_AUTH));
  g_assert_false (aws_attempts_remedy (endless, AWS_ERROR_CLASS_AUTH));
  assert_tries_again (endless, failure);
  g_assert_true (aws_attempts_remedy (endless, AWS_ERROR_CLASS_AUTH));
}

#define THREADS 8
#define ROUNDS 10000

static void
test_token_limits (void)
{
  g_autoptr (AwsRetryBudget) budget = aws_retry_budget_new ();

  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
  aws_retry_budget_give (budget, 1);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
  g_assert_true (aws_retry_budget_take (budget, 497));
  g_assert_false (aws_retry_budget_take (budget, 5));
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 3);
  g_assert_true (aws_retry_budget_take (budget, 3));
  g_assert_false (aws_retry_budget_take (budget, 1));
  aws_retry_budget_give (budget, 5);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 5);
  aws_retry_budget_give (budget, 1000);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
}

static gpointer
take_and_give_cb (gpointer user_data)
{
  for (int i = 0; i < ROUNDS; i++) {
    if (aws_retry_budget_take (user_data, 70))
      aws_retry_budget_give (user_data, 70);
  }
  return NULL;
}

static void
test_token_threads (void)
{
  g_autoptr (AwsRetryBudget) budget = aws_retry_budget_new ();
  GThread *threads[THREADS];

  for (int i = 0; i < THREADS; i++)
    threads[i] = g_thread_new ("budget", take_and_give_cb, budget);
  for (int i = 0; i < THREADS; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (aws_retry_budget_get_tokens (budget), ==, 500);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *full_path = g_strconcat ("/awsattempts/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("delays", test_delays);
  add ("hints", test_hints);
  add ("least-delays", test_least_delays);
  add ("number", test_number);
  add ("final", test_final);
  add ("budget", test_budget);
  add ("budget-empty", test_budget_empty);
  add ("endless", test_endless);
  add ("set-endless", test_set_endless);
  add ("succeed", test_succeed);
  add ("timeout", test_timeout);
  add ("lose", test_lose);
  add ("cancelled", test_cancelled);
  add ("cancelled-really", test_cancelled_really);
  add ("remedy", test_remedy);
  g_test_add_func ("/awsattempts/token-limits", test_token_limits);
  g_test_add_func ("/awsattempts/token-threads", test_token_threads);
  return g_test_run ();
}
