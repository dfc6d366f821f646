/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrciot.h"

#include <kvserror.h>

#define FORM                                                                                       \
  "iot-certificate, endpoint=HOST, cert-path=PEM, key-path=PEM, ca-path=PEM, role-aliases=ALIAS "  \
  "[, iot-thing-name=NAME] [, connection-timeout=SECONDS] [, completion-timeout=SECONDS]"

#define MAX_TIMEOUT_S 3600

typedef struct {
  const char *name;
  gsize offset;
  gboolean optional;
} Field;

#define FIELD(name, member, optional)                                                              \
  {                                                                                                \
    name, G_STRUCT_OFFSET (AwsIotOptions, member), optional                                        \
  }
static const Field texts[] = {
    FIELD ("endpoint", endpoint, FALSE),
    FIELD ("cert-path", cert_path, FALSE),
    FIELD ("key-path", key_path, FALSE),
    FIELD ("ca-path", ca_path, FALSE),
    FIELD ("role-aliases", role_alias, FALSE),
    FIELD ("iot-thing-name", thing_name, TRUE),
};
static const Field timeouts[] = {
    FIELD ("connection-timeout", connection_timeout_ms, TRUE),
    FIELD ("completion-timeout", completion_timeout_ms, TRUE),
};

static gboolean
refuse (GError **error, const char *field, const char *what)
{
  g_set_error (error, KVS_ERROR, KVS_ERROR_INVALID,
      "iot-certificate: the field %s %s; accepted is " FORM, field, what);
  return FALSE;
}

static gboolean
is_known (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (g_str_equal (name, texts[i].name))
      return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    if (g_str_equal (name, timeouts[i].name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_names (const GstStructure *structure, GError **error)
{
  for (gint i = 0; i < gst_structure_n_fields (structure); i++) {
    const char *name = gst_structure_nth_field_name (structure, (guint)i);

    if (!is_known (name))
      return refuse (error, name, "is not one of its fields");
  }
  return TRUE;
}

static gboolean
read_text (
    const GstStructure *structure, const Field *field, AwsIotOptions *options, GError **error)
{
  const char *value = gst_structure_get_string (structure, field->name);

  if (value == NULL && gst_structure_has_field (structure, field->name))
    return refuse (error, field->name, "is not a string");
  if (value == NULL && field->optional)
    return TRUE;
  if (value == NULL || *value == '\0')
    return refuse (error, field->name, value ? "is empty" : "is missing");
  G_STRUCT_MEMBER (const char *, options, field->offset) = value;
  return TRUE;
}

/* A launch line makes an integer of digits, but other programs, and kvssink's documentation, have
 * them as text. */
static gboolean
read_seconds (const GValue *value, guint64 *seconds)
{
  g_auto (GValue) number = G_VALUE_INIT;

  if (G_VALUE_HOLDS_STRING (value))
    return g_ascii_string_to_unsigned (g_value_get_string (value) ? g_value_get_string (value) : "",
        10, 1, MAX_TIMEOUT_S, seconds, NULL);
  g_value_init (&number, G_TYPE_INT64);
  if (!g_value_type_transformable (G_VALUE_TYPE (value), G_TYPE_INT64) ||
      !g_value_transform (value, &number))
    return FALSE;
  *seconds = (guint64)g_value_get_int64 (&number);
  return *seconds >= 1 && *seconds <= MAX_TIMEOUT_S;
}

static gboolean
read_timeout (
    const GstStructure *structure, const Field *field, AwsIotOptions *options, GError **error)
{
  const GValue *value = gst_structure_get_value (structure, field->name);
  guint64 seconds;

  if (value == NULL)
    return TRUE;
  if (!read_seconds (value, &seconds))
    return refuse (error, field->name, "is not a number of seconds from 1 to 3600");
  G_STRUCT_MEMBER (guint, options, field->offset) = (guint)seconds * 1000;
  return TRUE;
}

gboolean
gst_kvs_image_src_iot_read (
    const GstStructure *structure, const char *stream_name, AwsIotOptions *options, GError **error)
{
  *options = (AwsIotOptions){.thing_name = stream_name};
  if (!check_names (structure, error))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (!read_text (structure, &texts[i], options, error))
      return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (timeouts); i++) {
    if (!read_timeout (structure, &timeouts[i], options, error))
      return FALSE;
  }
  return TRUE;
}
