/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "faultcell.h"

#include <awscontainersource.h>
#include <emulatedclock.h>
#include <string.h>
#include <testenvironment.h>

#define REGION "us-east-1"
#define CREDENTIAL_LIFETIME_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)
#define CREDENTIAL_LIFETIME "3600"

/* How long a request takes that is not answered: real time, which none of the others is limited by. */
#define STALL_TIMEOUT_MS 50

/* For the port of a service that is started anew. */
#define MAX_TRIES 100
#define TRY_PAUSE_US 100000

/* How long a fault at the live edge lasts, and how many samples there are then and a while later. */
#define LIVE_OUTAGE_US (G_GINT64_CONSTANT (120) * G_USEC_PER_SEC)
#define N_LIVE_SAMPLES 70

#define DAY_US (G_GINT64_CONSTANT (24) * 3600 * G_USEC_PER_SEC)

typedef struct {
  const FaultMaker *maker;
  gpointer user_data;
  FaultPoint point;
  EmulatedClock *clock;
  EmulatedRun *run;
  guint n_left;
  guint n_images;
  int n_pulled; /* atomic */
  guint n_faults;
  gint64 first_fault_us;
} Cell;

void
fault_outcome_clear (FaultOutcome *self)
{
  g_clear_pointer (&self->wrong, g_free);
  g_clear_error (&self->error);
}

/* What is done to a request */

static gint64
get_time (Cell *self)
{
  return aws_clock_get_monotonic_time (AWS_CLOCK (self->clock));
}

/* Connections end, and tokens of the earlier process are not known any more. The port may be that of a connection of another
 * program for a while. */
static void
restart_service (Cell *self)
{
  const char *port = strrchr (emulator_get_url (self->run->emulator), ':') + 1;
  gboolean is_started = FALSE;

  emulated_run_configure (self->run, "port", port);
  emulator_stop (self->run->emulator);
  for (guint i = 0; i < MAX_TRIES && !is_started; i++) {
    is_started = emulator_start (self->run->emulator, NULL);
    if (!is_started)
      g_usleep (TRY_PAUSE_US);
  }
  g_assert_true (is_started);
}

static gboolean
is_over (Cell *self)
{
  return self->point == FAULT_POINT_LIVE_EDGE && self->n_faults > 0 &&
         get_time (self) > self->first_fault_us + LIVE_OUTAGE_US;
}

static AwsHttp *
make_fault (Cell *self)
{
  if (self->n_faults++ == 0)
    self->first_fault_us = get_time (self);
  self->n_left--;
  return self->maker->make (self->run, self->user_data);
}

static AwsHttp *
send_cb (const AwsRequest *request, gpointer user_data)
{
  Cell *self = user_data;
  gboolean is_images = fault_point_is_get_images (request);
  gboolean is_here = fault_point_matches (
      self->point, request, self->run, self->n_images, (guint)g_atomic_int_get (&self->n_pulled));

  self->maker->unmake (self->run, self->user_data);
  if (self->point == FAULT_POINT_BETWEEN_PAGES && is_images && self->n_images == 1)
    restart_service (self);
  self->n_images += is_images;
  return is_here && self->n_left > 0 && !is_over (self) ? make_fault (self) : NULL;
}

/* Lets the credentials expire after the first page. */
static void
sent_cb (const AwsRequest *request, gboolean is_answered, gpointer user_data)
{
  Cell *self = user_data;

  if (self->point == FAULT_POINT_REFRESH && fault_point_is_get_images (request) &&
      self->n_images == 1)
    aws_clock_wait (AWS_CLOCK (self->clock), CREDENTIAL_LIFETIME_US, NULL, NULL);
}

static void
moved_cb (gint64 real_time_us, gpointer user_data)
{
  Cell *self = user_data;

  emulator_set_time (self->run->emulator, real_time_us / 1000);
}

/* The run */

static void
cell_init (Cell *self, FaultTimes times)
{
  static const guint numbers[FAULT_N_TIMES] = {1, 3, G_MAXUINT};

  self->n_left = numbers[times];
  self->clock = emulated_clock_new (EMULATED_RUN_START * 1000 + DAY_US, 1);
  self->run = emulated_run_new_with_clock (AWS_CLOCK (self->clock));
  emulated_run_configure (self->run, "seed", "1");
  emulated_run_configure (self->run, "credential-lifetime", CREDENTIAL_LIFETIME);
  emulated_clock_set_func (self->clock, moved_cb, self);
  emulated_clock_set_send_funcs (self->clock, send_cb, sent_cb, self);
  fault_point_configure (self->point, self->run);
  self->maker->prepare (self->run, self->user_data);
}

static void
cell_clear (Cell *self)
{
  emulated_run_free (self->run);
  g_object_unref (self->clock);
}

/* Whether an image of @sample is the first half of what there is. */
static gboolean
is_cut (Cell *self, const KvsSample *sample)
{
  gint64 time_ms =
      self->run->spec.start.ms + (gint64)(sample->number * self->run->spec.interval_ms);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) half = NULL;

  if (sample->kind != KVS_SAMPLE_STILL)
    return FALSE;
  whole = emulator_get_image (self->run->emulator, "door", time_ms, "JPEG", 80, 0, 0, NULL);
  half = g_bytes_new_from_bytes (whole, 0, g_bytes_get_size (sample->image));
  return g_bytes_get_size (half) < g_bytes_get_size (whole) && g_bytes_equal (half, sample->image);
}

static void
check_content (Cell *self, const KvsSample *sample, FaultOutcome *outcome)
{
  g_autofree char *wrong = NULL;

  if (sample->kind == KVS_SAMPLE_BAD_IMAGE) {
    outcome->n_bad++;
    return;
  }
  wrong = emulated_run_check (self->run, sample);
  if (wrong == NULL)
    return;
  if (sample->kind == KVS_SAMPLE_NO_MEDIA)
    outcome->n_missing++;
  else if (is_cut (self, sample))
    outcome->n_cut++;
  else if (outcome->wrong == NULL)
    outcome->wrong = g_steal_pointer (&wrong);
}

static void
check_sample (Cell *self, const KvsSample *sample, FaultOutcome *outcome)
{
  guint64 number = outcome->n_samples++;

  if (sample->number != number && outcome->wrong == NULL)
    outcome->wrong =
        g_strdup_printf ("sample %" G_GUINT64_FORMAT " comes where %" G_GUINT64_FORMAT " should",
            sample->number, number);
  check_content (self, sample, outcome);
}

/* Returns whether there are more samples. */
static gboolean
pull (Cell *self, FaultOutcome *outcome)
{
  g_autoptr (KvsSample) sample = kvs_reader_pull (self->run->reader, &outcome->error);

  if (sample == NULL) {
    outcome->error_us = get_time (self) - self->first_fault_us;
    return FALSE;
  }
  check_sample (self, sample, outcome);
  g_atomic_int_inc (&self->n_pulled);
  return self->point != FAULT_POINT_LIVE_EDGE || self->n_pulled < N_LIVE_SAMPLES;
}

static void
check_count (Cell *self, FaultOutcome *outcome)
{
  const KvsRangeSpec *spec = &self->run->spec;
  guint n_expected = self->point == FAULT_POINT_LIVE_EDGE
                         ? N_LIVE_SAMPLES
                         : (guint)((spec->end.ms - spec->start.ms) / spec->interval_ms);

  if (outcome->error == NULL && outcome->wrong == NULL && outcome->n_samples != n_expected)
    outcome->wrong = g_strdup_printf ("only %u of %u samples come", outcome->n_samples, n_expected);
}

void
fault_cell_run (const FaultMaker *maker, gpointer user_data, FaultPoint point, FaultTimes times,
    FaultOutcome *outcome)
{
  Cell cell = {.maker = maker, .user_data = user_data, .point = point};

  *outcome = (FaultOutcome){0};
  cell_init (&cell, times);
  emulated_run_start (cell.run);
  while (pull (&cell, outcome))
    continue;
  check_count (&cell, outcome);
  emulated_run_stop (cell.run);
  outcome->n_faults = cell.n_faults;
  cell_clear (&cell);
}

/* A fault of the emulator */

typedef struct {
  const char *effect;
  AwsHttp *impatient;
} EffectMaker;

/* With credentials of the emulator's container, which can be renewed. */
static AwsClient *
make_container_client (EmulatedRun *run)
{
  g_autofree char *uri =
      g_strconcat (emulator_get_url (run->emulator), "/credentials/container", NULL);
  const char *const variables[] = {"AWS_CONTAINER_CREDENTIALS_FULL_URI", uri, NULL};
  g_autoptr (AwsConfig) config = NULL;
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (AwsCredentialsProvider) provider = NULL;

  test_environment_set (variables);
  config = test_environment_make_config (run->clock);
  source = aws_container_source_new (config);
  provider = aws_credentials_provider_new (source, "id", run->clock);
  return aws_config_new_client (config, provider, REGION);
}

static void
prepare_effect_cb (EmulatedRun *run, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  emulator_start (run->emulator, &error);
  g_assert_no_error (error);
  g_object_unref (run->client);
  run->client = make_container_client (run);
}

static AwsHttp *
make_effect_cb (EmulatedRun *run, gpointer user_data)
{
  const EffectMaker *self = user_data;
  g_autofree char *rule = g_strconcat ("*:*:", self->effect, NULL);

  emulated_run_configure (run, "fault", "none");
  emulated_run_configure (run, "fault", rule);
  return g_str_has_prefix (self->effect, "stall") ? self->impatient : NULL;
}

static void
unmake_effect_cb (EmulatedRun *run, gpointer user_data)
{
  emulated_run_configure (run, "fault", "none");
}

void
fault_cell_run_effect (
    const char *effect, FaultPoint point, FaultTimes times, FaultOutcome *outcome)
{
  static const FaultMaker maker = {prepare_effect_cb, make_effect_cb, unmake_effect_cb};
  const AwsHttpOptions impatient = {.completion_timeout_ms = STALL_TIMEOUT_MS};
  EffectMaker self = {effect, aws_http_new (&impatient, NULL)};

  fault_cell_run (&maker, &self, point, times, outcome);
  g_object_unref (self.impatient);
}
