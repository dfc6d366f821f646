/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The card is drawn at the size of the source and stretched like any other picture, so that what a
 * client does to its shape shows. */
#include "emulatorsyntheticvideo.h"

#include "emulatortestcard.h"

#define DEFAULT_WIDTH 640
#define DEFAULT_HEIGHT 480

struct _EmulatorSyntheticVideo {
  EmulatorVideo parent;
};

G_DEFINE_FINAL_TYPE (EmulatorSyntheticVideo, emulator_synthetic_video, EMULATOR_TYPE_VIDEO)

static GBytes *
emulator_synthetic_video_render (EmulatorVideo *video, gint64 media_ms, gint64 unix_ms,
    const EmulatorImageSpec *spec, GError **error)
{
  g_autoptr (GstSample) card = NULL;
  guint width, height;

  emulator_video_get_native_size (video, &width, &height);
  card = emulator_test_card_new_with_time (width, height, unix_ms);
  return emulator_video_encode (video, card, spec, error);
}

static void
emulator_synthetic_video_class_init (EmulatorSyntheticVideoClass *klass)
{
  EMULATOR_VIDEO_CLASS (klass)->render = emulator_synthetic_video_render;
}

static void
emulator_synthetic_video_init (EmulatorSyntheticVideo *self)
{
  emulator_video_set_native_size (EMULATOR_VIDEO (self), DEFAULT_WIDTH, DEFAULT_HEIGHT);
}

EmulatorVideo *
emulator_synthetic_video_new (void)
{
  return g_object_new (EMULATOR_TYPE_SYNTHETIC_VIDEO, NULL);
}
