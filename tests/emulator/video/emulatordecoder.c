/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pipeline is kept at the frame that was asked for last. A frame a little further on is reached
 * by decoding up to it, any other by a seek, and whether the seek led to the right frame is known
 * by a checksum of its picture from the first pass. A file in which a seek led elsewhere is from
 * then on only read forward, from its beginning where need be. */
#include "emulatordecoder.h"

#include <gst/app/app.h>
#include <gst/video/video.h>
#include <string.h>
#include <zlib.h>

/* Where decoding on is taken to be cheaper than a seek, which goes back to a key frame. */
#define MAX_FRAMES_AHEAD 100
/* How long nothing may come out of a pipeline that has not ended. */
#define STALL_TIMEOUT (30 * GST_SECOND)
#define POLL_INTERVAL (100 * GST_MSECOND)
/* Of a picture file, whose frame has no duration. */
#define DEFAULT_FRAME_DURATION GST_SECOND
/* Past every frame, so that whichever is asked for next is not waited for where the pipeline is. */
#define POSITION_UNKNOWN G_MAXUINT

typedef struct {
  gint64 ms;         /* after the first frame */
  GstClockTime time; /* in stream time */
  gulong checksum;   /* of its luma */
} DecoderFrame;

struct _EmulatorDecoder {
  GObject parent;

  char *path;
  guint width;
  guint height;
  GArray *frames; /* DecoderFrame, in order of time; not changed after construction */
  gint64 length_ms;

  GMutex lock; /* guards all below */
  GstElement *pipeline;
  GstAppSink *sink;
  guint next; /* the frame that comes out of the pipeline next */
  gboolean seeks_are_exact;
};

G_DEFINE_QUARK (emulator - decoder - error - quark, emulator_decoder_error)
G_DEFINE_FINAL_TYPE (EmulatorDecoder, emulator_decoder, G_TYPE_OBJECT)

static void
close_pipeline (EmulatorDecoder *self)
{
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_clear_object (&self->sink);
  gst_clear_object (&self->pipeline);
}

static void
emulator_decoder_finalize (GObject *object)
{
  EmulatorDecoder *self = EMULATOR_DECODER (object);

  close_pipeline (self);
  g_array_unref (self->frames);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (emulator_decoder_parent_class)->finalize (object);
}

static void
emulator_decoder_class_init (EmulatorDecoderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_decoder_finalize;
}

static void
emulator_decoder_init (EmulatorDecoder *self)
{
  g_mutex_init (&self->lock);
  self->frames = g_array_new (FALSE, FALSE, sizeof (DecoderFrame));
  self->seeks_are_exact = TRUE;
}

static DecoderFrame *
get_frame (EmulatorDecoder *self, guint frame)
{
  return &g_array_index (self->frames, DecoderFrame, frame);
}

/* Begins to decode at the first frame. Called with the lock held. */
static gboolean
open_pipeline (EmulatorDecoder *self, GError **error)
{
  g_autoptr (GstElement) source = NULL;

  close_pipeline (self);
  self->pipeline = gst_parse_launch (
      "filesrc name=source ! decodebin expose-all-streams=false force-sw-decoders=true "
      "caps=video/x-raw(ANY) ! videoconvert ! "
      "appsink name=sink caps=video/x-raw,format=I420 sync=false max-buffers=4",
      error);
  if (self->pipeline == NULL)
    return FALSE;
  gst_object_ref_sink (self->pipeline);
  source = gst_bin_get_by_name (GST_BIN (self->pipeline), "source");
  self->sink = GST_APP_SINK (gst_bin_get_by_name (GST_BIN (self->pipeline), "sink"));
  g_object_set (source, "location", self->path, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->next = 0;
  return TRUE;
}

/* Whether the pipeline has failed, with its own words in @error. Called with the lock held. */
static gboolean
take_failure (EmulatorDecoder *self, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (self->pipeline);
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_autoptr (GError) failure = NULL;

  if (message == NULL)
    return FALSE;
  gst_message_parse_error (message, &failure, NULL);
  g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_DECODE, "cannot decode %s: %s",
      self->path, failure->message);
  return TRUE;
}

/* The frame that comes next; NULL without an error at the end. Called with the lock held. */
static GstSample *
pull (EmulatorDecoder *self, GError **error)
{
  for (GstClockTime waited = 0; waited < STALL_TIMEOUT; waited += POLL_INTERVAL) {
    GstSample *sample = gst_app_sink_try_pull_sample (self->sink, POLL_INTERVAL);

    if (sample != NULL) {
      self->next++;
      return sample;
    }
    if (take_failure (self, error) || gst_app_sink_is_eos (self->sink))
      return NULL;
  }
  g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_DECODE,
      "cannot decode %s: nothing came for %u s", self->path, (guint)(STALL_TIMEOUT / GST_SECOND));
  return NULL;
}

static GstClockTime
get_time (GstSample *sample)
{
  GstClockTime pts = GST_BUFFER_PTS (gst_sample_get_buffer (sample));

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return 0;
  return gst_segment_to_stream_time (gst_sample_get_segment (sample), GST_FORMAT_TIME, pts);
}

/* Row by row, because what fills the rows up to their stride is anything. */
static gulong
get_checksum (GstSample *sample)
{
  gulong checksum = adler32 (0, NULL, 0);
  GstVideoInfo info;
  GstVideoFrame picture;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) ||
      !gst_video_frame_map (&picture, &info, gst_sample_get_buffer (sample), GST_MAP_READ))
    return checksum;
  for (gint row = 0; row < GST_VIDEO_FRAME_HEIGHT (&picture); row++) {
    const guint8 *luma = GST_VIDEO_FRAME_PLANE_DATA (&picture, 0);
    gsize offset = (gsize)row * GST_VIDEO_FRAME_PLANE_STRIDE (&picture, 0);

    checksum = adler32 (checksum, luma + offset, GST_VIDEO_FRAME_WIDTH (&picture));
  }
  gst_video_frame_unmap (&picture);
  return checksum;
}

static void
learn_size (EmulatorDecoder *self, GstSample *sample)
{
  GstVideoInfo info;

  if (gst_video_info_from_caps (&info, gst_sample_get_caps (sample))) {
    self->width = GST_VIDEO_INFO_WIDTH (&info);
    self->height = GST_VIDEO_INFO_HEIGHT (&info);
  }
}

static void
add_frame (EmulatorDecoder *self, GstSample *sample)
{
  DecoderFrame frame = {.time = get_time (sample), .checksum = get_checksum (sample)};
  guint n = self->frames->len;

  if (n == 0) {
    learn_size (self, sample);
  } else {
    GstClockTimeDiff elapsed = GST_CLOCK_DIFF (get_frame (self, 0)->time, frame.time);

    frame.ms = MAX (get_frame (self, n - 1)->ms, (elapsed + GST_MSECOND / 2) / GST_MSECOND);
  }
  g_array_append_val (self->frames, frame);
}

/* How long the last frame is shown: as it says, else as long as the one before it. */
static GstClockTime
get_last_duration (EmulatorDecoder *self, GstSample *last)
{
  GstClockTime duration = GST_BUFFER_DURATION (gst_sample_get_buffer (last));
  guint n = self->frames->len;

  if (GST_CLOCK_TIME_IS_VALID (duration) && duration > 0)
    return duration;
  return n > 1 ? get_frame (self, n - 1)->time - get_frame (self, n - 2)->time
               : DEFAULT_FRAME_DURATION;
}

/* Fills in all that is not changed later. Called by the one thread that knows the decoder. */
static gboolean
find_frames (EmulatorDecoder *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GstSample) last = NULL;
  GstSample *sample;

  while ((sample = pull (self, &failure)) != NULL) {
    add_frame (self, sample);
    g_clear_pointer (&last, gst_sample_unref);
    last = sample;
  }
  if (failure != NULL) {
    failure->code = EMULATOR_DECODER_ERROR_OPEN;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (last == NULL) {
    g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_OPEN,
        "%s has no frame of video", self->path);
    return FALSE;
  }
  self->length_ms =
      get_frame (self, self->frames->len - 1)->ms +
      MAX (1, gst_util_uint64_scale_round (get_last_duration (self, last), 1, GST_MSECOND));
  return TRUE;
}

EmulatorDecoder *
emulator_decoder_new (const char *path, GError **error)
{
  g_autoptr (EmulatorDecoder) self = g_object_new (EMULATOR_TYPE_DECODER, NULL);

  self->path = g_strdup (path);
  if (!open_pipeline (self, error) || !find_frames (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

gint64
emulator_decoder_get_length (EmulatorDecoder *self)
{
  return self->length_ms;
}

void
emulator_decoder_get_size (EmulatorDecoder *self, guint *width, guint *height)
{
  *width = self->width;
  *height = self->height;
}

guint
emulator_decoder_find_frame (EmulatorDecoder *self, gint64 position_ms)
{
  guint first = 0, beyond = self->frames->len;

  while (beyond - first > 1) {
    guint middle = first + (beyond - first) / 2;

    if (get_frame (self, middle)->ms <= position_ms)
      first = middle;
    else
      beyond = middle;
  }
  return first;
}

gint64
emulator_decoder_get_frame_time (EmulatorDecoder *self, guint frame)
{
  g_return_val_if_fail (frame < self->frames->len, 0);

  return get_frame (self, frame)->ms;
}

/* The frame, if the pipeline is before it and gets there. Called with the lock held. */
static GstSample *
pull_forward (EmulatorDecoder *self, guint frame, GError **error)
{
  GstSample *sample = NULL;

  do {
    g_clear_pointer (&sample, gst_sample_unref);
    sample = pull (self, error);
  } while (sample != NULL && self->next <= frame);
  return sample;
}

/* The frame, if a seek leads to it; a decoder may give the end of the frame before it first, under
 * the time that was asked for. Called with the lock held. */
static GstSample *
pull_after_seek (EmulatorDecoder *self, guint frame)
{
  const DecoderFrame *wanted = get_frame (self, frame);
  g_autoptr (GstSample) sample = NULL;

  if (!gst_element_seek_simple (self->pipeline, GST_FORMAT_TIME,
          GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE, wanted->time))
    return NULL;
  while ((sample = pull (self, NULL)) != NULL && get_time (sample) <= wanted->time) {
    if (get_time (sample) == wanted->time && get_checksum (sample) == wanted->checksum) {
      self->next = frame + 1;
      return g_steal_pointer (&sample);
    }
    g_clear_pointer (&sample, gst_sample_unref);
  }
  return NULL;
}

/* Called with the lock held. */
static GstSample *
go_to_frame (EmulatorDecoder *self, guint frame, GError **error)
{
  if (self->seeks_are_exact && (frame < self->next || frame - self->next > MAX_FRAMES_AHEAD)) {
    GstSample *sample = pull_after_seek (self, frame);

    if (sample != NULL)
      return sample;
    self->seeks_are_exact = FALSE;
    self->next = POSITION_UNKNOWN;
  }
  if (frame < self->next && !open_pipeline (self, error))
    return NULL;
  return pull_forward (self, frame, error);
}

GstSample *
emulator_decoder_decode (EmulatorDecoder *self, guint frame, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (GError) failure = NULL;
  GstSample *sample;

  g_return_val_if_fail (EMULATOR_IS_DECODER (self), NULL);
  g_return_val_if_fail (frame < self->frames->len, NULL);

  locker = g_mutex_locker_new (&self->lock);
  sample = go_to_frame (self, frame, &failure);
  if (sample != NULL)
    return sample;

  self->next = POSITION_UNKNOWN;
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_DECODE,
        "%s ends before its frame %u", self->path, frame);
  return NULL;
}
