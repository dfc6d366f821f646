/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The commands of kvs-stills. Each of them gets the arguments behind its name, with its name as the first, and
 * returns an exit code. */
#pragma once

#include "stillserror.h"

G_BEGIN_DECLS

StillsExit stills_get_main (gint argc, char **argv);
StillsExit stills_latest_main (gint argc, char **argv);
StillsExit stills_plan_main (gint argc, char **argv);
StillsExit stills_report_main (gint argc, char **argv);

/**
 * stills_command_parse:
 * @name: the name of a command.
 * @arguments: what --help shows behind it.
 * @summary: what the command does.
 * @examples: command lines.
 * @entries: its options.
 * @group: (transfer full) (nullable): more of them.
 *
 * Parses the options of a command. --help shows all of this, and ends the program.
 */
gboolean stills_command_parse (const char *name, const char *arguments, const char *summary,
    const char *examples, const GOptionEntry *entries, GOptionGroup *group, gint *argc,
    char ***argv, GError **error);

/** Says what is wrong, and where there is help. Returns the exit code of @error. */
StillsExit stills_command_fail (const char *name, const GError *error);

G_END_DECLS
