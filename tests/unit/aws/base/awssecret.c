/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a freed secret is no longer in memory. */
#include "awssecret.h"

#include "memoryscan.h"

static void
test_free (void)
{
  MemorySecret secret;
  char *text = g_malloc (MEMORY_SCAN_SECRET_LENGTH + 1);

  memory_secret_init (&secret);
  memory_secret_reveal (&secret, text);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 1);
  aws_secret_free (text);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 0);
}

static void
test_null (void)
{
  aws_secret_free (NULL);
}

static void
test_bytes (void)
{
  MemorySecret secret;
  char *text = g_malloc (MEMORY_SCAN_SECRET_LENGTH + 1);
  GBytes *bytes;

  memory_secret_init (&secret);
  memory_secret_reveal (&secret, text);
  bytes = aws_secret_bytes_new_take (text, MEMORY_SCAN_SECRET_LENGTH);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, MEMORY_SCAN_SECRET_LENGTH);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 1);
  g_bytes_unref (bytes);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awssecret/free", test_free);
  g_test_add_func ("/awssecret/null", test_null);
  g_test_add_func ("/awssecret/bytes", test_bytes);
  return g_test_run ();
}
