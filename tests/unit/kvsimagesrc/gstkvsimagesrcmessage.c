/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "gstkvsimagesrcmessage.h"

#include <awserror.h>
#include <kvserror.h>

#include <string.h>

typedef struct {
  GstElement *element;
  GstBus *bus;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->element = gst_bin_new ("source");
  fixture->bus = gst_bus_new ();
  gst_element_set_bus (fixture->element, fixture->bus);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_element_set_bus (fixture->element, NULL);
  gst_object_unref (fixture->bus);
  gst_object_unref (fixture->element);
}

static void
test_codes (Fixture *fixture, gconstpointer data)
{
  static const struct {
    gint cause;
    gint code;
  } rows[] = {
      {AWS_ERROR_SETTINGS, GST_RESOURCE_ERROR_SETTINGS},
      {AWS_ERROR_INVALID_REQUEST, GST_RESOURCE_ERROR_SETTINGS},
      {AWS_ERROR_NO_CREDENTIALS, GST_RESOURCE_ERROR_NOT_AUTHORIZED},
      {AWS_ERROR_NOT_AUTHORIZED, GST_RESOURCE_ERROR_NOT_AUTHORIZED},
      {AWS_ERROR_NOT_FOUND, GST_RESOURCE_ERROR_NOT_FOUND},
      {AWS_ERROR_HOST_NOT_FOUND, GST_RESOURCE_ERROR_NOT_FOUND},
      {AWS_ERROR_THROTTLED, GST_RESOURCE_ERROR_BUSY},
      {AWS_ERROR_CONNECT, GST_RESOURCE_ERROR_OPEN_READ},
      {AWS_ERROR_TLS, GST_RESOURCE_ERROR_OPEN_READ},
      {AWS_ERROR_REDIRECT, GST_RESOURCE_ERROR_OPEN_READ},
      {AWS_ERROR_SERVER, GST_RESOURCE_ERROR_READ},
      {AWS_ERROR_TIMEOUT, GST_RESOURCE_ERROR_READ},
      {AWS_ERROR_CUT_OFF, GST_RESOURCE_ERROR_READ},
      {AWS_ERROR_BAD_REPLY, GST_RESOURCE_ERROR_READ},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) cause = g_error_new (AWS_ERROR, rows[i].cause, "what happened");
    g_autoptr (GError) posted = NULL;
    g_autoptr (GstMessage) message = NULL;

    gst_kvs_image_src_post_error (fixture->element, cause, NULL);
    message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR);
    gst_message_parse_error (message, &posted, NULL);
    g_assert_error (posted, GST_RESOURCE_ERROR, rows[i].code);
    g_assert_cmpstr (posted->message, ==, "what happened");
  }
}

static void
assert_code (Fixture *fixture, GError *cause, GQuark domain, gint code)
{
  g_autoptr (GError) posted = NULL;
  g_autoptr (GstMessage) message = NULL;

  gst_kvs_image_src_post_error (fixture->element, cause, NULL);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, &posted, NULL);
  g_assert_error (posted, domain, code);
  g_error_free (cause);
}

static void
test_other_codes (Fixture *fixture, gconstpointer data)
{
  GError *no_retention = g_error_new (AWS_ERROR, AWS_ERROR_INVALID_REQUEST, "retention is 0");

  aws_error_set_reply (no_retention, 400, "NoDataRetentionException", NULL);
  assert_code (fixture, no_retention, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ);
  assert_code (fixture, g_error_new (KVS_ERROR, KVS_ERROR_INVALID, "bad"), GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_SETTINGS);
  assert_code (fixture, g_error_new (KVS_ERROR, KVS_ERROR_WRONG_FORMAT, "bad"), GST_STREAM_ERROR,
      GST_STREAM_ERROR_DECODE);
}

static void
test_details (Fixture *fixture, gconstpointer data)
{
  KvsNextSample next = {TRUE, 7, 1795161621000000000, (char *)"token.1"};
  g_autoptr (GError) cause = g_error_new (AWS_ERROR, AWS_ERROR_THROTTLED, "slow down");
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *details;
  guint status;
  guint64 offset, unix_time;

  aws_error_set_reply (cause, 400, "ClientLimitExceededException", "id-1");
  gst_kvs_image_src_post_error (fixture->element, cause, &next);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR);
  gst_message_parse_error_details (message, &details);

  g_assert_true (gst_structure_get (details, "http-status-code", G_TYPE_UINT, &status, "offset",
      G_TYPE_UINT64, &offset, "unix-time", G_TYPE_UINT64, &unix_time, NULL));
  g_assert_cmpuint (status, ==, 400);
  g_assert_cmpuint (offset, ==, 7);
  g_assert_cmpuint (unix_time, ==, 1795161621000000000);
  g_assert_cmpstr (
      gst_structure_get_string (details, "aws-error-code"), ==, "ClientLimitExceededException");
  g_assert_cmpstr (gst_structure_get_string (details, "aws-request-id"), ==, "id-1");
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, "token.1");
}

/* A warning has the code of the corresponding error. */
static void
test_outage (Fixture *fixture, gconstpointer data)
{
  KvsNextSample next = {TRUE, 7, 1795161621000000000, (char *)"token.1"};
  g_autoptr (GError) cause = g_error_new (AWS_ERROR, AWS_ERROR_CONNECT, "nothing listens");
  g_autoptr (GError) warning = NULL;
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *details;

  gst_kvs_image_src_post_outage (fixture->element, cause, &next);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING);
  gst_message_parse_warning (message, &warning, NULL);
  g_assert_error (warning, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ);
  g_assert_nonnull (strstr (warning->message, "nothing listens"));
  gst_message_parse_warning_details (message, &details);
  g_assert_cmpstr (gst_structure_get_string (details, "next-token"), ==, "token.1");
}

static void
test_recovered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *structure;
  guint64 duration;
  guint attempts;

  gst_kvs_image_src_post_recovered (fixture->element, 90 * GST_SECOND, 12);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT);
  structure = gst_message_get_structure (message);
  g_assert_true (gst_structure_has_name (structure, "kvsimagesrc-recovered"));
  g_assert_true (gst_structure_get (
      structure, "duration", G_TYPE_UINT64, &duration, "attempts", G_TYPE_UINT, &attempts, NULL));
  g_assert_cmpuint (duration, ==, 90 * GST_SECOND);
  g_assert_cmpuint (attempts, ==, 12);
}

static void
test_no_details (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *details;

  gst_kvs_image_src_post_warning (fixture->element, GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE,
      "an image is missing", NULL, NULL);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING);
  gst_message_parse_warning_details (message, &details);
  g_assert_cmpint (gst_structure_n_fields (details), ==, 0);
}

/* A message says where its cause arose. */
static void
test_location (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) cause = g_error_new (AWS_ERROR, AWS_ERROR_CONNECT, "nothing listens");
  g_autoptr (GstMessage) message = NULL;
  g_autofree char *debug = NULL;

  gst_kvs_image_src_post_error (fixture->element, cause, NULL);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ERROR);
  gst_message_parse_error (message, NULL, &debug);
  g_assert_nonnull (strstr (debug, "tests/unit/kvsimagesrc/gstkvsimagesrcmessage.c"));
  g_assert_nonnull (strstr (debug, "test_location"));
}

static void
test_thread_status (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstMessage) message = NULL;
  GstStreamStatusType type;
  const GValue *thread;
  GstElement *owner;

  gst_kvs_image_src_post_thread_status (fixture->element, GST_STREAM_STATUS_TYPE_ENTER);
  message = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_STREAM_STATUS);
  gst_message_parse_stream_status (message, &type, &owner);
  g_assert_cmpint (type, ==, GST_STREAM_STATUS_TYPE_ENTER);
  g_assert_true (owner == fixture->element);
  thread = gst_message_get_stream_status_object (message);
  g_assert_true (g_value_get_boxed (thread) == g_thread_self ());
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/message/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("codes", test_codes);
  ADD ("other-codes", test_other_codes);
  ADD ("details", test_details);
  ADD ("no-details", test_no_details);
  ADD ("outage", test_outage);
  ADD ("recovered", test_recovered);
  ADD ("location", test_location);
  ADD ("thread-status", test_thread_status);
  return g_test_run ();
}
