/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fragments of a stream as requests reveal them: how long they are, and until when there are any. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsFragments:
 * A request finds only fragments that begin within it (AWS's answer in boto3 issue 3712). So it reports
 * no media from its start to the next beginning of a fragment, and must begin up to the length of a
 * fragment before the first sample that is wanted. How long fragments are is not told; but each request
 * shows how long it took to the next one. It has no lock of its own.
 */
typedef struct _KvsFragments KvsFragments;

/**
 * kvs_fragments_new:
 * @max_lookback_ms: how far to look back at most, in ms; 0 is never.
 *
 * Returns: (transfer full): nothing learnt.
 */
KvsFragments *kvs_fragments_new (guint max_lookback_ms);

void kvs_fragments_free (KvsFragments *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsFragments, kvs_fragments_free)

guint kvs_fragments_get_max_lookback_ms (KvsFragments *self);

/**
 * kvs_fragments_note_leading_gap:
 * @missing_ms: for how long a request has reported no media from its start on, in ms.
 */
void kvs_fragments_note_leading_gap (KvsFragments *self, gint64 missing_ms);

/**
 * kvs_fragments_is_known:
 * Returns: whether there is anything to go by.
 */
gboolean kvs_fragments_is_known (KvsFragments *self);

/**
 * kvs_fragments_get_lookback_ms:
 * Returns: how far to look back so that it is nearly always enough, in ms: the maximum while no
 * leading gap is known, else what the longest of the last leading gaps makes likely.
 */
gint64 kvs_fragments_get_lookback_ms (KvsFragments *self);

/**
 * kvs_fragments_note_media:
 * @time_ms: the time of a sample with media, in ms since the epoch.
 */
void kvs_fragments_note_media (KvsFragments *self, gint64 time_ms);

/**
 * kvs_fragments_get_latest_ms:
 * Returns: the latest sample that is known to have media, in ms since the epoch, or −1. What has none
 * before it will not have any.
 */
gint64 kvs_fragments_get_latest_ms (KvsFragments *self);

G_END_DECLS
