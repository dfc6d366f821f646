/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsiotoptions.h"

#include "awserror.h"

#define FORM                                                                                       \
  "iot-certificate, endpoint=HOST, cert-path=PEM, key-path=PEM, ca-path=PEM, role-aliases=ALIAS "  \
  "[, iot-thing-name=NAME] [, connection-timeout=SECONDS] [, completion-timeout=SECONDS]"

#define MAX_TIMEOUT_S 3600

typedef struct {
  const char *name;
  gsize offset;
  enum {
    NEEDED_TEXT,
    OPTIONAL_TEXT,
    TIMEOUT
  } kind;
} Field;

#define MEMBER(name) G_STRUCT_OFFSET (AwsIotOptions, name)

static const Field fields[] = {
    {"endpoint", MEMBER (endpoint), NEEDED_TEXT},
    {"cert-path", MEMBER (cert_path), NEEDED_TEXT},
    {"key-path", MEMBER (key_path), NEEDED_TEXT},
    {"ca-path", MEMBER (ca_path), NEEDED_TEXT},
    {"role-aliases", MEMBER (role_alias), NEEDED_TEXT},
    {"iot-thing-name", MEMBER (thing_name), OPTIONAL_TEXT},
    {"connection-timeout", MEMBER (connection_timeout_ms), TIMEOUT},
    {"completion-timeout", MEMBER (completion_timeout_ms), TIMEOUT},
};

static gboolean
refuse (GError **error, const char *field, const char *what)
{
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "iot-certificate: the field %s %s; accepted is " FORM, field, what);
  return FALSE;
}

static const Field *
find_field (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (g_str_equal (name, fields[i].name))
      return &fields[i];
  }
  return NULL;
}

static gboolean
set_text (AwsIotOptions *self, const Field *field, const GValue *value, GError **error)
{
  const char *text = G_VALUE_HOLDS_STRING (value) ? g_value_get_string (value) : NULL;

  if (text == NULL)
    return refuse (error, field->name, "is not a string");
  if (*text == '\0')
    return refuse (error, field->name, "is empty");
  G_STRUCT_MEMBER (const char *, self, field->offset) = text;
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
set_timeout (AwsIotOptions *self, const Field *field, const GValue *value, GError **error)
{
  guint64 seconds;

  if (!read_seconds (value, &seconds))
    return refuse (error, field->name, "is not a number of seconds from 1 to 3600");
  G_STRUCT_MEMBER (guint, self, field->offset) = (guint)seconds * 1000;
  return TRUE;
}

gboolean
aws_iot_options_set (AwsIotOptions *self, const char *name, const GValue *value, GError **error)
{
  const Field *field = find_field (name);

  if (field == NULL)
    return refuse (error, name, "is not one of its fields");
  return field->kind == TIMEOUT ? set_timeout (self, field, value, error)
                                : set_text (self, field, value, error);
}

gboolean
aws_iot_options_check (const AwsIotOptions *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (fields[i].kind == NEEDED_TEXT &&
        G_STRUCT_MEMBER (const char *, self, fields[i].offset) == NULL)
      return refuse (error, fields[i].name, "is missing");
  }
  return TRUE;
}
