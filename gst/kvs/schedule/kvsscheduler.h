/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decides which request is next for a range of samples, and processes the results. */
#pragma once

#include "kvsbudget.h"
#include "kvsfragmentlist.h"
#include "kvsgrid.h"
#include "kvstask.h"

G_BEGIN_DECLS

/** With so many samples held or in tasks no task is begun: gaps have no bytes, and a range may have
 * millions. */
#define KVS_SCHEDULER_MAX_SAMPLES 4096

/**
 * KvsScheduler:
 * All that is known of a range: which samples are settled, which are in tasks, where the stream has media, and
 * how long its fragments are. It is pure: it neither waits nor sends, and has no lock.
 */
typedef struct _KvsScheduler KvsScheduler;

/**
 * KvsSchedulerOptions:
 * @availability_delay_ms: how long after its own time a sample is first asked for.
 * @availability_timeout_ms: until how long after its own time a sample without media is asked for again before
 * it counts as a gap.
 * @lookback_ms: how far before a sample to look, at most; 0 is never.
 * @max_requests: how many requests may be in flight.
 * @page_size: how many entries a page is asked for at most.
 * @format: what images are asked for.
 * @max_attempts: how often to send a request that makes no progress; 0 is no limit.
 * @uses_lists: whether ListFragments may be asked.
 * @is_producer_time: whether the samples are on the camera's clock.
 * @follows: whether the range goes on behind now.
 *
 * How a range is read.
 */
typedef struct {
  guint availability_delay_ms;
  guint availability_timeout_ms;
  guint lookback_ms;
  guint max_requests;
  guint page_size;
  KvsImageFormat format;
  guint max_attempts;
  gboolean uses_lists;
  gboolean is_producer_time;
  gboolean follows;
} KvsSchedulerOptions;

/**
 * KvsSchedulerInput:
 * @now_ms: the service's time.
 * @next_position: the position of the next sample to pull.
 * @is_ready: whether that is there.
 * @images_at_once: how many images have to be asked for at any time to use all of the quota; 0 is not known.
 * @is_one_enough: one request in flight is, for the time being.
 *
 * The state outside of the scheduler that its decisions depend on.
 */
typedef struct {
  gint64 now_ms;
  guint64 next_position;
  gboolean is_ready;
  double images_at_once;
  gboolean is_one_enough;
} KvsSchedulerInput;

KvsScheduler *kvs_scheduler_new (const KvsSchedulerOptions *options);
void kvs_scheduler_free (KvsScheduler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsScheduler, kvs_scheduler_free)

/**
 * kvs_scheduler_begin:
 * @grid: the samples.
 * @now_ms: the service's time.
 *
 * Forgets all tasks and begins with @grid. What is known of the stream stays. Requests that are in flight must not
 * be named to it any more.
 */
void kvs_scheduler_begin (KvsScheduler *self, const KvsGrid *grid, gint64 now_ms);

/**
 * kvs_scheduler_begin_given:
 * @self: a scheduler that has just begun.
 * @count: how many entries are there already, for the first samples.
 * @start_ms: StartTimestamp of the request that has given them.
 * @input: the present.
 *
 * Returns: (transfer none) (nullable): a request in flight, to take them with.
 */
KvsRequest *kvs_scheduler_begin_given (
    KvsScheduler *self, guint count, gint64 start_ms, const KvsSchedulerInput *input);

/**
 * kvs_scheduler_next:
 * @budget: what images are reserved of.
 * @input: the present.
 * @wake_ms: (out): when to ask again by the service's time, where only time is missing; %G_MAXINT64 is
 * when something has come or was pulled.
 *
 * Decides which request is next. Those for earlier samples come before those for later ones.
 *
 * Returns: (transfer none) (nullable): the request for one page, which is in flight until
 * kvs_scheduler_end_page().
 */
KvsRequest *kvs_scheduler_next (
    KvsScheduler *self, KvsBudget *budget, const KvsSchedulerInput *input, gint64 *wake_ms);

/**
 * kvs_scheduler_take:
 * @request: a request in flight.
 * @window_index: the index of an entry in its window; −1 is none.
 * @kind: what the entry is.
 * @input: the present.
 * @index: (out): the index in the grid of the sample that the entry is.
 *
 * Returns: what to do with the entry.
 */
KvsVerdict kvs_scheduler_take (KvsScheduler *self, KvsRequest *request, gint window_index,
    KvsSampleKind kind, const KvsSchedulerInput *input, guint64 *index);

/**
 * kvs_scheduler_end_page:
 * @request: a request in flight, which is not any more. Unless it can go on with another page it is freed.
 * @end: how its page ended.
 * @n_entries: how many entries the request has given in all.
 * @cause: (nullable): why the page did not end well.
 * @input: the present.
 */
void kvs_scheduler_end_page (KvsScheduler *self, KvsRequest *request, KvsPageEnd end,
    guint n_entries, const GError *cause, const KvsSchedulerInput *input);

/**
 * kvs_scheduler_end_list:
 * @request: a request of the kind %KVS_REQUEST_LIST in flight, which is freed.
 * @list: (transfer full) (nullable): the fragments.
 * @cause: (nullable): why there is none. After %KVS_ERROR_TOO_MANY less is asked for, after a transient error another
 *     list later, and after any other error none.
 * @input: the present.
 */
void kvs_scheduler_end_list (KvsScheduler *self, KvsRequest *request, KvsFragmentList *list,
    const GError *cause, const KvsSchedulerInput *input);

/**
 * kvs_scheduler_pop_gap:
 * @index: (out): the index in the grid of a sample that is settled without an image.
 * @kind: (out): what it is.
 *
 * Returns: whether there was one that was not popped yet.
 */
gboolean kvs_scheduler_pop_gap (KvsScheduler *self, guint64 *index, KvsSampleKind *kind);

/**
 * kvs_scheduler_get_error:
 * @position: (out): the position of the sample that failed.
 *
 * Returns: (transfer none) (nullable): why nothing comes from there on.
 */
const GError *kvs_scheduler_get_error (KvsScheduler *self, guint64 *position);

/**
 * kvs_scheduler_get_rejection:
 * Returns: (transfer none) (nullable): why the service had nothing for the first of the samples whose window it
 * has rejected.
 */
const GError *kvs_scheduler_get_rejection (KvsScheduler *self);

/**
 * kvs_scheduler_waits_for_pull:
 * Returns: whether kvs_scheduler_next() may return a request when samples were pulled.
 */
gboolean kvs_scheduler_waits_for_pull (KvsScheduler *self);

/**
 * kvs_scheduler_may_go_ahead:
 * @budget: its budget.
 * @is_ready: whether the next sample to pull is there.
 *
 * Returns: whether kvs_scheduler_next() has given nothing because other streams had used up the budget, and now there is
 * enough, or downstream waits.
 */
gboolean kvs_scheduler_may_go_ahead (
    KvsScheduler *self, const KvsBudget *budget, gboolean is_ready);

/**
 * kvs_scheduler_count_expected:
 * @input: the present.
 *
 * Returns: how many samples are old enough to be asked for, are in no task yet, and need not come at once: 0 until the
 * first sample was pulled, as who has sought waits for that.
 */
guint kvs_scheduler_count_expected (KvsScheduler *self, const KvsSchedulerInput *input);

gboolean kvs_scheduler_is_finished (KvsScheduler *self);

/**
 * kvs_scheduler_has_only_gaps:
 * Returns: whether at the live edge no media of the camera's clock has come for the availability timeout.
 */
gboolean kvs_scheduler_has_only_gaps (KvsScheduler *self);

/**
 * kvs_scheduler_is_awaited:
 * @request: a request in flight.
 *
 * Returns: whether the next sample to pull has to come from the task of @request.
 */
gboolean kvs_scheduler_is_awaited (
    KvsScheduler *self, const KvsRequest *request, const KvsSchedulerInput *input);

/**
 * kvs_scheduler_is_awaited_running:
 * Returns: whether the next sample to pull is there, or a request in flight may bring it.
 */
gboolean kvs_scheduler_is_awaited_running (KvsScheduler *self, const KvsSchedulerInput *input);

/**
 * kvs_scheduler_get_position:
 * Returns: the position in which the sample of @index is pulled.
 */
guint64 kvs_scheduler_get_position (KvsScheduler *self, guint64 index);

G_END_DECLS
