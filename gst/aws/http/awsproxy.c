/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GIO has resolvers for all this, but which of them reads the environment depends on the installed
 * modules, and for its simple one `example.com` in a list of exceptions does not cover
 * subdomains. */
#include "awsproxy.h"

#include "awsendpoint.h"
#include "awsenvironment.h"
#include "awserror.h"
#include "awssecret.h"

#include <string.h>

#define DIRECT "direct://"
#define BLANKS " \t\r\n"
#define EXPECTED                                                                                   \
  "it has to be http://HOST:PORT or socks5://HOST:PORT, with special characters of a user and a "  \
  "password percent-encoded"

/* For http, Python's; curl's is 1080. */
#define HTTP_PORT 80
#define SOCKS_PORT 1080

/* The proxy for one scheme, all NULL if there is none. */
typedef struct {
  char *uri;           /* may hold a password if it is socks, which GIO needs there */
  char *authorization; /* a secret */
  GError *failure;     /* why the variable cannot be used; then the others are NULL */
} Server;

struct _AwsProxy {
  GObject parent_instance;

  Server for_http;
  Server for_https;
  char **exceptions;
};

static void aws_proxy_resolver_init (GProxyResolverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AwsProxy, aws_proxy, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, aws_proxy_resolver_init))

static gboolean
is_name_below (const char *name, const char *domain)
{
  gsize length = strlen (name);
  gsize domain_length = strlen (domain);

  if (length < domain_length || domain_length == 0)
    return FALSE;
  if (g_ascii_strcasecmp (name + length - domain_length, domain) != 0)
    return FALSE;
  return length == domain_length || name[length - domain_length - 1] == '.';
}

static GInetAddress *
parse_address (const char *host)
{
  g_autofree char *without_zone = g_strndup (host, strcspn (host, "%"));

  return g_inet_address_new_from_string (without_zone);
}

/* The IPv6 addresses of EC2's metadata and EKS's credentials; those of IPv4 are link-local. */
static gboolean
is_metadata (GInetAddress *address)
{
  static const char *const known[] = {"fd00:ec2::254", "fd00:ec2::23"};

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autoptr (GInetAddress) metadata = g_inet_address_new_from_string (known[i]);

    if (g_inet_address_equal (address, metadata))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_near (const char *host)
{
  g_autoptr (GInetAddress) address = parse_address (host);

  if (address == NULL)
    return is_name_below (host, "localhost");
  return g_inet_address_get_is_loopback (address) || g_inet_address_get_is_link_local (address) ||
         is_metadata (address);
}

/* Removes a port from @exception, unless all colons belong to an IPv6 address; 0 if there is none. */
static int
take_port (char *exception)
{
  char *colon = strrchr (exception, ':');
  guint64 port;

  if (colon == NULL || (strchr (exception, ':') != colon && colon[-1] != ']'))
    return 0;
  if (!g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &port, NULL))
    return 0;
  *colon = '\0';
  return (int)port;
}

/* Removes the parts of @exception without a meaning: brackets, and dots and `*.` in front. */
static char *
strip_exception (char *exception)
{
  gsize length = strlen (exception);

  if (length >= 2 && exception[0] == '[' && exception[length - 1] == ']') {
    exception[length - 1] = '\0';
    return exception + 1;
  }
  if (g_str_has_prefix (exception, "*."))
    exception += 2;
  return exception + strspn (exception, ".");
}

/* GLib accepts any number as the length of a mask, and warns in the log. */
static gboolean
is_mask (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "/", -1);
  g_autoptr (GInetAddress) address = parts[0] != NULL ? parse_address (parts[0]) : NULL;
  guint64 length;

  if (address == NULL || g_strv_length (parts) > 2)
    return FALSE;
  return parts[1] == NULL || g_ascii_string_to_unsigned (parts[1], 10, 0,
                                 8 * g_inet_address_get_native_size (address), &length, NULL);
}

static gboolean
is_exception (const char *text, const char *host, int port)
{
  g_autofree char *exception = g_strdup (text);
  int only_port = take_port (exception);
  const char *pattern = strip_exception (exception);
  g_autoptr (GInetAddress) address = parse_address (host);
  g_autoptr (GInetAddressMask) mask = NULL;

  if (only_port != 0 && only_port != port)
    return FALSE;
  if (g_str_equal (pattern, "*"))
    return TRUE;
  if (address == NULL)
    return is_name_below (host, pattern);
  mask = is_mask (pattern) ? g_inet_address_mask_new_from_string (pattern, NULL) : NULL;
  return mask != NULL && g_inet_address_mask_matches (mask, address);
}

static int
get_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return port;
  return g_str_equal (g_uri_get_scheme (uri), "http") ? 80 : 443;
}

/* Whether @uri must not go through any proxy. */
static gboolean
is_direct (AwsProxy *self, GUri *uri)
{
  const char *text = g_uri_get_host (uri);
  g_autofree char *host = g_strdup (text != NULL ? text : "");
  gsize length = strlen (host);

  if (length > 0 && host[length - 1] == '.')
    host[length - 1] = '\0';
  if (is_near (host))
    return TRUE;
  for (gsize i = 0; self->exceptions != NULL && self->exceptions[i] != NULL; i++) {
    if (is_exception (self->exceptions[i], host, get_port (uri)))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_set (const Server *server)
{
  return server->uri != NULL || server->failure != NULL;
}

/* The proxy for @uri as it is set here, usable or not, or NULL. */
static const Server *
find_server (AwsProxy *self, GUri *uri)
{
  const Server *server =
      g_str_equal (g_uri_get_scheme (uri), "http") ? &self->for_http : &self->for_https;

  return is_set (server) && !is_direct (self, uri) ? server : NULL;
}

/* A variable is an error only when something is to be sent through its proxy: a machine may have one
 * for other programs. */
gboolean
aws_proxy_check (AwsProxy *self, GUri *uri, GError **error)
{
  const Server *server = find_server (self, uri);

  if (server == NULL || server->failure == NULL)
    return TRUE;
  g_propagate_error (error, g_error_copy (server->failure));
  return FALSE;
}

gboolean
aws_proxy_is_used (AwsProxy *self, GUri *uri)
{
  return find_server (self, uri) != NULL;
}

gboolean
aws_proxy_is_direct (AwsProxy *self, GUri *uri)
{
  gboolean is_any_set = is_set (&self->for_http) || is_set (&self->for_https);

  return is_direct (self, uri) || (is_any_set && find_server (self, uri) == NULL);
}

const char *
aws_proxy_get_authorization (AwsProxy *self, GUri *uri)
{
  const Server *server = find_server (self, uri);

  return server != NULL ? server->authorization : NULL;
}

static char **
make_list (const char *proxy)
{
  const char *const list[] = {proxy, NULL};

  return g_strdupv ((char **)list);
}

/* The proxies, as far as they are known without asking the system, or NULL; with @error if a
 * setting cannot be used. */
static char **
find_own (AwsProxy *self, const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_PARSE_RELAXED, NULL);
  const Server *server;

  if (uri == NULL || aws_proxy_is_direct (self, uri))
    return make_list (DIRECT);
  if (!aws_proxy_check (self, uri, error))
    return NULL;
  server = find_server (self, uri);
  return server != NULL ? make_list (server->uri) : NULL;
}

/* libsoup 3.2 to 3.6 takes a user in the URI of a proxy for a part of the URI it has to tunnel to, and
 * then asks the proxy to connect to itself. */
static char *
strip_user (const char *proxy)
{
  g_autoptr (GUri) uri = g_uri_parse (proxy, G_URI_FLAGS_PARSE_RELAXED, NULL);

  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "http"))
    return g_strdup (proxy);
  return g_uri_join (
      G_URI_FLAGS_NONE, "http", NULL, g_uri_get_host (uri), g_uri_get_port (uri), "", NULL, NULL);
}

static char **
strip_users (char **proxies)
{
  for (char **proxy = proxies; proxy != NULL && *proxy != NULL; proxy++) {
    char *stripped = strip_user (*proxy);

    aws_secret_free (*proxy);
    *proxy = stripped;
  }
  return proxies;
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
  GError *failure = NULL;
  char **own = find_own (AWS_PROXY (resolver), url, &failure);

  if (failure != NULL) {
    g_propagate_error (error, failure);
    return NULL;
  }
  if (own != NULL)
    return own;
  return strip_users (
      g_proxy_resolver_lookup (g_proxy_resolver_get_default (), url, cancellable, error));
}

static void
lookup_cb (GObject *system, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char **proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (system), result, &error);

  if (proxies != NULL)
    g_task_return_pointer (task, strip_users (proxies), (GDestroyNotify)g_strfreev);
  else
    g_task_return_error (task, error);
}

static void
aws_proxy_lookup_async (GProxyResolver *resolver, const char *url, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);
  GError *failure = NULL;
  char **own = find_own (AWS_PROXY (resolver), url, &failure);

  if (own != NULL)
    g_task_return_pointer (task, own, (GDestroyNotify)g_strfreev);
  else if (failure != NULL)
    g_task_return_error (task, failure);
  else
    g_proxy_resolver_lookup_async (
        g_proxy_resolver_get_default (), url, cancellable, lookup_cb, g_steal_pointer (&task));
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
clear_server (Server *server)
{
  g_clear_pointer (&server->uri, aws_secret_free);
  g_clear_pointer (&server->authorization, aws_secret_free);
  g_clear_error (&server->failure);
}

static void
aws_proxy_finalize (GObject *object)
{
  AwsProxy *self = AWS_PROXY (object);

  clear_server (&self->for_http);
  clear_server (&self->for_https);
  g_strfreev (self->exceptions);

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

static gboolean
is_printable (const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (!g_ascii_isgraph (*c))
      return FALSE;
  }
  return *text != '\0';
}

/* GIO's name of the protocol of a proxy. GNOME writes `socks`; `socks5h` is curl's name for what GIO does
 * anyway: the proxy looks up the host. */
static const char *
get_protocol (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (g_str_equal (scheme, "http"))
    return "http";
  if (g_str_equal (scheme, "socks5") || g_str_equal (scheme, "socks5h") ||
      g_str_equal (scheme, "socks"))
    return "socks5";
  return NULL;
}

/* Basic authentication (RFC 7617), which has no way to write a user with a colon. */
static gboolean
is_acceptable (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  const char *user = g_uri_get_user (uri);
  const char *path = g_uri_get_path (uri);

  return get_protocol (uri) != NULL && host != NULL && is_printable (host) &&
         (user == NULL || strchr (user, ':') == NULL) && g_uri_get_query (uri) == NULL &&
         g_uri_get_fragment (uri) == NULL && (*path == '\0' || g_str_equal (path, "/"));
}

static char *
make_authorization (const char *user, const char *password)
{
  char *plain = g_strdup_printf ("%s:%s", user, password != NULL ? password : "");
  char *encoded = g_base64_encode ((const guchar *)plain, strlen (plain));
  char *authorization = g_strconcat ("Basic ", encoded, NULL);

  aws_secret_free (plain);
  aws_secret_free (encoded);
  return authorization;
}

static void
fill_server (Server *server, GUri *uri)
{
  const char *protocol = get_protocol (uri);
  gboolean is_http = g_str_equal (protocol, "http");
  const char *user = g_uri_get_user (uri);
  int port = g_uri_get_port (uri);

  if (port <= 0)
    port = is_http ? HTTP_PORT : SOCKS_PORT;
  if (is_http && user != NULL)
    server->authorization = make_authorization (user, g_uri_get_password (uri));
  server->uri = g_uri_join_with_user (G_URI_FLAGS_NONE, protocol, is_http ? NULL : user,
      is_http ? NULL : g_uri_get_password (uri), NULL, g_uri_get_host (uri), port, "", NULL, NULL);
}

static gboolean
refuse (const char *url, const char *name, GError **error)
{
  g_autofree char *shown = aws_endpoint_show_url (url);

  if (shown != NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "%s is '%s', which cannot be used as a proxy; " EXPECTED, name, shown);
  else
    g_set_error (
        error, AWS_ERROR, AWS_ERROR_SETTINGS, "%s cannot be used as a proxy; " EXPECTED, name);
  return FALSE;
}

/* Parses @url, the value of the setting @name. */
static gboolean
parse_server (Server *server, const char *url, const char *name, GError **error)
{
  const char *begin = url + strspn (url, BLANKS);
  char *full = g_strconcat (strstr (begin, "://") != NULL ? "" : "http://", begin, NULL);
  g_autoptr (GUri) uri = g_uri_parse (g_strchomp (full), G_URI_FLAGS_HAS_PASSWORD, NULL);

  aws_secret_free (full);
  if (uri == NULL || !is_acceptable (uri))
    return refuse (url, name, error);
  fill_server (server, uri);
  return TRUE;
}

/* The first of @names that is set. */
static const char *
find_variable (const char *const *names)
{
  for (; *names != NULL; names++) {
    if (aws_environment_get (*names) != NULL)
      return *names;
  }
  return NULL;
}

static void
read_server (Server *server, const char *const *names)
{
  const char *name = find_variable (names);

  if (name != NULL)
    parse_server (server, aws_environment_get (name), name, &server->failure);
}

/* In a CGI script HTTP_PROXY is the header "Proxy" of a request (CVE-2016-5385). */
static gboolean
is_cgi (void)
{
  return g_getenv ("REQUEST_METHOD") != NULL;
}

static void
read_environment (AwsProxy *self)
{
  static const char *const https[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
  static const char *const http[] = {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", NULL};
  static const char *const cgi_http[] = {"http_proxy", "all_proxy", "ALL_PROXY", NULL};
  static const char *const none[] = {"no_proxy", "NO_PROXY", NULL};
  const char *name = find_variable (none);

  if (name != NULL)
    self->exceptions = g_strsplit_set (aws_environment_get (name), "," BLANKS, -1);
  read_server (&self->for_https, https);
  read_server (&self->for_http, is_cgi () ? cgi_http : http);
}

GProxyResolver *
aws_proxy_new (const char *url, GError **error)
{
  g_autoptr (AwsProxy) self = g_object_new (AWS_TYPE_PROXY, NULL);

  if (url == NULL)
    read_environment (self);
  else if (!parse_server (&self->for_https, url, "proxy", error) ||
           !parse_server (&self->for_http, url, "proxy", error))
    return NULL;
  return G_PROXY_RESOLVER (g_steal_pointer (&self));
}
