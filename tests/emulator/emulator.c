/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The emulator as tests and the program see it. */
#include "emulator.h"

#include "emulatorserver.h"

#include <gst/gst.h>

struct _Emulator {
  GObject parent;

  EmulatorClock *clock;
  EmulatorLog *log;
  EmulatorService *service;

  GMutex lock;            /* guards server and url */
  EmulatorServer *server; /* NULL when it is not running */
  char *url;
};

G_DEFINE_FINAL_TYPE (Emulator, emulator, G_TYPE_OBJECT)

static void
emulator_dispose (GObject *object)
{
  emulator_stop (EMULATOR_EMULATOR (object));
  G_OBJECT_CLASS (emulator_parent_class)->dispose (object);
}

static void
emulator_finalize (GObject *object)
{
  Emulator *self = EMULATOR_EMULATOR (object);

  emulator_service_free (self->service);
  emulator_log_free (self->log);
  emulator_clock_free (self->clock);
  g_mutex_clear (&self->lock);
  g_free (self->url);
  G_OBJECT_CLASS (emulator_parent_class)->finalize (object);
}

static void
emulator_class_init (EmulatorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = emulator_dispose;
  object_class->finalize = emulator_finalize;
  gst_init (NULL, NULL);
}

static void
emulator_init (Emulator *self)
{
  self->clock = emulator_clock_new ();
  self->log = emulator_log_new ();
  self->service = emulator_service_new (self->clock, self->log);
  g_mutex_init (&self->lock);
}

Emulator *
emulator_new (void)
{
  return g_object_new (EMULATOR_TYPE_EMULATOR, NULL);
}

static gboolean
set_now (Emulator *self, const char *value, GError **error)
{
  gint64 now_ms;

  if (!emulator_time_parse (value, &now_ms)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--now takes RFC 3339 with a zone, or seconds since the epoch, not '%s'", value);
    return FALSE;
  }
  emulator_clock_set (self->clock, now_ms);
  return TRUE;
}

gboolean
emulator_configure (Emulator *self, const char *name, const char *value, GError **error)
{
  if (g_str_equal (name, "now"))
    return set_now (self, value, error);
  return emulator_service_configure (self->service, name, value, error);
}

/* Called with the lock held. */
static gboolean
start_server (Emulator *self, GError **error)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);

  if (!emulator_log_open (self->log, settings->log, error))
    return FALSE;
  self->server = emulator_server_start (self->service, error);
  if (self->server == NULL)
    return FALSE;
  g_free (self->url);
  self->url = g_strdup (emulator_server_get_url (self->server));
  return TRUE;
}

gboolean
emulator_start (Emulator *self, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_return_val_if_fail (self->server == NULL, FALSE);

  return start_server (self, error);
}

void
emulator_stop (Emulator *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_clear_pointer (&self->server, emulator_server_stop);
}

const char *
emulator_get_url (Emulator *self)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->url;
}

guint
emulator_get_seed (Emulator *self)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);

  return settings->seed;
}

void
emulator_set_time (Emulator *self, gint64 unix_ms)
{
  emulator_clock_set (self->clock, unix_ms);
}

guint
emulator_count_requests (Emulator *self, const char *operation)
{
  return emulator_log_count (self->log, operation);
}

gboolean
emulator_wait_requests (Emulator *self, const char *operation, guint n, gint64 timeout_us)
{
  return emulator_log_wait (self->log, operation, n, timeout_us);
}

JsonArray *
emulator_get_log (Emulator *self)
{
  return emulator_log_get_entries (self->log);
}

/* @stream may be %NULL. */
static EmulatorMedia
get_media (Emulator *self, const EmulatorSettings *settings, EmulatorStream *stream, gint64 unix_ms)
{
  if (stream == NULL)
    return EMULATOR_MEDIA_NONE;
  return emulator_stream_get_media (stream, unix_ms, emulator_settings_get_frame_choice (settings),
      settings->seed, emulator_clock_get_now (self->clock));
}

EmulatorMedia
emulator_get_media (Emulator *self, const char *stream, gint64 unix_ms)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);

  return get_media (self, settings, emulator_settings_find_stream (settings, stream), unix_ms);
}

gint64
emulator_get_available (Emulator *self, const char *stream, gint64 unix_ms)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);
  EmulatorStream *found = emulator_settings_find_stream (settings, stream);

  if (found == NULL)
    return -1;
  return emulator_stream_get_available (
      found, unix_ms, emulator_settings_get_frame_choice (settings), settings->seed);
}

gint64
emulator_get_timestamp (Emulator *self, const char *stream, gint64 unix_ms)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);
  EmulatorStream *found = emulator_settings_find_stream (settings, stream);

  if (get_media (self, settings, found, unix_ms) != EMULATOR_MEDIA_PICTURE)
    return unix_ms;
  return emulator_settings_get_timestamp (settings, found, unix_ms);
}

GBytes *
emulator_get_image (Emulator *self, const char *stream, gint64 unix_ms, const char *format,
    guint quality, guint width, guint height, GError **error)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (self->service);
  EmulatorStream *found = emulator_settings_find_stream (settings, stream);
  EmulatorFormat encoding =
      g_str_equal (format, "PNG") ? EMULATOR_FORMAT_PNG : EMULATOR_FORMAT_JPEG;

  if (get_media (self, settings, found, unix_ms) != EMULATOR_MEDIA_PICTURE) {
    g_set_error (error, EMULATOR_ERROR, EMULATOR_ERROR_RESOURCE_NOT_FOUND,
        "There is no picture in stream %s at %" G_GINT64_FORMAT " ms", stream, unix_ms);
    return NULL;
  }
  return emulator_stream_render (found, unix_ms, emulator_settings_get_frame_choice (settings),
      encoding, quality, width, height, error);
}
