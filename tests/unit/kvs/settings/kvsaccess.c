/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that the properties decide how the service is reached. The tests of gst/aws cover the environment and
 * the shared files; here they only must count, after the properties. */
#include "kvsaccess.h"

#include <awserror.h>
#include "kvserror.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  KvsSettings settings;
  const AwsIotOptions *iot;
} Fixture;

static void
forget_environment (void)
{
  g_auto (GStrv) names = g_listenv ();

  for (char **name = names; *name; name++) {
    if (g_str_has_prefix (*name, "AWS_"))
      g_unsetenv (*name);
  }
  g_setenv ("AWS_CONFIG_FILE", "/dev/null", TRUE);
  g_setenv ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", TRUE);
  g_setenv ("AWS_EC2_METADATA_DISABLED", "true", TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  forget_environment ();
  kvs_settings_init (&fixture->settings);
  fixture->settings.stream_name = g_strdup ("door");
  fixture->settings.access_key = g_strdup ("AKID");
  fixture->settings.secret_key = g_strdup ("s3cret");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kvs_settings_clear (&fixture->settings);
}

static void
assert_refused (Fixture *fixture, GQuark domain, gint code, const char *words)
{
  g_auto (KvsAccess) access = {NULL};
  g_autoptr (GError) error = NULL;

  g_assert_false (kvs_access_init (&access, &fixture->settings, fixture->iot, &error));
  g_assert_error (error, domain, code);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  g_assert_null (strstr (error->message, "s3cret"));
}

static void
assert_endpoint (Fixture *fixture, const char *url, const char *region)
{
  g_auto (KvsAccess) access = {NULL};
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  kvs_access_init (&access, &fixture->settings, fixture->iot, &error);
  g_assert_no_error (error);
  text = g_uri_to_string (access.endpoint);
  g_assert_cmpstr (text, ==, url);
  g_assert_cmpstr (aws_client_get_region (access.client), ==, region);
  g_assert_null (access.images_endpoint);
}

static void
test_region (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;

  assert_refused (fixture, KVS_ERROR, KVS_ERROR_INVALID, "aws-region is not set");
  g_clear_pointer (&settings->stream_name, g_free);
  settings->stream_arn = g_strdup ("arn:aws:kinesisvideo:eu-west-3:123456789012:stream/door/1");
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-3.amazonaws.com/", "eu-west-3");
  g_setenv ("AWS_DEFAULT_REGION", "eu-west-2", TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-2.amazonaws.com/", "eu-west-2");
  g_setenv ("AWS_REGION", "eu-west-1", TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-1.amazonaws.com/", "eu-west-1");
  settings->aws_region = g_strdup ("eu-central-1");
  assert_endpoint (fixture, "https://kinesisvideo.eu-central-1.amazonaws.com/", "eu-central-1");
  g_free (settings->aws_region);
  settings->aws_region = g_strdup ("");
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-1.amazonaws.com/", "eu-west-1");
  g_free (settings->aws_region);
  settings->aws_region = g_strdup ("evil.example/");
  assert_refused (fixture, KVS_ERROR, KVS_ERROR_INVALID, "aws-region is 'evil.example/'");
}

static void
test_variants (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;

  settings->aws_region = g_strdup ("eu-west-1");
  settings->use_fips_endpoint = TRUE;
  assert_endpoint (fixture, "https://kinesisvideo-fips.eu-west-1.amazonaws.com/", "eu-west-1");
  settings->use_dualstack_endpoint = TRUE;
  assert_endpoint (fixture, "https://kinesisvideo-fips.eu-west-1.api.aws/", "eu-west-1");
  settings->endpoint_url = g_strdup ("https://host");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "FIPS");
}

static void
set_string (char **member, const char *value)
{
  g_free (*member);
  *member = g_strdup (value);
}

static void
test_endpoint (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;

  settings->aws_region = g_strdup ("eu-central-1");
  g_setenv ("AWS_ENDPOINT_URL_KINESIS_VIDEO", "http://127.0.0.1:8080/base", TRUE);
  assert_endpoint (fixture, "http://127.0.0.1:8080/base", "eu-central-1");
  settings->endpoint_url = g_strdup ("https://proxy.example");
  assert_endpoint (fixture, "https://proxy.example/", "eu-central-1");
  set_string (&settings->endpoint_url, "ftp://proxy.example");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "endpoint-url");
  set_string (&settings->endpoint_url, "https://me:s3cret@host:1/x");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "endpoint-url");
}

static void
test_images_endpoint (Fixture *fixture, gconstpointer data)
{
  g_auto (KvsAccess) access = {NULL};
  g_autofree char *text = NULL;

  fixture->settings.aws_region = g_strdup ("eu-central-1");
  g_setenv ("AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA", "http://127.0.0.1:81", TRUE);
  g_assert_true (kvs_access_init (&access, &fixture->settings, NULL, NULL));
  text = g_uri_to_string (access.images_endpoint);
  g_assert_cmpstr (text, ==, "http://127.0.0.1:81/");
}

static void
test_bad_images_endpoint (Fixture *fixture, gconstpointer data)
{
  fixture->settings.aws_region = g_strdup ("eu-central-1");
  g_setenv ("AWS_ENDPOINT_URL_KINESIS_VIDEO_ARCHIVED_MEDIA", "ftp://host", TRUE);
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "_ARCHIVED_MEDIA");
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;

  settings->aws_region = g_strdup ("eu-central-1");
  set_string (&settings->secret_key, NULL);
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "secret-key");
  set_string (&settings->access_key, NULL);
  set_string (&settings->secret_key, "s3cret");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "access-key");
  set_string (&settings->access_key, "AKID");
  set_string (&settings->secret_key, "s3cret\r\nX: y");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "secret");
}

static void
test_contradictions (Fixture *fixture, gconstpointer data)
{
  const AwsIotOptions iot = {.endpoint = "host"};
  KvsSettings *settings = &fixture->settings;

  settings->aws_region = g_strdup ("eu-central-1");
  settings->credential_path = g_strdup ("/nowhere");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "credential-path");
  g_clear_pointer (&settings->credential_path, g_free);
  fixture->iot = &iot;
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "iot-certificate");
}

static void
test_profile (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("config-XXXXXX", &path, NULL);

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path,
      "[profile cameras]\nregion = eu-west-3\naws_access_key_id = AKID\n"
      "aws_secret_access_key = s3cret\n",
      -1, NULL));
  set_string (&fixture->settings.access_key, NULL);
  set_string (&fixture->settings.secret_key, NULL);
  fixture->settings.profile = g_strdup ("cameras");
  assert_refused (fixture, AWS_ERROR, AWS_ERROR_SETTINGS, "cameras");
  g_setenv ("AWS_CONFIG_FILE", path, TRUE);
  assert_endpoint (fixture, "https://kinesisvideo.eu-west-3.amazonaws.com/", "eu-west-3");
  g_unlink (path);
}

int
main (int argc, char **argv)
{

  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/access/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("region", test_region);
  ADD ("variants", test_variants);
  ADD ("endpoint", test_endpoint);
  ADD ("images-endpoint", test_images_endpoint);
  ADD ("bad-images-endpoint", test_bad_images_endpoint);
  ADD ("keys", test_keys);
  ADD ("contradictions", test_contradictions);
  ADD ("profile", test_profile);
  return g_test_run ();
}
