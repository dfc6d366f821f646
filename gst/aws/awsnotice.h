/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is worth a message, but would be one for each of a hundred streams. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_notice:
 * @format: what to say, in which nothing is secret
 *
 * Writes a message, unless it was written in this process before.
 */
void aws_notice (const char *format, ...) G_GNUC_PRINTF (1, 2);

/**
 * aws_notice_readable:
 * @path: the name of a file with secrets, which other users can read
 *
 * Writes a message about that, by aws_notice().
 */
void aws_notice_readable (const char *path);

G_END_DECLS
