/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that different values have different digests, and that a digest keeps none of them. */
#include "awsdigest.h"

#include "memoryscan.h"

#include <openssl/crypto.h>

static char *
digest_two (const char *first, const char *second)
{
  g_autoptr (AwsDigest) digest = aws_digest_new ();

  aws_digest_add_string (digest, first);
  aws_digest_add_string (digest, second);
  return aws_digest_finish (digest);
}

static void
test_known (void)
{
  g_autofree char *expected =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *)"\0\0\0\0\0\0\0\3abc", 11);
  g_autoptr (AwsDigest) digest = aws_digest_new ();
  g_autofree char *got = NULL;

  aws_digest_add (digest, "abc", 3);
  got = aws_digest_finish (digest);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_parts (void)
{
  static const char *const pairs[][2] = {{"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"},
      {"abc", NULL}, {NULL, "abc"}, {NULL, NULL}, {"", ""}, {NULL, ""}, {"", NULL}};
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    g_assert_true (g_hash_table_add (digests, digest_two (pairs[i][0], pairs[i][1])));
}

static void
test_numbers (void)
{
  g_autoptr (AwsDigest) one = aws_digest_new ();
  g_autoptr (AwsDigest) other = aws_digest_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  aws_digest_add_number (one, 1);
  aws_digest_add_number (other, 256);
  first = aws_digest_finish (one);
  second = aws_digest_finish (other);
  g_assert_cmpstr (first, !=, second);
}

static void
test_hex (void)
{
  static const guint8 bytes[] = {0x00, 0x0f, 0xf0, 0xa5, 0xff};
  char hex[2 * sizeof bytes + 1];

  aws_digest_write_hex (bytes, sizeof bytes, hex);
  g_assert_cmpstr (hex, ==, "000ff0a5ff");
  aws_digest_write_hex (bytes, 0, hex);
  g_assert_cmpstr (hex, ==, "");
}

static void
test_secret (void)
{
  MemorySecret secret;
  char text[MEMORY_SCAN_SECRET_LENGTH + 1];
  AwsDigest *digest = aws_digest_new ();

  memory_secret_init (&secret);
  memory_secret_reveal (&secret, text);
  aws_digest_add (digest, text, MEMORY_SCAN_SECRET_LENGTH - 1);
  OPENSSL_cleanse (text, sizeof (text));
  aws_digest_free (digest);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsdigest/known", test_known);
  g_test_add_func ("/awsdigest/parts", test_parts);
  g_test_add_func ("/awsdigest/numbers", test_numbers);
  g_test_add_func ("/awsdigest/hex", test_hex);
  g_test_add_func ("/awsdigest/secret", test_secret);
  return g_test_run ();
}
