/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A clock for a reader of many threads: it stands still as long as one of them does something, and
 * moves on when all of them wait. */
#pragma once

#include <awsclock.h>
#include <awshttp.h>

G_BEGIN_DECLS

#define EMULATED_TYPE_CLOCK (emulated_clock_get_type ())

/**
 * EmulatedClock:
 *
 * Time passes in steps, each to the end of the wait that ends next, and only when there is nothing else
 * to do: so how long a computation or a reply really takes makes no difference.
 *
 * For that it has to know of each thread whether it waits. The thread that makes the clock takes part,
 * and so does each that is called %EMULATED_CLOCK_READER or %EMULATED_CLOCK_PULLER. Such a thread waits
 * while it is in aws_clock_wait_until() or g_cond_wait(), which the test is linked with versions of that
 * tell the clock. A reply of a server is not waited for in this sense: it comes at once.
 *
 * If all threads wait, and none of them for a time, nothing can ever happen, and the clock ends the program.
 *
 * There is one at a time in a process.
 */
G_DECLARE_FINAL_TYPE (EmulatedClock, emulated_clock, EMULATED, CLOCK, AwsClock)

/** The name of a test's own threads that take part. */
#define EMULATED_CLOCK_PULLER "puller"

/**
 * EmulatedClockFunc:
 * @real_time_us: the new time of day, in microseconds since the epoch.
 * @user_data: from emulated_clock_set_func().
 *
 * Called before each step ends a wait. Must not use the clock.
 */
typedef void (*EmulatedClockFunc) (gint64 real_time_us, gpointer user_data);

/**
 * emulated_clock_new:
 * @real_time_us: the time of day, in microseconds since the epoch.
 * @seed: what its random numbers depend on.
 *
 * Returns: (transfer full): a clock.
 */
EmulatedClock *emulated_clock_new (gint64 real_time_us, guint32 seed);

/**
 * emulated_clock_set_func:
 * @self: a clock.
 * @func: called before each step.
 * @user_data: for @func.
 */
void emulated_clock_set_func (EmulatedClock *self, EmulatedClockFunc func, gpointer user_data);

/**
 * EmulatedClockSendFunc:
 * @request: what is going to be sent.
 * @user_data: from emulated_clock_set_send_funcs().
 *
 * Called by the thread that sends, which may use the clock.
 *
 * Returns: (transfer none) (nullable): what to send it with, in place of what is about to.
 */
typedef AwsHttp *(*EmulatedClockSendFunc) (const AwsRequest *request, gpointer user_data);

/**
 * EmulatedClockSentFunc:
 * @request: what was sent.
 * @is_answered: whether the headers of a reply have come.
 * @user_data: from emulated_clock_set_send_funcs().
 *
 * Called by the thread that sends, which may use the clock.
 */
typedef void (*EmulatedClockSentFunc) (
    const AwsRequest *request, gboolean is_answered, gpointer user_data);

/**
 * emulated_clock_set_send_funcs:
 * @self: a clock that no thread uses yet.
 * @send_func: (nullable): is called before each request of the process.
 * @sent_func: (nullable): is called after it.
 * @user_data: for both.
 */
void emulated_clock_set_send_funcs (EmulatedClock *self, EmulatedClockSendFunc send_func,
    EmulatedClockSentFunc sent_func, gpointer user_data);

/**
 * emulated_clock_set_latency:
 * @self: a clock.
 * @min_us: the least, in microseconds.
 * @max_us: the most.
 *
 * Lets each request of the process take a random time on this clock, one half of it on the way there and
 * the other on the way back.
 */
void emulated_clock_set_latency (EmulatedClock *self, gint64 min_us, gint64 max_us);

G_END_DECLS
