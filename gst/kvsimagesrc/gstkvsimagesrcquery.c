/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Queries of the source pad. */
#include "gstkvsimagesrccaps.h"
#include "gstkvsimagesrcprivate.h"

/* The segment, or the one that there would be before there is a session. */
static void
get_segment (GstKvsImageSrc *self, GstSegment *segment)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_session (self);

  if (session != NULL)
    gst_kvs_image_src_session_copy_segment (session, segment);
  else
    gst_segment_init (segment, GST_FORMAT_TIME);
}

static gboolean
query_position (GstKvsImageSrc *self, GstQuery *query)
{
  GstSegment segment;
  GstFormat format;

  gst_query_parse_position (query, &format, NULL);
  if (format != GST_FORMAT_TIME)
    return FALSE;
  get_segment (self, &segment);
  gst_query_set_position (query, GST_FORMAT_TIME,
      (gint64)gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, segment.position));
  return TRUE;
}

static gboolean
query_duration (GstKvsImageSrc *self, GstQuery *query)
{
  GstSegment segment;
  GstFormat format;

  gst_query_parse_duration (query, &format, NULL);
  if (format != GST_FORMAT_TIME)
    return FALSE;
  get_segment (self, &segment);
  gst_query_set_duration (query, GST_FORMAT_TIME, (gint64)segment.duration);
  return TRUE;
}

/* Where there is no end, the live edge is one. */
static gboolean
query_seeking (GstKvsImageSrc *self, GstQuery *query)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_session (self);
  GstKvsImageSrcStatus status = {FALSE};
  GstSegment segment;
  GstFormat format;

  gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
  if (format != GST_FORMAT_TIME) {
    gst_query_set_seeking (query, format, FALSE, 0, -1);
    return TRUE;
  }
  get_segment (self, &segment);
  if (session != NULL)
    gst_kvs_image_src_session_get_status (session, &status);
  gst_query_set_seeking (query, GST_FORMAT_TIME, TRUE, 0,
      (gint64)(status.is_endless ? status.live_edge : segment.duration));
  return TRUE;
}

static gboolean
query_segment (GstKvsImageSrc *self, GstQuery *query)
{
  GstSegment segment;
  gint64 start, stop;

  get_segment (self, &segment);
  start = (gint64)gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, segment.start);
  stop = segment.stop == GST_CLOCK_TIME_NONE
             ? (gint64)segment.duration
             : (gint64)gst_segment_to_stream_time (&segment, GST_FORMAT_TIME, segment.stop);
  gst_query_set_segment (query, segment.rate, GST_FORMAT_TIME, start, stop);
  return TRUE;
}

static gboolean
query_latency (GstKvsImageSrc *self, GstQuery *query)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_session (self);
  GstKvsImageSrcStatus status = {FALSE};

  if (session != NULL)
    gst_kvs_image_src_session_get_status (session, &status);
  gst_query_set_latency (query, status.is_live, status.latency, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
query_scheduling (GstQuery *query)
{
  const GstSchedulingFlags flags = GST_SCHEDULING_FLAG_SEEKABLE | GST_SCHEDULING_FLAG_SEQUENTIAL |
                                   GST_SCHEDULING_FLAG_BANDWIDTH_LIMITED;

  gst_query_set_scheduling (query, flags, 1, -1, 0);
  gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
  return TRUE;
}

static gboolean
query_convert (GstQuery *query)
{
  GstFormat from, to;
  gint64 value;

  gst_query_parse_convert (query, &from, &value, &to, NULL);
  if (from != to)
    return FALSE;
  gst_query_set_convert (query, from, value, to, value);
  return TRUE;
}

static gboolean
query_caps (GstKvsImageSrc *self, GstQuery *query)
{
  g_autoptr (GstCaps) caps = NULL;
  GstCaps *filter;

  GST_OBJECT_LOCK (self);
  caps = gst_kvs_image_src_caps_new_possible (
      self->settings.kvs.format, self->settings.kvs.width, self->settings.kvs.height);
  GST_OBJECT_UNLOCK (self);
  gst_query_parse_caps (query, &filter);
  if (filter != NULL)
    gst_caps_take (&caps, gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST));
  gst_query_set_caps_result (query, caps);
  return TRUE;
}

static gboolean
query_uri (GstKvsImageSrc *self, GstQuery *query)
{
  g_autofree char *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (self));

  gst_query_set_uri (query, uri);
  return TRUE;
}

gboolean
gst_kvs_image_src_pad_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (parent);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_POSITION:
      return query_position (self, query);
    case GST_QUERY_DURATION:
      return query_duration (self, query);
    case GST_QUERY_SEEKING:
      return query_seeking (self, query);
    case GST_QUERY_SEGMENT:
      return query_segment (self, query);
    case GST_QUERY_LATENCY:
      return query_latency (self, query);
    case GST_QUERY_SCHEDULING:
      return query_scheduling (query);
    case GST_QUERY_CONVERT:
      return query_convert (query);
    case GST_QUERY_FORMATS:
      gst_query_set_formats (query, 1, GST_FORMAT_TIME);
      return TRUE;
    case GST_QUERY_CAPS:
      return query_caps (self, query);
    case GST_QUERY_URI:
      return query_uri (self, query);
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}
