/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes groups of base64 by tables, on any processor. The other variants leave the last groups to it. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsBase64Groups:
 * @data: (out): where the bytes go, three for each group. Nothing is written behind them.
 * @text: the groups, of characters of the alphabet; padding is none of them.
 * @n_groups: how many groups there are.
 *
 * Returns: whether all characters are of the alphabet. Else @data may hold anything.
 */
typedef gboolean (*KvsBase64Groups) (guint8 *data, const char *text, gsize n_groups);

/** A #KvsBase64Groups. */
gboolean kvs_base64_tables_decode (guint8 *data, const char *text, gsize n_groups);

/**
 * kvs_base64_tables_has_character:
 * Returns: whether @c is of the alphabet.
 */
gboolean kvs_base64_tables_has_character (char c);

G_END_DECLS
