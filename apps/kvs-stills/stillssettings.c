/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stillssettings.h"

#include "stillserror.h"

#include <kvstimestamp.h>

#include <string.h>

struct _StillsSettings {
  GstElement *scratch;
  GHashTable *values;
};

/* The properties that the output depends on: those that say what to pull. */
static const char *const deciding[] = {"image-selector-type", "start-timestamp", "end-timestamp",
    "align", "sampling-interval", "format", "jpeg-quality", "width", "height", "max-items",
    "num-buffers", "starting-token", "follow"};

static void
free_value (gpointer value)
{
  g_value_unset (value);
  g_free (value);
}

static GstElement *
make_bare_element (void)
{
  return gst_element_factory_make ("kvsimagesrc", NULL);
}

StillsSettings *
stills_settings_new (void)
{
  StillsSettings *self = g_new0 (StillsSettings, 1);

  self->scratch = gst_object_ref_sink (make_bare_element ());
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_value);
  return self;
}

void
stills_settings_free (StillsSettings *self)
{
  g_hash_table_unref (self->values);
  gst_object_unref (self->scratch);
  g_free (self);
}

static GParamSpec *
find_property (StillsSettings *self, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (self->scratch), name);
}

static char *
describe_enum (GParamSpec *pspec)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (pspec)->enum_class;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < klass->n_values; i++)
    g_string_append_printf (text, "%s%s", i ? "|" : "", klass->values[i].value_nick);
  return g_string_free (text, FALSE);
}

/* The values of a property, as they are shown behind its option in the help. */
static char *
describe_values (GParamSpec *pspec)
{
  if (G_IS_PARAM_SPEC_ENUM (pspec))
    return describe_enum (pspec);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_strdup ("true|false");
  if (G_IS_PARAM_SPEC_UINT (pspec) || G_IS_PARAM_SPEC_UINT64 (pspec) || G_IS_PARAM_SPEC_INT (pspec))
    return g_strdup ("N");
  return g_strdup ("TEXT");
}

static char *
describe_accepted (GParamSpec *pspec)
{
  if (G_IS_PARAM_SPEC_UINT (pspec))
    return g_strdup_printf ("a number from %u to %u", G_PARAM_SPEC_UINT (pspec)->minimum,
        G_PARAM_SPEC_UINT (pspec)->maximum);
  if (G_IS_PARAM_SPEC_INT (pspec))
    return g_strdup_printf ("a number from %d to %d", G_PARAM_SPEC_INT (pspec)->minimum,
        G_PARAM_SPEC_INT (pspec)->maximum);
  if (G_IS_PARAM_SPEC_UINT64 (pspec))
    return g_strdup ("a number from 0 on");
  return describe_values (pspec);
}

static gboolean
read_unsigned (const char *text, guint64 min, guint64 max, GValue *value)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, min, max, &number, NULL))
    return FALSE;
  if (G_VALUE_HOLDS_UINT (value))
    g_value_set_uint (value, (guint)number);
  else
    g_value_set_uint64 (value, number);
  return TRUE;
}

static gboolean
read_signed (const char *text, gint min, gint max, GValue *value)
{
  gint64 number;

  if (!g_ascii_string_to_signed (text, 10, min, max, &number, NULL))
    return FALSE;
  g_value_set_int (value, (gint)number);
  return TRUE;
}

/* GStreamer itself takes -1 for the largest number of a type that has no negative ones, and a number that is too large
 * for what its lowest bits are. */
static gboolean
read_value (GParamSpec *pspec, const char *text, GValue *value)
{
  g_value_init (value, pspec->value_type);
  if (G_IS_PARAM_SPEC_STRING (pspec)) {
    g_value_set_string (value, text);
    return TRUE;
  }
  if (G_IS_PARAM_SPEC_UINT (pspec))
    return read_unsigned (
        text, G_PARAM_SPEC_UINT (pspec)->minimum, G_PARAM_SPEC_UINT (pspec)->maximum, value);
  if (G_IS_PARAM_SPEC_UINT64 (pspec))
    return read_unsigned (
        text, G_PARAM_SPEC_UINT64 (pspec)->minimum, G_PARAM_SPEC_UINT64 (pspec)->maximum, value);
  if (G_IS_PARAM_SPEC_INT (pspec))
    return read_signed (
        text, G_PARAM_SPEC_INT (pspec)->minimum, G_PARAM_SPEC_INT (pspec)->maximum, value);
  return gst_value_deserialize (value, text) && !g_param_value_validate (pspec, value);
}

gboolean
stills_settings_set (
    StillsSettings *self, const char *name, const char *text, const char *option, GError **error)
{
  GParamSpec *pspec = find_property (self, name);
  GValue *value = g_new0 (GValue, 1);

  if (!read_value (pspec, text, value)) {
    g_autofree char *accepted = describe_accepted (pspec);

    free_value (value);
    g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
        "%s is '%s', which cannot be used: accepted is %s.", option, text, accepted);
    return FALSE;
  }
  g_hash_table_replace (self->values, g_strdup (name), value);
  return TRUE;
}

/* A duration is what can follow "now-" in a time. */
gint64
stills_settings_parse_duration (const char *text, const char *option, GError **error)
{
  g_autofree char *time = g_strconcat ("now-", text, NULL);
  KvsTimestamp timestamp;

  if (kvs_timestamp_parse (time, &timestamp, NULL) && timestamp.ms < 0)
    return -timestamp.ms;
  g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
      "%s is '%s', which cannot be used: accepted is a duration such as 500ms, 3s, 1m30s, 1h or 2d.",
      option, text);
  return 0;
}

gboolean
stills_settings_set_duration (
    StillsSettings *self, const char *name, const char *text, const char *option, GError **error)
{
  gint64 ms = stills_settings_parse_duration (text, option, error);
  g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, ms);

  if (ms > G_MAXUINT) {
    g_set_error (error, STILLS_ERROR, STILLS_EXIT_USAGE,
        "%s is '%s', which cannot be used: it is longer than 49 days.", option, text);
    return FALSE;
  }
  return ms > 0 && stills_settings_set (self, name, number, option, error);
}

static gboolean
option_cb (const char *option, const char *text, gpointer user_data, GError **error)
{
  return stills_settings_set (
      user_data, option + strlen ("--"), text ? text : "true", option, error);
}

static gboolean
is_option (GParamSpec *pspec, GType owner)
{
  static const char *const secrets[] = {"access-key", "secret-key", "session-token", NULL};

  return pspec->owner_type == owner && (pspec->flags & G_PARAM_WRITABLE) &&
         !g_strv_contains (secrets, pspec->name);
}

static void
add_option (GOptionGroup *group, GParamSpec *pspec)
{
  g_autofree char *values = describe_values (pspec);
  const GOptionEntry entries[] = {
      {
          pspec->name,
          0,
          G_IS_PARAM_SPEC_BOOLEAN (pspec) ? G_OPTION_FLAG_OPTIONAL_ARG : 0,
          G_OPTION_ARG_CALLBACK,
          option_cb,
          g_param_spec_get_blurb (pspec),
          g_intern_string (values),
      },
      {NULL},
  };

  g_option_group_add_entries (group, entries);
}

GOptionGroup *
stills_settings_make_group (StillsSettings *self)
{
  GOptionGroup *group = g_option_group_new ("element",
      "Properties of kvsimagesrc. Credentials are taken from the environment, the files of AWS, or "
      "the machine:",
      "Show the properties of kvsimagesrc, each of them an option", self, NULL);
  guint n;
  g_autofree GParamSpec **properties =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (self->scratch), &n);

  for (guint i = 0; i < n; i++) {
    if (is_option (properties[i], G_OBJECT_TYPE (self->scratch)))
      add_option (group, properties[i]);
  }
  return group;
}

/* A URI is set first, because it sets all of its keys anew. */
static void
apply (StillsSettings *self, GstElement *element)
{
  const GValue *uri = g_hash_table_lookup (self->values, "uri");
  GHashTableIter iter;
  gpointer name, value;

  if (uri)
    g_object_set_property (G_OBJECT (element), "uri", uri);
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!g_str_equal (name, "uri"))
      g_object_set_property (G_OBJECT (element), name, value);
  }
}

GstElement *
stills_settings_make_element (StillsSettings *self, const char *stream)
{
  GstElement *element = make_bare_element ();
  gboolean is_arn = stream && g_str_has_prefix (stream, "arn:");

  apply (self, element);
  if (stream)
    g_object_set (
        element, "stream-name", is_arn ? NULL : stream, "stream-arn", is_arn ? stream : NULL, NULL);
  return element;
}

gboolean
stills_settings_add_streams (StillsSettings *self, StillsStreams *streams, GError **error)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (stills_settings_make_element (self, NULL));
  g_autofree char *name = NULL;
  g_autofree char *arn = NULL;

  g_object_get (element, "stream-name", &name, "stream-arn", &arn, NULL);
  return (name == NULL || stills_streams_add (streams, name, error)) &&
         (arn == NULL || stills_streams_add (streams, arn, error));
}

void
stills_settings_fill (StillsSettings *self, const char *stream, GstKvsImageSrcSettings *values)
{
  gboolean is_arn = g_str_has_prefix (stream, "arn:");
  const GValue *uri = g_hash_table_lookup (self->values, "uri");
  g_auto (GValue) text = G_VALUE_INIT;
  GHashTableIter iter;
  gpointer name, value;

  gst_kvs_image_src_settings_init (values);
  if (uri)
    gst_kvs_image_src_properties_set (values, find_property (self, "uri"), uri);
  g_hash_table_iter_init (&iter, self->values);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    if (!g_str_equal (name, "uri"))
      gst_kvs_image_src_properties_set (values, find_property (self, name), value);
  }
  g_value_init (&text, G_TYPE_STRING);
  gst_kvs_image_src_properties_set (
      values, find_property (self, is_arn ? "stream-name" : "stream-arn"), &text);
  g_value_set_string (&text, stream);
  gst_kvs_image_src_properties_set (
      values, find_property (self, is_arn ? "stream-arn" : "stream-name"), &text);
}

static char *
get_text (GstElement *element, GParamSpec *pspec)
{
  g_auto (GValue) value = G_VALUE_INIT;
  const char *text;

  g_value_init (&value, pspec->value_type);
  g_object_get_property (G_OBJECT (element), pspec->name, &value);
  if (!G_VALUE_HOLDS_STRING (&value))
    return gst_value_serialize (&value);
  text = g_value_get_string (&value);
  return g_strdup (text ? text : "");
}

JsonObject *
stills_settings_describe (StillsSettings *self)
{
  g_autoptr (GstElement) element = gst_object_ref_sink (stills_settings_make_element (self, NULL));
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (deciding); i++) {
    g_autofree char *text = get_text (element, find_property (self, deciding[i]));

    json_object_set_string_member (object, deciding[i], text);
  }
  return object;
}
