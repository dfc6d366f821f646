/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsproxy.h"

struct _AwsProxy {
  GObject parent_instance;

  GProxyResolver *system;
};

static void aws_proxy_resolver_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsProxy, aws_proxy, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, aws_proxy_resolver_init))

static gboolean
is_this_machine (const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *host = uri ? g_uri_get_host (uri) : NULL;
  g_autoptr (GInetAddress) address = host ? g_inet_address_new_from_string (host) : NULL;

  if (address)
    return g_inet_address_get_is_loopback (address);
  return host && g_ascii_strcasecmp (host, "localhost") == 0;
}

static char **
make_direct (void)
{
  static const char *const direct[] = {"direct://", NULL};

  return g_strdupv ((char **)direct);
}

static gboolean
aws_proxy_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
aws_proxy_lookup (
    GProxyResolver *resolver, const char *url, GCancellable *cancellable, GError **error)
{
  if (is_this_machine (url))
    return make_direct ();
  return g_proxy_resolver_lookup (AWS_PROXY (resolver)->system, url, cancellable, error);
}

static void
lookup_cb (GObject *system, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char **proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (system), result, &error);

  if (proxies)
    g_task_return_pointer (task, proxies, (GDestroyNotify)g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
aws_proxy_lookup_async (GProxyResolver *resolver, const char *url, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  if (is_this_machine (url))
    g_task_return_pointer (task, make_direct (), (GDestroyNotify)g_strfreev);
  else
    g_proxy_resolver_lookup_async (
        AWS_PROXY (resolver)->system, url, cancellable, lookup_cb, g_steal_pointer (&task));
}

static char **
aws_proxy_lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
aws_proxy_resolver_init (GProxyResolverInterface *iface)
{
  iface->is_supported = aws_proxy_is_supported;
  iface->lookup = aws_proxy_lookup;
  iface->lookup_async = aws_proxy_lookup_async;
  iface->lookup_finish = aws_proxy_lookup_finish;
}

static void
aws_proxy_finalize (GObject *object)
{
  AwsProxy *self = AWS_PROXY (object);

  g_clear_object (&self->system);

  G_OBJECT_CLASS (aws_proxy_parent_class)->finalize (object);
}

static void
aws_proxy_class_init (AwsProxyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_proxy_finalize;
}

static void
aws_proxy_init (AwsProxy *self)
{
}

GProxyResolver *
aws_proxy_new (GProxyResolver *system)
{
  AwsProxy *self = g_object_new (AWS_TYPE_PROXY, NULL);

  self->system = g_object_ref (system ? system : g_proxy_resolver_get_default ());
  return G_PROXY_RESOLVER (self);
}
