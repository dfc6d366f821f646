/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time that passes only when a test says so, or when somebody waits for it. */
#pragma once

#include "awsclock.h"

G_BEGIN_DECLS

#define FAKE_TYPE_CLOCK (fake_clock_get_type ())

/**
 * FakeClock:
 *
 * A clock that stands still. Whoever waits on it moves it, and does not wait.
 */
G_DECLARE_FINAL_TYPE (FakeClock, fake_clock, FAKE, CLOCK, AwsClock)

/**
 * fake_clock_new:
 * @real_us: the time of day, in microseconds since the epoch
 *
 * Its random numbers are 0 until fake_clock_set_random().
 *
 * Returns: (transfer full): a clock that stands at @real_us
 */
FakeClock *fake_clock_new (gint64 real_us);

/**
 * fake_clock_advance:
 * @self: a clock
 * @duration_us: how far, in microseconds
 *
 * Moves both kinds of time on.
 */
void fake_clock_advance (FakeClock *self, gint64 duration_us);

/**
 * fake_clock_set_random:
 * @self: a clock
 * @random: all random numbers from now on
 */
void fake_clock_set_random (FakeClock *self, double random);

G_END_DECLS
