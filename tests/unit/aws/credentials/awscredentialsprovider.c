/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests when a provider asks its source, which callers wait for that, and which credentials they get. */
#include "awscredentialsprovider.h"

#include "testsource.h"

#include <fakeclock.h>

#define START_US (G_GINT64_CONSTANT (1795161600) * G_USEC_PER_SEC)
#define SECOND_US ((gint64)G_USEC_PER_SEC)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)

typedef struct {
  FakeClock *clock;
  TestSource *source;
  AwsCredentialsProvider *provider;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  const double random = 0;

  fixture->clock = fake_clock_new (START_US);
  fake_clock_set_randoms (fixture->clock, &random, 1);
  fixture->source = test_source_new ("test");
  fixture->provider = aws_credentials_provider_new (
      AWS_CREDENTIAL_SOURCE (fixture->source), "id", AWS_CLOCK (fixture->clock));
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  if (fixture->provider != NULL)
    g_assert_finalize_object (fixture->provider);
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->clock);
}

/* The source gives credentials that live for @lifetime_us from the start of the test. */
static void
give (Fixture *fixture, const char *access_key, gint64 lifetime_us)
{
  test_source_give (fixture->source, access_key, START_US + lifetime_us);
}

static void
fail (Fixture *fixture)
{
  test_source_fail (fixture->source, AWS_ERROR_CONNECT, "The source cannot be reached");
}

/* Moves the clock to @us after the start of the test. */
static void
go_to (Fixture *fixture, gint64 us)
{
  gint64 now_us = aws_clock_get_real_time (AWS_CLOCK (fixture->clock)) - START_US;

  g_assert_cmpint (us, >=, now_us);
  fake_clock_advance (fixture->clock, us - now_us);
}

static void
assert_gives_at (Fixture *fixture, gint64 clock_offset_us, const char *access_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_provider_get (fixture->provider, clock_offset_us, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, access_key);
}

static void
assert_gives (Fixture *fixture, const char *access_key)
{
  assert_gives_at (fixture, 0, access_key);
}

static GError *
assert_fails (Fixture *fixture, AwsError code)
{
  GError *error = NULL;

  g_assert_null (aws_credentials_provider_get (fixture->provider, 0, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  return error;
}

static void
assert_cannot_be_reached (Fixture *fixture)
{
  g_autoptr (GError) error = assert_fails (fixture, AWS_ERROR_CONNECT);

  g_assert_cmpstr (error->message, ==, "The source cannot be reached");
}

static void
assert_asked (Fixture *fixture, guint n)
{
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), ==, n);
}

/* Waits for the end of the refresh in flight. A caller that needs @lifetime_us more takes the credentials for
 * expired, and has to wait. */
static void
settle (Fixture *fixture, gint64 lifetime_us)
{
  gint64 now_us = aws_clock_get_real_time (AWS_CLOCK (fixture->clock)) - START_US;
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_provider_get (fixture->provider, lifetime_us - 1 - now_us, NULL, NULL);

  g_assert_nonnull (credentials);
}

/* Has the source give "A" with that lifetime, and the provider take it. */
static void
begin_with (Fixture *fixture, gint64 lifetime_us)
{
  give (fixture, "A", lifetime_us);
  assert_gives (fixture, "A");
  assert_asked (fixture, 1);
}

/* A caller in a thread of its own. */
typedef struct {
  AwsCredentialsProvider *provider;
  GCancellable *cancellable;
  GThread *thread;
} Caller;

static gpointer
caller_main (gpointer data)
{
  Caller *caller = data;
  GError *error = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_provider_get (caller->provider, 0, caller->cancellable, &error);

  if (credentials == NULL)
    return error;
  return NULL;
}

static void
caller_begin (Caller *caller, AwsCredentialsProvider *provider)
{
  caller->provider = provider;
  caller->cancellable = g_cancellable_new ();
  caller->thread = g_thread_new ("caller", caller_main, caller);
}

/* Returns the caller's error, or NULL if the caller has got credentials. */
static GError *
caller_end (Caller *caller)
{
  GError *error = g_thread_join (caller->thread);

  g_object_unref (caller->cancellable);
  return error;
}

typedef struct {
  gint64 lifetime_us;
  gint64 early_us;
  gint64 mandatory_us;
} Windows;

static const Windows windows[] = {
    {3 * SECOND_US, 1500 * 1000, 750 * 1000},
    {2 * MINUTE_US, MINUTE_US, 30 * SECOND_US},
    {20 * MINUTE_US, 5 * MINUTE_US, MINUTE_US},
    {20 * MINUTE_US + 1, 10 * MINUTE_US, MINUTE_US},
    {HOUR_US, 15 * MINUTE_US, MINUTE_US},
    {90 * MINUTE_US - 1, 15 * MINUTE_US, MINUTE_US},
    {90 * MINUTE_US, 45 * MINUTE_US, MINUTE_US},
    {6 * HOUR_US, HOUR_US, MINUTE_US},
};

static void
check_early_window (Fixture *fixture, gconstpointer data)
{
  const Windows *w = data;
  gint64 early_us = MIN (w->early_us, w->lifetime_us / 2);

  begin_with (fixture, w->lifetime_us);
  give (fixture, "B", 2 * w->lifetime_us);
  go_to (fixture, w->lifetime_us - early_us - 1);
  assert_gives (fixture, "A");
  assert_asked (fixture, 1);

  test_source_hold (fixture->source);
  go_to (fixture, w->lifetime_us - early_us);
  assert_gives (fixture, "A");
  test_source_wait_until_asked (fixture->source, 2);
  go_to (fixture, w->lifetime_us - w->mandatory_us - 1);
  assert_gives (fixture, "A");
  test_source_release (fixture->source);
  settle (fixture, w->lifetime_us);
  assert_gives (fixture, "B");
  assert_asked (fixture, 2);
}

static void
check_mandatory_window (Fixture *fixture, gconstpointer data)
{
  const Windows *w = data;

  begin_with (fixture, w->lifetime_us);
  give (fixture, "B", 2 * w->lifetime_us);
  go_to (fixture, w->lifetime_us - w->mandatory_us);
  assert_gives (fixture, "B");
  assert_asked (fixture, 2);
}

static void
test_windows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (windows); i++) {
    Fixture early;
    Fixture mandatory;

    set_up (&early, NULL);
    check_early_window (&early, &windows[i]);
    tear_down (&early, NULL);
    set_up (&mandatory, NULL);
    check_mandatory_window (&mandatory, &windows[i]);
    tear_down (&mandatory, NULL);
  }
}

static void
test_mandatory_joins (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  give (fixture, "B", 2 * HOUR_US);
  test_source_hold (fixture->source);
  go_to (fixture, 50 * MINUTE_US);
  assert_gives (fixture, "A");
  test_source_wait_until_asked (fixture->source, 2);

  go_to (fixture, HOUR_US - SECOND_US);
  test_source_release (fixture->source);
  assert_gives (fixture, "B");
  assert_asked (fixture, 2);
}

static void
test_mandatory_failure (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  fail (fixture);
  go_to (fixture, HOUR_US - MINUTE_US);
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);

  /* The pause is a tenth of the window. */
  go_to (fixture, HOUR_US - MINUTE_US + 6 * SECOND_US - 1);
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);
  go_to (fixture, HOUR_US - MINUTE_US + 6 * SECOND_US);
  assert_gives (fixture, "A");
  assert_asked (fixture, 3);

  go_to (fixture, HOUR_US - 1);
  assert_gives (fixture, "A");
  assert_asked (fixture, 4);
}

static void
test_expired (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  fail (fixture);
  fail (fixture);
  give (fixture, "B", 2 * HOUR_US);

  go_to (fixture, HOUR_US - 1);
  assert_gives (fixture, "A");
  go_to (fixture, HOUR_US);
  assert_cannot_be_reached (fixture);
  assert_gives (fixture, "B");
  assert_asked (fixture, 4);
}

static void
check_pause (gint64 lifetime_us, double random, gint64 pause_us)
{
  gint64 early_us = lifetime_us - MIN (HOUR_US, lifetime_us / 4);
  Fixture fixture;

  set_up (&fixture, NULL);
  fake_clock_set_randoms (fixture.clock, &random, 1);
  begin_with (&fixture, lifetime_us);
  fail (&fixture);
  go_to (&fixture, early_us);
  assert_gives (&fixture, "A");
  settle (&fixture, lifetime_us);
  assert_asked (&fixture, 2);

  go_to (&fixture, early_us + pause_us - 1);
  assert_gives (&fixture, "A");
  assert_asked (&fixture, 2);
  go_to (&fixture, early_us + pause_us);
  assert_gives (&fixture, "A");
  test_source_wait_until_asked (fixture.source, 3);
  settle (&fixture, lifetime_us);
  tear_down (&fixture, NULL);
}

static void
test_pauses (void)
{
  check_pause (12 * HOUR_US, 0, 5 * MINUTE_US);
  check_pause (12 * HOUR_US, 0.5, 7 * MINUTE_US + 30 * SECOND_US);
  check_pause (HOUR_US, 0, 3 * MINUTE_US);
  check_pause (HOUR_US, 0.5, 4 * MINUTE_US + 30 * SECOND_US);
}

/* A pause does not reach into the mandatory window. */
static void
test_pause_ends_early (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  fail (fixture);
  give (fixture, "B", 2 * HOUR_US);
  go_to (fixture, HOUR_US - 2 * MINUTE_US);
  assert_gives (fixture, "A");
  settle (fixture, HOUR_US);
  go_to (fixture, HOUR_US - MINUTE_US - 1);
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);
  go_to (fixture, HOUR_US - MINUTE_US);
  assert_gives (fixture, "B");
  assert_asked (fixture, 3);
}

/* If the source still has the same credentials, it is not asked more and more often as they expire. */
static void
test_nothing_new (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  for (gint64 us = 0; us < HOUR_US; us += SECOND_US) {
    go_to (fixture, us);
    assert_gives (fixture, "A");
  }
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), >=, 10);
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), <=, 20);
}

static void
test_forever (Fixture *fixture, gconstpointer unused)
{
  test_source_give (fixture->source, "A", AWS_CREDENTIALS_FOREVER);
  for (int i = 0; i < 100; i++) {
    assert_gives (fixture, "A");
    fake_clock_advance (fixture->clock, 365 * 24 * HOUR_US);
  }
  assert_gives_at (fixture, -100 * 365 * 24 * HOUR_US, "A");
  assert_asked (fixture, 1);
}

static void
test_first_failure (Fixture *fixture, gconstpointer unused)
{
  GError *failure = g_error_new_literal (AWS_ERROR, AWS_ERROR_SERVER, "Down");
  g_autoptr (GError) error = NULL;

  aws_error_set_reply (failure, 503, "Down", NULL);
  test_source_fail_with (fixture->source, failure);
  give (fixture, "A", HOUR_US);

  error = assert_fails (fixture, AWS_ERROR_SERVER);
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);
}

static void
test_expired_already (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  give (fixture, "A", 0);
  error = assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED);
  g_assert_cmpstr (error->message, ==,
      "The credentials from test have expired already: check what renews them, and the system "
      "clock");
}

/* If the old credentials are still valid, new ones that have expired are not used. */
static void
test_expired_instead (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  give (fixture, "B", 30 * MINUTE_US);
  go_to (fixture, HOUR_US - MINUTE_US);
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);
  go_to (fixture, HOUR_US);
  g_error_free (assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED));
}

static void
test_clock_offset (Fixture *fixture, gconstpointer unused)
{
  give (fixture, "A", -HOUR_US);
  give (fixture, "B", HOUR_US);
  assert_gives_at (fixture, -2 * HOUR_US, "A");
  assert_gives (fixture, "B");
  assert_gives_at (fixture, -2 * HOUR_US, "B");
  assert_asked (fixture, 2);
}

static int n_notes; /* atomic */

static GLogWriterOutput
count_notes (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if (level == G_LOG_LEVEL_MESSAGE) {
    g_atomic_int_inc (&n_notes);
    return G_LOG_WRITER_HANDLED;
  }
  return g_log_writer_default (level, fields, n_fields, user_data);
}

static void
assert_noted (int n)
{
  g_assert_cmpint (g_atomic_int_get (&n_notes), ==, n);
}

static void
test_stable_failure (Fixture *fixture, gconstpointer unused)
{
  g_atomic_int_set (&n_notes, 0);
  test_source_set_statically_stable (fixture->source);
  begin_with (fixture, HOUR_US);
  fail (fixture);
  go_to (fixture, HOUR_US - 1);
  assert_gives (fixture, "A");
  assert_noted (0);

  go_to (fixture, HOUR_US);
  assert_gives (fixture, "A");
  assert_asked (fixture, 3);
  assert_noted (1);

  /* Ten minutes more, and half of them without asking. */
  go_to (fixture, HOUR_US + 5 * MINUTE_US - 1);
  assert_gives (fixture, "A");
  assert_asked (fixture, 3);

  go_to (fixture, HOUR_US + 10 * MINUTE_US);
  assert_gives (fixture, "A");
  assert_asked (fixture, 4);
  assert_noted (1);

  go_to (fixture, HOUR_US + 20 * MINUTE_US);
  give (fixture, "B", 2 * HOUR_US);
  assert_gives (fixture, "B");
  assert_noted (1);

  fail (fixture);
  go_to (fixture, 2 * HOUR_US);
  assert_gives (fixture, "B");
  assert_noted (2);
}

static void
test_stable_expired_already (Fixture *fixture, gconstpointer unused)
{
  g_atomic_int_set (&n_notes, 0);
  test_source_set_statically_stable (fixture->source);
  give (fixture, "A", -HOUR_US);
  for (gint64 us = 0; us < HOUR_US; us += MINUTE_US) {
    go_to (fixture, us);
    assert_gives (fixture, "A");
  }
  assert_noted (1);
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), <=, 60);
}

static AwsCredentials *
get (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  AwsCredentials *credentials = aws_credentials_provider_get (fixture->provider, 0, NULL, &error);

  g_assert_no_error (error);
  return credentials;
}

static void
test_refused (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentials) a = NULL;

  give (fixture, "A", HOUR_US);
  give (fixture, "B", HOUR_US);
  a = get (fixture);
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  assert_gives (fixture, "B");

  /* If a thread rejects old credentials after they were renewed, nothing changes. */
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  assert_gives (fixture, "B");
  assert_asked (fixture, 2);
}

static void
test_refused_and_unreachable (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentials) a = NULL;

  test_source_set_statically_stable (fixture->source);
  give (fixture, "A", HOUR_US);
  fail (fixture);
  a = get (fixture);
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  assert_cannot_be_reached (fixture);
  assert_cannot_be_reached (fixture);
  assert_asked (fixture, 3);
}

/* The service rejects the credentials, and the source gives the same ones again: the source is not asked at
 * each call. */
static void
test_refused_again (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentials) a = NULL;
  g_autoptr (AwsCredentials) again = NULL;

  give (fixture, "A", HOUR_US);
  give (fixture, "A", HOUR_US);
  give (fixture, "B", HOUR_US);
  a = get (fixture);
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  again = get (fixture);
  g_assert_true (aws_credentials_equal (a, again));
  g_assert_false (aws_credentials_provider_invalidate (fixture->provider, again));
  assert_gives (fixture, "A");
  assert_asked (fixture, 2);

  fake_clock_advance (fixture->clock, 5 * SECOND_US);
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, again));
  assert_gives (fixture, "B");
  assert_asked (fixture, 3);
}

static void
test_refused_forever (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentials) a = NULL;

  test_source_give (fixture->source, "A", AWS_CREDENTIALS_FOREVER);
  test_source_give (fixture->source, "B", AWS_CREDENTIALS_FOREVER);
  a = get (fixture);
  g_assert_true (aws_credentials_provider_invalidate (fixture->provider, a));
  assert_gives (fixture, "B");
}

/* Calls aws_credentials_provider_get() in @n threads, which find the source held. */
static void
begin_callers (Fixture *fixture, Caller *callers, guint n)
{
  test_source_hold (fixture->source);
  for (guint i = 0; i < n; i++)
    caller_begin (&callers[i], fixture->provider);
  test_source_wait_until_asked (fixture->source, 1);
}

static void
test_one_refresh (Fixture *fixture, gconstpointer unused)
{
  Caller callers[100];

  give (fixture, "A", HOUR_US);
  begin_callers (fixture, callers, G_N_ELEMENTS (callers));
  test_source_release (fixture->source);
  for (gsize i = 0; i < G_N_ELEMENTS (callers); i++)
    g_assert_null (caller_end (&callers[i]));
  assert_asked (fixture, 1);
}

static void
test_cancel (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Caller callers[2];

  give (fixture, "A", HOUR_US);
  begin_callers (fixture, callers, 2);
  g_cancellable_cancel (callers[0].cancellable);
  error = caller_end (&callers[0]);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (test_source_get_n_cancelled (fixture->source), ==, 0);

  test_source_release (fixture->source);
  g_assert_null (caller_end (&callers[1]));
  assert_asked (fixture, 1);
}

/* A fetch goes on after its caller was cancelled, and the next caller gets its result. */
static void
test_cancelled_alone (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  Caller caller;

  give (fixture, "A", HOUR_US);
  begin_callers (fixture, &caller, 1);
  g_cancellable_cancel (caller.cancellable);
  error = caller_end (&caller);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_source_release (fixture->source);
  assert_gives (fixture, "A");
  assert_asked (fixture, 1);
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  give (fixture, "A", HOUR_US);
  test_source_hold (fixture->source);
  g_cancellable_cancel (cancellable);
  g_assert_null (aws_credentials_provider_get (fixture->provider, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_end_while_refreshing (Fixture *fixture, gconstpointer unused)
{
  begin_with (fixture, HOUR_US);
  test_source_hold (fixture->source);
  go_to (fixture, 50 * MINUTE_US);
  assert_gives (fixture, "A");
  test_source_wait_until_asked (fixture->source, 2);
  g_assert_finalize_object (fixture->provider);
  fixture->provider = NULL;
  g_assert_cmpuint (test_source_get_n_cancelled (fixture->source), ==, 1);
}

/* Credentials live 3 s, and the source is down for 2 s of each 6 s: no caller is without credentials for
 * longer than that, and the error says that a retry may succeed. */
static void
test_short_lives (Fixture *fixture, gconstpointer unused)
{
  const gint64 step_us = SECOND_US / 10;
  gint64 failing_us = 0;

  for (gint64 us = 0; us < MINUTE_US; us += step_us) {
    g_autofree char *access_key = g_strdup_printf ("A%" G_GINT64_FORMAT, us);
    g_autoptr (AwsCredentials) credentials = NULL;
    g_autoptr (GError) error = NULL;

    go_to (fixture, us);
    test_source_take_back (fixture->source);
    if (us / (2 * SECOND_US) % 3 == 1)
      fail (fixture);
    else
      give (fixture, access_key, us + 3 * SECOND_US);

    credentials = aws_credentials_provider_get (fixture->provider, 0, NULL, &error);
    if (credentials != NULL) {
      g_assert_cmpint (aws_credentials_get_expiration (credentials), >, START_US + us);
    } else {
      g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_TRANSIENT);
      failing_us += step_us;
    }
  }
  g_assert_cmpint (failing_us, <=, 10 * (2 * SECOND_US + step_us));
}

static void
test_id (Fixture *fixture, gconstpointer unused)
{
  g_assert_cmpstr (aws_credentials_provider_get_id (fixture->provider), ==, "id");
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *full_path = g_strconcat ("/awscredentialsprovider/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_notes, NULL, NULL);
  g_test_add_func ("/awscredentialsprovider/windows", test_windows);
  add ("mandatory-joins", test_mandatory_joins);
  add ("mandatory-failure", test_mandatory_failure);
  add ("expired", test_expired);
  g_test_add_func ("/awscredentialsprovider/pauses", test_pauses);
  add ("pause-ends-early", test_pause_ends_early);
  add ("nothing-new", test_nothing_new);
  add ("forever", test_forever);
  add ("first-failure", test_first_failure);
  add ("expired-already", test_expired_already);
  add ("expired-instead", test_expired_instead);
  add ("clock-offset", test_clock_offset);
  add ("stable/failure", test_stable_failure);
  add ("stable/expired-already", test_stable_expired_already);
  add ("refused/once", test_refused);
  add ("refused/and-unreachable", test_refused_and_unreachable);
  add ("refused/again", test_refused_again);
  add ("refused/forever", test_refused_forever);
  add ("one-refresh", test_one_refresh);
  add ("cancel/one", test_cancel);
  add ("cancel/alone", test_cancelled_alone);
  add ("cancel/before", test_cancelled_before);
  add ("end-while-refreshing", test_end_while_refreshing);
  add ("short-lives", test_short_lives);
  add ("id", test_id);
  return g_test_run ();
}
