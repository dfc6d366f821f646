/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsfetcher.h"

#include "kvschain.h"
#include "kvserror.h"

/* So many doubtful samples are asked for one by one: that costs less images than a request that begins
 * far before them. */
#define MAX_PROBES 3

/* So often a request may come to nothing for a reason that waiting does not cure, such as a token that
 * is refused. */
#define MAX_STALLS 16

/* So often a request is made anew that was to go on to another page with the sample, and did not. */
#define MAX_SHORT 8

/* How many samples earlier a request may begin for the sake of a whole second. */
#define MAX_ALIGNMENT 24

/* How long to wait at most before samples are asked for again; unless there are so many of them that it
 * would take more than a fifth of the quota. A camera may be off for days. */
#define MAX_POLL_MS 2000
#define POLL_MS_PER_SAMPLE (5 * 1000 / KVS_MEDIA_POINTS_PER_SECOND)

struct _KvsFetcher {
  KvsImageService *service;
  KvsSampleQueue *queue;
  KvsFragments *fragments;
  KvsImageFormat format;
  guint page_size;
  guint availability_timeout_ms;
  KvsStats *stats;

  GMutex lock; /* guards what follows */
  GError *refusal;
  guint64 refused_number;
};

/* What is known of a sample. An open one is still to be asked for. There is no media for a missing one,
 * but it waits for what shows whether there may still be some. A doubtful one is missing at the head of a
 * request, and may be in a fragment that began before that; or it is missing on an earlier page than the one
 * that is arriving, and may have come meanwhile. A bad one came as something that is no image of the
 * format, and is to be asked for once more. */
typedef enum {
  OPEN,
  MISSING,
  DOUBTFUL,
  BAD,
  SETTLED,
} State;

typedef struct {
  KvsFetcher *fetcher;
  const KvsFetchJob *job;
  GCancellable *cancellable;
  guint8 *states;
  gint64 asked_ms;        /* when the page that is arriving was asked for, by the service's clock */
  gint64 latest_ms;       /* the latest moment that was known to have media by then */
  gboolean has_found;     /* media, whether it was asked for or lies before that */
  gboolean looks_far;     /* what was thought to be far enough was not */
  gboolean is_second_ask; /* for bad images */
  gboolean has_bad;
  guint64 held;     /* bytes of images, by all chains */
  guint most;       /* images to ask for, as there was no room for more */
  guint n_answered; /* samples that are no longer open */
  guint n_stalls;
  guint n_short;         /* how often the service has not come to a sample, with no other between */
  KvsImageCall *stalled; /* counts the waits for what does not come to an end */
} Fill;

/* A request: its places from @lead on are for the samples from @first on. */
typedef struct {
  KvsWindow window;
  guint lead;
  guint first;
  guint count;
  gboolean may_doubt;
  gboolean is_head_open;    /* only missing ones so far */
  gboolean is_head_missing; /* the first one is, as where the service drops a fragment */
  gboolean is_continued;    /* somebody else has had its first pages */
  gboolean has_reached;     /* the first sample */
  guint n_entries;
  gboolean is_crowded; /* broken off for want of room */
} Pass;

/* What a chain of a pass holds: images that wait for the end of their page. */
typedef struct {
  Fill *fill;
  gsize bytes;
  guint n_images;
  gboolean is_least;   /* nothing less can be asked for */
  gboolean is_crowded; /* there was no room for more */
} Hold;

static gboolean recover (Fill *self, guint first, guint count, GError **error);

KvsFetcher *
kvs_fetcher_new (KvsImageService *service, KvsSampleQueue *queue, KvsFragments *fragments,
    const KvsQuery *query, guint availability_timeout_ms, KvsStats *stats)
{
  KvsFetcher *self = g_new0 (KvsFetcher, 1);

  self->service = service;
  self->queue = queue;
  self->fragments = fragments;
  self->format = query->format;
  self->page_size = query->page_size;
  self->availability_timeout_ms = availability_timeout_ms;
  self->stats = stats;
  g_mutex_init (&self->lock);
  return self;
}

void
kvs_fetcher_free (KvsFetcher *self)
{
  g_clear_error (&self->refusal);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* Two pages are to fit into the queue: one that is popped while the other one arrives. */
guint
kvs_fetcher_get_page_size (KvsFetcher *self)
{
  guint64 fitting = kvs_sample_queue_get_max_images (self->queue) / 2;

  return (guint)CLAMP (fitting, 1, self->page_size);
}

guint
kvs_fetcher_get_lead (KvsFetcher *self, gint64 time_ms, gint64 interval_ms, gint64 lookback_ms)
{
  gint64 lead = (lookback_ms + interval_ms - 1) / interval_ms;
  gint64 most = time_ms / interval_ms;

  for (gint64 more = 0; more <= MAX_ALIGNMENT; more++) {
    if ((time_ms - (lead + more) * interval_ms) % 1000 == 0) {
      lead += more;
      break;
    }
  }
  return (guint)MIN (lead, most);
}

gint64
kvs_fetcher_get_poll_ms (gint64 interval_ms, guint n_samples)
{
  return MAX (MIN (interval_ms, MAX_POLL_MS), n_samples * POLL_MS_PER_SAMPLE);
}

GError *
kvs_fetcher_get_refusal (KvsFetcher *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->refusal != NULL ? g_error_copy (self->refusal) : NULL;
}

/* Keeps the refusal of the first samples. */
static void
note_refusal (Fill *self, guint first, const GError *refusal)
{
  KvsFetcher *fetcher = self->fetcher;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&fetcher->lock);
  guint64 number = self->job->number + (guint64)first * self->job->stride;

  if (fetcher->refusal != NULL && fetcher->refused_number <= number)
    return;
  g_clear_error (&fetcher->refusal);
  fetcher->refusal = g_error_copy (refusal);
  fetcher->refused_number = number;
}

static gint64
get_time (Fill *self, guint index)
{
  return self->job->start_ms + index * self->job->interval_ms;
}

static gboolean
set_cancelled (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  return FALSE;
}

static void
set_state (Fill *self, guint index, State state)
{
  self->n_answered += self->states[index] == OPEN ? 1 : 0;
  self->states[index] = state;
}

static gboolean
settle (Fill *self, guint index, KvsSample *sample, GError **error)
{
  set_state (self, index, SETTLED);
  return kvs_sample_queue_settle (self->fetcher->queue, self->job->span, index, sample) ||
         set_cancelled (error);
}

static KvsSample *
new_sample (Fill *self, guint index, KvsSampleKind kind)
{
  return kvs_sample_new (self->job->number + (guint64)index * self->job->stride, kind);
}

static gboolean
settle_as (Fill *self, guint index, KvsSampleKind kind, GError **error)
{
  return settle (self, index, new_sample (self, index, kind), error);
}

static void
count_wasted (Fill *self, const KvsEntry *entry)
{
  kvs_stats_add (self->fetcher->stats, KVS_STATS_IMAGES_WASTED, entry->has_image ? 1 : 0);
}

static KvsSampleKind
get_kind (const KvsEntry *entry)
{
  if (g_strcmp0 (entry->error, "NO_MEDIA") == 0)
    return KVS_SAMPLE_NO_MEDIA;
  if (entry->error)
    return KVS_SAMPLE_MEDIA_ERROR;
  return entry->has_image ? KVS_SAMPLE_STILL : KVS_SAMPLE_NO_MEDIA;
}

/* Whether media may still come for a sample that had none when the page was asked for. */
static gboolean
is_young (Fill *self, guint index)
{
  gint64 time_ms = get_time (self, index);

  return self->job->may_defer && self->latest_ms < time_ms &&
         self->asked_ms < time_ms + self->fetcher->availability_timeout_ms;
}

/* Notes that a page is about to be asked for. What it shows tells nothing of young samples that were missing
 * on another page: between the two both may have come. */
static void
begin_page (Fill *self)
{
  for (guint i = 0; i < self->job->count; i++) {
    if (self->states[i] == MISSING && is_young (self, i))
      self->states[i] = DOUBTFUL;
  }
  self->asked_ms =
      kvs_service_clock_get_now_ms (kvs_image_service_get_clock (self->fetcher->service));
  self->latest_ms = kvs_fragments_get_latest_ms (self->fetcher->fragments);
}

static gboolean
is_waiting (Fill *self, guint index)
{
  return self->states[index] == MISSING || self->states[index] == DOUBTFUL;
}

/* Settles the samples before @end that wait: there is media behind them, or none can come. The doubtful
 * ones are looked for from further back first. */
static gboolean
settle_waiting (Fill *self, guint end, GError **error)
{
  guint first = 0;

  while (first < end) {
    guint n_doubtful = 0;

    while (first + n_doubtful < end && self->states[first + n_doubtful] == DOUBTFUL)
      n_doubtful++;
    if (n_doubtful > 0 && !recover (self, first, n_doubtful, error))
      return FALSE;
    if (n_doubtful == 0 && self->states[first] == MISSING &&
        !settle_as (self, first, KVS_SAMPLE_NO_MEDIA, error))
      return FALSE;
    first += MAX (n_doubtful, 1);
  }
  return TRUE;
}

static gboolean
take_missing (Fill *self, const Pass *pass, guint place, GError **error)
{
  guint index = pass->first + place - pass->lead;
  gint64 offset_ms = place * pass->window.interval_ms;
  gboolean is_doubtful = pass->may_doubt && pass->is_head_open &&
                         offset_ms < kvs_fragments_get_max_lookback_ms (self->fetcher->fragments);

  if (is_doubtful || self->job->may_defer) {
    set_state (self, index, is_doubtful ? DOUBTFUL : MISSING);
    return TRUE;
  }
  return settle_as (self, index, KVS_SAMPLE_NO_MEDIA, error);
}

/* Notes that an image is not of the format. It is to be asked for once more, unless it was. */
static gboolean
take_bad (Fill *self, guint index, GError **error)
{
  kvs_stats_add (self->fetcher->stats, KVS_STATS_IMAGES_WASTED, 1);
  if (self->is_second_ask)
    return settle_as (self, index, KVS_SAMPLE_BAD_IMAGE, error);
  set_state (self, index, BAD);
  self->has_bad = TRUE;
  return TRUE;
}

static gboolean
take_media (Fill *self, const Pass *pass, guint index, KvsEntry *entry, GError **error)
{
  g_autoptr (KvsSample) sample = new_sample (self, index, get_kind (entry));

  kvs_fragments_note_media (self->fetcher->fragments, get_time (self, index));
  if (!settle_waiting (self, index, error))
    return FALSE;
  sample->has_time = entry->has_time;
  sample->time_ms = entry->time_ms;
  if (sample->kind == KVS_SAMPLE_MEDIA_ERROR)
    return settle (self, index, g_steal_pointer (&sample), error);

  sample->image = g_steal_pointer (&entry->image);
  kvs_stats_add (self->fetcher->stats, KVS_STATS_IMAGE_BYTES, kvs_sample_get_size (sample));
  if (sample->image == NULL ||
      !kvs_image_read_header (sample->image, self->fetcher->format, &sample->info))
    return take_bad (self, index, error);
  return settle (self, index, g_steal_pointer (&sample), error);
}

/* The head of a request ends with the first fragment that it has found, which begins between the last
 * moment that is missing and the first that is not. */
static void
end_head (Fill *self, Pass *pass, guint place)
{
  gint64 interval_ms = pass->window.interval_ms;
  gint64 missing_ms = place > 0 ? place * interval_ms - interval_ms / 2 : 0;

  pass->is_head_open = FALSE;
  if (!pass->is_continued && interval_ms == self->job->interval_ms &&
      (missing_ms < kvs_fragments_get_max_lookback_ms (self->fetcher->fragments) || place <= 1))
    kvs_fragments_note_head (self->fetcher->fragments, missing_ms);
}

/* Whether an image is there only because a request began before its sample: the first of the samples of
 * a request, which would have been in the dropped fragment, or one that was looked for. */
static gboolean
is_recovered (const Pass *pass, guint place)
{
  return pass->is_head_missing && pass->lead > 0 && (place == pass->lead || !pass->may_doubt);
}

/* Notes what the head of a request says of the stream's fragments. */
static void
look_at_head (Fill *self, Pass *pass, guint place, gboolean is_missing)
{
  if (place == 0)
    pass->is_head_missing = is_missing;
  if (pass->is_head_open && !is_missing)
    end_head (self, pass, place);
}

static gboolean
take_entry (Fill *self, Pass *pass, gint place, KvsEntry *entry, GError **error)
{
  gboolean is_missing = get_kind (entry) == KVS_SAMPLE_NO_MEDIA;
  guint index;

  self->has_found |= place >= 0 && !is_missing;
  pass->has_reached |= place >= (gint)pass->lead;
  if (place >= 0)
    look_at_head (self, pass, (guint)place, is_missing);
  if (place < (gint)pass->lead || place >= (gint)(pass->lead + pass->count)) {
    count_wasted (self, entry);
    return TRUE;
  }
  index = pass->first + (guint)place - pass->lead;
  if (self->states[index] == SETTLED) {
    count_wasted (self, entry);
    return TRUE;
  }
  /* There was an image, so this says no more than that it is not to be had. */
  if (self->states[index] == BAD && !entry->has_image)
    return TRUE;
  if (is_missing)
    return take_missing (self, pass, (guint)place, error);
  if (entry->has_image && is_recovered (pass, (guint)place))
    kvs_stats_add (self->fetcher->stats, KVS_STATS_IMAGES_RECOVERED, 1);
  return take_media (self, pass, index, entry, error);
}

/* Asks once more for the images that were bad, as soon as it is sure that the format is not at
 * fault. */
static gboolean ask_for_bad_again (Fill *self, GError **error);

/* What comes before the first sample is not kept, so a request is made for two images even where there is
 * only room for one: then its first page has the sample. */
static guint
get_least_results (Fill *self, const Pass *pass)
{
  return MIN (pass->lead > 0 ? 2 : 1, self->fetcher->page_size);
}

static guint
get_max_results (Fill *self, const Pass *pass)
{
  guint wanted = MIN (kvs_fetcher_get_page_size (self->fetcher), self->most);

  return MIN (MAX (wanted, get_least_results (self, pass)), pass->window.count);
}

/* Returns how much is held in all: while a page is read, other requests may look for what it leaves open. */
static guint64
set_bytes (Hold *self, gsize bytes)
{
  self->fill->held += bytes - self->bytes;
  self->bytes = bytes;
  return self->fill->held;
}

static gboolean
hold_cb (gsize bytes, gpointer user_data)
{
  Hold *self = user_data;
  Fill *fill = self->fill;

  self->n_images++;
  self->is_crowded = !kvs_sample_queue_hold (
      fill->fetcher->queue, fill->job->span, fill->held - self->bytes + bytes, self->is_least);
  if (!self->is_crowded)
    set_bytes (self, bytes);
  return !self->is_crowded;
}

/* Notes that a chain holds only @bytes now that an entry has come out. */
static void
let_go (Hold *self, gsize bytes, const KvsEntry *entry)
{
  Fill *fill = self->fill;

  if (entry->has_image && self->n_images > 0)
    self->n_images--;
  kvs_sample_queue_let_go (fill->fetcher->queue, fill->job->span, set_bytes (self, bytes));
}

/* Notes what a chain that is gone has held. */
static void
let_go_of_all (Hold *self)
{
  Fill *fill = self->fill;

  kvs_stats_add (fill->fetcher->stats, KVS_STATS_IMAGES_WASTED, self->n_images);
  kvs_sample_queue_let_go (fill->fetcher->queue, fill->job->span, set_bytes (self, 0));
}

/* Runs a chain to its end and takes what it gives. */
static KvsChainStep
run_chain (Fill *self, Pass *pass, guint max_results, Hold *hold, GError **error)
{
  KvsFetcher *fetcher = self->fetcher;
  g_autoptr (KvsChain) chain = kvs_chain_new (fetcher->service, &pass->window, max_results, NULL,
      kvs_sample_queue_get_image_bytes (fetcher->queue));
  KvsChainStep step = KVS_CHAIN_PAGE;

  kvs_chain_set_hold_func (chain, hold_cb, hold);
  pass->is_head_open = TRUE;
  while (step == KVS_CHAIN_PAGE || step == KVS_CHAIN_ENTRY) {
    g_autoptr (KvsEntry) entry = NULL;
    gint place;

    if (step == KVS_CHAIN_PAGE &&
        !kvs_sample_queue_reserve (fetcher->queue, self->job->span, max_results)) {
      set_cancelled (error);
      return KVS_CHAIN_FAILED;
    }
    step = kvs_chain_next (chain, self->cancellable, &place, &entry, error);
    if (step == KVS_CHAIN_ENTRY)
      let_go (hold, kvs_chain_get_bytes (chain), entry);
    if (step == KVS_CHAIN_ENTRY && !take_entry (self, pass, place, entry, error))
      return KVS_CHAIN_FAILED;
    if (step == KVS_CHAIN_PAGE && !ask_for_bad_again (self, error))
      return KVS_CHAIN_FAILED;
    if (step == KVS_CHAIN_PAGE && pass->may_doubt)
      begin_page (self);
  }
  pass->n_entries = kvs_chain_count_entries (chain);
  if (kvs_chain_is_cut (chain))
    kvs_image_service_tell_cut (fetcher->service);
  return step;
}

/* Makes a request, and takes what it gives. Where there was no room for a page, the next request is for half
 * as many images. */
static KvsChainStep
run_pass (Fill *self, Pass *pass, GError **error)
{
  guint max_results = get_max_results (self, pass);
  Hold hold = {.fill = self, .is_least = max_results <= get_least_results (self, pass)};
  KvsChainStep step = run_chain (self, pass, max_results, &hold, error);
  g_autoptr (GError) failure = NULL;

  let_go_of_all (&hold);
  pass->is_crowded = hold.is_crowded;
  self->most = hold.is_crowded ? MAX (max_results / 2, 1) : G_MAXUINT;
  if (step == KVS_CHAIN_FAILED || ask_for_bad_again (self, &failure))
    return step;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return KVS_CHAIN_FAILED;
}

/* Notes that something came of a request. */
static void
forget_stalls (Fill *self)
{
  self->n_stalls = 0;
  g_clear_pointer (&self->stalled, kvs_image_call_free);
}

/* Waits before the next request after one that came to nothing, where another one may do better. */
static gboolean
again (Fill *self, const GError *cause, GError **error)
{
  if (aws_error_get_class (cause) == AWS_ERROR_CLASS_FINAL && ++self->n_stalls <= MAX_STALLS)
    return !g_cancellable_set_error_if_cancelled (self->cancellable, error);
  if (self->stalled == NULL)
    self->stalled = kvs_image_call_new (self->fetcher->service);
  return kvs_image_call_again (self->stalled, cause, self->cancellable, error);
}

/* Whether a pass has not come to its first sample although that is behind the first page. */
static gboolean
is_behind (Fill *self, const Pass *pass)
{
  return !pass->has_reached && pass->lead >= get_max_results (self, pass);
}

/* Whether a full page has come before the first sample, without a token: that is missing. */
static gboolean
is_cut_short (Fill *self, const Pass *pass)
{
  return pass->n_entries >= get_max_results (self, pass) && !pass->has_reached;
}

/* Runs a pass over one sample until it is not broken any more, and so all of it is answered, or the service
 * has often enough refused to come to it. */
static KvsChainStep
run_whole_pass (Fill *self, Pass *pass, GError **error)
{
  forget_stalls (self);
  for (;;) {
    g_autoptr (GError) cause = NULL;
    KvsChainStep step = run_pass (self, pass, &cause);

    if (step == KVS_CHAIN_BROKEN && self->states[pass->first] == SETTLED)
      return KVS_CHAIN_END;
    if (step == KVS_CHAIN_END && is_cut_short (self, pass) && ++self->n_stalls <= MAX_STALLS)
      continue;
    if (step == KVS_CHAIN_BROKEN && is_behind (self, pass) &&
        aws_error_get_class (cause) == AWS_ERROR_CLASS_FINAL) {
      if (self->n_short++ < MAX_SHORT)
        continue;
      return KVS_CHAIN_END;
    }
    if (step != KVS_CHAIN_BROKEN) {
      if (cause != NULL)
        g_propagate_error (error, g_steal_pointer (&cause));
      return step;
    }
    if (!again (self, cause, error))
      return KVS_CHAIN_FAILED;
  }
}

/* Asks for one sample alone, without looking back. */
static KvsChainStep
ask_alone (Fill *self, guint index, GError **error)
{
  Pass pass = {.first = index, .count = 1};

  kvs_window_init (&pass.window, get_time (self, index), self->job->interval_ms, 1);
  return run_whole_pass (self, &pass, error);
}

/* Asks for one sample from as far back as it may take, in two moments; or alone where the service does not
 * come to the second. */
static KvsChainStep
probe (Fill *self, guint index, GError **error)
{
  gint64 lookback_ms = kvs_fragments_get_max_lookback_ms (self->fetcher->fragments);
  Pass pass = {.lead = 1, .first = index, .count = 1};
  KvsChainStep step;

  /* Moments of a request cannot be nearer to each other, nor before the epoch. */
  if (lookback_ms == 0 || get_time (self, index) < KVS_MIN_SAMPLING_INTERVAL_MS)
    return ask_alone (self, index, error);
  kvs_window_init_pair (&pass.window, get_time (self, index), lookback_ms);
  step = run_whole_pass (self, &pass, error);
  if (step == KVS_CHAIN_END && is_behind (self, &pass) && pass.n_entries > 0)
    return ask_alone (self, index, error);
  if (pass.has_reached)
    self->n_short = 0;
  return step;
}

/* Looks for doubtful samples, as many as one request can cover, from further back. */
static KvsChainStep
look_back (Fill *self, Pass *pass, GError **error)
{
  gint64 lookback_ms = kvs_fragments_get_max_lookback_ms (self->fetcher->fragments);
  gint64 time_ms = get_time (self, pass->first);
  gint64 interval_ms = self->job->interval_ms;
  gint64 start_ms;
  guint most;

  if (pass->count <= MAX_PROBES)
    return KVS_CHAIN_BROKEN;
  pass->lead = kvs_fetcher_get_lead (self->fetcher, time_ms, interval_ms, lookback_ms);
  start_ms = time_ms - pass->lead * interval_ms;
  most = kvs_window_get_max_count (start_ms, interval_ms);
  if (most <= pass->lead)
    return KVS_CHAIN_BROKEN;
  pass->count = MIN (pass->count, most - pass->lead);
  kvs_window_init (&pass->window, start_ms, interval_ms, pass->lead + pass->count);
  return run_pass (self, pass, error);
}

/* Looks for doubtful samples, by one request or one by one where that does not answer for them. What is not
 * found has no media: also where the service refuses to look there. Returns how many were looked for, or
 * 0 with an error. */
static guint
recover_some (Fill *self, guint first, guint count, GError **error)
{
  Pass pass = {.first = first, .count = count};
  g_autoptr (GError) cause = NULL;
  KvsChainStep step = look_back (self, &pass, &cause);
  gboolean is_answered =
      step == KVS_CHAIN_REFUSED || (step == KVS_CHAIN_END && pass.n_entries == 0);

  for (guint i = first; i < first + pass.count && step != KVS_CHAIN_FAILED; i++) {
    if (!is_answered && self->states[i] == DOUBTFUL) {
      g_clear_error (&cause);
      step = probe (self, i, &cause);
    }
    if (is_waiting (self, i) && step != KVS_CHAIN_FAILED &&
        !settle_as (self, i, KVS_SAMPLE_NO_MEDIA, error))
      return 0;
  }
  if (step != KVS_CHAIN_FAILED)
    return pass.count;
  g_propagate_error (error, g_steal_pointer (&cause));
  return 0;
}

static gboolean
recover (Fill *self, guint first, guint count, GError **error)
{
  while (count > 0) {
    guint n = recover_some (self, first, count, error);

    if (n == 0)
      return FALSE;
    first += n;
    count -= n;
  }
  return TRUE;
}

static gboolean
refuse_format (Fill *self, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;
  g_set_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT,
      "the service gives images, but none on the first page with any is a %s; set format to what "
      "it gives",
      self->fetcher->format == KVS_IMAGE_FORMAT_JPEG ? "JPEG" : "PNG");
  return FALSE;
}

static gboolean
ask_for_bad_again (Fill *self, GError **error)
{
  gboolean all_good = TRUE;

  if (!self->has_bad || self->is_second_ask)
    return TRUE;
  if (!kvs_sample_queue_wait_for_still (self->fetcher->queue, self->job->span))
    return refuse_format (self, error);

  self->is_second_ask = TRUE;
  for (guint i = 0; i < self->job->count && all_good; i++) {
    g_autoptr (GError) cause = NULL;

    if (self->states[i] != BAD)
      continue;
    if (probe (self, i, &cause) == KVS_CHAIN_FAILED) {
      g_propagate_error (error, g_steal_pointer (&cause));
      all_good = FALSE;
    } else if (self->states[i] != SETTLED) {
      all_good = settle_as (self, i, KVS_SAMPLE_BAD_IMAGE, error);
    }
  }
  self->is_second_ask = FALSE;
  self->has_bad = FALSE;
  return all_good;
}

static guint
find_open (Fill *self, guint from)
{
  while (from < self->job->count && self->states[from] != OPEN)
    from++;
  return from;
}

static guint
count_open (Fill *self, guint first)
{
  guint end = first;

  while (end < self->job->count && self->states[end] == OPEN)
    end++;
  return end - first;
}

/* Takes the samples of a pass for missing that it gave no entry for. */
static gboolean
take_rest_as_missing (Fill *self, const Pass *pass, GError **error)
{
  for (guint i = 0; i < pass->count; i++) {
    if (self->states[pass->first + i] == OPEN && !take_missing (self, pass, pass->lead + i, error))
      return FALSE;
  }
  return TRUE;
}

/* Makes a pass over @count samples from @first on, or as many of them as one request can cover. */
static void
pass_init (Fill *self, Pass *pass, guint first, guint count, gint64 lookback_ms)
{
  gint64 time_ms = get_time (self, first);
  gint64 interval_ms = self->job->interval_ms;
  guint lead = kvs_fetcher_get_lead (self->fetcher, time_ms, interval_ms, lookback_ms);
  guint most = kvs_window_get_max_count (time_ms - lead * interval_ms, interval_ms);

  *pass = (Pass){.lead = lead, .first = first, .may_doubt = TRUE};
  pass->count = most > lead ? MIN (count, most - lead) : 0;
  kvs_window_init (
      &pass->window, time_ms - lead * interval_ms, interval_ms, lead + MAX (pass->count, 1));
}

/* Asks for one sample; without looking back where the service refuses to do that. */
static gboolean
ask_for_one (Fill *self, guint index, GError **error)
{
  Pass pass = {.first = index, .count = 1};
  g_autoptr (GError) cause = NULL;
  KvsChainStep step = probe (self, index, &cause);

  if (step == KVS_CHAIN_REFUSED &&
      kvs_fragments_get_max_lookback_ms (self->fetcher->fragments) > 0) {
    g_clear_error (&cause);
    step = ask_alone (self, index, &cause);
  }
  if (step == KVS_CHAIN_FAILED) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (step == KVS_CHAIN_REFUSED)
    note_refusal (self, index, cause);
  return take_rest_as_missing (self, &pass, error);
}

/* How far to look back for all but single samples. */
static gint64
get_lookback_ms (Fill *self)
{
  KvsFragments *fragments = self->fetcher->fragments;

  return self->looks_far ? kvs_fragments_get_max_lookback_ms (fragments)
                         : kvs_fragments_get_lookback_ms (fragments);
}

/* Whether a request without looking back may do better than one that has answered for none of its samples:
 * then what is wanted is on its first page, and neither a token nor a limit of retention is in the way. */
static gboolean
may_do_better_compact (const Pass *pass, KvsChainStep step)
{
  if (step == KVS_CHAIN_BROKEN)
    return TRUE;
  return pass->lead > 0 && (pass->n_entries > 0 || step == KVS_CHAIN_REFUSED);
}

/* Asks for all samples that are open, run by run. Where pages are too short for a request that does not look
 * back to have a sample on its first page, that is asked for by itself. */
static gboolean
ask_for_open (Fill *self, GError **error)
{
  gboolean is_compact = FALSE;
  guint refused_lead = 0;
  guint first = 0;

  while ((first = find_open (self, first)) < self->job->count) {
    g_autoptr (GError) cause = NULL;
    gint64 lookback_ms = is_compact ? 0 : get_lookback_ms (self);
    guint n_answered = self->n_answered;
    gboolean is_behind_page;
    KvsChainStep step;
    Pass pass;

    begin_page (self);
    pass_init (self, &pass, first, count_open (self, first), lookback_ms);
    /* One entry of a page may be unclear. */
    is_behind_page = is_compact && pass.lead > 0 && pass.lead + 1 >= get_max_results (self, &pass);
    if ((is_behind_page && refused_lead == 0) || (pass.count < 2 && !is_compact)) {
      if (!ask_for_one (self, first, error))
        return FALSE;
      continue;
    }
    step = run_pass (self, &pass, &cause);
    if (step == KVS_CHAIN_FAILED) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
    if (self->n_answered > n_answered) {
      forget_stalls (self);
      is_compact = step == KVS_CHAIN_BROKEN && is_compact;
      refused_lead = 0;
      continue;
    }
    if (pass.is_crowded)
      continue;
    if (!is_compact && may_do_better_compact (&pass, step)) {
      is_compact = TRUE;
      refused_lead = step == KVS_CHAIN_REFUSED ? pass.lead : 0;
      continue;
    }
    if (is_behind_page && pass.n_entries > 0) {
      refused_lead = 0;
      continue;
    }
    if (step == KVS_CHAIN_BROKEN) {
      if (!again (self, cause, error))
        return FALSE;
      continue;
    }
    if (step == KVS_CHAIN_REFUSED)
      note_refusal (self, first, cause);
    /* What the service refused from further back is no more doubtful than it was there. */
    pass.lead = MAX (pass.lead, refused_lead);
    if (!take_rest_as_missing (self, &pass, error))
      return FALSE;
    is_compact = FALSE;
    refused_lead = 0;
  }
  return TRUE;
}

/* Takes what is there already. Its request may have found nothing up to there, so what is missing first is as
 * doubtful as at the head of any. */
static gboolean
take_given (Fill *self, GError **error)
{
  const KvsFetchJob *job = self->job;
  Pass pass = {.count = job->count, .may_doubt = TRUE, .is_head_open = TRUE, .is_continued = TRUE};
  gint place;
  KvsEntry *next;

  if (job->entries == NULL || job->entries->length == 0)
    return TRUE;
  pass.lead = (guint)((job->start_ms - job->entries_start_ms) / job->interval_ms);
  kvs_window_init (&pass.window, job->entries_start_ms, job->interval_ms, pass.lead + pass.count);
  place = (gint)pass.lead;
  while ((next = g_queue_pop_head (job->entries))) {
    g_autoptr (KvsEntry) entry = next;

    if (!take_entry (self, &pass, place++, entry, error))
      return FALSE;
  }
  return ask_for_bad_again (self, error);
}

/* The first sample from which on all wait, and may still get media. */
static guint
find_young (Fill *self)
{
  guint first = self->job->count;

  while (first > 0 && is_waiting (self, first - 1) && is_young (self, first - 1))
    first--;
  return first;
}

static void
reopen (Fill *self, guint first)
{
  for (guint i = first; i < self->job->count; i++)
    self->states[i] = OPEN;
}

/* Opens the samples from @first on again, after a while. */
static gboolean
wait_for_young (Fill *self, guint first, GError **error)
{
  KvsServiceClock *clock = kvs_image_service_get_clock (self->fetcher->service);
  gint64 poll_ms = kvs_fetcher_get_poll_ms (self->job->interval_ms, self->job->count - first);

  reopen (self, first);
  return kvs_service_clock_wait_until (
      clock, kvs_service_clock_get_now_ms (clock) + poll_ms, self->cancellable, error);
}

/* Where nothing was found, looks for the first of the samples that wait from as far back as it may take: it
 * may be in a fragment that is longer than those that were seen. If so, the others may be as well, and
 * are open again. */
static gboolean
look_further (Fill *self, guint first, GError **error)
{
  KvsFragments *fragments = self->fetcher->fragments;
  gint64 lookback_ms = kvs_fragments_get_lookback_ms (fragments);
  g_autoptr (GError) cause = NULL;

  if (self->has_found || self->states[first] != DOUBTFUL ||
      lookback_ms >= kvs_fragments_get_max_lookback_ms (fragments))
    return TRUE;
  begin_page (self);
  if (probe (self, first, &cause) == KVS_CHAIN_FAILED) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (self->states[first] != SETTLED)
    return TRUE;
  kvs_fragments_note_head (fragments, lookback_ms);
  self->looks_far = TRUE;
  reopen (self, first + 1);
  return ask_for_open (self, error);
}

/* Asks for what is open. Returns from which sample on all may still get media, the count if none
 * may. */
static gboolean
ask (Fill *self, guint *n_settled, GError **error)
{
  self->has_found = FALSE;
  if (!ask_for_open (self, error))
    return FALSE;
  *n_settled = find_young (self);
  if (*n_settled < self->job->count && !look_further (self, *n_settled, error))
    return FALSE;
  *n_settled = find_young (self);
  return settle_waiting (self, *n_settled, error);
}

static gboolean
fill (Fill *self, guint *n_settled, GError **error)
{
  if (!take_given (self, error))
    return FALSE;
  for (;;) {
    if (!ask (self, n_settled, error))
      return FALSE;
    if (*n_settled == self->job->count || !self->job->is_waited_for)
      return TRUE;
    if (!wait_for_young (self, *n_settled, error))
      return FALSE;
  }
}

gboolean
kvs_fetcher_run (KvsFetcher *self, const KvsFetchJob *job, GCancellable *cancellable,
    guint *n_settled, GError **error)
{
  g_autofree guint8 *states = g_new0 (guint8, job->count);
  Fill state = {
      .fetcher = self, .job = job, .cancellable = cancellable, .states = states, .most = G_MAXUINT};
  gboolean all_well = fill (&state, n_settled, error);

  g_clear_pointer (&state.stalled, kvs_image_call_free);
  return all_well;
}
