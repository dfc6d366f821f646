/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gaps that wait: at the beginning of a range for the caps, which need the first still, or until
 * downstream takes them. */
#pragma once

#include "kvssample.h"

G_BEGIN_DECLS

/**
 * KvsGaps:
 * Gaps in the order in which they are pushed. Consecutive ones are one item, because a whole day may be one gap.
 */
typedef struct _KvsGaps KvsGaps;

/**
 * kvs_gaps_new:
 * Returns: (transfer full): no gaps.
 */
KvsGaps *kvs_gaps_new (void);

void kvs_gaps_free (KvsGaps *self);

/**
 * kvs_gaps_push:
 * @sample: the gap that comes after them.
 */
void kvs_gaps_push (KvsGaps *self, const KvsSample *sample);

/**
 * kvs_gaps_pop:
 * Returns: (transfer full) (nullable): the first gap, or %NULL without any.
 */
KvsSample *kvs_gaps_pop (KvsGaps *self);

/**
 * kvs_gaps_prepend:
 * @earlier: the gaps that come before them, which are none afterwards.
 */
void kvs_gaps_prepend (KvsGaps *self, KvsGaps *earlier);

/**
 * kvs_gaps_is_empty:
 * Returns: whether there are none.
 */
gboolean kvs_gaps_is_empty (const KvsGaps *self);

/**
 * kvs_gaps_clear:
 * @self: gaps, which are none afterwards.
 *
 * Takes time for each item, not for each gap.
 */
void kvs_gaps_clear (KvsGaps *self);

G_END_DECLS
