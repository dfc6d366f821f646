/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsettings.h"

#include <kvserror.h>

#include <string.h>

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
  assert_bad_query (
      fixture, "stream-name is 'front door' and stream-arn is 'arn:aws:s3:::bucket'; set only one");
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
      {"me:s3//cret@host:3128", "host:3128"},
      {"me:s3://cret@host:3128", "host:3128"},
      {"http:me//s3cret@host:3128", "host:3128"},
      {"//me:s3cret@host:3128", "host:3128"},
      {" http://me:s3cret@host:3128", "host:3128"},
      {"1http://me:s3cret@host:3128", "host:3128"},
      {"socks5h://me:s3//cret@host:1080", "socks5h://host:1080"},
      {"http://me:s3?c#r@et@host/", "http://host/"},
      {"http://me:s3cret@", "http://"},
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
  ADD ("public-url", test_public_url);
  ADD ("copy", test_copy);
  return g_test_run ();
}
