/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup is set up so that what was signed is what is sent, and nothing else: no redirects, cookies,
 * answers to authentication or compression. */
#include "awshttp.h"

#include "awsendpoint.h"

#include <libsoup/soup.h>

/* At libsoup's own limits a synchronous call waits and cannot be cancelled, so they are out of
 * reach: who calls decides how many calls there are at once. */
#define MAX_CONNECTIONS 1024

struct _AwsHttp {
  GObject parent_instance;

  char *user_agent;
  guint timeout_s;
  GProxyResolver *proxies;

  GMutex lock;          /* guards that there is one session */
  SoupSession *session; /* made by the first request */
};

G_DEFINE_FINAL_TYPE (AwsHttp, aws_http, G_TYPE_OBJECT)

static void
aws_http_finalize (GObject *object)
{
  AwsHttp *self = AWS_HTTP (object);

  g_clear_object (&self->session);
  g_clear_object (&self->proxies);
  g_free (self->user_agent);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (aws_http_parent_class)->finalize (object);
}

static void
aws_http_class_init (AwsHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = aws_http_finalize;
}

static void
aws_http_init (AwsHttp *self)
{
  g_mutex_init (&self->lock);
}

AwsHttp *
aws_http_new (const AwsHttpOptions *options, GError **error)
{
  static const AwsHttpOptions none = {NULL};
  AwsHttp *self = g_object_new (AWS_TYPE_HTTP, NULL);
  guint timeout_ms;

  if (options == NULL)
    options = &none;
  timeout_ms = options->completion_timeout_ms != 0 ? options->completion_timeout_ms
                                                   : AWS_HTTP_DEFAULT_COMPLETION_TIMEOUT_MS;
  self->timeout_s = (timeout_ms + 999) / 1000;
  self->user_agent = g_strdup (options->user_agent);
  self->proxies = options->proxies != NULL ? g_object_ref (options->proxies) : NULL;
  return self;
}

/* Without an idle timeout: libsoup 3.2 runs it in a main loop, unguarded against calls in other
 * threads. Connections that the server has closed are dropped by the next call. */
static SoupSession *
make_session (AwsHttp *self)
{
  SoupSession *session = soup_session_new_with_options ("max-conns", MAX_CONNECTIONS,
      "max-conns-per-host", MAX_CONNECTIONS, "timeout", self->timeout_s, "idle-timeout", 0,
      "proxy-resolver", self->proxies, "user-agent", self->user_agent, NULL);

  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

/* Only when there is something to send: loading GIO's TLS modules from a plugin's initialisation
 * can deadlock. */
static SoupSession *
ensure_session (AwsHttp *self)
{
  g_mutex_lock (&self->lock);
  if (self->session == NULL)
    self->session = make_session (self);
  g_mutex_unlock (&self->lock);
  return self->session;
}

static gboolean
add_header (SoupMessageHeaders *headers, const AwsHeader *header, GError **error)
{
  for (const char *c = header->value; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c)) {
      g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
          "The value of the header %s holds a control character", header->name);
      return FALSE;
    }
  }
  soup_message_headers_append (headers, header->name, header->value);
  return TRUE;
}

static SoupMessage *
make_message (const AwsRequest *request, GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (request->method, request->uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  /* A POST that is not marked as harmless to repeat gets no connection that is already open. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);
  for (gsize i = 0; i < request->n_headers; i++) {
    if (!add_header (headers, &request->headers[i], error))
      return NULL;
  }
  return g_steal_pointer (&message);
}

/* Sends in a main context of its own that nobody runs: libsoup 3.2 would leave a timer in the
 * thread's, which touches the session from there without its lock. */
AwsReply *
aws_http_send (AwsHttp *self, const AwsRequest *request, GCancellable *cancellable, GError **error)
{
  g_autoptr (SoupMessage) message = make_message (request, error);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) cause = NULL;
  g_autofree char *host = NULL;

  if (message == NULL)
    return NULL;

  g_main_context_push_thread_default (context);
  body = soup_session_send (ensure_session (self), message, cancellable, &cause);
  g_main_context_pop_thread_default (context);
  if (body != NULL)
    return aws_reply_new (message, body, context);

  host = aws_endpoint_get_authority (request->uri);
  g_propagate_error (error, aws_error_new_for_transport (cause, host));
  return NULL;
}
