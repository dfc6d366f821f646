/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcseek.h"

#include <math.h>

/* The flags that ask for fewer pictures; TRICKMODE_NO_AUDIO alone does not. */
#define TRICK_FLAGS                                                                                \
  (GST_SEGMENT_FLAG_TRICKMODE | GST_SEGMENT_FLAG_TRICKMODE_KEY_UNITS |                             \
      GST_SEGMENT_FLAG_TRICKMODE_FORWARD_PREDICTED)

#define NONE GST_CLOCK_TIME_NONE

typedef enum {
  SNAP_NONE,
  SNAP_DOWN,
  SNAP_UP,
  SNAP_NEAREST,
} Snap;

/* A SEEK, with its places counted from the start of the range. */
typedef struct {
  gdouble rate;
  GstSeekFlags flags;
  gboolean keeps_start, keeps_stop;
  GstClockTime start, stop;
} Seek;

void
gst_kvs_image_src_playback_init (GstKvsImageSrcPlayback *self)
{
  gst_segment_init (&self->segment, GST_FORMAT_TIME);
  self->start = 0;
  self->stop = NONE;
  self->traversal = KVS_TRAVERSAL_ALL;
}

/* Places */

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

static GstClockTime
snap_to_grid (GstClockTime position, Snap snap, GstClockTime interval)
{
  GstClockTime past = position % interval;
  gboolean is_up = snap == SNAP_UP || (snap == SNAP_NEAREST && past > interval / 2);

  if (position == NONE || snap == SNAP_NONE || past == 0)
    return position;
  return position - past + (is_up ? interval : 0);
}

/* If nothing is left to play between the grid point and @limit, the still that covers @place is played. */
static GstClockTime
snap_place (
    GstClockTime place, GstClockTime limit, Snap outwards, const Seek *seek, GstClockTime interval)
{
  GstClockTime snapped = snap_to_grid (place, get_snap (seek->flags, outwards), interval);
  gboolean is_empty = outwards == SNAP_DOWN ? snapped >= limit : snapped <= limit;

  return is_empty && snapped != place ? snap_to_grid (place, outwards, interval) : snapped;
}

/* Returns FALSE where the end is not known that @offset counts from. */
static gboolean
find_position (GstSeekType type, gint64 offset, const KvsBounds *bounds, GstClockTime *position)
{
  if (type != GST_SEEK_TYPE_END) {
    *position = offset < 0 ? NONE : (GstClockTime)offset;
    return TRUE;
  }
  *position = (GstClockTime)MAX ((gint64)bounds->end + MIN (offset, 0), 0);
  return bounds->end != NONE;
}

/* A range with an end is not played behind it. */
static GstClockTime
limit_position (GstClockTime position, const KvsBounds *bounds)
{
  gboolean is_limited = position != NONE && !bounds->is_endless && bounds->n_samples != G_MAXUINT64;

  return is_limited ? MIN (position, bounds->n_samples * bounds->interval) : position;
}

static gboolean
read_places (
    const GstKvsImageSrcPlayback *self, GstEvent *event, const KvsBounds *bounds, Seek *seek)
{
  GstSeekType start_type, stop_type;
  gint64 start, stop;

  gst_event_parse_seek (event, NULL, NULL, NULL, &start_type, &start, &stop_type, &stop);
  seek->keeps_start = start_type == GST_SEEK_TYPE_NONE;
  seek->keeps_stop = stop_type == GST_SEEK_TYPE_NONE;
  if (!find_position (start_type, start, bounds, &seek->start) ||
      !find_position (stop_type, stop, bounds, &seek->stop))
    return FALSE;
  if (seek->keeps_stop)
    seek->stop = self->stop;

  seek->start = seek->start == NONE ? 0 : seek->start;
  seek->start = seek->keeps_start
                    ? self->start
                    : snap_place (seek->start, seek->stop, SNAP_DOWN, seek, bounds->interval);
  if (seek->rate < 0 && !seek->keeps_stop)
    seek->stop = snap_place (seek->stop, seek->start, SNAP_UP, seek, bounds->interval);
  seek->start = limit_position (seek->start, bounds);
  seek->stop = limit_position (seek->stop, bounds);
  return TRUE;
}

/* A stop that forward playback comes to later may be behind the live edge. */
static gboolean
is_behind_the_edge (const Seek *seek, const KvsBounds *bounds)
{
  if (!bounds->is_endless || bounds->end == NONE)
    return FALSE;
  return (!seek->keeps_start && seek->start > bounds->end) ||
         (seek->rate < 0 && !seek->keeps_stop && seek->stop != NONE && seek->stop > bounds->end);
}

static gboolean
read_seek (const GstKvsImageSrcPlayback *self, GstEvent *event, const KvsBounds *bounds, Seek *seek)
{
  GstFormat format;

  gst_event_parse_seek (event, &seek->rate, &format, &seek->flags, NULL, NULL, NULL, NULL);
  return format == GST_FORMAT_TIME && !(seek->flags & GST_SEEK_FLAG_INSTANT_RATE_CHANGE) &&
         !isnan (seek->rate) && read_places (self, event, bounds, seek) &&
         seek->start <= seek->stop && !is_behind_the_edge (seek, bounds);
}

/* Segments */

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

/* gst_segment_do_seek() leaves the stop open where the duration is not known, and then takes 0 for the position that
 * playback in reverse begins at. */
static void
close_stop (GstSegment *segment, GstClockTime end)
{
  if (segment->stop == NONE)
    segment->stop = segment->position > 0 ? segment->position : end;
  segment->stop = segment->position = MIN (segment->stop, end);
  segment->start = segment->time = MIN (segment->start, end);
}

static void
close_reverse (GstSegment *segment, const KvsBounds *bounds)
{
  if (segment->rate < 0 && bounds->n_samples != G_MAXUINT64)
    close_stop (segment, bounds->n_samples * bounds->interval);
}

static void
traverse (GstKvsImageSrcPlayback *self, GstClockTime interval)
{
  const GstSegment *segment = &self->segment;
  gboolean is_reverse = segment->rate < 0;
  gboolean is_open = segment->stop == NONE;
  KvsTraversal traversal = {
      .stride = get_stride (segment, interval),
      .is_reverse = is_reverse,
  };

  if (!is_reverse) {
    traversal.begin = segment->position / interval;
    traversal.end = is_open ? G_MAXUINT64 : count_before (segment->stop, interval);
  } else {
    traversal.begin = segment->start / interval;
    traversal.end = is_open && segment->position == 0 ? G_MAXUINT64
                                                      : count_before (segment->position, interval);
  }
  self->traversal = traversal;
}

/* The sample that is on screen at @shown, which in reverse is at the end of its duration first. */
static guint64
find_shown (const GstKvsImageSrcPlayback *self, GstClockTime shown, GstClockTime interval)
{
  const KvsTraversal *traversal = &self->traversal;
  gboolean is_at_end = self->segment.rate < 0 && shown % interval == 0 && shown > 0;
  guint64 number = MAX (shown / interval - (is_at_end ? 1 : 0), traversal->begin);

  return number - (number - traversal->begin) % traversal->stride;
}

static void
play_forward_from (GstSegment *segment, GstClockTime position, const Seek *seek)
{
  segment->start = MIN (MAX (position, seek->start), segment->stop);
  segment->time = segment->position = segment->start;
  segment->offset = 0;
}

/* The segment ends at the position. With an offset in its place, sinks report positions that are wrong. */
static void
play_backward_from (GstSegment *segment, GstClockTime position)
{
  segment->position = MAX (MIN (position, segment->stop), segment->start);
  if (segment->stop != NONE)
    segment->stop = segment->position;
  segment->offset = 0;
}

/* Begins with the still on screen, which is shown from @begin on; at exactly @begin, if that is in its first
 * interval. A still that has only just appeared in reverse is shown again as a whole. */
static void
keep_shown (GstSegment *segment, GstClockTime begin, GstClockTime shown, GstClockTime interval,
    const Seek *seek)
{
  gboolean is_within = shown > begin && shown < begin + interval;

  if (seek->rate > 0) {
    play_forward_from (segment, is_within ? shown : begin, seek);
    return;
  }
  play_backward_from (segment, is_within ? shown : begin + interval);
}

/* Without a flush nothing of what was pushed gets lost, so that playback goes on behind it. */
static void
keep_position (GstSegment *segment, GstClockTime position, const Seek *seek)
{
  if (seek->rate > 0)
    play_forward_from (segment, position, seek);
  else
    play_backward_from (segment, position);
}

/* Playback in reverse has no stop until the range is known. Nothing has been played then, and running time is where it
 * begins; GStreamer counts it from the stop. */
static void
open_forwards (GstSegment *segment)
{
  if (segment->rate > 0 || segment->stop != NONE)
    return;
  segment->rate = 1;
  segment->position = segment->start;
}

gboolean
gst_kvs_image_src_playback_seek (
    GstKvsImageSrcPlayback *self, GstEvent *event, const KvsBounds *bounds, GstClockTime shown)
{
  GstSegment segment = self->segment;
  gboolean keeps_place;
  Seek seek;

  open_forwards (&segment);
  if (!read_seek (self, event, bounds, &seek) ||
      !gst_segment_do_seek (&segment, seek.rate, GST_FORMAT_TIME, seek.flags, GST_SEEK_TYPE_SET,
          seek.start, GST_SEEK_TYPE_SET, seek.stop, NULL))
    return FALSE;
  close_reverse (&segment, bounds);

  keeps_place = seek.rate > 0 ? seek.keeps_start : seek.keeps_stop;
  if (keeps_place && !(seek.flags & GST_SEEK_FLAG_FLUSH)) {
    keep_position (&segment, self->segment.position, &seek);
  } else if (keeps_place) {
    GstClockTime position = shown == NONE ? self->segment.position : shown;
    GstClockTime begin = find_shown (self, position, bounds->interval) * bounds->interval;

    keep_shown (&segment, begin, position, bounds->interval, &seek);
  }
  self->segment = segment;
  self->start = seek.start;
  self->stop = seek.stop;
  traverse (self, bounds->interval);
  return TRUE;
}

void
gst_kvs_image_src_playback_complete (GstKvsImageSrcPlayback *self, const KvsBounds *bounds)
{
  if (!bounds->is_endless)
    self->segment.duration = bounds->n_samples * bounds->interval;
  if (self->segment.rate < 0 && !bounds->is_endless) {
    close_reverse (&self->segment, bounds);
    traverse (self, bounds->interval);
  }
}

/* Samples */

void
gst_kvs_image_src_playback_get_times (const GstKvsImageSrcPlayback *self, const KvsBounds *bounds,
    guint64 number, GstClockTime *pts, GstClockTime *duration)
{
  GstClockTime begin = number * bounds->interval;
  GstClockTime end = begin + self->traversal.stride * bounds->interval;

  /* A still that stands for several samples must not stand longer than there are any. */
  if (self->segment.flags & TRICK_FLAGS) {
    end = limit_position (end, bounds);
    if (self->segment.stop > begin)
      end = MIN (end, self->segment.stop);
  }
  *pts = begin;
  *duration = end - begin;
}

void
gst_kvs_image_src_playback_advance (
    GstKvsImageSrcPlayback *self, const KvsBounds *bounds, guint64 number)
{
  GstSegment *segment = &self->segment;
  GstClockTime pts, duration;

  gst_kvs_image_src_playback_get_times (self, bounds, number, &pts, &duration);
  segment->position =
      segment->rate > 0 ? MIN (pts + duration, segment->stop) : MAX (pts, segment->start);
}
