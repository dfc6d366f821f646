/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsreader.h"

#include "kvsblockpool.h"
#include "kvsbudget.h"
#include "kvserror.h"
#include "kvspager.h"
#include "kvssamplequeue.h"
#include "kvsscheduler.h"
#include "kvstokenpage.h"

#include <awsclock.h>
#include <awslog.h>
#include <awsthread.h>

/* When a worker is so many samples ahead of the thread that pulls, it lets that catch up, for so long at most. */
#define MAX_AHEAD 8
#define CATCH_UP_US (G_USEC_PER_SEC / 1000)

typedef enum {
  STATE_NEW,
  STATE_CONNECTING,
  STATE_CONNECTED,
  STATE_FAILED,
} State;

/* A still travels in a straight line: the scheduler decides which request is next; a worker thread has a pager send
 * it and read its page, entry by entry; the scheduler says which sample each entry is, and the queue brings the
 * samples in the order in which they are pulled. A worker is a loop: take the next request, run one page of it,
 * go round again. Between two pages nothing of a request is in flight, so requests never nest.
 *
 * The first worker connects: it learns where the service is and what time it is there, and so what the range is.
 * There are as many workers as there was ever work for, up to the number of requests that may be in flight.
 *
 * A seek begins a new generation. What belongs to an older one is cancelled, and its results are dropped.
 *
 * Scheduler, queue and budget have no locks: they are guarded by the reader's. No call leaves this folder with that
 * lock held, but to the clock. docs/layout.md has the order of all locks. */
struct _KvsReader {
  GObject parent_instance;

  AwsClock *local_clock;
  gint64 made_us; /* when the reader was made, by the monotonic clock: that is "now" */
  KvsImageService *service;
  KvsRangeSpec spec;
  KvsReaderOptions options;
  KvsImageFormat format;
  guint page_size;
  KvsStats *stats;
  GCancellable *stopping;
  KvsEventFunc event_func;
  gpointer event_data;

  GMutex lock;          /* guards all that follows */
  GCond work_changed;   /* idle workers wait for it, */
  GCond budget_changed; /* workers with an image that is over budget, or that are ahead, */
  GCond queue_changed;  /* and the thread that pulls */
  KvsScheduler *scheduler;
  KvsSampleQueue *queue;
  KvsBudget budget;
  GPtrArray *threads;
  guint n_idle;
  guint n_admitting;   /* workers that wait for the budget, or for a pull */
  gboolean is_pulling; /* a caller of kvs_reader_pull() waits for the queue */
  GCancellable *timer; /* of the idle worker that waits for a time, or NULL */
  gint64 timer_us;     /* that time, by the monotonic clock */
  gboolean is_stopped;
  gboolean is_flushing;
  State state;
  KvsRange range;
  KvsTraversal traversal;
  KvsGrid grid;
  char *service_token; /* the token to begin with */
  gboolean has_seen_sample;
  gboolean has_seen_still;
  char *image_problem; /* what the first bad image was, or NULL */

  guint generation;
  GCancellable *cancellable; /* of the generation */
};

/* The work of one worker: one page of a request. The request is the scheduler's, so it must not be touched
 * once there is another generation. */
typedef struct {
  KvsReader *reader;
  guint generation;
  GCancellable *cancellable;
  KvsRequest *request;
  KvsRequestKind kind;
  KvsWindow window;
  KvsPager *pager;
  guint64 undelivered_bytes; /* of images that were admitted */
  guint n_undelivered;
} Work;

/* The bytes that all readers of the process hold and expect. Changed atomically. */
static gsize bytes_of_all;

G_DEFINE_FINAL_TYPE (KvsReader, kvs_reader, G_TYPE_OBJECT)

static gpointer thread_main (gpointer user_data);

static void
kvs_reader_init (KvsReader *self)
{
  self->stopping = g_cancellable_new ();
  self->cancellable = g_cancellable_new ();
  self->threads = g_ptr_array_new ();
  self->queue = kvs_sample_queue_new ();
  self->traversal = KVS_TRAVERSAL_ALL;
  g_mutex_init (&self->lock);
  g_cond_init (&self->work_changed);
  g_cond_init (&self->budget_changed);
  g_cond_init (&self->queue_changed);
}

static void
kvs_reader_finalize (GObject *object)
{
  KvsReader *self = KVS_READER (object);

  g_clear_pointer (&self->scheduler, kvs_scheduler_free);
  g_clear_pointer (&self->queue, kvs_sample_queue_free);
  g_clear_pointer (&self->service, kvs_image_service_free);
  g_free (self->service_token);
  g_free (self->image_problem);
  g_clear_object (&self->local_clock);
  g_clear_object (&self->stopping);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->threads, g_ptr_array_unref);
  g_cond_clear (&self->work_changed);
  g_cond_clear (&self->budget_changed);
  g_cond_clear (&self->queue_changed);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (kvs_reader_parent_class)->finalize (object);
}

static void
kvs_reader_class_init (KvsReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = kvs_reader_finalize;
}

static guint
get_max_attempts (AwsClient *client)
{
  g_autoptr (AwsAttempts) attempts = aws_client_new_attempts (client);

  return aws_attempts_get_max (attempts);
}

KvsReader *
kvs_reader_new (AwsClient *client, GUri *endpoint, const KvsQuery *query, const KvsRangeSpec *spec,
    gint64 now_ms, const KvsReaderOptions *options, KvsStats *stats)
{
  KvsReader *self = g_object_new (KVS_TYPE_READER, NULL);
  const KvsSchedulerOptions scheduler_options = {
      .availability_delay_ms = options->availability_delay_ms,
      .availability_timeout_ms = options->availability_timeout_ms,
      .lookback_ms = options->lookback_ms,
      .max_requests = options->max_requests,
      .page_size = query->page_size,
      .format = query->format,
      .max_attempts = get_max_attempts (client),
      .uses_lists = options->use_list_fragments,
      .is_producer_time = query->selector == KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
      .follows = spec->follow,
  };

  self->local_clock = g_object_ref (aws_client_get_clock (client));
  self->made_us = aws_clock_get_monotonic_time (self->local_clock);
  self->service = kvs_image_service_new (client, endpoint, query, now_ms, stats);
  self->scheduler = kvs_scheduler_new (&scheduler_options);
  kvs_budget_init (&self->budget, options->max_bytes);
  kvs_budget_share (&self->budget, &bytes_of_all);
  self->spec = *spec;
  self->options = *options;
  self->format = query->format;
  self->page_size = query->page_size;
  self->stats = stats;
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
kvs_reader_set_event_func (KvsReader *self, KvsEventFunc func, gpointer user_data)
{
  self->event_func = func;
  self->event_data = user_data;
  kvs_image_service_set_event_func (self->service, func, user_data);
}

/* Called with the lock held. */
static KvsSchedulerInput
get_input (KvsReader *self)
{
  return (KvsSchedulerInput){.now_ms = kvs_reader_get_now (self),
      .next_position = kvs_sample_queue_get_next (self->queue),
      .is_ready = kvs_sample_queue_is_ready (self->queue),
      .images_at_once = kvs_image_service_get_images_at_once (self->service),
      .is_one_enough = kvs_image_service_get_guess_end (self->service) != G_MAXINT64};
}

/* Wakes an idle worker, also the one that waits for a time. Called with the lock held. */
static void
wake_worker (KvsReader *self)
{
  if (self->n_idle > (self->timer != NULL ? 1 : 0))
    g_cond_signal (&self->work_changed);
  else if (self->timer != NULL)
    g_cancellable_cancel (self->timer);
}

/* Called with the lock held. */
static void
wake_all (KvsReader *self)
{
  g_cond_broadcast (&self->work_changed);
  g_cond_broadcast (&self->budget_changed);
  g_cond_broadcast (&self->queue_changed);
  if (self->timer != NULL)
    g_cancellable_cancel (self->timer);
}

/* Waking costs a system call, also if no thread waits. Called with the lock held. */
static void
wake_puller (KvsReader *self)
{
  if (self->is_pulling)
    g_cond_broadcast (&self->queue_changed);
}

/* Called with the lock held. */
static void
wake_admitting (KvsReader *self)
{
  if (self->n_admitting > 0)
    g_cond_broadcast (&self->budget_changed);
}

/* Samples */

/* Called with the lock held. */
static void
push_sample (KvsReader *self, guint64 index, KvsSample *sample)
{
  sample->number = kvs_grid_get_number (&self->grid, index);
  sample->settled_us = g_get_monotonic_time ();
  self->has_seen_sample = TRUE;
  self->has_seen_still |= sample->kind == KVS_SAMPLE_STILL;
  aws_log_log ("sample %" G_GUINT64_FORMAT ": %s, %" G_GSIZE_FORMAT " bytes", sample->number,
      kvs_sample_kind_get_name (sample->kind), kvs_sample_get_size (sample));
  kvs_sample_queue_push (self->queue, kvs_scheduler_get_position (self->scheduler, index), sample);
}

/* Describes the first image that is of another format. Called with the lock held. */
static GError *
explain (KvsReader *self, const GError *error)
{
  GError *explained = g_error_copy (error);
  char *message;

  if (self->image_problem == NULL || !g_error_matches (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT))
    return explained;
  message = g_strdup_printf ("%s: %s", error->message, self->image_problem);
  g_free (explained->message);
  explained->message = message;
  return explained;
}

/* Queues the samples that the scheduler has settled without an image, and a failure. Returns whether there
 * was anything. Called with the lock held. */
static gboolean
take_settled (KvsReader *self)
{
  gboolean has_any = FALSE;
  const GError *error;
  guint64 index, position;
  KvsSampleKind kind;

  while (kvs_scheduler_pop_gap (self->scheduler, &index, &kind)) {
    push_sample (self, index, kvs_sample_new (0, kind));
    has_any = TRUE;
  }
  error = kvs_scheduler_get_error (self->scheduler, &position);
  if (error != NULL)
    kvs_sample_queue_fail (self->queue, position, explain (self, error));
  if (has_any || error != NULL)
    wake_puller (self);
  return has_any;
}

static KvsSampleKind
get_kind (const KvsEntry *entry)
{
  if (kvs_entry_is_no_media (entry))
    return KVS_SAMPLE_NO_MEDIA;
  if (entry->error != NULL)
    return KVS_SAMPLE_MEDIA_ERROR;
  return entry->has_image ? KVS_SAMPLE_STILL : KVS_SAMPLE_NO_MEDIA;
}

static void
take_image (KvsSample *sample, const KvsEntry *entry)
{
  sample->image = g_bytes_ref (entry->image);
  sample->image_memory = kvs_entry_get_memory (entry);
}

static KvsSample *
new_sample (KvsReader *self, const KvsEntry *entry)
{
  KvsSample *sample = kvs_sample_new (0, get_kind (entry));

  sample->has_time = entry->has_time;
  sample->time_ms = entry->time_ms;
  if (sample->kind != KVS_SAMPLE_STILL)
    return sample;
  if (entry->image == NULL || !kvs_image_read_header (entry->image, self->format, &sample->info))
    sample->kind = KVS_SAMPLE_BAD_IMAGE;
  else
    take_image (sample, entry);
  return sample;
}

/* Whether @work is of the present. Called with the lock held. */
static gboolean
is_current (const Work *work)
{
  return work->generation == work->reader->generation;
}

/* Called with the lock held. */
static void
hold (Work *work, gsize bytes)
{
  kvs_budget_hold (&work->reader->budget, &work->request->reservation, bytes);
  work->undelivered_bytes += bytes;
  work->n_undelivered++;
}

/* Has the budget count an image that is arriving, or has arrived. Called with the lock held. */
static void
count_image (Work *work, gsize bytes, gboolean has_arrived)
{
  if (has_arrived)
    hold (work, bytes);
  else
    kvs_budget_extend (&work->reader->budget, &work->request->reservation, bytes);
}

/* Admits an image into the budget. Where it is over budget it waits, as long as something else can go
 * on meanwhile. The request that brings the next sample need not wait; but where its page holds images already
 * and could have been smaller, the page is dropped. */
static gboolean
admit_cb (gsize bytes, guint n_held, gboolean has_arrived, gpointer user_data)
{
  Work *work = user_data;
  KvsReader *self = work->reader;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (is_current (work)) {
    const KvsSchedulerInput input = get_input (self);
    KvsRequest *request = work->request;
    gboolean is_least = request->max_results <= kvs_request_get_least_results (request);
    gboolean has_space = kvs_budget_has_space (&self->budget, request->reservation, bytes);
    gboolean is_awaited = kvs_scheduler_is_awaited (self->scheduler, request, &input);

    if (has_space || (is_awaited && (n_held <= 1 || is_least))) {
      count_image (work, bytes, has_arrived);
      return TRUE;
    }
    self->budget.largest = MAX (self->budget.largest, bytes);
    if (is_awaited || !kvs_scheduler_is_awaited_running (self->scheduler, &input)) {
      kvs_stats_add (self->stats, KVS_STATS_IMAGES_WASTED, 1);
      return FALSE;
    }
    self->n_admitting++;
    g_cond_wait (&self->budget_changed, &self->lock);
    self->n_admitting--;
  }
  return FALSE;
}

/* Notes that an image is in the queue now, or not needed. Called with the lock held. */
static void
deliver (Work *work, const KvsEntry *entry, gboolean is_kept)
{
  KvsReader *self = work->reader;
  gsize memory = kvs_entry_get_memory (entry);

  if (!is_kept && entry->has_image)
    kvs_stats_add (self->stats, KVS_STATS_IMAGES_WASTED, 1);
  if (entry->image == NULL)
    return;
  work->undelivered_bytes -= memory;
  work->n_undelivered--;
  if (is_kept) {
    kvs_stats_add (self->stats, KVS_STATS_IMAGE_BYTES, g_bytes_get_size (entry->image));
    return;
  }
  kvs_budget_release (&self->budget, memory);
  wake_admitting (self);
}

/* Lets the thread that pulls catch up with a worker that has just brought the sample at @position. If all processors are
 * busy, that thread would else get one only when a whole page is held. Called with the lock held, which it lets go of
 * meanwhile. */
static void
wait_for_pull (Work *work, guint64 position)
{
  KvsReader *self = work->reader;
  gint64 end_us = g_get_monotonic_time () + CATCH_UP_US;
  gboolean is_in_time = TRUE;

  while (is_in_time && is_current (work) && kvs_sample_queue_is_ready (self->queue) &&
         position >= kvs_sample_queue_get_next (self->queue) + MAX_AHEAD) {
    self->n_admitting++;
    is_in_time = g_cond_wait_until (&self->budget_changed, &self->lock, end_us);
    self->n_admitting--;
  }
}

/* Processes an entry. Returns whether to go on. */
static gboolean
take_entry (Work *work, gint window_index, const KvsEntry *entry)
{
  KvsReader *self = work->reader;
  g_autoptr (KvsSample) sample = new_sample (self, entry);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsSchedulerInput input;
  KvsVerdict verdict;
  guint64 index;
  gboolean was_ready;

  if (!is_current (work))
    return FALSE;
  if (sample->kind == KVS_SAMPLE_BAD_IMAGE && self->image_problem == NULL)
    self->image_problem = kvs_image_describe_problem (entry->image);
  input = get_input (self);
  verdict = kvs_scheduler_take (
      self->scheduler, work->request, window_index, sample->kind, &input, &index);
  deliver (work, entry, verdict == KVS_VERDICT_SETTLE);
  take_settled (self);
  if (verdict != KVS_VERDICT_SETTLE)
    return TRUE;
  if (sample->image != NULL && kvs_task_is_recovered (work->request, window_index))
    kvs_stats_add (self->stats, KVS_STATS_IMAGES_RECOVERED, 1);
  was_ready = kvs_sample_queue_is_ready (self->queue);
  push_sample (self, index, g_steal_pointer (&sample));
  if (was_ready)
    wait_for_pull (work, kvs_scheduler_get_position (self->scheduler, index));
  else if (kvs_sample_queue_is_ready (self->queue))
    wake_puller (self);
  return TRUE;
}

/* Requests */

static KvsPageEnd
get_page_end (KvsPagerStep step)
{
  switch (step) {
    case KVS_PAGER_PAGE:
      return KVS_PAGE_MORE;
    case KVS_PAGER_END:
      return KVS_PAGE_LAST;
    case KVS_PAGER_BROKEN:
      return KVS_PAGE_BROKEN;
    case KVS_PAGER_OVER_BUDGET:
      return KVS_PAGE_OVER_BUDGET;
    case KVS_PAGER_REJECTED:
      return KVS_PAGE_REJECTED;
    default:
      return KVS_PAGE_FAILED;
  }
}

/* Releases the images that a page has admitted and not delivered. Called with the lock held. */
static void
release_undelivered (Work *work)
{
  KvsReader *self = work->reader;

  kvs_stats_add (self->stats, KVS_STATS_IMAGES_WASTED, work->n_undelivered);
  kvs_budget_release (&self->budget, work->undelivered_bytes);
  kvs_budget_cancel (&self->budget, &work->request->reservation);
}

/* Tells the scheduler how a page has ended. Returns whether there are only gaps. */
static gboolean
end_page (Work *work, KvsPagerStep step, const GError *error)
{
  KvsReader *self = work->reader;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  guint n_entries = kvs_pager_count_entries (work->pager);
  KvsSchedulerInput input;

  if (!is_current (work))
    return FALSE;
  input = get_input (self);
  release_undelivered (work);
  if (step == KVS_PAGER_PAGE)
    work->request->pager = g_steal_pointer (&work->pager);
  kvs_scheduler_end_page (
      self->scheduler, work->request, get_page_end (step), n_entries, error, &input);
  take_settled (self);
  wake_admitting (self);
  return kvs_scheduler_has_only_gaps (self->scheduler);
}

static void
run_page (Work *work)
{
  KvsReader *self = work->reader;
  g_autoptr (GError) error = NULL;
  gboolean goes_on = TRUE;
  KvsPagerStep step;

  do {
    g_autoptr (KvsEntry) entry = NULL;
    gint window_index;

    step = kvs_pager_next (
        work->pager, admit_cb, work, work->cancellable, &window_index, &entry, &error);
    if (step == KVS_PAGER_ENTRY)
      goes_on = take_entry (work, window_index, entry);
  } while (step == KVS_PAGER_ENTRY && goes_on);
  if (kvs_pager_is_cut (work->pager))
    kvs_image_service_send_event (self->service, KVS_EVENT_FRACTIONS_CUT);
  if (end_page (work, step, error))
    kvs_image_service_send_event (self->service, KVS_EVENT_ONLY_GAPS);
}

static void
run_list (Work *work)
{
  KvsReader *self = work->reader;
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsFragmentList) list = kvs_image_service_list_fragments (
      self->service, work->window.start_ms, work->window.end_ms, work->cancellable, &error);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsSchedulerInput input;

  if (!is_current (work))
    return;
  input = get_input (self);
  if (list == NULL)
    aws_log_info ("ListFragments is not used: %s", error->message);
  kvs_scheduler_end_list (self->scheduler, work->request, g_steal_pointer (&list), error, &input);
}

/* The service's time when the reader was made. */
static gint64
get_made_ms (KvsReader *self)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->service);
  gint64 age_us = aws_clock_get_monotonic_time (self->local_clock) - self->made_us;

  return kvs_service_clock_get_now_ms (clock) - age_us / 1000;
}

/* Begins to go through the range anew. Called with the lock held. */
static void
begin_traversal (KvsReader *self)
{
  kvs_grid_init (&self->grid, &self->range, &self->traversal);
  kvs_scheduler_begin (self->scheduler, &self->grid, kvs_reader_get_now (self));
}

/* Takes the page of the service's token for the first samples. Called with the lock held, which it releases
 * meanwhile. */
static void
take_given (KvsReader *self, GQueue *entries)
{
  const KvsSchedulerInput input = get_input (self);
  Work work = {.reader = self,
      .generation = self->generation,
      .request = kvs_scheduler_begin_given (
          self->scheduler, entries->length, self->range.start_ms, &input)};
  gint window_index;

  if (work.request == NULL)
    return;
  window_index = (gint)work.request->n_lookback;
  for (GList *l = entries->head; l != NULL; l = l->next) {
    const KvsEntry *entry = l->data;

    if (entry->image != NULL)
      hold (&work, kvs_entry_get_memory (entry));
  }
  g_mutex_unlock (&self->lock);
  for (GList *l = entries->head; l != NULL && take_entry (&work, window_index, l->data);
       l = l->next)
    window_index++;
  g_mutex_lock (&self->lock);
  if (!is_current (&work))
    return;
  release_undelivered (&work);
  kvs_scheduler_end_page (self->scheduler, work.request, KVS_PAGE_LAST, entries->length, NULL,
      &(KvsSchedulerInput){.now_ms = kvs_reader_get_now (self)});
  take_settled (self);
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

/* Reads the page of a token of the service. */
static gboolean
read_token (KvsReader *self, const char *token, GQueue *entries, guint64 *first, GError **error)
{
  return token == NULL || kvs_token_page_read (self->service, &self->range, self->page_size, token,
                              self->options.max_bytes, entries, first, self->stopping, error);
}

/* Called with the lock held, which it lets go of meanwhile. */
static void
connect_service (KvsReader *self)
{
  g_autofree char *token = g_strdup (self->service_token);
  GQueue entries = G_QUEUE_INIT;
  GError *error = NULL;
  guint64 first = 0;
  gboolean is_connected;

  self->state = STATE_CONNECTING;
  g_mutex_unlock (&self->lock);
  is_connected = kvs_image_service_open (self->service, self->stopping, &error) &&
                 resolve_range (self, &error) && read_token (self, token, &entries, &first, &error);
  g_mutex_lock (&self->lock);
  self->state = is_connected ? STATE_CONNECTED : STATE_FAILED;
  if (!is_connected) {
    kvs_sample_queue_fail (self->queue, 0, error);
  } else if (self->service_token != NULL) {
    /* No seek has come meanwhile. */
    self->traversal.begin = first;
    begin_traversal (self);
    take_given (self, &entries);
  } else {
    begin_traversal (self);
  }
  wake_all (self);
  g_queue_clear_full (&entries, (GDestroyNotify)kvs_entry_free);
}

/* Workers */

/* The next request, or NULL and when there will be one. Called with the lock held. */
static KvsRequest *
next_request (KvsReader *self, gint64 *wake_ms)
{
  KvsRequest *request;

  *wake_ms = G_MAXINT64;
  if (self->state != STATE_CONNECTED)
    return NULL;
  do {
    const KvsSchedulerInput input = get_input (self);

    request = kvs_scheduler_next (self->scheduler, &self->budget, &input, wake_ms);
  } while (take_settled (self) && request == NULL);
  if (request == NULL && kvs_scheduler_is_finished (self->scheduler))
    wake_puller (self);
  return request;
}

/* Waits until @wake_us by the monotonic clock, or until it is woken. Called with the lock held, which it lets go of
 * meanwhile. */
static void
wait_for_time (KvsReader *self, gint64 wake_us)
{
  g_autoptr (GCancellable) timer = g_cancellable_new ();

  self->timer = timer;
  self->timer_us = wake_us;
  g_mutex_unlock (&self->lock);
  aws_clock_wait_until (self->local_clock, wake_us, timer, NULL);
  g_mutex_lock (&self->lock);
  self->timer = NULL;
}

/* Waits until there may be something to do. One idle worker waits for a time. If another one comes with an earlier time,
 * the first one is woken to wait for that. Called with the lock held, which it lets go of meanwhile. */
static void
wait_for_work (KvsReader *self, gint64 wake_ms)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->service);
  gint64 wake_us =
      wake_ms != G_MAXINT64 ? kvs_service_clock_to_monotonic_us (clock, wake_ms) : G_MAXINT64;

  wake_us = MIN (wake_us, kvs_image_service_get_guess_end (self->service));
  self->n_idle++;
  if (self->timer == NULL && wake_us != G_MAXINT64) {
    wait_for_time (self, wake_us);
  } else {
    if (self->timer != NULL && wake_us < self->timer_us)
      g_cancellable_cancel (self->timer);
    g_cond_wait (&self->work_changed, &self->lock);
  }
  self->n_idle--;
}

/* Called with the lock held. */
static void
start_thread (KvsReader *self)
{
  g_ptr_array_add (self->threads, aws_thread_new ("kvs-reader", thread_main, self));
}

/* There may be more to do than what the calling worker has just taken. Called with the lock held. */
static void
get_help (KvsReader *self)
{
  if (self->n_idle > 0)
    wake_worker (self);
  else if (self->threads->len < self->options.max_requests)
    start_thread (self);
}

/* Called with the lock held. */
static void
tell_expected (KvsReader *self)
{
  const KvsSchedulerInput input = get_input (self);

  kvs_image_service_expect (self->service, kvs_scheduler_count_expected (self->scheduler, &input));
}

/* Called with the lock held. */
static void
work_init (KvsReader *self, Work *work, KvsRequest *request)
{
  *work = (Work){.reader = self,
      .generation = self->generation,
      .cancellable = g_object_ref (self->cancellable),
      .request = request,
      .kind = request->kind,
      .window = request->window,
      .pager = g_steal_pointer (&request->pager)};
  request->free_pager = (GDestroyNotify)kvs_pager_free;
  if (work->pager == NULL && work->kind != KVS_REQUEST_LIST)
    work->pager = kvs_pager_new (self->service, &request->window, request->max_results, NULL,
        work->kind == KVS_REQUEST_PLAIN ? KVS_IMAGE_CALL_PLAIN : KVS_IMAGE_CALL_FULL,
        kvs_budget_get_image_bytes (&self->budget));
}

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->pager, kvs_pager_free);
  g_clear_object (&work->cancellable);
}

/* Waits for something to do. Returns FALSE once the reader is stopped. */
static gboolean
get_work (KvsReader *self, Work *work)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  while (!self->is_stopped) {
    KvsRequest *request;
    gint64 wake_ms;

    if (self->state == STATE_NEW) {
      connect_service (self);
      continue; /* The reader may have been stopped meanwhile. */
    }
    request = next_request (self, &wake_ms);
    if (request != NULL) {
      work_init (self, work, request);
      tell_expected (self);
      get_help (self);
      return TRUE;
    }
    wait_for_work (self, wake_ms);
  }
  return FALSE;
}

static void
send_event (KvsReader *self, KvsEventKind kind)
{
  const KvsEvent event = {.kind = kind};

  if (self->event_func != NULL)
    self->event_func (&event, self->event_data);
}

static gpointer
thread_main (gpointer user_data)
{
  KvsReader *self = user_data;
  Work work;

  send_event (self, KVS_EVENT_THREAD_STARTED);
  while (get_work (self, &work)) {
    if (work.kind == KVS_REQUEST_LIST)
      run_list (&work);
    else
      run_page (&work);
    work_clear (&work);
  }
  send_event (self, KVS_EVENT_THREAD_ENDED);
  return NULL;
}

void
kvs_reader_start (KvsReader *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  kvs_block_pool_begin_use (kvs_block_pool_get_default ());
  start_thread (self);
}

/* Drops the held samples, and makes the requests in flight obsolete. Called with the lock held. */
static void
begin_generation (KvsReader *self)
{
  self->generation++;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  kvs_sample_queue_clear (self->queue);
  kvs_budget_clear (&self->budget);
}

void
kvs_reader_seek (KvsReader *self, const KvsTraversal *traversal)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->traversal = *traversal;
  begin_generation (self);
  g_clear_pointer (&self->service_token, g_free);
  if (self->state == STATE_FAILED)
    self->state = STATE_NEW;
  if (self->state == STATE_CONNECTED)
    begin_traversal (self);
  wake_all (self);
}

void
kvs_reader_stop (KvsReader *self)
{
  g_autoptr (GPtrArray) threads = NULL;

  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  g_cancellable_cancel (self->stopping);
  begin_generation (self);
  threads = g_steal_pointer (&self->threads);
  self->threads = g_ptr_array_new ();
  wake_all (self);
  g_mutex_unlock (&self->lock);

  for (guint i = 0; i < threads->len; i++)
    g_thread_join (g_ptr_array_index (threads, i));
  kvs_block_pool_end_use (kvs_block_pool_get_default ());
}

void
kvs_reader_set_flushing (KvsReader *self, gboolean flushing)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_flushing = flushing;
  wake_puller (self);
}

/* Takes the next sample out of the queue, and frees its part of the budget for others. Called with the lock
 * held. */
static KvsSample *
pop_sample (KvsReader *self)
{
  KvsSample *sample = kvs_sample_queue_pop (self->queue);

  if (sample == NULL)
    return NULL;
  kvs_budget_release (&self->budget, sample->image_memory);
  wake_admitting (self);
  if (self->n_idle > 0 && self->state == STATE_CONNECTED &&
      (kvs_scheduler_waits_for_pull (self->scheduler) ||
          kvs_scheduler_may_go_ahead (
              self->scheduler, &self->budget, kvs_sample_queue_is_ready (self->queue))))
    wake_worker (self);
  return sample;
}

/* Whether nothing more comes, and all that was sent has been counted. Called with the lock held. */
static gboolean
is_at_end (KvsReader *self)
{
  return self->state == STATE_CONNECTED && kvs_scheduler_is_finished (self->scheduler) &&
         kvs_sample_queue_get_next (self->queue) >= self->grid.count;
}

KvsSample *
kvs_reader_pull (KvsReader *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (;;) {
    const GError *failure;
    KvsSample *sample;

    if (self->is_flushing) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "flushing");
      return NULL;
    }
    sample = pop_sample (self);
    if (sample != NULL || is_at_end (self))
      return sample;
    failure = kvs_sample_queue_get_error (self->queue);
    if (failure != NULL) {
      g_propagate_error (error, g_error_copy (failure));
      return NULL;
    }
    self->is_pulling = TRUE;
    g_cond_wait (&self->queue_changed, &self->lock);
    self->is_pulling = FALSE;
  }
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
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->budget.held;
}

gboolean
kvs_reader_has_found_nothing (KvsReader *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->has_seen_sample && !self->has_seen_still;
}

GError *
kvs_reader_get_rejection (KvsReader *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  const GError *rejection = kvs_scheduler_get_rejection (self->scheduler);

  return rejection != NULL && !self->has_seen_still ? g_error_copy (rejection) : NULL;
}

gint64
kvs_reader_get_now (KvsReader *self)
{
  return kvs_service_clock_get_now_ms (kvs_image_service_get_clock (self->service));
}
