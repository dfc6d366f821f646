/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcuri.h"

#include "gstkvsimagesrc.h"

#include <rejecteduris.h>
#include <string.h>

static char *
make_canonical (const char *uri)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;

  gst_kvs_image_src_settings_init (&settings);
  gst_kvs_image_src_uri_read (uri, &settings, &error);
  g_assert_no_error (error);
  return gst_kvs_image_src_uri_new (&settings);
}

static void
test_canonical (void)
{
  static const struct {
    const char *given, *canonical;
  } rows[] = {
      {"kvsimage:///door", "kvsimage:///door"},
      {"kvsimage://eu-west-1/door", "kvsimage://eu-west-1/door"},
      {"KVSIMAGE:///Door", "kvsimage:///Door"},
      {"KvsImage://EU-West-1/Door?follow=TRUE", "kvsimage://eu-west-1/Door?follow=true"},
      {"kvsimage:///door?sampling-interval=1000&start-timestamp=now-1h",
          "kvsimage:///door?start-timestamp=now-1h&sampling-interval=1000"},
      {"kvsimage:///door?start-timestamp=now-1h&sampling-interval=3000&format=jpeg&align=no",
          "kvsimage:///door?start-timestamp=now-1h"},
      {"kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00",
          "kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00"},
      {"kvsimage:///door?start-timestamp=2026-11-20T09:00:00+01:00",
          "kvsimage:///door?start-timestamp=2026-11-20T09:00:00%2B01:00"},
      {"kvsimage:///door?start-timestamp=2026-11-20%2009:00:00,250+0100&end-timestamp=1795161600,25",
          "kvsimage:///door?start-timestamp=2026-11-20%2009:00:00%2C250%2B0100&"
          "end-timestamp=1795161600%2C25"},
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
  g_assert_null (gst_kvs_image_src_uri_new (&settings));
}

static void
assert_refused (const char *uri, const char *words)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;

  gst_kvs_image_src_settings_init (&settings);
  settings.kvs.stream_name = g_strdup ("before");
  g_assert_false (gst_kvs_image_src_uri_read (uri, &settings, &error));
  g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  g_assert_null (strstr (error->message, "s3cret"));
  g_assert_cmpstr (settings.kvs.stream_name, ==, "before");
}

static void
test_refused (void)
{
  static const struct {
    const char *uri, *words;
  } rows[] = {
      {"kvsimage:///door?colour=red", "it can say stream-name, stream-arn, start-timestamp"},
      {"kvsimage:///door?sampling-interval=3",
          "sampling-interval is 3 ms; accepted are 200 ms or more; did you mean 3 s = 3000?"},
      {"kvsimage:///door?sampling-interval=199", "sampling-interval is 199 ms; accepted are 200"},
      {"kvsimage:///door?sampling-interval=fast",
          "sampling-interval is 'fast', which cannot be used; accepted are 200 to 4294967295"},
      {"kvsimage:///door?sampling-interval=-1", "sampling-interval is '-1', which cannot be used"},
      {"kvsimage:///door?sampling-interval=99999999999", "accepted are 200 to 4294967295"},
      {"kvsimage:///door?page-size=0",
          "page-size is '0', which cannot be used; accepted are 1 to 100"},
      {"kvsimage:///door?page-size=101", "accepted are 1 to 100"},
      {"kvsimage:///door?jpeg-quality=0", "accepted are 1 to 100"},
      {"kvsimage:///door?width=5000&height=480",
          "width is '5000', which cannot be used; accepted are 0 to 3840"},
      {"kvsimage:///door?width=640&height=2161", "accepted are 0 to 2160"},
      {"kvsimage:///door?max-items=-1", "accepted are 0 to 18446744073709551615"},
      {"kvsimage:///door?max-items=18446744073709551616", "max-items is '18446744073709551616'"},
      {"kvsimage:///door?format=gif",
          "format is 'gif', which cannot be used; accepted are jpeg and png"},
      {"kvsimage:///door?image-selector-type=mine",
          "accepted are server-timestamp and producer-timestamp"},
      {"kvsimage:///door?align=maybe",
          "align is 'maybe', which cannot be used; accepted are true and false"},
      {"kvsimage:///door?sampling-interval", "sampling-interval has no value"},
      {"kvsimage:///door?col%1b[31mour=red", "cannot say “col\\x1b[31mour”"},
      {"kvsimage:///door?start-timestamp=now&format=%07", "format is '\\x07', which"},
      {"kvsimage:///door?format=a%0ab", "format is 'a b', which"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rejected_uris); i++)
    assert_refused (rejected_uris[i].uri, rejected_uris[i].words);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (rows[i].uri, rows[i].words);
}

/* If a property has a value that a URI cannot have, there is no URI. */
static void
test_unsayable (void)
{
  static const char *const names[] = {"a=b", "front door", "two/doors", "%", "\xff", "", "."};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (GstKvsImageSrcSettings) settings;
    g_autofree char *uri = NULL;

    gst_kvs_image_src_settings_init (&settings);
    settings.kvs.stream_name = g_strdup (names[i]);
    uri = gst_kvs_image_src_uri_new (&settings);
    if (uri != NULL) {
      g_autofree char *again = make_canonical (uri);

      g_assert_cmpstr (again, ==, uri);
    }
    g_assert_true ((uri == NULL) == (strcmp (names[i], ".") != 0));
  }
}

static void
test_keys_are_listed (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;

  gst_kvs_image_src_settings_init (&settings);
  g_assert_false (gst_kvs_image_src_uri_read ("kvsimage:///door?colour=red", &settings, &error));
  g_assert_cmpstr (error->message, ==,
      "a URI cannot say “colour”; it can say stream-name, stream-arn, start-timestamp, end-timestamp, "
      "sampling-interval, align, image-selector-type, format, jpeg-quality, width, height, "
      "page-size, max-items, starting-token, follow");
}

/* A new URI sets all of its keys, those that it does not name to their defaults, and no other property. */
static void
test_again (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autofree char *uri = NULL;

  gst_kvs_image_src_settings_init (&settings);
  settings.kvs.access_key = g_strdup ("AKID");
  g_assert_true (gst_kvs_image_src_uri_read (
      "kvsimage://eu-west-1/door?format=png&start-timestamp=now-1h", &settings, NULL));
  g_assert_true (gst_kvs_image_src_uri_read ("kvsimage:///gate", &settings, NULL));
  uri = gst_kvs_image_src_uri_new (&settings);
  g_assert_cmpstr (uri, ==, "kvsimage:///gate");
  g_assert_cmpstr (settings.kvs.access_key, ==, "AKID");
}

/* GStreamer finds the element by the scheme in any case. */
static void
test_make_from_uri (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) element = NULL;
  g_autofree char *uri = NULL;

  GST_ELEMENT_REGISTER (kvsimagesrc, NULL);
  element = gst_element_make_from_uri (GST_URI_SRC, "KVSIMAGE://EU-WEST-1/door", NULL, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (element);
  uri = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
  g_assert_cmpstr (uri, ==, "kvsimage://eu-west-1/door");
}

int
main (int argc, char **argv)
{
  gpointer klass;
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  g_test_add_func ("/uri/canonical", test_canonical);
  g_test_add_func ("/uri/no-stream", test_no_stream);
  g_test_add_func ("/uri/refused", test_refused);
  g_test_add_func ("/uri/unsayable", test_unsayable);
  g_test_add_func ("/uri/keys-are-listed", test_keys_are_listed);
  g_test_add_func ("/uri/again", test_again);
  g_test_add_func ("/uri/make-from-uri", test_make_from_uri);
  result = g_test_run ();
  g_type_class_unref (klass);
  return result;
}
