/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checks each sample that leaves the element: that it is the next one of the segment, and that it is what the stream
 * has there, byte for byte. */
#pragma once

#include <emulator.h>

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _SoakCheck SoakCheck;

/**
 * soak_check_new:
 * @pad: the source pad of the element.
 * @truth: tells what the stream has.
 * @stream: the name of the stream.
 * @start_ms: the time of sample 0, in ms since the epoch.
 * @interval_ms: the sampling interval.
 * @n_samples: how many samples the range has; 0 for one without an end.
 *
 * Returns: (transfer full): what checks @pad until soak_check_free().
 */
SoakCheck *soak_check_new (GstPad *pad, Emulator *truth, const char *stream, gint64 start_ms,
    guint interval_ms, guint64 n_samples);

/**
 * soak_check_free:
 * @self: (transfer full): a check.
 */
void soak_check_free (SoakCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SoakCheck, soak_check_free)

/**
 * soak_check_end:
 * @self: a check of a pad on which EOS was pushed.
 *
 * Checks that all samples of the last segment have come.
 */
void soak_check_end (SoakCheck *self);

/**
 * soak_check_steal_fault:
 * Returns: (transfer full) (nullable): the first thing that was wrong.
 */
char *soak_check_steal_fault (SoakCheck *self);

/** How many stills and gaps were right. */
guint64 soak_check_count_stills (SoakCheck *self);
guint64 soak_check_count_gaps (SoakCheck *self);

G_END_DECLS
