/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the time line of a stream. */
#include "emulatorstream.h"

#include <gst/gst.h>

#define START G_GINT64_CONSTANT (1795161600000) /* 2026-11-20T08:00:00Z */
#define NOW (START + 7200 * 1000)
#define SEED 1

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

/* The media at some offsets from the start: p(icture), n(one), e(rror). */
static void
assert_media (EmulatorStream *stream, gint64 now_ms, const char *expected, ...)
{
  static const char letters[] = "pne";
  va_list offsets;

  va_start (offsets, expected);
  for (const char *letter = expected; *letter != '\0'; letter++) {
    gint64 offset_ms = va_arg (offsets, int);

    g_assert_cmpint (letters[emulator_stream_get_media (
                         stream, START + offset_ms, EMULATOR_FRAME_BEFORE, SEED, now_ms)],
        ==, *letter);
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
  return emulator_stream_has_fragment (stream, START + from_ms, START + to_ms, whole, SEED, NOW);
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
      emulator_stream_has_fragment (stream, START + 96000, START + 99000, FALSE, SEED, now_ms));
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

/* When the media of a time becomes visible; both in ms after the start. */
static gint64
get_available (EmulatorStream *stream, gint64 offset_ms)
{
  gint64 available_ms =
      emulator_stream_get_available (stream, START + offset_ms, EMULATOR_FRAME_BEFORE, SEED);

  return available_ms == -1 ? -1 : available_ms - START;
}

static void
test_available (void)
{
  g_autoptr (EmulatorStream) frames = make_stream (",live=true,lag=4,gap=11+2,audio-only=20+5");
  g_autoptr (EmulatorStream) fragments =
      make_stream (",live=true,lag=4,edge=fragment,fragment=5,gap=11+2");
  g_autoptr (EmulatorStream) recording = make_stream ("");

  g_assert_cmpint (get_available (frames, -1), ==, -1);
  g_assert_cmpint (get_available (frames, 0), ==, 4001);
  g_assert_cmpint (get_available (frames, 10999), ==, 15000);
  g_assert_cmpint (get_available (frames, 11000), ==, -1);
  g_assert_cmpint (get_available (frames, 13000), ==, 17001);
  g_assert_cmpint (get_available (frames, 20000), ==, 24001);
  g_assert_cmpint (get_available (fragments, 0), ==, 9000);
  g_assert_cmpint (get_available (fragments, 4999), ==, 9000);
  g_assert_cmpint (get_available (fragments, 5000), ==, 14000);
  g_assert_cmpint (get_available (fragments, 10000), ==, 15000);
  g_assert_cmpint (get_available (fragments, 13000), ==, 22000);
  g_assert_cmpint (get_available (recording, 0), ==, -1);
}

/* Asserts that the media of a time is visible exactly from the predicted time on. */
static void
assert_appears (EmulatorStream *stream, gint64 offset_ms)
{
  gint64 available_ms = START + get_available (stream, offset_ms);

  assert_media (stream, available_ms - 1, "n", (int)offset_ms);
  assert_media (stream, available_ms, "p", (int)offset_ms);
  assert_media (stream, available_ms + 1, "p", (int)offset_ms);
}

/* A fragment is there as a whole, not before "lag" after its end and not after "jitter" more. */
static void
test_jitter_of_fragments (void)
{
  g_autoptr (EmulatorStream) stream =
      make_stream (",live=true,lag=4,edge=fragment,fragment=5,jitter=3");
  gint64 least_ms = G_MAXINT64, most_ms = 0;

  for (gint64 offset_ms = 0; offset_ms < 500 * 1000; offset_ms += 5000) {
    gint64 available_ms = get_available (stream, offset_ms);
    gint64 delay_ms = available_ms - (offset_ms + 5000 + 4000);

    g_assert_cmpint (get_available (stream, offset_ms + 4999), ==, available_ms);
    assert_appears (stream, offset_ms);
    least_ms = MIN (least_ms, delay_ms);
    most_ms = MAX (most_ms, delay_ms);
  }
  g_assert_cmpint (least_ms, >=, 0);
  g_assert_cmpint (least_ms, <, 300);
  g_assert_cmpint (most_ms, >, 2700);
  g_assert_cmpint (most_ms, <=, 3000);
}

/* Without whole fragments, all media of one second has the same delay. */
static void
test_jitter_of_seconds (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",live=true,lag=4,jitter=0.5");
  guint n_delays = 0;

  for (gint64 offset_ms = 0; offset_ms < 100 * 1000; offset_ms += 1000) {
    gint64 delay_ms = get_available (stream, offset_ms + 999) - (offset_ms + 1000 + 4000);

    g_assert_cmpint (delay_ms, >=, 0);
    g_assert_cmpint (delay_ms, <=, 500);
    g_assert_cmpint (
        get_available (stream, offset_ms + 500), ==, offset_ms + 501 + 4000 + delay_ms);
    assert_appears (stream, offset_ms);
    n_delays += delay_ms != get_available (stream, 999) - (1000 + 4000);
  }
  g_assert_cmpuint (n_delays, >, 50);
}

/* Media does not become visible before earlier media, however long the delays, and whatever lies between. */
static void
assert_in_order (const char *keys, gint64 jitter_ms)
{
  g_autoptr (EmulatorStream) stream = make_stream (keys);
  gint64 earlier_ms = 0;

  for (gint64 offset_ms = 0; offset_ms < 100 * 1000; offset_ms += 400) {
    gint64 available_ms = get_available (stream, offset_ms);

    if (available_ms == -1)
      continue;
    g_assert_cmpint (available_ms, >=, earlier_ms);
    g_assert_cmpint (available_ms, <=, offset_ms + 2000 + jitter_ms);
    assert_appears (stream, offset_ms);
    earlier_ms = available_ms;
  }
}

static void
test_jitter_keeps_order (void)
{
  assert_in_order (",live=true,jitter=30", 30000);
  assert_in_order (",live=true,jitter=30,gap=10+1,gap=15+3,gap=20.5+1.2", 30000);
  assert_in_order (",live=true,edge=fragment,jitter=10,gap=10+1,gap=15+3,gap=20.5+1.2", 10000);
}

static void
test_jitter_hides_fragments (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",live=true,edge=fragment,fragment=5,jitter=3");
  gint64 available_ms = START + get_available (stream, 50000);

  g_assert_false (emulator_stream_has_fragment (
      stream, START + 50000, START + 51000, TRUE, SEED, available_ms - 1));
  g_assert_true (emulator_stream_has_fragment (
      stream, START + 50000, START + 51000, TRUE, SEED, available_ms));
}

static guint
count_common_delays (EmulatorStream *one, EmulatorStream *other, guint32 other_seed)
{
  guint n = 0;

  for (gint64 offset_ms = 0; offset_ms < 100 * 1000; offset_ms += 2000)
    n +=
        get_available (one, offset_ms) + START ==
        emulator_stream_get_available (other, START + offset_ms, EMULATOR_FRAME_BEFORE, other_seed);
  return n;
}

static void
test_jitter_follows_the_seed (void)
{
  static const char spec[] =
      "door=prepared,start=2026-11-20T08:00:00Z,live=true,edge=fragment,jitter=2";
  g_autoptr (EmulatorStream) one = make_stream (",live=true,edge=fragment,jitter=2");
  g_autoptr (EmulatorStream) same = make_stream (",live=true,edge=fragment,jitter=2");
  g_autoptr (EmulatorStream) other = emulator_stream_new (spec, NOW, NULL);

  g_assert_cmpuint (count_common_delays (one, same, SEED), ==, 50);
  g_assert_cmpuint (count_common_delays (one, same, SEED + 1), <, 5);
  g_assert_cmpuint (count_common_delays (one, other, SEED), <, 5);
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

/* The frames that are shown at a time, by each choice, all in ms after the start. */
static void
assert_frames (
    EmulatorStream *stream, gint64 offset_ms, gint64 before_ms, gint64 nearest_ms, gint64 after_ms)
{
  const gint64 expected[] = {
      [EMULATOR_FRAME_BEFORE] = before_ms,
      [EMULATOR_FRAME_NEAREST] = nearest_ms,
      [EMULATOR_FRAME_AFTER] = after_ms,
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_test_message ("choice %u at %" G_GINT64_FORMAT " ms", i, offset_ms);
    g_assert_cmpint (
        emulator_stream_get_frame_time (stream, START + offset_ms, i) - START, ==, expected[i]);
  }
}

static void
test_frames (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",fps=10");
  g_autoptr (EmulatorStream) fastest = make_stream (",fps=1000");

  assert_frames (stream, 0, 0, 0, 0);
  assert_frames (stream, 1, 0, 0, 100);
  assert_frames (stream, 50, 0, 0, 100);
  assert_frames (stream, 51, 0, 100, 100);
  assert_frames (stream, 99, 0, 100, 100);
  assert_frames (stream, 100, 100, 100, 100);
  assert_frames (stream, 250, 200, 200, 300);
  assert_frames (fastest, 250, 250, 250, 250);
}

static void
test_frame_length (void)
{
  g_autoptr (EmulatorStream) third = make_stream (",frame=0.333");
  g_autoptr (EmulatorStream) slow = make_stream (",frame=5,duration=60");
  g_autoptr (EmulatorStream) shifted = make_stream (",frame=1,phase=0.25,fragment=10");
  g_autoptr (EmulatorStream) early = make_stream (",frame=1,phase=-0.25,fragment=10");

  assert_frames (third, 334, 333, 333, 666);
  assert_frames (third, 2100, 1998, 1998, 2331);
  assert_frames (third, 333 * 3000 + 200, 333 * 3000, 333 * 3001, 333 * 3001);
  assert_frames (slow, 7500, 5000, 5000, 10000);
  assert_frames (slow, 7501, 5000, 10000, 10000);
  assert_frames (slow, 59999, 55000, 55000, 55000);
  assert_frames (shifted, 0, 0, 0, 0);
  assert_frames (shifted, 100, 0, 0, 250);
  assert_frames (shifted, 126, 0, 250, 250);
  assert_frames (shifted, 250, 250, 250, 250);
  assert_frames (shifted, 1000, 250, 1250, 1250);
  assert_frames (early, 700, 0, 750, 750);
  assert_frames (early, 750, 750, 750, 750);
}

/* A fragment begins with a frame, where the raster has none as well. */
static void
test_frames_of_fragments (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",frame=0.7,fragment=2");
  g_autoptr (EmulatorStream) usual = make_stream (",frame=0.3");
  g_autoptr (EmulatorStream) slow = make_stream (",frame=3");

  assert_frames (stream, 1900, 1400, 2000, 2000);
  assert_frames (stream, 2000, 2000, 2000, 2000);
  assert_frames (stream, 2001, 2000, 2000, 2100);
  g_assert_cmpint (emulator_stream_get_fragment_start (usual, START + 2099), ==, START);
  g_assert_cmpint (emulator_stream_get_fragment_start (usual, START + 2100), ==, START + 2100);
  g_assert_cmpint (emulator_stream_get_fragment_start (slow, START + 2999), ==, START);
  g_assert_cmpint (emulator_stream_get_fragment_start (slow, START + 3000), ==, START + 3000);
}

/* No frame is shown from across a gap, or from across media without a picture. */
static void
test_frames_stay_in_their_media (void)
{
  g_autoptr (EmulatorStream) stream =
      make_stream (",frame=1,fragment=20,duration=20,gap=4.6+2.1,audio-only=10.2+1.3");

  assert_frames (stream, 4100, 4000, 4000, 4000);
  assert_frames (stream, 4599, 4000, 4000, 4000);
  assert_frames (stream, 6700, 6700, 6700, 6700);
  assert_frames (stream, 6800, 6700, 6700, 7000);
  assert_frames (stream, 10199, 10000, 10000, 10000);
  assert_frames (stream, 11500, 11500, 11500, 11500);
  assert_frames (stream, 11900, 11500, 12000, 12000);
  assert_frames (stream, 19999, 19000, 19000, 19000);
}

/* The media of a time becomes visible together with its frame, so that it never shows another one later. */
static void
test_frames_appear (void)
{
  g_autoptr (EmulatorStream) frames = make_stream (",live=true,lag=4,frame=1,audio-only=20+1");
  g_autoptr (EmulatorStream) fragments =
      make_stream (",live=true,frame=1,fragment=5,edge=fragment");
  static const struct {
    gint64 offset_ms;
    EmulatorFrameChoice choice;
    gint64 frames_ms, fragments_ms;
  } cases[] = {
      {4100, EMULATOR_FRAME_BEFORE, 8101, 5000},
      {4100, EMULATOR_FRAME_NEAREST, 8101, 5000},
      {4100, EMULATOR_FRAME_AFTER, 9001, 10000},
      {4600, EMULATOR_FRAME_NEAREST, 9001, 10000},
      {20600, EMULATOR_FRAME_AFTER, 24601, 25000},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 unix_ms = START + cases[i].offset_ms;
    gint64 available_ms = emulator_stream_get_available (frames, unix_ms, cases[i].choice, SEED);

    g_assert_cmpint (available_ms, ==, START + cases[i].frames_ms);
    g_assert_cmpint (
        emulator_stream_get_media (frames, unix_ms, cases[i].choice, SEED, available_ms - 1), ==,
        EMULATOR_MEDIA_NONE);
    g_assert_cmpint (
        emulator_stream_get_media (frames, unix_ms, cases[i].choice, SEED, available_ms), !=,
        EMULATOR_MEDIA_NONE);
    if (cases[i].offset_ms < 20000)
      g_assert_cmpint (emulator_stream_get_available (fragments, unix_ms, cases[i].choice, SEED),
          ==, START + cases[i].fragments_ms);
  }
}

/* The first time after @unix_ms at which a later frame is shown, found by trying each. */
static gint64
find_later_frame (EmulatorStream *stream, gint64 unix_ms, gint64 end_ms)
{
  gint64 shown_ms = emulator_stream_get_frame_time (stream, unix_ms, EMULATOR_FRAME_BEFORE);

  for (gint64 ms = unix_ms; ms < end_ms; ms++) {
    gint64 frame_ms = emulator_stream_get_frame_time (stream, ms, EMULATOR_FRAME_BEFORE);

    if (frame_ms > shown_ms)
      return frame_ms;
  }
  return shown_ms;
}

static void
test_frames_after_are_the_frames_before_of_later (void)
{
  static const char *const keys[] = {",fps=3", ",fps=7,phase=0.1", ",frame=0.15,fragment=0.5", ""};

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *all = g_strconcat (keys[i], ",duration=3", NULL);
    g_autoptr (EmulatorStream) stream = make_stream (all);

    for (gint64 ms = START; ms < START + 3000; ms += 7) {
      gint64 before_ms = emulator_stream_get_frame_time (stream, ms, EMULATOR_FRAME_BEFORE);
      gint64 after_ms = emulator_stream_get_frame_time (stream, ms, EMULATOR_FRAME_AFTER);

      g_assert_cmpint (
          after_ms, ==, before_ms == ms ? ms : find_later_frame (stream, ms, START + 3000));
    }
  }
}

static void
test_never_fed (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",duration=0,gap=1+1");

  assert_media (stream, NOW, "nnn", -1, 0, 1);
  g_assert_cmpuint (emulator_stream_get_retention_hours (stream), ==, 8760);
  g_assert_false (has_fragment (stream, -1000, 1000, FALSE));
  g_assert_cmpint (get_available (stream, 0), ==, -1);
}

static void
test_render (void)
{
  g_autoptr (EmulatorStream) stream = make_stream (",fps=10");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = emulator_stream_render (
      stream, START + 100, EMULATOR_FRAME_BEFORE, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);
  g_autoptr (GBytes) same = emulator_stream_render (
      stream, START + 199, EMULATOR_FRAME_BEFORE, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);
  g_autoptr (GBytes) next = emulator_stream_render (
      stream, START + 200, EMULATOR_FRAME_BEFORE, EMULATOR_FORMAT_JPEG, 80, 0, 0, &error);

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
      {"c=synthetic,duration=-1", "A stream's duration is seconds, not '-1'"},
      {"c=synthetic,fragment=-1", "A stream's fragment is seconds, more than 0, not '-1'"},
      {"c=synthetic,lag=x", "A stream's lag is seconds, not 'x'"},
      {"c=synthetic,jitter=-1", "A stream's jitter is seconds, not '-1'"},
      {"c=synthetic,live", "A stream's live is true or false, not ''"},
      {"c=synthetic,edge=x", "A stream's edge is frame or fragment, not 'x'"},
      {"c=synthetic,gap=5", "A stream's gap is OFFSET+LENGTH"},
      {"c=synthetic,gap=5+0", "A stream's gap is OFFSET+LENGTH"},
      {"c=synthetic,audio-only=-1+2", "A stream's audio-only is OFFSET+LENGTH"},
      {"c=synthetic,retention=1.5", "A stream's retention is whole hours, not '1.5'"},
      {"c=synthetic,width=x", "A stream's width is pixels, not 'x'"},
      {"c=synthetic,frame=0.039", "A stream's frame is seconds, 0.04 to 20, not '0.039'"},
      {"c=synthetic,frame=20.001", "A stream's frame is seconds, 0.04 to 20, not '20.001'"},
      {"c=synthetic,phase=x", "A stream's phase is seconds, not 'x'"},
      {"c=synthetic,frame=1,fps=1", "A stream has frame or fps, not both"},
      {"c=synthetic,frame=5,fragment=4", "A stream's fragment is at least as long as its frame"},
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
  g_test_add_func ("/stream/available", test_available);
  g_test_add_func ("/stream/jitter-of-fragments", test_jitter_of_fragments);
  g_test_add_func ("/stream/jitter-of-seconds", test_jitter_of_seconds);
  g_test_add_func ("/stream/jitter-keeps-order", test_jitter_keeps_order);
  g_test_add_func ("/stream/jitter-hides-fragments", test_jitter_hides_fragments);
  g_test_add_func ("/stream/jitter-follows-the-seed", test_jitter_follows_the_seed);
  g_test_add_func ("/stream/retention", test_retention);
  g_test_add_func ("/stream/producer-offset", test_producer_offset);
  g_test_add_func ("/stream/frames", test_frames);
  g_test_add_func ("/stream/frame-length", test_frame_length);
  g_test_add_func ("/stream/frames-of-fragments", test_frames_of_fragments);
  g_test_add_func ("/stream/frames-stay-in-their-media", test_frames_stay_in_their_media);
  g_test_add_func ("/stream/frames-appear", test_frames_appear);
  g_test_add_func ("/stream/frames-after-are-the-frames-before-of-later",
      test_frames_after_are_the_frames_before_of_later);
  g_test_add_func ("/stream/never-fed", test_never_fed);
  g_test_add_func ("/stream/render", test_render);
  g_test_add_func ("/stream/bad-specs", test_bad_specs);
  g_test_add_func ("/stream/missing-file", test_missing_file);
  return g_test_run ();
}
