/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of TLS connections that are not trusted, with advice. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AwsTlsAuthorities:
 * @name: (nullable): what has set @file, such as `AWS_CA_BUNDLE`
 * @file: (nullable): the PEM file of the authorities; %NULL is the system's authorities
 * @is_empty: the system has no authorities
 *
 * The authorities that a connection was checked with.
 */
typedef struct {
  const char *name;
  const char *file;
  gboolean is_empty;
} AwsTlsAuthorities;

/**
 * aws_tls_is_available:
 * Loads GIO's TLS module, which must not be done in a plugin's initialisation.
 *
 * Returns: whether GIO has TLS, that is, whether glib-networking is installed
 */
gboolean aws_tls_is_available (void);

/**
 * aws_tls_has_system_authorities:
 * Returns: whether the system has authorities, as far as that can be told
 */
gboolean aws_tls_has_system_authorities (void);

/**
 * aws_tls_new_unavailable_error:
 * @host: the host that was to be connected to
 *
 * Returns: (transfer full): %AWS_ERROR_TLS that says how to install TLS
 */
GError *aws_tls_new_unavailable_error (const char *host);

/**
 * aws_tls_new_certificate_error:
 * @host: the host that was connected to
 * @flags: what is wrong with its certificate, not 0
 * @authorities: what it was checked with
 *
 * Returns: (transfer full): %AWS_ERROR_TLS that says what is wrong, which authorities were used, and what to do
 */
GError *aws_tls_new_certificate_error (
    const char *host, GTlsCertificateFlags flags, const AwsTlsAuthorities *authorities);

G_END_DECLS
