/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are written as a whole or not at all. Errors are of %STILLS_EXIT_OUTPUT, and say what to do. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * stills_file_set_error:
 * @error: what to set.
 * @path: what could not be written.
 * @number: errno.
 *
 * Returns: %FALSE.
 */
gboolean stills_file_set_error (GError **error, const char *path, gint number);

/** Makes a folder and those above it. */
gboolean stills_file_make_folder (const char *path, GError **error);

/** Writes all of @data to an open file, or sets an error about @path. */
gboolean stills_file_write (
    gint fd, const char *path, gconstpointer data, gsize size, GError **error);

/**
 * stills_file_replace:
 * @path: the file.
 * @data: its new content.
 * @size: how much that is.
 * @is_durable: whether it has to be on the disk when the function returns, and not only in the page cache.
 *
 * Writes to a file beside it and renames that. After a kill the one beside may be left; the next call replaces it.
 */
gboolean stills_file_replace (
    const char *path, gconstpointer data, gsize size, gboolean is_durable, GError **error);

/** Removes a file, and the temporary file of a killed stills_file_replace(). */
void stills_file_remove (const char *path);

/**
 * stills_file_read_lines:
 * @path: a text file.
 * @error: why it cannot be read, of any domain.
 *
 * Returns: (transfer full) (nullable): its lines without the white space around them, and without the mark that some
 *     editors put before UTF-8.
 */
char **stills_file_read_lines (const char *path, GError **error);

/** Has the disk catch up with all that was written to the file system of @path. */
gboolean stills_file_sync_all (const char *path, GError **error);

G_END_DECLS
