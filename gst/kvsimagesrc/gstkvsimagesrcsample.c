/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsample.h"

static GstStaticCaps unix_time_caps = GST_STATIC_CAPS ("timestamp/x-unix");

static GQuark
gap_quark (void)
{
  return g_quark_from_static_string ("gst-kvs-image-src-gap");
}

GstClockTime
gst_kvs_image_src_sample_get_unix_time (guint64 number, const GstKvsImageSrcGrid *grid)
{
  return (GstClockTime)grid->start_ms * GST_MSECOND + number * grid->interval;
}

static void
set_times (GstBuffer *buffer, const KvsSample *sample, const GstKvsImageSrcGrid *grid)
{
  GST_BUFFER_PTS (buffer) = sample->number * grid->interval;
  GST_BUFFER_DURATION (buffer) = grid->stride * grid->interval;
  GST_BUFFER_OFFSET (buffer) = sample->number;
  GST_BUFFER_OFFSET_END (buffer) = sample->number + 1;
}

GstBuffer *
gst_kvs_image_src_sample_make_still (const KvsSample *sample, const GstKvsImageSrcGrid *grid)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (sample->image);

  set_times (buffer, sample, grid);
  if (sample->has_time) {
    g_autoptr (GstCaps) reference = gst_static_caps_get (&unix_time_caps);

    gst_buffer_add_reference_timestamp_meta (
        buffer, reference, (GstClockTime)sample->time_ms * GST_MSECOND, GST_CLOCK_TIME_NONE);
  }
  return buffer;
}

static GstEvent *
make_gap (const KvsSample *sample, const GstKvsImageSrcGrid *grid)
{
  GstEvent *event =
      gst_event_new_gap (sample->number * grid->interval, grid->stride * grid->interval);

  if (sample->kind != KVS_SAMPLE_NO_MEDIA)
    gst_event_set_gap_flags (event, GST_GAP_FLAG_MISSING_DATA);
  gst_structure_set (gst_event_writable_structure (event), "reason", G_TYPE_STRING,
      kvs_sample_kind_get_name (sample->kind), "offset", G_TYPE_UINT64, sample->number, "unix-time",
      G_TYPE_UINT64, gst_kvs_image_src_sample_get_unix_time (sample->number, grid), NULL);
  return event;
}

GstBuffer *
gst_kvs_image_src_sample_make_carrier (const KvsSample *sample, const GstKvsImageSrcGrid *grid)
{
  GstBuffer *buffer = gst_buffer_new ();

  set_times (buffer, sample, grid);
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (buffer), gap_quark (), make_gap (sample, grid),
      (GDestroyNotify)gst_event_unref);
  return buffer;
}

GstEvent *
gst_kvs_image_src_sample_take_gap (GstBuffer *buffer)
{
  return gst_mini_object_steal_qdata (GST_MINI_OBJECT_CAST (buffer), gap_quark ());
}
