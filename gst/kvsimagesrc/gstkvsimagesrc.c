/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-kvsimagesrc
 * @title: kvsimagesrc
 * @short_description: Pulls still images from Amazon Kinesis Video Streams with GetImages
 * @see_also: jpegdec, pngdec, multifilesink, videorate
 *
 * Pulls still images from Amazon Kinesis Video Streams with the GetImages API. Each sample of a range
 * is either a still, which is one JPEG or PNG buffer as the service made it, or a GAP event. A still has
 * its sample time in the range as its timestamp, and its absolute time in a
 * #GstReferenceTimestampMeta with the caps `timestamp/x-unix`.
 *
 * The credentials and the region come from properties, or from the environment and the shared files
 * that AWS's own tools use.
 *
 * ## Example launch lines
 *
 * |[
 * gst-launch-1.0 kvsimagesrc stream-name=door start-timestamp=now-1h ! \
 *   multifilesink location=still-%05d.jpg
 * ]|
 * Writes the last hour of the stream "door" to files, a still each three seconds.
 *
 * |[
 * gst-launch-1.0 kvsimagesrc stream-name=door start-timestamp=now-1h sampling-interval=60000 \
 *   format=png width=320 height=180 ! multifilesink location=thumbnail-%05d.png
 * ]|
 * Thumbnails of that hour, one for each minute.
 *
 * |[
 * gst-launch-1.0 kvsimagesrc stream-name=door start-timestamp=now-1h ! jpegdec ! videoconvert ! \
 *   videorate rate=30 ! video/x-raw,framerate=10/1 ! jpegenc ! avimux ! filesink location=door.avi
 * ]|
 * A time-lapse, thirty times as fast.
 *
 * |[
 * gst-launch-1.0 uridecodebin3 uri="kvsimage:///door?start-timestamp=now-10m&max-items=20" ! \
 *   videoconvert ! jpegenc ! multifilesink location=decoded-%05d.jpg
 * ]|
 * Plays a URI, as players do.
 */
#include "gstkvsimagesrc.h"

#include "gstkvsimagesrccaps.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcprivate.h"
#include "gstkvsimagesrcproperties.h"
#include "gstkvsimagesrcstats.h"
#include "gstkvsimagesrcuri.h"

GST_DEBUG_CATEGORY (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

enum {
  PROP_START_TIME = GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY,
  PROP_END_TIME,
  PROP_NEXT_TOKEN,
  PROP_STATS,
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_KVS_IMAGE_SRC_CAPS));

static void gst_kvs_image_src_uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstKvsImageSrc, gst_kvs_image_src, GST_TYPE_ELEMENT,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_kvs_image_src_uri_handler_init)
        GST_DEBUG_CATEGORY_INIT (
            gst_kvs_image_src_debug, "kvsimagesrc", 0, "Kinesis Video Streams image source"))
GST_ELEMENT_REGISTER_DEFINE (kvsimagesrc, "kvsimagesrc", GST_RANK_PRIMARY, GST_TYPE_KVS_IMAGE_SRC)

GstKvsImageSrcSession *
gst_kvs_image_src_ref_session (GstKvsImageSrc *self)
{
  GstKvsImageSrcSession *session;

  GST_OBJECT_LOCK (self);
  session = self->session ? gst_kvs_image_src_session_ref (self->session) : NULL;
  GST_OBJECT_UNLOCK (self);
  return session;
}

GstKvsImageSrcSession *
gst_kvs_image_src_ref_active_session (GstKvsImageSrc *self)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_session (self);

  return session && gst_kvs_image_src_session_is_active (session) ? g_steal_pointer (&session)
                                                                  : NULL;
}

/* Properties */

static void
warn_of_refused_property (
    GstKvsImageSrc *self, const char *property, GstKvsImageSrcSession *session)
{
  g_auto (KvsNextSample) next = {FALSE};
  g_autofree char *text =
      g_strdup_printf ("%s can be changed in NULL and READY only; it stays as it is.", property);

  gst_kvs_image_src_session_get_next_sample (session, &next);
  gst_kvs_image_src_post_warning (
      GST_ELEMENT (self), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, text, NULL, &next);
}

/* GStreamer has no text for a structure that is not there. */
static char *
get_text (const GValue *value)
{
  if (G_VALUE_HOLDS_BOXED (value) && g_value_get_boxed (value) == NULL)
    return g_strdup ("");
  return g_strdup_value_contents (value);
}

/* Called with the lock of notifications held. */
static gboolean
is_news_locked (GstKvsImageSrc *self, GParamSpec *pspec)
{
  const char *before = g_hash_table_lookup (self->notified, pspec);
  g_auto (GValue) value = G_VALUE_INIT;
  g_autofree char *by_default = NULL;
  g_autofree char *now = NULL;

  if (pspec->owner_type != GST_TYPE_KVS_IMAGE_SRC)
    return TRUE;
  if (!(pspec->flags & G_PARAM_READABLE))
    return FALSE;
  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (self), pspec->name, &value);
  now = get_text (&value);
  by_default = get_text (g_param_spec_get_default_value (pspec));
  if (g_str_equal (now, before ? before : by_default))
    return FALSE;
  g_hash_table_insert (self->notified, pspec, g_steal_pointer (&now));
  return TRUE;
}

/* GObject asks for a notification of each property that is set, also of a refused change, of a value that was
 * there before and of a secret. Only properties that read otherwise than when they were last notified pass, so that
 * whatever may have changed can be notified. G_PARAM_EXPLICIT_NOTIFY would allow the same, but gst-inspect-1.0 shows it
 * as a number. */
static void
gst_kvs_image_src_dispatch_properties_changed (GObject *object, guint n_pspecs, GParamSpec **pspecs)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);
  g_autofree GParamSpec **news = g_new (GParamSpec *, n_pspecs);
  guint n_news = 0;

  g_mutex_lock (&self->notify_lock);
  for (guint i = 0; i < n_pspecs; i++) {
    if (is_news_locked (self, pspecs[i]))
      news[n_news++] = pspecs[i];
  }
  g_mutex_unlock (&self->notify_lock);
  G_OBJECT_CLASS (gst_kvs_image_src_parent_class)
      ->dispatch_properties_changed (object, n_news, news);
}

/* A change of the URI is a change of the properties that it is made of, and the other way round. */
static void
notify_uri (GstKvsImageSrc *self)
{
  const char *const *names = gst_kvs_image_src_uri_properties;

  g_object_freeze_notify (G_OBJECT (self));
  for (gsize i = 0; names[i] != NULL; i++)
    g_object_notify (G_OBJECT (self), names[i]);
  g_object_notify (G_OBJECT (self), "uri");
  g_object_thaw_notify (G_OBJECT (self));
}

/* A change in PAUSED or PLAYING could not take effect any more, so it is refused instead of being
 * ignored. */
static void
gst_kvs_image_src_set_property (
    GObject *object, guint property, const GValue *value, GParamSpec *pspec)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  if (session != NULL) {
    warn_of_refused_property (self, pspec->name, session);
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_kvs_image_src_properties_set (&self->settings, pspec, value);
  GST_OBJECT_UNLOCK (self);
  notify_uri (self);
}

static void
get_session_property (GstKvsImageSrc *self, guint property, GValue *value)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_session (self);
  GstKvsImageSrcStatus status = {
      .start_time = GST_CLOCK_TIME_NONE, .end_time = GST_CLOCK_TIME_NONE};

  if (session)
    gst_kvs_image_src_session_get_status (session, &status);
  if (property == PROP_NEXT_TOKEN)
    g_value_take_string (value, session ? gst_kvs_image_src_session_make_token (session) : NULL);
  else if (property == PROP_START_TIME)
    g_value_set_uint64 (value, status.start_time);
  else if (property == PROP_END_TIME)
    g_value_set_uint64 (value, status.end_time);
  else
    g_value_take_boxed (value, gst_kvs_image_src_stats_new (self->stats, status.held_bytes));
}

static void
gst_kvs_image_src_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);

  if (property >= GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY) {
    get_session_property (self, property, value);
    return;
  }
  GST_OBJECT_LOCK (self);
  gst_kvs_image_src_properties_get (&self->settings, pspec, value);
  GST_OBJECT_UNLOCK (self);
}

/* URI */

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static const char *const *
get_uri_protocols (GType type)
{
  static const char *const protocols[] = {KVS_URI_SCHEME, NULL};

  return protocols;
}

static char *
gst_kvs_image_src_get_uri (GstURIHandler *handler)
{
  char *uri;

  g_object_get (handler, "uri", &uri, NULL);
  return uri;
}

static gboolean
gst_kvs_image_src_set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (handler);
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);
  gboolean is_set;

  if (session != NULL) {
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the URI can be changed in NULL and READY only");
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  is_set = gst_kvs_image_src_uri_read (uri, &self->settings, error);
  GST_OBJECT_UNLOCK (self);
  if (is_set)
    notify_uri (self);
  return is_set;
}

static void
gst_kvs_image_src_uri_handler_init (gpointer iface, gpointer data)
{
  GstURIHandlerInterface *handler = iface;

  handler->get_type = get_uri_type;
  handler->get_protocols = get_uri_protocols;
  handler->get_uri = gst_kvs_image_src_get_uri;
  handler->set_uri = gst_kvs_image_src_set_uri;
}

/* The class */

static void
gst_kvs_image_src_finalize (GObject *object)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);

  g_clear_pointer (&self->loop, gst_kvs_image_src_loop_free);
  g_clear_pointer (&self->session, gst_kvs_image_src_session_unref);
  g_clear_pointer (&self->stats, kvs_stats_free);
  gst_clear_event (&self->ready_seek);
  gst_kvs_image_src_settings_clear (&self->settings);
  g_hash_table_unref (self->notified);
  g_mutex_clear (&self->notify_lock);

  G_OBJECT_CLASS (gst_kvs_image_src_parent_class)->finalize (object);
}

static void
gst_kvs_image_src_init (GstKvsImageSrc *self)
{
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  gst_kvs_image_src_settings_init (&self->settings);
  g_mutex_init (&self->notify_lock);
  self->notified = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->stats = kvs_stats_new ();
  self->pad = gst_pad_new_from_static_template (&src_template, "src");
  gst_pad_set_activatemode_function (self->pad, gst_kvs_image_src_activate_mode);
  gst_pad_set_event_function (self->pad, gst_kvs_image_src_pad_event);
  gst_pad_set_query_function (self->pad, gst_kvs_image_src_pad_query);
  gst_element_add_pad (GST_ELEMENT (self), self->pad);
  self->loop = gst_kvs_image_src_loop_new (GST_ELEMENT (self), self->pad);
}

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
install_readable_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_START_TIME,
      g_param_spec_uint64 ("start-time", "Start time",
          "Start of the range, in ns since the epoch; GST_CLOCK_TIME_NONE until it is known", 0,
          G_MAXUINT64, GST_CLOCK_TIME_NONE, READABLE));
  g_object_class_install_property (klass, PROP_END_TIME,
      g_param_spec_uint64 ("end-time", "End time",
          "End of the range, in ns since the epoch; GST_CLOCK_TIME_NONE until it is known, and "
          "if the range has no end",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, READABLE));
  g_object_class_install_property (klass, PROP_NEXT_TOKEN,
      g_param_spec_string ("next-token", "Next token",
          "Value for starting-token that resumes this range: at the first sample whose push has "
          "not returned OK. It never expires; unset after a complete range",
          NULL, READABLE));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Counters of the session: requests, samples, images, gaps, bytes, times",
          GST_TYPE_STRUCTURE, READABLE));
}

static void
gst_kvs_image_src_class_init (GstKvsImageSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_kvs_image_src_set_property;
  gobject_class->get_property = gst_kvs_image_src_get_property;
  gobject_class->dispatch_properties_changed = gst_kvs_image_src_dispatch_properties_changed;
  gobject_class->finalize = gst_kvs_image_src_finalize;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_kvs_image_src_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_kvs_image_src_send_event);
  gst_kvs_image_src_properties_install (gobject_class);
  install_readable_properties (gobject_class);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Kinesis Video Streams image source",
      "Source/Network/Image", "Pulls still images from Amazon Kinesis Video Streams with GetImages",
      "The kvsimagesrc authors");
}
