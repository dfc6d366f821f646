/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcsettings.h"

#include <awserror.h>
#include <kvserror.h>

#include <string.h>

#define NOW_MS G_GINT64_CONSTANT (1795161600000)

static const char *const variables[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_REGION", "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL_KINESIS_VIDEO"};

typedef struct {
  GstKvsImageSrcSettings settings;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    g_unsetenv (variables[i]);
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

static AwsClient *
make_client (Fixture *fixture, GUri **endpoint, GError **error)
{
  return gst_kvs_image_src_settings_make_client (&fixture->settings, endpoint, error);
}

static void
assert_no_client (Fixture *fixture, GQuark domain, gint code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) endpoint = NULL;

  g_assert_null (make_client (fixture, &endpoint, &error));
  assert_message (error, domain, code, words);
  g_assert_null (strstr (error->message, "s3cret"));
}

static void
assert_endpoint (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) endpoint = NULL;
  g_autoptr (AwsClient) client = make_client (fixture, &endpoint, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (client);
  text = g_uri_to_string (endpoint);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_region (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;

  settings->access_key = g_strdup ("AKID");
  settings->secret_key = g_strdup ("s3cret");
  assert_no_client (fixture, KVS_ERROR, KVS_ERROR_INVALID, "aws-region is not set");
  settings->stream_arn = g_strdup ("arn:aws:kinesisvideo:eu-west-3:123456789012:stream/door/1");
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-3.amazonaws.com/");
  g_setenv ("AWS_DEFAULT_REGION", "eu-west-2", TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-2.amazonaws.com/");
  g_setenv ("AWS_REGION", "eu-west-1", TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-1.amazonaws.com/");
  settings->aws_region = g_strdup ("eu-central-1");
  assert_endpoint (fixture, "https://kinesisvideo.eu-central-1.amazonaws.com/");
  g_free (settings->aws_region);
  settings->aws_region = g_strdup ("evil.example/");
  assert_no_client (fixture, KVS_ERROR, KVS_ERROR_INVALID, "aws-region is 'evil.example/'");
}

static void
test_credentials (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;

  settings->aws_region = g_strdup ("eu-central-1");
  assert_no_client (fixture, AWS_ERROR, AWS_ERROR_NO_CREDENTIALS, "AWS_ACCESS_KEY_ID");
  g_setenv ("AWS_ACCESS_KEY_ID", "AKID", TRUE);
  assert_no_client (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "AWS_SECRET_ACCESS_KEY");
  g_setenv ("AWS_SECRET_ACCESS_KEY", "s3cret", TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-central-1.amazonaws.com/");

  settings->access_key = g_strdup ("AKID");
  assert_no_client (fixture, KVS_ERROR, KVS_ERROR_INVALID, "secret-key is not set");
  gst_kvs_image_src_settings_set_secret (&settings->access_key, NULL);
  gst_kvs_image_src_settings_set_secret (&settings->secret_key, "s3cret");
  assert_no_client (fixture, KVS_ERROR, KVS_ERROR_INVALID, "access-key is not set");
  gst_kvs_image_src_settings_set_secret (&settings->access_key, "AKID");
  gst_kvs_image_src_settings_set_secret (&settings->secret_key, "s3cret\r\nX: y");
  assert_no_client (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "secret");
}

static void
test_endpoint (Fixture *fixture, gconstpointer data)
{
  GstKvsImageSrcSettings *settings = &fixture->settings;
  g_autofree char *shown = NULL;

  settings->aws_region = g_strdup ("eu-central-1");
  settings->access_key = g_strdup ("AKID");
  settings->secret_key = g_strdup ("x");
  g_setenv ("AWS_ENDPOINT_URL_KINESIS_VIDEO", "http://127.0.0.1:8080/base", TRUE);
  assert_endpoint (fixture, "http://127.0.0.1:8080/base");
  settings->endpoint_url = g_strdup ("https://proxy.example");
  assert_endpoint (fixture, "https://proxy.example/");
  gst_kvs_image_src_settings_set_secret (&settings->endpoint_url, "ftp://proxy.example");
  assert_no_client (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "endpoint-url cannot be used");
  gst_kvs_image_src_settings_set_secret (&settings->endpoint_url, "https://me:s3cret@host:1/x");
  assert_no_client (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "endpoint-url cannot be used");
  shown = gst_kvs_image_src_settings_get_public_endpoint_url (settings);
  g_assert_cmpstr (shown, ==, "https://host:1/x");
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
  ADD ("region", test_region);
  ADD ("credentials", test_credentials);
  ADD ("endpoint", test_endpoint);
  return g_test_run ();
}
