/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcloop.h"

#include "gstkvsimagesrccaps.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcnegotiation.h"
#include "gstkvsimagesrcsample.h"

#include <kvsgaps.h>
#include <kvstimestamp.h>

#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

/* Each turn of the loop takes a sample from the session into @current, or pushes the one that is there, with what is
 * due ahead of it. @current is let go of when the push has returned OK, so that a flush loses nothing.
 *
 * Gaps that come before the caps are known wait; the still that tells the caps waits behind them.
 *
 * A push of an event only returns whether it was taken. One that was not may have come to where something is
 * being flushed or stopped, or to an element that has no use for gaps; that it was the latter shows as soon
 * as something is taken. Until then such gaps are refused ones, which are not delivered: they come again
 * after a flush.
 *
 * Downstream may seek or flush from within a push, and an application from within a message or a notification: in
 * the streaming thread, which holds the stream lock already. So each turn does one such thing at most, and what a turn
 * has come to does not count if @n_restarts has changed meanwhile. */
struct _GstKvsImageSrcLoop {
  GstElement *element;
  GstPad *pad;

  GAsyncQueue *queued; /* of events from outside */

  /* NULL while there is no session; the settings and the gate are its own. */
  GstKvsImageSrcSession *session;
  const KvsSettings *settings;
  GstKvsImageSrcGate *gate;
  guint64 n_stills; /* that were delivered in the session */

  KvsGaps *refused;
  KvsGaps *waiting;
  KvsSample *still; /* behind those that wait, or NULL */
  KvsSample *current;
  GstCaps *still_caps; /* of the last still of the session, which had … */
  KvsImageInfo still_info;
  gboolean is_pushing; /* the current sample is on its way */
  guint n_restarts;    /* seeks and flushes so far */

  gboolean has_started; /* STREAM_START was sent */
  gboolean has_ended;   /* the session gives nothing more */
  gboolean has_failed;  /* an ERROR was posted, and nothing was sought since */
  gboolean is_ending;   /* nothing more is pushed but the end */
  gboolean caps_settled;
  gboolean segment_due;
  gboolean tags_sent;
  gboolean discont;
  gboolean in_error_run;
};

static void
forget_samples (GstKvsImageSrcLoop *self)
{
  kvs_gaps_clear (self->refused);
  kvs_gaps_clear (self->waiting);
  g_clear_pointer (&self->still, kvs_sample_free);
  g_clear_pointer (&self->current, kvs_sample_free);
}

static gboolean
has_size (GstCaps *caps)
{
  return gst_structure_has_field (gst_caps_get_structure (caps, 0), "width");
}

/* Whether data cannot go on because a flush or a stop is under way. */
static gboolean
is_flushing (GstKvsImageSrcLoop *self)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (self->pad);

  return GST_PAD_IS_FLUSHING (self->pad) || (peer && GST_PAD_IS_FLUSHING (peer));
}

/* Events ahead of a sample */

/* While the pad is flushing, not even sticky events are kept. */
static void
push_stream_start (GstKvsImageSrcLoop *self)
{
  g_autofree char *stream_id = NULL;
  GstEvent *event;

  if (self->has_started)
    return;
  stream_id = gst_pad_create_stream_id (self->pad, self->element, NULL);
  event = gst_event_new_stream_start (stream_id);
  gst_event_set_group_id (event, gst_util_group_id_next ());
  self->has_started = gst_pad_push_event (self->pad, event);
}

static void
push_segment (GstKvsImageSrcLoop *self)
{
  GstSegment segment;
  GstEvent *event;
  guint32 seqnum;

  self->segment_due = FALSE;
  seqnum = gst_kvs_image_src_session_copy_segment (self->session, &segment);
  event = gst_event_new_segment (&segment);
  gst_event_set_seqnum (event, seqnum);
  GST_DEBUG_OBJECT (self->element, "segment %" GST_SEGMENT_FORMAT, &segment);
  gst_pad_push_event (self->pad, event);
}

static void
push_tags (GstKvsImageSrcLoop *self)
{
  g_autofree char *title = kvs_settings_get_title (self->settings);

  self->tags_sent = gst_pad_push_event (
      self->pad, gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, title, NULL)));
}

/* Pushes the next event that is due. Returns FALSE if there is none. */
static gboolean
push_due (GstKvsImageSrcLoop *self)
{
  GstEvent *event;

  if (self->segment_due)
    push_segment (self);
  else if ((event = g_async_queue_try_pop (self->queued)) != NULL)
    gst_pad_push_event (self->pad, event);
  else if (!self->tags_sent && !self->has_failed)
    push_tags (self);
  else
    return FALSE;
  return TRUE;
}

/* Pushing a sample */

static void
warn_of_error_run (GstKvsImageSrcLoop *self, const KvsSample *sample)
{
  g_auto (KvsNextSample) next = {FALSE};
  GstClockTime pts, duration;
  GstClockTime unix_time =
      gst_kvs_image_src_session_place_sample (self->session, sample->number, &pts, &duration);
  g_autofree char *time = kvs_timestamp_format ((gint64)(unix_time / GST_MSECOND));
  g_autofree char *text = g_strdup_printf ("There is media at %s, but no image of it: %s. It and "
                                           "those like it that follow are pushed as gaps.",
      time,
      sample->kind == KVS_SAMPLE_MEDIA_ERROR
          ? "the service answers MEDIA_ERROR, as it does for media that is only audio or damaged"
          : "what the service gives twice is not an image of the format that was asked for");

  gst_kvs_image_src_session_get_next_sample (self->session, &next);
  gst_kvs_image_src_post_warning (
      self->element, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, text, NULL, &next);
}

static void
deliver (GstKvsImageSrcLoop *self, const KvsSample *sample)
{
  if (sample->kind == KVS_SAMPLE_STILL)
    self->n_stills++;
  gst_kvs_image_src_session_deliver (self->session, sample);
}

/* Downstream has taken the current sample, and so is there: it had no use for those that it refused. */
static void
deliver_current (GstKvsImageSrcLoop *self)
{
  g_autoptr (KvsSample) sample = g_steal_pointer (&self->current);
  KvsSample *refused;

  while ((refused = kvs_gaps_pop (self->refused))) {
    deliver (self, refused);
    kvs_sample_free (refused);
  }
  deliver (self, sample);
}

static void
refuse_current (GstKvsImageSrcLoop *self)
{
  g_autoptr (KvsSample) sample = g_steal_pointer (&self->current);

  kvs_gaps_push (self->refused, sample);
}

/* Pushes the buffer or GAP of the current sample. */
static GstFlowReturn
push_data (GstKvsImageSrcLoop *self, const KvsSample *sample, GstClockTime pts,
    GstClockTime duration, GstClockTime unix_time)
{
  GstBuffer *buffer;

  if (sample->kind != KVS_SAMPLE_STILL) {
    if (gst_pad_push_event (
            self->pad, gst_kvs_image_src_sample_make_gap (sample, pts, duration, unix_time)))
      return GST_FLOW_OK;
    return is_flushing (self) ? GST_FLOW_FLUSHING : GST_FLOW_ERROR;
  }
  buffer = gst_kvs_image_src_sample_make_still (sample, pts, duration);
  if (self->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->discont = FALSE;
  return gst_pad_push (self->pad, buffer);
}

/* After a seek from within the push there is no current sample any more. After a flush from within it there is, and it
 * comes again unless it was taken. */
static GstFlowReturn
end_push (GstKvsImageSrcLoop *self, GstFlowReturn ret, gboolean is_gap, gboolean is_restarted)
{
  if (!self->is_pushing)
    return GST_FLOW_OK;
  self->is_pushing = FALSE;
  if (ret == GST_FLOW_OK) {
    deliver_current (self);
  } else if (ret == GST_FLOW_ERROR && is_gap && !is_restarted) {
    refuse_current (self);
    return GST_FLOW_OK;
  }
  return ret;
}

static gboolean
is_reverse (GstKvsImageSrcLoop *self)
{
  GstSegment segment;

  gst_kvs_image_src_session_copy_segment (self->session, &segment);
  return segment.rate < 0;
}

static GstFlowReturn
push_sample (GstKvsImageSrcLoop *self, const KvsSample *sample)
{
  const guint n_restarts = self->n_restarts;
  const guint64 number = sample->number;
  const char *kind = kvs_sample_kind_get_name (sample->kind);
  const gsize size = kvs_sample_get_size (sample);
  const gboolean is_gap = sample->kind != KVS_SAMPLE_STILL;
  GstClockTime pts, duration, unix_time;
  GstFlowReturn ret;

  unix_time = gst_kvs_image_src_session_place_sample (self->session, number, &pts, &duration);
  gst_kvs_image_src_session_advance (self->session, number);
  self->in_error_run = kvs_sample_is_error (sample);
  self->discont = self->discont || kvs_sample_is_error (sample) || is_reverse (self);
  self->is_pushing = TRUE;
  ret = push_data (self, sample, pts, duration, unix_time);
  GST_LOG_OBJECT (self->element,
      "sample %" G_GUINT64_FORMAT " at %" GST_TIME_FORMAT ": %s, %" G_GSIZE_FORMAT " bytes, %s",
      number, GST_TIME_ARGS (pts), kind, size, gst_flow_get_name (ret));
  return end_push (self, ret, is_gap, self->n_restarts != n_restarts);
}

static GstFlowReturn
push_current (GstKvsImageSrcLoop *self)
{
  const guint n_restarts = self->n_restarts;
  const KvsSample *sample = self->current;

  if (push_due (self))
    return GST_FLOW_OK;
  if (kvs_sample_is_error (sample) && !self->in_error_run) {
    self->in_error_run = TRUE;
    warn_of_error_run (self, sample);
  } else if (sample->kind == KVS_SAMPLE_STILL) {
    gst_kvs_image_src_session_observe (self->session, sample, gst_pad_get_offset (self->pad));
  }
  return self->n_restarts == n_restarts ? push_sample (self, sample) : GST_FLOW_OK;
}

/* Failures */

static GstFlowReturn
fail_by (GstKvsImageSrcLoop *self, const GError *error)
{
  g_auto (KvsNextSample) next = {FALSE};

  self->has_failed = TRUE;
  gst_kvs_image_src_session_prepare_error (self->session, &next);
  gst_kvs_image_src_post_error (self->element, error, &next);
  return GST_FLOW_ERROR;
}

static GstFlowReturn
fail_to_negotiate (GstKvsImageSrcLoop *self, GstCaps *caps)
{
  g_auto (KvsNextSample) next = {FALSE};
  g_autofree char *text = gst_kvs_image_src_negotiation_describe_rejection (self->pad, caps);

  self->has_failed = TRUE;
  gst_kvs_image_src_session_prepare_error (self->session, &next);
  gst_kvs_image_src_post_stream_error (self->element, GST_STREAM_ERROR_FORMAT, text, &next);
  return GST_FLOW_NOT_NEGOTIATED;
}

/* Taking a sample */

/* The caps of a still: those of the last one, where nothing has changed. */
static GstCaps *
make_still_caps (GstKvsImageSrcLoop *self, const KvsImageInfo *info)
{
  if (self->still_caps == NULL || !kvs_image_info_equal (&self->still_info, info)) {
    gst_clear_caps (&self->still_caps);
    self->still_caps = gst_kvs_image_src_caps_new (self->settings->format, info);
    self->still_info = *info;
  }
  return gst_caps_ref (self->still_caps);
}

/* The caps that are known so far, as they are without a size. */
static GstCaps *
make_caps (GstKvsImageSrcLoop *self)
{
  if (self->still)
    return make_still_caps (self, &self->still->info);
  return gst_kvs_image_src_caps_new_without_image (
      self->settings->format, self->settings->width, self->settings->height);
}

/* Whether the caps are known: by a still, by the requested size, or because there are no more samples. */
static gboolean
can_settle_caps (GstKvsImageSrcLoop *self)
{
  if (self->caps_settled)
    return FALSE;
  return self->still || self->has_ended ||
         (self->settings->width > 0 && !kvs_gaps_is_empty (self->waiting));
}

static GstFlowReturn
push_caps (GstKvsImageSrcLoop *self, GstCaps *caps)
{
  GST_DEBUG_OBJECT (self->element, "caps are %" GST_PTR_FORMAT, caps);
  if (gst_kvs_image_src_negotiation_wants (self->pad, caps) &&
      gst_pad_push_event (self->pad, gst_event_new_caps (caps)))
    return GST_FLOW_OK;
  return is_flushing (self) ? GST_FLOW_FLUSHING : fail_to_negotiate (self, caps);
}

/* At the end of a range without any still caps go without a size, but only where downstream can do with
 * them. */
static GstFlowReturn
settle_caps (GstKvsImageSrcLoop *self)
{
  g_autoptr (GstCaps) caps = make_caps (self);
  g_autoptr (GstCaps) before = gst_pad_get_current_caps (self->pad);
  GstFlowReturn ret = GST_FLOW_OK;

  self->caps_settled = TRUE;
  if ((before == NULL || !gst_caps_is_equal (before, caps)) &&
      (has_size (caps) || gst_kvs_image_src_negotiation_takes_incomplete (self->pad, caps)))
    ret = push_caps (self, caps);
  if (ret != GST_FLOW_OK)
    self->caps_settled = FALSE;
  return ret;
}

/* Each still may change the caps. */
static void
take (GstKvsImageSrcLoop *self, KvsSample *sample)
{
  if (sample->kind == KVS_SAMPLE_STILL) {
    self->still = sample;
    self->caps_settled = FALSE;
  } else {
    kvs_gaps_push (self->waiting, sample);
    kvs_sample_free (sample);
  }
}

/* Pulls one sample from the session, or its end. What interrupts that is up to the gate, at the next turn. */
static GstFlowReturn
pull_sample (GstKvsImageSrcLoop *self)
{
  const guint n_restarts = self->n_restarts;
  g_autoptr (GError) error = NULL;
  KvsSample *sample = NULL;
  GstFlowReturn ret;

  if (self->has_ended)
    return GST_FLOW_EOS;
  ret = gst_kvs_image_src_session_pull (self->session, &sample, &error);
  if (self->n_restarts != n_restarts) {
    g_clear_pointer (&sample, kvs_sample_free);
    return GST_FLOW_OK;
  }
  switch (ret) {
    case GST_FLOW_OK:
      take (self, sample);
      return GST_FLOW_OK;
    case GST_FLOW_EOS:
      self->has_ended = TRUE;
      gst_kvs_image_src_session_warn_if_empty (self->session);
      return GST_FLOW_OK;
    case GST_FLOW_FLUSHING:
      return GST_FLOW_OK;
    default:
      return fail_by (self, error);
  }
}

static KvsSample *
take_waiting (GstKvsImageSrcLoop *self)
{
  KvsSample *gap;

  if (!self->caps_settled)
    return NULL;
  gap = kvs_gaps_pop (self->waiting);
  return gap ? gap : g_steal_pointer (&self->still);
}

/* Takes a step towards the next sample. */
static GstFlowReturn
take_sample (GstKvsImageSrcLoop *self)
{
  self->current = take_waiting (self);
  if (self->current != NULL)
    return GST_FLOW_OK;
  return can_settle_caps (self) ? settle_caps (self) : pull_sample (self);
}

/* The end */

static gboolean
has_had_all (GstKvsImageSrcLoop *self)
{
  return self->settings->num_buffers >= 0 && self->n_stills >= (guint64)self->settings->num_buffers;
}

static void
end_segment (GstKvsImageSrcLoop *self, const GstSegment *segment, guint32 seqnum)
{
  gint64 position = (gint64)(segment->rate > 0 ? segment->position : segment->start);
  GstMessage *message;
  GstEvent *event;

  if (segment->rate > 0 && segment->stop != GST_CLOCK_TIME_NONE)
    position = (gint64)segment->stop;
  message = gst_message_new_segment_done (GST_OBJECT (self->element), GST_FORMAT_TIME, position);
  gst_message_set_seqnum (message, seqnum);
  event = gst_event_new_segment_done (GST_FORMAT_TIME, position);
  gst_event_set_seqnum (event, seqnum);
  gst_pad_push_event (self->pad, event);
  gst_element_post_message (self->element, message);
}

static void
push_eos (GstKvsImageSrcLoop *self, guint32 seqnum)
{
  GstEvent *eos = gst_event_new_eos ();

  gst_event_set_seqnum (eos, seqnum);
  GST_DEBUG_OBJECT (self->element, "EOS");
  gst_pad_push_event (self->pad, eos);
}

/* Posts and pushes all that is due before the end. Returns FALSE if that takes more turns. */
static gboolean
prepare_end (GstKvsImageSrcLoop *self)
{
  gst_kvs_image_src_session_end_connecting (self->session);
  gst_kvs_image_src_session_notify_token (self->session);
  return !push_due (self);
}

/* Pushes the end of the segment. */
static GstFlowReturn
finish (GstKvsImageSrcLoop *self)
{
  GstSegment segment;
  guint32 seqnum;

  if (!prepare_end (self))
    return GST_FLOW_OK;
  seqnum = gst_kvs_image_src_session_copy_segment (self->session, &segment);
  if ((segment.flags & GST_SEGMENT_FLAG_SEGMENT) && !self->has_failed)
    end_segment (self, &segment, seqnum);
  else
    push_eos (self, seqnum);
  return GST_FLOW_FLUSHING;
}

/* Pushes an EOS that was asked for from outside. */
static GstFlowReturn
finish_from_outside (GstKvsImageSrcLoop *self)
{
  GstEvent *eos;

  if (!prepare_end (self))
    return GST_FLOW_OK;
  eos = gst_kvs_image_src_gate_take_eos (self->gate);
  if (eos != NULL) {
    GST_DEBUG_OBJECT (self->element, "EOS from outside");
    gst_pad_push_event (self->pad, eos);
  }
  return GST_FLOW_FLUSHING;
}

/* Handles the flow return of a push. */
static void
fail_downstream (GstKvsImageSrcLoop *self, GstFlowReturn ret)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->pad);
  g_auto (KvsNextSample) next = {FALSE};
  g_autofree char *text = NULL;

  if (ret == GST_FLOW_NOT_NEGOTIATED && caps != NULL) {
    fail_to_negotiate (self, caps);
    return;
  }
  self->has_failed = TRUE;
  text = ret == GST_FLOW_NOT_LINKED
             ? g_strdup ("Nothing is linked to the source pad that could take the images "
                         "(not-linked).")
             : g_strdup_printf (
                   "Downstream has failed to take an image (%s); see what it says itself.",
                   gst_flow_get_name (ret));
  gst_kvs_image_src_session_prepare_error (self->session, &next);
  gst_kvs_image_src_post_stream_error (self->element, GST_STREAM_ERROR_FAILED, text, &next);
}

/* Pushes the next sample, or gets a step nearer to it, or to the end. */
static GstFlowReturn
proceed (GstKvsImageSrcLoop *self)
{
  if (self->is_ending)
    return finish (self);
  if (self->has_failed || has_had_all (self))
    return GST_FLOW_EOS;
  return self->current != NULL ? push_current (self) : take_sample (self);
}

/* One turn: a step on the way from a sample to the source pad. */
static GstFlowReturn
turn (GstKvsImageSrcLoop *self)
{
  if (!gst_kvs_image_src_gate_wait_for_flush (self->gate))
    return GST_FLOW_FLUSHING;
  push_stream_start (self);
  switch (gst_kvs_image_src_gate_wait (self->gate)) {
    case GST_KVS_IMAGE_SRC_PASS_SHUT:
      return GST_FLOW_FLUSHING;
    case GST_KVS_IMAGE_SRC_PASS_EOS:
      return finish_from_outside (self);
    case GST_KVS_IMAGE_SRC_PASS_OPEN:
      break;
  }
  return proceed (self);
}

/* Pauses the task until it is started again. */
static void
rest (GstKvsImageSrcLoop *self)
{
  gst_pad_pause_task (self->pad);
  if (!gst_kvs_image_src_gate_rest (self->gate))
    gst_kvs_image_src_loop_start (self);
}

static void
run_cb (gpointer user_data)
{
  GstKvsImageSrcLoop *self = user_data;
  const guint n_restarts = self->n_restarts;
  GstFlowReturn ret = turn (self);

  if (ret == GST_FLOW_OK || self->n_restarts != n_restarts)
    return;
  if (!self->is_ending && !(self->has_failed && ret == GST_FLOW_EOS))
    GST_DEBUG_OBJECT (self->element, "streaming pauses: %s", gst_flow_get_name (ret));
  if (ret == GST_FLOW_FLUSHING)
    rest (self);
  else if (ret == GST_FLOW_EOS)
    self->is_ending = TRUE;
  else if (!self->has_failed)
    fail_downstream (self, ret);
}

void
gst_kvs_image_src_loop_start (GstKvsImageSrcLoop *self)
{
  if (self->session != NULL && gst_kvs_image_src_gate_start (self->gate))
    gst_pad_start_task (self->pad, run_cb, self, NULL);
}

/* Beginning, seeking and flushes */

void
gst_kvs_image_src_loop_queue (GstKvsImageSrcLoop *self, GstEvent *event)
{
  g_async_queue_push (self->queued, event);
}

static void
clear_queued (GstKvsImageSrcLoop *self)
{
  GstEvent *event;

  while ((event = g_async_queue_try_pop (self->queued)) != NULL)
    gst_event_unref (event);
}

void
gst_kvs_image_src_loop_let_go (GstKvsImageSrcLoop *self)
{
  if (!self->is_pushing)
    return;
  self->is_pushing = FALSE;
  deliver_current (self);
}

void
gst_kvs_image_src_loop_seek (GstKvsImageSrcLoop *self)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (self->pad);

  forget_samples (self);
  self->n_restarts++;
  self->is_ending = FALSE;
  self->has_ended = FALSE;
  self->has_failed = FALSE;
  self->caps_settled = caps && has_size (caps);
  self->segment_due = TRUE;
  self->discont = TRUE;
  self->in_error_run = FALSE;
}

/* The current sample comes behind the refused ones. While it is a still, no other one waits. */
static void
put_back_current (GstKvsImageSrcLoop *self)
{
  if (self->current && self->current->kind == KVS_SAMPLE_STILL)
    self->still = g_steal_pointer (&self->current);
  else if (self->current)
    refuse_current (self);
}

void
gst_kvs_image_src_loop_recover (GstKvsImageSrcLoop *self)
{
  if (!self->is_pushing)
    put_back_current (self);
  self->n_restarts++;
  self->is_ending = FALSE;
  kvs_gaps_prepend (self->waiting, self->refused);
  self->segment_due = TRUE;
  self->discont = TRUE;
}

static void
forget_session (GstKvsImageSrcLoop *self)
{
  forget_samples (self);
  gst_clear_caps (&self->still_caps);
  g_clear_pointer (&self->session, gst_kvs_image_src_session_unref);
}

/* Events that were queued since the last session are for this one. */
void
gst_kvs_image_src_loop_begin (GstKvsImageSrcLoop *self, GstKvsImageSrcSession *session)
{
  forget_session (self);
  self->session = gst_kvs_image_src_session_ref (session);
  self->settings = gst_kvs_image_src_session_get_settings (session);
  self->gate = gst_kvs_image_src_session_get_gate (session);
  self->n_stills = 0;
  self->has_started = FALSE;
  self->tags_sent = FALSE;
  gst_kvs_image_src_loop_seek (self);
}

void
gst_kvs_image_src_loop_end (GstKvsImageSrcLoop *self)
{
  clear_queued (self);
  forget_session (self);
}

GstKvsImageSrcLoop *
gst_kvs_image_src_loop_new (GstElement *element, GstPad *pad)
{
  GstKvsImageSrcLoop *self = g_new0 (GstKvsImageSrcLoop, 1);

  self->element = element;
  self->pad = pad;
  self->queued = g_async_queue_new ();
  self->refused = kvs_gaps_new ();
  self->waiting = kvs_gaps_new ();
  return self;
}

void
gst_kvs_image_src_loop_free (GstKvsImageSrcLoop *self)
{
  gst_kvs_image_src_loop_end (self);
  kvs_gaps_free (self->refused);
  kvs_gaps_free (self->waiting);
  g_async_queue_unref (self->queued);
  g_free (self);
}
