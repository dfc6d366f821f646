/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the tests of the emulator's pictures share: small videos whose every frame shows its own
 * time, and a look at a still that tells which frame it is. */
#pragma once

#include "emulatorencoder.h"

G_BEGIN_DECLS

/**
 * test_pictures_decode:
 * @still: a JPEG or PNG file
 *
 * Decodes a still with GStreamer; a test fails where that fails.
 *
 * Returns: (transfer full): the picture, in RGB
 */
GstSample *test_pictures_decode (GBytes *still);

/**
 * test_pictures_assert_kind:
 * @still: a JPEG or PNG file
 * @format: what it must be
 * @width: how wide it must be
 * @height: how high it must be
 *
 * Fails the test unless the still is of that kind.
 */
void test_pictures_assert_kind (GBytes *still, EmulatorFormat format, guint width, guint height);

/**
 * test_pictures_shows_time:
 * @still: a JPEG or PNG file of a test card
 * @unix_ms: ms since the epoch
 *
 * Returns: whether @still looks like the test card of its size at that time
 */
gboolean test_pictures_shows_time (GBytes *still, gint64 unix_ms);

/**
 * test_pictures_write_video:
 * @encoding: the elements that make a file's bytes of raw video, in gst-launch syntax
 * @times_ms: the times of the frames, in ms, which they also show
 * @n_frames: how many there are
 *
 * Writes a video of test cards of 320×240.
 *
 * Returns: (transfer full): the path of the file, to be removed with test_pictures_remove()
 */
char *test_pictures_write_video (const char *encoding, const gint64 *times_ms, guint n_frames);

/**
 * test_pictures_remove:
 * @path: (transfer full): the path of a file
 *
 * Removes a file.
 */
void test_pictures_remove (char *path);

G_END_DECLS
