/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsnewest.h"

#include "stillserror.h"
#include "stillslookback.h"
#include "stillsname.h"

#include <kvsaccess.h>
#include <kvserror.h>
#include <kvsimageservice.h>

/* A camera that is live has something in its last seconds. */
#define LIVE_MS 20000
#define FINEST_INTERVAL_MS 1000

/* What is being looked through: a range, and the last still of it so far. */
typedef struct {
  StillsStill still;
  gint64 start_ms;
  gint64 sample_ms;
  gint64 interval_ms;
} Look;

void
stills_still_clear (StillsStill *self)
{
  g_clear_pointer (&self->image, g_bytes_unref);
}

static GBytes *
copy_image (GstBuffer *buffer)
{
  gpointer data;
  gsize size;

  gst_buffer_extract_dup (buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  return g_bytes_new_take (data, size);
}

static gint64
get_time (Look *self, GstBuffer *buffer)
{
  g_autoptr (GstCaps) caps = gst_caps_new_empty_simple ("timestamp/x-unix");
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta ? (gint64)(meta->timestamp / GST_MSECOND) : self->sample_ms;
}

/* Called in the thread that pulls. */
static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Look *self = user_data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);

  stills_still_clear (&self->still);
  self->sample_ms =
      self->start_ms + (gint64)(GST_BUFFER_OFFSET (buffer) * (guint64)self->interval_ms);
  self->still.image = copy_image (buffer);
  self->still.time_ms = get_time (self, buffer);
  return GST_PAD_PROBE_OK;
}

/* What would end the range early, or make it another one, would leave out what is newest. */
static void
set_range (GstElement *source, gint64 start_ms, gint64 end_ms, gint64 interval_ms)
{
  g_autofree char *start = stills_name_time (start_ms);
  g_autofree char *end = stills_name_time (end_ms);

  g_object_set (source, "start-timestamp", start, "end-timestamp", end, "sampling-interval",
      (guint)interval_ms, "align", FALSE, "availability-delay", 0, "availability-timeout", 0,
      "num-buffers", -1, "max-items", (guint64)0, "starting-token", NULL, "follow", FALSE, NULL);
}

static GstElement *
make_pipeline (GstElement *source, Look *look)
{
  GstElement *pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, probe_cb, look, NULL);
  gst_bin_add_many (GST_BIN (pipeline), source, sink, NULL);
  gst_element_link (source, sink);
  return pipeline;
}

static gboolean
run (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) end = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  end = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (GST_MESSAGE_TYPE (end) == GST_MESSAGE_EOS)
    return TRUE;
  g_propagate_error (error, stills_error_from_message (end));
  return FALSE;
}

/* Pulls a range, and keeps its last still if there is one. */
static gboolean
look (Look *self, StillsSettings *settings, const char *stream, gint64 start_ms, gint64 end_ms,
    gint64 interval_ms, GError **error)
{
  g_autoptr (GstElement) source =
      gst_object_ref_sink (stills_settings_make_element (settings, stream));
  g_autoptr (GstElement) pipeline = NULL;

  self->start_ms = start_ms;
  self->interval_ms = interval_ms;
  set_range (source, start_ms, end_ms, interval_ms);
  pipeline = make_pipeline (source, self);
  return run (pipeline, error);
}

/* The way to the service, for what the element does not tell. */
static KvsImageService *
open_service (StillsSettings *settings, const char *stream, KvsStats *stats, GError **error)
{
  g_auto (GstKvsImageSrcSettings) values = {0};
  g_auto (KvsAccess) access = {NULL};
  g_autoptr (KvsQuery) query = NULL;
  g_autoptr (KvsImageService) service = NULL;
  AwsIotOptions device;

  stills_settings_fill (settings, stream, &values);
  query = kvs_settings_make_query (&values.kvs, error);
  if (query == NULL ||
      (values.iot_certificate && !gst_kvs_image_src_settings_read_device (&values, &device, error)))
    return NULL;
  if (!kvs_access_init (&access, &values.kvs, values.iot_certificate ? &device : NULL, error))
    return NULL;
  service = kvs_image_service_new (
      access.client, access.endpoint, query, g_get_real_time () / 1000, stats);
  return kvs_image_service_open (service, NULL, error) ? g_steal_pointer (&service) : NULL;
}

static StillsFound
list (KvsImageService *service, const StillsLookback *lookback, KvsFragment *newest, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (KvsFragmentList) list = kvs_image_service_list_fragments (
      service, lookback->from_ms, lookback->until_ms, NULL, &cause);
  const KvsFragment *fragments;
  guint n = 0;

  if (g_error_matches (cause, KVS_ERROR, KVS_ERROR_TOO_MANY))
    return STILLS_FOUND_TOO_MANY;
  if (list == NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return STILLS_FOUND_NOTHING;
  }
  fragments = kvs_fragment_list_get_fragments (list, &n);
  if (n == 0)
    return STILLS_FOUND_NOTHING;
  *newest = fragments[n - 1];
  return STILLS_FOUND_SOME;
}

/* Where the newest fragment is; one of no length if there is none. */
static gboolean
find_fragment (KvsImageService *service, gint64 now_ms, KvsFragment *newest, GError **error)
{
  StillsLookback lookback;
  g_autoptr (GError) cause = NULL;
  StillsFound found;

  *newest = (KvsFragment){0};
  stills_lookback_init (&lookback, now_ms);
  do
    found = list (service, &lookback, newest, &cause);
  while (cause == NULL && stills_lookback_go_on (&lookback, found));
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Finds the newest fragment by ListFragments, where that is allowed. */
static gboolean
ask_for_fragment (StillsSettings *settings, const char *stream, gint64 now_ms, KvsFragment *newest)
{
  KvsStats *stats = kvs_stats_new ();
  g_autoptr (KvsImageService) service = open_service (settings, stream, stats, NULL);
  gboolean is_known = service && find_fragment (service, now_ms, newest, NULL);

  g_clear_pointer (&service, kvs_image_service_free);
  kvs_stats_free (stats);
  return is_known;
}

/* Between a still and the next sample, which had none, there may be newer ones. */
static gboolean
refine (Look *self, StillsSettings *settings, const char *stream, GError **error)
{
  gint64 interval_ms;

  while ((interval_ms = stills_lookback_refine (self->interval_ms)) > 0) {
    if (!look (self, settings, stream, self->sample_ms, self->sample_ms + self->interval_ms,
            interval_ms, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_none (GError **error)
{
  g_set_error_literal (error, STILLS_ERROR, STILLS_EXIT_NOT_FOUND,
      "No still, however old. Check whether anything was ever sent to the stream, and for how long it "
      "is kept.");
  return FALSE;
}

static gboolean
look_back (Look *self, StillsSettings *settings, const char *stream, gint64 now_ms, GError **error)
{
  StillsStep step;

  for (guint i = 0; self->still.image == NULL && stills_lookback_get_step (i, &step); i++) {
    if (!look (self, settings, stream, MAX (now_ms - step.age_ms, 0), now_ms - step.until_ms,
            step.interval_ms, error))
      return FALSE;
  }
  return self->still.image ? refine (self, settings, stream, error) : find_none (error);
}

/* The newest fragment may be one that has no picture. */
static gboolean
find (Look *self, StillsSettings *settings, const char *stream, GError **error)
{
  gint64 now_ms = g_get_real_time () / 1000;
  KvsFragment newest;

  if (!look (self, settings, stream, now_ms - LIVE_MS, now_ms, FINEST_INTERVAL_MS, error))
    return FALSE;
  if (self->still.image)
    return TRUE;
  if (ask_for_fragment (settings, stream, now_ms, &newest)) {
    if (newest.length_ms == 0)
      return find_none (error);
    if (look (self, settings, stream, newest.start_ms, newest.start_ms + newest.length_ms,
            FINEST_INTERVAL_MS, error) &&
        self->still.image)
      return TRUE;
    g_clear_error (error);
  }
  return look_back (self, settings, stream, now_ms, error);
}

gboolean
stills_newest_find (
    StillsSettings *settings, const char *stream, StillsStill *still, GError **error)
{
  Look look = {.start_ms = 0};

  if (!find (&look, settings, stream, error)) {
    stills_still_clear (&look.still);
    return FALSE;
  }
  *still = look.still;
  return TRUE;
}
