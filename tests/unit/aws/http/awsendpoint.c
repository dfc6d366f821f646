/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests which URLs are endpoints, what is wrong with others, and that no password is shown. */
#include "awsendpoint.h"

#include "awserror.h"

#include <libsoup/soup.h>

#include <string.h>

static void
assert_parses (const char *url, gboolean allow_http, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = aws_endpoint_parse (url, allow_http, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = g_uri_to_string (uri);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_parse (void)
{
  assert_parses ("https://host", FALSE, "https://host/");
  assert_parses ("https://host/", FALSE, "https://host/");
  assert_parses ("HTTPS://Host.Example.COM:443", FALSE, "https://host.example.com/");
  assert_parses ("https://host:8443/proxy/kvs", FALSE, "https://host:8443/proxy/kvs");
  assert_parses ("https://host/a%20b/%C3%A9", FALSE, "https://host/a%20b/%C3%A9");
  assert_parses ("http://127.0.0.1:8080", TRUE, "http://127.0.0.1:8080/");
  assert_parses ("https://[::1]:8443", FALSE, "https://[::1]:8443/");
  assert_parses ("https://b-54c7cb80.kinesisvideo.us-east-2.amazonaws.com", FALSE,
      "https://b-54c7cb80.kinesisvideo.us-east-2.amazonaws.com/");
  assert_parses ("https://host/a b\r\né", FALSE, "https://host/a%20b%0D%0A%C3%A9");
  assert_parses ("https://bücher.example", FALSE, "https://xn--bcher-kva.example/");
  assert_parses ("https://a_b.example.", FALSE, "https://a_b.example./");
}

static void
assert_refused (const char *url, gboolean allow_http, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_endpoint_parse (url, allow_http, &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_no_url (void)
{
  static const char *const urls[] = {"", " ", "host", "host:8443", "/path", "//host", "https",
      "https://host:99999", "https://host:x", "https://[::1", "https://user:secret"};

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (aws_endpoint_parse (urls[i], TRUE, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_SETTINGS);
    g_assert_null (strstr (error->message, "secret"));
  }
  assert_refused (
      "https://user:secret", FALSE, "it is not an absolute URL such as https://host:port/path");
}

static void
test_refused (void)
{
  assert_refused (
      "host", FALSE, "it is not an absolute URL such as https://host:port/path: “host”");
  assert_refused ("user:secret", FALSE, "it is not an https URL");
  assert_refused ("http://host", FALSE, "http is not safe here, it has to be https: “http://host”");
  assert_refused ("ftp://host", FALSE, "it is not an https URL: “ftp://host”");
  assert_refused ("file:///x", TRUE, "it is not an http or https URL: “file:///x”");
  assert_refused (
      "https:///path", FALSE, "its host is not a host name or IP address: “https:///path”");
  assert_refused (
      "https://a..b/", FALSE, "its host is not a host name or IP address: “https://a..b/”");
  assert_refused (
      "https://a b/", FALSE, "its host is not a host name or IP address: “https://a b/”");
  assert_refused ("https://-a/", FALSE, "its host is not a host name or IP address: “https://-a/”");
  assert_refused (
      "https://a%0d%0aX:y/", FALSE, "it is not an absolute URL such as https://host:port/path");
  assert_refused (
      "https://a%0d%0a/", FALSE, "its host is not a host name or IP address: “https://a%0d%0a/”");
  assert_refused ("https://host:0", FALSE, "its port is not 1 to 65535: “https://host:0”");
  assert_refused ("https://user:secret@host/", FALSE, "it must not hold a user or password");
  assert_refused ("https://@host/", FALSE, "it must not hold a user or password");
  assert_refused ("https://user:se@cret@host/", FALSE, "its host is not a host name or IP address");
  assert_refused ("https://user:1/se@cret@host/?", FALSE, "it must end before any ? or #");
  assert_refused ("https://host/?secret", FALSE, "it must end before any ? or #: “https://host/”");
  assert_refused ("https://host/#secret", FALSE, "it must end before any ? or #: “https://host/”");
}

static void
assert_operation (const char *endpoint, const char *expected)
{
  g_autoptr (GUri) uri = aws_endpoint_parse (endpoint, TRUE, NULL);
  g_autoptr (GUri) call = aws_endpoint_with_operation (uri, "/getImages");
  g_autofree char *text = g_uri_to_string (call);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_operation (void)
{
  assert_operation ("https://host", "https://host/getImages");
  assert_operation ("https://host/", "https://host/getImages");
  assert_operation ("https://host//", "https://host/getImages");
  assert_operation ("http://host:8080/proxy/kvs", "http://host:8080/proxy/kvs/getImages");
  assert_operation ("https://host/a%2Fb/", "https://host/a%2Fb/getImages");
}

static void
assert_authority (const char *url, const char *expected)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *authority = aws_endpoint_get_authority (uri);

  g_assert_cmpstr (authority, ==, expected);
}

static void
test_authority (void)
{
  assert_authority ("https://Host/", "host");
  assert_authority ("https://host:443/", "host");
  assert_authority ("http://host:80/", "host");
  assert_authority ("http://host:443/", "host:443");
  assert_authority ("https://user:secret@host:8443/x?y", "host:8443");
  assert_authority ("https://[FE80::1%25eth0]:8443/", "[fe80::1]:8443");
  assert_authority ("https://[::1]/", "[::1]");
}

static void
test_loopback (void)
{
  static const struct {
    const char *url;
    gboolean is_loopback;
  } rows[] = {
      {"http://127.0.0.1:8080/", TRUE},
      {"http://127.9.9.9/", TRUE},
      {"http://[::1]/", TRUE},
      {"http://LocalHost/", TRUE},
      {"http://169.254.169.254/", FALSE},
      {"http://10.0.0.1/", FALSE},
      {"http://[fe80::1]/", FALSE},
      {"http://localhost.example/", FALSE},
      {"http://127.0.0.1.example/", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GUri) uri = g_uri_parse (rows[i].url, SOUP_HTTP_URI_FLAGS, NULL);

    g_test_message ("%s", rows[i].url);
    g_assert_cmpint (aws_endpoint_is_loopback (uri), ==, rows[i].is_loopback);
  }
}

static void
test_show (void)
{
  static const struct {
    const char *url, *shown;
  } rows[] = {
      {"", ""},
      {"host", "host"},
      {"host:3128", "host:3128"},
      {"https://host:8443/a/b", "https://host:8443/a/b"},
      {"ftp://host", "ftp://host"},
      {"https:///path", "https:///path"},
      {"https://host:99999", "https://host:99999"},
      {"https://host/?secret", "https://host/"},
      {"https://host#secret", "https://host"},
      {"https://ho\nst", "https://ho\\nst"},
      {"https://user:secret@host", NULL},
      {"user:secret@host", NULL},
      {"user@host", NULL},
      {"user:secret", NULL},
      {"https://user:secret", NULL},
      {"https://user:123456", NULL},
      {"https://user:12/34:secret", NULL},
      {"https://user:secret?x", NULL},
      {"https://user:12?secret@host", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *shown = aws_endpoint_show_url (rows[i].url);

    g_test_message ("%s", rows[i].url);
    g_assert_cmpstr (shown, ==, rows[i].shown);
  }
}

static void
test_hide_user (void)
{
  static const struct {
    const char *url, *shown;
  } rows[] = {
      {NULL, NULL},
      {"https://host:1/x", "https://host:1/x"},
      {"https://me:s3cret@host:1/x", "https://host:1/x"},
      {"http://me:s3/cr@et@host", "http://host"},
      {"me:s3cret@host:3128", "host:3128"},
      {"me:s3//cret@host:3128", "host:3128"},
      {"me:s3://cret@host:3128", "host:3128"},
      {"http:me//s3cret@host:3128", "host:3128"},
      {"//me:s3cret@host:3128", "host:3128"},
      {" http://me:s3cret@host:3128", "host:3128"},
      {"1http://me:s3cret@host:3128", "host:3128"},
      {"socks5h://me:s3//cret@host:1080", "socks5h://host:1080"},
      {"http://me:s3?c#r@et@host/", "http://host/"},
      {"http://me:s3cret@", "http://"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *shown = aws_endpoint_hide_user (rows[i].url);

    g_assert_cmpstr (shown, ==, rows[i].shown);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsendpoint/parse", test_parse);
  g_test_add_func ("/awsendpoint/no-url", test_no_url);
  g_test_add_func ("/awsendpoint/refused", test_refused);
  g_test_add_func ("/awsendpoint/operation", test_operation);
  g_test_add_func ("/awsendpoint/authority", test_authority);
  g_test_add_func ("/awsendpoint/loopback", test_loopback);
  g_test_add_func ("/awsendpoint/show", test_show);
  g_test_add_func ("/awsendpoint/hide-user", test_hide_user);
  return g_test_run ();
}
