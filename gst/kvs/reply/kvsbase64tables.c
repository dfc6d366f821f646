/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64tables.h"

/* A bit that no group sets whose characters are all of the alphabet. */
#define INVALID (1u << 24)

/* What the character @c stands for, where it is the one at bit @shift of the 24 bits of its group. All
 * of it is computed by the compiler. */
#define ENTRY(c, shift)                                                                            \
  ((c) >= 'A' && (c) <= 'Z'      ? (guint32)((c) - 'A') << (shift)                                 \
      : (c) >= 'a' && (c) <= 'z' ? (guint32)((c) - 'a' + 26) << (shift)                            \
      : (c) >= '0' && (c) <= '9' ? (guint32)((c) - '0' + 52) << (shift)                            \
      : (c) == '+'               ? 62u << (shift)                                                  \
      : (c) == '/'               ? 63u << (shift)                                                  \
                                 : INVALID)
#define ENTRIES_4(c, shift)                                                                        \
  ENTRY (c, shift), ENTRY ((c) + 1, shift), ENTRY ((c) + 2, shift), ENTRY ((c) + 3, shift)
#define ENTRIES_16(c, shift)                                                                       \
  ENTRIES_4 (c, shift), ENTRIES_4 ((c) + 4, shift), ENTRIES_4 ((c) + 8, shift),                    \
      ENTRIES_4 ((c) + 12, shift)
#define ENTRIES_64(c, shift)                                                                       \
  ENTRIES_16 (c, shift), ENTRIES_16 ((c) + 16, shift), ENTRIES_16 ((c) + 32, shift),               \
      ENTRIES_16 ((c) + 48, shift)
#define ENTRIES_256(shift)                                                                         \
  ENTRIES_64 (0, shift), ENTRIES_64 (64, shift), ENTRIES_64 (128, shift), ENTRIES_64 (192, shift)

static const guint32 values[4][256] = {
    {ENTRIES_256 (18)}, {ENTRIES_256 (12)}, {ENTRIES_256 (6)}, {ENTRIES_256 (0)}};

gboolean
kvs_base64_tables_has_character (char c)
{
  return (values[0][(guint8)c] & INVALID) == 0;
}

gboolean
kvs_base64_tables_decode (guint8 *data, const char *text, gsize n_groups)
{
  const guint8 *from = (const guint8 *)text;
  guint32 seen = 0;

  for (gsize i = 0; i < n_groups; i++, from += 4, data += 3) {
    guint32 bits =
        values[0][from[0]] | values[1][from[1]] | values[2][from[2]] | values[3][from[3]];

    data[0] = (guint8)(bits >> 16);
    data[1] = (guint8)(bits >> 8);
    data[2] = (guint8)bits;
    seen |= bits;
  }
  return (seen & INVALID) == 0;
}
