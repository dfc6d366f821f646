/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which files are read, how both are merged, and that their secrets are wiped. */
#include "awsprofiles.h"

#include "awserror.h"
#include "memoryscan.h"
#include "testhome.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/crypto.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE_SIZE (1024 * 1024)

static GString *logged;

static GLogWriterOutput
log_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (logged, "%s\n", (const char *)fields[i].value);
  }
  return G_LOG_WRITER_HANDLED;
}

static void
set_up (TestHome *home, gconstpointer data)
{
  test_home_init (home);
  g_string_truncate (logged, 0);
}

static void
tear_down (TestHome *home, gconstpointer data)
{
  test_home_clear (home);
}

static AwsProfiles *
load (void)
{
  g_autoptr (GError) error = NULL;
  AwsProfiles *profiles = aws_profiles_load ();

  g_assert_no_error (error);
  return profiles;
}

static void
assert_region (const char *expected)
{
  g_autoptr (AwsProfiles) profiles = load ();

  g_assert_cmpstr (aws_profiles_get (profiles, "default", "region"), ==, expected);
}

static void
assert_fails (const char *path, const char *what)
{
  g_autofree char *expected = g_strconcat (path, what, NULL);
  g_autoptr (GError) error = NULL;

  g_autoptr (AwsProfiles) profiles = aws_profiles_load ();

  g_assert_false (aws_profiles_check (profiles, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_nonnull (strstr (error->message, expected));
}

static void
test_parse (TestHome *home, gconstpointer data)
{
  static const char config[] = "[profile a]\nregion = x\nempty =\ns3 =\n k = v\n"
                               "[sso-session b]\nsso_region = y\n"
                               "[services c]\nkinesis_video =\n endpoint_url = z\n e =\n";
  static const char credentials[] = "[a]\nregion = w\n[d]\n";
  g_autoptr (GBytes) first = g_bytes_new_static (config, strlen (config));
  g_autoptr (GBytes) second = g_bytes_new_static (credentials, strlen (credentials));
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsProfiles) profiles = aws_profiles_parse (first, second, NULL, &error);
  g_autoptr (AwsProfiles) same = aws_profiles_ref (profiles);

  g_assert_no_error (error);
  g_assert_true (same == profiles);
  g_assert_true (aws_profiles_has (profiles, "a"));
  g_assert_true (aws_profiles_has (profiles, "d"));
  g_assert_false (aws_profiles_has (profiles, "b"));
  g_assert_cmpstr (aws_profiles_get (profiles, "a", "region"), ==, "w");
  g_assert_null (aws_profiles_get (profiles, "a", "empty"));
  g_assert_null (aws_profiles_get (profiles, "a", "s3"));
  g_assert_null (aws_profiles_get (profiles, "a", "other"));
  g_assert_null (aws_profiles_get (profiles, "e", "region"));
  g_assert_true (aws_profiles_has_sso_session (profiles, "b"));
  g_assert_false (aws_profiles_has_sso_session (profiles, "a"));
  g_assert_cmpstr (aws_profiles_get_of_sso_session (profiles, "b", "sso_region"), ==, "y");
  g_assert_null (aws_profiles_get_of_sso_session (profiles, "a", "sso_region"));
  g_assert_true (aws_profiles_has_services (profiles, "c"));
  g_assert_false (aws_profiles_has_services (profiles, "a"));
  g_assert_cmpstr (
      aws_profiles_get_of_services (profiles, "c", "kinesis_video", "endpoint_url"), ==, "z");
  g_assert_null (aws_profiles_get_of_services (profiles, "c", "kinesis_video", "e"));
  g_assert_null (aws_profiles_get_of_services (profiles, "c", "sts", "endpoint_url"));
  g_assert_null (aws_profiles_get_of_services (profiles, "a", "sts", "endpoint_url"));
}

static void
test_parse_error (TestHome *home, gconstpointer data)
{
  g_autoptr (GBytes) right = g_bytes_new_static ("[a]\n", 4);
  g_autoptr (GBytes) wrong = g_bytes_new_static ("\n\nwrong", 7);
  g_autoptr (GError) error = NULL;
  guint line = 0;

  g_assert_null (aws_profiles_parse (wrong, right, &line, &error));
  g_assert_cmpuint (line, ==, 3);
  g_assert_true (g_str_has_prefix (error->message, "the config file, line 3: "));
  g_clear_error (&error);
  g_assert_null (aws_profiles_parse (right, wrong, &line, &error));
  g_assert_true (g_str_has_prefix (error->message, "the credentials file, line 3: "));
}

static void
test_no_files (TestHome *home, gconstpointer data)
{
  assert_region (NULL);
  g_setenv ("HOME", "/nonexistent", TRUE);
  assert_region (NULL);
  g_setenv ("HOME", "/dev/null", TRUE);
  assert_region (NULL);
  g_assert_cmpstr (logged->str, ==, "");
}

static void
test_both (TestHome *home, gconstpointer data)
{
  g_autoptr (AwsProfiles) profiles = NULL;

  test_home_write (home->config, "[default]\nregion = a\noutput = json\n", -1);
  test_home_write (home->credentials, "[default]\nregion = b\n", -1);
  profiles = load ();
  g_assert_cmpstr (aws_profiles_get (profiles, "default", "region"), ==, "b");
  g_assert_cmpstr (aws_profiles_get (profiles, "default", "output"), ==, "json");
  g_assert_cmpstr (aws_profiles_get_config_name (profiles), ==, home->config);
  g_assert_cmpstr (aws_profiles_get_credentials_name (profiles), ==, home->credentials);
  g_assert_cmpstr (logged->str, ==, "");
}

static void
test_variables (TestHome *home, gconstpointer data)
{
  g_autofree char *config = g_build_filename (home->path, "my config", NULL);
  g_autofree char *credentials = g_build_filename (home->path, "my credentials", NULL);

  test_home_write (home->config, "[default]\nregion = a\n", -1);
  test_home_write (config, "[default]\nregion = b\n", -1);
  test_home_write (credentials, "[default]\nregion = c\n", -1);

  g_setenv ("AWS_CONFIG_FILE", "", TRUE);
  assert_region ("a");
  g_setenv ("AWS_CONFIG_FILE", config, TRUE);
  assert_region ("b");
  g_setenv ("AWS_CONFIG_FILE", "~/my config", TRUE);
  assert_region ("b");
  g_setenv ("AWS_SHARED_CREDENTIALS_FILE", "~/my credentials", TRUE);
  assert_region ("c");
  g_setenv ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null", TRUE);
  assert_region ("b");
  g_setenv ("AWS_CONFIG_FILE", "/dev/null", TRUE);
  assert_region (NULL);
  g_assert_cmpstr (logged->str, ==, "");
}

static void
test_tilde (TestHome *home, gconstpointer data)
{
  g_autofree char *middle = g_build_filename (home->path, ".aws", "~", "config", NULL);

  test_home_write (home->config, "[default]\nregion = a\n", -1);
  g_setenv ("AWS_CONFIG_FILE", "~root/.aws/config", TRUE);
  assert_region (NULL);
  g_setenv ("AWS_CONFIG_FILE", "$HOME/.aws/config", TRUE);
  assert_region (NULL);
  g_setenv ("AWS_CONFIG_FILE", middle, TRUE);
  assert_region (NULL);
  g_setenv ("AWS_CONFIG_FILE", "~", TRUE);
  assert_fails (home->path, " cannot be read: it is not a regular file");
}

static void
test_missing_by_name (TestHome *home, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf (
      "%s/none, which AWS_CONFIG_FILE names, does not exist: going on without it\n", home->path);

  g_setenv ("AWS_CONFIG_FILE", "~/none", TRUE);
  assert_region (NULL);
  g_assert_cmpstr (logged->str, ==, expected);
  assert_region (NULL);
  g_assert_cmpstr (logged->str, ==, expected);
}

static void
test_readable_by_others (TestHome *home, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf (
      "%s can be read by other users; run 'chmod 600' on it to protect its secrets\n",
      home->credentials);

  test_home_write (home->config, "[default]\nregion = a\n", -1);
  test_home_write (home->credentials, "[default]\naws_secret_access_key = s\n", -1);
  g_chmod (home->config, 0644);
  assert_region ("a");
  g_assert_cmpstr (logged->str, ==, "");
  g_chmod (home->credentials, 0640);
  assert_region ("a");
  g_assert_cmpstr (logged->str, ==, expected);
}

static void
test_broken (TestHome *home, gconstpointer data)
{
  test_home_write (home->config, "[default]\nregion = a\nsecret\n", -1);
  assert_fails (home->config, ", line 3: a property must be 'name = value'");
  test_home_write (home->config, "[default]\nregion = \0\n", 21);
  assert_fails (home->config, ", line 2: it holds a NUL character");
  test_home_write (home->config, "", -1);
  test_home_write (home->credentials, "[default", -1);
  assert_fails (home->credentials, ", line 1: ");
}

/* A symbolic link to itself, which not even root can read. */
static void
test_unreadable (TestHome *home, gconstpointer data)
{
  g_autofree char *why = g_strdup_printf (" cannot be read: %s", g_strerror (ELOOP));

  g_assert_cmpint (symlink (home->config, home->config), ==, 0);
  assert_fails (home->config, why);
  g_remove (home->config);
  g_assert_cmpint (g_mkdir (home->credentials, 0700), ==, 0);
  assert_fails (home->credentials, " cannot be read: it is not a regular file");
}

static void
test_size (TestHome *home, gconstpointer data)
{
  g_autofree char *text = g_malloc (MAX_FILE_SIZE + 1);
  static const char start[] = "[default]\nregion = a\n#";

  memset (text, ' ', MAX_FILE_SIZE + 1);
  memcpy (text, start, strlen (start));
  test_home_write (home->config, text, MAX_FILE_SIZE);
  assert_region ("a");
  test_home_write (home->config, text, MAX_FILE_SIZE + 1);
  assert_fails (home->config, " has more than the 1048576 bytes that it may have");
}

static char *
load_digest (void)
{
  g_autoptr (AwsProfiles) profiles = load ();

  return g_strdup (aws_profiles_get_digest (profiles));
}

static void
test_digest (TestHome *home, gconstpointer data)
{
  static const char *const pairs[][2] = {
      {"", "[a]\n"}, {"[a]\n", ""}, {"[a]\n", "[a]\n"}, {"[a]\n[a]\n", ""}, {"[a]\n#", ""}};
  g_autoptr (GHashTable) digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++) {
    test_home_write (home->config, pairs[i][0], -1);
    test_home_write (home->credentials, pairs[i][1], -1);
    g_assert_true (g_hash_table_add (digests, load_digest ()));
    g_assert_false (g_hash_table_add (digests, load_digest ()));
  }
}

/* The text is written to the file piece by piece, so that the test leaves no copy of the secret. */
static void
write_secret (const char *path, const MemorySecret *secret)
{
  char text[MEMORY_SCAN_SECRET_LENGTH + 1];
  FILE *file = g_fopen (path, "w");

  setvbuf (file, NULL, _IONBF, 0);
  fputs ("[default]\naws_session_token = ", file);
  memory_secret_reveal (secret, text);
  fwrite (text, 1, MEMORY_SCAN_SECRET_LENGTH, file);
  OPENSSL_cleanse (text, sizeof (text));
  fputs ("\n", file);
  fclose (file);
  g_chmod (path, 0600);
}

static void
test_wiped (TestHome *home, gconstpointer data)
{
  MemorySecret secret;
  AwsProfiles *profiles;

  memory_secret_init (&secret);
  write_secret (home->credentials, &secret);
  profiles = load ();
  g_assert_cmpuint (memory_secret_count (&secret), ==, 1);
  aws_profiles_unref (profiles);
  g_assert_cmpuint (memory_secret_count (&secret), ==, 0);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/awsprofiles/" name, TestHome, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  logged = g_string_new (NULL);
  g_log_set_writer_func (log_cb, NULL, NULL);
  ADD ("parse", test_parse);
  ADD ("parse-error", test_parse_error);
  ADD ("no-files", test_no_files);
  ADD ("both", test_both);
  ADD ("variables", test_variables);
  ADD ("tilde", test_tilde);
  ADD ("missing-by-name", test_missing_by_name);
  ADD ("readable-by-others", test_readable_by_others);
  ADD ("broken", test_broken);
  ADD ("unreadable", test_unreadable);
  ADD ("size", test_size);
  ADD ("digest", test_digest);
  ADD ("wiped", test_wiped);
  status = g_test_run ();
  g_string_free (logged, TRUE);
  return status;
}
