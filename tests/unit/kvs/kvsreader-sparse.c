/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests ranges with little media or none, in all forms in which the service may say so: the samples are
 * exact, and not every window without media costs a request. */
#include "emulatedrun.h"

#define HOUR_MS (3600 * G_GINT64_CONSTANT (1000))
#define DAY_MS (24 * HOUR_MS)

/* How the service answers for a window without a fragment. */
static const char *const empty_ranges[] = {"entries", "list", "404", "400"};

/* A day before the emulator's time, with pieces of media of @piece_s seconds each @each_s. */
static void
configure_pieces (EmulatedRun *run, guint each_s, guint piece_s, const char *keys)
{
  GString *stream = g_string_new (NULL);

  g_string_printf (stream, "door=prepared:64,start=%" G_GINT64_FORMAT ",duration=%d,fragment=2%s",
      EMULATED_RUN_START / 1000, 24 * 3600, keys);
  for (guint begin_s = 0; begin_s < 24 * 3600; begin_s += each_s)
    g_string_append_printf (stream, ",gap=%u+%u", begin_s, each_s - piece_s);
  emulated_run_configure (run, "stream", stream->str);
  g_string_free (stream, TRUE);
}

static void
assert_exact (EmulatedRun *run, const KvsTraversal *traversal)
{
  g_autofree char *wrong = emulated_run_check_all (run, traversal);

  g_assert_cmpstr (wrong, ==, NULL);
}

static guint
count (EmulatedRun *run, const char *operation)
{
  return emulator_count_requests (run->emulator, operation);
}

/* Twenty hours at 3 s, a minute of media each two hours. */
static EmulatedRun *
make_sparse_run (const char *empty_range)
{
  EmulatedRun *run = emulated_run_new ();

  configure_pieces (run, 7200, 60, "");
  emulated_run_configure (run, "empty-range", empty_range);
  run->spec.end.ms = run->spec.start.ms + 20 * HOUR_MS;
  return run;
}

/* Without a list, the 24,000 samples are 960 requests. Beside a list, other requests are sent, as many as
 * there is time for until the list is there. A single worker sends none. */
static void
assert_uses_list (EmulatedRun *run, const char *empty_range)
{
  guint n_images = count (run, "GetImages"), n_lists = count (run, "ListFragments");

  g_test_message ("%s, %u workers, %s: %u GetImages, %u ListFragments", empty_range,
      run->options.max_requests, run->traversal.is_reverse ? "reverse" : "forward", n_images,
      n_lists);
  g_assert_cmpuint (n_lists, >=, 1);
  g_assert_cmpuint (n_lists, <=, 3);
  g_assert_cmpuint (n_images, <=, run->options.max_requests == 1 ? 40 : 400);
}

static void
test_list (void)
{
  for (guint i = 0; i < 4 * G_N_ELEMENTS (empty_ranges); i++) {
    g_autoptr (EmulatedRun) run = make_sparse_run (empty_ranges[i / 4]);

    run->options.max_requests = i % 2 > 0 ? 4 : 1;
    run->traversal.is_reverse = i % 4 > 1;
    emulated_run_start (run);
    assert_exact (run, &run->traversal);
    assert_uses_list (run, empty_ranges[i / 4]);
  }
}

/* If ListFragments fails in any way, no sample is lost, and it is not called again. */
static void
test_list_that_fails (void)
{
  static const char *const faults[] = {
      "ListFragments:*:status=403,code=AccessDeniedException",
      "ListFragments:*:status=404,code=ResourceNotFoundException",
      "ListFragments:*:status=404,garbage=html",
      "ListFragments:*:status=400,code=InvalidArgumentException",
      "ListFragments:*:garbage=json",
      "ListFragments:*:token=repeated",
      "GetDataEndpoint:2-:status=403,code=AccessDeniedException",
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (EmulatedRun) run = make_sparse_run ("entries");

    run->spec.end.ms = run->spec.start.ms + 5 * HOUR_MS;
    aws_client_set_max_attempts (run->client, 2);
    emulated_run_configure (run, "fault", faults[i]);
    emulated_run_start (run);
    assert_exact (run, &KVS_TRAVERSAL_ALL);
    g_assert_cmpuint (count (run, "ListFragments"), <=, 3);
  }
}

/* Requests do not wait for a list that does not come. */
static void
test_list_that_hangs (void)
{
  static const char *const faults[] = {
      "ListFragments:*:latency=100000s",
      "ListFragments:*:status=500",
      "GetDataEndpoint:2-:status=500",
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (EmulatedRun) run = make_sparse_run ("entries");

    run->spec.end.ms = run->spec.start.ms + 5 * HOUR_MS;
    run->options.max_requests = 2;
    aws_client_set_max_attempts (run->client, 0);
    emulated_run_configure (run, "fault", faults[i]);
    emulated_run_start (run);
    assert_exact (run, &KVS_TRAVERSAL_ALL);
  }
}

static void
test_no_list (void)
{
  g_autoptr (EmulatedRun) run = make_sparse_run ("404");

  run->spec.end.ms = run->spec.start.ms + 5 * HOUR_MS;
  run->options.use_list_fragments = FALSE;
  emulated_run_start (run);
  assert_exact (run, &KVS_TRAVERSAL_ALL);
  g_assert_cmpuint (count (run, "ListFragments"), ==, 0);
}

/* Pulls all samples. Returns how many of them are stills. */
static guint
count_stills (EmulatedRun *run)
{
  guint n = 0;

  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KvsSample) sample = kvs_reader_pull (run->reader, &error);

    g_assert_no_error (error);
    if (sample == NULL)
      return n;
    n += sample->kind == KVS_SAMPLE_STILL ? 1 : 0;
  }
}

/* A range that begins days before the retention period, at the emulator's time: a day after the stream. */
static EmulatedRun *
make_old_run (const char *empty_range, const char *retention_check, guint n_days)
{
  EmulatedRun *run = emulated_run_new ();
  g_autofree char *stream = g_strdup_printf ("door=prepared:64,start=%" G_GINT64_FORMAT
                                             ",duration=%u,fragment=2,retention=24",
      (EMULATED_RUN_START + DAY_MS - n_days * DAY_MS) / 1000, n_days * 24 * 3600);

  emulated_run_configure (run, "stream", stream);
  emulated_run_configure (run, "empty-range", empty_range);
  emulated_run_configure (run, "retention-check", retention_check);
  run->spec.start.ms = EMULATED_RUN_START + DAY_MS - n_days * DAY_MS;
  run->spec.end.ms = run->spec.start.ms + (n_days - 1) * DAY_MS + HOUR_MS;
  run->spec.interval_ms = 60000;
  run->options.use_list_fragments = FALSE;
  return run;
}

static void
test_old_start (void)
{
  static const char *const retention_checks[] = {"end", "start"};

  for (guint i = 0; i < 2 * G_N_ELEMENTS (empty_ranges); i++) {
    g_autoptr (EmulatedRun) run = make_old_run (empty_ranges[i / 2], retention_checks[i % 2], 7);
    guint n_requests = 0;

    /* Nothing is read ahead, so that all requests are for the first still. */
    run->options.max_bytes = 1;
    emulated_run_start (run);
    for (;;) {
      g_autoptr (GError) error = NULL;
      g_autoptr (KvsSample) sample = kvs_reader_pull (run->reader, &error);

      g_assert_no_error (error);
      if (sample == NULL)
        break;
      if (sample->kind == KVS_SAMPLE_STILL && n_requests == 0)
        n_requests = count (run, "GetImages");
      if (n_requests == 0)
        g_assert_cmpint (sample->kind, ==, KVS_SAMPLE_NO_MEDIA);
    }
    g_test_message ("%s, %s: first still after %u GetImages", empty_ranges[i / 2],
        retention_checks[i % 2], n_requests);
    g_assert_cmpuint (n_requests, >, 0);
    g_assert_cmpuint (n_requests, <=, 25);
  }
}

/* A service may reject each request that begins before the retention period. What a range loses by that is what is deleted
 * within the next seconds, and what is in a fragment that a request would have to look back for. */
static void
test_start_just_before_retention (void)
{
  static const struct {
    guint before_ms;
    guint interval_ms;
  } rows[] = {{500, 1000}, {10500, 1000}, {100500, 1000}, {10500, 200}, {3500, 3000}};

  for (guint i = 0; i < 2 * G_N_ELEMENTS (empty_ranges) * G_N_ELEMENTS (rows); i++) {
    guint before_ms = rows[i % G_N_ELEMENTS (rows)].before_ms;
    guint interval_ms = rows[i % G_N_ELEMENTS (rows)].interval_ms;
    const char *empty_range = empty_ranges[i / G_N_ELEMENTS (rows) % G_N_ELEMENTS (empty_ranges)];
    g_autoptr (EmulatedRun) run = make_old_run (empty_range, "start", 2);
    guint n_stills;

    run->traversal.is_reverse = i >= G_N_ELEMENTS (empty_ranges) * G_N_ELEMENTS (rows);
    run->spec.start.ms = EMULATED_RUN_START - before_ms;
    run->spec.end.ms = EMULATED_RUN_START + 100000;
    run->spec.interval_ms = interval_ms;
    emulated_run_start (run);
    n_stills = count_stills (run);
    g_test_message ("%u ms before, %u ms, %s, %s: %u stills", before_ms, interval_ms, empty_range,
        run->traversal.is_reverse ? "reverse" : "forward", n_stills);
    g_assert_cmpuint (n_stills, >=, 90000 / interval_ms);
  }
}

/* A range that begins before the retention period is no reason to list the fragments of a camera that always
 * records. */
static void
test_old_start_lists_nothing (void)
{
  g_autoptr (EmulatedRun) run = make_old_run ("404", "start", 7);

  run->options.use_list_fragments = TRUE;
  emulated_run_start (run);
  count_stills (run);
  g_assert_cmpuint (count (run, "ListFragments"), ==, 0);
}

/* In reverse the range ends where the retention period does, after few more requests. */
static void
test_old_start_in_reverse (void)
{
  g_autoptr (EmulatedRun) run = make_old_run ("404", "end", 7);

  run->traversal.is_reverse = TRUE;
  emulated_run_start (run);
  count_stills (run);
  g_test_message ("%u GetImages", count (run, "GetImages"));
  g_assert_cmpuint (count (run, "GetImages"), <=, 60);
}

/* A boundary that looks like that of the retention period and is none costs no sample. */
static void
test_no_border (void)
{
  static const char *const empty[] = {"404", "400"};

  for (guint i = 0; i < G_N_ELEMENTS (empty); i++) {
    g_autoptr (EmulatedRun) run = emulated_run_new ();

    configure_pieces (run, 5 * 3600, 3 * 3600, "");
    emulated_run_configure (run, "empty-range", empty[i]);
    run->spec.end.ms = run->spec.start.ms + 16 * HOUR_MS;
    run->spec.interval_ms = 60000;
    run->options.use_list_fragments = FALSE;
    emulated_run_start (run);
    assert_exact (run, &KVS_TRAVERSAL_ALL);
  }
}

/* A stream that has never received media has only gaps. */
static void
test_never_fed (void)
{
  for (guint i = 0; i < 4 * G_N_ELEMENTS (empty_ranges); i++) {
    g_autoptr (EmulatedRun) run = emulated_run_new ();
    g_autofree char *stream = g_strdup_printf (
        "door=prepared:64,start=%" G_GINT64_FORMAT ",duration=0", EMULATED_RUN_START / 1000);

    emulated_run_configure (run, "stream", stream);
    emulated_run_configure (run, "empty-range", empty_ranges[i / 4]);
    emulated_run_configure (run, "error-connection", i % 2 > 0 ? "close" : "keep");
    run->spec.end.ms = run->spec.start.ms + HOUR_MS;
    run->options.use_list_fragments = i % 4 > 1;
    emulated_run_start (run);
    assert_exact (run, &KVS_TRAVERSAL_ALL);
    g_assert_true (kvs_reader_has_found_nothing (run->reader));
    g_test_message ("%s: %u GetImages", empty_ranges[i / 4], count (run, "GetImages"));
    g_assert_cmpuint (count (run, "GetImages"), <=, 60);
  }
}

/* The page of a proxy does not mean that there is no media. */
static void
test_pages_of_a_proxy (void)
{
  static const char *const faults[] = {"GetImages:2-7:status=404,garbage=html",
      "GetImages:p=0.2:status=404,garbage=html", "GetImages:p=0.2:status=403,garbage=html",
      "GetImages:p=0.2:status=400,garbage=html"};

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autoptr (EmulatedRun) run = emulated_run_new ();
    g_autofree char *stream =
        g_strdup_printf ("door=prepared:64,start=%" G_GINT64_FORMAT ",duration=1200,fragment=2",
            EMULATED_RUN_START / 1000);

    emulated_run_configure (run, "stream", stream);
    emulated_run_configure (run, "fault", faults[i]);
    aws_client_set_max_attempts (run->client, 20);
    run->spec.end.ms = run->spec.start.ms + 1200 * 1000;
    emulated_run_start (run);
    assert_exact (run, &KVS_TRAVERSAL_ALL);
  }
}

static void
test_pages_of_a_proxy_for_ever (void)
{
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  g_autoptr (GError) error = NULL;

  emulated_run_configure (run, "stream", "door=prepared:64,start=2026-11-20T08:00:00Z");
  emulated_run_configure (run, "fault", "GetImages:*:status=404,garbage=html");
  emulated_run_start (run);
  g_assert_null (kvs_reader_pull (run->reader, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
}

/* The camera's clock is ahead of the service's: what lies behind now there is read as well, and not waited
 * for. */
static void
test_producer_time (void)
{
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  gint64 now_ms = EMULATED_RUN_START + DAY_MS;
  gint64 begin_us = aws_clock_get_monotonic_time (run->clock);
  g_autofree char *stream = g_strdup_printf ("door=prepared:64,start=%" G_GINT64_FORMAT
                                             ",duration=86400,fragment=2,producer-offset=7200",
      EMULATED_RUN_START / 1000);

  emulated_run_configure (run, "stream", stream);
  run->query.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
  run->spec.is_producer_time = TRUE;
  run->spec.start.ms = now_ms - 600 * 1000;
  run->spec.end.ms = now_ms + HOUR_MS;
  emulated_run_start (run);
  for (guint i = 0; i < (600 + 3600) / 3; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (KvsSample) sample = kvs_reader_pull (run->reader, &error);

    g_assert_no_error (error);
    g_assert_nonnull (sample);
    g_assert_cmpuint (sample->number, ==, i);
    g_assert_cmpint (sample->kind, ==, KVS_SAMPLE_STILL);
  }
  g_assert_null (kvs_reader_pull (run->reader, NULL));
  g_assert_cmpint (aws_clock_get_monotonic_time (run->clock) - begin_us, <, 60 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-sparse/list", test_list);
  g_test_add_func ("/kvsreader-sparse/list-that-fails", test_list_that_fails);
  g_test_add_func ("/kvsreader-sparse/list-that-hangs", test_list_that_hangs);
  g_test_add_func ("/kvsreader-sparse/no-list", test_no_list);
  g_test_add_func ("/kvsreader-sparse/old-start", test_old_start);
  g_test_add_func (
      "/kvsreader-sparse/start-just-before-retention", test_start_just_before_retention);
  g_test_add_func ("/kvsreader-sparse/old-start-lists-nothing", test_old_start_lists_nothing);
  g_test_add_func ("/kvsreader-sparse/old-start-in-reverse", test_old_start_in_reverse);
  g_test_add_func ("/kvsreader-sparse/no-border", test_no_border);
  g_test_add_func ("/kvsreader-sparse/never-fed", test_never_fed);
  g_test_add_func ("/kvsreader-sparse/pages-of-a-proxy", test_pages_of_a_proxy);
  g_test_add_func ("/kvsreader-sparse/pages-of-a-proxy-for-ever", test_pages_of_a_proxy_for_ever);
  g_test_add_func ("/kvsreader-sparse/producer-time", test_producer_time);
  return g_test_run ();
}
