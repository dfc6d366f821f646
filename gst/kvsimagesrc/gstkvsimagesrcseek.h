/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Seeks and segments: what a seek means on the grid of samples. Nothing here waits, sends or locks. */
#pragma once

#include <kvsposition.h>

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstKvsImageSrcPlayback:
 * @segment: what SEGMENT says. Its position is where the last sample that was pushed ends, in the direction of
 *     playback.
 * @start, @stop: what seeks have set, which a seek with %GST_SEEK_TYPE_NONE keeps. @segment differs from it after
 *     such a seek, as it begins at the still on screen.
 * @traversal: which samples are read for @segment, with no limit to their number.
 *
 * Which part of the range is played, at which rate.
 */
typedef struct {
  GstSegment segment;
  GstClockTime start, stop;
  KvsTraversal traversal;
} GstKvsImageSrcPlayback;

/**
 * gst_kvs_image_src_playback_init:
 * @self: (out): plays the whole range forward.
 */
void gst_kvs_image_src_playback_init (GstKvsImageSrcPlayback *self);

/**
 * gst_kvs_image_src_playback_seek:
 * @self: (inout): what is played.
 * @seek: a SEEK.
 * @bounds: the range.
 * @shown: the stream time that is on screen, %GST_CLOCK_TIME_NONE if that is not known. Only a flushing seek that
 *     leaves the position as it is goes by it.
 *
 * An accurate seek begins with the still that covers the place, and SEGMENT.start is the place itself. A key-unit or
 * snapped seek moves it to the grid: SNAP_BEFORE, SNAP_AFTER and both (SNAP_NEAREST) say where to; without them it
 * goes to where the still that covers the place is shown from its beginning, which in reverse is its end; so it does
 * if nothing would be left to play otherwise. With a flag of trick modes the samples are as far apart as the rate
 * says, rounded. SEGMENT.offset is always 0, as sinks report wrong positions for a segment in reverse with an offset.
 *
 * Returns: whether the seek can be done; if not, @self is as it was. Refused are other formats than TIME, an instant
 *     rate change, a start behind the stop, and places behind the live edge.
 */
gboolean gst_kvs_image_src_playback_seek (
    GstKvsImageSrcPlayback *self, GstEvent *seek, const KvsBounds *bounds, GstClockTime shown);

/**
 * gst_kvs_image_src_playback_complete:
 * @self: (inout): what is played, of which nothing was pushed.
 * @bounds: the range, which is known now.
 *
 * Fills in what depends on the end of the range.
 */
void gst_kvs_image_src_playback_complete (GstKvsImageSrcPlayback *self, const KvsBounds *bounds);

/**
 * gst_kvs_image_src_playback_get_times:
 * @self: what is played.
 * @bounds: the range.
 * @number: a sample of it.
 * @pts: (out): its stream time.
 * @duration: (out): how long it stands, in ns.
 */
void gst_kvs_image_src_playback_get_times (const GstKvsImageSrcPlayback *self,
    const KvsBounds *bounds, guint64 number, GstClockTime *pts, GstClockTime *duration);

/**
 * gst_kvs_image_src_playback_advance:
 * @self: (inout): what is played.
 * @bounds: the range.
 * @number: the sample that is pushed.
 */
void gst_kvs_image_src_playback_advance (
    GstKvsImageSrcPlayback *self, const KvsBounds *bounds, guint64 number);

G_END_DECLS
