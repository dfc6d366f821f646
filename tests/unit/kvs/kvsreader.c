/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that each sample comes out once and in order, whatever the service answers, and which replies end the
 * reading. */
#include "kvserror.h"
#include "scriptedrun.h"

#include <fakeclock.h>
#include <stopwatch.h>
#include <string.h>

static void
test_one_page (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (5);
  g_autofree char *endpoint_request = NULL;

  scripted_run_add_page (run, "s0 n1 m2 s3 o4", NULL);
  scripted_run_assert_gives (run, "s0 n1 m2 s3 n4");
  scripted_run_assert_asked (run, "0..5000/5");
  endpoint_request = test_service_get_request (run->service, 0);
  g_assert_cmpstr (endpoint_request, ==,
      "/getDataEndpoint {\"StreamName\":\"door\",\"APIName\":\"GET_IMAGES\"}");
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

static void
test_what_a_sample_has (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (2);
  g_autoptr (GBytes) still = test_page_new_still (0);
  g_autoptr (KvsSample) first = NULL, second = NULL;

  test_service_add (run->service, "200 OK", "",
      "{\"Images\":[{\"TimeStamp\":1795161599.960,\"ImageContent\":"
      "\"/9j/wAALCAABABABAREA/9k=\"},{\"Error\":\"NO_MEDIA\"}]}");
  scripted_run_start (run);
  first = kvs_reader_pull (run->reader, NULL);
  g_assert_true (first->has_time);
  g_assert_cmpint (first->time_ms, ==, TEST_PAGE_START - 40);
  g_assert_true (g_bytes_equal (first->image, still));
  g_assert_cmpuint (first->info.width, ==, 16);
  second = kvs_reader_pull (run->reader, NULL);
  g_assert_false (second->has_time);
  g_assert_null (second->image);
}

static void
test_range_and_stats (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (KvsSample) first = NULL;
  guint64 mean_ns, max_ns;
  KvsRange range;

  scripted_run_add_page (run, "s0 s1 n2", NULL);
  scripted_run_start (run);
  first = kvs_reader_pull (run->reader, NULL);
  g_assert_true (kvs_reader_get_range (run->reader, &range));
  g_assert_cmpint (range.start_ms, ==, TEST_PAGE_START);
  g_assert_cmpint (range.end_ms, ==, TEST_PAGE_START + 3 * TEST_PAGE_INTERVAL);
  scripted_run_assert_pulls (run, "s1 n2");
  g_assert_cmpuint (kvs_reader_get_held_bytes (run->reader), ==, 0);
  g_assert_cmpuint (kvs_stats_get (run->stats, KVS_STATS_IMAGE_BYTES), ==, 34);
  kvs_stats_get_request_times (run->stats, &mean_ns, &max_ns);
  g_assert_cmpuint (mean_ns, >, 0);
  g_assert_cmpuint (max_ns, >=, mean_ns);
}

/* The request for each page has all parameters of the first one, and its token. */
static void
test_pages (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (5);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;
  g_autofree char *expected_second = NULL, *expected_third = NULL;

  run->query.page_size = 2;
  run->query.width = 640;
  run->query.height = 480;
  scripted_run_add_page (run, "s0 s1", "A/+=");
  scripted_run_add_page (run, "s2 s3", "B==");
  scripted_run_add_page (run, "s4", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3 s4");
  scripted_run_assert_asked (run, "0..5000/2 0..5000/2@A/+= 0..5000/2@B==");
  first = test_service_get_request (run->service, 1);
  g_assert_cmpstr (first, ==,
      "/getImages {\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\","
      "\"StartTimestamp\":1795161600,\"EndTimestamp\":1795161605,\"SamplingInterval\":1000,"
      "\"Format\":\"JPEG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"},\"WidthPixels\":640,"
      "\"HeightPixels\":480,\"MaxResults\":2}");
  first[strlen (first) - 1] = '\0';
  expected_second = g_strdup_printf ("%s,\"NextToken\":\"A/+=\"}", first);
  expected_third = g_strdup_printf ("%s,\"NextToken\":\"B==\"}", first);
  second = test_service_get_request (run->service, 2);
  third = test_service_get_request (run->service, 3);
  g_assert_cmpstr (second, ==, expected_second);
  g_assert_cmpstr (third, ==, expected_third);
}

static void
test_windows (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (700);

  scripted_run_add_stills (run, 0, 100, "A");
  scripted_run_add_stills (run, 100, 200, "B");
  scripted_run_add_stills (run, 200, 300, NULL);
  scripted_run_add_stills (run, 300, 600, NULL);
  scripted_run_add_stills (run, 600, 700, NULL);
  scripted_run_assert_gives_stills (run, 0, 700);
  scripted_run_assert_asked (run,
      "0..300000/100 0..300000/100@A 0..300000/100@B 300000..600000/100 "
      "600000..700000/100");
}

/* Samples that are missing on a page without a token are requested again. */
static void
test_short_pages (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (10);

  scripted_run_add_stills (run, 0, 4, NULL);
  scripted_run_add_stills (run, 4, 5, "A");
  scripted_run_add_stills (run, 5, 9, NULL);
  scripted_run_add_stills (run, 9, 10, NULL);
  scripted_run_assert_gives_stills (run, 0, 10);
  scripted_run_assert_asked (run, "0..10000/10 4000..10000/6 4000..10000/6@A 9000..10000/1");
}

static void
test_nothing_at_all (void)
{
  static const char *const bodies[] = {"{\"Images\":[]}", "{\"Images\":null}",
      "{\"Images\":[],\"NextToken\":null}", "{\"Images\":[],\"NextToken\":\"\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (3);

    test_service_add (run->service, "200 OK", "", bodies[i]);
    scripted_run_assert_gives (run, "n0 n1 n2");
    scripted_run_assert_asked (run, "0..3000/3");
    g_assert_null (kvs_reader_get_rejection (run->reader));
  }
}

static void
test_nothing_more (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "s0 s1", NULL);
  scripted_run_add_page (run, "", NULL);
  scripted_run_assert_gives (run, "s0 s1 n2 n3");
  scripted_run_assert_asked (run, "0..4000/4 2000..4000/2");
}

static void
test_empty_pages (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "", "A");
  scripted_run_add_page (run, "", "B");
  scripted_run_add_page (run, "s0", "C");
  scripted_run_add_page (run, "", "D");
  scripted_run_add_page (run, "s1 s2 s3", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
  scripted_run_assert_asked (run, "0..4000/4 0..4000/4@A 0..4000/4@B 0..4000/4@C 0..4000/4@D");
}

/* A token that has been used before makes no progress; the missing samples are requested anew. */
static void
test_repeated_token (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "s0", "A");
  scripted_run_add_page (run, "s1", "A");
  scripted_run_add_page (run, "s2", "A");
  scripted_run_add_page (run, "s3", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
  scripted_run_assert_asked (run, "0..4000/4 0..4000/4@A 2000..4000/2 2000..4000/2@A");
}

#define NO_HOPE "pagination made no progress: repeated or empty pages"

/* The missing samples are requested without a token, and then by the usual rules. */
static void
test_token_that_leads_nowhere (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 2;
  scripted_run_add_page (run, "s0", NULL);
  for (guint i = 0; i < 6; i++)
    scripted_run_add_page (run, "", "A");
  error = scripted_run_assert_fails (run, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, "after 2 attempts: " NO_HOPE);
  scripted_run_assert_asked (run,
      "0..4000/4 1000..4000/3 1000..4000/3@A 1000..4000/3 1000..4000/3@A "
      "1000..4000/3 1000..4000/3@A");
}

static void
test_token_that_leads_nowhere_at_first (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  for (guint i = 0; i < 4; i++)
    scripted_run_add_page (run, "", "A");
  scripted_run_add_page (run, "s0 s1 s2 s3", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
}

static void
test_tokens_without_end (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 1;
  for (guint i = 0; i < 2 * 64; i++) {
    g_autofree char *token = g_strdup_printf ("T%u", i);

    scripted_run_add_page (run, "", token);
  }
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, NO_HOPE);
}

/* A window that the service has nothing for is without media. The message says so only if no other window has
 * any. */
static void
test_not_found (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (GError) rejection = NULL;

  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, "n0 n1 n2");
  rejection = kvs_reader_get_rejection (run->reader);
  g_assert_error (rejection, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_cmpstr (aws_error_get_code (rejection), ==, "ResourceNotFoundException");
  g_assert_cmpstr (aws_error_get_request_id (rejection), ==, "gone-1");
}

static void
test_outside_retention (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (GError) rejection = NULL;

  test_service_add (run->service, OUTSIDE_RETENTION);
  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_assert_gives (run, "n0 n1 n2");
  rejection = kvs_reader_get_rejection (run->reader);
  g_assert_error (rejection, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (aws_error_get_code (rejection), ==, "InvalidArgumentException");
}

static void
test_rejection_of_one_window (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (302);
  g_autofree char *gaps = scripted_run_list ('n', 0, 300);
  g_autofree char *expected = g_strconcat (gaps, " s300 s301", NULL);

  test_service_add (run->service, OUTSIDE_RETENTION);
  test_service_add (run->service, OUTSIDE_RETENTION);
  scripted_run_add_page (run, "s300 s301", NULL);
  scripted_run_assert_gives (run, expected);
  scripted_run_assert_asked (run, "0..300000/100 0..300000:0/1 300000..302000/2");
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

/* Of two rejections, the first one is the error. */
static void
test_rejection_of_both_windows (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (302);
  g_autofree char *gaps = scripted_run_list ('n', 0, 302);
  g_autoptr (GError) rejection = NULL;

  test_service_add (run->service, OUTSIDE_RETENTION);
  test_service_add (run->service, OUTSIDE_RETENTION);
  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, gaps);
  rejection = kvs_reader_get_rejection (run->reader);
  g_assert_error (rejection, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
}

static void
test_rejection_in_a_window (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "s0 s1", "A");
  test_service_add (run->service, NOT_FOUND);
  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, "s0 s1 n2 n3");
  scripted_run_assert_asked (run, "0..4000/4 0..4000/4@A 2000..4000/2");
  g_assert_null (kvs_reader_get_rejection (run->reader));
}

static void
test_surplus (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (2);

  scripted_run_add_page (run, "s0 s1 s2 n3 s4", "A");
  scripted_run_assert_gives (run, "s0 s1");
  scripted_run_assert_asked (run, "0..2000/2");
  g_assert_cmpuint (scripted_run_get_wasted (run), ==, 2);
}

/* A page that repeats the same entry without end. */
static char *
answer_with_many (const char *entry)
{
  GString *body = g_string_new ("{\"Images\":[");

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (body, "%s%s", i > 0 ? "," : "", entry);
  return g_string_free (g_string_append (body, "],\"NextToken\":\"A\"}"), FALSE);
}

static char *
answer_with_many_gaps (const char *body)
{
  return answer_with_many ("{\"TimeStamp\":1795161600.5,\"Error\":\"E\"}");
}

static char *
answer_with_many_images (const char *body)
{
  return answer_with_many ("{\"TimeStamp\":1795161600.5,\"ImageContent\":\"AA==\"}");
}

static char *
answer_with_many_before (const char *body)
{
  return answer_with_many ("{\"TimeStamp\":1795161000.5,\"Error\":\"NO_MEDIA\"}");
}

/* A service that gives only such replies is not asked without end. */
static void
test_endless_entries (void)
{
  static const TestServiceFunc answers[] = {
      answer_with_many_gaps, answer_with_many_images, answer_with_many_before};

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (4);
    g_autoptr (GError) error = NULL;

    test_service_set_func (run->service, answers[i]);
    error = scripted_run_assert_fails (run, "");
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_cmpuint (test_service_count_requests (run->service), <, 50);
  }
}

/* Sample 2 of a page is sample 2 of its window, whatever its TimeStamp. */
static void
test_unsorted_page (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "s3 s2 s1 s0", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
}

static void
test_same_frame_twice (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_page (run, "s0 s0 s0 s3", NULL);
  scripted_run_assert_gives (run, "s0 s1=0 s2=0 s3");
}

/* A bad image is requested once more; the result is final. */
static void
test_bad_image (void)
{
  static const struct {
    const char *bad;
    const char *again;
    const char *expected;
    guint n_wasted;
  } cases[] = {
      {"s0 t1 s2", "s1", "s0 s1 s2", 1},
      {"s0 p1 s2", "s1", "s0 s1 s2", 1},
      {"s0 x1 s2", "s1", "s0 s1 s2", 1},
      {"s0 s1 x2", "s2", "s0 s1 s2", 1},
      {"s0 t1 s2", "t1", "s0 b1 s2", 2},
      {"s0 t1 s2", "n1", "s0 b1 s2", 1},
      {"s0 t1 s2", "m1", "s0 b1 s2", 1},
      {"s0 t1 s2", "", "s0 b1 s2", 1},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (3);

    scripted_run_add_page (run, cases[i].bad, NULL);
    scripted_run_add_page (run, cases[i].again, NULL);
    scripted_run_assert_gives (run, cases[i].expected);
    g_assert_cmpuint (scripted_run_get_wasted (run), ==, cases[i].n_wasted);
  }
}

static void
test_bad_image_is_asked_for_alone (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);

  scripted_run_add_page (run, "s0 t1 s2", NULL);
  scripted_run_add_page (run, "s1", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2");
  scripted_run_assert_asked (run, "0..3000/3 1000..2000/1");
}

static void
test_bad_image_is_gone (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);

  scripted_run_add_page (run, "s0 t1 s2", NULL);
  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, "s0 b1 s2");
}

static void
test_bad_image_fails (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 1;
  scripted_run_add_page (run, "s0 t1 s2", NULL);
  test_service_add (run->service, "500 Internal Server Error", "", "");
  error = scripted_run_assert_fails (run, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SERVER);
}

/* Bad images before the first good one are held until that arrives. */
static void
test_bad_images_first (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (5);

  scripted_run_add_page (run, "n0 t1 n2 t3 s4", NULL);
  scripted_run_add_page (run, "s1", NULL);
  scripted_run_add_page (run, "t3", NULL);
  scripted_run_assert_gives (run, "n0 s1 n2 b3 s4");
  scripted_run_assert_asked (run, "0..5000/5 1000..2000/1 3000..4000/1");
}

static void
test_wrong_format (void)
{
  static const struct {
    const char *page;
    const char *fault;
  } pages[] = {
      {"t0 t1 t2", "is neither a JPEG nor a PNG"},
      {"n0 t1 m2", "is neither a JPEG nor a PNG"},
      {"p0 p1 p2", "the first one is a PNG; set format=png"},
      {"x0 n1 n2", "the base64 of the first one is malformed"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (3);
    g_autoptr (GError) error = NULL;

    scripted_run_add_page (run, pages[i].page, NULL);
    error = scripted_run_assert_fails (run, *pages[i].page == 'n' ? "n0" : "");
    g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
    g_assert_true (
        g_str_has_prefix (error->message, "no usable image on the first page that has images: "));
    g_assert_true (g_str_has_suffix (error->message, pages[i].fault));
    scripted_run_assert_asked (run, "0..3000/3");
  }
}

static void
test_wrong_format_png (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (6);
  g_autoptr (GError) error = NULL;

  run->query.format = KVS_IMAGE_FORMAT_PNG;
  scripted_run_add_page (run, "n0 n1", "A");
  scripted_run_add_page (run, "n2 s3 n4", "B");
  error = scripted_run_assert_fails (run, "n0 n1 n2");
  g_assert_error (error, KVS_ERROR, KVS_ERROR_WRONG_FORMAT);
  g_assert_cmpstr (error->message, ==,
      "no usable image on the first page that has images: the first one is a JPEG; set format=jpeg");
}

/* Once the format is known to be right, a page of only bad images is not an error. */
static void
test_bad_page_later (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);

  scripted_run_add_page (run, "s0", "A");
  scripted_run_add_page (run, "t1 t2", NULL);
  scripted_run_add_page (run, "s1", NULL);
  scripted_run_add_page (run, "t2", NULL);
  scripted_run_assert_gives (run, "s0 s1 b2");
}

static void
test_max_samples (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (10);

  run->traversal.max_samples = 3;
  scripted_run_add_page (run, "s0 n1 s2", NULL);
  scripted_run_assert_gives (run, "s0 n1 s2");
  scripted_run_assert_asked (run, "0..3000/3");
}

static void
test_max_samples_beyond_the_end (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (2);

  run->traversal.max_samples = 3;
  scripted_run_add_page (run, "s0 n1", NULL);
  scripted_run_assert_gives (run, "s0 n1");
}

/* The first still can be pulled while the service holds the rest of its page. */
static void
test_first_still_before_its_page (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autofree char *body = test_page_new ("s0 s1 s2", NULL);
  g_autofree char *first = NULL;

  test_service_add_held (run->service, body, (gsize)(strchr (body, '}') - body) + 1);
  scripted_run_start (run);
  first = scripted_run_pull (run, 1, NULL);
  g_assert_cmpstr (first, ==, "s0");
  test_service_release (run->service);
  scripted_run_assert_pulls (run, "s1 s2");
}

static void
test_flushing (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autofree char *body = test_page_new ("s0 s1 s2", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;

  test_service_add_held (run->service, body, (gsize)(strchr (body, '}') - body) + 1);
  scripted_run_start (run);
  first = scripted_run_pull (run, 1, NULL);
  kvs_reader_set_flushing (run->reader, TRUE);
  g_assert_null (kvs_reader_pull (run->reader, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_service_release (run->service);
  kvs_reader_set_flushing (run->reader, FALSE);
  scripted_run_assert_pulls (run, "s1 s2");
}

/* An error that a token may have caused is followed by one request without the token. */
static void
test_failures (void)
{
  static const struct {
    const char *status;
    const char *headers;
    const char *body;
    AwsError code;
    guint http_status;
    const char *aws_code;
  } cases[] = {
      {"403 Forbidden", "x-amzn-ErrorType: NotAuthorizedException\r\n", "{\"Message\":\"no\"}",
          AWS_ERROR_NOT_AUTHORIZED, 403, "NotAuthorizedException"},
      {"400 Bad Request", "x-amzn-ErrorType: ClientLimitExceededException\r\n", "{}",
          AWS_ERROR_THROTTLED, 400, "ClientLimitExceededException"},
      {"400 Bad Request", "x-amzn-ErrorType: NoDataRetentionException\r\n",
          "{\"Message\":\"The data retention in hours for the stream is equal to zero.\"}",
          AWS_ERROR_INVALID_REQUEST, 400, "NoDataRetentionException"},
      {"500 Internal Server Error", "", "", AWS_ERROR_SERVER, 500, NULL},
      {"307 Temporary Redirect", "Location: http://127.0.0.1:1/\r\n", "", AWS_ERROR_REDIRECT, 307,
          NULL},
      {"200 OK", "", "{\"Version\":\"1.0\"}", AWS_ERROR_BAD_REPLY, 200, NULL},
      {"200 OK", "", "<html/>", AWS_ERROR_BAD_REPLY, 200, NULL},
      {"200 OK", "", "", AWS_ERROR_CUT_OFF, 200, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (3);
    g_autofree char *headers =
        g_strconcat (cases[i].headers, "x-amzn-RequestId: failed-1\r\n", NULL);
    g_autoptr (GError) error = NULL;

    run->max_attempts = 1;
    scripted_run_add_page (run, "s0 s1", "A");
    test_service_add (run->service, cases[i].status, headers, cases[i].body);
    if (cases[i].code == AWS_ERROR_INVALID_REQUEST)
      test_service_add (run->service, cases[i].status, headers, cases[i].body);
    error = scripted_run_assert_fails (run, "s0 s1");
    g_assert_error (error, AWS_ERROR, (gint)cases[i].code);
    g_assert_cmpuint (aws_error_get_http_status (error), ==, cases[i].http_status);
    g_assert_cmpstr (aws_error_get_code (error), ==, cases[i].aws_code);
    g_assert_cmpstr (aws_error_get_request_id (error), ==, "failed-1");
    g_assert_nonnull (strstr (error->message, "failed-1"));
  }
}

#define WRONG_SIZE                                                                                 \
  "400 Bad Request", "x-amzn-ErrorType: InvalidArgumentException\r\nConnection: close\r\n",        \
      "{\"Message\":\"Height and width for the images need to be provided or none.\"}"

/* A rejection is due to one of our parameters if the service takes the window without it. */
static void
test_wrong_parameter (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (GError) error = NULL;
  g_autofree char *plain = NULL;

  run->query.width = 640;
  run->query.height = 480;
  test_service_add (run->service, WRONG_SIZE);
  scripted_run_add_page (run, "s0", "A");
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
  g_assert_nonnull (strstr (error->message, "Height and width for the images"));
  scripted_run_assert_asked (run, "0..3000/3 0..3000:0/1");
  plain = test_service_get_request (run->service, 2);
  g_assert_cmpstr (plain, ==,
      "/getImages {\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\","
      "\"StartTimestamp\":1795161600,\"EndTimestamp\":1795161603,\"Format\":\"JPEG\","
      "\"MaxResults\":1}");
}

/* It is not where the service has answered all parameters before, or rejects the window without them as well. A
 * window with media tells later. */
static void
test_rejection_that_is_no_wrong_parameter (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (302);
  g_autofree char *gaps = scripted_run_list ('n', 0, 300);
  g_autoptr (GError) error = NULL;

  test_service_add (run->service, WRONG_SIZE);
  test_service_add (run->service, WRONG_SIZE);
  test_service_add (run->service, WRONG_SIZE);
  scripted_run_add_page (run, "s300", "A");
  error = scripted_run_assert_fails (run, gaps);
  g_assert_error (error, AWS_ERROR, AWS_ERROR_INVALID_REQUEST);
}

static void
test_rejection_after_an_answer (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (302);
  g_autofree char *gaps = scripted_run_list ('n', 0, 300);
  g_autofree char *expected = g_strconcat (gaps, " n300 n301", NULL);

  scripted_run_add_page (run, "", NULL);
  test_service_add (run->service, WRONG_SIZE);
  scripted_run_assert_gives (run, expected);
}

/* The entries before the end of a broken reply come out. */
static void
test_cut_off (void)
{
  for (guint chunked = 0; chunked < 2; chunked++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (3);
    g_autofree char *body = test_page_new ("s0 s1 s2", NULL);
    g_autoptr (GError) error = NULL;

    run->max_attempts = 1;
    test_service_add_cut (run->service, body, strlen (body) - 3, chunked > 0);
    error = scripted_run_assert_fails (run, "s0 s1");
    g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
    g_assert_cmpstr (aws_error_get_request_id (error), ==, "cut-1");
  }
}

static void
scripted_run_add_failure (ScriptedRun *run)
{
  test_service_add (run->service, "500 Internal Server Error", "", "");
}

static void
scripted_run_assert_counted (ScriptedRun *run, guint n_retries, guint n_throttles)
{
  g_assert_cmpuint (kvs_stats_get (run->stats, KVS_STATS_RETRIES), ==, n_retries);
  g_assert_cmpuint (kvs_stats_get (run->stats, KVS_STATS_THROTTLES), ==, n_throttles);
}

/* A failed request is repeated as it was, with its token. */
static void
test_retries (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (4);

  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s0 s1", "A");
  test_service_add (
      run->service, "400 Bad Request", "x-amzn-ErrorType: ClientLimitExceededException\r\n", "{}");
  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s2 s3", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2 s3");
  scripted_run_assert_asked (run, "0..4000/4 0..4000/4 0..4000/4@A 0..4000/4@A 0..4000/4@A");
  scripted_run_assert_counted (run, 3, 1);
}

/* Each page has its own number of attempts. */
static void
test_retries_of_each_page (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);

  run->max_attempts = 2;
  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s0", "A");
  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s1", "B");
  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s2", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2");
  scripted_run_assert_counted (run, 3, 0);
}

static void
test_retries_end (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 3;
  scripted_run_add_page (run, "s0", "A");
  for (guint i = 0; i < 3; i++)
    scripted_run_add_failure (run);
  error = scripted_run_assert_fails (run, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SERVER);
  g_assert_true (g_str_has_prefix (error->message, "after 3 attempts: "));
  scripted_run_assert_counted (run, 2, 0);
}

/* The entries before the end of a broken reply are kept, and the others are requested without a token. */
static void
test_cut_off_and_continued (void)
{
  for (guint chunked = 0; chunked < 2; chunked++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (4);
    g_autofree char *body = test_page_new ("s1 s2 s3", NULL);

    scripted_run_add_page (run, "s0", "A");
    test_service_add_cut (run->service, body, strlen (body) - 3, chunked > 0);
    scripted_run_add_failure (run);
    scripted_run_add_page (run, "s3", NULL);
    scripted_run_assert_gives (run, "s0 s1 s2 s3");
    scripted_run_assert_asked (run, "0..4000/4 0..4000/4@A 3000..4000/1 3000..4000/1");
    scripted_run_assert_counted (run, 2, 0);
  }
}

static void
test_cut_off_at_the_beginning (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (2);
  g_autofree char *body = test_page_new ("s1", NULL);

  scripted_run_add_page (run, "s0", "A");
  test_service_add_cut (run->service, body, 3, FALSE);
  scripted_run_add_page (run, "s1", NULL);
  scripted_run_assert_gives (run, "s0 s1");
  scripted_run_assert_asked (run, "0..2000/2 0..2000/2@A 0..2000/2@A");
}

static void
test_bad_image_is_retried (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (3);

  scripted_run_add_page (run, "s0 t1 s2", NULL);
  scripted_run_add_failure (run);
  scripted_run_add_page (run, "s1", NULL);
  scripted_run_assert_gives (run, "s0 s1 s2");
  scripted_run_assert_asked (run, "0..3000/3 1000..2000/1 1000..2000/1");
}

static void
test_endpoint_is_known (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (1);

  for (guint i = 0; i < 3; i++) {
    scripted_run_add_page (run, "s0", NULL);
    scripted_run_assert_gives (run, "s0");
  }
  scripted_run_assert_calls (run, "EIII");
}

/* If a known endpoint no longer serves the stream, its address is requested anew, and then used. */
static void
test_endpoint_has_moved (void)
{
  static const struct {
    const char *status;
    const char *headers;
  } answers[] = {
      {"404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n"},
      {"401 Unauthorized", "x-amzn-ErrorType: NotAuthorizedException\r\n"},
      {"403 Forbidden", "x-amzn-ErrorType: NotAuthorizedException\r\n"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (ScriptedRun) run = scripted_run_new (2);

    scripted_run_add_page (run, "s0 s1", NULL);
    scripted_run_assert_gives (run, "s0 s1");
    scripted_run_add_page (run, "s0", "A");
    test_service_add (run->service, answers[i].status, answers[i].headers, "{}");
    test_service_add_endpoint (run->service, "");
    scripted_run_add_page (run, "s1", NULL);
    scripted_run_assert_gives (run, "s0 s1");
    scripted_run_assert_calls (run, "EIIIEI");
  }
}

static void
test_endpoint_is_unreachable (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (1);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 1;
  test_service_add (run->service, "200 OK", "", "{\"DataEndpoint\":\"http://127.0.0.1:1\"}");
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_CONNECT);

  test_service_add_endpoint (run->service, "");
  scripted_run_add_page (run, "s0", NULL);
  scripted_run_assert_gives (run, "s0");
  scripted_run_assert_calls (run, "EEI");
}

/* The address is requested anew only once: if the new endpoint gives the same answer, that is final. */
static void
test_endpoint_has_not_moved (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (302);
  g_autofree char *gaps = scripted_run_list ('n', 0, 302);

  test_service_add (run->service, NOT_FOUND);
  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, gaps);
  scripted_run_assert_calls (run, "EII");
  test_service_add (run->service, NOT_FOUND);
  test_service_add_endpoint (run->service, "");
  test_service_add (run->service, NOT_FOUND);
  test_service_add (run->service, NOT_FOUND);
  scripted_run_assert_gives (run, gaps);
  scripted_run_assert_calls (run, "EIIIEII");
}

/* The end of the range, and not samples without media. */
static void
test_stream_is_gone (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (2);
  g_autoptr (GError) error = NULL;

  scripted_run_add_page (run, "s0 s1", NULL);
  scripted_run_assert_gives (run, "s0 s1");
  scripted_run_add_page (run, "s0", "A");
  test_service_add (run->service, NOT_FOUND);
  test_service_add (run->service, NOT_FOUND);
  error = scripted_run_assert_fails (run, "s0");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "no such stream in this region"));
  scripted_run_assert_calls (run, "EIIIE");
}

static void
test_images_endpoint (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (1);
  g_autoptr (GUri) nowhere = g_uri_parse ("http://127.0.0.1:1", G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) endpoint = test_service_get_uri (run->service);

  scripted_run_add_page (run, "s0", NULL);
  scripted_run_prepare_at (run, nowhere);
  kvs_reader_set_images_endpoint (run->reader, endpoint);
  kvs_reader_start (run->reader);
  scripted_run_assert_pulls (run, "s0");
  scripted_run_assert_calls (run, "I");
}

static void
test_unknown_stream (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (3);
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;
  KvsRange range;

  test_service_add (run->service, NOT_FOUND);
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_NOT_FOUND);
  g_assert_cmpstr (aws_error_get_request_id (error), ==, "gone-1");
  expected = g_strdup_printf ("no such stream in this region; check its name and the region: %s "
                              "answered 404 ResourceNotFoundException: The requested stream is not "
                              "found or not active (request gone-1)",
      test_service_get_host (run->service));
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_false (kvs_reader_get_range (run->reader, &range));
}

static void
test_no_data_endpoint (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (3);
  g_autoptr (GError) error = NULL;

  run->max_attempts = 1;
  test_service_add (run->service, "200 OK", "x-amzn-RequestId: endpoint-1\r\n", "{}");
  error = scripted_run_assert_fails (run, "");
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  scripted_run_assert_message (run, error,
      "gave a reply to GetDataEndpoint that has no DataEndpoint; is it the endpoint of Kinesis "
      "Video Streams? (request endpoint-1)");
}

static void
test_empty_range (void)
{
  g_autoptr (ScriptedRun) run = scripted_run_new (0);
  g_autoptr (GError) error = scripted_run_assert_fails (run, "");

  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==,
      "the range is empty: start-timestamp is 2026-11-20T08:00:00Z, end-timestamp is "
      "2026-11-20T08:00:00Z, and it is 2026-11-21T08:00:00Z now");
  scripted_run_assert_asked (run, "");
}

/* Runs the last three seconds before "now" with a local clock that is right by itself, and a
 * service whose answer has the header @date. Returns what "now" was taken to be, in ms, and in
 * *@elapsed_ms how long that took at most. */
static gint64
resolve_now (const char *date, gint64 *now_ms, gint64 *elapsed_ms)
{
  g_autoptr (ScriptedRun) run = scripted_run_new_unlocated (3);
  g_autofree char *samples = NULL;
  KvsRange range;

  g_set_object (&run->clock, aws_clock_get_default ());
  *now_ms = g_get_real_time () / 1000;
  test_service_add_endpoint (run->service, date);
  scripted_run_add_page (run, "", NULL);
  run->now_ms = *now_ms;
  run->spec.start = (KvsTimestamp){TRUE, -3000};
  run->spec.end = (KvsTimestamp){TRUE, 0};
  scripted_run_start (run);
  samples = scripted_run_pull (run, G_MAXUINT, NULL);
  g_assert_cmpstr (samples, ==, "n0 n1 n2");
  g_assert_true (kvs_reader_get_range (run->reader, &range));
  *elapsed_ms = g_get_real_time () / 1000 - *now_ms;
  return range.end_ms;
}

static void
test_clock_without_a_date (void)
{
  gint64 now_ms, elapsed_ms;

  g_assert_cmpint (resolve_now ("", &now_ms, &elapsed_ms), ==, now_ms);
  g_assert_cmpint (resolve_now ("Date: today\r\n", &now_ms, &elapsed_ms), ==, now_ms);
}

/* A local clock that is ahead of the service's goes by the latest that the Date can mean, and one
 * that is behind by the earliest. */
static void
test_clock_corrected (void)
{
  gint64 now_ms, elapsed_ms, resolved_ms;

  resolved_ms = resolve_now ("Date: Fri, 20 Nov 2020 08:00:00 GMT\r\n", &now_ms, &elapsed_ms);
  g_assert_cmpint (resolved_ms, <=, G_GINT64_CONSTANT (1605859200999));
  g_assert_cmpint (resolved_ms, >=, G_GINT64_CONSTANT (1605859200999) - elapsed_ms);

  resolved_ms = resolve_now ("Date: Fri, 20 Nov 2099 08:00:00 GMT\r\n", &now_ms, &elapsed_ms);
  g_assert_cmpint (resolved_ms, <=, G_GINT64_CONSTANT (4098844800000));
  g_assert_cmpint (resolved_ms, >=, G_GINT64_CONSTANT (4098844800000) - elapsed_ms);
}

/* A clock that may be right is left alone: a Date has no fractions of a second. */
static void
test_clock_that_is_right (void)
{
  gint64 seconds, now_ms, elapsed_ms, resolved_ms;

  do {
    g_autoptr (GDateTime) utc = g_date_time_new_now_utc ();
    g_autofree char *date = g_date_time_format (utc, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n");

    seconds = g_date_time_to_unix (utc);
    resolved_ms = resolve_now (date, &now_ms, &elapsed_ms);
  } while ((now_ms + elapsed_ms) / 1000 != seconds);
  g_assert_cmpint (resolved_ms, ==, now_ms);
}

/* Stops the reader at the point to which @make has brought it, and asserts that this takes no time. */
static void
assert_stops_at_once (ScriptedRun *(*make) (guint variant), guint variant)
{
  g_autoptr (ScriptedRun) run = make (variant);
  Stopwatch stopwatch = stopwatch_start ();

  kvs_reader_stop (run->reader);
  g_assert_cmpint (stopwatch_get_us (&stopwatch), <, STOPWATCH_AT_ONCE_US);
}

static ScriptedRun *
make_without_any_answer (guint variant)
{
  ScriptedRun *run = scripted_run_new_unlocated (3);

  test_service_add_silence (run->service);
  scripted_run_start_until_held (run);
  return run;
}

static void
test_stop_without_any_answer (void)
{
  assert_stops_at_once (make_without_any_answer, 0);
}

static ScriptedRun *
make_without_a_page (guint variant)
{
  ScriptedRun *run = scripted_run_new (3);

  test_service_add_silence (run->service);
  scripted_run_start_until_held (run);
  return run;
}

static void
test_stop_without_a_page (void)
{
  assert_stops_at_once (make_without_a_page, 0);
}

static const char two_entries[] = "s0 s1";

static ScriptedRun *
make_in_a_page (guint length)
{
  g_autofree char *body = test_page_new (two_entries, NULL);
  ScriptedRun *run = scripted_run_new (2);

  test_service_add_held (run->service, body, length);
  scripted_run_start_until_held (run);
  return run;
}

static void
test_stop_at_every_byte_of_a_page (void)
{
  g_autofree char *body = test_page_new (two_entries, NULL);

  for (guint length = 0; length < strlen (body); length++)
    assert_stops_at_once (make_in_a_page, length);
}

static ScriptedRun *
make_while_asking_again (guint variant)
{
  ScriptedRun *run = scripted_run_new (3);

  scripted_run_add_page (run, "s0 t1 s2", NULL);
  test_service_add_silence (run->service);
  scripted_run_start_until_held (run);
  return run;
}

static void
test_stop_while_asking_again (void)
{
  assert_stops_at_once (make_while_asking_again, 0);
}

/* More samples than the queue takes, and no thread that pulls them. */
static ScriptedRun *
make_with_a_full_queue (guint variant)
{
  ScriptedRun *run = scripted_run_new (2000);

  for (guint i = 0; i < 4; i++)
    scripted_run_add_page (run, "", NULL);
  scripted_run_start (run);
  while (test_service_count_requests (run->service) < 5)
    g_thread_yield ();
  return run;
}

static void
test_stop_with_a_full_queue (void)
{
  assert_stops_at_once (make_with_a_full_queue, 0);
}

static ScriptedRun *
make_after_pulling (guint n_samples)
{
  ScriptedRun *run = scripted_run_new (30);
  g_autofree char *samples = NULL;

  run->query.page_size = 10;
  scripted_run_add_stills (run, 0, 10, "A");
  scripted_run_add_stills (run, 10, 20, "B");
  scripted_run_add_stills (run, 20, 30, NULL);
  scripted_run_start (run);
  samples = scripted_run_pull (run, n_samples, NULL);
  return run;
}

/* From before the first sample until after the last. */
static void
test_stop_after_pulling (void)
{
  for (guint i = 0; i < 3; i++) {
    for (guint n_samples = 0; n_samples <= 31; n_samples++)
      assert_stops_at_once (make_after_pulling, n_samples);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader/one-page", test_one_page);
  g_test_add_func ("/kvsreader/what-a-sample-has", test_what_a_sample_has);
  g_test_add_func ("/kvsreader/range-and-stats", test_range_and_stats);
  g_test_add_func ("/kvsreader/pages", test_pages);
  g_test_add_func ("/kvsreader/windows", test_windows);
  g_test_add_func ("/kvsreader/short-pages", test_short_pages);
  g_test_add_func ("/kvsreader/nothing-at-all", test_nothing_at_all);
  g_test_add_func ("/kvsreader/nothing-more", test_nothing_more);
  g_test_add_func ("/kvsreader/empty-pages", test_empty_pages);
  g_test_add_func ("/kvsreader/repeated-token", test_repeated_token);
  g_test_add_func ("/kvsreader/token-that-leads-nowhere", test_token_that_leads_nowhere);
  g_test_add_func (
      "/kvsreader/token-that-leads-nowhere-at-first", test_token_that_leads_nowhere_at_first);
  g_test_add_func ("/kvsreader/tokens-without-end", test_tokens_without_end);
  g_test_add_func ("/kvsreader/not-found", test_not_found);
  g_test_add_func ("/kvsreader/outside-retention", test_outside_retention);
  g_test_add_func ("/kvsreader/rejection-of-one-window", test_rejection_of_one_window);
  g_test_add_func ("/kvsreader/rejection-of-both-windows", test_rejection_of_both_windows);
  g_test_add_func ("/kvsreader/rejection-in-a-window", test_rejection_in_a_window);
  g_test_add_func ("/kvsreader/surplus", test_surplus);
  g_test_add_func ("/kvsreader/endless-entries", test_endless_entries);
  g_test_add_func ("/kvsreader/unsorted-page", test_unsorted_page);
  g_test_add_func ("/kvsreader/same-frame-twice", test_same_frame_twice);
  g_test_add_func ("/kvsreader/bad-image", test_bad_image);
  g_test_add_func ("/kvsreader/bad-image-is-asked-for-alone", test_bad_image_is_asked_for_alone);
  g_test_add_func ("/kvsreader/bad-image-is-gone", test_bad_image_is_gone);
  g_test_add_func ("/kvsreader/bad-image-fails", test_bad_image_fails);
  g_test_add_func ("/kvsreader/bad-images-first", test_bad_images_first);
  g_test_add_func ("/kvsreader/wrong-format", test_wrong_format);
  g_test_add_func ("/kvsreader/wrong-format-png", test_wrong_format_png);
  g_test_add_func ("/kvsreader/bad-page-later", test_bad_page_later);
  g_test_add_func ("/kvsreader/max-samples", test_max_samples);
  g_test_add_func ("/kvsreader/max-samples-beyond-the-end", test_max_samples_beyond_the_end);
  g_test_add_func ("/kvsreader/first-still-before-its-page", test_first_still_before_its_page);
  g_test_add_func ("/kvsreader/flushing", test_flushing);
  g_test_add_func ("/kvsreader/failures", test_failures);
  g_test_add_func ("/kvsreader/wrong-parameter", test_wrong_parameter);
  g_test_add_func (
      "/kvsreader/rejection-that-is-no-wrong-parameter", test_rejection_that_is_no_wrong_parameter);
  g_test_add_func ("/kvsreader/rejection-after-an-answer", test_rejection_after_an_answer);
  g_test_add_func ("/kvsreader/cut-off", test_cut_off);
  g_test_add_func ("/kvsreader/retries", test_retries);
  g_test_add_func ("/kvsreader/retries-of-each-page", test_retries_of_each_page);
  g_test_add_func ("/kvsreader/retries-end", test_retries_end);
  g_test_add_func ("/kvsreader/cut-off-and-continued", test_cut_off_and_continued);
  g_test_add_func ("/kvsreader/cut-off-at-the-beginning", test_cut_off_at_the_beginning);
  g_test_add_func ("/kvsreader/bad-image-is-retried", test_bad_image_is_retried);
  g_test_add_func ("/kvsreader/endpoint-is-known", test_endpoint_is_known);
  g_test_add_func ("/kvsreader/endpoint-has-moved", test_endpoint_has_moved);
  g_test_add_func ("/kvsreader/endpoint-is-unreachable", test_endpoint_is_unreachable);
  g_test_add_func ("/kvsreader/endpoint-has-not-moved", test_endpoint_has_not_moved);
  g_test_add_func ("/kvsreader/stream-is-gone", test_stream_is_gone);
  g_test_add_func ("/kvsreader/images-endpoint", test_images_endpoint);
  g_test_add_func ("/kvsreader/unknown-stream", test_unknown_stream);
  g_test_add_func ("/kvsreader/no-data-endpoint", test_no_data_endpoint);
  g_test_add_func ("/kvsreader/empty-range", test_empty_range);
  g_test_add_func ("/kvsreader/clock-without-a-date", test_clock_without_a_date);
  g_test_add_func ("/kvsreader/clock-corrected", test_clock_corrected);
  g_test_add_func ("/kvsreader/clock-that-is-right", test_clock_that_is_right);
  g_test_add_func ("/kvsreader/stop-without-any-answer", test_stop_without_any_answer);
  g_test_add_func ("/kvsreader/stop-without-a-page", test_stop_without_a_page);
  g_test_add_func ("/kvsreader/stop-at-every-byte-of-a-page", test_stop_at_every_byte_of_a_page);
  g_test_add_func ("/kvsreader/stop-while-asking-again", test_stop_while_asking_again);
  g_test_add_func ("/kvsreader/stop-with-a-full-queue", test_stop_with_a_full_queue);
  g_test_add_func ("/kvsreader/stop-after-pulling", test_stop_after_pulling);
  return g_test_run ();
}
