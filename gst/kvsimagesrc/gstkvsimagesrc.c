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

#include "gstkvsimagesrcaccess.h"
#include "gstkvsimagesrccaps.h"
#include "gstkvsimagesrcenums.h"
#include "gstkvsimagesrcgaps.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcproperties.h"
#include "gstkvsimagesrcsettings.h"
#include "gstkvsimagesrcuri.h"

#include <kvsreader.h>

#include <gst/base/gstbasesrc.h>

GST_DEBUG_CATEGORY_STATIC (kvs_image_src_debug);
#define GST_CAT_DEFAULT kvs_image_src_debug

enum {
  PROP_START_TIME = GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY,
  PROP_END_TIME,
  PROP_STATS,
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_KVS_IMAGE_SRC_CAPS));

static GstStaticCaps unix_time_caps = GST_STATIC_CAPS ("timestamp/x-unix");

/* A sample goes through three steps. It is pulled from the reader into current; create() makes a
 * buffer of it; and when the base class pushes that buffer, the probe on the pad sees it leave and
 * current is forgotten. A buffer that the base class throws away is so made again from the same
 * sample.
 *
 * A gap leaves as an event, but takes the same way: the base class sends SEGMENT only ahead of a
 * buffer, and has no way for a subclass to push an event behind it (before GStreamer 1.24). So
 * create() returns an empty buffer for it, and the probe puts the event in its place.
 *
 * Gaps at the beginning of the range wait until the caps are settled: by the size that was asked
 * for, by the first still, or by the end of the range. The still that settles them waits behind
 * them. */
struct _GstKvsImageSrc {
  GstPushSrc parent_instance;

  /* Guarded by the object lock. */
  GstKvsImageSrcSettings settings;
  KvsRange range;
  gboolean range_known;

  KvsStats *stats;
  KvsReader *reader; /* replaced only while nothing streams, with the object lock held */

  /* Used by the streaming thread, and elsewhere only while nothing streams. */
  GstKvsImageSrcSettings run; /* what the settings were when the run began */
  gboolean reading;
  gboolean caps_settled;
  GstKvsImageSrcGaps *gaps;
  KvsSample *still;
  KvsSample *current;
  guint64 next_number; /* of the sample that leaves next */
  gboolean tags_sent;
  gboolean discont;
  gboolean in_error_run;
};

static void gst_kvs_image_src_uri_handler_init (gpointer iface, gpointer data);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstKvsImageSrc, gst_kvs_image_src, GST_TYPE_PUSH_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_kvs_image_src_uri_handler_init)
        GST_DEBUG_CATEGORY_INIT (
            kvs_image_src_debug, "kvsimagesrc", 0, "Kinesis Video Streams image source"))
GST_ELEMENT_REGISTER_DEFINE (kvsimagesrc, "kvsimagesrc", GST_RANK_PRIMARY, GST_TYPE_KVS_IMAGE_SRC)

static GQuark
gap_quark (void)
{
  return g_quark_from_static_string ("gst-kvs-image-src-gap");
}

static GstClockTime
get_unix_time (GstKvsImageSrc *self, guint64 number)
{
  return (GstClockTime)kvs_range_get_time (&self->range, number) * GST_MSECOND;
}

static GstClockTime
get_interval (GstKvsImageSrc *self)
{
  return self->range.interval_ms * GST_MSECOND;
}

/* Where the run is: at the sample that leaves next. */
static GstKvsImageSrcPlace
get_place (GstKvsImageSrc *self)
{
  return (GstKvsImageSrcPlace){
      .is_known = self->range_known,
      .offset = self->next_number,
      .unix_time = self->range_known ? get_unix_time (self, self->next_number) : 0,
  };
}

static void
forget_samples (GstKvsImageSrc *self)
{
  gst_kvs_image_src_gaps_clear (self->gaps);
  g_clear_pointer (&self->still, kvs_sample_free);
  g_clear_pointer (&self->current, kvs_sample_free);
}

/* What leaves the pad */

static GstTagList *
make_tags (GstKvsImageSrc *self)
{
  gint64 start_us = self->range.start_ms * 1000;
  g_autoptr (GstDateTime) start = gst_date_time_new_from_unix_epoch_utc_usecs (start_us);
  g_autofree char *title = gst_kvs_image_src_settings_get_title (&self->run);

  return gst_tag_list_new (GST_TAG_DATE_TIME, start, GST_TAG_TITLE, title, NULL);
}

static GstEvent *
make_gap_event (GstKvsImageSrc *self, const KvsSample *sample)
{
  GstEvent *event = gst_event_new_gap (sample->number * get_interval (self), get_interval (self));

  if (sample->kind != KVS_SAMPLE_NO_MEDIA)
    gst_event_set_gap_flags (event, GST_GAP_FLAG_MISSING_DATA);
  gst_structure_set (gst_event_writable_structure (event), "reason", G_TYPE_STRING,
      kvs_sample_kind_get_name (sample->kind), "offset", G_TYPE_UINT64, sample->number, "unix-time",
      G_TYPE_UINT64, get_unix_time (self, sample->number), NULL);
  return event;
}

static void
set_times (GstKvsImageSrc *self, GstBuffer *buffer, const KvsSample *sample)
{
  GST_BUFFER_PTS (buffer) = sample->number * get_interval (self);
  GST_BUFFER_DURATION (buffer) = get_interval (self);
  GST_BUFFER_OFFSET (buffer) = sample->number;
  GST_BUFFER_OFFSET_END (buffer) = sample->number + 1;
}

static GstBuffer *
make_still (GstKvsImageSrc *self, const KvsSample *sample)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (sample->image);

  set_times (self, buffer, sample);
  if (self->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (sample->has_time) {
    g_autoptr (GstCaps) reference = gst_static_caps_get (&unix_time_caps);

    gst_buffer_add_reference_timestamp_meta (
        buffer, reference, (GstClockTime)sample->time_ms * GST_MSECOND, GST_CLOCK_TIME_NONE);
  }
  return buffer;
}

/* An empty buffer that carries a gap's event to the pad. */
static GstBuffer *
make_gap_carrier (GstKvsImageSrc *self, const KvsSample *sample)
{
  GstBuffer *buffer = gst_buffer_new ();

  set_times (self, buffer, sample);
  gst_mini_object_set_qdata (GST_MINI_OBJECT_CAST (buffer), gap_quark (),
      make_gap_event (self, sample), (GDestroyNotify)gst_event_unref);
  return buffer;
}

static void
warn_of_error_run (GstKvsImageSrc *self, const KvsSample *sample)
{
  GstKvsImageSrcPlace place = get_place (self);
  g_autofree char *time = kvs_timestamp_format (kvs_range_get_time (&self->range, sample->number));
  g_autofree char *text = g_strdup_printf ("There is media at %s, but no image of it: %s. It and "
                                           "those like it that follow are pushed as gaps.",
      time,
      sample->kind == KVS_SAMPLE_MEDIA_ERROR
          ? "the service answers MEDIA_ERROR, as it does for media that is only audio or damaged"
          : "what the service gives twice is not an image of the format that was asked for");

  gst_kvs_image_src_post_warning (
      GST_ELEMENT (self), GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, text, NULL, &place);
}

static void
count_sample (GstKvsImageSrc *self, const KvsSample *sample)
{
  static const KvsStatsCounter counters[] = {
      [KVS_SAMPLE_STILL] = KVS_STATS_IMAGES,
      [KVS_SAMPLE_NO_MEDIA] = KVS_STATS_GAPS_NO_MEDIA,
      [KVS_SAMPLE_MEDIA_ERROR] = KVS_STATS_GAPS_MEDIA_ERROR,
      [KVS_SAMPLE_BAD_IMAGE] = KVS_STATS_GAPS_MEDIA_ERROR,
  };

  kvs_stats_add (self->stats, KVS_STATS_SAMPLES, 1);
  kvs_stats_add (self->stats, counters[sample->kind], 1);
}

/* Notes that the current sample leaves. */
static void
leave_sample (GstKvsImageSrc *self)
{
  g_autoptr (KvsSample) sample = g_steal_pointer (&self->current);
  gboolean is_error =
      sample->kind == KVS_SAMPLE_MEDIA_ERROR || sample->kind == KVS_SAMPLE_BAD_IMAGE;

  if (is_error && !self->in_error_run)
    warn_of_error_run (self, sample);
  self->in_error_run = is_error;
  self->discont = is_error || (self->discont && sample->kind != KVS_SAMPLE_STILL);
  self->next_number = sample->number + 1;
  count_sample (self, sample);
}

/* Sees each buffer on its way out, when SEGMENT is already there. */
static GstPadProbeReturn
buffer_probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  GstKvsImageSrc *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstEvent *gap = gst_mini_object_steal_qdata (GST_MINI_OBJECT_CAST (buffer), gap_quark ());

  if (!self->tags_sent)
    gst_pad_push_event (pad, gst_event_new_tag (make_tags (self)));
  self->tags_sent = TRUE;
  /* The base class marks the first buffer after a start or a flush; when it carries a gap, the mark
   * goes to the next still. */
  if (GST_BUFFER_IS_DISCONT (buffer))
    self->discont = TRUE;
  leave_sample (self);

  if (gap == NULL)
    return GST_PAD_PROBE_OK;
  GST_LOG_OBJECT (self, "pushing %" GST_PTR_FORMAT, gap);
  gst_pad_push_event (pad, gap);
  return GST_PAD_PROBE_DROP;
}

/* Where the samples come from */

static void
post_error (GstKvsImageSrc *self, const GError *error)
{
  GstKvsImageSrcPlace place = get_place (self);

  gst_kvs_image_src_post_error (GST_ELEMENT (self), error, &place);
}

/* Takes over the range as soon as the reader knows it. */
static void
learn_range (GstKvsImageSrc *self)
{
  KvsRange range;

  if (self->range_known || !kvs_reader_get_range (self->reader, &range))
    return;
  GST_OBJECT_LOCK (self);
  self->range = range;
  self->range_known = TRUE;
  GST_BASE_SRC (self)->segment.duration = kvs_range_get_n_samples (&range) * get_interval (self);
  GST_OBJECT_UNLOCK (self);

  g_object_notify (G_OBJECT (self), "start-time");
  g_object_notify (G_OBJECT (self), "end-time");
  gst_element_post_message (
      GST_ELEMENT (self), gst_message_new_duration_changed (GST_OBJECT (self)));
}

static void
warn_of_refusal (GstKvsImageSrc *self)
{
  const GError *refusal = kvs_reader_get_refusal (self->reader);
  g_autofree char *text = NULL;

  if (refusal == NULL)
    return;
  text = g_strdup_printf (
      "There is nothing in the whole range, and the service says why: %s", refusal->message);
  gst_kvs_image_src_post_warning (
      GST_ELEMENT (self), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, text, refusal, NULL);
}

/* Without this the base class would only say "not-negotiated". */
static gboolean
check_peer (GstKvsImageSrc *self, GstCaps *caps)
{
  g_autoptr (GstCaps) common = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (self), caps);

  if (!gst_caps_is_empty (common))
    return TRUE;
  GST_ELEMENT_ERROR (self, STREAM, FORMAT,
      ("What comes behind kvsimagesrc does not take these images; set format to what it takes, or "
       "decode them first."),
      ("the caps %" GST_PTR_FORMAT " are refused", caps));
  return FALSE;
}

static GstFlowReturn
set_caps (GstKvsImageSrc *self, GstCaps *caps)
{
  self->caps_settled = TRUE;
  GST_DEBUG_OBJECT (self, "caps are %" GST_PTR_FORMAT, caps);
  if (check_peer (self, caps) && gst_base_src_set_caps (GST_BASE_SRC (self), caps))
    return GST_FLOW_OK;
  return GST_PAD_IS_FLUSHING (GST_BASE_SRC_PAD (self)) ? GST_FLOW_FLUSHING
                                                       : GST_FLOW_NOT_NEGOTIATED;
}

static GstFlowReturn
take_still (GstKvsImageSrc *self, KvsSample *sample)
{
  g_autoptr (GstCaps) caps = gst_kvs_image_src_caps_new (self->run.format, &sample->info);

  self->still = sample;
  return set_caps (self, caps);
}

static GstFlowReturn
take_gap (GstKvsImageSrc *self, KvsSample *sample)
{
  gst_kvs_image_src_gaps_push (self->gaps, sample);
  kvs_sample_free (sample);
  if (!self->caps_settled && self->run.width > 0) {
    g_autoptr (GstCaps) caps = gst_kvs_image_src_caps_new_without_image (
        self->run.format, self->run.width, self->run.height);

    return set_caps (self, caps);
  }
  return GST_FLOW_OK;
}

/* Not only the next element must do with them: one that passes caps on, as videorate does, accepts
 * what a muxer behind it then refuses. */
static gboolean
takes_without_size (GstKvsImageSrc *self, GstCaps *caps)
{
  g_autoptr (GstCaps) taken = gst_pad_peer_query_caps (GST_BASE_SRC_PAD (self), NULL);

  return gst_caps_is_subset (caps, taken) &&
         gst_pad_peer_query_accept_caps (GST_BASE_SRC_PAD (self), caps);
}

/* At the end of a range without any still the gaps are still owed, and caps as far as they are
 * known; but caps without a size only where downstream can do with them. */
static GstFlowReturn
take_end (GstKvsImageSrc *self)
{
  g_autoptr (GstCaps) caps = NULL;

  if (self->caps_settled) {
    warn_of_refusal (self);
    return GST_FLOW_EOS;
  }
  self->caps_settled = TRUE;
  caps = gst_kvs_image_src_caps_new_without_image (self->run.format, 0, 0);
  if (!takes_without_size (self, caps))
    return GST_FLOW_OK;
  return set_caps (self, caps);
}

/* Pulls one sample from the reader, or its end. */
static GstFlowReturn
pull_sample (GstKvsImageSrc *self)
{
  g_autoptr (GError) error = NULL;
  KvsSample *sample = kvs_reader_pull (self->reader, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  learn_range (self);
  if (error) {
    post_error (self, error);
    return GST_FLOW_ERROR;
  }
  if (sample == NULL)
    return take_end (self);
  return sample->kind == KVS_SAMPLE_STILL ? take_still (self, sample) : take_gap (self, sample);
}

/* Makes the next sample the current one. */
static GstFlowReturn
advance (GstKvsImageSrc *self)
{
  GstFlowReturn ret = GST_FLOW_OK;

  while (ret == GST_FLOW_OK) {
    if (self->caps_settled && !self->current)
      self->current = gst_kvs_image_src_gaps_pop (self->gaps);
    if (self->caps_settled && !self->current)
      self->current = g_steal_pointer (&self->still);
    if (self->current)
      return GST_FLOW_OK;
    ret = pull_sample (self);
  }
  return ret;
}

static GstFlowReturn
gst_kvs_image_src_create (GstPushSrc *src, GstBuffer **buffer)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);
  GstFlowReturn ret;

  if (!self->reading) {
    self->reading = TRUE;
    kvs_reader_start (self->reader);
  }
  ret = advance (self);
  if (ret != GST_FLOW_OK)
    return ret;
  if (self->current->kind == KVS_SAMPLE_STILL) {
    *buffer = make_still (self, self->current);
    return GST_FLOW_OK;
  }
  *buffer = make_gap_carrier (self, self->current);
  /* num-buffers counts stills, and the base class has counted this buffer already. */
  if (GST_BASE_SRC (self)->num_buffers_left >= 0)
    GST_BASE_SRC (self)->num_buffers_left++;
  return GST_FLOW_OK;
}

/* The base class would invent caps from the template; ours come from an image. */
static gboolean
gst_kvs_image_src_negotiate (GstBaseSrc *src)
{
  return TRUE;
}

/* Starting and stopping */

static KvsReader *
make_reader (GstKvsImageSrc *self, GError **error)
{
  gint64 now_ms = g_get_real_time () / 1000;
  g_autoptr (KvsQuery) query = gst_kvs_image_src_settings_make_query (&self->run, error);
  g_auto (GstKvsImageSrcAccess) access = {NULL};
  KvsRangeSpec spec;
  KvsReader *reader;

  if (query == NULL || !gst_kvs_image_src_settings_make_range (&self->run, now_ms, &spec, error))
    return NULL;
  if (!gst_kvs_image_src_access_init (&access, &self->run, error))
    return NULL;
  reader = kvs_reader_new (
      access.client, access.endpoint, query, &spec, now_ms, self->run.max_items, self->stats);
  if (access.images_endpoint)
    kvs_reader_set_images_endpoint (reader, access.images_endpoint);
  return reader;
}

static void
reset (GstKvsImageSrc *self)
{
  forget_samples (self);
  self->reading = FALSE;
  self->caps_settled = FALSE;
  self->next_number = 0;
  self->tags_sent = FALSE;
  self->discont = TRUE;
  self->in_error_run = FALSE;
}

static gboolean
gst_kvs_image_src_start (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);
  g_autoptr (GError) error = NULL;
  KvsReader *reader;

  gst_base_src_set_do_timestamp (src, FALSE);
  reset (self);
  kvs_stats_reset (self->stats);
  GST_OBJECT_LOCK (self);
  self->range_known = FALSE;
  gst_kvs_image_src_settings_clear (&self->run);
  gst_kvs_image_src_settings_copy (&self->settings, &self->run);
  GST_OBJECT_UNLOCK (self);

  reader = make_reader (self, &error);
  if (reader == NULL) {
    post_error (self, error);
    return FALSE;
  }
  GST_OBJECT_LOCK (self);
  self->reader = reader;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_kvs_image_src_stop (GstBaseSrc *src)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (src);
  KvsReader *reader;

  GST_OBJECT_LOCK (self);
  reader = g_steal_pointer (&self->reader);
  GST_OBJECT_UNLOCK (self);
  if (reader) {
    kvs_reader_stop (reader);
    g_object_unref (reader);
  }
  reset (self);
  return TRUE;
}

static void
set_flushing (GstKvsImageSrc *self, gboolean flushing)
{
  g_autoptr (KvsReader) reader = NULL;

  GST_OBJECT_LOCK (self);
  g_set_object (&reader, self->reader);
  GST_OBJECT_UNLOCK (self);
  if (reader)
    kvs_reader_set_flushing (reader, flushing);
}

static gboolean
gst_kvs_image_src_unlock (GstBaseSrc *src)
{
  set_flushing (GST_KVS_IMAGE_SRC (src), TRUE);
  return TRUE;
}

static gboolean
gst_kvs_image_src_unlock_stop (GstBaseSrc *src)
{
  set_flushing (GST_KVS_IMAGE_SRC (src), FALSE);
  return TRUE;
}

/* Properties */

static GstStructure *
make_stats (GstKvsImageSrc *self)
{
  static const struct {
    const char *name;
    KvsStatsCounter counter;
  } fields[] = {
      {"requests", KVS_STATS_REQUESTS},
      {"retries", KVS_STATS_RETRIES},
      {"throttles", KVS_STATS_THROTTLES},
      {"samples", KVS_STATS_SAMPLES},
      {"images", KVS_STATS_IMAGES},
      {"gaps-no-media", KVS_STATS_GAPS_NO_MEDIA},
      {"gaps-media-error", KVS_STATS_GAPS_MEDIA_ERROR},
      {"images-wasted", KVS_STATS_IMAGES_WASTED},
      {"bytes-received", KVS_STATS_BYTES_RECEIVED},
      {"image-bytes", KVS_STATS_IMAGE_BYTES},
  };
  GstStructure *stats = gst_structure_new_empty ("application/x-kvsimagesrc-stats");
  guint64 mean_ns, max_ns, held_bytes;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    gst_structure_set (
        stats, fields[i].name, G_TYPE_UINT64, kvs_stats_get (self->stats, fields[i].counter), NULL);
  kvs_stats_get_request_times (self->stats, &mean_ns, &max_ns);
  GST_OBJECT_LOCK (self);
  held_bytes = self->reader ? kvs_reader_get_held_bytes (self->reader) : 0;
  GST_OBJECT_UNLOCK (self);
  /* Nothing is looked back for yet: it is true. */
  gst_structure_set (stats, "images-recovered", G_TYPE_UINT64, G_GUINT64_CONSTANT (0),
      "request-time-mean", G_TYPE_UINT64, mean_ns, "request-time-max", G_TYPE_UINT64, max_ns,
      "held-bytes", G_TYPE_UINT64, held_bytes, NULL);
  return stats;
}

/* A change in PAUSED or PLAYING could not take effect any more, so it is refused instead of being
 * ignored. */
static void
gst_kvs_image_src_set_property (
    GObject *object, guint property, const GValue *value, GParamSpec *pspec)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);
  g_autofree char *text = NULL;

  GST_OBJECT_LOCK (self);
  if (self->reader == NULL) {
    gst_kvs_image_src_properties_set (&self->settings, property, value);
    GST_OBJECT_UNLOCK (self);
    return;
  }
  GST_OBJECT_UNLOCK (self);

  text =
      g_strdup_printf ("%s can be changed in NULL and READY only; it stays as it is.", pspec->name);
  gst_kvs_image_src_post_warning (
      GST_ELEMENT (self), GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS, text, NULL, NULL);
}

/* Called with the object lock held. */
static GstClockTime
get_range_time (GstKvsImageSrc *self, gint64 ms)
{
  return self->range_known ? (GstClockTime)ms * GST_MSECOND : GST_CLOCK_TIME_NONE;
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
  if (property == PROP_START_TIME)
    g_value_set_uint64 (value, get_range_time (self, self->range.start_ms));
  else if (property == PROP_END_TIME)
    g_value_set_uint64 (value, get_range_time (self, self->range.end_ms));
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
  gboolean is_set = FALSE;

  GST_OBJECT_LOCK (self);
  if (self->reader)
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

static void
gst_kvs_image_src_finalize (GObject *object)
{
  GstKvsImageSrc *self = GST_KVS_IMAGE_SRC (object);

  forget_samples (self);
  g_clear_pointer (&self->gaps, gst_kvs_image_src_gaps_free);
  g_clear_pointer (&self->stats, kvs_stats_free);
  gst_kvs_image_src_settings_clear (&self->settings);
  gst_kvs_image_src_settings_clear (&self->run);

  G_OBJECT_CLASS (gst_kvs_image_src_parent_class)->finalize (object);
}

static void
gst_kvs_image_src_init (GstKvsImageSrc *self)
{
  GstBaseSrc *src = GST_BASE_SRC (self);

  gst_kvs_image_src_settings_init (&self->settings);
  self->stats = kvs_stats_new ();
  self->gaps = gst_kvs_image_src_gaps_new ();
  gst_base_src_set_format (src, GST_FORMAT_TIME);
  /* The base class would end the stream by the times of the last buffer; the range does. */
  gst_base_src_set_automatic_eos (src, FALSE);
  gst_pad_add_probe (
      GST_BASE_SRC_PAD (src), GST_PAD_PROBE_TYPE_BUFFER, buffer_probe_cb, self, NULL);
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
          "is known",
          0, G_MAXUINT64, GST_CLOCK_TIME_NONE, READABLE));
  g_object_class_install_property (klass, PROP_STATS,
      g_param_spec_boxed ("stats", "Statistics", "What was asked for, received and pushed so far",
          GST_TYPE_STRUCTURE, READABLE));
}

static void
gst_kvs_image_src_class_init (GstKvsImageSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSrcClass *base_src_class = GST_BASE_SRC_CLASS (klass);
  GstPushSrcClass *push_src_class = GST_PUSH_SRC_CLASS (klass);

  gobject_class->set_property = gst_kvs_image_src_set_property;
  gobject_class->get_property = gst_kvs_image_src_get_property;
  gobject_class->finalize = gst_kvs_image_src_finalize;
  base_src_class->start = GST_DEBUG_FUNCPTR (gst_kvs_image_src_start);
  base_src_class->stop = GST_DEBUG_FUNCPTR (gst_kvs_image_src_stop);
  base_src_class->unlock = GST_DEBUG_FUNCPTR (gst_kvs_image_src_unlock);
  base_src_class->unlock_stop = GST_DEBUG_FUNCPTR (gst_kvs_image_src_unlock_stop);
  base_src_class->negotiate = GST_DEBUG_FUNCPTR (gst_kvs_image_src_negotiate);
  push_src_class->create = GST_DEBUG_FUNCPTR (gst_kvs_image_src_create);

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
