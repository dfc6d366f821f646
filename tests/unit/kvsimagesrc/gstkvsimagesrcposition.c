/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what leaves next, and which token says so. */
#include "gstkvsimagesrcposition.h"

#include <kvsresumetoken.h>

#define START_MS G_GINT64_CONSTANT (1795161600000)

/* Ten samples. */
static const KvsRange range = {START_MS, START_MS + 29500, 3000};

typedef struct {
  GstKvsImageSrcSettings settings;
  GstKvsImageSrcPosition position;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_kvs_image_src_settings_init (&fixture->settings);
  fixture->settings.stream_name = g_strdup ("door");
  gst_kvs_image_src_position_begin (&fixture->position, &fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_kvs_image_src_position_clear (&fixture->position);
  gst_kvs_image_src_settings_clear (&fixture->settings);
}

/* The next sample by its number, and by the token; -1 is none. */
static void
assert_next (const GstKvsImageSrcPosition *position, gint expected)
{
  g_autofree char *text = gst_kvs_image_src_position_make_token (position);
  g_autoptr (KvsResumeToken) token = NULL;
  guint64 next;

  g_assert_cmpint (gst_kvs_image_src_position_get_next (position, &next), ==, expected >= 0);
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
  GstKvsImageSrcPosition *position = &fixture->position;

  g_assert_null (gst_kvs_image_src_position_make_token (position));
  gst_kvs_image_src_position_learn (position, &range);
  for (gint i = 0; i < 10; i++) {
    assert_next (position, i);
    gst_kvs_image_src_position_leave (position, (guint64)i);
  }
  assert_next (position, -1);
  g_assert_cmpuint (position->n_left, ==, 10);
}

/* The numbers that leave in a traversal, and then what is left. */
static void
test_traversals (Fixture *fixture, gconstpointer data)
{
  static const struct {
    KvsTraversal traversal;
    gint numbers[5];
  } rows[] = {
      {{.begin = 7, .end = G_MAXUINT64, .stride = 1}, {7, 8, 9, -1}},
      {{.begin = 1, .end = G_MAXUINT64, .stride = 4}, {1, 5, 9, -1}},
      {{.begin = 10, .end = G_MAXUINT64, .stride = 1}, {-1}},
      {{.begin = 3, .end = 5, .stride = 1}, {3, 4, 5}},
      {{.begin = 0, .end = G_MAXUINT64, .stride = 4, .is_reverse = TRUE}, {9, 5, 1, -1}},
      {{.begin = 6, .end = 9, .stride = 1, .is_reverse = TRUE}, {8, 7, 6, -1}},
      {{.begin = 6, .end = 6, .stride = 1, .is_reverse = TRUE}, {-1}},
      {{.begin = 0, .end = 0, .stride = 1, .is_reverse = TRUE}, {-1}},
  };
  GstKvsImageSrcPosition *position = &fixture->position;

  gst_kvs_image_src_position_learn (position, &range);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gst_kvs_image_src_position_traverse (position, &rows[i].traversal);
    for (guint j = 0; rows[i].numbers[j] > 0; j++) {
      assert_next (position, rows[i].numbers[j]);
      gst_kvs_image_src_position_leave (position, (guint64)rows[i].numbers[j]);
    }
    assert_next (position, rows[i].numbers[0] < 0 || i != 3 ? -1 : 6);
  }
}

static void
test_no_end (Fixture *fixture, gconstpointer data)
{
  const KvsRange endless = {START_MS, KVS_RANGE_NO_END, 3000};

  gst_kvs_image_src_position_learn (&fixture->position, &endless);
  assert_next (&fixture->position, 0);
  gst_kvs_image_src_position_leave (&fixture->position, 1000);
  assert_next (&fixture->position, 1001);
  g_assert_cmpuint (
      gst_kvs_image_src_position_get_duration (&fixture->position), ==, GST_CLOCK_TIME_NONE);
}

static void
test_times (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcPosition *position = &fixture->position;

  g_assert_cmpuint (gst_kvs_image_src_position_get_duration (position), ==, GST_CLOCK_TIME_NONE);
  gst_kvs_image_src_position_learn (position, &range);
  g_assert_cmpuint (gst_kvs_image_src_position_get_duration (position), ==, 30 * GST_SECOND);
  g_assert_cmpuint (gst_kvs_image_src_position_get_unix_time (position, 2), ==,
      (guint64)(START_MS + 6000) * GST_MSECOND);
}

/* What a run was begun with is good until the run is somewhere else. */
static void
test_starting_token (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcPosition *position = &fixture->position;
  g_autofree char *before = NULL;
  g_autofree char *known = NULL;

  fixture->settings.starting_token = g_strdup ("AAAB");
  gst_kvs_image_src_position_begin (position, &fixture->settings);
  before = gst_kvs_image_src_position_make_token (position);
  g_assert_cmpstr (before, ==, "AAAB");
  gst_kvs_image_src_position_learn (position, &range);
  known = gst_kvs_image_src_position_make_token (position);
  g_assert_cmpstr (known, ==, "AAAB");
  gst_kvs_image_src_position_leave (position, 4);
  assert_next (position, 5);

  gst_kvs_image_src_position_begin (position, &fixture->settings);
  gst_kvs_image_src_position_use_up (position);
  g_assert_null (gst_kvs_image_src_position_make_token (position));
}

static void
assert_place (const GstKvsImageSrcPosition *position, gint expected)
{
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  gst_kvs_image_src_position_get_place (position, &place);
  g_assert_cmpint (place.is_known, ==, expected >= 0);
  if (place.is_known)
    g_assert_cmpuint (place.offset, ==, (guint64)expected);
}

/* Only the service knows where its token leads to. */
static void
test_service_token (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcPosition *position = &fixture->position;
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  fixture->settings.starting_token = g_strdup ("AAAB");
  gst_kvs_image_src_position_begin (position, &fixture->settings);
  assert_place (position, -1);
  gst_kvs_image_src_position_learn (position, &range);
  assert_place (position, -1);
  gst_kvs_image_src_position_get_place (position, &place);
  g_assert_cmpstr (place.next_token, ==, "AAAB");
  gst_kvs_image_src_position_leave (position, 4);
  assert_place (position, 5);
  gst_kvs_image_src_position_end (position);
  assert_next (position, 5);

  gst_kvs_image_src_position_begin (position, &fixture->settings);
  gst_kvs_image_src_position_learn (position, &range);
  gst_kvs_image_src_position_end (position);
  assert_place (position, -1);
  assert_next (position, -1);
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
  return g_test_run ();
}
