/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A rate limit: a bucket that holds one second's worth of points, but at least one, fills at their
 * rate, and is full at first. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Zero it, but for the rate, before its first use. Not locked. */
typedef struct {
  double rate; /* points a second */
  double spent;
  gint64 then_ms; /* when @spent was right */
} EmulatorBucket;

/**
 * emulator_bucket_take:
 * @points: what is asked for
 * @now_ms: the time; may not have gone on, and may have gone back
 *
 * Takes points out of the bucket.
 *
 * Returns: %FALSE, with nothing taken, when there are not as many
 */
gboolean emulator_bucket_take (EmulatorBucket *bucket, double points, gint64 now_ms);

G_END_DECLS
