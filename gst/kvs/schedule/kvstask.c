/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvstask.h"

#include "kvserror.h"
#include "kvsretention.h"

#include <awserror.h>
#include <awslog.h>

/* Up to this many unconfirmed samples are requested one by one: that costs fewer images than a
 * request that begins far before them. */
#define MAX_SINGLES 3

/* How often a request may make no progress for a reason that waiting does not cure, such as a
 * rejected token. */
#define MAX_RETRIES_WITHOUT_PROGRESS 16

/* How often a single-sample request is repeated if its second page did not come. */
#define MAX_SHORT 8

/* In how many steps a single-sample request looks back up to twice as far as usual. */
#define LOOKBACK_STEPS 8

/* How long a request takes to arrive, at most, while the beginning of the retention period moves on; and how
 * wrong the service's time may be. */
#define RETENTION_MARGIN_MS 2000

/* How many samples earlier a request may begin for the sake of a whole second. */
#define MAX_ALIGNMENT 24

/* How long to wait at most before samples are asked for again; unless there are so many of them that they
 * would take more than a fifth of the quota. A camera may be off for days. */
#define MAX_POLL_MS 2000
#define POLL_MS_PER_SAMPLE 10

/* How long to wait before another request after ones that made no progress, doubled with each. */
#define MIN_BACKOFF_MS 100
#define MAX_BACKOFF_MS 20000

/* An open sample has not been asked for. A missing one has no media so far, but may still get some. An
 * unconfirmed one is missing too, but that may be only because of where a request or a page began: it is in
 * the leading gap of a request, so that it may be in a fragment that began before that; or it was missing on
 * an earlier page than the one that is arriving, and may have come meanwhile. A bad one came as something that is
 * no image of the format. What is settled never changes. */
typedef enum {
  OPEN,
  MISSING,
  UNCONFIRMED,
  BAD,
  SETTLED,          /* from here on: with media, */
  SETTLED_REJECTED, /* without, because the service has rejected the window, */
  SETTLED_ANSWERED, /* or because it says so */
} State;

/* How open samples are asked for. When a request makes no progress the next form is tried, because it needs less
 * of the service: no looking back, no second page. */
typedef enum {
  FORM_LOOKBACK,
  FORM_COMPACT, /* without looking back */
  FORM_SINGLE,
} Form;

/* Whether a rejection is due to one of our parameters. */
typedef enum {
  DOUBT_NONE,
  DOUBT_ASK, /* by a plain request */
  DOUBT_ASKING,
} Doubt;

typedef struct {
  guint index;
  KvsSampleKind kind;
} Gap;

/* At any time one request of a task is in flight at most. Another one may be parked between two of its pages, while
 * what is missing on its pages is requested.
 *
 * What is next, in this order: a plain request, where a rejection is in doubt; unconfirmed samples that are due,
 * because there is media behind them or none can come any more; bad images, once the format is known to be right;
 * the next page of what is parked; open samples. When nothing of that is left, the samples at the end that
 * may still arrive are waited for or given back, and all others are due. */
struct _KvsTask {
  guint64 index;
  guint count;
  gint64 start_ms;
  gboolean may_arrive;
  gboolean is_kept;
  gint64 begin_ms;
  KvsGapEnd before;

  guint8 *states; /* State */
  guint n_settled;
  guint n_bad;
  guint due_end;    /* unconfirmed samples before it are due */
  guint single_end; /* and those before it are asked for one by one */
  guint alone;      /* the sample that is asked for without looking back; G_MAXUINT is none */
  gboolean has_media;
  GArray *gaps; /* Gap, not popped yet from next_gap on */
  guint next_gap;

  KvsRequest *ready; /* decided, and not in flight yet */
  KvsRequest *running;
  KvsRequest *parked;         /* one for a range of samples */
  KvsRequest *parked_confirm; /* any other */

  gint64 asked_ms;             /* when the page that is arriving was asked for */
  gint64 latest_ms;            /* the latest sample that was known to have media by then */
  gboolean has_found;          /* media, in this round, whether it was wanted or lies before that */
  gboolean has_looked_further; /* in this round */
  gboolean looks_far;          /* the usual lookback was too short */

  Form form;
  guint rejected_lookback; /* samples by which a rejected request looked back */
  guint max_images;        /* to ask for at a time, as more were over budget */
  guint n_retries_without_progress;
  guint n_short;
  guint n_failures;
  gint64 not_before_ms;
  Doubt doubt;
  KvsRequest doubted;       /* a copy of the request that was rejected */
  gboolean is_contradicted; /* by the answer to a plain request */
  GError *rejection;
  GError *error;
};

void
kvs_request_free (KvsRequest *self)
{
  if (self->pager != NULL)
    self->free_pager (self->pager);
  g_free (self);
}

/* Images before the first wanted sample are not kept, so two are asked for even where the budget has space for
 * one only: then the first page has the sample. */
guint
kvs_request_get_least_results (const KvsRequest *self)
{
  return self->n_lookback > 0 ? 2 : 1;
}

KvsTask *
kvs_task_new (guint64 index, guint count, gint64 start_ms, gboolean may_arrive, gboolean is_kept,
    gint64 begin_ms, KvsGapEnd before)
{
  KvsTask *self = g_new0 (KvsTask, 1);

  self->index = index;
  self->count = count;
  self->start_ms = start_ms;
  self->may_arrive = may_arrive;
  self->is_kept = is_kept;
  self->begin_ms = begin_ms;
  self->before = before;
  self->states = g_new0 (guint8, count);
  self->alone = G_MAXUINT;
  self->max_images = G_MAXUINT;
  self->gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  return self;
}

void
kvs_task_free (KvsTask *self)
{
  g_clear_pointer (&self->ready, kvs_request_free);
  g_clear_pointer (&self->running, kvs_request_free);
  g_clear_pointer (&self->parked, kvs_request_free);
  g_clear_pointer (&self->parked_confirm, kvs_request_free);
  g_clear_error (&self->rejection);
  g_clear_error (&self->error);
  g_array_unref (self->gaps);
  g_free (self->states);
  g_free (self);
}

guint64
kvs_task_get_index (KvsTask *self)
{
  return self->index;
}

guint
kvs_task_get_count (KvsTask *self)
{
  return self->count;
}

guint
kvs_task_count_unsettled (KvsTask *self)
{
  return self->count - self->n_settled;
}

gboolean
kvs_task_is_finished (KvsTask *self)
{
  return self->n_settled == self->count && self->running == NULL &&
         self->next_gap == self->gaps->len;
}

guint
kvs_task_find_unsettled (KvsTask *self, gboolean is_reverse)
{
  for (guint n = 0; n < self->count; n++) {
    guint i = is_reverse ? self->count - 1 - n : n;

    if (self->states[i] < SETTLED)
      return i;
  }
  return self->count;
}

gboolean
kvs_task_is_running (KvsTask *self)
{
  return self->running != NULL;
}

gboolean
kvs_task_has_media (KvsTask *self)
{
  return self->has_media;
}

KvsGapEnd
kvs_task_get_gap_end (KvsTask *self)
{
  State state = self->count > 0 ? self->states[self->count - 1] : OPEN;

  /* If media may have arrived late, the samples behind it are no less uncertain. */
  if (self->may_arrive)
    return KVS_GAP_END_NONE;
  return state == SETTLED_ANSWERED   ? KVS_GAP_END_ANSWERED
         : state == SETTLED_REJECTED ? KVS_GAP_END_REJECTED
                                     : KVS_GAP_END_NONE;
}

const GError *
kvs_task_get_error (KvsTask *self)
{
  return self->error;
}

const GError *
kvs_task_get_rejection (KvsTask *self)
{
  return self->rejection;
}

guint
kvs_task_get_lookback (gint64 time_ms, gint64 interval_ms, gint64 lookback_ms)
{
  gint64 n = (lookback_ms + interval_ms - 1) / interval_ms;
  gint64 most = time_ms / interval_ms;

  for (gint64 more = 0; more <= MAX_ALIGNMENT; more++) {
    if ((time_ms - (n + more) * interval_ms) % 1000 == 0) {
      n += more;
      break;
    }
  }
  return (guint)MIN (n, most);
}

gint64
kvs_task_get_poll_ms (gint64 interval_ms, guint n_samples)
{
  return MAX (MIN (interval_ms, MAX_POLL_MS), (gint64)n_samples * POLL_MS_PER_SAMPLE);
}

static gint64
get_time (KvsTask *self, const KvsTaskRules *rules, guint i)
{
  return self->start_ms + (gint64)i * rules->interval_ms;
}

/* States */

static void
set_state (KvsTask *self, KvsRequest *request, guint i, State state)
{
  if (request != NULL && self->states[i] == OPEN && state != OPEN)
    request->n_answered++;
  self->n_bad += (state == BAD ? 1 : 0) - (self->states[i] == BAD ? 1 : 0);
  self->n_settled += (state >= SETTLED ? 1 : 0) - (self->states[i] >= SETTLED ? 1 : 0);
  self->states[i] = (guint8)state;
}

static void
settle_gap (KvsTask *self, KvsRequest *request, guint i, KvsSampleKind kind, State state)
{
  const Gap gap = {.index = i, .kind = kind};

  set_state (self, request, i, state);
  g_array_append_val (self->gaps, gap);
}

gboolean
kvs_task_pop_gap (KvsTask *self, guint *index, KvsSampleKind *kind)
{
  const Gap *gap;

  if (self->next_gap == self->gaps->len) {
    g_array_set_size (self->gaps, 0);
    self->next_gap = 0;
    return FALSE;
  }
  gap = &g_array_index (self->gaps, Gap, self->next_gap++);
  *index = gap->index;
  *kind = gap->kind;
  return TRUE;
}

static gboolean
is_waiting (KvsTask *self, guint i)
{
  return self->states[i] == MISSING || self->states[i] == UNCONFIRMED;
}

/* Whether a sample may still get media that had none when its page was asked for. */
static gboolean
may_still_arrive (KvsTask *self, const KvsTaskRules *rules, guint i)
{
  gint64 time_ms = get_time (self, rules, i);

  return self->may_arrive && self->latest_ms < time_ms &&
         self->asked_ms < time_ms + rules->availability_timeout_ms;
}

/* The first sample from which on all wait, and may still arrive. */
static guint
find_arriving (KvsTask *self, const KvsTaskRules *rules)
{
  guint first = self->count;

  while (first > 0 && is_waiting (self, first - 1) && may_still_arrive (self, rules, first - 1))
    first--;
  return first;
}

static void
reopen (KvsTask *self, guint first)
{
  for (guint i = first; i < self->count; i++) {
    if (is_waiting (self, i))
      set_state (self, NULL, i, OPEN);
  }
}

/* Makes the samples before @end due: there is media behind them, or none can come. The missing ones are
 * gaps. */
static void
make_due (KvsTask *self, guint end)
{
  for (guint i = self->due_end; i < end; i++) {
    if (self->states[i] == MISSING)
      settle_gap (self, NULL, i, KVS_SAMPLE_NO_MEDIA, SETTLED_ANSWERED);
  }
  self->due_end = MAX (self->due_end, end);
}

static guint
find_state (KvsTask *self, State state, guint first, guint end)
{
  while (first < end && self->states[first] != state)
    first++;
  return first;
}

static guint
count_state (KvsTask *self, State state, guint first, guint end)
{
  guint last = first;

  while (last < end && self->states[last] == state)
    last++;
  return last - first;
}

/* Making requests */

static KvsRequest *
new_request (KvsTask *self, KvsRequestKind kind, guint first, guint count)
{
  KvsRequest *request = g_new0 (KvsRequest, 1);

  request->kind = kind;
  request->task = self;
  request->first = first;
  request->count = count;
  request->is_leading_open = TRUE;
  return request;
}

/* Chooses MaxResults so that all pages are full: then a page with more or fewer entries says something. */
static void
choose_max_results (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules)
{
  guint least = MIN (kvs_request_get_least_results (request), rules->max_page_size);
  guint page = MAX (MIN (rules->page_size, self->max_images), least);
  guint n_pages = (request->window.count + page - 1) / page;

  request->max_results = (request->window.count + n_pages - 1) / n_pages;
}

static gint64
choose_lookback_ms (KvsTask *self, const KvsTaskRules *rules, guint first)
{
  if (self->form == FORM_COMPACT)
    return 0;
  if (self->looks_far)
    return kvs_fragments_get_max_lookback_ms (rules->fragments);
  if (first == 0 && self->begin_ms >= 0)
    return self->start_ms - self->begin_ms;
  return kvs_fragments_get_lookback_ms (rules->fragments);
}

/* A request for @count samples from @first on, or as many of them as one request can cover; NULL where that
 * is none. */
static KvsRequest *
new_range (KvsTask *self, const KvsTaskRules *rules, KvsRequestKind kind, guint first, guint count,
    gint64 lookback_ms)
{
  gint64 time_ms = get_time (self, rules, first);
  guint n_lookback = kvs_task_get_lookback (time_ms, rules->interval_ms, lookback_ms);
  gint64 start_ms = time_ms - n_lookback * rules->interval_ms;
  guint most = kvs_window_get_max_count (start_ms, rules->interval_ms);
  KvsRequest *request;

  if (most <= n_lookback)
    return NULL;
  request = new_request (self, kind, first, MIN (count, most - n_lookback));
  request->n_lookback = n_lookback;
  kvs_window_init (&request->window, start_ms, rules->interval_ms, n_lookback + request->count);
  choose_max_results (self, request, rules);
  return request;
}

/* A request for one sample, from as far back as allowed. Samples of a request cannot be nearer to each other than
 * the shortest interval, nor before the epoch. A page that does not tell which samples it has may tell it when the request
 * begins elsewhere, so one behind a failure looks back further. */
static KvsRequest *
new_single (KvsTask *self, const KvsTaskRules *rules, guint i)
{
  gint64 lookback_ms = kvs_fragments_get_max_lookback_ms (rules->fragments);
  gint64 time_ms = get_time (self, rules, i);
  gboolean is_alone =
      self->alone == i || lookback_ms == 0 || time_ms < KVS_MIN_SAMPLING_INTERVAL_MS;
  KvsRequest *request = new_request (self, is_alone ? KVS_REQUEST_ALONE : KVS_REQUEST_SINGLE, i, 1);

  if (is_alone) {
    kvs_window_init (&request->window, time_ms, rules->interval_ms, 1);
  } else {
    lookback_ms += lookback_ms * (self->n_failures % LOOKBACK_STEPS) / LOOKBACK_STEPS;
    request->n_lookback = 1;
    kvs_window_init_pair (&request->window, time_ms, lookback_ms);
  }
  choose_max_results (self, request, rules);
  return request;
}

static KvsRequest *
new_plain (KvsTask *self)
{
  KvsRequest *request = new_request (self, KVS_REQUEST_PLAIN, 0, 0);

  request->window = self->doubted.window;
  request->max_results = 1;
  self->doubt = DOUBT_ASKING;
  return request;
}

static KvsRequest *
new_confirm (KvsTask *self, const KvsTaskRules *rules, guint first)
{
  guint count = count_state (self, UNCONFIRMED, first, self->due_end);
  KvsRequest *request = NULL;

  if (count > MAX_SINGLES && first >= self->single_end)
    request = new_range (self, rules, KVS_REQUEST_CONFIRM, first, count,
        kvs_fragments_get_max_lookback_ms (rules->fragments));
  return request != NULL ? request : new_single (self, rules, first);
}

static gboolean
is_behind_first_page (const KvsRequest *request)
{
  return request->n_lookback > 0 && request->n_lookback + 1 >= request->max_results;
}

static KvsRequest *
new_open (KvsTask *self, const KvsTaskRules *rules, guint first)
{
  guint count = count_state (self, OPEN, first, self->count);
  g_autofree KvsRequest *request = NULL;

  if (self->form != FORM_SINGLE)
    request = new_range (
        self, rules, KVS_REQUEST_RANGE, first, count, choose_lookback_ms (self, rules, first));
  if (request == NULL || (request->count < 2 && self->form == FORM_LOOKBACK) ||
      (self->form == FORM_COMPACT && self->rejected_lookback == 0 &&
          is_behind_first_page (request)))
    return new_single (self, rules, first);
  return g_steal_pointer (&request);
}

/* Where nothing was found, the first of the samples that may still arrive is looked for from as far back as
 * allowed: it may be in a fragment that is longer than those that were seen. */
static KvsRequest *
new_look_further (KvsTask *self, const KvsTaskRules *rules, guint first)
{
  KvsFragments *fragments = rules->fragments;
  KvsRequest *request;

  if (self->has_found || self->has_looked_further || self->states[first] != UNCONFIRMED ||
      kvs_fragments_get_lookback_ms (fragments) >= kvs_fragments_get_max_lookback_ms (fragments))
    return NULL;
  self->has_looked_further = TRUE;
  request = new_single (self, rules, first);
  request->is_unsure = TRUE;
  return request;
}

static void
fail (KvsTask *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
}

/* Nothing is left to request: samples that may still arrive are waited for or given back, all
 * others are due. */
static KvsRequest *
end_round (KvsTask *self, const KvsTaskRules *rules, gint64 *wake_ms)
{
  guint arriving = find_arriving (self, rules);
  KvsRequest *request;
  guint unconfirmed;

  if (arriving < self->count) {
    request = new_look_further (self, rules, arriving);
    if (request != NULL)
      return request;
  }
  make_due (self, arriving);
  unconfirmed = find_state (self, UNCONFIRMED, 0, arriving);
  if (unconfirmed < arriving)
    return new_confirm (self, rules, unconfirmed);
  if (arriving == self->count)
    return NULL;
  if (!self->is_kept) {
    self->count = arriving;
    return NULL;
  }
  self->not_before_ms =
      rules->now_ms + kvs_task_get_poll_ms (rules->interval_ms, self->count - arriving);
  *wake_ms = MIN (*wake_ms, self->not_before_ms);
  self->has_found = FALSE;
  self->has_looked_further = FALSE;
  reopen (self, arriving);
  return NULL;
}

static KvsRequest *
new_next (KvsTask *self, const KvsTaskRules *rules, gboolean is_first, gint64 *wake_ms)
{
  guint i;

  if (self->parked_confirm != NULL)
    return g_steal_pointer (&self->parked_confirm);
  if (self->doubt == DOUBT_ASK)
    return new_plain (self);
  i = find_state (self, UNCONFIRMED, 0, self->due_end);
  if (i < self->due_end)
    return new_confirm (self, rules, i);
  if (self->n_bad > 0) {
    if (rules->is_format_right)
      return new_single (self, rules, find_state (self, BAD, 0, self->count));
    /* The reader adds a description of the images. */
    if (is_first)
      fail (self, g_error_new_literal (KVS_ERROR, KVS_ERROR_WRONG_FORMAT,
                      "no usable image on the first page that has images"));
    return NULL;
  }
  if (self->parked != NULL)
    return g_steal_pointer (&self->parked);
  i = find_state (self, OPEN, 0, self->count);
  return i < self->count ? new_open (self, rules, i) : end_round (self, rules, wake_ms);
}

KvsRequest *
kvs_task_next (KvsTask *self, const KvsTaskRules *rules, gboolean is_first, gint64 *wake_ms)
{
  if (self->running != NULL || self->error != NULL || self->n_settled == self->count)
    return NULL;
  if (rules->now_ms < self->not_before_ms) {
    *wake_ms = MIN (*wake_ms, self->not_before_ms);
    return NULL;
  }
  if (self->ready == NULL)
    self->ready = new_next (self, rules, is_first, wake_ms);
  else if (self->ready->n_pages == 0 && self->ready->kind != KVS_REQUEST_PLAIN)
    choose_max_results (self, self->ready, rules);
  return self->ready;
}

/* Whether @request is for samples that are not known to be settled by what is behind them. */
static gboolean
is_of_round (KvsTask *self, const KvsRequest *request)
{
  switch (request->kind) {
    case KVS_REQUEST_RANGE:
      return TRUE;
    case KVS_REQUEST_SINGLE:
    case KVS_REQUEST_ALONE:
      return request->is_unsure || self->states[request->first] == OPEN;
    default:
      return FALSE;
  }
}

/* Whether only @request and the rejected one before it, which has looked back, show together that there is nothing. */
static gboolean
is_second_part (KvsTask *self, const KvsRequest *request)
{
  return self->rejected_lookback > 0 || self->alone == request->first;
}

/* A page is no evidence about samples that were missing on another page and may still arrive: they may have
 * arrived between the two pages. And what takes two requests to show was so when the first of them was sent. */
void
kvs_task_begin_page (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules)
{
  self->running = g_steal_pointer (&self->ready);
  if (!is_of_round (self, request))
    return;
  for (guint i = 0; i < self->count; i++) {
    if (self->states[i] == MISSING && may_still_arrive (self, rules, i))
      self->states[i] = UNCONFIRMED;
  }
  if (is_second_part (self, request))
    return;
  self->asked_ms = rules->now_ms;
  self->latest_ms = kvs_fragments_get_latest_ms (rules->fragments);
}

/* The entries of a request */

/* The leading gap of a request ends with the first fragment that it has found, which begins between the last
 * window_index that is missing and the first that is not. */
static void
look_at_leading_gap (
    KvsRequest *request, const KvsTaskRules *rules, guint window_index, gboolean is_missing)
{
  gint64 interval_ms = request->window.interval_ms;
  gint64 missing_ms = window_index > 0 ? window_index * interval_ms - interval_ms / 2 : 0;

  if (window_index == 0)
    request->is_first_missing = is_missing;
  if (!request->is_leading_open || is_missing)
    return;
  request->is_leading_open = FALSE;
  if (!request->is_given && interval_ms == rules->interval_ms &&
      (missing_ms < kvs_fragments_get_max_lookback_ms (rules->fragments) || window_index <= 1))
    kvs_fragments_note_leading_gap (rules->fragments, missing_ms);
}

/* Whether a fragment that began before the request may have a sample in its leading gap. A sample before it that
 * has no media, and that the request covers, shows that none has. */
static gboolean
is_confirmed_by_sample_before (KvsTask *self, const KvsRequest *request, State evidence)
{
  return request->first == 0 && request->n_lookback > 0 && !self->may_arrive &&
         (self->before == KVS_GAP_END_ANSWERED ||
             (self->before == KVS_GAP_END_REJECTED && evidence == SETTLED_REJECTED));
}

static void
take_missing (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, guint i,
    guint window_index, State evidence)
{
  gint64 offset_ms = window_index * request->window.interval_ms;
  gboolean is_due = i < self->due_end || !is_of_round (self, request);

  if (request->kind == KVS_REQUEST_RANGE && request->is_leading_open &&
      offset_ms < kvs_fragments_get_max_lookback_ms (rules->fragments) &&
      !is_confirmed_by_sample_before (self, request, evidence))
    set_state (self, request, i, UNCONFIRMED);
  else if (self->may_arrive && !is_due)
    set_state (self, request, i, MISSING);
  else
    settle_gap (self, request, i, KVS_SAMPLE_NO_MEDIA, evidence);
}

static KvsVerdict
take_media (
    KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, guint i, KvsSampleKind kind)
{
  gboolean is_second = self->states[i] == BAD;

  kvs_fragments_note_media (rules->fragments, get_time (self, rules, i));
  self->has_media = TRUE;
  make_due (self, i);
  if (kind != KVS_SAMPLE_BAD_IMAGE) {
    set_state (self, request, i, SETTLED);
    return KVS_VERDICT_SETTLE;
  }
  if (is_second)
    settle_gap (self, request, i, KVS_SAMPLE_BAD_IMAGE, SETTLED);
  else
    set_state (self, request, i, BAD);
  return KVS_VERDICT_DISCARD;
}

KvsVerdict
kvs_task_take (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, gint window_index,
    KvsSampleKind kind, guint *index)
{
  gboolean is_missing = kind == KVS_SAMPLE_NO_MEDIA;
  guint i;

  if (window_index < 0)
    return KVS_VERDICT_DISCARD;
  self->has_found |= !is_missing;
  request->has_reached |= (guint)window_index >= request->n_lookback;
  look_at_leading_gap (request, rules, (guint)window_index, is_missing);
  if ((guint)window_index < request->n_lookback ||
      (guint)window_index >= request->n_lookback + request->count)
    return KVS_VERDICT_DISCARD;
  i = request->first + (guint)window_index - request->n_lookback;
  *index = i;
  if (self->states[i] >= SETTLED)
    return KVS_VERDICT_DISCARD;
  /* There was an image, so this only shows that it is not available. */
  if (self->states[i] == BAD && (is_missing || kind == KVS_SAMPLE_MEDIA_ERROR))
    return KVS_VERDICT_NOTED;
  if (!is_missing)
    return take_media (self, request, rules, i, kind);
  take_missing (self, request, rules, i, (guint)window_index, SETTLED_ANSWERED);
  return KVS_VERDICT_NOTED;
}

gboolean
kvs_task_is_recovered (const KvsRequest *request, gint window_index)
{
  return request->is_first_missing && request->n_lookback > 0 &&
         ((guint)window_index == request->n_lookback || request->kind != KVS_REQUEST_RANGE);
}

void
kvs_task_reject_before (KvsTask *self, const KvsTaskRules *rules, gint64 time_ms)
{
  if (self->start_ms >= time_ms)
    return;
  g_clear_pointer (&self->ready, kvs_request_free);
  for (guint i = 0; i < self->count && get_time (self, rules, i) < time_ms; i++) {
    if (self->states[i] == OPEN || is_waiting (self, i))
      settle_gap (self, NULL, i, KVS_SAMPLE_NO_MEDIA, SETTLED_REJECTED);
  }
  self->form = FORM_LOOKBACK;
  self->rejected_lookback = 0;
  self->doubt = DOUBT_NONE;
}

KvsRequest *
kvs_task_new_given (KvsTask *self, const KvsTaskRules *rules, gint64 start_ms, guint max_results)
{
  KvsRequest *request = new_request (self, KVS_REQUEST_RANGE, 0, self->count);

  request->is_given = TRUE;
  request->n_lookback = (guint)((self->start_ms - start_ms) / rules->interval_ms);
  request->max_results = max_results;
  kvs_window_init (
      &request->window, start_ms, rules->interval_ms, request->n_lookback + self->count);
  self->running = request;
  return request;
}

/* The end of a request */

static void
forget_failures (KvsTask *self)
{
  self->n_retries_without_progress = 0;
  self->n_failures = 0;
}

/* Decides about another request after one that made no progress: at once where only the request was at fault, else
 * after a wait, or not any more. */
static void
note_no_progress (KvsTask *self, const KvsTaskRules *rules, const GError *cause)
{
  GError *error;

  if (aws_error_get_class (cause) == AWS_ERROR_CLASS_FINAL) {
    if (++self->n_retries_without_progress > MAX_RETRIES_WITHOUT_PROGRESS)
      fail (self, g_error_copy (cause));
    return;
  }
  self->n_failures++;
  if (rules->max_attempts == 0 || self->n_failures < rules->max_attempts) {
    self->not_before_ms =
        rules->now_ms + MIN (MIN_BACKOFF_MS << MIN (self->n_failures, 10), MAX_BACKOFF_MS);
    return;
  }
  error = g_error_copy (cause);
  if (self->n_failures > 1)
    g_prefix_error (&error, "after %u attempts: ", self->n_failures);
  fail (self, error);
}

/* Marks the samples as missing for which a request has given no entry. */
static void
take_rest_as_missing (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, State evidence)
{
  for (guint i = 0; i < request->count; i++) {
    guint window_index = MAX (request->n_lookback, self->rejected_lookback) + i;

    if (self->states[request->first + i] == OPEN)
      take_missing (self, request, rules, request->first + i, window_index, evidence);
  }
  self->form = FORM_LOOKBACK;
  self->rejected_lookback = 0;
}

/* How many samples of a request its rejection settles. The service may reject a request only because it begins before
 * the retention period. If this may begin within the request, the samples behind that say so themselves. */
static guint
count_rejected (KvsTask *self, const KvsRequest *request, const KvsTaskRules *rules)
{
  gint64 start_ms = kvs_window_get_time (&request->window, 0);
  gint64 age_ms = rules->now_ms - start_ms;
  gint64 retained_ms = start_ms + age_ms % KVS_RETENTION_STEP_MS + RETENTION_MARGIN_MS;
  guint n = 1;

  if (age_ms < KVS_RETENTION_STEP_MS || age_ms % KVS_RETENTION_STEP_MS == 0)
    return request->count;
  while (n < request->count && get_time (self, rules, request->first + n) < retained_ms)
    n++;
  return n;
}

static void
take_rejection (KvsTask *self, const KvsRequest *request, const KvsTaskRules *rules)
{
  KvsRequest rejected = *request;

  rejected.count = count_rejected (self, request, rules);
  take_rest_as_missing (self, &rejected, rules, SETTLED_REJECTED);
  /* Nothing can be looked for before them. */
  if (rejected.count < request->count)
    self->form = FORM_COMPACT;
}

/* Accepts that the service has nothing for the samples of a request, unless one of our parameters
 * may be the reason. */
static void
believe_rejection (
    KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, const GError *cause)
{
  gboolean is_known = g_strcmp0 (aws_error_get_code (cause), "InvalidArgumentException") != 0;

  if (self->rejection == NULL && cause != NULL)
    self->rejection = g_error_copy (cause);
  if (is_known || rules->are_parameters_right) {
    take_rejection (self, request, rules);
    return;
  }
  self->doubt = DOUBT_ASK;
  self->doubted = *request;
}

/* Where media may arrive, it may have come between the two requests. Then the first one is answered, too, when it is
 * repeated. */
static void
end_plain (KvsTask *self, const KvsTaskRules *rules, KvsPageEnd end, const GError *cause)
{
  self->doubt = DOUBT_NONE;
  if (end == KVS_PAGE_REJECTED)
    take_rejection (self, &self->doubted, rules);
  else if (end != KVS_PAGE_MORE && end != KVS_PAGE_LAST) {
    self->doubt = DOUBT_ASK;
    note_no_progress (self, rules, cause);
  } else if (self->may_arrive && !self->is_contradicted)
    self->is_contradicted = TRUE;
  else
    fail (self, g_error_copy (self->rejection));
}

/* The rules for a request that has answered for none of its samples. What looks back may be rejected, or end
 * before the samples that are wanted; without that they are on the first page. */
static void
end_range (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, KvsPageEnd end,
    const GError *cause)
{
  if (request->n_answered > 0) {
    forget_failures (self);
    if (end != KVS_PAGE_BROKEN)
      self->form = FORM_LOOKBACK;
    self->rejected_lookback = 0;
  } else if (self->form == FORM_LOOKBACK &&
             (end == KVS_PAGE_BROKEN || (request->n_lookback > 0 && (end == KVS_PAGE_REJECTED ||
                                                                        request->n_entries > 0)))) {
    self->form = FORM_COMPACT;
    self->rejected_lookback = end == KVS_PAGE_REJECTED ? request->n_lookback : 0;
  } else if (request->n_entries > 0 && (end == KVS_PAGE_BROKEN || !request->has_reached)) {
    self->form = FORM_SINGLE;
  } else if (end == KVS_PAGE_BROKEN) {
    note_no_progress (self, rules, cause);
  } else if (end == KVS_PAGE_REJECTED) {
    believe_rejection (self, request, rules, cause);
  } else {
    take_rest_as_missing (self, request, rules, SETTLED_ANSWERED);
  }
}

static void
end_confirm (KvsTask *self, KvsRequest *request, KvsPageEnd end)
{
  gboolean is_answered =
      end == KVS_PAGE_REJECTED || (end == KVS_PAGE_LAST && request->n_entries == 0);

  self->single_end = MAX (self->single_end, request->first + request->count);
  for (guint i = request->first; is_answered && i < request->first + request->count; i++) {
    if (self->states[i] == UNCONFIRMED)
      settle_gap (self, NULL, i, KVS_SAMPLE_NO_MEDIA, SETTLED_ANSWERED);
  }
}

/* Handles a sample that a single-sample request has not found. */
static void
give_up_single (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, KvsPageEnd end,
    const GError *cause)
{
  guint i = request->first;

  if (self->states[i] == BAD)
    settle_gap (self, NULL, i, KVS_SAMPLE_BAD_IMAGE, SETTLED);
  else if (self->states[i] == UNCONFIRMED && request->is_unsure)
    set_state (self, NULL, i, MISSING);
  else if (self->states[i] == UNCONFIRMED)
    settle_gap (self, NULL, i, KVS_SAMPLE_NO_MEDIA, SETTLED_ANSWERED);
  else if (self->states[i] == OPEN && end == KVS_PAGE_REJECTED)
    believe_rejection (self, request, rules, cause);
  else if (self->states[i] == OPEN)
    take_rest_as_missing (self, request, rules, SETTLED_ANSWERED);
}

/* A fragment was longer than those that were seen: what waits may be in it, too. */
static void
look_far (KvsTask *self, const KvsRequest *request, const KvsTaskRules *rules)
{
  kvs_fragments_note_leading_gap (
      rules->fragments, kvs_fragments_get_lookback_ms (rules->fragments));
  self->looks_far = TRUE;
  reopen (self, request->first + 1);
}

static void
end_single (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, KvsPageEnd end,
    const GError *cause)
{
  State state = self->states[request->first];
  gboolean is_behind = !request->has_reached && request->n_lookback >= request->max_results;
  gboolean is_pair = request->kind == KVS_REQUEST_SINGLE;

  if (request->has_reached)
    self->n_short = 0;
  if (state >= SETTLED || request->n_answered > 0) {
    forget_failures (self);
    self->form = FORM_LOOKBACK;
    self->alone = G_MAXUINT;
    if (state == SETTLED && request->is_unsure)
      look_far (self, request, rules);
    return;
  }
  if (end == KVS_PAGE_BROKEN) {
    if (!is_behind || aws_error_get_class (cause) != AWS_ERROR_CLASS_FINAL) {
      note_no_progress (self, rules, cause);
      return;
    }
    if (self->n_short++ < MAX_SHORT)
      return;
  } else if (end == KVS_PAGE_LAST && is_behind && request->n_entries >= request->max_results &&
             ++self->n_retries_without_progress <= MAX_RETRIES_WITHOUT_PROGRESS) {
    return;
  }
  if (is_pair &&
      ((is_behind && request->n_entries > 0) || (end == KVS_PAGE_REJECTED && state == OPEN))) {
    self->alone = request->first;
    return;
  }
  self->alone = G_MAXUINT;
  give_up_single (self, request, rules, end, cause);
}

static void
end_request (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, KvsPageEnd end,
    const GError *cause)
{
  if (end == KVS_PAGE_FAILED) {
    fail (self, g_error_copy (cause));
    return;
  }
  if (end == KVS_PAGE_OVER_BUDGET) {
    self->max_images = MAX (request->max_results / 2, 1);
    return;
  }
  self->max_images = G_MAXUINT;
  switch (request->kind) {
    case KVS_REQUEST_RANGE:
      end_range (self, request, rules, end, cause);
      break;
    case KVS_REQUEST_CONFIRM:
      end_confirm (self, request, end);
      break;
    case KVS_REQUEST_PLAIN:
      end_plain (self, rules, end, cause);
      break;
    default:
      end_single (self, request, rules, end, cause);
  }
}

void
kvs_task_end_page (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules, KvsPageEnd end,
    guint n_entries, const GError *cause)
{
  self->running = NULL;
  request->n_pages++;
  request->n_entries = n_entries;
  if (end == KVS_PAGE_MORE && request->kind == KVS_REQUEST_RANGE) {
    self->parked = request;
    return;
  }
  if (end == KVS_PAGE_MORE && request->kind != KVS_REQUEST_PLAIN) {
    self->parked_confirm = request;
    return;
  }
  end_request (self, request, rules, end, cause);
  kvs_request_free (request);
}
