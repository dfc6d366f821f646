/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what the debug log says of calls and credentials at each level, and that it has no secret. */
#include "awsclient.h"

#include "awscontainersource.h"
#include "awsidentity.h"
#include "awslog.h"
#include "scriptserver.h"
#include "testenvironment.h"

#include <fakeclock.h>
#include <string.h>

#define START_US (G_GINT64_CONSTANT (1795161600) * G_USEC_PER_SEC)

#define KEY_1 "AKIAIOSFODNN7EXAMPLE"
#define KEY_2 "ASIAIOSFODNN7RENEWED"
#define SECRET_1 "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define SECRET_2 "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"
#define TOKEN_1 "IQoJb3JpZ2luX2VjEXAMPLE/TOKEN+=="
#define TOKEN_2 "FwoGZXIvYXdzEBYaDEXAMPLE/RENEWED+=="

/* All lines with their levels, in order. */
typedef struct {
  GMutex lock; /* guards lines: the threads of renewals log, too */
  GString *lines;
  gboolean is_off;
  gboolean is_destroyed;
  AwsLogSink *sink;
} Recorder;

static gboolean
is_enabled_cb (const char *topic, AwsLogLevel level, gpointer user_data)
{
  Recorder *self = user_data;

  return !self->is_off;
}

static void
write_cb (const char *topic, AwsLogLevel level, const char *file, const char *function, int line,
    const char *message, gpointer user_data)
{
  static const char *const names[] = {"WARNING", "INFO", "DEBUG", "LOG", "TRACE"};
  Recorder *self = user_data;
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  g_assert_cmpstr (topic, ==, "aws");
  g_assert_false (self->is_off);
  g_assert_null (strchr (message, '\n'));
  g_string_append_printf (self->lines, "%s %s\n", names[level], message);
}

static void
destroy_cb (gpointer user_data)
{
  Recorder *self = user_data;

  self->is_destroyed = TRUE;
}

static void
recorder_begin (Recorder *self)
{
  g_mutex_init (&self->lock);
  self->lines = g_string_new (NULL);
  self->sink = aws_log_sink_new (is_enabled_cb, write_cb, self, destroy_cb);
  aws_log_set_sink (self->sink);
}

/* Asserts that the sink has no other reference. */
static void
recorder_end (Recorder *self)
{
  aws_log_set_sink (NULL);
  aws_log_sink_unref (self->sink);
  g_assert_true (self->is_destroyed);
  g_string_free (self->lines, TRUE);
  g_mutex_clear (&self->lock);
}

/* Asserts that @pattern, a regular expression, matches @n lines; a negative @n is at least one. */
static void
assert_lines (Recorder *self, const char *pattern, int n)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  int found = 0;

  g_assert_nonnull (regex);
  for (g_regex_match (regex, self->lines->str, 0, &match); g_match_info_matches (match); found++)
    g_match_info_next (match, NULL);
  if (n >= 0 ? found != n : found == 0)
    g_error ("%d lines match %s in:\n%s", found, pattern, self->lines->str);
}

static void
assert_line (Recorder *self, const char *pattern)
{
  assert_lines (self, pattern, -1);
}

static void
assert_no_secret (Recorder *self)
{
  static const char *const secrets[] = {SECRET_1, SECRET_2, TOKEN_1, TOKEN_2, KEY_1, KEY_2,
      "AWS4-HMAC-SHA256", "Authorization:", "Signature=", "capability", "bearer-token"};

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (self->lines->str, secrets[i]));
}

/* A source that gives other credentials at the second fetch. */
#define RENEWING_TYPE_SOURCE (renewing_source_get_type ())
G_DECLARE_FINAL_TYPE (RenewingSource, renewing_source, RENEWING, SOURCE, GObject)

struct _RenewingSource {
  GObject parent_instance;

  guint n_fetches;
};

static AwsCredentials *
renewing_source_fetch (AwsCredentialSource *source, GCancellable *cancellable, GError **error)
{
  RenewingSource *self = RENEWING_SOURCE (source);

  if (self->n_fetches++ == 0)
    return aws_credentials_new_expiring (
        KEY_1, SECRET_1, TOKEN_1, START_US + G_TIME_SPAN_HOUR, error);
  return aws_credentials_new (KEY_2, SECRET_2, TOKEN_2, error);
}

static const char *
renewing_source_get_name (AwsCredentialSource *source)
{
  return "renewing";
}

static void
renewing_source_iface_init (AwsCredentialSourceInterface *iface)
{
  iface->fetch = renewing_source_fetch;
  iface->get_name = renewing_source_get_name;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (RenewingSource, renewing_source, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (AWS_TYPE_CREDENTIAL_SOURCE, renewing_source_iface_init))

static void
renewing_source_class_init (RenewingSourceClass *klass)
{
}

static void
renewing_source_init (RenewingSource *self)
{
}

typedef struct {
  Recorder recorder;
  FakeClock *clock;
  AwsClient *client;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (RenewingSource) source = g_object_new (RENEWING_TYPE_SOURCE, NULL);
  g_autoptr (AwsCredentialsProvider) provider = NULL;
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);

  recorder_begin (&fixture->recorder);
  fixture->clock = fake_clock_new (START_US);
  provider = aws_credentials_provider_new (
      AWS_CREDENTIAL_SOURCE (source), "id", AWS_CLOCK (fixture->clock));
  fixture->client = aws_client_new (http, provider, "eu-central-1");
  aws_client_set_clock (fixture->client, AWS_CLOCK (fixture->clock));
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->clock);
  assert_no_secret (&fixture->recorder);
  recorder_end (&fixture->recorder);
}

static gpointer
read_body (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  g_autoptr (GBytes) body = aws_reply_read_all (reply, 1000, cancellable, error);

  return body != NULL ? g_object_ref (reply) : NULL;
}

static void
call (Fixture *fixture, const ScriptReply *replies, gsize n_replies, AwsError expected)
{
  g_autoptr (ScriptServer) server = script_server_new (replies, n_replies, NULL);
  g_autofree char *url = script_server_make_url (server, "/getImages?secret");
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
  const AwsRequest request = {.method = "POST",
      .uri = uri,
      .service = "kinesisvideo",
      .content_type = "application/json",
      .body = body};
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply =
      aws_client_call (fixture->client, &request, read_body, NULL, NULL, &error);

  if (reply == NULL)
    g_assert_error (error, AWS_ERROR, (int)expected);
}

static const ScriptReply unavailable = {"503 Service Unavailable", "", "no"};

static void
test_call (Fixture *fixture, gconstpointer unused)
{
  static const ScriptReply replies[] = {
      {"503 Service Unavailable", "x-amzn-RequestId: id-1\r\n", ""},
      {"400 Bad Request", "x-amzn-ErrorType: ClientLimitExceededException\r\n",
          "{\"Message\":\"Not " SECRET_1 "\"}"},
      {"403 Forbidden", "x-amzn-ErrorType: ExpiredTokenException\r\n",
          "{\"message\":\"" TOKEN_1 " of " KEY_1 "\"}"},
      {"403 Forbidden",
          "x-amzn-ErrorType: RequestTimeTooSkewed\r\nDate: Fri, 20 Nov 2026 10:00:00 GMT\r\n",
          "{\"message\":\"Signature=abc Credential=" KEY_2 "/x\"}"},
      {"200 OK", "x-amzn-RequestId: id-5\r\n", "{}"},
  };
  Recorder *recorder = &fixture->recorder;

  call (fixture, replies, G_N_ELEMENTS (replies), AWS_ERROR_SERVER);
  assert_lines (recorder, "^DEBUG Fetching credentials: there are none$", 1);
  assert_lines (
      recorder, "^INFO Credentials found: source renewing, access key …MPLE, expire in 3600 s$", 1);
  assert_lines (recorder, "^DEBUG POST 127.0.0.1:\\d+/getImages, attempt 1 of 5$", 1);
  assert_lines (
      recorder, "^DEBUG POST 127.0.0.1:\\d+: HTTP 503 after \\d+ ms, 0 bytes, request id-1$", 1);
  assert_lines (recorder, "^DEBUG Retry in \\d+ ms, attempt 2 of 5: .* answered 503 ", 1);
  assert_lines (recorder, "^DEBUG Retry in \\d+ ms, attempt 3 of 5: .* answered 400 ", 1);
  assert_lines (recorder, "^DEBUG POST 127.0.0.1:\\d+/getImages, attempt 3 of 5$", 3);
  assert_lines (recorder, "^DEBUG Sending again at once with renewed credentials: .* of …", 1);
  assert_lines (recorder, "^DEBUG Fetching credentials: the service rejected the old ones$", 1);
  assert_lines (recorder,
      "^INFO Credentials renewed: source renewing, access key …EWED, without expiration$", 1);
  assert_lines (
      recorder, "^INFO Clock corrected: the service's is \\d+ s ahead of the local one$", 1);
  assert_lines (recorder, "^DEBUG Sending again at once with the service's time: ", 1);
  assert_lines (recorder, "HTTP 200 after \\d+ ms, 2 bytes, request id-5$", 1);
  assert_line (recorder, "^TRACE New connection to 127.0.0.1: connecting$");
  assert_lines (recorder, "^WARNING", 0);
}

static void
test_refused (Fixture *fixture, gconstpointer unused)
{
  static const ScriptReply reply = {"403 Forbidden", "x-amzn-ErrorType: AccessDeniedException\r\n",
      "{\"message\":\"Credential=" KEY_1 "/x, Signature=0f; key " SECRET_1 " secret\"}"};
  Recorder *recorder = &fixture->recorder;

  call (fixture, &reply, 1, AWS_ERROR_NOT_AUTHORIZED);
  assert_lines (recorder, "^DEBUG No retry, which would not help: .*403 AccessDeniedException", 1);
  assert_lines (recorder, "^WARNING", 0);
}

static void
test_for_good (Fixture *fixture, gconstpointer unused)
{
  Recorder *recorder = &fixture->recorder;

  aws_client_set_max_attempts (fixture->client, 3);
  call (fixture, &unavailable, 1, AWS_ERROR_SERVER);
  assert_lines (recorder, "^DEBUG No retry, all 3 attempts are used up: ", 1);
  assert_lines (recorder, "^WARNING Failed for good after 3 attempts: .* answered 503", 1);
  assert_lines (recorder, "^WARNING", 1);
}

static void
test_budget (Fixture *fixture, gconstpointer unused)
{
  Recorder *recorder = &fixture->recorder;

  aws_client_set_max_attempts (fixture->client, 200);
  call (fixture, &unavailable, 1, AWS_ERROR_SERVER);
  assert_lines (recorder, "^DEBUG No retry, the retry budget is empty: ", 1);
  assert_lines (
      recorder, "^WARNING Failed for good after 101 attempts, and the retry budget is used up", 1);
}

static void
test_no_connection (Fixture *fixture, gconstpointer unused)
{
  static const ScriptReply hang_up = {""};
  Recorder *recorder = &fixture->recorder;

  aws_client_set_max_attempts (fixture->client, 1);
  call (fixture, &hang_up, 1, AWS_ERROR_CUT_OFF);
  assert_lines (recorder, "^DEBUG POST 127.0.0.1 failed after \\d+ ms: .* too early; ", 1);
}

/* A line of a disabled level is not even formatted: write_cb() is never called. */
static void
test_off (Fixture *fixture, gconstpointer unused)
{
  fixture->recorder.is_off = TRUE;
  call (fixture, &unavailable, 1, AWS_ERROR_SERVER);
  g_assert_cmpstr (fixture->recorder.lines->str, ==, "");
}

static AwsCredentials *
fetch_configured (AwsConfig *config)
{
  g_autoptr (AwsCredentialsProvider) provider = aws_identity_get_provider (config, NULL, NULL);

  return aws_credentials_provider_get (provider, 0, NULL, NULL);
}

/* The sources that were tried, and why each of them but the last was skipped. */
static void
test_sources (void)
{
  static const ScriptReply replies[] = {
      {"500 Internal Server Error", "", "{\"Token\":\"" TOKEN_1 "\"}"},
      {"200 OK", "",
          "{\"AccessKeyId\":\"" KEY_1 "\",\"SecretAccessKey\":\"" SECRET_1 "\",\"Token\":\"" TOKEN_1
          "\",\"Expiration\":\"2026-11-20T09:00:00Z\"}"}};
  g_autoptr (ScriptServer) server = NULL;
  g_autofree char *url = NULL;
  g_autoptr (FakeClock) clock = fake_clock_new (START_US);
  Recorder recorder = {.is_off = FALSE};

  test_environment_clear ();
  server = script_server_new (replies, G_N_ELEMENTS (replies), NULL);
  url = script_server_make_url (server, "/capability");
  g_setenv ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url, TRUE);
  g_setenv ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "bearer-token", TRUE);
  g_setenv ("AWS_REGION", "eu-west-1", TRUE);
  recorder_begin (&recorder);
  {
    g_autoptr (AwsConfig) config = test_environment_make_config (AWS_CLOCK (clock));
    g_autoptr (AwsCredentials) credentials = fetch_configured (config);

    g_assert_nonnull (credentials);
  }
  assert_lines (&recorder, "^INFO Region: eu-west-1, from AWS_REGION$", 1);
  assert_lines (&recorder, "^DEBUG Credentials source env: skipped, AWS_ACCESS_KEY_ID and ", 1);
  assert_lines (&recorder, "^DEBUG Credentials source web-identity: skipped, ", 1);
  assert_lines (&recorder, "^DEBUG Credentials source profile: skipped, ", 1);
  assert_lines (&recorder, "^DEBUG GET 127.0.0.1:\\d+/…, attempt 1 of 3$", 1);
  assert_lines (&recorder, "^DEBUG Retry in \\d+ ms, attempt 2 of 3: .* answered 500 ", 1);
  assert_lines (&recorder, "^DEBUG Credentials source container: gave credentials$", 1);
  assert_lines (&recorder, "^INFO Credentials found: source container, access key …MPLE, ", 1);
  assert_no_secret (&recorder);
  recorder_end (&recorder);
}

static void
add (const char *path, void (*test) (Fixture *fixture, gconstpointer unused))
{
  g_autofree char *full_path = g_strconcat ("/awsclient-log/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("call", test_call);
  add ("refused", test_refused);
  add ("for-good", test_for_good);
  add ("budget", test_budget);
  add ("no-connection", test_no_connection);
  add ("off", test_off);
  g_test_add_func ("/awsclient-log/sources", test_sources);
  return g_test_run ();
}
