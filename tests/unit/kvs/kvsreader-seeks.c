/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that the samples of each traversal are exact up to the seek that ends it. */
#include "emulatedinterpretation.h"
#include "emulatedrun.h"

#include <string.h>

#define N_SEEKS 300
#define N_READERS 30
#define SEEKS_PER_READER 20
#define MAX_PULLED 150
#define MAX_STRIDE 10

static guint
choose (GRand *chance, guint begin, guint end)
{
  return (guint)g_rand_int_range (chance, (gint32)begin, (gint32)end);
}

static void
configure_stream (EmulatedRun *run, GRand *chance)
{
  static const char *const fragments[] = {"1", "2", "6", "20"};
  GString *stream = g_string_new (NULL);

  g_string_printf (stream,
      "door=prepared:64,start=%" G_GINT64_FORMAT ".%03u,duration=3700,fps=25,fragment=%s",
      (EMULATED_RUN_START - 30000) / 1000, choose (chance, 0, 1000),
      fragments[choose (chance, 0, G_N_ELEMENTS (fragments))]);
  for (guint i = choose (chance, 0, 12); i > 0; i--)
    g_string_append_printf (stream, ",%s=%.3f+%.3f",
        choose (chance, 0, 3) == 0 ? "audio-only" : "gap", g_rand_double_range (chance, 0, 3600),
        g_rand_double_range (chance, 0.1, 90));
  emulated_run_configure (run, "stream", stream->str);
  g_string_free (stream, TRUE);
}

static KvsTraversal
choose_traversal (GRand *chance, guint n_samples)
{
  KvsTraversal traversal = KVS_TRAVERSAL_ALL;

  traversal.begin = choose (chance, 0, n_samples);
  traversal.is_reverse = g_rand_boolean (chance);
  if (traversal.is_reverse || g_rand_boolean (chance))
    traversal.end = choose (chance, 0, n_samples + 10);
  if (traversal.is_reverse)
    traversal.begin = MIN (traversal.begin, traversal.end);
  if (g_rand_boolean (chance))
    traversal.stride = choose (chance, 1, MAX_STRIDE + 1);
  if (choose (chance, 0, 10) == 0)
    traversal.max_samples = choose (chance, 1, MAX_PULLED);
  return traversal;
}

/* Where the service cuts fractions off, only a request that begins on a whole second is exact; and with a
 * stride there may be no sample on one. */
static void
avoid_fractions (EmulatedRun *run, KvsTraversal *traversal)
{
  gint64 step_ms = (gint64)traversal->stride * run->spec.interval_ms;
  gint64 offset_ms = (gint64)traversal->begin * run->spec.interval_ms;

  for (gint64 passed_ms = 0; passed_ms < 1000 * step_ms; passed_ms += step_ms) {
    if ((offset_ms + passed_ms) % 1000 == 0)
      return;
  }
  traversal->stride = 1;
}

static char *
describe (const KvsTraversal *traversal, guint seek)
{
  return g_strdup_printf ("seek %u, from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT
                          " by %u%s, at most %" G_GUINT64_FORMAT,
      seek, traversal->begin, traversal->end, traversal->stride,
      traversal->is_reverse ? " in reverse" : "", traversal->max_samples);
}

/* Seeks @n_seeks times, each time after some samples; and goes to the end after the last. */
static void
seek_often (guint32 seed, guint n_seeks)
{
  static const guint intervals[] = {200, 1000, 3000};
  static const guint requests[] = {1, 4, 16};
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autofree char *interpretations = emulated_interpretation_configure_random (run, chance);
  KvsTraversal traversal = KVS_TRAVERSAL_ALL;
  guint n_samples;

  emulated_run_configure (run, "seed", seed_text);
  configure_stream (run, chance);
  run->spec.interval_ms = intervals[choose (chance, 0, G_N_ELEMENTS (intervals))];
  run->options.max_requests = requests[choose (chance, 0, G_N_ELEMENTS (requests))];
  n_samples = choose (chance, 100, 3600 * 1000 / run->spec.interval_ms);
  run->spec.end.ms = run->spec.start.ms + (gint64)n_samples * run->spec.interval_ms;
  emulated_run_start (run);
  for (guint i = 0; i <= n_seeks; i++) {
    guint64 max_samples = i < n_seeks ? choose (chance, 0, MAX_PULLED) : G_MAXUINT64;
    g_autofree char *wrong = emulated_run_check_some (run, &traversal, max_samples);
    g_autofree char *description = describe (&traversal, i);

    if (wrong != NULL)
      g_error ("seed %u, interval=%u requests=%u%s: %s: %s", seed, run->spec.interval_ms,
          run->options.max_requests, interpretations, description, wrong);
    traversal = choose_traversal (chance, n_samples);
    if (strstr (interpretations, "start-fraction=cut") != NULL)
      avoid_fractions (run, &traversal);
    if (i < n_seeks)
      kvs_reader_seek (run->reader, &traversal);
  }
}

static void
test_one_reader (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;

  g_test_message ("seed %u", seed);
  seek_often (seed, N_SEEKS);
}

static void
test_many_readers (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;

  g_test_message ("seed %u and those behind it", seed);
  for (guint i = 0; i < N_READERS; i++)
    seek_often (seed + i, SEEKS_PER_READER);
}

static void
test_again (void)
{
  seek_often ((guint32)g_ascii_strtoull (g_getenv ("KVS_TEST_SEED"), NULL, 10),
      (guint)g_ascii_strtoull (g_getenv ("KVS_TEST_SEEKS"), NULL, 10));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("KVS_TEST_SEEKS") != NULL) {
    g_test_add_func ("/kvsreader-seeks/again", test_again);
    return g_test_run ();
  }
  g_test_add_func ("/kvsreader-seeks/one-reader", test_one_reader);
  g_test_add_func ("/kvsreader-seeks/many-readers", test_many_readers);
  return g_test_run ();
}
