/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writes entries of GetImages replies for tests. */
#pragma once

#include "kvsheldpage.h"
#include "kvswindow.h"

G_BEGIN_DECLS

/**
 * test_entry_new:
 * @window: the samples of the request.
 * @text: such as `m2+40`. `s` is an image, `n` NO_MEDIA and `m` MEDIA_ERROR. The number is the sample whose time the
 *   TimeStamp is, and what follows the ms that it is later or earlier. An entry without a number has no TimeStamp.
 *
 * Returns: (transfer full): the entry; an image consists of @text.
 */
KvsEntry *test_entry_new (const KvsWindow *window, const char *text);

/**
 * test_entry_push_all:
 * @page: (inout): where the entries are held.
 * @texts: a list of entries, such as `s0 n1 m2+40`.
 */
void test_entry_push_all (KvsHeldPage *page, const KvsWindow *window, const char *texts);

G_END_DECLS
