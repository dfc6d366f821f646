/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asks for frames in every order from files that are sought in well, badly and not at all, and
 * reads off each which one it is. */
#include "emulatordecoder.h"
#include "emulatorencoder.h"
#include "testpictures.h"

#include <string.h>

#define N_FRAMES 60
/* Some encoders and muxers want to know the rate. */
#define STEADY "capssetter caps=video/x-raw,framerate=25/1 ! "

static const gint64 *
get_steady_times (void)
{
  static gint64 times[N_FRAMES];

  for (guint i = 0; i < N_FRAMES; i++)
    times[i] = i * 40;
  return times;
}

static EmulatorDecoder *
open_decoder (const char *path)
{
  g_autoptr (GError) error = NULL;
  EmulatorDecoder *decoder = emulator_decoder_new (path, &error);

  g_assert_no_error (error);
  return decoder;
}

static gboolean
frame_shows_time (EmulatorDecoder *decoder, guint frame, gint64 time_ms)
{
  static const EmulatorImageSpec spec = {EMULATOR_FORMAT_PNG, 0, 320, 240};
  g_autoptr (GError) error = NULL;
  g_autoptr (GstSample) picture = emulator_decoder_decode (decoder, frame, &error);
  g_autoptr (EmulatorEncoder) encoder = emulator_encoder_new (EMULATOR_FORMAT_PNG, NULL);
  g_autoptr (GBytes) still = NULL;

  g_assert_no_error (error);
  still = emulator_encoder_encode (encoder, picture, &spec, &error);
  g_assert_no_error (error);
  return test_pictures_shows_time (still, time_ms);
}

/* Checks frames forward, backward and far apart. */
static void
assert_frames_show (EmulatorDecoder *decoder, const gint64 *times_ms, guint n_frames)
{
  for (guint i = 0; i < n_frames; i += 7)
    g_assert_true (frame_shows_time (decoder, i, times_ms[i]));
  for (guint i = n_frames - 1; i >= 11; i -= 11)
    g_assert_true (frame_shows_time (decoder, i, times_ms[i]));
  for (guint i = 0; i < 8; i++) {
    guint frame = (i * 37 + 5) % n_frames;

    g_assert_true (frame_shows_time (decoder, frame, times_ms[frame]));
  }
  g_assert_false (frame_shows_time (decoder, 1, times_ms[2]));
}

static void
test_encoding (gconstpointer data)
{
  const char *encoding = data;
  const gint64 *times_ms = get_steady_times ();
  char *path = test_pictures_write_video (encoding, times_ms, N_FRAMES);
  g_autoptr (EmulatorDecoder) decoder = open_decoder (path);
  guint width, height;

  emulator_decoder_get_size (decoder, &width, &height);
  g_assert_cmpuint (width, ==, 320);
  g_assert_cmpuint (height, ==, 240);
  g_assert_cmpint (emulator_decoder_get_length (decoder), ==, N_FRAMES * 40);
  for (guint i = 0; i < N_FRAMES; i++) {
    g_assert_cmpint (emulator_decoder_get_frame_time (decoder, i), ==, times_ms[i]);
    g_assert_cmpuint (emulator_decoder_find_frame (decoder, times_ms[i]), ==, i);
    g_assert_cmpuint (emulator_decoder_find_frame (decoder, times_ms[i] + 39), ==, i);
  }
  assert_frames_show (decoder, times_ms, N_FRAMES);
  test_pictures_remove (path);
}

static void
test_uneven_times (void)
{
  static const gint64 times_ms[] = {500, 520, 1033, 1034, 4000, 4100, 9999};
  char *path = test_pictures_write_video (
      "vp8enc deadline=1 ! matroskamux", times_ms, G_N_ELEMENTS (times_ms));
  g_autoptr (EmulatorDecoder) decoder = open_decoder (path);

  for (guint i = 0; i < G_N_ELEMENTS (times_ms); i++)
    g_assert_cmpint (emulator_decoder_get_frame_time (decoder, i), ==, times_ms[i] - times_ms[0]);
  g_assert_cmpuint (emulator_decoder_find_frame (decoder, 0), ==, 0);
  g_assert_cmpuint (emulator_decoder_find_frame (decoder, 3499), ==, 3);
  g_assert_cmpuint (emulator_decoder_find_frame (decoder, 1000000), ==, 6);
  assert_frames_show (decoder, times_ms, G_N_ELEMENTS (times_ms));
  test_pictures_remove (path);
}

static void
test_picture_file (void)
{
  static const gint64 time_ms = 0;
  char *path = test_pictures_write_video ("jpegenc quality=95", &time_ms, 1);
  g_autoptr (EmulatorDecoder) decoder = open_decoder (path);

  g_assert_cmpint (emulator_decoder_get_length (decoder), ==, 1000);
  g_assert_true (frame_shows_time (decoder, 0, 0));
  g_assert_true (frame_shows_time (decoder, 0, 0));
  test_pictures_remove (path);
}

static void
assert_refused (const char *path)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (emulator_decoder_new (path, &error));
  g_assert_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, path));
}

/* In a program stream a seek to one of the first frames succeeds and leads to another frame. The
 * demuxer skips the very first ones. */
static void
test_inexact_seeks (void)
{
  const gint64 *times_ms = get_steady_times ();
  char *path = test_pictures_write_video (
      STEADY "openh264enc bitrate=4000000 gop-size=12 ! h264parse ! mpegpsmux", times_ms, N_FRAMES);
  g_autoptr (EmulatorDecoder) decoder = open_decoder (path);
  guint n_frames = (guint)emulator_decoder_get_length (decoder) / 40;

  g_assert_cmpuint (n_frames, >, N_FRAMES / 2);
  g_assert_cmpuint (n_frames, <=, N_FRAMES);
  assert_frames_show (decoder, times_ms + N_FRAMES - n_frames, n_frames);
  test_pictures_remove (path);
}

static void
test_not_a_video (void)
{
  static const char text[] = "This is no video, and not even long.\n";
  g_autoptr (GError) error = NULL;
  char *path = test_pictures_write_video ("jpegenc", (gint64[]){0}, 1);

  assert_refused (g_get_tmp_dir ());
  assert_refused ("/nowhere/video.avi");
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  assert_refused (path);
  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  assert_refused (path);
  test_pictures_remove (path);
}

static void
test_file_that_goes (void)
{
  const gint64 *times_ms = get_steady_times ();
  char *path = test_pictures_write_video (STEADY "jpegenc ! avimux", times_ms, N_FRAMES);
  g_autoptr (EmulatorDecoder) decoder = open_decoder (path);
  g_autofree char *name = g_strdup (path);
  g_autoptr (GError) error = NULL;

  test_pictures_remove (path);
  g_assert_null (emulator_decoder_decode (decoder, 5, &error));
  g_assert_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_DECODE);
  g_assert_nonnull (strstr (error->message, name));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_data_func (
      "/emulator/decoder/key-frames-only", STEADY "jpegenc ! avimux", test_encoding);
  g_test_add_data_func ("/emulator/decoder/long-groups",
      STEADY "vp8enc deadline=1 keyframe-max-dist=50 ! matroskamux", test_encoding);
  g_test_add_data_func ("/emulator/decoder/h264",
      STEADY "openh264enc bitrate=4000000 gop-size=12 ! h264parse ! mp4mux", test_encoding);
  g_test_add_data_func ("/emulator/decoder/transport-stream",
      STEADY "openh264enc bitrate=4000000 gop-size=12 ! h264parse ! mpegtsmux", test_encoding);
  g_test_add_data_func ("/emulator/decoder/ogg",
      STEADY "theoraenc quality=60 keyframe-force=16 ! oggmux", test_encoding);
  g_test_add_data_func ("/emulator/decoder/without-times",
      STEADY "avenc_mpeg4 bitrate=4000000 gop-size=12 ! mpeg4videoparse", test_encoding);
  g_test_add_func ("/emulator/decoder/inexact-seeks", test_inexact_seeks);
  g_test_add_func ("/emulator/decoder/uneven-times", test_uneven_times);
  g_test_add_func ("/emulator/decoder/picture-file", test_picture_file);
  g_test_add_func ("/emulator/decoder/not-a-video", test_not_a_video);
  g_test_add_func ("/emulator/decoder/file-that-goes", test_file_that_goes);
  return g_test_run ();
}
