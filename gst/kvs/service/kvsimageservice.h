/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetImages of one stream: its data endpoint, its quota, and its retries. */
#pragma once

#include "kvsendpointcache.h"
#include "kvsentrystream.h"
#include "kvsfragmentlist.h"
#include "kvspacer.h"
#include "kvsquery.h"
#include "kvsserviceclock.h"
#include "kvsstats.h"
#include "kvswindow.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsEventKind:
 * @KVS_EVENT_CONNECTED: the first good reply has come.
 * @KVS_EVENT_OUTAGE: the service cannot be reached or does not work; requests are retried without limit.
 * @KVS_EVENT_RECOVERED: an outage has ended.
 * @KVS_EVENT_FRACTIONS_CUT: the service takes the fraction of a second off a start time, so that
 * images are up to a second older than what was asked for.
 * @KVS_EVENT_ONLY_GAPS: at the live edge no media has come for the availability timeout, while timestamps of
 * the camera's clock are asked for.
 * @KVS_EVENT_THREAD_STARTED: the calling thread of a reader begins.
 * @KVS_EVENT_THREAD_ENDED: the calling thread of a reader ends.
 */
typedef enum {
  KVS_EVENT_CONNECTED,
  KVS_EVENT_OUTAGE,
  KVS_EVENT_RECOVERED,
  KVS_EVENT_FRACTIONS_CUT,
  KVS_EVENT_ONLY_GAPS,
  KVS_EVENT_THREAD_STARTED,
  KVS_EVENT_THREAD_ENDED,
} KvsEventKind;

/**
 * KvsEvent:
 * @kind: what has happened.
 * @error: (nullable): for an outage, the failure.
 * @duration_us: for the end of an outage, how long it was, in microseconds.
 * @attempts: for the end of an outage, how many requests have failed.
 *
 * An event for the application that does not end the session.
 */
typedef struct {
  KvsEventKind kind;
  const GError *error;
  gint64 duration_us;
  guint attempts;
} KvsEvent;

/**
 * KvsEventFunc:
 * @event: what has happened; valid during the call.
 * @user_data: from kvs_image_service_set_event_func().
 *
 * Called in a reader thread, which holds no lock meanwhile.
 */
typedef void (*KvsEventFunc) (const KvsEvent *event, gpointer user_data);

/**
 * KvsImageCallKind:
 * @KVS_IMAGE_CALL_FULL: with all parameters of the query.
 * @KVS_IMAGE_CALL_PLAIN: with the parameters that GetImages requires only: it tells whether another one is why
 * the service has rejected a window.
 */
typedef enum {
  KVS_IMAGE_CALL_FULL,
  KVS_IMAGE_CALL_PLAIN,
} KvsImageCallKind;

/**
 * KvsImageService:
 * May be used from any thread once it is opened.
 */
typedef struct _KvsImageService KvsImageService;

/**
 * KvsImageCall:
 * A call of GetImages with all of its attempts. Used by one thread.
 */
typedef struct _KvsImageCall KvsImageCall;

/**
 * kvs_image_service_new:
 * @client: signs and sends.
 * @endpoint: where GetDataEndpoint is answered; when it is http, the data endpoint may be http as
 * well.
 * @query: what is asked for.
 * @now_ms: what "now" is by the local clock, in ms since the epoch.
 * @stats: what to count in; it must outlive the service.
 *
 * Returns: (transfer full): a service that was not asked yet.
 */
KvsImageService *kvs_image_service_new (
    AwsClient *client, GUri *endpoint, const KvsQuery *query, gint64 now_ms, KvsStats *stats);

void kvs_image_service_free (KvsImageService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsImageService, kvs_image_service_free)

/**
 * kvs_image_service_set_endpoint_cache:
 * @self: a service that was not asked yet.
 * @cache: the cache of data endpoints; it must outlive the service. The process's unless set.
 */
void kvs_image_service_set_endpoint_cache (KvsImageService *self, KvsEndpointCache *cache);

/**
 * kvs_image_service_set_images_endpoint:
 * @self: a service that was not asked yet.
 * @endpoint: where GetImages is answered.
 *
 * GetDataEndpoint is not called then.
 */
void kvs_image_service_set_images_endpoint (KvsImageService *self, GUri *endpoint);

/**
 * kvs_image_service_set_pacer:
 * @self: a service that was not asked yet.
 * @pacer: the quota of the requests; the process's for the stream unless set.
 */
void kvs_image_service_set_pacer (KvsImageService *self, KvsPacer *pacer);

/**
 * kvs_image_service_set_endless:
 * @self: a service that was not asked yet.
 *
 * Once the service has answered a call, transient failures are retried without limit, and outages are reported.
 */
void kvs_image_service_set_endless (KvsImageService *self);

void kvs_image_service_set_event_func (
    KvsImageService *self, KvsEventFunc func, gpointer user_data);

/**
 * kvs_image_service_send_event:
 * @kind: an event without an error; each is sent once, whatever its kind.
 */
void kvs_image_service_send_event (KvsImageService *self, KvsEventKind kind);

/**
 * kvs_image_service_open:
 * @error: an error of kvs_endpoint_cache_get().
 *
 * Gets the data endpoint of GetImages, and the service's time.
 *
 * Returns: whether that is known.
 */
gboolean kvs_image_service_open (KvsImageService *self, GCancellable *cancellable, GError **error);

/**
 * kvs_image_service_list_fragments:
 * @self: a service that is open.
 * @from_ms: the first time, in ms since the epoch.
 * @until_ms: the end, which is not covered.
 * @error: an error of kvs_endpoint_cache_get() or kvs_list_fragments().
 *
 * Returns: (transfer full) (nullable): where the stream has media, as ListFragments tells.
 */
KvsFragmentList *kvs_image_service_list_fragments (KvsImageService *self, gint64 from_ms,
    gint64 until_ms, GCancellable *cancellable, GError **error);

/**
 * kvs_image_service_get_clock:
 * Returns: (transfer none): the service's clock.
 */
KvsServiceClock *kvs_image_service_get_clock (KvsImageService *self);

/**
 * kvs_image_service_get_images_at_once:
 * Returns: how many images have to be asked for at any time for the stream to give all that its quota
 * allows, that is what its bucket holds within 200 ms, by how long replies take; 0 as long as that is not known.
 */
double kvs_image_service_get_images_at_once (KvsImageService *self);

/**
 * kvs_image_service_get_guess_end:
 * Before the first reply, GetDataEndpoint tells how soon it is to be expected. If it is at once, one request in flight is
 * enough until then: a connection over TLS takes about as much of the processor's time as a page of images, so a second one
 * is made only once it is known to be of use.
 *
 * Returns: until when one request is enough, by the monotonic clock; %G_MAXINT64 if that is not, or no longer, assumed.
 */
gint64 kvs_image_service_get_guess_end (KvsImageService *self);

/**
 * kvs_image_service_expect:
 * @n_images: how many images will be asked for after what is asked for by now, and need not come at once.
 *
 * As long as replies come at once, too, requests that have to wait for the quota are sent several at a time.
 */
void kvs_image_service_expect (KvsImageService *self, guint n_images);

/**
 * kvs_image_call_new:
 * @service: (transfer none): a service that is open, which must outlive the call.
 * @kind: what is sent.
 *
 * Returns: (transfer full): a call that was not tried yet.
 */
KvsImageCall *kvs_image_call_new (KvsImageService *service, KvsImageCallKind kind);

void kvs_image_call_free (KvsImageCall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsImageCall, kvs_image_call_free)

/**
 * kvs_image_call_send:
 * @window: which samples.
 * @max_results: MaxResults.
 * @next_token: (nullable): the NextToken of the page before.
 * @page: the number of the page, for the debug log.
 * @image_size: about how many bytes an image has, as a hint.
 * @error: an error of aws_client_send().
 *
 * Sends one request, as soon as the quota allows it.
 *
 * Returns: (transfer full) (nullable): the entries of the page.
 */
KvsEntryStream *kvs_image_call_send (KvsImageCall *self, const KvsWindow *window, guint max_results,
    const char *next_token, guint page, gsize image_size, GCancellable *cancellable,
    GError **error);

/**
 * kvs_image_call_get_time:
 * Returns: the time on the monotonic clock that the call goes by, in microseconds.
 */
gint64 kvs_image_call_get_time (KvsImageCall *self);

/**
 * kvs_image_call_begin_reply:
 * @self: a call whose reply is a good one as far as it has come.
 *
 * Reports that the service has answered, before any thread sees the answer.
 */
void kvs_image_call_begin_reply (KvsImageCall *self);

/**
 * kvs_image_call_succeed:
 * @self: a call whose reply has come to its end; it stands for a new call afterwards.
 * @n_entries: how many entries it had.
 */
void kvs_image_call_succeed (KvsImageCall *self, guint n_entries);

/**
 * kvs_image_call_accept_rejection:
 * @self: a call that was rejected, which is an answer as well.
 */
void kvs_image_call_accept_rejection (KvsImageCall *self);

/**
 * kvs_image_call_again:
 * @failure: how it has failed.
 * @error: as aws_attempts_again(), or why it is not known any more where GetImages is answered.
 *
 * Waits until it is time to ask again, where that is worth it: at once where the data endpoint was
 * out of date, which is then learnt anew.
 *
 * Returns: whether to try again, now.
 */
gboolean kvs_image_call_again (
    KvsImageCall *self, const GError *failure, GCancellable *cancellable, GError **error);

/**
 * kvs_image_call_is_rejection:
 * @failure: how it has failed in the end.
 *
 * The service answers ResourceNotFoundException for a range without media as well as for an unknown stream, and
 * InvalidArgumentException, with a text that is not known, for a range without media, for one outside of the
 * retention period and for a wrong parameter (all seen). After a good GetDataEndpoint the stream is there.
 *
 * Returns: whether @failure may say that there is nothing in the window.
 */
gboolean kvs_image_call_is_rejection (KvsImageCall *self, const GError *failure);

G_END_DECLS
