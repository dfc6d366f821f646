/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The thread of the server reads a request, a thread of a pool makes the reply, and the thread of the server
 * sends it after its latency. So neither pictures nor latencies delay other requests. */
#include "emulatorserver.h"

#include "emulatordelivery.h"

#include <libsoup/soup.h>
#include <string.h>

#define MIN_ANSWERING_THREADS 4

struct _EmulatorServer {
  EmulatorService *service;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  SoupServer *soup;
  EmulatorDelivery *delivery; /* used by the server's thread alone */
  GThreadPool *pool;
  int stopping; /* atomic */
  char *url;
};

/* A request and its way back. */
typedef struct {
  EmulatorServer *server;
  SoupServerMessage *message;
  EmulatorCall *call;
  EmulatorReply *reply;
  gboolean gone; /* whether the client is; known in the server's thread */
} Exchange;

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  emulator_service_end (exchange->server->service, exchange->call);
  g_clear_pointer (&exchange->reply, emulator_reply_free);
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  g_object_unref (exchange->message);
  g_free (exchange);
}

/* In the server's thread. */
static void
finished_cb (SoupServerMessage *message, gpointer data)
{
  Exchange *exchange = data;

  exchange->gone = TRUE;
}

/* In the server's thread. */
static gboolean
deliver_cb (gpointer data)
{
  Exchange *exchange = data;
  gboolean chunked = exchange->call->settings->transfer == EMULATOR_TRANSFER_CHUNKED;

  /* At the end of the server no connection is left. */
  if (exchange->gone || g_atomic_int_get (&exchange->server->stopping))
    return G_SOURCE_REMOVE;
  emulator_delivery_send (exchange->server->delivery, exchange->message, exchange->reply,
      exchange->call->fault, chunked);
  return G_SOURCE_REMOVE;
}

static GSource *
make_delay (gint64 latency_us)
{
  if (latency_us == 0)
    return g_idle_source_new ();
  return g_timeout_source_new ((guint)((latency_us + 999) / 1000));
}

/* In a thread of the pool. */
static void
answer_cb (gpointer data, gpointer user_data)
{
  Exchange *exchange = data;
  EmulatorServer *self = user_data;
  g_autoptr (GSource) source = NULL;

  if (g_atomic_int_get (&self->stopping)) {
    exchange_free (exchange);
    return;
  }
  exchange->reply = emulator_service_answer (self->service, exchange->call);
  source = make_delay (exchange->call->fault->latency_us);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_cb, exchange, exchange_free);
  g_source_attach (source, self->context);
}

static EmulatorRequest *
read_request (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (message));
  EmulatorRequest *request = emulator_request_new (
      soup_server_message_get_method (message), g_uri_get_path (uri), g_uri_get_query (uri), body);
  SoupMessageHeadersIter iter;
  const char *name, *value;

  soup_message_headers_iter_init (&iter, soup_server_message_get_request_headers (message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    emulator_request_add_header (request, name, value);
  return request;
}

/* In the server's thread. */
static void
request_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
    gpointer data)
{
  EmulatorServer *self = data;
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->server = self;
  exchange->message = g_object_ref (message);
  exchange->call = emulator_service_begin (self->service, read_request (message));
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), exchange);
  soup_server_message_pause (message);
  g_thread_pool_push (self->pool, exchange, NULL);
}

static gpointer
serve (gpointer data)
{
  EmulatorServer *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* Starting */

static gboolean
load_certificate (EmulatorServer *self, const EmulatorSettings *settings, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  if (settings->tls_certificate == NULL)
    return TRUE;
  if (settings->tls_key != NULL)
    certificate =
        g_tls_certificate_new_from_files (settings->tls_certificate, settings->tls_key, error);
  else
    certificate = g_tls_certificate_new_from_file (settings->tls_certificate, error);
  if (certificate == NULL)
    return FALSE;
  soup_server_set_tls_certificate (self->soup, certificate);
  return TRUE;
}

static char *
describe_address (EmulatorServer *self)
{
  GSList *uris = soup_server_get_uris (self->soup);
  GUri *uri = uris->data;
  const char *host = g_uri_get_host (uri);
  gboolean is_ipv6 = strchr (host, ':') != NULL;
  char *url = g_strdup_printf ("%s://%s%s%s:%d", g_uri_get_scheme (uri), is_ipv6 ? "[" : "", host,
      is_ipv6 ? "]" : "", g_uri_get_port (uri));

  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  return url;
}

/* Sockets serve the context that is the thread's default while they are made. */
static gboolean
listen_at (EmulatorServer *self, const EmulatorSettings *settings, GError **error)
{
  g_autoptr (GSocketAddress) address =
      g_inet_socket_address_new_from_string (settings->listen, settings->port);
  SoupServerListenOptions options =
      settings->tls_certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0;
  gboolean listening;

  if (address == NULL) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--listen takes the number of an address, such as 127.0.0.1 or ::1, not '%s'",
        settings->listen);
    return FALSE;
  }
  g_main_context_push_thread_default (self->context);
  listening = soup_server_listen (self->soup, address, options, error);
  g_main_context_pop_thread_default (self->context);
  if (listening)
    self->url = describe_address (self);
  return listening;
}

EmulatorServer *
emulator_server_start (EmulatorService *service, GError **error)
{
  g_autoptr (EmulatorSettings) settings = emulator_service_get_settings (service);
  EmulatorServer *self = g_new0 (EmulatorServer, 1);
  int n_threads = MAX (MIN_ANSWERING_THREADS, 2 * (int)g_get_num_processors ());

  self->service = service;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->soup = soup_server_new (NULL, NULL);
  self->delivery = emulator_delivery_new (self->context);
  self->pool = g_thread_pool_new (answer_cb, self, n_threads, FALSE, NULL);
  soup_server_add_handler (self->soup, NULL, request_cb, self, NULL);
  if (!load_certificate (self, settings, error) || !listen_at (self, settings, error)) {
    emulator_server_stop (self);
    return NULL;
  }
  self->thread = g_thread_new ("emulator", serve, self);
  return self;
}

/* Stopping */

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

/* From a source, so that it cannot come before the loop runs. */
static void
end_thread (EmulatorServer *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  if (self->thread == NULL)
    return;
  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
}

static void
end_connections (EmulatorServer *self)
{
  g_main_context_push_thread_default (self->context);
  soup_server_disconnect (self->soup);
  emulator_delivery_free (self->delivery);
  g_object_unref (self->soup);
  g_main_context_pop_thread_default (self->context);
}

void
emulator_server_stop (EmulatorServer *server)
{
  end_thread (server);
  g_atomic_int_set (&server->stopping, 1);
  g_thread_pool_free (server->pool, FALSE, TRUE);
  end_connections (server);
  g_main_loop_unref (server->loop);
  g_main_context_unref (server->context);
  g_free (server->url);
  g_free (server);
}

const char *
emulator_server_get_url (EmulatorServer *server)
{
  return server->url;
}
