/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes base64 (RFC 4648, padded) as it arrives, in pieces of any size, straight into the image's
 * own memory, which is a block of the process's pool. */
#pragma once

#include "kvsbase64groups.h"
#include "kvsblockpool.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsBase64:
 * A text that is being decoded. Zero-initialised it is ready for use.
 */
typedef struct {
  /*< private >*/
  KvsBlock *block; /* or NULL */
  gsize size;
  char quad[4];
  guint n_quad;
  guint padding;
  gboolean malformed;
  KvsBase64Groups groups; /* how to decode; the best one where it is NULL */
} KvsBase64;

/**
 * kvs_base64_reserve:
 * @self: a text of which nothing was fed yet.
 * @size: how many bytes are expected, as a hint that saves growing; any number is right.
 *
 * Takes a block for as many.
 */
void kvs_base64_reserve (KvsBase64 *self, gsize size);

/**
 * kvs_base64_feed:
 * @text: the next piece of it.
 * @length: how many characters @text has.
 *
 * A text that turns out to be malformed is not decoded further, and kvs_base64_end() says so.
 */
void kvs_base64_feed (KvsBase64 *self, const char *text, gsize length);

/**
 * kvs_base64_try_feed:
 * @text: the next piece of it.
 * @length: how many characters @text has.
 *
 * As kvs_base64_feed(), but a piece that is malformed leaves @self as it was.
 *
 * Returns: whether the text is well-formed so far.
 */
gboolean kvs_base64_try_feed (KvsBase64 *self, const char *text, gsize length);

/**
 * kvs_base64_get_size:
 * Returns: how many bytes were decoded so far.
 */
gsize kvs_base64_get_size (const KvsBase64 *self);

/**
 * kvs_base64_get_memory:
 * Returns: how many bytes of memory that takes so far.
 */
gsize kvs_base64_get_memory (const KvsBase64 *self);

/**
 * kvs_base64_end:
 * @self: a text that is complete; it is ready for another one afterwards.
 * @memory: (out): how many bytes of memory the block has whose beginning is returned.
 *
 * Returns: (transfer full) (nullable): what was decoded, or %NULL when the text is empty or
 * malformed: it has a character outside the standard alphabet, or wrong padding.
 */
GBytes *kvs_base64_end (KvsBase64 *self, gsize *memory);

/**
 * kvs_base64_restart:
 * Forgets what was fed, so that @self is ready for another text.
 */
void kvs_base64_restart (KvsBase64 *self);

/**
 * kvs_base64_clear:
 * Gives back what it has of the pool, too.
 */
void kvs_base64_clear (KvsBase64 *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (KvsBase64, kvs_base64_clear)

G_END_DECLS
