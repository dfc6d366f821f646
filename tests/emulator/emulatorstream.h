/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A stream: what media lies where in time, in which fragments, and what a frame of it looks like.
 * Immutable, so that any number of requests can look at it while the options change. */
#pragma once

#include "emulatormedia.h"
#include "emulatorvideo.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct _EmulatorStream EmulatorStream;

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
 * @unix_ms: a moment on the server's clock
 * @seed: what chance depends on
 *
 * Tells from when on a live stream shows its media of a moment. That is when the moment has passed,
 * or its whole fragment with "edge=fragment", and "lag" and some part of "jitter" after that; never
 * before the media of an earlier moment.
 *
 * Returns: the time in ms since the epoch; -1 where there is never any media, and for a recording
 */
gint64 emulator_stream_get_available (EmulatorStream *stream, gint64 unix_ms, guint32 seed);

/**
 * emulator_stream_get_media:
 * @unix_ms: a moment on the server's clock
 * @seed: what chance depends on
 * @now_ms: the time at which it is looked at
 *
 * Returns: what is there
 */
EmulatorMedia emulator_stream_get_media (
    EmulatorStream *stream, gint64 unix_ms, guint32 seed, gint64 now_ms);

/**
 * emulator_stream_get_fragment_start:
 * @unix_ms: a moment on the server's clock that has media
 *
 * Returns: when the fragment began that holds this moment
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
 * emulator_stream_get_frame_time:
 * @unix_ms: a moment on the server's clock
 *
 * Returns: the time of the frame shown at that moment, on the same clock
 */
gint64 emulator_stream_get_frame_time (EmulatorStream *stream, gint64 unix_ms);

/**
 * emulator_stream_render:
 * @unix_ms: a moment on the server's clock
 * @format: the encoding
 * @quality: the JPEG quality, 1..100
 * @width: the width to stretch to, or 0 with @height 0 for the stream's own size
 * @height: the height to stretch to, or 0
 * @error: return location for a #GError
 *
 * Makes an image of the frame shown at that moment. Any thread may call it.
 *
 * Returns: (transfer full): the image
 */
GBytes *emulator_stream_render (EmulatorStream *stream, gint64 unix_ms, EmulatorFormat format,
    guint quality, guint width, guint height, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EmulatorStream, emulator_stream_unref)

G_END_DECLS
