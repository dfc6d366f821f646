/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64neon.h"

#ifdef __aarch64__

#include <arm_neon.h>

#define NOT 0xff

/* What the characters up to 0x7f stand for. A lookup takes 64 of them, and gives 0 for what is outside of its table;
 * the second half is looked up by the character without its bit of 64. */
static const guint8 signs_and_digits[64] = {NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT,
    NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT,
    NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, NOT, 62, NOT, NOT, NOT, 63, 52, 53,
    54, 55, 56, 57, 58, 59, 60, 61, NOT, NOT, NOT, NOT, NOT, NOT};
static const guint8 letters[64] = {NOT, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    17, 18, 19, 20, 21, 22, 23, 24, 25, NOT, NOT, NOT, NOT, NOT, NOT, 26, 27, 28, 29, 30, 31, 32,
    33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, NOT, NOT, NOT, NOT,
    NOT};

/* The values of 16 characters; at least 64 where one is none of the alphabet, as those from 0x80 on are, which
 * are in neither table and keep their own upper bit. */
static inline uint8x16_t
look_up (uint8x16x4_t low, uint8x16x4_t high, uint8x16_t text)
{
  uint8x16_t is_foreign = vandq_u8 (text, vdupq_n_u8 (0x80));
  uint8x16_t value =
      vorrq_u8 (vqtbl4q_u8 (low, text), vqtbl4q_u8 (high, veorq_u8 (text, vdupq_n_u8 (0x40))));

  return vorrq_u8 (value, is_foreign);
}

/* Loads and stores take 64 characters and 48 bytes apart, and put them together: the first, second, third and
 * fourth of each group in a vector each. */
static gboolean
decode_neon (guint8 *data, const char *text, gsize n_groups)
{
  const uint8x16x4_t low = vld1q_u8_x4 (signs_and_digits);
  const uint8x16x4_t high = vld1q_u8_x4 (letters);
  uint8x16_t seen = vdupq_n_u8 (0);

  for (; n_groups >= 16; n_groups -= 16, text += 64, data += 48) {
    uint8x16x4_t quads = vld4q_u8 ((const guint8 *)text);
    uint8x16_t a = look_up (low, high, quads.val[0]);
    uint8x16_t b = look_up (low, high, quads.val[1]);
    uint8x16_t c = look_up (low, high, quads.val[2]);
    uint8x16_t d = look_up (low, high, quads.val[3]);
    uint8x16x3_t bytes;

    seen = vorrq_u8 (seen, vorrq_u8 (vorrq_u8 (a, b), vorrq_u8 (c, d)));
    bytes.val[0] = vorrq_u8 (vshlq_n_u8 (a, 2), vshrq_n_u8 (b, 4));
    bytes.val[1] = vorrq_u8 (vshlq_n_u8 (b, 4), vshrq_n_u8 (c, 2));
    bytes.val[2] = vorrq_u8 (vshlq_n_u8 (c, 6), d);
    vst3q_u8 (data, bytes);
  }
  if (vmaxvq_u8 (seen) >= 64)
    return FALSE;
  return kvs_base64_tables_decode (data, text, n_groups);
}

KvsBase64Groups
kvs_base64_neon_find (void)
{
  return decode_neon;
}

#else

KvsBase64Groups
kvs_base64_neon_find (void)
{
  return NULL;
}

#endif
