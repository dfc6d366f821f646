/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a seek means on the grid of samples. */
#pragma once

#include <kvstraversal.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * gst_kvs_image_src_seek_prepare:
 * @event: a SEEK.
 * @segment: the segment that it changes.
 * @interval: the distance of the samples, in ns.
 *
 * Puts the places of a key-unit or snapped seek on the grid, before the base class makes a segment of
 * them. SNAP_BEFORE, SNAP_AFTER and both (SNAP_NEAREST) say where to; a key-unit seek without them goes to
 * where the still that covers the place is shown from its beginning, which in reverse is its end.
 *
 * Returns: (transfer full) (nullable): the seek to perform, with the same sequence number; %NULL for one
 * that cannot be done: of another format than TIME, without a flow of its own (instant rate change), or
 * whose segment would start behind its stop.
 */
GstEvent *gst_kvs_image_src_seek_prepare (
    GstEvent *event, const GstSegment *segment, GstClockTime interval);

/**
 * gst_kvs_image_src_seek_traverse:
 * @segment: (inout): a segment that the base class has made of a seek. Where it says nothing, or too
 * much, of the end that playback in reverse begins at, it says it afterwards.
 * @interval: the distance of the samples, in ns.
 * @n_samples: how many samples there are, %G_MAXUINT64 if that is not known.
 * @traversal: (out): which samples are read for it, with no limit to their number.
 *
 * May be repeated for the same segment as long as nothing of it has been pushed, once @n_samples is known.
 * With a flag of trick modes the samples are as far apart as the rate says, rounded.
 */
void gst_kvs_image_src_seek_traverse (
    GstSegment *segment, GstClockTime interval, guint64 n_samples, KvsTraversal *traversal);

G_END_DECLS
