/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awswatchdog.h"

#include "heldclock.h"

/* Returns when any thread cancels @cancellable. */
static void
wait_for (GCancellable *cancellable)
{
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
  g_assert_true (g_cancellable_is_cancelled (cancellable));
}

static void
test_cancels (void)
{
  g_autoptr (HeldClock) clock = held_clock_new ();
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (AWS_CLOCK (clock));
  g_autoptr (GCancellable) late = g_cancellable_new ();
  g_autoptr (GCancellable) early = g_cancellable_new ();
  g_autoptr (GCancellable) past = g_cancellable_new ();

  g_assert_true (aws_watchdog_get_clock (watchdog) == AWS_CLOCK (clock));
  aws_watchdog_watch (watchdog, late, 1000);
  held_clock_await_waiting (clock);
  aws_watchdog_watch (watchdog, early, 500);
  aws_watchdog_watch (watchdog, past, -1);
  wait_for (past);
  g_assert_false (g_cancellable_is_cancelled (early));
  held_clock_advance (clock, 500);
  wait_for (early);
  g_assert_false (g_cancellable_is_cancelled (late));
  held_clock_advance (clock, 500);
  wait_for (late);
  g_assert_false (aws_watchdog_unwatch (watchdog, late));
}

/* The thread may or may not have ended. */
static void
test_again (void)
{
  g_autoptr (HeldClock) clock = held_clock_new ();
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (AWS_CLOCK (clock));

  for (int i = 1; i <= 100; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();

    aws_watchdog_watch (watchdog, cancellable, i);
    held_clock_advance (clock, 1);
    wait_for (cancellable);
  }
}

static void
test_unwatch (void)
{
  g_autoptr (HeldClock) clock = held_clock_new ();
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (AWS_CLOCK (clock));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) other = g_cancellable_new ();

  aws_watchdog_watch (watchdog, cancellable, 1000);
  aws_watchdog_watch (watchdog, other, 1000);
  g_assert_true (aws_watchdog_unwatch (watchdog, cancellable));
  g_assert_false (aws_watchdog_unwatch (watchdog, cancellable));
  held_clock_advance (clock, 1000);
  wait_for (other);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
}

/* Freeing a watchdog does not wait for the time that it watches. */
static void
test_free (void)
{
  g_autoptr (HeldClock) clock = held_clock_new ();
  AwsWatchdog *watchdog = aws_watchdog_new (AWS_CLOCK (clock));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  aws_watchdog_watch (watchdog, cancellable, G_MAXINT64);
  g_assert_true (aws_watchdog_unwatch (watchdog, cancellable));
  g_object_unref (watchdog);
  g_object_unref (aws_watchdog_new (AWS_CLOCK (clock)));
}

#define WATCHES 2000

static gpointer
watch_and_unwatch (gpointer watchdog)
{
  for (int i = 0; i < WATCHES; i++) {
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    gboolean is_due = i % 2 == 0;

    aws_watchdog_watch (
        watchdog, cancellable, g_get_monotonic_time () + (is_due ? 0 : 60 * G_USEC_PER_SEC));
    if (is_due)
      wait_for (cancellable);
    else
      g_assert_true (aws_watchdog_unwatch (watchdog, cancellable));
  }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (AwsWatchdog) watchdog = aws_watchdog_new (aws_clock_get_default ());
  GThread *threads[4];

  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("watch", watch_and_unwatch, watchdog);
  for (gsize i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awswatchdog/cancels", test_cancels);
  g_test_add_func ("/awswatchdog/again", test_again);
  g_test_add_func ("/awswatchdog/unwatch", test_unwatch);
  g_test_add_func ("/awswatchdog/free", test_free);
  g_test_add_func ("/awswatchdog/threads", test_threads);
  return g_test_run ();
}
