/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small pictures of stills. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** The width of a thumbnail in pixels. */
#define STILLS_THUMBNAIL_WIDTH 208

/**
 * stills_thumbnail_make:
 * @image: a JPEG or PNG.
 * @is_png: which of them.
 * @width: its width in pixels.
 * @height: its height in pixels.
 * @error: what GStreamer says.
 *
 * Returns: (transfer full) (nullable): a JPEG of the same proportions; the image itself, if it is small as it is.
 */
GBytes *stills_thumbnail_make (
    GBytes *image, gboolean is_png, guint width, guint height, GError **error);

G_END_DECLS
