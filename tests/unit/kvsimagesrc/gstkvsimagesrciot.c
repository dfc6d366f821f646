/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrciot.h"

#include <kvserror.h>

#include <string.h>

#define COMPLETE                                                                                   \
  "iot-certificate,endpoint=c1.credentials.iot.eu-west-1.amazonaws.com,cert-path=/c.pem,"          \
  "key-path=/k.pem,ca-path=/ca.pem,role-aliases=cameras"

static void
test_complete (void)
{
  g_autoptr (GstStructure) structure = gst_structure_from_string (COMPLETE, NULL);
  g_autoptr (GError) error = NULL;
  AwsIotOptions options;

  gst_kvs_image_src_iot_read (structure, "door", &options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (options.endpoint, ==, "c1.credentials.iot.eu-west-1.amazonaws.com");
  g_assert_cmpstr (options.cert_path, ==, "/c.pem");
  g_assert_cmpstr (options.key_path, ==, "/k.pem");
  g_assert_cmpstr (options.ca_path, ==, "/ca.pem");
  g_assert_cmpstr (options.role_alias, ==, "cameras");
  g_assert_cmpstr (options.thing_name, ==, "door");
  g_assert_cmpuint (options.connection_timeout_ms, ==, 0);
  g_assert_cmpuint (options.completion_timeout_ms, ==, 0);
}

static void
test_optional (void)
{
  static const char *const forms[] = {
      COMPLETE ",iot-thing-name=cam1,connection-timeout=2,completion-timeout=7",
      COMPLETE ",iot-thing-name=cam1,connection-timeout=(string)2,completion-timeout=(string)7",
      COMPLETE ",iot-thing-name=cam1,connection-timeout=(uint)2,completion-timeout=(guint64)7",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (GstStructure) structure = gst_structure_from_string (forms[i], NULL);
    AwsIotOptions options;

    g_assert_true (gst_kvs_image_src_iot_read (structure, "door", &options, NULL));
    g_assert_cmpstr (options.thing_name, ==, "cam1");
    g_assert_cmpuint (options.connection_timeout_ms, ==, 2000);
    g_assert_cmpuint (options.completion_timeout_ms, ==, 7000);
  }
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    const char *words;
  } rows[] = {
      {"iot-certificate,endpoint=h,cert-path=c,key-path=k,role-aliases=r", "ca-path is missing"},
      {"iot-certificate,endpoint=(string)\"\",cert-path=c", "endpoint is empty"},
      {"iot-certificate,endpoint=(int)1", "endpoint is not a string"},
      {COMPLETE ",role-alias=x", "role-alias is not one of its fields"},
      {COMPLETE ",connection-timeout=0", "connection-timeout is not a number of seconds"},
      {COMPLETE ",connection-timeout=3601", "connection-timeout is not a number of seconds"},
      {COMPLETE ",completion-timeout=-1", "completion-timeout is not a number of seconds"},
      {COMPLETE ",completion-timeout=soon", "completion-timeout is not a number of seconds"},
      {COMPLETE ",completion-timeout=[1,2]", "completion-timeout is not a number of seconds"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstStructure) structure = gst_structure_from_string (rows[i].text, NULL);
    g_autoptr (GError) error = NULL;
    AwsIotOptions options;

    g_assert_nonnull (structure);
    g_assert_false (gst_kvs_image_src_iot_read (structure, "door", &options, &error));
    g_assert_error (error, KVS_ERROR, KVS_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, rows[i].words));
    g_assert_nonnull (strstr (error->message, "role-aliases=ALIAS"));
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/iot/complete", test_complete);
  g_test_add_func ("/iot/optional", test_optional);
  g_test_add_func ("/iot/refused", test_refused);
  return g_test_run ();
}
