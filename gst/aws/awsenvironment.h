/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The environment as AWS's tools read it: a variable that says nothing is not there. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_environment_get:
 * @name: the name of a variable
 *
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

G_END_DECLS
