/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The proxy for a host: the one that is set, else the environment's, else the system's; and none for
 * addresses that only this machine can reach. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_PROXY (aws_proxy_get_type ())

/**
 * AwsProxy:
 * A #GProxyResolver that never gives a proxy for this machine (`localhost`, loopback addresses) or for
 * what only this machine can reach: link-local addresses, and those where EC2 and ECS have their
 * metadata and credentials. Its answers have no user and no password of a http proxy:
 * aws_proxy_get_authorization() has them. Immutable; may be used from any thread.
 */
G_DECLARE_FINAL_TYPE (AwsProxy, aws_proxy, AWS, PROXY, GObject)

/**
 * aws_proxy_new:
 * @url: (nullable): the proxy for all other hosts, `http://[USER:PASSWORD@]HOST[:PORT]` or the same with
 *     `socks5`; `HOST:PORT` is taken for http. %NULL leaves it to the environment
 * @error: %AWS_ERROR_SETTINGS if @url is no such URL. It shows neither a user nor a password
 *
 * The environment counts as it is now, as urllib of Python (and so boto3) reads it: `https_proxy` for
 * https and `http_proxy` for http, else `all_proxy`, each also in upper case, except `HTTP_PROXY` in a
 * CGI script, where the client could set it. `no_proxy` lists, with commas, what is reached without:
 * `*`, names, which include the names below them, addresses, and networks such as `10.0.0.0/8`, each
 * with or without a port. Empty and blank variables count as unset. Where no proxy is set for either
 * scheme, GIO's default resolver is asked, which reads the settings of the desktop. A variable that is no
 * such URL is an error only for a request that would go through its proxy: aws_proxy_check().
 *
 * Returns: (transfer full) (nullable): a resolver, which is an #AwsProxy
 */
GProxyResolver *aws_proxy_new (const char *url, GError **error);

/**
 * aws_proxy_check:
 * @uri: a http or https URI
 * @error: %AWS_ERROR_SETTINGS if the variable that sets the proxy for @uri cannot be used. It names the
 *     variable, and shows neither a user nor a password
 *
 * Returns: whether the proxy for @uri, if any, can be used
 */
gboolean aws_proxy_check (AwsProxy *self, GUri *uri, GError **error);

/**
 * aws_proxy_is_used:
 * @uri: a http or https URI
 *
 * Returns: whether @uri is reached through a proxy that was set or is in the environment
 */
gboolean aws_proxy_is_used (AwsProxy *self, GUri *uri);

/**
 * aws_proxy_is_direct:
 * @self: a resolver
 * @uri: a http or https URI
 *
 * Returns: whether @uri is reached without a proxy, whatever the system says
 */
gboolean aws_proxy_is_direct (AwsProxy *self, GUri *uri);

/**
 * aws_proxy_get_authorization:
 * @uri: a http or https URI
 *
 * Returns: (nullable) (transfer none): the value of `Proxy-Authorization` for the http proxy of
 *     @uri, a secret; %NULL where there is no proxy, or it has no user
 */
const char *aws_proxy_get_authorization (AwsProxy *self, GUri *uri);

G_END_DECLS
