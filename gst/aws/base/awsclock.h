/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time and random numbers for all code that waits, retries and renews: those of the system, or in a test a
 * clock of its own, so that no test sleeps. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_CLOCK (aws_clock_get_type ())

/**
 * AwsClock:
 * The system's clock, unless a subclass overrides it. May be used from any thread.
 */
G_DECLARE_DERIVABLE_TYPE (AwsClock, aws_clock, AWS, CLOCK, GObject)

/**
 * AwsClockClass:
 * @parent_class: the parent
 * @get_real_time: as aws_clock_get_real_time()
 * @get_monotonic_time: as aws_clock_get_monotonic_time()
 * @wait_until: as aws_clock_wait_until()
 * @get_random: as aws_clock_get_random()
 *
 * The virtual functions, which a subclass may override.
 */
struct _AwsClockClass {
  GObjectClass parent_class;

  gint64 (*get_real_time) (AwsClock *self);
  gint64 (*get_monotonic_time) (AwsClock *self);
  gboolean (*wait_until) (
      AwsClock *self, gint64 monotonic_us, GCancellable *cancellable, GError **error);
  double (*get_random) (AwsClock *self);
};

/**
 * aws_clock_get_default:
 * Returns: (transfer none): the system's clock, one for the process
 */
AwsClock *aws_clock_get_default (void);

/**
 * aws_clock_get_real_time:
 * Returns: the time of day in microseconds since the epoch; it may jump
 */
gint64 aws_clock_get_real_time (AwsClock *self);

/**
 * aws_clock_get_monotonic_time:
 * Returns: microseconds since some point in time, never going back
 */
gint64 aws_clock_get_monotonic_time (AwsClock *self);

/**
 * aws_clock_wait_until:
 * @monotonic_us: until when, by aws_clock_get_monotonic_time()
 * @error: %G_IO_ERROR_CANCELLED
 *
 * Blocks the calling thread.
 *
 * Returns: whether the time has come
 */
gboolean aws_clock_wait_until (
    AwsClock *self, gint64 monotonic_us, GCancellable *cancellable, GError **error);

/**
 * aws_clock_wait:
 * @duration_us: how long, in microseconds
 * @error: %G_IO_ERROR_CANCELLED
 *
 * As aws_clock_wait_until(), from now.
 *
 * Returns: whether the time has passed
 */
gboolean aws_clock_wait (
    AwsClock *self, gint64 duration_us, GCancellable *cancellable, GError **error);

/**
 * aws_clock_get_random:
 * Returns: the next random number, from 0 up to but not 1, for jitter
 */
double aws_clock_get_random (AwsClock *self);

G_END_DECLS
