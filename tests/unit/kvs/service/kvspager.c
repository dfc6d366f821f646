/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how a pager goes from page to page, how a request ends, and how it can go on then. */
#include "kvspager.h"

#include "testimages.h"
#include "testpage.h"

#include <string.h>

/* How many bytes test_page_new_still() has. */
#define STILL_BYTES 17

#define SERVER_ERROR "500 Internal Server Error"

/* As in kvspager.c. */
#define SMALL_IMAGE (64 * 1024)
#define MAX_IDLE_PAGES 64
#define MAX_SURPLUS 4

static KvsPager *
make_pager_of_kind (TestImages *images, guint count, guint max_results, const char *next_token,
    KvsImageCallKind kind)
{
  KvsWindow window;

  kvs_window_init (&window, TEST_PAGE_START, TEST_PAGE_INTERVAL, count);
  return kvs_pager_new (images->service, &window, max_results, next_token, kind, 0);
}

/* A pager over the first @count samples of a test page. */
static KvsPager *
make_pager (TestImages *images, guint count, guint max_results, const char *next_token)
{
  return make_pager_of_kind (images, count, max_results, next_token, KVS_IMAGE_CALL_FULL);
}

/* Admits images in a test, and records the calls. */
typedef struct {
  TestImages *images;
  GString *asked; /* the number of images held, for each image */
  guint n_admitted;
  guint max_images; /* to admit */
  gint64 duration_us;
} Admission;

static gboolean
admit_cb (gsize bytes, guint n_held, gboolean has_arrived, gpointer user_data)
{
  Admission *self = user_data;

  g_assert_true (has_arrived);
  g_assert_cmpuint (bytes, ==, STILL_BYTES);
  g_string_append_printf (self->asked, "%s%u", self->asked->len > 0 ? " " : "", n_held);
  fake_clock_advance (self->images->clock, self->duration_us);
  return self->n_admitted++ < self->max_images;
}

/* Takes steps, and records them in @text: the index of an entry, "|" for the end of a page, and the name of
 * the last step. */
static KvsPagerStep
take_next (
    KvsPager *pager, GString *text, Admission *admission, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = {
      [KVS_PAGER_PAGE] = "|",
      [KVS_PAGER_END] = "end",
      [KVS_PAGER_BROKEN] = "broken",
      [KVS_PAGER_OVER_BUDGET] = "over-budget",
      [KVS_PAGER_REJECTED] = "rejected",
      [KVS_PAGER_FAILED] = "failed",
  };
  g_autoptr (KvsEntry) entry = NULL;
  gint window_index;
  KvsPagerStep step = kvs_pager_next (pager, admission != NULL ? admit_cb : NULL, admission,
      cancellable, &window_index, &entry, error);

  g_assert_cmpint (entry != NULL, ==, step == KVS_PAGER_ENTRY);
  if (text->len > 0)
    g_string_append_c (text, ' ');
  if (step == KVS_PAGER_ENTRY)
    g_string_append_printf (text, "%d", window_index);
  else
    g_string_append (text, names[step]);
  return step;
}

/* Takes all steps. Returns the error of the last one, if it is one. */
static GError *
assert_admits (TestImages *images, KvsPager *pager, Admission *admission, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GError *error = NULL;
  KvsPagerStep step;

  do
    step = take_next (pager, text, admission, NULL, &error);
  while (step == KVS_PAGER_ENTRY || step == KVS_PAGER_PAGE);
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpint (error == NULL, ==, step == KVS_PAGER_END);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  return error;
}

static void
assert_ends (TestImages *images, KvsPager *pager, const char *expected)
{
  g_autoptr (GError) error = assert_admits (images, pager, NULL, expected);

  g_assert_no_error (error);
}

static void
assert_breaks (TestImages *images, KvsPager *pager, const char *expected, AwsError code)
{
  g_autoptr (GError) error = assert_admits (images, pager, NULL, expected);

  g_assert_error (error, AWS_ERROR, (gint)code);
}

/* Takes as many steps as @expected has. */
static void
assert_begins (KvsPager *pager, const char *expected)
{
  g_auto (GStrv) steps = g_strsplit (expected, " ", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; steps[i] != NULL; i++)
    take_next (pager, text, NULL, NULL, NULL);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Pages */

static void
test_one_page (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 n1 m2", NULL);
  pager = make_pager (images, 3, 3, NULL);
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 0);
  assert_ends (images, pager, "0 1 2 end");
  test_images_assert_asked (images, "endpoint 0..3000/3");
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 3);
  g_assert_false (kvs_pager_is_cut (pager));
}

static void
test_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", "A/+=");
  test_images_add_page (images, "s2 s3", "B==");
  test_images_add_page (images, "s4", NULL);
  pager = make_pager (images, 5, 2, NULL);
  assert_ends (images, pager, "0 1 | 2 3 | 4 end");
  test_images_assert_asked (images, "endpoint 0..5000/2 0..5000/2@A/+= 0..5000/2@B==");
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 5);
}

/* Entries come out before the end of their page, and the event is sent before that. */
static void
test_as_it_arrives (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s0 s1", NULL);
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_service_add_held (images->server, page, strlen (page) - 10);
  pager = make_pager (images, 2, 2, NULL);
  assert_begins (pager, "0");
  g_assert_cmpstr (images->events->str, ==, "opened");
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 1);
  test_service_release (images->server);
  assert_ends (images, pager, "1 end");
}

/* A request is sent by the step that needs it. While a pager waits between two pages, there is nothing to
 * break off. */
static void
test_nothing_in_flight (TestImages *images, gconstpointer user_data)
{
  static const char *const pages[][2] = {{"s0 s1", "A"}, {"s2 s3", "B"}, {"s4", NULL}};
  static const char *const steps[] = {"0 1 |", "2 3 |", "4 end"};
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  pager = make_pager (images, 5, 2, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    g_assert_cmpuint (test_service_count_requests (images->server), ==, 1 + i);
    test_images_add_page (images, pages[i][0], pages[i][1]);
    assert_begins (pager, steps[i]);
    g_assert_cmpuint (test_service_count_requests (images->server), ==, 2 + i);
    fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  }
  test_images_assert_count (images, KVS_STATS_RETRIES, 0);
}

/* Indexes go on across pages, whatever the order on each page. */
static void
test_unsorted_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s1 s0", "A");
  test_images_add_page (images, "s4 n3 s2", "B");
  test_images_add_page (images, "s5", NULL);
  pager = make_pager (images, 6, 3, NULL);
  assert_ends (images, pager, "0 1 2 | -1 3 4 | 5 end");
}

/* After the last index no further page is requested. */
static void
test_token_behind_all (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", "A");
  pager = make_pager (images, 2, 2, NULL);
  assert_ends (images, pager, "0 1 end");
}

/* A surplus entry has no index, but counts. */
static void
test_no_place (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1 s2", NULL);
  pager = make_pager (images, 2, 3, NULL);
  assert_ends (images, pager, "0 1 -1 end");
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 3);
}

/* If a page has two entries for one sample, it is requested again from behind the last unambiguous one. */
static void
test_contradiction (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 n0 s1", NULL);
  pager = make_pager (images, 2, 3, NULL);
  assert_breaks (images, pager, "0 -1 -1 broken", AWS_ERROR_BAD_REPLY);
}

/* A service that takes the fraction off a start time gives frames from before it. */
static void
test_cut_fractions (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;
  KvsWindow window;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", NULL);
  kvs_window_init (&window, TEST_PAGE_START + 500, TEST_PAGE_INTERVAL, 2);
  pager = kvs_pager_new (images->service, &window, 2, NULL, KVS_IMAGE_CALL_FULL, 0);
  assert_ends (images, pager, "0 1 end");
  g_assert_true (kvs_pager_is_cut (pager));
}

/* The optional parameters are left out: each may be the reason for a rejection. */
static void
test_plain (TestImages *images, gconstpointer user_data)
{
  static const struct {
    KvsImageCallKind kind;
    const char *request;
  } rows[] = {
      {KVS_IMAGE_CALL_FULL, "/getImages {\"StreamName\":\"door\","
                            "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\","
                            "\"StartTimestamp\":1795161600,\"EndTimestamp\":1795161602,"
                            "\"SamplingInterval\":1000,\"Format\":\"PNG\","
                            "\"WidthPixels\":640,\"HeightPixels\":480,\"MaxResults\":1}"},
      {KVS_IMAGE_CALL_PLAIN, "/getImages {\"StreamName\":\"door\","
                             "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\","
                             "\"StartTimestamp\":1795161600,\"EndTimestamp\":1795161602,"
                             "\"Format\":\"JPEG\",\"MaxResults\":1}"},
  };

  images->query.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
  images->query.format = KVS_IMAGE_FORMAT_PNG;
  images->query.width = 640;
  images->query.height = 480;
  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsPager) pager = make_pager_of_kind (images, 2, 1, NULL, rows[i].kind);
    g_autofree char *request = NULL;

    test_images_add_error (images, "400 Bad Request", "InvalidArgumentException", "no");
    assert_breaks (images, pager, "rejected", AWS_ERROR_INVALID_REQUEST);
    request = test_service_get_request (images->server, 1 + i);
    g_assert_cmpstr (request, ==, rows[i].request);
  }
}

/* So is the quality of a JPEG. */
static void
test_plain_jpeg (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;
  g_autofree char *request = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", NULL);
  pager = make_pager_of_kind (images, 1, 1, NULL, KVS_IMAGE_CALL_PLAIN);
  assert_ends (images, pager, "0 end");
  request = test_service_get_request (images->server, 1);
  g_assert_nonnull (strstr (request, "\"Format\":\"JPEG\","));
  g_assert_null (strstr (request, "FormatConfig"));
}

/* Pages without progress */

static void
test_empty_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "", "A");
  test_images_add_page (images, "", "B");
  test_images_add_page (images, "s0", "C");
  test_images_add_page (images, "", NULL);
  pager = make_pager (images, 4, 2, NULL);
  assert_ends (images, pager, "| | 0 | end");
  test_images_assert_asked (images, "endpoint 0..4000/2 0..4000/2@A 0..4000/2@B 0..4000/2@C");
}

static void
add_empty_pages (TestImages *images, guint first, guint n)
{
  for (guint i = first; i < first + n; i++) {
    g_autofree char *token = g_strdup_printf ("T%u", i);

    test_images_add_page (images, "", token);
  }
}

static void
append_pages (GString *expected, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append (expected, "| ");
}

/* Requests at most the maximum number of pages in a row without an entry. */
static void
test_endless_tokens (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  add_empty_pages (images, 0, MAX_IDLE_PAGES - 1);
  test_images_add_page (images, "s0", "A");
  add_empty_pages (images, 100, MAX_IDLE_PAGES);
  append_pages (expected, MAX_IDLE_PAGES - 1);
  g_string_append (expected, "0 | ");
  append_pages (expected, MAX_IDLE_PAGES - 1);
  g_string_append (expected, "broken");
  pager = make_pager (images, 2, 1, NULL);
  assert_breaks (images, pager, expected->str, AWS_ERROR_BAD_REPLY);
}

/* Entries that are for no sample of the request make no progress, whatever their tokens. */
static void
test_pages_before_the_window (TestImages *images, gconstpointer user_data)
{
  static const char *const entries[] = {"n-3", "n-2 n-1", "s-9 n-5"};

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autoptr (KvsPager) pager = make_pager (images, 4, 2, NULL);
    g_autoptr (GError) error = NULL;
    guint n_pages = 0;
    KvsPagerStep step;

    for (guint page = 0; page < MAX_IDLE_PAGES; page++) {
      g_autofree char *token = g_strdup_printf ("T%u", page);

      test_images_add_page (images, entries[i], token);
    }
    do {
      g_autoptr (KvsEntry) entry = NULL;
      gint window_index;

      step = kvs_pager_next (pager, NULL, NULL, NULL, &window_index, &entry, &error);
      g_assert_cmpint (step == KVS_PAGER_ENTRY ? window_index : -1, ==, -1);
      n_pages += step == KVS_PAGER_PAGE ? 1 : 0;
    } while (step == KVS_PAGER_ENTRY || step == KVS_PAGER_PAGE);
    g_assert_cmpint (step, ==, KVS_PAGER_BROKEN);
    g_assert_cmpuint (n_pages, <, MAX_IDLE_PAGES);
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    while (test_service_count_answers (images->server) > 0)
      g_object_unref (test_service_call (images->server));
  }
}

/* A page with so many entries that it would take all memory and time. Only a few are read. */
static void
test_far_too_many_entries (TestImages *images, gconstpointer user_data)
{
  static const char *const entries[] = {
      "{\"TimeStamp\":1795161600.5,\"Error\":\"E\"}",
      "{\"TimeStamp\":1795161600.5,\"ImageContent\":\"AA==\"}",
      "{\"TimeStamp\":1795161600}",
      "{\"TimeStamp\":1795161590}",
      "{\"ImageContent\":\"AA==\"}",
      "{}",
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autoptr (GString) body = g_string_new ("{\"Images\":[");
    g_autoptr (KvsPager) pager = make_pager (images, 100, 100, NULL);
    g_autoptr (GError) error = NULL;
    KvsPagerStep step;

    for (guint k = 0; k < 100000; k++)
      g_string_append_printf (body, "%s%s", k > 0 ? "," : "", entries[i]);
    g_string_append (body, "]}");
    test_service_add (images->server, "200 OK", "", body->str);
    do {
      g_autoptr (KvsEntry) entry = NULL;
      gint window_index;

      step = kvs_pager_next (pager, NULL, NULL, NULL, &window_index, &entry, &error);
    } while (step == KVS_PAGER_ENTRY);
    g_assert_cmpint (step, ==, KVS_PAGER_BROKEN);
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_cmpuint (kvs_pager_count_entries (pager), <=, 2 * 100 + MAX_SURPLUS);
  }
}

/* A few entries more than MaxResults are accepted. */
static void
test_few_too_many_entries (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1 s2 s3 s4 s5 s6 s7", NULL);
  pager = make_pager (images, 2, 2, NULL);
  assert_ends (images, pager, "0 1 -1 -1 -1 -1 -1 -1 end");
  kvs_pager_free (pager);
  test_images_add_page (images, "s0 s1 s2 s3 s4 s5 s6 s7 s8", NULL);
  pager = make_pager (images, 2, 2, NULL);
  assert_breaks (images, pager, "0 1 broken", AWS_ERROR_BAD_REPLY);
}

/* A token that was followed already makes no progress. */
static void
test_token_repeated (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *tokens[3];
    const char *expected;
  } rows[] = {
      {{"A", "B", "A"}, "0 | 1 | 2 broken"},
      {{"A", "B", "B"}, "0 | 1 | 2 broken"},
      {{"A", "A", NULL}, "0 | 1 broken"},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsPager) pager = make_pager (images, 4, 1, NULL);

    for (guint j = 0; j < 3 && rows[i].tokens[j] != NULL; j++) {
      g_autofree char *entry = g_strdup_printf ("s%u", j);

      test_images_add_page (images, entry, rows[i].tokens[j]);
    }
    assert_breaks (images, pager, rows[i].expected, AWS_ERROR_BAD_REPLY);
  }
}

/* A short page that shows the last frame again may repeat it or not. That it is the last page does not tell either. */
static void
test_unreadable_page (TestImages *images, gconstpointer user_data)
{
  static const char *const tokens[] = {"B", NULL};

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
    g_autoptr (KvsPager) pager = make_pager (images, 4, 2, NULL);

    test_images_add_page (images, "s0", "A");
    test_images_add_page (images, "s0", tokens[i]);
    assert_breaks (images, pager, "0 | -1 broken", AWS_ERROR_BAD_REPLY);
  }
  test_images_assert_asked (images, "endpoint 0..4000/2 0..4000/2@A 0..4000/2 0..4000/2@A");
}

/* Tokens that are rejected */

/* The samples may be available without the token. */
static void
assert_token_is_rejected (TestImages *images, const char *status, const char *code, AwsError error)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_add_page (images, "s0", "A");
  test_images_add_error (images, status, code, "no");
  pager = make_pager (images, 2, 1, NULL);
  assert_breaks (images, pager, "0 | broken", error);
}

static void
test_token_rejected (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  assert_token_is_rejected (
      images, "400 Bad Request", "InvalidArgumentException", AWS_ERROR_INVALID_REQUEST);
  assert_token_is_rejected (
      images, "400 Bad Request", "ExpiredNextTokenException", AWS_ERROR_INVALID_REQUEST);
  assert_token_is_rejected (
      images, "404 Not Found", "ResourceNotFoundException", AWS_ERROR_NOT_FOUND);
}

/* A rejection, with a token or without one, is an answer: it ends an outage. */
static void
test_outage_ends_with_rejection (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *status;
    const char *code;
    const char *token;
    const char *expected;
  } rows[] = {
      {"400 Bad Request", "InvalidArgumentException", NULL, "rejected"},
      {"400 Bad Request", "InvalidArgumentException", "A", "broken"},
      {"404 Not Found", "ResourceNotFoundException", NULL, "rejected"},
      {"404 Not Found", "ResourceNotFoundException", "A", "broken"},
  };

  images->is_endless = TRUE;
  test_images_open_located (images);
  test_images_add_page (images, "s0", NULL);
  {
    g_autoptr (KvsPager) pager = make_pager (images, 1, 1, NULL);

    assert_ends (images, pager, "0 end");
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsPager) pager = make_pager (images, 2, 1, rows[i].token);
    g_autoptr (GError) error = NULL;

    g_string_truncate (images->events, 0);
    test_images_add_errors (images, SERVER_ERROR, 2);
    test_images_add_error (images, rows[i].status, rows[i].code, "no");
    error = assert_admits (images, pager, NULL, rows[i].expected);
    g_assert_nonnull (error);
    g_assert_true (g_str_has_prefix (images->events->str, "outage recovered(2, "));
  }
}

/* A failure that the token cannot have caused is a failure with a token, too. */
static void
test_failure_behind_token (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  test_images_add_error (images, "403 Forbidden", "AccessDeniedException", "no");
  pager = make_pager (images, 2, 1, NULL);
  assert_breaks (images, pager, "0 | failed", AWS_ERROR_NOT_AUTHORIZED);
}

/* A token to begin with: TimeStamps say where the first entry is. */
static void
test_token_to_begin_with (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s3", "B");
  test_images_add_page (images, "s4", NULL);
  pager = make_pager (images, 5, 2, "A");
  assert_ends (images, pager, "2 3 | 4 end");
  test_images_assert_asked (images, "endpoint 0..5000/2@A 0..5000/2@B");
}

static void
test_bad_token_to_begin_with (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_error (images, "400 Bad Request", "InvalidArgumentException", "NextToken");
  pager = make_pager (images, 5, 2, "A");
  assert_breaks (images, pager, "broken", AWS_ERROR_INVALID_REQUEST);
}

/* A page with its own token makes no progress. */
static void
test_token_to_begin_with_repeated (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s3", "A");
  pager = make_pager (images, 5, 2, "A");
  assert_breaks (images, pager, "2 3 broken", AWS_ERROR_BAD_REPLY);
}

/* Windows that are rejected */

static void
assert_rejected (TestImages *images, AwsError code)
{
  g_autoptr (KvsPager) pager = make_pager (images, 4, 2, NULL);

  assert_breaks (images, pager, "rejected", code);
}

static void
test_rejected (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *status;
    const char *code;
    const char *message;
    AwsError error;
  } rows[] = {
      {"404 Not Found", "ResourceNotFoundException", "no fragments", AWS_ERROR_NOT_FOUND},
      {"404 Not Found", "ResourceNotFoundException", "", AWS_ERROR_NOT_FOUND},
      {"400 Bad Request", "ResourceNotFoundException", "", AWS_ERROR_NOT_FOUND},
      {"400 Bad Request", "InvalidArgumentException",
          "End timestamp is outside of the stream Retention period.", AWS_ERROR_INVALID_REQUEST},
      {"400 Bad Request", "InvalidArgumentException", "WidthPixels", AWS_ERROR_INVALID_REQUEST},
      {"400 Bad Request", "InvalidArgumentException", "", AWS_ERROR_INVALID_REQUEST},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    test_images_add_error (images, rows[i].status, rows[i].code, rows[i].message);
    assert_rejected (images, rows[i].error);
  }
  g_assert_cmpuint (test_service_count_requests (images->server), ==, 1 + G_N_ELEMENTS (rows));
  g_assert_cmpstr (images->events->str, ==, "");
}

/* The service ends the connection with each 400, so the next request has a new one. */
static void
test_rejected_and_closed (TestImages *images, gconstpointer user_data)
{
  static const char headers[] = "x-amzn-ErrorType: InvalidArgumentException\r\n"
                                "Connection: close\r\n";
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  for (guint i = 0; i < 3; i++) {
    test_service_add (images->server, "400 Bad Request", headers, "{\"Message\":\"any\"}");
    assert_rejected (images, AWS_ERROR_INVALID_REQUEST);
  }
  test_images_add_page (images, "s0", NULL);
  pager = make_pager (images, 1, 1, NULL);
  assert_ends (images, pager, "0 end");
  g_assert_cmpuint (test_service_count_requests (images->server), ==, 5);
  test_images_assert_count (images, KVS_STATS_RETRIES, 0);
}

/* Other errors of the service are no rejections, whatever their text. */
static void
test_not_rejected (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *status;
    const char *code;
    AwsError error;
  } rows[] = {
      {"400 Bad Request", "NoDataRetentionException", AWS_ERROR_INVALID_REQUEST},
      {"400 Bad Request", "UnknownOperationException", AWS_ERROR_INVALID_REQUEST},
      {"403 Forbidden", "AccessDeniedException", AWS_ERROR_NOT_AUTHORIZED},
      {"404 Not Found", "UnknownOperationException", AWS_ERROR_INVALID_REQUEST},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (KvsPager) pager = make_pager (images, 4, 2, NULL);

    test_images_add_error (
        images, rows[i].status, rows[i].code, "outside of the stream Retention period.");
    assert_breaks (images, pager, "failed", rows[i].error);
  }
}

static void
add_proxy_errors (TestImages *images, const char *status, guint n)
{
  for (guint i = 0; i < n; i++)
    test_service_add (images->server, status, "Content-Type: text/html\r\nConnection: close\r\n",
        "<html><head><title>Not Found</title></head><body>No such host</body></html>");
}

/* A proxy on the way does not name an error of AWS. Its page says nothing of the window or the token: it is tried
 * again, and fails in the end. */
static void
test_error_of_a_proxy (TestImages *images, gconstpointer user_data)
{
  static const char *const statuses[] = {"404 Not Found", "400 Bad Request"};

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++) {
    g_autoptr (KvsPager) first = make_pager (images, 2, 1, NULL);
    g_autoptr (KvsPager) second = make_pager (images, 2, 1, NULL);
    g_autoptr (KvsPager) third = make_pager (images, 2, 1, NULL);
    guint64 n_retries = kvs_stats_get (images->stats, KVS_STATS_RETRIES);

    add_proxy_errors (images, statuses[i], AWS_DEFAULT_MAX_ATTEMPTS);
    assert_breaks (images, first, "failed", AWS_ERROR_BAD_REPLY);
    n_retries += AWS_DEFAULT_MAX_ATTEMPTS - 1;
    test_images_assert_count (images, KVS_STATS_RETRIES, n_retries);

    add_proxy_errors (images, statuses[i], 1);
    test_images_add_page (images, "s0", "A");
    add_proxy_errors (images, statuses[i], 1);
    test_images_add_page (images, "s1", NULL);
    assert_ends (images, second, "0 | 1 end");
    test_images_assert_count (images, KVS_STATS_RETRIES, n_retries + 2);

    test_images_add_page (images, "s0", "A");
    add_proxy_errors (images, statuses[i], AWS_DEFAULT_MAX_ATTEMPTS);
    assert_breaks (images, third, "0 | failed", AWS_ERROR_BAD_REPLY);
  }
}

/* Failures */

static void
test_again (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS - 1);
  test_images_add_page (images, "s0", "A");
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS - 1);
  test_images_add_page (images, "s1", NULL);
  pager = make_pager (images, 2, 1, NULL);
  assert_ends (images, pager, "0 | 1 end");
  test_images_assert_count (images, KVS_STATS_RETRIES, 2 * (AWS_DEFAULT_MAX_ATTEMPTS - 1));
}

static void
test_failed (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  pager = make_pager (images, 2, 1, NULL);
  assert_breaks (images, pager, "failed", AWS_ERROR_SERVER);
}

static void
test_not_a_page (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_service_add (images->server, "200 OK", "", "{}");
  test_images_add_page (images, "s0", NULL);
  pager = make_pager (images, 1, 1, NULL);
  assert_ends (images, pager, "0 end");
  g_assert_cmpuint (test_service_count_requests (images->server), ==, 3);
}

/* Adds a page that breaks off in its first entry, or behind it. */
static void
add_cut_page (TestImages *images, const char *entries, gboolean has_entry)
{
  g_autofree char *page = test_page_new (entries, NULL);
  gsize length = (gsize)(strchr (page, has_entry ? '}' : '{') - page) + 20;

  test_service_add_cut (images->server, page, length, FALSE);
}

/* A page of which nothing has come is asked for again, with its token. */
static void
test_cut_before_entry (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  add_cut_page (images, "s0 s1", FALSE);
  test_images_add_page (images, "s0 s1", "A");
  add_cut_page (images, "s2 s3", FALSE);
  test_images_add_page (images, "s2 s3", NULL);
  pager = make_pager (images, 4, 2, NULL);
  assert_ends (images, pager, "0 1 | 2 3 end");
  test_images_assert_asked (images, "endpoint 0..4000/2 0..4000/2 0..4000/2@A 0..4000/2@A");
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 4);
}

/* The entries of a broken page are good. The others are not requested with the same token. */
static void
test_cut_behind_entry (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) first = NULL, second = NULL;

  test_images_open_located (images);
  add_cut_page (images, "s0 s1", TRUE);
  first = make_pager (images, 4, 2, NULL);
  assert_breaks (images, first, "0 broken", AWS_ERROR_CUT_OFF);

  test_images_add_page (images, "s0 s1", "A");
  add_cut_page (images, "s2 s3", TRUE);
  second = make_pager (images, 4, 2, NULL);
  assert_breaks (images, second, "0 1 | 2 broken", AWS_ERROR_CUT_OFF);
  test_images_assert_count (images, KVS_STATS_RETRIES, 2);
}

/* Entries that wait for the end of their page are lost if the page breaks off. */
static void
test_unsorted_page_cut (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s2 s1 s0", NULL);
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_service_add_cut (images->server, page, strlen (page) - 3, FALSE);
  pager = make_pager (images, 3, 3, NULL);
  assert_breaks (images, pager, "broken", AWS_ERROR_CUT_OFF);
  g_assert_cmpuint (kvs_pager_count_entries (pager), ==, 2);
}

/* A page that breaks off costs an attempt, unless it was left unread for longer than the patience. */
static void
test_cut_while_unread (TestImages *images, gconstpointer user_data)
{
  static const struct {
    gint64 unread_us;
    guint n_retries;
  } rows[] = {
      {0, 1},
      {G_USEC_PER_SEC, 1},
      {G_USEC_PER_SEC + 1, 0},
      {G_TIME_SPAN_HOUR, 0},
  };
  guint n_retries = 0;

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    guint n_waits = fake_clock_count_waits (images->clock);
    g_autoptr (KvsPager) pager = make_pager (images, 4, 2, NULL);

    add_cut_page (images, "s0 s1", TRUE);
    assert_begins (pager, "0");
    fake_clock_advance (images->clock, rows[i].unread_us);
    assert_breaks (images, pager, "broken", AWS_ERROR_CUT_OFF);
    n_retries += rows[i].n_retries;
    g_assert_cmpuint (fake_clock_count_waits (images->clock), ==, n_waits + rows[i].n_retries);
    test_images_assert_count (images, KVS_STATS_RETRIES, n_retries);
  }
}

/* The time before the page does not count. */
static void
test_cut_after_a_wait_between_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  pager = make_pager (images, 4, 2, NULL);
  fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  test_images_add_page (images, "s0 s1", "A");
  assert_begins (pager, "0");
  fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  assert_begins (pager, "1 |");
  fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  add_cut_page (images, "s2 s3", TRUE);
  assert_breaks (images, pager, "2 broken", AWS_ERROR_CUT_OFF);
  test_images_assert_count (images, KVS_STATS_RETRIES, 1);
}

/* A page of which nothing has come was not left unread. */
static void
test_cut_before_entry_after_a_wait (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  pager = make_pager (images, 2, 2, NULL);
  fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  add_cut_page (images, "s0 s1", FALSE);
  test_images_add_page (images, "s0 s1", NULL);
  assert_ends (images, pager, "0 1 end");
  test_images_assert_count (images, KVS_STATS_RETRIES, 1);
}

/* Images that are admitted */

/* Each image is, with how many wait for the end of the page. */
static void
test_admit (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *entries;
    const char *expected;
    const char *asked;
  } rows[] = {
      {"s0 s1 s2", "0 1 2 end", "1 1 1"},
      {"s2 s1 s0", "0 1 2 end", "1 2 3"},
      {"s0 s2 s1", "0 1 2 end", "1 1 2"},
      {"s1 n0 s2", "0 1 2 end", "1 2"},
      {"n0 m1 o2", "0 1 2 end", ""},
      /* The size of a malformed image is unknown. */
      {"s0 x1 s2", "0 1 2 end", "1 1"},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) asked = g_string_new (NULL);
    g_autoptr (KvsPager) pager = make_pager (images, 3, 3, NULL);
    Admission admission = {.images = images, .asked = asked, .max_images = 3};

    test_images_add_page (images, rows[i].entries, NULL);
    g_assert_no_error (assert_admits (images, pager, &admission, rows[i].expected));
    g_assert_cmpstr (asked->str, ==, rows[i].asked);
  }
}

/* No entry is held from one page to the next. */
static void
test_admit_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GString) asked = g_string_new (NULL);
  g_autoptr (KvsPager) pager = NULL;
  Admission admission = {.images = images, .asked = asked, .max_images = 5};

  test_images_open_located (images);
  test_images_add_page (images, "s2 s1 s0", "A");
  test_images_add_page (images, "s4 s3", NULL);
  pager = make_pager (images, 5, 3, NULL);
  g_assert_no_error (assert_admits (images, pager, &admission, "0 1 2 | 3 4 end"));
  g_assert_cmpstr (asked->str, ==, "1 2 3 1 2");
}

#define LARGE_BYTES (600 * 1024)

/* An admission of a large image. */
typedef struct {
  gsize max_bytes;
  gsize bytes; /* that it was asked for last */
  guint n_arriving;
  guint n_arrived;
} LargeAdmission;

static gboolean
admit_large_cb (gsize bytes, guint n_held, gboolean has_arrived, gpointer user_data)
{
  LargeAdmission *self = user_data;

  g_assert_cmpuint (n_held, ==, 1);
  if (has_arrived) {
    self->n_arrived++;
    return TRUE;
  }
  g_assert_cmpuint (bytes, >, SMALL_IMAGE);
  g_assert_cmpuint (bytes, >, self->bytes);
  self->bytes = bytes;
  self->n_arriving++;
  return bytes <= self->max_bytes;
}

static void
add_large_image (TestImages *images)
{
  g_autofree char *image = g_strnfill (LARGE_BYTES / 3 * 4, 'A');
  g_autofree char *body =
      g_strdup_printf ("{\"Images\":[{\"TimeStamp\":1795161600,\"ImageContent\":\"%s\"}]}", image);

  test_service_add (images->server, "200 OK", "", body);
}

/* An image is admitted whenever it has turned out to be larger, and not only when it has arrived. One that is not is not
 * received any further. */
static void
test_admit_while_arriving (TestImages *images, gconstpointer user_data)
{
  static const struct {
    gsize max_bytes;
    KvsPagerStep step;
    guint n_arrived;
  } rows[] = {
      {LARGE_BYTES * 2, KVS_PAGER_ENTRY, 1},
      {LARGE_BYTES / 2, KVS_PAGER_OVER_BUDGET, 0},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    LargeAdmission admission = {.max_bytes = rows[i].max_bytes};
    g_autoptr (KvsPager) pager = make_pager (images, 1, 1, NULL);
    g_autoptr (KvsEntry) entry = NULL;
    g_autoptr (GError) error = NULL;
    gint window_index;

    add_large_image (images);
    g_assert_cmpint (
        kvs_pager_next (pager, admit_large_cb, &admission, NULL, &window_index, &entry, &error), ==,
        rows[i].step);
    g_assert_cmpint (error != NULL, ==, rows[i].step != KVS_PAGER_ENTRY);
    g_assert_cmpuint (admission.n_arriving, >, 1);
    g_assert_cmpuint (admission.n_arrived, ==, rows[i].n_arrived);
    g_assert_cmpuint (admission.bytes, <, LARGE_BYTES * 2);
  }
}

/* An image that is not admitted drops what is left of its page, also what waits for its end. */
static void
test_over_budget (TestImages *images, gconstpointer user_data)
{
  static const struct {
    const char *entries;
    guint max_images;
    const char *expected;
    guint n_entries;
  } rows[] = {
      {"s0 s1 s2", 0, "over-budget", 0},
      {"s0 s1 s2", 2, "0 1 over-budget", 2},
      {"n0 s1 s2", 0, "0 over-budget", 1},
      {"s0 s2 s1", 2, "0 over-budget", 2},
      {"s2 s1 s0", 2, "over-budget", 2},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) asked = g_string_new (NULL);
    g_autoptr (KvsPager) pager = make_pager (images, 3, 3, NULL);
    g_autoptr (GError) error = NULL;
    Admission admission = {.images = images, .asked = asked, .max_images = rows[i].max_images};

    test_images_add_page (images, rows[i].entries, NULL);
    error = assert_admits (images, pager, &admission, rows[i].expected);
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_cmpuint (kvs_pager_count_entries (pager), ==, rows[i].n_entries);
    g_assert_cmpuint (admission.n_admitted, ==, rows[i].max_images + 1);
  }
  test_images_assert_count (images, KVS_STATS_RETRIES, 0);
}

/* A page is not read while an image waits to be admitted. */
static void
test_cut_while_admitted (TestImages *images, gconstpointer user_data)
{
  static const struct {
    gint64 duration_us;
    guint n_retries;
  } rows[] = {
      {G_USEC_PER_SEC / 2, 1},
      {G_USEC_PER_SEC + 1, 0},
  };

  test_images_open_located (images);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) asked = g_string_new (NULL);
    g_autoptr (KvsPager) pager = make_pager (images, 4, 4, NULL);
    g_autoptr (GError) error = NULL;
    Admission admission = {
        .images = images, .asked = asked, .max_images = 4, .duration_us = rows[i].duration_us};
    guint64 n_retries = kvs_stats_get (images->stats, KVS_STATS_RETRIES);

    add_cut_page (images, "s0 s1 s2", TRUE);
    error = assert_admits (images, pager, &admission, "0 broken");
    g_assert_error (error, AWS_ERROR, AWS_ERROR_CUT_OFF);
    test_images_assert_count (images, KVS_STATS_RETRIES, n_retries + rows[i].n_retries);
  }
}

/* Cancelling */

static void
assert_cancelled (KvsPager *pager, GCancellable *cancellable)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  take_next (pager, text, NULL, cancellable, &error);
  g_assert_cmpstr (text->str, ==, "failed");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* A pager is cancelled between two pages, or while it waits for the next attempt. */
static void
test_cancel (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) first_cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) second_cancellable = g_cancellable_new ();
  g_autoptr (KvsPager) first = NULL, second = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  first = make_pager (images, 2, 1, NULL);
  assert_begins (first, "0 |");
  g_cancellable_cancel (first_cancellable);
  assert_cancelled (first, first_cancellable);

  test_images_add_errors (images, SERVER_ERROR, 1);
  fake_clock_set_wait_func (images->clock, cancel_cb, second_cancellable);
  second = make_pager (images, 2, 1, NULL);
  assert_cancelled (second, second_cancellable);
  test_images_assert_asked (images, "endpoint 0..2000/1 0..2000/1");
}

static gpointer
cancel_when_held (gpointer user_data)
{
  gpointer *data = user_data;

  test_service_wait_until_held (data[0]);
  g_cancellable_cancel (data[1]);
  return NULL;
}

/* It is also cancelled while it waits for a reply. */
static void
test_cancel_silence (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KvsPager) pager = NULL;
  gpointer data[] = {images->server, cancellable};
  GThread *thread;

  test_images_open_located (images);
  test_service_add_silence (images->server);
  pager = make_pager (images, 2, 1, NULL);
  thread = g_thread_new ("cancel", cancel_when_held, data);
  assert_cancelled (pager, cancellable);
  g_thread_join (thread);
}

/* A page that was left unread is cancelled as any other. */
static void
test_cancel_while_unread (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s0 s1", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KvsPager) pager = NULL;

  test_images_open_located (images);
  test_service_add_held (images->server, page, strlen (page) - 10);
  pager = make_pager (images, 2, 2, NULL);
  assert_begins (pager, "0");
  fake_clock_advance (images->clock, G_TIME_SPAN_HOUR);
  g_cancellable_cancel (cancellable);
  assert_cancelled (pager, cancellable);
}

#define ADD(name, function)                                                                        \
  g_test_add (                                                                                     \
      "/kvspager/" name, TestImages, NULL, test_images_set_up, function, test_images_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-page", test_one_page);
  ADD ("pages", test_pages);
  ADD ("as-it-arrives", test_as_it_arrives);
  ADD ("nothing-in-flight", test_nothing_in_flight);
  ADD ("unsorted-pages", test_unsorted_pages);
  ADD ("token-behind-all", test_token_behind_all);
  ADD ("no-index", test_no_place);
  ADD ("contradiction", test_contradiction);
  ADD ("cut-fractions", test_cut_fractions);
  ADD ("plain", test_plain);
  ADD ("plain-jpeg", test_plain_jpeg);
  ADD ("empty-pages", test_empty_pages);
  ADD ("endless-tokens", test_endless_tokens);
  ADD ("pages-before-the-window", test_pages_before_the_window);
  ADD ("far-too-many-entries", test_far_too_many_entries);
  ADD ("few-too-many-entries", test_few_too_many_entries);
  ADD ("token-repeated", test_token_repeated);
  ADD ("unreadable-page", test_unreadable_page);
  ADD ("token-rejected", test_token_rejected);
  ADD ("outage-ends-with-rejection", test_outage_ends_with_rejection);
  ADD ("failure-behind-token", test_failure_behind_token);
  ADD ("token-to-begin-with", test_token_to_begin_with);
  ADD ("bad-token-to-begin-with", test_bad_token_to_begin_with);
  ADD ("token-to-begin-with-repeated", test_token_to_begin_with_repeated);
  ADD ("rejected", test_rejected);
  ADD ("rejected-and-closed", test_rejected_and_closed);
  ADD ("not-rejected", test_not_rejected);
  ADD ("error-of-a-proxy", test_error_of_a_proxy);
  ADD ("again", test_again);
  ADD ("failed", test_failed);
  ADD ("not-a-page", test_not_a_page);
  ADD ("cut-before-entry", test_cut_before_entry);
  ADD ("cut-behind-entry", test_cut_behind_entry);
  ADD ("unsorted-page-cut", test_unsorted_page_cut);
  ADD ("cut-while-unread", test_cut_while_unread);
  ADD ("cut-after-a-wait-between-pages", test_cut_after_a_wait_between_pages);
  ADD ("cut-before-entry-after-a-wait", test_cut_before_entry_after_a_wait);
  ADD ("admit", test_admit);
  ADD ("admit-pages", test_admit_pages);
  ADD ("over-budget", test_over_budget);
  ADD ("admit-while-arriving", test_admit_while_arriving);
  ADD ("cut-while-admitted", test_cut_while_admitted);
  ADD ("cancel", test_cancel);
  ADD ("cancel-silence", test_cancel_silence);
  ADD ("cancel-while-unread", test_cancel_while_unread);
  return g_test_run ();
}
