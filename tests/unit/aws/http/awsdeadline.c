/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsdeadline.h"

#include "awserror.h"
#include "heldclock.h"

#define S G_USEC_PER_SEC

typedef struct {
  HeldClock *clock;
  AwsWatchdog *watchdog;
  AwsDeadline *deadline;
} Fixture;

static void
set_up (Fixture *fixture, guint connection_ms, guint completion_ms)
{
  fixture->clock = held_clock_new ();
  fixture->watchdog = aws_watchdog_new (AWS_CLOCK (fixture->clock));
  fixture->deadline = aws_deadline_new (fixture->watchdog, connection_ms, completion_ms);
}

static void
tear_down (Fixture *fixture)
{
  aws_deadline_free (fixture->deadline);
  g_object_unref (fixture->watchdog);
  g_object_unref (fixture->clock);
}

static void
wait_for (GCancellable *cancellable)
{
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
}

static void
assert_error (Fixture *fixture, const char *message)
{
  g_autoptr (GError) error = aws_deadline_new_error (fixture->deadline, "host");

  g_assert_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT);
  g_assert_cmpstr (error->message, ==, message);
}

/* A call that takes @duration_us and is in time. */
static void
call (Fixture *fixture, gint64 duration_us)
{
  GCancellable *cancellable = aws_deadline_enter (fixture->deadline, NULL);

  held_clock_advance (fixture->clock, duration_us);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  g_assert_false (aws_deadline_leave (fixture->deadline));
}

/* Only the time in calls counts, and that of all calls is added up. */
static void
test_completion (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  call (&fixture, 50 * S);
  held_clock_advance (fixture.clock, 1000 * S);
  call (&fixture, 9 * S);
  held_clock_advance (fixture.clock, 1000 * S);

  cancellable = aws_deadline_enter (fixture.deadline, NULL);
  held_clock_advance (fixture.clock, 1 * S);
  wait_for (cancellable);
  g_assert_true (aws_deadline_leave (fixture.deadline));
  assert_error (&fixture,
      "host did not answer completely within 60 s; check the network and the completion timeout");

  g_assert_true (g_cancellable_is_cancelled (aws_deadline_enter (fixture.deadline, NULL)));
  g_assert_true (aws_deadline_leave (fixture.deadline));
  tear_down (&fixture);
}

/* The caller's own time counts where the caller says so, even if no call ever blocks. */
static void
test_catch_up (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  for (int i = 0; i < 20; i++) {
    call (&fixture, 0);
    held_clock_advance (fixture.clock, 2 * S);
    aws_deadline_catch_up (fixture.deadline);
    held_clock_advance (fixture.clock, 1 * S);
    aws_deadline_catch_up (fixture.deadline);
    if (i < 19)
      continue;
    cancellable = aws_deadline_enter (fixture.deadline, NULL);
    g_assert_true (g_cancellable_is_cancelled (cancellable));
    g_assert_true (aws_deadline_leave (fixture.deadline));
  }
  assert_error (&fixture,
      "host did not answer completely within 60 s; check the network and the completion timeout");
  tear_down (&fixture);
}

static void
test_connection (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 250, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, NULL);
  g_assert_false (aws_deadline_is_connecting (fixture.deadline));
  aws_deadline_begin_connecting (fixture.deadline);
  g_assert_true (aws_deadline_is_connecting (fixture.deadline));
  held_clock_advance (fixture.clock, S / 8);
  aws_deadline_begin_connecting (fixture.deadline);
  held_clock_advance (fixture.clock, S / 8);
  wait_for (cancellable);
  g_assert_true (aws_deadline_leave (fixture.deadline));
  assert_error (&fixture, "host did not accept a connection within 250 ms; check the network, the "
                          "proxy and the connection timeout");

  g_assert_true (g_cancellable_is_cancelled (aws_deadline_enter (fixture.deadline, NULL)));
  g_assert_true (aws_deadline_leave (fixture.deadline));
  tear_down (&fixture);
}

/* Each connection has its own time limit, whose rest is not carried over. */
static void
test_connected (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, NULL);
  for (int i = 0; i < 2; i++) {
    aws_deadline_begin_connecting (fixture.deadline);
    held_clock_advance (fixture.clock, 4 * S);
    aws_deadline_end_connecting (fixture.deadline);
    g_assert_false (aws_deadline_is_connecting (fixture.deadline));
    held_clock_advance (fixture.clock, 20 * S);
  }
  aws_deadline_end_connecting (fixture.deadline);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  held_clock_advance (fixture.clock, 12 * S);
  wait_for (cancellable);
  g_assert_true (aws_deadline_leave (fixture.deadline));
  assert_error (&fixture,
      "host did not answer completely within 60 s; check the network and the completion timeout");
  tear_down (&fixture);
}

static void
test_connecting_beyond_completion (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 5000, 3000);
  cancellable = aws_deadline_enter (fixture.deadline, NULL);
  aws_deadline_begin_connecting (fixture.deadline);
  held_clock_advance (fixture.clock, 3 * S);
  wait_for (cancellable);
  g_assert_true (aws_deadline_leave (fixture.deadline));
  assert_error (&fixture,
      "host did not answer completely within 3 s; check the network and the completion timeout");
  tear_down (&fixture);
}

/* A call that was too late is reported even if the caller ignores the cancellation. */
static void
test_late_steps (void)
{
  Fixture fixture;
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, NULL);
  aws_deadline_begin_connecting (fixture.deadline);
  held_clock_advance (fixture.clock, 5 * S);
  wait_for (cancellable);
  aws_deadline_end_connecting (fixture.deadline);
  g_assert_false (aws_deadline_is_connecting (fixture.deadline));
  aws_deadline_begin_connecting (fixture.deadline);
  g_assert_true (aws_deadline_leave (fixture.deadline));
  assert_error (&fixture, "host did not accept a connection within 5 s; check the network, the "
                          "proxy and the connection timeout");
  tear_down (&fixture);
}

static void
test_cancel (void)
{
  Fixture fixture;
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, outer);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  g_cancellable_cancel (outer);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_false (aws_deadline_leave (fixture.deadline));

  cancellable = aws_deadline_enter (fixture.deadline, outer);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_false (aws_deadline_leave (fixture.deadline));

  call (&fixture, 59 * S);
  tear_down (&fixture);
}

/* A call that its caller has cancelled is not reported as late. */
static void
test_cancel_late (void)
{
  Fixture fixture;
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, outer);
  held_clock_advance (fixture.clock, 60 * S);
  wait_for (cancellable);
  g_assert_false (g_cancellable_is_cancelled (outer));
  g_cancellable_cancel (outer);
  g_assert_false (aws_deadline_leave (fixture.deadline));
  tear_down (&fixture);
}

/* The calls of a reply share one watch. */
static void
test_same_caller (void)
{
  Fixture fixture;
  g_autoptr (GCancellable) outer = g_cancellable_new ();
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  cancellable = aws_deadline_enter (fixture.deadline, outer);
  g_assert_false (aws_deadline_leave (fixture.deadline));
  g_assert_true (aws_deadline_enter (fixture.deadline, outer) == cancellable);
  g_assert_false (aws_deadline_leave (fixture.deadline));

  /* A cancellation between two calls ends the next call. */
  g_cancellable_cancel (outer);
  g_assert_true (g_cancellable_is_cancelled (aws_deadline_enter (fixture.deadline, outer)));
  g_assert_false (aws_deadline_leave (fixture.deadline));
  tear_down (&fixture);
}

/* A call that is cancelled cancels no other call. */
static void
test_other_caller (void)
{
  Fixture fixture;
  g_autoptr (GCancellable) first = g_cancellable_new ();
  g_autoptr (GCancellable) second = g_cancellable_new ();
  GCancellable *cancellable;

  set_up (&fixture, 5000, 60000);
  aws_deadline_enter (fixture.deadline, first);
  g_assert_false (aws_deadline_leave (fixture.deadline));
  cancellable = aws_deadline_enter (fixture.deadline, second);
  g_cancellable_cancel (first);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  g_cancellable_cancel (second);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_false (aws_deadline_leave (fixture.deadline));
  call (&fixture, 59 * S);
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsdeadline/completion", test_completion);
  g_test_add_func ("/awsdeadline/catch-up", test_catch_up);
  g_test_add_func ("/awsdeadline/connection", test_connection);
  g_test_add_func ("/awsdeadline/connected", test_connected);
  g_test_add_func ("/awsdeadline/connecting-beyond-completion", test_connecting_beyond_completion);
  g_test_add_func ("/awsdeadline/late-steps", test_late_steps);
  g_test_add_func ("/awsdeadline/cancel", test_cancel);
  g_test_add_func ("/awsdeadline/cancel-late", test_cancel_late);
  g_test_add_func ("/awsdeadline/same-caller", test_same_caller);
  g_test_add_func ("/awsdeadline/other-caller", test_other_caller);
  return g_test_run ();
}
