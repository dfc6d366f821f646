/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which sample is pushed next, and which next-token names it. */
#include "kvsposition.h"

#include "kvsresumetoken.h"

#define START_MS G_GINT64_CONSTANT (1795161600000)

/* Ten samples. */
static const KvsRange range = {START_MS, START_MS + 29500, 3000};

static const KvsRangeSpec spec = {.start = {.ms = START_MS},
    .end = {.ms = START_MS + 29500},
    .has_end = TRUE,
    .interval_ms = 3000};

typedef struct {
  KvsSettings settings;
  KvsPosition position;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  kvs_settings_init (&fixture->settings);
  fixture->settings.stream_name = g_strdup ("door");
  kvs_position_begin (&fixture->position, &fixture->settings, &spec, START_MS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kvs_position_clear (&fixture->position);
  kvs_settings_clear (&fixture->settings);
}

/* The next sample by its number, and by the token; -1 is none. */
static void
assert_next (const KvsPosition *position, gint expected)
{
  g_autofree char *text = kvs_position_make_token (position);
  g_autoptr (KvsResumeToken) token = NULL;
  guint64 next;

  g_assert_cmpint (kvs_position_get_next (position, &next), ==, expected >= 0);
  g_assert_cmpint (text != NULL, ==, expected >= 0);
  if (expected < 0)
    return;
  g_assert_cmpuint (next, ==, (guint64)expected);
  token = kvs_resume_token_read (text, NULL);
  g_assert_cmpstr (token->stream, ==, "door");
  g_assert_cmpint (token->selector, ==, KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP);
  g_assert_cmpint (token->start_ms, ==, position->range.start_ms);
  g_assert_cmpint (token->end_ms, ==, position->range.end_ms);
  g_assert_cmpuint (token->interval_ms, ==, 3000);
  g_assert_cmpuint (token->sample, ==, (guint64)expected);
}

static void
test_forwards (Fixture *fixture, gconstpointer data)
{
  KvsPosition *position = &fixture->position;

  g_assert_null (kvs_position_make_token (position));
  kvs_position_learn (position, &range);
  for (gint i = 0; i < 10; i++) {
    assert_next (position, i);
    kvs_position_deliver (position, (guint64)i);
  }
  assert_next (position, -1);
  g_assert_cmpuint (position->n_delivered, ==, 10);
}

/* The samples that are pushed in a traversal, and then how many are left. */
static void
test_traversals (Fixture *fixture, gconstpointer data)
{
  static const struct {
    KvsTraversal traversal;
    gint numbers[5];
    gint next;
  } rows[] = {
      {{.begin = 7, .end = G_MAXUINT64, .stride = 1}, {7, 8, 9, -1}, -1},
      {{.begin = 1, .end = G_MAXUINT64, .stride = 4}, {1, 5, 9, -1}, -1},
      {{.begin = 10, .end = G_MAXUINT64, .stride = 1}, {-1}, -1},
      {{.begin = 3, .end = 5, .stride = 1}, {3, 4, 5}, 6},
      {{.begin = 0, .end = G_MAXUINT64, .stride = 4, .is_reverse = TRUE}, {8, 4, -1}, 0},
      {{.begin = 6, .end = 9, .stride = 1, .is_reverse = TRUE}, {8, 7, 6, -1}, -1},
      {{.begin = 6, .end = 6, .stride = 1, .is_reverse = TRUE}, {-1}, -1},
      {{.begin = 0, .end = 0, .stride = 1, .is_reverse = TRUE}, {-1}, -1},
  };
  KvsPosition *position = &fixture->position;

  kvs_position_learn (position, &range);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    kvs_position_traverse (position, &rows[i].traversal);
    for (guint j = 0; rows[i].numbers[j] > 0; j++) {
      assert_next (position, rows[i].numbers[j]);
      kvs_position_deliver (position, (guint64)rows[i].numbers[j]);
    }
    assert_next (position, rows[i].next);
  }
}

static void
test_no_end (Fixture *fixture, gconstpointer data)
{
  const KvsRange endless = {START_MS, KVS_RANGE_NO_END, 3000};

  kvs_position_learn (&fixture->position, &endless);
  assert_next (&fixture->position, 0);
  kvs_position_deliver (&fixture->position, 1000);
  assert_next (&fixture->position, 1001);
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  KvsPosition *position = &fixture->position;

  kvs_position_learn (position, &range);
  g_assert_cmpuint (
      kvs_position_get_unix_time (position, 2), ==, (guint64)(START_MS + 6000) * 1000000);
}

/* The starting-token stays the next-token until the session has moved on. */
static void
test_starting_token (Fixture *fixture, gconstpointer data)
{
  KvsPosition *position = &fixture->position;
  g_autofree char *before = NULL;
  g_autofree char *known = NULL;

  fixture->settings.starting_token = g_strdup ("AAAB");
  kvs_position_begin (position, &fixture->settings, &spec, START_MS);
  before = kvs_position_make_token (position);
  g_assert_cmpstr (before, ==, "AAAB");
  kvs_position_learn (position, &range);
  known = kvs_position_make_token (position);
  g_assert_cmpstr (known, ==, "AAAB");
  kvs_position_deliver (position, 4);
  assert_next (position, 5);

  kvs_position_begin (position, &fixture->settings, &spec, START_MS);
  kvs_position_use_up (position);
  g_assert_null (kvs_position_make_token (position));
}

static void
assert_place (const KvsPosition *position, gint expected)
{
  g_auto (KvsNextSample) next = {FALSE};

  kvs_position_get_next_sample (position, &next);
  g_assert_cmpint (next.is_known, ==, expected >= 0);
  if (next.is_known)
    g_assert_cmpuint (next.offset, ==, (guint64)expected);
}

/* Only the service knows where its token leads to. */
static void
test_service_token (Fixture *fixture, gconstpointer data)
{
  KvsPosition *position = &fixture->position;
  g_auto (KvsNextSample) next = {FALSE};

  fixture->settings.starting_token = g_strdup ("AAAB");
  kvs_position_begin (position, &fixture->settings, &spec, START_MS);
  assert_place (position, -1);
  kvs_position_learn (position, &range);
  assert_place (position, -1);
  kvs_position_get_next_sample (position, &next);
  g_assert_cmpstr (next.next_token, ==, "AAAB");
  kvs_position_deliver (position, 4);
  assert_place (position, 5);
  kvs_position_end (position);
  assert_next (position, 5);

  kvs_position_begin (position, &fixture->settings, &spec, START_MS);
  kvs_position_learn (position, &range);
  kvs_position_end (position);
  assert_place (position, -1);
  assert_next (position, -1);
}

static void
assert_bounds (const KvsPosition *position, gint64 now_ms, guint64 n_samples, guint64 end)
{
  KvsBounds bounds;

  kvs_position_get_bounds (position, now_ms, &bounds);
  g_assert_cmpuint (bounds.interval, ==, G_GUINT64_CONSTANT (3000000000));
  g_assert_cmpuint (bounds.n_samples, ==, n_samples);
  g_assert_cmpuint (bounds.end, ==, end);
  g_assert_cmpint (bounds.is_endless, ==, !position->spec.has_end);
}

/* Before the range is resolved, its end is estimated, because a seek may count from it; the number of samples
 * is not. */
static void
test_bounds (Fixture *fixture, gconstpointer data)
{
  KvsPosition *position = &fixture->position;
  const guint64 end = G_GUINT64_CONSTANT (30000000000);

  assert_bounds (position, START_MS, G_MAXUINT64, KVS_TIME_UNKNOWN);
  kvs_position_begin (position, &fixture->settings, &spec, START_MS + 60000);
  assert_bounds (position, START_MS, G_MAXUINT64, end);
  kvs_position_learn (position, &range);
  assert_bounds (position, START_MS, 10, end);
}

/* Without an end, a sample exists once the time at which it is first requested has come. */
static void
test_live_bounds (Fixture *fixture, gconstpointer data)
{
  const KvsRangeSpec endless = {.start = {.ms = START_MS}, .follow = TRUE, .interval_ms = 3000};
  KvsPosition *position = &fixture->position;

  fixture->settings.availability_delay = 6000;
  kvs_position_begin (position, &fixture->settings, &endless, START_MS);
  assert_bounds (position, START_MS - 1, 0, 0);
  assert_bounds (position, START_MS + 5999, 0, G_GUINT64_CONSTANT (5999000000));
  assert_bounds (position, START_MS + 6000, 1, G_GUINT64_CONSTANT (6000000000));
  assert_bounds (position, START_MS + 12000, 3, G_GUINT64_CONSTANT (12000000000));
}

/* max-items counts the samples of the whole session, across seeks. */
static void
test_max_items (Fixture *fixture, gconstpointer data)
{
  const KvsTraversal all = KVS_TRAVERSAL_ALL;
  KvsPosition *position = &fixture->position;
  KvsTraversal traversal;

  fixture->settings.max_items = 3;
  kvs_position_begin (position, &fixture->settings, &spec, START_MS);
  kvs_position_learn (position, &range);
  g_assert_cmpuint (kvs_position_traverse (position, &all).max_samples, ==, 3);
  kvs_position_deliver (position, 0);
  g_assert_cmpuint (kvs_position_traverse (position, &all).max_samples, ==, 2);
  kvs_position_deliver (position, 0);
  kvs_position_deliver (position, 1);
  traversal = kvs_position_traverse (position, &all);
  g_assert_cmpuint (traversal.end, ==, traversal.begin);
}

static void
test_far_times (Fixture *fixture, gconstpointer data)
{
  const KvsRange far_range = {G_GINT64_CONSTANT (18446744073000), KVS_RANGE_NO_END, 1000};
  KvsPosition *position = &fixture->position;

  kvs_position_learn (position, &far_range);
  g_assert_cmpuint (
      kvs_position_get_start_time (position), ==, G_GUINT64_CONSTANT (18446744073000000000));
  g_assert_cmpuint (
      kvs_position_get_unix_time (position, 0), ==, G_GUINT64_CONSTANT (18446744073000000000));
  g_assert_cmpuint (kvs_position_get_unix_time (position, 1), ==, KVS_TIME_UNKNOWN);
}

static void
test_age (Fixture *fixture, gconstpointer data)
{
  const KvsRange far_range = {KVS_TIMESTAMP_MAX_MS, KVS_RANGE_NO_END, 1000};
  KvsPosition *position = &fixture->position;
  gint64 age;

  g_assert_false (kvs_position_get_age (position, START_MS, &age));
  kvs_position_learn (position, &range);
  g_assert_true (kvs_position_get_age (position, START_MS + 250, &age));
  g_assert_cmpint (age, ==, 250000000);
  g_assert_true (kvs_position_get_age (position, START_MS - 1, &age));
  g_assert_cmpint (age, ==, -1000000);
  kvs_position_learn (position, &far_range);
  g_assert_true (kvs_position_get_age (position, START_MS, &age));
  g_assert_cmpint (age, ==, -(G_MAXINT64 / 4000000 * 1000000));
}

static void
assert_part (const KvsPosition *position, const char *expected)
{
  g_autofree char *part = kvs_position_describe_part (position);

  g_assert_cmpstr (part, ==, expected);
}

static void
test_part (Fixture *fixture, gconstpointer data)
{
  const KvsRange endless = {START_MS, KVS_RANGE_NO_END, 3000};
  const KvsTraversal part = {.begin = 1, .end = 8, .stride = 2, .max_samples = 2};
  KvsPosition *position = &fixture->position;

  assert_part (position, "in stream \"door\"");
  kvs_position_learn (position, &range);
  assert_part (
      position, "in stream \"door\" from 2026-11-20T08:00:00Z to 2026-11-20T08:00:29.500Z");
  kvs_position_traverse (position, &part);
  assert_part (position, "in stream \"door\" from 2026-11-20T08:00:03Z to 2026-11-20T08:00:15Z");
  kvs_position_learn (position, &endless);
  kvs_position_traverse (position, &KVS_TRAVERSAL_ALL);
  assert_part (position, "in stream \"door\" from 2026-11-20T08:00:00Z on");
}

/* GStreamer counts up to 292 years. A longer range is taken for as long as that, whatever it has of samples. */
static void
test_far_future (Fixture *fixture, gconstpointer data)
{
  static const struct {
    gint64 start_ms, end_ms;
    guint interval_ms;
    gboolean is_end_known;
  } rows[] = {
      {START_MS, KVS_TIMESTAMP_MAX_MS, 3000, FALSE},
      {0, KVS_TIMESTAMP_MAX_MS, 200, FALSE},
      {START_MS, G_GINT64_CONSTANT (18446744073710), G_MAXUINT, FALSE},
      {0, G_GINT64_CONSTANT (18446744073709), 3000, TRUE},
      {START_MS, START_MS + G_GINT64_CONSTANT (9223372036855), 1000, TRUE},
  };
  KvsPosition *position = &fixture->position;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const KvsRange far_range = {rows[i].start_ms, rows[i].end_ms, rows[i].interval_ms};
    const KvsRangeSpec far_spec = {.start = {.ms = rows[i].start_ms},
        .end = {.ms = rows[i].end_ms},
        .has_end = TRUE,
        .follow = TRUE,
        .interval_ms = rows[i].interval_ms};
    const guint64 interval = (guint64)rows[i].interval_ms * 1000000;
    KvsBounds bounds;

    fixture->settings.sampling_interval = rows[i].interval_ms;
    kvs_position_begin (position, &fixture->settings, &far_spec, START_MS);
    kvs_position_get_bounds (position, START_MS, &bounds);
    g_assert_cmpuint (bounds.end, ==, G_MAXINT64 / interval * interval);
    kvs_position_learn (position, &far_range);
    kvs_position_get_bounds (position, START_MS, &bounds);
    g_assert_cmpuint (bounds.end, ==, G_MAXINT64 / interval * interval);
    g_assert_cmpuint (bounds.n_samples, ==, G_MAXINT64 / interval);
    g_assert_cmpuint (kvs_position_get_end_time (position), ==,
        (rows[i].is_end_known ? (guint64)rows[i].end_ms * 1000000 : KVS_TIME_UNKNOWN));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/position/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("forwards", test_forwards);
  ADD ("traversals", test_traversals);
  ADD ("no-end", test_no_end);
  ADD ("times", test_times);
  ADD ("starting-token", test_starting_token);
  ADD ("service-token", test_service_token);
  ADD ("bounds", test_bounds);
  ADD ("live-bounds", test_live_bounds);
  ADD ("far-future", test_far_future);
  ADD ("far-times", test_far_times);
  ADD ("age", test_age);
  ADD ("max-items", test_max_items);
  ADD ("part", test_part);
  return g_test_run ();
}
