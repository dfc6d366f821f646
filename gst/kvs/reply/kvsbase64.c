/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64.h"

#include <string.h>

/* A block that is longer than what it holds by more than this part of it is too long. */
#define MAX_UNUSED_PART 8

static KvsBlock *
take_block (gsize size)
{
  return kvs_block_pool_take (kvs_block_pool_get_default (), size);
}

static void
replace_block (KvsBase64 *self, KvsBlock *block)
{
  if (self->block != NULL)
    kvs_block_give_back (self->block);
  self->block = block;
}

/* Grows by half of it at least, where it is not known how long the text is. */
static void
grow (KvsBase64 *self, gsize size)
{
  if (self->block == NULL)
    self->block = take_block (size);
  else
    self->block = kvs_block_grow (
        self->block, self->size, MAX (size, self->block->capacity + self->block->capacity / 2));
}

static void
ensure_space (KvsBase64 *self, gsize more)
{
  if (self->block == NULL || self->size + more > self->block->capacity)
    grow (self, self->size + more);
}

static gboolean
is_too_long (const KvsBlock *block, gsize size)
{
  return size < block->capacity - block->capacity / MAX_UNUSED_PART;
}

void
kvs_base64_reserve (KvsBase64 *self, gsize size)
{
  if (size == 0)
    return;
  if (self->block == NULL || self->block->capacity < size || is_too_long (self->block, size))
    replace_block (self, take_block (size));
}

/* Decodes groups without padding. */
static void
decode_groups (KvsBase64 *self, const char *text, gsize n_groups)
{
  if (n_groups == 0 || self->malformed)
    return;
  if (self->groups == NULL)
    self->groups = kvs_base64_groups_find_best ();
  ensure_space (self, n_groups * 3);
  self->malformed = !self->groups (self->block->data + self->size, text, n_groups);
  self->size += n_groups * 3;
}

/* Decodes the last group, "xx==" or "xxx=". Bits that the padding leaves over are ignored, as RFC
 * 4648 section 3.5 allows: the image is whole without them. */
static void
decode_padded_group (KvsBase64 *self)
{
  memset (self->quad + 4 - self->padding, 'A', self->padding);
  decode_groups (self, self->quad, 1);
  self->size -= self->padding;
}

/* Takes one character of a group that does not lie in one piece, or that is padded. */
static void
feed_quad (KvsBase64 *self, char c)
{
  if (c == '=')
    self->padding++;
  if (c == '=' ? self->n_quad < 2 : self->padding > 0 || !kvs_base64_tables_has_character (c)) {
    self->malformed = TRUE;
    return;
  }
  self->quad[self->n_quad++] = c;
  if (self->n_quad < 4)
    return;
  if (self->padding > 0)
    decode_padded_group (self);
  else
    decode_groups (self, self->quad, 1);
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
  decode_groups (self, text, whole / 4);

  for (gsize i = whole; i < length && !self->malformed; i++)
    feed_quad (self, text[i]);
}

gboolean
kvs_base64_try_feed (KvsBase64 *self, const char *text, gsize length)
{
  const KvsBase64 before = *self;
  KvsBlock *block;

  if (self->malformed)
    return FALSE;
  kvs_base64_feed (self, text, length);
  if (!self->malformed)
    return TRUE;
  /* The block may be a longer one by now, with all that it held. */
  block = self->block;
  *self = before;
  self->block = block;
  return FALSE;
}

gsize
kvs_base64_get_memory (const KvsBase64 *self)
{
  return self->block != NULL ? self->block->capacity : 0;
}

gsize
kvs_base64_get_size (const KvsBase64 *self)
{
  return self->size;
}

void
kvs_base64_restart (KvsBase64 *self)
{
  *self = (KvsBase64){.block = self->block, .groups = self->groups};
}

/* Makes bytes of the block. Where that is too long, they move to another one, and the next text gets it. */
static GBytes *
make_bytes (KvsBase64 *self, gsize *memory)
{
  KvsBlock *block;

  if (is_too_long (self->block, self->size)) {
    block = take_block (self->size);
    memcpy (block->data, self->block->data, self->size);
  } else {
    block = g_steal_pointer (&self->block);
  }
  *memory = block->capacity;
  return kvs_block_to_bytes (block, self->size);
}

GBytes *
kvs_base64_end (KvsBase64 *self, gsize *memory)
{
  GBytes *bytes = NULL;

  *memory = 0;
  if (self->size > 0 && !self->malformed && self->n_quad == 0)
    bytes = make_bytes (self, memory);
  kvs_base64_restart (self);
  return bytes;
}

void
kvs_base64_clear (KvsBase64 *self)
{
  replace_block (self, NULL);
  kvs_base64_restart (self);
}
