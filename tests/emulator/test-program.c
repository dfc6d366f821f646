/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The program kvs-emulator as users start it, and its documentation, which has to have every option. */
#include "emulatorsettings.h"

#include <gio/gio.h>
#include <string.h>

static GSubprocess *
start (const char *const *options, GSubprocessFlags flags)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *program;

  g_ptr_array_add (argv, (gpointer)g_getenv ("KVS_EMULATOR"));
  for (guint i = 0; options[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer)options[i]);
  g_ptr_array_add (argv, NULL);
  program = g_subprocess_newv ((const char *const *)argv->pdata, flags, &error);
  g_assert_no_error (error);
  return program;
}

/* Runs it to its end; the exit status. */
static int
run (const char *const *options, char **out, char **err)
{
  g_autoptr (GSubprocess) program =
      start (options, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_utf8 (program, NULL, NULL, out, err, &error);
  g_assert_no_error (error);
  return g_subprocess_get_exit_status (program);
}

static void
test_serves_until_told (void)
{
  static const char *const options[] = {"--stream=camera=prepared", "--seed=7", NULL};
  g_autoptr (GSubprocess) program = start (options, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (program));
  g_autofree char *first = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_autofree char *second = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      g_regex_match_simple ("^Listening on http://127\\.0\\.0\\.1:[0-9]+$", first, 0, 0));
  g_assert_cmpstr (second, ==, "Chance follows --seed=7");
  g_subprocess_send_signal (program, SIGTERM);
  g_assert_true (g_subprocess_wait_check (program, NULL, &error));
  g_assert_no_error (error);
}

static void
test_version (void)
{
  static const char *const options[] = {"--version", NULL};
  g_autofree char *out = NULL, *err = NULL;
  g_autofree char *expected = g_strdup_printf ("kvs-emulator %s\n", g_getenv ("EMULATOR_VERSION"));

  g_assert_cmpint (run (options, &out, &err), ==, 0);
  g_assert_cmpstr (out, ==, expected);
}

static void
test_bad_options (void)
{
  static const struct {
    const char *option;
    const char *message;
  } cases[] = {
      {"--colour=red", "kvs-emulator: Unknown option --colour=red\n"},
      {"--numbers=roman", "kvs-emulator: --numbers takes exponent|decimal|integer, not 'roman'\n"},
      {"video.mp4", "kvs-emulator: 'video.mp4' is not an option; --help lists all\n"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const options[] = {cases[i].option, NULL};
    g_autofree char *out = NULL, *err = NULL;

    g_assert_cmpint (run (options, &out, &err), ==, 1);
    g_assert_cmpstr (err, ==, cases[i].message);
    g_assert_cmpstr (out, ==, "");
  }
}

/* A stream without a start counts back from --now, wherever that stands. */
static void
test_now_comes_first (void)
{
  static const char *const options[] = {"--stream=camera=prepared", "--now=soon", NULL};
  g_autofree char *out = NULL, *err = NULL;

  g_assert_cmpint (run (options, &out, &err), ==, 1);
  g_assert_true (g_str_has_prefix (err, "kvs-emulator: --now takes RFC 3339"));
}

static void
assert_mentions (const char *text, const char *prefix, const char *name)
{
  g_autofree char *mention = g_strconcat (prefix, name, NULL);

  g_test_message ("%s", mention);
  g_assert_nonnull (strstr (text, mention));
}

static char *
read_page (void)
{
  char *page;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (g_getenv ("EMULATOR_PAGE"), &page, NULL, &error);
  g_assert_no_error (error);
  return page;
}

static void
test_every_option_is_explained (void)
{
  static const char *const options[] = {"--help", NULL};
  g_autofree char *help = NULL, *err = NULL, *page = read_page ();
  guint n;
  const EmulatorOptionHelp *all = emulator_settings_get_help (&n);

  g_assert_cmpint (run (options, &help, &err), ==, 0);
  assert_mentions (help, "--", "now");
  assert_mentions (page, "--", "now");
  assert_mentions (page, "--", "version");
  for (guint i = 0; i < n; i++) {
    assert_mentions (help, "--", all[i].name);
    assert_mentions (page, "--", all[i].name);
  }
}

/* @error ends with a list of all names that are accepted. */
static void
assert_page_mentions_accepted (const GError *error)
{
  static const char before[] = "; it has ";
  g_autofree char *page = read_page ();
  const char *list;
  g_auto (GStrv) names = NULL;

  g_assert_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
  list = strstr (error->message, before);
  g_assert_nonnull (list);
  names = g_strsplit (list + strlen (before), ", ", -1);
  for (char **name = names; *name != NULL; name++)
    assert_mentions (page, "`", *name);
}

static void
test_every_key_and_effect_is_explained (void)
{
  g_autoptr (GError) key_error = NULL, effect_error = NULL;

  g_assert_null (emulator_stream_new ("camera=prepared,colour=red", 0, &key_error));
  assert_page_mentions_accepted (key_error);
  g_assert_null (emulator_fault_rule_new ("GetImages:*:explode=1", &effect_error));
  assert_page_mentions_accepted (effect_error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/program/serves-until-told", test_serves_until_told);
  g_test_add_func ("/program/version", test_version);
  g_test_add_func ("/program/bad-options", test_bad_options);
  g_test_add_func ("/program/now-comes-first", test_now_comes_first);
  g_test_add_func ("/program/every-option-is-explained", test_every_option_is_explained);
  g_test_add_func (
      "/program/every-key-and-effect-is-explained", test_every_key_and_effect_is_explained);
  return g_test_run ();
}
