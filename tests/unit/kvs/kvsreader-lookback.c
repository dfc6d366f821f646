/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how a reader looks back for the samples that are missing at the beginning of a request. */
#include "scriptedrun.h"

static ScriptedRun *
make_run (guint n_samples, guint lookback_ms)
{
  ScriptedRun *run = scripted_run_new (n_samples);

  run->options.lookback_ms = lookback_ms;
  return run;
}

static void
assert_counted (ScriptedRun *run, guint n_recovered, guint n_wasted)
{
  g_assert_cmpuint (kvs_stats_get (run->stats, KVS_STATS_IMAGES_RECOVERED), ==, n_recovered);
  g_assert_cmpuint (scripted_run_get_wasted (run), ==, n_wasted);
}

/* The first sample is there with one request of two samples. */
static void
test_first_still_by_a_pair (void)
{
  g_autoptr (ScriptedRun) run = make_run (5, 20000);

  run->query.page_size = 20;
  scripted_run_add_page (run, "n-20 s0", NULL);
  scripted_run_add_page (run,
      "n-19 n-18 n-17 n-16 s-15 s-14 s-13 s-12 s-11 s-10 s-9 s-8 s-7 s-6 s-5 s-4 s-3 s-2 s-1 s0",
      "A");
  scripted_run_add_page (run, "s1 s2 s3 s4", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3 s4");
  scripted_run_assert_asked (run, "-20000..1000:20000/2 -19000..5000/12 -19000..5000/12@A");
  assert_counted (run, 2, 16);
}

static void
test_pair_whose_first_sample_is_found (void)
{
  g_autoptr (ScriptedRun) run = make_run (1, 20000);

  scripted_run_add_page (run, "s-20 s0", NULL);
  scripted_run_assert_gives (run, "s0");
  assert_counted (run, 0, 1);
}

/* A single sample is looked for in two ways, and there is no third one. */
static void
test_pair_without_media (void)
{
  static const char *const pages[] = {"n-20 n0", "s-20 n0", "n-20", ""};

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (ScriptedRun) run = make_run (1, 20000);

    scripted_run_add_page (run, pages[i], NULL);
    scripted_run_assert_gives (run, "n0");
    scripted_run_assert_asked (run, "-20000..1000:20000/2");
  }
}

/* A pair begins on a whole second. */
static void
test_pair_with_fractions (void)
{
  g_autoptr (ScriptedRun) run = make_run (1, 20000);

  run->spec.start.ms += 250;
  run->spec.end.ms += 250;
  scripted_run_add_page (run, "n-20 s0", NULL);
  scripted_run_assert_gives (run, "s0");
  scripted_run_assert_asked (run, "-20000..1000:20250/2");
}

/* If a page has both, the first samples come with the lookback samples before them. */
static void
test_leading_gap_of_the_first_task (void)
{
  g_autoptr (ScriptedRun) run = make_run (4, 3000);

  scripted_run_add_page (run, "n-3 n-2 n-1 s0 s1 s2 s3", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
  scripted_run_assert_asked (run, "-3000..4000/7");
  assert_counted (run, 1, 0);
}

/* A sample that is missing after the longest lookback is not unconfirmed. */
static void
test_gap_at_the_beginning (void)
{
  g_autoptr (ScriptedRun) run = make_run (4, 3000);

  scripted_run_add_page (run, "n-3 n-2 n-1 n0 n1 s2 s3", NULL);
  scripted_run_assert_gives (run, "n0 n1 s2 s3");
  scripted_run_assert_asked (run, "-3000..4000/7");
  assert_counted (run, 0, 0);
}

/* A range of more than one task. The first task begins with a fragment a second after its request, so the
 * next one has one lookback sample. */
static ScriptedRun *
make_run_with_a_short_gap (guint lookback_ms)
{
  ScriptedRun *run = make_run (400, lookback_ms);
  guint n_lookback = lookback_ms / 1000;
  GString *page = g_string_new (NULL);

  g_string_printf (page, "n-%u", n_lookback);
  for (guint i = 1; i < n_lookback; i++)
    g_string_append_printf (page, " s-%u", n_lookback - i);
  for (guint i = 0; i < 100 - n_lookback; i++)
    g_string_append_printf (page, " s%u", i);
  scripted_run_add_page (run, page->str, "A");
  scripted_run_add_stills (run, 100 - n_lookback, 200 - n_lookback, "B");
  scripted_run_add_stills (run, 200 - n_lookback, 300 - n_lookback, NULL);
  g_string_free (page, TRUE);
  return run;
}

/* The entries @beginning, and then the stills @first to @last - 1. */
static void
add_page_beginning_with (
    ScriptedRun *run, const char *beginning, guint first, guint last, const char *token)
{
  g_autofree char *stills = scripted_run_list ('s', first, last);
  g_autofree char *page = g_strconcat (beginning, " ", stills, NULL);

  scripted_run_add_page (run, page, token);
}

/* Asserts that there are all 400 stills, but for @gaps in place of those from @first to @last − 1. */
static void
assert_gives_but (ScriptedRun *run, const char *gaps, guint first, guint last)
{
  g_autofree char *before = scripted_run_list ('s', 0, first);
  g_autofree char *behind = scripted_run_list ('s', last, 400);
  g_autofree char *expected = g_strconcat (before, " ", gaps, " ", behind, NULL);

  scripted_run_assert_gives (run, expected);
}

#define FIRST_TASK_OF_THREE "-3000..297000/100 -3000..297000/100@A -3000..297000/100@B "
#define FIRST_TASK_OF_TWENTY "-20000..280000/100 -20000..280000/100@A -20000..280000/100@B "

/* Tasks have as many lookback samples as the leading gaps before were long. */
static void
test_leading_gaps_of_tasks (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_a_short_gap (3000);

  add_page_beginning_with (run, "n296", 297, 396, "C");
  scripted_run_add_stills (run, 396, 400, NULL);
  scripted_run_assert_gives_stills (run, 0, 400);
  scripted_run_assert_asked (run, FIRST_TASK_OF_THREE "296000..400000/52 296000..400000/52@C");
  assert_counted (run, 2, 2);
}

/* If only a few samples are unconfirmed, each has a single-sample request, as soon as there is media behind
 * it. */
static void
test_single_sample_requests (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_a_short_gap (3000);

  add_page_beginning_with (run, "n296 n297 n298", 299, 396, "C");
  scripted_run_add_page (run, "n294 s297", NULL);
  scripted_run_add_page (run, "n295 n298", NULL);
  scripted_run_add_stills (run, 396, 400, NULL);
  assert_gives_but (run, "s297 n298", 297, 299);
  scripted_run_assert_asked (run, FIRST_TASK_OF_THREE
      "296000..400000/52 294000..298000:3000/2 295000..299000:3000/2 296000..400000/52@C");
  assert_counted (run, 2, 2);
}

/* A single-sample request that the service rejects finds no media. */
static void
test_rejected_single_sample_request (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_a_short_gap (3000);

  add_page_beginning_with (run, "n296 n297", 298, 396, "C");
  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_add_stills (run, 396, 400, NULL);
  assert_gives_but (run, "n297", 297, 298);
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

/* Many unconfirmed samples are requested together. */
static void
test_unconfirmed_samples_are_looked_for (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_a_short_gap (20000);

  add_page_beginning_with (run, "n279 n280 n281 n282 n283", 284, 379, "C");
  scripted_run_add_page (run,
      "n260 n261 n262 s263 s264 s265 s266 s267 s268 s269 s270 s271 s272 s273 s274 s275 s276 s277 "
      "s278 s279 s280 n281 s282 s283",
      NULL);
  scripted_run_add_stills (run, 379, 400, NULL);
  assert_gives_but (run, "s280 n281 s282 s283", 280, 284);
  scripted_run_assert_asked (
      run, FIRST_TASK_OF_TWENTY "279000..400000/61 260000..284000/24 279000..400000/61@C");
}

static void
test_refused_look_for_many (void)
{
  g_autoptr (ScriptedRun) run = make_run_with_a_short_gap (20000);

  add_page_beginning_with (run, "n279 n280 n281 n282 n283", 284, 379, "C");
  test_service_add (run->service, NOT_FOUND);
  scripted_run_add_stills (run, 379, 400, NULL);
  assert_gives_but (run, "n280 n281 n282 n283", 280, 284);
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

/* If the service rejects a window with lookback samples, the next request has none. */
static void
test_refused_task (void)
{
  g_autoptr (ScriptedRun) run = make_run (3, 3000);

  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_add_page (run, "n0 s1 s2", NULL);
  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_assert_gives (run, "n0 s1 s2");
  scripted_run_assert_asked (run, "-3000..3000/6 0..3000/3 -3000..1000:3000/2");
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

static void
test_refused_pair (void)
{
  g_autoptr (ScriptedRun) run = make_run (1, 20000);

  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_add_page (run, "s0", NULL);
  scripted_run_assert_gives (run, "s0");
  scripted_run_assert_asked (run, "-20000..1000:20000/2 0..1000/1");
}

/* If the service rejects every request, one of the rejections is the error, also after single-sample
 * requests. */
static void
test_refused_throughout (void)
{
  g_autoptr (ScriptedRun) run = make_run (3, 3000);
  g_autoptr (GError) rejection = NULL;

  for (guint i = 0; i < 3; i++)
    test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_assert_gives (run, "n0 n1 n2");
  rejection = kvs_reader_get_rejection (run->reader);
  g_assert_error (rejection, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
}

/* After a rejected token the remaining samples are requested anew, with lookback samples. */
static void
test_refused_token (void)
{
  g_autoptr (ScriptedRun) run = make_run (6, 3000);

  run->query.page_size = 5;
  scripted_run_add_page (run, "n-3 n-2 n-1 s0 s1", "A");
  test_service_add (run->service, BAD_TOKEN);
  scripted_run_add_page (run, "s-1 s0 s1 s2 s3", "B");
  test_service_add (run->service, BAD_TOKEN);
  scripted_run_add_page (run, "n1 n2 s3 s4 s5", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3 s4 s5");
  scripted_run_assert_asked (
      run, "-3000..6000/5 -3000..6000/5@A -1000..6000/4 -1000..6000/4@B 1000..6000/5");
}

/* A page that has only lookback samples makes no progress if its token is rejected, so the next request
 * begins with the samples themselves. */
static void
test_refused_token_before_the_samples (void)
{
  g_autoptr (ScriptedRun) run = make_run (6, 3000);

  run->query.page_size = 4;
  scripted_run_add_page (run, "n-3 s-2", "A");
  test_service_add (run->service, BAD_TOKEN);
  scripted_run_add_page (run, "s0 s1", "B");
  test_service_add (run->service, BAD_TOKEN);
  scripted_run_add_page (run, "s2 s3 s4 s5", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3 s4 s5");
  scripted_run_assert_asked (
      run, "-3000..6000/3 -3000..6000/3@A 0..6000/3 0..6000/3@B 2000..6000/4");
}

/* A bad image is requested again, by a pair of samples. */
static void
test_bad_image (void)
{
  g_autoptr (ScriptedRun) run = make_run (2, 3000);

  scripted_run_add_page (run, "s-3 s-2 s-1 s0 t1", NULL);
  scripted_run_add_page (run, "s-2 s1", NULL);
  scripted_run_assert_gives (run, "s0 s1");
  scripted_run_assert_asked (run, "-3000..2000/5 -2000..2000:3000/2");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-lookback/first-still-by-a-pair", test_first_still_by_a_pair);
  g_test_add_func ("/kvsreader-lookback/pair-whose-first-sample-is-found",
      test_pair_whose_first_sample_is_found);
  g_test_add_func ("/kvsreader-lookback/pair-without-media", test_pair_without_media);
  g_test_add_func ("/kvsreader-lookback/pair-with-fractions", test_pair_with_fractions);
  g_test_add_func (
      "/kvsreader-lookback/leading-gap-of-the-first-task", test_leading_gap_of_the_first_task);
  g_test_add_func ("/kvsreader-lookback/gap-at-the-beginning", test_gap_at_the_beginning);
  g_test_add_func ("/kvsreader-lookback/leading-gaps-of-tasks", test_leading_gaps_of_tasks);
  g_test_add_func ("/kvsreader-lookback/single-sample-requests", test_single_sample_requests);
  g_test_add_func (
      "/kvsreader-lookback/rejected-single-sample-request", test_rejected_single_sample_request);
  g_test_add_func ("/kvsreader-lookback/unconfirmed-samples-are-looked-for",
      test_unconfirmed_samples_are_looked_for);
  g_test_add_func ("/kvsreader-lookback/refused-look-for-many", test_refused_look_for_many);
  g_test_add_func ("/kvsreader-lookback/refused-task", test_refused_task);
  g_test_add_func ("/kvsreader-lookback/refused-pair", test_refused_pair);
  g_test_add_func ("/kvsreader-lookback/refused-throughout", test_refused_throughout);
  g_test_add_func ("/kvsreader-lookback/refused-token", test_refused_token);
  g_test_add_func ("/kvsreader-lookback/refused-token-before-the-samples",
      test_refused_token_before_the_samples);
  g_test_add_func ("/kvsreader-lookback/bad-image", test_bad_image);
  return g_test_run ();
}
