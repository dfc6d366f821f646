/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the server relies on: times of frames, the right frame in every still, and bytes that
 * depend on the arguments alone. */
#include "emulatordecoder.h"
#include "emulatorvideo.h"
#include "testpictures.h"

#include <string.h>

/* Of Debian's opencv-doc: 795 frames of 768×576, ten a second. */
#define VTEST "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
#define VTEST_LENGTH_MS 79500

#define NOON_MS G_GINT64_CONSTANT (1795161600000)

static EmulatorVideo *
open_video (const char *source, guint width, guint height, guint fps)
{
  g_autoptr (GError) error = NULL;
  EmulatorVideo *video = emulator_video_new (source, width, height, fps, &error);

  g_assert_no_error (error);
  return video;
}

static GBytes *
render (EmulatorVideo *video, gint64 media_ms, EmulatorFormat format, guint width, guint height)
{
  g_autoptr (GError) error = NULL;
  GBytes *still = emulator_video_render (
      video, media_ms, NOON_MS + media_ms, format, 80, width, height, &error);

  g_assert_no_error (error);
  return still;
}

static void
assert_frame_time (EmulatorVideo *video, gint64 media_ms, gint64 frame_ms)
{
  g_assert_cmpint (emulator_video_get_frame_time (video, media_ms), ==, frame_ms);
}

static void
test_settings (void)
{
  static const struct {
    const char *source;
    guint width, height, fps;
  } refused[] = {
      {"synthetic", 640, 0, 0},
      {"synthetic", 0, 480, 0},
      {"synthetic", 0, 0, 1001},
      {"prepared:", 0, 0, 0},
      {"prepared:many", 0, 0, 0},
      {"prepared:-1", 0, 0, 0},
      {"prepared:4718593", 0, 0, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (emulator_video_new (
        refused[i].source, refused[i].width, refused[i].height, refused[i].fps, &error));
    g_assert_error (error, EMULATOR_VIDEO_ERROR, EMULATOR_VIDEO_ERROR_SETTINGS);
  }
}

static void
test_missing_file (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (emulator_video_new ("/nowhere/video.avi", 0, 0, 0, &error));
  g_assert_error (error, EMULATOR_DECODER_ERROR, EMULATOR_DECODER_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, "/nowhere/video.avi"));
}

static void
test_frame_rate (void)
{
  g_autoptr (EmulatorVideo) usual = open_video ("synthetic", 0, 0, 0);
  g_autoptr (EmulatorVideo) slow = open_video ("synthetic", 0, 0, 1);
  g_autoptr (EmulatorVideo) odd = open_video ("prepared", 0, 0, 3);

  assert_frame_time (usual, 0, 0);
  assert_frame_time (usual, 39, 0);
  assert_frame_time (usual, 40, 40);
  assert_frame_time (usual, -1, -40);
  assert_frame_time (slow, 59999, 59000);
  assert_frame_time (slow, -1000, -1000);
  assert_frame_time (odd, 333, 0);
  assert_frame_time (odd, 334, 334);
  assert_frame_time (odd, 667, 667);
  assert_frame_time (odd, 999, 667);
  assert_frame_time (odd, -1, -333);
}

static void
test_frame_length (void)
{
  g_autoptr (EmulatorVideo) third = open_video ("synthetic", 0, 0, 0);
  g_autoptr (EmulatorVideo) slow = open_video (VTEST, 0, 0, 0);
  g_autoptr (GBytes) shown = NULL, first = NULL;

  emulator_video_set_frame_length (third, 333);
  emulator_video_set_frame_length (slow, 5000);
  assert_frame_time (third, 332, 0);
  assert_frame_time (third, 333, 333);
  assert_frame_time (third, 999, 999);
  assert_frame_time (third, 333 * 1000 - 1, 333 * 999);
  assert_frame_time (third, -1, -333);
  assert_frame_time (slow, 9999, 5000);
  shown = render (slow, 9999, EMULATOR_FORMAT_JPEG, 64, 48);
  first = render (slow, 5000, EMULATOR_FORMAT_JPEG, 64, 48);
  g_assert_true (g_bytes_equal (shown, first));
}

static void
test_file_frame_times (void)
{
  g_autoptr (EmulatorVideo) video = open_video (VTEST, 0, 0, 0);
  g_autoptr (EmulatorVideo) thinned = open_video (VTEST, 0, 0, 1);

  assert_frame_time (video, 0, 0);
  assert_frame_time (video, 99, 0);
  assert_frame_time (video, 100, 100);
  assert_frame_time (video, VTEST_LENGTH_MS - 1, VTEST_LENGTH_MS - 100);
  assert_frame_time (video, VTEST_LENGTH_MS, VTEST_LENGTH_MS);
  assert_frame_time (video, 40 * VTEST_LENGTH_MS + 12345, 40 * VTEST_LENGTH_MS + 12300);
  assert_frame_time (video, -1, -100);
  assert_frame_time (thinned, 12345, 12000);
}

static void
test_file_stills (void)
{
  g_autoptr (EmulatorVideo) video = open_video (VTEST, 0, 0, 0);
  g_autoptr (GBytes) native = render (video, 5000, EMULATOR_FORMAT_JPEG, 0, 0);
  g_autoptr (GBytes) stretched = render (video, 5000, EMULATOR_FORMAT_JPEG, 200, 301);
  g_autoptr (GBytes) png = render (video, 5000, EMULATOR_FORMAT_PNG, 64, 48);
  g_autoptr (GBytes) same_frame = render (video, 5099, EMULATOR_FORMAT_JPEG, 0, 0);
  g_autoptr (GBytes) next_frame = render (video, 5100, EMULATOR_FORMAT_JPEG, 0, 0);
  g_autoptr (GBytes) next_round =
      render (video, 5000 + VTEST_LENGTH_MS, EMULATOR_FORMAT_JPEG, 0, 0);

  test_pictures_assert_kind (native, EMULATOR_FORMAT_JPEG, 768, 576);
  test_pictures_assert_kind (stretched, EMULATOR_FORMAT_JPEG, 200, 301);
  test_pictures_assert_kind (png, EMULATOR_FORMAT_PNG, 64, 48);
  g_assert_true (g_bytes_equal (native, same_frame));
  g_assert_false (g_bytes_equal (native, next_frame));
  g_assert_true (g_bytes_equal (native, next_round));
}

static void
test_given_size (void)
{
  g_autoptr (EmulatorVideo) file = open_video (VTEST, 160, 120, 0);
  g_autoptr (EmulatorVideo) synthetic = open_video ("synthetic", 1280, 720, 0);
  g_autoptr (EmulatorVideo) prepared = open_video ("prepared", 33, 17, 0);
  g_autoptr (GBytes) file_still = render (file, 0, EMULATOR_FORMAT_JPEG, 0, 0);
  g_autoptr (GBytes) synthetic_still = render (synthetic, 0, EMULATOR_FORMAT_PNG, 0, 0);
  g_autoptr (GBytes) prepared_still = render (prepared, 0, EMULATOR_FORMAT_JPEG, 0, 0);

  test_pictures_assert_kind (file_still, EMULATOR_FORMAT_JPEG, 160, 120);
  test_pictures_assert_kind (synthetic_still, EMULATOR_FORMAT_PNG, 1280, 720);
  test_pictures_assert_kind (prepared_still, EMULATOR_FORMAT_JPEG, 33, 17);
}

static void
test_quality (void)
{
  g_autoptr (EmulatorVideo) video = open_video (VTEST, 0, 0, 0);
  gsize previous = 0;

  for (guint quality = 1; quality <= 100; quality += 33) {
    g_autoptr (GBytes) still =
        emulator_video_render (video, 0, NOON_MS, EMULATOR_FORMAT_JPEG, quality, 0, 0, NULL);

    g_assert_cmpuint (g_bytes_get_size (still), >, previous);
    previous = g_bytes_get_size (still);
  }
}

static void
test_synthetic_time (void)
{
  g_autoptr (EmulatorVideo) video = open_video ("synthetic", 0, 0, 0);

  for (guint format = EMULATOR_FORMAT_JPEG; format <= EMULATOR_FORMAT_PNG; format++) {
    g_autoptr (GBytes) still = render (video, 3679, format, 0, 0);

    test_pictures_assert_kind (still, format, 640, 480);
    g_assert_true (test_pictures_shows_time (still, NOON_MS + 3640));
    g_assert_false (test_pictures_shows_time (still, NOON_MS + 3680));
    g_assert_false (test_pictures_shows_time (still, NOON_MS + 13640));
  }
}

static char *
get_digest (EmulatorVideo *video, EmulatorFormat format, guint width, guint height)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gint64 ms = 0; ms < 20000; ms += 3300) {
    g_autoptr (GBytes) still = render (video, ms, format, width, height);

    g_checksum_update (checksum, g_bytes_get_data (still, NULL), g_bytes_get_size (still));
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static char *
get_digests (void)
{
  static const char *const sources[] = {VTEST, "synthetic", "prepared"};
  GString *digests = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    g_autoptr (EmulatorVideo) video = open_video (sources[i], 0, 0, 0);
    g_autofree char *jpeg = get_digest (video, EMULATOR_FORMAT_JPEG, 0, 0);
    g_autofree char *png = get_digest (video, EMULATOR_FORMAT_PNG, 100, 75);

    g_string_append_printf (digests, "%s %s;", jpeg, png);
  }
  return g_string_free (digests, FALSE);
}

static void
test_same_in_another_process (void)
{
  g_autofree char *digests = get_digests ();
  g_autofree char *pattern = g_strdup_printf ("*%s*", digests);

  if (g_test_subprocess ()) {
    g_print ("%s", digests);
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout (pattern);
}

static gpointer
render_shuffled_cb (gpointer data)
{
  EmulatorVideo *video = data;
  GPtrArray *stills = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; i < 24; i++)
    g_ptr_array_add (stills, render (video, i * 7 % 24 * 3300, EMULATOR_FORMAT_JPEG, 320, 240));
  return stills;
}

static void
test_threads (void)
{
  g_autoptr (EmulatorVideo) video = open_video (VTEST, 0, 0, 0);
  g_autoptr (EmulatorVideo) other = open_video (VTEST, 0, 0, 0);
  g_autoptr (GPtrArray) expected = render_shuffled_cb (other);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("render", render_shuffled_cb, video);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++) {
    g_autoptr (GPtrArray) stills = g_thread_join (threads[i]);

    for (guint k = 0; k < expected->len; k++)
      g_assert_true (g_bytes_equal (stills->pdata[k], expected->pdata[k]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/emulator/video/settings", test_settings);
  g_test_add_func ("/emulator/video/missing-file", test_missing_file);
  g_test_add_func ("/emulator/video/frame-rate", test_frame_rate);
  g_test_add_func ("/emulator/video/frame-length", test_frame_length);
  g_test_add_func ("/emulator/video/file/frame-times", test_file_frame_times);
  g_test_add_func ("/emulator/video/file/stills", test_file_stills);
  g_test_add_func ("/emulator/video/given-size", test_given_size);
  g_test_add_func ("/emulator/video/quality", test_quality);
  g_test_add_func ("/emulator/video/synthetic/time", test_synthetic_time);
  g_test_add_func ("/emulator/video/same-in-another-process", test_same_in_another_process);
  g_test_add_func ("/emulator/video/threads", test_threads);
  return g_test_run ();
}
