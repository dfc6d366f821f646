/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment as AWS's tools read it: a blank variable counts as unset, and `~` is a home folder. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_environment_get:
 * Returns: (nullable) (transfer none): its value; %NULL when it is unset, empty or blank
 */
const char *aws_environment_get (const char *name);

/**
 * aws_environment_is_blank:
 * @value: (nullable): the value of a variable or of another setting
 *
 * Returns: whether @value is unset, or empty or all white space, which counts as that
 */
gboolean aws_environment_is_blank (const char *value);

/**
 * aws_environment_expand_home:
 * @path: a name of a file
 *
 * Replaces a `~` or `~USER` at the beginning of @path by a home folder, as Python's expanduser() and so
 * botocore does: `~` by `HOME`, or else by the home of this user, and `~USER` by the home of that user, if
 * the user exists. Reads the environment, which must not be done while another thread may change it.
 *
 * Returns: (transfer full): the name
 */
char *aws_environment_expand_home (const char *path);

G_END_DECLS
