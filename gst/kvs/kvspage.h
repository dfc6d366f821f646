/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Brings the entries of a page into the order of their samples. */
#pragma once

#include "kvsentry.h"

G_BEGIN_DECLS

/**
 * KvsPage:
 *
 * A page that is arriving.
 *
 * Entry i of a window is for sample i of it, whatever its TimeStamp says: whether that is the point
 * of the grid or the time of the frame is not documented, nor whether a page is sorted. Nearly
 * always it is, and then an entry is for the next sample as soon as it is there. An entry whose
 * TimeStamp is nearer to a later sample than to the next one is held until the page is complete,
 * and so are those after it; then they are sorted by TimeStamp.
 */
typedef struct _KvsPage KvsPage;

/**
 * kvs_page_new:
 * @next_ms: time of the sample that is next, in ms since the epoch.
 * @interval_ms: from each sample to the next.
 *
 * Returns: (transfer full): a page of which nothing has arrived.
 */
KvsPage *kvs_page_new (gint64 next_ms, guint interval_ms);

/**
 * kvs_page_free:
 * @self: (transfer full): a page.
 */
void kvs_page_free (KvsPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsPage, kvs_page_free)

/**
 * kvs_page_push:
 * @self: a page.
 * @entry: (transfer full): the entry that has arrived.
 */
void kvs_page_push (KvsPage *self, KvsEntry *entry);

/**
 * kvs_page_end:
 * @self: a page that is complete.
 */
void kvs_page_end (KvsPage *self);

/**
 * kvs_page_pop:
 * @self: a page.
 *
 * Returns: (transfer full) (nullable): the entry for the next sample, or %NULL when it is not known
 * yet.
 */
KvsEntry *kvs_page_pop (KvsPage *self);

G_END_DECLS
