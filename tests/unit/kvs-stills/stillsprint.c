/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of what is printed for programs. */
#include "stillsprint.h"

#include "stillserror.h"
#include "testfolder.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Prints with the standard output in @path, and gives it back for the results of the tests. */
static void
print_to (const char *path, const char *text)
{
  gint own = dup (STDOUT_FILENO);
  gint fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  fflush (stdout);
  g_assert_cmpint (dup2 (fd, STDOUT_FILENO), ==, STDOUT_FILENO);
  stills_print ("%s\n", text);
  g_assert_cmpint (dup2 (own, STDOUT_FILENO), ==, STDOUT_FILENO);
  close (fd);
  close (own);
}

/* The locale of this program is C, which has no é. */
static void
test_bytes (void)
{
  static const char *const texts[] = {"é", "x\xffy", "%s"};
  g_autofree char *folder = test_folder_make ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);

  g_assert_nonnull (setlocale (LC_ALL, "C"));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text = NULL;

    print_to (path, texts[i]);
    text = test_folder_read (folder, "out");
    g_assert_cmpstr (g_strchomp (text), ==, texts[i]);
    g_assert_true (stills_print_end (NULL));
  }
  test_folder_remove (folder);
}

/* What was lost once stays lost, even if the next line can be written. */
static void
test_full (void)
{
  g_autoptr (GError) error = NULL;

  print_to ("/dev/full", "lost");
  print_to ("/dev/null", "written");
  clearerr (stdout);
  g_assert_false (stills_print_end (&error));
  g_assert_error (error, STILLS_ERROR, STILLS_EXIT_OUTPUT);
  g_assert_nonnull (strstr (error->message, "The standard output cannot be written"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillsprint/bytes", test_bytes);
  g_test_add_func ("/stillsprint/full", test_full);
  return g_test_run ();
}
