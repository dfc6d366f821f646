/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soakpull.h"

#include "gstkvsimagesrc.h"
#include "soakcheck.h"

#include <gst/gst.h>

#define ACCESS_KEY "AKIDEMULATOR"
#define SECRET_KEY "emulator-secret-key"
#define MAX_ACTIONS 20
#define MAX_SAMPLES 600

/* How long a pipeline may do nothing that can be seen: neither push a sample nor send a request. The longest delay before
 * another attempt is 20 s. */
#define PATIENCE_US (120 * G_USEC_PER_SEC)

typedef struct {
  SoakService *service;
  GRand *chance;
  SoakCounts *counts;
  gint64 cut_us;
  gboolean is_live;
  guint interval_ms;
  gint64 start_ms;
  guint64 n_samples;
  GstElement *pipeline;
  GstElement *source;
  GstBus *bus;
  SoakCheck *check;
  guint64 n_seen; /* samples and requests, when there was the last progress */
  gint64 seen_us;
} Pull;

static const guint intervals_ms[] = {200, 333, 500, 1000, 1001, 3000};

static const char *const sinks[] = {
    "fakesink sync=false",
    "queue max-size-buffers=5 ! fakesink sync=false",
    "identity sleep-time=2000 ! fakesink sync=false",
};

void
soak_counts_add (SoakCounts *self, const SoakCounts *counts)
{
  guint64 *sums = (guint64 *)self;
  const guint64 *numbers = (const guint64 *)counts;

  for (gsize i = 0; i < sizeof (SoakCounts) / sizeof (guint64); i++)
    sums[i] += numbers[i];
}

static gint32
choose (Pull *self, gint32 begin, gint32 end)
{
  return g_rand_int_range (self->chance, begin, end);
}

/* A range of the recording, or the camera from a little ago on. */
static void
choose_range (Pull *self)
{
  gint64 duration_ms = soak_service_get_duration (self->service);

  self->interval_ms = intervals_ms[choose (self, 0, G_N_ELEMENTS (intervals_ms))];
  if (self->is_live) {
    self->start_ms = g_get_real_time () / 1000 - choose (self, 0, 60000);
    return;
  }
  self->n_samples = (guint64)choose (self, 1, MAX_SAMPLES);
  self->n_samples = MIN (self->n_samples, (guint64)duration_ms / self->interval_ms / 2);
  self->start_ms =
      soak_service_get_start (self->service) + choose (self, 0, (gint32)duration_ms / 2);
}

static char *
format_time (gint64 ms)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", ms / 1000, (int)(ms % 1000));
}

/* Half of them have temporary credentials, of the container that the environment names. */
static void
set_up_source (Pull *self)
{
  gint64 end_ms = self->start_ms + (gint64)(self->n_samples * self->interval_ms);
  g_autofree char *start = format_time (self->start_ms);
  g_autofree char *end = self->is_live ? NULL : format_time (end_ms);

  g_object_set (self->source, "stream-name", self->is_live ? SOAK_CAMERA : SOAK_RECORDING,
      "aws-region", "us-east-1", "endpoint-url", soak_service_get_url (self->service),
      "start-timestamp", start, "end-timestamp", end, "sampling-interval", self->interval_ms,
      "follow", self->is_live, "max-attempts", 100, "connection-timeout", 2, "completion-timeout",
      2, "max-concurrent-requests", choose (self, 1, 9), "page-size", choose (self, 1, 101),
      "max-size-bytes", (guint64)choose (self, 1, 200000), NULL);
  if (self->is_live)
    g_object_set (self->source, "availability-delay", 1000, NULL);
  if (g_rand_boolean (self->chance))
    g_object_set (self->source, "access-key", ACCESS_KEY, "secret-key", SECRET_KEY, NULL);
}

static void
make_pipeline (Pull *self)
{
  const char *sink = sinks[choose (self, 0, G_N_ELEMENTS (sinks))];
  GstElement *rest = gst_parse_bin_from_description (sink, TRUE, NULL);
  g_autoptr (GstPad) pad = NULL;

  self->pipeline = gst_pipeline_new (NULL);
  self->source = g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL);
  self->bus = gst_element_get_bus (self->pipeline);
  set_up_source (self);
  gst_bin_add_many (GST_BIN (self->pipeline), self->source, rest, NULL);
  gst_element_link (self->source, rest);
  pad = gst_element_get_static_pad (self->source, "src");
  self->check = soak_check_new (pad, soak_service_get_truth (self->service),
      self->is_live ? SOAK_CAMERA : SOAK_RECORDING, self->start_ms, self->interval_ms,
      self->n_samples);
}

/* Actions */

/* A seek that is sent to the element would hold its state lock while FLUSH_STOP has a live pipeline take those of others
 * (gst_bin_recalculate_latency()), which may wait for it: that is a deadlock with any source. */
static void
send_seek (Pull *self, GstEvent *event)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (self->source, "src");

  if (g_rand_boolean (self->chance))
    gst_element_send_event (self->pipeline, event);
  else
    gst_pad_send_event (pad, event);
  self->counts->seeks++;
}

static void
seek (Pull *self)
{
  static const gdouble rates[] = {1, 1, 1, 4, 0.5, -1, -3};
  gint64 length_ms = self->is_live ? 30000 : (gint64)(self->n_samples * self->interval_ms);
  gdouble rate = rates[choose (self, 0, G_N_ELEMENTS (rates))];
  gint64 start = choose (self, 0, (gint32)length_ms + 1) * (gint64)GST_MSECOND;
  gint64 stop = start + choose (self, 1, (gint32)length_ms + 2) * (gint64)GST_MSECOND;
  GstSeekFlags flags = GST_SEEK_FLAG_FLUSH;

  flags |= g_rand_boolean (self->chance) ? GST_SEEK_FLAG_TRICKMODE : 0;
  flags |= choose (self, 0, 3) == 0 ? GST_SEEK_FLAG_KEY_UNIT : GST_SEEK_FLAG_ACCURATE;
  if (rate > 0 && g_rand_boolean (self->chance))
    stop = -1;
  send_seek (self, gst_event_new_seek (rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET, start,
                       GST_SEEK_TYPE_SET, stop));
}

static void
pause_and_play (Pull *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  if (g_rand_boolean (self->chance))
    seek (self);
  if (g_rand_boolean (self->chance))
    g_usleep ((gulong)choose (self, 0, 300000));
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->counts->pauses++;
}

static void
restart (Pull *self)
{
  gst_element_set_state (
      self->pipeline, g_rand_boolean (self->chance) ? GST_STATE_READY : GST_STATE_NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  self->counts->restarts++;
}

static void
act (Pull *self)
{
  gint32 n = choose (self, 0, 20);

  if (n < 9)
    seek (self);
  else if (n < 15)
    pause_and_play (self);
  else if (n < 17)
    restart (self);
}

/* What can be seen */

static guint64
get_stat (Pull *self, const char *name)
{
  g_autoptr (GstStructure) stats = NULL;
  guint64 number = 0;

  g_object_get (self->source, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, name, &number);
  return number;
}

static char *
check_progress (Pull *self)
{
  guint64 n = soak_check_count_stills (self->check) + soak_check_count_gaps (self->check) +
              get_stat (self, "requests");
  gint64 now_us = g_get_monotonic_time ();

  if (n != self->n_seen) {
    self->n_seen = n;
    self->seen_us = now_us;
  }
  if (now_us - self->seen_us < PATIENCE_US)
    return NULL;
  return g_strdup_printf ("nothing has happened for %d s", (int)(PATIENCE_US / G_USEC_PER_SEC));
}

/* The bus */

static char *
describe_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  return g_strdup_printf ("%s (%s)", error->message, debug != NULL ? debug : "");
}

/* Reads the bus for a time. Returns whether EOS came. */
static gboolean
read_bus (Pull *self, guint ms, char **fault)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (self->bus, ms * GST_MSECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);

  if (message == NULL)
    return FALSE;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    *fault = describe_error (message);
  return *fault == NULL;
}

/* What is left of EOS messages that were posted before the last seek. */
static void
clear_bus (Pull *self)
{
  gst_bus_set_flushing (self->bus, TRUE);
  gst_bus_set_flushing (self->bus, FALSE);
}

/* Plays on until EOS. */
static char *
play_to_the_end (Pull *self)
{
  char *fault = NULL;

  self->seen_us = g_get_monotonic_time ();
  while (!read_bus (self, 500, &fault)) {
    if (fault == NULL)
      fault = soak_check_steal_fault (self->check);
    if (fault == NULL)
      fault = check_progress (self);
    if (fault != NULL || g_get_monotonic_time () > self->cut_us)
      return fault;
  }
  soak_check_end (self->check);
  self->counts->ends++;
  return NULL;
}

/* An EOS message may be of an earlier segment as long as there are seeks; so the last one is made while paused, when
 * nothing more comes of the one before. */
static char *
end_with_a_seek (Pull *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_READY);
  clear_bus (self);
  gst_element_set_state (self->pipeline, GST_STATE_PAUSED);
  seek (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return play_to_the_end (self);
}

static char *
play (Pull *self)
{
  gint32 n_actions = choose (self, 0, MAX_ACTIONS);
  char *fault = NULL;

  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  if (n_actions < MAX_ACTIONS / 4 && !self->is_live)
    return play_to_the_end (self);
  for (gint32 i = 0; i < n_actions && fault == NULL; i++) {
    read_bus (self, (guint)choose (self, 0, choose (self, 1, 500)), &fault);
    act (self);
  }
  /* What is live goes on without end, unless a seek has set one. */
  if (fault == NULL && self->is_live)
    read_bus (self, (guint)choose (self, 0, 5000), &fault);
  else if (fault == NULL && g_rand_boolean (self->chance))
    fault = end_with_a_seek (self);
  return fault;
}

static void
count (Pull *self)
{
  self->counts->pipelines++;
  self->counts->stills += soak_check_count_stills (self->check);
  self->counts->gaps += soak_check_count_gaps (self->check);
  self->counts->requests += get_stat (self, "requests");
  self->counts->retries += get_stat (self, "retries");
  self->counts->throttles += get_stat (self, "throttles");
}

static char *
describe (Pull *self, char *fault)
{
  g_autofree char *rest = fault;

  return g_strdup_printf ("%s from %" G_GINT64_FORMAT " ms, %" G_GUINT64_FORMAT
                          " samples each %u ms: %s",
      self->is_live ? SOAK_CAMERA : SOAK_RECORDING, self->start_ms, self->n_samples,
      self->interval_ms, rest);
}

char *
soak_pull (SoakService *service, guint32 seed, gint64 cut_us, SoakCounts *counts)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  Pull self = {.service = service, .chance = chance, .counts = counts, .cut_us = cut_us};
  char *fault;

  self.is_live = choose (&self, 0, 4) == 0;
  choose_range (&self);
  make_pipeline (&self);
  fault = play (&self);
  count (&self);
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  if (fault == NULL)
    fault = soak_check_steal_fault (self.check);
  soak_check_free (self.check);
  gst_object_unref (self.bus);
  gst_object_unref (self.pipeline);
  return fault != NULL ? describe (&self, fault) : NULL;
}
