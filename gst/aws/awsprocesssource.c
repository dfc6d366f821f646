/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsprocesssource.h"

#include "awscredentialsdocument.h"
#include "awserror.h"
#include "awssecret.h"

#include <signal.h>
#include <unistd.h>

#define VERSION 1

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

/* A process that runs, and what ends the wait for it: the caller, or a thread that watches the time.
 * Both cancel @stop, which is what all waits listen to. */
typedef struct {
  GSubprocess *process;
  GCancellable *stop;
  GCancellable *ended;
  GThread *watch;
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

/* In a group of its own, so that killing it reaches what it has started itself. Runs between fork
 * and exec. */
static void
lead_group_cb (gpointer user_data)
{
  setpgid (0, 0);
}

static GSubprocess *
start_process (AwsProcessSource *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GError) cause = NULL;
  char **arguments = NULL;
  GSubprocess *process;

  if (!g_shell_parse_argv (self->command, NULL, &arguments, NULL)) {
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process is empty, or a quote in it is not closed");
    return NULL;
  }
  g_subprocess_launcher_set_child_setup (launcher, lead_group_cb, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *)arguments, &cause);
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

/* The identifier is there until the process has been waited for, and as long its number belongs to
 * nobody else. */
static void
kill_group (GSubprocess *process)
{
  const char *identifier = g_subprocess_get_identifier (process);

  if (identifier != NULL)
    kill (-(pid_t)g_ascii_strtoll (identifier, NULL, 10), SIGKILL);
}

/* Reads what the process prints, one byte more than it may, and waits for its end. */
static GBytes *
collect_output (Run *run, GError **error)
{
  GInputStream *pipe = g_subprocess_get_stdout_pipe (run->process);
  char *buffer = g_malloc (AWS_PROCESS_SOURCE_MAX_OUTPUT + 1);
  gsize size = 0;
  gboolean whole = g_input_stream_read_all (
      pipe, buffer, AWS_PROCESS_SOURCE_MAX_OUTPUT + 1, &size, run->stop, error);
  g_autoptr (GBytes) output = aws_secret_bytes_new_take (buffer, size);

  if (whole && size > AWS_PROCESS_SOURCE_MAX_OUTPUT) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The command of credential_process printed more than %d bytes",
        AWS_PROCESS_SOURCE_MAX_OUTPUT);
    whole = FALSE;
  }
  if (!whole || !g_subprocess_wait (run->process, run->stop, error)) {
    kill_group (run->process);
    return NULL;
  }
  return g_steal_pointer (&output);
}

static GBytes *
watch_process (AwsProcessSource *self, Run *run, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) cause = NULL;
  gulong handler = 0;
  GBytes *output;

  run->stop = g_cancellable_new ();
  run->ended = g_cancellable_new ();
  run->deadline_us = g_get_monotonic_time () + (gint64)self->timeout_ms * 1000;
  run->watch = g_thread_new ("credential-process", watch_time, run);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), run->stop, NULL);

  output = collect_output (run, &cause);

  g_cancellable_disconnect (cancellable, handler);
  g_cancellable_cancel (run->ended);
  g_thread_join (run->watch);
  g_clear_object (&run->stop);
  g_clear_object (&run->ended);

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
  process = start_process (self, error);
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
      "anew where it gets them from, and check the system clock");
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
        "The command of credential_process printed something else than one JSON object");
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
