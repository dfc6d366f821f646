/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is read after a seek, and where a reader begins: with a traversal, with a token of the service,
 * or "now". */
#include "kvserror.h"
#include "scriptedrun.h"

#include <fakeclock.h>

/* A run over @n_samples stills. */
static ScriptedRun *
make_run (guint n_samples)
{
  ScriptedRun *run = scripted_run_new (n_samples);

  test_service_set_func (run->service, scripted_run_answer);
  return run;
}

static void
assert_pulls (ScriptedRun *run, guint max, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *samples = scripted_run_pull (run, max, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (samples, ==, expected);
}

static void
seek (ScriptedRun *run, guint64 begin)
{
  kvs_reader_seek (run->reader, &(KvsTraversal){.begin = begin, .end = G_MAXUINT64, .stride = 1});
}

/* The samples of a traversal, from the beginning and after a seek, and the requests for them. */
static void
test_traversals (void)
{
  static const struct {
    KvsTraversal traversal;
    const char *samples;
    const char *asked;
  } cases[] = {
      {{4, G_MAXUINT64, 1, FALSE, 0}, "s4 s5 s6 s7 s8 s9", "4000..10000/6"},
      {{4, 7, 1, FALSE, 0}, "s4 s5 s6", "4000..7000/3"},
      {{1, 10, 3, FALSE, 0}, "s1 s4 s7", "1000..8000:3000/3"},
      {{9, 10, 3, FALSE, 0}, "s9", "9000..10000:3000/1"},
      {{4, G_MAXUINT64, 1, FALSE, 3}, "s4 s5 s6", "4000..7000/3"},
      {{0, G_MAXUINT64, 1, FALSE, 30}, "s0 s1 s2 s3 s4 s5 s6 s7 s8 s9", "0..10000/10"},
      {{4, G_MAXUINT64, 2, FALSE, 2}, "s4 s6", "4000..7000:2000/2"},
      {{7, G_MAXUINT64, 1, TRUE, 0}, "s9 s8 s7", "7000..10000/3"},
      {{2, 6, 1, TRUE, 0}, "s5 s4 s3 s2", "2000..6000/4"},
      {{0, 10, 4, TRUE, 0}, "s8 s4 s0", "0..9000:4000/3"},
      {{0, 9, 1, TRUE, 2}, "s8 s7", "7000..9000/2"},
      {{0, 9, 3, TRUE, 2}, "s6 s3", "3000..7000:3000/2"},
      {{10, G_MAXUINT64, 1, FALSE, 0}, "", ""},
      {{6, 6, 1, TRUE, 0}, "", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ScriptedRun) run = make_run (10);
    g_autoptr (ScriptedRun) later = make_run (10);
    g_autofree char *asked = NULL;

    run->traversal = cases[i].traversal;
    scripted_run_assert_gives (run, cases[i].samples);
    scripted_run_assert_asked (run, cases[i].asked);

    scripted_run_assert_gives_stills (later, 0, 10);
    kvs_reader_seek (later->reader, &cases[i].traversal);
    scripted_run_assert_pulls (later, cases[i].samples);
    asked = g_strconcat ("0..10000/10", *cases[i].asked != '\0' ? " " : "", cases[i].asked, NULL);
    scripted_run_assert_asked (later, asked);
  }
}

/* The last samples of a range are asked for first in reverse, page by page. */
static void
test_reverse_pages (void)
{
  g_autoptr (ScriptedRun) run = make_run (10);

  run->query.page_size = 4;
  run->traversal.is_reverse = TRUE;
  scripted_run_assert_gives (run, "s9 s8 s7 s6 s5 s4 s3 s2 s1 s0");
  scripted_run_assert_asked (run, "6000..10000/4 2000..6000/4 0..2000/2");
}

static void
test_in_the_middle (void)
{
  g_autoptr (ScriptedRun) run = make_run (1000);

  run->options.max_requests = 4;
  scripted_run_start (run);
  assert_pulls (run, 3, "s0 s1 s2");
  seek (run, 500);
  assert_pulls (run, 3, "s500 s501 s502");
  seek (run, 2);
  assert_pulls (run, 2, "s2 s3");
  kvs_reader_seek (
      run->reader, &(KvsTraversal){.begin = 0, .end = 600, .stride = 100, .is_reverse = TRUE});
  scripted_run_assert_pulls (run, "s500 s400 s300 s200 s100 s0");
}

/* A seek does not wait for a request in flight, whose reply is dropped. */
static void
test_during_a_request (void)
{
  static const gsize lengths[] = {0, 1, 30, 100, 200};

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (ScriptedRun) run = make_run (6);
    g_autofree char *body = test_page_new ("s0 s1 s2 s3 s4 s5", NULL);

    test_service_add_held (run->service, body, lengths[i]);
    scripted_run_start_until_held (run);
    seek (run, 3);
    assert_pulls (run, 2, "s3 s4");
    test_service_release (run->service);
    assert_pulls (run, 2, "s5");
  }
}

/* Before anything is known of the service. */
static void
test_while_opening (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (6);
  g_autofree char *endpoint =
      g_strdup_printf ("{\"DataEndpoint\":\"http://%s\"}", test_service_get_host (run->service));

  test_service_add_held (run->service, endpoint, 5);
  scripted_run_start_until_held (run);
  test_service_set_func (run->service, scripted_run_answer);
  seek (run, 3);
  test_service_release (run->service);
  scripted_run_assert_pulls (run, "s3 s4 s5");
  scripted_run_assert_asked (run, "3000..6000/3");
}

static void
test_before_the_start (void)
{
  g_autoptr (ScriptedRun) run = make_run (6);

  scripted_run_prepare (run);
  seek (run, 1);
  seek (run, 3);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s3 s4 s5");
  scripted_run_assert_asked (run, "3000..6000/3");
}

static void
test_after_an_error (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 1;
  scripted_run_add_page (run, "s0", "A");
  test_service_add (run->service, "500 Internal Server Error", "", "");
  error = scripted_run_assert_fails (run, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SERVER);
  test_service_set_func (run->service, scripted_run_answer);
  seek (run, 1);
  scripted_run_assert_pulls (run, "s1 s2 s3");
}

/* A range that could not be opened is opened anew. */
static void
test_after_a_failure_to_open (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (4);
  g_autoptr (GError) error = NULL;

  test_service_add (run->service, NOT_FOUND);
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  test_service_add_endpoint (run->service, "");
  test_service_set_func (run->service, scripted_run_answer);
  seek (run, 2);
  scripted_run_assert_pulls (run, "s2 s3");
  scripted_run_assert_calls (run, "EEI");
}

/* A flushing reader is sought in the way of the element. */
static void
test_while_flushing (void)
{
  g_autoptr (ScriptedRun) run = make_run (10);
  g_autoptr (GError) error = NULL;

  scripted_run_start (run);
  assert_pulls (run, 1, "s0");
  kvs_reader_set_flushing (run->reader, TRUE);
  seek (run, 8);
  g_assert_null (kvs_reader_pull (run->reader, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kvs_reader_set_flushing (run->reader, FALSE);
  scripted_run_assert_pulls (run, "s8 s9");
}

/* Seeks one after the other, and asserts that nothing of the one before comes. */
static void
seek_often (guint max_requests, guint lookback_ms, gboolean is_pulled)
{
  g_autoptr (ScriptedRun) run = make_run (1000);

  run->options.max_requests = max_requests;
  run->options.lookback_ms = lookback_ms;
  scripted_run_start (run);
  for (guint i = 0; i < 200; i++) {
    guint begin = (guint)g_test_rand_int_range (0, 999);
    KvsTraversal traversal = {
        .begin = begin, .end = G_MAXUINT64, .stride = 1, .is_reverse = g_test_rand_bit ()};
    guint first = traversal.is_reverse ? 999 : begin;
    guint second = traversal.is_reverse ? 998 : begin + 1;
    g_autofree char *expected = g_strdup_printf ("s%u s%u", first, second);

    kvs_reader_seek (run->reader, &traversal);
    if (is_pulled || i == 199)
      assert_pulls (run, 2, expected);
  }
}

static void
test_200_in_a_row (void)
{
  for (guint is_pulled = 0; is_pulled < 2; is_pulled++) {
    seek_often (1, 0, is_pulled > 0);
    seek_often (4, 0, is_pulled > 0);
    seek_often (16, 3000, is_pulled > 0);
  }
}

/* A run over six samples, which is to begin with a token. */
static ScriptedRun *
make_run_with_token (void)
{
  ScriptedRun *run = scripted_run_new (6);

  run->query.page_size = 2;
  scripted_run_prepare (run);
  kvs_reader_set_service_token (run->reader, "T");
  return run;
}

/* The first page is that of the token, and all further samples are requested without a token. */
static void
test_service_token (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  scripted_run_add_page (run, "s2 s3", "U");
  scripted_run_add_page (run, "s4 s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s2 s3 s4 s5");
  scripted_run_assert_asked (run, "0..6000/2@T 4000..6000/2");
}

static void
test_service_token_of_the_last_page (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  scripted_run_add_page (run, "n4 s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "n4 s5");
  scripted_run_assert_asked (run, "0..6000/2@T");
}

static void
test_service_token_with_an_empty_page (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  scripted_run_add_page (run, "", "U");
  scripted_run_add_page (run, "s3 s4", "V");
  scripted_run_add_page (run, "s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s3 s4 s5");
  scripted_run_assert_asked (run, "0..6000/2@T 0..6000/2@U 5000..6000/1");
}

static void
test_service_token_to_the_end (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  scripted_run_add_page (run, "", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "");
}

static void
test_service_token_with_max_samples (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  kvs_reader_seek (run->reader, &(KvsTraversal){.end = G_MAXUINT64, .stride = 1, .max_samples = 3});
  kvs_reader_set_service_token (run->reader, "T");
  scripted_run_add_page (run, "s1 s2", "U");
  scripted_run_add_page (run, "s3", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s1 s2 s3");
  scripted_run_assert_asked (run, "0..6000/2@T 3000..4000/1");
}

/* No sample of that page is requested again, also if the first sample would be requested alone. */
static void
test_service_token_with_look_back (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (10);

  run->query.page_size = 3;
  run->options.lookback_ms = 3000;
  scripted_run_prepare (run);
  kvs_reader_set_service_token (run->reader, "T");
  scripted_run_add_page (run, "s4 s5 s6", "U");
  scripted_run_add_page (run, "n4 s5 s6", "V");
  scripted_run_add_page (run, "s7 s8 s9", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s4 s5 s6 s7 s8 s9");
  scripted_run_assert_asked (run, "0..10000/3@T 4000..10000/3 4000..10000/3@V");
}

/* Some of it may be of samples that are not to be asked for yet. They come all the same; but those without
 * media are asked for when it is time. */
static void
test_service_token_at_the_edge (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (6);

  run->query.page_size = 3;
  run->now_ms = TEST_PAGE_START + 6000;
  g_object_unref (run->clock);
  run->clock = AWS_CLOCK (fake_clock_new (run->now_ms * 1000));
  run->options.availability_delay_ms = 3000;
  run->options.availability_timeout_ms = 60000;
  scripted_run_prepare (run);
  kvs_reader_set_service_token (run->reader, "T");
  scripted_run_add_page (run, "s3 s4 n5", NULL);
  scripted_run_add_page (run, "s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s3 s4 s5");
  scripted_run_assert_asked (run, "0..6000/3@T 5000..6000/1");
  g_assert_cmpint (kvs_reader_get_now (run->reader), >=, TEST_PAGE_START + 8000);
}

/* A sample that has arrived already may be bad as any other. */
static void
test_service_token_with_a_bad_image (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  scripted_run_add_page (run, "s4 t5", NULL);
  scripted_run_add_page (run, "s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s4 s5");
  scripted_run_assert_asked (run, "0..6000/2@T 5000..6000/1");
}

/* If a seek precedes it, the token is not needed, and not sent. */
static void
test_service_token_and_seek (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();

  seek (run, 5);
  scripted_run_add_page (run, "s5", NULL);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s5");
}

static void
test_refused_service_token (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_token ();
  g_autoptr (GError) error = NULL;

  test_service_add (run->service, BAD_TOKEN);
  kvs_reader_start (run->reader);
  g_assert_null (kvs_reader_pull (run->reader, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  scripted_run_assert_asked (run, "0..6000/2@T");
}

/* The end of a range until now that is made, and begins five seconds later by the local clock. */
static gint64
resolve_now (const char *date)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (0);
  KvsRange range;

  run->now_ms = TEST_PAGE_START;
  run->spec.start = (KvsTimestamp){TRUE, -3000};
  run->spec.end = (KvsTimestamp){TRUE, 0};
  test_service_add_endpoint (run->service, date);
  test_service_set_func (run->service, scripted_run_answer);
  scripted_run_prepare (run);
  fake_clock_advance (FAKE_CLOCK (run->clock), 5 * G_USEC_PER_SEC);
  kvs_reader_start (run->reader);
  g_free (scripted_run_pull (run, G_MAXUINT, NULL));
  g_assert_true (kvs_reader_get_range (run->reader, &range));
  g_assert_cmpint (range.start_ms, ==, range.end_ms - 3000);
  return range.end_ms;
}

/* "Now" is when the reader was made, by the service's clock: a Date says what that is five seconds
 * later, rounded down. */
static void
test_now (void)
{
  g_assert_cmpint (resolve_now (""), ==, TEST_PAGE_START);
  g_assert_cmpint (resolve_now ("Date: Fri, 20 Nov 2026 08:00:05 GMT\r\n"), ==, TEST_PAGE_START);
  g_assert_cmpint (
      resolve_now ("Date: Fri, 20 Nov 2026 08:01:05 GMT\r\n"), ==, TEST_PAGE_START + 60000);
  g_assert_cmpint (
      resolve_now ("Date: Fri, 20 Nov 2026 07:59:05 GMT\r\n"), ==, TEST_PAGE_START - 60000 + 999);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-seek/traversals", test_traversals);
  g_test_add_func ("/kvsreader-seek/reverse-pages", test_reverse_pages);
  g_test_add_func ("/kvsreader-seek/in-the-middle", test_in_the_middle);
  g_test_add_func ("/kvsreader-seek/during-a-request", test_during_a_request);
  g_test_add_func ("/kvsreader-seek/while-opening", test_while_opening);
  g_test_add_func ("/kvsreader-seek/before-the-start", test_before_the_start);
  g_test_add_func ("/kvsreader-seek/after-an-error", test_after_an_error);
  g_test_add_func ("/kvsreader-seek/after-a-failure-to-open", test_after_a_failure_to_open);
  g_test_add_func ("/kvsreader-seek/while-flushing", test_while_flushing);
  g_test_add_func ("/kvsreader-seek/200-in-a-row", test_200_in_a_row);
  g_test_add_func ("/kvsreader-seek/service-token", test_service_token);
  g_test_add_func (
      "/kvsreader-seek/service-token-of-the-last-page", test_service_token_of_the_last_page);
  g_test_add_func (
      "/kvsreader-seek/service-token-with-an-empty-page", test_service_token_with_an_empty_page);
  g_test_add_func ("/kvsreader-seek/service-token-to-the-end", test_service_token_to_the_end);
  g_test_add_func (
      "/kvsreader-seek/service-token-with-max-samples", test_service_token_with_max_samples);
  g_test_add_func (
      "/kvsreader-seek/service-token-with-look-back", test_service_token_with_look_back);
  g_test_add_func ("/kvsreader-seek/service-token-at-the-edge", test_service_token_at_the_edge);
  g_test_add_func (
      "/kvsreader-seek/service-token-with-a-bad-image", test_service_token_with_a_bad_image);
  g_test_add_func ("/kvsreader-seek/service-token-and-seek", test_service_token_and_seek);
  g_test_add_func ("/kvsreader-seek/refused-service-token", test_refused_service_token);
  g_test_add_func ("/kvsreader-seek/now", test_now);
  return g_test_run ();
}
