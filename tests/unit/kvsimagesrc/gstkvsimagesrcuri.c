/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcuri.h"

#include "gstkvsimagesrc.h"

#include <string.h>

static GObjectClass *klass;

static char *
make_canonical (const char *uri)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;

  gst_kvs_image_src_settings_init (&settings);
  gst_kvs_image_src_uri_read (uri, klass, &settings, &error);
  g_assert_no_error (error);
  return gst_kvs_image_src_uri_new (&settings, klass);
}

static void
test_canonical (void)
{
  static const struct {
    const char *given, *canonical;
  } rows[] = {
      {"kvsimage:///door", "kvsimage:///door"},
      {"kvsimage://eu-west-1/door", "kvsimage://eu-west-1/door"},
      {"kvsimage:///door?sampling-interval=1000&start-timestamp=now-1h",
          "kvsimage:///door?start-timestamp=now-1h&sampling-interval=1000"},
      {"kvsimage:///door?start-timestamp=now-1h&sampling-interval=3000&format=jpeg&align=no",
          "kvsimage:///door?start-timestamp=now-1h"},
      {"kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00",
          "kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00"},
      {"kvsimage:///door?start-timestamp=2026-11-20T09:00:00+01:00",
          "kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00"},
      {"kvsimage:///door?width=640&height=480&image-selector-type=producer-timestamp&format=png",
          "kvsimage:///door?image-selector-type=producer-timestamp&format=png&width=640&height=480"},
      {"kvsimage:///door?align=true&jpeg-quality=90&page-size=5&max-items=7",
          "kvsimage:///door?align=true&jpeg-quality=90&page-size=5&max-items=7"},
      {"kvsimage:///door?follow=true&starting-token=kvsimagesrc1.abc-_",
          "kvsimage:///door?starting-token=kvsimagesrc1.abc-_&follow=true"},
      {"kvsimage:///?stream-name=door&follow=true", "kvsimage:///door?follow=true"},
      {"kvsimage:///?stream-arn=arn:aws:kinesisvideo:eu-west-1:123456789012:stream%2Fdoor%2F1",
          "kvsimage:///?stream-arn=arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *once = make_canonical (rows[i].given);
    g_autofree char *twice = make_canonical (once);

    g_assert_cmpstr (once, ==, rows[i].canonical);
    g_assert_cmpstr (twice, ==, once);
  }
}

static void
test_no_stream (void)
{
  g_auto (GstKvsImageSrcSettings) settings;

  gst_kvs_image_src_settings_init (&settings);
  g_assert_null (gst_kvs_image_src_uri_new (&settings, klass));
}

static void
test_refused (void)
{
  static const struct {
    const char *uri, *words;
  } rows[] = {
      {"http://host/door", "kvsimage://REGION/STREAM"},
      {"kvsimage:///", "names no stream"},
      {"kvsimage:///?start-timestamp=now-1h", "names no stream"},
      {"kvsimage:///two/doors", "no name of a stream"},
      {"kvsimage:///front%20door", "no name of a stream"},
      {"kvsimage://-/door", "no region"},
      {"kvsimage://me:s3cret@eu-west-1/door", "user and a password"},
      {"kvsimage://eu-west-1:80/door", "port"},
      {"kvsimage:///door#x", "fragment"},
      {"kvsimage:///door?secret-key=s3cret", "cannot say “secret-key”"},
      {"kvsimage:///door?access-key=s3cret", "cannot say “access-key”"},
      {"kvsimage:///door?profile=s3cret", "cannot say “profile”"},
      {"kvsimage:///door?endpoint-url=s3cret", "cannot say “endpoint-url”"},
      {"kvsimage:///door?stream-name=door", "two streams"},
      {"kvsimage:///?stream-name=door&stream-arn="
       "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1",
          "two streams"},
      {"kvsimage:///door?colour=red", "it can say stream-name, stream-arn, start-timestamp"},
      {"kvsimage:///door?sampling-interval=100", "sampling-interval is '100'"},
      {"kvsimage:///door?sampling-interval=fast", "sampling-interval is 'fast'"},
      {"kvsimage:///door?format=gif", "format is 'gif'"},
      {"kvsimage:///door?sampling-interval", "sampling-interval has no value"},
      {"kvsimage:///door?stream-arn=arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1",
          "two streams"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GstKvsImageSrcSettings) settings;
    g_autoptr (GError) error = NULL;

    gst_kvs_image_src_settings_init (&settings);
    settings.stream_name = g_strdup ("before");
    g_assert_false (gst_kvs_image_src_uri_read (rows[i].uri, klass, &settings, &error));
    g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI);
    if (strstr (error->message, rows[i].words) == NULL)
      g_error ("'%s' is not in '%s'", rows[i].words, error->message);
    g_assert_null (strstr (error->message, "s3cret"));
    g_assert_cmpstr (settings.stream_name, ==, "before");
  }
}

static void
test_keys_are_listed (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;

  gst_kvs_image_src_settings_init (&settings);
  g_assert_false (
      gst_kvs_image_src_uri_read ("kvsimage:///door?colour=red", klass, &settings, &error));
  g_assert_cmpstr (error->message, ==,
      "a URI cannot say “colour”; it can say stream-name, stream-arn, start-timestamp, end-timestamp, "
      "sampling-interval, align, image-selector-type, format, jpeg-quality, width, height, "
      "page-size, max-items, starting-token, follow");
}

/* A new URI says everything that a URI can say, and nothing of the rest. */
static void
test_again (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autofree char *uri = NULL;

  gst_kvs_image_src_settings_init (&settings);
  settings.access_key = g_strdup ("AKID");
  g_assert_true (gst_kvs_image_src_uri_read (
      "kvsimage://eu-west-1/door?format=png&start-timestamp=now-1h", klass, &settings, NULL));
  g_assert_true (gst_kvs_image_src_uri_read ("kvsimage:///gate", klass, &settings, NULL));
  uri = gst_kvs_image_src_uri_new (&settings, klass);
  g_assert_cmpstr (uri, ==, "kvsimage:///gate");
  g_assert_cmpstr (settings.access_key, ==, "AKID");
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  g_test_add_func ("/uri/canonical", test_canonical);
  g_test_add_func ("/uri/no-stream", test_no_stream);
  g_test_add_func ("/uri/refused", test_refused);
  g_test_add_func ("/uri/keys-are-listed", test_keys_are_listed);
  g_test_add_func ("/uri/again", test_again);
  result = g_test_run ();
  g_type_class_unref (klass);
  return result;
}
