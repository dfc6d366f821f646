/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program kvs-emulator: reads options, prints its address, and serves until a signal ends it. */
#include "emulator.h"
#include "emulatorsettings.h"

#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUMMARY                                                                                    \
  "Serves Kinesis Video Streams' GetDataEndpoint, GetImages, ListFragments and\n"                  \
  "DescribeStream without AWS. Point a client's endpoint URL at the address that it\n"             \
  "prints."
#define EXAMPLE                                                                                    \
  "Example:\n"                                                                                     \
  "  kvs-emulator --port=8080 --stream=camera=video.mp4,start=2026-11-23T08:00:00Z,gap=60+30\n\n"  \
  "docs/emulator.md describes streams, faults and all interpretations."

static gboolean wants_version;

/* The given options, which are applied once --now is known: streams count back from it. */
typedef struct {
  char *name;
  char *value;
} GivenOption;

static void
given_option_free (gpointer data)
{
  GivenOption *option = data;

  g_free (option->name);
  g_free (option->value);
  g_free (option);
}

static gboolean
option_cb (const char *name, const char *value, gpointer data, GError **error)
{
  GPtrArray *given = data;
  GivenOption *option = g_new0 (GivenOption, 1);

  option->name = g_strdup (name + strspn (name, "-"));
  option->value = g_strdup (value);
  if (g_str_equal (option->name, "now"))
    g_ptr_array_insert (given, 0, option);
  else
    g_ptr_array_add (given, option);
  return TRUE;
}

static GOptionEntry
make_entry (const EmulatorOptionHelp *help)
{
  return (GOptionEntry){
      .long_name = help->name,
      .arg = G_OPTION_ARG_CALLBACK,
      .arg_data = option_cb,
      .description = help->description,
      .arg_description = help->argument,
  };
}

static GArray *
make_entries (void)
{
  static const EmulatorOptionHelp now = {"now", "TIME", "Stop the clock at this time"};
  const GOptionEntry version = {
      "version", 0, 0, G_OPTION_ARG_NONE, &wants_version, "Print the version and end", NULL};
  GArray *entries = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  guint n;
  const EmulatorOptionHelp *help = emulator_settings_get_help (&n);
  GOptionEntry entry = make_entry (&now);

  g_array_append_val (entries, version);
  g_array_append_val (entries, entry);
  for (guint i = 0; i < n; i++) {
    entry = make_entry (&help[i]);
    g_array_append_val (entries, entry);
  }
  return entries;
}

static gboolean
parse (int *argc, char ***argv, GPtrArray *given, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GArray) entries = make_entries ();
  GOptionGroup *group = g_option_group_new ("emulator", "", "", given, NULL);

  g_option_group_add_entries (group, (const GOptionEntry *)(gpointer)entries->data);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, SUMMARY);
  g_option_context_set_description (context, EXAMPLE);
  if (!g_option_context_parse (context, argc, argv, error))
    return FALSE;
  if (*argc == 1)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
      "'%s' is not an option; --help lists all", (*argv)[1]);
  return FALSE;
}

static gboolean
configure (Emulator *emulator, GPtrArray *given, GError **error)
{
  for (guint i = 0; i < given->len; i++) {
    const GivenOption *option = g_ptr_array_index (given, i);

    if (!emulator_configure (emulator, option->name, option->value, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
end_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_CONTINUE;
}

static void
serve_until_told (Emulator *emulator)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  g_unix_signal_add (SIGINT, end_cb, loop);
  g_unix_signal_add (SIGTERM, end_cb, loop);
  printf ("Listening on %s\n", emulator_get_url (emulator));
  printf ("Chance follows --seed=%u\n", emulator_get_seed (emulator));
  fflush (stdout);
  g_main_loop_run (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) given = g_ptr_array_new_with_free_func (given_option_free);
  g_autoptr (Emulator) emulator = NULL;
  g_autoptr (GError) error = NULL;

  if (!parse (&argc, &argv, given, &error)) {
    fprintf (stderr, "kvs-emulator: %s\n", error->message);
    return EXIT_FAILURE;
  }
  if (wants_version) {
    printf ("kvs-emulator %s\n", VERSION);
    return EXIT_SUCCESS;
  }
  emulator = emulator_new ();
  if (!configure (emulator, given, &error) || !emulator_start (emulator, &error)) {
    fprintf (stderr, "kvs-emulator: %s\n", error->message);
    return EXIT_FAILURE;
  }
  serve_until_told (emulator);
  return EXIT_SUCCESS;
}
