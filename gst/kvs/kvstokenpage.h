/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page that a NextToken of the service leads to, for whoever goes on with what another client has
 * begun. */
#pragma once

#include "kvsentry.h"
#include "kvsimageservice.h"
#include "kvsrange.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_token_page_read:
 * @service: who is asked.
 * @range: the range that the token is for, at most %KVS_MAX_RANGE_MS long.
 * @max_results: the MaxResults that it is for.
 * @token: the NextToken.
 * @entries: (element-type KvsEntry): a queue to put the entries of the page in, for one sample after the
 * other.
 * @first: (out): the sample that the first entry is for, by its TimeStamp; the end of the range where
 * there are none.
 * @cancellable: (nullable): ends the wait.
 * @error: an error of kvs_chain_next().
 *
 * A token is good only for a request that is otherwise the one that it was given for.
 *
 * Returns: whether there is such a page.
 */
gboolean kvs_token_page_read (KvsImageService *service, const KvsRange *range, guint max_results,
    const char *token, GQueue *entries, guint64 *first, GCancellable *cancellable, GError **error);

G_END_DECLS
