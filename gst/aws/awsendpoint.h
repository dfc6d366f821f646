/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where to ask: the URL of a service in a region, or the one a user configured in its place. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_endpoint_parse:
 * @url: an absolute URL, such as `https://host:8443/proxy/kvs`
 * @allow_http: whether http is good enough
 * @error: return location for an error
 *
 * Accepts a scheme, a host and, where wanted, a port and a base path. User information, a query and
 * a fragment are refused, and so is a host that is not one.
 *
 * Returns: (transfer full) (nullable): the endpoint, its host in lower case, or %NULL with
 *     %AWS_ERROR_SETTINGS, whose message says what is wrong with @url, to be put behind what names it,
 *     and never shows user information
 */
GUri *aws_endpoint_parse (const char *url, gboolean allow_http, GError **error);

/**
 * aws_endpoint_with_operation:
 * @endpoint: an endpoint
 * @operation_path: the path of an operation, with a slash first, such as `/getImages`
 *
 * Puts @operation_path below the base path of @endpoint, with one slash between them.
 *
 * Returns: (transfer full): the URI to call
 */
GUri *aws_endpoint_with_operation (GUri *endpoint, const char *operation_path);

/**
 * aws_endpoint_is_loopback:
 * @uri: a URI with a host
 *
 * Returns: whether the host is this very machine: a loopback address, or `localhost`
 */
gboolean aws_endpoint_is_loopback (GUri *uri);

/**
 * aws_endpoint_get_authority:
 * @uri: a http or https URI with a host
 *
 * The host as the header `Host` has it: in lower case, an IPv6 address in brackets and without its
 * zone, followed by the port where that is not the scheme's own.
 *
 * Returns: (transfer full): the authority of @uri
 */
char *aws_endpoint_get_authority (GUri *uri);

G_END_DECLS
