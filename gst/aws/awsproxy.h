/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Through which proxy a host is reached: the one the system is set up with, and none for this very
 * machine, which a proxy elsewhere cannot mean. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AWS_TYPE_PROXY (aws_proxy_get_type ())

/**
 * AwsProxy:
 *
 * A #GProxyResolver for a session.
 */
G_DECLARE_FINAL_TYPE (AwsProxy, aws_proxy, AWS, PROXY, GObject)

/**
 * aws_proxy_new:
 * @system: (nullable): who knows the proxies of all other hosts; %NULL is GIO's default, which reads
 *     the desktop's settings or the environment, as its modules are installed
 *
 * Returns: (transfer full): a resolver that gives no proxy for `localhost` and loopback addresses
 */
GProxyResolver *aws_proxy_new (GProxyResolver *system);

G_END_DECLS
