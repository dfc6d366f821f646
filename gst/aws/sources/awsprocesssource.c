/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprocesssource.h"

#include "awscredentialsdocument.h"
#include "awserror.h"
#include "awslog.h"
#include "awssecret.h"
#include "awsthread.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#define VERSION 1

/* How long the output may stay open after the end of the process, so that its own child processes
 * can end as well. */
#define GRACE_US G_USEC_PER_SEC

static const AwsCredentialsDocument document = {
    .access_key = "AccessKeyId",
    .secret_key = "SecretAccessKey",
    .session_token = "SessionToken",
    .expiration = "Expiration",
};

struct _AwsProcessSource {
  GObject parent_instance;

  char *command;
  AwsClock *clock;
  guint timeout_ms;
};

/* A process that runs, and what ends the wait for it: the caller, or a thread that watches the
 * time. Both cancel @stop. Another thread waits for the end of the process; its child processes may
 * keep the output open for longer, but not without limit. So the output is read until @settled is
 * cancelled, by that thread or with @stop. */
typedef struct {
  GSubprocess *process;
  pid_t group;
  GCancellable *stop;
  GCancellable *settled;
  GCancellable *ended;
  GThread *watch;
  GThread *wait;
  gint64 deadline_us;
  gboolean timed_out; /* written by the watch, read after it was joined */
} Run;

static void aws_process_source_iface_init (AwsCredentialSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsProcessSource, aws_process_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, aws_process_source_iface_init))

static void
aws_process_source_finalize (GObject *object)
{
  AwsProcessSource *self = AWS_PROCESS_SOURCE (object);

  aws_secret_free (self->command);
  g_object_unref (self->clock);

  G_OBJECT_CLASS (aws_process_source_parent_class)->finalize (object);
}

static void
aws_process_source_class_init (AwsProcessSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_process_source_finalize;
}

static void
aws_process_source_init (AwsProcessSource *self)
{
  self->timeout_ms = AWS_PROCESS_SOURCE_TIMEOUT_MS;
}

AwsCredentialSource *
aws_process_source_new (const char *command, AwsClock *clock)
{
  AwsProcessSource *self = g_object_new (AWS_TYPE_PROCESS_SOURCE, NULL);

  self->command = g_strdup (command);
  self->clock = g_object_ref (clock != NULL ? clock : aws_clock_get_default ());
  return AWS_CREDENTIAL_SOURCE (self);
}

void
aws_process_source_set_timeout (AwsProcessSource *self, guint timeout_ms)
{
  self->timeout_ms = timeout_ms;
}

static void
wipe_arguments (char **arguments)
{
  for (char **argument = arguments; argument != NULL && *argument != NULL; argument++)
    aws_secret_free (*argument);
  g_free (arguments);
}

/* GLib's own words would show the command. */
static const char *
describe_spawn_error (const GError *cause)
{
  if (cause->domain != G_SPAWN_ERROR)
    return "the system refuses to";
  switch (cause->code) {
    case G_SPAWN_ERROR_NOENT:
      return "there is no such program; no shell takes part, so give its full path";
    case G_SPAWN_ERROR_ACCES:
    case G_SPAWN_ERROR_PERM:
      return "the program may not be executed";
    default:
      return "the system refuses to";
  }
}

/* Puts the process into a group of its own, so that its child processes can be killed, too. Writes
 * the number of the group to a pipe, because GSubprocess forgets the number of a process as soon as
 * it has ended. Runs between fork and exec. */
static void
lead_group_cb (gpointer user_data)
{
  pid_t group = getpid ();

  setpgid (0, 0);
  while (write (GPOINTER_TO_INT (user_data), &group, sizeof group) < 0 && errno == EINTR)
    ;
}

/* The group that lead_group_cb() has written to the pipe @fd, or 0. */
static pid_t
read_group (int fd)
{
  pid_t group = 0;
  gssize n;

  do
    n = read (fd, &group, sizeof group);
  while (n < 0 && errno == EINTR);
  return n == sizeof group ? group : 0;
}

static GSubprocess *
spawn (char **arguments, pid_t *group, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  GSubprocess *process;
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
    return NULL;
  g_subprocess_launcher_set_child_setup (launcher, lead_group_cb, GINT_TO_POINTER (ends[1]), NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments, error);
  close (ends[1]);
  *group = process != NULL ? read_group (ends[0]) : 0;
  close (ends[0]);
  return process;
}

static GSubprocess *
start_process (AwsProcessSource *self, pid_t *group, GError **error)
{
  g_autoptr (GError) cause = NULL;
  char **arguments = NULL;
  GSubprocess *process;

  if (!g_shell_parse_argv (self->command, NULL, &arguments, NULL)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process is empty, or a quote in it is not closed");
    return NULL;
  }
  process = spawn (arguments, group, &cause);
  wipe_arguments (arguments);
  if (process == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process cannot be started: %s", describe_spawn_error (cause));
  return process;
}

static gpointer
watch_time (gpointer data)
{
  Run *run = data;

  run->timed_out =
      aws_clock_wait_until (aws_clock_get_default (), run->deadline_us, run->ended, NULL);
  if (run->timed_out)
    g_cancellable_cancel (run->stop);
  return NULL;
}

static void
cancelled_cb (GCancellable *cancellable, GCancellable *stop)
{
  g_cancellable_cancel (stop);
}

/* Waits for the end of the process, and then a little for the end of its output. */
static gpointer
wait_for_end (gpointer data)
{
  Run *run = data;

  if (g_subprocess_wait (run->process, run->stop, NULL) &&
      aws_clock_wait_until (
          aws_clock_get_default (), g_get_monotonic_time () + GRACE_US, run->ended, NULL))
    g_cancellable_cancel (run->settled);
  return NULL;
}

/* The group keeps its number as long as it has a process. */
static void
kill_group (Run *run)
{
  if (run->group > 0)
    kill (-run->group, SIGKILL);
}

/* Reads what is there already, up to @max bytes in all. */
static void
read_rest (GInputStream *pipe, char *buffer, gsize max, gsize *size)
{
  gssize n = 1;

  while (*size < max && n > 0) {
    n = g_pollable_input_stream_read_nonblocking (
        G_POLLABLE_INPUT_STREAM (pipe), buffer + *size, max - *size, NULL, NULL);
    *size += (gsize)MAX (n, 0);
  }
}

/* Reads what the process prints, up to @max bytes. */
static gboolean
read_output_of (Run *run, char *buffer, gsize max, gsize *size, GError **error)
{
  GInputStream *pipe = g_subprocess_get_stdout_pipe (run->process);
  g_autoptr (GError) cause = NULL;

  if (g_input_stream_read_all (pipe, buffer, max, size, run->settled, &cause))
    return TRUE;
  if (g_cancellable_is_cancelled (run->settled) && !g_cancellable_is_cancelled (run->stop)) {
    read_rest (pipe, buffer, max, size);
    kill_group (run);
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* Reads the output, one byte more than allowed, and waits for the end of the process. */
static GBytes *
collect_output (Run *run, GError **error)
{
  char *buffer = g_malloc (AWS_PROCESS_SOURCE_MAX_OUTPUT + 1);
  gsize size = 0;
  gboolean whole = read_output_of (run, buffer, AWS_PROCESS_SOURCE_MAX_OUTPUT + 1, &size, error);
  g_autoptr (GBytes) output = aws_secret_bytes_new_take (buffer, size);

  if (whole && size > AWS_PROCESS_SOURCE_MAX_OUTPUT) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process printed more than %d bytes",
        AWS_PROCESS_SOURCE_MAX_OUTPUT);
    whole = FALSE;
  }
  if (!whole || !g_subprocess_wait (run->process, run->stop, error)) {
    kill_group (run);
    return NULL;
  }
  return g_steal_pointer (&output);
}

static void
run_begin (Run *run, guint timeout_ms)
{
  run->stop = g_cancellable_new ();
  run->settled = g_cancellable_new ();
  run->ended = g_cancellable_new ();
  run->deadline_us = g_get_monotonic_time () + (gint64)timeout_ms * 1000;
  g_cancellable_connect (run->stop, G_CALLBACK (cancelled_cb), run->settled, NULL);
  run->watch = aws_thread_new ("credential-process", watch_time, run);
  run->wait = aws_thread_new ("credential-process-end", wait_for_end, run);
}

static void
run_end (Run *run)
{
  g_cancellable_cancel (run->ended);
  g_thread_join (run->watch);
  g_thread_join (run->wait);
  g_clear_object (&run->stop);
  g_clear_object (&run->settled);
  g_clear_object (&run->ended);
}

static GBytes *
watch_process (AwsProcessSource *self, Run *run, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gulong handler = 0;
  GBytes *output;

  run_begin (run, self->timeout_ms);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), run->stop, NULL);

  output = collect_output (run, &cause);

  g_cancellable_disconnect (cancellable, handler);
  run_end (run);

  if (output != NULL)
    return output;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (run->timed_out)
    g_set_error (error, AWS_ERROR, AWS_ERROR_TIMEOUT,
        "The command of credential_process did not end within %g s", self->timeout_ms / 1000.0);
  else
    g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

static gboolean
check_exit (GSubprocess *process, GError **error)
{
  const char *advice = "run it by hand to see why";

  if (g_subprocess_get_successful (process))
    return TRUE;
  if (g_subprocess_get_if_signaled (process))
    g_set_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
        "The command of credential_process was ended by signal %d; %s",
        g_subprocess_get_term_sig (process), advice);
  else
    g_set_error (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
        "The command of credential_process failed with exit status %d; %s",
        g_subprocess_get_exit_status (process), advice);
  return FALSE;
}

static GBytes *
run_command (AwsProcessSource *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) output = NULL;
  Run run = {NULL};

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  process = start_process (self, &run.group, error);
  if (process == NULL)
    return NULL;
  run.process = process;
  output = watch_process (self, &run, cancellable, error);
  if (output == NULL || !check_exit (process, error))
    return NULL;
  return g_steal_pointer (&output);
}

static gboolean
check_expiration (AwsProcessSource *self, AwsCredentials *credentials, GError **error)
{
  if (aws_credentials_get_expiration (credentials) > aws_clock_get_real_time (self->clock))
    return TRUE;
  g_set_error_literal (error, AWS_ERROR, AWS_ERROR_NOT_AUTHORIZED,
      "The command of credential_process printed credentials that have already expired; log in "
      "again where it gets them from, and check the system clock");
  return FALSE;
}

static AwsCredentials *
read_output (GBytes *output, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (output, &size);
  g_autoptr (JsonObject) object = aws_json_parse_object (text, size);
  g_autoptr (GError) cause = NULL;
  AwsCredentials *credentials;
  gint64 version;

  if (object == NULL) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process printed something other than one JSON object");
    return NULL;
  }
  if (!aws_json_get_int (object, "Version", &version) || version != VERSION) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process printed credentials whose Version is not %d", VERSION);
    return NULL;
  }
  credentials = aws_credentials_document_read (&document, object, &cause);
  if (credentials == NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process printed credentials that cannot be used: %s",
        cause->message);
  return credentials;
}

static AwsCredentials *
aws_process_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  AwsProcessSource *self = AWS_PROCESS_SOURCE (source);
  g_autoptr (GBytes) output = run_command (self, cancellable, error);
  g_autoptr (AwsCredentials) credentials = NULL;

  if (output == NULL)
    return NULL;
  credentials = read_output (output, error);
  if (credentials == NULL || !check_expiration (self, credentials, error))
    return NULL;
  return g_steal_pointer (&credentials);
}

static const char *
aws_process_source_get_name (AwsCredentialSource *source)
{
  return "process";
}

static void
aws_process_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = aws_process_source_fetch;
  iface->get_name = aws_process_source_get_name;
}
