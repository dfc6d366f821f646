/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Takes up a run again where a starting-token says, if all else that is set agrees with it. */
#pragma once

#include "gstkvsimagesrcrange.h"

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_resume:
 * @settings: settings with a starting-token.
 * @range: (inout): what start-timestamp and end-timestamp say, and then where to take up the run.
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted.
 *
 * A starting-token is a next-token, which has a range of its own, with which what is set must agree:
 * stream, selector, start, end and interval. Or it is a NextToken of the service, which says nothing of
 * that, so that it must all be set. The service takes such a token within the range of one request only,
 * which is at most %KVS_MAX_RANGE_MS.
 *
 * Returns: whether the run can be taken up.
 */
gboolean gst_kvs_image_src_resume (
    const GstKvsImageSrcSettings *settings, GstKvsImageSrcRange *range, GError **error);

G_END_DECLS
