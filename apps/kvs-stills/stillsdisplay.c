/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillsdisplay.h"

#include "stillsjson.h"
#include "stillsprint.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define TERMINAL_INTERVAL_MS 500
#define LINE_INTERVAL_MS 10000
#define DEFAULT_COLUMNS 80

struct _StillsDisplay {
  gboolean is_json;
  gboolean is_quiet;
  gboolean is_terminal;
  gboolean has_bar;
};

StillsDisplay *
stills_display_new (gboolean is_json, gboolean is_quiet)
{
  StillsDisplay *self = g_new0 (StillsDisplay, 1);

  self->is_json = is_json;
  self->is_quiet = is_quiet;
  self->is_terminal = !is_json && isatty (STDERR_FILENO);
  return self;
}

void
stills_display_free (StillsDisplay *self)
{
  g_free (self);
}

guint
stills_display_get_interval (StillsDisplay *self)
{
  return self->is_terminal ? TERMINAL_INTERVAL_MS : LINE_INTERVAL_MS;
}

static guint
get_columns (void)
{
  struct winsize size;

  return ioctl (STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col - 1u
                                                                          : DEFAULT_COLUMNS - 1;
}

/* Removes the bar, so that a message can be printed in its line. */
static void
clear_bar (StillsDisplay *self)
{
  if (self->has_bar)
    g_printerr ("\r\033[K");
  self->has_bar = FALSE;
}

void
stills_display_progress (StillsDisplay *self, const StillsProgress *progress)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *line = NULL;

  if (self->is_quiet)
    return;
  if (self->is_json) {
    object = stills_progress_describe (progress, "progress");
    stills_json_print (object);
    return;
  }
  line = stills_progress_format_line (progress, self->is_terminal ? get_columns () : 0);
  clear_bar (self);
  g_printerr (self->is_terminal ? "%s" : "%s\n", line);
  self->has_bar = self->is_terminal;
}

static void
show_json (const char *event, const char *stream, const char *text, gint code)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "event", event);
  if (stream)
    json_object_set_string_member (object, "stream", stream);
  json_object_set_string_member (object, "message", text);
  if (code)
    json_object_set_int_member (object, "exit", code);
  stills_json_print (object);
}

static void
show_text (StillsDisplay *self, const char *kind, const char *stream, const char *text)
{
  clear_bar (self);
  g_printerr ("kvs-stills: %s%s%s%s\n", kind, stream ? stream : "", stream ? ": " : "", text);
}

void
stills_display_warning (StillsDisplay *self, const char *stream, const char *text)
{
  if (self->is_json)
    show_json ("warning", stream, text, 0);
  else
    show_text (self, "warning: ", stream, text);
}

void
stills_display_error (StillsDisplay *self, const char *stream, const GError *error)
{
  if (self->is_json)
    show_json ("error", stream, error->message, (gint)stills_error_get_exit (error));
  else
    show_text (self, "", stream, error->message);
}

/* The result, and what to do. */
static const char *
get_end (StillsExit code)
{
  switch (code) {
    case STILLS_EXIT_COMPLETE:
      return "complete";
    case STILLS_EXIT_AGAIN:
      return "not complete: run the same command again to go on";
    default:
      return "not complete: run the same command again when the errors above are mended";
  }
}

static void
show_summary_json (const StillsProgress *progress, StillsExit code, const char *output)
{
  g_autoptr (JsonObject) object = stills_progress_describe (progress, "summary");

  json_object_remove_member (object, "seconds-left");
  stills_json_set_path (object, "output", output);
  json_object_set_int_member (object, "exit", (gint64)code);
  stills_json_print (object);
}

void
stills_display_summary (
    StillsDisplay *self, const StillsProgress *progress, StillsExit code, const char *output)
{
  g_autofree char *bytes = stills_progress_format_bytes (progress->bytes);

  if (self->is_json) {
    show_summary_json (progress, code, output);
    return;
  }
  clear_bar (self);
  if (self->is_quiet)
    return;
  stills_print ("streams  %u of %u\n", progress->streams_complete, progress->streams);
  stills_print ("stills   %" G_GUINT64_FORMAT "\n", progress->stills);
  stills_print ("gaps     %" G_GUINT64_FORMAT "\n", progress->gaps);
  stills_print ("size     %s\n", bytes);
  stills_print ("seconds  %.1f\n", progress->seconds);
  stills_print ("output   %s\n", output);
  stills_print ("state    %s\n", get_end (code));
}
