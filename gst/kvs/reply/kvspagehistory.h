/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the pages of a request have shown so far. */
#pragma once

#include "kvsentry.h"
#include "kvssense.h"

G_BEGIN_DECLS

/** Whether pages begin with the last entry of the page before. */
typedef enum {
  KVS_SEAM_UNKNOWN,
  KVS_SEAM_CLEAN,
  KVS_SEAM_REPEATED,
} KvsSeam;

/**
 * KvsPageHistory:
 * @window: what was asked for.
 * @max_results: how many entries a page was asked for.
 * @next: the index behind the last one that has an entry.
 * @page_begin: what @next was when the page began.
 * @page_size: how many samples a page covers, as the one before shows.
 * @last_image: the last image that has an index and a TimeStamp.
 * @distance_ms: the longest time between an image and its sample.
 * @spacing_ms: the longest time from one frame to the next one.
 * @last_gap_ms: when there was no media last.
 * @seam: how pages begin.
 * @has_seam: whether the page before has ended with an image that has a TimeStamp, @seam_ms.
 * @senses: those that fit all images so far.
 * @is_sampled: whether two samples in a row had images with their own times.
 *
 * All senses fit at first. Each image that is added removes those that it does not fit.
 */
typedef struct {
  KvsWindow window;
  guint max_results;
  guint next;
  guint page_begin;
  guint page_size;
  KvsIndexedImage last_image;
  gint64 distance_ms;
  gint64 spacing_ms;
  gint64 last_gap_ms;
  KvsSeam seam;
  gboolean has_seam;
  gint64 seam_ms;
  KvsSense senses[2 * KVS_N_MEANINGS];
  guint n_senses;
  gboolean is_sampled;
} KvsPageHistory;

void kvs_page_history_init (KvsPageHistory *self, const KvsWindow *window, guint max_results);

/**
 * kvs_page_history_add:
 * @entry: the next entry that is for a sample of the request.
 * @index: the index of that, at least @next.
 */
void kvs_page_history_add (KvsPageHistory *self, const KvsEntry *entry, guint index);

/**
 * kvs_page_history_end_page:
 * The next page begins behind the entries that were added.
 */
void kvs_page_history_end_page (KvsPageHistory *self);

/**
 * kvs_page_history_count_wanted:
 * Returns: how many entries the rest of a page of @size should have.
 */
guint kvs_page_history_count_wanted (const KvsPageHistory *self, guint size);

G_END_DECLS
