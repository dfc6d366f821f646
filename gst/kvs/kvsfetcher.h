/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Fills a span: asks for its samples until each of them is settled. */
#pragma once

#include "kvsfragments.h"
#include "kvsimageservice.h"
#include "kvssamplequeue.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsFetcher:
 *
 * How samples are fetched. Used by many threads at a time, each for a job of its own.
 */
typedef struct _KvsFetcher KvsFetcher;

/**
 * KvsFetchJob:
 * @span: the span to fill.
 * @count: how many samples it has.
 * @number: the number of its first sample in the range.
 * @stride: from each sample's number to the next.
 * @start_ms: the time of the first sample, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 * @may_defer: whether samples at the end may stay open, because media may still come.
 * @is_waited_for: whether to wait until they need not.
 * @entries: (nullable) (element-type KvsEntry): what is there already of the first samples.
 * @entries_start_ms: the StartTimestamp of the request that gave @entries, which may be for any of its pages.
 *
 * What is to be fetched.
 */
typedef struct {
  KvsSpan *span;
  guint count;
  guint64 number;
  guint stride;
  gint64 start_ms;
  gint64 interval_ms;
  gboolean may_defer;
  gboolean is_waited_for;
  GQueue *entries;
  gint64 entries_start_ms;
} KvsFetchJob;

/**
 * kvs_fetcher_new:
 * @service: (transfer none): who is asked; it must outlive the fetcher, and so must the others.
 * @queue: (transfer none): where the spans are.
 * @fragments: (transfer none): what is learnt of the stream.
 * @query: what is asked for.
 * @availability_timeout_ms: until how long after its own time a sample without media may still get
 * some, in ms.
 * @stats: what to count in.
 *
 * Returns: (transfer full): a fetcher.
 */
KvsFetcher *kvs_fetcher_new (KvsImageService *service, KvsSampleQueue *queue,
    KvsFragments *fragments, const KvsQuery *query, guint availability_timeout_ms, KvsStats *stats);

/**
 * kvs_fetcher_free:
 * @self: (transfer full): a fetcher without jobs.
 */
void kvs_fetcher_free (KvsFetcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsFetcher, kvs_fetcher_free)

/**
 * kvs_fetcher_get_page_size:
 * @self: a fetcher.
 *
 * Returns: how many images a request is made for at most, which is less for large images.
 */
guint kvs_fetcher_get_page_size (KvsFetcher *self);

/**
 * kvs_fetcher_get_lead:
 * @self: a fetcher.
 * @time_ms: the time of a sample, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 * @lookback_ms: how far to look back, in ms.
 *
 * A request begins on a whole second, where the grid has one near, because it is not documented whether
 * fractions of a StartTimestamp count.
 *
 * Returns: how many samples before the one at @time_ms a request begins.
 */
guint kvs_fetcher_get_lead (
    KvsFetcher *self, gint64 time_ms, gint64 interval_ms, gint64 lookback_ms);

/**
 * kvs_fetcher_run:
 * @self: a fetcher.
 * @job: what to do.
 * @cancellable: (nullable): ends it.
 * @n_settled: (out): how many samples from the first on are settled, all unless some are deferred.
 * @error: an error of kvs_chain_next(), %KVS_ERROR_WRONG_FORMAT or %G_IO_ERROR_CANCELLED; the
 * samples that are settled are good all the same.
 *
 * Asks for the samples of a span.
 *
 * Returns: whether all went well.
 */
gboolean kvs_fetcher_run (KvsFetcher *self, const KvsFetchJob *job, GCancellable *cancellable,
    guint *n_settled, GError **error);

/**
 * kvs_fetcher_get_poll_ms:
 * @interval_ms: from each sample to the next.
 * @n_samples: how many were deferred.
 *
 * Returns: after how long to ask again for samples that were deferred, in ms.
 */
gint64 kvs_fetcher_get_poll_ms (gint64 interval_ms, guint n_samples);

/**
 * kvs_fetcher_get_refusal:
 * @self: a fetcher.
 *
 * Returns: (transfer full) (nullable): why the service had nothing for the first of the samples that it
 * refused to answer for.
 */
GError *kvs_fetcher_get_refusal (KvsFetcher *self);

G_END_DECLS
