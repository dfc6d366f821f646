/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* kvs-stills: stills of many streams and long ranges as files, without a pipeline to write. The plugin is linked
 * into it, as any program can link it. */
#include "stillscommand.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <unistd.h>

GST_PLUGIN_STATIC_DECLARE (kvsimagesrc);

static const char usage[] =
    "Usage:\n"
    "  kvs-stills COMMAND [OPTION…] …\n"
    "\n"
    "Pulls stills out of Amazon Kinesis Video Streams and writes them to files.\n"
    "\n"
    "Commands:\n"
    "  get     pull the stills of a range, of one stream or many, into a folder\n"
    "  latest  get the newest still there is, however old it is\n"
    "  plan    write a manifest, which cuts long ranges of many streams into tasks\n"
    "  report  make one HTML page of a folder, to look at\n"
    "\n"
    "kvs-stills COMMAND --help shows the options of a command, kvs-stills --version the version.\n"
    "\n"
    "Examples:\n"
    "  kvs-stills get front-door --start now-1h --output stills\n"
    "  kvs-stills latest front-door\n"
    "  kvs-stills report stills\n"
    "\n"
    "Exit codes:\n"
    "  0   complete\n"
    "  64  the command line or a setting is wrong\n"
    "  66  a stream is not found\n"
    "  73  the output cannot be written\n"
    "  75  stopped, or the service does not work: the same command goes on\n"
    "  77  not authorised\n";

static const struct {
  const char *name;
  StillsExit (*run) (gint argc, char **argv);
} commands[] = {
    {"get", stills_get_main},
    {"latest", stills_latest_main},
    {"plan", stills_plan_main},
    {"report", stills_report_main},
};

static StillsExit
refuse (const char *command)
{
  if (command)
    g_printerr ("kvs-stills: there is no command %s.\n\n", command);
  g_printerr ("%s", usage);
  return STILLS_EXIT_USAGE;
}

/* Nothing has been done yet. */
static void
stop_cb (int number)
{
  _exit (STILLS_EXIT_AGAIN);
}

/* A program may be started without these. The next file that it opens would get the number, and what is printed
 * would become a part of that file. */
static void
open_standard_files (void)
{
  gint fd;

  do
    fd = open ("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd >= 0)
    close (fd);
}

static void
init (void)
{
  (void)signal (SIGTERM, stop_cb);
  (void)signal (SIGINT, stop_cb);
  (void)setlocale (LC_CTYPE, "");
  gst_init (NULL, NULL);
  GST_PLUGIN_STATIC_REGISTER (kvsimagesrc);
}

int
main (int argc, char **argv)
{
  const char *command = argc > 1 ? argv[1] : NULL;

  open_standard_files ();
  if (command == NULL)
    return refuse (NULL);
  if (g_str_equal (command, "--version")) {
    g_print ("kvs-stills %s\n", PACKAGE_VERSION);
    return STILLS_EXIT_COMPLETE;
  }
  if (g_str_equal (command, "--help") || g_str_equal (command, "-h") ||
      g_str_equal (command, "help")) {
    g_print ("%s", usage);
    return STILLS_EXIT_COMPLETE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (command, commands[i].name)) {
      init ();
      return commands[i].run (argc - 1, argv + 1);
    }
  }
  return refuse (command);
}
