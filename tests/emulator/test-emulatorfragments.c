/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ListFragments as a client sees it. */
#include "testclient.h"

#include <math.h>
#include <string.h>

#define INVALID "InvalidArgumentException"
#define SERIALIZATION "SerializationException"
#define BAD_TOKEN "NextToken is invalid, or the request differs from the one that it continues."
#define LIMIT "ClientLimitExceededException"

/* A FragmentSelector for @from to @to seconds, given as texts after the stream's start. */
#define RANGE_OF(type, from, to)                                                                   \
  "\"FragmentSelector\":{\"FragmentSelectorType\":\"" type "\",\"TimestampRange\":{"               \
  "\"StartTimestamp\":17951616" from ",\"EndTimestamp\":17951616" to "}}"
#define RANGE(from, to) RANGE_OF ("SERVER_TIMESTAMP", from, to)
#define WITH_ORDER "fragment-order", "ascending"

/* Lists the fragments of "camera" with further members of a request. */
static TestReply *
list (TestClient *client, const char *members)
{
  g_autofree char *body = g_strdup_printf ("{\"StreamName\":\"camera\"%s%s}",
      members != NULL ? "," : "", members != NULL ? members : "");

  return test_client_send (client, "POST", "/listFragments", body, TRUE);
}

static void
assert_refused (
    TestClient *client, const char *members, guint status, const char *error, const char *message)
{
  g_autoptr (TestReply) reply = list (client, members);

  test_reply_assert_error (reply, status, error, message);
}

static gint64
get_time (JsonObject *fragment, const char *name)
{
  return llround (json_object_get_double_member (fragment, name) * 1000);
}

/* When each of its fragments begins, in ms after the stream's start, and how long it is. */
static char *
describe (TestReply *reply)
{
  GString *text = g_string_new (NULL);
  JsonArray *fragments;

  g_assert_no_error (reply->failure);
  g_assert_cmpuint (reply->status, ==, SOUP_STATUS_OK);
  fragments = json_object_get_array_member (reply->json, "Fragments");
  for (guint i = 0; i < json_array_get_length (fragments); i++) {
    JsonObject *fragment = json_array_get_object_element (fragments, i);

    g_string_append_printf (text, "%s%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT, i > 0 ? " " : "",
        get_time (fragment, "ServerTimestamp") - TEST_START,
        json_object_get_int_member (fragment, "FragmentLengthInMilliseconds"));
  }
  return g_string_free (text, FALSE);
}

static char *
add_token (const char *members, const char *token)
{
  if (token == NULL)
    return g_strdup (members);
  return g_strdup_printf ("%s,\"NextToken\":\"%s\"", members, token);
}

/* Follows the tokens to the end; the pages have a bar between them. */
static char *
list_all (TestClient *client, const char *members)
{
  GString *pages = g_string_new (NULL);
  g_autofree char *token = NULL;

  do {
    g_autofree char *all = add_token (members, token);
    g_autoptr (TestReply) reply = list (client, all);
    g_autofree char *page = describe (reply);

    g_string_append_printf (pages, "%s%s", token != NULL ? "|" : "", page);
    g_free (token);
    token = g_strdup (test_reply_get_token (reply));
  } while (token != NULL);
  return g_string_free (pages, FALSE);
}

static void
assert_fragments (TestClient *client, const char *members, const char *expected)
{
  g_autofree char *pages = list_all (client, members);

  g_assert_cmpstr (pages, ==, expected);
}

/* Rejections */

static void
test_limits (void)
{
  static const struct {
    const char *members;
    const char *message; /* what follows "Value" */
  } cases[] = {
      {"\"MaxResults\":0",
          "'0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or "
          "equal to 1"},
      {"\"MaxResults\":1001",
          "'1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or "
          "equal to 1000"},
      {"\"NextToken\":\"\"",
          "'' at 'nextToken' failed to satisfy constraint: Member must have length greater than or "
          "equal to 1"},
      {RANGE_OF ("NOW", "00", "10"),
          "'NOW' at 'fragmentSelector.fragmentSelectorType' failed to satisfy constraint: Member "
          "must satisfy enum value set: [PRODUCER_TIMESTAMP, SERVER_TIMESTAMP]"},
      {"\"FragmentSelector\":{\"FragmentSelectorType\":\"SERVER_TIMESTAMP\"}",
          "null at 'fragmentSelector.timestampRange' failed to satisfy constraint: Member must not "
          "be null"},
      {RANGE ("00", "10,\"StartTimestamp\":null"),
          "null at 'fragmentSelector.timestampRange.startTimestamp' failed to satisfy constraint: "
          "Member must not be null"},
  };
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *message =
        g_strconcat ("1 validation error detected: Value ", cases[i].message, NULL);

    assert_refused (client, cases[i].members, 400, INVALID, message);
  }
}

static void
test_all_that_is_wrong (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_refused (client, "\"MaxResults\":0,\"FragmentSelector\":{\"TimestampRange\":{}}", 400,
      INVALID,
      "4 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: Member "
      "must have value greater than or equal to 1; Value null at "
      "'fragmentSelector.fragmentSelectorType' failed to satisfy constraint: Member must not be "
      "null; Value null at 'fragmentSelector.timestampRange.startTimestamp' failed to satisfy "
      "constraint: Member must not be null; Value null at "
      "'fragmentSelector.timestampRange.endTimestamp' failed to satisfy constraint: Member must not "
      "be null");
}

static void
test_types (void)
{
  static const struct {
    const char *members;
    const char *message;
  } cases[] = {
      {"\"FragmentSelector\":[]",
          "The value of 'FragmentSelector' cannot be converted to Structure"},
      {"\"FragmentSelector\":{\"TimestampRange\":5}",
          "The value of 'TimestampRange' cannot be converted to Structure"},
      {RANGE ("00", "10,\"EndTimestamp\":\"now\""),
          "The value of 'EndTimestamp' cannot be converted to Timestamp"},
      {"\"StartTimestamp\":1795161600", "The operation has no member 'StartTimestamp'"},
      {"\"FragmentSelector\":{\"StartTimestamp\":1795161600}",
          "The operation has no member 'StartTimestamp'"},
  };
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (client, cases[i].members, 400, SERIALIZATION, cases[i].message);
}

static void
test_streams (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      "stream", "none=prepared,duration=0", "stream", "unkept=prepared,retention=0", NULL);
  g_autoptr (TestReply) none =
      test_client_send (client, "POST", "/listFragments", "{\"StreamName\":\"none\"}", TRUE);
  g_autoptr (TestReply) unkept =
      test_client_send (client, "POST", "/listFragments", "{\"StreamName\":\"unkept\"}", TRUE);
  g_autoptr (TestReply) unknown =
      test_client_send (client, "POST", "/listFragments", "{\"StreamName\":\"other\"}", TRUE);
  g_autoptr (TestReply) unnamed = test_client_send (client, "POST", "/listFragments", "{}", TRUE);
  g_autoptr (TestReply) by_arn = test_client_send (client, "POST", "/listFragments",
      "{\"StreamARN\":\"arn:aws:kinesisvideo:us-east-1:1:stream/camera/1\"}", TRUE);
  g_autofree char *nothing = describe (none);
  g_autofree char *nothing_kept = describe (unkept);

  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (nothing_kept, ==, "");
  test_reply_assert_error (unknown, 404, "ResourceNotFoundException",
      "The requested stream is not found or not active.");
  test_reply_assert_error (
      unnamed, 400, INVALID, "Either StreamName or StreamARN must be specified.");
  g_assert_cmpuint (by_arn->status, ==, SOUP_STATUS_OK);
}

/* Lists */

static void
test_body (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      WITH_ORDER, "stream", "camera=prepared,producer-offset=-0.75,duration=3.5", NULL);
  g_autoptr (TestReply) reply = list (client, NULL);
  g_autofree char *body =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpstr (body, ==,
      "{\"Fragments\":["
      "{\"FragmentLengthInMilliseconds\":2000,"
      "\"FragmentNumber\":\"91343852333181000000000000000000001795161600000\","
      "\"FragmentSizeInBytes\":250000,\"ProducerTimestamp\":1.79516159925E9,"
      "\"ServerTimestamp\":1.7951616E9},"
      "{\"FragmentLengthInMilliseconds\":1500,"
      "\"FragmentNumber\":\"91343852333181000000000000000000001795161602000\","
      "\"FragmentSizeInBytes\":187500,\"ProducerTimestamp\":1.79516160125E9,"
      "\"ServerTimestamp\":1.795161602E9}],\"NextToken\":null}");
}

static void
test_wire_interpretations (void)
{
  g_autoptr (TestClient) client = test_client_new_with (WITH_ORDER, "numbers", "decimal", "nulls",
      "absent", "stream", "camera=prepared,duration=1", NULL);
  g_autoptr (TestReply) reply = list (client, NULL);
  g_autofree char *body =
      g_strndup (g_bytes_get_data (reply->body, NULL), g_bytes_get_size (reply->body));

  g_assert_cmpstr (body, ==,
      "{\"Fragments\":[{\"FragmentLengthInMilliseconds\":1000,"
      "\"FragmentNumber\":\"91343852333181000000000000000000001795161600000\","
      "\"FragmentSizeInBytes\":125000,\"ProducerTimestamp\":1795161600.0,"
      "\"ServerTimestamp\":1795161600.0}]}");
}

static void
test_ranges (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with (WITH_ORDER, "stream", "camera=prepared,duration=12,gap=5+2.5", NULL);

  assert_fragments (client, NULL, "0+2000 2000+2000 4000+1000 7500+2000 9500+2000 11500+500");
  assert_fragments (client, RANGE ("02", "04"), "2000+2000 4000+1000");
  assert_fragments (client, RANGE ("00.001", "03.999"), "2000+2000");
  assert_fragments (client, RANGE ("04", "04"), "4000+1000");
  assert_fragments (client, RANGE ("04.001", "07.499"), "");
  assert_fragments (client, RANGE ("05", "11"), "7500+2000 9500+2000");
  assert_refused (
      client, RANGE ("04", "03"), 400, INVALID, "StartTimestamp must not be after EndTimestamp.");
}

static void
test_producer_time (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      WITH_ORDER, "stream", "camera=prepared,duration=12,producer-offset=4.5", NULL);

  assert_fragments (client, RANGE_OF ("PRODUCER_TIMESTAMP", "06.5", "08.5"), "2000+2000 4000+2000");
  assert_fragments (client, RANGE_OF ("SERVER_TIMESTAMP", "06.5", "08.5"), "8000+2000");
}

static void
test_retention (void)
{
  g_autoptr (TestClient) client = test_client_new_with (WITH_ORDER, "stream",
      "camera=prepared,start=2026-11-20T08:00:00Z,duration=6,retention=1", NULL);

  assert_fragments (client, NULL, "0+2000 2000+2000 4000+2000");
  emulator_set_time (client->emulator, TEST_NOW + 1);
  assert_fragments (client, NULL, "2000+2000 4000+2000");
  emulator_set_time (client->emulator, TEST_NOW + 4000);
  assert_fragments (client, RANGE ("00", "09"), "4000+2000");
}

/* A fragment of a live stream is listed when it is complete, by whatever portions it is seen. */
static void
test_live_edge (void)
{
  static const char *const edges[] = {"frame", "fragment"};

  for (guint i = 0; i < G_N_ELEMENTS (edges); i++) {
    g_autofree char *stream = g_strdup_printf ("camera=prepared,live=true,lag=4,"
                                               "start=2026-11-20T08:00:00Z,gap=5+2.5,edge=%s",
        edges[i]);
    g_autoptr (TestClient) client = test_client_new_with (WITH_ORDER, "stream", stream, NULL);

    emulator_set_time (client->emulator, TEST_START + 5999);
    client->signer.date_ms = TEST_START;
    assert_fragments (client, NULL, "");
    emulator_set_time (client->emulator, TEST_START + 6000);
    assert_fragments (client, NULL, "0+2000");
    emulator_set_time (client->emulator, TEST_START + 9000);
    assert_fragments (client, NULL, "0+2000 2000+2000 4000+1000");
    emulator_set_time (client->emulator, TEST_START + 13500);
    assert_fragments (client, RANGE ("04", "99"), "4000+1000 7500+2000");
  }
}

/* A listed fragment has media from its first ms to its last. */
static void
test_jitter (void)
{
  g_autoptr (TestClient) client = test_client_new_with (WITH_ORDER, "seed", "1", "stream",
      "camera=prepared,live=true,lag=4,jitter=3,edge=fragment,fragment=3,"
      "start=2026-11-20T08:59:30Z",
      NULL);
  gint64 start_ms = TEST_NOW - 30000;

  for (guint i = 5; i < 15; i++) {
    gint64 available_ms = emulator_get_available (client->emulator, "camera", start_ms + 3000 * i);
    g_autoptr (TestReply) before = NULL, after = NULL;
    guint n_before, n_after;

    emulator_set_time (client->emulator, available_ms - 1);
    before = list (client, NULL);
    emulator_set_time (client->emulator, available_ms);
    after = list (client, NULL);
    n_before = json_array_get_length (json_object_get_array_member (before->json, "Fragments"));
    n_after = json_array_get_length (json_object_get_array_member (after->json, "Fragments"));
    g_assert_cmpuint (n_before, <=, i);
    g_assert_cmpuint (n_after, >=, i + 1);
  }
}

/* Pages */

static void
test_pages (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with (WITH_ORDER, "stream", "camera=prepared,duration=10", NULL);

  assert_fragments (client, "\"MaxResults\":2", "0+2000 2000+2000|4000+2000 6000+2000|8000+2000");
  assert_fragments (client, "\"MaxResults\":5", "0+2000 2000+2000 4000+2000 6000+2000 8000+2000");
}

static void
assert_page_size (TestClient *client, const char *members, guint n)
{
  g_autoptr (TestReply) reply = list (client, members);
  JsonArray *fragments = json_object_get_array_member (reply->json, "Fragments");

  g_assert_cmpuint (json_array_get_length (fragments), ==, n);
}

static void
test_page_sizes (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_page_size (client, NULL, 100);
  assert_page_size (client, "\"MaxResults\":1000", 1000);
}

/* In any order, each fragment is listed once. */
static void
assert_shuffled (TestClient *client, const char *members, guint n)
{
  g_autofree char *pages = list_all (client, members);
  g_auto (GStrv) entries = g_strsplit_set (pages, " |", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_later = 0;

  for (guint i = 0; entries[i] != NULL; i++) {
    g_assert_true (g_hash_table_add (seen, entries[i]));
    n_later += i > 0 && atoi (entries[i]) > atoi (entries[i - 1]);
  }
  g_assert_cmpuint (g_hash_table_size (seen), ==, n);
  if (n > 2)
    g_assert_cmpuint (n_later, <, n - 1);
}

static void
test_order (void)
{
  static const guint counts[] = {1, 2, 3, 4, 5, 6, 7, 10, 12, 30, 97, 210};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < 8 * G_N_ELEMENTS (counts); i++) {
    g_autofree char *stream =
        g_strdup_printf ("camera=prepared,fragment=1,duration=%u", counts[i / 8]);
    g_autofree char *seed = g_strdup_printf ("%u", i % 8);

    test_client_configure (client, "stream", stream);
    test_client_configure (client, "seed", seed);
    assert_shuffled (client, "\"MaxResults\":1000", counts[i / 8]);
    assert_shuffled (client, "\"MaxResults\":4", counts[i / 8]);
  }
}

static void
test_order_follows_the_seed (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("seed", "1", NULL);
  g_autofree char *first = list_all (client, RANGE ("00", "99"));
  g_autofree char *same = list_all (client, RANGE ("00", "99"));
  g_autofree char *other = NULL;

  test_client_configure (client, "seed", "2");
  other = list_all (client, RANGE ("00", "99"));
  g_assert_cmpstr (first, ==, same);
  g_assert_cmpstr (first, !=, other);
}

static char *
get_token (TestClient *client, const char *members)
{
  g_autoptr (TestReply) reply = list (client, members);

  return g_strdup (test_reply_get_token (reply));
}

/* The list is that of its first page, whatever fragments have come and gone since. */
static void
test_pages_of_a_live_stream (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,live=true,start=2026-11-20T08:59:00Z", NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *token = NULL;
  guint n_pages = 0;

  do {
    g_autofree char *members = add_token ("\"MaxResults\":7", token);
    g_autoptr (TestReply) reply = list (client, members);
    g_autofree char *page = describe (reply);
    g_auto (GStrv) entries = g_strsplit (page, " ", -1);

    for (char **entry = entries; *entry != NULL; entry++)
      g_assert_true (g_hash_table_add (seen, g_strdup (*entry)));
    g_free (token);
    token = g_strdup (test_reply_get_token (reply));
    emulator_set_time (client->emulator, TEST_NOW + 2000 * ++n_pages);
  } while (token != NULL);
  g_assert_cmpuint (n_pages, ==, 5);
  g_assert_cmpuint (g_hash_table_size (seen), ==, 30);
}

static void
test_token_is_bound (void)
{
  static const char *const changes[] = {
      "\"MaxResults\":5," RANGE ("00", "99"),
      "\"MaxResults\":4",
      "\"MaxResults\":4," RANGE ("01", "99"),
      "\"MaxResults\":4," RANGE ("00", "98"),
      "\"MaxResults\":4," RANGE_OF ("PRODUCER_TIMESTAMP", "00", "99"),
  };
  g_autoptr (TestClient) client = test_client_new ();
  g_autofree char *token = get_token (client, "\"MaxResults\":4," RANGE ("00", "99"));
  g_autofree char *good = add_token ("\"MaxResults\":4," RANGE ("00", "99"), token);
  g_autoptr (TestReply) next = list (client, good);

  g_assert_cmpuint (next->status, ==, SOUP_STATUS_OK);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *members = add_token (changes[i], token);

    assert_refused (client, members, 400, INVALID, BAD_TOKEN);
  }
  assert_refused (client, "\"NextToken\":\"AAAA\"", 400, INVALID, BAD_TOKEN);
}

static void
test_token_expires (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("token-lifetime", "60", NULL);
  g_autofree char *token = get_token (client, "\"MaxResults\":4");
  g_autofree char *next = add_token ("\"MaxResults\":4", token);

  emulator_set_time (client->emulator, TEST_NOW + 60000);
  assert_refused (client, next, 400, INVALID, "NextToken is expired.");
}

/* Faults, quota and log */

static void
test_faults (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("fault", "ListFragments:1:code=AccessDeniedException", WITH_ORDER,
          "stream", "camera=prepared,duration=6", NULL);
  g_autofree char *token = NULL, *again = NULL;

  assert_refused (client, NULL, 403, "AccessDeniedException", "This fault was asked for.");
  assert_fragments (client, NULL, "0+2000 2000+2000 4000+2000");
  test_client_configure (client, "fault", "ListFragments:1:token=absent");
  assert_fragments (client, "\"MaxResults\":2", "0+2000 2000+2000");
  assert_fragments (client, "\"MaxResults\":2", "0+2000 2000+2000|4000+2000");
  test_client_configure (client, "fault", "ListFragments:1-2:token=repeated");
  token = get_token (client, "\"MaxResults\":2");
  again = add_token ("\"MaxResults\":2", token);
  g_free (token);
  token = get_token (client, again);
  g_assert_nonnull (strstr (again, token));
  test_client_configure (client, "fault", "ListFragments:1:token=refused");
  assert_refused (client, again, 400, INVALID, BAD_TOKEN);
}

static void
test_error_connection (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("error-connection", "close", NULL);
  g_autoptr (TestReply) reply = list (client, "\"MaxResults\":0");

  g_assert_cmpstr (soup_message_headers_get_one (
                       soup_message_get_response_headers (reply->message), "Connection"),
      ==, "close");
}

/* It costs metadata points, which it shares with GetImages, and no media points. */
static void
test_quota (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("quota", "on", NULL);
  g_autoptr (TestReply) images = NULL;

  for (guint i = 0; i < 9; i++)
    assert_page_size (client, "\"MaxResults\":1000", 1000);
  assert_page_size (client, "\"MaxResults\":500", 500);
  assert_refused (client, "\"MaxResults\":501", 400, LIMIT,
      "Limit exceeded on number of requests for ListFragments API for resource 'camera'");
  images = test_client_get_images (client, "\"MaxResults\":100");
  g_assert_cmpuint (images->status, ==, SOUP_STATUS_OK);
  assert_refused (client, "\"MaxResults\":1", 400, LIMIT,
      "Limit exceeded on number of requests for ListFragments API for resource 'camera'");
  emulator_set_time (client->emulator, TEST_NOW + 10);
  assert_page_size (client, NULL, 100);
}

static void
test_log (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  G_GNUC_UNUSED g_autoptr (TestReply) reply = list (client, "\"MaxResults\":7");
  g_autoptr (JsonArray) log = emulator_get_log (client->emulator);
  JsonObject *entry = json_array_get_object_element (log, 0);

  g_assert_cmpuint (emulator_count_requests (client->emulator, "ListFragments"), ==, 1);
  g_assert_cmpstr (json_object_get_string_member (entry, "operation"), ==, "ListFragments");
  g_assert_cmpstr (json_object_get_string_member (entry, "stream"), ==, "camera");
  g_assert_cmpint (json_object_get_int_member (entry, "fragments"), ==, 7);
  g_assert_cmpint (json_object_get_int_member (entry, "images"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fragments/limits", test_limits);
  g_test_add_func ("/fragments/all-that-is-wrong", test_all_that_is_wrong);
  g_test_add_func ("/fragments/types", test_types);
  g_test_add_func ("/fragments/streams", test_streams);
  g_test_add_func ("/fragments/body", test_body);
  g_test_add_func ("/fragments/wire-interpretations", test_wire_interpretations);
  g_test_add_func ("/fragments/ranges", test_ranges);
  g_test_add_func ("/fragments/producer-time", test_producer_time);
  g_test_add_func ("/fragments/retention", test_retention);
  g_test_add_func ("/fragments/live-edge", test_live_edge);
  g_test_add_func ("/fragments/jitter", test_jitter);
  g_test_add_func ("/fragments/pages", test_pages);
  g_test_add_func ("/fragments/page-sizes", test_page_sizes);
  g_test_add_func ("/fragments/order", test_order);
  g_test_add_func ("/fragments/order-follows-the-seed", test_order_follows_the_seed);
  g_test_add_func ("/fragments/pages-of-a-live-stream", test_pages_of_a_live_stream);
  g_test_add_func ("/fragments/token-is-bound", test_token_is_bound);
  g_test_add_func ("/fragments/token-expires", test_token_expires);
  g_test_add_func ("/fragments/faults", test_faults);
  g_test_add_func ("/fragments/error-connection", test_error_connection);
  g_test_add_func ("/fragments/quota", test_quota);
  g_test_add_func ("/fragments/log", test_log);
  return g_test_run ();
}
