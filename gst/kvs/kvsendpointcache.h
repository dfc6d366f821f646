/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where GetImages of a stream is answered, asked once for all who want to know it. */
#pragma once

#include "kvsquery.h"
#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/** How long an answer to GetDataEndpoint is used, in microseconds. The service does not say how long
 * one holds; this is what its producer SDK keeps one for (DEFAULT_ENDPOINT_CACHE_UPDATE_PERIOD). */
#define KVS_LOCATION_MAX_AGE_US (40 * 60 * (gint64)G_USEC_PER_SEC)

/** How long an answer to GetDataEndpoint is believed whatever fails there, in microseconds. A stream
 * without media may answer 404 over and over, and that is to cost no more than a call a minute. */
#define KVS_LOCATION_NEW_US (60 * (gint64)G_USEC_PER_SEC)

/**
 * KvsLocation:
 * @uri: the data endpoint.
 * @clock_offset_ms: how far the service's clock was ahead of the local one, as far as the Date of the
 * reply can tell: 0 where the local clock may be right.
 * @real_us: when the reply came, by aws_clock_get_real_time().
 * @monotonic_us: the same by aws_clock_get_monotonic_time().
 *
 * An answer to GetDataEndpoint. Immutable and ref-counted; the same answer is the same pointer.
 */
typedef struct {
  GUri *uri;
  gint64 clock_offset_ms;
  gint64 real_us;
  gint64 monotonic_us;
} KvsLocation;

/**
 * kvs_location_ref:
 * @self: a location.
 *
 * Returns: (transfer full): @self.
 */
KvsLocation *kvs_location_ref (KvsLocation *self);

/**
 * kvs_location_unref:
 * @self: (transfer full): a location.
 */
void kvs_location_unref (KvsLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsLocation, kvs_location_unref)

/**
 * kvs_location_is_fresh:
 * @self: a location.
 * @clock: the time.
 *
 * A location is fresh until %KVS_LOCATION_MAX_AGE_US have passed, or the local clock was set, or the
 * machine slept, because then its offset says nothing any more.
 *
 * Returns: whether @self can be relied on without having been asked for just now.
 */
gboolean kvs_location_is_fresh (KvsLocation *self, AwsClock *clock);

/**
 * kvs_location_is_new:
 * @self: a location.
 * @clock: the time.
 *
 * Returns: whether @self was asked for less than %KVS_LOCATION_NEW_US ago.
 */
gboolean kvs_location_is_new (KvsLocation *self, AwsClock *clock);

/**
 * KvsEndpointCache:
 *
 * Keeps the locations of streams, each by the control endpoint, the region, the identity and the stream
 * that it was asked with. May be used from any thread.
 */
typedef struct _KvsEndpointCache KvsEndpointCache;

/**
 * kvs_endpoint_cache_new:
 *
 * Returns: (transfer full): a cache that knows nothing.
 */
KvsEndpointCache *kvs_endpoint_cache_new (void);

/**
 * kvs_endpoint_cache_free:
 * @self: (transfer full): a cache that nobody uses any more.
 */
void kvs_endpoint_cache_free (KvsEndpointCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsEndpointCache, kvs_endpoint_cache_free)

/**
 * kvs_endpoint_cache_get_default:
 *
 * Returns: (transfer none): the cache of the process.
 */
KvsEndpointCache *kvs_endpoint_cache_get_default (void);

/**
 * kvs_endpoint_cache_get:
 * @self: a cache.
 * @client: who asks; its clock tells how old an answer is.
 * @endpoint: where GetDataEndpoint is answered; when it is http, the data endpoint may be http as well.
 * @query: whose stream is meant.
 * @is_cached: (out): whether the answer was there already, and not asked for during this call.
 * @stats: where to count the requests that this call makes.
 * @cancellable: (nullable): ends the wait of this caller alone, at once.
 * @error: an error of kvs_call_send() or kvs_data_endpoint_read(), once the attempts of the client are
 * used up.
 *
 * Gives a fresh location that is there. Else one caller asks, and all others who want the same wait
 * for its answer, be it a location or a failure that would be theirs too; if it is cancelled, or has
 * settings that cannot work, another one asks. For one stream the service is asked four times in any
 * second at most, of the five that it allows (Kinesis Video
 * Streams quotas, GetDataEndpoint).
 *
 * Returns: (transfer full) (nullable): where GetImages of the stream is answered.
 */
KvsLocation *kvs_endpoint_cache_get (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, gboolean *is_cached, KvsStats *stats, GCancellable *cancellable,
    GError **error);

/**
 * kvs_endpoint_cache_forget:
 * @self: a cache.
 * @client: as for kvs_endpoint_cache_get().
 * @endpoint: likewise.
 * @query: likewise.
 * @location: a location that does not serve the stream.
 *
 * Has the next kvs_endpoint_cache_get() ask anew, unless somebody has already: then there is another
 * location than @location.
 */
void kvs_endpoint_cache_forget (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, KvsLocation *location);

G_END_DECLS
