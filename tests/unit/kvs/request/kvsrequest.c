/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the exact bodies of the requests. */
#include "kvsrequest.h"

#define START G_GINT64_CONSTANT (1705489836421)

static const KvsQuery by_name = {
    .stream_name = (char *)"door",
    .selector = KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP,
    .format = KVS_IMAGE_FORMAT_JPEG,
    .jpeg_quality = 80,
    .page_size = 25,
};

static const KvsQuery by_arn = {
    .stream_arn = (char *)"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1700000000000",
    .selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP,
    .format = KVS_IMAGE_FORMAT_PNG,
    .width = 640,
    .height = 480,
    .page_size = 100,
};

static KvsWindow
make_window (gint64 start_ms, gint64 interval_ms, guint count)
{
  KvsWindow window;

  kvs_window_init (&window, start_ms, interval_ms, count);
  return window;
}

static void
assert_body (GBytes *body, const char *expected)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autofree char *copy = g_strndup (text, size);

  g_assert_cmpstr (copy, ==, expected);
  g_bytes_unref (body);
}

static void
test_get_data_endpoint (void)
{
  assert_body (kvs_request_new_get_data_endpoint (&by_name, KVS_API_NAME_GET_IMAGES),
      "{\"StreamName\":\"door\",\"APIName\":\"GET_IMAGES\"}");
  assert_body (kvs_request_new_get_data_endpoint (&by_arn, KVS_API_NAME_LIST_FRAGMENTS),
      "{\"StreamARN\":\"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1700000000000\","
      "\"APIName\":\"LIST_FRAGMENTS\"}");
}

static void
test_get_images (void)
{
  const KvsWindow long_window = make_window (START, 3000, 100);
  const KvsWindow short_window = make_window (START + 3000, 3000, 7);

  assert_body (kvs_request_new_get_images (&by_name, &long_window, 25, NULL),
      "{\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\","
      "\"StartTimestamp\":1705489836.421,\"EndTimestamp\":1705490134,\"SamplingInterval\":3000,"
      "\"Format\":\"JPEG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"},\"MaxResults\":25}");
  assert_body (kvs_request_new_get_images (&by_arn, &short_window, 7, NULL),
      "{\"StreamARN\":\"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1700000000000\","
      "\"ImageSelectorType\":\"PRODUCER_TIMESTAMP\",\"StartTimestamp\":1705489839.421,"
      "\"EndTimestamp\":1705489858,\"SamplingInterval\":3000,\"Format\":\"PNG\","
      "\"WidthPixels\":640,\"HeightPixels\":480,\"MaxResults\":7}");
}

/* MaxResults is that of the caller, whatever the query or the window says. */
static void
test_max_results (void)
{
  static const guint counts[] = {1, 24, 100};
  const KvsWindow window = make_window (1000, 3000, 3);

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    g_autofree char *expected = g_strdup_printf (
        "{\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\",\"StartTimestamp\":1,"
        "\"EndTimestamp\":8,\"SamplingInterval\":3000,\"Format\":\"JPEG\","
        "\"FormatConfig\":{\"JPEGQuality\":\"80\"},\"MaxResults\":%u}",
        counts[i]);

    assert_body (kvs_request_new_get_images (&by_name, &window, counts[i], NULL), expected);
  }
}

/* The request for a further page has all parameters of the first one. */
static void
test_next_token (void)
{
  const KvsWindow window = make_window (START, 3000, 100);
  const KvsWindow single = make_window (START, 3000, 1);

  assert_body (kvs_request_new_get_images (&by_name, &window, 25, "A/b+c=="),
      "{\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\","
      "\"StartTimestamp\":1705489836.421,\"EndTimestamp\":1705490134,\"SamplingInterval\":3000,"
      "\"Format\":\"JPEG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"},\"MaxResults\":25,"
      "\"NextToken\":\"A/b+c==\"}");
  assert_body (kvs_request_new_get_images (&by_name, &single, 1, "\"\\\n"),
      "{\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\","
      "\"StartTimestamp\":1705489836.421,\"EndTimestamp\":1705489837,\"SamplingInterval\":3000,"
      "\"Format\":\"JPEG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"},\"MaxResults\":1,"
      "\"NextToken\":\"\\\"\\\\\\n\"}");
}

static void
assert_window (const KvsWindow *window, const char *times, guint interval_ms)
{
  g_autofree char *expected = g_strdup_printf (
      "{\"StreamName\":\"door\",\"ImageSelectorType\":\"SERVER_TIMESTAMP\",%s,"
      "\"SamplingInterval\":%u,\"Format\":\"JPEG\",\"FormatConfig\":{\"JPEGQuality\":\"80\"},"
      "\"MaxResults\":%u}",
      times, interval_ms, window->count);

  assert_body (kvs_request_new_get_images (&by_name, window, window->count, NULL), expected);
}

static void
assert_times (gint64 start_ms, guint interval_ms, guint count, const char *times)
{
  const KvsWindow window = make_window (start_ms, interval_ms, count);

  assert_window (&window, times, interval_ms);
}

/* Plain digits with no more than three decimals. */
static void
test_times (void)
{
  assert_times (0, 3000, 1, "\"StartTimestamp\":0,\"EndTimestamp\":1");
  assert_times (1, 200, 1, "\"StartTimestamp\":0.001,\"EndTimestamp\":1");
  assert_times (
      1705489836000, 1000, 3, "\"StartTimestamp\":1705489836,\"EndTimestamp\":1705489839");
  assert_times (
      1705489836050, 250, 5, "\"StartTimestamp\":1705489836.050,\"EndTimestamp\":1705489838");
  assert_times (1705489836500, 2147483647, 1,
      "\"StartTimestamp\":1705489836.500,\"EndTimestamp\":1705489837");
}

/* The end of a window is sent in milliseconds, although none of ours ends within a second. */
static void
test_end (void)
{
  KvsWindow window = make_window (1705489836050, 250, 5);

  window.end_ms = 1705489837049;
  assert_window (&window, "\"StartTimestamp\":1705489836.050,\"EndTimestamp\":1705489837.049", 250);
}

static void
test_pair (void)
{
  KvsWindow window;

  kvs_window_init_pair (&window, START, 20000);
  assert_window (&window, "\"StartTimestamp\":1705489816,\"EndTimestamp\":1705489837", 20421);
}

/* The service's type for it has 32 bits and a sign; ours has no sign. */
static void
test_longest_interval (void)
{
  const KvsWindow window = make_window (1000, G_MAXUINT32, 1);

  assert_window (&window, "\"StartTimestamp\":1,\"EndTimestamp\":2", 2147483647);
}

static void
test_list_fragments (void)
{
  assert_body (kvs_request_new_list_fragments (&by_name, START, START + 3600000, 1000, NULL),
      "{\"StreamName\":\"door\",\"MaxResults\":1000,\"FragmentSelector\":{"
      "\"FragmentSelectorType\":\"SERVER_TIMESTAMP\",\"TimestampRange\":{"
      "\"StartTimestamp\":1705489836.421,\"EndTimestamp\":1705493436.421}}}");
  assert_body (kvs_request_new_list_fragments (&by_arn, 0, 1000, 1, "A/b+c=="),
      "{\"StreamARN\":\"arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1700000000000\","
      "\"MaxResults\":1,\"NextToken\":\"A/b+c==\",\"FragmentSelector\":{"
      "\"FragmentSelectorType\":\"PRODUCER_TIMESTAMP\",\"TimestampRange\":{"
      "\"StartTimestamp\":0,\"EndTimestamp\":1}}}");
  /* A token that ends like an object does not change what follows. */
  assert_body (kvs_request_new_list_fragments (&by_name, 1, 2, 7, "{"),
      "{\"StreamName\":\"door\",\"MaxResults\":7,\"NextToken\":\"{\",\"FragmentSelector\":{"
      "\"FragmentSelectorType\":\"SERVER_TIMESTAMP\",\"TimestampRange\":{"
      "\"StartTimestamp\":0.001,\"EndTimestamp\":0.002}}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsrequest/get-data-endpoint", test_get_data_endpoint);
  g_test_add_func ("/kvsrequest/get-images", test_get_images);
  g_test_add_func ("/kvsrequest/max-results", test_max_results);
  g_test_add_func ("/kvsrequest/next-token", test_next_token);
  g_test_add_func ("/kvsrequest/times", test_times);
  g_test_add_func ("/kvsrequest/end", test_end);
  g_test_add_func ("/kvsrequest/pair", test_pair);
  g_test_add_func ("/kvsrequest/list-fragments", test_list_fragments);
  g_test_add_func ("/kvsrequest/longest-interval", test_longest_interval);
  return g_test_run ();
}
