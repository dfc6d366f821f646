/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the decoder of images against GLib's encoder and decoder, in pieces of all sizes, and what
 * it does not take for base64. */
#include "kvsbase64.h"

#include <string.h>

/* Decodes @text in pieces that end at the bytes in @cuts, an ascending list that ends in 0. */
static GBytes *
decode (const char *text, gsize length, const gsize *cuts)
{
  KvsBase64 base64 = {0};
  gsize done = 0;

  for (; *cuts > 0; cuts++) {
    kvs_base64_feed (&base64, text + done, *cuts - done);
    done = *cuts;
  }
  kvs_base64_feed (&base64, text + done, length - done);
  return kvs_base64_end (&base64);
}

static GBytes *
decode_byte_by_byte (const char *text, gsize length)
{
  KvsBase64 base64 = {0};

  for (gsize i = 0; i < length; i++)
    kvs_base64_feed (&base64, text + i, 1);
  return kvs_base64_end (&base64);
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
  KvsBase64 base64 = {0};

  assert_refused ("");
  kvs_base64_reserve (&base64, 100);
  g_assert_null (kvs_base64_end (&base64));
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

/* OpenSSL's decoder drops white space and dashes at the ends of what it is given, and would so
 * lose whole groups. */
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
    KvsBase64 base64 = {0};

    kvs_base64_reserve (&base64, sizes[i]);
    g_assert_cmpuint (kvs_base64_get_size (&base64), ==, 0);
    kvs_base64_feed (&base64, "QUJDREVG", 8);
    g_assert_cmpuint (kvs_base64_get_size (&base64), ==, 6);
    assert_decoded (kvs_base64_end (&base64), (const guint8 *)"ABCDEF", 6);
  }
}

static void
test_reuse (void)
{
  KvsBase64 base64 = {0};

  kvs_base64_feed (&base64, "QU==", 4);
  assert_decoded (kvs_base64_end (&base64), (const guint8 *)"A", 1);
  kvs_base64_feed (&base64, "Q*==", 4);
  g_assert_null (kvs_base64_end (&base64));
  kvs_base64_feed (&base64, "QUJDR", 5);
  kvs_base64_clear (&base64);
  kvs_base64_feed (&base64, "QUI=", 4);
  assert_decoded (kvs_base64_end (&base64), (const guint8 *)"AB", 2);
}

/* A piece of more than 1 MiB, which is decoded in blocks. */
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

static void
soak_once (void)
{
  gsize size = (gsize)g_test_rand_int_range (1, 5000);
  g_autofree guint8 *data = g_malloc (size);
  g_autofree char *text = NULL;
  KvsBase64 base64 = {0};
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
  assert_decoded (kvs_base64_end (&base64), data, size);
}

static void
test_soak (void)
{
  for (guint i = 0; i < 2000; i++)
    soak_once ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsbase64/all-lengths-and-splits", test_all_lengths_and_splits);
  g_test_add_func ("/kvsbase64/three-pieces", test_three_pieces);
  g_test_add_func ("/kvsbase64/empty", test_empty);
  g_test_add_func ("/kvsbase64/wrong-padding", test_wrong_padding);
  g_test_add_func ("/kvsbase64/wrong-characters", test_wrong_characters);
  g_test_add_func ("/kvsbase64/every-character", test_every_character);
  g_test_add_func ("/kvsbase64/left-over-bits", test_left_over_bits);
  g_test_add_func ("/kvsbase64/reserve", test_reserve);
  g_test_add_func ("/kvsbase64/reuse", test_reuse);
  g_test_add_func ("/kvsbase64/large", test_large);
  g_test_add_func ("/kvsbase64/soak", test_soak);
  return g_test_run ();
}
