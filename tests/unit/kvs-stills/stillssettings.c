/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the properties of the element as options. */
#include "stillssettings.h"

#include "stillserror.h"

#include <string.h>

GST_PLUGIN_STATIC_DECLARE (kvsimagesrc);

static void
test_make_element (void)
{
  g_autoptr (StillsSettings) settings = stills_settings_new ();
  g_autoptr (GstElement) element = NULL;
  g_autofree char *name = NULL;
  g_autofree char *arn = NULL;
  guint width, interval;
  gboolean align;

  g_assert_true (stills_settings_set (settings, "width", "320", "--width", NULL));
  g_assert_true (stills_settings_set (settings, "align", "true", "--align", NULL));
  g_assert_true (stills_settings_set (
      settings, "uri", "kvsimage:///yard?width=8&sampling-interval=500", "--uri", NULL));
  element = gst_object_ref_sink (stills_settings_make_element (settings, "door"));
  g_object_get (element, "stream-name", &name, "stream-arn", &arn, "width", &width, "align", &align,
      "sampling-interval", &interval, NULL);
  g_assert_cmpstr (name, ==, "door");
  g_assert_null (arn);
  g_assert_cmpuint (width, ==, 320);
  g_assert_cmpuint (interval, ==, 500);
  g_assert_true (align);
}

static void
test_refused (void)
{
  static const char *const cases[][2] = {{"width", "abc"}, {"width", "-1"}, {"width", "3841"},
      {"max-items", "-1"}, {"sampling-interval", "-5"}, {"sampling-interval", "4294970296"},
      {"width", "4294967616"}, {"max-items", "18446744073709551616"}, {"num-buffers", "4294967297"},
      {"page-size", "0"}, {"width", ""}, {"num-buffers", "-2"}, {"format", "gif"},
      {"align", "perhaps"}, {"iot-certificate", "("}};
  g_autoptr (StillsSettings) settings = stills_settings_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (stills_settings_set (settings, cases[i][0], cases[i][1], "--option", &error));
    g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
    g_assert_true (g_str_has_prefix (error->message, "--option is '"));
  }
}

static void
test_durations (void)
{
  static const struct {
    const char *text;
    gint64 ms;
  } cases[] = {{"200ms", 200}, {"3s", 3000}, {"1m30s", 90000}, {"2d", 172800000}, {"3", 0}, {"", 0},
      {"0s", 0}, {"-3s", 0}, {"3 s", 0}, {"s", 0}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (
        stills_settings_parse_duration (cases[i].text, "--interval", &error), ==, cases[i].ms);
    g_assert_true ((error == NULL) == (cases[i].ms > 0));
  }
}

/* An interval has 32 bits. */
static void
test_long_intervals (void)
{
  static const char *const texts[] = {"50d", "99999d", "4294967296ms"};
  g_autoptr (StillsSettings) settings = stills_settings_new ();

  g_assert_true (stills_settings_set_duration (
      settings, "sampling-interval", "4294967295ms", "--interval", NULL));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (stills_settings_set_duration (
        settings, "sampling-interval", texts[i], "--interval", &error));
    g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
    g_assert_nonnull (strstr (error->message, "longer than 49 days"));
  }
}

/* The task stays the same when it is pulled in another way. */
static void
test_describe (void)
{
  g_autoptr (StillsSettings) settings = stills_settings_new ();
  g_autoptr (JsonObject) object = NULL;

  g_assert_true (stills_settings_set (settings, "format", "png", "--format", NULL));
  g_assert_true (stills_settings_set (settings, "page-size", "7", "--page-size", NULL));
  object = stills_settings_describe (settings);
  g_assert_cmpstr (json_object_get_string_member (object, "format"), ==, "png");
  g_assert_cmpstr (json_object_get_string_member (object, "sampling-interval"), ==, "3000");
  g_assert_false (json_object_has_member (object, "page-size"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  GST_PLUGIN_STATIC_REGISTER (kvsimagesrc);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillssettings/make-element", test_make_element);
  g_test_add_func ("/stillssettings/refused", test_refused);
  g_test_add_func ("/stillssettings/durations", test_durations);
  g_test_add_func ("/stillssettings/long-intervals", test_long_intervals);
  g_test_add_func ("/stillssettings/describe", test_describe);
  return g_test_run ();
}
