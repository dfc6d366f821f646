/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes base64 (RFC 4648, padded) as it arrives, in pieces of any size, straight into the image's
 * own memory. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsBase64:
 *
 * A text that is being decoded. Zero-initialised it is ready for use.
 */
typedef struct {
  /*< private >*/
  guint8 *data;
  gsize size;
  gsize capacity;
  char quad[4];
  guint n_quad;
  guint padding;
  gboolean malformed;
} KvsBase64;

/**
 * kvs_base64_reserve:
 * @self: a text of which nothing was fed yet.
 * @size: how many bytes are expected, as a hint that saves growing; any number is right.
 *
 * Makes room ahead.
 */
void kvs_base64_reserve (KvsBase64 *self, gsize size);

/**
 * kvs_base64_feed:
 * @self: a text.
 * @text: the next piece of it.
 * @length: how many characters @text has.
 *
 * A text that turns out to be malformed is not decoded further, and kvs_base64_end() says so.
 */
void kvs_base64_feed (KvsBase64 *self, const char *text, gsize length);

/**
 * kvs_base64_get_size:
 * @self: a text.
 *
 * Returns: how many bytes were decoded so far.
 */
gsize kvs_base64_get_size (const KvsBase64 *self);

/**
 * kvs_base64_end:
 * @self: a text that is complete; it is ready for another one afterwards.
 *
 * Returns: (transfer full) (nullable): what was decoded, or %NULL when the text is empty or
 * malformed: it has a character outside the standard alphabet, or wrong padding.
 */
GBytes *kvs_base64_end (KvsBase64 *self);

/**
 * kvs_base64_clear:
 * @self: a text.
 *
 * Forgets what was fed, so that @self is ready for another text.
 */
void kvs_base64_clear (KvsBase64 *self);

G_END_DECLS
