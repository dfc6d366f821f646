/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pins what lies where on a stream's time line. */
#include "emulatorstream.h"

#include <gst/gst.h>

#define START G_GINT64_CONSTANT (1795161600000) /* 2026-11-20T08:00:00Z */
#define NOW (START + 7200 * 1000)

static EmulatorStream *
make_stream (const char *keys)
{
  g_autofree char *spec =
      g_strconcat ("camera=prepared:1000,start=2026-11-20T08:00:00Z", keys, NULL);
  g_autoptr (GError) error = NULL;
  EmulatorStream *stream = emulator_stream_new (spec, NOW, &error);

  g_assert_no_error (error);
  return stream;
}

/* What is there at each of some offsets from the start: p(icture), n(one), e(rror). */
static void
assert_media (EmulatorStream *stream, gint64 now_ms, const char *expected, ...)
{
  static const char letters[] = "pne";
  va_list offsets;

  va_start (offsets, expected);
  for (const char *letter = expected; *letter != '\0'; letter++) {
    gint64 offset_ms = va_arg (offsets, int);

    g_assert_cmpint (
        letters[emulator_stream_get_media (stream, START + offset_ms, now_ms)], ==, *letter);
  }
  va_end (offsets);
}

static void
test_recording (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=10.5");

  g_assert_cmpstr (emulator_stream_get_name (stream), ==, "camera");
  g_assert_cmpint (emulator_stream_get_start (stream), ==, START);
  assert_media (stream, NOW, "nppn", -1, 0, 10499, 10500);
}

static void
test_default_start (void)
{
  g_autoptr (EmulatorStream) stream = emulator_stream_new ("camera=prepared", NOW, NULL);

  g_assert_cmpint (emulator_stream_get_start (stream), ==, NOW - 3600 * 1000);
  assert_media (stream, NOW, "npppn", 3599999, 3600000, 3600001, 7199999, 7200000);
}

static void
test_gaps (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=60,gap=20+5,gap=3+4,gap=22+10");

  assert_media (stream, NOW, "ppnnpppnnnp", 0, 2999, 3000, 6999, 7000, 7001, 19999, 20000, 25000,
      31999, 32000);
}

static void
test_fragments (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=60,fragment=2,gap=3+4");

  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START), ==, START);
  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START + 1999), ==, START);
  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START + 2000), ==, START + 2000);
  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START + 7000), ==, START + 7000);
  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START + 8999), ==, START + 7000);
  g_assert_cmpint (emulator_stream_get_fragment_start (stream, START + 9000), ==, START + 9000);
}

static gboolean
has_fragment (EmulatorStream *stream, gint64 from_ms, gint64 to_ms, gboolean whole)
{
  return emulator_stream_has_fragment (stream, START + from_ms, START + to_ms, whole, NOW);
}

static void
test_has_fragment (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=60,fragment=2,gap=3+4");

  g_assert_true (has_fragment (stream, 0, 1, TRUE));
  g_assert_false (has_fragment (stream, 1, 2000, TRUE));
  g_assert_true (has_fragment (stream, 1, 2000, FALSE));
  g_assert_true (has_fragment (stream, 1, 2001, TRUE));
  g_assert_false (has_fragment (stream, 2001, 7000, TRUE));
  g_assert_false (has_fragment (stream, 3000, 7000, FALSE));
  g_assert_true (has_fragment (stream, 3000, 7001, TRUE));
  g_assert_false (has_fragment (stream, -1000, 0, FALSE));
  g_assert_false (has_fragment (stream, 60000, 70000, FALSE));
}

static void
test_audio_only (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=60,audio-only=3+4,gap=5+1");

  assert_media (stream, NOW, "peenep", 2999, 3000, 4999, 5000, 6000, 7000);
}

static void
test_live (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",live=true,lag=4");
  gint64 now_ms = START + 100000;

  assert_media (stream, now_ms, "pnn", 95999, 96000, 100000);
  assert_media (stream, now_ms + 1, "pn", 96000, 96001);
  g_assert_false (
      emulator_stream_has_fragment (stream, START + 96000, START + 99000, FALSE, now_ms));
}

static void
test_live_by_fragment (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",live=true,lag=4,edge=fragment,fragment=5");
  gint64 now_ms = START + 100000;

  assert_media (stream, now_ms, "pn", 94999, 95000);
  assert_media (stream, now_ms + 3999, "pn", 94999, 95000);
  assert_media (stream, now_ms + 4000, "pn", 99999, 100000);
}

static void
test_retention (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=7200,retention=1");
  g_autoptr (EmulatorStream) none = make_stream (",retention=0");

  g_assert_cmpuint (emulator_stream_get_retention_hours (stream), ==, 1);
  g_assert_cmpint (emulator_stream_get_oldest (stream, NOW), ==, NOW - 3600 * 1000);
  assert_media (stream, NOW, "npp", 3599999, 3600000, 7199999);
  assert_media (none, NOW, "n", 0);
}

static void
test_producer_offset (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",producer-offset=-2.5");

  g_assert_cmpint (emulator_stream_get_producer_offset (stream), ==, -2500);
}

static void
test_frames (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",fps=10");

  g_assert_cmpint (emulator_stream_get_frame_time (stream, START + 99), ==, START);
  g_assert_cmpint (emulator_stream_get_frame_time (stream, START + 100), ==, START + 100);
  g_assert_cmpint (emulator_stream_get_frame_time (stream, START + 250), ==, START + 200);
}

static void
test_render (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",fps=10");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first =
      emulator_stream_render (stream, START + 100, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);
  g_autoptr (GBytes) same =
      emulator_stream_render (stream, START + 199, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);
  g_autoptr (GBytes) next =
      emulator_stream_render (stream, START + 200, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);

  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (first, same));
  g_assert_false (g_bytes_equal (first, next));
}

static void
test_bad_specs (void)
{
  static const struct {
    const char *spec;
    const char *message;
  } cases[] = {
      {"", "A stream is NAME=SOURCE[,key=value...]"},
      {"camera", "A stream is NAME=SOURCE[,key=value...]"},
      {"camera=", "A stream is NAME=SOURCE[,key=value...]"},
      {"a camera=synthetic", "A stream is NAME=SOURCE[,key=value...]"},
      {"c=synthetic,colour=red", "A stream has no key 'colour'; it has start, duration, live"},
      {"c=synthetic,start=monday", "A stream's start is RFC 3339 with a zone"},
      {"c=synthetic,start=2026-11-20T08:00:00", "A stream's start is RFC 3339 with a zone"},
      {"c=synthetic,duration=0", "A stream's duration is seconds, more than 0, not '0'"},
      {"c=synthetic,fragment=-1", "A stream's fragment is seconds, more than 0, not '-1'"},
      {"c=synthetic,lag=x", "A stream's lag is seconds, not 'x'"},
      {"c=synthetic,live", "A stream's live is true or false, not ''"},
      {"c=synthetic,edge=x", "A stream's edge is frame or fragment, not 'x'"},
      {"c=synthetic,gap=5", "A stream's gap is OFFSET+LENGTH"},
      {"c=synthetic,gap=5+0", "A stream's gap is OFFSET+LENGTH"},
      {"c=synthetic,audio-only=-1+2", "A stream's audio-only is OFFSET+LENGTH"},
      {"c=synthetic,retention=1.5", "A stream's retention is whole hours, not '1.5'"},
      {"c=synthetic,width=x", "A stream's width is pixels, not 'x'"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (emulator_stream_new (cases[i].spec, NOW, &error));
    g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_test_message ("%s: %s", cases[i].spec, error->message);
    g_assert_true (g_str_has_prefix (error->message, cases[i].message));
  }
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (emulator_stream_new ("camera=/nonexistent.avi", NOW, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stream/recording", test_recording);
  g_test_add_func ("/stream/default-start", test_default_start);
  g_test_add_func ("/stream/gaps", test_gaps);
  g_test_add_func ("/stream/fragments", test_fragments);
  g_test_add_func ("/stream/has-fragment", test_has_fragment);
  g_test_add_func ("/stream/audio-only", test_audio_only);
  g_test_add_func ("/stream/live", test_live);
  g_test_add_func ("/stream/live-by-fragment", test_live_by_fragment);
  g_test_add_func ("/stream/retention", test_retention);
  g_test_add_func ("/stream/producer-offset", test_producer_offset);
  g_test_add_func ("/stream/frames", test_frames);
  g_test_add_func ("/stream/render", test_render);
  g_test_add_func ("/stream/bad-specs", test_bad_specs);
  g_test_add_func ("/stream/missing-file", test_missing_file);
  return g_test_run ();
}
