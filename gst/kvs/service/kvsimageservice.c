/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsimageservice.h"

#include "kvscall.h"
#include "kvslistfragments.h"
#include "kvsrequest.h"

#include <awsdeadline.h>
#include <awsendpoint.h>
#include <awslog.h>

/* This many failures in a row, without a good reply between them, are an outage. A single one is
 * not worth a message, and a client that shares its quota with others is throttled every now and
 * then. */
#define OUTAGE_FAILURES 2
#define OUTAGE_THROTTLES 5

/* More pages of ListFragments than this cost more than they save. */
#define MAX_LIST_PAGES 4

/* How long a list may take as a whole. If ListFragments does not work, reading goes on without
 * it. */
#define LIST_TIMEOUT_MS 10000

/* The weight of the last reply in the average duration of replies. */
#define LAST_REPLY_WEIGHT 0.2

/* In this time all that the bucket of the quota holds can be asked for. */
#define USE_BUCKET_S 0.2

/* Replies that take no longer on average leave most of the time to the quota: one request after the other uses up the
 * bucket soon enough, and is answered long before there are points for as much again. */
#define QUICK_REPLY_S 0.02

/* If GetDataEndpoint was answered as quickly as that, so will GetImages: that is assumed until a reply tells, for so long at
 * most. */
#define FIRST_REPLY_US (50 * (G_USEC_PER_SEC / 1000))

struct _KvsImageService {
  AwsClient *client;
  GUri *endpoint;
  KvsQuery *query;
  KvsStats *stats;
  KvsEndpointCache *cache;
  KvsPacer *pacer;
  KvsServiceClock *clock;
  AwsWatchdog *watchdog; /* limits the time of lists */
  GUri *images_endpoint; /* configured, so that GetDataEndpoint is not called */
  gboolean is_endless;
  KvsEventFunc event_func;
  gpointer event_data;

  GMutex lock; /* guards what follows */
  KvsLocation *location;
  gint64 opened_us; /* when it was found, by the monotonic clock */
  gboolean is_location_cached;
  gboolean is_opened;    /* a good reply has come */
  gboolean has_answered; /* with a good reply or a rejection */
  guint sent_events;     /* a bit for each kind that is sent once */
  guint n_requests;
  guint n_failures; /* since the last good reply */
  gint64 failing_since_us;
  gboolean is_outage_told;
  double reply_time_s; /* how long a reply takes on average; 0 is not known */
  guint n_expected;    /* images, after what is asked for by now */
};

struct _KvsImageCall {
  KvsImageService *service;
  KvsImageCallKind kind;
  guint number;     /* of the last request, in the debug log */
  char *request_id; /* of its reply */
  AwsAttempts *attempts;
  KvsLocation *location; /* the last request */
  gboolean is_lost;      /* GetDataEndpoint has failed, whose 404 is not that of a window */
  gint64 sent_us;
  gint64 setup_us; /* how much of the time since then went into a connection */
};

KvsImageService *
kvs_image_service_new (
    AwsClient *client, GUri *endpoint, const KvsQuery *query, gint64 now_ms, KvsStats *stats)
{
  KvsImageService *self = g_new0 (KvsImageService, 1);

  self->client = g_object_ref (client);
  self->endpoint = g_uri_ref (endpoint);
  self->query = kvs_query_copy (query);
  self->stats = stats;
  self->cache = kvs_endpoint_cache_get_default ();
  self->clock = kvs_service_clock_new (aws_client_get_clock (client), now_ms);
  self->watchdog = aws_watchdog_new (aws_clock_get_default ());
  g_mutex_init (&self->lock);
  return self;
}

void
kvs_image_service_free (KvsImageService *self)
{
  g_object_unref (self->client);
  g_uri_unref (self->endpoint);
  kvs_query_free (self->query);
  g_object_unref (self->watchdog);
  g_clear_object (&self->pacer);
  kvs_service_clock_free (self->clock);
  g_clear_pointer (&self->images_endpoint, g_uri_unref);
  g_clear_pointer (&self->location, kvs_location_unref);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
kvs_image_service_set_endpoint_cache (KvsImageService *self, KvsEndpointCache *cache)
{
  self->cache = cache;
}

void
kvs_image_service_set_images_endpoint (KvsImageService *self, GUri *endpoint)
{
  g_clear_pointer (&self->images_endpoint, g_uri_unref);
  self->images_endpoint = g_uri_ref (endpoint);
}

void
kvs_image_service_set_pacer (KvsImageService *self, KvsPacer *pacer)
{
  g_set_object (&self->pacer, pacer);
}

void
kvs_image_service_set_endless (KvsImageService *self)
{
  self->is_endless = TRUE;
}

void
kvs_image_service_set_event_func (KvsImageService *self, KvsEventFunc func, gpointer user_data)
{
  self->event_func = func;
  self->event_data = user_data;
}

KvsServiceClock *
kvs_image_service_get_clock (KvsImageService *self)
{
  return self->clock;
}

static gint64
get_time (KvsImageService *self)
{
  return aws_clock_get_monotonic_time (aws_client_get_clock (self->client));
}

static void
send_event (KvsImageService *self, const KvsEvent *event)
{
  if (self->event_func != NULL)
    self->event_func (event, self->event_data);
}

/* Replaces the location by what the cache gives now, unless another thread has. */
static gboolean
locate (KvsImageService *self, KvsLocation *outdated, GCancellable *cancellable, GError **error)
{
  gboolean is_cached;
  KvsLocation *location = kvs_endpoint_cache_get (self->cache, self->client, self->endpoint,
      self->query, KVS_API_GET_IMAGES, &is_cached, self->stats, cancellable, error);

  if (location == NULL) {
    if (error && g_error_matches (*error, AWS_ERROR, AWS_ERROR_NOT_FOUND))
      g_prefix_error (error, "no such stream in this region; check its name and the region: ");
    return FALSE;
  }
  g_mutex_lock (&self->lock);
  if (self->location == outdated) {
    g_clear_pointer (&self->location, kvs_location_unref);
    self->location = g_steal_pointer (&location);
    /* A location that was fetched because of a failure is not fetched again because of the next
     * one. */
    self->is_location_cached = is_cached && outdated == NULL;
  }
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&location, kvs_location_unref);
  return TRUE;
}

static KvsLocation *
get_location (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->location != NULL ? kvs_location_ref (self->location) : NULL;
}

gboolean
kvs_image_service_open (KvsImageService *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (KvsLocation) location = NULL;

  if (self->pacer == NULL)
    self->pacer = kvs_pacer_get_shared (self->client, self->endpoint, self->query);
  if (self->images_endpoint != NULL)
    return TRUE;
  if (!locate (self, NULL, cancellable, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->opened_us = get_time (self);
  location = kvs_location_ref (self->location);
  g_mutex_unlock (&self->lock);
  kvs_service_clock_set (
      self->clock, kvs_service_clock_get_now_ms (self->clock) + location->clock_offset_ms);
  return TRUE;
}

static KvsFragmentList *
list_fragments (KvsImageService *self, gint64 from_ms, gint64 until_ms, GCancellable *cancellable,
    GError **error)
{
  g_autoptr (KvsLocation) location = NULL;
  GUri *endpoint = self->images_endpoint;
  gboolean is_cached;

  if (endpoint == NULL) {
    location = kvs_endpoint_cache_get (self->cache, self->client, self->endpoint, self->query,
        KVS_API_LIST_FRAGMENTS, &is_cached, self->stats, cancellable, error);
    if (location == NULL)
      return NULL;
    endpoint = location->uri;
  }
  return kvs_list_fragments (self->client, self->pacer, endpoint, self->query, from_ms, until_ms,
      MAX_LIST_PAGES, self->stats, cancellable, error);
}

KvsFragmentList *
kvs_image_service_list_fragments (KvsImageService *self, gint64 from_ms, gint64 until_ms,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (AwsDeadline) deadline =
      aws_deadline_new (self->watchdog, LIST_TIMEOUT_MS, LIST_TIMEOUT_MS);
  g_autoptr (GError) failure = NULL;
  KvsFragmentList *list = list_fragments (
      self, from_ms, until_ms, aws_deadline_enter (deadline, cancellable), &failure);

  if (aws_deadline_leave (deadline) && list == NULL) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT, "ListFragments took more than %d s",
        LIST_TIMEOUT_MS / 1000);
    return NULL;
  }
  if (list == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return list;
}

/* Whether replies are assumed to come at once, as none has come yet. Called with the lock held. */
static gboolean
is_guessing (KvsImageService *self)
{
  return self->reply_time_s == 0 && self->location != NULL && self->location->reply_time_us > 0 &&
         self->location->reply_time_us <= QUICK_REPLY_S * G_USEC_PER_SEC &&
         get_time (self) < self->opened_us + FIRST_REPLY_US;
}

gint64
kvs_image_service_get_guess_end (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return is_guessing (self) ? self->opened_us + FIRST_REPLY_US : G_MAXINT64;
}

double
kvs_image_service_get_images_at_once (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  double images;

  if (self->reply_time_s == 0)
    return 0;
  images = self->reply_time_s * kvs_pacer_get_images_per_second (self->pacer);
  if (self->reply_time_s > QUICK_REPLY_S)
    images +=
        MIN (self->reply_time_s / USE_BUCKET_S, 1) * kvs_pacer_get_images_in_bucket (self->pacer);
  return images;
}

void
kvs_image_service_expect (KvsImageService *self, guint n_images)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_expected = n_images;
}

/* How many images more the pacer may make a request wait for. */
static guint
get_expected (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->reply_time_s > 0 && self->reply_time_s <= QUICK_REPLY_S ? self->n_expected : 0;
}

void
kvs_image_service_send_event (KvsImageService *self, KvsEventKind kind)
{
  const KvsEvent event = {.kind = kind};
  gboolean is_sent;

  g_mutex_lock (&self->lock);
  is_sent = (self->sent_events & (1u << kind)) != 0;
  self->sent_events |= 1u << kind;
  g_mutex_unlock (&self->lock);
  if (!is_sent)
    send_event (self, &event);
}

/* Records that the service answers; with a good reply if @is_good. */
static void
note_answer (KvsImageService *self, gboolean is_good)
{
  const KvsEvent connected = {.kind = KVS_EVENT_CONNECTED};
  KvsEvent recovered = {.kind = KVS_EVENT_RECOVERED};
  gboolean is_first, is_recovered;

  g_mutex_lock (&self->lock);
  is_first = is_good && !self->is_opened;
  is_recovered = self->is_outage_told;
  recovered.attempts = self->n_failures;
  recovered.duration_us = get_time (self) - self->failing_since_us;
  self->is_opened |= is_good;
  self->has_answered = TRUE;
  self->is_outage_told = FALSE;
  self->n_failures = 0;
  g_mutex_unlock (&self->lock);

  if (is_first)
    send_event (self, &connected);
  if (!is_recovered)
    return;
  aws_log_info ("outage ended after %" G_GINT64_FORMAT " s and %u failed requests",
      recovered.duration_us / G_USEC_PER_SEC, recovered.attempts);
  send_event (self, &recovered);
}

static void
note_reply_time (KvsImageService *self, gint64 reply_time_us)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  double reply_time_s = (double)reply_time_us / G_USEC_PER_SEC;

  if (self->reply_time_s > 0)
    reply_time_s = LAST_REPLY_WEIGHT * reply_time_s + (1 - LAST_REPLY_WEIGHT) * self->reply_time_s;
  self->reply_time_s = reply_time_s;
}

static void
note_failure (KvsImageService *self, const GError *failure)
{
  AwsErrorClass error_class = aws_error_get_class (failure);
  guint enough = error_class == AWS_ERROR_CLASS_THROTTLING ? OUTAGE_THROTTLES : OUTAGE_FAILURES;
  const KvsEvent outage = {.kind = KVS_EVENT_OUTAGE, .error = failure};
  gboolean is_outage = FALSE;

  if (error_class != AWS_ERROR_CLASS_THROTTLING && error_class != AWS_ERROR_CLASS_TRANSIENT)
    return;
  g_mutex_lock (&self->lock);
  if (self->n_failures++ == 0)
    self->failing_since_us = get_time (self);
  if (self->is_endless && self->has_answered && !self->is_outage_told && self->n_failures >= enough)
    self->is_outage_told = is_outage = TRUE;
  g_mutex_unlock (&self->lock);

  if (!is_outage)
    return;
  aws_log_info ("outage begun: %s", failure->message);
  send_event (self, &outage);
}

/* Whether failures are retried without limit. */
static gboolean
bears_outages (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->is_endless && self->has_answered;
}

KvsImageCall *
kvs_image_call_new (KvsImageService *service, KvsImageCallKind kind)
{
  KvsImageCall *self = g_new0 (KvsImageCall, 1);

  self->service = service;
  self->kind = kind;
  self->attempts = aws_client_new_attempts (service->client);
  return self;
}

void
kvs_image_call_free (KvsImageCall *self)
{
  aws_attempts_free (self->attempts);
  g_clear_pointer (&self->location, kvs_location_unref);
  g_free (self->request_id);
  g_free (self);
}

/* The endpoint to use now. */
static GUri *
get_uri (KvsImageCall *self)
{
  GUri *endpoint = self->service->images_endpoint;

  g_clear_pointer (&self->location, kvs_location_unref);
  self->location = get_location (self->service);
  return aws_endpoint_with_operation (
      endpoint != NULL ? endpoint : self->location->uri, KVS_PATH_GET_IMAGES);
}

gint64
kvs_image_call_get_time (KvsImageCall *self)
{
  return get_time (self->service);
}

static GBytes *
new_body (KvsImageCall *self, const KvsWindow *window, guint max_results, const char *next_token)
{
  KvsQuery plain = *self->service->query;
  KvsWindow plain_window = *window;

  if (self->kind == KVS_IMAGE_CALL_FULL)
    return kvs_request_new_get_images (self->service->query, window, max_results, next_token);
  plain.format = KVS_IMAGE_FORMAT_JPEG;
  plain.jpeg_quality = 0;
  plain.width = plain.height = 0;
  plain_window.interval_ms = 0;
  return kvs_request_new_get_images (&plain, &plain_window, max_results, next_token);
}

static guint
take_number (KvsImageService *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return ++self->n_requests;
}

/* Times in the log are as they are sent: seconds since the epoch. */
static void
log_request (KvsImageCall *self, const KvsWindow *window, guint max_results, guint page)
{
  aws_log_debug ("request %u: GetImages from %" G_GINT64_FORMAT ".%03d to %" G_GINT64_FORMAT
                 ", each %" G_GINT64_FORMAT " ms, MaxResults %u, page %u%s, attempt %u",
      self->number, window->start_ms / 1000, (int)(window->start_ms % 1000), window->end_ms / 1000,
      window->interval_ms, max_results, page + 1,
      self->kind == KVS_IMAGE_CALL_PLAIN ? ", required parameters only" : "",
      aws_attempts_get_number (self->attempts));
}

KvsEntryStream *
kvs_image_call_send (KvsImageCall *self, const KvsWindow *window, guint max_results,
    const char *next_token, guint page, gsize image_size, GCancellable *cancellable, GError **error)
{
  KvsImageService *service = self->service;
  g_autoptr (GBytes) body = new_body (self, window, max_results, next_token);
  g_autoptr (GUri) uri = get_uri (self);
  g_autoptr (AwsReply) reply = NULL;

  if (!kvs_pacer_wait (service->pacer, max_results, get_expected (service), cancellable, error))
    return NULL;
  self->number = take_number (service);
  log_request (self, window, max_results, page);
  self->sent_us = kvs_image_call_get_time (self);
  reply = kvs_call_send (
      service->client, uri, body, self->attempts, service->stats, cancellable, error);
  if (reply == NULL)
    return NULL;
  self->setup_us = aws_reply_get_setup_time (reply);
  kvs_service_clock_observe (
      service->clock, aws_reply_get_date (reply), self->sent_us, kvs_image_call_get_time (self));
  g_free (self->request_id);
  self->request_id = g_strdup (aws_reply_get_request_id (reply));
  return kvs_entry_stream_new (reply, image_size, service->stats);
}

void
kvs_image_call_begin_reply (KvsImageCall *self)
{
  note_answer (self->service, TRUE);
}

void
kvs_image_call_succeed (KvsImageCall *self, guint n_entries)
{
  aws_log_debug ("request %u: %u entries after %" G_GINT64_FORMAT " ms, request id %s",
      self->number, n_entries, (kvs_image_call_get_time (self) - self->sent_us) / 1000,
      self->request_id != NULL ? self->request_id : "none");
  aws_attempts_succeed (self->attempts);
  note_answer (self->service, TRUE);
  note_reply_time (
      self->service, MAX (kvs_image_call_get_time (self) - self->sent_us - self->setup_us, 0));
}

void
kvs_image_call_accept_rejection (KvsImageCall *self)
{
  aws_attempts_succeed (self->attempts);
  note_answer (self->service, FALSE);
}

/* Whether @failure may only mean that the data endpoint is not the stream's any more. */
static gboolean
is_out_of_date (KvsImageCall *self, const GError *failure)
{
  KvsImageService *service = self->service;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&service->lock);

  if (self->location == NULL || aws_attempts_is_lost (self->attempts))
    return FALSE;
  if (self->location == service->location && !service->is_location_cached &&
      kvs_location_is_new (self->location, aws_client_get_clock (service->client)))
    return FALSE;
  return g_error_matches (failure, AWS_ERROR, AWS_ERROR_HOST_NOT_FOUND) ||
         g_error_matches (failure, AWS_ERROR, AWS_ERROR_CONNECT) ||
         g_error_matches (failure, AWS_ERROR, AWS_ERROR_NOT_FOUND) ||
         (g_error_matches (failure, AWS_ERROR, AWS_ERROR_BAD_REPLY) &&
             aws_error_get_http_status (failure) >= 400) ||
         g_strcmp0 (aws_error_get_code (failure), "NotAuthorizedException") == 0;
}

/* Waits until it is time to retry after @failure. */
static gboolean
again_later (KvsImageCall *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  KvsImageService *service = self->service;

  if (aws_error_get_class (failure) == AWS_ERROR_CLASS_THROTTLING)
    kvs_pacer_throttled (service->pacer);
  note_failure (service, failure);
  return kvs_call_again (self->attempts, failure, service->stats, cancellable, error);
}

static gboolean
again_elsewhere (KvsImageCall *self, GCancellable *cancellable, GError **error)
{
  KvsImageService *service = self->service;
  g_autoptr (GError) failure = NULL;

  kvs_endpoint_cache_forget (service->cache, service->client, service->endpoint, service->query,
      KVS_API_GET_IMAGES, self->location);
  if (locate (service, self->location, cancellable, &failure)) {
    kvs_stats_add (service->stats, KVS_STATS_RETRIES, 1);
    return TRUE;
  }
  if (aws_attempts_get_max (self->attempts) == 0) {
    self->is_lost = !again_later (self, failure, cancellable, error);
    return !self->is_lost;
  }
  self->is_lost = TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
kvs_image_call_again (
    KvsImageCall *self, const GError *failure, GCancellable *cancellable, GError **error)
{
  aws_log_debug ("request %u failed: %s", self->number, failure->message);
  /* There may have been no answer yet when the call began. */
  if (bears_outages (self->service))
    aws_attempts_set_endless (self->attempts);
  if (is_out_of_date (self, failure))
    return again_elsewhere (self, cancellable, error);
  return again_later (self, failure, cancellable, error);
}

gboolean
kvs_image_call_is_rejection (KvsImageCall *self, const GError *failure)
{
  const char *code = aws_error_get_code (failure);

  if (self->is_lost || aws_attempts_is_lost (self->attempts))
    return FALSE;
  if (g_error_matches (failure, AWS_ERROR, AWS_ERROR_NOT_FOUND))
    return g_strcmp0 (code, "ResourceNotFoundException") == 0;
  return g_error_matches (failure, AWS_ERROR, AWS_ERROR_INVALID_REQUEST) &&
         g_strcmp0 (code, "InvalidArgumentException") == 0;
}
