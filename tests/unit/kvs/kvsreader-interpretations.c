/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that no sample is wrong, whichever undocumented behaviours the service has: each pair of choices at
 * least once, and random choices with gaps and faults. */
#include "emulatedinterpretation.h"
#include "emulatedrun.h"

#include <string.h>

#define MAX_ROWS 300
#define N_CANDIDATES 40

enum {
  INTERVAL,
  FRACTION,
  FRAME,
  FRAGMENT,
  RANGE,
  REQUESTS,
  PAGE,
  BYTES,
  FIRST_OPTION,
};

/* The factors that are not options of the emulator, followed by those that are. */
static const EmulatedInterpretation own_factors[] = {
    [INTERVAL] = {"interval", {"200", "1000", "3000", "7300", "60000"}},
    [FRACTION] = {"fraction", {"0", "137"}},
    [FRAME] = {"frame", {"0.04", "0.333", "1", "5", "20"}},
    [FRAGMENT] = {"fragment", {"1", "2", "6", "20"}},
    [RANGE] = {"range", {"1000", "299000", "300000", "301000", "3600000"}},
    [REQUESTS] = {"requests", {"1", "4", "16"}},
    [PAGE] = {"page", {"25", "100", "3", "1"}},
    [BYTES] = {"bytes", {"33554432", "20000", "1"}},
};

#define N_FACTORS (FIRST_OPTION + EMULATED_N_INTERPRETATIONS)
#define MAX_LEVELS EMULATED_INTERPRETATION_MAX_LEVELS

/* The level of each factor. */
typedef struct {
  guint level[N_FACTORS];
} Row;

static const EmulatedInterpretation *
get_factor (guint factor)
{
  return factor < FIRST_OPTION ? &own_factors[factor]
                               : &emulated_interpretations[factor - FIRST_OPTION];
}

static guint
count_levels (guint factor)
{
  return emulated_interpretation_count_levels (get_factor (factor));
}

static const char *
get_level (const Row *row, guint factor)
{
  return get_factor (factor)->levels[row->level[factor]];
}

static guint
find_factor (const char *name)
{
  for (guint i = 0; i < N_FACTORS; i++) {
    if (g_str_equal (get_factor (i)->name, name))
      return i;
  }
  g_assert_not_reached ();
}

static gboolean
has_level (const Row *row, const char *name, const char *level)
{
  return g_str_equal (get_level (row, find_factor (name)), level);
}

static char *
describe (const Row *row)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N_FACTORS; i++)
    g_string_append_printf (
        text, "%s%s=%s", i > 0 ? " " : "", get_factor (i)->name, get_level (row, i));
  return g_string_free (text, FALSE);
}

static void
set_random (Row *row, GRand *chance)
{
  for (guint i = 0; i < N_FACTORS; i++)
    row->level[i] = (guint)g_rand_int_range (chance, 0, (gint32)count_levels (i));
}

/* Whether nothing can tell what is what. A service that cuts fractions off has other samples than those that are
 * asked for. If frames are as long as a request looks back, then one before the sample and one behind it are as
 * near, and of two entries that are surplus none says which one it is. */
static gboolean
is_hopeless (const Row *row)
{
  if (has_level (row, "start-fraction", "cut") && !has_level (row, "fraction", "0"))
    return TRUE;
  return has_level (row, "frame", "20") && !has_level (row, "timestamp", "grid") &&
         !has_level (row, "outside", "none");
}

/* Pairs of levels: a bit for each that some row has. */
typedef gboolean Covered[N_FACTORS][MAX_LEVELS][N_FACTORS][MAX_LEVELS];

/* Counts the pairs of @row that are not covered, and covers them if @cover. */
static guint
count_new_pairs (const Row *row, Covered covered, gboolean cover)
{
  guint n = 0;

  for (guint i = 0; i < N_FACTORS; i++) {
    for (guint j = i + 1; j < N_FACTORS; j++) {
      gboolean *pair = &covered[i][row->level[i]][j][row->level[j]];

      n += *pair ? 0 : 1;
      *pair |= cover;
    }
  }
  return n;
}

static guint
count_pairs (void)
{
  guint n = 0;

  for (guint i = 0; i < N_FACTORS; i++) {
    for (guint j = i + 1; j < N_FACTORS; j++)
      n += count_levels (i) * count_levels (j);
  }
  return n;
}

/* Counts the pairs that is_hopeless() in any row as covered. */
static guint
cover_hopeless (Covered covered)
{
  covered[FRACTION][1][find_factor ("start-fraction")][1] = TRUE;
  return 1;
}

/* Adds rows, each the best of some candidates, until all pairs are covered. */
static GArray *
make_covering_array (GRand *chance)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (Row));
  Covered *covered = g_malloc0 (sizeof (Covered));
  guint n_left = count_pairs () - cover_hopeless (*covered);

  while (n_left > 0) {
    Row best = {0};
    guint n_best = 0;

    for (guint i = 0; i < N_CANDIDATES; i++) {
      Row row;
      guint n;

      set_random (&row, chance);
      n = count_new_pairs (&row, *covered, FALSE);
      if (n >= n_best && !is_hopeless (&row)) {
        best = row;
        n_best = n;
      }
    }
    if (n_best == 0)
      continue;
    n_left -= count_new_pairs (&best, *covered, TRUE);
    g_array_append_val (rows, best);
  }
  g_free (covered);
  g_assert_cmpuint (rows->len, <=, MAX_ROWS);
  return rows;
}

/* The length of fragments: no shorter than a frame. */
static const char *
get_fragment (const Row *row)
{
  double frame = g_ascii_strtod (get_level (row, FRAME), NULL);
  double fragment = g_ascii_strtod (get_level (row, FRAGMENT), NULL);

  return get_level (row, fragment < frame ? FRAME : FRAGMENT);
}

/* A stream that begins in the middle of nowhere, with gaps of any length. */
static void
configure_stream (EmulatedRun *run, const Row *row, GRand *chance)
{
  gint64 before_ms = g_rand_int_range (chance, 0, 2) * g_rand_int_range (chance, 1, 60000);
  GString *stream = g_string_new (NULL);
  gint64 start_ms = EMULATED_RUN_START - before_ms;

  g_string_printf (stream,
      "door=prepared:64,start=%" G_GINT64_FORMAT ".%03d,duration=3700,frame=%s,fragment=%s",
      start_ms / 1000, (int)(start_ms % 1000), get_level (row, FRAME), get_fragment (row));
  for (gint i = g_rand_int_range (chance, 0, 4); i > 0; i--)
    g_string_append_printf (stream, ",%s=%.3f+%.3f",
        g_rand_int_range (chance, 0, 3) == 0 ? "audio-only" : "gap",
        g_rand_double_range (chance, 0, 500), g_rand_double_range (chance, 0.1, 60));
  if (g_rand_int_range (chance, 0, 4) == 0)
    g_string_append_printf (stream, ",gap=1000.5+%d", g_rand_int_range (chance, 300, 900));
  emulated_run_configure (run, "stream", stream->str);
  g_string_free (stream, TRUE);
}

static const char *const faults[] = {
    "GetImages:p=0.05:status=500",
    "GetImages:p=0.05:code=ClientLimitExceededException",
    "GetImages:p=0.05:reset=before",
    "GetImages:p=0.05:reset=headers",
    "GetImages:p=0.05:cut=body",
    "GetImages:p=0.05:reset=body@200",
    "GetImages:p=0.05:garbage=http",
    "GetImages:p=0.05:garbage=json",
    "GetImages:p=0.05:garbage=html,status=502",
    "GetImages:p=0.1:token=refused",
    "GetImages:p=0.1:token=repeated",
    "GetImages:p=0.1:token=absent",
    "GetImages:p=0.05:latency=0ms+5ms",
    "GetImages:*:token=refused",
};

/* If a range begins with a page that has only a token, and that is not there or never taken, then there is
 * nothing to be had. Without tokens a page of one image cannot look back, nor begin on a whole second, which matters
 * if fractions are cut off: then one token that is not taken can be enough. If a token leads
 * to the first page again, and that has one image with the time of a frame, then it looks like a second page on which
 * the frame is still shown. */
static gboolean
is_hopeless_with (const char *fault, const Row *row)
{
  gboolean is_refused = g_str_has_suffix (fault, ":*:token=refused");

  if (is_refused && g_str_equal (get_level (row, PAGE), "1"))
    return TRUE;
  if (strstr (fault, ":token=") != NULL && has_level (row, "page", "1") &&
      has_level (row, "start-fraction", "cut"))
    return TRUE;
  if (g_str_has_suffix (fault, "token=repeated") && !has_level (row, "timestamp", "grid"))
    return TRUE;
  return !has_level (row, "empty-page", "never") &&
         (is_refused || g_str_has_suffix (fault, "token=absent"));
}

static void
configure_faults (EmulatedRun *run, const Row *row, GRand *chance, GString *text)
{
  for (gint i = g_rand_int_range (chance, 0, 4); i > 0; i--) {
    const char *fault = faults[g_rand_int_range (chance, 0, G_N_ELEMENTS (faults))];

    if (is_hopeless_with (fault, row))
      continue;
    emulated_run_configure (run, "fault", fault);
    g_string_append_printf (text, " fault=%s", fault);
  }
}

/* So many pages take no time to speak of. */
#define MAX_PAGES 100

/* Sets the page size, which is that of the row unless that makes too many pages. */
static void
configure_pages (EmulatedRun *run, const Row *row)
{
  gint64 range_ms = g_ascii_strtoll (get_level (row, RANGE), NULL, 10);
  gint64 n_samples = range_ms / run->spec.interval_ms;

  run->query.page_size = (guint)g_ascii_strtoull (get_level (row, PAGE), NULL, 10);
  run->options.max_bytes = g_ascii_strtoull (get_level (row, BYTES), NULL, 10);
  if (n_samples > (gint64)run->query.page_size * MAX_PAGES)
    run->query.page_size = 25;
  if (n_samples > 10 * MAX_PAGES)
    run->options.max_bytes = 0;
  else if (n_samples > MAX_PAGES)
    run->options.max_bytes = MAX (run->options.max_bytes, 20000);
}

/* Reads a range, with faults where @with_faults, and fails where one sample is not what is there. */
static void
run_row (const Row *row, guint32 seed, gboolean with_faults)
{
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autofree char *description = describe (row);
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autofree char *wrong = NULL;
  GString *text = g_string_new (description);

  emulated_run_configure (run, "seed", seed_text);
  for (guint i = FIRST_OPTION; i < N_FACTORS; i++)
    emulated_run_configure (run, get_factor (i)->name, get_level (row, i));
  configure_stream (run, row, chance);
  if (with_faults)
    configure_faults (run, row, chance, text);
  run->spec.interval_ms = (guint)g_ascii_strtoull (get_level (row, INTERVAL), NULL, 10);
  run->spec.start.ms += g_ascii_strtoll (get_level (row, FRACTION), NULL, 10);
  run->spec.end.ms = run->spec.start.ms + g_ascii_strtoll (get_level (row, RANGE), NULL, 10);
  run->options.max_requests = (guint)g_ascii_strtoull (get_level (row, REQUESTS), NULL, 10);
  configure_pages (run, row);
  aws_client_set_max_attempts (run->client, 20);

  emulated_run_start (run);
  wrong = emulated_run_check_all (run, &KVS_TRAVERSAL_ALL);
  if (wrong != NULL)
    g_error ("seed %u, %s: %s", seed, text->str, wrong);
  g_string_free (text, TRUE);
}

static void
test_each_two (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autoptr (GArray) rows = make_covering_array (chance);

  g_test_message ("seed %u, %u runs", seed, rows->len);
  for (guint i = 0; i < rows->len; i++)
    run_row (&g_array_index (rows, Row, i), g_rand_int (chance), FALSE);
}

static guint
get_n_random (void)
{
  const char *text = g_getenv ("KVS_TEST_RANDOM_RUNS");

  return text != NULL ? (guint)g_ascii_strtoull (text, NULL, 10) : RANDOM_RUNS;
}

static void
test_random (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  guint n = get_n_random ();

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < n; i++) {
    Row row;

    do
      set_random (&row, chance);
    while (is_hopeless (&row));
    run_row (&row, g_rand_int (chance), TRUE);
  }
}

/* Reads what the issue has: TimeStamps are those of the last frames, and no sample is on a whole second. */
static void
test_specimens (void)
{
  static const struct {
    const char *frame;
    guint interval_ms;
  } specimens[] = {{"0.333", 200}, {"1", 200}, {"5", 1000}};
  static const guint max_requests[] = {1, 4};

  for (guint i = 0; i < G_N_ELEMENTS (specimens) * G_N_ELEMENTS (max_requests); i++) {
    g_autoptr (EmulatedRun) run = emulated_run_new ();
    const char *frame = specimens[i / 2].frame;
    g_autofree char *stream =
        g_strdup_printf ("door=prepared:64,start=%" G_GINT64_FORMAT ",duration=300,frame=%s",
            EMULATED_RUN_START / 1000 - 60, frame);
    g_autofree char *wrong = NULL;

    emulated_run_configure (run, "stream", stream);
    emulated_run_configure (run, "timestamp", "frame");
    run->spec.start.ms += 137;
    run->spec.end.ms = run->spec.start.ms + 90000;
    run->spec.interval_ms = specimens[i / 2].interval_ms;
    run->options.max_requests = max_requests[i % 2];
    emulated_run_start (run);
    wrong = emulated_run_check_all (run, &KVS_TRAVERSAL_ALL);
    if (wrong != NULL)
      g_error ("frames of %s s each %u ms, %u requests: %s", frame, run->spec.interval_ms,
          run->options.max_requests, wrong);
  }
}

/* Sets the levels that are in a text like that of describe(). */
static void
parse_row (Row *row, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; i < N_FACTORS; i++) {
    for (guint level = 0; level < count_levels (i); level++) {
      g_autofree char *word =
          g_strconcat (get_factor (i)->name, "=", get_factor (i)->levels[level], NULL);

      if (g_strv_contains ((const char *const *)words, word))
        row->level[i] = level;
    }
  }
}

/* Repeats a case that was reported: KVS_TEST_SEED=1 KVS_TEST_ROW="interval=200 …". */
static void
test_again (void)
{
  const char *text = g_getenv ("KVS_TEST_ROW");
  Row row = {0};

  parse_row (&row, text);
  run_row (&row, (guint32)g_ascii_strtoull (g_getenv ("KVS_TEST_SEED"), NULL, 10),
      strstr (text, "fault=") != NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("KVS_TEST_ROW") != NULL) {
    g_test_add_func ("/kvsreader-interpretations/again", test_again);
    return g_test_run ();
  }
  g_test_add_func ("/kvsreader-interpretations/specimens", test_specimens);
  g_test_add_func ("/kvsreader-interpretations/each-two", test_each_two);
  g_test_add_func ("/kvsreader-interpretations/random", test_random);
  return g_test_run ();
}
