/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text that must not stay in memory longer than it is needed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_secret_free:
 * @secret: (transfer full) (nullable): a string
 *
 * Wipes @secret and frees it. A string that grew has left copies of itself behind that this does
 * not reach: make one that is to hold a secret large enough at once.
 */
void aws_secret_free (char *secret);

G_END_DECLS
