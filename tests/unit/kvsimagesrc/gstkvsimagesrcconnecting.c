/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcconnecting.h"

typedef struct {
  GstElement *element;
  GstBus *bus;
  GstKvsImageSrcConnecting connecting;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->element = gst_object_ref_sink (gst_bin_new (NULL));
  fixture->bus = gst_bus_new ();
  gst_element_set_bus (fixture->element, fixture->bus);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_null (gst_bus_pop (fixture->bus));
  gst_element_set_bus (fixture->element, NULL);
  gst_object_unref (fixture->bus);
  gst_object_unref (fixture->element);
}

static void
assert_progress (Fixture *fixture, GstProgressType expected)
{
  g_autoptr (GstMessage) message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_PROGRESS);
  g_autofree char *code = NULL;
  GstProgressType type;

  g_assert_nonnull (message);
  gst_message_parse_progress (message, &type, &code, NULL);
  g_assert_cmpint (type, ==, expected);
  g_assert_cmpstr (code, ==, "open");
}

/* PROGRESS begins once and ends once, in every case. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  static const GstProgressType types[] = {
      GST_PROGRESS_TYPE_COMPLETE, GST_PROGRESS_TYPE_ERROR, GST_PROGRESS_TYPE_CANCELED};

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    fixture->connecting = (GstKvsImageSrcConnecting){0};
    gst_kvs_image_src_connecting_begin (&fixture->connecting, fixture->element);
    gst_kvs_image_src_connecting_begin (&fixture->connecting, fixture->element);
    assert_progress (fixture, GST_PROGRESS_TYPE_START);
    gst_kvs_image_src_connecting_end (&fixture->connecting, fixture->element, types[i]);
    gst_kvs_image_src_connecting_end (
        &fixture->connecting, fixture->element, GST_PROGRESS_TYPE_CANCELED);
    gst_kvs_image_src_connecting_begin (&fixture->connecting, fixture->element);
    assert_progress (fixture, types[i]);
  }
}

static void
test_never_begun (Fixture *fixture, gconstpointer data)
{
  gst_kvs_image_src_connecting_end (
      &fixture->connecting, fixture->element, GST_PROGRESS_TYPE_CANCELED);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/connecting/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("ends", test_ends);
  ADD ("never-begun", test_never_begun);
  return g_test_run ();
}
