/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the text of a URI. The tests of the element cover its values. */
#include "kvsuri.h"

#include "kvserror.h"

#include <rejecteduris.h>
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
assert_refused (const char *uri, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (kvs_uri_parse (uri, keys, &error));
  g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
  if (strstr (error->message, words) == NULL)
    g_error ("'%s' is not in '%s'", words, error->message);
  g_assert_null (strstr (error->message, "s3cret"));
}

static void
test_refused (void)
{
  static const struct {
    const char *uri, *words;
  } rows[] = {
      {"kvsimage:///door?colour=red",
          "it can say stream-name, stream-arn, start-timestamp, width, follow"},
      {"kvsimage:///door?width", "width has no value"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rejected_uris); i++)
    assert_refused (rejected_uris[i].uri, rejected_uris[i].words);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_refused (rows[i].uri, rows[i].words);
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
