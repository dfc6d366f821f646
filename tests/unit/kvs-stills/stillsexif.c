/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE
/* Tests where Exif is inserted, and that nothing else changes. tests/e2e/test_stills.py shows that readers of
 * Exif understand it. */
#include "stillsexif.h"

#include <string.h>

/* 2026-11-20T08:00:00.250Z */
#define NOVEMBER G_GINT64_CONSTANT (1795161600250)

static const guint8 plain[] = {0xff, 0xd8, 0xff, 0xdb, 0, 2, 0xff, 0xd9};
static const guint8 jfif[] = {0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1,
    0, 1, 0, 0, 0xff, 0xdb, 0, 2, 0xff, 0xd9};

/* The segment is at @place, and all other bytes are unchanged. */
static void
assert_place (const guint8 *jpeg, gsize size, gsize place)
{
  g_autoptr (GByteArray) result = stills_exif_add (jpeg, size, "door", NOVEMBER);
  gsize added = result->len - size;

  g_assert_cmpmem (result->data, place, jpeg, place);
  g_assert_cmpmem (result->data + place + added, size - place, jpeg + place, size - place);
  g_assert_cmpuint (result->data[place], ==, 0xff);
  g_assert_cmpuint (result->data[place + 1], ==, 0xe1);
  g_assert_cmpuint (result->data[place + 2] << 8 | result->data[place + 3], ==, added - 2);
  g_assert_cmpmem (result->data + place + 4, 6, "Exif\0", 6);
}

static void
test_places (void)
{
  assert_place (plain, sizeof plain, 2);
  assert_place (jfif, sizeof jfif, 20);
}

/* A JFIF segment whose length is beyond the end of the image. */
static void
test_cut_off (void)
{
  assert_place (jfif, 12, 2);
  assert_place (jfif, 2, 2);
}

static void
test_texts (void)
{
  g_autoptr (GByteArray) result = stills_exif_add (plain, sizeof plain, "door", NOVEMBER);
  static const char *const texts[] = {"door", "2026:11:20 08:00:00", "+00:00", "250", "0231"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_nonnull (memmem (result->data, result->len, texts[i], strlen (texts[i])));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsexif/places", test_places);
  g_test_add_func ("/stillsexif/cut-off", test_cut_off);
  g_test_add_func ("/stillsexif/texts", test_texts);
  return g_test_run ();
}
