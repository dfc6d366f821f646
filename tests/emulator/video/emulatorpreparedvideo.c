/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One still is encoded for each kind that is asked for, and kept as a template. */
#include "emulatorpreparedvideo.h"

#include "emulatorstilltemplate.h"
#include "emulatortestcard.h"

#define PREFIX "prepared"
#define DEFAULT_BYTES 8192
/* 6,291,456 characters of base64, the bound of ImageContent in the service's model. */
#define MAX_BYTES 4718592
#define DEFAULT_WIDTH 320
#define DEFAULT_HEIGHT 240

struct _EmulatorPreparedVideo {
  EmulatorVideo parent;

  gsize bytes;

  GMutex lock;           /* guards the table, whose templates are not changed and stay */
  GHashTable *templates; /* EmulatorStillTemplate by a text that names its kind */
};

G_DEFINE_FINAL_TYPE (EmulatorPreparedVideo, emulator_prepared_video, EMULATOR_TYPE_VIDEO)

static EmulatorStillTemplate *
make_template (EmulatorPreparedVideo *self, const EmulatorImageSpec *spec, GError **error)
{
  g_autoptr (GstSample) card = emulator_test_card_new (spec->width, spec->height);
  g_autoptr (GBytes) still = emulator_video_encode (EMULATOR_VIDEO (self), card, spec, error);

  if (still == NULL)
    return NULL;
  return emulator_still_template_new (spec->format, still, self->bytes);
}

static EmulatorStillTemplate *
get_template (EmulatorPreparedVideo *self, const EmulatorImageSpec *spec, GError **error)
{
  g_autofree char *kind =
      g_strdup_printf ("%d %u %ux%u", spec->format, spec->quality, spec->width, spec->height);
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  EmulatorStillTemplate *template = g_hash_table_lookup (self->templates, kind);

  if (template != NULL)
    return template;
  template = make_template (self, spec, error);
  if (template != NULL)
    g_hash_table_insert (self->templates, g_steal_pointer (&kind), template);
  return template;
}

static GBytes *
emulator_prepared_video_render (EmulatorVideo *video, gint64 media_ms, gint64 unix_ms,
    const EmulatorImageSpec *spec, GError **error)
{
  EmulatorStillTemplate *template = get_template (EMULATOR_PREPARED_VIDEO (video), spec, error);
  g_autofree char *comment = NULL;

  if (template == NULL)
    return NULL;
  comment = g_strdup_printf ("time=%" G_GINT64_FORMAT, unix_ms);
  return emulator_still_template_fill (template, comment);
}

static void
emulator_prepared_video_finalize (GObject *object)
{
  EmulatorPreparedVideo *self = EMULATOR_PREPARED_VIDEO (object);

  g_hash_table_unref (self->templates);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (emulator_prepared_video_parent_class)->finalize (object);
}

static void
emulator_prepared_video_class_init (EmulatorPreparedVideoClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = emulator_prepared_video_finalize;
  EMULATOR_VIDEO_CLASS (klass)->render = emulator_prepared_video_render;
}

static void
emulator_prepared_video_init (EmulatorPreparedVideo *self)
{
  g_mutex_init (&self->lock);
  self->bytes = DEFAULT_BYTES;
  self->templates = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify)emulator_still_template_free);
  emulator_video_set_native_size (EMULATOR_VIDEO (self), DEFAULT_WIDTH, DEFAULT_HEIGHT);
}

static gboolean
parse_source (const char *source, gsize *bytes, GError **error)
{
  guint64 number;

  if (g_str_equal (source, PREFIX))
    return TRUE;
  if (!g_str_has_prefix (source, PREFIX ":") ||
      !g_ascii_string_to_unsigned (source + strlen (PREFIX ":"), 10, 0, MAX_BYTES, &number, NULL)) {
    g_set_error (error, EMULATOR_VIDEO_ERROR, EMULATOR_VIDEO_ERROR_SETTINGS,
        "%s is not " PREFIX " or " PREFIX ":BYTES with at most %d bytes", source, MAX_BYTES);
    return FALSE;
  }
  *bytes = number;
  return TRUE;
}

EmulatorVideo *
emulator_prepared_video_new (const char *source, GError **error)
{
  g_autoptr (EmulatorPreparedVideo) self = g_object_new (EMULATOR_TYPE_PREPARED_VIDEO, NULL);

  if (!parse_source (source, &self->bytes, error))
    return NULL;
  return EMULATOR_VIDEO (g_steal_pointer (&self));
}
