/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that the samples and the limit of held bytes are the same with several requests in flight. */
#include "kvserror.h"
#include "scriptedrun.h"

#include <heldclock.h>
#include <stopwatch.h>
#include <string.h>

/* How many bytes test_page_new_still() has. */
#define STILL_BYTES 17

/* A run over @n_samples stills, with @n_requests in flight. */
static ScriptedRun *
make_run (guint n_samples, guint n_requests)
{
  ScriptedRun *run = scripted_run_new (n_samples);

  run->options.max_requests = n_requests;
  run->query.page_size = 25;
  test_service_set_func (run->service, scripted_run_answer);
  return run;
}

/* Holds the answer to the request that begins with sample @first, of which @entries are sent. */
static void
hold_page (ScriptedRun *run, guint first, const char *entries)
{
  g_autofree char *body = test_page_new (entries, NULL);
  g_autofree char *match = scripted_run_match_start (first);

  test_service_add_held (run->service, body, 0);
  test_service_match (run->service, match);
}

static void
hold_stills (ScriptedRun *run, guint first, guint last)
{
  g_autofree char *entries = scripted_run_list ('s', first, last);

  hold_page (run, first, entries);
}

static void
wait_for_requests (ScriptedRun *run, guint n)
{
  while (test_service_count_requests (run->service) < n)
    g_thread_yield ();
}

static void
wait_for_bytes (ScriptedRun *run, guint64 bytes)
{
  while (kvs_reader_get_held_bytes (run->reader) < bytes)
    g_thread_yield ();
}

/* All other replies arrive before the first one. */
static void
test_slow_first_reply (void)
{
  g_autoptr (ScriptedRun) run = make_run (200, 4);
  g_autofree char *expected = scripted_run_list ('s', 0, 200);

  hold_stills (run, 0, 25);
  scripted_run_start (run);
  wait_for_requests (run, 1 + 200 / 25);
  wait_for_bytes (run, 175 * STILL_BYTES);
  test_service_release (run->service);
  scripted_run_assert_pulls (run, expected);
  g_assert_cmpuint (test_service_count_requests (run->service), ==, 1 + 200 / 25);
}

/* GetDataEndpoint is answered at once, GetImages is not. */
static void
test_slow_first_reply_after_a_guess (void)
{
  g_autoptr (ScriptedRun) run = make_run (200, 4);
  g_autofree char *expected = scripted_run_list ('s', 0, 200);

  g_set_object (&run->clock, aws_clock_get_default ());
  hold_stills (run, 0, 25);
  scripted_run_start (run);
  wait_for_requests (run, 3);
  test_service_release (run->service);
  scripted_run_assert_pulls (run, expected);
}

static void
test_order (void)
{
  static const guint n_requests[] = {2, 4, 16, 32};

  for (guint i = 0; i < G_N_ELEMENTS (n_requests); i++) {
    g_autoptr (ScriptedRun) run = make_run (2000, n_requests[i]);

    scripted_run_assert_gives_stills (run, 0, 2000);
  }
}

/* The samples before an error come out, however late they arrive, and none behind it. */
static void
test_error_in_order (void)
{
  g_autoptr (ScriptedRun) run = make_run (200, 4);
  g_autofree char *expected = scripted_run_list ('s', 0, 50);
  g_autofree char *match = scripted_run_match_start (50);
  g_autofree char *samples = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  run->max_attempts = 1;
  hold_stills (run, 0, 25);
  test_service_add (run->service, "500 Internal Server Error", "", "");
  test_service_match (run->service, match);
  scripted_run_start (run);
  while (test_service_count_answers (run->service) > 0)
    g_thread_yield ();
  test_service_release (run->service);
  samples = scripted_run_pull (run, G_MAXUINT, &error);
  g_assert_cmpstr (samples, ==, expected);
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SERVER);
  g_assert_null (kvs_reader_pull (run->reader, &again));
  g_assert_error (again, AWS_ERROR, AWS_ERROR_SERVER);
}

static char *
answer_text (const char *body)
{
  return scripted_run_answer_with ('t', body);
}

static void
test_wrong_format (void)
{
  g_autoptr (ScriptedRun) run = make_run (200, 4);
  g_autoptr (GError) error = NULL;

  test_service_set_func (run->service, answer_text);
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
}

/* Whether the format is wrong is known only after the first page. */
static void
test_bad_page_waits_for_the_first (void)
{
  g_autoptr (ScriptedRun) run = make_run (50, 4);
  g_autofree char *bad = scripted_run_list ('t', 25, 50);
  g_autofree char *bad_body = test_page_new (bad, NULL);
  g_autofree char *match = scripted_run_match_start (25);
  g_autofree char *good = scripted_run_list ('s', 0, 50);

  hold_stills (run, 0, 25);
  test_service_add (run->service, "200 OK", "", bad_body);
  test_service_match (run->service, match);
  scripted_run_start (run);
  wait_for_requests (run, 3);
  test_service_release (run->service);
  scripted_run_assert_pulls (run, good);
  g_assert_cmpuint (test_service_count_requests (run->service), ==, 3 + 25);
}

/* Pulls all, and asserts that never more than @max bytes are held. Returns the samples. */
static char *
pull_bounded (ScriptedRun *run, guint64 max)
{
  GString *text = g_string_new (NULL);

  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autofree char *sample = scripted_run_pull (run, 1, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (kvs_reader_get_held_bytes (run->reader), <=, max);
    if (*sample == '\0')
      return g_string_free (text, FALSE);
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", sample);
  }
}

/* Before the first image has arrived, only one image is requested; then as many as make up half of the
 * limit. */
static void
test_max_bytes (void)
{
  g_autoptr (ScriptedRun) run = make_run (20, 1);
  g_autofree char *expected = scripted_run_list ('s', 0, 20);
  g_autofree char *samples = NULL;

  run->options.max_bytes = 10 * STILL_BYTES;
  scripted_run_start (run);
  wait_for_bytes (run, STILL_BYTES);
  samples = pull_bounded (run, 11 * STILL_BYTES);
  g_assert_cmpstr (samples, ==, expected);
  scripted_run_assert_asked (
      run, "0..1000/1 1000..20000/5 1000..20000/5@6 1000..20000/5@11 1000..20000/5@16");
}

/* One image is always held. */
static void
test_max_bytes_less_than_an_image (void)
{
  g_autoptr (ScriptedRun) run = make_run (4, 1);
  g_autofree char *samples = NULL;

  run->options.max_bytes = 1;
  scripted_run_start (run);
  samples = pull_bounded (run, STILL_BYTES);
  g_assert_cmpstr (samples, ==, "s0 s1 s2 s3");
  scripted_run_assert_asked (run, "0..1000/1 1000..4000/1 1000..4000/1@2 1000..4000/1@3");
}

static char *
replace_all (const char *text, const char *old, const char *new)
{
  g_auto (GStrv) parts = g_strsplit (text, old, -1);

  return g_strjoinv (new, parts);
}

/* As scripted_run_answer(), with frames shortly after their samples: so a page is held until its end. */
static char *
answer_with_frames (const char *body)
{
  g_autofree char *page = scripted_run_answer (body);

  return replace_all (page, ".000}", ".040}");
}

/* The size of an image of answer_with_large_frames(), which is that of a block of memory, 1.5 MiB. */
#define LARGE_BYTES (STILL_BYTES + 1 + 3 * LARGE_GROUPS)
#define LARGE_GROUPS (512 * 1024 - 6)

/* The same with images that are larger than expected. */
static char *
answer_with_large_frames (const char *body)
{
  g_autofree char *page = answer_with_frames (body);
  g_autofree char *more = g_strnfill (4 * LARGE_GROUPS, 'A');
  g_autofree char *end = g_strdup_printf ("/9kA%s\"", more);

  return replace_all (page, "/9k=\"", end);
}

/* If a page of large images exceeds the limit, it is broken off, and its samples are requested by two
 * requests. */
static void
test_max_bytes_of_large_frames (void)
{
  g_autoptr (ScriptedRun) run = make_run (8, 1);
  g_autofree char *samples = NULL;

  run->options.max_bytes = 5 * LARGE_BYTES;
  test_service_set_func (run->service, answer_with_large_frames);
  scripted_run_start (run);
  samples = pull_bounded (run, 5 * LARGE_BYTES);
  g_assert_cmpstr (samples, ==, "s0 s1 s2 s3 s4 s5 s6 s7");
  scripted_run_assert_asked (run, "0..8000/8 0..8000/2 0..8000/2@2 0..8000/2@4 0..8000/2@6");
  g_assert_cmpuint (scripted_run_get_wasted (run), ==, 6);
}

/* The limit holds however many pages arrive at the same time. */
static void
test_max_bytes_of_large_frames_in_parallel (void)
{
  static const guint64 n_images[] = {1, 5, 11};
  static const guint lookback_ms[] = {0, 3000};

  for (guint i = 0; i < 2 * G_N_ELEMENTS (n_images); i++) {
    g_autoptr (ScriptedRun) run = make_run (40, 4);
    guint64 max_bytes = n_images[i / 2] * LARGE_BYTES;
    g_autofree char *expected = scripted_run_list ('s', 0, 40);
    g_autofree char *samples = NULL;

    run->options.max_bytes = max_bytes;
    run->options.lookback_ms = lookback_ms[i % 2];
    test_service_set_func (run->service, answer_with_large_frames);
    scripted_run_start (run);
    g_test_message ("%u", i);
    samples = pull_bounded (run, max_bytes + LARGE_BYTES);
    g_assert_cmpstr (samples, ==, expected);
  }
}

/* The limit holds for any number of requests, any direction and any lookback. */
static void
test_max_bytes_in_parallel (void)
{
  static const guint n_images[] = {1, 7, 30, 100};
  static const guint n_requests[] = {1, 4, 16};
  static const guint lookback_ms[] = {0, 3000, 20000};
  const guint n_ways = 4 * G_N_ELEMENTS (lookback_ms);

  for (guint i = 0; i < G_N_ELEMENTS (n_images) * G_N_ELEMENTS (n_requests); i++) {
    for (guint j = 0; j < n_ways; j++) {
      g_autoptr (ScriptedRun) run = make_run (120, n_requests[i / G_N_ELEMENTS (n_images)]);
      guint64 max_bytes = n_images[i % G_N_ELEMENTS (n_images)] * STILL_BYTES;
      g_autofree char *samples = NULL;

      run->options.max_bytes = max_bytes;
      run->options.lookback_ms = lookback_ms[j / 4];
      run->traversal.is_reverse = j % 2 > 0;
      if (j % 4 >= 2)
        test_service_set_func (run->service, answer_with_frames);
      scripted_run_start (run);
      g_test_message ("%" G_GUINT64_FORMAT " bytes, %u requests, %u ms, %u", max_bytes,
          run->options.max_requests, run->options.lookback_ms, j % 4);
      samples = pull_bounded (run, max_bytes + STILL_BYTES);
      g_assert_true (g_str_has_prefix (samples, j % 2 > 0 ? "s119 s118 " : "s0 s1 "));
      g_assert_true (g_str_has_suffix (samples, j % 2 > 0 ? " s1 s0" : " s118 s119"));
    }
  }
}

/* Stops at some point, with as many threads as there may be. */
static void
assert_stops_at_once (ScriptedRun *run)
{
  Stopwatch stopwatch = stopwatch_start ();

  kvs_reader_stop (run->reader);
  g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
}

/* With an answer that never comes to the request for sample 25 × @held. */
static void
stop_with_silence (guint held, guint n_pulled)
{
  g_autoptr (ScriptedRun) run = make_run (25 * 16, 16);
  g_autofree char *match = scripted_run_match_start (25 * held);
  g_autofree char *samples = NULL;

  test_service_add_silence (run->service);
  test_service_match (run->service, match);
  scripted_run_start_until_held (run);
  samples = scripted_run_pull (run, n_pulled, NULL);
  assert_stops_at_once (run);
}

static void
test_stop (void)
{
  for (guint held = 0; held < 16; held++)
    stop_with_silence (held, 25 * held);
}

static void
test_stop_after_pulling (void)
{
  for (guint n_pulled = 0; n_pulled <= 25 * 32; n_pulled += 50) {
    g_autoptr (ScriptedRun) run = make_run (25 * 32, 16);
    g_autofree char *samples = NULL;

    run->options.lookback_ms = n_pulled % 200 * 20;
    run->options.max_bytes = n_pulled % 150 * 20;
    scripted_run_start (run);
    samples = scripted_run_pull (run, n_pulled, NULL);
    assert_stops_at_once (run);
  }
}

/* A run with 25 samples of the past, and more to come each second, the next one in half a second. */
static ScriptedRun *
make_run_at_the_edge (HeldClock *clock, guint n_requests)
{
  ScriptedRun *run = make_run (100, n_requests);

  g_set_object (&run->clock, AWS_CLOCK (clock));
  run->now_ms = TEST_PAGE_START + 24500;
  run->spec.follow = TRUE;
  return run;
}

static void
hold_empty_page (ScriptedRun *run)
{
  g_autofree char *body = test_page_new ("", "A");

  test_service_add_held (run->service, body, 0);
}

/* The reply to the request for the past comes once another worker waits for what is to come. */
static void
release_once_one_waits (ScriptedRun *run, HeldClock *clock)
{
  scripted_run_start_until_held (run);
  held_clock_await_waiting (clock);
  test_service_release (run->service);
}

/* A senseless reply is asked for again in 200 ms, also where another worker waits for something later. */
static void
test_earlier_time (void)
{
  static const guint n_requests[] = {2, 3, 8};

  for (guint i = 0; i < G_N_ELEMENTS (n_requests); i++) {
    g_autoptr (HeldClock) clock = held_clock_new ();
    g_autoptr (ScriptedRun) run = make_run_at_the_edge (clock, n_requests[i]);
    g_autofree char *expected = scripted_run_list ('s', 0, 25);
    g_autofree char *samples = NULL;

    hold_empty_page (run);
    for (guint j = 0; j < 3; j++)
      scripted_run_add_page (run, "", "A");
    release_once_one_waits (run, clock);
    g_assert_true (held_clock_await_due (clock, 200000));
    held_clock_advance (clock, 200000);
    samples = scripted_run_pull (run, 25, NULL);
    g_assert_cmpstr (samples, ==, expected);
  }
}

/* A Date shows that the service's clock is 300 ms ahead of the one that a worker waits by: sample 19 is due in 500 ms, and
 * not in 800 ms. */
static void
test_corrected_time (void)
{
  g_autoptr (HeldClock) clock = held_clock_new ();
  g_autoptr (ScriptedRun) run = make_run_at_the_edge (clock, 2);
  g_autofree char *past = scripted_run_list ('s', 0, 19);
  g_autofree char *page = test_page_new (past, NULL);
  g_autofree char *samples = NULL;

  run->now_ms = TEST_PAGE_START + 20700;
  run->query.page_size = 19;
  run->options.availability_delay_ms = 2500;
  hold_empty_page (run);
  test_service_add (run->service, "200 OK", "Date: Fri, 20 Nov 2026 08:00:21 GMT\r\n", page);
  release_once_one_waits (run, clock);
  samples = scripted_run_pull (run, 19, NULL);
  g_assert_cmpstr (samples, ==, past);
  g_assert_true (held_clock_await_due (clock, 500000));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-parallel/slow-first-reply", test_slow_first_reply);
  g_test_add_func (
      "/kvsreader-parallel/slow-first-reply-after-a-guess", test_slow_first_reply_after_a_guess);
  g_test_add_func ("/kvsreader-parallel/order", test_order);
  g_test_add_func ("/kvsreader-parallel/error-in-order", test_error_in_order);
  g_test_add_func ("/kvsreader-parallel/wrong-format", test_wrong_format);
  g_test_add_func (
      "/kvsreader-parallel/bad-page-waits-for-the-first", test_bad_page_waits_for_the_first);
  g_test_add_func ("/kvsreader-parallel/max-bytes", test_max_bytes);
  g_test_add_func (
      "/kvsreader-parallel/max-bytes-less-than-an-image", test_max_bytes_less_than_an_image);
  g_test_add_func ("/kvsreader-parallel/max-bytes-in-parallel", test_max_bytes_in_parallel);
  g_test_add_func ("/kvsreader-parallel/max-bytes-of-large-frames", test_max_bytes_of_large_frames);
  g_test_add_func ("/kvsreader-parallel/max-bytes-of-large-frames-in-parallel",
      test_max_bytes_of_large_frames_in_parallel);
  g_test_add_func ("/kvsreader-parallel/earlier-time", test_earlier_time);
  g_test_add_func ("/kvsreader-parallel/corrected-time", test_corrected_time);
  g_test_add_func ("/kvsreader-parallel/stop", test_stop);
  g_test_add_func ("/kvsreader-parallel/stop-after-pulling", test_stop_after_pulling);
  return g_test_run ();
}
