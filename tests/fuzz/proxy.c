/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any proxy and any exceptions, set and in the environment: messages show no password, nor do the resolver's
 * answers. */
#include "fuzz.h"

#include <awsproxy.h>

#include <string.h>

static void
check_answers (GProxyResolver *resolver, const char *uri)
{
  g_auto (GStrv) answers = g_proxy_resolver_lookup (resolver, uri, NULL, NULL);

  for (guint i = 0; answers != NULL && answers[i] != NULL; i++) {
    if (g_str_has_prefix (answers[i], "http"))
      g_assert_null (strstr (answers[i], FUZZ_SECRET));
  }
}

/* What comes before an @ may be a user and a password, whatever else the URL is. */
static void
check_error (gboolean is_good, GError *error, const char *url)
{
  const char *secret = strstr (url, FUZZ_SECRET);

  if (secret != NULL && strchr (secret, '@') != NULL)
    fuzz_check_secret_error (is_good, error);
  else
    fuzz_check_error (is_good, error);
}

/* @url is set, or else in the environment. */
static void
check_proxy (const char *url, gboolean is_set, GUri *uri, const char *target)
{
  GError *error = NULL;
  g_autoptr (GProxyResolver) resolver = aws_proxy_new (is_set ? url : NULL, &error);
  gboolean is_good;

  check_error (resolver != NULL, error, url);
  if (resolver == NULL)
    return;
  error = NULL;
  is_good = aws_proxy_check (AWS_PROXY (resolver), uri, &error);
  check_error (is_good, error, url);
  aws_proxy_is_used (AWS_PROXY (resolver), uri);
  aws_proxy_get_authorization (AWS_PROXY (resolver), uri);
  if (is_good)
    check_answers (resolver, target);
}

void
fuzz_run (FuzzInput *input)
{
  g_autofree char *host = fuzz_take_line (input);
  g_autofree char *url = fuzz_take_line (input);
  g_autofree char *exceptions = fuzz_take_line (input);
  g_autofree char *target = g_strconcat ("https://", host, "/getImages", NULL);
  g_autoptr (GUri) uri = g_uri_parse (target, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return;
  g_setenv ("no_proxy", exceptions, TRUE);
  g_setenv ("https_proxy", "http://proxy.example:3128", TRUE);
  check_proxy (url, TRUE, uri, target);
  g_setenv ("https_proxy", url, TRUE);
  check_proxy (url, FALSE, uri, target);
}
