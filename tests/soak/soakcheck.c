/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soakcheck.h"

#include <math.h>

struct _SoakCheck {
  GstPad *pad;
  gulong probe_id;
  Emulator *truth;
  char *stream;
  gint64 start_ms;
  guint interval_ms;
  guint64 n_samples;

  GMutex lock; /* guards what follows */
  char *fault;
  guint64 n_stills;
  guint64 n_gaps;

  /* The samples of the segment: @first and each @stride-th after it, @count of them, the last one first in reverse. */
  gboolean has_segment;
  guint64 first;
  guint64 stride;
  guint64 count; /* G_MAXUINT64: without an end */
  gboolean is_reverse;
  guint64 n_passed;
};

static void set_fault (SoakCheck *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Called with the lock held. */
static void
set_fault (SoakCheck *self, const char *format, ...)
{
  va_list args;

  if (self->fault != NULL)
    return;
  va_start (args, format);
  self->fault = g_strdup_vprintf (format, args);
  va_end (args);
}

/* How many samples begin before @stop. */
static guint64
count_until (SoakCheck *self, GstClockTime stop)
{
  GstClockTime interval = self->interval_ms * GST_MSECOND;
  guint64 n = self->n_samples != 0 ? self->n_samples : G_MAXUINT64;

  if (stop == GST_CLOCK_TIME_NONE)
    return n;
  return MIN (n, (stop + interval - 1) / interval);
}

static void
begin_segment (SoakCheck *self, GstEvent *event)
{
  const GstSegment *segment;
  guint64 end;

  gst_event_parse_segment (event, &segment);
  end = count_until (self, segment->stop);
  self->has_segment = TRUE;
  self->first = segment->start / (self->interval_ms * GST_MSECOND);
  self->stride = segment->flags & GST_SEGMENT_FLAG_TRICKMODE
                     ? (guint64)MAX (1, llround (fabs (segment->rate * segment->applied_rate)))
                     : 1;
  self->is_reverse = segment->rate < 0;
  self->n_passed = 0;
  if (end == G_MAXUINT64)
    self->count = G_MAXUINT64;
  else
    self->count = end > self->first ? (end - self->first - 1) / self->stride + 1 : 0;
}

static void
check_order (SoakCheck *self, guint64 number, GstClockTime time)
{
  guint64 i = self->n_passed++;
  guint64 expected;

  if (!self->has_segment || i >= self->count) {
    set_fault (self, "sample %" G_GUINT64_FORMAT " comes %s", number,
        self->has_segment ? "after the last one" : "without a segment");
    return;
  }
  expected = self->first + (self->is_reverse ? self->count - 1 - i : i) * self->stride;
  if (number != expected)
    set_fault (self, "sample %" G_GUINT64_FORMAT " comes where %" G_GUINT64_FORMAT " should",
        number, expected);
  if (time != number * self->interval_ms * GST_MSECOND)
    set_fault (
        self, "sample %" G_GUINT64_FORMAT " is at %" GST_TIME_FORMAT, number, GST_TIME_ARGS (time));
}

static gint64
get_time_ms (SoakCheck *self, guint64 number)
{
  return self->start_ms + (gint64)(number * self->interval_ms);
}

static void
check_still (SoakCheck *self, GstBuffer *buffer)
{
  guint64 number = GST_BUFFER_OFFSET (buffer);
  g_autoptr (GBytes) image = emulator_get_image (
      self->truth, self->stream, get_time_ms (self, number), "JPEG", 80, 0, 0, NULL);
  gsize size;
  gconstpointer data = image != NULL ? g_bytes_get_data (image, &size) : NULL;

  check_order (self, number, GST_BUFFER_PTS (buffer));
  if (data == NULL)
    set_fault (self, "sample %" G_GUINT64_FORMAT " is a still where there is none", number);
  else if (gst_buffer_get_size (buffer) != size || gst_buffer_memcmp (buffer, 0, data, size) != 0)
    set_fault (self, "sample %" G_GUINT64_FORMAT " is another still", number);
  self->n_stills++;
}

static const char *
get_reason (EmulatorMedia media)
{
  return media == EMULATOR_MEDIA_NONE ? "NO_MEDIA" : "MEDIA_ERROR";
}

static void
check_gap (SoakCheck *self, GstEvent *event)
{
  const GstStructure *structure = gst_event_get_structure (event);
  const char *reason = gst_structure_get_string (structure, "reason");
  guint64 number = G_MAXUINT64;
  EmulatorMedia media;
  GstClockTime time;

  gst_structure_get_uint64 (structure, "offset", &number);
  gst_event_parse_gap (event, &time, NULL);
  check_order (self, number, time);
  media = emulator_get_media (self->truth, self->stream, get_time_ms (self, number));
  if (media == EMULATOR_MEDIA_PICTURE)
    set_fault (self, "sample %" G_GUINT64_FORMAT " is %s where there is a still", number, reason);
  else if (g_strcmp0 (reason, get_reason (media)) != 0)
    set_fault (
        self, "sample %" G_GUINT64_FORMAT " is %s and not %s", number, reason, get_reason (media));
  self->n_gaps++;
}

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  SoakCheck *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    check_still (self, GST_PAD_PROBE_INFO_BUFFER (info));
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEGMENT)
    begin_segment (self, GST_PAD_PROBE_INFO_EVENT (info));
  else if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP)
    check_gap (self, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

SoakCheck *
soak_check_new (GstPad *pad, Emulator *truth, const char *stream, gint64 start_ms,
    guint interval_ms, guint64 n_samples)
{
  SoakCheck *self = g_new0 (SoakCheck, 1);

  self->pad = gst_object_ref (pad);
  self->truth = g_object_ref (truth);
  self->stream = g_strdup (stream);
  self->start_ms = start_ms;
  self->interval_ms = interval_ms;
  self->n_samples = n_samples;
  g_mutex_init (&self->lock);
  self->probe_id = gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, probe_cb, self, NULL);
  return self;
}

void
soak_check_free (SoakCheck *self)
{
  gst_pad_remove_probe (self->pad, self->probe_id);
  gst_object_unref (self->pad);
  g_object_unref (self->truth);
  g_free (self->stream);
  g_free (self->fault);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
soak_check_end (SoakCheck *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->count != G_MAXUINT64 && self->n_passed != self->count)
    set_fault (self, "EOS comes after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " samples",
        self->n_passed, self->count);
}

char *
soak_check_steal_fault (SoakCheck *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_steal_pointer (&self->fault);
}

guint64
soak_check_count_stills (SoakCheck *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_stills;
}

guint64
soak_check_count_gaps (SoakCheck *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return self->n_gaps;
}
