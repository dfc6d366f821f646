/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline that runs freely into a sink, which holds it back once a few frames wait. */
#include "emulatorreader.h"

#include <gst/app/app.h>

/* How long nothing may come out of a pipeline that has not ended. */
#define STALL_TIMEOUT (30 * GST_SECOND)
#define POLL_INTERVAL (100 * GST_MSECOND)

struct _EmulatorReader {
  GObject parent;

  char *path;
  GstElement *pipeline;
  GstAppSink *sink;
};

GQuark
emulator_reader_error_quark (void)
{
  return g_quark_from_static_string ("emulator-reader-error-quark");
}
G_DEFINE_FINAL_TYPE (EmulatorReader, emulator_reader, G_TYPE_OBJECT)

static void
emulator_reader_finalize (GObject *object)
{
  EmulatorReader *self = EMULATOR_READER (object);

  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->pipeline);
  g_free (self->path);
  G_OBJECT_CLASS (emulator_reader_parent_class)->finalize (object);
}

static void
emulator_reader_class_init (EmulatorReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_reader_finalize;
}

static void
emulator_reader_init (EmulatorReader *self)
{
}

EmulatorReader *
emulator_reader_new (const char *path, GError **error)
{
  g_autoptr (EmulatorReader) self = g_object_new (EMULATOR_TYPE_READER, NULL);
  g_autoptr (GstElement) source = NULL;

  self->path = g_strdup (path);
  self->pipeline = gst_parse_launch (
      "filesrc name=source ! decodebin expose-all-streams=false force-sw-decoders=true "
      "caps=video/x-raw(ANY) ! videoconvert ! "
      "appsink name=sink caps=video/x-raw,format=I420 sync=false max-buffers=4",
      error);
  if (self->pipeline == NULL)
    return NULL;
  gst_object_ref_sink (self->pipeline);
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  self->sink = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (self->pipeline), "sink"));
  g_object_set (source, "location", path, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return g_steal_pointer (&self);
}

/* Whether the pipeline has failed, with its own words in @error. */
static gboolean
take_failure (EmulatorReader *self, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) failure = NULL;

  if (message == NULL)
    return FALSE;
  gst_message_parse_error (message, &failure, NULL);
  g_set_error (error, EMULATOR_READER_ERROR, EMULATOR_READER_ERROR_FAILED, "cannot decode %s: %s",
      self->path, failure->message);
  return TRUE;
}

GstSample *
emulator_reader_pull (EmulatorReader *self, GError **error)
{
  for (GstClockTime waited = 0; waited < STALL_TIMEOUT; waited += POLL_INTERVAL) {
    GstSample *frame = gst_app_sink_try_pull_sample (self->sink, POLL_INTERVAL);

    if (frame != NULL)
      return frame;
    if (take_failure (self, error) || gst_app_sink_is_eos (self->sink))
      return NULL;
  }
  g_set_error (error, EMULATOR_READER_ERROR, EMULATOR_READER_ERROR_FAILED,
      "cannot decode %s: nothing came for %u s", self->path, (guint)(STALL_TIMEOUT / GST_SECOND));
  return NULL;
}

/* A pipeline that is still being put together would refuse any seek. */
static gboolean
is_complete (EmulatorReader *self)
{
  return gst_element_get_state (self->pipeline, NULL, NULL, STALL_TIMEOUT) ==
         GST_STATE_CHANGE_SUCCESS;
}

gboolean
emulator_reader_seek (EmulatorReader *self, GstClockTime time)
{
  return is_complete (self) && gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME,
                                   GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, time);
}

GstClockTime
emulator_reader_get_frame_time (GstSample *frame)
{
  return gst_segment_to_stream_time (gst_sample_get_segment (frame), GST_FORMAT_TIME,
      GST_BUFFER_PTS (gst_sample_get_buffer (frame)));
}
