/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes groups of base64 with the vectors of x86. */
#pragma once

#include "kvsbase64groups.h"

G_BEGIN_DECLS

/**
 * kvs_base64_x86_find:
 * @variant: %KVS_BASE64_SSSE3 or %KVS_BASE64_AVX2.
 *
 * Returns: (nullable): its function, or %NULL where this processor does not have what it takes.
 */
KvsBase64Groups kvs_base64_x86_find (KvsBase64Variant variant);

G_END_DECLS
