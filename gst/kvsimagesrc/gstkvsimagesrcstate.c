/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* State changes: a session begins with READY→PAUSED and ends with PAUSED→READY. */
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcprivate.h"

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

static GstKvsImageSrcSession *
make_session (GstKvsImageSrc *self, GError **error)
{
  g_auto (GstKvsImageSrcSettings) settings;

  GST_OBJECT_LOCK (self);
  gst_kvs_image_src_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  return gst_kvs_image_src_session_new (GST_ELEMENT (self), &settings, self->stats, error);
}

static void
set_session (GstKvsImageSrc *self, GstKvsImageSrcSession *session)
{
  g_autoptr (GstKvsImageSrcSession) old G_GNUC_UNUSED = NULL;

  GST_OBJECT_LOCK (self);
  old = self->session;
  self->session = session;
  GST_OBJECT_UNLOCK (self);
}

/* A new session begins without the values of the last one. */
static void
notify_session (GstKvsImageSrc *self)
{
  g_object_notify (G_OBJECT (self), "next-token");
  g_object_notify (G_OBJECT (self), "start-time");
  g_object_notify (G_OBJECT (self), "end-time");
}

/* The URI has all parameters of the pull, and no secret. */
static void
log_start (GstKvsImageSrc *self)
{
  g_autofree char *uri = NULL;
  g_autofree char *settings = NULL;

  if (gst_debug_category_get_threshold (GST_CAT_DEFAULT) < GST_LEVEL_INFO)
    return;
  uri = gst_uri_handler_get_uri (GST_URI_HANDLER (self));
  GST_OBJECT_LOCK (self);
  settings = gst_kvs_image_src_properties_describe (&self->settings);
  GST_OBJECT_UNLOCK (self);
  GST_INFO_OBJECT (self, "session begins: %s%s", uri, settings);
}

static gboolean
start (GstKvsImageSrc *self)
{
  g_autoptr (GError) error = NULL;
  GstKvsImageSrcSession *session;

  kvs_stats_reset (self->stats);
  session = make_session (self, &error);
  set_session (self, session);
  notify_session (self);
  if (session == NULL) {
    gst_kvs_image_src_post_error (GST_ELEMENT (self), error, NULL);
    return FALSE;
  }
  log_start (self);
  return TRUE;
}

static void
stop (GstKvsImageSrc *self)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  if (session == NULL)
    return;
  gst_kvs_image_src_session_stop (session);
  /* A seek that comes just now holds the stream lock while it takes the session for active. */
  GST_PAD_STREAM_LOCK (self->pad);
  gst_kvs_image_src_loop_end (self->loop);
  GST_PAD_STREAM_UNLOCK (self->pad);
}

/* A seek that came in READY is performed when the session begins. */
static void
perform_ready_seek (GstKvsImageSrc *self, GstKvsImageSrcSession *session)
{
  g_autoptr (GstEvent) seek = NULL;

  GST_OBJECT_LOCK (self);
  seek = g_steal_pointer (&self->ready_seek);
  GST_OBJECT_UNLOCK (self);
  if (seek != NULL && !gst_kvs_image_src_change_segment (self, session, seek, GST_CLOCK_TIME_NONE))
    GST_WARNING_OBJECT (self, "the seek that came in READY cannot be done: %" GST_PTR_FORMAT, seek);
}

static gboolean
activate (GstKvsImageSrc *self)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  if (session == NULL)
    return FALSE;
  GST_PAD_STREAM_LOCK (self->pad);
  gst_kvs_image_src_loop_begin (self->loop, session);
  perform_ready_seek (self, session);
  gst_kvs_image_src_loop_start (self->loop);
  GST_PAD_STREAM_UNLOCK (self->pad);
  return TRUE;
}

/* The gate stays shut, so that a seek which comes just now does not start the task again. One that is under way may
 * do so until it lets go of the stream lock. */
static gboolean
deactivate (GstKvsImageSrc *self)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  if (session != NULL)
    gst_kvs_image_src_gate_begin_flush (gst_kvs_image_src_session_get_gate (session), FALSE);
  GST_PAD_STREAM_LOCK (self->pad);
  GST_PAD_STREAM_UNLOCK (self->pad);
  return gst_pad_stop_task (self->pad);
}

gboolean
gst_kvs_image_src_activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (parent);

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  return active ? activate (self) : deactivate (self);
}

static void
set_playing (GstKvsImageSrc *self, gboolean is_playing)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  if (session == NULL)
    return;
  GST_DEBUG_OBJECT (self, "%s", is_playing ? "plays" : "pauses");
  if (is_playing)
    gst_kvs_image_src_session_start_clock (session);
  gst_kvs_image_src_gate_set_playing (gst_kvs_image_src_session_get_gate (session), is_playing);
}

static gboolean
is_live (GstKvsImageSrc *self)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  return session != NULL && gst_kvs_image_src_session_get_settings (session)->follow;
}

/* An element that follows is live from READY→PAUSED on. */
GstStateChangeReturn
gst_kvs_image_src_change_state (GstElement *element, GstStateChange transition)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (element);
  GstElementClass *parent_class = g_type_class_peek_parent (G_OBJECT_GET_CLASS (self));
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !start (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING)
    set_playing (self, TRUE);
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_playing (self, FALSE);

  ret = parent_class->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY ||
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE))
    stop (self);
  if (ret == GST_STATE_CHANGE_SUCCESS && is_live (self) &&
      (transition == GST_STATE_CHANGE_READY_TO_PAUSED ||
          transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED))
    return GST_STATE_CHANGE_NO_PREROLL;
  return ret;
}
