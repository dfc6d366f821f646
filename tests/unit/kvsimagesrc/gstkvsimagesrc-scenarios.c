/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The default scenarios of gst-validate 1.22, with the element in a pipeline and in playbin3. The same scenarios
 * with a file of MJPEG show that what is asked for can be had.
 *
 * KVS_TEST_SCENARIO has only the scenario of that name performed, and GStreamer's GST_CHECKS only one of the tests:
 *
 *   GST_CHECKS=test_playbin3 KVS_TEST_SCENARIO=seek_forward \
 *     build/tests/unit/kvsimagesrc/test-gstkvsimagesrc-scenarios
 */
#include "gstkvsimagesrc.h"

#include "scenario.h"
#include "testenvironment.h"
#include "testsource.h"

#include <gst/check/gstcheck.h>

#include <glib/gstdio.h>

#define NONE SCENARIO_NONE
#define SET GST_SEEK_TYPE_SET
#define UNCHANGED GST_SEEK_TYPE_NONE
#define FROM_END GST_SEEK_TYPE_END

/* Validate's default_flags, of which FLUSH is always set. */
#define ACCURATE GST_SEEK_FLAG_ACCURATE
#define KEY_UNITS GST_SEEK_FLAG_TRICKMODE_KEY_UNITS
#define REWIND (GST_SEEK_FLAG_TRICKMODE_KEY_UNITS | GST_SEEK_FLAG_TRICKMODE_NO_AUDIO)

/* What validate calls "duration" in its expressions: enough for what a scenario plays. Ten seconds of scrubbing
 * make a hundred seeks, more than the quota of the service lets through in a few seconds. */
#define SHORT 40
#define LONG 480
#define SCRUBBED 5
#define SHORT_MEDIA .duration = SHORT, .interval = 200
#define SCRUBBED_MEDIA .duration = SCRUBBED, .interval = 200
#define LONG_MEDIA .duration = LONG, .interval = 1000

/* A range that began ninety seconds ago, and goes on. Validate waits for 5 s each time, which is real time at the
 * live edge. */
#define LIVE_MEDIA .duration = 90, .interval = 200, .is_live = TRUE
#define LIVE_WAIT 1

#define SEEK(when, speed, with, start_kind, begin, stop_kind, end)                                 \
  {                                                                                                \
    .type = SCENARIO_SEEK, .at = when, .rate = speed, .flags = with, .start_type = start_kind,     \
    .start = begin, .stop_type = stop_kind, .stop = end                                            \
  }
#define SCRUB(delta, times)                                                                        \
  {                                                                                                \
    .type = SCENARIO_SEEK, .at = 0, .rate = 1, .flags = ACCURATE, .start_type = SET,               \
    .start = delta, .stop_type = SET, .stop = NONE, .is_relative = TRUE, .repeat = times           \
  }
#define PAUSE(when, how_long)                                                                      \
  {                                                                                                \
    .type = SCENARIO_PAUSE, .at = when, .duration = how_long                                       \
  }
#define WAIT(how_long)                                                                             \
  {                                                                                                \
    .type = SCENARIO_WAIT, .at = NONE, .duration = how_long                                        \
  }
#define DO(what, when)                                                                             \
  {                                                                                                \
    .type = SCENARIO_##what, .at = when                                                            \
  }

static const Scenario scenarios[] = {
    {
        .name = "play_15s",
        SHORT_MEDIA,
        .actions = {DO (EOS, 15), DO (STOP, 15)},
    },
    {
        .name = "pause_resume",
        SHORT_MEDIA,
        .actions = {PAUSE (1, 1), PAUSE (3, 5), PAUSE (5, 1), DO (EOS, 7), DO (STOP, 7)},
    },
    {
        .name = "seek_forward",
        SHORT_MEDIA,
        .ignores_eos = TRUE,
        .actions =
            {
                SEEK (MIN (5, SHORT / 8.0), 1, ACCURATE, SET, MIN (10, 2 * SHORT / 8.0), SET, NONE),
                SEEK (MIN (15, 3 * SHORT / 8.0), 1, ACCURATE, SET, MIN (20, 4 * SHORT / 8.0), SET,
                    NONE),
                SEEK (MIN (25, 5 * SHORT / 8.0), 1, ACCURATE, SET, MIN (30, 6 * SHORT / 8.0), SET,
                    NONE),
                DO (STOP, MIN (SHORT - 1, 35)),
            },
    },
    {
        .name = "seek_backward",
        SHORT_MEDIA,
        .ignores_eos = TRUE,
        .actions =
            {
                SEEK (MIN (5, SHORT / 4.0), 1, ACCURATE, SET, 0, SET, NONE),
                SEEK (MIN (10, 2 * SHORT / 4.0), 1, ACCURATE, SET, MIN (5, SHORT / 4.0), SET, NONE),
                SEEK (MIN (15, 3 * SHORT / 4.0), 1, ACCURATE, SET, MIN (10, 2 * SHORT / 4.0), SET,
                    NONE),
                DO (STOP, MIN (15, 3 * SHORT / 4.0)),
            },
    },
    {
        .name = "seek_with_stop",
        SHORT_MEDIA,
        .actions = {SEEK (1, 1, ACCURATE, SET, 0, SET, MIN (5, SHORT - 1))},
    },
    {
        .name = "update_start",
        SHORT_MEDIA,
        .actions = {SEEK (2, 1, ACCURATE, SET, 5, UNCHANGED, 0)},
    },
    {
        .name = "update_stop",
        SHORT_MEDIA,
        .actions = {SEEK (5, 1, ACCURATE, UNCHANGED, 0, SET, 10)},
    },
    {
        .name = "simple_seeks",
        SHORT_MEDIA,
        .actions =
            {
                SEEK (1, 1, ACCURATE, SET, 2, SET, NONE),
                SEEK (3, 1, ACCURATE, SET, 0, SET, NONE),
                SEEK (1, 1, ACCURATE, SET, 2, SET, 3),
            },
    },
    {
        .name = "fast_forward",
        SHORT_MEDIA,
        .ignores_eos = TRUE,
        .actions =
            {
                SEEK (0, 2, ACCURATE, SET, 0, SET, NONE),
                SEEK (MIN (10, SHORT * 0.0625), 4, ACCURATE, SET, 0, SET, NONE),
                SEEK (MIN (20, SHORT * 0.125), 8, ACCURATE, SET, 0, SET, NONE),
                SEEK (MIN (40, SHORT * 0.25), 16, ACCURATE, SET, 0, SET, NONE),
                SEEK (MIN (80, SHORT * 0.5), 32, ACCURATE, SET, 0, SET, NONE),
                DO (STOP, MIN (SHORT - 0.3, 160)),
            },
    },
    {
        .name = "fast_backward",
        LONG_MEDIA,
        .ignores_eos = TRUE,
        .actions =
            {
                SEEK (0, -2, ACCURATE, SET, 0, SET, 310),
                SEEK (300, -4, ACCURATE, SET, 0, SET, 300),
                SEEK (280, -8, ACCURATE, SET, 0, SET, 280),
                SEEK (240, -16, ACCURATE, SET, 0, SET, 240),
                SEEK (160, -32, ACCURATE, SET, 0, SET, 160),
                DO (WAIT_EOS, NONE),
                DO (STOP, NONE),
            },
    },
    {
        .name = "trick_mode_seeks",
        SHORT_MEDIA,
        .actions =
            {
                SEEK (MIN (5, SHORT * 0.0625), 2, KEY_UNITS, SET, 0, SET, NONE),
                SEEK (MIN (10, SHORT * 0.0625), 4, KEY_UNITS, SET, 0, SET, NONE),
                SEEK (MIN (20, SHORT * 0.125), 8, KEY_UNITS, SET, 0, SET, NONE),
                SEEK (MIN (40, SHORT * 0.25), 16, KEY_UNITS, SET, 0, SET, NONE),
                SEEK (MIN (80, SHORT * 0.5), 32, KEY_UNITS, SET, 0, SET, NONE),
                SEEK (MIN (160, SHORT * 0.75), 1, 0, SET, 0, SET, NONE),
                DO (STOP, MIN (10, SHORT * 0.0625)),
            },
    },
    {
        .name = "reverse_playback",
        SHORT_MEDIA,
        .actions = {SEEK (0, -1, ACCURATE, SET, MAX (SHORT - 15, 0), SET, SHORT)},
    },
    {
        .name = "alternate_fast_backward_forward",
        LONG_MEDIA,
        .actions =
            {
                SEEK (0, -1, ACCURATE, SET, 0, SET, 310),
                SEEK (305, 1, ACCURATE, SET, 305, SET, NONE),
                SEEK (310, 2, ACCURATE, SET, 310, SET, NONE),
                SEEK (320, -2, ACCURATE, SET, 0, SET, 320),
                SEEK (310, 4, ACCURATE, SET, 310, SET, NONE),
                SEEK (330, -4, ACCURATE, SET, 0, SET, 330),
                SEEK (310, 8, ACCURATE, SET, 310, SET, NONE),
                SEEK (350, -8, ACCURATE, SET, 0, SET, 350),
                SEEK (310, 16, ACCURATE, SET, 310, SET, NONE),
                SEEK (390, -16, ACCURATE, SET, 0, SET, 390),
                SEEK (310, 32, ACCURATE, SET, 310, SET, NONE),
                SEEK (470, -32, ACCURATE, SET, 310, SET, 470),
            },
    },
    {
        .name = "scrub_forward_seeking",
        SHORT_MEDIA,
        .handles_states = TRUE,
        .actions =
            {
                PAUSE (NONE, 0),
                SCRUB (0.1, (guint)MIN (10, (SHORT - 0.5) / 0.1)),
                DO (PLAY, 0),
                DO (STOP, 1),
            },
    },
    {
        .name = "scrub_backward_seeking",
        SCRUBBED_MEDIA,
        .handles_states = TRUE,
        .actions =
            {
                PAUSE (NONE, 0),
                SEEK (0, 1, ACCURATE, SET, SCRUBBED - 0.5, SET, NONE),
                SCRUB (-0.1, (guint)(MIN (10, SCRUBBED - 0.6) / 0.1)),
                DO (PLAY, 0),
                DO (STOP, 1),
            },
    },
    {
        .name = "change_state_intensive",
        SHORT_MEDIA,
        .handles_states = TRUE,
        .ignores_eos = TRUE,
        .repeat = 40,
        .actions = {DO (PLAY, NONE), DO (NULL, NONE), DO (STOP, NONE)},
    },
    {
        .name = "full_live_rewind",
        LIVE_MEDIA,
        .actions = {WAIT (LIVE_WAIT), SEEK (NONE, -16, REWIND, SET, 0, FROM_END, 0)},
    },
    {
        .name = "seek_end_live",
        LIVE_MEDIA,
        .actions =
            {
                WAIT (LIVE_WAIT),
                SEEK (NONE, 1, 0, FROM_END, -60, SET, NONE),
                WAIT (LIVE_WAIT),
                SEEK (NONE, 1, 0, FROM_END, 0, SET, NONE),
                WAIT (LIVE_WAIT),
                SEEK (NONE, -1, 0, UNCHANGED, 0, FROM_END, 0),
                WAIT (LIVE_WAIT),
                SEEK (NONE, 1, 0, FROM_END, 0, SET, NONE),
                WAIT (LIVE_WAIT),
                DO (STOP, NONE),
            },
    },
};

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
assert_good (const Scenario *scenario, const char *reports)
{
  if (reports)
    ck_abort_msg ("%s\n%s", scenario->name, reports);
}

/* The source */

/* The query of a URI that says what to pull. */
static char *
make_query (const Scenario *scenario)
{
  if (scenario->is_live)
    return g_strdup_printf ("follow=true&start-timestamp=now-%us&sampling-interval=%u",
        scenario->duration, scenario->interval);
  return g_strdup_printf ("start-timestamp=%" G_GINT64_FORMAT "&end-timestamp=%" G_GINT64_FORMAT
                          "&sampling-interval=%u",
      TEST_SOURCE_START_MS / 1000, TEST_SOURCE_START_MS / 1000 + scenario->duration,
      scenario->interval);
}

static char *
make_uri (const Scenario *scenario)
{
  g_autofree char *query = make_query (scenario);

  return g_strdup_printf ("kvsimage://us-east-1/door?%s", query);
}

static void
set_up_stream (const Scenario *scenario)
{
  if (scenario->is_live)
    test_source_configure (emulator, "stream", "door=prepared:512,live=true");
}

/* What a URI cannot say. */
static void
set_up_source (GstElement *source)
{
  g_object_set (source, "access-key", TEST_SOURCE_ACCESS_KEY, "secret-key", TEST_SOURCE_SECRET_KEY,
      "endpoint-url", emulator_get_url (emulator), "availability-delay", 100, NULL);
}

static void
source_setup_cb (GstElement *player, GstElement *source, gpointer user_data)
{
  ScenarioRun *run = user_data;

  set_up_source (source);
  scenario_run_watch (run, source, "src");
}

/* Pipelines */

static void
watch (ScenarioRun *run, GstElement *pipeline, const char *name, const char *pad)
{
  g_autoptr (GstElement) element = gst_bin_get_by_name (GST_BIN (pipeline), name);

  scenario_run_watch (run, element, pad);
}

static GstElement *
parse (const char *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  return pipeline;
}

static GstElement *
make_player (const char *uri, GstElement **sink)
{
  GstElement *player = gst_element_factory_make ("playbin3", NULL);

  *sink = gst_element_factory_make ("fakevideosink", NULL);
  g_assert_nonnull (*sink);
  g_object_set (player, "uri", uri, "video-sink", *sink, NULL);
  return player;
}

GST_START_TEST (test_element)
{
  const Scenario *scenario = &scenarios[__i__];
  GstElement *pipeline = parse ("kvsimagesrc name=source ! jpegdec ! fakesink name=sink sync=true");
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_autoptr (ScenarioRun) run =
      scenario_run_new (scenario, pipeline, SCENARIO_RUN_UNQUEUED | SCENARIO_RUN_KEEPS_PLACE);
  g_autofree char *uri = make_uri (scenario);
  g_autofree char *reports = NULL;
  g_autoptr (GError) error = NULL;

  set_up_stream (scenario);
  set_up_source (source);
  gst_uri_handler_set_uri (GST_URI_HANDLER (source), uri, &error);
  g_assert_no_error (error);
  watch (run, pipeline, "source", "src");
  watch (run, pipeline, "sink", "sink");
  reports = scenario_run_play (run);
  assert_good (scenario, reports);
}
GST_END_TEST

GST_START_TEST (test_playbin3)
{
  const Scenario *scenario = &scenarios[__i__];
  g_autofree char *uri = make_uri (scenario);
  g_autofree char *reports = NULL;
  GstElement *sink;
  GstElement *player = make_player (uri, &sink);
  g_autoptr (ScenarioRun) run =
      scenario_run_new (scenario, player, SCENARIO_RUN_IS_PLAYER | SCENARIO_RUN_KEEPS_PLACE);

  set_up_stream (scenario);
  g_signal_connect (player, "source-setup", G_CALLBACK (source_setup_cb), run);
  scenario_run_watch (run, sink, "sink");
  reports = scenario_run_play (run);
  assert_good (scenario, reports);
}
GST_END_TEST

/* The file */

/* A file of as many pictures as the stream has. Returns its name. */
static char *
make_file (const Scenario *scenario)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "scenario-XXXXXX", NULL);
  g_autofree char *description = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_close (g_mkstemp (path), NULL);
  description = g_strdup_printf ("videotestsrc num-buffers=%u ! video/x-raw,width=64,height=48,"
                                 "framerate=1000/%u ! jpegenc ! avimux ! filesink location=%s",
      scenario->duration * 1000 / scenario->interval, scenario->interval, path);
  pipeline = parse (description);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message =
      gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_steal_pointer (&path);
}

static void
pad_added_cb (GstElement *demuxer, GstPad *pad, gpointer user_data)
{
  GstElement *decoder = user_data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder, "sink");

  g_assert_cmpint (gst_pad_link (pad, sink), ==, GST_PAD_LINK_OK);
}

GST_START_TEST (test_mjpeg)
{
  const Scenario *scenario = &scenarios[__i__];
  g_autofree char *path = make_file (scenario);
  g_autofree char *reports = NULL;
  g_autofree char *description = g_strdup_printf (
      "filesrc location=%s ! avidemux name=demuxer jpegdec name=decoder ! fakesink name=sink sync=true",
      path);
  GstElement *pipeline = parse (description);
  g_autoptr (GstElement) demuxer = gst_bin_get_by_name (GST_BIN (pipeline), "demuxer");
  g_autoptr (GstElement) decoder = gst_bin_get_by_name (GST_BIN (pipeline), "decoder");
  g_autoptr (ScenarioRun) run = scenario_run_new (scenario, pipeline, SCENARIO_RUN_UNQUEUED);

  g_signal_connect (demuxer, "pad-added", G_CALLBACK (pad_added_cb), decoder);
  watch (run, pipeline, "sink", "sink");
  reports = scenario_run_play (run);
  g_unlink (path);
  assert_good (scenario, reports);
}
GST_END_TEST

GST_START_TEST (test_mjpeg_playbin3)
{
  const Scenario *scenario = &scenarios[__i__];
  g_autofree char *path = make_file (scenario);
  g_autofree char *reports = NULL;
  g_autofree char *uri = gst_filename_to_uri (path, NULL);
  GstElement *sink;
  GstElement *player = make_player (uri, &sink);
  g_autoptr (ScenarioRun) run = scenario_run_new (scenario, player, SCENARIO_RUN_IS_PLAYER);

  scenario_run_watch (run, sink, "sink");
  reports = scenario_run_play (run);
  g_unlink (path);
  assert_good (scenario, reports);
}
GST_END_TEST

static Suite *
kvs_image_src_scenarios_suite (void)
{
  const char *only = g_getenv ("KVS_TEST_SCENARIO");
  Suite *suite = suite_create ("kvsimagesrc-scenarios");
  TCase *source = tcase_create ("source");
  TCase *file = tcase_create ("file");
  guint n_scenarios = 0;

  test_environment_clear ();
  GST_ELEMENT_REGISTER (kvsimagesrc, NULL);
  tcase_add_checked_fixture (source, set_up, tear_down);
  tcase_set_timeout (source, 30);
  tcase_set_timeout (file, 30);
  suite_add_tcase (suite, source);
  suite_add_tcase (suite, file);
  for (gint i = 0; i < (gint)G_N_ELEMENTS (scenarios); i++) {
    if (only && !g_str_equal (only, scenarios[i].name))
      continue;
    n_scenarios++;
    tcase_add_loop_test (source, test_element, i, i + 1);
    tcase_add_loop_test (source, test_playbin3, i, i + 1);
    if (scenarios[i].is_live)
      continue;
    tcase_add_loop_test (file, test_mjpeg, i, i + 1);
    tcase_add_loop_test (file, test_mjpeg_playbin3, i, i + 1);
  }
  if (n_scenarios == 0)
    g_error ("there is no scenario '%s'", only);
  return suite;
}

GST_CHECK_MAIN (kvs_image_src_scenarios)
