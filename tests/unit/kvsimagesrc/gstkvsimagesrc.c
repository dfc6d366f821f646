/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the events and buffers of the element, their order and their times, against the emulator. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "testenvironment.h"
#include "testsource.h"

#include <emulator.h>
#include <stopwatch.h>

#include <gst/check/gstcheck.h>

#define START TEST_SOURCE_START
#define START_NS TEST_SOURCE_START_NS

static Emulator *emulator;

static void
configure (const char *name, const char *value)
{
  test_source_configure (emulator, name, value);
}

static void
set_up (void)
{
  emulator = test_source_emulator_new ();
}

static void
tear_down (void)
{
  g_clear_object (&emulator);
}

/* There are no retries. */
static void
set_up_once (void)
{
  g_setenv ("AWS_MAX_ATTEMPTS", "1", TRUE);
  set_up ();
}

static void
tear_down_once (void)
{
  tear_down ();
  g_unsetenv ("AWS_MAX_ATTEMPTS");
}

static GstElement *
make_source (const char *end)
{
  return test_source_new (emulator, end);
}

static void
assert_warning (Recording *recording, guint i, GQuark domain, gint code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (i, <, recording->warnings->len);
  gst_message_parse_warning (g_ptr_array_index (recording->warnings, i), &error, NULL);
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
}

static guint64
get_stat (GstElement *source, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 value = G_MAXUINT64;

  g_object_get (source, "stats", &stats, NULL);
  g_assert_true (gst_structure_get_uint64 (stats, name, &value));
  return value;
}

/* Makes @source request one page after the other, and only its samples. */
static void
make_sequential (GstElement *source)
{
  g_object_set (source, "max-concurrent-requests", 1, "fragment-lookback", 0, NULL);
}

GST_START_TEST (test_order)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = recording_new (source, NULL);

  recording_assert_lines (recording, "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\n"
                                     "still 0 discont\nstill 1\nstill 2\nstill 3\neos");
  g_assert_cmpuint (recording->segment.start, ==, 0);
  g_assert_cmpuint (recording->segment.time, ==, 0);
  g_assert_cmpuint (recording->segment.stop, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (recording->segment.duration, ==, 12 * GST_SECOND);
  g_assert_cmpuint (recording->duration, ==, 12 * GST_SECOND);
}
GST_END_TEST

GST_START_TEST (test_stills)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:10Z");
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GstCaps) unix_time = gst_caps_new_empty_simple ("timestamp/x-unix");

  g_object_set (source, "sampling-interval", 2500, NULL);
  recording = recording_new (source, NULL);
  g_assert_cmpuint (recording->buffers->len, ==, 4);
  for (guint i = 0; i < 4; i++) {
    GstBuffer *buffer = g_ptr_array_index (recording->buffers, i);
    GstClockTime time = i * 2500 * GST_MSECOND;
    gint64 unix_ms = (gint64)((START_NS + time) / GST_MSECOND);
    GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, unix_time);
    g_autoptr (GBytes) image =
        emulator_get_image (emulator, "door", unix_ms, "JPEG", 80, 0, 0, NULL);

    g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, time);
    g_assert_cmpuint (GST_BUFFER_DTS (buffer), ==, GST_CLOCK_TIME_NONE);
    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, 2500 * GST_MSECOND);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
    g_assert_cmpuint (GST_BUFFER_OFFSET_END (buffer), ==, i + 1);
    g_assert_nonnull (meta);
    g_assert_cmpuint (meta->timestamp, ==, START_NS + time);
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, g_bytes_get_size (image));
    g_assert_cmpint (
        gst_buffer_memcmp (buffer, 0, g_bytes_get_data (image, NULL), g_bytes_get_size (image)), ==,
        0);
  }
}
GST_END_TEST

/* jifmux, for one, would write a time of the whole stream into each image. */
GST_START_TEST (test_tags)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:01Z");
  g_autoptr (Recording) recording = recording_new (source, NULL);
  g_autofree char *title = NULL;

  g_assert_cmpint (gst_tag_list_n_tags (recording->tags), ==, 1);
  g_assert_true (gst_tag_list_get_string (recording->tags, GST_TAG_TITLE, &title));
  g_assert_cmpstr (title, ==, "door");
}
GST_END_TEST

/* The parameters of the last request. */
static JsonObject *
get_parameters (void)
{
  g_autoptr (JsonArray) log = emulator_get_log (emulator);
  JsonObject *entry = json_array_get_object_element (log, json_array_get_length (log) - 1);

  return json_object_ref (json_object_get_object_member (entry, "parameters"));
}

/* The parameters of the requests, and the grid: here seconds that are multiples of seven. */
GST_START_TEST (test_parameters)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:20Z");
  g_autoptr (Recording) recording = NULL;
  g_autoptr (JsonObject) parameters = NULL;
  const gint64 start = TEST_SOURCE_START_MS / 1000 + 10;
  const gint64 aligned = start - start % 7;
  guint64 start_time;

  g_assert_cmpint (aligned, !=, start);
  gst_util_set_object_arg (G_OBJECT (source), "image-selector-type", "producer-timestamp");
  g_object_set (source, "start-timestamp", "2026-11-20T08:00:10Z", "sampling-interval", 7000,
      "align", TRUE, "fragment-lookback", 0, NULL);
  recording = recording_new (source, NULL);
  g_assert_null (recording->error);
  g_object_get (source, "start-time", &start_time, NULL);
  g_assert_cmpuint (start_time, ==, (guint64)aligned * GST_SECOND);
  g_assert_cmpuint (GST_BUFFER_PTS (g_ptr_array_index (recording->buffers, 0)), ==, 0);
  parameters = get_parameters ();
  g_assert_cmpstr (
      json_object_get_string_member (parameters, "ImageSelectorType"), ==, "PRODUCER_TIMESTAMP");
  g_assert_cmpfloat (
      json_object_get_double_member (parameters, "StartTimestamp"), ==, (gdouble)aligned);
}
GST_END_TEST

/* The bytes that are held ahead of downstream are reported, and never exceed the limit. */
GST_START_TEST (test_held_bytes)
{
  const guint64 most = 1024 * 1024;
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:10:00Z");
  g_autoptr (Recording) recording = NULL;
  guint64 held = 0;

  g_object_set (source, "max-size-bytes", most, NULL);
  recording = recording_start (source, NULL, GST_STATE_PAUSED);
  while (held == 0) {
    held = get_stat (source, "held-bytes");
    g_assert_cmpuint (held, <=, most);
  }
  recording_set_state (recording, GST_STATE_PLAYING);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (get_stat (source, "held-bytes"), <=, most);
  recording_finish (recording);
  g_assert_cmpuint (recording->buffers->len, ==, 200);
  g_assert_cmpuint (get_stat (source, "held-bytes"), ==, 0);
}
GST_END_TEST

GST_START_TEST (test_png)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:01Z");
  g_autoptr (Recording) recording = NULL;
  g_autoptr (GstCaps) caps =
      gst_caps_from_string ("image/png, parsed=true, width=64, height=32, framerate=0/1, "
                            "pixel-aspect-ratio=1/1");

  gst_util_set_object_arg (G_OBJECT (source), "format", "png");
  g_object_set (source, "width", 64, "height", 32, NULL);
  recording = recording_new (source, NULL);
  recording_assert_lines (
      recording, "stream-start\ncaps image/png 64x32\nsegment\ntag\nstill 0 discont\neos");
  g_assert_true (gst_caps_is_equal (g_ptr_array_index (recording->caps, 0), caps));
}
GST_END_TEST

GST_START_TEST (test_gap)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:15Z");
  g_autoptr (Recording) recording = NULL;
  GstEvent *event;
  GstClockTime timestamp, duration;
  GstGapFlags flags;
  guint64 unix_time;

  test_source_set_stream (emulator, "gap=5+6");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\n"
      "gap 2 NO_MEDIA\ngap 3 NO_MEDIA\nstill 4\neos");

  event = g_ptr_array_index (recording->gaps, 1);
  gst_event_parse_gap (event, &timestamp, &duration);
  gst_event_parse_gap_flags (event, &flags);
  gst_structure_get_uint64 (gst_event_get_structure (event), "unix-time", &unix_time);
  g_assert_cmpuint (timestamp, ==, 9 * GST_SECOND);
  g_assert_cmpuint (duration, ==, 3 * GST_SECOND);
  g_assert_cmpint (flags, ==, 0);
  g_assert_cmpuint (unix_time, ==, START_NS + 9 * GST_SECOND);
  g_assert_cmpuint (recording->warnings->len, ==, 0);
  g_assert_cmpuint (get_stat (source, "samples"), ==, 5);
  g_assert_cmpuint (get_stat (source, "images"), ==, 3);
  g_assert_cmpuint (get_stat (source, "gaps-no-media"), ==, 2);
}
GST_END_TEST

GST_START_TEST (test_media_error)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:18Z");
  g_autoptr (Recording) recording = NULL;
  GstGapFlags flags;

  test_source_set_stream (emulator, "audio-only=5+6");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\n"
      "gap 2 MEDIA_ERROR\ngap 3 MEDIA_ERROR\nstill 4 discont\nstill 5\neos");
  gst_event_parse_gap_flags (g_ptr_array_index (recording->gaps, 0), &flags);
  g_assert_cmpint (flags, ==, GST_GAP_FLAG_MISSING_DATA);
  g_assert_cmpuint (recording->warnings->len, ==, 1);
  assert_warning (recording, 0, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, "08:00:06Z");
  g_assert_cmpuint (get_stat (source, "gaps-media-error"), ==, 2);
}
GST_END_TEST

/* The gaps wait for the size that the first still tells. */
GST_START_TEST (test_leading_gap)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=0+5");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\n"
      "still 2 discont\nstill 3\neos");
}
GST_END_TEST

/* The size is known, so the gaps need not wait. The other fields follow with the first still. */
GST_START_TEST (test_leading_gap_with_size)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:09Z");
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=0+5");
  g_object_set (source, "width", 64, "height", 32, NULL);
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 64x32\nsegment\ntag\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\n"
      "caps image/jpeg 64x32\nstill 2 discont\neos");
}
GST_END_TEST

GST_START_TEST (test_leading_media_error)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:09Z");
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "audio-only=0+5");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\ngap 0 MEDIA_ERROR\n"
      "gap 1 MEDIA_ERROR\nstill 2 discont\neos");
  g_assert_cmpuint (recording->warnings->len, ==, 1);
}
GST_END_TEST

GST_START_TEST (test_all_gaps)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:09Z");
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=0+600");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 0x0\nsegment\ntag\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\n"
      "gap 2 NO_MEDIA\neos");
}
GST_END_TEST

/* Changes the camera's resolution when the first still has been pushed and the second page is decided. */
static GstPadProbeReturn
change_size_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 2, 10 * G_USEC_PER_SEC));
  test_source_set_stream (emulator, "width=160,height=120");
  return GST_PAD_PROBE_REMOVE;
}

/* The second page is late, so that the third is asked for after the change. */
GST_START_TEST (test_change_of_size)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:18Z");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (Recording) recording = NULL;

  configure ("fault", "GetImages:2:latency=500ms");
  make_sequential (source);
  g_object_set (source, "page-size", 2, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, change_size_cb, NULL, NULL);
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\nstill 2\n"
      "still 3\ncaps image/jpeg 160x120\nstill 4\nstill 5\neos");
}
GST_END_TEST

/* Downstream accepts no caps without a size, so there are none. */
GST_START_TEST (test_all_gaps_without_caps)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:09Z");
  g_autoptr (Recording) recording = NULL;

  test_source_set_stream (emulator, "gap=0+600");
  recording = recording_new (source, "appsink caps=image/jpeg,width=640,height=480 sync=false");
  recording_assert_lines (
      recording, "stream-start\nsegment\ntag\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\ngap 2 NO_MEDIA\neos");
}
GST_END_TEST

/* A transient failure is retried, and leaves no trace in the stream. */
GST_START_TEST (test_retries)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  configure ("fault", "GetImages:1:status=400,code=ClientLimitExceededException");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\n"
      "still 1\nstill 2\nstill 3\neos");
  g_assert_cmpuint (get_stat (source, "requests"), ==, 3);
  g_assert_cmpuint (get_stat (source, "retries"), ==, 1);
  g_assert_cmpuint (get_stat (source, "throttles"), ==, 1);
}
GST_END_TEST

/* The second of two elements on one stream does not call GetDataEndpoint. */
GST_START_TEST (test_shared_endpoint)
{
  g_autoptr (GstElement) first = make_source ("2026-11-20T08:00:06Z");
  g_autoptr (GstElement) second = make_source ("2026-11-20T08:00:06Z");
  g_autoptr (Recording) first_recording = recording_new (first, NULL);
  g_autoptr (Recording) second_recording = recording_new (second, NULL);

  g_assert_cmpuint (first_recording->buffers->len, ==, 2);
  g_assert_cmpuint (second_recording->buffers->len, ==, 2);
  g_assert_cmpuint (emulator_count_requests (emulator, "GetDataEndpoint"), ==, 1);
  g_assert_cmpuint (get_stat (second, "requests"), ==, 1);
}
GST_END_TEST

/* Each row has one fault and its result; the message quotes the emulator's answer. */
static const struct {
  const char *fault;
  gboolean is_stream_error;
  gint code;
  const char *words;
} fault_rows[] = {
    {"GetDataEndpoint:1:status=404,code=ResourceNotFoundException", FALSE,
        GST_RESOURCE_ERROR_NOT_FOUND, "ResourceNotFoundException"},
    {"GetDataEndpoint:1:status=401,code=NotAuthorizedException", FALSE,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED, "NotAuthorizedException"},
    {"GetDataEndpoint:1:status=400,code=AccessDeniedException", FALSE,
        GST_RESOURCE_ERROR_NOT_AUTHORIZED, "AccessDeniedException"},
    {"GetImages:*:status=403,code=ExpiredTokenException", FALSE, GST_RESOURCE_ERROR_NOT_AUTHORIZED,
        "ExpiredTokenException"},
    {"GetImages:1:status=400,code=ClientLimitExceededException", FALSE, GST_RESOURCE_ERROR_BUSY,
        "ClientLimitExceededException"},
    {"GetImages:1:status=400,code=NoDataRetentionException", FALSE, GST_RESOURCE_ERROR_OPEN_READ,
        "NoDataRetentionException"},
    {"GetImages:1:status=500,code=InternalFailure", FALSE, GST_RESOURCE_ERROR_READ, "500"},
    {"GetImages:1:status=503", FALSE, GST_RESOURCE_ERROR_READ, "503"},
    {"GetImages:1:status=307", FALSE, GST_RESOURCE_ERROR_OPEN_READ, "redirect"},
    {"GetImages:1:reset=before", FALSE, GST_RESOURCE_ERROR_READ, "127.0.0.1"},
    {"GetImages:1:reset=headers", FALSE, GST_RESOURCE_ERROR_READ, "127.0.0.1"},
    {"GetImages:1:reset=body", FALSE, GST_RESOURCE_ERROR_READ, "127.0.0.1"},
    {"GetImages:1:cut=body", FALSE, GST_RESOURCE_ERROR_READ, "127.0.0.1"},
    {"GetImages:1:garbage=http", FALSE, GST_RESOURCE_ERROR_READ, "HTTP"},
    {"GetImages:1:garbage=json", FALSE, GST_RESOURCE_ERROR_READ, "not a GetImages reply"},
    {"GetImages:1:garbage=html", FALSE, GST_RESOURCE_ERROR_READ, "<html"},
    {"GetImages:1:image=format", TRUE, GST_STREAM_ERROR_DECODE, "set format=png"},
    {"GetImages:1:image=garbage", TRUE, GST_STREAM_ERROR_DECODE, "neither a JPEG nor a PNG"},
    {"GetImages:1:image=base64", TRUE, GST_STREAM_ERROR_DECODE, "base64"},
};

GST_START_TEST (test_fault)
{
  GQuark domain = fault_rows[__i__].is_stream_error ? GST_STREAM_ERROR : GST_RESOURCE_ERROR;
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  configure ("fault", fault_rows[__i__].fault);
  recording = recording_new (source, NULL);
  recording_assert_error (recording, domain, fault_rows[__i__].code, fault_rows[__i__].words);
}
GST_END_TEST

/* A chunked body that is cut off looks whole to libsoup before 3.6.5. */
GST_START_TEST (test_cut_chunked)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  configure ("transfer", "chunked");
  configure ("fault", "GetImages:1:cut=body");
  recording = recording_new (source, NULL);
  recording_assert_error (recording, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, "127.0.0.1");
}
GST_END_TEST

GST_START_TEST (test_error_details)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:10:00Z");
  g_autoptr (Recording) recording = NULL;
  const GstStructure *details;
  guint64 offset, unix_time;
  guint status;

  configure ("fault", "GetImages:2:status=503,code=ServiceUnavailable");
  make_sequential (source);
  recording = recording_new (source, NULL);
  recording_assert_error (
      recording, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ, "ServiceUnavailable");
  g_assert_cmpuint (recording->buffers->len, ==, 25);
  gst_message_parse_error_details (recording->error, &details);
  g_assert_true (gst_structure_get (details, "http-status-code", G_TYPE_UINT, &status, "offset",
      G_TYPE_UINT64, &offset, "unix-time", G_TYPE_UINT64, &unix_time, NULL));
  g_assert_cmpuint (status, ==, 503);
  g_assert_cmpuint (offset, ==, 25);
  g_assert_cmpuint (unix_time, ==, START_NS + 75 * GST_SECOND);
  g_assert_cmpstr (gst_structure_get_string (details, "aws-error-code"), ==, "ServiceUnavailable");
  g_assert_nonnull (gst_structure_get_string (details, "aws-request-id"));
}
GST_END_TEST

GST_START_TEST (test_unknown_stream)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  g_object_set (source, "stream-name", "window", NULL);
  recording = recording_new (source, NULL);
  recording_assert_error (recording, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "not found");
}
GST_END_TEST

GST_START_TEST (test_wrong_key)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = NULL;

  g_object_set (source, "secret-key", "wrong", NULL);
  recording = recording_new (source, NULL);
  recording_assert_error (
      recording, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_AUTHORIZED, "signature");
}
GST_END_TEST

GST_START_TEST (test_unreachable)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (GstElement) lost = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) refused = NULL;
  g_autoptr (Recording) unknown = NULL;

  emulator_stop (emulator);
  refused = recording_new (source, NULL);
  recording_assert_error (refused, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ, "127.0.0.1");
  g_object_set (lost, "endpoint-url", "http://kvs.invalid", NULL);
  unknown = recording_new (lost, NULL);
  recording_assert_error (unknown, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "kvs.invalid");
}
GST_END_TEST

/* The element behind the source accepts caps of the right format, so that it links, and refuses the rest. */
static const struct {
  const char *sink;
  const char *words[3];
} refused_caps_rows[] = {
    {"identity ! capsfilter name=filter caps=\"image/jpeg,width=640\" ! fakesink",
        {"filter refuses", "the size", "width=(int)640"}},
    {"queue ! videorate ! capsfilter name=filter caps=\"image/jpeg,height=[1,100]\" ! fakesink",
        {"filter refuses", "the size", "height=(int)[ 1, 100 ]"}},
};

GST_START_TEST (test_refused_caps)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = recording_new (source, refused_caps_rows[__i__].sink);
  const GstStructure *details;
  guint64 offset, unix_time;

  for (guint i = 0; i < 3; i++)
    recording_assert_error (
        recording, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, refused_caps_rows[__i__].words[i]);
  g_assert_true (GST_MESSAGE_SRC (recording->error) == GST_OBJECT (source));
  gst_message_parse_error_details (recording->error, &details);
  g_assert_true (gst_structure_get (
      details, "offset", G_TYPE_UINT64, &offset, "unix-time", G_TYPE_UINT64, &unix_time, NULL));
  g_assert_cmpuint (offset, ==, 0);
  g_assert_cmpuint (unix_time, ==, START_NS);
  g_assert_nonnull (gst_structure_get_string (details, "next-token"));
}
GST_END_TEST

/* The caps of the pad follow the format that is set. */
GST_START_TEST (test_links_by_format)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (GstElement) filter = gst_element_factory_make ("capsfilter", NULL);
  g_autoptr (GstCaps) png = gst_caps_new_empty_simple ("image/png");

  gst_object_ref_sink (filter);
  g_object_set (filter, "caps", png, NULL);
  g_assert_false (gst_element_link (source, filter));
  gst_util_set_object_arg (G_OBJECT (source), "format", "png");
  g_assert_true (gst_element_link (source, filter));
}
GST_END_TEST

/* The buffer alone has the image, so that downstream may write to it. */
static GstPadProbeReturn
write_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  g_assert_true (gst_buffer_is_writable (buffer));
  g_assert_true (gst_buffer_is_all_memory_writable (buffer));
  (*(guint *)user_data)++;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
count_caps_queries_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  *(guint *)user_data += GST_QUERY_TYPE (query) == GST_QUERY_CAPS;
  return GST_PAD_PROBE_OK;
}

/* Downstream is asked for its caps only when they have changed, and not for each still. */
GST_START_TEST (test_push)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *source = make_source ("2026-11-20T08:02:00Z");
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  guint n_stills = 0, n_queries = 0;

  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_element_link (source, sink);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, write_cb, &n_stills, NULL);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, count_caps_queries_cb, &n_queries, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      bus, RECORDING_TIMEOUT_US * GST_USECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpuint (n_stills, ==, 40);
  g_assert_cmpuint (n_queries, <=, 2);
}
GST_END_TEST

/* The element posts an error with the name of each flow return but OK, FLUSHING and EOS. */
static GstPadProbeReturn
return_flow_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  gst_buffer_unref (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = *(const GstFlowReturn *)user_data;
  return GST_PAD_PROBE_HANDLED;
}

static const struct {
  GstFlowReturn flow;
  gint code;
  const char *words;
} flow_rows[] = {
    {GST_FLOW_ERROR, GST_STREAM_ERROR_FAILED, "(error)"},
    {GST_FLOW_CUSTOM_ERROR, GST_STREAM_ERROR_FAILED, "(custom-error)"},
    {GST_FLOW_NOT_SUPPORTED, GST_STREAM_ERROR_FAILED, "(not-supported)"},
    {GST_FLOW_NOT_LINKED, GST_STREAM_ERROR_FAILED, "not-linked"},
    {GST_FLOW_NOT_NEGOTIATED, GST_STREAM_ERROR_FORMAT, "refuses the images"},
};

GST_START_TEST (test_flow_errors)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:12Z");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  guint n_errors = 0;

  gst_pad_add_probe (recording->pad, GST_PAD_PROBE_TYPE_BUFFER, return_flow_cb,
      (gpointer)&flow_rows[__i__].flow, NULL);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_finish (recording);
  recording_assert_error (
      recording, GST_STREAM_ERROR, flow_rows[__i__].code, flow_rows[__i__].words);
  for (guint i = 0; i < recording->messages->len; i++)
    n_errors += GST_MESSAGE_TYPE (g_ptr_array_index (recording->messages, i)) == GST_MESSAGE_ERROR;
  g_assert_cmpuint (n_errors, ==, 1);
}
GST_END_TEST

/* Both may mean that there is no media, and both may mean an error: so gaps are pushed, and a warning is
 * posted. */
GST_START_TEST (test_refused_range)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:06Z");
  g_autoptr (Recording) recording = NULL;

  configure ("fault", "GetImages:*:status=404,code=ResourceNotFoundException");
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 0x0\nsegment\ntag\ngap 0 NO_MEDIA\ngap 1 NO_MEDIA\neos");
  g_assert_cmpuint (recording->warnings->len, ==, 1);
  assert_warning (
      recording, 0, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "ResourceNotFoundException");
}
GST_END_TEST

static void
assert_start_fails (GstElement *source, const char *words)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (source, bus);
  g_assert_cmpint (gst_element_set_state (source, GST_STATE_PAUSED), ==, GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  gst_element_set_state (source, GST_STATE_NULL);
  gst_element_set_bus (source, NULL);
}

GST_START_TEST (test_bad_settings)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:06Z");

  g_object_set (source, "width", 64, NULL);
  assert_start_fails (source, "width is 64 and height is 0");
  g_object_set (source, "width", 0, "start-timestamp", "yesterday", NULL);
  assert_start_fails (source, "start-timestamp is 'yesterday'");
  g_object_set (source, "start-timestamp", NULL, NULL);
  assert_start_fails (source, "start-timestamp is not set");
  g_object_set (source, "start-timestamp", "2026-11-21T08:00:06Z", NULL);
  assert_start_fails (source, "the range is empty");
  g_object_set (source, "start-timestamp", START, "stream-name", NULL, NULL);
  assert_start_fails (source, "neither stream-name nor stream-arn is set");
  g_object_set (source, "stream-name", "door", "secret-key", NULL, NULL);
  assert_start_fails (source, "secret-key is not set");
  g_assert_cmpuint (emulator_count_requests (emulator, "*"), ==, 0);
}
GST_END_TEST

GST_START_TEST (test_change_while_running)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:06Z");
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_PAUSED);
  g_autofree char *name = NULL;
  g_autofree char *token = NULL;
  const GstStructure *details;
  guint64 offset;

  g_object_set (source, "stream-name", "window", NULL);
  g_object_get (source, "stream-name", &name, "next-token", &token, NULL);
  g_assert_cmpstr (name, ==, "door");
  recording_stop (recording);
  assert_warning (
      recording, 0, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, "stream-name can be changed");
  gst_message_parse_warning_details (g_ptr_array_index (recording->warnings, 0), &details);
  g_assert_true (gst_structure_get_uint64 (details, "offset", &offset));
  g_assert_cmpuint (offset, ==, 0);
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, token);
  g_object_set (source, "stream-name", "window", NULL);
  g_clear_pointer (&name, g_free);
  g_object_get (source, "stream-name", &name, NULL);
  g_assert_cmpstr (name, ==, "window");
}
GST_END_TEST

GST_START_TEST (test_limits)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:10:00Z");
  g_autoptr (GstElement) other = make_source ("2026-11-20T08:10:00Z");
  g_autoptr (Recording) by_items = NULL;
  g_autoptr (Recording) by_buffers = NULL;

  test_source_set_stream (emulator, "gap=3+3");
  g_object_set (source, "max-items", (guint64)3, NULL);
  by_items = recording_new (source, NULL);
  recording_assert_lines (by_items,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\ngap 1 NO_MEDIA\n"
      "still 2\neos");
  g_assert_cmpuint (by_items->duration, ==, 600 * GST_SECOND);

  g_object_set (other, "num-buffers", 3, NULL);
  by_buffers = recording_new (other, NULL);
  recording_assert_lines (by_buffers,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\ngap 1 NO_MEDIA\n"
      "still 2\nstill 3\neos");
}
GST_END_TEST

/* Compares every sample of @recording with what the emulator says is there. */
static void
assert_exact (Recording *recording, guint n_samples, guint interval_ms)
{
  guint n_stills = 0, n_gaps = 0;

  for (guint i = 0; i < n_samples; i++) {
    gint64 unix_ms = (gint64)(START_NS / GST_MSECOND) + i * (gint64)interval_ms;
    g_autoptr (GBytes) image = NULL;
    GstBuffer *buffer;

    if (emulator_get_media (emulator, "door", unix_ms) != EMULATOR_MEDIA_PICTURE) {
      n_gaps++;
      continue;
    }
    g_assert_cmpuint (n_stills, <, recording->buffers->len);
    buffer = g_ptr_array_index (recording->buffers, n_stills++);
    image = emulator_get_image (emulator, "door", unix_ms, "JPEG", 80, 0, 0, NULL);
    g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, i);
    g_assert_cmpuint (gst_buffer_get_size (buffer), ==, g_bytes_get_size (image));
    g_assert_cmpint (
        gst_buffer_memcmp (buffer, 0, g_bytes_get_data (image, NULL), g_bytes_get_size (image)), ==,
        0);
  }
  g_assert_cmpuint (recording->buffers->len, ==, n_stills);
  g_assert_cmpuint (recording->gaps->len, ==, n_gaps);
}

/* Behaviours that the documentation leaves open, one row for each interpretation. */
static const struct {
  const char *name;
  const char *value;
} interpretations[] = {
    {"timestamp", "grid"},
    {"timestamp", "frame"},
    {"end", "inclusive"},
    {"start-fraction", "cut"},
    {"numbers", "exponent"},
    {"numbers", "decimal"},
    {"numbers", "integer"},
    {"nulls", "written"},
    {"nulls", "absent"},
    {"nulls", "empty"},
    {"slashes", "escaped"},
    {"transfer", "chunked"},
    {"page-order", "descending"},
    {"page-order", "shuffled"},
    {"empty-range", "entries"},
    {"empty-range", "list"},
    {"empty-range", "404"},
    {"empty-page", "first"},
    {"empty-page", "every"},
};

/* Long enough for three windows, with a gap that begins and ends inside of one and another that fills one.
 * kvsreader-interpretations.c tests more of them, and faster: here the quota of a real stream applies. */
GST_START_TEST (test_interpretation)
{
  static const guint intervals_ms[] = {3000, 7300};

  configure ("stream", "door=prepared:512,start=" START ",duration=1200,gap=30+40,gap=290+320");
  configure (interpretations[__i__].name, interpretations[__i__].value);
  for (guint i = 0; i < G_N_ELEMENTS (intervals_ms); i++) {
    g_autoptr (GstElement) source = make_source ("2026-11-20T08:15:00Z");
    g_autoptr (Recording) recording = NULL;

    g_object_set (source, "sampling-interval", intervals_ms[i], NULL);
    recording = recording_new (source, NULL);
    g_assert_null (recording->error);
    assert_exact (recording, (900000 + intervals_ms[i] - 1) / intervals_ms[i], intervals_ms[i]);
  }
}
GST_END_TEST

/* A service that takes the fraction off a start time gives older stills, and a warning says so. */
GST_START_TEST (test_fractions_cut)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:01:00Z");
  g_autoptr (Recording) recording = NULL;

  configure ("start-fraction", "cut");
  g_object_set (source, "start-timestamp", "2026-11-20T08:00:00.250Z", NULL);
  recording = recording_new (source, NULL);
  g_assert_null (recording->error);
  g_assert_cmpuint (recording->warnings->len, ==, 1);
  assert_warning (recording, 0, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "takes the fraction of a second");
}
GST_END_TEST

/* A second page of bad images: each is requested once more, and then is good. */
GST_START_TEST (test_bad_images_once)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:02:30Z");
  g_autoptr (Recording) recording = NULL;

  configure ("fault", "GetImages:2:image=format");
  make_sequential (source);
  recording = recording_new (source, NULL);
  g_assert_null (recording->error);
  assert_exact (recording, 50, 3000);
  g_assert_cmpuint (emulator_count_requests (emulator, "GetImages"), ==, 2 + 25);
  g_assert_cmpuint (get_stat (source, "images-wasted"), ==, 25);
}
GST_END_TEST

GST_START_TEST (test_bad_images_twice)
{
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:00:24Z");
  g_autoptr (Recording) recording = NULL;
  GstGapFlags flags;

  configure ("fault", "GetImages:2-5:image=garbage");
  make_sequential (source);
  g_object_set (source, "page-size", 2, NULL);
  recording = recording_new (source, NULL);
  recording_assert_lines (recording,
      "stream-start\ncaps image/jpeg 320x240\nsegment\ntag\nstill 0 discont\nstill 1\n"
      "gap 2 BAD_IMAGE\ngap 3 BAD_IMAGE\nstill 4 discont\nstill 5\nstill 6\nstill 7\neos");
  gst_event_parse_gap_flags (g_ptr_array_index (recording->gaps, 0), &flags);
  g_assert_cmpint (flags, ==, GST_GAP_FLAG_MISSING_DATA);
  g_assert_cmpuint (recording->warnings->len, ==, 1);
  assert_warning (recording, 0, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, "08:00:06Z");
}
GST_END_TEST

/* Replies that a stop may interrupt: late, slow, missing or endless ones. */
static const char *const stop_faults[] = {"none", "*:*:latency=0ms+30ms", "*:*:stall=before",
    "GetImages:*:stall=before", "GetImages:*:stall=headers", "GetImages:*:stall=body",
    "GetImages:*:byte-latency=1us"};

static guint
count_open_files (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

/* The threads of readers; others come and go with GLib's pools. */
static guint
count_readers (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", name);
    g_autofree char *comm = NULL;

    if (g_file_get_contents (path, &comm, NULL, NULL) && g_str_has_prefix (comm, "kvs-reader"))
      n++;
  }
  return n;
}

/* Plays for a random while, and returns how long it took to stop, in microseconds. */
static gint64
play_and_stop (GRand *chance)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  g_autoptr (GstElement) source = make_source ("2026-11-20T08:10:00Z");
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  Stopwatch stopwatch;

  configure ("fault", "none");
  configure ("fault", stop_faults[g_rand_int_range (chance, 0, G_N_ELEMENTS (stop_faults))]);
  g_object_set (sink, "sync", g_rand_boolean (chance), NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_element_link (source, sink);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_usleep ((gulong)g_rand_int_range (chance, 0, 40000));

  stopwatch = stopwatch_start ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return stopwatch_get_us (&stopwatch);
}

/* Plays and stops @n times, and returns the longest stop in microseconds. */
static gint64
play_and_stop_often (GRand *chance, guint n)
{
  gint64 longest = 0;

  for (guint i = 0; i < n; i++)
    longest = MAX (longest, play_and_stop (chance));
  return longest;
}

/* The delay is meant to be random, so there is no condition to wait for. */
GST_START_TEST (test_random_stops)
{
  const guint32 seed = g_random_int ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  gint64 longest;
  guint files;

  g_print ("seed %u\n", seed);
  play_and_stop_often (chance, 10);
  files = count_open_files ();
  longest = play_and_stop_often (chance, 100);
  g_print ("longest of 100 stops: %" G_GINT64_FORMAT " us\n", longest);
  g_assert_cmpint (longest, <, STOPWATCH_AT_ONCE_US);

  emulator_stop (emulator);
  g_assert_cmpuint (count_readers (), ==, 0);
  g_assert_cmpuint (count_open_files (), <=, files);
}
GST_END_TEST

static Suite *
kvs_image_src_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc");
  TCase *flow = tcase_create ("flow");
  TCase *errors = tcase_create ("errors");
  TCase *exactness = tcase_create ("exactness");
  TCase *stops = tcase_create ("stops");
  TCase *properties = tcase_create ("properties");

  test_environment_clear ();
  tcase_add_checked_fixture (flow, set_up, tear_down);
  suite_add_tcase (suite, flow);
  tcase_add_test (flow, test_order);
  tcase_add_test (flow, test_stills);
  tcase_add_test (flow, test_tags);
  tcase_add_test (flow, test_parameters);
  tcase_add_test (flow, test_held_bytes);
  tcase_add_test (flow, test_png);
  tcase_add_test (flow, test_gap);
  tcase_add_test (flow, test_media_error);
  tcase_add_test (flow, test_leading_gap);
  tcase_add_test (flow, test_leading_gap_with_size);
  tcase_add_test (flow, test_leading_media_error);
  tcase_add_test (flow, test_all_gaps);
  tcase_add_test (flow, test_all_gaps_without_caps);
  tcase_add_test (flow, test_change_of_size);
  tcase_add_test (flow, test_retries);
  tcase_add_test (flow, test_shared_endpoint);
  tcase_add_test (flow, test_limits);
  tcase_add_test (flow, test_fractions_cut);
  tcase_add_test (flow, test_bad_images_once);
  tcase_add_test (flow, test_bad_images_twice);
  tcase_add_test (flow, test_links_by_format);
  tcase_add_test (flow, test_push);

  tcase_add_checked_fixture (exactness, set_up, tear_down);
  tcase_set_timeout (exactness, 30);
  suite_add_tcase (suite, exactness);
  tcase_add_loop_test (exactness, test_interpretation, 0, G_N_ELEMENTS (interpretations));

  tcase_add_checked_fixture (errors, set_up_once, tear_down_once);
  suite_add_tcase (suite, errors);
  tcase_add_loop_test (errors, test_fault, 0, G_N_ELEMENTS (fault_rows));
  tcase_add_test (errors, test_cut_chunked);
  tcase_add_test (errors, test_error_details);
  tcase_add_test (errors, test_unknown_stream);
  tcase_add_test (errors, test_wrong_key);
  tcase_add_test (errors, test_unreachable);
  tcase_add_loop_test (errors, test_refused_caps, 0, G_N_ELEMENTS (refused_caps_rows));
  tcase_add_loop_test (errors, test_flow_errors, 0, G_N_ELEMENTS (flow_rows));
  tcase_add_test (errors, test_refused_range);
  tcase_add_test (errors, test_bad_settings);

  tcase_add_checked_fixture (stops, set_up, tear_down);
  tcase_set_timeout (stops, 60);
  suite_add_tcase (suite, stops);
  tcase_add_test (stops, test_random_stops);

  tcase_add_checked_fixture (properties, set_up, tear_down);
  suite_add_tcase (suite, properties);
  tcase_add_test (properties, test_change_while_running);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src)
