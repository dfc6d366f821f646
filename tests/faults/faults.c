/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fault matrix: each fault that the emulator can make, at each point of a pull, once, three times and without end. As a
 * test it runs a third of the cells: each fault at each point in one of these ways, by turns. With KVS_TEST_FULL=1 it
 * runs all of them, and with --table it prints them as docs/reliability.md has them. */
#include "faultrule.h"

#include <emulatorfault.h>
#include <stdio.h>
#include <testenvironment.h>

static char **effects;

/* Runs a cell. Returns what is wrong. */
static char *
run_cell (const char *effect, FaultPoint point, FaultTimes times)
{
  g_auto (FaultOutcome) outcome = {0};
  FaultExpectation expectation;

  if (!fault_rule_find (effect, point, times, &expectation))
    return g_strdup ("it is not known what it means: add it to faultrule.c");
  fault_cell_run_effect (effect, point, times, &outcome);
  return fault_expectation_check (&expectation, &outcome);
}

/* The test */

static gboolean
is_full (void)
{
  return g_getenv ("KVS_TEST_FULL") != NULL;
}

static void
test_point (gconstpointer user_data)
{
  FaultPoint point = (FaultPoint)GPOINTER_TO_UINT (user_data);

  for (guint i = 0; effects[i] != NULL; i++) {
    for (guint times = 0; times < FAULT_N_TIMES; times++) {
      g_autofree char *wrong = NULL;

      if (!is_full () && times != (i + point) % FAULT_N_TIMES)
        continue;
      wrong = run_cell (effects[i], point, times);
      if (wrong != NULL) {
        g_test_message ("%s, %s times: %s", effects[i], fault_times_get_name (times), wrong);
        g_test_fail ();
      }
    }
  }
}

/* The table */

static guint n_cells, n_exact, n_errors, n_marked, n_absent, n_wrong;

static void
count (const FaultExpectation *expectation)
{
  n_cells++;
  if (expectation->end == FAULT_END_EXACT)
    n_exact++;
  else if (expectation->end == FAULT_END_ERROR)
    n_errors++;
  else
    n_marked++;
}

/* What has been seen, in words; one for all three if they are the same. */
static char *
print_cells (const char *effect, FaultPoint point)
{
  const char *names[FAULT_N_TIMES] = {NULL};

  if (fault_rule_explain_absence (effect, point) != NULL) {
    n_absent += FAULT_N_TIMES;
    n_cells += FAULT_N_TIMES;
    return g_strdup ("–");
  }
  for (guint times = 0; times < FAULT_N_TIMES; times++) {
    g_autofree char *wrong = run_cell (effect, point, times);
    FaultExpectation expectation;

    fault_rule_find (effect, point, times, &expectation);
    names[times] = wrong == NULL ? fault_expectation_get_name (&expectation) : "WRONG";
    count (&expectation);
    if (wrong != NULL) {
      fprintf (stderr, "%s at %s: %s\n", effect, fault_point_get_name (point), wrong);
      n_wrong++;
    }
  }
  return fault_expectation_join_names (names);
}

static void
print_head (void)
{
  printf ("| fault");
  for (guint point = 0; point < FAULT_N_POINTS; point++)
    printf (" | %s", fault_point_get_name (point));
  printf (" |\n|---");
  for (guint point = 0; point < FAULT_N_POINTS; point++)
    printf ("|---");
  printf ("|\n");
}

static int
print_table (void)
{
  print_head ();
  for (guint i = 0; effects[i] != NULL; i++) {
    printf ("| `%s`", effects[i]);
    for (guint point = 0; point < FAULT_N_POINTS; point++) {
      g_autofree char *cells = print_cells (effects[i], point);

      printf (" | %s", cells);
      fflush (stdout);
    }
    printf (" |\n");
  }
  printf (
      "\n%u faults × %u points × %u times = %u cells: %u exact, %u with the right error, %u with marked samples, "
      "%u that cannot be; %u wrong.\n",
      g_strv_length (effects), FAULT_N_POINTS, FAULT_N_TIMES, n_cells, n_exact, n_errors, n_marked,
      n_absent, n_wrong);
  return n_wrong > 0;
}

static int
print_names (void)
{
  for (guint i = 0; effects[i] != NULL; i++)
    printf ("fault %s\n", effects[i]);
  for (guint point = 0; point < FAULT_N_POINTS; point++)
    printf ("point %s\n", fault_point_get_name (point));
  return 0;
}

static void
add_tests (void)
{
  for (guint point = 0; point < FAULT_N_POINTS; point++) {
    g_autofree char *path = g_strconcat ("/faults/", fault_point_get_name (point), NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (point), test_point);
  }
}

int
main (int argc, char **argv)
{
  int status;

  test_environment_clear ();
  effects = emulator_fault_list_effects ();
  if (argc > 1 && g_str_equal (argv[1], "--table")) {
    status = print_table ();
  } else if (argc > 1 && g_str_equal (argv[1], "--names")) {
    status = print_names ();
  } else {
    g_test_init (&argc, &argv, NULL);
    add_tests ();
    status = g_test_run ();
  }
  g_strfreev (effects);
  return status;
}
