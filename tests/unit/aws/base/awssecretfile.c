/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that files with secrets are read whole and exactly, or not at all. */
#include "awssecretfile.h"

#include "awserror.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("secretfile-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "token", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_remove (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_file (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (fixture->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
assert_fails (Fixture *fixture, const char *format)
{
  g_autofree char *message = g_strdup_printf ("The file %s %s", fixture->path, format);
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_secret_file_read (fixture->path, 10, NULL, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_whole (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = {"", "a", "a b\r\n", "0123456789"};

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) text = NULL;
    g_autoptr (GError) error = NULL;

    write_file (fixture, texts[i]);
    text = aws_secret_file_read (fixture->path, 10, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (text), ==, strlen (texts[i]));
    g_assert_cmpstr (g_bytes_get_data (text, NULL), ==, texts[i]);
  }
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "0123456789a");
  assert_fails (fixture, "has more than the 10 bytes that it may have");
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  assert_fails (fixture, "cannot be read: No such file or directory");
}

static void
test_folder (Fixture *fixture, gconstpointer data)
{
  g_mkdir (fixture->path, 0700);
  assert_fails (fixture, "cannot be read: it is not a regular file");
}

static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_fails (fixture, "cannot be read: it is not a regular file");
}

static void
test_mode (Fixture *fixture, gconstpointer data)
{
  static const struct {
    int mode;
    gboolean others_may_read;
  } rows[] = {{0600, FALSE}, {0400, FALSE}, {0640, TRUE}, {0604, TRUE}, {0711, FALSE}};

  write_file (fixture, "a");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean others_may_read = !rows[i].others_may_read;
    g_autoptr (GBytes) text = NULL;

    g_assert_cmpint (g_chmod (fixture->path, rows[i].mode), ==, 0);
    text = aws_secret_file_read (fixture->path, 10, &others_may_read, NULL);
    g_assert_nonnull (text);
    g_assert_true (others_may_read == rows[i].others_may_read);
  }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/awssecretfile/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("whole", test_whole);
  ADD ("too-large", test_too_large);
  ADD ("missing", test_missing);
  ADD ("folder", test_folder);
  ADD ("pipe", test_pipe);
  ADD ("mode", test_mode);
  return g_test_run ();
}
