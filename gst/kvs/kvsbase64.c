/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64.h"

#include <openssl/evp.h>
#include <string.h>

/* EVP_DecodeBlock() is the fastest decoder among the libraries at hand, three times faster than
 * GLib's, but it takes whole groups of four only, reads a '=' as zero bits wherever it stands, and
 * drops white space and dashes at both ends. So groups that are cut by the end of a piece and
 * groups with padding are put together here, and its count is compared with what it should be. */

/* Groups are decoded this many characters at a time at most, because EVP_DecodeBlock() counts in
 * int. */
#define MAX_BLOCK (1 << 20)

static void
ensure_room (KvsBase64 *self, gsize more)
{
  if (self->size + more <= self->capacity)
    return;
  self->capacity = MAX (self->size + more, self->capacity * 2);
  self->data = g_realloc (self->data, self->capacity);
}

void
kvs_base64_reserve (KvsBase64 *self, gsize size)
{
  ensure_room (self, size);
}

/* Decodes @length characters, a multiple of four and without padding. */
static void
decode_groups (KvsBase64 *self, const char *text, gsize length)
{
  while (length > 0 && !self->malformed) {
    gsize n = MIN (length, MAX_BLOCK);
    gsize expected = n / 4 * 3;

    ensure_room (self, expected);
    self->malformed =
        memchr (text, '=', n) != NULL ||
        EVP_DecodeBlock (self->data + self->size, (const guchar *)text, (int)n) != (int)expected;
    self->size += expected;
    text += n;
    length -= n;
  }
}

/* Decodes the last group, "xx==" or "xxx=". Bits that the padding leaves over are ignored, as RFC
 * 4648 section 3.5 allows: the image is whole without them. */
static void
decode_padded_group (KvsBase64 *self)
{
  guint8 bytes[3];
  guint n_bytes = 3 - self->padding;

  memset (self->quad + 4 - self->padding, 'A', self->padding);
  if (EVP_DecodeBlock (bytes, (const guchar *)self->quad, 4) != 3) {
    self->malformed = TRUE;
    return;
  }
  ensure_room (self, n_bytes);
  memcpy (self->data + self->size, bytes, n_bytes);
  self->size += n_bytes;
}

/* Takes one character of a group that does not lie in one piece, or that is padded. */
static void
feed_quad (KvsBase64 *self, char c)
{
  if (c == '=')
    self->padding++;
  if ((c == '=' && self->n_quad < 2) || (c != '=' && self->padding > 0)) {
    self->malformed = TRUE;
    return;
  }
  self->quad[self->n_quad++] = c;
  if (self->n_quad < 4)
    return;
  if (self->padding > 0)
    decode_padded_group (self);
  else
    decode_groups (self, self->quad, 4);
  self->n_quad = 0;
}

void
kvs_base64_feed (KvsBase64 *self, const char *text, gsize length)
{
  gsize whole;

  while (length > 0 && self->n_quad > 0 && !self->malformed) {
    feed_quad (self, *text++);
    length--;
  }

  whole = length - length % 4;
  if (whole > 0 && text[whole - 1] == '=')
    whole -= 4;
  if (whole > 0 && self->padding > 0)
    self->malformed = TRUE;
  decode_groups (self, text, whole);

  for (gsize i = whole; i < length && !self->malformed; i++)
    feed_quad (self, text[i]);
}

gsize
kvs_base64_get_size (const KvsBase64 *self)
{
  return self->size;
}

GBytes *
kvs_base64_end (KvsBase64 *self)
{
  gsize size = self->size;
  guint8 *data = NULL;

  if (size > 0 && !self->malformed && self->n_quad == 0)
    data = g_steal_pointer (&self->data);
  kvs_base64_clear (self);
  if (data == NULL)
    return NULL;
  return g_bytes_new_take (g_realloc (data, size), size);
}

void
kvs_base64_clear (KvsBase64 *self)
{
  g_free (self->data);
  *self = (KvsBase64){0};
}
