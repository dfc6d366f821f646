/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What all sources of pictures share: the choice between them, the grid of a given frame rate,
 * sizes, and encoders that are used again. */
#include "emulatorvideo.h"

#include "emulatorfilevideo.h"
#include "emulatorpreparedvideo.h"
#include "emulatorsyntheticvideo.h"

#define DEFAULT_FPS 25
#define MAX_FPS 1000
#define MS_PER_SECOND 1000
#define N_FORMATS (EMULATOR_FORMAT_PNG + 1)

/* Frames that come evenly. */
typedef struct {
  guint n_frames;
  guint per_ms;
} Raster;

typedef struct {
  Raster raster; /* zero: the source's own frames */
  guint width;
  guint height;
  GAsyncQueue *idle_encoders[N_FORMATS];
} EmulatorVideoPrivate;

GQuark
emulator_video_error_quark (void)
{
  return g_quark_from_static_string ("emulator-video-error-quark");
}
G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (EmulatorVideo, emulator_video, G_TYPE_OBJECT)

static gint64
floor_divide (gint64 dividend, gint64 divisor)
{
  return dividend / divisor - (dividend % divisor < 0);
}

/* The time of a frame is rounded up to the ms, so that its own time shows it. */
static gint64
get_raster_time (gint64 media_ms, Raster raster)
{
  gint64 frame = floor_divide (media_ms * raster.n_frames, raster.per_ms);

  return -floor_divide (-frame * raster.per_ms, raster.n_frames);
}

static gint64
emulator_video_default_get_frame_time (EmulatorVideo *self, gint64 media_ms)
{
  return get_raster_time (media_ms, (Raster){DEFAULT_FPS, MS_PER_SECOND});
}

static void
emulator_video_finalize (GObject *object)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (EMULATOR_VIDEO (object));

  for (guint i = 0; i < N_FORMATS; i++)
    g_async_queue_unref (priv->idle_encoders[i]);
  G_OBJECT_CLASS (emulator_video_parent_class)->finalize (object);
}

static void
emulator_video_class_init (EmulatorVideoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_video_finalize;
  klass->get_frame_time = emulator_video_default_get_frame_time;
}

static void
emulator_video_init (EmulatorVideo *self)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);

  for (guint i = 0; i < N_FORMATS; i++)
    priv->idle_encoders[i] = g_async_queue_new_full (g_object_unref);
}

static EmulatorVideo *
open_source (const char *source, GError **error)
{
  if (g_str_equal (source, "synthetic"))
    return emulator_synthetic_video_new ();
  if (g_str_equal (source, "prepared") || g_str_has_prefix (source, "prepared:"))
    return emulator_prepared_video_new (source, error);
  return emulator_file_video_new (source, error);
}

static gboolean
check_settings (guint width, guint height, guint fps, GError **error)
{
  if ((width == 0) != (height == 0)) {
    g_set_error (error, EMULATOR_VIDEO_ERROR, EMULATOR_VIDEO_ERROR_SETTINGS,
        "a picture of %u×%u cannot be: give both width and height, or neither", width, height);
    return FALSE;
  }
  if (fps > MAX_FPS) {
    g_set_error (error, EMULATOR_VIDEO_ERROR, EMULATOR_VIDEO_ERROR_SETTINGS,
        "%u frames a second are too many: times are in ms, so %u is the most", fps, MAX_FPS);
    return FALSE;
  }
  return TRUE;
}

EmulatorVideo *
emulator_video_new (const char *source, guint width, guint height, guint fps_or_0, GError **error)
{
  EmulatorVideo *self;
  EmulatorVideoPrivate *priv;

  g_return_val_if_fail (source != NULL, NULL);

  if (!check_settings (width, height, fps_or_0, error))
    return NULL;
  self = open_source (source, error);
  if (self == NULL)
    return NULL;

  priv = emulator_video_get_instance_private (self);
  if (fps_or_0 != 0)
    priv->raster = (Raster){fps_or_0, MS_PER_SECOND};
  if (width != 0)
    emulator_video_set_native_size (self, width, height);
  return self;
}

void
emulator_video_set_frame_length (EmulatorVideo *self, guint frame_ms)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);

  g_return_if_fail (EMULATOR_IS_VIDEO (self));
  g_return_if_fail (frame_ms > 0);

  priv->raster = (Raster){1, frame_ms};
}

gint64
emulator_video_get_frame_time (EmulatorVideo *self, gint64 media_ms)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);

  g_return_val_if_fail (EMULATOR_IS_VIDEO (self), media_ms);

  if (priv->raster.n_frames != 0)
    return get_raster_time (media_ms, priv->raster);
  return EMULATOR_VIDEO_GET_CLASS (self)->get_frame_time (self, media_ms);
}

GBytes *
emulator_video_render (EmulatorVideo *self, gint64 media_ms, gint64 unix_ms, EmulatorFormat format,
    guint quality, guint width, guint height, GError **error)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);
  EmulatorImageSpec spec = {
      .format = format,
      .quality = format == EMULATOR_FORMAT_JPEG ? quality : 0,
      .width = width != 0 ? width : priv->width,
      .height = height != 0 ? height : priv->height,
  };

  gint64 frame_ms;

  g_return_val_if_fail (EMULATOR_IS_VIDEO (self), NULL);
  g_return_val_if_fail ((width == 0) == (height == 0), NULL);

  frame_ms = emulator_video_get_frame_time (self, media_ms);
  return EMULATOR_VIDEO_GET_CLASS (self)->render (
      self, frame_ms, unix_ms - (media_ms - frame_ms), &spec, error);
}

void
emulator_video_set_native_size (EmulatorVideo *self, guint width, guint height)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);

  priv->width = width;
  priv->height = height;
}

void
emulator_video_get_native_size (EmulatorVideo *self, guint *width, guint *height)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);

  *width = priv->width;
  *height = priv->height;
}

GBytes *
emulator_video_encode (
    EmulatorVideo *self, GstSample *picture, const EmulatorImageSpec *spec, GError **error)
{
  EmulatorVideoPrivate *priv = emulator_video_get_instance_private (self);
  GAsyncQueue *idle = priv->idle_encoders[spec->format];
  g_autoptr (EmulatorEncoder) encoder = g_async_queue_try_pop (idle);
  GBytes *still;

  if (encoder == NULL)
    encoder = emulator_encoder_new (spec->format, error);
  if (encoder == NULL)
    return NULL;

  still = emulator_encoder_encode (encoder, picture, spec, error);
  if (still != NULL)
    g_async_queue_push (idle, g_steal_pointer (&encoder));
  return still;
}
