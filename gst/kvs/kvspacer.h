/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Spends the quota of a stream's images no faster than the service grants it, over all readers of the
 * stream in the process. */
#pragma once

#include "kvsquery.h"

#include <awsclient.h>
#include <awsclock.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/** The fragment-metadata points that a stream has a second, and the fragment-media points. A GetImages
 * costs MaxResults of both, and these fragment-metadata points on top (Kinesis Video Streams quotas,
 * fragment-metadata and fragment-media quotas). */
#define KVS_METADATA_POINTS_PER_SECOND 10000
#define KVS_MEDIA_POINTS_PER_SECOND 500
#define KVS_METADATA_POINTS_PER_CALL 400

#define KVS_TYPE_PACER (kvs_pacer_get_type ())

/**
 * KvsPacer:
 *
 * Keeps to the quota of one stream. That the service has a second's worth of points in store is not
 * documented, but the usual way of such quotas: so does a pacer, of which it uses 90 %, and 98 % of the
 * rate, for requests do not arrive as evenly as they are sent. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (KvsPacer, kvs_pacer, KVS, PACER, GObject)

/**
 * kvs_pacer_new:
 * @clock: the time.
 *
 * Returns: (transfer full): a pacer of which nothing was spent, and that nobody shares.
 */
KvsPacer *kvs_pacer_new (AwsClock *clock);

/**
 * kvs_pacer_get_shared:
 * @client: who asks; its clock is the pacer's.
 * @endpoint: where GetDataEndpoint is answered.
 * @query: whose stream is meant. Streams count as the same by their name, also where one is meant by its
 * ARN, since a name does not tell whose account it is in.
 *
 * Gives the pacer of the process for the identity and region of @client, @endpoint and the stream. When
 * the last reference goes, what was spent is remembered until it makes no difference any more, so that
 * an element that is started anew does not spend it twice.
 *
 * Returns: (transfer full): the pacer.
 */
KvsPacer *kvs_pacer_get_shared (AwsClient *client, GUri *endpoint, const KvsQuery *query);

/**
 * kvs_pacer_wait:
 * @self: a pacer.
 * @max_results: the MaxResults of the request, 1 to %KVS_MAX_RESULTS. More than is ever in store waits
 * until all is there, and what follows waits for the rest.
 * @cancellable: (nullable): ends the wait at once from another thread.
 * @error: %G_IO_ERROR_CANCELLED.
 *
 * Waits until the quota has the points of a GetImages, and spends them. Who calls first goes first. A
 * wait that is cancelled spends nothing, and those behind it move up.
 *
 * Returns: whether the request may be sent now.
 */
gboolean kvs_pacer_wait (
    KvsPacer *self, guint max_results, GCancellable *cancellable, GError **error);

/**
 * kvs_pacer_throttled:
 * @self: a pacer.
 *
 * Notes that the service has refused a GetImages because there were too many, as others that are not in
 * this process spend of the same quota. Nothing is in store any more, and the rate falls to 70 % of
 * what it was. Then it rises steadily, by 5 % of the full one a second. Refusals within 500 ms count once:
 * they are of requests that were under way together. So the rate stays above 5 % of the full one.
 */
void kvs_pacer_throttled (KvsPacer *self);

/**
 * kvs_pacer_get_images_per_second:
 * @self: a pacer.
 *
 * Returns: the images a second that are asked for at most as of now, by the fragment-media points: 490
 * unless the service has throttled lately.
 */
double kvs_pacer_get_images_per_second (KvsPacer *self);

/**
 * kvs_pacer_get_images_in_store:
 * @self: a pacer.
 *
 * Returns: how many images could be asked for now without waiting.
 */
double kvs_pacer_get_images_in_store (KvsPacer *self);

/**
 * kvs_pacer_count_waiters:
 * @self: a pacer.
 *
 * Returns: how many calls of kvs_pacer_wait() are waiting, for tests.
 */
guint kvs_pacer_count_waiters (KvsPacer *self);

G_END_DECLS
