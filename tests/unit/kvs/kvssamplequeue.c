/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a queue brings spans in order, keeps to its bound, and that nobody waits in it for ever. */
#include "kvssamplequeue.h"

#include "kvserror.h"

#define LARGE_SIZE 5000

/* A still of @size bytes, or NO_MEDIA when @size is 0. */
static KvsSample *
make_sample (guint64 number, gsize size)
{
  KvsSample *sample = kvs_sample_new (number, size > 0 ? KVS_SAMPLE_STILL : KVS_SAMPLE_NO_MEDIA);

  if (size > 0)
    sample->image = g_bytes_new_take (g_malloc0 (size), size);
  return sample;
}

static void
settle (KvsSampleQueue *queue, KvsSpan *span, guint index, guint64 number, gsize size)
{
  g_assert_true (kvs_sample_queue_settle (queue, span, index, make_sample (number, size)));
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

static GError *
new_error (void)
{
  return g_error_new_literal (KVS_ERROR, KVS_ERROR_WRONG_FORMAT, "no JPEG");
}

/* An error comes again and again. */
static void
assert_failed (KvsSampleQueue *queue)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (kvs_sample_queue_pop (queue, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
    g_assert_cmpstr (error->message, ==, "no JPEG");
  }
}

static void
assert_flushing (KvsSampleQueue *queue)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kvs_sample_queue_pop (queue, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The order of the spans counts, not that of settling. */
static void
test_order (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 3, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);

  settle (queue, second, 1, 14, 10);
  settle (queue, second, 0, 13, 0);
  settle (queue, first, 2, 12, 10);
  settle (queue, first, 0, 10, 10);
  settle (queue, first, 1, 11, 0);
  kvs_sample_queue_end_span (queue, second, 2, NULL);
  kvs_sample_queue_end_span (queue, first, 3, NULL);
  kvs_sample_queue_finish (queue, NULL);
  for (guint i = 10; i < 15; i++)
    assert_popped (queue, i);
  assert_at_end (queue);
  assert_at_end (queue);
}

static void
test_reverse (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 3, TRUE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, TRUE);

  for (guint i = 0; i < 2; i++)
    settle (queue, second, i, i, 10);
  for (guint i = 0; i < 3; i++)
    settle (queue, first, i, 2 + i, 10);
  kvs_sample_queue_end_span (queue, first, 3, NULL);
  kvs_sample_queue_end_span (queue, second, 2, NULL);
  kvs_sample_queue_finish (queue, NULL);
  for (guint i = 5; i-- > 0;)
    assert_popped (queue, i);
  assert_at_end (queue);
}

static void
assert_held (KvsSampleQueue *queue, guint64 bytes, guint64 length)
{
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, bytes);
  g_assert_cmpuint (kvs_sample_queue_get_length (queue), ==, length);
}

/* What is owed counts in the length, and what waits in the bytes. */
static void
test_counts (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 4, FALSE);

  assert_held (queue, 0, 4);
  settle (queue, span, 0, 0, 30);
  settle (queue, span, 2, 2, 12);
  assert_held (queue, 42, 4);
  assert_popped (queue, 0);
  assert_held (queue, 12, 3);
  settle (queue, span, 1, 1, 0);
  assert_popped (queue, 1);
  assert_popped (queue, 2);
  assert_held (queue, 0, 1);
  kvs_sample_queue_end_span (queue, span, 3, NULL);
  assert_held (queue, 0, 0);
}

static void
test_image_size (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (4 * KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 4, FALSE);

  g_assert_cmpuint (kvs_sample_queue_get_max_images (queue), ==, 4);
  g_assert_cmpuint (
      kvs_sample_queue_get_image_bytes (queue), ==, KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES);
  settle (queue, span, 0, 0, 0);
  g_assert_cmpuint (kvs_sample_queue_get_max_images (queue), ==, 4);
  settle (queue, span, 1, 1, KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES / 2);
  settle (queue, span, 2, 2, 1);
  g_assert_cmpuint (kvs_sample_queue_get_max_images (queue), ==, 8);
  g_assert_cmpuint (
      kvs_sample_queue_get_image_bytes (queue), ==, KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES / 2);
  kvs_sample_queue_clear (queue);
  g_assert_cmpuint (kvs_sample_queue_get_max_images (queue), ==, 8);
}

/* An image that is larger than the queue is still one. */
static void
test_images_larger_than_the_queue (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (1);

  g_assert_cmpuint (kvs_sample_queue_get_max_images (queue), ==, 1);
}

/* What is not settled in the end belongs to another span. */
static void
test_shorter_span (void)
{
  for (guint reverse = 0; reverse < 2; reverse++) {
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
    g_autoptr (KvsSpan) none = kvs_sample_queue_add (queue, 3, reverse > 0);
    g_autoptr (KvsSpan) some = kvs_sample_queue_add (queue, 4, reverse > 0);
    g_autoptr (KvsSpan) last = kvs_sample_queue_add (queue, 1, reverse > 0);

    settle (queue, some, 0, 0, 10);
    settle (queue, some, 1, 1, 10);
    settle (queue, last, 0, 2, 10);
    kvs_sample_queue_end_span (queue, none, 0, NULL);
    kvs_sample_queue_end_span (queue, some, 2, NULL);
    assert_held (queue, 30, 3);
    assert_popped (queue, reverse > 0 ? 1 : 0);
    assert_popped (queue, reverse > 0 ? 0 : 1);
    assert_popped (queue, 2);
    kvs_sample_queue_end_span (queue, last, 1, NULL);
    kvs_sample_queue_finish (queue, NULL);
    assert_at_end (queue);
  }
}

/* The error of a span comes behind its first samples, and nothing behind it. */
static void
test_error_of_a_span (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) good = kvs_sample_queue_add (queue, 1, FALSE);
  g_autoptr (KvsSpan) bad = kvs_sample_queue_add (queue, 3, FALSE);
  g_autoptr (KvsSpan) later = kvs_sample_queue_add (queue, 1, FALSE);

  settle (queue, later, 0, 4, 10);
  kvs_sample_queue_end_span (queue, later, 1, NULL);
  settle (queue, bad, 0, 1, 10);
  settle (queue, bad, 2, 3, 10);
  kvs_sample_queue_end_span (queue, bad, 3, new_error ());
  settle (queue, good, 0, 0, 10);
  assert_popped (queue, 0);
  kvs_sample_queue_end_span (queue, good, 1, NULL);
  assert_popped (queue, 1);
  assert_failed (queue);
  kvs_sample_queue_finish (queue, NULL);
  assert_failed (queue);
}

/* Of two errors the one that comes first in the order counts, whenever it came. */
static void
test_errors_of_two_spans (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 2, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);

  kvs_sample_queue_end_span (
      queue, second, 2, g_error_new_literal (KVS_ERROR, KVS_ERROR_INVALID, "later"));
  settle (queue, first, 0, 0, 10);
  kvs_sample_queue_end_span (queue, first, 2, new_error ());
  assert_popped (queue, 0);
  assert_failed (queue);
}

static void
test_error_of_a_reverse_span (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 3, TRUE);

  settle (queue, span, 0, 0, 10);
  settle (queue, span, 2, 2, 10);
  kvs_sample_queue_end_span (queue, span, 3, new_error ());
  assert_popped (queue, 2);
  assert_failed (queue);
}

static void
test_error_at_the_end (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 1, FALSE);

  settle (queue, span, 0, 0, 10);
  kvs_sample_queue_end_span (queue, span, 1, NULL);
  kvs_sample_queue_finish (queue, new_error ());
  assert_popped (queue, 0);
  assert_failed (queue);
}

static void
test_flushing_loses_nothing (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 2, FALSE);

  settle (queue, span, 0, 0, 10);
  kvs_sample_queue_set_flushing (queue, TRUE);
  assert_flushing (queue);
  settle (queue, span, 1, 1, 10);
  kvs_sample_queue_end_span (queue, span, 2, NULL);
  kvs_sample_queue_finish (queue, NULL);
  assert_flushing (queue);
  kvs_sample_queue_set_flushing (queue, FALSE);
  assert_popped (queue, 0);
  assert_popped (queue, 1);
  assert_at_end (queue);
  kvs_sample_queue_set_flushing (queue, TRUE);
  assert_flushing (queue);
}

/* Whoever fills a dropped span is told, and more may come. */
static void
test_clear (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) dropped = kvs_sample_queue_add (queue, 4, FALSE);
  g_autoptr (KvsSpan) failed = kvs_sample_queue_add (queue, 1, FALSE);
  g_autoptr (KvsSpan) next = NULL;

  settle (queue, dropped, 0, 0, 10);
  g_assert_true (kvs_sample_queue_reserve (queue, dropped, 9));
  kvs_sample_queue_end_span (queue, failed, 1, new_error ());
  kvs_sample_queue_finish (queue, new_error ());
  kvs_sample_queue_clear (queue);
  assert_held (queue, 0, 0);
  g_assert_true (kvs_sample_queue_has_seen_still (queue));
  g_assert_false (kvs_sample_queue_settle (queue, dropped, 1, make_sample (1, 10)));
  g_assert_false (kvs_sample_queue_settle (queue, dropped, 1, make_sample (1, 0)));
  g_assert_false (kvs_sample_queue_reserve (queue, dropped, 1));
  kvs_sample_queue_end_span (queue, dropped, 4, new_error ());
  assert_held (queue, 0, 0);

  next = kvs_sample_queue_add (queue, 1, FALSE);
  g_assert_true (kvs_sample_queue_reserve (queue, next, 10));
  settle (queue, next, 0, 8, 10);
  kvs_sample_queue_end_span (queue, next, 1, NULL);
  assert_popped (queue, 8);
  kvs_sample_queue_finish (queue, NULL);
  assert_at_end (queue);
}

/* Fills a span from one thread. */
typedef struct {
  KvsSampleQueue *queue;
  KvsSpan *span;
  guint begin; /* the samples to settle */
  guint end;
  gsize size;
  guint n_images; /* that are reserved before each sample, 0 for none */
  guint n_settled;
  GThread *thread;
} Filler;

static gpointer
fill (gpointer user_data)
{
  Filler *filler = user_data;

  for (guint i = filler->begin; i < filler->end; i++) {
    if (filler->n_images > 0 &&
        !kvs_sample_queue_reserve (filler->queue, filler->span, filler->n_images))
      return NULL;
    if (!kvs_sample_queue_settle (filler->queue, filler->span, i, make_sample (i, filler->size)))
      return NULL;
    g_atomic_int_inc (&filler->n_settled);
  }
  return NULL;
}

static void
filler_start (Filler *filler)
{
  filler->thread = g_thread_new ("filler", fill, filler);
}

/* Waits until the filler has settled @n samples, of which it is known that there is room for them. */
static void
filler_wait_for (Filler *filler, guint n)
{
  while ((guint)g_atomic_int_get (&filler->n_settled) < n)
    g_thread_yield ();
}

/* Drops what the filler waits for room with, which has settled @n samples and not one more. */
static void
filler_drop (Filler *filler, guint n)
{
  filler_wait_for (filler, n);
  kvs_sample_queue_clear (filler->queue);
  g_thread_join (filler->thread);
  g_assert_cmpuint (filler->n_settled, ==, n);
}

/* One image always waits, however large; the second one only when it fits. Gaps always do. */
static void
test_bound (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 8, FALSE);
  Filler filler = {.queue = queue, .span = span, .begin = 6, .end = 8, .size = 30};

  settle (queue, span, 0, 0, 1000);
  settle (queue, span, 1, 1, 0);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 1000);
  assert_popped (queue, 0);
  settle (queue, span, 2, 2, 60);
  settle (queue, span, 3, 3, 40);
  settle (queue, span, 4, 4, 0);
  settle (queue, span, 5, 5, 0);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 100);
  filler_start (&filler);
  assert_popped (queue, 1);
  assert_popped (queue, 2);
  filler_wait_for (&filler, 2);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 100);
  g_thread_join (filler.thread);
}

/* Whoever waits for room goes on as there is some, with or without having said so before. */
static void
test_full (void)
{
  for (guint n_images = 0; n_images < 2; n_images++) {
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (4 * LARGE_SIZE);
    g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 10, FALSE);
    Filler filler = {
        .queue = queue, .span = span, .end = 10, .size = LARGE_SIZE, .n_images = n_images};

    filler_start (&filler);
    filler_wait_for (&filler, 4);
    assert_popped (queue, 0);
    filler_wait_for (&filler, 5);
    g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 4 * LARGE_SIZE);
    filler_drop (&filler, 5);
  }
}

/* What is not limited never waits. */
static void
test_no_limit (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 1, FALSE);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 1000, FALSE);

  g_assert_true (kvs_sample_queue_reserve (queue, first, G_MAXUINT));
  g_assert_true (kvs_sample_queue_reserve (queue, span, G_MAXUINT));
  for (guint i = 0; i < 1000; i++)
    settle (queue, span, i, i, LARGE_SIZE);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 1000 * LARGE_SIZE);
}

/* The first span with nothing to pop goes on whatever others hold, one image at a time. */
static void
test_first_span_need_not_wait (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 3, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);
  Filler filler = {.queue = queue, .span = first, .begin = 1, .end = 3, .size = 50, .n_images = 25};

  settle (queue, second, 0, 3, 50);
  settle (queue, second, 1, 4, 50);
  g_assert_true (kvs_sample_queue_reserve (queue, first, 25));
  settle (queue, first, 0, 0, 50);
  filler_start (&filler);
  assert_popped (queue, 0);
  filler_wait_for (&filler, 1);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 150);
  filler_drop (&filler, 1);
}

/* Makes images of 10 bytes known in a queue for ten of them. */
static KvsSampleQueue *
make_queue_of_ten (void)
{
  KvsSampleQueue *queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 1, FALSE);

  settle (queue, span, 0, 0, 10);
  kvs_sample_queue_clear (queue);
  return queue;
}

/* Spans behind the first reserve only what they leave as much for it of. */
static void
test_others_leave_room_for_the_first (void)
{
  g_autoptr (KvsSampleQueue) queue = make_queue_of_ten ();
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 2, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);
  Filler filler = {.queue = queue, .span = second, .end = 1, .size = 10, .n_images = 5};

  settle (queue, first, 0, 0, 10);
  g_assert_true (kvs_sample_queue_reserve (queue, first, 1));
  g_assert_true (kvs_sample_queue_reserve (queue, second, 4));
  filler_start (&filler);
  filler_drop (&filler, 0);
}

/* In reverse all of a span has to be there before any of it is popped, so there has to be room for it. */
static void
test_reverse_span_reserves_all (void)
{
  g_autoptr (KvsSampleQueue) queue = make_queue_of_ten ();
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 7, TRUE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, TRUE);
  Filler filler = {.queue = queue, .span = second, .end = 1, .size = 10, .n_images = 1};

  g_assert_true (kvs_sample_queue_reserve (queue, first, 1));
  settle (queue, first, 0, 0, 10);
  g_assert_true (kvs_sample_queue_reserve (queue, first, 1));
  filler_start (&filler);
  filler_drop (&filler, 0);
}

/* The second span has what it waits for once it is the first. */
static void
test_next_span_becomes_the_first (void)
{
  g_autoptr (KvsSampleQueue) queue = make_queue_of_ten ();
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 2, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);
  Filler filler = {.queue = queue, .span = second, .begin = 0, .end = 1, .size = 10, .n_images = 9};

  settle (queue, first, 0, 7, 10);
  settle (queue, first, 1, 8, 10);
  filler_start (&filler);
  assert_popped (queue, 7);
  assert_popped (queue, 8);
  kvs_sample_queue_end_span (queue, first, 2, NULL);
  assert_popped (queue, 0);
  g_thread_join (filler.thread);
}

/* What was reserved for a span counts until it is reserved anew, has come, or the span has ended. */
static void
test_reserved_is_freed (void)
{
  g_autoptr (KvsSampleQueue) queue = make_queue_of_ten ();
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 9, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 2, FALSE);

  settle (queue, first, 0, 0, 10);
  g_assert_true (kvs_sample_queue_reserve (queue, first, 9));
  g_assert_true (kvs_sample_queue_reserve (queue, first, 1));
  g_assert_true (kvs_sample_queue_reserve (queue, second, 4));
  settle (queue, second, 0, 9, 10);
  settle (queue, second, 1, 10, 10);
  kvs_sample_queue_end_span (queue, second, 2, NULL);
  g_assert_true (kvs_sample_queue_reserve (queue, first, 7));
  for (guint i = 1; i < 8; i++)
    settle (queue, first, i, i, 10);
  g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, 100);
}

/* What is larger than expected takes what was reserved for others of its span, and then waits. */
static void
test_larger_than_expected (void)
{
  g_autoptr (KvsSampleQueue) queue = make_queue_of_ten ();
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 4, FALSE);
  Filler filler = {.queue = queue, .span = span, .begin = 2, .end = 4, .size = 30};

  settle (queue, span, 0, 0, 10);
  g_assert_true (kvs_sample_queue_reserve (queue, span, 9));
  settle (queue, span, 1, 1, 60);
  g_assert_cmpuint (kvs_sample_queue_get_image_bytes (queue), ==, 60);
  filler_start (&filler);
  filler_drop (&filler, 1);
}

static gpointer
wait_for_still (gpointer user_data)
{
  Filler *filler = user_data;

  return GINT_TO_POINTER (kvs_sample_queue_wait_for_still (filler->queue, filler->span));
}

/* Has a thread wait for a still on behalf of the second of two spans, while the first is settled with
 * @size, or dropped where there is none. Returns whether there was a still. */
static gboolean
run_wait_for_still (const gsize *size)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 2, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 1, FALSE);
  Filler filler = {.queue = queue, .span = second};
  GThread *thread;

  settle (queue, first, 0, 0, 0);
  thread = g_thread_new ("waiter", wait_for_still, &filler);
  if (size != NULL)
    settle (queue, first, 1, 1, *size);
  else
    kvs_sample_queue_clear (queue);
  return GPOINTER_TO_INT (g_thread_join (thread));
}

static void
test_wait_for_still (void)
{
  static const gsize still = 10, gap = 0;

  g_assert_true (run_wait_for_still (&still));
  g_assert_false (run_wait_for_still (&gap));
  g_assert_false (run_wait_for_still (NULL));
}

/* It is known at once for the first span, and behind spans that gave back what they did not settle. */
static void
test_wait_for_still_at_once (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 2, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 1, FALSE);

  g_assert_false (kvs_sample_queue_wait_for_still (queue, first));
  settle (queue, first, 0, 0, 0);
  kvs_sample_queue_end_span (queue, first, 1, NULL);
  g_assert_false (kvs_sample_queue_wait_for_still (queue, second));
  assert_popped (queue, 0);
  g_assert_false (kvs_sample_queue_has_seen_still (queue));
  settle (queue, second, 0, 1, 10);
  assert_popped (queue, 1);
  g_assert_true (kvs_sample_queue_has_seen_still (queue));
  g_assert_true (kvs_sample_queue_wait_for_still (queue, second));
}

static gpointer
pop_once (gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  KvsSample *sample = kvs_sample_queue_pop (user_data, &error);

  g_assert_null (sample);
  return g_steal_pointer (&error);
}

/* What is held is part of what was reserved, and of more where there is room. */
static void
test_hold (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 4, FALSE);

  settle (queue, span, 0, 0, 10);
  assert_popped (queue, 0);
  g_assert_true (kvs_sample_queue_reserve (queue, span, 4));
  g_assert_true (kvs_sample_queue_hold (queue, span, 40, FALSE));
  assert_held (queue, 40, 3);
  g_assert_cmpuint (kvs_sample_queue_get_image_bytes (queue), ==, 40);
  g_assert_true (kvs_sample_queue_hold (queue, span, 100, FALSE));
  assert_held (queue, 100, 3);
  kvs_sample_queue_let_go (queue, span, 40);
  settle (queue, span, 1, 1, 60);
  assert_held (queue, 100, 3);
  kvs_sample_queue_let_go (queue, span, 0);
  assert_popped (queue, 1);
  assert_held (queue, 0, 2);
}

/* Who is waited for does not wait where there is none, but need not ask for less than the least. */
static void
test_hold_without_room (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 2, FALSE);

  g_assert_true (kvs_sample_queue_hold (queue, span, 60, FALSE));
  g_assert_false (kvs_sample_queue_hold (queue, span, 110, FALSE));
  assert_held (queue, 60, 2);
  g_assert_cmpuint (kvs_sample_queue_get_image_bytes (queue), ==, 60);
  g_assert_true (kvs_sample_queue_hold (queue, span, 110, TRUE));
  assert_held (queue, 110, 2);
  kvs_sample_queue_end_span (queue, span, 0, NULL);
  assert_held (queue, 0, 0);
}

/* What is held stays reserved when more is to come. */
static void
test_hold_and_reserve (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
  g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 4, FALSE);
  g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 4, FALSE);

  g_assert_true (kvs_sample_queue_hold (queue, first, 20, FALSE));
  g_assert_true (kvs_sample_queue_reserve (queue, second, 2));
  g_assert_true (kvs_sample_queue_reserve (queue, first, 9));
  g_assert_false (kvs_sample_queue_hold (queue, first, 61, FALSE));
  g_assert_true (kvs_sample_queue_hold (queue, first, 60, FALSE));
}

static gpointer
hold_50 (gpointer user_data)
{
  Filler *filler = user_data;

  return GINT_TO_POINTER (kvs_sample_queue_hold (filler->queue, filler->span, 50, TRUE));
}

/* Others wait, and leave as much for the first. */
static void
test_hold_behind_the_first (void)
{
  for (guint is_dropped = 0; is_dropped < 2; is_dropped++) {
    g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (100);
    g_autoptr (KvsSpan) first = kvs_sample_queue_add (queue, 1, FALSE);
    g_autoptr (KvsSpan) second = kvs_sample_queue_add (queue, 4, FALSE);
    Filler filler = {.queue = queue, .span = second};

    g_assert_true (kvs_sample_queue_hold (queue, second, 40, FALSE));
    settle (queue, first, 0, 0, 30);
    filler.thread = g_thread_new ("filler", hold_50, &filler);
    assert_held (queue, 70, 5);
    if (is_dropped)
      kvs_sample_queue_clear (queue);
    else
      assert_popped (queue, 0);
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (filler.thread)), ==, !is_dropped);
    g_assert_cmpuint (kvs_sample_queue_get_bytes (queue), ==, is_dropped ? 0 : 50);
  }
}

/* A popper that waits ends when there is nothing to wait for. Whether it waits already is all the
 * same. */
static void
test_popper_is_released (void)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (0);
  g_autoptr (KvsSpan) span = kvs_sample_queue_add (queue, 1, FALSE);
  GThread *thread = g_thread_new ("popper", pop_once, queue);
  g_autoptr (GError) flushing = NULL;
  g_autoptr (GError) of_span = NULL;
  g_autoptr (GError) of_queue = NULL;

  kvs_sample_queue_set_flushing (queue, TRUE);
  flushing = g_thread_join (thread);
  g_assert_error (flushing, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  kvs_sample_queue_set_flushing (queue, FALSE);
  thread = g_thread_new ("popper", pop_once, queue);
  kvs_sample_queue_end_span (queue, span, 1, new_error ());
  of_span = g_thread_join (thread);
  g_assert_error (of_span, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);

  kvs_sample_queue_clear (queue);
  thread = g_thread_new ("popper", pop_once, queue);
  kvs_sample_queue_finish (queue, new_error ());
  of_queue = g_thread_join (thread);
  g_assert_error (of_queue, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
}

#define N_SPANS 400
#define SPAN_LENGTH 25
#define N_THREADS 4

typedef struct {
  KvsSampleQueue *queue;
  KvsSpan *spans[N_SPANS];
  guint64 max_bytes;
  gboolean is_reverse;
  int next;
} Team;

static gsize
get_varying_size (guint64 number)
{
  return number % 7 == 0 ? LARGE_SIZE : number * 37 % 500;
}

/* A reverse span is filled in the order of time as well. */
static void
fill_span (Team *team, guint number)
{
  KvsSpan *span = team->spans[number];

  for (guint i = 0; i < SPAN_LENGTH; i++) {
    guint64 sample = (guint64)number * SPAN_LENGTH + i;

    if (i % 10 == 0)
      g_assert_true (kvs_sample_queue_reserve (team->queue, span, 10));
    settle (team->queue, span, i, sample, get_varying_size (sample));
  }
  kvs_sample_queue_end_span (team->queue, span, SPAN_LENGTH, NULL);
}

static gpointer
fill_spans (gpointer user_data)
{
  Team *team = user_data;
  int number;

  while ((number = g_atomic_int_add (&team->next, 1)) < N_SPANS)
    fill_span (team, (guint)number);
  return NULL;
}

/* The bound is kept but for one image, or for a span that has to be complete before any of it is
 * popped. */
static void
pop_all (Team *team)
{
  guint64 most = team->max_bytes + (team->is_reverse ? SPAN_LENGTH : 1) * LARGE_SIZE;

  for (guint i = 0; i < N_SPANS * SPAN_LENGTH; i++) {
    guint64 in_span = i % SPAN_LENGTH;

    g_assert_cmpuint (kvs_sample_queue_get_bytes (team->queue), <=, most);
    assert_popped (team->queue, team->is_reverse ? i - in_span + (SPAN_LENGTH - 1 - in_span) : i);
  }
}

static void
run_threads (guint64 max_bytes, gboolean is_reverse)
{
  g_autoptr (KvsSampleQueue) queue = kvs_sample_queue_new (max_bytes);
  Team team = {.queue = queue, .max_bytes = max_bytes, .is_reverse = is_reverse};
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_SPANS; i++)
    team.spans[i] = kvs_sample_queue_add (queue, SPAN_LENGTH, is_reverse);
  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("filler", fill_spans, &team);
  pop_all (&team);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  kvs_sample_queue_finish (queue, NULL);
  assert_at_end (queue);
  assert_held (queue, 0, 0);
  for (guint i = 0; i < N_SPANS; i++)
    kvs_span_unref (team.spans[i]);
}

static void
test_threads (void)
{
  static const guint64 limits[] = {1, 1000, 20000, 1000000};

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++) {
    run_threads (limits[i], FALSE);
    run_threads (limits[i], TRUE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvssamplequeue/order", test_order);
  g_test_add_func ("/kvssamplequeue/reverse", test_reverse);
  g_test_add_func ("/kvssamplequeue/counts", test_counts);
  g_test_add_func ("/kvssamplequeue/image-size", test_image_size);
  g_test_add_func (
      "/kvssamplequeue/images-larger-than-the-queue", test_images_larger_than_the_queue);
  g_test_add_func ("/kvssamplequeue/shorter-span", test_shorter_span);
  g_test_add_func ("/kvssamplequeue/error-of-a-span", test_error_of_a_span);
  g_test_add_func ("/kvssamplequeue/errors-of-two-spans", test_errors_of_two_spans);
  g_test_add_func ("/kvssamplequeue/error-of-a-reverse-span", test_error_of_a_reverse_span);
  g_test_add_func ("/kvssamplequeue/error-at-the-end", test_error_at_the_end);
  g_test_add_func ("/kvssamplequeue/flushing-loses-nothing", test_flushing_loses_nothing);
  g_test_add_func ("/kvssamplequeue/clear", test_clear);
  g_test_add_func ("/kvssamplequeue/bound", test_bound);
  g_test_add_func ("/kvssamplequeue/full", test_full);
  g_test_add_func ("/kvssamplequeue/no-limit", test_no_limit);
  g_test_add_func ("/kvssamplequeue/first-span-need-not-wait", test_first_span_need_not_wait);
  g_test_add_func (
      "/kvssamplequeue/others-leave-room-for-the-first", test_others_leave_room_for_the_first);
  g_test_add_func ("/kvssamplequeue/reverse-span-reserves-all", test_reverse_span_reserves_all);
  g_test_add_func ("/kvssamplequeue/next-span-becomes-the-first", test_next_span_becomes_the_first);
  g_test_add_func ("/kvssamplequeue/reserved-is-freed", test_reserved_is_freed);
  g_test_add_func ("/kvssamplequeue/larger-than-expected", test_larger_than_expected);
  g_test_add_func ("/kvssamplequeue/wait-for-still", test_wait_for_still);
  g_test_add_func ("/kvssamplequeue/wait-for-still-at-once", test_wait_for_still_at_once);
  g_test_add_func ("/kvssamplequeue/hold", test_hold);
  g_test_add_func ("/kvssamplequeue/hold-without-room", test_hold_without_room);
  g_test_add_func ("/kvssamplequeue/hold-and-reserve", test_hold_and_reserve);
  g_test_add_func ("/kvssamplequeue/hold-behind-the-first", test_hold_behind_the_first);
  g_test_add_func ("/kvssamplequeue/popper-is-released", test_popper_is_released);
  g_test_add_func ("/kvssamplequeue/threads", test_threads);
  return g_test_run ();
}
