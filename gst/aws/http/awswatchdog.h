/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Cancels operations that take too long. GIO's own timeouts are for each step, in whole seconds; a watchdog
 * limits any number of steps. */
#pragma once

#include "awsclock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_WATCHDOG (aws_watchdog_get_type ())

/**
 * AwsWatchdog:
 * A thread that cancels cancellables at given times. It starts with the first one to watch, and
 * ends some time after the last one, at the latest with the watchdog. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (AwsWatchdog, aws_watchdog, AWS, WATCHDOG, GObject)

/**
 * aws_watchdog_new:
 * @clock: the time; its waits must take real time
 *
 * Returns: (transfer full): a watchdog that watches nothing yet. The caller keeps a reference while
 *     it watches something
 */
AwsWatchdog *aws_watchdog_new (AwsClock *clock);

AwsClock *aws_watchdog_get_clock (AwsWatchdog *self);

/**
 * aws_watchdog_watch:
 * @cancellable: what to cancel; it is not being watched
 * @monotonic_us: when, by aws_clock_get_monotonic_time(); at once if that has passed
 *
 * Watches @cancellable until it is cancelled or aws_watchdog_unwatch() is called.
 */
void aws_watchdog_watch (AwsWatchdog *self, GCancellable *cancellable, gint64 monotonic_us);

/**
 * aws_watchdog_unwatch:
 * @cancellable: what was given to aws_watchdog_watch()
 *
 * Stops watching @cancellable.
 *
 * Returns: whether that was in time; if not, @cancellable is cancelled, or will be soon
 */
gboolean aws_watchdog_unwatch (AwsWatchdog *self, GCancellable *cancellable);

G_END_DECLS
