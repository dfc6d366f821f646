/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which samples and which segment a seek gives, as the base class performs it. */
#include "gstkvsimagesrcseek.h"

#define INTERVAL (3 * GST_SECOND)
#define N_SAMPLES 20
#define END (N_SAMPLES * INTERVAL)
#define NONE GST_CLOCK_TIME_NONE

#define TRICK GST_SEEK_FLAG_TRICKMODE
#define KEY GST_SEEK_FLAG_KEY_UNIT

/* A segment from which a seek comes: 12 s into a range that is known. */
static void
init_segment (GstSegment *segment)
{
  gst_segment_init (segment, GST_FORMAT_TIME);
  segment->duration = END;
  segment->position = 12 * GST_SECOND;
}

/* Does with a seek what the base class does. */
static gboolean
seek (GstSegment *segment, gdouble rate, GstSeekFlags flags, GstClockTime start, GstClockTime stop)
{
  g_autoptr (GstEvent) event =
      gst_event_new_seek (rate, GST_FORMAT_TIME, flags | GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET,
          (gint64)start, GST_SEEK_TYPE_SET, (gint64)stop);
  g_autoptr (GstEvent) prepared = gst_kvs_image_src_seek_prepare (event, segment, INTERVAL);
  gint64 prepared_start, prepared_stop;

  if (prepared == NULL)
    return FALSE;
  g_assert_cmpuint (gst_event_get_seqnum (prepared), ==, gst_event_get_seqnum (event));
  gst_event_parse_seek (prepared, &rate, NULL, &flags, NULL, &prepared_start, NULL, &prepared_stop);
  return gst_segment_do_seek (segment, rate, GST_FORMAT_TIME, flags, GST_SEEK_TYPE_SET,
      (guint64)prepared_start, GST_SEEK_TYPE_SET, (guint64)prepared_stop, NULL);
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
    {-4, TRICK, 0, 60, 0, 20, 4, 0, 60},
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
assert_row (gsize i, const GstSegment *segment, const KvsTraversal *traversal)
{
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

static void
test_traversals (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstSegment segment;
    KvsTraversal traversal;

    init_segment (&segment);
    g_assert_true (seek (&segment, rows[i].rate, (GstSeekFlags)rows[i].flags,
        get_time (rows[i].start), get_time (rows[i].stop)));
    gst_kvs_image_src_seek_traverse (&segment, INTERVAL, N_SAMPLES, &traversal);
    assert_row (i, &segment, &traversal);
  }
}

/* The segment is the same in the end when the range becomes known after the seek. */
static void
test_unknown_range (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstSegment segment;
    KvsTraversal first, second;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    g_assert_true (seek (&segment, rows[i].rate, (GstSeekFlags)rows[i].flags,
        get_time (rows[i].start), get_time (rows[i].stop)));
    gst_kvs_image_src_seek_traverse (&segment, INTERVAL, G_MAXUINT64, &first);
    g_assert_cmpuint (first.stride, ==, rows[i].stride);
    if (rows[i].start > 60)
      continue;
    g_assert_cmpuint (first.begin, ==, rows[i].begin);
    g_assert_cmpuint (first.end, >=, rows[i].end);
    segment.duration = END;
    gst_kvs_image_src_seek_traverse (&segment, INTERVAL, N_SAMPLES, &second);
    assert_row (i, &segment, &second);
  }
}

/* Only the rate changes, in both directions from where playback is. */
static void
test_change_of_rate (void)
{
  GstSegment segment;
  KvsTraversal traversal;

  init_segment (&segment);
  gst_segment_do_seek (&segment, 2, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_NONE, 0,
      GST_SEEK_TYPE_NONE, NONE, NULL);
  gst_kvs_image_src_seek_traverse (&segment, INTERVAL, N_SAMPLES, &traversal);
  g_assert_cmpuint (traversal.begin, ==, 4);

  gst_segment_do_seek (&segment, -1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_NONE, 0,
      GST_SEEK_TYPE_NONE, NONE, NULL);
  gst_kvs_image_src_seek_traverse (&segment, INTERVAL, N_SAMPLES, &traversal);
  g_assert_cmpuint (traversal.begin, ==, 0);
  g_assert_cmpuint (traversal.end, ==, 4);
  g_assert_cmpuint (segment.stop, ==, END);
  g_assert_cmpuint (segment.position, ==, 12 * GST_SECOND);
  g_assert_cmpuint (segment.offset, ==, END - 12 * GST_SECOND);
}

/* Without a duration, as when what is live is followed. */
static void
test_no_end (void)
{
  GstSegment segment;
  KvsTraversal traversal;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  g_assert_true (seek (&segment, -1, 0, 0, NONE));
  gst_kvs_image_src_seek_traverse (&segment, INTERVAL, N_SAMPLES, &traversal);
  g_assert_cmpuint (traversal.end, ==, N_SAMPLES);
  g_assert_cmpuint (segment.stop, ==, END);
  g_assert_cmpuint (segment.position, ==, END);
}

/* A seek at the beginning, where the duration is not known. */
static GstEvent *
prepare (gdouble rate, GstFormat format, GstSeekFlags flags, GstSeekType start_type, gint64 start,
    GstSeekType stop_type, gint64 stop)
{
  g_autoptr (GstEvent) event =
      gst_event_new_seek (rate, format, flags, start_type, start, stop_type, stop);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  return gst_kvs_image_src_seek_prepare (event, &segment, INTERVAL);
}

static void
test_refused (void)
{
  g_assert_null (prepare (
      1, GST_FORMAT_BYTES, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, -1));
  g_assert_null (prepare (2, GST_FORMAT_TIME, GST_SEEK_FLAG_INSTANT_RATE_CHANGE, GST_SEEK_TYPE_NONE,
      -1, GST_SEEK_TYPE_NONE, -1));
  g_assert_null (prepare (
      1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SEEK_TYPE_SET, 6, GST_SEEK_TYPE_SET, 5));
}

/* The end is on the grid itself, so that what is before it can be snapped without knowing it. */
static void
test_from_the_end (void)
{
  static const struct {
    GstSeekFlags flags;
    gint64 start, snapped;
  } ends[] = {
      {KEY, -4, -6},
      {KEY | GST_SEEK_FLAG_SNAP_AFTER, -4, -3},
      {KEY | GST_SEEK_FLAG_SNAP_NEAREST, -4, -3},
      {KEY | GST_SEEK_FLAG_SNAP_NEAREST, -5, -6},
      {KEY, -6, -6},
      {KEY, 0, 0},
      {0, -4, -4},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (GstEvent) event = prepare (1, GST_FORMAT_TIME, ends[i].flags, GST_SEEK_TYPE_END,
        ends[i].start * (gint64)GST_SECOND, GST_SEEK_TYPE_NONE, -1);
    GstSeekType type;
    gint64 start;

    gst_event_parse_seek (event, NULL, NULL, NULL, &type, &start, NULL, NULL);
    g_assert_cmpint (type, ==, GST_SEEK_TYPE_END);
    g_assert_cmpint (start, ==, ends[i].snapped * (gint64)GST_SECOND);
  }
}

/* What is left as it is counts, too, and so does the end. The segment is from 12 s to 30 s of a minute. */
static void
test_order (void)
{
  static const struct {
    GstSeekType start_type;
    gint64 start;
    GstSeekType stop_type;
    gint64 stop;
    gint64 first; /* -1 where the seek is refused */
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
    gint64 second = GST_SECOND;
    g_autoptr (GstEvent) event = gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
        orders[i].start_type, orders[i].start == -1 ? -1 : orders[i].start * second,
        orders[i].stop_type, orders[i].stop == -1 ? -1 : orders[i].stop * second);
    g_autoptr (GstEvent) prepared = NULL;
    GstSeekType start_type, stop_type;
    gint64 start, stop;
    GstSegment segment;

    init_segment (&segment);
    segment.start = 12 * GST_SECOND;
    segment.stop = 30 * GST_SECOND;
    prepared = gst_kvs_image_src_seek_prepare (event, &segment, INTERVAL);
    g_test_message ("row %" G_GSIZE_FORMAT, i);
    g_assert_cmpint (prepared != NULL, ==, orders[i].first >= 0);
    if (prepared == NULL)
      continue;
    gst_event_parse_seek (prepared, NULL, NULL, NULL, &start_type, &start, &stop_type, &stop);
    g_assert_true (gst_segment_do_seek (&segment, 1, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH,
        start_type, (guint64)start, stop_type, (guint64)stop, NULL));
    g_assert_cmpuint (segment.start, ==, (guint64)orders[i].first * GST_SECOND);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/seek/traversals", test_traversals);
  g_test_add_func ("/seek/unknown-range", test_unknown_range);
  g_test_add_func ("/seek/change-of-rate", test_change_of_rate);
  g_test_add_func ("/seek/no-end", test_no_end);
  g_test_add_func ("/seek/refused", test_refused);
  g_test_add_func ("/seek/from-the-end", test_from_the_end);
  g_test_add_func ("/seek/order", test_order);
  return g_test_run ();
}
