/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the alphabet. kvsbase64groups.c tests the decoder, together with all other variants. */
#include "kvsbase64tables.h"

static void
test_has_character (void)
{
  for (guint c = 0; c < 256; c++) {
    gboolean is_in_alphabet = g_ascii_isalnum ((char)c) || c == '+' || c == '/';

    g_assert_cmpint (kvs_base64_tables_has_character ((char)c), ==, is_in_alphabet);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsbase64tables/has-character", test_has_character);
  return g_test_run ();
}
