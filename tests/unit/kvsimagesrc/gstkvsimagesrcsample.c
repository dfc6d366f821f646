/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsample.h"

#define START_MS G_GINT64_CONSTANT (1795161600250)

#define PTS (21 * GST_SECOND)
#define UNIX_TIME ((guint64)(START_MS + 21000) * GST_MSECOND)

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

  sample->image = g_bytes_new ("still", 5);
  plain = gst_kvs_image_src_sample_make_still (sample, PTS, 15 * GST_SECOND);
  assert_times (plain, 15 * GST_SECOND);
  g_assert_null (gst_buffer_get_reference_timestamp_meta (plain, NULL));

  sample->has_time = TRUE;
  sample->time_ms = START_MS + 20999;
  buffer = gst_kvs_image_src_sample_make_still (sample, PTS, 3 * GST_SECOND);
  assert_times (buffer, 3 * GST_SECOND);
  meta = gst_buffer_get_reference_timestamp_meta (buffer, NULL);
  g_assert_true (
      gst_structure_has_name (gst_caps_get_structure (meta->reference, 0), "timestamp/x-unix"));
  g_assert_cmpuint (meta->timestamp, ==, (guint64)sample->time_ms * GST_MSECOND);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, "still", 5), ==, 0);
}

/* The buffer outlives its sample, and is not copied to be written to. */
static void
test_memory (void)
{
  KvsSample *sample = kvs_sample_new (7, KVS_SAMPLE_STILL);
  g_autoptr (GstBuffer) buffer = NULL;
  gconstpointer data;
  GstMapInfo map;

  sample->image = g_bytes_new ("still", 5);
  data = g_bytes_get_data (sample->image, NULL);
  buffer = gst_kvs_image_src_sample_make_still (sample, PTS, GST_SECOND);
  kvs_sample_free (sample);
  g_assert_true (gst_buffer_is_all_memory_writable (buffer));
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READWRITE));
  g_assert_true (map.data == data);
  gst_buffer_unmap (buffer, &map);
}

static void
assert_gap (KvsSampleKind kind, const char *reason, GstGapFlags expected_flags)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (7, kind);
  g_autoptr (GstEvent) gap =
      gst_kvs_image_src_sample_make_gap (sample, PTS, 15 * GST_SECOND, UNIX_TIME);
  const GstStructure *structure = gst_event_get_structure (gap);
  GstClockTime timestamp, duration;
  guint64 offset, unix_time;
  GstGapFlags flags;

  gst_event_parse_gap (gap, &timestamp, &duration);
  gst_event_parse_gap_flags (gap, &flags);
  g_assert_cmpuint (timestamp, ==, PTS);
  g_assert_cmpuint (duration, ==, 15 * GST_SECOND);
  g_assert_cmpint (flags, ==, expected_flags);
  g_assert_cmpstr (gst_structure_get_string (structure, "reason"), ==, reason);
  g_assert_true (gst_structure_get (
      structure, "offset", G_TYPE_UINT64, &offset, "unix-time", G_TYPE_UINT64, &unix_time, NULL));
  g_assert_cmpuint (offset, ==, 7);
  g_assert_cmpuint (unix_time, ==, UNIX_TIME);
}

static void
test_gaps (void)
{
  assert_gap (KVS_SAMPLE_NO_MEDIA, "NO_MEDIA", 0);
  assert_gap (KVS_SAMPLE_MEDIA_ERROR, "MEDIA_ERROR", GST_GAP_FLAG_MISSING_DATA);
  assert_gap (KVS_SAMPLE_BAD_IMAGE, "BAD_IMAGE", GST_GAP_FLAG_MISSING_DATA);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sample/still", test_still);
  g_test_add_func ("/sample/memory", test_memory);
  g_test_add_func ("/sample/gaps", test_gaps);
  return g_test_run ();
}
