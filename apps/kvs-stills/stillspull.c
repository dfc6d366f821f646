/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillspull.h"

#include "stillserror.h"
#include "stillsname.h"

#include <kvsstream.h>

/* Messages to the main thread on the bus of the pipeline. */
#define RANGE_KEPT "kvs-stills-range-kept"
#define FAILED "kvs-stills-failed"

struct _StillsPull {
  StillsSettings *settings;
  const StillsLayout *layout;
  const StillsPullFuncs *funcs;
  gpointer user_data;
  char *stream;
  char *name;

  /* Of the main thread. */
  GstElement *pipeline;
  guint watch;
  guint idle;
  GstStructure *last_stats;

  /* Set before the first sample, then constant. */
  GstElement *source;
  guint interval_ms;
  guint64 max_items;
  gint64 max_stills;
  guint64 base;
  StillsRange range;

  /* Of the thread that pulls, from CAPS. */
  guint width;
  guint height;

  /* Guards what follows. Files are written with it held, so that nothing is written once is_stopped. */
  GMutex lock;
  StillsOutput *output;
  gboolean is_stopped;
  GError *error;
  StillsTotals totals;
  StillsTotals earlier;
  guint64 n_expected;
};

StillsPull *
stills_pull_new (StillsSettings *settings, const StillsLayout *layout, const char *stream,
    const StillsPullFuncs *funcs, gpointer user_data)
{
  StillsPull *self = g_new0 (StillsPull, 1);

  self->settings = settings;
  self->layout = layout;
  self->stream = g_strdup (stream);
  self->name =
      g_str_has_prefix (stream, "arn:") ? kvs_stream_arn_get_name (stream) : g_strdup (stream);
  self->funcs = funcs;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  return self;
}

void
stills_pull_free (StillsPull *self)
{
  stills_pull_stop (self);
  g_clear_pointer (&self->last_stats, gst_structure_free);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_free (self->stream);
  g_free (self->name);
  g_free (self);
}

const char *
stills_pull_get_name (StillsPull *self)
{
  return self->name;
}

void
stills_pull_get_totals (StillsPull *self, StillsTotals *totals)
{
  g_mutex_lock (&self->lock);
  *totals = self->totals;
  g_mutex_unlock (&self->lock);
}

void
stills_pull_set_totals (StillsPull *self, const StillsTotals *totals)
{
  g_mutex_lock (&self->lock);
  self->totals = self->earlier = *totals;
  self->n_expected = totals->samples;
  g_mutex_unlock (&self->lock);
}

void
stills_pull_get_earlier (StillsPull *self, StillsTotals *totals)
{
  g_mutex_lock (&self->lock);
  *totals = self->earlier;
  g_mutex_unlock (&self->lock);
}

guint64
stills_pull_get_n_expected (StillsPull *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_expected;
}

GstStructure *
stills_pull_get_stats (StillsPull *self)
{
  GstStructure *stats = NULL;

  if (self->source)
    g_object_get (self->source, "stats", &stats, NULL);
  else if (self->last_stats)
    stats = gst_structure_copy (self->last_stats);
  return stats;
}

/* How many samples the range has, %G_MAXUINT64 for no end. */
static guint64
count_range (StillsPull *self)
{
  if (self->range.end_ms == STILLS_RANGE_NO_END)
    return G_MAXUINT64;
  return (guint64)(self->range.end_ms - self->range.start_ms - 1) / self->interval_ms + 1;
}

static guint64
count_expected (StillsPull *self)
{
  guint64 n = count_range (self);

  if (self->max_items > 0)
    n = MIN (n, self->max_items);
  return n == G_MAXUINT64 || self->max_stills >= 0 ? 0 : n;
}

/* Called with the lock held. */
static gboolean
open_output (StillsPull *self, GError **error)
{
  self->output =
      stills_output_open (self->layout, self->name, &self->range, self->interval_ms, error);
  if (self->output == NULL)
    return FALSE;
  self->totals = self->earlier = *stills_output_get_totals (self->output);
  self->n_expected = count_expected (self);
  return TRUE;
}

static void
post (StillsPull *self, const char *name)
{
  gst_element_post_message (self->source,
      gst_message_new_application (GST_OBJECT (self->source), gst_structure_new_empty (name)));
}

/* Called with the lock held. Nothing comes after the first error. */
static void
fail (StillsPull *self, GError *error)
{
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  self->is_stopped = TRUE;
  post (self, FAILED);
}

/* Called in the thread that pulls, before the first sample. The end, of which there may be none, is known as well. */
static void
range_cb (StillsPull *self)
{
  GstClockTime start, end;
  g_autoptr (GError) error = NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->is_stopped)
    return;
  g_object_get (self->source, "start-time", &start, "end-time", &end, NULL);
  self->range.start_ms = (gint64)(start / GST_MSECOND);
  self->range.end_ms =
      GST_CLOCK_TIME_IS_VALID (end) ? (gint64)(end / GST_MSECOND) : STILLS_RANGE_NO_END;
  if (!self->funcs->keep_range (&self->range, self->user_data, &error) ||
      !open_output (self, &error))
    fail (self, g_steal_pointer (&error));
  else
    post (self, RANGE_KEPT);
}

static void
init_entry (StillsPull *self, StillsEntry *entry, guint64 offset)
{
  *entry = (StillsEntry){
      .index = self->base + offset,
      .timestamp_ms = STILLS_ENTRY_NONE,
      .offset = STILLS_ENTRY_NONE,
  };
  entry->time_ms = self->range.start_ms + (gint64)(entry->index * self->interval_ms);
}

static gint64
get_timestamp (GstBuffer *buffer)
{
  static GstStaticCaps unix_time = GST_STATIC_CAPS ("timestamp/x-unix");
  g_autoptr (GstCaps) caps = gst_static_caps_get (&unix_time);
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  return meta ? (gint64)(meta->timestamp / GST_MSECOND) : STILLS_ENTRY_NONE;
}

/* Called with the lock held. */
static gboolean
take_still (StillsPull *self, GstBuffer *buffer, GError **error)
{
  g_auto (StillsEntry) entry = {0};
  GstMapInfo map;
  gboolean is_added;

  init_entry (self, &entry, GST_BUFFER_OFFSET (buffer));
  entry.timestamp_ms = get_timestamp (buffer);
  entry.width = self->width;
  entry.height = self->height;
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    g_set_error_literal (error, STILLS_ERROR, STILLS_EXIT_AGAIN, "A still cannot be mapped.");
    return FALSE;
  }
  entry.bytes = map.size;
  is_added = stills_output_add_still (self->output, &entry, map.data, error);
  gst_buffer_unmap (buffer, &map);
  return is_added;
}

/* Called with the lock held. */
static gboolean
take_gap (StillsPull *self, GstEvent *event, GError **error)
{
  const GstStructure *gap = gst_event_get_structure (event);
  g_auto (StillsEntry) entry = {0};
  guint64 offset;

  if (!gst_structure_get_uint64 (gap, "offset", &offset))
    return TRUE;
  init_entry (self, &entry, offset);
  entry.reason = g_strdup (gst_structure_get_string (gap, "reason"));
  return stills_output_add_gap (self->output, &entry, error);
}

static void
take_caps (StillsPull *self, GstEvent *event)
{
  GstCaps *caps;
  gint width = 0, height = 0;

  gst_event_parse_caps (event, &caps);
  gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &width, "height",
      G_TYPE_INT, &height, NULL);
  self->width = (guint)width;
  self->height = (guint)height;
}

static void
take_sample (StillsPull *self, GstBuffer *buffer, GstEvent *gap)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->is_stopped)
    return;
  if (!(buffer ? take_still (self, buffer, &error) : take_gap (self, gap, &error)))
    fail (self, g_steal_pointer (&error));
  self->totals = *stills_output_get_totals (self->output);
}

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  StillsPull *self = user_data;

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    take_sample (self, GST_PAD_PROBE_INFO_BUFFER (info), NULL);
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_CAPS)
    take_caps (self, GST_PAD_PROBE_INFO_EVENT (info));
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP)
    take_sample (self, NULL, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

/* Keeps the stats for later. */
static void
clear_pipeline (StillsPull *self)
{
  if (self->pipeline == NULL)
    return;
  self->last_stats = stills_pull_get_stats (self);
  g_clear_handle_id (&self->watch, g_source_remove);
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  self->source = NULL;
}

void
stills_pull_stop (StillsPull *self)
{
  g_mutex_lock (&self->lock);
  self->is_stopped = TRUE;
  g_mutex_unlock (&self->lock);
  g_clear_handle_id (&self->idle, g_source_remove);
  clear_pipeline (self);
  g_clear_pointer (&self->output, stills_output_close);
}

/* The element ends before it has found out the range only if it is asked for no still at all. */
static gboolean
end_output (StillsPull *self, GError **error)
{
  return self->output
             ? stills_output_end (self->output, error)
             : stills_error_refuse (error,
                   "num-buffers is 0, so that there is nothing to pull: leave it out, or give 1 or more.");
}

/* Ends the pull. What of it is there stays. */
static void
finish (StillsPull *self, const GError *error)
{
  g_autoptr (GError) own = NULL;

  clear_pipeline (self);
  if (error == NULL && self->error)
    error = self->error;
  if (error == NULL && !end_output (self, &own))
    error = own;
  stills_pull_stop (self);
  self->funcs->done (self, error, self->user_data);
}

static void
take_warning (StillsPull *self, GstMessage *message)
{
  g_autoptr (GError) warning = NULL;

  gst_message_parse_warning (message, &warning, NULL);
  self->funcs->warn (self, warning->message, self->user_data);
}

static void
take_application (StillsPull *self, GstMessage *message)
{
  if (gst_message_has_name (message, RANGE_KEPT))
    self->funcs->range_kept (self->user_data);
  else
    finish (self, NULL);
}

static gboolean
bus_cb (GstBus *bus, GstMessage *message, gpointer user_data)
{
  StillsPull *self = user_data;
  g_autoptr (GError) error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_WARNING:
      take_warning (self, message);
      break;
    case GST_MESSAGE_APPLICATION:
      take_application (self, message);
      break;
    case GST_MESSAGE_ELEMENT:
      if (gst_message_has_name (message, "kvsimagesrc-recovered"))
        self->funcs->warn (self, "The service works again.", self->user_data);
      break;
    case GST_MESSAGE_ERROR:
      error = stills_error_from_message (message);
      finish (self, error);
      break;
    case GST_MESSAGE_EOS:
      finish (self, NULL);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

static void
make_pipeline (StillsPull *self)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  g_autoptr (GstBus) bus = NULL;

  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  bus = gst_element_get_bus (self->pipeline);
  self->watch = gst_bus_add_watch (bus, bus_cb, self);
  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, probe_cb, self, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), self->source, sink, NULL);
  gst_element_link (self->source, sink);
}

static void
set_time (GstElement *source, const char *property, gint64 ms)
{
  g_autofree char *text = stills_name_time (ms);

  g_object_set (source, property, text, NULL);
}

/* Sets the range to what is left of it, which makes another grid of the same samples. */
static void
set_rest (StillsPull *self)
{
  guint64 next = stills_output_get_next (self->output);

  set_time (
      self->source, "start-timestamp", self->range.start_ms + (gint64)(next * self->interval_ms));
  if (self->range.end_ms != STILLS_RANGE_NO_END)
    set_time (self->source, "end-timestamp", self->range.end_ms);
  if (next == 0)
    return;
  self->base = next;
  g_object_set (self->source, "starting-token", NULL, "align", FALSE, NULL);
  if (self->max_items > 0)
    g_object_set (self->source, "max-items", self->max_items - self->totals.samples, NULL);
  if (self->max_stills >= 0)
    g_object_set (
        self->source, "num-buffers", (gint)(self->max_stills - (gint64)self->totals.stills), NULL);
}

static gboolean
is_all_there (StillsPull *self)
{
  return stills_output_get_next (self->output) >= count_range (self) ||
         (self->max_items > 0 && self->totals.samples >= self->max_items) ||
         (self->max_stills >= 0 && (gint64)self->totals.stills >= self->max_stills);
}

static gboolean
finish_cb (gpointer user_data)
{
  StillsPull *self = user_data;

  self->idle = 0;
  finish (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
finish_later (StillsPull *self)
{
  self->idle = g_idle_add (finish_cb, self);
}

/* Settings of the element that the pull itself has to know. */
static void
read_settings (StillsPull *self)
{
  gint max_stills;

  g_object_get (self->source, "sampling-interval", &self->interval_ms, "max-items",
      &self->max_items, "num-buffers", &max_stills, NULL);
  self->max_stills = max_stills;
}

/* Whether there is anything to pull. */
static gboolean
prepare_rest (StillsPull *self, const StillsRange *range)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->range = *range;
  if (!open_output (self, &self->error) || is_all_there (self))
    return FALSE;
  set_rest (self);
  return TRUE;
}

void
stills_pull_start (StillsPull *self, const StillsRange *range)
{
  self->source = stills_settings_make_element (self->settings, self->stream);
  read_settings (self);
  make_pipeline (self);
  if (range && !prepare_rest (self, range)) {
    finish_later (self);
    return;
  }
  if (range == NULL)
    g_signal_connect_swapped (self->source, "notify::start-time", G_CALLBACK (range_cb), self);
  /* If it fails, there is an ERROR on the bus. */
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}
