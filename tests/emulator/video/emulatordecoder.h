/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decoded frames of a video file, by number. The decoder decodes all of them once when it opens
 * the file, because the times in an index of the file may be wrong. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * EmulatorDecoderError:
 * @EMULATOR_DECODER_ERROR_OPEN: the file cannot be read, or has no video that can be decoded
 * @EMULATOR_DECODER_ERROR_DECODE: a frame that was there when the file was opened is there no more
 */
typedef enum {
  EMULATOR_DECODER_ERROR_OPEN,
  EMULATOR_DECODER_ERROR_DECODE,
} EmulatorDecoderError;

#define EMULATOR_DECODER_ERROR (emulator_decoder_error_quark ())
GQuark emulator_decoder_error_quark (void);

#define EMULATOR_TYPE_DECODER (emulator_decoder_get_type ())
G_DECLARE_FINAL_TYPE (EmulatorDecoder, emulator_decoder, EMULATOR, DECODER, GObject)

/**
 * emulator_decoder_new:
 * @path: a file that GStreamer can decode; its first video track is taken
 * @error: return location for an EMULATOR_DECODER_ERROR
 *
 * Opens a file and finds its frames. A picture file is a video of one frame.
 *
 * Returns: (transfer full): the decoder, which any thread may use, or NULL
 */
EmulatorDecoder *emulator_decoder_new (const char *path, GError **error);

/**
 * emulator_decoder_get_length:
 * @self: a decoder
 *
 * Returns: how long the video is, up to the end of its last frame, in ms, at least 1
 */
gint64 emulator_decoder_get_length (EmulatorDecoder *self);

/**
 * emulator_decoder_get_size:
 * @self: a decoder
 * @width: (out): width of the first frame, in pixels
 * @height: (out): its height
 *
 * Tells the size of the video.
 */
void emulator_decoder_get_size (EmulatorDecoder *self, guint *width, guint *height);

/**
 * emulator_decoder_find_frame:
 * @self: a decoder
 * @position_ms: a position in the video, 0 or more
 *
 * Returns: the number of the frame shown there: the latest one at or before @position_ms
 */
guint emulator_decoder_find_frame (EmulatorDecoder *self, gint64 position_ms);

/**
 * emulator_decoder_get_frame_time:
 * @self: a decoder
 * @frame: the number of a frame
 *
 * Returns: its time in ms after the first frame, to the nearest
 */
gint64 emulator_decoder_get_frame_time (EmulatorDecoder *self, guint frame);

/**
 * emulator_decoder_decode:
 * @self: a decoder
 * @frame: the number of a frame
 * @error: return location for an EMULATOR_DECODER_ERROR
 *
 * Decodes a frame. Frames in rising order are cheapest.
 *
 * Returns: (transfer full): the raw picture, or NULL
 */
GstSample *emulator_decoder_decode (EmulatorDecoder *self, guint frame, GError **error);

G_END_DECLS
