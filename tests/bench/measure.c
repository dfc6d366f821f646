/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Runs a command to its end and writes what that took, as JSON. A program of its own, and a small one:
 * the peak of memory that the kernel tells of a process includes that of the one that started it. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define EXIT_USAGE 2
#define EXIT_NO_COMMAND 127

extern char **environ;

static double
get_time_s (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
to_seconds (struct timeval time)
{
  return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int
write_result (const char *file, double wall_s, int status, const struct rusage *usage)
{
  FILE *out = fopen (file, "w");

  if (out == NULL) {
    perror (file);
    return EXIT_FAILURE;
  }
  fprintf (out,
      "{\"status\":%d,\"wall_s\":%.6f,\"user_s\":%.6f,\"system_s\":%.6f,\"peak_kb\":%ld,"
      "\"faults\":%ld}\n",
      status, wall_s, to_seconds (usage->ru_utime), to_seconds (usage->ru_stime), usage->ru_maxrss,
      usage->ru_minflt);
  return fclose (out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* A signal becomes a status as in a shell. */
static int
get_status (int wait_status)
{
  return WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : 128 + WTERMSIG (wait_status);
}

int
main (int argc, char **argv)
{
  double start_s = get_time_s ();
  struct rusage usage;
  int status, error;
  pid_t pid;

  if (argc < 3) {
    fputs ("usage: measure RESULT-FILE COMMAND [ARGUMENT...]\n", stderr);
    return EXIT_USAGE;
  }
  error = posix_spawnp (&pid, argv[2], NULL, NULL, argv + 2, environ);
  if (error != 0) {
    fprintf (stderr, "measure: %s: %s\n", argv[2], strerror (error));
    return EXIT_NO_COMMAND;
  }
  while (wait4 (pid, &status, 0, &usage) < 0) {
    if (errno == EINTR)
      continue;
    perror ("measure");
    return EXIT_FAILURE;
  }
  return write_result (argv[1], get_time_s () - start_s, get_status (status), &usage);
}
