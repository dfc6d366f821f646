/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers questions about single parts of the element, so that tests can compare their rules with other
 * programs. */
#include "probe.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 2

static const struct {
  const char *name;
  ProbeCommand command;
} commands[] = {
    {"credentials", probe_credentials},
    {"endpoint", probe_endpoint},
    {"error", probe_error},
    {"profiles", probe_profiles},
    {"reply", probe_reply},
    {"sign", probe_sign},
};

static ProbeCommand
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (commands[i].name, name) == 0)
      return commands[i].command;
  }
  return NULL;
}

static int
explain_usage (void)
{
  fputs ("usage: probe COMMAND <QUESTION >ANSWER, where COMMAND is one of", stderr);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stderr, " %s", commands[i].name);
  fputs ("; probe.h says what each takes\n", stderr);
  return EXIT_USAGE;
}

static GBytes *
read_input (GError **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (memory, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (memory));
}

int
main (int argc, char **argv)
{
  ProbeCommand command = argc == 2 ? find_command (argv[1]) : NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) input = NULL;
  g_autofree char *answer = NULL;

  if (command == NULL)
    return explain_usage ();

  input = read_input (&error);
  if (input != NULL)
    answer = command (input, &error);
  if (answer == NULL) {
    fprintf (stderr, "probe %s: %s\n", argv[1], error->message);
    return explain_usage ();
  }
  puts (answer);
  return 0;
}
