/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks ListFragments, page after page, where a stream has media. */
#pragma once

#include "kvsfragmentlist.h"
#include "kvspacer.h"
#include "kvsquery.h"
#include "kvsstats.h"

#include <awsclient.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * kvs_list_fragments:
 * @client: signs and sends the requests. Each page has the attempts that the client is set to.
 * @pacer: the pacer of the stream.
 * @data_endpoint: the data endpoint of the stream for %KVS_API_LIST_FRAGMENTS.
 * @query: names the stream, and whose clock the times are on.
 * @from_ms: the first time that the list is to cover.
 * @until_ms: the end of what it is to cover, after @from_ms. ListFragments is eventually consistent, and a
 * fragment is listed only when it is complete, so times near now must not be asked for.
 * @max_pages: how many pages to ask for at most, at least 1. A page has up to %KVS_MAX_FRAGMENTS_PER_PAGE
 * fragments.
 * @stats: counts the requests and what they give.
 * @error: an error of aws_client_send() or aws_reply_read(); %AWS_ERROR_BAD_REPLY or %AWS_ERROR_CUT_OFF if a
 * reply makes no sense, also after all attempts; %KVS_ERROR_BAD_REPLY if a NextToken comes twice;
 * %KVS_ERROR_TOO_MANY if there are more than @max_pages, so that the caller can ask for less.
 *
 * Asks ListFragments which fragments there are. It lists those that begin in a range, so the requests
 * start %KVS_MAX_FRAGMENT_MS earlier than @from_ms. They are for whole seconds, as the service may ignore
 * fractions.
 *
 * Returns: (transfer full) (nullable): the list.
 */
KvsFragmentList *kvs_list_fragments (AwsClient *client, KvsPacer *pacer, GUri *data_endpoint,
    const KvsQuery *query, gint64 from_ms, gint64 until_ms, guint max_pages, KvsStats *stats,
    GCancellable *cancellable, GError **error);

G_END_DECLS
