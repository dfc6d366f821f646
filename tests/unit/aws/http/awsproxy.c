/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which proxy is used for which URL. awshttp.c and awshttp-tls.c send requests through one. */
#include "awsproxy.h"

#include "awserror.h"

#include <libsoup/soup.h>
#include <string.h>

#define PROXY "http://proxy.example:3128"

static void
clear_environment (void)
{
  static const char *const names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
      "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "REQUEST_METHOD"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_unsetenv (names[i]);
}

/* Sets "NAME=value" pairs, and nothing else that is about proxies. */
static void
set_environment (const char *const *settings)
{
  clear_environment ();
  for (; *settings != NULL; settings++) {
    g_auto (GStrv) parts = g_strsplit (*settings, "=", 2);

    g_setenv (parts[0], parts[1], TRUE);
  }
}

static GProxyResolver *
make_resolver (const char *url)
{
  g_autoptr (GError) error = NULL;
  GProxyResolver *resolver = aws_proxy_new (url, &error);

  g_assert_no_error (error);
  return resolver;
}

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
assert_proxy (GProxyResolver *resolver, const char *url, const char *expected)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autofree char *found = look_up (resolver, url);
  g_autofree char *found_async = look_up_async (resolver, url);

  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpstr (found_async, ==, expected);
  g_assert_cmpint (
      aws_proxy_is_used (AWS_PROXY (resolver), uri), ==, !g_str_equal (expected, "direct://"));
  /* If the system has to be asked, it is not known beforehand whether a proxy is used. */
  if (aws_proxy_is_direct (AWS_PROXY (resolver), uri))
    g_assert_cmpstr (expected, ==, "direct://");
}

/* If the system is asked, only this machine and its own network are certain to be direct. */
static void
test_direct (void)
{
  static const struct {
    const char *settings[5];
    const char *url;
    gboolean is_direct;
  } rows[] = {
      {{NULL}, "http://127.0.0.1:8080/", TRUE},
      {{NULL}, "https://localhost/", TRUE},
      {{NULL}, "http://169.254.169.254/", TRUE},
      {{NULL}, "https://a.example/", FALSE},
      {{"no_proxy=a.example"}, "https://a.example/", TRUE},
      {{"no_proxy=a.example"}, "https://b.example/", FALSE},
      {{"https_proxy=http://p.example"}, "https://a.example/", FALSE},
      {{"https_proxy=http://p.example"}, "http://a.example/", TRUE},
      {{"https_proxy=http://p.example", "no_proxy=*"}, "https://a.example/", TRUE},
      {{"https_proxy=nonsense://"}, "https://a.example/", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GProxyResolver) resolver = NULL;
    g_autoptr (GUri) uri = g_uri_parse (rows[i].url, SOUP_HTTP_URI_FLAGS, NULL);

    set_environment (rows[i].settings);
    resolver = make_resolver (NULL);
    g_test_message ("%s", rows[i].url);
    g_assert_cmpint (aws_proxy_is_direct (AWS_PROXY (resolver), uri), ==, rows[i].is_direct);
    clear_environment ();
  }
}

static void
test_explicit (void)
{
  static const struct {
    const char *url, *proxies;
  } rows[] = {
      {"https://kinesisvideo.eu-central-1.amazonaws.com/getDataEndpoint", PROXY},
      {"https://localhost.example/", PROXY},
      {"http://192.168.0.1:8080/", PROXY},
      {"http://[2001:db8::1]/", PROXY},
      {"http://[fd00:ec2::1]/", PROXY},
      {"http://localhost:8080/getImages", "direct://"},
      {"http://LOCALHOST/", "direct://"},
      {"http://localhost./", "direct://"},
      {"http://a.localhost/", "direct://"},
      {"http://127.0.0.1:8080/", "direct://"},
      {"https://127.0.0.1:8080/", "direct://"},
      {"http://127.8.9.10/", "direct://"},
      {"http://[::1]:8080/", "direct://"},
      {"http://169.254.169.254/latest/", "direct://"},
      {"http://169.254.170.2/", "direct://"},
      {"http://[fe80::1]/", "direct://"},
      {"http://[fe80::1%25eth0]/", "direct://"},
      {"http://[fd00:ec2::254]/", "direct://"},
      {"http://[fd00:ec2::23]/v1", "direct://"},
  };
  static const char *const environment[] = {"https_proxy=http://other.example", "no_proxy=*", NULL};
  g_autoptr (GProxyResolver) resolver = NULL;

  set_environment (environment);
  resolver = make_resolver (PROXY);
  g_assert_true (g_proxy_resolver_is_supported (resolver));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_proxy (resolver, rows[i].url, rows[i].proxies);
  clear_environment ();
}

static void
test_environment (void)
{
  static const struct {
    const char *settings[5], *https, *http;
  } rows[] = {
      {{"https_proxy=http://a:1"}, "http://a:1", "direct://"},
      {{"HTTPS_PROXY=http://a:1"}, "http://a:1", "direct://"},
      {{"https_proxy=http://a:1", "HTTPS_PROXY=http://b:2"}, "http://a:1", "direct://"},
      {{"https_proxy= ", "HTTPS_PROXY=http://b:2"}, "http://b:2", "direct://"},
      {{"http_proxy=http://a:1"}, "direct://", "http://a:1"},
      {{"HTTP_PROXY=http://a:1"}, "direct://", "http://a:1"},
      {{"HTTP_PROXY=http://a:1", "REQUEST_METHOD=GET", "https_proxy=b:2"}, "http://b:2",
          "direct://"},
      {{"http_proxy=http://a:1", "REQUEST_METHOD=GET"}, "direct://", "http://a:1"},
      {{"all_proxy=socks5://a:1"}, "socks5://a:1", "socks5://a:1"},
      {{"ALL_PROXY=socks://a:1/"}, "socks5://a:1", "socks5://a:1"},
      {{"ALL_PROXY=b:2", "https_proxy=a:1"}, "http://a:1", "http://b:2"},
      {{"http_proxy=a:1", "https_proxy=b:2"}, "http://b:2", "http://a:1"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GProxyResolver) resolver = NULL;

    g_test_message ("row %zu", i);
    set_environment (rows[i].settings);
    resolver = make_resolver (NULL);
    assert_proxy (resolver, "https://service.example/", rows[i].https);
    assert_proxy (resolver, "http://service.example/", rows[i].http);
    assert_proxy (resolver, "http://169.254.169.254/", "direct://");
  }
  clear_environment ();
}

static void
test_exceptions (void)
{
  static const struct {
    const char *no_proxy, *url;
    gboolean is_direct;
  } rows[] = {
      {"*", "https://service.example/", TRUE},
      {"service.example", "https://service.example/", TRUE},
      {"SERVICE.example", "https://service.EXAMPLE/", TRUE},
      {"service.example", "https://service.example./", TRUE},
      {"service.example", "https://a.b.service.example/", TRUE},
      {"service.example", "https://otherservice.example/", FALSE},
      {"service.example", "https://service.example.org/", FALSE},
      {".service.example", "https://a.service.example/", TRUE},
      {".service.example", "https://service.example/", TRUE},
      {"*.service.example", "https://a.service.example/", TRUE},
      {"example", "https://service.example/", TRUE},
      {"service.example:443", "https://service.example/", TRUE},
      {"service.example:8443", "https://service.example/", FALSE},
      {"service.example:8443", "https://service.example:8443/", TRUE},
      {"a, service.example ,b", "https://service.example/", TRUE},
      {"a service.example", "https://service.example/", TRUE},
      {",,", "https://service.example/", FALSE},
      {":80", "https://service.example/", FALSE},
      {"10.1.2.3", "https://10.1.2.3/", TRUE},
      {"10.1.2.3", "https://10.1.2.30/", FALSE},
      {"2.3", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/8", "https://10.1.2.3/", TRUE},
      {"10.0.0.0/8", "https://11.1.2.3/", FALSE},
      {"10.0.0.0/8", "https://10.1.2.3.example/", FALSE},
      {"10.1.2.3:443", "https://10.1.2.3/", TRUE},
      {"2001:db8::1", "https://[2001:DB8:0::1]/", TRUE},
      {"[2001:db8::1]", "https://[2001:db8::1]/", TRUE},
      {"[2001:db8::1]:443", "https://[2001:db8::1]/", TRUE},
      {"[2001:db8::1]:80", "https://[2001:db8::1]/", FALSE},
      {"2001:db8::/32", "https://[2001:db8::1]/", TRUE},
      {"2001:db8::1", "https://[2001:db8::2]/", FALSE},
      {"10.0.0.0/-16", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/33", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/4294967304", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/+8", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/", "https://10.1.2.3/", FALSE},
      {"10.0.0.0/8/8", "https://10.1.2.3/", FALSE},
      {"/8", "https://10.1.2.3/", FALSE},
      {"/", "https://10.1.2.3/", FALSE},
      {"2001:db8::/129", "https://[2001:db8::1]/", FALSE},
      {"0.0.0.0/0", "https://10.1.2.3/", TRUE},
      {"2001:db8::1/128", "https://[2001:db8::1]/", TRUE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GProxyResolver) resolver = NULL;

    g_test_message ("%s %s", rows[i].no_proxy, rows[i].url);
    clear_environment ();
    g_setenv ("HTTPS_PROXY", PROXY, TRUE);
    g_setenv (i % 2 == 0 ? "no_proxy" : "NO_PROXY", rows[i].no_proxy, TRUE);
    resolver = make_resolver (NULL);
    assert_proxy (resolver, rows[i].url, rows[i].is_direct ? "direct://" : PROXY);
  }
  clear_environment ();
}

static void
test_forms (void)
{
  static const struct {
    const char *url, *proxy, *authorization;
  } rows[] = {
      {"http://a", "http://a:80", NULL},
      {"HTTP://A:3128/", "http://A:3128", NULL},
      {"a:3128", "http://a:3128", NULL},
      {" a:3128\n", "http://a:3128", NULL},
      {"http://10.0.0.1:3128", "http://10.0.0.1:3128", NULL},
      {"http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128", NULL},
      {"http://Aladdin:open%20sesame@a:1", "http://a:1", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {"Aladdin:open%20sesame@a:1", "http://a:1", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
      {"http://user@a:1", "http://a:1", "Basic dXNlcjo="},
      {"http://user:p%40s%3As@a:1", "http://a:1", "Basic dXNlcjpwQHM6cw=="},
      {"socks5://a", "socks5://a:1080", NULL},
      {"socks5h://a:1", "socks5://a:1", NULL},
      {"socks5://user:p%40s@a:1", "socks5://user:p%40s@a:1", NULL},
  };
  g_autoptr (GUri) https = g_uri_parse ("https://service.example/", SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GUri) near = g_uri_parse ("http://127.0.0.1/", SOUP_HTTP_URI_FLAGS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GProxyResolver) resolver = make_resolver (rows[i].url);

    assert_proxy (resolver, "https://service.example/", rows[i].proxy);
    assert_proxy (resolver, "http://service.example/", rows[i].proxy);
    g_assert_cmpstr (
        aws_proxy_get_authorization (AWS_PROXY (resolver), https), ==, rows[i].authorization);
    g_assert_null (aws_proxy_get_authorization (AWS_PROXY (resolver), near));
  }
}

static void
test_malformed (void)
{
  static const char *const rows[] = {"", "http://", "http://:3128", "https://secret@a:1",
      "ftp://a:1", "socks4://a:1", "http://a:99999", "http://a:x", "http://user:se/cret@a:1",
      "http://user:se#cret@a:1", "http://a:1/path", "http://a:1/?secret", "http://us%3Aer:x@a:1",
      "http://a b:1", "http://a%0d%0ab:1", "http://user:%zz@a:1"};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i]);
    g_assert_null (aws_proxy_new (rows[i], &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_nonnull (strstr (error->message, "cannot be used as a proxy; it has to be http://"));
    g_assert_null (strstr (error->message, "cret"));
  }
}

static void
assert_usable (GProxyResolver *resolver, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (aws_proxy_check (AWS_PROXY (resolver), uri, &error));
  g_assert_no_error (error);
}

static void
assert_unusable (GProxyResolver *resolver, const char *url, const char *prefix)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) lookup_error = NULL;

  g_assert_false (aws_proxy_check (AWS_PROXY (resolver), uri, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_true (g_str_has_prefix (error->message, prefix));
  g_assert_null (strstr (error->message, "secret"));
  g_assert_null (g_proxy_resolver_lookup (resolver, url, NULL, &lookup_error));
  g_assert_error (lookup_error, AWS_ERROR, AWS_ERROR_SETTINGS);
}

/* An invalid variable is an error only for requests that would use its proxy. */
static void
test_malformed_variable (void)
{
  static const char *const all[] = {
      "ALL_PROXY=https://user:secret@a", "no_proxy=internal.example", NULL};
  static const char *const http[] = {
      "http_proxy=https://user:secret@a", "https_proxy=http://b:1", NULL};
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autoptr (GProxyResolver) other = NULL;

  set_environment (all);
  resolver = make_resolver (NULL);
  assert_unusable (resolver, "https://service.example/", "ALL_PROXY cannot be used as a proxy; ");
  assert_unusable (resolver, "http://service.example/", "ALL_PROXY cannot be used as a proxy; ");
  assert_usable (resolver, "https://a.internal.example/");
  assert_usable (resolver, "http://127.0.0.1/");
  assert_proxy (resolver, "https://internal.example/", "direct://");
  clear_environment ();

  set_environment (http);
  other = make_resolver (NULL);
  assert_unusable (other, "http://service.example/", "http_proxy cannot be used as a proxy; ");
  assert_usable (other, "https://service.example/");
  assert_proxy (other, "https://service.example/", "http://b:1");
  clear_environment ();
}

/* A value that cannot hold a password is shown. */
static void
test_malformed_values (void)
{
  static const struct {
    const char *proxy, *text;
  } rows[] = {
      {"ftp://a:1", "proxy is 'ftp://a:1', which cannot be used as a proxy; it has to be http://"},
      {"http://a:99999", "proxy is 'http://a:99999', which cannot be used as a proxy; "},
      {"http://a:x", "proxy cannot be used as a proxy; "},
      {"ftp://user@a:1", "proxy cannot be used as a proxy; "},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aws_proxy_new (rows[i].proxy, &error));
    g_assert_true (g_str_has_prefix (error->message, rows[i].text));
  }
}

/* A resolver in the place of the system's. */
#define TEST_TYPE_RESOLVER (test_resolver_get_type ())
G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GObject)

struct _TestResolver {
  GObject parent_instance;
};

static gboolean
test_resolver_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
test_resolver_lookup (
    GProxyResolver *resolver, const char *url, GCancellable *cancellable, GError **error)
{
  return g_strsplit ("http://user:secret@a:1 socks5://b:2 direct://", " ", -1);
}

static void
test_resolver_lookup_async (GProxyResolver *resolver, const char *url, GCancellable *cancellable,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_pointer (
      task, test_resolver_lookup (resolver, url, NULL, NULL), (GDestroyNotify)g_strfreev);
}

static char **
test_resolver_lookup_finish (GProxyResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = test_resolver_is_supported;
  iface->lookup = test_resolver_lookup;
  iface->lookup_async = test_resolver_lookup_async;
  iface->lookup_finish = test_resolver_lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestResolver, test_resolver, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_resolver_iface_init)
        g_io_extension_point_implement (
            G_PROXY_RESOLVER_EXTENSION_POINT_NAME, g_define_type_id, "test", G_MAXINT))

static void
test_resolver_class_init (TestResolverClass *klass)
{
}

static void
test_resolver_init (TestResolver *self)
{
}

/* The system is asked only if no variable is set, and no password is shown. */
static void
test_system (void)
{
  static const char *const environment[] = {"no_proxy=internal.example", NULL};
  static const char url[] = "https://service.example/";
  g_autoptr (GProxyResolver) resolver = NULL;
  g_autofree char *found = NULL;
  g_autofree char *found_async = NULL;

  set_environment (environment);
  resolver = make_resolver (NULL);
  found = look_up (resolver, url);
  found_async = look_up_async (resolver, url);
  g_assert_cmpstr (found, ==, "http://a:1,socks5://b:2,direct://");
  g_assert_cmpstr (found_async, ==, found);
  assert_proxy (resolver, "https://internal.example/", "direct://");
  assert_proxy (resolver, "http://169.254.169.254/", "direct://");
  clear_environment ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_setenv ("GIO_USE_PROXY_RESOLVER", "test", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_type_ensure (TEST_TYPE_RESOLVER);
  clear_environment ();
  g_test_add_func ("/awsproxy/direct", test_direct);
  g_test_add_func ("/awsproxy/explicit", test_explicit);
  g_test_add_func ("/awsproxy/environment", test_environment);
  g_test_add_func ("/awsproxy/exceptions", test_exceptions);
  g_test_add_func ("/awsproxy/forms", test_forms);
  g_test_add_func ("/awsproxy/malformed", test_malformed);
  g_test_add_func ("/awsproxy/malformed-variable", test_malformed_variable);
  g_test_add_func ("/awsproxy/malformed-values", test_malformed_values);
  g_test_add_func ("/awsproxy/system", test_system);
  return g_test_run ();
}
