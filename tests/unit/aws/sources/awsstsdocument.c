/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how credentials are read from XML: complete, incomplete and invalid ones. */
#include "awsstsdocument.h"

#include "awserror.h"

#include <string.h>

#define XMLNS "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\""
#define KEYS                                                                                       \
  "<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"                       \
  "<SessionToken>token</SessionToken>"
#define EXPIRATION "<Expiration>2009-02-13T23:31:30Z</Expiration>"

static char *
make_document (const char *credentials)
{
  return g_strdup_printf ("<AssumeRoleResponse " XMLNS "><AssumeRoleResult>"
                          "<AssumedRoleUser><Arn>arn</Arn></AssumedRoleUser>"
                          "<Credentials>%s</Credentials><PackedPolicySize>6</PackedPolicySize>"
                          "</AssumeRoleResult><ResponseMetadata><RequestId>id</RequestId>"
                          "</ResponseMetadata></AssumeRoleResponse>",
      credentials);
}

static void
assert_read (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_sts_document_read (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567890000000);
}

static void
test_read (void)
{
  static const char *const contents[] = {KEYS EXPIRATION, EXPIRATION KEYS,
      KEYS "<Other>x<AccessKeyId>no</AccessKeyId></Other>" EXPIRATION,
      KEYS "<Expiration>2009-02-14T00:31:30.000+01:00</Expiration>",
      EXPIRATION "\n <AccessKeyId> A&#75;I<!-- a comment -->D\n</AccessKeyId>"
                 "<SecretAccessKey><![CDATA[sec]]>ret</SecretAccessKey>"
                 "<SessionToken>&#x74;oken</SessionToken>"};

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autofree char *document = make_document (contents[i]);

    assert_read (document);
  }
  assert_read ("<?xml version=\"1.0\"?>\n<s:R xmlns:s=\"x\"><s:Result><s:Credentials>" KEYS
               "<s:Expiration>2009-02-13T23:31:30Z</s:Expiration>"
               "</s:Credentials></s:Result></s:R>");
}

/* The characters that base64 and XML have in common with nothing else. */
static void
test_entities (void)
{
  g_autofree char *document =
      make_document ("<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>a+/=</SecretAccessKey>"
                     "<SessionToken>&lt;&amp;&gt;&quot;&apos;</SessionToken>" EXPIRATION);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials =
      aws_sts_document_read (document, strlen (document), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "a+/=");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "<&>\"'");
}

static void
assert_fails (const char *text, gssize length, const char *message)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (aws_sts_document_read (text, length >= 0 ? (gsize)length : strlen (text), &error));
  g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_senseless (void)
{
  static const struct {
    const char *credentials;
    const char *message;
  } rows[] = {
      {"", "AccessKeyId is missing"},
      {"<AccessKeyId/>", "AccessKeyId is missing"},
      {"<AccessKeyId> </AccessKeyId>", "AccessKeyId is missing"},
      {"<AccessKeyId>AKID</AccessKeyId>", "SecretAccessKey is missing"},
      {"<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>",
          "SessionToken is missing"},
      {KEYS, "Expiration is missing"},
      {KEYS "<AccessKeyId>AKID</AccessKeyId>", "AccessKeyId occurs twice"},
      {"<X>" KEYS EXPIRATION "</X>", "AccessKeyId is missing"},
      {KEYS "<Expiration>soon</Expiration>",
          "Expiration is not a time with a zone, such as 2026-11-20T08:00:00Z"},
      {EXPIRATION "<AccessKeyId>AKID</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>"
                  "<SessionToken>a&#13;&#10;b</SessionToken>",
          "The session token holds a space, a control character or one outside ASCII; check that it was "
          "copied completely and without anything else"},
      {KEYS EXPIRATION "<Unclosed>", "it is not XML"},
      {KEYS EXPIRATION "&secret;", "it is not XML"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *document = make_document (rows[i].credentials);

    assert_fails (document, -1, rows[i].message);
  }
}

static void
test_not_xml (void)
{
  assert_fails ("", -1, "it is not XML");
  assert_fails ("{\"Credentials\":{}}", -1, "it is not XML");
  assert_fails ("<a>\xff</a>", -1, "it is not XML");
  assert_fails ("<![CDATA[\xce\xce]]>", -1, "it is not XML");
  assert_fails ("<a><![CDATA[\xff]]></a>", -1, "it is not XML");
  assert_fails ("<a><![CDATA[x\0y]]></a>", 24, "it is not XML");
  assert_fails ("<html><body>Hello</body></html>", -1, "AccessKeyId is missing");
  assert_fails ("<Credentials>" KEYS EXPIRATION "</Credentials>", -1, "AccessKeyId is missing");
  assert_fails ("<!DOCTYPE x [<!ENTITY e \"secret\">]><x>&e;</x>", -1, "it is not XML");
}

/* GMarkup takes CDATA for text wherever it is. */
static void
test_text_outside_of_elements (void)
{
  g_autofree char *document = make_document (KEYS EXPIRATION);
  g_autofree char *before = g_strconcat ("<![CDATA[x]]>", document, NULL);
  g_autofree char *behind = g_strconcat (document, "<![CDATA[x]]>", NULL);

  assert_fails ("<![CDATA[x]]>", -1, "AccessKeyId is missing");
  assert_fails ("<![CDATA[]]>", -1, "AccessKeyId is missing");
  assert_fails ("<!-- c --><![CDATA[x]]><?p?><![CDATA[y]]>", -1, "AccessKeyId is missing");
  assert_read (before);
  assert_read (behind);
}

/* Any part of a document is read or rejected, and never crashes the parser. */
static void
test_cut_off (void)
{
  g_autofree char *document = make_document (KEYS EXPIRATION);
  gsize length = strlen (document);

  assert_read (document);
  for (gsize i = 0; i < length; i++)
    assert_fails (document, (gssize)i, "it is not XML");
}

static void
test_deep (void)
{
  GString *deep = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (int i = 0; i < 20000; i++)
    g_string_append (deep, "<a>");
  text = g_string_free (deep, FALSE);
  assert_fails (text, -1, "it is not XML");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awsstsdocument/read", test_read);
  g_test_add_func ("/awsstsdocument/entities", test_entities);
  g_test_add_func ("/awsstsdocument/senseless", test_senseless);
  g_test_add_func ("/awsstsdocument/not-xml", test_not_xml);
  g_test_add_func ("/awsstsdocument/text-outside-of-elements", test_text_outside_of_elements);
  g_test_add_func ("/awsstsdocument/cut-off", test_cut_off);
  g_test_add_func ("/awsstsdocument/deep", test_deep);
  return g_test_run ();
}
