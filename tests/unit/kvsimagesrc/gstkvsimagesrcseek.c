/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples and which segment result from a seek. */
#include "gstkvsimagesrcseek.h"

#define INTERVAL (3 * GST_SECOND)
#define N_SAMPLES 20
#define END (N_SAMPLES * INTERVAL)
#define NONE GST_CLOCK_TIME_NONE

#define TRICK GST_SEEK_FLAG_TRICKMODE
#define KEY GST_SEEK_FLAG_KEY_UNIT

static const KvsBounds known = {INTERVAL, N_SAMPLES, END, FALSE};
static const KvsBounds unknown = {INTERVAL, G_MAXUINT64, NONE, FALSE};
static const KvsBounds endless = {INTERVAL, N_SAMPLES, END + GST_SECOND, TRUE};

/* The samples of a range whose end is known, after the first five stills were pushed. */
static void
init (GstKvsImageSrcPlayback *playback)
{
  gst_kvs_image_src_playback_init (playback);
  playback->segment.duration = END;
  gst_kvs_image_src_playback_advance (playback, &known, 4);
  g_assert_cmpuint (playback->segment.position, ==, 15 * GST_SECOND);
}

static gint64
get_offset (gdouble seconds)
{
  return (gint64)(seconds * 1000 + (seconds < 0 ? -0.5 : 0.5)) * (gint64)GST_MSECOND;
}

/* Times are in seconds; -1 after SET is none. */
static gboolean
seek (GstKvsImageSrcPlayback *playback, const KvsBounds *bounds, gdouble rate, gint flags,
    GstSeekType start_type, gdouble start, GstSeekType stop_type, gdouble stop, GstClockTime shown)
{
  g_autoptr (GstEvent) event = gst_event_new_seek (rate, GST_FORMAT_TIME, (GstSeekFlags)flags,
      start_type, start_type == GST_SEEK_TYPE_SET && start < 0 ? -1 : get_offset (start), stop_type,
      stop_type == GST_SEEK_TYPE_SET && stop < 0 ? -1 : get_offset (stop));

  return gst_kvs_image_src_playback_seek (playback, event, bounds, shown);
}

/* Times are in seconds, -1 is none. */
static const struct {
  gdouble rate;
  gint flags;
  gdouble start, stop;
  guint64 begin, end;
  guint stride;
  gdouble segment_start, segment_stop;
} rows[] = {
    {1, 0, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    /* Accurately, from the still that covers the place */
    {1, 0, 9, -1, 3, G_MAXUINT64, 1, 9, -1},
    {1, 0, 10, -1, 3, G_MAXUINT64, 1, 10, -1},
    {1, 0, 11.999, -1, 3, G_MAXUINT64, 1, 11.999, -1},
    {1, GST_SEEK_FLAG_ACCURATE | KEY, 10, -1, 3, G_MAXUINT64, 1, 10, -1},
    /* On the grid */
    {1, KEY, 11, -1, 3, G_MAXUINT64, 1, 9, -1},
    {1, KEY, 12, -1, 4, G_MAXUINT64, 1, 12, -1},
    {1, KEY | GST_SEEK_FLAG_SNAP_BEFORE, 11, -1, 3, G_MAXUINT64, 1, 9, -1},
    {1, KEY | GST_SEEK_FLAG_SNAP_AFTER, 10, -1, 4, G_MAXUINT64, 1, 12, -1},
    {1, KEY | GST_SEEK_FLAG_SNAP_NEAREST, 10, -1, 3, G_MAXUINT64, 1, 9, -1},
    {1, KEY | GST_SEEK_FLAG_SNAP_NEAREST, 11, -1, 4, G_MAXUINT64, 1, 12, -1},
    /* With a stop */
    {1, 0, 6, 15, 2, 5, 1, 6, 15},
    {1, 0, 6, 15.001, 2, 6, 1, 6, 15.001},
    {1, KEY, 7, 14, 2, 5, 1, 6, 14},
    /* With a stop before the sample that the place is snapped to: the still that covers the place */
    {1, KEY | GST_SEEK_FLAG_SNAP_AFTER, 10, 11, 3, 4, 1, 9, 11},
    {1, KEY | GST_SEEK_FLAG_SNAP_NEAREST, 11, 11.5, 3, 4, 1, 9, 11.5},
    {8, KEY | TRICK | GST_SEEK_FLAG_SNAP_AFTER, 58, 59, 19, 20, 8, 57, 59},
    {1, KEY | GST_SEEK_FLAG_SNAP_AFTER, 10, 12, 3, 4, 1, 9, 12},
    /* At other rates */
    {0.1, 0, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    {100, 0, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    {100, TRICK, 0, -1, 0, G_MAXUINT64, 100, 0, -1},
    {0.1, TRICK, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    {1.4, TRICK, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    {1.5, TRICK, 0, -1, 0, G_MAXUINT64, 2, 0, -1},
    {4, TRICK, 10, -1, 3, G_MAXUINT64, 4, 10, -1},
    {4, GST_SEEK_FLAG_TRICKMODE_KEY_UNITS, 0, -1, 0, G_MAXUINT64, 4, 0, -1},
    {4, GST_SEEK_FLAG_TRICKMODE_FORWARD_PREDICTED, 0, -1, 0, G_MAXUINT64, 4, 0, -1},
    {4, TRICK | GST_SEEK_FLAG_TRICKMODE_NO_AUDIO, 0, -1, 0, G_MAXUINT64, 4, 0, -1},
    {4, GST_SEEK_FLAG_TRICKMODE_NO_AUDIO, 0, -1, 0, G_MAXUINT64, 1, 0, -1},
    {1e300, TRICK, 0, -1, 0, G_MAXUINT64, G_MAXINT64 / INTERVAL, 0, -1},
    /* In reverse */
    {-1, 0, 0, -1, 0, 20, 1, 0, 60},
    {-1, 0, 0, 60, 0, 20, 1, 0, 60},
    {-1, 0, 0, 10, 0, 4, 1, 0, 10},
    {-1, 0, 0, 9, 0, 3, 1, 0, 9},
    {-1, 0, 7, 16, 2, 6, 1, 7, 16},
    {-1, KEY, 7, 16, 2, 6, 1, 6, 18},
    {-1, KEY | GST_SEEK_FLAG_SNAP_BEFORE, 7, 16, 2, 5, 1, 6, 15},
    {-1, KEY | GST_SEEK_FLAG_SNAP_BEFORE, 7, 8, 2, 3, 1, 6, 9},
    {-2, KEY | GST_SEEK_FLAG_SNAP_NEAREST, 6.5, 7, 2, 3, 1, 6, 9},
    {-1, KEY | GST_SEEK_FLAG_SNAP_AFTER, 7, 8, 2, 3, 1, 6, 9},
    {-4, TRICK, 0, 60, 0, 20, 4, 0, 60},
    {-7, TRICK, 0, 42, 0, 14, 7, 0, 42},
    {-0.5, TRICK, 0, 60, 0, 20, 1, 0, 60},
    /* Beyond the end */
    {1, 0, 60, -1, 20, G_MAXUINT64, 1, 60, -1},
    {1, 0, 1000, -1, 20, G_MAXUINT64, 1, 60, -1},
    {-1, 0, 0, 1000, 0, 20, 1, 0, 60},
    {-1, 0, 1000, -1, 20, 20, 1, 60, 60},
};

static GstClockTime
get_time (gdouble seconds)
{
  return seconds < 0 ? NONE : (GstClockTime)(seconds * 1000 + 0.5) * GST_MSECOND;
}

static void
assert_row (gsize i, const GstKvsImageSrcPlayback *playback)
{
  const GstSegment *segment = &playback->segment;
  const KvsTraversal *traversal = &playback->traversal;

  g_test_message ("row %" G_GSIZE_FORMAT, i);
  g_assert_cmpuint (traversal->begin, ==, rows[i].begin);
  g_assert_cmpuint (traversal->end, ==, rows[i].end);
  g_assert_cmpuint (traversal->stride, ==, rows[i].stride);
  g_assert_cmpint (traversal->is_reverse, ==, rows[i].rate < 0);
  g_assert_cmpuint (traversal->max_samples, ==, 0);
  g_assert_cmpuint (segment->start, ==, get_time (rows[i].segment_start));
  g_assert_cmpuint (segment->stop, ==, get_time (rows[i].segment_stop));
  g_assert_cmpuint (segment->time, ==, segment->start);
  g_assert_cmpuint (segment->position, ==, rows[i].rate < 0 ? segment->stop : segment->start);
  g_assert_cmpuint (segment->offset, ==, 0);
}

static gboolean
seek_row (gsize i, GstKvsImageSrcPlayback *playback, const KvsBounds *bounds)
{
  return seek (playback, bounds, rows[i].rate, rows[i].flags | GST_SEEK_FLAG_FLUSH,
      GST_SEEK_TYPE_SET, rows[i].start, GST_SEEK_TYPE_SET, rows[i].stop, NONE);
}

static void
test_traversals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstKvsImageSrcPlayback playback;

    init (&playback);
    g_assert_true (seek_row (i, &playback, &known));
    assert_row (i, &playback);
  }
}

/* The segment is the same in the end when the range becomes known after the seek. */
static void
test_unknown_range (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstKvsImageSrcPlayback playback;

    gst_kvs_image_src_playback_init (&playback);
    g_assert_true (seek_row (i, &playback, &unknown));
    g_assert_cmpuint (playback.traversal.stride, ==, rows[i].stride);
    if (rows[i].start > 60)
      continue;
    g_assert_cmpuint (playback.traversal.begin, ==, rows[i].begin);
    g_assert_cmpuint (playback.traversal.end, >=, rows[i].end);
    gst_kvs_image_src_playback_complete (&playback, &known);
    assert_row (i, &playback);
    g_assert_cmpuint (playback.segment.duration, ==, END);
  }
}

/* The rate changes, or the stop, but not the position: first what was played and the stream time on screen,
 * then the seek, and then the first still and the segment. */
static const struct {
  gdouble rate_before;
  gint flags_before;
  gdouble shown;
  gdouble rate;
  gint flags;
  gdouble stop; /* -1 keeps it */
  guint64 first;
  gdouble start_after, stop_after;
} change_rows[] = {
    /* Forward, at once and within a still */
    {1, 0, 12, 2, 0, -1, 4, 12, -1},
    {1, 0, 13.5, 2, 0, -1, 4, 13.5, -1},
    {1, 0, 14.999, 0.5, 0, -1, 4, 14.999, -1},
    {1, 0, 13.5, 1, 0, 30, 4, 13.5, 30},
    {1, 0, 1.5, 2, 0, -1, 0, 1.5, -1},
    /* Into trick mode and out of it: the still on screen comes again, also where it stood for several */
    {1, 0, 13.5, 4, TRICK, -1, 4, 13.5, -1},
    {4, TRICK, 14, 1, 0, -1, 4, 14, -1},
    {4, TRICK, 19, 1, 0, -1, 4, 12, -1},
    {4, TRICK, 19, 2, TRICK, -1, 4, 12, -1},
    {4, TRICK, 14, -1, 0, -1, 4, 0, 14},
    {4, TRICK, 19, -1, 0, -1, 4, 0, 15},
    {4, TRICK, 19, -2, TRICK, -1, 4, 0, 15},
    /* To reverse: the still that has just come up is shown as a whole */
    {1, 0, 12, -1, 0, -1, 4, 0, 15},
    {1, 0, 13.5, -1, 0, -1, 4, 0, 13.5},
    {1, 0, 0, -1, 0, -1, 0, 0, 3},
    /* And back */
    {-1, 0, 13.5, 1, 0, -1, 4, 13.5, -1},
    {-1, 0, 15, 1, 0, -1, 4, 12, -1},
    {-1, 0, 15, -2, 0, -1, 4, 0, 15},
    {-1, 0, 13.5, -2, 0, -1, 4, 0, 13.5},
    /* A stop that lies behind leaves nothing to play */
    {1, 0, 13.5, 1, 0, 6, 4, 6, 6},
};

static void
change_rate (gsize i)
{
  gboolean keeps_stop = change_rows[i].stop < 0;
  GstKvsImageSrcPlayback playback;
  guint64 first;

  init (&playback);
  g_test_message ("row %" G_GSIZE_FORMAT, i);
  g_assert_true (seek (&playback, &known, change_rows[i].rate_before,
      change_rows[i].flags_before | GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET,
      -1, NONE));
  g_assert_true (
      seek (&playback, &known, change_rows[i].rate, change_rows[i].flags | GST_SEEK_FLAG_FLUSH,
          GST_SEEK_TYPE_NONE, -1, keeps_stop ? GST_SEEK_TYPE_NONE : GST_SEEK_TYPE_SET,
          change_rows[i].stop, get_time (change_rows[i].shown)));
  first = playback.traversal.is_reverse ? playback.traversal.end - 1 : playback.traversal.begin;
  if (change_rows[i].start_after != change_rows[i].stop_after)
    g_assert_cmpuint (first, ==, change_rows[i].first);
  g_assert_cmpuint (playback.segment.start, ==, get_time (change_rows[i].start_after));
  g_assert_cmpuint (playback.segment.time, ==, playback.segment.start);
  if (change_rows[i].rate < 0 || !keeps_stop)
    g_assert_cmpuint (playback.segment.stop, ==, get_time (change_rows[i].stop_after));
  g_assert_cmpuint (playback.segment.offset, ==, 0);
}

static void
test_change_of_rate (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (change_rows); i++)
    change_rate (i);
}

/* However often the rate changes, the range of the last seek stays. */
static void
test_kept_range (void)
{
  GstKvsImageSrcPlayback playback;

  init (&playback);
  g_assert_true (seek (&playback, &known, 1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 6,
      GST_SEEK_TYPE_SET, 30, NONE));
  g_assert_true (seek (&playback, &known, 2, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_NONE, -1,
      GST_SEEK_TYPE_NONE, -1, 13 * GST_SECOND));
  g_assert_cmpuint (playback.segment.start, ==, 13 * GST_SECOND);
  g_assert_true (seek (&playback, &known, -1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_NONE, -1,
      GST_SEEK_TYPE_NONE, -1, 20 * GST_SECOND));
  g_assert_cmpuint (playback.segment.start, ==, 6 * GST_SECOND);
  g_assert_cmpuint (playback.segment.stop, ==, 20 * GST_SECOND);
  g_assert_true (seek (&playback, &known, 1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_NONE, -1,
      GST_SEEK_TYPE_NONE, -1, 17 * GST_SECOND));
  g_assert_cmpuint (playback.segment.start, ==, 17 * GST_SECOND);
  g_assert_cmpuint (playback.segment.stop, ==, 30 * GST_SECOND);
}

/* Without a flush nothing that was pushed comes again, and running time goes on. */
static void
test_without_flush (void)
{
  GstKvsImageSrcPlayback playback;

  init (&playback);
  g_assert_true (seek (
      &playback, &known, 2, 0, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1, 13 * GST_SECOND));
  g_assert_cmpuint (playback.traversal.begin, ==, 5);
  g_assert_cmpuint (playback.segment.start, ==, 15 * GST_SECOND);
  g_assert_cmpuint (playback.segment.base, ==, 15 * GST_SECOND);
  g_assert_true (
      seek (&playback, &known, -1, 0, GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1, NONE));
  g_assert_cmpuint (playback.traversal.end, ==, 5);
  g_assert_cmpuint (playback.segment.stop, ==, 15 * GST_SECOND);
  g_assert_cmpuint (playback.segment.offset, ==, 0);
  g_assert_cmpuint (playback.segment.base, ==, 15 * GST_SECOND);
  g_assert_true (
      seek (&playback, &known, 1, 0, GST_SEEK_TYPE_SET, 30, GST_SEEK_TYPE_SET, 36, NONE));
  g_assert_cmpuint (playback.traversal.begin, ==, 10);
  g_assert_cmpuint (playback.segment.base, ==, 15 * GST_SECOND);
}

/* Nothing is known of the range when the seek comes, or it has no end. */
static void
test_no_end (void)
{
  GstKvsImageSrcPlayback playback;

  gst_kvs_image_src_playback_init (&playback);
  g_assert_true (seek (&playback, &endless, -1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0,
      GST_SEEK_TYPE_SET, -1, NONE));
  g_assert_cmpuint (playback.traversal.end, ==, N_SAMPLES);
  g_assert_cmpuint (playback.segment.stop, ==, END);
  g_assert_cmpuint (playback.segment.position, ==, END);
  g_assert_cmpuint (playback.segment.duration, ==, NONE);
}

/* The live edge is at 61 s; the last still that may be asked for ends at 60 s. */
static const struct {
  gdouble rate;
  GstSeekType start_type;
  gdouble start;
  GstSeekType stop_type;
  gdouble stop;
  gdouble start_after; /* -1 where it is refused */
  gdouble stop_after;
} edge_rows[] = {
    {1, GST_SEEK_TYPE_END, 0, GST_SEEK_TYPE_NONE, -1, 61, -1},
    {1, GST_SEEK_TYPE_END, -10, GST_SEEK_TYPE_NONE, -1, 51, -1},
    {1, GST_SEEK_TYPE_END, 10, GST_SEEK_TYPE_NONE, -1, 61, -1},
    {1, GST_SEEK_TYPE_END, -100, GST_SEEK_TYPE_NONE, -1, 0, -1},
    {1, GST_SEEK_TYPE_END, -10, GST_SEEK_TYPE_END, -4, 51, 57},
    {1, GST_SEEK_TYPE_SET, 61, GST_SEEK_TYPE_NONE, -1, 61, -1},
    {1, GST_SEEK_TYPE_SET, 61.001, GST_SEEK_TYPE_NONE, -1, -1, -1},
    {1, GST_SEEK_TYPE_SET, 3600, GST_SEEK_TYPE_NONE, -1, -1, -1},
    {1, GST_SEEK_TYPE_SET, 30, GST_SEEK_TYPE_SET, 3600, 30, 3600},
    {-1, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_END, 0, 0, 60},
    {-1, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_END, -11, 0, 50},
    {-1, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, 3600, -1, -1},
};

static void
test_live_edge (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edge_rows); i++) {
    GstKvsImageSrcPlayback playback;
    gboolean is_performed;

    gst_kvs_image_src_playback_init (&playback);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    is_performed =
        seek (&playback, &endless, edge_rows[i].rate, GST_SEEK_FLAG_FLUSH, edge_rows[i].start_type,
            edge_rows[i].start, edge_rows[i].stop_type, edge_rows[i].stop, NONE);
    g_assert_cmpint (is_performed, ==, edge_rows[i].start_after >= 0);
    if (!is_performed)
      continue;
    g_assert_cmpuint (playback.segment.start, ==, get_time (edge_rows[i].start_after));
    g_assert_cmpuint (playback.segment.stop, ==, get_time (edge_rows[i].stop_after));
  }
}

static gboolean
is_refused (gdouble rate, GstFormat format, GstSeekFlags flags, GstSeekType start_type,
    gint64 start, GstSeekType stop_type, gint64 stop)
{
  g_autoptr (GstEvent) event =
      gst_event_new_seek (rate, format, flags, start_type, start, stop_type, stop);
  GstKvsImageSrcPlayback playback, before;

  init (&playback);
  before = playback;
  if (gst_kvs_image_src_playback_seek (&playback, event, &known, NONE))
    return FALSE;
  g_assert_true (gst_segment_is_equal (&playback.segment, &before.segment));
  return TRUE;
}

static void
test_refused (void)
{
  GstKvsImageSrcPlayback playback;

  g_assert_true (is_refused (
      1, GST_FORMAT_BYTES, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
  g_assert_true (is_refused (2, GST_FORMAT_TIME, GST_SEEK_FLAG_INSTANT_RATE_CHANGE,
      GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_NONE, -1));
  g_assert_true (is_refused (
      1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 6, GST_SEEK_TYPE_SET, 5));
  /* The end that it counts from is not known. */
  gst_kvs_image_src_playback_init (&playback);
  g_assert_false (seek (&playback, &unknown, 1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_END, -10,
      GST_SEEK_TYPE_NONE, -1, NONE));
}

static void
test_from_the_end (void)
{
  static const struct {
    gint flags;
    gdouble offset, start;
  } ends[] = {
      {KEY, -4, 54},
      {KEY | GST_SEEK_FLAG_SNAP_AFTER, -4, 57},
      {KEY | GST_SEEK_FLAG_SNAP_NEAREST, -4, 57},
      {KEY | GST_SEEK_FLAG_SNAP_NEAREST, -5, 54},
      {KEY, -6, 54},
      {KEY, 0, 60},
      {0, -4, 56},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    GstKvsImageSrcPlayback playback;

    init (&playback);
    g_assert_true (seek (&playback, &known, 1, ends[i].flags | GST_SEEK_FLAG_FLUSH,
        GST_SEEK_TYPE_END, ends[i].offset, GST_SEEK_TYPE_NONE, -1, NONE));
    g_assert_cmpuint (playback.segment.start, ==, get_time (ends[i].start));
  }
}

/* Positions that the seek leaves unchanged count, too, and so does the end. The segment is from 12 s to 30 s
 * of a minute. */
static void
test_order (void)
{
  static const struct {
    GstSeekType start_type;
    gdouble start;
    GstSeekType stop_type;
    gdouble stop;
    gdouble first; /* -1 where the seek is refused */
  } orders[] = {
      {GST_SEEK_TYPE_SET, 30, GST_SEEK_TYPE_NONE, -1, 30},
      {GST_SEEK_TYPE_SET, 31, GST_SEEK_TYPE_NONE, -1, -1},
      {GST_SEEK_TYPE_SET, 31, GST_SEEK_TYPE_SET, -1, 31},
      {GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_SET, 12, 12},
      {GST_SEEK_TYPE_NONE, -1, GST_SEEK_TYPE_SET, 11, -1},
      {GST_SEEK_TYPE_SET, 30, GST_SEEK_TYPE_END, -30, 30},
      {GST_SEEK_TYPE_SET, 31, GST_SEEK_TYPE_END, -30, -1},
      {GST_SEEK_TYPE_END, -20, GST_SEEK_TYPE_END, -30, -1},
      {GST_SEEK_TYPE_END, -100, GST_SEEK_TYPE_END, -30, 0},
      {GST_SEEK_TYPE_END, 20, GST_SEEK_TYPE_SET, 600, 60},
      {GST_SEEK_TYPE_SET, 700, GST_SEEK_TYPE_SET, 600, 60},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (orders); i++) {
    GstKvsImageSrcPlayback playback;
    gboolean is_performed;

    init (&playback);
    g_assert_true (seek (&playback, &known, 1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 12,
        GST_SEEK_TYPE_SET, 30, NONE));
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    is_performed = seek (&playback, &known, 1, GST_SEEK_FLAG_FLUSH, orders[i].start_type,
        orders[i].start, orders[i].stop_type, orders[i].stop, NONE);
    g_assert_cmpint (is_performed, ==, orders[i].first >= 0);
    if (is_performed)
      g_assert_cmpuint (playback.segment.start, ==, get_time (orders[i].first));
  }
}

/* A still of trick mode stands until the next one, but not longer than the segment and the range. The position
 * never leaves the segment. */
static const struct {
  gdouble rate;
  gint flags;
  gdouble stop;
  guint64 number;
  gdouble duration, position;
} time_rows[] = {
    {1, 0, -1, 4, 3, 15},
    {1, 0, -1, 19, 3, 60},
    {1, 0, 13, 4, 3, 13},
    {3, TRICK, -1, 0, 9, 9},
    {3, TRICK, -1, 18, 6, 60},
    {7, TRICK, -1, 14, 18, 60},
    {7, TRICK, 43, 14, 1, 43},
    {-7, TRICK, 43, 14, 1, 42},
    {-7, TRICK, -1, 14, 18, 42},
    {-7, TRICK, -1, 0, 21, 0},
    {-1, 0, 13, 4, 3, 12},
};

static void
test_times (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (time_rows); i++) {
    GstKvsImageSrcPlayback playback;
    GstClockTime pts, duration;

    init (&playback);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_true (
        seek (&playback, &known, time_rows[i].rate, time_rows[i].flags | GST_SEEK_FLAG_FLUSH,
            GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_SET, time_rows[i].stop, NONE));
    gst_kvs_image_src_playback_get_times (&playback, &known, time_rows[i].number, &pts, &duration);
    g_assert_cmpuint (pts, ==, time_rows[i].number * INTERVAL);
    g_assert_cmpuint (duration, ==, get_time (time_rows[i].duration));
    gst_kvs_image_src_playback_advance (&playback, &known, time_rows[i].number);
    g_assert_cmpuint (playback.segment.position, ==, get_time (time_rows[i].position));
  }
}

/* Nothing was played in reverse while the range was not known, so that running time stays where it is. */
static void
test_without_a_flush_before_the_range_is_known (void)
{
  GstKvsImageSrcPlayback playback;

  gst_kvs_image_src_playback_init (&playback);
  g_assert_true (seek (&playback, &unknown, -1, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 6,
      GST_SEEK_TYPE_SET, -1, NONE));
  g_assert_true (
      seek (&playback, &unknown, 1, 0, GST_SEEK_TYPE_SET, 9, GST_SEEK_TYPE_SET, -1, NONE));
  g_assert_cmpfloat (playback.segment.rate, ==, 1);
  g_assert_cmpuint (playback.segment.base, ==, 0);
  g_assert_cmpuint (playback.segment.start, ==, 9 * GST_SECOND);
  g_assert_cmpuint (playback.traversal.begin, ==, 3);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seek/traversals", test_traversals);
  g_test_add_func ("/seek/unknown-range", test_unknown_range);
  g_test_add_func ("/seek/change-of-rate", test_change_of_rate);
  g_test_add_func ("/seek/kept-range", test_kept_range);
  g_test_add_func ("/seek/without-flush", test_without_flush);
  g_test_add_func ("/seek/no-end", test_no_end);
  g_test_add_func ("/seek/live-edge", test_live_edge);
  g_test_add_func ("/seek/refused", test_refused);
  g_test_add_func ("/seek/from-the-end", test_from_the_end);
  g_test_add_func ("/seek/without-a-flush-before-the-range-is-known",
      test_without_a_flush_before_the_range_is_known);
  g_test_add_func ("/seek/order", test_order);
  g_test_add_func ("/seek/times", test_times);
  return g_test_run ();
}
