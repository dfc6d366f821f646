/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "awsproxy.h"

#define PROXY "http://proxy.example:3128"

static char *
look_up (GProxyResolver *resolver, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) proxies = g_proxy_resolver_lookup (resolver, url, NULL, &error);

  g_assert_no_error (error);
  return g_strjoinv (",", proxies);
}

static void
store_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_auto (GStrv) proxies = g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, NULL);

  *(char **)user_data = g_strjoinv (",", proxies);
}

static char *
look_up_async (GProxyResolver *resolver, const char *url)
{
  char *found = NULL;

  g_proxy_resolver_lookup_async (resolver, url, NULL, store_cb, &found);
  while (found == NULL)
    g_main_context_iteration (NULL, TRUE);
  return found;
}

static void
test_lookup (void)
{
  static const struct {
    const char *url, *proxies;
  } rows[] = {
      {"https://kinesisvideo.eu-central-1.amazonaws.com/getDataEndpoint", PROXY},
      {"https://localhost.example/", PROXY},
      {"http://192.168.0.1:8080/", PROXY},
      {"http://localhost:8080/getImages", "direct://"},
      {"http://LOCALHOST/", "direct://"},
      {"http://127.0.0.1:8080/", "direct://"},
      {"http://127.8.9.10/", "direct://"},
      {"http://[::1]:8080/", "direct://"},
  };
  g_autoptr (GProxyResolver) system = g_simple_proxy_resolver_new (PROXY, NULL);
  g_autoptr (GProxyResolver) resolver = aws_proxy_new (system);

  g_assert_true (g_proxy_resolver_is_supported (resolver));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *found = look_up (resolver, rows[i].url);
    g_autofree char *found_async = look_up_async (resolver, rows[i].url);

    g_assert_cmpstr (found, ==, rows[i].proxies);
    g_assert_cmpstr (found_async, ==, rows[i].proxies);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/proxy/lookup", test_lookup);
  return g_test_run ();
}
