/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awstransporterror.h"

#include "awserror.h"

#include <libsoup/soup.h>

#define HOST "kinesisvideo.us-west-2.amazonaws.com"

static void
assert_transport (GQuark domain, int code, AwsError expected)
{
  g_autoptr (GError) cause = g_error_new_literal (domain, code, "its cause");
  g_autoptr (GError) error = aws_transport_error_new (cause, HOST);

  g_assert_error (error, AWS_ERROR, (int)expected);
  g_assert_true (g_str_has_prefix (error->message, HOST " "));
  g_assert_true (g_str_has_suffix (error->message, " (its cause)"));
  g_assert_nonnull (strstr (error->message, "; ")); /* the advice */
  g_assert_cmpuint (aws_error_get_http_status (error), ==, 0);
}

static void
test_transport (void)
{
  assert_transport (G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, AWS_ERROR_HOST_NOT_FOUND);
  assert_transport (G_RESOLVER_ERROR, G_RESOLVER_ERROR_TEMPORARY_FAILURE, AWS_ERROR_HOST_NOT_FOUND);
  assert_transport (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_PROXY_FAILED, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, AWS_ERROR_CONNECT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, AWS_ERROR_TIMEOUT);
  assert_transport (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, AWS_ERROR_CUT_OFF);
  assert_transport (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, AWS_ERROR_CUT_OFF);
  assert_transport (G_IO_ERROR, G_IO_ERROR_FAILED, AWS_ERROR_CUT_OFF);
  assert_transport (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, AWS_ERROR_BAD_REPLY);
  assert_transport (G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE, AWS_ERROR_TLS);
  assert_transport (G_TLS_ERROR, G_TLS_ERROR_MISC, AWS_ERROR_TLS);
  assert_transport (G_TLS_ERROR, G_TLS_ERROR_NOT_TLS, AWS_ERROR_CUT_OFF);
  assert_transport (G_TLS_ERROR, G_TLS_ERROR_EOF, AWS_ERROR_CUT_OFF);
  assert_transport (SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, AWS_ERROR_BAD_REPLY);
  assert_transport (SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_ENCODING, AWS_ERROR_BAD_REPLY);
}

/* A failure before the end of the body means that the body is cut off, whatever the release of libsoup calls
 * it. */
static void
test_body (void)
{
  const struct {
    GQuark domain;
    int code;
    AwsError expected;
  } rows[] = {
      {G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, AWS_ERROR_CUT_OFF},
      {G_IO_ERROR, G_IO_ERROR_INVALID_DATA, AWS_ERROR_CUT_OFF},
      {G_IO_ERROR, G_IO_ERROR_FAILED, AWS_ERROR_CUT_OFF},
      {G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, AWS_ERROR_CUT_OFF},
      {G_TLS_ERROR, G_TLS_ERROR_MISC, AWS_ERROR_CUT_OFF},
      {SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_PARSING, AWS_ERROR_CUT_OFF},
      {G_IO_ERROR, G_IO_ERROR_TIMED_OUT, AWS_ERROR_TIMEOUT},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) cause =
        g_error_new_literal (rows[i].domain, rows[i].code, "Invalid\nchunk size");
    g_autoptr (GError) error = aws_transport_error_new_for_body (cause, HOST);

    g_assert_error (error, AWS_ERROR, (int)rows[i].expected);
    g_assert_true (g_str_has_suffix (error->message, " (Invalid chunk size)"));
  }
}

static void
test_cancelled (void)
{
  g_autoptr (GError) cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stop");
  g_autoptr (GError) error = aws_transport_error_new (cause, HOST);
  g_autoptr (GError) body_error = aws_transport_error_new_for_body (cause, HOST);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (error->message, ==, "stop");
  g_assert_error (body_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (body_error->message, ==, "stop");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awstransporterror/transport", test_transport);
  g_test_add_func ("/awstransporterror/body", test_body);
  g_test_add_func ("/awstransporterror/cancelled", test_cancelled);
  return g_test_run ();
}
