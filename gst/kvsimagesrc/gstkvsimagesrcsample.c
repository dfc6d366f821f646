/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsample.h"

static GstStaticCaps unix_time_caps = GST_STATIC_CAPS ("timestamp/x-unix");

static GstMemory *
wrap_image (GBytes *image)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (image, &size);

  return gst_memory_new_wrapped (
      0, (gpointer)data, size, 0, size, g_bytes_ref (image), (GDestroyNotify)g_bytes_unref);
}

GstBuffer *
gst_kvs_image_src_sample_make_still (
    const KvsSample *sample, GstClockTime pts, GstClockTime duration)
{
  GstBuffer *buffer = gst_buffer_new ();

  gst_buffer_append_memory (buffer, wrap_image (sample->image));
  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DURATION (buffer) = duration;
  GST_BUFFER_OFFSET (buffer) = sample->number;
  GST_BUFFER_OFFSET_END (buffer) = sample->number + 1;
  if (sample->has_time) {
    g_autoptr (GstCaps) reference = gst_static_caps_get (&unix_time_caps);

    gst_buffer_add_reference_timestamp_meta (
        buffer, reference, (GstClockTime)sample->time_ms * GST_MSECOND, GST_CLOCK_TIME_NONE);
  }
  return buffer;
}

GstEvent *
gst_kvs_image_src_sample_make_gap (
    const KvsSample *sample, GstClockTime pts, GstClockTime duration, GstClockTime unix_time)
{
  GstEvent *event = gst_event_new_gap (pts, duration);

  if (sample->kind != KVS_SAMPLE_NO_MEDIA)
    gst_event_set_gap_flags (event, GST_GAP_FLAG_MISSING_DATA);
  gst_structure_set (gst_event_writable_structure (event), "reason", G_TYPE_STRING,
      kvs_sample_kind_get_name (sample->kind), "offset", G_TYPE_UINT64, sample->number, "unix-time",
      G_TYPE_UINT64, unix_time, NULL);
  return event;
}
