/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvs-stills get: the stills of a range, of one stream or many. */
#include "stillscommand.h"
#include "stillsdisplay.h"
#include "stillsexif.h"
#include "stillsfile.h"
#include "stillsmanifest.h"
#include "stillsmetrics.h"
#include "stillsname.h"
#include "stillspull.h"
#include "stillsstreams.h"

#include <glib-unix.h>

#include <string.h>

#define DEFAULT_JOBS 32
#define METRICS_INTERVAL_MS 10000

static const char summary[] =
    "Pulls the stills of a range, of one stream or many, into a folder: stream=NAME/date=YYYY-MM-DD/"
    "YYYYMMDDTHHMMSS.mmmZ.jpg,\nwith an index of all samples in stream=NAME/index.jsonl. When it is "
    "stopped or killed, the same command goes on.";

static const char examples[] =
    "  kvs-stills get front-door --start now-1h\n"
    "  kvs-stills get front-door back-yard --start 2026-11-20T00:00:00Z --end 2026-11-21T00:00:00Z "
    "--interval 1m --output day\n"
    "  kvs-stills get --streams cameras.txt --start now-10m --width 320 --height 240 --tar 1000\n"
    "  kvs-stills get --manifest manifest.jsonl --task 7 --output /data\n"
    "\n"
    "Exit codes: 0 complete, 64 usage, 66 a stream is not found, 73 the output cannot be written, 75 try "
    "again, 77 not authorised.";

/* The options of the command line beside the properties of the element. */
typedef struct {
  char **streams;
  char *streams_file;
  char *start;
  char *end;
  char *interval;
  char *output;
  char *index;
  gint n_per_shard;
  gboolean has_exif;
  gint jobs;
  char *manifest;
  char *task;
  char *jitter;
  gboolean is_json;
  gboolean is_quiet;
  char *metrics;
} Options;

typedef struct {
  Options options;
  StillsSettings *settings;
  StillsStreams *streams;
  StillsLayout layout;
  char *key;
  gint64 jitter_ms;

  StillsDisplay *display;
  JsonObject *description;
  GPtrArray *pulls;
  GHashTable *complete;
  GMainLoop *loop;
  gint64 begin_us;
  guint n_started;
  guint n_running;
  gboolean is_started;
  gboolean is_stopping;
  gboolean is_refused;
  StillsExit exit;

  /* Guards what follows: the first stream finds out the range in the thread that pulls it. */
  GMutex lock;
  StillsState *state;
  gboolean has_range;
  StillsRange range;
} Get;

static void
clear_options (Options *self)
{
  g_strfreev (self->streams);
  g_free (self->streams_file);
  g_free (self->start);
  g_free (self->end);
  g_free (self->interval);
  g_free (self->output);
  g_free (self->index);
  g_free (self->manifest);
  g_free (self->task);
  g_free (self->jitter);
  g_free (self->metrics);
}

static void
get_init (Get *self)
{
  *self = (Get){.options = {.jobs = DEFAULT_JOBS}};
  g_mutex_init (&self->lock);
  self->settings = stills_settings_new ();
  self->streams = stills_streams_new ();
  self->complete = g_hash_table_new (NULL, NULL);
  self->pulls = g_ptr_array_new_with_free_func ((GDestroyNotify)stills_pull_free);
  self->loop = g_main_loop_new (NULL, FALSE);
}

static void
get_clear (Get *self)
{
  g_ptr_array_unref (self->pulls);
  g_hash_table_unref (self->complete);
  g_clear_pointer (&self->state, stills_state_close);
  g_clear_pointer (&self->description, json_object_unref);
  g_clear_pointer (&self->display, stills_display_free);
  g_main_loop_unref (self->loop);
  g_ptr_array_unref (self->streams);
  stills_settings_free (self->settings);
  g_free (self->key);
  clear_options (&self->options);
  g_mutex_clear (&self->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Get, get_clear)

static gboolean
parse (Get *self, gint argc, char **argv, GError **error)
{
  Options *o = &self->options;
  const GOptionEntry entries[] = {
      {"start", 0, 0, G_OPTION_ARG_STRING, &o->start,
          "Start of the range: 2026-11-20T08:00:00Z, now-1h (start-timestamp)", "TIME"},
      {"end", 0, 0, G_OPTION_ARG_STRING, &o->end, "End of the range (end-timestamp; now)", "TIME"},
      {"interval", 0, 0, G_OPTION_ARG_STRING, &o->interval,
          "Distance of the samples: 200ms, 3s, 1m (sampling-interval; 3s)", "TIME"},
      {"streams", 0, 0, G_OPTION_ARG_FILENAME, &o->streams_file, "File with streams, one a line",
          "FILE"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Folder of the output (stills)", "DIR"},
      {"index", 0, 0, G_OPTION_ARG_STRING, &o->index, "Format of the index (jsonl)", "jsonl|csv"},
      {"tar", 0, 0, G_OPTION_ARG_INT, &o->n_per_shard,
          "Write WebDataset shards of N stills instead of files", "N"},
      {"exif", 0, 0, G_OPTION_ARG_NONE, &o->has_exif, "Put time and stream into each JPEG", NULL},
      {"jobs", 'j', 0, G_OPTION_ARG_INT, &o->jobs, "Streams to pull at a time (32)", "N"},
      {"manifest", 0, 0, G_OPTION_ARG_FILENAME, &o->manifest,
          "Do one task of a manifest that plan has written", "FILE"},
      {"task", 0, 0, G_OPTION_ARG_STRING, &o->task,
          "Which one, from 0 on (that of the array job: Slurm, AWS Batch, Kubernetes)", "N"},
      {"jitter", 0, 0, G_OPTION_ARG_STRING, &o->jitter,
          "Wait for a random time up to this before the first request (10ms for each task of the "
          "manifest)",
          "TIME"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &o->is_json, "Print progress, warnings and summary as JSON",
          NULL},
      {"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->is_quiet, "Print warnings and errors only", NULL},
      {"metrics", 0, 0, G_OPTION_ARG_FILENAME, &o->metrics,
          "Write numbers for Prometheus to this file, each ten seconds", "FILE"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->streams, NULL, "STREAM…"},
      {NULL},
  };

  return stills_command_parse ("get", NULL, summary, examples, entries,
      stills_settings_make_group (self->settings), &argc, &argv, error);
}

static gboolean
read_range (Get *self, GError **error)
{
  const Options *o = &self->options;

  return (o->start == NULL ||
             stills_settings_set (self->settings, "start-timestamp", o->start, "--start", error)) &&
         (o->end == NULL ||
             stills_settings_set (self->settings, "end-timestamp", o->end, "--end", error)) &&
         (o->interval == NULL || stills_settings_set_duration (self->settings, "sampling-interval",
                                     o->interval, "--interval", error));
}

static gboolean
read_streams (Get *self, GError **error)
{
  const Options *o = &self->options;

  if (!stills_streams_add_all (self->streams, o->streams, o->streams_file, error) ||
      !stills_settings_add_streams (self->settings, self->streams, error))
    return FALSE;
  return self->streams->len > 0 || stills_error_refuse (error, "Which streams? Give their names.");
}

static gboolean
set_time (Get *self, const char *property, gint64 ms, GError **error)
{
  g_autofree char *text = stills_name_time (ms);

  return stills_settings_set (self->settings, property, text, property, error);
}

static gboolean
read_manifest (Get *self, GError **error)
{
  const Options *o = &self->options;
  g_auto (StillsTask) task = {0};
  guint64 number, n_tasks;

  if (o->streams || o->streams_file || o->start || o->end)
    return stills_error_refuse (
        error, "With --manifest the task says which stream and which range. Give neither.");
  if (!stills_manifest_find_number (o->task, &number, error) ||
      !stills_manifest_read_task (o->manifest, number, &task, &n_tasks, error))
    return FALSE;
  self->key = stills_name_key (task.start_ms);
  self->jitter_ms = stills_manifest_get_jitter (n_tasks);
  return stills_streams_add (self->streams, task.stream, error) &&
         set_time (self, "start-timestamp", task.start_ms, error) &&
         set_time (self, "end-timestamp", task.end_ms, error) && read_range (self, error);
}

static gboolean
read_jitter (Get *self, GError **error)
{
  const char *text = self->options.jitter;

  if (text == NULL)
    return TRUE;
  self->jitter_ms = g_str_equal (text, "0") || g_str_equal (text, "0s")
                        ? 0
                        : stills_settings_parse_duration (text, "--jitter", error);
  return self->jitter_ms > 0 || error == NULL || *error == NULL;
}

static gboolean
read_index_format (Get *self, GError **error)
{
  const char *text = self->options.index ? self->options.index : "jsonl";

  self->layout.index_format = g_str_equal (text, "csv") ? STILLS_INDEX_CSV : STILLS_INDEX_JSONL;
  return g_str_equal (text, "csv") || g_str_equal (text, "jsonl") ||
         stills_error_refuse (error, "--index takes jsonl or csv.");
}

static gboolean
read_layout (Get *self, GError **error)
{
  const Options *o = &self->options;
  const char *format = json_object_get_string_member (self->description, "format");

  if (!read_index_format (self, error))
    return FALSE;
  if (o->n_per_shard < 0)
    return stills_error_refuse (error, "--tar takes how many stills a shard has, 1 or more.");
  if (o->jobs < 1)
    return stills_error_refuse (
        error, "--jobs takes how many streams are pulled at a time, 1 or more.");
  if (o->has_exif && !stills_exif_check_format (format, error))
    return FALSE;
  self->layout.folder = o->output ? o->output : "stills";
  self->layout.key = self->key;
  self->layout.extension = g_str_equal (format, "png") ? "png" : "jpg";
  self->layout.n_per_shard = (guint)o->n_per_shard;
  self->layout.has_exif = o->has_exif;
  return TRUE;
}

/* The settings that the output depends on. */
static void
describe (Get *self)
{
  const Options *o = &self->options;
  g_autofree char *streams = stills_streams_describe (self->streams);
  g_autofree char *n_per_shard = g_strdup_printf ("%d", o->n_per_shard);

  self->description = stills_settings_describe (self->settings);
  json_object_set_string_member (self->description, "streams", streams);
  json_object_set_string_member (self->description, "tar", n_per_shard);
  json_object_set_string_member (self->description, "exif", o->has_exif ? "true" : "false");
  json_object_set_string_member (self->description, "index", o->index ? o->index : "jsonl");
}

static gboolean
read_all (Get *self, GError **error)
{
  const Options *o = &self->options;

  if (!(o->manifest ? read_manifest (self, error)
                    : read_range (self, error) && read_streams (self, error)))
    return FALSE;
  describe (self);
  return read_layout (self, error) && read_jitter (self, error);
}

/* A key has a stream in it as well: two tasks of a manifest can have the same start. */
static char *
make_state_key (Get *self)
{
  g_autofree char *name = NULL;
  g_autofree char *folder = NULL;

  if (self->key == NULL)
    return NULL;
  name = stills_streams_get_name (g_ptr_array_index (self->streams, 0));
  folder = stills_name_stream (name);
  return g_strdup_printf ("%s/%s", folder, self->key);
}

static gboolean
check_absence (Get *self, GError **error)
{
  for (guint i = 0; i < self->streams->len; i++) {
    g_autofree char *name = stills_streams_get_name (g_ptr_array_index (self->streams, i));

    if (!stills_output_check_absence (&self->layout, name, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
open_state (Get *self, GError **error)
{
  g_autofree char *key = make_state_key (self);

  self->state = stills_state_open (self->layout.folder, key, error);
  if (self->state == NULL || !stills_state_check (self->state, self->description, error))
    return FALSE;
  self->has_range = stills_state_get_range (self->state, &self->range);
  return self->has_range || check_absence (self, error);
}

static gboolean
is_complete (Get *self, StillsPull *pull)
{
  return g_hash_table_contains (self->complete, pull);
}

/* How many samples there will be of all streams: those that have not begun will have as many as others. */
static guint64
count_expected (Get *self)
{
  guint64 most = 0, total = 0;

  for (guint i = 0; i < self->pulls->len; i++)
    most = MAX (most, stills_pull_get_n_expected (g_ptr_array_index (self->pulls, i)));
  for (guint i = 0; i < self->pulls->len; i++) {
    guint64 n = stills_pull_get_n_expected (g_ptr_array_index (self->pulls, i));

    total += n ? n : most;
  }
  return total;
}

static void
measure (Get *self, StillsProgress *progress)
{
  *progress = (StillsProgress){
      .streams = self->pulls->len,
      .streams_complete = g_hash_table_size (self->complete),
      .expected = count_expected (self),
      .seconds = (gdouble)(g_get_monotonic_time () - self->begin_us) / G_USEC_PER_SEC,
  };
  for (guint i = 0; i < self->pulls->len; i++) {
    StillsPull *pull = g_ptr_array_index (self->pulls, i);
    StillsTotals totals, earlier;

    stills_pull_get_totals (pull, &totals);
    stills_pull_get_earlier (pull, &earlier);
    progress->samples += totals.samples;
    progress->stills += totals.stills;
    progress->gaps += totals.gaps;
    progress->bytes += totals.bytes;
    progress->new_samples += totals.samples - earlier.samples;
    progress->new_stills += totals.stills - earlier.stills;
    progress->new_bytes += totals.bytes - earlier.bytes;
  }
}

static void
add_metrics (Get *self, StillsMetrics *metrics, StillsPull *pull)
{
  GstStructure *stats = stills_pull_get_stats (pull);
  StillsTotals totals;

  stills_pull_get_totals (pull, &totals);
  stills_metrics_add (metrics, stills_pull_get_name (pull), &totals,
      stills_pull_get_n_expected (pull), is_complete (self, pull), stats);
  g_clear_pointer (&stats, gst_structure_free);
}

static gboolean
write_metrics (Get *self, GError **error)
{
  g_autoptr (StillsMetrics) metrics = NULL;
  g_autofree char *text = NULL;
  StillsProgress progress;

  if (self->options.metrics == NULL)
    return TRUE;
  measure (self, &progress);
  metrics = stills_metrics_new (&progress);
  for (guint i = 0; i < self->pulls->len; i++)
    add_metrics (self, metrics, g_ptr_array_index (self->pulls, i));
  text = stills_metrics_format (metrics);
  return stills_file_replace (self->options.metrics, text, strlen (text), FALSE, error);
}

/* If the metrics cannot be written, the task goes on. */
static void
update_metrics (Get *self)
{
  g_autoptr (GError) error = NULL;

  if (!write_metrics (self, &error))
    stills_display_warning (self->display, NULL, error->message);
}

static gboolean
metrics_cb (gpointer user_data)
{
  update_metrics (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
progress_cb (gpointer user_data)
{
  Get *self = user_data;
  StillsProgress progress;

  measure (self, &progress);
  stills_display_progress (self->display, &progress);
  return G_SOURCE_CONTINUE;
}

static gboolean
may_start (Get *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);
  guint limit = self->has_range ? (guint)self->options.jobs : 1;

  return !self->is_refused && self->n_running < limit;
}

static void
start (Get *self, StillsPull *pull)
{
  StillsRange range;
  gboolean has_range;

  g_mutex_lock (&self->lock);
  has_range = self->has_range;
  range = self->range;
  g_mutex_unlock (&self->lock);
  self->n_running++;
  stills_pull_start (pull, has_range ? &range : NULL);
}

/* As long as the range is not known, one stream goes ahead of the others, so that now is the same for all. */
static void
start_more (Get *self)
{
  while (self->n_started < self->pulls->len && may_start (self)) {
    StillsPull *pull = g_ptr_array_index (self->pulls, self->n_started++);

    if (!is_complete (self, pull))
      start (self, pull);
  }
  if (self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static gboolean
start_cb (gpointer user_data)
{
  Get *self = user_data;

  self->begin_us = g_get_monotonic_time ();
  start_more (self);
  return G_SOURCE_REMOVE;
}

static gboolean
keep_range_cb (const StillsRange *range, gpointer user_data, GError **error)
{
  Get *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (!stills_state_keep_range (self->state, self->description, range, error))
    return FALSE;
  self->range = *range;
  self->has_range = TRUE;
  return TRUE;
}

static void
range_kept_cb (gpointer user_data)
{
  start_more (user_data);
}

static void
warn_cb (StillsPull *pull, const char *text, gpointer user_data)
{
  Get *self = user_data;

  stills_display_warning (self->display, stills_pull_get_name (pull), text);
}

static gboolean
keep_complete (Get *self, StillsPull *pull, GError **error)
{
  StillsTotals totals;

  stills_pull_get_totals (pull, &totals);
  if (!stills_state_set_complete (self->state, stills_pull_get_name (pull), &totals, error))
    return FALSE;
  g_hash_table_add (self->complete, pull);
  return TRUE;
}

/* An error of one stream does not affect the others, but a wrong setting is wrong for all. */
static void
done_cb (StillsPull *pull, const GError *error, gpointer user_data)
{
  Get *self = user_data;
  g_autoptr (GError) own = NULL;

  self->n_running--;
  if (error == NULL && !keep_complete (self, pull, &own))
    error = own;
  if (error) {
    stills_display_error (self->display, stills_pull_get_name (pull), error);
    self->exit = stills_exit_join (self->exit, stills_error_get_exit (error));
    self->is_refused |= stills_error_get_exit (error) == STILLS_EXIT_USAGE;
  }
  start_more (self);
}

static const StillsPullFuncs funcs = {keep_range_cb, range_kept_cb, warn_cb, done_cb};

static void
make_pulls (Get *self)
{
  for (guint i = 0; i < self->streams->len; i++) {
    StillsPull *pull = stills_pull_new (
        self->settings, &self->layout, g_ptr_array_index (self->streams, i), &funcs, self);
    StillsTotals totals;

    g_ptr_array_add (self->pulls, pull);
    if (!stills_state_is_complete (self->state, stills_pull_get_name (pull), &totals))
      continue;
    stills_pull_set_totals (pull, &totals);
    g_hash_table_add (self->complete, pull);
  }
}

static gboolean
stop_cb (gpointer user_data)
{
  Get *self = user_data;

  self->is_stopping = TRUE;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

/* Waits only if there is anything to pull. */
static guint
get_delay (Get *self)
{
  if (self->jitter_ms <= 0 || g_hash_table_size (self->complete) == self->pulls->len)
    return 0;
  return (guint)g_random_int_range (0, (gint32)MIN (self->jitter_ms, G_MAXINT32));
}

static void
run_loop (Get *self)
{
  guint timers[] = {
      g_timeout_add (stills_display_get_interval (self->display), progress_cb, self),
      g_timeout_add (METRICS_INTERVAL_MS, metrics_cb, self),
  };

  /* The signal handlers stay until the process ends. */
  g_unix_signal_add (SIGTERM, stop_cb, self);
  g_unix_signal_add (SIGINT, stop_cb, self);
  g_timeout_add (get_delay (self), start_cb, self);
  g_main_loop_run (self->loop);
  for (guint i = 0; i < self->pulls->len; i++)
    stills_pull_stop (g_ptr_array_index (self->pulls, i));
  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    g_source_remove (timers[i]);
}

static StillsExit
finish (Get *self)
{
  StillsProgress progress;

  measure (self, &progress);
  if (self->is_stopping && progress.streams_complete < progress.streams)
    self->exit = stills_exit_join (self->exit, STILLS_EXIT_AGAIN);
  update_metrics (self);
  if (self->exit == STILLS_EXIT_USAGE)
    return self->exit;
  stills_display_summary (self->display, &progress, self->exit, self->layout.folder);
  return self->exit;
}

StillsExit
stills_get_main (gint argc, char **argv)
{
  g_auto (Get) self;
  g_autoptr (GError) error = NULL;

  get_init (&self);
  if (!parse (&self, argc, argv, &error) || !read_all (&self, &error) ||
      !open_state (&self, &error))
    return stills_command_fail ("get", error);
  self.display = stills_display_new (self.options.is_json, self.options.is_quiet);
  self.begin_us = g_get_monotonic_time ();
  make_pulls (&self);
  if (!write_metrics (&self, &error))
    return stills_command_fail ("get", error);
  run_loop (&self);
  return finish (&self);
}
