/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes whole groups of base64, four characters to three bytes, as fast as the processor can. */
#pragma once

#include "kvsbase64tables.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * KvsBase64Variant:
 * @KVS_BASE64_PORTABLE: by tables, on any processor.
 * @KVS_BASE64_SSSE3: with 16 characters at a time, on x86.
 * @KVS_BASE64_AVX2: with 32 characters at a time, on x86.
 * @KVS_BASE64_NEON: with 64 characters at a time, on 64-bit ARM.
 *
 * How groups are decoded. All do the same.
 */
typedef enum {
  KVS_BASE64_PORTABLE,
  KVS_BASE64_SSSE3,
  KVS_BASE64_AVX2,
  KVS_BASE64_NEON,
} KvsBase64Variant;

#define KVS_BASE64_N_VARIANTS (KVS_BASE64_NEON + 1)

/**
 * kvs_base64_groups_find:
 * @variant: a variant.
 *
 * Returns: (nullable): its function, or %NULL where this processor does not have what it takes.
 */
KvsBase64Groups kvs_base64_groups_find (KvsBase64Variant variant);

/**
 * kvs_base64_groups_find_best:
 * Returns: the function of the fastest variant that this processor has.
 */
KvsBase64Groups kvs_base64_groups_find_best (void);

G_END_DECLS
