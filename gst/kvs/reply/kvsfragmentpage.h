/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One page of a ListFragments reply, parsed as it arrives. */
#pragma once

#include "kvsquery.h"

#include <glib.h>

G_BEGIN_DECLS

/** The longest fragment in ms (Kinesis Video Streams quotas, PutMedia, maximum fragment duration). */
#define KVS_MAX_FRAGMENT_MS 20000

/** KvsFragment.length_ms of a fragment of unknown length. */
#define KVS_FRAGMENT_UNKNOWN_LENGTH (-1)

/**
 * KvsFragment:
 * @start_ms: when the fragment begins on the selector's clock, in ms since the epoch.
 * @length_ms: its playback duration, or %KVS_FRAGMENT_UNKNOWN_LENGTH.
 */
typedef struct {
  gint64 start_ms;
  gint64 length_ms;
} KvsFragment;

typedef struct _KvsFragmentPage KvsFragmentPage;

/**
 * kvs_fragment_page_new:
 * @selector: the selector of the request, which says what of ServerTimestamp and ProducerTimestamp is
 * the start of a fragment.
 *
 * Returns: (transfer full): a page of which nothing has arrived.
 */
KvsFragmentPage *kvs_fragment_page_new (KvsImageSelector selector);
void kvs_fragment_page_free (KvsFragmentPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsFragmentPage, kvs_fragment_page_free)

/**
 * kvs_fragment_page_feed:
 * @text: the next piece of the reply's body.
 * @length: the size of @text in bytes.
 * @error: %KVS_ERROR_BAD_REPLY, saying what is wrong with the reply.
 *
 * Accepts members in any order, unknown, absent and null ones, and times and lengths in any form of JSON
 * number and as strings. An entry without a usable time is ignored: its time is not on the selector's
 * clock, so GetImages cannot find it either. An entry without a usable length has an unknown one. More
 * than %KVS_MAX_FRAGMENTS_PER_PAGE entries are an error.
 *
 * Returns: whether it is a ListFragments reply so far. After an error nothing may be fed.
 */
gboolean kvs_fragment_page_feed (
    KvsFragmentPage *self, const char *text, gsize length, GError **error);

/**
 * kvs_fragment_page_end:
 * @error: %KVS_ERROR_CUT_OFF if the body is not complete. %KVS_ERROR_BAD_REPLY if it has no Fragments, or
 * only ones without a usable time.
 *
 * Returns: whether the body is a whole ListFragments reply.
 */
gboolean kvs_fragment_page_end (KvsFragmentPage *self, GError **error);

/**
 * kvs_fragment_page_get_fragments:
 * @self: a page that has ended.
 * @n_fragments: (out): how many there are.
 *
 * Returns: (transfer none) (array length=n_fragments): the fragments in the order of the reply, which is
 * no order in time (API reference, ListFragments).
 */
const KvsFragment *kvs_fragment_page_get_fragments (KvsFragmentPage *self, guint *n_fragments);

/** (nullable): the NextToken of a page that has ended; %NULL on the last page. */
const char *kvs_fragment_page_get_next_token (KvsFragmentPage *self);

G_END_DECLS
