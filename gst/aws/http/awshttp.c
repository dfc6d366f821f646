/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libsoup is configured to send exactly what was signed: no redirects, cookies, answers to authentication or
 * compression.
 *
 * This file sends the proxy's user and password with the first request. libsoup's authentication manager does
 * not: once the proxy has asked, it would send the proxy's password to every server, too. */
#include "awshttp.h"

#include "awsauthorities.h"
#include "awsdeadline.h"
#include "awsendpoint.h"
#include "awslog.h"
#include "awssessionpool.h"
#include "awstls.h"
#include "awstransporterror.h"

#include <libsoup/soup.h>
#include <string.h>

struct _AwsHttp {
  GObject parent_instance;

  char *user_agent;
  guint connection_timeout_ms;
  guint completion_timeout_ms;
  GProxyResolver *proxies;
  char *ca_name;
  char *ca_file;
  GTlsCertificate *client_certificate;
  AwsWatchdog *watchdog;
  AwsSessionPool *sessions;

  GMutex lock;               /* guards authorities */
  GTlsDatabase *authorities; /* of ca_file, read by the first request over TLS */
};

G_DEFINE_FINAL_TYPE (AwsHttp, aws_http, G_TYPE_OBJECT)

static void
aws_http_finalize (GObject *object)
{
  AwsHttp *self = AWS_HTTP (object);

  g_clear_object (&self->authorities);
  g_clear_object (&self->sessions);
  g_clear_object (&self->watchdog);
  g_clear_object (&self->client_certificate);
  g_clear_object (&self->proxies);
  g_free (self->ca_name);
  g_free (self->ca_file);
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
  self->sessions = aws_session_pool_new ();
}

static gboolean
has_control_character (const char *text)
{
  for (const char *c = text; *c != '\0'; c++) {
    if (g_ascii_iscntrl (*c))
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_user_agent (const char *user_agent, GError **error)
{
  g_autofree char *escaped = NULL;

  if (user_agent == NULL || !has_control_character (user_agent))
    return TRUE;
  escaped = g_strescape (user_agent, NULL);
  g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
      "user-agent is '%s', which cannot be used: it has to be text without line breaks and other "
      "control characters",
      escaped);
  return FALSE;
}

AwsHttp *
aws_http_new (const AwsHttpOptions *options, GError **error)
{
  static const AwsHttpOptions none = {NULL};
  AwsHttp *self;

  if (options == NULL)
    options = &none;
  if (!check_user_agent (options->user_agent, error))
    return NULL;

  self = g_object_new (AWS_TYPE_HTTP, NULL);
  self->connection_timeout_ms = options->connection_timeout_ms != 0
                                    ? options->connection_timeout_ms
                                    : AWS_HTTP_DEFAULT_CONNECTION_TIMEOUT_MS;
  self->completion_timeout_ms = options->completion_timeout_ms != 0
                                    ? options->completion_timeout_ms
                                    : AWS_HTTP_DEFAULT_COMPLETION_TIMEOUT_MS;
  self->watchdog =
      aws_watchdog_new (options->clock != NULL ? options->clock : aws_clock_get_default ());
  self->user_agent = g_strdup (options->user_agent);
  self->ca_name = g_strdup (options->ca_name);
  /* GIO's databases accept absolute names only, and log a warning about others. */
  self->ca_file =
      options->ca_file != NULL ? g_canonicalize_filename (options->ca_file, NULL) : NULL;
  g_set_object (&self->proxies, options->proxies);
  g_set_object (&self->client_certificate, options->client_certificate);
  return self;
}

gboolean
aws_http_check_ca_file (AwsHttp *self, GError **error)
{
  return self->ca_file == NULL || aws_authorities_check (self->ca_name, self->ca_file, error);
}

static gboolean
check_proxy (AwsHttp *self, GUri *uri, GError **error)
{
  return !AWS_IS_PROXY (self->proxies) || aws_proxy_check (AWS_PROXY (self->proxies), uri, error);
}

static gboolean
is_secure (GUri *uri)
{
  return g_str_equal (g_uri_get_scheme (uri), "https");
}

gboolean
aws_http_check_uri (AwsHttp *self, GUri *uri, GError **error)
{
  return check_proxy (self, uri, error) &&
         (!is_secure (uri) || aws_http_check_ca_file (self, error));
}

/* The Proxy-Authorization for @uri, or NULL. */
static const char *
get_authorization (AwsHttp *self, GUri *uri)
{
  return AWS_IS_PROXY (self->proxies) ? aws_proxy_get_authorization (AWS_PROXY (self->proxies), uri)
                                      : NULL;
}

/* Whether the Content-Length of a reply is one (RFC 9110, section 8.6). */
static gboolean
has_good_length (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_list (headers, "Content-Length");
  guint64 length;

  return text == NULL || g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &length, NULL);
}

/* libsoup sets the status when it has parsed the headers, and asks for the length after that. It takes any length, and
 * has GObject warn of a negative one; an empty one it takes for 0. What follows on the connection belongs to nothing. */
static void
status_changed_cb (SoupMessage *message, GParamSpec *property, gpointer user_data)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (has_good_length (headers))
    return;
  soup_message_headers_replace (headers, "Content-Length", "");
  soup_message_headers_replace (headers, "Connection", "close");
}

/* Of all requests that libsoup makes by itself only CONNECT is for the proxy. */
static void
request_queued_cb (SoupSession *session, SoupMessage *message, AwsHttp *self)
{
  const char *authorization = get_authorization (self, soup_message_get_uri (message));

  g_signal_connect (message, "notify::status-code", G_CALLBACK (status_changed_cb), NULL);

  if (authorization != NULL && g_str_equal (soup_message_get_method (message), "CONNECT"))
    soup_message_headers_replace (
        soup_message_get_request_headers (message), "Proxy-Authorization", authorization);
}

/* The certificates of ca_file, read once. */
static gboolean
ensure_authorities (AwsHttp *self, GError **error)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  if (self->authorities == NULL)
    self->authorities = aws_authorities_get (self->ca_name, self->ca_file, error);
  return self->authorities != NULL;
}

/* What only TLS needs. */
static gboolean
prepare_tls (AwsHttp *self, GUri *uri, GError **error)
{
  g_autofree char *host = NULL;

  if (!aws_tls_is_available ()) {
    host = aws_endpoint_get_authority (uri);
    g_propagate_error (error, aws_tls_new_unavailable_error (host));
    return FALSE;
  }
  return self->ca_file == NULL || ensure_authorities (self, error);
}

/* Without an idle timeout: libsoup 3.2 runs it in a main loop, unguarded against calls in other
 * threads. Connections that the server has closed are dropped by the next call.
 *
 * The timeout of the sockets is behind the deadline's, for what cannot be cancelled: to say goodbye.
 *
 * Where it is certain that there is no proxy, GIO is told so. Else it loads the desktop's settings before it asks
 * ours.
 *
 * GTlsInteraction itself answers no server that asks for a certificate or a password; libsoup's own
 * one would wait for a main loop. */
static SoupSession *
make_session (GUri *uri, gpointer user_data)
{
  AwsHttp *self = AWS_HTTP (user_data);
  gboolean is_direct =
      AWS_IS_PROXY (self->proxies) && aws_proxy_is_direct (AWS_PROXY (self->proxies), uri);
  g_autoptr (GTlsInteraction) silent = g_object_new (G_TYPE_TLS_INTERACTION, NULL);
  SoupSession *session =
      soup_session_new_with_options ("timeout", self->completion_timeout_ms / 1000 + 2,
          "idle-timeout", 0, "proxy-resolver", is_direct ? NULL : self->proxies, "user-agent",
          self->user_agent, "tls-interaction", silent, NULL);

  if (is_secure (uri) && self->ca_file != NULL)
    soup_session_set_tls_database (session, self->authorities);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  g_signal_connect (session, "request-queued", G_CALLBACK (request_queued_cb), self);
  return session;
}

/* A session has the authorities only where they are needed: a CA file that is no good is no obstacle to
 * http. GIO's TLS modules are loaded only when there is something to send: loading them from a plugin's
 * initialisation can deadlock. */
static AwsPooledSession *
take_session (AwsHttp *self, GUri *uri, GError **error)
{
  if (!check_proxy (self, uri, error) || (is_secure (uri) && !prepare_tls (self, uri, error)))
    return NULL;
  return aws_session_pool_take (self->sessions, uri, make_session, self);
}

/* A token (RFC 9110, section 5.6.2). */
static gboolean
is_header_name (const char *name)
{
  for (const char *c = name; *c != '\0'; c++) {
    if (!g_ascii_isalnum (*c) && strchr ("!#$%&'*+-.^_`|~", *c) == NULL)
      return FALSE;
  }
  return *name != '\0';
}

static gboolean
check_header (const char *name, const char *value, GError **error)
{
  if (!is_header_name (name)) {
    g_set_error_literal (
        error, AWS_ERROR, AWS_ERROR_SETTINGS, "The name of a header is not one that can be sent");
    return FALSE;
  }
  if (has_control_character (value)) {
    g_set_error (error, AWS_ERROR, AWS_ERROR_SETTINGS,
        "The value of the header %s holds a control character", name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
add_headers (SoupMessage *message, const AwsRequest *request, GError **error)
{
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  for (gsize i = 0; i < request->n_headers; i++) {
    const AwsHeader *header = &request->headers[i];

    if (!check_header (header->name, header->value, error))
      return FALSE;
    soup_message_headers_append (headers, header->name, header->value);
  }
  return TRUE;
}

/* A http proxy gets requests for http as they are, with its own headers added. */
static void
add_proxy_authorization (AwsHttp *self, SoupMessage *message)
{
  GUri *uri = soup_message_get_uri (message);
  const char *authorization = get_authorization (self, uri);

  if (authorization != NULL && g_str_equal (g_uri_get_scheme (uri), "http"))
    soup_message_headers_replace (
        soup_message_get_request_headers (message), "Proxy-Authorization", authorization);
}

static SoupMessage *
make_message (AwsHttp *self, const AwsRequest *request, GError **error)
{
  g_autoptr (SoupMessage) message = soup_message_new_from_uri (request->method, request->uri);

  /* A POST that is not marked as harmless to repeat gets no connection that is already open. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_IDEMPOTENT);
  /* Without this header any encoding of the reply is acceptable (RFC 9110, section 12.5.3). */
  soup_message_headers_append (
      soup_message_get_request_headers (message), "Accept-Encoding", "identity");
  if (request->body != NULL) {
    if (!check_header ("Content-Type", request->content_type, error))
      return NULL;
    soup_message_set_request_body_from_bytes (message, request->content_type, request->body);
  }
  if (!add_headers (message, request, error))
    return NULL;
  add_proxy_authorization (self, message);
  return g_steal_pointer (&message);
}

/* One call of aws_http_send(). */
typedef struct {
  AwsHttp *http;
  AwsDeadline *deadline;
  GCancellable *cancellable;
  GTlsConnection *connection; /* the new one, if there is a new one over TLS */
  gint64 connected_us;        /* when a new one was made, by the monotonic clock; else 0 */
  gboolean is_tls_too_old;
} Sending;

/* HTTP/2 is not offered. A server that ends each connection with GOAWAY is asked again by libsoup 3.2
 * without pause or limit, within one call (measured: it never returned). And a kept connection goes
 * from thread to thread with sources in main contexts that no thread runs. */
static void
prepare_handshake (Sending *sending, GTlsConnection *connection)
{
  static const char *const protocols[] = {"http/1.1", NULL};

  g_set_object (&sending->connection, connection);
  g_tls_connection_set_advertised_protocols (connection, protocols);
  if (sending->http->client_certificate != NULL)
    g_tls_connection_set_certificate (connection, sending->http->client_certificate);
}

/* The lowest version that GIO offers depends on the system. A version without a name is a newer one. */
static void
check_tls_version (Sending *sending, GTlsConnection *connection)
{
  GTlsProtocolVersion version = g_tls_connection_get_protocol_version (connection);

  if (version == G_TLS_PROTOCOL_VERSION_UNKNOWN || version >= G_TLS_PROTOCOL_VERSION_TLS_1_2)
    return;
  sending->is_tls_too_old = TRUE;
  g_cancellable_cancel (sending->cancellable);
}

static const char *
get_event_name (GSocketClientEvent event)
{
  static const char *const names[] = {"resolving", "resolved", "connecting", "connected",
      "proxy negotiating", "proxy negotiated", "TLS handshaking", "TLS handshaked", "complete"};

  return (gsize)event < G_N_ELEMENTS (names) ? names[event] : "unknown";
}

/* Called only while a new connection is made, always in the thread that sends. */
static void
network_event_cb (
    SoupMessage *message, GSocketClientEvent event, GIOStream *connection, Sending *sending)
{
  aws_log_trace ("New connection to %s: %s", g_uri_get_host (soup_message_get_uri (message)),
      get_event_name (event));
  switch (event) {
    case G_SOCKET_CLIENT_RESOLVING:
      aws_deadline_begin_connecting (sending->deadline);
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
      prepare_handshake (sending, G_TLS_CONNECTION (connection));
      break;
    case G_SOCKET_CLIENT_TLS_HANDSHAKED:
      check_tls_version (sending, G_TLS_CONNECTION (connection));
      break;
    case G_SOCKET_CLIENT_COMPLETE:
      aws_deadline_end_connecting (sending->deadline);
      sending->connected_us = g_get_monotonic_time ();
      break;
    default:
      break;
  }
}

/* The name of a proxy is not the service's. */
static GError *
make_transport_error (AwsHttp *self, GUri *uri, const GError *cause, const char *host)
{
  if (cause->domain == G_RESOLVER_ERROR && AWS_IS_PROXY (self->proxies) &&
      aws_proxy_is_used (AWS_PROXY (self->proxies), uri))
    return g_error_new (AWS_ERROR, AWS_ERROR_CONNECT,
        "The proxy for %s has no address; check the proxy and the network (%s)", host,
        cause->message);
  return aws_transport_error_new (cause, host);
}

static GTlsCertificateFlags
get_certificate_errors (Sending *sending)
{
  return sending->connection != NULL
             ? g_tls_connection_get_peer_certificate_errors (sending->connection)
             : 0;
}

static GError *
make_certificate_error (Sending *sending, const char *host)
{
  const AwsTlsAuthorities authorities = {.name = sending->http->ca_name,
      .file = sending->http->ca_file,
      .is_empty = sending->http->ca_file == NULL && !aws_tls_has_system_authorities ()};

  return aws_tls_new_certificate_error (host, get_certificate_errors (sending), &authorities);
}

static GError *
make_failure (Sending *sending, GUri *uri, gboolean is_late, const GError *cause)
{
  g_autofree char *host = aws_endpoint_get_authority (uri);

  if (sending->is_tls_too_old)
    return g_error_new (AWS_ERROR, AWS_ERROR_TLS,
        "%s offers nothing newer than TLS 1.1; TLS 1.2 is required", host);
  if (is_late)
    return aws_deadline_new_error (sending->deadline, host);
  if (get_certificate_errors (sending) != 0 && cause->domain == G_TLS_ERROR)
    return make_certificate_error (sending, host);
  return make_transport_error (sending->http, uri, cause, host);
}

/* libsoup reports a proxy's reply to CONNECT as the server's. */
static GError *
make_tunnel_failure (SoupMessage *message)
{
  g_autofree char *host = aws_endpoint_get_authority (soup_message_get_uri (message));
  guint status = soup_message_get_status (message);
  const char *advice = status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED
                           ? "; check the user and the password in the URL of the proxy"
                           : "";
  GError *error = g_error_new (AWS_ERROR, AWS_ERROR_CONNECT,
      "The proxy for %s answered %u %s instead of connecting to it%s", host, status,
      soup_status_get_phrase (status), advice);

  aws_error_set_reply (error, status, NULL, NULL);
  return error;
}

/* Sends in a main context of its own that no thread runs: libsoup 3.2 would leave a timer in the
 * thread's, which touches the session from there without its lock. */
static GInputStream *
send_in_context (Sending *sending, SoupSession *session, SoupMessage *message,
    GMainContext *context, GError **error)
{
  GInputStream *body;
  gulong handler =
      g_signal_connect (message, "network-event", G_CALLBACK (network_event_cb), sending);

  g_main_context_push_thread_default (context);
  body = soup_session_send (session, message, sending->cancellable, error);
  g_main_context_pop_thread_default (context);
  g_signal_handler_disconnect (message, handler);
  return body;
}

static void
log_begin (const AwsRequest *request)
{
  g_autofree char *authority = NULL;
  const char *path = request->hides_path ? "/…" : g_uri_get_path (request->uri);

  if (!aws_log_is_enabled (AWS_LOG_TOPIC, AWS_LOG_LEVEL_DEBUG))
    return;
  authority = aws_endpoint_get_authority (request->uri);
  if (request->attempt == 0)
    aws_log_debug ("%s %s%s", request->method, authority, path);
  else if (request->max_attempts == 0)
    aws_log_debug ("%s %s%s, attempt %u", request->method, authority, path, request->attempt);
  else
    aws_log_debug ("%s %s%s, attempt %u of %u", request->method, authority, path, request->attempt,
        request->max_attempts);
}

static void
log_failure (const AwsRequest *request, gint64 begin_us, const GError *failure)
{
  aws_log_debug ("%s %s failed after %" G_GINT64_FORMAT " ms: %s", request->method,
      g_uri_get_host (request->uri), (g_get_monotonic_time () - begin_us) / 1000,
      failure != NULL ? failure->message : "");
}

/* What makes it impossible to read the body of @reply, or %NULL. An error reply is read without its body. */
static const char *
find_defect (AwsReply *reply)
{
  if (!has_good_length (aws_reply_get_headers (reply)))
    return "sent a Content-Length that is none; check the endpoint";
  if (SOUP_STATUS_IS_SUCCESSFUL (aws_reply_get_status (reply)) && aws_reply_is_compressed (reply))
    return "compressed its reply, which was not asked for; check the proxy and the endpoint";
  return NULL;
}

static AwsReply *
send_message (AwsHttp *self, const AwsRequest *request, gint64 begin_us, GCancellable *cancellable,
    GError **error)
{
  /* Given back last, when nothing is left of the request. */
  g_autoptr (AwsPooledSession) session = take_session (self, request->uri, error);
  g_autoptr (GMainContext) context = NULL;
  g_autoptr (SoupMessage) message = session != NULL ? make_message (self, request, error) : NULL;
  g_autoptr (AwsDeadline) deadline = NULL;
  g_autoptr (GInputStream) body = NULL;
  g_autoptr (GError) cause = NULL;
  Sending sending = {.http = self};
  gboolean is_late;

  if (message == NULL)
    return NULL;

  context = g_main_context_new ();
  deadline =
      aws_deadline_new (self->watchdog, self->connection_timeout_ms, self->completion_timeout_ms);
  sending.deadline = deadline;
  sending.cancellable = aws_deadline_enter (deadline, cancellable);
  body = send_in_context (&sending, aws_pooled_session_get (session), message, context, &cause);
  is_late = aws_deadline_leave (deadline);

  if (body != NULL && !aws_deadline_is_connecting (deadline)) {
    g_autoptr (AwsReply) reply = aws_reply_new (request, g_steal_pointer (&session),
        g_steal_pointer (&message), g_steal_pointer (&body), g_steal_pointer (&context),
        g_steal_pointer (&deadline), self->proxies == NULL, begin_us);
    const char *defect = find_defect (reply);

    if (sending.connected_us > 0)
      aws_reply_set_setup_time (reply, sending.connected_us - begin_us);
    g_clear_object (&sending.connection);
    if (defect == NULL)
      return g_steal_pointer (&reply);
    g_propagate_error (error, aws_reply_new_error (reply, AWS_ERROR_BAD_REPLY, "%s", defect));
    return NULL;
  }
  if (body != NULL)
    g_propagate_error (error, make_tunnel_failure (message));
  else if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_propagate_error (error, make_failure (&sending, request->uri, is_late, cause));
  g_clear_object (&sending.connection);
  return NULL;
}

AwsReply *
aws_http_send (AwsHttp *self, const AwsRequest *request, GCancellable *cancellable, GError **error)
{
  gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (GError) failure = NULL;
  AwsReply *reply;

  log_begin (request);
  reply = send_message (self, request, begin_us, cancellable, &failure);
  if (reply != NULL)
    return reply;
  log_failure (request, begin_us, failure);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
