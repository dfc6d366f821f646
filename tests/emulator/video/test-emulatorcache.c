/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the cache finds, what it drops, and its limit of bytes. */
#include "emulatorcache.h"

static const EmulatorImageSpec SPEC = {EMULATOR_FORMAT_JPEG, 80, 640, 480};

static void
insert (EmulatorCache *cache, guint frame, const EmulatorImageSpec *spec, gsize size)
{
  g_autoptr (GBytes) still = g_bytes_new_take (g_malloc0 (size), size);

  emulator_cache_insert (cache, frame, spec, still);
}

static gboolean
has (EmulatorCache *cache, guint frame, const EmulatorImageSpec *spec)
{
  g_autoptr (GBytes) still = emulator_cache_lookup (cache, frame, spec);

  return still != NULL;
}

static void
test_key (void)
{
  static const EmulatorImageSpec others[] = {
      {EMULATOR_FORMAT_PNG, 80, 640, 480},
      {EMULATOR_FORMAT_JPEG, 81, 640, 480},
      {EMULATOR_FORMAT_JPEG, 80, 641, 480},
      {EMULATOR_FORMAT_JPEG, 80, 640, 481},
  };
  g_autoptr (EmulatorCache) cache = emulator_cache_new (1000);
  g_autoptr (GBytes) still = g_bytes_new_static ("still", 5);
  g_autoptr (GBytes) found = NULL;

  emulator_cache_insert (cache, 7, &SPEC, still);
  found = emulator_cache_lookup (cache, 7, &SPEC);
  g_assert_true (found == still);
  g_assert_false (has (cache, 8, &SPEC));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (has (cache, 7, &others[i]));
}

static void
test_forgets_what_was_used_first (void)
{
  g_autoptr (EmulatorCache) cache = emulator_cache_new (300);

  for (guint frame = 0; frame < 3; frame++)
    insert (cache, frame, &SPEC, 100);
  g_assert_true (has (cache, 0, &SPEC));
  insert (cache, 3, &SPEC, 100);

  g_assert_true (has (cache, 0, &SPEC));
  g_assert_false (has (cache, 1, &SPEC));
  g_assert_true (has (cache, 2, &SPEC));
  g_assert_true (has (cache, 3, &SPEC));
}

static void
test_size (void)
{
  g_autoptr (EmulatorCache) cache = emulator_cache_new (300);

  insert (cache, 0, &SPEC, 301);
  g_assert_cmpuint (emulator_cache_get_size (cache), ==, 0);
  insert (cache, 1, &SPEC, 100);
  insert (cache, 1, &SPEC, 100);
  g_assert_cmpuint (emulator_cache_get_size (cache), ==, 100);
  insert (cache, 2, &SPEC, 150);
  insert (cache, 3, &SPEC, 300);
  g_assert_cmpuint (emulator_cache_get_size (cache), ==, 300);
  g_assert_false (has (cache, 1, &SPEC));
  g_assert_false (has (cache, 2, &SPEC));
  g_assert_true (has (cache, 3, &SPEC));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/emulator/cache/key", test_key);
  g_test_add_func ("/emulator/cache/forgets-what-was-used-first", test_forgets_what_was_used_first);
  g_test_add_func ("/emulator/cache/size", test_size);
  return g_test_run ();
}
