/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each connection has a thread and blocking calls, so that a test reads from top to bottom. */
#include "rawserver.h"

#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>

struct _RawServer {
  RawServerFunc function;
  gpointer user_data;
  GTlsCertificate *certificate;
  GSocketListener *listener;
  guint16 port;
  GCancellable *cancellable;
  GThread *thread;
  GPtrArray *connection_threads;

  GMutex lock; /* guards what follows */
  GCond changed;
  guint connections;
  guint closed;
  guint marks;
};

static gpointer
serve_connection (gpointer data)
{
  RawConnection *connection = data;
  RawServer *self = connection->server;

  self->function (connection, self->user_data);
  g_io_stream_close (connection->stream, NULL, NULL);
  g_object_unref (connection->stream);
  g_object_unref (connection->socket);
  g_free (connection);

  g_mutex_lock (&self->lock);
  self->closed++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

static RawConnection *
make_connection (RawServer *self, GSocketConnection *accepted)
{
  RawConnection *connection = g_new0 (RawConnection, 1);

  connection->server = self;
  connection->socket = g_object_ref (g_socket_connection_get_socket (accepted));
  if (self->certificate != NULL)
    connection->stream =
        g_tls_server_connection_new (G_IO_STREAM (accepted), self->certificate, NULL);
  else
    connection->stream = g_object_ref (G_IO_STREAM (accepted));
  return connection;
}

static void
join_thread (gpointer thread)
{
  g_thread_join (thread);
}

static gpointer
accept_connections (gpointer data)
{
  RawServer *self = data;
  GSocketConnection *accepted;

  while ((accepted = g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL))) {
    g_mutex_lock (&self->lock);
    self->connections++;
    g_mutex_unlock (&self->lock);
    g_ptr_array_add (self->connection_threads,
        g_thread_new ("connection", serve_connection, make_connection (self, accepted)));
    g_object_unref (accepted);
  }
  return NULL;
}

static guint16
listen_on_loopback (GSocketListener *listener)
{
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (
      listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

RawServer *
raw_server_new (RawServerFunc function, gpointer user_data, GTlsCertificate *certificate)
{
  RawServer *self = g_new0 (RawServer, 1);

  self->function = function;
  self->user_data = user_data;
  self->certificate = certificate != NULL ? g_object_ref (certificate) : NULL;
  self->listener = g_socket_listener_new ();
  self->port = listen_on_loopback (self->listener);
  self->cancellable = g_cancellable_new ();
  self->connection_threads = g_ptr_array_new_with_free_func (join_thread);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->thread = g_thread_new ("server", accept_connections, self);
  return self;
}

void
raw_server_free (RawServer *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_ptr_array_unref (self->connection_threads);
  g_socket_listener_close (self->listener);
  g_object_unref (self->listener);
  g_object_unref (self->cancellable);
  g_clear_object (&self->certificate);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

GUri *
raw_server_get_uri (RawServer *self)
{
  return g_uri_build (SOUP_HTTP_URI_FLAGS, self->certificate != NULL ? "https" : "http", NULL,
      "127.0.0.1", self->port, "/call", NULL, NULL);
}

guint16
raw_server_get_port (RawServer *self)
{
  return self->port;
}

guint
raw_server_count_connections (RawServer *self)
{
  guint connections;

  g_mutex_lock (&self->lock);
  connections = self->connections;
  g_mutex_unlock (&self->lock);
  return connections;
}

void
raw_server_wait_closed (RawServer *self, guint connections)
{
  g_mutex_lock (&self->lock);
  while (self->closed < connections)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
raw_server_mark (RawServer *self)
{
  g_mutex_lock (&self->lock);
  self->marks++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

void
raw_server_wait (RawServer *self, guint marks)
{
  g_mutex_lock (&self->lock);
  while (self->marks < marks)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

/* The size of the whole request that begins with @text, or 0 while its headers are incomplete. */
static gsize
measure_request (const char *text)
{
  const char *end = strstr (text, "\r\n\r\n");
  const char *length = strstr (text, "Content-Length: ");

  if (end == NULL)
    return 0;
  return end + 4 - text +
         (length != NULL ? g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10) : 0);
}

char *
raw_connection_read_request (RawConnection *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  g_autoptr (GString) request = g_string_new (NULL);
  char chunk[4096];

  while (measure_request (request->str) == 0 || request->len < measure_request (request->str)) {
    gssize size = g_input_stream_read (input, chunk, sizeof chunk, self->server->cancellable, NULL);

    if (size <= 0)
      return NULL;
    g_string_append_len (request, chunk, size);
  }
  return g_strdup (request->str);
}

gboolean
raw_connection_skip_request (RawConnection *self)
{
  g_autofree char *request = raw_connection_read_request (self);

  return request != NULL;
}

void
raw_connection_write (RawConnection *self, const char *text)
{
  g_output_stream_write_all (g_io_stream_get_output_stream (self->stream), text, strlen (text),
      NULL, self->server->cancellable, NULL);
}

void
raw_connection_answer (
    RawConnection *self, const char *status, const char *headers, const char *body)
{
  g_autofree char *reply = g_strdup_printf (
      "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n%s", status, headers, strlen (body), body);

  raw_connection_write (self, reply);
}

void
raw_connection_stall (RawConnection *self)
{
  GInputStream *input = g_io_stream_get_input_stream (self->stream);
  char chunk[4096];

  while (g_input_stream_read (input, chunk, sizeof chunk, self->server->cancellable, NULL) > 0)
    continue;
}

void
raw_connection_reset (RawConnection *self)
{
  const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

  setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (self->socket, NULL);
}
