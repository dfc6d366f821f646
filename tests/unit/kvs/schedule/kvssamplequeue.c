/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a queue gives out samples in order, whatever the order of their arrival. */
#include "kvssamplequeue.h"

#include "kvserror.h"

/* As in kvssamplequeue.c. */
#define MIN_CAPACITY 64

/* Pushes the sample at @position, whose number is that too. */
static void
push (KvsSampleQueue *queue, guint64 position)
{
  KvsSample *sample = kvs_sample_new (position, KVS_SAMPLE_STILL);

  sample->image = g_bytes_new_static ("still", 5);
  kvs_sample_queue_push (queue, position, sample);
}

static void
assert_popped (KvsSampleQueue *queue, guint64 position)
{
  g_autoptr (KvsSample) sample = NULL;

  g_assert_true (kvs_sample_queue_is_ready (queue));
  g_assert_cmpuint (kvs_sample_queue_get_next (queue), ==, position);
  sample = kvs_sample_queue_pop (queue);
  g_assert_nonnull (sample);
  g_assert_cmpuint (sample->number, ==, position);
  g_assert_cmpuint (kvs_sample_queue_get_next (queue), ==, position + 1);
}

/* There is no sample at @position, and it is the next one. */
static void
assert_waits (KvsSampleQueue *queue, guint64 position)
{
  g_assert_false (kvs_sample_queue_is_ready (queue));
  g_assert_null (kvs_sample_queue_pop (queue));
  g_assert_null (kvs_sample_queue_get_error (queue));
  g_assert_cmpuint (kvs_sample_queue_get_next (queue), ==, position);
}

static void
fail (KvsSampleQueue *queue, guint64 position, const char *message)
{
  kvs_sample_queue_fail (
      queue, position, g_error_new_literal (KVS_ERROR, KVS_ERROR_WRONG_FORMAT, message));
}

/* An error is returned by each further pull. */
static void
assert_failed (KvsSampleQueue *queue, const char *message)
{
  for (guint i = 0; i < 2; i++) {
    const GError *error = kvs_sample_queue_get_error (queue);

    g_assert_null (kvs_sample_queue_pop (queue));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
    g_assert_cmpstr (error->message, ==, message);
  }
}

static void
test_order (void)
{
  static const guint64 orders[][4] = {
      {0, 1, 2, 3},
      {3, 2, 1, 0},
      {1, 3, 0, 2},
      {2, 0, 3, 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

    assert_waits (queue, 0);
    for (guint j = 0; j < G_N_ELEMENTS (orders[i]); j++)
      push (queue, orders[i][j]);
    for (guint64 position = 0; position < 4; position++)
      assert_popped (queue, position);
    assert_waits (queue, 4);
  }
}

/* Samples behind a missing one wait for it. */
static void
test_gap (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  push (queue, 1);
  push (queue, 3);
  assert_waits (queue, 0);
  push (queue, 0);
  assert_popped (queue, 0);
  assert_popped (queue, 1);
  assert_waits (queue, 2);
  push (queue, 2);
  assert_popped (queue, 2);
  assert_popped (queue, 3);
  assert_waits (queue, 4);
}

/* The ring goes round many times without growing. */
static void
test_round (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  for (guint64 position = 0; position < 10 * MIN_CAPACITY; position += 3) {
    push (queue, position + 2);
    push (queue, position + 1);
    assert_waits (queue, position);
    push (queue, position);
    for (guint64 i = 0; i < 3; i++)
      assert_popped (queue, position + i);
  }
}

/* A sample may be any distance ahead: the ring grows, wherever in it the next position is. */
static void
test_far_ahead (void)
{
  static const guint64 distances[] = {MIN_CAPACITY - 1, MIN_CAPACITY, MIN_CAPACITY + 1,
      2 * MIN_CAPACITY - 1, 2 * MIN_CAPACITY, 5 * MIN_CAPACITY, 100000};
  static const guint64 begins[] = {0, 1, MIN_CAPACITY - 1, MIN_CAPACITY, MIN_CAPACITY + 7};

  for (guint i = 0; i < G_N_ELEMENTS (distances) * G_N_ELEMENTS (begins); i++) {
    guint64 begin = begins[i % G_N_ELEMENTS (begins)];
    guint64 end = begin + distances[i / G_N_ELEMENTS (begins)];
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

    for (guint64 position = 0; position < begin; position++) {
      push (queue, position);
      assert_popped (queue, position);
    }
    push (queue, begin + 1);
    push (queue, begin + MIN_CAPACITY - 2);
    push (queue, end);
    assert_waits (queue, begin);
    for (guint64 position = begin; position < end; position++) {
      if (position != begin + 1 && position != begin + MIN_CAPACITY - 2)
        push (queue, position);
      assert_popped (queue, position);
    }
    assert_popped (queue, end);
    assert_waits (queue, end + 1);
  }
}

/* An error comes behind the samples before its position. */
static void
test_error (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  fail (queue, 2, "no JPEG");
  assert_waits (queue, 0);
  push (queue, 1);
  push (queue, 0);
  push (queue, 3);
  g_assert_null (kvs_sample_queue_get_error (queue));
  assert_popped (queue, 0);
  g_assert_null (kvs_sample_queue_get_error (queue));
  assert_popped (queue, 1);
  g_assert_false (kvs_sample_queue_is_ready (queue));
  assert_failed (queue, "no JPEG");
  g_assert_cmpuint (kvs_sample_queue_get_next (queue), ==, 2);
}

/* Of several errors the one with the lowest position counts, and the first one there. */
static void
test_errors (void)
{
  static const struct {
    guint64 positions[3];
    const char *message;
  } rows[] = {
      {{1, 2, 3}, "0"},
      {{3, 2, 1}, "2"},
      {{2, 1, 3}, "1"},
      {{2, 1, 1}, "1"},
      {{1, 1, 1}, "0"},
      {{G_MAXUINT64, 1, 2}, "1"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

    for (guint j = 0; j < G_N_ELEMENTS (rows[i].positions); j++) {
      g_autofree char *message = g_strdup_printf ("%u", j);

      fail (queue, rows[i].positions[j], message);
    }
    assert_waits (queue, 0);
    push (queue, 0);
    assert_popped (queue, 0);
    assert_failed (queue, rows[i].message);
  }
}

/* An error may come when its position is the next one already, and replaces one that is further away. */
static void
test_late_error (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  push (queue, 0);
  assert_popped (queue, 0);
  fail (queue, 5, "later");
  assert_waits (queue, 1);
  fail (queue, 1, "now");
  assert_failed (queue, "now");
}

/* A queue that was cleared is like a new one. */
static void
test_clear (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  kvs_sample_queue_clear (queue);
  assert_waits (queue, 0);
  for (guint64 position = 0; position < 3; position++)
    push (queue, position);
  push (queue, 10 * MIN_CAPACITY);
  assert_popped (queue, 0);
  fail (queue, 1, "no JPEG");
  kvs_sample_queue_clear (queue);
  assert_waits (queue, 0);
  for (guint64 position = 20 * MIN_CAPACITY + 1; position-- > 0;)
    push (queue, position);
  for (guint64 position = 0; position <= 20 * MIN_CAPACITY; position++)
    assert_popped (queue, position);
  fail (queue, 20 * MIN_CAPACITY + 2, "again");
  assert_waits (queue, 20 * MIN_CAPACITY + 1);
}

/* Samples that were not popped are freed with the queue. */
static void
test_free (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();

  push (queue, 0);
  push (queue, MIN_CAPACITY);
  fail (queue, 1, "no JPEG");
}

#define N_ROUNDS 200
#define MAX_SAMPLES 2000

static void
shuffle (guint64 *positions, guint n)
{
  for (guint i = n; i > 1; i--) {
    guint other = (guint)g_test_rand_int_range (0, (gint32)i);
    guint64 position = positions[i - 1];

    positions[i - 1] = positions[other];
    positions[other] = position;
  }
}

/* Pushes in the order of @positions, and pops now and then. */
static void
run_permutation (KvsSampleQueue *queue, const guint64 *positions, guint n)
{
  g_autofree gboolean *is_pushed = g_new0 (gboolean, n + 1);
  guint64 next = 0;

  for (guint i = 0; i < n; i++) {
    guint n_pops = (guint)g_test_rand_int_range (0, 4);

    push (queue, positions[i]);
    is_pushed[positions[i]] = TRUE;
    while (n_pops-- > 0 && is_pushed[next])
      assert_popped (queue, next++);
    if (!is_pushed[next])
      assert_waits (queue, next);
  }
  while (next < n)
    assert_popped (queue, next++);
  assert_waits (queue, n);
}

static void
test_permutations (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new ();
  g_autofree guint64 *positions = g_new (guint64, MAX_SAMPLES);

  for (guint round = 0; round < N_ROUNDS; round++) {
    guint n = (guint)g_test_rand_int_range (1, MAX_SAMPLES + 1);
    guint part = (guint)g_test_rand_int_range (1, (gint32)n + 1);

    for (guint i = 0; i < n; i++)
      positions[i] = i;
    /* In parts, so that some samples are popped before others are pushed. */
    for (guint i = 0; i < n; i += part)
      shuffle (&positions[i], MIN (part, n - i));
    run_permutation (queue, positions, n);
    kvs_sample_queue_clear (queue);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvssamplequeue/order", test_order);
  g_test_add_func ("/kvssamplequeue/gap", test_gap);
  g_test_add_func ("/kvssamplequeue/round", test_round);
  g_test_add_func ("/kvssamplequeue/far-ahead", test_far_ahead);
  g_test_add_func ("/kvssamplequeue/error", test_error);
  g_test_add_func ("/kvssamplequeue/errors", test_errors);
  g_test_add_func ("/kvssamplequeue/late-error", test_late_error);
  g_test_add_func ("/kvssamplequeue/clear", test_clear);
  g_test_add_func ("/kvssamplequeue/free", test_free);
  g_test_add_func ("/kvssamplequeue/permutations", test_permutations);
  return g_test_run ();
}
