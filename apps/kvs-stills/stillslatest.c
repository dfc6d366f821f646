/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvs-stills latest: the newest still of each stream. */
#include "stillscommand.h"
#include "stillsexif.h"
#include "stillsfile.h"
#include "stillsjson.h"
#include "stillsname.h"
#include "stillsnewest.h"
#include "stillsprint.h"
#include "stillsstreams.h"

static const char summary[] =
    "Gets the newest still of each stream, however old it is, and writes it to DIR/NAME.jpg.\nIt asks "
    "ListFragments what is newest; where that is not allowed, it looks back in growing steps.";

static const char examples[] =
    "  kvs-stills latest front-door\n"
    "  kvs-stills latest front-door back-yard --width 640 --height 480 --output /var/www/cameras";

typedef struct {
  char **streams;
  char *streams_file;
  char *output;
  gboolean has_exif;
  gboolean is_json;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->streams);
  g_free (self->streams_file);
  g_free (self->output);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse (Options *o, StillsSettings *settings, gint argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"streams", 0, 0, G_OPTION_ARG_FILENAME, &o->streams_file, "File with streams, one a line",
          "FILE"},
      {"output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Folder of the output (.)", "DIR"},
      {"exif", 0, 0, G_OPTION_ARG_NONE, &o->has_exif, "Put time and stream into the JPEG", NULL},
      {"json", 0, 0, G_OPTION_ARG_NONE, &o->is_json, "Print JSON, one object a line", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->streams, NULL, "STREAM…"},
      {NULL},
  };

  return stills_command_parse ("latest", NULL, summary, examples, entries,
      stills_settings_make_group (settings), &argc, &argv, error);
}

static gboolean
read_streams (const Options *o, StillsSettings *settings, StillsStreams *streams, GError **error)
{
  return stills_streams_add_all (streams, o->streams, o->streams_file, error) &&
         stills_settings_add_streams (settings, streams, error) &&
         (streams->len > 0 || stills_error_refuse (error, "Which streams? Give their names."));
}

static gboolean
write_still (
    const char *path, const char *name, const StillsStill *still, gboolean has_exif, GError **error)
{
  gsize size;
  const guint8 *image = g_bytes_get_data (still->image, &size);
  g_autoptr (GByteArray) with_exif = NULL;

  if (!has_exif)
    return stills_file_replace (path, image, size, FALSE, error);
  with_exif = stills_exif_add (image, size, name, still->time_ms);
  return stills_file_replace (path, with_exif->data, with_exif->len, FALSE, error);
}

static void
print_json (const char *name, const char *time, gdouble age, const char *path)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_string_member (object, "stream", name);
  json_object_set_string_member (object, "time", time);
  json_object_set_double_member (object, "age", age);
  stills_json_set_path (object, "file", path);
  stills_json_print (object);
}

static void
print (const Options *o, const char *name, const StillsStill *still, const char *path)
{
  g_autofree char *time = stills_name_time (still->time_ms);
  gdouble age = (gdouble)(g_get_real_time () - still->time_ms * 1000) / G_USEC_PER_SEC;

  if (o->is_json)
    print_json (name, time, age, path);
  else
    stills_print ("%s  %s  %.0f s ago  %s\n", name, time, age, path);
}

static gboolean
get_one (
    const Options *o, StillsSettings *settings, const char *stream, gboolean is_png, GError **error)
{
  g_autofree char *name = stills_streams_get_name (stream);
  g_autofree char *stem = stills_name_shorten (name);
  g_autofree char *file = g_strconcat (stem, is_png ? ".png" : ".jpg", NULL);
  g_autofree char *path = g_build_filename (o->output ? o->output : ".", file, NULL);
  g_auto (StillsStill) still = {NULL};

  if (!stills_newest_find (settings, stream, &still, error) ||
      !write_still (path, name, &still, o->has_exif, error)) {
    g_prefix_error (error, "%s: ", name);
    return FALSE;
  }
  print (o, name, &still, path);
  return TRUE;
}

static StillsExit
get_all (const Options *o, StillsSettings *settings, StillsStreams *streams, gboolean is_png)
{
  StillsExit code = STILLS_EXIT_COMPLETE;

  for (guint i = 0; i < streams->len; i++) {
    g_autoptr (GError) error = NULL;

    if (!get_one (o, settings, g_ptr_array_index (streams, i), is_png, &error))
      code = stills_exit_join (code, stills_command_fail ("latest", error));
  }
  return code;
}

StillsExit
stills_latest_main (gint argc, char **argv)
{
  g_auto (Options) options = {0};
  g_autoptr (StillsSettings) settings = stills_settings_new ();
  g_autoptr (StillsStreams) streams = stills_streams_new ();
  g_autoptr (JsonObject) description = NULL;
  g_autoptr (GError) error = NULL;
  const char *format;

  if (!parse (&options, settings, argc, argv, &error) ||
      !read_streams (&options, settings, streams, &error))
    return stills_command_fail ("latest", error);
  description = stills_settings_describe (settings);
  format = json_object_get_string_member (description, "format");
  if (options.has_exif && !stills_exif_check_format (format, &error))
    return stills_command_fail ("latest", error);
  return get_all (&options, settings, streams, g_str_equal (format, "png"));
}
