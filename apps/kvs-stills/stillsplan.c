/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvs-stills plan: long ranges of many streams, cut into tasks. */
#include "stillscommand.h"
#include "stillsmanifest.h"
#include "stillsprint.h"
#include "stillssettings.h"
#include "stillsstreams.h"

#include <kvstimestamp.h>

static const char summary[] =
    "Writes a manifest to stdout: a line for each stream and each piece of the range, to be done by "
    "kvs-stills get --manifest FILE --task N.\nNothing is asked for; now is this computer's.";

static const char examples[] =
    "  kvs-stills plan front-door back-yard --start now-1d --every 1h > manifest.jsonl\n"
    "  kvs-stills plan --streams cameras.txt --start 2026-11-20T00:00:00Z --end 2026-11-21T00:00:00Z "
    "--every 1h > manifest.jsonl\n"
    "  sbatch --array=0-$(($(wc -l < manifest.jsonl) - 1)) job.sh";

typedef struct {
  char **streams;
  char *streams_file;
  char *start;
  char *end;
  char *every;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->streams);
  g_free (self->streams_file);
  g_free (self->start);
  g_free (self->end);
  g_free (self->every);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *o, gint argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"streams", 0, 0, G_OPTION_ARG_FILENAME, &o->streams_file, "File with streams, one a line",
          "FILE"},
      {"start", 0, 0, G_OPTION_ARG_STRING, &o->start,
          "Start of the range: 2026-11-20T08:00:00Z, now-1d", "TIME"},
      {"end", 0, 0, G_OPTION_ARG_STRING, &o->end, "End of the range (now)", "TIME"},
      {"every", 0, 0, G_OPTION_ARG_STRING, &o->every, "Length of a task: 10m, 1h (1h)", "TIME"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->streams, NULL, "STREAM…"},
      {NULL},
  };

  return stills_command_parse ("plan", NULL, summary, examples, entries, NULL, &argc, &argv, error);
}

static gboolean
read_time (const char *text, const char *option, gint64 now_ms, gint64 *ms, GError **error)
{
  g_autoptr (GError) cause = NULL;
  KvsTimestamp timestamp;

  if (kvs_timestamp_parse (text, &timestamp, &cause)) {
    *ms = kvs_timestamp_resolve (&timestamp, now_ms);
    return TRUE;
  }
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
      "%s is '%s', which cannot be used: %s. Accepted are " KVS_TIMESTAMP_FORMS ".", option, text,
      cause->message);
  return FALSE;
}

static gboolean
read_range (const Options *o, StillsTask *range, GError **error)
{
  gint64 now_ms = g_get_real_time () / 1000;

  if (o->start == NULL)
    return stills_error_refuse (error, "Give --start, where the range begins.");
  if (!read_time (o->start, "--start", now_ms, &range->start_ms, error) ||
      !read_time (o->end ? o->end : "now", "--end", now_ms, &range->end_ms, error))
    return FALSE;
  return range->start_ms < range->end_ms ||
         stills_error_refuse (error, "The range is empty: give an --end that is after --start.");
}

static gboolean
read_streams (const Options *o, StillsStreams *streams, GError **error)
{
  if (!stills_streams_add_all (streams, o->streams, o->streams_file, error))
    return FALSE;
  return streams->len > 0 ||
         stills_error_refuse (error, "Which streams? Give their names, or --streams FILE.");
}

/* All streams of a piece of the range follow each other, so that tasks that run at the same time are of different
 * ones, each of which has a quota of its own. */
static void
print_tasks (StillsStreams *streams, const StillsTask *range, gint64 every_ms)
{
  guint64 number = 0;

  for (gint64 start_ms = range->start_ms; start_ms < range->end_ms; start_ms += every_ms) {
    for (guint i = 0; i < streams->len; i++) {
      const StillsTask task = {
          .stream = g_ptr_array_index (streams, i),
          .start_ms = start_ms,
          .end_ms = MIN (start_ms + every_ms, range->end_ms),
      };
      g_autofree char *line = stills_manifest_write_line (number++, &task);

      stills_print ("%s", line);
    }
  }
}

StillsExit
stills_plan_main (gint argc, char **argv)
{
  g_auto (Options) options = {0};
  g_autoptr (StillsStreams) streams = stills_streams_new ();
  g_autoptr (GError) error = NULL;
  StillsTask range = {0};
  gint64 every_ms = 0;

  if (parse (&options, argc, argv, &error) && read_streams (&options, streams, &error) &&
      read_range (&options, &range, &error))
    every_ms =
        stills_settings_parse_duration (options.every ? options.every : "1h", "--every", &error);
  if (error)
    return stills_command_fail ("plan", error);
  print_tasks (streams, &range, every_ms);
  return stills_print_end (&error) ? STILLS_EXIT_COMPLETE : stills_command_fail ("plan", error);
}
