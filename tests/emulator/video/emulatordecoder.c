/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A few readers are kept, each after the last frame that it returned. The decoder reads on from one of them
 * if the frame is a little further, else it seeks. A checksum of the picture from the first decoding shows
 * whether the seek led to the right frame. If a seek leads to another frame, the file is only read forward
 * from then on, if necessary from its beginning. */
#include "emulatordecoder.h"

#include "emulatorreader.h"

#include <gst/video/video.h>
#include <zlib.h>

/* As many as an element asks for at once by default, each for another part of the video. */
#define MAX_HEADS 4
/* Up to this distance, reading on is taken to be cheaper than a seek, which goes back to a key frame. */
#define MAX_FRAMES_AHEAD 100
/* Of the only frame of a file. */
#define DEFAULT_DURATION_MS 1000
/* Of a file that has neither times nor a frame rate. */
#define DEFAULT_FPS 25
/* Beyond every frame, so that none is waited for there. */
#define POSITION_UNKNOWN G_MAXUINT

typedef struct {
  gint64 ms;         /* after the first frame */
  GstClockTime time; /* in stream time, or none */
  gulong checksum;   /* of its luma */
} DecoderFrame;

/* A reader and its position. If it is not in the list of idle readers, it belongs to the thread that
 * took it. */
typedef struct {
  EmulatorReader *reader; /* NULL before its first use */
  guint next;             /* the frame it gives next */
} DecoderHead;

struct _EmulatorDecoder {
  GObject parent;

  char *path;
  guint width;
  guint height;
  GArray *frames; /* DecoderFrame, in order of time; not changed after construction */
  gint64 length_ms;

  GMutex lock; /* guards all below */
  GCond given_back;
  GQueue idle; /* DecoderHead, the one used last first */
  guint n_heads;
  gboolean seeks_are_exact;
};

GQuark
emulator_decoder_error_quark (void)
{
  return g_quark_from_static_string ("emulator-decoder-error-quark");
}
G_DEFINE_FINAL_TYPE (EmulatorDecoder, emulator_decoder, G_TYPE_OBJECT)

static void
decoder_head_free (gpointer data)
{
  DecoderHead *head = data;

  g_clear_object (&head->reader);
  g_free (head);
}

static void
emulator_decoder_finalize (GObject *object)
{
  EmulatorDecoder *self = EMULATOR_DECODER (object);

  g_queue_clear_full (&self->idle, decoder_head_free);
  g_array_unref (self->frames);
  g_free (self->path);
  g_cond_clear (&self->given_back);
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
  g_cond_init (&self->given_back);
  g_queue_init (&self->idle);
  self->frames = g_array_new (FALSE, TRUE, sizeof (DecoderFrame));
  self->seeks_are_exact = TRUE;
}

static DecoderFrame *
get_frame (EmulatorDecoder *self, guint frame)
{
  return &g_array_index (self->frames, DecoderFrame, frame);
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

/* When frame @n comes, in ms, if frames come at the rate in its caps. */
static gint64
get_nominal_ms (GstSample *sample, guint n)
{
  GstVideoInfo info;

  if (!gst_video_info_from_caps (&info, gst_sample_get_caps (sample)) || info.fps_n <= 0)
    return n * 1000 / DEFAULT_FPS;
  return gst_util_uint64_scale_round (n, 1000 * (guint64)info.fps_d, info.fps_n);
}

static void
add_frame (EmulatorDecoder *self, GstSample *sample)
{
  DecoderFrame frame = {
      .time = emulator_reader_get_frame_time (sample),
      .checksum = get_checksum (sample),
  };
  guint n = self->frames->len;

  if (n == 0) {
    learn_size (self, sample);
  } else if (GST_CLOCK_TIME_IS_VALID (frame.time)) {
    GstClockTimeDiff elapsed = GST_CLOCK_DIFF (get_frame (self, 0)->time, frame.time);

    frame.ms = MAX (get_frame (self, n - 1)->ms, (elapsed + GST_MSECOND / 2) / GST_MSECOND);
  } else {
    frame.ms = get_nominal_ms (sample, n);
  }
  g_array_append_val (self->frames, frame);
}

/* How long the last frame is shown, in ms: as it says, else as long as the one before it. */
static gint64
get_last_duration (EmulatorDecoder *self, GstSample *last)
{
  GstClockTime duration = GST_BUFFER_DURATION (gst_sample_get_buffer (last));
  guint n = self->frames->len;

  if (n == 1)
    return DEFAULT_DURATION_MS;
  if (GST_CLOCK_TIME_IS_VALID (duration))
    return gst_util_uint64_scale_round (duration, 1, GST_MSECOND);
  return get_frame (self, n - 1)->ms - get_frame (self, n - 2)->ms;
}

/* Reads the whole file and fills in all that is not changed later. */
static gboolean
find_frames (EmulatorDecoder *self, EmulatorReader *reader, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GstSample) last = NULL;
  GstSample *sample;

  while ((sample = emulator_reader_pull (reader, &failure)) != NULL) {
    add_frame (self, sample);
    g_clear_pointer (&last, gst_sample_unref);
    last = sample;
  }
  if (last == NULL || failure != NULL) {
    g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_OPEN, "%s",
        failure != NULL ? failure->message : "the file has no frame of video");
    return FALSE;
  }
  self->length_ms =
      get_frame (self, self->frames->len - 1)->ms + MAX (1, get_last_duration (self, last));
  return TRUE;
}

EmulatorDecoder *
emulator_decoder_new (const char *path, GError **error)
{
  g_autoptr (EmulatorDecoder) self = g_object_new (EMULATOR_TYPE_DECODER, NULL);
  g_autoptr (EmulatorReader) reader = emulator_reader_new (path, error);

  self->path = g_strdup (path);
  if (reader == NULL || !find_frames (self, reader, error))
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

/* The idle head that is nearest before a frame, if reading on from there is the best that can be
 * done. Called with the lock held. */
static GList *
find_head (EmulatorDecoder *self, guint frame)
{
  guint distance = self->seeks_are_exact ? MAX_FRAMES_AHEAD : G_MAXUINT;
  GList *nearest = NULL;

  for (GList *link = self->idle.head; link != NULL; link = link->next) {
    const DecoderHead *head = link->data;

    if (head->next <= frame && frame - head->next <= distance) {
      distance = frame - head->next;
      nearest = link;
    }
  }
  return nearest;
}

/* Takes a head to read a frame with, somewhere else perhaps, and waits for one while all are used.
 */
static DecoderHead *
take_head (EmulatorDecoder *self, guint frame)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GList *link = find_head (self, frame);
  DecoderHead *head;

  if (link == NULL && self->n_heads < MAX_HEADS) {
    self->n_heads++;
    head = g_new0 (DecoderHead, 1);
    head->next = POSITION_UNKNOWN;
    return head;
  }
  while (g_queue_is_empty (&self->idle))
    g_cond_wait (&self->given_back, &self->lock);
  if (link == NULL)
    link = self->idle.tail;
  head = link->data;
  g_queue_delete_link (&self->idle, link);
  return head;
}

static void
give_back_head (EmulatorDecoder *self, DecoderHead *head)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_queue_push_head (&self->idle, head);
  g_cond_signal (&self->given_back);
}

static gboolean
may_seek (EmulatorDecoder *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->seeks_are_exact;
}

static void
give_up_seeking (EmulatorDecoder *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->seeks_are_exact = FALSE;
}

static gboolean
rewind_head (EmulatorDecoder *self, DecoderHead *head, GError **error)
{
  g_clear_object (&head->reader);
  head->reader = emulator_reader_new (self->path, error);
  head->next = head->reader != NULL ? 0 : POSITION_UNKNOWN;
  return head->reader != NULL;
}

/* The frame, if a seek leads to it; a decoder may give the end of the frame before it first, under
 * the time that was asked for. */
static GstSample *
pull_by_seek (EmulatorDecoder *self, DecoderHead *head, guint frame)
{
  const DecoderFrame *wanted = get_frame (self, frame);
  GstSample *sample;

  if (!GST_CLOCK_TIME_IS_VALID (wanted->time) || !emulator_reader_seek (head->reader, wanted->time))
    return NULL;
  while ((sample = emulator_reader_pull (head->reader, NULL)) != NULL) {
    GstClockTime time = emulator_reader_get_frame_time (sample);

    if (time == wanted->time && get_checksum (sample) == wanted->checksum) {
      head->next = frame + 1;
      return sample;
    }
    gst_sample_unref (sample);
    if (!GST_CLOCK_TIME_IS_VALID (time) || time > wanted->time)
      return NULL;
  }
  return NULL;
}

/* The frame, if it is still there. */
static GstSample *
pull_by_reading (DecoderHead *head, guint frame, GError **error)
{
  GstSample *sample;

  while ((sample = emulator_reader_pull (head->reader, error)) != NULL && head->next++ < frame)
    gst_sample_unref (sample);
  if (sample == NULL)
    head->next = POSITION_UNKNOWN;
  return sample;
}

static gboolean
is_near (const DecoderHead *head, guint frame)
{
  return head->next <= frame && frame - head->next <= MAX_FRAMES_AHEAD;
}

static GstSample *
pull_frame (EmulatorDecoder *self, DecoderHead *head, guint frame, GError **error)
{
  if (head->reader == NULL && !rewind_head (self, head, error))
    return NULL;
  if (!is_near (head, frame) && may_seek (self)) {
    GstSample *sample = pull_by_seek (self, head, frame);

    if (sample != NULL)
      return sample;
    give_up_seeking (self);
    head->next = POSITION_UNKNOWN;
  }
  if (head->next > frame && !rewind_head (self, head, error))
    return NULL;
  return pull_by_reading (head, frame, error);
}

GstSample *
emulator_decoder_decode (EmulatorDecoder *self, guint frame, GError **error)
{
  g_autoptr (GError) failure = NULL;
  DecoderHead *head;
  GstSample *sample;

  g_return_val_if_fail (EMULATOR_IS_DECODER (self), NULL);
  g_return_val_if_fail (frame < self->frames->len, NULL);

  head = take_head (self, frame);
  sample = pull_frame (self, head, frame, &failure);
  give_back_head (self, head);
  if (sample == NULL)
    g_set_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_DECODE,
        "frame %u of %s is gone: %s", frame, self->path,
        failure != NULL ? failure->message : "the file ends before it");
  return sample;
}
