/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of lists of streams. */
#include "stillsstreams.h"

#include "stillserror.h"
#include "testfolder.h"

#define ARN "arn:aws:kinesisvideo:eu-west-1:123456789012:stream/door/1500000000000"

static void
test_add (void)
{
  g_autoptr (StillsStreams) streams = stills_streams_new ();
  g_autofree char *text = NULL;

  g_assert_true (stills_streams_add (streams, "yard", NULL));
  g_assert_true (stills_streams_add (streams, ARN, NULL));
  g_assert_cmpuint (streams->len, ==, 2);
  text = stills_streams_describe (streams);
  g_assert_cmpstr (text, ==, "door yard");
}

static void
test_refused (void)
{
  static const char *const names[] = {"", "a b", "../x", "a/b", "arn:nonsense", "door", "héron"};
  g_autoptr (StillsStreams) streams = stills_streams_new ();

  g_assert_true (stills_streams_add (streams, ARN, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (stills_streams_add (streams, names[i], &error));
    g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  }
}

static void
test_file (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "cameras.txt", NULL);
  g_autoptr (StillsStreams) streams = stills_streams_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (stills_streams_add_file (streams, path, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_USAGE);
  g_assert_true (g_file_set_contents (path, "# cameras\n\n door \r\nyard", -1, NULL));
  g_assert_true (stills_streams_add_file (streams, path, NULL));
  g_assert_cmpuint (streams->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (streams, 0), ==, "door");
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsstreams/add", test_add);
  g_test_add_func ("/stillsstreams/refused", test_refused);
  g_test_add_func ("/stillsstreams/file", test_file);
  return g_test_run ();
}
