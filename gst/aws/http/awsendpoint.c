/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A URL from outside decides where a signed request is sent and what its first lines contain, so it is
 * checked here before any request. */
#include "awsendpoint.h"

#include "awserror.h"

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

/* The error of @uri as an endpoint, or NULL. */
static const char *
find_problem (GUri *uri, gboolean allow_http)
{
  const char *scheme = g_uri_get_scheme (uri);

  if (strcmp (scheme, "https") != 0 && strcmp (scheme, "http") != 0)
    return allow_http ? "it is not an http or https URL" : "it is not an https URL";
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

/* A host has no @, and no colon but the one of a port. */
static gboolean
is_public (const char *url)
{
  return strchr (url, '@') == NULL &&
         g_regex_match_simple ("^([a-z][a-z0-9+.-]*://)?[^:]*(:[0-9]{0,5})?(/[^:]*)?$", url,
             G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_DOLLAR_ENDONLY, 0);
}

char *
aws_endpoint_show_url (const char *url)
{
  g_autofree char *shown = g_strndup (url, strcspn (url, "?#"));

  return is_public (url) ? g_strescape (shown, NULL) : NULL;
}

static void
refuse (const char *url, const char *problem, GError **error)
{
  g_autofree char *shown = aws_endpoint_show_url (url);

  if (shown != NULL)
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS, "%s: “%s”", problem, shown);
  else
    g_set_error_literal (error, AWS_ERROR, AWS_ERROR_SETTINGS, problem);
}

GUri *
aws_endpoint_parse (const char *url, gboolean allow_http, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *problem = uri != NULL ? find_problem (uri, allow_http)
                                    : "it is not an absolute URL such as https://host:port/path";

  if (problem == NULL)
    return with_path (uri, g_uri_get_path (uri));
  refuse (url, problem, error);
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

/* The length of the scheme of @url with its `://`, 0 where it has none (RFC 3986, section 3.1). */
static gsize
get_scheme_length (const char *url)
{
  gsize length = 0;

  while (g_ascii_isalnum (url[length]) || (url[length] && strchr ("+-.", url[length])))
    length++;
  return g_ascii_isalpha (*url) && g_str_has_prefix (url + length, "://") ? length + 3 : 0;
}

/* Works on the text, because a URL that cannot be parsed must not show its password either. A password may
 * contain any character that should have been escaped, so everything up to the last @ is removed. */
char *
aws_endpoint_hide_user (const char *url)
{
  const char *at = url ? strrchr (url, '@') : NULL;

  if (at == NULL)
    return g_strdup (url);
  return g_strdup_printf ("%.*s%s", (int)get_scheme_length (url), url, at + 1);
}
