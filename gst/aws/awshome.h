/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder below which AWS's tools keep their files. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_home_expand:
 * @path: a name of a file
 *
 * Puts the user's home, `HOME` or else what the system knows, in place of a `~` at the beginning of
 * @path. Only `~` as a whole first segment is a home; `~user` is a name as any other. Reads the
 * environment, which must not be done while another thread may change it.
 *
 * Returns: (transfer full): the name
 */
char *aws_home_expand (const char *path);

G_END_DECLS
