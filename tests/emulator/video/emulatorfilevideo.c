/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Maps the endless time of the media to the looped file, and caches stills, because each loop has the same
 * ones. */
#include "emulatorfilevideo.h"

#include "emulatorcache.h"
#include "emulatordecoder.h"

/* Some rounds of a minute of stills of ordinary size. */
#define MAX_CACHED_BYTES (64 * 1024 * 1024)

struct _EmulatorFileVideo {
  EmulatorVideo parent;

  EmulatorDecoder *decoder;
  EmulatorCache *cache;
};

G_DEFINE_FINAL_TYPE (EmulatorFileVideo, emulator_file_video, EMULATOR_TYPE_VIDEO)

/* The position in the file for a time of the media, in ms. */
static gint64
get_position (EmulatorFileVideo *self, gint64 media_ms)
{
  gint64 length = emulator_decoder_get_length (self->decoder);
  gint64 position = media_ms % length;

  return position < 0 ? position + length : position;
}

static gint64
emulator_file_video_get_frame_time (EmulatorVideo *video, gint64 media_ms)
{
  EmulatorFileVideo *self = EMULATOR_FILE_VIDEO (video);
  gint64 position = get_position (self, media_ms);
  guint frame = emulator_decoder_find_frame (self->decoder, position);

  return media_ms - position + emulator_decoder_get_frame_time (self->decoder, frame);
}

static GBytes *
emulator_file_video_render (EmulatorVideo *video, gint64 media_ms, gint64 unix_ms,
    const EmulatorImageSpec *spec, GError **error)
{
  EmulatorFileVideo *self = EMULATOR_FILE_VIDEO (video);
  guint frame = emulator_decoder_find_frame (self->decoder, get_position (self, media_ms));
  GBytes *still = emulator_cache_lookup (self->cache, frame, spec);
  g_autoptr (GstSample) picture = NULL;

  if (still != NULL)
    return still;
  picture = emulator_decoder_decode (self->decoder, frame, error);
  if (picture == NULL)
    return NULL;
  still = emulator_video_encode (video, picture, spec, error);
  if (still != NULL)
    emulator_cache_insert (self->cache, frame, spec, still);
  return still;
}

static void
emulator_file_video_finalize (GObject *object)
{
  EmulatorFileVideo *self = EMULATOR_FILE_VIDEO (object);

  g_clear_object (&self->decoder);
  g_clear_object (&self->cache);
  G_OBJECT_CLASS (emulator_file_video_parent_class)->finalize (object);
}

static void
emulator_file_video_class_init (EmulatorFileVideoClass *klass)
{
  EmulatorVideoClass *video_class = EMULATOR_VIDEO_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = emulator_file_video_finalize;
  video_class->get_frame_time = emulator_file_video_get_frame_time;
  video_class->render = emulator_file_video_render;
}

static void
emulator_file_video_init (EmulatorFileVideo *self)
{
  self->cache = emulator_cache_new (MAX_CACHED_BYTES);
}

EmulatorVideo *
emulator_file_video_new (const char *path, GError **error)
{
  g_autoptr (EmulatorFileVideo) self = g_object_new (EMULATOR_TYPE_FILE_VIDEO, NULL);
  guint width, height;

  self->decoder = emulator_decoder_new (path, error);
  if (self->decoder == NULL)
    return NULL;
  emulator_decoder_get_size (self->decoder, &width, &height);
  emulator_video_set_native_size (EMULATOR_VIDEO (self), width, height);
  return EMULATOR_VIDEO (g_steal_pointer (&self));
}
