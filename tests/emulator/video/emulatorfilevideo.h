/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A video file as a source of the emulator's pictures, played in a loop without end. */
#pragma once

#include "emulatorvideo.h"

G_BEGIN_DECLS

#define EMULATOR_TYPE_FILE_VIDEO (emulator_file_video_get_type ())
G_DECLARE_FINAL_TYPE (EmulatorFileVideo, emulator_file_video, EMULATOR, FILE_VIDEO, EmulatorVideo)

/**
 * emulator_file_video_new:
 * @path: a file that GStreamer can decode
 * @error: return location for an EMULATOR_DECODER_ERROR
 *
 * Opens a file. Its frames keep their own times; the end of the last one is the start of the next
 * round.
 *
 * Returns: (transfer full): the source, or NULL
 */
EmulatorVideo *emulator_file_video_new (const char *path, GError **error);

G_END_DECLS
