/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests how credentials are read from JSON: complete, incomplete and invalid ones. */
#include "awscredentialsdocument.h"

#include "awserror.h"

#include <string.h>

static const AwsCredentialsDocument plain = {
    .access_key = "AccessKeyId",
    .secret_key = "SecretAccessKey",
    .session_token = "Token",
    .expiration = "Expiration",
};

static const AwsCredentialsDocument strict = {
    .access_key = "AccessKeyId",
    .secret_key = "SecretAccessKey",
    .session_token = "Token",
    .expiration = "Expiration",
    .needs_session_token = TRUE,
    .needs_expiration = TRUE,
};

static const AwsCredentialsDocument in_ms = {
    .access_key = "accessKeyId",
    .secret_key = "secretAccessKey",
    .session_token = "sessionToken",
    .expiration = "expiration",
    .needs_expiration = TRUE,
    .expiration_in_ms = TRUE,
};

/* @members with single quotes for double ones. */
static AwsCredentials *
read_document (const AwsCredentialsDocument *document, const char *members, GError **error)
{
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  g_autoptr (JsonObject) object = NULL;

  object = aws_json_parse_object (g_strdelimit (text, "'", '"'), strlen (text));
  g_assert_nonnull (object);
  return aws_credentials_document_read (document, object, error);
}

static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = read_document (&strict,
      "'Code':'Success','AccessKeyId':'AKID','SecretAccessKey':'secret','Token':'token',"
      "'Expiration':'2009-02-13T23:31:30Z'",
      &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "AKID");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567890000000);
}

static void
test_optional (void)
{
  static const char *const rows[] = {"'AccessKeyId':'AKID','SecretAccessKey':'secret'",
      "'AccessKeyId':'AKID','SecretAccessKey':'secret','Token':null,'Expiration':null",
      "'AccessKeyId':'AKID','SecretAccessKey':'secret','Token':'','Expiration':''"};

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (AwsCredentials) credentials = read_document (&plain, rows[i], &error);

    g_assert_no_error (error);
    g_assert_null (aws_credentials_get_session_token (credentials));
    g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, AWS_CREDENTIALS_FOREVER);
  }
}

static void
test_milliseconds (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = read_document (&in_ms,
      "'accessKeyId':'AKID','secretAccessKey':'secret','sessionToken':'token',"
      "'expiration':1234567890123",
      &error);

  g_assert_no_error (error);
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567890123000);
}

typedef struct {
  const AwsCredentialsDocument *document;
  const char *members;
  const char *message;
} Row;

#define KEYS "'AccessKeyId':'AKID','SecretAccessKey':'wJalrX'"
#define SSO_KEYS "'accessKeyId':'AKID','secretAccessKey':'wJalrX'"
#define NO_TIME "Expiration is not a time with a zone, such as 2026-11-20T08:00:00Z"
#define NO_MS "expiration is not a number of milliseconds since 1970"
#define NO_HEADER                                                                                  \
  " holds a space, a control character or one outside ASCII; check that it was copied completely and without anything else"

static void
test_bad (void)
{
  static const Row rows[] = {
      {&plain, "", "AccessKeyId is missing"},
      {&plain, "'accessKeyId':'AKID','secretAccessKey':'wJalrX'", "AccessKeyId is missing"},
      {&plain, "'AccessKeyId':'','SecretAccessKey':'wJalrX'", "AccessKeyId is missing"},
      {&plain, "'AccessKeyId':null,'SecretAccessKey':'wJalrX'", "AccessKeyId is missing"},
      {&plain, "'AccessKeyId':5,'SecretAccessKey':'wJalrX'", "AccessKeyId is not a string"},
      {&plain, "'AccessKeyId':'AKID'", "SecretAccessKey is missing"},
      {&plain, "'AccessKeyId':'AKID','SecretAccessKey':['wJalrX']",
          "SecretAccessKey is not a string"},
      {&plain, KEYS ",'Token':{}", "Token is not a string"},
      {&strict, KEYS ",'Expiration':'2009-02-13T23:31:30Z'", "Token is missing"},
      {&strict, KEYS ",'Token':'','Expiration':'2009-02-13T23:31:30Z'", "Token is missing"},
      {&strict, KEYS ",'Token':'t'", "Expiration is missing"},
      {&plain, KEYS ",'Expiration':1234567890", "Expiration is not a string"},
      {&plain, KEYS ",'Expiration':'never'", NO_TIME},
      {&plain, KEYS ",'Expiration':'1234567890'", NO_TIME},
      {&plain, KEYS ",'Expiration':'2009-02-13T23:31:30'", NO_TIME},
      {&plain, KEYS ",'Expiration':'2009-02-13'", NO_TIME},
      {&plain, KEYS ",'Expiration':'2009-02-30T23:31:30Z'", NO_TIME},
      {&in_ms, SSO_KEYS, "expiration is missing"},
      {&in_ms, SSO_KEYS ",'expiration':null", "expiration is missing"},
      {&in_ms, SSO_KEYS ",'expiration':'2009-02-13T23:31:30Z'", NO_MS},
      {&in_ms, SSO_KEYS ",'expiration':1.5", NO_MS},
      {&in_ms, SSO_KEYS ",'expiration':-1", NO_MS},
      {&in_ms, SSO_KEYS ",'expiration':9223372036854775807", NO_MS},
      {&plain, "'AccessKeyId':'AK\\r\\nID','SecretAccessKey':'wJalrX'", "The access key" NO_HEADER},
      {&plain, "'AccessKeyId':'AKID','SecretAccessKey':'wJalrX '", "The secret key" NO_HEADER},
      {&plain, KEYS ",'Token':'a\\nb'", "The session token" NO_HEADER},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", rows[i].members);
    g_assert_null (read_document (rows[i].document, rows[i].members, &error));
    g_assert_error (error, AWS_ERROR, AWS_ERROR_BAD_REPLY);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

static void
test_expiration (void)
{
  static const struct {
    const char *text;
    gint64 expiration_us;
  } rows[] = {
      {"2009-02-13T23:31:30Z", 1234567890000000},
      {"2009-02-13T23:31:30.5Z", 1234567890500000},
      {"2009-02-13T23:31:30.123456Z", 1234567890123456},
      {"2009-02-13T23:31:30.123456789Z", 1234567890123456},
      {"2009-02-13T23:31:30+00:00", 1234567890000000},
      {"2009-02-14T00:31:30+01:00", 1234567890000000},
      {"2009-02-13T15:31:30-0800", 1234567890000000},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gint64 expiration_us;

    g_test_message ("%s", rows[i].text);
    g_assert_true (aws_credentials_document_parse_expiration (rows[i].text, &expiration_us));
    g_assert_cmpint (expiration_us, ==, rows[i].expiration_us);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/awscredentialsdocument/whole", test_whole);
  g_test_add_func ("/awscredentialsdocument/optional", test_optional);
  g_test_add_func ("/awscredentialsdocument/milliseconds", test_milliseconds);
  g_test_add_func ("/awscredentialsdocument/bad", test_bad);
  g_test_add_func ("/awscredentialsdocument/expiration", test_expiration);
  return g_test_run ();
}
