/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsendpointcache.h"

#include "kvscall.h"
#include "kvsdataendpoint.h"
#include "kvsrequest.h"

#include <awsendpoint.h>

/* How many requests for one stream begin in any second. The service allows five; one is left for a
 * request that has to be signed again. */
#define MAX_REQUESTS_PER_SECOND 4

/* How far the two local clocks may drift apart while a location is kept. */
#define MAX_DRIFT_US (2 * G_USEC_PER_SEC)

static const char *const api_names[] = {
    [KVS_API_GET_IMAGES] = KVS_API_NAME_GET_IMAGES,
    [KVS_API_LIST_FRAGMENTS] = KVS_API_NAME_LIST_FRAGMENTS,
};

/* How a call has ended, for the callers that waited for it: with a location, with a failure, or with
 * neither if one of them has to ask the service itself. */
typedef struct {
  gboolean is_done;
  KvsLocation *location;
  GError *failure;
} Call;

/* When the last few requests for a stream began, in a ring. */
typedef struct {
  gint64 began_us[MAX_REQUESTS_PER_SECOND];
  guint64 n_begun;
} Pace;

/* One API of a stream. If there is no fresh location, the first caller begins a call and makes it in its own
 * thread. All others wait for the end of that call. */
typedef struct {
  KvsLocation *location;
  Call *call;
} ApiState;

/* A stream. The service's limit counts the requests for all of its APIs. */
typedef struct {
  ApiState apis[KVS_N_APIS];
  Pace pace;
} Entry;

struct _KvsEndpointCache {
  GMutex lock; /* guards entries, what is in them, and calls */
  GCond call_ended;
  GHashTable *entries;
};

/* The parameters of a caller. */
typedef struct {
  AwsClient *client;
  GUri *endpoint;
  const KvsQuery *query;
  KvsApi api;
  KvsStats *stats;
  GCancellable *cancellable;
} Inquiry;

static void
location_clear (gpointer data)
{
  KvsLocation *self = data;

  g_clear_pointer (&self->uri, g_uri_unref);
}

KvsLocation *
kvs_location_ref (KvsLocation *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
kvs_location_unref (KvsLocation *self)
{
  g_atomic_rc_box_release_full (self, location_clear);
}

gboolean
kvs_location_is_fresh (KvsLocation *self, AwsClock *clock)
{
  gint64 age_us = aws_clock_get_monotonic_time (clock) - self->monotonic_us;
  gint64 real_age_us = aws_clock_get_real_time (clock) - self->real_us;

  return age_us < KVS_LOCATION_MAX_AGE_US && ABS (real_age_us - age_us) < MAX_DRIFT_US;
}

gboolean
kvs_location_is_new (KvsLocation *self, AwsClock *clock)
{
  return aws_clock_get_monotonic_time (clock) - self->monotonic_us < KVS_LOCATION_NEW_US;
}

static void
call_clear (gpointer data)
{
  Call *self = data;

  g_clear_pointer (&self->location, kvs_location_unref);
  g_clear_error (&self->failure);
}

static void
call_unref (Call *self)
{
  g_atomic_rc_box_release_full (self, call_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

static void
entry_free (gpointer data)
{
  Entry *self = data;

  for (guint i = 0; i < KVS_N_APIS; i++)
    g_clear_pointer (&self->apis[i].location, kvs_location_unref);
  g_free (self);
}

/* Records that a request begins now, if one may. Returns when to try again, or 0. */
static gint64
pace_begin (Pace *self, gint64 now_us)
{
  gint64 *oldest_us = &self->began_us[self->n_begun % MAX_REQUESTS_PER_SECOND];

  if (self->n_begun >= MAX_REQUESTS_PER_SECOND && now_us - *oldest_us < G_USEC_PER_SEC)
    return *oldest_us + G_USEC_PER_SEC;
  *oldest_us = now_us;
  self->n_begun++;
  return 0;
}

/* Whether the next request would begin at the same time without it. */
static gboolean
pace_is_idle (const Pace *self, AwsClock *clock)
{
  gint64 newest_us;

  if (self->n_begun == 0)
    return TRUE;
  newest_us = self->began_us[(self->n_begun - 1) % MAX_REQUESTS_PER_SECOND];
  return aws_clock_get_monotonic_time (clock) - newest_us >= G_USEC_PER_SEC;
}

KvsEndpointCache *
kvs_endpoint_cache_new (void)
{
  KvsEndpointCache *self = g_new0 (KvsEndpointCache, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->call_ended);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  return self;
}

void
kvs_endpoint_cache_free (KvsEndpointCache *self)
{
  g_hash_table_unref (self->entries);
  g_cond_clear (&self->call_ended);
  g_mutex_clear (&self->lock);
  g_free (self);
}

KvsEndpointCache *
kvs_endpoint_cache_get_default (void)
{
  static KvsEndpointCache *cache;

  if (g_once_init_enter (&cache))
    g_once_init_leave (&cache, kvs_endpoint_cache_new ());
  return cache;
}

/* How far the local clock, which has just received @reply, is behind the service's. A Date has whole seconds
 * and was written a little earlier, so a clock that may be right is assumed to be. */
static gint64
get_clock_offset_ms (AwsReply *reply, gint64 sent_ms, gint64 received_ms)
{
  gint64 date_ms = aws_reply_get_date (reply) * 1000;

  if (date_ms < 0)
    return 0;
  return CLAMP (received_ms, date_ms, date_ms + 999 + (received_ms - sent_ms)) - received_ms;
}

static KvsLocation *
ask_once (const Inquiry *inquiry, AwsAttempts *attempts, GError **error)
{
  gboolean is_http = g_str_equal (g_uri_get_scheme (inquiry->endpoint), "http");
  AwsClock *clock = aws_client_get_clock (inquiry->client);
  g_autoptr (GUri) call_uri =
      aws_endpoint_with_operation (inquiry->endpoint, KVS_PATH_GET_DATA_ENDPOINT);
  g_autoptr (GBytes) body =
      kvs_request_new_get_data_endpoint (inquiry->query, api_names[inquiry->api]);
  gint64 sent_us = aws_clock_get_real_time (clock);
  g_autoptr (AwsReply) reply = kvs_call_send (
      inquiry->client, call_uri, body, attempts, inquiry->stats, inquiry->cancellable, error);
  gint64 received_us = aws_clock_get_real_time (clock);
  GUri *uri;
  KvsLocation *location;

  if (reply == NULL)
    return NULL;
  uri = kvs_data_endpoint_read (reply, is_http, inquiry->cancellable, error);
  if (uri == NULL)
    return NULL;
  location = g_atomic_rc_box_new0 (KvsLocation);
  location->uri = uri;
  location->reply_time_us = MAX (received_us - sent_us - aws_reply_get_setup_time (reply), 0);
  location->clock_offset_ms = get_clock_offset_ms (reply, sent_us / 1000, received_us / 1000);
  location->real_us = received_us;
  location->monotonic_us = aws_clock_get_monotonic_time (clock);
  return location;
}

/* Waits until a request for the stream of @entry may begin. */
static gboolean
wait_for_pace (KvsEndpointCache *self, Entry *entry, const Inquiry *inquiry, GError **error)
{
  AwsClock *clock = aws_client_get_clock (inquiry->client);

  for (;;) {
    gint64 due_us;

    if (g_cancellable_set_error_if_cancelled (inquiry->cancellable, error))
      return FALSE;
    g_mutex_lock (&self->lock);
    due_us = pace_begin (&entry->pace, aws_clock_get_monotonic_time (clock));
    g_mutex_unlock (&self->lock);
    if (due_us == 0)
      return TRUE;
    if (!aws_clock_wait_until (clock, due_us, inquiry->cancellable, error))
      return FALSE;
  }
}

/* Asks by the usual rules of retrying, but never faster than the pace of @entry. */
static KvsLocation *
ask_service (KvsEndpointCache *self, Entry *entry, const Inquiry *inquiry, GError **error)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (inquiry->client);
  g_autoptr (GError) failure = NULL;

  do {
    KvsLocation *location;

    g_clear_error (&failure);
    /* Without credentials nothing is sent, and there is nothing to pace. */
    if (!aws_client_find_credentials (inquiry->client, attempts, inquiry->cancellable, &failure))
      continue;
    if (!wait_for_pace (self, entry, inquiry, error))
      return NULL;
    location = ask_once (inquiry, attempts, &failure);
    if (location != NULL) {
      aws_attempts_succeed (attempts);
      return location;
    }
  } while (kvs_call_again (attempts, failure, inquiry->stats, inquiry->cancellable, error));
  return NULL;
}

/* Called with the lock held, which it releases meanwhile. The entry stays, as it has a call. */
static KvsLocation *
ask_for_all (KvsEndpointCache *self, Entry *entry, const Inquiry *inquiry, GError **error)
{
  ApiState *state = &entry->apis[inquiry->api];
  g_autoptr (Call) call = g_atomic_rc_box_new0 (Call);
  g_autoptr (GError) failure = NULL;
  KvsLocation *location;

  state->call = call;
  g_mutex_unlock (&self->lock);
  location = ask_service (self, entry, inquiry, &failure);
  g_mutex_lock (&self->lock);
  state->call = NULL;

  call->is_done = TRUE;
  g_clear_pointer (&state->location, kvs_location_unref);
  if (location != NULL) {
    state->location = kvs_location_ref (location);
    call->location = kvs_location_ref (location);
  } else if (!g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    /* The callers that wait would fail as well. They have the same identity and settings, or they would
     * have another key; only the cancellable is a caller's own. */
    call->failure = g_error_copy (failure);
  }
  g_cond_broadcast (&self->call_ended);

  if (location == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return location;
}

/* Called with the lock held, which it releases meanwhile. */
static gboolean
wait_for_call (KvsEndpointCache *self, Call *call, GCancellable *cancellable, GError **error)
{
  while (!call->is_done) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    g_cond_wait (&self->call_ended, &self->lock);
  }
  return TRUE;
}

static gboolean
api_is_idle (const ApiState *self, AwsClock *clock)
{
  return self->call == NULL &&
         (self->location == NULL || !kvs_location_is_fresh (self->location, clock));
}

static gboolean
is_idle_cb (gpointer key, gpointer value, gpointer user_data)
{
  Entry *entry = value;
  AwsClock *clock = user_data;

  for (guint i = 0; i < KVS_N_APIS; i++) {
    if (!api_is_idle (&entry->apis[i], clock))
      return FALSE;
  }
  return pace_is_idle (&entry->pace, clock);
}

/* Called with the lock held. Idle entries are dropped when a new stream comes, so that the cache does not
 * grow with each stream that was ever used. */
static Entry *
get_entry (KvsEndpointCache *self, const char *key, AwsClock *clock)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL) {
    g_hash_table_foreach_remove (self->entries, is_idle_cb, clock);
    entry = g_new0 (Entry, 1);
    g_hash_table_insert (self->entries, g_strdup (key), entry);
  }
  return entry;
}

/* Called with the lock held, which it releases while it waits. */
static KvsLocation *
get (KvsEndpointCache *self, const char *key, const Inquiry *inquiry, gboolean *is_cached,
    GError **error)
{
  AwsClock *clock = aws_client_get_clock (inquiry->client);

  *is_cached = FALSE;
  for (;;) {
    Entry *entry = get_entry (self, key, clock);
    ApiState *state = &entry->apis[inquiry->api];
    g_autoptr (Call) call = NULL;

    if (state->location != NULL && kvs_location_is_fresh (state->location, clock)) {
      *is_cached = TRUE;
      return kvs_location_ref (state->location);
    }
    if (state->call == NULL)
      return ask_for_all (self, entry, inquiry, error);

    call = g_atomic_rc_box_acquire (state->call);
    if (!wait_for_call (self, call, inquiry->cancellable, error))
      return NULL;
    if (call->location != NULL)
      return kvs_location_ref (call->location);
    if (call->failure != NULL) {
      g_propagate_error (error, g_error_copy (call->failure));
      return NULL;
    }
  }
}

static void
wake_cb (GCancellable *cancellable, gpointer user_data)
{
  KvsEndpointCache *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_cond_broadcast (&self->call_ended);
}

KvsLocation *
kvs_endpoint_cache_get (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, KvsApi api, gboolean *is_cached, KvsStats *stats,
    GCancellable *cancellable, GError **error)
{
  const Inquiry inquiry = {client, endpoint, query, api, stats, cancellable};
  g_autofree char *key = kvs_call_make_key (
      client, endpoint, query->stream_arn != NULL ? query->stream_arn : query->stream_name);
  KvsLocation *location;
  gulong handler = 0;

  /* Not with the lock held: both functions may call or wait for the callback, which takes it. */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (wake_cb), self, NULL);
  g_mutex_lock (&self->lock);
  location = get (self, key, &inquiry, is_cached, error);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  return location;
}

void
kvs_endpoint_cache_forget (KvsEndpointCache *self, AwsClient *client, GUri *endpoint,
    const KvsQuery *query, KvsApi api, KvsLocation *location)
{
  g_autofree char *key = kvs_call_make_key (
      client, endpoint, query->stream_arn != NULL ? query->stream_arn : query->stream_name);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL && entry->apis[api].location == location)
    g_clear_pointer (&entry->apis[api].location, kvs_location_unref);
}
