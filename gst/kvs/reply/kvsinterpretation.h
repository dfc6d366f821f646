/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One interpretation of a page: which samples its entries are for if a hypothesis holds. */
#pragma once

#include "kvsheldpage.h"
#include "kvspagehistory.h"

G_BEGIN_DECLS

/**
 * KvsHypothesis:
 * @has_before: the first image is surplus.
 * @has_behind: the last image is surplus.
 */
typedef struct {
  KvsSense sense;
  gboolean has_before;
  gboolean has_behind;
} KvsHypothesis;

/**
 * KvsInterpretation:
 * @history: what is known before the page.
 * @page: a page that is complete and of which all entries have TimeStamps.
 * @gaps: (element-type gint): the indexes of gaps.
 * @indexes: those of the entries, in the order of their arrival; also ones outside of the request.
 * @last_image: the last image that is not surplus.
 * @n_assigned: entries that have an index, also behind the request.
 * @n_answered: samples of the request that it has an entry for.
 * @end: the index behind the last entry.
 * @is_loose: whether its last images may be for later samples as well.
 * @is_exact: whether two images in a row have the times of their samples.
 * @distance_ms: the longest time between an image and its sample, but for the last image.
 * @last_ms: that of the last image.
 * @last_off_ms: that of the last image from the time that the sense gives the sample.
 *
 * Gaps are assigned first, to the samples of their TimeStamps. Then come a surplus image in front, the other images in the
 * order of TimeStamp, to the samples without a gap, and a surplus one behind the request.
 */
typedef struct {
  const KvsPageHistory *history;
  const KvsHeldPage *page;
  KvsHypothesis hypothesis;
  GHashTable *gaps;
  gint *indexes;
  KvsIndexedImage last_image;
  guint n_assigned;
  guint n_answered;
  guint end;
  gboolean is_loose;
  gboolean is_exact;
  gint64 distance_ms;
  gint64 last_ms;
  gint64 last_off_ms;
} KvsInterpretation;

void kvs_interpretation_init (
    KvsInterpretation *self, const KvsPageHistory *history, const KvsHeldPage *page);

void kvs_interpretation_clear (KvsInterpretation *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsInterpretation, kvs_interpretation_clear)

/**
 * kvs_interpretation_read:
 * Interprets the page once more, now under @hypothesis.
 *
 * Returns: whether the page fits it. If not, the interpretation has no meaning.
 */
gboolean kvs_interpretation_read (KvsInterpretation *self, KvsHypothesis hypothesis);

/**
 * kvs_interpretation_is_closed:
 * Returns: whether all samples have an entry up to the last one that has.
 */
gboolean kvs_interpretation_is_closed (const KvsInterpretation *self);

/**
 * kvs_interpretation_get_index:
 * Returns: the index that entry @arrival gets; -1 where it is surplus.
 */
gint kvs_interpretation_get_index (const KvsInterpretation *self, guint arrival);

/**
 * kvs_interpretation_get_seam:
 * Returns: how the page begins.
 */
KvsSeam kvs_interpretation_get_seam (const KvsInterpretation *self);

G_END_DECLS
