/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvs-stills report: one HTML page of an output, to look at. */
#include "stillscommand.h"
#include "stillsfile.h"
#include "stillspage.h"
#include "stillsprint.h"
#include "stillsthumbnail.h"

#include <string.h>

#define DEFAULT_PICTURES 24

static const char summary[] =
    "Makes one HTML page of a folder that kvs-stills get has written, complete or not: for each stream a time "
    "line with the\ngaps, a contact sheet, and totals. All that it shows is in the page itself.";

static const char examples[] = "  kvs-stills report stills\n"
                               "  kvs-stills report /data/night --output night.html --pictures 60";

typedef struct {
  char **folders;
  char *output;
  gint n_pictures;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->folders);
  g_free (self->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *o, gint argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "File of the page (DIR/report.html)",
          "FILE"},
      {"pictures", 0, 0, G_OPTION_ARG_INT, &o->n_pictures, "Stills to show of each stream (24)",
          "N"},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->folders, NULL, "DIR"},
      {NULL},
  };

  if (!stills_command_parse ("report", NULL, summary, examples, entries, NULL, &argc, &argv, error))
    return FALSE;
  return (o->folders && g_strv_length (o->folders) == 1 && o->n_pictures >= 0) ||
         stills_error_refuse (
             error, "Give one folder, that kvs-stills get has written to, and 0 or more pictures.");
}

static char *
make_url (GBytes *image, gboolean is_png)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);
  g_autofree char *encoded = g_base64_encode (data, size);

  return g_strdup_printf ("data:image/%s;base64,%s", is_png ? "png" : "jpeg", encoded);
}

/* A still of which GStreamer can make no small picture is shown as it is. */
static char *
picture_cb (const StillsSurveyStream *stream, const StillsEntry *entry, gpointer user_data)
{
  gboolean *has_warned = user_data;
  g_autoptr (GBytes) image = stills_survey_load (stream, entry);
  g_autoptr (GBytes) small = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_png;

  if (image == NULL)
    return NULL;
  is_png =
      g_bytes_get_size (image) > 4 && memcmp (g_bytes_get_data (image, NULL), "\x89PNG", 4) == 0;
  small = stills_thumbnail_make (image, is_png, entry->width, entry->height, &error);
  if (small)
    return make_url (small, is_png && small == image);
  if (!*has_warned)
    g_printerr (
        "kvs-stills: warning: no thumbnails, so that the page gets large: %s. The base and good "
        "plugins of GStreamer make them.\n",
        error->message);
  *has_warned = TRUE;
  return make_url (image, is_png);
}

static gboolean
report (const Options *o, GError **error)
{
  const char *folder = o->folders[0];
  g_autoptr (StillsSurvey) survey = stills_survey_read (folder, error);
  g_autofree char *path =
      o->output ? g_strdup (o->output) : g_build_filename (folder, "report.html", NULL);
  g_autofree char *whole = g_canonicalize_filename (folder, NULL);
  g_autofree char *title = NULL;
  g_autofree char *page = NULL;
  gboolean has_warned = FALSE;

  if (survey == NULL)
    return FALSE;
  title = g_filename_display_basename (whole);
  page = stills_page_write (survey, title, (guint)o->n_pictures, picture_cb, &has_warned);
  if (!stills_file_replace (path, page, strlen (page), FALSE, error))
    return FALSE;
  stills_print ("%s\n", path);
  return TRUE;
}

StillsExit
stills_report_main (gint argc, char **argv)
{
  g_auto (Options) options = {.n_pictures = DEFAULT_PICTURES};
  g_autoptr (GError) error = NULL;

  if (parse (&options, argc, argv, &error) && report (&options, &error))
    return STILLS_EXIT_COMPLETE;
  return stills_command_fail ("report", error);
}
