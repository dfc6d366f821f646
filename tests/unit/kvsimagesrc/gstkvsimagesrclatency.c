/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrclatency.h"

#define DELAY (6 * GST_SECOND)
#define SECONDS(n) ((n) * (GstClockTimeDiff)GST_SECOND)

static void
test_expect (void)
{
  GstKvsImageSrcLatency latency = {0};

  /* So far in the past that no still is late for long. */
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (3600)));
  g_assert_cmpuint (latency.min, ==, 0);
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (7)));
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (5)));
  g_assert_cmpuint (latency.min, ==, 2 * GST_SECOND);
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, 0));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (5)));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  /* Less than the clocks may differ by. */
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, -10 * GST_MSECOND));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  /* A start that is still to come. */
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, -SECONDS (10)));
  g_assert_cmpuint (latency.min, ==, 17 * GST_SECOND);
}

/* A recent still, in a pipeline that started with the element. */
static gboolean
observe (GstKvsImageSrcLatency *latency, GstClockTimeDiff lateness)
{
  return gst_kvs_image_src_latency_observe (
      latency, SECONDS (1000) + lateness, 0, SECONDS (1000), 0);
}

static void
test_observe (void)
{
  GstKvsImageSrcLatency latency = {.min = 7 * GST_SECOND};

  g_assert_false (observe (&latency, SECONDS (100)));
  gst_kvs_image_src_latency_start (&latency, 0);
  g_assert_false (observe (&latency, -SECONDS (100)));
  g_assert_false (observe (&latency, SECONDS (7)));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  g_assert_true (observe (&latency, SECONDS (7) + 1));
  g_assert_cmpuint (latency.min, ==, 8 * GST_SECOND);
  g_assert_false (observe (&latency, SECONDS (8)));
  g_assert_true (observe (&latency, SECONDS (20) - 1));
  g_assert_cmpuint (latency.min, ==, 20 * GST_SECOND);
}

/* A still of the past needs no latency because the first reply takes its time. */
static void
test_first_still (void)
{
  GstKvsImageSrcLatency latency = {0};

  gst_kvs_image_src_latency_start (&latency, 0);
  g_assert_false (observe (&latency, SECONDS (1)));
  g_assert_cmpuint (latency.min, ==, 0);
  g_assert_true (observe (&latency, SECONDS (1) + 1));
  g_assert_cmpuint (latency.min, ==, 2 * GST_SECOND);
}

/* Seconds: the running time at which the element began, the pad's offset, when the still is due, now, how long it
 * has waited; and the latency. */
static const struct {
  gint start, offset, due, now, waited;
  guint min;
} rows[] = {
    /* In a pipeline that began with the element */
    {0, 0, 10, 17, 0, 7},
    {0, 0, 10, 17, 6, 0},
    {0, 3, 10, 17, 0, 4},
    {0, -3, 10, 17, 0, 10},
    /* In one that runs already, with and without an offset that makes up for it */
    {1000, 0, 10, 1017, 0, 7},
    {1000, 1000, 10, 1017, 0, 7},
    {1000, 1005, 10, 1017, 0, 2},
    {1000, -1, 10, 1017, 0, 8},
    {1000, 500, 10, 1017, 0, 7},
    {1000, 0, 0, 1000, 0, 0},
    /* The pipeline has begun anew since */
    {1000, 0, 10, 17, 0, 7},
};

static void
test_own_start (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    GstKvsImageSrcLatency latency = {0};

    g_test_message ("row %u", i);
    gst_kvs_image_src_latency_start (&latency, SECONDS (rows[i].start));
    gst_kvs_image_src_latency_start (&latency, SECONDS (5000)); /* it counts already */
    gst_kvs_image_src_latency_observe (&latency, SECONDS (rows[i].now), SECONDS (rows[i].waited),
        SECONDS (rows[i].due), SECONDS (rows[i].offset));
    g_assert_cmpuint (latency.min, ==, rows[i].min * GST_SECOND);
    gst_kvs_image_src_latency_stop (&latency);
    g_assert_false (observe (&latency, SECONDS (100)));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latency/expect", test_expect);
  g_test_add_func ("/latency/observe", test_observe);
  g_test_add_func ("/latency/first-still", test_first_still);
  g_test_add_func ("/latency/own-start", test_own_start);
  return g_test_run ();
}
