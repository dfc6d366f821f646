/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests all valid and invalid forms of kvssink's credential file, and that it is read at each fetch. */
#include "awscredentialfilesource.h"

#include "awserror.h"

#include <glib/gstdio.h>
#include <string.h>

#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define TOKEN "IQoJb3JpZ2luX2VjEXAMPLE/TOKEN+=="
#define YEAR_2100_US 4102444800000000

typedef struct {
  char *folder;
  char *path;
  AwsCredentialSource *source;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("credentialfile-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "credentials", NULL);
  fixture->source = aws_credential_file_source_new (fixture->path, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->source);
  g_remove (fixture->path);
  g_rmdir (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static void
write_file (Fixture *fixture, const char *text, gssize length)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (
      fixture->path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static void
test_name (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpstr (aws_credential_source_get_name (fixture->source), ==, "credential-path");
  g_assert_false (aws_credential_source_is_statically_stable (fixture->source));
}

static void
test_home (Fixture *fixture, gconstpointer data)
{
  g_autofree char *home = g_strdup (g_getenv ("HOME"));
  g_autoptr (AwsCredentialSource) source = NULL;
  g_autoptr (AwsCredentials) credentials = NULL;
  g_autoptr (GError) error = NULL;

  write_file (fixture, "CREDENTIALS AKID " SECRET, -1);
  g_setenv ("HOME", fixture->folder, TRUE);
  source = aws_credential_file_source_new ("~/credentials", NULL);
  g_setenv ("HOME", home != NULL ? home : "", TRUE);
  credentials = aws_credential_source_fetch (source, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (credentials);
}

static void
test_forms (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *token;
    gint64 expiration_us;
  } rows[] = {
      {"CREDENTIALS AKID " SECRET, NULL, AWS_CREDENTIALS_FOREVER},
      {"CREDENTIALS AKID " SECRET " " TOKEN "\n", TOKEN, AWS_CREDENTIALS_FOREVER},
      {"CREDENTIALS AKID 2100-01-01T00:00:00Z " SECRET "\r\n", NULL, YEAR_2100_US},
      {"CREDENTIALS AKID 2100-01-01T00:00:00Z " SECRET " " TOKEN, TOKEN, YEAR_2100_US},
      {" CREDENTIALS\tAKID\n2100-01-01T01:00:00+01:00\n" SECRET "   " TOKEN " \n\n", TOKEN,
          YEAR_2100_US},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsCredentials) credentials = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].text);
    write_file (fixture, rows[i].text, -1);
    credentials = aws_credential_source_fetch (fixture->source, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
    g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET);
    g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, rows[i].token);
    g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, rows[i].expiration_us);
  }
}

/* @format has a place for the file's name. */
static void
assert_fails (Fixture *fixture, int code, const char *before, const char *after)
{
  g_autofree char *message = g_strconcat (before, fixture->path, after, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_credential_source_fetch (fixture->source, NULL, &error));
  g_assert_error (error, AWS_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

#define FORM "it is not of the form CREDENTIALS ACCESS_KEY [EXPIRATION] SECRET_KEY [SESSION_TOKEN]"
#define NO_TIME "its expiration is not a time with a zone, such as 2026-11-20T08:00:00Z"
#define NO_HEADER                                                                                  \
  " holds a space, a control character or one outside ASCII; check that it was copied completely and without anything else"

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"", FORM},
      {"\n", FORM},
      {"CREDENTIALS", FORM},
      {"CREDENTIALS AKID", FORM},
      {"credentials AKID " SECRET, FORM},
      {"AKID " SECRET " " TOKEN, FORM},
      {"[default]\naws_access_key_id = AKID\naws_secret_access_key = " SECRET "\n", FORM},
      {"CREDENTIALS AKID " SECRET " " TOKEN " more", FORM},
      {"CREDENTIALS AKID 2100-01-01T00:00:00Z " SECRET " " TOKEN " more", FORM},
      {"CREDENTIALS AKID 2100-01-01T00:00:00 " SECRET " " TOKEN, NO_TIME},
      {"CREDENTIALS AKID 2100-01-32T00:00:00Z " SECRET, NO_TIME},
      {"CREDENTIALS AK\x01ID " SECRET, "The access key" NO_HEADER},
      {"CREDENTIALS AKID " SECRET "\xc3\xbc", "The secret key" NO_HEADER},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *after =
        g_strconcat (" with credentials cannot be used: ", rows[i].message, NULL);

    g_test_message ("%s", rows[i].text);
    write_file (fixture, rows[i].text, -1);
    assert_fails (fixture, AWS_ERROR_SETTINGS, "The file ", after);
  }
}

static void
test_nul (Fixture *fixture, gconstpointer data)
{
  static const char text[] = "CREDENTIALS AKID secret\0more";

  write_file (fixture, text, sizeof text - 1);
  assert_fails (
      fixture, AWS_ERROR_SETTINGS, "The file ", " with credentials cannot be used: " FORM);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  assert_fails (
      fixture, AWS_ERROR_SETTINGS, "The file ", " cannot be read: No such file or directory");
}

static void
test_huge (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = g_strnfill (64 * 1024 + 1, 'a');

  write_file (fixture, text, -1);
  assert_fails (
      fixture, AWS_ERROR_SETTINGS, "The file ", " has more than the 65536 bytes that it may have");
}

static void
test_expired (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "CREDENTIALS AKID 2009-02-13T23:31:30Z " SECRET " " TOKEN, -1);
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "The credentials in the file ",
      " have expired; is what renews them running, and is the system clock right?");
}

static void
test_read_again (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 3; i++) {
    g_autofree char *key = g_strdup_printf ("AKID%d", i);
    g_autofree char *text = g_strdup_printf ("CREDENTIALS %s " SECRET, key);
    g_autoptr (AwsCredentials) credentials = NULL;

    write_file (fixture, text, -1);
    credentials = aws_credential_source_fetch (fixture->source, NULL, NULL);
    g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, key);
  }
}

static guint n_notes;

static GLogWriterOutput
count_notes_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (strcmp (fields[i].key, "MESSAGE") == 0 &&
        strstr (fields[i].value,
            "can be read by other users; run 'chmod 600' on it to protect its secrets"))
      n_notes++;
  }
  return G_LOG_WRITER_HANDLED;
}

static void
test_mode_noted_once (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "CREDENTIALS AKID " SECRET, -1);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  n_notes = 0;
  for (int i = 0; i < 2; i++) {
    g_autoptr (AwsCredentials) credentials =
        aws_credential_source_fetch (fixture->source, NULL, NULL);

    g_assert_nonnull (credentials);
  }
  g_assert_cmpuint (n_notes, ==, 1);
}

static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  write_file (fixture, "CREDENTIALS AKID " SECRET, -1);
  g_cancellable_cancel (cancellable);
  g_assert_null (aws_credential_source_fetch (fixture->source, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/awscredentialfilesource/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_writer_func (count_notes_cb, NULL, NULL);
  ADD ("name", test_name);
  ADD ("home", test_home);
  ADD ("forms", test_forms);
  ADD ("bad", test_bad);
  ADD ("nul", test_nul);
  ADD ("missing", test_missing);
  ADD ("huge", test_huge);
  ADD ("expired", test_expired);
  ADD ("read-again", test_read_again);
  ADD ("mode-noted-once", test_mode_noted_once);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
