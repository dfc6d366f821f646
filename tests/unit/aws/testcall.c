/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One client for all tests, with credentials that each of them looks for in what people can see. */
#include "testcall.h"

#include "awsstaticsource.h"

#include <stopwatch.h>
#include <string.h>

struct _TestThread {
  AwsClient *client;
  GUri *uri;
  GCancellable *cancellable;
  GThread *thread;
  GBytes *body;
  GError *error;

  GMutex lock; /* guards what follows */
  GCond changed;
  gboolean has_body;
};

AwsClient *
test_client_new_full (const char *region, const char *session_token, guint timeout_ms)
{
  g_autoptr (AwsCredentials) credentials =
      aws_credentials_new (TEST_ACCESS_KEY, TEST_SECRET_KEY, session_token, NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "test");
  g_autoptr (AwsCredentialsProvider) provider = aws_credentials_provider_new (source, "id", NULL);
  const AwsHttpOptions options = {.user_agent = "test/1", .completion_timeout_ms = timeout_ms};
  g_autoptr (AwsHttp) http = aws_http_new (&options, NULL);

  return aws_client_new (http, provider, region);
}

AwsClient *
test_client_new (void)
{
  return test_client_new_full ("us-west-2", TEST_TOKEN, 0);
}

AwsClient *
test_client_new_with_clock (const char *access_key, const char *region, AwsClock *clock)
{
  g_autoptr (AwsCredentials) credentials = aws_credentials_new (access_key, "secret", NULL, NULL);
  g_autoptr (AwsCredentialSource) source = aws_static_source_new (credentials, "test");
  g_autoptr (AwsCredentialsProvider) provider =
      aws_credentials_provider_new (source, access_key, clock);
  g_autoptr (AwsHttp) http = aws_http_new (NULL, NULL);
  AwsClient *client = aws_client_new (http, provider, region);

  aws_client_set_clock (client, clock);
  return client;
}

AwsReply *
test_call (AwsClient *client, GUri *uri, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new_static (TEST_BODY, strlen (TEST_BODY));

  const AwsRequest request = {.method = "POST",
      .uri = uri,
      .service = "kinesisvideo",
      .content_type = "application/json",
      .body = body};

  return aws_client_send (client, &request, NULL, cancellable, error);
}

void
test_call_succeeds (AwsClient *client, GUri *uri)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AwsReply) reply = test_call (client, uri, NULL, &error);
  g_autoptr (GBytes) body = NULL;

  g_assert_no_error (error);
  body = aws_reply_read_all (reply, 100, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "{}", 2);
}

GError *
test_call_fails (AwsClient *client, GUri *uri, AwsError code)
{
  GError *error = NULL;

  g_assert_null (test_call (client, uri, NULL, &error));
  g_assert_error (error, AWS_ERROR, (int)code);
  test_assert_no_secret (error->message);
  return error;
}

void
test_assert_no_secret (const char *text)
{
  static const char *const secrets[] = {TEST_ACCESS_KEY, TEST_SECRET_KEY, TEST_TOKEN, "Signature="};

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_null (strstr (text, secrets[i]));
}

static void
announce_body (TestThread *self)
{
  g_mutex_lock (&self->lock);
  self->has_body = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gpointer
call_and_read (gpointer data)
{
  TestThread *self = data;
  g_autoptr (AwsReply) reply = test_call (self->client, self->uri, self->cancellable, &self->error);
  g_autoptr (GByteArray) body = g_byte_array_new ();
  guint8 chunk[4096];
  gssize size = -1;

  while (reply != NULL && (size = aws_reply_read (
                               reply, chunk, sizeof chunk, self->cancellable, &self->error)) > 0) {
    g_byte_array_append (body, chunk, size);
    announce_body (self);
  }
  if (size == 0)
    self->body = g_byte_array_free_to_bytes (g_steal_pointer (&body));
  return NULL;
}

TestThread *
test_thread_new (AwsClient *client, GUri *uri)
{
  TestThread *self = g_new0 (TestThread, 1);

  self->client = g_object_ref (client);
  self->uri = g_uri_ref (uri);
  self->cancellable = g_cancellable_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("call", call_and_read, self);
  return self;
}

void
test_thread_wait_for_body (TestThread *self)
{
  g_mutex_lock (&self->lock);
  while (!self->has_body)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

GBytes *
test_thread_end (TestThread *self, GError **error)
{
  GBytes *body;

  if (self->thread != NULL)
    g_thread_join (self->thread);
  body = self->body;
  if (self->error != NULL)
    g_propagate_error (error, self->error);

  g_object_unref (self->client);
  g_uri_unref (self->uri);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
  return body;
}

void
test_thread_assert_cancels (TestThread *self)
{
  g_autoptr (GError) error = NULL;
  Stopwatch stopwatch = stopwatch_start ();
  gint64 took;

  g_cancellable_cancel (self->cancellable);
  g_thread_join (g_steal_pointer (&self->thread));
  took = stopwatch_get_us (&stopwatch);

  g_test_message ("%" G_GINT64_FORMAT " us", took);
  g_assert_cmpint (took, <, STOPWATCH_AT_ONCE_US);
  g_assert_null (test_thread_end (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}
