/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each property reaches its own member, and nothing leads back to a secret. What the element does
 * with them is tested with the element, what a loaded plugin has with the plugin. */
#include "gstkvsimagesrcproperties.h"

#include "gstkvsimagesrc.h"

#include <gst/gst.h>

static guint
get_id (const char *name)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  GParamSpec *spec = g_object_class_find_property ((GObjectClass *)klass, name);

  g_assert_nonnull (spec);
  g_assert_cmpuint (spec->param_id, <, GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY);
  return spec->param_id;
}

static void
set_string (GstKvsImageSrcSettings *settings, const char *name, const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  gst_kvs_image_src_properties_set (settings, get_id (name), &value);
}

static void
test_strings (void)
{
  static const struct {
    const char *name;
    gsize offset;
  } rows[] = {
      {"stream-name", G_STRUCT_OFFSET (GstKvsImageSrcSettings, stream_name)},
      {"stream-arn", G_STRUCT_OFFSET (GstKvsImageSrcSettings, stream_arn)},
      {"start-timestamp", G_STRUCT_OFFSET (GstKvsImageSrcSettings, start_timestamp)},
      {"end-timestamp", G_STRUCT_OFFSET (GstKvsImageSrcSettings, end_timestamp)},
      {"starting-token", G_STRUCT_OFFSET (GstKvsImageSrcSettings, starting_token)},
      {"access-key", G_STRUCT_OFFSET (GstKvsImageSrcSettings, access_key)},
      {"secret-key", G_STRUCT_OFFSET (GstKvsImageSrcSettings, secret_key)},
      {"session-token", G_STRUCT_OFFSET (GstKvsImageSrcSettings, session_token)},
      {"aws-region", G_STRUCT_OFFSET (GstKvsImageSrcSettings, aws_region)},
      {"profile", G_STRUCT_OFFSET (GstKvsImageSrcSettings, profile)},
      {"role-arn", G_STRUCT_OFFSET (GstKvsImageSrcSettings, role_arn)},
      {"external-id", G_STRUCT_OFFSET (GstKvsImageSrcSettings, external_id)},
      {"credential-path", G_STRUCT_OFFSET (GstKvsImageSrcSettings, credential_path)},
      {"endpoint-url", G_STRUCT_OFFSET (GstKvsImageSrcSettings, endpoint_url)},
      {"proxy", G_STRUCT_OFFSET (GstKvsImageSrcSettings, proxy)},
      {"ca-file", G_STRUCT_OFFSET (GstKvsImageSrcSettings, ca_file)},
  };
  g_auto (GstKvsImageSrcSettings) settings;

  gst_kvs_image_src_settings_init (&settings);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    char **member = G_STRUCT_MEMBER_P (&settings, rows[i].offset);

    g_assert_null (*member);
    set_string (&settings, rows[i].name, rows[i].name);
    g_assert_cmpstr (*member, ==, rows[i].name);
    set_string (&settings, rows[i].name, NULL);
    g_assert_null (*member);
    set_string (&settings, rows[i].name, rows[i].name);
  }
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (G_STRUCT_MEMBER (char *, &settings, rows[i].offset), ==, rows[i].name);
}

static void
test_public_urls (void)
{
  static const char *const names[] = {"endpoint-url", "proxy"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (GstKvsImageSrcSettings) settings;
    g_auto (GValue) value = G_VALUE_INIT;

    gst_kvs_image_src_settings_init (&settings);
    g_value_init (&value, G_TYPE_STRING);
    set_string (&settings, names[i], "https://me:s3cret@host:1/x");
    gst_kvs_image_src_properties_get (&settings, get_id (names[i]), &value);
    g_assert_cmpstr (g_value_get_string (&value), ==, "https://host:1/x");
  }
}

static void
test_structure (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GstStructure) structure = gst_structure_new_empty ("iot-certificate");

  gst_kvs_image_src_settings_init (&settings);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  for (int i = 0; i < 2; i++) {
    gst_value_set_structure (&value, structure);
    gst_kvs_image_src_properties_set (&settings, get_id ("iot-certificate"), &value);
    g_assert_true (gst_structure_is_equal (settings.iot_certificate, structure));
  }
  g_value_reset (&value);
  gst_kvs_image_src_properties_get (&settings, get_id ("iot-certificate"), &value);
  g_assert_true (gst_structure_is_equal (gst_value_get_structure (&value), structure));
}

static void
test_flags (void)
{
  static const char *const secrets[] = {"secret-key", "session-token"};
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    GParamSpec *spec = g_object_class_find_property ((GObjectClass *)klass, secrets[i]);

    g_assert_false (spec->flags & G_PARAM_READABLE);
    g_assert_true (spec->flags & G_PARAM_EXPLICIT_NOTIFY);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/properties/strings", test_strings);
  g_test_add_func ("/properties/public-urls", test_public_urls);
  g_test_add_func ("/properties/structure", test_structure);
  g_test_add_func ("/properties/flags", test_flags);
  return g_test_run ();
}
