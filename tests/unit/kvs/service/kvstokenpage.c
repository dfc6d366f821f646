/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples the page of a NextToken is for. */
#include "kvstokenpage.h"

#include "testimages.h"
#include "testpage.h"

#include <string.h>

/* The first five samples of a test page, the last of which is half an interval before the end. */
static const KvsRange range = {.start_ms = TEST_PAGE_START,
    .end_ms = TEST_PAGE_START + 4500,
    .interval_ms = TEST_PAGE_INTERVAL};

static void
assert_reads (TestImages *images, guint64 expected_first, guint n_expected)
{
  g_autoptr (GError) error = NULL;
  GQueue entries = G_QUEUE_INIT;
  guint64 first;

  g_assert_true (
      kvs_token_page_read (images->service, &range, 2, "A", 0, &entries, &first, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (first, ==, expected_first);
  g_assert_cmpuint (entries.length, ==, n_expected);
  g_queue_clear_full (&entries, (GDestroyNotify)kvs_entry_free);
}

/* Reads pages that are held as a whole until their end, of which only @max_bytes may be held. */
static void
assert_reads_up_to (TestImages *images, guint64 max_bytes, guint64 expected_first, guint n_expected)
{
  g_autoptr (GError) error = NULL;
  GQueue entries = G_QUEUE_INIT;
  guint64 first;

  g_assert_true (kvs_token_page_read (
      images->service, &range, 4, "A", max_bytes, &entries, &first, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (first, ==, expected_first);
  g_assert_cmpuint (entries.length, ==, n_expected);
  g_queue_clear_full (&entries, (GDestroyNotify)kvs_entry_free);
}

static void
assert_first (TestImages *images, const KvsRange *other, guint64 expected)
{
  g_autoptr (GError) error = NULL;
  GQueue entries = G_QUEUE_INIT;
  guint64 first;

  g_assert_true (
      kvs_token_page_read (images->service, other, 25, "A", 0, &entries, &first, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (first, ==, expected);
  g_queue_clear_full (&entries, (GDestroyNotify)kvs_entry_free);
}

static void
assert_fails (TestImages *images, GCancellable *cancellable, GQuark domain, gint code)
{
  g_autoptr (GError) error = NULL;
  GQueue entries = G_QUEUE_INIT;
  guint64 first;

  g_assert_false (kvs_token_page_read (
      images->service, &range, 2, "A", 0, &entries, &first, cancellable, &error));
  g_assert_error (error, domain, code);
  g_assert_cmpuint (entries.length, ==, 0);
}

static void
test_grid (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "s2 s3", "B");
  assert_reads (images, 2, 2);
  test_images_assert_asked (images, "endpoint 0..4500/2@A");
}

/* An entry that tells of no image is one as well. */
static void
test_gap (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "n1 m2", "B");
  assert_reads (images, 1, 2);
}

/* Adds a page with frames of samples 2 and 3 that are @offset_ms later than those. */
static void
add_frames (TestImages *images, gint offset_ms)
{
  gint64 first_ms = TEST_PAGE_START + 2 * TEST_PAGE_INTERVAL + offset_ms;
  gint64 second_ms = first_ms + TEST_PAGE_INTERVAL;
  g_autofree char *body =
      g_strdup_printf ("{\"Images\":[{\"TimeStamp\":%.3f,\"ImageContent\":\"/9j/\"},"
                       "{\"TimeStamp\":%.3f,\"ImageContent\":\"/9j/\"}],\"NextToken\":\"B\"}",
          (double)first_ms / 1000, (double)second_ms / 1000);

  test_service_add (images->server, "200 OK", "", body);
}

/* TimeStamps may be those of the frames, which are near their samples. */
static void
test_frames (TestImages *images, gconstpointer user_data)
{
  static const gint offsets_ms[] = {-499, -40, 0, 40, 499};

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (offsets_ms); i++) {
    add_frames (images, offsets_ms[i]);
    assert_reads (images, 2, 2);
  }
}

/* Adds a page with an image for each of @times, which are in tenths of a second. */
static void
add_tenths (TestImages *images, const char *times)
{
  g_auto (GStrv) list = g_strsplit (times, " ", -1);
  g_autoptr (GString) body = g_string_new ("{\"Images\":[");

  for (guint i = 0; list[i] != NULL; i++) {
    gint64 tenths = TEST_PAGE_START / 100 + g_ascii_strtoll (list[i], NULL, 10);

    g_string_append_printf (body,
        "%s{\"TimeStamp\":%" G_GINT64_FORMAT ".%d,\"ImageContent\":\"/9j/\"}", i > 0 ? "," : "",
        tenths / 10, (gint)(tenths % 10));
  }
  g_string_append (body, "],\"NextToken\":\"B\"}");
  test_service_add (images->server, "200 OK", "", body->str);
}

/* Frames that are farther from each other than samples may be far from those. Then the second one tells where
 * the page begins. */
static void
test_slow_frames (TestImages *images, gconstpointer user_data)
{
  static const KvsRange fifths = {
      .start_ms = TEST_PAGE_START, .end_ms = TEST_PAGE_START + 10000, .interval_ms = 200};
  static const struct {
    const char *times;
    guint64 first;
  } cases[] = {
      {"41 51 51 51 51 51 61 61", 25},
      {"41 41 51 51 51 51 51 61", 24},
      {"41 41 41 41 41 51", 21},
      {"40 50 50 50 50 50 60", 24},
      {"61 51 51 51 51 51 41", 25},
      {"1 1 1 11", 3},
      {"-9 1 1 1 1 1 11", 0},
      /* There is no other one. */
      {"50 50 50", 25},
      /* Each is shown once. */
      {"50 52 54", 25},
      {"50 54 60", 25},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("case %u", i);
    add_tenths (images, cases[i].times);
    assert_first (images, &fifths, cases[i].first);
  }
}

static void
test_empty_pages_first (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "", "B");
  test_images_add_page (images, "", "C");
  test_images_add_page (images, "s3", "D");
  assert_reads (images, 3, 1);
  test_images_assert_asked (images, "endpoint 0..4500/2@A 0..4500/2@B 0..4500/2@C");
}

static void
test_nothing_more (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "", NULL);
  assert_reads (images, 5, 0);
}

/* How many bytes test_page_new_still() has. */
#define STILL_BYTES 17

/* A page that is over budget is read up to there; what is behind is asked for by its time. */
static void
test_over_budget (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *entries;
    guint64 max_bytes;
    guint64 first;
    guint count;
  } rows[] = {
      {"s0 s1 s2 s3", 4 * STILL_BYTES, 0, 4},
      {"s0 s1 s2 s3", 4 * STILL_BYTES - 1, 0, 3},
      {"s1 s2 s3", 2 * STILL_BYTES, 1, 2},
      {"s1 s2 s3", 1, 1, 1},
      {"n1 s2 n3 s4", STILL_BYTES, 1, 3},
      {"s3 s2 s1", 2 * STILL_BYTES, 2, 2},
      {"s1 s2 s3", 0, 1, 3},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %u", i);
    test_images_add_page (images, rows[i].entries, "B");
    assert_reads_up_to (images, rows[i].max_bytes, rows[i].first, rows[i].count);
  }
}

/* A page with far more entries than any page may have, each of which is as large as an image may be. */
static void
test_far_too_many (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GString) body = g_string_new ("{\"Images\":[");
  g_autofree char *image = g_strnfill (256 * 1024, 'A');

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (body, "%s{\"TimeStamp\":%u,\"ImageContent\":\"%s\"}", i > 0 ? "," : "",
        1795161600 + i, image);
  g_string_append (body, "]}");
  test_images_open_located (images);
  test_service_add (images->server, "200 OK", "", body->str);
  assert_reads_up_to (images, 500000, 0, 2);
}

/* Entries behind the range are left out. */
static void
test_end_of_range (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "s3 s4 s5 s6", NULL);
  assert_reads (images, 3, 2);
}

/* An entry behind a sample that is left out is not matched to that sample. */
static void
test_hole (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_page (images, "s1 s3 s4", NULL);
  assert_reads (images, 1, 1);
}

/* A page that breaks off is asked for again, as often as any other. */
static void
test_cut (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s2 s3", "B");
  gsize length = (gsize)(strchr (page, '}') - page) + 20;

  test_images_open_located (images);
  test_service_add_cut (images->server, page, length, FALSE);
  test_images_add_page (images, "s2 s3", "B");
  assert_reads (images, 2, 2);
  test_images_assert_asked (images, "endpoint 0..4500/2@A 0..4500/2@A");

  for (guint i = 0; i < AWS_DEFAULT_MAX_ATTEMPTS; i++)
    test_service_add_cut (images->server, page, length, FALSE);
  assert_fails (images, NULL, AWS_ERROR, AWS_ERROR_CUT_OFF);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
}

static void
test_refused (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  test_images_add_error (images, "400 Bad Request", "InvalidArgumentException", "NextToken");
  assert_fails (images, NULL, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  test_images_add_error (images, "404 Not Found", "ResourceNotFoundException", "gone");
  assert_fails (images, NULL, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  test_images_add_error (images, "403 Forbidden", "AccessDeniedException", "no");
  assert_fails (images, NULL, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
}

static void
test_cancelled (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  test_images_open_located (images);
  g_cancellable_cancel (cancellable);
  assert_fails (images, cancellable, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_images_assert_asked (images, "endpoint");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/kvstokenpage/" name, TestImages, NULL, test_images_set_up, function,               \
      test_images_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("grid", test_grid);
  ADD ("gap", test_gap);
  ADD ("frames", test_frames);
  ADD ("slow-frames", test_slow_frames);
  ADD ("empty-pages-first", test_empty_pages_first);
  ADD ("nothing-more", test_nothing_more);
  ADD ("over-budget", test_over_budget);
  ADD ("far-too-many", test_far_too_many);
  ADD ("end-of-range", test_end_of_range);
  ADD ("hole", test_hole);
  ADD ("cut", test_cut);
  ADD ("refused", test_refused);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
