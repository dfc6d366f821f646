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

/** The signing name of both services (service models). */
#define KVS_SIGNING_NAME "kinesisvideo"

/**
 * kvs_request_new_get_data_endpoint:
 * @query: whose stream is meant.
 *
 * A data endpoint is valid for one stream and one API only (API reference, GetDataEndpoint,
 * APIName).
 *
 * Returns: (transfer full): the body that asks where GetImages of this stream is answered.
 */
GBytes *kvs_request_new_get_data_endpoint (const KvsQuery *query);

/**
 * kvs_request_new_get_images:
 * @query: what is asked for.
 * @window: which moments.
 * @max_results: MaxResults, 1 to %KVS_MAX_RESULTS.
 * @next_token: (nullable): the NextToken of the page before this one; all else must then be as it
 * was for that page.
 *
 * Returns: (transfer full): the body that asks for a page of @window.
 */
GBytes *kvs_request_new_get_images (
    const KvsQuery *query, const KvsWindow *window, guint max_results, const char *next_token);

G_END_DECLS
