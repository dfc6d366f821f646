/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recording.h"

#include <gst/check/gstconsistencychecker.h>

static void add_line (Recording *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_line (Recording *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->lines, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
add_buffer (Recording *self, GstBuffer *buffer)
{
  add_line (self, "still %" G_GUINT64_FORMAT "%s", GST_BUFFER_OFFSET (buffer),
      GST_BUFFER_IS_DISCONT (buffer) ? " discont" : "");
  g_ptr_array_add (self->buffers, gst_buffer_ref (buffer));
}

static void
add_caps (Recording *self, GstEvent *event)
{
  GstStructure *structure;
  GstCaps *caps;
  gint width = 0, height = 0;

  gst_event_parse_caps (event, &caps);
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_get (structure, "width", G_TYPE_INT, &width, "height", G_TYPE_INT, &height, NULL);
  add_line (self, "caps %s %dx%d", gst_structure_get_name (structure), width, height);
  g_ptr_array_add (self->caps, gst_caps_ref (caps));
}

static void
add_gap (Recording *self, GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);
  guint64 offset = G_MAXUINT64;

  gst_structure_get_uint64 (structure, "offset", &offset);
  add_line (
      self, "gap %" G_GUINT64_FORMAT " %s", offset, gst_structure_get_string (structure, "reason"));
  g_ptr_array_add (self->gaps, gst_event_ref (event));
}

static void
add_event (Recording *self, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      add_caps (self, event);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &self->segment);
      add_line (self, "segment");
      break;
    case GST_EVENT_TAG:
      g_clear_pointer (&self->tags, gst_tag_list_unref);
      gst_event_parse_tag (event, &self->tags);
      gst_tag_list_ref (self->tags);
      add_line (self, "tag");
      break;
    case GST_EVENT_GAP:
      add_gap (self, event);
      break;
    default:
      add_line (self, "%s", GST_EVENT_TYPE_NAME (event));
      break;
  }
}

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    add_buffer (user_data, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    add_event (user_data, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

/* Reads the bus until EOS or the first error, and warnings on the way. */
static void
wait_for_end (Recording *self, GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessageType types = GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_WARNING;
  GstMessage *message;

  while ((message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, types))) {
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING) {
      g_ptr_array_add (self->warnings, message);
      continue;
    }
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      self->error = gst_message_ref (message);
    gst_message_unref (message);
    return;
  }
  g_error ("neither EOS nor an error after a minute");
}

Recording *
recording_new (GstElement *source, const char *sink)
{
  Recording *self = g_new0 (Recording, 1);
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *rest =
      gst_parse_bin_from_description (sink ? sink : "fakesink sync=false", TRUE, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (source, "src");
  GstStreamConsistency *checker = gst_consistency_checker_new (pad);
  gint64 duration;

  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  self->gaps = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_event_unref);
  self->caps = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_caps_unref);
  self->warnings = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_message_unref);

  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, probe_cb, self, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, rest, NULL);
  g_assert_true (gst_element_link (source, rest));
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  wait_for_end (self, pipeline);
  self->duration = gst_element_query_duration (source, GST_FORMAT_TIME, &duration)
                       ? (GstClockTime)duration
                       : GST_CLOCK_TIME_NONE;
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_consistency_checker_free (checker);
  return self;
}

void
recording_free (Recording *self)
{
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->buffers);
  g_ptr_array_unref (self->gaps);
  g_ptr_array_unref (self->caps);
  g_ptr_array_unref (self->warnings);
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  g_clear_pointer (&self->error, gst_message_unref);
  g_free (self);
}

char *
recording_get_text (Recording *self)
{
  g_ptr_array_add (self->lines, NULL);
  char *text = g_strjoinv ("\n", (char **)self->lines->pdata);

  g_ptr_array_set_size (self->lines, (gint)self->lines->len - 1);
  return text;
}
