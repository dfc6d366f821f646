/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the sizes of blocks, and which of them are kept for how long. */
#include "kvsblockpool.h"

#include "fakeclock.h"

#include <string.h>

#define LARGE 200000

typedef struct {
  FakeClock *clock;
  KvsBlockPool *pool;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = fake_clock_new (0);
  self->pool = kvs_block_pool_new (AWS_CLOCK (self->clock));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  kvs_block_pool_free (self->pool);
  g_object_unref (self->clock);
}

static void
test_sizes (void)
{
  static const struct {
    gsize wanted;
    gsize size;
  } rows[] = {{1, 1}, {17, 17}, {4095, 4095}, {4096, 4096}, {4097, 4096 + 512}, {4608, 4608},
      {4609, 5120}, {8191, 8192}, {8192, 8192}, {8193, 9216}, {65535, 65536}, {65537, 73728},
      {200000, 212992}, {212992, 212992}, {212993, 229376}, {16777216, 16777216},
      {16777217, 18874368}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (kvs_block_pool_get_block_size (rows[i].wanted), ==, rows[i].size);
}

/* A block has at least the requested size, and at most an eighth more. A request for all bytes of a block
 * gets a block of the same size. */
static void
test_all_sizes (void)
{
  for (gsize wanted = 1; wanted < 40000000; wanted += 1 + wanted / 1000) {
    gsize size = kvs_block_pool_get_block_size (wanted);

    g_assert_cmpuint (size, >=, wanted);
    g_assert_cmpuint (size - wanted, <=, wanted / 8);
    g_assert_cmpuint (kvs_block_pool_get_block_size (size), ==, size);
  }
}

/* A block of any size can be written to its end, and is kept in its list. */
static void
test_take (Fixture *self, gconstpointer data)
{
  kvs_block_pool_begin_use (self->pool);
  for (gsize wanted = 1; wanted < 20000000; wanted = wanted * 9 / 8 + 1) {
    KvsBlock *block = kvs_block_pool_take (self->pool, wanted);
    gsize capacity = block->capacity;
    gsize before = kvs_block_pool_get_free_bytes (self->pool);

    g_assert_cmpuint (capacity, ==, kvs_block_pool_get_block_size (wanted));
    memset (block->data, 1, capacity);
    kvs_block_give_back (block);
    g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool) - before, ==,
        capacity >= KVS_BLOCK_MIN_KEPT && capacity <= KVS_BLOCK_MAX_KEPT ? capacity : 0);
  }
  kvs_block_pool_end_use (self->pool);
}

/* The block that was given back last is used first, if it has the right size. */
static void
test_reuse (Fixture *self, gconstpointer data)
{
  KvsBlock *first, *second, *other;
  guint8 *first_data, *second_data;

  kvs_block_pool_begin_use (self->pool);
  first = kvs_block_pool_take (self->pool, LARGE);
  second = kvs_block_pool_take (self->pool, LARGE + 1);
  first_data = first->data;
  second_data = second->data;
  kvs_block_give_back (first);
  kvs_block_give_back (second);
  other = kvs_block_pool_take (self->pool, LARGE / 2);
  g_assert_true (other->data != first_data && other->data != second_data);
  second = kvs_block_pool_take (self->pool, LARGE - 1);
  g_assert_true (second->data == second_data);
  first = kvs_block_pool_take (self->pool, LARGE);
  g_assert_true (first->data == first_data);
  g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool), ==, 0);
  kvs_block_give_back (first);
  kvs_block_give_back (second);
  kvs_block_give_back (other);
  kvs_block_pool_end_use (self->pool);
}

/* Without a user the pool keeps no block: neither those that are free then, nor those that are given back
 * later. */
static void
test_end_use (Fixture *self, gconstpointer data)
{
  KvsBlock *late = kvs_block_pool_take (self->pool, LARGE);

  kvs_block_pool_begin_use (self->pool);
  kvs_block_pool_begin_use (self->pool);
  kvs_block_give_back (kvs_block_pool_take (self->pool, LARGE));
  kvs_block_pool_end_use (self->pool);
  g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool), >, 0);
  kvs_block_pool_end_use (self->pool);
  g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool), ==, 0);
  kvs_block_give_back (late);
  g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool), ==, 0);
}

/* Takes @n blocks at the same time, and gives them back. */
static void
use_blocks (Fixture *self, guint n)
{
  KvsBlock *blocks[10];

  for (guint i = 0; i < n; i++)
    blocks[i] = kvs_block_pool_take (self->pool, LARGE);
  for (guint i = 0; i < n; i++)
    kvs_block_give_back (blocks[i]);
}

static guint
count_free (Fixture *self)
{
  return (
      guint)(kvs_block_pool_get_free_bytes (self->pool) / kvs_block_pool_get_block_size (LARGE));
}

/* Blocks that are not used for a while are returned to the system; those that are used again and again are
 * not. */
static void
test_idle (Fixture *self, gconstpointer data)
{
  kvs_block_pool_begin_use (self->pool);
  use_blocks (self, 10);
  g_assert_cmpuint (count_free (self), ==, 10);
  for (guint i = 0; i < 3; i++) {
    fake_clock_advance (self->clock, KVS_BLOCK_POOL_IDLE_US);
    use_blocks (self, 10);
    g_assert_cmpuint (count_free (self), ==, 10);
  }
  /* Ten were needed since the last look. */
  fake_clock_advance (self->clock, KVS_BLOCK_POOL_IDLE_US);
  use_blocks (self, 3);
  use_blocks (self, 3);
  fake_clock_advance (self->clock, KVS_BLOCK_POOL_IDLE_US);
  use_blocks (self, 1);
  g_assert_cmpuint (count_free (self), ==, 3);
  use_blocks (self, 1);
  fake_clock_advance (self->clock, KVS_BLOCK_POOL_IDLE_US);
  use_blocks (self, 1);
  g_assert_cmpuint (count_free (self), ==, 1);
  kvs_block_pool_end_use (self->pool);
}

static void
test_bytes (Fixture *self, gconstpointer data)
{
  KvsBlock *block = kvs_block_pool_take (self->pool, LARGE);
  GBytes *bytes, *part;

  kvs_block_pool_begin_use (self->pool);
  memset (block->data, 42, LARGE);
  bytes = kvs_block_to_bytes (block, LARGE);
  part = g_bytes_new_from_bytes (bytes, LARGE - 1, 1);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, LARGE);
  g_bytes_unref (bytes);
  g_assert_cmpuint (count_free (self), ==, 0);
  g_assert_cmpuint (*(const guint8 *)g_bytes_get_data (part, NULL), ==, 42);
  g_bytes_unref (part);
  g_assert_cmpuint (count_free (self), ==, 1);
  kvs_block_pool_end_use (self->pool);
}

/* An image that turns out to be larger and larger leaves no shorter blocks behind. */
static void
test_grow (Fixture *self, gconstpointer data)
{
  gsize size = 100;
  KvsBlock *block = kvs_block_pool_take (self->pool, size);

  kvs_block_pool_begin_use (self->pool);
  memset (block->data, 42, size);
  while (size < 32 * 1024 * 1024) {
    block = kvs_block_grow (block, size, 2 * size);
    g_assert_cmpuint (block->capacity, ==, kvs_block_pool_get_block_size (2 * size));
    g_assert_cmpuint (block->data[0], ==, 42);
    g_assert_cmpuint (block->data[size - 1], ==, 42);
    memset (block->data, 42, 2 * size);
    size *= 2;
  }
  kvs_block_give_back (block);
  g_assert_cmpuint (kvs_block_pool_get_free_bytes (self->pool), <, 128 * 1024);
  kvs_block_pool_end_use (self->pool);
}

/* A longer block that is free is used. */
static void
test_grow_to_a_free_one (Fixture *self, gconstpointer data)
{
  KvsBlock *block, *longer;

  kvs_block_pool_begin_use (self->pool);
  block = kvs_block_pool_take (self->pool, LARGE);
  longer = kvs_block_pool_take (self->pool, 2 * LARGE);
  kvs_block_give_back (longer);
  memset (block->data, 42, LARGE);
  block = kvs_block_grow (block, LARGE, 2 * LARGE);
  g_assert_true (block == longer);
  g_assert_cmpuint (block->data[LARGE - 1], ==, 42);
  g_assert_cmpuint (count_free (self), ==, 1);
  kvs_block_give_back (block);
  kvs_block_pool_end_use (self->pool);
}

static gpointer
use_from_thread (gpointer data)
{
  Fixture *self = data;

  for (guint i = 0; i < 20000; i++) {
    gsize size = 5000 + i % 7 * 20000;
    KvsBlock *block = kvs_block_pool_take (self->pool, size);

    block->data[0] = block->data[size - 1] = (guint8)i;
    g_bytes_unref (kvs_block_to_bytes (block, size));
  }
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer data)
{
  GThread *threads[4];

  kvs_block_pool_begin_use (self->pool);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("user", use_from_thread, self);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  kvs_block_pool_end_use (self->pool);
}

static void
test_default (void)
{
  g_assert_nonnull (kvs_block_pool_get_default ());
  g_assert_true (kvs_block_pool_get_default () == kvs_block_pool_get_default ());
}

#define ADD(name, func) g_test_add ("/kvsblockpool/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsblockpool/sizes", test_sizes);
  g_test_add_func ("/kvsblockpool/all-sizes", test_all_sizes);
  g_test_add_func ("/kvsblockpool/default", test_default);
  ADD ("take", test_take);
  ADD ("reuse", test_reuse);
  ADD ("end-use", test_end_use);
  ADD ("idle", test_idle);
  ADD ("bytes", test_bytes);
  ADD ("grow", test_grow);
  ADD ("grow-to-a-free-one", test_grow_to_a_free_one);
  ADD ("threads", test_threads);
  return g_test_run ();
}
