/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A test card: bars of colour, with a date and time on them that people can read. It is drawn here,
 * with letters of its own, so that it is the same on every machine, fonts installed or not. */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * emulator_test_card_new:
 * @width: pixels, at least 1
 * @height: pixels, at least 1
 *
 * Draws the bars.
 *
 * Returns: (transfer full): a raw picture
 */
GstSample *emulator_test_card_new (guint width, guint height);

/**
 * emulator_test_card_new_with_time:
 * @width: pixels, at least 1
 * @height: pixels, at least 1
 * @unix_ms: ms since the epoch, in the years 1 to 9999
 *
 * Draws the bars with a time of day on them in UTC, the date above the time of day to the ms, as large
 * as the width allows, and a marker below that crosses the card once a minute.
 *
 * Returns: (transfer full): a raw picture
 */
GstSample *emulator_test_card_new_with_time (guint width, guint height, gint64 unix_ms);

G_END_DECLS
