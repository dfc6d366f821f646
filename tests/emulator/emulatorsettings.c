/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The table of options, and setters for each kind of value. */
#include "emulatorsettings.h"

#include <string.h>

#define DEFAULT_LISTEN "127.0.0.1"
#define DEFAULT_ACCESS_KEY "AKIDEMULATOR"
#define DEFAULT_SECRET_KEY "emulator-secret-key"
#define DEFAULT_REGION "us-east-1"
#define DEFAULT_MAX_SKEW 900
#define DEFAULT_CREDENTIAL_LIFETIME 3600
/* ListShards of Kinesis Data Streams documents this lifetime for its NextToken. */
#define DEFAULT_TOKEN_LIFETIME 300
#define NONE "none"

typedef struct _Option Option;

struct _Option {
  EmulatorOptionHelp help;
  gboolean (*set) (EmulatorSettings *settings, const Option *option, const char *value,
      gint64 now_ms, GError **error);
  gsize offset;
  guint max;
  const char *const *choices;
};

static gboolean
refuse (const Option *option, const char *value, GError **error)
{
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--%s takes %s, not '%s'",
      option->help.name, option->help.argument, value);
  return FALSE;
}

/* Kinds of values */

static gboolean
set_text (EmulatorSettings *settings, const Option *option, const char *value, gint64 now_ms,
    GError **error)
{
  char **field = G_STRUCT_MEMBER_P (settings, option->offset);

  g_free (*field);
  *field = *value == '\0' ? NULL : g_strdup (value);
  return TRUE;
}

static gboolean
set_required_text (EmulatorSettings *settings, const Option *option, const char *value,
    gint64 now_ms, GError **error)
{
  if (*value == '\0')
    return refuse (option, value, error);
  return set_text (settings, option, value, now_ms, error);
}

static gboolean
set_number (EmulatorSettings *settings, const Option *option, const char *value, gint64 now_ms,
    GError **error)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (value, 10, 0, option->max, &number, NULL)) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--%s takes a whole number from 0 to %u, not '%s'", option->help.name, option->max, value);
    return FALSE;
  }
  G_STRUCT_MEMBER (guint, settings, option->offset) = (guint)number;
  return TRUE;
}

/* The choices stand in the order of their enum. */
static gboolean
set_choice (EmulatorSettings *settings, const Option *option, const char *value, gint64 now_ms,
    GError **error)
{
  for (guint i = 0; option->choices[i] != NULL; i++) {
    if (g_str_equal (option->choices[i], value)) {
      G_STRUCT_MEMBER (guint, settings, option->offset) = i;
      return TRUE;
    }
  }
  return refuse (option, value, error);
}

static void
remove_stream (EmulatorSettings *settings, const char *name)
{
  EmulatorStream *earlier = emulator_settings_find_stream (settings, name);

  if (earlier != NULL)
    g_ptr_array_remove (settings->streams, earlier);
}

static gboolean
add_stream (EmulatorSettings *settings, const Option *option, const char *value, gint64 now_ms,
    GError **error)
{
  EmulatorStream *stream;

  if (g_str_equal (value, NONE)) {
    g_ptr_array_set_size (settings->streams, 0);
    return TRUE;
  }
  stream = emulator_stream_new (value, now_ms, error);
  if (stream == NULL)
    return FALSE;
  remove_stream (settings, emulator_stream_get_name (stream));
  g_ptr_array_add (settings->streams, stream);
  return TRUE;
}

static gboolean
add_fault (EmulatorSettings *settings, const Option *option, const char *value, gint64 now_ms,
    GError **error)
{
  EmulatorFaultRule *rule;

  if (g_str_equal (value, NONE)) {
    g_ptr_array_set_size (settings->faults, 0);
    return TRUE;
  }
  rule = emulator_fault_rule_new (value, error);
  if (rule == NULL)
    return FALSE;
  g_ptr_array_add (settings->faults, rule);
  return TRUE;
}

/* The options */

#define CHOICES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FIELD(name) G_STRUCT_OFFSET (EmulatorSettings, name)
#define TEXT(name, argument, description, field)                                                   \
  {                                                                                                \
    {name, argument, description}, set_text, FIELD (field)                                         \
  }
#define REQUIRED(name, argument, description, field)                                               \
  {                                                                                                \
    {name, argument, description}, set_required_text, FIELD (field)                                \
  }
#define NUMBER(name, argument, description, field, max)                                            \
  {                                                                                                \
    {name, argument, description}, set_number, FIELD (field), max                                  \
  }
#define CHOICE(name, argument, description, field, ...)                                            \
  {                                                                                                \
    {name, argument, description}, set_choice, FIELD (field), 0, CHOICES (__VA_ARGS__)             \
  }

static const Option options[] = {
    NUMBER ("port", "N", "Port to listen on; 0, the default, takes a free one", port, G_MAXUINT16),
    REQUIRED ("listen", "ADDRESS", "Address to listen on (127.0.0.1)", listen),
    TEXT ("tls-certificate", "PEM", "Certificate to speak TLS with", tls_certificate),
    TEXT ("tls-key", "PEM", "Key of the certificate, when it is in another file", tls_key),
    TEXT ("log", "FILE|-", "Write a line of JSON for each request", log),
    REQUIRED ("access-key", "ID", "Access key id that is accepted (AKIDEMULATOR)", access_key),
    REQUIRED ("secret-key", "KEY", "Its secret key (emulator-secret-key)", secret_key),
    TEXT ("session-token", "TOKEN", "Session token that must come with it (none)", session_token),
    REQUIRED ("region", "REGION", "Region of the streams and of signatures (us-east-1)", region),
    NUMBER ("max-skew", "SECONDS", "How old or new a signature may be; 0 = any (900)", max_skew,
        G_MAXINT32),
    NUMBER ("credential-lifetime", "SECONDS",
        "How long temporary credentials hold when the request does not say (3600)",
        credential_lifetime, G_MAXINT32),
    TEXT ("container-token", "TOKEN", "Authorization that /credentials/container asks for (none)",
        container_token),
    TEXT ("web-identity-token", "TOKEN", "WebIdentityToken that is accepted (any)",
        web_identity_token),
    TEXT ("external-id", "ID", "ExternalId that AssumeRole asks for (none)", external_id),
    {{"stream", "NAME=SOURCE[,key=value...]", "Add a stream; repeatable"}, add_stream},
    CHOICE ("timestamp", "grid|frame|nearest|after", "What TimeStamp tells of which frame (grid)",
        timestamp, "grid", "frame", "nearest", "after"),
    CHOICE ("end", "exclusive|inclusive", "Whether EndTimestamp is part of the range (exclusive)",
        end, "exclusive", "inclusive"),
    CHOICE ("start-fraction", "honoured|cut",
        "Whether fractions of a second of a range count (honoured)", start_fraction, "honoured",
        "cut"),
    CHOICE ("numbers", "exponent|decimal|integer", "How times are written (exponent)", numbers,
        "exponent", "decimal", "integer"),
    CHOICE ("nulls", "written|absent|empty", "How absent members are written (written)", nulls,
        "written", "absent", "empty"),
    CHOICE (
        "slashes", "plain|escaped", "How slashes are written (plain)", slashes, "plain", "escaped"),
    CHOICE ("transfer", "length|chunked", "How the length of a body is told (length)", transfer,
        "length", "chunked"),
    CHOICE ("page-order", "ascending|descending|shuffled", "Order within a page (ascending)",
        page_order, "ascending", "descending", "shuffled"),
    CHOICE ("fragment-order", "shuffled|ascending", "Order of a list of fragments (shuffled)",
        fragment_order, "shuffled", "ascending"),
    CHOICE ("empty-range", "entries|list|404|400", "What is answered without a fragment (entries)",
        empty_range, "entries", "list", "404", "400"),
    CHOICE ("error-connection", "keep|close",
        "What happens to the connection after an error reply of the data plane (keep)",
        error_connection, "keep", "close"),
    CHOICE ("empty-page", "never|first|every", "Which pages an empty one precedes (never)",
        empty_page, "never", "first", "every"),
    CHOICE ("outside", "none|before|after|both",
        "On which side of a range there is an entry more (none)", outside, "none", "before",
        "after", "both"),
    CHOICE ("seam", "clean|repeat", "Whether a page repeats the last entry before it (clean)", seam,
        "clean", "repeat"),
    NUMBER (
        "range-cap", "N", "Samples after which a range ends; 0 = none (0)", range_cap, G_MAXINT32),
    CHOICE ("retention-check", "end|start",
        "Which end of a range must lie within the retention period (end)", retention_check, "end",
        "start"),
    CHOICE ("first-image", "drop|keep",
        "What happens to samples in the fragment in which a range begins (drop)", first_image,
        "drop", "keep"),
    NUMBER ("token-lifetime", "SECONDS", "How long a NextToken is accepted (300)", token_lifetime,
        G_MAXINT32),
    CHOICE ("quota", "off|on", "Throttle by the published quotas (off)", quota, "off", "on"),
    NUMBER ("seed", "N", "What chance depends on (random)", seed, G_MAXUINT32),
    {{"fault", "OPERATION:CALLS:EFFECT[,EFFECT...]", "Add a fault; repeatable"}, add_fault},
};

static gboolean
is_text (const Option *option)
{
  return option->set == set_text || option->set == set_required_text;
}

static void
clear_texts (EmulatorSettings *settings)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    if (is_text (&options[i]))
      g_clear_pointer (&G_STRUCT_MEMBER (char *, settings, options[i].offset), g_free);
  }
}

static void
emulator_settings_clear (gpointer data)
{
  EmulatorSettings *settings = data;

  clear_texts (settings);
  g_ptr_array_unref (settings->streams);
  g_ptr_array_unref (settings->faults);
}

EmulatorSettings *
emulator_settings_new (void)
{
  EmulatorSettings *settings = g_atomic_rc_box_new0 (EmulatorSettings);

  settings->listen = g_strdup (DEFAULT_LISTEN);
  settings->access_key = g_strdup (DEFAULT_ACCESS_KEY);
  settings->secret_key = g_strdup (DEFAULT_SECRET_KEY);
  settings->region = g_strdup (DEFAULT_REGION);
  settings->max_skew = DEFAULT_MAX_SKEW;
  settings->credential_lifetime = DEFAULT_CREDENTIAL_LIFETIME;
  settings->token_lifetime = DEFAULT_TOKEN_LIFETIME;
  settings->seed = g_random_int ();
  settings->streams = g_ptr_array_new_with_free_func ((GDestroyNotify)emulator_stream_unref);
  settings->faults = g_ptr_array_new_with_free_func ((GDestroyNotify)emulator_fault_rule_unref);
  return settings;
}

static gpointer
copy_stream (gconstpointer stream, gpointer data)
{
  return emulator_stream_ref ((EmulatorStream *)stream);
}

static gpointer
copy_fault (gconstpointer rule, gpointer data)
{
  return emulator_fault_rule_ref ((EmulatorFaultRule *)rule);
}

EmulatorSettings *
emulator_settings_copy (EmulatorSettings *settings)
{
  EmulatorSettings *copy = g_atomic_rc_box_dup (sizeof *settings, settings);

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    if (is_text (&options[i]))
      G_STRUCT_MEMBER (char *, copy, options[i].offset) =
          g_strdup (G_STRUCT_MEMBER (char *, settings, options[i].offset));
  }
  copy->streams = g_ptr_array_copy (settings->streams, copy_stream, NULL);
  copy->faults = g_ptr_array_copy (settings->faults, copy_fault, NULL);
  return copy;
}

EmulatorSettings *
emulator_settings_ref (EmulatorSettings *settings)
{
  return g_atomic_rc_box_acquire (settings);
}

void
emulator_settings_unref (EmulatorSettings *settings)
{
  g_atomic_rc_box_release_full (settings, emulator_settings_clear);
}

gboolean
emulator_settings_set (
    EmulatorSettings *settings, const char *name, const char *value, gint64 now_ms, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++) {
    if (g_str_equal (options[i].help.name, name))
      return options[i].set (settings, &options[i], value, now_ms, error);
  }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
      "There is no option --%s; --help lists all", name);
  return FALSE;
}

EmulatorStream *
emulator_settings_find_stream (EmulatorSettings *settings, const char *name)
{
  for (guint i = 0; i < settings->streams->len; i++) {
    EmulatorStream *stream = g_ptr_array_index (settings->streams, i);

    if (g_str_equal (emulator_stream_get_name (stream), name))
      return stream;
  }
  return NULL;
}

EmulatorFrameChoice
emulator_settings_get_frame_choice (const EmulatorSettings *settings)
{
  switch (settings->timestamp) {
    case EMULATOR_TIMESTAMP_NEAREST:
      return EMULATOR_FRAME_NEAREST;
    case EMULATOR_TIMESTAMP_AFTER:
      return EMULATOR_FRAME_AFTER;
    case EMULATOR_TIMESTAMP_GRID:
    case EMULATOR_TIMESTAMP_FRAME:
    default:
      return EMULATOR_FRAME_BEFORE;
  }
}

gint64
emulator_settings_get_timestamp (
    const EmulatorSettings *settings, EmulatorStream *stream, gint64 unix_ms)
{
  if (settings->timestamp == EMULATOR_TIMESTAMP_GRID)
    return unix_ms;
  return emulator_stream_get_frame_time (
      stream, unix_ms, emulator_settings_get_frame_choice (settings));
}

const EmulatorOptionHelp *
emulator_settings_get_help (guint *n)
{
  static EmulatorOptionHelp help[G_N_ELEMENTS (options)];

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    help[i] = options[i].help;
  *n = G_N_ELEMENTS (options);
  return help;
}
