/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the emulator's pictures come from: a source that has a frame for every time of its media
 * and can make a still of it. */
#pragma once

#include "emulatorencoder.h"

G_BEGIN_DECLS

/**
 * EmulatorVideoError:
 * @EMULATOR_VIDEO_ERROR_SETTINGS: the source is none that is known, or its numbers are no use
 */
typedef enum {
  EMULATOR_VIDEO_ERROR_SETTINGS,
} EmulatorVideoError;

#define EMULATOR_VIDEO_ERROR (emulator_video_error_quark ())
GQuark emulator_video_error_quark (void);

#define EMULATOR_TYPE_VIDEO (emulator_video_get_type ())
G_DECLARE_DERIVABLE_TYPE (EmulatorVideo, emulator_video, EMULATOR, VIDEO, GObject)

/**
 * EmulatorVideoClass:
 * @get_frame_time: as emulator_video_get_frame_time(), of a source without a frame rate given from
 *   outside; by default frames come 25 times a second
 * @render: as emulator_video_render(), with every default settled and both times those of a frame
 */
struct _EmulatorVideoClass {
  GObjectClass parent_class;

  gint64 (*get_frame_time) (EmulatorVideo *self, gint64 media_ms);
  GBytes *(*render) (EmulatorVideo *self, gint64 media_ms, gint64 unix_ms,
      const EmulatorImageSpec *spec, GError **error);
};

/**
 * emulator_video_new:
 * @source: the path of a file that GStreamer can decode, "synthetic" for a picture with its time
 *   in it, or "prepared" or "prepared:BYTES" for stills of about that many bytes (8192 when not
 *   given) that cost next to nothing to make
 * @width: width of the picture in pixels, or 0 for the source's own
 * @height: height of the picture in pixels; 0 if and only if @width is
 * @fps_or_0: frames a second, 1..1000, or 0 for the source's own
 * @error: return location for an EMULATOR_VIDEO_ERROR, EMULATOR_DECODER_ERROR or
 *   EMULATOR_ENCODER_ERROR
 *
 * Opens a source of pictures. A file is decoded once from end to end, to learn its frames.
 *
 * Returns: (transfer full): the source, or NULL
 */
EmulatorVideo *emulator_video_new (
    const char *source, guint width, guint height, guint fps_or_0, GError **error);

/**
 * emulator_video_set_frame_length:
 * @self: a source of pictures that no other thread has yet
 * @frame_ms: the length of a frame in ms, more than 0
 *
 * Has each frame last that long, whatever the source's own frames and the rate that was given.
 */
void emulator_video_set_frame_length (EmulatorVideo *self, guint frame_ms);

/**
 * emulator_video_get_frame_time:
 * @self: a source of pictures
 * @media_ms: a time, in ms after the start of the media; a file is looped, also before its start
 *
 * Returns: the time, on the same scale, of the frame shown at that time: the latest frame at or
 *   before it
 */
gint64 emulator_video_get_frame_time (EmulatorVideo *self, gint64 media_ms);

/**
 * emulator_video_render:
 * @self: a source of pictures
 * @media_ms: a time, in ms after the start of the media
 * @unix_ms: the same time in ms since the epoch; some sources write their frame's time into it
 * @format: the format of the still
 * @quality: quality of a JPEG, 1..100
 * @width: width to stretch the picture to, in pixels, or 0 to leave its size alone
 * @height: height to stretch the picture to; 0 if and only if @width is
 * @error: return location for an EMULATOR_DECODER_ERROR or EMULATOR_ENCODER_ERROR
 *
 * Makes a still of the frame shown at a time. The same arguments give the same bytes, in another
 * process too. It may be called by several threads at once.
 *
 * Returns: (transfer full): a whole JPEG or PNG file, or NULL
 */
GBytes *emulator_video_render (EmulatorVideo *self, gint64 media_ms, gint64 unix_ms,
    EmulatorFormat format, guint quality, guint width, guint height, GError **error);

/**
 * emulator_video_set_native_size:
 * @self: a source of pictures
 * @width: pixels
 * @height: pixels
 *
 * Tells, for a kind of source that is being opened, what size its pictures have when none is asked.
 */
void emulator_video_set_native_size (EmulatorVideo *self, guint width, guint height);

/**
 * emulator_video_get_native_size:
 * @self: a source of pictures
 * @width: (out): pixels
 * @height: (out): pixels
 *
 * Tells what size its pictures have when none is asked.
 */
void emulator_video_get_native_size (EmulatorVideo *self, guint *width, guint *height);

/**
 * emulator_video_encode:
 * @self: a source of pictures
 * @picture: a raw picture
 * @spec: what to make of it
 * @error: return location for an EMULATOR_ENCODER_ERROR
 *
 * Encodes with one of the encoders that the source keeps for its kinds. It may be called by several
 * threads at once.
 *
 * Returns: (transfer full): a whole file, or NULL
 */
GBytes *emulator_video_encode (
    EmulatorVideo *self, GstSample *picture, const EmulatorImageSpec *spec, GError **error);

G_END_DECLS
