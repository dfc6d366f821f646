/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the errors of untrusted certificates that no test server can send. */
#include "awstls.h"

#include "awserror.h"

#include <string.h>

static void
assert_says (GTlsCertificateFlags flags, const AwsTlsAuthorities *authorities, const char *expected)
{
  g_autoptr (GError) error = aws_tls_new_certificate_error ("host", flags, authorities);

  g_assert_error (error, AWS_ERROR, AWS_ERROR_TLS);
  g_assert_true (g_str_has_prefix (error->message, expected));
  g_assert_cmpint (aws_error_get_class (error), ==, AWS_ERROR_CLASS_FINAL);
}

static void
test_authorities (void)
{
  const AwsTlsAuthorities of_system = {NULL};
  const AwsTlsAuthorities none = {.is_empty = TRUE};
  const AwsTlsAuthorities file = {.name = "ca-file", .file = "/x/ca.pem"};

  assert_says (G_TLS_CERTIFICATE_UNKNOWN_CA, &of_system,
      "host presented a certificate that is signed by an unknown authority (trusted authorities: the "
      "system's); set ca-file to the authority if ");
  assert_says (G_TLS_CERTIFICATE_UNKNOWN_CA, &none,
      "host presented a certificate that is signed by an unknown authority (trusted authorities: none "
      "are installed on this system); install ca-certificates");
  assert_says (G_TLS_CERTIFICATE_UNKNOWN_CA, &file,
      "host presented a certificate that is signed by an unknown authority (trusted authorities: those "
      "of ca-file '/x/ca.pem'); add the authority to this file");
}

static void
test_flags (void)
{
  const AwsTlsAuthorities of_system = {NULL};

  assert_says (G_TLS_CERTIFICATE_BAD_IDENTITY, &of_system,
      "host presented a certificate that is for another host (trusted authorities: the system's); check "
      "the endpoint and the proxy");
  assert_says (G_TLS_CERTIFICATE_NOT_ACTIVATED, &of_system,
      "host presented a certificate that is not valid yet (trusted authorities: the system's); check the "
      "system clock, which says 20");
  assert_says (G_TLS_CERTIFICATE_EXPIRED, &of_system,
      "host presented a certificate that has expired (trusted authorities: the system's); have the "
      "certificate renewed, or check the system clock, which says 20");
  assert_says (
      G_TLS_CERTIFICATE_REVOKED, &of_system, "host presented a certificate that was revoked ");
  assert_says (G_TLS_CERTIFICATE_INSECURE, &of_system,
      "host presented a certificate that uses an algorithm that is not secure ");
  assert_says (G_TLS_CERTIFICATE_GENERIC_ERROR, &of_system,
      "host presented a certificate that is not accepted ");
  assert_says (G_TLS_CERTIFICATE_BAD_IDENTITY | G_TLS_CERTIFICATE_EXPIRED, &of_system,
      "host presented a certificate that is for another host and has expired ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awstls/authorities", test_authorities);
  g_test_add_func ("/awstls/flags", test_flags);
  return g_test_run ();
}
