/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64groups.h"

#include "kvsbase64neon.h"
#include "kvsbase64tables.h"
#include "kvsbase64x86.h"

KvsBase64Groups
kvs_base64_groups_find (KvsBase64Variant variant)
{
  switch (variant) {
    case KVS_BASE64_PORTABLE:
      return kvs_base64_tables_decode;
    case KVS_BASE64_NEON:
      return kvs_base64_neon_find ();
    case KVS_BASE64_SSSE3:
      return kvs_base64_x86_find_ssse3 ();
    case KVS_BASE64_AVX2:
      return kvs_base64_x86_find_avx2 ();
    default:
      return NULL;
  }
}

static KvsBase64Groups
choose (void)
{
  KvsBase64Groups best = kvs_base64_tables_decode;

  for (KvsBase64Variant variant = 0; variant < KVS_BASE64_N_VARIANTS; variant++) {
    KvsBase64Groups found = kvs_base64_groups_find (variant);

    best = found != NULL ? found : best;
  }
  return best;
}

KvsBase64Groups
kvs_base64_groups_find_best (void)
{
  static gsize best = 0;

  if (g_once_init_enter (&best))
    g_once_init_leave (&best, (gsize)choose ());
  return (KvsBase64Groups)best;
}
