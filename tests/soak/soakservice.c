/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "soakservice.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define DURATION_S 3600
#define IMAGE_BYTES 2048
#define MAX_RULES 6

/* For the port of a service that is started again. */
#define MAX_TRIES 100
#define TRY_PAUSE_US 100000

struct _SoakService {
  char *program;
  char *streams[2];
  gint64 start_ms;
  GRand *chance;
  guint n_faults;
  Emulator *truth;
  GSubprocess *process;
  char *url;
};

/* What must not change a sample, nor end a pipeline. A request that is not answered costs the time of an attempt, so there are
 * few. */
static const char *const faults[] = {
    "*:p=0.02:status=500",
    "*:p=0.02:status=503",
    "*:p=0.05:code=ThrottlingException",
    "GetImages:rate=20:code=ClientLimitExceededException",
    "*:p=0.02:reset=before",
    "*:p=0.02:reset=headers",
    "*:p=0.02:reset=body",
    "*:p=0.02:cut=before",
    "*:p=0.02:cut=headers",
    "*:p=0.02:cut=body",
    "GetImages:p=0.02:cut=body@3000",
    "*:every=300:stall=before",
    "*:every=300:stall=headers",
    "*:every=300:stall=body",
    "*:p=0.02:garbage=http",
    "*:p=0.02:garbage=json",
    "*:p=0.02:garbage=html",
    "*:p=0.02:garbage=html,status=502",
    "GetImages:p=0.05:token=refused",
    "GetImages:p=0.05:token=repeated",
    "GetImages:p=0.05:token=absent",
    "*:*:latency=0ms+50ms",
    "GetImages:p=0.05:byte-latency=5us",
    "ListFragments:*:code=AccessDeniedException",
};

/* What is not known of the service, and must not change a sample either. */
static const char *const interpretations[][4] = {
    {"end", "exclusive", "inclusive"},
    {"numbers", "exponent", "decimal", "integer"},
    {"nulls", "written", "absent", "empty"},
    {"slashes", "plain", "escaped"},
    {"transfer", "length", "chunked"},
    {"page-order", "ascending", "descending", "shuffled"},
    {"first-image", "drop", "keep"},
    {"outside", "none", "before", "both"},
    {"seam", "clean", "repeat"},
    {"error-connection", "keep", "close"},
};

static void
add_option (GPtrArray *arguments, const char *name, const char *value)
{
  g_ptr_array_add (arguments, g_strdup_printf ("--%s=%s", name, value));
}

static void
add_interpretations (SoakService *self, GPtrArray *arguments)
{
  for (guint i = 0; i < G_N_ELEMENTS (interpretations); i++) {
    const char *const *values = interpretations[i] + 1;
    guint n = values[2] == NULL ? 2 : 3;

    add_option (arguments, interpretations[i][0], values[g_rand_int_range (self->chance, 0, n)]);
  }
}

static void
add_faults (SoakService *self, GPtrArray *arguments)
{
  gint n = g_rand_int_range (self->chance, 0, MAX_RULES + 1);

  for (gint i = 0; i < n; i++)
    add_option (
        arguments, "fault", faults[g_rand_int_range (self->chance, 0, G_N_ELEMENTS (faults))]);
  self->n_faults += (guint)n;
}

static GPtrArray *
make_arguments (SoakService *self)
{
  GPtrArray *arguments = g_ptr_array_new_with_free_func (g_free);
  const char *port = self->url == NULL ? "0" : strrchr (self->url, ':') + 1;
  g_autofree char *seed = g_strdup_printf ("%u", g_rand_int (self->chance) & G_MAXINT32);

  g_ptr_array_add (arguments, g_strdup (self->program));
  add_option (arguments, "port", port);
  add_option (arguments, "seed", seed);
  add_option (arguments, "credential-lifetime", "60");
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    add_option (arguments, "stream", self->streams[i]);
  if (self->url != NULL) {
    add_interpretations (self, arguments);
    add_faults (self, arguments);
  }
  g_ptr_array_add (arguments, NULL);
  return arguments;
}

static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* The address is in the first line that the program prints. */
static gboolean
read_url (SoakService *self, GError **error)
{
  g_autoptr (GDataInputStream) output =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  g_autofree char *line = g_data_input_stream_read_line (output, NULL, NULL, error);

  if (line == NULL || !g_str_has_prefix (line, "Listening on ")) {
    g_clear_error (error);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "kvs-emulator does not start");
    return FALSE;
  }
  if (self->url == NULL)
    self->url = g_strdup (line + strlen ("Listening on "));
  return TRUE;
}

static gboolean
start (SoakService *self, GError **error)
{
  g_autoptr (GPtrArray) arguments = make_arguments (self);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (
      launcher, (const char *const *)(gpointer)arguments->pdata, error);
  return self->process != NULL && read_url (self, error);
}

static void
stop (SoakService *self)
{
  if (self->process == NULL)
    return;
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

/* Both have gaps, and the recording has sound without a picture as well. */
static void
describe_streams (SoakService *self)
{
  const char *begin = G_STRINGIFY (IMAGE_BYTES);
  gint64 start_s = self->start_ms / 1000;

  self->streams[0] = g_strdup_printf (SOAK_RECORDING
      "=prepared:%s,start=%" G_GINT64_FORMAT
      ",duration=%d,gap=40+20,gap=500+200,gap=1000.5+1.2,audio-only=200+15,gap=3000+100",
      begin, start_s, DURATION_S);
  self->streams[1] = g_strdup_printf (
      SOAK_CAMERA "=prepared:%s,start=%" G_GINT64_FORMAT ",live=true", begin, start_s);
}

static gboolean
prepare_truth (SoakService *self, GError **error)
{
  self->truth = emulator_new ();
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++) {
    if (!emulator_configure (self->truth, "stream", self->streams[i], error))
      return FALSE;
  }
  return TRUE;
}

SoakService *
soak_service_new (const char *program, gint64 now_ms, guint32 seed, GError **error)
{
  g_autoptr (SoakService) self = g_new0 (SoakService, 1);

  self->program = g_strdup (program);
  self->start_ms = (now_ms / 1000 - 2 * DURATION_S) * 1000;
  self->chance = g_rand_new_with_seed (seed);
  describe_streams (self);
  if (!prepare_truth (self, error) || !start (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
soak_service_free (SoakService *self)
{
  stop (self);
  g_clear_object (&self->truth);
  g_rand_free (self->chance);
  for (guint i = 0; i < G_N_ELEMENTS (self->streams); i++)
    g_free (self->streams[i]);
  g_free (self->program);
  g_free (self->url);
  g_free (self);
}

/* The port may be that of a connection of another program for a while. */
gboolean
soak_service_restart (SoakService *self, guint down_ms, GError **error)
{
  stop (self);
  g_usleep ((gulong)down_ms * 1000);
  for (guint i = 0; i < MAX_TRIES; i++) {
    if (start (self, NULL))
      return TRUE;
    stop (self);
    g_usleep (TRY_PAUSE_US);
  }
  return start (self, error);
}

const char *
soak_service_get_url (SoakService *self)
{
  return self->url;
}

gint64
soak_service_get_start (SoakService *self)
{
  return self->start_ms;
}

gint64
soak_service_get_duration (SoakService *self)
{
  return DURATION_S * G_GINT64_CONSTANT (1000);
}

guint
soak_service_count_faults (SoakService *self)
{
  return self->n_faults;
}

Emulator *
soak_service_get_truth (SoakService *self)
{
  return self->truth;
}
