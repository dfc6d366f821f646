/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The time of a still and the name of its stream inside of the JPEG, as Exif 2.31 has it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Returns whether images of @format, a value of the property format, can have EXIF; else sets %STILLS_EXIT_USAGE. */
gboolean stills_exif_check_format (const char *format, GError **error);

/**
 * stills_exif_add:
 * @jpeg: a JPEG.
 * @size: how much that is.
 * @stream: the name of the stream, the ImageDescription.
 * @ms: its time in ms since the epoch: DateTimeOriginal, SubSecTimeOriginal and OffsetTimeOriginal.
 *
 * Puts an APP1 segment behind the SOI marker, or behind the JFIF segment, which has to be first. All other bytes
 * stay as they are.
 *
 * Returns: (transfer full): the JPEG with it.
 */
GByteArray *stills_exif_add (const guint8 *jpeg, gsize size, const char *stream, gint64 ms);

G_END_DECLS
