/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of images: blocks that are used again as soon as the last owner of an image frees it. */
#pragma once

#include <awsclock.h>

#include <glib.h>

G_BEGIN_DECLS

/** Smaller blocks have just the size that was asked for, and are not kept. */
#define KVS_BLOCK_MIN_KEPT 4096

/** Larger blocks are not kept. */
#define KVS_BLOCK_MAX_KEPT (16 * 1024 * 1024)

/** Blocks that were free for so long are not needed. */
#define KVS_BLOCK_POOL_IDLE_US G_USEC_PER_SEC

/**
 * KvsBlockPool:
 * Keeps blocks that are free, as long as it is in use. Memory that the system has just given costs a page
 * fault for each 4 KiB of it, which is more than what is written there. May be used from any thread.
 */
typedef struct _KvsBlockPool KvsBlockPool;

/**
 * KvsBlock:
 * @data: its memory.
 * @capacity: how many bytes that is.
 *
 * A block that is in use.
 */
typedef struct {
  guint8 *data;
  gsize capacity;
} KvsBlock;

/**
 * kvs_block_pool_get_default:
 * Returns: (transfer none): the pool of the process.
 */
KvsBlockPool *kvs_block_pool_get_default (void);

/**
 * kvs_block_pool_new:
 * @clock: what time it is.
 *
 * Returns: (transfer full): a pool that is not in use.
 */
KvsBlockPool *kvs_block_pool_new (AwsClock *clock);

/**
 * kvs_block_pool_free:
 * @self: (transfer full): a pool all blocks of which were given back.
 */
void kvs_block_pool_free (KvsBlockPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KvsBlockPool, kvs_block_pool_free)

/**
 * kvs_block_pool_begin_use:
 * Makes the pool keep free blocks, until as many calls of kvs_block_pool_end_use() follow.
 */
void kvs_block_pool_begin_use (KvsBlockPool *self);
void kvs_block_pool_end_use (KvsBlockPool *self);

/**
 * kvs_block_pool_get_block_size:
 * @size: how many bytes are wanted.
 *
 * Returns: how many a block for them has: up to an eighth more, so that images of about the same size have
 *     blocks of the same size.
 */
gsize kvs_block_pool_get_block_size (gsize size);

/**
 * kvs_block_pool_take:
 * @size: how many bytes are wanted, at least 1.
 *
 * Returns: (transfer full): a block of kvs_block_pool_get_block_size() bytes; the one that was given back last, if
 *     there is one.
 */
KvsBlock *kvs_block_pool_take (KvsBlockPool *self, gsize size);

void kvs_block_give_back (KvsBlock *self);

/**
 * kvs_block_grow:
 * @self: (transfer full): a block.
 * @used: how many bytes of it are used.
 * @size: how many bytes are wanted, more than it has.
 *
 * Leaves no shorter block behind for the pool to keep, unless the pool has given a longer one for it.
 *
 * Returns: (transfer full): a block of kvs_block_pool_get_block_size() bytes that begins with those that are used.
 */
KvsBlock *kvs_block_grow (KvsBlock *self, gsize used, gsize size);

/**
 * kvs_block_to_bytes:
 * @size: how many bytes of it are used.
 *
 * Returns: (transfer full): these bytes; the block is given back when they are not needed any more.
 */
GBytes *kvs_block_to_bytes (KvsBlock *self, gsize size);

/**
 * kvs_block_pool_get_free_bytes:
 * Returns: how many bytes of memory are kept free.
 */
gsize kvs_block_pool_get_free_bytes (KvsBlockPool *self);

G_END_DECLS
