/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes groups of base64 with the vectors of x86. */
#pragma once

#include "kvsbase64tables.h"

G_BEGIN_DECLS

/**
 * kvs_base64_x86_find_ssse3:
 * Returns: (nullable): the function of %KVS_BASE64_SSSE3, or %NULL if this processor does not have SSSE3.
 */
KvsBase64Groups kvs_base64_x86_find_ssse3 (void);

/**
 * kvs_base64_x86_find_avx2:
 * Returns: (nullable): the function of %KVS_BASE64_AVX2, or %NULL if this processor does not have AVX2.
 */
KvsBase64Groups kvs_base64_x86_find_avx2 (void);

G_END_DECLS
