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

G_END_DECLS
