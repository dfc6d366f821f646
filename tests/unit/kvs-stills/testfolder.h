/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A folder for a test, with what is in it. */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>

static inline char *
test_folder_make (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("kvs-stills-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

static inline void
test_folder_remove (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    test_folder_remove (child);
  }
  g_remove (path);
}

static inline char *
test_folder_read (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static inline guint
test_folder_count (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (folder && g_dir_read_name (folder))
    n++;
  return n;
}
