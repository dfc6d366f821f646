/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrclatency.h"

#define DELAY (6 * GST_SECOND)
#define SECONDS(n) ((n) * (GstClockTimeDiff)GST_SECOND)

static void
test_expect (void)
{
  GstKvsImageSrcLatency latency = {0};

  /* So far in the past that nothing is late for long. */
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (3600)));
  g_assert_cmpuint (latency.min, ==, 0);
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (7)));
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (5)));
  g_assert_cmpuint (latency.min, ==, 2 * GST_SECOND);
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, 0));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, SECONDS (5)));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  /* No more than two readings of the clocks differ by. */
  g_assert_false (gst_kvs_image_src_latency_expect (&latency, DELAY, -10 * GST_MSECOND));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  /* A start that is still to come. */
  g_assert_true (gst_kvs_image_src_latency_expect (&latency, DELAY, -SECONDS (10)));
  g_assert_cmpuint (latency.min, ==, 17 * GST_SECOND);
}

static void
test_observe (void)
{
  GstKvsImageSrcLatency latency = {7 * GST_SECOND};

  g_assert_false (gst_kvs_image_src_latency_observe (&latency, -SECONDS (100)));
  g_assert_false (gst_kvs_image_src_latency_observe (&latency, SECONDS (7)));
  g_assert_cmpuint (latency.min, ==, 7 * GST_SECOND);
  g_assert_true (gst_kvs_image_src_latency_observe (&latency, SECONDS (7) + 1));
  g_assert_cmpuint (latency.min, ==, 8 * GST_SECOND);
  g_assert_false (gst_kvs_image_src_latency_observe (&latency, SECONDS (8)));
  g_assert_true (gst_kvs_image_src_latency_observe (&latency, SECONDS (20) - 1));
  g_assert_cmpuint (latency.min, ==, 20 * GST_SECOND);
}

/* What lies in the past needs no latency because the first answer takes its time. */
static void
test_first_still (void)
{
  GstKvsImageSrcLatency latency = {0};

  g_assert_false (gst_kvs_image_src_latency_observe (&latency, SECONDS (1)));
  g_assert_cmpuint (latency.min, ==, 0);
  g_assert_true (gst_kvs_image_src_latency_observe (&latency, SECONDS (1) + 1));
  g_assert_cmpuint (latency.min, ==, 2 * GST_SECOND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/latency/expect", test_expect);
  g_test_add_func ("/latency/observe", test_observe);
  g_test_add_func ("/latency/first-still", test_first_still);
  return g_test_run ();
}
