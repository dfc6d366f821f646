/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any text as base64: decoded in pieces of any size, and by each variant that this processor has, it is the same. */
#include "fuzz.h"

#include <kvsbase64.h>

static gboolean
feed_cb (gpointer base64, const char *text, gsize length)
{
  kvs_base64_feed (base64, text, length);
  return TRUE;
}

static void
check (FuzzInput *input, KvsBase64Groups groups, gsize piece_size, GBytes *expected)
{
  KvsBase64 base64 = {.groups = groups};
  g_autoptr (GBytes) image = NULL;
  gsize memory;

  kvs_base64_reserve (&base64, input->size % 100);
  fuzz_feed (&base64, feed_cb, input->data, input->size, piece_size);
  image = kvs_base64_end (&base64, &memory);
  g_assert_true ((image != NULL) == (expected != NULL));
  if (image != NULL)
    g_assert_true (g_bytes_equal (image, expected));
  kvs_base64_clear (&base64);
}

void
fuzz_run (FuzzInput *input)
{
  g_autoptr (GBytes) expected = fuzz_decode_base64 (input->data, input->size);

  for (KvsBase64Variant variant = 0; variant < KVS_BASE64_N_VARIANTS; variant++) {
    KvsBase64Groups groups = kvs_base64_groups_find (variant);

    if (groups == NULL)
      continue;
    check (input, groups, MAX (input->size, 1), expected);
    check (input, groups, 1, expected);
    check (input, groups, 0, expected);
  }
}
