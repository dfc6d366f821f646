/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline clock that stands still until it is stepped to the next time that an element waits for. Playback
 * with it takes no longer than the work, and between two steps nothing is rendered. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define STEP_TYPE_CLOCK (step_clock_get_type ())
G_DECLARE_FINAL_TYPE (StepClock, step_clock, STEP, CLOCK, GstClock)

/**
 * step_clock_new:
 *
 * Returns: (transfer full): a clock. All of its functions may be called from any thread.
 */
StepClock *step_clock_new (void);

/**
 * step_clock_wait:
 * @self: a clock.
 * @end_us: until when to wait, as g_get_monotonic_time() tells it.
 *
 * Waits until an element waits for a time to come, or until step_clock_wake().
 *
 * Returns: %FALSE if neither has happened.
 */
gboolean step_clock_wait (StepClock *self, gint64 end_us);

/**
 * step_clock_wake:
 * @self: a clock.
 *
 * Ends the present step_clock_wait(), or the next one.
 */
void step_clock_wake (StepClock *self);

/**
 * step_clock_step:
 * @self: a clock.
 *
 * Goes on to the next time that an element waits for, if there is one.
 */
void step_clock_step (StepClock *self);

/**
 * step_clock_advance:
 * @self: a clock.
 * @duration: in nanoseconds.
 *
 * Goes on by @duration.
 */
void step_clock_advance (StepClock *self, GstClockTime duration);

G_END_DECLS
