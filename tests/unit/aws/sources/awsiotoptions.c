/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsiotoptions.h"

#include "awserror.h"

#include <string.h>

static gboolean
set_text (AwsIotOptions *options, const char *field, const char *text, GError **error)
{
  static char *texts[16];
  static guint n_texts;
  g_auto (GValue) value = G_VALUE_INIT;

  /* The options point into the value. */
  g_free (texts[n_texts]);
  texts[n_texts] = g_strdup (text);
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_static_string (&value, texts[n_texts]);
  n_texts = (n_texts + 1) % G_N_ELEMENTS (texts);
  return aws_iot_options_set (options, field, &value, error);
}

static void
test_complete (void)
{
  static const struct {
    const char *field, *text;
  } rows[] = {
      {"endpoint", "c1.credentials.iot.eu-west-1.amazonaws.com"},
      {"cert-path", "/c.pem"},
      {"key-path", "/k.pem"},
      {"ca-path", "/ca.pem"},
      {"role-aliases", "cameras"},
  };
  AwsIotOptions options = {.thing_name = "door"};
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) missing = NULL;

    g_assert_false (aws_iot_options_check (&options, &missing));
    g_assert_error (missing, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_nonnull (strstr (missing->message, rows[i].field));
    g_assert_true (set_text (&options, rows[i].field, rows[i].text, &error));
  }
  g_assert_true (aws_iot_options_check (&options, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (options.endpoint, ==, rows[0].text);
  g_assert_cmpstr (options.cert_path, ==, "/c.pem");
  g_assert_cmpstr (options.key_path, ==, "/k.pem");
  g_assert_cmpstr (options.ca_path, ==, "/ca.pem");
  g_assert_cmpstr (options.role_alias, ==, "cameras");
  g_assert_cmpstr (options.thing_name, ==, "door");
  g_assert_true (set_text (&options, "iot-thing-name", "cam1", &error));
  g_assert_cmpstr (options.thing_name, ==, "cam1");
}

static void
test_timeouts (void)
{
  g_auto (GValue) number = G_VALUE_INIT;
  AwsIotOptions options = {NULL};

  g_assert_true (set_text (&options, "connection-timeout", "2", NULL));
  g_assert_cmpuint (options.connection_timeout_ms, ==, 2000);
  g_value_init (&number, G_TYPE_UINT64);
  g_value_set_uint64 (&number, 7);
  g_assert_true (aws_iot_options_set (&options, "completion-timeout", &number, NULL));
  g_assert_cmpuint (options.completion_timeout_ms, ==, 7000);
  g_value_set_uint64 (&number, 3601);
  g_assert_false (aws_iot_options_set (&options, "completion-timeout", &number, NULL));
  g_assert_cmpuint (options.completion_timeout_ms, ==, 7000);
}

static void
test_refused (void)
{
  static const struct {
    const char *field, *text, *words;
  } rows[] = {
      {"endpoint", "", "the field endpoint is empty"},
      {"endpoint", NULL, "the field endpoint is not a string"},
      {"iot-thing-name", "", "the field iot-thing-name is empty"},
      {"role-alias", "x", "the field role-alias is not one of its fields"},
      {"connection-timeout", "0", "the field connection-timeout is not a number of seconds"},
      {"completion-timeout", "soon", "the field completion-timeout is not a number of seconds"},
      {"completion-timeout", NULL, "the field completion-timeout is not a number of seconds"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    AwsIotOptions options = {NULL};

    g_assert_false (set_text (&options, rows[i].field, rows[i].text, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_nonnull (strstr (error->message, rows[i].words));
    g_assert_nonnull (strstr (error->message, "role-aliases=ALIAS"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iotoptions/complete", test_complete);
  g_test_add_func ("/iotoptions/timeouts", test_timeouts);
  g_test_add_func ("/iotoptions/refused", test_refused);
  return g_test_run ();
}
