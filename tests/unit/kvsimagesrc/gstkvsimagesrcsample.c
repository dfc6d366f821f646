/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsample.h"

#define START_MS G_GINT64_CONSTANT (1795161600250)

static const GstKvsImageSrcGrid grid = {START_MS, 3 * GST_SECOND, 1};
static const GstKvsImageSrcGrid wide_grid = {START_MS, 3 * GST_SECOND, 5};

static void
assert_times (GstBuffer *buffer, GstClockTime duration)
{
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 21 * GST_SECOND);
  g_assert_cmpuint (GST_BUFFER_DTS (buffer), ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, duration);
  g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, 7);
  g_assert_cmpuint (GST_BUFFER_OFFSET_END (buffer), ==, 8);
}

static void
test_still (void)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (7, KVS_SAMPLE_STILL);
  g_autoptr (GstBuffer) plain = NULL;
  g_autoptr (GstBuffer) buffer = NULL;
  GstReferenceTimestampMeta *meta;

  sample->image = g_bytes_new_static ("still", 5);
  plain = gst_kvs_image_src_sample_make_still (sample, &wide_grid);
  assert_times (plain, 15 * GST_SECOND);
  g_assert_null (gst_buffer_get_reference_timestamp_meta (plain, NULL));

  sample->has_time = TRUE;
  sample->time_ms = START_MS + 20999;
  buffer = gst_kvs_image_src_sample_make_still (sample, &grid);
  assert_times (buffer, 3 * GST_SECOND);
  meta = gst_buffer_get_reference_timestamp_meta (buffer, NULL);
  g_assert_true (
      gst_structure_has_name (gst_caps_get_structure (meta->reference, 0), "timestamp/x-unix"));
  g_assert_cmpuint (meta->timestamp, ==, (guint64)sample->time_ms * GST_MSECOND);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, "still", 5), ==, 0);
  g_assert_null (gst_kvs_image_src_sample_take_gap (buffer));
}

static void
assert_gap (KvsSampleKind kind, const char *reason, GstGapFlags expected_flags)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (7, kind);
  g_autoptr (GstBuffer) carrier = gst_kvs_image_src_sample_make_carrier (sample, &wide_grid);
  g_autoptr (GstEvent) gap = gst_kvs_image_src_sample_take_gap (carrier);
  const GstStructure *structure = gst_event_get_structure (gap);
  GstClockTime timestamp, duration;
  guint64 offset, unix_time;
  GstGapFlags flags;

  assert_times (carrier, 15 * GST_SECOND);
  g_assert_cmpuint (gst_buffer_get_size (carrier), ==, 0);
  gst_event_parse_gap (gap, &timestamp, &duration);
  gst_event_parse_gap_flags (gap, &flags);
  g_assert_cmpuint (timestamp, ==, 21 * GST_SECOND);
  g_assert_cmpuint (duration, ==, 15 * GST_SECOND);
  g_assert_cmpint (flags, ==, expected_flags);
  g_assert_cmpstr (gst_structure_get_string (structure, "reason"), ==, reason);
  g_assert_true (gst_structure_get (
      structure, "offset", G_TYPE_UINT64, &offset, "unix-time", G_TYPE_UINT64, &unix_time, NULL));
  g_assert_cmpuint (offset, ==, 7);
  g_assert_cmpuint (unix_time, ==, (guint64)(START_MS + 21000) * GST_MSECOND);
}

static void
test_gaps (void)
{
  assert_gap (KVS_SAMPLE_NO_MEDIA, "NO_MEDIA", 0);
  assert_gap (KVS_SAMPLE_MEDIA_ERROR, "MEDIA_ERROR", GST_GAP_FLAG_MISSING_DATA);
  assert_gap (KVS_SAMPLE_BAD_IMAGE, "BAD_IMAGE", GST_GAP_FLAG_MISSING_DATA);
}

/* A carrier that is thrown away takes its event with it. */
static void
test_unused_carrier (void)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (7, KVS_SAMPLE_NO_MEDIA);

  gst_buffer_unref (gst_kvs_image_src_sample_make_carrier (sample, &grid));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/still", test_still);
  g_test_add_func ("/sample/gaps", test_gaps);
  g_test_add_func ("/sample/unused-carrier", test_unused_carrier);
  return g_test_run ();
}
