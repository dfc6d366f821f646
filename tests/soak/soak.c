/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pulls from an emulator for as long as it is told, with all that goes wrong on a bad day and all that users do, and
 * checks each sample. Between two rounds there is no pipeline: memory, threads and descriptors are measured then. */
#include "soakmeasure.h"
#include "soakpull.h"
#include "testenvironment.h"

#include <gst/gst.h>
#include <stdio.h>
#include <stdlib.h>

#define ROUND_US (15 * G_USEC_PER_SEC)
#define N_WORKERS 8

/* How long a pipeline may take when no further one begins; and those that still play at the end of all. */
#define PATIENCE_US (600 * (gint64)G_USEC_PER_SEC)
#define LAST_PATIENCE_US (5 * G_USEC_PER_SEC)

/* A part of the time, and as much as it takes for GLib to end the threads that it keeps. */
#define WARM_UP_PART 0.15

typedef struct {
  SoakService *service;
  guint32 seed;
  gint64 end_us; /* no pipeline begins after it */
  gint64 cut_us; /* and none plays after it */
  SoakCounts counts;
  char *fault;
  GThread *thread;
  gint has_ended; /* atomic */
} Worker;

typedef struct {
  SoakService *service;
  GRand *chance;
  gint64 begin_us;
  gint64 end_us;
  GMutex lock;
  guint n_rounds;
  guint n_service_restarts;
  SoakCounts counts;
  GArray *measures;
  char *fault;
} Soak;

static gpointer
worker_main (gpointer user_data)
{
  Worker *self = user_data;
  g_autoptr (GRand) chance = g_rand_new_with_seed (self->seed);

  while (g_get_monotonic_time () < self->end_us && self->fault == NULL)
    self->fault = soak_pull (self->service, g_rand_int (chance), self->cut_us, &self->counts);
  g_atomic_int_set (&self->has_ended, TRUE);
  return NULL;
}

static double
get_seconds (Soak *self)
{
  return (double)(g_get_monotonic_time () - self->begin_us) / G_USEC_PER_SEC;
}

/* The service is started again now and then, while pipelines pull from it. */
static void
disturb (Soak *self, gint64 until_us)
{
  g_autoptr (GError) error = NULL;

  while (g_get_monotonic_time () < until_us && self->fault == NULL) {
    gint64 pause_us = g_rand_int_range (self->chance, 2, 7) * G_USEC_PER_SEC;

    g_usleep ((gulong)MIN (pause_us, MAX (until_us - g_get_monotonic_time (), 0)));
    if (!soak_service_restart (
            self->service, (guint)g_rand_int_range (self->chance, 0, 1500), &error))
      self->fault = g_strdup (error->message);
    self->n_service_restarts++;
  }
}

static void
join (Soak *self, Worker *worker)
{
  gint64 end_us = worker->end_us + PATIENCE_US;

  while (!g_atomic_int_get (&worker->has_ended)) {
    if (g_get_monotonic_time () > end_us)
      g_error ("a pipeline does not come to an end");
    g_usleep (10000);
  }
  g_thread_join (worker->thread);
  soak_counts_add (&self->counts, &worker->counts);
  if (self->fault == NULL)
    self->fault = worker->fault;
  else
    g_free (worker->fault);
}

static void
measure (Soak *self)
{
  SoakMeasure now;

  soak_measure_init (&now, get_seconds (self));
  g_array_append_val (self->measures, now);
  printf ("%7.0f s: %" G_GUINT64_FORMAT " pipelines, %" G_GUINT64_FORMAT
          " samples, heap %" G_GUINT64_FORMAT " KiB, resident %" G_GUINT64_FORMAT
          " KiB, %" G_GUINT64_FORMAT " threads, %" G_GUINT64_FORMAT " descriptors\n",
      now.seconds, self->counts.pipelines, self->counts.stills + self->counts.gaps, now.heap_kib,
      now.resident_kib, now.threads, now.descriptors);
  fflush (stdout);
}

static void
run_round (Soak *self)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 end_us = MIN (now_us + ROUND_US, self->end_us);
  Worker workers[N_WORKERS] = {0};

  for (guint i = 0; i < N_WORKERS; i++) {
    workers[i].service = self->service;
    workers[i].seed = g_rand_int (self->chance);
    workers[i].end_us = end_us;
    workers[i].cut_us = self->end_us + LAST_PATIENCE_US;
    workers[i].thread = g_thread_new ("soak", worker_main, &workers[i]);
  }
  disturb (self, end_us);
  for (guint i = 0; i < N_WORKERS; i++)
    join (self, &workers[i]);
  self->n_rounds++;
  measure (self);
}

/* Those after the warm-up. */
static char *
find_growth (Soak *self)
{
  g_autoptr (GArray) rest = g_array_new (FALSE, FALSE, sizeof (SoakMeasure));
  guint n_warm_up = (guint)(self->measures->len * WARM_UP_PART) + 1;

  for (guint i = n_warm_up; i < self->measures->len; i++)
    g_array_append_val (rest, g_array_index (self->measures, SoakMeasure, i));
  return soak_measures_find_growth (rest);
}

static void
print_count (const char *what, guint64 n)
{
  printf ("| %s | %" G_GUINT64_FORMAT " |\n", what, n);
}

static void
print_report (Soak *self)
{
  const SoakCounts *counts = &self->counts;

  printf ("\n| %.1f minutes | |\n|---|---|\n", get_seconds (self) / 60);
  print_count ("pipelines", counts->pipelines);
  print_count ("of these to EOS, each sample of the last segment in order", counts->ends);
  print_count ("stills, each byte as in the stream", counts->stills);
  print_count ("gaps, each where the stream has one", counts->gaps);
  print_count ("seeks", counts->seeks);
  print_count ("pauses", counts->pauses);
  print_count ("restarts of a pipeline", counts->restarts);
  print_count ("restarts of the service", self->n_service_restarts);
  print_count ("rules for faults", soak_service_count_faults (self->service));
  print_count ("requests", counts->requests);
  print_count ("retries", counts->retries);
  print_count ("throttled replies", counts->throttles);
  printf ("\n");
  soak_measures_print (self->measures);
  printf (
      "\n%s\n", self->fault != NULL ? self->fault : "No sample was wrong, and nothing has grown.");
}

static void
run (Soak *self)
{
  measure (self);
  while (g_get_monotonic_time () < self->end_us && self->fault == NULL)
    run_round (self);
  if (self->fault == NULL) {
    g_autofree char *growth = find_growth (self);

    if (growth != NULL)
      self->fault = g_strconcat ("Grown: ", growth, NULL);
  }
  print_report (self);
}

static char *emulator;
static double minutes = 1;
static int seed = -1;

static const GOptionEntry entries[] = {
    {"emulator", 0, 0, G_OPTION_ARG_FILENAME, &emulator, "Where kvs-emulator is", "PATH"},
    {"minutes", 0, 0, G_OPTION_ARG_DOUBLE, &minutes, "How long to run (1)", "MINUTES"},
    {"seed", 0, 0, G_OPTION_ARG_INT, &seed, "Of all that is random", "NUMBER"},
    {NULL},
};

static gboolean
parse (int *argc, char ***argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (g_option_context_parse (context, argc, argv, &error) && emulator != NULL && minutes > 0)
    return TRUE;
  fprintf (
      stderr, "soak: %s\n", error != NULL ? error->message : "--emulator and --minutes are needed");
  return FALSE;
}

/* Half of the pipelines have no keys of their own. */
static void
set_environment (SoakService *service)
{
  g_autofree char *container =
      g_strconcat (soak_service_get_url (service), "/credentials/container", NULL);

  g_setenv ("AWS_CONTAINER_CREDENTIALS_FULL_URI", container, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (SoakService) service = NULL;
  g_autoptr (GError) error = NULL;
  Soak self = {0};

  test_environment_clear ();
  if (!parse (&argc, &argv))
    return 2;
  if (seed < 0)
    seed = (int)(g_random_int () & G_MAXINT32);
  service = soak_service_new (emulator, g_get_real_time () / 1000, (guint32)seed, &error);
  if (service == NULL) {
    fprintf (stderr, "soak: %s\n", error->message);
    return EXIT_FAILURE;
  }
  printf ("Chance follows --seed=%d\n", seed);
  set_environment (service);
  self.service = service;
  self.chance = g_rand_new_with_seed ((guint32)seed);
  self.measures = g_array_new (FALSE, FALSE, sizeof (SoakMeasure));
  self.begin_us = g_get_monotonic_time ();
  self.end_us = self.begin_us + (gint64)(minutes * 60 * G_USEC_PER_SEC);
  run (&self);
  g_rand_free (self.chance);
  g_array_unref (self.measures);
  return self.fault != NULL ? EXIT_FAILURE : EXIT_SUCCESS;
}
