/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "testhome.h"

#include "testenvironment.h"

#include <glib/gstdio.h>

void
test_home_init (TestHome *self)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  test_environment_clear ();
  g_unsetenv ("AWS_CONFIG_FILE");
  g_unsetenv ("AWS_SHARED_CREDENTIALS_FILE");
  self->path = g_dir_make_tmp ("home-XXXXXX", &error);
  g_assert_no_error (error);
  folder = g_build_filename (self->path, ".aws", NULL);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  self->config = g_build_filename (folder, "config", NULL);
  self->credentials = g_build_filename (folder, "credentials", NULL);
  g_setenv ("HOME", self->path, TRUE);
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      remove_folder (child);
    else
      g_remove (child);
  }
  g_rmdir (path);
}

void
test_home_clear (TestHome *self)
{
  remove_folder (self->path);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->credentials, g_free);
}

void
test_home_write (const char *path, const char *text, gssize size)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, size, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}
