/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that many readers of one stream together keep to its quota. */
#include "emulatedclock.h"
#include "emulatedrun.h"

#define BEGIN_MS (EMULATED_RUN_START + 24 * 3600 * G_GINT64_CONSTANT (1000))
#define N_READERS 20
#define N_SEEKING 6 /* of them */
#define N_SEEKS 5
#define MAX_PULLED 100
#define MIN_LATENCY_US (30 * 1000)
#define MAX_LATENCY_US (150 * 1000)

/* From this time on the service must reject no request. */
#define SETTLED_MS 1000

/* One for all readers. */
typedef struct {
  GMutex lock; /* guards what follows */
  GCond changed;
  guint n_left;
} Finish;

typedef struct {
  EmulatedRun *run;
  guint n_samples;
  guint n_seeks;
  GRand *chance;
  Finish *finish;
  GThread *thread;
  char *wrong;
} Reader;

static guint
choose (GRand *chance, guint begin, guint end)
{
  return (guint)g_rand_int_range (chance, (gint32)begin, (gint32)end);
}

static void
moved_cb (gint64 real_time_us, gpointer user_data)
{
  EmulatedRun *run = user_data;

  emulator_set_time (run->emulator, real_time_us / 1000);
}

static void
reader_init (Reader *self, EmulatedRun *common, guint seed, Finish *finish)
{
  static const guint intervals[] = {200, 1000, 3000};

  self->chance = g_rand_new_with_seed (seed);
  self->finish = finish;
  self->run = emulated_run_new_beside (common);
  self->n_samples = choose (self->chance, 400, 1000);
  self->run->spec.interval_ms = intervals[choose (self->chance, 0, G_N_ELEMENTS (intervals))];
  self->run->spec.start.ms += choose (self->chance, 0, 600) * 1000;
  self->run->spec.end.ms =
      self->run->spec.start.ms + (gint64)self->n_samples * self->run->spec.interval_ms;
}

static void
reader_clear (Reader *self)
{
  g_thread_join (self->thread);
  emulated_run_free (self->run);
  g_rand_free (self->chance);
  g_free (self->wrong);
}

static char *
read_and_seek (Reader *self)
{
  KvsTraversal traversal = KVS_TRAVERSAL_ALL;

  for (guint i = 0; i < self->n_seeks; i++) {
    char *wrong =
        emulated_run_check_some (self->run, &traversal, choose (self->chance, 0, MAX_PULLED));

    if (wrong != NULL)
      return wrong;
    traversal.begin = choose (self->chance, 0, self->n_samples);
    traversal.stride = choose (self->chance, 1, 4);
    traversal.is_reverse = g_rand_boolean (self->chance);
    kvs_reader_seek (self->run->reader, &traversal);
  }
  return emulated_run_check_all (self->run, &traversal);
}

static gpointer
read_all (gpointer data)
{
  Reader *self = data;

  emulated_run_start (self->run);
  self->wrong = read_and_seek (self);
  emulated_run_stop (self->run);
  g_mutex_lock (&self->finish->lock);
  self->finish->n_left--;
  g_cond_broadcast (&self->finish->changed);
  g_mutex_unlock (&self->finish->lock);
  return NULL;
}

/* How many requests were throttled from @from_ms on. */
static guint
count_refused (Emulator *emulator, gint64 from_ms)
{
  g_autoptr (JsonArray) log = emulator_get_log (emulator);
  guint n = 0;

  for (guint i = 0; i < json_array_get_length (log); i++) {
    JsonObject *entry = json_array_get_object_element (log, i);
    g_autoptr (GDateTime) time =
        g_date_time_new_from_iso8601 (json_object_get_string_member (entry, "time"), NULL);
    gint64 time_ms = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;

    if (time_ms >= from_ms && json_object_get_int_member (entry, "status") != 200)
      n++;
  }
  return n;
}

static EmulatedRun *
new_common (EmulatedClock *clock, guint32 seed)
{
  EmulatedRun *self = emulated_run_new_with_clock (AWS_CLOCK (clock));
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autofree char *stream =
      g_strdup_printf ("door=prepared:64,start=%" G_GINT64_FORMAT
                       ",duration=4000,fragment=4,gap=100+50,gap=600.3+2,audio-only=900+30",
          EMULATED_RUN_START / 1000);
  g_autoptr (GError) error = NULL;

  emulated_run_configure (self, "seed", seed_text);
  emulated_run_configure (self, "stream", stream);
  emulated_run_configure (self, "quota", "on");
  emulated_clock_set_func (clock, moved_cb, self);
  emulated_clock_set_latency (clock, MIN_LATENCY_US, MAX_LATENCY_US);
  emulator_start (self->emulator, &error);
  g_assert_no_error (error);
  return self;
}

/* Lets all readers begin at once, and waits for them. */
static void
read_together (Reader *readers, Finish *finish)
{
  g_mutex_lock (&finish->lock);
  finish->n_left = N_READERS;
  for (guint i = 0; i < N_READERS; i++)
    readers[i].thread = g_thread_new (EMULATED_CLOCK_PULLER, read_all, &readers[i]);
  while (finish->n_left > 0)
    g_cond_wait (&finish->changed, &finish->lock);
  g_mutex_unlock (&finish->lock);
}

static void
test_twenty (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;
  g_autoptr (EmulatedClock) clock = emulated_clock_new (BEGIN_MS * 1000, seed);
  g_autoptr (EmulatedRun) common = new_common (clock, seed);
  Reader readers[N_READERS] = {0};
  Finish finish = {0};
  gboolean uses_lists;

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < N_READERS; i++) {
    reader_init (&readers[i], common, seed + i, &finish);
    readers[i].n_seeks = i < N_SEEKING ? N_SEEKS : 0;
  }
  read_together (readers, &finish);
  g_test_message ("%u requests, %u refused, in %.1f s",
      emulator_count_requests (common->emulator, "*"), count_refused (common->emulator, 0),
      (double)(aws_clock_get_real_time (AWS_CLOCK (clock)) - BEGIN_MS * 1000) / 1e6);
  for (guint i = 0; i < N_READERS; i++) {
    if (readers[i].wrong != NULL)
      g_error ("seed %u, reader %u: %s", seed, i, readers[i].wrong);
    reader_clear (&readers[i]);
  }
  g_assert_cmpuint (count_refused (common->emulator, BEGIN_MS + SETTLED_MS), ==, 0);
  /* One for each API that was used. */
  uses_lists = emulator_count_requests (common->emulator, "ListFragments") > 0;
  g_assert_cmpuint (
      emulator_count_requests (common->emulator, "GetDataEndpoint"), ==, uses_lists ? 2 : 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-twenty/twenty", test_twenty);
  return g_test_run ();
}
