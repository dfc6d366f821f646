/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rest of an input as a file. */
#pragma once

#include "fuzz.h"

G_BEGIN_DECLS

/** Returns: (transfer none): the name of a file in memory that has the rest of @input, until the next call. */
const char *fuzz_file_write (FuzzInput *input);

G_END_DECLS
