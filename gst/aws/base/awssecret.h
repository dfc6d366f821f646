/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text that must not stay in memory longer than it is needed. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_secret_free:
 * @secret: (transfer full) (nullable): a string
 *
 * Wipes @secret and frees it. Copies from earlier reallocations of @secret are not wiped, so
 * allocate it with its full size.
 */
void aws_secret_free (char *secret);

/**
 * aws_secret_bytes_new_take:
 * @data: (transfer full): memory of g_malloc()
 * @size: how many bytes of it are used
 *
 * Returns: (transfer full): bytes that are wiped and freed with the last reference; do not let them
 *     grow, and take no part of them that lives longer
 */
GBytes *aws_secret_bytes_new_take (gpointer data, gsize size);

G_END_DECLS
