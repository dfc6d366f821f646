/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsgaps.h"

static void
push (KvsGaps *gaps, guint64 number, KvsSampleKind kind)
{
  g_autoptr (KvsSample) sample = kvs_sample_new (number, kind);

  kvs_gaps_push (gaps, sample);
}

static void
assert_pop (KvsGaps *gaps, guint64 number, KvsSampleKind kind)
{
  g_autoptr (KvsSample) sample = kvs_gaps_pop (gaps);

  g_assert_nonnull (sample);
  g_assert_cmpuint (sample->number, ==, number);
  g_assert_cmpint (sample->kind, ==, kind);
}

static void
test_order (void)
{
  KvsGaps *gaps = kvs_gaps_new ();

  g_assert_null (kvs_gaps_pop (gaps));
  for (guint64 i = 0; i < 1000; i++)
    push (gaps, i, i / 10 % 2 ? KVS_SAMPLE_MEDIA_ERROR : KVS_SAMPLE_NO_MEDIA);
  for (guint64 i = 0; i < 1000; i++)
    assert_pop (gaps, i, i / 10 % 2 ? KVS_SAMPLE_MEDIA_ERROR : KVS_SAMPLE_NO_MEDIA);
  g_assert_null (kvs_gaps_pop (gaps));
  kvs_gaps_free (gaps);
}

static void
test_push_after_pop (void)
{
  KvsGaps *gaps = kvs_gaps_new ();

  push (gaps, 7, KVS_SAMPLE_BAD_IMAGE);
  push (gaps, 8, KVS_SAMPLE_BAD_IMAGE);
  assert_pop (gaps, 7, KVS_SAMPLE_BAD_IMAGE);
  push (gaps, 9, KVS_SAMPLE_BAD_IMAGE);
  assert_pop (gaps, 8, KVS_SAMPLE_BAD_IMAGE);
  assert_pop (gaps, 9, KVS_SAMPLE_BAD_IMAGE);
  kvs_gaps_free (gaps);
}

/* Gaps come in the order in which they are pushed. */
static void
test_steps (void)
{
  static const guint64 numbers[] = {20, 17, 14, 11, 8, 30, 31, 32, 5, 5, 40};
  KvsGaps *gaps = kvs_gaps_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    push (gaps, numbers[i], KVS_SAMPLE_NO_MEDIA);
  g_assert_false (kvs_gaps_is_empty (gaps));
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    assert_pop (gaps, numbers[i], KVS_SAMPLE_NO_MEDIA);
  g_assert_true (kvs_gaps_is_empty (gaps));
  kvs_gaps_free (gaps);
}

static void
test_prepend (void)
{
  static const guint64 earlier_numbers[] = {1, 2, 4}, numbers[] = {7, 8, 3};
  KvsGaps *earlier = kvs_gaps_new ();
  KvsGaps *gaps = kvs_gaps_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    push (earlier, earlier_numbers[i], KVS_SAMPLE_NO_MEDIA);
    push (gaps, numbers[i], KVS_SAMPLE_NO_MEDIA);
  }
  kvs_gaps_prepend (gaps, earlier);
  g_assert_true (kvs_gaps_is_empty (earlier));
  for (gsize i = 0; i < G_N_ELEMENTS (earlier_numbers); i++)
    assert_pop (gaps, earlier_numbers[i], KVS_SAMPLE_NO_MEDIA);
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    assert_pop (gaps, numbers[i], KVS_SAMPLE_NO_MEDIA);
  g_assert_true (kvs_gaps_is_empty (gaps));
  kvs_gaps_free (earlier);
  kvs_gaps_free (gaps);
}

static void
test_clear (void)
{
  KvsGaps *gaps = kvs_gaps_new ();

  push (gaps, 1, KVS_SAMPLE_NO_MEDIA);
  push (gaps, 2, KVS_SAMPLE_MEDIA_ERROR);
  kvs_gaps_clear (gaps);
  g_assert_null (kvs_gaps_pop (gaps));
  push (gaps, 5, KVS_SAMPLE_NO_MEDIA);
  assert_pop (gaps, 5, KVS_SAMPLE_NO_MEDIA);
  kvs_gaps_free (gaps);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gaps/order", test_order);
  g_test_add_func ("/gaps/push-after-pop", test_push_after_pop);
  g_test_add_func ("/gaps/steps", test_steps);
  g_test_add_func ("/gaps/prepend", test_prepend);
  g_test_add_func ("/gaps/clear", test_clear);
  return g_test_run ();
}
