/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decides which sample of a request each entry of its pages is for. */
#pragma once

#include "kvsentry.h"
#include "kvswindow.h"

G_BEGIN_DECLS

/**
 * KvsMatcher:
 * The samples of a request are counted from 0, which is the one at StartTimestamp. TimeStamps are read in each sense that
 * all images so far fit: the TimeStamp of an image is its sample's own time, or that of the last frame up to the
 * sample, of the nearest one, or of the first one from it on; and the fraction of StartTimestamp counts, or is cut
 * off. In each sense the first image of a page may be surplus or not, and the last one of the last page. The rules:
 *
 * | rule | evidence |
 * |---|---|
 * | If a page is in order so far, an entry whose TimeStamp is that of the next sample is for that, at once. | Whatever a TimeStamp means, the frame of that very time is what the sample shows. |
 * | A gap is for the sample of its TimeStamp, and no frame from before a NO_MEDIA is shown behind that. | A gap shows no frame, so its TimeStamp can only be its sample's. |
 * | Images are sorted by TimeStamp and assigned to the samples without a gap, one after the other. If entries are missing, only samples' own times tell which. | The service lists one entry for each sample (API reference, GetImages). |
 * | The first image may be surplus if it can be for the sample before the request, or is the one that the page before has ended with. | |
 * | What lies behind the request is surplus. | |
 * | Of the interpretations that fit, the best one is taken: first one with samples' own times, if two samples in a row have theirs; then one with a full page of as many entries as the page before or 25, or with the end of the request; then one with all entries that were asked for. | The service has at most 25 images on a page (API reference). |
 * | If pages have begun with what the one before has ended with, they all do, and if not, none does. | A service does all pages alike. |
 * | If a request has two samples that are at least 10 s apart, images that are nearer to their sample than to the next one decide what is left. | Frames are shorter. |
 * | If no sense fits, a page with the right number of entries is taken in the order of its TimeStamps. | The count. |
 * | If the last page would be unreadable, and all of its entries have the times of samples, the last one that of the last sample, they are for these. | A frame of that very time is right for the sample, and the sample's own time is, too. |
 * | If it is not known where a page begins, and the page would be unreadable, it is taken in the order of its TimeStamps. | It cannot be asked for by its time. |
 * | If several interpretations are as good and give different frames, or the best one has entries missing and not the samples' own times, or another one a full page, the page is unreadable: what is held of it is not used, and the request ends. So is the last page if its last image may lie behind the request, and is far from its sample, unlike others, or further than frames are apart; and a page of one that is the one before once more, with its sample's own time; and a page that fits only if the start is cut, and gives a sample the image with the very time of another one, if images had their samples' own times so far. | A wrong still is worse than another request. |
 *
 * A page without any TimeStamp, or with an entry that lacks one, is taken in its order.
 *
 * What no rule can tell: a page that is short by one and begins with a surplus image says the same as a full
 * one. If images have times of frames and a service leaves gaps out, what lies behind them may say the same as
 * slower frames without gaps.
 */
typedef struct _KvsMatcher KvsMatcher;

/**
 * kvs_matcher_new:
 * @window: what was asked for.
 * @max_results: how many entries a page was asked for.
 *
 * Returns: (transfer full): a matcher for the first page.
 */
KvsMatcher *kvs_matcher_new (const KvsWindow *window, guint max_results);

void kvs_matcher_free (KvsMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsMatcher, kvs_matcher_free)

/**
 * kvs_matcher_find_start:
 * @self: a matcher of which nothing was pushed.
 *
 * Lets the TimeStamps of the first page decide where it begins: the pages before it are not known,
 * nor how many entries the request of its token has asked for. It begins at the sample nearest to
 * the first TimeStamp. If the page shows a frame more than once, the first sample that is not
 * before the second frame is the first one to show that.
 */
void kvs_matcher_find_start (KvsMatcher *self);

/**
 * kvs_matcher_is_adrift:
 * Returns: whether it is still not known where the pages begin.
 */
gboolean kvs_matcher_is_adrift (KvsMatcher *self);

/**
 * kvs_matcher_push:
 * @entry: (transfer full): the entry that has arrived.
 */
void kvs_matcher_push (KvsMatcher *self, KvsEntry *entry);

/**
 * kvs_matcher_end_page:
 * @self: a matcher, all entries of whose page were pushed.
 * @is_last: whether no page follows.
 *
 * Settles what could not be told before the page was complete.
 */
void kvs_matcher_end_page (KvsMatcher *self, gboolean is_last);

/**
 * kvs_matcher_pop:
 * @index: (out): the index of its sample in the window, higher with each entry; or −1 where it is surplus.
 *
 * Returns: (transfer full) (nullable): the next entry that is settled.
 */
KvsEntry *kvs_matcher_pop (KvsMatcher *self, gint *index);

/**
 * kvs_matcher_count_held:
 * Returns: how many images wait for the end of their page.
 */
guint kvs_matcher_count_held (KvsMatcher *self);

/**
 * kvs_matcher_is_full:
 * Returns: whether the page has more entries already than a page with MaxResults can have; no more must be pushed.
 * So the work at its end, which grows with the square of the number of entries, stays small.
 */
gboolean kvs_matcher_is_full (KvsMatcher *self);

/**
 * kvs_matcher_get_next:
 * Returns: the index behind the last sample that has an entry.
 */
guint kvs_matcher_get_next (KvsMatcher *self);

/**
 * kvs_matcher_is_unreadable:
 * Returns: whether the last page was, and nothing tells what the pages behind it are for. The number
 * of entries tells it when they are asked for again, from kvs_matcher_get_next() on, with a MaxResults that is
 * two less than the page had: a page is full then and not the last one, so what is more is surplus in front. Only
 * where that leaves one sample may it be unreadable again.
 */
gboolean kvs_matcher_is_unreadable (KvsMatcher *self);

/**
 * kvs_matcher_is_cut:
 * Returns: whether all TimeStamps so far say that the service has taken the fraction of a second off
 * StartTimestamp.
 */
gboolean kvs_matcher_is_cut (KvsMatcher *self);

G_END_DECLS
