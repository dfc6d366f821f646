/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests that a URL is shown only where there can be no password in it. */
#include "awsurl.h"

static void
test_show (void)
{
  static const struct {
    const char *url, *shown;
  } rows[] = {
      {"", ""},
      {"host", "host"},
      {"host:3128", "host:3128"},
      {"https://host:8443/a/b", "https://host:8443/a/b"},
      {"ftp://host", "ftp://host"},
      {"https:///path", "https:///path"},
      {"https://host:99999", "https://host:99999"},
      {"https://host/?secret", "https://host/"},
      {"https://host#secret", "https://host"},
      {"https://ho\nst", "https://ho\\nst"},
      {"https://user:secret@host", NULL},
      {"user:secret@host", NULL},
      {"user@host", NULL},
      {"user:secret", NULL},
      {"https://user:secret", NULL},
      {"https://user:123456", NULL},
      {"https://user:12/34:secret", NULL},
      {"https://user:secret?x", NULL},
      {"https://user:12?secret@host", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *shown = aws_url_show (rows[i].url);

    g_test_message ("%s", rows[i].url);
    g_assert_cmpstr (shown, ==, rows[i].shown);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsurl/show", test_show);
  return g_test_run ();
}
