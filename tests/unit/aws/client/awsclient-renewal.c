/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tests what a call does if the service rejects its credentials, and if the source of credentials is down. */
#include "awsclient.h"

#include "scriptserver.h"
#include "testsource.h"

#include <fakeclock.h>
#include <string.h>

#define START_US (G_GINT64_CONSTANT (1795161600) * G_USEC_PER_SEC)

typedef struct {
  FakeClock *clock;
  TestSource *source;
  AwsClient *client;
  ScriptReply replies[3];
  ScriptServer *server;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer unused)
{
  g_autoptr (AwsCredentialsProvider) provider = NULL;
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);

  fixture->clock = fake_clock_new (START_US);
  fixture->source = test_source_new ("test");
  provider = aws_credentials_provider_new (
      AWS_CREDENTIAL_SOURCE (fixture->source), "id", AWS_CLOCK (fixture->clock));
  fixture->client = aws_client_new (http, provider, "eu-central-1");
  aws_client_set_clock (fixture->client, AWS_CLOCK (fixture->clock));
}

static void
tear_down (Fixture *fixture, gconstpointer unused)
{
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->source);
  g_assert_finalize_object (fixture->clock);
  script_server_free (fixture->server);
}

/* Makes the service reject the first @n requests. */
static void
refuse_first (Fixture *fixture, guint n)
{
  static const ScriptReply rejection = {"403 Forbidden",
      "x-amzn-ErrorType: ExpiredTokenException\r\n",
      "{\"message\":\"The security token included in the request is expired\"}"};
  static const ScriptReply success = {"200 OK", "", "{}"};

  g_assert_cmpuint (n, <, G_N_ELEMENTS (fixture->replies));
  for (guint i = 0; i < G_N_ELEMENTS (fixture->replies); i++)
    fixture->replies[i] = i < n ? rejection : success;
  fixture->server = script_server_new (fixture->replies, G_N_ELEMENTS (fixture->replies), NULL);
}

static void
give (Fixture *fixture, const char *access_key)
{
  test_source_give (fixture->source, access_key, START_US + G_TIME_SPAN_HOUR);
}

static void
fail (Fixture *fixture)
{
  test_source_fail (fixture->source, AWS_ERROR_CONNECT, "The source cannot be reached");
}

static gpointer
read_nothing (AwsReply *reply, GCancellable *cancellable, gpointer user_data, GError **error)
{
  return g_object_ref (reply);
}

static AwsReply *
call (Fixture *fixture, GError **error)
{
  g_autofree char *url = script_server_make_url (fixture->server, "/call");
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const AwsRequest request = {.method = "GET", .uri = uri, .service = "kinesisvideo"};

  return aws_client_call (fixture->client, &request, read_nothing, NULL, NULL, error);
}

static void
assert_succeeds (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = call (fixture, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reply);
}

static void
assert_fails (Fixture *fixture, AwsError code, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call (fixture, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  g_assert_nonnull (strstr (error->message, text));
}

/* Asserts with which access keys the requests were signed, in order. */
static void
assert_requests (Fixture *fixture, const char *access_keys)
{
  g_assert_cmpuint (script_server_count (fixture->server), ==, strlen (access_keys));
  for (guint i = 0; access_keys[i] != '\0'; i++) {
    g_autofree char *credential = g_strdup_printf ("Credential=%c/", access_keys[i]);

    g_assert_nonnull (strstr (script_server_get (fixture->server, i), credential));
  }
}

static void
test_renewed (Fixture *fixture, gconstpointer unused)
{
  give (fixture, "A");
  give (fixture, "B");
  refuse_first (fixture, 1);
  assert_succeeds (fixture);
  assert_requests (fixture, "AB");
  assert_succeeds (fixture);
  assert_requests (fixture, "ABB");
}

static void
test_refused_twice (Fixture *fixture, gconstpointer unused)
{
  give (fixture, "A");
  give (fixture, "B");
  refuse_first (fixture, 2);
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "ExpiredTokenException");
  assert_requests (fixture, "AB");
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 0);
}

/* The same credentials are not sent again after they were rejected. */
static void
test_nothing_new (Fixture *fixture, gconstpointer unused)
{
  give (fixture, "A");
  refuse_first (fixture, 1);
  assert_fails (fixture, AWS_ERROR_NOT_AUTHORIZED, "ExpiredTokenException");
  assert_requests (fixture, "A");
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), ==, 2);
}

static void
test_source_down (Fixture *fixture, gconstpointer unused)
{
  fail (fixture);
  fail (fixture);
  give (fixture, "A");
  refuse_first (fixture, 0);
  assert_succeeds (fixture);
  assert_requests (fixture, "A");
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 2);
}

static void
test_source_down_when_refused (Fixture *fixture, gconstpointer unused)
{
  give (fixture, "A");
  fail (fixture);
  give (fixture, "B");
  refuse_first (fixture, 1);
  assert_succeeds (fixture);
  assert_requests (fixture, "AB");
  g_assert_cmpuint (fake_clock_count_waits (fixture->clock), ==, 1);
}

static gpointer
slow_call_cb (gpointer fixture)
{
  assert_fails (fixture, AWS_ERROR_CONNECT,
      "after the first attempt, and no time is left for another: The source cannot be reached");
  return NULL;
}

/* The client does not retry a fetch of credentials: the source has done that already. */
static void
test_source_slow (Fixture *fixture, gconstpointer unused)
{
  GThread *thread;

  fail (fixture);
  refuse_first (fixture, 0);
  test_source_hold (fixture->source);
  thread = g_thread_new ("call", slow_call_cb, fixture);
  test_source_wait_until_asked (fixture->source, 1);
  fake_clock_advance (fixture->clock, 20 * G_USEC_PER_SEC);
  test_source_release (fixture->source);
  g_thread_join (thread);
  assert_requests (fixture, "");
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), ==, 1);
}

static void
test_source_fails (Fixture *fixture, gconstpointer unused)
{
  test_source_fail (fixture->source, AWS_ERROR_SETTINGS, "The profile is half");
  refuse_first (fixture, 0);
  assert_fails (fixture, AWS_ERROR_SETTINGS, "The profile is half");
  assert_requests (fixture, "");
  g_assert_cmpuint (test_source_get_n_asked (fixture->source), ==, 1);
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *full_path = g_strconcat ("/awsclient-renewal/", path, NULL);

  g_test_add (full_path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("renewed", test_renewed);
  add ("refused-twice", test_refused_twice);
  add ("nothing-new", test_nothing_new);
  add ("source-down", test_source_down);
  add ("source-down-when-refused", test_source_down_when_refused);
  add ("source-slow", test_source_slow);
  add ("source-fails", test_source_fails);
  return g_test_run ();
}
