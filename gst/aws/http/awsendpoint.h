/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Endpoints: the URL of a service in a region, or the one that a user has configured instead. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * aws_endpoint_parse:
 * @url: an absolute URL, such as `https://host:8443/proxy/kvs`
 * @allow_http: whether http is allowed
 *
 * Accepts a scheme, a host and, optionally, a port and a base path. A URL with user information,
 * a query, a fragment or an invalid host is rejected.
 *
 * Returns: (transfer full) (nullable): the endpoint, its host in lower case, or %NULL with
 *     %AWS_ERROR_SETTINGS, whose message says what is wrong with @url, is meant to follow the name
 *     of the setting, and never shows user information
 */
GUri *aws_endpoint_parse (const char *url, gboolean allow_http, GError **error);

/**
 * aws_endpoint_with_operation:
 * @operation_path: the path of an operation, with a slash first, such as `/getImages`
 *
 * Puts @operation_path below the base path of @endpoint, with one slash between them.
 *
 * Returns: (transfer full): the URI to call
 */
GUri *aws_endpoint_with_operation (GUri *endpoint, const char *operation_path);

/**
 * aws_endpoint_is_loopback:
 * Returns: whether the host is this machine: a loopback address, or `localhost`
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

/**
 * aws_endpoint_show_url:
 * @url: a text from outside that is meant as a URL
 *
 * Works on the text, because a parser mistakes a part of an unescaped password for the host, the
 * port or the path.
 *
 * Returns: (transfer full) (nullable): @url up to a query or fragment, with what cannot be printed escaped;
 *     %NULL where a user and a password may be in it
 */
char *aws_endpoint_show_url (const char *url);

/**
 * aws_endpoint_hide_user:
 * @url: (nullable): a user's text that is meant as a URL
 *
 * Returns: (transfer full) (nullable): @url without a user and password
 */
char *aws_endpoint_hide_user (const char *url);

G_END_DECLS
