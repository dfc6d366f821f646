/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A point in time as users write it: absolute, or relative to a "now" that is known only later. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The latest time that is accepted, 9999-12-31T23:59:59.999Z in ms, which is where RFC 3339 ends.
 */
#define KVS_TIMESTAMP_MAX_MS G_GINT64_CONSTANT (253402300799999)

/** What kvs_timestamp_parse() accepts, for messages to users. */
#define KVS_TIMESTAMP_FORMS                                                                        \
  "RFC 3339 with a zone (2026-11-20T08:00:00.250Z, 2026-11-20 09:00:00+01:00), seconds since the " \
  "epoch (1795161600.25), both with up to nine decimals, which are cut to milliseconds; now, or "  \
  "now minus a duration of d, h, m, s and ms (now-90s, now-1h30m, now-2d)"

/**
 * KvsTimestamp:
 * @relative: whether @ms counts from "now" instead of from the epoch.
 * @ms: milliseconds, at most 0 when @relative.
 */
typedef struct {
  gboolean relative;
  gint64 ms;
} KvsTimestamp;

/**
 * kvs_timestamp_parse:
 * @text: one of %KVS_TIMESTAMP_FORMS. A comma may stand for the decimal point, a space for the T, and a
 * zone may be +01:00, +0100 or +01.
 * @timestamp: (out): the time.
 * @error: %KVS_ERROR_INVALID, which says what is wrong with @text without quoting it.
 *
 * The service counts in milliseconds (a smithy timestamp is "epoch-seconds" with millisecond
 * precision). Decimals beyond them are cut and not rounded, so that a text never means a later time than
 * it says.
 *
 * Returns: whether @text could be understood.
 */
gboolean kvs_timestamp_parse (const char *text, KvsTimestamp *timestamp, GError **error);

/**
 * kvs_timestamp_resolve:
 * @timestamp: what was parsed.
 * @now_ms: what "now" is, in milliseconds since the epoch.
 *
 * Returns: milliseconds since the epoch, not before it.
 */
gint64 kvs_timestamp_resolve (const KvsTimestamp *timestamp, gint64 now_ms);

/**
 * kvs_timestamp_format:
 * @ms: milliseconds since the epoch.
 *
 * Returns: (transfer full): RFC 3339 in UTC, with the milliseconds when there are any.
 */
char *kvs_timestamp_format (gint64 ms);

G_END_DECLS
