/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what is asked for the samples of a span, and what comes of it. */
#include "kvsfetcher.h"

#include "kvserror.h"
#include "kvsreply.h"
#include "testimages.h"
#include "testpage.h"

#include <string.h>

#define BAD_REQUEST "400 Bad Request"

/* As in kvsfetcher.c. */
#define MAX_STALLS 16

/* What a fetcher works with. What is to be different is set before prepare(). */
typedef struct {
  TestImages images;
  guint64 max_bytes;
  guint max_lookback_ms;
  guint availability_timeout_ms;
  KvsSampleQueue *queue;
  KvsFragments *fragments;
  KvsFetcher *fetcher;
} Fixture;

static void
set_up (Fixture *self, gconstpointer user_data)
{
  test_images_set_up (&self->images, NULL);
  self->availability_timeout_ms = 60000;
}

static void
tear_down (Fixture *self, gconstpointer user_data)
{
  g_clear_pointer (&self->fetcher, kvs_fetcher_free);
  g_clear_pointer (&self->fragments, kvs_fragments_free);
  g_clear_pointer (&self->queue, kvs_sample_queue_free);
  test_images_tear_down (&self->images, NULL);
}

static void
prepare (Fixture *self)
{
  test_images_open_located (&self->images);
  self->queue = kvs_sample_queue_new (self->max_bytes);
  self->fragments = kvs_fragments_new (self->max_lookback_ms);
  self->fetcher = kvs_fetcher_new (self->images.service, self->queue, self->fragments,
      &self->images.query, self->availability_timeout_ms, self->images.stats);
}

/* Has the fragments be known to be so short that a request begins one sample early, and the longest
 * ones may have @max_lookback_ms. */
static void
prepare_with_short_fragments (Fixture *self, guint max_lookback_ms)
{
  self->max_lookback_ms = max_lookback_ms;
  prepare (self);
  kvs_fragments_note_head (self->fragments, 0);
}

static void
add_page (Fixture *self, const char *entries, const char *next_token)
{
  test_images_add_page (&self->images, entries, next_token);
}

/* Adds a page with the entries @first to @last - 1, all of the same kind. */
static void
add_run (Fixture *self, char kind, guint first, guint last, const char *next_token)
{
  g_autoptr (GString) entries = g_string_new (NULL);

  for (guint i = first; i < last; i++)
    g_string_append_printf (entries, "%s%c%u", i > first ? " " : "", kind, i);
  add_page (self, entries->str, next_token);
}

static void
add_not_found (Fixture *self)
{
  test_images_add_errors (&self->images, "404 Not Found", 1);
}

static void
add_bad_token (Fixture *self)
{
  test_images_add_error (&self->images, BAD_REQUEST, "InvalidArgumentException", "NextToken");
}

static void
assert_asked (Fixture *self, const char *expected)
{
  g_autofree char *all = g_strconcat ("endpoint ", expected, NULL);

  test_images_assert_asked (&self->images, all);
}

static void
assert_counts (Fixture *self, guint64 wasted, guint64 recovered)
{
  test_images_assert_count (&self->images, KVS_STATS_IMAGES_WASTED, wasted);
  test_images_assert_count (&self->images, KVS_STATS_IMAGES_RECOVERED, recovered);
}

/* A job for @count samples from @number on. */
static KvsFetchJob
make_job (Fixture *self, guint number, guint count)
{
  return (KvsFetchJob){.span = kvs_sample_queue_add (self->queue, count, FALSE),
      .count = count,
      .number = number,
      .stride = 1,
      .start_ms = TEST_PAGE_START + (gint64)number * TEST_PAGE_INTERVAL,
      .interval_ms = TEST_PAGE_INTERVAL};
}

/* Writes down @sample as the letter of its kind (the one of BAD_IMAGE is b) and its number. */
static void
describe_sample (GString *text, const KvsSample *sample)
{
  static const char letters[] = {
      [KVS_SAMPLE_STILL] = 's',
      [KVS_SAMPLE_NO_MEDIA] = 'n',
      [KVS_SAMPLE_MEDIA_ERROR] = 'm',
      [KVS_SAMPLE_BAD_IMAGE] = 'b',
  };

  g_string_append_printf (text, "%s%c%" G_GUINT64_FORMAT, text->len > 0 ? " " : "",
      letters[sample->kind], sample->number);
  g_assert_cmpint (sample->image != NULL, ==, sample->kind == KVS_SAMPLE_STILL);
  if (sample->kind == KVS_SAMPLE_STILL)
    g_assert_cmpuint (sample->info.height, ==, sample->number + 1);
}

/* Compares what can be popped of the queue. */
static void
assert_pops (Fixture *self, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  KvsSample *next;

  kvs_sample_queue_finish (self->queue, NULL);
  while ((next = kvs_sample_queue_pop (self->queue, NULL))) {
    g_autoptr (KvsSample) sample = next;

    describe_sample (text, sample);
  }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
assert_refused (Fixture *self, AwsError code)
{
  g_autoptr (GError) refusal = kvs_fetcher_get_refusal (self->fetcher);

  g_assert_error (refusal, AWS_ERROR, (gint)code);
}

/* Does @job, and compares the samples that are settled from the first on. */
static void
assert_job_gives (Fixture *self, KvsFetchJob *job, const char *expected)
{
  g_autoptr (KvsSpan) span = job->span;
  g_autoptr (GError) error = NULL;
  guint n_settled = G_MAXUINT;

  g_assert_true (kvs_fetcher_run (self->fetcher, job, NULL, &n_settled, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_settled, <=, job->count);
  kvs_sample_queue_end_span (self->queue, span, n_settled, NULL);
  assert_pops (self, expected);
}

static void
assert_gives (Fixture *self, guint number, guint count, const char *expected)
{
  KvsFetchJob job = make_job (self, number, count);

  assert_job_gives (self, &job, expected);
}

/* As assert_gives(), where media may still come. */
static void
assert_gives_live (Fixture *self, guint number, guint count, const char *expected)
{
  KvsFetchJob job = make_job (self, number, count);

  job.may_defer = TRUE;
  assert_job_gives (self, &job, expected);
}

/* What was settled before the error is good. */
static GError *
assert_fails (Fixture *self, guint number, guint count, const char *expected)
{
  KvsFetchJob job = make_job (self, number, count);
  g_autoptr (KvsSpan) span = job.span;
  GError *error = NULL;
  guint n_settled;

  g_assert_false (kvs_fetcher_run (self->fetcher, &job, NULL, &n_settled, &error));
  g_assert_nonnull (error);
  kvs_sample_queue_end_span (self->queue, span, count, g_error_copy (error));
  assert_pops (self, expected);
  return error;
}

static void
assert_lookback (Fixture *self, gint64 expected_ms)
{
  g_assert_cmpint (kvs_fragments_get_lookback_ms (self->fragments), ==, expected_ms);
}

static void
test_one_page (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_page (self, "s0 n1 m2 s3 o4", NULL);
  assert_gives (self, 0, 5, "s0 n1 m2 s3 n4");
  assert_asked (self, "0..5000/5");
  assert_counts (self, 0, 0);
  test_images_assert_count (&self->images, KVS_STATS_IMAGE_BYTES, 34);
  g_assert_null (kvs_fetcher_get_refusal (self->fetcher));
}

/* The numbers of samples are the traversal's. */
static void
test_stride (Fixture *self, gconstpointer user_data)
{
  KvsFetchJob job;

  prepare (self);
  job = make_job (self, 0, 3);
  job.number = 7;
  job.stride = 10;
  add_page (self, "n0 n1 n2", NULL);
  assert_job_gives (self, &job, "n7 n17 n27");
}

/* More than one request can cover. */
static void
test_windows (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GString) expected = g_string_new ("n0");

  prepare (self);
  for (guint i = 1; i < 303; i++)
    g_string_append_printf (expected, " n%u", i);
  add_run (self, 'n', 0, 100, "A");
  add_run (self, 'n', 100, 200, "B");
  add_run (self, 'n', 200, 300, NULL);
  add_run (self, 'n', 300, 303, NULL);
  assert_gives (self, 0, 303, expected->str);
  assert_asked (self, "0..300000/100 0..300000/100@A 0..300000/100@B 300000..303000/3");
}

/* What a page leaves out is asked for, and what comes to nothing then is not there. */
static void
test_short_pages (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_page (self, "s0 s1", NULL);
  add_page (self, "", NULL);
  assert_gives (self, 0, 4, "s0 s1 n2 n3");
  assert_asked (self, "0..4000/4 2000..4000/2");
}

static void
test_lead (Fixture *self, gconstpointer user_data)
{
  static const struct {
    gint64 time_ms;
    gint64 interval_ms;
    gint64 lookback_ms;
    guint lead;
  } cases[] = {
      {20000, 1000, 0, 0},
      {20000, 1000, 1, 1},
      {20000, 1000, 5000, 5},
      {20000, 1000, 5001, 6},
      /* On to a whole second, where there is one. */
      {20500, 500, 0, 1},
      {20500, 500, 1000, 3},
      {20400, 400, 1000, 6},
      {20200, 200, 1000, 6},
      {24960, 1040, 1, 24},
      /* There is none, or none near. */
      {20500, 1000, 5000, 5},
      {20001, 333, 999, 3},
      /* Time begins in 1970. */
      {2000, 1000, 5000, 2},
      {0, 1000, 5000, 0},
  };

  prepare (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (kvs_fetcher_get_lead (self->fetcher, cases[i].time_ms, cases[i].interval_ms,
                          cases[i].lookback_ms),
        ==, cases[i].lead);
}

/* A request begins as much earlier as a fragment may be long. What is found before the first sample is
 * wasted, and that one is there because of it. */
static void
test_look_back (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  prepare (self);
  add_page (self, "n15 n16 n17 s18 s19 s20 s21 s22", NULL);
  assert_gives (self, 20, 3, "s20 s21 s22");
  assert_asked (self, "15000..23000/8");
  assert_counts (self, 2, 1);
}

/* Where nothing is missing at the head, nothing was recovered. */
static void
test_nothing_recovered (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 2000;
  prepare (self);
  add_page (self, "s18 s19 s20 s21", NULL);
  assert_gives (self, 20, 2, "s20 s21");
  assert_counts (self, 2, 0);
}

/* How long a head is missing says how long fragments are, and how far to look back from then on. */
static void
test_head_is_learnt (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 10000;
  prepare (self);
  assert_lookback (self, 10000);
  add_page (self, "n10 n11 s12 s13 s14 s15 s16 s17 s18 s19 s20 s21", NULL);
  assert_gives (self, 20, 2, "s20 s21");
  /* From half an interval before sample 12; twice that, because there is one such head. */
  assert_lookback (self, 3000);
  add_page (self, "s27 s28 s29 s30 s31", NULL);
  assert_gives (self, 30, 2, "s30 s31");
  assert_lookback (self, 2250);
  assert_asked (self, "10000..22000/12 27000..32000/5");
}

/* What is missing for as long as a fragment may be is no head of one, and says nothing. */
static void
test_long_gap_is_no_head (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 3000;
  prepare (self);
  add_page (self, "n17 n18 n19 n20 n21 s22", NULL);
  assert_gives (self, 20, 3, "n20 n21 s22");
  g_assert_false (kvs_fragments_is_known (self->fragments));
  assert_asked (self, "17000..23000/6");
}

/* A few samples that are missing at the head of a request are looked for one by one. */
static void
test_doubtful_are_probed (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21 n22 s23 s24", NULL);
  add_page (self, "n10 s20", NULL);
  add_page (self, "n11 n21", NULL);
  add_page (self, "s12 s22", NULL);
  assert_gives (self, 20, 5, "s20 n21 s22 s23 s24");
  assert_asked (self, "19000..25000/6 10000..21000+10000/2 11000..22000+10000/2 "
                      "12000..23000+10000/2");
  assert_counts (self, 1, 1);
}

/* Many are looked for with one request. */
static void
test_doubtful_are_asked_for (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21 n22 n23 s24 s25", NULL);
  add_page (self, "n10 n11 n12 n13 n14 n15 n16 n17 n18 s19 s20 s21 n22 s23", NULL);
  assert_gives (self, 20, 6, "s20 s21 n22 s23 s24 s25");
  assert_asked (self, "19000..26000/7 10000..24000/14");
  /* Each of them is there only because of that. */
  assert_counts (self, 1, 3);
  g_assert_cmpint (kvs_fragments_get_lookback_ms (self->fragments), >, 8500);
}

/* What that does not answer for is looked for one by one after all. */
static void
test_doubtful_are_left_out (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 4000);
  add_page (self, "n19 n20 n21 n22 s23", NULL);
  add_page (self, "n16 s20", NULL);
  add_page (self, "", NULL);
  add_not_found (self);
  assert_gives (self, 20, 4, "s20 n21 n22 s23");
  assert_asked (self, "19000..24000/5 16000..21000+4000/2 17000..22000+4000/2 "
                      "18000..23000+4000/2");
}

static void
test_doubtful_are_left_out_of_many (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 5000);
  add_page (self, "n19 n20 n21 n22 n23 s24", NULL);
  add_page (self, "n15 n16 n17 n18 s19 s20 s21", NULL);
  add_page (self, "n17 s22", NULL);
  add_page (self, "n18 n23", NULL);
  assert_gives (self, 20, 5, "s20 s21 s22 n23 s24");
  assert_asked (self, "19000..25000/6 15000..24000/9 17000..23000+5000/2 18000..24000+5000/2");
}

/* Where there is nothing as far back as it may be, there is no media. */
static void
test_doubtful_are_not_there (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21 n22 n23 s24", NULL);
  add_page (self, "", NULL);
  assert_gives (self, 20, 5, "n20 n21 n22 n23 s24");
  assert_asked (self, "19000..25000/6 10000..24000/14");
}

/* And so where the service refuses to look there. */
static void
test_doubtful_are_refused (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21 n22 n23 s24", NULL);
  add_not_found (self);
  assert_gives (self, 20, 5, "n20 n21 n22 n23 s24");
  assert_asked (self, "19000..25000/6 10000..24000/14");
  g_assert_null (kvs_fetcher_get_refusal (self->fetcher));
}

/* What is missing for longer than a fragment may be is not in one that began before. */
static void
test_not_doubtful (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 2000);
  add_page (self, "n19 n20 n21 n22 n23 s24", NULL);
  add_page (self, "n18 s20", NULL);
  assert_gives (self, 20, 5, "s20 n21 n22 n23 s24");
  assert_asked (self, "19000..25000/6 18000..21000+2000/2");
}

/* A single sample is asked for in two moments. */
static void
test_single (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  prepare (self);
  add_page (self, "n15 s20", NULL);
  assert_gives (self, 20, 1, "s20");
  add_page (self, "s25 s30", NULL);
  assert_gives (self, 30, 1, "s30");
  assert_asked (self, "15000..21000+5000/2 25000..31000+5000/2");
  assert_counts (self, 1, 1);
}

/* There is nothing before the epoch to look back to. */
static void
test_single_at_the_epoch (Fixture *self, gconstpointer user_data)
{
  static const gint64 times_ms[] = {0, 100, 199};

  self->max_lookback_ms = 20000;
  prepare (self);
  for (guint i = 0; i < G_N_ELEMENTS (times_ms); i++) {
    KvsFetchJob job = make_job (self, i, 1);
    g_autoptr (KvsSpan) span = job.span;
    g_autoptr (GError) error = NULL;
    guint n_settled;

    job.start_ms = times_ms[i];
    test_service_add (self->images.server, "200 OK", "",
        "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"TimeStamp\":0.24}]}");
    g_assert_true (kvs_fetcher_run (self->fetcher, &job, NULL, &n_settled, &error));
    g_assert_no_error (error);
    kvs_sample_queue_end_span (self->queue, span, n_settled, NULL);
  }
  assert_pops (self, "n0 n1 n2");
  assert_asked (self, "-1795161600000..-1795161599000/1 -1795161599900..-1795161599000/1 "
                      "-1795161599801..-1795161599000/1");
}

static void
test_single_refused (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  prepare (self);
  add_not_found (self);
  add_page (self, "s20", NULL);
  assert_gives (self, 20, 1, "s20");
  g_assert_null (kvs_fetcher_get_refusal (self->fetcher));
  add_not_found (self);
  add_not_found (self);
  assert_gives (self, 30, 1, "n30");
  assert_refused (self, AWS_ERROR_NOT_FOUND);
  assert_asked (self, "15000..21000+5000/2 20000..21000/1 25000..31000+5000/2 30000..31000/1");
}

/* Before what the service keeps it may refuse to look, but not behind that. */
static void
test_look_back_refused (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  prepare (self);
  add_not_found (self);
  add_page (self, "s20 s21 s22", NULL);
  assert_gives (self, 20, 3, "s20 s21 s22");
  assert_asked (self, "15000..23000/8 20000..23000/3");
  g_assert_null (kvs_fetcher_get_refusal (self->fetcher));
}

/* A refusal of all there is says why there is nothing; the first samples' is kept. */
static void
test_refused (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_not_found (self);
  assert_gives (self, 20, 3, "n20 n21 n22");
  test_images_add_error (
      &self->images, BAD_REQUEST, "InvalidArgumentException", "Outside of Retention period.");
  assert_gives (self, 10, 3, "n10 n11 n12");
  add_not_found (self);
  assert_gives (self, 30, 3, "n30 n31 n32");
  assert_asked (self, "20000..23000/3 10000..13000/3 30000..33000/3");
  assert_refused (self, AWS_ERROR_INVALID_REQUEST);
}

static void
test_refused_with_look_back (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  prepare (self);
  for (guint i = 0; i < 2; i++)
    add_not_found (self);
  assert_gives (self, 20, 4, "n20 n21 n22 n23");
  assert_asked (self, "15000..24000/9 20000..24000/4");
  assert_refused (self, AWS_ERROR_NOT_FOUND);
}

/* Where a token is not taken, what is wanted is asked for so that it is on the first page. */
static void
test_compact_after_token (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 5000;
  self->images.query.page_size = 4;
  prepare (self);
  add_page (self, "n15 n16 n17 n18", "A");
  add_bad_token (self);
  add_page (self, "s20 s21 s22", NULL);
  assert_gives (self, 20, 3, "s20 s21 s22");
  assert_asked (self, "15000..23000/4 15000..23000/4@A 20000..23000/3");
}

/* And so where a page leaves out all that is wanted. */
static void
test_compact_after_lead (Fixture *self, gconstpointer user_data)
{
  self->max_lookback_ms = 3000;
  prepare (self);
  add_page (self, "n17 n18 n19", NULL);
  add_page (self, "s20 s21", NULL);
  assert_gives (self, 20, 2, "s20 s21");
  assert_asked (self, "17000..22000/5 20000..22000/2");
}

/* As long as tokens are refused, page by page does it. */
static void
test_tokens_refused (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 2;
  prepare (self);
  add_page (self, "s0 s1", "A");
  add_bad_token (self);
  add_page (self, "s2 s3", "B");
  add_bad_token (self);
  add_page (self, "s4", NULL);
  assert_gives (self, 0, 5, "s0 s1 s2 s3 s4");
  assert_asked (self, "0..5000/2 0..5000/2@A 2000..5000/2 2000..5000/2@B 4000..5000/1");
}

/* What a page that breaks off has given is good. */
static void
test_page_cut (Fixture *self, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s0 s1 s2", NULL);

  prepare (self);
  test_service_add_cut (self->images.server, page, strlen (page) - 20, FALSE);
  add_page (self, "s2", NULL);
  assert_gives (self, 0, 3, "s0 s1 s2");
  assert_asked (self, "0..3000/3 2000..3000/1");
}

/* A service that gives nothing but tokens that it does not take is not asked for ever. */
static void
test_stalls (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  prepare (self);
  for (guint i = 0; i < MAX_STALLS + 2; i++) {
    add_page (self, "", "A");
    add_bad_token (self);
  }
  error = assert_fails (self, 0, 4, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  g_assert_cmpuint (test_service_count_answers (self->images.server), ==, 0);
}

static void
test_stalls_of_single (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  prepare (self);
  for (guint i = 0; i < MAX_STALLS + 1; i++) {
    add_page (self, "", "A");
    add_bad_token (self);
  }
  error = assert_fails (self, 0, 1, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  g_assert_cmpuint (test_service_count_answers (self->images.server), ==, 0);
}

/* Whatever comes of a request in between, stalls are counted anew. */
static void
test_stalls_forgotten (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  for (guint sample = 0; sample < 2; sample++) {
    g_autofree char *entry = g_strdup_printf ("s%u", sample);

    for (guint i = 0; i < MAX_STALLS; i++) {
      add_page (self, "", "A");
      add_bad_token (self);
    }
    add_page (self, entry, "B");
    add_bad_token (self);
  }
  add_page (self, "s2 s3", NULL);
  assert_gives (self, 0, 4, "s0 s1 s2 s3");
}

/* What may be cured by waiting is waited for, as often as a call is tried. */
static void
test_stalls_that_wait (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  fake_clock_set_random (self->images.clock, 0.5);
  prepare (self);
  for (guint i = 0; i < AWS_DEFAULT_MAX_ATTEMPTS + 1; i++) {
    add_page (self, "", "A");
    add_page (self, "", "A");
  }
  error = assert_fails (self, 0, 4, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpuint (test_service_count_answers (self->images.server), ==, 0);
  g_assert_cmpint (test_images_get_elapsed_us (&self->images), ==, 7500000);
}

static void
test_failure (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  self->images.query.page_size = 2;
  prepare (self);
  add_page (self, "s0 n1", "A");
  test_images_add_error (&self->images, "403 Forbidden", "AccessDeniedException", "no");
  error = assert_fails (self, 0, 4, "s0 n1");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
}

/* Also one of a request for samples that were doubtful, or bad. */
static void
test_failure_of_probe (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 s21 s22", NULL);
  test_images_add_error (&self->images, "403 Forbidden", "AccessDeniedException", "no");
  error = assert_fails (self, 20, 3, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
}

static void
test_failure_of_second_ask (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  prepare (self);
  add_page (self, "s0 t1 s2", NULL);
  test_images_add_error (&self->images, "403 Forbidden", "AccessDeniedException", "no");
  error = assert_fails (self, 0, 3, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED);
}

static void
test_bad_images (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_page (self, "t0 p1 x2 t3 s4 t5", NULL);
  add_page (self, "s0", NULL);
  add_page (self, "t1", NULL);
  add_page (self, "n2", NULL);
  add_page (self, "", NULL);
  add_not_found (self);
  assert_gives (self, 0, 6, "s0 b1 b2 b3 s4 b5");
  assert_asked (self, "0..6000/6 0..1000/1 1000..2000/1 2000..3000/1 3000..4000/1 5000..6000/1");
  assert_counts (self, 6, 0);
}

/* Page by page, from as far back as it may take. */
static void
test_bad_images_on_pages (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 3;
  prepare_with_short_fragments (self, 10000);
  add_page (self, "s19 s20 t21", "A");
  add_page (self, "n11 s21", NULL);
  add_page (self, "t22 s23", NULL);
  add_page (self, "n12 s22", NULL);
  assert_gives (self, 20, 4, "s20 s21 s22 s23");
  assert_asked (self, "19000..24000/3 11000..22000+10000/2 19000..24000/3@A "
                      "12000..23000+10000/2");
}

/* One that was doubtful is asked for once more like any other, and before those behind it are. */
static void
test_bad_images_that_are_doubtful (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "s9 s10 s11", NULL);
  assert_gives (self, 10, 2, "s10 s11");
  add_page (self, "n19 n20 n21 t22 s23", NULL);
  add_page (self, "n10 t20", NULL);
  add_page (self, "n10 s20", NULL);
  add_page (self, "n11 t21", NULL);
  add_page (self, "n11 t21", NULL);
  add_page (self, "n12 s22", NULL);
  assert_gives (self, 20, 4, "s20 b21 s22 s23");
  assert_asked (self, "9000..12000/3 19000..24000/5 10000..21000+10000/2 10000..21000+10000/2 "
                      "11000..22000+10000/2 11000..22000+10000/2 12000..23000+10000/2");
}

static void
test_wrong_format (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;

  prepare (self);
  add_page (self, "p0 p1 n2", NULL);
  error = assert_fails (self, 0, 3, "");
  g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
  g_assert_true (g_str_has_suffix (error->message, "is a JPEG; set format to what it gives"));
}

/* At the live edge what is missing at the end is left open, for later. */
static void
test_deferred (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_page (self, "s0 n1 s2 n3 n4", NULL);
  assert_gives_live (self, 0, 5, "s0 n1 s2");
  add_page (self, "n3 n4", NULL);
  assert_gives_live (self, 3, 2, "");
  assert_asked (self, "0..5000/5 3000..5000/2");
}

/* But not for ever. */
static void
test_deferred_until (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  fake_clock_advance (self->images.clock, 63 * (gint64)G_USEC_PER_SEC);
  add_page (self, "s0 n1 n2 n3 n4 n5", NULL);
  assert_gives_live (self, 0, 6, "s0 n1 n2 n3");
}

/* What is not at the live edge has no second chance. */
static void
test_not_deferred (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  add_page (self, "s0 n1 n2", NULL);
  assert_gives (self, 0, 3, "s0 n1 n2");
}

/* Media that was known of before a page was asked for proves that what is missing there before it will
 * not come. */
static void
test_later_media (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  kvs_fragments_note_media (self->fragments, TEST_PAGE_START + 3500);
  add_page (self, "n0 n1 n2 n3 n4 n5", NULL);
  assert_gives_live (self, 0, 6, "n0 n1 n2 n3");
}

/* It was found by somebody else, or by this one. */
static void
test_media_is_noted (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  g_assert_cmpint (kvs_fragments_get_latest_ms (self->fragments), ==, -1);
  add_page (self, "s0 m1 n2", NULL);
  assert_gives_live (self, 0, 3, "s0 m1");
  g_assert_cmpint (kvs_fragments_get_latest_ms (self->fragments), ==, TEST_PAGE_START + 1000);
}

/* What was missing on an earlier page may have come before a later one was asked for. */
static void
test_missing_on_earlier_page (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 2;
  prepare (self);
  add_page (self, "n0 n1", "A");
  add_page (self, "s2 s3", NULL);
  add_page (self, "s0", NULL);
  add_page (self, "n1", NULL);
  assert_gives_live (self, 0, 4, "s0 n1 s2 s3");
  assert_asked (self, "0..4000/2 0..4000/2@A 0..1000/1 1000..2000/1");
}

/* Where nothing is found at the live edge, the first sample may be in a long fragment, and so may
 * the others. */
static void
test_look_further (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21", NULL);
  add_page (self, "n10 s20", NULL);
  add_page (self, "n11 s21", NULL);
  assert_gives_live (self, 20, 2, "s20 s21");
  assert_asked (self, "19000..22000/3 10000..21000+10000/2 11000..22000+10000/2");
}

static void
test_look_further_in_vain (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "n19 n20 n21", NULL);
  add_page (self, "n10 n20", NULL);
  assert_gives_live (self, 20, 2, "");
  assert_asked (self, "19000..22000/3 10000..21000+10000/2");
}

/* But not where there is something. */
static void
test_look_no_further (Fixture *self, gconstpointer user_data)
{
  prepare_with_short_fragments (self, 10000);
  add_page (self, "s19 n20 n21", NULL);
  assert_gives_live (self, 20, 2, "");
  assert_asked (self, "19000..22000/3");
}

static void
test_waited_for (Fixture *self, gconstpointer user_data)
{
  KvsFetchJob job;

  prepare (self);
  add_page (self, "s0 n1 n2", NULL);
  add_page (self, "s1 n2", NULL);
  add_page (self, "s2", NULL);
  job = make_job (self, 0, 3);
  job.may_defer = job.is_waited_for = TRUE;
  assert_job_gives (self, &job, "s0 s1 s2");
  assert_asked (self, "0..3000/3 1000..3000/2 2000..3000/1");
  g_assert_cmpint (test_images_get_elapsed_us (&self->images), ==, 2 * G_USEC_PER_SEC);
}

/* Until none can come any more. */
static void
test_waited_for_in_vain (Fixture *self, gconstpointer user_data)
{
  KvsFetchJob job;

  self->availability_timeout_ms = 1500;
  prepare (self);
  add_page (self, "s0 n1", NULL);
  for (guint i = 0; i < 3; i++)
    add_page (self, "n1", NULL);
  job = make_job (self, 0, 2);
  job.may_defer = job.is_waited_for = TRUE;
  assert_job_gives (self, &job, "s0 n1");
  g_assert_cmpuint (test_service_count_answers (self->images.server), ==, 0);
  g_assert_cmpint (test_images_get_elapsed_us (&self->images), ==, 3 * G_USEC_PER_SEC);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_wait_is_cancelled (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsSpan) span = NULL;
  guint n_settled;
  KvsFetchJob job;

  prepare (self);
  add_page (self, "s0 n1", NULL);
  job = make_job (self, 0, 2);
  span = job.span;
  job.may_defer = job.is_waited_for = TRUE;
  fake_clock_set_wait_func (self->images.clock, cancel_cb, cancellable);
  g_assert_false (kvs_fetcher_run (self->fetcher, &job, cancellable, &n_settled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  kvs_sample_queue_end_span (self->queue, span, 1, NULL);
  assert_pops (self, "s0");
}

static void
test_poll (void)
{
  g_assert_cmpint (kvs_fetcher_get_poll_ms (200, 1), ==, 200);
  g_assert_cmpint (kvs_fetcher_get_poll_ms (1000, 1), ==, 1000);
  g_assert_cmpint (kvs_fetcher_get_poll_ms (60000, 1), ==, 2000);
  /* A fifth of the quota. */
  g_assert_cmpint (kvs_fetcher_get_poll_ms (200, 100), ==, 1000);
  g_assert_cmpint (kvs_fetcher_get_poll_ms (60000, 1000), ==, 10000);
}

/* Two pages have to fit into the queue, by the largest image so far, or by what is likely. */
static void
test_page_size (Fixture *self, gconstpointer user_data)
{
  self->max_bytes = 4 * KVS_SAMPLE_QUEUE_LIKELY_IMAGE_BYTES;
  prepare (self);
  g_assert_cmpuint (kvs_fetcher_get_page_size (self->fetcher), ==, 2);
  add_page (self, "s0 s1", "A");
  add_page (self, "s2 s3", NULL);
  assert_gives (self, 0, 4, "s0 s1 s2 s3");
  assert_asked (self, "0..4000/2 0..4000/2@A");
  g_assert_cmpuint (kvs_fetcher_get_page_size (self->fetcher), ==, 100);
}

static void
test_page_size_without_room (Fixture *self, gconstpointer user_data)
{
  self->max_bytes = 1;
  prepare (self);
  g_assert_cmpuint (kvs_fetcher_get_page_size (self->fetcher), ==, 1);
}

/* Where there is room for one image only, one that is not held is asked for with it. */
static void
test_pair_without_room (Fixture *self, gconstpointer user_data)
{
  self->max_bytes = 1;
  self->max_lookback_ms = 10000;
  prepare (self);
  add_page (self, "n10 s20", NULL);
  assert_gives (self, 20, 1, "s20");
  assert_asked (self, "10000..21000+10000/2");
}

/* With pages of one image the second moment takes a token. */
static void
test_pair_of_pages (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 1;
  self->max_lookback_ms = 10000;
  prepare (self);
  add_page (self, "n10", "A");
  add_page (self, "s20", NULL);
  assert_gives (self, 20, 1, "s20");
  assert_asked (self, "10000..21000+10000/1 10000..21000+10000/1@A");
}

/* A refused token, or none, may have been by chance. */
static void
test_pair_of_pages_again (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 1;
  self->max_lookback_ms = 10000;
  prepare (self);
  add_page (self, "n10", "A");
  add_bad_token (self);
  add_page (self, "n10", NULL);
  add_page (self, "n10", "B");
  add_page (self, "s20", NULL);
  assert_gives (self, 20, 1, "s20");
  assert_asked (self, "10000..21000+10000/1 10000..21000+10000/1@A 10000..21000+10000/1 "
                      "10000..21000+10000/1 10000..21000+10000/1@B");
}

/* As in kvsfetcher.c. */
#define MAX_SHORT 8

/* When it never comes, the sample is asked for alone. */
static void
test_pair_of_pages_in_vain (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GString) asked = g_string_new (NULL);

  self->images.query.page_size = 1;
  self->max_lookback_ms = 10000;
  prepare (self);
  for (guint i = 0; i < MAX_SHORT + 1; i++) {
    add_page (self, "n10", "A");
    add_bad_token (self);
    g_string_append (asked, "10000..21000+10000/1 10000..21000+10000/1@A ");
  }
  g_string_append (asked, "20000..21000/1");
  add_page (self, "s20", NULL);
  assert_gives (self, 20, 1, "s20");
  assert_asked (self, asked->str);
}

static void
test_page_size_without_bound (Fixture *self, gconstpointer user_data)
{
  self->images.query.page_size = 25;
  prepare (self);
  g_assert_cmpuint (kvs_fetcher_get_page_size (self->fetcher), ==, 25);
}

/* Nothing is asked for a span that nobody wants any more. */
static void
test_dropped (Fixture *self, gconstpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsSpan) span = NULL;
  guint n_settled;
  KvsFetchJob job;

  prepare (self);
  job = make_job (self, 0, 2);
  span = job.span;
  kvs_sample_queue_clear (self->queue);
  g_assert_false (kvs_fetcher_run (self->fetcher, &job, NULL, &n_settled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (test_service_count_requests (self->images.server), ==, 1);
}

/* The entries that a page would have. */
static void
read_entries (GQueue *entries, const char *text)
{
  g_autofree char *page = test_page_new (text, NULL);
  g_autoptr (KvsReply) reply = kvs_reply_new (0);
  KvsEntry *entry;

  g_assert_true (kvs_reply_feed (reply, page, strlen (page), NULL));
  while ((entry = kvs_reply_pop (reply)))
    g_queue_push_tail (entries, entry);
}

/* What is there already is not asked for. */
static void
test_given (Fixture *self, gconstpointer user_data)
{
  GQueue entries = G_QUEUE_INIT;
  KvsFetchJob job;

  prepare (self);
  read_entries (&entries, "s0 n1 t2");
  add_page (self, "s2", NULL);
  add_page (self, "s3 s4", NULL);
  job = make_job (self, 0, 5);
  job.entries = &entries;
  job.entries_start_ms = job.start_ms;
  assert_job_gives (self, &job, "s0 n1 s2 s3 s4");
  assert_asked (self, "2000..3000/1 3000..5000/2");
  g_assert_cmpuint (entries.length, ==, 0);
}

/* What is missing first there may be in a fragment that began before the request, as far as one may reach
 * into it. Nothing is learnt from that: who knows what was on the pages before. */
static void
test_given_doubtful (Fixture *self, gconstpointer user_data)
{
  GQueue entries = G_QUEUE_INIT;
  KvsFetchJob job;

  self->max_lookback_ms = 5000;
  prepare (self);
  read_entries (&entries, "n20 n21 n22 n23 s24");
  add_page (self, "n15 s20", NULL);
  add_page (self, "n16 n21", NULL);
  add_page (self, "n17 n22", NULL);
  job = make_job (self, 20, 5);
  job.entries = &entries;
  job.entries_start_ms = TEST_PAGE_START + 18000;
  assert_job_gives (self, &job, "s20 n21 n22 n23 s24");
  assert_asked (self, "15000..21000+5000/2 16000..22000+5000/2 17000..23000+5000/2");
  assert_counts (self, 0, 1);
  g_assert_false (kvs_fragments_is_known (self->fragments));
}

static void
test_given_not_doubtful (Fixture *self, gconstpointer user_data)
{
  GQueue entries = G_QUEUE_INIT;
  KvsFetchJob job;

  self->max_lookback_ms = 5000;
  prepare (self);
  read_entries (&entries, "s20 n21 n22");
  job = make_job (self, 20, 3);
  job.entries = &entries;
  job.entries_start_ms = TEST_PAGE_START + 18000;
  assert_job_gives (self, &job, "s20 n21 n22");
  assert_counts (self, 0, 0);
}

/* A service that takes the fraction off a start time is told of, once. */
static void
test_cut_fractions (Fixture *self, gconstpointer user_data)
{
  prepare (self);
  for (guint i = 0; i < 2; i++) {
    KvsFetchJob job = make_job (self, 0, 2);

    job.start_ms += 500;
    add_page (self, "s0 s1", NULL);
    assert_job_gives (self, &job, "s0 s1");
  }
  assert_asked (self, "500..2000/2 500..2000/2");
  g_assert_cmpstr (self->images.notices->str, ==, "opened cut");
}

#define ADD(name, function)                                                                        \
  g_test_add ("/kvsfetcher/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-page", test_one_page);
  ADD ("stride", test_stride);
  ADD ("windows", test_windows);
  ADD ("short-pages", test_short_pages);
  ADD ("lead", test_lead);
  ADD ("look-back", test_look_back);
  ADD ("nothing-recovered", test_nothing_recovered);
  ADD ("head-is-learnt", test_head_is_learnt);
  ADD ("long-gap-is-no-head", test_long_gap_is_no_head);
  ADD ("doubtful-are-probed", test_doubtful_are_probed);
  ADD ("doubtful-are-asked-for", test_doubtful_are_asked_for);
  ADD ("doubtful-are-left-out", test_doubtful_are_left_out);
  ADD ("doubtful-are-left-out-of-many", test_doubtful_are_left_out_of_many);
  ADD ("doubtful-are-not-there", test_doubtful_are_not_there);
  ADD ("doubtful-are-refused", test_doubtful_are_refused);
  ADD ("not-doubtful", test_not_doubtful);
  ADD ("single", test_single);
  ADD ("single-at-the-epoch", test_single_at_the_epoch);
  ADD ("single-refused", test_single_refused);
  ADD ("look-back-refused", test_look_back_refused);
  ADD ("refused", test_refused);
  ADD ("refused-with-look-back", test_refused_with_look_back);
  ADD ("compact-after-token", test_compact_after_token);
  ADD ("compact-after-lead", test_compact_after_lead);
  ADD ("tokens-refused", test_tokens_refused);
  ADD ("page-cut", test_page_cut);
  ADD ("stalls", test_stalls);
  ADD ("stalls-of-single", test_stalls_of_single);
  ADD ("stalls-forgotten", test_stalls_forgotten);
  ADD ("stalls-that-wait", test_stalls_that_wait);
  ADD ("failure", test_failure);
  ADD ("failure-of-probe", test_failure_of_probe);
  ADD ("failure-of-second-ask", test_failure_of_second_ask);
  ADD ("bad-images", test_bad_images);
  ADD ("bad-images-on-pages", test_bad_images_on_pages);
  ADD ("bad-images-that-are-doubtful", test_bad_images_that_are_doubtful);
  ADD ("wrong-format", test_wrong_format);
  ADD ("deferred", test_deferred);
  ADD ("deferred-until", test_deferred_until);
  ADD ("not-deferred", test_not_deferred);
  ADD ("later-media", test_later_media);
  ADD ("media-is-noted", test_media_is_noted);
  ADD ("missing-on-earlier-page", test_missing_on_earlier_page);
  ADD ("look-further", test_look_further);
  ADD ("look-further-in-vain", test_look_further_in_vain);
  ADD ("look-no-further", test_look_no_further);
  ADD ("waited-for", test_waited_for);
  ADD ("waited-for-in-vain", test_waited_for_in_vain);
  ADD ("wait-is-cancelled", test_wait_is_cancelled);
  g_test_add_func ("/kvsfetcher/poll", test_poll);
  ADD ("page-size", test_page_size);
  ADD ("page-size-without-room", test_page_size_without_room);
  ADD ("pair-without-room", test_pair_without_room);
  ADD ("pair-of-pages", test_pair_of_pages);
  ADD ("pair-of-pages-again", test_pair_of_pages_again);
  ADD ("pair-of-pages-in-vain", test_pair_of_pages_in_vain);
  ADD ("page-size-without-bound", test_page_size_without_bound);
  ADD ("dropped", test_dropped);
  ADD ("given", test_given);
  ADD ("given-doubtful", test_given_doubtful);
  ADD ("given-not-doubtful", test_given_not_doubtful);
  ADD ("cut-fractions", test_cut_fractions);
  return g_test_run ();
}
