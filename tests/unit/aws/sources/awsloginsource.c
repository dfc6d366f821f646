/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests where the credentials of `aws login` are looked for, and which can be used. */
#include "awsloginsource.h"

#include "awserror.h"
#include "fakeclock.h"
#include "testenvironment.h"
#include "testhome.h"

#include <glib/gstdio.h>

#define SESSION "arn:aws:sts::123456789012:assumed-role/x/me"
#define NAME "61c845b9a479656aaa80f80451fb5dc1835a48f4f72066c145121eb64f175565.json"
#define KEYS                                                                                       \
  "\"accessKeyId\":\"ASIA\",\"secretAccessKey\":\"secret\",\"sessionToken\":\"token\","            \
  "\"accountId\":\"123456789012\""
#define WHOLE                                                                                      \
  "{\"accessToken\":{" KEYS                                                                        \
  ",\"expiresAt\":\"2009-02-13T23:31:31Z\"},\"tokenType\":\"aws_sigv4\","                          \
  "\"refreshToken\":\"r\",\"clientId\":\"c\",\"dpopKey\":\"k\",\"idToken\":\"i\"}"

typedef struct {
  TestHome home;
  FakeClock *clock;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;

  test_home_init (&fixture->home);
  fixture->clock = fake_clock_new (1234567890000000);
  folder = g_build_filename (fixture->home.path, ".aws/login/cache", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fixture->path = g_build_filename (folder, NAME, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->path);
  g_object_unref (fixture->clock);
  test_home_clear (&fixture->home);
}

static AwsCredentialSource *
make_source (Fixture *fixture)
{
  g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (fixture->clock));

  return aws_login_source_new (config, SESSION, "work");
}

static void
assert_gives (Fixture *fixture)
{
  g_autoptr (AwsCredentialSource) source = make_source (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "ASIA");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567891000000);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "login");
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *message)
{
  g_autoptr (AwsCredentialSource) source = make_source (fixture);
  g_autoptr (GString) expected = g_string_new (message);
  g_autoptr (GError) error = NULL;

  g_string_replace (expected, "<file>", fixture->path, 0);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_cmpstr (error->message, ==, expected->str);
}

static void
test_home_folder (Fixture *fixture, gconstpointer data)
{
  test_home_write (fixture->path, WHOLE, -1);
  assert_gives (fixture);
}

static void
test_other_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->home.path, NAME, NULL);

  test_home_write (fixture->path, "{}", -1);
  test_home_write (path, WHOLE, -1);
  g_setenv ("AWS_LOGIN_CACHE_DIRECTORY", fixture->home.path, TRUE);
  assert_gives (fixture);
}

static void
test_expired (Fixture *fixture, gconstpointer data)
{
  test_home_write (fixture->path, WHOLE, -1);
  fake_clock_advance (fixture->clock, G_USEC_PER_SEC);
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED,
      "There are expired credentials in the file <file>; run aws login --profile work");
}

static void
test_not_there (Fixture *fixture, gconstpointer data)
{
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED,
      "There are no credentials in the file <file>; run aws login --profile work");
}

static void
test_senseless (Fixture *fixture, gconstpointer data)
{
#define ELSE                                                                                       \
  "There is something other than credentials in the file <file>; run aws login --profile work"
#define UNUSABLE(why)                                                                              \
  "There are credentials that cannot be used (" why                                                \
  ") in the file <file>; run aws login --profile work"
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"", ELSE},
      {"[]", ELSE},
      {"{\"accessToken\":\"x\"}", ELSE},
      {"{" KEYS "}", ELSE},
      {"{\"accessToken\":{}}", UNUSABLE ("accessKeyId is missing")},
      {"{\"accessToken\":{" KEYS "}}", UNUSABLE ("expiresAt is missing")},
      {"{\"accessToken\":{" KEYS ",\"expiresAt\":\"soon\"}}",
          UNUSABLE ("expiresAt is not a time with a zone, such as 2026-11-20T08:00:00Z")},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    test_home_write (fixture->path, rows[i].text, -1);
    assert_fails (fixture, AWS_ERROR_SETTINGS, rows[i].message);
  }
}

#define ADD(name, test) g_test_add ("/awsloginsource/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("home-folder", test_home_folder);
  ADD ("other-folder", test_other_folder);
  ADD ("expired", test_expired);
  ADD ("not-there", test_not_there);
  ADD ("senseless", test_senseless);
  return g_test_run ();
}
