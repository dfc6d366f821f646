/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Time that passes only when a test says so. */
#pragma once

#include "awsclock.h"

G_BEGIN_DECLS

#define HELD_TYPE_CLOCK (held_clock_get_type ())

/**
 * HeldClock:
 *
 * A clock that stands still, and on which threads wait until the test moves it.
 */
G_DECLARE_FINAL_TYPE (HeldClock, held_clock, HELD, CLOCK, AwsClock)

/**
 * held_clock_new:
 *
 * Returns: (transfer full): a clock
 */
HeldClock *held_clock_new (void);

/**
 * held_clock_advance:
 * @self: a clock
 * @duration_us: how far, in microseconds
 *
 * Moves the time on.
 */
void held_clock_advance (HeldClock *self, gint64 duration_us);

/** Blocks until a thread waits for a time of this clock. */
void held_clock_await_waiting (HeldClock *self);

/**
 * held_clock_await_due:
 * @self: a clock
 * @duration_us: how far, in microseconds
 *
 * Blocks until a thread waits for a time that held_clock_advance() by @duration_us brings.
 *
 * Returns: whether one does; if not, the test has waited long enough
 */
gboolean held_clock_await_due (HeldClock *self, gint64 duration_us);

G_END_DECLS
