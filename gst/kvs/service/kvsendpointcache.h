/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The data endpoints of streams, one cache for the process. */
#pragma once

#include "kvsquery.h"
#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/** How long an answer to GetDataEndpoint is used, in microseconds. The service does not say how long
 * one holds; this is what its producer SDK keeps one for (DEFAULT_ENDPOINT_CACHE_UPDATE_PERIOD). */
#define KVS_LOCATION_MAX_AGE_US (40 * 60 * (gint64)G_USEC_PER_SEC)

/** How long an answer to GetDataEndpoint is trusted even if requests fail there, in microseconds. A stream
 * without media may answer 404 to every request, and that must cost no more than a call a minute. */
#define KVS_LOCATION_NEW_US (60 * (gint64)G_USEC_PER_SEC)

/** KvsApi: the operations that have a data endpoint. */
typedef enum {
  KVS_API_GET_IMAGES,
  KVS_API_LIST_FRAGMENTS,
  KVS_N_APIS,
} KvsApi;

/**
 * KvsLocation:
 * @uri: the data endpoint.
 * @reply_time_us: how long the service took to answer, without the time to connect; 0 is not known.
 * @clock_offset_ms: how far the service's clock was ahead of the local one, as far as the Date of the
 * reply can tell: 0 where the local clock may be right.
 * @real_us: when the reply came, by aws_clock_get_real_time().
 * @monotonic_us: the same by aws_clock_get_monotonic_time().
 *
 * An answer to GetDataEndpoint. Immutable and ref-counted; the same answer is the same pointer.
 */
typedef struct {
  GUri *uri;
  gint64 reply_time_us;
  gint64 clock_offset_ms;
  gint64 real_us;
  gint64 monotonic_us;
} KvsLocation;

KvsLocation *kvs_location_ref (KvsLocation *self);
void kvs_location_unref (KvsLocation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsLocation, kvs_location_unref)

/**
 * kvs_location_is_fresh:
 * A location is fresh for %KVS_LOCATION_MAX_AGE_US. It is not fresh any more if the local clock was set or
 * the machine slept, because its clock offset is wrong then.
 *
 * Returns: whether @self can be used without asking again.
 */
gboolean kvs_location_is_fresh (KvsLocation *self, AwsClock *clock);

/** Whether @self is less than %KVS_LOCATION_NEW_US old. */
gboolean kvs_location_is_new (KvsLocation *self, AwsClock *clock);

/**
 * KvsEndpointCache:
 * Keeps the locations of streams, each by the control endpoint, the region, the identity, the stream and
 * the API. May be used from any thread.
 */
typedef struct _KvsEndpointCache KvsEndpointCache;

KvsEndpointCache *kvs_endpoint_cache_new (void);

/** Frees a cache that no other thread uses any more. */
void kvs_endpoint_cache_free (KvsEndpointCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsEndpointCache, kvs_endpoint_cache_free)

/** The cache of the process. (transfer none) */
KvsEndpointCache *kvs_endpoint_cache_get_default (void);

/**
 * kvs_endpoint_cache_get:
 * @client: signs and sends the requests; its clock tells how old an answer is.
 * @endpoint: the control endpoint. If it is http, the data endpoint may be http as well.
 * @query: names the stream.
 * @api: the operation that the data endpoint is for.
 * @is_cached: (out): whether the answer was in the cache already, and not requested during this call.
 * @stats: counts the requests that this call makes.
 * @cancellable: (nullable): ends the wait of this caller alone, at once.
 * @error: an error of kvs_call_send() or kvs_data_endpoint_read(), once the attempts of the client are
 * used up.
 *
 * Gives a fresh location from the cache. If there is none, one caller asks the service, and all other
 * callers with the same key wait for its answer, which may be a failure. If that caller is cancelled, one
 * of the others asks. The service is asked at most four times in any second for one stream, over all APIs;
 * it allows five (Kinesis Video Streams quotas, GetDataEndpoint).
 *
 * Returns: (transfer full) (nullable): the location.
 */
KvsLocation *kvs_endpoint_cache_get (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, KvsApi api, gboolean *is_cached, KvsStats *stats,
    GCancellable *cancellable, GError **error);

/**
 * kvs_endpoint_cache_forget:
 * @client: as for kvs_endpoint_cache_get().
 * @endpoint: likewise.
 * @query: likewise.
 * @api: likewise.
 * @location: a location that does not serve the stream.
 *
 * Drops @location, so that the next kvs_endpoint_cache_get() asks the service. Does nothing if the cache
 * has another location by now.
 */
void kvs_endpoint_cache_forget (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, KvsApi api, KvsLocation *location);

G_END_DECLS
