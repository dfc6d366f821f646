/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "emulatedrun.h"

#include <awsendpoint.h>
#include <awslog.h>
#include <awsstaticsource.h>
#include <kvsgrid.h>
#include <string.h>

#define ACCESS_KEY "AKIDTEST"
#define SECRET_KEY "emulated/secret"
#define REGION "us-east-1"
#define DAY_MS (24 * 3600 * G_GINT64_CONSTANT (1000))

static AwsClient *
make_client (AwsClock *clock, guint completion_timeout_ms)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new (ACCESS_KEY, SECRET_KEY, NULL, NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "test");
  g_autoptr (AwsCredentialsProvider) provider = aws_credentials_provider_new (source, "id", NULL);
  const AwsHttpOptions options = {
      .user_agent = "test/1", .completion_timeout_ms = completion_timeout_ms};
  g_autoptr (AwsHttp) http = aws_http_new (&options, NULL);
  AwsClient *client = aws_client_new (http, provider, REGION);

  aws_client_set_clock (client, clock);
  return client;
}

EmulatedRun *
emulated_run_new (void)
{
  g_autoptr (FakeClock) clock = fake_clock_new ((EMULATED_RUN_START + DAY_MS) * 1000);

  return emulated_run_new_with_clock (AWS_CLOCK (clock));
}

static void
set_defaults (EmulatedRun *self)
{
  self->query = (KvsQuery){.stream_name = (char *)"door", .jpeg_quality = 80, .page_size = 25};
  self->traversal = KVS_TRAVERSAL_ALL;
  self->spec = (KvsRangeSpec){.start.ms = EMULATED_RUN_START,
      .end.ms = EMULATED_RUN_START + 60000,
      .has_end = TRUE,
      .interval_ms = 3000};
  self->options = (KvsReaderOptions){.availability_delay_ms = 6000,
      .availability_timeout_ms = 30000,
      .lookback_ms = 20000,
      .use_list_fragments = TRUE,
      .max_requests = 4,
      .max_bytes = 32 * 1024 * 1024};
  self->stats = kvs_stats_new ();
}

EmulatedRun *
emulated_run_new_with_clock (AwsClock *clock)
{
  EmulatedRun *self = g_new0 (EmulatedRun, 1);

  self->emulator = emulator_new ();
  emulator_set_time (self->emulator, EMULATED_RUN_START + DAY_MS);
  emulated_run_configure (self, "access-key", ACCESS_KEY);
  emulated_run_configure (self, "secret-key", SECRET_KEY);
  emulated_run_configure (self, "region", REGION);
  /* The reader's clock runs ahead while it waits. */
  emulated_run_configure (self, "max-skew", "0");
  self->clock = g_object_ref (clock);
  self->client = make_client (clock, AWS_HTTP_DEFAULT_COMPLETION_TIMEOUT_MS);
  self->cache = kvs_endpoint_cache_new ();
  self->pacer = kvs_pacer_new (clock);
  set_defaults (self);
  return self;
}

EmulatedRun *
emulated_run_new_beside (EmulatedRun *other)
{
  EmulatedRun *self = g_new0 (EmulatedRun, 1);

  self->is_beside = TRUE;
  self->emulator = g_object_ref (other->emulator);
  self->clock = g_object_ref (other->clock);
  self->client = g_object_ref (other->client);
  self->cache = other->cache;
  self->pacer = g_object_ref (other->pacer);
  set_defaults (self);
  return self;
}

void
emulated_run_free (EmulatedRun *self)
{
  emulated_run_stop (self);
  g_object_unref (self->emulator);
  g_object_unref (self->client);
  g_object_unref (self->pacer);
  g_object_unref (self->clock);
  if (!self->is_beside)
    kvs_endpoint_cache_free (self->cache);
  kvs_stats_free (self->stats);
  g_free (self);
}

void
emulated_run_set_timeout (EmulatedRun *self, guint completion_timeout_ms)
{
  g_object_unref (self->client);
  self->client = make_client (self->clock, completion_timeout_ms);
}

void
emulated_run_configure (EmulatedRun *self, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  emulator_configure (self->emulator, name, value, &error);
  g_assert_no_error (error);
}

static void
event_cb (const KvsEvent *event, gpointer user_data)
{
  EmulatedRun *self = user_data;

  if (event->kind == KVS_EVENT_OUTAGE)
    g_atomic_int_inc (&self->n_outages);
  if (event->kind == KVS_EVENT_ONLY_GAPS)
    g_atomic_int_inc (&self->n_only_gaps);
  if (event->kind == KVS_EVENT_RECOVERED) {
    self->outage_us = event->duration_us;
    g_atomic_int_inc (&self->n_recoveries);
  }
}

static const char *
get_url (EmulatedRun *self)
{
  g_autoptr (GError) error = NULL;

  if (self->url != NULL)
    return self->url;
  if (emulator_get_url (self->emulator) == NULL)
    emulator_start (self->emulator, &error);
  g_assert_no_error (error);
  return emulator_get_url (self->emulator);
}

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  return TRUE;
}

static void
print_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
  g_printerr ("%s %d %s: %s\n", topic, (int)level, function, message);
}

/* KVS_TEST_LOG=1 prints the debug log of the libraries. */
static AwsLogSink *
get_log_sink (void)
{
  static AwsLogSink *sink;

  if (sink == NULL && g_getenv ("KVS_TEST_LOG") != NULL)
    sink = aws_log_sink_new (is_enabled_cb, print_cb, NULL, NULL);
  return sink;
}

void
emulated_run_start (EmulatedRun *self)
{
  gint64 now_ms = aws_clock_get_real_time (self->clock) / 1000;
  g_autoptr (GUri) endpoint = aws_endpoint_parse (get_url (self), TRUE, NULL);

  emulated_run_stop (self);
  self->reader = kvs_reader_new (
      self->client, endpoint, &self->query, &self->spec, now_ms, &self->options, self->stats);
  kvs_reader_set_endpoint_cache (self->reader, self->cache);
  kvs_reader_set_pacer (self->reader, self->pacer);
  kvs_reader_set_event_func (self->reader, event_cb, self);
  aws_log_set_sink (get_log_sink ());
  kvs_reader_seek (self->reader, &self->traversal);
  kvs_reader_start (self->reader);
}

void
emulated_run_stop (EmulatedRun *self)
{
  if (self->reader != NULL)
    kvs_reader_stop (self->reader);
  g_clear_object (&self->reader);
}

static KvsSampleKind
get_expected_kind (EmulatedRun *self, gint64 time_ms)
{
  switch (emulator_get_media (self->emulator, "door", time_ms)) {
    case EMULATOR_MEDIA_PICTURE:
      return KVS_SAMPLE_STILL;
    case EMULATOR_MEDIA_NONE:
      return KVS_SAMPLE_NO_MEDIA;
    default:
      return KVS_SAMPLE_MEDIA_ERROR;
  }
}

char *
emulated_run_check (EmulatedRun *self, const KvsSample *sample)
{
  const KvsRange range = {.start_ms = self->spec.start.ms, .interval_ms = self->spec.interval_ms};
  gint64 time_ms = kvs_range_get_time (&range, sample->number);
  KvsSampleKind kind = get_expected_kind (self, time_ms);
  g_autoptr (GBytes) image = NULL;

  if (sample->kind != kind)
    return g_strdup_printf ("sample %" G_GUINT64_FORMAT " is %s and not %s", sample->number,
        kvs_sample_kind_get_name (sample->kind), kvs_sample_kind_get_name (kind));
  if (kind != KVS_SAMPLE_STILL)
    return NULL;
  image = emulator_get_image (self->emulator, "door", time_ms, "JPEG", 80, 0, 0, NULL);
  if (!g_bytes_equal (image, sample->image))
    return g_strdup_printf ("sample %" G_GUINT64_FORMAT
                            " has another image, whose TimeStamp is off by %" G_GINT64_FORMAT " ms",
        sample->number, sample->time_ms - time_ms);
  return NULL;
}

static guint64
get_expected_number (const KvsGrid *grid, guint64 i)
{
  return grid->number + (grid->is_reverse ? grid->count - 1 - i : i) * grid->stride;
}

static void
init_grid (EmulatedRun *self, const KvsTraversal *traversal, KvsGrid *grid)
{
  const KvsRange range = {.start_ms = self->spec.start.ms,
      .end_ms = self->spec.end.ms,
      .interval_ms = self->spec.interval_ms};

  kvs_grid_init (grid, &range, traversal);
}

/* Pulls sample @i of @grid. */
static char *
check_next (EmulatedRun *self, const KvsGrid *grid, guint64 i)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsSample) sample = kvs_reader_pull (self->reader, &error);
  guint64 number = get_expected_number (grid, i);

  if (error != NULL)
    return g_strdup_printf ("after %" G_GUINT64_FORMAT " samples: %s", i, error->message);
  if (sample == NULL)
    return g_strdup_printf (
        "only %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " samples come", i, grid->count);
  if (sample->number != number)
    return g_strdup_printf ("sample %" G_GUINT64_FORMAT " comes where %" G_GUINT64_FORMAT " should",
        sample->number, number);
  return emulated_run_check (self, sample);
}

static char *
check_end (EmulatedRun *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (KvsSample) sample = kvs_reader_pull (self->reader, &error);

  if (error != NULL)
    return g_strdup_printf ("at the end: %s", error->message);
  if (sample != NULL)
    return g_strdup_printf ("sample %" G_GUINT64_FORMAT " comes after the end", sample->number);
  return NULL;
}

char *
emulated_run_check_some (EmulatedRun *self, const KvsTraversal *traversal, guint64 max_samples)
{
  char *wrong = NULL;
  KvsGrid grid;

  init_grid (self, traversal, &grid);
  for (guint64 i = 0; i < MIN (grid.count, max_samples) && wrong == NULL; i++)
    wrong = check_next (self, &grid, i);
  if (wrong == NULL && max_samples > grid.count)
    wrong = check_end (self);
  return wrong;
}

char *
emulated_run_check_all (EmulatedRun *self, const KvsTraversal *traversal)
{
  return emulated_run_check_some (self, traversal, G_MAXUINT64);
}
