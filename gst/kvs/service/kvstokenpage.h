/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The page of a NextToken of the service, for an application that continues a request of another client. */
#pragma once

#include "kvsentry.h"
#include "kvsimageservice.h"
#include "kvsrange.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_token_page_read:
 * @service: the service that is asked.
 * @range: the range that the token is for, at most %KVS_MAX_RANGE_MS long.
 * @max_results: the MaxResults that it is for.
 * @token: the NextToken.
 * @max_bytes: the most bytes of images to hold, with one image at least; 0 is no limit. A larger page is read as far
 * as that goes.
 * @entries: (element-type KvsEntry): a queue to put the entries of the page in, for one sample after the
 * other.
 * @first: (out): the sample that the first entry is for, by its TimeStamp; the end of the range where
 * there are none.
 * @error: an error of kvs_pager_next().
 *
 * A token is valid only with the other parameters of the request that it was given for.
 *
 * Returns: whether there is such a page.
 */
gboolean kvs_token_page_read (KvsImageService *service, const KvsRange *range, guint max_results,
    const char *token, guint64 max_bytes, GQueue *entries, guint64 *first,
    GCancellable *cancellable, GError **error);

G_END_DECLS
