/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a file of authorities is read once for all callers, and again when it has changed. */
#include "awsauthorities.h"

#include "awserror.h"
#include "testcertificate.h"

#include <glib/gstdio.h>

typedef struct {
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp (NULL, NULL);
  self->path = g_build_filename (self->folder, "ca.pem", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
write_text (Fixture *self, const char *text)
{
  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
}

static void
write_certificate (Fixture *self)
{
  g_autoptr (GTlsCertificate) certificate = test_certificate_new ("DNS:a.example");
  g_autofree char *pem = NULL;

  g_object_get (certificate, "certificate-pem", &pem, NULL);
  write_text (self, pem);
}

static GTlsDatabase *
get (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GTlsDatabase *database = aws_authorities_get (NULL, self->path, &error);

  g_assert_no_error (error);
  return database;
}

static void
test_shared (Fixture *self, gconstpointer data)
{
  g_autoptr (GTlsDatabase) first = NULL;
  g_autoptr (GTlsDatabase) second = NULL;
  gpointer gone;

  write_certificate (self);
  first = get (self);
  second = get (self);
  g_assert_true (first == second);
  gone = first;
  g_object_add_weak_pointer (gone, &gone);
  g_clear_object (&first);
  g_assert_nonnull (gone);
  g_clear_object (&second);
  g_assert_null (gone);
}

/* A caller that has the old authorities keeps them. */
static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autoptr (GTlsDatabase) before = NULL;
  g_autoptr (GTlsDatabase) after = NULL;
  g_autoptr (GTlsDatabase) again = NULL;

  write_certificate (self);
  before = get (self);
  write_certificate (self);
  after = get (self);
  again = get (self);
  g_assert_true (before != after);
  g_assert_true (after == again);
}

static void
assert_refused (Fixture *self, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) check_error = NULL;
  g_autofree char *message =
      g_strdup_printf ("ca-file is '%s', which cannot be used: %s", self->path, expected);

  g_assert_null (aws_authorities_get ("ca-file", self->path, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, message));
  g_assert_false (aws_authorities_check ("ca-file", self->path, &check_error));
  g_assert_cmpstr (check_error->message, ==, error->message);
}

/* A valid file that is removed becomes an error, and an invalid file that is mended becomes valid. */
static void
test_bad (Fixture *self, gconstpointer data)
{
  g_autoptr (GTlsDatabase) database = NULL;

  assert_refused (self, "Failed to open file");
  write_text (self, "no certificate");
  assert_refused (self, "it has no certificate in it");
  write_certificate (self);
  g_assert_true (aws_authorities_check (NULL, self->path, NULL));
  database = get (self);
  write_text (self, "no certificate");
  assert_refused (self, "it has no certificate in it");
  g_unlink (self->path);
  assert_refused (self, "Failed to open file");
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  assert_refused (self, "it is not a file");
  g_rmdir (self->path);
}

#define ADD(name, func) g_test_add ("/awsauthorities/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("shared", test_shared);
  ADD ("changed", test_changed);
  ADD ("bad", test_bad);
  return g_test_run ();
}
