/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Bodies of replies to GetImages, made of a short notation. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When sample 0 is, 2026-11-20T08:00:00Z, and how far apart the samples are, in ms. */
#define TEST_PAGE_START G_GINT64_CONSTANT (1795161600000)
#define TEST_PAGE_INTERVAL 1000

/**
 * test_page_new:
 * @entries: entries with spaces between them, such as "s0 s1 n2"
 * @next_token: (nullable): the NextToken
 *
 * An entry is a letter for what there is at a sample, and the sample's number, which may be negative: `s` is a still, `n`
 * NO_MEDIA, `m` MEDIA_ERROR, `o` neither an image nor an error, `t` text in place of an image, `p`
 * a PNG, and `x` an image whose base64 is malformed.
 *
 * Returns: (transfer full): the body
 */
char *test_page_new (const char *entries, const char *next_token);

/**
 * test_page_new_still:
 * @number: the number of a sample
 *
 * Returns: (transfer full): the JPEG that is there: 16 pixels wide and @number + 1 high
 */
GBytes *test_page_new_still (guint number);

G_END_DECLS
