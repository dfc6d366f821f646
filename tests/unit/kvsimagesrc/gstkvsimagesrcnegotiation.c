/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcnegotiation.h"

#include <string.h>

#define JPEG "image/jpeg, parsed=true, framerate=0/1, width=320, height=240"
#define PNG "image/png, parsed=true, framerate=0/1, width=320, height=240"

typedef struct {
  GstElement *sink;
  GstPad *pad;
} Fixture;

static void
set_up (Fixture *fixture, const char *description)
{
  g_autoptr (GstPad) sink_pad = NULL;

  fixture->sink = gst_parse_bin_from_description (description, TRUE, NULL);
  gst_object_ref_sink (fixture->sink);
  fixture->pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  sink_pad = gst_element_get_static_pad (fixture->sink, "sink");
  gst_pad_link_full (fixture->pad, sink_pad, GST_PAD_LINK_CHECK_NOTHING);
}

static void
tear_down (Fixture *fixture)
{
  g_clear_object (&fixture->pad);
  g_clear_object (&fixture->sink);
}

static const struct {
  const char *sink;
  const char *caps;
  const char *words[3];
} rows[] = {
    {"capsfilter name=filter caps=image/png ! fakesink", JPEG,
        {"filter refuses", "the format", "set format=png"}},
    {"identity ! capsfilter name=filter caps=image/jpeg ! fakesink", PNG,
        {"filter refuses", "the format", "set format=jpeg"}},
    {"capsfilter name=filter caps=video/x-raw ! fakesink", JPEG,
        {"filter refuses", "the format", "jpegdec"}},
    {"queue ! capsfilter name=filter caps=image/jpeg,width=640 ! fakesink", JPEG,
        {"filter refuses", "the size", "set width and height"}},
    {"identity ! queue ! capsfilter name=filter caps=image/jpeg,height=[1,100] ! fakesink", JPEG,
        {"filter refuses", "the size", "[ 1, 100 ]"}},
    {"capsfilter name=filter caps=image/jpeg,framerate=30/1 ! fakesink", JPEG,
        {"filter refuses", "the frame rate", "videorate"}},
    /* An element that accepts all of the caps may still have refused the event. */
    {"fakesink name=sink", JPEG, {"sink refuses", "320", "frame rate"}},
    {"fakesink name=sink", "image/jpeg, parsed=true, framerate=0/1",
        {"sink refuses", "no size", "set width and height"}},
};

static void
test_rejections (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GstCaps) caps = gst_caps_from_string (rows[i].caps);
    g_autofree char *text = NULL;
    Fixture fixture;

    set_up (&fixture, rows[i].sink);
    text = gst_kvs_image_src_negotiation_describe_rejection (fixture.pad, caps);
    for (guint j = 0; j < G_N_ELEMENTS (rows[i].words); j++) {
      if (strstr (text, rows[i].words[j]) == NULL)
        g_error ("row %" G_GSIZE_FORMAT ": '%s' is not in '%s'", i, rows[i].words[j], text);
    }
    tear_down (&fixture);
  }
}

static void
test_not_linked (void)
{
  g_autoptr (GstPad) pad = gst_object_ref_sink (gst_pad_new ("src", GST_PAD_SRC));
  g_autoptr (GstCaps) caps = gst_caps_from_string (JPEG);
  g_autofree char *text = gst_kvs_image_src_negotiation_describe_rejection (pad, caps);

  g_assert_true (g_str_has_prefix (text, "Nothing is linked"));
}

/* The message does not list all of an element's formats if there are many. */
static void
test_length (void)
{
  g_autoptr (GString) sink = g_string_new ("capsfilter caps=\"image/png,a={0");
  g_autoptr (GstCaps) caps = gst_caps_from_string (JPEG);
  g_autofree char *text = NULL;
  Fixture fixture;

  for (guint i = 1; i < 500; i++)
    g_string_append_printf (sink, ",%u", i);
  g_string_append (sink, "}\" ! fakesink");
  set_up (&fixture, sink->str);
  text = gst_kvs_image_src_negotiation_describe_rejection (fixture.pad, caps);
  g_assert_true (g_str_has_suffix (text, "…."));
  g_assert_cmpuint (strlen (text), <, 1000);
  tear_down (&fixture);
}

static void
test_wants (void)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (JPEG);
  g_autoptr (GstCaps) other = gst_caps_from_string (PNG);
  g_autoptr (GstCaps) incomplete = gst_caps_from_string ("image/jpeg, parsed=true");
  Fixture fixture;

  set_up (&fixture, "capsfilter caps=image/jpeg,width=[1,1000] ! fakesink");
  g_assert_true (gst_kvs_image_src_negotiation_wants (fixture.pad, caps));
  g_assert_false (gst_kvs_image_src_negotiation_wants (fixture.pad, other));
  g_assert_true (gst_kvs_image_src_negotiation_wants (fixture.pad, incomplete));
  g_assert_false (gst_kvs_image_src_negotiation_takes_incomplete (fixture.pad, incomplete));
  tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/negotiation/rejections", test_rejections);
  g_test_add_func ("/negotiation/not-linked", test_not_linked);
  g_test_add_func ("/negotiation/length", test_length);
  g_test_add_func ("/negotiation/wants", test_wants);
  return g_test_run ();
}
