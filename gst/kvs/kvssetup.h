/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes a reader of the settings. */
#pragma once

#include "kvsaskedrange.h"
#include "kvsreader.h"

#include <awsiotsource.h>

G_BEGIN_DECLS

/**
 * kvs_setup_new_reader:
 * @settings: what is set.
 * @iot: (nullable): a device that asks, as for kvs_access_init().
 * @now_ms: what "now" is by the local clock, in ms since the epoch.
 * @stats: what to count in; it must outlive the reader.
 * @asked: (out): from when to when; what is in it belongs to @settings.
 * @error: %KVS_ERROR_INVALID, naming a setting, its value and what is accepted, or an error of %AWS_ERROR about what
 *     the environment and the shared files say.
 *
 * Nothing is sent, and credentials are not looked for yet.
 *
 * Returns: (transfer full) (nullable): a reader of the whole range that has not begun.
 */
KvsReader *kvs_setup_new_reader (const KvsSettings *settings, const AwsIotOptions *iot,
    gint64 now_ms, KvsStats *stats, KvsAskedRange *asked, GError **error);

G_END_DECLS
