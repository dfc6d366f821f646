/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one place where requests leave the process. libsoup is set up so that what was signed is what
 * is sent, and nothing else: no redirects, cookies, answers to authentication or compression. */
#include "awsclient.h"

#include "awsendpoint.h"
#include "awsproxy.h"
#include "awssigner.h"

#include <libsoup/soup.h>

#define DEFAULT_TIMEOUT_S 60

/* At libsoup's own limits a synchronous call waits and cannot be cancelled, so they are out of
 * reach: who calls decides how many calls there are at once. */
#define MAX_CONNECTIONS 1024

/* As much of a reply that is not a success as is worth reading. */
#define MAX_FAILURE_SIZE (64 * 1024)

#define CONTENT_TYPE "application/json"

struct _AwsClient {
  GObject parent_instance;

  AwsCredentials *credentials;
  char *region;
  char *user_agent;
  guint timeout_s;

  GMutex lock;          /* guards that there is one session */
  SoupSession *session; /* made by the first call */
};

G_DEFINE_FINAL_TYPE (AwsClient, aws_client, G_TYPE_OBJECT)

static void
aws_client_finalize (GObject *object)
{
  AwsClient *self = AWS_CLIENT (object);

  g_clear_object (&self->session);
  aws_credentials_unref (self->credentials);
  g_free (self->region);
  g_free (self->user_agent);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_client_parent_class)->finalize (object);
}

static void
aws_client_class_init (AwsClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_client_finalize;
}

static void
aws_client_init (AwsClient *self)
{
  self->timeout_s = DEFAULT_TIMEOUT_S;
  g_mutex_init (&self->lock);
}

AwsClient *
aws_client_new (AwsCredentials *credentials, const char *region, const char *user_agent)
{
  AwsClient *self = g_object_new (AWS_TYPE_CLIENT, NULL);

  self->credentials = aws_credentials_ref (credentials);
  self->region = g_strdup (region);
  self->user_agent = g_strdup (user_agent);
  return self;
}

void
aws_client_set_timeout (AwsClient *self, guint seconds)
{
  g_return_if_fail (self->session == NULL);

  self->timeout_s = seconds;
}

/* Without an idle timeout: libsoup 3.2 runs it in a main loop, unguarded against calls in other
 * threads. Connections that the server has closed are dropped by the next call. */
static SoupSession *
make_session (AwsClient *self)
{
  g_autoptr (GProxyResolver) proxy = aws_proxy_new (NULL);
  SoupSession *session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
      "max-conns-per-host", MAX_CONNECTIONS, "timeout", self->timeout_s, "idle-timeout", 0,
      "proxy-resolver", proxy, "user-agent", self->user_agent, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* Only when there is something to call: loading GIO's TLS modules from a plugin's initialisation
 * can deadlock. */
static SoupSession *
ensure_session (AwsClient *self)
{
  g_mutex_lock (&self->lock);
  if (self->session == NULL)
    self->session = make_session (self);
  g_mutex_unlock (&self->lock);
  return self->session;
}

static gboolean
sign_message (
    AwsClient *self, SoupMessage *message, const char *service, GBytes *body, GError **error)
{
  const AwsHeader headers[] = {{"Content-Type", CONTENT_TYPE}};
  const AwsSigner signer = {self->credentials, self->region, service};
  const AwsSignerRequest request = {.method = SOUP_METHOD_POST,
      .uri = soup_message_get_uri (message),
      .headers = headers,
      .n_headers = G_N_ELEMENTS (headers),
      .body = body};
  const char *session_token = aws_credentials_get_session_token (self->credentials);
  SoupMessageHeaders *sent = soup_message_get_request_headers (message);
  g_autoptr (AwsSignature) signature =
      aws_signer_sign (&signer, &request, g_get_real_time () / G_USEC_PER_SEC, error);

  if (signature == NULL)
    return FALSE;

  soup_message_headers_replace (sent, "X-Amz-Date", signature->date);
  if (session_token != NULL)
    soup_message_headers_replace (sent, "X-Amz-Security-Token", session_token);
  soup_message_headers_replace (sent, "Authorization", signature->authorization);
  return TRUE;
}

static SoupMessage *
make_message (AwsClient *self, GUri *uri, const char *service, GBytes *body, GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (SOUP_METHOD_POST, uri);

  /* A POST that is not marked as harmless to repeat gets no connection that is already open. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  soup_message_set_request_body_from_bytes (message, CONTENT_TYPE, body);
  if (!sign_message (self, message, service, body, error))
    return NULL;
  return g_steal_pointer (&message);
}

/* Sends @message in a main context of its own that nobody runs: libsoup 3.2 would leave a timer in
 * the thread's, which touches the session from there without its lock. */
static AwsReply *
send_message (AwsClient *self, SoupMessage *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *host = NULL;

  g_main_context_push_thread_default (context);
  body = soup_session_send (ensure_session (self), message, cancellable, &cause);
  g_main_context_pop_thread_default (context);
  if (body != NULL)
    return aws_reply_new (message, body, context);

  host = aws_endpoint_get_authority (soup_message_get_uri (message));
  g_propagate_error (error, aws_error_new_for_transport (cause, host));
  return NULL;
}

/* The beginning of the body of a reply that is not a success. Where the rest cannot be read, the
 * status has already said what is wrong. */
static GBytes *
read_failure (AwsReply *reply, GCancellable *cancellable)
{
  guint8 *body = g_malloc (MAX_FAILURE_SIZE);
  gsize size = 0;
  gssize n;

  do {
    n = aws_reply_read (reply, body + size, MAX_FAILURE_SIZE - size, cancellable, NULL);
    size += MAX (n, 0);
  } while (n > 0 && size < MAX_FAILURE_SIZE);
  return g_bytes_new_take (body, size);
}

static GError *
make_failure (AwsClient *self, SoupMessage *message, AwsReply *reply, GCancellable *cancellable)
{
  g_autoptr (GBytes) body = read_failure (reply, cancellable);
  g_autofree char *host = aws_endpoint_get_authority (soup_message_get_uri (message));

  return aws_error_new_for_reply (soup_message_get_status (message),
      soup_message_get_response_headers (message), body, host,
      aws_credentials_get_session_token (self->credentials));
}

AwsReply *
aws_client_call (AwsClient *self, GUri *uri, const char *service, GBytes *json_body,
    GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupMessage) message = make_message (self, uri, service, json_body, error);
  g_autoptr (AwsReply) reply = NULL;
  g_autoptr (GError) failure = NULL;

  if (message == NULL)
    return NULL;

  reply = send_message (self, message, cancellable, error);
  if (reply == NULL || soup_message_get_status (message) == SOUP_STATUS_OK)
    return g_steal_pointer (&reply);

  failure = make_failure (self, message, reply, cancellable);
  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
