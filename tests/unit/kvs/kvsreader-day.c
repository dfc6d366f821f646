/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a day is complete and exact however much goes wrong, and takes no more memory than an hour.
 *
 * The emulator is in this process, and the reader in another one, so that its memory can be measured: the
 * program runs itself. The child writes a line for each sample, and this process holds it against what the
 * emulator says is there. */
#include "emulatedrun.h"

#include <stdio.h>
#include <string.h>

#define CHILD "--child"
#define INTERVAL_MS 3000
#define HOUR_S 3600
#define DAY_S (24 * HOUR_S)
#define IMAGE_BYTES "8192"
#define N_GAPS 40
#define MAX_GAP_S 900

/* How long a request that never ends takes, in real time. */
#define TIMEOUT_MS 1000
#define MAX_ATTEMPTS 20

/* The limit of held bytes, so small that an hour reaches it as well as a day. */
#define MAX_BYTES (512 * 1024)

/* Requests whose images are bad, so far apart that the requests that repeat them are not among them. */
#define FIRST_BAD_REQUEST 20
#define BAD_REQUEST_DISTANCE 150
#define N_BAD_REQUESTS 9

/* How much more memory a day may take than an hour. */
#define MAX_GROWTH 1.1

/* The child */

static void
print_sample (const KvsSample *sample)
{
  g_autofree char *checksum = NULL;

  if (sample->image != NULL)
    checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, sample->image);
  printf ("%" G_GUINT64_FORMAT " %s %s\n", sample->number, kvs_sample_kind_get_name (sample->kind),
      checksum != NULL ? checksum : "-");
}

/* The most memory that this program has had, in KiB (proc(5), VmHWM). What getrusage() tells counts that of
 * the parent as well. */
static guint64
get_peak (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  line = strstr (status, "VmHWM:");
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10);
}

/* Reads what is at @url for so many seconds, and ends with how much memory it has taken. */
static int
run_child (const char *url, const char *seconds)
{
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  g_autoptr (GError) error = NULL;
  KvsSample *next;

  emulated_run_set_timeout (run, TIMEOUT_MS);
  aws_client_set_max_attempts (run->client, MAX_ATTEMPTS);
  run->url = url;
  run->spec.interval_ms = INTERVAL_MS;
  run->spec.end.ms = run->spec.start.ms + g_ascii_strtoll (seconds, NULL, 10) * 1000;
  run->options.max_bytes = MAX_BYTES;
  emulated_run_start (run);
  while ((next = kvs_reader_pull (run->reader, &error))) {
    g_autoptr (KvsSample) sample = next;

    print_sample (sample);
  }
  if (error != NULL)
    printf ("error %s\n", error->message);
  printf ("peak %" G_GUINT64_FORMAT "\n", get_peak ());
  return 0;
}

/* The stream and what goes wrong */

static void
configure_stream (EmulatedRun *run, GRand *chance)
{
  GString *stream = g_string_new (NULL);

  g_string_printf (stream, "door=prepared:" IMAGE_BYTES ",start=%" G_GINT64_FORMAT ",duration=%d",
      EMULATED_RUN_START / 1000, DAY_S);
  for (guint i = 0; i < N_GAPS; i++)
    g_string_append_printf (stream, ",gap=%.3f+%.3f", g_rand_double_range (chance, 0, DAY_S),
        g_rand_double_range (chance, 0.5, MAX_GAP_S));
  emulated_run_configure (run, "stream", stream->str);
  g_string_free (stream, TRUE);
}

/* Of 404 there is none: it says that there is no media. Nor of images that break off behind their header: those
 * are what was asked for, as far as can be told without decoding them. */
static void
configure_faults (EmulatedRun *run)
{
  static const char *const faults[] = {"latency=0ms+20ms", "byte-latency=0.5us", "status=500",
      "status=503", "code=ClientLimitExceededException", "code=ThrottlingException", "reset=before",
      "reset=headers", "reset=body", "cut=before", "cut=headers", "cut=body", "garbage=http",
      "garbage=json", "garbage=html,status=502", "token=refused", "token=repeated", "token=absent"};
  static const char *const stalls[] = {"before", "headers", "body"};
  static const char *const images[] = {"format", "garbage", "base64"};

  emulated_run_configure (run, "fault", "none");
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *fault = g_strconcat ("GetImages:p=0.01:", faults[i], NULL);

    emulated_run_configure (run, "fault", fault);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (stalls); i++) {
    g_autofree char *fault = g_strdup_printf ("GetImages:p=0.003:stall=%s", stalls[i]);

    emulated_run_configure (run, "fault", fault);
  }
  for (guint i = 0; i < N_BAD_REQUESTS; i++) {
    g_autofree char *fault = g_strdup_printf ("GetImages:%u:image=%s",
        FIRST_BAD_REQUEST + i * BAD_REQUEST_DISTANCE, images[i % G_N_ELEMENTS (images)]);

    emulated_run_configure (run, "fault", fault);
  }
}

/* What is there */

static char *
describe_sample (EmulatedRun *run, guint number)
{
  gint64 time_ms = EMULATED_RUN_START + (gint64)number * INTERVAL_MS;
  g_autoptr (GBytes) image = NULL;
  g_autofree char *checksum = NULL;

  if (emulator_get_media (run->emulator, "door", time_ms) == EMULATOR_MEDIA_NONE)
    return g_strdup_printf ("%u NO_MEDIA -", number);
  image = emulator_get_image (run->emulator, "door", time_ms, "JPEG", 80, 0, 0, NULL);
  checksum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA1, image);
  return g_strdup_printf ("%u STILL %s", number, checksum);
}

static GSubprocess *
start_child (EmulatedRun *run, guint seconds)
{
  g_autofree char *seconds_text = g_strdup_printf ("%u", seconds);
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "/proc/self/exe",
      CHILD, emulator_get_url (run->emulator), seconds_text, NULL);

  g_assert_no_error (error);
  return child;
}

/* Has so many seconds read, and checks each sample. Returns how much memory that takes, in KiB. */
static guint64
read_seconds (EmulatedRun *run, guint seconds)
{
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *last = NULL;
  guint before = emulator_count_requests (run->emulator, "GetImages");
  guint64 peak;

  configure_faults (run);
  child = start_child (run, seconds);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
  for (guint i = 0; i < seconds * 1000 / INTERVAL_MS; i++) {
    g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
    g_autofree char *expected = describe_sample (run, i);

    g_assert_cmpstr (line, ==, expected);
  }
  last = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_true (g_str_has_prefix (last, "peak "));
  peak = g_ascii_strtoull (last + strlen ("peak "), NULL, 10);
  g_assert_true (g_subprocess_wait_check (child, NULL, NULL));
  g_test_message ("%u s: %u requests, %" G_GUINT64_FORMAT " KiB", seconds,
      emulator_count_requests (run->emulator, "GetImages") - before, peak);
  return peak;
}

static void
test_day (void)
{
  guint32 seed = g_test_rand_int () & G_MAXINT32;
  g_autoptr (GRand) chance = g_rand_new_with_seed (seed);
  g_autoptr (EmulatedRun) run = emulated_run_new ();
  g_autofree char *seed_text = g_strdup_printf ("%u", seed);
  g_autoptr (GError) error = NULL;
  guint64 peak_of_hour, peak_of_day;

  g_test_message ("seed %u", seed);
  /* All samples are old: the emulator's clock stands still, so that none would become old in time. */
  emulator_set_time (
      run->emulator, EMULATED_RUN_START + (DAY_S + HOUR_S) * G_GINT64_CONSTANT (1000));
  emulated_run_configure (run, "seed", seed_text);
  configure_stream (run, chance);
  emulator_start (run->emulator, &error);
  g_assert_no_error (error);
  peak_of_hour = read_seconds (run, HOUR_S);
  peak_of_day = read_seconds (run, DAY_S);
  if (MEASURES_MEMORY)
    g_assert_cmpfloat ((double)peak_of_day, <=, MAX_GROWTH * (double)peak_of_hour);
}

int
main (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], CHILD))
    return run_child (argv[2], argv[3]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kvsreader-day/day", test_day);
  return g_test_run ();
}
