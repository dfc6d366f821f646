/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Finds out which moment of a request each entry of its pages is for. */
#pragma once

#include "kvsentry.h"
#include "kvswindow.h"

G_BEGIN_DECLS

/**
 * KvsPlacer:
 *
 * The entries of a window, page after page.
 *
 * Entry i of a window is for moment i, whatever its TimeStamp says: whether that is the moment or the
 * time of a frame that is shown then is not documented. Nor is it whether a page is sorted, begins with
 * what the page before it has ended with, or has entries from outside of the window. TimeStamps tell
 * such entries:
 *
 * - An entry whose TimeStamp is the next moment is for that.
 * - All others are held until their page is complete, and so is what comes behind them. Then they are
 *   sorted by TimeStamp.
 * - One with an earlier TimeStamp than its moment shows the frame that was still shown then; unless the
 *   next one has a later frame that would have been shown instead: then it is a repeat or from before the
 *   window. So it is if what has a place already is later.
 * - Where a page has only one frame, which the page before it or the moment before the window has shown
 *   too, there is no telling. What may be one of those is left out, and the pages behind it are for
 *   nothing that is known.
 * - One that is a later moment is for that, and the ones between are not there; where there are too few
 *   entries in all, or TimeStamps leap by more than an interval, so is one shortly before a later moment.
 * - One that is later by more than that, or at all where all others are earlier and it is the last, is for a
 *   later moment, but there is no telling which.
 *
 * So a page that is sorted, and whose TimeStamps are the moments, is placed as it arrives.
 */
typedef struct _KvsPlacer KvsPlacer;

/**
 * kvs_placer_new:
 * @window: what was asked for.
 *
 * Returns: (transfer full): a placer for its first page.
 */
KvsPlacer *kvs_placer_new (const KvsWindow *window);

/**
 * kvs_placer_free:
 * @self: (transfer full): a placer.
 */
void kvs_placer_free (KvsPlacer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsPlacer, kvs_placer_free)

/**
 * kvs_placer_find_start:
 * @self: a placer of which nothing was pushed.
 *
 * Has the TimeStamps of the first page say which moment its first entry is for: the pages before it are not
 * known. That is the moment nearest to the TimeStamp; but where the page shows a frame more than once, the
 * first one that is not before the second frame is the first one to show that.
 */
void kvs_placer_find_start (KvsPlacer *self);

/**
 * kvs_placer_push:
 * @self: a placer.
 * @entry: (transfer full): the entry that has arrived.
 */
void kvs_placer_push (KvsPlacer *self, KvsEntry *entry);

/**
 * kvs_placer_end_page:
 * @self: a placer, all entries of whose page were pushed.
 * @is_last: whether no page follows.
 */
void kvs_placer_end_page (KvsPlacer *self, gboolean is_last);

/**
 * kvs_placer_pop:
 * @self: a placer.
 * @place: (out): the number of the moment that the entry is for, higher with each entry; or −1 where it
 * is for none.
 *
 * Returns: (transfer full) (nullable): the next entry whose place is known, or %NULL when there is none
 * yet.
 */
KvsEntry *kvs_placer_pop (KvsPlacer *self, gint *place);

/**
 * kvs_placer_get_bytes:
 * @self: a placer.
 *
 * Returns: how many bytes the images have that were pushed and not popped.
 */
gsize kvs_placer_get_bytes (KvsPlacer *self);

/**
 * kvs_placer_get_next:
 * @self: a placer.
 *
 * Returns: the number of the moment behind the last one that was found; the count of the window where
 * there are no more.
 */
guint kvs_placer_get_next (KvsPlacer *self);

/**
 * kvs_placer_is_lost:
 * @self: a placer.
 *
 * Returns: whether nothing tells which moments the pages behind the last one are for.
 */
gboolean kvs_placer_is_lost (KvsPlacer *self);

/**
 * kvs_placer_is_cut:
 * @self: a placer.
 *
 * Returns: whether all TimeStamps so far say that the service has taken the fraction of a second off
 * the StartTimestamp
 */
gboolean kvs_placer_is_cut (KvsPlacer *self);

G_END_DECLS
