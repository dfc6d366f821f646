/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* mremap() */

#include "kvsblockpool.h"

#include <string.h>
#include <sys/mman.h>

/* Blocks of at least so many bytes are pages of the system's own, which go back to it at once and leave no
 * hole in the heap. */
#define MIN_MAPPED (64 * 1024)

/* Between a power of two and the next one there are so many sizes of blocks. */
#define SIZES_PER_POWER 8

/* From KVS_BLOCK_MIN_KEPT, which is 2^12, to KVS_BLOCK_MAX_KEPT, which is 2^24. */
#define MIN_POWER 12
#define N_SIZES ((24 - MIN_POWER) * SIZES_PER_POWER + 1)

typedef struct _Block Block;

struct _Block {
  KvsBlock parent;
  KvsBlockPool *pool;
  Block *next; /* that is free, too */
};

/* The free blocks of one size. */
typedef struct {
  Block *first; /* given back last, and so most likely still in the processor's cache */
  guint n_free;
  guint n_idle; /* the fewest that were free since the last look */
} Shelf;

struct _KvsBlockPool {
  AwsClock *clock;

  GMutex lock; /* guards all that follows */
  guint n_users;
  Shelf shelves[N_SIZES];
  gsize free_bytes;
  gint64 looked_us; /* when idle blocks were looked for */
};

KvsBlockPool *
kvs_block_pool_new (AwsClock *clock)
{
  KvsBlockPool *self = g_new0 (KvsBlockPool, 1);

  self->clock = g_object_ref (clock);
  g_mutex_init (&self->lock);
  return self;
}

static gpointer
make_default (gpointer data)
{
  return kvs_block_pool_new (aws_clock_get_default ());
}

KvsBlockPool *
kvs_block_pool_get_default (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, make_default, NULL);
}

/* Sizes */

/* The place of the highest bit of @size, from 0 on. */
static guint
get_power (gsize size)
{
  return g_bit_storage (size) - 1;
}

gsize
kvs_block_pool_get_block_size (gsize size)
{
  gsize step;

  if (size <= KVS_BLOCK_MIN_KEPT)
    return size;
  step = ((gsize)1 << get_power (size)) / SIZES_PER_POWER;
  return (size + step - 1) / step * step;
}

static gboolean
is_kept (gsize capacity)
{
  return capacity >= KVS_BLOCK_MIN_KEPT && capacity <= KVS_BLOCK_MAX_KEPT;
}

static Shelf *
get_shelf (KvsBlockPool *self, gsize capacity)
{
  guint power = MAX (get_power (capacity), MIN_POWER);
  gsize step = ((gsize)1 << power) / SIZES_PER_POWER;

  return &self->shelves[(power - MIN_POWER) * SIZES_PER_POWER + capacity / step - SIZES_PER_POWER];
}

/* Memory */

static Block *
make_block (KvsBlockPool *self, gsize capacity)
{
  Block *block = g_new0 (Block, 1);

  block->pool = self;
  block->parent.capacity = capacity;
  if (capacity < MIN_MAPPED) {
    block->parent.data = g_malloc (capacity);
    return block;
  }
  block->parent.data =
      mmap (NULL, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (block->parent.data == MAP_FAILED)
    g_error ("%" G_GSIZE_FORMAT " bytes for an image could not be allocated", capacity);
  return block;
}

/* The pages that there are stay, and are not copied. */
static void
stretch (KvsBlock *block, gsize capacity)
{
  block->data = mremap (block->data, block->capacity, capacity, MREMAP_MAYMOVE);
  if (block->data == MAP_FAILED)
    g_error ("%" G_GSIZE_FORMAT " bytes for an image could not be allocated", capacity);
  block->capacity = capacity;
}

static void
free_block (Block *block)
{
  if (block->parent.capacity < MIN_MAPPED)
    g_free (block->parent.data);
  else
    munmap (block->parent.data, block->parent.capacity);
  g_free (block);
}

static void
free_blocks (Block *block)
{
  while (block != NULL) {
    Block *next = block->next;

    free_block (block);
    block = next;
  }
}

/* Shelves */

/* Called with the lock held. */
static Block *
pop (KvsBlockPool *self, Shelf *shelf)
{
  Block *block = shelf->first;

  if (block == NULL)
    return NULL;
  shelf->first = block->next;
  shelf->n_free--;
  shelf->n_idle = MIN (shelf->n_idle, shelf->n_free);
  self->free_bytes -= block->parent.capacity;
  return block;
}

/* Called with the lock held. */
static void
push (KvsBlockPool *self, Block *block)
{
  Shelf *shelf = get_shelf (self, block->parent.capacity);

  block->next = shelf->first;
  shelf->first = block;
  shelf->n_free++;
  self->free_bytes += block->parent.capacity;
}

/* Takes @n blocks off a shelf, and puts them in front of @others. Called with the lock held. */
static Block *
take_off (KvsBlockPool *self, Shelf *shelf, guint n, Block *others)
{
  Block *block;

  while (n-- > 0 && (block = pop (self, shelf)) != NULL) {
    block->next = others;
    others = block;
  }
  return others;
}

/* Takes off the blocks that have not been needed since the last look, if the next look is due. Called with the
 * lock held. */
static Block *
take_off_idle (KvsBlockPool *self)
{
  gint64 now_us = aws_clock_get_monotonic_time (self->clock);
  Block *idle = NULL;

  if (now_us - self->looked_us < KVS_BLOCK_POOL_IDLE_US)
    return NULL;
  self->looked_us = now_us;
  for (guint i = 0; i < N_SIZES; i++) {
    idle = take_off (self, &self->shelves[i], self->shelves[i].n_idle, idle);
    self->shelves[i].n_idle = self->shelves[i].n_free;
  }
  return idle;
}

/* Called with the lock held. */
static Block *
take_off_all (KvsBlockPool *self)
{
  Block *all = NULL;

  for (guint i = 0; i < N_SIZES; i++)
    all = take_off (self, &self->shelves[i], self->shelves[i].n_free, all);
  return all;
}

void
kvs_block_pool_begin_use (KvsBlockPool *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_users++;
}

void
kvs_block_pool_end_use (KvsBlockPool *self)
{
  Block *free = NULL;

  g_mutex_lock (&self->lock);
  if (--self->n_users == 0)
    free = take_off_all (self);
  g_mutex_unlock (&self->lock);
  free_blocks (free);
}

/* A block that is free, or NULL. */
static Block *
find_free (KvsBlockPool *self, gsize capacity)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = NULL;

  if (!is_kept (capacity))
    return NULL;
  locker = g_mutex_locker_new (&self->lock);
  return pop (self, get_shelf (self, capacity));
}

KvsBlock *
kvs_block_pool_take (KvsBlockPool *self, gsize size)
{
  gsize capacity = kvs_block_pool_get_block_size (size);
  Block *block = find_free (self, capacity);

  if (block == NULL)
    block = make_block (self, capacity);
  return &block->parent;
}

KvsBlock *
kvs_block_grow (KvsBlock *self, gsize used, gsize size)
{
  KvsBlockPool *pool = ((Block *)self)->pool;
  gsize capacity = kvs_block_pool_get_block_size (size);
  Block *longer = find_free (pool, capacity);

  if (longer == NULL && self->capacity >= MIN_MAPPED) {
    stretch (self, capacity);
    return self;
  }
  if (longer == NULL)
    longer = make_block (pool, capacity);
  memcpy (longer->parent.data, self->data, used);
  kvs_block_give_back (self);
  return &longer->parent;
}

void
kvs_block_give_back (KvsBlock *self)
{
  Block *block = (Block *)self;
  KvsBlockPool *pool = block->pool;
  Block *idle = NULL;

  block->next = NULL;
  if (is_kept (self->capacity)) {
    g_mutex_lock (&pool->lock);
    if (pool->n_users > 0) {
      push (pool, block);
      block = NULL;
    }
    idle = take_off_idle (pool);
    g_mutex_unlock (&pool->lock);
  }
  free_blocks (block);
  free_blocks (idle);
}

GBytes *
kvs_block_to_bytes (KvsBlock *self, gsize size)
{
  return g_bytes_new_with_free_func (self->data, size, (GDestroyNotify)kvs_block_give_back, self);
}

gsize
kvs_block_pool_get_free_bytes (KvsBlockPool *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->free_bytes;
}

void
kvs_block_pool_free (KvsBlockPool *self)
{
  free_blocks (take_off_all (self));
  g_object_unref (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self);
}
