/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a queue keeps the order and its bound, and that nobody waits in it for ever. */
#include "kvssamplequeue.h"

#include "kvserror.h"

/* The largest image that is pushed. */
#define LARGE_SIZE 5000

/* A still of @size bytes, or without an image when @size is 0. */
static KvsSample *
make_sample (guint64 number, gsize size)
{
  KvsSample *sample = kvs_sample_new (number, size > 0 ? KVS_SAMPLE_STILL : KVS_SAMPLE_NO_MEDIA);

  if (size > 0)
    sample->image = g_bytes_new_take (g_malloc0 (size), size);
  return sample;
}

static void
assert_popped (KvsSampleQueue *queue, guint64 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsSample) sample = kvs_sample_queue_pop (queue, &error);

  g_assert_no_error (error);
  g_assert_nonnull (sample);
  g_assert_cmpuint (sample->number, ==, number);
}

static void
assert_at_end (KvsSampleQueue *queue)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kvs_sample_queue_pop (queue, &error));
  g_assert_no_error (error);
}

static void
assert_flushing (KvsSampleQueue *queue)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kvs_sample_queue_pop (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_order (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);

  for (guint i = 0; i < 10; i++)
    g_assert_true (kvs_sample_queue_push (queue, make_sample (i, i % 3 * 10)));
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 90);
  kvs_sample_queue_finish (queue, NULL);
  for (guint i = 0; i < 10; i++)
    assert_popped (queue, i);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 0);
  assert_at_end (queue);
  assert_at_end (queue);
}

static void
test_error_stays (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);

  g_assert_true (kvs_sample_queue_push (queue, make_sample (0, 10)));
  kvs_sample_queue_finish (queue, g_error_new_literal (KVS_ERROR, KVS_ERROR_CUT_OFF, "torn"));
  assert_popped (queue, 0);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (kvs_sample_queue_pop (queue, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_CUT_OFF);
    g_assert_cmpstr (error->message, ==, "torn");
  }
}

static void
test_flushing_loses_nothing (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);

  g_assert_true (kvs_sample_queue_push (queue, make_sample (0, 10)));
  kvs_sample_queue_set_flushing (queue, TRUE);
  assert_flushing (queue);
  g_assert_true (kvs_sample_queue_push (queue, make_sample (1, 10)));
  kvs_sample_queue_finish (queue, NULL);
  assert_flushing (queue);
  kvs_sample_queue_set_flushing (queue, FALSE);
  assert_popped (queue, 0);
  assert_popped (queue, 1);
  assert_at_end (queue);
  kvs_sample_queue_set_flushing (queue, TRUE);
  assert_flushing (queue);
}

static void
test_closed (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);

  g_assert_true (kvs_sample_queue_push (queue, make_sample (0, 10)));
  kvs_sample_queue_close (queue);
  g_assert_false (kvs_sample_queue_push (queue, make_sample (1, 10)));
  g_assert_false (kvs_sample_queue_push (queue, make_sample (2, 0)));
  assert_popped (queue, 0);
}

/* One image always waits, however large; the second one only when it fits. */
static void
test_bound (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);

  g_assert_true (kvs_sample_queue_push (queue, make_sample (0, 1000)));
  g_assert_true (kvs_sample_queue_push (queue, make_sample (1, 0)));
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 1000);
  assert_popped (queue, 0);
  g_assert_true (kvs_sample_queue_push (queue, make_sample (2, 60)));
  g_assert_true (kvs_sample_queue_push (queue, make_sample (3, 40)));
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 100);
}

typedef struct {
  KvsSampleQueue *queue;
  gsize (*get_size) (guint64 number);
  guint n_samples;
  guint n_pushed;
  gsize max_bytes;
} Pusher;

/* Pushes all samples, until the queue takes no more. */
static gpointer
push_all (gpointer user_data)
{
  Pusher *pusher = user_data;

  for (guint64 i = 0; i < pusher->n_samples; i++) {
    gsize size = pusher->get_size (i);

    if (!kvs_sample_queue_push (pusher->queue, make_sample (i, size)))
      return NULL;
    g_atomic_int_inc (&pusher->n_pushed);
    g_assert_cmpuint (
        kvs_sample_queue_get_bytes (pusher->queue), <=, MAX (LARGE_SIZE, pusher->max_bytes));
  }
  kvs_sample_queue_finish (pusher->queue, NULL);
  return NULL;
}

static gsize
get_varying_size (guint64 number)
{
  return number % 7 == 0 ? LARGE_SIZE : number * 37 % 500;
}

static gsize
get_no_size (guint64 number)
{
  return 0;
}

static gsize
get_large_size (guint64 number)
{
  return LARGE_SIZE;
}

static void
run_two_threads (gsize (*get_size) (guint64 number), gsize max_bytes)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (max_bytes);
  Pusher pusher = {queue, get_size, 20000, 0, max_bytes};
  GThread *thread = g_thread_new ("pusher", push_all, &pusher);

  for (guint i = 0; i < pusher.n_samples; i++)
    assert_popped (queue, i);
  assert_at_end (queue);
  g_thread_join (thread);
}

static void
test_two_threads (void)
{
  run_two_threads (get_varying_size, 1000);
  run_two_threads (get_varying_size, 1);
  run_two_threads (get_no_size, 1);
  run_two_threads (get_large_size, 20000);
}

/* Waits until the pusher has pushed @n samples, of which it is known that they fit. */
static void
wait_for_pushed (Pusher *pusher, guint n)
{
  while ((guint)g_atomic_int_get (&pusher->n_pushed) < n)
    g_thread_yield ();
}

static void
run_until_full (gsize (*get_size) (guint64 number), guint fitting)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (20000);
  Pusher pusher = {queue, get_size, 20000, 0, 20000};
  GThread *thread = g_thread_new ("pusher", push_all, &pusher);

  wait_for_pushed (&pusher, fitting);
  assert_popped (queue, 0);
  wait_for_pushed (&pusher, fitting + 1);
  kvs_sample_queue_close (queue);
  g_thread_join (thread);
  g_assert_cmpuint (pusher.n_pushed, ==, fitting + 1);
}

/* A pusher that waits for room goes on when there is some, and ends when the queue is closed. */
static void
test_full (void)
{
  run_until_full (get_large_size, 20000 / LARGE_SIZE);
  run_until_full (get_no_size, KVS_SAMPLE_QUEUE_MAX_LENGTH);
}

static gpointer
pop_once (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  KvsSample *sample = kvs_sample_queue_pop (user_data, &error);

  g_assert_null (sample);
  return g_steal_pointer (&error);
}

/* A popper that waits ends when there is nothing to wait for. Whether it waits already is all the
 * same. */
static void
test_popper_is_released (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  GThread *thread = g_thread_new ("popper", pop_once, queue);
  g_autoptr (GError) flushing = NULL;
  g_autoptr (GError) torn = NULL;

  kvs_sample_queue_set_flushing (queue, TRUE);
  flushing = g_thread_join (thread);
  g_assert_error (flushing, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  kvs_sample_queue_set_flushing (queue, FALSE);
  thread = g_thread_new ("popper", pop_once, queue);
  kvs_sample_queue_finish (queue, g_error_new_literal (KVS_ERROR, KVS_ERROR_CUT_OFF, "torn"));
  torn = g_thread_join (thread);
  g_assert_error (torn, KVS_ERROR, KVS_ERROR_CUT_OFF);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvssamplequeue/order", test_order);
  g_test_add_func ("/kvssamplequeue/error-stays", test_error_stays);
  g_test_add_func ("/kvssamplequeue/flushing-loses-nothing", test_flushing_loses_nothing);
  g_test_add_func ("/kvssamplequeue/closed", test_closed);
  g_test_add_func ("/kvssamplequeue/bound", test_bound);
  g_test_add_func ("/kvssamplequeue/two-threads", test_two_threads);
  g_test_add_func ("/kvssamplequeue/full", test_full);
  g_test_add_func ("/kvssamplequeue/popper-is-released", test_popper_is_released);
  return g_test_run ();
}
