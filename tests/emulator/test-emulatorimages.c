/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GetImages as a client sees it: what is rejected, what is on a page, and what each interpretation
 * of the documentation changes. */
#include "emulatorstream.h"
#include "testclient.h"

#include <string.h>

#define INVALID "InvalidArgumentException"
#define SERIALIZATION "SerializationException"
#define NOT_FOUND "ResourceNotFoundException"
/* Nine seconds of the stream, from its thirtieth second on. */
#define NINE_SECONDS "\"StartTimestamp\":1795161630,\"EndTimestamp\":1795161639"

/* Asserts the letters of a reply: i(mage), n(o media), (media) e(rror). */
static void
assert_images (TestClient *client, const char *changes, const char *expected)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, changes);
  g_autofree char *letters = test_reply_describe (reply);

  g_assert_cmpstr (letters, ==, expected);
}

static void
assert_refused (
    TestClient *client, const char *changes, guint status, const char *error, const char *message)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, changes);

  test_reply_assert_error (reply, status, error, message);
}

static void
assert_invalid (TestClient *client, const char *changes, const char *message)
{
  assert_refused (client, changes, 400, INVALID, message);
}

static char *
add_token (const char *changes, const char *token)
{
  if (token == NULL)
    return g_strdup (changes);
  return g_strdup_printf ("%s,\"NextToken\":\"%s\"", changes, token);
}

/* Follows the tokens to the end; what @describe makes of each page, with a bar between them. */
static char *
get_all_pages (TestClient *client, const char *changes, char *(*describe) (TestReply *reply))
{
  GString *letters = g_string_new (NULL);
  g_autofree char *token = NULL;

  do {
    g_autofree char *all = add_token (changes, token);
    g_autoptr (TestReply) reply = test_client_get_images (client, all);
    g_autofree char *page = describe (reply);

    if (token != NULL)
      g_string_append_c (letters, '|');
    g_string_append (letters, page);
    g_free (token);
    token = g_strdup (test_reply_get_token (reply));
  } while (token != NULL);
  return g_string_free (letters, FALSE);
}

static void
assert_pages (TestClient *client, const char *changes, const char *expected)
{
  g_autofree char *letters = get_all_pages (client, changes, test_reply_describe);

  g_assert_cmpstr (letters, ==, expected);
}

/* The letters of a page, each followed by how many ms after the stream's start its entry is. */
static char *
describe_entries (TestReply *reply)
{
  g_autofree char *letters = test_reply_describe (reply);
  GString *entries = g_string_new (NULL);

  for (guint i = 0; letters[i] != '\0'; i++)
    g_string_append_printf (entries, "%s%c%" G_GINT64_FORMAT, i == 0 ? "" : " ", letters[i],
        test_reply_get_time (reply, i) - TEST_START);
  return g_string_free (entries, FALSE);
}

static void
assert_entries (TestClient *client, const char *changes, const char *expected)
{
  g_autofree char *entries = get_all_pages (client, changes, describe_entries);

  g_assert_cmpstr (entries, ==, expected);
}

/* Rejections */

static void
test_required_members (void)
{
  static const char *const names[] = {
      "ImageSelectorType", "StartTimestamp", "EndTimestamp", "Format"};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *change = g_strdup_printf ("\"%s\":null", names[i]);
    g_autofree char *message =
        g_strdup_printf ("1 validation error detected: Value null at '%c%s' failed to satisfy "
                         "constraint: Member must not be null",
            g_ascii_tolower (names[i][0]), names[i] + 1);

    assert_invalid (client, change, message);
  }
}

static void
test_limits (void)
{
  static const struct {
    const char *change;
    const char *message; /* what follows the value */
  } cases[] = {
      {"\"StreamName\":\"\"",
          "'' at 'streamName' failed to satisfy constraint: Member must have length greater than or "
          "equal to 1"},
      {"\"StreamName\":\"a b\"",
          "'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular "
          "expression pattern: [a-zA-Z0-9_.-]+"},
      {"\"ImageSelectorType\":\"NOW\"",
          "'NOW' at 'imageSelectorType' failed to satisfy constraint: Member must satisfy enum value "
          "set: [PRODUCER_TIMESTAMP, SERVER_TIMESTAMP]"},
      {"\"Format\":\"GIF\"",
          "'GIF' at 'format' failed to satisfy constraint: Member must satisfy enum value set: "
          "[JPEG, PNG]"},
      {"\"MaxResults\":0",
          "'0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or "
          "equal to 1"},
      {"\"MaxResults\":101",
          "'101' at 'maxResults' failed to satisfy constraint: Member must have value less than or "
          "equal to 100"},
      {"\"WidthPixels\":3841,\"HeightPixels\":1",
          "'3841' at 'widthPixels' failed to satisfy constraint: Member must have value less than or "
          "equal to 3840"},
      {"\"WidthPixels\":1,\"HeightPixels\":2161",
          "'2161' at 'heightPixels' failed to satisfy constraint: Member must have value less than or "
          "equal to 2160"},
      {"\"FormatConfig\":{}",
          "'{}' at 'formatConfig' failed to satisfy constraint: Member must have length greater than "
          "or equal to 1"},
      {"\"NextToken\":\"a token\"",
          "'a token' at 'nextToken' failed to satisfy constraint: Member must satisfy regular "
          "expression pattern: [a-zA-Z0-9+/]+={0,2}"},
  };
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *message =
        g_strconcat ("1 validation error detected: Value ", cases[i].message, NULL);

    assert_invalid (client, cases[i].change, message);
  }
}

static void
test_two_limits_at_once (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_invalid (client, "\"MaxResults\":0,\"Format\":null",
      "2 validation errors detected: Value null at 'format' failed to satisfy constraint: Member "
      "must not be null; Value '0' at 'maxResults' failed to satisfy constraint: Member must have "
      "value greater than or equal to 1");
}

static void
test_types (void)
{
  static const struct {
    const char *change;
    const char *message;
  } cases[] = {
      {"\"StreamName\":5", "The value of 'StreamName' cannot be converted to String"},
      {"\"StartTimestamp\":\"now\"",
          "The value of 'StartTimestamp' cannot be converted to Timestamp"},
      {"\"EndTimestamp\":1e300", "The value of 'EndTimestamp' cannot be converted to Timestamp"},
      {"\"SamplingInterval\":\"3000\"",
          "The value of 'SamplingInterval' cannot be converted to Integer"},
      {"\"SamplingInterval\":3000.5",
          "The value of 'SamplingInterval' cannot be converted to Integer"},
      {"\"SamplingInterval\":2147483648",
          "The value of 'SamplingInterval' cannot be converted to Integer"},
      {"\"MaxResults\":true", "The value of 'MaxResults' cannot be converted to Long"},
      {"\"FormatConfig\":[]", "The value of 'FormatConfig' cannot be converted to Map"},
      {"\"FormatConfig\":{\"JPEGQuality\":80}",
          "The value of 'FormatConfig' cannot be converted to Map"},
      {"\"Timestamp\":5", "The operation has no member 'Timestamp'"},
  };
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (client, cases[i].change, 400, SERIALIZATION, cases[i].message);
}

static void
test_no_json (void)
{
  g_autofree char *arrays = g_strnfill (300000, '[');
  g_autofree char *in_object = g_strconcat ("{\"StreamName\":", arrays, NULL);
  g_autofree char *in_quotes = g_strconcat ("{\"a\":'\"',\"b\":", arrays, NULL);
  const char *const bodies[] = {"", "{", "[]", "null", arrays, in_object, in_quotes};
  g_autoptr (TestClient) client = test_client_new ();

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (TestReply) reply = test_client_send (client, "POST", "/getImages", bodies[i], TRUE);

    test_reply_assert_error (
        reply, 400, SERIALIZATION, "The body of the request is not a JSON object.");
  }
}

static void
test_range_rules (void)
{
  static const char before[] = "StartTimestamp must be before EndTimestamp.";
  static const char longest[] =
      "EndTimestamp must not be more than 300 seconds above StartTimestamp.";
  static const char interval[] = "SamplingInterval must be at least 200 milliseconds.";
  g_autoptr (TestClient) client = test_client_new ();

  assert_invalid (client, "\"EndTimestamp\":1795161600", before);
  assert_invalid (client, "\"EndTimestamp\":1795161599.999", before);
  assert_invalid (client, "\"EndTimestamp\":1795161900.001", longest);
  assert_invalid (client, "\"SamplingInterval\":199", interval);
  assert_invalid (client, "\"SamplingInterval\":-3000", interval);
  assert_images (client, "\"EndTimestamp\":1795161900,\"SamplingInterval\":60000", "iiiii");
  assert_images (client, "\"EndTimestamp\":1795161601,\"SamplingInterval\":200", "iiiii");
  assert_images (client, "\"EndTimestamp\":1795161600.001", "i");
}

static void
test_picture_rules (void)
{
  static const char both[] = "Height and width for the images need to be provided or none.";
  static const char quality[] = "JPEGQuality must be a whole number from 1 to 100.";
  g_autoptr (TestClient) client = test_client_new ();

  assert_invalid (client, "\"WidthPixels\":100", both);
  assert_invalid (client, "\"HeightPixels\":100", both);
  assert_invalid (client, "\"FormatConfig\":{\"JPEGQuality\":\"0\"}", quality);
  assert_invalid (client, "\"FormatConfig\":{\"JPEGQuality\":\"101\"}", quality);
  assert_invalid (client, "\"FormatConfig\":{\"JPEGQuality\":\"good\"}", quality);
  assert_invalid (client, "\"FormatConfig\":{\"JPEGQuality\":\"\"}", quality);
  assert_invalid (client, "\"FormatConfig\":{\"Quality\":\"80\"}",
      "1 validation error detected: Value at 'formatConfig' failed to satisfy constraint: Map keys "
      "must satisfy constraint: [Member must satisfy enum value set: [JPEGQuality]]");
  assert_invalid (client, "\"Format\":\"PNG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"}",
      "FormatConfig is not supported for this Format.");
}

static void
test_streams (void)
{
  static const char missing[] = "The requested stream is not found or not active.";
  static const char arn[] = "arn:aws:kinesisvideo:us-east-1:1:stream/camera/1";
  static const char other[] = "arn:aws:kinesisvideo:eu-west-1:1:stream/camera/1";
  g_autofree char *by_arn = g_strdup_printf ("\"StreamName\":null,\"StreamARN\":\"%s\"", arn);
  g_autofree char *by_both = g_strdup_printf ("\"StreamARN\":\"%s\"", arn);
  g_autofree char *elsewhere = g_strdup_printf ("\"StreamName\":null,\"StreamARN\":\"%s\"", other);
  g_autoptr (TestClient) client = test_client_new ();

  assert_images (client, by_arn, "iiiiiiiiii");
  assert_invalid (
      client, "\"StreamName\":null", "Either StreamName or StreamARN must be specified.");
  assert_invalid (client, by_both, "StreamName and StreamARN must not be specified together.");
  assert_refused (client, elsewhere, 404, NOT_FOUND, missing);
  assert_refused (client, "\"StreamName\":\"other\"", 404, NOT_FOUND, missing);
}

static void
test_retention (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("stream", "none=prepared,retention=0",
      "stream", "short=prepared,duration=7200,start=2026-11-20T07:00:00Z,retention=1", NULL);

  assert_refused (client, "\"StreamName\":\"none\"", 400, "NoDataRetentionException",
      "The stream does not retain data: its DataRetentionInHours is 0.");
  assert_invalid (client,
      "\"StreamName\":\"short\",\"StartTimestamp\":1795161500,\"EndTimestamp\":1795161600",
      "End timestamp 2026-11-20T08:00:00.000Z is outside of the stream retention period.");
  assert_refused (client,
      "\"StreamName\":\"short\",\"StartTimestamp\":1795161500,\"EndTimestamp\":1795161600,"
      "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\"",
      404, NOT_FOUND, "No fragments found in the stream for the images request.");
  assert_images (client,
      "\"StreamName\":\"short\",\"StartTimestamp\":1795161594,\"EndTimestamp\":1795161606", "nnii");
}

/* Pages */

static void
test_images (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_get_images (
      client, "\"FormatConfig\":{\"JPEGQuality\":\"50\"},\"WidthPixels\":40,\"HeightPixels\":30");
  g_autofree char *letters = test_reply_describe (reply);

  g_assert_cmpstr (letters, ==, "iiiiiiiiii");
  g_assert_null (test_reply_get_token (reply));
  for (guint i = 0; i < 10; i++) {
    g_autoptr (GBytes) image = test_reply_get_image (reply, i);
    g_autoptr (GBytes) expected = emulator_get_image (
        client->emulator, "camera", TEST_START + 3000 * i, "JPEG", 50, 40, 30, NULL);

    g_assert_true (g_bytes_equal (image, expected));
    g_assert_cmpint (test_reply_get_time (reply, i), ==, TEST_START + 3000 * i);
  }
}

static void
test_defaults (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) reply = test_client_get_images (client, "\"SamplingInterval\":null");
  g_autofree char *letters = test_reply_describe (reply);
  g_autoptr (GBytes) image = test_reply_get_image (reply, 9);
  g_autoptr (GBytes) expected =
      emulator_get_image (client->emulator, "camera", TEST_START + 27000, "JPEG", 80, 0, 0, NULL);

  g_assert_cmpstr (letters, ==, "iiiiiiiiii");
  g_assert_true (g_bytes_equal (image, expected));
}

static void
test_pages (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_pages (client, "\"MaxResults\":4", "iiii|iiii|ii");
  assert_pages (client, "\"MaxResults\":5", "iiiii|iiiii");
  assert_pages (
      client, "\"EndTimestamp\":1795161682,\"MaxResults\":100", "iiiiiiiiiiiiiiiiiiiiiiiii|iii");
  assert_pages (client, "\"EndTimestamp\":1795161682", "iiiiiiiiiiiiiiiiiiiiiiiii|iii");
}

static void
test_gaps (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,gap=6+6,audio-only=15+7", NULL);

  assert_images (client, NULL, "iinnieeeii");
}

static void
test_first_image (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,fragment=10", NULL);

  assert_images (client, "\"StartTimestamp\":1795161601,\"SamplingInterval\":1000",
      "nnnnnnnnniiiiiiiiiiiiiiii");
  assert_pages (client, "\"StartTimestamp\":1795161601,\"MaxResults\":2", "nn|ni|ii|ii|ii");
  assert_images (client, "\"StartTimestamp\":1795161610,\"SamplingInterval\":10000", "ii");
  test_client_configure (client, "first-image", "keep");
  assert_images (client, "\"StartTimestamp\":1795161601", "iiiiiiiiii");
}

static void
test_live_edge (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,live=true,lag=4", NULL);
  static const char range[] = "\"StartTimestamp\":1795165190,\"EndTimestamp\":1795165210,"
                              "\"SamplingInterval\":2000";

  assert_images (client, range, "iiinnnnnnn");
  emulator_set_time (client->emulator, TEST_NOW + 5000);
  assert_images (client, range, "iiiiiinnnn");
}

/* GetImages shows a sample from the very time on that emulator_get_available() tells. */
static void
test_jitter (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("stream",
      "camera=prepared,live=true,lag=4,jitter=3,edge=fragment,fragment=3", "seed", "1", NULL);
  static const char range[] = "\"StartTimestamp\":1795165200,\"EndTimestamp\":1795165209";
  static const char *const expected[][2] = {{"nnn", "inn"}, {"inn", "iin"}, {"iin", "iii"}};

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    gint64 available_ms = emulator_get_available (client->emulator, "camera", TEST_NOW + 3000 * i);

    g_assert_cmpint (available_ms, >=, TEST_NOW + 3000 * (i + 1) + 4000);
    g_assert_cmpint (available_ms, <=, TEST_NOW + 3000 * (i + 1) + 7000);
    emulator_set_time (client->emulator, available_ms - 1);
    assert_images (client, range, expected[i][0]);
    emulator_set_time (client->emulator, available_ms);
    assert_images (client, range, expected[i][1]);
  }
}

static void
test_producer_time (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,producer-offset=100.5", NULL);
  g_autoptr (TestReply) reply = test_client_get_images (client,
      "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\",\"StartTimestamp\":1795161697.5,"
      "\"EndTimestamp\":1795161703.5");
  g_autofree char *letters = test_reply_describe (reply);
  g_autoptr (GBytes) image = test_reply_get_image (reply, 1);
  g_autoptr (GBytes) expected =
      emulator_get_image (client->emulator, "camera", TEST_START, "JPEG", 80, 0, 0, NULL);

  g_assert_cmpstr (letters, ==, "ni");
  g_assert_cmpint (test_reply_get_time (reply, 0), ==, TEST_START + 97500);
  g_assert_cmpint (test_reply_get_time (reply, 1), ==, TEST_START + 100500);
  g_assert_true (g_bytes_equal (image, expected));
}

/* Tokens */

static char *
get_token (TestClient *client, const char *changes)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, changes);

  return g_strdup (test_reply_get_token (reply));
}

#define BAD_TOKEN "NextToken is invalid, or the request differs from the one that it continues."

static void
test_token_is_bound (void)
{
  static const char *const changes[] = {
      "\"MaxResults\":5",
      "\"MaxResults\":4,\"StartTimestamp\":1795161600.001",
      "\"MaxResults\":4,\"EndTimestamp\":1795161631",
      "\"MaxResults\":4,\"SamplingInterval\":3001",
      "\"MaxResults\":4,\"Format\":\"PNG\"",
      "\"MaxResults\":4,\"FormatConfig\":{\"JPEGQuality\":\"79\"}",
      "\"MaxResults\":4,\"WidthPixels\":40,\"HeightPixels\":30",
      "\"MaxResults\":4,\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\"",
      "\"MaxResults\":4,\"StreamName\":\"other\"",
  };
  g_autoptr (TestClient) client = test_client_new_with ("stream", "other=prepared", NULL);
  g_autofree char *token = get_token (client, "\"MaxResults\":4");
  g_autofree char *good = g_strdup_printf ("\"MaxResults\":4,\"NextToken\":\"%s\"", token);

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *all = g_strdup_printf ("%s,\"NextToken\":\"%s\"", changes[i], token);

    assert_invalid (client, all, BAD_TOKEN);
  }
  assert_invalid (client, "\"NextToken\":\"AAAA\"", BAD_TOKEN);
  assert_images (client, good, "iiii");
  assert_images (client, good, "iiii");
}

static void
test_token_expires (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("token-lifetime", "60", NULL);
  g_autofree char *token = get_token (client, "\"MaxResults\":4");
  g_autofree char *next = g_strdup_printf ("\"MaxResults\":4,\"NextToken\":\"%s\"", token);

  emulator_set_time (client->emulator, TEST_NOW + 59999);
  assert_images (client, next, "iiii");
  emulator_set_time (client->emulator, TEST_NOW + 60000);
  assert_invalid (client, next, "NextToken is expired.");
}

static void
test_token_refused (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "GetImages:2:token=refused", NULL);
  g_autofree char *token = get_token (client, "\"MaxResults\":4");
  g_autofree char *next = g_strdup_printf ("\"MaxResults\":4,\"NextToken\":\"%s\"", token);

  assert_invalid (client, next, BAD_TOKEN);
  assert_images (client, next, "iiii");
}

/* Asserts the entries of the page that @token leads to, and tells the token that follows it. */
static void
assert_page (TestClient *client, const char *token, const char *expected, char **next)
{
  g_autofree char *changes = add_token ("\"MaxResults\":4", token);
  g_autoptr (TestReply) reply = test_client_get_images (client, changes);
  g_autofree char *entries = describe_entries (reply);

  g_assert_cmpstr (entries, ==, expected);
  *next = g_strdup (test_reply_get_token (reply));
}

/* Without a token in the request the reply has one that leads to the same page; with one it is that
 * very text, even where nothing follows. */
static void
test_token_repeated (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("fault", "GetImages:*:token=repeated", NULL);
  g_autofree char *first = NULL, *again = NULL, *second = NULL, *last = NULL, *after = NULL;

  assert_page (client, NULL, "i0 i3000 i6000 i9000", &first);
  assert_page (client, first, "i0 i3000 i6000 i9000", &again);
  g_assert_cmpstr (again, ==, first);

  test_client_configure (client, "fault", "none");
  assert_page (client, first, "i0 i3000 i6000 i9000", &second);
  assert_page (client, second, "i12000 i15000 i18000 i21000", &last);

  test_client_configure (client, "fault", "GetImages:*:token=repeated");
  assert_page (client, last, "i24000 i27000", &after);
  g_assert_cmpstr (after, ==, last);
  assert_entries (client, NINE_SECONDS, "i30000 i33000 i36000");
}

static void
test_token_repeated_after_empty_page (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("empty-page", "every", "fault", "GetImages:1:token=repeated", NULL);
  g_autofree char *first = NULL, *second = NULL, *third = NULL;

  assert_page (client, NULL, "", &first);
  assert_page (client, first, "", &second);
  assert_page (client, second, "i0 i3000 i6000 i9000", &third);
}

static void
test_token_absent (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "GetImages:2:token=absent", NULL);

  assert_pages (client, "\"MaxResults\":4", "iiii|iiii");
  assert_pages (client, "\"MaxResults\":4", "iiii|iiii|ii");
  test_client_configure (client, "nulls", "absent");
  test_client_configure (client, "fault", "none");
  test_client_configure (client, "fault", "GetImages:1:token=absent");
  assert_pages (client, "\"MaxResults\":4", "iiii");
}

/* Interpretations */

static void
test_timestamp_interpretation (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,fps=4", "timestamp", "frame", NULL);
  g_autoptr (TestReply) reply = test_client_get_images (
      client, "\"StartTimestamp\":1795161602,\"EndTimestamp\":1795161603,\"SamplingInterval\":200");
  static const int offsets[] = {2000, 2000, 2250, 2500, 2750};

  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++)
    g_assert_cmpint (test_reply_get_time (reply, i), ==, TEST_START + offsets[i]);
}

/* The image and the TimeStamp belong to one frame, and the emulator's functions for tests agree with both. */
static void
test_frame_interpretations (void)
{
  static const struct {
    const char *reading;
    gint64 times[5]; /* of the samples at 0, 700, 1400, 2100 and 2800 ms */
    gint64 frames[5];
  } cases[] = {
      {"grid", {0, 700, 1400, 2100, 2800}, {0, 0, 1000, 2000, 2000}},
      {"frame", {0, 0, 1000, 2000, 2000}, {0, 0, 1000, 2000, 2000}},
      {"nearest", {0, 1000, 1000, 2000, 3000}, {0, 1000, 1000, 2000, 3000}},
      {"after", {0, 1000, 2000, 3000, 3000}, {0, 1000, 2000, 3000, 3000}},
  };
  g_autoptr (TestClient) client = test_client_new_with ("stream", "camera=synthetic,frame=1", NULL);
  g_autoptr (EmulatorStream) stream =
      emulator_stream_new ("camera=synthetic,frame=1", TEST_NOW, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (TestReply) reply = NULL;

    test_client_configure (client, "timestamp", cases[i].reading);
    reply = test_client_get_images (client, "\"SamplingInterval\":700,\"EndTimestamp\":1795161603");
    for (guint j = 0; j < 5; j++) {
      gint64 unix_ms = TEST_START + 700 * j;
      g_autoptr (GBytes) image = test_reply_get_image (reply, j);
      g_autoptr (GBytes) told =
          emulator_get_image (client->emulator, "camera", unix_ms, "JPEG", 80, 0, 0, NULL);
      g_autoptr (GBytes) frame = emulator_stream_render (stream, TEST_START + cases[i].frames[j],
          EMULATOR_FRAME_BEFORE, EMULATOR_FORMAT_JPEG, 80, 0, 0, NULL);

      g_test_message ("%s %u", cases[i].reading, j);
      g_assert_cmpint (test_reply_get_time (reply, j), ==, TEST_START + cases[i].times[j]);
      g_assert_cmpint (emulator_get_timestamp (client->emulator, "camera", unix_ms), ==,
          TEST_START + cases[i].times[j]);
      g_assert_true (g_bytes_equal (image, frame));
      g_assert_true (g_bytes_equal (told, frame));
    }
  }
}

/* An entry without an image has the time of its sample. */
static void
test_frame_interpretations_of_gaps (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("timestamp", "after", "stream",
      "camera=prepared,frame=1,gap=4.5+2,audio-only=8+1,duration=11", NULL);
  static const char changes[] = "\"SamplingInterval\":1100,\"EndTimestamp\":1795161612";

  assert_entries (
      client, changes, "i0 i2000 i3000 i4000 i4000 n5500 i7000 i7000 e8800 i10000 n11000");
  g_assert_cmpint (emulator_get_timestamp (client->emulator, "camera", TEST_START + 5500), ==,
      TEST_START + 5500);
  g_assert_cmpint (emulator_get_timestamp (client->emulator, "camera", TEST_START + 8800), ==,
      TEST_START + 8800);
  g_assert_cmpint (
      emulator_get_timestamp (client->emulator, "other", TEST_START + 1), ==, TEST_START + 1);
}

static void
test_frame_interpretations_at_the_live_edge (void)
{
  g_autoptr (TestClient) client = test_client_new_with (
      "timestamp", "after", "stream", "camera=prepared,live=true,frame=1", NULL);
  static const char range[] = "\"StartTimestamp\":1795165196,\"EndTimestamp\":1795165200,"
                              "\"SamplingInterval\":1300";

  assert_images (client, range, "iiin");
  g_assert_cmpint (
      emulator_get_available (client->emulator, "camera", TEST_NOW - 100), ==, TEST_NOW + 1);
  emulator_set_time (client->emulator, TEST_NOW + 1);
  assert_images (client, range, "iiii");
}

static void
test_never_fed (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("stream", "camera=prepared,duration=0", "empty-range", "400", NULL);
  static const char request[] = "{\"StreamName\":\"camera\"}";
  g_autoptr (TestReply) described =
      test_client_send (client, "POST", "/describeStream", request, TRUE);

  g_assert_cmpuint (described->status, ==, 200);
  assert_invalid (client, NULL, "No media was found for the requested range.");
  test_client_configure (client, "empty-range", "404");
  assert_refused (
      client, NULL, 404, NOT_FOUND, "No fragments found in the stream for the images request.");
  test_client_configure (client, "empty-range", "list");
  assert_images (client, NULL, "");
  test_client_configure (client, "empty-range", "entries");
  assert_images (client, NULL, "nnnnnnnnnn");
}

static void
test_end_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("end", "inclusive", NULL);

  assert_images (client, NULL, "iiiiiiiiiii");
  assert_images (client, "\"EndTimestamp\":1795161629.999", "iiiiiiiiii");
  assert_invalid (
      client, "\"EndTimestamp\":1795161600", "StartTimestamp must be before EndTimestamp.");
}

static void
test_fraction_interpretation (void)
{
  static const char range[] = "\"StartTimestamp\":1795161600.75,\"EndTimestamp\":1795161604.5,"
                              "\"SamplingInterval\":1000";
  g_autoptr (TestClient) client = test_client_new_with ("first-image", "keep", NULL);
  g_autoptr (TestReply) honoured = test_client_get_images (client, range);
  g_autoptr (TestReply) cut = NULL;

  test_client_configure (client, "start-fraction", "cut");
  cut = test_client_get_images (client, range);
  for (guint i = 0; i < 4; i++) {
    g_assert_cmpint (test_reply_get_time (honoured, i), ==, TEST_START + 750 + 1000 * i);
    g_assert_cmpint (test_reply_get_time (cut, i), ==, TEST_START + 1000 * i);
  }
  assert_invalid (
      client, "\"EndTimestamp\":1795161600.999", "StartTimestamp must be before EndTimestamp.");
}

static void
test_page_order_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("page-order", "descending", NULL);
  g_autoptr (TestReply) descending = test_client_get_images (client, "\"MaxResults\":4");
  g_autoptr (TestReply) shuffled = NULL;
  guint seen = 0;

  for (guint i = 0; i < 4; i++)
    g_assert_cmpint (test_reply_get_time (descending, i), ==, TEST_START + 3000 * (3 - i));
  test_client_configure (client, "page-order", "shuffled");
  shuffled = test_client_get_images (client, NULL);
  for (guint i = 0; i < 10; i++)
    seen |= 1u << ((test_reply_get_time (shuffled, i) - TEST_START) / 3000);
  g_assert_cmphex (seen, ==, 0x3ff);
}

static void
test_empty_range_interpretation (void)
{
  static const char nothing[] = "\"StartTimestamp\":1795160000,\"EndTimestamp\":1795160009";
  static const char mid_fragment[] = "\"StartTimestamp\":1795161600.5,"
                                     "\"EndTimestamp\":1795161601.5";
  static const char not_found[] = "No fragments found in the stream for the images request.";
  static const char no_media[] = "No media was found for the requested range.";
  g_autoptr (TestClient) client = test_client_new ();

  assert_pages (client, nothing, "nnn");
  assert_pages (client, mid_fragment, "n");
  test_client_configure (client, "empty-range", "list");
  assert_pages (client, nothing, "");
  assert_pages (client, mid_fragment, "");
  assert_pages (client, "\"StartTimestamp\":1795161597", "niiiiiiiiii");
  test_client_configure (client, "empty-range", "404");
  assert_refused (client, nothing, 404, NOT_FOUND, not_found);
  assert_refused (client, mid_fragment, 404, NOT_FOUND, not_found);
  test_client_configure (client, "empty-range", "400");
  assert_invalid (client, nothing, no_media);
  assert_invalid (client, mid_fragment, no_media);
  test_client_configure (client, "first-image", "keep");
  assert_pages (client, mid_fragment, "i");
}

static void
test_empty_page_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("empty-page", "first", NULL);

  assert_pages (client, "\"MaxResults\":4", "|iiii|iiii|ii");
  test_client_configure (client, "empty-page", "every");
  assert_pages (client, "\"MaxResults\":4", "|iiii||iiii||ii");
}

static void
test_outside_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("first-image", "keep", NULL);

  assert_entries (client, NINE_SECONDS, "i30000 i33000 i36000");
  test_client_configure (client, "outside", "before");
  assert_entries (client, NINE_SECONDS, "i27000 i30000 i33000 i36000");
  test_client_configure (client, "outside", "after");
  assert_entries (client, NINE_SECONDS, "i30000 i33000 i36000 i39000");
  assert_entries (client, "\"EndTimestamp\":1795161600.001", "i0 i3000");
  test_client_configure (client, "outside", "both");
  assert_entries (client, NINE_SECONDS, "i27000 i30000 i33000 i36000 i39000");
  assert_entries (client, NINE_SECONDS ",\"MaxResults\":2", "i27000 i30000 i33000|i36000 i39000");
  assert_entries (client, NINE_SECONDS ",\"MaxResults\":1", "i27000 i30000|i33000|i36000 i39000");
  assert_pages (client, "\"EndTimestamp\":1795161675", "niiiiiiiiiiiiiiiiiiiiiiiiii");
  test_client_configure (client, "end", "inclusive");
  assert_entries (client, NINE_SECONDS, "i27000 i30000 i33000 i36000 i39000 i42000");
}

/* Its images are those of its sample times, as the images of all other entries are. */
static void
test_outside_is_like_others (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("outside", "both", "stream",
      "camera=prepared,fps=4,gap=33+1,audio-only=39+1", "timestamp", "frame", NULL);
  g_autoptr (TestReply) reply = NULL;
  g_autoptr (GBytes) image = NULL, expected = NULL;

  assert_entries (client, NINE_SECONDS, "n27000 i30000 n33000 i36000 e39000");
  test_client_configure (client, "first-image", "keep");
  assert_entries (client,
      "\"StartTimestamp\":1795161602.1,\"EndTimestamp\":1795161602.4,"
      "\"SamplingInterval\":200",
      "i1750 i2000 i2250 i2500");
  reply = test_client_get_images (client, NINE_SECONDS);
  image = test_reply_get_image (reply, 0);
  expected =
      emulator_get_image (client->emulator, "camera", TEST_START + 27000, "JPEG", 80, 0, 0, NULL);
  g_assert_true (g_bytes_equal (image, expected));
  test_client_configure (client, "page-order", "descending");
  assert_entries (client, NINE_SECONDS ",\"MaxResults\":2", "n33000 i30000 i27000|e39000 i36000");
}

/* A page without entries of its own has no others. */
static void
test_outside_of_empty_pages (void)
{
  g_autoptr (TestClient) client =
      test_client_new_with ("outside", "both", "seam", "repeat", "empty-page", "every", NULL);

  assert_entries (
      client, NINE_SECONDS ",\"MaxResults\":2", "|n27000 i30000 i33000||i33000 i36000 i39000");
  test_client_configure (client, "empty-range", "list");
  assert_entries (client, "\"StartTimestamp\":1795160000,\"EndTimestamp\":1795160009", "");
}

static void
test_seam_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("seam", "repeat", NULL);

  assert_entries (client, NINE_SECONDS, "i30000 i33000 i36000");
  assert_entries (client, NINE_SECONDS ",\"MaxResults\":2", "i30000 i33000|i33000 i36000");
  assert_entries (client, NINE_SECONDS ",\"MaxResults\":1", "i30000|i30000 i33000|i33000 i36000");
  assert_pages (client, "\"EndTimestamp\":1795161750",
      "iiiiiiiiiiiiiiiiiiiiiiiii|iiiiiiiiiiiiiiiiiiiiiiiiii");
  test_client_configure (client, "outside", "both");
  assert_pages (client, "\"EndTimestamp\":1795161750",
      "niiiiiiiiiiiiiiiiiiiiiiiii|iiiiiiiiiiiiiiiiiiiiiiiiiii");
  test_client_configure (client, "page-order", "descending");
  assert_entries (
      client, NINE_SECONDS ",\"MaxResults\":2", "i33000 i30000 n27000|i39000 i36000 i33000");
}

static void
test_range_cap_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("range-cap", "4", NULL);

  assert_pages (client, NULL, "iiii");
  assert_pages (client, "\"MaxResults\":4", "iiii");
  assert_pages (client, "\"MaxResults\":3", "iii|i");
  assert_entries (client, NINE_SECONDS, "i30000 i33000 i36000");
  test_client_configure (client, "outside", "after");
  assert_entries (client, "\"MaxResults\":2", "i0 i3000|i6000 i9000 i30000");
  test_client_configure (client, "range-cap", "100");
  test_client_configure (client, "outside", "none");
  assert_pages (client, "\"EndTimestamp\":1795161630.2,\"SamplingInterval\":200",
      "iiiiiiiiiiiiiiiiiiiiiiiii|iiiiiiiiiiiiiiiiiiiiiiiii|iiiiiiiiiiiiiiiiiiiiiiiii|"
      "iiiiiiiiiiiiiiiiiiiiiiiii");
}

static void
test_retention_check_interpretation (void)
{
  static const char at_the_edge[] = "\"StartTimestamp\":1795161600,\"EndTimestamp\":1795161606";
  static const char across[] = "\"StartTimestamp\":1795161594,\"EndTimestamp\":1795161606";
  static const char across_producers[] =
      "\"StartTimestamp\":1795161594,\"EndTimestamp\":1795161606,"
      "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\"";
  static const char before[] = "\"StartTimestamp\":1795161500,\"EndTimestamp\":1795161600";
  g_autoptr (TestClient) client = test_client_new_with ("retention-check", "start", "stream",
      "camera=prepared,duration=7200,start=2026-11-20T07:00:00Z,retention=1", NULL);

  assert_images (client, at_the_edge, "ii");
  assert_invalid (client, across,
      "Start timestamp 2026-11-20T07:59:54.000Z is outside of the stream retention period.");
  assert_refused (client, across_producers, 404, NOT_FOUND,
      "No fragments found in the stream for the images request.");
  assert_invalid (client, before,
      "End timestamp 2026-11-20T08:00:00.000Z is outside of the stream retention period.");
  emulator_set_time (client->emulator, TEST_NOW + 1);
  assert_invalid (client, at_the_edge,
      "Start timestamp 2026-11-20T08:00:00.000Z is outside of the stream retention period.");
}

static char *
get_body (TestClient *client, const char *changes)
{
  g_autoptr (TestReply) reply = test_client_get_images (client, changes);
  gsize size;
  const char *data;

  g_assert_no_error (reply->failure);
  data = g_bytes_get_data (reply->body, &size);
  return g_strndup (data, size);
}

static void
assert_body (TestClient *client, const char *name, const char *value, const char *expected)
{
  g_autofree char *body = NULL;

  test_client_configure (client, name, value);
  body = get_body (client, "\"StartTimestamp\":1795160000.25,\"EndTimestamp\":1795160001.25,"
                           "\"SamplingInterval\":750");
  g_assert_cmpstr (body, ==, expected);
}

static void
test_wire_interpretations (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_body (client, "numbers", "exponent",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.79516000025E9},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.795160001E9}],"
      "\"NextToken\":null}");
  assert_body (client, "numbers", "decimal",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1795160000.25},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1795160001.0}],"
      "\"NextToken\":null}");
  assert_body (client, "numbers", "integer",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1795160000.25},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1795160001}],"
      "\"NextToken\":null}");
  assert_body (client, "nulls", "absent",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"TimeStamp\":1795160000.25},"
      "{\"Error\":\"NO_MEDIA\",\"TimeStamp\":1795160001}]}");
  assert_body (client, "nulls", "empty",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"ImageContent\":\"\",\"TimeStamp\":1795160000.25},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":\"\",\"TimeStamp\":1795160001}],"
      "\"NextToken\":\"\"}");
}

static void
test_outside_body (void)
{
  g_autoptr (TestClient) client = test_client_new ();

  assert_body (client, "outside", "both",
      "{\"Images\":[{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.7951599995E9},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.79516000025E9},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.795160001E9},"
      "{\"Error\":\"NO_MEDIA\",\"ImageContent\":null,\"TimeStamp\":1.79516000175E9}],"
      "\"NextToken\":null}");
}

static void
test_slashes_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autofree char *plain = get_body (client, NULL);
  g_autofree char *escaped = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *unescaped = NULL;

  test_client_configure (client, "slashes", "escaped");
  escaped = get_body (client, NULL);
  parts = g_strsplit (escaped, "\\/", -1);
  unescaped = g_strjoinv ("/", parts);
  g_assert_cmpuint (g_strv_length (parts), >, 10);
  g_assert_cmpstr (unescaped, ==, plain);
}

static void
test_transfer_interpretation (void)
{
  g_autoptr (TestClient) client = test_client_new ();
  g_autoptr (TestReply) whole = test_client_get_images (client, NULL);
  g_autoptr (TestReply) chunked = NULL;

  test_client_configure (client, "transfer", "chunked");
  chunked = test_client_get_images (client, NULL);
  g_assert_cmpint (
      soup_message_headers_get_encoding (soup_message_get_response_headers (whole->message)), ==,
      SOUP_ENCODING_CONTENT_LENGTH);
  g_assert_cmpint (
      soup_message_headers_get_encoding (soup_message_get_response_headers (chunked->message)), ==,
      SOUP_ENCODING_CHUNKED);
  g_assert_true (g_bytes_equal (whole->body, chunked->body));
}

/* Faults of images */

static void
test_image_faults (void)
{
  g_autoptr (TestClient) client = test_client_new_with ("fault", "GetImages:1:image=format",
      "fault", "GetImages:2:image=truncated", "fault", "GetImages:3:image=garbage", "fault",
      "GetImages:4:image=base64", NULL);
  g_autoptr (TestReply) format = test_client_get_images (client, NULL);
  g_autoptr (TestReply) truncated = test_client_get_images (client, NULL);
  g_autoptr (TestReply) garbage = test_client_get_images (client, NULL);
  g_autofree char *base64 = get_body (client, NULL);
  g_autoptr (GBytes) jpeg =
      emulator_get_image (client->emulator, "camera", TEST_START, "JPEG", 80, 0, 0, NULL);
  g_autoptr (GBytes) png =
      emulator_get_image (client->emulator, "camera", TEST_START, "PNG", 80, 0, 0, NULL);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (jpeg, 0, g_bytes_get_size (jpeg) / 2);
  g_autoptr (GBytes) text = g_bytes_new_static ("This is not an image.", 21);
  g_autoptr (GBytes) first = test_reply_get_image (format, 0);
  g_autoptr (GBytes) second = test_reply_get_image (truncated, 0);
  g_autoptr (GBytes) third = test_reply_get_image (garbage, 0);

  g_assert_true (g_bytes_equal (first, png));
  g_assert_true (g_bytes_equal (second, half));
  g_assert_true (g_bytes_equal (third, text));
  g_assert_nonnull (strstr (base64, "\"ImageContent\":\"*** not base64 ***\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/images/required-members", test_required_members);
  g_test_add_func ("/images/limits", test_limits);
  g_test_add_func ("/images/two-limits-at-once", test_two_limits_at_once);
  g_test_add_func ("/images/types", test_types);
  g_test_add_func ("/images/no-json", test_no_json);
  g_test_add_func ("/images/range-rules", test_range_rules);
  g_test_add_func ("/images/picture-rules", test_picture_rules);
  g_test_add_func ("/images/streams", test_streams);
  g_test_add_func ("/images/retention", test_retention);
  g_test_add_func ("/images/images", test_images);
  g_test_add_func ("/images/defaults", test_defaults);
  g_test_add_func ("/images/pages", test_pages);
  g_test_add_func ("/images/gaps", test_gaps);
  g_test_add_func ("/images/first-image", test_first_image);
  g_test_add_func ("/images/live-edge", test_live_edge);
  g_test_add_func ("/images/jitter", test_jitter);
  g_test_add_func ("/images/producer-time", test_producer_time);
  g_test_add_func ("/images/token-is-bound", test_token_is_bound);
  g_test_add_func ("/images/token-expires", test_token_expires);
  g_test_add_func ("/images/token-refused", test_token_refused);
  g_test_add_func ("/images/token-repeated", test_token_repeated);
  g_test_add_func ("/images/token-repeated-after-empty-page", test_token_repeated_after_empty_page);
  g_test_add_func ("/images/token-absent", test_token_absent);
  g_test_add_func ("/images/interpretations/timestamp", test_timestamp_interpretation);
  g_test_add_func ("/images/interpretations/frame", test_frame_interpretations);
  g_test_add_func ("/images/interpretations/frame-of-gaps", test_frame_interpretations_of_gaps);
  g_test_add_func ("/images/interpretations/frame-at-the-live-edge",
      test_frame_interpretations_at_the_live_edge);
  g_test_add_func ("/images/never-fed", test_never_fed);
  g_test_add_func ("/images/interpretations/end", test_end_interpretation);
  g_test_add_func ("/images/interpretations/fraction", test_fraction_interpretation);
  g_test_add_func ("/images/interpretations/page-order", test_page_order_interpretation);
  g_test_add_func ("/images/interpretations/empty-range", test_empty_range_interpretation);
  g_test_add_func ("/images/interpretations/empty-page", test_empty_page_interpretation);
  g_test_add_func ("/images/interpretations/outside", test_outside_interpretation);
  g_test_add_func ("/images/interpretations/outside-is-like-others", test_outside_is_like_others);
  g_test_add_func ("/images/interpretations/outside-of-empty-pages", test_outside_of_empty_pages);
  g_test_add_func ("/images/interpretations/outside-body", test_outside_body);
  g_test_add_func ("/images/interpretations/seam", test_seam_interpretation);
  g_test_add_func ("/images/interpretations/range-cap", test_range_cap_interpretation);
  g_test_add_func ("/images/interpretations/retention-check", test_retention_check_interpretation);
  g_test_add_func ("/images/interpretations/wire", test_wire_interpretations);
  g_test_add_func ("/images/interpretations/slashes", test_slashes_interpretation);
  g_test_add_func ("/images/interpretations/transfer", test_transfer_interpretation);
  g_test_add_func ("/images/image-faults", test_image_faults);
  return g_test_run ();
}
