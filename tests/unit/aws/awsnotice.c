/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that what is said once is not said again. */
#include "awsnotice.h"

static GString *said;

static GLogWriterOutput
write_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields && level == G_LOG_LEVEL_MESSAGE; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      g_string_append_printf (said, "%s\n", (const char *)fields[i].value);
  }
  return G_LOG_WRITER_HANDLED;
}

static void
test_once (void)
{
  for (int i = 0; i < 3; i++) {
    aws_notice ("%d of %d", i % 2, 2);
    aws_notice_readable ("/a file");
  }
  g_assert_cmpstr (said->str, ==,
      "0 of 2\n/a file can be read by other users: 'chmod 600' keeps its secrets\n1 of 2\n");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  said = g_string_new (NULL);
  g_log_set_writer_func (write_cb, NULL, NULL);
  g_test_add_func ("/awsnotice/once", test_once);
  result = g_test_run ();
  g_string_free (said, TRUE);
  return result;
}
