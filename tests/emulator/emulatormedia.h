/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stream holds at one time. In a file of its own because tests, which see only emulator.h,
 * compare what a client received with it. */
#pragma once

/**
 * EmulatorMedia:
 * @EMULATOR_MEDIA_PICTURE: video that an image can be made of
 * @EMULATOR_MEDIA_NONE: nothing: before the stream, after it, in a gap, or no longer retained;
 *   GetImages says NO_MEDIA
 * @EMULATOR_MEDIA_ERROR: media without a picture, such as audio; GetImages says MEDIA_ERROR
 */
typedef enum {
  EMULATOR_MEDIA_PICTURE,
  EMULATOR_MEDIA_NONE,
  EMULATOR_MEDIA_ERROR,
} EmulatorMedia;
