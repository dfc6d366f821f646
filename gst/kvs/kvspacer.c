/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvspacer.h"

#include "kvsstream.h"

#include <math.h>

/* How much is used of the points that come in, and of the second's worth of them that is in store at
 * most. The tenth that is left is for requests that overtake each other or arrive at once: 100 ms of
 * them. */
#define SHARE_OF_RATE 0.98
#define SHARE_OF_STORE 0.9

/* How long it takes at full speed until an empty bucket is full. */
#define FILL_US (SHARE_OF_STORE / SHARE_OF_RATE * G_USEC_PER_SEC)

/* The quota is shared with consumers that nothing is known of, but for that the service refuses what is
 * too much. So the speed falls by a factor and rises steadily, as TCP's does, by which all who share
 * something come to a fair part of it. */
#define SPEED_AFTER_THROTTLE 0.7
#define SPEED_GAIN_PER_US (0.05 / G_USEC_PER_SEC)

/* For how long further refusals are taken for ones of requests that were under way already. As the speed
 * rises meanwhile, it does not fall below 0.7 × 0.025 / (1 - 0.7), whatever is refused. */
#define THROTTLE_US (500 * (G_USEC_PER_SEC / 1000))

typedef enum {
  METADATA,
  MEDIA,
  N_BUCKETS,
} Bucket;

/* Who waits. It lies on its thread's stack. */
typedef struct {
  KvsPacer *pacer;
  GList link; /* in the queue */
  double costs_us[N_BUCKETS];
  GCond woken;
} Waiter;

/* The buckets are kept by virtual scheduling (GCRA): of each it is known when it will be full if nothing
 * more is spent, and points are counted as the time that they take to come in. That time is the quota's:
 * it passes as the clock's at full speed, and more slowly at any other, so that buckets fill at the same
 * rate at all times. A refusal by the service lowers the speed and empties the buckets; from then on the
 * speed rises steadily, up to 1, where it stays.
 *
 * Whoever wants to spend stands in the queue, and its place there is settled by its call. Only the
 * first waits for the clock: until both buckets have what it costs, and for longer when a refusal has put
 * that off meanwhile. Then it spends, leaves, and wakes the next. Who is cancelled leaves without having
 * spent, so that those behind it move up. */
struct _KvsPacer {
  GObject parent_instance;

  AwsClock *clock;
  GMutex lock;               /* guards all below, and what is in the waiters */
  gint64 now_us;             /* as of when the following two are, by the clock */
  double quota_us;           /* the quota's time */
  double speed;              /* how fast that passes, up to 1 */
  double full_us[N_BUCKETS]; /* when each bucket is full, in the quota's time */
  gint64 throttled_us;       /* when a refusal counted last, by the clock */
  GQueue waiters;            /* of Waiter, in the order of their calls */
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

/* When both buckets have what @waiter costs or are full, by the clock. Called with the lock held. */
static gint64
get_affordable_us (KvsPacer *self, const Waiter *waiter)
{
  double affordable_us[N_BUCKETS];

  for (Bucket i = 0; i < N_BUCKETS; i++)
    affordable_us[i] = self->full_us[i] - MAX (0, FILL_US - waiter->costs_us[i]);
  return get_due_us (self, MAX (affordable_us[METADATA], affordable_us[MEDIA]));
}

/* Called with the lock held. */
static void
spend (KvsPacer *self, const Waiter *waiter)
{
  for (Bucket i = 0; i < N_BUCKETS; i++)
    self->full_us[i] = MAX (self->full_us[i], self->quota_us) + waiter->costs_us[i];
}

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&waiter->pacer->lock);

  g_cond_signal (&waiter->woken);
}

/* Waits until @waiter is the first. Called with the lock held, which it lets go of meanwhile. */
static gboolean
wait_in_queue (KvsPacer *self, Waiter *waiter, GCancellable *cancellable, GError **error)
{
  while (!g_cancellable_set_error_if_cancelled (cancellable, error)) {
    if (self->waiters.head == &waiter->link)
      return TRUE;
    g_cond_wait (&waiter->woken, &self->lock);
  }
  return FALSE;
}

/* Waits until @waiter, which is the first, may spend. Called with the lock held, which it lets go of
 * meanwhile. */
static gboolean
wait_for_points (KvsPacer *self, Waiter *waiter, GCancellable *cancellable, GError **error)
{
  for (;;) {
    gint64 affordable_us;
    gboolean has_come;

    advance (self);
    affordable_us = get_affordable_us (self, waiter);
    if (affordable_us <= self->now_us)
      return TRUE;
    g_mutex_unlock (&self->lock);
    has_come = aws_clock_wait_until (self->clock, affordable_us, cancellable, error);
    g_mutex_lock (&self->lock);
    if (!has_come)
      return FALSE;
  }
}

/* Called with the lock held. */
static void
leave_queue (KvsPacer *self, Waiter *waiter)
{
  Waiter *first;

  g_queue_unlink (&self->waiters, &waiter->link);
  first = g_queue_peek_head (&self->waiters);
  if (first != NULL)
    g_cond_signal (&first->woken);
}

gboolean
kvs_pacer_wait (KvsPacer *self, guint max_results, GCancellable *cancellable, GError **error)
{
  const double us_per_metadata_point =
      G_USEC_PER_SEC / (SHARE_OF_RATE * KVS_METADATA_POINTS_PER_SECOND);
  const double us_per_media_point = G_USEC_PER_SEC / (SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND);
  Waiter waiter = {
      .pacer = self,
      .link.data = &waiter,
      .costs_us[METADATA] = (KVS_METADATA_POINTS_PER_CALL + max_results) * us_per_metadata_point,
      .costs_us[MEDIA] = max_results * us_per_media_point,
  };
  gboolean may_go;
  gulong handler = 0;

  g_cond_init (&waiter.woken);
  /* Not under the lock, because either of them may call or wait for the callback, which takes it. */
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), &waiter, NULL);
  g_mutex_lock (&self->lock);
  g_queue_push_tail_link (&self->waiters, &waiter.link);
  may_go = wait_in_queue (self, &waiter, cancellable, error) &&
           wait_for_points (self, &waiter, cancellable, error);
  if (may_go)
    spend (self, &waiter);
  leave_queue (self, &waiter);
  g_mutex_unlock (&self->lock);
  g_cancellable_disconnect (cancellable, handler);
  g_cond_clear (&waiter.woken);
  return may_go;
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
  for (Bucket i = 0; i < N_BUCKETS; i++)
    self->full_us[i] = MAX (self->full_us[i], self->quota_us + FILL_US);
}

double
kvs_pacer_get_images_per_second (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  advance (self);
  return self->speed * SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND;
}

double
kvs_pacer_get_images_in_store (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  double in_store_us;

  advance (self);
  in_store_us = FILL_US - MAX (self->full_us[MEDIA] - self->quota_us, 0);
  return MAX (in_store_us, 0) * SHARE_OF_RATE * KVS_MEDIA_POINTS_PER_SECOND / G_USEC_PER_SEC;
}

guint
kvs_pacer_count_waiters (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_queue_get_length (&self->waiters);
}

/* Whether a new one would do the same. */
static gboolean
is_as_new (KvsPacer *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  advance (self);
  return self->speed >= 1 && self->full_us[METADATA] <= self->quota_us &&
         self->full_us[MEDIA] <= self->quota_us;
}

/* The shared pacers by their keys. The table has a reference to each, by which it remembers what was
 * spent when nobody else has one any more. */
static GMutex shared_lock; /* guards shared */
static GHashTable *shared;

/* Whether the quota is one and the same, as far as that can be told. The clock is one for the process
 * but in tests. */
static char *
make_key (AwsClient *client, GUri *endpoint, const KvsQuery *query)
{
  AwsCredentialsProvider *credentials = aws_client_get_credentials (client);
  const char *region = aws_client_get_region (client);
  g_autofree char *url = g_uri_to_string (endpoint);
  g_autofree char *name = query->stream_arn != NULL ? kvs_stream_arn_get_name (query->stream_arn)
                                                    : g_strdup (query->stream_name);

  return g_strdup_printf ("%s\n%s\n%s\n%s\n%p", url, region != NULL ? region : "", name,
      credentials != NULL ? aws_credentials_provider_get_id (credentials) : "",
      (gpointer)aws_client_get_clock (client));
}

/* Called with shared_lock held. A reference comes from another one or out of the table, under its lock,
 * so that the table's stays the only one once it is. */
static gboolean
is_forgettable_cb (gpointer key, gpointer value, gpointer user_data)
{
  GObject *pacer = value;

  return g_atomic_int_get (&pacer->ref_count) == 1 && is_as_new (value);
}

/* Called with shared_lock held. What has become useless is dropped when somebody comes, so that the
 * table does not grow with each stream that ever was. */
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
