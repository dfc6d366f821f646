/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any URL as an endpoint: what is taken for one is the same when it is written and read again, and a password in it is
 * never shown. */
#include "fuzz.h"

#include <awsendpoint.h>

#include <string.h>

/* What goes into the header Host, and into the signature. */
static void
check_authority (GUri *endpoint)
{
  g_autofree char *authority = aws_endpoint_get_authority (endpoint);

  g_assert_cmpuint (strlen (authority), >, 0);
  for (const char *c = authority; *c != '\0'; c++)
    g_assert_true (g_ascii_isgraph (*c) && strchr ("/?#@\\", *c) == NULL);
}

static void
check_endpoint (GUri *endpoint)
{
  g_autoptr (GUri) call = aws_endpoint_with_operation (endpoint, "/getImages");
  g_autofree char *text = g_uri_to_string (endpoint);
  g_autoptr (GUri) again = aws_endpoint_parse (text, TRUE, NULL);

  g_assert_null (g_uri_get_userinfo (endpoint));
  g_assert_null (g_uri_get_query (endpoint));
  g_assert_true (g_str_has_suffix (g_uri_get_path (call), "/getImages"));
  g_assert_cmpstr (g_uri_get_host (call), ==, g_uri_get_host (endpoint));
  g_assert_nonnull (again);
  g_assert_cmpstr (g_uri_get_host (again), ==, g_uri_get_host (endpoint));
  g_assert_cmpint (g_uri_get_port (again), ==, g_uri_get_port (endpoint));
  check_authority (endpoint);
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *url = fuzz_take_line (input);
  g_autofree char *shown = aws_endpoint_show_url (url);
  GError *error = NULL;
  g_autoptr (GUri) endpoint = aws_endpoint_parse (url, TRUE, &error);
  g_autoptr (GUri) strict = aws_endpoint_parse (url, FALSE, NULL);

  if (endpoint != NULL)
    check_endpoint (endpoint);
  g_assert_true (strict == NULL || g_str_equal (g_uri_get_scheme (strict), "https"));
  if (shown != NULL && strchr (url, '@') != NULL)
    g_assert_null (strchr (shown, '@'));
  if (error != NULL && strstr (url, FUZZ_SECRET "@") != NULL)
    g_assert_null (strstr (error->message, FUZZ_SECRET));
  fuzz_check_error (endpoint != NULL, error);
}
