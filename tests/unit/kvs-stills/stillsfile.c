/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of files that are written as a whole or not at all. */
#include "stillsfile.h"

#include "stillserror.h"
#include "testfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_replace (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "a", "b", "file", NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  static const char *const texts[] = {"first", "", "second"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text = NULL;

    g_assert_true (stills_file_replace (path, texts[i], strlen (texts[i]), i % 2, &error));
    g_assert_no_error (error);
    text = test_folder_read (parent, "file");
    g_assert_cmpstr (text, ==, texts[i]);
    g_assert_cmpuint (test_folder_count (parent), ==, 1);
  }
  test_folder_remove (folder);
}

/* The temporary file of a killed process is replaced, and removed with the file. */
static void
test_left_over (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autofree char *part = g_build_filename (folder, ".file.part", NULL);

  g_assert_true (g_file_set_contents (part, "longer than it", -1, NULL));
  g_assert_true (stills_file_replace (path, "short", 5, FALSE, NULL));
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  g_assert_true (g_file_set_contents (part, "half", -1, NULL));
  stills_file_remove (path);
  g_assert_cmpuint (test_folder_count (folder), ==, 0);
  test_folder_remove (folder);
}

/* A name that cannot be taken leaves nothing behind. */
static void
test_taken_by_a_folder (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "name", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0777), ==, 0);
  g_assert_false (stills_file_replace (path, "text", 4, FALSE, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_OUTPUT);
  g_assert_nonnull (strstr (error->message, "Choose another folder with --output."));
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  test_folder_remove (folder);
}

/* A pipe, a link to a device, and a device that is full stay what they are, and get the text. */
static void
test_special (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *pipe = g_build_filename (folder, "pipe", NULL);
  g_autofree char *null = g_build_filename (folder, "null", NULL);
  g_autofree char *full = g_build_filename (folder, "full", NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf status;
  char text[8] = "";
  gint fd;

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", null), ==, 0);
  g_assert_cmpint (symlink ("/dev/full", full), ==, 0);
  fd = g_open (pipe, O_RDWR, 0);
  g_assert_true (stills_file_replace (pipe, "text", 4, TRUE, NULL));
  g_assert_cmpint (read (fd, text, sizeof text), ==, 4);
  g_assert_cmpstr (text, ==, "text");
  close (fd);
  g_assert_cmpint (g_stat (pipe, &status), ==, 0);
  g_assert_true (S_ISFIFO (status.st_mode));
  g_assert_true (stills_file_replace (null, "text", 4, FALSE, NULL));
  g_assert_true (g_file_test (null, G_FILE_TEST_IS_SYMLINK));
  g_assert_false (stills_file_replace (full, "text", 4, FALSE, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_OUTPUT);
  g_assert_true (g_file_test (full, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (test_folder_count (folder), ==, 3);
  test_folder_remove (folder);
}

static void
assert_lines (const char *text, gsize size, const char *joined)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  g_autofree char *read = NULL;

  g_assert_true (g_file_set_contents (path, text, (gssize)size, NULL));
  lines = stills_file_read_lines (path, &error);
  read = lines ? g_strjoinv ("|", lines) : NULL;
  g_assert_cmpstr (read, ==, joined);
  g_assert_true ((error != NULL) == (joined == NULL));
  test_folder_remove (folder);
}

/* A NUL would end the text early, and the rest would be left out in silence. */
static void
test_lines (void)
{
  assert_lines ("", 0, "");
  assert_lines (" door \r\nyard", 12, "door|yard");
  assert_lines ("\xef\xbb\xbf"
                "door\n",
      8, "door|");
  assert_lines ("door\0yard\n", 10, NULL);
  assert_lines ("\xff\xfe"
                "d\0o\0",
      6, NULL);
  assert_lines ("\0", 1, NULL);
}

static void
test_errors (void)
{
  g_autofree char *folder = test_folder_make ();
  g_autofree char *file = g_build_filename (folder, "file", NULL);
  g_autofree char *below = g_build_filename (file, "below", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) full = NULL;

  g_assert_true (g_file_set_contents (file, "", -1, NULL));
  g_assert_false (stills_file_replace (below, "", 0, FALSE, &error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_OUTPUT);
  g_assert_nonnull (strstr (error->message, "Choose another folder with --output."));
  stills_file_set_error (&full, file, ENOSPC);
  g_assert_nonnull (strstr (full->message, "No space left on device. Free some space"));
  g_assert_cmpuint (test_folder_count (folder), ==, 1);
  test_folder_remove (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsfile/replace", test_replace);
  g_test_add_func ("/stillsfile/left-over", test_left_over);
  g_test_add_func ("/stillsfile/taken-by-a-folder", test_taken_by_a_folder);
  g_test_add_func ("/stillsfile/special", test_special);
  g_test_add_func ("/stillsfile/lines", test_lines);
  g_test_add_func ("/stillsfile/errors", test_errors);
  return g_test_run ();
}
