/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The decoded frames of a video file, one after the other, from its beginning or from where a seek
 * has led. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * EmulatorReaderError:
 * @EMULATOR_READER_ERROR_FAILED: the file cannot be read or its video not be decoded
 */
typedef enum {
  EMULATOR_READER_ERROR_FAILED,
} EmulatorReaderError;

#define EMULATOR_READER_ERROR (emulator_reader_error_quark ())
GQuark emulator_reader_error_quark (void);

#define EMULATOR_TYPE_READER (emulator_reader_get_type ())
G_DECLARE_FINAL_TYPE (EmulatorReader, emulator_reader, EMULATOR, READER, GObject)

/**
 * emulator_reader_new:
 * @path: a file that GStreamer can decode; its first video track is taken
 * @error: return location for an error of GStreamer, when an element that is needed is missing
 *
 * Begins to decode a file. What is wrong with it shows when the first frame is pulled. The reader
 * may be used by one thread at a time.
 *
 * Returns: (transfer full): the reader, or NULL
 */
EmulatorReader *emulator_reader_new (const char *path, GError **error);

/**
 * emulator_reader_pull:
 * @self: a reader
 * @error: return location for an EMULATOR_READER_ERROR
 *
 * Waits for the next frame.
 *
 * Returns: (transfer full) (nullable): the frame, in I420, or NULL: at the end without an error
 */
GstSample *emulator_reader_pull (EmulatorReader *self, GError **error);

/**
 * emulator_reader_seek:
 * @self: a reader
 * @time: a stream time, in ns
 *
 * Goes to the frame at a time, or as near to it as the file and its demuxer can do.
 *
 * Returns: FALSE if the file cannot be sought in, which leaves the reader where it was
 */
gboolean emulator_reader_seek (EmulatorReader *self, GstClockTime time);

/**
 * emulator_reader_get_frame_time:
 * @frame: a frame that was pulled
 *
 * Returns: its stream time, in ns, or GST_CLOCK_TIME_NONE when it has none, as in a picture file or
 *   a bare stream of a codec
 */
GstClockTime emulator_reader_get_frame_time (GstSample *frame);

G_END_DECLS
