/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The range that the settings ask for, and the sample in it to begin with. */
#pragma once

#include "kvsrange.h"
#include "kvssettings.h"

G_BEGIN_DECLS

/**
 * KvsAskedRange:
 * @spec: from when to when.
 * @first: the sample to begin with, which is 0 unless it is resumed.
 * @service_token: (nullable): the NextToken of the service to begin with; it belongs to the settings.
 */
typedef struct {
  KvsRangeSpec spec;
  guint64 first;
  const char *service_token;
} KvsAskedRange;

/**
 * kvs_asked_range_read:
 * @settings: settings that make a query.
 * @now_ms: what "now" is by the local clock, in ms since the epoch.
 * @range: (out): from when to when.
 * @error: %KVS_ERROR_INVALID, naming the property, its value and what is accepted; also when the
 * range is empty whatever the service's clock says.
 *
 * Returns: whether the settings give a range.
 */
gboolean kvs_asked_range_read (
    const KvsSettings *settings, gint64 now_ms, KvsAskedRange *range, GError **error);

G_END_DECLS
