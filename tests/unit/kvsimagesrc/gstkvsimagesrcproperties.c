/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the properties themselves. Their effects are tested with the element, the introspection of a loaded
 * plugin with the plugin. */
#include "gstkvsimagesrcproperties.h"

#include "gstkvsimagesrc.h"

#include <awserror.h>

#include <gst/gst.h>

#include <stdlib.h>
#include <string.h>

/* A new element has the initial settings. */
static void
test_defaults (void)
{
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  g_autofree GParamSpec **specs = NULL;
  g_auto (GstKvsImageSrcSettings) settings;
  guint n_specs, n_settings = 0;

  gst_kvs_image_src_settings_init (&settings);
  specs = g_object_class_list_properties ((GObjectClass *)klass, &n_specs);
  for (guint i = 0; i < n_specs; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    if (specs[i]->owner_type != GST_TYPE_KVS_IMAGE_SRC ||
        specs[i]->param_id >= GST_KVS_IMAGE_SRC_FIRST_OTHER_PROPERTY)
      continue;
    n_settings++;
    g_assert_true (gst_kvs_image_src_properties_find (specs[i]->name) == specs[i]);
    g_value_init (&value, specs[i]->value_type);
    gst_kvs_image_src_properties_get (&settings, specs[i], &value);
    g_assert_true (g_param_value_defaults (specs[i], &value));
  }
  g_assert_cmpuint (n_settings, ==, 41);
}

static void
set_string (GstKvsImageSrcSettings *settings, const char *name, const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, text);
  gst_kvs_image_src_properties_set (settings, gst_kvs_image_src_properties_find (name), &value);
}

/* Each property reaches its own member. */
static void
test_strings (void)
{
#define MEMBER(name) G_STRUCT_OFFSET (GstKvsImageSrcSettings, kvs.name)
  static const struct {
    const char *name;
    gsize offset;
  } rows[] = {
      {"stream-name", MEMBER (stream_name)},
      {"stream-arn", MEMBER (stream_arn)},
      {"start-timestamp", MEMBER (start_timestamp)},
      {"end-timestamp", MEMBER (end_timestamp)},
      {"starting-token", MEMBER (starting_token)},
      {"access-key", MEMBER (access_key)},
      {"secret-key", MEMBER (secret_key)},
      {"session-token", MEMBER (session_token)},
      {"aws-region", MEMBER (aws_region)},
      {"profile", MEMBER (profile)},
      {"role-arn", MEMBER (role_arn)},
      {"external-id", MEMBER (external_id)},
      {"credential-path", MEMBER (credential_path)},
      {"endpoint-url", MEMBER (endpoint_url)},
      {"proxy", MEMBER (proxy)},
      {"ca-file", MEMBER (ca_file)},
  };
#undef MEMBER
  g_autoptr (GTypeClass) klass G_GNUC_UNUSED = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
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
  g_autoptr (GTypeClass) klass G_GNUC_UNUSED = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  g_auto (GstKvsImageSrcSettings) settings;

  gst_kvs_image_src_settings_init (&settings);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    g_value_init (&value, G_TYPE_STRING);
    set_string (&settings, names[i], "https://me:s3cret@host:1/x");
    gst_kvs_image_src_properties_get (
        &settings, gst_kvs_image_src_properties_find (names[i]), &value);
    g_assert_cmpstr (g_value_get_string (&value), ==, "https://host:1/x");
  }
}

static void
test_numbers (void)
{
  g_autoptr (GTypeClass) klass G_GNUC_UNUSED = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  GParamSpec *pspec = gst_kvs_image_src_properties_find ("num-buffers");
  g_auto (GstKvsImageSrcSettings) settings;
  g_auto (GValue) value = G_VALUE_INIT;

  gst_kvs_image_src_settings_init (&settings);
  g_value_init (&value, G_TYPE_INT);
  gst_kvs_image_src_properties_get (&settings, pspec, &value);
  g_assert_cmpint (g_value_get_int (&value), ==, -1);
  g_value_set_int (&value, 7);
  gst_kvs_image_src_properties_set (&settings, pspec, &value);
  g_assert_cmpint (settings.kvs.num_buffers, ==, 7);
}

static void
test_structure (void)
{
  g_autoptr (GTypeClass) klass G_GNUC_UNUSED = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  GParamSpec *pspec = gst_kvs_image_src_properties_find ("iot-certificate");
  g_auto (GstKvsImageSrcSettings) settings;
  g_auto (GstKvsImageSrcSettings) copy;
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GstStructure) structure = gst_structure_new_empty ("iot-certificate");

  gst_kvs_image_src_settings_init (&settings);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  for (int i = 0; i < 2; i++) {
    gst_value_set_structure (&value, structure);
    gst_kvs_image_src_properties_set (&settings, pspec, &value);
    g_assert_true (gst_structure_is_equal (settings.iot_certificate, structure));
  }
  g_value_reset (&value);
  gst_kvs_image_src_properties_get (&settings, pspec, &value);
  g_assert_true (gst_structure_is_equal (gst_value_get_structure (&value), structure));
  gst_kvs_image_src_settings_copy (&settings, &copy);
  gst_kvs_image_src_settings_clear (&settings);
  g_assert_true (gst_structure_is_equal (copy.iot_certificate, structure));
}

#define COMPLETE                                                                                   \
  "iot-certificate,endpoint=c1.credentials.iot.eu-west-1.amazonaws.com,cert-path=/c.pem,"          \
  "key-path=/k.pem,ca-path=/ca.pem,role-aliases=cameras"

static void
set_certificate (GstKvsImageSrcSettings *settings, const char *text)
{
  gst_kvs_image_src_settings_init (settings);
  settings->iot_certificate = gst_structure_from_string (text, NULL);
  g_assert_nonnull (settings->iot_certificate);
}

static void
test_device (void)
{
  g_auto (GstKvsImageSrcSettings) settings;
  g_autoptr (GError) error = NULL;
  AwsIotOptions options;

  set_certificate (&settings, COMPLETE);
  gst_kvs_image_src_settings_read_device (&settings, &options, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (options.endpoint, ==, "c1.credentials.iot.eu-west-1.amazonaws.com");
  g_assert_cmpstr (options.cert_path, ==, "/c.pem");
  g_assert_cmpstr (options.key_path, ==, "/k.pem");
  g_assert_cmpstr (options.ca_path, ==, "/ca.pem");
  g_assert_cmpstr (options.role_alias, ==, "cameras");
  g_assert_null (options.thing_name);
  g_assert_cmpuint (options.connection_timeout_ms, ==, 0);
  g_assert_cmpuint (options.completion_timeout_ms, ==, 0);
}

static void
test_device_options (void)
{
  static const char *const forms[] = {
      COMPLETE ",iot-thing-name=cam1,connection-timeout=2,completion-timeout=7",
      COMPLETE ",iot-thing-name=cam1,connection-timeout=(string)2,completion-timeout=(string)7",
      COMPLETE ",iot-thing-name=cam1,connection-timeout=(uint)2,completion-timeout=(guint64)7",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_auto (GstKvsImageSrcSettings) settings;
    AwsIotOptions options;

    set_certificate (&settings, forms[i]);
    g_assert_true (gst_kvs_image_src_settings_read_device (&settings, &options, NULL));
    g_assert_cmpstr (options.thing_name, ==, "cam1");
    g_assert_cmpuint (options.connection_timeout_ms, ==, 2000);
    g_assert_cmpuint (options.completion_timeout_ms, ==, 7000);
  }
}

static void
test_bad_device (void)
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
    g_auto (GstKvsImageSrcSettings) settings;
    g_autoptr (GError) error = NULL;
    AwsIotOptions options;

    set_certificate (&settings, rows[i].text);
    g_assert_false (gst_kvs_image_src_settings_read_device (&settings, &options, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_nonnull (strstr (error->message, rows[i].words));
    g_assert_nonnull (strstr (error->message, "role-aliases=ALIAS"));
  }
}

static GstElement *
make_element (void)
{
  return gst_object_ref_sink (g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL));
}

static void
assert_uri (GstElement *element, const char *expected)
{
  g_autofree char *uri = NULL;
  g_autofree char *handled = gst_uri_handler_get_uri (GST_URI_HANDLER (element));

  g_object_get (element, "uri", &uri, NULL);
  g_assert_cmpstr (uri, ==, expected);
  g_assert_cmpstr (handled, ==, expected);
}

/* The property, its keys and the interface set the same value. */
static void
test_uri (void)
{
  g_autoptr (GstElement) element = make_element ();
  g_autofree char *name = NULL;

  assert_uri (element, NULL);
  g_object_set (element, "uri", "KVSIMAGE://eu-west-1/door?follow=1&page-size=25", NULL);
  assert_uri (element, "kvsimage://eu-west-1/door?follow=true");
  g_object_get (element, "stream-name", &name, NULL);
  g_assert_cmpstr (name, ==, "door");
  g_object_set (element, "page-size", 5, NULL);
  assert_uri (element, "kvsimage://eu-west-1/door?page-size=5&follow=true");
  g_object_set (element, "uri", NULL, NULL);
  assert_uri (element, "kvsimage://eu-west-1/door?page-size=5&follow=true");
  gst_uri_handler_set_uri (GST_URI_HANDLER (element), "kvsimage:///gate", NULL);
  assert_uri (element, "kvsimage:///gate");
}

static char *
get_start_error (GstElement *element)
{
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (element, bus);
  gst_element_set_state (element, GST_STATE_PAUSED);
  gst_element_set_state (element, GST_STATE_NULL);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  gst_element_set_bus (element, NULL);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
  return g_strdup (error->message);
}

/* Bad values that a setter takes, so that the start can name them in an error. */
static void
test_start_errors (void)
{
  static const struct {
    const char *property, *value, *message;
  } rows[] = {
      {"sampling-interval", "3",
          "sampling-interval is 3 ms; accepted are 200 ms or more; did you mean 3 s = 3000?"},
      {"sampling-interval", "0", "sampling-interval is 0 ms; accepted are 200 ms or more"},
      {"uri", "door",
          "uri is 'door', which cannot be used: it is not a URI of the form "
          "kvsimage://REGION/STREAM?start-timestamp=…"},
      {"uri", "kvsimage:///door?page-size=0",
          "uri is 'kvsimage:///door?…', which cannot be used: page-size is '0', which cannot be used; "
          "accepted are 1 to 100"},
      {"uri", "kvsimage:///door?sampling-interval=3",
          "uri is 'kvsimage:///door?…', which cannot be used: sampling-interval is 3 ms; accepted are "
          "200 ms or more; did you mean 3 s = 3000?"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstElement) element = make_element ();
    g_autofree char *message = NULL;

    g_object_set (element, "stream-name", "door", NULL);
    gst_util_set_object_arg (G_OBJECT (element), rows[i].property, rows[i].value);
    message = get_start_error (element);
    g_assert_cmpstr (message, ==, rows[i].message);
  }
}

/* A bad URI is an error until another one, or NULL, is set. */
static void
test_bad_uri (void)
{
  static const char *const remedies[] = {NULL, "kvsimage:///door"};

  for (gsize i = 0; i < G_N_ELEMENTS (remedies); i++) {
    g_autoptr (GstElement) element = make_element ();
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    g_object_set (
        element, "uri", "kvsimage:///door?secret-key=s3cret", "stream-name", "door", NULL);
    before = get_start_error (element);
    g_assert_true (g_str_has_prefix (before, "uri is 'kvsimage:///door?…'"));
    g_assert_null (strstr (before, "s3cret"));
    assert_uri (element, "kvsimage:///door");
    g_object_set (element, "uri", remedies[i], NULL);
    after = get_start_error (element);
    g_assert_true (g_str_has_prefix (after, "start-timestamp is not set"));
  }
}

static void
notify_cb (GObject *object, GParamSpec *pspec, gpointer names)
{
  g_string_append_printf (names, " %s", pspec->name);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *)a, *(char *const *)b);
}

/* The names of the notified properties. */
static GString *
watch (GstElement *element)
{
  GString *names = g_string_new (NULL);

  g_signal_connect (element, "notify", G_CALLBACK (notify_cb), names);
  return names;
}

/* Compares the sorted names, and clears them. */
static void
assert_notified (GString *names, const char *expected)
{
  g_auto (GStrv) list = g_strsplit (names->str, " ", 0);
  g_autofree char *sorted = NULL;

  qsort (list, g_strv_length (list), sizeof *list, compare);
  sorted = g_strjoinv (" ", list);
  g_assert_cmpstr (g_strchug (sorted), ==, expected);
  g_string_truncate (names, 0);
}

static void
test_notify (void)
{
  g_autoptr (GstElement) element = make_element ();
  g_autoptr (GString) names = watch (element);

  g_object_set (element, "profile", "one", NULL);
  assert_notified (names, "profile");
  g_object_set (element, "profile", "one", "max-attempts", 0, NULL);
  assert_notified (names, "");
  g_object_set (
      element, "profile", NULL, "max-attempts", 3, "follow", TRUE, "num-buffers", 7, NULL);
  assert_notified (names, "follow max-attempts num-buffers profile");
  g_object_set (element, "secret-key", "s3cret", "session-token", "t0ken", NULL);
  assert_notified (names, "");
  g_object_notify (G_OBJECT (element), "profile");
  assert_notified (names, "");

  g_object_freeze_notify (G_OBJECT (element));
  g_object_set (element, "profile", "two", NULL);
  g_object_set (element, "profile", "three", "max-attempts", 4, NULL);
  g_object_set (element, "max-attempts", 3, NULL);
  assert_notified (names, "");
  g_object_thaw_notify (G_OBJECT (element));
  assert_notified (names, "profile");
}

static void
test_notify_uri (void)
{
  g_autoptr (GstElement) element = make_element ();
  g_autoptr (GString) names = watch (element);
  GstURIHandler *handler = GST_URI_HANDLER (element);

  g_object_set (element, "page-size", 5, NULL);
  assert_notified (names, "page-size");
  g_object_set (element, "stream-name", "door", NULL);
  assert_notified (names, "stream-name uri");
  gst_uri_handler_set_uri (handler, "kvsimage://eu-west-1/door?follow=true", NULL);
  assert_notified (names, "aws-region follow page-size uri");
  gst_uri_handler_set_uri (handler, "KVSIMAGE://eu-west-1/door?follow=true", NULL);
  assert_notified (names, "");
  gst_uri_handler_set_uri (handler, "kvsimage://eu-west-1/door?page-size=0", NULL);
  assert_notified (names, "");
  g_object_set (element, "uri", "kvsimage://eu-west-1/gate?follow=true", NULL);
  assert_notified (names, "stream-name uri");
  g_object_set (element, "uri", "gate", NULL);
  assert_notified (names, "");
}

static void
test_notify_structure (void)
{
  g_autoptr (GstElement) element = make_element ();
  g_autoptr (GString) names = watch (element);
  static const struct {
    const char *value;
    gboolean is_news;
  } rows[] = {
      {"iot-certificate,endpoint=a", TRUE},
      {"iot-certificate,endpoint=a", FALSE},
      {"iot-certificate,endpoint=b", TRUE},
      {NULL, TRUE},
      {NULL, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstStructure) structure =
        rows[i].value ? gst_structure_from_string (rows[i].value, NULL) : NULL;

    g_object_set (element, "iot-certificate", structure, NULL);
    assert_notified (names, rows[i].is_news ? "iot-certificate" : "");
  }
}

/* The session runs until it is stopped, although its endpoint is unreachable. */
static void
test_notify_refused (void)
{
  g_autoptr (GstElement) element = make_element ();
  g_autoptr (GString) names = NULL;

  g_object_set (element, "uri", "kvsimage://eu-west-1/door?start-timestamp=now-1h", "endpoint-url",
      "http://127.0.0.1:1", "access-key", "AKID", "secret-key", "s3cret", NULL);
  gst_element_set_state (element, GST_STATE_PAUSED);
  names = watch (element);
  g_object_set (element, "profile", "one", "page-size", 5, "uri", "kvsimage:///gate", NULL);
  g_assert_false (gst_uri_handler_set_uri (GST_URI_HANDLER (element), "kvsimage:///gate", NULL));
  g_assert_null (strstr (names->str, "profile"));
  g_assert_null (strstr (names->str, "page-size"));
  g_assert_null (strstr (names->str, "uri"));
  gst_element_set_state (element, GST_STATE_NULL);
  assert_uri (element, "kvsimage://eu-west-1/door?start-timestamp=now-1h");
}

/* gst-inspect-1.0 shows the flags that it knows by name, and others as a number. Writable properties are set
 * only in NULL and READY. */
static void
test_flags (void)
{
  const GParamFlags known = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY;
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);
  g_autofree GParamSpec **specs = NULL;
  guint n_specs;

  specs = g_object_class_list_properties ((GObjectClass *)klass, &n_specs);
  for (guint i = 0; i < n_specs; i++) {
    GParamFlags flags = specs[i]->flags;

    if (specs[i]->owner_type != GST_TYPE_KVS_IMAGE_SRC)
      continue;
    if ((flags & ~known) || !(flags & G_PARAM_WRITABLE) == !!(flags & GST_PARAM_MUTABLE_READY))
      g_error ("%s has the flags 0x%x", specs[i]->name, flags);
  }
}

static void
assert_nick (const char *property, const char *nick, gint value)
{
  GParamSpec *spec = gst_kvs_image_src_properties_find (property);
  GEnumValue *found = g_enum_get_value_by_nick (G_PARAM_SPEC_ENUM (spec)->enum_class, nick);

  g_assert_nonnull (found);
  g_assert_cmpint (found->value, ==, value);
}

static void
test_nicks (void)
{
  g_autoptr (GTypeClass) klass G_GNUC_UNUSED = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);

  assert_nick ("format", "jpeg", KVS_IMAGE_FORMAT_JPEG);
  assert_nick ("format", "png", KVS_IMAGE_FORMAT_PNG);
  assert_nick ("image-selector-type", "server-timestamp", KVS_IMAGE_SELECTOR_SERVER_TIMESTAMP);
  assert_nick ("image-selector-type", "producer-timestamp", KVS_IMAGE_SELECTOR_PRODUCER_TIMESTAMP);
}

static void
test_secrets (void)
{
  static const char *const secrets[] = {"secret-key", "session-token"};
  g_autoptr (GTypeClass) klass = g_type_class_ref (GST_TYPE_KVS_IMAGE_SRC);

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    GParamSpec *spec = g_object_class_find_property ((GObjectClass *)klass, secrets[i]);

    g_assert_false (spec->flags & G_PARAM_READABLE);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/properties/defaults", test_defaults);
  g_test_add_func ("/properties/strings", test_strings);
  g_test_add_func ("/properties/public-urls", test_public_urls);
  g_test_add_func ("/properties/numbers", test_numbers);
  g_test_add_func ("/properties/structure", test_structure);
  g_test_add_func ("/properties/device", test_device);
  g_test_add_func ("/properties/device-options", test_device_options);
  g_test_add_func ("/properties/bad-device", test_bad_device);
  g_test_add_func ("/properties/uri", test_uri);
  g_test_add_func ("/properties/start-errors", test_start_errors);
  g_test_add_func ("/properties/bad-uri", test_bad_uri);
  g_test_add_func ("/properties/notify", test_notify);
  g_test_add_func ("/properties/notify-uri", test_notify_uri);
  g_test_add_func ("/properties/notify-structure", test_notify_structure);
  g_test_add_func ("/properties/notify-refused", test_notify_refused);
  g_test_add_func ("/properties/flags", test_flags);
  g_test_add_func ("/properties/nicks", test_nicks);
  g_test_add_func ("/properties/secrets", test_secrets);
  return g_test_run ();
}
