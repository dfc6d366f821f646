/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awstls.h"

#include "awserror.h"

#include <glib/gstdio.h>

gboolean
aws_tls_is_available (void)
{
  return g_tls_backend_supports_tls (g_tls_backend_get_default ());
}

static gboolean
is_filled (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) == 0 && status.st_size > 0;
}

/* The bundles of Debian, Fedora, older Fedora, openSUSE, and Alpine and the BSDs. */
gboolean
aws_tls_has_system_authorities (void)
{
  static const char *const bundles[] = {"/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt",
      "/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  g_autoptr (GTlsDatabase) database =
      g_tls_backend_get_default_database (g_tls_backend_get_default ());

  if (database == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (bundles); i++) {
    if (is_filled (bundles[i]))
      return TRUE;
  }
  return FALSE;
}

GError *
aws_tls_new_unavailable_error (const char *host)
{
  return g_error_new (AWS_ERROR, AWS_ERROR_TLS,
      "%s needs TLS, and GLib has no TLS here; install glib-networking", host);
}

static void
append (GString *text, const char *separator, const char *part)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? separator : "", part);
}

static void
append_clock (GString *advice, const char *what)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *text = g_strdup_printf ("%s, which says %s", what, time);

  append (advice, ", ", text);
}

static void
append_authority (GString *facts, GString *advice, const AwsTlsAuthorities *authorities)
{
  append (facts, " and ", "is signed by an unknown authority");
  if (authorities->file != NULL)
    append (advice, ", ", "add the authority to this file if it is to be trusted");
  else if (authorities->is_empty)
    append (advice, ", ", "install ca-certificates");
  else
    append (advice, ", ",
        "set ca-file to the authority if a proxy inspects TLS or the endpoint has its own");
}

static char *
describe_authorities (const AwsTlsAuthorities *authorities)
{
  if (authorities->file != NULL)
    return g_strdup_printf ("those of %s '%s'",
        authorities->name != NULL ? authorities->name : "the CA file", authorities->file);
  return g_strdup (authorities->is_empty ? "none are installed on this system" : "the system's");
}

GError *
aws_tls_new_certificate_error (
    const char *host, GTlsCertificateFlags flags, const AwsTlsAuthorities *authorities)
{
  g_autoptr (GString) facts = g_string_new (NULL);
  g_autoptr (GString) advice = g_string_new (NULL);
  g_autofree char *whose = describe_authorities (authorities);

  if (flags & G_TLS_CERTIFICATE_UNKNOWN_CA)
    append_authority (facts, advice, authorities);
  if (flags & G_TLS_CERTIFICATE_BAD_IDENTITY) {
    append (facts, " and ", "is for another host");
    append (advice, ", ", "check the endpoint and the proxy");
  }
  if (flags & G_TLS_CERTIFICATE_NOT_ACTIVATED) {
    append (facts, " and ", "is not valid yet");
    append_clock (advice, "check the system clock");
  }
  if (flags & G_TLS_CERTIFICATE_EXPIRED) {
    append (facts, " and ", "has expired");
    append_clock (advice, "have the certificate renewed, or check the system clock");
  }
  if (flags & G_TLS_CERTIFICATE_REVOKED) {
    append (facts, " and ", "was revoked");
    append (advice, ", ", "check the endpoint");
  }
  if (flags & G_TLS_CERTIFICATE_INSECURE) {
    append (facts, " and ", "uses an algorithm that is not secure");
    append (advice, ", ", "have the certificate renewed");
  }
  if (facts->len == 0) {
    append (facts, " and ", "is not accepted");
    append (advice, ", ", "check the endpoint and the CA file");
  }
  return g_error_new (AWS_ERROR, AWS_ERROR_TLS,
      "%s presented a certificate that %s (trusted authorities: %s); %s", host, facts->str, whose,
      advice->str);
}
