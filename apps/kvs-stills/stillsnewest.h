/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The newest still of a stream. */
#pragma once

#include "stillssettings.h"

G_BEGIN_DECLS

/**
 * StillsStill:
 * @image: the image.
 * @time_ms: the time that the service gave for it, in ms since the epoch.
 */
typedef struct {
  GBytes *image;
  gint64 time_ms;
} StillsStill;

void stills_still_clear (StillsStill *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StillsStill, stills_still_clear)

/**
 * stills_newest_find:
 * @settings: what the still is to be like.
 * @stream: the name or the ARN of the stream.
 * @still: (out): the still, to within a second.
 * @error: an error of stills_error_from_message(); %STILLS_EXIT_NOT_FOUND if the stream has none.
 *
 * Looks at the last seconds first, then asks ListFragments what is newest, and where that is not allowed looks back
 * in steps.
 */
gboolean stills_newest_find (
    StillsSettings *settings, const char *stream, StillsStill *still, GError **error);

G_END_DECLS
