/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrclog.h"

#ifndef GST_DISABLE_GST_DEBUG

static GstDebugCategory *aws_category;
static GstDebugCategory *kvs_category;

static void
init_categories (void)
{
  static gsize is_done;

  if (!g_once_init_enter (&is_done))
    return;
  aws_category = _gst_debug_category_new ("aws", 0, "credentials, endpoints, HTTP, retries");
  kvs_category = _gst_debug_category_new ("kvs", 0, "ranges, requests, pages, pacing");
  g_once_init_leave (&is_done, 1);
}

static GstDebugCategory *
get_category (const char *topic)
{
  return *topic == 'a' ? aws_category : kvs_category;
}

static GstDebugLevel
get_level (AwsLogLevel level)
{
  static const GstDebugLevel levels[] = {
      [AWS_LOG_LEVEL_WARNING] = GST_LEVEL_WARNING,
      [AWS_LOG_LEVEL_INFO] = GST_LEVEL_INFO,
      [AWS_LOG_LEVEL_DEBUG] = GST_LEVEL_DEBUG,
      [AWS_LOG_LEVEL_LOG] = GST_LEVEL_LOG,
      [AWS_LOG_LEVEL_TRACE] = GST_LEVEL_TRACE,
  };

  return levels[level];
}

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  GstDebugLevel gst_level = get_level (level);

  return G_UNLIKELY (gst_level <= _gst_debug_min) &&
         gst_level <= gst_debug_category_get_threshold (get_category (topic));
}

static void
write_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
  g_autoptr (GObject) element = g_weak_ref_get (user_data);

  gst_debug_log (
      get_category (topic), get_level (level), file, function, line, element, "%s", message);
}

static void
free_cb (gpointer user_data)
{
  g_weak_ref_clear (user_data);
  g_free (user_data);
}

AwsLogSink *
gst_kvs_image_src_log_sink_new (GstElement *element)
{
  GWeakRef *ref = g_new (GWeakRef, 1);

  init_categories ();
  g_weak_ref_init (ref, element);
  return aws_log_sink_new (is_enabled_cb, write_cb, ref, free_cb);
}

#else

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  return FALSE;
}

AwsLogSink *
gst_kvs_image_src_log_sink_new (GstElement *element)
{
  return aws_log_sink_new (is_enabled_cb, NULL, NULL, NULL);
}

#endif
