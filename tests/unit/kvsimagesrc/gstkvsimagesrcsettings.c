/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsettings.h"

#include <kvserror.h>

#include <string.h>

#define NOW_MS G_GINT64_CONSTANT (1795161600000)

typedef struct {
  GstKvsImageSrcSettings settings;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gst_kvs_image_src_settings_init (&fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_kvs_image_src_settings_clear (&fixture->settings);
}

static void
assert_message (const GError *error, GQuark domain, gint code, const char *words)
{
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
}

static void
assert_bad_query (Fixture *fixture, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (gst_kvs_image_src_settings_make_query (&fixture->settings, &error));
  assert_message (error, KVS_ERROR, KVS_ERROR_INVALID, words);
}

static void
test_query (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;
  g_autoptr (KvsQuery) query = NULL;

  settings->stream_name = g_strdup ("door");
  settings->width = 640;
  settings->height = 480;
  query = gst_kvs_image_src_settings_make_query (settings, NULL);
  g_assert_cmpstr (query->stream_name, ==, "door");
  g_assert_cmpuint (query->width, ==, 640);
  g_assert_cmpuint (query->height, ==, 480);
  g_assert_cmpuint (query->jpeg_quality, ==, 80);
  g_assert_cmpuint (query->page_size, ==, 25);
}

static void
test_bad_streams (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;

  assert_bad_query (fixture, "neither stream-name nor stream-arn is set");
  settings->stream_name = g_strdup ("front door");
  assert_bad_query (fixture, "stream-name is 'front door'");
  settings->stream_arn = g_strdup ("arn:aws:s3:::bucket");
  assert_bad_query (fixture, "both stream-name and stream-arn are set");
  g_clear_pointer (&settings->stream_name, g_free);
  assert_bad_query (fixture, "stream-arn is 'arn:aws:s3:::bucket'");
}

static void
test_bad_sizes (Fixture *fixture, gconstpointer data)
{
  fixture->settings.stream_name = g_strdup ("door");
  fixture->settings.width = 640;
  assert_bad_query (fixture, "width is 640 and height is 0");
}

static void
set_range (Fixture *fixture, const char *start, const char *end)
{
  g_free (fixture->settings.start_timestamp);
  g_free (fixture->settings.end_timestamp);
  fixture->settings.start_timestamp = g_strdup (start);
  fixture->settings.end_timestamp = g_strdup (end);
}

static void
assert_bad_range (Fixture *fixture, const char *start, const char *end, const char *words)
{
  g_autoptr (GError) error = NULL;
  KvsRangeSpec spec;

  set_range (fixture, start, end);
  g_assert_false (
      gst_kvs_image_src_settings_make_range (&fixture->settings, NOW_MS, &spec, &error));
  assert_message (error, KVS_ERROR, KVS_ERROR_INVALID, words);
}

static void
test_ranges (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *start, *end;
  } good[] = {
      {"now-1h", NULL},
      {"now-1h", "now-30m"},
      {"2026-11-20T07:00:00Z", "2026-11-20T08:30:00+01:00"},
      {"2026-11-20T07:00:00Z", NULL},
      {"1795150000.25", "now"},
      /* Empty by this clock, but the service's may be ahead. */
      {"2026-11-20T09:00:00Z", NULL},
      {"2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"},
  };
  KvsRangeSpec spec;

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;

    set_range (fixture, good[i].start, good[i].end);
    gst_kvs_image_src_settings_make_range (&fixture->settings, NOW_MS, &spec, &error);
    g_assert_no_error (error);
  }
}

static void
test_bad_ranges (Fixture *fixture, gconstpointer data)
{
  assert_bad_range (fixture, NULL, NULL, "start-timestamp is not set");
  assert_bad_range (fixture, "yesterday", NULL, "start-timestamp is 'yesterday'");
  assert_bad_range (fixture, "yesterday", NULL, "now-90s");
  assert_bad_range (fixture, "now-1h", "2026-11-20T08:00:00", "end-timestamp is '2026-11-20T08");
  assert_bad_range (fixture, "now-1h", "2026-11-20T08:00:00", "zone");
  assert_bad_range (fixture, "now-1h", "now-2h", "the range is empty");
  assert_bad_range (fixture, "now", NULL, "start-timestamp is 'now' and end-timestamp is 'now'");
  assert_bad_range (fixture, "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z", "the range is empty");
  assert_bad_range (fixture, "2099-01-01T00:00:00Z", NULL, "the range is empty");
}

static void
test_public_url (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *url, *shown;
  } rows[] = {
      {NULL, NULL},
      {"https://host:1/x", "https://host:1/x"},
      {"https://me:s3cret@host:1/x", "https://host:1/x"},
      {"http://me:s3/cr@et@host", "http://host"},
      {"me:s3cret@host:3128", "host:3128"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *shown = gst_kvs_image_src_settings_make_public_url (rows[i].url);

    g_assert_cmpstr (shown, ==, rows[i].shown);
  }
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;
  g_auto (GstKvsImageSrcSettings) copy;

  settings->stream_name = g_strdup ("door");
  settings->iot_certificate = gst_structure_new_empty ("iot-certificate");
  settings->proxy = g_strdup ("http://me:s3cret@host:1");
  gst_kvs_image_src_settings_copy (settings, &copy);
  gst_kvs_image_src_settings_clear (settings);
  g_assert_cmpstr (copy.stream_name, ==, "door");
  g_assert_true (gst_structure_has_name (copy.iot_certificate, "iot-certificate"));
  g_assert_cmpstr (copy.proxy, ==, "http://me:s3cret@host:1");
  g_assert_cmpstr (copy.user_agent, ==, GST_KVS_IMAGE_SRC_DEFAULT_USER_AGENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/settings/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("query", test_query);
  ADD ("bad-streams", test_bad_streams);
  ADD ("bad-sizes", test_bad_sizes);
  ADD ("ranges", test_ranges);
  ADD ("bad-ranges", test_bad_ranges);
  ADD ("public-url", test_public_url);
  ADD ("copy", test_copy);
  return g_test_run ();
}
