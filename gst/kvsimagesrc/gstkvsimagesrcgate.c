/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcgate.h"

/* The streaming task is in one of these states. The first that applies counts.
 *
 * - Flushing: a seek is being performed, a flush from outside is under way, or the element stops. The loop pauses the
 *   task at once. Flushes nest, so they are counted; the end of the last one starts the task again. The flush of a
 *   stop never ends.
 * - Behind a flush: all that flushes is over but that a FLUSH_STOP is on its way. The loop waits for it, and so does the
 *   FLUSH_START of the next flush.
 * - Ended: the loop has sent EOS or SEGMENT_DONE and has paused the task. A seek or a flush starts it again, and so
 *   does an EOS from outside.
 * - Failed: as ended, after an ERROR. That the error was posted is noted by the loop, so that a flush, which cannot
 *   mend it, leads to EOS alone; a seek begins anew.
 * - Paused: the element is live and not PLAYING. The loop waits, with the sample that it has in its hands.
 * - Live, or simply streaming: the loop takes samples and pushes them.
 *
 * An EOS from outside wakes the loop in each of these states but flushing, and is sent after the flush then. A flush
 * that begins later drops it, as it does with an EOS that was pushed already. */
struct _GstKvsImageSrcGate {
  gboolean is_live; /* does not change */

  GMutex lock; /* guards all that follows */
  GCond changed;
  KvsReader *reader; /* or NULL */
  guint n_flushes;
  guint n_sending;             /* flushes among them that flush downstream as well */
  gboolean has_outer_flush[2]; /* from downstream; and to there, through the element */
  guint n_stops;               /* FLUSH_STOPs that are on their way … */
  GThread *stopper;            /* … and the thread that pushes them */
  gboolean is_playing;
  gboolean is_resting; /* the task is paused, or about to be */
  GstEvent *eos;       /* asked for from outside, or NULL */
};

GstKvsImageSrcGate *
gst_kvs_image_src_gate_new (gboolean is_live)
{
  GstKvsImageSrcGate *self = g_new0 (GstKvsImageSrcGate, 1);

  self->is_live = is_live;
  self->is_resting = TRUE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

void
gst_kvs_image_src_gate_free (GstKvsImageSrcGate *self)
{
  gst_clear_event (&self->eos);
  g_clear_object (&self->reader);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* A flush whose FLUSH_STOP is on its way is over but for that. */
static gboolean
is_flushing_locked (const GstKvsImageSrcGate *self)
{
  return self->n_flushes > self->n_stops;
}

static gboolean
is_shut_locked (const GstKvsImageSrcGate *self)
{
  return is_flushing_locked (self) || self->eos != NULL;
}

/* Called after each change. */
static void
tell_locked (GstKvsImageSrcGate *self)
{
  g_cond_broadcast (&self->changed);
  if (self->reader)
    kvs_reader_set_flushing (self->reader, is_shut_locked (self));
}

void
gst_kvs_image_src_gate_set_reader (GstKvsImageSrcGate *self, KvsReader *reader)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_set_object (&self->reader, reader);
  tell_locked (self);
}

static gboolean
wait_for_flush_locked (GstKvsImageSrcGate *self)
{
  while (self->n_stops > 0 && !is_flushing_locked (self))
    g_cond_wait (&self->changed, &self->lock);
  return !is_flushing_locked (self);
}

gboolean
gst_kvs_image_src_gate_wait_for_flush (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return wait_for_flush_locked (self);
}

GstKvsImageSrcPass
gst_kvs_image_src_gate_wait (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  for (;;) {
    if (!wait_for_flush_locked (self))
      return GST_KVS_IMAGE_SRC_PASS_SHUT;
    if (self->eos != NULL)
      return GST_KVS_IMAGE_SRC_PASS_EOS;
    if (self->is_playing || !self->is_live)
      return GST_KVS_IMAGE_SRC_PASS_OPEN;
    g_cond_wait (&self->changed, &self->lock);
  }
}

void
gst_kvs_image_src_gate_set_playing (GstKvsImageSrcGate *self, gboolean is_playing)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_playing = is_playing;
  g_cond_broadcast (&self->changed);
}

gboolean
gst_kvs_image_src_gate_is_playing (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->is_playing;
}

/* FLUSH_START and FLUSH_STOP are pushed without a lock. So that one flush's FLUSH_STOP does not come behind the
 * FLUSH_START of the next one, the next one waits for it. A handler of FLUSH_STOP may itself
 * seek. */
static void
begin_flush_locked (GstKvsImageSrcGate *self, gboolean sends_events)
{
  self->n_flushes++;
  tell_locked (self);
  if (!sends_events)
    return;
  while (self->n_stops > 0 && self->stopper != g_thread_self ())
    g_cond_wait (&self->changed, &self->lock);
  self->n_sending++;
}

/* The FLUSH_STOP of a flush that comes from downstream does not arrive if the pad has been flushed anew since; the next
 * FLUSH_STOP that passes the pad ends such a flush, too. */
static void
end_flush_from_downstream_locked (GstKvsImageSrcGate *self)
{
  self->n_flushes -= self->has_outer_flush[FALSE] ? 1 : 0;
  self->has_outer_flush[FALSE] = FALSE;
}

static gboolean
end_flush_locked (GstKvsImageSrcGate *self, gboolean sends_events)
{
  self->n_sending -= sends_events ? 1 : 0;
  if (sends_events && self->n_sending == 0) {
    end_flush_from_downstream_locked (self);
    self->n_stops++;
    self->stopper = g_thread_self ();
    tell_locked (self);
    return TRUE;
  }
  self->n_flushes--;
  tell_locked (self);
  return FALSE;
}

void
gst_kvs_image_src_gate_begin_flush (GstKvsImageSrcGate *self, gboolean sends_events)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (sends_events)
    gst_clear_event (&self->eos);
  begin_flush_locked (self, sends_events);
}

gboolean
gst_kvs_image_src_gate_end_flush (GstKvsImageSrcGate *self, gboolean sends_events)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return end_flush_locked (self, sends_events);
}

void
gst_kvs_image_src_gate_begin_outer_flush (GstKvsImageSrcGate *self, gboolean sends_events)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->has_outer_flush[sends_events])
    return;
  self->has_outer_flush[sends_events] = TRUE;
  gst_clear_event (&self->eos);
  begin_flush_locked (self, sends_events);
}

/* A FLUSH_STOP without a FLUSH_START goes on if nothing else is flushed. */
gboolean
gst_kvs_image_src_gate_end_outer_flush (GstKvsImageSrcGate *self, gboolean sends_events)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!self->has_outer_flush[sends_events])
    begin_flush_locked (self, sends_events);
  self->has_outer_flush[sends_events] = FALSE;
  return end_flush_locked (self, sends_events);
}

void
gst_kvs_image_src_gate_note_flush_stop (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->n_stops--;
  self->n_flushes--;
  g_cond_broadcast (&self->changed);
}

gboolean
gst_kvs_image_src_gate_start (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (is_flushing_locked (self))
    return FALSE;
  self->is_resting = FALSE;
  return TRUE;
}

gboolean
gst_kvs_image_src_gate_rest (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->is_resting = is_flushing_locked (self) || self->eos == NULL;
  return self->is_resting;
}

gboolean
gst_kvs_image_src_gate_request_eos (GstKvsImageSrcGate *self, GstEvent *eos)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  gst_clear_event (&self->eos);
  self->eos = eos;
  tell_locked (self);
  return self->is_resting && !is_flushing_locked (self);
}

GstEvent *
gst_kvs_image_src_gate_take_eos (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GstEvent *eos = g_steal_pointer (&self->eos);

  tell_locked (self);
  return eos;
}

gboolean
gst_kvs_image_src_gate_is_shut (GstKvsImageSrcGate *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return is_shut_locked (self);
}
