/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsreader.h"

#include "kvsfetcher.h"
#include "kvsgrid.h"
#include "kvsplan.h"
#include "kvstokenpage.h"

#include <awsclock.h>

/* So many requests may be in flight before it is known how long fragments are. All of them begin as far
 * back as it may take. */
#define MAX_BLIND_JOBS 4

typedef enum {
  STATE_NEW,
  STATE_OPENING,
  STATE_OPEN,
  STATE_FAILED,
} State;

/* One thread opens the service: it learns where it is and what time it is there, and so what the range
 * is. From then on threads take jobs. A job is a span of samples that one of them fetches; the queue puts
 * the spans in order again. There are as many threads as there was ever work for, up to the number of
 * requests that may be in flight.
 *
 * Samples that are old enough are fetched in parallel: what there is no media for now, there will not be
 * any for. Behind them, at the live edge, media may still come. So only one job at a time goes there. It
 * covers all samples that may be asked for already; those that are missing at its end are given back,
 * and are part of the next job, which begins a moment later.
 *
 * A seek begins a new generation: what belongs to an older one is cancelled, and its results are
 * dropped. */
struct _KvsReader {
  GObject parent_instance;

  AwsClock *local_clock;
  gint64 made_us; /* when the reader was made, by the monotonic clock: that is "now" */
  KvsImageService *service;
  KvsFragments *fragments;
  KvsSampleQueue *queue;
  KvsFetcher *fetcher;
  KvsRangeSpec spec;
  KvsReaderOptions options;
  guint page_size;
  GCancellable *stopping;

  GMutex lock; /* guards all that follows */
  GCond changed;
  GPtrArray *threads;
  guint n_idle;       /* threads */
  gboolean has_timer; /* whether an idle thread waits for a time */
  gboolean is_stopped;
  State state;
  KvsRange range;
  KvsTraversal traversal;
  char *service_token; /* to begin with */

  /* Of the generation. */
  guint generation;
  GCancellable *cancellable;
  KvsGrid grid;
  guint64 begin; /* the indexes of the grid that are not in a job yet */
  guint64 end;
  guint n_jobs; /* that are being fetched */
  guint64 n_begun;
  gboolean is_edge_busy;
  gint64 edge_ms; /* by the service's clock: no job at the live edge begins earlier */
  gboolean is_finished;
  GQueue entries; /* KvsEntry: what is there already of the first samples */
};

typedef struct {
  guint generation;
  GCancellable *cancellable;
  KvsFetchJob fetch;
  GQueue entries;
  guint64 index; /* of its first sample in the grid */
  gboolean is_edge;
} Job;

G_DEFINE_FINAL_TYPE (KvsReader, kvs_reader, G_TYPE_OBJECT)

static gpointer thread_main (gpointer user_data);

static void
kvs_reader_init (KvsReader *self)
{
  self->stopping = g_cancellable_new ();
  self->cancellable = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->traversal = KVS_TRAVERSAL_ALL;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->entries);
}

static void
kvs_reader_finalize (GObject *object)
{
  KvsReader *self = KVS_READER (object);

  g_clear_pointer (&self->fetcher, kvs_fetcher_free);
  g_clear_pointer (&self->queue, kvs_sample_queue_free);
  g_clear_pointer (&self->fragments, kvs_fragments_free);
  g_clear_pointer (&self->service, kvs_image_service_free);
  g_queue_clear_full (&self->entries, (GDestroyNotify)kvs_entry_free);
  g_free (self->service_token);
  g_clear_object (&self->local_clock);
  g_clear_object (&self->stopping);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->threads, g_ptr_array_unref);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (kvs_reader_parent_class)->finalize (object);
}

static void
kvs_reader_class_init (KvsReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kvs_reader_finalize;
}

KvsReader *
kvs_reader_new (AwsClient *client, GUri *endpoint, const KvsQuery *query, const KvsRangeSpec *spec,
    gint64 now_ms, const KvsReaderOptions *options, KvsStats *stats)
{
  KvsReader *self = g_object_new (KVS_TYPE_READER, NULL);

  self->local_clock = g_object_ref (aws_client_get_clock (client));
  self->made_us = aws_clock_get_monotonic_time (self->local_clock);
  self->service = kvs_image_service_new (client, endpoint, query, now_ms, stats);
  self->fragments = kvs_fragments_new (options->lookback_ms);
  self->queue = kvs_sample_queue_new (options->max_bytes);
  self->fetcher = kvs_fetcher_new (
      self->service, self->queue, self->fragments, query, options->availability_timeout_ms, stats);
  self->spec = *spec;
  self->options = *options;
  self->page_size = query->page_size;
  if (spec->follow)
    kvs_image_service_set_endless (self->service);
  return self;
}

void
kvs_reader_set_endpoint_cache (KvsReader *self, KvsEndpointCache *cache)
{
  kvs_image_service_set_endpoint_cache (self->service, cache);
}

void
kvs_reader_set_images_endpoint (KvsReader *self, GUri *endpoint)
{
  kvs_image_service_set_images_endpoint (self->service, endpoint);
}

void
kvs_reader_set_service_token (KvsReader *self, const char *token)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_free (self->service_token);
  self->service_token = g_strdup (token);
}

void
kvs_reader_set_pacer (KvsReader *self, KvsPacer *pacer)
{
  kvs_image_service_set_pacer (self->service, pacer);
}

void
kvs_reader_set_notice_func (KvsReader *self, KvsNoticeFunc func, gpointer user_data)
{
  kvs_image_service_set_notice_func (self->service, func, user_data);
}

/* Begins to go through the range anew. Called with the lock held. */
static void
begin_traversal (KvsReader *self)
{
  kvs_grid_init (&self->grid, &self->range, &self->traversal);
  self->begin = 0;
  self->end = self->grid.count;
  self->n_jobs = 0;
  self->n_begun = 0;
  self->is_edge_busy = FALSE;
  self->edge_ms = 0;
  self->is_finished = FALSE;
}

/* Called with the lock held. */
static void
start_thread (KvsReader *self)
{
  g_ptr_array_add (self->threads, g_thread_new ("kvs-reader", thread_main, self));
}

/* Planning */

/* By how long ago a sample cannot get media any more. */
static guint
get_old_age_ms (KvsReader *self)
{
  return MAX (self->options.availability_delay_ms, self->options.availability_timeout_ms);
}

/* How many requests in flight are of use: as many as fit into memory, each of them twice, and no more than
 * the quota lets go on at a time. Called with the lock held. */
static guint
count_useful_requests (KvsReader *self)
{
  double at_once = kvs_image_service_get_images_at_once (self->service);
  guint page = kvs_fetcher_get_page_size (self->fetcher);
  guint64 fitting = kvs_sample_queue_get_max_images (self->queue) / (2 * page);
  guint limit = (guint)CLAMP (fitting, 1, self->options.max_requests);

  if (at_once <= 0)
    return limit;
  return (guint)CLAMP (at_once / page + 2, 1, limit);
}

/* How many samples the next span has, out of @n_left from @first on, or up to its last in reverse. It has all
 * that are there already. Called with the lock held. */
static guint
choose_length (KvsReader *self, guint64 first, guint64 n_left)
{
  gint64 interval_ms = self->grid.interval_ms;
  gint64 time_ms = kvs_grid_get_time (&self->grid, first);
  guint lead = kvs_fetcher_get_lead (
      self->fetcher, time_ms, interval_ms, kvs_fragments_get_lookback_ms (self->fragments));
  const KvsPlan plan = {
      .page = MIN (kvs_fetcher_get_page_size (self->fetcher), KVS_MAX_PAGE),
      .lead = lead,
      .window = kvs_window_get_max_count (time_ms - lead * interval_ms, interval_ms),
      .n_parallel = count_useful_requests (self),
      .n_held = kvs_sample_queue_get_max_images (self->queue),
      .is_first = self->n_begun == 0,
      .is_reverse = self->grid.is_reverse,
  };

  return MAX (kvs_plan_choose_length (&plan, n_left), (guint)MIN (n_left, self->entries.length));
}

/* Called with the lock held. */
static Job *
new_job (KvsReader *self, guint64 index, guint count, gboolean is_edge)
{
  Job *job = g_new0 (Job, 1);

  job->generation = self->generation;
  job->cancellable = g_object_ref (self->cancellable);
  job->index = index;
  job->is_edge = is_edge;
  job->fetch = (KvsFetchJob){
      .span = kvs_sample_queue_add (self->queue, count, self->grid.is_reverse),
      .count = count,
      .number = self->grid.number + index * self->grid.stride,
      .stride = self->grid.stride,
      .start_ms = kvs_grid_get_time (&self->grid, index),
      .interval_ms = self->grid.interval_ms,
      .may_defer = is_edge || self->grid.is_reverse,
      .is_waited_for = self->grid.is_reverse,
      .entries = &job->entries,
      .entries_start_ms = self->range.start_ms,
  };
  job->entries = self->entries;
  g_queue_init (&self->entries);
  self->n_jobs++;
  self->n_begun++;
  self->is_edge_busy |= is_edge;
  return job;
}

static void
job_free (Job *job)
{
  kvs_span_unref (job->fetch.span);
  g_queue_clear_full (&job->entries, (GDestroyNotify)kvs_entry_free);
  g_object_unref (job->cancellable);
  g_free (job);
}

/* Whether it is not known yet how many samples earlier a request has to begin. Called with the lock
 * held. */
static gboolean
is_blind (KvsReader *self)
{
  return !kvs_fragments_is_known (self->fragments) &&
         self->grid.interval_ms < kvs_fragments_get_max_lookback_ms (self->fragments);
}

/* Whether more jobs may begin. Called with the lock held. */
static gboolean
has_capacity (KvsReader *self)
{
  guint limit = count_useful_requests (self);

  if (is_blind (self))
    limit = MIN (limit, MAX_BLIND_JOBS);
  return self->n_jobs < limit &&
         kvs_sample_queue_get_length (self->queue) < KVS_SAMPLE_QUEUE_MAX_LENGTH;
}

/* Where the samples end that have been there for @age_ms. Called with the lock held. */
static guint64
get_end_of_older (KvsReader *self, gint64 now_ms, guint age_ms)
{
  return MIN (self->end, kvs_grid_count_until (&self->grid, now_ms - age_ms));
}

/* Whether what comes next is at the live edge, where the samples that are old enough end at @old_end. A few of
 * them are left to its job, which has to ask on for those behind them: in a gap some grow old all the
 * time. Called with the lock held. */
static gboolean
is_at_edge (KvsReader *self, guint64 old_end)
{
  guint few = MAX (kvs_fetcher_get_page_size (self->fetcher), self->entries.length);

  return old_end < self->end && old_end < self->begin + few;
}

/* The next job among samples that are old enough, up to @end, or NULL. As long as a job at the live edge may give
 * samples back there is none: those behind them have grown old if that job has taken long. Called with the
 * lock held. */
static Job *
take_old_job (KvsReader *self, guint64 end)
{
  guint64 first = self->begin;
  guint count;

  if (self->is_edge_busy || !has_capacity (self))
    return NULL;
  count = choose_length (self, first, end - first);
  self->begin += count;
  return new_job (self, first, count, FALSE);
}

/* The next job at the live edge; or NULL, and when there will be one by the service's clock. It has all samples
 * that are not old enough, because only media behind those that are missing tells that they stay so. Called
 * with the lock held. */
static Job *
take_edge_job (KvsReader *self, gint64 now_ms, gint64 *next_ms)
{
  guint64 end = get_end_of_older (self, now_ms, self->options.availability_delay_ms);
  guint64 first = self->begin;
  gint64 due_ms = kvs_grid_get_time (&self->grid, first) + self->options.availability_delay_ms;

  if (self->is_edge_busy)
    return NULL;
  due_ms = MAX (due_ms, self->edge_ms);
  if (now_ms < due_ms) {
    *next_ms = due_ms;
    return NULL;
  }
  if (!has_capacity (self))
    return NULL;
  /* What is there already is there, although some of it is not to be asked for yet. */
  end = MAX (end, MIN (self->end, first + self->entries.length));
  self->begin = end;
  return new_job (self, first, (guint)(end - first), TRUE);
}

/* The next job from the end on; or NULL, and when there will be one. Called with the lock held. */
static Job *
take_reverse_job (KvsReader *self, gint64 now_ms, gint64 *next_ms)
{
  guint64 last = self->end - 1;
  guint count;

  if (last >= get_end_of_older (self, now_ms, self->options.availability_delay_ms)) {
    *next_ms = kvs_grid_get_time (&self->grid, last) + self->options.availability_delay_ms;
    return NULL;
  }
  if (!has_capacity (self))
    return NULL;
  count = choose_length (self, last, self->end);
  self->end -= count;
  return new_job (self, self->end, count, FALSE);
}

/* Called with the lock held. */
static void
finish_if_done (KvsReader *self)
{
  if (self->state != STATE_OPEN || self->is_finished || self->is_edge_busy ||
      self->begin < self->end)
    return;
  self->is_finished = TRUE;
  kvs_sample_queue_finish (self->queue, NULL);
}

/* The next job; or NULL, and when there will be one by the service's clock, if only time is missing.
 * The clock is read once: between two readings that time could come, and nobody would wait for it any
 * more. Called with the lock held. */
static Job *
take_job (KvsReader *self, gint64 *next_ms)
{
  gint64 now_ms = kvs_reader_get_now (self);
  guint64 old_end;

  *next_ms = -1;
  if (self->state != STATE_OPEN || self->is_finished || self->begin >= self->end)
    return NULL;
  if (self->grid.is_reverse)
    return take_reverse_job (self, now_ms, next_ms);
  old_end = get_end_of_older (self, now_ms, get_old_age_ms (self));
  return is_at_edge (self, old_end) ? take_edge_job (self, now_ms, next_ms)
                                    : take_old_job (self, old_end);
}

/* The threads */

/* What time it was by the service's clock when the reader was made. */
static gint64
get_made_ms (KvsReader *self)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->service);
  gint64 age_us = aws_clock_get_monotonic_time (self->local_clock) - self->made_us;

  return kvs_service_clock_get_now_ms (clock) - age_us / 1000;
}

static gboolean
resolve_range (KvsReader *self, GError **error)
{
  gint64 now_ms = get_made_ms (self);
  KvsRange range;

  if (!kvs_range_spec_resolve (&self->spec, now_ms, &range, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->range = range;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* Takes over what the service's token leads to, unless somebody has sought meanwhile. */
static void
begin_with_entries (KvsReader *self, guint64 first, GQueue *entries)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->service_token == NULL)
    return;
  self->traversal.begin = first;
  self->entries = *entries;
  g_queue_init (entries);
}

/* Has the range begin where the service's token leads to, and keeps what is there. */
static gboolean
follow_token (KvsReader *self, const char *token, GError **error)
{
  GQueue entries = G_QUEUE_INIT;
  guint64 first;
  gboolean is_there;

  if (token == NULL)
    return TRUE;
  is_there = kvs_token_page_read (
      self->service, &self->range, self->page_size, token, &entries, &first, self->stopping, error);
  if (is_there)
    begin_with_entries (self, first, &entries);
  g_queue_clear_full (&entries, (GDestroyNotify)kvs_entry_free);
  return is_there;
}

/* Called with the lock held, which it lets go of meanwhile. */
static void
open_service (KvsReader *self)
{
  g_autofree char *token = g_strdup (self->service_token);
  GError *error = NULL;
  gboolean is_open;

  self->state = STATE_OPENING;
  g_mutex_unlock (&self->lock);
  is_open = kvs_image_service_open (self->service, self->stopping, &error) &&
            resolve_range (self, &error) && follow_token (self, token, &error);
  g_mutex_lock (&self->lock);
  self->state = is_open ? STATE_OPEN : STATE_FAILED;
  if (is_open)
    begin_traversal (self);
  else
    kvs_sample_queue_finish (self->queue, error);
  finish_if_done (self);
  g_cond_broadcast (&self->changed);
}

/* Gives back what a job at the live edge has deferred. Called with the lock held. */
static void
end_edge_job (KvsReader *self, const Job *job, guint n_settled)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->service);
  guint n_deferred = job->fetch.count - n_settled;

  self->is_edge_busy = FALSE;
  self->begin = job->index + n_settled;
  if (n_deferred > 0)
    self->edge_ms = kvs_service_clock_get_now_ms (clock) +
                    kvs_fetcher_get_poll_ms (self->grid.interval_ms, n_deferred);
}

/* Called with the lock held, which it lets go of meanwhile. */
static void
run_job (KvsReader *self, const Job *job)
{
  GError *error = NULL;
  guint n_settled;
  gboolean all_well;

  g_mutex_unlock (&self->lock);
  all_well = kvs_fetcher_run (self->fetcher, &job->fetch, job->cancellable, &n_settled, &error);
  kvs_sample_queue_end_span (
      self->queue, job->fetch.span, all_well ? n_settled : job->fetch.count, error);
  g_mutex_lock (&self->lock);
  if (job->generation != self->generation)
    return;
  self->n_jobs--;
  /* What comes after an error is never popped. */
  if (!all_well)
    self->is_finished = TRUE;
  else if (job->is_edge)
    end_edge_job (self, job, n_settled);
  finish_if_done (self);
  g_cond_broadcast (&self->changed);
}

/* Waits until something changes, or until @next_ms by the service's clock unless that is −1. Called with
 * the lock held, which it lets go of meanwhile. */
static void
wait_for_work (KvsReader *self, gint64 next_ms)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->service);
  g_autoptr (GCancellable) cancellable = NULL;

  self->n_idle++;
  if (next_ms < 0 || self->has_timer) {
    g_cond_wait (&self->changed, &self->lock);
  } else {
    cancellable = g_object_ref (self->cancellable);
    self->has_timer = TRUE;
    g_mutex_unlock (&self->lock);
    kvs_service_clock_wait_until (clock, next_ms, cancellable, NULL);
    g_mutex_lock (&self->lock);
    self->has_timer = FALSE;
    g_cond_broadcast (&self->changed);
  }
  self->n_idle--;
}

/* Called with the lock held. */
static void
get_help (KvsReader *self)
{
  if (self->n_idle > 0)
    g_cond_broadcast (&self->changed);
  else if (self->threads->len < self->options.max_requests)
    start_thread (self);
}

static gpointer
thread_main (gpointer user_data)
{
  KvsReader *self = user_data;

  g_mutex_lock (&self->lock);
  while (!self->is_stopped) {
    gint64 next_ms = -1;
    Job *job;

    if (self->state == STATE_NEW) {
      open_service (self);
      continue;
    }
    job = take_job (self, &next_ms);
    if (job != NULL) {
      get_help (self);
      run_job (self, job);
      job_free (job);
    } else {
      wait_for_work (self, next_ms);
    }
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}

void
kvs_reader_start (KvsReader *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  start_thread (self);
}

void
kvs_reader_seek (KvsReader *self, const KvsTraversal *traversal)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->traversal = *traversal;
  self->generation++;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  kvs_sample_queue_clear (self->queue);
  g_queue_clear_full (&self->entries, (GDestroyNotify)kvs_entry_free);
  g_clear_pointer (&self->service_token, g_free);
  if (self->state == STATE_FAILED)
    self->state = STATE_NEW;
  if (self->state == STATE_OPEN)
    begin_traversal (self);
  finish_if_done (self);
  g_cond_broadcast (&self->changed);
}

void
kvs_reader_stop (KvsReader *self)
{
  g_autoptr (GPtrArray) threads = NULL;

  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  self->generation++;
  g_cancellable_cancel (self->stopping);
  g_cancellable_cancel (self->cancellable);
  kvs_sample_queue_clear (self->queue);
  threads = g_steal_pointer (&self->threads);
  self->threads = g_ptr_array_new ();
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
}

void
kvs_reader_set_flushing (KvsReader *self, gboolean flushing)
{
  kvs_sample_queue_set_flushing (self->queue, flushing);
}

/* More jobs may begin not only when one ends: there is room for a span again, or what has come shows that
 * images are smaller, or replies slower, than they were taken to be. */
static void
wake_idle (KvsReader *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->n_idle > 0 && self->state == STATE_OPEN && self->begin < self->end &&
      !self->is_edge_busy && has_capacity (self))
    g_cond_broadcast (&self->changed);
}

KvsSample *
kvs_reader_pull (KvsReader *self, GError **error)
{
  KvsSample *sample = kvs_sample_queue_pop (self->queue, error);

  wake_idle (self);
  return sample;
}

gboolean
kvs_reader_get_range (KvsReader *self, KvsRange *range)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  *range = self->range;
  return self->range.interval_ms > 0;
}

guint64
kvs_reader_get_held_bytes (KvsReader *self)
{
  return kvs_sample_queue_get_bytes (self->queue);
}

GError *
kvs_reader_get_refusal (KvsReader *self)
{
  if (kvs_sample_queue_has_seen_still (self->queue))
    return NULL;
  return kvs_fetcher_get_refusal (self->fetcher);
}

gint64
kvs_reader_get_now (KvsReader *self)
{
  return kvs_service_clock_get_now_ms (kvs_image_service_get_clock (self->service));
}
