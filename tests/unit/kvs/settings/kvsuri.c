/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the text of a URI. The tests of the element cover its values. */
#include "kvsuri.h"

#include "kvserror.h"

#include <string.h>

static const char *const keys[] = {
    "stream-name", "stream-arn", "start-timestamp", "width", "follow", NULL};

static void
test_parse (void)
{
  static const struct {
    const char *uri, *settings;
  } rows[] = {
      {"kvsimage:///door", "stream-name=door"},
      {"KvsImage://EU-West-1/Door?follow=TRUE",
          "aws-region=eu-west-1 stream-name=Door follow=TRUE"},
      {"kvsimage:///door?width=1&start-timestamp=now+01:00%2B%26&follow=no",
          "stream-name=door width=1 start-timestamp=now+01:00+& follow=no"},
      {"kvsimage:///?stream-name=door&follow=a=b", "stream-name=door follow=a=b"},
      {"kvsimage:///?stream-arn=a%2Fb", "stream-arn=a/b"},
      {"kvsimage:///d%6For?f%6Fllow=1", "stream-name=door follow=1"},
      {"kvsimage:door?", "stream-name=door"},
      {"kvsimage:////.", "stream-name=."},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_auto (GStrv) settings = kvs_uri_parse (rows[i].uri, keys, &error);

    g_assert_no_error (error);
    for (char **name = settings; *name != NULL; name += 2)
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", name[0], name[1]);
    g_assert_cmpstr (text->str, ==, rows[i].settings);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *uri, *words;
  } rows[] = {
      {"http://host/door", "kvsimage://REGION/STREAM"},
      {"door", "kvsimage://REGION/STREAM"},
      {"", "kvsimage://REGION/STREAM"},
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
      {"kvsimage:///door?colour=red",
          "it can say stream-name, stream-arn, start-timestamp, width, follow"},
      {"kvsimage:///door?width", "width has no value"},
      {"kvsimage:///door?stream-arn=arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1",
          "two streams"},
      {"kvsimage:///x?%=1", "two hexadecimal digits"},
      {"kvsimage:///x?a%00b=1", "two hexadecimal digits"},
      {"kvsimage:///x?follow=%", "two hexadecimal digits"},
      {"kvsimage:///x?follow=%0", "two hexadecimal digits"},
      {"kvsimage:///x?%zz", "two hexadecimal digits"},
      {"kvsimage:///x%", "two hexadecimal digits"},
      {"kvsimage:///%00", "two hexadecimal digits"},
      {"kvsimage://%/x", "two hexadecimal digits"},
      {"kvsimage://eu%00/x", "two hexadecimal digits"},
      {"kvsimage:///x#%", "two hexadecimal digits"},
      {"%", "two hexadecimal digits"},
      {"kvsimage:///x?start-timestamp=\xff", "UTF-8"},
      {"kvsimage:///x?start-timestamp=%ff", "UTF-8"},
      {"kvsimage:///x?%c3%28=1", "UTF-8"},
      {"kvsimage:///?stream-name=a=b", "no name of a stream"},
      {"kvsimage:///?stream-name=front%20door", "no name of a stream"},
      {"kvsimage:///?stream-name=a%2Fb", "no name of a stream"},
      {"kvsimage:///door?follow=true&follow=false", "follow occurs twice"},
      {"kvsimage:///?stream-name=door&stream-name=door", "stream-name occurs twice"},
      {"kvsimage:///door?width=1&w%69dth=2", "width occurs twice"},
      {"kvsimage:///door?s3cret=1&s3cret=2", "a key occurs twice"},
      {"kvsimage:///door?&&", "a key occurs twice"},
      {"kvsimage:///door?=1", "cannot say “”"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (kvs_uri_parse (rows[i].uri, keys, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
    if (strstr (error->message, rows[i].words) == NULL)
      g_error ("'%s' is not in '%s'", rows[i].words, error->message);
    g_assert_null (strstr (error->message, "s3cret"));
  }
}

static void
test_format (void)
{
  static const struct {
    const char *settings[7], *uri;
  } rows[] = {
      {{NULL}, "kvsimage:///"},
      {{"stream-name", "door", NULL}, "kvsimage:///door"},
      {{"follow", "true", "stream-name", "front door", "aws-region", "eu-west-1", NULL},
          "kvsimage://eu-west-1/front%20door?follow=true"},
      {{"stream-arn", "a:b/c", "start-timestamp", "1+1=2&%", NULL},
          "kvsimage:///?stream-arn=a:b/c&start-timestamp=1%2B1%3D2%26%25"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *uri = kvs_uri_format (rows[i].settings);

    g_assert_cmpstr (uri, ==, rows[i].uri);
  }
}

static void
test_public (void)
{
  static const struct {
    const char *uri, *shown;
  } rows[] = {
      {"kvsimage://eu-west-1/two/doors", "kvsimage://eu-west-1/two/doors"},
      {"kvsimage:///door?secret-key=s3cret", "kvsimage:///door?…"},
      {"kvsimage:///door?secret-key=s3@cret", "…"},
      {"kvsimage:///door#s3cret", "kvsimage:///door?…"},
      {"kvsimage://me:s3cret@eu-west-1/door?follow=true", "kvsimage://eu-west-1/door?…"},
      {"kvsimage://me:s3?cret@eu-west-1/door", "…"},
      {"", ""},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *shown = kvs_uri_make_public (rows[i].uri);

    g_assert_cmpstr (shown, ==, rows[i].shown);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uri/parse", test_parse);
  g_test_add_func ("/uri/refused", test_refused);
  g_test_add_func ("/uri/format", test_format);
  g_test_add_func ("/uri/public", test_public);
  return g_test_run ();
}
