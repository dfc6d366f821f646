/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvssettings.h"

#include "kvserror.h"

#include <string.h>

typedef struct {
  KvsSettings settings;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  kvs_settings_init (&fixture->settings);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  kvs_settings_clear (&fixture->settings);
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

  g_assert_null (kvs_settings_make_query (&fixture->settings, &error));
  assert_message (error, KVS_ERROR, KVS_ERROR_INVALID, words);
}

static void
test_query (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;
  g_autoptr (KvsQuery) query = NULL;

  settings->stream_name = g_strdup ("door");
  settings->width = 640;
  settings->height = 480;
  query = kvs_settings_make_query (settings, NULL);
  g_assert_cmpstr (query->stream_name, ==, "door");
  g_assert_cmpuint (query->width, ==, 640);
  g_assert_cmpuint (query->height, ==, 480);
  g_assert_cmpuint (query->jpeg_quality, ==, 80);
  g_assert_cmpuint (query->page_size, ==, 25);
}

static void
test_bad_uri (Fixture *fixture, gconstpointer data)
{
  fixture->settings.stream_name = g_strdup ("door");
  fixture->settings.uri_error = g_strdup ("uri is 'door'");
  assert_bad_query (fixture, "uri is 'door'");
}

static void
test_bad_streams (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;

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
test_bad_intervals (Fixture *fixture, gconstpointer data)
{
  static const struct {
    guint interval;
    const char *message;
  } rows[] = {
      {0, "sampling-interval is 0 ms; accepted are 200 ms or more"},
      {1, "sampling-interval is 1 ms; accepted are 200 ms or more; did you mean 1 s = 1000?"},
      {3, "sampling-interval is 3 ms; accepted are 200 ms or more; did you mean 3 s = 3000?"},
      {60, "sampling-interval is 60 ms; accepted are 200 ms or more; did you mean 60 s = 60000?"},
      {199, "sampling-interval is 199 ms; accepted are 200 ms or more"},
  };
  g_autoptr (KvsQuery) query = NULL;

  fixture->settings.stream_name = g_strdup ("door");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    fixture->settings.sampling_interval = rows[i].interval;
    g_assert_null (kvs_settings_make_query (&fixture->settings, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
  fixture->settings.sampling_interval = 200;
  query = kvs_settings_make_query (&fixture->settings, NULL);
  g_assert_nonnull (query);
}

static void
test_bad_sizes (Fixture *fixture, gconstpointer data)
{
  fixture->settings.stream_name = g_strdup ("door");
  fixture->settings.width = 640;
  assert_bad_query (fixture, "width is 640 and height is 0");
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  KvsSettings *settings = &fixture->settings;
  g_auto (KvsSettings) copy;

  settings->stream_name = g_strdup ("door");
  settings->proxy = g_strdup ("http://me:s3cret@host:1");
  kvs_settings_copy (settings, &copy);
  kvs_settings_clear (settings);
  g_assert_cmpstr (copy.stream_name, ==, "door");
  g_assert_cmpstr (copy.proxy, ==, "http://me:s3cret@host:1");
  g_assert_cmpstr (copy.user_agent, ==, "kvsimagesrc/{VERSION}");
}

int
main (int argc, char **argv)
{

  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/settings/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("query", test_query);
  ADD ("bad-uri", test_bad_uri);
  ADD ("bad-streams", test_bad_streams);
  ADD ("bad-intervals", test_bad_intervals);
  ADD ("bad-sizes", test_bad_sizes);
  ADD ("copy", test_copy);
  return g_test_run ();
}
