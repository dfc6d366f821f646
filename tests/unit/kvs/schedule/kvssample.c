/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the names and the sizes of samples. */
#include "kvssample.h"

static void
test_new (void)
{
  g_autoptr (KvsSample) sample =
      kvs_sample_new (G_GUINT64_CONSTANT (1) << 40, KVS_SAMPLE_MEDIA_ERROR);

  g_assert_cmpuint (sample->number, ==, G_GUINT64_CONSTANT (1) << 40);
  g_assert_cmpint (sample->kind, ==, KVS_SAMPLE_MEDIA_ERROR);
  g_assert_false (sample->has_time);
  g_assert_null (sample->image);
}

static void
test_size (void)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (0, KVS_SAMPLE_STILL);

  g_assert_cmpuint (kvs_sample_get_size (sample), ==, 0);
  sample->image = g_bytes_new_static ("image", 5);
  g_assert_cmpuint (kvs_sample_get_size (sample), ==, 5);
}

static void
test_names (void)
{
  g_assert_cmpstr (kvs_sample_kind_get_name (KVS_SAMPLE_STILL), ==, "STILL");
  g_assert_cmpstr (kvs_sample_kind_get_name (KVS_SAMPLE_NO_MEDIA), ==, "NO_MEDIA");
  g_assert_cmpstr (kvs_sample_kind_get_name (KVS_SAMPLE_MEDIA_ERROR), ==, "MEDIA_ERROR");
  g_assert_cmpstr (kvs_sample_kind_get_name (KVS_SAMPLE_BAD_IMAGE), ==, "BAD_IMAGE");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvssample/new", test_new);
  g_test_add_func ("/kvssample/size", test_size);
  g_test_add_func ("/kvssample/names", test_names);
  return g_test_run ();
}
