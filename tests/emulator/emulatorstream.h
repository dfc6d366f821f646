/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream: at which times it has media, its fragments, and its frames. It is immutable, so that any number
 * of requests can use it while the options change. */
#pragma once

#include "emulatormedia.h"
#include "emulatorperiod.h"
#include "emulatorvideo.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorStream EmulatorStream;

/**
 * EmulatorFrameChoice:
 * @EMULATOR_FRAME_BEFORE: the last frame at or before that time
 * @EMULATOR_FRAME_NEAREST: the frame nearest to it, the earlier one of two
 * @EMULATOR_FRAME_AFTER: the first frame at or after it
 *
 * Which frame is shown at a time. It lies in the same piece of media, without a gap and without
 * media that has no picture in between: where the one that is meant does not, the one next to it does.
 */
typedef enum {
  EMULATOR_FRAME_BEFORE,
  EMULATOR_FRAME_NEAREST,
  EMULATOR_FRAME_AFTER,
} EmulatorFrameChoice;

/**
 * emulator_stream_new:
 * @spec: NAME=SOURCE[,key=value…], as docs/emulator.md describes it
 * @now_ms: the time from which a start that is not given is counted back
 * @error: return location for a #GError
 *
 * Returns: (transfer full): the stream; %NULL with %G_OPTION_ERROR_BAD_VALUE, saying what is
 *   accepted, or with the error of a file that cannot be decoded
 */
EmulatorStream *emulator_stream_new (const char *spec, gint64 now_ms, GError **error);

/**
 * emulator_stream_ref:
 *
 * Returns: (transfer full): @stream
 */
EmulatorStream *emulator_stream_ref (EmulatorStream *stream);

/**
 * emulator_stream_unref:
 * @stream: (transfer full): a stream
 */
void emulator_stream_unref (EmulatorStream *stream);

/**
 * emulator_stream_get_name:
 *
 * Returns: its StreamName
 */
const char *emulator_stream_get_name (EmulatorStream *stream);

/**
 * emulator_stream_get_start:
 *
 * Returns: when its media begins, and when it counts as created, in ms since the epoch
 */
gint64 emulator_stream_get_start (EmulatorStream *stream);

/**
 * emulator_stream_get_retention_hours:
 *
 * Returns: its DataRetentionInHours
 */
guint emulator_stream_get_retention_hours (EmulatorStream *stream);

/**
 * emulator_stream_get_producer_offset:
 *
 * Returns: by how many ms the producer's clock is ahead of the server's
 */
gint64 emulator_stream_get_producer_offset (EmulatorStream *stream);

/**
 * emulator_stream_get_oldest:
 * @now_ms: the time
 *
 * Returns: the time in ms since the epoch before which nothing is retained
 */
gint64 emulator_stream_get_oldest (EmulatorStream *stream, gint64 now_ms);

/**
 * emulator_stream_get_available:
 * @unix_ms: a time on the server's clock
 * @choice: which frame is shown
 * @seed: what chance depends on
 *
 * Tells from when on a live stream shows its media of one time. That is when this time and the frame
 * shown then have passed, or their whole fragment with "edge=fragment", and "lag" and some part of
 * "jitter" after that; never before the media of an earlier time.
 *
 * Returns: the time in ms since the epoch; -1 where there is never any media, and for a recording
 */
gint64 emulator_stream_get_available (
    EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice, guint32 seed);

/**
 * emulator_stream_get_media:
 * @unix_ms: a time on the server's clock
 * @choice: which frame is shown: before it is there, there is no media
 * @seed: what chance depends on
 * @now_ms: the time at which it is looked at
 *
 * Returns: what is there
 */
EmulatorMedia emulator_stream_get_media (EmulatorStream *stream, gint64 unix_ms,
    EmulatorFrameChoice choice, guint32 seed, gint64 now_ms);

/**
 * emulator_stream_get_fragment_start:
 * @unix_ms: a time on the server's clock that has media
 *
 * Returns: when the fragment began that holds this time
 */
gint64 emulator_stream_get_fragment_start (EmulatorStream *stream, gint64 unix_ms);

/**
 * emulator_stream_has_fragment:
 * @from_ms: the start of a range, inclusive
 * @to_ms: the end of the range, exclusive
 * @whole: whether only fragments count that begin within the range
 * @seed: what chance depends on
 * @now_ms: the time at which it is looked at
 *
 * Returns: whether there is a fragment with media in the range
 */
gboolean emulator_stream_has_fragment (EmulatorStream *stream, gint64 from_ms, gint64 to_ms,
    gboolean whole, guint32 seed, gint64 now_ms);

/**
 * emulator_stream_find_fragments:
 * @from_ms: the start of a range
 * @to_ms: the end of the range, inclusive
 * @seed: what chance depends on
 * @now_ms: the time at which it is looked at
 * @first: (out): the number of the first one, counted from the stream's start
 *
 * Finds the fragments that begin within a range, are retained, and are there up to their end.
 *
 * Returns: how many there are, which follow each other
 */
gint64 emulator_stream_find_fragments (EmulatorStream *stream, gint64 from_ms, gint64 to_ms,
    guint32 seed, gint64 now_ms, gint64 *first);

/**
 * emulator_stream_get_fragment:
 * @n: the number of a fragment that emulator_stream_find_fragments() has found
 *
 * Returns: from when to when it is, on the server's clock
 */
EmulatorPeriod emulator_stream_get_fragment (EmulatorStream *stream, gint64 n);

/**
 * emulator_stream_get_frame_time:
 * @unix_ms: a time on the server's clock that has a picture
 * @choice: which frame is shown
 *
 * Returns: the time of the frame shown at that time, on the same clock
 */
gint64 emulator_stream_get_frame_time (
    EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice);

/**
 * emulator_stream_render:
 * @unix_ms: a time on the server's clock that has a picture
 * @choice: which frame is shown
 * @format: the encoding
 * @quality: the JPEG quality, 1..100
 * @width: the width to stretch to, or 0 with @height 0 for the stream's own size
 * @height: the height to stretch to, or 0
 * @error: return location for a #GError
 *
 * Makes an image of the frame shown at that time. Any thread may call it.
 *
 * Returns: (transfer full): the image
 */
GBytes *emulator_stream_render (EmulatorStream *stream, gint64 unix_ms, EmulatorFrameChoice choice,
    EmulatorFormat format, guint quality, guint width, guint height, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorStream, emulator_stream_unref)

G_END_DECLS
