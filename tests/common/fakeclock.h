/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A clock that stands still unless a test moves it or a thread waits: a wait takes no time, and the
 * clock is then where it ended. */
#pragma once

#include "awsclock.h"

G_BEGIN_DECLS

#define FAKE_TYPE_CLOCK (fake_clock_get_type ())

/**
 * FakeClock:
 *
 * May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (FakeClock, fake_clock, FAKE, CLOCK, AwsClock)

/**
 * fake_clock_new:
 * @real_time_us: the time of day, in microseconds since the epoch
 *
 * Returns: (transfer full): a clock whose random numbers are all 0
 */
FakeClock *fake_clock_new (gint64 real_time_us);

/**
 * fake_clock_advance:
 * @self: a clock
 * @duration_us: how far, in microseconds
 *
 * Lets time pass.
 */
void fake_clock_advance (FakeClock *self, gint64 duration_us);

/**
 * fake_clock_set_real_time:
 * @self: a clock
 * @real_time_us: the new time of day
 *
 * Sets the time of day, as a user or NTP does; no time passes.
 */
void fake_clock_set_real_time (FakeClock *self, gint64 real_time_us);

/**
 * fake_clock_set_random:
 * @self: a clock
 * @random: a number from 0 up to but not 1
 *
 * Sets all random numbers from now on.
 */
void fake_clock_set_random (FakeClock *self, double random);

/**
 * fake_clock_set_randoms:
 * @self: a clock
 * @randoms: (array length=n_randoms): numbers from 0 up to but not 1
 * @n_randoms: how many there are, at least 1
 *
 * Sets the next random numbers; after the last one they begin anew.
 */
void fake_clock_set_randoms (FakeClock *self, const double *randoms, gsize n_randoms);

/**
 * FakeClockWaitFunc:
 * @self: a clock
 * @user_data: from fake_clock_set_wait_func()
 *
 * What happens while a thread waits.
 */
typedef void (*FakeClockWaitFunc) (FakeClock *self, gpointer user_data);

/**
 * fake_clock_set_wait_func:
 * @self: a clock
 * @func: (nullable): called in the thread that waits, after the wait was noted and before it ends
 * @user_data: for @func
 *
 * Lets a test do something in the middle of a wait, such as cancel it.
 */
void fake_clock_set_wait_func (FakeClock *self, FakeClockWaitFunc func, gpointer user_data);

/**
 * fake_clock_count_waits:
 * @self: a clock
 *
 * Returns: how often a thread has waited
 */
guint fake_clock_count_waits (FakeClock *self);

/**
 * fake_clock_get_wait:
 * @self: a clock
 * @index: which wait, from 0
 *
 * Returns: how long it was to last, in microseconds
 */
gint64 fake_clock_get_wait (FakeClock *self, guint index);

G_END_DECLS
