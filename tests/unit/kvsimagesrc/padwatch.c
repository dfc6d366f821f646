/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "padwatch.h"

/* The data that has passed a pad in one activation of it. */
typedef struct {
  gboolean has_stream_start, has_caps;
  GstEvent *segment_event; /* the last one */
  GstSegment segment;
  gboolean is_flushing; /* after FLUSH_START */
  gboolean is_flushed;  /* after FLUSH_STOP, before SEGMENT */
  guint32 flush_seqnum; /* that of the last FLUSH_STOP */
  gboolean has_discont; /* or does not need one */
  GstEvent *eos;
  gboolean is_eos_sent;    /* into the pipeline, at any place */
  gboolean is_eos_awaited; /* and not only when all data has passed */
  GstEvent *seek;          /* the last one that was expected */
  GstClockTime start, end; /* of the last data in this segment, where they are known */
  GstClockTime running_time;
} Passed;

struct _PadWatch {
  GstPad *pad;
  char *name;
  GstClockTime duration;
  gulong probe_id;

  GMutex lock; /* guards all below */
  Passed passed;
  GPtrArray *reports;
};

static void report (PadWatch *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
report (PadWatch *self, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->reports, g_strdup_printf ("%s: %s", self->name, text));
}

static gboolean
is_near (GstClockTime a, GstClockTime b)
{
  return a == b || (GstClockTime)ABS (GST_CLOCK_DIFF (a, b)) <= PAD_WATCH_TOLERANCE;
}

static void
forget_data (Passed *passed)
{
  passed->start = passed->end = passed->running_time = GST_CLOCK_TIME_NONE;
}

static void
clear (Passed *passed)
{
  gst_event_replace (&passed->segment_event, NULL);
  gst_event_replace (&passed->eos, NULL);
  gst_event_replace (&passed->seek, NULL);
  *passed = (Passed){0};
  gst_segment_init (&passed->segment, GST_FORMAT_UNDEFINED);
  forget_data (passed);
}

/* Data */

/* Where the segment's first data has to be: at the beginning of playback in it, unless that was only a wish. */
static GstClockTime
find_beginning (PadWatch *self)
{
  const Passed *passed = &self->passed;
  gboolean is_reverse = passed->segment.rate < 0;
  GstSeekFlags flags = GST_SEEK_FLAG_ACCURATE;
  GstSeekType types[2] = {GST_SEEK_TYPE_SET, GST_SEEK_TYPE_SET};

  if (passed->seek)
    gst_event_parse_seek (passed->seek, NULL, NULL, &flags, &types[0], NULL, &types[1], NULL);
  if (!(flags & GST_SEEK_FLAG_ACCURATE) || types[is_reverse] != GST_SEEK_TYPE_SET)
    return GST_CLOCK_TIME_NONE;
  return is_reverse ? passed->segment.stop : passed->segment.start;
}

static void
check_first_data (PadWatch *self, GstClockTime start, GstClockTime end)
{
  GstClockTime beginning = find_beginning (self);
  gboolean is_after, is_before;

  if (beginning == GST_CLOCK_TIME_NONE || end == GST_CLOCK_TIME_NONE)
    return;
  is_after = start > beginning + PAD_WATCH_TOLERANCE;
  is_before = end + PAD_WATCH_TOLERANCE < beginning;
  if (is_after || is_before)
    report (self,
        "the first data is from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT
        ", and playback begins at %" GST_TIME_FORMAT,
        GST_TIME_ARGS (start), GST_TIME_ARGS (end), GST_TIME_ARGS (beginning));
}

static void
check_next_data (PadWatch *self, GstClockTime start, GstClockTime end)
{
  gboolean is_reverse = self->passed.segment.rate < 0;
  GstClockTime here = is_reverse ? end : start;
  GstClockTime there = is_reverse ? self->passed.start : self->passed.end;

  if (here != GST_CLOCK_TIME_NONE && there != GST_CLOCK_TIME_NONE && !is_near (here, there))
    report (self,
        "data from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT " follows data from %" GST_TIME_FORMAT
        " to %" GST_TIME_FORMAT,
        GST_TIME_ARGS (start), GST_TIME_ARGS (end), GST_TIME_ARGS (self->passed.start),
        GST_TIME_ARGS (self->passed.end));
}

static void
check_in_segment (PadWatch *self, GstClockTime start, GstClockTime end)
{
  const GstSegment *segment = &self->passed.segment;
  GstClockTime running_time;
  guint64 clipped_start, clipped_end;

  if (!gst_segment_clip (segment, GST_FORMAT_TIME, start, end, &clipped_start, &clipped_end)) {
    report (self,
        "data from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT
        " is not in the segment from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
        GST_TIME_ARGS (start), GST_TIME_ARGS (end), GST_TIME_ARGS (segment->start),
        GST_TIME_ARGS (segment->stop));
    return;
  }
  running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME,
      segment->rate < 0 && end != GST_CLOCK_TIME_NONE ? clipped_end : clipped_start);
  if (self->passed.running_time != GST_CLOCK_TIME_NONE && running_time < self->passed.running_time)
    report (self, "running time goes from %" GST_TIME_FORMAT " back to %" GST_TIME_FORMAT,
        GST_TIME_ARGS (self->passed.running_time), GST_TIME_ARGS (running_time));
  self->passed.running_time = running_time;
}

static void
check_order (PadWatch *self)
{
  const Passed *passed = &self->passed;

  if (!passed->has_stream_start || !passed->has_caps || passed->segment_event == NULL)
    report (self, "data comes before%s%s%s", passed->has_stream_start ? "" : " STREAM_START",
        passed->has_caps ? "" : " CAPS", passed->segment_event ? "" : " SEGMENT");
  if (passed->is_flushed)
    report (self, "data comes after FLUSH_STOP without a SEGMENT");
  if (passed->eos)
    report (self, "data comes after EOS");
}

/* Data that the flush overtook on its way is of no interest. How long it lasts need not be known: jpegparse of
 * GStreamer 1.24 and later takes the duration away, and then the decoder drops what begins before the segment. */
static void
check_data (PadWatch *self, GstClockTime start, GstClockTime duration)
{
  const GstClockTime end = duration == GST_CLOCK_TIME_NONE ? GST_CLOCK_TIME_NONE : start + duration;

  if (self->passed.is_flushing)
    return;
  check_order (self);
  if (self->passed.segment.format != GST_FORMAT_TIME)
    return;
  if (start == GST_CLOCK_TIME_NONE) {
    report (self, "data has no time");
    return;
  }
  check_in_segment (self, start, end);
  if (self->passed.start == GST_CLOCK_TIME_NONE)
    check_first_data (self, start, end);
  else
    check_next_data (self, start, end);
  self->passed.start = start;
  self->passed.end = end;
}

static void
check_buffer (PadWatch *self, GstBuffer *buffer)
{
  if (!self->passed.is_flushing && !self->passed.has_discont && !GST_BUFFER_IS_DISCONT (buffer))
    report (self, "the first buffer has no DISCONT");
  self->passed.has_discont |= !self->passed.is_flushing;
  check_data (self, GST_BUFFER_PTS (buffer), GST_BUFFER_DURATION (buffer));
}

static void
check_gap (PadWatch *self, GstEvent *event)
{
  GstClockTime start, duration;

  gst_event_parse_gap (event, &start, &duration);
  check_data (self, start, duration);
}

/* Events */

static void
check_seqnum (PadWatch *self, GstEvent *event, guint32 expected)
{
  if (GST_EVENT_SEQNUM (event) != expected)
    report (self, "%s has sequence number %u and not %u", GST_EVENT_TYPE_NAME (event),
        GST_EVENT_SEQNUM (event), expected);
}

static void
check_flush_start (PadWatch *self, GstEvent *event)
{
  if (self->passed.is_flushing)
    report (self, "FLUSH_START comes twice");
  if (self->passed.seek)
    check_seqnum (self, event, GST_EVENT_SEQNUM (self->passed.seek));
  else
    report (self, "FLUSH_START comes without a seek");
  self->passed.is_flushing = TRUE;
}

static void
check_flush_stop (PadWatch *self, GstEvent *event)
{
  Passed *passed = &self->passed;

  if (!passed->is_flushing)
    report (self, "FLUSH_STOP comes without FLUSH_START");
  if (passed->seek)
    check_seqnum (self, event, GST_EVENT_SEQNUM (passed->seek));
  passed->is_flushing = FALSE;
  passed->is_flushed = TRUE;
  passed->flush_seqnum = GST_EVENT_SEQNUM (event);
  passed->has_discont = FALSE;
  gst_event_replace (&passed->eos, NULL);
  forget_data (passed);
}

/* A time that was asked for is checked as far as the media reaches. */
static void
check_place (PadWatch *self, const char *what, GstSeekType type, gint64 asked, GstClockTime place)
{
  GstClockTime expected = MIN ((GstClockTime)asked, self->duration);

  if (type == GST_SEEK_TYPE_SET && asked >= 0 && !is_near (expected, place))
    report (self, "SEGMENT has the %s %" GST_TIME_FORMAT ", asked for was %" GST_TIME_FORMAT, what,
        GST_TIME_ARGS (place), GST_TIME_ARGS (asked));
}

static void
check_against_seek (PadWatch *self)
{
  const GstSegment *segment = &self->passed.segment;
  GstSeekType start_type, stop_type;
  gint64 start, stop;
  GstSeekFlags flags;
  gdouble rate;

  gst_event_parse_seek (
      self->passed.seek, &rate, NULL, &flags, &start_type, &start, &stop_type, &stop);
  if (segment->rate * segment->applied_rate != rate)
    report (self, "SEGMENT has the rate %g x %g and not %g", segment->rate, segment->applied_rate,
        rate);
  if (!(flags & GST_SEEK_FLAG_ACCURATE))
    return;
  check_place (self, "time", start_type, start, segment->time);
  check_place (self, "stop", stop_type, stop, segment->stop);
}

/* Sticky events come once more when pads are linked anew. */
static void
check_segment (PadWatch *self, GstEvent *event)
{
  Passed *passed = &self->passed;

  if (passed->is_flushing || event == passed->segment_event)
    return;
  if (!passed->has_stream_start)
    report (self, "SEGMENT comes before STREAM_START");
  if (passed->segment_event && !passed->is_flushed)
    report (self, "SEGMENT comes without a flush");
  gst_event_replace (&passed->segment_event, event);
  gst_event_copy_segment (event, &passed->segment);
  if (!passed->is_flushed)
    return;
  check_seqnum (self, event, passed->flush_seqnum);
  if (passed->seek)
    check_against_seek (self);
  passed->is_flushed = FALSE;
}

static void
check_eos (PadWatch *self, GstEvent *event)
{
  Passed *passed = &self->passed;

  if (passed->is_flushing || event == passed->eos)
    return;
  if (passed->segment_event == NULL || passed->is_flushed)
    report (self, "EOS comes without a SEGMENT");
  else if (!passed->is_eos_sent)
    check_seqnum (self, event, GST_EVENT_SEQNUM (passed->segment_event));
  gst_event_replace (&passed->eos, event);
}

static void
check_serialized (PadWatch *self, GstEvent *event)
{
  if (self->passed.eos && event != self->passed.eos && GST_EVENT_IS_SERIALIZED (event) &&
      GST_EVENT_TYPE (event) != GST_EVENT_FLUSH_STOP && !self->passed.is_flushing)
    report (self, "%s comes after EOS", GST_EVENT_TYPE_NAME (event));
}

static void
check_event (PadWatch *self, GstEvent *event)
{
  check_serialized (self, event);
  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START:
      self->passed.has_stream_start = TRUE;
      break;
    case GST_EVENT_CAPS:
      self->passed.has_caps = TRUE;
      break;
    case GST_EVENT_FLUSH_START:
      check_flush_start (self, event);
      break;
    case GST_EVENT_FLUSH_STOP:
      check_flush_stop (self, event);
      break;
    case GST_EVENT_SEGMENT:
      check_segment (self, event);
      break;
    case GST_EVENT_GAP:
      check_gap (self, event);
      break;
    case GST_EVENT_EOS:
      check_eos (self, event);
      break;
    default:
      break;
  }
}

static GstPadProbeReturn
probe_cb (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  PadWatch *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (info->type & GST_PAD_PROBE_TYPE_BUFFER)
    check_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  else
    check_event (self, GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_OK;
}

PadWatch *
pad_watch_new (GstPad *pad, const char *name, GstClockTime duration)
{
  PadWatch *self = g_new0 (PadWatch, 1);

  self->pad = gst_object_ref (pad);
  self->name = g_strdup (name);
  self->duration = duration;
  self->reports = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  clear (&self->passed);
  self->probe_id = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM |
          GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      probe_cb, self, NULL);
  return self;
}

void
pad_watch_free (PadWatch *self)
{
  gst_pad_remove_probe (self->pad, self->probe_id);
  gst_object_unref (self->pad);
  g_free (self->name);
  clear (&self->passed);
  g_ptr_array_unref (self->reports);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
pad_watch_expect_seek (PadWatch *self, GstEvent *seek)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  gst_event_replace (&self->passed.seek, seek);
}

void
pad_watch_expect_eos (PadWatch *self, gboolean is_prompt)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  self->passed.is_eos_sent = TRUE;
  self->passed.is_eos_awaited = is_prompt;
}

void
pad_watch_restart (PadWatch *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  clear (&self->passed);
}

/* Where the data of the segment has to end. */
static GstClockTime
find_end (PadWatch *self)
{
  const GstSegment *segment = &self->passed.segment;

  return segment->rate < 0 ? segment->start : MIN (segment->stop, self->duration);
}

/* Called with the lock. */
static void
check_end_locked (PadWatch *self, GstClockTime end)
{
  const Passed *passed = &self->passed;
  gboolean is_end =
      end + PAD_WATCH_TOLERANCE >= passed->start && end <= passed->end + PAD_WATCH_TOLERANCE;

  if (passed->start == GST_CLOCK_TIME_NONE)
    report (self, "EOS comes without data");
  else if (passed->end == GST_CLOCK_TIME_NONE)
    return;
  else if (is_end && passed->is_eos_awaited)
    report (self, "the EOS that was sent does not come before the end");
  else if (!is_end && !passed->is_eos_sent)
    report (self,
        "EOS comes after data from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT
        ", and the segment ends at %" GST_TIME_FORMAT,
        GST_TIME_ARGS (passed->start), GST_TIME_ARGS (passed->end), GST_TIME_ARGS (end));
}

void
pad_watch_end (PadWatch *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GstClockTime end = find_end (self);

  if (self->passed.eos == NULL)
    report (self, "EOS has not come");
  else if (end != GST_CLOCK_TIME_NONE)
    check_end_locked (self, end);
}

GPtrArray *
pad_watch_steal_reports (PadWatch *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  GPtrArray *reports = self->reports;

  self->reports = g_ptr_array_new_with_free_func (g_free);
  return reports;
}
