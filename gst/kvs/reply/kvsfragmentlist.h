/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The media of a stream, by ListFragments. */
#pragma once

#include "kvsfragmentpage.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsFragmentList:
 * The fragments of a stretch of time, on the clock of the selector that they were listed by. All times are
 * in ms since the epoch, all lengths in ms. Immutable and ref-counted; may be used from any thread.
 *
 * A list is complete only for the past: fragments that arrive later, also with earlier producer
 * timestamps, are not in it. It knows which fragments cover the times in [from, until), so nothing that is
 * not covered can be said to have no media: check kvs_fragment_list_covers() first.
 *
 * The margin of its functions is how far media may lie outside of the listed fragments: the length of a
 * fragment is a playback duration, and a server timestamp is the time of arrival.
 */
typedef struct _KvsFragmentList KvsFragmentList;

/**
 * kvs_fragment_list_new:
 * @from_ms: the first time that the list covers.
 * @until_ms: the end of what it covers, which is not covered itself. Not before @from_ms.
 * @fragments: (array length=n_fragments): all fragments that cover times in between, in any order. Others
 * may be among them.
 * @n_fragments: how many there are.
 *
 * Sorts the fragments. Fragments that begin at the same time become one, with the longest length. Those that
 * lie inside of an earlier one are left out. A fragment of unknown length lasts until the next one begins,
 * and %KVS_MAX_FRAGMENT_MS at most.
 *
 * Returns: (transfer full): the list.
 */
KvsFragmentList *kvs_fragment_list_new (
    gint64 from_ms, gint64 until_ms, const KvsFragment *fragments, guint n_fragments);
KvsFragmentList *kvs_fragment_list_ref (KvsFragmentList *self);
void kvs_fragment_list_unref (KvsFragmentList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsFragmentList, kvs_fragment_list_unref)

/** Whether the list knows if there is media at @ms. */
gboolean kvs_fragment_list_covers (KvsFragmentList *self, gint64 ms);

/** The first time that the list covers. */
gint64 kvs_fragment_list_get_from_ms (KvsFragmentList *self);

/** The end of what the list covers, which is not covered itself. */
gint64 kvs_fragment_list_get_until_ms (KvsFragmentList *self);

/** The length of the longest fragment, or 0 if there is none. */
gint64 kvs_fragment_list_get_longest_ms (KvsFragmentList *self);

/**
 * kvs_fragment_list_get_fragments:
 * @n_fragments: (out): how many there are.
 *
 * Returns: (transfer none) (array length=n_fragments): the fragments. Both their starts and their ends are
 * in strictly increasing order, and all lengths are known.
 */
const KvsFragment *kvs_fragment_list_get_fragments (KvsFragmentList *self, guint *n_fragments);

/**
 * kvs_fragment_list_find_start:
 * @ms: a time.
 * @margin_ms: how far media may lie outside of its fragment.
 *
 * Finds where a request for images must start to find the one at @ms.
 *
 * Returns: the start of the latest fragment that begins at or before @ms and, with the margin, lasts until
 * @ms; or -1 if there is none.
 */
gint64 kvs_fragment_list_find_start (KvsFragmentList *self, gint64 ms, gint64 margin_ms);

/**
 * kvs_fragment_list_has_media:
 * @from_ms: the first time.
 * @to_ms: the last time, not before @from_ms.
 * @margin_ms: how far media may lie outside of its fragment.
 *
 * Returns: whether a fragment, made longer by the margin on both sides, has a time in [@from_ms, @to_ms]. If
 * not, there is certainly no media at the times of it that the list covers.
 */
gboolean kvs_fragment_list_has_media (
    KvsFragmentList *self, gint64 from_ms, gint64 to_ms, gint64 margin_ms);

/**
 * kvs_fragment_list_next_media:
 * @ms: a time.
 * @margin_ms: how far media may lie outside of its fragment.
 *
 * Returns: the earliest time at or after @ms that may have media: @ms itself if the list does not cover it,
 * and the end of what it covers if there is no more media in it.
 */
gint64 kvs_fragment_list_next_media (KvsFragmentList *self, gint64 ms, gint64 margin_ms);

/**
 * kvs_fragment_list_previous_media:
 * @ms: a time.
 * @margin_ms: how far media may lie outside of its fragment.
 *
 * Returns: the latest time at or before @ms that may have media: @ms itself if the list does not cover it,
 * and the last time before what it covers, 1 ms before its first one, if there is no earlier media in it.
 */
gint64 kvs_fragment_list_previous_media (KvsFragmentList *self, gint64 ms, gint64 margin_ms);

G_END_DECLS
