/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsscheduler.h"

#include "kvserror.h"
#include "kvsplan.h"
#include "kvsquery.h"
#include "kvsrequest.h"
#include "kvsretention.h"

#include <awserror.h>
#include <awslog.h>

#include <math.h>

#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

/* The limit of tasks until the length of fragments is known. All of them begin as far back as allowed. */
#define MAX_BLIND_TASKS 2

/* After this many tasks in a row without media, ListFragments is asked where there is media. */
#define EMPTY_TASKS 2

/* How far media may lie outside of the fragments that are listed: the nearest frame may be shown. */
#define LIST_MARGIN_MS 5000

/* How much a list covers at first, and at least; and about how many fragments one has that saves looking
 * back. */
#define LIST_LENGTH_MS DAY_MS
#define MIN_LIST_LENGTH_MS (10 * MINUTE_MS)
#define LIST_FRAGMENTS 2000

/* A call of ListFragments must save this many images. */
#define IMAGES_PER_LIST 50

/* How long new tasks wait for a list, and when another list is requested after one that failed. */
#define LIST_PATIENCE_MS 3000
#define LIST_RETRY_MS (10 * MINUTE_MS)

/* The most gaps that are settled at a time without a request. */
#define MAX_SKIPPED 1024

/* The search for the beginning of the retention period takes some requests, and so is worth it only for what would
 * take more. */
#define MIN_RETENTION_RANGE_MS (2 * HOUR_MS)

/* Samples that are old enough are in tasks that are asked for in parallel: what has no media now will not have
 * any. Behind them, at the live edge, media may still arrive, and only one task at a time goes there. It has all
 * samples that may be asked for already. Those that are missing at its end are given back, and are part of
 * the next one, which begins shortly after.
 *
 * Three things end the crawl through what has no media. A list of fragments tells where there is some. The
 * beginning of the retention period is searched when the service rejects the first windows; everything else waits
 * for that (KvsRetention). And a sample without media right before a request shows that its leading gap is
 * one. */
struct _KvsScheduler {
  KvsSchedulerOptions options;
  KvsFragments *fragments;
  gboolean is_format_right;
  gboolean has_answer;   /* the service has answered a request with all parameters */
  guint n_rejected;      /* requests, before that */
  guint next_doubt;      /* from so many on a rejection is in doubt */
  KvsFragmentList *list; /* NULL is none */
  gint64 list_length_ms;
  gint64 list_not_before_ms;
  gint64 list_since_ms; /* when list_request was made */
  KvsRetention *retention;
  GError *rejection; /* of the earliest sample that was rejected */
  guint64 rejected_index;

  /* Of the traversal. */
  KvsGrid grid;
  gint64 begin_ms; /* when it began, by the service's clock */
  guint64 begin;   /* the indexes that are in no task yet */
  guint64 end;
  GQueue tasks;       /* KvsTask, in the order in which they are pulled */
  guint64 n_begun;    /* tasks */
  guint longest_task; /* of these, in samples */
  gboolean is_edge_busy;
  gint64 edge_ms; /* no task at the live edge begins earlier */
  gboolean has_failed;
  gboolean waits_for_pull;       /* a request would be next if more samples were pulled */
  guint64 waits_for_bytes;       /* and one if all budgets had so much left, or 0; … */
  gboolean waits_until_needed;   /* … or if downstream waited for what that brings */
  gboolean is_answered;          /* a window, in this traversal */
  guint n_empty;                 /* tasks in a row */
  KvsRequest *list_request;      /* in flight, or NULL */
  KvsRequest *retention_request; /* the same */
  guint64 skip_begin;            /* samples that are gaps, not popped yet */
  guint64 skip_end;
  GHashTable *gap_ends; /* KvsGapEnd of the last samples of tasks, by the index behind them */
  gint64 gaps_since_ms; /* since when the live edge has only had gaps; G_MAXINT64 is not now */
  gboolean has_only_gaps;
};

KvsScheduler *
kvs_scheduler_new (const KvsSchedulerOptions *options)
{
  KvsScheduler *self = g_new0 (KvsScheduler, 1);

  self->options = *options;
  self->fragments = kvs_fragments_new (options->lookback_ms);
  self->next_doubt = 1;
  self->list_length_ms = LIST_LENGTH_MS;
  self->list_not_before_ms = G_MININT64;
  self->retention = kvs_retention_new ();
  self->gap_ends = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_queue_init (&self->tasks);
  return self;
}

void
kvs_scheduler_free (KvsScheduler *self)
{
  g_queue_clear_full (&self->tasks, (GDestroyNotify)kvs_task_free);
  g_clear_pointer (&self->list_request, kvs_request_free);
  g_clear_pointer (&self->retention_request, kvs_request_free);
  g_hash_table_unref (self->gap_ends);
  g_clear_pointer (&self->list, kvs_fragment_list_unref);
  g_clear_error (&self->rejection);
  kvs_retention_free (self->retention);
  kvs_fragments_free (self->fragments);
  g_free (self);
}

void
kvs_scheduler_begin (KvsScheduler *self, const KvsGrid *grid, gint64 now_ms)
{
  g_queue_clear_full (&self->tasks, (GDestroyNotify)kvs_task_free);
  g_hash_table_remove_all (self->gap_ends);
  self->grid = *grid;
  self->begin_ms = now_ms;
  self->begin = 0;
  self->end = grid->count;
  self->n_begun = 0;
  self->longest_task = 0;
  self->is_edge_busy = FALSE;
  self->edge_ms = 0;
  self->has_failed = FALSE;
  self->is_answered = FALSE;
  self->n_empty = 0;
  g_clear_pointer (&self->list_request, kvs_request_free);
  g_clear_pointer (&self->retention_request, kvs_request_free);
  self->skip_begin = self->skip_end = 0;
  self->gaps_since_ms = G_MAXINT64;
}

static gint64
get_time (KvsScheduler *self, guint64 index)
{
  return kvs_grid_get_time (&self->grid, index);
}

guint64
kvs_scheduler_get_position (KvsScheduler *self, guint64 index)
{
  return self->grid.is_reverse ? self->grid.count - 1 - index : index;
}

/* How many samples have been begun and are not pulled. */
static guint64
count_begun (KvsScheduler *self, const KvsSchedulerInput *input)
{
  guint64 begun = self->grid.is_reverse ? self->grid.count - self->end : self->begin;

  return begun - MIN (input->next_position, begun);
}

/* Two pages are to fit into the budget: one that is pulled while the other one arrives. */
static guint
get_page_size (KvsScheduler *self, const KvsBudget *budget)
{
  return (guint)CLAMP (kvs_budget_get_max_images (budget) / 2, 1, self->options.page_size);
}

/* Whether no parameter of ours can be why a window is rejected. That is asked at the first rejection, and then
 * ever more rarely. */
static gboolean
are_parameters_right (KvsScheduler *self)
{
  return self->has_answer || self->n_rejected < self->next_doubt;
}

static KvsTaskRules
make_rules (KvsScheduler *self, guint page_size, gint64 now_ms)
{
  return (KvsTaskRules){.fragments = self->fragments,
      .interval_ms = self->grid.interval_ms,
      .availability_timeout_ms = self->options.availability_timeout_ms,
      .page_size = page_size,
      .max_page_size = self->options.page_size,
      .format = self->options.format,
      .max_attempts = self->options.follows && self->has_answer ? 0 : self->options.max_attempts,
      .is_format_right = self->is_format_right,
      .are_parameters_right = are_parameters_right (self),
      .now_ms = now_ms};
}

/* Which samples make the next task */

/* How many requests in flight are of use: as many as fit into the budget, each of them twice, and no more than
 * the quota lets go on at a time. Where replies come at once that is one: several would take turns on the processor,
 * and what arrives ahead of its turn has to be held. */
static guint
count_useful_requests (KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input)
{
  guint page = get_page_size (self, budget);
  guint64 fitting = kvs_budget_get_max_images (budget) / (2 * page);
  guint limit = (guint)CLAMP (fitting, 1, self->options.max_requests);

  if (input->images_at_once <= 0)
    return limit;
  page = MIN (page, kvs_window_get_max_count (0, self->grid.interval_ms));
  return (guint)CLAMP (ceil (input->images_at_once / page), 1, limit);
}

/* Whether it is not known yet how many samples earlier a request has to begin. */
static gboolean
is_blind (KvsScheduler *self)
{
  return !kvs_fragments_is_known (self->fragments) &&
         self->grid.interval_ms < kvs_fragments_get_max_lookback_ms (self->fragments);
}

static gboolean
has_capacity (KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input)
{
  guint limit = count_useful_requests (self, budget, input);

  if (is_blind (self))
    limit = MIN (limit, MAX_BLIND_TASKS);
  return self->tasks.length < limit;
}

/* From when on a request has to look for the sample at @time_ms, where a list tells: from where its fragment begins,
 * or shortly before the sample where there is none. Else −1. */
static gint64
find_fragment (KvsScheduler *self, gint64 time_ms)
{
  gint64 start_ms;

  if (self->options.lookback_ms == 0 || self->list == NULL ||
      !kvs_fragment_list_covers (self->list, time_ms))
    return -1;
  start_ms = kvs_fragment_list_find_start (self->list, time_ms, 0);
  return start_ms >= 0 ? start_ms : time_ms - 1;
}

static guint
choose_length (KvsScheduler *self, guint64 first, guint64 n_left, const KvsBudget *budget,
    const KvsSchedulerInput *input)
{
  gint64 interval_ms = self->grid.interval_ms;
  gint64 time_ms = get_time (self, first);
  gint64 fragment_ms = find_fragment (self, time_ms);
  guint lookback = kvs_task_get_lookback (time_ms, interval_ms,
      fragment_ms >= 0 ? time_ms - fragment_ms : kvs_fragments_get_lookback_ms (self->fragments));
  const KvsPlan plan = {
      .page = MIN (get_page_size (self, budget), KVS_MAX_PAGE),
      .lookback = lookback,
      .window = kvs_window_get_max_count (time_ms - lookback * interval_ms, interval_ms),
      .n_parallel = count_useful_requests (self, budget, input),
      .n_held = kvs_budget_get_max_images_ahead (budget),
      .is_first = self->n_begun == 0,
      .is_reverse = self->grid.is_reverse,
  };

  return kvs_plan_choose_length (&plan, n_left);
}

/* Shortens a task so that it ends with the media that a list tells of, and the next one begins where a fragment
 * does. */
static guint
fit_to_list (KvsScheduler *self, guint64 first, guint length)
{
  guint count = 0;
  gint64 behind_ms, fragment_ms;

  if (self->list == NULL || !kvs_fragment_list_covers (self->list, get_time (self, first)))
    return length;
  while (count < length && kvs_fragment_list_has_media (self->list, get_time (self, first + count),
                               get_time (self, first + count), LIST_MARGIN_MS))
    count++;
  if (count < length)
    return MAX (count, 1);
  behind_ms = get_time (self, first + length);
  fragment_ms = find_fragment (self, behind_ms);
  if (fragment_ms > get_time (self, first))
    length -= (guint)((behind_ms - fragment_ms) / self->grid.interval_ms);
  return MAX (length, 1);
}

static KvsGapEnd
get_gap_end (KvsScheduler *self, guint64 index)
{
  gint64 key = (gint64)index;

  return (KvsGapEnd)GPOINTER_TO_UINT (g_hash_table_lookup (self->gap_ends, &key));
}

/* Remembers how the samples before @index have ended, for the task that begins there. */
static void
set_gap_end (KvsScheduler *self, guint64 index, KvsGapEnd gap_end)
{
  gint64 *key = g_new (gint64, 1);

  *key = (gint64)index;
  if (g_hash_table_size (self->gap_ends) > KVS_SCHEDULER_MAX_SAMPLES)
    g_hash_table_remove_all (self->gap_ends);
  g_hash_table_insert (self->gap_ends, key, GUINT_TO_POINTER (gap_end));
}

/* The end of the samples that may still arrive. The camera's clock may be ahead: media behind now has arrived
 * already, or will not. */
static guint64
get_end_of_awaited (KvsScheduler *self)
{
  if (!self->options.is_producer_time || self->options.follows)
    return self->grid.count;
  return kvs_grid_count_until (&self->grid, self->begin_ms);
}

static KvsTask *
begin_task (KvsScheduler *self, guint64 index, guint count, gboolean is_edge)
{
  gint64 time_ms = get_time (self, index);
  gboolean is_reverse = self->grid.is_reverse;
  gboolean may_arrive = is_edge || (is_reverse && index < get_end_of_awaited (self));
  KvsTask *task = kvs_task_new (index, count, time_ms, may_arrive, is_reverse,
      find_fragment (self, time_ms), get_gap_end (self, index));

  g_queue_push_tail (&self->tasks, task);
  self->n_begun++;
  self->longest_task = MAX (self->longest_task, count);
  self->is_edge_busy |= is_edge;
  aws_log_trace ("task of %u samples from %" G_GUINT64_FORMAT "%s", count,
      kvs_grid_get_number (&self->grid, index), is_edge ? ", at the live edge" : "");
  return task;
}

/* Where the samples end whose time is at least @age_ms ago. */
static guint64
get_end_of_older (KvsScheduler *self, gint64 now_ms, guint age_ms)
{
  return MIN (self->end, kvs_grid_count_until (&self->grid, now_ms - age_ms));
}

/* Where the samples end that cannot get media any more. */
static guint64
get_end_of_old (KvsScheduler *self, gint64 now_ms)
{
  return get_end_of_older (self, now_ms,
      MAX (self->options.availability_delay_ms, self->options.availability_timeout_ms));
}

/* Whether the next task is at the live edge, where the old samples end at @old_end. A few of them are left to it:
 * in a gap some grow old all the time. */
static gboolean
is_at_edge (KvsScheduler *self, guint64 old_end, const KvsBudget *budget)
{
  return old_end < get_end_of_awaited (self) &&
         old_end < self->begin + get_page_size (self, budget);
}

static void
skip (KvsScheduler *self, guint64 begin, guint64 end)
{
  self->skip_begin = begin;
  self->skip_end = end;
  set_gap_end (self, end, KVS_GAP_END_ANSWERED);
}

/* The first sample from @first on, and before @end, that may have media. */
static guint64
find_media (KvsScheduler *self, guint64 first, guint64 end)
{
  gint64 time_ms = get_time (self, first);
  gint64 media_ms = time_ms;
  gint64 interval_ms = self->grid.interval_ms;

  media_ms = MAX (media_ms, kvs_retention_get_begin_ms (self->retention));
  if (self->list != NULL)
    media_ms = kvs_fragment_list_next_media (self->list, media_ms, LIST_MARGIN_MS);
  return MIN (first + (guint64)((media_ms - time_ms + interval_ms - 1) / interval_ms), end);
}

/* Settles samples from the next one on that certainly have no media. Returns whether there were any. */
static gboolean
skip_forward (KvsScheduler *self, guint64 old_end)
{
  guint64 media;

  if (self->begin >= old_end)
    return FALSE;
  media = MIN (find_media (self, self->begin, old_end), self->begin + MAX_SKIPPED);
  if (media == self->begin)
    return FALSE;
  aws_log_debug ("samples from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT " have no media: %s",
      kvs_grid_get_number (&self->grid, self->begin), kvs_grid_get_number (&self->grid, media - 1),
      get_time (self, self->begin) < kvs_retention_get_begin_ms (self->retention)
          ? "they are older than the retention period"
          : "no fragment is listed");
  skip (self, self->begin, media);
  self->begin = media;
  return TRUE;
}

static gboolean
skip_in_reverse (KvsScheduler *self)
{
  guint64 last = self->end - 1;
  gint64 time_ms = get_time (self, last);
  gint64 media_ms = time_ms;
  guint64 n;

  if (time_ms < kvs_retention_get_begin_ms (self->retention))
    media_ms = G_MININT64;
  else if (self->list != NULL)
    media_ms = kvs_fragment_list_previous_media (self->list, time_ms, LIST_MARGIN_MS);
  if (media_ms >= time_ms)
    return FALSE;
  n = media_ms < self->grid.start_ms
          ? self->end
          : (guint64)((time_ms - media_ms - 1) / self->grid.interval_ms) + 1;
  n = MIN (MIN (n, self->end), MAX_SKIPPED);
  skip (self, self->end - n, self->end);
  self->end -= n;
  return TRUE;
}

static gboolean
is_searching (KvsScheduler *self)
{
  return kvs_retention_get_state (self->retention) == KVS_RETENTION_SEARCH;
}

/* Whether new tasks are held back until it is known where there is media. Puts until when in *@wake_ms. */
static gboolean
waits_for_media (KvsScheduler *self, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  gint64 until_ms = self->list_since_ms + LIST_PATIENCE_MS;

  if (is_searching (self))
    return TRUE;
  if (self->list_request == NULL || self->n_empty < EMPTY_TASKS || input->now_ms >= until_ms)
    return FALSE;
  *wake_ms = MIN (*wake_ms, until_ms);
  return TRUE;
}

static KvsTask *
begin_old (KvsScheduler *self, guint64 end, const KvsBudget *budget, const KvsSchedulerInput *input)
{
  guint64 first = self->begin;
  guint count;

  if (self->is_edge_busy || !has_capacity (self, budget, input))
    return NULL;
  count = fit_to_list (self, first, choose_length (self, first, end - first, budget, input));
  self->begin += count;
  return begin_task (self, first, count, FALSE);
}

/* A task at the live edge has all samples that may be asked for, because only media behind those that are missing
 * tells that they stay so. */
static KvsTask *
begin_edge (
    KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  guint64 end = MIN (get_end_of_awaited (self),
      get_end_of_older (self, input->now_ms, self->options.availability_delay_ms));
  guint64 first = self->begin;
  gint64 due_ms = MAX (get_time (self, first) + self->options.availability_delay_ms, self->edge_ms);

  if (self->is_edge_busy)
    return NULL;
  if (input->now_ms < due_ms) {
    *wake_ms = MIN (*wake_ms, due_ms);
    return NULL;
  }
  if (!has_capacity (self, budget, input))
    return NULL;
  self->begin = end;
  return begin_task (self, first, (guint)(end - first), TRUE);
}

static KvsTask *
begin_forward (
    KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  guint64 awaited_end = get_end_of_awaited (self);
  guint64 old_end = MIN (awaited_end, get_end_of_old (self, input->now_ms));

  if (self->begin >= awaited_end)
    return begin_old (self, self->end, budget, input);
  if (!self->is_edge_busy && skip_forward (self, old_end))
    return NULL;
  return is_at_edge (self, old_end, budget) ? begin_edge (self, budget, input, wake_ms)
                                            : begin_old (self, old_end, budget, input);
}

static KvsTask *
begin_reverse (
    KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  guint64 last = self->end - 1;
  guint64 awaited_end = get_end_of_awaited (self);
  guint count;

  if (last < awaited_end &&
      last >= get_end_of_older (self, input->now_ms, self->options.availability_delay_ms)) {
    *wake_ms = MIN (*wake_ms, get_time (self, last) + self->options.availability_delay_ms);
    return NULL;
  }
  if (skip_in_reverse (self))
    return NULL;
  if (!has_capacity (self, budget, input))
    return NULL;
  count = choose_length (self, last, self->end, budget, input);
  if (last >= awaited_end)
    count = (guint)MIN (count, self->end - awaited_end);
  self->end -= count;
  return begin_task (self, self->end, count, FALSE);
}

static KvsTask *
begin_next (
    KvsScheduler *self, const KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  if (self->has_failed || self->begin >= self->end || self->skip_begin < self->skip_end ||
      waits_for_media (self, input, wake_ms))
    return NULL;
  if (count_begun (self, input) >= KVS_SCHEDULER_MAX_SAMPLES) {
    self->waits_for_pull = TRUE;
    return NULL;
  }
  return self->grid.is_reverse ? begin_reverse (self, budget, input, wake_ms)
                               : begin_forward (self, budget, input, wake_ms);
}

/* Lists of fragments */

/* Whether a list saves more images than it costs: each task that is left has to look back, unless it begins where a
 * fragment does. */
static gboolean
is_list_cheaper (KvsScheduler *self, guint64 n_left)
{
  gint64 fragment_ms = kvs_fragments_get_lookback_ms (self->fragments);
  gint64 interval_ms = self->grid.interval_ms;
  double lookback = (double)fragment_ms / (double)interval_ms;
  double length_ms = (double)n_left * (double)interval_ms;
  double n_lists = length_ms / (double)MAX (fragment_ms, 1) / KVS_MAX_FRAGMENTS_PER_PAGE + 1;

  if (!kvs_fragments_is_known (self->fragments) || interval_ms >= fragment_ms)
    return FALSE;
  return (double)n_left / MAX (self->longest_task, 1) * lookback > IMAGES_PER_LIST * n_lists;
}

/* Whether there are more samples that a list may tell of than a page has. As many as that cost less than a list; at
 * the live edge a few of them grow old all the time. */
static gboolean
is_worth_list (KvsScheduler *self, guint64 old_end)
{
  guint64 page = (guint64)CLAMP (
      KVS_MAX_RANGE_MS / self->grid.interval_ms, 1, (gint64)self->options.page_size);

  if (self->grid.is_reverse)
    return self->end == old_end && old_end > page;
  return old_end > self->begin + page;
}

static KvsRequest *
new_list (KvsScheduler *self, const KvsSchedulerInput *input)
{
  guint64 old_end = get_end_of_old (self, input->now_ms);
  gboolean is_sparse = self->n_empty >= EMPTY_TASKS;
  gint64 from_ms, until_ms, length_ms = self->list_length_ms;
  KvsRequest *request;

  if (!self->options.uses_lists || input->now_ms < self->list_not_before_ms ||
      self->list_request != NULL || !is_worth_list (self, old_end) || is_searching (self))
    return NULL;
  from_ms = get_time (self, self->begin);
  if (self->grid.is_reverse)
    from_ms = get_time (self, self->end - 1);
  if (self->list != NULL && kvs_fragment_list_covers (self->list, from_ms))
    return NULL;
  if (!is_sparse && (self->grid.is_reverse || !is_list_cheaper (self, old_end - self->begin)))
    return NULL;
  if (!is_sparse)
    length_ms = MIN (
        length_ms, LIST_FRAGMENTS * MAX (kvs_fragments_get_lookback_ms (self->fragments), 1000));
  until_ms = MIN (from_ms + length_ms, get_time (self, old_end - 1) + 1);
  if (self->grid.is_reverse) {
    until_ms = from_ms + 1;
    from_ms = MAX (until_ms - length_ms, self->grid.start_ms);
  }
  request = g_new0 (KvsRequest, 1);
  request->kind = KVS_REQUEST_LIST;
  request->window.start_ms = from_ms;
  request->window.end_ms = until_ms;
  self->list_request = request;
  self->list_since_ms = input->now_ms;
  return request;
}

void
kvs_scheduler_end_list (KvsScheduler *self, KvsRequest *request, KvsFragmentList *list,
    const GError *cause, const KvsSchedulerInput *input)
{
  gint64 length_ms = request->window.end_ms - request->window.start_ms;

  g_clear_pointer (&self->list_request, kvs_request_free);
  if (list != NULL) {
    guint n_fragments;

    g_clear_pointer (&self->list, kvs_fragment_list_unref);
    self->list = list;
    kvs_fragment_list_get_fragments (list, &n_fragments);
    if (n_fragments == 0 && length_ms == self->list_length_ms)
      self->list_length_ms *= 2;
  } else if (g_error_matches (cause, KVS_ERROR, KVS_ERROR_TOO_MANY) &&
             length_ms > MIN_LIST_LENGTH_MS) {
    self->list_length_ms = MAX (length_ms / 8, MIN_LIST_LENGTH_MS);
  } else {
    self->list_not_before_ms = aws_error_get_class (cause) == AWS_ERROR_CLASS_FINAL
                                   ? G_MAXINT64
                                   : input->now_ms + LIST_RETRY_MS;
  }
}

/* The retention period */

/* Begins the search when a window was rejected behind which all were answered in reverse, or before which
 * none was. */
static void
search_retention (KvsScheduler *self, gint64 time_ms, gint64 now_ms)
{
  guint64 n_left = MIN (self->grid.is_reverse ? self->end : self->end - self->begin, G_MAXINT);

  if (kvs_retention_get_state (self->retention) != KVS_RETENTION_UNKNOWN ||
      (gint64)n_left * self->grid.interval_ms < MIN_RETENTION_RANGE_MS ||
      now_ms - time_ms < HOUR_MS || self->options.is_producer_time ||
      (self->is_answered && !self->grid.is_reverse))
    return;
  kvs_retention_begin (self->retention, time_ms, now_ms);
}

static KvsRequest *
new_retention (KvsScheduler *self, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  KvsRequest *request;
  KvsWindow window;

  if (self->retention_request != NULL ||
      !kvs_retention_next (self->retention, input->now_ms, &window, wake_ms))
    return NULL;
  request = g_new0 (KvsRequest, 1);
  request->kind = KVS_REQUEST_RETENTION;
  request->window = window;
  request->max_results = 1;
  self->retention_request = request;
  return request;
}

static void
reject_not_retained (KvsScheduler *self, const KvsSchedulerInput *input)
{
  const KvsTaskRules rules = make_rules (self, 1, input->now_ms);

  for (GList *l = self->tasks.head; l != NULL; l = l->next) {
    if (!kvs_task_is_running (l->data))
      kvs_task_reject_before (l->data, &rules, kvs_retention_get_begin_ms (self->retention));
  }
}

static void
end_retention (
    KvsScheduler *self, KvsPageEnd end, const GError *cause, const KvsSchedulerInput *input)
{
  g_clear_pointer (&self->retention_request, kvs_request_free);
  if (end == KVS_PAGE_REJECTED)
    kvs_retention_take (self->retention, FALSE, cause->message);
  else if (end == KVS_PAGE_MORE || end == KVS_PAGE_LAST)
    kvs_retention_take (self->retention, TRUE, NULL);
  else
    kvs_retention_fail (self->retention);
  if (kvs_retention_get_state (self->retention) != KVS_RETENTION_FOUND)
    return;
  self->n_empty = 0;
  reject_not_retained (self, input);
}

/* The next request */

/* The task that the next sample to pull belongs to, unless that is there; or NULL. */
static KvsTask *
get_first_task (KvsScheduler *self)
{
  for (GList *l = self->tasks.head; l != NULL; l = l->next) {
    if (kvs_task_count_unsettled (l->data) > 0)
      return l->data;
  }
  return NULL;
}

/* How many images a page must be able to hold: what is pulled in reverse is there as a whole before any of it is. */
static guint
count_images (KvsScheduler *self, const KvsRequest *request)
{
  if (!self->grid.is_reverse || request->task == NULL)
    return request->max_results;
  return MAX (request->max_results, kvs_task_count_unsettled (request->task));
}

/* Whether a page of @request can be held. Tasks behind the first leave as much for that. A request that does
 * not bring the next sample waits until other streams leave enough of the budget. */
static gboolean
reserve (KvsScheduler *self, KvsRequest *request, gboolean is_first, KvsBudget *budget,
    const KvsSchedulerInput *input)
{
  guint n_images = count_images (self, request);
  guint64 bytes = (guint64)kvs_budget_get_image_bytes (budget) * n_images;
  gboolean has_space;

  if ((!is_first || input->is_ready) && !kvs_budget_may_go_ahead (budget, bytes)) {
    self->waits_for_bytes = bytes;
    self->waits_until_needed |= is_first;
    return FALSE;
  }
  has_space = kvs_budget_reserve (budget, &request->reservation, n_images, !is_first);
  if (has_space || (is_first && !input->is_ready))
    return TRUE;
  self->waits_for_pull = TRUE;
  return FALSE;
}

/* How many tasks have a request in flight. */
static guint
count_running (KvsScheduler *self)
{
  guint n = 0;

  for (GList *l = self->tasks.head; l != NULL; l = l->next)
    n += kvs_task_is_running (l->data) ? 1 : 0;
  return n;
}

/* The next request of a task; of one behind the first only if @may_go_ahead. */
static KvsRequest *
next_of_task (KvsScheduler *self, KvsTask *task, gboolean may_go_ahead, KvsBudget *budget,
    const KvsSchedulerInput *input, gint64 *wake_ms)
{
  const KvsTaskRules rules = make_rules (self, get_page_size (self, budget), input->now_ms);
  gboolean is_first = get_first_task (self) == task;
  KvsRequest *request;

  if (is_searching (self))
    return NULL;
  if (!is_first && !may_go_ahead)
    return NULL;
  request = kvs_task_next (task, &rules, is_first, wake_ms);
  if (request == NULL || !reserve (self, request, is_first, budget, input))
    return NULL;
  kvs_task_begin_page (task, request, &rules);
  return request;
}

/* Counts the tasks in a row without media. One from before the retention period says nothing of what is behind it. */
static void
count_empty (KvsScheduler *self, KvsTask *task)
{
  guint count = kvs_task_get_count (task);
  gint64 first_ms = get_time (self, kvs_task_get_index (task));

  if (kvs_task_has_media (task))
    self->n_empty = 0;
  else if (count > 1 && first_ms >= kvs_retention_get_begin_ms (self->retention))
    self->n_empty++;
}

/* Takes over what a finished task shows of the stream. */
static void
note_finished (KvsScheduler *self, KvsTask *task)
{
  KvsGapEnd gap_end = kvs_task_get_gap_end (task);

  count_empty (self, task);
  if (gap_end != KVS_GAP_END_NONE)
    set_gap_end (self, kvs_task_get_index (task) + kvs_task_get_count (task), gap_end);
}

/* Records for how long the live edge has had only gaps, and takes back the samples that may still arrive. */
static void
end_edge (KvsScheduler *self, KvsTask *task, const KvsSchedulerInput *input)
{
  guint64 index = kvs_task_get_index (task);
  guint count = kvs_task_get_count (task);
  guint64 n_deferred = self->begin - (index + count);

  self->is_edge_busy = FALSE;
  self->begin = index + count;
  if (n_deferred > 0)
    self->edge_ms =
        input->now_ms + kvs_task_get_poll_ms (self->grid.interval_ms, (guint)n_deferred);
  if (kvs_task_has_media (task)) {
    self->gaps_since_ms = G_MAXINT64;
  } else if (count > 0) {
    self->gaps_since_ms = MIN (self->gaps_since_ms, get_time (self, index));
    self->has_only_gaps |= self->options.follows && self->options.is_producer_time &&
                           get_time (self, index + count - 1) - self->gaps_since_ms >=
                               (gint64)self->options.availability_timeout_ms;
  }
}

/* Takes out the tasks that are finished. */
static void
remove_finished (KvsScheduler *self, const KvsSchedulerInput *input)
{
  GList *next;

  for (GList *l = self->tasks.head; l != NULL; l = next) {
    KvsTask *task = l->data;

    next = l->next;
    if (!kvs_task_is_finished (task))
      continue;
    note_finished (self, task);
    if (self->is_edge_busy && l == self->tasks.tail)
      end_edge (self, task, input);
    kvs_task_free (task);
    g_queue_delete_link (&self->tasks, l);
  }
}

KvsRequest *
kvs_scheduler_next (
    KvsScheduler *self, KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms)
{
  guint max_running = input->is_one_enough ? 1 : count_useful_requests (self, budget, input);
  gboolean may_go_ahead = count_running (self) < max_running;
  KvsRequest *request = NULL;
  KvsTask *task;

  *wake_ms = G_MAXINT64;
  self->waits_for_pull = FALSE;
  self->waits_for_bytes = 0;
  self->waits_until_needed = FALSE;
  for (GList *l = self->tasks.head; l != NULL && request == NULL; l = l->next)
    request = next_of_task (self, l->data, may_go_ahead, budget, input, wake_ms);
  remove_finished (self, input);
  if (request == NULL)
    request = new_retention (self, input, wake_ms);
  if (request == NULL)
    request = new_list (self, input);
  if (request == NULL) {
    task = begin_next (self, budget, input, wake_ms);
    if (task != NULL)
      request = next_of_task (self, task, may_go_ahead, budget, input, wake_ms);
  }
  return request;
}

KvsRequest *
kvs_scheduler_begin_given (
    KvsScheduler *self, guint count, gint64 start_ms, const KvsSchedulerInput *input)
{
  const KvsTaskRules rules = make_rules (self, self->options.page_size, input->now_ms);
  guint64 n = MIN (count, self->end);
  guint64 old_end = get_end_of_old (self, input->now_ms);
  KvsTask *task;

  if (n == 0)
    return NULL;
  self->begin = n;
  task = begin_task (self, 0, (guint)n, old_end < n);
  return kvs_task_new_given (task, &rules, start_ms, count);
}

KvsVerdict
kvs_scheduler_take (KvsScheduler *self, KvsRequest *request, gint window_index, KvsSampleKind kind,
    const KvsSchedulerInput *input, guint64 *index)
{
  const KvsTaskRules rules = make_rules (self, self->options.page_size, input->now_ms);
  guint i;
  KvsVerdict verdict;

  self->has_answer |= request->kind != KVS_REQUEST_PLAIN;
  if (request->task == NULL || request->kind == KVS_REQUEST_PLAIN)
    return KVS_VERDICT_DISCARD;
  verdict = kvs_task_take (request->task, request, &rules, window_index, kind, &i);
  *index = kvs_task_get_index (request->task) + i;
  if (verdict == KVS_VERDICT_SETTLE)
    self->is_format_right |= kind == KVS_SAMPLE_STILL;
  return verdict;
}

/* Keeps the rejection of the earliest samples. */
static void
note_rejection (KvsScheduler *self, KvsTask *task)
{
  const GError *rejection = kvs_task_get_rejection (task);

  if (rejection == NULL ||
      (self->rejection != NULL && self->rejected_index <= kvs_task_get_index (task)))
    return;
  g_clear_error (&self->rejection);
  self->rejection = g_error_copy (rejection);
  self->rejected_index = kvs_task_get_index (task);
}

static void
note_answer (
    KvsScheduler *self, const KvsRequest *request, KvsPageEnd end, const KvsSchedulerInput *input)
{
  if (request->kind == KVS_REQUEST_PLAIN && end == KVS_PAGE_REJECTED)
    self->next_doubt = 2 * self->n_rejected;
  else if (request->kind == KVS_REQUEST_PLAIN)
    return;
  else if (end == KVS_PAGE_MORE || end == KVS_PAGE_LAST)
    self->has_answer = TRUE;
  else if (end == KVS_PAGE_REJECTED && !self->has_answer)
    self->n_rejected++;
  if (request->kind != KVS_REQUEST_RANGE)
    return;
  self->is_answered |= end == KVS_PAGE_MORE || end == KVS_PAGE_LAST;
  if (end == KVS_PAGE_REJECTED)
    search_retention (
        self, kvs_window_get_time (&request->window, request->n_lookback), input->now_ms);
}

static void
log_page_end (KvsScheduler *self, const KvsRequest *request, KvsPageEnd end, guint n_entries)
{
  static const char *const kinds[] = {
      [KVS_REQUEST_RANGE] = "range",
      [KVS_REQUEST_CONFIRM] = "confirmation",
      [KVS_REQUEST_SINGLE] = "single sample with look-back",
      [KVS_REQUEST_ALONE] = "single sample",
      [KVS_REQUEST_PLAIN] = "required parameters only",
  };
  static const char *const ends[] = {
      [KVS_PAGE_MORE] = "more pages follow",
      [KVS_PAGE_LAST] = "complete",
      [KVS_PAGE_BROKEN] = "broken off",
      [KVS_PAGE_OVER_BUDGET] = "dropped, over budget",
      [KVS_PAGE_REJECTED] = "rejected",
      [KVS_PAGE_FAILED] = "failed",
  };
  guint64 first = kvs_task_get_index (request->task) + request->first;

  aws_log_debug (
      "samples %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
      " (%s, %u samples of look-back): %s, %u entries%s; %u samples of the task unsettled",
      kvs_grid_get_number (&self->grid, first),
      kvs_grid_get_number (&self->grid, first + MAX (request->count, 1) - 1), kinds[request->kind],
      request->n_lookback, ends[end], n_entries,
      request->is_leading_open && n_entries > 0 ? ", no media" : "",
      kvs_task_count_unsettled (request->task));
}

void
kvs_scheduler_end_page (KvsScheduler *self, KvsRequest *request, KvsPageEnd end, guint n_entries,
    const GError *cause, const KvsSchedulerInput *input)
{
  KvsTask *task = request->task;
  KvsTaskRules rules;

  note_answer (self, request, end, input);
  if (task == NULL) {
    end_retention (self, end, cause, input);
    return;
  }
  log_page_end (self, request, end, n_entries);
  rules = make_rules (self, self->options.page_size, input->now_ms);
  kvs_task_end_page (task, request, &rules, end, n_entries, cause);
  if (kvs_task_get_error (task) == NULL)
    kvs_task_reject_before (task, &rules, kvs_retention_get_begin_ms (self->retention));
  self->has_failed |= kvs_task_get_error (task) != NULL;
  note_rejection (self, task);
}

gboolean
kvs_scheduler_pop_gap (KvsScheduler *self, guint64 *index, KvsSampleKind *kind)
{
  guint i;

  for (GList *l = self->tasks.head; l != NULL; l = l->next) {
    if (kvs_task_pop_gap (l->data, &i, kind)) {
      *index = kvs_task_get_index (l->data) + i;
      return TRUE;
    }
  }
  if (self->skip_begin == self->skip_end)
    return FALSE;
  *index = self->skip_begin++;
  *kind = KVS_SAMPLE_NO_MEDIA;
  return TRUE;
}

const GError *
kvs_scheduler_get_error (KvsScheduler *self, guint64 *position)
{
  for (GList *l = self->tasks.head; l != NULL; l = l->next) {
    const GError *error = kvs_task_get_error (l->data);

    if (error != NULL) {
      *position = kvs_scheduler_get_position (self,
          kvs_task_get_index (l->data) + kvs_task_find_unsettled (l->data, self->grid.is_reverse));
      return error;
    }
  }
  return NULL;
}

const GError *
kvs_scheduler_get_rejection (KvsScheduler *self)
{
  return self->rejection;
}

gboolean
kvs_scheduler_waits_for_pull (KvsScheduler *self)
{
  return self->waits_for_pull;
}

gboolean
kvs_scheduler_may_go_ahead (KvsScheduler *self, const KvsBudget *budget, gboolean is_ready)
{
  if (self->waits_until_needed && !is_ready)
    return TRUE;
  return self->waits_for_bytes > 0 && kvs_budget_may_go_ahead (budget, self->waits_for_bytes);
}

guint
kvs_scheduler_count_expected (KvsScheduler *self, const KvsSchedulerInput *input)
{
  guint64 old_end = get_end_of_old (self, input->now_ms);

  if (input->next_position == 0 || old_end <= self->begin)
    return 0;
  return (guint)MIN (old_end - self->begin, G_MAXUINT);
}

gboolean
kvs_scheduler_is_finished (KvsScheduler *self)
{
  return self->begin >= self->end && self->tasks.length == 0 && self->skip_begin == self->skip_end;
}

gboolean
kvs_scheduler_has_only_gaps (KvsScheduler *self)
{
  return self->has_only_gaps;
}

gboolean
kvs_scheduler_is_awaited (
    KvsScheduler *self, const KvsRequest *request, const KvsSchedulerInput *input)
{
  return request->task != NULL && !input->is_ready && get_first_task (self) == request->task;
}

gboolean
kvs_scheduler_is_awaited_running (KvsScheduler *self, const KvsSchedulerInput *input)
{
  KvsTask *first = get_first_task (self);

  return input->is_ready || (first != NULL && kvs_task_is_running (first));
}
