/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The best interpretation of a page, of all that fit: by the rules in kvsmatcher.h. */
#pragma once

#include "kvsinterpretation.h"

G_BEGIN_DECLS

/**
 * kvs_best_interpretation_find:
 * @self: an interpretation of the page, which becomes the best one.
 * @must_be_read: whether the page cannot be asked for in another way, so that the order of its TimeStamps has to do if
 *   there is nothing better.
 *
 * Returns: %FALSE if the page is unreadable.
 */
gboolean kvs_best_interpretation_find (KvsInterpretation *self, gboolean must_be_read);

G_END_DECLS
