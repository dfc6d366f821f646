/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A source of the emulator's pictures that needs no file: a test card that shows its own time. */
#pragma once

#include "emulatorvideo.h"

G_BEGIN_DECLS

#define EMULATOR_TYPE_SYNTHETIC_VIDEO (emulator_synthetic_video_get_type ())
G_DECLARE_FINAL_TYPE (
    EmulatorSyntheticVideo, emulator_synthetic_video, EMULATOR, SYNTHETIC_VIDEO, EmulatorVideo)

/**
 * emulator_synthetic_video_new:
 *
 * Makes a source of test cards of 640×480.
 *
 * Returns: (transfer full): the source
 */
EmulatorVideo *emulator_synthetic_video_new (void);

G_END_DECLS
