/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the installed plugin: it loads, and has what the documentation says. */
#include <gst/gst.h>

static GstPlugin *
load_plugin (void)
{
  g_autoptr (GError) error = NULL;
  GstPlugin *plugin = gst_plugin_load_file (PLUGIN, &error);

  g_assert_no_error (error);
  return plugin;
}

static void
test_description (void)
{
  g_autoptr (GstPlugin) plugin G_GNUC_UNUSED = load_plugin ();

  g_assert_cmpstr (gst_plugin_get_name (plugin), ==, "kvsimagesrc");
  g_assert_cmpstr (gst_plugin_get_license (plugin), ==, "LGPL");
}

static void
test_element (void)
{
  g_autoptr (GstPlugin) plugin G_GNUC_UNUSED = load_plugin ();
  g_autoptr (GstElement) element = gst_element_factory_make ("kvsimagesrc", NULL);
  GstElementFactory *factory;
  g_autoptr (GstPad) pad = NULL;

  g_assert_nonnull (element);
  gst_object_ref_sink (element);
  factory = gst_element_get_factory (element);
  pad = gst_element_get_static_pad (element, "src");
  g_assert_cmpstr (G_OBJECT_TYPE_NAME (element), ==, "GstKvsImageSrc");
  g_assert_cmpstr (gst_element_factory_get_metadata (factory, "klass"), ==, "Source/Network/Image");
  g_assert_nonnull (pad);
  g_assert_cmpint (GST_PAD_DIRECTION (pad), ==, GST_PAD_SRC);
}

static void
assert_property (GObject *object, const char *name, const char *type)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);

  g_assert_nonnull (spec);
  g_assert_cmpstr (g_type_name (spec->value_type), ==, type);
  if (spec->flags & G_PARAM_WRITABLE)
    g_assert_true (spec->flags & GST_PARAM_MUTABLE_READY);
}

static void
test_properties (void)
{
  static const struct {
    const char *name, *type;
  } properties[] = {
      {"stream-name", "gchararray"},
      {"stream-arn", "gchararray"},
      {"image-selector-type", "GstKvsImageSrcSelector"},
      {"start-timestamp", "gchararray"},
      {"end-timestamp", "gchararray"},
      {"align", "gboolean"},
      {"sampling-interval", "guint"},
      {"format", "GstKvsImageSrcFormat"},
      {"jpeg-quality", "guint"},
      {"width", "guint"},
      {"height", "guint"},
      {"page-size", "guint"},
      {"max-items", "guint64"},
      {"start-time", "guint64"},
      {"end-time", "guint64"},
      {"access-key", "gchararray"},
      {"secret-key", "gchararray"},
      {"session-token", "gchararray"},
      {"aws-region", "gchararray"},
      {"endpoint-url", "gchararray"},
      {"num-buffers", "gint"},
      {"stats", "GstStructure"},
  };
  g_autoptr (GstPlugin) plugin G_GNUC_UNUSED = load_plugin ();
  g_autoptr (GstElement) element = gst_element_factory_make ("kvsimagesrc", NULL);

  gst_object_ref_sink (element);
  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    assert_property (G_OBJECT (element), properties[i].name, properties[i].type);
}

/* Each value that is set reads back unchanged. */
static void
test_values (void)
{
  static const struct {
    const char *name, *value, *initial;
  } values[] = {
      {"stream-name", "door", NULL},
      {"stream-arn", "arn", NULL},
      {"image-selector-type", "producer-timestamp", "server-timestamp"},
      {"start-timestamp", "now-1h", NULL},
      {"end-timestamp", "now", NULL},
      {"align", "true", "false"},
      {"sampling-interval", "200", "3000"},
      {"format", "png", "jpeg"},
      {"jpeg-quality", "100", "80"},
      {"width", "3840", "0"},
      {"height", "2160", "0"},
      {"page-size", "100", "25"},
      {"max-items", "18446744073709551615", "0"},
      {"access-key", "AKID", NULL},
      {"aws-region", "eu-central-1", NULL},
      {"endpoint-url", "http", NULL},
      {"num-buffers", "2147483647", "-1"},
  };
  g_autoptr (GstPlugin) plugin G_GNUC_UNUSED = load_plugin ();
  g_autoptr (GstElement) element = gst_element_factory_make ("kvsimagesrc", NULL);

  gst_object_ref_sink (element);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    GObject *object = G_OBJECT (element);
    GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), values[i].name);
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree char *initial = NULL;
    g_autofree char *text = NULL;

    g_value_init (&value, spec->value_type);
    g_object_get_property (object, values[i].name, &value);
    if (values[i].initial)
      initial = gst_value_serialize (&value);
    g_assert_cmpstr (initial, ==, values[i].initial);
    gst_util_set_object_arg (object, values[i].name, values[i].value);
    g_object_get_property (object, values[i].name, &value);
    text = gst_value_serialize (&value);
    g_assert_cmpstr (text, ==, values[i].value);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plugin/description", test_description);
  g_test_add_func ("/plugin/element", test_element);
  g_test_add_func ("/plugin/properties", test_properties);
  g_test_add_func ("/plugin/values", test_values);
  return g_test_run ();
}
