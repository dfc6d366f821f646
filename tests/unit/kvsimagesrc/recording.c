/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recording.h"

#include "testsource.h"

#include <gst/check/gstconsistencychecker.h>

#include <stdio.h>
#include <string.h>

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
add_tags (Recording *self, GstEvent *event)
{
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  gst_event_parse_tag (event, &self->tags);
  gst_tag_list_ref (self->tags);
  add_line (self, "tag");
}

static void
add_stream_start (Recording *self, GstEvent *event)
{
  const char *stream_id;

  gst_event_parse_stream_start (event, &stream_id);
  g_free (self->stream_id);
  self->stream_id = g_strdup (stream_id);
  add_line (self, "stream-start");
}

static void
add_event (Recording *self, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      add_stream_start (self, event);
      break;
    case GST_EVENT_CAPS:
      add_caps (self, event);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &self->segment);
      g_ptr_array_add (self->segments, gst_event_ref (event));
      add_line (self, "segment");
      break;
    case GST_EVENT_TAG:
      add_tags (self, event);
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
  Recording *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    add_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    add_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  g_cond_broadcast (&self->changed);
  return GST_PAD_PROBE_OK;
}

static void
add_message (Recording *self, GstMessage *message)
{
  if (GST_MESSAGE_SRC (message) == GST_OBJECT (self->source))
    g_ptr_array_add (self->messages, gst_message_ref (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    g_ptr_array_add (self->warnings, gst_message_ref (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && self->error == NULL)
    self->error = gst_message_ref (message);
}

GstMessageType
recording_wait (Recording *self)
{
  const GstMessageType ends = GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_SEGMENT_DONE;
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessageType type;

  do {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, RECORDING_TIMEOUT_US * GST_USECOND);

    if (message == NULL)
      g_error ("neither EOS nor an error after a minute");
    add_message (self, message);
    type = GST_MESSAGE_TYPE (message);
  } while (!(type & ends));
  return type;
}

/* The messages that are on the bus already. */
static void
read_bus (Recording *self)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  GstMessage *message;

  while ((message = gst_bus_pop (bus))) {
    add_message (self, message);
    gst_message_unref (message);
  }
}

void
recording_wait_for_stills (Recording *self, guint n)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  gint64 end_us = g_get_monotonic_time () + RECORDING_TIMEOUT_US;

  while (self->buffers->len < n) {
    if (!g_cond_wait_until (&self->changed, &self->lock, end_us))
      g_error ("only %u of %u stills came", self->buffers->len, n);
  }
}

void
recording_set_state (Recording *self, GstState state)
{
  gst_element_set_state (self->pipeline, state);
  g_assert_cmpint (gst_element_get_state (self->pipeline, NULL, NULL, GST_CLOCK_TIME_NONE), !=,
      GST_STATE_CHANGE_FAILURE);
}

Recording *
recording_start (GstElement *source, const char *sink, GstState state)
{
  Recording *self = g_new0 (Recording, 1);
  GstElement *rest =
      gst_parse_bin_from_description (sink ? sink : "fakesink sync=false", TRUE, NULL);

  self->pipeline = gst_pipeline_new (NULL);
  self->source = source;
  self->pad = gst_element_get_static_pad (source, "src");
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->buffers = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_buffer_unref);
  self->gaps = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_event_unref);
  self->caps = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_caps_unref);
  self->segments = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_event_unref);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_message_unref);
  self->warnings = g_ptr_array_new_with_free_func ((GDestroyNotify)gst_message_unref);
  self->checker = gst_consistency_checker_new (self->pad);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);

  gst_pad_add_probe (self->pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
          GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      probe_cb, self, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), source, rest, NULL);
  g_assert_true (gst_element_link (source, rest));
  if (state == GST_STATE_PAUSED)
    recording_set_state (self, state);
  else
    gst_element_set_state (self->pipeline, state);
  return self;
}

void
recording_stop (Recording *self)
{
  gint64 duration;

  self->duration = gst_element_query_duration (self->source, GST_FORMAT_TIME, &duration)
                       ? (GstClockTime)duration
                       : GST_CLOCK_TIME_NONE;
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  read_bus (self);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

void
recording_finish (Recording *self)
{
  recording_wait (self);
  recording_stop (self);
}

Recording *
recording_new (GstElement *source, const char *sink)
{
  Recording *self = recording_start (source, sink, GST_STATE_PLAYING);

  recording_finish (self);
  return self;
}

void
recording_forget (Recording *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_ptr_array_set_size (self->lines, 0);
  g_ptr_array_set_size (self->buffers, 0);
  g_ptr_array_set_size (self->gaps, 0);
  g_ptr_array_set_size (self->caps, 0);
  g_ptr_array_set_size (self->segments, 0);
}

void
recording_free (Recording *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_consistency_checker_free (self->checker);
  gst_object_unref (self->pad);
  gst_object_unref (self->pipeline);
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->buffers);
  g_ptr_array_unref (self->gaps);
  g_ptr_array_unref (self->caps);
  g_ptr_array_unref (self->segments);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->warnings);
  g_clear_pointer (&self->tags, gst_tag_list_unref);
  g_clear_pointer (&self->error, gst_message_unref);
  g_free (self->stream_id);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

char *
recording_get_text (Recording *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? "\n" : "", (char *)g_ptr_array_index (self->lines, i));
  return g_string_free (text, FALSE);
}

char *
recording_get_progress (Recording *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->messages->len; i++) {
    GstMessage *message = g_ptr_array_index (self->messages, i);
    g_autofree char *code = NULL;
    GstProgressType type;

    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      g_string_append (text, "ERROR ");
    if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_PROGRESS)
      continue;
    gst_message_parse_progress (message, &type, &code, NULL);
    g_assert_cmpstr (code, ==, "open");
    g_string_append_printf (text, "%s ",
        type == GST_PROGRESS_TYPE_START      ? "start"
        : type == GST_PROGRESS_TYPE_COMPLETE ? "complete"
        : type == GST_PROGRESS_TYPE_ERROR    ? "error"
                                             : "canceled");
  }
  return g_string_free (text, FALSE);
}

void
recording_assert_lines (Recording *self, const char *expected)
{
  g_autofree char *text = recording_get_text (self);

  g_assert_cmpstr (text, ==, expected);
}

void
recording_assert_error (Recording *self, GQuark domain, gint code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  g_assert_nonnull (self->error);
  gst_message_parse_error (self->error, &error, &debug);
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  g_assert_null (strstr (error->message, TEST_SOURCE_SECRET_KEY));
  g_assert_null (strstr (debug, TEST_SOURCE_SECRET_KEY));
}

GArray *
recording_get_offsets (Recording *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GArray *offsets = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < self->lines->len; i++) {
    const char *line = g_ptr_array_index (self->lines, i);
    guint64 offset;

    if (g_str_equal (line, "flush-stop"))
      g_array_set_size (offsets, 0);
    if (sscanf (line, "still %" G_GUINT64_FORMAT, &offset) == 1 ||
        sscanf (line, "gap %" G_GUINT64_FORMAT, &offset) == 1)
      g_array_append_val (offsets, offset);
  }
  return offsets;
}
