/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcseek.h"

#include <math.h>

/* The flags that ask for fewer pictures; TRICKMODE_NO_AUDIO alone does not. */
#define TRICK_FLAGS                                                                                \
  (GST_SEGMENT_FLAG_TRICKMODE | GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS |                             \
      GST_SEGMENT_FLAG_TRICKMODE_FORWARD_PREDICTED)

typedef enum {
  SNAP_NONE,
  SNAP_DOWN,
  SNAP_UP,
  SNAP_NEAREST,
} Snap;

/* GStreamer lets SNAP flags come with KEY_UNIT only. */
static Snap
get_snap (GstSeekFlags flags, Snap by_default)
{
  if (!(flags & GST_SEEK_FLAG_KEY_UNIT) || (flags & GST_SEEK_FLAG_ACCURATE))
    return SNAP_NONE;
  switch (flags & GST_SEEK_FLAG_SNAP_NEAREST) {
    case GST_SEEK_FLAG_SNAP_BEFORE:
      return SNAP_DOWN;
    case GST_SEEK_FLAG_SNAP_AFTER:
      return SNAP_UP;
    case GST_SEEK_FLAG_SNAP_NEAREST:
      return SNAP_NEAREST;
    default:
      return by_default;
  }
}

/* Also for places before the end of the range, which are negative. */
static gint64
snap_to_grid (gint64 place, Snap snap, gint64 interval)
{
  gint64 past = place % interval < 0 ? place % interval + interval : place % interval;
  gboolean is_up = snap == SNAP_UP || (snap == SNAP_NEAREST && past > interval / 2);

  if (snap == SNAP_NONE || past == 0)
    return place;
  return place - past + (is_up ? interval : 0);
}

static gint64
snap_place (GstSeekType type, gint64 place, Snap snap, GstClockTime interval)
{
  gboolean is_place = type == GST_SEEK_TYPE_END || (type == GST_SEEK_TYPE_SET && place >= 0);

  return is_place ? snap_to_grid (place, snap, (gint64)interval) : place;
}

/* Not all that gst_segment_do_seek() makes of a place before the end is in the range. */
static void
count_from_start (GstSeekType *type, gint64 *place, const GstSegment *segment)
{
  gint64 duration = (gint64)segment->duration;

  if (*type != GST_SEEK_TYPE_END || segment->duration == GST_CLOCK_TIME_NONE)
    return;
  *type = GST_SEEK_TYPE_SET;
  *place = duration + CLAMP (*place, -duration, 0);
}

/* Where a place will be, @unchanged where the seek leaves it as it is. */
static GstClockTime
find_place (GstSeekType type, gint64 place, const GstSegment *segment, GstClockTime unchanged)
{
  if (type != GST_SEEK_TYPE_SET)
    return unchanged;
  return place < 0 ? GST_CLOCK_TIME_NONE : MIN ((GstClockTime)place, segment->duration);
}

/* The base class takes it for a mistake of the programmer's when it is not so, and flushes all the same. */
static gboolean
is_in_order (const GstSegment *segment, GstSeekType start_type, gint64 start, GstSeekType stop_type,
    gint64 stop)
{
  GstClockTime first = find_place (start_type, start, segment, segment->start);
  GstClockTime last = find_place (stop_type, stop, segment, segment->stop);

  return first == GST_CLOCK_TIME_NONE || first <= last;
}

GstEvent *
gst_kvs_image_src_seek_prepare (GstEvent *event, const GstSegment *segment, GstClockTime interval)
{
  gdouble rate;
  GstFormat format;
  GstSeekFlags flags;
  GstSeekType start_type, stop_type;
  gint64 start, stop;
  GstEvent *prepared;

  gst_event_parse_seek (event, &rate, &format, &flags, &start_type, &start, &stop_type, &stop);
  if (format != GST_FORMAT_TIME || (flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE) || isnan (rate))
    return NULL;
  start = snap_place (start_type, start, get_snap (flags, SNAP_DOWN), interval);
  if (rate < 0)
    stop = snap_place (stop_type, stop, get_snap (flags, SNAP_UP), interval);
  count_from_start (&start_type, &start, segment);
  count_from_start (&stop_type, &stop, segment);
  if (!is_in_order (segment, start_type, start, stop_type, stop))
    return NULL;
  prepared = gst_event_new_seek (rate, format, flags, start_type, start, stop_type, stop);
  gst_event_set_seqnum (prepared, gst_event_get_seqnum (event));
  return prepared;
}

static guint
get_stride (const GstSegment *segment, GstClockTime interval)
{
  gdouble stride = round (ABS (segment->rate));
  guint longest = (guint)MIN (G_MAXINT64 / interval, G_MAXUINT);

  if (!(segment->flags & TRICK_FLAGS) || stride < 1)
    return 1;
  return stride < longest ? (guint)stride : longest;
}

/* How many samples begin before @time. */
static guint64
count_before (GstClockTime time, GstClockTime interval)
{
  return time / interval + (time % interval != 0);
}

/* The base class leaves the stop open where the duration is not known, and then takes 0 for the
 * place that playback in reverse begins at. */
static void
close_stop (GstSegment *segment, GstClockTime end)
{
  if (segment->stop == GST_CLOCK_TIME_NONE) {
    segment->stop = end;
    segment->position = segment->position > 0 ? segment->position : end;
  }
  segment->stop = MIN (segment->stop, end);
  segment->start = MIN (segment->start, end);
  segment->time = MIN (segment->time, end);
  segment->position = MIN (segment->position, segment->stop);
  segment->offset = segment->stop - segment->position;
}

void
gst_kvs_image_src_seek_traverse (
    GstSegment *segment, GstClockTime interval, guint64 n_samples, KvsTraversal *traversal)
{
  gboolean is_open;

  *traversal = (KvsTraversal){
      .stride = get_stride (segment, interval),
      .is_reverse = segment->rate < 0,
  };
  if (traversal->is_reverse && n_samples != G_MAXUINT64)
    close_stop (segment, n_samples * interval);

  is_open = segment->stop == GST_CLOCK_TIME_NONE;
  if (!traversal->is_reverse) {
    traversal->begin = segment->position / interval;
    traversal->end = is_open ? G_MAXUINT64 : count_before (segment->stop, interval);
  } else {
    traversal->begin = segment->start / interval;
    traversal->end = is_open && segment->position == 0 ? G_MAXUINT64
                                                       : count_before (segment->position, interval);
  }
}
