/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kvsbase64x86.h"

#if defined(__x86_64__) || defined(__i386__)

#include <immintrin.h>

/* A shuffle looks up 16 bytes in a table of 16 at once, so a character is looked up by each half of it.
 *
 * By the upper half the alphabet falls into kinds, one bit each: 0x2_ (+ and /), 0x3_ (digits), 0x4_ and 0x6_
 * (letters from the first one on), 0x5_ and 0x7_ (letters up to the last one), and all else, which is never valid.
 * By the lower half a table says for which of these kinds a character is invalid. Where both have a
 * bit in common, the character is none of the alphabet. */
#define KIND_SIGN 0x01
#define KIND_DIGIT 0x02
#define KIND_FIRST_LETTERS 0x04
#define KIND_LAST_LETTERS 0x08
#define KIND_NONE 0x10

#define KINDS                                                                                      \
  KIND_NONE, KIND_NONE, KIND_SIGN, KIND_DIGIT, KIND_FIRST_LETTERS, KIND_LAST_LETTERS,              \
      KIND_FIRST_LETTERS, KIND_LAST_LETTERS, KIND_NONE, KIND_NONE, KIND_NONE, KIND_NONE,           \
      KIND_NONE, KIND_NONE, KIND_NONE, KIND_NONE

/* 0x_0 is only a digit or one of the last letters; 0x_1 to 0x_9 are all but signs, 0x_a is a letter, 0x_b a sign
 * or one of the first letters, 0x_c to 0x_e are one of the first letters, and 0x_f is a sign or one of those. */
#define BAD_0 (KIND_NONE | KIND_SIGN | KIND_FIRST_LETTERS)
#define BAD_1 (KIND_NONE | KIND_SIGN)
#define BAD_A (KIND_NONE | KIND_SIGN | KIND_DIGIT)
#define BAD_B (KIND_NONE | KIND_DIGIT | KIND_LAST_LETTERS)
#define BAD_C (KIND_NONE | KIND_SIGN | KIND_DIGIT | KIND_LAST_LETTERS)

#define BAD_KINDS                                                                                  \
  BAD_0, BAD_1, BAD_1, BAD_1, BAD_1, BAD_1, BAD_1, BAD_1, BAD_1, BAD_1, BAD_A, BAD_B, BAD_C,       \
      BAD_C, BAD_C, BAD_B

/* What is added to a character to get its value, by its upper half; '/' is looked up one place earlier. */
#define OFFSETS                                                                                    \
  0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0, 0, 0, 0, 0, 0, 0, 0

/* Values are put together in pairs, to 12 and then to 24 bits of 32, whose bytes have to change places. */
#define WEIGHTS_6 0x01400140
#define WEIGHTS_12 0x00011000
#define PLACES 2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1

/* Decodes 16 characters to 12 bytes, with 4 bytes of 0 behind them, and gathers what is not of the alphabet. */
__attribute__ ((target ("ssse3"))) static inline __m128i
decode_16 (__m128i text, __m128i *bad)
{
  const __m128i low_half = _mm_set1_epi8 (0x0f);
  __m128i upper = _mm_and_si128 (_mm_srli_epi32 (text, 4), low_half);
  __m128i lower = _mm_and_si128 (text, low_half);
  __m128i is_slash = _mm_cmpeq_epi8 (text, _mm_set1_epi8 ('/'));
  __m128i values;

  *bad = _mm_or_si128 (*bad, _mm_and_si128 (_mm_shuffle_epi8 (_mm_setr_epi8 (KINDS), upper),
                                 _mm_shuffle_epi8 (_mm_setr_epi8 (BAD_KINDS), lower)));
  values = _mm_add_epi8 (
      text, _mm_shuffle_epi8 (_mm_setr_epi8 (OFFSETS), _mm_add_epi8 (upper, is_slash)));
  values = _mm_maddubs_epi16 (values, _mm_set1_epi32 (WEIGHTS_6));
  values = _mm_madd_epi16 (values, _mm_set1_epi32 (WEIGHTS_12));
  return _mm_shuffle_epi8 (values, _mm_setr_epi8 (PLACES));
}

/* Each store writes 4 bytes too many, which the next one overwrites. */
__attribute__ ((target ("ssse3"))) static gboolean
decode_ssse3 (guint8 *data, const char *text, gsize n_groups)
{
  __m128i bad = _mm_setzero_si128 ();

  for (; n_groups >= 4 + 2; n_groups -= 4, text += 16, data += 12) {
    __m128i decoded = decode_16 (_mm_loadu_si128 ((const __m128i_u *)text), &bad);

    _mm_storeu_si128 ((__m128i_u *)data, decoded);
  }
  if (_mm_movemask_epi8 (_mm_cmpeq_epi8 (bad, _mm_setzero_si128 ())) != 0xffff)
    return FALSE;
  return kvs_base64_tables_decode (data, text, n_groups);
}

#define TWICE(table) table, table

/* The same with 32 characters, whose 24 bytes have 8 of 0 behind them. */
__attribute__ ((target ("avx2"))) static inline __m256i
decode_32 (__m256i text, __m256i *bad)
{
  const __m256i low_half = _mm256_set1_epi8 (0x0f);
  __m256i upper = _mm256_and_si256 (_mm256_srli_epi32 (text, 4), low_half);
  __m256i lower = _mm256_and_si256 (text, low_half);
  __m256i is_slash = _mm256_cmpeq_epi8 (text, _mm256_set1_epi8 ('/'));
  __m256i values;

  *bad = _mm256_or_si256 (
      *bad, _mm256_and_si256 (_mm256_shuffle_epi8 (_mm256_setr_epi8 (TWICE (KINDS)), upper),
                _mm256_shuffle_epi8 (_mm256_setr_epi8 (TWICE (BAD_KINDS)), lower)));
  values = _mm256_add_epi8 (text,
      _mm256_shuffle_epi8 (_mm256_setr_epi8 (TWICE (OFFSETS)), _mm256_add_epi8 (upper, is_slash)));
  values = _mm256_maddubs_epi16 (values, _mm256_set1_epi32 (WEIGHTS_6));
  values = _mm256_madd_epi16 (values, _mm256_set1_epi32 (WEIGHTS_12));
  values = _mm256_shuffle_epi8 (values, _mm256_setr_epi8 (TWICE (PLACES)));
  return _mm256_permutevar8x32_epi32 (values, _mm256_setr_epi32 (0, 1, 2, 4, 5, 6, 3, 7));
}

/* Two vectors a turn keep the processor busy. Each store writes 8 bytes too many, which the next one overwrites. */
__attribute__ ((target ("avx2"))) static gboolean
decode_avx2 (guint8 *data, const char *text, gsize n_groups)
{
  __m256i bad = _mm256_setzero_si256 (), bad_too = _mm256_setzero_si256 ();

  for (; n_groups >= 16 + 3; n_groups -= 16, text += 64, data += 48) {
    __m256i first = _mm256_loadu_si256 ((const __m256i_u *)text);
    __m256i second = _mm256_loadu_si256 ((const __m256i_u *)(text + 32));

    first = decode_32 (first, &bad);
    second = decode_32 (second, &bad_too);
    _mm256_storeu_si256 ((__m256i_u *)data, first);
    _mm256_storeu_si256 ((__m256i_u *)(data + 24), second);
  }
  bad = _mm256_or_si256 (bad, bad_too);
  if (!_mm256_testz_si256 (bad, bad))
    return FALSE;
  return kvs_base64_tables_decode (data, text, n_groups);
}

KvsBase64Groups
kvs_base64_x86_find_ssse3 (void)
{
  __builtin_cpu_init ();
  return __builtin_cpu_supports ("ssse3") ? decode_ssse3 : NULL;
}

KvsBase64Groups
kvs_base64_x86_find_avx2 (void)
{
  __builtin_cpu_init ();
  return __builtin_cpu_supports ("avx2") ? decode_avx2 : NULL;
}

#else

KvsBase64Groups
kvs_base64_x86_find_ssse3 (void)
{
  return NULL;
}

KvsBase64Groups
kvs_base64_x86_find_avx2 (void)
{
  return NULL;
}

#endif
