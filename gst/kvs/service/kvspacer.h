/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Keeps the requests for a stream within its quota, over all readers of the stream in the process. */
#pragma once

#include "kvsquery.h"

#include <awsclient.h>
#include <awsclock.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/** The fragment-metadata points that a stream has a second, and the fragment-media points. A GetImages
 * costs MaxResults of both, and these fragment-metadata points on top. A ListFragments costs MaxResults
 * fragment-metadata points and no others. (Kinesis Video Streams quotas, fragment-metadata and
 * fragment-media quotas.) */
#define KVS_METADATA_POINTS_PER_SECOND 10000
#define KVS_MEDIA_POINTS_PER_SECOND 500
#define KVS_METADATA_POINTS_PER_CALL 400

/** For how long a wait gathers points for what is expected, at most: two thirds of what a bucket holds, so that none
 * are lost. */
#define KVS_PACER_GATHER_MS 600

#define KVS_TYPE_PACER (kvs_pacer_get_type ())

/**
 * KvsPacer:
 * Keeps to the quota of one stream. That the service's token buckets hold a second's worth of points is not
 * documented, but usual for such quotas. A pacer uses 90 % of that, and 98 % of the rate, because
 * requests do not arrive as evenly as they are sent. May be used from any thread.
 */
G_DECLARE_FINAL_TYPE (KvsPacer, kvs_pacer, KVS, PACER, GObject)

/**
 * kvs_pacer_new:
 * Returns: (transfer full): a pacer that is not shared, with full token buckets.
 */
KvsPacer *kvs_pacer_new (AwsClock *clock);

/**
 * kvs_pacer_get_shared:
 * @client: signs and sends the requests; its clock is the pacer's.
 * @endpoint: the control endpoint.
 * @query: names the stream. Streams count as the same by their name, also if one of them is named by its
 * ARN, since a name does not tell which account it is in.
 *
 * Gives the pacer of the process for the identity and region of @client, @endpoint and the stream. When
 * the last reference goes, what was spent is remembered for as long as it matters, so that an element that
 * is restarted does not spend it twice.
 *
 * Returns: (transfer full): the pacer.
 */
KvsPacer *kvs_pacer_get_shared (AwsClient *client, GUri *endpoint, const KvsQuery *query);

/**
 * kvs_pacer_wait:
 * @max_results: the MaxResults of the request, 1 to %KVS_MAX_RESULTS. More than a bucket holds waits until
 * the bucket is full, and what follows waits for the rest.
 * @n_expected: how many more images will be asked for, later than these, and need not come one page at a time.
 * @error: %G_IO_ERROR_CANCELLED.
 *
 * Waits until the quota has the points of a GetImages, and spends them. Calls are served in their order,
 * but a ListFragments may go between two of them. A wait that is cancelled spends nothing, and those
 * behind it move up.
 *
 * Where more is expected, a call that has to wait waits until the quota has points for some of that, too, at most
 * %KVS_PACER_GATHER_MS longer. Then several requests go one after the other: fewer waits, after each of which the
 * processor's caches have to be filled anew, and no later end.
 *
 * Returns: whether the request may be sent now.
 */
gboolean kvs_pacer_wait (
    KvsPacer *self, guint max_results, guint n_expected, GCancellable *cancellable, GError **error);

/**
 * kvs_pacer_wait_for_list:
 * @max_results: the MaxResults of the request, 1 to %KVS_MAX_FRAGMENTS_PER_PAGE.
 * @error: %G_IO_ERROR_CANCELLED.
 *
 * As kvs_pacer_wait() for a ListFragments. Lists have a queue of their own: they do not wait for
 * fragment-media points, nor for the calls of kvs_pacer_wait() that do. Where metadata is short, the first
 * list and the first GetImages get theirs in the order in which they became first, so one list delays
 * GetImages by its own points at most: 102 ms at full rate for 1000.
 *
 * Returns: whether the request may be sent now.
 */
gboolean kvs_pacer_wait_for_list (
    KvsPacer *self, guint max_results, GCancellable *cancellable, GError **error);

/**
 * kvs_pacer_throttled:
 * Records that the service has throttled a request for the stream, because consumers outside of this process
 * use the same quota. The buckets are empty then, and the rate falls to 70 % of what it was. From
 * then on it rises steadily, by 5 % of the full rate a second. Further calls within 500 ms are ignored:
 * those requests were in flight together. So the rate stays above 5 % of the full one.
 */
void kvs_pacer_throttled (KvsPacer *self);

/**
 * kvs_pacer_get_images_per_second:
 * Returns: the images a second that can be requested as of now, by the fragment-media points: 490 unless the
 * service has throttled lately.
 */
double kvs_pacer_get_images_per_second (KvsPacer *self);

/** How many images could be requested now without waiting. */
double kvs_pacer_get_images_in_bucket (KvsPacer *self);

/** How many calls are waiting, for tests. */
guint kvs_pacer_count_waiters (KvsPacer *self);

G_END_DECLS
