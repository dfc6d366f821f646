/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of certificate authorities, each read once for all of its users. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * aws_authorities_check:
 * @name: (nullable): what has given @path, for messages
 * @path: the absolute name of a PEM file
 * @error: %AWS_ERROR_SETTINGS if the file cannot be read or has no certificate in it; it names what has set it
 *
 * Checks a file without loading a module of GIO. A file that was good is read again only if it has changed since.
 *
 * Returns: whether the file may be good
 */
gboolean aws_authorities_check (const char *name, const char *path, GError **error);

/**
 * aws_authorities_get:
 * @name: (nullable): what has given @path, for messages
 * @path: the absolute name of a PEM file
 * @error: %AWS_ERROR_SETTINGS as for aws_authorities_check(), or if a certificate in it is invalid
 *
 * Returns: (transfer full) (nullable): the authorities in the file, the same for all as long as one caller has them and
 *     the file does not change
 */
GTlsDatabase *aws_authorities_get (const char *name, const char *path, GError **error);

G_END_DECLS
