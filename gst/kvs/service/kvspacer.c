/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvspacer.h"

#include "kvscall.h"
#include "kvsrequest.h"
#include "kvsstream.h"

#include <awslog.h>

#include <math.h>

/* How much is used of the rate of points, and of the second's worth of them that a token bucket holds at
 * most. The tenth that is left is for requests that overtake each other or arrive at once: 100 ms of
 * them. */
#define SHARE_OF_RATE 0.98
#define SHARE_OF_BURST 0.9

/* How long it takes at full speed until an empty bucket is full. */
#define FILL_US (SHARE_OF_BURST / SHARE_OF_RATE * G_USEC_PER_SEC)

/* Other consumers share the quota, and are visible only by the throttling. So the speed falls by a factor and
 * rises steadily, as TCP's does, which gives each consumer a fair share. */
#define SPEED_AFTER_THROTTLE 0.7
#define SPEED_GAIN_PER_US (0.05 / G_USEC_PER_SEC)

/* For how long further throttling is taken to be of requests that were in flight already. As the speed
 * rises meanwhile, it does not fall below 0.7 × 0.025 / (1 - 0.7), however often the service throttles. */
#define THROTTLE_US (500 * (G_USEC_PER_SEC / 1000))

#define MAX_GATHER_US (G_USEC_PER_SEC * KVS_PACER_GATHER_MS / 1000.0)

typedef enum {
  METADATA,
  MEDIA,
  N_BUCKETS,
} Bucket;

/* The two operations, which wait in a queue each. */
typedef enum {
  IMAGES,
  LISTS,
  N_QUEUES,
} Queue;

/* A call that waits. It lies on the stack of its thread. */
typedef struct {
  KvsPacer *pacer;
  Queue queue;
  GList link;                 /* in the queue */
  GList reservation;          /* in the reservations, once it is first in its queue */
  double costs_us[N_BUCKETS]; /* 0 is a bucket that it does not need */
  double gather_us;           /* how much longer a wait may take, for what is expected */
  double due_us;              /* when its reservation is covered, in the quota's time */
  GCond woken;
} Waiter;

/* The token buckets are kept by virtual scheduling (GCRA): of each the pacer knows when it will be full if
 * nothing more is spent, and points are counted as the time that they take to come in. That time is the
 * quota's: it passes as the clock's at full speed, and more slowly at any other, so that buckets fill at
 * the same rate at all times. When the service throttles, the speed falls and the buckets are empty; from
 * then on the speed rises steadily, up to 1, where it stays.
 *
 * A call of GetImages needs both buckets, a call of ListFragments only that of metadata. Each operation has
 * a queue, so that a list does not wait for media. A waiter keeps its position in its queue. Only the first
 * waiter of a queue waits for the clock. It reserves its cost at once, after the reservation of the other
 * queue's first waiter if there is one, so that what comes in goes to the older reservation first. When its
 * reservation is covered, it goes and wakes the next. So between two requests for images there is at most
 * one list, and none of them starves. A waiter that is cancelled gives its reservation back. When the
 * service throttles, the reservations are made anew in their order. */
struct _KvsPacer {
  GObject parent_instance;

  AwsClock *clock;
  GMutex lock;     /* guards all below, and what is in the waiters */
  gint64 now_us;   /* as of when the following two are, by the clock */
  double quota_us; /* the quota's time */
  double speed;    /* how fast that passes, up to 1 */
  double
      full_us[N_BUCKETS]; /* when each bucket is full, in the quota's time, reservations included */
  gint64 throttled_us;    /* when the service throttled and that counted, by the clock */
  GQueue queues[N_QUEUES]; /* of Waiter, in the order of their calls */
  GQueue reservations;     /* of the first Waiter of each queue, in the order they became first */
};

G_DEFINE_FINAL_TYPE (KvsPacer, kvs_pacer, G_TYPE_OBJECT)

static void
kvs_pacer_finalize (GObject *object)
{
  KvsPacer *self = KVS_PACER (object);

  g_object_unref (self->clock);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (kvs_pacer_parent_class)->finalize (object);
}

static void
kvs_pacer_class_init (KvsPacerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kvs_pacer_finalize;
}

static void
kvs_pacer_init (KvsPacer *self)
{
  g_mutex_init (&self->lock);
  self->speed = 1;
}

KvsPacer *
kvs_pacer_new (AwsClock *clock)
{
  KvsPacer *self = g_object_new (KVS_TYPE_PACER, NULL);

  self->clock = g_object_ref (clock);
  self->now_us = aws_clock_get_monotonic_time (clock);
  self->throttled_us = self->now_us - THROTTLE_US;
  return self;
}

/* For how long the speed still rises, by the clock. Called with the lock held. */
static double
get_rise_us (KvsPacer *self)
{
  return (1 - self->speed) / SPEED_GAIN_PER_US;
}

/* Lets the quota's time pass up to now. Called with the lock held. */
static void
advance (KvsPacer *self)
{
  gint64 now_us = aws_clock_get_monotonic_time (self->clock);
  double passed_us = (double)(now_us - self->now_us);
  double rise_us = get_rise_us (self);
  double speed = 1;

  if (passed_us < rise_us) {
    rise_us = passed_us;
    speed = self->speed + passed_us * SPEED_GAIN_PER_US;
  }
  self->quota_us += (self->speed + speed) / 2 * rise_us + (passed_us - rise_us);
  self->speed = speed;
  self->now_us = now_us;
}

/* When it will be @quota_us in the quota's time, by the clock and to the nearest microsecond. Called with
 * the lock held. */
static gint64
get_due_us (KvsPacer *self, double quota_us)
{
  double left_us = quota_us - self->quota_us;
  double rise_us = get_rise_us (self);
  double left_after_rise_us = left_us - (self->speed + 1) / 2 * rise_us;
  double wait_us;

  if (left_us <= 0)
    return self->now_us;
  if (left_after_rise_us >= 0)
    wait_us = rise_us + left_after_rise_us;
  else /* solves left = speed × wait + gain / 2 × wait² */
    wait_us = (sqrt (self->speed * self->speed + 2 * SPEED_GAIN_PER_US * left_us) - self->speed) /
              SPEED_GAIN_PER_US;
  return self->now_us + llround (wait_us);
}

/* Called with the lock held. */
static void
reserve (KvsPacer *self, Waiter *waiter)
{
  waiter->due_us = self->quota_us;
  for (Bucket i = 0; i < N_BUCKETS; i++) {
    double full_us = MAX (self->full_us[i], self->quota_us);

    if (waiter->costs_us[i] == 0)
      continue;
    /* A request that costs more than the bucket holds waits until the bucket is full. */
    waiter->due_us = MAX (waiter->due_us, full_us - MAX (0, FILL_US - waiter->costs_us[i]));
    self->full_us[i] = full_us + waiter->costs_us[i];
  }
}

/* Called with the lock held. */
static void
give_back (KvsPacer *self, const Waiter *waiter)
{
  for (Bucket i = 0; i < N_BUCKETS; i++)
    self->full_us[i] -= waiter->costs_us[i];
}

/* Called with the lock held. */
static void
give_back_all (KvsPacer *self)
{
  for (GList *l = self->reservations.head; l != NULL; l = l->next)
    give_back (self, l->data);
}

/* Called with the lock held. */
static void
reserve_all (KvsPacer *self)
{
  for (GList *l = self->reservations.head; l != NULL; l = l->next)
    reserve (self, l->data);
}

/* Has the points of a reservation count from now on, when the request is sent, and not from when they were
 * reserved: a bucket may have been full since. Called with the lock held. */
static void
spend (KvsPacer *self, const Waiter *waiter)
{
  for (Bucket i = 0; i < N_BUCKETS; i++) {
    if (waiter->costs_us[i] > 0)
      self->full_us[i] = MAX (self->full_us[i], self->quota_us + waiter->costs_us[i]);
  }
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&waiter->pacer->lock);

  g_cond_signal (&waiter->woken);
}

/* Waits until @waiter is the first of its queue. Called with the lock held, which it releases meanwhile.
 */
static gboolean
wait_in_queue (KvsPacer *self, Waiter *waiter, GCancellable *cancellable, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled (cancellable, error)) {
    if (self->queues[waiter->queue].head == &waiter->link)
      return TRUE;
    g_cond_wait (&waiter->woken, &self->lock);
  }
  return FALSE;
}

/* A wait that there has to be gathers points for what is expected, unless others may be waiting for them, too.
 * Called with the lock held. */
static void
gather (KvsPacer *self, Waiter *waiter)
{
  if (get_due_us (self, waiter->due_us) > self->now_us && self->speed >= 1)
    waiter->due_us += waiter->gather_us;
}

/* Waits until the reservation of @waiter is covered. Called with the lock held, which it releases
 * meanwhile. */
static gboolean
wait_until_covered (KvsPacer *self, Waiter *waiter, GCancellable *cancellable, GError **error)
{
  for (;;) {
    gint64 due_us, now_us;
    gboolean has_come;

    advance (self);
    now_us = self->now_us;
    due_us = get_due_us (self, waiter->due_us);
    if (due_us <= now_us)
      return TRUE;
    g_mutex_unlock (&self->lock);
    aws_log_debug ("%s waits %" G_GINT64_FORMAT " ms for the quota of the stream",
        waiter->queue == LISTS ? "ListFragments" : "GetImages", (due_us - now_us + 999) / 1000);
    has_come = aws_clock_wait_until (self->clock, due_us, cancellable, error);
    g_mutex_lock (&self->lock);
    if (!has_come)
      return FALSE;
  }
}

/* Waits until the first waiter of a queue may send its request. Called with the lock held, which it releases
 * meanwhile. */
static gboolean
wait_for_points (KvsPacer *self, Waiter *waiter, GCancellable *cancellable, GError **error)
{
  gboolean may_go;

  advance (self);
  reserve (self, waiter);
  gather (self, waiter);
  g_queue_push_tail_link (&self->reservations, &waiter->reservation);
  may_go = wait_until_covered (self, waiter, cancellable, error);
  if (may_go) {
    spend (self, waiter);
    g_queue_unlink (&self->reservations, &waiter->reservation);
  } else {
    advance (self);
    give_back_all (self);
    g_queue_unlink (&self->reservations, &waiter->reservation);
    reserve_all (self);
  }
  return may_go;
}

/* Called with the lock held. */
static void
end_wait (KvsPacer *self, Waiter *waiter)
{
  Waiter *first;

  g_queue_unlink (&self->queues[waiter->queue], &waiter->link);
  first = g_queue_peek_head (&self->queues[waiter->queue]);
  if (first != NULL)
    g_cond_signal (&first->woken);
}

static gboolean
wait (KvsPacer *self, Queue queue, double metadata_points, double media_points, guint n_expected,
    GCancellable *cancellable, GError **error)
{
  const double us_per_metadata_point =
      G_USEC_PER_SEC / (SHARE_OF_RATE * KVS_METADATA_POINTS_PER_SECOND);
  const double us_per_media_point = G_USEC_PER_SEC / (SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND);
  Waiter waiter = {
      .pacer = self,
      .queue = queue,
      .link.data = &waiter,
      .reservation.data = &waiter,
      .costs_us[METADATA] = metadata_points * us_per_metadata_point,
      .costs_us[MEDIA] = media_points * us_per_media_point,
      .gather_us = MIN (n_expected * us_per_media_point, MAX_GATHER_US),
  };
  gboolean may_go;
  gulong handler = 0;

  g_cond_init (&waiter.woken);
  /* Not with the lock held: both functions may call or wait for the callback, which takes it. */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), &waiter, NULL);
  g_mutex_lock (&self->lock);
  g_queue_push_tail_link (&self->queues[queue], &waiter.link);
  may_go = wait_in_queue (self, &waiter, cancellable, error) &&
           wait_for_points (self, &waiter, cancellable, error);
  end_wait (self, &waiter);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  g_cond_clear (&waiter.woken);
  return may_go;
}

gboolean
kvs_pacer_wait (
    KvsPacer *self, guint max_results, guint n_expected, GCancellable *cancellable, GError **error)
{
  return wait (self, IMAGES, KVS_METADATA_POINTS_PER_CALL + max_results, max_results, n_expected,
      cancellable, error);
}

gboolean
kvs_pacer_wait_for_list (
    KvsPacer *self, guint max_results, GCancellable *cancellable, GError **error)
{
  return wait (self, LISTS, max_results, 0, 0, cancellable, error);
}

void
kvs_pacer_throttled (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  advance (self);
  if (self->now_us - self->throttled_us < THROTTLE_US)
    return;
  self->throttled_us = self->now_us;
  self->speed *= SPEED_AFTER_THROTTLE;
  give_back_all (self);
  for (Bucket i = 0; i < N_BUCKETS; i++)
    self->full_us[i] = MAX (self->full_us[i], self->quota_us + FILL_US);
  reserve_all (self);
}

double
kvs_pacer_get_images_per_second (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  advance (self);
  return self->speed * SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND;
}

double
kvs_pacer_get_images_in_bucket (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  double available_us;

  advance (self);
  available_us = FILL_US - MAX (self->full_us[MEDIA] - self->quota_us, 0);
  return MAX (available_us, 0) * SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND / G_USEC_PER_SEC;
}

guint
kvs_pacer_count_waiters (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->queues[IMAGES].length + self->queues[LISTS].length;
}

/* Whether a new pacer would do the same. */
static gboolean
is_as_new (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  advance (self);
  return self->speed >= 1 && self->full_us[METADATA] <= self->quota_us &&
         self->full_us[MEDIA] <= self->quota_us;
}

/* The shared pacers by their keys. The table has a reference to each, so that what was spent is remembered
 * when the last user of a pacer is gone. */
static GMutex shared_lock; /* guards shared */
static GHashTable *shared;

/* Two requests share a quota if these are equal, as far as can be known: a stream has one quota, whether it
 * is named by its name or by its ARN. There is more than one clock in the process only in tests. */
static char *
make_key (AwsClient *client, GUri *endpoint, const KvsQuery *query)
{
  g_autofree char *name = query->stream_arn != NULL ? kvs_stream_arn_get_name (query->stream_arn)
                                                    : g_strdup (query->stream_name);
  g_autofree char *key = kvs_call_make_key (client, endpoint, name);

  return g_strdup_printf ("%s\n%p", key, (gpointer)aws_client_get_clock (client));
}

/* Called with shared_lock held. A reference comes from another one or out of the table, under its lock,
 * so that the table's stays the only one once it is. */
static gboolean
is_forgettable_cb (gpointer key, gpointer value, gpointer user_data)
{
  GObject *pacer = value;

  return g_atomic_int_get (&pacer->ref_count) == 1 && is_as_new (value);
}

/* Called with shared_lock held. Unused pacers are dropped with each call, so that the table does
 * not grow with each stream that was ever used. */
static GHashTable *
tidy_shared (void)
{
  if (shared == NULL)
    shared = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_foreach_remove (shared, is_forgettable_cb, NULL);
  return shared;
}

KvsPacer *
kvs_pacer_get_shared (AwsClient *client, GUri *endpoint, const KvsQuery *query)
{
  g_autofree char *key = make_key (client, endpoint, query);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&shared_lock);
  GHashTable *pacers = tidy_shared ();
  KvsPacer *pacer = g_hash_table_lookup (pacers, key);

  if (pacer == NULL) {
    pacer = kvs_pacer_new (aws_client_get_clock (client));
    g_hash_table_insert (pacers, g_steal_pointer (&key), pacer);
  }
  return g_object_ref (pacer);
}
