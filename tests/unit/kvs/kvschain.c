/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that page follows page, where a chain of them ends, and what can be done about it then. */
#include "kvschain.h"

#include "testimages.h"
#include "testpage.h"

#include <string.h>

/* How many bytes test_page_new_still() has. */
#define STILL_BYTES 17

#define SERVER_ERROR "500 Internal Server Error"

/* As in kvschain.c. */
#define MAX_EMPTY_PAGES 64

/* A chain over the first @count samples of a test page. */
static KvsChain *
make_chain (TestImages *images, guint count, guint max_results, const char *next_token)
{
  KvsWindow window;

  kvs_window_init (&window, TEST_PAGE_START, TEST_PAGE_INTERVAL, count);
  return kvs_chain_new (images->service, &window, max_results, next_token, 0);
}

/* Takes what comes next, and writes it down in @text: the place of an entry, "|" for the end of a page,
 * and the names of what ends a chain. */
static KvsChainStep
take_next (KvsChain *chain, GString *text, GCancellable *cancellable, GError **error)
{
  static const char *const names[] = {
      [KVS_CHAIN_PAGE] = "|",
      [KVS_CHAIN_END] = "end",
      [KVS_CHAIN_BROKEN] = "broken",
      [KVS_CHAIN_REFUSED] = "refused",
      [KVS_CHAIN_FAILED] = "failed",
  };
  g_autoptr (KvsEntry) entry = NULL;
  gint place;
  KvsChainStep step = kvs_chain_next (chain, cancellable, &place, &entry, error);

  g_assert_cmpint (entry != NULL, ==, step == KVS_CHAIN_ENTRY);
  if (text->len > 0)
    g_string_append_c (text, ' ');
  if (step == KVS_CHAIN_ENTRY)
    g_string_append_printf (text, "%d", place);
  else
    g_string_append (text, names[step]);
  return step;
}

/* Takes all there is. Returns what has ended the chain, if it is an error. */
static GError *
assert_gives (TestImages *images, KvsChain *chain, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GError *error = NULL;
  KvsChainStep step;

  do
    step = take_next (chain, text, NULL, &error);
  while (step == KVS_CHAIN_ENTRY || step == KVS_CHAIN_PAGE);
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpint (error == NULL, ==, step == KVS_CHAIN_END);
  g_assert_cmpuint (test_service_count_answers (images->server), ==, 0);
  return error;
}

static void
assert_ends (TestImages *images, KvsChain *chain, const char *expected)
{
  g_assert_no_error (assert_gives (images, chain, expected));
}

static void
assert_breaks (TestImages *images, KvsChain *chain, const char *expected, AwsError code)
{
  g_autoptr (GError) error = assert_gives (images, chain, expected);

  g_assert_error (error, AWS_ERROR, (gint)code);
}

static void
test_one_page (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 n1 m2", NULL);
  chain = make_chain (images, 3, 3, NULL);
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 0);
  assert_ends (images, chain, "0 1 2 end");
  test_images_assert_asked (images, "endpoint 0..3000/3");
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 3);
  g_assert_false (kvs_chain_is_cut (chain));
}

static void
test_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", "A/+=");
  test_images_add_page (images, "s2 s3", "B==");
  test_images_add_page (images, "s4", NULL);
  chain = make_chain (images, 5, 2, NULL);
  assert_ends (images, chain, "0 1 | 2 3 | 4 end");
  test_images_assert_asked (images, "endpoint 0..5000/2 0..5000/2@A/+= 0..5000/2@B==");
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 5);
}

/* What is on a page that has not come to its end is there, and that the service is, was told before. */
static void
test_as_it_arrives (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s0 s1", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_service_add_held (images->server, page, strlen (page) - 10);
  chain = make_chain (images, 2, 2, NULL);
  take_next (chain, text, NULL, NULL);
  g_assert_cmpstr (text->str, ==, "0");
  g_assert_cmpstr (images->notices->str, ==, "opened");
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 1);
  test_service_release (images->server);
  assert_ends (images, chain, "1 end");
}

/* Entries are placed across pages, whatever their order on each. */
static void
test_unsorted_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s1 s0", "A");
  test_images_add_page (images, "s4 n3 s2", "B");
  test_images_add_page (images, "s5", NULL);
  chain = make_chain (images, 6, 3, NULL);
  assert_ends (images, chain, "0 1 2 | -1 3 4 | 5 end");
}

/* What waits for its page to be complete is for nothing when that is not. */
static void
test_unsorted_page_cut (TestImages *images, gconstpointer user_data)
{
  g_autofree char *page = test_page_new ("s2 s1 s0", NULL);
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_service_add_cut (images->server, page, strlen (page) - 3, FALSE);
  chain = make_chain (images, 3, 3, NULL);
  assert_breaks (images, chain, "broken", AWS_ERROR_CUT_OFF);
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 2);
}

/* Nothing tells whether a page that shows the last frame again repeats it, and so what comes behind it. */
static void
test_unclear_page (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  test_images_add_page (images, "s0", "B");
  chain = make_chain (images, 4, 1, NULL);
  assert_breaks (images, chain, "0 | -1 broken", AWS_ERROR_BAD_REPLY);
  test_images_assert_asked (images, "endpoint 0..4000/1 0..4000/1@A");
}

/* Behind the last moment there is nothing to ask for. */
static void
test_token_behind_all (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", "A");
  chain = make_chain (images, 2, 2, NULL);
  assert_ends (images, chain, "0 1 end");
}

/* What is for no moment has no place, but counts. */
static void
test_no_place (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0 n0 s1", NULL);
  chain = make_chain (images, 2, 3, NULL);
  assert_ends (images, chain, "0 -1 1 end");
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 3);
}

static void
test_empty_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "", "A");
  test_images_add_page (images, "", "B");
  test_images_add_page (images, "s0", "C");
  test_images_add_page (images, "", NULL);
  chain = make_chain (images, 4, 2, NULL);
  assert_ends (images, chain, "| | 0 | end");
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

/* Asks for no more than the most pages without an entry, in a row. */
static void
test_nothing_but_empty_pages (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  add_empty_pages (images, 0, MAX_EMPTY_PAGES - 1);
  test_images_add_page (images, "s0", "A");
  add_empty_pages (images, 100, MAX_EMPTY_PAGES);
  for (guint i = 0; i < MAX_EMPTY_PAGES - 1; i++)
    g_string_append (expected, "| ");
  g_string_append (expected, "0 | ");
  for (guint i = 0; i < MAX_EMPTY_PAGES - 1; i++)
    g_string_append (expected, "| ");
  g_string_append (expected, "broken");
  chain = make_chain (images, 2, 1, NULL);
  assert_breaks (images, chain, expected->str, AWS_ERROR_BAD_REPLY);
}

/* A token that was followed already leads no further. */
static void
test_token_repeated (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  test_images_add_page (images, "s1", "B");
  test_images_add_page (images, "s2", "A");
  chain = make_chain (images, 4, 1, NULL);
  assert_breaks (images, chain, "0 | 1 | 2 broken", AWS_ERROR_BAD_REPLY);
}

/* All that is wrong with a token breaks a chain, whose moments may be had without it. */
static void
assert_token_is_refused (TestImages *images, const char *status, const char *code, AwsError error)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_add_page (images, "s0", "A");
  test_images_add_error (images, status, code, "no");
  chain = make_chain (images, 2, 1, NULL);
  assert_breaks (images, chain, "0 | broken", error);
}

static void
test_token_refused (TestImages *images, gconstpointer user_data)
{
  test_images_open_located (images);
  assert_token_is_refused (
      images, "400 Bad Request", "InvalidArgumentException", AWS_ERROR_INVALID_REQUEST);
  assert_token_is_refused (
      images, "400 Bad Request", "ExpiredNextTokenException", AWS_ERROR_INVALID_REQUEST);
  assert_token_is_refused (
      images, "404 Not Found", "ResourceNotFoundException", AWS_ERROR_NOT_FOUND);
}

/* But not what has nothing to do with the token. */
static void
test_failure_behind_token (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  test_images_add_error (images, "403 Forbidden", "AccessDeniedException", "no");
  chain = make_chain (images, 2, 1, NULL);
  assert_breaks (images, chain, "0 | failed", AWS_ERROR_NOT_AUTHORIZED);
}

static void
test_again (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS - 1);
  test_images_add_page (images, "s0", "A");
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS - 1);
  test_images_add_page (images, "s1", NULL);
  chain = make_chain (images, 2, 1, NULL);
  assert_ends (images, chain, "0 | 1 end");
  test_images_assert_count (images, KVS_STATS_RETRIES, 2 * (AWS_DEFAULT_MAX_ATTEMPTS - 1));
}

static void
test_failed (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, SERVER_ERROR, AWS_DEFAULT_MAX_ATTEMPTS);
  chain = make_chain (images, 2, 1, NULL);
  assert_breaks (images, chain, "failed", AWS_ERROR_SERVER);
}

/* Adds a page that breaks off, in its first entry or behind it. */
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
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  add_cut_page (images, "s0 s1", FALSE);
  test_images_add_page (images, "s0 s1", "A");
  add_cut_page (images, "s2 s3", FALSE);
  test_images_add_page (images, "s2 s3", NULL);
  chain = make_chain (images, 4, 2, NULL);
  assert_ends (images, chain, "0 1 | 2 3 end");
  test_images_assert_asked (images, "endpoint 0..4000/2 0..4000/2 0..4000/2@A 0..4000/2@A");
  g_assert_cmpuint (kvs_chain_count_entries (chain), ==, 4);
}

/* What has come of a page is good, and not asked for again with the same token. */
/* Who has kept a page waiting pays nothing for its end. */
static void
test_cut_while_left_alone (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  test_images_open_located (images);
  add_cut_page (images, "s0 s1", TRUE);
  chain = make_chain (images, 4, 2, NULL);
  take_next (chain, text, NULL, NULL);
  g_assert_cmpstr (text->str, ==, "0");
  fake_clock_advance (images->clock, 2 * G_USEC_PER_SEC);
  assert_breaks (images, chain, "broken", AWS_ERROR_CUT_OFF);
  g_assert_cmpuint (fake_clock_count_waits (images->clock), ==, 0);
  test_images_assert_count (images, KVS_STATS_RETRIES, 0);
}

static void
test_cut_behind_entry (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) first = NULL, second = NULL;

  test_images_open_located (images);
  add_cut_page (images, "s0 s1", TRUE);
  first = make_chain (images, 4, 2, NULL);
  assert_breaks (images, first, "0 broken", AWS_ERROR_CUT_OFF);

  test_images_add_page (images, "s0 s1", "A");
  add_cut_page (images, "s2 s3", TRUE);
  second = make_chain (images, 4, 2, NULL);
  assert_breaks (images, second, "0 1 | 2 broken", AWS_ERROR_CUT_OFF);
  test_images_assert_count (images, KVS_STATS_RETRIES, 2);
}

static void
test_not_a_page (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_service_add (images->server, "200 OK", "", "{}");
  test_images_add_page (images, "s0", NULL);
  chain = make_chain (images, 1, 1, NULL);
  assert_ends (images, chain, "0 end");
  g_assert_cmpuint (test_service_count_requests (images->server), ==, 3);
}

static void
test_refused (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) not_found = NULL, outside = NULL;

  test_images_open_located (images);
  test_images_add_errors (images, "404 Not Found", 1);
  not_found = make_chain (images, 4, 2, NULL);
  assert_breaks (images, not_found, "refused", AWS_ERROR_NOT_FOUND);

  test_images_add_error (images, "400 Bad Request", "InvalidArgumentException",
      "End timestamp is outside of the stream Retention period.");
  outside = make_chain (images, 4, 2, NULL);
  assert_breaks (images, outside, "refused", AWS_ERROR_INVALID_REQUEST);
  g_assert_cmpstr (images->notices->str, ==, "");
}

/* What is wrong with the request itself is no refusal. */
static void
test_invalid (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_error (images, "400 Bad Request", "InvalidArgumentException", "WidthPixels");
  chain = make_chain (images, 4, 2, NULL);
  assert_breaks (images, chain, "failed", AWS_ERROR_INVALID_REQUEST);
}

static void
assert_cancelled (KvsChain *chain, GCancellable *cancellable)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  take_next (chain, text, cancellable, &error);
  g_assert_cmpstr (text->str, ==, "failed");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
cancel_cb (FakeClock *clock, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* A chain is cancelled between two pages, or while it waits to ask again. */
static void
test_cancel (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) first_cancellable = g_cancellable_new ();
  g_autoptr (GCancellable) second_cancellable = g_cancellable_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (KvsChain) first = NULL, second = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s0", "A");
  first = make_chain (images, 2, 1, NULL);
  take_next (first, text, first_cancellable, NULL);
  take_next (first, text, first_cancellable, NULL);
  g_assert_cmpstr (text->str, ==, "0 |");
  g_cancellable_cancel (first_cancellable);
  assert_cancelled (first, first_cancellable);

  test_images_add_errors (images, SERVER_ERROR, 1);
  fake_clock_set_wait_func (images->clock, cancel_cb, second_cancellable);
  second = make_chain (images, 2, 1, NULL);
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

/* Also while a reply does not come. */
static void
test_cancel_silence (TestImages *images, gconstpointer user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (KvsChain) chain = NULL;
  gpointer data[] = {images->server, cancellable};
  GThread *thread;

  test_images_open_located (images);
  test_service_add_silence (images->server);
  chain = make_chain (images, 2, 1, NULL);
  thread = g_thread_new ("cancel", cancel_when_held, data);
  assert_cancelled (chain, cancellable);
  g_thread_join (thread);
}

/* Then TimeStamps say where the first entry is. */
static void
test_token_to_begin_with (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s3", "B");
  test_images_add_page (images, "s4", NULL);
  chain = make_chain (images, 5, 2, "A");
  assert_ends (images, chain, "2 3 | 4 end");
  test_images_assert_asked (images, "endpoint 0..5000/2@A 0..5000/2@B");
}

static void
test_bad_token_to_begin_with (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_error (images, "400 Bad Request", "InvalidArgumentException", "NextToken");
  chain = make_chain (images, 5, 2, "A");
  assert_breaks (images, chain, "broken", AWS_ERROR_INVALID_REQUEST);
}

/* A page may not lead to itself. */
static void
test_token_to_begin_with_repeated (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;

  test_images_open_located (images);
  test_images_add_page (images, "s2 s3", "A");
  chain = make_chain (images, 5, 2, "A");
  assert_breaks (images, chain, "2 3 broken", AWS_ERROR_BAD_REPLY);
}

/* A service that takes the fraction off a start time gives frames of before. */
static void
test_cut_fractions (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;
  KvsWindow window;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1", NULL);
  kvs_window_init (&window, TEST_PAGE_START + 500, TEST_PAGE_INTERVAL, 2);
  chain = kvs_chain_new (images->service, &window, 2, NULL, 0);
  assert_ends (images, chain, "0 1 end");
  g_assert_true (kvs_chain_is_cut (chain));
}

/* Keeps the bytes of @user_data, and has room for two stills. */
static gboolean
hold_cb (gsize bytes, gpointer user_data)
{
  gsize *held = user_data;

  g_assert_cmpuint (bytes, >, *held);
  *held = bytes;
  return bytes <= 2 * STILL_BYTES;
}

/* What waits for the end of its page is held, nothing else. */
static void
test_hold (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gsize held = 0;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s1 s2", "A");
  test_images_add_page (images, "s4 s3", NULL);
  chain = make_chain (images, 5, 3, NULL);
  kvs_chain_set_hold_func (chain, hold_cb, &held);
  for (guint i = 0; i < 4; i++)
    take_next (chain, text, NULL, NULL);
  g_assert_cmpstr (text->str, ==, "0 1 2 |");
  g_assert_cmpuint (held, ==, 0);
  take_next (chain, text, NULL, NULL);
  g_assert_cmpuint (held, ==, 2 * STILL_BYTES);
  g_assert_cmpuint (kvs_chain_get_bytes (chain), ==, STILL_BYTES);
  assert_ends (images, chain, "4 end");
}

/* Where there is no room for it, the page is broken off. */
static void
test_hold_without_room (TestImages *images, gconstpointer user_data)
{
  g_autoptr (KvsChain) chain = NULL;
  gsize held = 0;

  test_images_open_located (images);
  test_images_add_page (images, "s0 s3 s2 s1", NULL);
  chain = make_chain (images, 4, 4, NULL);
  kvs_chain_set_hold_func (chain, hold_cb, &held);
  assert_breaks (images, chain, "0 broken", AWS_ERROR_BAD_REPLY);
}

#define ADD(name, function)                                                                        \
  g_test_add (                                                                                     \
      "/kvschain/" name, TestImages, NULL, test_images_set_up, function, test_images_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-page", test_one_page);
  ADD ("pages", test_pages);
  ADD ("as-it-arrives", test_as_it_arrives);
  ADD ("unsorted-pages", test_unsorted_pages);
  ADD ("unsorted-page-cut", test_unsorted_page_cut);
  ADD ("unclear-page", test_unclear_page);
  ADD ("token-behind-all", test_token_behind_all);
  ADD ("no-place", test_no_place);
  ADD ("empty-pages", test_empty_pages);
  ADD ("nothing-but-empty-pages", test_nothing_but_empty_pages);
  ADD ("token-repeated", test_token_repeated);
  ADD ("token-refused", test_token_refused);
  ADD ("failure-behind-token", test_failure_behind_token);
  ADD ("again", test_again);
  ADD ("failed", test_failed);
  ADD ("cut-before-entry", test_cut_before_entry);
  ADD ("cut-while-left-alone", test_cut_while_left_alone);
  ADD ("cut-behind-entry", test_cut_behind_entry);
  ADD ("not-a-page", test_not_a_page);
  ADD ("refused", test_refused);
  ADD ("invalid", test_invalid);
  ADD ("cancel", test_cancel);
  ADD ("cancel-silence", test_cancel_silence);
  ADD ("token-to-begin-with", test_token_to_begin_with);
  ADD ("bad-token-to-begin-with", test_bad_token_to_begin_with);
  ADD ("token-to-begin-with-repeated", test_token_to_begin_with_repeated);
  ADD ("cut-fractions", test_cut_fractions);
  ADD ("hold", test_hold);
  ADD ("hold-without-room", test_hold_without_room);
  return g_test_run ();
}
