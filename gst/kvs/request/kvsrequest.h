/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bodies of the requests, as JSON. */
#pragma once

#include "kvsquery.h"
#include "kvswindow.h"

G_BEGIN_DECLS

/** The paths of the operations (service models of kinesisvideo and kinesis-video-archived-media).
 */
#define KVS_PATH_GET_DATA_ENDPOINT "/getDataEndpoint"
#define KVS_PATH_GET_IMAGES "/getImages"
#define KVS_PATH_LIST_FRAGMENTS "/listFragments"

/** The APINames of the operations (API reference, GetDataEndpoint). */
#define KVS_API_NAME_GET_IMAGES "GET_IMAGES"
#define KVS_API_NAME_LIST_FRAGMENTS "LIST_FRAGMENTS"

/** The largest MaxResults of ListFragments (API reference, ListFragments). */
#define KVS_MAX_FRAGMENTS_PER_PAGE 1000

/** The signing name of both services (service models). */
#define KVS_SIGNING_NAME "kinesisvideo"

/**
 * kvs_request_new_get_data_endpoint:
 * @query: names the stream.
 * @api_name: one of KVS_API_NAME_*. A data endpoint is valid for one stream and one API only (API
 * reference, GetDataEndpoint, APIName).
 *
 * Returns: (transfer full): the body of a GetDataEndpoint request.
 */
GBytes *kvs_request_new_get_data_endpoint (const KvsQuery *query, const char *api_name);

/**
 * kvs_request_new_get_images:
 * @query: the stream and the kind of images.
 * @window: the sample times.
 * @max_results: MaxResults, 1 to %KVS_MAX_RESULTS.
 * @next_token: (nullable): the NextToken of the page before this one. The other parameters must be
 * those of that page.
 *
 * Returns: (transfer full): the body of a GetImages request.
 */
GBytes *kvs_request_new_get_images (
    const KvsQuery *query, const KvsWindow *window, guint max_results, const char *next_token);

/**
 * kvs_request_new_list_fragments:
 * @query: names the stream, and whose clock the times are on.
 * @start_ms: the first time at which a fragment may begin, in ms since the epoch.
 * @end_ms: the last such time. Both are inclusive, and fragments that begin before @start_ms are not
 * listed, even if they last beyond it (API reference, FragmentSelector).
 * @max_results: MaxResults, 1 to %KVS_MAX_FRAGMENTS_PER_PAGE.
 * @next_token: (nullable): the NextToken of the page before this one. The other parameters must be
 * those of that page.
 *
 * Returns: (transfer full): the body of a ListFragments request.
 */
GBytes *kvs_request_new_list_fragments (const KvsQuery *query, gint64 start_ms, gint64 end_ms,
    guint max_results, const char *next_token);

G_END_DECLS
