/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcrun.h"

#include "gstkvsimagesrcaccess.h"
#include "gstkvsimagesrclatency.h"
#include "gstkvsimagesrcmessage.h"
#include "gstkvsimagesrcopening.h"
#include "gstkvsimagesrcrange.h"
#include "gstkvsimagesrcseek.h"

#include <kvsquery.h>

/* A sample that comes within this time after it is pulled was there before. */
#define AT_ONCE_US 1000

struct _GstKvsImageSrcRun {
  GstBaseSrc *src;
  GstKvsImageSrcSettings settings;
  gint64 now_ms; /* when it began, by the local clock */
  GstKvsImageSrcRange asked;
  GstKvsImageSrcOpening opening;
  KvsReader *reader; /* goes with the element's object lock held */

  /* Used by the streaming thread, and elsewhere only while nothing streams. */
  GstKvsImageSrcGrid grid;
  gboolean is_reading;
  gint64 origin_us;    /* when the stream time was … */
  GstClockTime origin; /* … from which running time counts since then */

  /* Guarded by the element's object lock. */
  GstKvsImageSrcPosition position;
  GstKvsImageSrcLatency latency;
  char *told_token;
  guint64 told_at; /* how many samples had left then */
};

static void notice_cb (const KvsNotice *notice, gpointer user_data);

static KvsReader *
make_reader (GstKvsImageSrcRun *self, const KvsQuery *query, const GstKvsImageSrcAccess *access,
    KvsStats *stats)
{
  const KvsReaderOptions options = {
      .availability_delay_ms = self->settings.availability_delay,
      .availability_timeout_ms = self->settings.availability_timeout,
      .lookback_ms = self->settings.fragment_lookback,
      .max_requests = self->settings.max_concurrent_requests,
      .max_bytes = self->settings.max_size_bytes,
  };
  KvsReader *reader = kvs_reader_new (
      access->client, access->endpoint, query, &self->asked.spec, self->now_ms, &options, stats);

  kvs_reader_set_notice_func (reader, notice_cb, self);
  if (access->images_endpoint)
    kvs_reader_set_images_endpoint (reader, access->images_endpoint);
  return reader;
}

/* Fills in @self, which has its settings. */
static gboolean
set_up (GstKvsImageSrcRun *self, KvsStats *stats, GError **error)
{
  g_autoptr (KvsQuery) query = gst_kvs_image_src_settings_make_query (&self->settings, error);
  g_auto (GstKvsImageSrcAccess) access = {NULL};

  if (query == NULL ||
      !gst_kvs_image_src_range_read (&self->settings, self->now_ms, &self->asked, error) ||
      !gst_kvs_image_src_access_init (&access, &self->settings, error))
    return FALSE;
  self->grid.interval = self->settings.sampling_interval * GST_MSECOND;
  gst_kvs_image_src_position_begin (&self->position, &self->settings);
  self->reader = make_reader (self, query, &access, stats);
  return TRUE;
}

GstKvsImageSrcRun *
gst_kvs_image_src_run_new (
    GstBaseSrc *src, const GstKvsImageSrcSettings *settings, KvsStats *stats, GError **error)
{
  g_autoptr (GstKvsImageSrcRun) self = g_new0 (GstKvsImageSrcRun, 1);

  self->src = src;
  self->now_ms = g_get_real_time () / 1000;
  gst_kvs_image_src_settings_copy (settings, &self->settings);
  return set_up (self, stats, error) ? g_steal_pointer (&self) : NULL;
}

void
gst_kvs_image_src_run_free (GstKvsImageSrcRun *self)
{
  gst_kvs_image_src_settings_clear (&self->settings);
  gst_kvs_image_src_position_clear (&self->position);
  g_free (self->told_token);
  g_free (self);
}

const GstKvsImageSrcSettings *
gst_kvs_image_src_run_get_settings (const GstKvsImageSrcRun *self)
{
  return &self->settings;
}

KvsReader *
gst_kvs_image_src_run_ref_reader (GstKvsImageSrcRun *self)
{
  return self->reader ? g_object_ref (self->reader) : NULL;
}

const GstKvsImageSrcGrid *
gst_kvs_image_src_run_get_grid (const GstKvsImageSrcRun *self)
{
  return &self->grid;
}

const GstKvsImageSrcPosition *
gst_kvs_image_src_run_get_position (const GstKvsImageSrcRun *self)
{
  return &self->position;
}

GError *
gst_kvs_image_src_run_get_refusal (GstKvsImageSrcRun *self)
{
  return kvs_reader_get_refusal (self->reader);
}

gboolean
gst_kvs_image_src_run_is_endless (const GstKvsImageSrcRun *self)
{
  return !self->asked.spec.has_end;
}

GstClockTime
gst_kvs_image_src_run_get_latency (const GstKvsImageSrcRun *self)
{
  return self->latency.min;
}

/* What it tells */

void
gst_kvs_image_src_run_tell_token (GstKvsImageSrcRun *self)
{
  g_autofree char *token = NULL;
  gboolean is_news;

  GST_OBJECT_LOCK (self->src);
  token = gst_kvs_image_src_position_make_token (&self->position);
  is_news = g_strcmp0 (token, self->told_token) != 0;
  g_free (self->told_token);
  self->told_token = g_steal_pointer (&token);
  self->told_at = self->position.n_left;
  GST_OBJECT_UNLOCK (self->src);
  if (is_news)
    g_object_notify (G_OBJECT (self->src), "next-token");
}

static void
get_place (GstKvsImageSrcRun *self, GstKvsImageSrcPlace *place)
{
  GST_OBJECT_LOCK (self->src);
  gst_kvs_image_src_position_get_place (&self->position, place);
  GST_OBJECT_UNLOCK (self->src);
}

void
gst_kvs_image_src_run_warn (
    GstKvsImageSrcRun *self, GQuark domain, gint code, const char *text, const GError *cause)
{
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  get_place (self, &place);
  gst_kvs_image_src_post_warning (GST_ELEMENT (self->src), domain, code, text, cause, &place);
}

void
gst_kvs_image_src_run_refuse_caps (GstKvsImageSrcRun *self, GstCaps *caps)
{
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  get_place (self, &place);
  gst_kvs_image_src_post_refused_caps (GST_ELEMENT (self->src), caps, &place);
}

static void
post_error (GstKvsImageSrcRun *self, const GError *error)
{
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  get_place (self, &place);
  gst_kvs_image_src_opening_end (&self->opening, GST_ELEMENT (self->src), GST_PROGRESS_TYPE_ERROR);
  gst_kvs_image_src_post_error (GST_ELEMENT (self->src), error, &place);
}

static void
warn_of_outage (GstKvsImageSrcRun *self, const GError *error)
{
  g_auto (GstKvsImageSrcPlace) place = {FALSE};

  get_place (self, &place);
  gst_kvs_image_src_post_outage (GST_ELEMENT (self->src), error, &place);
}

static void
warn_of_fractions (GstKvsImageSrcRun *self)
{
  gst_kvs_image_src_run_warn (self, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS,
      "The service takes the fraction of a second off a start time, so that stills may be up to a "
      "second older than their sample; set start-timestamp to a whole second, and sampling-interval to "
      "whole seconds, for exact ones.",
      NULL);
}

/* In a thread of the reader. */
static void
notice_cb (const KvsNotice *notice, gpointer user_data)
{
  GstKvsImageSrcRun *self = user_data;
  GstElement *element = GST_ELEMENT (self->src);

  switch (notice->kind) {
    case KVS_NOTICE_OPENED:
      gst_kvs_image_src_opening_end (&self->opening, element, GST_PROGRESS_TYPE_COMPLETE);
      break;
    case KVS_NOTICE_OUTAGE:
      warn_of_outage (self, notice->error);
      break;
    case KVS_NOTICE_RECOVERED:
      gst_kvs_image_src_post_recovered (
          element, (GstClockTime)notice->duration_us * GST_USECOND, notice->attempts);
      break;
    case KVS_NOTICE_FRACTIONS_CUT:
      warn_of_fractions (self);
      break;
  }
}

/* Where it is in time */

/* Returns FALSE as long as it cannot even be guessed. */
static gboolean
get_range (GstKvsImageSrcRun *self, KvsRange *range)
{
  if (self->position.is_known) {
    *range = self->position.range;
    return TRUE;
  }
  return kvs_range_spec_resolve (&self->asked.spec, self->now_ms, range, NULL);
}

/* Where playback in reverse can begin in a range without an end: behind the last sample that may be
 * asked for. */
static guint64
count_available (GstKvsImageSrcRun *self, const KvsRange *range)
{
  gint64 age_ms =
      kvs_reader_get_now (self->reader) - self->settings.availability_delay - range->start_ms;

  return age_ms < 0 ? 0 : (guint64)age_ms / range->interval_ms + 1;
}

/* How many samples there are for @segment, G_MAXUINT64 if that is not known. */
static guint64
count_samples (GstKvsImageSrcRun *self, const GstSegment *segment)
{
  KvsRange range;

  if (gst_kvs_image_src_run_is_endless (self) && segment->rate < 0 && get_range (self, &range))
    return count_available (self, &range);
  return self->position.is_known ? kvs_range_get_n_samples (&self->position.range) : G_MAXUINT64;
}

/* What follows from when running time began to count, and from where. */
static gboolean
expect_latency (GstKvsImageSrcRun *self)
{
  gint64 since_ms = (g_get_monotonic_time () - self->origin_us) / 1000;
  KvsRange range;
  gint64 head_start_ms;
  gboolean has_grown;

  if (!self->settings.follow || !get_range (self, &range))
    return FALSE;
  head_start_ms = kvs_reader_get_now (self->reader) - since_ms - range.start_ms;
  GST_OBJECT_LOCK (self->src);
  has_grown = gst_kvs_image_src_latency_expect (&self->latency,
      self->settings.availability_delay * GST_MSECOND,
      GST_CLOCK_DIFF (self->origin, head_start_ms * (GstClockTimeDiff)GST_MSECOND));
  GST_OBJECT_UNLOCK (self->src);
  return has_grown;
}

static void
post_latency (GstKvsImageSrcRun *self)
{
  gst_element_post_message (
      GST_ELEMENT (self->src), gst_message_new_latency (GST_OBJECT (self->src)));
}

static GstClockTimeDiff
get_lateness (GstKvsImageSrcRun *self, GstClock *clock, GstClockTime running_time)
{
  GstClockTime base_time = gst_element_get_base_time (GST_ELEMENT (self->src));

  return GST_CLOCK_DIFF (base_time + running_time, gst_clock_get_time (clock));
}

/* A still that has just come, and was waited for, may be later than everybody expects. */
static void
observe_latency (GstKvsImageSrcRun *self, const KvsSample *sample)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self->src));
  GstClockTime running_time = gst_segment_to_running_time (
      &self->src->segment, GST_FORMAT_TIME, sample->number * self->grid.interval);
  GstClockTimeDiff lateness;
  gboolean has_grown;

  if (clock == NULL || running_time == GST_CLOCK_TIME_NONE || self->src->segment.rate < 0)
    return;
  lateness = get_lateness (self, clock, running_time);
  GST_OBJECT_LOCK (self->src);
  has_grown = GST_STATE (self->src) == GST_STATE_PLAYING &&
              gst_kvs_image_src_latency_observe (&self->latency, lateness);
  GST_OBJECT_UNLOCK (self->src);
  if (has_grown)
    post_latency (self);
}

/* What it reads */

/* max-items counts over the whole run. */
static void
limit (GstKvsImageSrcRun *self, KvsTraversal *traversal)
{
  guint64 max_items = self->settings.max_items;

  if (max_items == 0)
    return;
  if (self->position.n_left >= max_items)
    traversal->end = traversal->begin;
  else
    traversal->max_samples = max_items - self->position.n_left;
}

void
gst_kvs_image_src_run_seek (GstKvsImageSrcRun *self, GstSegment *segment, gboolean is_beginning)
{
  KvsTraversal traversal;

  gst_kvs_image_src_seek_traverse (
      segment, self->grid.interval, count_samples (self, segment), &traversal);
  if (is_beginning)
    traversal.begin = self->asked.first;
  limit (self, &traversal);
  self->grid.stride = traversal.stride;
  if (is_beginning || (segment->flags & GST_SEGMENT_FLAG_RESET)) {
    self->origin_us = g_get_monotonic_time ();
    self->origin = segment->position;
  }

  GST_OBJECT_LOCK (self->src);
  gst_kvs_image_src_position_traverse (&self->position, &traversal);
  if (!is_beginning)
    gst_kvs_image_src_position_use_up (&self->position);
  GST_OBJECT_UNLOCK (self->src);
  if (segment->rate > 0 && expect_latency (self) && !is_beginning)
    post_latency (self);
  kvs_reader_seek (self->reader, &traversal);
  if (is_beginning && self->asked.service_token)
    kvs_reader_set_service_token (self->reader, self->asked.service_token);
}

/* Nothing has been pushed yet of what comes since the last seek, so that its segment can still be
 * completed. */
static void
complete_segment (GstKvsImageSrcRun *self, GstSegment *segment)
{
  KvsTraversal traversal;

  segment->duration = gst_kvs_image_src_position_get_duration (&self->position);
  if (segment->rate < 0 && self->asked.spec.has_end)
    gst_kvs_image_src_seek_traverse (
        segment, self->grid.interval, kvs_range_get_n_samples (&self->position.range), &traversal);
}

static void
learn_range (GstKvsImageSrcRun *self)
{
  KvsRange range;

  if (self->position.is_known || !kvs_reader_get_range (self->reader, &range))
    return;
  self->grid.start_ms = range.start_ms;
  GST_OBJECT_LOCK (self->src);
  gst_kvs_image_src_position_learn (&self->position, &range);
  complete_segment (self, &self->src->segment);
  GST_OBJECT_UNLOCK (self->src);

  g_object_notify (G_OBJECT (self->src), "start-time");
  g_object_notify (G_OBJECT (self->src), "end-time");
  gst_element_post_message (
      GST_ELEMENT (self->src), gst_message_new_duration_changed (GST_OBJECT (self->src)));
  if (self->src->segment.rate > 0 && expect_latency (self))
    post_latency (self);
}

static void
begin_reading (GstKvsImageSrcRun *self)
{
  if (self->is_reading)
    return;
  self->is_reading = TRUE;
  gst_kvs_image_src_opening_begin (&self->opening, GST_ELEMENT (self->src));
  kvs_reader_start (self->reader);
}

GstFlowReturn
gst_kvs_image_src_run_pull (GstKvsImageSrcRun *self, KvsSample **sample)
{
  gint64 asked_us = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  begin_reading (self);
  *sample = kvs_reader_pull (self->reader, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_FLOW_FLUSHING;
  learn_range (self);
  if (error) {
    post_error (self, error);
    return GST_FLOW_ERROR;
  }
  /* The service may have refused every request, which is nothing to wait for any longer. */
  gst_kvs_image_src_opening_end (
      &self->opening, GST_ELEMENT (self->src), GST_PROGRESS_TYPE_CANCELED);
  if (*sample == NULL) {
    GST_OBJECT_LOCK (self->src);
    gst_kvs_image_src_position_end (&self->position);
    GST_OBJECT_UNLOCK (self->src);
    return GST_FLOW_EOS;
  }
  if (self->settings.follow && (*sample)->kind == KVS_SAMPLE_STILL &&
      g_get_monotonic_time () - asked_us > AT_ONCE_US)
    observe_latency (self, *sample);
  return GST_FLOW_OK;
}

void
gst_kvs_image_src_run_leave (GstKvsImageSrcRun *self, guint64 number)
{
  gboolean is_page;

  GST_OBJECT_LOCK (self->src);
  gst_kvs_image_src_position_leave (&self->position, number);
  is_page = self->position.n_left - self->told_at >= KVS_MAX_PAGE;
  GST_OBJECT_UNLOCK (self->src);
  if (is_page)
    gst_kvs_image_src_run_tell_token (self);
}

void
gst_kvs_image_src_run_stop (GstKvsImageSrcRun *self)
{
  KvsReader *reader;

  GST_OBJECT_LOCK (self->src);
  reader = g_steal_pointer (&self->reader);
  GST_OBJECT_UNLOCK (self->src);
  if (self->is_reading)
    kvs_reader_stop (reader);
  g_object_unref (reader);
  gst_kvs_image_src_opening_end (
      &self->opening, GST_ELEMENT (self->src), GST_PROGRESS_TYPE_CANCELED);
  gst_kvs_image_src_run_tell_token (self);
}
