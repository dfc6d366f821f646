/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules by which consecutive samples are requested until each of them is settled. */
#pragma once

#include "kvsfragments.h"
#include "kvssample.h"
#include "kvswindow.h"

G_BEGIN_DECLS

/**
 * KvsTask:
 * Consecutive samples, what is known of each, and the decision which request is next for them. It
 * is pure: it neither waits nor sends, and has no lock.
 */
typedef struct _KvsTask KvsTask;

/**
 * KvsRequestKind:
 * @KVS_REQUEST_RANGE: samples that have not been asked for.
 * @KVS_REQUEST_CONFIRM: unconfirmed samples, from further back.
 * @KVS_REQUEST_SINGLE: one sample, by two of which the first is as far back as allowed.
 * @KVS_REQUEST_ALONE: one sample, without looking back.
 * @KVS_REQUEST_PLAIN: a window that was rejected, with the required parameters only.
 * @KVS_REQUEST_RETENTION: a window of the search for the retention period.
 * @KVS_REQUEST_LIST: ListFragments, not GetImages.
 */
typedef enum {
  KVS_REQUEST_RANGE,
  KVS_REQUEST_CONFIRM,
  KVS_REQUEST_SINGLE,
  KVS_REQUEST_ALONE,
  KVS_REQUEST_PLAIN,
  KVS_REQUEST_RETENTION,
  KVS_REQUEST_LIST,
} KvsRequestKind;

/**
 * KvsRequest:
 * @kind: what it is for.
 * @task: (nullable): whose samples it is for.
 * @window: the samples that are asked for; for %KVS_REQUEST_LIST its start and end.
 * @max_results: MaxResults.
 * @n_lookback: how many indexes of the window lie before the first sample that is wanted.
 * @first: that sample, counted from the first of the task.
 * @count: how many are wanted.
 * @reservation: what it has reserved of the budget, in bytes.
 * @pager: (nullable): what the reader goes on with, between two pages, and @free_pager: what frees it.
 *
 * A request. The members from @n_pages on belong to the task.
 */
typedef struct {
  KvsRequestKind kind;
  KvsTask *task;
  KvsWindow window;
  guint max_results;
  guint n_lookback;
  guint first;
  guint count;
  guint64 reservation;
  gpointer pager;
  GDestroyNotify free_pager;

  guint n_pages;
  guint n_entries;
  guint n_answered;          /* samples that are not open any more because of it */
  gboolean is_leading_open;  /* no media so far */
  gboolean is_first_missing; /* there is none at its first index */
  gboolean has_reached;      /* its first wanted sample */
  gboolean is_unsure;        /* a single sample that may still arrive */
  gboolean is_given;         /* the entries are there already */
} KvsRequest;

/**
 * kvs_request_get_least_results:
 * Returns: how small its MaxResults may be at least, so that its first page has a sample that is wanted.
 */
guint kvs_request_get_least_results (const KvsRequest *self);

void kvs_request_free (KvsRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsRequest, kvs_request_free)

/**
 * KvsPageEnd:
 * @KVS_PAGE_MORE: another page follows.
 * @KVS_PAGE_LAST: there is nothing more.
 * @KVS_PAGE_BROKEN: this request gives nothing more.
 * @KVS_PAGE_OVER_BUDGET: the page was dropped, because its images are over budget.
 * @KVS_PAGE_REJECTED: the service says that there is nothing in the window, or that a parameter is wrong.
 * @KVS_PAGE_FAILED: nothing more can be had.
 *
 * How a page ended.
 */
typedef enum {
  KVS_PAGE_MORE,
  KVS_PAGE_LAST,
  KVS_PAGE_BROKEN,
  KVS_PAGE_OVER_BUDGET,
  KVS_PAGE_REJECTED,
  KVS_PAGE_FAILED,
} KvsPageEnd;

/**
 * KvsVerdict:
 * @KVS_VERDICT_DISCARD: the entry is no sample; an image of it is surplus.
 * @KVS_VERDICT_NOTED: the entry has no image that is needed, and has been taken into account.
 * @KVS_VERDICT_SETTLE: the entry is the sample that it came for.
 *
 * What to do with an entry.
 */
typedef enum {
  KVS_VERDICT_DISCARD,
  KVS_VERDICT_NOTED,
  KVS_VERDICT_SETTLE,
} KvsVerdict;

/**
 * KvsTaskRules:
 * @fragments: what is known of the stream's fragments.
 * @interval_ms: from each sample to the next.
 * @availability_timeout_ms: until how long after its own time a sample may still get media.
 * @page_size: how many entries of a page the budget can hold.
 * @max_page_size: how many entries a page is asked for at most.
 * @format: what images are asked for.
 * @max_attempts: how often to send a request that makes no progress; 0 is no limit.
 * @is_format_right: whether an image of the right format has come.
 * @are_parameters_right: whether the service has answered a request with all parameters.
 * @now_ms: the service's time.
 *
 * The facts on which the decisions of tasks depend.
 */
typedef struct {
  KvsFragments *fragments;
  gint64 interval_ms;
  guint availability_timeout_ms;
  guint page_size;
  guint max_page_size;
  KvsImageFormat format;
  guint max_attempts;
  gboolean is_format_right;
  gboolean are_parameters_right;
  gint64 now_ms;
} KvsTaskRules;

/**
 * KvsGapEnd:
 * @KVS_GAP_END_NONE: the sample is no gap.
 * @KVS_GAP_END_REJECTED: the service has rejected the window of the sample.
 * @KVS_GAP_END_ANSWERED: the service has answered that it has no media.
 */
typedef enum {
  KVS_GAP_END_NONE,
  KVS_GAP_END_REJECTED,
  KVS_GAP_END_ANSWERED,
} KvsGapEnd;

/**
 * kvs_task_new:
 * @index: the index of its first sample in the grid.
 * @count: how many samples it has.
 * @start_ms: the time of its first sample.
 * @may_arrive: whether samples without media may still get some.
 * @is_kept: whether it waits for those; else they are given back, see kvs_task_get_count().
 * @begin_ms: where a fragment begins that has the first sample, as ListFragments tells; −1 is not known.
 * @before: what the sample before its first one is.
 *
 * Returns: (transfer full): a task.
 */
KvsTask *kvs_task_new (guint64 index, guint count, gint64 start_ms, gboolean may_arrive,
    gboolean is_kept, gint64 begin_ms, KvsGapEnd before);

void kvs_task_free (KvsTask *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsTask, kvs_task_free)

guint64 kvs_task_get_index (KvsTask *self);

/**
 * kvs_task_get_count:
 * Returns: how many samples it has; fewer than at first when some at its end were given back, because they may
 * still get media.
 */
guint kvs_task_get_count (KvsTask *self);

guint kvs_task_count_unsettled (KvsTask *self);

/**
 * kvs_task_is_finished:
 * Returns: whether all samples are settled, their gaps are popped, and nothing is in flight.
 */
gboolean kvs_task_is_finished (KvsTask *self);

gboolean kvs_task_is_running (KvsTask *self);

/**
 * kvs_task_find_unsettled:
 * Returns: the sample that is not settled and is pulled first, counted from the first of the task.
 */
guint kvs_task_find_unsettled (KvsTask *self, gboolean is_reverse);

/**
 * kvs_task_get_gap_end:
 * Returns: what its last sample is.
 */
KvsGapEnd kvs_task_get_gap_end (KvsTask *self);

gboolean kvs_task_has_media (KvsTask *self);

/**
 * kvs_task_next:
 * @is_first: whether all samples before it are settled.
 * @wake_ms: (inout): lowered to when to ask again, where only time is missing.
 *
 * Decides which request is next.
 *
 * Returns: (transfer none) (nullable): the request, which may be one that goes on with its next page. It is not
 * in flight before kvs_task_begin_page(); until then it is returned again.
 */
KvsRequest *kvs_task_next (
    KvsTask *self, const KvsTaskRules *rules, gboolean is_first, gint64 *wake_ms);

/**
 * kvs_task_begin_page:
 * @request: what kvs_task_next() has returned.
 */
void kvs_task_begin_page (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules);

/**
 * kvs_task_take:
 * @request: a request of it that is in flight.
 * @window_index: the index of the entry in the window; −1 is none.
 * @kind: what the entry is; %KVS_SAMPLE_BAD_IMAGE where its image is not of the asked format.
 * @index: (out): the sample that the entry is for, counted from the first of the task.
 *
 * Takes an entry into account.
 *
 * Returns: what to do with it.
 */
KvsVerdict kvs_task_take (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules,
    gint window_index, KvsSampleKind kind, guint *index);

/**
 * kvs_task_is_recovered:
 * Returns: whether an image at @window_index is there only because the request began before its sample.
 */
gboolean kvs_task_is_recovered (const KvsRequest *request, gint window_index);

/**
 * kvs_task_end_page:
 * @request: a request of it that is in flight, and is not any more; it is freed unless @end is
 * %KVS_PAGE_MORE and the request can go on.
 * @end: how the page ended.
 * @n_entries: how many entries the request has given in all.
 * @cause: (nullable): why the page did not end well.
 */
void kvs_task_end_page (KvsTask *self, KvsRequest *request, const KvsTaskRules *rules,
    KvsPageEnd end, guint n_entries, const GError *cause);

/**
 * kvs_task_reject_before:
 * @self: a task of which nothing is in flight.
 * @time_ms: a time, in ms since the epoch.
 *
 * Settles all samples before @time_ms as gaps: they are older than the retention period.
 */
void kvs_task_reject_before (KvsTask *self, const KvsTaskRules *rules, gint64 time_ms);

/**
 * kvs_task_new_given:
 * @self: a task of which nothing was asked.
 * @start_ms: StartTimestamp of the request that has given its entries already.
 * @max_results: its MaxResults.
 *
 * Returns: (transfer none): a request that counts as in flight, to take these entries.
 */
KvsRequest *kvs_task_new_given (
    KvsTask *self, const KvsTaskRules *rules, gint64 start_ms, guint max_results);

/**
 * kvs_task_pop_gap:
 * @index: (out): a sample that is settled without an image, counted from the first of the task.
 * @kind: (out): what it is.
 *
 * Returns: whether there was one that was not popped yet.
 */
gboolean kvs_task_pop_gap (KvsTask *self, guint *index, KvsSampleKind *kind);

/**
 * kvs_task_get_error:
 * Returns: (transfer none) (nullable): why nothing more of it can be had.
 */
const GError *kvs_task_get_error (KvsTask *self);

/**
 * kvs_task_get_rejection:
 * Returns: (transfer none) (nullable): why the service had nothing for some of its samples.
 */
const GError *kvs_task_get_rejection (KvsTask *self);

/**
 * kvs_task_get_lookback:
 * @time_ms: the time of a sample.
 * @interval_ms: from each sample to the next.
 * @lookback_ms: how far to look back.
 *
 * A request begins on a whole second, where the grid has one near, because it is not documented whether
 * fractions of a StartTimestamp count.
 *
 * Returns: how many samples before the one at @time_ms a request begins.
 */
guint kvs_task_get_lookback (gint64 time_ms, gint64 interval_ms, gint64 lookback_ms);

/**
 * kvs_task_get_poll_ms:
 * @interval_ms: from each sample to the next.
 * @n_samples: how many may still arrive.
 *
 * Returns: after how long to ask again for samples that may still arrive, in ms.
 */
gint64 kvs_task_get_poll_ms (gint64 interval_ms, guint n_samples);

G_END_DECLS
