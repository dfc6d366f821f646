/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how error replies are read in every form that services and gateways send, whole and malformed. */
#include "awsserviceerror.h"

#include <string.h>

/* Headers as lines that end in LF, or NULL. */
static AwsServiceError *
read_fault (const char *headers, const char *body)
{
  g_autoptr (SoupMessageHeaders) parsed = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;
  g_auto (GStrv) lines = g_strsplit (headers != NULL ? headers : "", "\n", -1);

  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    g_auto (GStrv) parts = g_strsplit (*line, ": ", 2);

    soup_message_headers_append (parsed, parts[0], parts[1]);
  }
  return aws_service_error_new (parsed, bytes);
}

typedef struct {
  const char *headers;
  const char *body;
  const char *code;
  const char *message;
  const char *request_id;
} Row;

static void
assert_rows (const Row *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++) {
    g_autoptr (AwsServiceError) service_error = read_fault (rows[i].headers, rows[i].body);

    g_test_message ("row %zu", i);
    g_assert_cmpstr (service_error->code, ==, rows[i].code);
    g_assert_cmpstr (service_error->message, ==, rows[i].message);
    g_assert_cmpstr (service_error->request_id, ==, rows[i].request_id);
  }
}

static void
test_code (void)
{
  static const Row rows[] = {
      {"X-Amzn-Errortype: FooError\n", NULL, "FooError", NULL, NULL},
      {"x-amzn-ErrorType: FooError:http://internal.amazon.com/coral/\n", "{}", "FooError", NULL,
          NULL},
      {"x-amz-ErrorType: FooError\n", "{}", "FooError", NULL, NULL},
      {"X-Amzn-Errortype: aws.protocoltests.restjson#FooError:http://x/\n", "{}", "FooError", NULL,
          NULL},
      {"X-Amzn-Errortype: A\n", "{\"code\":\"B\",\"__type\":\"C\"}", "A", NULL, NULL},
      {"X-Amzn-Errortype: not a name\n", "{\"code\":\"B\"}", "B", NULL, NULL},
      {"X-Amzn-Errortype: \xff\n", "{\"code\":\"B\"}", "B", NULL, NULL},
      {"X-Amzn-Errortype: \n", "{\"code\":\"B\"}", "B", NULL, NULL},
      {NULL, "{\"code\":\"B\",\"__type\":\"C\"}", "B", NULL, NULL},
      {NULL, "{\"Code\":\"B\",\"__type\":\"C\"}", "B", NULL, NULL},
      {NULL, "{\"__type\":\"C\"}", "C", NULL, NULL},
      {NULL, "{\"__type\":\"com.amazon.coral.service#C:http://x#y\"}", "C", NULL, NULL},
      {NULL, "{\"__type\":5}", NULL, "{\"__type\":5}", NULL},
      {NULL, "{\"code\":null,\"__type\":\"C\"}", "C", NULL, NULL},
      {NULL, "{\"code\":{},\"__type\":\"C\"}", "C", NULL, NULL},
      {NULL, "{\"__type\":\"#\"}", NULL, "{\"__type\":\"#\"}", NULL},
      {NULL, "{\"__type\":\"a\\r\\nb\"}", NULL, "{\"__type\":\"a\\r\\nb\"}", NULL},
      {NULL, "{\"Output\":{\"__type\":\"C\"},\"Version\":\"1.0\"}", NULL,
          "{\"Output\":{\"__type\":\"C\"},\"Version\":\"1.0\"}", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_message (void)
{
  static const Row rows[] = {
      {NULL, "{\"Message\":\"The requested stream is not found or not active.\"}", NULL,
          "The requested stream is not found or not active.", NULL},
      {NULL, "{\"message\":\"a\",\"Message\":\"b\"}", NULL, "a", NULL},
      {NULL, "{\"message\":5,\"Message\":\"b\"}", NULL, "b", NULL},
      {NULL, "{\"message\":\"\"}", NULL, "", NULL},
      {NULL, "{\"message\":\" a\\tb\\r\\n\\n\\nc \"}", NULL, " a\tb\r\n\n\nc ", NULL},
      {"X-Amzn-Errortype: A\n", "{\"x\":1}", "A", NULL, NULL},
      {"X-Amzn-Errortype: A\n", "{\"message\":null,\"Message\":\"b\"}", "A", "b", NULL},
      {NULL, "{\"message\":\"gr\\u00fc\\u00dfe\"}", NULL, "grüße", NULL},
      {NULL, "plain text\r\n", NULL, "plain text", NULL},
      {NULL, "bad \xff utf-8", NULL, "bad � utf-8", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_request_id (void)
{
  static const Row rows[] = {
      {"x-amzn-RequestId: 1\n", NULL, NULL, NULL, "1"},
      {"x-amz-request-id: 2\n", NULL, NULL, NULL, "2"},
      {"x-amz-requestid: 3\n", NULL, NULL, NULL, "3"},
      {"x-amz-RequestId: 3\n", NULL, NULL, NULL, "3"},
      {"x-amz-requestid: 3\nx-amz-request-id: 2\nX-AMZN-REQUESTID: 1\n", NULL, NULL, NULL, "1"},
      {"x-amzn-RequestId: a b\n", NULL, NULL, NULL, NULL},
      {"x-amzn-RequestId: \xff\n", NULL, NULL, NULL, NULL},
      {"x-amz-request-id: x+/=\n", NULL, NULL, NULL, "x+/="},
      {NULL, "<E><Code>A</Code><RequestId> </RequestId></E>", "A", NULL, NULL},
      {"x-amzn-RequestId: 1\n", "<E><Code>A</Code><RequestId>9</RequestId></E>", "A", NULL, "1"},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_xml (void)
{
  static const Row rows[] = {
      {NULL,
          "<AccessDeniedException>\n  <Message>Unable to determine service/operation name to be "
          "authorized</Message>\n</AccessDeniedException>\n",
          "AccessDeniedException", "Unable to determine service/operation name to be authorized",
          NULL},
      {NULL,
          "<?xml version=\"1.0\"?>\n<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/\">\n"
          "<Error><Type>Sender</Type><Code>ExpiredTokenException</Code>"
          "<Message>Token &lt;x&gt; expired: &quot;y&quot;</Message></Error>\n"
          "<RequestId>b1</RequestId></ErrorResponse>",
          "ExpiredTokenException", "Token <x> expired: \"y\"", "b1"},
      {NULL, "<Error><Code>a#SlowDown:x</Code><message>m</message></Error>", "SlowDown", "m", NULL},
      {NULL, "<Error><Message><![CDATA[a & b]]></Message></Error>", NULL, "a & b", NULL},
      {"X-Amzn-Errortype: A\n", "<BException><Message>m</Message></BException>", "A", "m", NULL},
      {NULL, "<Error><Code>A</Code><Mess", "A", NULL, NULL},
      {NULL, "<Error><Code>A", NULL, "<Error><Code>A", NULL},
      {NULL, "<", NULL, "<", NULL},
      {NULL, "<>", NULL, "<>", NULL},
      {NULL, "<a></b>", NULL, "<a></b>", NULL},
      {NULL, "<a>&nbsp;</a>", NULL, "<a>&nbsp;</a>", NULL},
      {NULL, "<Message>\xff</Message>", NULL, "<Message>�</Message>", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_html (void)
{
  static const Row rows[] = {
      {NULL,
          "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
          "<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n",
          NULL, "502 Bad Gateway", NULL},
      {NULL,
          "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<HTML><HEAD>\n"
          "<TITLE>503 Service &amp; Proxy</TITLE>\n</HEAD><BODY><P>",
          NULL, "503 Service & Proxy", NULL},
      {NULL,
          "<html><head><title>Blocked</title></head><body><code>FooException</code><Code>A</Code>",
          NULL, "Blocked", NULL},
      {NULL, "<html><body>&copy; Example\n", NULL, "<html><body>&copy; Example", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

static void
test_broken (void)
{
  static const Row rows[] = {
      {NULL, NULL, NULL, NULL, NULL},
      {NULL, "", NULL, NULL, NULL},
      {NULL, " \r\n\t ", NULL, NULL, NULL},
      {NULL, "[]", NULL, "[]", NULL},
      {NULL, "[{\"code\":\"A\"}]", NULL, "[{\"code\":\"A\"}]", NULL},
      {NULL, "\"text\"", NULL, "\"text\"", NULL},
      {NULL, "{", NULL, "{", NULL},
      {NULL, "{}", NULL, NULL, NULL},
      {NULL, "{\"code\":\"A\",\"mess", NULL, "{\"code\":\"A\",\"mess", NULL},
      {"X-Amzn-Errortype: A\n", "{\"mess", "A", "{\"mess", NULL},
      {NULL, "{\"message\":\"\xff\"}", NULL, "{\"message\":\"�\"}", NULL},
      {NULL, "null", NULL, "null", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

/* CDATA outside of the root element is not a code, and is quoted like any other text. */
static void
test_text_outside_of_elements (void)
{
  static const Row rows[] = {
      {NULL, "<![CDATA[Foo]]>", NULL, "<![CDATA[Foo]]>", NULL},
      {NULL, "<![CDATA[Foo]]><E><Code>A</Code></E>", "A", NULL, NULL},
      {NULL, "<E><Code>A</Code></E><![CDATA[Foo]]>", "A", NULL, NULL},
      {NULL, "<html/><![CDATA[Foo]]>", NULL, "<html/><![CDATA[Foo]]>", NULL},
  };

  assert_rows (rows, G_N_ELEMENTS (rows));
}

/* A body that would exhaust the stack of a recursive parser. */
static void
test_deep (void)
{
  g_autofree char *arrays = g_strnfill (64 * 1024, '[');
  g_autofree char *objects = g_strnfill (64 * 1024, '{');
  g_autofree char *elements = g_strnfill (64 * 1024, '<');
  g_autofree char *escaped = g_strdup_printf ("{\"message\":\"\\\"%s\"}", arrays);
  g_autofree char *commented = g_strdup_printf ("{/*\"*/\"a\":%s", arrays);
  g_autofree char *second = g_strdup_printf ("{}{\"a\":%s", arrays);
  g_autofree char *quoted = g_strdup_printf ("{'\"':%s", arrays);
  const char *const bodies[] = {arrays, objects, elements, commented, second, quoted};

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    g_autoptr (AwsServiceError) service_error = read_fault (NULL, bodies[i]);

    g_assert_null (service_error->code);
    g_assert_cmpuint (strlen (service_error->message), ==, 1024);
  }

  {
    g_autoptr (AwsServiceError) service_error = read_fault (NULL, escaped);

    g_assert_cmpuint (strlen (service_error->message), ==, 64 * 1024 + 1);
  }
}

/* Every prefix of a body can be read. */
static void
test_every_prefix (void)
{
  static const char *const bodies[] = {
      "{\"__type\":\"a#B:c\",\"message\":\"d\\u00e9\\\"\",\"x\":[1.5e3,{\"y\":null}]}",
      "<?xml version=\"1.0\"?><E><Code>A</Code><Message>a&amp;b<![CDATA[c]]></Message></E>",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bodies); i++) {
    for (gsize length = 0; length <= strlen (bodies[i]); length++) {
      g_autofree char *prefix = g_strndup (bodies[i], length);
      g_autoptr (AwsServiceError) service_error = read_fault (NULL, prefix);

      g_assert_nonnull (service_error);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsserviceerror/code", test_code);
  g_test_add_func ("/awsserviceerror/message", test_message);
  g_test_add_func ("/awsserviceerror/request-id", test_request_id);
  g_test_add_func ("/awsserviceerror/xml", test_xml);
  g_test_add_func ("/awsserviceerror/html", test_html);
  g_test_add_func ("/awsserviceerror/broken", test_broken);
  g_test_add_func ("/awsserviceerror/text-outside-of-elements", test_text_outside_of_elements);
  g_test_add_func ("/awsserviceerror/deep", test_deep);
  g_test_add_func ("/awsserviceerror/every-prefix", test_every_prefix);
  return g_test_run ();
}
