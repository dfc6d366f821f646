/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The entries of a page that are held until it is complete. */
#pragma once

#include "kvsentry.h"

G_BEGIN_DECLS

/**
 * KvsMatch:
 * @arrival: which of the held entries it is.
 * @index: the index of its sample; -1 is none.
 *
 * An entry with its sample.
 */
typedef struct {
  KvsEntry *entry;
  guint arrival;
  gint index;
} KvsMatch;

void kvs_match_free (KvsMatch *self);

/**
 * KvsHeldPage:
 * @entries: (element-type KvsMatch): all of them, in the order of their arrival.
 * @images: (element-type KvsMatch): those with an image; once the page is complete, in the order of TimeStamp.
 * @gaps: (element-type KvsMatch): the others.
 * @is_timed: whether all entries have TimeStamps.
 * @is_sorted: whether images have arrived in the order of TimeStamp.
 * @is_last: whether the page is complete and no page follows.
 *
 * Entries are pushed as they arrive, then the page is completed. Forgotten, it is ready for the next one.
 */
typedef struct {
  GPtrArray *entries;
  GPtrArray *images;
  GPtrArray *gaps;
  gboolean is_timed;
  gboolean is_sorted;
  gboolean is_last;
} KvsHeldPage;

void kvs_held_page_init (KvsHeldPage *self);

/**
 * kvs_held_page_clear:
 * Frees the entries, too.
 */
void kvs_held_page_clear (KvsHeldPage *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsHeldPage, kvs_held_page_clear)

/**
 * kvs_held_page_push:
 * @match: (transfer full): the entry that has arrived.
 */
void kvs_held_page_push (KvsHeldPage *self, KvsMatch *match);

void kvs_held_page_complete (KvsHeldPage *self, gboolean is_last);

/**
 * kvs_held_page_forget:
 * Makes the page empty. The entries belong to the caller.
 */
void kvs_held_page_forget (KvsHeldPage *self);

/**
 * kvs_held_page_get_image_time:
 * Returns: the TimeStamp of image @i.
 */
gint64 kvs_held_page_get_image_time (const KvsHeldPage *self, guint i);

/**
 * kvs_held_page_count_same:
 * Returns: how many of the images from @first to before @end show the same frame as the first of them.
 */
guint kvs_held_page_count_same (const KvsHeldPage *self, guint first, guint end);

/**
 * kvs_held_page_find_last_gap:
 * Returns: the TimeStamp of the last NO_MEDIA up to @time_ms; %G_MININT64 if there is none.
 */
gint64 kvs_held_page_find_last_gap (const KvsHeldPage *self, gint64 time_ms);

G_END_DECLS
