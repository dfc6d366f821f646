/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests all variants that this processor has against OpenSSL and against each other, on groups of any number, with
 * any character at any place, and at any alignment. Nothing may be written behind the bytes, nor read behind the text:
 * both end where their memory ends, so that AddressSanitizer and valgrind see it. */
#include "kvsbase64groups.h"

#include <openssl/evp.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* More than any variant decodes at a time, including a remainder. */
#define MAX_GROUPS 80

static KvsBase64Groups
get_groups (gconstpointer data)
{
  return kvs_base64_groups_find (GPOINTER_TO_UINT (data));
}

static gboolean
is_in_alphabet (guint c)
{
  return c != 0 && strchr (alphabet, (int)c) != NULL;
}

static char *
make_text (gsize n_groups)
{
  char *text = g_malloc (n_groups * 4);

  for (gsize i = 0; i < n_groups * 4; i++)
    text[i] = alphabet[g_test_rand_int_range (0, 64)];
  return text;
}

/* Decodes into memory of just the size that it takes. */
static guint8 *
decode (KvsBase64Groups groups, const char *text, gsize n_groups)
{
  guint8 *data = g_malloc (n_groups * 3);

  g_assert_true (groups (data, text, n_groups));
  return data;
}

static void
assert_like_openssl (KvsBase64Groups groups, const char *text, gsize n_groups)
{
  g_autofree guint8 *decoded = decode (groups, text, n_groups);
  g_autofree guint8 *expected = g_malloc (n_groups * 3);

  g_assert_cmpint (
      EVP_DecodeBlock (expected, (const guchar *)text, (int)n_groups * 4), ==, (int)n_groups * 3);
  g_assert_cmpmem (decoded, n_groups * 3, expected, n_groups * 3);
}

static void
test_like_openssl (gconstpointer data)
{
  for (gsize n_groups = 1; n_groups <= MAX_GROUPS; n_groups++) {
    for (guint i = 0; i < 20; i++) {
      g_autofree char *text = make_text (n_groups);

      assert_like_openssl (get_groups (data), text, n_groups);
    }
  }
}

static void
test_large (gconstpointer data)
{
  const gsize n_groups = 500 * 1000 + 7;
  g_autofree char *text = make_text (n_groups);

  assert_like_openssl (get_groups (data), text, n_groups);
}

static void
test_nothing (gconstpointer data)
{
  guint8 byte = 42;

  g_assert_true (get_groups (data) (&byte, "****", 0));
  g_assert_cmpuint (byte, ==, 42);
}

static void
assert_alike_at (KvsBase64Groups groups, const char *text, gsize n_groups)
{
  g_autofree guint8 *expected = decode (get_groups (NULL), text, n_groups);

  for (gsize offset = 0; offset < 32; offset++) {
    g_autofree char *moved = g_malloc (offset + n_groups * 4);
    g_autofree guint8 *decoded = g_malloc0 (offset + n_groups * 3);

    memcpy (moved + offset, text, n_groups * 4);
    g_assert_true (groups (decoded + offset, moved + offset, n_groups));
    g_assert_cmpmem (decoded + offset, n_groups * 3, expected, n_groups * 3);
    for (gsize i = 0; i < offset; i++)
      g_assert_cmpuint (decoded[i], ==, 0);
  }
}

static void
test_alignments (gconstpointer data)
{
  for (gsize n_groups = 1; n_groups <= MAX_GROUPS; n_groups++) {
    g_autofree char *text = make_text (n_groups);

    assert_alike_at (get_groups (data), text, n_groups);
  }
}

/* Each byte, at each place of texts that end in any part of what is decoded at a time. */
static void
test_every_character (gconstpointer data)
{
  static const gsize numbers[] = {1, 2, 5, 6, 7, 18, 19, 20, 33, MAX_GROUPS};

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *text = make_text (numbers[i]);
    g_autofree guint8 *decoded = g_malloc (numbers[i] * 3);

    for (gsize place = 0; place < numbers[i] * 4; place++) {
      char kept = text[place];

      for (guint c = 0; c < 256; c++) {
        text[place] = (char)c;
        g_assert_cmpint (get_groups (data) (decoded, text, numbers[i]), ==, is_in_alphabet (c));
      }
      text[place] = kept;
    }
  }
}

/* Random bytes, of which few are of the alphabet, and texts with several wrong ones. */
static void
test_hostile (gconstpointer data)
{
  for (guint i = 0; i < 20000; i++) {
    gsize n_groups = (gsize)g_test_rand_int_range (1, MAX_GROUPS);
    g_autofree char *text = make_text (n_groups);
    g_autofree guint8 *decoded = g_malloc (n_groups * 3);
    g_autofree guint8 *expected = g_malloc (n_groups * 3);
    gint n_wrong = g_test_rand_int_range (0, 4);
    gboolean is_good;

    for (gint j = 0; j < n_wrong; j++)
      text[g_test_rand_int_range (0, (gint)n_groups * 4)] = (char)g_test_rand_int_range (0, 256);
    is_good = get_groups (NULL) (expected, text, n_groups);
    g_assert_cmpint (get_groups (data) (decoded, text, n_groups), ==, is_good);
    if (is_good)
      g_assert_cmpmem (decoded, n_groups * 3, expected, n_groups * 3);
  }
}

/* The fastest variant is found, and the portable one exists on every processor. */
static void
test_find (void)
{
  KvsBase64Groups best = kvs_base64_groups_find_best ();
  gboolean is_known = FALSE;

  g_assert_nonnull (kvs_base64_groups_find (KVS_BASE64_PORTABLE));
  for (guint variant = 0; variant < KVS_BASE64_N_VARIANTS; variant++)
    is_known |= best == kvs_base64_groups_find (variant);
  g_assert_true (is_known);
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx2"))
    g_assert_true (best == kvs_base64_groups_find (KVS_BASE64_AVX2));
#elif defined(__aarch64__)
  g_assert_true (best == kvs_base64_groups_find (KVS_BASE64_NEON));
#endif
}

static void
add_tests (KvsBase64Variant variant, const char *name)
{
  static const struct {
    const char *name;
    GTestDataFunc func;
  } tests[] = {{"like-openssl", test_like_openssl}, {"large", test_large},
      {"nothing", test_nothing}, {"alignments", test_alignments},
      {"every-character", test_every_character}, {"hostile", test_hostile}};

  if (kvs_base64_groups_find (variant) == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strdup_printf ("/kvsbase64groups/%s/%s", name, tests[i].name);

    g_test_add_data_func (path, GUINT_TO_POINTER (variant), tests[i].func);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsbase64groups/find", test_find);
  add_tests (KVS_BASE64_PORTABLE, "portable");
  add_tests (KVS_BASE64_SSSE3, "ssse3");
  add_tests (KVS_BASE64_AVX2, "avx2");
  add_tests (KVS_BASE64_NEON, "neon");
  return g_test_run ();
}
