/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests the requests to IAM Identity Center for each profile, when a token is renewed and which one is used
 * then, and the error if the user has to log in. */
#include "awsssosource.h"

#include "fakeclock.h"
#include "scriptserver.h"
#include "testenvironment.h"
#include "testhome.h"

#include <glib/gstdio.h>
#include <string.h>

#define NOW_US G_GINT64_CONSTANT (1234567890000000)
#define SECOND_US ((gint64)G_USEC_PER_SEC)

#define SESSION_FILE "0ad374308c5a4e22f723adf10145eafad7c4031c.json"
#define START_URL_FILE "e8be5486177c5b5392bd9aa76563515b29358e6e.json"
#define SESSION                                                                                    \
  "[profile a]\nsso_session = my-sso\nsso_account_id = 123456789012\nsso_role_name = My@Role/x\n"  \
  "[sso-session my-sso]\nsso_region = eu-west-1\nsso_start_url = https://example.awsapps.com/start\n"
#define OLD_FORM                                                                                    \
  "[profile a]\nsso_account_id = 123456789012\nsso_role_name = My@Role/x\nsso_region = eu-west-1\n" \
  "sso_start_url = https://example.awsapps.com/start\n"

#define REPLY                                                                                      \
  "{\"roleCredentials\":{\"accessKeyId\":\"ASIA\",\"secretAccessKey\":\"secret\","                 \
  "\"sessionToken\":\"token\",\"expiration\":1234567900123}}"
#define NEW_TOKEN                                                                                  \
  "{\"accessToken\":\"new\",\"expiresIn\":3600,\"refreshToken\":\"next\",\"tokenType\":\"Bearer\"}"

/* A token that expires at 23:31:30 and a number of seconds, which is the text. NOW_US is 23:31:30. */
#define PLAIN_TOKEN(text)                                                                          \
  "{\"accessToken\":\"access-" text "\",\"expiresAt\":\"2009-02-13T" text "Z\"}"
#define RICH_TOKEN(text)                                                                           \
  "{\"accessToken\":\"access-" text "\",\"expiresAt\":\"2009-02-13T" text "Z\","                   \
  "\"refreshToken\":\"refresh\",\"clientId\":\"client\",\"clientSecret\":\"client-secret\","       \
  "\"registrationExpiresAt\":\"2009-03-13T00:00:00Z\"}"

typedef struct {
  TestHome home;
  FakeClock *clock;
  char *session_file;
  char *start_url_file;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;

  test_home_init (&fixture->home);
  fixture->clock = fake_clock_new (NOW_US);
  folder = g_build_filename (fixture->home.path, ".aws/sso/cache", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  fixture->session_file = g_build_filename (folder, SESSION_FILE, NULL);
  fixture->start_url_file = g_build_filename (folder, START_URL_FILE, NULL);
  g_setenv ("AWS_MAX_ATTEMPTS", "2", TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->session_file);
  g_free (fixture->start_url_file);
  g_object_unref (fixture->clock);
  test_home_clear (&fixture->home);
}

static ScriptServer *
make_portal (void)
{
  static const ScriptReply reply = {"200 OK", NULL, REPLY};

  return script_server_new_for ("AWS_ENDPOINT_URL_SSO", &reply, 1);
}

static AwsCredentialSource *
make_source (Fixture *fixture, const char *text)
{
  g_autoptr (AwsConfig) config = NULL;

  test_home_write (fixture->home.config, text, -1);
  config = test_environment_make_config (AWS_CLOCK (fixture->clock));
  return aws_sso_source_new (config, "a");
}

static void
assert_gives (AwsCredentialSource *source)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsCredentials) credentials = aws_credential_source_fetch (source, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (aws_credentials_get_access_key (credentials), ==, "ASIA");
  g_assert_cmpstr (aws_credentials_get_secret_key (credentials), ==, "secret");
  g_assert_cmpstr (aws_credentials_get_session_token (credentials), ==, "token");
  g_assert_cmpint (aws_credentials_get_expiration (credentials), ==, 1234567900123000);
}

static void
assert_token_sent (ScriptServer *portal, guint index, const char *token)
{
  g_autofree char *header = g_strdup_printf ("\r\nx-amz-sso_bearer_token: %s\r\n", token);

  g_assert_nonnull (strstr (script_server_get (portal, index), header));
}

/* Asserts how a fetch fails. In @message, `<config>` stands for the name of the config file and
 * `<session>` and `<start-url>` for those of the tokens' files. */
static void
assert_fails (Fixture *fixture, AwsCredentialSource *source, ScriptServer *server, AwsError code,
    const char *message)
{
  g_autoptr (GString) expected = g_string_new (message);
  g_autoptr (GError) error = NULL;

  g_string_replace (expected, "<config>", fixture->home.config, 0);
  g_string_replace (expected, "<session>", fixture->session_file, 0);
  g_string_replace (expected, "<start-url>", fixture->start_url_file, 0);
  g_assert_null (aws_credential_source_fetch (source, NULL, &error));
  script_server_assert_failure (server, error, code, expected->str);
}

static void
assert_asks (Fixture *fixture, const char *text, const char *token_file)
{
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (AwsCredentialSource) source = make_source (fixture, text);
  const char *request;

  test_home_write (token_file, PLAIN_TOKEN ("23:59:59"), -1);
  assert_gives (source);
  g_assert_cmpstr (aws_credential_source_get_name (source), ==, "sso");
  request = script_server_get (portal, 0);
  g_assert_true (g_str_has_prefix (request,
      "GET /federation/credentials?role_name=My%40Role%2Fx&account_id=123456789012 HTTP/1.1\r\n"));
  g_assert_null (strstr (request, "Authorization"));
  assert_token_sent (portal, 0, "access-23:59:59");
}

static void
test_asks (Fixture *fixture, gconstpointer data)
{
  assert_asks (fixture, SESSION, fixture->session_file);
  assert_asks (fixture, OLD_FORM, fixture->start_url_file);
}

/* The same values in the profile as in the session do no harm. */
static void
test_repeated (Fixture *fixture, gconstpointer data)
{
  assert_asks (fixture,
      "[profile a]\nsso_region = eu-west-1\n"
      "sso_start_url = https://example.awsapps.com/start\n" SESSION,
      fixture->session_file);
}

static void
test_bad_profile (Fixture *fixture, gconstpointer data)
{
#define PART                                                                                       \
  "The profile “a” in <config> has some of the settings for IAM Identity Center, but not "
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
      {"[profile a]\nsso_role_name = r\n", PART "sso_account_id"},
      {"[profile a]\nsso_account_id = 1\n", PART "sso_role_name"},
      {"[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = u\n",
          PART "sso_region"},
      {"[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_region = eu-west-1\n",
          PART "sso_start_url"},
      {"[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_session = s\n",
          "The profile “a” names the section [sso-session s], and there is none in <config>"},
      {"[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_session = s\nsso_region = eu-west-1\n"
       "[sso-session s]\nsso_start_url = u\n",
          "The section [sso-session s] in <config> does not have sso_region"},
      {"[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_session = s\nsso_start_url = u\n"
       "[sso-session s]\nsso_region = eu-west-1\n",
          "The section [sso-session s] in <config> does not have sso_start_url"},
      {"[profile a]\nsso_region = eu-west-2\n" SESSION,
          "The profile “a” and the section [sso-session my-sso] that it names differ in sso_region; "
          "remove it from the profile in <config>"},
      {"[profile a]\nsso_start_url = https://other\n" SESSION,
          "The profile “a” and the section [sso-session my-sso] that it names differ in "
          "sso_start_url; remove it from the profile in <config>"},
  };
  g_autoptr (ScriptServer) portal = make_portal ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (AwsCredentialSource) source = make_source (fixture, rows[i].text);

    assert_fails (fixture, source, portal, AWS_ERROR_SETTINGS, rows[i].message);
  }
  g_assert_cmpuint (script_server_count (portal), ==, 0);
}

static void
test_no_token (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (AwsCredentialSource) session = make_source (fixture, SESSION);
  g_autoptr (AwsCredentialSource) old_form = make_source (fixture, OLD_FORM);

  assert_fails (fixture, session, portal, AWS_ERROR_NOT_AUTHORIZED,
      "There is no SSO token in the file <session>; run aws sso login --sso-session my-sso");
  assert_fails (fixture, old_form, portal, AWS_ERROR_NOT_AUTHORIZED,
      "There is no SSO token in the file <start-url>; run aws sso login --profile a");

  test_home_write (fixture->session_file, "{}", -1);
  assert_fails (fixture, session, portal, AWS_ERROR_SETTINGS,
      "The file <session> holds no SSO token: accessToken is missing, or not a token; run aws sso login "
      "--sso-session my-sso");
  test_home_write (fixture->session_file, PLAIN_TOKEN ("23:31:30"), -1);
  assert_fails (fixture, session, portal, AWS_ERROR_NOT_AUTHORIZED,
      "The SSO token in the file <session> has expired; run aws sso login --sso-session my-sso");
  test_home_write (fixture->start_url_file, RICH_TOKEN ("23:31:30"), -1);
  assert_fails (fixture, old_form, portal, AWS_ERROR_NOT_AUTHORIZED,
      "The SSO token in the file <start-url> has expired; run aws sso login --profile a");
  g_assert_cmpuint (script_server_count (portal), ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
#define NOTHING                                                                                    \
  "IAM Identity Center gave no credentials for the role My@Role/x in the account 123456789012: "
  g_autofree char *huge = g_strnfill (64 * 1024 + 1, ' ');
  const struct {
    ScriptReply reply;
    guint n_attempts;
    AwsError code;
    const char *message;
  } rows[] = {
      {{"401 Unauthorized", "x-amzn-ErrorType: UnauthorizedException\r\nx-amzn-RequestId: id-1\r\n",
           "{\"message\":\"Session token not found or invalid: access-23:59:59\"}"},
          1, AWS_ERROR_NOT_AUTHORIZED,
          "The SSO token in the file <session> was rejected; run aws sso login --sso-session my-sso: "
          "HOST answered 401 UnauthorizedException: Session token not found or invalid: …; check "
          "the credentials and what they may do (request "
          "id-1)"},
      {{"403 Forbidden", "x-amzn-ErrorType: ForbiddenException\r\n", "{\"message\":\"No access\"}"},
          1, AWS_ERROR_NOT_AUTHORIZED,
          NOTHING
          "HOST answered 403 ForbiddenException: No access; check the credentials and what they "
          "may do"},
      {{"404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException\r\n", "{}"}, 1,
          AWS_ERROR_NOT_AUTHORIZED, NOTHING "HOST answered 404 ResourceNotFoundException"},
      {{"429 Too Many Requests", "x-amzn-ErrorType: TooManyRequestsException\r\n", "{}"}, 2,
          AWS_ERROR_THROTTLED,
          NOTHING
          "after 2 attempts: HOST answered 429 TooManyRequestsException; ask for less at a time, "
          "or have the quota raised"},
      {{"302 Found", "Location: http://127.0.0.2/\r\n", NULL}, 1, AWS_ERROR_REDIRECT,
          NOTHING "HOST answered 302 Found to 127.0.0.2; redirects are not followed, check the "
                  "endpoint"},
      {{"503 Service Unavailable", NULL, ""}, 2, AWS_ERROR_SERVER,
          NOTHING "after 2 attempts: HOST answered 503 Service Unavailable; try again later"},
      {{"200 OK", NULL, ""}, 2, AWS_ERROR_BAD_REPLY,
          NOTHING
          "after 2 attempts: HOST sent something other than a JSON object with credentials"},
      {{"200 OK", NULL, "{}"}, 2, AWS_ERROR_BAD_REPLY,
          NOTHING "after 2 attempts: HOST sent credentials that cannot be used: roleCredentials is "
                  "missing"},
      {{"200 OK", NULL,
           "{\"roleCredentials\":{\"accessKeyId\":\"A\",\"secretAccessKey\":\"s\","
           "\"sessionToken\":\"t\",\"expiration\":\"2009-02-13T23:59:59Z\"}}"},
          2, AWS_ERROR_BAD_REPLY,
          NOTHING
          "after 2 attempts: HOST sent credentials that cannot be used: expiration is not a "
          "number of milliseconds since 1970"},
      {{"200 OK", NULL, huge}, 2, AWS_ERROR_BAD_REPLY,
          NOTHING "after 2 attempts: HOST sent more than the 65536 bytes that were expected"},
  };

  test_home_write (fixture->session_file, PLAIN_TOKEN ("23:59:59"), -1);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (ScriptServer) portal =
        script_server_new_for ("AWS_ENDPOINT_URL_SSO", &rows[i].reply, 1);
    g_autoptr (AwsCredentialSource) source = make_source (fixture, SESSION);

    assert_fails (fixture, source, portal, rows[i].code, rows[i].message);
    g_assert_cmpuint (script_server_count (portal), ==, rows[i].n_attempts);
  }
}

/* Renewed in time, and written back. */
static void
test_renewal (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, NEW_TOKEN};
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (ScriptServer) oidc = script_server_new_for ("AWS_ENDPOINT_URL_SSO_OIDC", &reply, 1);
  g_autoptr (AwsCredentialSource) source = make_source (fixture, SESSION);
  g_autofree char *text = NULL;

  test_home_write (fixture->session_file, RICH_TOKEN ("23:36:31"), -1);
  assert_gives (source);
  g_assert_cmpuint (script_server_count (oidc), ==, 0);
  fake_clock_advance (fixture->clock, SECOND_US);
  assert_gives (source);
  assert_gives (source);

  g_assert_cmpuint (script_server_count (oidc), ==, 1);
  g_assert_cmpstr (script_server_get_body (oidc, 0), ==,
      "{\"clientId\":\"client\",\"clientSecret\":\"client-secret\",\"grantType\":\"refresh_token\","
      "\"refreshToken\":\"refresh\"}");
  assert_token_sent (portal, 0, "access-23:36:31");
  assert_token_sent (portal, 1, "new");
  assert_token_sent (portal, 2, "new");
  g_assert_true (g_file_get_contents (fixture->session_file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==,
      "{\"accessToken\":\"new\",\"expiresAt\":\"2009-02-14T00:31:31Z\",\"refreshToken\":\"next\","
      "\"clientId\":\"client\",\"clientSecret\":\"client-secret\","
      "\"registrationExpiresAt\":\"2009-03-13T00:00:00Z\"}");
}

/* A token that is still good is used where it cannot be renewed, which is tried again after a while. */
static void
test_renewal_fails (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply replies[] = {
      {"400 Bad Request", "x-amzn-ErrorType: InvalidGrantException\r\n", "{}"},
      {"503 Service Unavailable", NULL, ""},
      {"503 Service Unavailable", NULL, ""},
      {"400 Bad Request", "x-amzn-ErrorType: InvalidGrantException\r\n", "{}"},
  };
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (ScriptServer) oidc =
      script_server_new_for ("AWS_ENDPOINT_URL_SSO_OIDC", replies, G_N_ELEMENTS (replies));
  g_autoptr (AwsCredentialSource) source = make_source (fixture, SESSION);

  test_home_write (fixture->session_file, RICH_TOKEN ("23:31:40"), -1);
  assert_gives (source);
  fake_clock_advance (fixture->clock, 9 * SECOND_US);
  assert_gives (source);
  g_assert_cmpuint (script_server_count (oidc), ==, 1);

  fake_clock_advance (fixture->clock, 20 * SECOND_US);
  assert_fails (fixture, source, oidc, AWS_ERROR_INVALID_REQUEST,
      "The SSO token in the file <session> has expired and could not be renewed; if that stays so, "
      "run aws sso login --sso-session my-sso: HOST answered 400 InvalidGrantException");
  g_assert_cmpuint (script_server_count (oidc), ==, 1);

  fake_clock_advance (fixture->clock, SECOND_US);
  assert_fails (fixture, source, oidc, AWS_ERROR_SERVER,
      "The SSO token in the file <session> has expired and could not be renewed; if that stays so, "
      "run aws sso login --sso-session my-sso: HOST answered 503 Service Unavailable");
  g_assert_cmpuint (script_server_count (oidc), ==, 3);
  g_assert_cmpuint (script_server_count (portal), ==, 2);
}

/* The change that another process makes to the file while this one renews the token. */
typedef struct {
  const char *path;
  const char *text; /* NULL removes the file */
  const char *status;
} Rival;

static void
serve_rival_cb (RawConnection *connection, gpointer user_data)
{
  const Rival *rival = user_data;

  while (raw_connection_skip_request (connection)) {
    if (rival->text != NULL)
      test_home_write (rival->path, rival->text, -1);
    else
      g_remove (rival->path);
    raw_connection_answer (connection, rival->status, "", NEW_TOKEN);
  }
}

/* The token that is sent when a rival has been there, and what is in the file afterwards. */
static void
assert_rival (Fixture *fixture, const Rival *rival, const char *token)
{
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (RawServer) oidc = raw_server_new (serve_rival_cb, (gpointer)rival, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", raw_server_get_port (oidc));
  g_autoptr (AwsCredentialSource) source = NULL;

  g_setenv ("AWS_ENDPOINT_URL_SSO_OIDC", url, TRUE);
  test_home_write (fixture->session_file, RICH_TOKEN ("23:31:31"), -1);
  source = make_source (fixture, SESSION);
  assert_gives (source);
  assert_token_sent (portal, 0, token);
}

static void
test_rivals (Fixture *fixture, gconstpointer data)
{
  const Rival renewed = {fixture->session_file, PLAIN_TOKEN ("23:59:59"), "400 Bad Request"};
  const Rival shorter = {fixture->session_file, RICH_TOKEN ("23:59:59"), "200 OK"};
  const Rival longer = {fixture->session_file,
      "{\"accessToken\":\"longest\",\"expiresAt\":\"2009-02-14T23:00:00Z\"}", "200 OK"};
  const Rival logged_out = {fixture->session_file, NULL, "200 OK"};
  g_autofree char *text = NULL;

  assert_rival (fixture, &renewed, "access-23:59:59");
  assert_rival (fixture, &shorter, "new");
  assert_rival (fixture, &longer, "longest");
  g_assert_true (g_file_get_contents (fixture->session_file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, longer.text);

  assert_rival (fixture, &logged_out, "new");
  g_assert_false (g_file_test (fixture->session_file, G_FILE_TEST_EXISTS));
}

/* A fetch that was cancelled says nothing about the next one. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  static const ScriptReply reply = {"200 OK", NULL, NEW_TOKEN};
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (ScriptServer) oidc = script_server_new_for ("AWS_ENDPOINT_URL_SSO_OIDC", &reply, 1);
  g_autoptr (AwsCredentialSource) source = make_source (fixture, SESSION);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  test_home_write (fixture->session_file, RICH_TOKEN ("23:31:30"), -1);
  g_cancellable_cancel (cancellable);
  g_assert_null (aws_credential_source_fetch (source, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (script_server_count (oidc), ==, 0);
  assert_gives (source);
  assert_token_sent (portal, 0, "new");
}

static void
test_bad_region (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ScriptServer) portal = make_portal ();
  g_autoptr (AwsCredentialSource) source =
      make_source (fixture, "[profile a]\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = "
                            "https://example.awsapps.com/start\nsso_region = eu west\n");

  test_home_write (fixture->start_url_file, PLAIN_TOKEN ("23:59:59"), -1);
  assert_fails (fixture, source, portal, AWS_ERROR_SETTINGS,
      "The endpoint of IAM Identity Center is not known: “eu west” cannot be a region: a region is letters, digits and hyphens, such as us-west-2");
}

#define ADD(name, test) g_test_add ("/awsssosource/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("asks", test_asks);
  ADD ("repeated", test_repeated);
  ADD ("bad-profile", test_bad_profile);
  ADD ("no-token", test_no_token);
  ADD ("refused", test_refused);
  ADD ("renewal", test_renewal);
  ADD ("renewal-fails", test_renewal_fails);
  ADD ("rivals", test_rivals);
  ADD ("cancelled", test_cancelled);
  ADD ("bad-region", test_bad_region);
  return g_test_run ();
}
