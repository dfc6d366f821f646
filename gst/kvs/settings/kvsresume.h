/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Resumes at a starting-token, if all other settings agree with it. */
#pragma once

#include "kvsaskedrange.h"

G_BEGIN_DECLS

/**
 * kvs_resume:
 * @settings: settings with a starting-token.
 * @range: (inout): what start-timestamp and end-timestamp say, and then where to resume.
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted.
 *
 * A starting-token is a next-token, which has a range of its own, with which what is set must agree:
 * stream, selector, start, end and interval. Or it is a NextToken of the service, which says nothing of
 * that, so that it must all be set. The service takes such a token within the range of one request only,
 * which is at most %KVS_MAX_RANGE_MS.
 *
 * Returns: whether it can be resumed.
 */
gboolean kvs_resume (const KvsSettings *settings, KvsAskedRange *range, GError **error);

G_END_DECLS
