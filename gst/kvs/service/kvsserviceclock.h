/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The service's time of day, as far as its replies tell. */
#pragma once

#include <awsclock.h>

G_BEGIN_DECLS

/** From how far behind what the service's clock has shown a Date counts as an old one, in microseconds.
 * It is how wrong a clock may be for the service to accept a request at all (AWS common errors,
 * RequestExpired). */
#define KVS_SERVICE_CLOCK_STALE_US (15 * 60 * (gint64)G_USEC_PER_SEC)

/** After how many Dates on end that count as old the service's clock is taken to show that. */
#define KVS_SERVICE_CLOCK_MAX_STALE 3

/**
 * KvsServiceClock:
 * An estimate of the service's time of day, in ms since the epoch. Between replies it goes on with the
 * monotonic clock, so that nothing happens when the local time of day is set. May be used from any thread.
 */
typedef struct _KvsServiceClock KvsServiceClock;

/**
 * kvs_service_clock_new:
 * @clock: the local time.
 * @real_ms: the local time of day as of now, in ms since the epoch, which is where the estimate begins.
 *
 * Returns: (transfer full): a service's clock of which nothing is known.
 */
KvsServiceClock *kvs_service_clock_new (AwsClock *clock, gint64 real_ms);

/**
 * kvs_service_clock_free:
 * @self: (transfer full): a service's clock that is not used any more.
 */
void kvs_service_clock_free (KvsServiceClock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsServiceClock, kvs_service_clock_free)

/**
 * kvs_service_clock_set:
 * @self: a service's clock.
 * @now_ms: what it shows now, in ms since the epoch.
 *
 * Sets the estimate to a time from elsewhere.
 */
void kvs_service_clock_set (KvsServiceClock *self, gint64 now_ms);

/**
 * kvs_service_clock_observe:
 * @self: a service's clock.
 * @date_s: the Date of a reply, in seconds since the epoch, rounded down as the service does; -1 for
 * none, which tells nothing.
 * @sent_us: when its request was sent, by aws_clock_get_monotonic_time().
 * @received_us: when its headers came, by the same.
 *
 * Moves the estimate as little as makes it possible: the Date was written between the two times, so when the
 * headers came it was between @date_s and the end of that second plus the time between. An estimate that
 * lies there stays, hence many replies narrow it down.
 *
 * A Date may be an old one, out of a cache or a proxy, but never one that is yet to come. So an estimate
 * that is behind is moved by any distance: the monotonic clock may have stood still while the machine
 * slept. One that is more than %KVS_SERVICE_CLOCK_STALE_US ahead stays until the
 * %KVS_SERVICE_CLOCK_MAX_STALE'th Date on end says so, unless it is only the local time of day yet.
 */
void kvs_service_clock_observe (
    KvsServiceClock *self, gint64 date_s, gint64 sent_us, gint64 received_us);

/**
 * kvs_service_clock_get_now_ms:
 * @self: a service's clock.
 *
 * Returns: what it shows now, as far as that is known, in ms since the epoch. It may go back when a reply
 * was observed.
 */
gint64 kvs_service_clock_get_now_ms (KvsServiceClock *self);

/**
 * kvs_service_clock_to_monotonic_us:
 * @self: a service's clock.
 * @service_ms: a time by it, in ms since the epoch; 292,000 years at most.
 *
 * Returns: when kvs_service_clock_get_now_ms() will first give that, by aws_clock_get_monotonic_time(),
 * as far as that is known now; it may be past.
 */
gint64 kvs_service_clock_to_monotonic_us (KvsServiceClock *self, gint64 service_ms);

G_END_DECLS
