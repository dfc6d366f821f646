/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * SECTION:element-kvsimagesrc
 * @title: kvsimagesrc
 * @short_description: Pulls stills out of an Amazon Kinesis Video Streams stream with GetImages
 * @see_also: jpegdec, pngdec, multifilesink, videorate
 *
 * Pulls stills out of an Amazon Kinesis Video Streams stream with its GetImages API: one still for
 * each point of a grid of times, with GAP events where the stream has none. A still is a buffer, JPEG
 * or PNG as the service made it, with its place on the grid as its timestamp and its absolute time in
 * a #GstReferenceTimestampMeta of the caps `timestamp/x-unix`.
 *
 * The identity and the region may come from the environment or from AWS's shared files, as they do
 * for AWS's own tools, or from properties.
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
#include "gstkvsimagesrcenums.h"
#include "gstkvsimagesrcflow.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcproperties.h"
#include "gstkvsimagesrcrun.h"
#include "gstkvsimagesrcseek.h"
#include "gstkvsimagesrcsettings.h"
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

struct _GstKvsImageSrc {
  GstPushSrc parent_instance;

  GstKvsImageSrcSettings settings; /* guarded by the object lock */
  KvsStats *stats;

  /* The last run, which goes on when it has a reader. Replaced only while nothing streams, with the object
   * lock held. */
  GstKvsImageSrcRun *run;
  GstKvsImageSrcFlow *flow;

  gboolean begins_with_seek; /* used by the thread that starts the run */

  /* Threads, for comparison only, and set and read atomically: the one that pauses what is live, the one
   * that streams, and the last one that has unlocked it. */
  GThread *pausing;
  GThread *streaming;
  GThread *unlocking;
};

static void gst_kvs_image_src_uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstKvsImageSrc, gst_kvs_image_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_kvs_image_src_uri_handler_init)
        GST_DEBUG_CATEGORY_INIT (
            gst_kvs_image_src_debug, "kvsimagesrc", 0, "Kinesis Video Streams image source"))
GST_ELEMENT_REGISTER_DEFINE (kvsimagesrc, "kvsimagesrc", GST_RANK_PRIMARY, GST_TYPE_KVS_IMAGE_SRC)

/* Called with the object lock held. */
static KvsReader *
ref_reader_locked (GstKvsImageSrc *self)
{
  return self->run ? gst_kvs_image_src_run_ref_reader (self->run) : NULL;
}

static KvsReader *
ref_reader (GstKvsImageSrc *self)
{
  KvsReader *reader;

  GST_OBJECT_LOCK (self);
  reader = ref_reader_locked (self);
  GST_OBJECT_UNLOCK (self);
  return reader;
}

static gboolean
is_running (GstKvsImageSrc *self)
{
  g_autoptr (KvsReader) reader = ref_reader (self);

  return reader != NULL;
}

static void
set_flushing (GstKvsImageSrc *self, gboolean flushing)
{
  g_autoptr (KvsReader) reader = ref_reader (self);

  if (reader)
    kvs_reader_set_flushing (reader, flushing);
}

/* Starting and stopping */

static GstClockTime
get_interval (GstKvsImageSrc *self)
{
  guint interval_ms;

  GST_OBJECT_LOCK (self);
  interval_ms = self->settings.sampling_interval;
  GST_OBJECT_UNLOCK (self);
  return interval_ms * GST_MSECOND;
}

/* A seek that came in READY is performed when the run begins; only now is the grid settled that it may be
 * snapped to. */
static gboolean
prepare_pending_seek (GstKvsImageSrc *self)
{
  GstBaseSrc *src = GST_BASE_SRC (self);
  GstClockTime interval = get_interval (self);
  gboolean is_pending;

  GST_OBJECT_LOCK (self);
  if (src->pending_seek) {
    g_autoptr (GstEvent) seek = g_steal_pointer (&src->pending_seek);

    src->pending_seek = gst_kvs_image_src_seek_prepare (seek, &src->segment, interval);
  }
  is_pending = src->pending_seek != NULL;
  GST_OBJECT_UNLOCK (self);
  return is_pending;
}

static GstKvsImageSrcRun *
make_run (GstKvsImageSrc *self, GError **error)
{
  g_auto (GstKvsImageSrcSettings) settings;

  GST_OBJECT_LOCK (self);
  gst_kvs_image_src_settings_copy (&self->settings, &settings);
  GST_OBJECT_UNLOCK (self);
  return gst_kvs_image_src_run_new (GST_BASE_SRC (self), &settings, self->stats, error);
}

/* The base class seeks with the stream lock held, so that one from elsewhere that comes just now finds either
 * the old run or the new one. */
static void
set_run (GstKvsImageSrc *self, GstKvsImageSrcRun *run)
{
  GST_PAD_STREAM_LOCK (GST_BASE_SRC_PAD (self));
  gst_kvs_image_src_flow_begin (self->flow, run);
  GST_OBJECT_LOCK (self);
  g_clear_pointer (&self->run, gst_kvs_image_src_run_free);
  self->run = run;
  GST_OBJECT_UNLOCK (self);
  GST_PAD_STREAM_UNLOCK (GST_BASE_SRC_PAD (self));
}

static gboolean
gst_kvs_image_src_start (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);
  g_autoptr (GError) error = NULL;
  GstKvsImageSrcRun *run;

  gst_base_src_set_do_timestamp (src, FALSE);
  kvs_stats_reset (self->stats);
  run = make_run (self, &error);
  set_run (self, run);
  if (run == NULL) {
    gst_kvs_image_src_post_error (GST_ELEMENT (self), error, NULL);
    return FALSE;
  }
  self->begins_with_seek = prepare_pending_seek (self);
  return TRUE;
}

static gboolean
gst_kvs_image_src_stop (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);

  /* Nothing streams any more, unless somebody has sought just now. */
  set_flushing (self, TRUE);
  GST_PAD_STREAM_LOCK (GST_BASE_SRC_PAD (self));
  if (is_running (self))
    gst_kvs_image_src_run_stop (self->run);
  gst_kvs_image_src_flow_seek (self->flow);
  GST_PAD_STREAM_UNLOCK (GST_BASE_SRC_PAD (self));
  return TRUE;
}

/* Streaming */

static GstFlowReturn
gst_kvs_image_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);

  return is_running (self) ? gst_kvs_image_src_flow_create (self->flow, buffer) : GST_FLOW_FLUSHING;
}

/* The base class would invent caps from the template; ours come from an image. It is called in the
 * streaming thread ahead of the first buffer. */
static gboolean
gst_kvs_image_src_negotiate (GstBaseSrc *src)
{
  g_atomic_pointer_set (&GST_KVS_IMAGE_SRC (src)->streaming, g_thread_self ());
  return TRUE;
}

/* From GStreamer 1.24 on the base class also unlocks what is live when it is paused, and calls create()
 * again when it plays. Should it play again before the streaming thread has noticed, that thread ends
 * for good. So a pause does not unlock here, which is what it does before 1.24. */
static gboolean
gst_kvs_image_src_unlock (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);

  if (g_atomic_pointer_get (&self->pausing) == g_thread_self ())
    return TRUE;
  g_atomic_pointer_set (&self->unlocking, g_thread_self ());
  set_flushing (self, TRUE);
  return TRUE;
}

/* The counterpart of the unlocking of a pause is called in the streaming thread, at some time, and must
 * not end a flush that another thread has begun meanwhile. */
static gboolean
gst_kvs_image_src_unlock_stop (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);

  if (g_atomic_pointer_get (&self->streaming) == g_thread_self () &&
      g_atomic_pointer_get (&self->unlocking) != g_thread_self ())
    return TRUE;
  gst_kvs_image_src_flow_rewind (self->flow);
  set_flushing (self, FALSE);
  return TRUE;
}

static gboolean
is_following (GstKvsImageSrc *self)
{
  gboolean follow;

  GST_OBJECT_LOCK (self);
  follow = self->settings.follow;
  GST_OBJECT_UNLOCK (self);
  return follow;
}

/* What follows is live from READY→PAUSED on. */
static GstStateChangeReturn
gst_kvs_image_src_change_state (GstElement *element, GstStateChange transition)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
    gst_base_src_set_live (GST_BASE_SRC (self), is_following (self));
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    g_atomic_pointer_set (&self->pausing, g_thread_self ());
  ret = GST_ELEMENT_CLASS (gst_kvs_image_src_parent_class)->change_state (element, transition);
  g_atomic_pointer_set (&self->pausing, NULL);
  return ret;
}

/* Where a run can be taken up again is told before the error that ends it, also before those of the base
 * class. */
static gboolean
gst_kvs_image_src_post_message (GstElement *element, GstMessage *message)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (element);

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR && is_running (self))
    gst_kvs_image_src_run_tell_token (self->run);
  return GST_ELEMENT_CLASS (gst_kvs_image_src_parent_class)->post_message (element, message);
}

/* Seeking */

static gboolean
gst_kvs_image_src_is_seekable (GstBaseSrc *src)
{
  return TRUE;
}

/* The base class calls it with nothing streaming, downstream still flushing, and also at the beginning. */
static gboolean
gst_kvs_image_src_do_seek (GstBaseSrc *src, GstSegment *segment)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);
  gboolean is_beginning = GST_BASE_SRC_IS_STARTING (src) && !self->begins_with_seek;

  if (!is_running (self))
    return FALSE;
  gst_kvs_image_src_run_seek (self->run, segment, is_beginning);
  gst_kvs_image_src_flow_seek (self->flow);
  return TRUE;
}

/* The seek that the base class is to perform for @event, or NULL. Before a run has begun there is no segment
 * that it could change. */
static GstEvent *
prepare_seek (GstKvsImageSrc *self, GstEvent *event)
{
  GstClockTime interval = get_interval (self);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  GST_OBJECT_LOCK (self);
  if (GST_BASE_SRC_IS_STARTED (self))
    gst_segment_copy_into (&GST_BASE_SRC (self)->segment, &segment);
  GST_OBJECT_UNLOCK (self);
  return gst_kvs_image_src_seek_prepare (event, &segment, interval);
}

/* The pad takes seeks a little earlier than there is a run, and a little longer. */
static gboolean
perform_seek (GstBaseSrc *src, GstEvent *event)
{
  g_autoptr (GstEvent) seek =
      GST_BASE_SRC_IS_STARTED (src) ? prepare_seek (GST_KVS_IMAGE_SRC (src), event) : NULL;

  return seek && GST_BASE_SRC_CLASS (gst_kvs_image_src_parent_class)->event (src, seek);
}

/* The base class ends its task when downstream flushes without a seek, and leaves it at that. */
static gboolean
end_flush (GstBaseSrc *src, GstEvent *event)
{
  gboolean ret = GST_BASE_SRC_CLASS (gst_kvs_image_src_parent_class)->event (src, event);
  GstPad *pad = GST_BASE_SRC_PAD (src);
  g_autoptr (GstTask) task = NULL;

  GST_OBJECT_LOCK (pad);
  if (GST_PAD_TASK (pad))
    task = gst_object_ref (GST_PAD_TASK (pad));
  GST_OBJECT_UNLOCK (pad);
  return ret && (task == NULL || gst_task_start (task));
}

static gboolean
gst_kvs_image_src_event (GstBaseSrc *src, GstEvent *event)
{
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_SEEK:
      return perform_seek (src, event);
    case GST_EVENT_FLUSH_STOP:
      return end_flush (src, event);
    default:
      return GST_BASE_SRC_CLASS (gst_kvs_image_src_parent_class)->event (src, event);
  }
}

/* A seek in READY waits, as it is, for what is set until then. */
static gboolean
gst_kvs_image_src_send_event (GstElement *element, GstEvent *event)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (element);
  GstEvent *seek;

  if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK) {
    seek = prepare_seek (self, event);
    if (seek && !is_running (self))
      gst_event_replace (&seek, event);
    gst_event_unref (event);
    if (seek == NULL)
      return FALSE;
    event = seek;
  }
  return GST_ELEMENT_CLASS (gst_kvs_image_src_parent_class)->send_event (element, event);
}

/* Queries */

/* Where a run without an end ends for now, GST_CLOCK_TIME_NONE as long as that is not known. Returns FALSE
 * where there is an end. */
static gboolean
find_live_edge (GstKvsImageSrc *self, GstClockTime *edge)
{
  GstClockTime start_time = GST_CLOCK_TIME_NONE;
  g_autoptr (KvsReader) reader = NULL;
  gboolean is_endless;
  gint64 age_ms;

  GST_OBJECT_LOCK (self);
  reader = ref_reader_locked (self);
  is_endless = self->run && gst_kvs_image_src_run_is_endless (self->run);
  if (is_endless)
    start_time =
        gst_kvs_image_src_position_get_start_time (gst_kvs_image_src_run_get_position (self->run));
  GST_OBJECT_UNLOCK (self);

  *edge = GST_CLOCK_TIME_NONE;
  if (reader && start_time != GST_CLOCK_TIME_NONE) {
    age_ms = kvs_reader_get_now (reader) - (gint64)(start_time / GST_MSECOND);
    *edge = (GstClockTime)MAX (age_ms, 0) * GST_MSECOND;
  }
  return is_endless;
}

/* Where there is no end, what is live is one. */
static gboolean
query_seeking (GstKvsImageSrc *self, GstQuery *query)
{
  GstFormat format;
  GstClockTime edge;

  gst_query_parse_seeking (query, &format, NULL, NULL, NULL);
  if (format == GST_FORMAT_TIME && find_live_edge (self, &edge)) {
    gst_query_set_seeking (query, GST_FORMAT_TIME, TRUE, 0, (gint64)edge);
    return TRUE;
  }
  return GST_BASE_SRC_CLASS (gst_kvs_image_src_parent_class)->query (GST_BASE_SRC (self), query);
}

static gboolean
query_latency (GstKvsImageSrc *self, GstQuery *query)
{
  gboolean is_live = gst_base_src_is_live (GST_BASE_SRC (self));
  GstClockTime min = 0;

  GST_OBJECT_LOCK (self);
  if (is_live && self->run)
    min = gst_kvs_image_src_run_get_latency (self->run);
  GST_OBJECT_UNLOCK (self);
  gst_query_set_latency (query, is_live, min, GST_CLOCK_TIME_NONE);
  return TRUE;
}

static gboolean
query_scheduling (GstQuery *query)
{
  const GstSchedulingFlags flags = GST_SCHEDULING_FLAG_SEEKABLE | GST_SCHEDULING_FLAG_SEQUENTIAL |
                                   GST_SCHEDULING_FLAG_BANDWIDTH_LIMITED;

  gst_query_set_scheduling (query, flags, 1, -1, 0);
  gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
  return TRUE;
}

static gboolean
gst_kvs_image_src_query (GstBaseSrc *src, GstQuery *query)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_SEEKING:
      return query_seeking (self, query);
    case GST_QUERY_LATENCY:
      return query_latency (self, query);
    case GST_QUERY_SCHEDULING:
      return query_scheduling (query);
    default:
      return GST_BASE_SRC_CLASS (gst_kvs_image_src_parent_class)->query (src, query);
  }
}

/* Properties */

static GstStructure *
make_stats (GstKvsImageSrc *self)
{
  g_autoptr (KvsReader) reader = ref_reader (self);

  return gst_kvs_image_src_stats_new (self->stats, reader ? kvs_reader_get_held_bytes (reader) : 0);
}

static void
warn_of_refused_property (
    GstKvsImageSrc *self, const char *property, const GstKvsImageSrcPlace *place)
{
  g_autofree char *text =
      g_strdup_printf ("%s can be changed in NULL and READY only; it stays as it is.", property);

  gst_kvs_image_src_post_warning (
      GST_ELEMENT (self), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, text, NULL, place);
}

/* A change in PAUSED or PLAYING could not take effect any more, so it is refused instead of being
 * ignored. */
static void
gst_kvs_image_src_set_property (
    GObject *object, guint property, const GValue *value, GParamSpec *pspec)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);
  g_auto (GstKvsImageSrcPlace) place = {FALSE};
  g_autoptr (KvsReader) reader = NULL;

  GST_OBJECT_LOCK (self);
  reader = ref_reader_locked (self);
  if (reader)
    gst_kvs_image_src_position_get_place (gst_kvs_image_src_run_get_position (self->run), &place);
  else
    gst_kvs_image_src_properties_set (&self->settings, property, value);
  GST_OBJECT_UNLOCK (self);
  if (reader)
    warn_of_refused_property (self, pspec->name, &place);
}

/* Called with the object lock held. */
static void
get_run_property (GstKvsImageSrc *self, guint property, GValue *value)
{
  const GstKvsImageSrcPosition *position =
      self->run ? gst_kvs_image_src_run_get_position (self->run) : NULL;

  if (property == PROP_NEXT_TOKEN)
    g_value_take_string (value, position ? gst_kvs_image_src_position_make_token (position) : NULL);
  else if (property == PROP_START_TIME)
    g_value_set_uint64 (value,
        position ? gst_kvs_image_src_position_get_start_time (position) : GST_CLOCK_TIME_NONE);
  else
    g_value_set_uint64 (
        value, position ? gst_kvs_image_src_position_get_end_time (position) : GST_CLOCK_TIME_NONE);
}

static void
gst_kvs_image_src_get_property (GObject *object, guint property, GValue *value, GParamSpec *pspec)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);

  if (property == PROP_STATS) {
    g_value_take_boxed (value, make_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  if (property >= GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY)
    get_run_property (self, property, value);
  else
    gst_kvs_image_src_properties_get (&self->settings, property, value);
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
  static const char *const protocols[] = {GST_KVS_IMAGE_SRC_URI_PROTOCOL, NULL};

  return protocols;
}

static char *
gst_kvs_image_src_get_uri (GstURIHandler *handler)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (handler);
  char *uri;

  GST_OBJECT_LOCK (self);
  uri = gst_kvs_image_src_uri_new (&self->settings, G_OBJECT_GET_CLASS (self));
  GST_OBJECT_UNLOCK (self);
  return uri;
}

static gboolean
gst_kvs_image_src_set_uri (GstURIHandler *handler, const char *uri, GError **error)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (handler);
  g_autoptr (KvsReader) reader = NULL;
  gboolean is_set = FALSE;

  GST_OBJECT_LOCK (self);
  reader = ref_reader_locked (self);
  if (reader)
    g_set_error_literal (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the URI can be changed in NULL and READY only");
  else
    is_set = gst_kvs_image_src_uri_read (uri, G_OBJECT_GET_CLASS (self), &self->settings, error);
  GST_OBJECT_UNLOCK (self);
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

  g_clear_pointer (&self->flow, gst_kvs_image_src_flow_free);
  g_clear_pointer (&self->run, gst_kvs_image_src_run_free);
  g_clear_pointer (&self->stats, kvs_stats_free);
  gst_kvs_image_src_settings_clear (&self->settings);

  G_OBJECT_CLASS (gst_kvs_image_src_parent_class)->finalize (object);
}

static void
gst_kvs_image_src_init (GstKvsImageSrc *self)
{
  GstBaseSrc *src = GST_BASE_SRC (self);

  gst_kvs_image_src_settings_init (&self->settings);
  self->stats = kvs_stats_new ();
  self->flow = gst_kvs_image_src_flow_new (src, self->stats);
  gst_base_src_set_format (src, GST_FORMAT_TIME);
  /* The base class would end the stream by the times of the last buffer; the range does. */
  gst_base_src_set_automatic_eos (src, FALSE);
}

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS)

static void
install_readable_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, PROP_START_TIME,
      g_param_spec_uint64 ("start-time", "Start time",
          "Start of the range as it was resolved, in ns since the epoch; the largest value until it "
          "is known",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, READABLE));
  g_object_class_install_property (klass, PROP_END_TIME,
      g_param_spec_uint64 ("end-time", "End time",
          "End of the range as it was resolved, in ns since the epoch; the largest value until it "
          "is known, and without an end",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, READABLE));
  g_object_class_install_property (klass, PROP_NEXT_TOKEN,
      g_param_spec_string ("next-token", "Next token",
          "Where this run can be taken up again, as starting-token: the first sample whose push has "
          "not returned OK; unset after a complete run",
          NULL, READABLE));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "What was asked for, received and pushed so far",
          GST_TYPE_STRUCTURE, READABLE));
}

static void
install_functions (GstKvsImageSrcClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_src_class = GST_BASE_SRC_CLASS (klass);
  GstPushSrcClass *push_src_class = GST_PUSH_SRC_CLASS (klass);

  element_class->change_state = GST_DEBUG_FUNCPTR (gst_kvs_image_src_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_kvs_image_src_send_event);
  element_class->post_message = GST_DEBUG_FUNCPTR (gst_kvs_image_src_post_message);
  base_src_class->start = GST_DEBUG_FUNCPTR (gst_kvs_image_src_start);
  base_src_class->stop = GST_DEBUG_FUNCPTR (gst_kvs_image_src_stop);
  base_src_class->unlock = GST_DEBUG_FUNCPTR (gst_kvs_image_src_unlock);
  base_src_class->unlock_stop = GST_DEBUG_FUNCPTR (gst_kvs_image_src_unlock_stop);
  base_src_class->negotiate = GST_DEBUG_FUNCPTR (gst_kvs_image_src_negotiate);
  base_src_class->is_seekable = GST_DEBUG_FUNCPTR (gst_kvs_image_src_is_seekable);
  base_src_class->do_seek = GST_DEBUG_FUNCPTR (gst_kvs_image_src_do_seek);
  base_src_class->event = GST_DEBUG_FUNCPTR (gst_kvs_image_src_event);
  base_src_class->query = GST_DEBUG_FUNCPTR (gst_kvs_image_src_query);
  push_src_class->create = GST_DEBUG_FUNCPTR (gst_kvs_image_src_create);
}

static void
gst_kvs_image_src_class_init (GstKvsImageSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_kvs_image_src_set_property;
  gobject_class->get_property = gst_kvs_image_src_get_property;
  gobject_class->finalize = gst_kvs_image_src_finalize;
  install_functions (klass);
  gst_kvs_image_src_properties_install (gobject_class);
  install_readable_properties (gobject_class);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Kinesis Video Streams image source",
      "Source/Network/Image",
      "Pulls stills out of an Amazon Kinesis Video Streams stream with GetImages",
      "The kvsimagesrc authors");
  gst_type_mark_as_plugin_api (GST_TYPE_KVS_IMAGE_SRC_FORMAT, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_KVS_IMAGE_SRC_SELECTOR, 0);
}
