/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the Date of replies tells about the service's clock, and when it is not believed. */
#include "kvsserviceclock.h"

#include <fakeclock.h>

#define NOW_S G_GINT64_CONSTANT (1795161600) /* 2026-11-20T08:00:00Z */
#define NOW_MS (NOW_S * 1000)
#define MS_US (G_USEC_PER_SEC / 1000)
#define STALE_S (KVS_SERVICE_CLOCK_STALE_US / G_USEC_PER_SEC)

/* A service's clock before the first reply. */
typedef struct {
  FakeClock *clock;
  KvsServiceClock *service_clock;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  self->clock = fake_clock_new (NOW_MS * 1000);
  self->service_clock = kvs_service_clock_new (AWS_CLOCK (self->clock), NOW_MS);
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  kvs_service_clock_free (self->service_clock);
  g_object_unref (self->clock);
}

static void
assert_now (Fixture *self, gint64 expected_ms)
{
  g_assert_cmpint (kvs_service_clock_get_now_ms (self->service_clock), ==, expected_ms);
}

/* A reply with this Date comes now, @duration_ms after its request was sent. */
static void
observe (Fixture *self, gint64 date_s, gint64 duration_ms)
{
  gint64 now_us = aws_clock_get_monotonic_time (AWS_CLOCK (self->clock));

  kvs_service_clock_observe (self->service_clock, date_s, now_us - duration_ms * MS_US, now_us);
}

/* Only elapsed time moves it on, not a change of the local clock. */
static void
test_passing (Fixture *self, gconstpointer user_data)
{
  assert_now (self, NOW_MS);
  fake_clock_set_real_time (self->clock, 0);
  assert_now (self, NOW_MS);
  fake_clock_advance (self->clock, 1500 * MS_US);
  assert_now (self, NOW_MS + 1500);
  kvs_service_clock_set (self->service_clock, NOW_MS - 7);
  assert_now (self, NOW_MS - 7);
  fake_clock_advance (self->clock, MS_US);
  assert_now (self, NOW_MS - 6);
}

static void
test_interval (Fixture *self, gconstpointer user_data)
{
  /* It may be right. */
  observe (self, NOW_S, 0);
  assert_now (self, NOW_MS);
  observe (self, NOW_S - 1, 1);
  assert_now (self, NOW_MS);
  observe (self, NOW_S - 3, 2500);
  assert_now (self, NOW_MS);
  observe (self, -1, 0);
  assert_now (self, NOW_MS);
  /* It is behind, and ahead. */
  observe (self, NOW_S + 10, 300);
  assert_now (self, NOW_MS + 10000);
  observe (self, NOW_S + 5, 300);
  assert_now (self, NOW_MS + 5000 + 999 + 300);
  observe (self, NOW_S + 5, 0);
  assert_now (self, NOW_MS + 5000 + 999);
}

/* The service is 437 ms ahead. What remains unknown is as short as the gaps in which seconds begin. */
static void
test_narrowing (Fixture *self, gconstpointer user_data)
{
  for (guint i = 0; i < 200; i++) {
    gint64 passed_ms = aws_clock_get_real_time (AWS_CLOCK (self->clock)) / 1000 - NOW_MS;

    observe (self, (NOW_MS + passed_ms + 437 - 3) / 1000, 5);
    fake_clock_advance (self->clock, 107 * MS_US);
  }
  g_assert_cmpint (
      ABS (kvs_service_clock_get_now_ms (self->service_clock) - (NOW_MS + 200 * 107 + 437)), <=,
      15);
}

/* The local time of day does not matter. */
static void
test_first (Fixture *self, gconstpointer user_data)
{
  observe (self, NOW_S - 1000 * STALE_S, 0);
  assert_now (self, (NOW_S - 1000 * STALE_S) * 1000 + 999);
  observe (self, NOW_S, 0);
  assert_now (self, NOW_MS);
}

static void
test_stale (Fixture *self, gconstpointer user_data)
{
  kvs_service_clock_set (self->service_clock, NOW_MS);
  /* Just not too old */
  observe (self, NOW_S - STALE_S, 0);
  assert_now (self, (NOW_S - STALE_S) * 1000 + 999);
  observe (self, NOW_S, 0);
  assert_now (self, NOW_MS);
  for (guint i = 0; i < 10; i++) {
    for (guint j = 1; j < KVS_SERVICE_CLOCK_MAX_STALE; j++) {
      observe (self, NOW_S - STALE_S - 1, 0);
      assert_now (self, NOW_MS);
    }
    observe (self, -1, 0);
    assert_now (self, NOW_MS);
    observe (self, NOW_S, 0);
  }
}

/* One Date was wrong, and too late. */
static void
test_ahead (Fixture *self, gconstpointer user_data)
{
  observe (self, NOW_S, 0);
  observe (self, NOW_S + 1000 * STALE_S, 0);
  assert_now (self, (NOW_S + 1000 * STALE_S) * 1000);
  for (guint i = 1; i < KVS_SERVICE_CLOCK_MAX_STALE; i++) {
    observe (self, NOW_S, 0);
    assert_now (self, (NOW_S + 1000 * STALE_S) * 1000);
  }
  observe (self, NOW_S, 0);
  assert_now (self, NOW_MS + 999);
}

static void
test_to_monotonic (Fixture *self, gconstpointer user_data)
{
  gint64 due_us;

  kvs_service_clock_set (self->service_clock, NOW_MS + 1234);
  fake_clock_advance (self->clock, 567);
  due_us = kvs_service_clock_to_monotonic_us (self->service_clock, NOW_MS + 1300);
  fake_clock_advance (
      self->clock, due_us - aws_clock_get_monotonic_time (AWS_CLOCK (self->clock)) - 1);
  assert_now (self, NOW_MS + 1299);
  fake_clock_advance (self->clock, 1);
  assert_now (self, NOW_MS + 1300);
  g_assert_cmpint (kvs_service_clock_to_monotonic_us (self->service_clock, NOW_MS + 300), ==,
      due_us - G_USEC_PER_SEC);
}

#define N_ROUNDS 5000

static gpointer
observe_often (gpointer user_data)
{
  Fixture *self = user_data;

  for (guint i = 0; i < N_ROUNDS; i++)
    observe (self, NOW_S + i % 2, 0);
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GThread) thread = g_thread_new ("observer", observe_often, self);

  for (guint i = 0; i < N_ROUNDS; i++) {
    gint64 now_ms = kvs_service_clock_get_now_ms (self->service_clock);

    g_assert_true (now_ms == NOW_MS || now_ms == NOW_MS + 999 || now_ms == NOW_MS + 1000);
    observe (self, NOW_S + 1, 0);
  }
  g_thread_join (g_steal_pointer (&thread));
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
  add ("/kvsserviceclock/passing", test_passing);
  add ("/kvsserviceclock/interval", test_interval);
  add ("/kvsserviceclock/narrowing", test_narrowing);
  add ("/kvsserviceclock/first", test_first);
  add ("/kvsserviceclock/stale", test_stale);
  add ("/kvsserviceclock/ahead", test_ahead);
  add ("/kvsserviceclock/to-monotonic", test_to_monotonic);
  add ("/kvsserviceclock/threads", test_threads);
  return g_test_run ();
}
