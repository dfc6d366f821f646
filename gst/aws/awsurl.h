/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What of a URL that is no good may be shown: somebody may have put a password into it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_url_show:
 * @url: a URL from outside, whether it is one or not
 *
 * Goes by the text, because a parser takes a part of a password that is not escaped for the host, the port
 * or the path.
 *
 * Returns: (transfer full) (nullable): @url up to a query or fragment, with what cannot be printed escaped;
 *     %NULL where a user and a password may be in it
 */
char *aws_url_show (const char *url);

G_END_DECLS
