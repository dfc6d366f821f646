/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests when a wait ends: at its time, or at once if it is cancelled. Both the system's clock and the fake
 * clock of the tests are tested. */
#include "awsclock.h"

#include "fakeclock.h"

static void
test_real_wait (void)
{
  AwsClock *clock = aws_clock_get_default ();
  gint64 begin = aws_clock_get_monotonic_time (clock);
  g_autoptr (GError) error = NULL;

  g_assert_true (aws_clock_wait (clock, 2000, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (aws_clock_get_monotonic_time (clock), >=, begin + 2000);
  g_assert_true (aws_clock_wait_until (clock, begin, NULL, NULL));
  g_assert_true (aws_clock_wait (clock, -1, NULL, NULL));
}

static void
test_real_random (void)
{
  for (int i = 0; i < 1000; i++) {
    double random = aws_clock_get_random (aws_clock_get_default ());

    g_assert_cmpfloat (random, >=, 0);
    g_assert_cmpfloat (random, <, 1);
  }
}

static void
test_cancelled_before (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (aws_clock_wait (aws_clock_get_default (), G_TIME_SPAN_DAY, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gpointer
wait_for_a_day_cb (gpointer user_data)
{
  GError *error = NULL;

  aws_clock_wait (aws_clock_get_default (), G_TIME_SPAN_DAY, user_data, &error);
  return error;
}

/* The thread may or may not be waiting yet when it is cancelled; it must end in both cases. */
static void
test_cancelled_meanwhile (void)
{
  for (int i = 0; i < 100; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    GThread *thread = g_thread_new ("wait", wait_for_a_day_cb, cancellable);
    g_autoptr (GError) error = NULL;

    if (i % 2 == 1)
      g_thread_yield ();
    g_cancellable_cancel (cancellable);
    error = g_thread_join (thread);
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  }
}

static void
test_fake (void)
{
  static const double randoms[] = {0.25, 0.75};
  g_autoptr (FakeClock) fake = fake_clock_new (1000);
  AwsClock *clock = AWS_CLOCK (fake);
  gint64 begin = aws_clock_get_monotonic_time (clock);

  g_assert_true (aws_clock_wait (clock, G_TIME_SPAN_DAY, NULL, NULL));
  g_assert_cmpint (aws_clock_get_real_time (clock), ==, 1000 + G_TIME_SPAN_DAY);
  g_assert_cmpint (aws_clock_get_monotonic_time (clock), ==, begin + G_TIME_SPAN_DAY);
  g_assert_cmpuint (fake_clock_count_waits (fake), ==, 1);
  g_assert_cmpint (fake_clock_get_wait (fake, 0), ==, G_TIME_SPAN_DAY);

  fake_clock_set_real_time (fake, 5);
  fake_clock_advance (fake, 2);
  g_assert_cmpint (aws_clock_get_real_time (clock), ==, 7);
  g_assert_cmpint (aws_clock_get_monotonic_time (clock), ==, begin + G_TIME_SPAN_DAY + 2);

  g_assert_cmpfloat (aws_clock_get_random (clock), ==, 0);
  fake_clock_set_random (fake, 0.5);
  g_assert_cmpfloat (aws_clock_get_random (clock), ==, 0.5);
  fake_clock_set_randoms (fake, randoms, G_N_ELEMENTS (randoms));
  g_assert_cmpfloat (aws_clock_get_random (clock), ==, 0.25);
  g_assert_cmpfloat (aws_clock_get_random (clock), ==, 0.75);
  g_assert_cmpfloat (aws_clock_get_random (clock), ==, 0.25);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_fake_cancelled (void)
{
  g_autoptr (FakeClock) fake = fake_clock_new (1000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  fake_clock_set_wait_func (fake, cancel_cb, cancellable);
  g_assert_false (aws_clock_wait (AWS_CLOCK (fake), 10, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (aws_clock_get_real_time (AWS_CLOCK (fake)), ==, 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsclock/real-wait", test_real_wait);
  g_test_add_func ("/awsclock/real-random", test_real_random);
  g_test_add_func ("/awsclock/cancelled-before", test_cancelled_before);
  g_test_add_func ("/awsclock/cancelled-meanwhile", test_cancelled_meanwhile);
  g_test_add_func ("/awsclock/fake", test_fake);
  g_test_add_func ("/awsclock/fake-cancelled", test_fake_cancelled);
  return g_test_run ();
}
