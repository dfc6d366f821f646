/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One request and its pages, each of which has the NextToken of the next one. */
#pragma once

#include "kvsentry.h"
#include "kvsimageservice.h"
#include "kvswindow.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * KvsPager:
 * Used by one thread at a time. Between two pages nothing is in flight, so that the caller may wait
 * as long as it likes.
 */
typedef struct _KvsPager KvsPager;

/**
 * KvsPagerStep:
 * @KVS_PAGER_ENTRY: there is an entry.
 * @KVS_PAGER_PAGE: a page is complete, and another one follows.
 * @KVS_PAGER_END: there is nothing more.
 * @KVS_PAGER_BROKEN: this request gives nothing more, but another one may: a page broke off,
 * its token was rejected or made no progress, or the page is unreadable or has too many entries.
 * @KVS_PAGER_OVER_BUDGET: the same, because an image was not admitted.
 * @KVS_PAGER_REJECTED: the service says that there is nothing in the window, or that a parameter is wrong.
 * @KVS_PAGER_FAILED: that was the last attempt, or the caller has cancelled.
 *
 * From %KVS_PAGER_END on nothing else comes.
 */
typedef enum {
  KVS_PAGER_ENTRY,
  KVS_PAGER_PAGE,
  KVS_PAGER_END,
  KVS_PAGER_BROKEN,
  KVS_PAGER_OVER_BUDGET,
  KVS_PAGER_REJECTED,
  KVS_PAGER_FAILED,
} KvsPagerStep;

/**
 * KvsPagerAdmitFunc:
 * @bytes: how many bytes of memory an image takes.
 * @n_held: how many images of the page wait for its end, with this one.
 * @has_arrived: whether the image is complete; else it has turned out to be larger than expected, or than it was when it was
 * admitted last.
 * @user_data: from kvs_pager_next().
 *
 * May wait until there is space.
 *
 * Returns: whether the image may be kept; else its page is dropped, or ends before the image if it is the first one
 * of a pager that began with a NextToken.
 */
typedef gboolean (*KvsPagerAdmitFunc) (
    gsize bytes, guint n_held, gboolean has_arrived, gpointer user_data);

/**
 * kvs_pager_new:
 * @service: (transfer none): must outlive the pager.
 * @window: which samples.
 * @max_results: MaxResults.
 * @next_token: (nullable): a NextToken to begin with.
 * @options: how the request differs from others.
 * @image_size: about how many bytes an image has, as a hint. One that is larger than
 * this and than 64 KiB has to be admitted before it has arrived, too.
 *
 * Returns: (transfer full): a pager that has sent nothing.
 */
KvsPager *kvs_pager_new (KvsImageService *service, const KvsWindow *window, guint max_results,
    const char *next_token, KvsImageCallKind kind, gsize image_size);

void kvs_pager_free (KvsPager *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsPager, kvs_pager_free)

/**
 * kvs_pager_next:
 * @admit: (nullable): asked for each image that arrives.
 * @window_index: (out): the index of @entry in the window, higher with each entry; −1 where it is surplus.
 * @entry: (out) (transfer full) (nullable): the entry, if there is one.
 * @error: why the pager is broken, rejected or failed.
 *
 * Sends the request for the next page where that is due, by the usual rules of retrying, and waits for its
 * next entry. A page that breaks off because it was not read for a while costs no attempt.
 *
 * Returns: what comes next.
 */
KvsPagerStep kvs_pager_next (KvsPager *self, KvsPagerAdmitFunc admit, gpointer user_data,
    GCancellable *cancellable, gint *window_index, KvsEntry **entry, GError **error);

/**
 * kvs_pager_count_entries:
 * Returns: how many entries have come in all.
 */
guint kvs_pager_count_entries (KvsPager *self);

/**
 * kvs_pager_is_cut:
 * Returns: as kvs_matcher_is_cut().
 */
gboolean kvs_pager_is_cut (KvsPager *self);

G_END_DECLS
