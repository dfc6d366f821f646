/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that hold a secret: read whole, within bounds, to memory that is wiped. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_secret_file_read:
 * @path: the name of a regular file, or of a link to one
 * @max: the most bytes it may have
 * @others_may_read: (out) (optional): whether its mode lets its group or others read it
 * @error: %AWS_ERROR_SETTINGS, which names the file and never shows what is in it
 *
 * Reads the file as it is now.
 *
 * Returns: (transfer full) (nullable): its text, with a NUL behind it that does not count
 */
GBytes *aws_secret_file_read (
    const char *path, gsize max, gboolean *others_may_read, GError **error);

G_END_DECLS
