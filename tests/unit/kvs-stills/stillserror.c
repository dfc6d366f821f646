/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests of the exit codes that errors of the element become. */
#include "stillserror.h"

static StillsExit
get_exit (GQuark domain, gint code, const char *aws_code)
{
  g_autoptr (GError) cause = g_error_new_literal (domain, code, "what is wrong");
  GstStructure *details = gst_structure_new_empty ("details");
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (aws_code)
    gst_structure_set (details, "aws-error-code", G_TYPE_STRING, aws_code, NULL);
  message = gst_message_new_error_with_details (NULL, cause, NULL, details);
  error = stills_error_from_message (message);
  g_assert_cmpstr (error->message, ==, "what is wrong");
  return stills_error_get_exit (error);
}

static void
test_resources (void)
{
  static const struct {
    gint code;
    const char *aws_code;
    StillsExit exit;
  } cases[] = {
      {GST_RESOURCE_ERROR_SETTINGS, NULL, STILLS_EXIT_USAGE},
      {GST_RESOURCE_ERROR_SETTINGS, "InvalidArgumentException", STILLS_EXIT_USAGE},
      {GST_RESOURCE_ERROR_NOT_AUTHORIZED, NULL, STILLS_EXIT_NOT_AUTHORIZED},
      {GST_RESOURCE_ERROR_NOT_FOUND, "ResourceNotFoundException", STILLS_EXIT_NOT_FOUND},
      {GST_RESOURCE_ERROR_NOT_FOUND, NULL, STILLS_EXIT_AGAIN},
      {GST_RESOURCE_ERROR_OPEN_READ, "NoDataRetentionException", STILLS_EXIT_NOT_FOUND},
      {GST_RESOURCE_ERROR_OPEN_READ, NULL, STILLS_EXIT_AGAIN},
      {GST_RESOURCE_ERROR_READ, NULL, STILLS_EXIT_AGAIN},
      {GST_RESOURCE_ERROR_BUSY, "ClientLimitExceededException", STILLS_EXIT_AGAIN},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        get_exit (GST_RESOURCE_ERROR, cases[i].code, cases[i].aws_code), ==, cases[i].exit);
  g_assert_cmpint (
      get_exit (GST_STREAM_ERROR, GST_STREAM_ERROR_DECODE, NULL), ==, STILLS_EXIT_AGAIN);
}

static void
test_others (void)
{
  g_autoptr (GError) option =
      g_error_new_literal (G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "what?");

  g_assert_cmpint (stills_error_get_exit (NULL), ==, STILLS_EXIT_COMPLETE);
  g_assert_cmpint (stills_error_get_exit (option), ==, STILLS_EXIT_USAGE);
}

static void
test_join (void)
{
  static const StillsExit order[] = {STILLS_EXIT_COMPLETE, STILLS_EXIT_AGAIN, STILLS_EXIT_OUTPUT,
      STILLS_EXIT_NOT_FOUND, STILLS_EXIT_NOT_AUTHORIZED, STILLS_EXIT_USAGE};

  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (order); j++)
      g_assert_cmpint (stills_exit_join (order[i], order[j]), ==, order[MAX (i, j)]);
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stillserror/resources", test_resources);
  g_test_add_func ("/stillserror/others", test_others);
  g_test_add_func ("/stillserror/join", test_join);
  return g_test_run ();
}
