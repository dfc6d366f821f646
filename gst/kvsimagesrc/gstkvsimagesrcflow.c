/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcflow.h"

#include "gstkvsimagesrccaps.h"
#include "gstkvsimagesrcgaps.h"
#include "gstkvsimagesrcnegotiation.h"
#include "gstkvsimagesrcsample.h"

#include <kvstimestamp.h>

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

/* A sample goes through three steps. It is pulled from the run into current; create() makes a buffer of
 * it; and when the base class pushes that buffer, the probe on the pad pushes it itself and takes it out of
 * the base class's hands, because only so can be seen what the push returns. Current is forgotten when that
 * is OK. A buffer that the base class throws away, or that is flushed, is made again from the same sample.
 *
 * A gap leaves as an event, but takes the same way: the base class sends SEGMENT only ahead of a buffer, and
 * has no way for a subclass to push an event behind it (before GStreamer 1.24). So create() returns an
 * empty buffer for it, and the probe puts the event in its place. Also where there is no sample at all an
 * empty buffer goes that way, for nothing but the SEGMENT.
 *
 * A push of an event only returns whether it was taken. One that was not may have come to where something is
 * being flushed or stopped, or to an element that has no use for gaps; that it was the latter shows as soon
 * as something is taken. Until then such gaps are refused ones, which have not left: they come again
 * after a flush.
 *
 * Gaps at the beginning wait until the caps are settled: by the size that was asked for, by the first
 * still, or by the end. The still that settles them waits behind them. */
struct _GstKvsImageSrcFlow {
  GstBaseSrc *src;
  KvsStats *stats;
  GstKvsImageSrcRun *run;
  gint num_buffers; /* of the run, or -1 */
  guint64 n_stills; /* that have left in the run */

  GstKvsImageSrcGaps *refused;
  GstKvsImageSrcGaps *again; /* were refused, and come again */
  GstKvsImageSrcGaps *gaps;
  KvsSample *still;
  KvsSample *current;

  gboolean is_pushing; /* the probe itself */
  gboolean has_ended;
  GstFlowReturn failure; /* what has ended the run, which create() goes on to return */
  gboolean caps_settled;
  gboolean tags_sent;
  gboolean segment_due;
  gboolean discont;
  gboolean in_error_run;
  gboolean has_warned_of_refusal;
};

static GstPad *
get_pad (GstKvsImageSrcFlow *self)
{
  return GST_BASE_SRC_PAD (self->src);
}

static void
forget_samples (GstKvsImageSrcFlow *self)
{
  gst_kvs_image_src_gaps_clear (self->refused);
  gst_kvs_image_src_gaps_clear (self->again);
  gst_kvs_image_src_gaps_clear (self->gaps);
  g_clear_pointer (&self->still, kvs_sample_free);
  g_clear_pointer (&self->current, kvs_sample_free);
}

static gboolean
is_error (const KvsSample *sample)
{
  return sample->kind == KVS_SAMPLE_MEDIA_ERROR || sample->kind == KVS_SAMPLE_BAD_IMAGE;
}

static gboolean
has_size (GstCaps *caps)
{
  return gst_structure_has_field (gst_caps_get_structure (caps, 0), "width");
}

/* num-buffers */

static gboolean
has_had_all (GstKvsImageSrcFlow *self)
{
  return self->n_stills > 0 && self->n_stills == (guint64)self->num_buffers;
}

/* @n_made counts a still that is made and has not left. When there are no more to come, the base class
 * must still ask for the one buffer that a SEGMENT takes which is due. */
static void
count_buffers_left (GstKvsImageSrcFlow *self, guint n_made)
{
  if (self->num_buffers < 0)
    return;
  self->src->num_buffers_left = self->num_buffers - (gint)(self->n_stills + n_made);
  if (self->segment_due && has_had_all (self))
    self->src->num_buffers_left = 1;
}

void
gst_kvs_image_src_flow_rewind (GstKvsImageSrcFlow *self)
{
  if (self->run)
    count_buffers_left (self, 0);
}

/* What leaves the pad */

static GstTagList *
make_tags (GstKvsImageSrcFlow *self)
{
  const GstKvsImageSrcGrid *grid = gst_kvs_image_src_run_get_grid (self->run);
  g_autoptr (GstDateTime) start =
      gst_date_time_new_from_unix_epoch_utc_usecs (grid->start_ms * 1000);
  g_autofree char *title =
      gst_kvs_image_src_settings_get_title (gst_kvs_image_src_run_get_settings (self->run));

  return gst_tag_list_new (GST_TAG_DATE_TIME, start, GST_TAG_TITLE, title, NULL);
}

static void
push_tags (GstKvsImageSrcFlow *self)
{
  if (self->tags_sent)
    return;
  self->tags_sent = TRUE;
  gst_pad_push_event (get_pad (self), gst_event_new_tag (make_tags (self)));
}

static void
warn_of_error_run (GstKvsImageSrcFlow *self, const KvsSample *sample)
{
  GstClockTime unix_time = gst_kvs_image_src_sample_get_unix_time (
      sample->number, gst_kvs_image_src_run_get_grid (self->run));
  g_autofree char *time = kvs_timestamp_format ((gint64)(unix_time / GST_MSECOND));
  g_autofree char *text = g_strdup_printf ("There is media at %s, but no image of it: %s. It and "
                                           "those like it that follow are pushed as gaps.",
      time,
      sample->kind == KVS_SAMPLE_MEDIA_ERROR
          ? "the service answers MEDIA_ERROR, as it does for media that is only audio or damaged"
          : "what the service gives twice is not an image of the format that was asked for");

  gst_kvs_image_src_run_warn (self->run, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, text, NULL);
}

static void
count_sample (GstKvsImageSrcFlow *self, KvsSampleKind kind)
{
  static const KvsStatsCounter counters[] = {
      [KVS_SAMPLE_STILL] = KVS_STATS_IMAGES,
      [KVS_SAMPLE_NO_MEDIA] = KVS_STATS_GAPS_NO_MEDIA,
      [KVS_SAMPLE_MEDIA_ERROR] = KVS_STATS_GAPS_MEDIA_ERROR,
      [KVS_SAMPLE_BAD_IMAGE] = KVS_STATS_GAPS_MEDIA_ERROR,
  };

  kvs_stats_add (self->stats, KVS_STATS_SAMPLES, 1);
  kvs_stats_add (self->stats, counters[kind], 1);
}

static void
leave (GstKvsImageSrcFlow *self, const KvsSample *sample)
{
  count_sample (self, sample->kind);
  if (sample->kind == KVS_SAMPLE_STILL)
    self->n_stills++;
  gst_kvs_image_src_run_leave (self->run, sample->number);
}

/* Downstream has taken the current sample, and so is there: it had no use for those that it refused. */
static void
leave_current (GstKvsImageSrcFlow *self)
{
  g_autoptr (KvsSample) sample = g_steal_pointer (&self->current);
  KvsSample *refused;

  while ((refused = gst_kvs_image_src_gaps_pop (self->refused))) {
    leave (self, refused);
    kvs_sample_free (refused);
  }
  leave (self, sample);
}

static void
refuse_current (GstKvsImageSrcFlow *self)
{
  g_autoptr (KvsSample) sample = g_steal_pointer (&self->current);

  gst_kvs_image_src_gaps_push (self->refused, sample);
}

/* Whether data cannot go on because somebody is flushing or stopping. */
static gboolean
is_flushing (GstKvsImageSrcFlow *self)
{
  g_autoptr (GstPad) peer = gst_pad_get_peer (get_pad (self));

  return GST_PAD_IS_FLUSHING (get_pad (self)) || (peer && GST_PAD_IS_FLUSHING (peer));
}

static GstFlowReturn
push_gap (GstKvsImageSrcFlow *self, GstEvent *gap)
{
  GST_LOG_OBJECT (self->src, "pushing %" GST_PTR_FORMAT, gap);
  if (gst_pad_push_event (get_pad (self), gap))
    leave_current (self);
  else if (is_flushing (self))
    return GST_FLOW_FLUSHING;
  else
    refuse_current (self);
  return GST_FLOW_OK;
}

static GstFlowReturn
push_still (GstKvsImageSrcFlow *self, GstBuffer *buffer)
{
  GstFlowReturn ret;

  buffer = gst_buffer_make_writable (buffer);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE; /* do-timestamp has no effect */
  if (self->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  self->is_pushing = TRUE;
  ret = gst_pad_push (get_pad (self), buffer);
  self->is_pushing = FALSE;
  if (ret == GST_FLOW_OK) {
    self->discont = FALSE;
    leave_current (self);
  }
  return ret;
}

/* Pushes what @buffer stands for. Takes @buffer. */
static GstFlowReturn
push (GstKvsImageSrcFlow *self, GstBuffer *buffer)
{
  GstEvent *gap = gst_kvs_image_src_sample_take_gap (buffer);
  GstFlowReturn ret = GST_FLOW_OK;

  /* The base class marks the first buffer after a start or a seek; when it carries a gap, the mark
   * goes to the next still. */
  if (GST_BUFFER_IS_DISCONT (buffer))
    self->discont = TRUE;
  if (self->current && is_error (self->current)) {
    if (!self->in_error_run)
      warn_of_error_run (self, self->current);
    self->discont = TRUE;
  }
  self->in_error_run = self->current && is_error (self->current);
  if (self->current && self->current->kind == KVS_SAMPLE_STILL)
    return push_still (self, buffer);
  if (gap)
    ret = push_gap (self, gap);
  gst_buffer_unref (buffer);
  return ret;
}

/* Sees each buffer on its way out, when SEGMENT is already there. */
static GstPadProbeReturn
buffer_probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstKvsImageSrcFlow *self = user_data;

  if (self->is_pushing)
    return GST_PAD_PROBE_OK;
  self->segment_due = FALSE;
  push_tags (self);
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = push (self, GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = NULL;
  count_buffers_left (self, 0);
  return GST_PAD_PROBE_HANDLED;
}

/* The current sample comes behind the refused ones. While it is a still, no other one waits. */
static void
put_back_current (GstKvsImageSrcFlow *self)
{
  if (self->current && self->current->kind == KVS_SAMPLE_STILL)
    self->still = g_steal_pointer (&self->current);
  else if (self->current)
    refuse_current (self);
}

/* A flush from outside, or of a seek. It comes with the stream lock held. */
static void
recover_from_flush (GstKvsImageSrcFlow *self)
{
  put_back_current (self);
  gst_kvs_image_src_gaps_prepend (self->again, self->refused);
  self->segment_due = TRUE;
  self->discont = TRUE;
}

/* The base class sends SEGMENT again after the flushes that it sends downstream itself. Not so when one comes
 * from there, which takes the SEGMENT off the pad all the same. Running time goes on as it does there. */
static void
renew_segment (GstKvsImageSrcFlow *self)
{
  GstSegment segment;

  GST_OBJECT_LOCK (self->src);
  gst_segment_copy_into (&self->src->segment, &segment);
  GST_OBJECT_UNLOCK (self->src);
  gst_base_src_new_segment (self->src, &segment);
}

static GstPadProbeReturn
event_probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstKvsImageSrcFlow *self = user_data;

  switch (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info))) {
    case GST_EVENT_FLUSH_STOP:
      if (info->type & GST_PAD_PROBE_TYPE_EVENT_UPSTREAM)
        renew_segment (self);
      recover_from_flush (self);
      break;
    case GST_EVENT_EOS:
    case GST_EVENT_SEGMENT_DONE:
      if (self->run)
        gst_kvs_image_src_run_tell_token (self->run);
      break;
    default:
      break;
  }
  return GST_PAD_PROBE_OK;
}

/* Where the samples come from */

static void
warn_of_refusal (GstKvsImageSrcFlow *self)
{
  g_autoptr (GError) refusal = gst_kvs_image_src_run_get_refusal (self->run);
  g_autofree char *text = NULL;

  if (refusal == NULL || self->has_warned_of_refusal)
    return;
  self->has_warned_of_refusal = TRUE;
  text = g_strdup_printf (
      "There is nothing in the whole range, and the service says why: %s", refusal->message);
  gst_kvs_image_src_run_warn (
      self->run, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, text, refusal);
}

/* The caps that are known so far, as they are without a size. */
static GstCaps *
make_caps (GstKvsImageSrcFlow *self)
{
  const GstKvsImageSrcSettings *settings = gst_kvs_image_src_run_get_settings (self->run);

  if (self->still)
    return gst_kvs_image_src_caps_new (settings->format, &self->still->info);
  return gst_kvs_image_src_caps_new_without_image (
      settings->format, settings->width, settings->height);
}

/* Whether what there is tells the caps: a still, the size that was asked for, or that nothing more comes. */
static gboolean
can_settle_caps (GstKvsImageSrcFlow *self)
{
  const GstKvsImageSrcSettings *settings = gst_kvs_image_src_run_get_settings (self->run);

  if (self->caps_settled)
    return FALSE;
  return self->still || self->has_ended ||
         (settings->width > 0 && !gst_kvs_image_src_gaps_is_empty (self->gaps));
}

/* At the end of a range without any still caps go without a size, but only where downstream can do with
 * them. */
static GstFlowReturn
settle_caps (GstKvsImageSrcFlow *self)
{
  g_autoptr (GstCaps) caps = make_caps (self);
  GstFlowReturn ret = GST_FLOW_OK;

  if (has_size (caps) || gst_kvs_image_src_negotiation_takes (self->src, caps)) {
    GST_DEBUG_OBJECT (self->src, "caps are %" GST_PTR_FORMAT, caps);
    ret = gst_kvs_image_src_negotiation_set_caps (self->src, caps);
  }
  if (ret == GST_FLOW_NOT_NEGOTIATED)
    gst_kvs_image_src_run_refuse_caps (self->run, caps);
  self->caps_settled = ret == GST_FLOW_OK;
  return ret;
}

/* Each still has its say in what the caps are. */
static void
take (GstKvsImageSrcFlow *self, KvsSample *sample)
{
  if (sample->kind == KVS_SAMPLE_STILL) {
    self->still = sample;
    self->caps_settled = FALSE;
  } else {
    gst_kvs_image_src_gaps_push (self->gaps, sample);
    kvs_sample_free (sample);
  }
}

/* Pulls one sample from the run, or its end. */
static GstFlowReturn
pull_sample (GstKvsImageSrcFlow *self)
{
  KvsSample *sample = NULL;
  GstFlowReturn ret;

  if (self->has_ended)
    return GST_FLOW_EOS;
  ret = gst_kvs_image_src_run_pull (self->run, &sample);
  if (ret == GST_FLOW_EOS) {
    self->has_ended = TRUE;
    warn_of_refusal (self);
    return GST_FLOW_OK;
  }
  if (ret == GST_FLOW_OK)
    take (self, sample);
  return ret;
}

static KvsSample *
take_next (GstKvsImageSrcFlow *self)
{
  KvsSample *sample = gst_kvs_image_src_gaps_pop (self->again);

  if (sample || !self->caps_settled)
    return sample;
  sample = gst_kvs_image_src_gaps_pop (self->gaps);
  return sample ? sample : g_steal_pointer (&self->still);
}

/* Makes the next sample the current one. The base class may ask again after a failure, as after a flush, or
 * from GStreamer 1.24 on when what is live is paused just then; but an error is posted once. */
static GstFlowReturn
advance (GstKvsImageSrcFlow *self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    if (self->current == NULL)
      self->current = take_next (self);
    if (self->current)
      return GST_FLOW_OK;
    if (self->failure != GST_FLOW_OK)
      ret = self->failure;
    else if (can_settle_caps (self))
      ret = settle_caps (self);
    else
      ret = pull_sample (self);
  }
  if (ret == GST_FLOW_ERROR || ret == GST_FLOW_NOT_NEGOTIATED)
    self->failure = ret;
  return ret;
}

/* An empty buffer for nothing but the SEGMENT that goes ahead of it. */
static GstBuffer *
make_mark (GstKvsImageSrcFlow *self)
{
  GstBuffer *mark = gst_buffer_new ();

  GST_BUFFER_PTS (mark) = self->src->segment.position;
  GST_BUFFER_DURATION (mark) = 0;
  return mark;
}

GstFlowReturn
gst_kvs_image_src_flow_create (GstKvsImageSrcFlow *self, GstBuffer **buffer)
{
  const GstKvsImageSrcGrid *grid = gst_kvs_image_src_run_get_grid (self->run);
  GstFlowReturn ret = has_had_all (self) ? GST_FLOW_EOS : advance (self);

  count_buffers_left (self, self->current && self->current->kind == KVS_SAMPLE_STILL);
  if (ret == GST_FLOW_EOS && self->segment_due) {
    *buffer = make_mark (self);
    return GST_FLOW_OK;
  }
  if (ret != GST_FLOW_OK)
    return ret;
  *buffer = self->current->kind == KVS_SAMPLE_STILL
                ? gst_kvs_image_src_sample_make_still (self->current, grid)
                : gst_kvs_image_src_sample_make_carrier (self->current, grid);
  return GST_FLOW_OK;
}

/* Beginning and seeking */

void
gst_kvs_image_src_flow_seek (GstKvsImageSrcFlow *self)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (get_pad (self));

  forget_samples (self);
  self->has_ended = FALSE;
  self->failure = GST_FLOW_OK;
  self->caps_settled = caps && has_size (caps);
  self->segment_due = TRUE;
  self->discont = TRUE;
  self->in_error_run = FALSE;
  gst_kvs_image_src_flow_rewind (self);
}

void
gst_kvs_image_src_flow_begin (GstKvsImageSrcFlow *self, GstKvsImageSrcRun *run)
{
  forget_samples (self);
  self->run = run;
  self->num_buffers = self->src->num_buffers_left;
  self->n_stills = 0;
  self->tags_sent = FALSE;
  self->has_warned_of_refusal = FALSE;
}

GstKvsImageSrcFlow *
gst_kvs_image_src_flow_new (GstBaseSrc *src, KvsStats *stats)
{
  GstKvsImageSrcFlow *self = g_new0 (GstKvsImageSrcFlow, 1);

  self->src = src;
  self->stats = stats;
  self->refused = gst_kvs_image_src_gaps_new ();
  self->again = gst_kvs_image_src_gaps_new ();
  self->gaps = gst_kvs_image_src_gaps_new ();
  /* The first probes on the pad, so that others see each buffer once. */
  gst_pad_add_probe (get_pad (self), GST_PAD_PROBE_TYPE_BUFFER, buffer_probe_cb, self, NULL);
  gst_pad_add_probe (get_pad (self), GST_PAD_PROBE_TYPE_EVENT_BOTH | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      event_probe_cb, self, NULL);
  return self;
}

void
gst_kvs_image_src_flow_free (GstKvsImageSrcFlow *self)
{
  forget_samples (self);
  gst_kvs_image_src_gaps_free (self->refused);
  gst_kvs_image_src_gaps_free (self->again);
  gst_kvs_image_src_gaps_free (self->gaps);
  g_free (self);
}
