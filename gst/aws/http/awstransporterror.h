/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Errors of the connection, from the request to the end of the reply: host names, connecting, TLS, HTTP. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_transport_error_new:
 * @cause: what GIO or libsoup reported
 * @host: the host that was asked, for the message
 *
 * Turns a failure of the connection into an #AwsError. A cancellation stays %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): an error of %AWS_ERROR, or a copy of @cause if that is a cancellation
 */
GError *aws_transport_error_new (const GError *cause, const char *host);

/**
 * aws_transport_error_new_for_body:
 * @cause: what GIO or libsoup reported while the body of a reply was read
 * @host: the host that was asked, for the message
 *
 * Turns a failure before the end of the body into an error: %AWS_ERROR_TIMEOUT, or else
 * %AWS_ERROR_CUT_OFF, whatever libsoup calls it, because releases of libsoup differ in that.
 *
 * Returns: (transfer full): an error of %AWS_ERROR, or a copy of @cause if that is a cancellation
 */
GError *aws_transport_error_new_for_body (const GError *cause, const char *host);

G_END_DECLS
