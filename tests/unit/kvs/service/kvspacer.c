/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that the quota is used, and never exceeded, with any number of threads. */
#include "kvspacer.h"

#include <fakeclock.h>
#include <testcall.h>

/* How many points the token buckets hold, and how many arrive in a second. */
#define METADATA_BUCKET 9000.0
#define METADATA_RATE 9800.0
#define MEDIA_BUCKET 450.0
#define MEDIA_RATE 490.0

#define METADATA_POINT_US (G_USEC_PER_SEC / METADATA_RATE)

#define PAGE 25
#define PAGES_IN_BUCKET 18
#define PAGE_US (PAGE / MEDIA_RATE * G_USEC_PER_SEC)

/* A pacer, and what is needed to share some. */
typedef struct {
  FakeClock *clock;
  gint64 begin_us;
  KvsPacer *pacer;
  AwsClient *client;
  GUri *endpoint;

  GMutex lock; /* guards is_holding */
  GCond released;
  gboolean is_holding;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  self->clock = fake_clock_new (0);
  self->begin_us = aws_clock_get_monotonic_time (AWS_CLOCK (self->clock));
  self->pacer = kvs_pacer_new (AWS_CLOCK (self->clock));
  self->client = test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (self->clock));
  self->endpoint = g_uri_parse ("https://kinesisvideo.test", G_URI_FLAGS_NONE, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->released);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  g_object_unref (self->clock);
  g_object_unref (self->pacer);
  g_object_unref (self->client);
  g_uri_unref (self->endpoint);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->released);
}

static const KvsQuery door = {.stream_name = (char *)"door"};
static const KvsQuery gate = {.stream_name = (char *)"gate"};

static gint64
get_elapsed_us (Fixture *self)
{
  return aws_clock_get_monotonic_time (AWS_CLOCK (self->clock)) - self->begin_us;
}

static void
assert_elapsed (Fixture *self, double expected_us)
{
  g_assert_cmpfloat_with_epsilon ((double)get_elapsed_us (self), expected_us, 2);
}

static void
assert_rate (Fixture *self, double expected)
{
  g_assert_cmpfloat_with_epsilon (kvs_pacer_get_images_per_second (self->pacer), expected, 0.001);
}

static void
ask (KvsPacer *pacer, guint max_results)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kvs_pacer_wait (pacer, max_results, 0, NULL, &error));
  g_assert_no_error (error);
}

static void
ask_often (KvsPacer *pacer, guint max_results, guint n)
{
  for (guint i = 0; i < n; i++)
    ask (pacer, max_results);
}

static void
list (KvsPacer *pacer, guint max_results)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (kvs_pacer_wait_for_list (pacer, max_results, NULL, &error));
  g_assert_no_error (error);
}

static void
test_burst (Fixture *self, gconstpointer user_data)
{
  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 0);
  ask (self->pacer, PAGE);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 1);
  assert_elapsed (self, PAGE_US);

  /* Unused points stay in the bucket, up to its size. */
  fake_clock_advance (self->clock, 3600 * (gint64)G_USEC_PER_SEC);
  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 1);
  ask (self->pacer, PAGE);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 2);
  assert_elapsed (self, 3600.0 * G_USEC_PER_SEC + 2 * PAGE_US);
}

static void
assert_pace (guint max_results, guint n, double expected_s)
{
  g_autoptr (FakeClock) clock = fake_clock_new (0);
  g_autoptr (KvsPacer) pacer = kvs_pacer_new (AWS_CLOCK (clock));

  ask_often (pacer, max_results, n);
  g_assert_cmpfloat_with_epsilon (
      (double)aws_clock_get_real_time (AWS_CLOCK (clock)) / G_USEC_PER_SEC, expected_s, 0.00001);
}

/* Small pages are limited by the bucket of metadata, large ones by that of media. */
static void
test_steady (void)
{
  assert_pace (1, 1000, (1000 * 401 - METADATA_BUCKET) / METADATA_RATE);
  assert_pace (20, 1000, (1000 * 420 - METADATA_BUCKET) / METADATA_RATE);
  assert_pace (25, 1000, (1000 * 25 - MEDIA_BUCKET) / MEDIA_RATE);
  assert_pace (100, 1000, (1000 * 100 - MEDIA_BUCKET) / MEDIA_RATE);
}

static void
ask_expecting (KvsPacer *pacer, guint n_expected)
{
  g_assert_true (kvs_pacer_wait (pacer, PAGE, n_expected, NULL, NULL));
}

/* What is expected comes with fewer waits, and not later. */
static void
test_expected (Fixture *self, gconstpointer user_data)
{
  const guint n_pages = 100;

  for (guint n_left = n_pages; n_left-- > 0;)
    ask_expecting (self->pacer, n_left * PAGE);
  assert_elapsed (self, (n_pages - PAGES_IN_BUCKET) * PAGE_US);
  /* Twelve pages at a time, of 82 that have to wait. */
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 7);
}

/* Who need not wait does not, and who has to waits for no more than is expected, or 600 ms longer. */
static void
test_expected_wait (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < PAGES_IN_BUCKET; i++)
    ask_expecting (self->pacer, G_MAXUINT);
  assert_elapsed (self, 0);
  ask_expecting (self->pacer, PAGE);
  assert_elapsed (self, 2 * PAGE_US);
  ask_expecting (self->pacer, 0);
  assert_elapsed (self, 2 * PAGE_US);
  ask_expecting (self->pacer, G_MAXUINT);
  assert_elapsed (self, 3 * PAGE_US + 0.6 * G_USEC_PER_SEC);
}

/* A list costs one point for each entry that it asks for, and only of metadata. */
static void
test_list (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < 9; i++)
    list (self->pacer, 1000);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 0);
  g_assert_cmpfloat (kvs_pacer_get_images_in_bucket (self->pacer), ==, MEDIA_BUCKET);
  list (self->pacer, 1);
  assert_elapsed (self, 1 * METADATA_POINT_US);
  list (self->pacer, 1000);
  assert_elapsed (self, 1001 * METADATA_POINT_US);
  ask (self->pacer, PAGE);
  assert_elapsed (self, (1001 + 400 + PAGE) * METADATA_POINT_US);
}

/* More than the bucket ever holds */
static void
test_too_much (Fixture *self, gconstpointer user_data)
{
  ask (self->pacer, 1000);
  assert_elapsed (self, 0);
  ask (self->pacer, PAGE);
  assert_elapsed (self, (1000 + PAGE - MEDIA_BUCKET) / MEDIA_RATE * G_USEC_PER_SEC);
  ask (self->pacer, 1000);
  assert_elapsed (self, (1000 + PAGE) / MEDIA_RATE * G_USEC_PER_SEC);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
assert_cancelled (KvsPacer *pacer, guint max_results, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (kvs_pacer_wait (pacer, max_results, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GCancellable) early = g_cancellable_new (), late = g_cancellable_new ();

  g_cancellable_cancel (early);
  for (guint i = 0; i < 1000; i++)
    assert_cancelled (self->pacer, 100, early);
  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 0);

  fake_clock_set_wait_func (self->clock, cancel_cb, late);
  assert_cancelled (self->pacer, 100, late);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 1);
  assert_elapsed (self, 0);
  fake_clock_set_wait_func (self->clock, NULL, NULL);
  ask (self->pacer, PAGE);
  assert_elapsed (self, PAGE_US);
}

/* A thread that waits for the quota. */
typedef struct {
  Fixture *fixture;
  gboolean is_list;
  guint max_results;
  GCancellable *cancellable;
  GThread *thread;
  gboolean may_go;
  gint64 gone_us; /* the elapsed time when its request was allowed */
} Caller;

/* A thread that has to wait for the clock waits until it is released. */
static void
hold_cb (FakeClock *clock, gpointer user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&fixture->lock);

  while (fixture->is_holding)
    g_cond_wait (&fixture->released, &fixture->lock);
}

static void
hold (Fixture *self)
{
  self->is_holding = TRUE;
  fake_clock_set_wait_func (self->clock, hold_cb, self);
}

static void
release (Fixture *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_holding = FALSE;
  g_cond_broadcast (&self->released);
}

static gpointer
call_thread (gpointer user_data)
{
  Caller *self = user_data;
  KvsPacer *pacer = self->fixture->pacer;

  self->may_go = self->is_list
                     ? kvs_pacer_wait_for_list (pacer, self->max_results, self->cancellable, NULL)
                     : kvs_pacer_wait (pacer, self->max_results, 0, self->cancellable, NULL);
  self->gone_us = get_elapsed_us (self->fixture);
  return NULL;
}

/* Returns when @self is in the queue. */
static void
caller_start (Caller *self, Fixture *fixture, guint max_results)
{
  guint n_waiters = kvs_pacer_count_waiters (fixture->pacer);

  self->fixture = fixture;
  self->max_results = max_results;
  self->cancellable = g_cancellable_new ();
  self->thread = g_thread_new ("caller", call_thread, self);
  while (kvs_pacer_count_waiters (fixture->pacer) == n_waiters)
    g_thread_yield ();
}

static void
caller_finish (Caller *self)
{
  g_thread_join (self->thread);
  g_object_unref (self->cancellable);
}

/* No request overtakes one that waits, even if it is smaller or limited by another bucket. */
static void
test_order (Fixture *self, gconstpointer user_data)
{
  static const guint sizes[] = {100, 1, 25, 2, 50, 1, 1};
  Caller callers[G_N_ELEMENTS (sizes)] = {0};
  double points = 0;

  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  hold (self);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    caller_start (&callers[i], self, sizes[i]);
  release (self);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    caller_finish (&callers[i]);

  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, G_N_ELEMENTS (sizes));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_assert_true (callers[i].may_go);
    g_assert_cmpfloat_with_epsilon (
        (double)fake_clock_get_wait (self->clock, i), sizes[i] / MEDIA_RATE * G_USEC_PER_SEC, 2);
    points += sizes[i];
    g_assert_cmpfloat ((double)callers[i].gone_us, >=, points / MEDIA_RATE * G_USEC_PER_SEC - 1);
  }
  assert_elapsed (self, points / MEDIA_RATE * G_USEC_PER_SEC);
}

static void
caller_cancel (Caller *self)
{
  g_cancellable_cancel (self->cancellable);
  caller_finish (self);
  g_assert_false (self->may_go);
}

/* If a waiting thread is cancelled, those behind it do not wait for it. */
static void
test_move_up (Fixture *self, gconstpointer user_data)
{
  Caller callers[4] = {0};

  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  hold (self);
  caller_start (&callers[0], self, 100);
  caller_start (&callers[1], self, PAGE);
  caller_start (&callers[2], self, 100);
  caller_start (&callers[3], self, PAGE);
  caller_cancel (&callers[2]);
  g_assert_cmpuint (kvs_pacer_count_waiters (self->pacer), ==, 3);
  g_cancellable_cancel (callers[0].cancellable);
  release (self);
  caller_finish (&callers[0]);
  caller_finish (&callers[1]);
  caller_finish (&callers[3]);
  g_assert_false (callers[0].may_go);
  g_assert_true (callers[1].may_go && callers[3].may_go);
  g_assert_cmpuint (kvs_pacer_count_waiters (self->pacer), ==, 0);
  assert_elapsed (self, 2 * PAGE_US);
}

/* Empties the bucket of metadata, but not that of media. */
static void
drain_metadata (Fixture *self)
{
  for (guint i = 0; i < 9; i++)
    list (self->pacer, 1000);
}

/* Has @caller wait for the clock until it is released. Later calls do not. */
static void
hold_caller (Fixture *self, Caller *caller, guint max_results)
{
  guint n_waits = fake_clock_count_waits (self->clock);

  hold (self);
  caller_start (caller, self, max_results);
  while (fake_clock_count_waits (self->clock) == n_waits)
    g_thread_yield ();
  fake_clock_set_wait_func (self->clock, NULL, NULL);
}

static void
release_caller (Fixture *self, Caller *caller)
{
  release (self);
  caller_finish (caller);
}

/* A list waits neither for media nor for requests that do. */
static void
test_list_overtakes (Fixture *self, gconstpointer user_data)
{
  Caller waiting = {0}, behind = {0};

  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  hold_caller (self, &waiting, PAGE);
  caller_start (&behind, self, PAGE);
  list (self->pacer, 900);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 1);
  assert_elapsed (self, 0);
  g_assert_cmpuint (kvs_pacer_count_waiters (self->pacer), ==, 2);
  release_caller (self, &waiting);
  caller_finish (&behind);
  assert_elapsed (self, 2 * PAGE_US);
}

/* If metadata is short, a list delays the images behind it by its own cost, and by no more. */
static void
test_images_after_list (Fixture *self, gconstpointer user_data)
{
  Caller lister = {.is_list = TRUE}, next_lister = {.is_list = TRUE};

  drain_metadata (self);
  hold_caller (self, &lister, 1000);
  caller_start (&next_lister, self, 1000);
  ask (self->pacer, 1);
  assert_elapsed (self, (1000 + 401) * METADATA_POINT_US);
  ask (self->pacer, 1);
  assert_elapsed (self, (1000 + 2 * 401) * METADATA_POINT_US);
  release_caller (self, &lister);
  caller_finish (&next_lister);
  g_assert_cmpfloat ((double)lister.gone_us, >=, 1000 * METADATA_POINT_US - 1);
  assert_elapsed (self, (2 * 1000 + 2 * 401) * METADATA_POINT_US);
}

/* Images do not make a list wait without end. */
static void
test_list_after_images (Fixture *self, gconstpointer user_data)
{
  Caller first = {0}, second = {0};

  drain_metadata (self);
  hold_caller (self, &first, 1);
  caller_start (&second, self, 1);
  list (self->pacer, 1000);
  assert_elapsed (self, (401 + 1000) * METADATA_POINT_US);
  release_caller (self, &first);
  caller_finish (&second);
  assert_elapsed (self, (2 * 401 + 1000) * METADATA_POINT_US);
}

/* The points that a cancelled wait had reserved are free for others. */
static void
test_cancelled_list (Fixture *self, gconstpointer user_data)
{
  Caller lister = {.is_list = TRUE}, behind = {0};

  drain_metadata (self);
  hold_caller (self, &lister, 1000);
  g_cancellable_cancel (lister.cancellable);
  release_caller (self, &lister);
  g_assert_false (lister.may_go);
  ask (self->pacer, 1);
  assert_elapsed (self, 401 * METADATA_POINT_US);

  /* Also for a list, where images were cancelled. */
  hold_caller (self, &behind, 100);
  g_cancellable_cancel (behind.cancellable);
  release_caller (self, &behind);
  list (self->pacer, 1000);
  assert_elapsed (self, (401 + 1000) * METADATA_POINT_US);
}

/* If the service throttles, reservations are made anew, in their order. */
static void
test_throttled_list (Fixture *self, gconstpointer user_data)
{
  Caller lister = {.is_list = TRUE};
  double passed_s;

  drain_metadata (self);
  hold_caller (self, &lister, 1000);
  fake_clock_advance (self->clock, 50000);
  self->begin_us += 50000;
  kvs_pacer_throttled (self->pacer);
  ask (self->pacer, 1);
  passed_s = (double)get_elapsed_us (self) / G_USEC_PER_SEC;
  g_assert_cmpfloat_with_epsilon (
      (0.7 * passed_s + 0.05 * passed_s * passed_s / 2) * METADATA_RATE, 1000 + 401, 1);
  release_caller (self, &lister);
  g_assert_true (lister.may_go);
}

/* If the process was suspended for a while, all waits end at once. */
static void
test_late (Fixture *self, gconstpointer user_data)
{
  Caller callers[2 * PAGES_IN_BUCKET] = {0};

  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  hold (self);
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    caller_start (&callers[i], self, PAGE);
  fake_clock_advance (self->clock, 60 * G_USEC_PER_SEC);
  release (self);
  for (guint i = 0; i < G_N_ELEMENTS (callers); i++)
    caller_finish (&callers[i]);
  assert_elapsed (self, 60.0 * G_USEC_PER_SEC + PAGES_IN_BUCKET * PAGE_US);
}

/* Asserts that @points take the elapsed time to arrive, at a rising speed. */
static void
assert_came_in (Fixture *self, double points, double begin_speed)
{
  double passed_s = (double)get_elapsed_us (self) / G_USEC_PER_SEC;

  g_assert_cmpfloat_with_epsilon (
      (begin_speed * passed_s + 0.05 * passed_s * passed_s / 2) * MEDIA_RATE, points, 0.01);
}

/* Where others may wait for the same points, each page waits for its own. */
static void
test_expected_throttled (Fixture *self, gconstpointer user_data)
{
  kvs_pacer_throttled (self->pacer);
  ask_expecting (self->pacer, G_MAXUINT);
  assert_came_in (self, PAGE, 0.7);
}

static void
test_throttle (Fixture *self, gconstpointer user_data)
{
  assert_rate (self, MEDIA_RATE);
  kvs_pacer_throttled (self->pacer);
  assert_rate (self, 0.7 * MEDIA_RATE);
  ask (self->pacer, PAGE);
  assert_came_in (self, PAGE, 0.7);
  ask_often (self->pacer, PAGE, 50);
  assert_came_in (self, 51 * PAGE, 0.7);

  /* Back at full speed, with a full bucket. */
  fake_clock_advance (self->clock, 6 * G_USEC_PER_SEC);
  assert_rate (self, MEDIA_RATE);
  self->begin_us += get_elapsed_us (self);
  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  assert_elapsed (self, 0);
  ask (self->pacer, PAGE);
  assert_elapsed (self, PAGE_US);
}

/* A wait that begins at a rising speed and ends at full speed. */
static void
test_long_throttle (Fixture *self, gconstpointer user_data)
{
  kvs_pacer_throttled (self->pacer);
  ask (self->pacer, 10000);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 1);
  ask (self->pacer, PAGE);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 2);
  assert_elapsed (self, (0.3 * 6 / 2 + (10000 + PAGE) / MEDIA_RATE) * G_USEC_PER_SEC);
}

static void
test_rate (Fixture *self, gconstpointer user_data)
{
  const gint64 ms_us = G_USEC_PER_SEC / 1000;

  /* Together */
  kvs_pacer_throttled (self->pacer);
  kvs_pacer_throttled (self->pacer);
  fake_clock_advance (self->clock, 499 * ms_us);
  kvs_pacer_throttled (self->pacer);
  assert_rate (self, (0.7 + 0.05 * 0.499) * MEDIA_RATE);
  /* One after the other */
  fake_clock_advance (self->clock, ms_us);
  kvs_pacer_throttled (self->pacer);
  assert_rate (self, (0.7 + 0.05 * 0.5) * 0.7 * MEDIA_RATE);
  fake_clock_advance (self->clock, 2000 * ms_us);
  assert_rate (self, ((0.7 + 0.05 * 0.5) * 0.7 + 0.05 * 2) * MEDIA_RATE);
  /* Without an end */
  for (guint i = 0; i < 1000; i++) {
    fake_clock_advance (self->clock, 50 * ms_us);
    kvs_pacer_throttled (self->pacer);
  }
  g_assert_cmpfloat (kvs_pacer_get_images_per_second (self->pacer), >, 0.05 * MEDIA_RATE);
  g_assert_cmpfloat (kvs_pacer_get_images_per_second (self->pacer), <, 0.1 * MEDIA_RATE);
  /* Never again */
  fake_clock_advance (self->clock, 60000 * ms_us);
  assert_rate (self, MEDIA_RATE);
}

/* A thread that waits already waits for longer. */
static void
test_throttle_meanwhile (Fixture *self, gconstpointer user_data)
{
  Caller callers[2] = {0};

  ask_often (self->pacer, PAGE, PAGES_IN_BUCKET);
  hold (self);
  caller_start (&callers[0], self, PAGE);
  caller_start (&callers[1], self, PAGE);
  while (fake_clock_count_waits (self->clock) == 0)
    g_thread_yield ();
  kvs_pacer_throttled (self->pacer);
  release (self);
  caller_finish (&callers[0]);
  caller_finish (&callers[1]);
  g_assert_cmpuint (fake_clock_count_waits (self->clock), ==, 3);
  assert_came_in (self, 2 * PAGE, 0.7);
}

/* The service's bucket of some points, as far as it is known. */
typedef struct {
  double size; /* what it holds at most, and what comes in a second */
  double points;
  gint64 updated_us;
} ServiceBucket;

static void
service_bucket_take (ServiceBucket *self, double points, gint64 now_us)
{
  double came_in = self->size * (double)(now_us - self->updated_us) / G_USEC_PER_SEC;

  self->points = MIN (self->size, self->points + came_in) - points;
  self->updated_us = now_us;
  g_assert_cmpfloat (self->points, >=, 0);
}

static guint
pick_max_results (void)
{
  static const guint usual[] = {1, 5, 20, 25, 100};

  return g_test_rand_bit () ? usual[g_test_rand_int_range (0, G_N_ELEMENTS (usual))]
                            : (guint)g_test_rand_int_range (1, 101);
}

/* Half of the waits are 0; the others take up to some seconds. */
static gint64
pick_pause_us (void)
{
  return g_test_rand_bit () ? 0 : g_test_rand_int_range (0, 1 << g_test_rand_int_range (1, 22));
}

static void
ask_at_random (Fixture *self, ServiceBucket *metadata, ServiceBucket *media)
{
  guint max_results = pick_max_results ();
  gint64 now_us;

  ask (self->pacer, max_results);
  now_us = get_elapsed_us (self);
  service_bucket_take (metadata, 400 + max_results, now_us);
  service_bucket_take (media, max_results, now_us);
}

static void
list_at_random (Fixture *self, ServiceBucket *metadata)
{
  guint max_results = (guint)g_test_rand_int_range (1, 1001);

  list (self->pacer, max_results);
  service_bucket_take (metadata, max_results, get_elapsed_us (self));
}

static void
cancel_at_random (Fixture *self)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  if (g_test_rand_bit ())
    g_cancellable_cancel (cancellable);
  fake_clock_set_wait_func (self->clock, cancel_cb, cancellable);
  /* Requests for which the bucket has enough points need not wait, and are not cancelled then. */
  if (g_cancellable_is_cancelled (cancellable))
    assert_cancelled (self->pacer, pick_max_results (), cancellable);
  else
    assert_cancelled (self->pacer, 10000, cancellable);
  fake_clock_set_wait_func (self->clock, NULL, NULL);
}

static void
test_service (Fixture *self, gconstpointer user_data)
{
  ServiceBucket metadata = {10000, 10000, 0};
  ServiceBucket media = {500, 500, 0};

  for (guint i = 0; i < 20000; i++) {
    fake_clock_advance (self->clock, pick_pause_us ());
    ask_at_random (self, &metadata, &media);
    if (g_test_rand_int_range (0, 5) == 0)
      list_at_random (self, &metadata);
    if (g_test_rand_int_range (0, 10) == 0)
      cancel_at_random (self);
    if (g_test_rand_int_range (0, 500) == 0)
      kvs_pacer_throttled (self->pacer);
  }
}

static KvsPacer *
share (Fixture *self)
{
  return kvs_pacer_get_shared (self->client, self->endpoint, &door);
}

static void
assert_shared (
    KvsPacer *pacer, AwsClient *client, GUri *endpoint, const KvsQuery *query, gboolean is_shared)
{
  g_autoptr (KvsPacer) other = kvs_pacer_get_shared (client, endpoint, query);

  g_assert_cmpint (other == pacer, ==, is_shared);
}

static void
test_key (Fixture *self, gconstpointer user_data)
{
  static const KvsQuery arn = {
      .stream_arn = (char *)"arn:aws:kinesisvideo:us-west-2:123456789012:stream/door/1"};
  static const KvsQuery other_arn = {
      .stream_arn = (char *)"arn:aws:kinesisvideo:us-west-2:123456789012:stream/gate/1"};
  g_autoptr (AwsClient) same =
      test_client_new_with_clock ("AKID", "us-west-2", AWS_CLOCK (self->clock));
  g_autoptr (AwsClient) elsewhere =
      test_client_new_with_clock ("AKID", "us-east-1", AWS_CLOCK (self->clock));
  g_autoptr (AwsClient) other_client =
      test_client_new_with_clock ("AKOTHER", "us-west-2", AWS_CLOCK (self->clock));
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  g_autoptr (AwsClient) unsigned_client = aws_client_new (http, NULL, NULL);
  g_autoptr (GUri) same_uri = g_uri_parse ("https://kinesisvideo.test", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) other_uri = g_uri_parse ("https://other.test", G_URI_FLAGS_NONE, NULL);
  g_autoptr (KvsPacer) pacer = share (self);

  assert_shared (pacer, same, same_uri, &door, TRUE);
  assert_shared (pacer, same, same_uri, &arn, TRUE);
  assert_shared (pacer, same, same_uri, &gate, FALSE);
  assert_shared (pacer, same, same_uri, &other_arn, FALSE);
  assert_shared (pacer, same, other_uri, &door, FALSE);
  assert_shared (pacer, elsewhere, same_uri, &door, FALSE);
  assert_shared (pacer, other_client, same_uri, &door, FALSE);
  assert_shared (pacer, unsigned_client, same_uri, &door, FALSE);
}

/* Spent points count for the next pacer of the stream. */
static void
test_restart (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < 2 * PAGES_IN_BUCKET; i++) {
    g_autoptr (KvsPacer) pacer = share (self);

    ask (pacer, PAGE);
  }
  assert_elapsed (self, PAGES_IN_BUCKET * PAGE_US);
}

/* Gets the pacer of another stream. */
static void
come_by (Fixture *self)
{
  g_object_unref (kvs_pacer_get_shared (self->client, self->endpoint, &gate));
}

static void
test_forget (Fixture *self, gconstpointer user_data)
{
  KvsPacer *pacer = share (self), *seen = pacer;

  g_object_add_weak_pointer (G_OBJECT (pacer), (gpointer *)&seen);
  come_by (self);
  ask (pacer, PAGE);
  g_object_unref (pacer);
  come_by (self);
  g_assert_true (seen == pacer);
  fake_clock_advance (self->clock, (gint64)PAGE_US - 100);
  come_by (self);
  g_assert_true (seen == pacer);
  fake_clock_advance (self->clock, 200);
  come_by (self);
  g_assert_null (seen);
}

static void
test_forget_throttle (Fixture *self, gconstpointer user_data)
{
  KvsPacer *pacer = share (self), *seen = pacer;

  g_object_add_weak_pointer (G_OBJECT (pacer), (gpointer *)&seen);
  kvs_pacer_throttled (pacer);
  g_object_unref (pacer);
  fake_clock_advance (self->clock, 5 * G_USEC_PER_SEC);
  come_by (self);
  g_assert_true (seen == pacer);
  fake_clock_advance (self->clock, G_USEC_PER_SEC);
  come_by (self);
  g_assert_null (seen);
}

#define N_ROUNDS 3000

static gpointer
ask_in_thread (gpointer user_data)
{
  ask_often (user_data, PAGE, N_ROUNDS);
  return NULL;
}

static gpointer
list_in_thread (gpointer user_data)
{
  for (guint i = 0; i < N_ROUNDS; i++)
    list (user_data, 1000);
  return NULL;
}

/* Both kinds at once spend all points that arrive, and no more. */
static void
test_mixed_threads (Fixture *self, gconstpointer user_data)
{
  GThread *first = g_thread_new ("asker", ask_in_thread, self->pacer);
  GThread *second = g_thread_new ("lister", list_in_thread, self->pacer);
  GThread *third = g_thread_new ("asker", ask_in_thread, self->pacer);

  g_thread_join (first);
  g_thread_join (second);
  g_thread_join (third);
  g_assert_cmpfloat ((double)get_elapsed_us (self), >=,
      (N_ROUNDS * 1000 + 2 * N_ROUNDS * (400 + PAGE) - METADATA_BUCKET) * METADATA_POINT_US - 2);
}

static void
test_threads (Fixture *self, gconstpointer user_data)
{
  GThread *first = g_thread_new ("asker", ask_in_thread, self->pacer);
  GThread *second = g_thread_new ("asker", ask_in_thread, self->pacer);

  g_thread_join (first);
  g_thread_join (second);
  assert_elapsed (self, (2 * N_ROUNDS - PAGES_IN_BUCKET) * PAGE_US);
}

static gpointer
restart_in_thread (gpointer user_data)
{
  for (guint i = 0; i < N_ROUNDS; i++) {
    g_autoptr (KvsPacer) pacer = share (user_data);

    ask (pacer, PAGE);
  }
  return NULL;
}

/* Whether the table or a caller holds the last reference, no spent point is forgotten. */
static void
test_restart_threads (Fixture *self, gconstpointer user_data)
{
  GThread *first = g_thread_new ("restarter", restart_in_thread, self);
  GThread *second = g_thread_new ("restarter", restart_in_thread, self);

  g_thread_join (first);
  g_thread_join (second);
  assert_elapsed (self, (2 * N_ROUNDS - PAGES_IN_BUCKET) * PAGE_US);
}

static gpointer
wait_in_thread (gpointer user_data)
{
  g_autoptr (KvsPacer) pacer = kvs_pacer_new (aws_clock_get_default ());

  ask (pacer, 1000000);
  assert_cancelled (pacer, 1000000, user_data);
  return NULL;
}

/* In real time this would take hours. */
static void
test_real_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("waiter", wait_in_thread, cancellable);

  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/kvspacer/burst", test_burst);
  g_test_add_func ("/kvspacer/steady", test_steady);
  add ("/kvspacer/expected", test_expected);
  add ("/kvspacer/expected-wait", test_expected_wait);
  add ("/kvspacer/expected-throttled", test_expected_throttled);
  add ("/kvspacer/list", test_list);
  add ("/kvspacer/too-much", test_too_much);
  add ("/kvspacer/cancel", test_cancel);
  add ("/kvspacer/order", test_order);
  add ("/kvspacer/move-up", test_move_up);
  add ("/kvspacer/list-overtakes", test_list_overtakes);
  add ("/kvspacer/images-after-list", test_images_after_list);
  add ("/kvspacer/list-after-images", test_list_after_images);
  add ("/kvspacer/cancelled-list", test_cancelled_list);
  add ("/kvspacer/throttled-list", test_throttled_list);
  add ("/kvspacer/late", test_late);
  add ("/kvspacer/throttle", test_throttle);
  add ("/kvspacer/long-throttle", test_long_throttle);
  add ("/kvspacer/rate", test_rate);
  add ("/kvspacer/throttle-meanwhile", test_throttle_meanwhile);
  add ("/kvspacer/service", test_service);
  add ("/kvspacer/key", test_key);
  add ("/kvspacer/restart", test_restart);
  add ("/kvspacer/forget", test_forget);
  add ("/kvspacer/forget-throttle", test_forget_throttle);
  add ("/kvspacer/threads", test_threads);
  add ("/kvspacer/mixed-threads", test_mixed_threads);
  add ("/kvspacer/restart-threads", test_restart_threads);
  g_test_add_func ("/kvspacer/real-cancel", test_real_cancel);
  return g_test_run ();
}
