/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the decoder of images against GLib's encoder and decoder, in pieces of any size, and which texts it
 * rejects; with each variant of the decoder that the processor has. */
#include "kvsbase64.h"

#include <string.h>

static KvsBase64Groups groups; /* the variant that the tests decode with */
static gsize memory;           /* of the last image */

/* Decodes @text in pieces that end at the bytes in @cuts, an ascending list that ends in 0. */
static GBytes *
decode (const char *text, gsize length, const gsize *cuts)
{
  g_auto (KvsBase64) base64 = {.groups = groups};
  gsize done = 0;

  for (; *cuts > 0; cuts++) {
    kvs_base64_feed (&base64, text + done, *cuts - done);
    done = *cuts;
  }
  kvs_base64_feed (&base64, text + done, length - done);
  return kvs_base64_end (&base64, &memory);
}

static GBytes *
decode_byte_by_byte (const char *text, gsize length)
{
  g_auto (KvsBase64) base64 = {.groups = groups};

  for (gsize i = 0; i < length; i++)
    kvs_base64_feed (&base64, text + i, 1);
  return kvs_base64_end (&base64, &memory);
}

static void
fill_randomly (guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8)g_test_rand_int_range (0, 256);
}

static void
assert_decoded (GBytes *decoded, const guint8 *data, gsize size)
{
  gsize decoded_size;
  const guint8 *decoded_data;

  g_assert_nonnull (decoded);
  decoded_data = g_bytes_get_data (decoded, &decoded_size);
  g_assert_cmpmem (decoded_data, decoded_size, data, size);
  g_bytes_unref (decoded);
}

static void
test_all_lengths_and_splits (void)
{
  guint8 data[300];

  fill_randomly (data, sizeof data);
  for (gsize size = 1; size <= sizeof data; size++) {
    g_autofree char *text = g_base64_encode (data, size);
    gsize length = strlen (text);

    assert_decoded (decode_byte_by_byte (text, length), data, size);
    for (gsize cut = 0; cut <= length; cut++)
      assert_decoded (decode (text, length, (gsize[]){cut, 0}), data, size);
  }
}

static void
test_three_pieces (void)
{
  static const char *const texts[] = {"QUJDREVGR0hJSks=", "QUJDREVGR0hJSg==", "QUJDREVGR0hJSktM"};
  const guint8 data[] = "ABCDEFGHIJKL";

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    gsize length = strlen (texts[i]);
    gsize size = (gsize[]){11, 10, 12}[i];

    for (gsize first = 1; first < length; first++) {
      for (gsize second = first; second <= length; second++)
        assert_decoded (decode (texts[i], length, (gsize[]){first, second, 0}), data, size);
    }
  }
}

static void
assert_refused (const char *text)
{
  gsize length = strlen (text);

  g_assert_null (decode_byte_by_byte (text, length));
  for (gsize cut = 0; cut <= length; cut++)
    g_assert_null (decode (text, length, (gsize[]){cut, 0}));
}

static void
test_empty (void)
{
  g_auto (KvsBase64) base64 = {.groups = groups};

  assert_refused ("");
  kvs_base64_reserve (&base64, 100);
  g_assert_null (kvs_base64_end (&base64, &memory));
}

static void
test_wrong_padding (void)
{
  static const char *const texts[] = {"Q", "QU", "QUJ", "QUJDR", "QUJDREV", "=",
      "==", "===", "====", "Q=", "Q==", "Q===", "QU=", "QUJ==", "QUJDQ===", "QUJD=", "QUJD==",
      "QUJD===", "QUJD====", "QU==Q", "QU==QUJD", "QUI=QUJD", "QU=D", "Q=JD", "=UJD", "QUJDQU=D",
      "QU==QU==", "QUI=QU==", "QU==QUI=", "QU===", "QUI=="};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i]);
}

/* Other decoders ignore white space and dashes at the end of a text. */
static void
test_wrong_characters (void)
{
  static const char *const texts[] = {" QUJD", "QUJD ", " QUJ", "QUJ ", "    ", "    QUJD",
      "QUJD    ", "QUJD\n", "\r\nQUJD", "QUJD\r\nREVG", "QUJDREV\n", "QUJD----", "----QUJD", "----",
      "QUJ-", "QU-D", "QUJDQU-=", "QU_D", "QUJD____", "QU*D", "QU\xc3\xa4", "QUJ\x80",
      "\tQU=", "QU =", "Q ==", " Q==", "-Q==", "QU-=", "QUJDREVGR0hJSks=\n"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_refused (texts[i]);
}

static void
test_every_character (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  for (guint c = 0; c < 256; c++) {
    gboolean valid = c != 0 && strchr (alphabet, (char)c) != NULL;

    for (guint place = 0; place < 8; place++) {
      char text[] = "QUJDREVG";
      g_autoptr (GBytes) decoded = NULL;

      if (c == '=' && place == 7)
        continue;
      text[place] = (char)c;
      decoded = decode (text, 8, (gsize[]){0});
      g_assert_cmpint (decoded != NULL, ==, valid);
    }
  }
}

static void
test_left_over_bits (void)
{
  assert_decoded (decode ("QUJ=", 4, (gsize[]){0}), (const guint8 *)"AB", 2);
  assert_decoded (decode ("Qf==", 4, (gsize[]){0}), (const guint8 *)"A", 1);
}

static void
test_reserve (void)
{
  static const gsize sizes[] = {0, 1, 5, 6, 7, 1000};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_auto (KvsBase64) base64 = {.groups = groups};

    kvs_base64_reserve (&base64, sizes[i]);
    g_assert_cmpuint (kvs_base64_get_size (&base64), ==, 0);
    kvs_base64_feed (&base64, "QUJDREVG", 8);
    g_assert_cmpuint (kvs_base64_get_size (&base64), ==, 6);
    assert_decoded (kvs_base64_end (&base64, &memory), (const guint8 *)"ABCDEF", 6);
  }
}

static void
test_reuse (void)
{
  g_auto (KvsBase64) base64 = {.groups = groups};

  kvs_base64_feed (&base64, "QU==", 4);
  assert_decoded (kvs_base64_end (&base64, &memory), (const guint8 *)"A", 1);
  kvs_base64_feed (&base64, "Q*==", 4);
  g_assert_null (kvs_base64_end (&base64, &memory));
  kvs_base64_feed (&base64, "QUJDR", 5);
  kvs_base64_restart (&base64);
  kvs_base64_feed (&base64, "QUI=", 4);
  assert_decoded (kvs_base64_end (&base64, &memory), (const guint8 *)"AB", 2);
}

/* A piece that is larger than any that comes from a socket. */
static void
test_large (void)
{
  const gsize size = 3 * 1024 * 1024 + 1;
  g_autofree guint8 *data = g_malloc (size);
  g_autofree char *text = NULL;

  fill_randomly (data, size);
  text = g_base64_encode (data, size);
  assert_decoded (decode (text, strlen (text), (gsize[]){0}), data, size);
  text[2 * 1024 * 1024] = '=';
  g_assert_null (decode (text, strlen (text), (gsize[]){0}));
}

/* A piece that is malformed changes nothing, wherever it comes. */
static void
test_try_feed (void)
{
  static const char *const bad[] = {"*", "QU*D", "=", "QUJD*", "QUJDREVGR0hJSktMTU5P\\/"};
  const char *text = "QUJDREVGR0hJSks=";

  for (gsize cut = 0; cut <= 16; cut++) {
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
      g_auto (KvsBase64) base64 = {.groups = groups};

      g_assert_true (kvs_base64_try_feed (&base64, text, cut));
      /* Padding is accepted in its place. */
      if (strcmp (bad[i], "=") != 0 || cut % 4 < 2)
        g_assert_false (kvs_base64_try_feed (&base64, bad[i], strlen (bad[i])));
      g_assert_true (kvs_base64_try_feed (&base64, text + cut, 16 - cut));
      assert_decoded (kvs_base64_end (&base64, &memory), (const guint8 *)"ABCDEFGHIJK", 11);
    }
  }
}

static void
test_try_feed_after_failure (void)
{
  g_auto (KvsBase64) base64 = {.groups = groups};

  kvs_base64_feed (&base64, "QU*D", 4);
  g_assert_false (kvs_base64_try_feed (&base64, "QUJD", 4));
  g_assert_null (kvs_base64_end (&base64, &memory));
}

static void
soak_once (void)
{
  gsize size = (gsize)g_test_rand_int_range (1, 5000);
  g_autofree guint8 *data = g_malloc (size);
  g_autofree char *text = NULL;
  g_auto (KvsBase64) base64 = {.groups = groups};
  gsize length, done = 0;

  fill_randomly (data, size);
  text = g_base64_encode (data, size);
  length = strlen (text);
  while (done < length) {
    gsize piece = (gsize)g_test_rand_int_range (0, 600);

    piece = MIN (piece, length - done);
    kvs_base64_feed (&base64, text + done, piece);
    done += piece;
  }
  assert_decoded (kvs_base64_end (&base64, &memory), data, size);
}

static void
test_soak (void)
{
  for (guint i = 0; i < 2000; i++)
    soak_once ();
}

typedef struct {
  const char *name;
  void (*func) (void);
  KvsBase64Variant variant;
} Test;

static void
run_with_variant (gconstpointer data)
{
  const Test *test = data;

  groups = kvs_base64_groups_find (test->variant);
  test->func ();
}

static const Test tests[] = {{"all-lengths-and-splits", test_all_lengths_and_splits},
    {"three-pieces", test_three_pieces}, {"empty", test_empty},
    {"wrong-padding", test_wrong_padding}, {"wrong-characters", test_wrong_characters},
    {"every-character", test_every_character}, {"left-over-bits", test_left_over_bits},
    {"reserve", test_reserve}, {"reuse", test_reuse}, {"large", test_large},
    {"try-feed", test_try_feed}, {"try-feed-after-failure", test_try_feed_after_failure},
    {"soak", test_soak}};

static void
add_tests (KvsBase64Variant variant, const char *name)
{
  if (kvs_base64_groups_find (variant) == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strdup_printf ("/kvsbase64/%s/%s", name, tests[i].name);
    Test *test = g_memdup2 (&tests[i], sizeof tests[i]);

    test->variant = variant;
    g_test_add_data_func_full (path, test, run_with_variant, g_free);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_tests (KVS_BASE64_PORTABLE, "portable");
  add_tests (KVS_BASE64_SSSE3, "ssse3");
  add_tests (KVS_BASE64_AVX2, "avx2");
  add_tests (KVS_BASE64_NEON, "neon");
  return g_test_run ();
}
