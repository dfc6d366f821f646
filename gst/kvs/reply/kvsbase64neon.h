/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Decodes groups of base64 with the vectors of 64-bit ARM. */
#pragma once

#include "kvsbase64tables.h"

G_BEGIN_DECLS

/**
 * kvs_base64_neon_find:
 * Returns: (nullable): the function of %KVS_BASE64_NEON, or %NULL on other processors.
 */
KvsBase64Groups kvs_base64_neon_find (void);

G_END_DECLS
