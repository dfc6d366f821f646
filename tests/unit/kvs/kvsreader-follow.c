/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a reader gets each sample of a live stream once, in order, and about as soon as it can be had:
 * for half an hour, with lag, jitter and gaps, and with the network away in the middle of it. */
#include "emulatedclock.h"
#include "emulatedrun.h"

#define SECOND_MS G_GINT64_CONSTANT (1000)
#define MINUTE_MS (60 * SECOND_MS)

/* When a run begins. The stream began earlier. */
#define BEGIN_MS (EMULATED_RUN_START + 2 * 60 * MINUTE_MS + 357)
#define STREAM_AGE_MS (75 * MINUTE_MS)

/* The longest wait before another attempt (AwsAttempts), after which all overdue samples are requested. */
#define BACKOFF_MS (20 * SECOND_MS)

/* How many samples a second there are at least if they only have to be fetched, by requests of 150 ms one
 * after the other. */
#define SAMPLES_PER_SECOND 150

/* How long a reader pauses for each sample that it has to request again. */
#define POLL_MS_PER_SAMPLE 10

/* How many single-sample requests there are when a reader requests the samples that it waits for. */
#define MAX_SINGLE_REQUESTS 4

/* The most requests in a second: the points in the token bucket, and those that arrive meanwhile. */
#define MAX_REQUESTS_PER_SECOND                                                                    \
  (2 * KVS_METADATA_POINTS_PER_SECOND / (KVS_METADATA_POINTS_PER_CALL + 1))

/* In an outage, on average. */
#define MS_PER_REQUEST_IN_OUTAGE (5 * SECOND_MS)

/* Times are from BEGIN_MS on. */
typedef struct {
  const char *name;
  const char *stream; /* its options, gaps from where it began */
  guint interval_ms;
  guint delay_ms;
  guint timeout_ms;
  guint max_requests;
  gint64 latency_ms; /* of a request, at most */
  gint64 skew_ms;    /* by how much the local clock is ahead */
  gboolean is_past;  /* the range does not follow */
  gint64 past_ms;    /* how long before its begin it starts */
  gint64 length_ms;  /* how long it goes, unless it has an end */
  gint64 end_ms;     /* 0 is none */
  const char *fault; /* of all requests in an outage */
  gint64 outage_ms;
  gint64 outage_end_ms;
} Case;

/* How the service answers for a window without a fragment. */
static const char *const empty_ranges[] = {"entries", "list", "404", "400"};

typedef struct {
  KvsSample *sample;
  gint64 time_ms; /* when it came, by the service's clock */
} Pulled;

typedef struct {
  const Case *test;
  EmulatedClock *clock;
  EmulatedRun *run;
  gboolean is_away;
  GArray *pulled;
} Follow;

static gint64
get_now_ms (Follow *self)
{
  return aws_clock_get_real_time (AWS_CLOCK (self->clock)) / 1000 - self->test->skew_ms;
}

/* Moves the service's clock along, and cuts and restores the network. */
static void
moved_cb (gint64 real_time_us, gpointer user_data)
{
  Follow *self = user_data;
  gint64 now_ms = real_time_us / 1000 - self->test->skew_ms;
  gint64 passed_ms = now_ms - BEGIN_MS;
  gboolean is_away = passed_ms >= self->test->outage_ms && passed_ms < self->test->outage_end_ms;

  emulator_set_time (self->run->emulator, now_ms);
  if (is_away != self->is_away)
    emulated_run_configure (self->run, "fault", is_away ? self->test->fault : "none");
  self->is_away = is_away;
}

static void
clear_pulled (gpointer data)
{
  Pulled *pulled = data;

  g_clear_pointer (&pulled->sample, kvs_sample_free);
}

static gboolean
has_end (const Case *test)
{
  return test->end_ms != 0 || test->is_past;
}

static void
follow_init (Follow *self, const Case *test, guint32 seed)
{
  g_autofree char *stream =
      g_strdup_printf ("door=prepared:64,live=true,start=%" G_GINT64_FORMAT ".357,%s",
          (BEGIN_MS - STREAM_AGE_MS) / 1000, test->stream);
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  EmulatedRun *run;

  self->test = test;
  self->clock = emulated_clock_new ((BEGIN_MS + test->skew_ms) * 1000, seed);
  self->run = run = emulated_run_new_with_clock (AWS_CLOCK (self->clock));
  self->pulled = g_array_new (FALSE, FALSE, sizeof (Pulled));
  g_array_set_clear_func (self->pulled, clear_pulled);
  emulated_run_configure (run, "seed", seed_text);
  emulated_run_configure (run, "empty-range", empty_ranges[seed % G_N_ELEMENTS (empty_ranges)]);
  emulated_run_configure (run, "error-connection", seed / 4 % 2 > 0 ? "close" : "keep");
  emulated_run_configure (run, "stream", stream);
  emulated_run_configure (run, "quota", "on");
  emulator_set_time (run->emulator, BEGIN_MS);
  emulated_clock_set_func (self->clock, moved_cb, self);
  emulated_clock_set_latency (self->clock, test->latency_ms * 500, test->latency_ms * 1000);
  run->spec = (KvsRangeSpec){.start.ms = BEGIN_MS - test->past_ms,
      .end.ms = BEGIN_MS + test->end_ms,
      .has_end = has_end (test),
      .follow = !test->is_past,
      .interval_ms = test->interval_ms};
  run->options.availability_delay_ms = test->delay_ms;
  run->options.availability_timeout_ms = test->timeout_ms;
  run->options.max_requests = test->max_requests;
}

static void
follow_clear (Follow *self)
{
  emulated_run_free (self->run);
  g_object_unref (self->clock);
  g_array_unref (self->pulled);
}

/* Pulls a sample. Returns whether there was one. */
static gboolean
pull (Follow *self)
{
  g_autoptr (GError) error = NULL;
  Pulled pulled = {.sample = kvs_reader_pull (self->run->reader, &error)};

  g_assert_no_error (error);
  if (pulled.sample == NULL)
    return FALSE;
  pulled.time_ms = get_now_ms (self);
  g_array_append_val (self->pulled, pulled);
  return TRUE;
}

/* Pulls the samples of the test. A range that does not follow ends when the service has told the time. */
static void
pull_all (Follow *self)
{
  const Case *test = self->test;
  gint64 length_ms = test->past_ms + test->length_ms;
  KvsRange range;

  if (has_end (test)) {
    while (pull (self))
      continue;
    g_assert_true (kvs_reader_get_range (self->run->reader, &range));
    length_ms = range.end_ms - range.start_ms;
    if (test->is_past)
      g_assert_cmpint (ABS (range.end_ms - BEGIN_MS), <=, test->latency_ms);
  }
  while (self->pulled->len < (guint)((length_ms - 1) / test->interval_ms) + 1)
    g_assert_true (pull (self));
}

static gint64
get_time (Follow *self, guint i)
{
  return self->run->spec.start.ms + (gint64)i * self->test->interval_ms;
}

/* How long it takes to fetch what there is of a time of @length_ms. */
static gint64
get_fetch_ms (Follow *self, gint64 length_ms)
{
  return SECOND_MS + length_ms / self->test->interval_ms * SECOND_MS / SAMPLES_PER_SECOND;
}

/* Until when samples may come late that are due at @due_ms at the latest: those of the past, and those of an
 * outage. */
static gint64
get_excuse_ms (Follow *self, gint64 due_ms)
{
  const Case *test = self->test;
  gint64 past_end_ms = get_fetch_ms (self, test->past_ms);
  gint64 away_ms = test->outage_end_ms - test->outage_ms + BACKOFF_MS;
  gint64 outage_end_ms = test->outage_ms + away_ms + get_fetch_ms (self, away_ms);
  gint64 passed_ms = due_ms - BEGIN_MS;

  if (test->past_ms > 0 && passed_ms < past_end_ms)
    return BEGIN_MS + past_end_ms;
  if (test->fault != NULL && passed_ms >= test->outage_ms && passed_ms < outage_end_ms)
    return BEGIN_MS + outage_end_ms;
  return due_ms;
}

static gint64
get_available_ms (Follow *self, guint i)
{
  return emulator_get_available (self->run->emulator, "door", get_time (self, i));
}

/* When it counts as a gap that there is no media for sample @i. */
static gint64
get_limit_ms (Follow *self, guint i)
{
  return get_time (self, i) + MAX (self->test->delay_ms, self->test->timeout_ms);
}

/* When a reader can know that there is media for sample @i, or −1. */
static gint64
get_found_ms (Follow *self, guint i)
{
  gint64 available_ms = get_available_ms (self, i);

  return available_ms < 0 ? -1 : MAX (available_ms, get_time (self, i) + self->test->delay_ms);
}

/* When a reader can know that there is no media for sample @i: it has waited long enough, or there is media
 * behind it. */
static gint64
get_missed_ms (Follow *self, guint i)
{
  gint64 limit_ms = get_limit_ms (self, i);

  for (guint next = i + 1; get_time (self, next) < limit_ms; next++) {
    gint64 found_ms = get_found_ms (self, next);

    if (found_ms >= 0)
      return MIN (found_ms, limit_ms);
  }
  return limit_ms;
}

/* How many samples up to @i could be asked for at @time_ms and had not come yet. */
static guint
count_waiting (Follow *self, guint i, gint64 time_ms)
{
  guint first = i;

  while (first > 0 && g_array_index (self->pulled, Pulled, first - 1).time_ms >= time_ms)
    first--;
  return i - first + 1;
}

/* How long a sample may take that can be known at @known_ms: the wait before the next request for it, and
 * the time that all requests before and after that take. */
static gint64
get_patience_ms (Follow *self, guint i, gint64 known_ms)
{
  const Case *test = self->test;
  guint n_waiting = count_waiting (self, i, known_ms) + test->timeout_ms / test->interval_ms;
  guint n_before = self->run->options.lookback_ms / test->interval_ms;
  guint n_pages = (n_waiting + n_before) / self->run->query.page_size + 1;

  return MAX (test->interval_ms, n_waiting * POLL_MS_PER_SAMPLE) +
         2 * (n_pages + MAX_SINGLE_REQUESTS) * test->latency_ms +
         (test->skew_ms != 0 ? SECOND_MS : 0);
}

static void
fail (Follow *self, guint i, const char *wrong)
{
  const Pulled *pulled = &g_array_index (self->pulled, Pulled, i);

  g_error ("%s: sample %u %s; its time is %.3f s, there at %.3f s, pulled at %.3f s",
      self->test->name, i, wrong, (double)(get_time (self, i) - BEGIN_MS) / 1e3,
      (double)(get_available_ms (self, i) - BEGIN_MS) / 1e3,
      (double)(pulled->time_ms - BEGIN_MS) / 1e3);
}

/* Whether sample @i may be a gap although there is media: that has come too late. A reply may be as old as
 * the latency. */
static gboolean
is_too_late (Follow *self, guint i)
{
  return get_available_ms (self, i) > get_limit_ms (self, i) - self->test->latency_ms;
}

static void
check_sample (Follow *self, guint i)
{
  const Pulled *pulled = &g_array_index (self->pulled, Pulled, i);
  gboolean is_missed = pulled->sample->kind == KVS_SAMPLE_NO_MEDIA;
  gint64 known_ms = is_missed ? get_missed_ms (self, i) : get_found_ms (self, i);
  g_autofree char *wrong = NULL;

  g_assert_cmpuint (pulled->sample->number, ==, i);
  if (!is_missed || !is_too_late (self, i))
    wrong = emulated_run_check (self->run, pulled->sample);
  if (wrong != NULL)
    fail (self, i, wrong);
  if (pulled->time_ms < known_ms - self->test->latency_ms)
    fail (self, i, "comes before it can be known");
  if (pulled->time_ms > get_excuse_ms (self, known_ms + get_patience_ms (self, i, known_ms)))
    fail (self, i, "is late");
}

/* How many requests there were in each second from @from_ms to @to_ms. */
static GArray *
count_requests (Follow *self, gint64 from_ms, gint64 to_ms)
{
  g_autoptr (JsonArray) log = emulator_get_log (self->run->emulator);
  GArray *counts = g_array_new (FALSE, TRUE, sizeof (guint));

  g_array_set_size (counts, (guint)((to_ms - from_ms) / SECOND_MS) + 1);
  for (guint i = 0; i < json_array_get_length (log); i++) {
    JsonObject *entry = json_array_get_object_element (log, i);
    g_autoptr (GDateTime) time =
        g_date_time_new_from_iso8601 (json_object_get_string_member (entry, "time"), NULL);
    gint64 time_ms =
        g_date_time_to_unix (time) * SECOND_MS + g_date_time_get_microsecond (time) / 1000;

    if (time_ms >= from_ms && time_ms < to_ms)
      g_array_index (counts, guint, (time_ms - from_ms) / SECOND_MS)++;
  }
  return counts;
}

/* A reader sends few requests in an outage and at its end. */
static void
check_load (Follow *self)
{
  const Case *test = self->test;
  g_autoptr (GArray) counts = count_requests (self, BEGIN_MS, get_now_ms (self));
  guint n_in_outage = 0;

  for (guint i = 0; i < counts->len; i++) {
    guint count = g_array_index (counts, guint, i);
    gint64 passed_ms = i * SECOND_MS;

    g_assert_cmpuint (count, <=, MAX_REQUESTS_PER_SECOND);
    if (passed_ms >= test->outage_ms && passed_ms < test->outage_end_ms)
      n_in_outage += count;
  }
  g_assert_cmpuint (
      n_in_outage, <=, (test->outage_end_ms - test->outage_ms) / MS_PER_REQUEST_IN_OUTAGE);
  g_assert_cmpuint (kvs_stats_get (self->run->stats, KVS_STATS_THROTTLES), <=, n_in_outage);
}

/* The beginning of an outage is reported once, and so is its end. */
static void
check_events (Follow *self)
{
  const Case *test = self->test;
  gint64 outage_ms = test->outage_end_ms - test->outage_ms;
  gint64 told_ms = self->run->outage_us / 1000;

  g_assert_cmpint (self->run->n_outages, ==, test->fault != NULL ? 1 : 0);
  g_assert_cmpint (self->run->n_recoveries, ==, test->fault != NULL ? 1 : 0);
  if (test->fault == NULL)
    return;
  g_assert_cmpint (told_ms, >, outage_ms - BACKOFF_MS);
  g_assert_cmpint (told_ms, <, outage_ms + BACKOFF_MS);
}

static void
run_case (gconstpointer data)
{
  const Case *test = data;
  guint32 seed = g_test_rand_int () & G_MAXINT32;
  Follow self = {0};

  g_test_message ("seed %u", seed);
  follow_init (&self, test, seed);
  emulated_run_start (self.run);
  pull_all (&self);
  g_test_message ("%u samples, %u requests", self.pulled->len,
      emulator_count_requests (self.run->emulator, "*"));
  emulated_run_stop (self.run);
  check_load (&self);
  check_events (&self);

  /* By now all media has arrived. */
  emulator_set_time (self.run->emulator, get_now_ms (&self) + 60 * MINUTE_MS);
  for (guint i = 0; i < self.pulled->len; i++)
    check_sample (&self, i);
  follow_clear (&self);
}

/* All that can be wrong with media: a gap that is longer than it is waited for, short ones, and others at the
 * beginning and at the end of an outage. */
#define GAPS                                                                                       \
  "gap=4550+40,gap=4620.3+0.5,gap=4700+7,audio-only=4800+20,gap=4990+123,gap=5085+20,gap=5650+70," \
  "gap=6000.9+2.2"
#define LIVE "lag=2,jitter=4," GAPS

/* Half an hour with an outage of ten minutes. Each two of the values are together in one of them. */
#define HALF_AN_HOUR(interval, edge, delay, timeout, requests, latency, effect)                    \
  {                                                                                                \
    .name = "half-an-hour/" #interval "-" #delay "-" #timeout "-" effect, .stream = LIVE "," edge, \
    .interval_ms = interval, .delay_ms = delay, .timeout_ms = timeout, .max_requests = requests,   \
    .latency_ms = latency, .length_ms = 30 * MINUTE_MS, .fault = "*:*:" effect,                    \
    .outage_ms = 10 * MINUTE_MS, .outage_end_ms = 20 * MINUTE_MS                                   \
  }

#define THROTTLED "code=ClientLimitExceededException"

static const Case cases[] = {
    HALF_AN_HOUR (200, "fragment=2,edge=fragment", 6000, 5000, 4, 0, "status=503"),
    HALF_AN_HOUR (3000, "fragment=6,edge=frame", 0, 5000, 1, 150, "reset=before"),
    HALF_AN_HOUR (1000, "fragment=2,edge=fragment", 0, 30000, 4, 150, THROTTLED),
    HALF_AN_HOUR (3000, "fragment=2,edge=frame", 6000, 30000, 1, 0, THROTTLED),
    HALF_AN_HOUR (200, "fragment=6,edge=fragment", 0, 30000, 1, 0, "reset=before"),
    HALF_AN_HOUR (1000, "fragment=6,edge=frame", 6000, 5000, 1, 150, "status=503"),
    HALF_AN_HOUR (3000, "fragment=6,edge=fragment", 0, 30000, 4, 150, "status=503"),
    HALF_AN_HOUR (1000, "fragment=2,edge=frame", 6000, 5000, 4, 0, "reset=before"),
    HALF_AN_HOUR (200, "fragment=6,edge=frame", 0, 5000, 1, 150, THROTTLED),
    {
        .name = "past-and-live",
        .stream = LIVE ",fragment=2,edge=fragment",
        .interval_ms = 1000,
        .delay_ms = 6000,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .past_ms = 60 * MINUTE_MS,
        .length_ms = 5 * MINUTE_MS,
    },
    {
        /* More samples than a queue may have otherwise. */
        .name = "camera-off",
        .stream = "lag=2,fragment=2,edge=fragment,gap=4530+900",
        .interval_ms = 200,
        .delay_ms = 6000,
        .timeout_ms = 60 * MINUTE_MS,
        .max_requests = 4,
        .latency_ms = 150,
        .length_ms = 17 * MINUTE_MS,
    },
    {
        .name = "end-in-the-future",
        .stream = LIVE ",fragment=2,edge=fragment",
        .interval_ms = 1000,
        .delay_ms = 6000,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .end_ms = 3 * MINUTE_MS,
    },
    {
        .name = "end-is-now",
        .stream = LIVE ",fragment=2,edge=fragment",
        .interval_ms = 1000,
        .delay_ms = 6000,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .is_past = TRUE,
        .past_ms = 10 * MINUTE_MS,
        .end_ms = MINUTE_MS,
    },
    {
        .name = "end-is-now-without-media",
        .stream = "lag=2,fragment=2,edge=fragment,gap=4470+300",
        .interval_ms = 1000,
        .delay_ms = 6000,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .is_past = TRUE,
        .past_ms = 10 * MINUTE_MS,
    },
    {
        .name = "local-clock-ahead",
        .stream = LIVE ",fragment=2,edge=fragment",
        .interval_ms = 1000,
        .delay_ms = 0,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .skew_ms = 100 * SECOND_MS,
        .length_ms = 5 * MINUTE_MS,
    },
    {
        .name = "local-clock-behind",
        .stream = LIVE ",fragment=2,edge=fragment",
        .interval_ms = 1000,
        .delay_ms = 0,
        .timeout_ms = 30000,
        .max_requests = 4,
        .latency_ms = 150,
        .skew_ms = -100 * SECOND_MS,
        .length_ms = 5 * MINUTE_MS,
    },
};

/* Of a camera whose clock is wrong, the live edge has no media at the times of its clock. That is told once, and
 * only where it can be why. */
static void
test_only_gaps (void)
{
  static const struct {
    const char *stream;
    gboolean is_producer_time;
    int n_told;
  } rows[] = {
      {"lag=2,fragment=2,producer-offset=-3600", TRUE, 1},
      {"lag=2,fragment=2,producer-offset=0", TRUE, 0},
      {"lag=2,fragment=2,producer-offset=-3600", FALSE, 0},
      {"lag=2,fragment=2,gap=4530+20", TRUE, 0},
      {"lag=2,fragment=2,gap=4530+60", TRUE, 1},
      {"lag=2,fragment=2,gap=4530+60", FALSE, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Case test = {.stream = rows[i].stream,
        .interval_ms = 3000,
        .delay_ms = 6000,
        .timeout_ms = 30000,
        .max_requests = 2,
        .length_ms = 3 * MINUTE_MS};
    Follow self = {0};

    follow_init (&self, &test, i);
    self.run->spec.is_producer_time = rows[i].is_producer_time;
    if (rows[i].is_producer_time)
      self.run->query.selector = KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP;
    emulated_run_start (self.run);
    pull_all (&self);
    emulated_run_stop (self.run);
    g_assert_cmpint (self.run->n_only_gaps, ==, rows[i].n_told);
    follow_clear (&self);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strconcat ("/kvsreader-follow/", cases[i].name, NULL);

    g_test_add_data_func (path, &cases[i], run_case);
  }
  g_test_add_func ("/kvsreader-follow/only-gaps", test_only_gaps);
  return g_test_run ();
}
