/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A source of pictures for benchmarks: a still is encoded once, and then takes little more time than a copy,
 * so that a benchmark does not measure the emulator. */
#pragma once

#include "emulatorvideo.h"

G_BEGIN_DECLS

#define EMULATOR_TYPE_PREPARED_VIDEO (emulator_prepared_video_get_type ())
G_DECLARE_FINAL_TYPE (
    EmulatorPreparedVideo, emulator_prepared_video, EMULATOR, PREPARED_VIDEO, EmulatorVideo)

/**
 * emulator_prepared_video_new:
 * @source: "prepared", or "prepared:BYTES" with a number from 0 to 4718592, which is the most the
 *   service gives (GetImages, ImageContent)
 * @error: return location for an EMULATOR_VIDEO_ERROR
 *
 * Makes a source of valid stills of one picture, 320×240 unless told otherwise. Each has its time
 * in ms since the epoch in it, as the text of a comment: `time=1795161600250`. Each is padded to
 * BYTES, 8192 when not given, or to a few bytes less where the padding cannot end there; a picture
 * that is larger without is left as it is.
 *
 * Returns: (transfer full): the source, or NULL
 */
EmulatorVideo *emulator_prepared_video_new (const char *source, GError **error);

G_END_DECLS
