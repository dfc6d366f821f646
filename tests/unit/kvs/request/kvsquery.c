/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a copy of a query shares nothing with the original. */
#include "kvsquery.h"

static void
test_copy (void)
{
  KvsQuery *query = g_new0 (KvsQuery, 1);
  g_autoptr (KvsQuery) copy = NULL;

  query->stream_name = g_strdup ("door");
  query->selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
  query->format = KVS_IMAGE_FORMAT_PNG;
  query->jpeg_quality = 70;
  query->width = 640;
  query->height = 480;
  query->page_size = 25;
  copy = kvs_query_copy (query);
  kvs_query_free (query);

  g_assert_cmpstr (copy->stream_name, ==, "door");
  g_assert_null (copy->stream_arn);
  g_assert_cmpint (copy->selector, ==, KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP);
  g_assert_cmpint (copy->format, ==, KVS_IMAGE_FORMAT_PNG);
  g_assert_cmpuint (copy->jpeg_quality, ==, 70);
  g_assert_cmpuint (copy->width, ==, 640);
  g_assert_cmpuint (copy->height, ==, 480);
  g_assert_cmpuint (copy->page_size, ==, 25);
}

static void
test_copy_with_arn (void)
{
  const KvsQuery query = {.stream_arn = (char *)"arn"};
  g_autoptr (KvsQuery) copy = kvs_query_copy (&query);

  g_assert_null (copy->stream_name);
  g_assert_cmpstr (copy->stream_arn, ==, "arn");
  g_assert_true (copy->stream_arn != query.stream_arn);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsquery/copy", test_copy);
  g_test_add_func ("/kvsquery/copy-with-arn", test_copy_with_arn);
  return g_test_run ();
}
