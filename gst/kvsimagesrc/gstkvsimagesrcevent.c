/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events from outside: seeks, flushes, EOS and what an application sends downstream. */
#include "gstkvsimagesrcprivate.h"

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

/* Seeks */

static void
post_segment_start (GstKvsImageSrc *self, GstKvsImageSrcSession *session)
{
  GstMessage *message;
  GstSegment segment;
  guint32 seqnum = gst_kvs_image_src_session_copy_segment (session, &segment);

  if (!(segment.flags & GST_SEGMENT_FLAG_SEGMENT))
    return;
  message =
      gst_message_new_segment_start (GST_OBJECT (self), GST_FORMAT_TIME, (gint64)segment.position);
  gst_message_set_seqnum (message, seqnum);
  gst_element_post_message (GST_ELEMENT (self), message);
}

gboolean
gst_kvs_image_src_change_segment (
    GstKvsImageSrc *self, GstKvsImageSrcSession *session, GstEvent *seek, GstClockTime shown)
{
  if (!gst_kvs_image_src_session_seek (session, seek, shown))
    return FALSE;
  gst_kvs_image_src_loop_seek (self->loop);
  post_segment_start (self, session);
  return TRUE;
}

/* The stream time on screen, which only the sinks know. They are asked through the pipeline, as a query that goes
 * downstream would not get to them. */
static GstClockTime
query_shown (GstKvsImageSrc *self)
{
  g_autoptr (GstObject) top = gst_object_ref (GST_OBJECT (self));
  GstObject *parent;
  gint64 position;

  while ((parent = gst_object_get_parent (top)) != NULL) {
    gst_object_unref (top);
    top = parent;
  }
  if (top == GST_OBJECT (self) || !GST_IS_ELEMENT (top) ||
      !gst_element_query_position (GST_ELEMENT (top), GST_FORMAT_TIME, &position) || position < 0)
    return GST_CLOCK_TIME_NONE;
  return (GstClockTime)position;
}

/* Whether @seek changes the rate, or the end, and not the position. */
static gboolean
keeps_position (GstEvent *seek)
{
  GstSeekType start_type, stop_type;
  gdouble rate;

  gst_event_parse_seek (seek, &rate, NULL, NULL, &start_type, NULL, &stop_type, NULL);
  return (rate > 0 ? start_type : stop_type) == GST_SEEK_TYPE_NONE;
}

static void
push_flush (GstKvsImageSrc *self, GstEvent *flush, guint32 seqnum)
{
  gst_event_set_seqnum (flush, seqnum);
  GST_DEBUG_OBJECT (self, "%s", GST_EVENT_TYPE_NAME (flush));
  gst_pad_push_event (self->pad, flush);
}

/* Called with the stream lock held. What a flush without a seek has dropped comes again. */
static void
resume (GstKvsImageSrc *self, GstKvsImageSrcSession *session, gboolean is_same_segment)
{
  if (!gst_kvs_image_src_session_is_active (session))
    return;
  if (is_same_segment)
    gst_kvs_image_src_loop_recover (self->loop);
  gst_kvs_image_src_loop_start (self->loop);
}

/* Nothing is flushed for a seek that cannot be done, unless another seek comes in between. Behind EOS nothing passes a pad
 * until it is flushed. FLUSH_STOP makes a live pipeline take state locks, and one of those is held while the element stops
 * and waits for the stream lock. */
static gboolean
perform_seek (GstKvsImageSrc *self, GstKvsImageSrcSession *session, GstEvent *seek)
{
  GstKvsImageSrcGate *gate = gst_kvs_image_src_session_get_gate (session);
  guint32 seqnum = gst_event_get_seqnum (seek);
  GstClockTime shown = GST_CLOCK_TIME_NONE;
  gboolean is_flushing, is_performed, must_stop;
  GstSeekFlags flags;

  GST_DEBUG_OBJECT (self, "%" GST_PTR_FORMAT, seek);
  if (!gst_kvs_image_src_session_can_seek (session, seek)) {
    GST_INFO_OBJECT (self, "the seek cannot be done: %" GST_PTR_FORMAT, seek);
    return FALSE;
  }
  gst_event_parse_seek (seek, NULL, NULL, &flags, NULL, NULL, NULL, NULL);
  is_flushing = (flags & GST_SEEK_FLAG_FLUSH) != 0;
  if (is_flushing && keeps_position (seek))
    shown = query_shown (self);

  gst_kvs_image_src_gate_begin_flush (gate, is_flushing);
  if (is_flushing)
    push_flush (self, gst_event_new_flush_start (), seqnum);

  GST_PAD_STREAM_LOCK (self->pad);
  gst_kvs_image_src_loop_let_go (self->loop);
  is_performed = (is_flushing || !GST_PAD_IS_EOS (self->pad)) &&
                 gst_kvs_image_src_change_segment (self, session, seek, shown);
  must_stop = gst_kvs_image_src_gate_end_flush (gate, is_flushing);
  resume (self, session, is_flushing && !is_performed);
  GST_PAD_STREAM_UNLOCK (self->pad);

  if (must_stop)
    push_flush (self, gst_event_new_flush_stop (TRUE), seqnum);
  if (is_flushing)
    gst_kvs_image_src_session_restart_clock (session);
  if (must_stop)
    gst_kvs_image_src_gate_note_flush_stop (gate);
  return is_performed;
}

/* Before there is a session, it is not known yet what the seek means. */
static gboolean
keep_seek (GstKvsImageSrc *self, GstEvent *seek)
{
  GstFormat format;
  GstSeekFlags flags;

  gst_event_parse_seek (seek, NULL, &format, &flags, NULL, NULL, NULL, NULL);
  if (format != GST_FORMAT_TIME || (flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE))
    return FALSE;
  GST_OBJECT_LOCK (self);
  gst_event_replace (&self->ready_seek, seek);
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

/* Flushes */

static void
begin_flush (GstKvsImageSrc *self, GstEvent *event, gboolean is_upstream)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  GST_DEBUG_OBJECT (self, "flush from outside begins");
  if (session != NULL)
    gst_kvs_image_src_gate_begin_outer_flush (
        gst_kvs_image_src_session_get_gate (session), !is_upstream);
  if (!is_upstream)
    gst_pad_push_event (self->pad, gst_event_ref (event));
}

/* Returns whether FLUSH_STOP must be pushed. */
static gboolean
recover (GstKvsImageSrc *self, GstKvsImageSrcSession *session, gboolean is_upstream)
{
  gboolean must_stop;

  GST_PAD_STREAM_LOCK (self->pad);
  must_stop = gst_kvs_image_src_gate_end_outer_flush (
      gst_kvs_image_src_session_get_gate (session), !is_upstream);
  resume (self, session, TRUE);
  GST_PAD_STREAM_UNLOCK (self->pad);
  return must_stop;
}

static void
end_flush (GstKvsImageSrc *self, GstEvent *event, gboolean is_upstream)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);
  gboolean must_stop = session != NULL ? recover (self, session, is_upstream) : !is_upstream;

  if (must_stop)
    gst_pad_push_event (self->pad, gst_event_ref (event));
  if (session != NULL)
    gst_kvs_image_src_session_restart_clock (session);
  if (session != NULL && must_stop)
    gst_kvs_image_src_gate_note_flush_stop (gst_kvs_image_src_session_get_gate (session));
  GST_DEBUG_OBJECT (self, "flush from outside has ended");
}

/* Events that an application sends downstream */

/* The state lock is held, so that this must not wait for the streaming thread. */
static gboolean
request_eos (GstKvsImageSrc *self, GstEvent *eos)
{
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);
  gboolean is_resting;

  if (session == NULL)
    return FALSE;
  is_resting = gst_kvs_image_src_gate_request_eos (
      gst_kvs_image_src_session_get_gate (session), gst_event_ref (eos));
  if (is_resting)
    gst_kvs_image_src_loop_start (self->loop);
  return TRUE;
}

static gboolean
send_downstream (GstKvsImageSrc *self, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      return request_eos (self, event);
    case GST_EVENT_STREAM_START:
    case GST_EVENT_CAPS:
    case GST_EVENT_SEGMENT:
      return FALSE; /* these are ours to send */
    default:
      break;
  }
  if (!GST_EVENT_IS_SERIALIZED (event))
    return gst_pad_push_event (self->pad, gst_event_ref (event));
  gst_kvs_image_src_loop_queue (self->loop, gst_event_ref (event));
  return TRUE;
}

gboolean
gst_kvs_image_src_send_event (GstElement *element, GstEvent *given)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (element);
  g_autoptr (GstEvent) event = given;
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEEK:
      return session ? perform_seek (self, session, event) : keep_seek (self, event);
    case GST_EVENT_FLUSH_START:
      begin_flush (self, event, FALSE);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      end_flush (self, event, FALSE);
      return TRUE;
    default:
      break;
  }
  if (GST_EVENT_IS_DOWNSTREAM (event))
    return send_downstream (self, event);
  return gst_pad_send_event (self->pad, gst_event_ref (event));
}

/* Events from downstream */

gboolean
gst_kvs_image_src_pad_event (GstPad *pad, GstObject *parent, GstEvent *given)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (parent);
  g_autoptr (GstEvent) event = given;
  g_autoptr (GstKvsImageSrcSession) session = gst_kvs_image_src_ref_active_session (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEEK:
      return session != NULL && perform_seek (self, session, event);
    case GST_EVENT_FLUSH_START:
      begin_flush (self, event, TRUE);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      end_flush (self, event, TRUE);
      return TRUE;
    case GST_EVENT_QOS:
    case GST_EVENT_LATENCY:
    case GST_EVENT_RECONFIGURE:
      return TRUE;
    default:
      return FALSE;
  }
}
