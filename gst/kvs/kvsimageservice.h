/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetImages of one stream: where it is answered, how fast it may be asked, and when to ask again. */
#pragma once

#include "kvsendpointcache.h"
#include "kvsentrystream.h"
#include "kvspacer.h"
#include "kvsquery.h"
#include "kvsserviceclock.h"
#include "kvsstats.h"
#include "kvswindow.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsNoticeKind:
 * @KVS_NOTICE_OPENED: the first good reply has come.
 * @KVS_NOTICE_OUTAGE: the service is out of reach or out of order, and is asked on and on.
 * @KVS_NOTICE_RECOVERED: that has ended.
 * @KVS_NOTICE_FRACTIONS_CUT: the service takes the fraction of a second off a start time, so that
 * images are up to a second older than what was asked for.
 */
typedef enum {
  KVS_NOTICE_OPENED,
  KVS_NOTICE_OUTAGE,
  KVS_NOTICE_RECOVERED,
  KVS_NOTICE_FRACTIONS_CUT,
} KvsNoticeKind;

/**
 * KvsNotice:
 * @kind: what has happened.
 * @error: (nullable): for an outage, the failure.
 * @duration_us: for the end of an outage, how long it was, in microseconds.
 * @attempts: for the end of an outage, how many requests have failed.
 *
 * Something to know about the service that is no failure of the run.
 */
typedef struct {
  KvsNoticeKind kind;
  const GError *error;
  gint64 duration_us;
  guint attempts;
} KvsNotice;

/**
 * KvsNoticeFunc:
 * @notice: what has happened; valid during the call.
 * @user_data: from kvs_image_service_set_notice_func().
 *
 * Called in the thread that asks, which holds no lock meanwhile.
 */
typedef void (*KvsNoticeFunc) (const KvsNotice *notice, gpointer user_data);

/**
 * KvsImageService:
 *
 * May be used from any thread once it is opened.
 */
typedef struct _KvsImageService KvsImageService;

/**
 * KvsImageCall:
 *
 * A call of GetImages with all of its attempts. Used by one thread.
 */
typedef struct _KvsImageCall KvsImageCall;

/**
 * kvs_image_service_new:
 * @client: who asks.
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

/**
 * kvs_image_service_free:
 * @self: (transfer full): a service.
 */
void kvs_image_service_free (KvsImageService *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsImageService, kvs_image_service_free)

/**
 * kvs_image_service_set_endpoint_cache:
 * @self: a service that was not asked yet.
 * @cache: who knows where GetImages is answered; it must outlive the service. The process's unless set.
 */
void kvs_image_service_set_endpoint_cache (KvsImageService *self, KvsEndpointCache *cache);

/**
 * kvs_image_service_set_images_endpoint:
 * @self: a service that was not asked yet.
 * @endpoint: where GetImages is answered.
 *
 * Spares asking GetDataEndpoint.
 */
void kvs_image_service_set_images_endpoint (KvsImageService *self, GUri *endpoint);

/**
 * kvs_image_service_set_pacer:
 * @self: a service that was not asked yet.
 * @pacer: what says when to ask; the process's for the stream unless set.
 */
void kvs_image_service_set_pacer (KvsImageService *self, KvsPacer *pacer);

/**
 * kvs_image_service_set_endless:
 * @self: a service that was not asked yet.
 *
 * Has calls be tried until they succeed, as long as that is worth it, once the service has answered one of
 * them; and tells of outages.
 */
void kvs_image_service_set_endless (KvsImageService *self);

/**
 * kvs_image_service_set_notice_func:
 * @self: a service that was not asked yet.
 * @func: (nullable): who is told what happens on the way.
 * @user_data: for @func.
 */
void kvs_image_service_set_notice_func (
    KvsImageService *self, KvsNoticeFunc func, gpointer user_data);

/**
 * kvs_image_service_open:
 * @self: a service.
 * @cancellable: (nullable): ends the wait.
 * @error: an error of kvs_endpoint_cache_get().
 *
 * Learns where GetImages is answered, and what time it is there.
 *
 * Returns: whether that is known.
 */
gboolean kvs_image_service_open (KvsImageService *self, GCancellable *cancellable, GError **error);

/**
 * kvs_image_service_get_clock:
 * @self: a service.
 *
 * Returns: (transfer none): what time it is there.
 */
KvsServiceClock *kvs_image_service_get_clock (KvsImageService *self);

/**
 * kvs_image_service_get_images_at_once:
 * @self: a service.
 *
 * Returns: how many images have to be asked for at any time for the stream to give all that its quota
 * allows, by how long replies take; 0 as long as that is not known.
 */
double kvs_image_service_get_images_at_once (KvsImageService *self);

/**
 * kvs_image_service_tell_cut:
 * @self: a service.
 *
 * Tells %KVS_NOTICE_FRACTIONS_CUT, once.
 */
void kvs_image_service_tell_cut (KvsImageService *self);

/**
 * kvs_image_call_new:
 * @service: (transfer none): a service that is open, which must outlive the call.
 *
 * Returns: (transfer full): a call that was not tried yet.
 */
KvsImageCall *kvs_image_call_new (KvsImageService *service);

/**
 * kvs_image_call_free:
 * @self: (transfer full): a call.
 */
void kvs_image_call_free (KvsImageCall *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsImageCall, kvs_image_call_free)

/**
 * kvs_image_call_send:
 * @self: a call.
 * @window: which moments.
 * @max_results: MaxResults.
 * @next_token: (nullable): the NextToken of the page before.
 * @image_size: about how many bytes an image has, as a hint.
 * @cancellable: (nullable): ends the wait.
 * @error: an error of aws_client_send().
 *
 * Asks once, as soon as the quota allows it.
 *
 * Returns: (transfer full) (nullable): the entries of the page.
 */
KvsEntryStream *kvs_image_call_send (KvsImageCall *self, const KvsWindow *window, guint max_results,
    const char *next_token, gsize image_size, GCancellable *cancellable, GError **error);

/**
 * kvs_image_call_get_time:
 * @self: a call.
 *
 * Returns: the time on the monotonic clock that the call goes by, in microseconds.
 */
gint64 kvs_image_call_get_time (KvsImageCall *self);

/**
 * kvs_image_call_begin_reply:
 * @self: a call whose reply is a good one as far as it has come.
 *
 * Tells that the service is there, before anybody sees what it gives.
 */
void kvs_image_call_begin_reply (KvsImageCall *self);

/**
 * kvs_image_call_succeed:
 * @self: a call whose reply has come to its end; it stands for a new call afterwards.
 */
void kvs_image_call_succeed (KvsImageCall *self);

/**
 * kvs_image_call_accept_refusal:
 * @self: a call whose failure is a refusal, which is an answer as well.
 */
void kvs_image_call_accept_refusal (KvsImageCall *self);

/**
 * kvs_image_call_again:
 * @self: a call.
 * @failure: how it has failed.
 * @cancellable: (nullable): ends the wait.
 * @error: as aws_attempts_again(), or why it is not known any more where GetImages is answered.
 *
 * Waits until it is time to ask again, where that is worth it: at once where the data endpoint was
 * out of date, which is then learnt anew.
 *
 * Returns: whether to ask again, now.
 */
gboolean kvs_image_call_again (
    KvsImageCall *self, const GError *failure, GCancellable *cancellable, GError **error);

/**
 * kvs_image_call_is_refusal:
 * @self: a call.
 * @failure: how it has failed in the end.
 *
 * The service answers 404 for a range without media as well as for an unknown stream, and
 * InvalidArgumentException for one outside of the retention period (seen). After a good GetDataEndpoint
 * both say that there is nothing.
 *
 * Returns: whether the service says that there is nothing in the window, and not that something is
 * wrong.
 */
gboolean kvs_image_call_is_refusal (KvsImageCall *self, const GError *failure);

G_END_DECLS
