/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests sessions of one element one after the other, of many elements at a time, and the messages at their
 * beginning. */
#include "gstkvsimagesrc.h"

#include "recording.h"
#include "testenvironment.h"
#include "testsource.h"

#include <gst/check/gstcheck.h>

#define MINUTE "2026-11-20T08:01:00Z"

static Emulator *emulator;

static void
set_up (void)
{
  emulator = test_source_emulator_new ();
}

static void
tear_down (void)
{
  g_clear_object (&emulator);
}

static void
assert_progress (const char *fault, const char *expected)
{
  g_autoptr (Recording) recording = NULL;
  g_autofree char *progress = NULL;

  test_source_configure (emulator, "fault", "none");
  if (fault)
    test_source_configure (emulator, "fault", fault);
  recording = recording_new (test_source_new (emulator, MINUTE), NULL);
  progress = recording_get_progress (recording);
  if (!g_str_has_prefix (progress, expected))
    g_error ("with %s: %s", fault, progress);
}

GST_START_TEST (test_progress)
{
  assert_progress (NULL, "start complete ");
  assert_progress ("GetImages:*:status=400,code=AccessDeniedException", "start error ERROR ");
  assert_progress (
      "GetDataEndpoint:*:status=404,code=ResourceNotFoundException", "start complete ");
  assert_progress ("GetImages:*:status=404,code=ResourceNotFoundException", "start canceled ");
}
GST_END_TEST

GST_START_TEST (test_progress_of_a_stop)
{
  g_autoptr (Recording) recording = NULL;
  g_autofree char *progress = NULL;

  test_source_configure (emulator, "fault", "GetImages:*:stall=before");
  recording = recording_start (test_source_new (emulator, MINUTE), NULL, GST_STATE_PLAYING);
  g_assert_true (emulator_wait_requests (emulator, "GetImages", 1, RECORDING_TIMEOUT_US));
  recording_stop (recording);
  progress = recording_get_progress (recording);
  g_assert_cmpstr (progress, ==, "start canceled ");
}
GST_END_TEST

/* No request was sent. */
GST_START_TEST (test_no_progress)
{
  GstElement *source = test_source_new (emulator, "2026-11-20T07:00:00Z");
  g_autoptr (Recording) recording = recording_new (source, NULL);
  g_autofree char *progress = recording_get_progress (recording);

  g_assert_true (g_str_has_prefix (progress, "ERROR "));
}
GST_END_TEST

typedef struct {
  guint n_start_times, n_end_times;
} Notified;

static void
start_time_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Notified *notified = user_data;

  notified->n_start_times++;
}

static void
end_time_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  Notified *notified = user_data;

  notified->n_end_times++;
}

/* start-time and end-time are notified once they are known. */
GST_START_TEST (test_range)
{
  GstElement *source = test_source_new (emulator, MINUTE);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);
  Notified notified = {0};
  guint64 start_time, end_time;
  guint n_messages = 0;

  g_object_get (source, "start-time", &start_time, "end-time", &end_time, NULL);
  g_assert_cmpuint (start_time, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (end_time, ==, GST_CLOCK_TIME_NONE);
  g_signal_connect (source, "notify::start-time", G_CALLBACK (start_time_cb), &notified);
  g_signal_connect (source, "notify::end-time", G_CALLBACK (end_time_cb), &notified);
  gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
  recording_finish (recording);
  g_assert_cmpuint (notified.n_start_times, ==, 1);
  g_assert_cmpuint (notified.n_end_times, ==, 1);
  g_object_get (source, "start-time", &start_time, "end-time", &end_time, NULL);
  g_assert_cmpuint (start_time, ==, TEST_SOURCE_START_NS);
  g_assert_cmpuint (end_time, ==, TEST_SOURCE_START_NS + 60 * GST_SECOND);
  for (guint i = 0; i < recording->messages->len; i++)
    n_messages += GST_MESSAGE_TYPE (g_ptr_array_index (recording->messages, i)) ==
                  GST_MESSAGE_DURATION_CHANGED;
  g_assert_cmpuint (n_messages, ==, 1);

  /* The next session forgets it first. */
  recording_set_state (recording, GST_STATE_PAUSED);
  g_assert_cmpuint (notified.n_start_times, ==, 3);
  g_assert_cmpuint (notified.n_end_times, ==, 3);
}
GST_END_TEST

/* A URI sets properties, which cannot change during a session. */
GST_START_TEST (test_uri)
{
  g_autoptr (GstElement) source = gst_object_ref_sink (g_object_new (GST_TYPE_KVS_IMAGE_SRC, NULL));
  GstURIHandler *handler = GST_URI_HANDLER (source);
  const char *const *protocols = gst_uri_handler_get_protocols (handler);
  g_autoptr (GError) error = NULL;
  g_autofree char *none = gst_uri_handler_get_uri (handler);
  g_autofree char *uri = NULL;
  g_autofree char *same_uri = NULL;

  g_assert_cmpint (gst_uri_handler_get_uri_type (handler), ==, GST_URI_SRC);
  g_assert_cmpstr (protocols[0], ==, "kvsimage");
  g_assert_null (none);
  g_assert_true (gst_uri_handler_set_uri (
      handler, "kvsimage://us-east-1/door?sampling-interval=5000&start-timestamp=now-1h", &error));
  g_assert_no_error (error);
  uri = gst_uri_handler_get_uri (handler);
  g_assert_cmpstr (
      uri, ==, "kvsimage://us-east-1/door?start-timestamp=now-1h&sampling-interval=5000");

  g_object_set (source, "endpoint-url", emulator_get_url (emulator), "access-key",
      TEST_SOURCE_ACCESS_KEY, "secret-key", TEST_SOURCE_SECRET_KEY, NULL);
  gst_element_set_state (source, GST_STATE_PAUSED);
  g_assert_false (gst_uri_handler_set_uri (handler, "kvsimage:///window", &error));
  g_assert_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE);
  same_uri = gst_uri_handler_get_uri (handler);
  g_assert_cmpstr (same_uri, ==, uri);
  gst_element_set_state (source, GST_STATE_NULL);
  g_assert_true (gst_uri_handler_set_uri (handler, "kvsimage:///window", NULL));
}
GST_END_TEST

/* The stream-id is made from the URI, so it is the same for two elements that pull the same. */
GST_START_TEST (test_stream_id)
{
  g_autoptr (Recording) first = recording_new (test_source_new (emulator, MINUTE), NULL);
  g_autoptr (Recording) second = recording_new (test_source_new (emulator, MINUTE), NULL);
  g_autoptr (Recording) other =
      recording_new (test_source_new (emulator, "2026-11-20T08:00:30Z"), NULL);
  g_autofree char *uri = gst_uri_handler_get_uri (GST_URI_HANDLER (first->source));
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, uri, -1);

  g_assert_cmpstr (first->stream_id, ==, hash);
  g_assert_cmpstr (second->stream_id, ==, hash);
  g_assert_cmpstr (other->stream_id, !=, hash);
}
GST_END_TEST

/* The settings of session @i. */
static guint
set_run (GstElement *source, guint i)
{
  guint interval = 500 + i % 7 * 250;
  guint seconds = 1 + i % 30;
  g_autofree char *end =
      g_strdup_printf ("%" G_GINT64_FORMAT, TEST_SOURCE_START_MS / 1000 + seconds);

  gst_util_set_object_arg (G_OBJECT (source), "format", i % 3 == 0 ? "png" : "jpeg");
  g_object_set (source, "sampling-interval", interval, "end-timestamp", end, "width",
      i % 2 ? 64 : 0, "height", i % 2 ? 32 : 0, "page-size", 1 + i % 25, NULL);
  return (seconds * 1000 + interval - 1) / interval;
}

static void
assert_run (Recording *recording, guint i, guint n_samples)
{
  GstStructure *caps = gst_caps_get_structure (g_ptr_array_index (recording->caps, 0), 0);
  gint width;

  g_assert_null (recording->error);
  g_assert_cmpuint (recording->buffers->len, ==, n_samples);
  g_assert_cmpuint (recording->segments->len, ==, 1);
  g_assert_true (gst_structure_has_name (caps, i % 3 == 0 ? "image/png" : "image/jpeg"));
  g_assert_true (gst_structure_get_int (caps, "width", &width));
  g_assert_cmpint (width, ==, i % 2 ? 64 : 320);
}

/* A hundred times, through NULL or READY, and now and then left in the middle or after a seek. */
GST_START_TEST (test_restarts)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);
  g_autoptr (Recording) recording = recording_start (source, NULL, GST_STATE_READY);

  for (guint i = 0; i < 100; i++) {
    guint n_samples;

    gst_element_set_state (recording->pipeline, i % 2 ? GST_STATE_READY : GST_STATE_NULL);
    recording_forget (recording);
    n_samples = set_run (source, i);
    gst_element_set_state (recording->pipeline, GST_STATE_PLAYING);
    if (i % 5 == 4)
      continue;
    g_assert_cmpint (recording_wait (recording), ==, GST_MESSAGE_EOS);
    assert_run (recording, i, n_samples);
    if (i % 7 == 6)
      gst_element_seek_simple (source, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH, GST_SECOND);
  }
}
GST_END_TEST

#define N_IDENTITIES 10

static Emulator *
make_owner (guint i)
{
  Emulator *owner = test_source_emulator_new ();
  g_autofree char *access_key = g_strdup_printf ("AKIDOWNER%u", i);
  g_autofree char *secret_key = g_strdup_printf ("secret/of/owner/%u", i);

  test_source_configure (owner, "access-key", access_key);
  test_source_configure (owner, "secret-key", secret_key);
  return owner;
}

static GstElement *
make_owned (Emulator *owner, guint i)
{
  GstElement *source = test_source_new (owner, MINUTE);
  g_autofree char *access_key = g_strdup_printf ("AKIDOWNER%u", i);
  g_autofree char *secret_key = g_strdup_printf ("secret/of/owner/%u", i);

  g_object_set (source, "access-key", access_key, "secret-key", secret_key, NULL);
  return source;
}

/* Each can authenticate at one server only, and all pull at the same time. */
GST_START_TEST (test_identities)
{
  Emulator *owners[N_IDENTITIES];
  Recording *recordings[N_IDENTITIES];

  for (guint i = 0; i < N_IDENTITIES; i++) {
    owners[i] = make_owner (i);
    recordings[i] = recording_start (make_owned (owners[i], i), NULL, GST_STATE_PLAYING);
  }
  for (guint i = 0; i < N_IDENTITIES; i++) {
    recording_finish (recordings[i]);
    g_assert_null (recordings[i]->error);
    g_assert_cmpuint (recordings[i]->buffers->len, ==, 20);
    recording_free (recordings[i]);
    g_object_unref (owners[i]);
  }
}
GST_END_TEST

/* A state that is left at once, before any request was sent. */
GST_START_TEST (test_nothing_done)
{
  g_autoptr (GstElement) source = test_source_new (emulator, MINUTE);

  for (guint i = 0; i < 20; i++) {
    gst_element_set_state (source, GST_STATE_PAUSED);
    gst_element_set_state (source, GST_STATE_NULL);
  }
  g_object_set (source, "follow", TRUE, NULL);
  for (guint i = 0; i < 20; i++) {
    g_assert_cmpint (
        gst_element_set_state (source, GST_STATE_PAUSED), ==, GST_STATE_CHANGE_NO_PREROLL);
    gst_element_set_state (source, GST_STATE_NULL);
  }
}
GST_END_TEST

static Suite *
kvs_image_src_lifecycle_suite (void)
{
  Suite *suite = suite_create ("kvsimagesrc-lifecycle");
  TCase *lifecycle = tcase_create ("lifecycle");

  test_environment_clear ();
  tcase_add_checked_fixture (lifecycle, set_up, tear_down);
  tcase_set_timeout (lifecycle, 60);
  suite_add_tcase (suite, lifecycle);
  tcase_add_test (lifecycle, test_progress);
  tcase_add_test (lifecycle, test_progress_of_a_stop);
  tcase_add_test (lifecycle, test_no_progress);
  tcase_add_test (lifecycle, test_range);
  tcase_add_test (lifecycle, test_uri);
  tcase_add_test (lifecycle, test_stream_id);
  tcase_add_test (lifecycle, test_restarts);
  tcase_add_test (lifecycle, test_identities);
  tcase_add_test (lifecycle, test_nothing_done);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_lifecycle)
