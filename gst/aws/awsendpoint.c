/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A URL from outside decides where a signed request goes and what its first lines hold, so it is
 * taken apart and checked here before anything is sent to it. */
#include "awsendpoint.h"

#include "awserror.h"
#include "awsurl.h"

#include <libsoup/soup.h>
#include <string.h>

static gboolean
is_host (const char *host)
{
  if (g_hostname_is_ip_address (host))
    return TRUE;
  return g_regex_match_simple (
      "^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\\.?$", host,
      G_REGEX_CASELESS | G_REGEX_DOLLAR_ENDONLY, 0);
}

/* What is wrong with @uri as an endpoint, or NULL. */
static const char *
find_fault (GUri *uri, gboolean allow_http)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0)
    return allow_http ? "it is not a http or https URL" : "it is not a https URL";
  if (strcmp (scheme, "http") == 0 && !allow_http)
    return "http is not safe here, it has to be https";
  if (g_uri_get_host (uri) == NULL || !is_host (g_uri_get_host (uri)))
    return "its host is not a host name or IP address";
  if (g_uri_get_port (uri) == 0)
    return "its port is not 1 to 65535";
  if (g_uri_get_userinfo (uri) != NULL)
    return "it must not hold a user or password";
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return "it must end before any ? or #";
  return NULL;
}

/* @uri with a path of its own; the lower case is what is signed, and must be what is sent. */
static GUri *
with_path (GUri *uri, const char *path)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);

  return g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (uri), NULL, host, g_uri_get_port (uri),
      path, NULL, NULL);
}

static void
refuse (const char *url, const char *fault, GError **error)
{
  g_autofree char *shown = aws_url_show (url);

  if (shown != NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "%s: “%s”", fault, shown);
  else
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, fault);
}

GUri *
aws_endpoint_parse (const char *url, gboolean allow_http, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *fault = uri != NULL ? find_fault (uri, allow_http)
                                  : "it is not an absolute URL such as https://host:port/path";

  if (fault == NULL)
    return with_path (uri, g_uri_get_path (uri));
  refuse (url, fault, error);
  return NULL;
}

GUri *
aws_endpoint_with_operation (GUri *endpoint, const char *operation_path)
{
  const char *base = g_uri_get_path (endpoint);
  gsize length = strlen (base);
  g_autofree char *path = NULL;

  while (length > 0 && base[length - 1] == '/')
    length--;
  path = g_strdup_printf ("%.*s%s", (int)length, base, operation_path);
  return with_path (endpoint, path);
}

gboolean
aws_endpoint_is_loopback (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

char *
aws_endpoint_get_authority (GUri *uri)
{
  g_autofree char *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  int default_port = g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
  int port = g_uri_get_port (uri);
  GString *authority = g_string_new (NULL);

  g_string_append_printf (authority, is_ipv6 ? "[%.*s]" : "%.*s", (int)strcspn (host, "%"), host);
  if (port != -1 && port != default_port)
    g_string_append_printf (authority, ":%d", port);
  return g_string_free (authority, FALSE);
}
