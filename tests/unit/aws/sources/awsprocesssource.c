/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests credentials of real programs: their output, their failures, and that no secret is left in memory or
 * shown. */
#include "awsprocesssource.h"

#include "awserror.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "wJalrXUtnFEMI"
#define KEYS "\"AccessKeyId\":\"AKID\",\"SecretAccessKey\":\"" SECRET "\""
#define THE "The command of credential_process "

static AwsCredentials *
run (const char *command, GError **error)
{
  g_autoptr (AwsCredentialSource) source = aws_process_source_new (command, NULL);

  return aws_credential_source_fetch (source, NULL, error);
}

static AwsCredentials *
run_printing (const char *text, GError **error)
{
  g_autofree char *quoted = g_shell_quote (text);
  g_autofree char *command = g_strconcat ("printf %s ", quoted, NULL);

  return run (command, error);
}

static void
test_name (void)
{
  g_autoptr (AwsCredentialSource) source = aws_process_source_new ("true", NULL);

  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "process");
  g_assert_false (aws_credential_source_is_statically_stable (source));
}

static void
test_permanent (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = run_printing ("{\"Version\":1," KEYS "}", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, SECRET);
  g_assert_null (aws_credentials_get_session_token (credentials));
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, AWS_CREDENTIALS_FOREVER);
}

static void
test_temporary (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      run_printing (" {\"Version\": 1, " KEYS ", \"SessionToken\": \"token\", \"Expiration\": "
                    "\"2100-01-01T01:00:00+01:00\", \"AccountId\": \"123456789012\"}\r\n",
          &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 4102444800000000);
}

/* The words arrive as they are: quotes are taken off, and nothing is expanded. */
static void
test_words (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = run (
      "printf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"SessionToken\":"
      "\"%s\"}' \"a;b|c\" $HOME ~",
      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "a;b|c");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "$HOME");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "~");
}

static void
test_environment (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = NULL;

  g_setenv ("PROCESS_SOURCE_TEST", "from-the-environment", TRUE);
  credentials = run ("sh -c 'cat >&2; echo \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"AKID\\\","
                     "\\\"SecretAccessKey\\\":\\\"$PROCESS_SOURCE_TEST\\\"}\"'",
      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "from-the-environment");
}

static void
assert_fails (AwsCredentials *credentials, const GError *error, int code, const char *message)
{
  g_assert_null (credentials);
  g_assert_error (error, AWS_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_null (strstr (error->message, SECRET));
}

static void
test_bad_output (void)
{
  static const struct {
    const char *output;
    int code;
    const char *message;
  } rows[] = {
      {"", AWS_ERROR_SETTINGS, THE "printed something other than one JSON object"},
      {SECRET, AWS_ERROR_SETTINGS, THE "printed something other than one JSON object"},
      {"[{\"Version\":1," KEYS "}]", AWS_ERROR_SETTINGS,
          THE "printed something other than one JSON object"},
      {"{\"Version\":1," KEYS, AWS_ERROR_SETTINGS,
          THE "printed something other than one JSON object"},
      {"{" KEYS "}", AWS_ERROR_SETTINGS, THE "printed credentials whose Version is not 1"},
      {"{\"Version\":2," KEYS "}", AWS_ERROR_SETTINGS,
          THE "printed credentials whose Version is not 1"},
      {"{\"Version\":\"1\"," KEYS "}", AWS_ERROR_SETTINGS,
          THE "printed credentials whose Version is not 1"},
      {"{\"Version\":1,\"AccessKeyId\":\"AKID\"}", AWS_ERROR_SETTINGS,
          THE "printed credentials that cannot be used: SecretAccessKey is missing"},
      {"{\"Version\":1," KEYS ",\"SessionToken\":\"" SECRET "\\r\\nX: y\"}", AWS_ERROR_SETTINGS,
          THE
          "printed credentials that cannot be used: The session token holds a space, a control "
          "character or one outside ASCII; check that it was copied completely and without anything else"},
      {"{\"Version\":1," KEYS ",\"Expiration\":\"soon\"}", AWS_ERROR_SETTINGS,
          THE "printed credentials that cannot be used: Expiration is not a time with a zone, such "
              "as 2026-11-20T08:00:00Z"},
      {"{\"Version\":1," KEYS ",\"Expiration\":\"2009-02-13T23:31:30Z\"}", AWS_ERROR_NOT_AUTHORIZED,
          THE
          "printed credentials that have already expired; log in again where it gets them from, "
          "and check the system clock"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    AwsCredentials *credentials;

    g_test_message ("%s", rows[i].output);
    credentials = run_printing (rows[i].output, &error);
    assert_fails (credentials, error, rows[i].code, rows[i].message);
  }
}

/* Almost JSON is none, so that what one reader takes for a key is not another one for the next reader. */
static void
test_almost_json (void)
{
  static const char *const outputs[] = {"{\"Version\":1," KEYS "}{}", "{\"Version\":1," KEYS "}x",
      "{'Version':1," KEYS "}", "{\"Version\":0x1," KEYS "}", "{\"Version\":01," KEYS "}",
      "{\"Version\":1," KEYS ",}", "{\"Version\":1," KEYS ",\"AccessKeyId\":\"AKOTHER\"}",
      "{\"Version\":1,\"AccessKeyId\":\"AK\\u0000ID\",\"SecretAccessKey\":\"" SECRET "\"}",
      "{/* \" */\"Version\":1," KEYS "}"};

  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++) {
    g_autoptr (GError) error = NULL;
    AwsCredentials *credentials;

    g_test_message ("%s", outputs[i]);
    credentials = run_printing (outputs[i], &error);
    assert_fails (
        credentials, error, AWS_ERROR_SETTINGS, THE "printed something other than one JSON object");
  }
}

/* Linux takes arguments up to 128 KiB. */
static void
test_long_argument (void)
{
  g_autofree char *argument = g_strnfill (1024 * 1024, 'a');
  g_autofree char *command = g_strconcat ("true ", argument, NULL);
  g_autoptr (GError) error = NULL;
  AwsCredentials *credentials = run (command, &error);

  assert_fails (
      credentials, error, AWS_ERROR_SETTINGS, THE "cannot be started: the system refuses to");
}

static void
test_bad_command (void)
{
  static const struct {
    const char *command;
    int code;
    const char *message;
  } rows[] = {
      {"", AWS_ERROR_SETTINGS, THE "is empty, or a quote in it is not closed"},
      {"print '" SECRET, AWS_ERROR_SETTINGS, THE "is empty, or a quote in it is not closed"},
      {"/nonexistent/program " SECRET, AWS_ERROR_SETTINGS,
          THE "cannot be started: there is no such program; no shell takes part, so give its full "
              "path"},
      {"TOKEN=" SECRET " true", AWS_ERROR_SETTINGS,
          THE "cannot be started: there is no such program; no shell takes part, so give its full "
              "path"},
      {"/ " SECRET, AWS_ERROR_SETTINGS, THE "cannot be started: the program may not be executed"},
      {"sh -c 'echo " SECRET " >&2; exit 3'", AWS_ERROR_NOT_AUTHORIZED,
          THE "failed with exit status 3; run it by hand to see why"},
      {"sh -c 'echo \"{\\\"Version\\\":1}\"; exit 1'", AWS_ERROR_NOT_AUTHORIZED,
          THE "failed with exit status 1; run it by hand to see why"},
      {"sh -c 'kill -9 $$'", AWS_ERROR_NOT_AUTHORIZED,
          THE "was ended by signal 9; run it by hand to see why"},
      {"head -c 65537 /dev/zero", AWS_ERROR_SETTINGS, THE "printed more than 65536 bytes"},
      {"yes " SECRET, AWS_ERROR_SETTINGS, THE "printed more than 65536 bytes"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    AwsCredentials *credentials;

    g_test_message ("%s", rows[i].command);
    credentials = run (rows[i].command, &error);
    assert_fails (credentials, error, rows[i].code, rows[i].message);
  }
}

static void
test_largest_output (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      run ("sh -c 'printf \"{\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"a\\\","
           "\\\"SecretAccessKey\\\":\\\"b\\\"}\"; head -c 65483 /dev/zero | tr \"\\000\" \" \"'",
          &error);

  g_assert_no_error (error);
  g_assert_nonnull (credentials);
}

static void
test_timeout (void)
{
  g_autoptr (AwsCredentialSource) source = aws_process_source_new ("sleep 1000", NULL);
  g_autoptr (GError) error = NULL;
  AwsCredentials *credentials;

  aws_process_source_set_timeout (AWS_PROCESS_SOURCE (source), 50);
  credentials = aws_credential_source_fetch (source, NULL, &error);
  assert_fails (credentials, error, AWS_ERROR_TIMEOUT, THE "did not end within 0.05 s");
}

/* One that has closed its output and stays on does not block either. */
static void
test_timeout_after_output (void)
{
  g_autoptr (AwsCredentialSource) source =
      aws_process_source_new ("sh -c 'exec >&-; exec sleep 1000'", NULL);
  g_autoptr (GError) error = NULL;
  AwsCredentials *credentials;

  aws_process_source_set_timeout (AWS_PROCESS_SOURCE (source), 50);
  credentials = aws_credential_source_fetch (source, NULL, &error);
  assert_fails (credentials, error, AWS_ERROR_TIMEOUT, THE "did not end within 0.05 s");
}

/* Runs a script of the shell whose children hold a pipe open, and waits until all of them are gone. */
static AwsCredentials *
run_leaving_none (const char *script, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("processsource-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "pipe", NULL);
  g_autofree char *all = g_strconcat ("exec 3>\"$0\"; ", script, NULL);
  g_autofree char *quoted = g_shell_quote (all);
  g_autofree char *command = g_strdup_printf ("sh -c %s %s", quoted, path);
  AwsCredentials *credentials;
  GPollFD end = {.events = G_IO_IN | G_IO_HUP};
  char byte;
  int fd;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint (fcntl (fd, F_SETFL, 0), ==, 0);
  credentials = run (command, error);
  end.fd = fd;
  g_assert_cmpint (g_poll (&end, 1, 10 * 1000), ==, 1);
  g_assert_cmpint (read (fd, &byte, 1), ==, 0);
  close (fd);
  g_remove (path);
  g_rmdir (folder);
  return credentials;
}

#define PRINT "printf %s '{\"Version\":1," KEYS "}'"

/* A child that outlives the command and keeps its output open is not waited for, and not left. */
static void
test_child_keeps_output (void)
{
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (AwsCredentials) good = NULL;
  AwsCredentials *none;
  g_autoptr (GError) error = NULL, failed = NULL, endless = NULL;

  good = run_leaving_none ("sleep 1000 & " PRINT, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (good), ==, "AKID");

  none = run_leaving_none ("sleep 1000 & exit 3", &failed);
  assert_fails (none, failed, AWS_ERROR_NOT_AUTHORIZED,
      THE "failed with exit status 3; run it by hand to see why");
  none = run_leaving_none ("yes & exit 0", &endless);
  assert_fails (none, endless, AWS_ERROR_SETTINGS, THE "printed more than 65536 bytes");
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 20 * G_USEC_PER_SEC);
}

/* A child that ends soon is. */
static void
test_child_ends_later (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      run_leaving_none ("(sleep 0.1; " PRINT ") & exit 0", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
}

typedef struct {
  AwsCredentialSource *source;
  GCancellable *cancellable;
  GError *error;
} Fetch;

static gpointer
fetch_cb (gpointer data)
{
  Fetch *fetch = data;

  return aws_credential_source_fetch (fetch->source, fetch->cancellable, &fetch->error);
}

/* The command and its child hold a pipe open, whose other end tells when both are gone. */
static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("processsource-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "pipe", NULL);
  g_autofree char *command = g_strdup_printf ("sh -c 'exec 3>\"$0\"; sleep 1000 & wait' %s", path);
  Fetch fetch = {aws_process_source_new (command, NULL), g_cancellable_new (), NULL};
  GThread *thread;
  char byte;
  int fd;

  g_assert_no_error (error);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  thread = g_thread_new ("fetch", fetch_cb, &fetch);
  fd = open (path, O_RDONLY | O_CLOEXEC);
  g_cancellable_cancel (fetch.cancellable);
  g_assert_null (g_thread_join (thread));
  g_assert_error (fetch.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (read (fd, &byte, 1), ==, 0);

  close (fd);
  g_remove (path);
  g_rmdir (folder);
  g_error_free (fetch.error);
  g_object_unref (fetch.source);
  g_object_unref (fetch.cancellable);
}

static void
test_cancelled_before (void)
{
  g_autoptr (AwsCredentialSource) source = aws_process_source_new ("false", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (aws_credential_source_fetch (source, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsprocesssource/name", test_name);
  g_test_add_func ("/awsprocesssource/permanent", test_permanent);
  g_test_add_func ("/awsprocesssource/temporary", test_temporary);
  g_test_add_func ("/awsprocesssource/words", test_words);
  g_test_add_func ("/awsprocesssource/environment", test_environment);
  g_test_add_func ("/awsprocesssource/bad-output", test_bad_output);
  g_test_add_func ("/awsprocesssource/almost-json", test_almost_json);
  g_test_add_func ("/awsprocesssource/long-argument", test_long_argument);
  g_test_add_func ("/awsprocesssource/bad-command", test_bad_command);
  g_test_add_func ("/awsprocesssource/largest-output", test_largest_output);
  g_test_add_func ("/awsprocesssource/timeout", test_timeout);
  g_test_add_func ("/awsprocesssource/timeout-after-output", test_timeout_after_output);
  g_test_add_func ("/awsprocesssource/child-keeps-output", test_child_keeps_output);
  g_test_add_func ("/awsprocesssource/child-ends-later", test_child_ends_later);
  g_test_add_func ("/awsprocesssource/cancel", test_cancel);
  g_test_add_func ("/awsprocesssource/cancelled-before", test_cancelled_before);
  return g_test_run ();
}
