/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The points of a pull at which a fault may come: which requests they are, and what a stream and a range have to be like
 * so that there are such requests. */
#pragma once

#include <awsrequest.h>
#include <emulatedrun.h>

G_BEGIN_DECLS

/**
 * FaultPoint:
 * @FAULT_POINT_CREDENTIALS: the first credentials are asked for.
 * @FAULT_POINT_REFRESH: the credentials have expired between two pages.
 * @FAULT_POINT_ENDPOINT: GetDataEndpoint.
 * @FAULT_POINT_FIRST_PAGE: GetImages from the start of the range.
 * @FAULT_POINT_LATER_PAGE: GetImages with a NextToken.
 * @FAULT_POINT_BETWEEN_PAGES: the service has been started anew between two pages, which ends all connections and
 * makes tokens useless; and then all GetImages.
 * @FAULT_POINT_LOOKBACK: GetImages from before the start of the range.
 * @FAULT_POINT_LIST_ENDPOINT: GetDataEndpoint for ListFragments.
 * @FAULT_POINT_LIST: ListFragments.
 * @FAULT_POINT_LIVE_EDGE: GetImages after the live edge is reached.
 */
typedef enum {
  FAULT_POINT_CREDENTIALS,
  FAULT_POINT_REFRESH,
  FAULT_POINT_ENDPOINT,
  FAULT_POINT_FIRST_PAGE,
  FAULT_POINT_LATER_PAGE,
  FAULT_POINT_BETWEEN_PAGES,
  FAULT_POINT_LOOKBACK,
  FAULT_POINT_LIST_ENDPOINT,
  FAULT_POINT_LIST,
  FAULT_POINT_LIVE_EDGE,
} FaultPoint;

#define FAULT_N_POINTS (FAULT_POINT_LIVE_EDGE + 1)

/** What it is called in the table. */
const char *fault_point_get_name (FaultPoint self);

/**
 * fault_point_configure:
 * @run: a run that was not started.
 *
 * Sets the stream, the range and the options.
 */
void fault_point_configure (FaultPoint self, EmulatedRun *run);

/**
 * fault_point_has_images:
 * Returns: whether its requests are GetImages.
 */
gboolean fault_point_has_images (FaultPoint self);

/**
 * fault_point_matches:
 * @request: a request that is about to be sent.
 * @run: its run.
 * @n_images: how many GetImages were sent before.
 * @n_pulled: how many samples were pulled before.
 *
 * Returns: whether @request is at this point.
 */
gboolean fault_point_matches (
    FaultPoint self, const AwsRequest *request, EmulatedRun *run, guint n_images, guint n_pulled);

/**
 * fault_point_is_get_images:
 * Returns: whether @request is GetImages.
 */
gboolean fault_point_is_get_images (const AwsRequest *request);

G_END_DECLS
