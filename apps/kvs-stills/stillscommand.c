/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillscommand.h"

gboolean
stills_command_parse (const char *name, const char *arguments, const char *summary,
    const char *examples, const GOptionEntry *entries, GOptionGroup *group, gint *argc,
    char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autofree char *description = g_strdup_printf ("Examples:\n%s", examples);
  g_autofree char *program = g_strconcat ("kvs-stills ", name, NULL);

  g_set_prgname (program);
  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context, description);
  g_option_context_add_main_entries (context, entries, NULL);
  if (group)
    g_option_context_add_group (context, group);
  return g_option_context_parse (context, argc, argv, error);
}

StillsExit
stills_command_fail (const char *name, const GError *error)
{
  StillsExit code = stills_error_get_exit (error);

  g_printerr ("kvs-stills %s: %s\n", name, error->message);
  if (code == STILLS_EXIT_USAGE)
    g_printerr ("kvs-stills %s --help shows what it takes.\n", name);
  return code;
}
