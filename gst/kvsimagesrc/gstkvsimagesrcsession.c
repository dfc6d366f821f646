/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsession.h"

#include "gstkvsimagesrclatency.h"
#include "gstkvsimagesrclog.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcconnecting.h"

#include <kvssetup.h>

GST_DEBUG_CATEGORY_EXTERN (gst_kvs_image_src_debug);
#define GST_CAT_DEFAULT gst_kvs_image_src_debug

struct _GstKvsImageSrcSession {
  gatomicrefcount n_refs;

  /* These do not change. */
  GstElement *element;
  GstKvsImageSrcSettings settings;
  KvsAskedRange asked;
  AwsLogSink *log_sink;
  KvsStats *stats;

  /* These have locks of their own. */
  GstKvsImageSrcConnecting connecting;
  GstKvsImageSrcGate *gate;

  /* Used by the streaming thread, and by others only while nothing streams. */
  gboolean is_reading;
  gboolean has_warned_of_nothing;

  /* Guards all that follows. With it held, the locks of the gate, of the reader with its clock and of the element may be
   * taken. The streaming thread reads without it what only that thread and a stop change: @reader, and what is known of
   * the range. */
  GMutex lock;
  KvsReader *reader; /* NULL once it is stopped */
  GstKvsImageSrcPlayback playback;
  KvsPosition position;
  GstKvsImageSrcLatency latency;
  GstClockTime told_latency; /* the latency that was posted last */
  gint64 restarted_us;       /* when running time began to count, in monotonic time … */
  GstClockTime restart_from; /* … and the stream time that it began with */
  guint32 seqnum;            /* of the seek or start that playback comes from */
  guint64 told_at;           /* how many samples had been pushed when next-token was notified */
};

static void event_cb (const KvsEvent *event, gpointer user_data);
static void restart_running_time_locked (GstKvsImageSrcSession *self, GstClockTime from);

/* The time and the range. Functions whose name ends in _locked are called with the lock held. */

static gint64
get_now_locked (GstKvsImageSrcSession *self)
{
  return self->reader ? kvs_reader_get_now (self->reader) : g_get_real_time () / 1000;
}

static KvsBounds
get_bounds_locked (GstKvsImageSrcSession *self)
{
  gint64 now_ms = self->asked.spec.has_end ? 0 : get_now_locked (self);
  KvsBounds bounds;

  kvs_position_get_bounds (&self->position, now_ms, &bounds);
  return bounds;
}

/* Beginning and end */

static void
read_traversal_locked (GstKvsImageSrcSession *self)
{
  KvsTraversal traversal = kvs_position_traverse (&self->position, &self->playback.traversal);

  kvs_reader_seek (self->reader, &traversal);
}

static void
play_from_the_beginning (GstKvsImageSrcSession *self)
{
  gst_kvs_image_src_playback_init (&self->playback);
  self->playback.traversal.begin = self->asked.first;
  self->seqnum = gst_util_seqnum_next ();
  read_traversal_locked (self);
  if (self->asked.service_token)
    kvs_reader_set_service_token (self->reader, self->asked.service_token);
  restart_running_time_locked (self, 0);
  self->told_latency = self->latency.min;
}

/* Fills in @self, which has its settings. */
static gboolean
set_up (GstKvsImageSrcSession *self, GError **error)
{
  const KvsSettings *settings = &self->settings.kvs;
  gboolean has_device = self->settings.iot_certificate != NULL;
  gint64 now_ms = g_get_real_time () / 1000;
  AwsIotOptions device;

  if (has_device && !gst_kvs_image_src_settings_read_device (&self->settings, &device, error))
    return FALSE;
  self->reader = kvs_setup_new_reader (
      settings, has_device ? &device : NULL, now_ms, self->stats, &self->asked, error);
  if (self->reader == NULL)
    return FALSE;
  kvs_reader_set_event_func (self->reader, event_cb, self);
  gst_kvs_image_src_gate_set_reader (self->gate, self->reader);
  kvs_position_begin (&self->position, settings, &self->asked.spec, now_ms);
  play_from_the_beginning (self);
  return TRUE;
}

GstKvsImageSrcSession *
gst_kvs_image_src_session_new (
    GstElement *element, const GstKvsImageSrcSettings *settings, KvsStats *stats, GError **error)
{
  g_autoptr (GstKvsImageSrcSession) self = g_new0 (GstKvsImageSrcSession, 1);
  AwsLogSink *sink_before;
  gboolean is_set_up;

  g_atomic_ref_count_init (&self->n_refs);
  g_mutex_init (&self->lock);
  self->element = element;
  self->stats = stats;
  self->log_sink = gst_kvs_image_src_log_sink_new (element);
  self->gate = gst_kvs_image_src_gate_new (settings->kvs.follow);
  gst_kvs_image_src_settings_copy (settings, &self->settings);
  sink_before = aws_log_set_sink (self->log_sink);
  is_set_up = set_up (self, error);
  aws_log_set_sink (sink_before);
  return is_set_up ? g_steal_pointer (&self) : NULL;
}

GstKvsImageSrcSession *
gst_kvs_image_src_session_ref (GstKvsImageSrcSession *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
gst_kvs_image_src_session_unref (GstKvsImageSrcSession *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;
  gst_kvs_image_src_settings_clear (&self->settings);
  kvs_position_clear (&self->position);
  gst_kvs_image_src_gate_free (self->gate);
  aws_log_sink_unref (self->log_sink);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_kvs_image_src_session_stop (GstKvsImageSrcSession *self)
{
  g_autoptr (KvsReader) reader = NULL;
  g_autofree char *totals = NULL;

  g_mutex_lock (&self->lock);
  reader = g_steal_pointer (&self->reader);
  g_mutex_unlock (&self->lock);
  gst_kvs_image_src_gate_set_reader (self->gate, NULL);
  if (self->is_reading)
    kvs_reader_stop (reader);
  gst_kvs_image_src_session_end_connecting (self);
  gst_kvs_image_src_session_notify_token (self);
  totals = kvs_stats_describe (self->stats);
  GST_INFO_OBJECT (self->element, "session ends: %s", totals);
}

gboolean
gst_kvs_image_src_session_is_active (GstKvsImageSrcSession *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->reader != NULL;
}

const KvsSettings *
gst_kvs_image_src_session_get_settings (const GstKvsImageSrcSession *self)
{
  return &self->settings.kvs;
}

GstKvsImageSrcGate *
gst_kvs_image_src_session_get_gate (GstKvsImageSrcSession *self)
{
  return self->gate;
}

/* Latency */

/* Posts the latency if it was raised since the last time. */
static void
tell_latency (GstKvsImageSrcSession *self)
{
  GstClockTime min;
  gboolean is_news;

  g_mutex_lock (&self->lock);
  min = self->latency.min;
  is_news = min > self->told_latency;
  self->told_latency = min;
  g_mutex_unlock (&self->lock);
  if (!is_news)
    return;
  GST_DEBUG_OBJECT (self->element, "latency is %" GST_TIME_FORMAT " now", GST_TIME_ARGS (min));
  gst_element_post_message (self->element, gst_message_new_latency (GST_OBJECT (self->element)));
}

/* A seek may go further than GStreamer can count together with the age. */
static void
expect_latency_locked (GstKvsImageSrcSession *self)
{
  gint64 since_ms = (g_get_monotonic_time () - self->restarted_us) / 1000;
  GstClockTimeDiff age;

  if (!self->settings.kvs.follow || self->playback.segment.rate < 0 ||
      !kvs_position_get_age (&self->position, get_now_locked (self) - since_ms, &age))
    return;
  gst_kvs_image_src_latency_expect (&self->latency,
      self->settings.kvs.availability_delay * GST_MSECOND,
      GST_CLOCK_DIFF (MIN (self->restart_from, G_MAXINT64 / 4), age));
}

/* Running time counts from now on, beginning with the stream time @from. */
static void
restart_running_time_locked (GstKvsImageSrcSession *self, GstClockTime from)
{
  self->restarted_us = g_get_monotonic_time ();
  self->restart_from = from;
  expect_latency_locked (self);
}

/* Returns FALSE where running time does not run. */
static gboolean
get_running_time (GstKvsImageSrcSession *self, GstClockTimeDiff *running_time)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (self->element);

  if (clock == NULL)
    return FALSE;
  *running_time =
      GST_CLOCK_DIFF (gst_element_get_base_time (self->element), gst_clock_get_time (clock));
  return TRUE;
}

void
gst_kvs_image_src_session_start_clock (GstKvsImageSrcSession *self)
{
  GstClockTimeDiff running_time;

  if (!self->settings.kvs.follow || !get_running_time (self, &running_time))
    return;
  g_mutex_lock (&self->lock);
  gst_kvs_image_src_latency_start (&self->latency, running_time);
  g_mutex_unlock (&self->lock);
}

void
gst_kvs_image_src_session_restart_clock (GstKvsImageSrcSession *self)
{
  g_mutex_lock (&self->lock);
  gst_kvs_image_src_latency_stop (&self->latency);
  g_mutex_unlock (&self->lock);
  if (gst_kvs_image_src_gate_is_playing (self->gate))
    gst_kvs_image_src_session_start_clock (self);
}

void
gst_kvs_image_src_session_observe (
    GstKvsImageSrcSession *self, const KvsSample *sample, gint64 pad_offset)
{
  gint64 waited_us = g_get_monotonic_time () - sample->settled_us;
  GstClockTimeDiff now;
  GstClockTime due;

  if (!self->settings.kvs.follow || !get_running_time (self, &now))
    return;
  g_mutex_lock (&self->lock);
  due = gst_segment_to_running_time (&self->playback.segment, GST_FORMAT_TIME,
      sample->number * self->settings.kvs.sampling_interval * GST_MSECOND);
  if (due != GST_CLOCK_TIME_NONE && self->playback.segment.rate > 0)
    gst_kvs_image_src_latency_observe (&self->latency, now,
        waited_us * (GstClockTimeDiff)GST_USECOND, (GstClockTimeDiff)due, pad_offset);
  g_mutex_unlock (&self->lock);
  tell_latency (self);
}

/* Seeking */

gboolean
gst_kvs_image_src_session_can_seek (GstKvsImageSrcSession *self, GstEvent *seek)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GstKvsImageSrcPlayback playback = self->playback;
  KvsBounds bounds = get_bounds_locked (self);

  return self->reader != NULL &&
         gst_kvs_image_src_playback_seek (&playback, seek, &bounds, GST_CLOCK_TIME_NONE);
}

/* What is on screen lies between where playback began and the end of what was pushed, at which it is over. */
static gboolean
is_pushed (const GstSegment *segment, GstClockTime shown)
{
  if (segment->rate > 0)
    return shown >= segment->start && shown < segment->position;
  return shown <= segment->stop && shown > segment->position;
}

static GstClockTime
find_shown_locked (GstKvsImageSrcSession *self, GstClockTime shown)
{
  const GstSegment *segment = &self->playback.segment;
  guint64 number;

  if (shown != GST_CLOCK_TIME_NONE && is_pushed (segment, shown))
    return shown;
  if (!self->position.has_pushed)
    return GST_CLOCK_TIME_NONE;
  number = self->position.has_delivered ? self->position.last : self->position.pushed;
  return (number + (segment->rate > 0 ? 0 : 1)) * self->settings.kvs.sampling_interval *
         GST_MSECOND;
}

gboolean
gst_kvs_image_src_session_seek (GstKvsImageSrcSession *self, GstEvent *seek, GstClockTime shown)
{
  GstKvsImageSrcPlayback performed;
  KvsBounds bounds;
  gboolean is_performed;

  g_mutex_lock (&self->lock);
  bounds = get_bounds_locked (self);
  is_performed = self->reader != NULL && gst_kvs_image_src_playback_seek (&self->playback, seek,
                                             &bounds, find_shown_locked (self, shown));
  if (is_performed) {
    self->seqnum = gst_event_get_seqnum (seek);
    kvs_position_use_up (&self->position);
    read_traversal_locked (self);
    if (self->playback.segment.flags & GST_SEGMENT_FLAG_RESET)
      restart_running_time_locked (self, self->playback.segment.position);
  }
  performed = self->playback;
  g_mutex_unlock (&self->lock);
  if (is_performed)
    GST_INFO_OBJECT (self->element,
        "seeking to %" GST_SEGMENT_FORMAT ": samples from %" G_GUINT64_FORMAT ", each %u%s",
        &performed.segment, performed.traversal.begin, performed.traversal.stride,
        performed.traversal.is_reverse ? ", in reverse" : "");
  tell_latency (self);
  return is_performed;
}

guint32
gst_kvs_image_src_session_copy_segment (GstKvsImageSrcSession *self, GstSegment *segment)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  gst_segment_copy_into (&self->playback.segment, segment);
  return self->seqnum;
}

/* Streaming */

static void
begin_reading (GstKvsImageSrcSession *self)
{
  AwsLogSink *sink_before;

  if (self->is_reading)
    return;
  self->is_reading = TRUE;
  gst_kvs_image_src_connecting_begin (&self->connecting, self->element);
  sink_before = aws_log_set_sink (self->log_sink);
  kvs_reader_start (self->reader);
  aws_log_set_sink (sink_before);
}

static void
learn_range (GstKvsImageSrcSession *self)
{
  KvsBounds bounds;
  KvsRange range;

  if (self->position.is_known || !kvs_reader_get_range (self->reader, &range))
    return;
  g_mutex_lock (&self->lock);
  kvs_position_learn (&self->position, &range);
  bounds = get_bounds_locked (self);
  gst_kvs_image_src_playback_complete (&self->playback, &bounds);
  /* The service's clock tells better than the local one how old the start is. */
  expect_latency_locked (self);
  g_mutex_unlock (&self->lock);

  GST_DEBUG_OBJECT (self->element, "range is %" G_GINT64_FORMAT " ms to %" G_GINT64_FORMAT " ms",
      range.start_ms, range.end_ms);
  g_object_notify (G_OBJECT (self->element), "start-time");
  g_object_notify (G_OBJECT (self->element), "end-time");
  gst_element_post_message (
      self->element, gst_message_new_duration_changed (GST_OBJECT (self->element)));
  tell_latency (self);
}

GstFlowReturn
gst_kvs_image_src_session_pull (GstKvsImageSrcSession *self, KvsSample **sample, GError **error)
{
  g_autoptr (GError) cause = NULL;

  begin_reading (self);
  *sample = kvs_reader_pull (self->reader, &cause);
  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  learn_range (self);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return GST_FLOW_ERROR;
  }
  /* The service may have refused every request, which is nothing to wait for any longer. */
  gst_kvs_image_src_session_end_connecting (self);
  if (*sample != NULL)
    return GST_FLOW_OK;
  g_mutex_lock (&self->lock);
  kvs_position_end (&self->position);
  g_mutex_unlock (&self->lock);
  return GST_FLOW_EOS;
}

GstClockTime
gst_kvs_image_src_session_place_sample (
    GstKvsImageSrcSession *self, guint64 number, GstClockTime *pts, GstClockTime *duration)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsBounds bounds = get_bounds_locked (self);

  gst_kvs_image_src_playback_get_times (&self->playback, &bounds, number, pts, duration);
  return kvs_position_get_unix_time (&self->position, number);
}

void
gst_kvs_image_src_session_advance (GstKvsImageSrcSession *self, guint64 number)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsBounds bounds = get_bounds_locked (self);

  gst_kvs_image_src_playback_advance (&self->playback, &bounds, number);
  kvs_position_push (&self->position, number);
}

void
gst_kvs_image_src_session_deliver (GstKvsImageSrcSession *self, const KvsSample *sample)
{
  gboolean is_page;

  kvs_sample_count (sample, self->stats);
  g_mutex_lock (&self->lock);
  kvs_position_deliver (&self->position, sample->number);
  is_page = self->position.n_delivered - self->told_at >= KVS_MAX_PAGE;
  g_mutex_unlock (&self->lock);
  if (is_page)
    gst_kvs_image_src_session_notify_token (self);
}

/* Messages and notifications */

void
gst_kvs_image_src_session_end_connecting (GstKvsImageSrcSession *self)
{
  gst_kvs_image_src_connecting_end (&self->connecting, self->element, GST_PROGRESS_TYPE_CANCELED);
}

void
gst_kvs_image_src_session_notify_token (GstKvsImageSrcSession *self)
{
  g_mutex_lock (&self->lock);
  self->told_at = self->position.n_delivered;
  g_mutex_unlock (&self->lock);
  g_object_notify (G_OBJECT (self->element), "next-token");
}

void
gst_kvs_image_src_session_get_next_sample (GstKvsImageSrcSession *self, KvsNextSample *next)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  kvs_position_get_next_sample (&self->position, next);
}

void
gst_kvs_image_src_session_prepare_error (GstKvsImageSrcSession *self, KvsNextSample *next)
{
  gst_kvs_image_src_connecting_end (&self->connecting, self->element, GST_PROGRESS_TYPE_ERROR);
  gst_kvs_image_src_session_notify_token (self);
  gst_kvs_image_src_session_get_next_sample (self, next);
}

void
gst_kvs_image_src_session_warn_if_empty (GstKvsImageSrcSession *self)
{
  g_auto (KvsNextSample) next = {FALSE};
  g_autoptr (GError) rejection = NULL;
  g_autofree char *part = NULL;
  g_autofree char *text = NULL;

  if (self->has_warned_of_nothing || !kvs_reader_has_found_nothing (self->reader))
    return;
  self->has_warned_of_nothing = TRUE;
  rejection = kvs_reader_get_rejection (self->reader);
  g_mutex_lock (&self->lock);
  part = kvs_position_describe_part (&self->position);
  g_mutex_unlock (&self->lock);
  text =
      g_strdup_printf ("No still %s. Check start-timestamp, end-timestamp, image-selector-type and "
                       "the retention period of the stream.%s%s",
          part, rejection != NULL ? " The service says: " : "",
          rejection != NULL ? rejection->message : "");
  gst_kvs_image_src_session_get_next_sample (self, &next);
  gst_kvs_image_src_post_warning (
      self->element, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, text, rejection, &next);
}

static const char fractions_warning[] =
    "The service takes the fraction of a second off a start time, so that stills may be up to a "
    "second older than their sample; set start-timestamp to a whole second, and sampling-interval to "
    "whole seconds, for exact ones.";

static const char producer_clock_warning[] =
    "No media comes at the live edge. The clock of the camera may be wrong, as "
    "image-selector-type=producer-timestamp goes by it; set image-selector-type=server-timestamp "
    "to go by the service's.";

/* In a thread of the reader. */
static void
event_cb (const KvsEvent *event, gpointer user_data)
{
  GstKvsImageSrcSession *self = user_data;
  g_auto (KvsNextSample) next = {FALSE};

  gst_kvs_image_src_session_get_next_sample (self, &next);
  switch (event->kind) {
    case KVS_EVENT_CONNECTED:
      gst_kvs_image_src_connecting_end (
          &self->connecting, self->element, GST_PROGRESS_TYPE_COMPLETE);
      break;
    case KVS_EVENT_OUTAGE:
      gst_kvs_image_src_post_outage (self->element, event->error, &next);
      break;
    case KVS_EVENT_RECOVERED:
      gst_kvs_image_src_post_recovered (
          self->element, (GstClockTime)event->duration_us * GST_USECOND, event->attempts);
      break;
    case KVS_EVENT_FRACTIONS_CUT:
      gst_kvs_image_src_post_warning (self->element, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_SETTINGS, fractions_warning, NULL, &next);
      break;
    case KVS_EVENT_ONLY_GAPS:
      gst_kvs_image_src_post_warning (self->element, GST_RESOURCE_ERROR,
          GST_RESOURCE_ERROR_NOT_FOUND, producer_clock_warning, NULL, &next);
      break;
    case KVS_EVENT_THREAD_STARTED:
      gst_kvs_image_src_post_thread_status (self->element, GST_STREAM_STATUS_TYPE_ENTER);
      break;
    case KVS_EVENT_THREAD_ENDED:
      gst_kvs_image_src_post_thread_status (self->element, GST_STREAM_STATUS_TYPE_LEAVE);
      break;
  }
}

/* Properties */

char *
gst_kvs_image_src_session_make_token (GstKvsImageSrcSession *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return kvs_position_make_token (&self->position);
}

void
gst_kvs_image_src_session_get_status (GstKvsImageSrcSession *self, GstKvsImageSrcStatus *status)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  KvsBounds bounds = get_bounds_locked (self);

  *status = (GstKvsImageSrcStatus){
      .start_time = kvs_position_get_start_time (&self->position),
      .end_time = kvs_position_get_end_time (&self->position),
      .is_endless = bounds.is_endless,
      .live_edge = GST_CLOCK_TIME_NONE,
  };
  if (self->reader == NULL)
    return;
  status->is_live = self->settings.kvs.follow;
  status->latency = self->latency.min;
  status->held_bytes = kvs_reader_get_held_bytes (self->reader);
  if (self->position.is_known && bounds.is_endless)
    status->live_edge = bounds.end;
}
